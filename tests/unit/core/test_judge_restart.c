/* What stood when the program ended last time: limits of whatever mode end it, and nothing else does. */
#include "judge_fixture.h"

static struct string *const a = &gateway.string[0];
static struct cell *const bad = &gateway.string[0].cell[16];
static const struct object string_1 = {ALARM_OF_STRING, 0, 0}, ups_1 = {ALARM_OF_UPS, 0, 0},
                           cell_17 = {ALARM_OF_CELL, 0, 16};

static void stood(int kind, struct object o, enum alarm_severity severity)
{
    assert_true(
        judge_preset(&judge, alarm_row((uint16_t)kind), o, severity, ALARM_SOURCE_LIMIT, now));
}

static bool stands(int kind, struct object o)
{
    return judge_stands(&judge, alarm_row((uint16_t)kind), o);
}

static int32_t last_limit_of(struct object o)
{
    const struct condition *c =
        conditions_find(&judge.conditions, condition_key(alarm_row(ALARM_CELL_VOLTAGE_LOW), o));

    assert_true(c != NULL && c->has_limit);
    return c->limit;
}

/* ---- limits of discharge, after it ------------------------------------------------------- */

static void soc_low__full_again__ends_without_another_discharge(void **state)
{
    (void)state;
    stood(ALARM_STRING_SOC_LOW, string_1, ALARM_WARNING);
    stood(ALARM_UPS_SOC_LOW, ups_1, ALARM_CRITICAL);
    stood(ALARM_CELL_SOC_LOW, cell_17, ALARM_WARNING);
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_STRING_SOC_LOW, CONDITION_CLEARED), 1);
    assert_int_equal(count(ALARM_UPS_SOC_LOW, CONDITION_CLEARED), 1);
    assert_int_equal(count(ALARM_CELL_SOC_LOW, CONDITION_CLEARED), 1);
}

static void soc_low__not_past_its_hysteresis__stands_and_gets_no_worse(void **state)
{
    (void)state;
    a->value[STRING_SOC] = 54;
    stood(ALARM_STRING_SOC_LOW, string_1, ALARM_WARNING);
    run(HOUR);
    a->value[STRING_SOC] = 10;
    run(HOUR);
    assert_true(stands(ALARM_STRING_SOC_LOW, string_1));
    assert_int_equal(count(ALARM_STRING_SOC_LOW, CONDITION_WORSENED), 0);
    a->value[STRING_SOC] = 55;
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_SOC_LOW, CONDITION_CLEARED), 1);
}

/* ---- limits of float, while it settles --------------------------------------------------- */

static void float_high__still_true__stands_through_settling(void **state)
{
    (void)state;
    bad->value[CELL_VOLTAGE] = 14200; /* 2.367 V per element: over 2.33 of float, under 2.45 */
    stood(ALARM_CELL_VOLTAGE_HIGH, cell_17, ALARM_WARNING);
    run(30 * MINUTE);
    assert_int_equal(judge_mode(&judge, 0), MODE_FLOAT);
    assert_true(stands(ALARM_CELL_VOLTAGE_HIGH, cell_17));
    assert_int_equal(count(ALARM_CELL_VOLTAGE_HIGH, CONDITION_CLEARED), 0);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_HIGH, CONDITION_RAISED), 0);
    bad->value[CELL_VOLTAGE] = 13500;
    run(3 * MINUTE);
    check_last(ALARM_CELL_VOLTAGE_HIGH, CONDITION_CLEARED, ALARM_WARNING);
}

static void float_low__well_while_it_settles__ends_at_once(void **state)
{
    (void)state;
    stood(ALARM_CELL_VOLTAGE_LOW, cell_17, ALARM_WARNING);
    run(3 * MINUTE);
    assert_int_equal(judge_mode(&judge, 0), MODE_SETTLING);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
}

/* ---- which limit it was ------------------------------------------------------------------ */

static void discharge_low__limit_told__ends_by_that_one(void **state)
{
    (void)state;
    a->value[STRING_STATE] = STATE_DISCHARGE;
    bad->value[CELL_VOLTAGE] = 10790; /* under 1.80 V per element */
    stood(ALARM_CELL_VOLTAGE_LOW, cell_17, ALARM_WARNING);
    judge_preset_limit(&judge, alarm_row(ALARM_CELL_VOLTAGE_LOW), cell_17, 10800);
    run(10 * MINUTE);
    assert_true(stands(ALARM_CELL_VOLTAGE_LOW, cell_17));
    bad->value[CELL_VOLTAGE] = 10980; /* far below the limit of float */
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 0);
}

static void float_low__limit_told__stands_in_discharge(void **state)
{
    (void)state;
    a->value[STRING_STATE] = STATE_DISCHARGE;
    bad->value[CELL_VOLTAGE] = 12000;
    stood(ALARM_CELL_VOLTAGE_LOW, cell_17, ALARM_WARNING);
    judge_preset_limit(&judge, alarm_row(ALARM_CELL_VOLTAGE_LOW), cell_17, 13020);
    run(HOUR);
    assert_true(stands(ALARM_CELL_VOLTAGE_LOW, cell_17));
    assert_int_equal(last_limit_of(cell_17), 13020);
}

static void limit_told__configured_away_since__any_of_its_kind(void **state)
{
    (void)state;
    stood(ALARM_CELL_VOLTAGE_LOW, cell_17, ALARM_WARNING);
    judge_preset_limit(&judge, alarm_row(ALARM_CELL_VOLTAGE_LOW), cell_17, 13333);
    run(3 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
}

/* ---- limits that are off now ------------------------------------------------------------- */

static void deviation__off_now__ends(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct object o = {ALARM_OF_CELL, i, i * 35};

        stood(ALARM_CELL_VOLTAGE_DEVIATION, o, ALARM_WARNING);
        gateway.string[i].cell[o.cell].value[CELL_VOLTAGE] = 13200;
    }
    run(3 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_DEVIATION, CONDITION_CLEARED), 2);
    assert_int_equal(judge.conditions.count, 0);
}

/* ---- started while batteries are recharged ----------------------------------------------- */

static void charge(int32_t mv, int32_t soc)
{
    a->value[STRING_VOLTAGE] = CELLS * mv / 10;
    a->value[STRING_SOC] = soc;
    for (int c = 0; c < CELLS; c++)
        a->cell[c].value[CELL_VOLTAGE] = mv;
}

static int64_t began;

static void charge_up(void)
{
    int64_t minutes = (now - began) / MINUTE;

    charge(12600 + (int32_t)minutes, 50 + (int32_t)minutes / 15);
}

static void recharge__nobody_saw_the_discharge__no_false_alarm(void **state)
{
    (void)state;
    a->value[STRING_CURRENT] = 2000;
    began = now;
    before_turn = charge_up;
    run(12 * HOUR);
    assert_int_equal(judge_mode(&judge, 0), MODE_RECHARGE);
    assert_int_equal(tolds, 0);
}

static void float_low__charge_that_does_not_rise__told_after_all(void **state)
{
    (void)state;
    a->value[STRING_CURRENT] = 2000;
    charge(12900, 60);
    run(75 * MINUTE);
    assert_int_equal(tolds, 0);
    run(5 * MINUTE);
    assert_int_equal(count(ALARM_STRING_VOLTAGE_LOW, CONDITION_RAISED), 1);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), CELLS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, healthy, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(soc_low__full_again__ends_without_another_discharge),
        TEST(soc_low__not_past_its_hysteresis__stands_and_gets_no_worse),
        TEST(float_high__still_true__stands_through_settling),
        TEST(float_low__well_while_it_settles__ends_at_once),
        TEST(discharge_low__limit_told__ends_by_that_one),
        TEST(float_low__limit_told__stands_in_discharge),
        TEST(limit_told__configured_away_since__any_of_its_kind),
        TEST(deviation__off_now__ends),
        TEST(recharge__nobody_saw_the_discharge__no_false_alarm),
        TEST(float_low__charge_that_does_not_rise__told_after_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
