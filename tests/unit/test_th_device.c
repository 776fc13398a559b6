/* A TH controller in its thread, against a scripted server: what is read, and what becomes of it. */
#include "th_device.h"
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/server.h"

#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 1214, INTERVAL_MS = 100, BLOCKS = 11, STATISTICS = 1210 };

/* Everything under `lock` but the thread and the device. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t news;
    uint16_t word[WORDS];
    int refused, mute; /* the block that contains this register; -1: none */
    int asked[BLOCKS], writes, longest, beyond;
    struct server *server;
    struct limit_settings limits;
    struct th_config config;
    struct th_device *device;
    pthread_t thread;
    int wake_fd;
    struct th_controller seen; /* at the last turn or health */
    int turns, healths;
    int raised[128], cleared[128];
} lab;

/* ---- the controller's side ----------------------------------------------------------------- */

static bool covers(const struct server_request *r, int address)
{
    return address >= r->address && address < r->address + r->count;
}

static void serve(void *ctx, struct server *s, int connection, const struct server_request *r,
                  int n)
{
    (void)ctx, (void)connection;
    pthread_mutex_lock(&lab.lock);
    for (int i = 0; i < n; i++) {
        lab.writes += r[i].function != 3 && r[i].function != 4;
        lab.beyond += r[i].address + r[i].count > WORDS;
        lab.longest = r[i].count > lab.longest ? r[i].count : lab.longest;
        lab.asked[r[i].address / 120 % BLOCKS]++;
        if (covers(&r[i], lab.refused))
            server_put_exception(s, &r[i], 2);
        else if (!covers(&r[i], lab.mute) && r[i].address + r[i].count <= WORDS)
            server_put_words(s, &r[i], lab.word + r[i].address);
    }
    pthread_mutex_unlock(&lab.lock);
}

static void place(int n, int status)
{
    const uint16_t words[] = {(uint16_t)n, (uint16_t)status, (uint16_t)(200 + n), 450, 0, 0, 0, 0};

    memset(lab.word + 10 * n, 0, 10 * sizeof(lab.word[0]));
    if (status != 0)
        memcpy(lab.word + 10 * n, words, sizeof(words));
}

static void count(int all)
{
    const uint16_t words[] = {(uint16_t)all, (uint16_t)all, 0, 0};

    memcpy(lab.word + STATISTICS, words, sizeof(words));
}

/* ---- the owner's side -------------------------------------------------------------------- */

static void on_turn(void *ctx, const struct th_controller *th, int64_t now, int64_t since)
{
    (void)ctx;
    assert_true(since <= now);
    pthread_mutex_lock(&lab.lock);
    lab.seen = *th;
    lab.turns++;
    pthread_cond_broadcast(&lab.news);
    pthread_mutex_unlock(&lab.lock);
}

static void on_health(void *ctx, const struct th_controller *th, int64_t now)
{
    (void)ctx, (void)now;
    pthread_mutex_lock(&lab.lock);
    lab.seen = *th;
    lab.healths++;
    pthread_cond_broadcast(&lab.news);
    pthread_mutex_unlock(&lab.lock);
}

static void on_alarm(void *ctx, const struct alarm_event *e)
{
    (void)ctx;
    pthread_mutex_lock(&lab.lock);
    lab.raised[e->kind->number] += e->what == EVENT_RAISED;
    lab.cleared[e->kind->number] += e->what == EVENT_CLEARED;
    pthread_cond_broadcast(&lab.news);
    pthread_mutex_unlock(&lab.lock);
}

/* ---- life -------------------------------------------------------------------------------- */

/* Everything is told when it is found. */
static void no_delays(struct limit_settings *ret)
{
    limits_none(ret);
    for (int i = 0; i < alarm_kind_count; i++)
        ret->alarm[i] = (struct alarm_setting){.set = LIMIT_RAISE | LIMIT_CLEAR};
    ret->flap_raises = 0;
}

static int set_up(void **state)
{
    memset(&lab, 0, sizeof(lab));
    pthread_mutex_init(&lab.lock, NULL);
    pthread_cond_init(&lab.news, NULL);
    lab.refused = lab.mute = -1;
    for (int n = 1; n <= 120; n++)
        place(n, 1);
    count(120);
    no_delays(&lab.limits);
    lab.server = server_start(AF_INET, serve, NULL);
    lab.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    lab.config = (struct th_config){.name = "hall-2",
                                    .address = "127.0.0.1",
                                    .port = server_port(lab.server),
                                    .unit = 1,
                                    .interval_ms = INTERVAL_MS,
                                    .timeout_ms = 2000,
                                    .connections = 1,
                                    .function = 3,
                                    .site_limits = &lab.limits};
    return capture_start(state);
}

static void *run(void *arg)
{
    th_device_run(arg);
    return NULL;
}

static void make_device(void)
{
    const struct th_owner owner = {NULL, on_turn, on_health, on_alarm};

    lab.device = th_device_new(&lab.config, &owner, lab.wake_fd);
    assert_non_null(lab.device);
}

static void start(void)
{
    if (lab.device == NULL)
        make_device();
    assert_int_equal(pthread_create(&lab.thread, NULL, run, lab.device), 0);
}

static void stop(void)
{
    struct timespec until;

    eventfd_write(lab.wake_fd, 1);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    assert_int_equal(pthread_timedjoin_np(lab.thread, NULL, &until), 0);
    th_device_free(lab.device);
    lab.device = NULL;
}

static int tear_down(void **state)
{
    if (lab.device != NULL)
        stop();
    server_stop(lab.server);
    close(lab.wake_fd);
    return capture_stop(state);
}

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

static void wait_turns(int n)
{
    pthread_mutex_lock(&lab.lock);
    n += lab.turns;
    pthread_mutex_unlock(&lab.lock);
    wait_until(&lab.turns, n);
}

#define UNDER_LOCK(what)                                                                           \
    do {                                                                                           \
        pthread_mutex_lock(&lab.lock);                                                             \
        what;                                                                                      \
        pthread_mutex_unlock(&lab.lock);                                                           \
    } while (0)

static struct th_controller seen(void)
{
    struct th_controller ret;

    UNDER_LOCK(ret = lab.seen);
    return ret;
}

/* ---- what is read ------------------------------------------------------------------------ */

static void turn__all_sensors__eleven_reads_and_no_more(void **state)
{
    int turns = 0;

    (void)state;
    start();
    wait_until(&lab.turns, 5);
    stop();
    for (int b = 0; b < BLOCKS; b++)
        turns = lab.asked[b] > turns ? lab.asked[b] : turns;
    assert_in_range(turns, lab.turns, lab.turns + 1); /* one may have been cut by the end */
    for (int b = 0; b < BLOCKS; b++)
        assert_in_range(lab.asked[b], turns - 1, turns);
    assert_int_equal(lab.writes, 0);
    assert_int_equal(lab.beyond, 0);
    assert_int_equal(lab.longest, 120);
}

static void turn__all_sensors__in_the_model(void **state)
{
    struct th_controller th;

    (void)state;
    start();
    wait_until(&lab.turns, 2);
    th = seen();
    for (int n = 1; n <= 120; n++) {
        assert_int_equal(th.sensor[n].presence, PRESENCE_HERE);
        assert_int_equal(th.sensor[n].value[TH_TEMPERATURE], 200 + n);
    }
    assert_int_equal(th.sensor[0].presence, PRESENCE_NEVER);
    assert_int_equal(th.count[TH_COUNT_ALL], 120);
    assert_true(th.health.reachable);
    assert_false(th.health.looking);
    assert_int_equal(capture_count("found 120 sensors"), 1);
}

static void turn__few_sensors__empty_blocks_now_and_then(void **state)
{
    int empty = 0;

    (void)state;
    for (int n = 9; n <= 120; n++)
        place(n, 0);
    count(8);
    start();
    wait_until(&lab.turns, 13);
    stop();
    for (int b = 1; b < BLOCKS - 1; b++)
        empty += lab.asked[b];
    assert_true(lab.asked[0] >= 13 && lab.asked[BLOCKS - 1] >= 13);
    assert_in_range(empty, 9 * 2, 9 * (2 + lab.turns / 6)); /* of nine blocks, not nine a turn */
}

static void turn__a_sensor_that_comes_far_up__found(void **state)
{
    (void)state;
    for (int n = 9; n <= 120; n++)
        place(n, 0);
    count(8);
    start();
    wait_until(&lab.turns, 2);
    UNDER_LOCK(place(100, 1); count(9));
    for (int i = 0; i < 20 && seen().sensor[100].presence != PRESENCE_HERE; i++)
        wait_turns(1);
    assert_int_equal(seen().sensor[100].presence, PRESENCE_HERE);
}

static void turn__function_4__asked_with_it(void **state)
{
    (void)state;
    lab.config.function = 4;
    start();
    wait_until(&lab.turns, 2);
    assert_int_equal(lab.writes, 0);
}

/* ---- what goes wrong --------------------------------------------------------------------- */

static void block__refused__its_sensors_grow_old_and_the_others_go_on(void **state)
{
    (void)state;
    start();
    wait_until(&lab.turns, 2);
    UNDER_LOCK(lab.refused = 130);
    wait_until(&lab.raised[ALARM_TH_SENSOR_FAULT], 12);
    wait_turns(1);
    assert_int_equal(seen().sensor[12].presence, PRESENCE_SILENT);
    assert_int_equal(seen().sensor[23].presence, PRESENCE_SILENT);
    assert_int_equal(seen().sensor[12].validity[TH_TEMPERATURE], VALIDITY_STALE);
    assert_int_equal(seen().sensor[11].presence, PRESENCE_HERE);
    assert_int_equal(seen().sensor[24].validity[TH_TEMPERATURE], VALIDITY_GOOD);
    assert_int_equal(capture_count("registers 120 to 239 cannot be read (exception 2): nothing is "
                                   "known of sensors 12 to 23"),
                     1);
    UNDER_LOCK(lab.refused = -1);
    wait_until(&lab.cleared[ALARM_TH_SENSOR_FAULT], 12);
    wait_turns(1);
    assert_int_equal(seen().sensor[12].presence, PRESENCE_HERE);
    assert_int_equal(lab.raised[ALARM_TH_SENSOR_FAULT], 12);
    assert_int_equal(lab.raised[ALARM_TH_COMM_LOST], 0);
}

/* The statistics go with the last sensor. */
static void block__the_last_one_refused__counts_are_not_compared(void **state)
{
    (void)state;
    lab.refused = 1213;
    start();
    wait_until(&lab.turns, 8);
    assert_int_equal(lab.raised[ALARM_TH_COUNT_MISMATCH], 0);
    assert_int_equal(seen().count_validity[TH_COUNT_ALL], VALIDITY_ABSENT);
    assert_int_equal(seen().sensor[119].presence, PRESENCE_HERE);
    assert_int_equal(seen().sensor[120].presence, PRESENCE_NEVER);
}

static void block__not_answered__the_others_go_on(void **state)
{
    (void)state;
    lab.config.timeout_ms = 100;
    start();
    wait_until(&lab.turns, 2);
    UNDER_LOCK(lab.mute = 0);
    wait_turns(2);
    assert_int_equal(seen().sensor[24].presence, PRESENCE_HERE);
    assert_true(seen().health.reachable);
    UNDER_LOCK(lab.mute = -1);
    wait_turns(2);
}

static void controller__gone_and_back__told_once_each(void **state)
{
    int healths;

    (void)state;
    lab.config.timeout_ms = 100;
    start();
    wait_until(&lab.turns, 2);
    server_online(lab.server, false);
    wait_until(&lab.raised[ALARM_TH_COMM_LOST], 1);
    UNDER_LOCK(healths = lab.healths);
    wait_until(&lab.healths, healths + 2);
    assert_false(seen().health.reachable);
    for (int n = 1; n <= 120; n++)
        assert_int_equal(seen().sensor[n].validity[TH_TEMPERATURE], VALIDITY_STALE);
    server_online(lab.server, true);
    wait_until(&lab.cleared[ALARM_TH_COMM_LOST], 1);
    wait_turns(2);
    assert_true(seen().health.reachable);
    assert_int_equal(seen().sensor[120].validity[TH_TEMPERATURE], VALIDITY_GOOD);
    assert_int_equal(lab.raised[ALARM_TH_COMM_LOST], 1);
    assert_int_equal(lab.raised[ALARM_TH_SENSOR_FAULT], 0);
}

static void stop__while_nothing_answers__at_once(void **state)
{
    (void)state;
    lab.config.port = server_dead_port();
    start();
    wait_until(&lab.raised[ALARM_TH_COMM_LOST], 1);
    stop();
    assert_int_equal(lab.turns, 0);
}

/* ---- sensors that come and go ------------------------------------------------------------ */

static void sensor__moved__said(void **state)
{
    (void)state;
    place(40, 0);
    count(119);
    start();
    wait_until(&lab.turns, 2);
    UNDER_LOCK(place(3, 0); place(40, 1));
    wait_turns(3);
    assert_int_equal(seen().sensor[3].presence, PRESENCE_GONE);
    assert_int_equal(seen().sensor[40].presence, PRESENCE_HERE);
    assert_int_equal(capture_count("sensor 3 has gone and sensor 40 has come"), 1);
    assert_int_equal(lab.raised[ALARM_TH_SENSOR_FAULT], 0);
}

static void sensor__new_at_0__told_and_over(void **state)
{
    (void)state;
    start();
    wait_until(&lab.turns, 2);
    UNDER_LOCK(place(0, 1));
    wait_until(&lab.raised[ALARM_TH_SENSOR_NEW], 1);
    UNDER_LOCK(place(0, 0));
    wait_until(&lab.cleared[ALARM_TH_SENSOR_NEW], 1);
    assert_int_equal(lab.raised[ALARM_TH_COUNT_MISMATCH], 0);
}

/* What was expected in the last run, and is not there from the start. */
static void expected__not_there__gone_until_it_is_forgotten(void **state)
{
    struct census c;

    (void)state;
    place(7, 0);
    count(119);
    assert_true(expect_parse("sensors 1-120", &c));
    make_device();
    th_device_expect(lab.device, &c);
    start();
    wait_until(&lab.turns, 2);
    assert_int_equal(seen().sensor[7].presence, PRESENCE_GONE);
    stop();
    make_device();
    th_device_expect(lab.device, &c);
    assert_true(expect_parse("sensors 1-6 8-120", &c));
    th_device_forget(lab.device, &c);
    assert_int_equal(eventfd_read(lab.wake_fd, &(eventfd_t){0}), 0);
    start();
    wait_turns(2);
    assert_int_equal(seen().sensor[7].presence, PRESENCE_NEVER);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(turn__all_sensors__eleven_reads_and_no_more),
        TEST(turn__all_sensors__in_the_model),
        TEST(turn__few_sensors__empty_blocks_now_and_then),
        TEST(turn__a_sensor_that_comes_far_up__found),
        TEST(turn__function_4__asked_with_it),
        TEST(block__refused__its_sensors_grow_old_and_the_others_go_on),
        TEST(block__the_last_one_refused__counts_are_not_compared),
        TEST(block__not_answered__the_others_go_on),
        TEST(controller__gone_and_back__told_once_each),
        TEST(stop__while_nothing_answers__at_once),
        TEST(sensor__moved__said),
        TEST(sensor__new_at_0__told_and_over),
        TEST(expected__not_there__gone_until_it_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
