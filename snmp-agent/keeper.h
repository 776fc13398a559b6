/*
 * keeper - the agent's own thread for the store: receivers' places, old events, the agent's own alarm.
 * Places are kept in a file beside the store as well (places.h).
 *
 * SQLite may wait for a disk; the AgentX loop may not. So the loop leaves orders here and finds the
 * results when keeper_fd() is readable. A store that cannot be opened is tried again for ever; one
 * that fails is opened anew, as it may have been moved aside.
 */
#ifndef BTMS_KEEPER_H
#define BTMS_KEEPER_H

#include "core/event.h"
#include "core/store.h"
#include "places.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEEPER_FETCH = 256, KEEPER_OWN = 8, KEEPER_RECEIVERS = PLACES_MOST };

/* What the names of receivers of durable informs begin with. */
#define KEEPER_INFORM "inform "

struct keeper;

/* What concerns one receiver. */
struct keeper_answer {
    bool settled;             /* the store has said where it is: `place` */
    bool kept;                /* not yet, but the file beside the store knows: `place` */
    struct store_place place; /* where it begins */
    uint32_t decided;         /* the highest `sent` of its place that is stored ... */
    uint32_t counted;         /* ... and the highest `number`, in the store or beside it */
    bool fetched;             /* keeper_fetch() is done: events[0..n), or it failed */
    bool fetch_failed;        /* then there is nothing to be learned from n being 0 */
    size_t n;
    struct event *events; /* free() it */
};

/* What there is to know of the store so far. */
struct keeper_news {
    bool open;                  /* it was opened at least once */
    bool failing;               /* it cannot be opened now */
    struct store_floor numbers; /* the highest given when it was opened */
    bool own_standing;          /* an alarm of the agent itself stood when it was opened */
    struct alarm own;
    struct event own_event[KEEPER_OWN]; /* its last ones among those that the log shows */
    size_t own_events;
    bool appended;      /* the event of keeper_append() is done, and here it is: */
    struct event event; /* with its numbers, or (stored false) as it was given */
    bool acknowledged;  /* the alarm of keeper_watch() was, by this event */
    struct event ack;
    bool asked, asked_well; /* the request of keeper_ask() is stored, or could not be */
    struct keeper_answer answer[KEEPER_RECEIVERS];
};

/* For `n` receivers, told apart by their position. A new store starts above `floor`. `data_dir` is
 * kept, not copied. NULL without memory, descriptor or thread. */
struct keeper *keeper_start(const char *data_dir, const char *const *receiver, size_t n,
                            const struct store_floor *floor);
/* Ends the thread after what it is doing; saves the places. NULL is fine. */
void keeper_stop(struct keeper *k);

int keeper_fd(const struct keeper *k);

/* Takes the news; what was taken is not told again, but for `open`, `failing`, and what is known of
 * places. */
void keeper_take(struct keeper *k, struct keeper_news *ret);

/* Another receiver in this position; NULL: none any more. What was ordered for the one before is not
 * done, but its place stays in the store. */
void keeper_set_receiver(struct keeper *k, size_t receiver, const char *name);
/* Forgets the places of all receivers for durable informs but these, whenever that can be done. */
void keeper_forget_others(struct keeper *k);

/* How far the receiver is. Neither `sequence` nor `sent` ever goes back. */
void keeper_set_place(struct keeper *k, size_t receiver, const struct store_place *place);
/* Events after `sequence`, at most KEEPER_FETCH. One order of a receiver at a time. */
void keeper_fetch(struct keeper *k, size_t receiver, uint32_t sequence);
/* Stores an event of the agent; its numbers are given by the store, above `floor`: what published
 * files show, although the store may know nothing of it. One at a time. */
void keeper_append(struct keeper *k, const struct event *e, const struct store_floor *floor);
/* This alarm of the agent itself stands, of which the plugin knows nothing: a request to acknowledge it,
 * however it came into the store, is for the agent to serve. NULL: none stands. */
void keeper_watch(struct keeper *k, const struct alarm *own);
/* Leaves a request of a person to the plugin. False: one is under way. */
bool keeper_ask(struct keeper *k, const struct store_request *r);
/* True: it was not begun, and never will be. */
bool keeper_withdraw(struct keeper *k);

#endif
