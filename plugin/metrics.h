/*
 * metrics - the model as collectd values. Pure: everything goes to one `emit` function.
 *
 * To add a metric: a row in metrics.c. Names are the public interface; collectd-btms.5 lists them.
 * Values are in SI units; only usable ones (validity_usable()) are emitted.
 */
#ifndef BTMS_METRICS_H
#define BTMS_METRICS_H

#include "config.h"
#include "core/model.h"
#include "totals.h"
#include "work.h"

/* One value on its way out. Strings are valid during the call and never empty. */
struct metric {
    const char *host;     /* the gateway */
    const char *object;   /* "gateway", "ups01", "string03", "site" */
    const char *type;     /* of collectd's types.db, or "resistance" */
    const char *instance; /* which quantity or cell */
    bool is_counter;      /* then `counter` holds, else `value` */
    double value;
    uint64_t counter;
    int64_t interval_ms; /* until the next one may be expected */
};

typedef void metrics_emit(void *ctx, const struct metric *m);

/* What was sent of the slow quantities (resistance, SOH): they go out on change and hourly. */
struct metrics_memory {
    int64_t sent_ms[STRING_MAX]; /* all of them, last time; 0 = never */
    int32_t sent[STRING_MAX][CELL_MAX][2];
};

/* UPS and strings read since `since`. */
void metrics_turn(const struct gateway *g, int64_t since, int64_t interval_ms, metrics_emit *emit,
                  void *ctx);

/* The cells of string `s` (from 0) that were read in the sweep that ended; and their summary, if
 * none was left out. */
void metrics_cells(const struct gateway *g, int s, enum cell_metrics how, int64_t now,
                   int64_t interval_ms, struct metrics_memory *memory, metrics_emit *emit,
                   void *ctx);

/* The gateway's health, and how old the data of each UPS and string is. */
void metrics_health(const struct gateway *g, int64_t now, int64_t interval_ms, metrics_emit *emit,
                    void *ctx);

/* Which of the gateway, its UPS and strings are under maintenance. */
void metrics_work(const char *gateway, const struct work *w, int64_t interval_ms,
                  metrics_emit *emit, void *ctx);

/* Of the site, or of the gateways of an aggregator: `object` is "site" or "aggregator". */
void metrics_totals(const char *host, const char *object, const struct totals *t,
                    int64_t interval_ms, metrics_emit *emit, void *ctx);

#endif
