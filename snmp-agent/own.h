/*
 * own - the alarm that the agent raises by itself: collectorDown.
 *
 * Whoever watches the batteries must be watched: when the collector publishes nothing new for three
 * of its intervals, but at least a minute, the agent raises an alarm of its own, and clears it when
 * data comes again. A request to acknowledge it is served by the agent, as the plugin knows nothing of
 * it. It is stored like every other one; the alarm tables show it beside those of
 * alarms.snap, which the collector writes. After a restart of the agent it stands as it stood, and
 * its events are in the log again: both are taken from the store.
 *
 * What cannot be stored is told all the same, aside of the log, and is stored when that is possible
 * again, in its order. Until then the log shows it under a number that it may have to give up; the
 * alarm keeps its id, which is far above what the collector will give meanwhile.
 */
#ifndef BTMS_OWN_H
#define BTMS_OWN_H

#include "core/event.h"
#include "keeper.h"
#include "view.h"

#include <stddef.h>

enum { OWN_EVENTS = KEEPER_OWN };

struct own {
    bool active;
    struct alarm alarm;             /* while active */
    struct event event[OWN_EVENTS]; /* the last ones, as they happened */
    uint32_t serial[OWN_EVENTS];    /* 1.. of those that could not be stored at once, else 0 */
    size_t events;
    uint32_t serials;           /* the last one given */
    int64_t retry_ms;           /* what is not stored is not tried again before */
    struct alarm left;          /* stood in a store that opened late; to be cleared; id 0: none */
    int64_t changed_ms;         /* CLOCK_BOOTTIME of the last event; 0 = none */
    int64_t started_ms;         /* of the agent */
    struct store_floor numbers; /* the store's, when it was opened */
    bool pending;               /* an event waits for its numbers ... */
    uint32_t storing;           /* ... or, of this serial, to be stored at last; 0: it is new */
    uint32_t watched;           /* the id that the keeper was told to watch; 0 = none */
    bool recalled;              /* the store has told how it was when the agent ended last time */
    bool ready;                 /* it has, or it cannot */
    uint32_t version;           /* another one when something that tables show has changed */
};

void own_init(struct own *o, int64_t now);

/* The highest numbers that anybody can have seen: in published files, in the agent's own events. */
struct store_floor own_floor(const struct own *o, const struct view *v);

/* What the keeper found out: that one stands, or the numbers of the one that waits. `v` is where
 * numbers come from when the store has none to give. */
void own_take(struct own *o, const struct view *v, const struct keeper_news *news, int64_t now);

/* The first event that the store does not have and whose serial is above `after`; NULL: none. */
const struct event *own_aside(const struct own *o, uint32_t after, uint32_t *ret_serial);
/* The serial that the stored event of this sequence had before; 0: it had none. */
uint32_t own_serial(const struct own *o, uint32_t sequence);

/* Looks at the age of the data, and stores what could not be stored before. At most one event is under
 * way. */
void own_look(struct own *o, const struct view *v, struct keeper *k, int64_t now);

#endif
