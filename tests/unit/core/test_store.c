/* The store as it is used: with real files, closed and opened again between the steps. */
#include "store_fixture.h"

#include <sqlite3.h>
#include <time.h>

/* ---- opening ----------------------------------------------------------------------------- */

static void open__nothing_there__made_for_the_group(void **state)
{
    static const char *const names[] = {"btms.db", "btms.db-wal", "btms.db-shm"};
    mode_t old = umask(077);

    (void)state;
    reopen();
    umask(old);
    assert_int_equal(mode_of("."), 02770);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(mode_of(names[i]), 0660);
    assert_true(store_id(store) != 0);
    assert_int_equal(store_numbers(store).sequence, 0);
    assert_int_equal(store_numbers(store).alarm_id, 0);
    assert_int_equal(store_numbers(store).device, 0);
    assert_true(holds(store, 1, 0));
}

static void open__two_stores__different_ids(void **state)
{
    uint64_t first;

    (void)state;
    reopen();
    first = store_id(store);
    shut();
    assert_int_equal(unlink(path_of("btms.db")), 0);
    reopen();
    assert_true(store_id(store) != first);
}

static void open__again__everything_there(void **state)
{
    uint64_t id;
    uint32_t device, cursor;

    (void)state;
    reopen();
    id = store_id(store);
    assert_int_equal(tell(store, 1, 5), 0);
    assert_int_equal(store_device(store, "gw-a", &device), 0);
    assert_int_equal(set_cursor(store, "nms", 3), 0);
    for (int i = 0; i < 3; i++) {
        reopen();
        assert_true(store_id(store) == id);
        assert_true(holds(store, 1, 5));
        assert_int_equal(store_numbers(store).sequence, 5);
        assert_int_equal(store_numbers(store).alarm_id, 3);
        assert_int_equal(store_numbers(store).device, 1);
        assert_int_equal(get_cursor(store, "nms", &cursor), 0);
        assert_int_equal(cursor, 3);
    }
}

static void sql(const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path_of("btms.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static size_t contents(const char *name, uint8_t *ret, size_t size)
{
    FILE *f = fopen(path_of(name), "rb");
    size_t n = 0;

    if (f != NULL) {
        n = fread(ret, 1, size, f);
        fclose(f);
    }
    return n;
}

static void open__newer_schema__refused_and_untouched(void **state)
{
    static uint8_t before[1 << 18], after[1 << 18];
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 20), 0);
    shut();
    sql("PRAGMA user_version = 4");
    n = contents("btms.db", before, sizeof(before));
    assert_int_equal(try_open((struct store_floor){100, 100, 100}), STORE_NEWER);
    assert_null(store);
    assert_non_null(strstr(error, path_of("btms.db")));
    assert_non_null(strstr(error, "version 4"));
    assert_int_equal(contents("btms.db", after, sizeof(after)), n);
    assert_memory_equal(before, after, n);
    assert_false(exists("btms.db.corrupt-1"));
    sql("PRAGMA user_version = 3");
    reopen();
    assert_true(holds(store, 1, 20));
}

/* Of the first version, in which a receiver's count was the sequence. */
static void place__all_of_it__kept(void **state)
{
    const struct store_place a = {9, 4, 12, true}, b = {13, 6, 12, false};
    struct store_place p;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 3), 0);
    assert_int_equal(store_place(store, "a", &p), 0);
    assert_true(p.sequence == 3 && p.number == 3 && p.sent == 0 && !p.lost);
    assert_int_equal(store_set_place(store, "a", &a), 0);
    assert_int_equal(store_set_place(store, "b", &b), 0);
    reopen();
    assert_int_equal(store_place(store, "a", &p), 0);
    assert_true(p.sequence == 9 && p.number == 4 && p.sent == 12 && p.lost);
    assert_int_equal(store_place(store, "b", &p), 0);
    assert_true(p.sequence == 13 && p.number == 6 && p.sent == 12 && !p.lost);
}

static void open__empty_file__filled(void **state)
{
    FILE *f;

    (void)state;
    mkdir(data_dir, 0770);
    f = fopen(path_of("btms.db"), "w");
    fclose(f);
    reopen();
    assert_int_equal(tell(store, 1, 3), 0);
    reopen();
    assert_true(holds(store, 1, 3));
}

/* Somebody else's database is no damaged one: it is left where it is. */
static void open__another_program_s_database__left_alone(void **state)
{
    (void)state;
    mkdir(data_dir, 0770);
    sql("CREATE TABLE meta (a, b, c); PRAGMA user_version = 1");
    assert_int_equal(try_open((struct store_floor){0}), STORE_FAILED);
    assert_null(store);
    assert_false(exists("btms.db.corrupt-1"));
}

/* ---- numbers ----------------------------------------------------------------------------- */

static void device__by_name__kept_and_rising(void **state)
{
    uint32_t a, b, again;

    (void)state;
    reopen();
    assert_int_equal(store_device(store, "gw-a", &a), 0);
    assert_int_equal(store_device(store, "gw-b", &b), 0);
    assert_int_equal(store_device(store, "gw-a", &again), 0);
    assert_int_equal(a, 1);
    assert_int_equal(b, 2);
    assert_int_equal(again, a);
    sql("DELETE FROM device WHERE name = 'gw-b'");
    reopen();
    assert_int_equal(store_device(store, "gw-c", &again), 0);
    assert_int_equal(again, 3); /* 2 was given once */
    assert_int_equal(store_device(store, "gw-a", &again), 0);
    assert_int_equal(again, a);
    assert_int_equal(store_numbers(store).device, 3);
}

static void device__no_index_left__refused(void **state)
{
    uint32_t index = 77;

    (void)state;
    assert_int_equal(try_open((struct store_floor){.device = UINT32_MAX}), STORE_OK);
    assert_int_equal(store_device(store, "gw-a", &index), -1);
    assert_int_equal(index, 77);
    assert_non_null(strstr(store_error(store), "no index is left"));
}

static void numbers__after_deletion__still_rise(void **state)
{
    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 10), 0);
    assert_int_equal(store_prune(store, INT64_MAX, 0), 10);
    reopen();
    assert_int_equal(store_numbers(store).sequence, 10);
    assert_int_equal(store_numbers(store).alarm_id, 5);
}

static void floor__higher_and_lower__never_back(void **state)
{
    uint32_t device;

    (void)state;
    assert_int_equal(try_open((struct store_floor){100, 50, 7}), STORE_OK);
    assert_int_equal(store_numbers(store).sequence, 100);
    assert_int_equal(store_device(store, "gw-a", &device), 0);
    assert_int_equal(device, 8);
    assert_int_equal(try_open((struct store_floor){99, 51, 2}), STORE_OK);
    assert_int_equal(store_numbers(store).sequence, 100);
    assert_int_equal(store_numbers(store).alarm_id, 51);
    assert_int_equal(store_numbers(store).device, 8);
    reopen();
    assert_int_equal(store_numbers(store).alarm_id, 51);
}

/* Events that were numbered while the store was out of order come in below the floor. */
static void floor__events_below_it__stored(void **state)
{
    (void)state;
    assert_int_equal(try_open((struct store_floor){.sequence = 6}), STORE_OK);
    assert_int_equal(tell(store, 1, 6), 0);
    assert_true(holds(store, 1, 6));
    assert_int_equal(store_numbers(store).sequence, 6);
}

/* ---- events and alarms ------------------------------------------------------------------- */

static void append__twice__as_once(void **state)
{
    (void)state;
    reopen();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tell(store, 1, 7), 0);
        assert_true(holds(store, 1, 7));
    }
    assert_int_equal(tell(store, 5, 12), 0); /* old and new together */
    assert_true(holds(store, 1, 12));
    assert_int_equal(tell(store, 1, 1), 0); /* an old raise raises nothing */
    assert_true(holds(store, 1, 12));
    assert_int_equal(store_append(store, NULL, 0), 0);
}

/* A program that could not ask the store has given a number that another one has used meanwhile. */
static void append__number_of_another_event__refused_whole(void **state)
{
    struct event e[2];

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 3), 0);
    e[0] = event_of(3, EVENT_RAISED, 7);
    e[1] = event_of(4, EVENT_RAISED, 8);
    assert_int_equal(store_append(store, e, 2), -1);
    assert_non_null(strstr(store_error(store), "sequence 3 is another event's"));
    assert_true(holds(store, 1, 3));
}

static void active__through_its_life__as_of_the_last_event(void **state)
{
    static const enum event_what life[] = {EVENT_RAISED, EVENT_CHANGED, EVENT_ACKNOWLEDGED};
    struct alarm *a;
    size_t n;

    (void)state;
    reopen();
    for (uint32_t i = 0; i < COUNT(life); i++) {
        struct event e = event_of(i + 1, life[i], 8);

        assert_int_equal(store_append(store, &e, 1), 0);
        reopen();
        assert_int_equal(store_active(store, &a, &n), 0);
        assert_int_equal(n, 1);
        assert_memory_equal(&a[0], &e.alarm, sizeof(e.alarm));
        free(a);
    }
    assert_int_equal(
        store_append(store, &(struct event){.sequence = 4, .what = EVENT_CLEARED, .alarm.id = 8},
                     1),
        0);
    assert_int_equal(store_active(store, &a, &n), 0);
    assert_int_equal(n, 0);
    free(a);
}

static void active__kept_without_an_event__as_it_became(void **state)
{
    struct event e = event_of(1, EVENT_RAISED, 8);
    struct alarm was = e.alarm, gone = e.alarm, *a;
    struct event *log;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(store_append(store, &e, 1), 0);
    was.has_value = true;
    was.value = -7;
    was.peak = -9;
    was.occurrences = 3;
    was.cause_id = 5;
    was.changed_ms = 1234;
    was.stale = !was.stale;
    memset(was.text, 0, sizeof(was.text));
    strcpy(was.text, "worse");
    gone.id = 77;
    assert_int_equal(store_keep(store, (struct alarm[]){was, gone}, 2), 0);
    reopen();
    assert_int_equal(store_active(store, &a, &n), 0);
    assert_int_equal(n, 1); /* what is not active does not become so */
    assert_memory_equal(&a[0], &was, sizeof(was));
    free(a);
    assert_int_equal(store_last_events(store, 9, &log, &n), 0);
    assert_int_equal(n, 1);
    assert_memory_equal(&log[0].alarm, &e.alarm, sizeof(e.alarm));
    free(log);
}

static void active__many__by_id(void **state)
{
    enum { MANY = 300 };
    struct alarm *a;
    size_t n;

    (void)state;
    reopen();
    for (uint32_t i = 0; i < MANY; i++) {
        struct event e = event_of(i + 1, EVENT_RAISED, 1 + (i * 7) % MANY);

        assert_int_equal(store_append(store, &e, 1), 0);
    }
    assert_int_equal(store_active(store, &a, &n), 0);
    assert_int_equal(n, MANY);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(a[i].id, i + 1);
    free(a);
}

static void events__last_and_after__in_order_and_bounded(void **state)
{
    struct event *e;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 100), 0);
    assert_int_equal(store_last_events(store, 10, &e, &n), 0);
    assert_int_equal(n, 10);
    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(e[i].sequence, 91 + i);
    free(e);
    assert_int_equal(store_last_events(store, 1000, &e, &n), 0);
    assert_int_equal(n, 100);
    free(e);
    assert_int_equal(store_events_after(store, 95, 3, &e, &n), 0);
    assert_int_equal(n, 3);
    assert_int_equal(e[0].sequence, 96);
    assert_true(e[0].stored);
    free(e);
    assert_int_equal(store_events_after(store, 100, 3, &e, &n), 0);
    assert_int_equal(n, 0);
    free(e);
}

static void extremes__come_back(void **state)
{
    struct event e, *is;
    size_t n;

    (void)state;
    memset(&e, 0, sizeof(e));
    e.sequence = UINT32_MAX - 1;
    e.what = EVENT_RAISED;
    e.stored = true;
    e.wall_ms = INT64_MIN;
    e.alarm.id = UINT32_MAX - 1;
    e.alarm.kind = UINT16_MAX;
    e.alarm.gateway = UINT32_MAX;
    e.alarm.cell = UINT16_MAX;
    e.alarm.has_value = true;
    e.alarm.value = INT32_MIN;
    e.alarm.raised_ms = INT64_MAX;
    memset(e.alarm.text, 'x', sizeof(e.alarm.text) - 1);
    reopen();
    assert_int_equal(store_append(store, &e, 1), 0);
    assert_int_equal(store_last_events(store, 1, &is, &n), 0);
    assert_int_equal(n, 1);
    assert_memory_equal(is, &e, sizeof(e));
    free(is);
    assert_int_equal(store_numbers(store).sequence, UINT32_MAX - 1);
}

static void check_none_left(struct event e)
{
    uint32_t sequence = e.sequence, id = e.alarm.id;

    assert_int_equal(store_append(store, &e, 1), -1);
    assert_non_null(strstr(store_error(store), "no number is left"));
    assert_int_equal(e.sequence, sequence);
    assert_int_equal(e.alarm.id, id);
}

/* Numbers never begin anew, and the highest is never used. */
static void numbers__used_up__refused(void **state)
{
    struct event e = {.what = EVENT_RAISED, .sequence = UINT32_MAX - 1, .alarm = {.id = 7}};
    struct event *is;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(store_append(store, &e, 1), 0);
    check_none_left((struct event){.what = EVENT_RAISED});
    check_none_left((struct event){.what = EVENT_RAISED, .sequence = UINT32_MAX});
    check_none_left((struct event){.what = EVENT_RAISED, .sequence = 5, .alarm.id = UINT32_MAX});
    assert_int_equal(store_events_after(store, 0, SIZE_MAX, &is, &n), 0);
    assert_int_equal(n, 1);
    free(is);
}

/* What a person with a shell can break must not break a program. */
static void rows__edited_by_hand__brought_into_range(void **state)
{
    struct event *e;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 1), 0);
    sql("UPDATE event SET severity = 99, level = -1, cell = 70000, decimals = 200, what = 9,"
        " text = printf('%1000c', 'x'), unit = x'00ff', sources = 1000, muted = 7, peak = 1 << 40,"
        " acked_by = printf('%1000c', 'x'), occurrences = -1");
    assert_int_equal(store_last_events(store, 1, &e, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(e->alarm.severity, ALARM_CRITICAL);
    assert_int_equal(e->alarm.level, 0);
    assert_int_equal(e->alarm.cell, UINT16_MAX);
    assert_int_equal(e->alarm.decimals, 9);
    assert_int_equal(e->what, EVENT_UNSHELVED);
    assert_true(e->alarm.sources == 255 && e->alarm.muted && e->alarm.peak == INT32_MAX &&
                e->alarm.occurrences == 0);
    assert_int_equal(strlen(e->alarm.acked_by), EVENT_BY_SIZE - 1);
    assert_int_equal(strlen(e->alarm.text), EVENT_TEXT_SIZE - 1);
    free(e);
}

static int count_row(void *ret, int columns, char **value, char **name)
{
    (void)name;
    assert_int_equal(columns, 3);
    assert_string_equal(value[0], "2023-11-14 22:13:20");
    assert_string_equal(value[1], *(int *)ret % 2 ? "cleared" : "raised");
    assert_non_null(strstr(value[2], "it's \"low\""));
    ++*(int *)ret;
    return 0;
}

static void person__asks_the_log__reads_it(void **state)
{
    sqlite3 *db;
    int rows = 0;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 4), 0);
    assert_int_equal(sqlite3_open(path_of("btms.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "SELECT utc, what, text FROM log", count_row, &rows, NULL),
                     SQLITE_OK);
    assert_int_equal(rows, 4);
    sqlite3_close(db);
}

/* ---- cursors and deletion ---------------------------------------------------------------- */

static void expect_cursor(const char *receiver, uint32_t sequence)
{
    uint32_t is = 0;

    assert_int_equal(get_cursor(store, receiver, &is), 0);
    assert_int_equal(is, sequence);
}

static void cursor__new_set_kept(void **state)
{
    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 10), 0);
    expect_cursor("a", 10); /* only news */
    assert_int_equal(tell(store, 11, 12), 0);
    expect_cursor("a", 10); /* and that is kept */
    expect_cursor("b", 12);
    assert_int_equal(set_cursor(store, "a", 11), 0);
    assert_int_equal(set_cursor(store, "a", 11), 0);
    assert_int_equal(set_cursor(store, "c", 5), 0);
    reopen();
    expect_cursor("a", 11);
    expect_cursor("b", 12);
    expect_cursor("c", 5);
}

/* ---- more than one program --------------------------------------------------------------- */

static int64_t ms_to_fail(uint32_t from, uint32_t to)
{
    struct timespec before, after;

    clock_gettime(CLOCK_MONOTONIC, &before);
    assert_int_equal(tell(store, from, to), -1);
    clock_gettime(CLOCK_MONOTONIC, &after);
    return (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
}

/* As a writing program that does not end holds it. */
static void busy__too_long__fails_and_can_be_repeated(void **state)
{
    sqlite3 *db;
    int64_t first;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 2), 0);
    assert_int_equal(sqlite3_open(path_of("btms.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    first = ms_to_fail(3, 5);
    assert_non_null(strstr(store_error(store), "btms.db: cannot store events: database is locked"));
    assert_true(ms_to_fail(3, 5) < first / 2); /* whoever waits in vain has something to tell */
    assert_true(holds(store, 1, 2));           /* reading does not wait */
    sqlite3_close(db);
    assert_int_equal(tell(store, 3, 5), 0);
    assert_true(holds(store, 1, 5));
}

static void moved_away__said_so__opens_anew(void **state)
{
    uint32_t cursor;
    struct alarm *a;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 2), 0);
    assert_int_equal(rename(path_of("btms.db"), path_of("elsewhere")), 0);
    assert_int_equal(tell(store, 3, 4), -1);
    assert_non_null(strstr(store_error(store), "moved away"));
    assert_int_equal(store_active(store, &a, &n), -1);
    assert_int_equal(get_cursor(store, "a", &cursor), -1);
    reopen();
    assert_int_equal(tell(store, 1, 4), 0);
    assert_true(holds(store, 1, 4));
}

enum { TOLD = 200 };

/* As the programs do: a store that is busy being made by another one is tried again. */
static struct store *open_in_child(void)
{
    struct store *s = NULL;

    for (int tries = 0; tries < 100 && s == NULL; tries++) {
        if (store_open(data_dir, NULL, &s, error, sizeof(error)) != STORE_OK)
            fprintf(stderr, "child: %s\n", error);
        if (s == NULL)
            usleep(20000);
    }
    return s;
}

static int write_the_story(void *ctx)
{
    struct store *s = open_in_child();

    (void)ctx;
    MUST(s != NULL);
    for (uint32_t i = 1; i < TOLD; i += 2)
        MUST(tell(s, i, i + 1) == 0);
    store_close(s);
    return 0;
}

/* Follows as the agent does: batches after a cursor, never a gap, until the last. */
static int follow_the_story(void *ctx)
{
    struct store *s = open_in_child();
    uint32_t at = 0;

    MUST(s != NULL);
    MUST(set_cursor(s, ctx, 0) == 0);
    while (at < TOLD) {
        struct event *e;
        size_t n;

        MUST(get_cursor(s, ctx, &at) == 0);
        MUST(store_events_after(s, at, 10, &e, &n) == 0);
        for (size_t i = 0; i < n; i++) {
            struct event want = story(++at);

            MUST(event_equal(&e[i], &want));
        }
        free(e);
        MUST(n == 0 || set_cursor(s, ctx, at) == 0);
    }
    store_close(s);
    return 0;
}

static void programs__write_and_follow__no_gap(void **state)
{
    static char a[] = "a", b[] = "b";
    pid_t writer, followers[2];

    (void)state;
    reopen();
    shut();
    followers[0] = spawn(follow_the_story, a);
    writer = spawn(write_the_story, NULL);
    followers[1] = spawn(follow_the_story, b);
    assert_int_equal(ended(writer), 0);
    assert_int_equal(ended(followers[0]), 0);
    assert_int_equal(ended(followers[1]), 0);
    reopen();
    assert_true(holds(store, 1, TOLD));
    expect_cursor("a", TOLD);
}

static int open_and_ask(void *ctx)
{
    struct store *s = open_in_child();
    uint32_t index;

    MUST(s != NULL);
    MUST(store_device(s, "shared", &index) == 0);
    MUST(index == 1);
    MUST(store_device(s, ctx, &index) == 0);
    store_close(s);
    return 0;
}

static void programs__all_open_first__one_store(void **state)
{
    static char names[6][8];
    pid_t pids[COUNT(names)];
    uint32_t index;

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(names[i], sizeof(names[i]), "gw-%d", (int)i);
        pids[i] = spawn(open_and_ask, names[i]);
    }
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(ended(pids[i]), 0);
    reopen();
    assert_int_equal(store_numbers(store).device, 7);
    assert_int_equal(store_device(store, "shared", &index), 0);
    assert_int_equal(index, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open__nothing_there__made_for_the_group),
        TEST(open__two_stores__different_ids),
        TEST(open__again__everything_there),
        TEST(open__newer_schema__refused_and_untouched),
        TEST(place__all_of_it__kept),
        TEST(open__empty_file__filled),
        TEST(open__another_program_s_database__left_alone),
        TEST(device__by_name__kept_and_rising),
        TEST(device__no_index_left__refused),
        TEST(numbers__after_deletion__still_rise),
        TEST(floor__higher_and_lower__never_back),
        TEST(floor__events_below_it__stored),
        TEST(append__twice__as_once),
        TEST(append__number_of_another_event__refused_whole),
        TEST(active__through_its_life__as_of_the_last_event),
        TEST(active__kept_without_an_event__as_it_became),
        TEST(active__many__by_id),
        TEST(events__last_and_after__in_order_and_bounded),
        TEST(extremes__come_back),
        TEST(numbers__used_up__refused),
        TEST(rows__edited_by_hand__brought_into_range),
        TEST(person__asks_the_log__reads_it),
        TEST(cursor__new_set_kept),
        TEST(busy__too_long__fails_and_can_be_repeated),
        TEST(moved_away__said_so__opens_anew),
        TEST(programs__write_and_follow__no_gap),
        TEST(programs__all_open_first__one_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
