/* What answers about UPS and strings mean: what is there, what is not, what is worth a sweep. */
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/desk.h"
#include "../support/numbers.h"

#include "expect.h"

#include <string.h>

static struct rig rig;
static struct desk desk;

static int set_up(void **state)
{
    rig_init(&rig, false);
    desk_init(&desk, &rig);
    return capture_start(state);
}

static int tear_down(void **state)
{
    rig_done(&rig);
    return capture_stop(state);
}

static const uint16_t good_string[15] = {1, 1,    0, 54000, 0,   500, 98, 9950,
                                         0, 0x00, 4, 235,   401, 1,   1};
static const uint16_t good_ups[6] = {1, 0, 54000, 0, 500, 97};

/* One answer, taken the way a device does; index from 0. Returns whether the thing is there. */
static bool answer(enum plan_kind kind, int index, const uint16_t *words)
{
    struct link_request q = desk_request(kind, index, kind == PLAN_UPS ? 6 : 15);
    struct link_answer a = {.result = LINK_OK, .words = words};
    bool here = intake_words(&desk.intake, rig.now, &q, &a);

    q.probe = true;
    rig.plan.under_way++;
    plan_done(&rig.plan, rig.now, &q, &a, here);
    intake_presence(&desk.intake, plan_tag(&q), &a, true);
    return here;
}

static bool string_with(int address, uint16_t word)
{
    uint16_t words[15];

    memcpy(words, good_string, sizeof(words));
    words[address] = word;
    return answer(PLAN_STRING, 4, words);
}

static bool ups_with(uint16_t status)
{
    uint16_t words[6];

    memcpy(words, good_ups, sizeof(words));
    words[0] = status;
    return answer(PLAN_UPS, 4, words);
}

/* ---- status ------------------------------------------------------------------------------ */

static void status__all_ones_never_seen__not_found(void **state)
{
    uint16_t ones[15];

    (void)state;
    memset(ones, 0xff, sizeof(ones));
    assert_false(answer(PLAN_STRING, 4, ones));
    assert_false(answer(PLAN_UPS, 4, ones));
    assert_false(string_with(1, UINT16_MAX));
    assert_false(ups_with(UINT16_MAX));
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_NEVER);
    assert_int_equal(desk.gateway.ups[4].presence, PRESENCE_NEVER);
    assert_int_equal(desk.gateway.string[4].read_ms, 0);
    assert_int_equal(desk.gateway.ups[4].read_ms, 0);
    assert_int_equal(rig.plan.sweep[4].cells, 0);
    assert_int_equal(desk.alarms, 0);
    assert_int_equal(capture_lines(), 0);
}

static void status__disabled_never_seen__not_found(void **state)
{
    (void)state;
    assert_false(string_with(1, STATUS_DISABLED));
    assert_false(ups_with(STATUS_DISABLED));
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_NEVER);
    assert_int_equal(desk.gateway.ups[4].presence, PRESENCE_NEVER);
    assert_int_equal(capture_lines(), 0);
}

/* ---- what configuration adds ------------------------------------------------------------- */

static const struct reg_added monitor = {.quantity = STRING_INSULATION, .index = 4, .scale = 1};

static void insulation_is(uint16_t word)
{
    struct link_request q = {.unit = 150, .count = 1, .tag = (uint32_t)PLAN_ADDED << 24};

    desk.intake.added = &monitor;
    intake_words(&desk.intake, rig.now, &q,
                 &(struct link_answer){.result = LINK_OK, .words = &word});
}

static void added__string_there__value_until_it_is_old(void **state)
{
    const uint8_t *is = &desk.gateway.string[4].validity[STRING_INSULATION];

    (void)state;
    answer(PLAN_STRING, 4, good_string);
    insulation_is(50000);
    assert_int_equal(desk.gateway.string[4].value[STRING_INSULATION], 50000);
    assert_int_equal(desk.gateway.string[4].added_ms[0], rig.now);
    answer(PLAN_STRING, 4, good_string);
    intake_turn(&desk.intake, rig.now + 30000, 30000);
    assert_int_equal(*is, VALIDITY_GOOD);
    intake_turn(&desk.intake, rig.now + 30001, 30000);
    assert_int_equal(*is, VALIDITY_STALE);
    insulation_is(50001);
    assert_int_equal(*is, VALIDITY_GOOD);
    string_with(1, STATUS_DISABLED);
    assert_int_equal(*is, VALIDITY_ABSENT);
}

static void added__string_not_there__nothing(void **state)
{
    (void)state;
    insulation_is(50000);
    assert_int_equal(desk.gateway.string[4].validity[STRING_INSULATION], VALIDITY_ABSENT);
}

static void added__low__judged_when_it_comes(void **state)
{
    (void)state;
    answer(PLAN_STRING, 4, good_string);
    insulation_is(50000);
    report_clock(&desk.report, rig.now + 60000);
    insulation_is(50000);
    assert_int_equal(desk_count(&desk, ALARM_INSULATION_LOW, true), 1); /* of 540 V: 92 ohm/V */
}

/* ---- expected, but not there ------------------------------------------------------------- */

static bool lost(enum alarm_level level, int kind)
{
    return judge_holds(&desk.report.judge, alarm_row((uint16_t)kind), (struct object){level, 4, 0});
}

static void expect_both(void)
{
    struct census c = {.ups = 1 << 4, .strings = 1 << 4, .cells = {[4] = 4}};

    expect_in_model(&c, &desk.gateway);
}

static void expected__not_there__lost_until_it_is(void **state)
{
    uint16_t ones[15];

    (void)state;
    expect_both();
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_SILENT);
    assert_int_equal(desk.gateway.string[4].cells, 4);
    assert_false(string_with(1, STATUS_DISABLED));
    assert_false(ups_with(STATUS_DISABLED));
    assert_true(lost(ALARM_OF_STRING, ALARM_STRING_COMM_LOST));
    assert_true(lost(ALARM_OF_UPS, ALARM_UPS_COMM_LOST));
    memset(ones, 0xff, sizeof(ones));
    assert_false(answer(PLAN_STRING, 4, ones));
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_SILENT);
    assert_int_equal(desk.gateway.string[4].validity[STRING_STATUS], VALIDITY_ABSENT);
    assert_int_equal(desk.gateway.string[4].read_ms, 0);
    assert_true(string_with(1, STATUS_OK));
    assert_true(ups_with(STATUS_OK));
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_HERE);
    assert_false(lost(ALARM_OF_STRING, ALARM_STRING_COMM_LOST));
    assert_false(lost(ALARM_OF_UPS, ALARM_UPS_COMM_LOST));
}

static void expected__there__no_word_about_it(void **state)
{
    (void)state;
    expect_both();
    assert_true(string_with(1, STATUS_OK));
    assert_true(ups_with(STATUS_OK));
    assert_int_equal(capture_lines(), 0); /* as many cells as were expected */
    assert_true(string_with(10, 5));
    assert_int_equal(capture_count("5 cells, were 4"), 1);
}

static void check_kept(uint16_t status)
{
    assert_true(string_with(1, STATUS_OK));
    assert_true(ups_with(STATUS_OK));
    assert_true(string_with(1, status));
    assert_true(ups_with(status));
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_HERE);
    assert_int_equal(desk.gateway.ups[4].presence, PRESENCE_HERE);
    assert_int_equal(desk.gateway.string[4].value[STRING_STATUS], status);
    assert_int_equal(desk.gateway.ups[4].value[UPS_STATUS], status);
    assert_int_equal(desk.gateway.string[4].validity[STRING_STATUS], VALIDITY_GOOD);
    assert_int_equal(desk_count(&desk, 0, true), 0);
}

/* Not in the vendor's list, and published as it is: the unit stays. */
static void status__nine_of_a_known_unit__kept(void **state)
{
    (void)state;
    check_kept(9);
    assert_int_equal(capture_count("_status is 9"), 2);
}

static void status__all_ones_of_a_known_unit__kept(void **state)
{
    (void)state;
    check_kept(UINT16_MAX);
}

static void status__nine_never_seen__found(void **state)
{
    (void)state;
    assert_true(string_with(1, 9));
    assert_true(ups_with(9));
    assert_int_equal(desk.gateway.string[4].presence, PRESENCE_HERE);
    assert_int_equal(desk.gateway.ups[4].presence, PRESENCE_HERE);
}

/* ---- current ----------------------------------------------------------------------------- */

/* The string's current from one value to another; true when its cells are to be read now. */
static bool jump(int64_t from, int64_t to)
{
    uint16_t words[15];

    memcpy(words, good_string, sizeof(words));
    put_long(words, 4, from, false);
    answer(PLAN_STRING, 4, words);
    rig.plan.sweep[4].triggered = false; /* as it was found; and its cells were read since */
    rig.plan.sweep[4].started = 1;
    put_long(words, 4, to, false);
    answer(PLAN_STRING, 4, words);
    return rig.plan.sweep[4].triggered;
}

static void current__from_end_to_end__no_overflow_no_trigger(void **state)
{
    (void)state;
    assert_false(jump(INT32_MIN, INT32_MAX));
    assert_int_equal(desk.gateway.string[4].value[STRING_CURRENT], INT32_MAX);
    assert_int_equal(desk.gateway.string[4].validity[STRING_CURRENT], VALIDITY_IMPOSSIBLE);
    assert_false(jump(INT32_MAX, INT32_MIN));
}

static void current__jumps_by_five_ampere__trigger(void **state)
{
    (void)state;
    assert_true(jump(0, 500));
    assert_true(jump(0, -500));
    assert_true(jump(-100000, 100000));
    assert_false(jump(0, 499));
    assert_false(jump(0, -499));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(status__all_ones_never_seen__not_found),
        TEST(status__disabled_never_seen__not_found),
        TEST(added__string_there__value_until_it_is_old),
        TEST(added__string_not_there__nothing),
        TEST(added__low__judged_when_it_comes),
        TEST(expected__not_there__lost_until_it_is),
        TEST(expected__there__no_word_about_it),
        TEST(status__nine_of_a_known_unit__kept),
        TEST(status__all_ones_of_a_known_unit__kept),
        TEST(status__nine_never_seen__found),
        TEST(current__from_end_to_end__no_overflow_no_trigger),
        TEST(current__jumps_by_five_ampere__trigger),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
