/* The plan's probes: whoever is lost or was never seen is asked again, whatever else goes on. And
 * the length of the string block, which a gateway of another age has otherwise. */
#include "../../support/check.h"
#include "../../support/rig.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_done(&rig);
    return 0;
}

static enum presence string_presence(int number)
{
    return plan_presence(&rig.plan, (struct plan_tag){.kind = PLAN_STRING, .index = number - 1});
}

/* Until `n` more turns have ended. */
static void turns(int n)
{
    int want = rig.turns + n;
    int64_t until = rig.now + 24 * 60 * MINUTE_MS;

    while (rig.turns < want && rig.now < until)
        rig_run(&rig, rig.now + 50);
    assert_true(rig.turns >= want);
}

/* For each unit, the most turns in a row in which it was not asked for; over `n` turns. */
static void longest_waits(int n, int wait[PLAN_UNITS])
{
    int since[PLAN_UNITS] = {0}, from = rig.logged;

    memset(wait, 0, PLAN_UNITS * sizeof(*wait));
    for (int i = 0; i < n; i++) {
        turns(1);
        for (int u = 0; u < PLAN_UNITS; u++)
            since[u]++;
        for (; from < rig.logged; from++) {
            struct plan_tag t = rig.log[from].tag;

            if (t.kind == PLAN_STRING || t.kind == PLAN_UPS)
                since[t.kind == PLAN_UPS ? STRING_MAX + t.index : t.index] = 0;
        }
        for (int u = 0; u < PLAN_UNITS; u++)
            if (since[u] > wait[u])
                wait[u] = since[u];
    }
}

/* Strings 1 to 4 and UPS 1; strings 2 and 3 then hang. Absent units say nothing. */
static void lose_two(void)
{
    rig.fake.absent = FAKE_IS_MUTE;
    rig.incomplete_is_fine = true;
    for (int i = 1; i <= 4; i++)
        rig_string(&rig, i, 1, 4);
    rig_discover(&rig);
    rig_run(&rig, rig.now + MINUTE_MS);
    rig.fake.string[2].mute = rig.fake.string[3].mute = true;
    turns(4);
    assert_int_equal(string_presence(2), PRESENCE_SILENT);
    assert_int_equal(string_presence(3), PRESENCE_SILENT);
}

/* At most one silence a turn: those lost and those never seen, 59 units, go by turns. */
static void probes__lost_and_unseen_units__all_asked_again(void **state)
{
    int wait[PLAN_UNITS], timeouts, begin;

    (void)state;
    lose_two();
    timeouts = rig.timeouts;
    begin = rig.turns;
    longest_waits(400, wait);
    for (int u = 0; u < PLAN_UNITS; u++) {
        bool here = u == 0 || u == 3 || u == STRING_MAX, lost = u == 1 || u == 2;
        int most = here ? 1 : lost ? 2 * 2 : 2 * 59;

        if (wait[u] > most + 1)
            fail_msg("unit %d of the plan waited for %d turns", u, wait[u]);
    }
    assert_true(rig.timeouts - timeouts <= rig.turns - begin + 1);
}

static void probes__a_lost_unit_comes_back__found_within_a_few_turns(void **state)
{
    (void)state;
    lose_two();
    for (int i = 0; i < 5; i++) {
        rig.fake.string[3].mute = false;
        turns(5);
        assert_int_equal(string_presence(3), PRESENCE_HERE);
        assert_int_equal(string_presence(2), PRESENCE_SILENT);
        rig.fake.string[3].mute = true;
        turns(4);
        assert_int_equal(string_presence(3), PRESENCE_SILENT);
    }
}

static void probes__an_unseen_unit_comes__found(void **state)
{
    (void)state;
    lose_two();
    rig_string(&rig, 31, 1, 4);
    turns(2 * 59 + 2);
    assert_int_equal(string_presence(31), PRESENCE_HERE);
}

static void forgotten__comes_back__found_like_a_new_one(void **state)
{
    const struct plan_tag string = {.kind = PLAN_STRING, .index = 1};

    (void)state;
    lose_two();
    assert_int_not_equal(string_presence(2), PRESENCE_NEVER);
    plan_forget(&rig.plan, string);
    turns(2);
    assert_int_equal(string_presence(2), PRESENCE_NEVER);
    rig_string(&rig, 2, 1, 4);
    turns(2 * 59 + 2);
    assert_int_equal(string_presence(2), PRESENCE_HERE);
}

/* A turn that takes longer than its interval must not keep the probes out. */
static void probes__turns_longer_than_the_interval__still_sent(void **state)
{
    int wait[PLAN_UNITS], from;

    (void)state;
    rig.window = 1;
    rig.service_ms = 1000;
    for (int i = 1; i <= 20; i++)
        rig_string(&rig, i, 1, 2);
    rig_discover(&rig);
    from = rig.sweeps;
    longest_waits(100, wait);
    for (int u = 0; u < PLAN_UNITS; u++) /* 43 units that answer: some in each turn */
        assert_in_range(wait[u], 0, 43);
    for (int i = 1; i <= 20; i++)
        assert_true(rig_sweeps(&rig, from, i) >= 2);
    rig_string(&rig, 30, 1, 2);
    turns(44);
    assert_int_equal(string_presence(30), PRESENCE_HERE);
}

/* ---- the length of the string block ------------------------------------------------------ */

/* Refused with fifteen, refused with thirteen: that was not it. */
static void length__nothing_found_with_thirteen__fifteen_again(void **state)
{
    int thirteens = 0;

    (void)state;
    rig.fake.absent_code = 2;
    rig_discover(&rig);
    for (int i = 0; i < rig.logged; i++)
        thirteens += rig.log[i].tag.kind == PLAN_STRING && rig.log[i].request.count == 13;
    assert_int_equal(thirteens, 32);
    assert_int_equal(rig.plan.string_words, 15);
    rig_string(&rig, 7, 1, 4);
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    assert_int_equal(string_presence(7), PRESENCE_HERE);
    assert_int_equal(rig.plan.string_words, 15);
}

/* Refuses while it boots, and turns out to be an older one. */
static void length__nothing_found_at_first_then_an_older_one__thirteen(void **state)
{
    (void)state;
    rig.fake.absent_code = 2;
    rig_discover(&rig);
    rig.fake.v1 = true;
    rig_string(&rig, 7, 1, 4);
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    assert_int_equal(string_presence(7), PRESENCE_HERE);
    assert_int_equal(rig.plan.string_words, 13);
}

static void length__replaced_by_an_older_one__followed(void **state)
{
    int from;

    (void)state;
    rig_string(&rig, 1, 1, 4);
    rig_string(&rig, 2, 1, 4);
    rig_discover(&rig);
    rig_run(&rig, rig.now + MINUTE_MS);
    rig.fake.v1 = true;
    turns(5); /* two misses, the change of mind, and the turn with the other length */
    assert_int_equal(string_presence(1), PRESENCE_HERE);
    assert_int_equal(string_presence(2), PRESENCE_HERE);
    assert_int_equal(rig.plan.string_words, 13);
    from = rig.logged;
    turns(20);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_STRING)
            assert_int_equal(rig.log[i].request.count, 13);
}

/* The shorter one has its twin: a gateway of today that knows only its own length. */
static enum link_result only_fifteen(struct rig *r, const struct link_request *q,
                                     enum link_result is)
{
    (void)r;
    return q->unit > 100 && q->address < 100 && q->count != 15 ? LINK_EXCEPTION : is;
}

static void length__replaced_by_a_newer_one__followed(void **state)
{
    (void)state;
    rig.fake.v1 = true;
    rig_string(&rig, 1, 1, 4);
    rig_discover(&rig);
    rig_run(&rig, rig.now + MINUTE_MS);
    assert_int_equal(rig.plan.string_words, 13);
    rig.fake.v1 = false;
    rig.mangle = only_fifteen;
    rig.mangle_code = 3;
    turns(5);
    assert_int_equal(string_presence(1), PRESENCE_HERE);
    assert_int_equal(rig.plan.string_words, 15);
}

/* One string that is refused is that string's business. */
static void length__one_string_refused__stays(void **state)
{
    (void)state;
    rig_string(&rig, 1, 1, 4);
    rig_string(&rig, 2, 1, 4);
    rig_discover(&rig);
    rig_run(&rig, rig.now + MINUTE_MS);
    rig.fake.string[2].there = false;
    rig.fake.absent_code = 2;
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(string_presence(1), PRESENCE_HERE);
    assert_int_equal(string_presence(2), PRESENCE_GONE);
    assert_int_equal(rig.plan.string_words, 15);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(probes__lost_and_unseen_units__all_asked_again),
        TEST(probes__a_lost_unit_comes_back__found_within_a_few_turns),
        TEST(probes__an_unseen_unit_comes__found),
        TEST(forgotten__comes_back__found_like_a_new_one),
        TEST(probes__turns_longer_than_the_interval__still_sent),
        TEST(length__nothing_found_with_thirteen__fifteen_again),
        TEST(length__nothing_found_at_first_then_an_older_one__thirteen),
        TEST(length__replaced_by_an_older_one__followed),
        TEST(length__replaced_by_a_newer_one__followed),
        TEST(length__one_string_refused__stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
