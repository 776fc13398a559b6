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

static void raise_to(uint32_t *n, uint32_t seen)
{
    if (seen > *n)
        *n = seen;
}

static void see_event(struct store_floor *f, const struct event *e)
{
    raise_to(&f->sequence, e->sequence);
    raise_to(&f->alarm_id, e->alarm.id);
}

/* alarms.snap is published first, so it can be ahead of site.snap. */
static void see_alarms(struct store_floor *f, const struct snapshot *s)
{
    struct event e;
    struct alarm a;

    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_event(s, i, &e);
        see_event(f, &e);
    }
    for (uint32_t i = 0; i < s->section[0].count; i++) {
        snapshot_get_alarm(s, i, &a);
        raise_to(&f->alarm_id, a.id);
    }
}

struct store_floor own_floor(const struct own *o, const struct view *v)
{
    struct store_floor f = o->numbers;

    if (v->site != NULL) {
        raise_to(&f.sequence, v->site->about.sequence);
        raise_to(&f.alarm_id, v->site->about.alarm_id);
    }
    if (v->alarms != NULL)
        see_alarms(&f, &v->alarms->snap);
    if (v->slots > 0)
        raise_to(&f.device, v->slot[v->slots - 1].index);
    for (size_t i = 0; i < o->events; i++)
        see_event(&f, &o->event[i]);
    return f;
}

/* The store gave none: above everything that was seen. */
static void number(const struct own *o, const struct view *v, struct event *e)
{
    struct store_floor seen = own_floor(o, v);

    if (e->sequence == 0)
        e->sequence = seen.sequence + 1;
    if (e->alarm.id == 0)
        e->alarm.id = seen.alarm_id + 1;
}

/* As it was when the agent ended. A store that opens late, when something happened already without
 * it, is too late. */
static void recall(struct own *o, const struct keeper_news *news, int64_t now)
{
    int64_t ago;

    o->recalled = true;
    o->version++;
    o->numbers = news->numbers;
    if (o->events > 0 || o->pending)
        return;
    o->active = news->own_standing;
    o->alarm = news->own;
    for (size_t i = 0; i < news->own_events; i++)
        remember(o, &news->own_event[i], now);
    if (o->events == 0)
        return;
    ago = view_wall_ms() - o->event[o->events - 1].wall_ms;
    o->changed_ms = ago < 0 ? now : ago < now ? now - ago : 0;
}

static void take_ack(struct own *o, const struct event *e, int64_t now)
{
    o->alarm = e->alarm;
    remember(o, e, now);
    o->version++;
}

void own_take(struct own *o, const struct view *v, const struct keeper_news *news, int64_t now)
{
    struct event e = news->event;

    if (news->open && !o->recalled)
        recall(o, news, now);
    o->ready |= news->open || news->failing;
    if (news->acknowledged && o->active && o->alarm.id == news->ack.alarm.id)
        take_ack(o, &news->ack, now);
    if (!news->appended)
        return;
    o->pending = false;
    number(o, v, &e);
    o->active = e.what == EVENT_RAISED;
    o->alarm = e.alarm;
    remember(o, &e, now);
    o->version++;
    log_say(o->active ? LOG_LEVEL_ERROR : LOG_LEVEL_NOTICE, "%s", e.alarm.text);
}

static void begin(struct own *o, const struct view *v, struct keeper *k, enum event_what what,
                  const char *text)
{
    struct store_floor floor = own_floor(o, v);
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
    keeper_append(k, &e, &floor);
}

/* One that the store did not take can be nobody's request. */
static void watch(struct own *o, struct keeper *k)
{
    uint32_t id = o->active ? o->alarm.id : 0;

    if (id != o->watched)
        keeper_watch(k, id != 0 ? &o->alarm : NULL);
    o->watched = id;
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
    watch(o, k);
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
    begin(o, v, k, down ? EVENT_RAISED : EVENT_CLEARED, text);
}
