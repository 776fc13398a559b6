/* How bytes may arrive, what they may be, and a master that does not read. */
#include "agentx_rig.h"

/* ---- how bytes arrive ---------------------------------------------------------------------- */

static void receive__byte_by_byte__answered(void **state)
{
    struct rig *r = *state;
    struct bytes *script;
    size_t n;

    run(r);
    for (uint32_t packet = 1; packet <= 5; packet++)
        put_row(r, packet);
    script = malloc(sizeof(*script));
    memcpy(script, &r->to, sizeof(*script));
    n = r->to.n;
    for (size_t i = 0; i < n; i++) {
        r->to.data[0] = script->data[i];
        r->to.n = 1;
        master_sends(r);
        assert_state(r, AGENTX_RUNNING);
    }
    for (uint32_t packet = 1; packet <= 5; packet++)
        expect_response(r, packet, 0, 1);
    assert_int_equal(agentx_counts(r->a).malformed, 0);
    free(script);
}

static void receive__half_a_pdu_then_the_end__lost(void **state)
{
    struct rig *r = *state;

    run(r);
    put_row(r, 1);
    put_row(r, 2);
    r->to.n -= 10;
    master_sends(r);
    expect_response(r, 1, 0, 1);
    assert_int_equal(next_pdu(r), 0);
    master_hangs_up(r);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "hung up");
    r->now += 50;
    run(r); /* the half is forgotten */
    put_row(r, 3);
    master_sends(r);
    expect_response(r, 3, 0, 1);
}

static void request__of_another_session__not_open(void **state)
{
    struct rig *r = *state;

    step(r);
    master_accepts(r);
    put_row(r, 1); /* before there is any */
    master_sends(r);
    assert_int_equal(next_pdu(r), AGENTX_OPEN);
    expect_response(r, 1, AGENTX_NOT_OPEN, 0);
    put_response(&r->to, SESSION, 1, 0);
    master_sends(r);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    answer(r, 0);
    put_get(&r->to, AGENTX_GET, SESSION + 1, 7, 2, OID(TABLE_BASE, 1, 1), none);
    put_bare(&r->to, AGENTX_CLEANUPSET, SESSION + 1, 7, 3);
    master_sends(r);
    expect_response(r, 2, AGENTX_NOT_OPEN, 0);
    assert_int_equal(next_pdu(r), 0);
    assert_int_equal(r->table.begun, 0);
}

/* ---- what a master should not send --------------------------------------------------------- */

static void hostile__sound_header_and_nonsense__parse_error(void **state)
{
    struct rig *r = *state;

    run(r);
    put_row(r, 1);
    r->to.data[r->to.n - 1] = 1; /* reserved byte of the end: still fine */
    put_row(r, 2);
    r->to.data[r->to.n - 4] = 1; /* one number in the end, and none there */
    put_bare(&r->to, 99, SESSION, 0, 3);
    put_bare(&r->to, AGENTX_OPEN, SESSION, 0, 4);
    start(&r->to, AGENTX_CLEANUPSET, 0, SESSION, 7, 5);
    put32(&r->to, 0);
    finish(&r->to);
    put_row(r, 6);
    master_sends(r);
    expect_response(r, 1, 0, 1);
    expect_response(r, 2, AGENTX_PARSE_ERROR, 0);
    expect_response(r, 3, AGENTX_PARSE_ERROR, 0);
    expect_response(r, 4, AGENTX_PARSE_ERROR, 0);
    expect_response(r, 6, 0, 1);
    assert_int_equal(agentx_counts(r->a).malformed, 4);
    assert_state(r, AGENTX_RUNNING);
}

static void hostile__header_makes_no_sense__lost(void **state)
{
    static const struct {
        uint8_t version;
        uint32_t length;
    } bad[] = {
        {0,   0         },
        {2,   0         },
        {255, 0         },
        {1,   1         },
        {1,   0xffffffff},
        {1,   0xfffffffc},
        {1,   0x80000000},
        {1,   0x01000004},
    };
    struct rig *r = *state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        run(r);
        start(&r->to, AGENTX_GET, 0, SESSION, 1, 1);
        r->to.data[0] = bad[i].version;
        r->to.n = 16;
        put32(&r->to, bad[i].length);
        master_sends(r);
        assert_state(r, AGENTX_DISCONNECTED);
        assert_error(r, "not AgentX");
        assert_int_equal(agentx_counts(r->a).malformed, i + 1);
        assert_int_equal(next_pdu(r), 0);
        r->now = agentx_deadline(r->a);
    }
}

static void hostile__response_or_close_malformed__lost(void **state)
{
    static const unsigned types[] = {AGENTX_RESPONSE, AGENTX_CLOSE};
    struct rig *r = *state;

    for (size_t i = 0; i < COUNT(types); i++) {
        run(r);
        put_bare(&r->to, types[i], SESSION, 0, 1);
        master_sends(r);
        assert_state(r, AGENTX_DISCONNECTED);
        assert_error(r, "malformed");
        r->now = agentx_deadline(r->a);
    }
}

/* Up to 128 KiB are read, more is skipped; what follows is understood. */
static void hostile__long_pdus__read_or_skipped(void **state)
{
    static const size_t sizes[] = {65536, 131072, 131080, 190000};
    struct rig *r = *state;

    run(r);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        bool fits = sizes[i] <= 131072;

        start(&r->to, AGENTX_GET, 0, SESSION, 1, 10);
        memset(r->to.data + r->to.n, 0, sizes[i]); /* null identifiers */
        r->to.n += sizes[i] / 8 * 8;
        finish(&r->to);
        put_row(r, 11);
        for (size_t at = 0; at < r->to.n; at += 10000) {
            size_t n = r->to.n - at < 10000 ? r->to.n - at : 10000;

            assert_int_equal(send(r->peer, r->to.data + at, n, MSG_NOSIGNAL), n);
            step(r);
            master_reads(r);
        }
        for (int turns = 0; turns < 5; turns++) {
            step(r);
            master_reads(r);
        }
        r->to.n = 0;
        if (sizes[i] == 65536) { /* the answer to the longest is longer than r->pdu */
            expect_response(r, 10, 0, 8192);
        } else {
            assert_int_equal(agentx_read_header(r->got, r->got_n, &r->h), AGENTX_HEAD_SOUND);
            assert_int_equal(r->h.packet, 10);
            assert_int_equal(r->h.payload, fits ? 8 + 131072 : 8);
            memmove(r->got, r->got + 20 + r->h.payload, r->got_n -= 20 + r->h.payload);
        }
        expect_response(r, 11, 0, 1);
    }
    assert_int_equal(agentx_counts(r->a).malformed, 2);
}

static void response__to_nothing__counted(void **state)
{
    struct rig *r = *state;

    run(r);
    put_response(&r->to, SESSION, 4000, 0);
    put_response(&r->to, SESSION, 2, 0); /* the registration, a second time */
    master_sends(r);
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(agentx_counts(r->a).strays, 2);
    assert_int_equal(next_pdu(r), 0);
}

static void response__not_open__session_made_again(void **state)
{
    struct rig *r = *state;

    run(r);
    assert_int_equal(notify(r, 1), 0);
    step(r);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    answer(r, AGENTX_NOT_OPEN);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "notOpen");
    assert_int_equal(r->log[0].result, AGENTX_LOST);
    r->now += 50;
    run(r);
}

static void close__by_the_master__its_reason(void **state)
{
    struct rig *r = *state;

    run(r);
    start(&r->to, AGENTX_CLOSE, 0, SESSION, 0, 1);
    put32(&r->to, 0x04000000);
    finish(&r->to);
    master_sends(r);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "closed by the master: timeouts (4)");
    r->now += 50;
    run(r);
}

/* Whole sessions of chance: never stuck, never outside (the sanitizers watch). */
static void fuzz__mutated_streams__alive_afterwards(void **state)
{
    struct rig *r = *state;
    uint32_t seed = 20000127;

    print_message("seed %u\n", seed);
    for (int round = 0; round < 400; round++) {
        run(r);
        for (uint32_t i = 0; i < 6; i++) {
            assert_int_equal(notify(r, i), 0);
            put_get(&r->to, 5 + check_random(&seed) % 5, SESSION, i, i, OID(TABLE_BASE, 1, i),
                    OID(TABLE_BASE, 2));
            put_response(&r->to, SESSION, 3 + i, 0);
        }
        for (uint32_t hits = check_random(&seed) % 6; hits > 0; hits--)
            r->to.data[check_random(&seed) % r->to.n] = (uint8_t)check_random(&seed);
        master_sends(r);
        step(r);
        if (agentx_state(r->a) != AGENTX_DISCONNECTED)
            master_hangs_up(r);
        assert_state(r, AGENTX_DISCONNECTED);
        assert_int_equal(r->logged, 6);
        r->logged = 0;
        r->now = agentx_deadline(r->a);
    }
}

/* ---- a master that does not read ------------------------------------------------------------- */

/* It keeps sending as long as anything is taken, and reads nothing. */
static uint32_t flood(struct rig *r, uint32_t requests)
{
    uint32_t sent = 0;

    for (int quiet = 0; quiet < 3; quiet++) {
        while (sent < requests) {
            r->to.n = 0;
            put_row(r, sent + 1);
            if (send(r->peer, r->to.data, r->to.n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
                break;
            sent++;
            quiet = 0;
        }
        step(r);
    }
    r->to.n = 0;
    return sent;
}

static void stalled__large_answers__held_back_and_none_lost(void **state)
{
    enum { REQUESTS = 600 };
    struct rig *r = *state;
    uint32_t sent;

    r->table.large = 60000;
    run(r);
    sent = flood(r, REQUESTS);
    assert_state(r, AGENTX_RUNNING);
    assert_true(agentx_counts(r->a).requests < sent); /* the rest is not even looked at */
    assert_int_equal(agentx_events(r->a), POLLOUT);
    assert_asleep(r);
    assert_int_equal(notify(r, 1), -EAGAIN);
    for (uint32_t packet = 1; packet <= sent; packet++) {
        int type;

        for (int turns = 0; (type = next_pdu(r)) == 0 && turns < 1000; turns++)
            step(r);
        assert_int_equal(type, AGENTX_RESPONSE);
        assert_int_equal(r->h.packet, packet);
        assert_true(r->h.payload > 60000);
    }
    step(r);
    assert_int_equal(agentx_counts(r->a).requests, sent);
    assert_int_equal(agentx_events(r->a), POLLIN);
    assert_asleep(r);
    assert_int_equal(notify(r, 1), 0);
}

/* Where the kernel takes all that waits at once, no event tells of the requests already read. */
static void stalled__all_sent_at_once__requests_held_back_are_answered(void **state)
{
    enum { REQUESTS = 12, SOCKET_BUFFER = 4 << 20 };
    struct rig *r = *state;
    int size = SOCKET_BUFFER;
    struct pollfd p;

    r->table.large = 60000;
    run(r);
    setsockopt(agentx_fd(r->a), SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(agentx_fd(r->a), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)); /* if we may */
    for (uint32_t packet = 1; packet <= REQUESTS; packet++)
        put_row(r, packet);
    master_sends(r);
    do {
        step(r);
        master_reads(r);
        p = (struct pollfd){.fd = agentx_fd(r->a), .events = agentx_events(r->a)};
    } while (poll(&p, 1, 0) > 0);
    for (uint32_t packet = 1; packet <= REQUESTS; packet++)
        expect_response(r, packet, 0, 1);
    assert_asleep(r);
}

static void stalled__for_good__given_up_by_the_ping(void **state)
{
    struct rig *r = *state;

    r->table.large = 60000;
    run(r);
    assert_int_equal(notify(r, 9), 0);
    flood(r, 300);
    step_after(r, 10000);
    assert_state(r, AGENTX_RUNNING);
    assert_asleep(r);
    step_after(r, 3000);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "ping");
    assert_int_equal(r->logged, 1);
    assert_int_equal(r->log[0].result, AGENTX_LOST);
}

static void stalled__then_gone__lost_without_a_spin(void **state)
{
    struct rig *r = *state;

    r->table.large = 60000;
    run(r);
    flood(r, 300);
    close(r->peer);
    r->peer = -1;
    for (int turns = 0; turns < 20 && agentx_state(r->a) == AGENTX_RUNNING; turns++)
        step(r);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "hung up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(receive__byte_by_byte__answered),
        TEST(receive__half_a_pdu_then_the_end__lost),
        TEST(request__of_another_session__not_open),
        TEST(hostile__sound_header_and_nonsense__parse_error),
        TEST(hostile__header_makes_no_sense__lost),
        TEST(hostile__response_or_close_malformed__lost),
        TEST(hostile__long_pdus__read_or_skipped),
        TEST(response__to_nothing__counted),
        TEST(response__not_open__session_made_again),
        TEST(close__by_the_master__its_reason),
        TEST(fuzz__mutated_streams__alive_afterwards),
        TEST(stalled__large_answers__held_back_and_none_lost),
        TEST(stalled__all_sent_at_once__requests_held_back_are_answered),
        TEST(stalled__for_good__given_up_by_the_ping),
        TEST(stalled__then_gone__lost_without_a_spin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
