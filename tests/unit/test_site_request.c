/* What persons ask of the site thread, with a real store: served, kept over a restart, answered. */
#include "site_fixture.h"

#include "orders.h"

/* Leaves a request and waits for its answer. */
static struct store_request ask(struct store_request r)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    struct store *s = look_into();

    if (*r.by == '\0')
        strcpy(r.by, "jd");
    assert_int_equal(store_ask(s, &r), 0);
    for (int waited = 0; waited < PATIENCE_MS && r.state == STORE_QUEUED; waited += 10) {
        assert_int_equal(store_request(s, r.id, &r), 0);
        nanosleep(&moment, NULL);
    }
    store_close(s);
    assert_int_not_equal(r.state, STORE_QUEUED);
    return r;
}

static struct alarm published_first(void)
{
    struct file f = read_file("alarms.snap", SNAPSHOT_ALARMS);
    struct alarm a = {0};

    if (f.snap.section[0].count > 0)
        snapshot_get_alarm(&f.snap, 0, &a);
    free(f.data);
    return a;
}

static struct store_request of_gateway(enum store_verb verb)
{
    struct store_request r = {
        .verb = (uint8_t)verb, .level = ALARM_OF_GATEWAY, .for_ms = 3600000, .gateway = "gw-a"};

    strcpy(r.note, "work");
    return r;
}

static void ack__kept_over_a_restart(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .note = "me"};
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    r.alarm_id = post_news(0, 1, true)->alarm.id;
    r = ask(r);
    assert_int_equal(r.state, STORE_DONE);
    assert_string_equal(published_first().acked_by, "jd"); /* when it is answered it can be seen */
    assert_int_equal(published_last().what, EVENT_ACKNOWLEDGED);
    assert_int_equal(tells, 1); /* nobody is notified of it */
    stop();
    fsio_remove(pub.dir, "alarms.snap");
    begin("gw-a", NULL);
    assert_string_equal(published_first().acked_by, "jd");
    assert_string_equal(published_first().ack_note, "me");
    assert_int_equal(post_news(0, 1, false)->alarm.acked_ms, published_last().alarm.acked_ms);
    stop();
    assert_int_equal(stored(&last, &standing), 3);
    assert_string_equal(last.alarm.acked_by, "jd");
}

/* Stored, but not told: the agent's own alarm stands there, or what the program was ended amid of. */
static uint32_t store_standing(int kind)
{
    struct event e = {.what = EVENT_RAISED, .wall_ms = 1000};
    struct store *s = look_into();

    e.alarm = (struct alarm){.kind = (uint16_t)kind, .level = ALARM_OF_SITE, .raised_ms = 1000};
    strcpy(e.alarm.text, "it stands");
    assert_int_equal(store_append(s, &e, 1), 0);
    store_close(s);
    return e.alarm.id;
}

/* The agent serves it; once it has ended nobody does. */
static void ack__of_the_agents_alarm__goes_on_waiting(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .by = "jd"}, is;
    struct event cleared = {.what = EVENT_CLEARED, .wall_ms = 2000};
    struct store *s;

    (void)state;
    begin("gw-a", NULL);
    r.alarm_id = cleared.alarm.id = store_standing(ALARM_COLLECTOR_DOWN);
    s = look_into();
    assert_int_equal(store_ask(s, &r), 0);
    assert_int_equal(ask((struct store_request){.verb = STORE_TEST}).state, STORE_DONE);
    assert_int_equal(store_request(s, r.id, &is), 0);
    assert_int_equal(is.state, STORE_QUEUED);
    assert_int_equal(store_append(s, &cleared, 1), 0);
    store_close(s);
    assert_int_equal(ask(r).state, STORE_REFUSED);
}

static void begin__amid_of_what_is_no_state__ended(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    stop();
    store_standing(ALARM_EVENTS_DROPPED);
    store_standing(ALARM_CONFIG_CHANGED);
    store_standing(ALARM_COLLECTOR_DOWN);
    begin("gw-a", NULL);
    assert_int_equal(published_first().id, 0);
    stop();
    assert_int_equal(stored(&last, &standing), 5);
    assert_int_equal(standing, 1); /* the agent's */
    assert_int_equal(last.what, EVENT_CLEARED);
    assert_string_equal(last.alarm.text, "over: it stands");
}

static struct alarm of_ups(int ups)
{
    struct alarm a = {.kind = 92, .severity = ALARM_MAJOR, .level = ALARM_OF_UPS};

    a.ups = (uint16_t)ups;
    a.occurrences = 3;
    return a;
}

static void keep_nothing(void *ctx, const struct alarm *a)
{
    (void)ctx, (void)a;
}

/* As a link does that has UPS 1, and 2 unless it was taken out. */
static void post_all(bool both)
{
    struct alarm *a = calloc(2, sizeof(*a));
    unsigned seen = 0;

    site_each_standing(site, 0, &seen, keep_nothing, NULL);
    a[0] = of_ups(1);
    a[1] = of_ups(2);
    site_post_all(site, 0, seen, a, both ? 2 : 1);
}

static void wait_until_wanted(void)
{
    const struct timespec moment = {.tv_nsec = 10000000};

    for (int ms = 0; ms < PATIENCE_MS && !site_wants_all(site, 0); ms += 10)
        nanosleep(&moment, NULL);
    assert_true(site_wants_all(site, 0));
}

/* A link that does not know yet posts all that stands, as it sees it. */
static void accept__then_all_of_a_link_that_does_not_know__asked_again(void **state)
{
    struct census c = {.reachable = true, .ups = 1};
    unsigned seen = 0;

    (void)state;
    begin("gw-a", NULL);
    site_post_counts(site, 0, &c);
    post_news(0, 1, true);
    post_news(0, 2, true);
    assert_false(site_accepted(site, 0, &seen, &c));
    assert_int_equal(ask(of_gateway(STORE_ACCEPT)).state, STORE_DONE);
    assert_int_equal(tells, 3);
    assert_int_equal(told[2].what, EVENT_CLEARED);
    post_all(true);
    wait_until_wanted();
    assert_true(site_accepted(site, 0, &seen, &c));
    post_all(false);
    wait_for(&tells, 4);
    assert_int_equal(told[3].what, EVENT_CHANGED);
    assert_int_equal(told[3].alarm.ups, 1);
    assert_int_equal(told[3].alarm.occurrences, 1);
    site_post_all(site, 0, 1, NULL, 0);
    wait_for(&tells, 5);
    assert_int_equal(told[4].what, EVENT_CLEARED);
    assert_int_equal(told[4].alarm.occurrences, 1);
}

/* What it posted before it knew may be of what was taken out. */
static void accept__link_knows__all_that_stands_is_wanted(void **state)
{
    struct census c = {.reachable = true, .ups = 1};
    unsigned seen = 0;

    (void)state;
    begin("gw-a", NULL);
    site_post_counts(site, 0, &c);
    post_news(0, 1, true);
    assert_int_equal(ask(of_gateway(STORE_ACCEPT)).state, STORE_DONE);
    post_news(0, 2, true);
    assert_false(site_wants_all(site, 0));
    assert_true(site_accepted(site, 0, &seen, &c));
    assert_true(site_wants_all(site, 0));
    assert_false(site_accepted(site, 0, &seen, &c));
    post_all(false);
    wait_for(&tells, 4);
    stop();
    assert_true(told[3].what == EVENT_CLEARED && told[3].alarm.ups == 2);
}

static void ack__left_while_down__served_at_the_start(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .alarm_id = 1};
    struct store *s;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    stop();
    s = look_into();
    assert_int_equal(store_ask(s, &r), 0);
    store_close(s);
    begin("gw-a", NULL);
    assert_int_equal(ask((struct store_request){.verb = STORE_ACK, .alarm_id = 99}).state,
                     STORE_REFUSED);
    assert_true(published_first().acked_ms != 0);
}

static void maintenance__kept_over_a_restart(void **state)
{
    (void)state;
    begin("gw-a", "gw-b");
    assert_int_equal(ask(of_gateway(STORE_MAINTAIN)).state, STORE_DONE);
    post(0, 1, true);
    assert_int_equal(post_news(1, 1, true)->alarm.gateway, site_device(site, 1));
    stop();
    fsio_remove(pub.dir, "alarms.snap");
    begin("gw-a", "gw-b");
    tell_presets(0);
    assert_int_equal(presets, 1); /* what a person does is no link's business */
    assert_int_equal(ask(of_gateway(STORE_END)).state, STORE_DONE);
    wait_for(&tells, 2);
    assert_int_equal(told[1].what, EVENT_RAISED);
    assert_int_equal(told[1].alarm.id, preset[0].id);
    assert_int_equal(told[1].alarm.gateway, site_device(site, 0));
}

static void test_alarm__told_twice_over__raised_and_cleared(void **state)
{
    (void)state;
    pace.test_ms = 1;
    begin("gw-a", NULL);
    assert_int_equal(ask((struct store_request){.verb = STORE_TEST}).state, STORE_DONE);
    wait_for(&tells, 2);
    assert_int_equal(told[0].what, EVENT_RAISED);
    assert_int_equal(told[1].what, EVENT_CLEARED);
    assert_int_equal(told[1].alarm.kind, ALARM_TEST);
    assert_string_equal(told_gateway, "site");
}

static void commissioning__only_a_new_gateway(void **state)
{
    (void)state;
    commissioning_ms = 3600000;
    begin("gw-a", NULL);
    assert_int_equal(published_first().kind, ALARM_COMMISSIONING);
    assert_int_equal(published_active(), 1);
    post(0, 1, true);
    stop();
    begin("gw-a", "gw-b");
    assert_int_equal(published_active(), 3); /* its own, the alarm, and gw-b's */
    assert_int_equal(tells, 0);
}

/* Until what is kept of gw-a contains this. */
static void wait_expected(const char *wanted)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    char text[EXPECT_TEXT] = "";
    struct store *s = look_into();

    for (int waited = 0; waited < PATIENCE_MS && strstr(text, wanted) == NULL; waited += 10) {
        assert_int_equal(store_expected(s, site_device(site, 0), text, sizeof(text)), 0);
        nanosleep(&moment, NULL);
    }
    store_close(s);
    assert_non_null(strstr(text, wanted));
}

static void expected__learned__read_at_the_next_start(void **state)
{
    struct census c = {.reachable = true, .ups = 3, .strings = 1, .cells = {24}};

    (void)state;
    pace.expect_ms = pace.missing_ms = 1;
    begin("gw-a", NULL);
    site_post_counts(site, 0, &c);
    wait_expected(" UPS 1 2; strings 1:24");
    stop();
    begin("gw-a", NULL);
    c.ups = 1;
    site_post_counts(site, 0, &c);
    wait_for(&tells, 1);
    assert_int_equal(told[0].alarm.kind, ALARM_TOPOLOGY_MISMATCH);
    assert_non_null(strstr(told[0].alarm.text, "missing: UPS 2"));
}

static struct alarm stored_first(void)
{
    struct store *s = look_into();
    struct alarm *a = NULL, ret = {0};
    size_t n = 0;

    assert_int_equal(store_active(s, &a, &n), 0);
    if (n > 0)
        ret = a[0];
    free(a);
    store_close(s);
    return ret;
}

/* A boot empties StateDir. */
static void worse_without_an_event__kept_over_a_boot(void **state)
{
    const struct timespec moment = {.tv_nsec = 10000000};

    (void)state;
    site_pace.keep_ms = 1;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    post_worse(0, 1, 17);
    for (int waited = 0; waited < PATIENCE_MS && stored_first().peak != 17; waited += 10)
        nanosleep(&moment, NULL);
    assert_int_equal(stored_first().peak, 17);
    stop();
    site_pace.keep_ms = 3600000;
    begin("gw-a", NULL);
    post_worse(0, 1, 17); /* the first is stored at once, those after it an hour later ... */
    for (int i = 0; i < 3; i++)
        post(0, 1, true);
    post_worse(0, 1, 23);
    stop(); /* ... or at the end */
    fsio_remove(pub.dir, "alarms.snap");
    fsio_remove(pub.dir, "site.snap");
    begin("gw-a", NULL);
    assert_int_equal(published_first().peak, 23);
    assert_int_equal(published_first().occurrences, 4);
}

static void expected__stored__known_from_the_start(void **state)
{
    struct census c;

    (void)state;
    begin("gw-a", "gw-b");
    assert_false(site_expected(site, 0, &c));
    c = (struct census){.reachable = true, .ups = 3, .strings = 1, .cells = {24}};
    site_post_counts(site, 1, &c);
    assert_int_equal(ask((struct store_request){
                             .verb = STORE_ACCEPT, .level = ALARM_OF_GATEWAY, .gateway = "gw-b"})
                         .state,
                     STORE_DONE);
    stop();
    begin("gw-a", "gw-b");
    assert_false(site_expected(site, 0, &c));
    assert_true(site_expected(site, 1, &c));
    assert_int_equal(c.ups, 3);
    assert_int_equal(c.cells[0], 24);
}

static void types__found_out__there_at_the_next_start(void **state)
{
    struct census c = {
        .reachable = true, .ups = 1, .strings = 3, .cells = {24, 24}
    };

    (void)state;
    pace.expect_ms = pace.missing_ms = 1;
    begin("gw-a", NULL);
    site_post_counts(site, 0, &c);
    wait_expected(" UPS 1; strings 1:24 2:24");
    c.type[1] = CELL_TYPE_12V;
    site_post_counts(site, 0, &c);
    wait_expected(" UPS 1; strings 1:24 2:24/12");
    stop();
    begin("gw-a", NULL);
    assert_true(site_expected(site, 0, &c));
    assert_int_equal(c.type[0], CELL_TYPE_UNKNOWN);
    assert_int_equal(c.type[1], CELL_TYPE_12V);
}

static void expected__limits_and_names_of_a_string__do_not_matter(void **state)
{
    static struct limit_settings limits;
    struct gateway_config g = {.address = "192.0.2.11", .port = 502};
    struct census c = {.strings = 1, .cells = {24}}, is;
    struct store *s;

    (void)state;
    begin("gw-a", NULL);
    s = look_into();
    assert_true(orders_expect(s, 1, orders_mark(&g), &c));
    g.string[2].limits = &limits; /* at another place in memory in each run */
    assert_true(orders_expected(s, 1, orders_mark(&g), &is));
    assert_true(expect_same(&c, &is));
    g.string[2].channel_told[CHANNEL_INPUT] = true;
    g.string[2].channel[CHANNEL_INPUT] =
        (struct channel_def){"leak", "X4.1", 0, ALARM_CRITICAL, 0, 0};
    g.string[2].parts.capacity_ah = 100;
    g.string[2].parts.max_a = 200;
    assert_true(orders_expected(s, 1, orders_mark(&g), &is));
    g.string[2].cell_type = CELL_TYPE_6V;
    assert_false(orders_expected(s, 1, orders_mark(&g), &is));
    store_close(s);
}

static void limits__changed_while_down__in_the_log_and_told_to_nobody(void **state)
{
    static struct limit_settings limits;
    struct event *event;
    struct store *s;
    size_t n;

    (void)state;
    begin("gw-a", NULL);
    stop();
    assert_int_equal(capture_count("limits changed"), 0);
    limits_none(&limits);
    limits.limit[LIMIT_CELL_FLOAT_LOW] = (struct limit_setting){LIMIT_WARNING, 2150};
    limits.limit[LIMIT_AMBIENT_HIGH] = (struct limit_setting){LIMIT_RAISE, .raise_ms = 1000};
    site_limits = &limits;
    for (int i = 0; i < 2; i++) { /* the second time nothing is new */
        begin("gw-a", NULL);
        stop();
    }
    s = look_into();
    assert_int_equal(store_last_events(s, 100, &event, &n), 0);
    store_close(s);
    assert_int_equal(n, 4); /* began and ended, each */
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(event[i].alarm.kind, ALARM_CONFIG_CHANGED);
        assert_int_equal(event[i].alarm.severity, ALARM_INFO);
        assert_true(event[i].alarm.muted);
    }
    assert_string_equal(event[0].alarm.text, "site: limits changed in the configuration: "
                                             "ambientHigh raise delay: 600 s -> 1 s");
    assert_string_equal(event[2].alarm.text, "site: limits changed in the configuration: "
                                             "cellFloatLow warning: 2.170 V -> 2.150 V");
    free(event);
    assert_int_equal(tells, 0);
    assert_int_equal(capture_count("limits changed"), 2);
}

static void limits__of_a_string__changed_unless_it_is_new(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    stop();
    float_mv = 2270;
    begin("gw-a", "gw-b");
    stop();
    assert_int_equal(stored(&last, &standing), 2);
    assert_string_equal(last.alarm.text, "gw-a / string 3: limits changed in the configuration: "
                                         "FloatVoltage: not configured -> 2.270 V");
    assert_int_equal(last.alarm.string, 3);
    assert_int_equal(last.alarm.level, ALARM_OF_STRING);
}

static void store_fails__alarm_of_its_own__stored_later(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    pace.fault_ms = 1;
    block();
    begin("gw-a", NULL);
    wait_for(&tells, 1);
    assert_int_equal(told[0].alarm.kind, ALARM_STORE_FAULT);
    assert_false(told[0].stored);
    unblock();
    wait_for(&tells, 2);
    assert_int_equal(told[1].what, EVENT_CLEARED);
    stop();
    assert_int_equal(stored(&last, &standing), 2);
    assert_int_equal(standing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ack__kept_over_a_restart),
        TEST(ack__left_while_down__served_at_the_start),
        TEST(maintenance__kept_over_a_restart),
        TEST(test_alarm__told_twice_over__raised_and_cleared),
        TEST(commissioning__only_a_new_gateway),
        TEST(expected__learned__read_at_the_next_start),
        TEST(worse_without_an_event__kept_over_a_boot),
        TEST(expected__stored__known_from_the_start),
        TEST(types__found_out__there_at_the_next_start),
        TEST(expected__limits_and_names_of_a_string__do_not_matter),
        TEST(limits__changed_while_down__in_the_log_and_told_to_nobody),
        TEST(limits__of_a_string__changed_unless_it_is_new),
        TEST(store_fails__alarm_of_its_own__stored_later),
        TEST(ack__of_the_agents_alarm__goes_on_waiting),
        TEST(begin__amid_of_what_is_no_state__ended),
        TEST(accept__then_all_of_a_link_that_does_not_know__asked_again),
        TEST(accept__link_knows__all_that_stands_is_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
