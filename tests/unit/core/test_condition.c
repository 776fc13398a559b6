/* Delays, hysteresis' time side, several sources, damping, and the table: with a clock of our own. */
#include "core/condition.h"
#include "../../support/check.h"

#include <stdlib.h>
#include <string.h>

enum { S = 1000 };

static const struct leg_rule rule = {
    {10 * S, 10 * S},
    5 * S, 1
};
static const struct leg_rule at_once = {
    {0, 0},
    0, 1
};
static struct leg leg;
static struct condition c;
static bool flaps;

static int set_up(void **state)
{
    (void)state;
    leg = (struct leg){0};
    c = (struct condition){.key = 1};
    flaps = false;
    return 0;
}

static void check_leg(enum leg_state st, int level)
{
    assert_int_equal(leg_state(&leg), st);
    assert_int_equal(leg_level(&leg), level);
}

static void see(int level, int64_t now)
{
    leg_see(&leg, &rule, level, now);
}

/* ---- one leg ----------------------------------------------------------------------------- */

static void leg__well__idle(void **state)
{
    (void)state;
    for (int64_t t = 0; t < 100 * S; t += S)
        see(0, t);
    check_leg(LEG_IDLE, 0);
}

static void leg__raise_delay__not_before(void **state)
{
    (void)state;
    see(1, 100 * S);
    check_leg(LEG_PENDING, 0);
    see(1, 110 * S - 1);
    check_leg(LEG_PENDING, 0);
    see(1, 110 * S);
    check_leg(LEG_ACTIVE, 1);
}

static void leg__pending_and_well_again__begins_anew(void **state)
{
    (void)state;
    see(1, 0);
    see(0, 9 * S);
    check_leg(LEG_IDLE, 0);
    see(1, 10 * S);
    see(1, 19 * S);
    check_leg(LEG_PENDING, 0);
    see(1, 20 * S);
    check_leg(LEG_ACTIVE, 1);
}

static void leg__clear_delay__not_before(void **state)
{
    (void)state;
    see(1, 0);
    see(1, 10 * S);
    see(0, 20 * S);
    check_leg(LEG_CLEARING, 1);
    see(0, 25 * S - 1);
    check_leg(LEG_CLEARING, 1);
    see(0, 25 * S);
    check_leg(LEG_IDLE, 0);
}

static void leg__clearing_and_bad_again__stays(void **state)
{
    (void)state;
    see(1, 0);
    see(1, 10 * S);
    see(0, 20 * S);
    see(1, 24 * S);
    check_leg(LEG_ACTIVE, 1);
    see(0, 26 * S);
    see(0, 30 * S);
    check_leg(LEG_CLEARING, 1);
    see(0, 31 * S);
    check_leg(LEG_IDLE, 0);
}

static void leg__no_delay__at_once(void **state)
{
    (void)state;
    leg_see(&leg, &at_once, 1, 7);
    check_leg(LEG_ACTIVE, 1);
    leg_see(&leg, &at_once, 2, 7);
    check_leg(LEG_ACTIVE, 2);
    leg_see(&leg, &at_once, 0, 7);
    check_leg(LEG_IDLE, 0);
}

static void leg__worse__has_the_delay_of_its_own(void **state)
{
    (void)state;
    see(1, 0);
    see(2, 6 * S);
    see(2, 10 * S);
    check_leg(LEG_ACTIVE, 1);
    see(2, 16 * S - 1);
    check_leg(LEG_ACTIVE, 1);
    see(2, 16 * S);
    check_leg(LEG_ACTIVE, 2);
    see(1, 20 * S);
    check_leg(LEG_ACTIVE, 2);
    see(1, 25 * S);
    check_leg(LEG_ACTIVE, 1);
}

static void leg__worst_from_the_beginning__one_step(void **state)
{
    (void)state;
    see(2, 0);
    see(2, 10 * S);
    check_leg(LEG_ACTIVE, 2);
    see(0, 11 * S);
    see(0, 16 * S);
    check_leg(LEG_IDLE, 0);
}

static void leg__two_samples__one_is_not_enough(void **state)
{
    const struct leg_rule twice = {
        {0, 0},
        0, 2
    };

    (void)state;
    leg_see(&leg, &twice, 1, 0);
    check_leg(LEG_PENDING, 0);
    leg_see(&leg, &twice, 0, S);
    leg_see(&leg, &twice, 1, 2 * S);
    check_leg(LEG_PENDING, 0);
    leg_see(&leg, &twice, 1, 3 * S);
    check_leg(LEG_ACTIVE, 1);
    leg_see(&leg, &twice, 0, 4 * S); /* the end needs one */
    check_leg(LEG_IDLE, 0);
}

static void leg__only_time__counts_where_it_is_held(void **state)
{
    (void)state;
    see(1, 0);
    leg_wait(&leg, &rule, 100 * S);
    check_leg(LEG_PENDING, 0);
    leg.held = true;
    leg_wait(&leg, &rule, 10 * S - 1);
    check_leg(LEG_PENDING, 0);
    leg_wait(&leg, &rule, 10 * S);
    check_leg(LEG_ACTIVE, 1);
}

static void leg__data_lost__neither_raises_nor_clears(void **state)
{
    (void)state;
    see(1, 0);
    leg_lose(&leg);
    check_leg(LEG_IDLE, 0); /* what was pending begins anew */
    see(1, 100 * S);
    check_leg(LEG_PENDING, 0);
    see(1, 110 * S);
    leg_lose(&leg);
    check_leg(LEG_ACTIVE, 1);
    see(0, 120 * S);
    leg_lose(&leg); /* the end begins anew too */
    check_leg(LEG_ACTIVE, 1);
    see(0, 200 * S);
    check_leg(LEG_CLEARING, 1);
    see(0, 205 * S);
    check_leg(LEG_IDLE, 0);
}

static void leg__data_lost_of_what_is_held__no_difference(void **state)
{
    (void)state;
    leg.held = true;
    see(1, 0);
    leg_lose(&leg);
    check_leg(LEG_PENDING, 0);
}

/* ---- a condition ------------------------------------------------------------------------- */

static const struct condition_join how = {
    {ALARM_WARNING, ALARM_CRITICAL},
    ALARM_SOURCE_DERIVED, 0
};

static enum condition_news set(int leg_number, int level, int64_t now)
{
    leg_see(&c.leg[leg_number], &at_once, level, now);
    return condition_join(&c, &how, now, &flaps);
}

static void join__one_source__raised_worse_better_cleared(void **state)
{
    (void)state;
    assert_int_equal(set(LEG_OF_LIMIT, 0, 0), CONDITION_SAME);
    assert_int_equal(set(LEG_OF_LIMIT, 1, 0), CONDITION_RAISED);
    assert_int_equal(c.severity, ALARM_WARNING);
    assert_int_equal(set(LEG_OF_LIMIT, 1, 0), CONDITION_SAME);
    assert_int_equal(set(LEG_OF_LIMIT, 2, 0), CONDITION_WORSENED);
    assert_int_equal(c.severity, ALARM_CRITICAL);
    assert_int_equal(set(LEG_OF_LIMIT, 1, 0), CONDITION_WORSENED);
    assert_int_equal(c.severity, ALARM_WARNING);
    assert_int_equal(set(LEG_OF_LIMIT, 0, 0), CONDITION_CLEARED);
    assert_int_equal(c.severity, ALARM_WARNING); /* the one it had */
    assert_int_equal(c.sources, ALARM_SOURCE_LIMIT);
    assert_true(condition_idle(&c, 16 * 60 * S));
}

static void join__two_sources__one_alarm_until_both_are_gone(void **state)
{
    (void)state;
    assert_int_equal(set(LEG_OF_DEVICE, 1, 0), CONDITION_RAISED);
    assert_int_equal(c.sources, ALARM_SOURCE_DEVICE);
    assert_int_equal(set(LEG_OF_LIMIT, 1, 0), CONDITION_CHANGED);
    assert_int_equal(c.sources, ALARM_SOURCE_DEVICE | ALARM_SOURCE_LIMIT);
    assert_int_equal(set(LEG_OF_LIMIT, 2, 0), CONDITION_WORSENED);
    assert_int_equal(set(LEG_OF_DEVICE, 0, 0), CONDITION_CHANGED);
    assert_int_equal(c.sources, ALARM_SOURCE_LIMIT);
    assert_true(c.told);
    assert_int_equal(set(LEG_OF_LIMIT, 0, 0), CONDITION_CLEARED);
}

static void join__stale__a_change_once_each_way(void **state)
{
    (void)state;
    set(LEG_OF_LIMIT, 1, 0);
    c.stale = true;
    assert_int_equal(condition_join(&c, &how, S, &flaps), CONDITION_CHANGED);
    assert_int_equal(condition_join(&c, &how, 2 * S, &flaps), CONDITION_SAME);
    c.stale = false;
    assert_int_equal(condition_join(&c, &how, 3 * S, &flaps), CONDITION_CHANGED);
}

static void join__new_peak__told_now_and_then(void **state)
{
    (void)state;
    set(LEG_OF_LIMIT, 1, 0);
    c.peak = 5;
    assert_int_equal(condition_join(&c, &how, PEAK_GAP_MS - 1, &flaps), CONDITION_SAME);
    assert_int_equal(condition_join(&c, &how, PEAK_GAP_MS, &flaps), CONDITION_CHANGED);
    assert_int_equal(condition_join(&c, &how, 3 * PEAK_GAP_MS, &flaps), CONDITION_SAME);
}

static enum condition_news see_and_join(int level, int64_t now)
{
    leg_see(&c.leg[0], &rule, level, now);
    return condition_join(&c, &how, now, &flaps);
}

static void join__goes_and_comes_back__counted_while_it_stands(void **state)
{
    (void)state;
    see_and_join(1, 0);
    see_and_join(0, S);
    see_and_join(1, 2 * S);
    assert_int_equal(see_and_join(1, 12 * S), CONDITION_RAISED);
    assert_int_equal(c.returns, 0); /* it did not stand yet */
    see_and_join(0, 20 * S);
    assert_int_equal(c.returns, 0);
    assert_int_equal(see_and_join(1, 21 * S), CONDITION_SAME);
    assert_int_equal(c.returns, 1);
    assert_int_equal(see_and_join(1, 30 * S), CONDITION_SAME);
    see_and_join(0, 40 * S);
    see_and_join(2, 41 * S);
    assert_int_equal(c.returns, 2);
    see_and_join(1, 42 * S);
    assert_int_equal(c.returns, 2);
    assert_int_equal(see_and_join(1, 12 * S + PEAK_GAP_MS), CONDITION_CHANGED);
    c.returns = 0; /* told */
    assert_int_equal(see_and_join(1, 12 * S + 2 * PEAK_GAP_MS), CONDITION_SAME);
}

static void join__one_of_two_sources_goes__no_return(void **state)
{
    (void)state;
    set(LEG_OF_DEVICE, 1, 0);
    set(LEG_OF_LIMIT, 1, 0);
    set(LEG_OF_LIMIT, 0, 0);
    set(LEG_OF_LIMIT, 1, 0);
    assert_int_equal(c.returns, 0);
}

static void join__data_lost_while_it_is_gone__no_return(void **state)
{
    (void)state;
    see_and_join(1, 0);
    see_and_join(1, 10 * S);
    see_and_join(0, 20 * S);
    c.stale = true;
    leg_lose(&c.leg[0]);
    condition_join(&c, &how, 21 * S, &flaps);
    c.stale = false;
    see_and_join(0, 22 * S);
    assert_int_equal(c.returns, 0);
    see_and_join(1, 23 * S);
    assert_int_equal(c.returns, 1);
}

/* ---- damping ----------------------------------------------------------------------------- */

static const struct condition_join damped = {
    {ALARM_WARNING, ALARM_CRITICAL},
    ALARM_SOURCE_DERIVED, 3
};

static enum condition_news turn(int level, int64_t now)
{
    leg_see(&c.leg[0], &at_once, level, now);
    return condition_join(&c, &damped, now, &flaps);
}

static void flap(int64_t from)
{
    for (int i = 0; i < 2; i++) {
        assert_int_equal(turn(1, from + 20 * i * S), CONDITION_RAISED);
        assert_false(flaps);
        assert_int_equal(turn(0, from + (20 * i + 10) * S), CONDITION_CLEARED);
    }
    assert_int_equal(turn(1, from + 40 * S), CONDITION_RAISED);
    assert_true(flaps);
}

static void flapping__third_time__its_end_is_held_back(void **state)
{
    (void)state;
    flap(0);
    assert_int_equal(turn(0, 50 * S), CONDITION_SAME);
    assert_int_equal(turn(1, 60 * S), CONDITION_SAME);
    assert_false(flaps); /* said once */
    assert_int_equal(turn(0, 70 * S), CONDITION_SAME);
    assert_int_equal(turn(0, 60 * S + FLAP_CALM_MS - 1), CONDITION_SAME);
    assert_int_equal(turn(0, 60 * S + FLAP_CALM_MS), CONDITION_CLEARED);
    assert_false(c.flapping);
}

static void flapping__worse__told_all_the_same(void **state)
{
    (void)state;
    flap(0);
    assert_int_equal(turn(2, 50 * S), CONDITION_WORSENED);
    assert_int_equal(turn(1, 60 * S), CONDITION_SAME); /* better is not */
    assert_int_equal(c.severity, ALARM_CRITICAL);
}

static void flapping__slowly__not_damped(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(turn(1, i * (FLAP_WINDOW_MS + S)), CONDITION_RAISED);
        assert_false(flaps);
        assert_int_equal(turn(0, i * (FLAP_WINDOW_MS + S) + S), CONDITION_CLEARED);
    }
}

static void flapping__remembered__as_long_as_it_matters(void **state)
{
    (void)state;
    turn(1, 0);
    turn(0, S);
    assert_false(condition_idle(&c, FLAP_WINDOW_MS));
    assert_true(condition_idle(&c, FLAP_WINDOW_MS + 1));
}

/* ---- the table --------------------------------------------------------------------------- */

static struct conditions table;

static struct object cell(int n)
{
    return (struct object){ALARM_OF_CELL, n / CELL_MAX, n % CELL_MAX};
}

static void key__and_back__the_same(void **state)
{
    int row = alarm_row(ALARM_CELL_VOLTAGE_LOW);

    (void)state;
    for (int n = 0; n < STRING_MAX * CELL_MAX; n++) {
        struct condition is = {.key = condition_key(row, cell(n))};

        assert_int_not_equal(is.key, 0);
        assert_int_equal(condition_row(&is), row);
        assert_int_equal(condition_object(&is).level, ALARM_OF_CELL);
        assert_int_equal(condition_object(&is).index, n / CELL_MAX);
        assert_int_equal(condition_object(&is).cell, n % CELL_MAX);
    }
}

static void table__empty__nothing_found_nothing_allocated(void **state)
{
    (void)state;
    assert_null(conditions_find(&table, 17));
    assert_null(table.slot);
}

/* Against a plain array: adds and removals in an order of chance. */
static void table__at_random__as_a_plain_list(void **state)
{
    static bool there[STRING_MAX * CELL_MAX];
    int row = alarm_row(ALARM_CELL_VOLTAGE_LOW);
    uint32_t random = 1;
    size_t count = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        int n;
        uint32_t key;

        random = random * 1664525u + 1013904223u;
        n = (int)(random >> 8) % (STRING_MAX * CELL_MAX);
        key = condition_key(row, cell(n));
        if (there[n]) {
            conditions_remove(&table, conditions_find(&table, key));
        } else {
            assert_non_null(conditions_add(&table, key));
        }
        there[n] = !there[n];
        count += there[n] ? 1 : (size_t)-1;
        assert_int_equal(table.count, count);
        assert_int_equal(conditions_find(&table, key) != NULL, there[n]);
    }
    for (int n = 0; n < STRING_MAX * CELL_MAX; n++)
        assert_int_equal(conditions_find(&table, condition_key(row, cell(n))) != NULL, there[n]);
    conditions_free(&table);
}

static void table__full__says_so(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= CONDITIONS_MAX; i++)
        assert_non_null(conditions_add(&table, i));
    assert_false(table.full);
    assert_null(conditions_add(&table, CONDITIONS_MAX + 1));
    assert_true(table.full);
    assert_non_null(conditions_add(&table, 77)); /* is there */
    conditions_remove(&table, conditions_find(&table, 77));
    assert_non_null(conditions_add(&table, CONDITIONS_MAX + 1));
    conditions_free(&table);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(leg__well__idle),
        TEST(leg__raise_delay__not_before),
        TEST(leg__pending_and_well_again__begins_anew),
        TEST(leg__clear_delay__not_before),
        TEST(leg__clearing_and_bad_again__stays),
        TEST(leg__no_delay__at_once),
        TEST(leg__worse__has_the_delay_of_its_own),
        TEST(leg__worst_from_the_beginning__one_step),
        TEST(leg__two_samples__one_is_not_enough),
        TEST(leg__only_time__counts_where_it_is_held),
        TEST(leg__data_lost__neither_raises_nor_clears),
        TEST(leg__data_lost_of_what_is_held__no_difference),
        TEST(join__one_source__raised_worse_better_cleared),
        TEST(join__two_sources__one_alarm_until_both_are_gone),
        TEST(join__stale__a_change_once_each_way),
        TEST(join__new_peak__told_now_and_then),
        TEST(join__goes_and_comes_back__counted_while_it_stands),
        TEST(join__one_of_two_sources_goes__no_return),
        TEST(join__data_lost_while_it_is_gone__no_return),
        TEST(flapping__third_time__its_end_is_held_back),
        TEST(flapping__worse__told_all_the_same),
        TEST(flapping__slowly__not_damped),
        TEST(flapping__remembered__as_long_as_it_matters),
        TEST(key__and_back__the_same),
        TEST(table__empty__nothing_found_nothing_allocated),
        TEST(table__at_random__as_a_plain_list),
        TEST(table__full__says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
