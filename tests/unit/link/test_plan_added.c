/* Registers that configuration adds: read once a turn, and whatever becomes of their units costs nobody
 * else anything. */
#include "../../support/check.h"
#include "../../support/rig.h"

static const struct reg_added added[] = {
    {.quantity = STRING_INSULATION, .index = 0, .unit = 150,                  .type = REG_U32,       .scale = 1},
    {.quantity = STRING_INSULATION,                             .index = 1,           .unit = 151, .address = 1, .scale = 1},
    {.quantity = STRING_INSULATION,                   .index = 8,                             .unit = 152,                             .scale = 1                     }, /* there is no string 9 */
};

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, false);
    rig.plan.set.added = added;
    rig.plan.set.addeds = COUNT(added);
    for (int i = 0; i < (int)COUNT(added); i++)
        rig.fake.extra[i].unit = added[i].unit;
    for (int i = 1; i <= 3; i++)
        rig_string(&rig, i, 1, 4);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_done(&rig);
    return 0;
}

static int turns(int n)
{
    int want = rig.turns + n, from = rig.logged;
    int64_t until = rig.now + 24 * 3600 * 1000;

    while (rig.turns < want && rig.now < until)
        rig_run(&rig, rig.now + 50);
    assert_int_equal(rig.turns, want);
    return from;
}

static void answered__once_a_turn_each_and_no_other(void **state)
{
    int from;

    (void)state;
    rig_discover(&rig);
    turns(2);
    from = turns(10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 0), 10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 1), 10);
    assert_int_equal(rig_count(&rig, 0, PLAN_ADDED, 2), 0);
    for (int i = from; i < rig.logged; i++) {
        const struct link_request *q = &rig.log[i].request;

        if (rig.log[i].tag.kind != PLAN_ADDED)
            continue;
        assert_false(q->probe);
        assert_int_equal(q->unit, 150 + rig.log[i].tag.index);
        assert_int_equal(q->function, 3);
        assert_int_equal(q->address, rig.log[i].tag.index);
        assert_int_equal(q->count, rig.log[i].tag.index == 0 ? 2 : 1);
    }
}

static void strings_are_here(void)
{
    for (uint8_t s = 0; s < 3; s++)
        assert_int_equal(
            plan_presence(&rig.plan, (struct plan_tag){.kind = PLAN_STRING, .index = s}),
            PRESENCE_HERE);
}

static void mute__probed__at_most_one_silence_a_turn(void **state)
{
    int from, timeouts;

    (void)state;
    rig.fake.extra[0].mute = rig.fake.extra[1].mute = true;
    rig_discover(&rig);
    turns(2);
    timeouts = rig.timeouts;
    from = turns(40);
    assert_true(rig.timeouts - timeouts <= 41);
    assert_int_equal(rig.timeouts, rig.probe_timeouts);
    assert_in_range(rig_count(&rig, from, PLAN_ADDED, 0), 10, 21);
    assert_in_range(rig_count(&rig, from, PLAN_ADDED, 1), 10, 21);
    for (int s = 0; s < 3; s++)
        assert_int_equal(rig_count(&rig, from, PLAN_STRING, s), 40);
    strings_are_here();
    rig.fake.extra[0].mute = false;
    turns(8);
    from = turns(10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 0), 10);
}

/* Units that are lost and these take turns at being the one silence. */
static void mute__beside_lost_and_absent_units__all_are_asked(void **state)
{
    int from;

    (void)state;
    rig.fake.absent = FAKE_IS_MUTE;
    rig.fake.extra[0].mute = true;
    rig.incomplete_is_fine = true;
    rig_discover(&rig);
    rig.fake.string[3].mute = true;
    turns(6);
    from = turns(40);
    assert_true(rig_count(&rig, from, PLAN_ADDED, 0) >= 10);
    assert_true(rig_count(&rig, from, PLAN_STRING, 2) >= 5);
    assert_true(rig_count(&rig, from, PLAN_STRING, -1) + rig_count(&rig, from, PLAN_UPS, -1) -
                    rig_count(&rig, from, PLAN_STRING, 0) - rig_count(&rig, from, PLAN_STRING, 1) -
                    rig_count(&rig, from, PLAN_STRING, 2) - rig_count(&rig, from, PLAN_UPS, 0) >=
                5);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 1), 40);
}

static void falls_silent__one_time_out_in_the_turn__then_probed(void **state)
{
    int timeouts;

    (void)state;
    rig_discover(&rig);
    turns(3);
    timeouts = rig.timeouts - rig.probe_timeouts;
    rig.fake.extra[1].mute = true;
    turns(10);
    assert_int_equal(rig.timeouts - rig.probe_timeouts - timeouts, 1);
    strings_are_here();
}

static void refused__asked_on_once_a_turn(void **state)
{
    int from;

    (void)state;
    rig.fake.extra[0].refuses = true;
    rig_discover(&rig);
    turns(2);
    from = turns(10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 0), 10);
    strings_are_here();
}

static void string_gone__not_asked(void **state)
{
    int from;

    (void)state;
    rig_discover(&rig);
    turns(2);
    rig.fake.string[1].disabled = true;
    turns(2);
    from = turns(10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 0), 0);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 1), 10);
}

/* Of the gateway: whatever is there; of a UPS: while that is there. */
static void others__of_gateway_and_ups__asked_while_there(void **state)
{
    static const struct reg_added of[] = {
        {.of = REG_OF_GATEWAY, .unit = 150, .scale = 1  },
        {           .of = REG_OF_UPS,          .index = 0, .unit = 151, .address = 1, .scale = 1},
        { .of = REG_OF_UPS,     .index = 9,  .unit = 152,  .scale = 1}, /* there is no UPS 10 */
    };
    int from;

    (void)state;
    rig.plan.set.added = of;
    rig_discover(&rig);
    turns(2);
    from = turns(10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 0), 10);
    assert_int_equal(rig_count(&rig, from, PLAN_ADDED, 1), 10);
    assert_int_equal(rig_count(&rig, 0, PLAN_ADDED, 2), 0);
}

static void broken__goes_on(void **state)
{
    int from;

    (void)state;
    rig_discover(&rig);
    turns(3);
    rig_break(&rig);
    from = turns(3);
    assert_in_range(rig_count(&rig, from, PLAN_ADDED, 0), 3, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answered__once_a_turn_each_and_no_other),
        TEST(mute__probed__at_most_one_silence_a_turn),
        TEST(mute__beside_lost_and_absent_units__all_are_asked),
        TEST(falls_silent__one_time_out_in_the_turn__then_probed),
        TEST(refused__asked_on_once_a_turn),
        TEST(string_gone__not_asked),
        TEST(others__of_gateway_and_ups__asked_while_there),
        TEST(broken__goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
