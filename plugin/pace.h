/*
 * pace - when each of many devices may read all its cells at once, which it wants when it is new or
 * back. Pure, but for being used by all their threads.
 *
 * A gateway that comes alone begins at once. Of a hundred that come together, at the start or after
 * an outage of the network, each begins a little after the one before: all their values at once are
 * more than collectd's queue takes.
 */
#ifndef BTMS_PACE_H
#define BTMS_PACE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct pace {
    int64_t gap_ms;   /* between one device and the next */
    int64_t round_ms; /* the longest that one waits, however often others come and go */
    _Atomic int64_t next_ms;
};

/* For so many devices: all of them begin within one interval. */
void pace_init(struct pace *p, size_t devices, int64_t interval_ms);

/* When a device may begin that wants to at `now`. */
int64_t pace_take(struct pace *p, int64_t now);

/* A fraction of 2^32 for device `i`, 0 for the first: the times within an interval at which devices do
 * the same lie evenly, however many there are. */
uint32_t pace_place(size_t i);

#endif
