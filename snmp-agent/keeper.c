/* See keeper.h. One mutex around a few orders and answers; the store belongs to the thread alone. */
#include "keeper_own.h"

#include "core/log.h"
#include "core/snapshot.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { REOPEN_S = 5, WATCH_S = 1 };

void keeper_tell(struct keeper *k)
{
    uint64_t one = 1;

    if (write(k->fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
        log_say(LOG_LEVEL_ERROR, "eventfd: %s", strerror(errno));
}

/* ---- the thread -------------------------------------------------------------------------- */

/* What the agent knew of its own alarm when it ended. */
struct past {
    bool standing;
    struct alarm alarm;
    struct event event[KEEPER_OWN];
    size_t events;
};

static bool is_own(const struct alarm *a)
{
    return a->gateway == 0 && a->kind == ALARM_COLLECTOR_DOWN;
}

static bool recall_alarm(struct keeper *k, struct past *ret)
{
    struct alarm *active = NULL;
    size_t n = 0;

    if (store_active(k->store, &active, &n) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (is_own(&active[i])) {
            ret->alarm = active[i];
            ret->standing = true;
        }
    free(active);
    return true;
}

/* As far back as alarms.snap goes: older ones would be alone in the log. */
static bool recall_events(struct keeper *k, struct past *ret)
{
    struct event *last = NULL;
    size_t n = 0;

    if (store_last_events(k->store, SNAPSHOT_EVENTS_MAX, &last, &n) != 0)
        return false;
    for (size_t i = n; i-- > 0 && ret->events < KEEPER_OWN;)
        if (is_own(&last[i].alarm))
            ret->event[KEEPER_OWN - ++ret->events] = last[i];
    memmove(ret->event, ret->event + KEEPER_OWN - ret->events, ret->events * sizeof(ret->event[0]));
    free(last);
    return true;
}

static struct store_floor floor_now(struct keeper *k)
{
    struct store_floor floor;

    pthread_mutex_lock(&k->lock);
    floor = k->floor;
    pthread_mutex_unlock(&k->lock);
    return floor;
}

/* ---- the thread: where a receiver begins --------------------------------------------------- */

static void publish_place(struct keeper *k, size_t i, const struct store_place *place)
{
    struct keeper_answer *a = &k->news.answer[i];
    struct line *l = &k->line[i];

    pthread_mutex_lock(&k->lock);
    if (l->generation == k->done[i].generation) {
        l->known = a->settled = true;
        place_advance(&l->place, place);
        a->place = *place;
        a->decided = place->sent;
        a->counted = place->number;
    }
    pthread_mutex_unlock(&k->lock);
    keeper_tell(k);
}

static bool settle(struct keeper *k, size_t i, const char *name)
{
    struct store_place place;

    if (*name == '\0' || k->done[i].settled)
        return true;
    if (places_begin(&k->kept, k->store, name, &place) != 0)
        return false;
    k->done[i].settled = true; /* and saved with the next round: the file may have been ahead */
    publish_place(k, i, &place);
    return true;
}

static bool settle_all(struct keeper *k, const struct round *r)
{
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++)
        if (!settle(k, i, r->line[i].name))
            return false;
    return true;
}

/* ---- the thread: the store ----------------------------------------------------------------- */

/* It may be another one: what is known here goes into it. */
static void save_again(struct keeper *k)
{
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++)
        k->done[i].saved = (struct store_place){0};
}

static void note_open(struct keeper *k, const struct past *past)
{
    bool first = !k->news.open;

    if (!first)
        save_again(k);
    k->store_id = store_id(k->store);
    if (!first)
        return;
    k->news.open = true;
    k->news.numbers = store_numbers(k->store);
    k->news.own = past->alarm;
    k->news.own_standing = past->standing;
    memcpy(k->news.own_event, past->event, sizeof(past->event));
    k->news.own_events = past->events;
}

static void open_store(struct keeper *k, const struct round *round)
{
    char why[512] = "";
    struct store_floor floor = floor_now(k);
    enum store_result r = store_open(k->dir, &floor, &k->store, why, sizeof(why));
    struct past past = {0};
    bool good = k->store != NULL && settle_all(k, round) && recall_alarm(k, &past) &&
                recall_events(k, &past);

    if (r == STORE_RENEWED)
        log_say(LOG_LEVEL_ERROR, "%s", why);
    if (!good && !k->said)
        log_say(LOG_LEVEL_ERROR, "%s; notifications go on, and what was sent is kept in a file",
                k->store != NULL ? store_error(k->store) : why);
    if (good && k->said)
        log_say(LOG_LEVEL_NOTICE, "the store can be used");
    k->said = !good;
    if (!good) {
        store_close(k->store);
        k->store = NULL;
    }
    pthread_mutex_lock(&k->lock);
    k->news.failing = !good;
    if (good)
        note_open(k, &past);
    pthread_mutex_unlock(&k->lock);
    keeper_tell(k);
}

/* The file may have been moved aside, and whoever has it open is told so for ever: the next order,
 * or REOPEN_S, opens what is there then. */
void keeper_give_up_store(struct keeper *k)
{
    store_close(k->store);
    k->store = NULL;
}

void keeper_apply_floor(struct keeper *k, const struct round *r)
{
    struct store_floor floor = floor_now(k), given;

    if (k->store == NULL)
        return;
    given = store_numbers(k->store);
    if (floor.sequence <= given.sequence && floor.alarm_id <= given.alarm_id)
        return;
    keeper_give_up_store(k);
    open_store(k, r);
}

static void do_append(struct keeper *k, const struct round *r)
{
    struct event e = r->event;
    bool good;

    keeper_apply_floor(k, r);
    good = k->store != NULL && store_append(k->store, &e, 1) == 0;
    if (k->store != NULL && !good && !k->unstored)
        log_say(LOG_LEVEL_ERROR, "an event of the agent could not be stored: %s; tried again",
                store_error(k->store));
    k->unstored = !good;
    if (!good)
        keeper_give_up_store(k);
    e.stored = good;
    pthread_mutex_lock(&k->lock);
    if (e.what == EVENT_CLEARED && e.alarm.id == k->watched.id)
        k->watched.id = 0; /* whoever acknowledges it now comes too late */
    k->news.appended = true;
    k->news.event = e;
    pthread_mutex_unlock(&k->lock);
    keeper_tell(k);
}

static void do_fetch(struct keeper *k, size_t receiver, const struct line *l)
{
    struct keeper_answer *a = &k->news.answer[receiver];
    struct event *events = NULL;
    size_t n = 0;
    bool good = k->store != NULL &&
                store_events_after(k->store, l->fetch_after, KEEPER_FETCH, &events, &n) == 0;

    if (k->store != NULL && !good && !k->unread)
        log_say(LOG_LEVEL_ERROR, "old events cannot be read: %s; tried again",
                store_error(k->store));
    k->unread = !good;
    if (!good)
        keeper_give_up_store(k);
    pthread_mutex_lock(&k->lock);
    if (k->line[receiver].generation == l->generation) {
        free(a->events);
        a->fetched = true;
        a->fetch_failed = !good;
        a->events = events;
        a->n = n;
        events = NULL;
    }
    pthread_mutex_unlock(&k->lock);
    free(events);
    keeper_tell(k);
}

/* ---- the thread: its loop ------------------------------------------------------------------ */

static bool has_orders(const struct keeper *k)
{
    if (k->stop || k->append || k->ask || (k->forget && k->store != NULL) ||
        (k->refile && !k->unfiled))
        return true;
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++) {
        const struct line *l = &k->line[i];

        if (l->fetch || l->generation != k->done[i].generation || keeper_wants_saving(k, i))
            return true;
    }
    return false;
}

/* With the lock held. A receiver that has become another one begins anew. */
static void take_orders(struct keeper *k, struct round *ret)
{
    ret->stop = k->stop;
    ret->append = k->append;
    ret->forget = k->forget;
    ret->event = k->to_append;
    ret->ask = k->ask;
    ret->request = k->request;
    k->append = k->forget = k->ask = false;
    memcpy(ret->line, k->line, sizeof(ret->line));
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++) {
        k->line[i].fetch = false;
        if (k->done[i].generation != k->line[i].generation)
            k->done[i] = (struct done){.generation = k->line[i].generation};
    }
}

static void wait_for_orders(struct keeper *k, struct round *ret)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    pthread_mutex_lock(&k->lock);
    until.tv_sec += k->watched.id != 0 ? WATCH_S : REOPEN_S;
    while (!has_orders(k))
        if (pthread_cond_timedwait(&k->orders, &k->lock, &until) != 0)
            break;
    take_orders(k, ret);
    pthread_mutex_unlock(&k->lock);
}

/* The file first: it does not wait for whoever has the store locked. */
static void obey(struct keeper *k, const struct round *r)
{
    keeper_file_places(k, r);
    if (k->store == NULL && !r->stop)
        open_store(k, r);
    if (k->store != NULL && !settle_all(k, r))
        keeper_give_up_store(k);
    if (r->append)
        do_append(k, r);
    if (r->ask)
        keeper_ask_store(k, r->request);
    keeper_serve_requests(k, r);
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++)
        if (r->line[i].fetch)
            do_fetch(k, i, &r->line[i]);
    keeper_save_places(k, r);
    if (r->forget)
        keeper_forget_places(k, r);
}

/* What the file says holds until the store says more. */
static void read_file(struct keeper *k)
{
    int err = places_read(k->dir, &k->kept);

    if (err == -EBADMSG)
        log_say(LOG_LEVEL_WARNING, "%s: btms-agentx.places is damaged: not used, written anew",
                k->dir);
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++) {
        const struct store_place *kept = places_find(&k->kept, k->line[i].name);

        if (kept == NULL)
            continue;
        k->line[i].place = k->news.answer[i].place = *kept;
        k->line[i].known = k->news.answer[i].kept = true;
        k->news.answer[i].decided = kept->sent;
        k->news.answer[i].counted = kept->number;
    }
    pthread_mutex_unlock(&k->lock);
    k->store_id = k->kept.store_id;
}

static void *run(void *arg)
{
    struct keeper *k = arg;
    struct round r;

    read_file(k);
    pthread_mutex_lock(&k->lock);
    take_orders(k, &r);
    pthread_mutex_unlock(&k->lock);
    r.stop = false;
    open_store(k, &r);
    do {
        obey(k, &r);
        wait_for_orders(k, &r);
    } while (!r.stop);
    obey(k, &r);
    store_close(k->store);
    return NULL;
}

/* ---- the loop's side --------------------------------------------------------------------- */

static uint32_t higher(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void raise_floor(struct store_floor *floor, const struct store_floor *to)
{
    floor->sequence = higher(floor->sequence, to->sequence);
    floor->alarm_id = higher(floor->alarm_id, to->alarm_id);
    floor->device = higher(floor->device, to->device);
}

static void name_line(struct line *l, const char *name)
{
    *l = (struct line){.generation = l->generation + 1};
    snprintf(l->name, sizeof(l->name), "%s", name != NULL ? name : "");
}

struct keeper *keeper_start(const char *data_dir, const char *const *receiver, size_t n,
                            const struct store_floor *floor)
{
    struct keeper *k = calloc(1, sizeof(*k));
    pthread_condattr_t attr;

    if (k == NULL)
        return NULL;
    k->dir = data_dir;
    for (size_t i = 0; i < n && i < KEEPER_RECEIVERS; i++)
        name_line(&k->line[i], receiver[i]);
    k->floor = *floor;
    k->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&k->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&k->orders, &attr);
    pthread_condattr_destroy(&attr);
    if (k->fd < 0 || pthread_create(&k->thread, NULL, run, k) != 0) {
        if (k->fd >= 0)
            close(k->fd);
        free(k);
        return NULL;
    }
    return k;
}

static void order(struct keeper *k)
{
    pthread_cond_signal(&k->orders);
    pthread_mutex_unlock(&k->lock);
}

void keeper_stop(struct keeper *k)
{
    if (k == NULL)
        return;
    pthread_mutex_lock(&k->lock);
    k->stop = true;
    order(k);
    pthread_join(k->thread, NULL);
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++)
        free(k->news.answer[i].events);
    close(k->fd);
    free(k);
}

int keeper_fd(const struct keeper *k)
{
    return k->fd;
}

void keeper_take(struct keeper *k, struct keeper_news *ret)
{
    uint64_t count;

    if (read(k->fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
        log_say(LOG_LEVEL_ERROR, "eventfd: %s", strerror(errno));
    pthread_mutex_lock(&k->lock);
    *ret = k->news;
    k->news.own_standing = k->news.appended = k->news.acknowledged = false;
    if (k->news.asked)
        k->asking = false;
    k->news.asked = false;
    k->news.own_events = 0;
    for (size_t i = 0; i < KEEPER_RECEIVERS; i++) {
        struct keeper_answer *a = &k->news.answer[i];

        a->fetched = a->fetch_failed = false;
        a->events = NULL;
        a->n = 0;
    }
    pthread_mutex_unlock(&k->lock);
}

void keeper_set_receiver(struct keeper *k, size_t receiver, const char *name)
{
    pthread_mutex_lock(&k->lock);
    name_line(&k->line[receiver], name);
    free(k->news.answer[receiver].events);
    k->news.answer[receiver] = (struct keeper_answer){.settled = false};
    order(k);
}

void keeper_forget_others(struct keeper *k)
{
    pthread_mutex_lock(&k->lock);
    k->forget = true;
    order(k);
}

void keeper_set_place(struct keeper *k, size_t receiver, const struct store_place *place)
{
    pthread_mutex_lock(&k->lock);
    k->line[receiver].known = true;
    place_advance(&k->line[receiver].place, place);
    order(k);
}

void keeper_fetch(struct keeper *k, size_t receiver, uint32_t sequence)
{
    pthread_mutex_lock(&k->lock);
    k->line[receiver].fetch = true;
    k->line[receiver].fetch_after = sequence;
    order(k);
}

void keeper_append(struct keeper *k, const struct event *e, const struct store_floor *floor)
{
    pthread_mutex_lock(&k->lock);
    raise_floor(&k->floor, floor);
    k->append = true;
    k->to_append = *e;
    order(k);
}

void keeper_watch(struct keeper *k, const struct alarm *own)
{
    pthread_mutex_lock(&k->lock);
    k->watched = own != NULL ? *own : (struct alarm){.id = 0};
    order(k);
}

bool keeper_ask(struct keeper *k, const struct store_request *r)
{
    bool free_now;

    pthread_mutex_lock(&k->lock);
    free_now = !k->asking;
    if (free_now) {
        k->ask = k->asking = true;
        k->request = *r;
    }
    order(k);
    return free_now;
}

bool keeper_withdraw(struct keeper *k)
{
    bool was;

    pthread_mutex_lock(&k->lock);
    was = k->ask;
    k->asking &= !was;
    k->ask = false;
    pthread_mutex_unlock(&k->lock);
    return was;
}
