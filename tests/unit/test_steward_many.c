/* Many alarms at once that are one: crowds of strings, power supplies; and what lingers when their
 * cause is over. */
#include "steward_fixture.h"

enum { AMBIENT = 70, HALL_RANGE = 59 };

static const struct alarm *crowd_of_site(int kind)
{
    return own(kind);
}

static struct alarm hot(int string, int value)
{
    struct alarm a = of_string(AMBIENT, string);

    a.has_value = a.has_limit = true;
    a.value = value;
    a.limit = 280;
    a.decimals = 1;
    snprintf(a.text, sizeof(a.text), "string %d is hot", string);
    return a;
}

/* ---- strings of the site ----------------------------------------------------------------- */

static void strings__many_of_several_gateways__one_alarm_of_the_site(void **state)
{
    (void)state;
    happen(0, EVENT_RAISED, hot(1, 290));
    happen(0, EVENT_RAISED, hot(2, 310));
    happen(1, EVENT_RAISED, hot(1, 285));
    assert_null(crowd_of_site(AMBIENT));
    assert_int_equal(told(), 3);
    happen(2, EVENT_RAISED, hot(1, 281));
    assert_non_null(crowd_of_site(AMBIENT));
    assert_int_equal(told(), 4);
    assert_true(standing(2, hot(1, 0))->muted);
    assert_int_equal(standing(2, hot(1, 0))->cause_id, crowd_of_site(AMBIENT)->id);
    assert_int_equal(crowd_of_site(AMBIENT)->value, 310);
    assert_int_equal(crowd_of_site(AMBIENT)->suppressed, 4);
    assert_non_null(strstr(crowd_of_site(AMBIENT)->text,
                           "site: ambient temperature high, 4 strings; worst: "
                           "string 2 is hot"));
    happen(0, EVENT_CLEARED, hot(1, 270));
    assert_null(crowd_of_site(AMBIENT)); /* three are no crowd */
    assert_non_null(strstr(last()->alarm.text, "of many strings (3 left)"));
}

static void strings__a_tenth_of_the_site__no_crowd(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++)
        counted(g, "UPS 1; strings 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1 11:1 12:1 13:1 14:1");
    for (int i = 1; i <= 4; i++)
        happen(0, EVENT_RAISED, hot(i, 290));
    assert_null(crowd_of_site(AMBIENT)); /* of 42 */
    happen(1, EVENT_RAISED, hot(1, 290));
    assert_non_null(crowd_of_site(AMBIENT));
}

static void strings__one_after_the_other__each_its_own(void **state)
{
    (void)state;
    for (int i = 1; i <= 8; i++, after(21000))
        happen(0, EVENT_RAISED, hot(i, 290));
    assert_null(crowd_of_site(AMBIENT));
    assert_int_equal(told(), 8);
}

static void strings__of_life_and_safety__each_is_told(void **state)
{
    static const int kinds[] = {RUNAWAY, 52, 56, 74};

    (void)state;
    for (size_t k = 0; k < COUNT(kinds); k++)
        for (int i = 1; i <= 4; i++)
            happen(0, EVENT_RAISED, of_string(kinds[k], i));
    for (size_t k = 0; k < COUNT(kinds); k++)
        assert_null(crowd_of_site(kinds[k]));
    assert_int_equal(told(), 16);
}

static void strings__lost__each_is_told(void **state)
{
    (void)state;
    for (int i = 1; i <= 9; i++)
        happen(0, EVENT_RAISED, of_string(ALARM_STRING_COMM_LOST, i));
    assert_null(crowd_of_site(ALARM_STRING_COMM_LOST));
    assert_int_equal(told(), 9);
}

static void cells__lost_in_discharge__each_is_told(void **state)
{
    struct alarm a = alarm_of(LOST_AT_WORK, ALARM_OF_CELL, 1, 2, 0);

    (void)state;
    for (a.cell = 1; a.cell <= 9; a.cell++)
        happen(0, EVENT_RAISED, a);
    assert_null(standing(0, of_string(LOST_AT_WORK, 2)));
    assert_int_equal(told(), 9);
}

static int count_changes(int kind, enum alarm_level level)
{
    int n = 0;

    for (size_t i = 0; i < ledger.events; i++)
        n += ledger.ring[i].what == EVENT_CHANGED && ledger.ring[i].alarm.kind == kind &&
             ledger.ring[i].alarm.level == level && event_is_told(&ledger.ring[i]);
    return n;
}

/* The many become critical with their worst, and that is told once. */
static void strings__critical_among_many__told(void **state)
{
    struct alarm a = hot(5, 390);

    (void)state;
    for (int i = 1; i <= 4; i++)
        happen(0, EVENT_RAISED, hot(i, 290));
    assert_int_equal(told(), 4); /* three and the crowd */
    a.severity = ALARM_CRITICAL;
    happen(0, EVENT_RAISED, a);
    assert_int_equal(told(), 4);
    assert_true(standing(0, a)->muted);
    assert_int_equal(crowd_of_site(AMBIENT)->severity, ALARM_CRITICAL);
    assert_int_equal(crowd_of_site(AMBIENT)->value, 390);
    for (int i = 1; i <= 4; i++) {
        struct alarm worse = hot(i, 380);

        worse.severity = ALARM_CRITICAL;
        happen(0, EVENT_CHANGED, worse);
    }
    assert_int_equal(told(), 4);
    assert_int_equal(count_changes(AMBIENT, ALARM_OF_SITE), 1);
}

static void cells__more_of_many__counted_with_the_worst(void **state)
{
    struct alarm a = alarm_of(21, ALARM_OF_CELL, 1, 1, 0), *crowd;

    (void)state;
    counted(0, "UPS 1; strings 1:40");
    a.has_value = a.has_limit = true;
    a.limit = 2170;
    for (a.cell = 1; a.cell <= 40; a.cell++) {
        a.value = 2150 - a.cell;
        a.peak = a.value;
        snprintf(a.text, sizeof(a.text), "cell %d is low", a.cell);
        happen(0, EVENT_RAISED, a);
    }
    crowd = ledger_find(
        &ledger,
        &(struct alarm){.kind = 21, .level = ALARM_OF_STRING, .gateway = 1, .ups = 1, .string = 1});
    assert_non_null(crowd);
    assert_int_equal(crowd->value, 2110);
    assert_int_equal(crowd->suppressed, 40);
    assert_non_null(strstr(crowd->text, "40 cells; worst: cell 40 is low"));
}

static void strings__explained_or_under_work__do_not_count(void **state)
{
    (void)state;
    happen(0, EVENT_RAISED, alarm_of(ON_BATTERY, ALARM_OF_UPS, 1, 0, 0));
    for (int i = 1; i <= 6; i++)
        happen(0, EVENT_RAISED, of_string(DISCHARGING, i));
    assert_null(crowd_of_site(DISCHARGING));
    assert_true(ask(of_gateway(STORE_MAINTAIN, "gw-b")));
    for (int i = 1; i <= 6; i++)
        happen(1, EVENT_RAISED, hot(i, 290));
    assert_null(crowd_of_site(AMBIENT));
    assert_int_equal(told(), 1);
}

static void strings__worst_of_many_under_work__site_is_no_worse(void **state)
{
    struct store_request r = {
        .verb = STORE_MAINTAIN, .level = ALARM_OF_STRING, .string = 1, .for_ms = 60000};
    struct alarm a = hot(1, 390);

    (void)state;
    strcpy(r.gateway, "gw-a");
    strcpy(r.note, "work");
    for (int i = 1; i <= 5; i++)
        happen(0, EVENT_RAISED, hot(i, 290));
    assert_true(ask(r));
    turn();
    a.severity = ALARM_CRITICAL;
    happen(0, EVENT_CHANGED, a);
    assert_int_equal(crowd_of_site(AMBIENT)->severity, ALARM_WARNING);
    assert_int_equal(crowd_of_site(AMBIENT)->value, 290);
    after(61000);
    after(1000); /* it is so after the work, too */
    assert_int_equal(crowd_of_site(AMBIENT)->severity, ALARM_CRITICAL);
    assert_int_equal(crowd_of_site(AMBIENT)->value, 390);
}

static void strings__crowds_of_cells_on_many__one_of_the_site(void **state)
{
    struct alarm a = alarm_of(22, ALARM_OF_CELL, 1, 0, 0);

    (void)state;
    for (a.string = 1; a.string <= 4; a.string++)
        for (a.cell = 1; a.cell <= 4; a.cell++)
            happen(0, EVENT_RAISED, a);
    assert_non_null(standing(0, of_string(22, 4)));
    assert_true(standing(0, of_string(22, 4))->muted);
    assert_non_null(crowd_of_site(22));
    assert_non_null(strstr(crowd_of_site(22)->text, "4 strings of gateway \"gw-a\"; worst"));
    assert_int_equal(told(), 4 * 3 + 3 + 1);
    assert_int_equal(standing(0, of_string(22, 4))->cause_id, crowd_of_site(22)->id);
}

/* ---- power supplies ---------------------------------------------------------------------- */

/* `gone`: gateways that fall silent, `gap_ms` apart; their alarms follow a minute later. */
static void lose_power(size_t gone, int64_t gap_ms)
{
    for (size_t g = 0; g < 3; g++)
        count(g, true);
    turn();
    for (size_t g = 0; g < gone; g++, after(gap_ms))
        count(g, false);
    after(60000);
    for (size_t g = 0; g < gone; g++)
        happen(g, EVENT_RAISED, lost());
}

static const struct alarm *suspected(const char *supply)
{
    struct alarm a = {.kind = ALARM_SUPPLY_SUSPECTED, .level = ALARM_OF_SITE};

    snprintf(a.object, sizeof(a.object), "site / supply %s", supply);
    return ledger_find(&ledger, &a);
}

static void supply__all_gone_within_half_a_minute__suspected(void **state)
{
    (void)state;
    places[0].supply[0] = places[1].supply[1] = "ps/1";
    places[1].supply[0] = "ps2";
    lose_power(2, 30000);
    assert_null(suspected("ps2")); /* it feeds one only */
    assert_non_null(suspected("ps/1"));
    assert_int_equal(told(), 1);
    assert_true(standing(0, lost())->muted && standing(1, lost())->muted);
    assert_int_equal(standing(1, lost())->cause_id, suspected("ps/1")->id);
    assert_int_equal(suspected("ps/1")->suppressed, 2);
    assert_int_equal(suspected("ps/1")->sources, ALARM_SOURCE_DERIVED);
    assert_int_equal(suspected("ps/1")->severity, ALARM_MAJOR);
    assert_non_null(strstr(suspected("ps/1")->text, "\"ps/1\" has failed, most likely: all 2"));
    count(1, true);
    happen(1, EVENT_CLEARED, lost());
    assert_null(suspected("ps/1"));
    assert_non_null(strstr(last()->alarm.text, "(gateway \"gw-b\" answers)"));
    assert_int_equal(told(), 2);
    after(75000);
    assert_int_equal(told(), 3); /* the other one is lost indeed */
}

static void supply__not_together_or_not_all__each_its_own(void **state)
{
    (void)state;
    places[0].supply[0] = places[1].supply[0] = "ps1";
    places[0].supply[1] = places[1].supply[1] = places[2].supply[1] = "ps2";
    lose_power(2, 31000);
    assert_null(suspected("ps1"));
    assert_null(suspected("ps2"));
    assert_int_equal(told(), 2);
}

static void supply__device_under_work__not_suspected(void **state)
{
    (void)state;
    places[0].supply[0] = places[1].supply[0] = "ps1";
    assert_true(ask((struct store_request){
        .verb = STORE_MAINTAIN, .level = ALARM_OF_GATEWAY, .for_ms = 3600000, .gateway = "gw-a"}));
    lose_power(2, 1000);
    assert_null(suspected("ps1"));
    assert_int_equal(told(), 1);
}

static void supplies__all_of_a_network__it_is_the_network(void **state)
{
    (void)state;
    places[0].supply[0] = places[1].supply[0] = "ps1";
    places[1].supply[1] = places[2].supply[0] = "ps2";
    lose_power(3, 10000);
    assert_int_equal(told(), 1);
    assert_false(own(ALARM_SITE_NETWORK_LOST)->muted);
    assert_non_null(suspected("ps1"));
    assert_non_null(suspected("ps2"));
    assert_int_equal(suspected("ps2")->cause_id, own(ALARM_SITE_NETWORK_LOST)->id);
    count(0, true);
    happen(0, EVENT_CLEARED, lost());
    assert_int_equal(told(), 2); /* it was not the network */
    after(30000);
    assert_non_null(suspected("ps2"));
    assert_false(suspected("ps2")->muted);
    assert_int_equal(told(), 3);
    after(75000);
    assert_int_equal(told(), 3); /* that explains the others */
}

static void supply__not_configured_any_more__over(void **state)
{
    (void)state;
    places[0].supply[0] = places[1].supply[0] = "ps1";
    lose_power(2, 1000);
    assert_non_null(suspected("ps1"));
    places[0].supply[0] = places[1].supply[0] = NULL;
    turn();
    assert_null(suspected("ps1"));
}

/* ---- what lingers ------------------------------------------------------------------------ */

/* Its end is delayed by a minute: it stands for longer than what explained it, and is false. */
static void hall_back__alarm_that_ends_late__never_told(void **state)
{
    (void)state;
    happen(0, EVENT_RAISED, of_string(HALL, 2));
    happen(0, EVENT_RAISED, of_string(HALL_RANGE, 2));
    happen(0, EVENT_CLEARED, of_string(HALL, 2));
    assert_int_equal(told(), 2);
    after(59000);
    assert_int_equal(told(), 2);
    happen(0, EVENT_CLEARED, of_string(HALL_RANGE, 2));
    assert_int_equal(told(), 2);
    after(600000);
    assert_int_equal(told(), 2);
}

static void hall_back__alarm_that_is_true__told(void **state)
{
    (void)state;
    happen(0, EVENT_RAISED, of_string(HALL, 2));
    happen(0, EVENT_RAISED, of_string(HALL_RANGE, 2));
    happen(0, EVENT_CLEARED, of_string(HALL, 2));
    after(60000);
    assert_int_equal(told(), 3);
    assert_int_equal(last()->alarm.kind, HALL_RANGE);
}

/* Cells are looked at once in their interval. */
static void string_back__cells__not_told_before_they_were_read(void **state)
{
    struct alarm cell = alarm_of(4, ALARM_OF_CELL, 1, 2, 7);

    (void)state;
    places[0].cell_interval_ms = 60000;
    happen(0, EVENT_RAISED, of_string(ALARM_STRING_COMM_LOST, 2));
    happen(0, EVENT_RAISED, cell);
    happen(0, EVENT_CLEARED, of_string(ALARM_STRING_COMM_LOST, 2));
    after(179000);
    assert_int_equal(told(), 2);
    after(1000);
    assert_int_equal(told(), 3);
}

static void many_causes_end_at_once__all_consequences_wait(void **state)
{
    (void)state;
    for (int i = 1; i <= 32; i++) {
        happen(0, EVENT_RAISED, of_string(HALL, i));
        happen(1, EVENT_RAISED, of_string(HALL, i));
        happen(2, EVENT_RAISED, of_string(HALL, i));
        happen(2, EVENT_RAISED, of_string(42, i));
        after(61000);
    }
    assert_int_equal(told(), 96);
    for (int i = 1; i <= 32; i++)
        for (size_t g = 0; g < 3; g++)
            post(g, EVENT_CLEARED, of_string(HALL, i));
    turn();
    assert_int_equal(told(), 192);
    assert_int_equal(after(29000), 0);
}

/* The program ended while something lingered: the next run must look first, too. */
static void restart__cause_is_over__consequence_waits(void **state)
{
    struct alarm a = of_string(42, 2);

    (void)state;
    a.id = 7;
    a.cause_id = 6;
    a.gateway = 1;
    a.muted = true;
    assert_true(ledger_add(&ledger, &a));
    ledger.alarm_id = 7;
    after(29000);
    assert_int_equal(told(), 0);
    after(1000);
    assert_int_equal(told(), 1);
    assert_int_equal(standing(0, a)->cause_id, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(strings__many_of_several_gateways__one_alarm_of_the_site),
        TEST(strings__a_tenth_of_the_site__no_crowd),
        TEST(strings__one_after_the_other__each_its_own),
        TEST(strings__of_life_and_safety__each_is_told),
        TEST(strings__lost__each_is_told),
        TEST(cells__lost_in_discharge__each_is_told),
        TEST(strings__critical_among_many__told),
        TEST(cells__more_of_many__counted_with_the_worst),
        TEST(strings__explained_or_under_work__do_not_count),
        TEST(strings__crowds_of_cells_on_many__one_of_the_site),
        TEST(supply__all_gone_within_half_a_minute__suspected),
        TEST(supply__not_together_or_not_all__each_its_own),
        TEST(supply__device_under_work__not_suspected),
        TEST(supplies__all_of_a_network__it_is_the_network),
        TEST(supply__not_configured_any_more__over),
        TEST(hall_back__alarm_that_ends_late__never_told),
        TEST(hall_back__alarm_that_is_true__told),
        TEST(string_back__cells__not_told_before_they_were_read),
        TEST(many_causes_end_at_once__all_consequences_wait),
        TEST(restart__cause_is_over__consequence_waits),
        TEST(strings__worst_of_many_under_work__site_is_no_worse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
