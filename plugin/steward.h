/*
 * steward - what the site thread decides: posts of links, requests of persons and the passing of
 * time become events of the ledger.
 *
 * Here is decided what an alarm is a consequence of, what is under maintenance, what a flood holds
 * back, what is expected to be there. An alarm that is held back is raised all the same, muted: it
 * is logged and shown, and nobody is notified; when nothing holds it back any more it is raised
 * once more, under its number. No clock, no file, no thread: times come with each call, and the
 * store is the caller's.
 */
#ifndef BTMS_STEWARD_H
#define BTMS_STEWARD_H

#include "cause.h"
#include "core/identity.h"
#include "core/limit.h"
#include "core/store.h"
#include "core/topology.h"
#include "expect.h"
#include "ledger.h"
#include "work.h"

/* CLOCK_BOOTTIME and wall time, in ms. */
struct moment {
    int64_t now, wall;
};

/* How long things take; 0 is not "at once" but the default: of steward.c, and of the kind. */
struct steward_pace {
    int64_t expect_ms;  /* a discovery unchanged for that long is what is expected */
    int64_t missing_ms; /* topologyMismatch: less than expected for that long is told */
    int64_t
        grace_ms;    /* a consequence is held back longer than its cause stands: so much at least */
    int64_t test_ms; /* a test alarm stands that long */
    int64_t fault_ms; /* storeFault: the store fails for that long */
    unsigned burst;   /* notifications at once; the maximum means no bound */
};

enum { STEWARD_SUPPLIES = 4 };

/* What configuration says of a gateway, or of another device, which is like one here. */
struct steward_place {
    enum device_kind kind;
    int64_t interval_ms, cell_interval_ms;
    const struct limit_settings *limits;  /* NULL: none of its own */
    const char *supply[STEWARD_SUPPLIES]; /* power supplies that feed it; NULL: no more */
    const char *aggregator;               /* that groups it; NULL: none */
    const struct topo_gateway *declared;  /* what hangs on it; NULL: nothing is told */
    const struct topo_th *th;             /* of a TH controller; NULL: as above */
    bool complete, th_told;               /* of that: all its strings; its BM-TH */
    bool shares;                          /* of that: a UPS has a name of another gateway's too */
    const int *ups_strings;               /* of that: how many each UPS has; 0: not told */
    bool controller;                      /* somebody looks whether its BM-MC is there */
    const struct identities *identities;  /* what people call its things; NULL: nothing */
};

struct steward_settings {
    size_t gateways;
    const struct snapshot_entry *entry;  /* name and index of each; an index may change */
    const struct limit_settings *limits; /* <Limits> of the site; NULL: defaults */
    const struct steward_place *place;   /* of each gateway; NULL: nothing is told */
    size_t aggregators;
    const char *const *aggregator; /* the name of each */
    struct steward_pace pace;
    int64_t commissioning_ms; /* of a new gateway; 0: none */
    void *ctx;
    /* Numbers everything that has no number yet. */
    void (*save)(void *ctx);
    /* Keeps what is expected of a device; false: try again later. */
    bool (*expect)(void *ctx, uint32_t device, const struct census *c);
    /* A person has accepted what gateway number `g` has: what else was there is gone for good. NULL:
     * nobody wants to know. */
    void (*accepted)(void *ctx, size_t g, const struct census *c);
    /* Keeps what a person said of a replaced cell of gateway number `g`; false: it could not. */
    bool (*replaced)(void *ctx, size_t g, const struct store_request *r);
    /* A gateway fell silent: this is the moment to look at the aggregators. NULL: nobody does. */
    void (*silent)(void *ctx);
};

enum steward_link { LINK_UNKNOWN, LINK_GONE, LINK_HERE };

/* How many UPS, strings and cells, added up, are expected of a gateway, and are not as expected; what
 * configuration declares, and else what was found. 0 expected: nothing is known. */
struct steward_shape {
    uint32_t expected, mismatches;
    uint8_t cells[STRING_MAX]; /* expected of each string */
};

struct steward_gateway {
    enum steward_link link;
    int64_t gone_ms; /* while LINK_GONE */
    struct census is, expected;
    bool counted, has_expected, unsaved;
    int64_t since_ms; /* `is` is unchanged */
    int64_t wrong_ms; /* ... is not what is declared; 0: it is */
    struct steward_shape shape;
};

/* Does an aggregator, or a master controller, accept connections? */
struct steward_reach {
    enum steward_link link;
    int64_t since_ms; /* it is so */
    char why[EVENT_NOTE_SIZE];
};

/* A cause that is over, but whose consequences may linger. */
struct steward_ending {
    struct alarm cause;
    int64_t at;
};

/* The store fails, or what is published cannot be written; or all is well. */
enum steward_keeping { KEEPING_WELL, KEEPING_STORE_FAILS, KEEPING_FILES_FAIL };

struct steward {
    struct steward_settings set;
    struct ledger *ledger;
    struct steward_gateway *gateway;
    struct steward_reach *aggregator;
    struct steward_reach *controller; /* per gateway */
    struct alarm *cause; /* copies of the standing alarms that matter to others, by gateway */
    size_t causes, room;
    bool outdated; /* `cause` is */
    struct steward_ending *ended;
    size_t endings, endings_room;
    uint32_t *explained; /* room to count: per alarm that stands, how many it explains */
    size_t explained_room;
    int64_t began, clock_offset; /* wall time less CLOCK_BOOTTIME, as it was last */
    bool clock_known;
    struct cause_bucket bucket;
    int64_t test_until, failing_since; /* 0: no test; the store is well */
    unsigned events;                   /* noted since the caller set it to 0 */
    enum steward_keeping kept;         /* as it was when it was not well last */
    bool changed; /* something that is published, although there was no event */
    bool unkept;  /* ... and that the store does not have yet */
};

/* False without memory. `l` must outlive it. */
bool steward_init(struct steward *s, struct ledger *l, const struct steward_settings *set,
                  int64_t now);
void steward_free(struct steward *s);

/* What gateway number `g` is: "gateway", "TH controller". */
const char *steward_word(const struct steward *s, size_t g);

/* The ledger has changed under it. */
void steward_look_again(struct steward *s);

/* What a link posts of gateway number `g`. */
void steward_post(struct steward *s, size_t g, enum event_what what, const struct alarm *a,
                  struct moment t);

/* What gateway number `g` has now; what was expected of it in the last run, NULL for nothing. */
void steward_count(struct steward *s, size_t g, const struct census *c, struct moment t);
void steward_expected(struct steward *s, size_t g, const struct census *c);

/* Aggregator number `i` accepts connections, or does not, and `why`. */
void steward_aggregator(struct steward *s, size_t i, bool here, const char *why, struct moment t);

/* The same of the master controller of gateway number `g`. */
void steward_controller(struct steward *s, size_t g, bool here, const char *why, struct moment t);

/* Is `a` the alarm of aggregator number `i` itself? */
bool steward_is_of_aggregator(const struct steward *s, size_t i, const struct alarm *a);

/* The number of the gateway that `a` is of; SIZE_MAX: of none that is configured. */
size_t steward_gateway_of(const struct steward *s, const struct alarm *a);

/* Gateway number `g` was never here before. */
void steward_new_gateway(struct steward *s, size_t g, struct moment t);

/* The configuration was changed: of the site, of gateway number `g`, or of a string (1..) of it. An
 * event, and no state; whoever did it is not notified. */
#define STEWARD_SITE SIZE_MAX
void steward_configured(struct steward *s, size_t g, int string, struct moment t,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));

void steward_store(struct steward *s, enum steward_keeping how, struct moment t);

/* `n` changes of alarms of gateway number `g` were left out; what stands is right again. */
void steward_say_dropped(struct steward *s, size_t g, unsigned n, struct moment t);

/* Events were lost before they could be stored, and the store is well now. */
void steward_say_lost(struct steward *s, struct moment t);

/* What a person wants. False: refused; `answer` says why, or what was done. */
bool steward_request(struct steward *s, const struct store_request *r, struct moment t,
                     char answer[EVENT_TEXT_SIZE]);

/* After a store was opened: ends alarms of gateways that are not configured, and what the program was
 * ended amid of: nobody else ever will. At most `most`, so that none leaves the ring before it was
 * stored and told; returns how many. */
unsigned steward_orphans(struct steward *s, unsigned most, struct moment t);

/* To be called at least every second: what time ends. */
void steward_tick(struct steward *s, struct moment t);

/* What of gateway number `g` is under maintenance now. */
void steward_work(struct steward *s, size_t g, struct work *ret);

/* Looks at everything that stands: causes, shelves, what is to be told now. Notes at most `most`
 * events; false when there is more to do. All alarms must have their numbers. */
bool steward_settle(struct steward *s, unsigned most, struct moment t);

#endif
