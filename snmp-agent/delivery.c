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

enum {
    VARBINDS_MAX = 24,
    TEXTS = 1024,
    OLD_MS = 60000,
    PAUSE_MS = 1000, /* the first; each further one is twice as long */
    PAUSE_MAX_MS = 60000,
    FETCH_TRIES = 5, /* then what is published is told without what only the store has */
};

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
    mib_integer(add(p, "btmsAlarmLimit", a->id), a->has_limit ? a->limit : 0);
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
    mib_gauge(add(p, "btmsAlarmCauseId", a->id), a->cause_id);
    mib_gauge(add(p, "btmsAlarmSuppressedCount", a->id), a->suppressed);
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
    int err;

    p.n = p.used = 0;
    p.mib = d->mib;
    draft(&p, e, replayed);
    err = agentx_notify(d->agentx, p.vb, p.n, e->sequence);
    d->under_way += err == 0;
    return err;
}

/* ---- which one is next ------------------------------------------------------------------- */

static bool from_backlog(struct delivery *d, struct event *ret)
{
    while (d->backlog_next < d->backlog_n && d->backlog[d->backlog_next].sequence <= d->sent)
        d->backlog_next++;
    if (d->backlog_next == d->backlog_n)
        return false;
    *ret = d->backlog[d->backlog_next];
    return true;
}

/* Has the store said that it has nothing between `sent` and the published event `next`? */
static bool nothing_between(const struct delivery *d, uint32_t next)
{
    return d->asked_after == d->sent + 1 && d->asked_before == next;
}

/* An alarm that happens now must not wait for ever for an old one that cannot be read. */
static bool give_up_asking(struct delivery *d, uint32_t next)
{
    if (d->failed_fetches < FETCH_TRIES)
        return false;
    if (d->given_up != d->sent + 1)
        log_say(LOG_LEVEL_ERROR,
                "what events %u to %u were cannot be read from the store: they are not told",
                d->sent + 1, next - 1);
    d->given_up = d->sent + 1;
    return true;
}

static void ask_store(struct delivery *d, uint32_t next)
{
    if (d->fetching || d->mib->now_ms < d->fetch_at)
        return;
    d->fetching = true;
    d->asked_after = d->sent + 1;
    d->asked_before = next;
    keeper_fetch(d->keeper, d->sent);
}

/* From the store's answer, or from what is published. Where that leaves a gap, or ends, the store
 * is asked first: after a reboot it may be the only one that knows. */
static bool next_event(struct delivery *d, struct event *ret)
{
    bool published;

    if (from_backlog(d, ret))
        return true;
    published = mib_event_from(d->mib, d->sent + 1, ret);
    if (published && (d->storeless || ret->sequence == d->sent + 1))
        return true;
    if (published && !d->fetching &&
        (nothing_between(d, ret->sequence) || give_up_asking(d, ret->sequence)))
        return true;
    if (published || d->ask)
        ask_store(d, published ? ret->sequence : 0);
    return false;
}

static bool is_told(const struct event *e)
{
    return !e->alarm.muted && (e->what == EVENT_RAISED || e->what == EVENT_CLEARED);
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
        if (d->one_by_one && d->under_way > 0)
            return;
        err = is_told(&e) ? send_event(d, &e) : 0;
        if (err == -EAGAIN)
            return;
        if (err != 0)
            log_say(LOG_LEVEL_ERROR, "event %u cannot be sent: %s", e.sequence, strerror(-err));
        note_sent(d, e.sequence);
    }
}

/* Back to what was acknowledged: what was fetched for a later place would skip what comes before
 * it. What is under way is sent again, in order, so its answers do not count. */
static void rewind_all(struct delivery *d)
{
    d->sent = d->acked;
    d->outrun = d->under_way;
    d->backlog_n = d->backlog_next = 0;
    d->asked_after = 0;
    d->ask = !d->storeless;
    d->outdated = d->fetching;
}

static int64_t longer(int64_t pause_ms)
{
    if (pause_ms == 0)
        return PAUSE_MS;
    return 2 * pause_ms < PAUSE_MAX_MS ? 2 * pause_ms : PAUSE_MAX_MS;
}

static void on_refusal(struct delivery *d, uint32_t sequence, int error)
{
    if (sequence != d->refused)
        log_say(LOG_LEVEL_WARNING, "the master refused notification %u: %s; sent again", sequence,
                agentx_code_name((unsigned)error));
    d->refused = sequence;
    d->one_by_one = true; /* else the master would get all behind it again and again */
    d->pause_ms = longer(d->pause_ms);
    d->pause_until = d->mib->now_ms + d->pause_ms;
}

static void on_acknowledgement(struct delivery *d, uint32_t sequence)
{
    d->acked = sequence;
    d->one_by_one = false;
    d->refused = 0;
    d->pause_ms = 0;
    keeper_set_cursor(d->keeper, sequence);
}

void delivery_notified(void *ctx, uint32_t sequence, int result)
{
    struct delivery *d = ctx;

    d->under_way--;
    if (d->outrun > 0) {
        d->outrun--;
        return;
    }
    if (result == AGENTX_NO_ERROR) {
        on_acknowledgement(d, sequence);
        return;
    }
    if (result != AGENTX_LOST)
        on_refusal(d, sequence, result);
    rewind_all(d);
}

int64_t delivery_deadline(const struct delivery *d)
{
    int64_t now = d->mib->now_ms;
    int64_t pause = d->pause_until > now ? d->pause_until : INT64_MAX;
    int64_t fetch = d->fetch_at > now ? d->fetch_at : INT64_MAX;

    return pause < fetch ? pause : fetch;
}

/* ---- what the keeper says ---------------------------------------------------------------- */

static void begin_at(struct delivery *d, uint32_t sequence)
{
    d->ready = true;
    d->acked = d->sent = d->highest = sequence;
}

static int64_t fetch_pause(unsigned failed)
{
    return failed < 6 ? (int64_t)PAUSE_MS << failed : PAUSE_MAX_MS;
}

static void take_answer(struct delivery *d, const struct keeper_news *news)
{
    bool good = !d->outdated && !news->fetch_failed;

    free(d->backlog);
    d->backlog = news->events;
    d->backlog_n = good ? news->n : 0;
    d->backlog_next = 0;
    d->fetching = d->outdated = false;
    if (news->fetch_failed) {
        d->asked_after = 0;
        d->fetch_at = d->mib->now_ms + fetch_pause(d->failed_fetches++);
    } else {
        d->failed_fetches = 0;
        d->fetch_at = 0;
    }
    if (good)
        d->ask = news->n == KEEPER_FETCH; /* there may be more */
}

void delivery_take(struct delivery *d, const struct keeper_news *news)
{
    if (news->open && !d->ready) {
        begin_at(d, news->cursor);
        d->ask = true;
    }
    d->storeless &= !news->open;
    if (news->fetched)
        take_answer(d, news);
}

void delivery_without_store(struct delivery *d)
{
    struct event e;
    uint32_t newest = 0;

    while (mib_event_from(d->mib, newest + 1, &e))
        newest = e.sequence;
    begin_at(d, newest);
    d->storeless = true;
}
