/* Maintenance and commissioning: how they begin by themselves, and end. */
#include "steward_own.h"

#include <stdio.h>
#include <time.h>

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
    struct alarm a = steward_of_gateway(s, g);
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

void steward_expire(struct steward *s, struct moment t)
{
    do
        steward_look_at_causes(s);
    while (expire_one(s, t));
}
