/* The plan's cell lane with more to do than it can: nobody starves, nothing goes on for ever. */
#include "../../support/check.h"
#include "../../support/rig.h"

enum { MINUTE_MS = 60 * 1000, STRINGS = 20 };

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_done(&rig);
    return 0;
}

/* A line that is full with the cells of sixteen strings: 16 x 20 cells take longer than a turn. */
static void fill_line(void)
{
    rig.window = 1;
    rig.service_ms = 40;
    for (int i = 1; i <= STRINGS; i++)
        rig_string(&rig, i, 1, 20);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
}

/* The longest time from the end of one sweep of string `number` to that of the next; `from`: sweep
 * entry, `begin` its time. */
static int64_t longest_gap(int from, int64_t begin, int number)
{
    int64_t last = begin, gap = 0;

    for (int i = from; i < rig.sweeps; i++)
        if (rig.sweep[i].string == number - 1) {
            gap = rig.sweep[i].last - last > gap ? rig.sweep[i].last - last : gap;
            last = rig.sweep[i].last;
        }
    return rig.now - last > gap ? rig.now - last : gap;
}

static void check_gaps(int from, int64_t begin, int first, int last, int64_t most)
{
    for (int i = first; i <= last; i++) {
        int64_t gap = longest_gap(from, begin, i);

        if (gap > most)
            fail_msg("string %d was not swept for %lld s", i, (long long)gap / 1000);
    }
}

/* The time that all strings' cells and a turn need, once each: what anyone may have to wait on top. */
static int64_t round_ms(void)
{
    return (int64_t)STRINGS * 20 * rig.service_ms + (STRINGS + 10) * rig.service_ms;
}

/* Sixteen strings are triggered, every turn of an hour. */
static void trigger_sixteen(int *ret_from, int64_t *ret_begin)
{
    fill_line();
    *ret_from = rig.sweeps;
    *ret_begin = rig.now;
    while (rig.now < *ret_begin + 60 * MINUTE_MS) {
        for (int s = 0; s < 16; s++)
            plan_trigger(&rig.plan, s);
        rig_run(&rig, rig.now + 10000);
    }
}

static void load__sixteen_triggered_every_turn__every_string_swept(void **state)
{
    int from;
    int64_t begin;

    (void)state;
    trigger_sixteen(&from, &begin);
    for (int i = 1; i <= STRINGS; i++)
        assert_true(rig_sweeps(&rig, from, i) >= (i <= 16 ? 60 : 10));
}

static void load__sixteen_triggered_every_turn__others_within_four_intervals(void **state)
{
    int from;
    int64_t begin;

    (void)state;
    trigger_sixteen(&from, &begin);
    check_gaps(from, begin, 1, STRINGS, 4 * MINUTE_MS + round_ms());
}

static void discharge(int n)
{
    for (int i = 1; i <= n; i++)
        rig.fake.string[i].state = STATE_DISCHARGE;
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
}

/* Sixteen that are to be read every ten seconds, and need thirteen. */
static void load__discharging_strings_need_more_than_there_is__others_swept(void **state)
{
    int from;

    (void)state;
    fill_line();
    discharge(16);
    from = rig.sweeps;
    rig_run(&rig, rig.now + 60 * MINUTE_MS);
    for (int i = 1; i <= STRINGS; i++)
        assert_true(rig_sweeps(&rig, from, i) >= (i <= 16 ? 60 : 7));
}

static void load__discharging_strings_need_more_than_there_is__within_four_intervals(void **state)
{
    int from;
    int64_t begin;

    (void)state;
    fill_line();
    discharge(16);
    from = rig.sweeps;
    begin = rig.now;
    rig_run(&rig, begin + 60 * MINUTE_MS);
    check_gaps(from, begin, 1, 16, 4 * MINUTE_MS);
    check_gaps(from, begin, 17, STRINGS, 4 * MINUTE_MS + round_ms());
}

/* What a sweep shows belongs together: once begun, it does not wait for the next chance. */
static void load__a_sweep_begun__read_to_its_end(void **state)
{
    int from;
    int64_t begin;

    (void)state;
    trigger_sixteen(&from, &begin);
    for (int i = from; i < rig.sweeps; i++)
        if (rig.sweep[i].string >= 16 && rig.sweep[i].first > begin &&
            rig.sweep[i].last - rig.sweep[i].first > MINUTE_MS)
            fail_msg("a sweep of string %d took %lld s", rig.sweep[i].string + 1,
                     (long long)(rig.sweep[i].last - rig.sweep[i].first) / 1000);
}

/* ---- a gateway that is too slow for three intervals ---------------------------------------- */

/* HALF_MS: what a string's cells, 8 s, take with half of the gateway beside the turns, 3 s of ten. */
enum { SLOW_CELLS = 100, HALF_MS = 30 * 1000 };

/* A sweep over everything takes 256 s, and with the turns between almost six minutes. */
static void fill_slow_line(void)
{
    rig.window = 1;
    rig.service_ms = 80;
    for (int i = 1; i <= STRING_MAX; i++)
        rig_string(&rig, i, 1, SLOW_CELLS);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
}

static void slow__one_discharges__gets_half_of_what_there_is(void **state)
{
    int from;
    int64_t begin;

    (void)state;
    fill_slow_line();
    discharge(1);
    from = rig.sweeps;
    begin = rig.now;
    rig_run(&rig, begin + 60 * MINUTE_MS);
    check_gaps(from, begin, 1, 1, HALF_MS);
    check_gaps(from, begin, 2, STRING_MAX, 13 * MINUTE_MS);
}

/* At the start, and after an outage, all cells are to be read: who discharges does not wait for that. */
static void discharge_at_once(void)
{
    rig.service_ms = 80;
    for (int i = 1; i <= STRING_MAX; i++)
        rig_string(&rig, i, 1, SLOW_CELLS);
    rig.fake.string[STRING_MAX].state = STATE_DISCHARGE;
    for (int s = 0; s < STRING_MAX; s++) /* as being found does */
        plan_trigger(&rig.plan, s);
    rig_discover(&rig);
}

static void discharge__at_the_start__not_after_all_others(void **state)
{
    int from;

    (void)state;
    discharge_at_once();
    from = rig.sweeps;
    rig_run(&rig, rig.now + 3 * HALF_MS);
    assert_true(rig_sweeps(&rig, from, STRING_MAX) >= 3);
}

static void discharge__after_an_outage__not_after_all_others(void **state)
{
    int from;

    (void)state;
    discharge_at_once();
    rig_run(&rig, rig.now + 15 * MINUTE_MS);
    rig_break(&rig);
    from = rig.sweeps;
    rig_run(&rig, rig.now + 3 * HALF_MS);
    assert_true(rig_sweeps(&rig, from, STRING_MAX) >= 3);
    rig_run(&rig, rig.now + 13 * MINUTE_MS);
    for (int i = 1; i <= STRING_MAX; i++)
        assert_true(rig_sweeps(&rig, from, i) >= 1);
}

static void slow__one_is_triggered__others_do_not_go_before(void **state)
{
    int from;

    (void)state;
    fill_slow_line();
    from = rig.sweeps;
    plan_trigger(&rig.plan, 5);
    rig_run(&rig, rig.now + HALF_MS);
    assert_true(rig_sweeps(&rig, from, 6) >= 1);
}

/* It is still followed: those that go on discharging do not come before it. */
static void discharge_over__others_need_more_than_there_is__still_followed(void **state)
{
    int from;

    (void)state;
    fill_line();
    discharge(16);
    rig.fake.string[1].state = STATE_FLOAT;
    rig_run(&rig, rig.now + MINUTE_MS);
    from = rig.sweeps;
    rig_run(&rig, rig.now + 8 * MINUTE_MS);
    assert_in_range(rig_sweeps(&rig, from, 1), rig_sweeps(&rig, from, 2) - 2, 1000);
}

/* ---- who discharges and vanishes --------------------------------------------------------- */

static void check_vanished(int others_from)
{
    int64_t begin = rig.now;

    assert_int_equal(plan_cell_interval(&rig.plan, rig.now, 1), MINUTE_MS);
    rig_run(&rig, begin + 3 * MINUTE_MS); /* the due time from before may be that far */
    others_from = rig.sweeps;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_in_range(rig_sweeps(&rig, others_from, 2), 9, 11);
}

static void discharging__falls_silent__others_no_longer_slowed(void **state)
{
    (void)state;
    rig.incomplete_is_fine = true;
    rig_string(&rig, 1, 1, 10);
    rig_string(&rig, 2, 1, 10);
    rig_discover(&rig);
    discharge(1);
    assert_int_equal(plan_cell_interval(&rig.plan, rig.now, 1), 3 * MINUTE_MS);
    rig.fake.string[1].mute = true;
    rig_run(&rig, rig.now + 40000);
    check_vanished(rig.sweeps);
}

static void discharging__disabled__others_no_longer_slowed(void **state)
{
    (void)state;
    rig.incomplete_is_fine = true;
    rig_string(&rig, 1, 1, 10);
    rig_string(&rig, 2, 1, 10);
    rig_discover(&rig);
    discharge(1);
    rig.fake.string[1].disabled = true;
    rig_run(&rig, rig.now + 40000);
    check_vanished(rig.sweeps);
}

/* ---- after an outage --------------------------------------------------------------------- */

static void outage__longer_than_the_interval__sweeps_spread_again(void **state)
{
    int in_tenth[10] = {0}, from, starts = 0;
    int64_t begin;

    (void)state;
    for (int i = 1; i <= 32; i++)
        rig_string(&rig, i, 1, 2);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
    rig_break(&rig);
    rig.now += 7 * MINUTE_MS + 12345;
    plan_restart(&rig.plan, rig.now);
    from = rig.sweeps;
    rig_run(&rig, rig.now + 10000);
    for (int i = 1; i <= 32; i++) /* everything known is read at once */
        assert_true(rig_sweeps(&rig, from, i) >= 1);
    rig_run(&rig, rig.now + 5000);
    from = rig.sweeps;
    begin = rig.now;
    rig_run(&rig, begin + MINUTE_MS);
    for (int i = from; i < rig.sweeps; i++) {
        int64_t at = rig.sweep[i].first - begin;

        if (at < 0 || at >= MINUTE_MS)
            continue;
        in_tenth[at / (MINUTE_MS / 10)]++;
        starts++;
    }
    assert_in_range(starts, 31, 33);
    for (int i = 0; i < 10; i++)
        assert_in_range(in_tenth[i], 1, 8);
}

/* ---- spans that fail, again and again ---------------------------------------------------- */

static enum link_result fail_spans_of_1(struct rig *r, const struct link_request *q,
                                        enum link_result is)
{
    (void)r;
    return q->unit == 101 && plan_tag(q).kind == PLAN_SPAN ? LINK_EXCEPTION : is;
}

static void check_failing_spans(uint8_t code, int window)
{
    int from, sweeps, requests;

    rig_done(&rig);
    rig_init(&rig, true);
    rig.window = window;
    for (int i = 1; i <= 3; i++)
        rig_string(&rig, i, 1, 40);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
    assert_int_equal(rig.learned, 1);
    rig.mangle = fail_spans_of_1;
    rig.mangle_code = code;
    while (rig.plan.sweep[0].running)
        rig_run(&rig, rig.now + 1);
    from = rig.logged;
    sweeps = rig.sweeps;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_in_range(rig_sweeps(&rig, sweeps, 1), 9, 11);
    assert_in_range(rig_sweeps(&rig, sweeps, 2), 9, 11);
    assert_in_range(rig_sweeps(&rig, sweeps, 3), 9, 11);
    requests = rig_count(&rig, from, PLAN_SPAN, 0) + rig_count(&rig, from, PLAN_CELL, 0);
    assert_in_range(requests, 9 * 40, 11 * (40 + 2 * window)); /* no span twice in a sweep */
    assert_in_range(rig_count(&rig, from, PLAN_SPAN, 0), 1, 11 * window);
    assert_int_equal(rig_count(&rig, from, PLAN_CELL, 1) + rig_count(&rig, from, PLAN_CELL, 2), 0);
}

static void span__exception_4_again_and_again__sweep_ends_and_others_read(void **state)
{
    (void)state;
    check_failing_spans(4, 1);
    check_failing_spans(4, 4);
    check_failing_spans(6, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(load__sixteen_triggered_every_turn__every_string_swept),
        TEST(load__sixteen_triggered_every_turn__others_within_four_intervals),
        TEST(load__discharging_strings_need_more_than_there_is__others_swept),
        TEST(load__discharging_strings_need_more_than_there_is__within_four_intervals),
        TEST(load__a_sweep_begun__read_to_its_end),
        TEST(slow__one_discharges__gets_half_of_what_there_is),
        TEST(discharge__at_the_start__not_after_all_others),
        TEST(discharge__after_an_outage__not_after_all_others),
        TEST(slow__one_is_triggered__others_do_not_go_before),
        TEST(discharge_over__others_need_more_than_there_is__still_followed),
        TEST(discharging__falls_silent__others_no_longer_slowed),
        TEST(discharging__disabled__others_no_longer_slowed),
        TEST(outage__longer_than_the_interval__sweeps_spread_again),
        TEST(span__exception_4_again_and_again__sweep_ends_and_others_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
