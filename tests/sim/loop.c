/*
 * loop.c: epoll and the timers.
 *
 * One thread serves everything. A round fetches events, calls their owners, fires the timers that
 * are due and then lets the connections write what they collected, so that a batch of requests in
 * one segment leaves as a batch of answers in one segment. Rejected: a thread per connection,
 * which would make the order of answers a matter of luck.
 */
#include "loop.h"

#include "timer.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256 };

/* Memory of owners that went away in this round. */
struct grave {
    struct grave *next;
    void *memory;
};

static int poller = -1;
static bool stopped;
static int64_t now_ns;
static struct grave *graves;

static int64_t monotonic_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void loop_init(void)
{
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0)
        err(2, "event loop");
    now_ns = monotonic_ns();
}

bool loop_watch(struct watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};

    return epoll_ctl(poller, EPOLL_CTL_ADD, w->fd, &event) == 0;
}

void loop_change(struct watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};

    epoll_ctl(poller, EPOLL_CTL_MOD, w->fd, &event);
}

void loop_close(struct watch *w)
{
    if (w->fd < 0)
        return;
    close(w->fd);
    w->fd = -1;
}

void loop_free(void *memory)
{
    struct grave *grave = malloc(sizeof(*grave));

    if (!grave)
        err(2, "event loop");
    *grave = (struct grave){.next = graves, .memory = memory};
    graves = grave;
}

static void bury(void)
{
    while (graves) {
        struct grave *grave = graves;

        graves = grave->next;
        free(grave->memory);
        free(grave);
    }
}

/* Waits for events or the next timer. ppoll() because epoll_wait() only knows whole milliseconds
 * and latencies may be a fraction of one. */
static int loop_wait(struct epoll_event *events)
{
    int64_t due = timers_next(), wait = due - monotonic_ns();
    struct timespec t = {.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
    struct pollfd p = {.fd = poller, .events = POLLIN};

    if (due == INT64_MAX)
        return epoll_wait(poller, events, EVENTS, -1);
    if (wait > 0)
        ppoll(&p, 1, &t, NULL);
    return epoll_wait(poller, events, EVENTS, 0);
}

static void loop_round(void)
{
    struct epoll_event events[EVENTS];
    int count = loop_wait(events);

    if (count < 0 && errno != EINTR)
        err(2, "event loop");
    now_ns = monotonic_ns();
    for (int i = 0; i < count; i++) {
        struct watch *w = events[i].data.ptr;

        if (w->fd >= 0)
            w->ready(w, events[i].events);
    }
    timers_run(now_ns);
}

void loop_run(void (*after)(void))
{
    while (!stopped) {
        loop_round();
        after();
        bury();
    }
}

void loop_stop(void)
{
    stopped = true;
}

int64_t loop_now(void)
{
    return now_ns;
}
