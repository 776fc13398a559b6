/* A device: values arrive, losses are said once. */
/* takes: 20 */
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/lab.h"

#include <string.h>

/* ---- values ------------------------------------------------------------------------------ */

static void run__good_gateway__values_arrive(void **state)
{
    struct gateway g;

    (void)state;
    lab_start();
    assert_true(capture_wait("found 1 UPS, 2 strings, 8 cells", 1));
    lab_wait_for(&lab.turns, 2);
    lab_wait_for(&lab.sweeps[0], 2);
    lab_wait_for(&lab.sweeps[1], 2);
    lab_stop();
    g = lab_seen();
    assert_string_equal(g.name, "gw-a");
    assert_true(g.health.reachable);
    assert_int_equal(g.ups[0].value[UPS_VOLTAGE], 54321);
    assert_int_equal(g.ups[0].value[UPS_CURRENT], -200);
    assert_int_equal(g.string[1].value[STRING_VOLTAGE], 54000);
    assert_int_equal(g.string[1].value[STRING_AMBIENT_HUMIDITY], 401);
    assert_int_equal(g.string[1].cells, 4);
    assert_int_equal(g.string[1].cell[3].value[CELL_VOLTAGE], 2204);
    assert_int_equal(g.string[1].cell[3].value[CELL_RESISTANCE], 504);
    assert_int_equal(g.string[2].presence, PRESENCE_NEVER);
    assert_int_equal(lab.raised + lab.cleared, 0);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, ""), 0);
    assert_int_equal(capture_count("learned: reads two cells"), 1);
}

static void run__wrong_word_order__said_once_and_not_usable(void **state)
{
    (void)state;
    lab.config.low_word_first = true; /* the fake sends the high word first: impossible */
    lab_start();
    assert_true(capture_wait("string_voltage reads", 1));
    lab_wait_for(&lab.turns, 2);
    lab_stop();
    assert_int_equal(lab_seen().string[0].validity[STRING_VOLTAGE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(lab_seen().string[0].validity[STRING_SOC], VALIDITY_GOOD);
    assert_int_equal(capture_count("string_voltage reads"), 1);
}

static void no_strings(struct fake *f)
{
    memset(f->string, 0, sizeof(f->string));
}

static void run__no_string__warned_once(void **state)
{
    (void)state;
    lab_with_fake(no_strings);
    lab_start();
    assert_true(capture_wait("shows no string", 1));
    lab_wait_for(&lab.healths, 3);
    lab_stop();
    assert_int_equal(capture_count("shows no string"), 1);
}

static void absent_mute(struct fake *f)
{
    f->absent = FAKE_IS_MUTE;
}

static void absent_refuses(struct fake *f)
{
    f->absent = FAKE_REFUSES;
}

static void run__first_lap__looking_until_its_end(void **state)
{
    (void)state;
    lab.config.timeout_ms = 200;
    lab_with_fake(absent_mute); /* it would take a minute */
    lab_start();
    lab_wait_for(&lab.turns, 2);
    assert_true(lab_seen().health.reachable && lab_seen().health.looking);
    lab_with_fake(absent_refuses);
    assert_true(capture_wait("found 1 UPS, 2 strings, 8 cells", 1));
    lab_wait_for(&lab.turns, 2);
    lab_stop();
    assert_false(lab_seen().health.looking);
}

static void alarm_bit(struct fake *f)
{
    f->string[2].alarm = 1 << 3;
}

static void no_alarm_bit(struct fake *f)
{
    f->string[2].alarm = 0;
}

static void run__alarm_bit__raised_and_cleared_once(void **state)
{
    (void)state;
    lab_start();
    lab_wait_for(&lab.turns, 2);
    lab_with_fake(alarm_bit);
    lab_wait_until(&lab.raised, 1);
    lab_wait_for(&lab.turns, 3);
    lab_with_fake(no_alarm_bit);
    lab_wait_until(&lab.cleared, 1);
    lab_wait_for(&lab.turns, 3);
    lab_stop();
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.cleared, 1);
    assert_int_equal(capture_count("string 2: voltage low"), 1);
    assert_int_equal(capture_count("string 2: over: voltage low"), 1);
}

static void disable_one(struct fake *f)
{
    f->string[1].disabled = true;
}

static void enable_one(struct fake *f)
{
    f->string[1].disabled = false;
}

static void run__string_disabled_and_back__one_alarm_each(void **state)
{
    (void)state;
    lab_start();
    lab_wait_for(&lab.turns, 2);
    lab_with_fake(disable_one);
    lab_wait_until(&lab.raised, 1);
    lab_wait_for(&lab.turns, 3);
    lab_with_fake(enable_one);
    lab_wait_until(&lab.cleared, 1);
    lab_wait_for(&lab.turns, 2);
    lab_stop();
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.cleared, 1);
    assert_int_equal(capture_count("string 1: communication lost (disabled) ["), 1);
}

/* ---- lost and back ----------------------------------------------------------------------- */

static void lost__and_back__one_line_and_one_alarm_each(void **state)
{
    (void)state;
    lab.config.timeout_ms = 200;
    lab_start();
    lab_wait_for(&lab.turns, 2);
    server_online(lab.server, false);
    assert_true(capture_wait("communication lost", 1));
    lab_wait_for(&lab.healths_unreachable, 2); /* health goes on meanwhile */
    assert_int_equal(lab_seen().string[0].validity[STRING_VOLTAGE], VALIDITY_STALE);
    server_online(lab.server, true);
    assert_true(capture_wait("over: communication lost (back after", 1));
    lab_wait_for(&lab.turns, 2);
    lab_stop();
    assert_int_equal(capture_count("communication lost"), 2);
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.cleared, 1);
    assert_int_equal(lab.froms, 2); /* new, and back */
    assert_true(lab_seen().health.reachable);
    assert_int_equal(lab_seen().string[0].validity[STRING_VOLTAGE], VALIDITY_GOOD);
}

/* A connection that ends is neither a loss nor news, and its cells do not wait for those of others. */
static void broken__replaced_at_once__as_if_nothing_was(void **state)
{
    (void)state;
    lab_start();
    lab_wait_for(&lab.turns, 2);
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lab.lock);
        lab.break_unit = 101;
        lab.breaks = 1;
        pthread_mutex_unlock(&lab.lock);
        lab_wait_for(&lab.turns, 2);
    }
    lab_stop();
    assert_int_equal(lab.breaks, 0);
    assert_int_equal(lab.froms, 1);
    assert_int_equal(capture_count("communication lost"), 0);
}

static void lost__in_mid_turn__next_turn_counts_from_its_own_start(void **state)
{
    (void)state;
    lab.config.window = 1;
    lab_start();
    lab_wait_for(&lab.turns, 2);
    pthread_mutex_lock(&lab.lock);
    lab.break_unit = 101; /* the first one of a turn: others are still to be asked */
    lab.breaks = 1;
    pthread_mutex_unlock(&lab.lock);
    server_online(lab.server, false); /* and it stays away */
    lab_wait_until(&lab.raised, 1);
    server_online(lab.server, true);
    lab_wait_until(&lab.cleared, 1);
    lab_wait_for(&lab.turns, 1);
    lab_stop();
    assert_int_equal(lab.raised, 1);
    assert_false(lab.straddled); /* its poll time would be that of the outage */
}

static void lost__never_there__said_once(void **state)
{
    (void)state;
    lab.config.port = server_dead_port();
    lab_start();
    assert_true(capture_wait("communication lost", 1));
    lab_wait_for(&lab.healths, 3);
    lab_stop();
    assert_int_equal(capture_count("communication lost"), 1);
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.turns, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(run__good_gateway__values_arrive),
        TEST(run__wrong_word_order__said_once_and_not_usable),
        TEST(run__no_string__warned_once),
        TEST(run__first_lap__looking_until_its_end),
        TEST(run__alarm_bit__raised_and_cleared_once),
        TEST(run__string_disabled_and_back__one_alarm_each),
        TEST(lost__and_back__one_line_and_one_alarm_each),
        TEST(broken__replaced_at_once__as_if_nothing_was),
        TEST(lost__in_mid_turn__next_turn_counts_from_its_own_start),
        TEST(lost__never_there__said_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
