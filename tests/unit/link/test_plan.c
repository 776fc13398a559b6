/* The plan's fast lane and its probes: who is there, who is asked, who waits. */
#include "../../support/check.h"
#include "../../support/rig.h"

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

static enum presence string_presence(int number)
{
    return plan_presence(&rig.plan, (struct plan_tag){.kind = PLAN_STRING, .index = number - 1});
}

static enum presence ups_presence(int number)
{
    return plan_presence(&rig.plan, (struct plan_tag){.kind = PLAN_UPS, .index = number - 1});
}

/* ---- discovery --------------------------------------------------------------------------- */

static void discovery__sparse_gateway__finds_exactly_these(void **state)
{
    (void)state;
    rig_string(&rig, 1, 2, 4);
    rig_string(&rig, 17, 2, 4);
    rig_string(&rig, 32, 5, 4);
    rig_discover(&rig);
    for (int i = 1; i <= 32; i++) {
        bool string = i == 1 || i == 17 || i == 32, ups = i == 2 || i == 5;

        assert_int_equal(string_presence(i), string ? PRESENCE_HERE : PRESENCE_NEVER);
        assert_int_equal(ups_presence(i), ups ? PRESENCE_HERE : PRESENCE_NEVER);
    }
    assert_int_equal(rig.laps, 1);
}

static void discovery__blocks__of_the_vendors_length(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 4);
    rig_discover(&rig);
    for (int i = 0; i < rig.logged; i++) {
        if (rig.log[i].tag.kind == PLAN_UPS)
            assert_int_equal(rig.log[i].request.count, 6);
        if (rig.log[i].tag.kind == PLAN_STRING)
            assert_int_equal(rig.log[i].request.count, 15);
    }
}

static void discovery__named_ups__before_the_other_units(void **state)
{
    int ups_at = -1, next_string_at = -1;

    (void)state;
    rig_string(&rig, 1, 30, 4);
    rig.window = 1;
    rig_discover(&rig);
    for (int i = rig.logged - 1; i >= 0; i--) {
        if (rig.log[i].tag.kind == PLAN_UPS && rig.log[i].tag.index == 29)
            ups_at = i;
        if (rig.log[i].tag.kind == PLAN_STRING && rig.log[i].tag.index == 1)
            next_string_at = i;
    }
    assert_true(ups_at >= 0 && ups_at < next_string_at);
}

static void discovery__disabled_units__not_there(void **state)
{
    (void)state;
    rig_string(&rig, 3, 1, 4);
    rig.fake.string[3].disabled = true;
    rig_discover(&rig);
    assert_int_equal(string_presence(3), PRESENCE_NEVER);
    rig.fake.string[3].disabled = false;
    rig_run(&rig, rig.now + 120000);
    assert_int_equal(string_presence(3), PRESENCE_HERE);
}

static void discovery__one_probe_at_a_time(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 4);
    rig.fake.absent = FAKE_IS_MUTE;
    rig.window = 16;
    rig_discover(&rig);
    assert_int_equal(rig.laps, 1);
    assert_int_equal(rig.probe_timeouts, 62); /* 64 units, two of them there */
}

static void discovery__v1_gateway__thirteen_registers(void **state)
{
    int from;

    (void)state;
    rig.fake.v1 = true;
    rig_string(&rig, 1, 1, 4);
    rig_string(&rig, 9, 1, 4);
    rig_discover(&rig);
    assert_int_equal(string_presence(1), PRESENCE_HERE);
    assert_int_equal(string_presence(9), PRESENCE_HERE);
    assert_int_equal(rig.laps, 1);
    from = rig.logged;
    rig_run(&rig, rig.now + 60000);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_STRING)
            assert_int_equal(rig.log[i].request.count, 13);
}

static void discovery__no_string_refused__asks_for_fifteen(void **state)
{
    (void)state;
    rig_discover(&rig); /* exception 11 says nothing about the length */
    assert_int_equal(rig.plan.string_words, 15);
}

static void discovery__nothing_there__goes_on_asking(void **state)
{
    (void)state;
    rig_discover(&rig);
    rig_string(&rig, 20, 3, 4);
    rig_run(&rig, rig.now + 200000);
    assert_int_equal(string_presence(20), PRESENCE_HERE);
    assert_int_equal(ups_presence(3), PRESENCE_HERE);
}

/* ---- turns ------------------------------------------------------------------------------- */

static void turn__known_units__each_once(void **state)
{
    int from, turns;

    (void)state;
    rig_string(&rig, 1, 1, 0);
    rig_string(&rig, 2, 1, 0);
    rig_string(&rig, 3, 2, 0);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 5000);
    from = rig.logged;
    turns = rig.turns;
    rig_run(&rig, rig.now + 100000);
    assert_int_equal(rig.turns - turns, 10);
    for (int s = 0; s < 3; s++)
        assert_int_equal(rig_count(&rig, from, PLAN_STRING, s), 10);
    for (int u = 0; u < 2; u++)
        assert_int_equal(rig_count(&rig, from, PLAN_UPS, u), 10);
}

static void turn__after_the_lap__at_once(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 0);
    rig.window = 1;
    rig_discover(&rig);
    rig_run(&rig, rig.now + 1000); /* well before the second turn is due */
    assert_int_equal(rig.turns, 1);
}

static void turn__while_a_sweep_runs__goes_first(void **state)
{
    (void)state;
    rig.service_ms = 100; /* 120 cells take longer than a turn's interval */
    rig_string(&rig, 1, 1, 120);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 100000);
    for (int i = 1; i < rig.logged; i++) {
        const struct rig_entry *e = &rig.log[i];

        /* When a turn's first block is asked for, no more cells come before its last one. */
        if (e->tag.kind == PLAN_UPS && !e->request.probe && rig.log[i - 1].tag.kind == PLAN_CELL)
            fail_msg("cells between the blocks of a turn, at request %d", i);
    }
    assert_true(rig.turns >= 9);
}

static void turn__slow_gateway__interval_stretches_without_catching_up(void **state)
{
    int turns;

    (void)state;
    for (int i = 1; i <= 20; i++)
        rig_string(&rig, i, 1, 0);
    rig_discover(&rig);
    rig.window = 1;
    rig.service_ms = 1000;
    turns = rig.turns;
    rig_run(&rig, rig.now + 210000); /* 21 blocks and probes a turn */
    assert_in_range(rig.turns - turns, 5, 11);
}

/* A turn that takes longer than its interval must not take the line for ever. */
static void turn__longer_than_the_interval__others_still_get_asked(void **state)
{
    (void)state;
    rig.window = 1;
    rig.service_ms = 1000;
    for (int i = 1; i <= 20; i++)
        rig_string(&rig, i, 1, 2);
    rig_run(&rig, rig.now + 3600 * 1000);
    assert_int_equal(rig.laps, 1);
    for (int i = 1; i <= 20; i++)
        assert_true(rig_sweeps(&rig, 0, i) >= 1);
}

/* ---- silence ----------------------------------------------------------------------------- */

static void absent__mute_units__one_time_out_per_turn(void **state)
{
    int timeouts, turns;

    (void)state;
    rig.fake.absent = FAKE_IS_MUTE;
    rig_string(&rig, 1, 1, 4);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 20000);
    timeouts = rig.timeouts;
    turns = rig.turns;
    rig_run(&rig, rig.now + 1000000);
    assert_true(rig.turns - turns >= 90);
    assert_true(rig.timeouts - timeouts <= rig.turns - turns + 1);
    assert_true(rig.timeouts - timeouts >= 50); /* and it does go on looking */
}

static void absent__units_that_answer__asked_again_in_turns(void **state)
{
    int from;

    (void)state;
    rig_string(&rig, 1, 1, 0);
    rig_discover(&rig);
    from = rig.logged;
    rig_run(&rig, rig.now + 100000);
    for (int s = 1; s < 32; s++) /* 62 absent units, at least eight a turn, ten turns */
        assert_in_range(rig_count(&rig, from, PLAN_STRING, s), 1, 3);
}

static void new_string__appears_later__picked_up(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 4);
    rig_discover(&rig);
    rig_string(&rig, 2, 7, 6);
    rig_run(&rig, rig.now + 200000);
    assert_int_equal(string_presence(2), PRESENCE_HERE);
    assert_int_equal(ups_presence(7), PRESENCE_HERE);
    assert_true(rig_sweeps(&rig, 0, 2) >= 1);
}

/* ---- units that come and go -------------------------------------------------------------- */

static enum link_result instead;
static int times, unit_hit;

static enum link_result hit_unit(struct rig *r, const struct link_request *q, enum link_result is)
{
    (void)r;
    return q->unit == unit_hit && q->address == 0 && times > 0 && times-- > 0 ? instead : is;
}

static void miss(int number, int n, enum link_result result)
{
    instead = result;
    times = n;
    unit_hit = 100 + number;
    rig.mangle = hit_unit;
}

static void settle(void)
{
    rig_string(&rig, 4, 1, 4);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 15000);
    assert_int_equal(string_presence(4), PRESENCE_HERE);
}

static void unit__misses_once__stays(void **state)
{
    (void)state;
    settle();
    miss(4, 1, LINK_TIMEOUT);
    rig_run(&rig, rig.now + 10500);
    assert_int_equal(times, 0);
    assert_int_equal(string_presence(4), PRESENCE_HERE);
    rig_run(&rig, rig.now + 20000);
    assert_int_equal(string_presence(4), PRESENCE_HERE);
}

static void unit__silent_twice__silent_then_back(void **state)
{
    (void)state;
    settle();
    miss(4, 2, LINK_TIMEOUT);
    while (times > 0)
        rig_run(&rig, rig.now + 100);
    assert_int_equal(string_presence(4), PRESENCE_SILENT);
    rig_run(&rig, rig.now + 60000);
    assert_int_equal(string_presence(4), PRESENCE_HERE);
}

static void unit__refused_twice__gone_then_back(void **state)
{
    (void)state;
    settle();
    miss(4, 2, LINK_MISMATCH);
    while (times > 0)
        rig_run(&rig, rig.now + 100);
    assert_int_equal(string_presence(4), PRESENCE_GONE);
    rig_run(&rig, rig.now + 10500); /* asked for in every turn */
    assert_int_equal(string_presence(4), PRESENCE_HERE);
}

static void unit__disabled__gone_at_once_then_back(void **state)
{
    (void)state;
    settle();
    rig.fake.string[4].disabled = true;
    rig_run(&rig, rig.now + 10500);
    assert_int_equal(string_presence(4), PRESENCE_GONE);
    rig.fake.string[4].disabled = false;
    rig_run(&rig, rig.now + 10500);
    assert_int_equal(string_presence(4), PRESENCE_HERE);
}

static void unit__lost_answers__say_nothing_about_it(void **state)
{
    (void)state;
    settle();
    miss(4, 50, LINK_LOST);
    rig_run(&rig, rig.now + 100000);
    assert_int_equal(string_presence(4), PRESENCE_HERE);
}

static void unit__silent__no_cells_asked_for(void **state)
{
    int from;

    (void)state;
    settle();
    rig.incomplete_is_fine = true;
    rig.fake.string[4].mute = true;
    rig_run(&rig, rig.now + 60000);
    assert_int_equal(string_presence(4), PRESENCE_SILENT);
    from = rig.logged;
    rig_run(&rig, rig.now + 300000);
    assert_int_equal(rig_count(&rig, from, PLAN_CELL, 3), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(discovery__sparse_gateway__finds_exactly_these),
        TEST(discovery__blocks__of_the_vendors_length),
        TEST(discovery__named_ups__before_the_other_units),
        TEST(discovery__disabled_units__not_there),
        TEST(discovery__one_probe_at_a_time),
        TEST(discovery__v1_gateway__thirteen_registers),
        TEST(discovery__no_string_refused__asks_for_fifteen),
        TEST(discovery__nothing_there__goes_on_asking),
        TEST(turn__known_units__each_once),
        TEST(turn__after_the_lap__at_once),
        TEST(turn__while_a_sweep_runs__goes_first),
        TEST(turn__slow_gateway__interval_stretches_without_catching_up),
        TEST(turn__longer_than_the_interval__others_still_get_asked),
        TEST(absent__mute_units__one_time_out_per_turn),
        TEST(absent__units_that_answer__asked_again_in_turns),
        TEST(new_string__appears_later__picked_up),
        TEST(unit__misses_once__stays),
        TEST(unit__silent_twice__silent_then_back),
        TEST(unit__refused_twice__gone_then_back),
        TEST(unit__disabled__gone_at_once_then_back),
        TEST(unit__lost_answers__say_nothing_about_it),
        TEST(unit__silent__no_cells_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
