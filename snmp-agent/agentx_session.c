/*
 * See agentx_session.h. Own requests (Open, Register, Unregister, Close) go one at a time; Ping and
 * Notify beside them.
 */
#include "agentx_session.h"

#include <errno.h>
#include <stdio.h>

enum { PRIORITY = 127 }; /* 6.2.3: the default */

/* ---- asking ------------------------------------------------------------------------------ */

static void post_own(struct agentx *a, const struct agentx_out *out)
{
    if (out->bad) /* only where a context or a description is absurdly long */
        agentx_lose(a, "a request of our own is too long");
    else
        agentx_conn_post(&a->conn, out);
}

uint32_t agentx_ask(struct agentx *a, enum agentx_ask what, int64_t patience_ms)
{
    a->ask = what;
    a->ask_packet = ++a->packet;
    a->ask_until = a->now + patience_ms;
    return a->ask_packet;
}

void agentx_ask_open(struct agentx *a)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    agentx_put_open(&out, agentx_ask(a, AGENTX_ASK_OPEN, AGENTX_ASK_MS), a->timeout_s, &a->id,
                    a->description);
    post_own(a, &out);
}

void agentx_ask_close(struct agentx *a, int64_t patience_ms)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    agentx_put_close(&out, a->session, agentx_ask(a, AGENTX_ASK_CLOSE, patience_ms),
                     AGENTX_REASON_SHUTDOWN);
    post_own(a, &out);
}

/* A region that is gone is given back. */
static void send_region(struct agentx *a, size_t i)
{
    const struct agentx_region *r = &a->regions.list[i];
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    a->asked = i;
    if (a->regions.progress[i].gone)
        agentx_put_unregister(&out, a->session, agentx_ask(a, AGENTX_ASK_UNREGISTER, AGENTX_ASK_MS),
                              PRIORITY, r->context, &r->subtree);
    else
        agentx_put_register(&out, a->session, agentx_ask(a, AGENTX_ASK_REGISTER, AGENTX_ASK_MS),
                            PRIORITY, r->context, &r->subtree);
    post_own(a, &out);
}

void agentx_send_ping(struct agentx *a)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    a->pinging = true;
    a->ping_at = a->now;
    a->ping_packet = ++a->packet;
    agentx_put_ping(&out, a->session, a->ping_packet);
    post_own(a, &out);
}

/* ---- opening and registering ------------------------------------------------------------ */

bool agentx_has_session(const struct agentx *a)
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

void agentx_ask_region(struct agentx *a)
{
    size_t i;

    if (a->ask != AGENTX_ASK_NOTHING || !agentx_has_session(a) || a->state == AGENTX_CLOSING)
        return;
    i = agentx_regions_next(&a->regions, a->now);
    if (i < a->regions.n)
        send_region(a, i);
    else
        settle(a);
}

static void opened(struct agentx *a, const struct agentx_pdu *p)
{
    if (p->error != AGENTX_NO_ERROR) {
        agentx_lose(a, "the master refuses the session: %s (%u)", agentx_code_name(p->error),
                    p->error);
        return;
    }
    a->session = p->header.session;
    a->state = AGENTX_REGISTERING;
    agentx_ask_region(a);
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
    agentx_ask_region(a);
}

/* Whatever the answer is: a master that does not know it (unknownRegistration) has none of it. */
static void returned(struct agentx *a)
{
    agentx_regions_returned(&a->regions, a->asked);
    agentx_ask_region(a);
}

/* ---- receiving -------------------------------------------------------------------------- */

void agentx_report(struct agentx *a, bool lost)
{
    while (a->under_way > 0 && (lost || a->window[a->oldest].answered)) {
        struct agentx_notice n = a->window[a->oldest];

        a->oldest = (a->oldest + 1) % AGENTX_WINDOW;
        a->under_way--;
        if (a->notified != NULL)
            a->notified(a->ctx, n.tag, n.answered ? n.error : AGENTX_LOST);
    }
}

static void acknowledge(struct agentx *a, unsigned at, const struct agentx_pdu *p)
{
    struct agentx_notice *n = &a->window[(a->oldest + at) % AGENTX_WINDOW];

    n->answered = true;
    n->error = p->error;
    a->counts.acknowledged += p->error == AGENTX_NO_ERROR;
    agentx_report(a, false);
}

static void answer_to_ask(struct agentx *a, const struct agentx_pdu *p)
{
    enum agentx_ask what = a->ask;

    a->ask = AGENTX_ASK_NOTHING;
    if (what == AGENTX_ASK_OPEN)
        opened(a, p);
    else if (what == AGENTX_ASK_REGISTER)
        registered(a, p);
    else if (what == AGENTX_ASK_UNREGISTER)
        returned(a);
    else
        agentx_hang_up(a, AGENTX_CLOSED);
}

/* Hands a Response to what it answers, by h.packetID (7.2.2). False where it answers nothing. */
static bool match(struct agentx *a, const struct agentx_pdu *p)
{
    uint32_t packet = p->header.packet;

    if (a->ask >= AGENTX_ASK_OPEN && packet == a->ask_packet) {
        answer_to_ask(a, p);
        return true;
    }
    if (a->pinging && packet == a->ping_packet) {
        a->pinging = false;
        return true;
    }
    for (unsigned i = 0; i < a->under_way; i++) {
        const struct agentx_notice *n = &a->window[(a->oldest + i) % AGENTX_WINDOW];

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
    if (p->error == AGENTX_NOT_OPEN && agentx_has_session(a))
        agentx_lose(a, "the master does not know this session any more (notOpen)");
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
    if (!agentx_has_session(a) || p->header.session != a->session) {
        if (p->header.type != AGENTX_CLEANUPSET)
            refuse(a, &p->header, AGENTX_NOT_OPEN);
        return;
    }
    if (p->header.type == AGENTX_CLOSE) {
        agentx_lose(a, "closed by the master: %s (%u)", agentx_reason_name(p->reason), p->reason);
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
        agentx_lose(a, "malformed PDU of type %u from the master", h->type);
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
        agentx_lose(a, "what the master sends is not AgentX version 1");
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

bool agentx_serve(struct agentx *a)
{
    while (agentx_conn_room(&a->conn))
        if (!serve_one(a))
            return false;
    return true;
}

void agentx_committed(struct agentx *a, bool done)
{
    struct agentx_out out = agentx_conn_writer(&a->conn, AGENTX_OWN_MAX);

    agentx_reply_commit(&a->replier, done ? AGENTX_NO_ERROR : AGENTX_COMMIT_FAILED, &out);
    post_own(a, &out);
}

/* ---- notifications ------------------------------------------------------------------------ */

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
        (struct agentx_notice){.packet = ++a->packet, .tag = tag};
    a->under_way++;
    a->counts.notified++;
    return 0;
}
