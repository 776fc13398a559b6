/* See judge_own.h: what the strings of a UPS tell together. */
#include "core/judge_own.h"

#include <stdlib.h>

enum { SHARE_PERCENT = 20 }; /* of its siblings' current: less is none */

/* The strings of one UPS that have a current, and it: positive is discharge. */
struct share {
    int string[STRING_MAX];
    int32_t amperes[STRING_MAX];
    int n;
};

static void collect(const struct judge *j, int u, struct share *ret)
{
    ret->n = 0;
    for (int s = 0; s < STRING_MAX; s++) {
        const struct string *string = &j->gateway->string[s];

        if (string->presence != PRESENCE_HERE || !string_is(string, STRING_UPS_ID, u + 1) ||
            !judge_current_usable(string))
            continue;
        ret->string[ret->n] = s;
        ret->amperes[ret->n++] = -string->value[STRING_CURRENT];
    }
}

/* The middle one of the others; of an even number two, and either may be the odd one. */
struct middle {
    int32_t low, high;
};

static struct middle middle_of_others(const struct share *all, int but)
{
    int32_t value[STRING_MAX];
    int n = 0;

    for (int i = 0; i < all->n; i++)
        if (i != but)
            value[n++] = all->amperes[i];
    if (n == 0)
        return (struct middle){0, 0};
    judge_sort(value, (size_t)n);
    return (struct middle){value[(n - 1) / 2], value[n / 2]};
}

/* How far a current is from that of the others, in percent of theirs. What the sensors may be wrong by
 * is no difference. */
static int32_t deviation(int32_t own, int32_t others, int32_t error)
{
    int64_t distance = llabs((int64_t)own - others);

    if (distance <= error || abs(others) <= error)
        return 0;
    return (int32_t)(distance * 100 / abs(others));
}

static void judge_imbalance(struct judge *j, const struct share *all, int i, int64_t now)
{
    int s = all->string[i];
    int32_t own = all->amperes[i];
    struct middle others = middle_of_others(all, i);
    bool high = llabs((int64_t)own - others.high) < llabs((int64_t)own - others.low);
    struct reading r = {.validity = VALIDITY_GOOD};

    if (all->n < 2)
        return;
    r.value =
        deviation(own, high ? others.high : others.low, limits_hall_error(&j->string[s].basis));
    judge_derived_limit(j, (struct object){ALARM_OF_STRING, s, 0}, LIMIT_STRING_CURRENT_IMBALANCE,
                        r, now);
}

static bool relay_open(const struct judge *j, int s)
{
    return j->string[s].relay_closed && string_is(&j->gateway->string[s], STRING_RELAY, 0);
}

static void judge_disconnected(struct judge *j, int s, bool none, const struct reading *amperes,
                               int64_t now)
{
    bool open = relay_open(j, s);

    j->note = open ? "its relay is open" : "";
    judge_see(j, ALARM_STRING_DISCONNECTED, (struct object){ALARM_OF_STRING, s, 0}, none || open,
              amperes, now);
    j->note = "";
}

/* One that carries nothing has an alarm for that. */
static void judge_share(struct judge *j, const struct share *all, int i, bool discharging,
                        int64_t now)
{
    int s = all->string[i];
    const struct string *string = &j->gateway->string[s];
    struct reading r = {string->value[STRING_CURRENT], string->validity[STRING_CURRENT]};
    int32_t others = middle_of_others(all, i).low, own = all->amperes[i];
    int32_t error = limits_hall_error(&j->string[s].basis);
    bool none =
        discharging && (int64_t)own * 100 < (int64_t)others * SHARE_PERCENT && others - own > error;

    judge_disconnected(j, s, none, &r, now);
    if (!none && !relay_open(j, s))
        judge_imbalance(j, all, i, now);
}

/* How many strings of a UPS discharge; -1 where none tells. */
static int discharging_strings(const struct judge *j, int u)
{
    int n = -1;

    for (int s = 0; s < STRING_MAX; s++) {
        const struct string *string = &j->gateway->string[s];

        if (string->presence != PRESENCE_HERE || !string_is(string, STRING_UPS_ID, u + 1) ||
            !validity_usable(string->validity[STRING_STATE]))
            continue;
        n += (n < 0) + (judge_mode(j, s) == MODE_DISCHARGE);
    }
    return n;
}

void judge_on_battery(struct judge *j, int u, int64_t now)
{
    const struct ups *ups = &j->gateway->ups[u];
    struct reading soc = {ups->value[UPS_SOC], ups->validity[UPS_SOC]};
    int discharging = discharging_strings(j, u);

    if (discharging >= 0 && ups->presence == PRESENCE_HERE) /* both levels: the second takes time */
        judge_see(j, ALARM_UPS_ON_BATTERY, (struct object){ALARM_OF_UPS, u, 0},
                  discharging > 0 ? 2 : 0, &soc, now);
}

/* Returns the strings judged by their current: a bit each. */
static uint32_t judge_group(struct judge *j, int u, int64_t now)
{
    int discharging = discharging_strings(j, u);
    struct share all;
    uint32_t ret = 0;

    if (discharging < 0)
        return 0;
    collect(j, u, &all);
    for (int i = 0; i < all.n; i++) {
        judge_share(j, &all, i, discharging > 0, now);
        ret |= (uint32_t)1 << all.string[i];
    }
    judge_on_battery(j, u, now);
    return ret;
}

static bool may_carry(const struct judge *j, int s)
{
    for (int u = 0; u < UPS_MAX; u++)
        if (string_is(&j->gateway->string[s], STRING_UPS_ID, u + 1))
            return discharging_strings(j, u) > 0;
    return false;
}

/* A relay tells without a current, too. That nothing flows, told before, stays until that can be
 * seen, or nothing has to flow. */
static void judge_relay(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];

    if (j->string[s].relay_closed && string->presence == PRESENCE_HERE &&
        validity_usable(string->validity[STRING_RELAY]) && (relay_open(j, s) || !may_carry(j, s)))
        judge_disconnected(j, s, false, NULL, now);
}

void judge_turn(struct judge *j, int64_t now)
{
    uint32_t by_current = 0;

    for (int u = 0; u < UPS_MAX; u++)
        by_current |= judge_group(j, u, now);
    for (int s = 0; s < STRING_MAX; s++)
        if (!(by_current >> s & 1))
            judge_relay(j, s, now);
    judge_tick(j, now);
}
