/* See managers.h. */
#include "managers.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>
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
            m->receiver.name, since, why, delivery_waiting(&m->delivery));
}

static void say_there(const struct manager *m)
{
    bool again = m->state == MANAGER_AWAY;
    uint32_t waiting = delivery_waiting(&m->delivery);

    if (waiting > 0)
        log_say(LOG_LEVEL_NOTICE, "receiver \"%s\": takes notifications%s, %u events waiting",
                m->receiver.name, again ? " again" : "", waiting);
    else
        log_say(LOG_LEVEL_NOTICE, "receiver \"%s\": takes notifications%s", m->receiver.name,
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

static void set_up(struct managers *ms, struct manager *m, const struct receiver *r)
{
    m->receiver = *r;
    m->state = MANAGER_NEW;
    snprintf(m->cursor, sizeof(m->cursor), KEEPER_INFORM "%s", r->name);
    informer_init(&m->informer, &m->receiver, ms->program, done, m);
}

static void start(struct managers *ms, struct manager *m, int heartbeat_s)
{
    size_t who = 1 + (size_t)(m - ms->m);

    delivery_init(&m->delivery, ms->mib, ms->keeper, who, &to_manager, m);
    m->delivery.only_active = m->receiver.only_active;
    m->delivery.heartbeat_ms = heartbeat_s * INT64_C(1000);
}

static bool is_there(const struct manager *m)
{
    return m->cursor[0] != '\0';
}

static void stop(struct manager *m)
{
    if (!is_there(m))
        return;
    informer_stop(&m->informer);
    delivery_done(&m->delivery);
    explicit_bzero(&m->receiver, sizeof(m->receiver));
    m->cursor[0] = '\0';
}

void managers_init(struct managers *ms, const struct receivers *receivers, const char *program)
{
    ms->n = receivers->n;
    ms->program = program;
    for (size_t i = 0; i < ms->n; i++)
        set_up(ms, &ms->m[i], &receivers->r[i]);
}

void managers_cursors(const struct managers *ms, const char **ret)
{
    for (size_t i = 0; i < ms->n; i++)
        ret[i] = ms->m[i].cursor;
}

void managers_start(struct managers *ms, struct mib *m, struct keeper *k, int heartbeat_s)
{
    ms->mib = m;
    ms->keeper = k;
    for (size_t i = 0; i < ms->n; i++)
        start(ms, &ms->m[i], heartbeat_s);
}

void managers_stop(struct managers *ms)
{
    for (size_t i = 0; i < ms->n; i++)
        stop(&ms->m[i]);
}

/* ---- others while it runs ------------------------------------------------------------------ */

static const struct receiver *find_receiver(const struct receivers *in, const char *name)
{
    for (size_t i = 0; i < in->n; i++)
        if (strcmp(in->r[i].name, name) == 0)
            return &in->r[i];
    return NULL;
}

static struct manager *find_manager(struct managers *ms, const char *name)
{
    for (size_t i = 0; i < ms->n; i++)
        if (is_there(&ms->m[i]) && strcmp(ms->m[i].receiver.name, name) == 0)
            return &ms->m[i];
    return NULL;
}

/* There is one: there are no more receivers than positions, and those that go have gone. */
static struct manager *find_room(struct managers *ms)
{
    for (size_t i = 0; i < ms->n; i++)
        if (!is_there(&ms->m[i]))
            return &ms->m[i];
    ms->m[ms->n] = (struct manager){.informer.fd = -1};
    return &ms->m[ms->n++];
}

static size_t remove_others(struct managers *ms, const struct receivers *wanted)
{
    size_t gone = 0;

    for (size_t i = 0; i < ms->n; i++) {
        struct manager *m = &ms->m[i];

        if (!is_there(m) || find_receiver(wanted, m->receiver.name) != NULL)
            continue;
        stop(m);
        keeper_set_receiver(ms->keeper, 1 + i, NULL);
        gone++;
    }
    return gone;
}

/* True: it was another one. */
static bool change(struct manager *m, const struct receiver *r)
{
    bool busy = m->informer.busy;
    uint32_t id = m->informer.id;

    if (receiver_same(&m->receiver, r))
        return false;
    informer_stop(&m->informer);
    m->receiver = *r;
    m->delivery.only_active = r->only_active;
    m->delivery.pause_until = 0; /* perhaps it can be reached now */
    if (busy)
        delivery_notified(&m->delivery, id, AGENTX_LOST);
    return true;
}

static void add(struct managers *ms, const struct receiver *r, int heartbeat_s)
{
    struct manager *m = find_room(ms);

    set_up(ms, m, r);
    start(ms, m, heartbeat_s);
    keeper_set_receiver(ms->keeper, 1 + (size_t)(m - ms->m), m->cursor);
}

void managers_set(struct managers *ms, const struct receivers *receivers)
{
    size_t gone = remove_others(ms, receivers), changed = 0, added = 0;

    for (size_t i = 0; i < receivers->n; i++) {
        struct manager *m = find_manager(ms, receivers->r[i].name);

        if (m == NULL) {
            add(ms, &receivers->r[i], receivers->heartbeat_s);
            added++;
            continue;
        }
        changed += change(m, &receivers->r[i]);
        m->delivery.heartbeat_ms = receivers->heartbeat_s * INT64_C(1000);
    }
    keeper_forget_others(ms->keeper);
    log_say(LOG_LEVEL_NOTICE, "receivers: %zu new, %zu changed, %zu gone, %zu in all", added,
            changed, gone, receivers->n);
}

/* ---- turns --------------------------------------------------------------------------------- */

void managers_poll(const struct managers *ms, struct pollfd *ret)
{
    for (size_t i = 0; i < ms->n; i++)
        ret[i] = (struct pollfd){.fd = ms->m[i].informer.fd, .events = POLLIN};
}

void managers_take(struct managers *ms, const struct keeper_news *news)
{
    for (size_t i = 0; i < ms->n; i++)
        if (is_there(&ms->m[i]))
            delivery_take(&ms->m[i].delivery, news);
}

void managers_turn(struct managers *ms, const struct pollfd *p, bool hold, int64_t now)
{
    for (size_t i = 0; i < ms->n; i++) {
        struct manager *m = &ms->m[i];

        if (!is_there(m))
            continue;
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

        a = !is_there(&ms->m[i]) ? INT64_MAX : a < b ? a : b;
        first = a < first ? a : first;
    }
    return first;
}
