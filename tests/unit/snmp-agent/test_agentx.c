/*
 * The session's life: settings, connecting, registering, silence, notifications, closing. What a
 * master should not do is in test_agentx_hostile.c.
 */
#include "agentx_rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* ---- settings ------------------------------------------------------------------------------ */

static void new__addresses__taken_or_refused(void **state)
{
    static const struct {
        const char *address;
        int err;
    } want[] = {
        {"/run/agentx/master",          0            },
        {"unix:/run/agentx/master",     0            },
        {"tcp:127.0.0.1:705",           0            },
        {"tcp:localhost:705",           0            },
        {"tcp:[::1]:705",               0            },
        {"",                            -EINVAL      },
        {"agentx/master",               -EINVAL      },
        {"tcp:",                        -EINVAL      },
        {"tcp:127.0.0.1",               -EINVAL      },
        {"tcp:127.0.0.1:",              -EINVAL      },
        {"tcp::705",                    -EINVAL      },
        {"tcp:[]:705",                  -EINVAL      },
        {"tcp:127.0.0.1:agentx",        -EINVAL      },
        {"tcp:master.example.org:705",  -EINVAL      },
        {"tcp:127.0.0.1:70000",         -EINVAL      },
        {"udp:127.0.0.1:705",           -EINVAL      },
        {"/1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
         "9"
         "012345678901234567", -ENAMETOOLONG},
    };
    const struct agentx_region region = {.subtree = OID(1, 3)};
    struct agentx_settings settings = {.regions = &region, .regions_n = 1};
    struct agentx *a;

    (void)state;
    for (size_t i = 0; i < COUNT(want); i++) {
        settings.address = want[i].address;
        a = NULL;
        assert_int_equal(agentx_new(&settings, &a), want[i].err);
        assert_int_equal(a != NULL, want[i].err == 0);
        agentx_free(a);
    }
    settings.address = "/run/agentx/master";
    settings.regions_n = 0;
    assert_int_equal(agentx_new(&settings, &a), -EINVAL);
}

/* ---- a whole life -------------------------------------------------------------------------- */

static void life__from_open_to_close__all_as_it_should(void **state)
{
    static const uint8_t open_pdu[] = {1, 1, 0x10, 0, 0,    0,    0, 0, 0, 0, 0,   0,   0,   0,  0,
                                       1, 0, 0,    0, 24,   5,    0, 0, 0, 2, 4,   0,   0,   0,  0,
                                       0, 1, 0,    0, 0x1f, 0x88, 0, 0, 0, 4, 't', 'e', 's', 't'};
    static const uint8_t register_pdu[] = {1, 3, 0x10, 0, 0, 0,  0,    77,   0, 0, 0,    0,   0, 0,
                                           0, 2, 0,    0, 0, 20, 0,    127,  0, 0, 3,    4,   0, 0,
                                           0, 0, 0,    1, 0, 0,  0x1f, 0x88, 0, 0, 0x27, 0x0f};
    struct rig *r = *state;

    assert_state(r, AGENTX_DISCONNECTED);
    assert_true(agentx_deadline(r->a) <= r->now);
    step(r);
    master_accepts(r);
    assert_int_equal(next_pdu(r), AGENTX_OPEN);
    assert_memory_equal(r->pdu, open_pdu, sizeof(open_pdu));
    answer(r, 0);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    assert_memory_equal(r->pdu, register_pdu, sizeof(register_pdu));
    answer(r, 0);
    assert_state(r, AGENTX_RUNNING);
    assert_string_equal(agentx_error(r->a), "");

    put_row(r, 101);
    put_get(&r->to, AGENTX_GETNEXT, SESSION, 8, 102, OID(TABLE_BASE), none);
    start(&r->to, AGENTX_GETBULK, 0, SESSION, 8, 103);
    put16(&r->to, 0);
    put16(&r->to, 10);
    put_range(&r->to, OID(TABLE_BASE), false, none);
    finish(&r->to);
    put_bare(&r->to, AGENTX_PING, SESSION, 0, 104);
    put_bare(&r->to, AGENTX_CLEANUPSET, SESSION, 8, 105);
    master_sends(r);
    expect_response(r, 101, 0, 1);
    expect_response(r, 102, 0, 1);
    expect_response(r, 103, 0, 10);
    expect_response(r, 104, 0, 0);
    assert_int_equal(next_pdu(r), 0);

    assert_int_equal(notify(r, 555), 0);
    step(r);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    assert_int_equal(r->h.session, SESSION);
    answer(r, 0);
    assert_int_equal(r->logged, 1);
    assert_int_equal(r->log[0].tag, 555);
    assert_int_equal(r->log[0].result, 0);

    agentx_close(r->a, r->now);
    assert_state(r, AGENTX_CLOSING);
    assert_int_equal(next_pdu(r), AGENTX_CLOSE);
    assert_int_equal(r->pdu[20], AGENTX_REASON_SHUTDOWN);
    answer(r, 0);
    assert_state(r, AGENTX_CLOSED);
    assert_int_equal(agentx_fd(r->a), -1);
    assert_true(agentx_deadline(r->a) == INT64_MAX);
    step_after(r, 3600000);
    assert_state(r, AGENTX_CLOSED);
    assert_int_equal(agentx_counts(r->a).requests, 5);
    assert_int_equal(agentx_counts(r->a).acknowledged, 1);
    assert_int_equal(agentx_counts(r->a).failures, 0);
}

static void close__no_answer__closed_after_a_second(void **state)
{
    struct rig *r = *state;

    run(r);
    assert_int_equal(notify(r, 1), 0);
    agentx_close(r->a, r->now);
    assert_int_equal(agentx_deadline(r->a), r->now + 1000);
    step_after(r, 999);
    assert_state(r, AGENTX_CLOSING);
    assert_int_equal(notify(r, 2), -EAGAIN);
    step_after(r, 1);
    assert_state(r, AGENTX_CLOSED);
    assert_int_equal(r->logged, 1);
    assert_int_equal(r->log[0].result, AGENTX_LOST);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    assert_int_equal(next_pdu(r), AGENTX_CLOSE);
}

static void close__without_a_session__at_once(void **state)
{
    struct rig *r = *state;

    step(r);
    agentx_close(r->a, r->now);
    assert_state(r, AGENTX_CLOSED);
    assert_int_equal(agentx_fd(r->a), -1);
}

/* ---- connecting ---------------------------------------------------------------------------- */

static void connect__no_master__pauses_double_to_a_quarter_of_a_second(void **state)
{
    static const int pause[] = {50, 100, 200, 250, 250, 250};
    struct rig *r = *state;

    close(r->listener);
    unlink(r->path);
    step(r);
    for (size_t i = 0; i < COUNT(pause); i++) {
        assert_state(r, AGENTX_DISCONNECTED);
        assert_error(r, "No such file");
        assert_error(r, r->path);
        assert_int_equal(agentx_fd(r->a), -1);
        assert_int_equal(agentx_events(r->a), 0);
        assert_int_equal(agentx_deadline(r->a), r->now + pause[i]);
        step_after(r, pause[i] - 1);
        assert_int_equal(agentx_counts(r->a).failures, i + 1);
        step_after(r, 1);
        assert_int_equal(agentx_counts(r->a).failures, i + 2);
    }
    listen_at_path(r);
    agentx_retry_now(r->a);
    assert_true(agentx_deadline(r->a) <= r->now);
    run(r);
    agentx_retry_now(r->a);
    assert_state(r, AGENTX_RUNNING);
}

static void connect__master_hangs_up_at_once__no_hurry(void **state)
{
    struct rig *r = *state;

    for (int pause = 50; pause < 250; pause *= 2) {
        run(r);
        master_hangs_up(r);
        assert_int_equal(agentx_deadline(r->a), r->now + pause);
        r->now += pause;
    }
    run(r);
    r->now += 1000; /* a session that lasted */
    master_hangs_up(r);
    assert_error(r, "hung up");
    assert_int_equal(agentx_deadline(r->a), r->now + 50);
    assert_int_equal(agentx_counts(r->a).connects, 4);
    assert_int_equal(agentx_connection(r->a), 4);
}

static void connect__master_says_nothing__lost_after_ten_seconds(void **state)
{
    struct rig *r = *state;

    step(r);
    assert_state(r, AGENTX_OPENING);
    assert_int_equal(agentx_deadline(r->a), r->now + 10000);
    step_after(r, 9999);
    assert_state(r, AGENTX_OPENING);
    step_after(r, 1);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "no answer to Open");
}

static void open__refused__reason_and_another_try(void **state)
{
    struct rig *r = *state;

    for (int pause = 50; pause <= 100; pause *= 2) {
        step(r);
        master_accepts(r);
        assert_int_equal(next_pdu(r), AGENTX_OPEN);
        answer(r, AGENTX_OPEN_FAILED);
        assert_state(r, AGENTX_DISCONNECTED);
        assert_error(r, "openFailed (256)");
        assert_int_equal(agentx_deadline(r->a), r->now + pause);
        r->now += pause;
    }
    run(r);
    assert_string_equal(agentx_error(r->a), "");
}

/* Over TCP connecting takes its time: the real clock, and patience. */
static void connect__tcp__refused_then_running(void **state)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(in);
    struct rig *r = *state;
    struct pollfd p;
    char address[64];

    close(r->listener);
    r->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(r->listener, (struct sockaddr *)&in, sizeof(in)), 0);
    assert_int_equal(getsockname(r->listener, (struct sockaddr *)&in, &size), 0);
    snprintf(address, sizeof(address), "tcp:localhost:%u", ntohs(in.sin_port));
    agentx_free(r->a);
    new_session(r, address, 1);
    for (bool listening = false; agentx_state(r->a) != AGENTX_REGISTERING; r->now += 500) {
        p = (struct pollfd){.fd = agentx_fd(r->a), .events = agentx_events(r->a)};
        if (p.fd >= 0)
            assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
        agentx_step(r->a, r->now, p.fd >= 0 ? p.revents : 0);
        if (!listening && agentx_counts(r->a).failures > 0) {
            assert_error(r, "Connection refused");
            assert_int_equal(listen(r->listener, 5), 0);
            listening = true;
        } else if (agentx_counts(r->a).connects > 0 && r->peer < 0) {
            master_accepts(r);
            p = (struct pollfd){.fd = r->peer, .events = POLLIN};
            agentx_step(r->a, r->now, 0);
            assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
            assert_int_equal(next_pdu(r), AGENTX_OPEN);
            answer(r, 0);
        }
    }
}

/* ---- registering --------------------------------------------------------------------------- */

static void register__duplicate__refused_and_asked_again(void **state)
{
    struct rig *r = *state;

    open_session(r);
    for (int i = 0; i < 3; i++) {
        int64_t pause = i == 0 ? 5000 : 10000;

        assert_int_equal(next_pdu(r), AGENTX_REGISTER);
        answer(r, AGENTX_DUPLICATE_REGISTRATION);
        assert_state(r, AGENTX_REFUSED);
        assert_int_equal(agentx_refused(r->a), 1);
        assert_error(r, "1.3.6.1.4.1.8072.9999: duplicateRegistration (263)");
        assert_int_equal(notify(r, 1), -EAGAIN);
        assert_asleep(r);
        assert_int_equal(agentx_deadline(r->a), r->now + pause);
        step_after(r, pause - 1);
        assert_int_equal(next_pdu(r), 0);
        step_after(r, 1);
        assert_state(r, AGENTX_REFUSED);
    }
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    answer(r, 0);
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(agentx_refused(r->a), 0);
    assert_string_equal(agentx_error(r->a), "");
}

static void register__several__one_refused_the_rest_runs(void **state)
{
    struct rig *r = *state;

    agentx_free(r->a);
    new_session(r, r->path, 3);
    open_session(r);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    assert_int_equal(r->h.flags & AGENTX_NON_DEFAULT_CONTEXT, 0);
    answer(r, 0);
    assert_state(r, AGENTX_REGISTERING);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    assert_int_equal(r->h.flags & AGENTX_NON_DEFAULT_CONTEXT, AGENTX_NON_DEFAULT_CONTEXT);
    assert_memory_equal(r->pdu + 20, "\0\0\0\5gw042\0\0\0\0\177\0\0", 16);
    answer(r, AGENTX_UNSUPPORTED_CONTEXT);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    put_row(r, 9); /* answered while registering */
    answer(r, 0);
    expect_response(r, 9, 0, 1);
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(agentx_refused(r->a), 1);
    assert_error(r, "in context \"gw042\": unsupportedContext");
    assert_int_equal(notify(r, 1), 0);
    step_after(r, 5000);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    answer(r, 0);
    assert_int_equal(agentx_refused(r->a), 0);
    assert_int_equal(next_pdu(r), 0);
}

/* The first is needed, the two others are not. */
static void open_with_optional(struct rig *r)
{
    agentx_free(r->a);
    r->regions[1].optional = r->regions[2].optional = true;
    new_session(r, r->path, 3);
    open_session(r);
}

static void register_answered(struct rig *r, unsigned first, unsigned second, unsigned third)
{
    const unsigned error[] = {first, second, third};

    for (int i = 0; i < 3; i++) {
        assert_int_equal(next_pdu(r), AGENTX_REGISTER);
        answer(r, error[i]);
    }
}

static void register__optional_refused__runs_and_says_which(void **state)
{
    struct rig *r = *state;

    open_with_optional(r);
    register_answered(r, 0, 0, AGENTX_DUPLICATE_REGISTRATION);
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(agentx_refused(r->a), 0);
    assert_int_equal(agentx_refusal(r->a, 0), 0);
    assert_int_equal(agentx_refusal(r->a, 1), 0);
    assert_int_equal(agentx_refusal(r->a, 2), AGENTX_DUPLICATE_REGISTRATION);
    assert_string_equal(agentx_error(r->a), "");
    assert_int_equal(notify(r, 1), 0);
    step(r);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    answer(r, 0);
    assert_int_equal(agentx_deadline(r->a), r->now + 5000);
    step_after(r, 5000);
    assert_int_equal(next_pdu(r), AGENTX_REGISTER);
    answer(r, AGENTX_DUPLICATE_REGISTRATION);
    for (int i = 0; i < 6; i++) { /* seldom from now on: pings in between */
        step_after(r, 10000);
        assert_int_equal(next_pdu(r), i < 5 ? AGENTX_PING : AGENTX_REGISTER);
        answer(r, 0);
    }
    assert_int_equal(agentx_refusal(r->a, 2), 0);
    assert_state(r, AGENTX_RUNNING);
}

static void register__optional_refused__remembered_over_a_reconnect(void **state)
{
    struct rig *r = *state;

    open_with_optional(r);
    register_answered(r, 0, AGENTX_DUPLICATE_REGISTRATION, 0);
    master_hangs_up(r);
    step_after(r, 50);
    open_session(r);
    assert_int_equal(agentx_refusal(r->a, 1), AGENTX_DUPLICATE_REGISTRATION);
    register_answered(r, 0, 0, 0);
    assert_int_equal(agentx_refusal(r->a, 1), 0);
}

/* No use without the first: nothing may be notified, another instance does. */
static void register__only_optional_granted__refused(void **state)
{
    struct rig *r = *state;

    open_with_optional(r);
    register_answered(r, AGENTX_DUPLICATE_REGISTRATION, AGENTX_DUPLICATE_REGISTRATION, 0);
    assert_state(r, AGENTX_REFUSED);
    assert_int_equal(agentx_refused(r->a), 1);
    assert_error(r, "1.3.6.1.4.1.8072.9999: duplicateRegistration (263)");
    assert_int_equal(notify(r, 1), -EAGAIN);
}

static void register__after_a_reconnect__all_again(void **state)
{
    struct rig *r = *state;

    run(r);
    master_hangs_up(r);
    r->now += 50;
    run(r);
    put_row(r, 9);
    master_sends(r);
    expect_response(r, 9, 0, 1);
}

/* ---- silence ------------------------------------------------------------------------------- */

static void idle__ping_answered__goes_on(void **state)
{
    struct rig *r = *state;
    uint32_t ticks;

    assert_false(agentx_master_uptime(r->a, r->now, &ticks));
    run(r);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(agentx_deadline(r->a), r->now + 10000);
        step_after(r, 9999);
        assert_int_equal(next_pdu(r), 0);
        step_after(r, 1);
        assert_int_equal(next_pdu(r), AGENTX_PING);
        assert_int_equal(r->h.session, SESSION);
        assert_int_equal(r->h.payload, 0);
        assert_int_equal(agentx_deadline(r->a), r->now + 3000);
        step_after(r, 2999);
        answer(r, 0);
        assert_state(r, AGENTX_RUNNING);
    }
    assert_true(agentx_master_uptime(r->a, r->now + 1230, &ticks));
    assert_int_equal(ticks, 4711 + 123);
    master_hangs_up(r);
    assert_false(agentx_master_uptime(r->a, r->now, &ticks));
}

static void idle__ping_not_answered__lost(void **state)
{
    struct rig *r = *state;

    run(r);
    step_after(r, 10000);
    step_after(r, 2999);
    assert_state(r, AGENTX_RUNNING);
    step_after(r, 1);
    assert_state(r, AGENTX_DISCONNECTED);
    assert_error(r, "ping within 3 s");
    assert_int_equal(agentx_deadline(r->a), r->now + 50);
}

static void idle__requests_come__no_ping(void **state)
{
    struct rig *r = *state;

    run(r);
    for (uint32_t packet = 1; packet < 20; packet++) {
        step_after(r, 9000);
        put_row(r, packet);
        master_sends(r);
        expect_response(r, packet, 0, 1);
    }
}

/* A loop that slept too long must not blame the master, whose answer is there. */
static void idle__late_step_with_the_answer_there__goes_on(void **state)
{
    struct rig *r = *state;

    run(r);
    step_after(r, 10000);
    assert_int_equal(next_pdu(r), AGENTX_PING);
    put_response(&r->to, SESSION, r->h.packet, 0);
    r->now += 60000;
    master_sends(r);
    assert_state(r, AGENTX_RUNNING);
}

static void transaction__nothing_more_of_it__ends_by_the_clock(void **state)
{
    struct rig *r = *state;

    run(r);
    put_row(r, 1);
    master_sends(r);
    expect_response(r, 1, 0, 1);
    assert_int_equal(r->table.begun, 1);
    assert_int_equal(r->table.begun_of[0], 1);
    assert_int_equal(agentx_deadline(r->a), r->now + AGENTX_PIN_MS);
    step_after(r, AGENTX_PIN_MS);
    assert_int_equal(r->table.ended, 1);
}

/* ---- notifications --------------------------------------------------------------------------- */

static void notify__before_the_session_runs__later(void **state)
{
    struct rig *r = *state;

    assert_int_equal(notify(r, 1), -EAGAIN);
    open_session(r);
    assert_int_equal(notify(r, 1), -EAGAIN);
    assert_int_equal(r->logged, 0);
}

static void notify__thirty_two__then_later_until_one_is_acknowledged(void **state)
{
    struct rig *r = *state;
    uint32_t first;

    run(r);
    for (uint32_t tag = 0; tag < AGENTX_WINDOW; tag++)
        assert_int_equal(notify(r, 1000 + tag), 0);
    assert_int_equal(notify(r, 1032), -EAGAIN);
    step(r);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    first = r->h.packet;
    for (uint32_t i = 1; i < AGENTX_WINDOW; i++) {
        assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
        assert_int_equal(r->h.packet, first + i);
    }
    assert_int_equal(next_pdu(r), 0);
    put_response(&r->to, SESSION, first, 0);
    master_sends(r);
    assert_int_equal(r->logged, 1);
    assert_int_equal(notify(r, 1032), 0);
    assert_int_equal(notify(r, 1033), -EAGAIN);
    for (uint32_t i = 1; i <= AGENTX_WINDOW; i++)
        put_response(&r->to, SESSION, first + i, i == 5 ? AGENTX_PROCESSING_ERROR : 0);
    master_sends(r);
    assert_int_equal(r->logged, 33);
    for (uint32_t i = 0; i <= AGENTX_WINDOW; i++) {
        assert_int_equal(r->log[i].tag, 1000 + i);
        assert_int_equal(r->log[i].result, i == 5 ? AGENTX_PROCESSING_ERROR : 0);
    }
    assert_int_equal(agentx_counts(r->a).notified, 33);
    assert_int_equal(agentx_counts(r->a).acknowledged, 32);
}

static void notify__acknowledged_out_of_order__reported_in_order(void **state)
{
    struct rig *r = *state;

    run(r);
    for (uint32_t tag = 0; tag < 4; tag++)
        assert_int_equal(notify(r, tag), 0);
    put_response(&r->to, SESSION, 6, 0);
    put_response(&r->to, SESSION, 4, 5);
    put_response(&r->to, SESSION, 4, 0); /* once is enough */
    master_sends(r);
    assert_int_equal(r->logged, 0);
    put_response(&r->to, SESSION, 3, 0);
    master_sends(r);
    assert_int_equal(r->logged, 2);
    master_hangs_up(r);
    assert_int_equal(r->logged, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(r->log[i].tag, i);
    assert_int_equal(r->log[0].result, 0);
    assert_int_equal(r->log[1].result, 5);
    assert_int_equal(r->log[2].result, AGENTX_LOST);
    assert_int_equal(r->log[3].result, 0); /* the master had said so */
}

static void notify__connection_lost__each_reported_once(void **state)
{
    struct rig *r = *state;

    run(r);
    for (int life = 0; life < 3; life++) {
        for (uint32_t tag = 0; tag < 20; tag++)
            assert_int_equal(notify(r, tag), 0);
        master_hangs_up(r);
        assert_int_equal(r->logged, 20);
        for (int i = 0; i < 20; i++) {
            assert_int_equal(r->log[i].tag, i);
            assert_int_equal(r->log[i].result, AGENTX_LOST);
        }
        assert_int_equal(notify(r, 99), -EAGAIN);
        r->now = agentx_deadline(r->a);
        run(r);
        assert_int_equal(r->logged, 20);
        r->logged = 0;
    }
}

static void notify__from_the_callback__goes_round(void **state)
{
    struct rig *r = *state;

    run(r);
    r->echo = true;
    r->next_tag = 32;
    for (uint32_t tag = 0; tag < AGENTX_WINDOW; tag++)
        assert_int_equal(notify(r, tag), 0);
    for (int round = 0; round < 3; round++) {
        step(r);
        while (next_pdu(r) == AGENTX_NOTIFY)
            put_response(&r->to, SESSION, r->h.packet, 0);
        master_sends(r);
    }
    assert_int_equal(r->logged, 96);
    for (int i = 0; i < 96; i++)
        assert_int_equal(r->log[i].tag, i);
    master_hangs_up(r); /* the callbacks of this ask again, and are told later */
    assert_int_equal(r->logged, 128);
}

static void notify_in_handler(void *ctx)
{
    assert_int_equal(notify(ctx, 1), -EAGAIN);
}

static void notify__from_the_handler__later(void **state)
{
    struct rig *r = *state;

    run(r);
    r->table.hook = notify_in_handler;
    r->table.hook_ctx = r;
    put_row(r, 1);
    master_sends(r);
    expect_response(r, 1, 0, 1);
    assert_int_equal(notify(r, 1), 0);
}

static void notify__what_cannot_be_sent__said_so(void **state)
{
    static const uint8_t large[65536];
    const struct agentx_varbind vb = {
        .name = OID(1, 3), .value = {.kind = AGENTX_OCTET_STRING, .octets = {large, 65530}}
    };
    const struct agentx_varbind bad = {.name = OID(1, 3), .value = {.kind = (enum agentx_kind)1}};
    struct rig *r = *state;

    run(r);
    assert_int_equal(agentx_notify(r->a, &vb, 1, 1), -EMSGSIZE);
    assert_int_equal(agentx_notify(r->a, &bad, 1, 1), -EMSGSIZE);
    assert_int_equal(notify(r, 2), 0);
    step(r);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    assert_int_equal(next_pdu(r), 0);
    answer(r, 0);
    assert_int_equal(r->logged, 1);
    assert_int_equal(r->log[0].tag, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new__addresses__taken_or_refused),
        TEST(life__from_open_to_close__all_as_it_should),
        TEST(close__no_answer__closed_after_a_second),
        TEST(close__without_a_session__at_once),
        TEST(connect__no_master__pauses_double_to_a_quarter_of_a_second),
        TEST(connect__master_hangs_up_at_once__no_hurry),
        TEST(connect__master_says_nothing__lost_after_ten_seconds),
        TEST(open__refused__reason_and_another_try),
        TEST(connect__tcp__refused_then_running),
        TEST(register__duplicate__refused_and_asked_again),
        TEST(register__several__one_refused_the_rest_runs),
        TEST(register__optional_refused__runs_and_says_which),
        TEST(register__optional_refused__remembered_over_a_reconnect),
        TEST(register__only_optional_granted__refused),
        TEST(register__after_a_reconnect__all_again),
        TEST(idle__ping_answered__goes_on),
        TEST(idle__ping_not_answered__lost),
        TEST(idle__requests_come__no_ping),
        TEST(idle__late_step_with_the_answer_there__goes_on),
        TEST(transaction__nothing_more_of_it__ends_by_the_clock),
        TEST(notify__before_the_session_runs__later),
        TEST(notify__thirty_two__then_later_until_one_is_acknowledged),
        TEST(notify__acknowledged_out_of_order__reported_in_order),
        TEST(notify__connection_lost__each_reported_once),
        TEST(notify__from_the_callback__goes_round),
        TEST(notify__from_the_handler__later),
        TEST(notify__what_cannot_be_sent__said_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
