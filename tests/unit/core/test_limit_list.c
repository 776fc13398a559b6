/* Limits as rows for others: their order and numbers, of strings, and where none is told. */
#include "core/limit_list.h"
#include "../../support/check.h"

static struct limit_settings site;
static const limit_scope scope = {NULL, NULL, &site};
static struct snapshot_limit list[LIMITS];

static int set_up(void **state)
{
    (void)state;
    limits_none(&site);
    return 0;
}

static const struct snapshot_limit *find(size_t n, int kind, enum snapshot_limit_mode mode)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].kind == kind && list[i].mode == mode)
            return &list[i];
    fail_msg("no row of kind %d in mode %d", kind, mode);
    return NULL;
}

static size_t of_string(const struct limit_basis *basis)
{
    struct limit is[LIMITS];

    for (int i = 0; i < LIMITS; i++)
        is[i] = limits_resolve(scope, basis, (enum limit_id)i);
    return limit_list_string(7, is, list);
}

static void want_rising(size_t n)
{
    for (size_t i = 1; i < n; i++)
        assert_true(list[i - 1].kind < list[i].kind ||
                    (list[i - 1].kind == list[i].kind && list[i - 1].mode < list[i].mode));
}

/* Files with two rows of one key are refused: a limit for modes that have no number of their own must
 * be given one. */
static void lists__keys__rise(void **state)
{
    static const struct limit_basis basis = {.cell_type = CELL_TYPE_2V, .cells = 24};
    size_t n = limit_list_general(scope, list);

    (void)state;
    assert_int_equal(n, LIMITS);
    want_rising(n);
    n = of_string(&basis);
    assert_int_equal(n, LIMITS - 2); /* upsSocLow, upsVoltageLow */
    want_rising(n);
    for (size_t i = 0; i < n; i++)
        assert_true(list[i].string == 7 && !list[i].per_element &&
                    alarm_kinds[alarm_row(list[i].kind)].level != ALARM_OF_UPS);
}

static void general__per_element__in_mv(void **state)
{
    const struct snapshot_limit *l;
    size_t n;

    (void)state;
    site.limit[LIMIT_CELL_DISCHARGE_LOW].set = LIMIT_WARNING | LIMIT_RAISE;
    site.limit[LIMIT_CELL_DISCHARGE_LOW].warning = 1805;
    site.limit[LIMIT_CELL_DISCHARGE_LOW].raise_ms = 2500;
    n = limit_list_general(scope, list);
    for (int kind = ALARM_CELL_VOLTAGE_LOW; kind <= ALARM_STRING_VOLTAGE_LOW;
         kind += ALARM_STRING_VOLTAGE_LOW - ALARM_CELL_VOLTAGE_LOW) {
        l = find(n, kind, SNAPSHOT_IN_DISCHARGE);
        assert_true(l->per_element && l->string == 0);
        assert_int_equal(l->warning, 1805); /* the string's follows */
        assert_int_equal(l->critical, 1670);
        assert_int_equal(l->hysteresis, 30);
        assert_int_equal(l->raise_ms, 2500);
        l = find(n, kind, SNAPSHOT_IN_FLOAT);
        assert_int_equal(l->warning, 2170);
    }
    l = find(n, ALARM_HUMIDITY_HIGH, SNAPSHOT_IN_ANY);
    assert_true(!l->per_element && l->warning == 800 && l->critical == 900);
    assert_int_equal(find(n, ALARM_HUMIDITY_LOW, SNAPSHOT_IN_ANY)->warning, SNAPSHOT_NO_LIMIT);
    assert_int_equal(find(n, ALARM_CELL_VOLTAGE_HIGH, SNAPSHOT_IN_BOOST)->warning, 2450);
    assert_int_equal(find(n, ALARM_UPS_SOC_LOW, SNAPSHOT_IN_DISCHARGE)->critical, 20);
}

static void string__in_force__native(void **state)
{
    static const struct limit_basis twelve = {.cell_type = CELL_TYPE_12V, .cells = 40},
                                    unknown = {.cells = 40};
    size_t n = of_string(&twelve);

    (void)state;
    assert_int_equal(find(n, ALARM_CELL_VOLTAGE_LOW, SNAPSHOT_IN_FLOAT)->warning, 13020);
    assert_int_equal(find(n, ALARM_STRING_VOLTAGE_LOW, SNAPSHOT_IN_FLOAT)->warning, 52080);
    assert_int_equal(find(n, ALARM_STRING_VOLTAGE_LOW, SNAPSHOT_IN_FLOAT)->raise_ms, 120000);
    n = of_string(&unknown);
    assert_int_equal(find(n, ALARM_CELL_VOLTAGE_LOW, SNAPSHOT_IN_FLOAT)->warning,
                     SNAPSHOT_NO_LIMIT);
    assert_int_equal(find(n, ALARM_CELL_TEMPERATURE_HIGH, SNAPSHOT_IN_ANY)->warning, 350);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lists__keys__rise, set_up),
        cmocka_unit_test_setup(general__per_element__in_mv, set_up),
        cmocka_unit_test_setup(string__in_force__native, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
