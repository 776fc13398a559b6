/* btmsAggregatorTable: the totals of the gateways that an aggregator groups, and its own state. The
 * plant is that of view_fixture.h. */
#include "mib_status.h"
#include "view_fixture.h"

static struct snapshot_aggregator rows[2];

/* The site again, with `rows`; the alarms again, with one of aggregator `name`. */
static void put_again(struct plant *p, const char *name)
{
    const struct snapshot_site site = {.version = "0.1.0",
                                       .interval_ms = INTERVAL,
                                       .aggregator = rows,
                                       .aggregators = COUNT(rows)};
    struct alarm a[2] = {alarm_of(5, ALARM_CELL_COMM_LOST, GW_A, 1, 2, 2),
                         alarm_of(6, ALARM_AGGREGATOR_COMM_LOST, 0, 0, 0, 0)};
    struct snapshot_stamp s = stamp_of(p, NOW - 5000);
    struct snapshot_buffer b = {0};

    put_buffer(p, "site.snap", &b,
               snapshot_encode_site(&s, &site, entries_ab, COUNT(entries_ab), &b));
    snprintf(a[1].object, sizeof(a[1].object), "site / aggregator %s", name);
    put_alarms(p, a, COUNT(a), NULL, 0);
    assert_true(view_refresh(&p->view));
}

static void put_device_again(struct plant *p, struct snapshot_device d)
{
    static struct gateway g;

    fill_b(&g);
    put_device_at(p, NOW - 1000, &d, &g);
    assert_true(view_refresh(&p->view));
}

static void expect(struct plant *p, int aggregator, const int want[8])
{
    static const char *const column[8] = {
        "btmsAggregatorGatewayCount", "btmsAggregatorGatewaysCommLost",
        "btmsAggregatorUpsCount",     "btmsAggregatorStringCount",
        "btmsAggregatorCellCount",    "btmsAggregatorCellsCommLost",
        "btmsAggregatorAlarmCount",   "btmsAggregatorWorstSeverity"};

    for (int i = 0; i < 8; i++)
        if (number_of(p, column[i], AT(aggregator)) != want[i])
            fail_msg("%s.%d is %d, not %d", column[i], aggregator,
                     (int)number_of(p, column[i], AT(aggregator)), want[i]);
}

static void totals__one_gateway__its_own(void **state)
{
    struct plant *p = *state;

    /* gw-a: UPS 1 and 3, strings 2 and 5, 3 cells; alarms 5 (a cell lost, minor) and 9 (warning) */
    expect(p, AG_1, (int[]){1, 0, 2, 2, 3, 1, 2, mib_severity(ALARM_MINOR)});
    assert_int_equal(number_of(p, "btmsAggregatorNumber", AT(0)), 2);
}

static void totals__no_gateway__nothing_and_normal(void **state)
{
    struct plant *p = *state;

    expect(p, AG_2, (int[]){0, 0, 0, 0, 0, 0, 0, 1});
}

static void totals__two_gateways_one_lost__added_up(void **state)
{
    struct plant *p = *state;
    struct snapshot_device b = device_b;

    b.aggregator = AG_1;
    put_device_again(p, b);
    /* and gw-b: UPS 2, string 1, a cell; alarm 14 of a UPS, major */
    expect(p, AG_1, (int[]){2, 1, 3, 3, 4, 1, 3, mib_severity(ALARM_MAJOR)});
    b.aggregator = AG_2;
    put_device_again(p, b);
    expect(p, AG_1, (int[]){1, 0, 2, 2, 3, 1, 2, mib_severity(ALARM_MINOR)});
    expect(p, AG_2, (int[]){1, 1, 1, 1, 1, 0, 1, mib_severity(ALARM_MAJOR)});
}

/* Two of the site have the same kind: the object tells them apart, and a beginning is not enough. */
static void alarms__its_own__by_name(void **state)
{
    struct plant *p = *state;

    memcpy(rows, aggregators_12, sizeof(rows));
    put_again(p, "dc2");
    assert_int_equal(number_of(p, "btmsAggregatorAlarmCount", AT(AG_1)), 1);
    assert_int_equal(number_of(p, "btmsAggregatorAlarmCount", AT(AG_2)), 1);
    assert_int_equal(number_of(p, "btmsAggregatorWorstSeverity", AT(AG_2)),
                     mib_severity(ALARM_WARNING));
    put_again(p, "dc");
    assert_int_equal(number_of(p, "btmsAggregatorAlarmCount", AT(AG_2)), 0);
}

static void status__as_published(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsAggregatorStatus", AT(AG_1)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsAggregatorLastAnswerAge", AT(AG_1)), 40);
    assert_int_equal(number_of(p, "btmsAggregatorStatus", AT(AG_2)), BTMS_UNKNOWN);
    assert_none(p, "btmsAggregatorLastAnswerAge", AT(AG_2));
    memcpy(rows, aggregators_12, sizeof(rows));
    rows[0].reach = rows[1].reach = SNAPSHOT_LOST;
    put_again(p, "dc2");
    assert_int_equal(number_of(p, "btmsAggregatorStatus", AT(AG_1)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsAggregatorStatus", AT(AG_2)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsAggregatorLastAnswerAge", AT(AG_1)), 40);
}

/* A dead collector must not leave an aggregator ok for ever. */
static void status__no_collector__stale(void **state)
{
    struct plant *p = *state;

    p->mib.now_ms += 3 * INTERVAL + 1;
    assert_int_equal(number_of(p, "btmsAggregatorStatus", AT(AG_1)), BTMS_STALE);
    assert_int_equal(number_of(p, "btmsAggregatorStatus", AT(AG_2)), BTMS_STALE);
}

static void texts__as_configured(void **state)
{
    struct plant *p = *state;

    assert_text(p, "btmsAggregatorName", AT(AG_1), "dc1");
    assert_text(p, "btmsAggregatorAddress", AT(AG_1), "192.0.2.10 port 443");
    assert_text(p, "btmsAggregatorLocation", AT(AG_1), "basement");
    assert_text(p, "btmsAggregatorLabel", AT(AG_1), "AG-17");
    assert_none(p, "btmsAggregatorLocation", AT(AG_2));
    assert_none(p, "btmsAggregatorLabel", AT(AG_2));
    assert_none(p, "btmsAggregatorName", AT(AG_1 + 1));
}

static void gateways__say_who_groups_them_and_how_they_are_reached(void **state)
{
    struct plant *p = *state;
    struct snapshot_device b = device_b;

    assert_int_equal(number_of(p, "btmsGatewayAggregatorIndex", AT(GW_A)), AG_1);
    assert_int_equal(number_of(p, "btmsGatewayAggregatorIndex", AT(GW_B)), 0);
    assert_int_equal(number_of(p, "btmsGatewayTransport", AT(GW_A)), 2);
    assert_int_equal(number_of(p, "btmsGatewayTransport", AT(GW_B)), 3);
    assert_int_equal(number_of(p, "btmsGatewayTopologyExpected", AT(GW_A)), 9);
    assert_int_equal(number_of(p, "btmsGatewayTopologyMismatches", AT(GW_A)), 2);
    assert_none(p, "btmsGatewayTopologyExpected", AT(GW_B)); /* it is not known */
    b.transport = SNAPSHOT_MODBUS_RTU + 1;
    put_device_again(p, b);
    assert_int_equal(number_of(p, "btmsGatewayTransport", AT(GW_B)), 1);
    b.transport = SNAPSHOT_TRANSPORT_UNKNOWN;
    put_device_again(p, b);
    assert_none(p, "btmsGatewayTransport", AT(GW_B));
}

/* Who is shown one gateway alone has no business with what groups it. */
static void selected__one_gateway__no_rows(void **state)
{
    struct plant *p = *state;

    mib_select(&p->mib, p->view.now, p->view.now->gateway[0]);
    assert_none(p, "btmsAggregatorName", AT(AG_1));
    assert_int_equal(number_of(p, "btmsAggregatorNumber", AT(0)), 0);
}

static void rows__taken_away__tables_have_changed(void **state)
{
    struct plant *p = *state;
    int64_t before;

    memcpy(rows, aggregators_12, sizeof(rows));
    put_again(p, "dc2");
    before = p->view.now->tables_changed_ms;
    rows[1].index++;
    p->view.tables_changed_ms = before - 1000;
    put_again(p, "dc2");
    assert_true(p->view.now->tables_changed_ms >= before);
    assert_none(p, "btmsAggregatorName", AT(AG_2));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(totals__one_gateway__its_own),
        TEST(totals__no_gateway__nothing_and_normal),
        TEST(totals__two_gateways_one_lost__added_up),
        TEST(alarms__its_own__by_name),
        TEST(status__as_published),
        TEST(status__no_collector__stale),
        TEST(texts__as_configured),
        TEST(gateways__say_who_groups_them_and_how_they_are_reached),
        TEST(selected__one_gateway__no_rows),
        TEST(rows__taken_away__tables_have_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
