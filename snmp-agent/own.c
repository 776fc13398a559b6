/* See own.h. */
#include "own.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_MS = 60000, INTERVALS = 3 };

void own_init(struct own *o, int64_t now)
{
    *o = (struct own){.started_ms = now};
}

static void remember(struct own *o, const struct event *e, int64_t now)
{
    if (o->events == OWN_EVENTS)
        memmove(o->event, o->event + 1, --o->events * sizeof(*e));
    o->event[o->events++] = *e;
    o->changed_ms = now;
}

/* Above everything that anybody can have seen. */
static void number(struct own *o, const struct view *v, struct event *e)
{
    const struct view_site *site = v->now->site;
    uint32_t sequence = site != NULL ? site->about.sequence : 0;
    uint32_t id = site != NULL ? site->about.alarm_id : 0;

    if (o->events > 0 && o->event[o->events - 1].sequence > sequence)
        sequence = o->event[o->events - 1].sequence;
    if (o->events > 0 && o->event[o->events - 1].alarm.id > id)
        id = o->event[o->events - 1].alarm.id;
    if (e->sequence == 0)
        e->sequence = sequence + 1;
    if (e->alarm.id == 0)
        e->alarm.id = id + 1;
}

void own_take(struct own *o, const struct view *v, const struct keeper_news *news, int64_t now)
{
    struct event e = news->event;

    if (!o->ready && (news->open || news->failing)) {
        o->ready = true;
        o->numbers = news->numbers;
        o->active = news->own_standing;
        o->alarm = news->own;
    }
    if (!news->appended)
        return;
    o->pending = false;
    number(o, v, &e);
    o->active = e.what == EVENT_RAISED;
    o->alarm = e.alarm;
    remember(o, &e, now);
    log_say(o->active ? LOG_LEVEL_ERROR : LOG_LEVEL_NOTICE, "%s", e.alarm.text);
}

static void begin(struct own *o, struct keeper *k, enum event_what what, const char *text)
{
    struct event e = {.what = (uint8_t)what, .wall_ms = view_wall_ms()};
    const struct alarm_kind *kind = &alarm_kinds[alarm_row(ALARM_COLLECTOR_DOWN)];

    if (what == EVENT_RAISED) {
        e.alarm = (struct alarm){.kind = kind->number,
                                 .severity = (uint8_t)kind->severity,
                                 .level = ALARM_OF_SITE,
                                 .raised_ms = e.wall_ms};
        snprintf(e.alarm.object, sizeof(e.alarm.object), "site");
    } else {
        e.alarm = o->alarm;
    }
    snprintf(e.alarm.text, sizeof(e.alarm.text), "%s", text);
    o->pending = true;
    keeper_append(k, &e);
}

void own_look(struct own *o, const struct view *v, struct keeper *k, int64_t now)
{
    int64_t age = view_collector_age_ms(v->now, now);
    const struct view_site *site = v->now->site;
    int64_t limit = site != NULL ? INTERVALS * (int64_t)site->about.interval_ms : 0;
    bool down;
    char text[EVENT_TEXT_SIZE];

    if (!o->ready || o->pending)
        return;
    if (age < 0) /* nothing of this boot was ever seen */
        age = now - o->started_ms;
    limit = limit > LEAST_MS ? limit : LEAST_MS;
    down = age > limit;
    if (down == o->active)
        return;
    if (down)
        snprintf(text, sizeof(text),
                 "collector down: no new data from collectd for %d s; what is shown is old",
                 (int)(age / 1000));
    else
        snprintf(text, sizeof(text), "over: collector down (new data from collectd)");
    begin(o, k, down ? EVENT_RAISED : EVENT_CLEARED, text);
}
