/* See steward.h. */
#include "steward.h"
#include "steward_own.h"

#include "core/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PER_S = 5 }; /* notifications, once the burst is used up */

static const struct steward_pace defaults = {
    .expect_ms = 600000,
    .grace_ms = 30000,
    .test_ms = 3000,
    .burst = 500,
};

static int64_t or_default(int64_t v, int64_t otherwise)
{
    return v != 0 ? v : otherwise;
}

/* What configuration and the table of kinds say of an alarm that is raised here. */
static struct alarm_rule rule_of(const struct steward *s, int row)
{
    const limit_scope scope = {s->set.limits};

    return alarm_rule(scope, row);
}

static int64_t delay_of(const struct steward *s, uint16_t kind)
{
    return rule_of(s, alarm_row(kind)).raise_ms[0];
}

static void set_pace(struct steward *s)
{
    struct steward_pace *p = &s->set.pace;

    p->expect_ms = or_default(p->expect_ms, defaults.expect_ms);
    p->missing_ms = or_default(p->missing_ms, delay_of(s, ALARM_TOPOLOGY_MISMATCH));
    p->grace_ms = or_default(p->grace_ms, defaults.grace_ms);
    p->test_ms = or_default(p->test_ms, defaults.test_ms);
    p->fault_ms = or_default(p->fault_ms, delay_of(s, ALARM_STORE_FAULT));
    p->burst = (unsigned)or_default(p->burst, defaults.burst);
}

bool steward_init(struct steward *s, struct ledger *l, const struct steward_settings *set,
                  int64_t now)
{
    *s = (struct steward){.set = *set, .ledger = l, .outdated = true};
    set_pace(s);
    cause_bucket_init(&s->bucket, s->set.pace.burst == UINT32_MAX ? 0 : s->set.pace.burst, PER_S,
                      now);
    s->gateway = calloc(set->gateways + 1, sizeof(*s->gateway));
    return s->gateway != NULL;
}

void steward_free(struct steward *s)
{
    free(s->gateway);
    free(s->cause);
}

void steward_look_again(struct steward *s)
{
    s->outdated = true;
}

/* ---- the ledger -------------------------------------------------------------------------- */

void steward_note(struct steward *s, enum event_what what, const struct alarm *a, struct moment t)
{
    struct event e = {.what = (uint8_t)what, .wall_ms = t.wall, .alarm = *a};

    ledger_note(s->ledger, &e);
    s->events++;
    s->outdated |= cause_matters(a);
}

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

/* Whoever is a cause has its number: others name it. */
static void look_at_causes(struct steward *s)
{
    if (!s->outdated)
        return;
    collect(s);
    if (all_numbered(s))
        return;
    s->set.save(s->set.ctx);
    collect(s);
}

/* Alarms by number, of what stands. */
struct alarm *steward_find_id(const struct steward *s, uint32_t id)
{
    for (size_t i = 0; i < s->ledger->actives; i++)
        if (s->ledger->active[i].id == id)
            return &s->ledger->active[i];
    return NULL;
}

/* Cut off where there is no room. */
void steward_write_text(struct alarm *a, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(a->text, sizeof(a->text), format, ap);
    va_end(ap);
}

struct alarm *steward_find_own(const struct steward *s, uint16_t kind)
{
    const struct alarm wanted = {.kind = kind, .level = ALARM_OF_SITE};

    return ledger_find(s->ledger, &wanted);
}

/* ---- what holds a notification back ------------------------------------------------------- */

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

/* A cause that is over: what followed from it has not been looked at again yet. */
static const struct alarm *lingering(const struct steward *s, const struct alarm *a)
{
    for (size_t i = 0; i < s->endings; i++)
        if (cause_explains(&s->ended[i].cause, a))
            return &s->ended[i].cause;
    return NULL;
}

static const struct alarm *later(const struct alarm *a, const struct alarm *b)
{
    if (a == NULL || b == NULL)
        return a != NULL ? a : b;
    return a->shelved_until_ms >= b->shelved_until_ms ? a : b;
}

/* Sets cause and shelf of `a`. True: nobody is to be notified of it now. Only what is of the same
 * gateway, or of the site, can matter. */
static bool look_at(struct steward *s, struct alarm *a)
{
    const struct alarm *shelf, *cause = NULL;
    size_t of_site, from, n;

    look_at_causes(s);
    of_site = first_of(s, 1);
    from = a->gateway != 0 ? first_of(s, a->gateway) : of_site;
    n = a->gateway != 0 ? first_of(s, (uint64_t)a->gateway + 1) - from : 0;
    shelf = later(cause_shelf(s->cause + from, n, a), cause_shelf(s->cause, of_site, a));
    if (n > 0)
        cause = cause_of(s->cause + from, n, a);
    if (cause == NULL && of_site > 0)
        cause = cause_of(s->cause, of_site, a);
    if (cause == NULL && a->muted)
        cause = lingering(s, a);
    shelve(a, shelf);
    a->cause_id = cause != NULL ? cause->id : 0;
    return (shelf != NULL && cause_shelf_mutes(shelf, a)) ||
           (cause != NULL && a->severity < ALARM_CRITICAL);
}

/* An alarm of the site thread itself; `a` has what it is of. */
void steward_raise_own(struct steward *s, uint16_t kind, struct alarm *a, struct moment t,
                       const char *format, ...)
{
    int row = alarm_row(kind);
    va_list ap;

    a->kind = kind;
    a->severity = (uint8_t)rule_of(s, row).severity[0];
    a->sources = kind == ALARM_SITE_NETWORK_LOST ? ALARM_SOURCE_DERIVED : ALARM_SOURCE_INTERNAL;
    if (*a->object == '\0')
        snprintf(a->object, sizeof(a->object), "site");
    va_start(ap, format);
    vsnprintf(a->text, sizeof(a->text), format, ap);
    va_end(ap);
    log_say(a->severity > ALARM_INFO ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE, "%s [%s]", a->text,
            alarm_kinds[row].name);
    steward_raise(s, a, t);
}

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

/* Decides what becomes of a notification that nothing holds back. True: it waits. */
static bool flooded(struct steward *s, struct alarm *a, struct moment t)
{
    if (cause_is_urgent(a) || cause_is_ours(a->kind) || cause_bucket_take(&s->bucket, t.now))
        return false;
    hold_for_flood(s, a, t);
    return true;
}

static uint32_t count_explained(const struct steward *s, const struct alarm *cause)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s->ledger->actives; i++)
        n += cause_explains(cause, &s->ledger->active[i]);
    return n;
}

/* ---- began, changed, ended --------------------------------------------------------------- */

void steward_raise(struct steward *s, struct alarm *a, struct moment t)
{
    a->raised_ms = t.wall;
    a->occurrences = 1;
    a->muted = false;
    if (a->has_value && a->peak == 0)
        a->peak = a->value;
    if (a->kind == ALARM_MAINTENANCE || a->kind == ALARM_COMMISSIONING)
        a->muted = true; /* who did it knows */
    else
        a->muted = look_at(s, a) || flooded(s, a, t);
    if (cause_matters(a))
        a->suppressed = count_explained(s, a);
    if (!ledger_add(s->ledger, a))
        log_say(LOG_LEVEL_ERROR, "no memory to keep an alarm: %s", a->text);
    steward_note(s, EVENT_RAISED, a, t);
}

/* What is known of the alarm itself goes from `from` to `to`, what a link has found out stays. */
static void take_history(struct alarm *to, const struct alarm *from)
{
    struct alarm a = *from;

    a.severity = to->severity;
    a.ups = to->ups;
    a.has_value = to->has_value;
    a.value = to->value;
    a.decimals = to->decimals;
    a.has_limit = to->has_limit;
    a.limit = to->limit;
    a.peak = ledger_worse_peak(to, from); /* a link that began anew knows only its own */
    a.sources = to->sources != 0 ? to->sources : from->sources;
    a.stale = to->stale;
    memcpy(a.unit, to->unit, sizeof(a.unit));
    memcpy(a.object, to->object, sizeof(a.object));
    memcpy(a.text, to->text, sizeof(a.text));
    *to = a;
}

static void remember_end(struct steward *s, const struct alarm *a, int64_t now)
{
    if (!cause_matters(a) || s->endings == STEWARD_ENDED)
        return;
    s->ended[s->endings].cause = *a;
    s->ended[s->endings++].until = now + s->set.pace.grace_ms;
}

/* `a` has the words of the end. */
static void clear_alarm(struct steward *s, struct alarm *a, struct moment t)
{
    struct alarm *standing = ledger_find(s->ledger, a);

    if (standing != NULL && standing->id == 0) {
        s->set.save(s->set.ctx); /* raised a moment ago: its number is needed now */
        standing = ledger_find(s->ledger, a);
    }
    if (standing == NULL) /* the store knew better */
        return;
    take_history(a, standing);
    a->severity = standing->severity;
    a->has_limit = standing->has_limit;
    a->limit = standing->limit;
    ledger_remove(s->ledger, standing);
    remember_end(s, a, t.now);
    steward_note(s, EVENT_CLEARED, a, t);
}

void steward_clear_own(struct steward *s, const struct alarm *standing, struct moment t,
                       const char *format, ...)
{
    struct alarm a = *standing;
    int row = alarm_row(a.kind);
    va_list ap;

    va_start(ap, format);
    vsnprintf(a.text, sizeof(a.text), format, ap);
    va_end(ap);
    log_say(LOG_LEVEL_NOTICE, "%s [%s]", a.text, row >= 0 ? alarm_kinds[row].name : "other");
    clear_alarm(s, &a, t);
}

void steward_change(struct steward *s, struct alarm *standing, struct alarm *a, struct moment t)
{
    take_history(a, standing);
    a->changed_ms = t.wall;
    *standing = *a;
    steward_note(s, EVENT_CHANGED, a, t);
}

/* What a link has found out since. Another severity is an event of the log; a worse value, another
 * source or another limit is only shown. */
static void update(struct steward *s, struct alarm *standing, struct alarm *a, struct moment t)
{
    if (standing->severity == a->severity) {
        take_history(a, standing);
        a->changed_ms = t.wall;
        *standing = *a;
        s->changed = true;
        return;
    }
    if (standing->id == 0) {
        s->set.save(s->set.ctx); /* raised a moment ago: its number is needed now */
        standing = ledger_find(s->ledger, a);
    }
    if (standing != NULL) /* otherwise the store knew better */
        steward_change(s, standing, a, t);
}

/* ---- posts -------------------------------------------------------------------------------- */

void steward_post(struct steward *s, size_t g, enum event_what what, const struct alarm *posted,
                  struct moment t)
{
    struct alarm a = *posted, *standing;

    a.gateway = s->set.entry[g].index;
    if (a.kind == ALARM_GATEWAY_COMM_LOST && what != EVENT_CHANGED)
        steward_set_link(s, g, what == EVENT_CLEARED, t.now);
    standing = ledger_find(s->ledger, &a);
    if (what == EVENT_CLEARED) {
        if (standing != NULL)
            clear_alarm(s, &a, t);
        return;
    }
    if (standing != NULL) {
        if (what == EVENT_CHANGED)
            update(s, standing, &a, t);
        else
            s->changed = ++standing->occurrences > 0; /* it went and came back, nobody was told */
        return;
    }
    if (a.kind == ALARM_GATEWAY_COMM_LOST)
        steward_look_at_network(s, t);
    steward_look_at_crowd(s, g, &a, t);
    steward_raise(s, &a, t);
}

/* ---- what is expected -------------------------------------------------------------------- */

static struct alarm of_gateway(const struct steward *s, size_t g)
{
    struct alarm a = {.level = ALARM_OF_GATEWAY, .gateway = s->set.entry[g].index};

    snprintf(a.object, sizeof(a.object), "%s", s->set.entry[g].name);
    return a;
}

struct alarm *steward_find_of_gateway(const struct steward *s, size_t g, uint16_t kind)
{
    struct alarm wanted = of_gateway(s, g);

    wanted.kind = kind;
    return ledger_find(s->ledger, &wanted);
}

void steward_expected(struct steward *s, size_t g, const struct census *c)
{
    s->gateway[g].has_expected = c != NULL;
    s->gateway[g].unsaved = false;
    if (c != NULL)
        s->gateway[g].expected = *c;
}

void steward_count(struct steward *s, size_t g, const struct census *c, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];

    steward_set_link(s, g, c->reachable, t.now);
    if (!c->reachable || !gw->counted || !expect_same(&gw->is, c))
        gw->since_ms = t.now;
    gw->is = *c;
    gw->counted = true;
}

static void keep_expected(struct steward *s, size_t g)
{
    struct steward_gateway *gw = &s->gateway[g];

    gw->unsaved = !s->set.expect(s->set.ctx, s->set.entry[g].index, &gw->expected);
}

void steward_learn_first(struct steward *s, size_t g)
{
    struct steward_gateway *gw = &s->gateway[g];
    char is[EXPECT_TEXT];

    gw->expected = gw->is;
    gw->has_expected = true;
    expect_print(&gw->is, is);
    log_say(LOG_LEVEL_INFO, "gateway \"%s\": expected from now on: %s", s->set.entry[g].name, is);
    keep_expected(s, g);
}

/* Raised and cleared at once: an event, and no state. */
static void take_up(struct steward *s, size_t g, const char *more, struct moment t)
{
    struct alarm a = of_gateway(s, g);

    expect_add(&s->gateway[g].expected, &s->gateway[g].is);
    keep_expected(s, g);
    if (steward_find_of_gateway(s, g, ALARM_TOPOLOGY_MISMATCH) != NULL)
        return;
    a.kind = ALARM_TOPOLOGY_MISMATCH;
    a.severity = ALARM_INFO;
    a.sources = ALARM_SOURCE_INTERNAL;
    steward_write_text(&a,
                       "gateway \"%s\": more is there than before, and expected from "
                       "now on: %.150s",
                       s->set.entry[g].name, more);
    log_say(LOG_LEVEL_NOTICE, "%s", a.text);
    steward_raise(s, &a, t);
    clear_alarm(s, &a, t);
}

static void compare(struct steward *s, size_t g, int64_t steady_ms, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];
    const struct alarm *mismatch = steward_find_of_gateway(s, g, ALARM_TOPOLOGY_MISMATCH);
    char what[EVENT_TEXT_SIZE];
    struct alarm a = of_gateway(s, g);

    if (expect_beyond(&gw->is, &gw->expected, what, sizeof(what)) &&
        steady_ms >= s->set.pace.expect_ms)
        take_up(s, g, what, t);
    if (!expect_beyond(&gw->expected, &gw->is, what, sizeof(what))) {
        if (mismatch != NULL)
            steward_clear_own(s, mismatch, t, "gateway \"%s\": over: all that is expected is there",
                              s->set.entry[g].name);
        return;
    }
    if (mismatch == NULL && steady_ms >= s->set.pace.missing_ms)
        steward_raise_own(
            s, ALARM_TOPOLOGY_MISMATCH, &a, t,
            "gateway \"%s\": less is there than expected; missing: %.150s (btmsctl accept, "
            "if that is right)",
            s->set.entry[g].name, what);
}

static void look_at_expected(struct steward *s, size_t g, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];
    int64_t steady_ms = t.now - gw->since_ms;

    if (gw->unsaved)
        keep_expected(s, g);
    if (!gw->counted || !gw->is.reachable)
        return;
    if (gw->has_expected)
        compare(s, g, steady_ms, t);
    else if (steady_ms >= s->set.pace.expect_ms && !expect_nothing(&gw->is))
        steward_learn_first(s, g);
}

/* ---- maintenance and commissioning -------------------------------------------------------- */

void steward_print_time(int64_t wall_ms, char *ret, size_t size)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL || strftime(ret, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(ret, size, "?");
}

void steward_set_shelf(struct alarm *a, int64_t until, const char *by, const char *why)
{
    a->shelved_until_ms = until;
    snprintf(a->shelved_by, sizeof(a->shelved_by), "%s", by);
    snprintf(a->shelved_reason, sizeof(a->shelved_reason), "%s", why);
}

void steward_new_gateway(struct steward *s, size_t g, struct moment t)
{
    struct alarm a = of_gateway(s, g);
    char until[32];

    if (s->set.commissioning_ms <= 0 || steward_find_of_gateway(s, g, ALARM_COMMISSIONING) != NULL)
        return;
    steward_set_shelf(&a, t.wall + s->set.commissioning_ms, "btms", "new gateway");
    steward_print_time(a.shelved_until_ms, until, sizeof(until));
    steward_raise_own(
        s, ALARM_COMMISSIONING, &a, t,
        "gateway \"%s\": new, in commissioning: nobody is notified of its alarms until %s, or "
        "btmsctl accept",
        s->set.entry[g].name, until);
}

static bool expire_one(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->causes; i++) {
        const struct alarm *a = &s->cause[i];

        if (a->shelved_until_ms == 0 || a->shelved_until_ms > t.wall ||
            (a->kind != ALARM_MAINTENANCE && a->kind != ALARM_COMMISSIONING))
            continue;
        steward_clear_own(s, a, t, "%s: over: %s, its time has passed", a->object,
                          a->kind == ALARM_MAINTENANCE ? "maintenance" : "commissioning");
        return true;
    }
    return false;
}

static void expire(struct steward *s, struct moment t)
{
    do
        look_at_causes(s);
    while (expire_one(s, t));
}

/* ---- time -------------------------------------------------------------------------------- */

void steward_store(struct steward *s, bool failing, struct moment t)
{
    const struct alarm *fault = steward_find_own(s, ALARM_STORE_FAULT);
    struct alarm a = {.level = ALARM_OF_SITE};

    if (!failing)
        s->failing_since = 0;
    else if (s->failing_since == 0)
        s->failing_since = t.now != 0 ? t.now : 1;
    if (!failing && fault != NULL)
        steward_clear_own(s, fault, t,
                          "site: over: alarms cannot be stored (they are now, nothing is "
                          "lost)");
    else if (failing && fault == NULL && t.now - s->failing_since >= s->set.pace.fault_ms)
        steward_raise_own(
            s, ALARM_STORE_FAULT, &a, t,
            "site: alarms cannot be stored; they are told all the same, and stored when the "
            "store is back (see the log of collectd)");
}

static void end_test(struct steward *s, struct moment t)
{
    const struct alarm *a = steward_find_own(s, ALARM_TEST);

    if (a != NULL && t.now >= s->test_until)
        steward_clear_own(s, a, t, "site: over: test alarm");
}

static bool waits_for_flood(const struct steward *s, const struct alarm *flood)
{
    for (size_t i = 0; i < s->ledger->actives; i++)
        if (s->ledger->active[i].muted && s->ledger->active[i].cause_id == flood->id)
            return true;
    return false;
}

static void end_flood(struct steward *s, struct moment t)
{
    const struct alarm *flood = steward_find_own(s, ALARM_OVERFLOW);

    if (flood != NULL && cause_bucket_calm(&s->bucket, t.now) && !waits_for_flood(s, flood))
        steward_clear_own(s, flood, t,
                          "site: over: more alarms than are told one by one (what still "
                          "stands was told)");
}

static void forget_endings(struct steward *s, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->endings; i++)
        if (s->ended[i].until > now)
            s->ended[kept++] = s->ended[i];
    s->endings = kept;
}

void steward_tick(struct steward *s, struct moment t)
{
    forget_endings(s, t.now);
    steward_look_at_return(s, t);
    steward_end_crowds(s, t);
    expire(s, t);
    end_test(s, t);
    end_flood(s, t);
    for (size_t g = 0; g < s->set.gateways; g++)
        look_at_expected(s, g, t);
}

/* ---- everything that stands ---------------------------------------------------------------- */

/* The flood may have been raised, and the store merged: `a` is a copy until here. */
static void put_back(struct steward *s, size_t i, const struct alarm *a)
{
    struct alarm *standing = &s->ledger->active[i];

    if (i >= s->ledger->actives || standing->id != a->id)
        standing = steward_find_id(s, a->id);
    if (standing != NULL)
        *standing = *a;
}

/* A standing alarm against what it was: an event where that is news. `*dry`: no more can be told
 * now, do not ask again. */
static void settle_one(struct steward *s, size_t i, bool *dry, struct moment t)
{
    const struct alarm was = s->ledger->active[i];
    struct alarm a = was;
    bool held = look_at(s, &a), due = was.muted && !held;

    if (due && *dry && !cause_is_urgent(&a)) {
        a.cause_id = was.cause_id;
    } else if (due) {
        a.muted = flooded(s, &a, t);
        *dry |= a.muted;
    }
    put_back(s, i, &a);
    s->changed |= a.cause_id != was.cause_id || a.shelved_until_ms != was.shelved_until_ms;
    if (was.muted && !a.muted)
        steward_note(s, EVENT_RAISED, &a, t);
    else if ((was.shelved_until_ms == 0) != (a.shelved_until_ms == 0))
        steward_note(s, a.shelved_until_ms != 0 ? EVENT_SHELVED : EVENT_UNSHELVED, &a, t);
}

static void count_suppressed(struct steward *s)
{
    struct ledger *l = s->ledger;
    const struct alarm *flood = steward_find_own(s, ALARM_OVERFLOW);

    for (size_t c = 0; c < l->actives; c++) {
        uint32_t n = 0;

        if (!cause_matters(&l->active[c]) && &l->active[c] != flood)
            continue;
        for (size_t i = 0; i < l->actives; i++)
            n += l->active[i].cause_id == l->active[c].id;
        s->changed |= n != l->active[c].suppressed;
        l->active[c].suppressed = n;
    }
}

/* What we raise ourselves is of nothing else; what the person who did it need not be told is not
 * told at the end either. */
static bool settles(uint16_t kind)
{
    return !cause_is_ours(kind) || kind == ALARM_TOPOLOGY_MISMATCH ||
           kind == ALARM_SITE_NETWORK_LOST;
}

bool steward_settle(struct steward *s, unsigned most, struct moment t)
{
    unsigned before = s->events;
    bool dry = false;

    look_at_causes(s);
    for (size_t i = 0; i < s->ledger->actives; i++) {
        if (s->events - before >= most)
            return false;
        if (settles(s->ledger->active[i].kind))
            settle_one(s, i, &dry, t);
    }
    count_suppressed(s);
    return true;
}
