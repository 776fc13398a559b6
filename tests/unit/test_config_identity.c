/* Names, places and advice in the configuration; and gateways that were called otherwise. */
#include "../support/conf.h"

static void every_key__taken_where_it_belongs(void **state)
{
    const struct identity *gateway, *string;

    (void)state;
    READ(BLOCK("Gateway", TEXT("gw-new"), ADDRESS, LINE("FormerName", TEXT("gw-old")),
               LINE("Location", TEXT("hall 2")), LINE("Label", TEXT("INV-1")),
               LINE("Manufacturer", TEXT("Maker")), LINE("Model", TEXT("BM-GW")),
               LINE("InstallDate", TEXT("2024-02-29")), LINE("Note", TEXT("key at the desk")),
               LINE("Runbook", TEXT("https://wiki.example/gw")),
               BLOCK("String", NUMBER(3),
                     LINE("Name", TEXT("Stra\xc3\x9f"
                                       "e")),
                     LINE("celllabel", TEXT("R2-S%02d")), LINE("CellFirst", NUMBER(0)),
                     LINE("CellType", NUMBER(12)))));
    assert_int_equal(complaints, 0);
    assert_string_equal(config.gateway[0].former_name, "gw-old");
    assert_int_equal(config.gateway[0].identities.n, 2);
    gateway = identity_find(&config.gateway[0].identities, ALARM_OF_GATEWAY, 0);
    assert_string_equal(gateway->location, "hall 2");
    assert_string_equal(gateway->label, "INV-1");
    assert_string_equal(gateway->manufacturer, "Maker");
    assert_string_equal(gateway->model, "BM-GW");
    assert_int_equal(gateway->installed, 20240229);
    assert_string_equal(gateway->note, "key at the desk");
    assert_string_equal(gateway->runbook, "https://wiki.example/gw");
    string = identity_find(&config.gateway[0].identities, ALARM_OF_STRING, 3);
    assert_string_equal(string->name, "Stra\xc3\x9f"
                                      "e");
    assert_string_equal(string->cell_label, "R2-S%02d");
    assert_int_equal(string->cell_first, 0);
    assert_string_equal(string->location, "");
}

static void ups__name_and_place__taken(void **state)
{
    const struct identity *ups;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("UPS", NUMBER(2), LINE("Name", TEXT("UPS-A")), LINE("Strings", NUMBER(4)),
                     LINE("Location", TEXT("hall 2")))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateway[0].ups[1].strings, 4);
    ups = identity_find(&config.gateway[0].identities, ALARM_OF_UPS, 2);
    assert_string_equal(ups->name, "UPS-A");
    assert_string_equal(ups->location, "hall 2");
}

static void sensor__of_a_th_controller__taken(void **state)
{
    const struct identity *sensor;

    (void)state;
    READ(BLOCK(
        "THController", TEXT("hall-2"), ADDRESS, LINE("Location", TEXT("hall 2")),
        BLOCK("Sensor", NUMBER(17), LINE("Name", TEXT("Rack 4")), LINE("Label", TEXT("T17")))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.th[0].identities.n, 2);
    sensor = identity_find(&config.th[0].identities, ALARM_OF_SENSOR, 17);
    assert_string_equal(sensor->name, "Rack 4");
    conf_teardown(state);
    conf_setup(state);
    READ(BLOCK("THController", TEXT("hall-2"), ADDRESS, BLOCK("Sensor", NUMBER(121))));
    check_one_complaint((const char *[]){"<Sensor 121>: ", "1 to 120", NULL});
    conf_teardown(state);
    conf_setup(state);
    READ(BLOCK("THController", TEXT("hall-2"), ADDRESS,
               BLOCK("Sensor", NUMBER(1), LINE("CellLabel", TEXT("%d")))));
    check_one_complaint(
        (const char *[]){"there is no key CellLabel here; there are Name, Location", NULL});
}

static void nothing_told__nothing_kept(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(3), LINE("CellType", NUMBER(12)))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateway[0].identities.n, 0);
}

static void mistakes__of_a_string__each_told(void **state)
{
    static const char x[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    static const struct {
        const char *key, *value, *says;
    } rows[] = {
        {"Name",        "a\nb",       "Name has a control character"                            },
        {"Name",        "a\xff",      "Name is not valid UTF-8"                                 },
        {"Name",        x,            "it must be a text of 1 to 63 bytes"                      },
        {"Name",        "",           "it must be a text of 1 to 63 bytes"                      },
        {"InstallDate", "2023-02-29",
         "InstallDate is \"2023-02-29\", which is no day of the calendar"                       },
        {"InstallDate", "29.2.2024",
         "InstallDate is \"29.2.2024\", which is not a date like 2026-01-31"                    },
        {"CellLabel",   "R%s",        "CellLabel is \"R%s\", which has a % that is neither"     },
        {"CellLabel",   "R",          "which has no %d for the number"                          },
        {"Runbook",     "wiki/btms",  "which does not begin with https:// or http://"           },
        {"Nam",         "a",          "there is no key Nam here; there are CellType, HallSensor"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BLOCK("String", NUMBER(3), LINE(rows[i].key, TEXT(rows[i].value)))));
        check_one_complaint((const char *[]){"<Gateway \"a\"> <String 3>: ", rows[i].says,
                                             "this gateway is left out", NULL});
        conf_teardown(state);
        conf_setup(state);
    }
}

static void mistakes__key_of_another_thing_or_twice__told(void **state)
{
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Name", TEXT("b"))));
    check_one_complaint((const char *[]){"there is no key Name here", "Location, Label", NULL});
    conf_teardown(state);
    conf_setup(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("CellLabel", TEXT("%d"))));
    check_one_complaint((const char *[]){"there is no key CellLabel here", NULL});
    conf_teardown(state);
    conf_setup(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Label", TEXT("b")), LINE("Label", TEXT("c"))));
    check_one_complaint((const char *[]){"Label is given twice", NULL});
    conf_teardown(state);
    conf_setup(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(1), LINE("CellFirst", NUMBER(10000)))));
    check_one_complaint(
        (const char *[]){"CellFirst is 10000; it must be a whole number from 0 to 9999", NULL});
}

static void former_name__of_another_or_twice__told_and_ignored(void **state)
{
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("FormerName", TEXT("b"))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("10.0.0.6"))));
    config_finish(&config, keep_complaint, &complaints);
    check_one_complaint((const char *[]){"\"a\": FormerName \"b\" is the name of \"b\"",
                                         "can be of one only", NULL});
    assert_int_equal(config.gateways, 2);
    assert_string_equal(config.gateway[0].former_name, "");
    conf_teardown(state);
    conf_setup(state);
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("FormerName", TEXT("old"))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("10.0.0.6")),
               LINE("FormerName", TEXT("old"))));
    config_finish(&config, keep_complaint, &complaints);
    check_one_complaint((const char *[]){"FormerName \"old\" is the FormerName of \"b\"", NULL});
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, conf_setup, conf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_key__taken_where_it_belongs),
        TEST(ups__name_and_place__taken),
        TEST(sensor__of_a_th_controller__taken),
        TEST(nothing_told__nothing_kept),
        TEST(mistakes__of_a_string__each_told),
        TEST(mistakes__key_of_another_thing_or_twice__told),
        TEST(former_name__of_another_or_twice__told_and_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
