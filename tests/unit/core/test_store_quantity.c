/* Numbers of quantities: given once, whoever asks, and never given again. */
#include "store_fixture.h"

#include <sqlite3.h>

static uint16_t number(uint32_t device, const char *name, int ups, int string, int cell)
{
    const struct store_quantity q = {name, ups, string, cell};
    uint16_t ret = 0;

    assert_int_equal(store_quantity(store, device, &q, &ret), 0);
    return ret;
}

static void numbers__by_name_and_object__kept(void **state)
{
    (void)state;
    reopen();
    assert_int_equal(number(1, "a", 0, 0, 0), 1);
    assert_int_equal(number(1, "b", 0, 0, 0), 2);
    assert_int_equal(number(1, "a", 1, 0, 0), 3);
    assert_int_equal(number(1, "a", 0, 1, 0), 4);
    assert_int_equal(number(1, "a", 0, 1, 1), 5);
    assert_int_equal(number(1, "A", 0, 0, 0), 6);
    assert_int_equal(number(2, "a", 0, 0, 0), 1);
    assert_int_equal(number(1, "a", 0, 1, 0), 4);
    shut();
    reopen();
    assert_int_equal(number(1, "new", 0, 0, 0), 7);
    assert_int_equal(number(1, "a", 0, 1, 1), 5);
    assert_int_equal(number(1, "b", 0, 0, 0), 2);
}

static void numbers__used_up__said(void **state)
{
    const struct store_quantity q = {"one too many", 0, 0, 0};
    uint16_t ret;
    sqlite3 *db;

    (void)state;
    reopen();
    number(1, "a", 0, 0, 0);
    shut();
    assert_int_equal(sqlite3_open(path_of("btms.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE quantity SET idx = 16383", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    reopen();
    assert_int_equal(store_quantity(store, 1, &q, &ret), -1);
    assert_non_null(strstr(store_error(store), "number a quantity"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(numbers__by_name_and_object__kept),
        TEST(numbers__used_up__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
