/* See keeper.h. One mutex around a few orders and answers; the store belongs to the thread alone. */
#include "keeper.h"

#include "core/log.h"
#include "core/snapshot.h"
#include "core/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { REOPEN_S = 5, WATCH_S = 1, REQUESTS_MOST = 100 };

/* A receiver's orders. Its answers are in the news. */
struct line {
    const char *name;
    struct store_place place, saved; /* to be saved; saved */
    bool fetch;
    uint32_t fetch_after;
};

struct keeper {
    const char *dir;
    struct line line[KEEPER_RECEIVERS];
    size_t lines;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t orders;
    int fd;
    bool stop;
    bool append;
    struct event to_append;
    bool ask, asking; /* an order; one of which the result was not taken yet */
    struct store_request request;
    struct alarm watched;     /* the agent's own alarm that stands; id 0 = none */
    struct store_floor floor; /* the highest numbers seen elsewhere */
    struct keeper_news news;
    struct store *store; /* the thread's own */
    bool said;           /* that the store cannot be opened */
    bool stuck;          /* a place could not be saved: not again at once */
    bool unread;         /* that events could not be read is said */
};

static void tell(struct keeper *k)
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

static bool recall_places(struct keeper *k, struct store_place *ret)
{
    for (size_t i = 0; i < k->lines; i++)
        if (store_place(k->store, k->line[i].name, &ret[i]) != 0)
            return false;
    return true;
}

/* Neither goes back: each is taken from where it is further. */
static void advance(struct store_place *p, const struct store_place *to)
{
    if (to->sequence > p->sequence) {
        p->sequence = to->sequence;
        p->number = to->number;
    }
    if (to->sent > p->sent) {
        p->sent = to->sent;
        p->lost = to->lost;
    }
}

static bool ahead(const struct store_place *p, const struct store_place *of)
{
    return p->sequence > of->sequence || p->sent > of->sent;
}

static void open_places(struct keeper *k, const struct store_place *found)
{
    for (size_t i = 0; i < k->lines; i++) {
        k->news.answer[i].place = found[i];
        k->news.answer[i].decided = found[i].sent;
        k->line[i].saved = found[i];
        advance(&k->line[i].place, &found[i]);
    }
}

/* It may be another store: what is known here goes into it. */
static void reopen_places(struct keeper *k, const struct store_place *found)
{
    for (size_t i = 0; i < k->lines; i++)
        if (ahead(&found[i], &k->line[i].saved) || ahead(&k->line[i].saved, &found[i]))
            k->line[i].saved = (struct store_place){0};
}

static void open_store(struct keeper *k)
{
    char why[512] = "";
    struct store_floor floor = floor_now(k);
    enum store_result r = store_open(k->dir, &floor, &k->store, why, sizeof(why));
    struct store_place place[KEEPER_RECEIVERS];
    struct past past = {0};
    bool good = k->store != NULL && recall_places(k, place) && recall_alarm(k, &past) &&
                recall_events(k, &past);

    if (r == STORE_RENEWED)
        log_say(LOG_LEVEL_ERROR, "%s", why);
    if (!good && !k->said)
        log_say(LOG_LEVEL_ERROR, "%s; notifications go on, what was sent is not remembered",
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
    if (good && !k->news.open) {
        k->news.open = true;
        k->news.numbers = store_numbers(k->store);
        open_places(k, place);
        k->news.own = past.alarm;
        k->news.own_standing = past.standing;
        memcpy(k->news.own_event, past.event, sizeof(past.event));
        k->news.own_events = past.events;
    } else if (good) {
        reopen_places(k, place);
    }
    pthread_mutex_unlock(&k->lock);
    tell(k);
}

/* The file may have been moved aside, and whoever has it open is told so for ever: the next order,
 * or REOPEN_S, opens what is there then. */
static void give_up_store(struct keeper *k)
{
    store_close(k->store);
    k->store = NULL;
}

/* The store raises its numbers in the transaction that opens it. That they are too low is rare: it
 * is new, and files of the time before were published again after it was opened. */
static void apply_floor(struct keeper *k)
{
    struct store_floor floor = floor_now(k), given;

    if (k->store == NULL)
        return;
    given = store_numbers(k->store);
    if (floor.sequence <= given.sequence && floor.alarm_id <= given.alarm_id)
        return;
    give_up_store(k);
    open_store(k);
}

static void do_append(struct keeper *k, struct event e)
{
    bool good;

    apply_floor(k);
    good = k->store != NULL && store_append(k->store, &e, 1) == 0;
    if (k->store != NULL && !good)
        log_say(LOG_LEVEL_ERROR, "an event of the agent could not be stored: %s",
                store_error(k->store));
    if (!good)
        give_up_store(k);
    e.stored = good;
    pthread_mutex_lock(&k->lock);
    k->news.appended = true;
    k->news.event = e;
    pthread_mutex_unlock(&k->lock);
    tell(k);
}

static void do_ask(struct keeper *k, struct store_request r)
{
    bool good = k->store != NULL && store_ask(k->store, &r) == 0;

    if (k->store != NULL && !good)
        log_say(LOG_LEVEL_ERROR, "a request of %s could not be stored: %s", r.by,
                store_error(k->store));
    if (!good)
        give_up_store(k);
    pthread_mutex_lock(&k->lock);
    k->news.asked = true;
    k->news.asked_well = good;
    pthread_mutex_unlock(&k->lock);
    tell(k);
}

/* Once; whoever asks again is told so. */
static bool acknowledge(struct keeper *k, struct alarm *a, const struct store_request *r)
{
    struct event e = {.what = EVENT_ACKNOWLEDGED, .wall_ms = r->asked_ms};

    if (a->acked_ms != 0)
        return true;
    a->acked_ms = a->changed_ms = r->asked_ms;
    memcpy(a->acked_by, r->by, sizeof(a->acked_by));
    memcpy(a->ack_note, r->note, sizeof(a->ack_note));
    e.alarm = *a;
    apply_floor(k);
    if (k->store == NULL || store_append(k->store, &e, 1) != 0)
        return false;
    e.stored = true;
    log_say(LOG_LEVEL_NOTICE, "alarm %u acknowledged by %s: %.180s", (unsigned)a->id, a->acked_by,
            a->text);
    pthread_mutex_lock(&k->lock);
    k->watched = *a;
    k->news.acknowledged = true;
    k->news.ack = e;
    pthread_mutex_unlock(&k->lock);
    tell(k);
    return true;
}

static bool serve_request(struct keeper *k, struct alarm *a, const struct store_request *r)
{
    char answer[EVENT_TEXT_SIZE];

    if (r->verb != STORE_ACK || r->alarm_id != a->id)
        return true;
    if (!acknowledge(k, a, r))
        return false;
    snprintf(answer, sizeof(answer), "alarm %u is acknowledged by %s: %.150s", (unsigned)a->id,
             a->acked_by, a->text);
    return store_answer(k->store, r->id, STORE_DONE, answer) == 0;
}

static void do_watch(struct keeper *k)
{
    struct store_request *r = NULL;
    struct alarm own;
    size_t n = 0;
    bool good;

    pthread_mutex_lock(&k->lock);
    own = k->watched;
    pthread_mutex_unlock(&k->lock);
    if (own.id == 0 || k->store == NULL)
        return;
    good = store_requests(k->store, REQUESTS_MOST, &r, &n) == 0;
    for (size_t i = 0; i < n && good; i++)
        good = serve_request(k, &own, &r[i]);
    free(r);
    if (!good)
        give_up_store(k);
}

static void do_fetch(struct keeper *k, size_t receiver, uint32_t after)
{
    struct keeper_answer *a = &k->news.answer[receiver];
    struct event *events = NULL;
    size_t n = 0;
    bool good =
        k->store != NULL && store_events_after(k->store, after, KEEPER_FETCH, &events, &n) == 0;

    if (k->store != NULL && !good && !k->unread)
        log_say(LOG_LEVEL_ERROR, "old events cannot be read: %s; tried again",
                store_error(k->store));
    k->unread = !good;
    if (!good)
        give_up_store(k);
    pthread_mutex_lock(&k->lock);
    free(a->events);
    a->fetched = true;
    a->fetch_failed = !good;
    a->events = events;
    a->n = n;
    pthread_mutex_unlock(&k->lock);
    tell(k);
}

/* False when it failed, and the store was given up. */
static bool do_save(struct keeper *k, size_t receiver, const struct store_place *p)
{
    struct line *l = &k->line[receiver];
    bool good = store_set_place(k->store, l->name, p) == 0, decided = p->sent > l->saved.sent;

    if (!good && !k->stuck)
        log_say(LOG_LEVEL_ERROR, "how far notifications are cannot be saved: %s; tried again",
                store_error(k->store));
    k->stuck = !good;
    if (!good) {
        give_up_store(k);
        return false;
    }
    l->saved = *p;
    if (!decided)
        return true;
    pthread_mutex_lock(&k->lock);
    k->news.answer[receiver].decided = p->sent;
    pthread_mutex_unlock(&k->lock);
    tell(k);
    return true;
}

/* Orders taken together: what came in meanwhile is for the next round. */
struct round {
    bool stop, append, ask;
    struct event event;
    struct store_request request;
    bool fetch[KEEPER_RECEIVERS];
    uint32_t after[KEEPER_RECEIVERS];
    struct store_place place[KEEPER_RECEIVERS];
};

static bool has_orders(const struct keeper *k)
{
    bool save = k->store != NULL && !k->stuck;

    if (k->stop || k->append || k->ask)
        return true;
    for (size_t i = 0; i < k->lines; i++)
        if (k->line[i].fetch || (save && ahead(&k->line[i].place, &k->line[i].saved)))
            return true;
    return false;
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
    ret->stop = k->stop;
    ret->append = k->append;
    ret->event = k->to_append;
    k->append = false;
    ret->ask = k->ask;
    ret->request = k->request;
    k->ask = false;
    for (size_t i = 0; i < k->lines; i++) {
        ret->fetch[i] = k->line[i].fetch;
        ret->after[i] = k->line[i].fetch_after;
        ret->place[i] = k->line[i].place;
        k->line[i].fetch = false;
    }
    pthread_mutex_unlock(&k->lock);
}

/* One round of orders. False when the thread is to end and nothing is left to save. */
static bool serve(struct keeper *k)
{
    struct round r;

    wait_for_orders(k, &r);
    if (k->store == NULL && !r.stop)
        open_store(k);
    if (r.append)
        do_append(k, r.event);
    if (r.ask)
        do_ask(k, r.request);
    do_watch(k);
    for (size_t i = 0; i < k->lines; i++)
        if (r.fetch[i])
            do_fetch(k, i, r.after[i]);
    for (size_t i = 0; i < k->lines && k->store != NULL; i++)
        if (ahead(&r.place[i], &k->line[i].saved) && !do_save(k, i, &r.place[i]))
            break;
    return !r.stop;
}

static void *run(void *arg)
{
    struct keeper *k = arg;

    open_store(k);
    while (serve(k)) {
    }
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

struct keeper *keeper_start(const char *data_dir, const char *const *receiver, size_t n,
                            const struct store_floor *floor)
{
    struct keeper *k = calloc(1, sizeof(*k));
    pthread_condattr_t attr;

    if (k == NULL)
        return NULL;
    k->dir = data_dir;
    for (k->lines = 0; k->lines < n && k->lines < KEEPER_RECEIVERS; k->lines++)
        k->line[k->lines].name = receiver[k->lines];
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
    for (size_t i = 0; i < k->lines; i++)
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
    for (size_t i = 0; i < k->lines; i++) {
        struct keeper_answer *a = &k->news.answer[i];

        a->fetched = a->fetch_failed = false;
        a->events = NULL;
        a->n = 0;
    }
    pthread_mutex_unlock(&k->lock);
}

void keeper_set_place(struct keeper *k, size_t receiver, const struct store_place *place)
{
    pthread_mutex_lock(&k->lock);
    advance(&k->line[receiver].place, place);
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
