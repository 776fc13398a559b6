/* See lab.h. */
#include "lab.h"
#include "at_once.h"
#include "capture.h"
#include "check.h"
#include "link/link_tcp.h"

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct lab lab = {.lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER};

/* ---- the gateway's side ------------------------------------------------------------------ */

/* From now on some strings hang: right after the answer that the test wanted to be the last one. */
static void blow_fuse(const struct server_request *r)
{
    if (lab.blown || r->unit != lab.fuse_unit || (lab.fuse_cells && r->address < 100))
        return;
    lab.blown = true;
    for (int i = 1; i <= lab.hang_to; i++)
        lab.fake.string[i].mute = true;
}

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
        blow_fuse(&r[i]);
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
    if (lab.lost_ms > 0 && lab.first_turn_interval < 0)
        lab.first_turn_interval = (int)g->health.interval_ms;
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
    lab.raised += e->what == EVENT_RAISED;
    lab.raised_of[e->kind->number] += e->what == EVENT_RAISED;
    lab.cleared += e->what == EVENT_CLEARED;
    if (e->what == EVENT_RAISED && e->kind->number == ALARM_GATEWAY_COMM_LOST)
        lab.lost_ms = link_now_ms();
    pthread_cond_broadcast(&lab.news);
    pthread_mutex_unlock(&lab.lock);
}

/* ---- life -------------------------------------------------------------------------------- */

int lab_set_up(void **state)
{
    lab = (struct lab){.lock = PTHREAD_MUTEX_INITIALIZER,
                       .news = PTHREAD_COND_INITIALIZER,
                       .first_turn_interval = -1};
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
                                         .connections = 1,
                                         .function = 3,
                                         .spans = true,
                                         .site_limits = at_once()};
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

void lab_start(void)
{
    const struct device_owner owner = {NULL, on_turn, on_cells, on_health, on_alarm};

    lab.device = device_new(&lab.config, &owner, lab.wake_fd);
    assert_non_null(lab.device);
    assert_int_equal(pthread_create(&lab.thread, NULL, run, lab.device), 0);
}

void lab_stop(void)
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

int lab_tear_down(void **state)
{
    lab_stop();
    server_stop(lab.server);
    close(lab.wake_fd);
    return capture_stop(state);
}

void lab_wait_until(const int *counter, int n)
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

void lab_wait_for(const int *counter, int n)
{
    pthread_mutex_lock(&lab.lock);
    n += *counter;
    pthread_mutex_unlock(&lab.lock);
    lab_wait_until(counter, n);
}

void lab_with_fake(void (*change)(struct fake *f))
{
    pthread_mutex_lock(&lab.lock);
    change(&lab.fake);
    pthread_mutex_unlock(&lab.lock);
}

struct gateway lab_seen(void)
{
    struct gateway g;

    pthread_mutex_lock(&lab.lock);
    g = lab.seen;
    pthread_mutex_unlock(&lab.lock);
    return g;
}
