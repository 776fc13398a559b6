/* timer.h: things to do later, ordered by time. Knows no clock: due times are passed in. */
#ifndef SIM_TIMER_H
#define SIM_TIMER_H

#include <stdint.h>

/* Lives inside its owner; all zero is a timer that is not set. */
struct timer {
    void (*fire)(struct timer *t);
    int64_t due;   /* ns */
    uint64_t turn; /* keeps timers of the same time in the order they were set */
    unsigned slot; /* position in the heap + 1, 0 = not set */
};

/* Sets or moves a timer. */
void timer_set(struct timer *t, int64_t due);

/* Cancels a timer; one that is not set may be passed. */
void timer_cancel(struct timer *t);

/* Fires everything due at NOW, in order. A timer is no longer set when its function is called. */
void timers_run(int64_t now);

/* When the next timer is due, INT64_MAX if none is set. */
int64_t timers_next(void);

#endif
