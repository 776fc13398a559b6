/* Configuration that is wrong: one complaint per mistake, with all that is needed to cure it. */
#include "../support/conf.h"

#include <math.h>

/* A key, a value that it does not take, how the complaint shows it, and what it allows. */
struct bad {
    const char *key;
    struct conf_value value;
    const char *shown, *allowed;
};

/* clang-format off */
static const struct bad bad_gateway_lines[] = {
    {"Port", NUMBER(0), " 0;", "from 1 to 65535"},
    {"Port", NUMBER(65536), "65536", "from 1 to 65535"},
    {"Port", NUMBER(-1), "-1", "from 1 to 65535"},
    {"Port", NUMBER(502.5), "502.5", "whole number"},
    {"Port", TEXT("502"), "\"502\"", "whole number"},
    {"Port", TEXT("modbus"), "\"modbus\"", "whole number"},
    {"Port", BOOL(true), "true", "whole number"},
    {"Port", NUMBER(NAN), "nan", "whole number"},
    {"Port", NUMBER(1e300), "1e+300", "whole number"},
    {"Interval", NUMBER(0), " 0;", "from 0.1 to 3600"},
    {"Interval", NUMBER(0.09), "0.09", "from 0.1 to 3600"},
    {"Interval", NUMBER(3600.5), "3600.5", "from 0.1 to 3600"},
    {"Interval", NUMBER(NAN), "nan", "seconds"},
    {"Interval", NUMBER(INFINITY), "inf", "seconds"},
    {"Interval", NUMBER(-INFINITY), "-inf", "seconds"},
    {"Interval", NUMBER(1e300), "1e+300", "seconds"},
    {"Interval", TEXT("10"), "\"10\"", "seconds"},
    {"Interval", BOOL(false), "false", "seconds"},
    {"CellInterval", NUMBER(86401), "86401", "from 0.001 to 86400"},
    {"CellInterval", NUMBER(-60), "-60", "from 0.001 to 86400"},
    {"CellIntervalDischarge", NUMBER(3601), "3601", "from 0.001 to 3600"},
    {"Timeout", NUMBER(0.01), "0.01", "from 0.05 to 60"},
    {"Timeout", NUMBER(61), "61", "from 0.05 to 60"},
    {"Window", NUMBER(0), " 0;", "from 1 to 64"},
    {"Window", NUMBER(65), "65", "from 1 to 64"},
    {"FunctionCode", NUMBER(2), " 2;", "from 3 to 4"},
    {"FunctionCode", NUMBER(16), "16", "from 3 to 4"},
    {"WordOrder", TEXT("middle"), "\"middle\"", "\"big\", \"little\""},
    {"WordOrder", TEXT(""), "\"\"", "\"big\", \"little\""},
    {"WordOrder", BOOL(true), "true", "\"big\", \"little\""},
    {"Connections", NUMBER(0), " 0;", "1 to 8"},
    {"Connections", NUMBER(9), " 9;", "1 to 8"},
    {"SpanCells", TEXT("always"), "\"always\"", "\"auto\", \"never\""},
    {"SpanCells", NUMBER(2), " 2;", "\"auto\", \"never\""},
};

static const struct bad bad_string_lines[] = {
    {"CellType", NUMBER(4), " 4;", "\"2\", \"6\", \"12\""},
    {"CellType", TEXT("2V"), "\"2V\"", "\"2\", \"6\", \"12\""},
    {"CellType", NUMBER(2.5), "2.5", "\"2\", \"6\", \"12\""},
    {"CellType", NUMBER(1e300), "1e+300", "\"2\", \"6\", \"12\""},
    {"HallSensor", NUMBER(500), "500", "\"100\", \"200\", \"400\", \"800\", \"1000\""},
    {"HallSensor", BOOL(false), "false", "\"1000\""},
};

static const struct bad bad_offsets[] = {
    {"Offset", NUMBER(-1), "-1", "from 0 to 99"},
    {"Offset", NUMBER(100), "100", "from 0 to 99"},
    {"Offset", NUMBER(5.5), "5.5", "from 0 to 99"},
    {"Offset", TEXT("on"), "\"on\"", "\"off\""},
    {"Offset", NUMBER(NAN), "nan", "from 0 to 99"},
};

static const struct bad bad_registers[] = {
    {"String", NUMBER(0), " 0;", "from 1 to 32"},
    {"String", NUMBER(33), "33", "from 1 to 32"},
    {"Unit", NUMBER(-1), "-1", "from 0 to 255"},
    {"Unit", NUMBER(248), "248", "0 to 247, or 255"},
    {"Address", NUMBER(-1), "-1", "from 0 to 65535"},
    {"Address", NUMBER(65536), "65536", "from 0 to 65535"},
    {"Type", TEXT("float"), "\"float\"", "\"uint16\", \"int16\", \"uint32\", \"int32\""},
    {"WordOrder", TEXT("middle"), "\"middle\"", "\"big\", \"little\""},
    {"Scale", NUMBER(0), " 0;", "a number from 1e-06 to 1e+09"},
    {"Scale", NUMBER(-1), "-1", "a number from"},
    {"Scale", NUMBER(NAN), "nan", "a number from"},
    {"Scale", TEXT("100"), "\"100\"", "a number from"},
};

static const struct bad bad_addresses[] = {
    {"Address", TEXT(""), "\"\"", "1 to 255 bytes"},
    {"Address", NUMBER(10), "10", "1 to 255 bytes"},
    {"Address", BOOL(true), "true", "1 to 255 bytes"},
};
/* clang-format on */

static void fresh(void **state)
{
    conf_teardown(state);
    conf_setup(state);
}

/* The value as the complaint has it, in the form "<key> is <shown>; it must be ...". */
static void check_bad(const struct bad *b, const char *block)
{
    CHECK_COMPLAINT(block, b->key, b->shown, b->allowed, "; it must be ", "left out");
    assert_int_equal(config.gateways, 0);
    assert_int_equal(config.left_out, 1);
}

static void gateway_line__bad_value__one_complaint(void **state)
{
    for (size_t i = 0; i < COUNT(bad_gateway_lines); i++) {
        const struct bad *b = &bad_gateway_lines[i];

        fresh(state);
        READ(
            BLOCK("Gateway", TEXT("a"), ADDRESS, {.key = b->key, .value = &b->value, .values = 1}));
        check_bad(b, "<Plugin btms> <Gateway \"a\">");
    }
}

static void string_line__bad_value__one_complaint(void **state)
{
    for (size_t i = 0; i < COUNT(bad_string_lines); i++) {
        const struct bad *b = &bad_string_lines[i];

        fresh(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BLOCK("String", NUMBER(3), {.key = b->key, .value = &b->value, .values = 1})));
        check_bad(b, "<Plugin btms> <Gateway \"a\"> <String 3>");
    }
}

static void offset__bad_value__one_complaint(void **state)
{
    for (size_t i = 0; i < COUNT(bad_offsets); i++) {
        const struct bad *b = &bad_offsets[i];

        fresh(state);
        READ(BLOCK(
            "Gateway", TEXT("a"), ADDRESS,
            BLOCK("CellRegister", TEXT("soh"), {.key = b->key, .value = &b->value, .values = 1})));
        check_bad(b, "<Plugin btms> <Gateway \"a\"> <CellRegister \"soh\">");
    }
}

static void added_register__bad_value__one_complaint(void **state)
{
    for (size_t i = 0; i < COUNT(bad_registers); i++) {
        const struct bad *b = &bad_registers[i];
        const struct conf_value three = NUMBER(3);
        struct conf_node lines[4] = {
            {.key = "String",  .value = &three, .values = 1},
            {.key = "Unit",    .value = &three, .values = 1},
            {.key = "Address", .value = &three, .values = 1}
        };
        const struct conf_value name = TEXT("insulation");
        size_t n = 3;

        for (size_t k = 0; k < 3; k++)
            if (strcmp(lines[k].key, b->key) == 0)
                n = k;
        lines[n] = (struct conf_node){.key = b->key, .value = &b->value, .values = 1};
        fresh(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   {.key = "Register",
                    .value = &name,
                    .values = 1,
                    .child = lines,
                    .children = n == 3 ? 4 : 3}));
        check_bad(b, "<Plugin btms> <Gateway \"a\"> <Register \"insulation\">");
    }
}

#define REGISTER(name, string, address, ...)                                                       \
    BLOCK("Register", TEXT(name), LINE("String", NUMBER(string)), LINE("Unit", NUMBER(150)),       \
          LINE("Address", NUMBER(address)), __VA_ARGS__)

static void address__bad_value__one_complaint(void **state)
{
    for (size_t i = 0; i < COUNT(bad_addresses); i++) {
        const struct bad *b = &bad_addresses[i];

        fresh(state);
        READ(BLOCK("Gateway", TEXT("a"), {.key = b->key, .value = &b->value, .values = 1}));
        check_bad(b, "<Plugin btms> <Gateway \"a\">");
    }
}

static void address__too_long__one_complaint(void **state)
{
    char text[257];

    (void)state;
    memset(text, 'a', 256);
    text[256] = '\0';
    READ(BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT(text))));
    CHECK_COMPLAINT("Address", "1 to 255 bytes");
    fresh(state);
    text[255] = '\0';
    READ(BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT(text))));
    assert_int_equal(complaints, 0);
}

static void address__missing__one_complaint(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), LINE("Port", NUMBER(502))));
    CHECK_COMPLAINT("<Gateway \"a\">", "Address is missing");
    assert_int_equal(config.left_out, 1);
}

static void plugin_line__bad_value__ignored_and_gateways_kept(void **state)
{
    (void)state;
    READ(LINE("CellMetrics", TEXT("some")), BLOCK("Gateway", TEXT("a"), ADDRESS));
    CHECK_COMPLAINT("<Plugin btms>", "CellMetrics", "\"some\"", "\"all\", \"summary\", \"none\"");
    assert_int_equal(config.gateways, 1);
    assert_int_equal(config.cell_metrics, CELL_METRICS_ALL);
}

static void key__unknown__named_with_those_there_are(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Intervall", NUMBER(5))));
    CHECK_COMPLAINT("<Gateway \"a\">", "Intervall", "Interval, CellInterval", "<String>",
                    "<CellRegister>");
    fresh(state);
    READ(LINE("Host", TEXT("x")));
    CHECK_COMPLAINT("<Plugin btms>", "Host", "CellMetrics", "<Gateway>");
    fresh(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("String", NUMBER(1), LINE("Hall", NUMBER(1)))));
    CHECK_COMPLAINT("<Gateway \"a\"> <String 1>", "Hall", "CellType, HallSensor");
}

static void supply__bad_names__one_complaint(void **state)
{
    char name[NAME_SIZE + 1];

    memset(name, 'p', NAME_SIZE);
    name[NAME_SIZE] = '\0';
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Supply", TEXT(name))));
    CHECK_COMPLAINT("Supply", "1 to 4 power supplies");
    fresh(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Supply", TEXT("ps1"), NUMBER(2))));
    CHECK_COMPLAINT("Supply", "63 bytes");
    fresh(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               LINE("Supply", TEXT("1"), TEXT("2"), TEXT("3"), TEXT("4"), TEXT("5"))));
    CHECK_COMPLAINT("Supply", "1 to 4");
    fresh(state);
    READ(
        BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Supply", TEXT("1")), LINE("Supply", TEXT("2"))));
    CHECK_COMPLAINT("Supply", "given twice");
}

static void key__twice__one_complaint(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Port", NUMBER(1)), LINE("Port", NUMBER(2))));
    CHECK_COMPLAINT("<Gateway \"a\">", "Port", "twice");
    assert_int_equal(config.gateways, 0);
}

static void line__no_or_two_values__one_complaint(void **state)
{
    const struct conf_node bare = {.key = "Port"};

    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Port", NUMBER(1), NUMBER(2))));
    CHECK_COMPLAINT("<Gateway \"a\">", "Port", "1 to 65535");
    fresh(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, bare));
    CHECK_COMPLAINT("<Gateway \"a\">", "Port", "nothing", "1 to 65535");
    fresh(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("Port", NUMBER(1), LINE("x", NUMBER(1)))));
    CHECK_COMPLAINT("<Gateway \"a\">", "Port", "1 to 65535");
}

/* ---- names and numbers of blocks --------------------------------------------------------- */

static void gateway_name__not_allowed__one_complaint(void **state)
{
    static const char longest[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    static const char *const names[] = {"", "a/b", "/", "a\nb", longest};

    for (size_t i = 0; i < COUNT(names); i++) {
        fresh(state);
        READ(BLOCK("Gateway", TEXT(names[i]), ADDRESS));
        CHECK_COMPLAINT("<Plugin btms> <Gateway", "1 to 63 bytes", "'/'");
        assert_int_equal(config.gateways, 0);
    }
    fresh(state);
    READ(BLOCK("Gateway", NUMBER(7), ADDRESS));
    CHECK_COMPLAINT("<Gateway 7>", "1 to 63 bytes");
}

static void gateway_name__none__one_complaint(void **state)
{
    const struct conf_node address = ADDRESS;
    const struct conf_node block = {.key = "Gateway", .child = &address, .children = 1};

    (void)state;
    READ(block);
    CHECK_COMPLAINT("<Gateway>", "1 to 63 bytes");
}

static void gateway_name__twice__second_left_out(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT("x"))),
         BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT("y"))));
    CHECK_COMPLAINT("<Gateway \"a\">", "name already");
    assert_int_equal(config.gateways, 1);
    assert_string_equal(config.gateway[0].address, "x");
}

static void gateway_address__twice__second_left_out(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), LINE("Address", TEXT("gw"))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("GW"))));
    CHECK_COMPLAINT("<Gateway \"b\">", "502", "\"GW\"", "gateway \"a\"");
    assert_int_equal(config.gateways, 1);
}

static void aggregator__wrong__left_out_and_said(void **state)
{
    (void)state;
    READ(BLOCK("Aggregator", TEXT("dc1"), LINE("Port", NUMBER(1))));
    CHECK_COMPLAINT("<Aggregator \"dc1\">", "Address is missing", "this aggregator is left out");
    fresh(state);
    READ(BLOCK("Aggregator", TEXT("a/b"), ADDRESS));
    CHECK_COMPLAINT("<Aggregator \"a/b\">", "the aggregator's name", "1 to 63 bytes, no '/'");
    fresh(state);
    READ(BLOCK("Aggregator", TEXT("dc1"), ADDRESS, LINE("Port", NUMBER(0))));
    CHECK_COMPLAINT("<Aggregator \"dc1\">", "Port is 0", "1 to 65535");
    fresh(state);
    READ(BLOCK("Aggregator", TEXT("dc1"), ADDRESS, LINE("Interval", NUMBER(1))));
    CHECK_COMPLAINT("<Aggregator \"dc1\">", "no key Interval",
                    "there are Address, Port, Location, Label;");
    assert_int_equal(config.aggregators, 0);
    fresh(state);
    READ(BLOCK("Aggregator", TEXT("dc1"), ADDRESS), BLOCK("Aggregator", TEXT("dc1"), ADDRESS));
    CHECK_COMPLAINT("<Aggregator \"dc1\">", "name already");
    assert_int_equal(config.aggregators, 1);
}

static void aggregator__of_a_gateway_unknown__gateway_kept(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Aggregator", TEXT("dc1"))));
    CHECK_COMPLAINT("gateway \"a\"", "there is no <Aggregator \"dc1\">", "the line is ignored");
    assert_int_equal(config.gateways, 1);
    assert_string_equal(config.gateway[0].aggregator, "");
}

static void string_number__not_allowed__one_complaint(void **state)
{
    static const struct conf_value numbers[] = {NUMBER(0),     NUMBER(33), NUMBER(-1), NUMBER(1.5),
                                                NUMBER(1e300), TEXT("3"),  BOOL(true)};

    for (size_t i = 0; i < COUNT(numbers); i++) {
        fresh(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BLOCK("String", numbers[i], LINE("CellType", NUMBER(2)))));
        CHECK_COMPLAINT("<Gateway \"a\"> <String ", "1 to 32");
    }
}

/* ---- several mistakes -------------------------------------------------------------------- */

static void mistakes__several__all_told_and_good_gateways_kept(void **state)
{
    (void)state;
    READ(LINE("Nonsense", NUMBER(1)),
         BLOCK("Gateway", TEXT("bad"), LINE("Port", NUMBER(0)), LINE("Window", NUMBER(0)),
               LINE("What", NUMBER(0)), BLOCK("String", NUMBER(33), LINE("CellType", NUMBER(2)))),
         BLOCK("Gateway", TEXT("good"), ADDRESS),
         BLOCK("Gateway", TEXT("good"), LINE("Address", TEXT("z"))));
    assert_int_equal(complaints, 7); /* Address is missing, too */
    assert_int_equal(config.errors, 7);
    assert_int_equal(config.gateways, 1);
    assert_string_equal(config.gateway[0].name, "good");
    assert_int_equal(config.left_out, 2);
}

static void mistakes__gateway_left_out__its_name_is_free(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), LINE("Port", NUMBER(0)), ADDRESS),
         BLOCK("Gateway", TEXT("a"), ADDRESS));
    assert_int_equal(complaints, 1);
    assert_int_equal(config.gateways, 1);
}

static void mistakes__very_long_words__cut_not_overflown(void **state)
{
    static char text[5000];

    memset(text, 'k', sizeof(text) - 1);
    READ(BLOCK("Gateway", TEXT(text), LINE(text, TEXT(text)), LINE("Address", TEXT(text)),
               BLOCK("CellRegister", TEXT(text), LINE(text, TEXT(text))),
               BLOCK("String", TEXT(text), LINE(text, TEXT(text)))));
    assert_true(complaints >= 5);
    assert_int_equal(config.gateways, 0);
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, conf_setup, conf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gateway_line__bad_value__one_complaint),
        TEST(string_line__bad_value__one_complaint),
        TEST(offset__bad_value__one_complaint),
        TEST(added_register__bad_value__one_complaint),
        TEST(address__bad_value__one_complaint),
        TEST(address__too_long__one_complaint),
        TEST(address__missing__one_complaint),
        TEST(plugin_line__bad_value__ignored_and_gateways_kept),
        TEST(key__unknown__named_with_those_there_are),
        TEST(supply__bad_names__one_complaint),
        TEST(key__twice__one_complaint),
        TEST(line__no_or_two_values__one_complaint),
        TEST(gateway_name__not_allowed__one_complaint),
        TEST(gateway_name__none__one_complaint),
        TEST(gateway_name__twice__second_left_out),
        TEST(gateway_address__twice__second_left_out),
        TEST(aggregator__wrong__left_out_and_said),
        TEST(aggregator__of_a_gateway_unknown__gateway_kept),
        TEST(string_number__not_allowed__one_complaint),
        TEST(mistakes__several__all_told_and_good_gateways_kept),
        TEST(mistakes__gateway_left_out__its_name_is_free),
        TEST(mistakes__very_long_words__cut_not_overflown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
