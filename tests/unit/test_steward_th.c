/* A TH controller beside gateways: it is a device like them, in causes, maintenance and expectations. */
#include "steward_fixture.h"

enum { TH = 2, HOT = 76, FAULT = 80 };

static int set_up_th(void **state)
{
    int err = set_up(state);

    places[TH].kind = DEVICE_TH;
    return err;
}

static struct alarm of_sensor(int kind, int number)
{
    return alarm_of(kind, ALARM_OF_SENSOR, 0, 0, number);
}

static struct alarm th_lost(void)
{
    return alarm_of(ALARM_TH_COMM_LOST, ALARM_OF_GATEWAY, 0, 0, 0);
}

static void count_th(const char *text, bool reachable)
{
    struct census c;

    assert_true(expect_parse(text, &c));
    c.reachable = reachable;
    steward_count(&steward, TH, &c, t);
}

static void lost__explains_what_is_of_its_sensors(void **state)
{
    (void)state;
    happen(TH, EVENT_RAISED, th_lost());
    happen(TH, EVENT_RAISED, of_sensor(FAULT, 17));
    assert_true(standing(TH, of_sensor(FAULT, 17))->muted);
    assert_int_equal(standing(TH, of_sensor(FAULT, 17))->cause_id, standing(TH, th_lost())->id);
    happen(1, EVENT_RAISED, of_sensor(FAULT, 17)); /* of another one */
    assert_false(standing(1, of_sensor(FAULT, 17))->muted);
    assert_int_equal(told(), 2);
}

static void fewer_than_declared__told_with_the_missing_one(void **state)
{
    static const struct topo_th th = {.name = "gw-c", .sensors = 8};
    const struct alarm *a;

    (void)state;
    places[TH].th = &th;
    count_th("sensors 1-8", true);
    after(3600000);
    assert_null(standing(TH, alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0)));
    count_th("sensors 1-6 8", true);
    turn();
    after(3600000);
    a = standing(TH, alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0));
    assert_non_null(a);
    assert_non_null(strstr(a->text, "8 sensors declared, 7 found; and missing: sensor 7"));
    count_th("sensors 1-8", true);
    after(3600000);
    assert_null(standing(TH, alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0)));
}

static void lost__with_all_gateways__the_network(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++)
        count(g, true);
    for (size_t g = 0; g < TH; g++)
        count(g, false);
    count_th("sensors 1-8", false);
    happen(0, EVENT_RAISED, lost());
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
    assert_non_null(
        strstr(own(ALARM_SITE_NETWORK_LOST)->text, "no gateway of 2, no TH controller answers"));
    happen(TH, EVENT_RAISED, th_lost());
    assert_true(standing(TH, th_lost())->muted);
    count_th("sensors 1-8", true);
    turn();
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_true(capture_count("(TH controller \"gw-c\" answers)") == 1);
}

static void lost__while_a_gateway_answers__for_itself(void **state)
{
    (void)state;
    count(0, true);
    count(1, false);
    count_th("sensors 1-8", false);
    happen(TH, EVENT_RAISED, th_lost());
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_false(standing(TH, th_lost())->muted);
}

static void lost__on_one_supply_with_a_gateway__the_supply(void **state)
{
    (void)state;
    places[0].supply[0] = places[TH].supply[0] = "ps1";
    count(1, true);
    count(0, false);
    count_th("sensors 1-8", false);
    happen(TH, EVENT_RAISED, th_lost());
    happen(0, EVENT_RAISED, lost());
    assert_true(standing(TH, th_lost())->muted);
    assert_true(standing(0, lost())->muted);
}

static void expected__a_sensor_less__missing_until_accepted(void **state)
{
    struct alarm mismatch = alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0);

    (void)state;
    count_th("sensors 1-8", true);
    after(601000);
    assert_string_equal(kept, "sensors 1-8");
    assert_int_equal(capture_count("TH controller \"gw-c\": expected from now on: sensors 1-8"), 1);
    count_th("sensors 1-4 6-8 20", true);
    after(61000);
    assert_non_null(
        strstr(standing(TH, mismatch)->text,
               "TH controller \"gw-c\": less is there than expected; missing: sensor 5 "));
    happen(TH, EVENT_RAISED, of_sensor(HOT, 5));
    happen(TH, EVENT_RAISED, of_sensor(HOT, 6));
    happen(TH, EVENT_RAISED, of_sensor(HOT, 20));
    assert_true(ask(of_gateway(STORE_ACCEPT, "gw-c")));
    turn();
    assert_string_equal(kept, "sensors 1-4 6-8 20");
    assert_null(standing(TH, mismatch));
    assert_null(standing(TH, of_sensor(HOT, 5))); /* what is not there has no alarms */
    assert_non_null(standing(TH, of_sensor(HOT, 6)));
    assert_non_null(standing(TH, of_sensor(HOT, 20)));
    assert_int_equal(accepted[TH], 1);
}

static void maintenance__of_it_or_of_a_sensor__holds_back(void **state)
{
    struct store_request r = of_gateway(STORE_MAINTAIN, "gw-c");

    (void)state;
    r.level = ALARM_OF_SENSOR;
    r.cell = 17;
    assert_true(ask(r));
    happen(TH, EVENT_RAISED, of_sensor(FAULT, 17));
    happen(TH, EVENT_RAISED, of_sensor(FAULT, 18));
    assert_true(standing(TH, of_sensor(FAULT, 17))->muted);
    assert_false(standing(TH, of_sensor(FAULT, 18))->muted);
    assert_true(ask(of_gateway(STORE_MAINTAIN, "gw-c")));
    happen(TH, EVENT_RAISED, of_sensor(FAULT, 19));
    assert_true(standing(TH, of_sensor(FAULT, 19))->muted);
}

static void new__in_commissioning__said_what_it_is(void **state)
{
    struct alarm commissioning = alarm_of(ALARM_COMMISSIONING, ALARM_OF_GATEWAY, 0, 0, 0);

    (void)state;
    steward_new_gateway(&steward, TH, t);
    turn();
    assert_non_null(
        strstr(standing(TH, commissioning)->text, "TH controller \"gw-c\": new, in commissioning"));
    happen(TH, EVENT_RAISED, of_sensor(FAULT, 17));
    assert_true(standing(TH, of_sensor(FAULT, 17))->muted);
}

static void new__serial_line__said_what_it_is(void **state)
{
    struct alarm commissioning = alarm_of(ALARM_COMMISSIONING, ALARM_OF_GATEWAY, 0, 0, 0);

    (void)state;
    places[1].kind = DEVICE_LINE;
    steward_new_gateway(&steward, 1, t);
    turn();
    assert_non_null(
        strstr(standing(1, commissioning)->text, "serial line \"gw-b\": new, in commissioning"));
}

#define TH_TEST(f) cmocka_unit_test_setup_teardown(f, set_up_th, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TH_TEST(lost__explains_what_is_of_its_sensors),
        TH_TEST(fewer_than_declared__told_with_the_missing_one),
        TH_TEST(lost__with_all_gateways__the_network),
        TH_TEST(lost__while_a_gateway_answers__for_itself),
        TH_TEST(lost__on_one_supply_with_a_gateway__the_supply),
        TH_TEST(expected__a_sensor_less__missing_until_accepted),
        TH_TEST(maintenance__of_it_or_of_a_sensor__holds_back),
        TH_TEST(new__in_commissioning__said_what_it_is),
        TH_TEST(new__serial_line__said_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
