/*
 * part - a line of the inventory: so many devices of one code of the hardware table, what they
 * belong to, and whether they are there. Pure data.
 */
#ifndef BTMS_PART_H
#define BTMS_PART_H

#include "core/model.h"
#include "core/topology.h"

/* Numbers are part of the snapshot's format. */
enum part_state {
    PART_DECLARED = 0, /* and not looked for yet: nothing was heard from where it should be */
    PART_PRESENT = 1,  /* it answers, or tells something through what it hangs on */
    PART_MISSING = 2,  /* expected, and not there */
    PART_UNKNOWN = 3,  /* declared, and of a kind that nobody can see: a power supply */
    PART_STATES
};

struct part {
    uint8_t device; /* enum topo_device */
    uint8_t state;  /* enum part_state */
    uint8_t string; /* that it belongs to; 0: to the gateway, or to the site */
    uint16_t count;
    char name[NAME_SIZE]; /* of a power supply, or the set that it is a part of; "": none */
};

/* "present" */
static inline const char *part_state_name(int state)
{
    static const char *const names[] = {"declared", "present", "missing", "unknown"};

    return names[state >= 0 && state < PART_STATES ? state : PART_UNKNOWN];
}

#endif
