/* What a string is doing: float, settling, recharge. */
#include "core/mode.h"
#include "../../support/check.h"

#include <string.h>

enum { S = 1000, MIN = 60 * S, H = 60 * MIN, TRICKLE = 400 };

static struct string string;
static struct mode_state mode;
static int64_t now;

static int set_up(void **state)
{
    (void)state;
    memset(&string, 0, sizeof(string));
    memset(&mode, 0, sizeof(mode));
    memset(string.validity, VALIDITY_GOOD, sizeof(string.validity));
    string.value[STRING_VOLTAGE] = 54000;
    string.value[STRING_SOC] = 100;
    now = H;
    return 0;
}

static enum mode follow(int st, int64_t after)
{
    now += after;
    string.value[STRING_STATE] = st;
    mode_follow(&mode, &string, MODE_SETTLING_MS, TRICKLE, now);
    return mode.mode;
}

static void mode__at_the_start__settles_first(void **state)
{
    (void)state;
    assert_int_equal(mode.mode, MODE_UNKNOWN);
    assert_int_equal(follow(STATE_FLOAT, 0), MODE_SETTLING);
    assert_int_equal(follow(STATE_FLOAT, MODE_SETTLING_MS - 1), MODE_SETTLING);
    assert_int_equal(follow(STATE_FLOAT, 1), MODE_FLOAT);
    assert_int_equal(follow(STATE_EQUALIZE, S), MODE_SETTLING);
    assert_int_equal(follow(STATE_EQUALIZE, MODE_SETTLING_MS), MODE_EQUALIZE);
    assert_int_equal(follow(STATE_IDLE, S), MODE_SETTLING);
    assert_int_equal(follow(STATE_IDLE, MODE_SETTLING_MS), MODE_IDLE);
}

static void mode__discharge_abnormal_unknown__at_once(void **state)
{
    (void)state;
    assert_int_equal(follow(STATE_DISCHARGE, 0), MODE_DISCHARGE);
    assert_int_equal(follow(STATE_ABNORMAL, S), MODE_ABNORMAL);
    assert_int_equal(follow(4, S), MODE_UNKNOWN);
    assert_int_equal(follow(65535, S), MODE_UNKNOWN);
}

static void mode__change__returned(void **state)
{
    (void)state;
    assert_true(mode_follow(&mode, &string, 0, TRICKLE, now)); /* float, without settling */
    assert_false(mode_follow(&mode, &string, 0, TRICKLE, now + S));
}

static void mode__state_missing__as_it_was(void **state)
{
    (void)state;
    follow(STATE_DISCHARGE, 0);
    string.validity[STRING_STATE] = VALIDITY_STALE;
    assert_int_equal(follow(STATE_FLOAT, S), MODE_DISCHARGE);
}

static void recharge__until_current_charge_and_voltage_are_there(void **state)
{
    (void)state;
    follow(STATE_FLOAT, 0);
    follow(STATE_DISCHARGE, MODE_SETTLING_MS);
    string.value[STRING_SOC] = 60;
    string.value[STRING_CURRENT] = 1000;
    string.value[STRING_VOLTAGE] = 51000;
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_RECHARGE);
    for (int i = 0; i < 60; i++) {
        string.value[STRING_VOLTAGE] += 50;
        assert_int_equal(follow(STATE_FLOAT, 2 * MIN), MODE_RECHARGE);
    }
    assert_int_equal(follow(STATE_FLOAT, 40 * MIN), MODE_RECHARGE);
    string.value[STRING_CURRENT] = 100;
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_RECHARGE);
    string.value[STRING_SOC] = 95;
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_SETTLING);
    assert_int_equal(follow(STATE_FLOAT, MODE_SETTLING_MS), MODE_FLOAT);
}

static void recharge__voltage_still_rises__goes_on(void **state)
{
    (void)state;
    follow(STATE_DISCHARGE, 0);
    follow(STATE_FLOAT, MIN);
    for (int i = 0; i < 10; i++) {
        string.value[STRING_VOLTAGE] += 200;
        assert_int_equal(follow(STATE_FLOAT, 20 * MIN), MODE_RECHARGE);
    }
    assert_int_equal(follow(STATE_FLOAT, 29 * MIN), MODE_RECHARGE);
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_SETTLING);
}

static void recharge__never_done__judged_after_a_day(void **state)
{
    (void)state;
    follow(STATE_DISCHARGE, 0);
    string.value[STRING_SOC] = 50;
    string.value[STRING_CURRENT] = 5000;
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_RECHARGE);
    assert_int_equal(follow(STATE_FLOAT, 24 * H - 1), MODE_RECHARGE);
    assert_int_equal(follow(STATE_FLOAT, 1), MODE_SETTLING);
}

static void recharge__idle_between__still_due(void **state)
{
    (void)state;
    follow(STATE_DISCHARGE, 0);
    assert_int_equal(follow(STATE_IDLE, MIN), MODE_SETTLING);
    assert_int_equal(follow(STATE_IDLE, H), MODE_IDLE);
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_RECHARGE);
}

static void recharge__equalize__is_one_too(void **state)
{
    (void)state;
    follow(STATE_DISCHARGE, 0);
    assert_int_equal(follow(STATE_EQUALIZE, MIN), MODE_RECHARGE);
    assert_int_equal(follow(STATE_EQUALIZE, H), MODE_SETTLING);
    assert_int_equal(follow(STATE_EQUALIZE, H), MODE_EQUALIZE);
}

static void recharge__values_missing__judged_by_the_rest(void **state)
{
    (void)state;
    follow(STATE_DISCHARGE, 0);
    memset(string.validity, VALIDITY_ABSENT, sizeof(string.validity));
    string.validity[STRING_STATE] = VALIDITY_GOOD;
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_RECHARGE);
    assert_int_equal(follow(STATE_FLOAT, H), MODE_SETTLING);
}

/* ---- nobody saw a discharge -------------------------------------------------------------- */

static void start_at(int32_t soc, int32_t current)
{
    string.value[STRING_SOC] = soc;
    string.value[STRING_CURRENT] = current;
    string.value[STRING_VOLTAGE] = 51600;
}

static void start__not_full_and_rising__recharge_to_its_end(void **state)
{
    (void)state;
    start_at(60, 2000);
    assert_int_equal(follow(STATE_FLOAT, 0), MODE_RECHARGE);
    for (int i = 1; i <= 34; i++) {
        string.value[STRING_SOC]++;
        assert_int_equal(follow(STATE_FLOAT, 20 * MIN), MODE_RECHARGE);
    }
    string.value[STRING_SOC] = 95;
    assert_int_equal(follow(STATE_FLOAT, 2 * H), MODE_RECHARGE);
    string.value[STRING_CURRENT] = TRICKLE;
    assert_int_equal(follow(STATE_FLOAT, MIN), MODE_SETTLING);
    assert_int_equal(follow(STATE_FLOAT, MODE_SETTLING_MS), MODE_FLOAT);
}

static void start__not_full_and_nothing_rises__float_after_an_hour(void **state)
{
    static const int32_t current[] = {0, 2000};

    for (size_t i = 0; i < COUNT(current); i++) {
        set_up(state);
        start_at(90, current[i]);
        assert_int_equal(follow(STATE_FLOAT, 0), MODE_RECHARGE);
        string.value[STRING_SOC] = 91; /* noise */
        string.value[STRING_VOLTAGE] += 500;
        assert_int_equal(follow(STATE_FLOAT, H - 1), MODE_RECHARGE);
        assert_int_equal(follow(STATE_FLOAT, 1), MODE_SETTLING);
        assert_int_equal(follow(STATE_FLOAT, MODE_SETTLING_MS), MODE_FLOAT);
        for (int n = 0; n < 100; n++)
            assert_int_equal(follow(STATE_FLOAT, MIN), MODE_FLOAT);
    }
}

static void start__voltage_rises__proof_as_well(void **state)
{
    (void)state;
    start_at(60, 2000);
    string.validity[STRING_SOC] = VALIDITY_ABSENT; /* then a current counts */
    assert_int_equal(follow(STATE_EQUALIZE, 0), MODE_RECHARGE);
    string.value[STRING_VOLTAGE] += 520;
    assert_int_equal(follow(STATE_EQUALIZE, 59 * MIN), MODE_RECHARGE);
    assert_int_equal(follow(STATE_EQUALIZE, 10 * H), MODE_RECHARGE);
}

static void start__full_or_no_current__settles_only(void **state)
{
    (void)state;
    start_at(95, 5000); /* may be a thermal runaway */
    assert_int_equal(follow(STATE_FLOAT, 0), MODE_SETTLING);
    assert_int_equal(follow(STATE_FLOAT, MODE_SETTLING_MS), MODE_FLOAT);
    set_up(state);
    start_at(0, TRICKLE);
    string.validity[STRING_SOC] = VALIDITY_ABSENT;
    assert_int_equal(follow(STATE_FLOAT, 0), MODE_SETTLING);
    assert_int_equal(follow(STATE_FLOAT, MODE_SETTLING_MS), MODE_FLOAT);
}

/* Mains were off, and the gateway with them. */
static void silence__back_and_not_full__recharge(void **state)
{
    (void)state;
    follow(STATE_FLOAT, 0);
    assert_int_equal(follow(STATE_FLOAT, H), MODE_FLOAT);
    string.value[STRING_SOC] = 94;
    assert_int_equal(follow(STATE_FLOAT, 10 * MIN), MODE_FLOAT); /* too short for that */
    string.value[STRING_SOC] = 93;
    assert_int_equal(follow(STATE_FLOAT, 2 * H), MODE_FLOAT); /* it lost nothing */
    string.value[STRING_SOC] = 91;
    assert_int_equal(follow(STATE_FLOAT, 10 * MIN + 1), MODE_RECHARGE);
}

static void name__each__there(void **state)
{
    (void)state;
    for (int m = 0; m < MODES; m++)
        assert_true(strlen(mode_name((enum mode)m)) > 0);
    assert_string_equal(mode_name(MODE_RECHARGE), "recharge");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mode__at_the_start__settles_first),
        TEST(mode__discharge_abnormal_unknown__at_once),
        TEST(mode__change__returned),
        TEST(mode__state_missing__as_it_was),
        TEST(recharge__until_current_charge_and_voltage_are_there),
        TEST(recharge__voltage_still_rises__goes_on),
        TEST(recharge__never_done__judged_after_a_day),
        TEST(recharge__idle_between__still_due),
        TEST(recharge__equalize__is_one_too),
        TEST(recharge__values_missing__judged_by_the_rest),
        TEST(start__not_full_and_rising__recharge_to_its_end),
        TEST(start__not_full_and_nothing_rises__float_after_an_hour),
        TEST(start__voltage_rises__proof_as_well),
        TEST(start__full_or_no_current__settles_only),
        TEST(silence__back_and_not_full__recharge),
        TEST(name__each__there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
