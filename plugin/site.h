/*
 * site - the one thread that owns alarms: ids, what is active, the log, and who is told.
 *
 * Links post what begins and what ends to a bounded queue and read nothing back, but for one thing:
 * where posts were dropped, a link posts all that stands. Persons leave requests in the store. The
 * thread turns that into numbered events (steward.h says which), in this order: commit to the store,
 * publish alarms.snap and site.snap, tell. (The link published its device's snapshot before it
 * posted.) When the store fails, events are published and told all the same, marked, and stored when
 * it is back.
 */
#ifndef BTMS_SITE_H
#define BTMS_SITE_H

#include "config.h"
#include "core/event.h"
#include "declared.h"
#include "publish.h"
#include "report.h"
#include "steward.h"
#include "totals.h"

struct site;

/* In all that follows a gateway's number counts devices: gateways as they are configured, and TH
 * controllers after them. */

/* How often things are done; 0: the default. */
struct site_pace {
    int reopen_ms;   /* a store that could not be opened, or fails, is tried again: 10 s */
    int patience_ms; /* how long another program may lock the store until it is said to fail: 2 s */
    int tick_ms;     /* what only time brings is looked for: 1 s */
    int keep_ms;     /* what of an alarm becomes worse without an event is stored: once a minute */
};

struct site_settings {
    const char *data_dir;
    const struct gateway_config *gateway; /* must outlive the site */
    size_t gateways;
    const struct th_config *th; /* likewise */
    size_t ths;
    const struct aggregator_config *aggregator; /* likewise */
    size_t aggregators;
    void (*silent)(void); /* in the site's thread: steward.h; NULL: nobody wants to know */
    const struct declared *declared; /* must outlive it; NULL: nothing is declared */
    const struct part *part;         /* what belongs to no device; likewise */
    size_t parts;
    struct publisher *publisher;                              /* gets its store_id here */
    void (*tell)(const struct event *e, const char *gateway); /* in the site's thread */
    const struct limit_settings *limits; /* of the whole site; NULL: defaults */
    int64_t commissioning_ms; /* how long nobody is notified of a new gateway; 0: not at all */
    int64_t retention_ms;     /* how long events stay in the log; 0: until they are too many */
    struct steward_pace pace; /* 0: as steward.c says */
    struct site_pace site_pace;
};

/* Starts the thread, which opens the store. NULL without memory or thread. */
struct site *site_start(const struct site_settings *set);

/* Waits until the store is open, or has failed to open, for at most `timeout_ms`; comes back at
 * once after site_release(). */
void site_wait(struct site *s, int timeout_ms);

/* The persistent index of gateway number `i`. 0: not known yet, nothing can be published. Where
 * neither the store nor the last run's files could be read at the start it is a guess, and changes
 * when the store is there: ask each time. */
uint32_t site_device(struct site *s, size_t i);

/* The numbers of what configuration adds to gateway number `i`, in its order; 0: not known yet. */
void site_quantities(struct site *s, size_t i, uint16_t ret[QUANTITY_MAX]);

/* One by one, the alarms of gateway number `i` that stood when the program ended last time. They are
 * loaded at the start, and once more when the store could only be opened later: `*seen`, 0 at
 * first, is the caller's memory of what it was told, and nothing is called when there is no news. */
void site_each_standing(struct site *s, size_t i, unsigned *seen,
                        void (*each)(void *ctx, const struct alarm *a), void *ctx);

/* The persistent index of the aggregator that groups gateway number `i`; 0: of none, or not known. */
uint32_t site_aggregator(struct site *s, size_t i);

/* What was stored as expected of gateway number `i` when the store was opened; false: nothing. */
bool site_expected(struct site *s, size_t i, struct census *ret);

/* What of gateway number `i` is under maintenance. Not for links: they read nothing back. */
void site_work(struct site *s, size_t i, struct work *ret);

/* How many things are expected of gateway number `i`, and are not as expected. For its file. */
void site_shape(struct site *s, size_t i, struct steward_shape *ret);
/* What there is of the site, and of the gateways of aggregator number `i`. False: not known yet. Not for
 * links, as above. */
bool site_totals(struct site *s, struct totals *ret);
bool site_totals_of_aggregator(struct site *s, size_t i, struct totals *ret);

/* What a person has accepted of gateway number `i` in this run: what else was there is gone for good.
 * `*seen`, 0 at first, is the caller's memory; false when there is no news. */
bool site_accepted(struct site *s, size_t i, unsigned *seen, struct census *ret);

/* Cells of gateway number `i` that were replaced, by string, then cell, in new memory, as snapshots
 * have them. `*seen`, 0 at first, is the caller's memory; false when there is no news. */
bool site_replaced(struct site *s, size_t i, unsigned *seen, struct replacement **ret,
                   size_t *ret_n);

/* What gateway number `i` has now. Never blocks; copies; the last one counts. */
void site_post_counts(struct site *s, size_t i, const struct census *c);

/* Aggregator number `i`, or the master controller of gateway number `i`, accepts connections, or does
 * not, and `why`. As above. */
void site_post_aggregator(struct site *s, size_t i, bool here, const char *why);
void site_post_controller(struct site *s, size_t i, bool here, const char *why);
/* What was said of the latter last. From any thread. */
enum snapshot_reach site_controller(struct site *s, size_t i);

/* An alarm of gateway number `i` began, changed or ended. Never blocks; copies. */
void site_post(struct site *s, size_t i, const struct alarm_event *e);

/* More was posted of gateway number `i` than could be taken, and the rest was dropped, or something
 * was taken out of it: post all that stands, soon. */
bool site_wants_all(struct site *s, size_t i);

/* All `n` alarms that stand of gateway number `i`, as its link knows them: what else stands here ends.
 * `seen` as in site_each_standing(), which is to be called right before. Takes `a`, which may be
 * NULL for none. */
void site_post_all(struct site *s, size_t i, unsigned seen, struct alarm *a, size_t n);

/* Nobody waits in site_wait() any longer. */
void site_release(struct site *s);

/* Handles what is queued and ends the thread. To be called after the last site_post(). */
void site_stop(struct site *s);

#endif
