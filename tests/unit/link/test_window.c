/* How many requests may be under way, and what silence means: without a connection, in made-up time. */
#include "link/window.h"
#include "../../support/check.h"

#include <string.h>

enum { TIMEOUT_MS = 1000, MINUTE_MS = 60 * 1000, UNITS = 4, OUT_MAX = 64 };
static const int64_t DAY_MS = 24 * 3600 * 1000LL;

static struct window window;
static int64_t now;
static int left;                /* requests that the user has */
static uint32_t tag;            /* of the last one given */
static int done[LINK_LOST + 1]; /* handed back, by result */
static struct window_flight out[OUT_MAX];
static int outs; /* sent by the last send() */

static bool next(void *ctx, int64_t at, struct link_request *ret)
{
    (void)ctx;
    assert_int_equal(at, now);
    if (left == 0)
        return false;
    left--;
    tag++;
    *ret = (struct link_request){.unit = (uint8_t)(1 + tag % UNITS), .count = 1, .tag = tag};
    return true;
}

static void give_back(void *ctx, int64_t at, const struct link_request *r,
                      const struct link_answer *a)
{
    (void)ctx, (void)r;
    assert_int_equal(at, now);
    done[a->result]++;
}

static const struct link_user user = {.next = next, .done = give_back};

static int set_up(void **state)
{
    (void)state;
    window_init(&window, 8, TIMEOUT_MS);
    window_opened(&window);
    now = MINUTE_MS;
    left = outs = 0;
    tag = 0;
    memset(done, 0, sizeof(done));
    return 0;
}

/* All that may be sent now. Returns how many. */
static int send_all(void)
{
    const struct window_flight *f;

    for (outs = 0; (f = window_next(&window, now, &user)) != NULL; outs++) {
        assert_true(outs < OUT_MAX);
        out[outs] = *f;
    }
    return outs;
}

static struct window_flight answer(int i)
{
    struct window_flight f = {0};

    assert_true(window_answer(&window, now, out[i].transaction, &f));
    return f;
}

static void answer_all(void)
{
    for (int i = 0; i < outs; i++)
        answer(i);
}

/* Clean turns until the window is `size`. */
static void widen(int size)
{
    for (int turn = 0; window.size < size; turn++) {
        assert_true(turn < 10);
        left = 2 * window.size;
        while (send_all() > 0)
            answer_all();
        window_turn(&window, now);
    }
}

static bool wait_in_vain(void)
{
    now += TIMEOUT_MS;
    return window_silence(&window, now, &user);
}

/* All but the first are lost: the first of the repeats is answered, and so are the others. */
static void lose_pipelined(void)
{
    left = window.size;
    send_all();
    answer(0);
    assert_false(wait_in_vain());
    while (send_all() > 0) {
        assert_int_equal(outs, 1);
        assert_true(out[0].repeat);
        answer(0);
    }
}

/* ---- how many ---------------------------------------------------------------------------- */

static void turn__window_was_full__doubles_up_to_max(void **state)
{
    (void)state;
    for (int size = 1; size <= 8; size *= 2) {
        assert_int_equal(window.size, size);
        left = 20;
        assert_int_equal(send_all(), size);
        answer_all();
        window_turn(&window, now);
    }
    assert_int_equal(window.size, 8);
}

static void turn__window_not_needed__stays(void **state)
{
    (void)state;
    widen(2);
    left = 1;
    assert_int_equal(send_all(), 1);
    answer_all();
    window_turn(&window, now);
    assert_int_equal(window.size, 2);
}

static void loss__once__halved_and_widens_again(void **state)
{
    (void)state;
    widen(8);
    lose_pipelined();
    assert_int_equal(window.size, 4);
    assert_int_equal(window.ceiling, 8);
    widen(8);
    assert_int_equal(done[LINK_TIMEOUT], 0);
}

static void loss__twice_in_ten_minutes__remembered_for_a_day(void **state)
{
    (void)state;
    widen(8);
    lose_pipelined();
    widen(8);
    now += 5 * MINUTE_MS;
    lose_pipelined();
    assert_int_equal(window.ceiling, 4);
    for (int turn = 0; turn < 5; turn++) {
        left = 10;
        while (send_all() > 0)
            answer_all();
        window_turn(&window, now);
    }
    assert_int_equal(window.size, 4);
    now += DAY_MS;
    widen(8);
}

static void loss__again_much_later__no_ceiling(void **state)
{
    (void)state;
    widen(8);
    lose_pipelined();
    widen(8);
    now += 11 * MINUTE_MS;
    lose_pipelined();
    assert_int_equal(window.ceiling, 8);
}

/* A turn of 40 requests on a device that works on `bears` at a time and drops what comes beyond. All
 * are answered in the end. Returns how many it dropped. */
static int turn_on_device(int bears)
{
    struct window_flight held[OUT_MAX], f;
    int holds = 0, dropped = 0, answered = 0;

    for (left = 40; answered < 40;) {
        send_all();
        for (int i = 0; i < outs; i++) {
            dropped += holds == bears;
            if (holds < bears)
                held[holds++] = out[i];
        }
        if (holds == 0) {
            assert_false(wait_in_vain());
            continue;
        }
        now += 5;
        assert_true(window_answer(&window, now, held[0].transaction, &f));
        answered += !f.check;
        memmove(held, held + 1, sizeof(held[0]) * (size_t)--holds);
        window_overtaken(&window, now, &user);
    }
    window_turn(&window, now);
    return dropped;
}

static void device_that_drops__learned_exactly_in_six_turns(void **state)
{
    (void)state;
    for (int bears = 1; bears <= 16; bears *= 2) {
        window_init(&window, 16, TIMEOUT_MS);
        window_opened(&window);
        for (int turn = 0; turn < 6; turn++)
            turn_on_device(bears);
        for (int turn = 0; turn < 20; turn++)
            assert_int_equal(turn_on_device(bears), 0);
        assert_int_equal(window.size, bears);
        assert_int_equal(window.ceiling, bears);
    }
    assert_int_equal(done[LINK_TIMEOUT] + done[LINK_LOST] + done[LINK_CUT], 0);
}

/* ---- silence ----------------------------------------------------------------------------- */

static void silence__repeat_not_answered__the_window_is_not_to_blame(void **state)
{
    (void)state;
    widen(4);
    left = 2;
    send_all();
    answer(0);
    assert_false(wait_in_vain()); /* it had company */
    assert_int_equal(done[LINK_TIMEOUT], 0);
    assert_int_equal(send_all(), 1);
    assert_true(out[0].repeat);
    assert_false(wait_in_vain()); /* alone */
    assert_int_equal(done[LINK_TIMEOUT], 1);
    assert_int_equal(window.timeouts, 1);
    assert_int_equal(window.size, 4);
}

static void silence__never_answered__mute_after_two(void **state)
{
    (void)state;
    left = 5;
    assert_int_equal(send_all(), 1);
    assert_false(wait_in_vain());
    assert_int_equal(send_all(), 1);
    assert_true(wait_in_vain());
    assert_int_equal(done[LINK_TIMEOUT], 2);
}

/* What is asked then are the units answered last, but for the one that is silent. */
static void silence__of_one_unit__others_are_asked(void **state)
{
    struct window_flight f;

    (void)state;
    left = UNITS + 1;
    for (int i = 0; i < UNITS; i++) {
        assert_int_equal(send_all(), 1);
        answer(0);
    }
    send_all();
    f = out[0];
    assert_false(wait_in_vain());
    left = 1;
    assert_int_equal(send_all(), UNITS - 1);
    for (int i = 0; i < outs; i++) {
        assert_true(out[i].check);
        assert_int_not_equal(out[i].request.unit, f.request.unit);
    }
    assert_true(answer(1).check);
    assert_false(window_answer(&window, now, out[0].transaction, &f)); /* now a stray */
    assert_int_equal(send_all(), 1);
    assert_int_equal(out[0].request.tag, UNITS + 2);
}

static void silence__checks_not_answered__mute_and_repeats_lost(void **state)
{
    (void)state;
    widen(4);
    left = 4;
    send_all();
    assert_false(wait_in_vain());
    assert_int_equal(send_all(), 1);
    assert_false(wait_in_vain());
    assert_true(send_all() > 0);
    assert_true(out[0].check);
    assert_true(wait_in_vain());
    assert_int_equal(done[LINK_TIMEOUT], 1);
    assert_int_equal(done[LINK_LOST], 3);
    assert_int_equal(window.flights, 0);
    assert_int_equal(window.timeouts, 1); /* the checks are nobody's */
}

/* One of two is never answered, while the other's successors are. */
static void overtaken__by_two_windows__sent_again_alone(void **state)
{
    int lost;

    (void)state;
    widen(2);
    left = 10;
    assert_int_equal(send_all(), 2);
    lost = (int)out[0].request.tag;
    answer(1);
    for (int i = 0; i < 3; i++) {
        window_overtaken(&window, now, &user);
        assert_int_equal(send_all(), 1);
        assert_false(out[0].repeat);
        answer(0);
    }
    now += TIMEOUT_MS;
    window_overtaken(&window, now, &user);
    assert_int_equal(send_all(), 1);
    assert_true(out[0].repeat);
    assert_int_equal(out[0].request.tag, lost);
    answer(0);
    assert_int_equal(window.size, 1); /* the window was to blame */
}

/* ---- breaks ------------------------------------------------------------------------------ */

static void broken__in_flight__sent_again_one_by_one(void **state)
{
    (void)state;
    widen(4);
    left = 4;
    assert_int_equal(send_all(), 4);
    window_broken(&window, now, &user);
    assert_int_equal(window.size, 2);
    window_opened(&window);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(send_all(), 1);
        assert_true(out[0].repeat);
        answer(0);
    }
    assert_int_equal(send_all(), 0);
}

static void broken__by_a_repeat__cut_and_its_unit_with_it(void **state)
{
    (void)state;
    widen(8);
    left = UNITS + 1; /* the last is of the unit of the first */
    send_all();
    window_broken(&window, now, &user);
    assert_int_equal(send_all(), 1);
    window_broken(&window, now, &user);
    assert_int_equal(done[LINK_CUT], 1);
    assert_int_equal(done[LINK_LOST], 1);
    assert_int_equal(window.timeouts, 1);
    assert_int_equal(window.agains, UNITS - 1);
}

static void drop__all_handed_back(void **state)
{
    (void)state;
    widen(4);
    left = 4;
    send_all();
    window_drop(&window, now, &user);
    assert_int_equal(done[LINK_LOST], 4);
    assert_int_equal(window.flights + window.agains, 0);
    assert_int_equal(window.timeouts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(turn__window_was_full__doubles_up_to_max, set_up),
        cmocka_unit_test_setup(turn__window_not_needed__stays, set_up),
        cmocka_unit_test_setup(loss__once__halved_and_widens_again, set_up),
        cmocka_unit_test_setup(loss__twice_in_ten_minutes__remembered_for_a_day, set_up),
        cmocka_unit_test_setup(loss__again_much_later__no_ceiling, set_up),
        cmocka_unit_test_setup(device_that_drops__learned_exactly_in_six_turns, set_up),
        cmocka_unit_test_setup(silence__repeat_not_answered__the_window_is_not_to_blame, set_up),
        cmocka_unit_test_setup(silence__never_answered__mute_after_two, set_up),
        cmocka_unit_test_setup(silence__of_one_unit__others_are_asked, set_up),
        cmocka_unit_test_setup(silence__checks_not_answered__mute_and_repeats_lost, set_up),
        cmocka_unit_test_setup(overtaken__by_two_windows__sent_again_alone, set_up),
        cmocka_unit_test_setup(broken__in_flight__sent_again_one_by_one, set_up),
        cmocka_unit_test_setup(broken__by_a_repeat__cut_and_its_unit_with_it, set_up),
        cmocka_unit_test_setup(drop__all_handed_back, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
