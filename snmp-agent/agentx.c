/*
 * See agentx.h. The session's life: connections made and lost, the clock. Everything happens in
 * agentx_step(): read once, answer what is whole, write what the socket takes, look at the clock. A
 * master that does not read makes us stop reading him after AGENTX_HOLD bytes; nothing blocks, and
 * no response is thrown away while the connection stands (libnetsnmpagent blocks in write() instead,
 * and both sides may stay there for ever).
 *
 * Only silence for IDLE_MS starts a ping, so a busy session has none.
 */
#include "agentx_session.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RETRY_MIN_MS = 50,
    RETRY_MAX_MS = 250,
    STABLE_MS = 1000, /* a session that lasted: the pauses start over */
    IDLE_MS = 10000,
    PING_MS = 3000,
    CLOSE_MS = 1000,
};

/* ---- making and freeing ----------------------------------------------------------------- */

static int set_up(struct agentx *a, const struct agentx_settings *s)
{
    a->retry_ms = RETRY_MIN_MS;
    a->retry_at = INT64_MIN;
    a->pins_due = INT64_MAX;
    a->timeout_s = s->timeout_s;
    a->notified = s->notified;
    a->ctx = s->ctx;
    oid_copy(&a->id, &s->id);
    agentx_reply_init(&a->replier, &s->handler);
    a->description = strdup(s->description != NULL ? s->description : "");
    if (a->description == NULL)
        return -ENOMEM;
    return agentx_regions_init(&a->regions, s->regions, s->regions_n);
}

int agentx_new(const struct agentx_settings *settings, struct agentx **ret)
{
    struct agentx *a = calloc(1, sizeof(*a));
    int err;

    if (a == NULL)
        return -ENOMEM;
    err = agentx_conn_init(&a->conn, settings->address);
    if (err == 0)
        err = set_up(a, settings);
    if (err != 0)
        agentx_free(a);
    else
        *ret = a;
    return err;
}

/* ---- losing the connection -------------------------------------------------------------- */

/* Back to no connection. The state is set first: the callbacks may look at it. */
void agentx_hang_up(struct agentx *a, enum agentx_state state)
{
    agentx_conn_close(&a->conn);
    a->state = state;
    a->ask = AGENTX_ASK_NOTHING;
    a->pinging = a->has_uptime = false;
    agentx_regions_reset(&a->regions);
    a->pins_due = agentx_reply_expire(&a->replier, INT64_MAX);
    agentx_report(a, true);
}

void agentx_lose(struct agentx *a, const char *format, ...)
{
    bool ran = a->state == AGENTX_RUNNING || a->state == AGENTX_REFUSED;
    va_list ap;

    va_start(ap, format);
    vsnprintf(a->error, sizeof(a->error), format, ap);
    va_end(ap);
    a->counts.failures++;
    if (ran && a->now - a->running_since >= STABLE_MS)
        a->retry_ms = RETRY_MIN_MS;
    a->retry_at = a->now + a->retry_ms;
    a->retry_ms = 2 * a->retry_ms < RETRY_MAX_MS ? 2 * a->retry_ms : RETRY_MAX_MS;
    agentx_hang_up(a, a->state == AGENTX_CLOSING ? AGENTX_CLOSED : AGENTX_DISCONNECTED);
}

void agentx_free(struct agentx *a)
{
    if (a == NULL)
        return;
    agentx_hang_up(a, AGENTX_CLOSED);
    agentx_regions_done(&a->regions);
    free(a->description);
    agentx_conn_done(&a->conn);
    free(a);
}

/* ---- connecting ------------------------------------------------------------------------- */

static void flush(struct agentx *a)
{
    int err = a->conn.fd >= 0 && !a->conn.connecting ? agentx_conn_send(&a->conn) : 0;

    if (err == -EPIPE)
        agentx_lose(a, "the master hung up");
    else if (err != 0)
        agentx_lose(a, "send to the master: %s", strerror(-err));
}

static void connected(struct agentx *a)
{
    a->counts.connects++;
    a->heard = a->now;
    agentx_ask_open(a);
}

/* A connection was made, is under way, or failed with `err`. */
static void on_connect(struct agentx *a, int err)
{
    if (err != 0)
        agentx_lose(a, "connect to %s: %s", a->conn.address, strerror(-err));
    else if (a->conn.connecting)
        agentx_ask(a, AGENTX_ASK_CONNECT, AGENTX_ASK_MS);
    else
        connected(a);
}

static void connect_now(struct agentx *a)
{
    a->packet = 0;
    a->state = AGENTX_OPENING;
    on_connect(a, agentx_conn_open(&a->conn));
}

/* ---- receiving -------------------------------------------------------------------------- */

static void receive(struct agentx *a)
{
    int err = agentx_conn_receive(&a->conn);

    if (err == -EPIPE)
        agentx_lose(a, "the master hung up");
    else if (err != 0)
        agentx_lose(a, "receive from the master: %s", strerror(-err));
}

/* ---- the clock -------------------------------------------------------------------------- */

static int64_t ping_until(const struct agentx *a)
{
    return (a->ping_at > a->heard ? a->ping_at : a->heard) + PING_MS;
}

/* What is being asked is as good as a ping. */
static bool may_ping(const struct agentx *a)
{
    return agentx_has_session(a) && a->ask == AGENTX_ASK_NOTHING && !a->pinging;
}

static void on_ask_timeout(struct agentx *a)
{
    static const char *const what[] = {[AGENTX_ASK_CONNECT] = "connection to",
                                       [AGENTX_ASK_OPEN] = "answer to Open from",
                                       [AGENTX_ASK_REGISTER] = "answer to Register from",
                                       [AGENTX_ASK_UNREGISTER] = "answer to Unregister from"};

    if (a->ask == AGENTX_ASK_CLOSE)
        agentx_hang_up(a, AGENTX_CLOSED);
    else
        agentx_lose(a, "no %s the master within %d s", what[a->ask], AGENTX_ASK_MS / 1000);
}

static void look_at_clock(struct agentx *a)
{
    if (a->conn.fd >= 0 && a->ask != AGENTX_ASK_NOTHING && a->now >= a->ask_until)
        on_ask_timeout(a);
    if (a->conn.fd >= 0 && a->pinging && a->now >= ping_until(a))
        agentx_lose(a, "no answer from the master to a ping within %d s", PING_MS / 1000);
    agentx_ask_region(a);
    if (may_ping(a) && a->now >= a->heard + IDLE_MS)
        agentx_send_ping(a);
    a->pins_due = agentx_reply_expire(&a->replier, a->now);
}

static void earlier(int64_t *due, int64_t t)
{
    if (t < *due)
        *due = t;
}

int64_t agentx_deadline(const struct agentx *a)
{
    int64_t due = a->pins_due;

    if (a->state == AGENTX_DISCONNECTED)
        return a->retry_at;
    if (a->conn.fd < 0)
        return INT64_MAX;
    if (a->ask != AGENTX_ASK_NOTHING)
        earlier(&due, a->ask_until);
    else
        earlier(&due, agentx_regions_due(&a->regions));
    if (a->pinging)
        earlier(&due, ping_until(a));
    else if (may_ping(a))
        earlier(&due, a->heard + IDLE_MS);
    return due;
}

/* ---- for the user ----------------------------------------------------------------------- */

static void begin_step(struct agentx *a, short revents)
{
    if (a->state == AGENTX_DISCONNECTED && a->now >= a->retry_at)
        connect_now(a);
    else if (a->conn.connecting && revents != 0)
        on_connect(a, agentx_conn_finish(&a->conn));
    else if (a->conn.fd >= 0 && (revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        receive(a);
}

void agentx_step(struct agentx *a, int64_t now, short revents)
{
    bool held;

    a->now = now;
    begin_step(a, revents);
    do {
        held = agentx_serve(a);
        flush(a);
    } while (held && agentx_conn_room(&a->conn));
    look_at_clock(a);
    flush(a);
}

int agentx_fd(const struct agentx *a)
{
    return a->conn.fd;
}

short agentx_events(const struct agentx *a)
{
    if (a->conn.fd < 0)
        return 0;
    if (a->conn.connecting)
        return POLLOUT;
    return (short)((agentx_conn_room(&a->conn) ? POLLIN : 0) |
                   (agentx_conn_waiting(&a->conn) > 0 ? POLLOUT : 0));
}

uint64_t agentx_connection(const struct agentx *a)
{
    return a->conn.number;
}

void agentx_retry_now(struct agentx *a)
{
    if (a->state != AGENTX_DISCONNECTED)
        return;
    a->retry_ms = RETRY_MIN_MS;
    a->retry_at = INT64_MIN;
}

void agentx_close(struct agentx *a, int64_t now)
{
    a->now = now;
    if (a->state == AGENTX_CLOSING || a->state == AGENTX_CLOSED)
        return;
    if (!agentx_has_session(a)) {
        agentx_hang_up(a, AGENTX_CLOSED);
        return;
    }
    a->state = AGENTX_CLOSING;
    agentx_ask_close(a, CLOSE_MS);
    flush(a);
}

int agentx_set_contexts(struct agentx *a, const char *const *name, size_t n)
{
    return agentx_regions_contexts(&a->regions, name, n);
}

enum agentx_state agentx_state(const struct agentx *a)
{
    return a->state;
}

const char *agentx_state_name(enum agentx_state state)
{
    static const char *const names[] = {
        [AGENTX_DISCONNECTED] = "disconnected",
        [AGENTX_OPENING] = "opening",
        [AGENTX_REGISTERING] = "registering",
        [AGENTX_RUNNING] = "running",
        [AGENTX_REFUSED] = "refused",
        [AGENTX_CLOSING] = "closing",
        [AGENTX_CLOSED] = "closed",
    };

    return names[state];
}

const char *agentx_error(const struct agentx *a)
{
    return a->error;
}

size_t agentx_refused(const struct agentx *a)
{
    return agentx_regions_count_denied(&a->regions);
}

uint16_t agentx_refusal(const struct agentx *a, size_t i)
{
    return a->regions.progress[i].error;
}

bool agentx_master_uptime(const struct agentx *a, int64_t now, uint32_t *ret)
{
    if (a->has_uptime)
        *ret = a->uptime + (uint32_t)((now - a->uptime_at) / 10);
    return a->has_uptime;
}

struct agentx_counts agentx_counts(const struct agentx *a)
{
    return a->counts;
}
