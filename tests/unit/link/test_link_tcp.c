/* A link to a gateway that behaves: opening, pipelining, window, stopping, waiting. */
#include "../../support/check.h"
#include "../../support/client.h"
#include "../../support/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG_MS = 20000 }; /* a time-out that is not meant to happen */

/* Answers everything with the address as the first word; notes the largest batch. */
struct book {
    int batch[4096], batches;
};

static void echo(void *ctx, struct server *s, int connection, const struct server_request *r, int n)
{
    struct book *b = ctx;

    (void)connection;
    if (b != NULL && b->batches < (int)COUNT(b->batch))
        b->batch[b->batches++] = n;
    for (int i = 0; i < n; i++) {
        uint16_t words[125] = {r[i].address};

        server_put_words(s, &r[i], words);
    }
}

static void refuse(void *ctx, struct server *s, int connection, const struct server_request *r,
                   int n)
{
    (void)ctx;
    (void)connection;
    for (int i = 0; i < n; i++)
        server_put_exception(s, &r[i], 11);
}

static void say_nothing(void *ctx, struct server *s, int connection, const struct server_request *r,
                        int n)
{
    (void)ctx;
    (void)s;
    (void)connection;
    (void)r;
    (void)n;
}

/* ---- opening ----------------------------------------------------------------------------- */

static void open__nobody_listens__says_refused(void **state)
{
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_dead_port(), LONG_MS, 1);
    assert_int_equal(link_tcp_open(c.link), -1);
    assert_non_null(strstr(link_tcp_error(c.link), strerror(ECONNREFUSED)));
    assert_int_equal(link_tcp_counts(c.link).connects, 0);
    client_done(&c);
}

static void open__unknown_name__says_so_and_does_not_hang(void **state)
{
    struct client c;

    (void)state;
    client_init(&c, "gateway.invalid", 502, 50, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(link_tcp_open(c.link), -1);
        assert_non_null(strstr(link_tcp_error(c.link), "\"gateway.invalid\""));
    }
    client_done(&c);
}

/* TEST-NET-1 and a documentation address: whatever the network says, no name server is asked. */
static void open__numeric_host__no_name_server(void **state)
{
    static const char *const hosts[] = {"192.0.2.1", "2001:db8::1"};

    (void)state;
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct client c;

        client_init(&c, hosts[i], 502, 50, 1);
        if (link_tcp_open(c.link) != 0) {
            assert_null(strstr(link_tcp_error(c.link), "name server"));
            assert_null(strstr(link_tcp_error(c.link), "resolve"));
            assert_true(strlen(link_tcp_error(c.link)) > 0);
        }
        client_done(&c);
    }
}

static void open__already_open__nothing_new(void **state)
{
    struct server *s = server_start(AF_INET, echo, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 1);
    assert_int_equal(link_tcp_open(c.link), 0);
    assert_int_equal(link_tcp_open(c.link), 0);
    assert_int_equal(link_tcp_counts(c.link).connects, 1);
    assert_false(link_tcp_answered(c.link));
    client_done(&c);
    server_stop(s);
}

static void open__ipv6__works(void **state)
{
    struct server *s = server_start(AF_INET6, echo, NULL);
    struct client c;

    (void)state;
    if (s == NULL) {
        print_message("no IPv6 on this machine\n");
        skip();
    }
    client_init(&c, "::1", server_port(s), LONG_MS, 4);
    client_add_many(&c, 10);
    assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
    assert_int_equal(client_count(&c, LINK_OK), 10);
    client_done(&c);
    server_stop(s);
}

/* A listener whose queue is full drops what comes: connect() gets no answer at all. */
struct deaf {
    int listener, filler[8], port;
};

static void deaf_start(struct deaf *d)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(a);

    d->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(d->listener, (struct sockaddr *)&a, size), 0);
    assert_int_equal(listen(d->listener, 0), 0);
    getsockname(d->listener, (struct sockaddr *)&a, &size);
    d->port = ntohs(a.sin_port);
    for (size_t i = 0; i < COUNT(d->filler); i++) {
        d->filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(d->filler[i], (struct sockaddr *)&a, size);
    }
}

static void deaf_stop(struct deaf *d)
{
    for (size_t i = 0; i < COUNT(d->filler); i++)
        close(d->filler[i]);
    close(d->listener);
}

static void open__no_answer__time_out(void **state)
{
    struct deaf d;
    struct client c;

    (void)state;
    deaf_start(&d);
    client_init(&c, "127.0.0.1", d.port, 60, 1);
    assert_int_equal(link_tcp_open(c.link), -1);
    assert_non_null(strstr(link_tcp_error(c.link), "within 60 ms"));
    client_done(&c);
    deaf_stop(&d);
}

static void open__woken__comes_back_at_once(void **state)
{
    int64_t before = link_now_ms();
    struct deaf d;
    struct client c;

    (void)state;
    deaf_start(&d);
    client_init(&c, "127.0.0.1", d.port, 60000, 1);
    eventfd_write(c.wake_fd, 1);
    assert_int_equal(link_tcp_open(c.link), -1);
    assert_true(link_now_ms() - before < 30000); /* not the 60 s of the time-out */
    client_done(&c);
    deaf_stop(&d);
}

/* ---- requests and answers ---------------------------------------------------------------- */

static void run__good_gateway__each_answered_once_with_its_words(void **state)
{
    struct server *s = server_start(AF_INET, echo, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 16);
    client_add_many(&c, 300);
    assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
    client_check_each_once(&c);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(c.result[i], LINK_OK);
        assert_int_equal(c.word[i], i);
        assert_int_equal(c.order[i], i);
    }
    assert_int_equal(link_tcp_counts(c.link).requests, 300);
    assert_int_equal(server_requests(s), 300);
    assert_true(link_tcp_answered(c.link));
    client_done(&c);
    server_stop(s);
}

static void run__nothing_to_send__idle(void **state)
{
    struct server *s = server_start(AF_INET, echo, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 16);
    assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
    client_done(&c);
    server_stop(s);
}

/* Looks at what has happened whenever it is told that all is sent. */
struct looker {
    struct client client;
    int looks, idle; /* of these, with room for a request that was not given */
};

static bool looker_next(void *ctx, int64_t now, struct link_request *ret)
{
    struct client *c = &((struct looker *)ctx)->client;

    (void)now;
    if (c->next == c->requests)
        return false;
    *ret = c->request[c->next++];
    return true;
}

static void looker_done(void *ctx, int64_t now, const struct link_request *r,
                        const struct link_answer *a)
{
    struct looker *l = ctx;

    (void)now;
    (void)r;
    l->client.answers += a->result == LINK_OK;
}

static void looker_sent(void *ctx)
{
    struct looker *l = ctx;
    const struct client *c = &l->client;

    l->looks++;
    l->idle += c->next < c->requests && c->next - c->answers < link_tcp_window(c->link);
}

static void run__user_told_that_all_is_sent__nothing_more_could_be(void **state)
{
    struct server *s = server_start(AF_INET, echo, NULL);
    struct looker l;
    const struct link_user user = {&l, looker_next, looker_done, looker_sent};

    (void)state;
    l = (struct looker){.looks = 0};
    client_init(&l.client, "127.0.0.1", server_port(s), LONG_MS, 4);
    assert_int_equal(link_tcp_open(l.client.link), 0);
    for (int turn = 0; turn < 4; turn++) {
        client_add_many(&l.client, 40);
        assert_int_equal(link_tcp_run(l.client.link, &user), LINK_IDLE);
        link_tcp_turn(l.client.link);
    }
    assert_int_equal(link_tcp_window(l.client.link), 4);
    assert_int_equal(l.client.answers, 160);
    assert_true(l.looks >= 40);
    assert_int_equal(l.idle, 0);
    client_done(&l.client);
    server_stop(s);
}

static void run__exceptions__handed_on_and_counted(void **state)
{
    struct server *s = server_start(AF_INET, refuse, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 4);
    client_add_many(&c, 20);
    assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
    client_check_each_once(&c);
    assert_int_equal(client_count(&c, LINK_EXCEPTION), 20);
    assert_int_equal(c.exception[7], 11);
    assert_int_equal(link_tcp_counts(c.link).exceptions, 20);
    assert_true(link_tcp_answered(c.link));
    client_done(&c);
    server_stop(s);
}

/* ---- the window -------------------------------------------------------------------------- */

static void window__busy_turns__doubles_up_to_its_limit(void **state)
{
    static const int want[] = {1, 2, 4, 8, 11, 11};
    struct book book = {0};
    struct server *s = server_start(AF_INET, echo, &book);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 11);
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(link_tcp_window(c.link), want[i]);
        client_add_many(&c, 40);
        assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
        link_tcp_turn(c.link);
    }
    client_check_each_once(&c);
    client_done(&c);
    server_stop(s);
    for (int i = 0; i < book.batches; i++) /* never more in flight than the window */
        assert_in_range(book.batch[i], 1, 11);
}

static void window__first_turn__one_at_a_time(void **state)
{
    struct book book = {0};
    struct server *s = server_start(AF_INET, echo, &book);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 64);
    client_add_many(&c, 50);
    assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
    client_done(&c);
    server_stop(s);
    assert_int_equal(book.batches, 50);
}

static void window__turns_that_need_no_more__stays(void **state)
{
    struct server *s = server_start(AF_INET, echo, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 64);
    for (int i = 0; i < 2; i++) {
        client_add_many(&c, 20);
        client_run_on(&c, 1);
        link_tcp_turn(c.link);
    }
    assert_int_equal(link_tcp_window(c.link), 4);
    for (int i = 0; i < 5; i++) {
        client_add_many(&c, 3);
        client_run_on(&c, 1);
        link_tcp_turn(c.link);
    }
    assert_int_equal(link_tcp_window(c.link), 4);
    client_done(&c);
    server_stop(s);
}

/* ---- stopping, waiting, dropping --------------------------------------------------------- */

static void run__woken__stops_though_nothing_comes(void **state)
{
    struct server *s = server_start(AF_INET, say_nothing, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), 60000, 4);
    client_add_many(&c, 4);
    assert_int_equal(link_tcp_open(c.link), 0);
    eventfd_write(c.wake_fd, 1);
    assert_int_equal(client_run(&c), LINK_STOPPED);
    assert_int_equal(c.answers, 0);
    client_drop(&c);
    assert_int_equal(c.answers, 1);
    assert_int_equal(c.result[0], LINK_LOST);
    client_done(&c);
    server_stop(s);
}

static void wait__woken__true(void **state)
{
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", 502, 50, 1);
    eventfd_write(c.wake_fd, 1);
    assert_true(link_tcp_wait(c.link, link_now_ms() + 60000));
    client_done(&c);
}

static void wait__time_passes__false(void **state)
{
    struct client c;
    int64_t until;

    (void)state;
    client_init(&c, "127.0.0.1", 502, 50, 1);
    until = link_now_ms() + 30;
    assert_false(link_tcp_wait(c.link, until));
    assert_true(link_now_ms() >= until);
    assert_false(link_tcp_wait(c.link, 0)); /* long past */
    client_done(&c);
}

static void close_after_one(void *ctx, struct server *s, int connection,
                            const struct server_request *r, int n)
{
    echo(ctx, s, connection, r, n);
    server_close(s);
}

static void wait__peer_closes_idle_connection__opened_anew(void **state)
{
    struct server *s = server_start(AF_INET, close_after_one, NULL);
    struct client c;

    (void)state;
    client_init(&c, "127.0.0.1", server_port(s), LONG_MS, 1);
    client_add_many(&c, 1);
    assert_int_equal(client_run_on(&c, 1), LINK_IDLE);
    while (link_tcp_counts(c.link).connects == 1) { /* the close may take its time to arrive */
        assert_false(link_tcp_wait(c.link, link_now_ms() + 20));
        assert_int_equal(link_tcp_open(c.link), 0);
    }
    client_add_many(&c, 1);
    assert_int_equal(client_run(&c), LINK_IDLE);
    assert_int_equal(client_count(&c, LINK_OK), 2);
    client_done(&c);
    server_stop(s);
}

static void free__null__fine(void **state)
{
    (void)state;
    link_tcp_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open__nobody_listens__says_refused),
        cmocka_unit_test(open__unknown_name__says_so_and_does_not_hang),
        cmocka_unit_test(open__numeric_host__no_name_server),
        cmocka_unit_test(open__already_open__nothing_new),
        cmocka_unit_test(open__ipv6__works),
        cmocka_unit_test(open__no_answer__time_out),
        cmocka_unit_test(open__woken__comes_back_at_once),
        cmocka_unit_test(run__good_gateway__each_answered_once_with_its_words),
        cmocka_unit_test(run__nothing_to_send__idle),
        cmocka_unit_test(run__user_told_that_all_is_sent__nothing_more_could_be),
        cmocka_unit_test(run__exceptions__handed_on_and_counted),
        cmocka_unit_test(window__busy_turns__doubles_up_to_its_limit),
        cmocka_unit_test(window__first_turn__one_at_a_time),
        cmocka_unit_test(window__turns_that_need_no_more__stays),
        cmocka_unit_test(run__woken__stops_though_nothing_comes),
        cmocka_unit_test(wait__woken__true),
        cmocka_unit_test(wait__time_passes__false),
        cmocka_unit_test(wait__peer_closes_idle_connection__opened_anew),
        cmocka_unit_test(free__null__fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
