/* What was learned: one line when it has settled, one when it gets worse, none in between. */
#include "learned.h"
#include "../support/check.h"

static struct learned learned;

static int set_up(void **state)
{
    (void)state;
    learned = (struct learned){.turns = 0};
    return 0;
}

/* So many turns of a kind: how many of them had something to tell. */
static int tells(int turns, int window, int ceiling, int connections, int cells)
{
    int n = 0;

    for (int i = 0; i < turns; i++)
        n += learned_turn(&learned, (struct learned_state){window, ceiling, connections, cells}) !=
             LEARNED_NOTHING;
    return n;
}

static void same_for_five_turns__told_once(void **state)
{
    (void)state;
    assert_int_equal(tells(4, 1, 16, 1, 1), 0);
    assert_int_equal(tells(4, 16, 16, 1, 2), 0);
    assert_int_equal(tells(1, 16, 16, 1, 2), 1);
    assert_int_equal(tells(1000, 16, 16, 1, 2), 0);
    assert_int_equal(learned.told.window, 16);
}

static void ceiling_falls__told_at_once_and_not_again(void **state)
{
    (void)state;
    tells(5, 16, 16, 1, 2);
    assert_int_equal(learned_turn(&learned, (struct learned_state){8, 8, 1, 2}), LEARNED_WORSE);
    assert_int_equal(tells(1000, 8, 8, 1, 2), 0);
}

static void connection_lost__told_at_once(void **state)
{
    (void)state;
    assert_int_equal(tells(5, 32, 16, 2, 2), 1);
    assert_int_equal(learned_turn(&learned, (struct learned_state){16, 16, 1, 2}), LEARNED_WORSE);
    assert_int_equal(tells(1000, 16, 16, 1, 2), 0);
    assert_int_equal(tells(5, 32, 16, 2, 2), 1);
}

static void halved_by_an_accident__not_told(void **state)
{
    (void)state;
    tells(5, 16, 16, 1, 2);
    assert_int_equal(tells(100, 8, 16, 1, 2), 0);
    assert_int_equal(tells(100, 16, 16, 1, 2), 0);
}

static void grown__told(void **state)
{
    (void)state;
    assert_int_equal(tells(5, 4, 16, 1, 2), 1);
    assert_int_equal(tells(5, 16, 16, 1, 2), 1);
}

static void write__words(void **state)
{
    char text[LEARNED_SIZE];

    (void)state;
    learned_write(&(struct learned_state){16, 16, 1, 2}, text);
    assert_string_equal(text,
                        "16 requests under way at once, over 1 connection, two cells per request");
    learned_write(&(struct learned_state){1, 1, 8, 1}, text);
    assert_string_equal(text,
                        "1 request under way at once, over 8 connections, one cell per request");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(same_for_five_turns__told_once, set_up),
        cmocka_unit_test_setup(ceiling_falls__told_at_once_and_not_again, set_up),
        cmocka_unit_test_setup(connection_lost__told_at_once, set_up),
        cmocka_unit_test_setup(halved_by_an_accident__not_told, set_up),
        cmocka_unit_test_setup(grown__told, set_up),
        cmocka_unit_test_setup(write__words, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
