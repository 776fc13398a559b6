/* Limits as text, and what has changed between two of them. */
#include "changes.h"
#include "../support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct limit_settings site, own;
static struct gateway_config gateway[2];
static char *before;
static struct change got[64];
static int count;

static int set_up(void **state)
{
    (void)state;
    limits_none(&site);
    limits_none(&own);
    memset(gateway, 0, sizeof(gateway));
    snprintf(gateway[0].name, NAME_SIZE, "gw-a");
    snprintf(gateway[1].name, NAME_SIZE, "hall 2");
    before = changes_write(&site, gateway, 2);
    assert_non_null(before);
    count = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(before);
    return 0;
}

static void keep(void *ctx, const struct change *c)
{
    assert_ptr_equal(ctx, &count);
    assert_true(count < (int)COUNT(got));
    got[count++] = *c;
}

/* Since set_up(), or since the last time. */
static void compare(void)
{
    char *is = changes_write(&site, gateway, 2);

    assert_non_null(is);
    count = 0;
    assert_true(changes_each(before, is, keep, &count));
    free(before);
    before = is;
}

static void check(int i, const char *name, int string, const char *what, const char *was,
                  const char *is)
{
    assert_true(i < count);
    assert_string_equal(got[i].gateway, name);
    assert_int_equal(got[i].string, string);
    assert_string_equal(got[i].what, what);
    assert_string_equal(got[i].was, was);
    assert_string_equal(got[i].is, is);
}

static void nothing_configured__defaults__no_change(void **state)
{
    (void)state;
    assert_non_null(strstr(before, "\t0\tcellFloatLow warning\t2.170 V\n"));
    assert_non_null(strstr(before, "\t0\thumidityLow critical\toff\n"));
    assert_null(strstr(before, "gw-a"));
    compare();
    assert_int_equal(count, 0);
}

static void site__each_field__from_and_to(void **state)
{
    (void)state;
    site.limit[LIMIT_CELL_FLOAT_LOW] = (struct limit_setting){31, 2150, LIMIT_OFF, 30, 90000, 1500};
    site.settling_ms = 60000;
    site.flap_raises = 0;
    compare();
    assert_int_equal(count, 7);
    check(0, "", 0, "FlapRaises", "5", "0");
    check(1, "", 0, "Settling", "900 s", "60 s");
    check(2, "", 0, "cellFloatLow clear delay", "60 s", "1.5 s");
    check(3, "", 0, "cellFloatLow critical", "2.100 V", "off");
    check(4, "", 0, "cellFloatLow hysteresis", "0.020 V", "0.030 V");
    check(5, "", 0, "cellFloatLow raise delay", "120 s", "90 s");
    check(6, "", 0, "cellFloatLow warning", "2.170 V", "2.150 V");
    limits_none(&site);
    compare();
    assert_int_equal(count, 7);
    check(6, "", 0, "cellFloatLow warning", "2.150 V", "2.170 V");
}

static void site__alarms__only_what_is_configured(void **state)
{
    int row = alarm_row(ALARM_CELL_ERROR);

    (void)state;
    site.alarm[row] = (struct alarm_setting){LIMIT_SEVERITY | LIMIT_RAISE, ALARM_MAJOR, 0, 5000, 0};
    compare();
    assert_int_equal(count, 2);
    check(0, "", 0, "cellError raise delay", "", "5 s");
    check(1, "", 0, "cellError severity", "", "major");
}

static void gateway_and_string__what_is_configured_for_them(void **state)
{
    (void)state;
    own.limit[LIMIT_AMBIENT_HIGH] = (struct limit_setting){LIMIT_WARNING, 305};
    gateway[0].limits = &own;
    gateway[1].string[2].limits = &own;
    gateway[1].string[2].float_mv = 2270;
    gateway[1].string[2].cell_type = CELL_TYPE_12V;
    gateway[1].string[2].chemistry = CHEMISTRY_NICD;
    gateway[1].string[2].hall_a = 400;
    compare();
    assert_int_equal(count, 6);
    check(0, "gw-a", 0, "ambientHigh warning", "", "30.5 degC");
    check(1, "hall 2", 3, "CellType", "", "12 V");
    check(2, "hall 2", 3, "Chemistry", "", "nicd");
    check(3, "hall 2", 3, "FloatVoltage", "", "2.270 V");
    check(4, "hall 2", 3, "HallSensor", "", "400 A");
    check(5, "hall 2", 3, "ambientHigh warning", "", "30.5 degC");
    own.limit[LIMIT_AMBIENT_HIGH].warning = 300;
    compare();
    assert_int_equal(count, 2);
    check(0, "gw-a", 0, "ambientHigh warning", "30.5 degC", "30.0 degC");
    gateway[0].limits = NULL;
    compare();
    assert_int_equal(count, 1);
    check(0, "gw-a", 0, "ambientHigh warning", "30.0 degC", "");
}

static void each__text_that_is_none_of_ours__no_harm(void **state)
{
    (void)state;
    count = 0;
    assert_true(changes_each("rubbish\n\n\t\nx\ty", "", keep, &count));
    for (int i = 0; i < count; i++)
        assert_string_equal(got[i].is, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_configured__defaults__no_change),
        TEST(site__each_field__from_and_to),
        TEST(site__alarms__only_what_is_configured),
        TEST(gateway_and_string__what_is_configured_for_them),
        TEST(each__text_that_is_none_of_ours__no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
