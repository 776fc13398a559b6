/*
 * site_own - what the files of the site thread share: site.c (the thread, and what links call),
 * site_store.c (the store), site_files.c (what is published, and what the last run had published).
 */
#ifndef BTMS_SITE_OWN_H
#define BTMS_SITE_OWN_H

#include "core/store.h"
#include "ledger.h"
#include "site.h"

#include <time.h>

struct post {
    size_t gateway;
    enum event_what what;
    int64_t wall_ms;
    struct alarm alarm; /* without id */
    struct resync *all; /* NULL; or this is no alarm but all of them */
};

/* All that stands of a gateway, in its place among what its link has posted. */
struct resync {
    unsigned seen;     /* of site.loaded: what its link knew of the last run */
    unsigned accepted; /* of site.accepted: what it knew of that */
    size_t n;
    struct alarm *alarm;
};

struct drops {
    bool wanted;    /* all that stands is to be posted */
    bool queued;    /* ... and was, and waits in the queue */
    unsigned posts; /* dropped since all was well */
    unsigned known; /* of site.accepted: what its link knows */
};

/* Cells of a gateway that were replaced, and how often that was read. */
struct replaced {
    struct replacement *of;
    size_t n;
    unsigned times;
};

/* What was posted of an aggregator, or of a master controller, last. */
struct reach {
    bool news, here;
    int64_t at_ms; /* CLOCK_BOOTTIME */
    char why[EVENT_NOTE_SIZE];
};

/* Per configured aggregator. */
struct site_aggregators {
    struct reach *reach;                /* under the lock */
    struct snapshot_aggregator *row;    /* its index under the lock: it may change in a late open */
    struct snapshot_aggregator *sorted; /* as `row` by index, as published */
    const char **name;
    bool news; /* for site.snap */
};

/* The first is of the site, the others are of the aggregators. */
struct site_totals {
    struct totals *shown; /* under the lock, and `counted` */
    struct totals *fresh;
    bool counted;
    int64_t due; /* CLOCK_BOOTTIME */
};

struct site {
    struct site_settings set;
    size_t devices; /* that are configured: gateways, and then TH controllers */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news, opened;
    bool ready, released, stop;
    struct post *queue;
    size_t first, count, room;    /* room: one more for each gateway, for a struct resync */
    struct drops *drops;          /* per configured device */
    struct snapshot_entry *entry; /* per configured device; an index may change in a late open */
    struct census *census;        /* per configured device, as it was posted last */
    struct census *expected;      /* per configured device, as it was stored; empty: nothing */
    struct replaced *replaced;    /* per configured device */
    unsigned *accepted;           /* how often a person accepted what it has */
    struct steward_shape *shape;  /* per configured device */
    struct site_numbers {
        uint16_t number[QUANTITY_MAX];
    } * quantity;      /* per configured gateway: those of what its configuration adds */
    struct work *work; /* per configured device */
    bool *counted;     /* since the thread has looked */
    struct site_aggregators aggregators;
    struct reach *controller; /* per configured gateway: its master controller; under the lock */
    struct site_totals totals;
    struct alarm *preset; /* copy of what stood when the store was opened */
    size_t presets;
    unsigned loaded; /* how often that was */

    /* the thread's own */
    struct store *store;
    bool store_failing, give_up;
    bool renewed; /* a damaged store was put aside: what is new in the new one need not be new */
    int64_t reopen_due, prune_due, keep_due, expect_due; /* CLOCK_BOOTTIME */
    struct ledger ledger;
    struct steward steward;
    struct steward_place *place; /* per device */
    int64_t ask_due;
    bool limits_noted;             /* what the configuration has changed */
    bool *listed, *fresh;          /* per device: known from the last run; never known before */
    bool same_store;               /* the ledger's events are those of the store that is open */
    uint32_t device;               /* the highest index ever seen */
    struct snapshot_entry *sorted; /* as `entry` by index, as published */
    int64_t alarms_changed_ms;
    struct publication alarms_file, site_file;
    unsigned generation; /* of StateDir that they were published in */
};

static inline int64_t site_clock_ms(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* The configuration of device number `i`: one of the two is NULL. */
const struct gateway_config *site_gateway(const struct site *s, size_t i);
const struct th_config *site_th(const struct site *s, size_t i);

/* ---- posts that were dropped ------------------------------------------------------------- */

/* What the site thread raises itself is its own to end. */
bool site_is_of_links(const struct alarm *a);

/* Under the lock: a post of gateway number `i` had no room. True: that is to be said. */
bool site_drop(struct site *s, size_t i);

/* All that stands of gateway number `i` was posted. `note` is called whenever enough was noted. */
void site_resync(struct site *s, size_t i, struct resync *r, struct moment t,
                 void (*note)(struct site *s, struct moment t));

/* ---- the store: `ctx` is the struct site ------------------------------------------------- */

/* At the start. */
void site_open_store(struct site *s);

/* Opens it again where that is due; true: it is there now, and what it has was taken over. */
bool site_try_store(struct site *s);

/* Stores every event of the ring that is not stored yet, oldest first; whatever happens, all have
 * their numbers afterwards. */
void site_save(void *ctx);

/* The store is back, and events had left the ring before that: sets it right, and says so. To be
 * called when nothing waits to be told. */
void site_settle_losses(struct site *s, struct moment t);

/* Keeps that a cell of gateway number `g` was replaced; false: it could not be kept. */
bool site_keep_replaced(void *ctx, size_t g, const struct store_request *r);

/* Keeps what is expected of a device; false: it could not be kept. */
bool site_keep_expected(void *ctx, uint32_t device, const struct census *c);

/* A person has accepted what gateway number `g` has. */
void site_note_accepted(void *ctx, size_t g, const struct census *c);

void site_say_store(struct site *s, bool failing, const char *why);

/* Stores what has changed of alarms without an event, now and then, and `now`; StateDir, which has
 * it at once, does not survive a boot. */
void site_keep_alarms(struct site *s, bool now);

/* Deletes old events, some at a time. */
void site_prune(struct site *s);

/* Notes which limits the configuration has changed since the last run; once, when the store is open. */
void site_note_limits(struct site *s, struct moment t);

/* ---- quantities -------------------------------------------------------------------------- */

/* From the store; false: it fails. And from what the last run published of gateway number `g`. */
bool site_number_quantities(struct site *s);
void site_restore_quantities(struct site *s, size_t g);

/* ---- files ------------------------------------------------------------------------------- */

/* Takes over what the last run published, and guesses the indexes of the gateways from it. */
void site_restore(struct site *s);

/* A file of the last run: NULL when it is not there or not good, which is said. */
void *site_read_snapshot(struct site *s, const char *name, enum snapshot_kind kind,
                         struct snapshot *ret);

void site_publish(struct site *s);

/* site.snap alone. */
void site_publish_manifest(struct site *s);

/* They could not be written, or StateDir is another one now. */
bool site_files_old(struct site *s);

/* ---- aggregators ------------------------------------------------------------------------- */

/* False without memory; site_free_aggregators() is due either way. */
bool site_allocate_aggregators(struct site *s); /* and what is kept of master controllers */
void site_free_aggregators(struct site *s);

/* Takes over the indexes that the last run published; guesses those that are missing, above all. */
void site_restore_aggregators(struct site *s, const struct snapshot *site);
void site_guess_aggregators(struct site *s);

/* As the store says; false: it cannot. */
bool site_name_aggregators(struct site *s);

/* What was posted of them since, and of master controllers. */
void site_take_reach(struct site *s, struct moment t);

/* The number of the aggregator of this name; how many there are: there is none. */
size_t site_find_aggregator(const struct site *s, const char *name);

/* By index, for site.snap. */
const struct snapshot_aggregator *site_sorted_aggregators(struct site *s);

/* ---- totals ------------------------------------------------------------------------------ */

/* As above. */
bool site_allocate_totals(struct site *s);
void site_free_totals(struct site *s);

/* Once a second, for those who ask. */
void site_count_totals(struct site *s, struct moment t);

#endif
