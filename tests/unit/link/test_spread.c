/* How many connections pay: against made-up devices, in made-up time. */
#include "link/spread.h"
#include "../../support/check.h"

enum { SERVICE_US = 16000 };
static const int64_t DAY_MS = 24 * 3600 * 1000LL;

static struct spread spread;
static int64_t now_us;
static int pays_up_to; /* so many connections are served at once */

static int64_t now_ms(void)
{
    return now_us / 1000;
}

static int set_up(void **state)
{
    (void)state;
    spread_init(&spread, 8);
    now_us = 1000000;
    pays_up_to = 1;
    return 0;
}

/* Answers of a device that is busy all the time. */
static void work(int answers)
{
    spread_note(&spread, now_ms(), now_us, 0, true);
    for (int i = 0; i < answers; i++) {
        int served = spread_wanted(&spread);

        now_us += SERVICE_US / (served < pays_up_to ? served : pays_up_to);
        spread_note(&spread, now_ms(), now_us, 1, true);
    }
}

static void busy__more_do_not_pay__back_at_one_for_a_day(void **state)
{
    (void)state;
    assert_true(spread_open(&spread, now_ms()));
    work(4 * SPREAD_BLOCKS);
    assert_int_equal(spread_wanted(&spread), 2);
    work(4 * SPREAD_BLOCKS);
    assert_int_equal(spread_wanted(&spread), 2); /* looks twice */
    work(4 * SPREAD_BLOCKS);
    assert_int_equal(spread_wanted(&spread), 1);
    assert_false(spread_open(&spread, now_ms()));
    assert_false(spread_open(&spread, now_ms() + DAY_MS - 1000));
    assert_true(spread_open(&spread, now_ms() + DAY_MS));
}

static void busy__each_is_served__as_many_as_pay(void **state)
{
    static const int want[][2] = {
        {1, 1},
        {2, 2},
        {4, 4},
        {8, 8}
    };

    for (size_t i = 0; i < COUNT(want); i++) {
        set_up(state);
        pays_up_to = want[i][0];
        work(1000);
        assert_int_equal(spread_wanted(&spread), want[i][1]);
        assert_false(spread_open(&spread, now_ms()));
    }
}

static void busy__allowed_three__three(void **state)
{
    (void)state;
    spread_init(&spread, 3);
    pays_up_to = 8;
    work(1000);
    assert_int_equal(spread.is, 3);
}

/* Two of them serve less than a half more than one. */
static void busy__a_little_faster__does_not_pay(void **state)
{
    (void)state;
    work(4 * SPREAD_BLOCKS);
    assert_int_equal(spread_wanted(&spread), 2);
    spread_note(&spread, now_ms(), now_us, 0, true);
    for (int i = 0; i < 8 * SPREAD_BLOCKS; i++)
        spread_note(&spread, now_ms(), now_us += SERVICE_US * 10 / 14, 1, true);
    assert_int_equal(spread.is, 1);
    assert_int_equal(spread_wanted(&spread), 1);
}

/* Two blocks of five may be anything: a pause, or the burst after it. */
static void noise__in_two_blocks__changes_nothing(void **state)
{
    (void)state;
    pays_up_to = 2;
    work(4 * SPREAD_BLOCKS);
    now_us += 10 * SERVICE_US;
    work(1);
    now_us += 90 * SERVICE_US;
    work(4 * SPREAD_BLOCKS);
    assert_int_equal(spread.is, 2);
}

/* However it came to that: all that was measured at the first attempt. */
static void noise__in_all_of_an_attempt__changes_nothing(void **state)
{
    (void)state;
    pays_up_to = 2;
    work(4 * SPREAD_BLOCKS);
    pays_up_to = 1;
    work(4 * SPREAD_BLOCKS);
    pays_up_to = 2;
    work(4 * SPREAD_BLOCKS);
    assert_int_equal(spread.is, 2);
}

static void fast_device__nothing_to_gain__not_tried(void **state)
{
    (void)state;
    spread_note(&spread, now_ms(), now_us, 0, true);
    for (int i = 0; i < 4 * SPREAD_BLOCKS; i++)
        spread_note(&spread, now_ms(), now_us += 100, 1, true);
    assert_int_equal(spread_wanted(&spread), 1);
    assert_false(spread_open(&spread, now_ms()));
}

static void not_enough_to_do__nothing_is_measured(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        spread_note(&spread, now_ms(), now_us += SERVICE_US, 1, i % 3 != 0);
    assert_int_equal(spread.blocks, 0);
    assert_int_equal(spread_wanted(&spread), 1);
}

static void trial__never_measured__over_after_five_turns(void **state)
{
    (void)state;
    work(4 * SPREAD_BLOCKS);
    for (int i = 0; i < 20; i++)
        spread_turn(&spread, now_ms(), 1); /* not open yet: nothing to end */
    assert_int_equal(spread_wanted(&spread), 2);
    for (int i = 0; i < SPREAD_TURNS; i++)
        spread_turn(&spread, now_ms(), 2);
    assert_int_equal(spread_wanted(&spread), 2);
    spread_turn(&spread, now_ms(), 2);
    assert_int_equal(spread_wanted(&spread), 1);
    assert_false(spread_open(&spread, now_ms()));
}

static void lost__in_a_trial__what_was_known_stays(void **state)
{
    (void)state;
    pays_up_to = 8;
    work(8 * SPREAD_BLOCKS);
    assert_int_equal(spread.is, 2);
    assert_int_equal(spread_wanted(&spread), 4);
    spread_lost(&spread, now_ms(), 3);
    assert_int_equal(spread_wanted(&spread), 2);
    assert_false(spread_open(&spread, now_ms()));
}

static void learn_two(void)
{
    spread_init(&spread, 2);
    pays_up_to = 2;
    work(8 * SPREAD_BLOCKS);
    assert_int_equal(spread.is, 2);
}

static void lost__while_the_device_goes_on__one_for_a_day(void **state)
{
    (void)state;
    learn_two();
    spread_lost(&spread, now_ms(), 1);
    for (int i = 0; i < 100; i++)
        spread_answered(&spread);
    spread_outage(&spread, now_ms()); /* much later the device goes */
    assert_int_equal(spread_wanted(&spread), 1);
    assert_false(spread_open(&spread, now_ms()));
    assert_true(spread_open(&spread, now_ms() + DAY_MS));
}

static void lost__with_the_device__nothing_is_forgotten(void **state)
{
    (void)state;
    learn_two();
    spread_lost(&spread, now_ms(), 1);
    spread_answered(&spread); /* was on its way */
    spread_outage(&spread, now_ms());
    assert_int_equal(spread_wanted(&spread), 2);
    assert_true(spread.is == 2 && spread.trial == 0);
    spread_lost(&spread, now_ms(), 1); /* again so soon: it is the connections */
    spread_outage(&spread, now_ms());
    assert_int_equal(spread_wanted(&spread), 1);
    assert_false(spread_open(&spread, now_ms()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(busy__more_do_not_pay__back_at_one_for_a_day, set_up),
        cmocka_unit_test_setup(busy__each_is_served__as_many_as_pay, set_up),
        cmocka_unit_test_setup(busy__allowed_three__three, set_up),
        cmocka_unit_test_setup(busy__a_little_faster__does_not_pay, set_up),
        cmocka_unit_test_setup(noise__in_two_blocks__changes_nothing, set_up),
        cmocka_unit_test_setup(noise__in_all_of_an_attempt__changes_nothing, set_up),
        cmocka_unit_test_setup(fast_device__nothing_to_gain__not_tried, set_up),
        cmocka_unit_test_setup(not_enough_to_do__nothing_is_measured, set_up),
        cmocka_unit_test_setup(trial__never_measured__over_after_five_turns, set_up),
        cmocka_unit_test_setup(lost__in_a_trial__what_was_known_stays, set_up),
        cmocka_unit_test_setup(lost__while_the_device_goes_on__one_for_a_day, set_up),
        cmocka_unit_test_setup(lost__with_the_device__nothing_is_forgotten, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
