/* Configuration that is right, and blocks as wholes. */
#include "../support/conf.h"

static void minimal__three_lines__defaults(void **state)
{
    const struct gateway_config *g;

    (void)state;
    READ(BLOCK("Gateway", TEXT("hall-2"), ADDRESS));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.errors, 0);
    assert_int_equal(config.left_out, 0);
    assert_int_equal(config.gateways, 1);
    assert_int_equal(config.cell_metrics, CELL_METRICS_ALL);
    g = &config.gateway[0];
    assert_string_equal(g->name, "hall-2");
    assert_string_equal(g->address, "10.0.0.5");
    assert_int_equal(g->port, 502);
    assert_int_equal(g->interval_ms, 10000);
    assert_int_equal(g->cell_interval_ms, 60000);
    assert_int_equal(g->cell_interval_discharge_ms, 10000);
    assert_int_equal(g->timeout_ms, 1500);
    assert_int_equal(g->window, 16);
    assert_int_equal(g->connections, 1);
    assert_int_equal(g->function, 3);
    assert_false(g->low_word_first);
    assert_true(g->spans);
    assert_int_equal(g->cell_map.count, 5);
    assert_int_equal(g->cell_map.words, 6);
    assert_int_equal(g->string[0].hall_a, 0);
    assert_int_equal(g->string[31].cell_type, CELL_TYPE_UNKNOWN);
}

static void every_key__good_value__taken(void **state)
{
    const struct gateway_config *g;

    (void)state;
    READ(LINE("CellMetrics", TEXT("summary")),
         BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT("gw.example")),
               LINE("Port", NUMBER(1502)), LINE("Interval", NUMBER(2.5)),
               LINE("CellInterval", NUMBER(30)), LINE("CellIntervalDischarge", NUMBER(0.1)),
               LINE("Timeout", NUMBER(0.25)), LINE("Window", NUMBER(64)),
               LINE("Connections", NUMBER(8)), LINE("FunctionCode", NUMBER(4)),
               LINE("WordOrder", TEXT("little")), LINE("SpanCells", TEXT("never")),
               BLOCK("String", NUMBER(32), LINE("CellType", TEXT("12")),
                     LINE("HallSensor", NUMBER(400))),
               BLOCK("CellRegister", TEXT("soh"), LINE("Offset", NUMBER(6)))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.cell_metrics, CELL_METRICS_SUMMARY);
    g = &config.gateway[0];
    assert_string_equal(g->address, "gw.example");
    assert_int_equal(g->port, 1502);
    assert_int_equal(g->interval_ms, 2500);
    assert_int_equal(g->cell_interval_ms, 30000);
    assert_int_equal(g->cell_interval_discharge_ms, 100);
    assert_int_equal(g->timeout_ms, 250);
    assert_int_equal(g->window, 64);
    assert_int_equal(g->connections, 8);
    assert_int_equal(g->function, 4);
    assert_true(g->low_word_first);
    assert_false(g->spans);
    assert_int_equal(g->string[31].cell_type, CELL_TYPE_12V);
    assert_int_equal(g->string[31].hall_a, 400);
    assert_int_equal(g->cell_offset[CELL_SOH], 6);
    assert_int_equal(g->cell_map.count, 6);
}

static void added_register__required_keys__defaults(void **state)
{
    const struct reg_added *r;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("Register", TEXT("Insulation"), LINE("String", NUMBER(1)),
                     LINE("Unit", NUMBER(247)), LINE("Address", NUMBER(65535)))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateway[0].addeds, 1);
    r = config.gateway[0].added;
    assert_int_equal(r->quantity, STRING_INSULATION);
    assert_int_equal(r->index, 0);
    assert_int_equal(r->unit, 247);
    assert_int_equal(r->address, 65535);
    assert_int_equal(r->type, REG_U16);
    assert_int_equal(r->low_word_first, REG_AS_GATEWAY);
    assert_true(r->scale == 1);
}

static void added_register__all_keys_for_all_strings__taken(void **state)
{
    static const char *const type[] = {"int16", "uint16", "int32", "uint32"};
    static const enum reg_type is[] = {REG_I16, REG_U16, REG_I32, REG_U32};

    (void)state;
    for (int i = 0; i < 4; i++) {
        const struct reg_added *r;

        conf_teardown(state);
        conf_setup(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BLOCK("Register", TEXT("insulation"), LINE("String", NUMBER(1)),
                         LINE("Unit", NUMBER(150)), LINE("Address", NUMBER(0))),
                   BLOCK("Register", TEXT("insulation"), LINE("String", NUMBER(32)),
                         LINE("Unit", NUMBER(150)), LINE("Address", NUMBER(2)),
                         LINE("Type", TEXT(type[i])), LINE("WordOrder", TEXT("little")),
                         LINE("Scale", NUMBER(0.5)))));
        assert_int_equal(complaints, 0);
        assert_int_equal(config.gateway[0].addeds, 2);
        r = &config.gateway[0].added[1];
        assert_int_equal(r->index, 31);
        assert_int_equal(r->type, is[i]);
        assert_int_equal(r->low_word_first, true);
        assert_true(r->scale == 0.5);
    }
}

static void supply__one_or_several__taken(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Supply", TEXT("ps1"))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("x")),
               LINE("supply", TEXT("ps1"), TEXT("ps2"), TEXT("ps3"), TEXT("ps4"))));
    assert_int_equal(complaints, 0);
    assert_string_equal(config.gateway[0].supply[0], "ps1");
    assert_string_equal(config.gateway[0].supply[1], "");
    assert_string_equal(config.gateway[1].supply[3], "ps4");
}

static void aggregator__before_or_after_its_gateways__taken(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Aggregator", TEXT("dc1"))),
         BLOCK("Aggregator", TEXT("dc1"), LINE("Address", TEXT("ag.example"))),
         BLOCK("Aggregator", TEXT("dc2"), LINE("Address", TEXT("::1")), LINE("Port", NUMBER(8443))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("x")), LINE("Aggregator", TEXT("dc2"))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.aggregators, 2);
    assert_string_equal(config.aggregator[0].address, "ag.example");
    assert_int_equal(config.aggregator[0].port, 443);
    assert_string_equal(config.aggregator[1].name, "dc2");
    assert_int_equal(config.aggregator[1].port, 8443);
    assert_string_equal(config.gateway[0].aggregator, "dc1");
    assert_string_equal(config.gateway[1].aggregator, "dc2");
}

static void keys__other_case__taken(void **state)
{
    (void)state;
    READ(BLOCK("gateway", TEXT("a"), LINE("ADDRESS", TEXT("x")), LINE("wordorder", TEXT("LITTLE")),
               BLOCK("string", NUMBER(1), LINE("celltype", NUMBER(2)))));
    assert_int_equal(complaints, 0);
    assert_true(config.gateway[0].low_word_first);
    assert_int_equal(config.gateway[0].string[0].cell_type, CELL_TYPE_2V);
}

static void limits__both_ends__taken(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("low"), LINE("Address", TEXT("a")), LINE("Port", NUMBER(1)),
               LINE("Interval", NUMBER(0.1)), LINE("CellInterval", NUMBER(0.1)),
               LINE("Timeout", NUMBER(0.05)), LINE("Window", NUMBER(1))),
         BLOCK("Gateway", TEXT("high"), LINE("Address", TEXT("b")), LINE("Port", NUMBER(65535)),
               LINE("Interval", NUMBER(3600)), LINE("CellInterval", NUMBER(86400)),
               LINE("CellIntervalDischarge", NUMBER(3600)), LINE("Timeout", NUMBER(60))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateways, 2);
    assert_int_equal(config.gateway[0].timeout_ms, 50);
    assert_int_equal(config.gateway[0].interval_ms, 100);
    assert_int_equal(config.gateway[1].cell_interval_ms, 86400000);
    assert_int_equal(config.gateway[1].port, 65535);
}

static void choices__as_number_and_as_text__the_same(void **state)
{
    (void)state;
    READ(BLOCK(
        "Gateway", TEXT("a"), ADDRESS,
        BLOCK("String", NUMBER(1), LINE("CellType", NUMBER(12)), LINE("HallSensor", TEXT("1000"))),
        BLOCK("String", NUMBER(2), LINE("CellType", TEXT("6")), LINE("HallSensor", NUMBER(100)))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateway[0].string[0].cell_type, CELL_TYPE_12V);
    assert_int_equal(config.gateway[0].string[0].hall_a, 1000);
    assert_int_equal(config.gateway[0].string[1].cell_type, CELL_TYPE_6V);
    assert_int_equal(config.gateway[0].string[1].hall_a, 100);
}

static void names__longest_and_odd_ones__taken(void **state)
{
    char longest[NAME_SIZE];

    (void)state;
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    READ(BLOCK("Gateway", TEXT(longest), LINE("Address", TEXT("a"))),
         BLOCK("Gateway", TEXT("Hala \xc5\xa0tok 2 (\xc5\xa1\x61ht)"), LINE("Address", TEXT("b"))));
    assert_int_equal(complaints, 0);
    assert_string_equal(config.gateway[0].name, longest);
}

static void blocks__two_plugin_blocks__added_up(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT("a"))));
    READ(BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("b"))),
         LINE("CellMetrics", TEXT("none")));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateways, 2);
    assert_string_equal(config.gateway[1].name, "b");
    assert_int_equal(config.cell_metrics, CELL_METRICS_NONE);
}

static void addresses__same_host_other_port__two_gateways(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS),
         BLOCK("Gateway", TEXT("b"), ADDRESS, LINE("Port", NUMBER(503))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateways, 2);
}

static void empty__block__no_gateway_no_complaint(void **state)
{
    const struct conf_node plugin = {.key = "Plugin"};

    (void)state;
    config_add(&config, &plugin, keep_complaint, &complaints);
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateways, 0);
}

static void free__twice__fine(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS));
    config_free(&config);
    assert_int_equal(config.gateways, 0);
    config_free(&config);
}

/* ---- cell registers ---------------------------------------------------------------------- */

static void cell_register__off_and_moved__in_the_map(void **state)
{
    const struct gateway_config *g;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("CellRegister", TEXT("soc"), LINE("Offset", TEXT("off"))),
               BLOCK("CellRegister", TEXT("SOH"), LINE("Offset", NUMBER(5))),
               BLOCK("CellRegister", TEXT("alarm"), LINE("Offset", NUMBER(99)))));
    assert_int_equal(complaints, 0);
    g = &config.gateway[0];
    assert_int_equal(g->cell_offset[CELL_SOC], REG_OFFSET_OFF);
    assert_int_equal(g->cell_map.count, 6);
    assert_int_equal(g->cell_map.words, 100);
    assert_int_equal(g->cell_map.row[4].quantity, CELL_SOH);
    assert_int_equal(g->cell_map.row[5].quantity, CELL_ALARM);
}

static void cell_register__on_published_register__one_complaint(void **state)
{
    (void)state;
    for (int at = 0; at <= 4; at++) {
        conf_teardown(state);
        conf_setup(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BLOCK("CellRegister", TEXT("soh"), LINE("Offset", NUMBER(at)))));
        CHECK_COMPLAINT("<Gateway \"a\">", "CellRegister", "soh", "overlaps");
        assert_int_equal(config.gateways, 0);
    }
}

static void cell_register__two_at_one_place__one_complaint(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("CellRegister", TEXT("soh"), LINE("Offset", NUMBER(5))))); /* soc is there */
    CHECK_COMPLAINT("<Gateway \"a\">", "CellRegister", "overlaps");
}

static void cell_register__offset_not_allowed__one_complaint(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("CellRegister", TEXT("soh"), LINE("Offset", NUMBER(100)))));
    CHECK_COMPLAINT("<Gateway \"a\"> <CellRegister \"soh\">", "Offset", "100", "0 to 99",
                    "\"off\"");
}

/* What collectd makes of a bare `Offset off`. */
static void cell_register__offset_false__switched_off(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("CellRegister", TEXT("soc"), LINE("Offset", BOOL(false))),
               BLOCK("CellRegister", TEXT("soh"), LINE("Offset", NUMBER(5)))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateways, 1);
    assert_int_equal(config.gateway[0].cell_offset[CELL_SOC], REG_OFFSET_OFF);
    assert_int_equal(config.gateway[0].cell_offset[CELL_SOH], 5);
}

/* An offset that was not understood is not put at 0, where the status is. */
static void cell_register__offset_true__no_second_complaint(void **state)
{
    static const char *const name[] = {"soc", "soh", "alarm"};

    for (size_t i = 0; i < COUNT(name); i++) {
        conf_teardown(state);
        conf_setup(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BLOCK("CellRegister", TEXT(name[i]), LINE("Offset", BOOL(true)))));
        CHECK_COMPLAINT("<CellRegister \"", name[i], "Offset is true", "0 to 99", "\"off\"");
    }
}

static void cell_register__no_offset__one_complaint(void **state)
{
    const struct conf_value name = TEXT("soh");
    const struct conf_node block = {.key = "CellRegister", .value = &name, .values = 1};

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, block));
    CHECK_COMPLAINT("<Gateway \"a\"> <CellRegister \"soh\">", "Offset is missing");
}

static void cell_register__unknown_register__one_complaint(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("CellRegister", TEXT("voltage"), LINE("Offset", NUMBER(9)))));
    CHECK_COMPLAINT("<Gateway \"a\">", "CellRegister", "\"voltage\"", "\"soc\"", "\"soh\"",
                    "\"alarm\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, conf_setup, conf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(minimal__three_lines__defaults),
        TEST(every_key__good_value__taken),
        TEST(added_register__required_keys__defaults),
        TEST(added_register__all_keys_for_all_strings__taken),
        TEST(supply__one_or_several__taken),
        TEST(aggregator__before_or_after_its_gateways__taken),
        TEST(keys__other_case__taken),
        TEST(limits__both_ends__taken),
        TEST(choices__as_number_and_as_text__the_same),
        TEST(names__longest_and_odd_ones__taken),
        TEST(blocks__two_plugin_blocks__added_up),
        TEST(addresses__same_host_other_port__two_gateways),
        TEST(empty__block__no_gateway_no_complaint),
        TEST(free__twice__fine),
        TEST(cell_register__off_and_moved__in_the_map),
        TEST(cell_register__on_published_register__one_complaint),
        TEST(cell_register__two_at_one_place__one_complaint),
        TEST(cell_register__offset_not_allowed__one_complaint),
        TEST(cell_register__offset_false__switched_off),
        TEST(cell_register__offset_true__no_second_complaint),
        TEST(cell_register__no_offset__one_complaint),
        TEST(cell_register__unknown_register__one_complaint),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
