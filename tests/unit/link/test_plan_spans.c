/* The plan with two cells a request, with broken connections, and with answers that get lost. */
#include "../../support/check.h"
#include "../../support/rig.h"

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_done(&rig);
    return 0;
}

static void settle(int strings, int cells)
{
    for (int i = 1; i <= strings; i++)
        rig_string(&rig, i, 1, cells);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
}

/* ---- learning ---------------------------------------------------------------------------- */

static void spans__good_gateway__learned_and_used(void **state)
{
    int from;

    (void)state;
    settle(2, 10);
    assert_int_equal(rig.learned, 1);
    assert_true(span_usable(&rig.plan.span));
    from = rig.logged;
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    assert_int_equal(rig_count(&rig, from, PLAN_CELL, -1), 0);
    assert_true(rig_count(&rig, from, PLAN_SPAN, 0) >= 20);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_SPAN) {
            assert_int_equal(rig.log[i].request.count, 106);
            assert_int_equal(rig.log[i].tag.cells, 2);
        }
}

static void spans__odd_number_of_cells__last_one_singly(void **state)
{
    int from;

    (void)state;
    settle(1, 7);
    from = rig.logged;
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_CELL)
            assert_int_equal(rig.log[i].tag.cell, 6);
    assert_in_range(rig_count(&rig, from, PLAN_CELL, 0), 4, 6);
    assert_in_range(rig_count(&rig, from, PLAN_SPAN, 0), 12, 18);
}

static void spans__refused__never_again(void **state)
{
    int from;

    (void)state;
    rig.fake.spans = FAKE_SPANS_REFUSED;
    settle(2, 10);
    assert_int_equal(rig.refused, 1);
    assert_int_equal(rig.learned, 0);
    from = rig.logged;
    rig_run(&rig, rig.now + 2 * DAY_MS / 24);
    assert_int_equal(rig_count(&rig, from, PLAN_SPAN, -1) + rig_count(&rig, from, PLAN_PROOF, -1),
                     0);
}

static void check_muddled(enum fake_spans how)
{
    int from;

    rig.fake.spans = how;
    settle(2, 10);
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(rig.refused, 1);
    assert_int_equal(rig.learned, 0);
    assert_int_equal(rig_count(&rig, 0, PLAN_SPAN, -1), 0); /* never used for values */
    from = rig.logged;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(rig_count(&rig, from, PLAN_PROOF, -1), 0);
}

static void spans__zeros__not_used(void **state)
{
    (void)state;
    check_muddled(FAKE_SPANS_ZERO);
}

static void spans__packed__not_used(void **state)
{
    (void)state;
    check_muddled(FAKE_SPANS_PACKED);
}

/* Values that move between the reads never prove anything. */
static void spans__disagreeing__given_up_after_three(void **state)
{
    (void)state;
    rig.fake.jitter = 1;
    settle(1, 10);
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(rig.learned, 0);
    assert_int_equal(rig.refused, 1);
    assert_int_equal(rig_count(&rig, 0, PLAN_PROOF, -1), 9); /* three steps each */
}

static void spans__not_wanted__no_proof(void **state)
{
    (void)state;
    rig_done(&rig);
    rig_init(&rig, false);
    settle(2, 10);
    assert_int_equal(rig_count(&rig, 0, PLAN_PROOF, -1), 0);
    assert_int_equal(rig_count(&rig, 0, PLAN_SPAN, -1), 0);
}

static void spans__single_cells_only__no_proof(void **state)
{
    (void)state;
    settle(3, 1);
    assert_int_equal(rig_count(&rig, 0, PLAN_PROOF, -1), 0);
    assert_true(rig_sweeps(&rig, 0, 3) >= 2);
}

/* ---- again ------------------------------------------------------------------------------- */

static void proof__a_day_later__repeated(void **state)
{
    int from;

    (void)state;
    settle(1, 4);
    from = rig.logged;
    rig_run(&rig, rig.plan.span.proved_ms + DAY_MS - 1000);
    assert_int_equal(rig_count(&rig, from, PLAN_PROOF, -1), 0);
    rig_run(&rig, rig.now + MINUTE_MS);
    assert_int_equal(rig_count(&rig, from, PLAN_PROOF, -1), 3);
    assert_int_equal(rig_count(&rig, from, PLAN_CELL, -1), 0); /* used meanwhile */
}

static void proof__after_restart__before_use(void **state)
{
    int from;

    (void)state;
    settle(1, 10);
    rig_break(&rig);
    assert_false(span_usable(&rig.plan.span));
    from = rig.logged;
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
    assert_true(span_usable(&rig.plan.span));
    for (int i = from, proofs = 0; i < rig.logged; i++) {
        proofs += rig.log[i].tag.kind == PLAN_PROOF;
        if (rig.log[i].tag.kind == PLAN_SPAN)
            assert_int_equal(proofs, 3);
    }
}

static void refuse_in_mid_sweep(int window)
{
    rig_done(&rig);
    rig_init(&rig, true);
    rig.window = window;
    settle(2, 20);
    assert_int_equal(rig.learned, 1);
    while (!(rig.plan.sweep[0].running && rig.plan.sweep[0].next >= 8))
        rig_run(&rig, rig.now + 1);
    rig.fake.spans = FAKE_SPANS_REFUSED;
}

/* The gateway begins to refuse while spans are in use: the sweep that meets it misses no cell (the
 * rig looks). Each string meets it once, with what is in flight, and asks singly from then on. */
static void refusal__in_mid_sweep__rewound_and_single_from_then_on(void **state)
{
    (void)state;
    for (int window = 1; window <= 8; window *= 2) {
        int from, spans[2];

        refuse_in_mid_sweep(window);
        from = rig.logged;
        rig_run(&rig, rig.now + 2 * MINUTE_MS);
        for (int s = 0; s < 2; s++)
            spans[s] = rig_count(&rig, from, PLAN_SPAN, s);
        assert_in_range(spans[0], 0, window); /* some may have been under way before */
        assert_in_range(spans[1], 1, window);
        rig_run(&rig, rig.now + 10 * MINUTE_MS);
        for (int s = 0; s < 2; s++)
            assert_int_equal(rig_count(&rig, from, PLAN_SPAN, s), spans[s]);
        assert_true(rig_sweeps(&rig, 0, 1) >= 12);
        assert_true(rig_sweeps(&rig, 0, 2) >= 12);
        assert_int_equal(rig.refused, 0); /* which only the proof can tell */
    }
}

static void refusal__of_the_next_proof__ends_spans_for_good(void **state)
{
    int from;

    (void)state;
    refuse_in_mid_sweep(4);
    rig_run(&rig, rig.plan.span.proved_ms + DAY_MS + MINUTE_MS);
    assert_int_equal(rig.refused, 1);
    from = rig.logged;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(rig_count(&rig, from, PLAN_SPAN, -1) + rig_count(&rig, from, PLAN_PROOF, -1),
                     0);
}

static void refusal__proved_anew__spans_again(void **state)
{
    int from;

    (void)state;
    refuse_in_mid_sweep(4);
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    rig.fake.spans = FAKE_SPANS_GOOD;
    rig_run(&rig, rig.plan.span.proved_ms + DAY_MS + 3 * MINUTE_MS);
    assert_int_equal(rig.refused, 0);
    from = rig.logged;
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    for (int s = 0; s < 2; s++) {
        assert_int_equal(rig_count(&rig, from, PLAN_CELL, s), 0);
        assert_true(rig_count(&rig, from, PLAN_SPAN, s) >= 30);
    }
}

static enum link_result no_path(struct rig *r, const struct link_request *q, enum link_result is)
{
    (void)r; /* spans alone; the fake's code is 0: neither 2 nor 3 */
    return plan_tag(q).kind == PLAN_SPAN ? LINK_EXCEPTION : is;
}

static void span__cannot_be_reached__cells_read_singly_and_proved_anew(void **state)
{
    (void)state;
    settle(1, 10);
    rig.mangle = no_path;
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    assert_true(rig_sweeps(&rig, 0, 1) >= 6);
}

/* ---- restart ----------------------------------------------------------------------------- */

static void restart__known_units__all_read_at_once(void **state)
{
    int from;

    (void)state;
    settle(3, 10);
    rig_break(&rig);
    from = rig.logged;
    rig_run(&rig, rig.now + 9000); /* before the next turn would be due */
    assert_int_equal(rig_count(&rig, from, PLAN_UPS, 0), 1);
    for (int s = 0; s < 3; s++) {
        assert_int_equal(rig_count(&rig, from, PLAN_STRING, s), 1);
        assert_true(rig_count(&rig, from, PLAN_CELL, s) + rig_count(&rig, from, PLAN_SPAN, s) >= 5);
    }
}

static enum presence string_presence(int number)
{
    return plan_presence(&rig.plan, (struct plan_tag){.kind = PLAN_STRING, .index = number - 1});
}

static void restart__unit_away_meanwhile__silent_after_two_misses(void **state)
{
    (void)state;
    settle(2, 4);
    rig_break(&rig);
    rig.incomplete_is_fine = true; /* the cells of a mute string */
    rig.fake.string[2].mute = true;
    rig_run(&rig, rig.now + 5000);
    assert_int_equal(rig.plan.unit[1].misses, 1);
    assert_int_equal(string_presence(2), PRESENCE_HERE);
    rig_run(&rig, rig.now + 10000);
    assert_int_equal(string_presence(2), PRESENCE_SILENT);
    assert_int_equal(string_presence(1), PRESENCE_HERE);
}

/* A miss before the outage does not count after it. */
static void restart__missed_before__two_misses_again(void **state)
{
    (void)state;
    settle(2, 4);
    rig.incomplete_is_fine = true;
    rig.fake.string[2].mute = true;
    while (rig.plan.unit[1].misses == 0)
        rig_run(&rig, rig.now + 100);
    rig_break(&rig);
    rig.incomplete_is_fine = true;
    rig_run(&rig, rig.now + 5000);
    assert_int_equal(string_presence(2), PRESENCE_HERE);
    rig.fake.string[2].mute = false;
    rig_run(&rig, rig.now + 30000);
    assert_int_equal(string_presence(2), PRESENCE_HERE);
}

static void restart__during_discovery__found_all_the_same(void **state)
{
    (void)state;
    for (int i = 1; i <= 20; i++)
        rig_string(&rig, i, 1 + i % 4, 4);
    for (int i = 0; i < 10; i++) {
        rig_run(&rig, rig.now + 20);
        rig_break(&rig);
    }
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_true(rig.plan.lap_done);
    for (int i = 1; i <= 20; i++)
        assert_true(rig_sweeps(&rig, 0, i) >= 2);
}

static void restart__nothing_ever_answered__lap_starts_anew(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        rig_break(&rig);
    rig_string(&rig, 1, 1, 4);
    rig_discover(&rig);
    assert_int_equal(plan_presence(&rig.plan, (struct plan_tag){.kind = PLAN_STRING, .index = 0}),
                     PRESENCE_HERE);
}

/* ---- anything at all --------------------------------------------------------------------- */

static enum link_result mishaps(struct rig *r, const struct link_request *q, enum link_result is)
{
    static const enum link_result all[] = {LINK_TIMEOUT, LINK_LOST, LINK_MISMATCH, LINK_EXCEPTION};

    (void)q;
    return check_random(&r->random) % 8 == 0 ? all[check_random(&r->random) % 4] : is;
}

static void check_storm(uint32_t seed)
{
    int from;

    rig_done(&rig);
    rig_init(&rig, true);
    print_message("seed %u\n", seed);
    rig.random = seed;
    rig.window = 1 + (int)(seed % 8);
    for (int i = 1; i <= 12; i++)
        rig_string(&rig, i, 1 + i % 3, i * 7);
    rig.mangle = mishaps;
    rig.incomplete_is_fine = true;
    for (int i = 0; i < 6; i++) {
        rig_run(&rig, rig.now + 10 * MINUTE_MS);
        if (check_random(&rig.random) % 2)
            rig_break(&rig);
        rig.incomplete_is_fine = true;
    }
    rig.mangle = NULL; /* fine weather: whatever went wrong, everything gets read again */
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    rig.incomplete_is_fine = false;
    from = rig.sweeps;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    for (int i = 1; i <= 12; i++)
        assert_true(rig_sweeps(&rig, from, i) >= 8);
}

static void storm__random_mishaps__nothing_blocks_and_no_cell_is_missed(void **state)
{
    (void)state;
    for (uint32_t seed = 1001; seed < 1009; seed++)
        check_storm(seed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(spans__good_gateway__learned_and_used),
        TEST(spans__odd_number_of_cells__last_one_singly),
        TEST(spans__refused__never_again),
        TEST(spans__zeros__not_used),
        TEST(spans__packed__not_used),
        TEST(spans__disagreeing__given_up_after_three),
        TEST(spans__not_wanted__no_proof),
        TEST(spans__single_cells_only__no_proof),
        TEST(proof__a_day_later__repeated),
        TEST(proof__after_restart__before_use),
        TEST(refusal__in_mid_sweep__rewound_and_single_from_then_on),
        TEST(refusal__of_the_next_proof__ends_spans_for_good),
        TEST(refusal__proved_anew__spans_again),
        TEST(span__cannot_be_reached__cells_read_singly_and_proved_anew),
        TEST(restart__known_units__all_read_at_once),
        TEST(restart__unit_away_meanwhile__silent_after_two_misses),
        TEST(restart__missed_before__two_misses_again),
        TEST(restart__during_discovery__found_all_the_same),
        TEST(restart__nothing_ever_answered__lap_starts_anew),
        TEST(storm__random_mishaps__nothing_blocks_and_no_cell_is_missed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
