/* What the site thread decides, with a clock of the test's own. */
#include "steward_fixture.h"

/* ---- one alarm --------------------------------------------------------------------------- */

static void alarm__raised_changed_cleared__history_kept(void **state)
{
    struct alarm a = of_string(41, 3);
    const struct alarm *is;

    (void)state;
    a.has_value = true;
    a.value = 500;
    assert_int_equal(happen(0, EVENT_RAISED, a), 1);
    is = standing(0, a);
    assert_true(is->id == 1 && is->peak == 500 && is->occurrences == 1 && !is->muted);
    assert_true(is->raised_ms == t.wall && is->changed_ms == 0);
    t.wall += 1000;
    a.severity = ALARM_MAJOR;
    a.value = 450;
    a.peak = 440;
    assert_int_equal(happen(0, EVENT_CHANGED, a), 1);
    is = standing(0, a);
    assert_true(is->id == 1 && is->peak == 440 && is->value == 450 && is->severity == ALARM_MAJOR);
    assert_true(is->changed_ms == t.wall && is->raised_ms == t.wall - 1000);
    assert_int_equal(last()->what, EVENT_CHANGED);
    assert_int_equal(happen(0, EVENT_RAISED, a), 0); /* again: it was not over for us */
    assert_int_equal(standing(0, a)->occurrences, 2);
    assert_true(ask((struct store_request){.verb = STORE_ACK, .alarm_id = 1, .note = "me"}));
    a.peak = 450; /* of a link that began anew */
    a.severity = ALARM_INFO;
    strcpy(a.text, "over");
    assert_int_equal(happen(0, EVENT_CLEARED, a), 2);
    assert_null(standing(0, a));
    assert_int_equal(last()->what, EVENT_CLEARED);
    assert_true(last()->alarm.id == 1 && last()->alarm.severity == ALARM_MAJOR &&
                last()->alarm.peak == 440 && last()->alarm.occurrences == 2);
    assert_string_equal(last()->alarm.acked_by, "jd");
    assert_string_equal(last()->alarm.text, "over");
}

static void alarm__comes_back_while_it_stands__counted(void **state)
{
    struct alarm a = of_string(41, 3);

    (void)state;
    happen(0, EVENT_RAISED, a);
    a.occurrences = 3; /* a link tells how often since it told last */
    assert_int_equal(happen(0, EVENT_CHANGED, a), 0);
    assert_int_equal(standing(0, a)->occurrences, 4);
    a.occurrences = 0;
    happen(0, EVENT_CHANGED, a);
    assert_int_equal(standing(0, a)->occurrences, 4);
    a.occurrences = 1;
    a.severity = ALARM_CRITICAL;
    assert_int_equal(happen(0, EVENT_CHANGED, a), 1);
    assert_int_equal(last()->alarm.occurrences, 5);
    a.occurrences = 2;
    happen(0, EVENT_CLEARED, a);
    assert_int_equal(last()->alarm.occurrences, 7);
    a.occurrences = 9;
    happen(0, EVENT_RAISED, a); /* a new one */
    assert_int_equal(standing(0, a)->occurrences, 1);
}

static void alarm__raised_and_cleared_in_one_turn__both(void **state)
{
    (void)state;
    post(0, EVENT_RAISED, of_string(41, 1));
    post(0, EVENT_CLEARED, of_string(41, 1));
    assert_int_equal(turn(), 2);
    assert_int_equal(last()->alarm.id, 1);
    assert_int_equal(happen(0, EVENT_CLEARED, of_string(41, 1)), 0);
}

static void alarm__changed_while_unknown__raised(void **state)
{
    (void)state;
    assert_int_equal(happen(0, EVENT_CHANGED, of_string(41, 1)), 1);
    assert_int_equal(last()->what, EVENT_RAISED);
}

static void ack__no_such_alarm__refused(void **state)
{
    (void)state;
    assert_false(ask((struct store_request){.verb = STORE_ACK, .alarm_id = 1}));
    assert_false(ask((struct store_request){.verb = STORE_ACK}));
    assert_false(ask((struct store_request){.verb = 99}));
}

/* ---- causes ------------------------------------------------------------------------------ */

static void gateway_lost__its_alarms__explained_and_muted(void **state)
{
    (void)state;
    happen(0, EVENT_RAISED, of_string(41, 1));
    happen(0, EVENT_RAISED, of_string(57, 2));
    happen(1, EVENT_RAISED, of_string(41, 1));
    happen(0, EVENT_RAISED, lost());
    assert_int_equal(last()->alarm.suppressed, 2);
    assert_int_equal(standing(0, of_string(41, 1))->cause_id, standing(0, lost())->id);
    assert_int_equal(standing(1, of_string(41, 1))->cause_id, 0);
    assert_false(standing(0, of_string(41, 1))->muted); /* it was told before */
    assert_int_equal(told(), 4);
    happen(0, EVENT_RAISED, of_string(ALARM_STRING_COMM_LOST, 4));
    assert_int_equal(told(), 4);
    assert_true(standing(0, of_string(ALARM_STRING_COMM_LOST, 4))->muted);
    assert_int_equal(standing(0, lost())->suppressed, 3);
    happen(0, EVENT_CLEARED, of_string(41, 1));
    assert_int_equal(told(), 5); /* who heard of it hears of its end */
}

static void gateway_back__what_is_still_true__told_after_a_while(void **state)
{
    struct alarm a = of_string(ALARM_STRING_COMM_LOST, 4);

    (void)state;
    happen(0, EVENT_RAISED, lost());
    happen(0, EVENT_RAISED, a);
    happen(0, EVENT_RAISED, of_string(ALARM_STRING_COMM_LOST, 5));
    happen(0, EVENT_CLEARED, lost());
    assert_int_equal(told(), 2);
    happen(0, EVENT_CLEARED, of_string(ALARM_STRING_COMM_LOST, 5));
    assert_int_equal(told(), 2); /* nobody heard of it */
    after(29000);
    assert_int_equal(told(), 2);
    assert_int_equal(after(1000), 1);
    assert_int_equal(told(), 3);
    assert_true(last()->what == EVENT_RAISED && last()->alarm.id == standing(0, a)->id);
    assert_int_equal(last()->alarm.cause_id, 0);
    happen(0, EVENT_CLEARED, a);
    assert_int_equal(told(), 4);
}

static void gateway_lost_and_alarm_in_one_turn__cause_has_its_number(void **state)
{
    (void)state;
    post(0, EVENT_RAISED, lost());
    post(0, EVENT_RAISED, of_string(ALARM_STRING_COMM_LOST, 4));
    turn();
    assert_int_equal(last()->alarm.cause_id, 1);
    assert_true(last()->alarm.muted);
}

static void critical__under_a_cause__told(void **state)
{
    struct alarm battery = alarm_of(ON_BATTERY, ALARM_OF_UPS, 1, 0, 0);
    struct alarm low = alarm_of(SOC_LOW, ALARM_OF_CELL, 1, 2, 3);

    (void)state;
    happen(0, EVENT_RAISED, battery);
    happen(0, EVENT_RAISED, of_string(DISCHARGING, 2));
    happen(0, EVENT_RAISED, low);
    assert_int_equal(told(), 1);
    low.ups = 2; /* another UPS */
    low.string = 5;
    happen(0, EVENT_RAISED, low);
    assert_int_equal(told(), 2);
    low.ups = 1;
    low.string = 2;
    low.severity = ALARM_CRITICAL;
    happen(0, EVENT_CHANGED, low);
    assert_int_equal(told(), 3);
    assert_true(last()->what == EVENT_RAISED && last()->alarm.severity == ALARM_CRITICAL);
    assert_true(last()->alarm.cause_id == standing(0, battery)->id);
}

static void on_battery__limits_of_discharge__told(void **state)
{
    struct alarm low = of_string(41, 2), cell = alarm_of(21, ALARM_OF_CELL, 1, 2, 3);

    (void)state;
    happen(0, EVENT_RAISED, alarm_of(ON_BATTERY, ALARM_OF_UPS, 1, 0, 0));
    low.sources = ALARM_SOURCE_DEVICE;
    happen(0, EVENT_RAISED, low);
    assert_int_equal(told(), 1);
    low.sources |= ALARM_SOURCE_LIMIT;
    happen(0, EVENT_CHANGED, low);
    assert_int_equal(told(), 2);
    cell.sources = ALARM_SOURCE_LIMIT;
    happen(0, EVENT_RAISED, cell);
    assert_int_equal(told(), 3);
}

static void hall_disconnected__currents__muted(void **state)
{
    (void)state;
    happen(0, EVENT_RAISED, of_string(HALL, 2));
    happen(0, EVENT_RAISED, of_string(42, 2));
    happen(0, EVENT_RAISED, of_string(41, 2));
    happen(0, EVENT_RAISED, of_string(42, 3));
    assert_int_equal(told(), 3);
    assert_true(standing(0, of_string(42, 2))->muted);
}

static void network__all_gone_within_a_minute__one_alarm(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++)
        count(g, true);
    turn();
    for (size_t g = 0; g < 3; g++, after(25000))
        count(g, false);
    assert_null(own(ALARM_SITE_NETWORK_LOST)); /* until one is lost for long enough */
    for (size_t g = 0; g < 3; g++)
        happen(g, EVENT_RAISED, lost());
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 1);
    assert_int_equal(own(ALARM_SITE_NETWORK_LOST)->suppressed, 3);
    count(1, true);
    happen(1, EVENT_CLEARED, lost());
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 2);
    after(74000);
    assert_int_equal(told(), 2); /* a lost gateway is tried again once a minute */
    after(1000);
    assert_int_equal(told(), 4); /* the other two are lost indeed */
}

static void network__one_went_earlier__each_its_own(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++)
        count(g, true);
    count(0, false);
    after(61000);
    count(1, false);
    count(2, false);
    for (size_t g = 0; g < 3; g++)
        happen(g, EVENT_RAISED, lost());
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 3);
}

static void crowd__many_cells_of_a_string__one_alarm(void **state)
{
    struct alarm a = alarm_of(4, ALARM_OF_CELL, 1, 2, 0), crowd = of_string(4, 2);

    (void)state;
    for (a.cell = 1; a.cell <= 3; a.cell++)
        happen(0, EVENT_RAISED, a);
    a.string = 3;
    happen(0, EVENT_RAISED, a);
    a.string = 2;
    assert_null(standing(0, crowd));
    assert_int_equal(told(), 4);
    for (a.cell = 4; a.cell <= 12; a.cell++) {
        a.severity = a.cell == 4 ? ALARM_MINOR : ALARM_WARNING;
        happen(0, EVENT_RAISED, a);
    }
    assert_non_null(standing(0, crowd));
    assert_int_equal(told(), 5);
    assert_int_equal(standing(0, crowd)->severity, ALARM_MINOR);
    assert_int_equal(standing(0, crowd)->suppressed, 12);
    assert_non_null(strstr(standing(0, crowd)->text, "12 cells; worst: "));
    for (a.cell = 12; a.cell > 4; a.cell--)
        happen(0, EVENT_CLEARED, a);
    assert_non_null(standing(0, crowd));
    assert_int_equal(told(), 5);
    a.cell = 1;
    happen(0, EVENT_CLEARED, a);
    assert_null(standing(0, crowd));
    assert_int_equal(told(), 7); /* of the cell that was told, and of the string */
    after(30000);
    assert_int_equal(told(), 8); /* number 4 is still lost */
}

static void crowd__one_after_the_other__each_its_own(void **state)
{
    struct alarm a = alarm_of(4, ALARM_OF_CELL, 1, 2, 0);

    (void)state;
    for (a.cell = 1; a.cell <= 12; a.cell++, after(21000))
        happen(0, EVENT_RAISED, a);
    assert_null(standing(0, of_string(4, 2)));
    assert_int_equal(told(), 12);
}

/* ---- floods ------------------------------------------------------------------------------ */

static void flood__more_than_a_burst__the_rest_at_a_trickle(void **state)
{
    struct alarm a = alarm_of(4, ALARM_OF_CELL, 1, 1, 0);
    int n;

    (void)state;
    for (int i = 0; i < 100; i++) {
        a.cell = (uint16_t)(1 + i % 3);
        a.string = (uint16_t)(1 + i / 3);
        post(0, EVENT_RAISED, a);
    }
    turn();
    assert_int_equal(told(), 21); /* and the one that says so */
    assert_int_equal(ledger.actives, 101);
    assert_int_equal(own(ALARM_OVERFLOW)->suppressed, 80);
    a.severity = ALARM_CRITICAL;
    a.cell = 110;
    happen(0, EVENT_RAISED, a);
    a.severity = ALARM_MINOR;
    a.string = 40;
    a.kind = LOST_AT_WORK;
    happen(0, EVENT_RAISED, a);
    assert_int_equal(told(), 23);
    after(1000);
    assert_int_equal(told(), 28);
    assert_int_equal(last()->alarm.string, 9); /* the oldest first */
    for (n = 0; n < 60 && own(ALARM_OVERFLOW) != NULL; n++)
        after(1000);
    assert_null(own(ALARM_OVERFLOW));
    assert_int_equal(told(), 104);
    for (size_t i = 0; i < ledger.actives; i++)
        assert_false(ledger.active[i].muted);
}

/* ---- what is expected -------------------------------------------------------------------- */

static void expected__unchanged_for_ten_minutes__learned(void **state)
{
    (void)state;
    counted(0, "UPS 1; strings 1:24");
    after(500000);
    counted(0, "UPS 1; strings 1:24 2:24");
    after(599000);
    assert_string_equal(kept, "");
    counted(0, "UPS 1; strings 1:24 2:24");
    assert_int_equal(after(1000), 0);
    assert_string_equal(kept, "UPS 1; strings 1:24 2:24");
}

static void expected__less__told_until_accepted(void **state)
{
    struct census c;

    (void)state;
    assert_true(expect_parse("UPS 1; strings 1:24 2:24", &c));
    steward_expected(&steward, 0, &c);
    counted(0, "UPS 1; strings 1:23");
    after(59000);
    assert_null(mismatch());
    after(1000);
    assert_non_null(mismatch());
    assert_non_null(strstr(mismatch()->text, "1 cell of string 1, string 2"));
    assert_true(ask(of_gateway(STORE_ACCEPT, "gw-a")));
    turn();
    assert_null(mismatch());
    assert_string_equal(kept, "UPS 1; strings 1:23");
    after(700000);
    assert_null(mismatch());
}

static void expected__accepted__what_was_taken_out_has_no_alarms(void **state)
{
    struct alarm string = of_string(3, 2), cell = alarm_of(4, ALARM_OF_CELL, 1, 1, 24),
                 ups = alarm_of(93, ALARM_OF_UPS, 2, 0, 0), stays = of_string(41, 1);
    struct census c;

    (void)state;
    assert_true(expect_parse("UPS 1 2; strings 1:24 2:24", &c));
    steward_expected(&steward, 0, &c);
    counted(0, "UPS 1; strings 1:23");
    happen(0, EVENT_RAISED, string);
    happen(0, EVENT_RAISED, cell);
    happen(0, EVENT_RAISED, ups);
    happen(0, EVENT_RAISED, stays);
    happen(1, EVENT_RAISED, string);
    assert_true(ask(of_gateway(STORE_ACCEPT, "gw-a")));
    turn();
    assert_null(standing(0, string));
    assert_null(standing(0, cell));
    assert_null(standing(0, ups));
    assert_non_null(standing(0, stays));
    assert_non_null(standing(1, string));
    assert_int_equal(accepted[0], 1);
    assert_int_equal(accepted[1], 0);
    assert_non_null(strstr(last()->alarm.text, "no longer expected, accepted by jd"));
}

/* After a start, behind many mute units: what was not asked yet is not missing. */
static void expected__first_lap_not_over__nothing_missing_yet(void **state)
{
    struct census c, found;

    (void)state;
    assert_true(expect_parse("UPS 1; strings 1:24 31:24", &c));
    steward_expected(&steward, 0, &c);
    assert_true(expect_parse("UPS; strings 1:24", &found));
    found.reachable = found.looking = true;
    steward_count(&steward, 0, &found, t);
    after(700000);
    assert_null(mismatch());
    assert_false(ask(of_gateway(STORE_ACCEPT, "gw-a"))); /* nor is it known what to accept */
    steward_count(&steward, 0, &found, t);
    found.looking = false;
    steward_count(&steward, 0, &found, t);
    after(59000);
    assert_null(mismatch());
    after(1000);
    assert_non_null(mismatch());
}

static void expected__less_then_back__over(void **state)
{
    struct census c;

    (void)state;
    assert_true(expect_parse("UPS 1; strings 1:24", &c));
    steward_expected(&steward, 0, &c);
    counted(0, "UPS 1; strings");
    after(60000);
    assert_non_null(mismatch());
    counted(0, "UPS 1; strings 1:24");
    turn();
    assert_null(mismatch());
    assert_int_equal(told(), 2);
}

static void expected__more__taken_up_with_an_event(void **state)
{
    struct census c;

    (void)state;
    keeps = false;
    assert_true(expect_parse("UPS 1; strings 1:24", &c));
    steward_expected(&steward, 0, &c);
    counted(0, "UPS 1; strings 1:24 2:12");
    assert_int_equal(after(599000), 0);
    assert_int_equal(after(1000), 2);
    assert_null(mismatch());
    assert_int_equal(last()->alarm.severity, ALARM_INFO);
    assert_string_equal(kept, "UPS 1; strings 1:24 2:12");
    kept[0] = '\0';
    keeps = true; /* the store is back */
    turn();
    assert_string_equal(kept, "UPS 1; strings 1:24 2:12");
}

static void expected__type_of_cells_found_out__kept_until_it_is(void **state)
{
    (void)state;
    counted(0, "UPS 1; strings 1:24");
    after(600000);
    counted(0, "UPS 1; strings 1:24/12");
    keeps = false;
    kept[0] = '\0';
    assert_int_equal(after(1000), 0);
    keeps = true;
    kept[0] = '\0';
    turn();
    assert_string_equal(kept, "UPS 1; strings 1:24/12");
    kept[0] = '\0';
    turn();
    assert_string_equal(kept, "");
}

static void expected__gateway_silent__nothing_judged(void **state)
{
    struct census c;

    (void)state;
    assert_true(expect_parse("UPS 1; strings 1:24", &c));
    steward_expected(&steward, 0, &c);
    count(0, false);
    after(3600000);
    assert_null(mismatch());
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void test_alarm__raised__cleared_by_itself(void **state)
{
    (void)state;
    assert_true(ask((struct store_request){.verb = STORE_TEST, .note = "weekly"}));
    assert_false(ask((struct store_request){.verb = STORE_TEST}));
    turn();
    assert_int_equal(told(), 1);
    after(2000);
    assert_non_null(own(ALARM_TEST));
    after(1000);
    assert_null(own(ALARM_TEST));
    assert_int_equal(told(), 2);
}

static void store__fails_for_long__an_alarm(void **state)
{
    (void)state;
    steward_store(&steward, KEEPING_STORE_FAILS, t);
    after(9000);
    steward_store(&steward, KEEPING_STORE_FAILS, t);
    assert_null(own(ALARM_STORE_FAULT));
    after(1000);
    steward_store(&steward, KEEPING_STORE_FAILS, t);
    assert_non_null(own(ALARM_STORE_FAULT));
    turn();
    steward_store(&steward, KEEPING_WELL, t);
    turn();
    assert_null(own(ALARM_STORE_FAULT));
    assert_int_equal(told(), 2);
}

static void orphans__gateway_not_configured__over(void **state)
{
    struct alarm a = of_string(41, 1), b = {.kind = ALARM_TEST, .level = ALARM_OF_SITE, .id = 8};

    (void)state;
    a.gateway = 99;
    a.id = 7;
    ledger_add(&ledger, &a);
    ledger_add(&ledger, &b);
    assert_int_equal(steward_orphans(&steward, 10, t), 1);
    assert_int_equal(ledger.actives, 1);
    assert_non_null(strstr(last()->alarm.text, "no longer configured"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(alarm__raised_changed_cleared__history_kept),
        TEST(alarm__comes_back_while_it_stands__counted),
        TEST(alarm__raised_and_cleared_in_one_turn__both),
        TEST(alarm__changed_while_unknown__raised),
        TEST(ack__no_such_alarm__refused),
        TEST(gateway_lost__its_alarms__explained_and_muted),
        TEST(gateway_back__what_is_still_true__told_after_a_while),
        TEST(gateway_lost_and_alarm_in_one_turn__cause_has_its_number),
        TEST(on_battery__limits_of_discharge__told),
        TEST(critical__under_a_cause__told),
        TEST(hall_disconnected__currents__muted),
        TEST(network__all_gone_within_a_minute__one_alarm),
        TEST(network__one_went_earlier__each_its_own),
        TEST(crowd__many_cells_of_a_string__one_alarm),
        TEST(crowd__one_after_the_other__each_its_own),
        TEST(flood__more_than_a_burst__the_rest_at_a_trickle),
        TEST(expected__unchanged_for_ten_minutes__learned),
        TEST(expected__less__told_until_accepted),
        TEST(expected__accepted__what_was_taken_out_has_no_alarms),
        TEST(expected__first_lap_not_over__nothing_missing_yet),
        TEST(expected__less_then_back__over),
        TEST(expected__more__taken_up_with_an_event),
        TEST(expected__type_of_cells_found_out__kept_until_it_is),
        TEST(expected__gateway_silent__nothing_judged),
        TEST(test_alarm__raised__cleared_by_itself),
        TEST(store__fails_for_long__an_alarm),
        TEST(orphans__gateway_not_configured__over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
