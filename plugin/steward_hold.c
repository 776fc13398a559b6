/*
 * What holds a notification back: a cause, maintenance, a flood. Causes that stand are copied and
 * kept by gateway, as every alarm that begins is held against them.
 */
#include "steward_own.h"

#include "core/log.h"

#include <stdlib.h>
#include <string.h>

enum { PER_S = 5 }; /* notifications, once the burst is used up */

void steward_init_flood(struct steward *s, int64_t now)
{
    cause_bucket_init(&s->bucket, s->set.pace.burst == UINT32_MAX ? 0 : s->set.pace.burst, PER_S,
                      now);
}

/* ---- causes that stand ------------------------------------------------------------------- */

static bool add_cause(struct steward *s, const struct alarm *a)
{
    if (s->causes == s->room) {
        size_t room = s->room > 0 ? 2 * s->room : 32;
        struct alarm *grown = realloc(s->cause, room * sizeof(*grown));

        if (grown == NULL)
            return false;
        s->cause = grown;
        s->room = room;
    }
    s->cause[s->causes++] = *a;
    return true;
}

static bool all_numbered(const struct steward *s)
{
    for (size_t i = 0; i < s->causes; i++)
        if (s->cause[i].id == 0)
            return false;
    return true;
}

static int by_gateway(const void *a, const void *b)
{
    const struct alarm *x = a, *y = b;

    if (x->gateway != y->gateway)
        return x->gateway < y->gateway ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Where the causes of a gateway begin; where they end, for the one after it. */
static size_t first_of(const struct steward *s, uint64_t gateway)
{
    size_t low = 0, high = s->causes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->cause[middle].gateway < gateway)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void collect(struct steward *s)
{
    s->causes = 0;
    for (size_t i = 0; i < s->ledger->actives; i++)
        if (cause_matters(&s->ledger->active[i]) && !add_cause(s, &s->ledger->active[i]))
            break; /* without memory consequences are told as well */
    if (s->causes > 0)
        qsort(s->cause, s->causes, sizeof(*s->cause), by_gateway);
    s->outdated = false;
}

void steward_look_at_causes(struct steward *s)
{
    if (!s->outdated)
        return;
    collect(s);
    if (all_numbered(s))
        return;
    s->set.save(s->set.ctx);
    collect(s);
}

/* ---- causes that are over ---------------------------------------------------------------- */

static bool make_room_for_ending(struct steward *s)
{
    size_t room = s->endings_room > 0 ? 2 * s->endings_room : 32;
    struct steward_ending *grown;

    if (s->endings < s->endings_room)
        return true;
    grown = realloc(s->ended, room * sizeof(*grown));
    if (grown == NULL)
        return false;
    s->ended = grown;
    s->endings_room = room;
    return true;
}

void steward_remember_end(struct steward *s, const struct alarm *a, int64_t now)
{
    if (cause_matters(a) && make_room_for_ending(s))
        s->ended[s->endings++] = (struct steward_ending){*a, now};
}

/* How long after the end of its cause `a` may still stand though it is over itself: until it was
 * looked at again, and as long as its end is delayed. A gateway is tried again once a minute. */
static int64_t linger_ms(const struct steward *s, const struct alarm *a)
{
    enum { RETRY_MS = 75000, LOOKS = 3 };
    size_t g = steward_gateway_of(s, a);
    int64_t ms = s->set.pace.grace_ms, look = 0;
    int row = alarm_row(a->kind);

    if (cause_is_of_link(a->kind))
        return ms > RETRY_MS ? ms : RETRY_MS;
    if (row < 0 || g == SIZE_MAX)
        return ms;
    if (s->set.place != NULL)
        look = a->level == ALARM_OF_CELL ? s->set.place[g].cell_interval_ms
                                         : s->set.place[g].interval_ms;
    look = LOOKS * look + steward_clear_delay(s, g, row);
    return look > ms ? look : ms;
}

/* `a` was held back by `e`, which is over. */
static bool lingers(const struct steward *s, const struct alarm *a, const struct steward_ending *e,
                    int64_t now)
{
    return steward_explains(s, &e->cause, a) && now - e->at < linger_ms(s, a);
}

static bool is_of_use(const struct steward *s, const struct steward_ending *e, int64_t now)
{
    for (size_t i = 0; i < s->ledger->actives; i++)
        if (s->ledger->active[i].muted && lingers(s, &s->ledger->active[i], e, now))
            return true;
    return false;
}

void steward_forget_endings(struct steward *s, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->endings; i++)
        if (is_of_use(s, &s->ended[i], now))
            s->ended[kept++] = s->ended[i];
    s->endings = kept;
}

/* A cause that is over: what followed from it has not been looked at again yet. */
static const struct alarm *lingering(const struct steward *s, const struct alarm *a, int64_t now)
{
    for (size_t i = 0; i < s->endings; i++)
        if (lingers(s, a, &s->ended[i], now))
            return &s->ended[i].cause;
    return NULL;
}

/* Held back by something that ended while we were down, or just before. */
static bool lingers_from_before(const struct steward *s, const struct alarm *a, int64_t now)
{
    return a->muted && a->cause_id != 0 && now - s->began < linger_ms(s, a) &&
           steward_find_id(s, a->cause_id) == NULL;
}

/* ---- causes that stand, of one alarm ------------------------------------------------------- */

bool steward_explains(const struct steward *s, const struct alarm *cause, const struct alarm *a)
{
    return cause_explains(cause, a) || steward_supply_explains(s, cause, a);
}

static const struct alarm *supply_of(const struct steward *s, size_t of_site, const struct alarm *a)
{
    for (size_t i = 0; i < of_site; i++)
        if (steward_supply_explains(s, &s->cause[i], a))
            return &s->cause[i];
    return NULL;
}

/* ---- causes and shelves of one alarm ----------------------------------------------------- */

static void shelve(struct alarm *a, const struct alarm *shelf)
{
    a->shelved_until_ms = shelf != NULL ? shelf->shelved_until_ms : 0;
    memset(a->shelved_by, 0, sizeof(a->shelved_by));
    memset(a->shelved_reason, 0, sizeof(a->shelved_reason));
    if (shelf == NULL)
        return;
    memcpy(a->shelved_by, shelf->shelved_by, sizeof(a->shelved_by));
    memcpy(a->shelved_reason, shelf->shelved_reason, sizeof(a->shelved_reason));
}

static const struct alarm *later(const struct alarm *a, const struct alarm *b)
{
    if (a == NULL || b == NULL)
        return a != NULL ? a : b;
    return a->shelved_until_ms >= b->shelved_until_ms ? a : b;
}

/* What is urgent is held back by nothing but many of its kind that were told to be as bad. */
static bool is_told_by(const struct alarm *cause, const struct alarm *a)
{
    return cause != NULL && cause_is_one_of(cause, a) && cause->severity >= a->severity;
}

/* Only what is of the same gateway, or of the site, can matter. */
bool steward_hold(struct steward *s, struct alarm *a, int64_t now)
{
    const struct alarm *shelf, *cause = NULL;
    size_t of_site, from, n;
    bool before;

    steward_look_at_causes(s);
    of_site = first_of(s, 1);
    from = a->gateway != 0 ? first_of(s, a->gateway) : of_site;
    n = a->gateway != 0 ? first_of(s, (uint64_t)a->gateway + 1) - from : 0;
    shelf = later(cause_shelf(s->cause + from, n, a), cause_shelf(s->cause, of_site, a));
    if (n > 0)
        cause = cause_of(s->cause + from, n, a);
    if (cause == NULL)
        cause = supply_of(s, of_site, a);
    if (cause == NULL && of_site > 0)
        cause = cause_of(s->cause, of_site, a);
    if (cause == NULL && a->muted)
        cause = lingering(s, a, now);
    before = cause == NULL && lingers_from_before(s, a, now);
    shelve(a, shelf);
    if (!before)
        a->cause_id = cause != NULL ? cause->id : 0;
    return (shelf != NULL && cause_shelf_mutes(shelf, a)) ||
           ((cause != NULL || before) && (!cause_is_urgent(a) || is_told_by(cause, a)));
}

/* ---- floods ------------------------------------------------------------------------------ */

/* Too many: this one waits, and that is told. */
static void hold_for_flood(struct steward *s, struct alarm *a, struct moment t)
{
    struct alarm *flood = steward_find_own(s, ALARM_OVERFLOW), own = {.level = ALARM_OF_SITE};

    if (flood == NULL) {
        steward_raise_own(
            s, ALARM_OVERFLOW, &own, t,
            "site: more than %u alarms at once: what is not critical is told at %d a second; "
            "the log has all of them",
            s->bucket.burst, PER_S);
        s->set.save(s->set.ctx);
        flood = steward_find_own(s, ALARM_OVERFLOW);
    }
    a->cause_id = flood != NULL ? flood->id : 0;
}

bool steward_flooded(struct steward *s, struct alarm *a, struct moment t)
{
    if (cause_is_urgent(a) || cause_is_ours(a->kind) || cause_is_agents(a->kind) ||
        cause_bucket_take(&s->bucket, t.now))
        return false;
    hold_for_flood(s, a, t);
    return true;
}

static bool waits_for_flood(const struct steward *s, const struct alarm *flood)
{
    for (size_t i = 0; i < s->ledger->actives; i++)
        if (s->ledger->active[i].muted && s->ledger->active[i].cause_id == flood->id)
            return true;
    return false;
}

void steward_end_flood(struct steward *s, struct moment t)
{
    const struct alarm *flood = steward_find_own(s, ALARM_OVERFLOW);

    if (flood != NULL && cause_bucket_calm(&s->bucket, t.now) && !waits_for_flood(s, flood))
        steward_clear_own(s, flood, t,
                          "site: over: more alarms than are told one by one (what still "
                          "stands was told)");
}
