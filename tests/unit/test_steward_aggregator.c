/* What becomes of an aggregator that does not accept connections, and of what it says of the network. */
#include "steward_fixture.h"

static const char *names[] = {"dc1", "dc2"};
static int silences;

static void on_silent(void *ctx)
{
    (void)ctx;
    silences++;
}

/* A steward of so many gateways and aggregators, all there. */
static void begin(size_t gateways, size_t aggregators)
{
    struct steward_settings with = settings;

    with.gateways = gateways;
    with.aggregators = aggregators;
    with.aggregator = names;
    with.silent = on_silent;
    silences = 0;
    steward_free(&steward);
    assert_true(steward_init(&steward, &ledger, &with, t.now));
    for (size_t g = 0; g < gateways; g++)
        count(g, true);
    for (size_t i = 0; i < aggregators; i++)
        steward_aggregator(&steward, i, true, "", t);
    turn();
}

static void aggregator_goes(size_t i)
{
    steward_aggregator(&steward, i, false, "connect: Connection refused", t);
    turn();
}

static const struct alarm *alarm_about(const char *name)
{
    struct alarm a = {.kind = ALARM_AGGREGATOR_COMM_LOST, .level = ALARM_OF_SITE};

    snprintf(a.object, sizeof(a.object), "site / aggregator %s", name);
    return ledger_find(&ledger, &a);
}

static void lose_gateways(size_t n)
{
    for (size_t g = 0; g < n; g++)
        count(g, false);
    turn();
}

static void raise_gateways(size_t n)
{
    for (size_t g = 0; g < n; g++)
        happen(g, EVENT_RAISED, lost());
}

/* ---- alone ------------------------------------------------------------------------------- */

static void aggregator__gone_for_a_minute__a_warning(void **state)
{
    const struct alarm *a;

    (void)state;
    places[0].aggregator = places[2].aggregator = "dc1";
    begin(3, 2);
    aggregator_goes(0);
    after(59000);
    aggregator_goes(0); /* again: it is gone since then */
    assert_null(alarm_about("dc1"));
    after(1000);
    a = alarm_about("dc1");
    assert_non_null(a);
    assert_int_equal(a->severity, ALARM_WARNING);
    assert_int_equal(a->sources, ALARM_SOURCE_INTERNAL);
    assert_string_equal(a->text,
                        "site: aggregator \"dc1\" of 2 gateways: communication lost (connect: "
                        "Connection refused); gateways are read without it");
    assert_null(alarm_about("dc2"));
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 1);
    steward_aggregator(&steward, 0, true, "", t);
    turn();
    assert_null(alarm_about("dc1"));
    assert_int_equal(last()->what, EVENT_CLEARED);
    assert_int_equal(told(), 2);
}

static void aggregator__away_for_a_moment__nothing(void **state)
{
    (void)state;
    begin(3, 1);
    for (int i = 0; i < 3; i++) {
        aggregator_goes(0);
        after(50000);
        steward_aggregator(&steward, 0, true, "", t);
        turn();
    }
    assert_int_equal(ledger.events, 0);
}

static void aggregators__two_gone__an_alarm_each(void **state)
{
    (void)state;
    begin(3, 2);
    aggregator_goes(0);
    aggregator_goes(1);
    after(60000);
    assert_non_null(alarm_about("dc1"));
    assert_non_null(alarm_about("dc2"));
    assert_int_equal(told(), 2);
}

static void aggregator__not_configured_any_more__over(void **state)
{
    (void)state;
    begin(3, 2);
    aggregator_goes(1);
    after(60000);
    assert_non_null(alarm_about("dc2"));
    begin(3, 1);
    assert_null(alarm_about("dc2"));
    assert_non_null(strstr(last()->alarm.text, "dc2"));
    assert_int_equal(told(), 2);
}

static void aggregator__site_under_work__nobody_told(void **state)
{
    (void)state;
    begin(3, 1);
    assert_true(ask((struct store_request){
        .verb = STORE_MAINTAIN, .level = ALARM_OF_SITE, .for_ms = 3600000, .note = "work"}));
    aggregator_goes(0);
    after(60000);
    assert_true(alarm_about("dc1")->muted);
    assert_int_equal(told(), 0);
}

/* ---- and the network --------------------------------------------------------------------- */

static void network__gateways_without_their_aggregator__each_its_own(void **state)
{
    (void)state;
    begin(3, 1);
    lose_gateways(3);
    after(60000);
    raise_gateways(3);
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 3);
}

static void network__all_with_the_aggregator__one_alarm(void **state)
{
    (void)state;
    begin(3, 1);
    lose_gateways(3);
    after(10000);
    aggregator_goes(0);
    after(50000);
    raise_gateways(3);
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
    assert_non_null(strstr(own(ALARM_SITE_NETWORK_LOST)->text, "and no aggregator answers"));
    after(10000);
    assert_true(alarm_about("dc1")->muted);
    assert_int_equal(alarm_about("dc1")->cause_id, own(ALARM_SITE_NETWORK_LOST)->id);
    assert_int_equal(told(), 1);
}

static void network__aggregator_first__one_alarm(void **state)
{
    (void)state;
    begin(3, 1);
    aggregator_goes(0);
    after(20000);
    lose_gateways(3);
    after(40000); /* the aggregator's minute is over first */
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
    assert_true(alarm_about("dc1")->muted);
    after(20000);
    raise_gateways(3);
    assert_int_equal(told(), 1);
}

static void network__aggregator_was_gone_before__each_its_own(void **state)
{
    (void)state;
    begin(3, 1);
    aggregator_goes(0);
    after(61000);
    assert_int_equal(told(), 1);
    lose_gateways(3);
    after(60000);
    raise_gateways(3);
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 4);
}

static void network__one_of_two_aggregators_answers__each_its_own(void **state)
{
    (void)state;
    begin(3, 2);
    lose_gateways(3);
    aggregator_goes(1);
    after(59000);
    raise_gateways(3);
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    aggregator_goes(0); /* within the minute */
    after(1000);
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
}

static void network__one_gateway_later__its_own(void **state)
{
    (void)state;
    begin(3, 1);
    lose_gateways(2);
    aggregator_goes(0);
    after(60001);
    count(2, false);
    raise_gateways(3);
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_non_null(standing(2, lost()));
    assert_false(standing(2, lost())->muted);
}

static void network__single_gateway_and_aggregator__one_alarm(void **state)
{
    (void)state;
    begin(1, 1);
    lose_gateways(1);
    aggregator_goes(0);
    after(59000);
    raise_gateways(1);
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 1);
}

static void network__single_gateway_alone__its_own(void **state)
{
    (void)state;
    begin(1, 0);
    lose_gateways(1);
    after(60000);
    raise_gateways(1);
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_int_equal(told(), 1);
}

static void network__aggregator_is_back__over(void **state)
{
    (void)state;
    begin(1, 1);
    lose_gateways(1);
    aggregator_goes(0);
    after(59000);
    raise_gateways(1);
    assert_non_null(own(ALARM_SITE_NETWORK_LOST));
    steward_aggregator(&steward, 0, true, "", t);
    turn();
    assert_null(own(ALARM_SITE_NETWORK_LOST));
    assert_string_equal(last()->alarm.text,
                        "site: over: the network is lost (aggregator \"dc1\" answers)");
    after(75000);
    assert_false(standing(0, lost())->muted); /* it is the gateway after all */
    assert_int_equal(told(), 3);
}

static void gateway__falls_silent__said_once(void **state)
{
    (void)state;
    begin(3, 1);
    assert_int_equal(silences, 0);
    count(1, false);
    count(1, false);
    assert_int_equal(silences, 1);
    count(1, true);
    assert_int_equal(silences, 1);
    count(1, false);
    count(2, false);
    assert_int_equal(silences, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(aggregator__gone_for_a_minute__a_warning),
        TEST(aggregator__away_for_a_moment__nothing),
        TEST(aggregators__two_gone__an_alarm_each),
        TEST(aggregator__not_configured_any_more__over),
        TEST(aggregator__site_under_work__nobody_told),
        TEST(network__gateways_without_their_aggregator__each_its_own),
        TEST(network__all_with_the_aggregator__one_alarm),
        TEST(network__aggregator_first__one_alarm),
        TEST(network__aggregator_was_gone_before__each_its_own),
        TEST(network__one_of_two_aggregators_answers__each_its_own),
        TEST(network__one_gateway_later__its_own),
        TEST(network__single_gateway_and_aggregator__one_alarm),
        TEST(network__single_gateway_alone__its_own),
        TEST(network__aggregator_is_back__over),
        TEST(gateway__falls_silent__said_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
