/* See lookout.h. */
#include "lookout.h"

#include "link/link_tcp.h"
#include "link/thread.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct target {
    enum lookout_what what;
    size_t of; /* number of the aggregator, or gateway */
    struct link_tcp *link;
    int64_t looked, due; /* CLOCK_BOOTTIME */
};

struct lookout {
    struct lookout_settings set;
    pthread_t thread;
    int look_fd; /* readable: look at all */
    size_t targets;
    struct target target[];
};

static int or_default(int v, int otherwise)
{
    return v > 0 ? v : otherwise;
}

static void set_pace(struct lookout_pace *p)
{
    p->every_ms = or_default(p->every_ms, 60000);
    p->retry_ms = or_default(p->retry_ms, 10000);
    p->gap_ms = or_default(p->gap_ms, 5000);
    p->timeout_ms = or_default(p->timeout_ms, 3000);
}

/* ---- the thread -------------------------------------------------------------------------- */

/* False: the thread is to end. */
static bool look_at(struct lookout *l, struct target *t)
{
    static const struct link_user nobody; /* nothing is ever requested */
    bool here = link_tcp_open(t->link) == 0;

    link_tcp_drop(t->link, &nobody);
    if (link_tcp_woken(t->link))
        return false;
    t->looked = link_now_ms();
    t->due = t->looked + (here ? l->set.pace.every_ms : l->set.pace.retry_ms);
    l->set.report(l->set.ctx, t->what, t->of, here, here ? "" : link_tcp_error(t->link));
    return true;
}

static int64_t first_due(const struct lookout *l)
{
    int64_t ret = INT64_MAX;

    for (size_t i = 0; i < l->targets; i++)
        ret = l->target[i].due < ret ? l->target[i].due : ret;
    return ret;
}

static void hurry(struct lookout *l)
{
    for (size_t i = 0; i < l->targets; i++) {
        struct target *t = &l->target[i];
        int64_t soon = t->looked + l->set.pace.gap_ms;

        t->due = soon < t->due ? soon : t->due;
    }
}

/* Until one is due. False: the thread is to end. */
static bool rest(struct lookout *l)
{
    struct pollfd p[2] = {
        {.fd = l->set.wake_fd, .events = POLLIN},
        {.fd = l->look_fd,     .events = POLLIN}
    };
    int64_t left = first_due(l) - link_now_ms();
    eventfd_t unused;

    if (poll(p, 2, left > 0 ? (int)left : 0) <= 0)
        return true;
    if (p[1].revents != 0 && eventfd_read(l->look_fd, &unused) == 0)
        hurry(l);
    return p[0].revents == 0;
}

static bool is_due(const struct target *t, enum lookout_what what)
{
    return t->what == what && link_now_ms() >= t->due;
}

/* The controller that waits longest; NULL: none does. */
static struct target *next_controller(struct lookout *l)
{
    struct target *ret = NULL;

    for (struct target *t = l->target; t < l->target + l->targets; t++)
        if (is_due(t, LOOKOUT_CONTROLLER) && (ret == NULL || t->due < ret->due))
            ret = t;
    return ret;
}

/* Where many controllers are dead, no aggregator waits for more than one of them. */
static bool look(struct lookout *l)
{
    struct target *controller;

    for (struct target *t = l->target; t < l->target + l->targets; t++)
        if (is_due(t, LOOKOUT_AGGREGATOR) && !look_at(l, t))
            return false;
    controller = next_controller(l);
    return controller == NULL || look_at(l, controller);
}

static void *run(void *arg)
{
    struct lookout *l = arg;

    thread_begin("btms lookout");
    while (rest(l) && look(l)) {
    }
    return NULL;
}

/* ---- what others call -------------------------------------------------------------------- */

static bool is_looked_at(const struct gateway_config *g)
{
    return g->controller.declared && g->controller.port != 0;
}

size_t lookout_targets(const struct config *c)
{
    size_t n = c->aggregators;

    for (size_t g = 0; g < c->gateways; g++)
        n += is_looked_at(&c->gateway[g]);
    return n;
}

static bool add(struct lookout *l, enum lookout_what what, size_t of, const char *address, int port)
{
    struct target *t = &l->target[l->targets++];
    char text[8];

    snprintf(text, sizeof(text), "%d", port);
    *t = (struct target){
        .what = what,
        .of = of,
        .link = link_tcp_new(address, text, l->set.pace.timeout_ms, 1, l->set.wake_fd)};
    return t->link != NULL;
}

static bool prepare(struct lookout *l)
{
    const struct config *c = l->set.config;
    bool good = true;

    l->look_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (size_t i = 0; i < c->aggregators; i++)
        good &= add(l, LOOKOUT_AGGREGATOR, i, c->aggregator[i].address, c->aggregator[i].port);
    for (size_t g = 0; g < c->gateways; g++)
        if (is_looked_at(&c->gateway[g]))
            good &= add(l, LOOKOUT_CONTROLLER, g, c->gateway[g].controller.address,
                        c->gateway[g].controller.port);
    return good && l->look_fd >= 0;
}

struct lookout *lookout_start(const struct lookout_settings *set)
{
    struct lookout *l = calloc(1, sizeof(*l) + lookout_targets(set->config) * sizeof(l->target[0]));

    if (l == NULL)
        return NULL;
    l->set = *set;
    set_pace(&l->set.pace);
    if (prepare(l) && pthread_create(&l->thread, NULL, run, l) == 0)
        return l;
    lookout_free(l);
    return NULL;
}

void lookout_look(struct lookout *l)
{
    if (l != NULL && eventfd_write(l->look_fd, 1) != 0) {
        /* cannot happen: the counter has room for 2^64 - 2 */
    }
}

void lookout_join(struct lookout *l)
{
    if (l != NULL)
        pthread_join(l->thread, NULL);
}

void lookout_free(struct lookout *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->targets; i++)
        link_tcp_free(l->target[i].link);
    if (l->look_fd >= 0)
        close(l->look_fd);
    free(l);
}
