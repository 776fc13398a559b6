/* Who may read all cells when, and where in an interval devices stand. */
#include "pace.h"
#include "../support/check.h"

static void take__alone__at_once(void **state)
{
    struct pace p;

    (void)state;
    pace_init(&p, 100, 60000);
    assert_int_equal(pace_take(&p, 5000), 5000);
    assert_int_equal(pace_take(&p, 9000), 9000); /* and so when it is back later */
}

static void take__a_hundred_together__one_after_the_other(void **state)
{
    struct pace p;

    (void)state;
    pace_init(&p, 100, 60000);
    for (int i = 0; i < 100; i++)
        assert_int_equal(pace_take(&p, 5000 + i % 2), 5000 + 200 * i);
    assert_int_equal(pace_take(&p, 5000 + 200 * 100), 5000 + 200 * 100);
}

static void take__many_or_a_short_interval__all_within_it(void **state)
{
    struct pace p;

    (void)state;
    pace_init(&p, 1000, 60000);
    for (int i = 0; i < 1000; i++)
        assert_in_range(pace_take(&p, 5000), 5000, 64999);
    pace_init(&p, 1000, 10); /* less than a millisecond each: no gaps */
    for (int i = 0; i < 1000; i++)
        assert_int_equal(pace_take(&p, 5000), 5000);
}

/* Who comes and goes takes a place each time; nobody waits for more than all of them once. */
static void take__again_and_again__nobody_waits_for_ever(void **state)
{
    struct pace p;

    (void)state;
    pace_init(&p, 10, 60000);
    for (int64_t now = 5000; now < 50000; now++)
        assert_in_range(pace_take(&p, now), now, now + 10 * 200);
}

static void init__no_device__no_matter(void **state)
{
    struct pace p;

    (void)state;
    pace_init(&p, 0, 60000);
    assert_int_equal(pace_take(&p, 5000), 5000);
}

/* In no tenth of the interval is much more than a tenth of them. */
static void place__any_number__evenly(void **state)
{
    (void)state;
    assert_int_equal(pace_place(0), 0);
    for (size_t n = 10; n <= 1000; n += 30) {
        int in_tenth[10] = {0};

        for (size_t i = 0; i < n; i++)
            in_tenth[(uint64_t)pace_place(i) * 10 >> 32]++;
        for (int i = 0; i < 10; i++)
            assert_in_range(in_tenth[i], n / 10 - 1 - n / 100, n / 10 + 2 + n / 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take__alone__at_once),
        cmocka_unit_test(take__a_hundred_together__one_after_the_other),
        cmocka_unit_test(take__many_or_a_short_interval__all_within_it),
        cmocka_unit_test(take__again_and_again__nobody_waits_for_ever),
        cmocka_unit_test(init__no_device__no_matter),
        cmocka_unit_test(place__any_number__evenly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
