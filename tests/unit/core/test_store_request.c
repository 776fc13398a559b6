/* What version 2 of the store added, and the way there from version 1. */
#include "store_fixture.h"

#include <sqlite3.h>

static void sql(const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path_of("btms.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* As the first version made it, with the events that raise two alarms and clear one. */
#define V1_ALARM                                                                                   \
    " kind INTEGER NOT NULL, severity INTEGER NOT NULL, level INTEGER NOT NULL,"                   \
    " gateway INTEGER NOT NULL, ups INTEGER NOT NULL, string INTEGER NOT NULL,"                    \
    " cell INTEGER NOT NULL, value INTEGER, decimals INTEGER NOT NULL, unit TEXT NOT NULL,"        \
    " object TEXT NOT NULL, text TEXT NOT NULL, raised_ms INTEGER NOT NULL"
static const char v1[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('sequence', 3), ('alarmId', 2), ('device', 1),"
    " ('storeId', '00000000000004d3');"
    "CREATE TABLE device (idx INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "INSERT INTO device VALUES (1, 'gw-a');"
    "CREATE TABLE event (sequence INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL,"
    " what INTEGER NOT NULL, alarm_id INTEGER NOT NULL," V1_ALARM ");"
    "CREATE INDEX event_wall_ms ON event (wall_ms);"
    "CREATE TABLE active (alarm_id INTEGER PRIMARY KEY," V1_ALARM ");"
    "CREATE TABLE cursor (receiver TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE VIEW log AS SELECT sequence, text FROM event;"
    "INSERT INTO event VALUES"
    " (1, 1001, 1, 1, 41, 1, 2, 1, 2, 3, 0, 5402, 2, 'V', 'gw-a / string 3', 'low', 1001),"
    " (2, 1002, 1, 2, 4, 2, 3, 1, 2, 3, 7, NULL, 0, '', 'gw-a / cell 7', 'lost', 1002),"
    " (3, 1003, 2, 2, 4, 2, 3, 1, 2, 3, 7, NULL, 0, '', 'gw-a / cell 7', 'over', 1002);"
    "INSERT INTO active VALUES"
    " (1, 41, 1, 2, 1, 2, 3, 0, 5402, 2, 'V', 'gw-a / string 3', 'low', 1001);"
    "INSERT INTO cursor VALUES ('snmpd', 2); PRAGMA user_version = 1";

static void open__version_1__brought_forward(void **state)
{
    struct alarm *a = NULL;
    struct event *e = NULL;
    struct store_place place;
    uint32_t device;
    size_t n;

    (void)state;
    mkdir(data_dir, 0770);
    sql(v1);
    for (int i = 0; i < 2; i++) { /* once more: there is nothing left to do */
        reopen();
        assert_true(store_id(store) == 0x4d3);
        assert_int_equal(store_active(store, &a, &n), 0);
        assert_int_equal(n, 1);
        assert_true(a->id == 1 && a->kind == 41 && a->level == ALARM_OF_STRING && a->has_value);
        assert_true(a->value == 5402 && a->peak == 5402 && !a->has_limit && !a->muted);
        assert_true(a->acked_ms == 0 && a->shelved_until_ms == 0 && a->raised_ms == 1001);
        assert_string_equal(a->acked_by, "");
        free(a);
        assert_int_equal(store_last_events(store, 9, &e, &n), 0);
        assert_int_equal(n, 3);
        assert_true(e[2].sequence == 3 && e[2].what == EVENT_CLEARED && e[2].alarm.cell == 7);
        free(e);
        assert_int_equal(store_place(store, "snmpd", &place), 0);
        assert_true(place.sequence == 2 && place.number == 2 && place.sent == 0 && !place.lost);
        assert_int_equal(store_device(store, "gw-a", &device), 0);
        assert_int_equal(device, 1);
    }
    assert_int_equal(tell(store, 4, 5), 0);
}

static void active__alarm_of_the_site__stays_one(void **state)
{
    struct event e = event_of(1, EVENT_RAISED, 1);
    struct alarm *a = NULL;
    size_t n;

    (void)state;
    reopen();
    e.alarm.level = ALARM_OF_SITE;
    assert_int_equal(store_append(store, &e, 1), 0);
    assert_int_equal(store_active(store, &a, &n), 0);
    assert_int_equal(a->level, ALARM_OF_SITE);
    free(a);
    shut();
    sql("UPDATE active SET level = 99");
    reopen();
    assert_int_equal(store_active(store, &a, &n), 0);
    assert_int_equal(a->level, ALARM_OF_QUANTITY); /* the last that there is */
    free(a);
}

/* ---- requests and expectations ----------------------------------------------------------- */

static struct store_request request_of(const char *note)
{
    struct store_request r = {.verb = STORE_MAINTAIN, .asked_ms = 1700000000000, .alarm_id = 7};

    r.level = ALARM_OF_CELL;
    r.ups = 1;
    r.string = 2;
    r.cell = 3;
    r.for_ms = 3600000;
    r.safety = true;
    strcpy(r.gateway, "gw-a");
    strcpy(r.by, "j'd");
    snprintf(r.note, sizeof(r.note), "%s", note);
    return r;
}

static void request__asked_and_answered__kept(void **state)
{
    struct store_request r[3] = {request_of("a"), request_of("b"), request_of("c")}, is;
    static struct store_request list[9];
    size_t n;

    (void)state;
    reopen();
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_ask(store, &r[i]), 0);
    assert_true(r[0].id >= 1 && r[1].id == r[0].id + 1);
    reopen();
    assert_int_equal(store_requests(store, 2, list, &n), 0);
    assert_int_equal(n, 2);
    assert_memory_equal(&list[0], &r[0], sizeof(r[0]));
    assert_int_equal(store_answer(store, r[0].id, STORE_DONE, "well"), 0);
    assert_int_equal(store_requests(store, 9, list, &n), 0);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].note, "b");
    assert_int_equal(store_request(store, r[0].id, &is), 0);
    assert_int_equal(is.state, STORE_DONE);
    assert_string_equal(is.answer, "well");
    assert_int_equal(store_request(store, 999, &is), 0);
    assert_int_equal(is.state, STORE_REFUSED);
}

static void request__answered_long_ago__goes(void **state)
{
    struct store_request r = request_of("old"), is;

    (void)state;
    reopen();
    assert_int_equal(store_ask(store, &r), 0);
    assert_int_equal(store_answer(store, r.id, STORE_DONE, "well"), 0);
    shut();
    sql("UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'request'");
    reopen();
    is = request_of("new");
    assert_int_equal(store_ask(store, &is), 0);
    assert_int_equal(is.id, 5001);
    assert_int_equal(store_answer(store, is.id, STORE_REFUSED, "no"), 0);
    assert_int_equal(store_request(store, r.id, &is), 0);
    assert_string_not_equal(is.answer, "well");
    assert_int_equal(store_request(store, 5001, &is), 0);
    assert_string_equal(is.answer, "no");
}

static void expected__per_device__the_last_word(void **state)
{
    char is[64];

    (void)state;
    reopen();
    assert_int_equal(store_expected(store, 1, is, sizeof(is)), 0);
    assert_string_equal(is, "");
    assert_int_equal(store_expect(store, 1, "ups 1"), 0);
    assert_int_equal(store_expect(store, 2, "ups 2"), 0);
    assert_int_equal(store_expect(store, 1, "ups 1 2"), 0);
    reopen();
    assert_int_equal(store_expected(store, 1, is, sizeof(is)), 0);
    assert_string_equal(is, "ups 1 2");
}

/* ---- names of devices, and what was replaced ----------------------------------------------- */

static void rename__each_case__index_kept_or_nothing_done(void **state)
{
    enum store_renaming is;
    uint32_t old, new, other;

    (void)state;
    reopen();
    assert_int_equal(store_device(store, "old", &old), 0);
    assert_int_equal(store_rename_device(store, "old", "new", &is), 0);
    assert_int_equal(is, STORE_RENAMED);
    assert_int_equal(store_device(store, "new", &new), 0);
    assert_int_equal(new, old);
    assert_int_equal(store_rename_device(store, "old", "new", &is), 0);
    assert_int_equal(is, STORE_RENAMED_BEFORE);
    assert_int_equal(store_rename_device(store, "older", "newest", &is), 0);
    assert_int_equal(is, STORE_RENAMES_NONE);
    assert_int_equal(store_device(store, "old", &other), 0);
    assert_int_equal(store_rename_device(store, "old", "new", &is), 0);
    assert_int_equal(is, STORE_BOTH_THERE);
    reopen();
    assert_int_equal(store_device(store, "new", &new), 0);
    assert_int_equal(new, old);
    assert_int_equal(store_device(store, "old", &new), 0);
    assert_int_equal(new, other);
}

static void replace(uint32_t request, uint32_t device, int cell, uint32_t date, const char *serial)
{
    struct store_request r = {.id = request, .string = 2, .cell = (uint16_t)cell, .date = date};

    snprintf(r.serial, sizeof(r.serial), "%s", serial);
    strcpy(r.by, "kim");
    assert_int_equal(store_replace(store, device, &r), 0);
}

static void replaced__several_times__the_latest_day_counts(void **state)
{
    struct store_replacement *all;
    struct replacement *now;
    uint32_t device;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(store_device(store, "gw-a", &device), 0);
    replace(1, device, 7, 20260301, "b");
    replace(2, device, 7, 20250301, "a"); /* said later, done before */
    replace(2, device, 7, 20250301, "a"); /* served twice */
    replace(3, device, 3, 20260101, "c");
    replace(4, device + 1, 3, 20260101, "of another");
    reopen();
    assert_int_equal(store_replaced(store, device, &now, &n), 0);
    assert_int_equal(n, 2);
    assert_true(now[0].cell == 3 && now[1].cell == 7 && now[1].string == 2);
    assert_int_equal(now[1].date, 20260301);
    assert_string_equal(now[1].serial, "b");
    free(now);
    assert_int_equal(store_replacements(store, &all, &n), 0);
    assert_int_equal(n, 4);
    assert_string_equal(all[0].is.serial, "a");
    assert_string_equal(all[0].gateway, "gw-a");
    assert_string_equal(all[0].by, "kim");
    free(all);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open__version_1__brought_forward),
        TEST(active__alarm_of_the_site__stays_one),
        TEST(request__asked_and_answered__kept),
        TEST(request__answered_long_ago__goes),
        TEST(expected__per_device__the_last_word),
        TEST(rename__each_case__index_kept_or_nothing_done),
        TEST(replaced__several_times__the_latest_day_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
