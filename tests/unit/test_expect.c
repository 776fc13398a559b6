/* What is there against what should be there. */
#include "../support/check.h"
#include "expect.h"

#include <stdlib.h>
#include <string.h>

static struct census census_of(const char *text)
{
    struct census c;

    assert_true(expect_parse(text, &c));
    return c;
}

static void print__any__read_back(void **state)
{
    static const char *const texts[] = {
        "UPS; strings",
        "UPS 1; strings 1:24",
        "UPS 1 32; strings 1:120 2:0 32:40",
        "UPS 1; strings 1:24/2 2:24 3:8/6 4:4/12",
        "sensors",
        "sensors 1",
        "sensors 1-24 30 119-120",
        "sensors 1-120",
    };
    char is[EXPECT_TEXT];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct census c = census_of(texts[i]);

        expect_print(&c, is);
        assert_string_equal(is, texts[i]);
    }
}

/* As a store that others write to may have it. */
static void has__what_no_gateway_can_have__no(void **state)
{
    struct census c = census_of("UPS 1 32; strings 1:120 32:40");

    (void)state;
    assert_true(expect_has(&c, 32, 0, 0) && expect_has(&c, 1, 32, 40));
    assert_false(expect_has(&c, 33, 0, 0) || expect_has(&c, 65535, 0, 0));
    assert_false(expect_has(&c, 0, 33, 0) || expect_has(&c, 0, 65505, 0));
}

static void print__all_there_can_be__fits(void **state)
{
    struct census c = {.ups = UINT32_MAX, .strings = UINT32_MAX}, again;
    char is[EXPECT_TEXT];

    (void)state;
    memset(c.cells, CELL_MAX, sizeof(c.cells));
    memset(c.type, CELL_TYPE_12V, sizeof(c.type));
    expect_print(&c, is);
    assert_true(expect_parse(is, &again));
    assert_true(expect_same(&c, &again));
    assert_memory_equal(c.type, again.type, sizeof(c.type));
}

static void parse__something_else__refused(void **state)
{
    static const char *const texts[] = {"",
                                        "UPS",
                                        "UPS 0; strings",
                                        "UPS 33; strings",
                                        "UPS 1; strings 1",
                                        "UPS 1; strings 1:121",
                                        "UPS 1; strings 1:-1",
                                        "UPS 1; strings 33:1",
                                        "UPS 1; strings 1:1 ",
                                        "UPS 1; strings 1:1x",
                                        "UPS 1; strings 1:1/",
                                        "UPS 1; strings 1:1/0",
                                        "UPS 1; strings 1:1/3",
                                        "UPS 1; strings 1:1/268",
                                        "sensors 0",
                                        "sensors 121",
                                        "sensors 1-",
                                        "sensors 4-3",
                                        "sensors 1-121",
                                        "sensors 1,2",
                                        "sensors x"};
    struct census c;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (expect_parse(texts[i], &c))
            fail_msg("taken: %s", texts[i]);
}

static void beyond__more_and_less__named(void **state)
{
    static const struct {
        const char *a, *b, *what;
    } row[] = {
        {"UPS 1; strings 1:24",        "UPS 1; strings 1:24",       ""                                       },
        {"UPS 1; strings 1:24",        "UPS 1 2; strings 1:25 2:1", ""                                       },
        {"UPS 1 2; strings 1:24",      "UPS 1; strings 1:24",       "UPS 2"                                  },
        {"UPS 1; strings 1:40 3:40",   "UPS 1; strings 1:39",       "1 cell of string 1, string 3"           },
        {"UPS 1; strings 1:40",        "UPS; strings 1:30",         "UPS 1, 10 cells of string 1"            },
        {"UPS 1 2 3; strings 1:1 2:2", "UPS; strings",              "UPS 1, UPS 2, UPS 3, string 1, string 2"},
        {"sensors 1-3 65",             "sensors 2 4-9",             "sensor 1, sensor 3, sensor 65"          },
    };
    char what[64];

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct census a = census_of(row[i].a), b = census_of(row[i].b);

        assert_int_equal(expect_beyond(&a, &b, what, sizeof(what)), *row[i].what != '\0');
        assert_string_equal(what, row[i].what);
    }
}

static void sensors__every_second__fit_and_are_read_back(void **state)
{
    struct th_controller th = {.health = {.reachable = true}};
    struct census c, again;
    char is[EXPECT_TEXT];

    (void)state;
    for (int n = 2; n <= TH_SENSOR_MAX; n += 2)
        th.sensor[n].presence = PRESENCE_HERE;
    th.sensor[0].presence = PRESENCE_HERE; /* is not expected to stay */
    th.sensor[3].presence = PRESENCE_GONE;
    expect_count_th(&th, &c);
    assert_true(c.reachable);
    assert_false(expect_has_sensor(&c, 0));
    assert_false(expect_has_sensor(&c, 3));
    assert_true(expect_has_sensor(&c, 120));
    expect_print(&c, is);
    assert_true(expect_parse(is, &again));
    assert_true(again.th && expect_same(&c, &again));
    again.sensors[1] ^= 1;
    assert_false(expect_same(&c, &again));
    expect_add(&c, &again);
    assert_true(expect_has_sensor(&c, 65) && expect_has_sensor(&c, 2));
    assert_false(expect_nothing(&c));
}

static void beyond__more_than_there_is_room_for__cut(void **state)
{
    struct census a = {.ups = UINT32_MAX, .strings = UINT32_MAX}, none = {0};
    char what[40];

    (void)state;
    assert_true(expect_beyond(&a, &none, what, sizeof(what)));
    assert_int_equal(strlen(what), sizeof(what) - 1);
}

static void add__both__the_most_of_each(void **state)
{
    struct census a = census_of("UPS 1; strings 1:24 2:10"), b = census_of("UPS 2; strings 2:20");
    char is[EXPECT_TEXT];

    (void)state;
    expect_add(&a, &b);
    expect_print(&a, is);
    assert_string_equal(is, "UPS 1 2; strings 1:24 2:20");
}

static void types__found_out_later__taken_over_and_never_lost(void **state)
{
    struct census a = census_of("UPS 1; strings 1:24/2 2:10"),
                  b = census_of("UPS 1; strings 1:24 2:9/6");
    char is[EXPECT_TEXT];

    (void)state;
    assert_true(expect_take_types(&a, &b));
    expect_print(&a, is);
    assert_string_equal(is, "UPS 1; strings 1:24/2 2:10/6");
    assert_false(expect_take_types(&a, &b));
    b.cells[1] = 10;
    assert_true(expect_same(&a, &b)); /* a type is nothing that could be missing */
}

static void count__gateway__what_is_here(void **state)
{
    struct gateway *g = calloc(1, sizeof(*g));
    struct census c;
    char is[EXPECT_TEXT];

    (void)state;
    g->health.reachable = true;
    g->ups[1].presence = PRESENCE_HERE;
    g->ups[2].presence = PRESENCE_GONE;
    g->string[0].presence = PRESENCE_HERE;
    g->string[0].cells = 40; /* the most ever; the device says 39 now */
    g->string[0].value[STRING_CELL_COUNT] = 39;
    g->string[0].validity[STRING_CELL_COUNT] = VALIDITY_GOOD;
    g->string[3].presence = PRESENCE_HERE;
    g->string[3].cells = 7; /* it does not say */
    g->string[4].presence = PRESENCE_SILENT;
    g->string[5].presence = PRESENCE_HERE;
    g->string[5].value[STRING_CELL_COUNT] = 30000;
    g->string[5].validity[STRING_CELL_COUNT] = VALIDITY_BEYOND;
    g->string[4].value[STRING_UPS_ID] = 2; /* before it was lost */
    g->string[4].validity[STRING_UPS_ID] = VALIDITY_STALE;
    g->string[5].value[STRING_UPS_ID] = 33;
    g->string[5].validity[STRING_UPS_ID] = VALIDITY_GOOD;
    expect_count(g, &c);
    assert_true(c.reachable);
    expect_print(&c, is);
    assert_string_equal(is, "UPS 2; strings 1:39 4:7 6:120");
    assert_true(c.ups_of[0] == 0 && c.ups_of[4] == 2 && c.ups_of[5] == 0);
    free(g);
}

static void count__first_lap__still_looking(void **state)
{
    struct gateway *g = calloc(1, sizeof(*g));
    struct census c;

    (void)state;
    g->health.looking = true;
    expect_count(g, &c);
    assert_true(c.looking);
    free(g);
}

static void in_model__what_was_never_seen__silent(void **state)
{
    struct gateway *g = calloc(1, sizeof(*g));
    struct census c = census_of("UPS 1 3; strings 1:24 2:10");

    (void)state;
    g->string[0].presence = PRESENCE_HERE;
    g->string[0].cells = 23;
    expect_in_model(&c, g);
    assert_int_equal(g->ups[0].presence, PRESENCE_SILENT);
    assert_int_equal(g->ups[1].presence, PRESENCE_NEVER);
    assert_int_equal(g->ups[2].presence, PRESENCE_SILENT);
    assert_int_equal(g->string[0].presence, PRESENCE_HERE);
    assert_int_equal(g->string[0].cells, 23);
    assert_int_equal(g->string[1].presence, PRESENCE_SILENT);
    assert_int_equal(g->string[1].cells, 10);
    assert_true(g->string[1].cell[9].seen);
    assert_false(g->string[1].cell[10].seen);
    assert_int_equal(g->string[2].presence, PRESENCE_NEVER);
    free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(print__any__read_back),
        cmocka_unit_test(has__what_no_gateway_can_have__no),
        cmocka_unit_test(print__all_there_can_be__fits),
        cmocka_unit_test(parse__something_else__refused),
        cmocka_unit_test(beyond__more_and_less__named),
        cmocka_unit_test(sensors__every_second__fit_and_are_read_back),
        cmocka_unit_test(beyond__more_than_there_is_room_for__cut),
        cmocka_unit_test(add__both__the_most_of_each),
        cmocka_unit_test(types__found_out_later__taken_over_and_never_lost),
        cmocka_unit_test(count__gateway__what_is_here),
        cmocka_unit_test(count__first_lap__still_looking),
        cmocka_unit_test(in_model__what_was_never_seen__silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
