/* Several connections to a device that bears them, or does not: no request may be lost over it. */
#include "link/fan.h"
#include "../../support/check.h"
#include "../../support/crowd.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { SWEEP = 60, WINDOW = 16, TURNS = 12, SWEEPS_MAX = 64 };

static struct {
    struct fan *fan;
    uint8_t unit;
    int wake_fd, asked, limit, good, bad, breaks, sents;
    uint8_t done[SWEEP * SWEEPS_MAX];
    int answered_in_between; /* an outage follows after so many */
    int round;               /* of the device, by the last answer */
} user;

static bool next(void *ctx, int64_t now, struct link_request *ret)
{
    (void)ctx, (void)now;
    if (user.asked == user.limit)
        return false;
    *ret = (struct link_request){.unit = user.unit,
                                 .function = 3,
                                 .address = (uint16_t)user.asked,
                                 .count = 2,
                                 .tag = (uint32_t)user.asked};
    user.asked++;
    crowd_told(user.asked, user.good);
    return true;
}

static void done(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a)
{
    (void)ctx, (void)now;
    assert_in_range(r->tag, 0, COUNT(user.done) - 1);
    user.done[r->tag]++;
    if (a->result == LINK_OK)
        user.round = a->words[1];
    if (a->result == LINK_OK && a->words[0] == r->address)
        user.good++;
    else
        user.bad++;
    crowd_told(user.asked, user.good);
    if (user.answered_in_between > 0 && --user.answered_in_between == 0)
        crowd_outage();
}

/* As if a round took 5 ms. */
static int64_t clock_us(void)
{
    return 5000LL * (1 + user.round);
}

static void sent(void *ctx)
{
    (void)ctx;
    user.sents++;
}

static const struct link_user link_user = {NULL, next, done, sent};

static void begin(enum crowd_service service, int most, enum crowd_limit limit, int load,
                  int connections)
{
    char port[8];

    crowd_start(service, most, limit, load);
    snprintf(port, sizeof(port), "%d", crowd_port());
    memset(&user, 0, sizeof(user));
    user.unit = 101;
    user.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    /* Where nothing is mute, the time-out is not meant to happen. */
    user.fan = fan_new("127.0.0.1", port, limit == CROWD_MUTE ? 300 : PATIENCE_MS, WINDOW,
                       connections, user.wake_fd);
    assert_non_null(user.fan);
    fan_set_clock(user.fan, clock_us);
}

static void end(void)
{
    fan_free(user.fan);
    close(user.wake_fd);
    crowd_stop();
}

/* So many sweeps. Each request is answered once, and right. */
static void sweep(int turns)
{
    for (int i = 0; i < turns; i++) {
        enum link_run run;

        user.limit += SWEEP;
        do {
            assert_int_equal(fan_open(user.fan), 0);
            run = fan_run(user.fan, &link_user);
            user.breaks += run == LINK_BROKEN;
        } while (run == LINK_BROKEN && user.breaks < 20);
        assert_int_equal(run, LINK_IDLE);
        fan_turn(user.fan);
    }
    for (int i = 0; i < user.limit; i++)
        assert_int_equal(user.done[i], 1);
    assert_int_equal(user.good, user.limit);
    assert_int_equal(user.bad, 0);
}

static void each_is_served__as_many_as_allowed(void **state)
{
    (void)state;
    for (int allowed = 1; allowed <= 4; allowed *= 2) {
        begin(CROWD_EACH, 8, CROWD_CLOSE, 0, allowed);
        sweep(TURNS);
        assert_true(user.sents > TURNS); /* once per round of the loop, and a turn takes some */
        assert_int_equal(fan_connections(user.fan), allowed);
        assert_int_equal(crowd_taken(), allowed);
        assert_int_equal(fan_window(user.fan), allowed * WINDOW);
        assert_int_equal(fan_counts(user.fan).connects, 1);
        end();
    }
}

static void one_is_served__one_stays(void **state)
{
    (void)state;
    begin(CROWD_SERIAL, 8, CROWD_CLOSE, 0, 4);
    sweep(TURNS);
    assert_int_equal(fan_connections(user.fan), 1);
    assert_int_equal(crowd_taken(), 2);
    assert_int_equal(fan_window(user.fan), WINDOW);
    end();
}

static void limit__back_at_one_and_nothing_lost(void **state)
{
    static const enum crowd_limit limit[] = {CROWD_CLOSE, CROWD_OLDEST, CROWD_MUTE};

    (void)state;
    for (size_t i = 0; i < COUNT(limit); i++) {
        begin(CROWD_EACH, 1, limit[i], 0, 4);
        sweep(TURNS);
        assert_int_equal(fan_connections(user.fan), 1);
        assert_int_equal(user.breaks, 0);
        assert_int_equal(crowd_taken(), limit[i] == CROWD_CLOSE ? 1 : 2);
        assert_int_equal(fan_window(user.fan), WINDOW);
        end();
    }
}

/* Four were too many; that two pay is not forgotten over it. */
static void limit__beyond_what_pays__back_at_what_pays(void **state)
{
    static const enum crowd_limit limit[] = {CROWD_CLOSE, CROWD_MUTE};

    (void)state;
    for (size_t i = 0; i < COUNT(limit); i++) {
        begin(CROWD_EACH, 2, limit[i], 0, 4);
        sweep(TURNS);
        assert_int_equal(fan_connections(user.fan), 2);
        assert_int_equal(user.breaks, 0);
        assert_int_equal(fan_window(user.fan), 2 * WINDOW);
        end();
    }
}

/* Two windows are more than it bears, one is not. */
static void overload__back_at_one_and_nothing_lost(void **state)
{
    (void)state;
    begin(CROWD_EACH, 8, CROWD_RESET, WINDOW, 2);
    sweep(TURNS);
    assert_int_equal(fan_connections(user.fan), 1);
    assert_int_equal(user.breaks, 0);
    assert_int_equal(crowd_taken(), 2);
    end();
}

/* What was learned is there again at once: no connection is measured anew. */
static void outage__of_the_device__connections_come_back(void **state)
{
    (void)state;
    begin(CROWD_EACH, 8, CROWD_CLOSE, 0, 2);
    sweep(TURNS);
    assert_int_equal(fan_connections(user.fan), 2);
    user.answered_in_between = 20;
    sweep(1);
    assert_true(user.breaks >= 1);
    sweep(2);
    assert_int_equal(fan_connections(user.fan), 2);
    assert_int_equal(crowd_taken(), 4);
    assert_int_equal(fan_counts(user.fan).connects, 2);
    end();
}

/* Each of two connections looks into a silence: not at the same time, and none is to blame. */
static void two_mute_units_at_once__no_connection_is_lost(void **state)
{
    (void)state;
    begin(CROWD_EACH, 8, CROWD_MUTE, 0, 2);
    sweep(TURNS);
    user.unit = CROWD_MUTE_UNIT;
    user.limit += 2;
    assert_int_equal(fan_run(user.fan, &link_user), LINK_IDLE);
    assert_int_equal(user.bad, 2);
    assert_int_equal(fan_connections(user.fan), 2);
    user.unit = 101;
    user.limit += SWEEP;
    assert_int_equal(fan_run(user.fan, &link_user), LINK_IDLE);
    assert_int_equal(user.good, user.limit - 2);
    assert_int_equal(crowd_taken(), 2);
    end();
}

static void stopped_or_dropped__all_handed_back(void **state)
{
    (void)state;
    begin(CROWD_EACH, 8, CROWD_CLOSE, 0, 2);
    sweep(TURNS);
    user.limit += SWEEP;
    eventfd_write(user.wake_fd, 1);
    assert_int_equal(fan_run(user.fan, &link_user), LINK_STOPPED);
    assert_true(user.asked > user.good);
    fan_drop(user.fan, &link_user);
    assert_int_equal(user.good + user.bad, user.asked);
    assert_true(fan_wait(user.fan, link_now_ms() + PATIENCE_MS));
    end();
}

/* Closed between two turns: opened again for the next one, and nothing is unlearned. */
static void closed_while_idle__opened_again(void **state)
{
    (void)state;
    begin(CROWD_EACH, 8, CROWD_CLOSE, 0, 2);
    sweep(TURNS);
    crowd_outage();
    while (fan_window(user.fan) > WINDOW)
        assert_false(fan_wait(user.fan, link_now_ms() + 1));
    sweep(2);
    assert_int_equal(fan_connections(user.fan), 2);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_served__as_many_as_allowed),
        cmocka_unit_test(one_is_served__one_stays),
        cmocka_unit_test(limit__back_at_one_and_nothing_lost),
        cmocka_unit_test(limit__beyond_what_pays__back_at_what_pays),
        cmocka_unit_test(overload__back_at_one_and_nothing_lost),
        cmocka_unit_test(outage__of_the_device__connections_come_back),
        cmocka_unit_test(two_mute_units_at_once__no_connection_is_lost),
        cmocka_unit_test(stopped_or_dropped__all_handed_back),
        cmocka_unit_test(closed_while_idle__opened_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
