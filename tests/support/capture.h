/*
 * capture - keeps the log lines of the product, from any thread.
 */
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

#include "core/log.h"

#include <stdbool.h>

/* Empties the store and sends the log there. Fit for cmocka's setup. */
int capture_start(void **state);
/* Back to stderr. Fit for cmocka's teardown. */
int capture_stop(void **state);

/* How many lines there are; how many contain `part`. */
int capture_lines(void);
int capture_count(const char *part);

/* How many lines of a level contain `part`. */
int capture_count_of(enum log_level level, const char *part);

/* Waits until `n` lines contain `part`; false when that takes absurdly long. */
bool capture_wait(const char *part, int n);

/* The last line; "" where there is none. Valid until the next line comes. */
const char *capture_last(void);

/* Everything to stderr, for a test that is about to fail. */
void capture_show(void);

#endif
