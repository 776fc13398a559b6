/* Two cells with one request: proved, refused, disproved, doubted. */
#include "link/span.h"
#include "../../support/check.h"

#include <string.h>

static const int64_t DAY_MS = 24 * 3600 * 1000LL;

static struct reg_map map;
static struct span span;

/* What two neighbouring cells hold: status, voltage, resistance, temperature, SOC. */
static const uint16_t first[6] = {1, 2231, 0, 501, 251, 99};
static const uint16_t second[6] = {1, 2232, 0, 502, 252, 98};
static uint16_t both[106];

static int set_up(void **state)
{
    (void)state;
    if (registers_cell_map(registers_cell_offsets, &map) != NULL)
        return -1;
    memset(both, 0xa5, sizeof(both)); /* what lies between is the gateway's own */
    memcpy(both, first, sizeof(first));
    memcpy(both + 100, second, sizeof(second));
    span_init(&span, &map, true);
    return 0;
}

static bool answer(int64_t now, const uint16_t *words, bool refused)
{
    span.asked = true;
    return span_answer(&span, &map, now, words, refused);
}

static void prove(int64_t now, const uint16_t *third)
{
    assert_false(answer(now, first, false));
    assert_false(answer(now, second, false));
    assert_int_equal(span.step, SPAN_BOTH);
    assert_false(answer(now, third, false));
    assert_int_equal(span.step, SPAN_FIRST);
}

static void init__not_wanted__never(void **state)
{
    (void)state;
    span_init(&span, &map, false);
    assert_int_equal(span.state, SPAN_NO);
    assert_false(span_open(&span, 0));
    assert_false(span_usable(&span));
}

/* 125 registers at most, 100 from cell to cell: 25 remain for the second one. */
static void init__long_cell_block__never(void **state)
{
    struct reg_map longer = map;

    (void)state;
    longer.words = 25;
    span_init(&span, &longer, true);
    assert_int_equal(span.state, SPAN_UNKNOWN);
    longer.words = 26;
    span_init(&span, &longer, true);
    assert_int_equal(span.state, SPAN_NO);
}

static void proof__agreeing__used(void **state)
{
    (void)state;
    assert_true(span_open(&span, 5));
    assert_false(span_usable(&span));
    prove(1000, both);
    assert_int_equal(span.state, SPAN_YES);
    assert_true(span_usable(&span));
    assert_false(span_open(&span, 1001));
}

static void proof__asked__not_asked_again(void **state)
{
    (void)state;
    span.asked = true;
    assert_false(span_open(&span, 5));
}

static void proof__each_mapped_register_differing__not_used(void **state)
{
    (void)state;
    for (int half = 0; half < 2; half++)
        for (int at = 0; at < 6; at++) {
            uint16_t other[106];

            span_init(&span, &map, true);
            memcpy(other, both, sizeof(other));
            other[100 * half + at] ^= 1;
            prove(1000, other);
            assert_int_equal(span.state, SPAN_UNKNOWN);
            assert_int_equal(span.disagreements, 1);
        }
}

static void proof__unmapped_register_differing__used(void **state)
{
    (void)state;
    both[6] ^= 1;
    both[99] ^= 1;
    prove(1000, both);
    assert_true(span_usable(&span));
}

static void proof__zeros_or_packed__not_used(void **state)
{
    uint16_t zeros[106] = {0}, packed[106] = {0}, first_only[106] = {0};

    (void)state;
    memcpy(packed, first, sizeof(first));
    memcpy(packed + 6, second, sizeof(second));
    memcpy(first_only, first, sizeof(first));
    prove(1, zeros);
    prove(2, packed);
    assert_int_equal(span.state, SPAN_UNKNOWN);
    prove(3, first_only);
    assert_int_equal(span.state, SPAN_NO); /* three times in a row */
    assert_false(span_open(&span, DAY_MS * 10));
}

static void proof__two_disagreements_then_right__counted_from_zero(void **state)
{
    uint16_t zeros[106] = {0};

    (void)state;
    prove(1, zeros);
    prove(2, zeros);
    prove(3, both);
    assert_int_equal(span.state, SPAN_YES);
    span_doubt(&span);
    prove(4, zeros);
    prove(5, zeros);
    assert_int_not_equal(span.state, SPAN_NO);
}

static void proof__refused__never_again(void **state)
{
    (void)state;
    answer(1, first, false);
    answer(1, second, false);
    answer(1, NULL, true);
    assert_int_equal(span.state, SPAN_NO);
    assert_false(span_open(&span, DAY_MS * 10));
}

static void proof__silence__asked_again(void **state)
{
    (void)state;
    answer(1, first, false);
    answer(1, second, false);
    answer(1, NULL, false);
    assert_int_equal(span.state, SPAN_UNKNOWN);
    assert_true(span_open(&span, 2));
    assert_int_equal(span.step, SPAN_FIRST);
}

static void proof__missing_cell__another_pair(void **state)
{
    uint16_t disabled[6] = {0};

    (void)state;
    assert_true(answer(1, disabled, false));
    assert_int_equal(span.step, SPAN_FIRST);
    assert_true(answer(1, NULL, true));
    assert_int_equal(span.state, SPAN_UNKNOWN); /* one cell refused says nothing about two */
    assert_false(answer(1, first, false));
    assert_true(answer(1, disabled, false));
    assert_int_equal(span.step, SPAN_FIRST);
    assert_int_equal(span.disagreements, 0);
}

static void proof__a_day_later__again_but_usable(void **state)
{
    (void)state;
    prove(1000, both);
    assert_false(span_open(&span, 1000 + DAY_MS - 1));
    assert_true(span_open(&span, 1000 + DAY_MS));
    assert_true(span_usable(&span));
    prove(1000 + DAY_MS, both);
    assert_false(span_open(&span, 1000 + DAY_MS + 1));
}

static void doubt__after_reconnect__not_used_until_proved(void **state)
{
    (void)state;
    prove(1000, both);
    answer(1500, first, false);
    span_doubt(&span);
    assert_false(span_usable(&span));
    assert_true(span_open(&span, 1501));
    assert_int_equal(span.step, SPAN_FIRST);
    prove(2000, both);
    assert_true(span_usable(&span));
}

static void doubt__of_a_refusal__stays_refused(void **state)
{
    (void)state;
    span_init(&span, &map, false);
    span_doubt(&span);
    assert_false(span_open(&span, 1));
    assert_false(span_usable(&span));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(init__not_wanted__never, set_up),
        cmocka_unit_test_setup(init__long_cell_block__never, set_up),
        cmocka_unit_test_setup(proof__agreeing__used, set_up),
        cmocka_unit_test_setup(proof__asked__not_asked_again, set_up),
        cmocka_unit_test_setup(proof__each_mapped_register_differing__not_used, set_up),
        cmocka_unit_test_setup(proof__unmapped_register_differing__used, set_up),
        cmocka_unit_test_setup(proof__zeros_or_packed__not_used, set_up),
        cmocka_unit_test_setup(proof__two_disagreements_then_right__counted_from_zero, set_up),
        cmocka_unit_test_setup(proof__refused__never_again, set_up),
        cmocka_unit_test_setup(proof__silence__asked_again, set_up),
        cmocka_unit_test_setup(proof__missing_cell__another_pair, set_up),
        cmocka_unit_test_setup(proof__a_day_later__again_but_usable, set_up),
        cmocka_unit_test_setup(doubt__after_reconnect__not_used_until_proved, set_up),
        cmocka_unit_test_setup(doubt__of_a_refusal__stays_refused, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
