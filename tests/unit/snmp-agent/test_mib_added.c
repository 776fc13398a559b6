/* btmsQuantityTable and btmsIoTable: rows and values of what configuration describes, and alarms of it. */
#include "view_fixture.h"

#include "core/quantity.h"

static struct quantity_def pressure = {.name = "pressure"}, energy = {.name = "energy"};
static const struct channel_def leak = {"leak", "X4.1", 0, ALARM_MAJOR, 0, 0};

static void describe(struct quantity_def *d, const char *unit, double scale)
{
    d->unit = (uint8_t)quantity_unit_named(unit);
    d->low.warning = d->low.critical = d->high.warning = d->high.critical = LIMIT_OFF;
    quantity_set_scale(d, scale);
}

/* Quantities 3 and 200 of gw-a; the channels of its string 2, and the input of string 9. */
static void fill(struct gateway *g)
{
    fill_a(g);
    describe(&pressure, "bar", 0.1);
    pressure.high.warning = 100;
    describe(&energy, "Ah", 100);
    energy.ups = 3;
    g->quantity[0] = (struct quantity){&energy, 200, VALIDITY_GOOD, 4000000000, NOW - 2000};
    g->quantity[1] = (struct quantity){&pressure, 3, VALIDITY_GOOD, -125, NOW - 2000};
    g->quantities = 2;
    g->channel[channel_at(1, CHANNEL_RELAY)].seen = true;
    g->channel[channel_at(1, CHANNEL_INPUT)].seen = true;
    g->channel[channel_at(1, CHANNEL_INPUT)].is = &leak;
    g->channel[channel_at(8, CHANNEL_INPUT)].is = &leak;
    g->string[1].value[STRING_AUX_INPUT] = 1;
}

static struct gateway gateway;

static void publish(struct plant *p)
{
    put_device_at(p, NOW - 900, &device_a, &gateway);
    assert_true(view_refresh(&p->view));
}

static int set_up(void **state)
{
    struct alarm a[2];

    if (plant_start_full(state) != 0)
        return -1;
    a[0] = alarm_of(21, ALARM_USER_LIMIT, GW_A, 0, 0, 3);
    a[0].level = ALARM_OF_QUANTITY;
    a[0].severity = ALARM_CRITICAL;
    give_value(&a[0], 101, 1, "bar");
    a[1] = alarm_of(22, ALARM_AUX_INPUT_ACTIVE, GW_A, 1, 2, 110);
    a[1].level = ALARM_OF_CHANNEL;
    a[1].severity = ALARM_MAJOR;
    put_alarms(*state, a, COUNT(a), NULL, 0);
    fill(&gateway);
    publish(*state);
    return 0;
}

static void quantity__values_units_text(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsQuantityNumber", AT(0)), 2);
    assert_text(p, "btmsQuantityName", AT(GW_A, 3), "pressure");
    assert_int_equal(number_of(p, "btmsQuantityUps", AT(GW_A, 3)), 0);
    assert_int_equal(number_of(p, "btmsQuantityUps", AT(GW_A, 200)), 3);
    assert_int_equal(number_of(p, "btmsQuantityValue", AT(GW_A, 3)), -125);
    assert_none(p, "btmsQuantityUnsigned", AT(GW_A, 3));
    assert_text(p, "btmsQuantityText", AT(GW_A, 3), "-12.5 bar");
    assert_text(p, "btmsQuantityValueUnits", AT(GW_A, 3), "0.1 bars");
    assert_int_equal(number_of(p, "btmsQuantityHighLimit", AT(GW_A, 3)), 100);
    assert_none(p, "btmsQuantityLowLimit", AT(GW_A, 3));
    assert_int_equal(number_of(p, "btmsQuantityDataAge", AT(GW_A, 3)), 2);
    assert_none(p, "btmsQuantityValue", AT(GW_A, 200));
    assert_int_equal(number_of(p, "btmsQuantityUnsigned", AT(GW_A, 200)), 4000000000);
    assert_text(p, "btmsQuantityText", AT(GW_A, 200), "400000000000 Ah");
    assert_text(p, "btmsQuantityValueUnits", AT(GW_A, 200), "100 ampere hours");
    assert_int_equal(number_of(p, "btmsQuantityStatus", AT(GW_A, 200)), 3);
    assert_none(p, "btmsQuantityName", AT(GW_A, 4));
}

static void quantity__alarm__severity_status_pointer(void **state)
{
    struct plant *p = *state;
    struct agentx_value v = value_of(p, "btmsAlarmObject", AT(21));
    struct oid want;

    assert_int_equal(number_of(p, "btmsQuantityWorstSeverity", AT(GW_A, 3)), 6);
    assert_int_equal(number_of(p, "btmsQuantityWorstSeverity", AT(GW_A, 200)), 1);
    assert_int_equal(number_of(p, "btmsQuantityStatus", AT(GW_A, 3)), 5);
    mib_name(&p->mib, "btmsQuantityStatus", (const uint32_t[]){GW_A, 3}, &want);
    assert_true(oid_equal(&v.oid, &want));
    assert_int_equal(number_of(p, "btmsAlarmCell", AT(21)), 0);
    assert_text(p, "btmsAlarmValueUnits", AT(21), "0.1 bars");
}

static void quantity__not_usable__no_value(void **state)
{
    struct plant *p = *state;

    gateway.quantity[1].validity = VALIDITY_STALE;
    gateway.quantity[0].validity = VALIDITY_IMPOSSIBLE;
    publish(p);
    for (int i = 0; i < 2; i++) {
        int number = i == 0 ? 3 : 200;

        assert_none(p, "btmsQuantityValue", AT(GW_A, number));
        assert_none(p, "btmsQuantityUnsigned", AT(GW_A, number));
        assert_none(p, "btmsQuantityText", AT(GW_A, number));
    }
    assert_int_equal(number_of(p, "btmsQuantityStatus", AT(GW_A, 3)), 7);
    gateway.quantity[0] = (struct quantity){&energy, 200, VALIDITY_ABSENT, 0, 0};
    publish(p);
    assert_int_equal(number_of(p, "btmsQuantityStatus", AT(GW_A, 200)), 1);
    assert_none(p, "btmsQuantityDataAge", AT(GW_A, 200));
    p->mib.now_ms = NOW + 4 * INTERVAL;
    gateway.quantity[1].validity = VALIDITY_GOOD;
    publish(p);
    assert_none(p, "btmsQuantityValue", AT(GW_A, 3)); /* the collector itself is silent */
}

static void io__rows_of_what_is_shown_or_declared(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsIoNumber", AT(0)), 3);
    assert_int_equal(number_of(p, "btmsIoKind", AT(GW_A, 1, 2)), 2);
    assert_text(p, "btmsIoName", AT(GW_A, 1, 2), "string 2 relay");
    assert_int_equal(number_of(p, "btmsIoState", AT(GW_A, 1, 2)), 3);
    assert_none(p, "btmsIoNormalState", AT(GW_A, 1, 2));
    assert_none(p, "btmsIoInAlarm", AT(GW_A, 1, 2));
    assert_none(p, "btmsIoLabel", AT(GW_A, 1, 2));
    assert_int_equal(number_of(p, "btmsIoKind", AT(GW_A, 1, 10)), 3);
    assert_text(p, "btmsIoName", AT(GW_A, 1, 10), "leak");
    assert_text(p, "btmsIoLabel", AT(GW_A, 1, 10), "X4.1");
    assert_int_equal(number_of(p, "btmsIoString", AT(GW_A, 1, 10)), 2);
    assert_int_equal(number_of(p, "btmsIoState", AT(GW_A, 1, 10)), 5);
    assert_int_equal(number_of(p, "btmsIoNormalState", AT(GW_A, 1, 10)), 4);
    assert_int_equal(number_of(p, "btmsIoInAlarm", AT(GW_A, 1, 10)), 1);
    assert_text(p, "btmsIoName", AT(GW_A, 2, 9), "leak");
    assert_none(p, "btmsIoState", AT(GW_A, 2, 9));
    assert_none(p, "btmsIoInAlarm", AT(GW_A, 2, 9));
    assert_none(p, "btmsIoDataAge", AT(GW_A, 2, 9));
    assert_none(p, "btmsIoKind", AT(GW_A, 1, 1));
}

static void io__alarm__of_its_channel_alone(void **state)
{
    struct plant *p = *state;
    struct agentx_value v = value_of(p, "btmsAlarmObject", AT(22));
    struct oid want;

    assert_int_equal(number_of(p, "btmsIoWorstSeverity", AT(GW_A, 1, 10)), 5);
    assert_int_equal(number_of(p, "btmsIoWorstSeverity", AT(GW_A, 1, 2)), 1);
    mib_name(&p->mib, "btmsIoState", (const uint32_t[]){GW_A, 1, 10}, &want);
    assert_true(oid_equal(&v.oid, &want));
    assert_int_equal(number_of(p, "btmsAlarmString", AT(22)), 2);
    assert_int_equal(number_of(p, "btmsAlarmCell", AT(22)), 0);
}

static void io__code_that_is_not_known__unknown(void **state)
{
    struct plant *p = *state;

    gateway.string[1].value[STRING_AUX_INPUT] = 9;
    publish(p);
    assert_int_equal(number_of(p, "btmsIoState", AT(GW_A, 1, 10)), 1);
    assert_none(p, "btmsIoInAlarm", AT(GW_A, 1, 10));
}

/* Where a column's chain goes on from an index, one that no row has in most cases. */
static void follow(struct plant *p, const char *object, const uint32_t *from, uint32_t n,
                   const uint32_t *want)
{
    struct agentx_value v;
    struct oid start, to, expected;
    char text[OID_TEXT_SIZE];

    mib_name(&p->mib, object, want, &expected);
    oid_copy(&start, &expected);
    start.len = expected.len - (strcmp(object, "btmsIoName") == 0 ? 3 : 2);
    for (uint32_t i = 0; i < n; i++)
        oid_append(&start, from[i]);
    if (!mib_getnext(&p->mib, &start, false, &no_end, &to, &v) || !oid_equal(&to, &expected))
        fail_msg("after %s", oid_print(&start, text));
}

/* A start of any length and with any numbers goes on at the next row. */
static void getnext__odd_starts__the_next_row(void **state)
{
    enum { TOP = UINT32_MAX };
    static const struct {
        const char *object;
        uint32_t from[4], n, want[3];
    } c[] = {
        {"btmsIoName",       {0},                 0, {GW_A, 1, 2} },
        {"btmsIoName",       {GW_A},              1, {GW_A, 1, 2} },
        {"btmsIoName",       {GW_A, 0, TOP},      3, {GW_A, 1, 2} },
        {"btmsIoName",       {GW_A, 1, 2},        3, {GW_A, 1, 10}},
        {"btmsIoName",       {GW_A, 1, 2, 0},     4, {GW_A, 1, 10}},
        {"btmsIoName",       {GW_A, 1, 3},        3, {GW_A, 1, 10}},
        {"btmsIoName",       {GW_A, 1, 10},       3, {GW_A, 2, 9} },
        {"btmsIoName",       {GW_A, 1, 255},      3, {GW_A, 2, 9} },
        {"btmsIoName",       {GW_A, 1, 256},      3, {GW_A, 2, 9} },
        {"btmsIoName",       {GW_A, 1, 256 + 10}, 3, {GW_A, 2, 9} },
        {"btmsIoName",       {GW_A, 1, TOP},      3, {GW_A, 2, 9} },
        {"btmsIoName",       {GW_A, 2},           2, {GW_A, 2, 9} },
        {"btmsQuantityName", {0},                 0, {GW_A, 3}    },
        {"btmsQuantityName", {GW_A, 0},           2, {GW_A, 3}    },
        {"btmsQuantityName", {GW_A, 3},           2, {GW_A, 200}  },
        {"btmsQuantityName", {GW_A, 3, TOP},      3, {GW_A, 200}  },
        {"btmsQuantityName", {GW_A, 199},         2, {GW_A, 200}  },
    };
    /* Behind the last row, in as many ways: the first row of the next column. */
    static const uint32_t io[][3] = {
        {GW_A, 2, 9},
        {GW_A,   255, 255},
        {GW_A, 255, 256},
        {GW_A, 256, 0},
        {GW_A, TOP, TOP},
        {TOP}
    };
    static const uint32_t quantity[][2] = {
        {GW_A, 200  },
        {GW_A, 65535},
        {GW_A, 65536},
        {GW_A, TOP  }
    };
    struct plant *p = *state;
    struct agentx_value v;
    struct oid start, to, want;

    for (size_t i = 0; i < COUNT(c); i++)
        follow(p, c[i].object, c[i].from, c[i].n, c[i].want);
    mib_name(&p->mib, "btmsIoString", (const uint32_t[]){GW_A, 1, 2}, &want);
    for (size_t i = 0; i < COUNT(io); i++) {
        mib_name(&p->mib, "btmsIoName", io[i], &start);
        assert_true(mib_getnext(&p->mib, &start, false, &no_end, &to, &v));
        assert_true(oid_equal(&to, &want));
    }
    mib_name(&p->mib, "btmsQuantityUps", (const uint32_t[]){GW_A, 3}, &want);
    for (size_t i = 0; i < COUNT(quantity); i++) {
        mib_name(&p->mib, "btmsQuantityName", quantity[i], &start);
        assert_true(mib_getnext(&p->mib, &start, false, &no_end, &to, &v));
        assert_true(oid_equal(&to, &want));
    }
}

static void tables__rows_come_and_go__a_change(void **state)
{
    struct plant *p = *state;
    uint64_t before = p->view.now->rows;

    gateway.quantities = 1;
    publish(p);
    assert_true(p->view.now->rows != before);
    before = p->view.now->rows;
    gateway.channel[channel_at(30, CHANNEL_RELAY)].seen = true;
    publish(p);
    assert_true(p->view.now->rows != before);
    gateway.channel[channel_at(30, CHANNEL_RELAY)].seen = false;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, plant_stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(quantity__values_units_text),       TEST(quantity__alarm__severity_status_pointer),
        TEST(quantity__not_usable__no_value),    TEST(io__rows_of_what_is_shown_or_declared),
        TEST(io__alarm__of_its_channel_alone),   TEST(io__code_that_is_not_known__unknown),
        TEST(getnext__odd_starts__the_next_row), TEST(tables__rows_come_and_go__a_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
