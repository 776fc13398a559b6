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

/* What was posted of an aggregator last. */
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

struct site {
    struct site_settings set;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news, opened;
    bool ready, released, stop;
    struct post *queue;
    size_t first, count, room;    /* room: one more for each gateway, for a struct resync */
    struct drops *drops;          /* per configured gateway */
    struct snapshot_entry *entry; /* per configured gateway; an index may change in a late open */
    struct census *census;        /* per configured gateway, as it was posted last */
    struct census *expected;      /* per configured gateway, as it was stored; empty: nothing */
    unsigned *accepted;           /* how often a person accepted what it has */
    struct steward_shape *shape;  /* per configured gateway */
    struct work *work;            /* per configured gateway */
    bool *counted;                /* since the thread has looked */
    struct site_aggregators aggregators;
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
    struct steward_place *place; /* per gateway */
    int64_t ask_due;
    bool limits_noted;             /* what the configuration has changed */
    bool *listed, *fresh;          /* per gateway: known from the last run; never known before */
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

/* ---- files ------------------------------------------------------------------------------- */

/* Takes over what the last run published, and guesses the indexes of the gateways from it. */
void site_restore(struct site *s);

void site_publish(struct site *s);

/* site.snap alone. */
void site_publish_manifest(struct site *s);

/* They could not be written, or StateDir is another one now. */
bool site_files_old(struct site *s);

/* ---- aggregators ------------------------------------------------------------------------- */

/* False without memory; site_free_aggregators() is due either way. */
bool site_allocate_aggregators(struct site *s);
void site_free_aggregators(struct site *s);

/* Takes over the indexes that the last run published; guesses those that are missing, above all. */
void site_restore_aggregators(struct site *s, const struct snapshot *site);
void site_guess_aggregators(struct site *s);

/* As the store says; false: it cannot. */
bool site_name_aggregators(struct site *s);

/* What was posted of them since. */
void site_take_aggregators(struct site *s, struct moment t);

/* By index, for site.snap. */
const struct snapshot_aggregator *site_sorted_aggregators(struct site *s);

#endif
