/*
 * All devices of one declared power supply gone together: most likely the supply, which explains
 * them. Two at least: one alone says nothing about what feeds it.
 */
#include "steward_own.h"

#include <stdio.h>
#include <string.h>

enum { TOGETHER_MS = 30000 };

static const char object_prefix[] = "site / supply ";

static bool feeds(const struct steward *s, const char *supply, size_t g)
{
    for (size_t i = 0; s->set.place != NULL && i < STEWARD_SUPPLIES; i++)
        if (s->set.place[g].supply[i] != NULL && strcmp(s->set.place[g].supply[i], supply) == 0)
            return true;
    return false;
}

static struct alarm of_supply(const char *supply)
{
    struct alarm a = {.kind = ALARM_SUPPLY_SUSPECTED, .level = ALARM_OF_SITE};

    snprintf(a.object, sizeof(a.object), "%s%s", object_prefix, supply);
    return a;
}

/* Who has cut the power of a device knows that. */
static bool under_work(struct steward *s, size_t g, int64_t now)
{
    struct alarm a = steward_of_gateway(s, g);

    a.kind = ALARM_GATEWAY_COMM_LOST; /* or what it is called there: of the whole device */
    steward_hold(s, &a, now);
    return a.shelved_until_ms != 0;
}

/* How many devices, all it feeds, went together; 0: not so. */
static unsigned gone_together(struct steward *s, const char *supply, int64_t now)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    unsigned n = 0;

    for (size_t g = 0; g < s->set.gateways; g++) {
        const struct steward_gateway *gw = &s->gateway[g];

        if (!feeds(s, supply, g))
            continue;
        if (gw->link != LINK_GONE || under_work(s, g, now))
            return 0;
        first = gw->gone_ms < first ? gw->gone_ms : first;
        last = gw->gone_ms > last ? gw->gone_ms : last;
        n++;
    }
    return n >= 2 && last - first <= TOGETHER_MS ? n : 0;
}

void steward_look_at_supplies(struct steward *s, size_t g, struct moment t)
{
    for (size_t i = 0; s->set.place != NULL && i < STEWARD_SUPPLIES; i++) {
        const char *supply = s->set.place[g].supply[i];
        struct alarm a = of_supply(supply != NULL ? supply : "");
        unsigned n;

        if (supply == NULL || ledger_find(s->ledger, &a) != NULL ||
            (n = gone_together(s, supply, t.now)) == 0)
            continue;
        steward_raise_own(s, ALARM_SUPPLY_SUSPECTED, &a, t,
                          "site: power supply \"%s\" has failed, most likely: all %u devices that "
                          "it feeds fell silent together",
                          supply, n);
    }
}

/* Of a standing alarm of a supply. */
static const char *name_of(const struct alarm *a)
{
    size_t before = sizeof(object_prefix) - 1;

    return strncmp(a->object, object_prefix, before) == 0 ? a->object + before : "";
}

bool steward_supply_explains(const struct steward *s, const struct alarm *supply,
                             const struct alarm *a)
{
    size_t g;

    if (supply->kind != ALARM_SUPPLY_SUSPECTED || !cause_is_of_link(a->kind))
        return false;
    g = steward_gateway_of(s, a);
    return g != SIZE_MAX && feeds(s, name_of(supply), g);
}

/* Is it over, and why? */
static bool ends(const struct steward *s, const struct alarm *a, char *why, size_t size)
{
    bool fed = false;

    for (size_t g = 0; g < s->set.gateways; g++) {
        if (!feeds(s, name_of(a), g))
            continue;
        fed = true;
        snprintf(why, size, "%s \"%s\" answers", steward_word(s, g), s->set.entry[g].name);
        if (s->gateway[g].link == LINK_HERE)
            return true;
    }
    snprintf(why, size, "it is not configured any more");
    return !fed;
}

static bool end_one(struct steward *s, struct moment t)
{
    char why[NAME_SIZE + 32];

    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *a = &s->ledger->active[i];

        if (a->kind != ALARM_SUPPLY_SUSPECTED || !ends(s, a, why, sizeof(why)))
            continue;
        steward_clear_own(s, a, t, "site: over: power supply \"%s\" has failed, most likely (%s)",
                          name_of(a), why);
        return true;
    }
    return false;
}

void steward_end_supplies(struct steward *s, struct moment t)
{
    while (end_one(s, t))
        ;
}
