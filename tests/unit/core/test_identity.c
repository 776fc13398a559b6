/* Names, places, labels: what is taken, what is not, and how it looks in a sentence. */
#include "core/identity.h"
#include "../../support/check.h"

#include <stdio.h>
#include <string.h>

static void text__every_sort__told_apart(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"",                     true },
        {"Halle \xc3\xbc",       true },
        {"\xe2\x82\xac",         true },
        {"\xf0\x9f\x94\x8b",     true },
        {"\xed\x9f\xbf",         true },
        {"\xf4\x8f\xbf\xbf",     true },
        {"a\nb",                 false}, /* controls */
        {"\x7f",                 false},
        {"\xc2\x85",             false},
        {"\x80",                 false}, /* no first byte */
        {"\xc3",                 false}, /* cut */
        {"\xe2\x82",             false},
        {"\xe2\x82(",            false},
        {"\xc0\xaf",             false}, /* longer than need be */
        {"\xe0\x80\xaf",         false},
        {"\xf0\x80\x80\xaf",     false},
        {"\xed\xa0\x80",         false}, /* half a pair */
        {"\xf4\x90\x80\x80",     false}, /* above the last */
        {"\xf8\x88\x80\x80\x80", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if ((identity_text_fault(rows[i].text) == NULL) != rows[i].good)
            fail_msg("row %zu", i);
    assert_string_equal(identity_text_fault("\xff"), "is not valid UTF-8");
    assert_string_equal(identity_text_fault("\t"), "has a control character");
}

static void date__days_of_the_calendar__and_no_others(void **state)
{
    static const struct {
        const char *text;
        uint32_t date;
    } rows[] = {
        {"2026-01-31",  20260131},
        {"2024-02-29",  20240229},
        {"2000-02-29",  20000229},
        {"2023-02-29",  0       },
        {"1900-02-29",  0       },
        {"2026-04-31",  0       },
        {"2026-00-10",  0       },
        {"2026-13-10",  0       },
        {"2026-01-00",  0       },
        {"1899-12-31",  0       },
        {"2026-1-31",   0       },
        {"26-01-31",    0       },
        {"2026/01/31",  0       },
        {"2026-01-3x",  0       },
        {"2026-01-311", 0       },
        {"",            0       },
        {"tomorrow",    0       },
    };
    char text[16];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t date = 0;
        const char *fault = identity_read_date(rows[i].text, &date);

        if (date != rows[i].date || (fault == NULL) != (date != 0))
            fail_msg("\"%s\": %u", rows[i].text, (unsigned)date);
        if (date != 0) {
            identity_write_date(date, text);
            assert_string_equal(text, rows[i].text);
        }
    }
    identity_write_date(0, text);
    assert_string_equal(text, "");
    identity_write_date(UINT32_MAX, text); /* of a file that is not ours */
}

static void pattern__one_conversion__checked_and_written(void **state)
{
    static const struct {
        const char *pattern;
        int first, cell;
        const char *label; /* NULL: refused */
    } rows[] = {
        {"R2-S%02d",   1,  7,   "R2-S07" },
        {"R2-S%02d",   1,  117, "R2-S117"},
        {"%d",         1,  1,   "1"      },
        {"%d",         0,  1,   "0"      },
        {"A%3d.",      21, 2,   "A 22."  },
        {"100%% %d",   1,  3,   "100% 3" },
        {"\xc3\xbc%d", 1,  3,
         "\xc3\xbc"
         "3"                             },
        {"no number",  1,  1,   NULL     },
        {"%d %d",      1,  1,   NULL     },
        {"%s",         1,  1,   NULL     },
        {"%n",         1,  1,   NULL     },
        {"%ld",        1,  1,   NULL     },
        {"%0d",        1,  1,   NULL     },
        {"%00d",       1,  1,   NULL     },
        {"%12d",       1,  1,   NULL     },
        {"%-2d",       1,  1,   NULL     },
        {"%*d",        1,  1,   NULL     },
        {"%1$d",       1,  1,   NULL     },
        {"%.3d",       1,  1,   NULL     },
        {"%d%",        1,  1,   NULL     },
        {"%",          1,  1,   NULL     },
        {"%%d",        1,  1,   NULL     },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct identity is = {.cell_first = (uint16_t)rows[i].first};
        char label[IDENTITY_LABEL_SIZE];

        if ((identity_pattern_fault(rows[i].pattern) == NULL) != (rows[i].label != NULL))
            fail_msg("\"%s\"", rows[i].pattern);
        snprintf(is.cell_label, sizeof(is.cell_label), "%s", rows[i].pattern);
        identity_cell_label(&is, rows[i].cell, label); /* of a bad one too: it may be in a file */
        if (rows[i].label != NULL)
            assert_string_equal(label, rows[i].label);
    }
}

static void pattern__of_a_file_that_is_not_ours__stays_inside(void **state)
{
    struct identity is = {.cell_first = UINT16_MAX};
    char label[IDENTITY_LABEL_SIZE];

    (void)state;
    for (size_t i = 0; i + 3 < sizeof(is.cell_label); i += 3)
        memcpy(is.cell_label + i, "%9d", 4);
    identity_cell_label(&is, 120, label);
    assert_int_equal(strlen(label), IDENTITY_LABEL_SIZE - 1);
    identity_cell_label(NULL, 120, label);
    assert_string_equal(label, "");
}

static void url__checked(void **state)
{
    (void)state;
    assert_null(identity_url_fault("https://wiki.example/btms?x=1#a"));
    assert_null(identity_url_fault("http://w"));
    assert_non_null(identity_url_fault("https://"));
    assert_non_null(identity_url_fault("javascript:alert(1)"));
    assert_non_null(identity_url_fault("https://a b"));
    assert_non_null(identity_url_fault("https://a\"b"));
}

static void trim__cut_at_every_byte__whole_characters_left(void **state)
{
    static const char text[] = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x8bz";

    (void)state;
    for (size_t n = 0; n < sizeof(text); n++) {
        char cut[sizeof(text)] = "";

        memcpy(cut, text, n);
        identity_trim(cut);
        assert_null(identity_text_fault(cut));
        assert_true(strlen(cut) + 3 >= n);
        assert_memory_equal(cut, text, strlen(cut));
    }
}

/* ---- words ------------------------------------------------------------------------------- */

static struct identities hall(void)
{
    struct identities ids = {0};

    strcpy(identity_add(&ids, ALARM_OF_STRING, 3)->name, "A1");
    strcpy(identity_add(&ids, ALARM_OF_STRING, 3)->cell_label, "R2-S%02d");
    strcpy(identity_add(&ids, ALARM_OF_GATEWAY, 0)->location, "hall 2");
    strcpy(identity_add(&ids, ALARM_OF_UPS, 2)->name, "UPS-A");
    strcpy(identity_add(&ids, ALARM_OF_STRING, 4)->location, "row B");
    assert_int_equal(ids.n, 4);
    return ids;
}

static void check_words(const struct identities *ids, struct identity_place p, const char *object,
                        const char *subject)
{
    char text[256];

    identity_write_object(ids, &p, text, sizeof(text));
    assert_string_equal(text, object);
    identity_write_subject(ids, &p, text, sizeof(text));
    assert_string_equal(text, subject);
}

static void words__nothing_configured__as_ever(void **state)
{
    (void)state;
    check_words(NULL, (struct identity_place){.device = "gw", .ups = 0, .string = 0, .cell = 0},
                "gw", "gateway \"gw\"");
    check_words(NULL, (struct identity_place){.device = "gw", .ups = 2, .string = 0, .cell = 0},
                "gw / UPS 2", "gateway \"gw\" UPS 2");
    check_words(NULL, (struct identity_place){.device = "gw", .ups = 2, .string = 3, .cell = 0},
                "gw / UPS 2 / string 3", "gateway \"gw\" string 3");
    check_words(NULL, (struct identity_place){.device = "gw", .ups = 0, .string = 3, .cell = 17},
                "gw / string 3 / cell 17", "gateway \"gw\" string 3 cell 17");
}

static void words__names_and_places__the_nearest_place(void **state)
{
    struct identities ids = hall();

    (void)state;
    check_words(&ids, (struct identity_place){.device = "gw", .ups = 0, .string = 0, .cell = 0},
                "gw", "gateway \"gw\" (hall 2)");
    check_words(&ids, (struct identity_place){.device = "gw", .ups = 2, .string = 3, .cell = 17},
                "gw / UPS 2 \"UPS-A\" / string 3 \"A1\" / cell 17 \"R2-S17\" (hall 2)",
                "gateway \"gw\" string 3 \"A1\" cell 17 \"R2-S17\" (hall 2)");
    check_words(&ids, (struct identity_place){.device = "gw", .ups = 1, .string = 4, .cell = 5},
                "gw / UPS 1 / string 4 / cell 5 (row B)", "gateway \"gw\" string 4 cell 5 (row B)");
    identities_free(&ids);
}

/* In every size: the numbers are there as soon as they fit at all, and no character is cut. */
static void words__little_room__numbers_stay(void **state)
{
    struct identities ids = {0};
    const struct identity_place p = {.device = "\xc3\xbc-gw", .ups = 2, .string = 3, .cell = 17};
    static const char numbers[] = "\xc3\xbc-gw / UPS 2 / string 3 / cell 17";
    char text[300], bare[300];

    (void)state;
    for (int i = 0; i < 20; i++) {
        strcat(identity_add(&ids, ALARM_OF_UPS, 2)->name, "\xe2\x82\xac");
        strcat(identity_add(&ids, ALARM_OF_STRING, 3)->name, "\xc3\xbc");
    }
    strcpy(identity_add(&ids, ALARM_OF_STRING, 3)->cell_label, "\xf0\x9f\x94\x8b%d");
    strcpy(identity_add(&ids, ALARM_OF_STRING, 3)->location, "\xc3\xbc");
    for (size_t size = 1; size < sizeof(text); size++) {
        size_t to = 0;
        bool quoted = false;

        memset(text, 0x55, sizeof(text));
        identity_write_object(&ids, &p, text, size);
        assert_true(strlen(text) < size);
        assert_null(identity_text_fault(text));
        for (const char *c = text; *c != '\0' && *c != '('; c++) {
            quoted ^= *c == '"';
            if (!quoted && *c != '"' && !(*c == ' ' && (c[1] == '"' || c[1] == '(')))
                bare[to++] = *c;
        }
        bare[to] = '\0';
        if (size > strlen(numbers))
            assert_string_equal(bare, numbers);
    }
    assert_non_null(strstr(text, "\"\xf0\x9f\x94\x8b"
                                 "17\" (\xc3\xbc)"));
    identities_free(&ids);
}

static void find__any_order_of_adding__found_and_sorted(void **state)
{
    struct identities ids = hall();

    (void)state;
    for (size_t i = 1; i < ids.n; i++)
        assert_true(identity_key(ids.of[i - 1].level, ids.of[i - 1].number) <
                    identity_key(ids.of[i].level, ids.of[i].number));
    assert_string_equal(identity_find(&ids, ALARM_OF_STRING, 3)->name, "A1");
    assert_null(identity_find(&ids, ALARM_OF_STRING, 2));
    assert_null(identity_find(NULL, ALARM_OF_STRING, 3));
    identities_free(&ids);
    assert_null(identity_find(&ids, ALARM_OF_STRING, 3));
}

static void advice__of_the_nearest_that_has_any(void **state)
{
    struct identities ids = hall();
    const struct identity_place p = {.device = "gw", .ups = 2, .string = 3, .cell = 17};

    (void)state;
    assert_null(identity_with_advice(&ids, &p));
    strcpy(identity_add(&ids, ALARM_OF_GATEWAY, 0)->runbook, "https://w/gw");
    assert_string_equal(identity_with_advice(&ids, &p)->runbook, "https://w/gw");
    strcpy(identity_add(&ids, ALARM_OF_UPS, 2)->note, "ask Kim");
    assert_string_equal(identity_with_advice(&ids, &p)->note, "ask Kim");
    identities_free(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__every_sort__told_apart),
        cmocka_unit_test(date__days_of_the_calendar__and_no_others),
        cmocka_unit_test(pattern__one_conversion__checked_and_written),
        cmocka_unit_test(pattern__of_a_file_that_is_not_ours__stays_inside),
        cmocka_unit_test(url__checked),
        cmocka_unit_test(trim__cut_at_every_byte__whole_characters_left),
        cmocka_unit_test(words__nothing_configured__as_ever),
        cmocka_unit_test(words__names_and_places__the_nearest_place),
        cmocka_unit_test(words__little_room__numbers_stay),
        cmocka_unit_test(find__any_order_of_adding__found_and_sorted),
        cmocka_unit_test(advice__of_the_nearest_that_has_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
