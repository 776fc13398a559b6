/* The plan among those of many gateways: not all of them read at once. */
#include "../../support/check.h"
#include "../../support/rig.h"
#include "link/plan_cells.h"
#include "pace.h"

enum { TURN_MS = 10000, MINUTE_MS = 60 * 1000 };

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

/* ---- turns ------------------------------------------------------------------------------- */

/* Starts of turns, as far as requests for string 1 tell. */
static int turns_of(int64_t ret[], int max)
{
    int n = 0;

    for (int i = 0; i < rig.logged && n < max; i++)
        if (rig.log[i].tag.kind == PLAN_STRING && rig.log[i].tag.index == 0 &&
            !rig.log[i].request.probe)
            ret[n++] = rig.log[i].now;
    return n;
}

static void check_turns(uint32_t place)
{
    enum { TURNS = 8 };
    int64_t at[TURNS], phase = (int64_t)TURN_MS * place >> 32;

    rig.plan.set.place = place;
    rig_string(&rig, 1, 1, 0);
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
    assert_int_equal(turns_of(at, TURNS), TURNS);
    for (int i = 1; i < TURNS; i++)
        assert_in_range(at[i] - at[i - 1], TURN_MS * 3 / 8 - 100, TURN_MS + 100);
    for (int i = 3; i < TURNS; i++)
        assert_in_range((at[i] - phase) % TURN_MS, 0, 100);
}

static void turn__any_place__on_its_grid_soon_and_never_late(void **state)
{
    for (uint32_t tenth = 0; tenth < 10; tenth++) {
        check_turns(UINT32_MAX / 10 * tenth);
        tear_down(state);
        set_up(state);
    }
}

/* A millisecond is what a thread may wake late by. */
static void turn__half_off_and_each_late__on_its_grid_again(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 0);
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
    rig.plan.turn_due += TURN_MS / 2;
    for (int i = 0; i < 4; i++) {
        int64_t due = rig.plan.turn_due;

        rig_run(&rig, due);
        rig.now = due + 1;
        rig_run(&rig, rig.now + 1);
        assert_true(rig.plan.turn_due > due + 1);
    }
    assert_int_equal(rig.plan.turn_due % TURN_MS, 0);
}

static void turn__after_an_outage__on_its_grid_again(void **state)
{
    int64_t phase = TURN_MS * 3 / 4;
    int from;

    (void)state;
    rig.plan.set.place = UINT32_C(3) << 30;
    rig_string(&rig, 1, 1, 0);
    rig_run(&rig, rig.now + MINUTE_MS);
    rig_break(&rig);
    rig.now += 4321;
    rig_run(&rig, rig.now + 3 * TURN_MS);
    from = rig.logged;
    rig_run(&rig, rig.now + TURN_MS);
    assert_int_equal(rig_count(&rig, from, PLAN_STRING, 0), 1);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_STRING && rig.log[i].tag.index == 0)
            assert_in_range((rig.log[i].now - phase) % TURN_MS, 0, 100);
}

/* ---- sweeps ------------------------------------------------------------------------------ */

static int starts_within(int from, int64_t begin, int64_t end)
{
    int n = 0;

    for (int i = from; i < rig.sweeps; i++)
        n += rig.sweep[i].first >= begin && rig.sweep[i].first < end;
    return n;
}

/* A hundred full gateways: in every second of the interval about as many strings begin. */
static void grid__hundred_gateways__strings_lie_evenly(void **state)
{
    int in_second[60] = {0};

    (void)state;
    for (int g = 0; g < 100; g++)
        for (uint32_t s = 0; s < STRING_MAX; s++) {
            int64_t due = plan_grid(1000000, MINUTE_MS, pace_place((size_t)g) + (s << 27));

            assert_in_range(due, 1000001, 1000000 + MINUTE_MS);
            in_second[due / 1000 % 60]++;
        }
    for (int i = 0; i < 60; i++)
        assert_in_range(in_second[i], 3200 / 60 - 5, 3200 / 60 + 6);
}

static void sweep__place__moves_all_strings(void **state)
{
    int64_t due;

    (void)state;
    rig.plan.set.place = UINT32_C(1) << 30; /* a quarter */
    rig_string(&rig, 1, 1, 4);
    rig_string(&rig, 2, 1, 4); /* half an interval after the first */
    rig_discover(&rig);
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
    due = rig.plan.sweep[0].due;
    assert_int_equal(due % MINUTE_MS, MINUTE_MS / 4);
    due = rig.plan.sweep[1].due;
    assert_int_equal(due % MINUTE_MS, MINUTE_MS * 3 / 4);
}

static void hold__new_gateway__no_cell_before(void **state)
{
    int64_t from = rig.now + 7000;

    (void)state;
    for (int i = 1; i <= 8; i++)
        rig_string(&rig, i, 1, 10);
    plan_hold_cells(&rig.plan, from);
    rig_run(&rig, from - 1);
    assert_int_equal(rig.turns > 0, 1); /* UPS and strings do not wait */
    assert_int_equal(rig_count(&rig, 0, PLAN_CELL, -1), 0);
    rig_run(&rig, from + 2000);
    assert_int_equal(starts_within(0, from, from + 2000), 8);
}

static void hold__back_from_an_outage__no_cell_before(void **state)
{
    int from;

    (void)state;
    for (int i = 1; i <= 8; i++)
        rig_string(&rig, i, 1, 10);
    rig_run(&rig, rig.now + 2 * MINUTE_MS);
    rig_break(&rig);
    rig.now += 30000;
    plan_hold_cells(&rig.plan, rig.now + 5000);
    from = rig.logged;
    rig_run(&rig, rig.now + 4900);
    assert_int_equal(rig_count(&rig, from, PLAN_CELL, -1), 0);
    from = rig.sweeps;
    rig_run(&rig, rig.now + 2000);
    for (int i = 1; i <= 8; i++)
        assert_true(rig_sweeps(&rig, from, i) >= 1);
}

static void hold__discharging_string__does_not_wait(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 10);
    rig_string(&rig, 2, 1, 10);
    rig.fake.string[2].state = STATE_DISCHARGE;
    plan_hold_cells(&rig.plan, rig.now + 20000);
    rig_run(&rig, rig.now + 3000);
    assert_int_equal(rig_sweeps(&rig, 0, 1), 0);
    assert_true(rig_sweeps(&rig, 0, 2) >= 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(turn__any_place__on_its_grid_soon_and_never_late),
        TEST(turn__half_off_and_each_late__on_its_grid_again),
        TEST(turn__after_an_outage__on_its_grid_again),
        TEST(grid__hundred_gateways__strings_lie_evenly),
        TEST(sweep__place__moves_all_strings),
        TEST(hold__new_gateway__no_cell_before),
        TEST(hold__back_from_an_outage__no_cell_before),
        TEST(hold__discharging_string__does_not_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
