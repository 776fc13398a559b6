/* The site thread when all is well: numbers, order, restarts, gateways that went, a full queue. */
#include "site_fixture.h"

/* ---- events ------------------------------------------------------------------------------ */

static void post__raised_and_cleared__numbered_stored_told(void **state)
{
    const struct event *e;
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", "gw-b");
    e = post_news(1, 4, true);
    assert_int_equal(e->what, EVENT_RAISED);
    assert_int_equal(e->sequence, 1);
    assert_int_equal(e->alarm.id, 1);
    assert_int_equal(e->alarm.gateway, site_device(site, 1));
    assert_true(e->stored && e->alarm.raised_ms == e->wall_ms && e->wall_ms > 0);
    assert_string_equal(told_gateway, "gw-b");
    assert_int_equal(published_active(), 1);
    assert_int_equal(post_news(0, 4, true)->alarm.id, 2); /* of another gateway */
    e = post_news(1, 4, false);
    assert_int_equal(e->what, EVENT_CLEARED);
    assert_int_equal(e->sequence, 3);
    assert_int_equal(e->alarm.id, 1);
    assert_true(e->alarm.raised_ms == told[0].wall_ms);
    assert_int_equal(published_active(), 1);
    assert_int_equal(published_site().alarm_id, 2);
    assert_int_equal(published_site().interval_ms, 10000); /* the shortest */
    stop();
    assert_int_equal(stored(&last, &standing), 3);
    assert_int_equal(standing, 1);
    assert_int_equal(capture_lines(), 0);
}

static void post__same_again__ignored(void **state)
{
    (void)state;
    begin("gw-a", NULL);
    post(0, 9, false); /* never stood */
    post(0, 1, true);
    post(0, 1, true);
    post(0, 1, false);
    post(0, 1, false);
    post(0, 2, true);
    stop();
    assert_int_equal(tells, 3);
    for (int i = 0; i < tells; i++)
        assert_int_equal(told[i].sequence, i + 1);
    assert_int_equal(told[1].what, EVENT_CLEARED);
    assert_int_equal(told[1].alarm.id, told[0].alarm.id);
}

/* All in one batch, behind a teller that is held up. */
static void post__up_and_down_at_once__each_its_own_id(void **state)
{
    (void)state;
    begin("gw-a", NULL);
    gate(true);
    post(0, 30, true);
    wait_for(&entered, 1);
    for (int i = 0; i < 6; i++)
        post(0, 1, i % 2 == 0);
    post(0, 2, true);
    gate(false);
    stop();
    assert_int_equal(tells, 8);
    for (int i = 0; i < tells; i++) {
        assert_int_equal(told[i].sequence, i + 1);
        assert_true(told[i].stored);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(told[1 + 2 * i].alarm.id, 2 + i);
        assert_int_equal(told[2 + 2 * i].alarm.id, 2 + i);
    }
    assert_int_equal(told[7].alarm.id, 5);
    assert_int_equal(published_active(), 2);
}

static int good_order;

static void check_order(const struct event *e)
{
    struct event last = {0};
    size_t standing;

    if (published_last().sequence == e->sequence && published_site().sequence == e->sequence &&
        stored(&last, &standing) == e->sequence && last.sequence == e->sequence)
        good_order++;
}

static void tell__called__stored_and_published_before(void **state)
{
    (void)state;
    good_order = 0;
    told_hook = check_order;
    begin("gw-a", NULL);
    for (int i = 1; i <= 3; i++)
        post_news(0, i, true);
    post_news(0, 2, false);
    stop();
    assert_int_equal(good_order, 4);
}

static void stop__posts_waiting__all_handled(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    for (int i = 1; i <= 1000; i++)
        post(0, i, true);
    stop();
    assert_int_equal(tells, 1000);
    assert_int_equal(stored(&last, &standing), 1000);
    assert_int_equal(standing, 1000);
}

/* ---- restarts ---------------------------------------------------------------------------- */

static void restart__alarms_stand__told_and_numbers_go_on(void **state)
{
    (void)state;
    begin("gw-a", "gw-b");
    tell_presets(0);
    assert_int_equal(presets, 0);
    post_news(0, 1, true);
    post_news(1, 1, true);
    post_news(0, 2, true);
    post_news(0, 1, false);
    stop();
    begin("gw-a", "gw-b");
    tell_presets(0);
    assert_int_equal(presets, 1);
    assert_int_equal(preset[0].id, 3);
    assert_int_equal(preset[0].ups, 2);
    tell_presets(1);
    assert_int_equal(presets, 1);
    assert_int_equal(preset[0].id, 2);
    assert_int_equal(published_active(), 2);
    assert_int_equal(published_last().sequence, 4);
    post(0, 2, true); /* stands already */
    assert_int_equal(post_news(0, 2, false)->alarm.id, 3);
    assert_int_equal(told[4].sequence, 5);
    assert_int_equal(post_news(0, 5, true)->alarm.id, 4);
    tell_presets(0);
    assert_int_equal(presets, 1); /* as it was at the start */
}

/* The store cannot be opened at the start; the last run's files say what stood. */
static void start__no_store_then_back__old_alarms_known(void **state)
{
    const struct event *e;
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    post_news(0, 2, true);
    stop();
    block();
    begin("gw-a", NULL);
    tell_presets(0);
    assert_int_equal(presets, 2);
    assert_int_equal(preset[1].id, 2);
    assert_int_equal(published_active(), 2);
    post(0, 1, true); /* stands already: no second id */
    e = post_news(0, 2, false);
    assert_false(e->stored);
    assert_int_equal(e->sequence, 3);
    assert_int_equal(e->alarm.id, 2);
    assert_int_equal(post_news(0, 3, true)->alarm.id, 3);
    unblock();
    assert_true(capture_wait("the store is back", 1));
    e = post_news(0, 1, false);
    assert_true(e->stored);
    assert_int_equal(e->sequence, 5);
    assert_int_equal(e->alarm.id, 1);
    assert_int_equal(post_news(0, 4, true)->alarm.id, 4);
    stop();
    assert_int_equal(stored(&last, &standing), 6);
    assert_int_equal(last.sequence, 6);
    assert_int_equal(standing, 2);
}

static void restart__store_id__the_same(void **state)
{
    uint64_t id;

    (void)state;
    begin("gw-a", NULL);
    id = pub.store_id;
    assert_true(id != 0);
    stop();
    pub.store_id = 0;
    begin("gw-a", NULL);
    assert_true(pub.store_id == id);
}

static void restart__other_order_and_new_names__indexes_by_name(void **state)
{
    struct snapshot_entry e[2];
    uint32_t a, b;
    struct file f;

    (void)state;
    begin("gw-a", "gw-b");
    a = site_device(site, 0);
    b = site_device(site, 1);
    stop();
    begin("gw-b", "gw-a");
    assert_int_equal(site_device(site, 0), b);
    assert_int_equal(site_device(site, 1), a);
    stop();
    begin("gw-new", "gw-a");
    assert_true(site_device(site, 0) > b && site_device(site, 0) > a);
    f = read_file("site.snap", SNAPSHOT_SITE);
    assert_int_equal(f.snap.section[1].count, 2);
    for (uint32_t i = 0; i < 2; i++)
        snapshot_get_entry(&f.snap, i, &e[i]);
    assert_int_equal(e[0].index, a); /* ascending, though configured the other way */
    assert_string_equal(e[1].name, "gw-new");
    free(f.data);
}

static void restart__gateway_not_configured__alarms_cleared_files_gone(void **state)
{
    struct event last;
    size_t standing;
    char path[128];

    (void)state;
    begin("gw-a", "gw-b");
    post_news(0, 1, true);
    post_news(1, 1, true);
    post_news(1, 2, true);
    snprintf(path, sizeof(path), "%s/dev-%u.snap", state_dir, site_device(site, 1));
    close(open(path, O_CREAT | O_WRONLY, 0600));
    stop();
    begin("gw-a", NULL);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(published_active(), 1);
    last = published_last();
    assert_int_equal(last.sequence, 5);
    assert_int_equal(last.what, EVENT_CLEARED);
    assert_non_null(strstr(last.alarm.text, "no longer configured"));
    stop();
    assert_int_equal(tells, 5); /* and who was told of the beginning is told of the end */
    for (int i = 3; i < 5; i++) {
        assert_int_equal(told[i].sequence, i + 1);
        assert_int_equal(told[i].what, EVENT_CLEARED);
        assert_true(told[i].stored);
    }
    assert_int_equal(told[3].alarm.id, 3);
    assert_string_equal(told_gateway, "gw-b"); /* the name that it had */
    assert_int_equal(stored(&last, &standing), 5);
    assert_int_equal(standing, 1);
    assert_true(last.stored);
}

/* More than alarms.snap shows. */
static void restart__gateway_with_many_alarms_not_configured__each_cleared(void **state)
{
    enum { MANY = SNAPSHOT_EVENTS_MAX + 500 };
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", "gw-b");
    for (int i = 1; i <= MANY; i++)
        post(1, i, true);
    stop();
    begin("gw-a", NULL);
    stop();
    assert_int_equal(tells, 2 * MANY);
    assert_int_equal(stored(&last, &standing), 2 * MANY);
    assert_int_equal(standing, 0);
}

static int64_t count_events(sqlite3 *db)
{
    sqlite3_stmt *st;
    int64_t n;

    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM event", -1, &st, NULL), 0);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

/* More than one call deletes. The fixture keeps events for a day. */
static void restart__old_events__go_in_steps(void **state)
{
    enum { OLD = STORE_PRUNE_MOST + 200 };
    const struct timespec moment = {.tv_nsec = 10000000};
    char sql[512], path[128];
    sqlite3 *db;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    stop();
    snprintf(path, sizeof(path), "%s/btms.db", data_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    snprintf(
        sql, sizeof(sql),
        "UPDATE event SET wall_ms = 1; WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL"
        " SELECT i + 1 FROM n WHERE i < %d + 3) INSERT INTO event (sequence, wall_ms, what,"
        " alarm_id, kind, severity, level, gateway, ups, string, cell, value, decimals, unit,"
        " object, text, raised_ms) SELECT i, iif(i <= %d, 1, strftime('%%s', 'now') * 1000), 2,"
        " 2, 92, 1, 1, 1, 1, 0, 0, NULL, 0, '', '', '', 1 FROM n;"
        " UPDATE meta SET value = %d + 3 WHERE key = 'sequence'",
        OLD, OLD, OLD);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    begin("gw-a", NULL);
    for (int waited = 0; waited < PATIENCE_MS && count_events(db) > 3; waited += 10)
        nanosleep(&moment, NULL);
    assert_int_equal(count_events(db), 3);
    assert_int_equal(post_news(0, 1, false)->alarm.id, 1); /* what stands does not depend on it */
    stop();
    assert_int_equal(count_events(db), 4);
    sqlite3_close(db);
}

static void restart__agents_own_alarm__left_to_the_agent(void **state)
{
    struct event own = {.what = EVENT_RAISED, .wall_ms = 1700000000000}, last;
    size_t standing;

    (void)state;
    own.alarm.kind = ALARM_COLLECTOR_DOWN;
    own.alarm.level = ALARM_OF_SITE;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    stop();
    add_to_store(own);
    begin("gw-a", NULL);
    assert_int_equal(published_active(), 1);
    assert_int_equal(published_last().sequence, 2); /* its event is in the log */
    stop();
    assert_int_equal(stored(&last, &standing), 2);
    assert_int_equal(standing, 2);
}

static void run__agent_appends_meanwhile__numbers_of_both_rise(void **state)
{
    struct event own = {.what = EVENT_RAISED, .wall_ms = 1700000000000};

    (void)state;
    own.alarm.kind = ALARM_COLLECTOR_DOWN;
    own.alarm.level = ALARM_OF_SITE;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    add_to_store(own);
    assert_int_equal(post_news(0, 2, true)->sequence, 3);
    assert_int_equal(told[1].alarm.id, 3);
    assert_int_equal(post_news(0, 2, false)->alarm.id, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(post__raised_and_cleared__numbered_stored_told),
        TEST(post__same_again__ignored),
        TEST(post__up_and_down_at_once__each_its_own_id),
        TEST(tell__called__stored_and_published_before),
        TEST(stop__posts_waiting__all_handled),
        TEST(restart__alarms_stand__told_and_numbers_go_on),
        TEST(start__no_store_then_back__old_alarms_known),
        TEST(restart__store_id__the_same),
        TEST(restart__other_order_and_new_names__indexes_by_name),
        TEST(restart__gateway_not_configured__alarms_cleared_files_gone),
        TEST(restart__gateway_with_many_alarms_not_configured__each_cleared),
        TEST(restart__old_events__go_in_steps),
        TEST(restart__agents_own_alarm__left_to_the_agent),
        TEST(run__agent_appends_meanwhile__numbers_of_both_rise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
