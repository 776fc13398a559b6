/*
 * Aggregators: alone they are worth a warning, as nothing is read through them. What they say of the
 * network is in steward_network.c.
 */
#include "steward_own.h"

#include <stdio.h>
#include <string.h>

void steward_note_reach(struct steward_reach *r, bool here, const char *why, int64_t now)
{
    enum steward_link link = here ? LINK_HERE : LINK_GONE;

    if (r->link != link)
        r->since_ms = now;
    r->link = link;
    snprintf(r->why, sizeof(r->why), "%s", why);
}

void steward_aggregator(struct steward *s, size_t i, bool here, const char *why, struct moment t)
{
    steward_note_reach(&s->aggregator[i], here, why, t.now);
}

static struct alarm of_aggregator(const char *name)
{
    struct alarm a = {.kind = ALARM_AGGREGATOR_COMM_LOST, .level = ALARM_OF_SITE};

    snprintf(a.object, sizeof(a.object), "site / aggregator %s", name);
    return a;
}

static size_t gateways_of(const struct steward *s, const char *name)
{
    size_t n = 0;

    for (size_t g = 0; s->set.place != NULL && g < s->set.gateways; g++)
        n += s->set.place[g].aggregator != NULL && strcmp(s->set.place[g].aggregator, name) == 0;
    return n;
}

static void look_at_one(struct steward *s, size_t i, struct moment t)
{
    const struct steward_reach *is = &s->aggregator[i];
    const char *name = s->set.aggregator[i];
    const struct alarm_rule rule = steward_rule(s, alarm_row(ALARM_AGGREGATOR_COMM_LOST));
    struct alarm a = of_aggregator(name);
    const struct alarm *standing = ledger_find(s->ledger, &a);
    int64_t lasts = t.now - is->since_ms;

    if (is->link == LINK_GONE && standing == NULL && lasts >= rule.raise_ms[0]) {
        steward_look_at_network(s, t);
        steward_raise_own(s, ALARM_AGGREGATOR_COMM_LOST, &a, t,
                          "site: aggregator \"%s\" of %zu gateways: communication lost (%s); "
                          "gateways are read without it",
                          name, gateways_of(s, name), is->why);
    } else if (is->link == LINK_HERE && standing != NULL && lasts >= rule.clear_ms) {
        steward_clear_own(s, standing, t, "site: over: aggregator \"%s\": communication lost",
                          name);
    }
}

bool steward_is_of_aggregator(const struct steward *s, size_t i, const struct alarm *a)
{
    return a->kind == ALARM_AGGREGATOR_COMM_LOST &&
           strcmp(of_aggregator(s->set.aggregator[i]).object, a->object) == 0;
}

static bool is_configured(const struct steward *s, const struct alarm *a)
{
    for (size_t i = 0; i < s->set.aggregators; i++)
        if (steward_is_of_aggregator(s, i, a))
            return true;
    return false;
}

static bool end_stranger(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *a = &s->ledger->active[i];

        if (a->kind != ALARM_AGGREGATOR_COMM_LOST || is_configured(s, a))
            continue;
        steward_clear_own(s, a, t, "site: over, as it is not configured any more: %s", a->object);
        return true;
    }
    return false;
}

void steward_look_at_aggregators(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->set.aggregators; i++)
        look_at_one(s, i, t);
    while (end_stranger(s, t))
        ;
}
