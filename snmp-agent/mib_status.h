/*
 * mib_status - what several tables say in the same way: status, alarms of an object, rows of a
 * device snapshot.
 */
#ifndef BTMS_MIB_STATUS_H
#define BTMS_MIB_STATUS_H

#include "mib.h"

/* BtmsStatus of the MIB */
enum {
    BTMS_UNKNOWN = 1,
    BTMS_DISABLED = 2,
    BTMS_OK = 3,
    BTMS_WARNING = 4,
    BTMS_ALARM = 5,
    BTMS_COMM_LOST = 6,
    BTMS_STALE = 7,
    BTMS_MAINTENANCE = 8,
};

/* Above every severity. */
enum { MIB_UNDER_MAINTENANCE = 100 };

/* Which alarms: those of a gateway, of one of its UPS, strings or cells; 0 = whichever. `own_level`
 * only counts alarms of the object itself, not of what is below it. */
struct mib_scope {
    uint32_t gateway;
    uint32_t ups, string, cell;
};

struct mib_tally {
    uint32_t count, by_severity[ALARM_CRITICAL + 1], shelved, unacked;
    uint32_t comm_lost; /* of cells */
    int worst;          /* enum alarm_severity, -1 = none */
    int worst_own;      /* the same of the object itself; or: somebody works on it */
};

/* The active alarms inside `scope`, the agent's own included where gateway is 0. */
struct mib_tally mib_tally(const struct mib *m, struct mib_scope scope);

/* BtmsSeverity of an enum alarm_severity; -1 is normal(1). */
int mib_severity(int severity);

/* BtmsStatus by the order that the MIB gives. `raw` < 0: not known. */
int mib_status(bool comm_lost, bool stale, int32_t raw, int worst_own);

/* Is a cell's btmsCellStatus commLost(6)? `alarm`: one says so of it. */
bool mib_cell_lost(const struct view_gateway *g, const struct cell *c, bool alarm);

/* Which cells of a string have such an alarm, by their number. */
void mib_cell_alarms(const struct mib *m, struct mib_scope string, bool ret[CELL_MAX + 1]);

/* Position of the first record of section `section` whose key, as `key` tells it, is not below
 * `wanted`; the section's count when there is none. */
uint32_t mib_lower_bound(const struct snapshot *s, int section, uint64_t wanted,
                         uint64_t (*key)(const struct snapshot *s, uint32_t i));

/* Effective intervals in ms: what the gateway keeps, at least what is configured. */
int64_t mib_interval(const struct view_gateway *g);
int64_t mib_cell_interval(const struct view_gateway *g, const struct string *s);

#endif
