/*
 * entity - entPhysicalIndex as arithmetic (RFC 6933). Pure.
 *
 *   gateway * 1,000,000 + string * 10,000 + cell * 10 + slot
 *
 * Slot 0 is the thing itself, 1..9 are its sensors; cell 0 is the string, string 0 the gateway. What
 * is no string has a string number of its own: 41..72 are UPS 1..32; 73..79 are controllers, supplies
 * and other parts (mib_entity_parts.h), 81..99 are kept for I/O modules. A TH controller has a number like
 * a gateway, and its sensor n is cell n of string 80. No gateway has the
 * number 0: below 1,000,000 there is only the site. So a number depends on nothing but where the
 * thing is, and stays when others come, go, or are configured in another order.
 */
#ifndef BTMS_ENTITY_H
#define BTMS_ENTITY_H

#include <stdint.h>

/* How far down entities are served; each level has those before it. */
enum entity_level { ENTITY_NONE, ENTITY_SUMMARY, ENTITY_STRING, ENTITY_CELL };

enum {
    ENTITY_SITE = 1,           /* its index */
    ENTITY_GATEWAY_MAX = 2146, /* a gateway beyond has no index below 2^31 */
    ENTITY_CELL_MAX = 999,     /* an aggregator beyond has none */
    ENTITY_UPS = 40,           /* UPS n is string 40 + n */
    ENTITY_TH_SENSORS = 80,    /* at a TH controller: sensor n is cell n of this string */
};

struct entity_place {
    uint32_t gateway; /* 0..4294 */
    uint32_t string;  /* 0..99 */
    uint32_t cell;    /* 0..999 */
    uint32_t slot;    /* 0..9 */
};

struct entity_place entity_place(uint32_t index);
uint32_t entity_index(struct entity_place p);

/* "none", "summary", "string", "cell": its level; -1 for anything else. */
int entity_level_of(const char *name);

#endif
