/*
 * poller_own - what poller.c, which has all pollers, and those of gateways and of TH controllers share.
 */
#ifndef BTMS_POLLER_OWN_H
#define BTMS_POLLER_OWN_H

#include "poller.h"
#include "walltime.h"

struct poller;

/* What a kind of device does: `p` is the first member of its own poller. */
struct poller_kind {
    const char *word; /* "gateway" */
    void (*run)(struct poller *p);
    void (*preset)(void *p, const struct alarm *a);
    void (*expect)(struct poller *p, const struct census *c);
    void (*forget)(struct poller *p, const struct census *c);
    void (*repeat)(struct poller *p, report_alarm *to, void *ctx);
    void (*free)(struct poller *p);
    void (*number)(struct poller *p); /* before preset(): of what alarms are by number; or NULL */
};

/* Used by its own thread only. */
struct poller {
    const struct poller_world *w;
    const struct poller_kind *kind;
    size_t number; /* at the site */
    const char *name;
    int64_t interval_ms; /* configured */
    pthread_t thread;
    struct walltime clock;
    int64_t clock_offset_ms; /* wall time less CLOCK_BOOTTIME, as it was last */
    bool stepped;            /* the clock was, since the kind looked last */
    uint64_t time;           /* of the values that went out last, or go out now */
    struct publication file;
    struct snapshot_device snapshot; /* index 0: the site does not know it yet */
    int64_t published_ms;
    unsigned standing_seen, accepted_seen, replaced_seen;
    struct replacement *replaced; /* what the snapshot points to */
};

/* ---- poller.c ---------------------------------------------------------------------------- */

/* Stamps what goes out next. False while values are held because the clock was stepped back. */
bool poller_stamp(struct poller *p);

/* Is its snapshot to be published now, with the index and file name that are set then? `urgent`: not to
 * be left out because the last one is fresh: less than a fifth of an interval old, 2 s at most. */
bool poller_may_publish(struct poller *p, int64_t now, bool urgent);

/* At the start, and later when the store was not there in time. */
void poller_learn_standing(struct poller *p);

/* Posts all that stands, where the site wants that. */
void poller_repeat_alarms(struct poller *p);

/* The interval of its values: who cannot keep it is not stale for that. */
int64_t poller_kept_interval(const struct poller *p, const struct health *h);

/* ---- poller_gateway.c, poller_th.c ------------------------------------------------------- */

/* Of number `i` in the configuration. NULL without memory. */
struct poller *poller_new_gateway(const struct poller_world *w, size_t i);
struct poller *poller_new_th(const struct poller_world *w, size_t i);

#endif
