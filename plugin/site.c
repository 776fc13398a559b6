/*
 * See site.h. What stands and the last events are kept in memory as they are published; the store
 * is only ever appended to. Everything below the line "the thread" runs in the site's own thread;
 * the queue, `ready` and what links ask for are shared under the lock.
 */
#include "site_own.h"

#include "core/log.h"
#include "link/thread.h"
#include "orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUEUE = 4096,
    BATCH = 1024, /* posts per turn */
    EVENTS = 512, /* to a commit and a publication: more may follow of the last post */
    TICK_MS = 1000,
    ASK_MS = 500, /* requests are looked for at most that often */
};

static struct moment this_moment(void)
{
    return (struct moment){site_clock_ms(CLOCK_BOOTTIME), site_clock_ms(CLOCK_REALTIME)};
}

/* ---- what links call --------------------------------------------------------------------- */

void site_wait(struct site *s, int timeout_ms)
{
    const struct timespec until = thread_deadline(timeout_ms);
    int err = 0;

    pthread_mutex_lock(&s->lock);
    while (!s->ready && !s->released && err == 0)
        err = pthread_cond_timedwait(&s->opened, &s->lock, &until);
    pthread_mutex_unlock(&s->lock);
}

void site_release(struct site *s)
{
    pthread_mutex_lock(&s->lock);
    s->released = true;
    pthread_cond_broadcast(&s->opened);
    pthread_mutex_unlock(&s->lock);
}

uint32_t site_device(struct site *s, size_t i)
{
    uint32_t index;

    pthread_mutex_lock(&s->lock);
    index = s->ready ? s->entry[i].index : 0;
    pthread_mutex_unlock(&s->lock);
    return index;
}

bool site_is_of_links(const struct alarm *a)
{
    return !cause_is_ours(a->kind) && !cause_is_crowd(a);
}

/* Copied, as who is called may post. NULL for none. */
static struct alarm *copy_standing(struct site *s, size_t i, unsigned *seen, size_t *ret_n)
{
    struct alarm *ret = NULL;

    *ret_n = 0;
    pthread_mutex_lock(&s->lock);
    if (s->ready && s->loaded != *seen)
        ret = calloc(s->presets + 1, sizeof(*ret));
    for (size_t a = 0; ret != NULL && a < s->presets; a++)
        if (s->preset[a].gateway == s->entry[i].index && site_is_of_links(&s->preset[a]))
            ret[(*ret_n)++] = s->preset[a];
    if (ret != NULL)
        *seen = s->loaded;
    pthread_mutex_unlock(&s->lock);
    return ret;
}

void site_each_standing(struct site *s, size_t i, unsigned *seen,
                        void (*each)(void *ctx, const struct alarm *a), void *ctx)
{
    size_t n;
    struct alarm *standing = copy_standing(s, i, seen, &n);

    for (size_t a = 0; a < n; a++)
        each(ctx, &standing[a]);
    free(standing);
}

bool site_expected(struct site *s, size_t i, struct census *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->expected[i];
    pthread_mutex_unlock(&s->lock);
    return !expect_nothing(ret);
}

bool site_accepted(struct site *s, size_t i, unsigned *seen, struct census *ret)
{
    bool news;

    pthread_mutex_lock(&s->lock);
    news = s->accepted[i] != *seen;
    s->drops[i].wanted |= news; /* what it posted in between may be of what was taken out */
    *seen = s->drops[i].known = s->accepted[i];
    *ret = s->expected[i];
    pthread_mutex_unlock(&s->lock);
    return news;
}

void site_work(struct site *s, size_t i, struct work *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->work[i];
    pthread_mutex_unlock(&s->lock);
}

void site_shape(struct site *s, size_t i, struct steward_shape *ret)
{
    pthread_mutex_lock(&s->lock);
    *ret = s->shape[i];
    pthread_mutex_unlock(&s->lock);
}

bool site_replaced(struct site *s, size_t i, unsigned *seen, struct replacement **ret,
                   size_t *ret_n)
{
    const struct replaced *r = &s->replaced[i];
    bool news;

    pthread_mutex_lock(&s->lock);
    *ret = r->times != *seen ? calloc(r->n + 1, sizeof(**ret)) : NULL;
    news = *ret != NULL;
    if (news && r->n > 0)
        memcpy(*ret, r->of, r->n * sizeof(**ret));
    *ret_n = r->n;
    *seen = news ? r->times : *seen;
    pthread_mutex_unlock(&s->lock);
    return news;
}

static void fill_post(struct post *p, size_t i, const struct alarm_event *e)
{
    *p = (struct post){
        .gateway = i, .what = e->what, .wall_ms = site_clock_ms(CLOCK_REALTIME), .alarm = e->alarm};
}

void site_post(struct site *s, size_t i, const struct alarm_event *e)
{
    bool say = false;

    pthread_mutex_lock(&s->lock);
    if (s->count < QUEUE)
        fill_post(&s->queue[(s->first + s->count++) % s->room], i, e);
    else
        say = site_drop(s, i);
    pthread_cond_signal(&s->news);
    pthread_mutex_unlock(&s->lock);
    if (say)
        log_say(LOG_LEVEL_WARNING,
                "%s \"%s\": alarms change faster than they can be stored; some changes are "
                "left out, and all that stands is looked at again in a moment",
                steward_word(&s->steward, i), s->entry[i].name);
}

void site_post_counts(struct site *s, size_t i, const struct census *c)
{
    pthread_mutex_lock(&s->lock);
    s->census[i] = *c;
    s->counted[i] = true;
    pthread_mutex_unlock(&s->lock);
}

/* ---- the thread -------------------------------------------------------------------------- */

/* Of a gateway that is not configured any more: what the alarm's own object begins with. */
static void name_gateway(const struct site *s, const struct alarm *a, char ret[NAME_SIZE])
{
    const char *name = a->object;
    int length = (int)strcspn(name, "/"); /* which no name has */

    for (size_t g = 0; g < s->devices; g++)
        if (s->entry[g].index == a->gateway) {
            snprintf(ret, NAME_SIZE, "%s", s->entry[g].name);
            return;
        }
    if (name[length] == '/' && length > 0)
        length--; /* and the blank before it */
    snprintf(ret, NAME_SIZE, "%.*s", length, name);
}

/* Somebody's acknowledgement, and that maintenance began, is no notification of collectd. */
static bool is_told(const struct event *e)
{
    return event_is_told(e) && e->what != EVENT_ACKNOWLEDGED && e->what != EVENT_SHELVED;
}

static void tell(struct site *s, size_t events)
{
    size_t n = s->ledger.events, from = events < n ? n - events : 0;

    for (size_t i = from; i < n; i++) {
        char name[NAME_SIZE];

        if (!is_told(&s->ledger.ring[i]))
            continue;
        name_gateway(s, &s->ledger.ring[i].alarm, name);
        s->set.tell(&s->ledger.ring[i], name);
    }
}

/* What a store that was opened knows better: its events are the last of the ring now. */
static void tell_amends(struct site *s)
{
    if (s->steward.events == 0)
        return;
    s->alarms_changed_ms = site_clock_ms(CLOCK_BOOTTIME);
    site_save(s);
    site_publish(s);
    tell(s, s->steward.events);
    s->steward.events = 0;
}

static void end_orphans(struct site *s)
{
    unsigned before = s->steward.events, n;

    while ((n = steward_orphans(&s->steward, EVENTS, this_moment())) > 0) {
        s->alarms_changed_ms = site_clock_ms(CLOCK_BOOTTIME);
        site_save(s);
        site_publish(s);
        tell(s, n);
    }
    s->steward.events = before; /* told already */
}

static void begin(struct site *s)
{
    site_restore(s);
    site_open_store(s);
    tell_amends(s);
    end_orphans(s);
    for (size_t i = 0; i < s->devices; i++)
        if (s->fresh[i])
            steward_new_gateway(&s->steward, i, this_moment());
    site_note_limits(s, this_moment());
    s->steward.events = 0; /* nobody is notified of these */
    site_save(s);
    site_publish(s);
    pthread_mutex_lock(&s->lock);
    s->ready = true;
    pthread_cond_broadcast(&s->opened);
    pthread_mutex_unlock(&s->lock);
}

/* Waits for posts or the next tick. False when the queue is empty and the thread is to end. */
static bool take(struct site *s, struct post *ret, size_t *ret_n)
{
    const int tick_ms = s->set.site_pace.tick_ms;
    const struct timespec until = thread_deadline(tick_ms > 0 ? tick_ms : TICK_MS);
    bool stop;
    size_t n = 0;

    pthread_mutex_lock(&s->lock);
    if (s->count == 0 && !s->stop)
        pthread_cond_timedwait(&s->news, &s->lock, &until);
    for (; n < BATCH && s->count > 0; n++, s->count--) {
        ret[n] = s->queue[s->first];
        s->first = (s->first + 1) % s->room;
    }
    stop = s->stop;
    pthread_mutex_unlock(&s->lock);
    *ret_n = n;
    return n > 0 || !stop;
}

/* ---- the thread: requests ---------------------------------------------------------------- */

/* Does what persons have asked for. A store that cannot be read is said elsewhere. */
static void serve_requests(struct site *s, struct moment t, struct orders *ret)
{
    ret->n = 0;
    if (s->store == NULL || s->store_failing || t.now < s->ask_due)
        return;
    s->ask_due = t.now + ASK_MS;
    orders_serve(ret, s->store, &s->steward, t);
}

static void answer_requests(struct site *s, const struct orders *o)
{
    if (o->n > 0 && s->store != NULL && !orders_answer(o, s->store))
        site_say_store(s, true, store_error(s->store));
}

/* ---- the thread: turns ------------------------------------------------------------------- */

static void take_counts(struct site *s, struct moment t)
{
    for (size_t i = 0; i < s->devices; i++) {
        struct census c;
        bool news;

        pthread_mutex_lock(&s->lock);
        news = s->counted[i];
        s->counted[i] = false;
        c = s->census[i];
        pthread_mutex_unlock(&s->lock);
        if (news)
            steward_count(&s->steward, i, &c, t);
    }
}

/* What others may ask for. */
static void show_work(struct site *s)
{
    for (size_t i = 0; i < s->devices; i++) {
        struct work w;

        steward_work(&s->steward, i, &w);
        pthread_mutex_lock(&s->lock);
        s->work[i] = w;
        s->shape[i] = s->steward.gateway[i].shape;
        pthread_mutex_unlock(&s->lock);
    }
}

/* Stores, publishes, tells what was noted and what follows. `failing`: the store did before. */
static void finish(struct site *s, bool failing, struct moment t)
{
    struct steward *w = &s->steward;
    bool more = true;

    while (more) {
        if (w->events > 0 || s->store_failing)
            site_save(s);
        more = !steward_settle(w, EVENTS, t);
        if (ledger_unstored(&s->ledger) < s->ledger.events && w->events > 0)
            site_save(s);
        if (w->events > 0)
            s->alarms_changed_ms = t.now;
        if (w->events > 0 || w->changed || (failing && !s->store_failing) || site_files_old(s))
            site_publish(s); /* `failing`: they are stored now */
        tell(s, w->events);
        w->events = 0;
        w->changed = failing = false;
    }
}

/* Without StateDir nothing is published, and nobody expects it. */
static enum steward_keeping keeping(const struct site *s)
{
    if (s->store_failing)
        return KEEPING_STORE_FAILS;
    return s->set.publisher->path != NULL && (s->alarms_file.failing || s->site_file.failing)
               ? KEEPING_FILES_FAIL
               : KEEPING_WELL;
}

static void finish_some(struct site *s, struct moment t)
{
    if (s->steward.events >= EVENTS)
        finish(s, s->store_failing, t);
}

static void take_post(struct site *s, const struct post *p, struct moment t)
{
    if (p->all != NULL)
        site_resync(s, p->gateway, p->all, t, finish_some);
    else
        steward_post(&s->steward, p->gateway, p->what, &p->alarm,
                     (struct moment){t.now, p->wall_ms});
    finish_some(s, t);
}

static void turn(struct site *s, const struct post *post, size_t n, struct orders *orders)
{
    bool failing = s->store_failing;
    struct moment t = this_moment();

    if (site_try_store(s)) {
        tell_amends(s);
        end_orphans(s);
        site_note_limits(s, t);
    }
    site_settle_losses(s, t);
    take_counts(s, t);
    site_take_reach(s, t);
    for (size_t i = 0; i < n; i++)
        take_post(s, &post[i], t);
    serve_requests(s, t, orders);
    steward_store(&s->steward, keeping(s), t);
    steward_tick(&s->steward, t);
    finish(s, failing, t);
    if (s->aggregators.news)
        site_publish_manifest(s);
    show_work(s);
    site_count_totals(s, t);
    answer_requests(s, orders);
    site_keep_alarms(s, false);
    site_prune(s);
}

static void *run(void *arg)
{
    struct site *s = arg;
    struct post *post = calloc(BATCH, sizeof(*post));
    struct orders *orders = calloc(1, sizeof(*orders));
    size_t n;

    thread_begin("btms site");
    begin(s);
    while (post != NULL && orders != NULL && take(s, post, &n))
        turn(s, post, n, orders);
    site_keep_alarms(s, true);
    store_close(s->store);
    free(post);
    free(orders);
    return NULL;
}

_Static_assert((int)STEWARD_SUPPLIES == (int)SUPPLIES_MAX, "supplies");

const struct gateway_config *site_gateway(const struct site *s, size_t i)
{
    return i < s->set.gateways ? &s->set.gateway[i] : NULL;
}

const struct th_config *site_th(const struct site *s, size_t i)
{
    return i >= s->set.gateways ? &s->set.th[i - s->set.gateways] : NULL;
}

static void fill_supplies(struct steward_place *p, const char supply[SUPPLIES_MAX][NAME_SIZE])
{
    for (size_t i = 0; i < SUPPLIES_MAX && *supply[i] != '\0'; i++)
        p->supply[i] = supply[i];
}

static void fill_place(struct site *s, size_t i)
{
    const struct gateway_config *g = site_gateway(s, i);
    const struct th_config *th = site_th(s, i);
    struct steward_place *p = &s->place[i];

    if (g != NULL)
        *p = (struct steward_place){.kind = g->line != NULL ? DEVICE_LINE : DEVICE_GATEWAY,
                                    .interval_ms = g->interval_ms,
                                    .cell_interval_ms = g->cell_interval_ms,
                                    .limits = g->limits,
                                    .aggregator = g->aggregator,
                                    .controller = g->controller.port != 0,
                                    .identities = &g->identities};
    else
        *p = (struct steward_place){.kind = DEVICE_TH,
                                    .interval_ms = th->interval_ms,
                                    .cell_interval_ms = th->interval_ms,
                                    .limits = th->limits,
                                    .aggregator = th->aggregator,
                                    .identities = &th->identities};
    fill_supplies(p, g != NULL ? g->supply : th->supply);
    memcpy(s->entry[i].name, g != NULL ? g->name : th->name, NAME_SIZE);
    s->entry[i].kind = (uint8_t)p->kind;
}

static void fill_declared(struct steward_place *p, const struct declared *d, size_t i)
{
    if (d == NULL)
        return;
    p->declared = &d->gateway[i];
    p->complete = d->complete[i];
    p->th_told = d->th_told[i];
    p->shares = d->shares[i];
    p->ups_strings = &d->ups_strings[i * UPS_MAX];
}

static void on_silent(void *ctx)
{
    const struct site *s = ctx;

    if (s->set.silent != NULL)
        s->set.silent();
}

static bool allocate(struct site *s)
{
    struct steward_settings with = {.aggregators = s->set.aggregators,
                                    .limits = s->set.limits,
                                    .pace = s->set.pace,
                                    .commissioning_ms = s->set.commissioning_ms,
                                    .ctx = s,
                                    .save = site_save,
                                    .expect = site_keep_expected,
                                    .accepted = site_note_accepted,
                                    .replaced = site_keep_replaced,
                                    .silent = on_silent};

    s->devices = s->set.gateways + s->set.ths;
    with.gateways = s->devices;
    s->room = QUEUE + s->devices;
    s->queue = calloc(s->room, sizeof(*s->queue));
    s->drops = calloc(s->devices + 1, sizeof(*s->drops));
    s->entry = calloc(s->devices + 1, sizeof(*s->entry));
    with.entry = s->entry;
    s->place = calloc(s->devices + 1, sizeof(*s->place));
    with.place = s->place;
    for (size_t i = 0; s->place != NULL && s->entry != NULL && i < s->devices; i++) {
        fill_place(s, i);
        if (i < s->set.gateways)
            fill_declared(&s->place[i], s->set.declared, i);
        else if (s->set.declared != NULL)
            s->place[i].th = &s->set.declared->th[i - s->set.gateways];
    }
    if (!site_allocate_aggregators(s) || !site_allocate_totals(s))
        return false;
    with.aggregator = s->aggregators.name;
    s->sorted = calloc(s->devices + 1, sizeof(*s->sorted));
    s->census = calloc(s->devices + 1, sizeof(*s->census));
    s->expected = calloc(s->devices + 1, sizeof(*s->expected));
    s->accepted = calloc(s->devices + 1, sizeof(*s->accepted));
    s->replaced = calloc(s->devices + 1, sizeof(*s->replaced));
    s->quantity = calloc(s->devices + 1, sizeof(*s->quantity));
    s->shape = calloc(s->devices + 1, sizeof(*s->shape));
    s->work = calloc(s->devices + 1, sizeof(*s->work));
    s->counted = calloc(s->devices + 1, sizeof(*s->counted));
    s->listed = calloc(s->devices + 1, sizeof(*s->listed));
    s->fresh = calloc(s->devices + 1, sizeof(*s->fresh));
    if (s->place == NULL || s->census == NULL || s->expected == NULL || s->accepted == NULL ||
        s->quantity == NULL || s->work == NULL || s->shape == NULL || s->counted == NULL ||
        s->listed == NULL || s->fresh == NULL || s->drops == NULL || s->replaced == NULL ||
        !steward_init(&s->steward, &s->ledger, &with, site_clock_ms(CLOCK_BOOTTIME)))
        return false;
    return ledger_init(&s->ledger) && s->queue != NULL && s->entry != NULL && s->sorted != NULL;
}

static void release_memory(struct site *s)
{
    free(s->queue);
    free(s->drops);
    free(s->entry);
    free(s->sorted);
    free(s->census);
    free(s->expected);
    free(s->accepted);
    for (size_t i = 0; s->replaced != NULL && i < s->devices; i++)
        free(s->replaced[i].of);
    free(s->replaced);
    free(s->quantity);
    free(s->work);
    free(s->shape);
    free(s->counted);
    free(s->listed);
    free(s->fresh);
    free(s->place);
    site_free_aggregators(s);
    site_free_totals(s);
    steward_free(&s->steward);
    ledger_free(&s->ledger);
    free(s->preset);
    free(s->alarms_file.buffer.data);
    free(s->site_file.buffer.data);
    free(s);
}

struct site *site_start(const struct site_settings *set)
{
    struct site *s = calloc(1, sizeof(*s));
    pthread_condattr_t attr;

    if (s == NULL)
        return NULL;
    s->set = *set;
    snprintf(s->alarms_file.name, sizeof(s->alarms_file.name), "alarms.snap");
    snprintf(s->site_file.name, sizeof(s->site_file.name), "site.snap");
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->news, &attr);
    pthread_cond_init(&s->opened, &attr);
    pthread_condattr_destroy(&attr);
    if (!allocate(s) || pthread_create(&s->thread, NULL, run, s) != 0) {
        release_memory(s);
        return NULL;
    }
    return s;
}

void site_stop(struct site *s)
{
    if (s == NULL)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->news);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    release_memory(s);
}
