/* <Register>, <Relay> and <Input>: what they take, and what is wrong with the rest. */
#include "../support/conf.h"

#define REGISTER(name, ...) BLOCK("Register", TEXT(name), __VA_ARGS__)
#define AT(unit, address)   LINE("Unit", NUMBER(unit)), LINE("Address", NUMBER(address))
#define GATEWAY(...)        READ(BLOCK("Gateway", TEXT("a"), ADDRESS, __VA_ARGS__))
#define STRING(...)         GATEWAY(BLOCK("String", NUMBER(3), __VA_ARGS__))

static const struct quantity_def *quantity(int i)
{
    assert_int_equal(complaints, 0);
    assert_true(i < config.gateway[0].addeds);
    return &config.gateway[0].quantity[i];
}

/* ---- registers: good --------------------------------------------------------------------- */

static void defaults__of_the_gateway(void **state)
{
    const struct quantity_def *d;

    (void)state;
    GATEWAY(REGISTER("a-Z_9", AT(0, 65535)));
    d = quantity(0);
    assert_string_equal(d->name, "a-Z_9");
    assert_int_equal(d->ups + d->string + d->cell, 0);
    assert_string_equal(quantity_units[d->unit].name, "number");
    assert_int_equal(d->factor, 1);
    assert_int_equal(d->low.warning, LIMIT_OFF);
    assert_int_equal(d->high.critical, LIMIT_OFF);
    assert_int_equal(d->high.raise_ms, 30000);
    assert_false(d->builtin);
    assert_int_equal(config.gateway[0].added[0].of, REG_OF_GATEWAY);
    assert_int_equal(config.gateway[0].added[0].quantity, 0);
    assert_int_equal(config.gateway[0].added[0].function, 0);
}

static void all_keys__taken(void **state)
{
    const struct quantity_def *d;
    const struct reg_added *r;

    (void)state;
    GATEWAY(REGISTER("p", LINE("String", NUMBER(32)), LINE("Cell", NUMBER(120)), AT(255, 7),
                     LINE("FunctionCode", NUMBER(4)), LINE("Type", TEXT("int32")),
                     LINE("WordOrder", TEXT("little")), LINE("Scale", NUMBER(0.25)),
                     LINE("MetricUnit", TEXT("bar")), LINE("Min", NUMBER(-1)),
                     LINE("Max", NUMBER(100)), LINE("LowCritical", NUMBER(1)),
                     LINE("LowWarning", NUMBER(2)), LINE("HighWarning", NUMBER(10.5)),
                     LINE("HighCritical", NUMBER(12)), LINE("Hysteresis", NUMBER(0.5)),
                     LINE("RaiseDelay", NUMBER(0)), LINE("ClearDelay", NUMBER(1.5))));
    d = quantity(0);
    r = &config.gateway[0].added[0];
    assert_int_equal(d->string, 32);
    assert_int_equal(d->cell, 120);
    assert_int_equal(d->decimals, 2);
    assert_int_equal(d->factor, 25);
    assert_int_equal(d->possible.min, -100);
    assert_int_equal(d->possible.max, 10000);
    assert_int_equal(d->low.critical, 100);
    assert_int_equal(d->low.warning, 200);
    assert_int_equal(d->high.warning, 1050);
    assert_int_equal(d->high.critical, 1200);
    assert_int_equal(d->low.hysteresis, 50);
    assert_int_equal(d->low.raise_ms, 0);
    assert_int_equal(d->high.clear_ms, 1500);
    assert_int_equal(r->of, REG_OF_STRING);
    assert_int_equal(r->index, 31);
    assert_int_equal(r->unit, 255);
    assert_int_equal(r->function, 4);
    assert_int_equal(r->low_word_first, true);
}

static void each_unit__its_type(void **state)
{
    for (int i = 0; i < QUANTITY_UNITS; i++) {
        conf_teardown(state);
        conf_setup(state);
        GATEWAY(REGISTER("q", AT(150, 0), LINE("MetricUnit", TEXT(quantity_units[i].name))));
        assert_int_equal(quantity(0)->unit, i);
    }
}

static void insulation__by_its_name_or_another(void **state)
{
    (void)state;
    GATEWAY(
        REGISTER("INSULATION", LINE("String", NUMBER(1)), AT(150, 0)),
        REGISTER("earth", LINE("String", NUMBER(2)), AT(151, 0), LINE("As", TEXT("insulation"))));
    assert_true(quantity(0)->builtin);
    assert_string_equal(quantity(0)->name, "insulation");
    assert_string_equal(quantity_units[quantity(1)->unit].name, "ohm");
    assert_false(quantity(1)->builtin);
    assert_int_equal(config.gateway[0].added[1].quantity, STRING_INSULATION);
}

static void one_name__for_each_object(void **state)
{
    (void)state;
    GATEWAY(REGISTER("x", AT(150, 0)), REGISTER("x", AT(150, 1), LINE("UPS", NUMBER(1))),
            REGISTER("x", AT(150, 2), LINE("String", NUMBER(1))),
            REGISTER("x", AT(150, 3), LINE("String", NUMBER(1)), LINE("Cell", NUMBER(1))));
    assert_int_equal(quantity(1)->ups, 1);
    assert_int_equal(config.gateway[0].added[1].of, REG_OF_UPS);
    assert_int_equal(config.gateway[0].addeds, 4);
}

static void vendors_register__as_it_is__taken(void **state)
{
    (void)state;
    GATEWAY(
        REGISTER("volts", AT(101, 2), LINE("Type", TEXT("uint32")), LINE("Scale", NUMBER(0.01))),
        REGISTER("beyond", AT(101, 15)), REGISTER("soh", AT(150, 0))); /* the last: not its name */
    CHECK_COMPLAINT("<Register \"soh\">", "the plugin itself has values of this name");
}

/* ---- registers: bad ---------------------------------------------------------------------- */

#define BAD(block, ...)                                                                            \
    do {                                                                                           \
        conf_teardown(state);                                                                      \
        conf_setup(state);                                                                         \
        GATEWAY(block);                                                                            \
        CHECK_COMPLAINT(__VA_ARGS__);                                                              \
    } while (0)

static void name__bad__said(void **state)
{
    static const char *const bad[] = {
        "",
        "a b",
        "a/b",
        "gr\xc3\xb6\xc3\x9f"
        "e",
        "a.b",
        "a\nb",
        "a2345678901234567890123456789012345678901234567890123456789012"
        "34"};

    for (size_t i = 0; i < COUNT(bad); i++)
        BAD(REGISTER(bad[i], AT(150, 0)), "<Register", "must be the quantity's name: 1 to 63");
    BAD(REGISTER("Voltage-cell017", AT(150, 0)), "the plugin itself has values of this name");
    BAD(REGISTER("cell017", AT(150, 0)), "the plugin itself has values of this name");
}

static void each_mistake__one_complaint_with_its_numbers(void **state)
{
    BAD(REGISTER("x", AT(248, 0)), "<Register \"x\">", "Unit is 248; it must be 0 to 247, or 255");
    BAD(REGISTER("x", AT(150, 65535), LINE("Type", TEXT("int32"))), "Address 65535",
        "beyond 65535");
    BAD(REGISTER("x", AT(150, 0), LINE("Type", TEXT("float32"))), "Type is \"float32\"",
        "\"uint16\", \"int16\", \"uint32\", \"int32\"");
    BAD(REGISTER("x", AT(150, 0), LINE("String", NUMBER(33))), "String is 33", "1 to 32");
    BAD(REGISTER("x", AT(150, 0), LINE("Cell", NUMBER(3))), "Cell needs the String");
    BAD(REGISTER("x", AT(150, 0), LINE("String", NUMBER(3)), LINE("UPS", NUMBER(3))),
        "either of a String or of a UPS");
    BAD(REGISTER("x", AT(150, 0), LINE("MetricUnit", TEXT("furlong"))), "MetricUnit is \"furlong\"",
        "\"V\", \"A\", \"ohm\"");
    BAD(REGISTER("insulation", AT(150, 0)), "\"insulation\" is of a String");
    BAD(REGISTER("insulation", AT(150, 0), LINE("String", NUMBER(1)),
                 LINE("MetricUnit", TEXT("V"))),
        "of insulation it must be \"ohm\"");
    BAD(REGISTER("x", AT(150, 0), LINE("Max", NUMBER(3)), LINE("Min", NUMBER(4))), "Max is 3",
        "Min is 4");
    BAD(REGISTER("x", AT(150, 0), LINE("HighWarning", NUMBER(3)), LINE("LowWarning", NUMBER(4))),
        "HighWarning is 3, and LowWarning is 4: it must not be lower");
    BAD(REGISTER("x", AT(150, 0), LINE("HighCritical", NUMBER(3)), LINE("HighWarning", NUMBER(4))),
        "HighCritical is 3, and HighWarning is 4");
    BAD(REGISTER("x", AT(150, 0), LINE("LowCritical", NUMBER(5)), LINE("LowWarning", NUMBER(4))),
        "LowWarning is 4, and LowCritical is 5");
    BAD(REGISTER("x", AT(150, 0), LINE("HighWarning", NUMBER(3e9))), "HighWarning is 3e+09",
        "no value beyond 2147483647 can be told");
    BAD(REGISTER("x", AT(150, 0), LINE("Hysteresis", NUMBER(-1))), "Hysteresis is -1");
    BAD(REGISTER("x", LINE("Unit", NUMBER(150))), "Address is missing");
}

#undef BAD
#define BAD(first, second, ...)                                                                    \
    do {                                                                                           \
        conf_teardown(state);                                                                      \
        conf_setup(state);                                                                         \
        GATEWAY(first, second);                                                                    \
        CHECK_COMPLAINT(__VA_ARGS__);                                                              \
    } while (0)

static void two_blocks__that_clash__both_named(void **state)
{
    BAD(REGISTER("x", AT(150, 0)), REGISTER("X", AT(150, 9)),
        "there is a <Register \"X\"> for the gateway already");
    BAD(REGISTER("x", AT(150, 8)), REGISTER("y", AT(150, 8), LINE("String", NUMBER(2))),
        "<Register \"x\"> of the gateway (Unit 150 Address 8) and <Register \"y\"> of string 2");
    BAD(REGISTER("x", AT(150, 7), LINE("Type", TEXT("uint32"))), REGISTER("y", AT(150, 8)),
        "overlap");
    BAD(REGISTER("insulation", AT(150, 7), LINE("String", NUMBER(2))),
        REGISTER("y", AT(150, 8), LINE("String", NUMBER(2)), LINE("As", TEXT("insulation"))),
        "<Register \"insulation\"> is the insulation of string 2 already");
    BAD(REGISTER("x", AT(150, 7)), REGISTER("y", AT(101, 3)),
        "<Register \"y\"> of the gateway: in the vendor's map of a BM-GW, Unit 101 Address 2 is "
        "string_voltage");
    BAD(REGISTER("x", AT(150, 7)), REGISTER("y", AT(132, 12001)),
        "Unit 132 Address 12001 is cell_voltage");
    BAD(REGISTER("x", AT(150, 7)), REGISTER("y", AT(32, 4)), "Unit 32 Address 3 is ups_current");
}

static void other_function__no_clash(void **state)
{
    (void)state;
    GATEWAY(REGISTER("x", AT(150, 8)), REGISTER("y", AT(150, 8), LINE("FunctionCode", NUMBER(4))));
    assert_int_equal(complaints, 0);
}

static void too_many__said(void **state)
{
    static struct conf_node block[QUANTITY_MAX + 2];
    static struct conf_value name[QUANTITY_MAX + 1], address[QUANTITY_MAX + 1];
    static struct conf_node line[QUANTITY_MAX + 1][2];
    static char text[QUANTITY_MAX + 1][16];
    static const struct conf_value unit = NUMBER(150), a = TEXT("a"), host = TEXT("h");

    (void)state;
    for (int i = 0; i <= QUANTITY_MAX; i++) {
        snprintf(text[i], sizeof(text[i]), "q%d", i);
        name[i] = (struct conf_value)TEXT(text[i]);
        address[i] = (struct conf_value)NUMBER(i);
        line[i][0] = (struct conf_node){.key = "Unit", .value = &unit, .values = 1};
        line[i][1] = (struct conf_node){.key = "Address", .value = &address[i], .values = 1};
        block[i] = (struct conf_node){"Register", &name[i], 1, line[i], 2};
    }
    block[QUANTITY_MAX + 1] = (struct conf_node){.key = "Address", .value = &host, .values = 1};
    READ({"Gateway", &a, 1, block, QUANTITY_MAX + 2});
    CHECK_COMPLAINT("<Register \"q64\">", "there are 64 already");
}

/* ---- relays and inputs ------------------------------------------------------------------- */

static void channel__keys__taken(void **state)
{
    const struct string_config *s;

    (void)state;
    STRING(BARE("Input", LINE("Name", TEXT("leak")), LINE("Normal", TEXT("on")),
                LINE("Severity", TEXT("minor")), LINE("RaiseDelay", NUMBER(2)),
                LINE("ClearDelay", NUMBER(3)), LINE("Label", TEXT("X4"))),
           BARE("Relay", LINE("Normal", TEXT("closed"))), LINE("Relay", TEXT("closed")));
    assert_int_equal(complaints, 0);
    s = &config.gateway[0].string[2];
    assert_true(s->channel_told[CHANNEL_INPUT] && s->channel_told[CHANNEL_RELAY]);
    assert_true(s->relay_closed);
    assert_string_equal(s->channel[CHANNEL_INPUT].name, "leak");
    assert_string_equal(s->channel[CHANNEL_INPUT].label, "X4");
    assert_int_equal(s->channel[CHANNEL_INPUT].normal, 1);
    assert_int_equal(s->channel[CHANNEL_INPUT].severity, ALARM_MINOR);
    assert_int_equal(s->channel[CHANNEL_INPUT].raise_ms, 2000);
    assert_int_equal(s->channel[CHANNEL_INPUT].clear_ms, 3000);
    assert_int_equal(s->channel[CHANNEL_RELAY].severity, ALARM_WARNING);
    assert_int_equal(s->channel[CHANNEL_RELAY].raise_ms, 10000);
    assert_int_equal(config.gateway[0].string[1].channel_told[CHANNEL_INPUT], false);
}

static void channel__types__how_bad_and_how_soon(void **state)
{
    static const struct {
        const char *type;
        int severity, raise_ms;
    } row[] = {
        {"fire",        ALARM_CRITICAL, 0    },
        {"gas",         ALARM_CRITICAL, 0    },
        {"leakage",     ALARM_CRITICAL, 0    },
        {"ventilation", ALARM_MAJOR,    10000},
        {"door",        ALARM_WARNING,  60000},
        {"other",       ALARM_WARNING,  10000},
    };

    for (size_t i = 0; i < COUNT(row); i++) {
        const struct channel_def *d;

        conf_teardown(state);
        conf_setup(state);
        STRING(BARE("Input", LINE("Type", TEXT(row[i].type))));
        assert_int_equal(complaints, 0);
        d = &config.gateway[0].string[2].channel[CHANNEL_INPUT];
        assert_int_equal(d->severity, row[i].severity);
        assert_int_equal(d->raise_ms, row[i].raise_ms);
        assert_int_equal(d->normal, CHANNEL_NOT_TOLD);
    }
}

#undef BAD
#define BAD(line, ...)                                                                             \
    do {                                                                                           \
        conf_teardown(state);                                                                      \
        conf_setup(state);                                                                         \
        STRING(line);                                                                              \
        CHECK_COMPLAINT("<String 3>", __VA_ARGS__);                                                \
    } while (0)

static void channel__mistakes__said(void **state)
{
    BAD(BARE("Input", LINE("Normal", TEXT("closed"))), "<Input>", "Normal is \"closed\"",
        "\"off\", \"on\"");
    BAD(BARE("Relay", LINE("Normal", TEXT("off"))), "<Relay>", "\"open\", \"closed\"");
    BAD(BARE("Input", LINE("Type", TEXT("smell"))), "Type is \"smell\"", "\"fire\"");
    BAD(BARE("Input", LINE("RaiseDelay", NUMBER(-1))), "RaiseDelay is -1");
    BAD(BARE("Input", LINE("Channel", NUMBER(1))), "there is no key Channel here");
    BAD(BLOCK("Input", TEXT("leak"), LINE("Normal", TEXT("on"))), "<Input \"leak\">",
        "takes no argument");
    conf_teardown(state);
    conf_setup(state);
    STRING(BARE("Relay", LINE("Normal", TEXT("open"))), LINE("Relay", TEXT("closed")));
    CHECK_COMPLAINT("Relay says \"closed\", and Normal of <Relay> \"open\"");
    conf_teardown(state);
    conf_setup(state);
    STRING(BARE("Input", LINE("Name", TEXT("a"))), BARE("Input", LINE("Name", TEXT("b"))));
    CHECK_COMPLAINT("<Input>", "there is such a block already");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, conf_setup, conf_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(defaults__of_the_gateway),
        TEST(all_keys__taken),
        TEST(each_unit__its_type),
        TEST(insulation__by_its_name_or_another),
        TEST(one_name__for_each_object),
        TEST(vendors_register__as_it_is__taken),
        TEST(name__bad__said),
        TEST(each_mistake__one_complaint_with_its_numbers),
        TEST(two_blocks__that_clash__both_named),
        TEST(other_function__no_clash),
        TEST(too_many__said),
        TEST(channel__keys__taken),
        TEST(channel__types__how_bad_and_how_soon),
        TEST(channel__mistakes__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
