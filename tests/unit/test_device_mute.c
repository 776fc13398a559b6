/* A device whose gateway hangs, as a whole or in parts. */
/* takes: 30 */
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/lab.h"

#include <string.h>

/* ---- in parts ---------------------------------------------------------------------------- */

/* Eight strings, a UPS. Strings 1 to 6 hang right after an answer of `unit`. */
static void hang_six(int window, int unit, bool cells)
{
    lab.config.timeout_ms = 200;
    lab.config.window = window;
    for (int i = 1; i <= 8; i++)
        lab.fake.string[i] = (struct fake_string){.there = true, .ups = 1, .cells = 4};
    lab_start();
    assert_true(capture_wait("found 1 UPS, 8 strings, 32 cells", 1));
    lab_wait_for(&lab.turns, 5); /* the window has become what it will be */
    pthread_mutex_lock(&lab.lock);
    lab.hang_to = 6;
    lab.fuse_cells = cells;
    lab.fuse_unit = unit;
    pthread_mutex_unlock(&lab.lock);
}

static void check_six_lost(void)
{
    struct gateway g;

    lab_wait_until(&lab.raised_of[ALARM_STRING_COMM_LOST], 6);
    lab_wait_for(&lab.turns, 5);
    lab_wait_for(&lab.sweeps[6], 1);
    lab_wait_for(&lab.sweeps[7], 1);
    lab_stop();
    g = lab_seen();
    for (int s = 0; s < 6; s++)
        assert_int_equal(g.string[s].presence, PRESENCE_SILENT);
    assert_int_equal(g.string[6].presence, PRESENCE_HERE);
    assert_int_equal(g.string[7].presence, PRESENCE_HERE);
    assert_int_equal(g.ups[0].presence, PRESENCE_HERE);
    assert_int_equal(lab.raised_of[ALARM_STRING_COMM_LOST], 6);
    assert_int_equal(lab.raised_of[ALARM_GATEWAY_COMM_LOST], 0);
    assert_int_equal(lab.raised_of[ALARM_UPS_COMM_LOST], 0);
}

static void hang__six_of_eight_after_their_ups__only_they_are_lost(void **state)
{
    (void)state;
    hang_six(1, 1, false);
    check_six_lost();
    assert_int_equal(server_connections(lab.server), 1);
}

static void hang__six_of_eight_pipelined__only_they_are_lost(void **state)
{
    (void)state;
    hang_six(8, 1, false);
    check_six_lost();
}

/* The last answer before came from one of those that hang. */
static void hang__six_of_eight_in_mid_sweep__only_they_are_lost(void **state)
{
    (void)state;
    hang_six(1, 103, true);
    check_six_lost();
}

/* ---- as a whole -------------------------------------------------------------------------- */

static void only_one(struct fake *f)
{
    memset(f->string, 0, sizeof(f->string));
    memset(f->ups, 0, sizeof(f->ups));
    f->string[1] = (struct fake_string){.there = true, .cells = 4};
    f->absent = FAKE_IS_MUTE;
}

static void mute(struct fake *f)
{
    f->string[1].mute = true;
}

static void talk(struct fake *f)
{
    f->string[1].mute = false;
}

/* Nothing but string 1 ever answered, so nothing else can tell that the gateway is alive. */
static void hang__the_only_unit_known__gateway_lost_and_back(void **state)
{
    (void)state;
    lab.config.timeout_ms = 200;
    lab_with_fake(only_one);
    lab_start();
    lab_wait_for(&lab.turns, 3);
    lab_with_fake(mute);
    assert_true(capture_wait("gateway \"gw-a\": communication lost", 1));
    lab_wait_for(&lab.healths, 2);
    assert_false(lab_seen().health.reachable);
    assert_int_equal(lab.raised_of[ALARM_GATEWAY_COMM_LOST], 1);
    lab_with_fake(talk);
    assert_true(capture_wait("over: communication lost (back after", 1));
    lab_wait_for(&lab.turns, 2);
    lab_stop();
    assert_int_equal(lab_seen().string[0].presence, PRESENCE_HERE);
    assert_int_equal(lab.raised_of[ALARM_GATEWAY_COMM_LOST], 1);
}

/* ---- after it ---------------------------------------------------------------------------- */

/* The turn before the outage is no measure: neither poll time nor interval reach over it. */
static void outage__back__intervals_do_not_reach_over_it(void **state)
{
    int before;

    (void)state;
    lab.config.timeout_ms = 200;
    lab.config.window = 1;
    lab_start();
    lab_wait_for(&lab.turns, 4);
    server_online(lab.server, false);
    lab_wait_until(&lab.raised, 1);
    before = (int)lab_seen().health.interval_ms;
    lab_wait_for(&lab.healths, 3);
    server_online(lab.server, true);
    lab_wait_until(&lab.cleared, 1);
    lab_wait_for(&lab.turns, 1);
    lab_stop();
    assert_false(lab.straddled);
    assert_int_equal(lab.first_turn_interval, before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hang__six_of_eight_after_their_ups__only_they_are_lost),
        TEST(hang__six_of_eight_pipelined__only_they_are_lost),
        TEST(hang__six_of_eight_in_mid_sweep__only_they_are_lost),
        TEST(hang__the_only_unit_known__gateway_lost_and_back),
        TEST(outage__back__intervals_do_not_reach_over_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
