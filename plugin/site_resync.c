/*
 * The site thread and a link whose posts had no room: the queue is bounded, what stands is not to be
 * wrong for that. The link posts all that stands, in one piece, between its other posts; what the
 * site did not hear of begins, what it has and the link has not ends, and that is said once.
 */
#include "site_own.h"

#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool site_drop(struct site *s, size_t i)
{
    s->drops[i].wanted = true;
    return s->drops[i].posts++ == 0;
}

bool site_wants_all(struct site *s, size_t i)
{
    bool ret;

    pthread_mutex_lock(&s->lock);
    ret = s->drops[i].wanted && !s->drops[i].queued;
    pthread_mutex_unlock(&s->lock);
    return ret;
}

static void free_resync(struct resync *r)
{
    if (r != NULL)
        free(r->alarm);
    free(r);
}

void site_post_all(struct site *s, size_t i, unsigned seen, struct alarm *a, size_t n)
{
    struct resync *r = calloc(1, sizeof(*r));
    struct drops *d = &s->drops[i];
    bool good;

    pthread_mutex_lock(&s->lock);
    good = r != NULL && seen == s->loaded && !d->queued; /* or it is asked again */
    if (good) {
        *r = (struct resync){seen, d->known, n, a};
        s->queue[(s->first + s->count++) % s->room] = (struct post){.gateway = i, .all = r};
        d->queued = true;
        d->wanted = false;
        pthread_cond_signal(&s->news);
    }
    pthread_mutex_unlock(&s->lock);
    if (good)
        return;
    free(r);
    free(a);
}

/* What is the same is left as it is: it has better words than those of a repetition. */
static bool shows_the_same(const struct alarm *a, const struct alarm *b)
{
    return a->severity == b->severity && a->sources == b->sources && a->stale == b->stale &&
           a->has_value == b->has_value && a->value == b->value &&
           ledger_worse_peak(a, b) == b->peak;
}

/* How often it came again is told by its link, and only once. */
static void post_one(struct site *s, size_t i, struct alarm *a, struct moment t)
{
    const struct alarm *standing;

    a->gateway = s->entry[i].index;
    a->occurrences = 0;
    standing = ledger_find(&s->ledger, a);
    if (standing == NULL)
        steward_post(&s->steward, i, EVENT_RAISED, a, t);
    else if (!shows_the_same(a, standing))
        steward_post(&s->steward, i, EVENT_CHANGED, a, t);
}

/* The numbers of `a`'s gateway that stand and are not to: `ended` has room for all. */
static size_t find_ended(const struct site *s, size_t i, const struct ledger *now,
                         struct alarm *ended)
{
    size_t n = 0;

    for (size_t k = 0; k < s->ledger.actives; k++) {
        const struct alarm *a = &s->ledger.active[k];

        if (a->gateway == s->entry[i].index && site_is_of_links(a) && ledger_find(now, a) == NULL)
            ended[n++] = *a;
    }
    return n;
}

static void end_rest(struct site *s, size_t i, struct resync *r, struct moment t,
                     void (*note)(struct site *s, struct moment t))
{
    struct ledger now = {.active = r->alarm, .actives = r->n, .room = r->n};
    struct alarm *ended = calloc(s->ledger.actives + 1, sizeof(*ended));
    size_t n;

    ledger_index(&now);
    n = ended != NULL ? find_ended(s, i, &now, ended) : 0;
    free(now.slot);
    for (size_t k = 0; k < n; k++) {
        char text[EVENT_TEXT_SIZE];

        ended[k].occurrences = 0; /* it counts no more than it did */
        memcpy(text, ended[k].text, sizeof(text));
        snprintf(ended[k].text, sizeof(ended[k].text), "over: %.200s", text);
        steward_post(&s->steward, i, EVENT_CLEARED, &ended[k], t);
        note(s, t);
    }
    free(ended);
}

/* How many posts were dropped, if none was since it was posted; `again`: it was of no use. */
static unsigned settle_drops(struct site *s, size_t i, bool again)
{
    struct drops *d = &s->drops[i];
    unsigned ret = 0;

    pthread_mutex_lock(&s->lock);
    d->queued = false;
    d->wanted |= again;
    if (!d->wanted) {
        ret = d->posts;
        d->posts = 0;
    }
    pthread_mutex_unlock(&s->lock);
    return ret;
}

void site_resync(struct site *s, size_t i, struct resync *r, struct moment t,
                 void (*note)(struct site *s, struct moment t))
{
    /* Otherwise more stands than its link knew of, or it knew what was taken out since. */
    bool current = r->seen == s->loaded && r->accepted == s->accepted[i];
    unsigned dropped;

    for (size_t k = 0; current && k < r->n; k++) {
        post_one(s, i, &r->alarm[k], t);
        note(s, t);
    }
    if (current)
        end_rest(s, i, r, t, note);
    free_resync(r);
    dropped = settle_drops(s, i, !current);
    if (dropped > 0)
        steward_say_dropped(&s->steward, i, dropped, t);
}
