/*
 * conn.c: reading requests from a connection and sending replies on it.
 *
 * Reading stops while a client does not take its replies, as it would on a real gateway; otherwise
 * a client that only sends could fill the memory of the simulator.
 */
#include "conn.h"

#include "fault.h"
#include "gateway.h"
#include "job.h"
#include "reply.h"

#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
    QUEUE_MAX = 256 * 1024, /* bytes to send before reading stops */
    PREFIX = 6              /* MBAP up to and with the length field */
};

static struct conn *flush_list;

static void want(struct conn *c, uint32_t events)
{
    if (events == c->events)
        return;
    c->events = events;
    loop_change(&c->watch, events);
}

static void want_flush(struct conn *c)
{
    if (c->flushing)
        return;
    c->flushing = true;
    c->flush_next = flush_list;
    flush_list = c;
}

void conn_send(struct conn *c, const uint8_t *bytes, size_t length, const struct manner *manner)
{
    output_add(&c->output, bytes, length, manner);
    conn_rearm(c);
    want_flush(c);
}

/* Whether the length field at P starts a frame that can be a request. */
static bool plausible(const uint8_t *p)
{
    unsigned length = (unsigned)p[4] << 8 | p[5];

    return p[2] == 0 && p[3] == 0 && length >= 2 && length <= FRAME_MAX - PREFIX;
}

/* Hands out all whole frames of the input. False if it is not Modbus TCP. */
static bool conn_parse(struct conn *c)
{
    size_t at = 0;

    while (!c->overloaded && c->input_length - at >= PREFIX) {
        const uint8_t *p = c->input + at;
        size_t length = PREFIX + ((size_t)p[4] << 8 | p[5]);

        if (!plausible(p))
            return false;
        if (c->input_length - at < length)
            break;
        job_admit(c, p, length);
        at += length;
    }
    c->input_length -= at;
    memmove(c->input, c->input + at, c->input_length);
    return true;
}

/* Ends with RST instead of FIN. */
static void conn_reset(struct conn *c)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    setsockopt(c->watch.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    conn_close(c);
}

static void conn_read(struct conn *c)
{
    ssize_t got = recv(c->watch.fd, c->input + c->input_length, INPUT_MAX - c->input_length, 0);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        conn_close(c);
        return;
    }
    c->gw->stats.bytes_in += (uint64_t)got;
    c->input_length += (size_t)got;
    conn_rearm(c);
    if (!conn_parse(c)) {
        c->gw->stats.bad_requests++;
        conn_close(c);
    } else if (c->overloaded) {
        conn_reset(c);
    }
}

static void conn_ready(struct watch *w, uint32_t events)
{
    struct conn *c = OWNER(w, struct conn, watch);

    if (events & EPOLLOUT)
        want_flush(c);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        conn_read(c);
}

static void conn_idle(struct timer *t)
{
    conn_close(OWNER(t, struct conn, idle));
}

static void conn_drip(struct timer *t)
{
    want_flush(OWNER(t, struct conn, drip));
}

void conn_rearm(struct conn *c)
{
    const struct fault *f = c->gw->faults ? fault_find(c->gw, FAULT_CLOSE_IDLE) : NULL;

    if (f)
        timer_set(&c->idle, loop_now() + f->ns);
    else
        timer_cancel(&c->idle);
}

void conn_new(struct gateway *gw, int fd)
{
    struct conn *c = calloc(1, sizeof(*c));
    int on = 1;

    if (!c)
        err(2, "connection");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    *c = (struct conn){
        .watch = {.fd = fd, .ready = conn_ready},
        .gw = gw,
        .next = gw->server.conns,
        .link = &gw->server.conns,
        .events = EPOLLIN,
        .idle = {.fire = conn_idle       },
        .drip = {.fire = conn_drip},
    };
    if (c->next)
        c->next->link = &c->next;
    gw->server.conns = c;
    stats_connected(&gw->stats);
    if (!loop_watch(&c->watch, c->events)) {
        conn_close(c);
        return;
    }
    conn_rearm(c);
    if (gw->faults)
        server_counted(&gw->server);
}

void conn_close(struct conn *c)
{
    job_drop_all(c);
    timer_cancel(&c->idle);
    timer_cancel(&c->drip);
    output_done(&c->output);
    loop_close(&c->watch);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->gw->stats.connections_open--;
    if (c->gw->faults)
        server_counted(&c->gw->server);
    if (!c->flushing)
        loop_free(c);
}

static void conn_flush(struct conn *c)
{
    int64_t wait_ns = 0;

    if (c->drip.slot)
        return;
    switch (output_send(&c->output, c->watch.fd, &c->gw->stats.bytes_out, &wait_ns)) {
    case SENDING_DONE:
        want(c, EPOLLIN);
        break;
    case SENDING_FULL:
        want(c, EPOLLOUT | (c->output.queued < QUEUE_MAX ? EPOLLIN : 0));
        break;
    case SENDING_DRIP:
        want(c, EPOLLIN);
        timer_set(&c->drip, loop_now() + wait_ns);
        break;
    case SENDING_RESET:
        conn_reset(c);
        break;
    case SENDING_LOST:
        conn_close(c);
        break;
    }
}

/* A connection closed in this round is still in the list; it is freed here. */
void conn_flush_all(void)
{
    while (flush_list) {
        struct conn *c = flush_list;

        flush_list = c->flush_next;
        c->flushing = false;
        if (c->watch.fd < 0)
            loop_free(c);
        else
            conn_flush(c);
    }
}
