/* A TH controller as collectd values. */
#include "metrics_th.h"
#include "../support/check.h"
#include "../support/metrics_sink.h"
#include "core/th_decode.h"

#include <stdio.h>
#include <string.h>

static struct th_controller th;

static void read_sensor(int n, const uint16_t *words, int64_t at)
{
    th_decode_sensor(words, 10, &th.sensor[n]);
    th.sensor[n].presence = th_sensor_there(&th.sensor[n]) ? PRESENCE_HERE : PRESENCE_GONE;
    th.sensor[n].read_ms = at;
}

/* Sensor 17 well, 18 in error, 19 gone; 20 was never there. */
static int set_up(void **state)
{
    const uint16_t counts[] = {2, 1, 1, 1};

    (void)state;
    memset(&th, 0, sizeof(th));
    snprintf(th.name, sizeof(th.name), "hall-2");
    th.health = (struct health){.reachable = true,
                                .answered_ms = 9000,
                                .poll_ms = 250,
                                .interval_ms = 10000,
                                .requests = 11,
                                .timeouts = 1,
                                .exceptions = 2,
                                .mismatches = 3,
                                .reconnects = 4};
    read_sensor(17, (const uint16_t[]){17, 1, (uint16_t)-34, 654, 0, 1, 0, 0, 0, 0}, 8000);
    read_sensor(18, (const uint16_t[]){18, 2, 234, 654, 1, 0, 0, 0, 0, 0}, 8000);
    read_sensor(19, (const uint16_t[10]){0}, 8000);
    th_decode_counts(counts, 4, &th);
    th.counts_read_ms = 8000;
    sink_clear();
    return 0;
}

static void turn__a_sensor__all_of_it_in_si(void **state)
{
    (void)state;
    metrics_th_turn(&th, 7000, 10000, sink_emit, NULL);
    assert_string_equal(sink_get("th017/temperature-ambient")->host, "hall-2");
    assert_int_equal(sink_get("th017/temperature-ambient")->interval_ms, 10000);
    assert_true(sink_get("th017/temperature-ambient")->value == -3.4);
    assert_true(sink_get("th017/humidity-ambient")->value == 65.4);
    assert_true(sink_get("th017/gauge-status")->value == 1);
    assert_true(sink_get("th017/bool-alarm_temperature_high")->value == 0);
    assert_true(sink_get("th017/bool-alarm_temperature_low")->value == 1);
    assert_true(sink_get("th017/bool-alarm_humidity_high")->value == 0);
    assert_true(sink_get("th017/bool-alarm_humidity_low")->value == 0);
}

static void turn__in_error_or_gone__its_status_only(void **state)
{
    (void)state;
    metrics_th_turn(&th, 7000, 10000, sink_emit, NULL);
    assert_true(sink_get("th018/gauge-status")->value == 2);
    assert_true(sink_get("th019/gauge-status")->value == 0);
    assert_int_equal(sink_like("th018"), 1);
    assert_int_equal(sink_like("th019"), 1);
    assert_int_equal(sink_like("th020"), 0);
    assert_int_equal(sink_like("th000"), 0);
}

static void turn__statistics__the_controllers(void **state)
{
    (void)state;
    metrics_th_turn(&th, 7000, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/count-sensors")->value == 2);
    assert_true(sink_get("controller/count-sensors_ok")->value == 1);
    assert_true(sink_get("controller/count-sensors_error")->value == 1);
    assert_true(sink_get("controller/count-sensors_alarm")->value == 1);
}

static void turn__what_was_read_before__not_again(void **state)
{
    (void)state;
    metrics_th_turn(&th, 8001, 10000, sink_emit, NULL);
    assert_int_equal(sink_count(), 0);
}

static void health__a_gateways_and_more(void **state)
{
    (void)state;
    metrics_th_health(&th, 10000, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/bool-reachable")->value == 1);
    assert_true(sink_get("controller/gauge-status")->value == 2); /* not all that was there is well */
    assert_true(sink_get("controller/count-sensors_seen")->value == 2);
    assert_true(sink_get("controller/duration-poll")->value == 0.25);
    assert_true(sink_get("controller/duration-interval")->value == 10);
    assert_true(sink_get("controller/duration-data_age")->value == 1);
    assert_true(sink_get("th017/duration-data_age")->value == 2);
    assert_int_equal(sink_get("controller/total_requests-modbus")->counter, 11);
    assert_int_equal(sink_get("controller/errors-timeout")->counter, 1);
    assert_int_equal(sink_get("controller/errors-exception")->counter, 2);
    assert_int_equal(sink_get("controller/errors-mismatch")->counter, 3);
    assert_int_equal(sink_get("controller/total_events-reconnect")->counter, 4);
    assert_int_equal(sink_like("sensor_new"), 0); /* not known */
}

static void health__a_new_sensor__shown(void **state)
{
    (void)state;
    read_sensor(0, (const uint16_t[]){0, 1, 200, 400, 0, 0, 0, 0, 0, 0}, 8000);
    metrics_th_health(&th, 10000, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/bool-sensor_new")->value == 1);
    sink_clear();
    read_sensor(0, (const uint16_t[10]){0}, 8000);
    metrics_th_health(&th, 10000, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/bool-sensor_new")->value == 0);
}

static void health__all_well_or_lost__its_status(void **state)
{
    (void)state;
    memset(&th.sensor[18], 0, 2 * sizeof(th.sensor[18]));
    metrics_th_health(&th, 10000, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/gauge-status")->value == 1);
    sink_clear();
    th.health.reachable = false;
    metrics_th_health(&th, 10000, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/gauge-status")->value == 0);
    assert_true(sink_get("controller/bool-reachable")->value == 0);
}

static void work__as_of_a_gateway(void **state)
{
    (void)state;
    metrics_th_work("hall-2", &(struct work){.maintenance = true}, 10000, sink_emit, NULL);
    assert_true(sink_get("controller/gauge-maintenance")->value == 1);
    assert_true(sink_get("controller/gauge-commissioning")->value == 0);
    assert_int_equal(sink_count(), 2);
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(turn__a_sensor__all_of_it_in_si),
        TEST(turn__in_error_or_gone__its_status_only),
        TEST(turn__statistics__the_controllers),
        TEST(turn__what_was_read_before__not_again),
        TEST(health__a_gateways_and_more),
        TEST(health__a_new_sensor__shown),
        TEST(health__all_well_or_lost__its_status),
        TEST(work__as_of_a_gateway),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
