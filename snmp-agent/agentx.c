/*
 * See agentx.h. Everything happens in agentx_step(): read once, answer what is whole, write what
 * the socket takes, look at the clock. A master that does not read makes us stop reading him after
 * AGENTX_HOLD bytes; nothing blocks, and no response is thrown away while the connection stands
 * (libnetsnmpagent blocks in write() instead, and both sides may stay there for ever).
 *
 * Own requests (Open, Register, Close) go one at a time, `ask`; Ping and Notify beside them. Only
 * silence for IDLE_MS starts a ping, so a busy session has none.
 */
#include "agentx.h"
#include "agentx_conn.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RETRY_MIN_MS = 50,
    RETRY_MAX_MS = 500,
    STABLE_MS = 1000, /* a session that lasted: the pauses start over */
    ASK_MS = 10000,   /* longer than snmpd is known to be away with its own affairs */
    IDLE_MS = 10000,
    PING_MS = 3000,
    CLOSE_MS = 1000,
    PRIORITY = 127, /* 6.2.3: the default */
};

enum ask { ASK_NOTHING, ASK_CONNECT, ASK_OPEN, ASK_REGISTER, ASK_CLOSE };

struct notice {
    uint32_t packet, tag;
    bool answered;
    uint16_t error;
};

struct agentx {
    /* settings */
    char *description;
    struct oid id;
    uint8_t timeout_s;
    struct agentx_regions regions;
    void *ctx;
    void (*notified)(void *ctx, uint32_t tag, int result);

    /* the connection */
    struct agentx_conn conn;
    enum agentx_state state;
    int64_t now, retry_at, retry_ms, running_since;
    uint32_t session, packet;
    enum ask ask;
    uint32_t ask_packet;
    int64_t ask_until;
    size_t asked; /* the region of ASK_REGISTER */
    bool pinging;
    uint32_t ping_packet;
    int64_t ping_at, heard;
    bool has_uptime;
    uint32_t uptime;
    int64_t uptime_at;

    struct agentx_replier replier;
    int64_t pins_due;
    struct notice window[AGENTX_WINDOW]; /* a ring: `under_way` from `oldest` on */
    unsigned oldest, under_way;

    struct agentx_counts counts;
    char error[256];
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

/* Reports the oldest notifications that have an answer; `lost`: all of them. */
static void report(struct agentx *a, bool lost)
{
    while (a->under_way > 0 && (lost || a->window[a->oldest].answered)) {
        struct notice n = a->window[a->oldest];

        a->oldest = (a->oldest + 1) % AGENTX_WINDOW;
        a->under_way--;
        if (a->notified != NULL)
            a->notified(a->ctx, n.tag, n.answered ? n.error : AGENTX_LOST);
    }
}

/* Back to no connection. The state is set first: the callbacks may look at it. */
static void hang_up(struct agentx *a, enum agentx_state state)
{
    agentx_conn_close(&a->conn);
    a->state = state;
    a->ask = ASK_NOTHING;
    a->pinging = a->has_uptime = false;
    agentx_regions_reset(&a->regions);
    a->pins_due = agentx_reply_expire(&a->replier, INT64_MAX);
    report(a, true);
}

static void lose(struct agentx *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void lose(struct agentx *a, const char *format, ...)
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
    hang_up(a, a->state == AGENTX_CLOSING ? AGENTX_CLOSED : AGENTX_DISCONNECTED);
}

void agentx_free(struct agentx *a)
{
    if (a == NULL)
        return;
    hang_up(a, AGENTX_CLOSED);
    agentx_regions_done(&a->regions);
    free(a->description);
    agentx_conn_done(&a->conn);
    free(a);
}

/* ---- sending ---------------------------------------------------------------------------- */

static void post_own(struct agentx *a, const struct agentx_out *out)
{
    if (out->bad) /* only where a context or a description is absurdly long */
        lose(a, "a request of our own is too long");
    else
        agentx_conn_post(&a->conn, out);
}

static void flush(struct agentx *a)
{
    int err = a->conn.fd >= 0 && !a->conn.connecting ? agentx_conn_send(&a->conn) : 0;

    if (err == -EPIPE)
        lose(a, "the master hung up");
    else if (err != 0)
        lose(a, "send to the master: %s", strerror(-err));
}

static uint32_t ask(struct agentx *a, enum ask what, int64_t patience_ms)
{
    a->ask = what;
    a->ask_packet = ++a->packet;
    a->ask_until = a->now + patience_ms;
    return a->ask_packet;
}

static void send_open(struct agentx *a)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    agentx_put_open(&out, ask(a, ASK_OPEN, ASK_MS), a->timeout_s, &a->id, a->description);
    post_own(a, &out);
}

static void send_register(struct agentx *a, size_t i)
{
    const struct agentx_region *r = &a->regions.list[i];
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    a->asked = i;
    agentx_put_register(&out, a->session, ask(a, ASK_REGISTER, ASK_MS), PRIORITY, r->context,
                        &r->subtree);
    post_own(a, &out);
}

static void send_ping(struct agentx *a)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    a->pinging = true;
    a->ping_at = a->now;
    a->ping_packet = ++a->packet;
    agentx_put_ping(&out, a->session, a->ping_packet);
    post_own(a, &out);
}

/* ---- opening and registering ------------------------------------------------------------ */

static bool has_session(const struct agentx *a)
{
    return a->state == AGENTX_REGISTERING || a->state == AGENTX_RUNNING ||
           a->state == AGENTX_REFUSED || (a->state == AGENTX_CLOSING && a->conn.fd >= 0);
}

/* All registrations are answered, until one is to be asked for again. */
static void settle(struct agentx *a)
{
    size_t denied = agentx_regions_count_denied(&a->regions);

    if (a->state == AGENTX_REGISTERING)
        a->running_since = a->now;
    a->state = agentx_regions_of_use(&a->regions) ? AGENTX_RUNNING : AGENTX_REFUSED;
    if (denied == 0)
        a->error[0] = '\0';
}

/* The next registration that is due, if nothing else is being asked. */
static void register_next(struct agentx *a)
{
    size_t i;

    if (a->ask != ASK_NOTHING || !has_session(a) || a->state == AGENTX_CLOSING)
        return;
    i = agentx_regions_next(&a->regions, a->now);
    if (i < a->regions.n)
        send_register(a, i);
    else
        settle(a);
}

static void opened(struct agentx *a, const struct agentx_pdu *p)
{
    if (p->error != AGENTX_NO_ERROR) {
        lose(a, "the master refuses the session: %s (%u)", agentx_code_name(p->error), p->error);
        return;
    }
    a->session = p->header.session;
    a->state = AGENTX_REGISTERING;
    register_next(a);
}

static void denied(struct agentx *a, uint16_t error)
{
    const struct agentx_region *r = &a->regions.list[a->asked];
    const char *quote = *r->context != '\0' ? "\"" : "";
    int64_t pause = agentx_regions_denied(&a->regions, a->asked, error, a->now);
    char text[OID_TEXT_SIZE];

    if (r->optional)
        return;
    snprintf(a->error, sizeof(a->error),
             "the master refuses to register %.100s%s%s%.40s%s: %s (%u), next try in %d s",
             oid_print(&r->subtree, text), *quote != '\0' ? " in context " : "", quote, r->context,
             quote, agentx_code_name(error), error, (int)(pause / 1000));
}

static void registered(struct agentx *a, const struct agentx_pdu *p)
{
    if (p->error == AGENTX_NO_ERROR)
        agentx_regions_granted(&a->regions, a->asked);
    else
        denied(a, p->error);
    register_next(a);
}

static void connected(struct agentx *a)
{
    a->counts.connects++;
    a->heard = a->now;
    send_open(a);
}

/* A connection was made, is under way, or failed with `err`. */
static void on_connect(struct agentx *a, int err)
{
    if (err != 0)
        lose(a, "connect to %s: %s", a->conn.address, strerror(-err));
    else if (a->conn.connecting)
        ask(a, ASK_CONNECT, ASK_MS);
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

static void acknowledge(struct agentx *a, unsigned at, const struct agentx_pdu *p)
{
    struct notice *n = &a->window[(a->oldest + at) % AGENTX_WINDOW];

    n->answered = true;
    n->error = p->error;
    a->counts.acknowledged += p->error == AGENTX_NO_ERROR;
    report(a, false);
}

static void answer_to_ask(struct agentx *a, const struct agentx_pdu *p)
{
    enum ask what = a->ask;

    a->ask = ASK_NOTHING;
    if (what == ASK_OPEN)
        opened(a, p);
    else if (what == ASK_REGISTER)
        registered(a, p);
    else
        hang_up(a, AGENTX_CLOSED);
}

/* Hands a Response to what it answers, by h.packetID (7.2.2). False where it answers nothing. */
static bool match(struct agentx *a, const struct agentx_pdu *p)
{
    uint32_t packet = p->header.packet;

    if (a->ask >= ASK_OPEN && packet == a->ask_packet) {
        answer_to_ask(a, p);
        return true;
    }
    if (a->pinging && packet == a->ping_packet) {
        a->pinging = false;
        return true;
    }
    for (unsigned i = 0; i < a->under_way; i++) {
        const struct notice *n = &a->window[(a->oldest + i) % AGENTX_WINDOW];

        if (n->packet == packet && !n->answered) {
            acknowledge(a, i, p);
            return true;
        }
    }
    return false;
}

static void on_response(struct agentx *a, const struct agentx_pdu *p)
{
    if (p->error == AGENTX_NO_ERROR) {
        a->has_uptime = true;
        a->uptime = p->uptime;
        a->uptime_at = a->now;
    }
    if (p->error == AGENTX_NOT_OPEN && has_session(a))
        lose(a, "the master does not know this session any more (notOpen)");
    else if (!match(a, p))
        a->counts.strays++;
}

static void refuse(struct agentx *a, const struct agentx_header *h, uint16_t error)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_REPLY_MAX);

    agentx_end_response(&out, agentx_begin_response(&out, h, error, 0));
    agentx_conn_post(&a->conn, &out);
}

static void on_request(struct agentx *a, const struct agentx_pdu *p)
{
    struct agentx_out out;

    a->counts.requests++;
    if (!has_session(a) || p->header.session != a->session) {
        if (p->header.type != AGENTX_CLEANUPSET)
            refuse(a, &p->header, AGENTX_NOT_OPEN);
        return;
    }
    if (p->header.type == AGENTX_CLOSE) {
        lose(a, "closed by the master: %s (%u)", agentx_reason_name(p->reason), p->reason);
        return;
    }
    out = agentx_conn_writer(&a->conn, AGENTX_REPLY_MAX);
    agentx_reply(&a->replier, a->now, p, &out); /* there is room: serve() saw to it */
    agentx_conn_post(&a->conn, &out);
}

/* Answered where it can be (7.2.2). A Response cannot: and one that is dropped in silence may have
 * been an acknowledgement, which would keep its place in the window for ever. */
static void on_malformed(struct agentx *a, const struct agentx_header *h)
{
    a->counts.malformed++;
    if (h->type == AGENTX_RESPONSE || h->type == AGENTX_CLOSE)
        lose(a, "malformed PDU of type %u from the master", h->type);
    else if (h->type != AGENTX_CLEANUPSET)
        refuse(a, h, AGENTX_PARSE_ERROR);
}

static void on_pdu(struct agentx *a, const struct agentx_header *h, const uint8_t *payload)
{
    struct agentx_pdu p;

    if (!agentx_read_pdu(h, payload, &p))
        on_malformed(a, h);
    else if (h->type == AGENTX_RESPONSE)
        on_response(a, &p);
    else
        on_request(a, &p);
}

/* Handles one PDU; false where there is none, or no connection any more. */
static bool serve_one(struct agentx *a)
{
    const uint8_t *payload;
    struct agentx_header h;

    switch (agentx_conn_next(&a->conn, &h, &payload)) {
    case AGENTX_NEXT_NONE:
        return false;
    case AGENTX_NEXT_GARBAGE:
        a->counts.malformed++;
        lose(a, "what the master sends is not AgentX version 1");
        return false;
    case AGENTX_NEXT_LARGE:
        a->heard = a->now;
        on_malformed(a, &h);
        break;
    case AGENTX_NEXT_PDU:
        a->heard = a->now;
        on_pdu(a, &h, payload);
        break;
    }
    return a->conn.fd >= 0;
}

/* True where it stopped because too much waits to be sent. */
static bool serve(struct agentx *a)
{
    while (agentx_conn_room(&a->conn))
        if (!serve_one(a))
            return false;
    return true;
}

static void receive(struct agentx *a)
{
    int err = agentx_conn_receive(&a->conn);

    if (err == -EPIPE)
        lose(a, "the master hung up");
    else if (err != 0)
        lose(a, "receive from the master: %s", strerror(-err));
}

/* ---- the clock -------------------------------------------------------------------------- */

static int64_t ping_until(const struct agentx *a)
{
    return (a->ping_at > a->heard ? a->ping_at : a->heard) + PING_MS;
}

/* What is being asked is as good as a ping. */
static bool may_ping(const struct agentx *a)
{
    return has_session(a) && a->ask == ASK_NOTHING && !a->pinging;
}

static void on_ask_timeout(struct agentx *a)
{
    static const char *const what[] = {[ASK_CONNECT] = "connection to",
                                       [ASK_OPEN] = "answer to Open from",
                                       [ASK_REGISTER] = "answer to Register from"};

    if (a->ask == ASK_CLOSE)
        hang_up(a, AGENTX_CLOSED);
    else
        lose(a, "no %s the master within %d s", what[a->ask], ASK_MS / 1000);
}

static void look_at_clock(struct agentx *a)
{
    if (a->conn.fd >= 0 && a->ask != ASK_NOTHING && a->now >= a->ask_until)
        on_ask_timeout(a);
    if (a->conn.fd >= 0 && a->pinging && a->now >= ping_until(a))
        lose(a, "no answer from the master to a ping within %d s", PING_MS / 1000);
    register_next(a);
    if (may_ping(a) && a->now >= a->heard + IDLE_MS)
        send_ping(a);
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
    if (a->ask != ASK_NOTHING)
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
        held = serve(a);
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
    struct agentx_out out;

    a->now = now;
    if (a->state == AGENTX_CLOSING || a->state == AGENTX_CLOSED)
        return;
    if (!has_session(a)) {
        hang_up(a, AGENTX_CLOSED);
        return;
    }
    a->state = AGENTX_CLOSING;
    out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);
    agentx_put_close(&out, a->session, ask(a, ASK_CLOSE, CLOSE_MS), AGENTX_REASON_SHUTDOWN);
    post_own(a, &out);
    flush(a);
}

int agentx_notify(struct agentx *a, const struct agentx_varbind *vb, size_t n, uint32_t tag)
{
    struct agentx_out out;

    if (a->state != AGENTX_RUNNING || a->under_way == AGENTX_WINDOW ||
        !agentx_conn_room(&a->conn) || a->replier.busy)
        return -EAGAIN;
    out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);
    agentx_put_notify(&out, a->session, a->packet + 1, vb, n);
    if (out.bad)
        return -EMSGSIZE;
    agentx_conn_post(&a->conn, &out);
    a->window[(a->oldest + a->under_way) % AGENTX_WINDOW] =
        (struct notice){.packet = ++a->packet, .tag = tag};
    a->under_way++;
    a->counts.notified++;
    return 0;
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
