/* See poller.h. Here is what pollers of all kinds do alike. */
#include "poller_own.h"

#include "core/log.h"
#include "link/link_tcp.h"
#include "link/thread.h"

#include <stdlib.h>

enum {
    SITE_PATIENCE_MS = 10000,
    CLOCK_STEP_MS = 30000,
    PUBLISH_GAPS = 5, /* an interval */
    PUBLISH_GAP_MS = 2000,
};

struct pollers {
    struct poller **of;
    size_t n;
};

/* ---- values ------------------------------------------------------------------------------ */

bool poller_stamp(struct poller *p)
{
    uint64_t now = p->w->time();
    int64_t wall_ms = p->w->time_ms(now), offset = wall_ms - link_now_ms();

    p->stepped |= llabs(offset - p->clock_offset_ms) > CLOCK_STEP_MS;
    p->clock_offset_ms = offset;
    switch (walltime_note(&p->clock, wall_ms, p->interval_ms / 2)) {
    case WALLTIME_STEPPED_BACK:
        log_say(
            LOG_LEVEL_WARNING,
            "%s \"%s\": the clock was stepped back; collectd refuses older times, so values are "
            "held until the clock has passed where it was (or collectd restarts)",
            p->kind->word, p->name);
        break;
    case WALLTIME_CAUGHT_UP:
        log_say(LOG_LEVEL_NOTICE, "%s \"%s\": the clock has caught up, values go on", p->kind->word,
                p->name);
        break;
    case WALLTIME_SAME:
        break;
    }
    if (!p->clock.behind)
        p->time = walltime_stamp(p->time, now);
    return !p->clock.behind;
}

static void learn_replaced(struct poller *p)
{
    struct replacement *of;
    size_t n;

    if (!site_replaced(p->w->site, p->number, &p->replaced_seen, &of, &n))
        return;
    free(p->replaced);
    p->snapshot.replaced = p->replaced = of;
    p->snapshot.replacements = n;
}

bool poller_may_publish(struct poller *p, int64_t now, bool urgent)
{
    int64_t gap = p->interval_ms / PUBLISH_GAPS;

    if (gap > PUBLISH_GAP_MS)
        gap = PUBLISH_GAP_MS;
    if (!urgent && now - p->published_ms < gap)
        return false;
    p->snapshot.index = site_device(p->w->site, p->number);
    if (p->snapshot.index == 0)
        return false;
    p->snapshot.aggregator = site_aggregator(p->w->site, p->number);
    learn_replaced(p);
    snapshot_device_name(p->snapshot.index, p->file.name, sizeof(p->file.name));
    p->published_ms = now;
    return true;
}

int64_t poller_kept_interval(const struct poller *p, const struct health *h)
{
    int64_t kept = h->interval_ms;

    return kept > p->interval_ms ? kept : p->interval_ms;
}

/* ---- the site ---------------------------------------------------------------------------- */

void poller_learn_standing(struct poller *p)
{
    struct site *site = p->w->site;
    unsigned before = p->standing_seen;
    struct census c;

    if (p->kind->number != NULL)
        p->kind->number(p);
    site_each_standing(site, p->number, &p->standing_seen, p->kind->preset, p);
    if (p->standing_seen != before && site_expected(site, p->number, &c))
        p->kind->expect(p, &c);
    if (site_accepted(site, p->number, &p->accepted_seen, &c))
        p->kind->forget(p, &c);
}

struct list {
    struct alarm *alarm;
    size_t n, room;
    bool full; /* no memory: another time */
};

static void add_to_list(void *ctx, const struct alarm_event *e)
{
    struct list *l = ctx;

    if (l->n == l->room && !l->full) {
        size_t room = l->room > 0 ? 2 * l->room : 64;
        struct alarm *grown = realloc(l->alarm, room * sizeof(*grown));

        l->full = grown == NULL;
        l->alarm = grown != NULL ? grown : l->alarm;
        l->room = grown != NULL ? room : l->room;
    }
    if (!l->full)
        l->alarm[l->n++] = e->alarm;
}

void poller_repeat_alarms(struct poller *p)
{
    struct list l = {0};

    if (!site_wants_all(p->w->site, p->number))
        return;
    poller_learn_standing(p);
    p->kind->repeat(p, add_to_list, &l);
    if (l.full)
        free(l.alarm);
    else
        site_post_all(p->w->site, p->number, p->standing_seen, l.alarm, l.n);
}

/* ---- life -------------------------------------------------------------------------------- */

static void *run(void *arg)
{
    struct poller *p = arg;

    thread_begin("btms poll");
    site_wait(p->w->site, SITE_PATIENCE_MS);
    poller_learn_standing(p);
    p->kind->run(p);
    return NULL;
}

static void free_poller(struct poller *p)
{
    p->kind->free(p);
    free(p->file.buffer.data);
    free(p->replaced);
    free(p);
}

/* `p` NULL: there was no memory for it. */
static void start(struct pollers *all, struct poller *p, const char *word, const char *name)
{
    if (p != NULL && p->w->start(&p->thread, run, p)) {
        all->of[all->n++] = p;
        return;
    }
    log_say(LOG_LEVEL_ERROR, "%s \"%s\": no thread or memory for it; it is left out", word, name);
    if (p != NULL)
        free_poller(p);
}

struct pollers *pollers_start(const struct poller_world *w, size_t *ret_started)
{
    const struct config *c = w->config;
    struct pollers *ret = calloc(1, sizeof(*ret));

    if (ret != NULL)
        ret->of = calloc(c->gateways + c->ths + 1, sizeof(struct poller *));
    if (ret == NULL || ret->of == NULL) {
        free(ret);
        return NULL;
    }
    for (size_t i = 0; i < c->gateways; i++)
        start(ret, poller_new_gateway(w, i), "gateway", c->gateway[i].name);
    for (size_t i = 0; i < c->ths; i++)
        start(ret, poller_new_th(w, i), "TH controller", c->th[i].name);
    *ret_started = ret->n;
    return ret;
}

void pollers_join(struct pollers *p)
{
    for (size_t i = 0; p != NULL && i < p->n; i++) {
        pthread_join(p->of[i]->thread, NULL);
        free_poller(p->of[i]);
    }
    if (p != NULL)
        free(p->of);
    free(p);
}
