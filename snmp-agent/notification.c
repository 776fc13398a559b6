/* See notification.h. */
#include "notification.h"

#include "mib_alarm.h"
#include "mib_status.h"

#include <stdio.h>
#include <string.h>

enum { OLD_MS = 300000 };

static struct agentx_value *add_name(struct notification *p, const struct oid *name)
{
    oid_copy(&p->vb[p->n].name, name);
    return &p->vb[p->n++].value;
}

static struct agentx_value *add(struct notification *p, const char *object, uint32_t instance)
{
    struct oid name;

    mib_name(p->mib, object, &instance, &name);
    return add_name(p, &name);
}

/* btmsNotifyObjects are in no table: nobody can read them. */
static struct agentx_value *add_notify(struct notification *p, uint32_t number)
{
    const uint32_t path[] = {9, number, 0};
    struct oid name;

    oid_copy(&name, &p->mib->objects);
    oid_append_list(&name, path, 3);
    return add_name(p, &name);
}

/* Moves octets out of the mib's scratch buffer, where the next value would overwrite them. */
static void keep(struct notification *p, struct agentx_value *v)
{
    if (v->kind != AGENTX_OCTET_STRING)
        return;
    if (v->octets.size > NOTIFICATION_TEXTS - p->used)
        v->octets.size = NOTIFICATION_TEXTS - p->used;
    memcpy(p->text + p->used, v->octets.data, v->octets.size);
    v->octets.data = p->text + p->used;
    p->used += v->octets.size;
}

static void add_text(struct notification *p, struct agentx_value *v, const char *text)
{
    mib_text(p->mib, v, "%s", text);
    keep(p, v);
}

static void begin(struct notification *p, struct mib *m, enum notification_type type)
{
    const uint32_t path[] = {2, 1, 0, type};
    struct agentx_value *v;

    p->n = p->used = 0;
    p->mib = m;
    mib_timestamp(m, add_name(p, &OID(1, 3, 6, 1, 2, 1, 1, 3, 0)), m->now_ms);
    v = add_name(p, &OID(1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0));
    v->kind = AGENTX_OBJECT_IDENTIFIER;
    oid_copy(&v->oid, &m->root);
    oid_append_list(&v->oid, path, 4);
}

/* Positions 2 to 12 of all notifications of alarms. */
static void add_alarm(struct notification *p, const struct alarm *a)
{
    add_text(p, add_notify(p, 2), a->object);
    mib_integer(add(p, "btmsAlarmSeverity", a->id), mib_severity(a->severity));
    mib_integer(add(p, "btmsAlarmKindCode", a->id), a->kind);
    add_text(p, add(p, "btmsAlarmText", a->id), a->text);
    mib_gauge(add(p, "btmsAlarmGateway", a->id), mib_alarm_gateway(p->mib, a));
    mib_gauge(add(p, "btmsAlarmUps", a->id), a->ups);
    mib_gauge(add(p, "btmsAlarmString", a->id), a->string);
    mib_gauge(add(p, "btmsAlarmCell", a->id), mib_alarm_cell(a));
    mib_integer(add(p, "btmsAlarmValue", a->id), a->has_value ? a->value : 0);
    mib_integer(add(p, "btmsAlarmLimit", a->id), a->has_limit ? a->limit : 0);
    add_text(p, add(p, "btmsAlarmValueUnits", a->id), mib_alarm_units(a));
}

static void add_date(struct notification *p, struct agentx_value *v, int64_t wall_ms)
{
    if (!mib_date(p->mib, v, wall_ms > 0 ? wall_ms : 1000))
        mib_text(p->mib, v, "%s", "");
    keep(p, v);
}

/* A scalar as a manager would read it; where it has no instance `otherwise`, since a notification
 * cannot leave it out. */
static void add_scalar(struct notification *p, const char *object,
                       const struct agentx_value *otherwise)
{
    struct agentx_value *v = add(p, object, 0);

    mib_get(p->mib, &p->vb[p->n - 1].name, v);
    if (v->kind != otherwise->kind)
        *v = *otherwise;
    keep(p, v);
}

static const struct agentx_value no_store = {AGENTX_OCTET_STRING,
                                             {.octets = {"\0\0\0\0\0\0\0", 8}}};

static void add_store_id(struct notification *p)
{
    add_scalar(p, "btmsStoreId", &no_store);
}

void notification_of_no_store(struct notification *p)
{
    const uint32_t instance = 0;
    struct oid name;

    mib_name(p->mib, "btmsStoreId", &instance, &name);
    for (size_t i = 0; i < p->n; i++)
        if (oid_equal(&p->vb[i].name, &name))
            p->vb[i].value = no_store;
}

bool notification_still_active(struct mib *m, uint32_t id)
{
    struct agentx_value v;
    struct oid name;

    mib_name(m, "btmsAlarmSeverity", &id, &name);
    mib_get(m, &name, &v);
    return v.kind == AGENTX_INTEGER32;
}

bool notification_is_old(const struct event *e)
{
    return view_wall_ms() - e->wall_ms > OLD_MS;
}

/* What its end adds to what all of them have. */
static void add_end(struct notification *p, const struct event *e)
{
    int64_t lasted = e->wall_ms - e->alarm.raised_ms;

    add_date(p, add_notify(p, 3), e->wall_ms);
    mib_gauge(add_notify(p, 4), lasted > 0 ? lasted / 1000 : 0);
}

static void add_acknowledgement(struct notification *p, const struct alarm *a)
{
    mib_truth(add(p, "btmsAlarmAcknowledged", a->id), a->acked_ms != 0);
    add_text(p, add(p, "btmsAlarmAckBy", a->id), a->acked_ms != 0 ? a->acked_by : "");
}

static enum notification_type type_of(const struct event *e)
{
    return e->what == EVENT_RAISED    ? NOTIFICATION_RAISED
           : e->what == EVENT_CLEARED ? NOTIFICATION_CLEARED
                                      : NOTIFICATION_CHANGED;
}

void notification_of_event(struct notification *p, struct mib *m, const struct event *e,
                           uint32_t number)
{
    enum notification_type type = type_of(e);
    const struct alarm *a = &e->alarm;

    begin(p, m, type);
    mib_gauge(add_notify(p, 1), number);
    add_alarm(p, a);
    add_date(p, add(p, "btmsAlarmRaisedAt", a->id), a->raised_ms);
    mib_gauge(add(p, "btmsAlarmCauseId", a->id), a->cause_id);
    mib_gauge(add(p, "btmsAlarmSuppressedCount", a->id), a->suppressed);
    if (type == NOTIFICATION_CLEARED)
        add_end(p, e);
    if (type == NOTIFICATION_CHANGED)
        add_acknowledgement(p, a);
    mib_gauge(add_notify(p, 5), e->sequence);
    mib_truth(add_notify(p, 6), notification_is_old(e));
    mib_truth(add_notify(p, 7),
              type != NOTIFICATION_CLEARED && notification_still_active(m, a->id));
    add_store_id(p);
    mib_integer(add(p, "btmsAlarmSource", a->id), mib_alarm_source(a));
    if (type != NOTIFICATION_CHANGED)
        return;
    mib_integer(add(p, "btmsAlarmLogEvent", e->sequence), e->what);
    mib_truth(add(p, "btmsAlarmShelved", a->id), a->shelved_until_ms != 0);
}

void notification_heartbeat(struct notification *p, struct mib *m)
{
    static const struct agentx_value zero = {AGENTX_GAUGE32, {0}}, never = {AGENTX_TIME_TICKS, {0}},
                                     normal = {AGENTX_INTEGER32, {.integer = 1}};

    begin(p, m, NOTIFICATION_HEARTBEAT);
    add_scalar(p, "btmsLogSequence", &zero);
    add_scalar(p, "btmsAlarmActiveCount", &zero);
    add_scalar(p, "btmsAlarmWorstSeverity", &normal);
    add_scalar(p, "btmsAlarmLastChange", &never);
    add_store_id(p);
    add_scalar(p, "btmsTableLastChange", &never);
}

struct event notification_lost(uint32_t from, uint32_t to)
{
    const struct alarm_kind *kind = &alarm_kinds[alarm_row(ALARM_EVENTS_DROPPED)];
    struct event e = {
        .sequence = to,
        .what = EVENT_RAISED,
        .wall_ms = view_wall_ms(),
        .alarm = {.kind = kind->number,
                  .severity = (uint8_t)kind->severity,
                  .level = ALARM_OF_SITE,
                  .object = "site"}
    };

    e.alarm.raised_ms = e.wall_ms;
    snprintf(e.alarm.text, sizeof(e.alarm.text),
             "site: events dropped: %u to %u of the log are gone, and were not told to this "
             "receiver",
             from, to);
    return e;
}
