/*
 * The aggregators as the site thread keeps them: which index each has, and whether it, or a master
 * controller, is there. An
 * index is a device's, under a name that no device can have: the store gives it once, and it is not
 * given again.
 */
#include "site_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool site_allocate_aggregators(struct site *s)
{
    struct site_aggregators *a = &s->aggregators;
    size_t n = s->set.aggregators;

    a->reach = calloc(n + 1, sizeof(*a->reach));
    a->row = calloc(n + 1, sizeof(*a->row));
    a->sorted = calloc(n + 1, sizeof(*a->sorted));
    a->name = calloc(n + 1, sizeof(*a->name));
    s->controller = calloc(s->set.gateways + 1, sizeof(*s->controller));
    if (s->controller == NULL || a->reach == NULL || a->row == NULL || a->sorted == NULL ||
        a->name == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct aggregator_config *c = &s->set.aggregator[i];
        struct snapshot_aggregator *r = &a->row[i];

        a->name[i] = c->name;
        snprintf(r->name, sizeof(r->name), "%s", c->name);
        snprintf(r->address, sizeof(r->address), "%.240s port %d", c->address, c->port);
        snprintf(r->location, sizeof(r->location), "%s", c->location);
        snprintf(r->label, sizeof(r->label), "%s", c->label);
    }
    return true;
}

void site_free_aggregators(struct site *s)
{
    free(s->aggregators.reach);
    free(s->aggregators.row);
    free(s->aggregators.sorted);
    free(s->aggregators.name);
    free(s->controller);
}

/* ---- indexes ----------------------------------------------------------------------------- */

size_t site_find_aggregator(const struct site *s, const char *name)
{
    size_t i = 0;

    while (i < s->set.aggregators && strcmp(s->aggregators.name[i], name) != 0)
        i++;
    return i;
}

void site_restore_aggregators(struct site *s, const struct snapshot *site)
{
    struct snapshot_aggregator old;

    for (uint32_t i = 0; i < site->section[4].count; i++) {
        size_t at;

        snapshot_get_aggregator(site, i, &old);
        s->device = old.index > s->device ? old.index : s->device;
        at = site_find_aggregator(s, old.name);
        if (at < s->set.aggregators)
            s->aggregators.row[at].index = old.index;
    }
}

/* After the devices have theirs, which may be guesses too. */
void site_guess_aggregators(struct site *s)
{
    uint32_t highest = s->device;

    for (size_t i = 0; i < s->devices; i++)
        highest = s->entry[i].index > highest ? s->entry[i].index : highest;
    for (size_t i = 0; i < s->set.aggregators; i++)
        if (s->aggregators.row[i].index == 0)
            s->aggregators.row[i].index = ++highest;
}

bool site_name_aggregators(struct site *s)
{
    for (size_t i = 0; i < s->set.aggregators; i++) {
        char name[NAME_SIZE + 16];
        uint32_t index;

        snprintf(name, sizeof(name), "aggregator/%s", s->aggregators.name[i]);
        if (store_device(s->store, name, &index) != 0) {
            site_say_store(s, true, store_error(s->store));
            return false;
        }
        pthread_mutex_lock(&s->lock);
        s->aggregators.row[i].index = index;
        pthread_mutex_unlock(&s->lock);
    }
    return true;
}

uint32_t site_aggregator(struct site *s, size_t i)
{
    size_t at = site_find_aggregator(s, s->place[i].aggregator); /* none is called "" */
    uint32_t index = 0;

    pthread_mutex_lock(&s->lock);
    if (at < s->set.aggregators && s->ready)
        index = s->aggregators.row[at].index;
    pthread_mutex_unlock(&s->lock);
    return index;
}

/* ---- are they there? --------------------------------------------------------------------- */

static void post(struct site *s, struct reach *r, bool here, const char *why)
{
    pthread_mutex_lock(&s->lock);
    r->news = true;
    r->here = here;
    r->at_ms = site_clock_ms(CLOCK_BOOTTIME);
    snprintf(r->why, sizeof(r->why), "%s", why);
    pthread_cond_signal(&s->news);
    pthread_mutex_unlock(&s->lock);
}

void site_post_aggregator(struct site *s, size_t i, bool here, const char *why)
{
    post(s, &s->aggregators.reach[i], here, why);
}

void site_post_controller(struct site *s, size_t i, bool here, const char *why)
{
    post(s, &s->controller[i], here, why);
}

enum snapshot_reach site_controller(struct site *s, size_t i)
{
    struct reach r;

    pthread_mutex_lock(&s->lock);
    r = s->controller[i];
    pthread_mutex_unlock(&s->lock);
    return r.at_ms == 0 ? SNAPSHOT_NOT_LOOKED : r.here ? SNAPSHOT_REACHED : SNAPSHOT_LOST;
}

/* False: there is no news. */
static bool take(struct site *s, struct reach *r, struct reach *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = *r;
    r->news = false;
    pthread_mutex_unlock(&s->lock);
    return ret->news;
}

/* One that is lost is looked at often, and nothing changes. */
static void note(struct site *s, size_t i, const struct reach *r)
{
    struct snapshot_aggregator *row = &s->aggregators.row[i];
    uint8_t was = row->reach;

    row->reach = r->here ? SNAPSHOT_REACHED : SNAPSHOT_LOST;
    row->answered_ms = r->here ? r->at_ms : row->answered_ms;
    s->aggregators.news |= r->here || row->reach != was;
}

void site_take_reach(struct site *s, struct moment t)
{
    struct reach r;

    for (size_t i = 0; i < s->set.aggregators; i++)
        if (take(s, &s->aggregators.reach[i], &r)) {
            note(s, i, &r);
            steward_aggregator(&s->steward, i, r.here, r.why, t);
        }
    for (size_t g = 0; g < s->set.gateways; g++)
        if (take(s, &s->controller[g], &r))
            steward_controller(&s->steward, g, r.here, r.why, t);
}

static int by_index(const void *a, const void *b)
{
    const struct snapshot_aggregator *x = a, *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

const struct snapshot_aggregator *site_sorted_aggregators(struct site *s)
{
    struct site_aggregators *a = &s->aggregators;
    size_t n = s->set.aggregators;

    if (n > 0)
        memcpy(a->sorted, a->row, n * sizeof(*a->row));
    qsort(a->sorted, n, sizeof(*a->sorted), by_index);
    return a->sorted;
}
