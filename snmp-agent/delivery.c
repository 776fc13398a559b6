/* See delivery.h. */
#include "delivery.h"

#include "core/log.h"
#include "mib_alarm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAUSE_MS = 1000, /* the first; each further one is twice as long */
    PAUSE_MAX_MS = 60000,
    FETCH_TRIES = 5,  /* then what is published is told without what only the store has */
    DECIDE_MS = 2000, /* then it is sent although the store does not know yet */
    LATE_MS = 10000,  /* a heartbeat that was not sent by then is not sent */
    ASK_MS = 10000,   /* the store is asked for what alarms.snap cannot show */
    SHOW_MS = 5000,   /* the collector is not waited for any longer */
};

void delivery_init(struct delivery *d, struct mib *m, struct keeper *k, size_t who,
                   const struct outlet *outlet, void *ctx)
{
    *d = (struct delivery){
        .mib = m, .keeper = k, .who = who, .outlet = outlet, .ctx = ctx, .begun_ms = m->now_ms};
}

void delivery_done(struct delivery *d)
{
    free(d->backlog);
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
    d->ask_at = d->mib->now_ms + ASK_MS;
    keeper_fetch(d->keeper, d->who, d->sent);
}

/* Not only after a start: alarms.snap may have been impossible to write since. A store that cannot be
 * opened now has nothing to say, and that it fails is counted where there is something to be read. */
static bool time_to_ask(const struct delivery *d)
{
    return !d->storeless && !d->failing && d->mib->now_ms >= d->ask_at;
}

/* The store's answer; between two of its events may be one that could not be stored, and is only
 * published. */
static bool known_event(const struct delivery *d, bool published, struct event *ret)
{
    const struct event *stored =
        d->backlog_next < d->backlog_n ? &d->backlog[d->backlog_next] : NULL;

    if (stored == NULL)
        return false;
    if (!published || stored->sequence <= ret->sequence)
        *ret = *stored;
    return true;
}

/* Of the collector's; 0: there is none. */
static uint32_t newest_shown(const struct delivery *d)
{
    const struct view_alarms *v = d->mib->view->alarms;
    uint32_t n = v != NULL ? v->snap.section[1].count : 0;

    return n > 0 ? snapshot_key(&v->snap, 1, n - 1) : 0;
}

static bool is_shown(const struct delivery *d, uint32_t sequence)
{
    struct event own;

    return sequence <= newest_shown(d) ||
           (mib_event_from(d->mib, sequence, &own) && own.sequence == sequence);
}

/* The collector stores first and publishes then: who is told at once could not read the row yet, nor
 * whether the alarm stands. One that publishes nothing is waited for once, and then no more until
 * it does: it is dead, or cannot. */
static bool may_be_told(struct delivery *d, uint32_t sequence)
{
    uint32_t newest;

    mib_follow(d->mib);
    if (is_shown(d, sequence))
        return true;
    newest = newest_shown(d);
    if (newest != d->shown) {
        d->shown = newest;
        d->show_until = d->mib->now_ms + SHOW_MS;
    }
    return d->mib->now_ms >= d->show_until;
}

/* From the store's answer, or from what is published. Where that leaves a gap, or ends, the store
 * is asked first: after a reboot it may be the only one that knows. */
static bool next_event(struct delivery *d, struct event *ret)
{
    bool published;

    if (from_backlog(d, ret) && ret->sequence == d->sent + 1)
        return may_be_told(d, ret->sequence);
    published = mib_event_from(d->mib, d->sent + 1, ret);
    if (known_event(d, published, ret))
        return may_be_told(d, ret->sequence);
    if (published && (d->storeless || ret->sequence == d->sent + 1))
        return true;
    if (published && !d->fetching &&
        (nothing_between(d, ret->sequence) || give_up_asking(d, ret->sequence)))
        return true;
    if (published || d->ask || time_to_ask(d))
        ask_store(d, published ? ret->sequence : 0);
    return false;
}

/* What the log lost, or nobody could read: up to where. 0: there is no gap before `next`, or it was
 * decided already what to make of it. */
static uint32_t lost_before(const struct delivery *d, const struct event *next)
{
    uint32_t decided = d->acked.sent;

    if (!d->outlet->durable || next->sequence == d->sent + 1 || next->sequence <= decided)
        return 0;
    return decided > d->sent ? decided : next->sequence - 1;
}

/* The next thing that is to be told or passed over; `ret_lost`: the news that events are lost. */
static bool next_step(struct delivery *d, struct event *ret, bool *ret_lost)
{
    uint32_t to = d->acked.lost && d->acked.sent > d->sent ? d->acked.sent : 0;

    if (to == 0 && !next_event(d, ret))
        return false;
    if (to == 0)
        to = lost_before(d, ret);
    *ret_lost = to != 0;
    if (*ret_lost)
        *ret = notification_lost(d->sent + 1, to);
    return true;
}

/* ---- what is due ------------------------------------------------------------------------- */

/* Is it certain that the alarm ended? The active alarms are known as of this event or later. */
static bool ended(const struct delivery *d, const struct event *e)
{
    const struct view_alarms *v;
    struct event newest;
    uint32_t n;

    mib_follow(d->mib);
    v = d->mib->view->alarms;
    n = v != NULL ? v->snap.section[1].count : 0;
    if (n == 0)
        return false;
    snapshot_get_event(&v->snap, n - 1, &newest);
    return newest.sequence >= e->sequence && !notification_still_active(d->mib, e->alarm.id);
}

/* Old, and the alarm is over. */
static bool is_past(const struct delivery *d, const struct event *e)
{
    return notification_is_old(e) && ended(d, e);
}

static bool skip_beginning(struct delivery *d, const struct event *e)
{
    if (d->skips == DELIVERY_SKIPS || !is_past(d, e))
        return false;
    d->skipped[d->skips++] = e->alarm.id;
    return true;
}

static bool skip_end(struct delivery *d, uint32_t id)
{
    for (size_t i = 0; i < d->skips; i++)
        if (d->skipped[i] == id) {
            d->skipped[i] = d->skipped[--d->skips];
            return true;
        }
    return false;
}

/* For one that wants of what is old only what still stands. */
static bool skip(struct delivery *d, const struct event *e)
{
    if (e->what == EVENT_RAISED)
        return skip_beginning(d, e);
    return e->what == EVENT_CLEARED ? skip_end(d, e->alarm.id) : is_past(d, e);
}

/* As an event that had no place in the log yet. */
static bool was_told_aside(const struct delivery *d, const struct event *e)
{
    uint32_t serial = own_serial(d->mib->own, e->sequence);

    return serial != 0 && serial <= d->aside;
}

/* What was decided before stays: of the events before, all others were passed over. */
static bool is_due(struct delivery *d, const struct event *e)
{
    if (!event_is_told(e) || was_told_aside(d, e))
        return false;
    if (e->sequence <= d->acked.sent)
        return e->sequence == d->acked.sent;
    return !d->only_active || !skip(d, e);
}

/* Nothing of a place that means nothing. */
static void keep_place(struct delivery *d)
{
    if (!d->storeless)
        keeper_set_place(d->keeper, d->who, &d->acked);
}

/* Is it stored that this is what comes next? Only where the log alone would not tell. */
static bool decide(struct delivery *d, uint32_t sequence, bool lost)
{
    if (!lost && !d->only_active)
        return true;
    if (sequence > d->acked.sent) {
        d->acked.sent = sequence;
        d->acked.lost = lost;
        d->decide_until = d->mib->now_ms + DECIDE_MS;
        keep_place(d);
    }
    return d->storeless || d->decided >= sequence || d->mib->now_ms >= d->decide_until;
}

/* ---- sending ----------------------------------------------------------------------------- */

static int hand_over(struct delivery *d, const struct notification *n, struct delivery_flight f)
{
    int err = d->outlet->send(d->ctx, n, f.sequence);

    if (err == 0)
        d->flight[(d->oldest + d->under_way++) % DELIVERY_WINDOW] = f;
    return err;
}

static void make(struct delivery *d, struct notification *n, const struct event *e, uint32_t number)
{
    notification_of_event(n, d->mib, e, number);
    if (d->storeless)
        notification_of_no_store(n);
}

static void note_acked(struct delivery *d, uint32_t sequence, uint32_t number)
{
    d->acked.sequence = sequence;
    d->acked.number = number;
    keep_place(d);
}

/* What is passed over behind the last one that was acknowledged. */
static void settle(struct delivery *d)
{
    if (d->under_way == 0 && d->acked.sequence != d->sent)
        note_acked(d, d->sent, d->number);
}

static void pass(struct delivery *d, uint32_t sequence, uint32_t number)
{
    d->sent = sequence;
    d->number = number;
}

/* The number of the next notification, and, into `ret_place`, how far the count is with it. One that
 * was numbered aside, and is in the log by now, keeps that number. */
static uint32_t number_of(const struct delivery *d, const struct event *e, uint32_t *ret_place)
{
    uint32_t hole = d->outlet->durable ? 0 : e->sequence - d->sent - 1;
    uint32_t serial = own_serial(d->mib->own, e->sequence);
    bool numbered = serial != 0 && serial == d->aside_numbered;

    *ret_place = d->number + hole + !numbered;
    return numbered ? d->aside_number : *ret_place;
}

/* False: not now. */
static bool tell(struct delivery *d, const struct event *e, bool lost)
{
    static struct notification n; /* too much for a stack frame */
    uint32_t place, number = number_of(d, e, &place);
    int err;

    if (!decide(d, e->sequence, lost))
        return false;
    make(d, &n, e, number);
    err = hand_over(d, &n, (struct delivery_flight){e->sequence, place, 0});
    if (err == -EAGAIN)
        return false;
    if (err != 0)
        log_say(LOG_LEVEL_ERROR, "event %u cannot be sent: %s", e->sequence, strerror(-err));
    d->tried = e->sequence > d->tried ? e->sequence : d->tried;
    pass(d, e->sequence, place);
    return true;
}

static bool take_step(struct delivery *d, const struct event *e, bool lost)
{
    if (lost || is_due(d, e))
        return tell(d, e, lost);
    pass(d, e->sequence, d->number + (d->outlet->durable ? 0 : e->sequence - d->sent - 1));
    settle(d);
    return true;
}

/* Its number follows from nothing that is stored: so it is stored first that it is given. */
static bool number_aside(struct delivery *d, uint32_t serial)
{
    if (d->aside_numbered != serial) {
        d->aside_numbered = serial;
        d->aside_number = d->number + 1;
        d->decide_until = d->mib->now_ms + DECIDE_MS;
        pass(d, d->sent, d->aside_number);
        note_acked(d, d->sent, d->number);
    }
    return d->storeless || d->counted >= d->number || d->mib->now_ms >= d->decide_until;
}

/* An event of the agent that has no place in the log yet. */
static void tell_aside(struct delivery *d, const struct event *e, uint32_t serial)
{
    static struct notification n;
    int err;

    if (!number_aside(d, serial))
        return;
    make(d, &n, e, d->aside_number);
    err = hand_over(d, &n, (struct delivery_flight){0, d->aside_number, serial});
    if (err == 0 || err == -EAGAIN)
        return;
    log_say(LOG_LEVEL_ERROR, "an event of the agent cannot be sent: %s", strerror(-err));
    d->aside = serial;
}

/* What is told aside comes behind what has its number already, and before everything else. */
static void pump_events(struct delivery *d)
{
    unsigned window = d->one_by_one ? 1 : d->outlet->window;
    uint32_t serial;
    const struct event *aside = own_aside(d->mib->own, d->aside, &serial);
    struct event e;
    bool lost;

    if (aside != NULL && d->under_way == 0 && d->tried <= d->acked.sequence) {
        tell_aside(d, aside, serial);
        return;
    }
    while (d->under_way < window && next_step(d, &e, &lost))
        if ((aside != NULL && e.sequence > d->tried) || !take_step(d, &e, lost))
            return;
}

/* After what there is to tell. Nothing of it is repeated. */
static void pump_heartbeat(struct delivery *d, int64_t now)
{
    static struct notification n;
    bool late = now - d->heartbeat_at > LATE_MS;

    if (d->heartbeat_ms == 0 || now < d->heartbeat_at || (!late && d->under_way > 0))
        return;
    if (!late) {
        notification_heartbeat(&n, d->mib);
        if (hand_over(d, &n, (struct delivery_flight){0}) == -EAGAIN)
            return;
    }
    d->heartbeat_at = now + d->heartbeat_ms;
}

static void begin_without_store(struct delivery *d);

void delivery_pump(struct delivery *d, int64_t now)
{
    if (!d->ready && d->failing && now - d->begun_ms > DELIVERY_PATIENCE_MS)
        begin_without_store(d);
    if (!d->ready || d->hold || d->ctx == NULL || now < d->pause_until || !d->outlet->ready(d->ctx))
        return;
    pump_events(d);
    pump_heartbeat(d, now);
}

/* Back to what was acknowledged: what was fetched for a later place would skip what comes before
 * it. What is under way is sent again, in order, so its answers do not count. */
static void rewind_all(struct delivery *d)
{
    pass(d, d->acked.sequence, d->acked.number);
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
    if (sequence != d->refused || sequence == 0)
        d->outlet->refused(d->ctx, sequence, error);
    d->refused = sequence;
    d->one_by_one = true; /* else all behind it would be sent again and again */
    d->pause_ms = longer(d->pause_ms);
    d->pause_until = d->mib->now_ms + d->pause_ms;
}

static void on_acknowledgement(struct delivery *d, const struct delivery_flight *f)
{
    d->one_by_one = false;
    d->refused = 0;
    d->pause_ms = 0;
    if (f->aside != 0)
        d->aside = f->aside;
    else if (f->sequence != 0)
        note_acked(d, f->sequence, f->number);
    settle(d);
}

void delivery_notified(void *ctx, uint32_t sequence, int result)
{
    struct delivery *d = ctx;
    struct delivery_flight f = d->flight[d->oldest];

    d->oldest = (d->oldest + 1) % DELIVERY_WINDOW;
    d->under_way--;
    if (d->outrun > 0) {
        d->outrun--;
        return;
    }
    if (result == AGENTX_NO_ERROR) {
        on_acknowledgement(d, &f);
        return;
    }
    if (result != AGENTX_LOST)
        on_refusal(d, sequence, result);
    rewind_all(d);
}

static int64_t if_to_come(const struct delivery *d, int64_t when)
{
    return when > d->mib->now_ms ? when : INT64_MAX;
}

int64_t delivery_deadline(const struct delivery *d)
{
    const int64_t all[] = {d->pause_until, d->fetch_at, d->decide_until, d->show_until,
                           d->heartbeat_ms != 0 ? d->heartbeat_at : 0};
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (if_to_come(d, all[i]) < first)
            first = all[i];
    return first;
}

uint32_t delivery_waiting(const struct delivery *d)
{
    struct event e;
    uint32_t newest = d->acked.sequence;

    while (mib_event_from(d->mib, newest + 1, &e))
        newest = e.sequence;
    return newest - d->acked.sequence;
}

/* ---- what the keeper says ---------------------------------------------------------------- */

static void begin_at(struct delivery *d, const struct store_place *place)
{
    d->ready = true;
    d->acked = *place;
    pass(d, place->sequence, place->number);
    d->heartbeat_at = d->mib->now_ms;
    d->ask = true;
}

static int64_t fetch_pause(unsigned failed)
{
    return failed < 6 ? (int64_t)PAUSE_MS << failed : PAUSE_MAX_MS;
}

static void take_answer(struct delivery *d, const struct keeper_answer *a)
{
    bool good = !d->outdated && !a->fetch_failed;

    free(d->backlog);
    d->backlog = a->events;
    d->backlog_n = good ? a->n : 0;
    d->backlog_next = 0;
    d->fetching = d->outdated = false;
    if (a->fetch_failed) {
        d->asked_after = 0;
        d->fetch_at = d->mib->now_ms + fetch_pause(d->failed_fetches++);
    } else {
        d->failed_fetches = 0;
        d->fetch_at = 0;
    }
    if (good)
        d->ask = a->n == KEEPER_FETCH; /* there may be more */
}

/* Where it really is, at last; what is under way does not count. */
static void begin_anew(struct delivery *d, const struct store_place *place)
{
    d->storeless = false;
    d->acked = *place;
    d->aside = d->aside_numbered = d->tried = 0;
    rewind_all(d);
}

void delivery_take(struct delivery *d, const struct keeper_news *news)
{
    const struct keeper_answer *a = &news->answer[d->who];

    d->decided = a->decided;
    d->counted = a->counted;
    d->failing = news->failing;
    d->kept = a->kept;
    d->place = a->place;
    if (a->settled && d->storeless)
        begin_anew(d, &a->place);
    if (a->settled && !d->ready)
        begin_at(d, &a->place);
    if (a->fetched)
        take_answer(d, a);
}

static void begin_without_store(struct delivery *d)
{
    struct event e;
    uint32_t newest = 0;

    if (d->kept) {
        begin_at(d, &d->place);
        return;
    }
    while (mib_event_from(d->mib, newest + 1, &e))
        newest = e.sequence;
    begin_at(d, &(struct store_place){.sequence = newest, .number = newest});
    d->ask = false;
    d->storeless = true;
}

/* ---- snmpd ------------------------------------------------------------------------------- */

static bool master_ready(void *ctx)
{
    return agentx_state(ctx) == AGENTX_RUNNING;
}

/* Without sysUpTime, which the master adds. */
static int send_to_master(void *ctx, const struct notification *n, uint32_t sequence)
{
    return agentx_notify(ctx, n->vb + 1, n->n - 1, sequence);
}

static void say_refused(void *ctx, uint32_t sequence, int result)
{
    (void)ctx;
    log_say(LOG_LEVEL_WARNING, "the master refused notification %u: %s; sent again", sequence,
            agentx_code_name((unsigned)result));
}

const struct outlet delivery_to_master = {
    .window = AGENTX_WINDOW, .ready = master_ready, .send = send_to_master, .refused = say_refused};
