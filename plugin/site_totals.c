/* What the site thread counts for collectd: the totals of the site, and of each aggregator. */
#include "site_own.h"

#include <stdlib.h>
#include <string.h>

enum { EVERY_MS = 1000 };

bool site_allocate_totals(struct site *s)
{
    s->totals.shown = calloc(s->set.aggregators + 1, sizeof(*s->totals.shown));
    s->totals.fresh = calloc(s->set.aggregators + 1, sizeof(*s->totals.fresh));
    return s->totals.shown != NULL && s->totals.fresh != NULL;
}

void site_free_totals(struct site *s)
{
    free(s->totals.shown);
    free(s->totals.fresh);
}

/* Of the aggregator of device number `i`; NULL: of none. The first place is the whole site's. */
static struct totals *of_device(struct site *s, size_t i)
{
    size_t at =
        i < s->devices ? site_find_aggregator(s, s->place[i].aggregator) : s->set.aggregators;

    return at < s->set.aggregators ? &s->totals.fresh[at + 1] : NULL;
}

static void count_device(struct totals *t, const struct steward_place *of,
                         const struct steward_gateway *is)
{
    if (of->kind == DEVICE_TH)
        totals_add_th(t, &is->is, is->link == LINK_GONE);
    else
        totals_add_gateway(t, &is->is, is->link == LINK_GONE);
}

static void count_devices(struct site *s)
{
    for (size_t i = 0; i < s->devices; i++) {
        struct totals *group = of_device(s, i);

        count_device(&s->totals.fresh[0], &s->place[i], &s->steward.gateway[i]);
        if (group != NULL)
            count_device(group, &s->place[i], &s->steward.gateway[i]);
    }
}

/* An alarm of the site belongs to an aggregator when it is the aggregator's own. */
static struct totals *of_alarm(struct site *s, const struct alarm *a)
{
    if (a->gateway != 0)
        return of_device(s, steward_gateway_of(&s->steward, a));
    for (size_t i = 0; i < s->set.aggregators; i++)
        if (steward_is_of_aggregator(&s->steward, i, a))
            return &s->totals.fresh[i + 1];
    return NULL;
}

/* Those of one device often come one after the other. */
static void count_alarms(struct site *s)
{
    struct totals *group = NULL;
    uint32_t gateway = 0;

    for (const struct alarm *a = s->ledger.active; a < s->ledger.active + s->ledger.actives; a++) {
        if (a->gateway == 0 || a->gateway != gateway)
            group = of_alarm(s, a);
        gateway = a->gateway;
        totals_add_alarm(&s->totals.fresh[0], a);
        if (group != NULL)
            totals_add_alarm(group, a);
    }
}

void site_count_totals(struct site *s, struct moment t)
{
    size_t n = s->set.aggregators + 1;

    if (t.now < s->totals.due)
        return;
    s->totals.due = t.now + EVERY_MS;
    memset(s->totals.fresh, 0, n * sizeof(*s->totals.fresh));
    for (size_t i = 0; i < s->set.aggregators; i++)
        s->totals.fresh[i + 1].reach = s->aggregators.row[i].reach;
    count_devices(s);
    count_alarms(s);
    pthread_mutex_lock(&s->lock);
    memcpy(s->totals.shown, s->totals.fresh, n * sizeof(*s->totals.fresh));
    s->totals.counted = true;
    pthread_mutex_unlock(&s->lock);
}

static bool show(struct site *s, size_t at, struct totals *ret)
{
    bool counted;

    pthread_mutex_lock(&s->lock);
    *ret = s->totals.shown[at];
    counted = s->totals.counted;
    pthread_mutex_unlock(&s->lock);
    return counted;
}

bool site_totals(struct site *s, struct totals *ret)
{
    return show(s, 0, ret);
}

bool site_totals_of_aggregator(struct site *s, size_t i, struct totals *ret)
{
    return show(s, i + 1, ret);
}
