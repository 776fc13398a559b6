/* See own.h. */
#include "own.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>

enum { LEAST_MS = 60000, INTERVALS = 3, RETRY_MS = 5000 };
/* An alarm without a store gets an id that the collector, which has none either, does not reach. */
enum { ID_HEADROOM = 10000 };

void own_init(struct own *o, int64_t now)
{
    *o = (struct own){.started_ms = now};
}

static void forget_oldest(struct own *o)
{
    if (!o->event[0].stored)
        log_say(LOG_LEVEL_ERROR, "the store fails for too long: of the log is lost: %s",
                o->event[0].alarm.text);
    memmove(o->event, o->event + 1, (OWN_EVENTS - 1) * sizeof(o->event[0]));
    memmove(o->serial, o->serial + 1, (OWN_EVENTS - 1) * sizeof(o->serial[0]));
    o->events--;
}

static void remember(struct own *o, const struct event *e, int64_t now)
{
    if (o->events == OWN_EVENTS)
        forget_oldest(o);
    o->serial[o->events] = e->stored ? 0 : ++o->serials;
    o->event[o->events++] = *e;
    o->changed_ms = now;
}

/* SIZE_MAX: it has none of this serial. */
static size_t find_serial(const struct own *o, uint32_t serial)
{
    for (size_t i = 0; i < o->events; i++)
        if (o->serial[i] == serial)
            return i;
    return SIZE_MAX;
}

const struct event *own_aside(const struct own *o, uint32_t after, uint32_t *ret_serial)
{
    for (size_t i = 0; i < o->events; i++) {
        *ret_serial = o->serial[i];
        if (!o->event[i].stored && o->serial[i] > after)
            return &o->event[i];
    }
    return NULL;
}

uint32_t own_serial(const struct own *o, uint32_t sequence)
{
    for (size_t i = 0; i < o->events; i++)
        if (o->event[i].stored && o->event[i].sequence == sequence)
            return o->serial[i];
    return 0;
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
        if (o->event[i].stored)
            see_event(&f, &o->event[i]);
    return f;
}

/* The store gave none: above everything that was seen. */
static void number(const struct own *o, const struct view *v, struct event *e)
{
    struct store_floor seen = own_floor(o, v);

    if (e->alarm.id == 0)
        seen.alarm_id += ID_HEADROOM;
    for (size_t i = 0; i < o->events; i++)
        see_event(&seen, &o->event[i]);
    if (e->sequence == 0)
        e->sequence = seen.sequence + 1;
    if (e->alarm.id == 0)
        e->alarm.id = seen.alarm_id + 1;
}

/* What stood in a store that opens late, when something happened already without it. */
static void recall_late(struct own *o, const struct keeper_news *news)
{
    if (!news->own_standing)
        return;
    if (o->active)
        o->left = news->own;
    else
        o->alarm = news->own;
    o->active = true;
}

/* As it was when the agent ended. */
static void recall(struct own *o, const struct keeper_news *news, int64_t now)
{
    int64_t ago;

    o->recalled = true;
    o->version++;
    o->numbers = news->numbers;
    if (o->events > 0 || o->pending) {
        recall_late(o, news);
        return;
    }
    o->active = news->own_standing;
    o->alarm = news->own;
    for (size_t i = 0; i < news->own_events; i++)
        remember(o, &news->own_event[i], now);
    if (o->events == 0)
        return;
    ago = view_wall_ms() - o->event[o->events - 1].wall_ms;
    o->changed_ms = ago < 0 ? now : ago < now ? now - ago : 0;
}

/* A new event has its numbers, or none can be given. */
static void happen(struct own *o, const struct view *v, const struct event *given, int64_t now)
{
    struct event e = *given;

    number(o, v, &e);
    if (!e.stored)
        o->retry_ms = now + RETRY_MS;
    if (e.what == EVENT_CLEARED && e.alarm.id == o->left.id) {
        o->left.id = 0;
    } else {
        if (e.what == EVENT_RAISED && o->active) /* the store told of one just now */
            o->left = o->alarm;
        o->active = e.what == EVENT_RAISED;
        o->alarm = e.alarm;
    }
    remember(o, &e, now);
    o->version++;
    log_say(e.what == EVENT_RAISED ? LOG_LEVEL_ERROR : LOG_LEVEL_NOTICE, "%s", e.alarm.text);
}

/* What could not be stored before is stored now, under the sequence that the store gave; or not. */
static void store_at_last(struct own *o, const struct event *e, int64_t now)
{
    size_t i = find_serial(o, o->storing);

    o->storing = 0;
    o->retry_ms = e->stored ? now : now + RETRY_MS;
    if (i == SIZE_MAX || !e->stored)
        return;
    o->event[i] = *e;
    o->changed_ms = now;
    o->version++;
}

static void take_ack(struct own *o, const struct event *e, int64_t now)
{
    o->alarm = e->alarm;
    remember(o, e, now);
    o->version++;
}

void own_take(struct own *o, const struct view *v, const struct keeper_news *news, int64_t now)
{
    if (news->open && !o->recalled)
        recall(o, news, now);
    o->ready |= news->open || news->failing;
    if (news->acknowledged && o->active && o->alarm.id == news->ack.alarm.id)
        take_ack(o, &news->ack, now);
    if (!news->appended)
        return;
    o->pending = false;
    if (o->storing != 0)
        store_at_last(o, &news->event, now);
    else
        happen(o, v, &news->event, now);
}

/* In their order: where an earlier one is not stored, this one waits behind it. */
static void begin(struct own *o, const struct view *v, struct keeper *k, const struct event *e,
                  int64_t now)
{
    struct store_floor floor = own_floor(o, v);
    uint32_t serial;

    if (own_aside(o, 0, &serial) != NULL) {
        happen(o, v, e, now);
        return;
    }
    o->pending = true;
    keeper_append(k, e, &floor);
}

static struct event raised(const char *text)
{
    const struct alarm_kind *kind = &alarm_kinds[alarm_row(ALARM_COLLECTOR_DOWN)];
    struct event e = {.what = EVENT_RAISED, .wall_ms = view_wall_ms()};

    e.alarm = (struct alarm){.kind = kind->number,
                             .severity = (uint8_t)kind->severity,
                             .level = ALARM_OF_SITE,
                             .raised_ms = e.wall_ms};
    snprintf(e.alarm.object, sizeof(e.alarm.object), "site");
    snprintf(e.alarm.text, sizeof(e.alarm.text), "%s", text);
    return e;
}

static struct event cleared(const struct alarm *a, const char *text)
{
    struct event e = {.what = EVENT_CLEARED, .wall_ms = view_wall_ms(), .alarm = *a};

    snprintf(e.alarm.text, sizeof(e.alarm.text), "%s", text);
    return e;
}

/* True: there is one to be stored first. */
static bool store_the_first(struct own *o, const struct view *v, struct keeper *k, int64_t now)
{
    struct store_floor floor;
    uint32_t serial;
    const struct event *first = own_aside(o, 0, &serial);
    struct event e;

    if (first == NULL || now < o->retry_ms)
        return false;
    floor = own_floor(o, v); /* looks through all events: not in every turn */
    e = *first;
    e.sequence = 0;
    o->pending = true;
    o->storing = serial;
    keeper_append(k, &e, &floor);
    return true;
}

/* One that the store did not take can be nobody's request. */
static void watch(struct own *o, struct keeper *k)
{
    uint32_t id = o->active ? o->alarm.id : 0;

    if (id != o->watched)
        keeper_watch(k, id != 0 ? &o->alarm : NULL);
    o->watched = id;
}

static bool is_down(const struct own *o, const struct view *v, int64_t now, int64_t *ret_age)
{
    int64_t age = view_collector_age_ms(v->now, now);
    const struct view_site *site = v->now->site;
    int64_t limit = site != NULL ? INTERVALS * (int64_t)site->about.interval_ms : 0;

    if (age < 0) /* nothing of this boot was ever seen */
        age = now - o->started_ms;
    *ret_age = age;
    return age > (limit > LEAST_MS ? limit : LEAST_MS);
}

void own_look(struct own *o, const struct view *v, struct keeper *k, int64_t now)
{
    int64_t age;
    bool down = is_down(o, v, now, &age);
    char text[EVENT_TEXT_SIZE];
    struct event e;

    if (!o->ready || o->pending)
        return;
    watch(o, k);
    if (store_the_first(o, v, k, now))
        return;
    if (o->left.id != 0) {
        e = cleared(&o->left, "over: collector down (it is told as another alarm)");
    } else if (down == o->active) {
        return;
    } else if (down) {
        snprintf(text, sizeof(text),
                 "collector down: no new data from collectd for %d s; what is shown is old",
                 (int)(age / 1000));
        e = raised(text);
    } else {
        e = cleared(&o->alarm, "over: collector down (new data from collectd)");
    }
    begin(o, v, k, &e, now);
}
