/*
 * All gateways, and the aggregators if there are any, gone together: the network, which explains them.
 * A gateway that fails at any other time has an alarm of its own, whatever an aggregator does.
 */
#include "steward_own.h"

#include <stdio.h>

enum { TOGETHER_MS = 60000 };

void steward_set_link(struct steward *s, size_t g, bool here, int64_t now)
{
    struct steward_gateway *gw = &s->gateway[g];

    bool goes = !here && gw->link != LINK_GONE;

    if (goes)
        gw->gone_ms = now;
    gw->link = here ? LINK_HERE : LINK_GONE;
    if (goes && s->set.silent != NULL)
        s->set.silent(s->set.ctx);
}

struct period {
    int64_t first, last;
};

static bool add_if_gone(struct period *p, enum steward_link link, int64_t gone_ms)
{
    p->first = gone_ms < p->first ? gone_ms : p->first;
    p->last = gone_ms > p->last ? gone_ms : p->last;
    return link == LINK_GONE;
}

/* All, there being more than one, went within a minute. */
static bool gone_together(const struct steward *s)
{
    struct period p = {INT64_MAX, INT64_MIN};

    for (size_t g = 0; g < s->set.gateways; g++)
        if (!add_if_gone(&p, s->gateway[g].link, s->gateway[g].gone_ms))
            return false;
    for (size_t i = 0; i < s->set.aggregators; i++)
        if (!add_if_gone(&p, s->aggregator[i].link, s->aggregator[i].since_ms))
            return false;
    return s->set.gateways + s->set.aggregators > 1 && p.last - p.first <= TOGETHER_MS;
}

/* Before the alarm of a gateway or an aggregator, which it explains. */
void steward_look_at_network(struct steward *s, struct moment t)
{
    struct alarm own = {.level = ALARM_OF_SITE};
    size_t ths = 0;

    for (size_t g = 0; g < s->set.gateways; g++)
        ths += s->set.place != NULL && s->set.place[g].kind == DEVICE_TH;
    if (steward_find_own(s, ALARM_SITE_NETWORK_LOST) == NULL && gone_together(s))
        steward_raise_own(
            s, ALARM_SITE_NETWORK_LOST, &own, t,
            "site: no gateway of %zu%s%s answers, and they fell silent together: most "
            "likely the network is down",
            s->set.gateways - ths, ths > 0 ? ", no TH controller" : "",
            s->set.aggregators > 0 ? " and no aggregator" : "");
}

/* What answers, as words; false: nothing does. */
static bool find_answer(const struct steward *s, char *ret, size_t size)
{
    for (size_t g = 0; g < s->set.gateways; g++)
        if (s->gateway[g].link == LINK_HERE) {
            snprintf(ret, size, "%s \"%s\"", steward_word(s, g), s->set.entry[g].name);
            return true;
        }
    for (size_t i = 0; i < s->set.aggregators; i++)
        if (s->aggregator[i].link == LINK_HERE) {
            snprintf(ret, size, "aggregator \"%s\"", s->set.aggregator[i]);
            return true;
        }
    return false;
}

void steward_look_at_return(struct steward *s, struct moment t)
{
    const struct alarm *lost = steward_find_own(s, ALARM_SITE_NETWORK_LOST);
    char who[NAME_SIZE + 16];

    if (lost != NULL && find_answer(s, who, sizeof(who)))
        steward_clear_own(s, lost, t, "site: over: the network is lost (%s answers)", who);
}
