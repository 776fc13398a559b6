/* A link to a gateway that says nothing: at all, of some units, or of some requests. */
/* takes: 16 */
#include "../../support/script.h"

#include <string.h>

/* ---- silence ----------------------------------------------------------------------------- */

/* Answers the first `n` requests, then no more. */
SCRIPT(falls_silent)
{
    struct script *k = ctx;

    (void)connection;
    k->last = r[n - 1].address;
    for (int i = 0; i < n; i++)
        if (k->n > 0 && k->n-- > 0)
            answer(s, &r[i]);
}

/* Two requests that nobody answers, where nothing was ever answered. */
static void silence__never_answered__broken_after_two(void **state)
{
    (void)state;
    start(falls_silent, 0, 60, 1);
    client_add_many(&client, 10);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    assert_int_equal(client.answers, 2);
    assert_int_equal(client_count(&client, LINK_TIMEOUT), 2);
    assert_non_null(strstr(link_tcp_error(client.link), "within 60 ms"));
}

/* One that nobody answers, and then the one that was answered last: the client's fourth. */
static void silence__answered_before__broken_when_the_check_fails(void **state)
{
    (void)state;
    start(falls_silent, 4, SHORT_MS, 1);
    client_add_many(&client, 10);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    assert_int_equal(client_count(&client, LINK_OK), 4);
    assert_int_equal(client_count(&client, LINK_TIMEOUT), 1);
    assert_int_equal(client.answers, 5);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 1); /* the check is nobody's */
    client_drop(&client);
    assert_int_equal(client.answers, 5);
    assert_int_equal(server_requests(server), 6);
    assert_int_equal(script.last, 3);
}

static void silence__with_many_in_flight__each_handed_back_once(void **state)
{
    (void)state;
    start(falls_silent, 28, SHORT_MS, 8); /* 2 + 4 + 8, and half of the next turn */
    widen(8);
    client_add_many(&client, 40);
    assert_int_equal(client_run(&client), LINK_BROKEN);
    client_drop(&client);
    for (int i = 0; i < client.requests; i++)
        assert_int_equal(client.done[i], i < client.next);
    assert_int_equal(client_count(&client, LINK_OK), 28);
}

/* Everything but unit 7, which is not there and says nothing. */
SCRIPT(unit_7_mute)
{
    (void)ctx;
    (void)connection;
    for (int i = 0; i < n; i++)
        if (r[i].unit != 7)
            answer(s, &r[i]);
}

static void silence__of_probes__costs_only_themselves(void **state)
{
    (void)state;
    start(unit_7_mute, 0, SHORT_MS, 4);
    widen(4);
    for (int i = 0; i < 5; i++) { /* more than the silences that break a connection */
        int probe = client_add(&client, 7, 0);

        client.request[probe].probe = true;
        client_add_many(&client, 6);
        assert_int_equal(client_run(&client), LINK_IDLE);
        assert_int_equal(client.result[probe], LINK_TIMEOUT);
    }
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_TIMEOUT), 5);
    assert_int_equal(client_count(&client, LINK_OK), client.requests - 5);
    assert_int_equal(link_tcp_window(client.link), 4);
    assert_int_equal(link_tcp_counts(client.link).connects, 1);
}

/* ---- units that hang, and a device that does not ------------------------------------------ */

/* Once `n` is set, units 101 to 106 hang. */
SCRIPT(six_hang)
{
    (void)connection;
    for (int i = 0; i < n; i++)
        if (((struct script *)ctx)->n == 0 || r[i].unit < 101 || r[i].unit > 106)
            answer(s, &r[i]);
}

/* Eight strings and then their UPS. */
static int add_turn(void)
{
    int first = client.requests;

    for (int unit = 101; unit <= 108; unit++)
        client_add(&client, (uint8_t)unit, 0);
    client_add(&client, 1, 0);
    return first;
}

static void check_hang(int window)
{
    start(six_hang, 0, SHORT_MS, window);
    widen(window);
    add_turn();
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    script.n = 1;
    for (int i = 0; i < 2; i++) {
        int first = add_turn();

        assert_int_equal(client_run(&client), LINK_IDLE);
        for (int u = 0; u < 6; u++)
            assert_int_equal(client.result[first + u], LINK_TIMEOUT);
        for (int u = 6; u < 9; u++)
            assert_int_equal(client.result[first + u], LINK_OK);
    }
    client_check_each_once(&client);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 12);
    assert_int_equal(link_tcp_counts(client.link).connects, 1);
    assert_int_equal(link_tcp_window(client.link), window);
}

static void hang__six_of_eight_one_at_a_time__never_broken(void **state)
{
    (void)state;
    check_hang(1);
}

static void hang__six_of_eight_pipelined__never_broken(void **state)
{
    (void)state;
    check_hang(8);
}

/* The one that answered last is among those that hang. Others would answer, so the device is not
 * mute; at most this costs one connection, on which they are reached. */
static void hang__the_one_that_answered_last__others_reached(void **state)
{
    int first;

    (void)state;
    start(six_hang, 0, SHORT_MS, 1);
    add_turn();
    client_add(&client, 103, 0);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    script.n = 1;
    first = add_turn();
    assert_int_equal(client_run_on(&client, 2), LINK_IDLE);
    for (int u = 6; u < 9; u++)
        assert_int_equal(client.result[first + u], LINK_OK);
}

/* Once `n` is set, the only unit that ever answered hangs as well. */
SCRIPT(only_101)
{
    (void)connection;
    for (int i = 0; i < n; i++)
        if (((struct script *)ctx)->n == 0 && r[i].unit == 101)
            answer(s, &r[i]);
}

/* Units that never answered prove nothing, known or asked in vain. */
static void hang__the_only_unit_known__broken(void **state)
{
    int probe;

    (void)state;
    start(only_101, 0, SHORT_MS, 1);
    client_add_many(&client, 3);
    probe = client_add(&client, 7, 0);
    client.request[probe].probe = true;
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    assert_int_equal(client.result[probe], LINK_TIMEOUT);
    script.n = 1;
    client_add_many(&client, 3);
    for (int i = 0; i < 3; i++) { /* and so on each connection that follows */
        assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
        assert_int_equal(client_count(&client, LINK_OK), 3);
        assert_non_null(strstr(link_tcp_error(client.link), "no reply"));
    }
}

/* ---- pipelined requests dropped ---------------------------------------------------------- */

/* Of what comes at once it takes the first `n` and forgets the rest. */
SCRIPT(takes_only)
{
    struct script *k = ctx;

    (void)connection;
    answer_all(s, r, n < k->n ? n : k->n);
}

static void check_drops(int takes, int turns)
{
    start(takes_only, takes, SHORT_MS, 16);
    for (int i = 0; i < turns; i++) {
        client_add_many(&client, 24);
        assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
        link_tcp_turn(client.link);
    }
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
    assert_true(link_tcp_window(client.link) <= takes);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 0);
}

static void drops__all_but_one__window_learned_and_nothing_lost(void **state)
{
    (void)state;
    check_drops(1, 8);
}

static void drops__all_but_three__window_learned_and_nothing_lost(void **state)
{
    (void)state;
    check_drops(3, 8);
}

static void drops__all_but_eight__window_learned_and_nothing_lost(void **state)
{
    (void)state;
    check_drops(8, 8);
}

/* Seven of eight are answered, so a single one is left in flight: it was dropped all the same. */
static void drops__one_of_many__sent_once_more(void **state)
{
    int before;

    (void)state;
    start(takes_only, 7, SHORT_MS, 8);
    widen(8);
    client_add_many(&client, 8);
    before = server_requests(server);
    assert_int_equal(client_run(&client), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
    assert_int_equal(server_requests(server) - before, 8 + 1);
    assert_int_equal(client.order[client.answers - 1], client.requests - 1);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 0);
}

/* What goes once may be an accident: half of what was under way is still fine. */
static void drops__one_of_eight__window_halved(void **state)
{
    (void)state;
    start(takes_only, 7, SHORT_MS, 8);
    widen(8);
    client_add_many(&client, 8);
    assert_int_equal(client_run(&client), LINK_IDLE);
    assert_int_equal(link_tcp_window(client.link), 4);
    assert_int_equal(link_tcp_ceiling(client.link), 8);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(silence__never_answered__broken_after_two),
        TEST(silence__answered_before__broken_when_the_check_fails),
        TEST(silence__with_many_in_flight__each_handed_back_once),
        TEST(silence__of_probes__costs_only_themselves),
        TEST(drops__all_but_one__window_learned_and_nothing_lost),
        TEST(drops__all_but_three__window_learned_and_nothing_lost),
        TEST(drops__all_but_eight__window_learned_and_nothing_lost),
        TEST(drops__one_of_many__sent_once_more),
        TEST(drops__one_of_eight__window_halved),
        TEST(hang__six_of_eight_one_at_a_time__never_broken),
        TEST(hang__six_of_eight_pipelined__never_broken),
        TEST(hang__the_one_that_answered_last__others_reached),
        TEST(hang__the_only_unit_known__broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
