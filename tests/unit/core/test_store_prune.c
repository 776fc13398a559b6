/* What leaves the log: what is old, unless somebody waits for it; and what is too much, whoever waits.
 * Times are those of event_of(): one ms from event to event. */
#include "store_fixture.h"

#define OF(n) (INT64_C(1700000000000) + (n)) /* when event n happened */

enum { ENOUGH = 100000 };

static void expect_events(uint32_t from, uint32_t to)
{
    struct event *e;
    size_t n;

    assert_int_equal(store_events_after(store, 0, SIZE_MAX, &e, &n), 0);
    assert_int_equal(n, to + 1 - from);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(e[i].sequence, from + i);
    free(e);
}

/* Until there is nothing to do. */
static void prune(int64_t before_ms, uint32_t most)
{
    int deleted;

    do {
        deleted = store_prune(store, before_ms, most);
        assert_true(deleted >= 0 && deleted <= STORE_PRUNE_MOST);
    } while (deleted > 0);
}

static void prune__old__the_oldest_go(void **state)
{
    (void)state;
    reopen();
    assert_int_equal(store_prune(store, INT64_MAX, 0), 0);
    assert_int_equal(tell(store, 1, 1501), 0);
    prune(OF(1), ENOUGH);
    expect_events(1, 1501); /* exactly that old is not older */
    assert_int_equal(store_prune(store, OF(1201), ENOUGH), STORE_PRUNE_MOST); /* some at a time */
    expect_events(STORE_PRUNE_MOST + 1, 1501);
    prune(OF(1201), ENOUGH);
    expect_events(1201, 1501);
    prune(INT64_MAX, ENOUGH);
    expect_events(1502, 1501);
    reopen();
    assert_true(store_numbers(store).sequence == 1501);
}

static void prune__clock_wrong__nothing_young_goes(void **state)
{
    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 20), 0);
    prune(INT64_MIN, ENOUGH);
    prune(-1, ENOUGH);
    expect_events(1, 20);
}

/* The log stays whole: what is missing is missing at its beginning. */
static void prune__one_among_them_is_of_a_later_time__it_and_what_follows_stay(void **state)
{
    struct event e = event_of(10, EVENT_CHANGED, 2);

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 9), 0);
    e.wall_ms = OF(500);
    assert_int_equal(store_append(store, &e, 1), 0);
    assert_int_equal(tell(store, 11, 20), 0);
    prune(OF(15), ENOUGH);
    expect_events(10, 20);
    prune(OF(501), ENOUGH);
    expect_events(21, 20);
}

static void prune__cursor_waits__kept_for_it(void **state)
{
    struct alarm *a;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 21), 0);
    assert_int_equal(set_cursor(store, "slow", 7), 0);
    assert_int_equal(set_cursor(store, "quick", 20), 0);
    prune(INT64_MAX, ENOUGH);
    expect_events(8, 21);
    assert_int_equal(set_cursor(store, "slow", 15), 0);
    prune(OF(12), ENOUGH); /* not as old as that */
    expect_events(12, 21);
    assert_int_equal(set_cursor(store, "slow", 21), 0);
    prune(INT64_MAX, ENOUGH);
    expect_events(21, 21);
    assert_int_equal(store_active(store, &a, &n), 0); /* what is active has nothing to do with it */
    assert_int_equal(n, 1);
    free(a);
}

static void prune__too_many__the_oldest_go_whoever_waits(void **state)
{
    struct event *e;
    size_t n;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 1521), 0);
    assert_int_equal(set_cursor(store, "dead", 2), 0);
    assert_int_equal(store_prune(store, 0, 10), STORE_PRUNE_MOST);
    prune(0, 10);
    expect_events(1512, 1521);
    prune(INT64_MAX, 15);
    expect_events(1512, 1521);
    assert_int_equal(store_events_after(store, 2, 1, &e, &n), 0); /* it goes on with what is left */
    assert_int_equal(n, 1);
    assert_int_equal(e[0].sequence, 1512);
    free(e);
}

static void prune__gap_in_the_numbers__events_are_counted(void **state)
{
    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 10), 0);
    assert_int_equal(tell(store, 5001, 5010), 0);
    assert_int_equal(store_prune(store, 0, 20), 0);
    assert_int_equal(store_prune(store, 0, 15), 5);
    assert_int_equal(store_prune(store, 0, 15), 0);
}

/* ---- receivers that are no more ------------------------------------------------------------ */

static unsigned said;

static void count_said(const char *receiver)
{
    assert_string_equal(receiver, "inform gone");
    said++;
}

static void forget__removed_receiver__holds_back_nothing(void **state)
{
    static const char *const keep[] = {"snmpd", "inform a", ""};
    struct store_place place;

    (void)state;
    said = 0;
    reopen();
    assert_int_equal(tell(store, 1, 21), 0);
    assert_int_equal(set_cursor(store, "snmpd", 20), 0);
    assert_int_equal(set_cursor(store, "inform a", 20), 0);
    assert_int_equal(set_cursor(store, "inform gone", 3), 0);
    assert_int_equal(set_cursor(store, "something else", 20), 0);
    prune(INT64_MAX, ENOUGH);
    expect_events(4, 21);
    assert_int_equal(store_forget_places(store, "inform ", keep, 3, count_said), 1);
    assert_int_equal(store_forget_places(store, "inform ", keep, 3, count_said), 0);
    assert_int_equal(said, 1);
    assert_int_equal(store_find_place(store, "inform gone", &place), 0);
    assert_int_equal(store_find_place(store, "something else", &place), 1);
    assert_int_equal(place.sequence, 20);
    prune(INT64_MAX, ENOUGH);
    expect_events(21, 21);
}

static void forget__nobody_left__all_of_them(void **state)
{
    char name[32];

    (void)state;
    said = 0;
    reopen();
    for (int i = 0; i < 70; i++) {
        snprintf(name, sizeof(name), "other %d", i);
        assert_int_equal(set_cursor(store, name, 1), 0);
    }
    assert_int_equal(set_cursor(store, "inform gone", 3), 0);
    assert_int_equal(store_forget_places(store, "inform ", NULL, 0, count_said), 1);
    assert_int_equal(said, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(prune__old__the_oldest_go),
        TEST(prune__clock_wrong__nothing_young_goes),
        TEST(prune__one_among_them_is_of_a_later_time__it_and_what_follows_stay),
        TEST(prune__cursor_waits__kept_for_it),
        TEST(prune__too_many__the_oldest_go_whoever_waits),
        TEST(prune__gap_in_the_numbers__events_are_counted),
        TEST(forget__removed_receiver__holds_back_nothing),
        TEST(forget__nobody_left__all_of_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
