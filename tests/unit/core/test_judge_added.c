/* Quantities, relays and inputs: what is wrong by what configuration says of them. */
#include "core/quantity.h"
#include "judge_fixture.h"

static struct quantity_def def;
static struct channel_def leak, fan;

static int set_up(void **state)
{
    healthy(state);
    def = (struct quantity_def){
        .name = "pressure",
        .unit = (uint8_t)quantity_unit_named("bar"),
        .possible = {INT32_MIN, INT32_MAX},
        .low = { 20,  10,  5, 0, 0},
        .high = {                100, 120, 5, 0, 0},
    };
    quantity_set_scale(&def, 0.1);
    gateway.quantity[7] = (struct quantity){&def, 42, VALIDITY_GOOD, 50, 1};
    gateway.quantities = 8;
    leak = (struct channel_def){"leak", "", 0, ALARM_MAJOR, 0, 0};
    fan = (struct channel_def){"fan", "", 1, ALARM_MINOR, 20 * SECOND, 0};
    return 0;
}

static void reads(int64_t raw)
{
    now += 10 * SECOND;
    gateway.quantity[7].raw = raw;
    judge_quantity(&judge, 7, now);
    judge_tick(&judge, now);
}

static void quantity__inside__nothing(void **state)
{
    (void)state;
    for (int64_t v = 20; v <= 100; v++)
        reads(v);
    assert_int_equal(tolds, 0);
}

static void quantity__high__warning_critical_over(void **state)
{
    (void)state;
    reads(101);
    check_last(ALARM_USER_LIMIT, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(told[0].object.level, ALARM_OF_QUANTITY);
    assert_int_equal(told[0].object.index, 7);
    assert_int_equal(told[0].value, 101);
    assert_int_equal(told[0].limit, 100);
    assert_int_equal(told[0].decimals, 1);
    assert_string_equal(told[0].unit, "bar");
    assert_int_equal(told[0].sources, ALARM_SOURCE_LIMIT);
    reads(121);
    check_last(ALARM_USER_LIMIT, CONDITION_WORSENED, ALARM_CRITICAL);
    assert_int_equal(last(ALARM_USER_LIMIT)->limit, 120);
    reads(96);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 0);
    reads(95);
    check_last(ALARM_USER_LIMIT, CONDITION_CLEARED, ALARM_WARNING);
    assert_int_equal(last(ALARM_USER_LIMIT)->peak, 121);
    assert_int_equal(judge.conditions.count, 1); /* that it was is remembered */
}

static void quantity__low__warning_critical_over(void **state)
{
    (void)state;
    reads(19);
    check_last(ALARM_USER_LIMIT, CONDITION_RAISED, ALARM_WARNING);
    assert_int_equal(told[0].limit, 20);
    reads(3);
    check_last(ALARM_USER_LIMIT, CONDITION_WORSENED, ALARM_CRITICAL);
    reads(24);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 0);
    reads(25);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 1);
    assert_int_equal(last(ALARM_USER_LIMIT)->peak, 3);
}

static void quantity__from_one_side_to_the_other__one_alarm(void **state)
{
    (void)state;
    reads(130);
    reads(15);
    check_last(ALARM_USER_LIMIT, CONDITION_WORSENED, ALARM_WARNING);
    assert_int_equal(last(ALARM_USER_LIMIT)->limit, 20);
    assert_int_equal(last(ALARM_USER_LIMIT)->value, 15);
    reads(50);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_RAISED), 1);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 1);
}

static void quantity__delays__its_own(void **state)
{
    (void)state;
    def.high.raise_ms = def.low.raise_ms = 15 * SECOND;
    def.high.clear_ms = def.low.clear_ms = 25 * SECOND;
    reads(110);
    reads(110);
    assert_int_equal(tolds, 0);
    reads(110);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_RAISED), 1);
    reads(50);
    reads(50);
    reads(50);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 0);
    reads(50);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 1);
}

static void quantity__not_usable_or_without_a_number__not_judged(void **state)
{
    (void)state;
    gateway.quantity[7].validity = VALIDITY_IMPOSSIBLE;
    reads(200);
    gateway.quantity[7].validity = VALIDITY_GOOD;
    gateway.quantity[7].number = 0;
    reads(200);
    assert_int_equal(tolds, 0);
}

static void quantity__silent__stale_and_stands(void **state)
{
    (void)state;
    reads(101);
    gateway.quantity[7].validity = VALIDITY_STALE;
    judge_tick(&judge, now += MINUTE);
    assert_true(last(ALARM_USER_LIMIT)->stale);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 0);
    gateway.quantity[7].validity = VALIDITY_GOOD;
    reads(50);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 1);
}

static void quantity__preset__not_raised_again_and_ends(void **state)
{
    struct object o = {ALARM_OF_QUANTITY, 7, 0};

    (void)state;
    assert_true(judge_preset(&judge, alarm_row(ALARM_USER_LIMIT), o, ALARM_CRITICAL,
                             ALARM_SOURCE_LIMIT, now));
    judge_preset_limit(&judge, alarm_row(ALARM_USER_LIMIT), o, 10);
    reads(8);
    assert_int_equal(tolds, 0);
    reads(50);
    assert_int_equal(tolds, 1);
    assert_int_equal(count(ALARM_USER_LIMIT, CONDITION_CLEARED), 1);
}

/* ---- relays and inputs ------------------------------------------------------------------- */

static void channels(int s, int relay, int input)
{
    now += 10 * SECOND;
    gateway.string[s].value[STRING_RELAY] = relay;
    gateway.string[s].value[STRING_AUX_INPUT] = input;
    judge_string(&judge, s, now);
    judge_tick(&judge, now);
}

static void channel__no_normal_state__silent(void **state)
{
    (void)state;
    channels(1, 0, 1);
    leak.normal = fan.normal = CHANNEL_NOT_TOLD;
    gateway.channel[channel_at(1, CHANNEL_INPUT)].is = &leak;
    gateway.channel[channel_at(1, CHANNEL_RELAY)].is = &fan;
    channels(1, 1, 0);
    channels(1, 0, 1);
    assert_int_equal(tolds, 0);
}

static void channel__not_normal__severity_and_delay_of_its_own(void **state)
{
    (void)state;
    gateway.channel[channel_at(1, CHANNEL_INPUT)].is = &leak;
    gateway.channel[channel_at(1, CHANNEL_RELAY)].is = &fan;
    channels(1, 1, 0);
    assert_int_equal(tolds, 0);
    channels(1, 0, 1);
    check_last(ALARM_AUX_INPUT_ACTIVE, CONDITION_RAISED, ALARM_MAJOR);
    assert_int_equal(last(ALARM_AUX_INPUT_ACTIVE)->object.level, ALARM_OF_CHANNEL);
    assert_int_equal(last(ALARM_AUX_INPUT_ACTIVE)->object.index, channel_at(1, CHANNEL_INPUT));
    assert_int_equal(last(ALARM_AUX_INPUT_ACTIVE)->sources, ALARM_SOURCE_DEVICE);
    channels(1, 0, 1);
    assert_int_equal(count(ALARM_RELAY_NOT_NORMAL, CONDITION_RAISED), 0);
    channels(1, 0, 0);
    check_last(ALARM_RELAY_NOT_NORMAL, CONDITION_RAISED, ALARM_MINOR);
    check_last(ALARM_AUX_INPUT_ACTIVE, CONDITION_CLEARED, ALARM_MAJOR);
    assert_int_equal(tolds, 3);
}

static void channel__unknown_code_or_no_value__neither_raises_nor_clears(void **state)
{
    (void)state;
    gateway.channel[channel_at(1, CHANNEL_INPUT)].is = &leak;
    channels(1, 1, 7);
    assert_int_equal(tolds, 0);
    channels(1, 1, 1);
    assert_int_equal(tolds, 1);
    channels(1, 1, 7);
    gateway.string[1].validity[STRING_AUX_INPUT] = VALIDITY_STALE;
    channels(1, 1, 0);
    assert_int_equal(count(ALARM_AUX_INPUT_ACTIVE, CONDITION_CLEARED), 0);
    assert_true(last(ALARM_AUX_INPUT_ACTIVE)->stale);
}

static void channel__normal_state_no_longer_told__its_alarm_ends(void **state)
{
    struct object o = {ALARM_OF_CHANNEL, channel_at(2, CHANNEL_INPUT), 0};

    (void)state;
    assert_true(judge_preset(&judge, alarm_row(ALARM_AUX_INPUT_ACTIVE), o, ALARM_MAJOR,
                             ALARM_SOURCE_DEVICE, now));
    channels(2, 1, 1);
    assert_int_equal(count(ALARM_AUX_INPUT_ACTIVE, CONDITION_CLEARED), 1);
}

static void channel__of_a_string_that_is_forgotten__nothing_left(void **state)
{
    (void)state;
    gateway.channel[channel_at(1, CHANNEL_INPUT)].is = &leak;
    channels(1, 1, 1);
    judge_forget(&judge, (struct object){ALARM_OF_STRING, 1, 0});
    assert_int_equal(judge.conditions.count, 0);
}

static void quantity__of_a_string_that_is_forgotten__nothing_left(void **state)
{
    (void)state;
    def.string = 2;
    reads(101);
    assert_int_equal(judge.conditions.count, 1);
    judge_forget(&judge, (struct object){ALARM_OF_STRING, 0, 0});
    judge_forget(&judge, (struct object){ALARM_OF_UPS, 1, 0});
    assert_int_equal(judge.conditions.count, 1);
    judge_forget(&judge, (struct object){ALARM_OF_STRING, 1, 0});
    assert_int_equal(judge.conditions.count, 0);
    def.string = 0;
    def.ups = 3;
    reads(101);
    judge_forget(&judge, (struct object){ALARM_OF_UPS, 2, 0});
    assert_int_equal(judge.conditions.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, done)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(quantity__inside__nothing),
        TEST(quantity__high__warning_critical_over),
        TEST(quantity__low__warning_critical_over),
        TEST(quantity__from_one_side_to_the_other__one_alarm),
        TEST(quantity__delays__its_own),
        TEST(quantity__not_usable_or_without_a_number__not_judged),
        TEST(quantity__silent__stale_and_stands),
        TEST(quantity__preset__not_raised_again_and_ends),
        TEST(channel__no_normal_state__silent),
        TEST(channel__not_normal__severity_and_delay_of_its_own),
        TEST(channel__unknown_code_or_no_value__neither_raises_nor_clears),
        TEST(channel__normal_state_no_longer_told__its_alarm_ends),
        TEST(channel__of_a_string_that_is_forgotten__nothing_left),
        TEST(quantity__of_a_string_that_is_forgotten__nothing_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
