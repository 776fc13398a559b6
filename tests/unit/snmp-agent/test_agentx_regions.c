/* Registrations against a master that grants, refuses and forgets: whatever comes in between, in the
 * end it holds what is wanted and nothing else. */
#include "agentx_regions.h"
#include "../../support/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CONTEXTS = 12, SUBTREES = 2, ALL = SUBTREES * (CONTEXTS + 1) };

static const struct agentx_region base[SUBTREES] = {
    {.subtree = {.len = 2, .sub = {1, 3}}},
    {.subtree = {.len = 3, .sub = {1, 3, 6}}},
};

/* What the master has: by subtree and context, 0 being the default one. */
static bool held[SUBTREES][CONTEXTS + 1];

static bool *held_of(const struct agentx_region *r)
{
    return &held[r->subtree.len - 2][*r->context == '\0' ? 0 : r->context[2] - 'a' + 1];
}

static void set_contexts(struct agentx_regions *r, unsigned mask)
{
    static const char *const all[CONTEXTS] = {"gwa", "gwb", "gwc", "gwd", "gwe", "gwf",
                                              "gwg", "gwh", "gwi", "gwj", "gwk", "gwl"};
    const char *name[CONTEXTS];
    size_t n = 0;

    for (unsigned i = 0; i < CONTEXTS; i++)
        if (mask >> i & 1)
            name[n++] = all[i];
    assert_int_equal(agentx_regions_contexts(r, name, n), 0);
}

/* One question and its answer, `mask` changing in between. False: nothing to ask. */
static bool turn(struct agentx_regions *r, int64_t now, unsigned mask, bool refuse)
{
    size_t i = agentx_regions_next(r, now);

    if (i == r->n) {
        assert_true(agentx_regions_due(r) > now);
        return false;
    }
    assert_true(agentx_regions_due(r) <= now);
    if (r->progress[i].gone) {
        assert_true(*held_of(&r->list[i]));
        *held_of(&r->list[i]) = false;
        set_contexts(r, mask);
        agentx_regions_returned(r, i);
        return true;
    }
    assert_false(*held_of(&r->list[i]));
    *held_of(&r->list[i]) = !refuse;
    set_contexts(r, mask);
    if (refuse)
        agentx_regions_denied(r, i, 263, now);
    else
        agentx_regions_granted(r, i);
    return true;
}

static void assert_held(unsigned mask)
{
    for (int s = 0; s < SUBTREES; s++)
        for (int c = 0; c <= CONTEXTS; c++)
            assert_int_equal(held[s][c], c == 0 || (mask >> (c - 1) & 1));
}

static void contexts__random_changes__the_master_ends_up_with_what_is_wanted(void **state)
{
    struct agentx_regions r;
    uint32_t seed = 5;
    int64_t now = 0;

    (void)state;
    memset(held, 0, sizeof(held));
    assert_int_equal(agentx_regions_init(&r, base, SUBTREES), 0);
    for (int round = 0; round < 2000; round++) {
        unsigned mask = check_random(&seed) % (1u << CONTEXTS);

        for (unsigned k = check_random(&seed) % 30; k > 0; k--)
            turn(&r, now += 100, check_random(&seed) % (1u << CONTEXTS),
                 check_random(&seed) % 4 == 0);
        if (check_random(&seed) % 10 == 0) { /* the connection was lost */
            agentx_regions_reset(&r);
            memset(held, 0, sizeof(held));
        }
        set_contexts(&r, mask);
        now += 10000;
        for (int k = 0; turn(&r, now, mask, false); k++)
            assert_true(k < 2 * ALL);
        assert_held(mask);
        assert_int_equal(agentx_regions_count_denied(&r), 0);
    }
    agentx_regions_done(&r);
}

/* In a context of the region's own nothing is added; "" is no context. */
static void contexts__region_with_a_context__in_no_others(void **state)
{
    static const struct agentx_region one = {
        .subtree = {.len = 1, .sub = {1}},
          .context = "x"
    };
    static const char *const name[] = {"gwa", ""};
    struct agentx_regions r;

    (void)state;
    assert_int_equal(agentx_regions_init(&r, &one, 1), 0);
    assert_int_equal(agentx_regions_contexts(&r, name, 2), 0);
    assert_int_equal(r.n, 1);
    agentx_regions_done(&r);
    assert_int_equal(agentx_regions_init(&r, base, 1), 0);
    assert_int_equal(agentx_regions_contexts(&r, name, 2), 0);
    assert_int_equal(r.n, 2);
    agentx_regions_done(&r);
    assert_int_equal(agentx_regions_init(&r, NULL, 0), -EINVAL);
    agentx_regions_done(&r);
}

/* An optional one is in the default context alone, is not counted, and is asked for more rarely. */
static void optional__refused__of_no_weight(void **state)
{
    static const struct agentx_region list[] = {
        {.subtree = {.len = 1, .sub = {1}}},
        { .subtree = {.len = 1, .sub = {2}},                 .optional = true},
    };
    static const char *const name[] = {"gwa"};
    struct agentx_regions r;

    (void)state;
    assert_int_equal(agentx_regions_init(&r, list, 2), 0);
    assert_int_equal(agentx_regions_contexts(&r, name, 1), 0);
    assert_int_equal(r.n, 3);
    assert_int_equal(agentx_regions_next(&r, 0), 0);
    assert_int_equal(agentx_regions_denied(&r, 0, 263, 0), 5000);
    assert_int_equal(agentx_regions_next(&r, 0), 1);
    agentx_regions_granted(&r, 1);
    assert_false(agentx_regions_of_use(&r));
    assert_int_equal(agentx_regions_next(&r, 0), 2);
    assert_string_equal(r.list[2].context, "gwa");
    agentx_regions_granted(&r, 2);
    assert_true(agentx_regions_of_use(&r));
    agentx_regions_reset(&r);
    agentx_regions_granted(&r, 0);
    assert_int_equal(agentx_regions_denied(&r, 1, 263, 0), 5000);
    agentx_regions_granted(&r, 2);
    assert_int_equal(agentx_regions_count_denied(&r), 0);
    assert_int_equal(agentx_regions_next(&r, 5000), 1);
    assert_int_equal(agentx_regions_denied(&r, 1, 263, 5000), 60000);
    agentx_regions_reset(&r);
    assert_int_equal(r.progress[1].error, 263); /* over a lost connection, too */
    assert_int_equal(agentx_regions_contexts(&r, NULL, 0), 0);
    agentx_regions_granted(&r, 1);
    assert_int_equal(r.progress[1].error, 0);
    agentx_regions_done(&r);
}

static void next__refused__pauses(void **state)
{
    struct agentx_regions r;

    (void)state;
    assert_int_equal(agentx_regions_init(&r, base, SUBTREES), 0);
    assert_int_equal(agentx_regions_next(&r, 0), 0);
    assert_int_equal(agentx_regions_denied(&r, 0, 263, 0), 5000);
    assert_int_equal(agentx_regions_next(&r, 0), 1);
    agentx_regions_granted(&r, 1);
    assert_int_equal(agentx_regions_due(&r), 5000);
    assert_int_equal(agentx_regions_next(&r, 4999), SUBTREES);
    assert_int_equal(agentx_regions_next(&r, 5000), 0);
    assert_int_equal(agentx_regions_denied(&r, 0, 263, 5000), 10000);
    assert_int_equal(agentx_regions_count_denied(&r), 1);
    assert_int_equal(agentx_regions_next(&r, 15000), 0);
    agentx_regions_granted(&r, 0);
    assert_true(agentx_regions_due(&r) == INT64_MAX);
    agentx_regions_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts__random_changes__the_master_ends_up_with_what_is_wanted),
        cmocka_unit_test(contexts__region_with_a_context__in_no_others),
        cmocka_unit_test(optional__refused__of_no_weight),
        cmocka_unit_test(next__refused__pauses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
