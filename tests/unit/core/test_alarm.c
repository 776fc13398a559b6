/* The table of alarm kinds, and what raises and clears them. */
#include "core/alarm.h"
#include "../../support/check.h"

#include <string.h>

static alarm_set bit_of(int number)
{
    int row = alarm_row((uint16_t)number);

    assert_true(row >= 0);
    return (alarm_set)1 << row;
}

/* ---- the table --------------------------------------------------------------------------- */

static void table__kinds__fit_a_set(void **state)
{
    (void)state;
    assert_in_range(alarm_kind_count, 1, 32);
}

static void table__numbers_and_names__unique(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++)
        for (int k = 0; k < i; k++) {
            assert_int_not_equal(alarm_kinds[i].number, alarm_kinds[k].number);
            assert_string_not_equal(alarm_kinds[i].name, alarm_kinds[k].name);
        }
}

static void table__texts__there(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++) {
        assert_true(strlen(alarm_kinds[i].name) > 0 && strlen(alarm_kinds[i].name) < 32);
        assert_true(strlen(alarm_kinds[i].text) > 0);
        assert_in_range(alarm_kinds[i].severity, ALARM_INFO, ALARM_CRITICAL);
        assert_in_range(alarm_kinds[i].number, 1, 65535);
    }
}

static void table__quantities__of_their_level(void **state)
{
    static const int most[] = {[ALARM_OF_GATEWAY] = 0,
                               [ALARM_OF_UPS] = UPS_QUANTITIES,
                               [ALARM_OF_STRING] = STRING_QUANTITIES,
                               [ALARM_OF_CELL] = CELL_QUANTITIES};

    (void)state;
    for (int i = 0; i < alarm_kind_count; i++) {
        const struct alarm_kind *k = &alarm_kinds[i];

        if (k->test != ALARM_BY_OWNER)
            assert_true(k->quantity < most[k->level]);
        if (k->test == ALARM_IF_BIT)
            assert_true(k->value < 16);
    }
}

static void row__each_number__its_row(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++)
        assert_int_equal(alarm_row(alarm_kinds[i].number), i);
    assert_int_equal(alarm_row(0), -1);
    assert_int_equal(alarm_row(65535), -1);
}

static void row__communication_kinds__of_their_level(void **state)
{
    (void)state;
    assert_int_equal(alarm_kinds[alarm_row(ALARM_GATEWAY_COMM_LOST)].level, ALARM_OF_GATEWAY);
    assert_int_equal(alarm_kinds[alarm_row(ALARM_UPS_COMM_LOST)].level, ALARM_OF_UPS);
    assert_int_equal(alarm_kinds[alarm_row(ALARM_STRING_COMM_LOST)].level, ALARM_OF_STRING);
    assert_int_equal(alarm_kinds[alarm_row(ALARM_CELL_COMM_LOST)].level, ALARM_OF_CELL);
}

static void severity_name__each__named(void **state)
{
    (void)state;
    assert_string_equal(alarm_severity_name(ALARM_INFO), "info");
    assert_string_equal(alarm_severity_name(ALARM_WARNING), "warning");
    assert_string_equal(alarm_severity_name(ALARM_MINOR), "minor");
    assert_string_equal(alarm_severity_name(ALARM_MAJOR), "major");
    assert_string_equal(alarm_severity_name(ALARM_CRITICAL), "critical");
}

/* ---- judging ----------------------------------------------------------------------------- */

/* string_alarm: bits of the vendor's page. */
static const char *const bit_name[] = {
    "chargeCurrentHigh", "dischargeCurrentHigh", "stringVoltageHigh", "stringVoltageLow",
    "stringSocLow",      "stringSohLow",         "hallDisconnected"};

static struct string string_with(int status, int st, int alarm)
{
    struct string s = {0};

    memset(s.validity, VALIDITY_GOOD, sizeof(s.validity));
    s.value[STRING_STATUS] = status;
    s.value[STRING_STATE] = st;
    s.value[STRING_ALARM] = alarm;
    return s;
}

static void string__each_bit__one_kind(void **state)
{
    (void)state;
    for (int bit = 0; bit < 16; bit++) {
        struct string s = string_with(STATUS_OK, STATE_FLOAT, 1 << bit);
        alarm_set set = alarm_of_string(&s, 0);

        if (bit >= (int)COUNT(bit_name)) { /* not described: no kind */
            assert_int_equal(set, 0);
            continue;
        }
        assert_true(set != 0 && (set & (set - 1)) == 0);
        assert_string_equal(alarm_kinds[__builtin_ctz(set)].name, bit_name[bit]);
    }
}

static void string__all_bits__seven_kinds(void **state)
{
    struct string s = string_with(STATUS_OK, STATE_FLOAT, 0xffff);

    (void)state;
    assert_int_equal(__builtin_popcount(alarm_of_string(&s, 0)), 7);
}

static void string__status_error__kind(void **state)
{
    struct string s = string_with(STATUS_ERROR, STATE_FLOAT, 0);

    (void)state;
    assert_int_equal(alarm_of_string(&s, 0), bit_of(57));
}

static void string__abnormal_state__kind(void **state)
{
    struct string s = string_with(STATUS_OK, STATE_ABNORMAL, 0);

    (void)state;
    assert_int_equal(alarm_of_string(&s, 0), bit_of(49));
}

static void string__other_values__none(void **state)
{
    struct string a = string_with(STATUS_OK, STATE_DISCHARGE, 0);
    struct string b = string_with(3, 4, 0), c = string_with(65535, 65535, 0);

    (void)state;
    assert_int_equal(alarm_of_string(&a, 0), 0);
    assert_int_equal(alarm_of_string(&b, 0), 0);
    assert_int_equal(alarm_of_string(&c, 0), 0);
}

static void string__well_again__cleared(void **state)
{
    struct string bad = string_with(STATUS_ERROR, STATE_ABNORMAL, 0x7f);
    struct string good = string_with(STATUS_OK, STATE_FLOAT, 0);
    alarm_set set = alarm_of_string(&bad, 0);

    (void)state;
    assert_int_equal(__builtin_popcount(set), 9);
    assert_int_equal(alarm_of_string(&good, set), 0);
}

static void string__missing_data__neither_raises_nor_clears(void **state)
{
    static const uint8_t unusable[] = {VALIDITY_ABSENT, VALIDITY_STALE, VALIDITY_IMPOSSIBLE};
    struct string bad = string_with(STATUS_ERROR, STATE_ABNORMAL, 0x7f);
    struct string good = string_with(STATUS_OK, STATE_FLOAT, 0);
    alarm_set stands = alarm_of_string(&bad, 0);

    (void)state;
    for (size_t i = 0; i < COUNT(unusable); i++) {
        memset(bad.validity, unusable[i], sizeof(bad.validity));
        memset(good.validity, unusable[i], sizeof(good.validity));
        assert_int_equal(alarm_of_string(&bad, 0), 0);
        assert_int_equal(alarm_of_string(&good, stands), stands);
    }
}

static void string__one_quantity_missing__the_others_judged(void **state)
{
    struct string s = string_with(STATUS_ERROR, STATE_FLOAT, 0x01);

    (void)state;
    s.validity[STRING_ALARM] = VALIDITY_ABSENT;
    assert_int_equal(alarm_of_string(&s, bit_of(44)), bit_of(57) | bit_of(44));
}

static void string__communication_bit__not_touched(void **state)
{
    struct string s = string_with(STATUS_OK, STATE_FLOAT, 0);

    (void)state;
    assert_int_equal(alarm_of_string(&s, bit_of(ALARM_STRING_COMM_LOST)),
                     bit_of(ALARM_STRING_COMM_LOST));
}

static void ups__status__error_only(void **state)
{
    struct ups u = {.validity = {VALIDITY_GOOD}};

    (void)state;
    u.value[UPS_STATUS] = STATUS_ERROR;
    assert_int_equal(alarm_of_ups(&u, 0), bit_of(92));
    u.value[UPS_STATUS] = STATUS_OK;
    assert_int_equal(alarm_of_ups(&u, bit_of(92)), 0);
    u.validity[UPS_STATUS] = VALIDITY_STALE;
    assert_int_equal(alarm_of_ups(&u, bit_of(92)), bit_of(92));
}

static void cell__status__error_only(void **state)
{
    struct cell c = {.validity = {VALIDITY_GOOD}};

    (void)state;
    c.value[CELL_STATUS] = STATUS_ERROR;
    assert_int_equal(alarm_of_cell(&c, 0), bit_of(32));
    c.value[CELL_STATUS] = STATUS_DISABLED;
    assert_int_equal(alarm_of_cell(&c, bit_of(32)), 0);
    c.validity[CELL_STATUS] = VALIDITY_ABSENT;
    c.value[CELL_STATUS] = STATUS_ERROR;
    assert_int_equal(alarm_of_cell(&c, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__kinds__fit_a_set),
        cmocka_unit_test(table__numbers_and_names__unique),
        cmocka_unit_test(table__texts__there),
        cmocka_unit_test(table__quantities__of_their_level),
        cmocka_unit_test(row__each_number__its_row),
        cmocka_unit_test(row__communication_kinds__of_their_level),
        cmocka_unit_test(severity_name__each__named),
        cmocka_unit_test(string__each_bit__one_kind),
        cmocka_unit_test(string__all_bits__seven_kinds),
        cmocka_unit_test(string__status_error__kind),
        cmocka_unit_test(string__abnormal_state__kind),
        cmocka_unit_test(string__other_values__none),
        cmocka_unit_test(string__well_again__cleared),
        cmocka_unit_test(string__missing_data__neither_raises_nor_clears),
        cmocka_unit_test(string__one_quantity_missing__the_others_judged),
        cmocka_unit_test(string__communication_bit__not_touched),
        cmocka_unit_test(ups__status__error_only),
        cmocka_unit_test(cell__status__error_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
