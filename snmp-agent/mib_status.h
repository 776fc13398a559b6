/*
 * mib_status - what several tables say in the same way: status, alarms of an object, readings of a
 * device snapshot. Which object a row is of, its section tells.
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

/* Which alarms: those of a gateway, of one of its UPS, of its strings, or of one cell of a string; 0 =
 * whichever. Of a string or a cell, `ups` is the one that it is a part of. Where `part` is not 0, those
 * of this sensor, channel or quantity alone. */
struct mib_scope {
    uint32_t gateway; /* or another device */
    uint32_t ups, string, cell;
    uint32_t part;
    enum alarm_level part_level;
};

struct mib_tally {
    uint32_t count, by_severity[ALARM_CRITICAL + 1], shelved, unacked;
    uint32_t comm_lost; /* of cells */
    int worst;          /* enum alarm_severity, -1 = none */
    int worst_own;      /* the same of the object itself; or: somebody works on it */
};

/* The active alarms inside `scope`. Of a gateway 0: all that may be seen, the agent's own included. */
struct mib_tally mib_tally(const struct mib *m, struct mib_scope scope);

/* Of the object of `row`: a device, UPS, string, cell or sensor; of the scalars: all. */
struct mib_scope mib_scope(const struct mib_row *row);

/* BtmsSeverity of an enum alarm_severity; -1 is normal(1). */
int mib_severity(int severity);

/* BtmsStatus by the order that the MIB gives. `raw` < 0: not known. */
int mib_status(bool comm_lost, bool stale, int32_t raw, int worst_own);

/* Effective intervals in ms: what the gateway keeps, at least what is configured. */
int64_t mib_interval(const struct view_gateway *g);
int64_t mib_cell_interval(const struct view_gateway *g, const struct string *s);

/* Are the readings of this string's cells too old to be shown? */
bool mib_cells_stale(const struct mib *m, const struct view_gateway *g, const struct string *s);

/* ---- of a row of UPS, strings, cells or sensors -------------------------------------------- */

/* Are its readings too old to be shown? */
bool mib_row_stale(struct mib *m, const struct mib_row *row);

/* May its reading of this quantity be shown? */
bool mib_usable(struct mib *m, const struct mib_row *row, int quantity);

/* ---- getters ----------------------------------------------------------------------------- */

/* Of every row that mib_scope() knows: its active alarms, the worst severity of them (BtmsSeverity),
 * and how many of its cells they say are lost. */
mib_get_fn mib_alarms, mib_worst, mib_lost;

/* Of UPS, strings, cells and sensors: the reading of quantity `arg`, while it is usable. */
mib_get_fn mib_read_int, mib_read_gauge;

/* Of UPS, strings and sensors: BtmsStatus, and the age of what was read. */
mib_get_fn mib_status_of, mib_unit_age;

#endif
