/* A link to a gateway that is late, breaks the connection or talks nonsense. */
#include "../../support/script.h"

#include <poll.h>
#include <string.h>

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

static void reset__twice_by_one_request__cut(void **state)
{
    (void)state;
    start(reset_in_reply, 2, LONG_MS, 1);
    client_add_many(&client, 4);
    assert_int_equal(client_run_on(&client, 3), LINK_IDLE);
    client_check_each_once(&client);
    assert_int_equal(client.result[0], LINK_CUT);
    assert_int_equal(client_count(&client, LINK_OK), 3);
    assert_int_equal(link_tcp_counts(client.link).timeouts, 1);
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

/* Resets the first `n` batches of eight, and takes all that comes else. */
SCRIPT(resets_some_of_eight)
{
    struct script *k = ctx;

    (void)connection;
    if (n >= 8 && k->n > 0 && k->n-- > 0)
        server_reset(s);
    else
        answer_all(s, r, n);
}

/* Once may be an accident: fewer at once, and soon more again. */
static void reset__once_under_load__halves_the_window_only(void **state)
{
    (void)state;
    start(resets_some_of_eight, 1, LONG_MS, 8);
    widen(8);
    client_add_many(&client, 8);
    assert_int_equal(client_run_on(&client, 2), LINK_IDLE);
    assert_int_equal(link_tcp_window(client.link), 4);
    assert_int_equal(link_tcp_ceiling(client.link), 8);
    widen(8);
    client_add_many(&client, 8);
    assert_int_equal(client_run(&client), LINK_IDLE);
    assert_int_equal(link_tcp_ceiling(client.link), 8);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
}

/* Twice, one soon after the other, is what the device is like. */
static void reset__twice_under_load__sets_the_ceiling(void **state)
{
    (void)state;
    start(resets_some_of_eight, 2, LONG_MS, 8);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(link_tcp_ceiling(client.link), 8);
        widen(8);
        client_add_many(&client, 8);
        assert_int_equal(client_run_on(&client, 2), LINK_IDLE);
        assert_int_equal(link_tcp_window(client.link), 4);
    }
    assert_int_equal(link_tcp_ceiling(client.link), 4);
    for (int i = 0; i < 4; i++) {
        client_add_many(&client, 16);
        assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
        link_tcp_turn(client.link);
    }
    assert_int_equal(link_tcp_window(client.link), 4);
    client_check_each_once(&client);
    assert_int_equal(client_count(&client, LINK_OK), client.requests);
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
        TEST(reset__once__repeated_on_the_next_connection),
        TEST(reset__twice_by_one_request__cut),
        TEST(reset__under_load__window_halved_and_nothing_lost),
        TEST(reset__once_under_load__halves_the_window_only),
        TEST(reset__twice_under_load__sets_the_ceiling),
        TEST(close__in_flight__broken_then_repeated),
        TEST(drop__after_a_break__lost_once),
        TEST(garbage__broken_then_repeated),
        TEST(flood__some_unasked_replies__dropped),
        TEST(flood__no_end_of_them__broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
