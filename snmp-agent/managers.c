/* See managers.h. */
#include "managers.h"

#include "core/log.h"

#include <stdio.h>
#include <time.h>

/* ---- what is said: one line when a receiver's state changes ------------------------------ */

static void say_away(const struct manager *m, const char *why)
{
    time_t now = (time_t)(view_wall_ms() / 1000);
    char since[32];
    struct tm tm;

    strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    log_say(LOG_LEVEL_WARNING,
            "receiver \"%s\": unreachable since %s: %s; %u events waiting, tried again",
            m->receiver->name, since, why, delivery_waiting(&m->delivery));
}

static void say_there(const struct manager *m)
{
    bool again = m->state == MANAGER_AWAY;
    uint32_t waiting = delivery_waiting(&m->delivery);

    if (waiting > 0)
        log_say(LOG_LEVEL_NOTICE, "receiver \"%s\": takes notifications%s, %u events waiting",
                m->receiver->name, again ? " again" : "", waiting);
    else
        log_say(LOG_LEVEL_NOTICE, "receiver \"%s\": takes notifications%s", m->receiver->name,
                again ? " again" : "");
}

static void done(void *ctx, uint32_t id, bool taken, const char *why)
{
    struct manager *m = ctx;
    enum manager_state is = taken ? MANAGER_THERE : MANAGER_AWAY;

    delivery_notified(&m->delivery, id, taken ? AGENTX_NO_ERROR : AGENTX_PROCESSING_ERROR);
    if (is == m->state)
        return;
    if (taken)
        say_there(m);
    else
        say_away(m, why);
    m->state = is;
}

/* ---- what a manager is for the delivery -------------------------------------------------- */

static bool ready(void *ctx)
{
    (void)ctx;
    return true; /* whether it is there shows when something is sent */
}

static int send_to(void *ctx, const struct notification *n, uint32_t sequence)
{
    struct manager *m = ctx;

    return informer_send(&m->informer, n->vb, n->n, sequence, m->delivery.mib->now_ms);
}

static void refused(void *ctx, uint32_t sequence, int result)
{
    (void)ctx, (void)sequence, (void)result; /* done() says it */
}

static const struct outlet to_manager = {
    .window = 1, .durable = true, .ready = ready, .send = send_to, .refused = refused};

/* ---- all of them ------------------------------------------------------------------------- */

void managers_init(struct managers *ms, const struct receivers *receivers, const char *program)
{
    ms->n = receivers->n;
    for (size_t i = 0; i < ms->n; i++) {
        struct manager *m = &ms->m[i];

        m->receiver = &receivers->r[i];
        m->state = MANAGER_NEW;
        snprintf(m->cursor, sizeof(m->cursor), "inform %s", m->receiver->name);
        informer_init(&m->informer, m->receiver, program, done, m);
    }
}

void managers_cursors(const struct managers *ms, const char **ret)
{
    for (size_t i = 0; i < ms->n; i++)
        ret[i] = ms->m[i].cursor;
}

void managers_start(struct managers *ms, struct mib *m, struct keeper *k, int heartbeat_s)
{
    for (size_t i = 0; i < ms->n; i++) {
        struct delivery *d = &ms->m[i].delivery;

        delivery_init(d, m, k, 1 + i, &to_manager, &ms->m[i]);
        d->only_active = ms->m[i].receiver->only_active;
        d->heartbeat_ms = heartbeat_s * INT64_C(1000);
    }
}

void managers_stop(struct managers *ms)
{
    for (size_t i = 0; i < ms->n; i++) {
        informer_stop(&ms->m[i].informer);
        delivery_done(&ms->m[i].delivery);
    }
}

void managers_poll(const struct managers *ms, struct pollfd *ret)
{
    for (size_t i = 0; i < ms->n; i++)
        ret[i] = (struct pollfd){.fd = ms->m[i].informer.fd, .events = POLLIN};
}

void managers_take(struct managers *ms, const struct keeper_news *news)
{
    for (size_t i = 0; i < ms->n; i++)
        delivery_take(&ms->m[i].delivery, news);
}

void managers_without_store(struct managers *ms)
{
    for (size_t i = 0; i < ms->n; i++)
        if (!ms->m[i].delivery.ready)
            delivery_without_store(&ms->m[i].delivery);
}

void managers_turn(struct managers *ms, const struct pollfd *p, bool hold, int64_t now)
{
    for (size_t i = 0; i < ms->n; i++) {
        struct manager *m = &ms->m[i];

        informer_step(&m->informer, now, p[i].revents);
        m->delivery.hold = hold;
        delivery_pump(&m->delivery, now);
    }
}

int64_t managers_deadline(const struct managers *ms)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < ms->n; i++) {
        int64_t a = informer_deadline(&ms->m[i].informer);
        int64_t b = delivery_deadline(&ms->m[i].delivery);

        a = a < b ? a : b;
        first = a < first ? a : first;
    }
    return first;
}
