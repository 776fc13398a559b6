/* See event.h. */
#include "core/event.h"

#include <string.h>

const char *event_name(int what)
{
    static const char *const names[] = {"?",       "raised",   "cleared", "changed", "acknowledged",
                                        "shelved", "unshelved"};

    return what >= EVENT_RAISED && what <= EVENT_UNSHELVED ? names[what] : names[0];
}

void alarm_take_finding(struct alarm *to, const struct alarm *from)
{
    to->severity = from->severity;
    to->has_value = from->has_value;
    to->value = from->value;
    to->decimals = from->decimals;
    to->has_limit = from->has_limit;
    to->limit = from->limit;
    to->sources = from->sources;
    to->stale = from->stale;
    to->ups = from->ups;
    memcpy(to->unit, from->unit, sizeof(to->unit));
    memcpy(to->object, from->object, sizeof(to->object));
    memcpy(to->text, from->text, sizeof(to->text));
}

bool event_is_told(const struct event *e)
{
    const struct alarm *a = &e->alarm;

    return !a->muted &&
           (e->what != EVENT_CHANGED || a->shelved_until_ms == 0 || alarm_is_safety(a->kind));
}
