/* btmsLimitTable: rows of the site, of gateways and of strings, in order, and what they say. */
#include "view_fixture.h"

enum { FLOAT = SNAPSHOT_IN_FLOAT, DISCHARGE = SNAPSHOT_IN_DISCHARGE, ANY = SNAPSHOT_IN_ANY };

static void rows__plant__native_values(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsLimitWarning", AT(GW_A, 2, 21, FLOAT)), 2170);
    assert_int_equal(number_of(p, "btmsLimitEnabled", AT(GW_A, 2, 21, FLOAT)), 1);
    assert_none(p, "btmsLimitCritical", AT(GW_A, 2, 21, FLOAT));
    assert_int_equal(number_of(p, "btmsLimitWarning", AT(GW_A, 2, 21, DISCHARGE)), 1800);
    assert_int_equal(number_of(p, "btmsLimitCritical", AT(GW_A, 2, 21, DISCHARGE)), 1670);
    assert_int_equal(number_of(p, "btmsLimitHysteresis", AT(GW_A, 2, 21, DISCHARGE)), 30);
    assert_int_equal(number_of(p, "btmsLimitDirection", AT(GW_A, 2, 21, DISCHARGE)), 2);
    assert_text(p, "btmsLimitValueUnits", AT(GW_A, 2, 21, DISCHARGE), "millivolts");
    assert_int_equal(number_of(p, "btmsLimitRaiseDelay", AT(GW_A, 0, 90, DISCHARGE)), 30);
    assert_int_equal(number_of(p, "btmsLimitClearDelay", AT(GW_A, 0, 90, DISCHARGE)), 30);
    assert_text(p, "btmsLimitValueUnits", AT(GW_A, 0, 90, DISCHARGE), "percent");
    assert_int_equal(number_of(p, "btmsLimitDirection", AT(0, 0, 20, FLOAT)), 1);
    assert_int_equal(number_of(p, "btmsLimitCritical", AT(0, 0, 20, FLOAT)), 2400);
    assert_text(p, "btmsLimitValueUnits", AT(0, 0, 20, FLOAT), "millivolts per 2 V element");
}

static void rows__of_a_th_controller__between_those_of_gateways(void **state)
{
    struct plant *p = *state;
    struct agentx_value v;
    struct oid at, next, name;
    const uint32_t last[] = {GW_A, 5, 71, ANY}, first[] = {TH_A, 0, 71, ANY};

    assert_int_equal(number_of(p, "btmsLimitWarning", AT(TH_A, 0, 71, ANY)), 100);
    assert_int_equal(number_of(p, "btmsLimitCritical", AT(TH_A, 0, 71, ANY)), 50);
    assert_text(p, "btmsLimitValueUnits", AT(TH_A, 0, 71, ANY), "0.1 degrees Celsius");
    mib_name(&p->mib, "btmsLimitEnabled", last, &at);
    mib_name(&p->mib, "btmsLimitEnabled", first, &name);
    assert_true(mib_getnext(&p->mib, &at, false, &no_end, &next, &v));
    assert_true(oid_equal(&next, &name));
}

static void rows__no_limit__not_enabled(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsLimitEnabled", AT(GW_A, 5, 71, ANY)), 2);
    assert_none(p, "btmsLimitWarning", AT(GW_A, 5, 71, ANY));
    assert_none(p, "btmsLimitCritical", AT(GW_A, 5, 71, ANY));
    assert_int_equal(number_of(p, "btmsLimitHysteresis", AT(GW_A, 5, 71, ANY)), 10);
}

static void rows__not_there__no_instance(void **state)
{
    struct plant *p = *state;

    assert_none(p, "btmsLimitEnabled", AT(GW_A, 2, 21, ANY));
    assert_none(p, "btmsLimitEnabled", AT(GW_A, 2, 4711, ANY)); /* of no kind that is known */
    assert_none(p, "btmsLimitEnabled", AT(GW_B, 1, 21, FLOAT)); /* an older collector's */
    assert_none(p, "btmsLimitEnabled", AT(GW_A, 1 << 24 | 2, 21, FLOAT));
    assert_none(p, "btmsLimitEnabled", AT(GW_A, 2, 1 << 16 | 21, FLOAT));
    assert_none(p, "btmsLimitEnabled", AT(GW_A, 2, 21, 1 << 8 | FLOAT));
    assert_none(p, "btmsLimitEnabled", AT(0, 0, 20, ANY));
}

/* The row that follows an index, whatever its numbers are. */
static void want_next(struct plant *p, const uint32_t after[4], const uint32_t want[4])
{
    struct agentx_value v;
    struct oid at, next, name;

    mib_name(&p->mib, "btmsLimitEnabled", after, &at);
    mib_name(&p->mib, "btmsLimitEnabled", want, &name);
    assert_true(mib_getnext(&p->mib, &at, false, &no_end, &next, &v));
    assert_true(oid_equal(&next, &name));
}

#define NEXT(a, b, c, d, ...)                                                                      \
    want_next(p, (const uint32_t[]){a, b, c, d}, (const uint32_t[]){__VA_ARGS__})

static void getnext__any_index__row_behind_it(void **state)
{
    struct plant *p = *state;

    NEXT(0, 0, 0, 0, 0, 0, 20, FLOAT);
    NEXT(0, 0, 20, FLOAT, GW_A, 0, 90, DISCHARGE);
    NEXT(0, UINT32_MAX, UINT32_MAX, UINT32_MAX, GW_A, 0, 90, DISCHARGE);
    NEXT(GW_A, 0, 90, DISCHARGE, GW_A, 2, 21, FLOAT);
    NEXT(GW_A, 0, UINT32_MAX, 0, GW_A, 2, 21, FLOAT);
    NEXT(GW_A, 0, 65535, UINT32_MAX, GW_A, 2, 21, FLOAT);
    NEXT(GW_A, 2, 21, FLOAT, GW_A, 2, 21, DISCHARGE);
    NEXT(GW_A, 2, 20, UINT32_MAX, GW_A, 2, 21, FLOAT);
    NEXT(GW_A, 2, 21, 256, GW_A, 5, 71, ANY); /* over the kind that is not known */
}

static void context__of_a_gateway__its_rows_alone(void **state)
{
    struct plant *p = *state;
    struct view_version *v = view_hold(&p->view);

    mib_select(&p->mib, v, view_gateway_named(v, "gw-a", 4));
    NEXT(0, 0, 0, 0, GW_A, 0, 90, DISCHARGE);
    mib_select(&p->mib, NULL, NULL);
    view_release(v);
}

#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        FULL(rows__plant__native_values),
        FULL(rows__of_a_th_controller__between_those_of_gateways),
        FULL(rows__no_limit__not_enabled),
        FULL(rows__not_there__no_instance),
        FULL(getnext__any_index__row_behind_it),
        FULL(context__of_a_gateway__its_rows_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
