/* The queue between links and receivers that take their time. */
#include "../support/capture.h"
#include "../support/check.h"
#include "notify.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CAPACITY = 1024 };

/* What the receiver got, and a gate that holds it up. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int64_t got[4 * CAPACITY];
static int received, entered;
static bool closed;
static struct notice last;

static void receive(const struct notice *n)
{
    pthread_mutex_lock(&lock);
    entered++;
    pthread_cond_broadcast(&changed);
    while (closed)
        pthread_cond_wait(&changed, &lock);
    if (received < (int)COUNT(got))
        got[received++] = n->event.wall_ms;
    last = *n;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void gate(bool close_it)
{
    pthread_mutex_lock(&lock);
    closed = close_it;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* Waits until `*what` (under the lock) is at least `n`. */
static void wait_until(const int *what, int n)
{
    struct timespec until;
    bool there;
    int err = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&lock);
    while (!(there = *what >= n) && err == 0)
        err = pthread_cond_timedwait(&changed, &lock, &until);
    pthread_mutex_unlock(&lock);
    assert_true(there);
}

static int set_up(void **state)
{
    gate(false);
    received = entered = 0;
    return capture_start(state);
}

static void post(struct notify *n, int number)
{
    notify_post(n, &(struct notice){.event.wall_ms = number, .host = "gw-a"});
}

static void post__some__all_sent_in_order(void **state)
{
    struct notify *n = notify_start(receive);

    (void)state;
    assert_non_null(n);
    for (int i = 0; i < 500; i++)
        post(n, i);
    wait_until(&received, 500);
    notify_stop(n, PATIENCE_MS);
    assert_int_equal(received, 500);
    for (int i = 0; i < 500; i++)
        assert_int_equal(got[i], i);
    assert_int_equal(capture_lines(), 0);
}

static void post__a_notice__copied_whole(void **state)
{
    struct notify *n = notify_start(receive);
    struct notice notice = {
        .event = {.what = EVENT_RAISED,
                  .wall_ms = 7,
                  .alarm = {.severity = ALARM_MAJOR, .text = "it is so"}},
        .host = "gw-a",
        .object = "string03",
        .instance = "stringError"
    };

    (void)state;
    notify_post(n, &notice);
    notice = (struct notice){0};
    notify_stop(n, PATIENCE_MS);
    assert_int_equal(last.event.wall_ms, 7);
    assert_int_equal(last.event.what, EVENT_RAISED);
    assert_int_equal(last.event.alarm.severity, ALARM_MAJOR);
    assert_string_equal(last.host, "gw-a");
    assert_string_equal(last.object, "string03");
    assert_string_equal(last.instance, "stringError");
    assert_string_equal(last.event.alarm.text, "it is so");
}

static void stop__queue_not_empty__sent_first(void **state)
{
    struct notify *n = notify_start(receive);

    (void)state;
    gate(true);
    for (int i = 0; i < 100; i++)
        post(n, i);
    gate(false);
    notify_stop(n, PATIENCE_MS);
    assert_int_equal(received, 100);
}

/* One is in the receiver's hands, 1024 wait, the rest is dropped: the newest. */
static void post__queue_full__newest_dropped_and_said(void **state)
{
    struct notify *n = notify_start(receive);

    (void)state;
    gate(true);
    post(n, 0);
    wait_until(&entered, 1);
    for (int i = 1; i <= CAPACITY + 37; i++)
        post(n, i);
    gate(false);
    wait_until(&received, CAPACITY + 1);
    notify_stop(n, PATIENCE_MS);
    assert_int_equal(received, CAPACITY + 1);
    for (int i = 0; i <= CAPACITY; i++)
        assert_int_equal(got[i], i);
    assert_int_equal(capture_count("37 lost"), 1);
    assert_int_equal(capture_lines(), 1);
}

static void post__room_again__taken_again(void **state)
{
    struct notify *n = notify_start(receive);

    (void)state;
    gate(true);
    for (int i = 0; i < 2 * CAPACITY; i++)
        post(n, i);
    gate(false);
    wait_until(&received, CAPACITY);
    notify_post(n, &(struct notice){.event.wall_ms = 99999});
    notify_stop(n, PATIENCE_MS);
    assert_int_equal(last.event.wall_ms, 99999);
    assert_int_equal(capture_count("lost"), 1);
}

/* The receiver is released at the end only: a stop that waited for it would never return. */
static void stop__receiver_hangs__does_not_wait(void **state)
{
    struct notify *n = notify_start(receive);

    (void)state;
    gate(true);
    for (int i = 0; i < 10; i++)
        post(n, i);
    wait_until(&entered, 1);
    notify_stop(n, 50);
    assert_int_equal(received, 0);
    gate(true); /* for good: the queue is left to itself */
}

/* Threads of this process. */
static int threads(void)
{
    DIR *dir = opendir("/proc/self/task");
    int n = 0;

    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
        n += e->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* The receiver comes back after the patience is over: the thread ends and calls nobody. */
static void stop__receiver_comes_back_late__nobody_called_any_more(void **state)
{
    static struct notify *volatile left; /* nobody frees it any more */
    int before = threads();

    (void)state;
    left = notify_start(receive);
    gate(true);
    for (int i = 0; i < 10; i++)
        post(left, i);
    wait_until(&entered, 1);
    notify_stop(left, 50);
    gate(false);
    for (int i = 0; threads() > before && i < PATIENCE_MS; i++)
        usleep(1000);
    assert_int_equal(threads(), before);
    pthread_mutex_lock(&lock);
    assert_int_equal(entered, 1);
    assert_int_equal(received, 1);
    assert_int_equal(got[0], 0);
    pthread_mutex_unlock(&lock);
}

static void stop__nothing_or_null__fine(void **state)
{
    (void)state;
    notify_stop(NULL, 10);
    notify_stop(notify_start(receive), PATIENCE_MS);
    assert_int_equal(received, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, capture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(post__some__all_sent_in_order),
        TEST(post__a_notice__copied_whole),
        TEST(stop__queue_not_empty__sent_first),
        TEST(post__queue_full__newest_dropped_and_said),
        TEST(post__room_again__taken_again),
        TEST(stop__nothing_or_null__fine),
        TEST(stop__receiver_comes_back_late__nobody_called_any_more),
        TEST(stop__receiver_hangs__does_not_wait), /* last: its receiver stays */
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
