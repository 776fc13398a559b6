/*
 * metrics_sink - keeps what metrics.h emits, as text and number.
 */
#ifndef TESTS_METRICS_SINK_H
#define TESTS_METRICS_SINK_H

#include "metrics.h"

/* Empties the store. */
void sink_clear(void);
/* The metrics_emit; checks that no part of the name is empty. `ctx` is not used. */
void sink_emit(void *ctx, const struct metric *m);

int sink_count(void);
/* How many values have a name ("object/type-instance") that contains `part`. */
int sink_like(const char *part);
/* The one value of that name; fails where there is none, or more than one. */
const struct metric *sink_get(const char *name);

#endif
