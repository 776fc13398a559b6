/* See poller_own.h: pollers of gateways. */
#include "poller_own.h"

#include "device.h"
#include "inventory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gateway_poller {
    struct poller p; /* first */
    struct device *device;
    struct metrics_memory memory;
    struct snapshot_limit limit[DEVICE_LIMITS];
    struct part part[INVENTORY_MAX];
};

static struct gateway_poller *own(struct poller *p)
{
    return (struct gateway_poller *)p;
}

static void publish(struct gateway_poller *g, const struct gateway *is, int64_t now, bool urgent)
{
    struct steward_shape shape;

    if (!poller_may_publish(&g->p, now, urgent))
        return;
    site_shape(g->p.w->site, g->p.number, &shape);
    g->p.snapshot.expected = shape.expected;
    g->p.snapshot.mismatches = shape.mismatches;
    g->p.snapshot.part = g->part;
    g->p.snapshot.parts =
        inventory_of_gateway(g->p.w->config, &g->p.w->config->gateway[g->p.number], is,
                             site_controller(g->p.w->site, g->p.number), g->part);
    g->p.snapshot.limit = g->limit;
    g->p.snapshot.limits = device_limits(g->device, g->limit);
    publish_device(g->p.w->publisher, &g->p.file, &g->p.snapshot, is);
}

/* For the site: what is there, and whether it answers. */
static void post_counts(struct gateway_poller *g, const struct gateway *is)
{
    struct steward_shape shape;
    struct census c;

    expect_count(is, &c);
    device_learned(g->device, c.type);
    site_shape(g->p.w->site, g->p.number, &shape);
    device_cells_expected(g->device, shape.cells);
    site_post_counts(g->p.w->site, g->p.number, &c);
}

/* ---- calls of the device ----------------------------------------------------------------- */

static void on_turn(void *ctx, const struct gateway *is, int64_t now, int64_t since)
{
    struct gateway_poller *g = ctx;

    publish(g, is, now, true);
    post_counts(g, is);
    poller_learn_standing(&g->p);
    if (poller_stamp(&g->p))
        metrics_turn(is, since, poller_kept_interval(&g->p, &is->health), g->p.w->emit, &g->p.time);
}

/* After a step collectd has forgotten what it was told, so nothing counts as told already. */
static void forget_told(struct gateway_poller *g)
{
    if (g->p.stepped)
        memset(g->memory.sent_ms, 0, sizeof(g->memory.sent_ms));
    g->p.stepped = false;
}

static void on_cells(void *ctx, const struct gateway *is, int s, int64_t now, int64_t interval_ms)
{
    struct gateway_poller *g = ctx;
    bool may;

    publish(g, is, now, false);
    may = poller_stamp(&g->p);
    forget_told(g);
    if (may)
        metrics_cells(is, s, (enum cell_metrics)g->p.w->config->cell_metrics, now, interval_ms,
                      &g->memory, g->p.w->emit, &g->p.time);
}

static void on_health(void *ctx, const struct gateway *is, int64_t now)
{
    struct gateway_poller *g = ctx;

    publish(g, is, now, false);
    post_counts(g, is);
    poller_repeat_alarms(&g->p);
    if (poller_stamp(&g->p))
        metrics_health(is, now, poller_kept_interval(&g->p, &is->health), g->p.w->emit, &g->p.time);
}

/* The values behind the alarm are published before anybody can hear of it. */
static void on_alarm(void *ctx, const struct alarm_event *e)
{
    struct gateway_poller *g = ctx;

    publish(g, e->gateway, g->p.published_ms, true);
    site_post(g->p.w->site, g->p.number, e);
}

static int64_t from(void *ctx, int64_t now)
{
    struct gateway_poller *g = ctx;

    return pace_take(g->p.w->pace, now);
}

/* ---- the kind ---------------------------------------------------------------------------- */

static void run(struct poller *p)
{
    device_run(own(p)->device);
}

static void preset(void *p, const struct alarm *a)
{
    device_preset(own(p)->device, a);
}

static void expect(struct poller *p, const struct census *c)
{
    device_expect(own(p)->device, c);
}

static void forget(struct poller *p, const struct census *c)
{
    device_forget(own(p)->device, c);
}

static void repeat(struct poller *p, report_alarm *to, void *ctx)
{
    device_repeat(own(p)->device, to, ctx);
}

static void free_device(struct poller *p)
{
    device_free(own(p)->device);
}

static void number(struct poller *p)
{
    uint16_t quantity[QUANTITY_MAX];

    site_quantities(p->w->site, p->number, quantity);
    device_number(own(p)->device, quantity);
}

static const struct poller_kind kind = {"gateway", run,    preset,      expect,
                                        forget,    repeat, free_device, number};

struct poller *poller_new_gateway(const struct poller_world *w, size_t i)
{
    const struct gateway_config *c = &w->config->gateway[i];
    struct gateway_poller *g = calloc(1, sizeof(*g));
    const struct device_owner owner = {g,        on_turn, on_cells,     on_health,
                                       on_alarm, from,    pace_place(i)};

    if (g == NULL)
        return NULL;
    g->p = (struct poller){
        .w = w,
        .kind = &kind,
        .number = i,
        .name = c->name,
        .interval_ms = c->interval_ms,
        .snapshot = {.identities = &c->identities,
                     .transport = c->line != NULL ? SNAPSHOT_MODBUS_RTU : SNAPSHOT_MODBUS_TCP,
                     .interval_ms = (uint32_t)c->interval_ms,
                     .cell_interval_ms = (uint32_t)c->cell_interval_ms}
    };
    memcpy(g->p.snapshot.name, c->name, sizeof(c->name));
    config_address(c, g->p.snapshot.address, sizeof(g->p.snapshot.address));
    g->device = device_new(c, &owner, w->wake_fd);
    if (g->device != NULL)
        return &g->p;
    free(g);
    return NULL;
}
