/*
 * condition - when something that is so becomes an alarm, and when it ends.
 *
 * A leg is one source's word on one kind of one object: idle, pending, active, clearing, with a
 * first and a second (worse) level. A condition joins its legs to one alarm: as bad as the worst of
 * them, over when all are. It damps what begins over and over. Conditions that are idle do not
 * exist: those that are not live in a small hash table. Pure: the time is passed in (CLOCK_BOOTTIME
 * in ms).
 */
#ifndef BTMS_CONDITION_H
#define BTMS_CONDITION_H

#include "core/alarm.h"

#include <stddef.h>

/* ---- one leg ----------------------------------------------------------------------------- */

struct leg {
    uint8_t in;  /* what was seen last: 0 = all well, 1 = first level, 2 = second */
    uint8_t out; /* bits: levels that count, as the delays have passed */
    uint8_t samples[2];
    uint8_t by;         /* which limit it was; the caller's */
    bool held;          /* what was seen holds until something else is: time alone counts */
    int64_t turn_ms[2]; /* since when `in` has been on this side of the level */
};

struct leg_rule {
    int64_t raise_ms[2], clear_ms;
    uint8_t samples; /* in a row that must say so, at least */
};

enum leg_state { LEG_IDLE, LEG_PENDING, LEG_ACTIVE, LEG_CLEARING };

/* A sample: level 0, 1 or 2. */
void leg_see(struct leg *l, const struct leg_rule *rule, int level, int64_t now);

/* No sample: what holds goes on to hold, and what does not hold neither raises nor clears. */
void leg_wait(struct leg *l, const struct leg_rule *rule, int64_t now);

/* The data are gone: what was pending begins anew, what stands stands. */
void leg_lose(struct leg *l);

/* 0, 1 or 2. */
int leg_level(const struct leg *l);
enum leg_state leg_state(const struct leg *l);

/* ---- one condition ----------------------------------------------------------------------- */

enum { LEG_OF_DEVICE, LEG_OF_LIMIT, LEG_OF_OTHERS, LEGS }; /* others: derived or internal */

struct condition {
    uint32_t key; /* condition_key(); 0 = free slot */
    struct leg leg[LEGS];
    bool told;        /* it stands */
    uint8_t severity; /* as told */
    uint8_t sources;  /* enum alarm_source, as told */
    bool stale, stale_told;
    bool has_value, has_limit;
    int32_t value, limit, peak, peak_told;
    int64_t told_ms;  /* anything */
    bool gone;        /* it stands, and what it is of is not so at the moment */
    uint16_t returns; /* how often that was so again, since it was last told */
    uint8_t raises;   /* since window_ms */
    bool flapping;    /* its end is held back until it was calm for long */
    int64_t window_ms, calm_ms;
};

enum { FLAP_WINDOW_MS = 15 * 60 * 1000, FLAP_CALM_MS = 10 * 60 * 1000, PEAK_GAP_MS = 60 * 1000 };

enum condition_news {
    CONDITION_SAME,
    CONDITION_RAISED,
    CONDITION_WORSENED, /* or bettered: another severity */
    CONDITION_CHANGED,  /* value, peak, returns, sources or staleness: to be shown, not told */
    CONDITION_CLEARED,
};

struct condition_join {
    enum alarm_severity severity[2]; /* of the levels */
    enum alarm_source others;        /* what LEG_OF_OTHERS is */
    int flap_raises;                 /* within the window; 0 = never damped */
    bool news_only;                  /* CONDITION_CHANGED has to wait */
};

/* What the legs make of it now. `*flaps` becomes true when damping begins. Whoever tells the news takes
 * the returns. */
enum condition_news condition_join(struct condition *c, const struct condition_join *how,
                                   int64_t now, bool *flaps);

/* No sample of any leg; `lost`: nor is what it stands for known any more. */
void condition_wait(struct condition *c, const struct leg_rule *rule, bool lost, int64_t now);

/* Nothing is left to remember: it can be removed. */
bool condition_idle(const struct condition *c, int64_t now);

/* ---- those of a gateway ------------------------------------------------------------------ */

enum { CONDITIONS_MAX = 12288 }; /* all 3,840 cells, three times over */

struct conditions {
    struct condition *slot;
    size_t slots, count; /* slots: a power of two, or 0 */
    bool full;           /* some had no room since this was last reset */
};

/* Never 0. */
uint32_t condition_key(int row, struct object o);
int condition_row(const struct condition *c);
struct object condition_object(const struct condition *c);

void conditions_free(struct conditions *t);

/* NULL when it is idle. Valid until one is added or removed. */
struct condition *conditions_find(const struct conditions *t, uint32_t key);

/* Finds or adds. NULL when there is no room. */
struct condition *conditions_add(struct conditions *t, uint32_t key);

/* What is in its slot afterwards may be another one: in a loop over the slots, look again. */
void conditions_remove(struct conditions *t, struct condition *c);

#endif
