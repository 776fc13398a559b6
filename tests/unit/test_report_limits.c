/* What an operator reads of limits, changes, flapping, and of cells that fall silent. */
#include "../support/at_once.h"
#include "../support/capture.h"
#include "../support/check.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND };

static struct gateway gateway;
static struct report report;
static struct limit_settings site;
static struct judge_settings settings;
static struct string *const s = &gateway.string[2];
static int64_t now;
static struct alarm_event got[64];
static int count;

static void on_alarm(void *ctx, const struct alarm_event *e)
{
    (void)ctx;
    assert_true(count < (int)COUNT(got));
    got[count++] = *e;
}

static void start(void)
{
    report_free(&report);
    report_init(&report, &gateway, &settings, on_alarm, NULL);
    count = 0;
}

/* String 3 of UPS 1, of 40 cells of 12 V; nothing settles and nothing has a delay. */
static int set_up(void **state)
{
    memset(&gateway, 0, sizeof(gateway));
    memset(&settings, 0, sizeof(settings));
    snprintf(gateway.name, sizeof(gateway.name), "gw-a");
    gateway.health.reachable = true;
    site = *at_once();
    site.settling_ms = 0;
    for (int i = 0; i < LIMITS; i++)
        site.limit[i].set = LIMIT_RAISE | LIMIT_CLEAR;
    settings.site = &site;
    settings.string[2].cell_type = CELL_TYPE_12V;
    s->presence = PRESENCE_HERE;
    s->cells = 40;
    memset(s->validity, VALIDITY_GOOD, sizeof(s->validity));
    s->value[STRING_UPS_ID] = 1;
    s->value[STRING_STATUS] = STATUS_OK;
    s->value[STRING_VOLTAGE] = 54000;
    s->value[STRING_CELL_COUNT] = 40;
    s->value[STRING_SOC] = 100;
    s->value[STRING_AMBIENT_TEMPERATURE] = 220;
    for (int c = 0; c < 40; c++) {
        memset(s->cell[c].validity, VALIDITY_GOOD, CELL_QUANTITIES);
        s->cell[c].seen = true;
        s->cell[c].value[CELL_STATUS] = STATUS_OK;
        s->cell[c].value[CELL_VOLTAGE] = 13500;
        s->cell[c].value[CELL_TEMPERATURE] = 230;
        s->cell[c].value[CELL_SOH] = 100;
    }
    now = 60 * MINUTE;
    start();
    return capture_start(state);
}

static int tear_down(void **state)
{
    report_free(&report);
    return capture_stop(state);
}

static void read_all(void)
{
    now += 10 * SECOND;
    s->value[STRING_BALANCE]++;
    report_clock(&report, now);
    report_string(&report, 2);
    report_cell(&report, 2, 16);
    report_turn(&report);
}

static void limit__value_and_limit_in_the_text(void **state)
{
    (void)state;
    s->value[STRING_VOLTAGE] = 51000;
    read_all();
    assert_int_equal(count, 1);
    assert_int_equal(got[0].what, EVENT_RAISED);
    assert_string_equal(got[0].alarm.text,
                        "gateway \"gw-a\" string 3: voltage low (510.00 V, limit 520.80 V)");
    assert_int_equal(got[0].alarm.severity, ALARM_WARNING);
    assert_int_equal(got[0].alarm.value, 51000);
    assert_true(got[0].alarm.has_limit);
    assert_int_equal(got[0].alarm.limit, 52080);
    assert_int_equal(got[0].alarm.peak, 51000);
    assert_int_equal(got[0].alarm.sources, ALARM_SOURCE_LIMIT);
    assert_int_equal(got[0].alarm.decimals, 2);
    assert_string_equal(got[0].alarm.unit, "V");
    assert_string_equal(got[0].alarm.object, "gw-a / UPS 1 / string 3");
}

static void limit__worse__a_change_with_one_line(void **state)
{
    (void)state;
    s->value[STRING_VOLTAGE] = 51000;
    read_all();
    s->value[STRING_VOLTAGE] = 50000;
    read_all();
    assert_int_equal(count, 2);
    assert_int_equal(got[1].what, EVENT_CHANGED);
    assert_int_equal(got[1].alarm.severity, ALARM_CRITICAL);
    assert_int_equal(got[1].alarm.limit, 50400);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING,
                                      "string 3: voltage low (500.00 V, limit 504.00 V) "
                                      "[stringVoltageLow]: now critical"),
                     1);
    s->value[STRING_VOLTAGE] = 54000;
    read_all();
    assert_int_equal(got[2].what, EVENT_CLEARED);
    assert_int_equal(got[2].alarm.peak, 50000);
    assert_string_equal(got[2].alarm.text,
                        "gateway \"gw-a\" string 3: over: voltage low (540.00 V)");
    assert_int_equal(capture_lines(), 3);
}

static void limit__new_peak_and_stale_data__shown_without_a_line(void **state)
{
    (void)state;
    s->value[STRING_VOLTAGE] = 51000;
    read_all();
    now += MINUTE;
    s->value[STRING_VOLTAGE] = 50900;
    read_all();
    assert_int_equal(count, 2);
    assert_int_equal(got[1].what, EVENT_CHANGED);
    assert_int_equal(got[1].alarm.peak, 50900);
    s->validity[STRING_VOLTAGE] = VALIDITY_STALE;
    read_all();
    assert_int_equal(count, 3);
    assert_true(got[2].alarm.stale);
    assert_int_equal(capture_lines(), 1);
}

static void severity__configured__told_so(void **state)
{
    (void)state;
    site.alarm[alarm_row(ALARM_STRING_VOLTAGE_LOW)].set = LIMIT_SEVERITY;
    site.alarm[alarm_row(ALARM_STRING_VOLTAGE_LOW)].severity = ALARM_MAJOR;
    s->value[STRING_VOLTAGE] = 51000;
    read_all();
    assert_int_equal(got[0].alarm.severity, ALARM_MAJOR);
}

static void info__is_a_notice(void **state)
{
    (void)state;
    s->value[STRING_STATE] = STATE_DISCHARGE;
    read_all();
    assert_int_equal(count, 1);
    assert_int_equal(got[0].alarm.severity, ALARM_INFO);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "string 3: discharging (540.00 V)"), 1);
    assert_int_equal(capture_lines(), 1);
}

static void flapping__said_once(void **state)
{
    (void)state;
    site.flap_raises = 3;
    for (int i = 0; i < 8; i++) {
        s->value[STRING_ALARM] = !(i & 1);
        read_all();
    }
    assert_int_equal(count, 5); /* the third one stays */
    assert_int_equal(capture_count("comes and goes; its end is told when it was calm for 10 min"),
                     1);
    now += 11 * MINUTE;
    read_all();
    assert_int_equal(count, 6);
    assert_int_equal(got[5].what, EVENT_CLEARED);
    assert_int_equal(got[5].alarm.occurrences, 1); /* the fourth: it came back untold */
}

/* ---- what is lost ------------------------------------------------------------------------ */

static void comm__delay__told_when_it_is_over_with_the_reason(void **state)
{
    const struct object o = {ALARM_OF_GATEWAY, 0, 0};

    (void)state;
    settings.site = NULL;
    start();
    report_clock(&report, now);
    report_comm(&report, o, true, "connect: refused");
    report_clock(&report, now + 59 * SECOND);
    report_tick(&report);
    assert_int_equal(count, 0);
    report_clock(&report, now + MINUTE);
    report_tick(&report);
    assert_int_equal(count, 1);
    assert_string_equal(got[0].alarm.text,
                        "gateway \"gw-a\": communication lost (connect: refused)");
    report_comm(&report, o, false, NULL);
    assert_int_equal(count, 2);
    report_comm(&report, o, true, "again");
    report_comm(&report, o, false, NULL);
    report_clock(&report, now + 60 * MINUTE);
    report_tick(&report);
    assert_int_equal(count, 2);
}

static void lose_cell(bool lost)
{
    s->cell[16].misses = lost ? 2 : 0;
    report_comm(&report, (struct object){ALARM_OF_CELL, 2, 16}, lost, NULL);
}

static void cell__silent_in_discharge__critical_and_ends_as_that(void **state)
{
    (void)state;
    settings.site = NULL; /* with all delays: this one has none */
    start();
    s->value[STRING_STATE] = STATE_DISCHARGE;
    read_all();
    count = 0;
    lose_cell(true);
    assert_int_equal(count, 1);
    assert_int_equal(got[0].alarm.kind, ALARM_CELL_LOST_IN_DISCHARGE);
    assert_int_equal(got[0].alarm.severity, ALARM_CRITICAL);
    s->value[STRING_STATE] = STATE_FLOAT;
    read_all();
    count = 0;
    lose_cell(true); /* it still is */
    assert_int_equal(count, 0);
    lose_cell(false);
    assert_int_equal(count, 1);
    assert_int_equal(got[0].alarm.kind, ALARM_CELL_LOST_IN_DISCHARGE);
    assert_int_equal(got[0].what, EVENT_CLEARED);
}

static void cell__silent_before_the_discharge__communication(void **state)
{
    (void)state;
    read_all();
    lose_cell(true);
    s->value[STRING_STATE] = STATE_DISCHARGE;
    read_all();
    lose_cell(true);
    lose_cell(false);
    assert_int_equal(got[0].alarm.kind, ALARM_CELL_COMM_LOST);
    for (int i = 0; i < count; i++)
        assert_int_not_equal(got[i].alarm.kind, ALARM_CELL_LOST_IN_DISCHARGE);
}

/* ---- the last run ------------------------------------------------------------------------ */

static void preset__limit__its_end_is_told(void **state)
{
    struct alarm a = {.kind = ALARM_CELL_VOLTAGE_LOW,
                      .level = ALARM_OF_CELL,
                      .severity = ALARM_CRITICAL,
                      .sources = ALARM_SOURCE_LIMIT};

    (void)state;
    a.ups = 1;
    a.string = 3;
    a.cell = 17;
    report_clock(&report, now);
    report_preset(&report, &a);
    report_preset(&report, &a);
    assert_int_equal(count, 0);
    read_all();
    assert_int_equal(count, 1);
    assert_int_equal(got[0].what, EVENT_CLEARED);
    assert_int_equal(got[0].alarm.severity, ALARM_CRITICAL);
    assert_string_equal(got[0].alarm.object, "gw-a / UPS 1 / string 3 / cell 17");
}

static void preset__limit_told_with_it__known_to_the_judge(void **state)
{
    struct alarm a = {.kind = ALARM_STRING_SOC_LOW,
                      .level = ALARM_OF_STRING,
                      .severity = ALARM_WARNING,
                      .sources = ALARM_SOURCE_LIMIT};
    const struct object o = {ALARM_OF_STRING, 2, 0};
    const struct condition *c;

    (void)state;
    a.string = 3;
    a.has_limit = true;
    a.limit = 50;
    report_preset(&report, &a);
    c = conditions_find(&report.judge.conditions,
                        condition_key(alarm_row(ALARM_STRING_SOC_LOW), o));
    assert_true(c != NULL && c->has_limit);
    assert_int_equal(c->limit, 50);
}

static void preset__of_no_such_object__ignored(void **state)
{
    struct alarm a = {.kind = ALARM_CELL_VOLTAGE_LOW, .level = ALARM_OF_CELL};

    (void)state;
    a.string = 33;
    a.cell = 1;
    report_preset(&report, &a);
    a.string = 1;
    a.cell = 121;
    report_preset(&report, &a);
    a.cell = 0;
    report_preset(&report, &a);
    a.kind = 1;
    a.level = ALARM_OF_SITE;
    report_preset(&report, &a);
    assert_int_equal(report.judge.conditions.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(limit__value_and_limit_in_the_text),
        TEST(limit__worse__a_change_with_one_line),
        TEST(limit__new_peak_and_stale_data__shown_without_a_line),
        TEST(severity__configured__told_so),
        TEST(info__is_a_notice),
        TEST(flapping__said_once),
        TEST(comm__delay__told_when_it_is_over_with_the_reason),
        TEST(cell__silent_in_discharge__critical_and_ends_as_that),
        TEST(cell__silent_before_the_discharge__communication),
        TEST(preset__limit__its_end_is_told),
        TEST(preset__limit_told_with_it__known_to_the_judge),
        TEST(preset__of_no_such_object__ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
