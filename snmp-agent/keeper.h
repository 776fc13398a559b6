/*
 * keeper - the agent's own thread for the store: the cursor, old events, and the agent's own alarm.
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

enum { KEEPER_FETCH = 256, KEEPER_OWN = 8 };

struct keeper;

/* What there is to know of the store so far. */
struct keeper_news {
    bool open;                  /* it was opened at least once */
    bool failing;               /* it cannot be opened now */
    uint32_t cursor;            /* of the receiver, as found when it was opened; only with `open` */
    struct store_floor numbers; /* the highest given when it was opened */
    bool own_standing;          /* an alarm of the agent itself stood when it was opened */
    struct alarm own;
    struct event own_event[KEEPER_OWN]; /* its last ones among those that the log shows */
    size_t own_events;
    bool appended;      /* the event of keeper_append() is done, and here it is: */
    struct event event; /* with its numbers, or (stored false) as it was given */
    bool fetched;       /* keeper_fetch() is done: events[0..n), or it failed */
    bool fetch_failed;  /* then there is nothing to be learned from n being 0 */
    size_t n;
    struct event *events; /* free() it */
};

/* Both strings are kept, not copied; a new store starts above `floor`. NULL without memory,
 * descriptor or thread. */
struct keeper *keeper_start(const char *data_dir, const char *receiver,
                            const struct store_floor *floor);
/* Ends the thread after what it is doing; saves the cursor. NULL is fine. */
void keeper_stop(struct keeper *k);

int keeper_fd(const struct keeper *k);

/* Takes the news; what was taken is not told again, but for `open` and `failing`. */
void keeper_take(struct keeper *k, struct keeper_news *ret);

/* The receiver has everything up to `sequence`. */
void keeper_set_cursor(struct keeper *k, uint32_t sequence);
/* Events after `sequence`, at most KEEPER_FETCH. One order at a time. */
void keeper_fetch(struct keeper *k, uint32_t sequence);
/* Stores an event of the agent; its numbers are given by the store, above `floor`: what published
 * files show, although the store may know nothing of it. One at a time. */
void keeper_append(struct keeper *k, const struct event *e, const struct store_floor *floor);

#endif
