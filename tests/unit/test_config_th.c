/* <THController>: what may stand there, and what is said of all else. */
#include "../support/conf.h"

#define TH(name, ...) BLOCK("THController", TEXT(name), __VA_ARGS__)

/* clang-format off */
static void th__nothing_but_its_address__defaults(void **state)
{
    (void)state;
    READ(TH("hall-2", ADDRESS));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.ths, 1);
    assert_string_equal(config.th[0].name, "hall-2");
    assert_string_equal(config.th[0].address, "10.0.0.5");
    assert_int_equal(config.th[0].port, 502);
    assert_int_equal(config.th[0].unit, 1);
    assert_int_equal(config.th[0].interval_ms, 10000);
    assert_int_equal(config.th[0].timeout_ms, 1500);
    assert_int_equal(config.th[0].function, 3);
    assert_int_equal(config.th[0].sensors, 0);
    assert_int_equal(config.th[0].set, 0);
    assert_ptr_equal(config.th[0].site_limits, &config.limits);
    assert_null(config.th[0].limits);
}

static void th__everything__taken(void **state)
{
    (void)state;
    READ(BLOCK("Aggregator", TEXT("dc1"), ADDRESS),
         TH("hall-2", ADDRESS, LINE("Port", NUMBER(1502)), LINE("Unit", NUMBER(7)),
            LINE("Sensors", NUMBER(96)), LINE("Interval", NUMBER(30)), LINE("Timeout", NUMBER(0.5)),
            LINE("FunctionCode", NUMBER(4)), LINE("Aggregator", TEXT("dc1")),
            LINE("Supply", TEXT("ps1"), TEXT("ps2")), LINE("Set", TEXT("TM-C-A1")),
            BARE("Limits", BLOCK("Alarm", TEXT("thSensorFault"), LINE("RaiseDelay", NUMBER(5))))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.th[0].port, 1502);
    assert_int_equal(config.th[0].unit, 7);
    assert_int_equal(config.th[0].sensors, 96);
    assert_int_equal(config.th[0].interval_ms, 30000);
    assert_int_equal(config.th[0].timeout_ms, 500);
    assert_int_equal(config.th[0].function, 4);
    assert_int_equal(config.th[0].set, 1);
    assert_string_equal(config.th[0].aggregator, "dc1");
    assert_string_equal(config.th[0].supply[0], "ps1");
    assert_string_equal(config.th[0].supply[1], "ps2");
    assert_non_null(config.th[0].limits);
    assert_int_equal(config.th[0].limits->alarm[alarm_row(80)].raise_ms, 5000);
}

static void th__121_sensors__left_to_the_rules(void **state)
{
    (void)state;
    READ(TH("a", ADDRESS, LINE("Sensors", NUMBER(120))),
         TH("b", LINE("Address", TEXT("10.0.0.6")), LINE("Sensors", NUMBER(121))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.ths, 2);
    assert_int_equal(config.th[0].sensors, 120);
    assert_int_equal(config.th[1].sensors, 121);
}

static void th__a_bad_value__named_with_its_limits(void **state)
{
    static const struct {
        const char *key;
        struct conf_value value;
        const char *allowed;
    } bad[] = {
        {"Port", NUMBER(0), "from 1 to 65535"},
        {"Unit", NUMBER(256), "from 0 to 255"},
        {"Unit", NUMBER(-1), "from 0 to 255"},
        {"Sensors", NUMBER(0), "from 1 to 999"},
        {"Sensors", TEXT("many"), "whole number"},
        {"Interval", NUMBER(0), "from 0.1 to 3600"},
        {"Timeout", NUMBER(100), "from 0.05 to 60"},
        {"FunctionCode", NUMBER(6), "from 3 to 4"},
        {"Set", TEXT("BM-C-A1"), "one of \"TM-C-A1\""},
        {"Address", NUMBER(5), "a text"},
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct conf_node line = {.key = bad[i].key, .value = &bad[i].value, .values = 1};

        conf_setup(state);
        if (strcmp(bad[i].key, "Address") == 0)
            READ(TH("hall-2", line));
        else
            READ(TH("hall-2", ADDRESS, line));
        CHECK_COMPLAINT("<THController \"hall-2\">", bad[i].key, bad[i].allowed,
                        "this TH controller is left out");
        assert_int_equal(config.ths, 0);
        assert_int_equal(config.ths_left_out, 1);
        config_free(&config);
    }
}

static void th__an_unknown_key__those_there_are(void **state)
{
    (void)state;
    READ(TH("hall-2", ADDRESS, LINE("CellInterval", NUMBER(60))));
    CHECK_COMPLAINT("there is no key CellInterval here", "Sensors", "Set", "Supply, <Sensor>, <Limits>");
}

static void th__without_address__missing(void **state)
{
    (void)state;
    READ(BLOCK("THController", TEXT("hall-2"), LINE("Port", NUMBER(502))));
    CHECK_COMPLAINT("<THController \"hall-2\">", "Address is missing");
}

static void th__a_name_with_a_slash__refused(void **state)
{
    (void)state;
    READ(TH("hall/2", ADDRESS));
    CHECK_COMPLAINT("the TH controller's name", "no '/'");
}

static void th__the_name_of_another__refused(void **state)
{
    (void)state;
    READ(TH("a", ADDRESS), TH("a", LINE("Address", TEXT("10.0.0.6"))));
    CHECK_COMPLAINT("there is a TH controller of this name already");
    assert_int_equal(config.ths, 1);
}

static void th__the_name_of_a_gateway__refused_either_way(void **state)
{
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS), TH("a", LINE("Address", TEXT("10.0.0.6"))));
    CHECK_COMPLAINT("there is a gateway of this name already", "this TH controller is left out");
    conf_teardown(state);
    conf_setup(state);
    READ(TH("a", LINE("Address", TEXT("10.0.0.6"))), BLOCK("Gateway", TEXT("a"), ADDRESS));
    CHECK_COMPLAINT("there is a TH controller of this name already", "this gateway is left out");
}

static void th__the_address_of_another__refused(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS), TH("b", ADDRESS));
    CHECK_COMPLAINT("Address \"10.0.0.5\" Port 502 is gateway \"a\" already");
}

static void th__an_aggregator_that_is_not_there__said(void **state)
{
    (void)state;
    READ(TH("a", ADDRESS, LINE("Aggregator", TEXT("dc1"))));
    CHECK_COMPLAINT("TH controller \"a\": there is no <Aggregator \"dc1\">");
    assert_string_equal(config.th[0].aggregator, "");
}

static void th__too_many_supplies__said(void **state)
{
    (void)state;
    READ(TH("a", ADDRESS, LINE("Supply", TEXT("1"), TEXT("2"), TEXT("3"), TEXT("4"), TEXT("5"))));
    CHECK_COMPLAINT("Supply takes the names of 1 to 4 power supplies");
}
/* clang-format on */

#define TEST(f) cmocka_unit_test_setup_teardown(f, conf_setup, conf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(th__nothing_but_its_address__defaults),
        TEST(th__everything__taken),
        TEST(th__121_sensors__left_to_the_rules),
        TEST(th__a_bad_value__named_with_its_limits),
        TEST(th__an_unknown_key__those_there_are),
        TEST(th__without_address__missing),
        TEST(th__a_name_with_a_slash__refused),
        TEST(th__the_name_of_another__refused),
        TEST(th__the_name_of_a_gateway__refused_either_way),
        TEST(th__the_address_of_another__refused),
        TEST(th__an_aggregator_that_is_not_there__said),
        TEST(th__too_many_supplies__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
