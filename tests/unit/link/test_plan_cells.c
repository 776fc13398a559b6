/* The plan's cell lane: sweeps, their spreading, triggers, discharges, cells that are added. */
#include "../../support/check.h"
#include "../../support/rig.h"

enum { HOUR_MS = 3600 * 1000, MINUTE_MS = 60 * 1000 };

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

/* Discovers, and lets the first two sweeps pass that spread the strings over the interval. */
static void settle(void)
{
    rig_discover(&rig);
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
}

/* A moment when string 1 was not read just now and is not due soon. */
static void wait_for_quiet(void)
{
    while (rig.now - rig.plan.sweep[0].started < 5000 || rig.plan.sweep[0].due - rig.now < 20000)
        rig_run(&rig, rig.now + 100);
}

static void sweep__each_string__once_per_interval(void **state)
{
    int from;

    (void)state;
    for (int i = 1; i <= 8; i++)
        rig_string(&rig, i, 1, 10);
    settle();
    from = rig.sweeps;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    for (int i = 1; i <= 8; i++)
        assert_in_range(rig_sweeps(&rig, from, i), 9, 11);
}

static void sweep__first_one__as_soon_as_the_string_is_known(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 10);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 5000);
    assert_true(rig_sweeps(&rig, 0, 1) >= 1);
}

static void sweep__cells__in_order_singly(void **state)
{
    int want = 0, from;

    (void)state;
    rig_string(&rig, 1, 1, 120);
    settle();
    from = rig.logged;
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
    for (int i = from; i < rig.logged; i++) {
        const struct rig_entry *e = &rig.log[i];

        if (e->tag.kind != PLAN_CELL)
            continue;
        assert_int_equal(e->tag.cell, want);
        assert_int_equal(e->tag.cells, 1);
        assert_int_equal(e->request.count, 6);
        want = (want + 1) % 120;
    }
    assert_int_equal(rig_count(&rig, from, PLAN_SPAN, -1), 0);
    assert_true(rig_sweeps(&rig, 0, 1) >= 3);
}

/* 32 strings start evenly: in no tenth of the interval do more than a quarter of them. */
static void sweep__many_strings__spread_over_the_interval(void **state)
{
    int in_tenth[10] = {0}, from, starts = 0;
    int64_t begin;

    (void)state;
    for (int i = 1; i <= 32; i++)
        rig_string(&rig, i, 1, 2);
    settle();
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

static void sweep__full_slow_gateway__none_starves(void **state)
{
    (void)state;
    rig.service_ms = 40; /* 32 x 120 cells take longer than the interval */
    for (int i = 1; i <= 32; i++)
        rig_string(&rig, i, 1 + i % 4, 120);
    rig_run(&rig, rig.now + 30 * MINUTE_MS);
    for (int i = 1; i <= 32; i++)
        assert_true(rig_sweeps(&rig, 0, i) >= 4);
}

static void sweep__refused_cells__go_on(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 4);
    rig_discover(&rig);
    plan_cells(&rig.plan, rig.now, 0, 9); /* it has four: the others are refused */
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    assert_true(rig_sweeps(&rig, 0, 1) >= 4);
}

/* ---- more and fewer cells ---------------------------------------------------------------- */

static void cells__more__read_from_the_next_sweep_on(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 4);
    settle();
    rig.fake.string[1].cells = 9;
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
    assert_int_equal(rig.plan.sweep[0].cells, 9);
    assert_true(rig_count(&rig, 0, PLAN_CELL, 0) > 0);
    assert_int_equal(rig.read[0][8] > 0, 1);
}

static void cells__fewer__ignored(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 9);
    settle();
    assert_false(plan_cells(&rig.plan, rig.now, 0, 4));
    assert_false(plan_cells(&rig.plan, rig.now, 0, 9));
    assert_false(plan_cells(&rig.plan, rig.now, 0, 0));
    assert_int_equal(rig.plan.sweep[0].cells, 9);
    assert_true(plan_cells(&rig.plan, rig.now, 0, 120));
}

static void cells__none__no_sweep(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 0);
    settle();
    assert_int_equal(rig_count(&rig, 0, PLAN_CELL, -1), 0);
    assert_int_equal(rig.sweeps, 0);
}

/* ---- triggers ---------------------------------------------------------------------------- */

static void trigger__idle_string__read_at_once(void **state)
{
    int64_t at;
    int from;

    (void)state;
    rig_string(&rig, 1, 1, 10);
    settle();
    wait_for_quiet();
    from = rig.sweeps;
    at = rig.now;
    plan_trigger(&rig.plan, 0);
    rig_run(&rig, at + 2000);
    assert_int_equal(rig_sweeps(&rig, from, 1), 1);
    assert_true(rig.sweep[from].first - at <= 100);
}

static void trigger__again_and_again__not_within_a_second(void **state)
{
    int from;

    (void)state;
    rig_string(&rig, 1, 1, 10);
    settle();
    wait_for_quiet();
    from = rig.sweeps;
    for (int i = 0; i < 200; i++) {
        plan_trigger(&rig.plan, 0);
        rig_run(&rig, rig.now + 50);
    }
    assert_true(rig.sweeps - from >= 5);
    for (int i = from + 1; i < rig.sweeps; i++)
        assert_true(rig.sweep[i].first - rig.sweep[i - 1].first >= 1000);
}

static void trigger__while_others_are_due__goes_first(void **state)
{
    int from;

    (void)state;
    for (int i = 1; i <= 6; i++)
        rig_string(&rig, i, 1, 100);
    settle();
    rig.service_ms = 50; /* the line is busy from now on */
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
    while (rig.plan.sweep[3].running || rig.now - rig.plan.sweep[3].started < 2000)
        rig_run(&rig, rig.now + 100);
    plan_trigger(&rig.plan, 3);
    from = rig.logged;
    rig_run(&rig, rig.now + 3000);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_CELL) {
            assert_int_equal(rig.log[i].tag.index, 3); /* the first cell asked for */
            return;
        }
    fail_msg("no cell was asked for");
}

static void trigger__while_its_sweep_runs__once_more_after_it(void **state)
{
    int from;

    (void)state;
    rig.service_ms = 100;
    rig_string(&rig, 1, 1, 60);
    settle();
    while (!rig.plan.sweep[0].running)
        rig_run(&rig, rig.now + 50);
    from = rig.sweeps;
    plan_trigger(&rig.plan, 0);
    rig_run(&rig, rig.now + 20000);
    assert_in_range(rig_sweeps(&rig, from, 1), 2, 3);
}

/* ---- discharge --------------------------------------------------------------------------- */

static void discharge__its_string__read_at_the_discharge_interval(void **state)
{
    int from;

    (void)state;
    rig_string(&rig, 1, 1, 10);
    rig_string(&rig, 2, 1, 10);
    settle();
    rig.fake.string[1].state = STATE_DISCHARGE;
    rig_run(&rig, rig.now + 15000);
    from = rig.sweeps;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(plan_cell_interval(&rig.plan, rig.now, 0), 10000);
    assert_int_equal(plan_cell_interval(&rig.plan, rig.now, 1), 180000);
    assert_in_range(rig_sweeps(&rig, from, 1), 58, 62);
    assert_in_range(rig_sweeps(&rig, from, 2), 3, 4);
}

static void discharge__begins__read_at_once(void **state)
{
    int from;

    (void)state;
    rig_string(&rig, 1, 1, 10);
    settle();
    wait_for_quiet();
    from = rig.sweeps;
    plan_discharging(&rig.plan, rig.now, 0, true);
    rig_run(&rig, rig.now + 1000);
    assert_int_equal(rig_sweeps(&rig, from, 1), 1);
}

static void discharge__over__followed_for_ten_minutes(void **state)
{
    int64_t ended;

    (void)state;
    rig_string(&rig, 1, 1, 10);
    rig_string(&rig, 2, 1, 10);
    settle();
    plan_discharging(&rig.plan, rig.now, 0, true);
    ended = rig.now;
    plan_discharging(&rig.plan, ended, 0, false);
    assert_int_equal(plan_cell_interval(&rig.plan, ended + 599999, 0), 10000);
    assert_int_equal(plan_cell_interval(&rig.plan, ended + 599999, 1), 180000);
    assert_int_equal(plan_cell_interval(&rig.plan, ended + 600000, 0), 60000);
    assert_int_equal(plan_cell_interval(&rig.plan, ended + 600000, 1), 60000);
}

static void discharge__never__plain_interval(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 10);
    rig_string(&rig, 2, 1, 10);
    settle();
    assert_int_equal(plan_cell_interval(&rig.plan, rig.now, 0), 60000);
    assert_int_equal(plan_cell_interval(&rig.plan, rig.now, 1), 60000);
}

static void discharge__all_strings__none_slowed(void **state)
{
    (void)state;
    for (int i = 1; i <= 3; i++) {
        rig_string(&rig, i, 1, 10);
        rig.fake.string[i].state = STATE_DISCHARGE;
    }
    settle();
    for (int i = 0; i < 3; i++)
        assert_int_equal(plan_cell_interval(&rig.plan, rig.now, i), 10000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sweep__each_string__once_per_interval),
        TEST(sweep__first_one__as_soon_as_the_string_is_known),
        TEST(sweep__cells__in_order_singly),
        TEST(sweep__many_strings__spread_over_the_interval),
        TEST(sweep__full_slow_gateway__none_starves),
        TEST(sweep__refused_cells__go_on),
        TEST(cells__more__read_from_the_next_sweep_on),
        TEST(cells__fewer__ignored),
        TEST(cells__none__no_sweep),
        TEST(trigger__idle_string__read_at_once),
        TEST(trigger__again_and_again__not_within_a_second),
        TEST(trigger__while_others_are_due__goes_first),
        TEST(trigger__while_its_sweep_runs__once_more_after_it),
        TEST(discharge__its_string__read_at_the_discharge_interval),
        TEST(discharge__begins__read_at_once),
        TEST(discharge__over__followed_for_ten_minutes),
        TEST(discharge__never__plain_interval),
        TEST(discharge__all_strings__none_slowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
