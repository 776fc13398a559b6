/* The site thread with more posts than its queue holds: what stands is right in the end, and batches
 * are stored and published as such. Who is told last is held up until the queue is as wanted. */
#include "site_fixture.h"

enum { QUEUE = 4096 }; /* of site.c: posts, while the thread is held up */

/* The thread has taken and noted number 4 of gateway 0, and waits in telling it. */
static void hold_up(void)
{
    begin("gw-a", "gw-b");
    for (int i = 1; i <= 3; i++)
        post_news(0, i, true);
    post_news(1, 1, true);
    gate(true);
    post(0, 4, true);
    wait_for(&entered, 5);
}

static void fill_queue(void)
{
    for (int i = 0; i < QUEUE; i++)
        post(0, 10 + i, true);
}

static struct alarm ups_alarm(int ups)
{
    struct alarm a = {.kind = 92, .severity = ALARM_WARNING, .level = ALARM_OF_UPS};

    a.ups = (uint16_t)ups;
    snprintf(a.text, sizeof(a.text), "gw / UPS %d: bad", ups);
    return a;
}

static unsigned seen_of(size_t g)
{
    unsigned seen = 0;

    site_each_standing(site, g, &seen, keep_preset, NULL);
    return seen;
}

/* As a link does: of gateway 0 all that was posted, but for `ended`, and number 5000; 3 is worse. */
static void post_all(size_t g, const int ended[2])
{
    struct alarm *a = g == 0 ? calloc(QUEUE + 10, sizeof(*a)) : NULL;
    size_t n = 0;

    for (int i = 1; g == 0 && i < 10 + QUEUE; i++)
        if ((i <= 4 || i >= 10) && i != ended[0] && i != ended[1])
            a[n++] = ups_alarm(i);
    if (g == 0)
        a[n++] = ups_alarm(5000);
    for (size_t i = 0; i < n; i++)
        if (a[i].ups == 3)
            a[i].severity = ALARM_MAJOR;
    site_post_all(site, g, seen_of(g), a, n);
}

static void wait_until_wanted(size_t g)
{
    const struct timespec moment = {.tv_nsec = 10000000};

    for (int ms = 0; ms < PATIENCE_MS && !site_wants_all(site, g); ms += 10)
        nanosleep(&moment, NULL);
    assert_true(site_wants_all(site, g));
}

static const struct alarm *find_ups(const struct alarm *a, size_t n, uint32_t gateway, int ups)
{
    for (size_t i = 0; i < n; i++)
        if (a[i].gateway == gateway && a[i].ups == ups)
            return &a[i];
    return NULL;
}

static void check_stored(uint32_t gw_a, uint32_t gw_b)
{
    struct store *s = look_into();
    struct alarm *a = NULL;
    size_t n;

    assert_int_equal(store_active(s, &a, &n), 0);
    assert_int_equal(n, 2 + QUEUE + 1);
    assert_null(find_ups(a, n, gw_a, 1));
    assert_null(find_ups(a, n, gw_a, 2));
    assert_null(find_ups(a, n, gw_b, 1));
    assert_int_equal(find_ups(a, n, gw_a, 3)->severity, ALARM_MAJOR);
    for (int i = 4; i < 10 + QUEUE; i += i == 4 ? 6 : 1)
        assert_non_null(find_ups(a, n, gw_a, i));
    assert_non_null(find_ups(a, n, gw_a, 5000));
    free(a);
    store_close(s);
}

static int told_of(int kind, enum event_what what, int ups)
{
    int n = 0;

    for (int i = 0; i < tells; i++)
        n += told[i].alarm.kind == kind && told[i].what == what &&
             (ups == 0 || told[i].alarm.ups == ups);
    return n;
}

/* The end of 1, the beginning of 5000, that 3 is worse, and (later) the end of 2 have no room. */
static void posts__more_than_the_queue_holds__what_stands_is_right_and_it_is_said(void **state)
{
    uint32_t gw_a, gw_b;

    (void)state;
    hold_up();
    gw_a = site_device(site, 0);
    gw_b = site_device(site, 1);
    assert_false(site_wants_all(site, 0));
    fill_queue();
    assert_false(site_wants_all(site, 0));
    post(0, 1, false);
    post(0, 5000, true);
    post(1, 1, false);
    assert_true(site_wants_all(site, 0));
    assert_true(site_wants_all(site, 1));
    post_all(0, (const int[2]){1});
    post_all(1, NULL);
    assert_false(site_wants_all(site, 0));
    post(0, 2, false);
    assert_false(site_wants_all(site, 0)); /* not before the first is done */
    gate(false);
    wait_until_wanted(0);
    post_all(0, (const int[2]){1, 2});
    assert_true(capture_wait("gateway \"gw-a\": 3 changes of alarms came faster", 1));
    stop();
    assert_int_equal(capture_count("gateway \"gw-b\": 1 changes of alarms came faster"), 1);
    assert_int_equal(capture_count("alarms change faster than they can be stored"), 2);
    check_stored(gw_a, gw_b);
    assert_int_equal(told_of(92, EVENT_RAISED, 5000), 1);
    assert_int_equal(told_of(92, EVENT_CHANGED, 0), 1);
    assert_int_equal(told_of(92, EVENT_CLEARED, 1), 2); /* of both gateways */
    assert_int_equal(told_of(92, EVENT_CLEARED, 0), 3);
    assert_int_equal(told_of(92, EVENT_RAISED, 0), 5 + QUEUE + 1);
    assert_int_equal(told_of(ALARM_EVENTS_DROPPED, EVENT_RAISED, 0), 2);
    assert_int_equal(told_of(ALARM_EVENTS_DROPPED, EVENT_CLEARED, 0), 2);
}

/* The store was opened meanwhile: more stands than the link knew of. */
static void posts__all_of_a_link_that_knows_less__asked_again(void **state)
{
    (void)state;
    hold_up();
    fill_queue();
    post(0, 1, false);
    site_post_all(site, 0, seen_of(0) - 1, NULL, 0);
    assert_true(site_wants_all(site, 0));
    post_all(0, (const int[2]){1});
    assert_false(site_wants_all(site, 0));
    gate(false);
    assert_true(capture_wait("gateway \"gw-a\": 1 changes of alarms came faster", 1));
    stop();
    assert_int_equal(told_of(92, EVENT_CLEARED, 0), 1);
}

static uint32_t publications(void)
{
    struct file f = read_file("alarms.snap", SNAPSHOT_ALARMS);
    uint32_t n = f.snap.stamp.counter;

    free(f.data);
    return n;
}

/* Each publication is of all that stands, each commit waits for the disk. */
static void posts__a_thousand__few_publications(void **state)
{
    uint32_t before;

    (void)state;
    hold_up();
    before = publications();
    for (int i = 0; i < 1000; i++)
        post(0, 10 + i, true);
    gate(false);
    wait_for(&tells, 1005);
    assert_in_range(publications() - before, 1, 3);
    assert_int_equal(published_active(), 1005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(posts__more_than_the_queue_holds__what_stands_is_right_and_it_is_said),
        TEST(posts__all_of_a_link_that_knows_less__asked_again),
        TEST(posts__a_thousand__few_publications),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
