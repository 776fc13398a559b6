/* What becomes of a master controller (BM-MC) that does not accept connections. */
#include "steward_fixture.h"

static const struct alarm *alarm_of_gateway(size_t g)
{
    return standing(g, alarm_of(ALARM_IO_COMM_LOST, ALARM_OF_GATEWAY, 0, 0, 0));
}

/* All gateways answer; each has a controller that is looked at, and accepts connections. */
static void begin(void)
{
    for (size_t g = 0; g < 3; g++) {
        places[g].controller = true;
        count(g, true);
        steward_controller(&steward, g, true, "", t);
    }
    turn();
}

static void goes(size_t g)
{
    steward_controller(&steward, g, false, "connect: Connection refused", t);
    turn();
}

static void controller__gone_for_a_minute__minor_and_of_its_gateway(void **state)
{
    const struct alarm *a;

    (void)state;
    begin();
    goes(1);
    after(59000);
    goes(1); /* again: it is gone since then */
    assert_null(alarm_of_gateway(1));
    after(1000);
    a = alarm_of_gateway(1);
    assert_non_null(a);
    assert_int_equal(a->severity, ALARM_MINOR);
    assert_int_equal(a->sources, ALARM_SOURCE_INTERNAL);
    assert_string_equal(a->object, "gw-b");
    assert_string_equal(a->text,
                        "gateway \"gw-b\": master controller (BM-MC): communication lost (connect: "
                        "Connection refused); what it gives to the gateway may be old");
    assert_null(alarm_of_gateway(0));
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 1);
    steward_controller(&steward, 1, true, "", t);
    turn();
    assert_null(alarm_of_gateway(1));
    assert_string_equal(last()->alarm.text,
                        "gateway \"gw-b\": over: master controller (BM-MC): communication lost");
    assert_int_equal(told(), 2);
}

static void controller__away_for_a_moment__nothing(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 3; i++) {
        goes(0);
        after(50000);
        steward_controller(&steward, 0, true, "", t);
        turn();
    }
    assert_int_equal(ledger.events, 0);
}

static void controller__never_looked_at__nothing(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++)
        count(g, true);
    after(3600000);
    assert_int_equal(ledger.events, 0);
}

/* That its gateway does not answer explains it. */
static void controller__gone_with_its_gateway__not_told(void **state)
{
    (void)state;
    begin();
    goes(0);
    happen(0, EVENT_RAISED, lost());
    after(60000);
    assert_non_null(alarm_of_gateway(0));
    assert_true(alarm_of_gateway(0)->muted);
    assert_int_equal(told(), 1);
}

/* Of the last run, whose configuration had a port. */
static void controller__not_looked_at_any_more__over(void **state)
{
    (void)state;
    begin();
    goes(2);
    after(60000);
    assert_non_null(alarm_of_gateway(2));
    places[2].controller = false;
    turn();
    assert_null(alarm_of_gateway(2));
    assert_non_null(strstr(last()->alarm.text, "over, as nobody looks at it any more"));
}

/* It stands until it is known that it is there. */
static void controller__after_a_restart__stands_until_looked_at(void **state)
{
    (void)state;
    begin();
    goes(0);
    after(60000);
    steward.controller[0] = (struct steward_reach){0};
    after(10000);
    assert_non_null(alarm_of_gateway(0));
    steward_controller(&steward, 0, true, "", t);
    turn();
    assert_null(alarm_of_gateway(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(controller__gone_for_a_minute__minor_and_of_its_gateway),
        TEST(controller__away_for_a_moment__nothing),
        TEST(controller__never_looked_at__nothing),
        TEST(controller__gone_with_its_gateway__not_told),
        TEST(controller__not_looked_at_any_more__over),
        TEST(controller__after_a_restart__stands_until_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
