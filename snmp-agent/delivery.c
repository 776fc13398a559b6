/*
 * See delivery.h. The varbinds and their order are those of btmsAlarmRaised and btmsAlarmCleared;
 * a column has the alarm's id as its instance, everything else 0.
 */
#include "delivery.h"

#include "core/log.h"
#include "mib_alarm.h"
#include "mib_status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VARBINDS_MAX = 24, TEXTS = 1024, PAUSE_MS = 1000, OLD_MS = 60000 };

void delivery_init(struct delivery *d, struct mib *m, struct keeper *k)
{
    *d = (struct delivery){.mib = m, .keeper = k};
}

void delivery_done(struct delivery *d)
{
    free(d->backlog);
}

/* ---- one notification -------------------------------------------------------------------- */

/* A PDU being put together: the octets of its values live in `text`. */
struct draft {
    struct mib *mib;
    struct agentx_varbind vb[VARBINDS_MAX];
    size_t n;
    char text[TEXTS];
    size_t used;
};

static void add_name(struct draft *p, const struct oid *name)
{
    oid_copy(&p->vb[p->n].name, name);
    p->n++;
}

static struct agentx_value *add(struct draft *p, const char *object, uint32_t instance)
{
    struct oid name;

    mib_name(p->mib, object, &instance, &name);
    add_name(p, &name);
    return &p->vb[p->n - 1].value;
}

/* btmsNotifyObjects are in no table: nobody can read them. */
static struct agentx_value *add_notify(struct draft *p, uint32_t number)
{
    const uint32_t path[] = {9, number, 0};
    struct oid name;

    oid_copy(&name, &p->mib->objects);
    oid_append_list(&name, path, 3);
    add_name(p, &name);
    return &p->vb[p->n - 1].value;
}

/* Moves octets out of the mib's scratch buffer, where the next value would overwrite them. */
static void keep(struct draft *p, struct agentx_value *v)
{
    if (v->kind != AGENTX_OCTET_STRING)
        return;
    if (v->octets.size > TEXTS - p->used)
        v->octets.size = TEXTS - p->used;
    memcpy(p->text + p->used, v->octets.data, v->octets.size);
    v->octets.data = p->text + p->used;
    p->used += v->octets.size;
}

static void add_text(struct draft *p, struct agentx_value *v, const char *text)
{
    mib_text(p->mib, v, "%s", text);
    keep(p, v);
}

static void add_trap_oid(struct draft *p, uint32_t notification)
{
    static const uint32_t snmp_trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
    const uint32_t path[] = {2, 1, 0, notification};
    struct agentx_value *v = &p->vb[p->n].value;

    p->vb[p->n].name.len = 0;
    oid_append_list(&p->vb[p->n].name, snmp_trap_oid, 11);
    p->n++;
    v->kind = AGENTX_OBJECT_IDENTIFIER;
    oid_copy(&v->oid, &p->mib->root);
    oid_append_list(&v->oid, path, 4);
}

/* Positions 2 to 15 of both notifications. */
static void add_alarm(struct draft *p, const struct alarm *a)
{
    add_text(p, add_notify(p, 2), a->object);
    mib_integer(add(p, "btmsAlarmSeverity", a->id), mib_severity(a->severity));
    mib_integer(add(p, "btmsAlarmKindCode", a->id), a->kind);
    add_text(p, add(p, "btmsAlarmText", a->id), a->text);
    mib_gauge(add(p, "btmsAlarmGateway", a->id), a->gateway);
    mib_gauge(add(p, "btmsAlarmUps", a->id), a->ups);
    mib_gauge(add(p, "btmsAlarmString", a->id), a->string);
    mib_gauge(add(p, "btmsAlarmCell", a->id), a->cell);
    mib_integer(add(p, "btmsAlarmValue", a->id), a->has_value ? a->value : 0);
    mib_integer(add(p, "btmsAlarmLimit", a->id), 0);
    add_text(p, add(p, "btmsAlarmValueUnits", a->id), mib_alarm_units(a));
}

static void add_date(struct draft *p, struct agentx_value *v, int64_t wall_ms)
{
    if (!mib_date(p->mib, v, wall_ms > 0 ? wall_ms : 1000))
        mib_text(p->mib, v, "%s", "");
    keep(p, v);
}

static bool still_active(struct mib *m, uint32_t id)
{
    struct agentx_value v;
    struct oid name;

    mib_name(m, "btmsAlarmSeverity", &id, &name);
    mib_get(m, &name, &v);
    return v.kind == AGENTX_INTEGER32;
}

static void add_store_id(struct draft *p)
{
    struct agentx_value *v = add(p, "btmsStoreId", 0);

    mib_get(p->mib, &p->vb[p->n - 1].name, v);
    if (v->kind != AGENTX_OCTET_STRING)
        mib_octets(p->mib, v, "\0\0\0\0\0\0\0", 8);
    keep(p, v);
}

static void draft(struct draft *p, const struct event *e, bool replayed)
{
    const struct alarm *a = &e->alarm;
    bool cleared = e->what == EVENT_CLEARED;
    int64_t lasted = e->wall_ms > a->raised_ms ? (e->wall_ms - a->raised_ms) / 1000 : 0;

    add_trap_oid(p, cleared ? 2 : 1);
    mib_gauge(add_notify(p, 1), e->sequence);
    add_alarm(p, a);
    add_date(p, add(p, "btmsAlarmRaisedAt", a->id), a->raised_ms);
    mib_gauge(add(p, "btmsAlarmCauseId", a->id), 0);
    mib_gauge(add(p, "btmsAlarmSuppressedCount", a->id), 0);
    if (cleared) {
        add_date(p, add_notify(p, 3), e->wall_ms);
        mib_gauge(add_notify(p, 4), lasted);
    }
    mib_gauge(add_notify(p, 5), e->sequence);
    mib_truth(add_notify(p, 6), replayed);
    mib_truth(add_notify(p, 7), !cleared && still_active(p->mib, a->id));
    add_store_id(p);
    mib_integer(add(p, "btmsAlarmSource", a->id), mib_alarm_source(a));
}

static int send_event(struct delivery *d, const struct event *e)
{
    static struct draft p; /* 24 varbinds with their OIDs are too much for a stack frame */
    bool replayed = e->sequence <= d->highest || e->wall_ms < d->connected_ms ||
                    view_wall_ms() - e->wall_ms > OLD_MS;

    p.n = p.used = 0;
    p.mib = d->mib;
    draft(&p, e, replayed);
    return agentx_notify(d->agentx, p.vb, p.n, e->sequence);
}

/* ---- which one is next ------------------------------------------------------------------- */

/* From the store's answer, or from what is published; asks the store when neither can tell. */
static bool next_event(struct delivery *d, struct event *ret)
{
    while (d->backlog_next < d->backlog_n && d->backlog[d->backlog_next].sequence <= d->sent)
        d->backlog_next++;
    if (d->backlog_next < d->backlog_n) {
        *ret = d->backlog[d->backlog_next];
        return true;
    }
    if (d->fetching || !mib_event_from(d->mib, d->sent + 1, ret))
        return false;
    if (ret->sequence == d->sent + 1 || d->fetched_after == d->sent + 1)
        return true;
    d->fetching = true;
    d->fetched_after = d->sent + 1; /* asked once: what the store does not have, is not there */
    keeper_fetch(d->keeper, d->sent);
    return false;
}

static bool is_told(const struct event *e)
{
    return e->what == EVENT_RAISED || e->what == EVENT_CLEARED;
}

static void note_sent(struct delivery *d, uint32_t sequence)
{
    d->sent = sequence;
    d->highest = sequence > d->highest ? sequence : d->highest;
}

void delivery_connected(struct delivery *d, int64_t wall_ms)
{
    d->connected_ms = wall_ms;
}

void delivery_pump(struct delivery *d, int64_t now)
{
    struct event e;
    int err;

    if (!d->ready || d->hold || d->agentx == NULL || now < d->pause_until ||
        agentx_state(d->agentx) != AGENTX_RUNNING)
        return;
    while (next_event(d, &e)) {
        err = is_told(&e) ? send_event(d, &e) : 0;
        if (err == -EAGAIN)
            return;
        if (err != 0)
            log_say(LOG_LEVEL_ERROR, "event %u cannot be sent: %s", e.sequence, strerror(-err));
        note_sent(d, e.sequence);
    }
}

/* Back to `sequence`: what was fetched for a later place would skip what comes before it. */
static void rewind_to(struct delivery *d, uint32_t sequence)
{
    d->sent = sequence;
    d->backlog_n = d->backlog_next = 0;
    d->fetched_after = 0;
    d->outdated = d->fetching;
}

void delivery_notified(void *ctx, uint32_t sequence, int result)
{
    struct delivery *d = ctx;

    if (result == AGENTX_NO_ERROR && sequence > d->acked) {
        d->acked = sequence;
        keeper_set_cursor(d->keeper, sequence);
    }
    if (result == AGENTX_NO_ERROR)
        return;
    if (result != AGENTX_LOST) {
        log_say(LOG_LEVEL_WARNING, "the master refused notification %u: %s; sent again", sequence,
                agentx_code_name((unsigned)result));
        d->pause_until = d->mib->now_ms + PAUSE_MS;
    }
    if (sequence - 1 < d->sent)
        rewind_to(d, sequence - 1 > d->acked ? sequence - 1 : d->acked);
}

int64_t delivery_deadline(const struct delivery *d)
{
    return d->pause_until > d->mib->now_ms ? d->pause_until : INT64_MAX;
}

/* ---- what the keeper says ---------------------------------------------------------------- */

static void begin_at(struct delivery *d, uint32_t sequence)
{
    d->ready = true;
    d->acked = d->sent = d->highest = sequence;
}

void delivery_take(struct delivery *d, const struct keeper_news *news)
{
    if (news->open && !d->ready)
        begin_at(d, news->cursor);
    if (!news->fetched)
        return;
    d->fetching = false;
    free(d->backlog);
    d->backlog = news->events;
    d->backlog_n = d->outdated ? 0 : news->n;
    d->backlog_next = 0;
    d->outdated = false;
}

void delivery_without_store(struct delivery *d)
{
    struct event e;
    uint32_t newest = 0;

    while (mib_event_from(d->mib, newest + 1, &e))
        newest = e.sequence;
    begin_at(d, newest);
}
