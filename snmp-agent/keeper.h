/*
 * keeper - the agent's own thread for the store: receivers' places, old events, the agent's own alarm.
 *
 * SQLite may wait for a disk; the AgentX loop may not. So the loop leaves orders here and finds the
 * results when keeper_fd() is readable. A store that cannot be opened is tried again for ever; one
 * that fails is opened anew, as it may have been moved aside.
 */
#ifndef BTMS_KEEPER_H
#define BTMS_KEEPER_H

#include "core/event.h"
#include "core/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEEPER_FETCH = 256, KEEPER_OWN = 8, KEEPER_RECEIVERS = 33 };

struct keeper;

/* What concerns one receiver. */
struct keeper_answer {
    struct store_place place; /* as found when the store was opened; only with `open` */
    uint32_t decided;         /* the highest `sent` of its place that is stored */
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

/* For `n` receivers, told apart by their position; strings are kept, not copied. A new store starts
 * above `floor`. NULL without memory, descriptor or thread. */
struct keeper *keeper_start(const char *data_dir, const char *const *receiver, size_t n,
                            const struct store_floor *floor);
/* Ends the thread after what it is doing; saves the places. NULL is fine. */
void keeper_stop(struct keeper *k);

int keeper_fd(const struct keeper *k);

/* Takes the news; what was taken is not told again, but for `open`, `failing` and `decided`. */
void keeper_take(struct keeper *k, struct keeper_news *ret);

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
