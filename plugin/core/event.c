/* See event.h. */
#include "core/event.h"

bool event_is_told(const struct event *e)
{
    const struct alarm *a = &e->alarm;

    return !a->muted &&
           (e->what != EVENT_CHANGED || a->shelved_until_ms == 0 || alarm_is_safety(a->kind));
}
