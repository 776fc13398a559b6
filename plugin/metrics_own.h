/*
 * metrics_own - what the files of metrics share: rows of values, and how one goes out.
 */
#ifndef BTMS_METRICS_OWN_H
#define BTMS_METRICS_OWN_H

#include "core/registers.h"
#include "metrics.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct row {
    uint8_t quantity;
    const char *type, *instance; /* of cells: "" or a prefix that ends in '-' */
    int8_t slow;                 /* column in metrics_memory.sent, -1 = not slow */
};

/* Where values go: one per call of a public function. */
struct out {
    metrics_emit *emit;
    void *ctx;
    struct metric m;
    char object[24];
};

static inline struct out open_named(const char *gateway, int64_t interval_ms, metrics_emit *emit,
                                    void *ctx)
{
    return (struct out){
        emit, ctx, {.host = gateway, .interval_ms = interval_ms},
          "gateway"
    };
}

static inline void put(struct out *o, const char *type, const char *instance, double value)
{
    o->m.object = o->object;
    o->m.type = type;
    o->m.instance = instance;
    o->m.is_counter = false;
    o->m.value = value;
    o->emit(o->ctx, &o->m);
}

static inline void put_counter(struct out *o, const char *type, const char *instance,
                               uint64_t value)
{
    o->m.object = o->object;
    o->m.type = type;
    o->m.instance = instance;
    o->m.is_counter = true;
    o->m.counter = value;
    o->emit(o->ctx, &o->m);
}

/* Division by a power of ten is exact to the last digit shown; multiplication by 0.1 is not. */
static inline double si(double value, uint8_t decimals)
{
    static const double divisor[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

    return value / divisor[decimals];
}

static inline void put_rows(struct out *o, const struct row *row, size_t rows,
                            const struct reg *reg, const int32_t *value, const uint8_t *validity)
{
    for (const struct row *r = row; r < row + rows; r++)
        if (validity_usable(validity[r->quantity]))
            put(o, r->type, r->instance, si(value[r->quantity], reg[r->quantity].decimals));
}

static inline void put_age(struct out *o, int64_t now, int64_t read_ms)
{
    if (read_ms > 0)
        put(o, "duration", "data_age", si((double)(now - read_ms), 3));
}

/* What was asked of a device, and what became of it. */
static inline void put_requests(struct out *o, const struct health *h)
{
    put_counter(o, "total_requests", "modbus", h->requests);
    put_counter(o, "errors", "timeout", h->timeouts);
    put_counter(o, "errors", "exception", h->exceptions);
    put_counter(o, "errors", "mismatch", h->mismatches);
    put_counter(o, "total_events", "reconnect", h->reconnects);
}

#endif
