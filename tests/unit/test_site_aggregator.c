/* Aggregators in the site's thread: indexes that stay, what is published of them, and totals. */
#include "site_fixture.h"

static void with(const char *a, const char *b)
{
    aggregators = 0;
    memset(aggregator, 0, sizeof(aggregator));
    for (const char *const *name = (const char *const[]){a, b, NULL}; *name != NULL; name++) {
        struct aggregator_config *c = &aggregator[aggregators++];

        snprintf(c->name, sizeof(c->name), "%s", *name);
        snprintf(c->address, sizeof(c->address), "192.0.2.%zu", aggregators);
        c->port = 443;
    }
}

/* Row `i` as it is published now; index 0: there is none. */
static struct snapshot_aggregator row(uint32_t i)
{
    struct file f = read_file("site.snap", SNAPSHOT_SITE);
    struct snapshot_aggregator a = {0};

    if (i < f.snap.section[4].count)
        snapshot_get_aggregator(&f.snap, i, &a);
    free(f.data);
    return a;
}

static struct snapshot_aggregator named(const char *name)
{
    struct snapshot_aggregator a;

    for (uint32_t i = 0; (a = row(i)).index != 0 && strcmp(a.name, name) != 0; i++)
        ;
    return a;
}

static bool reached(const char *name, int reach)
{
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        if (named(name).reach == reach)
            return true;
        usleep(10000);
    }
    return false;
}

static void published__as_configured(void **state)
{
    (void)state;
    with("dc1", NULL);
    strcpy(aggregator[0].location, "basement");
    strcpy(aggregator[0].label, "AG-17");
    begin("gw-a", NULL);
    assert_string_equal(row(0).name, "dc1");
    assert_string_equal(row(0).address, "192.0.2.1 port 443");
    assert_string_equal(row(0).location, "basement");
    assert_string_equal(row(0).label, "AG-17");
    assert_int_equal(row(0).reach, SNAPSHOT_NOT_LOOKED);
    assert_true(row(0).answered_ms == 0);
    assert_int_equal(row(1).index, 0);
}

static void index__by_name__stays_and_is_no_devices(void **state)
{
    uint32_t dc1, dc2;

    (void)state;
    with("dc2", "dc1");
    begin("gw-a", "dc1"); /* a gateway may be called like an aggregator */
    dc1 = named("dc1").index;
    dc2 = named("dc2").index;
    assert_true(dc1 != 0 && dc2 != 0 && dc1 != dc2);
    assert_true(dc1 != site_device(site, 0) && dc1 != site_device(site, 1));
    stop();
    with("dc1", NULL);
    begin("dc1", "gw-b");
    assert_int_equal(named("dc1").index, dc1);
    assert_int_equal(row(1).index, 0);
    assert_true(site_device(site, 1) > dc2); /* what is away keeps its number */
    stop();
    with("dc1", "dc2");
    begin("gw-a", NULL);
    assert_int_equal(named("dc2").index, dc2);
}

static void index__store_away__as_published(void **state)
{
    uint32_t dc1;

    (void)state;
    with("dc1", NULL);
    grouped_by[0] = "dc1";
    begin("gw-a", NULL);
    dc1 = row(0).index;
    stop();
    block();
    with("dc2", "dc1");
    begin("gw-a", NULL);
    assert_int_equal(named("dc1").index, dc1);
    assert_true(named("dc2").index > dc1);
    assert_int_equal(site_aggregator(site, 0), dc1);
    stop();
    unblock();
    begin("gw-a", NULL);
    assert_int_equal(named("dc1").index, dc1);
}

static void index__nothing_is_known__above_the_gateways(void **state)
{
    (void)state;
    block();
    with("dc1", NULL);
    grouped_by[1] = "dc1";
    begin("gw-a", "gw-b");
    assert_int_equal(row(0).index, 3);
    assert_int_equal(site_aggregator(site, 0), 0);
    assert_int_equal(site_aggregator(site, 1), 3);
}

static void reach__posted__published_without_an_event(void **state)
{
    int64_t first;

    (void)state;
    with("dc1", NULL);
    begin("gw-a", NULL);
    site_post_aggregator(site, 0, true, "");
    assert_true(reached("dc1", SNAPSHOT_REACHED));
    first = named("dc1").answered_ms;
    assert_true(first > 0);
    site_post_aggregator(site, 0, false, "connect: Connection refused");
    assert_true(reached("dc1", SNAPSHOT_LOST));
    assert_true(named("dc1").answered_ms == first);
    assert_int_equal(published_last().sequence, 0);
}

/* Waits until so many alarms of UPS are counted, all of them warnings. */
static struct totals count_of(bool (*get)(struct totals *ret), uint32_t warnings)
{
    struct totals t = {0};

    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        if (get(&t) && t.alarms[ALARM_WARNING] == warnings)
            return t;
        usleep(10000);
    }
    fail_msg("%u alarms, not %u", t.alarms[ALARM_WARNING], warnings);
    return t;
}

static bool of_site(struct totals *ret)
{
    return site_totals(site, ret);
}

static bool of_first(struct totals *ret)
{
    return site_totals_of_aggregator(site, 0, ret);
}

static bool of_second(struct totals *ret)
{
    return site_totals_of_aggregator(site, 1, ret);
}

static void totals__site_and_aggregators__each_its_own(void **state)
{
    struct census c = {.reachable = true, .ups = 1, .strings = 3};
    struct totals t;

    (void)state;
    c.cells[0] = 24;
    c.cells[1] = 20;
    with("dc1", "dc2");
    grouped_by[0] = "dc2";
    begin("gw-a", "gw-b");
    site_post_counts(site, 0, &c);
    c.ups = 0;
    site_post_counts(site, 1, &c);
    post(0, 1, true);
    post(0, 2, true);
    post(1, 1, true);
    t = count_of(of_site, 3);
    assert_int_equal(t.gateways, 2);
    assert_int_equal(t.gateways_lost, 0);
    assert_int_equal(t.ups, 1);
    assert_int_equal(t.strings, 4);
    assert_int_equal(t.cells, 88);
    assert_int_equal(t.reach, SNAPSHOT_NOT_LOOKED);
    t = count_of(of_first, 0);
    assert_int_equal(t.gateways, 0);
    t = count_of(of_second, 2);
    assert_int_equal(t.gateways, 1);
    assert_int_equal(t.strings, 2);
    assert_int_equal(t.cells, 44);
    post(0, 2, false);
    count_of(of_site, 2);
    count_of(of_second, 1);
}

/* Its own alarm counts for the one aggregator, and for the site. */
static void totals__aggregator_lost__its_alarm(void **state)
{
    static struct limit_settings at_once;
    struct alarm_setting *its = &at_once.alarm[alarm_row(ALARM_AGGREGATOR_COMM_LOST)];

    (void)state;
    limits_none(&at_once);
    *its = (struct alarm_setting){.set = LIMIT_RAISE};
    site_limits = &at_once;
    with("dc1", "dc2");
    begin("gw-a", NULL);
    site_post_aggregator(site, 1, false, "connect: Connection refused");
    count_of(of_site, 1);
    assert_int_equal(count_of(of_second, 1).reach, SNAPSHOT_LOST);
    count_of(of_first, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(published__as_configured),
        TEST(index__by_name__stays_and_is_no_devices),
        TEST(index__store_away__as_published),
        TEST(index__nothing_is_known__above_the_gateways),
        TEST(reach__posted__published_without_an_event),
        TEST(totals__site_and_aggregators__each_its_own),
        TEST(totals__aggregator_lost__its_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
