/* What follows from several values: each kind raises, not just before, and clears. */
#include "judge_fixture.h"

static struct string *const a = &gateway.string[0];
static struct cell *const bad = &gateway.string[0].cell[16];

static void all(int quantity, int32_t value)
{
    for (int s = 0; s < STRINGS; s++)
        gateway.string[s].value[quantity] = value;
}

static void discharge(void)
{
    all(STRING_STATE, STATE_DISCHARGE);
    all(STRING_CURRENT, -5000);
}

/* ---- temperature ------------------------------------------------------------------------- */

static void over_ambient__by_more_than_five_kelvin(void **state)
{
    (void)state;
    settle();
    bad->value[CELL_TEMPERATURE] = 270; /* 5.0 K over 22.0 degC */
    run(HOUR);
    assert_int_equal(tolds, 0);
    bad->value[CELL_TEMPERATURE] = 271;
    run(10 * MINUTE);
    assert_int_equal(tolds, 0);
    run(MINUTE);
    check_last(ALARM_CELL_TEMPERATURE_DEVIATION, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_CELL_TEMPERATURE_DEVIATION)->value, 51);
    assert_int_equal(last(ALARM_CELL_TEMPERATURE_DEVIATION)->object.cell, 16);
    bad->value[CELL_TEMPERATURE] = 261;
    run(HOUR);
    assert_int_equal(tolds, 1);
    bad->value[CELL_TEMPERATURE] = 260;
    run(5 * MINUTE);
    assert_int_equal(last(ALARM_CELL_TEMPERATURE_DEVIATION)->news, CONDITION_CLEARED);
}

static void over_ambient__no_sensor_in_the_room__over_the_median(void **state)
{
    (void)state;
    a->validity[STRING_AMBIENT_TEMPERATURE] = VALIDITY_ABSENT;
    for (int c = 0; c < CELLS; c++)
        a->cell[c].value[CELL_TEMPERATURE] = 300; /* warm, but all of them */
    settle();
    bad->value[CELL_TEMPERATURE] = 349;
    run(HOUR);
    assert_int_equal(tolds, 0);
    bad->value[CELL_TEMPERATURE] = 350;
    run(HOUR);
    bad->value[CELL_TEMPERATURE] = 351;
    run(15 * MINUTE);
    assert_int_equal(count(ALARM_CELL_TEMPERATURE_DEVIATION, CONDITION_RAISED), 1);
}

static void runaway__hot_and_current__critical(void **state)
{
    (void)state;
    settle();
    bad->value[CELL_TEMPERATURE] = 340;
    run(HOUR);
    assert_int_equal(count(ALARM_THERMAL_RUNAWAY, CONDITION_RAISED), 0); /* no current */
    a->value[STRING_CURRENT] = 400;                                      /* 2 % of 200 A */
    run(HOUR);
    assert_int_equal(count(ALARM_THERMAL_RUNAWAY, CONDITION_RAISED), 0);
    a->value[STRING_CURRENT] = 401;
    run(7 * MINUTE);
    check_last(ALARM_THERMAL_RUNAWAY, CONDITION_RAISED, ALARM_CRITICAL);
    assert_int_equal(last(ALARM_THERMAL_RUNAWAY)->value, 120);
    assert_string_equal(note_of_last(ALARM_THERMAL_RUNAWAY), "cell 17, 4.01 A");
    a->value[STRING_CURRENT] = 5;
    run(7 * MINUTE);
    assert_int_equal(last(ALARM_THERMAL_RUNAWAY)->news, CONDITION_CLEARED);
}

static void runaway__current_alone_or_stale_data__nothing(void **state)
{
    (void)state;
    settle();
    a->value[STRING_CURRENT] = 3000;
    run(HOUR);
    assert_int_equal(tolds, 0);
    bad->value[CELL_TEMPERATURE] = 340;
    bad->validity[CELL_TEMPERATURE] = VALIDITY_STALE;
    run(HOUR);
    assert_int_equal(tolds, 0);
    bad->validity[CELL_TEMPERATURE] = VALIDITY_GOOD;
    a->validity[STRING_CURRENT] = VALIDITY_STALE;
    run(HOUR);
    assert_int_equal(count(ALARM_THERMAL_RUNAWAY, CONDITION_RAISED), 0);
}

/* ---- reading ----------------------------------------------------------------------------- */

static void sum__three_percent_off_in_float__suspect(void **state)
{
    (void)state;
    settle();
    a->value[STRING_VOLTAGE] = 55670; /* 540.00 V by its cells: 3.0 % */
    run(HOUR);
    assert_int_equal(count(ALARM_DECODE_SUSPECT, CONDITION_RAISED), 0);
    a->value[STRING_VOLTAGE] = 55700;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_DECODE_SUSPECT, CONDITION_RAISED), 0);
    run(MINUTE);
    check_last(ALARM_DECODE_SUSPECT, CONDITION_RAISED, ALARM_MAJOR);
    assert_int_equal(last(ALARM_DECODE_SUSPECT)->value, 54000);
    assert_non_null(strstr(note_of_last(ALARM_DECODE_SUSPECT), "WordOrder"));
    a->value[STRING_VOLTAGE] = 54000;
    run(5 * MINUTE);
    assert_int_equal(last(ALARM_DECODE_SUSPECT)->news, CONDITION_CLEARED);
}

static void sum__a_cell_missing_or_no_float__not_judged(void **state)
{
    (void)state;
    settle();
    a->value[STRING_VOLTAGE] = 55700;
    bad->outcome = OUTCOME_MISSED;
    run(HOUR);
    assert_int_equal(tolds, 0);
    bad->outcome = OUTCOME_READ;
    a->value[STRING_STATE] = STATE_IDLE;
    run(50 * MINUTE);
    assert_int_equal(tolds, 0);
}

static void hold_still(void)
{
    all(STRING_BALANCE, 7);
}

static void frozen__half_an_hour_without_a_change(void **state)
{
    (void)state;
    settle();
    before_turn = hold_still;
    run(30 * MINUTE);
    assert_int_equal(tolds, 0);
    run(MINUTE);
    assert_int_equal(count(ALARM_DATA_FROZEN, CONDITION_RAISED), STRINGS);
    bad->value[CELL_VOLTAGE]++; /* one cell moves */
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_DATA_FROZEN, CONDITION_CLEARED), 1);
    before_turn = NULL;
    run(MINUTE);
    assert_int_equal(count(ALARM_DATA_FROZEN, CONDITION_CLEARED), STRINGS);
}

static void wiggle(void)
{
    hold_still();
    a->cell[3].value[CELL_VOLTAGE] = 13500 + (int32_t)(now / (20 * MINUTE) % 2);
}

static void frozen__a_cell_moves_now_and_then__not(void **state)
{
    (void)state;
    settle();
    before_turn = wiggle;
    run(3 * HOUR);
    assert_int_equal(count(ALARM_DATA_FROZEN, CONDITION_RAISED), STRINGS - 1);
}

static void sensor__pegged_or_nothing_with_status_ok__fault(void **state)
{
    static const struct {
        int quantity;
        int32_t value;
        uint8_t validity;
    } is[] = {
        {CELL_VOLTAGE,     0,     VALIDITY_BEYOND    },
        {CELL_VOLTAGE,     15600, VALIDITY_GOOD      },
        {CELL_VOLTAGE,     65535, VALIDITY_IMPOSSIBLE},
        {CELL_TEMPERATURE, -200,  VALIDITY_GOOD      },
        {CELL_TEMPERATURE, 850,   VALIDITY_GOOD      },
    };

    for (size_t i = 0; i < COUNT(is); i++) {
        healthy(state);
        settle();
        bad->value[is[i].quantity] = is[i].value;
        bad->validity[is[i].quantity] = is[i].validity;
        run(3 * MINUTE);
        assert_int_equal(count(ALARM_CELL_SENSOR_FAULT, CONDITION_RAISED), 1);
        healthy_string(0);
        run(10 * MINUTE);
        assert_int_equal(count(ALARM_CELL_SENSOR_FAULT, CONDITION_CLEARED), 1);
        healthy(state);
        settle();
        bad->value[CELL_STATUS] = STATUS_DISABLED;
        bad->value[is[i].quantity] = is[i].value;
        bad->validity[is[i].quantity] = is[i].validity;
        run(3 * MINUTE);
        assert_int_equal(count(ALARM_CELL_SENSOR_FAULT, CONDITION_RAISED), 0);
    }
}

static void hall__beyond_its_range(void **state)
{
    (void)state;
    settle();
    a->value[STRING_CURRENT] = 20000;
    run(MINUTE);
    assert_int_equal(tolds, 0);
    a->value[STRING_CURRENT] = 20001;
    a->validity[STRING_CURRENT] = VALIDITY_BEYOND;
    run(20 * SECOND);
    check_last(ALARM_HALL_RANGE, CONDITION_RAISED, ALARM_WARNING);
    a->validity[STRING_CURRENT] = VALIDITY_GOOD;
    run(2 * MINUTE);
    assert_int_equal(last(ALARM_HALL_RANGE)->news, CONDITION_CLEARED);
}

/* ---- discharge --------------------------------------------------------------------------- */

static void discharge__strings_and_ups__info_then_warning(void **state)
{
    (void)state;
    settle();
    discharge();
    run(10 * SECOND);
    assert_int_equal(count(ALARM_STRING_DISCHARGING, CONDITION_RAISED), STRINGS);
    check_last(ALARM_STRING_DISCHARGING, CONDITION_RAISED, ALARM_INFO);
    check_last(ALARM_UPS_ON_BATTERY, CONDITION_RAISED, ALARM_INFO);
    run(20 * SECOND);
    check_last(ALARM_UPS_ON_BATTERY, CONDITION_RAISED, ALARM_INFO);
    run(10 * SECOND);
    check_last(ALARM_UPS_ON_BATTERY, CONDITION_WORSENED, ALARM_WARNING);
    all(STRING_STATE, STATE_FLOAT);
    all(STRING_CURRENT, 500);
    run(10 * SECOND);
    assert_int_equal(count(ALARM_STRING_DISCHARGING, CONDITION_CLEARED), STRINGS);
    assert_int_equal(count(ALARM_UPS_ON_BATTERY, CONDITION_CLEARED), 1);
    run(HOUR);
    assert_int_equal(tolds, 2 * STRINGS + 3);
}

static void share__under_a_fifth_of_the_others__disconnected(void **state)
{
    (void)state;
    settle();
    discharge();
    a->value[STRING_CURRENT] = -1000; /* a fifth */
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 0);
    a->value[STRING_CURRENT] = -999;
    run(10 * SECOND);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 0);
    run(10 * SECOND);
    check_last(ALARM_STRING_DISCONNECTED, CONDITION_RAISED, ALARM_CRITICAL);
    assert_int_equal(last(ALARM_STRING_DISCONNECTED)->object.index, 0);
    a->value[STRING_CURRENT] = -5000;
    run(20 * SECOND);
    assert_int_equal(last(ALARM_STRING_DISCONNECTED)->news, CONDITION_CLEARED);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 1);
}

static void share__within_the_sensors_error__not_judged(void **state)
{
    (void)state;
    settle();
    discharge();
    all(STRING_CURRENT, -400);
    a->value[STRING_CURRENT] = 0;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 0);
}

static void share__in_float_or_alone__not_judged(void **state)
{
    (void)state;
    settle();
    all(STRING_CURRENT, -5000);
    a->value[STRING_CURRENT] = 0;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 0);
    discharge();
    gateway.string[1].value[STRING_UPS_ID] = 2;
    gateway.string[2].presence = PRESENCE_SILENT;
    a->value[STRING_CURRENT] = 0;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 0);
}

static void relay__declared_closed_and_open__disconnected(void **state)
{
    (void)state;
    a->value[STRING_RELAY] = gateway.string[1].value[STRING_RELAY] = 0;
    run(HOUR);
    assert_int_equal(tolds, 0);
    settings.string[0].relay_closed = true;
    start();
    run(MINUTE);
    assert_int_equal(tolds, 1);
    check_last(ALARM_STRING_DISCONNECTED, CONDITION_RAISED, ALARM_CRITICAL);
    assert_string_equal(note_of_last(ALARM_STRING_DISCONNECTED), "its relay is open");
    a->value[STRING_RELAY] = 1;
    run(MINUTE);
    assert_int_equal(last(ALARM_STRING_DISCONNECTED)->news, CONDITION_CLEARED);
}

static void hall_disconnected(bool is)
{
    a->value[STRING_ALARM] = is << 6;
}

static void relay__without_a_current__told_and_over(void **state)
{
    (void)state;
    settings.string[0].relay_closed = true;
    start();
    hall_disconnected(true);
    a->value[STRING_RELAY] = 0;
    run(MINUTE);
    check_last(ALARM_STRING_DISCONNECTED, CONDITION_RAISED, ALARM_CRITICAL);
    assert_string_equal(note_of_last(ALARM_STRING_DISCONNECTED), "its relay is open");
    a->validity[STRING_RELAY] = VALIDITY_STALE;
    a->value[STRING_RELAY] = 1;
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_CLEARED), 0);
    a->validity[STRING_RELAY] = VALIDITY_GOOD;
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_CLEARED), 1);
}

static void relay__of_no_ups__told_and_over(void **state)
{
    (void)state;
    settings.string[0].relay_closed = true;
    start();
    all(STRING_UPS_ID, 0);
    a->value[STRING_RELAY] = 0;
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 1);
    a->value[STRING_RELAY] = 1;
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_CLEARED), 1);
}

/* Its relay is closed and it carries nothing: the sensor that fails then is no proof that it does. */
static void relay__closed_and_nothing_flows__stands_until_the_discharge_ends(void **state)
{
    (void)state;
    settings.string[0].relay_closed = true;
    start();
    discharge();
    a->value[STRING_CURRENT] = 0;
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_RAISED), 1);
    hall_disconnected(true);
    run(HOUR);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_CLEARED), 0);
    all(STRING_STATE, STATE_FLOAT);
    run(MINUTE);
    assert_int_equal(count(ALARM_STRING_DISCONNECTED, CONDITION_CLEARED), 1);
}

static void idle__after_an_hour(void **state)
{
    (void)state;
    settle();
    a->value[STRING_STATE] = STATE_IDLE;
    run(HOUR);
    assert_int_equal(tolds, 0);
    run(10 * SECOND);
    check_last(ALARM_STRING_IDLE, CONDITION_RAISED, ALARM_WARNING);
    a->value[STRING_STATE] = STATE_FLOAT;
    run(10 * SECOND);
    assert_int_equal(last(ALARM_STRING_IDLE)->news, CONDITION_CLEARED);
}

/* ---- the type of the cells --------------------------------------------------------------- */

static void type__not_declared__learned_from_an_hour_of_float(void **state)
{
    (void)state;
    settings.string[0].cell_type = CELL_TYPE_UNKNOWN;
    start();
    bad->value[CELL_VOLTAGE] = 12000;
    run(HOUR);
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_UNKNOWN);
    assert_int_equal(tolds, 0);
    run(20 * MINUTE);
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_12V);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 1);
}

static void type__no_float__not_learned(void **state)
{
    (void)state;
    settings.string[0].cell_type = CELL_TYPE_UNKNOWN;
    start();
    a->value[STRING_STATE] = STATE_ABNORMAL;
    run(3 * HOUR);
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_UNKNOWN);
    judge_learn(&judge, 0, CELL_TYPE_UNKNOWN); /* nothing is remembered */
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_UNKNOWN);
}

static void type__remembered__limits_from_the_start__until_others_float(void **state)
{
    (void)state;
    settings.string[0].cell_type = CELL_TYPE_UNKNOWN;
    start();
    judge_learn(&judge, 0, CELL_TYPE_6V);
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_6V);
    assert_int_equal(judge.string[0].limit[LIMIT_CELL_FLOAT_LOW].warning, 6510);
    run(70 * MINUTE); /* the fixture's are of 12 V */
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_6V);
    run(10 * MINUTE);
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_12V);
}

static void type__declared__never_learned(void **state)
{
    (void)state;
    settings.string[0].cell_type = CELL_TYPE_6V;
    start();
    judge_learn(&judge, 0, CELL_TYPE_2V);
    run(3 * HOUR);
    assert_int_equal(judge_learned(&judge, 0), CELL_TYPE_UNKNOWN);
    assert_int_equal(judge.string[0].limit[LIMIT_CELL_FLOAT_LOW].warning, 6510);
}

/* ---- thirty days ------------------------------------------------------------------------- */

static uint32_t chance;

static int32_t noise(int32_t most)
{
    chance = chance * 1664525u + 1013904223u;
    return (int32_t)(chance >> 8) % (2 * most + 1) - most;
}

/* Readings that wander by what sensors and rooms do: 0.1 % and a day's 3 K. */
static void wander(void)
{
    int64_t hour = now / HOUR % 24;
    int32_t day = (int32_t)(hour < 12 ? hour : 24 - hour) * 3;

    gateway.ups[0].value[UPS_VOLTAGE] = 54000 + noise(100);
    for (int s = 0; s < STRINGS; s++) {
        struct string *is = &gateway.string[s];

        is->value[STRING_VOLTAGE] = 54000 + noise(100);
        is->value[STRING_CURRENT] = 5 + noise(100);
        is->value[STRING_AMBIENT_TEMPERATURE] = 205 + day + noise(3);
        is->value[STRING_AMBIENT_HUMIDITY] = 450 + noise(100);
        is->value[STRING_BALANCE] = 50 + noise(20);
        for (int c = 0; c < CELLS && now % MINUTE == 0; c++) {
            is->cell[c].value[CELL_VOLTAGE] = 13500 + c % 10 * 10 + noise(20);
            is->cell[c].value[CELL_TEMPERATURE] = 215 + day + c % 7 + noise(3);
            is->cell[c].value[CELL_RESISTANCE] = 5000 + noise(75);
            is->cell[c].value[CELL_SOH] = 95 + noise(2);
        }
    }
}

static void healthy__thirty_days_of_noise__nothing(void **state)
{
    (void)state;
    chance = 20261122;
    before_turn = wander;
    run(30LL * 24 * HOUR);
    show_told();
    assert_int_equal(tolds, 0);
    assert_int_equal(judge.conditions.count, 0);
}

/* Ten minutes of discharge at the same time each week, and an hour until it is charged again. */
static void wander_and_test(void)
{
    int64_t at = now % (7LL * 24 * HOUR) - 24 * HOUR;
    bool discharging = at >= 0 && at < 10 * MINUTE, charging = !discharging && at >= 0 && at < HOUR;

    wander();
    all(STRING_STATE, discharging ? STATE_DISCHARGE : STATE_FLOAT);
    all(STRING_SOC, discharging || charging ? 94 : 100);
    for (int s = 0; s < STRINGS && (discharging || charging); s++) {
        int32_t mv = discharging ? 12300 : 12900;

        gateway.string[s].value[STRING_CURRENT] = discharging ? -5000 + noise(100) : 1500;
        gateway.string[s].value[STRING_VOLTAGE] = mv * CELLS / 10 + noise(100);
        for (int c = 0; c < CELLS && now % MINUTE == 0; c++)
            gateway.string[s].cell[c].value[CELL_VOLTAGE] = mv + noise(20);
    }
}

static void healthy__a_test_each_week__only_what_is_true(void **state)
{
    int weeks = 4;

    (void)state;
    chance = 20261122;
    before_turn = wander_and_test;
    run(28LL * 24 * HOUR);
    assert_int_equal(count(ALARM_STRING_DISCHARGING, CONDITION_RAISED), weeks * STRINGS);
    assert_int_equal(count(ALARM_STRING_DISCHARGING, CONDITION_CLEARED), weeks * STRINGS);
    assert_int_equal(count(ALARM_UPS_ON_BATTERY, CONDITION_RAISED), weeks);
    assert_int_equal(count(ALARM_UPS_ON_BATTERY, CONDITION_WORSENED), weeks);
    assert_int_equal(count(ALARM_UPS_ON_BATTERY, CONDITION_CLEARED), weeks);
    for (int i = 0; i < tolds; i++)
        assert_true(alarm_kinds[told[i].row].number == ALARM_STRING_DISCHARGING ||
                    alarm_kinds[told[i].row].number == ALARM_UPS_ON_BATTERY);
}

/* ---- insulation -------------------------------------------------------------------------- */

static void insulation_is(int32_t ohms, int64_t ms)
{
    a->value[STRING_INSULATION] = ohms;
    for (int64_t until = now + ms; now < until;) {
        run(10 * SECOND);
        judge_added(&judge, 0, now);
    }
}

static void insulation__low_for_its_voltage__warning_critical_and_back(void **state)
{
    (void)state;
    settle();
    insulation_is(108000, HOUR); /* 540 V: 200 ohm/V */
    assert_int_equal(tolds, 0);
    insulation_is(107000, MINUTE);
    assert_int_equal(tolds, 0);
    insulation_is(107000, 10 * SECOND);
    check_last(ALARM_INSULATION_LOW, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_INSULATION_LOW)->value, 198);
    assert_int_equal(last(ALARM_INSULATION_LOW)->limit, 200);
    insulation_is(53000, 2 * MINUTE);
    check_last(ALARM_INSULATION_LOW, CONDITION_WORSENED, ALARM_CRITICAL);
    assert_int_equal(last(ALARM_INSULATION_LOW)->value, 98);
    insulation_is(118000, HOUR); /* 218 ohm/V: within 20 of the limit */
    check_last(ALARM_INSULATION_LOW, CONDITION_WORSENED, ALARM_WARNING);
    insulation_is(118800, 2 * MINUTE);
    assert_int_equal(last(ALARM_INSULATION_LOW)->news, CONDITION_CLEARED);
}

static void insulation__at_least_so_much__well(void **state)
{
    (void)state;
    settle();
    insulation_is(0, 2 * MINUTE);
    check_last(ALARM_INSULATION_LOW, CONDITION_RAISED, ALARM_CRITICAL);
    a->validity[STRING_INSULATION] = VALIDITY_BEYOND;
    insulation_is(INT32_MAX, 2 * MINUTE);
    assert_int_equal(last(ALARM_INSULATION_LOW)->news, CONDITION_CLEARED);
}

static void insulation__it_or_the_voltage_unusable__not_judged(void **state)
{
    (void)state;
    settle();
    a->validity[STRING_VOLTAGE] = VALIDITY_STALE;
    insulation_is(1, HOUR);
    a->validity[STRING_VOLTAGE] = VALIDITY_GOOD;
    a->validity[STRING_INSULATION] = VALIDITY_IMPOSSIBLE;
    insulation_is(-1, HOUR);
    assert_int_equal(count(ALARM_INSULATION_LOW, CONDITION_RAISED), 0);
    a->validity[STRING_INSULATION] = VALIDITY_GOOD;
    a->value[STRING_VOLTAGE] = 0;
    insulation_is(1, HOUR);
    assert_int_equal(count(ALARM_INSULATION_LOW, CONDITION_RAISED), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, healthy, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(over_ambient__by_more_than_five_kelvin),
        TEST(over_ambient__no_sensor_in_the_room__over_the_median),
        TEST(runaway__hot_and_current__critical),
        TEST(runaway__current_alone_or_stale_data__nothing),
        TEST(sum__three_percent_off_in_float__suspect),
        TEST(sum__a_cell_missing_or_no_float__not_judged),
        TEST(frozen__half_an_hour_without_a_change),
        TEST(frozen__a_cell_moves_now_and_then__not),
        TEST(sensor__pegged_or_nothing_with_status_ok__fault),
        TEST(hall__beyond_its_range),
        TEST(discharge__strings_and_ups__info_then_warning),
        TEST(share__under_a_fifth_of_the_others__disconnected),
        TEST(share__within_the_sensors_error__not_judged),
        TEST(share__in_float_or_alone__not_judged),
        TEST(relay__declared_closed_and_open__disconnected),
        TEST(relay__without_a_current__told_and_over),
        TEST(relay__of_no_ups__told_and_over),
        TEST(relay__closed_and_nothing_flows__stands_until_the_discharge_ends),
        TEST(idle__after_an_hour),
        TEST(insulation__low_for_its_voltage__warning_critical_and_back),
        TEST(insulation__at_least_so_much__well),
        TEST(insulation__it_or_the_voltage_unusable__not_judged),
        TEST(type__not_declared__learned_from_an_hour_of_float),
        TEST(type__no_float__not_learned),
        TEST(type__remembered__limits_from_the_start__until_others_float),
        TEST(type__declared__never_learned),
        TEST(healthy__thirty_days_of_noise__nothing),
        TEST(healthy__a_test_each_week__only_what_is_true),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
