/* Maintenance and commissioning: what they hold back, until when, and what is done to the clock
 * meanwhile; with a clock of the test's own. */
#include "steward_fixture.h"

/* ---- maintenance ------------------------------------------------------------------------- */

static void maintenance__gateway__muted_until_its_end(void **state)
{
    struct alarm before = of_string(41, 1), during = of_string(42, 2);

    (void)state;
    happen(0, EVENT_RAISED, before);
    assert_true(ask(of_gateway(STORE_MAINTAIN, "gw-a")));
    assert_int_equal(turn(), 2); /* it began; what stands is shelved */
    assert_string_equal(standing(0, before)->shelved_by, "jd");
    assert_string_equal(standing(0, before)->shelved_reason, "work");
    happen(0, EVENT_RAISED, during);
    happen(1, EVENT_RAISED, during);
    happen(0, EVENT_RAISED, of_string(RUNAWAY, 2));
    assert_int_equal(told(), 3); /* before; of the other gateway; the runaway */
    assert_true(standing(0, during)->muted);
    after(59000);
    assert_int_equal(told(), 3);
    after(1000);
    assert_int_equal(told(), 4);
    assert_false(standing(0, during)->muted);
    assert_int_equal(standing(0, before)->shelved_until_ms, 0);
    assert_int_equal(capture_count("under maintenance by jd"), 1);
}

static void maintenance__safety_too__told_at_the_end(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");

    (void)state;
    r.safety = true;
    assert_true(ask(r));
    happen(0, EVENT_RAISED, of_string(RUNAWAY, 2));
    assert_int_equal(told(), 0);
    assert_true(ask(of_gateway(STORE_END, "gw-a")));
    turn();
    assert_int_equal(told(), 1);
    assert_false(ask(of_gateway(STORE_END, "gw-a")));
}

static void maintenance__scopes__only_what_is_inside(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");

    (void)state;
    r.level = ALARM_OF_CELL;
    r.string = 1;
    r.cell = 2;
    assert_true(ask(r));
    r.level = ALARM_OF_UPS;
    r.ups = 7;
    r.string = r.cell = 0;
    assert_true(ask(r));
    happen(0, EVENT_RAISED, alarm_of(4, ALARM_OF_CELL, 1, 1, 2));
    happen(0, EVENT_RAISED, alarm_of(41, ALARM_OF_STRING, 7, 3, 0));
    assert_int_equal(told(), 0);
    happen(0, EVENT_RAISED, alarm_of(4, ALARM_OF_CELL, 1, 1, 3));
    happen(0, EVENT_RAISED, alarm_of(4, ALARM_OF_CELL, 1, 2, 2));
    happen(0, EVENT_RAISED, of_string(41, 1));
    assert_int_equal(told(), 3);
    r = (struct store_request){.verb = STORE_MAINTAIN, .level = ALARM_OF_SITE, .for_ms = 60000};
    assert_true(ask(r));
    happen(2, EVENT_RAISED, of_string(41, 1));
    assert_int_equal(told(), 3);
}

static void maintenance__worse_meanwhile__told_at_its_end(void **state)
{
    struct alarm a = of_string(41, 1);

    (void)state;
    happen(0, EVENT_RAISED, a);
    assert_true(ask(of_gateway(STORE_MAINTAIN, "gw-a")));
    turn();
    a.severity = ALARM_CRITICAL;
    happen(0, EVENT_CHANGED, a);
    assert_int_equal(last()->what, EVENT_CHANGED);
    assert_false(event_is_told(last()));
    after(60000);
    assert_int_equal(last()->what, EVENT_UNSHELVED);
    assert_true(event_is_told(last()));
    assert_int_equal(last()->alarm.severity, ALARM_CRITICAL);
    assert_string_equal(last()->alarm.shelved_by, "jd"); /* whose it was */
    assert_string_equal(last()->alarm.shelved_reason, "work");
    assert_string_equal(standing(0, a)->shelved_by, "");
}

static void maintenance__safety__told_at_once(void **state)
{
    struct alarm a = of_string(RUNAWAY, 1);

    (void)state;
    assert_true(ask(of_gateway(STORE_MAINTAIN, "gw-a")));
    happen(0, EVENT_RAISED, a);
    a.severity = ALARM_CRITICAL;
    happen(0, EVENT_CHANGED, a);
    assert_int_not_equal(standing(0, a)->shelved_until_ms, 0);
    assert_true(event_is_told(last()));
}

/* It lay in the store while the plugin did not run. */
static void maintenance__asked_long_ago__counts_from_then(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");

    (void)state;
    r.asked_ms = t.wall - 60000;
    assert_false(ask(r));
    r.asked_ms = t.wall - 59000;
    assert_true(ask(r));
    happen(0, EVENT_RAISED, of_string(41, 1));
    assert_int_equal(told(), 0);
    after(1000);
    assert_int_equal(told(), 1);
    r.asked_ms = t.wall + 86400000; /* before the clock was set back */
    assert_true(ask(r));
    turn();
    after(60000);
    assert_null(ledger_find(
        &ledger,
        &(struct alarm){.kind = ALARM_MAINTENANCE, .level = ALARM_OF_GATEWAY, .gateway = 1}));
}

static void maintenance__again__replaces(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");

    (void)state;
    assert_true(ask(r));
    turn();
    r.for_ms = 3600000;
    strcpy(r.note, "more work");
    assert_true(ask(r));
    turn();
    assert_int_equal(ledger.actives, 1);
    happen(0, EVENT_RAISED, of_string(41, 1));
    assert_string_equal(last()->alarm.shelved_reason, "more work");
    after(61000);
    assert_int_equal(told(), 0);
    r.for_ms = 0;
    assert_false(ask(r));
    r.for_ms = 91LL * 24 * 3600 * 1000;
    assert_false(ask(r));
    assert_false(ask(of_gateway(STORE_MAINTAIN, "gw-x")));
}

/* ---- the clock --------------------------------------------------------------------------- */

enum { DAY_MS = 24 * 3600 * 1000 };

static void maintain_for(int64_t ms)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");

    r.for_ms = ms;
    assert_true(ask(r));
    turn();
}

/* Whatever is done to the clock, it lasts for an hour. */
static void check_step(int64_t step_ms)
{
    int64_t until;

    maintain_for(3600000);
    happen(0, EVENT_RAISED, of_string(41, 1));
    after(1800000);
    until = standing(0, of_string(41, 1))->shelved_until_ms;
    t.wall += step_ms;
    turn();
    assert_int_equal(capture_count("the clock was set"), 1);
    assert_true(standing(0, of_string(41, 1))->shelved_until_ms == until + step_ms);
    assert_int_equal(last()->what, EVENT_CHANGED); /* so it is stored */
    assert_true(last()->alarm.kind == ALARM_MAINTENANCE &&
                last()->alarm.shelved_until_ms == until + step_ms);
    after(1799000);
    assert_int_equal(told(), 0);
    after(1000);
    assert_int_equal(told(), 1);
    assert_true(standing(0, of_string(41, 1))->shelved_until_ms == 0);
}

static void clock__back_by_a_day__maintenance_lasts_no_longer(void **state)
{
    (void)state;
    check_step(-DAY_MS);
}

static void clock__ahead_by_a_day__maintenance_does_not_end(void **state)
{
    (void)state;
    check_step(DAY_MS);
}

static void clock__set_as_maintenance_begins__it_lasts(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");

    (void)state;
    turn();
    t.wall -= DAY_MS;
    r.for_ms = 60000;
    assert_true(ask(r));
    turn();
    happen(0, EVENT_RAISED, of_string(41, 1));
    after(59000);
    assert_int_equal(told(), 0);
    after(1000);
    assert_int_equal(told(), 1);
}

static void clock__adjusted_a_little__nothing_said(void **state)
{
    (void)state;
    maintain_for(3600000);
    for (int i = 0; i < 100; i++) {
        t.wall -= 20;
        after(1000);
    }
    assert_int_equal(capture_count("the clock was set"), 0);
    assert_int_equal(ledger.events, 1);
}

/* Alarms stand, end, wait for their cause and flood by the time that passes. */
static void clock__stepped_while_alarms_stand__nothing_false(void **state)
{
    struct census c;

    (void)state;
    assert_true(expect_parse("UPS 1; strings 1:24 2:24", &c));
    steward_expected(&steward, 0, &c);
    happen(0, EVENT_RAISED, of_string(HALL, 2));
    happen(0, EVENT_RAISED, of_string(42, 2));
    counted(0, "UPS 1; strings 1:24");
    after(30000);
    t.wall += DAY_MS;
    turn();
    happen(0, EVENT_CLEARED, of_string(HALL, 2));
    t.wall -= 2LL * DAY_MS;
    turn();
    assert_null(mismatch());
    assert_int_equal(told(), 2);
    after(29000);
    assert_int_equal(told(), 2);
    after(1000);
    assert_non_null(mismatch()); /* a minute after it had gone */
    assert_int_equal(told(), 4); /* and the current, half a minute after the sensor was back */
    happen(0, EVENT_CLEARED, of_string(42, 2));
    assert_int_equal(told(), 5);
    assert_int_equal(capture_count("the clock was set"), 0);
}

static struct work work_of(size_t g)
{
    struct work w;

    steward_work(&steward, g, &w);
    return w;
}

/* A UPS with its strings; a gateway with all that there is. */
static void maintenance__of_what__its_parts_too(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-a");
    struct census c;

    (void)state;
    assert_true(expect_parse("UPS 1 2; strings 1:24 2:24 5:24", &c));
    c.reachable = true;
    c.ups_of[0] = 1;
    c.ups_of[1] = c.ups_of[4] = 2;
    steward_count(&steward, 0, &c, t);
    steward_count(&steward, 1, &c, t);
    assert_true(expect_parse("UPS 3; strings 9:24", &c));
    steward_expected(&steward, 0, &c);
    r.level = ALARM_OF_UPS;
    r.ups = 2;
    assert_true(ask(r));
    r.level = ALARM_OF_CELL; /* the string goes on */
    r.string = r.cell = 1;
    assert_true(ask(r));
    turn();
    assert_int_equal(work_of(0).ups_there, 7);
    assert_int_equal(work_of(0).strings_there, 0x113);
    assert_int_equal(work_of(0).ups, 2);
    assert_int_equal(work_of(0).strings, 0x12);
    assert_false(work_of(0).maintenance || work_of(1).ups != 0 || work_of(1).strings != 0);
    r.level = ALARM_OF_STRING;
    assert_true(ask(r));
    turn();
    assert_int_equal(work_of(0).strings, 0x13);
    assert_true(ask(of_gateway(STORE_MAINTAIN, "gw-b")));
    steward_new_gateway(&steward, 2, t);
    turn();
    assert_true(work_of(1).maintenance && work_of(1).ups == 3 && work_of(1).strings == 0x13);
    assert_true(work_of(2).commissioning && !work_of(2).maintenance);
    r.level = ALARM_OF_SITE;
    assert_true(ask(r));
    turn();
    assert_true(work_of(0).maintenance && work_of(0).strings == 0x113 && work_of(2).maintenance);
    after(60000);
    assert_int_equal(work_of(0).strings | work_of(1).ups, 0);
}

static void commissioning__new_gateway__muted_until_accepted(void **state)
{
    (void)state;
    steward_new_gateway(&steward, 0, t);
    turn();
    happen(0, EVENT_RAISED, of_string(41, 1));
    assert_int_equal(told(), 0);
    assert_true(ask(of_gateway(STORE_ACCEPT, "gw-a"))); /* though nothing is known of it */
    turn();
    assert_int_equal(told(), 1);
    assert_false(ask(of_gateway(STORE_ACCEPT, "gw-a")));
}

/* ---- replaced ------------------------------------------------------------------------------ */

static int replacements;
static bool can_keep;

static bool keep_replaced(void *ctx, size_t g, const struct store_request *r)
{
    (void)ctx;
    assert_int_equal(g, 0);
    assert_int_equal(r->cell, 3);
    replacements += can_keep;
    return can_keep;
}

static struct store_request replaced(int cell, uint32_t date)
{
    struct store_request r = of_gateway(STORE_REPLACED, "gw-a");

    r.level = ALARM_OF_CELL;
    r.string = 1;
    r.cell = (uint16_t)cell;
    r.date = date;
    return r;
}

static void replaced__a_cell__an_event_nobody_is_told_of(void **state)
{
    (void)state;
    replacements = 0;
    can_keep = true;
    steward.set.replaced = keep_replaced;
    assert_false(ask(replaced(3, 20200101))); /* nothing is known of the gateway */
    counted(0, "UPS 1; strings 1:24");
    assert_false(ask(replaced(25, 20200101)));
    assert_false(ask(replaced(3, 20200230)));
    assert_false(ask(replaced(3, 99991231)));
    assert_int_equal(replacements, 0);
    assert_true(ask(replaced(3, 19700101)));
    assert_int_equal(replacements, 1);
    assert_int_equal(last()->alarm.kind, ALARM_CELL_REPLACED);
    assert_string_equal(last()->alarm.object, "gw-a / string 1 / cell 3");
    assert_non_null(strstr(last()->alarm.text, "replaced on 1970-01-01, says jd: work"));
    assert_int_equal(told(), 0);
    can_keep = false;
    assert_false(ask(replaced(3, 19700101)));
    assert_int_equal(replacements, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(replaced__a_cell__an_event_nobody_is_told_of),
        TEST(maintenance__gateway__muted_until_its_end),
        TEST(maintenance__safety_too__told_at_the_end),
        TEST(maintenance__scopes__only_what_is_inside),
        TEST(maintenance__worse_meanwhile__told_at_its_end),
        TEST(maintenance__safety__told_at_once),
        TEST(maintenance__asked_long_ago__counts_from_then),
        TEST(maintenance__again__replaces),
        TEST(clock__back_by_a_day__maintenance_lasts_no_longer),
        TEST(clock__ahead_by_a_day__maintenance_does_not_end),
        TEST(clock__set_as_maintenance_begins__it_lasts),
        TEST(clock__adjusted_a_little__nothing_said),
        TEST(clock__stepped_while_alarms_stand__nothing_false),
        TEST(maintenance__of_what__its_parts_too),
        TEST(commissioning__new_gateway__muted_until_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
