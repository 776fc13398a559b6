/* The tree as text: what is expected here was printed by snmpwalk -On of net-snmp 5.9.3. */
#include "dump.h"
#include "view_fixture.h"

static char text[65536];

static void dumped(struct plant *p)
{
    FILE *f;

    memset(text, 0, sizeof(text));
    f = fmemopen(text, sizeof(text) - 1, "w");
    assert_int_equal(dump(&p->mib, f), 0);
    fclose(f);
}

/* The one row of the alarm table has `is` as its text. */
static void dumped_with(struct plant *p, const char *is)
{
    struct alarm a = alarm_of(5, 92, GW_A, 1, 0, 0);

    snprintf(a.text, sizeof(a.text), "%s", is);
    put_alarms(p, &a, 1, NULL, 0);
    view_refresh(&p->view);
    dumped(p);
}

static void assert_line(const char *line)
{
    if (strstr(text, line) == NULL)
        fail_msg("\"%s\" is not in it", line);
}

#define ALARM_TEXT ".1.3.6.1.4.1.8072.9999.9999.2.1.1.8.1.1.13.5 = "

static void text__quotes_backslashes_blanks__as_snmpwalk(void **state)
{
    static const char *const is[][2] = {
        {"plain",           ALARM_TEXT "STRING: \"plain\"\n"                },
        {"say \"hi\" \\o/", ALARM_TEXT "STRING: \"say \\\"hi\\\" \\\\o/\"\n"},
        {"\\\"",            ALARM_TEXT "STRING: \"\\\\\\\"\"\n"             },
        {"a\tb",            ALARM_TEXT "STRING: \"a\tb\"\n"                 },
        {"a\nb",            ALARM_TEXT "STRING: \"a\nb\"\n"                 },
        {"\f",              ALARM_TEXT "STRING: \"\f\"\n"                   },
        {" ",               ALARM_TEXT "STRING: \" \"\n"                    },
        {"",                ALARM_TEXT "\"\"\n"                             },
    };

    for (size_t i = 0; i < COUNT(is); i++) {
        dumped_with(*state, is[i][0]);
        assert_line(is[i][1]);
    }
}

static void octets__not_text__hex_of_16_a_line(void **state)
{
#define C3_15 "C3 C3 C3 C3 C3 C3 C3 C3 C3 C3 C3 C3 C3 C3 C3 "
    static const struct {
        int n;
        const char *line;
    } is[] = {
        {1,  ALARM_TEXT "Hex-STRING: C3 \n"                             },
        {16, ALARM_TEXT "Hex-STRING: " C3_15 "C3 \n."                   },
        {17, ALARM_TEXT "Hex-STRING: " C3_15 "C3 \nC3 \n"               },
        {33, ALARM_TEXT "Hex-STRING: " C3_15 "C3 \n" C3_15 "C3 \nC3 \n."},
    };
    char octets[64];

    for (size_t i = 0; i < COUNT(is); i++) {
        memset(octets, 0xc3, sizeof(octets));
        octets[is[i].n] = '\0';
        dumped_with(*state, octets);
        assert_line(is[i].line);
    }
    dumped_with(*state, "\x7f");
    assert_line(ALARM_TEXT "Hex-STRING: 7F \n");
}

static void tree__every_kind_of_value__a_line(void **state)
{
    struct plant *p = *state;

    put_ab(p);
    view_refresh(&p->view);
    dumped(p);
    assert_line(".1.3.6.1.4.1.8072.9999.9999.2.1.1.5.1.1.3.2.2.1 = INTEGER: 2250\n");
    assert_line(".1.3.6.1.4.1.8072.9999.9999.2.1.1.5.1.1.4.2.2.1 = Gauge32: 512\n");
    assert_line(".1.3.6.1.4.1.8072.9999.9999.2.1.1.2.1.1.2.2 = STRING: \"gw-a\"\n");
    assert_line(" = OID: .1.3.6.1.4.1.8072.9999.9999\n");
    assert_line(" = Timeticks: (");
    assert_line(" = Counter32: ");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, plant_start, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text__quotes_backslashes_blanks__as_snmpwalk),
        TEST(octets__not_text__hex_of_16_a_line),
        TEST(tree__every_kind_of_value__a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
