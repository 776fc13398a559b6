/*
 * view_alarms - the active alarms counted by object, so that nobody who asks for the status of one
 * cell looks at the alarms of all of them. Made once for each alarms.snap. `gateway` is the index of a
 * device, of whatever kind.
 */
#ifndef BTMS_VIEW_ALARMS_H
#define BTMS_VIEW_ALARMS_H

#include "core/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The alarms of one object and of what is below it. */
struct view_tally {
    uint64_t key;
    uint32_t count, by_severity[ALARM_CRITICAL + 1];
    uint32_t comm_lost; /* of cells */
    uint32_t shelved, unacked;
    int32_t worst_own; /* enum alarm_severity, of the object itself; -1 = none */
};

/* What somebody works on. */
struct view_work {
    enum alarm_level level;
    uint32_t gateway;
    uint16_t ups, string, cell;
};

/* A record of one section, by gateway. */
struct view_alarm_place {
    uint32_t gateway, at;
};

struct view_alarms {
    uint32_t users;
    void *data;
    struct snapshot snap;
    struct view_tally all;    /* of no object: everything */
    struct view_tally *tally; /* ascending key */
    size_t tallies;
    struct view_work *work;
    size_t works;
    struct view_alarm_place *place[2]; /* of sections 0 and 1, by gateway, then as they are there */
};

/* Takes `data` over, also on failure. NULL without memory. */
struct view_alarms *view_alarms_new(void *data, const struct snapshot *snap);
void view_alarms_free(struct view_alarms *a);

/* Of a gateway, of one of its UPS, strings or cells (the others 0); NULL: it has none. A cell comes
 * with its string, and for both it does not matter which UPS they are of. */
const struct view_tally *view_alarms_of(const struct view_alarms *a, uint32_t gateway, uint32_t ups,
                                        uint32_t string, uint32_t cell);

/* Of a sensor, channel or quantity (its level tells which) of a device. */
const struct view_tally *view_alarms_of_part(const struct view_alarms *a, uint32_t gateway,
                                             enum alarm_level level, uint32_t number);

/* Does somebody work on this object, or on what it is a part of? A string and a cell come with their
 * UPS. */
bool view_alarms_worked_on(const struct view_alarms *a, uint32_t gateway, uint32_t ups,
                           uint32_t string, uint32_t cell);

/* The same of a sensor, channel or quantity. */
bool view_alarms_part_worked_on(const struct view_alarms *a, uint32_t gateway,
                                enum alarm_level level, uint32_t number);

/* The first record of section 0 (active) or 1 (events) with a key >= `key`, of gateway `gateway`
 * only where it is not 0. The section's count where there is none. */
uint32_t view_alarms_find(const struct view_alarms *a, int section, uint32_t gateway, uint32_t key);

#endif
