/* See poller_own.h: pollers of TH controllers. */
#include "poller_own.h"

#include "inventory.h"
#include "metrics_th.h"
#include "th_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct th_poller {
    struct poller p; /* first */
    const struct th_config *config;
    struct th_device *device;
    struct part part[INVENTORY_TH_MAX];
    const struct th_controller *th; /* the device's own; NULL: it has not shown it yet */
};

static struct th_poller *own(struct poller *p)
{
    return (struct th_poller *)p;
}

static void publish(struct th_poller *t, const struct th_controller *th, int64_t now, bool urgent)
{
    t->th = th;
    if (!poller_may_publish(&t->p, now, urgent))
        return;
    t->p.snapshot.part = t->part;
    t->p.snapshot.parts = inventory_of_th(t->config, &th->health, t->part);
    publish_th(t->p.w->publisher, &t->p.file, &t->p.snapshot, th);
}

static void post_counts(struct th_poller *t, const struct th_controller *th)
{
    struct census c;

    expect_count_th(th, &c);
    site_post_counts(t->p.w->site, t->p.number, &c);
}

/* ---- calls of the device ----------------------------------------------------------------- */

static void on_turn(void *ctx, const struct th_controller *th, int64_t now, int64_t since)
{
    struct th_poller *t = ctx;

    publish(t, th, now, true);
    post_counts(t, th);
    poller_learn_standing(&t->p);
    if (poller_stamp(&t->p))
        metrics_th_turn(th, since, poller_kept_interval(&t->p, &th->health), t->p.w->emit,
                        &t->p.time);
}

static void on_health(void *ctx, const struct th_controller *th, int64_t now)
{
    struct th_poller *t = ctx;

    publish(t, th, now, false);
    post_counts(t, th);
    poller_repeat_alarms(&t->p);
    if (poller_stamp(&t->p))
        metrics_th_health(th, now, poller_kept_interval(&t->p, &th->health), t->p.w->emit,
                          &t->p.time);
}

static void on_alarm(void *ctx, const struct alarm_event *e)
{
    struct th_poller *t = ctx;

    if (t->th != NULL)
        publish(t, t->th, t->p.published_ms, true);
    site_post(t->p.w->site, t->p.number, e);
}

/* ---- the kind ---------------------------------------------------------------------------- */

static void run(struct poller *p)
{
    th_device_run(own(p)->device);
}

static void preset(void *p, const struct alarm *a)
{
    th_device_preset(own(p)->device, a);
}

static void expect(struct poller *p, const struct census *c)
{
    th_device_expect(own(p)->device, c);
}

static void forget(struct poller *p, const struct census *c)
{
    th_device_forget(own(p)->device, c);
}

static void repeat(struct poller *p, report_alarm *to, void *ctx)
{
    th_device_repeat(own(p)->device, to, ctx);
}

static void free_device(struct poller *p)
{
    th_device_free(own(p)->device);
}

static const struct poller_kind kind = {"TH controller", run,    preset,      expect,
                                        forget,          repeat, free_device, NULL};

struct poller *poller_new_th(const struct poller_world *w, size_t i)
{
    const struct th_config *c = &w->config->th[i];
    struct th_poller *t = calloc(1, sizeof(*t));
    const struct th_owner owner = {t, on_turn, on_health, on_alarm};

    if (t == NULL)
        return NULL;
    t->p = (struct poller){
        .w = w,
        .kind = &kind,
        .number = w->config->gateways + i,
        .name = c->name,
        .interval_ms = c->interval_ms,
        .snapshot = {.identities = &c->identities,
                     .transport = SNAPSHOT_MODBUS_TCP,
                     .interval_ms = (uint32_t)c->interval_ms,
                     .cell_interval_ms = (uint32_t)c->interval_ms}
    };
    memcpy(t->p.snapshot.name, c->name, sizeof(c->name));
    snprintf(t->p.snapshot.address, sizeof(t->p.snapshot.address), "%.240s port %d", c->address,
             c->port);
    t->config = c;
    t->device = th_device_new(c, &owner, w->wake_fd);
    if (t->device != NULL)
        return &t->p;
    free(t);
    return NULL;
}
