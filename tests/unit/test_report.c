/* What an operator reads: one line per change, remarks once. */
#include "../support/at_once.h"
#include "../support/capture.h"
#include "../support/check.h"
#include "core/quantity.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

static struct gateway gateway;
static struct report report;

/* The alarms handed over. */
static struct {
    int number, index, cell;
    bool raised;
    char gateway[NAME_SIZE], text[256], object[EVENT_OBJECT_SIZE];
    int ups;
} alarms[64];
static int count;

static void on_alarm(void *ctx, const struct alarm_event *e)
{
    assert_ptr_equal(ctx, &count);
    assert_true(count < (int)COUNT(alarms));
    alarms[count].number = e->kind->number;
    alarms[count].index = e->kind->level == ALARM_OF_UPS ? e->alarm.ups : e->alarm.string;
    alarms[count].cell = e->alarm.cell;
    alarms[count].raised = e->what == EVENT_RAISED;
    snprintf(alarms[count].gateway, NAME_SIZE, "%s", e->gateway->name);
    snprintf(alarms[count].text, sizeof(alarms[count].text), "%s", e->alarm.text);
    snprintf(alarms[count].object, EVENT_OBJECT_SIZE, "%s", e->alarm.object);
    alarms[count].ups = e->alarm.ups;
    count++;
}

static int set_up(void **state)
{
    const struct judge_settings set = {.site = at_once()};

    memset(&gateway, 0, sizeof(gateway));
    snprintf(gateway.name, sizeof(gateway.name), "gw-a");
    count = 0;
    report_init(&report, &gateway, &set, on_alarm, &count);
    for (int i = 0; i < STRING_MAX; i++) {
        memset(gateway.string[i].validity, VALIDITY_GOOD, STRING_QUANTITIES);
        gateway.string[i].value[STRING_STATUS] = STATUS_OK;
        gateway.string[i].value[STRING_UPS_ID] = 1;
        gateway.string[i].cells = CELL_MAX;
        for (int c = 0; c < CELL_MAX; c++) {
            memset(gateway.string[i].cell[c].validity, VALIDITY_GOOD, CELL_QUANTITIES);
            gateway.string[i].cell[c].value[CELL_STATUS] = STATUS_OK;
        }
    }
    memset(gateway.ups[0].validity, VALIDITY_GOOD, UPS_QUANTITIES);
    gateway.ups[0].value[UPS_STATUS] = STATUS_OK;
    return capture_start(state);
}

static void check_alarm(int i, int number, bool raised, int index, int cell)
{
    assert_true(i < count);
    assert_int_equal(alarms[i].number, number);
    assert_int_equal(alarms[i].raised, raised);
    assert_int_equal(alarms[i].index, index);
    assert_int_equal(alarms[i].cell, cell);
    assert_string_equal(alarms[i].gateway, "gw-a");
}

/* ---- alarms ------------------------------------------------------------------------------ */

static void string__well__nothing_said(void **state)
{
    (void)state;
    report_string(&report, 2);
    report_ups(&report, 0);
    report_cell(&report, 2, 5);
    assert_int_equal(count, 0);
    assert_int_equal(capture_lines(), 0);
}

static void string__error__raised_once_cleared_once(void **state)
{
    (void)state;
    gateway.string[2].value[STRING_STATUS] = STATUS_ERROR;
    gateway.string[2].value[STRING_VOLTAGE] = 53975;
    for (int i = 0; i < 5; i++)
        report_string(&report, 2);
    assert_int_equal(count, 1);
    check_alarm(0, 57, true, 3, 0);
    assert_string_equal(alarms[0].text, "gateway \"gw-a\" string 3: reports an error (539.75 V)");
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, alarms[0].text), 1);
    gateway.string[2].value[STRING_STATUS] = STATUS_OK;
    for (int i = 0; i < 5; i++)
        report_string(&report, 2);
    assert_int_equal(count, 2);
    check_alarm(1, 57, false, 3, 0);
    assert_string_equal(alarms[1].text,
                        "gateway \"gw-a\" string 3: over: reports an error (539.75 V)");
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, alarms[1].text), 1);
    assert_int_equal(capture_lines(), 2);
}

static void string__several_bits__one_line_each(void **state)
{
    (void)state;
    gateway.string[31].value[STRING_ALARM] = 1 << 3 | 1 << 6;
    report_string(&report, 31);
    assert_int_equal(count, 2);
    assert_int_equal(capture_lines(), 2);
    assert_int_equal(capture_count("string 32: voltage low"), 1);
    assert_int_equal(capture_count("string 32: Hall sensor disconnected"), 1);
    gateway.string[31].value[STRING_ALARM] = 1 << 6;
    report_string(&report, 31);
    assert_int_equal(capture_lines(), 3);
    assert_int_equal(capture_count("string 32: over: voltage low"), 1);
}

static void string__data_missing__alarm_stands_silently(void **state)
{
    (void)state;
    gateway.string[0].value[STRING_STATUS] = STATUS_ERROR;
    report_string(&report, 0);
    gateway.string[0].validity[STRING_STATUS] = VALIDITY_STALE;
    gateway.string[0].value[STRING_STATUS] = STATUS_OK;
    report_string(&report, 0);
    assert_int_equal(count, 1);
    assert_int_equal(capture_lines(), 1);
}

static void ups_and_cell__error__their_names(void **state)
{
    (void)state;
    gateway.ups[0].value[UPS_STATUS] = STATUS_ERROR;
    gateway.string[4].cell[119].value[CELL_STATUS] = STATUS_ERROR;
    gateway.string[4].cell[119].value[CELL_VOLTAGE] = 10907;
    gateway.ups[0].validity[UPS_VOLTAGE] = VALIDITY_STALE; /* no value to tell */
    report_ups(&report, 0);
    report_cell(&report, 4, 119);
    check_alarm(0, 92, true, 1, 0);
    check_alarm(1, 32, true, 5, 120);
    assert_string_equal(alarms[0].text, "gateway \"gw-a\" UPS 1: reports an error");
    assert_string_equal(alarms[1].text,
                        "gateway \"gw-a\" string 5 cell 120: reports an error (10.907 V)");
}

static void comm__lost_and_back__once_each_with_the_reason(void **state)
{
    const struct object o = {ALARM_OF_GATEWAY, 0, 0};

    (void)state;
    report_comm(&report, o, false, "nothing stands"); /* no news */
    report_comm(&report, o, true, "connect: refused");
    report_comm(&report, o, true, "again");
    report_comm(&report, o, false, "back after 7 s");
    report_comm(&report, o, false, NULL);
    assert_int_equal(count, 2);
    check_alarm(0, 2, true, 0, 0);
    check_alarm(1, 2, false, 0, 0);
    assert_string_equal(alarms[0].text, "gateway \"gw-a\": communication lost (connect: refused)");
    assert_string_equal(alarms[1].text,
                        "gateway \"gw-a\": over: communication lost (back after 7 s)");
    assert_int_equal(capture_lines(), 2);
}

static void comm__each_level__its_own_number(void **state)
{
    (void)state;
    report_comm(&report, (struct object){ALARM_OF_UPS, 31, 0}, true, NULL);
    report_comm(&report, (struct object){ALARM_OF_STRING, 31, 0}, true, NULL);
    report_comm(&report, (struct object){ALARM_OF_CELL, 31, 119}, true, NULL);
    check_alarm(0, 93, true, 32, 0);
    check_alarm(1, 3, true, 32, 0);
    check_alarm(2, 4, true, 32, 120);
    assert_string_equal(alarms[2].text, "gateway \"gw-a\" string 32 cell 120: communication lost");
}

static void comm__and_a_read_value__do_not_disturb_each_other(void **state)
{
    (void)state;
    report_comm(&report, (struct object){ALARM_OF_STRING, 0, 0}, true, NULL);
    report_string(&report, 0);
    assert_int_equal(count, 1);
    report_comm(&report, (struct object){ALARM_OF_STRING, 0, 0}, false, NULL);
    assert_int_equal(count, 2);
}

/* ---- what stood before ------------------------------------------------------------------- */

static void preset_of(int kind, enum alarm_level level, int ups, int string)
{
    struct alarm a = {.kind = (uint16_t)kind, .level = (uint8_t)level};

    a.ups = (uint16_t)ups;
    a.string = (uint16_t)string;
    report_preset(&report, &a);
}

/* ---- what configuration describes -------------------------------------------------------- */

static struct quantity_def coolant = {
    .name = "coolant",
    .string = 3,
    .decimals = 1,
    .factor = 1,
    .possible = {0, 1000},
    .low.warning = LIMIT_OFF,
    .low.critical = LIMIT_OFF,
    .high.warning = 100,
    .high.critical = LIMIT_OFF
};
static const struct channel_def leak = {"leak", "", 0, ALARM_MAJOR, 0, 0};

static void coolant_is(int64_t raw)
{
    coolant.unit = (uint8_t)quantity_unit_named("bar");
    gateway.quantities = 1;
    gateway.quantity[0].is = &coolant;
    gateway.quantity[0].raw = raw;
    gateway.quantity[0].validity = raw <= 1000 ? VALIDITY_GOOD : VALIDITY_IMPOSSIBLE;
    report_quantity(&report, 0);
}

static void quantity__past_its_limit__named_with_value_and_unit(void **state)
{
    (void)state;
    gateway.quantity[0].number = 42;
    report_string(&report, 2);
    coolant_is(101);
    check_alarm(0, ALARM_USER_LIMIT, true, 3, 42);
    assert_string_equal(alarms[0].object, "gw-a / UPS 1 / string 3 / coolant");
    assert_string_equal(alarms[0].text, "gateway \"gw-a\" string 3 quantity \"coolant\": past its "
                                        "limit (10.1 bar, limit 10.0 bar)");
    coolant_is(50);
    check_alarm(1, ALARM_USER_LIMIT, false, 3, 42);
    coolant_is(1001);
    coolant_is(1002);
    assert_int_equal(capture_lines(), 3); /* begin, end, and that it cannot be, once */
}

static void channel__not_normal__named_with_both_states(void **state)
{
    (void)state;
    gateway.channel[channel_at(8, CHANNEL_INPUT)].is = &leak;
    gateway.string[8].value[STRING_AUX_INPUT] = 1;
    report_string(&report, 8);
    check_alarm(0, ALARM_AUX_INPUT_ACTIVE, true, 9, 209);
    assert_string_equal(alarms[0].object, "gw-a / UPS 1 / string 9 / input \"leak\"");
    assert_string_equal(alarms[0].text,
                        "gateway \"gw-a\" string 9: input \"leak\" is on, normally off");
    gateway.string[8].value[STRING_AUX_INPUT] = 0;
    report_string(&report, 8);
    assert_string_equal(alarms[1].text,
                        "gateway \"gw-a\" string 9: over: input \"leak\" was on, normally off");
}

static void preset_part(int kind, enum alarm_level level, int string, int number)
{
    struct alarm a = {.kind = (uint16_t)kind,
                      .severity = ALARM_CRITICAL,
                      .level = (uint8_t)level,
                      .string = (uint16_t)string,
                      .cell = (uint16_t)number,
                      .sources = ALARM_SOURCE_LIMIT,
                      .object = "gw-a / what it was"};

    report_preset(&report, &a);
}

static void preset__of_a_quantity__by_its_number(void **state)
{
    (void)state;
    gateway.quantity[0].number = 42;
    coolant_is(50);
    preset_part(ALARM_USER_LIMIT, ALARM_OF_QUANTITY, 3, 42);
    coolant_is(101);
    assert_int_equal(count, 1); /* it stood, but not so bad: a change */
    assert_false(alarms[0].raised);
    coolant_is(50);
    check_alarm(1, ALARM_USER_LIMIT, false, 3, 42);
}

static void preset__of_a_quantity_that_is_not_configured__over(void **state)
{
    (void)state;
    gateway.quantity[0].number = 0;
    coolant_is(50);
    preset_part(ALARM_USER_LIMIT, ALARM_OF_QUANTITY, 3, 41);
    assert_int_equal(count, 0); /* it may be this one */
    gateway.quantity[0].number = 42;
    preset_part(ALARM_USER_LIMIT, ALARM_OF_QUANTITY, 3, 41);
    check_alarm(0, ALARM_USER_LIMIT, false, 3, 41);
    assert_string_equal(alarms[0].text, "gw-a / what it was: over: not configured any more");
}

static void preset__of_a_channel__by_its_number(void **state)
{
    (void)state;
    gateway.channel[channel_at(8, CHANNEL_INPUT)].is = &leak;
    preset_part(ALARM_AUX_INPUT_ACTIVE, ALARM_OF_CHANNEL, 9, 209);
    preset_part(ALARM_AUX_INPUT_ACTIVE, ALARM_OF_CHANNEL, 9, 9); /* no such number */
    report_string(&report, 8);
    assert_int_equal(count, 1);
    check_alarm(0, ALARM_AUX_INPUT_ACTIVE, false, 9, 209);
}

static void preset__not_seen_yet__silent_until_it_ends(void **state)
{
    (void)state;
    preset_of(ALARM_GATEWAY_COMM_LOST, ALARM_OF_GATEWAY, 0, 0);
    preset_of(ALARM_STRING_COMM_LOST, ALARM_OF_STRING, 1, 3);
    preset_of(57, ALARM_OF_STRING, 1, 3);
    assert_int_equal(count, 0);
    report_comm(&report, (struct object){ALARM_OF_STRING, 2, 0}, false, NULL);
    check_alarm(0, ALARM_STRING_COMM_LOST, false, 3, 0);
    report_string(&report, 2);
    check_alarm(1, 57, false, 3, 0);
    assert_int_equal(count, 2);
}

/* The store was opened late: what is over already is told, what is not goes on. */
static void preset__after_the_first_answers__end_is_told(void **state)
{
    (void)state;
    gateway.health.reachable = true;
    gateway.ups[0].presence = gateway.string[2].presence = PRESENCE_HERE;
    gateway.string[3].presence = PRESENCE_SILENT;
    preset_of(ALARM_GATEWAY_COMM_LOST, ALARM_OF_GATEWAY, 0, 0);
    preset_of(ALARM_UPS_COMM_LOST, ALARM_OF_UPS, 1, 0);
    preset_of(ALARM_STRING_COMM_LOST, ALARM_OF_STRING, 1, 3);
    preset_of(ALARM_STRING_COMM_LOST, ALARM_OF_STRING, 1, 4);
    assert_int_equal(count, 3);
    check_alarm(0, ALARM_GATEWAY_COMM_LOST, false, 0, 0);
    check_alarm(1, ALARM_UPS_COMM_LOST, false, 1, 0);
    check_alarm(2, ALARM_STRING_COMM_LOST, false, 3, 0);
}

/* ---- said again -------------------------------------------------------------------------- */

static int repeats;

static void on_repeat(void *ctx, const struct alarm_event *e)
{
    assert_ptr_equal(ctx, &repeats);
    assert_int_equal(e->what, EVENT_CHANGED);
    repeats += e->alarm.kind == ALARM_STRING_COMM_LOST && e->alarm.string == 3 ? 1 : 10;
}

/* What stands, and neither what is over nor what was never told; and it is no news. */
static void repeat__one_stands__handed_over_and_not_told(void **state)
{
    const struct object three = {ALARM_OF_STRING, 2, 0}, four = {ALARM_OF_STRING, 3, 0};
    int lines;

    (void)state;
    report_comm(&report, three, true, NULL);
    report_comm(&report, four, true, NULL);
    report_comm(&report, four, false, NULL);
    lines = capture_lines();
    repeats = 0;
    report_repeat(&report, on_repeat, &repeats);
    assert_int_equal(repeats, 1);
    assert_int_equal(count, 3);
    assert_int_equal(capture_lines(), lines);
    report_comm(&report, three, false, NULL);
    check_alarm(3, ALARM_STRING_COMM_LOST, false, 3, 0);
}

/* ---- the UPS of a string ----------------------------------------------------------------- */

/* As a gateway shows a string that it has lost: disabled, and everything else 0. */
static void disable_string(int s)
{
    memset(gateway.string[s].value, 0, sizeof(gateway.string[s].value));
    report_string(&report, s);
}

static void check_place(int ups, const char *object)
{
    assert_true(count > 0);
    assert_int_equal(alarms[count - 1].ups, ups);
    assert_string_equal(alarms[count - 1].object, object);
}

static void ups_of_string__lost_with_zeros__as_it_was(void **state)
{
    const struct object o = {ALARM_OF_STRING, 2, 0};

    (void)state;
    gateway.string[2].value[STRING_UPS_ID] = 7;
    report_string(&report, 2);
    gateway.string[2].value[STRING_UPS_ID] = 8; /* moved while it was well */
    report_string(&report, 2);
    disable_string(2);
    report_comm(&report, o, true, "disabled");
    check_place(8, "gw-a / UPS 8 / string 3");
    report_comm(&report, (struct object){ALARM_OF_CELL, 2, 4}, true, "disabled");
    check_place(8, "gw-a / UPS 8 / string 3 / cell 5");
    gateway.string[2].value[STRING_STATUS] = STATUS_OK;
    gateway.string[2].value[STRING_UPS_ID] = 9;
    report_comm(&report, o, false, NULL);
    check_place(9, "gw-a / UPS 9 / string 3");
}

/* The program ended while the string was lost, and finds it lost. */
static void ups_of_string__lost_before_the_start__as_the_alarm_says(void **state)
{
    struct alarm a = {.kind = ALARM_STRING_COMM_LOST, .level = ALARM_OF_STRING};

    (void)state;
    a.string = 3;
    a.ups = 8;
    report_preset(&report, &a);
    disable_string(2);
    report_alarm_of(&report, (struct object){ALARM_OF_STRING, 2, 0}, ALARM_STRING_CELLS_LOST, true,
                    NULL);
    check_place(8, "gw-a / UPS 8 / string 3");
}

static void ups_of_string__never_told_or_impossible__none(void **state)
{
    const struct object o = {ALARM_OF_STRING, 2, 0};

    (void)state;
    disable_string(2);
    report_comm(&report, o, true, NULL);
    check_place(0, "gw-a / string 3");
    gateway.string[2].value[STRING_STATUS] = STATUS_OK;
    gateway.string[2].value[STRING_UPS_ID] = 5;
    report_string(&report, 2);
    gateway.string[2].value[STRING_UPS_ID] = 40; /* counted to no UPS, as the remark says */
    report_string(&report, 2);
    report_comm(&report, o, false, NULL);
    check_place(0, "gw-a / string 3");
}

/* ---- remarks ----------------------------------------------------------------------------- */

static void remark__unknown_state__once_per_string(void **state)
{
    (void)state;
    for (int v = 6; v < 20; v++) {
        gateway.string[0].value[STRING_STATE] = v;
        report_string(&report, 0);
    }
    assert_int_equal(capture_lines(), 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "string 1: string_state is 6"), 1);
    gateway.string[1].value[STRING_STATE] = 4; /* the hole in the vendor's list */
    report_string(&report, 1);
    assert_int_equal(capture_count("string 2: string_state is 4"), 1);
    assert_int_equal(count, 0);
}

static void remark__ups_40__once(void **state)
{
    (void)state;
    gateway.string[0].value[STRING_UPS_ID] = 32;
    report_string(&report, 0);
    assert_int_equal(capture_lines(), 0);
    gateway.string[0].value[STRING_UPS_ID] = 40;
    for (int i = 0; i < 3; i++)
        report_string(&report, 0);
    assert_int_equal(capture_lines(), 1);
    assert_int_equal(capture_count("string_ups_id is 40"), 1);
}

static void remark__65535_cells__once(void **state)
{
    (void)state;
    gateway.string[0].value[STRING_CELL_COUNT] = 120;
    report_string(&report, 0);
    assert_int_equal(capture_lines(), 0);
    gateway.string[0].value[STRING_CELL_COUNT] = 65535;
    for (int i = 0; i < 3; i++)
        report_string(&report, 0);
    assert_int_equal(capture_lines(), 1);
    assert_int_equal(capture_count("string_cell_count is 65535"), 1);
}

static void remark__impossible_value__once_per_quantity(void **state)
{
    (void)state;
    for (int s = 0; s < 5; s++) {
        gateway.string[s].validity[STRING_VOLTAGE] = VALIDITY_IMPOSSIBLE;
        gateway.string[s].value[STRING_VOLTAGE] = 2000000 + s;
        report_string(&report, s);
    }
    assert_int_equal(capture_lines(), 1);
    assert_int_equal(capture_count("string 1: string_voltage reads 2000000"), 1);
    gateway.string[0].validity[STRING_SOC] = VALIDITY_IMPOSSIBLE;
    gateway.string[0].value[STRING_SOC] = 65535;
    report_string(&report, 0);
    assert_int_equal(capture_count("string_soc reads 65535"), 1);
    gateway.string[0].cell[0].validity[CELL_VOLTAGE] = VALIDITY_IMPOSSIBLE;
    report_cell(&report, 0, 0);
    assert_int_equal(capture_count("string 1 cell 1: cell_voltage reads"), 1);
    assert_int_equal(count, 0);
}

static void remark__beyond_the_sensor__none(void **state)
{
    (void)state;
    gateway.string[0].validity[STRING_VOLTAGE] = VALIDITY_BEYOND;
    report_string(&report, 0);
    assert_int_equal(capture_lines(), 0);
}

static void remark__missing_values__none(void **state)
{
    (void)state;
    memset(gateway.string[0].validity, VALIDITY_ABSENT, STRING_QUANTITIES);
    gateway.string[0].value[STRING_STATE] = 99;
    gateway.string[0].value[STRING_UPS_ID] = 99;
    report_string(&report, 0);
    assert_int_equal(capture_lines(), 0);
}

static void say__each_level__its_object(void **state)
{
    (void)state;
    report_say(&report, LOG_LEVEL_INFO, (struct object){ALARM_OF_GATEWAY, 0, 0}, "a %d", 1);
    assert_string_equal(capture_last(), "gateway \"gw-a\": a 1");
    report_say(&report, LOG_LEVEL_INFO, (struct object){ALARM_OF_CELL, 1, 2}, "b");
    assert_string_equal(capture_last(), "gateway \"gw-a\" string 2 cell 3: b");
}

/* The text of a notification has 255 bytes: a long reason is cut. */
static void comm__longest_names__no_overflow(void **state)
{
    char why[400];

    (void)state;
    memset(gateway.name, 'n', NAME_SIZE - 1);
    memset(why, 'w', sizeof(why) - 1);
    why[sizeof(why) - 1] = '\0';
    report_comm(&report, (struct object){ALARM_OF_CELL, 31, 119}, true, why);
    assert_int_equal(count, 1);
    assert_true(strlen(alarms[0].text) <= 255);
    assert_int_equal(capture_lines(), 1);
}

static int tear_down(void **state)
{
    report_free(&report);
    return capture_stop(state);
}

/* ---- the type of the cells --------------------------------------------------------------- */

static void type__found_out__said_once(void **state)
{
    struct string *s = &gateway.string[2];

    (void)state;
    s->value[STRING_STATE] = STATE_FLOAT;
    s->value[STRING_SOC] = 100;
    for (int c = 0; c < s->cells; c++) {
        s->cell[c].value[CELL_VOLTAGE] = 13500;
        s->cell[c].outcome = OUTCOME_READ;
    }
    for (int minute = 1; minute <= 120; minute++) {
        report_clock(&report, minute * 60000LL);
        report_string(&report, 2);
        report_sweep(&report, 2);
    }
    assert_int_equal(judge_learned(&report.judge, 2), CELL_TYPE_12V);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE,
                                      "gateway \"gw-a\" string 3: its cells float "
                                      "like those of 12 V"),
                     1);
}

/* ---- pace -------------------------------------------------------------------------------- */

static void pace__over_a_minute_and_three_intervals__old_data(void **state)
{
    static const struct {
        uint32_t is_ms, set_ms;
        bool old;
    } pace[] = {
        {60000, 10000, false},
        {60001, 10000, true },
        {60000, 200,   false},
        {90000, 30000, false},
        {90001, 30000, true },
        {0,     10000, false},
    };
    bool was = false;

    (void)state;
    for (size_t i = 0; i < COUNT(pace); i++) {
        count = 0;
        report_pace(&report, pace[i].is_ms, pace[i].set_ms);
        report_clock(&report, 60000LL * (int64_t)(i + 1));
        report_tick(&report);
        assert_int_equal(count, was != pace[i].old);
        if (count > 0)
            check_alarm(0, 7, pace[i].old, 0, 0);
        if (i == 1)
            assert_string_equal(alarms[0].text, "gateway \"gw-a\": its data are old (60 s between "
                                                "two turns, Interval is 10 s)");
        was = pace[i].old;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(string__well__nothing_said),
        TEST(string__error__raised_once_cleared_once),
        TEST(string__several_bits__one_line_each),
        TEST(string__data_missing__alarm_stands_silently),
        TEST(ups_and_cell__error__their_names),
        TEST(comm__lost_and_back__once_each_with_the_reason),
        TEST(comm__each_level__its_own_number),
        TEST(repeat__one_stands__handed_over_and_not_told),
        TEST(comm__and_a_read_value__do_not_disturb_each_other),
        TEST(quantity__past_its_limit__named_with_value_and_unit),
        TEST(channel__not_normal__named_with_both_states),
        TEST(preset__of_a_quantity__by_its_number),
        TEST(preset__of_a_quantity_that_is_not_configured__over),
        TEST(preset__of_a_channel__by_its_number),
        TEST(preset__not_seen_yet__silent_until_it_ends),
        TEST(preset__after_the_first_answers__end_is_told),
        TEST(ups_of_string__lost_with_zeros__as_it_was),
        TEST(ups_of_string__lost_before_the_start__as_the_alarm_says),
        TEST(ups_of_string__never_told_or_impossible__none),
        TEST(remark__unknown_state__once_per_string),
        TEST(remark__ups_40__once),
        TEST(remark__65535_cells__once),
        TEST(remark__impossible_value__once_per_quantity),
        TEST(remark__beyond_the_sensor__none),
        TEST(remark__missing_values__none),
        TEST(say__each_level__its_object),
        TEST(comm__longest_names__no_overflow),
        TEST(type__found_out__said_once),
        TEST(pace__over_a_minute_and_three_intervals__old_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
