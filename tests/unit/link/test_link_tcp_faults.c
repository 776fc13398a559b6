/*
 * A link to a gateway that misbehaves. Time-outs are short where they are meant to happen, and long
 * where they are not; what is asserted is counts and order.
 */
#include "../../support/check.h"
#include "../../support/client.h"
#include "../../support/server.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { LONG_MS = 20000, SHORT_MS = 250 };

/* What the server does; one of these per test. `n` is the script's own number. */
struct script {
    int n, batches;
    struct server_request kept;
};

static void answer(struct server *s, const struct server_request *r)
{
    uint16_t words[125] = {r->address};

    server_put_words(s, r, words);
}

static void answer_all(struct server *s, const struct server_request *r, int n)
{
    for (int i = 0; i < n; i++)
        answer(s, &r[i]);
}

#define SCRIPT(name)                                                                               \
    static void name(void *ctx, struct server *s, int connection, const struct server_request *r,  \
                     int n)

/* One link to one server with one script. */
static struct script script;
static struct server *server;
static struct client client;

static void start(server_handler *handler, int n, int timeout_ms, int window)
{
    script = (struct script){.n = n};
    server = server_start(AF_INET, handler, &script);
    assert_non_null(server);
    client_init(&client, "127.0.0.1", server_port(server), timeout_ms, window);
}

static int tear_down(void **state)
{
    (void)state;
    client_done(&client);
    server_stop(server);
    return 0;
}

/* Busy turns until the window is `n`; the server must answer. */
static void widen(int n)
{
    while (link_tcp_window(client.link) < n) {
        client_add_many(&client, 2 * link_tcp_window(client.link));
        assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
        link_tcp_turn(client.link);
    }
}

/* ---- time ------------------------------------------------------------------------------- */

/* A serial gateway: one after the other, 100 ms each; the last one comes long after the time-out
 * counted from its request. */
SCRIPT(slow)
{
    (void)connection;
    script.batches++;
    for (int i = 0; i < n; i++) {
        if (((struct script *)ctx)->batches > 8)
            poll(NULL, 0, 100);
        answer(s, &r[i]);
        server_flush(s);
    }
}

static void time_out__restarts_at_each_reply(void **state)
{
    (void)state;
    start(slow, 0, 1000, 16);
    while (link_tcp_window(client.link) < 16) {
        script.batches = 0;
        client_add_many(&client, 2 * link_tcp_window(client.link));
        client_run_on(&client, 1);
        link_tcp_turn(client.link);
    }
    client_add_many(&client, 16);
    assert_int_equal(client_run(&client), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 0);
}

SCRIPT(first_reply_late)
{
    struct script *k = ctx;

    (void)connection;
    if (k->batches++ == 0) {
        k->kept = r[0];
        return;
    }
    if (k->batches == 2)
        answer(s, &k->kept);
    answer_all(s, r, n);
}

static void reply__too_late__dropped(void **state)
{
    (void)state;
    start(first_reply_late, 0, SHORT_MS, 1);
    client_add_many(&client, 3);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client.result[0], LINK_TIMEOUT);
    assert_int_equal(client.result[1], LINK_OK);
    assert_int_equal(client.word[1], 1); /* not the first one's */
    assert_int_equal(client.word[2], 2);
    assert_int_equal(link_tcp_counts(client.link).late, 1);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 1);
}

SCRIPT(wrong_transaction_first)
{
    struct script *k = ctx;
    struct server_request other = r[0];

    (void)connection;
    if (k->batches++ > 0) {
        answer_all(s, r, n);
        return;
    }
    other.transaction = (uint16_t)(other.transaction + 1000);
    answer(s, &other);
}

static void reply__wrong_transaction__not_taken(void **state)
{
    (void)state;
    start(wrong_transaction_first, 0, SHORT_MS, 1);
    client_add_many(&client, 2);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    assert_int_equal(client.result[0], LINK_TIMEOUT);
    assert_int_equal(client.result[1], LINK_OK);
    assert_int_equal(link_tcp_counts(client.link).late, 1);
}

SCRIPT(wrong_unit)
{
    (void)ctx;
    (void)connection;
    for (int i = 0; i < n; i++) {
        struct server_request other = r[i];

        other.unit++;
        answer(s, &other);
    }
}

static void reply__wrong_unit__mismatch(void **state)
{
    (void)state;
    start(wrong_unit, 0, LONG_MS, 1);
    client_add_many(&client, 5);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_MISMATCH), 5);
    assert_int_equal(link_tcp_counts(client.link).mismatches, 5);
}

/* ---- silence ----------------------------------------------------------------------------- */

/* Answers the first `n` requests, then no more. */
SCRIPT(falls_silent)
{
    struct script *k = ctx;

    (void)connection;
    k->kept = r[n - 1];
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
    assert_int_equal(script.kept.address, 3);
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

/* Fifteen of sixteen are answered, so a single one is left in flight: it was dropped all the same. */
static void drops__one_of_many__sent_once_more(void **state)
{
    (void)state;
    start(takes_only, 7, SHORT_MS, 8);
    widen(8);
    client_add_many(&client, 8);
    assert_int_equal(client_run(&client), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
}

/* ---- broken connections ------------------------------------------------------------------ */

/* The first `n` connections: half a reply, then a reset. Later ones: answers. */
SCRIPT(reset_in_reply)
{
    const uint8_t half[] = {
        (uint8_t)(r[0].transaction >> 8), (uint8_t)r[0].transaction, 0, 0, 0, 5, r[0].unit};

    if (connection > ((struct script *)ctx)->n) {
        answer_all(s, r, n);
        return;
    }
    server_put(s, half, sizeof(half));
    server_reset(s);
}

static void reset__once__repeated_on_the_next_connection(void **state)
{
    (void)state;
    start(reset_in_reply, 1, LONG_MS, 1);
    client_add_many(&client, 4);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    assert_int_equal(client.answers, 0);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), 4);
    assert_int_equal(client.order[0], 0); /* before anything new */
    assert_int_equal(link_tcp_counts(client.link).connects, 2);
}

static void reset__twice_by_one_request__lost(void **state)
{
    (void)state;
    start(reset_in_reply, 2, LONG_MS, 1);
    client_add_many(&client, 4);
    assert_int_equal(client_run_on(&client, 3), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client.result[0], LINK_LOST);
    assert_int_equal(client_count(&client, LINK_OK), 3);
}

/* Resets whatever comes in batches of `n` or more. */
SCRIPT(resets_batches)
{
    (void)connection;
    if (n >= ((struct script *)ctx)->n)
        server_reset(s);
    else
        answer_all(s, r, n);
}

static void reset__under_load__window_halved_and_nothing_lost(void **state)
{
    (void)state;
    start(resets_batches, 5, LONG_MS, 16);
    for (int i = 0; i < 8; i++) {
        client_add_many(&client, 32);
        assert_int_equal(client_run_on(&client, 3), LINK_IDLE);
        link_tcp_turn(client.link);
    }
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
    assert_int_equal(link_tcp_window(client.link), 4);
}

SCRIPT(closes_first)
{
    (void)ctx;
    if (connection == 1)
        server_close(s);
    else
        answer_all(s, r, n);
}

static void close__in_flight__broken_then_repeated(void **state)
{
    (void)state;
    start(closes_first, 0, LONG_MS, 1);
    client_add_many(&client, 2);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    assert_non_null(strstr(link_tcp_error(client.link), "closed by the device"));
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), 2);
}

static void drop__after_a_break__lost_once(void **state)
{
    (void)state;
    start(closes_first, 0, LONG_MS, 1);
    client_add_many(&client, 2);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    client_drop(&client);
    assert_int_equal(client.done[0], 1);
    assert_int_equal(client.result[0], LINK_LOST);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client.result[1], LINK_OK);
}

/* ---- nonsense ---------------------------------------------------------------------------- */

SCRIPT(not_modbus)
{
    static const char text[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    (void)ctx;
    if (connection == 1)
        server_put(s, text, sizeof(text) - 1);
    else
        answer_all(s, r, n);
}

static void garbage__broken_then_repeated(void **state)
{
    (void)state;
    start(not_modbus, 0, LONG_MS, 1);
    client_add_many(&client, 2);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    assert_non_null(strstr(link_tcp_error(client.link), "not Modbus TCP"));
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), 2);
}

/* `n` replies that nobody asked for, then the right one. */
SCRIPT(floods)
{
    struct server_request other = r[0];

    if (connection == 1)
        for (int i = 0; i < ((struct script *)ctx)->n; i++) {
            other.transaction = (uint16_t)(r[0].transaction + 1 + i);
            answer(s, &other);
        }
    answer_all(s, r, n);
}

static void flood__some_unasked_replies__dropped(void **state)
{
    (void)state;
    start(floods, 200, LONG_MS, 1);
    client_add_many(&client, 1);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    assert_int_equal(client.result[0], LINK_OK);
    assert_int_equal(link_tcp_counts(client.link).late, 200);
}

static void flood__no_end_of_them__broken(void **state)
{
    (void)state;
    start(floods, 3000, LONG_MS, 1);
    client_add_many(&client, 1);
    assert_int_equal(client_run_on(&client, 1), LINK_BROKEN);
    assert_int_equal(client.answers, 0);
    assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client.result[0], LINK_OK);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(time_out__restarts_at_each_reply),
        TEST(reply__too_late__dropped),
        TEST(reply__wrong_transaction__not_taken),
        TEST(reply__wrong_unit__mismatch),
        TEST(silence__never_answered__broken_after_two),
        TEST(silence__answered_before__broken_when_the_check_fails),
        TEST(silence__with_many_in_flight__each_handed_back_once),
        TEST(silence__of_probes__costs_only_themselves),
        TEST(drops__all_but_one__window_learned_and_nothing_lost),
        TEST(drops__all_but_three__window_learned_and_nothing_lost),
        TEST(drops__all_but_eight__window_learned_and_nothing_lost),
        TEST(drops__one_of_many__sent_once_more),
        TEST(reset__once__repeated_on_the_next_connection),
        TEST(reset__twice_by_one_request__lost),
        TEST(reset__under_load__window_halved_and_nothing_lost),
        TEST(close__in_flight__broken_then_repeated),
        TEST(drop__after_a_break__lost_once),
        TEST(garbage__broken_then_repeated),
        TEST(flood__some_unasked_replies__dropped),
        TEST(flood__no_end_of_them__broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
