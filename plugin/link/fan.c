/*
 * See fan.h. The open connections are the first `open` of `link`; the first of them is the one that
 * link_tcp's user would have. Where that one breaks while others are there, one of them takes its place:
 * a device that bears one connection may as well close the old one as the new one.
 */
#include "link/fan.h"
#include "link/spread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fan {
    struct link_tcp *link[SPREAD_MAX];
    int open, wake_fd;
    struct spread spread;
    int64_t (*now_us)(void);
    const struct link_user *user; /* while something runs */
    bool moving; /* what is lost goes to another connection, however often it did */
    int answers; /* since they were looked at */
    int losses;  /* of all windows, as far as they were acted on */
    uint64_t connects;
    int agains, agains_max;
    struct link_request again[]; /* to be asked on another connection; with several allowed only */
};

static int64_t monotonic_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

struct fan *fan_new(const char *host, const char *port, int timeout_ms, int window_max,
                    int connections, int wake_fd)
{
    int agains = connections > 1 ? connections * 2 * LINK_WINDOW_MAX : 0;
    struct fan *f = calloc(1, sizeof(*f) + (size_t)agains * sizeof(f->again[0]));
    bool bad = f == NULL;

    if (bad)
        return NULL;
    spread_init(&f->spread, connections);
    f->agains_max = agains;
    f->now_us = monotonic_us;
    f->wake_fd = wake_fd;
    f->open = 1;
    for (int i = 0; i < connections; i++) {
        f->link[i] = link_tcp_new(host, port, timeout_ms, window_max, wake_fd);
        bad |= f->link[i] == NULL;
    }
    if (!bad)
        return f;
    fan_free(f);
    return NULL;
}

void fan_free(struct fan *f)
{
    for (int i = 0; f != NULL && i < SPREAD_MAX; i++)
        link_tcp_free(f->link[i]);
    free(f);
}

int fan_open(struct fan *f)
{
    bool was = link_tcp_fd(f->link[0]) >= 0;
    int result = link_tcp_open(f->link[0]);

    f->connects += !was && result == 0;
    return result;
}

void fan_set_clock(struct fan *f, int64_t (*now_us)(void))
{
    f->now_us = now_us;
}

/* ---- between the connections and the user -------------------------------------------------- */

static bool next(void *ctx, int64_t now, struct link_request *ret)
{
    struct fan *f = ctx;

    if (f->agains == 0)
        return f->user->next(f->user->ctx, now, ret);
    *ret = f->again[0];
    memmove(f->again, f->again + 1, (size_t)--f->agains * sizeof(f->again[0]));
    return true;
}

static bool goes_elsewhere(const struct fan *f, const struct link_request *r,
                           const struct link_answer *a)
{
    if (f->open == 1 || f->agains == f->agains_max || (!link_silent(a) && a->result != LINK_LOST))
        return false;
    return f->moving || (!r->moved && !r->probe);
}

static void done(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a)
{
    struct fan *f = ctx;

    if (goes_elsewhere(f, r, a)) {
        f->again[f->agains] = *r;
        f->again[f->agains++].moved = true;
        return;
    }
    if (!link_silent(a) && a->result != LINK_LOST) {
        f->answers++;
        spread_answered(&f->spread);
    }
    f->user->done(f->user->ctx, now, r, a);
}

/* ---- fewer connections --------------------------------------------------------------------- */

/* Puts connection `i` behind the open ones; what it has under way goes to the others. */
static void take_out(struct fan *f, int i)
{
    const struct link_user us = {f, next, done, NULL};
    struct link_tcp *l = f->link[i];

    f->moving = true;
    link_tcp_drop(l, &us);
    f->moving = false;
    memmove(f->link + i, f->link + i + 1, (size_t)(f->open - 1 - i) * sizeof(l));
    f->link[--f->open] = l;
}

static int losses(const struct fan *f)
{
    int n = 0;

    for (int i = 0; i < f->spread.allowed; i++)
        n += link_tcp_state(f->link[i])->losses;
    return n;
}

/* Back to what is known to be good; of what is learned, only `left` are. A connection that breaks is
 * a loss of its window, too: that is one thing, not two. */
static void lose(struct fan *f, int left)
{
    spread_lost(&f->spread, link_now_ms(), left);
    while (f->open > spread_wanted(&f->spread))
        take_out(f, f->open - 1);
    f->losses = losses(f);
}

/* A connection broke. True when that was the last one. */
static bool lose_one(struct fan *f, int i)
{
    if (f->open == 1) {
        spread_outage(&f->spread, link_now_ms());
        return true;
    }
    take_out(f, i);
    lose(f, f->open);
    return false;
}

/* Fewer requests at once turned out to be better: perhaps it is the connections. */
static void look_at_losses(struct fan *f)
{
    if (f->open > 1 && losses(f) != f->losses)
        lose(f, f->open - 1);
    f->losses = losses(f);
}

/* ---- running ------------------------------------------------------------------------------- */

static int under_way(const struct fan *f)
{
    int n = 0;

    for (int i = 0; i < f->open; i++)
        n += link_tcp_state(f->link[i])->flights;
    return n;
}

/* Where a loss is looked into, nothing else may be under way: it would leave in doubt what was lost
 * by what. */
static struct link_tcp *alone(const struct fan *f)
{
    for (int i = 0; i < f->open; i++)
        if (window_busy_with_loss(link_tcp_state(f->link[i])))
            return f->link[i];
    return NULL;
}

/* Something was sent on others than `l`, and is under way. */
static bool others_at_work(const struct fan *f, const struct link_tcp *l)
{
    for (int i = 0; i < f->open; i++) {
        const struct window *w = link_tcp_state(f->link[i]);

        if (f->link[i] != l && w->flights > w->unsent)
            return true;
    }
    return false;
}

static void fill_alone(struct fan *f, struct link_tcp *l, const struct link_user *us)
{
    if (!others_at_work(f, l))
        while (link_tcp_give(l, us))
            ;
}

/* One request to each in turn: a few must not all wait on one connection. */
static void fill(struct fan *f, const struct link_user *us)
{
    struct link_tcp *l = alone(f);
    bool more = true;

    if (l != NULL) {
        fill_alone(f, l, us);
        return;
    }
    while (more) {
        more = false;
        for (int i = 0; i < f->open; i++)
            more |= link_tcp_give(f->link[i], us);
    }
}

/* All have as much under way as they may ever have. */
static bool is_full(const struct fan *f)
{
    if (alone(f) != NULL)
        return false;
    for (int i = 0; i < f->open; i++) {
        const struct window *w = link_tcp_state(f->link[i]);

        if (w->flights < w->size || w->size < w->ceiling)
            return false;
    }
    return true;
}

static void open_more(struct fan *f)
{
    while (f->open < spread_wanted(&f->spread)) {
        struct link_tcp *l = f->link[f->open];

        if (link_tcp_open(l) != 0) {
            if (!link_tcp_woken(l))
                lose(f, f->open);
            return;
        }
        link_tcp_copy_window(l, f->link[0]);
        f->open++;
    }
}

/* Each has something to do for a while yet. */
static bool all_busy(const struct fan *f)
{
    for (int i = 0; i < f->open; i++) {
        const struct window *w = link_tcp_state(f->link[i]);

        if (w->flights < (w->size < 2 ? w->size : 2))
            return false;
    }
    return alone(f) == NULL;
}

/* As many connections as there should be, by what is known now. False where that changed something. */
static bool adapt(struct fan *f)
{
    int64_t now = link_now_ms();
    int open = f->open;
    bool full = is_full(f);

    spread_note(&f->spread, now, f->now_us(), f->answers, f->open > 1 ? all_busy(f) : full);
    f->answers = 0;
    if (full)
        open_more(f);
    while (f->open > spread_wanted(&f->spread)) /* it did not pay */
        take_out(f, f->open - 1);
    return f->open == open;
}

/* Waits for all. 0, or -1 when woken; which are ready stands in `p`. */
static int wait_all(const struct fan *f, struct pollfd p[1 + SPREAD_MAX], int64_t until)
{
    for (;;) {
        int64_t left = until - link_now_ms();
        int n;

        p[0] = (struct pollfd){.fd = f->wake_fd, .events = POLLIN};
        n = poll(p, (nfds_t)(1 + f->open), left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n > 0 && p[0].revents != 0)
            return -1;
        if (n != 0 || left <= INT32_MAX)
            return 0;
    }
}

/* Sends on all, and says what to wait for. False when one broke. */
static bool send_all(struct fan *f, const struct link_user *us, struct pollfd *p, int64_t *until,
                     int *ret_broken)
{
    *until = INT64_MAX;
    for (int i = 0; i < f->open; i++) {
        int64_t its = INT64_MAX;

        if (link_tcp_send(f->link[i], us, &p[i], &its) != 0) {
            *ret_broken = i;
            return false;
        }
        if (link_tcp_state(f->link[i])->flights > 0 && its < *until)
            *until = its;
    }
    return true;
}

/* Checks that wait for what others have under way cannot be answered yet: their time is to come. */
static void hold_checks(struct fan *f)
{
    for (int i = 0; i < f->open; i++)
        if (link_tcp_state(f->link[i])->unsent > 0 && others_at_work(f, f->link[i]))
            link_tcp_hold(f->link[i]);
}

static bool receive_all(struct fan *f, const struct link_user *us, const struct pollfd *p,
                        int *ret_broken)
{
    hold_checks(f);
    for (int i = 0; i < f->open; i++) {
        if (link_tcp_receive(f->link[i], us, p[i].revents != 0) != 0) {
            *ret_broken = i;
            return false;
        }
    }
    return true;
}

static enum link_run run_several(struct fan *f)
{
    const struct link_user us = {f, next, done, NULL};

    for (;;) {
        struct pollfd p[1 + SPREAD_MAX];
        int64_t until;
        int bad = -1;

        fill(f, &us);
        if (!adapt(f))
            continue;
        if (send_all(f, &us, p + 1, &until, &bad)) {
            link_sent(f->user);
            if (under_way(f) == 0)
                return LINK_IDLE;
            if (wait_all(f, p, until) < 0)
                return LINK_STOPPED;
            receive_all(f, &us, p + 1, &bad);
        }
        if (bad >= 0 && lose_one(f, bad))
            return LINK_BROKEN;
        look_at_losses(f);
    }
}

enum link_run fan_run(struct fan *f, const struct link_user *user)
{
    if (f->spread.allowed == 1)
        return link_tcp_run(f->link[0], user);
    f->user = user;
    return run_several(f);
}

/* Idle connections may be closed by the device: the first one is opened again by fan_open(), others
 * when they are needed. */
static void drop_closed(struct fan *f)
{
    for (int i = f->open - 1; i > 0; i--)
        if (link_tcp_fd(f->link[i]) < 0)
            take_out(f, i);
}

bool fan_wait(struct fan *f, int64_t until_ms)
{
    struct pollfd p[1 + SPREAD_MAX];

    while (f->open > 1) {
        for (int i = 0; i < f->open; i++)
            p[1 + i] = (struct pollfd){.fd = link_tcp_fd(f->link[i]), .events = POLLIN};
        if (wait_all(f, p, until_ms) < 0)
            return true;
        for (int i = 0; i < f->open; i++)
            if (p[1 + i].revents != 0)
                link_tcp_idle(f->link[i]);
        drop_closed(f);
        if (link_now_ms() >= until_ms)
            return false;
    }
    return link_tcp_wait(f->link[0], until_ms);
}

bool fan_woken(const struct fan *f)
{
    return link_tcp_woken(f->link[0]);
}

void fan_drop(struct fan *f, const struct link_user *user)
{
    f->user = user;
    while (f->open > 1)
        take_out(f, f->open - 1);
    link_tcp_drop(f->link[0], user);
    while (f->agains > 0) {
        const struct link_request r = f->again[--f->agains];

        user->done(user->ctx, link_now_ms(), &r, &(struct link_answer){.result = LINK_LOST});
    }
}

void fan_turn(struct fan *f)
{
    for (int i = 0; i < f->open; i++)
        link_tcp_turn(f->link[i]);
    spread_turn(&f->spread, link_now_ms(), f->open);
}

bool fan_answered(const struct fan *f)
{
    for (int i = 0; i < f->open; i++)
        if (link_tcp_answered(f->link[i]))
            return true;
    return false;
}

int fan_window(const struct fan *f)
{
    int n = 0;

    for (int i = 0; i < f->open; i++)
        n += link_tcp_window(f->link[i]);
    return n;
}

int fan_ceiling(const struct fan *f)
{
    return link_tcp_ceiling(f->link[0]);
}

int fan_connections(const struct fan *f)
{
    return f->spread.is;
}

struct link_tcp_counts fan_counts(const struct fan *f)
{
    struct link_tcp_counts all = {.connects = f->connects};

    for (int i = 0; i < f->spread.allowed; i++) {
        struct link_tcp_counts c = link_tcp_counts(f->link[i]);

        all.requests += c.requests;
        all.timeouts += c.timeouts;
        all.exceptions += c.exceptions;
        all.mismatches += c.mismatches;
        all.late += c.late;
    }
    return all;
}

const char *fan_error(const struct fan *f)
{
    return link_tcp_error(f->link[0]);
}
