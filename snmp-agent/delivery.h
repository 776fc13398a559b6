/*
 * delivery - events become notifications, in order, each at least once.
 *
 * Follows the log through a cursor that the store keeps: it moves when the master acknowledges, and
 * only over what is acknowledged without a gap. What is lost with a connection, or refused by the
 * master, is sent again with its old number, and so is everything behind it. Events that alarms.snap
 * does not have come from the store. Belongs to the loop; the keeper does the waiting.
 */
#ifndef BTMS_DELIVERY_H
#define BTMS_DELIVERY_H

#include "agentx.h"
#include "keeper.h"
#include "mib.h"

struct delivery {
    struct mib *mib;
    struct agentx *agentx; /* set once it is there */
    struct keeper *keeper;
    bool ready;              /* `acked` is known */
    bool hold;               /* an event of our own is about to get its number: wait for it */
    uint32_t acked;          /* everything up to here was acknowledged */
    uint32_t sent;           /* everything up to here was handed to the session */
    uint32_t highest;        /* the highest ever sent: below it is a repeat */
    unsigned under_way;      /* handed to the session, and nothing heard of them yet */
    unsigned outrun;         /* the first of them: they were behind one that failed, so whatever */
                             /* becomes of them they are sent again */
    bool one_by_one;         /* since the master refused one */
    uint32_t refused;        /* the one that it was said of */
    bool storeless;          /* there is no store to ask */
    bool ask;                /* the store may have events that are not published */
    bool fetching, outdated; /* the store is asked; for a place that was left since */
    uint32_t asked_after;    /* the last question to the store, ... */
    uint32_t asked_before;   /* ... and what was the next published event then; 0 = none */
    unsigned failed_fetches; /* in a row; not again before `fetch_at` */
    int64_t fetch_at;
    uint32_t given_up;     /* the last place at which it went on without an answer */
    struct event *backlog; /* its answer, what is left of it */
    size_t backlog_n, backlog_next;
    int64_t connected_ms; /* wall time: what happened before could not be told at once */
    int64_t pause_until;  /* the master refused one: not at once again */
    int64_t pause_ms;     /* the last pause; they get longer */
};

void delivery_init(struct delivery *d, struct mib *m, struct keeper *k);
void delivery_done(struct delivery *d);

/* What the keeper found out. */
void delivery_take(struct delivery *d, const struct keeper_news *news);

/* There is no store: only news from now on, and nothing is remembered. */
void delivery_without_store(struct delivery *d);

/* The session runs since `wall_ms`. */
void delivery_connected(struct delivery *d, int64_t wall_ms);

/* Hands over what can be handed over now. */
void delivery_pump(struct delivery *d, int64_t now);

/* For agentx_settings.notified; `ctx` is the delivery. */
void delivery_notified(void *ctx, uint32_t sequence, int result);

/* When delivery_pump() wants to be called again without anything else happening. */
int64_t delivery_deadline(const struct delivery *d);

#endif
