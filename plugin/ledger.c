/* See ledger.h. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ledger_init(struct ledger *l)
{
    *l = (struct ledger){.ring = calloc(SNAPSHOT_EVENTS_MAX, sizeof(*l->ring))};
    return l->ring != NULL;
}

void ledger_free(struct ledger *l)
{
    free(l->active);
    free(l->ring);
    free(l->slot);
}

/* ---- what stands ------------------------------------------------------------------------- */

/* A string may be given to another UPS while an alarm of it stands: that is the same string. Power
 * supplies and aggregators have a name only. */
static bool has_name_only(uint16_t kind)
{
    return kind == ALARM_SUPPLY_SUSPECTED || kind == ALARM_AGGREGATOR_COMM_LOST;
}

static bool same_object(const struct alarm *a, const struct alarm *b)
{
    return a->kind == b->kind && a->level == b->level && a->gateway == b->gateway &&
           a->string == b->string && a->cell == b->cell &&
           (a->level != ALARM_OF_UPS || a->ups == b->ups) &&
           (!has_name_only(a->kind) || strcmp(a->object, b->object) == 0);
}

/* ---- what stands, found ------------------------------------------------------------------ */

/* A site of ten thousands of alarms asks for each of them, again and again: a hash table, open
 * addressing with linear probing, as condition.c has it. Positions are counted from 1, 0 is a free
 * slot. Without memory for it every alarm is looked at. */
static size_t home(const struct ledger *l, const struct alarm *a)
{
    uint64_t key = (uint64_t)a->gateway << 40 ^ (uint64_t)a->kind << 24 ^
                   (uint64_t)a->string << 16 ^ (uint64_t)a->cell << 4 ^ a->level;

    if (a->level == ALARM_OF_UPS)
        key ^= (uint64_t)a->ups << 16;
    return (size_t)(key * 0x9e3779b97f4a7c15u >> 32) & (l->slots - 1);
}

/* Where an alarm of that kind and object is, or would be put. */
static size_t probe(const struct ledger *l, const struct alarm *a)
{
    size_t i = home(l, a);

    while (l->slot[i] != 0 && !same_object(&l->active[l->slot[i] - 1], a))
        i = (i + 1) & (l->slots - 1);
    return i;
}

void ledger_index(struct ledger *l)
{
    size_t slots = 64;

    while (slots < 2 * l->room)
        slots *= 2;
    free(l->slot);
    l->slot = calloc(slots, sizeof(*l->slot));
    l->slots = l->slot != NULL ? slots : 0;
    for (size_t i = l->slots > 0 ? l->actives : 0; i-- > 0;) /* of two alike the first */
        l->slot[probe(l, &l->active[i])] = (uint32_t)i + 1;
}

/* Of two alike, which only a damaged file has, one is not in the table. */
static void forget(struct ledger *l, const struct alarm *a)
{
    size_t mask = l->slots - 1, hole = probe(l, a);

    if (l->slot[hole] != (uint32_t)(a - l->active) + 1)
        return;

    for (size_t i = (hole + 1) & mask; l->slot[i] != 0; i = (i + 1) & mask)
        if (((i - home(l, &l->active[l->slot[i] - 1])) & mask) >= ((i - hole) & mask)) {
            l->slot[hole] = l->slot[i];
            hole = i;
        }
    l->slot[hole] = 0;
}

struct alarm *ledger_find(const struct ledger *l, const struct alarm *a)
{
    uint32_t at = l->slots > 0 ? l->slot[probe(l, a)] : 0;

    for (size_t i = 0; l->slots == 0 && at == 0 && i < l->actives; i++)
        if (same_object(&l->active[i], a))
            at = (uint32_t)i + 1;
    return at != 0 ? &l->active[at - 1] : NULL;
}

static bool make_room(struct ledger *l)
{
    size_t room = l->room > 0 ? 2 * l->room : 64;
    struct alarm *grown;

    if (l->actives < l->room)
        return true;
    grown = realloc(l->active, room * sizeof(*grown));
    if (grown == NULL)
        return false;
    l->active = grown;
    l->room = room;
    ledger_index(l);
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct alarm *x = a, *y = b;

    return (x->id - 1 > y->id - 1) - (x->id - 1 < y->id - 1); /* 0 last */
}

bool ledger_add(struct ledger *l, const struct alarm *a)
{
    size_t at;

    if (!make_room(l))
        return false;
    l->mixed |= l->actives > 0 && by_id(&l->active[l->actives - 1], a) > 0;
    l->active[l->actives++] = *a;
    at = l->slots > 0 ? probe(l, a) : 0;
    if (l->slots > 0 && l->slot[at] == 0)
        l->slot[at] = (uint32_t)l->actives;
    return true;
}

/* The last one takes its place: to move up all that follow would take a while, for each of ten
 * thousands. */
void ledger_remove(struct ledger *l, struct alarm *a)
{
    struct alarm *last = &l->active[l->actives - 1];

    if (l->slots > 0)
        forget(l, a);
    if (a != last) {
        if (l->slots > 0)
            l->slot[probe(l, last)] = (uint32_t)(a - l->active) + 1;
        *a = *last;
        l->mixed = true;
    }
    l->actives--;
}

void ledger_sort(struct ledger *l)
{
    size_t i = 1;

    if (!l->mixed)
        return;
    l->mixed = false;
    while (i < l->actives && by_id(&l->active[i - 1], &l->active[i]) <= 0)
        i++;
    if (i >= l->actives)
        return;
    qsort(l->active, l->actives, sizeof(*l->active), by_id);
    ledger_index(l);
}

struct alarm *ledger_find_id(struct ledger *l, uint32_t id)
{
    struct alarm wanted = {.id = id};

    for (size_t i = 0; l->mixed && i < l->actives; i++)
        if (l->active[i].id == id)
            return &l->active[i];
    return l->mixed || l->actives == 0
               ? NULL
               : bsearch(&wanted, l->active, l->actives, sizeof(wanted), by_id);
}

/* ---- events and numbers ------------------------------------------------------------------ */

static void count_lost(struct ledger *l, const struct event *e)
{
    if (e->stored)
        return;
    l->lost.from = l->lost.n++ == 0 ? e->sequence : l->lost.from;
    l->lost.to = e->sequence;
}

void ledger_note(struct ledger *l, const struct event *e)
{
    if (l->events == SNAPSHOT_EVENTS_MAX)
        count_lost(l, &l->ring[0]);
    if (l->events == SNAPSHOT_EVENTS_MAX)
        memmove(l->ring, l->ring + 1, --l->events * sizeof(*l->ring));
    l->ring[l->events++] = *e;
}

size_t ledger_unstored(const struct ledger *l)
{
    size_t from = l->events;

    while (from > 0 && !l->ring[from - 1].stored)
        from--;
    return from;
}

/* The newest, if it was raised more than once. */
void ledger_spread_ids(struct ledger *l, size_t from)
{
    for (size_t i = l->events; i-- > from;) {
        struct alarm *a = ledger_find(l, &l->ring[i].alarm);

        if (l->ring[i].what != EVENT_RAISED || a == NULL || a->id != 0)
            continue;
        a->id = l->ring[i].alarm.id;
        l->mixed = true;
    }
}

void ledger_number(struct ledger *l, size_t from)
{
    for (size_t i = from; i < l->events; i++) {
        struct event *e = &l->ring[i];

        if (e->sequence == 0)
            e->sequence = ++l->sequence;
        if (e->alarm.id == 0)
            e->alarm.id = ++l->alarm_id;
    }
    ledger_spread_ids(l, from);
}

/* ---- the last run ------------------------------------------------------------------------ */

static void see(struct ledger *l, uint32_t sequence, uint32_t alarm_id)
{
    l->sequence = sequence > l->sequence ? sequence : l->sequence;
    l->alarm_id = alarm_id > l->alarm_id ? alarm_id : l->alarm_id;
}

void ledger_restore(struct ledger *l, const struct snapshot *alarms)
{
    struct alarm a;
    struct event e;

    for (uint32_t i = 0; i < alarms->section[0].count; i++) {
        snapshot_get_alarm(alarms, i, &a);
        see(l, 0, a.id);
        ledger_add(l, &a);
    }
    for (uint32_t i = 0; i < alarms->section[1].count; i++) {
        snapshot_get_event(alarms, i, &e);
        see(l, e.sequence, e.alarm.id);
        ledger_note(l, &e);
    }
}

/* ---- the store --------------------------------------------------------------------------- */

static bool raised_and_stands(const struct ledger *l, const struct event *e)
{
    const struct alarm *a = ledger_find(l, &e->alarm);

    return e->what == EVENT_RAISED && a != NULL && a->id == e->alarm.id;
}

/* The events to replay, and last those alarms whose event has left the ring: they happen anew. In a
 * new array; NULL without memory. */
static struct event *pending(const struct ledger *l, bool same, size_t *ret_n)
{
    struct event *ret = calloc(l->events + l->actives + 1, sizeof(*ret));
    size_t n = 0, from = ledger_unstored(l);

    for (size_t i = 0; ret != NULL && i < l->events; i++)
        if (i >= from || (!same && raised_and_stands(l, &l->ring[i])))
            ret[n++] = l->ring[i];
    for (size_t i = 0; ret != NULL && !same && i < l->actives; i++)
        ret[n++] = (struct event){
            .what = EVENT_RAISED, .wall_ms = l->active[i].raised_ms, .alarm = l->active[i]};
    *ret_n = n;
    return ret;
}

/* The program ended after it was stored and before that was published. */
static bool there_already(const struct ledger *l, const struct event *e)
{
    for (size_t i = l->events; i-- > 0 && l->ring[i].sequence >= e->sequence;)
        if (l->ring[i].sequence == e->sequence)
            return l->ring[i].alarm.id == e->alarm.id && l->ring[i].what == e->what &&
                   l->ring[i].wall_ms == e->wall_ms && same_object(&l->ring[i].alarm, &e->alarm);
    return false;
}

/* What began, changed or ended, seen from what stands here. False: it changes nothing. Raised once
 * more under its own id: it is told now. */
static bool apply(struct ledger *l, struct event *e)
{
    struct alarm *standing = ledger_find(l, &e->alarm);

    if (e->what == EVENT_RAISED && standing == NULL)
        return true;
    if (standing == NULL ||
        (e->what == EVENT_RAISED && (standing->id != e->alarm.id || !standing->muted)))
        return false;
    e->alarm.id = standing->id;
    e->alarm.raised_ms = standing->raised_ms;
    if (e->what == EVENT_CLEARED)
        ledger_remove(l, standing);
    else
        *standing = e->alarm;
    return true;
}

/* Numbers that another program has used meanwhile were not ours to give. */
static void renumber(struct ledger *l, struct event *e)
{
    uint32_t last = l->events > 0 ? l->ring[l->events - 1].sequence : 0;

    if (e->sequence == 0 || e->sequence > last)
        return;
    e->sequence = ++l->sequence;
    if (e->what == EVENT_RAISED && ledger_find(l, &e->alarm) == NULL)
        e->alarm.id = ++l->alarm_id;
}

/* Of an alarm whose beginning was lost: it happened all the same. */
static bool begins_nowhere(const struct ledger *l, const struct event *e)
{
    return l->merged && l->lost.n > 0 && e->what != EVENT_RAISED &&
           ledger_find(l, &e->alarm) == NULL;
}

static void replay(struct ledger *l, struct event e)
{
    e.stored = false;
    if ((e.sequence != 0 && there_already(l, &e)) || (!begins_nowhere(l, &e) && !apply(l, &e)))
        return;
    renumber(l, &e);
    if (e.what == EVENT_RAISED && ledger_find(l, &e.alarm) == NULL)
        ledger_add(l, &e.alarm);
    ledger_note(l, &e);
}

/* ---- told under two numbers -------------------------------------------------------------- */

static bool id_of_another(const struct ledger *l, const struct alarm *a)
{
    for (size_t i = 0; i < l->events; i++)
        if (l->ring[i].alarm.id == a->id && !same_object(&l->ring[i].alarm, a))
            return true;
    for (size_t i = 0; i < l->actives; i++)
        if (l->active[i].id == a->id && !same_object(&l->active[i], a))
            return true;
    return false;
}

/* This run, which did not know of the alarm, told it as a new one. */
static const struct alarm *begun_before(const struct ledger *l, const struct event *e)
{
    const struct alarm *standing = ledger_find(l, &e->alarm);

    if (e->what != EVENT_RAISED || e->sequence == 0 || e->alarm.id == 0 || e->alarm.muted)
        return NULL;
    return standing != NULL && standing->id != e->alarm.id && !id_of_another(l, &e->alarm)
               ? standing
               : NULL;
}

static void note_amends(struct ledger *l, enum event_what what, int64_t wall_ms,
                        const struct alarm *a)
{
    struct event e = {.what = (uint8_t)what, .wall_ms = wall_ms, .alarm = *a};

    ledger_note(l, &e);
    l->amends++;
}

/* The number that was told ends; the alarm goes on under the one it has in the store. `was`: how that
 * knew it. */
static void make_amends(struct ledger *l, const struct event *e, const struct alarm *was)
{
    struct alarm *standing = ledger_find(l, &e->alarm), over = e->alarm;

    snprintf(over.text, sizeof(over.text),
             "over: it is the alarm number %u, which stood before: %.180s", (unsigned)was->id,
             e->alarm.text);
    note_amends(l, EVENT_CLEARED, e->wall_ms, &over);
    if (standing == NULL || standing->id != was->id || standing->severity == was->severity)
        return;
    standing->changed_ms = e->wall_ms;
    note_amends(l, EVENT_CHANGED, e->wall_ms, standing);
}

/* It is logged, and of what stands it changes nothing. */
static bool replay_apart(struct ledger *l, struct event e)
{
    bool there = e.sequence != 0 && there_already(l, &e);

    e.stored = false;
    if (!there)
        renumber(l, &e);
    if (!there)
        ledger_note(l, &e);
    return !there;
}

/* Of a number that the alarm does not have any more, neither here nor in the store: such amends were
 * made before, and not stored yet. */
static bool is_past(const struct ledger *l, const struct ledger *before, const struct event *e)
{
    const struct alarm *standing = ledger_find(l, &e->alarm), *had = ledger_find(before, &e->alarm);

    return e->alarm.id != 0 && standing != NULL && had != NULL && had->id == standing->id &&
           had->id != e->alarm.id;
}

/* Both numbers are in the log: the beginning of the second one first, its end after all else. */
static void replay_all(struct ledger *l, const struct ledger *before, const struct event *e,
                       struct alarm *was, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct alarm *standing = begun_before(l, &e[i]);

        if (is_past(l, before, &e[i])) {
            replay_apart(l, e[i]);
        } else if (standing == NULL) {
            replay(l, e[i]);
        } else if (replay_apart(l, e[i])) {
            was[i] = *standing;
            alarm_take_finding(ledger_find(l, standing),
                               &e[i].alarm); /* what this run found is newer */
        }
    }
    for (size_t i = 0; i < n; i++)
        if (was[i].id != 0)
            make_amends(l, &e[i], &was[i]);
}

int32_t ledger_worse_peak(const struct alarm *a, const struct alarm *b)
{
    int row = alarm_row(a->kind);
    bool low = row >= 0 && alarm_kinds[row].worse < 0;

    if (!a->has_value || !b->has_value)
        return a->has_value ? a->peak : b->peak;
    return (a->peak < b->peak) == low ? a->peak : b->peak;
}

/* What this run knows of an alarm that its events alone do not tell: those of a new store begin with
 * the alarm, not with what became of it. */
static void carry_over(struct ledger *l, const struct alarm *old, bool same)
{
    struct alarm *a = ledger_find(l, old);

    if (a == NULL || a->id != old->id)
        return;
    if (same) { /* of the same store: what became worse since, without an event */
        a->peak = ledger_worse_peak(a, old);
        a->occurrences = old->occurrences > a->occurrences ? old->occurrences : a->occurrences;
    } else if (a->muted == old->muted) {
        *a = *old;
    }
}

static bool is_among(const struct alarm *among, size_t n, const struct alarm *a)
{
    for (size_t i = 0; i < n; i++)
        if (same_object(&among[i], a))
            return true;
    return false;
}

static bool id_taken(const struct ledger *l, uint32_t id)
{
    for (size_t i = 0; i < l->events; i++)
        if (l->ring[i].alarm.id == id)
            return true;
    return false;
}

/* Events that are lost can be neither replayed nor read, but what stood in the end is known. */
static void keep_standing(struct ledger *l, const struct alarm *old, size_t olds)
{
    for (size_t i = l->actives; i-- > 0;)
        if (!is_among(old, olds, &l->active[i]))
            ledger_remove(l, &l->active[i]);
    for (size_t i = 0; i < olds; i++) {
        struct alarm a = old[i];

        if (ledger_find(l, &a) != NULL)
            continue;
        if (id_taken(l, a.id))
            a.id = ++l->alarm_id;
        ledger_add(l, &a);
    }
}

bool ledger_merge(struct ledger *l, struct alarm *active, size_t actives, const struct event *last,
                  size_t n, bool same)
{
    size_t count;
    struct event *e = pending(l, same, &count);
    struct alarm *was = calloc(count + 1, sizeof(*was)); /* id 0: nothing to amend */
    struct ledger before = *l;

    if (e == NULL || was == NULL) {
        free(e);
        free(was);
        return false;
    }
    l->active = active;
    l->actives = l->room = actives;
    l->slot = NULL;
    ledger_index(l);
    l->events = 0;
    l->amends = 0;
    for (size_t i = 0; i < n; i++) {
        see(l, last[i].sequence, last[i].alarm.id);
        ledger_note(l, &last[i]);
    }
    replay_all(l, &before, e, was, count);
    for (size_t i = 0; i < before.actives; i++)
        carry_over(l, &before.active[i], same);
    if (same && l->merged && l->lost.n > 0)
        keep_standing(l, before.active, before.actives);
    l->merged = true;
    free(before.active);
    free(before.slot);
    l->mixed = true;
    ledger_sort(l);
    free(e);
    free(was);
    return true;
}

/* ---- events that were lost --------------------------------------------------------------- */

static bool has_id(const struct alarm *among, size_t n, uint32_t id)
{
    for (size_t i = 0; i < n; i++)
        if (among[i].id == id)
            return true;
    return false;
}

size_t ledger_reconcile(struct ledger *l, const struct alarm *active, size_t actives, size_t most,
                        int64_t wall_ms)
{
    size_t noted = 0;

    for (size_t i = 0; i < l->actives && noted < most; i++) {
        struct event e = {
            .what = EVENT_RAISED, .wall_ms = l->active[i].raised_ms, .alarm = l->active[i]};

        if (has_id(active, actives, l->active[i].id))
            continue;
        ledger_note(l, &e);
        noted++;
    }
    for (size_t i = 0; i < actives && noted < most; i++) {
        struct event e = {.what = EVENT_CLEARED, .wall_ms = wall_ms, .alarm = active[i]};

        if (has_id(l->active, l->actives, active[i].id))
            continue;
        snprintf(e.alarm.text, sizeof(e.alarm.text),
                 "over, while events could not be stored: %.200s", active[i].text);
        ledger_note(l, &e);
        noted++;
    }
    return noted;
}
