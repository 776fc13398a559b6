/*
 * script - one link to one server that does what a script says.
 *
 * Time-outs are short where they are meant to happen, and long where they are not; what is asserted
 * is counts and order.
 */
#ifndef TESTS_SCRIPT_H
#define TESTS_SCRIPT_H

#include "check.h"
#include "client.h"
#include "server.h"

#include <stdatomic.h>
#include <sys/socket.h>

enum { LONG_MS = 20000, SHORT_MS = 250 };

/* What the server does; one of these per test. `n` is the script's own number. */
struct script {
    atomic_int n, batches, last; /* `last`: address of the last request */
    struct server_request kept;
};

#define SCRIPT(name)                                                                               \
    static void name(void *ctx, struct server *s, int connection, const struct server_request *r,  \
                     int n)

static struct script script;
static struct server *server;
static struct client client;

static inline void answer(struct server *s, const struct server_request *r)
{
    uint16_t words[125] = {r->address};

    server_put_words(s, r, words);
}

static inline void answer_all(struct server *s, const struct server_request *r, int n)
{
    for (int i = 0; i < n; i++)
        answer(s, &r[i]);
}

static inline void start(server_handler *handler, int n, int timeout_ms, int window)
{
    atomic_store(&script.n, n);
    atomic_store(&script.batches, 0);
    server = server_start(AF_INET, handler, &script);
    assert_non_null(server);
    client_init(&client, "127.0.0.1", server_port(server), timeout_ms, window);
}

static inline int tear_down(void **state)
{
    (void)state;
    client_done(&client);
    server_stop(server);
    return 0;
}

/* Busy turns until the window is `n`; the server must answer. */
static inline void widen(int n)
{
    while (link_tcp_window(client.link) < n) {
        client_add_many(&client, 2 * link_tcp_window(client.link));
        assert_int_equal(client_run_on(&client, 1), LINK_IDLE);
        link_tcp_turn(client.link);
    }
}

#endif
