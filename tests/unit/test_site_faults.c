/* The site thread when the store fails, is damaged, or of a newer program, and without StateDir. A
 * store that fails on the way is one that somebody else holds locked. */
/* takes: 13 */
#include "site_fixture.h"

static sqlite3 *holder;

static void sql(const char *text)
{
    char path[128];

    if (holder == NULL) {
        snprintf(path, sizeof(path), "%s/btms.db", data_dir);
        assert_int_equal(sqlite3_open(path, &holder), SQLITE_OK);
        sqlite3_busy_timeout(holder, PATIENCE_MS);
    }
    assert_int_equal(sqlite3_exec(holder, text, NULL, NULL, NULL), SQLITE_OK);
}

static int set_up_all(void **state)
{
    int rc = set_up(state);

    site_pace.patience_ms = 300; /* who holds it here holds it for longer */
    return rc;
}

static void let_go(void)
{
    sqlite3_close(holder);
    holder = NULL;
}

static int tear_down_all(void **state)
{
    let_go();
    return tear_down(state);
}

/* Waits until alarms.snap says that its last event is stored. */
static bool published_as_stored(void)
{
    const struct timespec moment = {.tv_nsec = 10000000};

    for (int waited = 0; waited < PATIENCE_MS / 2 && !published_last().stored; waited += 10)
        nanosleep(&moment, NULL);
    return published_last().stored;
}

/* ---- on the way -------------------------------------------------------------------------- */

static void store__locked_for_long__told_all_the_same_stored_later(void **state)
{
    const struct event *e;
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    sql("BEGIN IMMEDIATE");
    e = post_news(0, 2, true);
    assert_false(e->stored);
    assert_int_equal(e->sequence, 2);
    assert_int_equal(e->alarm.id, 2);
    assert_int_equal(published_active(), 2);
    assert_int_equal(published_last().sequence, 2);
    assert_false(published_last().stored);
    assert_false(post_news(0, 1, false)->stored);
    assert_int_equal(told[2].alarm.id, 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "the store fails"), 1);
    sql("COMMIT");
    assert_true(capture_wait("the store is back", 1)); /* without a new alarm */
    e = post_news(0, 3, true);
    assert_true(e->stored);
    assert_int_equal(e->sequence, 4);
    stop();
    assert_int_equal(stored(&last, &standing), 4);
    assert_int_equal(last.sequence, 4);
    assert_int_equal(standing, 2);
    assert_int_equal(capture_lines(), 2);
}

/* MIB, btmsAlarmLogStored: it becomes true when the store is back and has taken it. */
static void store__back__published_as_stored(void **state)
{
    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    sql("BEGIN IMMEDIATE");
    assert_false(post_news(0, 2, true)->stored);
    sql("COMMIT");
    assert_true(capture_wait("the store is back", 1));
    assert_true(published_as_stored());
}

static void store__locked_at_the_end__in_the_files(void **state)
{
    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    sql("BEGIN IMMEDIATE");
    post(0, 2, true);
    stop();
    assert_int_equal(tells, 2);
    assert_int_equal(published_last().sequence, 2);
    assert_int_equal(published_site().sequence, 2);
}

/* As when another program found it damaged and put it aside. */
static void store__removed_under_it__opened_anew(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    assert_int_equal(nftw(data_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    assert_false(post_news(0, 2, true)->stored);
    assert_true(capture_wait("the store is back", 1));
    assert_int_equal(post_news(0, 1, false)->alarm.id, 1);
    stop();
    assert_int_equal(stored(&last, &standing), 3);
    assert_int_equal(last.sequence, 3);
    assert_int_equal(standing, 1);
}

static void wait_for_empty_queue(int n)
{
    pthread_mutex_lock(&told_lock);
    n += tells;
    pthread_mutex_unlock(&told_lock);
    wait_for(&tells, n);
}

static size_t stored_with(const char *where)
{
    char text[256];
    sqlite3_stmt *st;
    size_t n;

    snprintf(text, sizeof(text), "SELECT count(*) FROM %s", where);
    assert_int_equal(sqlite3_prepare_v2(holder, text, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    n = (size_t)sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static const struct event *told_of(int kind)
{
    for (int i = 0; i < tells; i++)
        if (told[i].alarm.kind == kind)
            return &told[i];
    return NULL;
}

/* What left the memory before it could be stored is counted and told; what stands is right. */
static void store__locked_for_more_than_the_ring__said_and_set_right(void **state)
{
    enum { MANY = SNAPSHOT_EVENTS_MAX + 200 };
    const struct event *dropped;
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    for (int i = 1; i <= 3; i++)
        post_news(0, i, true);
    sql("BEGIN IMMEDIATE");
    post_news(0, 1, false);
    post_news(0, 2, false);
    for (int i = 10; i < 10 + MANY; i++)
        post(0, i, true);
    wait_for_empty_queue(MANY);
    assert_null(told_of(ALARM_EVENTS_DROPPED));
    sql("COMMIT");
    wait_for_empty_queue(2);
    dropped = told_of(ALARM_EVENTS_DROPPED);
    assert_non_null(dropped);
    assert_int_equal(capture_count("nothing is lost"), 0);
    assert_true(dropped->stored);
    assert_int_equal(dropped->alarm.severity, ALARM_MAJOR);
    assert_non_null(strstr(dropped->alarm.text, "site: 202 events (numbers 4 to 205) are not in"));
    assert_int_equal(stored_with("active"), MANY + 1);
    assert_int_equal(stored_with("active WHERE ups IN (1, 2)"), 0);
    assert_int_equal(stored_with("event WHERE ups IN (1, 2) AND what = 2"), 2);
    assert_int_equal(stored_with("event WHERE ups >= 10"), MANY);
    let_go();
    post_news(0, 3, false);
    for (int i = 10; i < 10 + MANY; i++)
        post(0, i, false);
    stop();
    assert_int_equal(stored(&last, &standing), 3 + MANY + 2 + 2 + 1 + MANY);
    assert_int_equal(standing, 0);
}

/* ---- at the start ------------------------------------------------------------------------ */

static void start__no_store__numbers_above_the_files_stored_later(void **state)
{
    const struct event *e;
    struct event last;
    size_t standing;
    uint32_t a, b;

    (void)state;
    begin("gw-a", "gw-b");
    a = site_device(site, 0);
    b = site_device(site, 1);
    for (int i = 1; i <= 3; i++)
        post_news(1, i, true);
    stop();
    block();
    begin("gw-b", "gw-new");
    assert_int_equal(site_device(site, 0), b); /* as published before */
    assert_true(site_device(site, 1) > a && site_device(site, 1) > b);
    e = post_news(0, 7, true);
    assert_false(e->stored);
    assert_int_equal(e->sequence, 4);
    assert_int_equal(e->alarm.id, 4);
    assert_int_equal(published_site().sequence, 4);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "the store fails"), 1);
    unblock();
    assert_true(capture_wait("the store is back", 1));
    e = post_news(0, 8, true);
    assert_true(e->stored);
    assert_int_equal(e->sequence, 5);
    stop();
    assert_int_equal(stored(&last, &standing), 5);
    assert_int_equal(last.sequence, 5);
}

static void start__database_corrupt__new_one_above_the_files(void **state)
{
    const struct event *e;
    char path[128];
    uint64_t id;
    FILE *f;

    (void)state;
    begin("gw-a", NULL);
    id = pub.store_id;
    for (int i = 1; i <= 3; i++)
        post_news(0, i, true);
    stop();
    snprintf(path, sizeof(path), "%s/btms.db", data_dir);
    f = fopen(path, "r+");
    for (int i = 0; i < 20000; i++)
        fputc('x', f);
    fclose(f);
    begin("gw-a", NULL);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "btms.db"), 1);
    assert_true(pub.store_id != id && pub.store_id != 0);
    e = post_news(0, 9, true);
    assert_true(e->stored);
    assert_int_equal(e->sequence, 4);
    assert_int_equal(e->alarm.id, 4);
}

static void start__files_and_database_gone__from_1(void **state)
{
    (void)state;
    begin("gw-a", NULL);
    assert_int_equal(post_news(0, 1, true)->sequence, 1);
    stop();
    assert_int_equal(nftw(data_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    fsio_remove(pub.dir, "site.snap");
    begin("gw-a", NULL);
    assert_int_equal(site_device(site, 0), 1);
    assert_int_equal(post_news(0, 1, true)->sequence, 1);
}

static void start__database_of_a_newer_program__untouched_and_told(void **state)
{
    const struct event *e;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    stop();
    sql("PRAGMA user_version = 9999");
    let_go();
    begin("gw-a", NULL);
    e = post_news(0, 2, true);
    assert_false(e->stored);
    assert_int_equal(e->sequence, 2);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "the store fails"), 1);
    stop();
    sql("PRAGMA user_version"); /* still a database */
}

static void start__damaged_site_file__store_counts(void **state)
{
    int fd;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    stop();
    fd = openat(pub.dir, "site.snap", O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "BTMS", 4), 4);
    close(fd);
    begin("gw-a", NULL);
    assert_int_equal(post_news(0, 2, true)->sequence, 2);
}

/* Told and published by a run that could not store it any more. */
static void run_before__store_locked_at_its_end__stored_now(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    sql("BEGIN IMMEDIATE");
    post(0, 2, true);
    post(0, 1, false);
    stop();
    sql("COMMIT");
    begin("gw-a", NULL);
    tell_presets(0);
    assert_int_equal(presets, 1);
    assert_int_equal(preset[0].id, 2);
    assert_true(published_last().stored);
    assert_int_equal(post_news(0, 2, false)->alarm.id, 2);
    stop();
    assert_int_equal(stored(&last, &standing), 4);
    assert_int_equal(last.sequence, 4);
    assert_int_equal(standing, 0);
}

/* The alarms go on under their ids, though the log begins anew. */
static void start__database_gone__standing_alarms_in_the_new_one(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    post_news(0, 2, true);
    post_news(0, 1, false);
    stop();
    assert_int_equal(nftw(data_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    begin("gw-a", NULL);
    tell_presets(0);
    assert_int_equal(presets, 1);
    assert_int_equal(preset[0].id, 2);
    assert_int_equal(preset[0].gateway, site_device(site, 0));
    assert_int_equal(post_news(0, 3, true)->alarm.id, 3);
    assert_int_equal(told[3].sequence, 4);
    stop();
    assert_int_equal(stored(&last, &standing), 2);
    assert_int_equal(standing, 2);
}

/* Neither the store nor the last run's files: indexes and numbers are guesses until it is back. */
static void start__nothing_known_then_back__settled_with_the_store(void **state)
{
    struct event last;
    size_t standing;
    uint32_t b;

    (void)state;
    begin("gw-a", "gw-b");
    b = site_device(site, 1);
    for (int i = 1; i <= 3; i++)
        post_news(1, i, true); /* ids 1 to 3 */
    stop();
    block();
    fsio_remove(pub.dir, "site.snap");
    begin("gw-b", NULL);
    assert_int_not_equal(site_device(site, 0), b);
    tell_presets(0);
    assert_int_equal(presets, 0);
    post_news(0, 1, true); /* seen again, and the site cannot know */
    post_news(0, 7, true);
    post_news(0, 2, true);
    post_news(0, 2, false);
    unblock();
    assert_true(capture_wait("the store is back", 1));
    assert_int_equal(site_device(site, 0), b);
    tell_presets(0); /* late, but not too late for the end of number 3 */
    assert_int_equal(presets, 3);
    assert_int_equal(preset[0].id, 1);
    assert_int_equal(preset[1].id, 3);
    assert_int_equal(preset[2].ups, 7);
    assert_true(preset[2].id > 3);
    assert_true(published_as_stored());
    assert_int_equal(published_active(), 3);
    assert_int_equal(post_news(0, 3, false)->alarm.id, 3);
    assert_int_equal(post_news(0, 1, false)->alarm.id, 1);
    stop();
    assert_int_equal(stored(&last, &standing), 7); /* the second raise of 1 and of 2 are none */
    assert_int_equal(standing, 1);
    assert_int_equal(last.sequence, published_site().sequence);
    assert_int_equal(last.alarm.gateway, b);
}

/* ---- StateDir that goes ------------------------------------------------------------------ */

/* Nothing new happens, and yet it is all there again. */
static void state_dir__removed__everything_published_anew(void **state)
{
    (void)state;
    begin("gw-a", NULL);
    post_news(0, 1, true);
    assert_int_equal(nftw(state_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    assert_true(capture_wait("everything is published anew", 1));
    stop();
    assert_int_equal(published_active(), 1);
    assert_int_equal(published_last().sequence, 1);
    assert_int_equal(published_site().sequence, 1);
    assert_int_equal(capture_lines(), 1);
}

/* ---- no StateDir ------------------------------------------------------------------------- */

static void no_state_dir__alarms__stored_and_told(void **state)
{
    struct event last;
    size_t standing;

    (void)state;
    publisher_close(&pub);
    begin("gw-a", NULL);
    assert_true(post_news(0, 1, true)->stored);
    stop();
    assert_int_equal(stored(&last, &standing), 1);
    assert_int_equal(capture_lines(), 0);
}

static void wait__released__comes_back_at_once(void **state)
{
    struct site_settings set = {
        .data_dir = data_dir, .gateway = config, .publisher = &pub, .tell = on_tell};

    (void)state;
    set.gateways = 1;
    snprintf(config[0].name, NAME_SIZE, "gw-a");
    config[0].interval_ms = 1000;
    begin("gw-a", NULL); /* makes the store */
    stop();
    sql("BEGIN EXCLUSIVE"); /* opening takes its time now */
    site = site_start(&set);
    assert_non_null(site);
    site_release(site);
    site_wait(site, 1000 * PATIENCE_MS); /* hangs, if it does not */
    sql("COMMIT");
}

#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up_all, tear_down_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(store__locked_for_long__told_all_the_same_stored_later),
        TEST(store__back__published_as_stored),
        TEST(store__locked_at_the_end__in_the_files),
        TEST(store__removed_under_it__opened_anew),
        TEST(store__locked_for_more_than_the_ring__said_and_set_right),
        TEST(start__no_store__numbers_above_the_files_stored_later),
        TEST(start__database_corrupt__new_one_above_the_files),
        TEST(start__files_and_database_gone__from_1),
        TEST(start__database_of_a_newer_program__untouched_and_told),
        TEST(start__damaged_site_file__store_counts),
        TEST(start__nothing_known_then_back__settled_with_the_store),
        TEST(run_before__store_locked_at_its_end__stored_now),
        TEST(start__database_gone__standing_alarms_in_the_new_one),
        TEST(state_dir__removed__everything_published_anew),
        TEST(no_state_dir__alarms__stored_and_told),
        TEST(wait__released__comes_back_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
