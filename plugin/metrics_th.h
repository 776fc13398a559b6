/*
 * metrics_th - the model of a TH controller as collectd values. Pure, as metrics.h.
 */
#ifndef BTMS_METRICS_TH_H
#define BTMS_METRICS_TH_H

#include "core/th.h"
#include "metrics.h"

/* Sensors read since `since`, and the controller's own statistics. */
void metrics_th_turn(const struct th_controller *th, int64_t since, int64_t interval_ms,
                     metrics_emit *emit, void *ctx);

/* The controller's health, and how old the data of each sensor are. */
void metrics_th_health(const struct th_controller *th, int64_t now, int64_t interval_ms,
                       metrics_emit *emit, void *ctx);

/* Is it under maintenance? */
void metrics_th_work(const char *name, const struct work *w, int64_t interval_ms,
                     metrics_emit *emit, void *ctx);

#endif
