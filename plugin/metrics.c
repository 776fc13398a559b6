/*
 * See metrics.h. Decimals come from the register rows, so a unit is written down once. Neither the
 * object nor the instance is ever empty: collectd's write_prometheus names its labels differently
 * where one is.
 */
#include "metrics.h"

#include "core/quantity.h"
#include "metrics_own.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct row ups_rows[] = {
    {UPS_STATUS, "gauge", "status"},
    {UPS_VOLTAGE, "voltage", "ups"},
    {UPS_CURRENT, "current", "ups"},
    {UPS_SOC, "percent", "soc"},
};

static const struct row string_rows[] = {
    {STRING_UPS_ID, "gauge", "ups"},
    {STRING_STATUS, "gauge", "status"},
    {STRING_VOLTAGE, "voltage", "string"},
    {STRING_CURRENT, "current", "string"},
    {STRING_SOC, "percent", "soc"},
    {STRING_BALANCE, "percent", "balance"},
    {STRING_STATE, "gauge", "state"},
    {STRING_ALARM, "gauge", "alarm"},
    {STRING_CELL_COUNT, "count", "cells"},
    {STRING_AMBIENT_TEMPERATURE, "temperature", "ambient"},
    {STRING_AMBIENT_HUMIDITY, "humidity", "ambient"},
    {STRING_RELAY, "gauge", "relay"},
    {STRING_AUX_INPUT, "gauge", "aux_input"},
};

/* What is not in the string's block, and may not have been read with it. */
static const struct row added_rows[STRING_ADDED] = {
    {STRING_INSULATION, "resistance", "insulation"},
};

static const struct row cell_rows[] = {
    {CELL_STATUS, "gauge", "status-", -1},
    {CELL_VOLTAGE, "voltage", "", -1},
    {CELL_RESISTANCE, "resistance", "", 0},
    {CELL_TEMPERATURE, "temperature", "", -1},
    {CELL_SOC, "percent", "soc-", -1},
    {CELL_SOH, "percent", "soh-", 1},
    {CELL_ALARM, "gauge", "alarm-", -1},
};

/* Cell quantities of which a string's minimum, maximum and mean are published. */
static const uint8_t summed[] = {CELL_VOLTAGE, CELL_RESISTANCE, CELL_TEMPERATURE};
/* clang-format on */

static const int64_t SLOW_MS = 3600 * 1000;

static struct out open_out(const struct gateway *g, int64_t interval_ms, metrics_emit *emit,
                           void *ctx)
{
    return open_named(g->name, interval_ms, emit, ctx);
}

/* Those that have a name of their own. */
static void put_quantity(struct out *o, const struct quantity *q)
{
    const struct quantity_def *d = q->is;
    char instance[NAME_SIZE + 16];

    snprintf(o->object, sizeof(o->object), "gateway");
    if (d->ups != 0)
        snprintf(o->object, sizeof(o->object), "ups%02d", d->ups);
    if (d->string != 0)
        snprintf(o->object, sizeof(o->object), "string%02d", d->string);
    snprintf(instance, sizeof(instance), d->cell != 0 ? "%s-cell%03d" : "%s", d->name, d->cell);
    put(o, quantity_units[d->unit].type, instance, quantity_si(d, q->raw));
}

static void put_quantities(struct out *o, const struct gateway *g, int64_t since)
{
    for (const struct quantity *q = g->quantity; q < g->quantity + g->quantities; q++)
        if (!q->is->builtin && validity_usable(q->validity) && q->read_ms >= since)
            put_quantity(o, q);
}

void metrics_turn(const struct gateway *g, int64_t since, int64_t interval_ms, metrics_emit *emit,
                  void *ctx)
{
    struct out o = open_out(g, interval_ms, emit, ctx);

    for (int i = 0; i < UPS_MAX; i++) {
        const struct ups *u = &g->ups[i];

        snprintf(o.object, sizeof(o.object), "ups%02d", i + 1);
        if (u->read_ms >= since && u->read_ms > 0)
            put_rows(&o, ups_rows, COUNT(ups_rows), registers_ups, u->value, u->validity);
    }
    for (int i = 0; i < STRING_MAX; i++) {
        const struct string *s = &g->string[i];

        snprintf(o.object, sizeof(o.object), "string%02d", i + 1);
        if (s->read_ms < since || s->read_ms == 0)
            continue;
        put_rows(&o, string_rows, COUNT(string_rows), registers_string, s->value, s->validity);
        for (int a = 0; a < STRING_ADDED; a++)
            if (s->added_ms[a] >= since)
                put_rows(&o, &added_rows[a], 1, registers_string, s->value, s->validity);
    }
    put_quantities(&o, g, since);
}

/* ---- cells ------------------------------------------------------------------------------- */

/* A slow value that did not change since it was sent is due again once an hour. */
static bool may_skip(const struct row *r, int32_t value, int32_t *sent, bool all)
{
    bool skip = r->slow >= 0 && !all && sent[r->slow] == value;

    if (r->slow >= 0)
        sent[r->slow] = value;
    return skip;
}

static void put_cell(struct out *o, const struct cell *c, int number, int32_t *sent, bool all)
{
    int64_t interval = o->m.interval_ms;
    char instance[32];

    for (const struct row *r = cell_rows; r < cell_rows + COUNT(cell_rows); r++) {
        int q = r->quantity;

        if (!validity_usable(c->validity[q]) || may_skip(r, c->value[q], sent, all))
            continue;
        snprintf(instance, sizeof(instance), "%scell%03d", r->instance, number);
        o->m.interval_ms = r->slow >= 0 && interval < SLOW_MS ? SLOW_MS : interval;
        put(o, r->type, instance, si(c->value[q], registers_cell[q].decimals));
    }
    o->m.interval_ms = interval;
}

static void put_cells(struct out *o, const struct string *s, int index, int64_t now,
                      struct metrics_memory *memory)
{
    bool all = memory->sent_ms[index] == 0 || now - memory->sent_ms[index] >= SLOW_MS;

    if (all)
        memory->sent_ms[index] = now;
    for (int c = 0; c < s->cells; c++)
        if (s->cell[c].outcome == OUTCOME_READ)
            put_cell(o, &s->cell[c], c + 1, memory->sent[index][c], all);
}

struct extent {
    int n;
    int32_t min, max;
    int64_t sum;
};

static struct extent extent_of(const struct string *s, int quantity)
{
    struct extent e = {0};

    for (int i = 0; i < s->cells; i++) {
        const struct cell *c = &s->cell[i];
        int32_t v = c->value[quantity];

        if (c->outcome != OUTCOME_READ || !validity_usable(c->validity[quantity]))
            continue;
        e.min = e.n == 0 || v < e.min ? v : e.min;
        e.max = e.n == 0 || v > e.max ? v : e.max;
        e.sum += v;
        e.n++;
    }
    return e;
}

static void put_extent(struct out *o, const struct string *s, int quantity)
{
    struct extent e = extent_of(s, quantity);
    uint8_t decimals = registers_cell[quantity].decimals;
    const char *type = NULL;

    for (const struct row *r = cell_rows; r < cell_rows + COUNT(cell_rows); r++)
        if (r->quantity == quantity)
            type = r->type;
    if (e.n == 0)
        return;
    put(o, type, "cell_min", si(e.min, decimals));
    put(o, type, "cell_max", si(e.max, decimals));
    put(o, type, "cell_mean", si((double)e.sum / e.n, decimals));
}

static bool beyond_range(const struct cell *c)
{
    return memchr(c->validity, VALIDITY_BEYOND, sizeof(c->validity)) != NULL;
}

static void put_counts(struct out *o, const struct string *s)
{
    int ok = 0, error = 0, absent = 0, beyond = 0;

    for (const struct cell *c = s->cell; c < s->cell + s->cells; c++) {
        bool there = c->outcome == OUTCOME_READ && c->value[CELL_STATUS] != STATUS_DISABLED;

        ok += there && c->value[CELL_STATUS] == STATUS_OK;
        error += there && c->value[CELL_STATUS] != STATUS_OK;
        absent += !there;
        beyond += there && beyond_range(c);
    }
    put(o, "count", "cells_ok", ok);
    put(o, "count", "cells_error", error);
    put(o, "count", "cells_absent", absent);
    put(o, "count", "cells_beyond_range", beyond);
}

/* A sweep that was cut short says nothing about the string as a whole. */
static bool complete(const struct string *s)
{
    for (const struct cell *c = s->cell; c < s->cell + s->cells; c++)
        if (c->outcome == OUTCOME_NONE)
            return false;
    return true;
}

void metrics_cells(const struct gateway *g, int s, enum cell_metrics how, int64_t now,
                   int64_t interval_ms, struct metrics_memory *memory, metrics_emit *emit,
                   void *ctx)
{
    struct out o = open_out(g, interval_ms, emit, ctx);
    const struct string *string = &g->string[s];

    snprintf(o.object, sizeof(o.object), "string%02d", s + 1);
    if (how == CELL_METRICS_NONE)
        return;
    if (how == CELL_METRICS_ALL)
        put_cells(&o, string, s, now, memory);
    if (!complete(string))
        return;
    for (size_t i = 0; i < COUNT(summed); i++)
        put_extent(&o, string, summed[i]);
    put_counts(&o, string);
}

/* ---- health ------------------------------------------------------------------------------ */

static void put_gateway(struct out *o, const struct gateway *g, int64_t now)
{
    const struct health *h = &g->health;
    struct model_count n = model_count(g);
    int status = !h->reachable ? STATUS_DISABLED : n.all_well ? STATUS_OK : STATUS_ERROR;

    put(o, "bool", "reachable", h->reachable);
    put(o, "gauge", "status", status);
    put(o, "count", "ups", n.ups);
    put(o, "count", "strings", n.strings);
    put(o, "count", "cells", n.cells);
    put(o, "duration", "poll", si(h->poll_ms, 3));
    put(o, "duration", "interval", si(h->interval_ms, 3));
    put(o, "duration", "cell_interval", si(h->cell_interval_ms, 3));
    put_age(o, now, h->answered_ms);
    put(o, "gauge", "window", h->window);
    put(o, "gauge", "connections", h->connections);
    put(o, "gauge", "span_cells", h->span_cells);
    put(o, "gauge", "string_registers", h->string_words);
    put_requests(o, h);
}

void metrics_health(const struct gateway *g, int64_t now, int64_t interval_ms, metrics_emit *emit,
                    void *ctx)
{
    struct out o = open_out(g, interval_ms, emit, ctx);

    put_gateway(&o, g, now);
    for (int i = 0; i < UPS_MAX; i++) {
        snprintf(o.object, sizeof(o.object), "ups%02d", i + 1);
        put_age(&o, now, g->ups[i].read_ms);
    }
    for (int i = 0; i < STRING_MAX; i++) {
        snprintf(o.object, sizeof(o.object), "string%02d", i + 1);
        put_age(&o, now, g->string[i].read_ms);
    }
}

/* ---- maintenance ------------------------------------------------------------------------- */

static void put_bits(struct out *o, const char *what, uint32_t there, uint32_t under)
{
    for (int i = 0; i < 32; i++) {
        snprintf(o->object, sizeof(o->object), "%s%02d", what, i + 1);
        if (there >> i & 1)
            put(o, "gauge", "maintenance", under >> i & 1);
    }
}

void metrics_work(const char *gateway, const struct work *w, int64_t interval_ms,
                  metrics_emit *emit, void *ctx)
{
    struct out o = open_named(gateway, interval_ms, emit, ctx);

    put(&o, "gauge", "maintenance", w->maintenance);
    put(&o, "gauge", "commissioning", w->commissioning);
    put_bits(&o, "ups", w->ups_there, w->ups);
    put_bits(&o, "string", w->strings_there, w->strings);
}
