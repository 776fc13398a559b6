/*
 * A device in its thread against a fake gateway behind a real socket: values arrive, losses are said
 * once, and it stops at once whatever it is doing.
 */
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/fake.h"
#include "../support/server.h"
#include "device.h"
#include "link/link_tcp.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Everything under `lock` but the thread and the device. */
static struct lab {
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct fake fake;
    struct server *server;
    struct gateway_config config;
    struct device *device;
    pthread_t thread;
    int wake_fd;
    struct gateway seen; /* at the last turn, sweep or health */
    int turns, sweeps[STRING_MAX], healths, healths_unreachable;
    int raised, cleared;
    int64_t lost_ms;
    bool straddled;         /* a turn reached from before the loss to after it */
    int break_unit, breaks; /* the server resets at this unit, so many times */
} lab = {.lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER};

/* ---- the gateway's side ------------------------------------------------------------------ */

static void serve(void *ctx, struct server *s, int connection, const struct server_request *r,
                  int n)
{
    (void)ctx;
    (void)connection;
    pthread_mutex_lock(&lab.lock);
    for (int i = 0; i < n; i++) {
        uint16_t words[125];
        uint8_t exception = 0;
        enum link_result is =
            fake_read(&lab.fake, r[i].unit, r[i].address, r[i].count, words, &exception);

        if (lab.breaks > 0 && r[i].unit == lab.break_unit) {
            lab.breaks--;
            server_reset(s);
            break;
        }
        if (is == LINK_OK)
            server_put_words(s, &r[i], words);
        if (is == LINK_EXCEPTION)
            server_put_exception(s, &r[i], exception);
    }
    pthread_mutex_unlock(&lab.lock);
}

/* ---- the owner's side -------------------------------------------------------------------- */

static void note(const struct gateway *g)
{
    lab.seen = *g;
    pthread_cond_broadcast(&lab.news);
    pthread_mutex_unlock(&lab.lock);
}

static void on_turn(void *ctx, const struct gateway *g, int64_t now, int64_t since)
{
    (void)ctx;
    pthread_mutex_lock(&lab.lock);
    lab.turns++;
    lab.straddled |= lab.lost_ms > 0 && since < lab.lost_ms && now > lab.lost_ms;
    note(g);
}

static void on_cells(void *ctx, const struct gateway *g, int s, int64_t now, int64_t interval_ms)
{
    (void)ctx;
    (void)now;
    pthread_mutex_lock(&lab.lock);
    lab.sweeps[s] += interval_ms > 0;
    note(g);
}

static void on_health(void *ctx, const struct gateway *g, int64_t now)
{
    (void)ctx;
    (void)now;
    pthread_mutex_lock(&lab.lock);
    lab.healths++;
    lab.healths_unreachable += !g->health.reachable;
    note(g);
}

static void on_alarm(void *ctx, const struct alarm_event *e)
{
    (void)ctx;
    pthread_mutex_lock(&lab.lock);
    lab.raised += e->raised;
    lab.cleared += !e->raised;
    if (e->raised && e->kind->number == ALARM_GATEWAY_COMM_LOST)
        lab.lost_ms = link_now_ms();
    pthread_cond_broadcast(&lab.news);
    pthread_mutex_unlock(&lab.lock);
}

/* ---- life -------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    lab = (struct lab){.lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER};
    lab.server = server_start(AF_INET, serve, NULL);
    lab.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    lab.config = (struct gateway_config){.name = "gw-a",
                                         .address = "127.0.0.1",
                                         .port = server_port(lab.server),
                                         .interval_ms = 100,
                                         .cell_interval_ms = 200,
                                         .cell_interval_discharge_ms = 100,
                                         .timeout_ms = 2000,
                                         .window = 8,
                                         .function = 3,
                                         .spans = true};
    registers_cell_map(registers_cell_offsets, &lab.config.cell_map);
    for (int i = 1; i <= 2; i++)
        lab.fake.string[i] = (struct fake_string){.there = true, .ups = 1, .cells = 4};
    lab.fake.ups[1] = true;
    return capture_start(state);
}

static void *run(void *arg)
{
    device_run(arg);
    return NULL;
}

static void start(void)
{
    const struct device_owner owner = {NULL, on_turn, on_cells, on_health, on_alarm};

    lab.device = device_new(&lab.config, &owner, lab.wake_fd);
    assert_non_null(lab.device);
    assert_int_equal(pthread_create(&lab.thread, NULL, run, lab.device), 0);
}

/* Ends the thread, within what is far less than any time-out it may be waiting for. */
static void stop(void)
{
    struct timespec until;

    if (lab.device == NULL)
        return;
    eventfd_write(lab.wake_fd, 1);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    assert_int_equal(pthread_timedjoin_np(lab.thread, NULL, &until), 0);
    device_free(lab.device);
    lab.device = NULL;
}

static int tear_down(void **state)
{
    stop();
    server_stop(lab.server);
    close(lab.wake_fd);
    return capture_stop(state);
}

/* Waits until a counter of the lab is `n`, or more. */
static void wait_until(const int *counter, int n)
{
    struct timespec until;
    int err = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&lab.lock);
    while (*counter < n && err == 0)
        err = pthread_cond_timedwait(&lab.news, &lab.lock, &until);
    pthread_mutex_unlock(&lab.lock);
    if (err != 0)
        capture_show();
    assert_int_equal(err, 0);
}

/* The same for `n` more than there are now. */
static void wait_for(const int *counter, int n)
{
    pthread_mutex_lock(&lab.lock);
    n += *counter;
    pthread_mutex_unlock(&lab.lock);
    wait_until(counter, n);
}

static void with_fake(void (*change)(struct fake *f))
{
    pthread_mutex_lock(&lab.lock);
    change(&lab.fake);
    pthread_mutex_unlock(&lab.lock);
}

static struct gateway snapshot(void)
{
    struct gateway g;

    pthread_mutex_lock(&lab.lock);
    g = lab.seen;
    pthread_mutex_unlock(&lab.lock);
    return g;
}

/* ---- values ------------------------------------------------------------------------------ */

static void run__good_gateway__values_arrive(void **state)
{
    struct gateway g;

    (void)state;
    start();
    assert_true(capture_wait("found 1 UPS, 2 strings, 8 cells", 1));
    wait_for(&lab.turns, 2);
    wait_for(&lab.sweeps[0], 2);
    wait_for(&lab.sweeps[1], 2);
    stop();
    g = snapshot();
    assert_string_equal(g.name, "gw-a");
    assert_true(g.health.reachable);
    assert_int_equal(g.ups[0].value[UPS_VOLTAGE], 54321);
    assert_int_equal(g.ups[0].value[UPS_CURRENT], -200);
    assert_int_equal(g.string[1].value[STRING_VOLTAGE], 54000);
    assert_int_equal(g.string[1].value[STRING_AMBIENT_HUMIDITY], 401);
    assert_int_equal(g.string[1].cells, 4);
    assert_int_equal(g.string[1].cell[3].value[CELL_VOLTAGE], 2204);
    assert_int_equal(g.string[1].cell[3].value[CELL_RESISTANCE], 504);
    assert_int_equal(g.string[2].presence, PRESENCE_NEVER);
    assert_int_equal(lab.raised + lab.cleared, 0);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, ""), 0);
    assert_int_equal(capture_count("learned: reads two cells"), 1);
}

static void run__wrong_word_order__said_once_and_not_usable(void **state)
{
    (void)state;
    lab.config.low_word_first = true; /* the fake sends the high word first: impossible */
    start();
    assert_true(capture_wait("string_voltage reads", 1));
    wait_for(&lab.turns, 2);
    stop();
    assert_int_equal(snapshot().string[0].validity[STRING_VOLTAGE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(snapshot().string[0].validity[STRING_SOC], VALIDITY_GOOD);
    assert_int_equal(capture_count("string_voltage reads"), 1);
}

static void no_strings(struct fake *f)
{
    memset(f->string, 0, sizeof(f->string));
}

static void run__no_string__warned_once(void **state)
{
    (void)state;
    with_fake(no_strings);
    start();
    assert_true(capture_wait("shows no string", 1));
    wait_for(&lab.healths, 3);
    stop();
    assert_int_equal(capture_count("shows no string"), 1);
}

static void alarm_bit(struct fake *f)
{
    f->string[2].alarm = 1 << 3;
}

static void no_alarm_bit(struct fake *f)
{
    f->string[2].alarm = 0;
}

static void run__alarm_bit__raised_and_cleared_once(void **state)
{
    (void)state;
    start();
    wait_for(&lab.turns, 2);
    with_fake(alarm_bit);
    wait_until(&lab.raised, 1);
    wait_for(&lab.turns, 3);
    with_fake(no_alarm_bit);
    wait_until(&lab.cleared, 1);
    wait_for(&lab.turns, 3);
    stop();
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.cleared, 1);
    assert_int_equal(capture_count("string 2: voltage low"), 1);
    assert_int_equal(capture_count("string 2: over: voltage low"), 1);
}

static void disable_one(struct fake *f)
{
    f->string[1].disabled = true;
}

static void enable_one(struct fake *f)
{
    f->string[1].disabled = false;
}

static void run__string_disabled_and_back__one_alarm_each(void **state)
{
    (void)state;
    start();
    wait_for(&lab.turns, 2);
    with_fake(disable_one);
    wait_until(&lab.raised, 1);
    wait_for(&lab.turns, 3);
    with_fake(enable_one);
    wait_until(&lab.cleared, 1);
    wait_for(&lab.turns, 2);
    stop();
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.cleared, 1);
    assert_int_equal(capture_count("string 1: communication lost (disabled) ["), 1);
}

/* ---- lost and back ----------------------------------------------------------------------- */

static void lost__and_back__one_line_and_one_alarm_each(void **state)
{
    (void)state;
    lab.config.timeout_ms = 200;
    start();
    wait_for(&lab.turns, 2);
    server_online(lab.server, false);
    assert_true(capture_wait("communication lost", 1));
    wait_for(&lab.healths_unreachable, 2); /* health goes on meanwhile */
    assert_int_equal(snapshot().string[0].validity[STRING_VOLTAGE], VALIDITY_STALE);
    server_online(lab.server, true);
    assert_true(capture_wait("over: communication lost (back after", 1));
    wait_for(&lab.turns, 2);
    stop();
    assert_int_equal(capture_count("communication lost"), 2);
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.cleared, 1);
    assert_true(snapshot().health.reachable);
    assert_int_equal(snapshot().string[0].validity[STRING_VOLTAGE], VALIDITY_GOOD);
}

static void lost__in_mid_turn__next_turn_counts_from_its_own_start(void **state)
{
    (void)state;
    lab.config.window = 1;
    start();
    wait_for(&lab.turns, 2);
    pthread_mutex_lock(&lab.lock);
    lab.break_unit = 101; /* the first one of a turn: others are still to be asked */
    lab.breaks = 2;       /* as many as make a lost gateway */
    pthread_mutex_unlock(&lab.lock);
    wait_until(&lab.cleared, 1);
    wait_for(&lab.turns, 1);
    stop();
    assert_int_equal(lab.raised, 1);
    assert_false(lab.straddled); /* its poll time would be that of the outage */
}

static void lost__never_there__said_once(void **state)
{
    (void)state;
    lab.config.port = server_dead_port();
    start();
    assert_true(capture_wait("communication lost", 1));
    wait_for(&lab.healths, 3);
    stop();
    assert_int_equal(capture_count("communication lost"), 1);
    assert_int_equal(lab.raised, 1);
    assert_int_equal(lab.turns, 0);
}

/* ---- stopping ---------------------------------------------------------------------------- */

static void stop__idle_for_an_hour__at_once(void **state)
{
    (void)state;
    lab.config.interval_ms = lab.config.cell_interval_ms = 3600 * 1000;
    start();
    assert_true(capture_wait("found 1 UPS", 1));
    stop();
}

static void stop__waiting_for_an_answer__at_once(void **state)
{
    (void)state;
    lab.config.timeout_ms = 60000;
    lab.fake.string[1].mute = true; /* the very first unit asked */
    start();
    for (int i = 0; server_requests(lab.server) == 0 && i < PATIENCE_MS; i++)
        usleep(1000);
    stop();
    assert_int_equal(lab.raised, 0);
}

static void stop__in_back_off__at_once(void **state)
{
    (void)state;
    lab.config.port = server_dead_port();
    start();
    assert_true(capture_wait("communication lost", 1));
    stop();
}

/* The wake descriptor is readable from the start, so connecting is cut short for certain: that is
 * no loss of the gateway, and nobody must be told there was one. */
static void stop__while_connecting__at_once_without_an_alarm(void **state)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), filler[8];
    socklen_t size = sizeof(a);

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&a, size), 0);
    listen(listener, 0);
    getsockname(listener, (struct sockaddr *)&a, &size);
    for (size_t i = 0; i < COUNT(filler); i++) { /* its queue is full: no answer to connect */
        filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(filler[i], (struct sockaddr *)&a, size);
    }
    lab.config.port = ntohs(a.sin_port);
    lab.config.timeout_ms = 60000;
    eventfd_write(lab.wake_fd, 1);
    start();
    stop();
    for (size_t i = 0; i < COUNT(filler); i++)
        close(filler[i]);
    close(listener);
    assert_int_equal(lab.raised, 0);
    assert_int_equal(capture_count("communication lost"), 0);
}

static void free__null__fine(void **state)
{
    (void)state;
    device_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(run__good_gateway__values_arrive),
        TEST(run__wrong_word_order__said_once_and_not_usable),
        TEST(run__no_string__warned_once),
        TEST(run__alarm_bit__raised_and_cleared_once),
        TEST(run__string_disabled_and_back__one_alarm_each),
        TEST(lost__and_back__one_line_and_one_alarm_each),
        TEST(lost__in_mid_turn__next_turn_counts_from_its_own_start),
        TEST(lost__never_there__said_once),
        TEST(stop__idle_for_an_hour__at_once),
        TEST(stop__waiting_for_an_answer__at_once),
        TEST(stop__in_back_off__at_once),
        TEST(stop__while_connecting__at_once_without_an_alarm),
        TEST(free__null__fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
