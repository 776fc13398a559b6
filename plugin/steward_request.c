/* What persons want: steward_request(), and what they have taken out of the configuration. Nothing
 * here does harm when it is done twice: a request is served again if the plugin ends before it could
 * be answered. */
#include "steward_own.h"

#include "core/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LEAST_MAINTENANCE_MS = 1000 };
static const int64_t most_maintenance_ms = 90LL * 24 * 3600 * 1000;

static bool refuse(char *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(char *answer, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(answer, EVENT_TEXT_SIZE, format, ap);
    va_end(ap);
    return false;
}

static void put_answer(char *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put_answer(char *answer, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(answer, EVENT_TEXT_SIZE, format, ap);
    va_end(ap);
}

static bool acknowledge(struct steward *s, const struct store_request *r, struct moment t,
                        char *answer)
{
    struct alarm *a = r->alarm_id != 0 ? steward_find_id(s, r->alarm_id) : NULL;

    if (a == NULL)
        return refuse(answer, "no alarm %" PRIu32 " stands that the plugin knows of", r->alarm_id);
    if (a->acked_ms == 0) {
        a->acked_ms = a->changed_ms = t.wall;
        snprintf(a->acked_by, sizeof(a->acked_by), "%s", r->by);
        snprintf(a->ack_note, sizeof(a->ack_note), "%s", r->note);
        log_say(LOG_LEVEL_NOTICE, "alarm %" PRIu32 " acknowledged by %s: %.180s", a->id,
                a->acked_by, a->text);
        steward_note(s, EVENT_ACKNOWLEDGED, a, t);
    }
    put_answer(answer, "alarm %" PRIu32 " is acknowledged by %s: %.150s", a->id, a->acked_by,
               a->text);
    return true;
}

/* SIZE_MAX: there is none of this name. */
static size_t find_gateway(const struct steward *s, const char *name)
{
    for (size_t g = 0; g < s->set.gateways; g++)
        if (strcmp(s->set.entry[g].name, name) == 0)
            return g;
    return SIZE_MAX;
}

/* What a request is of. */
static bool find_object(const struct steward *s, const struct store_request *r, struct alarm *ret,
                        char *answer)
{
    size_t g = r->level == ALARM_OF_SITE ? 0 : find_gateway(s, r->gateway);

    *ret = (struct alarm){.kind = ALARM_MAINTENANCE, .level = r->level, .object = "site"};
    if (g == SIZE_MAX)
        return refuse(answer, "no gateway \"%s\" is configured", r->gateway);
    if (r->level == ALARM_OF_SITE)
        return true;
    ret->gateway = s->set.entry[g].index;
    ret->ups = r->level == ALARM_OF_UPS ? r->ups : 0;
    ret->string = r->level == ALARM_OF_STRING || r->level == ALARM_OF_CELL ? r->string : 0;
    ret->cell = r->level == ALARM_OF_CELL || r->level == ALARM_OF_SENSOR ? r->cell : 0;
    steward_name_object(s, g, ret);
    return true;
}

static bool maintain(struct steward *s, const struct store_request *r, struct moment t,
                     char *answer)
{
    int64_t from = r->asked_ms > 0 && r->asked_ms < t.wall ? r->asked_ms : t.wall;
    struct alarm a, *standing;

    if (!find_object(s, r, &a, answer))
        return false;
    if (r->for_ms < LEAST_MAINTENANCE_MS || r->for_ms > most_maintenance_ms)
        return refuse(answer, "maintenance lasts from a second to 90 days");
    if (from + r->for_ms <= t.wall)
        return refuse(answer, "the plugin did not run while it was to last: it is over already");
    a.has_value = r->safety; /* 1: alarms of safety too */
    a.value = r->safety;
    steward_set_shelf(&a, from + r->for_ms, r->by, r->note);
    steward_write_shelf(s, &a);
    standing = ledger_find(s->ledger, &a);
    put_answer(answer, "%s", a.text);
    if (standing == NULL) {
        steward_raise_own(s, ALARM_MAINTENANCE, &a, t, NULL);
        return true;
    }
    steward_set_shelf(standing, a.shelved_until_ms, r->by, r->note);
    a.severity = standing->severity;
    steward_change(s, standing, &a, t);
    log_say(LOG_LEVEL_NOTICE, "%s", answer);
    return true;
}

static bool end_maintenance(struct steward *s, const struct store_request *r, struct moment t,
                            char *answer)
{
    struct alarm a, *standing;

    if (!find_object(s, r, &a, answer))
        return false;
    standing = ledger_find(s->ledger, &a);
    if (standing == NULL)
        return refuse(answer, "%s is not under maintenance", a.object);
    put_answer(answer, "%s: over: maintenance, ended by %s%s%s", a.object, r->by,
               *r->note != '\0' ? ": " : "", r->note);
    steward_clear_own(s, standing, t, "%s", answer);
    return true;
}

/* What is not there any more has no alarms: those that stand, of gateway number `g`, end. */
static void end_what_is_gone(struct steward *s, size_t g, const char *by, struct moment t)
{
    const struct census *c = &s->gateway[g].expected;
    struct ledger *l = s->ledger;

    s->set.save(s->set.ctx); /* an end needs a number */
    for (size_t i = l->actives; i-- > 0;) {
        struct alarm a = l->active[i];

        if (a.gateway != s->set.entry[g].index ||
            (a.level == ALARM_OF_SENSOR
                 ? expect_has_sensor(c, a.cell)
                 : expect_has(c, a.ups, a.string, a.level == ALARM_OF_CELL ? a.cell : 0)))
            continue;
        steward_write_text(&a, "over, as it is no longer expected, accepted by %s: %s", by,
                           l->active[i].text);
        steward_clear(s, &a, t);
    }
}

static bool end_commissioning(struct steward *s, size_t g, const char *by, struct moment t)
{
    const struct alarm *standing = steward_find_of_gateway(s, g, ALARM_COMMISSIONING);

    if (standing != NULL)
        steward_clear_own(s, standing, t, "%s \"%s\": over: commissioning, accepted by %s",
                          steward_word(s, g), s->set.entry[g].name, by);
    return standing != NULL;
}

/* False: it is not known what there is. */
static bool accept_one(struct steward *s, size_t g, const char *by, struct moment t)
{
    struct steward_gateway *gw = &s->gateway[g];
    struct alarm *standing;

    if (!gw->counted || !gw->is.reachable || gw->is.looking)
        return false;
    steward_learn_first(s, g);
    end_what_is_gone(s, g, by, t);
    if (s->set.accepted != NULL)
        s->set.accepted(s->set.ctx, g, &gw->expected);
    standing = steward_find_of_gateway(s, g, ALARM_TOPOLOGY_MISMATCH);
    if (standing != NULL && gw->wrong_ms == 0) /* what is declared cannot be accepted otherwise */
        steward_clear_own(s, standing, t,
                          "%s \"%s\": over: less is there than before, accepted by %s",
                          steward_word(s, g), s->set.entry[g].name, by);
    return true;
}

static bool accept(struct steward *s, const struct store_request *r, struct moment t, char *answer)
{
    bool all = r->level == ALARM_OF_SITE;
    size_t wanted = all ? 0 : find_gateway(s, r->gateway), accepted = 0;
    bool ended = false;
    char is[EXPECT_TEXT];

    if (wanted == SIZE_MAX)
        return refuse(answer, "no gateway \"%s\" is configured", r->gateway);
    for (size_t g = wanted; g < s->set.gateways && (all || g == wanted); g++) {
        ended |= end_commissioning(s, g, r->by, t);
        accepted += accept_one(s, g, r->by, t);
    }
    expect_print(&s->gateway[wanted].expected, is);
    if (all)
        put_answer(answer, "accepted: %zu of %zu gateways%s", accepted, s->set.gateways,
                   accepted < s->set.gateways ? "; of the others it is not known what is there, as "
                                                "they do not answer"
                                              : "");
    else if (accepted == 0 && ended)
        put_answer(answer,
                   "%s \"%s\": commissioning is over; it does not answer now, so what is "
                   "expected of it stays open",
                   steward_word(s, wanted), r->gateway);
    else if (accepted == 0)
        return refuse(answer,
                      "%s \"%s\" does not answer now, or was not asked for all units yet, "
                      "so what is there is not known",
                      steward_word(s, wanted), r->gateway);
    else
        put_answer(answer, "%s \"%.60s\": expected from now on%s: %.130s", steward_word(s, wanted),
                   r->gateway,
                   s->gateway[wanted].wrong_ms != 0 ? ", but for what configuration declares" : "",
                   is);
    return true;
}

/* "20260131": today, where the plugin runs. */
static uint32_t today(struct moment t)
{
    time_t seconds = (time_t)(t.wall / 1000);
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL)
        return UINT32_MAX;
    return (uint32_t)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
}

/* Was it ever found there, or is it expected there? */
static bool has_cell(const struct steward_gateway *gw, const struct store_request *r)
{
    if (r->string == 0 || r->cell == 0)
        return false;
    return (gw->has_expected && expect_has(&gw->expected, 0, r->string, r->cell)) ||
           (gw->counted && expect_has(&gw->is, 0, r->string, r->cell));
}

static bool is_replaceable(const struct steward *s, const struct store_request *r, size_t g,
                           struct moment t, char *answer)
{
    char date[16];
    uint32_t day;

    identity_write_date(r->date, date);
    if (identity_read_date(date, &day) != NULL)
        return refuse(answer, "%s is no day of the calendar", date);
    if (day > today(t))
        return refuse(answer, "%s is still to come: what was replaced, was replaced", date);
    if (!s->gateway[g].counted && !s->gateway[g].has_expected)
        return refuse(answer, "gateway \"%s\" never answered, so what it has is not known",
                      r->gateway);
    return has_cell(&s->gateway[g], r) ||
           refuse(answer, "gateway \"%s\" has no cell %d in a string %d", r->gateway, r->cell,
                  r->string);
}

static bool replaced(struct steward *s, const struct store_request *r, struct moment t,
                     char *answer)
{
    size_t g = find_gateway(s, r->gateway);
    struct alarm a;
    char date[16];

    if (!find_object(s, r, &a, answer) || !is_replaceable(s, r, g, t, answer))
        return false;
    if (s->set.replaced == NULL || !s->set.replaced(s->set.ctx, g, r))
        return refuse(answer,
                      "the store could not keep it, as the log of collectd says: try again");
    a.kind = ALARM_CELL_REPLACED;
    identity_write_date(r->date, date);
    steward_write_text(&a, "%s: replaced on %s%s%.64s, says %.30s%s%.60s", a.object, date,
                       *r->serial != '\0' ? " by " : "", r->serial, r->by,
                       *r->note != '\0' ? ": " : "", r->note);
    put_answer(answer, "%s", a.text);
    log_say(LOG_LEVEL_NOTICE, "%s", a.text);
    steward_happen(s, &a, t);
    return true;
}

static bool test(struct steward *s, const struct store_request *r, struct moment t, char *answer)
{
    struct alarm a = {.level = ALARM_OF_SITE};

    if (steward_find_own(s, ALARM_TEST) != NULL)
        return refuse(answer, "a test alarm stands already");
    s->test_until = t.now + s->set.pace.test_ms;
    steward_raise_own(s, ALARM_TEST, &a, t,
                      "site: test alarm, asked for by %s%s%s: nothing is wrong", r->by,
                      *r->note != '\0' ? ": " : "", r->note);
    put_answer(answer, "a test alarm was raised; it is cleared in %d s",
               (int)(s->set.pace.test_ms + 999) / 1000);
    return true;
}

bool steward_request(struct steward *s, const struct store_request *r, struct moment t,
                     char answer[EVENT_TEXT_SIZE])
{
    steward_look_at_clock(s, t);
    switch ((enum store_verb)r->verb) {
    case STORE_ACK:
        return acknowledge(s, r, t, answer);
    case STORE_ACCEPT:
        return accept(s, r, t, answer);
    case STORE_MAINTAIN:
        return maintain(s, r, t, answer);
    case STORE_END:
        return end_maintenance(s, r, t, answer);
    case STORE_TEST:
        return test(s, r, t, answer);
    case STORE_REPLACED:
        return replaced(s, r, t, answer);
    }
    return refuse(answer, "this version of the plugin does not know how to do that");
}

/* ---- what nobody else will end ------------------------------------------------------------- */

static bool configured(const struct steward *s, uint32_t index)
{
    for (size_t g = 0; g < s->set.gateways; g++)
        if (s->set.entry[g].index == index)
            return true;
    return index == 0;
}

static void end_orphan(struct steward *s, size_t i, struct moment t)
{
    struct alarm a = s->ledger->active[i];

    steward_write_text(&a, "over%s: %s",
                       configured(s, a.gateway) ? "" : ", as the gateway is no longer configured",
                       s->ledger->active[i].text);
    ledger_remove(s->ledger, &s->ledger->active[i]);
    steward_note(s, EVENT_CLEARED, &a, t);
}

unsigned steward_orphans(struct steward *s, unsigned most, struct moment t)
{
    unsigned n = 0;

    for (size_t i = s->ledger->actives; i-- > 0 && n < most;)
        if (!configured(s, s->ledger->active[i].gateway) ||
            cause_is_momentary(s->ledger->active[i].kind)) {
            end_orphan(s, i, t);
            n++;
        }
    return n;
}
