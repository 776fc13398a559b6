/* The model as collectd values: names, SI values, what is held back. */
#include "../support/check.h"
#include "../support/metrics_sink.h"
#include "core/quantity.h"
#include "metrics.h"

#include <stdio.h>
#include <string.h>

enum { HOUR_MS = 3600 * 1000 };

static struct gateway g;
static struct metrics_memory memory;

static int set_up(void **state)
{
    static const int32_t string_values[STRING_QUANTITIES] = {
        2, 1, 54321, -1234, 87, 9876, 2, 66, 4, -55, 401, 1, 0, 2500000};
    static const int32_t ups_values[UPS_QUANTITIES] = {1, 54000, -200, 97};

    (void)state;
    memset(&g, 0, sizeof(g));
    memset(&memory, 0, sizeof(memory));
    snprintf(g.name, sizeof(g.name), "gw-a");
    memcpy(g.string[2].value, string_values, sizeof(string_values));
    memset(g.string[2].validity, VALIDITY_GOOD, STRING_QUANTITIES);
    g.string[2].presence = PRESENCE_HERE;
    g.string[2].read_ms = g.string[2].added_ms[0] = 5000;
    g.string[2].cells = 4;
    memcpy(g.ups[0].value, ups_values, sizeof(ups_values));
    memset(g.ups[0].validity, VALIDITY_GOOD, UPS_QUANTITIES);
    g.ups[0].presence = PRESENCE_HERE;
    g.ups[0].read_ms = 5000;
    for (int c = 0; c < 4; c++) {
        const int32_t values[CELL_QUANTITIES] = {1, 2230 + c, 512 + 2 * c, 251 - c, 99, 98, 5};

        memcpy(g.string[2].cell[c].value, values, sizeof(values));
        memset(g.string[2].cell[c].validity, VALIDITY_GOOD, CELL_QUANTITIES);
        g.string[2].cell[c].outcome = OUTCOME_READ;
        g.string[2].cell[c].seen = true;
    }
    sink_clear();
    return 0;
}

static void turn(void)
{
    sink_clear();
    metrics_turn(&g, 5000, 10000, sink_emit, NULL);
}

static void cells(enum cell_metrics how, int64_t now)
{
    sink_clear();
    metrics_cells(&g, 2, how, now, 60000, &memory, sink_emit, NULL);
}

static void health(int64_t now)
{
    sink_clear();
    metrics_health(&g, now, 10000, sink_emit, NULL);
}

/* `want` is typed as the reader of the graph has it; both are the nearest double. */
static void check(const char *name, double want)
{
    const struct metric *m = sink_get(name);

    assert_false(m->is_counter);
    if (m->value != want)
        fail_msg("%s is %.17g, not %.17g", name, m->value, want);
}

static void check_counter(const char *name, uint64_t want)
{
    const struct metric *m = sink_get(name);

    assert_true(m->is_counter);
    assert_int_equal(m->counter, want);
}

/* ---- UPS and strings --------------------------------------------------------------------- */

static void turn__string__names_and_si_values(void **state)
{
    (void)state;
    turn();
    check("string03/gauge-ups", 2);
    check("string03/gauge-status", 1);
    check("string03/voltage-string", 543.21);
    check("string03/current-string", -12.34);
    check("string03/percent-soc", 87);
    check("string03/percent-balance", 98.76);
    check("string03/gauge-state", 2);
    check("string03/gauge-alarm", 66);
    check("string03/count-cells", 4);
    check("string03/temperature-ambient", -5.5);
    check("string03/humidity-ambient", 40.1);
    check("string03/gauge-relay", 1);
    check("string03/gauge-aux_input", 0);
    check("string03/resistance-insulation", 2500000);
    assert_int_equal(sink_like("string"), STRING_QUANTITIES);
    assert_int_equal(sink_get("string03/gauge-ups")->interval_ms, 10000);
    assert_string_equal(sink_get("string03/gauge-ups")->host, "gw-a");
}

static void turn__ups__names_and_si_values(void **state)
{
    (void)state;
    turn();
    check("ups01/gauge-status", 1);
    check("ups01/voltage-ups", 540);
    check("ups01/current-ups", -2);
    check("ups01/percent-soc", 97);
    assert_int_equal(sink_like("ups01/"), UPS_QUANTITIES);
}

static void turn__unusable_values__not_emitted(void **state)
{
    (void)state;
    for (int v = VALIDITY_ABSENT; v <= VALIDITY_IMPOSSIBLE; v++) {
        bool usable = v == VALIDITY_GOOD || v == VALIDITY_BEYOND;

        memset(g.string[2].validity, v, STRING_QUANTITIES);
        memset(g.ups[0].validity, v, UPS_QUANTITIES);
        turn();
        assert_int_equal(sink_count(), usable ? STRING_QUANTITIES + UPS_QUANTITIES : 0);
    }
}

static void turn__one_value_absent__the_others_emitted(void **state)
{
    (void)state;
    g.string[2].validity[STRING_RELAY] = VALIDITY_ABSENT;
    turn();
    assert_int_equal(sink_like("relay"), 0);
    assert_int_equal(sink_like("string03/"), STRING_QUANTITIES - 1);
}

static void turn__insulation_not_read_in_it__the_others_emitted(void **state)
{
    (void)state;
    g.string[2].added_ms[0] = 4999;
    turn();
    assert_int_equal(sink_like("insulation"), 0);
    assert_int_equal(sink_like("string03/"), STRING_IN_BLOCK);
}

static void turn__quantities__by_their_unit_and_object(void **state)
{
    struct quantity_def d[6] = {
        {.name = "pressure", .decimals = 1, .factor = 1},
        {.name = "leakage",                  .string = 3,               .decimals = 2, .factor = 1},
        {.name = "energy",     .ups = 32,.factor = 100},
        {.name = "offset",   .string = 3,   .cell = 17, .decimals = 3, .factor = 1},
        {.name = "insulation",                  .string = 3,                .factor = 1, .builtin = true},
        {.name = "old",        .factor = 1     },
    };
    static const char *const unit[] = {"bar", "A", "Ah", "V", "ohm", "number"};

    (void)state;
    for (int i = 0; i < 6; i++) {
        d[i].unit = (uint8_t)quantity_unit_named(unit[i]);
        g.quantity[i] = (struct quantity){&d[i], 1, VALIDITY_GOOD, -55, 5000};
    }
    g.quantity[5].read_ms = 4999;
    g.quantities = 6;
    turn();
    check("gateway/pressure-pressure", -5.5);
    check("string03/current-leakage", -0.55);
    check("ups32/gauge-energy", -5500);
    check("string03/voltage-offset-cell017", -0.055);
    assert_int_equal(sink_like("insulation"), 1); /* the built-in one */
    assert_int_equal(sink_like("old"), 0);
    g.quantity[0].validity = VALIDITY_IMPOSSIBLE;
    g.quantity[1].validity = VALIDITY_STALE;
    sink_clear();
    turn();
    assert_int_equal(sink_like("pressure") + sink_like("leakage"), 0);
    g.quantities = 0;
}

static void turn__not_read_in_it__not_emitted(void **state)
{
    (void)state;
    g.string[2].read_ms = 4999;
    g.ups[0].read_ms = 0;
    turn();
    assert_int_equal(sink_count(), 0);
}

static void turn__disabled_string__keeps_its_status(void **state)
{
    (void)state;
    memset(g.string[2].validity, VALIDITY_ABSENT, STRING_QUANTITIES);
    g.string[2].presence = PRESENCE_GONE;
    g.string[2].value[STRING_STATUS] = STATUS_DISABLED;
    g.string[2].validity[STRING_STATUS] = VALIDITY_GOOD;
    turn();
    check("string03/gauge-status", 0);
    assert_int_equal(sink_like("string03/"), 1);
}

static void turn__last_of_each__two_digits(void **state)
{
    (void)state;
    g.string[31] = g.string[2];
    g.ups[31] = g.ups[0];
    turn();
    check("string32/percent-soc", 87);
    check("ups32/percent-soc", 97);
}

/* ---- cells ------------------------------------------------------------------------------- */

static void cells__all__names_and_si_values(void **state)
{
    (void)state;
    cells(CELL_METRICS_ALL, 1000);
    check("string03/gauge-status-cell001", 1);
    check("string03/voltage-cell001", 2.23);
    check("string03/voltage-cell004", 2.233);
    check("string03/resistance-cell001", 0.000512);
    check("string03/temperature-cell002", 25);
    check("string03/percent-soc-cell003", 99);
    check("string03/percent-soh-cell003", 98);
    check("string03/gauge-alarm-cell004", 5);
    for (int c = 1; c <= 4; c++) {
        char part[16];

        snprintf(part, sizeof(part), "cell%03d", c);
        assert_int_equal(sink_like(part), CELL_QUANTITIES);
    }
}

static void cells__summary__minimum_maximum_mean_and_counts(void **state)
{
    (void)state;
    cells(CELL_METRICS_SUMMARY, 1000);
    check("string03/voltage-cell_min", 2.23);
    check("string03/voltage-cell_max", 2.233);
    check("string03/voltage-cell_mean", 2.2315);
    check("string03/resistance-cell_min", 0.000512);
    check("string03/resistance-cell_max", 0.000518);
    check("string03/resistance-cell_mean", 0.000515);
    check("string03/temperature-cell_min", 24.8);
    check("string03/temperature-cell_max", 25.1);
    check("string03/temperature-cell_mean", 24.95);
    check("string03/count-cells_ok", 4);
    check("string03/count-cells_error", 0);
    check("string03/count-cells_absent", 0);
    check("string03/count-cells_beyond_range", 0);
    assert_int_equal(sink_count(), 13);
}

static void cells__none__nothing(void **state)
{
    (void)state;
    cells(CELL_METRICS_NONE, 1000);
    assert_int_equal(sink_count(), 0);
}

/* The sweep was cut short: what was read goes out, and nothing that speaks for the string. */
static void cells__one_left_out__the_others_without_a_summary(void **state)
{
    (void)state;
    g.string[2].cell[0].outcome = OUTCOME_NONE;
    cells(CELL_METRICS_ALL, 1000);
    assert_int_equal(sink_like("cell001"), 0);
    for (int c = 2; c <= 4; c++) {
        char part[16];

        snprintf(part, sizeof(part), "cell%03d", c);
        assert_int_equal(sink_like(part), CELL_QUANTITIES);
    }
    assert_int_equal(sink_count(), 3 * CELL_QUANTITIES);
    cells(CELL_METRICS_SUMMARY, 61000);
    assert_int_equal(sink_count(), 0);
}

static void cells__one_missed__absent_and_not_in_the_summary(void **state)
{
    (void)state;
    g.string[2].cell[0].outcome = OUTCOME_MISSED; /* its values are those of an earlier sweep */
    cells(CELL_METRICS_ALL, 1000);
    assert_int_equal(sink_like("cell001"), 0);
    check("string03/voltage-cell_min", 2.231);
    check("string03/voltage-cell_max", 2.233);
    check("string03/voltage-cell_mean", 2.232);
    check("string03/count-cells_ok", 3);
    check("string03/count-cells_absent", 1);
}

static void cells__unusable_value__not_emitted_nor_in_the_summary(void **state)
{
    (void)state;
    g.string[2].cell[3].validity[CELL_VOLTAGE] = VALIDITY_IMPOSSIBLE;
    g.string[2].cell[3].value[CELL_VOLTAGE] = 65535;
    cells(CELL_METRICS_ALL, 1000);
    assert_int_equal(sink_like("voltage-cell004"), 0);
    check("string03/voltage-cell_max", 2.232);
    check("string03/temperature-cell004", 24.8);
}

static void cells__counts__each_kind(void **state)
{
    struct cell *c = g.string[2].cell;

    (void)state;
    g.string[2].cells = 6;
    c[4].outcome = c[5].outcome = OUTCOME_MISSED; /* asked for in this sweep, and not answered */
    c[1].value[CELL_STATUS] = STATUS_ERROR;
    c[2].value[CELL_STATUS] = STATUS_DISABLED;
    c[3].validity[CELL_VOLTAGE] = VALIDITY_BEYOND;
    cells(CELL_METRICS_SUMMARY, 1000);
    check("string03/count-cells_ok", 2);
    check("string03/count-cells_error", 1);
    check("string03/count-cells_absent", 3);
    check("string03/count-cells_beyond_range", 1);
}

static void cells__none_answered__counts_only(void **state)
{
    (void)state;
    for (int c = 0; c < 4; c++) {
        memset(g.string[2].cell[c].validity, VALIDITY_STALE, CELL_QUANTITIES);
        g.string[2].cell[c].outcome = OUTCOME_MISSED;
    }
    cells(CELL_METRICS_ALL, 1000);
    assert_int_equal(sink_count(), 4);
    check("string03/count-cells_ok", 0);
    check("string03/count-cells_error", 0);
    check("string03/count-cells_absent", 4);
    check("string03/count-cells_beyond_range", 0);
}

static void cells__all_disabled__status_and_counts_only(void **state)
{
    (void)state;
    for (int c = 0; c < 4; c++) {
        memset(g.string[2].cell[c].validity, VALIDITY_ABSENT, CELL_QUANTITIES);
        g.string[2].cell[c].validity[CELL_STATUS] = VALIDITY_GOOD;
        g.string[2].cell[c].value[CELL_STATUS] = STATUS_DISABLED;
    }
    cells(CELL_METRICS_ALL, 1000);
    check("string03/gauge-status-cell004", 0);
    check("string03/count-cells_absent", 4);
    assert_int_equal(sink_count(), 8);
}

static void cells__negative_temperatures__mean(void **state)
{
    static const int32_t t[] = {-100, -50, 0, 30};

    (void)state;
    for (int c = 0; c < 4; c++)
        g.string[2].cell[c].value[CELL_TEMPERATURE] = t[c];
    cells(CELL_METRICS_SUMMARY, 1000);
    check("string03/temperature-cell_min", -10);
    check("string03/temperature-cell_max", 3);
    check("string03/temperature-cell_mean", -3);
}

/* ---- slow quantities --------------------------------------------------------------------- */

static void slow__unchanged__hourly(void **state)
{
    (void)state;
    cells(CELL_METRICS_ALL, 1000);
    assert_int_equal(sink_like("resistance-cell0"), 4);
    assert_int_equal(sink_like("percent-soh"), 4);
    assert_int_equal(sink_get("string03/resistance-cell001")->interval_ms, HOUR_MS);
    assert_int_equal(sink_get("string03/voltage-cell001")->interval_ms, 60000);
    cells(CELL_METRICS_ALL, 1000 + HOUR_MS - 1);
    assert_int_equal(sink_like("resistance-cell0") + sink_like("percent-soh"), 0);
    assert_int_equal(sink_like("voltage-cell0"), 4);
    check("string03/resistance-cell_mean", 0.000515); /* the summary goes on */
    cells(CELL_METRICS_ALL, 1000 + HOUR_MS);
    assert_int_equal(sink_like("resistance-cell0"), 4);
    assert_int_equal(sink_like("percent-soh"), 4);
}

static void slow__changed__at_once(void **state)
{
    (void)state;
    cells(CELL_METRICS_ALL, 1000);
    g.string[2].cell[1].value[CELL_RESISTANCE] = 600;
    g.string[2].cell[2].value[CELL_SOH] = 97;
    cells(CELL_METRICS_ALL, 61000);
    assert_int_equal(sink_like("resistance-cell0"), 1);
    check("string03/resistance-cell002", 0.0006);
    assert_int_equal(sink_like("percent-soh"), 1);
    check("string03/percent-soh-cell003", 97);
    cells(CELL_METRICS_ALL, 121000);
    assert_int_equal(sink_like("resistance-cell0") + sink_like("percent-soh"), 0);
}

static void slow__two_strings__remembered_apart(void **state)
{
    (void)state;
    g.string[5] = g.string[2];
    cells(CELL_METRICS_ALL, 1000);
    sink_clear();
    metrics_cells(&g, 5, CELL_METRICS_ALL, 2000, 60000, &memory, sink_emit, NULL);
    assert_int_equal(sink_like("string06/resistance-cell0"), 4);
}

/* ---- health ------------------------------------------------------------------------------ */

static void health__gateway__every_value(void **state)
{
    (void)state;
    g.health = (struct health){.reachable = true,
                               .answered_ms = 5000,
                               .poll_ms = 123,
                               .interval_ms = 10001,
                               .cell_interval_ms = 60500,
                               .requests = 1ULL << 40,
                               .timeouts = 2,
                               .exceptions = 3,
                               .mismatches = 4,
                               .reconnects = 5,
                               .window = 16,
                               .connections = 4,
                               .span_cells = 2,
                               .string_words = 15};
    health(6500);
    check("gateway/bool-reachable", 1);
    check("gateway/gauge-status", 1);
    check("gateway/count-ups", 1);
    check("gateway/count-strings", 1);
    check("gateway/count-cells", 4);
    check("gateway/duration-poll", 0.123);
    check("gateway/duration-interval", 10.001);
    check("gateway/duration-cell_interval", 60.5);
    check("gateway/duration-data_age", 1.5);
    check("gateway/gauge-window", 16);
    check("gateway/gauge-connections", 4);
    check("gateway/gauge-span_cells", 2);
    check("gateway/gauge-string_registers", 15);
    check_counter("gateway/total_requests-modbus", 1ULL << 40);
    check_counter("gateway/errors-timeout", 2);
    check_counter("gateway/errors-exception", 3);
    check_counter("gateway/errors-mismatch", 4);
    check_counter("gateway/total_events-reconnect", 5);
}

static void health__status__worst_of_all(void **state)
{
    (void)state;
    g.health.reachable = true;
    health(6000);
    check("gateway/gauge-status", 1);
    g.string[2].value[STRING_STATUS] = STATUS_ERROR;
    health(6000);
    check("gateway/gauge-status", 2);
    g.string[2].value[STRING_STATUS] = STATUS_OK;
    g.ups[0].presence = PRESENCE_SILENT;
    health(6000);
    check("gateway/gauge-status", 2);
    check("gateway/count-ups", 0);
    g.health.reachable = false;
    health(6000);
    check("gateway/gauge-status", 0);
    check("gateway/bool-reachable", 0);
}

static void health__data_age__of_what_was_ever_read(void **state)
{
    (void)state;
    health(7250);
    check("string03/duration-data_age", 2.25);
    check("ups01/duration-data_age", 2.25);
    assert_int_equal(sink_like("data_age"), 2); /* the gateway never answered */
}

static void health__strings_gone__not_counted(void **state)
{
    (void)state;
    g.string[2].presence = PRESENCE_GONE;
    health(6000);
    check("gateway/count-strings", 0);
    check("gateway/count-cells", 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

static void work__what_is_there__one_or_nought(void **state)
{
    struct work w = {.maintenance = false,
                     .commissioning = true,
                     .ups = 1,
                     .strings = 0x80000004,
                     .ups_there = 3,
                     .strings_there = 0x80000006};

    (void)state;
    sink_clear();
    metrics_work("gw-a", &w, 10000, sink_emit, NULL);
    assert_int_equal(sink_count(), 7);
    assert_string_equal(sink_get("gateway/gauge-maintenance")->host, "gw-a");
    assert_int_equal(sink_get("gateway/gauge-maintenance")->interval_ms, 10000);
    assert_float_equal(sink_get("gateway/gauge-maintenance")->value, 0, 0);
    assert_float_equal(sink_get("gateway/gauge-commissioning")->value, 1, 0);
    assert_float_equal(sink_get("ups01/gauge-maintenance")->value, 1, 0);
    assert_float_equal(sink_get("ups02/gauge-maintenance")->value, 0, 0);
    assert_float_equal(sink_get("string02/gauge-maintenance")->value, 0, 0);
    assert_float_equal(sink_get("string03/gauge-maintenance")->value, 1, 0);
    assert_float_equal(sink_get("string32/gauge-maintenance")->value, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(turn__string__names_and_si_values),
        TEST(turn__ups__names_and_si_values),
        TEST(turn__unusable_values__not_emitted),
        TEST(turn__one_value_absent__the_others_emitted),
        TEST(turn__insulation_not_read_in_it__the_others_emitted),
        TEST(turn__quantities__by_their_unit_and_object),
        TEST(turn__not_read_in_it__not_emitted),
        TEST(turn__disabled_string__keeps_its_status),
        TEST(turn__last_of_each__two_digits),
        TEST(cells__all__names_and_si_values),
        TEST(cells__summary__minimum_maximum_mean_and_counts),
        TEST(cells__none__nothing),
        TEST(cells__one_left_out__the_others_without_a_summary),
        TEST(cells__one_missed__absent_and_not_in_the_summary),
        TEST(cells__unusable_value__not_emitted_nor_in_the_summary),
        TEST(cells__counts__each_kind),
        TEST(cells__none_answered__counts_only),
        TEST(cells__all_disabled__status_and_counts_only),
        TEST(cells__negative_temperatures__mean),
        TEST(slow__unchanged__hourly),
        TEST(slow__changed__at_once),
        TEST(slow__two_strings__remembered_apart),
        TEST(health__gateway__every_value),
        TEST(health__status__worst_of_all),
        TEST(health__data_age__of_what_was_ever_read),
        TEST(health__strings_gone__not_counted),
        TEST(work__what_is_there__one_or_nought),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
