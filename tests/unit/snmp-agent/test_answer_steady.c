/*
 * Requests allocate nothing while nothing changes, whatever they ask for and however many transactions
 * there are: every value of the tree, one by one. ../counted.h says what is counted.
 */
#include "../counted.h"
#include "answer_fixture.h"

/* The whole tree as GetNext PDUs, a transaction each; how many values it has. */
static int walk(struct desk *d)
{
    struct oid at = VIEW_ROOT;
    int n = 0;

    for (;; n++) {
        struct agentx_varbind vb = desk_one(d, AGENTX_GETNEXT, NULL, ++d->p->counter, &at);

        if (vb.value.kind == AGENTX_END_OF_MIB_VIEW)
            return n;
        oid_copy(&at, &vb.name);
        d->now++;
    }
}

static void walk__while_nothing_changes__allocates_nothing(void **state)
{
    struct desk *d = *state;
    int all = walk(d); /* the first one finds what the others use */
    uint64_t calls = counted_calls();

    counted_tell(10);
    assert_int_equal(walk(d), all);
    counted_tell(0);
    assert_true(all > 500);
    assert_int_equal(counted_calls() - calls, 0);
}

/* It would be seen. */
static void walk__after_a_change__allocates(void **state)
{
    struct desk *d = *state;
    uint64_t calls;

    walk(d);
    calls = counted_calls();
    d->p->own.version++; /* transactions that come hold a new copy of what the agent says itself */
    walk(d);
    assert_int_equal(counted_calls() - calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(walk__while_nothing_changes__allocates_nothing, desk_start,
                                        desk_stop),
        cmocka_unit_test_setup_teardown(walk__after_a_change__allocates, desk_start, desk_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
