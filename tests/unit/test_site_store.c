/* The site thread when what it keeps beside events cannot be kept, and when it cannot publish. */
/* takes: 10 */
#include "site_fixture.h"

static sqlite3 *holder;

static void lock_store(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/btms.db", data_dir);
    assert_int_equal(sqlite3_open(path, &holder), SQLITE_OK);
    sqlite3_busy_timeout(holder, PATIENCE_MS);
    assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
}

static void unlock_store(void)
{
    sqlite3_close(holder);
    holder = NULL;
}

static void wait_stored_expected(size_t g)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    struct store *s = look_into();
    char text[1024] = "";

    for (int ms = 0; ms < PATIENCE_MS && *text == '\0'; ms += 20) {
        assert_int_equal(store_expected(s, site_device(site, g), text, sizeof(text)), 0);
        nanosleep(&moment, NULL);
    }
    store_close(s);
    assert_non_null(strstr(text, "1:24"));
}

/* It is said once, as of any other store that fails; it is not back because nothing else is due. */
static void expected__store_locked__said_once_and_kept_later(void **state)
{
    const struct census c = {.reachable = true, .strings = 1, .cells = {24}};

    (void)state;
    site_pace.patience_ms = 300;
    pace.expect_ms = 1;
    begin("gw-a", "gw-b");
    lock_store();
    site_post_counts(site, 0, &c);
    site_post_counts(site, 1, &c);
    assert_true(capture_wait("the store fails", 1));
    for (int i = 1; i <= 5; i++)
        assert_false(post_news(0, i, true)->stored);
    for (int i = 1; i <= 5; i++) /* nothing but ticks in between */
        assert_false(post_news(0, i, false)->stored);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "the store fails"), 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "the store is back"), 0);
    unlock_store();
    assert_true(capture_wait("the store is back", 1));
    wait_stored_expected(0);
    wait_stored_expected(1);
}

/* A store with nothing to be stored in it: it counts as back only when it can be written. */
static void store__locked_and_nothing_due__an_alarm_until_it_is_back(void **state)
{
    const struct census c = {.reachable = true, .strings = 1, .cells = {24}};

    (void)state;
    site_pace.patience_ms = 300;
    pace.expect_ms = 1;
    pace.fault_ms = 1;
    begin("gw-a", NULL);
    lock_store();
    site_post_counts(site, 0, &c);
    wait_for(&tells, 1);
    assert_int_equal(told[0].alarm.kind, ALARM_STORE_FAULT);
    assert_int_equal(told[0].what, EVENT_RAISED);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "the store is back"), 0);
    unlock_store();
    wait_for(&tells, 2);
    assert_int_equal(told[1].what, EVENT_CLEARED);
}

/* ---- a store that is opened late --------------------------------------------------------- */

/* After a boot, without what was published: number 1 stands in the store, and is told as number 3. */
static void start__store_late_alarm_told_as_new__its_number_ends(void **state)
{
    struct alarm_event e = {.what = EVENT_RAISED};
    struct event last;
    struct store *s;
    struct alarm *a = NULL;
    size_t n;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    post_news(0, 2, true);
    stop();
    block();
    fsio_remove(pub.dir, "alarms.snap");
    begin("gw-a", NULL);
    e.alarm = (struct alarm){
        .kind = 92, .severity = ALARM_CRITICAL, .level = ALARM_OF_UPS, .ups = 1, .text = "worse"};
    site_post(site, 0, &e);
    wait_for(&tells, 3);
    assert_int_equal(told[2].alarm.id, 3);
    unblock();
    wait_for(&tells, 5);
    assert_int_equal(told[3].what, EVENT_CLEARED);
    assert_int_equal(told[3].alarm.id, 3);
    assert_int_equal(told[4].what, EVENT_CHANGED);
    assert_int_equal(told[4].alarm.id, 1);
    assert_int_equal(told[4].alarm.severity, ALARM_CRITICAL);
    assert_int_equal(post_news(0, 1, false)->alarm.id, 1);
    stop();
    assert_int_equal(stored(&last, &n), 6);
    assert_int_equal(n, 1);
    s = look_into();
    assert_int_equal(store_active(s, &a, &n), 0);
    assert_int_equal(a[0].id, 2);
    free(a);
    store_close(s);
}

/* ---- what the last run has left ---------------------------------------------------------- */

static void start__ten_thousand_in_the_file_and_no_store__all_of_them(void **state)
{
    enum { MANY = 12000 };
    struct stat st;

    (void)state;
    begin("gw-a", NULL);
    for (int i = 1; i <= MANY; i++) { /* as many as fit the queue */
        post(0, i, true);
        if (i % 4000 == 0)
            wait_for(&entered, i);
    }
    stop();
    assert_int_equal(fstatat(pub.dir, "alarms.snap", &st, 0), 0);
    assert_true(st.st_size > 8 << 20);
    block();
    begin("gw-a", NULL);
    stop();
    assert_int_equal(fstatat(pub.dir, "alarms.snap", &st, 0), 0);
    assert_true(st.st_size > 8 << 20);
    assert_int_equal(capture_count("is ignored"), 0);
}

static void start__file_too_large__ignored_and_said(void **state)
{
    int fd;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    stop();
    fd = openat(pub.dir, "alarms.snap", O_WRONLY | O_TRUNC);
    assert_int_equal(ftruncate(fd, (64 << 20) + 1), 0);
    close(fd);
    begin("gw-a", NULL);
    assert_int_equal(
        capture_count_of(LOG_LEVEL_WARNING, "alarms.snap of the last run is ignored: over 64 MB"),
        1);
    assert_int_equal(post_news(0, 1, false)->alarm.id, 1); /* the store has it */
}

/* ---- what cannot be published ------------------------------------------------------------ */

/* Small files can be written, and alarms.snap cannot. */
static void alarms_file__cannot_be_written__an_alarm(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    pace.fault_ms = 1;
    begin("gw-a", NULL);
    assert_int_equal(mkdirat(pub.dir, "alarms.snap.tmp", 0700), 0);
    post(0, 1, true);
    wait_for(&tells, 2);
    assert_int_equal(told[1].alarm.kind, ALARM_STORE_FAULT);
    assert_int_equal(told[1].what, EVENT_RAISED);
    assert_true(told[1].stored);
    assert_non_null(strstr(told[1].alarm.text, "SNMP"));
    assert_int_equal(unlinkat(pub.dir, "alarms.snap.tmp", AT_REMOVEDIR), 0);
    wait_for(&tells, 3);
    assert_int_equal(told[2].alarm.kind, ALARM_STORE_FAULT);
    assert_int_equal(told[2].what, EVENT_CLEARED);
    assert_non_null(strstr(told[2].alarm.text, "published"));
    stop();
    assert_int_equal(published_active(), 1);
    assert_int_equal(stored(&last, &standing), 3);
    assert_int_equal(capture_count("the store fails"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(expected__store_locked__said_once_and_kept_later),
        TEST(store__locked_and_nothing_due__an_alarm_until_it_is_back),
        TEST(start__store_late_alarm_told_as_new__its_number_ends),
        TEST(start__ten_thousand_in_the_file_and_no_store__all_of_them),
        TEST(start__file_too_large__ignored_and_said),
        TEST(alarms_file__cannot_be_written__an_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
