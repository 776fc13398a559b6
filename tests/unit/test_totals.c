/* Counting what there is, and the values it becomes. */
#include "../support/check.h"
#include "../support/metrics_sink.h"
#include "metrics.h"
#include "totals.h"

#include <string.h>

static struct census some(uint32_t ups, uint32_t strings)
{
    struct census c = {.reachable = true, .ups = ups, .strings = strings};

    for (int s = 0; s < STRING_MAX; s++)
        c.cells[s] = 40;
    return c;
}

static void gateways__added__strings_that_are_there_alone(void **state)
{
    const struct census a = some(0x80000001, 0x80000003), b = some(0, 0), c = some(1, 4);
    struct totals t = {0};

    (void)state;
    totals_add_gateway(&t, &a, false);
    totals_add_gateway(&t, &b, false);
    totals_add_gateway(&t, &c, true);
    assert_int_equal(t.gateways, 3);
    assert_int_equal(t.gateways_lost, 1);
    assert_int_equal(t.ups, 3);
    assert_int_equal(t.strings, 4);
    assert_int_equal(t.cells, 160);
}

static void gateways__full__no_overflow(void **state)
{
    struct census c = some(UINT32_MAX, UINT32_MAX);
    struct totals t = {0};

    (void)state;
    memset(c.cells, CELL_MAX, sizeof(c.cells));
    for (int i = 0; i < 200; i++)
        totals_add_gateway(&t, &c, false);
    assert_int_equal(t.cells, 200 * 32 * 120);
    assert_int_equal(t.strings, 6400);
}

static void controllers__added__apart_from_gateways(void **state)
{
    const struct census a =
                            {
                                .reachable = true, .sensors = {UINT64_MAX, 1}
    },
                        b = {.sensors = {5}};
    struct totals t = {0};

    (void)state;
    totals_add_th(&t, &a, false);
    totals_add_th(&t, &b, true);
    assert_int_equal(t.th_controllers, 2);
    assert_int_equal(t.th_controllers_lost, 1);
    assert_int_equal(t.th_sensors, 67);
    assert_int_equal(t.gateways + t.strings + t.cells, 0);
}

static void alarms__by_severity__and_who_has_seen_them(void **state)
{
    struct alarm a = {.kind = ALARM_CELL_COMM_LOST, .severity = ALARM_MINOR, .cell = 7};
    struct totals t = {0};

    (void)state;
    totals_add_alarm(&t, &a);
    a.acked_ms = 1;
    totals_add_alarm(&t, &a);
    a.cell = 0; /* cells of a string: says not how many */
    a.severity = ALARM_CRITICAL;
    a.shelved_until_ms = 1;
    totals_add_alarm(&t, &a);
    a.severity = 99; /* of a store that somebody has written to */
    totals_add_alarm(&t, &a);
    assert_int_equal(t.alarms[ALARM_MINOR], 2);
    assert_int_equal(t.alarms[ALARM_CRITICAL], 2);
    assert_int_equal(t.alarms[ALARM_MAJOR] + t.alarms[ALARM_WARNING] + t.alarms[ALARM_INFO], 0);
    assert_int_equal(t.acknowledged, 3);
    assert_int_equal(t.shelved, 2);
    assert_int_equal(t.cells_lost, 2);
}

static void values__of_a_site__all_and_no_reach(void **state)
{
    const struct totals t = {
        .gateways = 1,
        .gateways_lost = 2,
        .ups = 3,
        .strings = 4,
        .cells = 5,
        .cells_lost = 6,
        .alarms = {7, 8, 9, 10, 11},
        .acknowledged = 12,
        .shelved = 13,
        .th_controllers = 14,
        .th_controllers_lost = 15,
        .th_sensors = 16
    };
    static const struct {
        const char *key;
        double value;
    } want[] = {
        {"site/count-gateways",            1 },
        {"site/count-gateways_lost",       2 },
        {"site/count-ups",                 3 },
        {"site/count-strings",             4 },
        {"site/count-cells",               5 },
        {"site/count-cells_lost",          6 },
        {"site/count-alarms_info",         7 },
        {"site/count-alarms_warning",      8 },
        {"site/count-alarms_minor",        9 },
        {"site/count-alarms_major",        10},
        {"site/count-alarms_critical",     11},
        {"site/count-alarms_acknowledged", 12},
        {"site/count-alarms_shelved",      13},
        {"site/count-th_controllers",      14},
        {"site/count-th_controllers_lost", 15},
        {"site/count-th_sensors",          16}
    };

    (void)state;
    sink_clear();
    metrics_totals("host", "site", &t, 10000, sink_emit, NULL);
    assert_int_equal(sink_count(), COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_string_equal(sink_get(want[i].key)->host, "host");
        assert_int_equal(sink_get(want[i].key)->interval_ms, 10000);
        assert_float_equal(sink_get(want[i].key)->value, want[i].value, 0);
    }
}

static void values__of_an_aggregator__whether_it_is_there(void **state)
{
    struct totals t = {.reach = SNAPSHOT_LOST};

    (void)state;
    sink_clear();
    metrics_totals("dc1", "aggregator", &t, 10000, sink_emit, NULL);
    assert_int_equal(sink_count(), 17);
    assert_float_equal(sink_get("aggregator/bool-reachable")->value, 0, 0);
    t.reach = SNAPSHOT_REACHED;
    sink_clear();
    metrics_totals("dc1", "aggregator", &t, 10000, sink_emit, NULL);
    assert_float_equal(sink_get("aggregator/bool-reachable")->value, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gateways__added__strings_that_are_there_alone),
        cmocka_unit_test(gateways__full__no_overflow),
        cmocka_unit_test(controllers__added__apart_from_gateways),
        cmocka_unit_test(alarms__by_severity__and_who_has_seen_them),
        cmocka_unit_test(values__of_a_site__all_and_no_reach),
        cmocka_unit_test(values__of_an_aggregator__whether_it_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
