/*
 * See site.h. What stands and the last events are kept in memory as they are published; the store
 * is only ever appended to. Everything below the line "the thread" runs in the site's own thread;
 * the queue and `ready` are shared under the lock, what site_device() and site_preset() read does
 * not change once `ready` is set.
 */
#include "site.h"

#include "core/fsio.h"
#include "core/log.h"
#include "core/store.h"
#include "link/thread.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    QUEUE = 4096,
    BATCH = 128,   /* events per transaction */
    REOPEN_S = 10, /* a store that could not be opened is tried again */
    SNAPSHOT_MOST = 8 << 20,
};

struct post {
    size_t gateway;
    bool raised;
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

    /* the thread's own */
    struct store *store;
    bool store_failing, give_up;
    time_t reopen;
    uint32_t sequence, alarm_id, device;
    struct snapshot_entry *entry;  /* per configured gateway */
    struct snapshot_entry *sorted; /* the same by index, as published */
    struct alarm *active;          /* ascending id */
    size_t actives, active_room, at_start;
    struct alarm *preset; /* copy of what stood at the start */
    struct event *ring;   /* the last events, ascending sequence */
    size_t events;
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

static bool is_ready(struct site *s)
{
    bool ready;

    pthread_mutex_lock(&s->lock);
    ready = s->ready;
    pthread_mutex_unlock(&s->lock);
    return ready;
}

uint32_t site_device(struct site *s, size_t i)
{
    return is_ready(s) ? s->entry[i].index : 0;
}

void site_each_standing(struct site *s, size_t i, void (*each)(void *ctx, const struct alarm *a),
                        void *ctx)
{
    uint32_t device = site_device(s, i);

    for (size_t a = 0; device != 0 && a < s->at_start; a++)
        if (s->preset[a].gateway == device)
            each(ctx, &s->preset[a]);
}

static void fill_post(struct post *p, size_t i, const struct alarm_event *e)
{
    *p = (struct post){
        .gateway = i, .raised = e->raised, .wall_ms = clock_ms(CLOCK_REALTIME), .alarm = e->alarm};
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

/* ---- the thread: what stands ------------------------------------------------------------- */

/* A string may be given to another UPS while an alarm of it stands: that is the same string. */
static bool same_object(const struct alarm *a, const struct alarm *b)
{
    return a->kind == b->kind && a->gateway == b->gateway && a->string == b->string &&
           a->cell == b->cell && (a->level != ALARM_OF_UPS || a->ups == b->ups);
}

static struct alarm *find_active(struct site *s, const struct alarm *a)
{
    for (size_t i = 0; i < s->actives; i++)
        if (same_object(&s->active[i], a))
            return &s->active[i];
    return NULL;
}

static bool add_active(struct site *s, const struct alarm *a)
{
    if (s->actives == s->active_room) {
        size_t room = s->active_room > 0 ? 2 * s->active_room : 64;
        struct alarm *grown = realloc(s->active, room * sizeof(*grown));

        if (grown == NULL)
            return false;
        s->active = grown;
        s->active_room = room;
    }
    s->active[s->actives++] = *a;
    return true;
}

static void remove_active(struct site *s, struct alarm *a)
{
    size_t i = (size_t)(a - s->active);

    memmove(a, a + 1, (s->actives - i - 1) * sizeof(*a));
    s->actives--;
}

/* Without a number yet: the store gives it. */
static void add_event(struct site *s, enum event_what what, int64_t wall_ms, const struct alarm *a)
{
    if (s->events == SNAPSHOT_EVENTS_MAX)
        memmove(s->ring, s->ring + 1, --s->events * sizeof(*s->ring));
    s->ring[s->events++] = (struct event){.what = (uint8_t)what, .wall_ms = wall_ms, .alarm = *a};
    s->alarms_changed_ms = clock_ms(CLOCK_BOOTTIME);
}

static void save(struct site *s);

/* One post: an event, or nothing when it changes nothing. */
static bool apply(struct site *s, const struct post *p)
{
    struct alarm a = p->alarm, *standing;

    a.gateway = s->entry[p->gateway].index;
    standing = find_active(s, &a);
    if ((standing != NULL) == p->raised)
        return false;
    if (p->raised) {
        a.raised_ms = p->wall_ms;
        if (!add_active(s, &a))
            log_say(LOG_LEVEL_ERROR, "no memory to keep an alarm: %s", a.text);
    } else {
        if (standing->id == 0)
            save(s); /* raised a moment ago: its number is needed now */
        a.id = standing->id;
        a.severity = standing->severity;
        a.raised_ms = standing->raised_ms;
        remove_active(s, standing);
    }
    add_event(s, p->raised ? EVENT_RAISED : EVENT_CLEARED, p->wall_ms, &a);
    return true;
}

/* What stands gets the id that its event got: the newest, if it was raised more than once. */
static void spread_ids(struct site *s, size_t from)
{
    for (size_t i = s->events; i-- > from;) {
        struct alarm *a = find_active(s, &s->ring[i].alarm);

        if (s->ring[i].what == EVENT_RAISED && a != NULL && a->id == 0)
            a->id = s->ring[i].alarm.id;
    }
}

/* Numbers of our own, above all that were seen: the store cannot give any. */
static void number_events(struct site *s, size_t from)
{
    for (size_t i = from; i < s->events; i++) {
        struct event *e = &s->ring[i];

        if (e->sequence == 0)
            e->sequence = ++s->sequence;
        if (e->alarm.id == 0)
            e->alarm.id = ++s->alarm_id;
    }
    spread_ids(s, from);
}

/* ---- the thread: the store --------------------------------------------------------------- */

static void say_store(struct site *s, bool failing, const char *why)
{
    if (failing && !s->store_failing)
        log_say(LOG_LEVEL_ERROR,
                "the store fails: %s; alarms are told all the same and stored when it is back",
                why);
    if (!failing && s->store_failing)
        log_say(LOG_LEVEL_NOTICE, "the store is back, nothing is lost");
    s->store_failing = failing;
}

/* One transaction; the numbers that were 0 are given in it. */
static bool append(struct site *s, size_t from, size_t n)
{
    struct store_floor floor;

    if (store_append(s->store, s->ring + from, n) != 0) {
        say_store(s, true, store_error(s->store));
        return false;
    }
    for (size_t i = from; i < from + n; i++)
        s->ring[i].stored = true;
    spread_ids(s, from);
    floor = store_numbers(s->store);
    s->sequence = floor.sequence > s->sequence ? floor.sequence : s->sequence;
    s->alarm_id = floor.alarm_id > s->alarm_id ? floor.alarm_id : s->alarm_id;
    return true;
}

/* Stores every event of the ring that is not stored yet, oldest first; whatever happens, all have
 * their numbers afterwards. */
static void save(struct site *s)
{
    size_t from = s->events;
    bool good = s->store != NULL;

    while (from > 0 && !s->ring[from - 1].stored)
        from--;
    for (size_t at = from; good && at < s->events; at += BATCH)
        good = append(s, at, s->events - at < BATCH ? s->events - at : BATCH);
    if (good)
        say_store(s, false, "");
    else
        number_events(s, from);
}

/* What the last run published: numbers are never used again, even with a new store. */
static struct store_floor floor_of_snapshots(struct site *s, struct snapshot_entry **ret_entry,
                                             size_t *ret_n)
{
    struct store_floor floor = {s->sequence, s->alarm_id, s->device};
    struct snapshot snap;
    struct snapshot_site was;
    void *data = NULL;
    size_t size;

    *ret_n = 0;
    if (s->set.publisher->dir < 0 ||
        fsio_read(s->set.publisher->dir, "site.snap", SNAPSHOT_MOST, &data, &size) != 0)
        return floor;
    if (snapshot_open(data, size, SNAPSHOT_SITE, &snap) == SNAPSHOT_OK) {
        snapshot_get_site(&snap, &was);
        floor.sequence = was.sequence > floor.sequence ? was.sequence : floor.sequence;
        floor.alarm_id = was.alarm_id > floor.alarm_id ? was.alarm_id : floor.alarm_id;
        *ret_entry = calloc(snap.section[1].count + 1, sizeof(**ret_entry));
        for (uint32_t i = 0; *ret_entry != NULL && i < snap.section[1].count; i++) {
            snapshot_get_entry(&snap, i, &(*ret_entry)[i]);
            if ((*ret_entry)[i].index > floor.device)
                floor.device = (*ret_entry)[i].index;
            *ret_n = i + 1;
        }
    }
    free(data);
    return floor;
}

static bool open_store(struct site *s, const struct store_floor *floor)
{
    char why[512] = "";
    enum store_result r = store_open(s->set.data_dir, floor, &s->store, why, sizeof(why));

    s->give_up = r == STORE_NEWER;
    s->reopen = time(NULL) + REOPEN_S;
    if (r == STORE_RENEWED)
        log_say(LOG_LEVEL_ERROR, "%s", why);
    if (r == STORE_FAILED || r == STORE_NEWER)
        say_store(s, true, why);
    if (s->store == NULL)
        return false;
    atomic_store(&s->set.publisher->store_id, store_id(s->store));
    return true;
}

/* Without a store, the index that was published for this name, or the next one. */
static uint32_t guess_index(struct site *s, const char *name, const struct snapshot_entry *old,
                            size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(old[i].name, name) == 0)
            return old[i].index;
    return ++s->device;
}

static void name_devices(struct site *s, const struct snapshot_entry *old, size_t n)
{
    for (size_t i = 0; i < s->set.gateways; i++) {
        struct snapshot_entry *e = &s->entry[i];

        snprintf(e->name, sizeof(e->name), "%s", s->set.gateway[i].name);
        if (s->store == NULL || store_device(s->store, e->name, &e->index) != 0)
            e->index = guess_index(s, e->name, old, n);
    }
}

static int by_index(const void *a, const void *b)
{
    const struct snapshot_entry *x = a, *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

static void load_alarms(struct site *s)
{
    struct event *last = NULL;
    size_t n = 0;

    if (s->store == NULL)
        return;
    if (store_active(s->store, &s->active, &s->actives) != 0)
        say_store(s, true, store_error(s->store));
    s->active_room = s->actives;
    for (size_t i = s->actives; i-- > 0;)
        if (s->active[i].gateway == 0) /* the agent's own, and shown by it */
            remove_active(s, &s->active[i]);
    if (store_last_events(s->store, SNAPSHOT_EVENTS_MAX, &last, &n) == 0) {
        if (n > 0)
            memcpy(s->ring, last, n * sizeof(*last));
        s->events = n;
    }
    free(last);
    s->preset = calloc(s->actives + 1, sizeof(*s->preset));
    if (s->preset != NULL && s->actives > 0)
        memcpy(s->preset, s->active, s->actives * sizeof(*s->active));
    s->at_start = s->preset != NULL ? s->actives : 0;
}

static bool configured(const struct site *s, uint32_t index)
{
    for (size_t i = 0; i < s->set.gateways; i++)
        if (s->entry[i].index == index)
            return true;
    return false;
}

static void clear_orphan(struct site *s, size_t i)
{
    struct alarm a = s->active[i];
    int cut = EVENT_TEXT_SIZE - 64;

    snprintf(a.text, sizeof(a.text), "over, as the gateway is no longer configured: %.*s", cut,
             s->active[i].text);
    remove_active(s, &s->active[i]);
    add_event(s, EVENT_CLEARED, clock_ms(CLOCK_REALTIME), &a);
}

/* Nobody will ever clear the alarms of a gateway that is not polled any more. At most BATCH of
 * them, so that none leaves the ring before it was stored and told; returns how many. */
static size_t clear_orphans(struct site *s)
{
    size_t n = 0;

    for (size_t i = s->actives; i-- > 0 && n < BATCH;)
        if (!configured(s, s->active[i].gateway)) {
            clear_orphan(s, i);
            n++;
        }
    return n;
}

/* ---- the thread -------------------------------------------------------------------------- */

static void publish(struct site *s)
{
    struct snapshot_site site = {
        .sequence = s->sequence,
        .alarm_id = s->alarm_id,
        .alarms_changed_ms = s->alarms_changed_ms,
        .interval_ms = 3600 * 1000,
    };

    s->generation = s->set.publisher->generation;
    snprintf(site.version, sizeof(site.version), "%s", BTMS_VERSION);
    for (size_t i = 0; i < s->set.gateways; i++)
        if ((uint32_t)s->set.gateway[i].interval_ms < site.interval_ms)
            site.interval_ms = (uint32_t)s->set.gateway[i].interval_ms;
    publish_alarms(s->set.publisher, &s->alarms_file, s->active, s->actives, s->ring, s->events);
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

static void tell(struct site *s, size_t events)
{
    for (size_t i = s->events - events; i < s->events; i++) {
        char name[NAME_SIZE];

        name_gateway(s, &s->ring[i].alarm, name);
        s->set.tell(&s->ring[i], name);
    }
}

static void end_orphans(struct site *s)
{
    size_t n;

    while ((n = clear_orphans(s)) > 0) {
        save(s);
        publish(s);
        tell(s, n);
    }
}

static void begin(struct site *s)
{
    struct snapshot_entry *old = NULL;
    uint32_t *index = calloc(s->set.gateways + 1, sizeof(*index));
    struct store_floor floor;
    size_t n;

    floor = floor_of_snapshots(s, &old, &n);
    if (open_store(s, &floor))
        floor = store_numbers(s->store);
    s->sequence = floor.sequence;
    s->alarm_id = floor.alarm_id;
    s->device = floor.device;
    name_devices(s, old, n);
    for (size_t i = 0; index != NULL && i < s->set.gateways; i++)
        index[i] = s->entry[i].index;
    if (index != NULL)
        publisher_clean(s->set.publisher, index, s->set.gateways);
    load_alarms(s);
    end_orphans(s);
    publish(s);
    free(index);
    free(old);
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

static void *run(void *arg)
{
    struct site *s = arg;
    struct post *post = calloc(BATCH, sizeof(*post));
    unsigned dropped;
    size_t n;

    thread_begin("btms site");
    begin(s);
    while (post != NULL && take(s, post, &n, &dropped)) {
        bool failing = s->store_failing;
        size_t events = 0;

        if (dropped > 0)
            log_say(LOG_LEVEL_ERROR, "%u alarm changes were lost: too many at once", dropped);
        if (s->store == NULL && !s->give_up && time(NULL) >= s->reopen)
            open_store(s, &(struct store_floor){s->sequence, s->alarm_id, s->device});
        for (size_t i = 0; i < n; i++)
            events += apply(s, &post[i]);
        if (events > 0 || s->store_failing)
            save(s);
        if (events > 0 || (failing && !s->store_failing) || files_old(s)) /* or: stored now */
            publish(s);
        tell(s, events);
    }
    store_close(s->store);
    free(post);
    return NULL;
}

static bool allocate(struct site *s)
{
    s->queue = calloc(QUEUE, sizeof(*s->queue));
    s->entry = calloc(s->set.gateways + 1, sizeof(*s->entry));
    s->sorted = calloc(s->set.gateways + 1, sizeof(*s->sorted));
    s->ring = calloc(SNAPSHOT_EVENTS_MAX, sizeof(*s->ring));
    return s->queue != NULL && s->entry != NULL && s->sorted != NULL && s->ring != NULL;
}

static void release_memory(struct site *s)
{
    free(s->queue);
    free(s->entry);
    free(s->sorted);
    free(s->ring);
    free(s->active);
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
