/* See walltime.h. */
#include "walltime.h"

enum walltime_news walltime_note(struct walltime *w, int64_t wall_ms, int64_t tolerance_ms)
{
    if (w->behind && wall_ms <= w->last_ms)
        return WALLTIME_SAME;
    if (!w->behind && wall_ms < w->last_ms - tolerance_ms) {
        w->behind = true;
        return WALLTIME_STEPPED_BACK;
    }
    if (wall_ms > w->last_ms)
        w->last_ms = wall_ms;
    if (!w->behind)
        return WALLTIME_SAME;
    w->behind = false;
    return WALLTIME_CAUGHT_UP;
}

uint64_t walltime_stamp(uint64_t before, uint64_t now)
{
    return now > before ? now : before + 1;
}
