/* What is wrong with a TH controller and its sensors, and in which words; by a clock of our own. */
#include "report_th.h"
#include "../support/capture.h"
#include "../support/check.h"
#include "core/th_decode.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, SENSORS = 4, NEW = 75, HOT = 76, DRY = 79, FAULT = 80, MISMATCH = 81, LOST = 5 };

static struct th_controller th;
static struct report_th report;
static int64_t now;
static struct alarm_event told[64];
static int tolds;

static void keep(void *ctx, const struct alarm_event *e)
{
    (void)ctx;
    assert_null(e->gateway);
    assert_true(tolds < (int)COUNT(told));
    told[tolds++] = *e;
}

static void place(int n, int status)
{
    struct th_sensor *s = &th.sensor[n];

    memset(s->validity, VALIDITY_GOOD, sizeof(s->validity));
    memset(s->value, 0, sizeof(s->value));
    s->presence = status != 0 ? PRESENCE_HERE : PRESENCE_GONE;
    s->value[TH_INDEX] = n;
    s->value[TH_STATUS] = status;
    s->value[TH_TEMPERATURE] = 215;
    s->value[TH_HUMIDITY] = 450;
}

/* The statistics agree with what is there. */
static void count_right(void)
{
    memset(th.count_validity, VALIDITY_GOOD, sizeof(th.count_validity));
    memset(th.count, 0, sizeof(th.count));
    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        th.count[TH_COUNT_ALL] += th_sensor_there(&th.sensor[n]);
        th.count[TH_COUNT_OK] += th_sensor_there(&th.sensor[n]) && th.sensor[n].value[TH_STATUS] == 1;
        th.count[TH_COUNT_ERROR] += th.sensor[n].value[TH_STATUS] == 2;
    }
}

static int set_up(void **state)
{
    memset(&th, 0, sizeof(th));
    snprintf(th.name, sizeof(th.name), "hall-2");
    th.health.reachable = true;
    for (int n = 0; n <= TH_SENSOR_MAX; n++)
        place(n, n >= 1 && n <= SENSORS);
    count_right();
    now = 1000 * SECOND;
    tolds = 0;
    report_th_init(&report, &th, NULL, NULL, keep, NULL);
    return capture_start(state);
}

static int tear_down(void **state)
{
    report_th_free(&report);
    return capture_stop(state);
}

static void turn(void)
{
    report_th_clock(&report, now);
    for (int n = 0; n <= TH_SENSOR_MAX; n++)
        report_th_sensor(&report, n);
    report_th_turn(&report);
    report_th_tick(&report);
}

static void run(int seconds)
{
    for (int64_t until = now + seconds * SECOND; now < until;) {
        now += 10 * SECOND;
        turn();
    }
}

static int count(int kind, enum event_what what)
{
    int n = 0;

    for (int i = 0; i < tolds; i++)
        n += told[i].alarm.kind == kind && told[i].what == what;
    return n;
}

/* The last one told is this. */
static const struct alarm *last(int kind, enum event_what what)
{
    assert_true(tolds > 0);
    assert_int_equal(told[tolds - 1].alarm.kind, kind);
    assert_int_equal(told[tolds - 1].what, what);
    return &told[tolds - 1].alarm;
}

static void well__an_hour__nothing_is_told(void **state)
{
    (void)state;
    run(3600);
    assert_int_equal(tolds, 0);
    assert_int_equal(capture_lines(), 0);
}

static void flags__each__its_kind_and_value_and_over(void **state)
{
    static const struct {
        int quantity, kind, value;
        const char *text;
    } row[] = {
        {TH_ALARM_TEMPERATURE_HIGH, 76, 215, "temperature high (21.5 degC)"},
        {TH_ALARM_TEMPERATURE_LOW,  77, 215, "temperature low (21.5 degC)" },
        {TH_ALARM_HUMIDITY_HIGH,    78, 450, "humidity high (45.0 %RH)"    },
        {TH_ALARM_HUMIDITY_LOW,     79, 450, "humidity low (45.0 %RH)"     },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        const struct alarm *a;

        th.sensor[3].value[row[i].quantity] = 1;
        turn();
        a = last(row[i].kind, EVENT_RAISED);
        assert_int_equal(a->level, ALARM_OF_SENSOR);
        assert_int_equal(a->cell, 3);
        assert_int_equal(a->string, 0);
        assert_int_equal(a->sources, ALARM_SOURCE_DEVICE);
        assert_int_equal(a->value, row[i].value);
        assert_string_equal(a->object, "hall-2 / sensor 3");
        assert_non_null(strstr(a->text, "TH controller \"hall-2\" sensor 3: "));
        assert_non_null(strstr(a->text, row[i].text));
        th.sensor[3].value[row[i].quantity] = 0;
        turn();
        last(row[i].kind, EVENT_CLEARED);
    }
}

static void error__for_a_minute__fault(void **state)
{
    (void)state;
    turn();
    th.sensor[2].value[TH_STATUS] = 2;
    th.sensor[2].validity[TH_TEMPERATURE] = VALIDITY_ABSENT;
    count_right();
    run(50);
    assert_int_equal(tolds, 0);
    run(30);
    assert_string_equal(last(FAULT, EVENT_RAISED)->text,
                        "TH controller \"hall-2\" sensor 2: does not respond");
    place(2, 1);
    count_right();
    turn();
    last(FAULT, EVENT_CLEARED);
    assert_int_equal(tolds, 2);
}

static void error__while_its_flag_stands__stale_and_not_over(void **state)
{
    (void)state;
    th.sensor[2].value[TH_ALARM_TEMPERATURE_HIGH] = 1;
    turn();
    last(HOT, EVENT_RAISED);
    th.sensor[2].value[TH_STATUS] = 2;
    memset(th.sensor[2].validity + TH_TEMPERATURE, VALIDITY_ABSENT, TH_QUANTITIES - TH_TEMPERATURE);
    count_right();
    turn();
    assert_true(last(HOT, EVENT_CHANGED)->stale);
    assert_int_equal(count(HOT, EVENT_CLEARED), 0);
}

static void gone__with_a_flag__over(void **state)
{
    (void)state;
    th.sensor[2].value[TH_ALARM_HUMIDITY_LOW] = 1;
    turn();
    last(DRY, EVENT_RAISED);
    place(2, 0);
    th.sensor[2].validity[TH_ALARM_HUMIDITY_LOW] = VALIDITY_ABSENT;
    count_right();
    turn();
    last(DRY, EVENT_CLEARED);
}

static void registers__not_answered__fault_with_that_reason(void **state)
{
    const struct object o = {ALARM_OF_SENSOR, 2, 0};

    (void)state;
    report_th_clock(&report, now);
    report_th_alarm_of(&report, o, FAULT, true, NULL);
    for (int i = 0; i < 7; i++) {
        report_th_clock(&report, now += 10 * SECOND);
        report_th_tick(&report);
    }
    assert_non_null(strstr(last(FAULT, EVENT_RAISED)->text, "(its registers are not answered)"));
    turn();
    last(FAULT, EVENT_CLEARED);
}

static void new_sensor__for_half_a_minute__told_and_over(void **state)
{
    (void)state;
    turn();
    place(0, 1);
    run(20);
    assert_int_equal(tolds, 0);
    run(20);
    assert_string_equal(last(NEW, EVENT_RAISED)->text,
                        "TH controller \"hall-2\": a new sensor waits for a number");
    place(0, 0);
    turn();
    last(NEW, EVENT_CLEARED);
    assert_int_equal(tolds, 2);
}

static void counts__each_against_what_is_shown__said_how(void **state)
{
    static const struct {
        int count, by;
        const char *text;
    } row[] = {
        {TH_COUNT_ALL,   1,  "it counts 5, and shows 4"                },
        {TH_COUNT_ALL,   -1, "it counts 3, and shows 4"                },
        {TH_COUNT_OK,    2,  "it counts 6 that respond, and shows 4"   },
        {TH_COUNT_ERROR, 1,  "it counts 1 that do not, and shows 0"    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        count_right();
        th.count[row[i].count] += row[i].by;
        run(290);
        assert_int_equal(count(MISMATCH, EVENT_RAISED), (int)i);
        run(30);
        assert_non_null(strstr(last(MISMATCH, EVENT_RAISED)->text, row[i].text));
        count_right();
        run(90);
        last(MISMATCH, EVENT_CLEARED);
    }
}

/* One that comes while others are looked at is no contradiction. */
static void counts__for_a_while__nothing_is_told(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        th.count[TH_COUNT_ALL]++;
        run(200);
        count_right();
        run(200);
    }
    assert_int_equal(tolds, 0);
}

static void counts__with_one_without_a_number__either_way_is_right(void **state)
{
    (void)state;
    place(0, 1);
    run(600);
    th.count[TH_COUNT_ALL]++;
    th.count[TH_COUNT_OK]++;
    run(600);
    assert_int_equal(count(MISMATCH, EVENT_RAISED), 0);
}

static void counts__against_the_declaration__said_how(void **state)
{
    (void)state;
    th.expected = SENSORS + 1;
    run(320);
    assert_non_null(strstr(last(MISMATCH, EVENT_RAISED)->text, "it counts 4, Sensors is 5"));
    place(5, 1);
    count_right();
    run(90);
    last(MISMATCH, EVENT_CLEARED);
}

static void counts__impossible__not_compared(void **state)
{
    (void)state;
    for (int c = 0; c < TH_COUNTS; c++) {
        th.count[c] = 60000;
        th.count_validity[c] = VALIDITY_IMPOSSIBLE;
    }
    run(900);
    assert_int_equal(tolds, 0);
}

static void lost__for_five_minutes__told_with_the_reason(void **state)
{
    const struct object o = {ALARM_OF_GATEWAY, 0, 0};

    (void)state;
    report_th_clock(&report, now);
    th.health.reachable = false;
    report_th_alarm_of(&report, o, LOST, true, "connection refused");
    for (int i = 0; i < 31; i++) {
        report_th_clock(&report, now += 10 * SECOND);
        report_th_tick(&report);
    }
    assert_string_equal(last(LOST, EVENT_RAISED)->text,
                        "TH controller \"hall-2\": communication lost (connection refused)");
    assert_string_equal(told[tolds - 1].alarm.object, "hall-2");
    report_th_alarm_of(&report, o, LOST, false, "back after 310 s");
    assert_non_null(strstr(last(LOST, EVENT_CLEARED)->text, "over: "));
}

static void preset__what_stood__ends_and_is_no_news(void **state)
{
    struct alarm a = {.kind = HOT, .severity = ALARM_WARNING, .level = ALARM_OF_SENSOR, .cell = 3};

    (void)state;
    report_th_clock(&report, now);
    th.sensor[3].value[TH_ALARM_TEMPERATURE_HIGH] = 1;
    report_th_preset(&report, &a);
    a.kind = FAULT;
    a.sources = ALARM_SOURCE_INTERNAL;
    report_th_preset(&report, &a);
    run(30);
    assert_int_equal(count(HOT, EVENT_RAISED), 0);
    assert_int_equal(count(HOT, EVENT_CLEARED), 0);
    assert_int_equal(count(FAULT, EVENT_CLEARED), 1); /* its registers are answered */
    th.sensor[3].value[TH_ALARM_TEMPERATURE_HIGH] = 0;
    turn();
    assert_int_equal(count(HOT, EVENT_CLEARED), 1);
}

static void preset__what_no_controller_has__ignored(void **state)
{
    static const struct alarm odd[] = {
        {.kind = HOT,   .level = ALARM_OF_SENSOR,  .cell = 121 },
        {.kind = HOT,   .level = ALARM_OF_SENSOR,  .cell = 0   },
        {.kind = HOT,   .level = ALARM_OF_CELL,    .cell = 3   },
        {.kind = 20,    .level = ALARM_OF_CELL,    .string = 1, .cell = 3},
        {.kind = 60000, .level = ALARM_OF_GATEWAY              },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++)
        report_th_preset(&report, &odd[i]);
    report_th_repeat(&report, keep, NULL);
    assert_int_equal(tolds, 0);
}

static void repeat__all_that_stands__once_each(void **state)
{
    (void)state;
    th.sensor[1].value[TH_ALARM_TEMPERATURE_HIGH] = 1;
    th.sensor[4].value[TH_ALARM_HUMIDITY_LOW] = 1;
    turn();
    tolds = 0;
    report_th_repeat(&report, keep, NULL);
    assert_int_equal(tolds, 2);
    assert_int_equal(count(HOT, EVENT_CHANGED) + count(DRY, EVENT_CHANGED), 2);
    judge_th_forget(&report.judge, 4);
    tolds = 0;
    report_th_repeat(&report, keep, NULL);
    assert_int_equal(count(HOT, EVENT_CHANGED), 1);
    assert_int_equal(tolds, 1);
}

static void odd_values__each__said_once(void **state)
{
    (void)state;
    th.sensor[1].validity[TH_TEMPERATURE] = VALIDITY_IMPOSSIBLE;
    th.sensor[1].value[TH_TEMPERATURE] = 6553;
    th.sensor[2].value[TH_STATUS] = 9;
    th.sensor[3].value[TH_INDEX] = 8;
    run(60);
    assert_int_equal(capture_count("sensor 1: th_temperature reads 6553, which no sensor has"), 1);
    assert_int_equal(capture_count("sensor 2: th_status is 9, which the vendor's list"), 1);
    assert_int_equal(capture_count("sensor 3: si reads 8: is it a TH-MC"), 1);
}

static void pace__too_slow__told(void **state)
{
    (void)state;
    report_th_clock(&report, now);
    report_th_pace(&report, 61000, 10000);
    report_th_clock(&report, now += 61 * SECOND);
    report_th_tick(&report);
    assert_non_null(strstr(last(ALARM_DATA_STALE, EVENT_RAISED)->text, "61 s between two turns"));
    report_th_pace(&report, 10000, 10000);
    last(ALARM_DATA_STALE, EVENT_CLEARED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(well__an_hour__nothing_is_told),
        TEST(flags__each__its_kind_and_value_and_over),
        TEST(error__for_a_minute__fault),
        TEST(error__while_its_flag_stands__stale_and_not_over),
        TEST(gone__with_a_flag__over),
        TEST(registers__not_answered__fault_with_that_reason),
        TEST(new_sensor__for_half_a_minute__told_and_over),
        TEST(counts__each_against_what_is_shown__said_how),
        TEST(counts__for_a_while__nothing_is_told),
        TEST(counts__with_one_without_a_number__either_way_is_right),
        TEST(counts__against_the_declaration__said_how),
        TEST(counts__impossible__not_compared),
        TEST(lost__for_five_minutes__told_with_the_reason),
        TEST(preset__what_stood__ends_and_is_no_news),
        TEST(preset__what_no_controller_has__ignored),
        TEST(repeat__all_that_stands__once_each),
        TEST(odd_values__each__said_once),
        TEST(pace__too_slow__told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
