/* Limits on a gateway's values: each raises, not just before, and clears; and in which modes. */
#include "judge_fixture.h"

static struct string *const a = &gateway.string[0];
static struct cell *const bad = &gateway.string[0].cell[16];

/* ---- each limit -------------------------------------------------------------------------- */

enum where { OF_CELL, OF_STRING, OF_UPS };

/* A limit of 12 V cells in a string of 40, in a state of the device. */
static const struct limit_case {
    int kind;
    enum where where;
    int quantity, state;
    int32_t well, warning, critical, back; /* warning, critical: the last good value */
    int step;                              /* towards worse */
    int raise_s;
} limit_case[] = {
    {ALARM_CELL_VOLTAGE_LOW,         OF_CELL,   CELL_VOLTAGE,               STATE_FLOAT,     13500, 13020, 12600, 13140, -1,
     120                                                                                                                         },
    {ALARM_CELL_VOLTAGE_HIGH,        OF_CELL,   CELL_VOLTAGE,               STATE_FLOAT,     13500, 13980, 14400, 13860, 1,
     120                                                                                                                         },
    {ALARM_CELL_VOLTAGE_HIGH,        OF_CELL,   CELL_VOLTAGE,               STATE_EQUALIZE,  14300, 14700, 15000, 14580, 1,
     60                                                                                                                          },
    {ALARM_CELL_VOLTAGE_LOW,         OF_CELL,   CELL_VOLTAGE,               STATE_DISCHARGE, 12000, 10800, 10020, 10980, -1,
     10                                                                                                                          },
    {ALARM_CELL_TEMPERATURE_HIGH,    OF_CELL,   CELL_TEMPERATURE,           STATE_FLOAT,     230,   350,   450,   330,   1,
     300                                                                                                                         },
    {ALARM_CELL_SOH_LOW,             OF_CELL,   CELL_SOH,                   STATE_FLOAT,     100,   80,    60,    83,    -1, 3600},
    {ALARM_STRING_VOLTAGE_LOW,       OF_STRING, STRING_VOLTAGE,             STATE_FLOAT,     54000, 52080, 50400, 52560,
     -1,                                                                                                                     120 },
    {ALARM_STRING_VOLTAGE_HIGH,      OF_STRING, STRING_VOLTAGE,             STATE_FLOAT,     54000, 55920, 57600, 55440,
     1,                                                                                                                      120 },
    {ALARM_STRING_VOLTAGE_HIGH,      OF_STRING, STRING_VOLTAGE,             STATE_EQUALIZE,  57000, 58800, 60000,
     58320,                                                                                                              1,  60  },
    {ALARM_STRING_VOLTAGE_LOW,       OF_STRING, STRING_VOLTAGE,             STATE_DISCHARGE, 48000, 43200, 40080,
     43920,                                                                                                              -1, 10  },
    {ALARM_STRING_SOC_LOW,           OF_STRING, STRING_SOC,                 STATE_DISCHARGE, 90,    50,    20,    55,    -1, 30  },
    {ALARM_AMBIENT_TEMPERATURE_HIGH, OF_STRING, STRING_AMBIENT_TEMPERATURE, STATE_FLOAT,     220,   280,
     350,                                                                                                         270,   1,  600 },
    {ALARM_AMBIENT_TEMPERATURE_LOW,  OF_STRING, STRING_AMBIENT_TEMPERATURE, STATE_IDLE,      220,   150,   50,
     160,                                                                                                                -1, 600 },
    {ALARM_HUMIDITY_HIGH,            OF_STRING, STRING_AMBIENT_HUMIDITY,    STATE_ABNORMAL,  450,   800,   900,   750,   1,
     600                                                                                                                         },
    {ALARM_UPS_SOC_LOW,              OF_UPS,    UPS_SOC,                    STATE_DISCHARGE, 90,    50,    20,    55,    -1, 30  },
};

static void put(const struct limit_case *is, int32_t value)
{
    if (is->where == OF_CELL)
        bad->value[is->quantity] = value;
    else if (is->where == OF_STRING)
        a->value[is->quantity] = value;
    else
        gateway.ups[0].value[is->quantity] = value;
}

static void check_limit(const struct limit_case *is)
{
    int64_t sample = is->where == OF_CELL ? MINUTE : 10 * SECOND;
    int64_t delay = is->raise_s * (int64_t)SECOND;

    run(HOUR); /* in any mode for long; cells are read with the full minute */
    put(is, is->warning);
    run(3 * HOUR);
    assert_int_equal(count(is->kind, CONDITION_RAISED), 0);
    put(is, is->warning + is->step);
    run(sample);
    run((delay - 10 * SECOND) / sample * sample);
    if (delay > sample)
        assert_int_equal(count(is->kind, CONDITION_RAISED), 0);
    run(delay + 2 * sample);
    assert_int_equal(count(is->kind, CONDITION_RAISED), 1);
    check_last(is->kind, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(is->kind)->value, is->warning + is->step);
    assert_int_equal(last(is->kind)->limit, is->warning);
    assert_int_equal(last(is->kind)->sources, ALARM_SOURCE_LIMIT);
    assert_int_equal(last(is->kind)->object.cell, is->where == OF_CELL ? 16 : 0);
    put(is, is->critical);
    run(3 * HOUR);
    assert_int_equal(count(is->kind, CONDITION_WORSENED), 0);
    put(is, is->critical + is->step);
    run(delay + 2 * sample);
    check_last(is->kind, CONDITION_WORSENED, ALARM_CRITICAL);
    assert_int_equal(last(is->kind)->limit, is->critical);
    put(is, is->back + is->step); /* not far enough back */
    run(3 * HOUR);
    check_last(is->kind, CONDITION_WORSENED, ALARM_WARNING);
    put(is, is->back);
    run(3 * HOUR);
    assert_int_equal(last(is->kind)->news, CONDITION_CLEARED);
    assert_int_equal(last(is->kind)->peak, is->critical + is->step);
    assert_int_equal(count(is->kind, CONDITION_RAISED), 1);
}

static void limits__each__raises_worsens_and_clears(void **state)
{
    for (size_t i = 0; i < COUNT(limit_case); i++) {
        print_message("kind %d state %d\n", limit_case[i].kind, limit_case[i].state);
        healthy(state);
        for (int s = 0; s < STRINGS; s++)
            gateway.string[s].value[STRING_STATE] = limit_case[i].state;
        for (int c = 0; c < CELLS && limit_case[i].where == OF_CELL; c++)
            a->cell[c].value[limit_case[i].quantity] = limit_case[i].well;
        put(&limit_case[i], limit_case[i].well);
        check_limit(&limit_case[i]);
    }
}

static void limits__off_by_default__configured_they_work(void **state)
{
    static struct limit_settings site;

    (void)state;
    limits_none(&site);
    settings.site = &site;
    site.limit[LIMIT_CELL_RESISTANCE_HIGH] = (struct limit_setting){LIMIT_WARNING, 8000};
    site.limit[LIMIT_CELL_TEMPERATURE_LOW] = (struct limit_setting){LIMIT_CRITICAL, 0, 100};
    site.limit[LIMIT_HUMIDITY_LOW] = (struct limit_setting){LIMIT_WARNING, 200};
    site.limit[LIMIT_CELL_VOLTAGE_DEVIATION] = (struct limit_setting){LIMIT_WARNING, 50};
    site.limit[LIMIT_FLOAT_CURRENT_HIGH] = (struct limit_setting){LIMIT_WARNING, 500};
    start();
    settle();
    bad->value[CELL_RESISTANCE] = 8001;
    bad->value[CELL_TEMPERATURE] = 99;
    bad->value[CELL_VOLTAGE] = 13500 - 301;
    a->value[STRING_AMBIENT_HUMIDITY] = 199;
    a->value[STRING_CURRENT] = 501;
    run(3 * HOUR);
    check_last(ALARM_CELL_RESISTANCE_HIGH, CONDITION_RAISED, ALARM_WARNING);
    check_last(ALARM_CELL_TEMPERATURE_LOW, CONDITION_RAISED, ALARM_CRITICAL);
    check_last(ALARM_HUMIDITY_LOW, CONDITION_RAISED, ALARM_WARNING);
    check_last(ALARM_CELL_VOLTAGE_DEVIATION, CONDITION_RAISED, ALARM_WARNING);
    check_last(ALARM_FLOAT_CURRENT_HIGH, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(tolds, 5);
}

/* ---- modes ------------------------------------------------------------------------------- */

static void modes__float_limit__not_in_other_modes(void **state)
{
    static const int states[] = {STATE_EQUALIZE, STATE_IDLE, STATE_ABNORMAL, 4};

    for (size_t i = 0; i < COUNT(states); i++) {
        healthy(state);
        a->value[STRING_STATE] = states[i];
        bad->value[CELL_VOLTAGE] = 12000;
        a->value[STRING_VOLTAGE] = 48000;
        run(50 * MINUTE);
        assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 0);
        assert_int_equal(count(ALARM_STRING_VOLTAGE_LOW, CONDITION_RAISED), 0);
    }
}

static void modes__settling__nothing_of_float_yet(void **state)
{
    (void)state;
    bad->value[CELL_VOLTAGE] = 12000;
    run(15 * MINUTE);
    assert_int_equal(tolds, 0);
    run(4 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 1);
}

static void modes__discharge_and_recharge__no_float_low(void **state)
{
    (void)state;
    settle();
    for (int s = 0; s < STRINGS; s++) {
        gateway.string[s].value[STRING_STATE] = STATE_DISCHARGE;
        gateway.string[s].value[STRING_VOLTAGE] = 48000;
        gateway.string[s].value[STRING_CURRENT] = -2500;
        for (int c = 0; c < CELLS; c++)
            gateway.string[s].cell[c].value[CELL_VOLTAGE] = 12000;
    }
    run(HOUR);
    for (int s = 0; s < STRINGS; s++) {
        gateway.string[s].value[STRING_STATE] = STATE_FLOAT;
        gateway.string[s].value[STRING_CURRENT] = 1000;
        gateway.string[s].value[STRING_SOC] = 70;
    }
    run(8 * HOUR);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 0);
    assert_int_equal(count(ALARM_STRING_VOLTAGE_LOW, CONDITION_RAISED), 0);
    assert_int_equal(count(ALARM_STRING_DISCHARGING, CONDITION_RAISED), STRINGS);
    assert_int_equal(count(ALARM_STRING_DISCHARGING, CONDITION_CLEARED), STRINGS);
    run(20 * HOUR); /* it should have been charged by now */
    assert_int_equal(count(ALARM_STRING_VOLTAGE_LOW, CONDITION_RAISED), STRINGS);
}

static void modes__raised_in_float__stands_in_discharge_and_ends_above_its_own_limit(void **state)
{
    (void)state;
    settle();
    bad->value[CELL_VOLTAGE] = 12900;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 1);
    a->value[STRING_STATE] = STATE_DISCHARGE;
    bad->value[CELL_VOLTAGE] = 12000;
    run(HOUR);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 0);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_WORSENED), 0);
    a->value[STRING_STATE] = STATE_FLOAT;
    bad->value[CELL_VOLTAGE] = 13200;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
}

static void modes__raised_in_discharge__ends_after_it(void **state)
{
    (void)state;
    settle();
    a->value[STRING_STATE] = STATE_DISCHARGE;
    bad->value[CELL_VOLTAGE] = 10700;
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 1);
    a->value[STRING_STATE] = STATE_FLOAT;
    bad->value[CELL_VOLTAGE] = 12500;
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
}

static void modes__pending_in_float__forgotten_in_discharge(void **state)
{
    (void)state;
    settle();
    bad->value[CELL_VOLTAGE] = 12900;
    run(2 * MINUTE);
    a->value[STRING_STATE] = STATE_DISCHARGE;
    run(10 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, healthy, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(limits__each__raises_worsens_and_clears),
        TEST(limits__off_by_default__configured_they_work),
        TEST(modes__float_limit__not_in_other_modes),
        TEST(modes__settling__nothing_of_float_yet),
        TEST(modes__discharge_and_recharge__no_float_low),
        TEST(modes__raised_in_float__stands_in_discharge_and_ends_above_its_own_limit),
        TEST(modes__raised_in_discharge__ends_after_it),
        TEST(modes__pending_in_float__forgotten_in_discharge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
