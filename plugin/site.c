/*
 * See site.h. What stands and the last events are kept in memory as they are published; the store
 * is only ever appended to. Everything below the line "the thread" runs in the site's own thread;
 * the queue, `ready` and what links ask for are shared under the lock.
 */
#include "site.h"

#include "core/fsio.h"
#include "core/log.h"
#include "core/store.h"
#include "ledger.h"
#include "link/thread.h"
#include "orders.h"
#include "steward.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    QUEUE = 4096,
    BATCH = 128,   /* events per transaction */
    ASK_MS = 500,  /* requests are looked for at most that often */
    REOPEN_S = 10, /* a store that could not be opened, or fails, is opened again */
    SNAPSHOT_MOST = 8 << 20,
    PRUNE_MS = 3600000, /* old events are looked for; while there are, every turn deletes some */
};

struct post {
    size_t gateway;
    enum event_what what;
    int64_t wall_ms;
    struct alarm alarm; /* without id */
};

struct site {
    struct site_settings set;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news, opened;
    bool ready, released, stop;
    struct post *queue;
    size_t first, count;
    unsigned dropped;
    struct snapshot_entry *entry; /* per configured gateway; an index may change in a late open */
    struct census *census;        /* per configured gateway, as it was posted last */
    bool *counted;                /* since the thread has looked */
    struct alarm *preset;         /* copy of what stood when the store was opened */
    size_t presets;
    unsigned loaded; /* how often that was */

    /* the thread's own */
    struct store *store;
    bool store_failing, give_up;
    bool renewed; /* a damaged store was put aside: what is new in the new one need not be new */
    time_t reopen;
    int64_t prune_due; /* CLOCK_BOOTTIME */
    struct ledger ledger;
    struct steward steward;
    int64_t ask_due;
    bool *listed, *fresh;          /* per gateway: known from the last run; never known before */
    bool same_store;               /* the ledger's events are those of the store that is open */
    uint32_t device;               /* the highest index ever seen */
    struct snapshot_entry *sorted; /* as `entry` by index, as published */
    int64_t alarms_changed_ms;
    struct publication alarms_file, site_file;
    unsigned generation; /* of StateDir that they were published in */
};

static int64_t clock_ms(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static struct moment this_moment(void)
{
    return (struct moment){clock_ms(CLOCK_BOOTTIME), clock_ms(CLOCK_REALTIME)};
}

/* ---- what links call --------------------------------------------------------------------- */

void site_wait(struct site *s, int timeout_ms)
{
    struct timespec until;
    int err = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
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

/* Copied, as who is called may post. NULL for none. */
static struct alarm *copy_standing(struct site *s, size_t i, unsigned *seen, size_t *ret_n)
{
    struct alarm *ret = NULL;

    *ret_n = 0;
    pthread_mutex_lock(&s->lock);
    if (s->ready && s->loaded != *seen)
        ret = calloc(s->presets + 1, sizeof(*ret));
    for (size_t a = 0; ret != NULL && a < s->presets; a++)
        if (s->preset[a].gateway == s->entry[i].index && !cause_is_ours(s->preset[a].kind))
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

static void fill_post(struct post *p, size_t i, const struct alarm_event *e)
{
    *p = (struct post){
        .gateway = i, .what = e->what, .wall_ms = clock_ms(CLOCK_REALTIME), .alarm = e->alarm};
}

void site_post(struct site *s, size_t i, const struct alarm_event *e)
{
    pthread_mutex_lock(&s->lock);
    if (s->count < QUEUE)
        fill_post(&s->queue[(s->first + s->count++) % QUEUE], i, e);
    else
        s->dropped++;
    pthread_cond_signal(&s->news);
    pthread_mutex_unlock(&s->lock);
}

void site_post_counts(struct site *s, size_t i, const struct census *c)
{
    pthread_mutex_lock(&s->lock);
    s->census[i] = *c;
    s->counted[i] = true;
    pthread_mutex_unlock(&s->lock);
}

/* ---- the thread: the store --------------------------------------------------------------- */

static void say_store(struct site *s, bool failing, const char *why)
{
    if (failing && !s->store_failing)
        log_say(LOG_LEVEL_ERROR,
                "the store fails: %s; alarms are told all the same and stored when it is back",
                why);
    if (failing && !s->store_failing)
        s->reopen = time(NULL) + REOPEN_S;
    if (!failing && s->store_failing)
        log_say(LOG_LEVEL_NOTICE, "the store is back, nothing is lost");
    s->store_failing = failing;
}

/* Other programs number events too. */
static void see_numbers(struct site *s)
{
    struct store_floor floor = store_numbers(s->store);

    if (floor.sequence > s->ledger.sequence)
        s->ledger.sequence = floor.sequence;
    if (floor.alarm_id > s->ledger.alarm_id)
        s->ledger.alarm_id = floor.alarm_id;
}

/* One transaction; the numbers that were 0 are given in it. */
static bool append(struct site *s, size_t from, size_t n)
{
    if (store_append(s->store, s->ledger.ring + from, n) != 0) {
        say_store(s, true, store_error(s->store));
        return false;
    }
    for (size_t i = from; i < from + n; i++)
        s->ledger.ring[i].stored = true;
    ledger_spread_ids(&s->ledger, from);
    steward_look_again(&s->steward);
    see_numbers(s);
    return true;
}

/* Those of the agent are left out, it shows them itself. */
static int read_active(struct site *s, struct alarm **ret, size_t *ret_n)
{
    size_t n, kept = 0;

    if (store_active(s->store, ret, &n) != 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (!cause_is_agents((*ret)[i].kind))
            (*ret)[kept++] = (*ret)[i];
    *ret_n = kept;
    return 0;
}

/* What the store knows and this run does not, and the other way round. */
static bool merge(struct site *s)
{
    struct alarm *active = NULL;
    struct event *last = NULL;
    size_t actives = 0, events = 0;
    bool read = read_active(s, &active, &actives) == 0 &&
                store_last_events(s->store, SNAPSHOT_EVENTS_MAX, &last, &events) == 0;
    bool good = read && ledger_merge(&s->ledger, active, actives, last, events, s->same_store);

    if (!good)
        free(active);
    if (!good)
        say_store(s, true, read ? "no memory" : store_error(s->store));
    s->same_store |= good;
    steward_look_again(&s->steward);
    free(last);
    return good;
}

/* Numbers of our own may have been given to others as well while the store was away. */
static bool settle_numbers(struct site *s, size_t from)
{
    return from == s->ledger.events || s->ledger.ring[from].sequence == 0 || merge(s);
}

/* Stores every event of the ring that is not stored yet, oldest first; whatever happens, all have
 * their numbers afterwards. */
static void save(void *ctx)
{
    struct site *s = ctx;
    bool good = s->store != NULL && settle_numbers(s, ledger_unstored(&s->ledger));
    size_t from = ledger_unstored(&s->ledger), n = s->ledger.events;

    for (size_t at = from; good && at < n; at += BATCH)
        good = append(s, at, n - at < BATCH ? n - at : BATCH);
    if (good)
        say_store(s, false, "");
    else
        ledger_number(&s->ledger, from);
}

static const struct gateway_config *config_of(const struct site *s, uint32_t device)
{
    for (size_t i = 0; i < s->set.gateways; i++)
        if (s->entry[i].index == device)
            return &s->set.gateway[i];
    return NULL;
}

static bool keep_expected(void *ctx, uint32_t device, const struct census *c)
{
    struct site *s = ctx;
    const struct gateway_config *g = config_of(s, device);

    return s->store != NULL && g != NULL && orders_expect(s->store, device, g, c);
}

static void read_expected(struct site *s, size_t i)
{
    struct census c;

    if (orders_expected(s->store, s->entry[i].index, &s->set.gateway[i], &c))
        steward_expected(&s->steward, i, &c);
}

/* ---- the thread: the start --------------------------------------------------------------- */

/* NULL when it is not there or not good. */
static void *read_snapshot(struct site *s, const char *name, enum snapshot_kind kind,
                           struct snapshot *ret)
{
    void *data = NULL;
    size_t size;

    if (s->set.publisher->dir < 0 ||
        fsio_read(s->set.publisher->dir, name, SNAPSHOT_MOST, &data, &size) != 0)
        return NULL;
    if (snapshot_open(data, size, kind, ret) == SNAPSHOT_OK)
        return data;
    free(data);
    return NULL;
}

static struct snapshot_entry *get_entries(struct site *s, const struct snapshot *site,
                                          size_t *ret_n)
{
    struct snapshot_entry *ret = calloc(site->section[1].count + 1, sizeof(*ret));

    for (uint32_t i = 0; ret != NULL && i < site->section[1].count; i++) {
        snapshot_get_entry(site, i, &ret[i]);
        s->device = ret[i].index > s->device ? ret[i].index : s->device;
        *ret_n = i + 1;
    }
    return ret;
}

/* What the last run published: alarms stand until the store says more, and numbers are never used
 * again, even with a new store. The manifest says to which gateways the indexes belong, so without
 * it the alarms are worth nothing. */
static struct snapshot_entry *restore(struct site *s, size_t *ret_n)
{
    struct snapshot snap;
    struct snapshot_site was;
    struct snapshot_entry *ret;
    void *data = read_snapshot(s, "site.snap", SNAPSHOT_SITE, &snap);

    *ret_n = 0;
    if (data == NULL)
        return NULL;
    snapshot_get_site(&snap, &was);
    s->ledger.sequence = was.sequence;
    s->ledger.alarm_id = was.alarm_id;
    ret = get_entries(s, &snap, ret_n);
    free(data);
    data = read_snapshot(s, "alarms.snap", SNAPSHOT_ALARMS, &snap);
    if (data != NULL) {
        ledger_restore(&s->ledger, &snap);
        atomic_store(&s->set.publisher->store_id, snap.stamp.store_id);
    }
    free(data);
    return ret;
}

static bool open_store(struct site *s)
{
    const struct store_floor floor = {s->ledger.sequence, s->ledger.alarm_id, s->device};
    char why[512] = "";
    enum store_result r = store_open(s->set.data_dir, &floor, &s->store, why, sizeof(why));
    uint64_t was = atomic_load(&s->set.publisher->store_id);

    s->give_up = r == STORE_NEWER;
    s->reopen = time(NULL) + REOPEN_S;
    s->renewed |= r == STORE_RENEWED;
    if (r == STORE_RENEWED)
        log_say(LOG_LEVEL_ERROR, "%s", why);
    if (r == STORE_FAILED || r == STORE_NEWER)
        say_store(s, true, why);
    if (s->store == NULL)
        return false;
    s->same_store = was == 0 || was == store_id(s->store);
    return true;
}

/* The index that was published for this name; or the one after `highest`, as the store will do. */
static uint32_t guess_index(uint32_t *highest, const char *name, const struct snapshot_entry *old,
                            size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(old[i].name, name) == 0)
            return old[i].index;
    return ++*highest;
}

static void guess_devices(struct site *s, const struct snapshot_entry *old, size_t n)
{
    uint32_t highest = s->device;

    for (size_t i = 0; i < s->set.gateways; i++) {
        struct snapshot_entry *e = &s->entry[i];

        snprintf(e->name, sizeof(e->name), "%s", s->set.gateway[i].name);
        e->index = guess_index(&highest, e->name, old, n);
        s->listed[i] = e->index <= s->device;
    }
}

static int by_index(const void *a, const void *b)
{
    const struct snapshot_entry *x = a, *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

static uint32_t moved(const struct site *s, const uint32_t *index, uint32_t device)
{
    for (size_t i = 0; i < s->set.gateways; i++)
        if (s->entry[i].index == device)
            return index[i];
    return device;
}

/* The indexes were guessed without the store, which says others. */
static void move_devices(struct site *s, const uint32_t *index)
{
    for (size_t i = 0; i < s->ledger.actives; i++)
        s->ledger.active[i].gateway = moved(s, index, s->ledger.active[i].gateway);
    for (size_t i = 0; i < s->ledger.events; i++)
        s->ledger.ring[i].alarm.gateway = moved(s, index, s->ledger.ring[i].alarm.gateway);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->set.gateways; i++)
        s->entry[i].index = index[i];
    pthread_mutex_unlock(&s->lock);
}

static bool name_devices(struct site *s)
{
    uint32_t *index = calloc(s->set.gateways + 1, sizeof(*index));
    uint32_t highest = store_numbers(s->store).device;
    size_t i = 0;

    while (index != NULL && i < s->set.gateways &&
           store_device(s->store, s->entry[i].name, &index[i]) == 0)
        i++;
    if (i == s->set.gateways && index != NULL) {
        for (size_t g = 0; g < s->set.gateways; g++)
            s->fresh[g] = index[g] > highest && !s->listed[g] && !s->renewed;
        move_devices(s, index);
        publisher_clean(s->set.publisher, index, s->set.gateways);
    } else {
        say_store(s, true, index != NULL ? store_error(s->store) : "no memory");
    }
    free(index);
    return i == s->set.gateways;
}

/* For links, which are told of what stands before they find it out. */
static void keep_presets(struct site *s)
{
    size_t n = s->ledger.actives;
    struct alarm *preset = calloc(n + 1, sizeof(*preset));

    if (preset == NULL)
        return;
    if (n > 0)
        memcpy(preset, s->ledger.active, n * sizeof(*preset));
    pthread_mutex_lock(&s->lock);
    free(s->preset);
    s->preset = preset;
    s->presets = n;
    s->loaded++;
    pthread_mutex_unlock(&s->lock);
}

/* Opens the store and takes over what it has; all or nothing. */
static bool take_store(struct site *s)
{
    if (!open_store(s))
        return false;
    if (!name_devices(s) || !merge(s)) {
        store_close(s->store);
        s->store = NULL;
        return false;
    }
    see_numbers(s);
    atomic_store(&s->set.publisher->store_id, store_id(s->store));
    for (size_t i = 0; i < s->set.gateways; i++)
        read_expected(s, i);
    keep_presets(s);
    return true;
}

/* ---- the thread -------------------------------------------------------------------------- */

static void publish(struct site *s)
{
    struct snapshot_site site = {
        .sequence = s->ledger.sequence,
        .alarm_id = s->ledger.alarm_id,
        .alarms_changed_ms = s->alarms_changed_ms,
        .interval_ms = 3600 * 1000,
    };

    s->generation = s->set.publisher->generation;
    snprintf(site.version, sizeof(site.version), "%s", BTMS_VERSION);
    for (size_t i = 0; i < s->set.gateways; i++)
        if ((uint32_t)s->set.gateway[i].interval_ms < site.interval_ms)
            site.interval_ms = (uint32_t)s->set.gateway[i].interval_ms;
    publish_alarms(s->set.publisher, &s->alarms_file, s->ledger.active, s->ledger.actives,
                   s->ledger.ring, s->ledger.events);
    memcpy(s->sorted, s->entry, s->set.gateways * sizeof(*s->entry));
    qsort(s->sorted, s->set.gateways, sizeof(*s->sorted), by_index);
    publish_site(s->set.publisher, &s->site_file, &site, s->sorted, s->set.gateways);
}

/* Of a gateway that is not configured any more: what the alarm's own object begins with. */
static void name_gateway(const struct site *s, const struct alarm *a, char ret[NAME_SIZE])
{
    const char *name = a->object;
    int length = (int)strcspn(name, "/"); /* which no name has */

    for (size_t g = 0; g < s->set.gateways; g++)
        if (s->entry[g].index == a->gateway) {
            snprintf(ret, NAME_SIZE, "%s", s->entry[g].name);
            return;
        }
    if (name[length] == '/' && length > 0)
        length--; /* and the blank before it */
    snprintf(ret, NAME_SIZE, "%.*s", length, name);
}

/* Of somebody's acknowledgement or maintenance nobody is notified, nor of what these hold back. */
static bool is_told(const struct event *e)
{
    return !e->alarm.muted && (e->what == EVENT_RAISED || e->what == EVENT_CLEARED ||
                               (e->what == EVENT_CHANGED && e->alarm.shelved_until_ms == 0));
}

static void tell(struct site *s, size_t events)
{
    for (size_t i = s->ledger.events - events; i < s->ledger.events; i++) {
        char name[NAME_SIZE];

        if (!is_told(&s->ledger.ring[i]))
            continue;
        name_gateway(s, &s->ledger.ring[i].alarm, name);
        s->set.tell(&s->ledger.ring[i], name);
    }
}

static void end_orphans(struct site *s)
{
    unsigned before = s->steward.events, n;

    while ((n = steward_orphans(&s->steward, BATCH, this_moment())) > 0) {
        s->alarms_changed_ms = clock_ms(CLOCK_BOOTTIME);
        save(s);
        publish(s);
        tell(s, n);
    }
    s->steward.events = before; /* told already */
}

static void begin(struct site *s)
{
    size_t n;
    struct snapshot_entry *old = restore(s, &n);

    guess_devices(s, old, n);
    free(old);
    if (!take_store(s))
        keep_presets(s);
    end_orphans(s);
    for (size_t i = 0; i < s->set.gateways; i++)
        if (s->fresh[i])
            steward_new_gateway(&s->steward, i, this_moment());
    s->steward.events = 0; /* nobody is notified of these */
    save(s);
    publish(s);
    pthread_mutex_lock(&s->lock);
    s->ready = true;
    pthread_cond_broadcast(&s->opened);
    pthread_mutex_unlock(&s->lock);
}

/* Waits for posts or a second. False when the queue is empty and the thread is to end. */
static bool take(struct site *s, struct post *ret, size_t *ret_n, unsigned *ret_dropped)
{
    struct timespec until;
    bool stop;
    size_t n = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    pthread_mutex_lock(&s->lock);
    if (s->count == 0 && !s->stop)
        pthread_cond_timedwait(&s->news, &s->lock, &until);
    for (; n < BATCH && s->count > 0; n++, s->count--) {
        ret[n] = s->queue[s->first];
        s->first = (s->first + 1) % QUEUE;
    }
    stop = s->stop;
    *ret_dropped = s->dropped;
    s->dropped = 0;
    pthread_mutex_unlock(&s->lock);
    *ret_n = n;
    return n > 0 || !stop;
}

/* They could not be written, or StateDir is another one now. */
static bool files_old(struct site *s)
{
    return publisher_check(s->set.publisher) && (s->alarms_file.failing || s->site_file.failing ||
                                                 s->generation != s->set.publisher->generation);
}

/* A failure is not said: the store may be busy, and if it is not well, storing the next event says
 * so. */
static void prune(struct site *s)
{
    int64_t now = clock_ms(CLOCK_BOOTTIME);
    int64_t keep = s->set.retention_ms, before = keep > 0 ? clock_ms(CLOCK_REALTIME) - keep : 0;

    if (s->store == NULL || s->store_failing || now < s->prune_due)
        return;
    if (store_prune(s->store, before, STORE_MOST) < STORE_PRUNE_MOST)
        s->prune_due = now + PRUNE_MS;
}

/* Opens the store where that is due. One that fails for long may be another file by now: removed,
 * or put aside as damaged by another program. */
static void try_store(struct site *s)
{
    if (s->give_up || time(NULL) < s->reopen || (s->store != NULL && !s->store_failing))
        return;
    store_close(s->store);
    s->store = NULL;
    if (take_store(s))
        end_orphans(s);
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
        say_store(s, true, store_error(s->store));
}

/* ---- the thread: turns ------------------------------------------------------------------- */

static void take_counts(struct site *s, struct moment t)
{
    for (size_t i = 0; i < s->set.gateways; i++) {
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

/* Stores, publishes, tells what was noted and what follows. `failing`: the store did before. */
static void finish(struct site *s, bool failing, struct moment t)
{
    struct steward *w = &s->steward;
    bool more = true;

    while (more) {
        if (w->events > 0 || s->store_failing)
            save(s);
        more = !steward_settle(w, BATCH, t);
        if (ledger_unstored(&s->ledger) < s->ledger.events && w->events > 0)
            save(s);
        if (w->events > 0)
            s->alarms_changed_ms = t.now;
        if (w->events > 0 || w->changed || (failing && !s->store_failing) || files_old(s))
            publish(s); /* `failing`: they are stored now */
        tell(s, w->events);
        w->events = 0;
        w->changed = failing = false;
    }
}

static void turn(struct site *s, const struct post *post, size_t n, struct orders *orders)
{
    bool failing = s->store_failing;
    struct moment t = this_moment();

    try_store(s);
    take_counts(s, t);
    for (size_t i = 0; i < n; i++)
        steward_post(&s->steward, post[i].gateway, post[i].what, &post[i].alarm,
                     (struct moment){t.now, post[i].wall_ms});
    serve_requests(s, t, orders);
    steward_store(&s->steward, s->store_failing, t);
    steward_tick(&s->steward, t);
    finish(s, failing, t);
    answer_requests(s, orders);
    prune(s);
}

static void *run(void *arg)
{
    struct site *s = arg;
    struct post *post = calloc(BATCH, sizeof(*post));
    struct orders *orders = calloc(1, sizeof(*orders));
    unsigned dropped;
    size_t n;

    thread_begin("btms site");
    begin(s);
    while (post != NULL && orders != NULL && take(s, post, &n, &dropped)) {
        if (dropped > 0)
            log_say(LOG_LEVEL_ERROR, "%u alarm changes were lost: too many at once", dropped);
        turn(s, post, n, orders);
    }
    store_close(s->store);
    free(post);
    free(orders);
    return NULL;
}

static bool allocate(struct site *s)
{
    struct steward_settings with = {.gateways = s->set.gateways,
                                    .limits = s->set.limits,
                                    .pace = s->set.pace,
                                    .commissioning_ms = s->set.commissioning_ms,
                                    .ctx = s,
                                    .save = save,
                                    .expect = keep_expected};

    s->queue = calloc(QUEUE, sizeof(*s->queue));
    s->entry = calloc(s->set.gateways + 1, sizeof(*s->entry));
    with.entry = s->entry;
    s->sorted = calloc(s->set.gateways + 1, sizeof(*s->sorted));
    s->census = calloc(s->set.gateways + 1, sizeof(*s->census));
    s->counted = calloc(s->set.gateways + 1, sizeof(*s->counted));
    s->listed = calloc(s->set.gateways + 1, sizeof(*s->listed));
    s->fresh = calloc(s->set.gateways + 1, sizeof(*s->fresh));
    if (s->census == NULL || s->counted == NULL || s->listed == NULL || s->fresh == NULL ||
        !steward_init(&s->steward, &s->ledger, &with, clock_ms(CLOCK_BOOTTIME)))
        return false;
    return ledger_init(&s->ledger) && s->queue != NULL && s->entry != NULL && s->sorted != NULL;
}

static void release_memory(struct site *s)
{
    free(s->queue);
    free(s->entry);
    free(s->sorted);
    free(s->census);
    free(s->counted);
    free(s->listed);
    free(s->fresh);
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
