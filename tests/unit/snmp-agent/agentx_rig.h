/*
 * agentx_rig - an AgentX session and the master it talks to, played by the test: one thread, a unix socket,
 * and a clock that the test sets. After each move of the master the session is given a step.
 */
#ifndef TESTS_AGENTX_RIG_H
#define TESTS_AGENTX_RIG_H

#include "agentx.h"
#include "../../support/check.h"
#include "agentx_peer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SESSION = 77, LOG_MAX = 256 };

static const struct oid none = {.len = 0};

struct rig {
    char dir[32], path[64];
    int listener, peer;
    struct agentx *a;
    int64_t now;
    struct table table;
    struct agentx_region regions[3];
    struct bytes to; /* what the master sends next */
    uint8_t *got;    /* what it received and has not looked at */
    size_t got_n, got_size;
    uint8_t pdu[100000]; /* the last one looked at, and its header */
    struct agentx_header h;
    struct {
        uint32_t tag;
        int result;
    } log[LOG_MAX];
    int logged;
    bool echo; /* each acknowledgement makes the next notification */
    uint32_t next_tag;
};

static inline int notify(struct rig *r, uint32_t tag)
{
    const struct agentx_varbind vb = {
        .name = OID(1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0),
        .value = {.kind = AGENTX_OBJECT_IDENTIFIER, .oid = OID(TABLE_BASE, 0, 1)}
    };

    return agentx_notify(r->a, &vb, 1, tag);
}

static inline void on_notified(void *ctx, uint32_t tag, int result)
{
    struct rig *r = ctx;

    assert_true(r->logged < LOG_MAX);
    r->log[r->logged].tag = tag;
    r->log[r->logged++].result = result;
    if (r->echo)
        notify(r, r->next_tag++);
}

static inline void listen_at_path(struct rig *r)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    strcpy(un.sun_path, r->path);
    unlink(r->path);
    r->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(r->listener, (struct sockaddr *)&un, sizeof(un)), 0);
    assert_int_equal(listen(r->listener, 5), 0);
}

static inline void new_session(struct rig *r, const char *address, size_t regions)
{
    const struct agentx_settings settings = {.address = address,
                                             .id = OID(1, 3, 6, 1, 4, 1, 8072),
                                             .description = "test",
                                             .timeout_s = 5,
                                             .regions = r->regions,
                                             .regions_n = regions,
                                             .handler = table_handler(&r->table),
                                             .ctx = r,
                                             .notified = on_notified};

    assert_int_equal(agentx_new(&settings, &r->a), 0);
}

static inline int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof(*r));

    strcpy(r->dir, "/tmp/agentx-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    snprintf(r->path, sizeof(r->path), "%s/master", r->dir);
    r->peer = -1;
    r->now = 1000000;
    r->regions[0].subtree = OID(TABLE_BASE);
    r->regions[1].subtree = OID(TABLE_BASE);
    r->regions[1].context = "gw042";
    r->regions[2].subtree = OID(1, 3, 6, 1, 2, 1, 47);
    listen_at_path(r);
    new_session(r, r->path, 1);
    *state = r;
    return 0;
}

static inline int tear_down(void **state)
{
    struct rig *r = *state;

    agentx_free(r->a);
    assert_int_equal(r->table.begun, r->table.ended);
    if (r->peer >= 0)
        close(r->peer);
    close(r->listener);
    unlink(r->path);
    rmdir(r->dir);
    free(r->got);
    free(r);
    return 0;
}

/* One turn of the user's loop that does not wait. */
static inline void step(struct rig *r)
{
    struct pollfd p = {.fd = agentx_fd(r->a), .events = agentx_events(r->a)};

    assert_true(poll(&p, 1, 0) >= 0);
    agentx_step(r->a, r->now, p.fd >= 0 ? p.revents : 0);
}

static inline void step_after(struct rig *r, int64_t ms)
{
    r->now += ms;
    step(r);
}

/* A loop would sleep now: no event is there, no deadline is due. */
static inline void assert_asleep(struct rig *r)
{
    struct pollfd p = {.fd = agentx_fd(r->a), .events = agentx_events(r->a)};

    assert_int_equal(poll(&p, 1, 0), 0);
    assert_true(agentx_deadline(r->a) > r->now);
}

static inline void master_accepts(struct rig *r)
{
    if (r->peer >= 0)
        close(r->peer);
    r->got_n = 0;
    r->peer = accept(r->listener, NULL, NULL);
    assert_true(r->peer >= 0);
}

static inline void master_hangs_up(struct rig *r)
{
    close(r->peer);
    r->peer = -1;
    step(r);
}

static inline void master_sends(struct rig *r)
{
    assert_int_equal(send(r->peer, r->to.data, r->to.n, MSG_NOSIGNAL), r->to.n);
    r->to.n = 0;
    step(r);
}

static inline void master_reads(struct rig *r)
{
    ssize_t n;

    do {
        if (r->got_size - r->got_n < 65536) {
            r->got_size = 2 * r->got_size + 65536;
            r->got = realloc(r->got, r->got_size);
        }
        n = recv(r->peer, r->got + r->got_n, r->got_size - r->got_n, MSG_DONTWAIT);
        r->got_n += n > 0 ? (size_t)n : 0;
    } while (n > 0);
}

/* The next PDU of the session: its type, 0 where there is none. */
static inline int next_pdu(struct rig *r)
{
    size_t n;

    master_reads(r);
    if (agentx_read_header(r->got, r->got_n, &r->h) != AGENTX_HEAD_SOUND)
        return 0;
    n = 20 + r->h.payload;
    if (r->got_n < n)
        return 0;
    assert_true(n <= sizeof(r->pdu));
    memcpy(r->pdu, r->got, n);
    memmove(r->got, r->got + n, r->got_n - n);
    r->got_n -= n;
    return r->h.type;
}

static inline void expect_response(struct rig *r, uint32_t packet, unsigned error, size_t items)
{
    struct agentx_pdu p;

    assert_int_equal(next_pdu(r), AGENTX_RESPONSE);
    assert_int_equal(r->h.packet, packet);
    assert_true(agentx_read_pdu(&r->h, r->pdu + 20, &p));
    assert_int_equal(p.error, error);
    assert_int_equal(p.items, items);
}

static inline void answer(struct rig *r, unsigned error)
{
    put_response(&r->to, SESSION, r->h.packet, error);
    master_sends(r);
}

static inline void assert_state(struct rig *r, enum agentx_state state)
{
    assert_string_equal(agentx_state_name(agentx_state(r->a)), agentx_state_name(state));
}

static inline void assert_error(struct rig *r, const char *text)
{
    if (strstr(agentx_error(r->a), text) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", text, agentx_error(r->a));
}

static inline void open_session(struct rig *r)
{
    step(r);
    master_accepts(r);
    assert_state(r, AGENTX_OPENING);
    assert_int_equal(next_pdu(r), AGENTX_OPEN);
    answer(r, 0);
    assert_state(r, AGENTX_REGISTERING);
}

static inline void run(struct rig *r)
{
    open_session(r);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    answer(r, 0);
    assert_state(r, AGENTX_RUNNING);
    assert_asleep(r);
}

static inline void put_row(struct rig *r, uint32_t packet)
{
    put_get(&r->to, AGENTX_GET, SESSION, packet, packet, OID(TABLE_BASE, 1, 1), none);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
