/*
 * ledger - what the site thread knows of alarms: those that stand, and the last events.
 *
 * Three places hold parts of it: the store, alarms.snap of the last run, and the memory of this
 * run. Any of them may be missing for a while, so what the memory has and the store has not is
 * replayed over what the store says as soon as it can be read. Pure: no clocks, no files.
 */
#ifndef BTMS_LEDGER_H
#define BTMS_LEDGER_H

#include "core/snapshot.h"

struct ledger {
    struct alarm *active; /* after ledger_sort(): ascending id; an id of 0, not given yet, last */
    size_t actives, room;
    bool mixed;     /* to be sorted */
    uint32_t *slot; /* where in `active` an object's alarm is */
    size_t slots;
    struct event *ring; /* SNAPSHOT_EVENTS_MAX; ascending sequence; one of 0, not given yet, last */
    size_t events;
    size_t amends; /* events noted by the last merge */
    uint32_t sequence,
        alarm_id; /* the highest given or seen: numbers of our own go on above them */
    bool merged;  /* with a store, once: of what stands the memory knows all */
    struct {
        uint32_t n, from, to; /* sequences */
    } lost;                   /* events that left the ring before they were stored */
};

/* False without memory. */
bool ledger_init(struct ledger *l);
void ledger_free(struct ledger *l);

/* The standing alarm of the same kind and object, NULL if there is none. Valid until a change. */
struct alarm *ledger_find(const struct ledger *l, const struct alarm *a);
struct alarm *ledger_find_id(struct ledger *l, uint32_t id);
bool ledger_add(struct ledger *l, const struct alarm *a);
/* Another one takes its place. */
void ledger_remove(struct ledger *l, struct alarm *a);
void ledger_sort(struct ledger *l);
/* What alarms are of was changed under it. */
void ledger_index(struct ledger *l);

/* Appends an event; the oldest makes room, and is lost if it was not stored. */
void ledger_note(struct ledger *l, const struct event *e);

/* Position of the first event that the store does not have yet; all after it are so too. */
size_t ledger_unstored(const struct ledger *l);

/* What stands gets the ids that were given to its events from `from` on. */
void ledger_spread_ids(struct ledger *l, size_t from);
/* Numbers of our own for the events from `from` on that have none: the store cannot give any. */
void ledger_number(struct ledger *l, size_t from);

/* Fills an empty ledger from alarms.snap. */
void ledger_restore(struct ledger *l, const struct snapshot *alarms);

/* What a store says: alarms that stand, by id, and its last events, by sequence. `same`: it is the
 * store that the ledger's events went to so far. `active` becomes the ledger's when true is
 * returned; false without memory, and nothing has changed.
 *
 * Events that it does not have are kept, with their numbers where nobody else has used these; what
 * it knows as standing keeps its id, even if this run, knowing less, has raised it a second time: the
 * number that was told then ends, and a severity found out since is a change. Such events are the
 * last of the ring, `amends` of them: nobody was told yet.
 * Of another store everything that stands here is new. */
bool ledger_merge(struct ledger *l, struct alarm *active, size_t actives, const struct event *last,
                  size_t n, bool same);

/* After events were lost and the rest was stored: what stands here and not in the store, whose
 * `active` alarms these are, or the other way round. Notes events that set the store right, at most
 * `most`; returns how many. */
size_t ledger_reconcile(struct ledger *l, const struct alarm *active, size_t actives, size_t most,
                        int64_t wall_ms);

/* The worse of what two states of an alarm have as their peak. */
int32_t ledger_worse_peak(const struct alarm *a, const struct alarm *b);

#endif
