/* <Limits> blocks: where they may stand, what they say, and what they must not. */
#include "../support/conf.h"

static void none__nothing_told_nothing_allocated(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS));
    assert_int_equal(complaints, 0);
    assert_null(config.gateway[0].limits);
    assert_null(config.gateway[0].string[0].limits);
    assert_ptr_equal(config.gateway[0].site_limits, &config.limits);
    assert_int_equal(config.limits.settling_ms, -1);
    assert_int_equal(config.limits.flap_raises, -1);
    assert_int_equal(config.limits.limit[LIMIT_CELL_FLOAT_LOW].set, 0);
}

/* The site's may also come after the gateways. */
static void every_scope__its_own(void **state)
{
    const struct gateway_config *g;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(2),
                     BARE("Limits",
                          BLOCK("Limit", TEXT("humidityHigh"), LINE("Warning", NUMBER(70.5))))),
               BARE("Limits", LINE("Settling", NUMBER(60)))),
         BARE("Limits", LINE("FlapRaises", NUMBER(0)),
              BLOCK("Limit", TEXT("CELLFLOATLOW"), LINE("Warning", NUMBER(2.155)),
                    LINE("Critical", TEXT("off")), LINE("Hysteresis", NUMBER(0.01)),
                    LINE("RaiseDelay", NUMBER(0.5)), LINE("ClearDelay", NUMBER(7)))));
    assert_int_equal(complaints, 0);
    g = &config.gateway[0];
    assert_int_equal(g->limits->settling_ms, 60000);
    assert_int_equal(g->string[1].limits->limit[LIMIT_HUMIDITY_HIGH].warning, 705);
    assert_int_equal(g->string[1].limits->limit[LIMIT_HUMIDITY_HIGH].set, LIMIT_WARNING);
    assert_null(g->string[0].limits);
    assert_int_equal(g->site_limits->flap_raises, 0);
    assert_int_equal(g->site_limits->limit[LIMIT_CELL_FLOAT_LOW].warning, 2155);
    assert_int_equal(g->site_limits->limit[LIMIT_CELL_FLOAT_LOW].critical, LIMIT_OFF);
    assert_int_equal(g->site_limits->limit[LIMIT_CELL_FLOAT_LOW].hysteresis, 10);
    assert_int_equal(g->site_limits->limit[LIMIT_CELL_FLOAT_LOW].raise_ms, 500);
    assert_int_equal(g->site_limits->limit[LIMIT_CELL_FLOAT_LOW].clear_ms, 7000);
    assert_int_equal(g->site_limits->limit[LIMIT_CELL_FLOAT_LOW].set, 31);
}

static void alarm__each_field__taken(void **state)
{
    const struct alarm_setting *a = &config.limits.alarm[alarm_row(ALARM_STRING_COMM_LOST)];

    (void)state;
    READ(BARE("Limits",
              BLOCK("Alarm", TEXT("stringCommLost"), LINE("RaiseDelay", NUMBER(5)),
                    LINE("Severity", TEXT("minor")), LINE("SeverityCritical", TEXT("Major")))));
    assert_int_equal(complaints, 0);
    assert_int_equal(a->set, LIMIT_RAISE | LIMIT_SEVERITY | LIMIT_SEVERITY2);
    assert_int_equal(a->raise_ms, 5000);
    assert_int_equal(a->severity, ALARM_MINOR);
    assert_int_equal(a->severity2, ALARM_MAJOR);
}

static void string__chemistry_float_relay__taken(void **state)
{
    const struct string_config *s;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(1), LINE("Chemistry", TEXT("NiCd")),
                     LINE("FloatVoltage", NUMBER(2.27)), LINE("Relay", TEXT("closed")))));
    assert_int_equal(complaints, 0);
    s = &config.gateway[0].string[0];
    assert_int_equal(s->chemistry, CHEMISTRY_NICD);
    assert_int_equal(s->float_mv, 2270);
    assert_true(s->relay_closed);
    assert_int_equal(s[1].chemistry, CHEMISTRY_VRLA);
    assert_int_equal(s[1].float_mv, 0);
    assert_false(s[1].relay_closed);
}

/* ---- mistakes ---------------------------------------------------------------------------- */

struct bad {
    const char *limit, *key;
    struct conf_value value;
    const char *shown, *allowed;
};

/* clang-format off */
static const struct bad bad_lines[] = {
    {"cellFloatLow", "Warning", NUMBER(13.02), "13.02", "from 1 to 3, or \"off\""},
    {"cellFloatLow", "Warning", NUMBER(0.99), "0.99", "from 1 to 3, or \"off\""},
    {"cellFloatLow", "Warning", TEXT("2.17"), "\"2.17\"", "from 1 to 3, or \"off\""},
    {"cellFloatLow", "Critical", TEXT("none"), "\"none\"", "from 1 to 3, or \"off\""},
    {"cellFloatLow", "Hysteresis", NUMBER(-0.1), "-0.1", "from 0 to 2"},
    {"cellFloatLow", "Hysteresis", TEXT("off"), "\"off\"", "from 0 to 2"},
    {"ambientLow", "Warning", NUMBER(-61), "-61", "from -60 to 150"},
    {"humidityHigh", "Critical", NUMBER(101), "101", "from 0 to 100"},
    {"upsSocLow", "Warning", NUMBER(-1), "-1", "from 0 to 100"},
    {"upsSocLow", "RaiseDelay", NUMBER(-1), "-1", "from 0 to 604800"},
    {"upsSocLow", "ClearDelay", NUMBER(604801), "604801", "from 0 to 604800"},
};
/* clang-format on */

static void limit__bad_value__one_complaint_and_no_limit(void **state)
{
    for (size_t i = 0; i < COUNT(bad_lines); i++) {
        const struct bad *b = &bad_lines[i];
        char block[64];

        conf_teardown(state);
        conf_setup(state);
        snprintf(block, sizeof(block), "<Plugin btms> <Limits> <Limit \"%s\">", b->limit);
        READ(BARE("Limits", BLOCK("Limit", TEXT(b->limit), LINE(b->key, b->value))));
        CHECK_COMPLAINT(block, b->key, b->shown, b->allowed, "the line is ignored");
        assert_int_equal(config.limits.limit[limit_named(b->limit)].set, 0);
    }
}

static void limit__one_bad_line__the_others_hold(void **state)
{
    (void)state;
    READ(BARE("Limits", BLOCK("Limit", TEXT("upsSocLow"), LINE("Warning", NUMBER(300)),
                              LINE("Critical", NUMBER(10)))));
    CHECK_COMPLAINT("Warning", "300");
    assert_int_equal(config.limits.limit[LIMIT_UPS_SOC_LOW].set, LIMIT_CRITICAL);
}

static void limit__in_a_gateway__the_gateway_is_left_out(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BARE("Limits", BLOCK("Limit", TEXT("upsSocLow"), LINE("Warning", NUMBER(300))))),
         BLOCK("Gateway", TEXT("b"), ADDRESS,
               BLOCK("String", NUMBER(4), BARE("Limits", LINE("Settling", NUMBER(-1))))));
    assert_int_equal(complaints, 2);
    assert_non_null(
        strstr(complaint[0], "<Gateway \"a\"> <Limits> <Limit \"upsSocLow\">: Warning"));
    assert_non_null(strstr(complaint[1], "<Gateway \"b\"> <String 4> <Limits>: Settling is -1"));
    assert_int_equal(config.left_out, 2);
}

static void limit__critical_before_warning__told(void **state)
{
    (void)state;
    READ(BARE("Limits", BLOCK("Limit", TEXT("cellFloatLow"), LINE("Warning", NUMBER(2.1)),
                              LINE("Critical", NUMBER(2.2)))));
    CHECK_COMPLAINT("Critical must not be higher than Warning");
    conf_teardown(state);
    conf_setup(state);
    READ(BARE("Limits", BLOCK("Limit", TEXT("ambientHigh"), LINE("Warning", NUMBER(30)),
                              LINE("Critical", NUMBER(29)))));
    CHECK_COMPLAINT("Critical must not be lower than Warning");
}

static void names__unknown_or_twice__told(void **state)
{
    (void)state;
    READ(BARE("Limits", BLOCK("Limit", TEXT("cellLow"), LINE("Warning", NUMBER(2)))));
    CHECK_COMPLAINT("<Limit \"cellLow\">", "cellFloatLow, ", ", upsSocLow");
    conf_setup(state);
    READ(BARE("Limits", BLOCK("Alarm", TEXT("cellLow"), LINE("Severity", TEXT("info")))));
    CHECK_COMPLAINT("<Alarm \"cellLow\">", "NOTIFICATIONS");
    conf_setup(state);
    READ(BARE("Limits", BLOCK("Limit", TEXT("upsSocLow"), LINE("Warning", NUMBER(60))),
              BLOCK("Limit", TEXT("upsSocLow"), LINE("Warning", NUMBER(70)))));
    CHECK_COMPLAINT("<Limit \"upsSocLow\">", "already");
    conf_setup(state);
    READ(BARE("Limits", LINE("Delay", NUMBER(1))));
    CHECK_COMPLAINT("Delay", "Settling, FlapRaises", "<Limit>", "<Alarm>");
    conf_setup(state);
    READ(BARE("Limits", BLOCK("Alarm", TEXT("cellError"), LINE("Severity", TEXT("disaster")))));
    CHECK_COMPLAINT("Severity", "\"disaster\"", "\"info\", \"warning\", \"minor\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, conf_setup, conf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(none__nothing_told_nothing_allocated),
        TEST(every_scope__its_own),
        TEST(alarm__each_field__taken),
        TEST(string__chemistry_float_relay__taken),
        TEST(limit__bad_value__one_complaint_and_no_limit),
        TEST(limit__one_bad_line__the_others_hold),
        TEST(limit__in_a_gateway__the_gateway_is_left_out),
        TEST(limit__critical_before_warning__told),
        TEST(names__unknown_or_twice__told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
