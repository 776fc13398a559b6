/* The thread that looks at aggregators and controllers, against listeners of loopback. */
#include "../support/check.h"
#include "../support/server.h"
#include "lookout.h"
#include "link/link_tcp.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NEVER_MS = 3600000 };

/* What was reported of each. */
struct book {
    atomic_int here, gone;
    char why[200]; /* the last one; to be read after the end of the thread */
};

static struct book book[2];
static struct aggregator_config target[2];
static enum lookout_what kind; /* of all of them */
static struct config config;
static struct lookout_settings set;

static void note(void *ctx, enum lookout_what what, size_t i, bool here, const char *why)
{
    assert_ptr_equal(ctx, book);
    assert_int_equal(what, kind);
    atomic_fetch_add(here ? &book[i].here : &book[i].gone, 1);
    strncpy(book[i].why, why, sizeof(book[i].why) - 1);
}

static int set_up(void **state)
{
    (void)state;
    memset(book, 0, sizeof(book));
    kind = LOOKOUT_AGGREGATOR;
    config = (struct config){.aggregator = target, .aggregators = 2};
    set = (struct lookout_settings){
        .config = &config,
        .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .report = note,
        .ctx = book,
        .pace = {.every_ms = NEVER_MS, .retry_ms = NEVER_MS}
    };
    return set.wake_fd < 0;
}

static int tear_down(void **state)
{
    (void)state;
    return close(set.wake_fd);
}

static void aim(size_t i, const char *address, int port)
{
    strcpy(target[i].address, address);
    target[i].port = port;
}

static void wait_for(atomic_int *n, int least)
{
    for (int64_t until = link_now_ms() + PATIENCE_MS; atomic_load(n) < least;) {
        assert_true(link_now_ms() < until);
        usleep(1000);
    }
}

static void answer_nothing(void *ctx, struct server *s, int connection,
                           const struct server_request *r, int n)
{
    (void)ctx, (void)s, (void)connection, (void)r, (void)n;
}

static void end(struct lookout *a)
{
    assert_int_equal(eventfd_write(set.wake_fd, 1), 0);
    lookout_join(a);
    lookout_look(a); /* who asks now is not answered any more */
    lookout_free(a);
}

static void look__one_listens_one_does_not__said_of_each(void **state)
{
    struct server *s = server_start(AF_INET, answer_nothing, NULL);
    struct lookout *a;

    (void)state;
    aim(0, "127.0.0.1", server_port(s));
    aim(1, "127.0.0.1", server_dead_port());
    a = lookout_start(&set);
    assert_non_null(a);
    wait_for(&book[0].here, 1);
    wait_for(&book[1].gone, 1);
    end(a);
    assert_int_equal(book[0].gone, 0);
    assert_int_equal(book[1].here, 0);
    assert_string_equal(book[0].why, "");
    assert_non_null(strstr(book[1].why, "refused"));
    assert_int_equal(server_requests(s), 0);
    server_stop(s);
}

static void look__again_and_again__each_at_its_own_pace(void **state)
{
    struct server *s = server_start(AF_INET, answer_nothing, NULL);
    struct lookout *a;

    (void)state;
    aim(0, "127.0.0.1", server_port(s));
    aim(1, "127.0.0.1", server_dead_port());
    set.pace.retry_ms = 10;
    a = lookout_start(&set);
    wait_for(&book[1].gone, 5);
    end(a);
    assert_int_equal(book[0].here, 1);
    server_stop(s);
}

static void look__asked_for__at_once(void **state)
{
    struct server *s = server_start(AF_INET, answer_nothing, NULL);
    struct lookout *a;

    (void)state;
    config.aggregators = 1;
    set.pace.gap_ms = 1;
    aim(0, "127.0.0.1", server_port(s));
    a = lookout_start(&set);
    for (int n = 1; n <= 5; n++) {
        wait_for(&book[0].here, n);
        lookout_look(a);
    }
    end(a);
    server_stop(s);
}

static void look__asked_for_too_often__not_at_once(void **state)
{
    struct server *s = server_start(AF_INET, answer_nothing, NULL);
    struct lookout *a;

    (void)state;
    set.pace.gap_ms = NEVER_MS;
    set.pace.retry_ms = 10;
    aim(0, "127.0.0.1", server_port(s));
    aim(1, "127.0.0.1", server_dead_port());
    a = lookout_start(&set);
    for (int n = 1; n <= 5; n++) {
        wait_for(&book[1].gone, n); /* the thread goes round */
        lookout_look(a);
    }
    end(a);
    assert_int_equal(book[0].here, 1);
    server_stop(s);
}

/* Neither a name server that is slow nor an address that swallows SYN holds the end up. */
static void end__while_it_waits__at_once(void **state)
{
    static const char *const hosts[] = {"aggregator.invalid", "192.0.2.1"};

    (void)state;
    config.aggregators = 1;
    set.pace.timeout_ms = NEVER_MS;
    for (size_t i = 0; i < COUNT(hosts); i++) {
        eventfd_t unused;
        int64_t began = link_now_ms();

        aim(0, hosts[i], 443);
        end(lookout_start(&set));
        assert_true(link_now_ms() - began < PATIENCE_MS);
        assert_int_equal(eventfd_read(set.wake_fd, &unused), 0);
    }
}

/* Of three gateways: one without a controller, one whose controller nobody is to look at, one with a
 * port. */
static void look__controllers__only_on_a_port(void **state)
{
    static struct gateway_config gateway[3];
    struct server *s = server_start(AF_INET, answer_nothing, NULL);
    struct lookout *a;

    (void)state;
    kind = LOOKOUT_CONTROLLER;
    config = (struct config){.gateway = gateway, .gateways = 3};
    assert_int_equal(lookout_targets(&config), 0);
    gateway[0].controller.declared = gateway[1].controller.declared = true;
    assert_int_equal(lookout_targets(&config), 0);
    strcpy(gateway[1].controller.address, "127.0.0.1");
    gateway[1].controller.port = server_port(s);
    assert_int_equal(lookout_targets(&config), 1);
    a = lookout_start(&set);
    wait_for(&book[1].here, 1);
    end(a);
    assert_int_equal(book[0].here + book[0].gone, 0);
    assert_int_equal(server_requests(s), 0);
    server_stop(s);
}

/* In the order of the reports. */
static char order[16];
static atomic_int orders;

static void note_order(void *ctx, enum lookout_what what, size_t i, bool here, const char *why)
{
    int n = atomic_load(&orders);

    (void)ctx, (void)i, (void)here, (void)why;
    if (what == LOOKOUT_CONTROLLER)
        usleep(3000); /* meanwhile the aggregator is due again */
    if (n < (int)sizeof(order))
        order[n] = what == LOOKOUT_CONTROLLER ? 'c' : 'a';
    atomic_store(&orders, n + 1);
}

static void look__many_dead_controllers__the_aggregator_waits_for_one(void **state)
{
    static struct gateway_config gateway[4];
    struct lookout *a;
    int dead = server_dead_port(), controllers = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(gateway); i++) {
        gateway[i].controller.declared = true;
        strcpy(gateway[i].controller.address, "127.0.0.1");
        gateway[i].controller.port = dead;
    }
    aim(0, "127.0.0.1", dead);
    config = (struct config){
        .aggregator = target, .aggregators = 1, .gateway = gateway, .gateways = COUNT(gateway)};
    set.report = note_order;
    set.pace.retry_ms = 1;
    atomic_store(&orders, 0);
    a = lookout_start(&set);
    wait_for(&orders, sizeof(order));
    end(a);
    for (size_t i = 0; i < sizeof(order); i++) {
        controllers += order[i] == 'c';
        assert_false(i > 0 && order[i] == 'c' && order[i - 1] == 'c');
    }
    assert_true(controllers >= 4); /* and none of them starves */
}

static void none__is_fine(void **state)
{
    (void)state;
    lookout_look(NULL);
    lookout_join(NULL);
    lookout_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(look__one_listens_one_does_not__said_of_each),
        TEST(look__again_and_again__each_at_its_own_pace),
        TEST(look__asked_for__at_once),
        TEST(look__asked_for_too_often__not_at_once),
        TEST(end__while_it_waits__at_once),
        TEST(look__controllers__only_on_a_port),
        TEST(look__many_dead_controllers__the_aggregator_waits_for_one),
        TEST(none__is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
