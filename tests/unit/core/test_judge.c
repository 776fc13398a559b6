/* What the device tells, samples that may not count, what was before and comes after. */
#include "judge_fixture.h"

static struct string *const a = &gateway.string[0];
static struct cell *const bad = &gateway.string[0].cell[16];

/* ---- samples that do not count ----------------------------------------------------------- */

static void cell__one_bad_sample__nothing(void **state)
{
    static struct limit_settings site;

    (void)state;
    limits_none(&site);
    site.limit[LIMIT_CELL_FLOAT_LOW] = (struct limit_setting){.set = LIMIT_RAISE};
    settings.site = &site; /* without a delay */
    start();
    settle();
    bad->value[CELL_VOLTAGE] = 12000;
    run(MINUTE);
    bad->value[CELL_VOLTAGE] = 13500;
    run(10 * MINUTE);
    assert_int_equal(tolds, 0);
    bad->value[CELL_VOLTAGE] = 12000;
    run(2 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 1);
}

static void missing__neither_raises_nor_clears_but_is_marked(void **state)
{
    static const uint8_t unusable[] = {VALIDITY_ABSENT, VALIDITY_STALE, VALIDITY_IMPOSSIBLE};

    for (size_t i = 0; i < COUNT(unusable); i++) {
        healthy(state);
        settle();
        a->value[STRING_VOLTAGE] = 50000;
        a->validity[STRING_VOLTAGE] = unusable[i];
        run(HOUR);
        assert_int_equal(tolds, 0);
        a->validity[STRING_VOLTAGE] = VALIDITY_GOOD;
        run(10 * MINUTE);
        assert_int_equal(tolds, 1);
        a->validity[STRING_VOLTAGE] = unusable[i];
        a->value[STRING_VOLTAGE] = 54000;
        run(HOUR);
        check_last(ALARM_STRING_VOLTAGE_LOW, CONDITION_CHANGED, ALARM_CRITICAL);
        assert_true(last(ALARM_STRING_VOLTAGE_LOW)->stale);
        assert_int_equal(tolds, 2);
        a->validity[STRING_VOLTAGE] = VALIDITY_GOOD;
        run(5 * MINUTE);
        assert_int_equal(last(ALARM_STRING_VOLTAGE_LOW)->news, CONDITION_CLEARED);
        assert_false(last(ALARM_STRING_VOLTAGE_LOW)->stale);
    }
}

static void missing__while_pending__the_delay_begins_anew(void **state)
{
    (void)state;
    settle();
    a->value[STRING_VOLTAGE] = 51000;
    run(100 * SECOND);
    a->validity[STRING_VOLTAGE] = VALIDITY_STALE;
    run(MINUTE);
    a->validity[STRING_VOLTAGE] = VALIDITY_GOOD;
    run(120 * SECOND);
    assert_int_equal(tolds, 0);
    run(10 * SECOND);
    assert_int_equal(tolds, 1);
}

static void beyond_the_range__raises_and_never_clears(void **state)
{
    (void)state;
    settle();
    bad->validity[CELL_VOLTAGE] = VALIDITY_BEYOND;
    bad->value[CELL_VOLTAGE] = 7000;
    run(10 * MINUTE);
    check_last(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED, ALARM_CRITICAL);
    bad->value[CELL_VOLTAGE] = 13500; /* cannot be, and proves nothing */
    run(HOUR);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 0);
    bad->validity[CELL_VOLTAGE] = VALIDITY_GOOD;
    run(5 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
}

static void hall_disconnected__no_current_is_judged(void **state)
{
    static struct limit_settings site;

    (void)state;
    limits_none(&site);
    site.limit[LIMIT_CHARGE_CURRENT_HIGH] = (struct limit_setting){LIMIT_WARNING, 1000};
    settings.site = &site;
    start();
    settle();
    a->value[STRING_ALARM] = 1 << 6;
    a->value[STRING_CURRENT] = 30000;
    a->validity[STRING_CURRENT] = VALIDITY_BEYOND;
    run(HOUR);
    assert_int_equal(tolds, 1);
    assert_int_equal(count(ALARM_HALL_DISCONNECTED, CONDITION_RAISED), 1);
    a->value[STRING_ALARM] = 0;
    run(5 * MINUTE);
    assert_int_equal(count(ALARM_CHARGE_CURRENT_HIGH, CONDITION_RAISED), 1);
    assert_int_equal(count(ALARM_HALL_RANGE, CONDITION_RAISED), 1);
}

/* ---- device and limit -------------------------------------------------------------------- */

static void device_bit_and_limit__one_alarm(void **state)
{
    (void)state;
    settle();
    a->value[STRING_ALARM] = 1 << 3;
    a->value[STRING_VOLTAGE] = 51000;
    run(10 * SECOND);
    check_last(ALARM_STRING_VOLTAGE_LOW, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(last(ALARM_STRING_VOLTAGE_LOW)->sources, ALARM_SOURCE_DEVICE);
    run(5 * MINUTE);
    check_last(ALARM_STRING_VOLTAGE_LOW, CONDITION_CHANGED, ALARM_WARNING);
    assert_int_equal(last(ALARM_STRING_VOLTAGE_LOW)->sources,
                     ALARM_SOURCE_DEVICE | ALARM_SOURCE_LIMIT);
    a->value[STRING_ALARM] = 0;
    run(MINUTE);
    assert_int_equal(last(ALARM_STRING_VOLTAGE_LOW)->sources, ALARM_SOURCE_LIMIT);
    a->value[STRING_VOLTAGE] = 54000;
    run(5 * MINUTE);
    assert_int_equal(last(ALARM_STRING_VOLTAGE_LOW)->news, CONDITION_CLEARED);
    assert_int_equal(count(ALARM_STRING_VOLTAGE_LOW, CONDITION_RAISED), 1);
}

static void device_words__each__its_kind_at_once(void **state)
{
    (void)state;
    settle();
    a->value[STRING_ALARM] = 0x7f;
    run(10 * SECOND);
    assert_int_equal(tolds, 7);
    a->value[STRING_ALARM] = 0;
    a->value[STRING_STATE] = STATE_ABNORMAL;
    gateway.ups[0].value[UPS_STATUS] = STATUS_ERROR;
    run(10 * SECOND);
    assert_int_equal(tolds, 16);
    assert_int_equal(count(92, CONDITION_RAISED), 1);
    assert_int_equal(count(49, CONDITION_RAISED), 1);
}

static void device_words__missing__neither_raise_nor_clear(void **state)
{
    (void)state;
    settle();
    a->validity[STRING_ALARM] = VALIDITY_STALE;
    a->value[STRING_ALARM] = 0x7f;
    run(MINUTE);
    assert_int_equal(tolds, 0);
    a->validity[STRING_ALARM] = VALIDITY_GOOD;
    a->value[STRING_ALARM] = 1;
    run(MINUTE);
    assert_int_equal(tolds, 1);
    a->validity[STRING_ALARM] = VALIDITY_STALE;
    a->value[STRING_ALARM] = 0;
    run(MINUTE);
    check_last(ALARM_CHARGE_CURRENT_HIGH, CONDITION_CHANGED, ALARM_WARNING);
    assert_true(last(ALARM_CHARGE_CURRENT_HIGH)->stale);
}

static void error__after_a_minute__unless_something_explains_it(void **state)
{
    (void)state;
    settle();
    a->value[STRING_STATUS] = bad->value[CELL_STATUS] = STATUS_ERROR;
    run(50 * SECOND);
    assert_int_equal(tolds, 0);
    run(3 * MINUTE);
    assert_int_equal(count(ALARM_STRING_ERROR, CONDITION_RAISED), 1);
    assert_int_equal(count(ALARM_CELL_ERROR, CONDITION_RAISED), 1);
    healthy(state);
    settle();
    a->value[STRING_STATUS] = STATUS_ERROR;
    a->value[STRING_ALARM] = 1 << 2;
    bad->value[CELL_STATUS] = STATUS_ERROR;
    bad->value[CELL_TEMPERATURE] = 500;
    run(HOUR);
    assert_int_equal(count(ALARM_STRING_ERROR, CONDITION_RAISED), 0);
    a->value[STRING_ALARM] = 0;
    bad->value[CELL_TEMPERATURE] = 230;
    bad->value[CELL_STATUS] = STATUS_OK;
    run(HOUR);
    assert_int_equal(count(ALARM_STRING_ERROR, CONDITION_RAISED), 1);
}

static unsigned returns(int kind)
{
    unsigned n = 0;

    for (int i = 0; i < tolds; i++)
        if (alarm_kinds[told[i].row].number == kind)
            n += told[i].returns;
    return n;
}

static void comes_and_goes__while_it_stands__told_how_often(void **state)
{
    (void)state;
    settle();
    for (int i = 0; i < 20; i++) {
        a->value[STRING_ALARM] = 1 << 2;
        run(20 * SECOND);
        a->value[STRING_ALARM] = 0;
        run(20 * SECOND);
    }
    assert_int_equal(count(ALARM_STRING_VOLTAGE_HIGH, CONDITION_RAISED), 5);     /* then damped */
    assert_in_range(count(ALARM_STRING_VOLTAGE_HIGH, CONDITION_CHANGED), 1, 14); /* one a minute */
    run(11 * MINUTE);
    check_last(ALARM_STRING_VOLTAGE_HIGH, CONDITION_CLEARED, ALARM_WARNING);
    assert_int_equal(returns(ALARM_STRING_VOLTAGE_HIGH), 15);
}

/* ---- before and after -------------------------------------------------------------------- */

static void preset__limit__ends_when_it_is_well(void **state)
{
    int row = alarm_row(ALARM_CELL_VOLTAGE_LOW);
    struct object o = {ALARM_OF_CELL, 0, 16};

    (void)state;
    assert_true(judge_preset(&judge, row, o, ALARM_CRITICAL, ALARM_SOURCE_LIMIT, now));
    bad->value[CELL_VOLTAGE] = 12000;
    run(HOUR);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 0);
    assert_true(judge_stands(&judge, row, o));
    bad->value[CELL_VOLTAGE] = 13500;
    run(5 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_RAISED), 0);
    check_last(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED, ALARM_CRITICAL);
}

static void preset__limit_that_is_off_now__ends(void **state)
{
    (void)state;
    settings.string[0].chemistry = CHEMISTRY_NICD;
    start();
    judge_preset(&judge, alarm_row(ALARM_CELL_VOLTAGE_LOW), (struct object){ALARM_OF_CELL, 0, 16},
                 ALARM_WARNING, ALARM_SOURCE_LIMIT, now);
    bad->value[CELL_VOLTAGE] = 12000;
    run(30 * MINUTE);
    assert_int_equal(count(ALARM_CELL_VOLTAGE_LOW, CONDITION_CLEARED), 1);
}

static void preset__told_by_an_older_program__the_device_decides(void **state)
{
    (void)state;
    judge_preset(&judge, alarm_row(ALARM_CHARGE_CURRENT_HIGH),
                 (struct object){ALARM_OF_STRING, 1, 0}, ALARM_WARNING, 0, now);
    judge_preset(&judge, alarm_row(ALARM_HALL_DISCONNECTED), (struct object){ALARM_OF_STRING, 0, 0},
                 ALARM_MAJOR, 0, now);
    a->value[STRING_ALARM] = 1 << 6;
    run(MINUTE);
    assert_int_equal(last(ALARM_CHARGE_CURRENT_HIGH)->news, CONDITION_CLEARED);
    assert_int_equal(last(ALARM_CHARGE_CURRENT_HIGH)->object.index, 1);
    assert_int_equal(count(ALARM_HALL_DISCONNECTED, CONDITION_CLEARED), 0);
    assert_int_equal(count(ALARM_HALL_DISCONNECTED, CONDITION_RAISED), 0);
}

static void set__comm_lost__after_its_delay_by_time_alone(void **state)
{
    int row = alarm_row(ALARM_STRING_COMM_LOST);
    struct object o = {ALARM_OF_STRING, 0, 0};

    (void)state;
    judge_set(&judge, row, o, true, now);
    judge_tick(&judge, now + 59 * SECOND);
    assert_int_equal(tolds, 0);
    assert_true(judge_holds(&judge, row, o));
    assert_false(judge_stands(&judge, row, o));
    judge_tick(&judge, now + MINUTE);
    assert_int_equal(tolds, 1);
    assert_int_equal(told[0].sources, ALARM_SOURCE_INTERNAL);
    judge_set(&judge, row, o, false, now + MINUTE);
    assert_int_equal(tolds, 2);
    judge_set(&judge, row, o, true, now + HOUR);
    judge_set(&judge, row, o, false, now + HOUR + 30 * SECOND);
    judge_tick(&judge, now + 2 * HOUR);
    assert_int_equal(tolds, 2);
}

static void gateway_lost__what_stands_is_stale_and_stays(void **state)
{
    (void)state;
    settle();
    a->value[STRING_VOLTAGE] = 51000;
    a->value[STRING_CURRENT] = 25000;
    a->validity[STRING_CURRENT] = VALIDITY_BEYOND;
    run(5 * MINUTE);
    assert_int_equal(tolds, 2);
    gateway.health.reachable = false;
    validity_expire(a->validity, STRING_QUANTITIES);
    judge_tick(&judge, now + MINUTE);
    judge_tick(&judge, now + HOUR);
    assert_int_equal(tolds, 4);
    check_last(ALARM_HALL_RANGE, CONDITION_CHANGED, ALARM_WARNING);
    assert_true(last(ALARM_HALL_RANGE)->stale);
    assert_true(last(ALARM_STRING_VOLTAGE_LOW)->stale);
}

static void gateway_lost__in_a_storm__marked_bit_by_bit(void **state)
{
    (void)state;
    settle();
    for (int s = 0; s < STRINGS; s++)
        for (int c = 0; c < CELLS; c++)
            gateway.string[s].cell[c].value[CELL_TEMPERATURE] = 400;
    run(7 * MINUTE);
    assert_int_equal(count(ALARM_CELL_TEMPERATURE_HIGH, CONDITION_RAISED), STRINGS * CELLS);
    tolds = 0;
    for (int s = 0; s < STRINGS; s++)
        for (int c = 0; c < CELLS; c++)
            validity_expire(gateway.string[s].cell[c].validity, CELL_QUANTITIES);
    judge_tick(&judge, now + SECOND);
    assert_int_equal(tolds, 64);
    judge_tick(&judge, now + 2 * SECOND);
    assert_int_equal(tolds, STRINGS * CELLS);
    judge_tick(&judge, now + 3 * SECOND);
    assert_int_equal(tolds, STRINGS * CELLS);
}

/* Three kinds of every cell at once: the third one finds no room, what matters more does. */
static void storm__over_all_cells__leaves_room(void **state)
{
    int lost = alarm_row(ALARM_CELL_COMM_LOST), gone = alarm_row(ALARM_GATEWAY_COMM_LOST);
    int row = alarm_row(ALARM_CELL_VOLTAGE_LOW);

    (void)state;
    for (int n = 0; n < 3 * STRING_MAX * CELL_MAX; n++) {
        struct object o = {ALARM_OF_CELL, n / CELL_MAX % STRING_MAX, n % CELL_MAX};

        judge_preset(&judge, row + n / (STRING_MAX * CELL_MAX), o, ALARM_WARNING,
                     ALARM_SOURCE_LIMIT, now);
    }
    assert_true(judge.conditions.full);
    for (int n = 0; n < STRING_MAX * CELL_MAX; n++)
        judge_set(&judge, lost, (struct object){ALARM_OF_CELL, n / CELL_MAX, n % CELL_MAX}, true,
                  now);
    judge_set(&judge, gone, (struct object){ALARM_OF_GATEWAY, 0, 0}, true, now);
    assert_true(judge_holds(&judge, lost, (struct object){ALARM_OF_CELL, 31, 119}));
    assert_true(judge_holds(&judge, gone, (struct object){ALARM_OF_GATEWAY, 0, 0}));
}

/* ---- memory ------------------------------------------------------------------------------ */

static void healthy__no_memory(void **state)
{
    (void)state;
    gateway.string[0].value[STRING_BALANCE] = 1;
    for (int i = 0; i < 100; i++) {
        now += 10 * SECOND;
        stir();
        for (int s = 0; s < STRINGS; s++)
            judge_string(&judge, s, now);
        sweep(0);
        judge_turn(&judge, now);
    }
    assert_int_equal(tolds, 0);
    assert_int_equal(judge.conditions.count, 0);
    assert_int_equal(judge.string[0].busy[0], 0);
}

static void over__no_traces(void **state)
{
    (void)state;
    settle();
    bad->value[CELL_VOLTAGE] = 12000;
    bad->value[CELL_STATUS] = STATUS_ERROR;
    run(10 * MINUTE);
    healthy_string(0);
    run(HOUR);
    assert_int_equal(judge.conditions.count, 0);
    assert_int_equal(judge.string[0].busy[0], 0);
    assert_int_equal(judge.string[0].told_cells, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, healthy, done)

/* ---- forgotten --------------------------------------------------------------------------- */

static void forgotten__string__nothing_of_it_stands_or_is_told(void **state)
{
    (void)state;
    gateway.string[0].cell[3].value[CELL_TEMPERATURE] = 500;
    gateway.string[0].cell[7].value[CELL_TEMPERATURE] = 500;
    gateway.string[1].cell[3].value[CELL_TEMPERATURE] = 500;
    run(20 * MINUTE);
    assert_true(tolds >= 3);
    judge_forget(&judge, (struct object){ALARM_OF_CELL, 0, 5});
    assert_true(judge_stands(&judge, alarm_row(ALARM_CELL_TEMPERATURE_HIGH),
                             (struct object){ALARM_OF_CELL, 0, 3}));
    assert_false(judge_stands(&judge, alarm_row(ALARM_CELL_TEMPERATURE_HIGH),
                              (struct object){ALARM_OF_CELL, 0, 7}));
    judge_forget(&judge, (struct object){ALARM_OF_STRING, 0, 0});
    assert_false(judge_stands(&judge, alarm_row(ALARM_CELL_TEMPERATURE_HIGH),
                              (struct object){ALARM_OF_CELL, 0, 3}));
    assert_true(judge_stands(&judge, alarm_row(ALARM_CELL_TEMPERATURE_HIGH),
                             (struct object){ALARM_OF_CELL, 1, 3}));
    assert_int_equal(judge.string[0].told_cells, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cell__one_bad_sample__nothing),
        TEST(missing__neither_raises_nor_clears_but_is_marked),
        TEST(missing__while_pending__the_delay_begins_anew),
        TEST(beyond_the_range__raises_and_never_clears),
        TEST(hall_disconnected__no_current_is_judged),
        TEST(device_bit_and_limit__one_alarm),
        TEST(device_words__each__its_kind_at_once),
        TEST(device_words__missing__neither_raise_nor_clear),
        TEST(error__after_a_minute__unless_something_explains_it),
        TEST(comes_and_goes__while_it_stands__told_how_often),
        TEST(preset__limit__ends_when_it_is_well),
        TEST(preset__limit_that_is_off_now__ends),
        TEST(preset__told_by_an_older_program__the_device_decides),
        TEST(set__comm_lost__after_its_delay_by_time_alone),
        TEST(gateway_lost__what_stands_is_stale_and_stays),
        TEST(gateway_lost__in_a_storm__marked_bit_by_bit),
        TEST(storm__over_all_cells__leaves_room),
        TEST(healthy__no_memory),
        TEST(over__no_traces),
        TEST(forgotten__string__nothing_of_it_stands_or_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
