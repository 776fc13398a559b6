/*
 * judge - what is wrong with a gateway's UPS, strings and cells, by what was read of them.
 *
 * Belongs to one gateway and its thread. Looks at what was just decoded: at what the device tells
 * (alarm.c), at limits (limit.c), and at what follows from several values (judge_derived.c). What
 * is wrong becomes a condition (condition.c); what its delays let through is told. A healthy cell
 * costs a comparison per limit and no memory. Pure: times are CLOCK_BOOTTIME in ms, passed in.
 */
#ifndef BTMS_JUDGE_H
#define BTMS_JUDGE_H

#include "core/condition.h"
#include "core/limit.h"
#include "core/model.h"

/* An alarm that began, changed or ended; valid during the call. */
struct verdict {
    enum condition_news news;
    int row; /* of alarm_kinds */
    struct object object;
    enum alarm_severity severity;
    uint8_t sources; /* enum alarm_source */
    bool stale, has_value, has_limit;
    int32_t value, limit, peak;
    uint8_t decimals; /* of these: the kind's, or those of a quantity */
    const char *unit;
    unsigned returns; /* how often it went and came back since it was last told */
    bool flaps;       /* it began too often: from now on its end is held back */
    const char *note; /* what else is to be said; "" for nothing */
};

typedef void judge_tell(void *ctx, const struct verdict *v);

/* A limit on a cell's quantity that is in force: what every sample is compared with. */
struct judge_watch {
    uint8_t quantity;
    int8_t worse;
    int32_t at; /* the first level, or the second where there is no first */
};

struct judge_string {
    limit_scope scope;
    struct limit_basis basis;
    bool relay_closed; /* its relay is declared to be closed */
    bool type_told;    /* the type of its cells is configured */
    struct mode_state mode;
    int64_t discharge_ms; /* length of the last discharge, so far */
    struct limit limit[LIMITS];
    struct judge_watch watch[LIMITS];
    uint8_t watches;
    uint64_t busy[2];    /* bit per cell: it has, or had, conditions */
    uint16_t told_cells; /* alarms of its cells that stand */
    uint32_t string_hash, cells_hash;
    enum cell_type seems; /* type that its cells would have, since seems_ms */
    int64_t seems_ms;
};

struct judge {
    const struct gateway *gateway;
    judge_tell *tell;
    void *ctx;
    struct judge_string string[STRING_MAX];
    limit_scope scope; /* of the gateway and its UPS */
    struct limit ups_limit[LIMITS];
    struct conditions conditions;
    uint8_t kind_row[LIMITS];
    const char *note;
    int changes; /* how many that are no news may still be told before the next tick */
};

/* What is configured; pointers must outlive the judge, any of them may be NULL. */
struct judge_settings {
    const struct limit_settings *site, *gateway;
    struct judge_string_settings {
        const struct limit_settings *limits;
        enum chemistry chemistry;
        enum cell_type cell_type;
        int float_mv, hall_a;
        bool relay_closed;
    } string[STRING_MAX];
};

/* `set` NULL: nothing is configured. */
void judge_init(struct judge *j, const struct gateway *g, const struct judge_settings *set,
                judge_tell *tell, void *ctx);
void judge_free(struct judge *j);

/* After it was decoded. */
void judge_ups(struct judge *j, int u, int64_t now);
void judge_string(struct judge *j, int s, int64_t now);
void judge_added(struct judge *j, int s, int64_t now); /* what is not in the string's block */
void judge_cell(struct judge *j, int s, int c, int64_t now);
void judge_quantity(struct judge *j, int q, int64_t now);

/* After a sweep over the cells of a string in which some were read: what only all of them tell. */
void judge_sweep(struct judge *j, int s, int64_t now);

/* After a turn over UPS and strings: what several strings tell together. */
void judge_turn(struct judge *j, int64_t now);

/* Now and then, also while nothing answers: delays pass, data grow stale. */
void judge_tick(struct judge *j, int64_t now);

/* What no register tells: it is so from now on, until told otherwise. */
void judge_set(struct judge *j, int row, struct object o, bool on, int64_t now);

/* Of a kind of judge_set(): it is so, whether it is told yet or not. */
bool judge_holds(const struct judge *j, int row, struct object o);
/* It stands: it was told. */
bool judge_stands(const struct judge *j, int row, struct object o);

/* An alarm that stood when the program ended last time: its end will be told. False when there is no
 * room. */
bool judge_preset(struct judge *j, int row, struct object o, enum alarm_severity severity,
                  uint8_t sources, int64_t now);
/* The limit that was told with it: its end is measured by that one. */
void judge_preset_limit(struct judge *j, int row, struct object o, int32_t limit);

/* A UPS or string is no longer a part of the gateway, or its cells from number `cell` on are not (an
 * object of a cell): nothing of it is pending or stands, and nothing is told. */
void judge_forget(struct judge *j, struct object o);

/* Tells all that stands, as CONDITION_CHANGED: somebody may have missed some of it. */
void judge_repeat(struct judge *j);

enum mode judge_mode(const struct judge *j, int s);

/* The type of a string's cells where none is configured: as found out from an hour of float, in this
 * run or, by judge_learn(), an earlier one. Unknown until then, and no voltage is judged; unknown, too,
 * where it is configured. */
enum cell_type judge_learned(const struct judge *j, int s);
void judge_learn(struct judge *j, int s, enum cell_type type);

#endif
