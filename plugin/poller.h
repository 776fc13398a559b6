/*
 * poller - the threads that poll: one per gateway and one per TH controller.
 *
 * Each has its device, and brings what that finds out to StateDir, to the site thread and to collectd,
 * in this order: who hears of an alarm must find the values behind it. Collectd itself is behind a few
 * functions, so that only btms_collectd.c needs its headers.
 */
#ifndef BTMS_POLLER_H
#define BTMS_POLLER_H

#include "config.h"
#include "metrics.h"
#include "pace.h"
#include "publish.h"
#include "site.h"

#include <pthread.h>

/* Everything must outlive the pollers. */
struct poller_world {
    const struct config *config;
    struct site *site;
    struct publisher *publisher;
    struct pace *pace;      /* of the gateways */
    int wake_fd;            /* while it is readable they end */
    metrics_emit *emit;     /* `ctx` is the time that the value gets, a const uint64_t */
    uint64_t (*time)(void); /* now, in units of collectd's */
    int64_t (*time_ms)(uint64_t time);
    bool (*start)(pthread_t *ret, void *(*run)(void *), void *arg);
};

struct pollers;

/* NULL without memory. What cannot be started is said and left out; `*ret_started`: all others. */
struct pollers *pollers_start(const struct poller_world *w, size_t *ret_started);

/* Waits until all have ended. NULL is fine. */
void pollers_join(struct pollers *p);

#endif
