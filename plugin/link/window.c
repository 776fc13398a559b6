/* See window.h. */
#include "link/window.h"

#include <string.h>

enum { SILENCES_MAX = 2 /* in a row from a device that never answered anything: it is mute */ };
static const int64_t CEILING_MS = 24 * 3600 * 1000LL;
static const int64_t AGAIN_MS = 10 * 60 * 1000; /* a second loss within this is no accident */

void window_init(struct window *w, int max, int timeout_ms)
{
    *w = (struct window){.timeout_ms = timeout_ms, .size = 1, .max = max, .ceiling = max};
}

void window_opened(struct window *w)
{
    w->silences = 0;
}

/* ---- how many ---------------------------------------------------------------------------- */

/* Requests were lost with up to `in_flight` under way; of 16, a device that bears 8 loses some.
 * Once may be an accident: fewer from now on, and slowly more again. Twice in ten minutes is what the device is like: remembered for a day. */
static void narrow(struct window *w, int64_t now, int in_flight)
{
    int half = in_flight > 2 ? in_flight / 2 : 1;

    if (w->loss_ms > 0 && now - w->loss_ms < AGAIN_MS && half < w->ceiling) {
        w->ceiling = half;
        w->ceiling_until = now + CEILING_MS;
    }
    w->loss_ms = now;
    w->losses++;
    w->most = 0;
    if (w->size > half)
        w->size = half;
}

/* Overtaken by a whole window: it may be lost, so this is no time for a wider one. */
static bool one_is_late(const struct window *w)
{
    for (int i = 0; i < w->flights; i++)
        if (w->flight[i].overtaken >= w->size)
            return true;
    return false;
}

void window_turn(struct window *w, int64_t now)
{
    if (w->ceiling < w->max && now >= w->ceiling_until)
        w->ceiling = w->max;
    if (w->limited && w->agains == 0 && w->suspect == 0 && !one_is_late(w) && w->size < w->ceiling)
        w->size = 2 * w->size < w->ceiling ? 2 * w->size : w->ceiling;
    w->limited = false;
    w->most = w->flights;
}

void window_copy_size(struct window *w, const struct window *from)
{
    w->size = from->size;
    w->ceiling = from->ceiling;
    w->ceiling_until = from->ceiling_until;
}

/* ---- what is sent ------------------------------------------------------------------------ */

static struct window_flight *add(struct window *w, int64_t now, const struct link_request *r,
                                 bool repeat)
{
    struct window_flight *f = &w->flight[w->flights];

    if (w->flights == 0)
        w->heard = now;
    if (w->flights == 1)
        w->flight[0].company = true;
    *f = (struct window_flight){.request = *r,
                                .transaction = ++w->transaction,
                                .sent_ms = now,
                                .window = w->size,
                                .company = w->flights > 0,
                                .repeat = repeat};
    w->flights++;
    if (w->most < w->flights)
        w->most = w->flights;
    return f;
}

/* Asks again what was answered last, of several units since each may be among those that hang.
 * False where there is nothing to ask. */
static bool add_checks(struct window *w, int64_t now)
{
    for (int i = 0; i < w->goods; i++) {
        if (w->good[i].unit == w->mute && w->goods > 1)
            continue;
        add(w, now, &w->good[i], false)->check = true;
        w->unsent++;
    }
    return w->flights > 0;
}

static void remember_good(struct window *w, const struct link_request *r)
{
    int at = 0;

    while (at < w->goods && w->good[at].unit != r->unit)
        at++;
    if (at == w->goods && w->goods < WINDOW_GOODS)
        w->goods++;
    if (at == WINDOW_GOODS)
        at--;
    memmove(w->good + 1, w->good, (size_t)at * sizeof(*w->good));
    w->good[0] = *r;
}

/* Repeats go alone, and before anything new. */
static const struct window_flight *next_again(struct window *w, int64_t now)
{
    struct link_request r = w->again[0].request;

    if (w->flights > 0)
        return NULL;
    memmove(w->again, w->again + 1, sizeof(w->again[0]) * (size_t)--w->agains);
    return add(w, now, &r, true);
}

const struct window_flight *window_next(struct window *w, int64_t now, const struct link_user *user)
{
    struct link_request r;

    if (w->unsent > 0)
        return &w->flight[w->flights - w->unsent--];
    if (w->flights > 0 && (w->flight[0].repeat || w->flight[0].check))
        return NULL;
    if (w->agains > 0)
        return next_again(w, now);
    w->suspect = 0; /* every repeat is settled */
    if (w->flights >= w->size) {
        w->limited = true;
        return NULL;
    }
    return user->next(user->ctx, now, &r) ? add(w, now, &r, false) : NULL;
}

/* ---- what comes back --------------------------------------------------------------------- */

static struct window_flight take_flight(struct window *w, int i)
{
    struct window_flight f = w->flight[i];

    memmove(w->flight + i, w->flight + i + 1, sizeof(f) * (size_t)(--w->flights - i));
    return f;
}

static void forget_flights(struct window *w)
{
    w->flights = w->unsent = 0;
}

static int find_flight(const struct window *w, uint16_t transaction)
{
    for (int i = 0; i < w->flights; i++)
        if (w->flight[i].transaction == transaction)
            return i;
    return -1;
}

bool window_answer(struct window *w, int64_t now, uint16_t transaction, struct window_flight *ret)
{
    int i = find_flight(w, transaction);

    if (i < 0)
        return false;
    *ret = take_flight(w, i);
    for (int older = 0; older < i; older++)
        w->flight[older].overtaken++;
    w->heard = now;
    w->silences = 0;
    if (w->mute == ret->request.unit)
        w->mute = 0;
    if (ret->repeat && w->suspect > 1) {
        narrow(w, now, w->suspect);
        w->suspect = 0;
    }
    if (ret->check)
        forget_flights(w); /* the other checks; their replies will be strays */
    else
        remember_good(w, &ret->request);
    return true;
}

/* ---- what does not ----------------------------------------------------------------------- */

static void give_up(struct window *w, int64_t now, const struct link_user *user,
                    const struct link_request *r, enum link_result result)
{
    w->timeouts += result == LINK_TIMEOUT || result == LINK_CUT;
    user->done(user->ctx, now, r, &(struct link_answer){.result = result});
}

static void give_up_repeats(struct window *w, int64_t now, const struct link_user *user, int unit)
{
    int kept = 0;

    for (int i = 0; i < w->agains; i++) {
        if (unit < 0 || w->again[i].request.unit == unit)
            give_up(w, now, user, &w->again[i].request, LINK_LOST);
        else
            w->again[kept++] = w->again[i];
    }
    w->agains = kept;
}

/* A lone request had its time. The second in a row of one unit: its repeats are moot. */
static void time_out(struct window *w, int64_t now, const struct link_user *user)
{
    struct window_flight f = take_flight(w, 0);
    bool same = w->mute == f.request.unit;

    w->silences++;
    w->mute = f.request.unit;
    give_up(w, now, user, &f.request, LINK_TIMEOUT);
    if (same)
        give_up_repeats(w, now, user, f.request.unit);
}

/* The least window with which something was lost. What was sent before the last loss was noticed is
 * part of that one. */
static void suspect(struct window *w, const struct window_flight *f)
{
    int window = f->window > 2 ? f->window : 2;

    if (f->check || (w->loss_ms > 0 && f->sent_ms <= w->loss_ms))
        return;
    if (w->suspect == 0 || window < w->suspect)
        w->suspect = window;
}

static void move_to_again(struct window *w)
{
    for (int i = 0; i < w->flights; i++)
        if (!w->flight[i].check)
            w->again[w->agains++] = w->flight[i];
    forget_flights(w);
}

/* On a busy connection there is never silence, and what got lost would wait for ever. So a request
 * that had its time, and was overtaken by two windows of others, is looked into as well. (Only by
 * as many, since some devices answer the newest first.) A unit known to be mute is not asked twice. */
void window_overtaken(struct window *w, int64_t now, const struct link_user *user)
{
    for (int i = 0; i < w->flights; i++) {
        struct window_flight f = w->flight[i];

        if (f.overtaken < 2 * w->size || now - f.sent_ms < w->timeout_ms)
            continue;
        take_flight(w, i--);
        if (w->mute == f.request.unit) {
            give_up(w, now, user, &f.request, LINK_TIMEOUT);
        } else {
            suspect(w, &f);
            w->again[w->agains++] = f;
        }
    }
}

static bool is_mute(struct window *w, int64_t now, const struct link_user *user)
{
    forget_flights(w); /* the checks, if there are any, are nobody's */
    give_up_repeats(w, now, user, -1);
    return true;
}

/* Several in flight, or one that had company: look into it one by one. One that was alone: it is
 * lost, and the device is asked what it answered last; only if it does not answer that either, or
 * never answered anything, is it mute itself. However many units hang, a device that answers for
 * another one is alive. */
bool window_silence(struct window *w, int64_t now, const struct link_user *user)
{
    w->heard = now;
    if (w->flight[0].check)
        return is_mute(w, now, user);
    if (w->flights > 1 || w->flight[0].company) {
        for (int i = 0; i < w->flights; i++)
            suspect(w, &w->flight[i]);
        move_to_again(w);
        return false;
    }
    time_out(w, now, user);
    return !add_checks(w, now) && w->silences >= SILENCES_MAX && is_mute(w, now, user);
}

/* A request that is alone when the connection breaks again is what breaks it. */
void window_broken(struct window *w, int64_t now, const struct link_user *user)
{
    int kept = 0;

    if (w->flights > 1)
        narrow(w, now, w->most);
    for (int i = 0; i < w->flights; i++) {
        if (w->flight[i].check)
            continue;
        if (w->flight[i].repeat) { /* the others for its unit would only do the same */
            struct link_request cut = w->flight[i].request;

            give_up(w, now, user, &cut, LINK_CUT);
            give_up_repeats(w, now, user, cut.unit);
        } else {
            w->flight[kept++] = w->flight[i];
        }
    }
    w->flights = kept;
    move_to_again(w);
    w->suspect = 0;
}

bool window_busy_with_loss(const struct window *w)
{
    return w->agains > 0 || w->unsent > 0 ||
           (w->flights > 0 && (w->flight[0].repeat || w->flight[0].check));
}

void window_drop(struct window *w, int64_t now, const struct link_user *user)
{
    move_to_again(w);
    give_up_repeats(w, now, user, -1);
}
