/* See event.h. */
#include "core/event.h"

const char *event_name(int what)
{
    static const char *const names[] = {"?",       "raised",   "cleared", "changed", "acknowledged",
                                        "shelved", "unshelved"};

    return what >= EVENT_RAISED && what <= EVENT_UNSHELVED ? names[what] : names[0];
}

bool event_is_told(const struct event *e)
{
    const struct alarm *a = &e->alarm;

    return !a->muted &&
           (e->what != EVENT_CHANGED || a->shelved_until_ms == 0 || alarm_is_safety(a->kind));
}
