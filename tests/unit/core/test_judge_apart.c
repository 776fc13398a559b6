/* Limits that are off until they are configured, on what is compared, counted or computed: cells of
 * a string, strings of a UPS, the length of a discharge, the voltage of a UPS. */
#include "judge_fixture.h"

static struct string *const a = &gateway.string[0];
static struct limit_settings site;

static int configured(void **state)
{
    healthy(state);
    limits_none(&site);
    settings.site = &site;
    return 0;
}

static void configure(enum limit_id id, int warning)
{
    site.limit[id] = (struct limit_setting){LIMIT_WARNING, warning};
    start();
    settle();
}

static void all_strings(int quantity, int32_t value)
{
    for (int s = 0; s < STRINGS; s++)
        gateway.string[s].value[quantity] = value;
}

static void off__by_default__nothing(void **state)
{
    (void)state;
    start();
    settle();
    a->cell[3].value[CELL_VOLTAGE] = 13100;
    gateway.ups[0].value[UPS_VOLTAGE] = 30000;
    all_strings(STRING_STATE, STATE_DISCHARGE);
    all_strings(STRING_CURRENT, -9000);
    a->value[STRING_CURRENT] = -3000;
    run(24 * HOUR);
    for (int i = 0; i < tolds; i++)
        assert_in_set(
            alarm_kinds[told[i].row].number,
            ((const LargestIntegralType[]){ALARM_STRING_DISCHARGING, ALARM_UPS_ON_BATTERY}), 2);
}

/* ---- cells of a string ------------------------------------------------------------------- */

static void string_imbalance__highest_less_lowest__in_float(void **state)
{
    (void)state;
    configure(LIMIT_STRING_IMBALANCE, 50); /* 0.3 V of 12 V cells */
    a->cell[4].value[CELL_VOLTAGE] = 13600;
    a->cell[7].value[CELL_VOLTAGE] = 13300;
    run(HOUR);
    assert_int_equal(tolds, 0);
    a->cell[7].value[CELL_VOLTAGE] = 13299;
    run(9 * MINUTE);
    assert_int_equal(tolds, 0);
    run(3 * MINUTE);
    check_last(ALARM_STRING_IMBALANCE, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_STRING_IMBALANCE)->value, 301);
    assert_int_equal(last(ALARM_STRING_IMBALANCE)->limit, 300);
    assert_int_equal(last(ALARM_STRING_IMBALANCE)->object.index, 0);
    assert_string_equal(note_of_last(ALARM_STRING_IMBALANCE), "lowest is cell 8, highest cell 5");
    a->cell[7].value[CELL_VOLTAGE] = 13359; /* not past the hysteresis */
    run(HOUR);
    assert_int_equal(tolds, 1);
    a->cell[7].value[CELL_VOLTAGE] = 13360;
    run(2 * MINUTE);
    assert_int_equal(last(ALARM_STRING_IMBALANCE)->news, CONDITION_CLEARED);
}

static void string_imbalance__discharge__nothing(void **state)
{
    (void)state;
    configure(LIMIT_STRING_IMBALANCE, 50);
    all_strings(STRING_STATE, STATE_DISCHARGE);
    a->cell[7].value[CELL_VOLTAGE] = 11500;
    run(HOUR);
    assert_int_equal(count(ALARM_STRING_IMBALANCE, CONDITION_RAISED), 0);
}

static void string_imbalance__cells_not_read__not_compared(void **state)
{
    (void)state;
    configure(LIMIT_STRING_IMBALANCE, 50);
    a->cell[7].value[CELL_VOLTAGE] = 11500;
    a->cell[7].validity[CELL_VOLTAGE] = VALIDITY_STALE;
    run(HOUR);
    assert_int_equal(tolds, 0);
}

/* ---- strings of a UPS -------------------------------------------------------------------- */

/* Hall sensors of 200 A: 4 A is what they may be wrong by. */
static void current_imbalance__discharge_and_recharge__not_in_float(void **state)
{
    (void)state;
    configure(LIMIT_STRING_CURRENT_IMBALANCE, 30);
    all_strings(STRING_CURRENT, 500);
    a->value[STRING_CURRENT] = 5000;
    run(HOUR);
    assert_int_equal(tolds, 0);
    all_strings(STRING_STATE, STATE_DISCHARGE);
    all_strings(STRING_SOC, 80);
    all_strings(STRING_CURRENT, -5000);
    a->value[STRING_CURRENT] = -3500;
    run(HOUR);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 0);
    a->value[STRING_CURRENT] = -3400;
    run(50 * SECOND);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 0);
    run(20 * SECOND);
    check_last(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_STRING_CURRENT_IMBALANCE)->value, 32);
    assert_int_equal(last(ALARM_STRING_CURRENT_IMBALANCE)->limit, 30);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 1);
    all_strings(STRING_STATE, STATE_FLOAT);
    all_strings(STRING_CURRENT, 4000);
    run(2 * MINUTE);
    assert_int_equal(last(ALARM_STRING_CURRENT_IMBALANCE)->news, CONDITION_CLEARED);
    assert_int_equal(judge_mode(&judge, 0), MODE_RECHARGE);
    a->value[STRING_CURRENT] = 6000;
    run(2 * MINUTE);
    check_last(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_STRING_CURRENT_IMBALANCE)->value, 50);
    all_strings(STRING_CURRENT, 100); /* nobody carries much: no difference */
    a->value[STRING_CURRENT] = 450;
    run(2 * MINUTE);
    assert_int_equal(last(ALARM_STRING_CURRENT_IMBALANCE)->news, CONDITION_CLEARED);
}

static void current_imbalance__within_the_error__nothing(void **state)
{
    (void)state;
    configure(LIMIT_STRING_CURRENT_IMBALANCE, 30);
    all_strings(STRING_STATE, STATE_DISCHARGE);
    all_strings(STRING_CURRENT, -800);
    a->value[STRING_CURRENT] = -1200;
    run(HOUR);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 0);
    a->value[STRING_CURRENT] = -1201;
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 1);
}

static void current_imbalance__disconnected_or_alone__not_this(void **state)
{
    (void)state;
    configure(LIMIT_STRING_CURRENT_IMBALANCE, 30);
    all_strings(STRING_STATE, STATE_DISCHARGE);
    all_strings(STRING_CURRENT, -9000);
    a->value[STRING_CURRENT] = 0;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 0);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 1);
    a->value[STRING_CURRENT] = -9000;
    for (int s = 1; s < STRINGS; s++)
        gateway.string[s].value[STRING_UPS_ID] = 2;
    gateway.string[2].validity[STRING_CURRENT] = VALIDITY_STALE;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_STRING_CURRENT_IMBALANCE, CONDITION_RAISED), 0);
}

/* ---- the length of a discharge ----------------------------------------------------------- */

static void too_long__after_the_minutes__until_it_ends(void **state)
{
    const int kind = ALARM_DISCHARGE_TOO_LONG;

    (void)state;
    configure(LIMIT_DISCHARGE_TOO_LONG, 300); /* 30.0 min */
    a->value[STRING_STATE] = STATE_DISCHARGE;
    run(30 * MINUTE);
    assert_int_equal(count(kind, CONDITION_RAISED), 0);
    run(20 * SECOND);
    check_last(kind, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(count(kind, CONDITION_RAISED), 1);
    assert_int_equal(last(kind)->value, 301);
    assert_int_equal(last(kind)->limit, 300);
    run(10 * MINUTE);
    a->value[STRING_STATE] = STATE_FLOAT;
    run(10 * SECOND);
    assert_int_equal(last(kind)->news, CONDITION_CLEARED);
    assert_int_equal(last(kind)->value, 401);
    a->value[STRING_STATE] = STATE_DISCHARGE; /* counts anew */
    run(29 * MINUTE);
    assert_int_equal(last(kind)->news, CONDITION_CLEARED);
}

static void too_long__stood_before_the_start__ends_with_the_discharge(void **state)
{
    const int row = alarm_row(ALARM_DISCHARGE_TOO_LONG);
    const struct object o = {ALARM_OF_STRING, 0, 0};

    (void)state;
    site.limit[LIMIT_DISCHARGE_TOO_LONG] = (struct limit_setting){LIMIT_WARNING, 300};
    start();
    a->value[STRING_STATE] = STATE_DISCHARGE;
    judge_preset(&judge, row, o, ALARM_WARNING, ALARM_SOURCE_LIMIT, now);
    run(10 * MINUTE);
    assert_true(judge_stands(&judge, row, o));
    a->value[STRING_STATE] = STATE_FLOAT;
    run(10 * SECOND);
    assert_int_equal(last(ALARM_DISCHARGE_TOO_LONG)->news, CONDITION_CLEARED);
}

/* ---- a UPS ------------------------------------------------------------------------------- */

static void ups_voltage__low__in_any_mode(void **state)
{
    (void)state;
    configure(LIMIT_UPS_VOLTAGE_LOW, 48000);
    gateway.ups[0].value[UPS_VOLTAGE] = 48000;
    run(HOUR);
    assert_int_equal(tolds, 0);
    gateway.ups[0].value[UPS_VOLTAGE] = 47999;
    run(20 * SECOND);
    check_last(ALARM_UPS_VOLTAGE_LOW, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_UPS_VOLTAGE_LOW)->value, 47999);
    gateway.ups[0].value[UPS_VOLTAGE] = 48199;
    run(HOUR);
    assert_int_equal(tolds, 1);
    gateway.ups[0].value[UPS_VOLTAGE] = 48200;
    run(MINUTE);
    assert_int_equal(last(ALARM_UPS_VOLTAGE_LOW)->news, CONDITION_CLEARED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, configured, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(off__by_default__nothing),
        TEST(string_imbalance__highest_less_lowest__in_float),
        TEST(string_imbalance__discharge__nothing),
        TEST(string_imbalance__cells_not_read__not_compared),
        TEST(current_imbalance__discharge_and_recharge__not_in_float),
        TEST(current_imbalance__within_the_error__nothing),
        TEST(current_imbalance__disconnected_or_alone__not_this),
        TEST(too_long__after_the_minutes__until_it_ends),
        TEST(too_long__stood_before_the_start__ends_with_the_discharge),
        TEST(ups_voltage__low__in_any_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
