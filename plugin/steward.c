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

struct alarm_rule steward_rule(const struct steward *s, int row)
{
    const limit_scope scope = {s->set.limits};

    return alarm_rule(scope, row);
}

int64_t steward_clear_delay(const struct steward *s, size_t g, int row)
{
    const limit_scope scope = {s->set.place != NULL ? s->set.place[g].limits : NULL, s->set.limits};
    int64_t ret = alarm_rule(scope, row).clear_ms;

    for (int i = 0; i < LIMITS; i++)
        if (limit_rows[i].kind == alarm_kinds[row].number) {
            int64_t ms = limits_resolve(scope, &(struct limit_basis){0}, limit_rows[i].id).clear_ms;

            ret = ms > ret ? ms : ret;
        }
    return ret;
}

static int64_t delay_of(const struct steward *s, uint16_t kind)
{
    return steward_rule(s, alarm_row(kind)).raise_ms[0];
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
    *s = (struct steward){.set = *set, .ledger = l, .outdated = true, .began = now};
    set_pace(s);
    steward_init_flood(s, now);
    s->gateway = calloc(set->gateways + 1, sizeof(*s->gateway));
    s->aggregator = calloc(set->aggregators + 1, sizeof(*s->aggregator));
    s->controller = calloc(set->gateways + 1, sizeof(*s->controller));
    return s->gateway != NULL && s->aggregator != NULL && s->controller != NULL;
}

void steward_free(struct steward *s)
{
    free(s->gateway);
    free(s->aggregator);
    free(s->controller);
    free(s->cause);
    free(s->ended);
    free(s->explained);
}

const char *steward_word(const struct steward *s, size_t g)
{
    switch (s->set.place != NULL ? s->set.place[g].kind : DEVICE_GATEWAY) {
    case DEVICE_TH:
        return "TH controller";
    case DEVICE_LINE:
        return "serial line";
    default:
        return "gateway";
    }
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

/* Alarms by number, of what stands. */
struct alarm *steward_find_id(const struct steward *s, uint32_t id)
{
    return ledger_find_id(s->ledger, id);
}

/* Cut off where there is no room. */
void steward_write_text(struct alarm *a, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(a->text, sizeof(a->text), format, ap);
    va_end(ap);
    identity_trim(a->text);
}

struct alarm *steward_find_own(const struct steward *s, uint16_t kind)
{
    const struct alarm wanted = {.kind = kind, .level = ALARM_OF_SITE};

    return ledger_find(s->ledger, &wanted);
}

size_t steward_gateway_of(const struct steward *s, const struct alarm *a)
{
    for (size_t g = 0; g < s->set.gateways; g++)
        if (s->set.entry[g].index == a->gateway)
            return g;
    return SIZE_MAX;
}

struct alarm steward_of_gateway(const struct steward *s, size_t g)
{
    struct alarm a = {.level = ALARM_OF_GATEWAY, .gateway = s->set.entry[g].index};

    snprintf(a.object, sizeof(a.object), "%s", s->set.entry[g].name);
    return a;
}

static struct identity_place place_of(const struct steward *s, size_t g, const struct alarm *a)
{
    return (struct identity_place){.device = s->set.entry[g].name,
                                   .ups = a->ups,
                                   .string = a->string,
                                   .cell = a->level == ALARM_OF_CELL ? a->cell : 0,
                                   .sensor = a->level == ALARM_OF_SENSOR ? a->cell : 0,
                                   .what = s->set.entry[g].kind == DEVICE_TH     ? "TH controller"
                                           : s->set.entry[g].kind == DEVICE_LINE ? "serial line"
                                                                                 : NULL};
}

static const struct identities *identities_of(const struct steward *s, size_t g)
{
    return s->set.place != NULL ? s->set.place[g].identities : NULL;
}

void steward_name_object(const struct steward *s, size_t g, struct alarm *a)
{
    const struct identity_place p = place_of(s, g, a);

    identity_write_object(identities_of(s, g), &p, a->object, sizeof(a->object));
}

void steward_name_subject(const struct steward *s, size_t g, const struct alarm *a, char *ret,
                          size_t size)
{
    const struct identity_place p = place_of(s, g, a);

    identity_write_subject(identities_of(s, g), &p, ret, size);
}

struct alarm *steward_find_of_gateway(const struct steward *s, size_t g, uint16_t kind)
{
    struct alarm wanted = steward_of_gateway(s, g);

    wanted.kind = kind;
    return ledger_find(s->ledger, &wanted);
}

/* ---- began, changed, ended --------------------------------------------------------------- */

static uint32_t count_explained(const struct steward *s, const struct alarm *cause)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s->ledger->actives; i++)
        n += steward_explains(s, cause, &s->ledger->active[i]);
    return n;
}

void steward_raise(struct steward *s, struct alarm *a, struct moment t)
{
    a->raised_ms = t.wall;
    a->occurrences = 1;
    a->muted = false;
    if (a->has_value && a->peak == 0)
        a->peak = a->value;
    if (a->kind == ALARM_MAINTENANCE || a->kind == ALARM_COMMISSIONING ||
        a->kind == ALARM_CONFIG_CHANGED || a->kind == ALARM_CELL_REPLACED)
        a->muted = true; /* who did it knows */
    else
        a->muted = steward_hold(s, a, t.now) || steward_flooded(s, a, t);
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

    alarm_take_finding(&a, to);
    a.peak = ledger_worse_peak(to, from); /* a link that began anew knows only its own */
    a.sources = to->sources != 0 ? to->sources : from->sources;
    *to = a;
}

void steward_clear(struct steward *s, struct alarm *a, struct moment t)
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
    steward_remember_end(s, a, t.now);
    steward_note(s, EVENT_CLEARED, a, t);
}

void steward_happen(struct steward *s, struct alarm *a, struct moment t)
{
    a->severity = ALARM_INFO;
    a->sources = ALARM_SOURCE_INTERNAL;
    log_say(LOG_LEVEL_NOTICE, "%s", a->text);
    steward_raise(s, a, t);
    steward_clear(s, a, t);
}

void steward_configured(struct steward *s, size_t g, int string, struct moment t,
                        const char *format, ...)
{
    struct alarm a = {.level = ALARM_OF_SITE, .object = "site"};
    char what[160];
    va_list ap;

    if (g != STEWARD_SITE)
        a = steward_of_gateway(s, g);
    a.kind = ALARM_CONFIG_CHANGED;
    va_start(ap, format);
    vsnprintf(what, sizeof(what), format, ap);
    va_end(ap);
    if (string > 0) {
        a.level = ALARM_OF_STRING;
        a.string = (uint16_t)string;
        steward_name_object(s, g, &a);
    }
    steward_write_text(&a, "%s: limits changed in the configuration: %s", a.object, what);
    steward_happen(s, &a, t);
}

void steward_change(struct steward *s, struct alarm *standing, struct alarm *a, struct moment t)
{
    take_history(a, standing);
    a->changed_ms = t.wall;
    *standing = *a;
    steward_note(s, EVENT_CHANGED, a, t);
}

void steward_update(struct steward *s, struct alarm *standing, struct alarm *a, struct moment t)
{
    if (standing->severity == a->severity) {
        take_history(a, standing);
        a->changed_ms = t.wall;
        *standing = *a;
        s->changed = s->unkept = true;
        return;
    }
    if (standing->id == 0) {
        s->set.save(s->set.ctx); /* raised a moment ago: its number is needed now */
        standing = ledger_find(s->ledger, a);
    }
    if (standing != NULL) /* otherwise the store knew better */
        steward_change(s, standing, a, t);
}

/* ---- of the site thread itself ------------------------------------------------------------ */

void steward_raise_own(struct steward *s, uint16_t kind, struct alarm *a, struct moment t,
                       const char *format, ...)
{
    int row = alarm_row(kind);
    va_list ap;

    a->kind = kind;
    a->severity = (uint8_t)steward_rule(s, row).severity[0];
    a->sources = alarm_kinds[row].sources;
    if (*a->object == '\0')
        snprintf(a->object, sizeof(a->object), "site");
    va_start(ap, format);
    if (format != NULL)
        vsnprintf(a->text, sizeof(a->text), format, ap);
    va_end(ap);
    log_say(a->severity > ALARM_INFO ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE, "%s [%s]", a->text,
            alarm_kinds[row].name);
    steward_raise(s, a, t);
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
    steward_clear(s, &a, t);
}

/* ---- posts -------------------------------------------------------------------------------- */

void steward_post(struct steward *s, size_t g, enum event_what what, const struct alarm *posted,
                  struct moment t)
{
    struct alarm a = *posted, *standing;

    a.gateway = s->set.entry[g].index;
    if (cause_is_of_link(a.kind) && what != EVENT_CHANGED)
        steward_set_link(s, g, what == EVENT_CLEARED, t.now);
    if (what != EVENT_CLEARED)
        steward_worsen_crowd(s, &a, t);
    standing = ledger_find(s->ledger, &a);
    if (standing != NULL)
        standing->occurrences += a.occurrences;
    if (what == EVENT_CLEARED) {
        if (standing != NULL)
            steward_clear(s, &a, t);
        return;
    }
    if (standing != NULL) {
        if (what == EVENT_CHANGED)
            steward_update(s, standing, &a, t);
        else
            s->changed = s->unkept =
                ++standing->occurrences > 0; /* it went and came back, untold */
        return;
    }
    if (cause_is_of_link(a.kind)) {
        steward_look_at_network(s, t);
        steward_look_at_supplies(s, g, t);
    }
    steward_look_at_crowd(s, &a, t);
    steward_raise(s, &a, t);
}

/* ---- time -------------------------------------------------------------------------------- */

void steward_store(struct steward *s, enum steward_keeping how, struct moment t)
{
    static const char *const over[] = {
        [KEEPING_WELL] = "site: over: alarms cannot be stored (they are now)",
        [KEEPING_STORE_FAILS] = "site: over: alarms cannot be stored (they are now)",
        [KEEPING_FILES_FAIL] = "site: over: alarms cannot be published (they are now)",
    };
    static const char *const begins[] = {
        [KEEPING_STORE_FAILS] =
            "site: alarms cannot be stored; they are told all the same, and stored when the "
            "store is back (see the log of collectd)",
        [KEEPING_FILES_FAIL] =
            "site: alarms cannot be published: SNMP shows old ones only; they are stored, and "
            "told by collectd (StateDir may be full, see the log of collectd)",
    };
    const struct alarm *fault = steward_find_own(s, ALARM_STORE_FAULT);
    struct alarm a = {.level = ALARM_OF_SITE};

    if (how == KEEPING_WELL)
        s->failing_since = 0;
    else if (s->failing_since == 0)
        s->failing_since = t.now != 0 ? t.now : 1;
    if (how == KEEPING_WELL && fault != NULL)
        steward_clear_own(s, fault, t, "%s", over[s->kept]);
    if (how == KEEPING_WELL || fault != NULL || t.now - s->failing_since < s->set.pace.fault_ms)
        return;
    s->kept = how;
    steward_raise_own(s, ALARM_STORE_FAULT, &a, t, "%s", begins[how]);
}

/* Raised and cleared at once: an event, and no state. */
void steward_say_dropped(struct steward *s, size_t g, unsigned n, struct moment t)
{
    struct alarm a = {.level = ALARM_OF_SITE};

    steward_raise_own(s, ALARM_EVENTS_DROPPED, &a, t,
                      "%s \"%s\": %u changes of alarms came faster than they could be stored; "
                      "what stands was looked at again and is right, what began and ended "
                      "meanwhile is not in the log",
                      steward_word(s, g), s->set.entry[g].name, n);
    steward_clear(s, &a, t);
}

/* Raised and cleared at once: an event, and no state. */
void steward_say_lost(struct steward *s, struct moment t)
{
    struct ledger *l = s->ledger;
    struct alarm a = {.level = ALARM_OF_SITE};

    steward_raise_own(s, ALARM_EVENTS_DROPPED, &a, t,
                      "site: %" PRIu32 " events (numbers %" PRIu32 " to %" PRIu32
                      ") are not in the log: they could not be stored for too long; what stands is",
                      l->lost.n, l->lost.from, l->lost.to);
    steward_clear(s, &a, t);
    l->lost.n = 0;
}

static void end_test(struct steward *s, struct moment t)
{
    const struct alarm *a = steward_find_own(s, ALARM_TEST);

    if (a != NULL && t.now >= s->test_until)
        steward_clear_own(s, a, t, "site: over: test alarm");
}

void steward_tick(struct steward *s, struct moment t)
{
    steward_forget_endings(s, t.now);
    steward_look_at_return(s, t);
    steward_look_at_aggregators(s, t);
    steward_look_at_controllers(s, t);
    steward_end_supplies(s, t);
    steward_look_at_crowds(s, t);
    steward_look_at_clock(s, t);
    steward_expire(s, t);
    end_test(s, t);
    steward_end_flood(s, t);
    for (size_t g = 0; g < s->set.gateways; g++)
        steward_look_at_expected(s, g, t);
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

/* The log says whose maintenance it was. */
static void note_unshelved(struct steward *s, const struct alarm *is, const struct alarm *was,
                           struct moment t)
{
    struct alarm a = *is;

    memcpy(a.shelved_by, was->shelved_by, sizeof(a.shelved_by));
    memcpy(a.shelved_reason, was->shelved_reason, sizeof(a.shelved_reason));
    steward_note(s, EVENT_UNSHELVED, &a, t);
}

/* A standing alarm against what it was: an event where that is news. `*dry`: no more can be told
 * now, do not ask again. */
static void settle_one(struct steward *s, size_t i, bool *dry, struct moment t)
{
    const struct alarm was = s->ledger->active[i];
    struct alarm a = was;
    bool held = steward_hold(s, &a, t.now), due = was.muted && !held;

    if (due && *dry && !cause_is_urgent(&a)) {
        a.cause_id = was.cause_id;
    } else if (due) {
        a.muted = steward_flooded(s, &a, t);
        *dry |= a.muted;
    }
    put_back(s, i, &a);
    s->changed |= a.cause_id != was.cause_id || a.shelved_until_ms != was.shelved_until_ms;
    s->unkept |= a.cause_id != was.cause_id;
    if (was.muted && !a.muted)
        steward_note(s, EVENT_RAISED, &a, t);
    else if (was.shelved_until_ms == 0 && a.shelved_until_ms != 0)
        steward_note(s, EVENT_SHELVED, &a, t);
    else if (was.shelved_until_ms != 0 && a.shelved_until_ms == 0)
        note_unshelved(s, &a, &was, t);
}

/* Room for `n` counts, all 0. It is kept: this is done every second. NULL without memory. */
static uint32_t *room_to_count(struct steward *s, size_t n)
{
    if (n > s->explained_room || s->explained == NULL) {
        size_t room = 2 * n + 32;
        uint32_t *grown = realloc(s->explained, room * sizeof(*grown));

        if (grown == NULL)
            return NULL;
        s->explained = grown;
        s->explained_room = room;
    }
    memset(s->explained, 0, n * sizeof(*s->explained));
    return s->explained;
}

static void count_suppressed(struct steward *s)
{
    struct ledger *l = s->ledger;
    const struct alarm *flood;
    uint32_t *n = room_to_count(s, l->actives);

    ledger_sort(l);
    flood = steward_find_own(s, ALARM_OVERFLOW);
    for (size_t i = 0; n != NULL && i < l->actives; i++) {
        const struct alarm *c =
            l->active[i].cause_id != 0 ? steward_find_id(s, l->active[i].cause_id) : NULL;

        if (c != NULL)
            n[c - l->active]++;
    }
    for (size_t i = 0; n != NULL && i < l->actives; i++) {
        if (!cause_matters(&l->active[i]) && &l->active[i] != flood)
            continue;
        s->changed |= n[i] != l->active[i].suppressed;
        l->active[i].suppressed = n[i];
    }
}

/* What we raise ourselves is of nothing else; what the person who did it need not be told is not
 * told at the end either. */
static bool settles(uint16_t kind)
{
    return !cause_is_ours(kind) || cause_is_observed(kind);
}

bool steward_settle(struct steward *s, unsigned most, struct moment t)
{
    unsigned before = s->events;
    bool dry = false;

    steward_look_at_causes(s);
    ledger_sort(s->ledger);
    for (size_t i = 0; i < s->ledger->actives; i++) {
        if (s->events - before >= most)
            return false;
        if (settles(s->ledger->active[i].kind))
            settle_one(s, i, &dry, t);
    }
    count_suppressed(s);
    return true;
}
