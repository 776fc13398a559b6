/*
 * thread - what every thread of the plugin does first.
 */
#ifndef BTMS_THREAD_H
#define BTMS_THREAD_H

#include <time.h>

/* Names the calling thread (at most 15 characters are kept) and blocks all signals in it: they are
 * collectd's main thread's, which sleeps through one that another thread has taken. */
void thread_begin(const char *name);

/* `ms` from now by CLOCK_MONOTONIC, for a wait with a time-out. */
struct timespec thread_deadline(int ms);

#endif
