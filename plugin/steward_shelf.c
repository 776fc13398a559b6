/* Maintenance and commissioning: how they begin by themselves, what is under them, how they end. */
#include "steward_own.h"

#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void print_time(int64_t wall_ms, char *ret, size_t size)
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

void steward_write_shelf(const struct steward *s, struct alarm *a)
{
    size_t g = steward_gateway_of(s, a);
    char until[32], name[NAME_SIZE + 16];

    snprintf(name, sizeof(name), "%s \"%.*s\"", g != SIZE_MAX ? steward_word(s, g) : "gateway",
             NAME_SIZE - 1, a->object);
    print_time(a->shelved_until_ms, until, sizeof(until));
    if (a->kind == ALARM_COMMISSIONING)
        steward_write_text(
            a,
            "%s: new, in commissioning: nobody is notified of its alarms until %s, or "
            "btmsctl accept",
            name, until);
    else
        steward_write_text(
            a, "%s: under maintenance by %.30s until %s%s: %.60s", a->object, a->shelved_by, until,
            a->has_value && a->value != 0 ? ", alarms of safety too" : "", a->shelved_reason);
}

void steward_new_gateway(struct steward *s, size_t g, struct moment t)
{
    struct alarm a = steward_of_gateway(s, g);
    char why[32];

    if (s->set.commissioning_ms <= 0 || steward_find_of_gateway(s, g, ALARM_COMMISSIONING) != NULL)
        return;
    a.kind = ALARM_COMMISSIONING;
    snprintf(why, sizeof(why), "new %s", steward_word(s, g));
    steward_set_shelf(&a, t.wall + s->set.commissioning_ms, "btms", why);
    steward_write_shelf(s, &a);
    steward_raise_own(s, ALARM_COMMISSIONING, &a, t, NULL);
}

/* ---- the clock --------------------------------------------------------------------------- */

static bool is_shelf(const struct alarm *a)
{
    return a->kind == ALARM_MAINTENANCE || a->kind == ALARM_COMMISSIONING;
}

static void move_end(struct steward *s, struct alarm *standing, int64_t by_ms, struct moment t)
{
    struct alarm a;

    standing->shelved_until_ms += by_ms;
    a = *standing;
    steward_write_shelf(s, &a);
    log_say(LOG_LEVEL_NOTICE, "the clock was set: %s", a.text);
    steward_change(s, standing, &a, t);
}

void steward_look_at_clock(struct steward *s, struct moment t)
{
    enum { STEP_MS = 30000 }; /* less is a busy machine, or an adjustment that does no harm */
    int64_t offset = t.wall - t.now, step = offset - s->clock_offset;
    bool known = s->clock_known;

    s->clock_offset = offset;
    s->clock_known = true;
    for (size_t i = 0; known && llabs(step) > STEP_MS && i < s->ledger->actives; i++)
        if (is_shelf(&s->ledger->active[i]))
            move_end(s, &s->ledger->active[i], step, t);
}

/* ---- what is worked on ------------------------------------------------------------------- */

static uint32_t strings_of_ups(const struct census *c, int ups)
{
    uint32_t ret = 0;

    for (int s = 0; s < STRING_MAX; s++)
        if (c->ups_of[s] == ups)
            ret |= (uint32_t)1 << s;
    return ret;
}

static uint32_t bit(int number)
{
    return number >= 1 && number <= 32 ? (uint32_t)1 << (number - 1) : 0;
}

static void add_work(const struct alarm *a, const struct census *is, struct work *ret)
{
    if (a->kind == ALARM_COMMISSIONING)
        ret->commissioning = true;
    else if (a->level == ALARM_OF_SITE || a->level == ALARM_OF_GATEWAY)
        ret->maintenance = true;
    else if (a->level == ALARM_OF_UPS) {
        ret->ups |= bit(a->ups);
        ret->strings |= strings_of_ups(is, a->ups);
    } else if (a->level == ALARM_OF_STRING)
        ret->strings |= bit(a->string);
}

void steward_work(struct steward *s, size_t g, struct work *ret)
{
    const struct steward_gateway *gw = &s->gateway[g];

    *ret = (struct work){.ups_there = gw->is.ups | gw->expected.ups,
                         .strings_there = gw->is.strings | gw->expected.strings};
    steward_look_at_causes(s);
    for (size_t i = 0; i < s->causes; i++) { /* all that stand may be tens of thousands */
        const struct alarm *a = &s->cause[i];

        if (is_shelf(a) && (a->gateway == s->set.entry[g].index || a->level == ALARM_OF_SITE))
            add_work(a, &gw->is, ret);
    }
    ret->ups |= ret->maintenance ? ret->ups_there : 0;
    ret->strings |= ret->maintenance ? ret->strings_there : 0;
}

/* ---- its end ----------------------------------------------------------------------------- */

static bool expire_one(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->causes; i++) {
        const struct alarm *a = &s->cause[i];

        if (a->shelved_until_ms == 0 || a->shelved_until_ms > t.wall || !is_shelf(a))
            continue;
        steward_clear_own(s, a, t, "%s: over: %s, its time has passed", a->object,
                          a->kind == ALARM_MAINTENANCE ? "maintenance" : "commissioning");
        return true;
    }
    return false;
}

void steward_expire(struct steward *s, struct moment t)
{
    do
        steward_look_at_causes(s);
    while (expire_one(s, t));
}
