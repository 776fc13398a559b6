/*
 * All gateways gone together: the network, which explains them. One that fails at any other time has
 * an alarm of its own.
 */
#include "steward_own.h"

enum { TOGETHER_MS = 60000 };

void steward_set_link(struct steward *s, size_t g, bool here, int64_t now)
{
    struct steward_gateway *gw = &s->gateway[g];

    if (!here && gw->link != LINK_GONE)
        gw->gone_ms = now;
    gw->link = here ? LINK_HERE : LINK_GONE;
}

/* All gateways, there being more than one, went within a minute. */
static bool gone_together(const struct steward *s)
{
    int64_t first = INT64_MAX, last = INT64_MIN;

    for (size_t g = 0; g < s->set.gateways; g++) {
        if (s->gateway[g].link != LINK_GONE)
            return false;
        first = s->gateway[g].gone_ms < first ? s->gateway[g].gone_ms : first;
        last = s->gateway[g].gone_ms > last ? s->gateway[g].gone_ms : last;
    }
    return s->set.gateways > 1 && last - first <= TOGETHER_MS;
}

/* Before the alarm of a gateway, which it explains. */
void steward_look_at_network(struct steward *s, struct moment t)
{
    struct alarm own = {.level = ALARM_OF_SITE};

    if (steward_find_own(s, ALARM_SITE_NETWORK_LOST) == NULL && gone_together(s))
        steward_raise_own(
            s, ALARM_SITE_NETWORK_LOST, &own, t,
            "site: none of the %zu gateways answers, and they fell silent together: most "
            "likely the network is down",
            s->set.gateways);
}

void steward_look_at_return(struct steward *s, struct moment t)
{
    const struct alarm *lost = steward_find_own(s, ALARM_SITE_NETWORK_LOST);

    for (size_t g = 0; lost != NULL && g < s->set.gateways; g++)
        if (s->gateway[g].link == LINK_HERE) {
            steward_clear_own(s, lost, t,
                              "site: over: the network is lost (gateway \"%s\" answers)",
                              s->set.entry[g].name);
            return;
        }
}
