/*
 * walltime - what to do when somebody steps the clock back.
 *
 * collectd refuses a value that is not newer than the last one of its name. After a step back
 * every value would be refused, one log line each. So values are held until the clock has passed
 * where it was, and that is said once. Scheduling is not touched: it runs on CLOCK_BOOTTIME.
 */
#ifndef BTMS_WALLTIME_H
#define BTMS_WALLTIME_H

#include <stdbool.h>
#include <stdint.h>

struct walltime {
    int64_t last_ms; /* newest time used */
    bool behind;
};

enum walltime_news { WALLTIME_SAME, WALLTIME_STEPPED_BACK, WALLTIME_CAUGHT_UP };

/* Looks at the wall clock (ms since 1970). Steps of up to `tolerance_ms` do not count, as
 * walltime_stamp() makes up for them. Afterwards `behind` says whether values are to be held. */
enum walltime_news walltime_note(struct walltime *w, int64_t wall_ms, int64_t tolerance_ms);

/* The time to give to values, in any unit: `now`, or just behind the one given before. A string's
 * cells may be there again a few ms later, when a sweep that was held up ends beside the next. */
uint64_t walltime_stamp(uint64_t before, uint64_t now);

#endif
