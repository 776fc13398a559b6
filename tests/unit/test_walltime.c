/* A clock that is stepped back, as values see it. */
#include "../support/check.h"
#include "walltime.h"

enum { TOLERANCE = 500 };

static enum walltime_news note(struct walltime *w, int64_t wall_ms)
{
    return walltime_note(w, wall_ms, TOLERANCE);
}

static void note__time_goes_on__same(void **state)
{
    struct walltime w = {0};

    (void)state;
    for (int64_t t = 1000; t < 100000; t += 1000) {
        assert_int_equal(note(&w, t), WALLTIME_SAME);
        assert_false(w.behind);
    }
}

static void note__small_step_back__does_not_count(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    assert_int_equal(note(&w, 10000 - TOLERANCE), WALLTIME_SAME);
    assert_false(w.behind);
    assert_int_equal(w.last_ms, 10000);
}

static void note__many_small_steps__do_not_add_up_unseen(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    note(&w, 9700);
    assert_int_equal(note(&w, 9400), WALLTIME_STEPPED_BACK);
}

static void note__step_back__said_once_and_held(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    assert_int_equal(note(&w, 10000 - TOLERANCE - 1), WALLTIME_STEPPED_BACK);
    assert_true(w.behind);
    assert_int_equal(note(&w, 9600), WALLTIME_SAME);
    assert_int_equal(note(&w, 10000), WALLTIME_SAME);
    assert_true(w.behind);
}

static void note__past_where_it_was__caught_up_once(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    note(&w, 1000);
    assert_int_equal(note(&w, 10001), WALLTIME_CAUGHT_UP);
    assert_false(w.behind);
    assert_int_equal(note(&w, 10002), WALLTIME_SAME);
}

static void note__back_further_while_behind__said_once(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    note(&w, 5000);
    assert_int_equal(note(&w, 100), WALLTIME_SAME);
    assert_true(w.behind);
    assert_int_equal(note(&w, 10001), WALLTIME_CAUGHT_UP);
}

static void note__second_step_back__said_again(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    note(&w, 5000);
    note(&w, 20000);
    assert_int_equal(note(&w, 5000), WALLTIME_STEPPED_BACK);
    assert_int_equal(note(&w, 20001), WALLTIME_CAUGHT_UP);
}

static void note__jump_forward__same(void **state)
{
    struct walltime w = {0};

    (void)state;
    note(&w, 10000);
    assert_int_equal(note(&w, 10000000000000), WALLTIME_SAME);
    assert_false(w.behind);
}

static void stamp__clock_goes_on__is_the_clock(void **state)
{
    (void)state;
    assert_int_equal(walltime_stamp(0, 1000), 1000);
    assert_int_equal(walltime_stamp(1000, 1001), 1001);
}

static void stamp__clock_stands_or_steps_back_a_little__rises_all_the_same(void **state)
{
    (void)state;
    assert_int_equal(walltime_stamp(1000, 1000), 1001);
    assert_int_equal(walltime_stamp(1001, 900), 1002);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(note__time_goes_on__same),
        cmocka_unit_test(note__small_step_back__does_not_count),
        cmocka_unit_test(note__many_small_steps__do_not_add_up_unseen),
        cmocka_unit_test(note__step_back__said_once_and_held),
        cmocka_unit_test(note__past_where_it_was__caught_up_once),
        cmocka_unit_test(note__back_further_while_behind__said_once),
        cmocka_unit_test(note__second_step_back__said_again),
        cmocka_unit_test(note__jump_forward__same),
        cmocka_unit_test(stamp__clock_goes_on__is_the_clock),
        cmocka_unit_test(stamp__clock_stands_or_steps_back_a_little__rises_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
