#include "aggregator.h"

#include "link/link_tcp.h"
#include "link/thread.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct target {
    struct link_tcp *link;
    int64_t looked, due; /* CLOCK_BOOTTIME */
};

struct aggregators {
    struct aggregator_settings set;
    pthread_t thread;
    int look_fd; /* readable: look at all */
    struct target target[];
};

static int or_default(int v, int otherwise)
{
    return v > 0 ? v : otherwise;
}

static void set_pace(struct aggregator_pace *p)
{
    p->every_ms = or_default(p->every_ms, 60000);
    p->retry_ms = or_default(p->retry_ms, 10000);
    p->gap_ms = or_default(p->gap_ms, 5000);
    p->timeout_ms = or_default(p->timeout_ms, 3000);
}

/* ---- the thread -------------------------------------------------------------------------- */

/* False: the thread is to end. */
static bool look_at(struct aggregators *a, size_t i)
{
    static const struct link_user nobody; /* nothing is ever requested */
    struct target *t = &a->target[i];
    bool here = link_tcp_open(t->link) == 0;

    link_tcp_drop(t->link, &nobody);
    if (link_tcp_woken(t->link))
        return false;
    t->looked = link_now_ms();
    t->due = t->looked + (here ? a->set.pace.every_ms : a->set.pace.retry_ms);
    a->set.report(a->set.ctx, i, here, here ? "" : link_tcp_error(t->link));
    return true;
}

static int64_t first_due(const struct aggregators *a)
{
    int64_t ret = INT64_MAX;

    for (size_t i = 0; i < a->set.aggregators; i++)
        ret = a->target[i].due < ret ? a->target[i].due : ret;
    return ret;
}

static void hurry(struct aggregators *a)
{
    for (size_t i = 0; i < a->set.aggregators; i++) {
        struct target *t = &a->target[i];
        int64_t soon = t->looked + a->set.pace.gap_ms;

        t->due = soon < t->due ? soon : t->due;
    }
}

/* Until one is due. False: the thread is to end. */
static bool rest(struct aggregators *a)
{
    struct pollfd p[2] = {
        {.fd = a->set.wake_fd, .events = POLLIN},
        {.fd = a->look_fd,     .events = POLLIN}
    };
    int64_t left = first_due(a) - link_now_ms();
    eventfd_t unused;

    if (poll(p, 2, left > 0 ? (int)left : 0) <= 0)
        return true;
    if (p[1].revents != 0 && eventfd_read(a->look_fd, &unused) == 0)
        hurry(a);
    return p[0].revents == 0;
}

static void *run(void *arg)
{
    struct aggregators *a = arg;

    thread_begin("btms aggregator");
    while (rest(a))
        for (size_t i = 0; i < a->set.aggregators; i++)
            if (link_now_ms() >= a->target[i].due && !look_at(a, i))
                return NULL;
    return NULL;
}

/* ---- what others call -------------------------------------------------------------------- */

static bool prepare(struct aggregators *a)
{
    bool good = true;

    a->look_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (size_t i = 0; i < a->set.aggregators; i++) {
        const struct aggregator_config *c = &a->set.aggregator[i];
        char port[8];

        snprintf(port, sizeof(port), "%d", c->port);
        a->target[i].link =
            link_tcp_new(c->address, port, a->set.pace.timeout_ms, 1, a->set.wake_fd);
        good &= a->target[i].link != NULL;
    }
    return good && a->look_fd >= 0;
}

struct aggregators *aggregators_start(const struct aggregator_settings *set)
{
    struct aggregators *a = calloc(1, sizeof(*a) + set->aggregators * sizeof(a->target[0]));

    if (a == NULL)
        return NULL;
    a->set = *set;
    set_pace(&a->set.pace);
    if (prepare(a) && pthread_create(&a->thread, NULL, run, a) == 0)
        return a;
    aggregators_free(a);
    return NULL;
}

void aggregators_look(struct aggregators *a)
{
    if (a != NULL && eventfd_write(a->look_fd, 1) != 0) {
        /* cannot happen: the counter has room for 2^64 - 2 */
    }
}

void aggregators_join(struct aggregators *a)
{
    if (a != NULL)
        pthread_join(a->thread, NULL);
}

void aggregators_free(struct aggregators *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->set.aggregators; i++)
        link_tcp_free(a->target[i].link);
    if (a->look_fd >= 0)
        close(a->look_fd);
    free(a);
}
