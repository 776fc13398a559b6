/*
 * mib - the tree that is served: tables of columns over a view.
 *
 * A table is a row source (`from`: the first row at or after an index) and an array of columns,
 * each with one getter. Everything else, GET and GETNEXT over the whole tree, is here once.
 * Scalars are a table whose only row has the index 0. To add an object: its text in
 * mibs/BTMS-MIB.txt and a row in the mib_*.c of its table; the tests tell what is missing.
 */
#ifndef BTMS_MIB_H
#define BTMS_MIB_H

#include "agentx_pdu.h"
#include "entity.h"
#include "mib_over.h"
#include "oid.h"
#include "own.h"
#include "view.h"

enum { MIB_INDEXES_MAX = 4, MIB_PATH_MAX = 5, MIB_SCRATCH = 512 };

/* What getters may need. The scratch buffer holds the octets of the value returned last. */
struct mib {
    const struct view *source;
    const struct view_version *view; /* of it: the newest, or what mib_select() said */
    const struct view_gateway *only; /* rows of this one alone; NULL = of all */
    bool selected;
    const struct own *own;
    struct oid root;    /* btmsRoot */
    struct oid objects; /* btmsObjects */
    size_t first;       /* of mib_tables, in the order of whole OIDs */
    enum entity_level entities;
    int64_t now_ms;         /* CLOCK_BOOTTIME; set before each request */
    int64_t uptime_zero_ms; /* when the master's sysUpTime was 0; 0 = not known; a master on
                             * a host that runs for longer than this one: below 0 */
    int64_t wall_offset_ms; /* wall time less CLOCK_BOOTTIME; 0: look now */
    int64_t counters_ms;    /* since when the counters count (btmsCounterDiscontinuityTime) */
    struct string string;   /* the string decoded last: mib_string_at() */
    uint64_t string_serial; /* and whose it is */
    uint32_t string_at;
    struct mib_overs overs; /* of mib_over.c */
    char scratch[MIB_SCRATCH];
};

/* A row of ENTITY-MIB: a thing, or a sensor of it with what it has measured. */
struct entity {
    enum entity_what {
        ENTITY_IS_SITE,
        ENTITY_IS_GATEWAY,
        ENTITY_IS_UPS,
        ENTITY_IS_STRING,
        ENTITY_IS_CELL,
        ENTITY_IS_TH,        /* a TH controller */
        ENTITY_IS_TH_SENSOR, /* and what hangs on it: a thing with two sensors */
        ENTITY_IS_PART,      /* a line of the inventory */
        ENTITY_IS_AGGREGATOR
    } what;
    struct entity_place at;
    struct part part;                   /* of the last two */
    const struct entity_sensor *sensor; /* NULL: the thing itself; what follows is a sensor's */
    int32_t value;
    uint8_t validity;
    int64_t read_ms, interval_ms;
};

/* Where struct mib_row says what it is of: also the section of it, but for a sensor of a TH controller. */
enum { MIB_QUANTITIES = 6, MIB_CHANNELS = 7, MIB_SENSORS = 100 };

/* One row, found and decoded. */
struct mib_row {
    uint32_t index[MIB_INDEXES_MAX];
    const struct view_gateway *gateway; /* or TH controller; NULL for rows of neither */
    uint32_t at;                        /* its record, for rows of a device's snapshot */
    int section; /* of that: 1 UPS, 2 strings, 3 cells, 4 limits; MIB_...; 0 for other rows */
    union {
        struct ups ups;
        const struct string *string; /* without its cells; valid until the next row */
        struct cell cell;
        const struct th_sensor *sensor;
        struct alarm alarm;
        struct event event;
        struct entity entity;
        struct snapshot_limit limit;
        struct snapshot_quantity quantity;
        struct snapshot_channel channel;
        struct snapshot_aggregator aggregator;
    };
};

struct mib_column;

/* False: no instance. `column`: the one that asks, for getters of several. */
typedef bool mib_get_fn(struct mib *m, const struct mib_row *row, const struct mib_column *column,
                        struct agentx_value *ret);

struct mib_column {
    uint32_t sub;
    const char *name; /* in the MIB */
    mib_get_fn *get;
    int arg; /* for the getter: a quantity, say */
};

/* Where the path of a table begins: at btmsObjects, or at mib-2. */
enum mib_base { MIB_OBJECTS, MIB_2 };

struct mib_table {
    const char *name;            /* of the table, or of the group of scalars */
    uint32_t path[MIB_PATH_MAX]; /* below its base, down to the column */
    uint32_t path_len;
    uint32_t indexes;
    /* The first row whose index is `index` or comes after it. */
    bool (*from)(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret);
    const struct mib_column *column; /* ascending sub */
    size_t columns;
    enum mib_base base;
    /* Where `c` has no value in `row`: the lowest index behind it at which there may be one, into
     * `ret`, so that a search does not look at each row of what is too old as a whole. False: at none.
     * NULL: the next row may have one. */
    bool (*after)(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  uint32_t ret[MIB_INDEXES_MAX]);
};

/* Those below mib-2, then those below btmsObjects; both in the order of their paths. */
extern const struct mib_table *const mib_tables[];
extern const size_t mib_table_count;

/* `base`: btmsRoot, not below mib-2. View and own must outlive the mib. */
void mib_init(struct mib *m, const struct view *view, const struct own *own,
              const struct oid *base);

/* The master's sysUpTime is `ticks` (0.01 s) now. When it has come to its end and begins at 0 again,
 * time stamps stay as they are; when the master was restarted, they are of its new time (RFC 2579). */
void mib_note_uptime(struct mib *m, uint32_t ticks);

/* What is read from now on: `version`, which the caller holds, and of it only what belongs to gateway
 * `only` where it is not NULL. `version` NULL: the newest of the view, whatever it is then. */
void mib_select(struct mib *m, const struct view_version *version, const struct view_gateway *only);

/* `ret` is a value or one of the exceptions. */
void mib_get(struct mib *m, const struct oid *name, struct agentx_value *ret);

/* The first instance after `start` (at it, if `include`) and before `end` (length 0: no end).
 * False at the end of the tree. */
bool mib_getnext(struct mib *m, const struct oid *start, bool include, const struct oid *end,
                 struct oid *ret_name, struct agentx_value *ret);

/* The name of an instance of the column called `name`, for varbinds. */
void mib_name(const struct mib *m, const char *name, const uint32_t *index, struct oid *ret);

/* ---- for getters -------------------------------------------------------------------------- */

/* The first gateway that may be seen with an index >= `index`; NULL when there is none. */
const struct view_gateway *mib_gateway_from(const struct mib *m, uint32_t index);

/* The same of the TH controllers, of which none is seen in the context of a gateway. */
const struct view_gateway *mib_th_from(const struct mib *m, uint32_t index);
/* The next of both. */
const struct view_gateway *mib_device_from(const struct mib *m, uint32_t index);

/* The first record of section `section` of a device, of gateway `gateway` with a snapshot_key() of at
 * least `key`, or of the gateways behind it: sets gateway, at, section and index[0] of `ret`. */
bool mib_record_from(const struct mib *m, int section, uint32_t gateway, uint32_t key,
                     struct mib_row *ret);

/* Unless something is selected: what is newest now. For entries from outside; getters need not. */
static inline void mib_follow(struct mib *m)
{
    if (!m->selected)
        m->view = m->source->now;
}

/* String record `at` of a gateway, valid until the next one. */
const struct string *mib_string_at(struct mib *m, const struct view_gateway *g, uint32_t at);
/* The same of string `number`, which there is. */
const struct string *mib_string_of(struct mib *m, const struct view_gateway *g, uint32_t number);

bool mib_integer(struct agentx_value *ret, int64_t v);
bool mib_gauge(struct agentx_value *ret, int64_t v); /* negative: no instance */
bool mib_counter(struct agentx_value *ret, uint64_t v);
/* Copies into the scratch buffer. */
bool mib_text(struct mib *m, struct agentx_value *ret, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool mib_octets(struct mib *m, struct agentx_value *ret, const void *data, size_t size);
/* DateAndTime (RFC 2579), UTC, from ms since 1970; none for 0. */
bool mib_date(struct mib *m, struct agentx_value *ret, int64_t wall_ms);
/* TimeStamp: sysUpTime when CLOCK_BOOTTIME was `boot_ms`; 0 for what was before the master. */
bool mib_timestamp(const struct mib *m, struct agentx_value *ret, int64_t boot_ms);
bool mib_truth(struct agentx_value *ret, bool v);

/* Seconds since `read_ms` of that gateway's boot; no instance when never. */
bool mib_age(const struct mib *m, const struct view_gateway *g, int64_t read_ms,
             struct agentx_value *ret);

/* Is a reading of `read_ms` too old to be shown? Three effective intervals are. */
bool mib_stale(const struct mib *m, const struct view_gateway *g, int64_t read_ms,
               int64_t interval_ms);

/* For what the MIB has and nobody publishes yet: a column without instances, which GETNEXT passes
 * over without looking at rows, and a table without rows. */
bool mib_none(struct mib *m, const struct mib_row *row, const struct mib_column *column,
              struct agentx_value *ret);
bool mib_no_rows(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret);

#endif
