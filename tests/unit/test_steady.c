/*
 * In the steady state nothing of ours allocates: turns of a full gateway and of a TH controller, from
 * the socket over plan, decoding, judging and metrics to the snapshot, and the site's thread beside
 * them. counted.h says how SQLite's allocations and collectd's are told apart: they are not ours.
 *
 * takes: 7
 */
#include "../support/check.h"
#include "counted.h"
#include "steady_rig.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t MINUTE = 60000;

static char path[64];
static struct rig_settings set;

static int remove_one(const char *file, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    return remove(file);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(path, "/tmp/btms-steady-XXXXXX");
    set = (struct rig_settings){.path = path};
    return mkdtemp(path) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop();
    return nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* What is learned, is. */
static void settle(void)
{
    assert_true(rig_start(&set));
    rig_run(12 * MINUTE);
}

/* Of our code, in `ms`; the work is done meanwhile, and nothing is wrong. */
static unsigned allocations(int64_t ms)
{
    struct rig_counts from = rig_counts();
    uint64_t calls = counted_calls();

    counted_tell(set.spend ? 0 : 10);
    rig_run(ms);
    counted_tell(0);
    assert_true(rig_counts().values > from.values);
    assert_true(rig_counts().requests > from.requests);
    assert_int_equal(rig_counts().told, from.told);
    assert_int_equal(rig_counts().warnings, from.warnings);
    return (unsigned)(counted_calls() - calls);
}

static void steady__full_gateway__allocates_nothing(void **state)
{
    struct rig_counts from;

    (void)state;
    set.gateways = 1;
    settle();
    assert_int_equal(rig_counts().told, 0);
    from = rig_counts();
    assert_int_equal(allocations(10 * MINUTE), 0);
    assert_true(rig_counts().values - from.values >= 10 * 4 * RIG_STRINGS * RIG_CELLS);
}

static void steady__values_that_drift__allocate_nothing(void **state)
{
    (void)state;
    set.gateways = 1;
    set.ths = 1;
    set.drift = true;
    settle();
    assert_int_equal(allocations(10 * MINUTE), 0);
}

/* What is known is looked at all the while. */
static void steady__alarms_that_stand__allocate_nothing(void **state)
{
    (void)state;
    set.gateways = 1;
    set.drift = set.fault = true;
    settle();
    assert_true(rig_counts().told >= RIG_STRINGS);
    assert_int_equal(allocations(10 * MINUTE), 0);
}

static void steady__th_controller__allocates_nothing(void **state)
{
    struct rig_counts from;

    (void)state;
    set.ths = 1;
    settle();
    from = rig_counts();
    assert_int_equal(allocations(70 * MINUTE), 0);
    assert_true(rig_counts().values - from.values >= 70 * 6 * 2 * RIG_SENSORS);
}

/* What is counted here, and that it can be. */
static void allocation__of_our_code__counted(void **state)
{
    uint64_t calls = counted_calls();
    size_t live = counted_live();
    char *text = NULL, *more;

    (void)state;
    text = strdup("one");
    assert_int_equal(asprintf(&more, "%s, two", text), 8);
    text = realloc(text, 1000);
    assert_non_null(text);
    assert_int_equal(counted_calls() - calls, 3);
    assert_in_range(counted_live() - live, 1009, 1200);
    free(text);
    free(more);
    assert_int_equal(counted_calls() - calls, 3);
    assert_int_equal(counted_live(), live);
}

/* It would be seen, in whatever thread it is. */
static void allocation__for_each_value__seen(void **state)
{
    uint64_t values;
    unsigned seen;

    (void)state;
    set.ths = 1;
    set.spend = true;
    settle();
    values = rig_counts().values;
    seen = allocations(MINUTE);
    assert_int_equal(seen, rig_counts().values - values);
}

#define RIG(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocation__of_our_code__counted),
        RIG(allocation__for_each_value__seen),
        RIG(steady__full_gateway__allocates_nothing),
        RIG(steady__values_that_drift__allocate_nothing),
        RIG(steady__alarms_that_stand__allocate_nothing),
        RIG(steady__th_controller__allocates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
