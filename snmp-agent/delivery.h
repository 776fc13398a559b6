/*
 * delivery - events become notifications for one receiver, in order, each at least once.
 *
 * Follows the log through a cursor that the store keeps: it moves when the receiver acknowledges,
 * and only over what is acknowledged without a gap. What is lost with a connection, or refused, is
 * sent again with its old number, and so is everything behind it. Events that alarms.snap does not
 * have come from the store. Belongs to the loop; the keeper does the waiting.
 *
 * Numbers: each receiver has a count of what it was due. It follows from the log, so that a repeat
 * has its old number even after a crash. Where what is due depends on the moment, it is stored
 * before it is sent: which events a receiver that wants only what still stands was not told, and
 * that it was told of events that are lost.
 */
#ifndef BTMS_DELIVERY_H
#define BTMS_DELIVERY_H

#include "agentx.h"
#include "keeper.h"
#include "mib.h"
#include "notification.h"

enum { DELIVERY_WINDOW = AGENTX_WINDOW, DELIVERY_SKIPS = 1024, DELIVERY_PATIENCE_MS = 5000 };

/* What a receiver is. */
struct outlet {
    unsigned window; /* how many may be under way, at most DELIVERY_WINDOW */
    bool durable;    /* it is told what is lost (else its count goes on by that), and heartbeats */
    bool (*ready)(void *ctx);
    /* 0: taken, delivery_notified() will say what became of it; -EAGAIN: later; else never. Answers
     * come in the order of the calls. */
    int (*send)(void *ctx, const struct notification *n, uint32_t sequence);
    void (*refused)(void *ctx, uint32_t sequence, int result); /* to be logged: once in a row */
};

/* snmpd; ctx is the struct agentx. */
extern const struct outlet delivery_to_master;

/* One of those under way; sequence 0: a heartbeat, or one that is told aside. */
struct delivery_flight {
    uint32_t sequence, number;
    uint32_t aside; /* own_aside()'s serial; 0: it is not told aside */
};

struct delivery {
    struct mib *mib;
    struct keeper *keeper;
    size_t who; /* the keeper's number of this receiver */
    const struct outlet *outlet;
    void *ctx;                /* the outlet's; set once it is there */
    bool only_active;         /* of what is old, only what still stands */
    int64_t heartbeat_ms;     /* between two; 0 = none */
    bool ready;               /* `acked` is known */
    bool hold;                /* an event of our own is about to get its number: wait for it */
    struct store_place acked; /* everything up to its sequence was acknowledged */
    uint32_t sent, number;    /* everything up to here was handed over; the number of the last */
    struct delivery_flight flight[DELIVERY_WINDOW]; /* ring */
    unsigned oldest;
    unsigned under_way;   /* handed over, and nothing heard of them yet */
    unsigned outrun;      /* the first of them: they were behind one that failed, so whatever */
                          /* becomes of them they are sent again */
    bool one_by_one;      /* since one was refused */
    uint32_t refused;     /* the one that it was said of */
    uint32_t decided;     /* acked.sent is stored up to here */
    int64_t decide_until; /* no longer: a store that fails must not silence an alarm */
    uint32_t skipped[DELIVERY_SKIPS]; /* alarms whose beginning was not told: nor is their end */
    size_t skips;
    bool failing;     /* the store cannot be opened now */
    int64_t begun_ms; /* when it could first have begun */
    bool kept;        /* the file beside the store says where it is: `place` */
    struct store_place place;
    bool storeless;          /* there is no store to ask, and nobody knows what was told */
    uint32_t aside;          /* the last one told aside that was acknowledged, ... */
    uint32_t aside_numbered; /* ... and that has got a number, ... */
    uint32_t aside_number;   /* ... which is this one */
    uint32_t tried;          /* the highest that was ever handed over: it has its number */
    uint32_t counted;        /* acked.number is stored up to here */
    bool ask;                /* the store may have events that are not published */
    bool fetching, outdated; /* the store is asked; for a place that was left since */
    uint32_t asked_after;    /* the last question to the store, ... */
    uint32_t asked_before;   /* ... and what was the next published event then; 0 = none */
    unsigned failed_fetches; /* in a row; not again before `fetch_at` */
    int64_t fetch_at;
    uint32_t given_up;     /* the last place at which it went on without an answer */
    struct event *backlog; /* its answer, what is left of it */
    size_t backlog_n, backlog_next;
    int64_t pause_until; /* one was refused: not at once again */
    int64_t pause_ms;    /* the last pause; they get longer */
    int64_t heartbeat_at;

    int64_t ask_at;     /* when the store is asked although nothing says that it has more */
    uint32_t shown;     /* the newest event of alarms.snap when one behind it was held back, ... */
    int64_t show_until; /* ... which it is no longer than this */
};

void delivery_init(struct delivery *d, struct mib *m, struct keeper *k, size_t who,
                   const struct outlet *outlet, void *ctx);
void delivery_done(struct delivery *d);

/* What the keeper found out. */
void delivery_take(struct delivery *d, const struct keeper_news *news);

/* Hands over what can be handed over now. */
void delivery_pump(struct delivery *d, int64_t now);

/* What became of a notification: AGENTX_NO_ERROR, AGENTX_LOST (again at once), else refused (again
 * after a pause). For agentx_settings.notified; `ctx` is the delivery. */
void delivery_notified(void *ctx, uint32_t sequence, int result);

/* When delivery_pump() wants to be called again without anything else happening; every few seconds
 * besides, to ask the store. */
int64_t delivery_deadline(const struct delivery *d);

/* How many events of the log it has not acknowledged. */
uint32_t delivery_waiting(const struct delivery *d);

#endif
