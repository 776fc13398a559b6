/* A store as version 2 left it, with something in each of its tables: all of it is found again, and
 * the tables that came later are there. */
#include "store_fixture.h"

#include <sqlite3.h>

/* Of both tables; what version 2 added is at the end, as ALTER TABLE puts it. */
#define V2_ALARM                                                                                   \
    " kind INTEGER NOT NULL, severity INTEGER NOT NULL, level INTEGER NOT NULL,"                   \
    " gateway INTEGER NOT NULL, ups INTEGER NOT NULL, string INTEGER NOT NULL,"                    \
    " cell INTEGER NOT NULL, value INTEGER, decimals INTEGER NOT NULL, unit TEXT NOT NULL,"        \
    " object TEXT NOT NULL, text TEXT NOT NULL, raised_ms INTEGER NOT NULL,"                       \
    " limit_ INTEGER, peak INTEGER, sources INTEGER NOT NULL DEFAULT 0,"                           \
    " stale INTEGER NOT NULL DEFAULT 0, muted INTEGER NOT NULL DEFAULT 0,"                         \
    " occurrences INTEGER NOT NULL DEFAULT 0, cause_id INTEGER NOT NULL DEFAULT 0,"                \
    " suppressed INTEGER NOT NULL DEFAULT 0, changed_ms INTEGER NOT NULL DEFAULT 0,"               \
    " acked_ms INTEGER NOT NULL DEFAULT 0, acked_by TEXT NOT NULL DEFAULT '',"                     \
    " ack_note TEXT NOT NULL DEFAULT '', shelved_until_ms INTEGER NOT NULL DEFAULT 0,"             \
    " shelved_by TEXT NOT NULL DEFAULT '', shelved_reason TEXT NOT NULL DEFAULT ''"
#define V2_VALUES                                                                                  \
    "41, 2, 2, 1, 2, 3, 0, 5402, 2, 'V', 'gw-a / string 3', 'low', 1001, 5500, 5390, 1, 0, 1, 4,"  \
    " 0, 2, 1005, 1006, 'kim', 'seen', 9000, 'jo', 'new cells'"

static const char v2[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('sequence', 8), ('alarmId', 5), ('device', 2),"
    " ('storeId', '00000000000004d3');"
    "CREATE TABLE device (idx INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "INSERT INTO device VALUES (1, 'gw-a'), (2, 'gw-b');"
    "CREATE TABLE event (sequence INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL,"
    " what INTEGER NOT NULL, alarm_id INTEGER NOT NULL," V2_ALARM ");"
    "CREATE INDEX event_wall_ms ON event (wall_ms);"
    "CREATE TABLE active (alarm_id INTEGER PRIMARY KEY," V2_ALARM ");"
    "CREATE TABLE cursor (receiver TEXT PRIMARY KEY, sequence INTEGER NOT NULL,"
    " number INTEGER NOT NULL DEFAULT 0, sent INTEGER NOT NULL DEFAULT 0,"
    " lost INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE TABLE expected (device INTEGER PRIMARY KEY, content TEXT NOT NULL);"
    "CREATE TABLE request (id INTEGER PRIMARY KEY AUTOINCREMENT, asked_ms INTEGER NOT NULL,"
    " verb INTEGER NOT NULL, alarm_id INTEGER NOT NULL, level INTEGER NOT NULL,"
    " gateway TEXT NOT NULL, ups INTEGER NOT NULL, string INTEGER NOT NULL,"
    " cell INTEGER NOT NULL, for_ms INTEGER NOT NULL, safety INTEGER NOT NULL,"
    " who TEXT NOT NULL, note TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0,"
    " answer TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX request_queued ON request (id) WHERE state = 0;"
    "CREATE VIEW log AS SELECT sequence, text FROM event;"
    "INSERT INTO event VALUES (8, 1008, 5, 5, " V2_VALUES ");"
    "INSERT INTO active VALUES (5, " V2_VALUES ");"
    "INSERT INTO cursor VALUES ('snmpd', 8, 6, 9, 1);"
    "INSERT INTO expected VALUES (2, 'ups 1 2');"
    "INSERT INTO request VALUES (11, 1700, 3, 5, 3, 'gw-b', 1, 2, 7, 3600000, 1, 'kim', 'works', 0,"
    " '');"
    "PRAGMA user_version = 2";

static void make_old(void)
{
    sqlite3 *db;

    mkdir(data_dir, 0770);
    assert_int_equal(sqlite3_open(path_of("btms.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, v2, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void is_the_alarm(const struct alarm *a)
{
    assert_true(a->id == 5 && a->kind == 41 && a->level == ALARM_OF_STRING && a->string == 3);
    assert_true(a->value == 5402 && a->limit == 5500 && a->peak == 5390 && a->occurrences == 4);
    assert_true(a->muted && !a->stale && a->suppressed == 2 && a->changed_ms == 1005);
    assert_true(a->acked_ms == 1006 && a->shelved_until_ms == 9000);
    assert_string_equal(a->ack_note, "seen");
    assert_string_equal(a->shelved_reason, "new cells");
}

static void finds_alarms(void)
{
    struct alarm *a = NULL;
    struct event *e = NULL;
    size_t n;

    assert_int_equal(store_active(store, &a, &n), 0);
    assert_int_equal(n, 1);
    is_the_alarm(a);
    free(a);
    assert_int_equal(store_last_events(store, 9, &e, &n), 0);
    assert_int_equal(n, 1);
    assert_true(e->sequence == 8 && e->what == EVENT_SHELVED);
    is_the_alarm(&e->alarm);
    free(e);
}

static void finds_the_rest(void)
{
    struct store_place place;
    struct store_request r[9];
    uint32_t device;
    char text[64];
    size_t n;

    assert_int_equal(store_place(store, "snmpd", &place), 0);
    assert_true(place.sequence == 8 && place.number == 6 && place.sent == 9 && place.lost);
    assert_int_equal(store_device(store, "gw-b", &device), 0);
    assert_int_equal(device, 2);
    assert_int_equal(store_expected(store, 2, text, sizeof(text)), 0);
    assert_string_equal(text, "ups 1 2");
    assert_int_equal(store_requests(store, 9, r, &n), 0);
    assert_int_equal(n, 1);
    assert_true(r->id == 11 && r->verb == STORE_MAINTAIN && r->cell == 7 && r->safety);
    assert_true(r->date == 0 && *r->serial == '\0');
    assert_string_equal(r->note, "works");
}

static void open__version_2__all_is_found(void **state)
{
    (void)state;
    make_old();
    for (int i = 0; i < 2; i++) { /* once more: there is nothing left to do */
        reopen();
        assert_true(store_id(store) == 0x4d3);
        assert_int_equal(store_numbers(store).sequence, 8);
        finds_alarms();
        finds_the_rest();
    }
    assert_false(exists("btms.db.corrupt-1"));
}

static void open__version_2__later_tables_work(void **state)
{
    const struct store_quantity q = {"insulation", 0, 3, 0};
    struct store_request r = {.id = 12, .string = 2, .cell = 7, .date = 20260301};
    struct store_request asked = {.verb = STORE_REPLACED, .date = 20260301};
    struct replacement *now;
    uint16_t number = 0;
    size_t n;

    (void)state;
    make_old();
    reopen();
    assert_int_equal(store_quantity(store, 1, &q, &number), 0);
    assert_int_equal(number, 1);
    assert_int_equal(store_ask(store, &asked), 0);
    assert_int_equal(asked.id, 12);
    assert_int_equal(store_replace(store, 1, &r), 0);
    assert_int_equal(store_replaced(store, 1, &now, &n), 0);
    assert_true(n == 1 && now->string == 2 && now->cell == 7);
    free(now);
    assert_int_equal(tell(store, 9, 10), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open__version_2__all_is_found),
        TEST(open__version_2__later_tables_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
