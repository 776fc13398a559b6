/*
 * See th_device.h. A turn reads eleven blocks of whole sensors, the statistics behind the last one:
 * all registers that there are. Blocks in which no sensor is known are read in every sixth turn only,
 * but for the first, where a new sensor appears. A block that is refused or not answered costs nobody
 * else anything: its sensors keep what they had until that is old.
 */
#include "th_device.h"

#include "contact.h"
#include "core/th_decode.h"
#include "core/th_registers.h"
#include "link/fan.h"
#include "report_th.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EMPTY_EVERY = 6, /* turns between two looks at where no sensor is known */
    WINDOW = 4,      /* a small controller: no more at once */
};

static const struct object CONTROLLER = {ALARM_OF_GATEWAY, 0, 0};

struct th_device {
    struct th_config config;
    struct th_owner owner;
    struct fan *link;
    struct th_controller th;
    struct report_th report;
    char address[280];
    struct contact contact;
    int64_t began, health_due;
    int64_t turn_ms, turn_before_ms; /* start of this turn and of the one before; 0 = none */
    int64_t due;                     /* of the next turn */
    unsigned turns;                  /* since the connection was lost last */
    unsigned wanted, open; /* bits: blocks of this turn to be asked for; not answered yet */
    unsigned refused;      /* bits: blocks of which that was said */
    bool cut;              /* answers of this turn went with the connection */
    bool said_found;
    int went, came; /* sensors of this turn: the last one of each; 0 = none, -1 = several */
};

/* ---- a turn ------------------------------------------------------------------------------ */

static int first_of(int block)
{
    return block * TH_SENSORS_IN_BLOCK;
}

static int after_last_of(int block)
{
    int end = first_of(block + 1);

    return end < 1 + TH_SENSOR_MAX ? end : 1 + TH_SENSOR_MAX;
}

static bool holds_sensors(const struct th_device *d, int block)
{
    for (int n = first_of(block); n < after_last_of(block); n++)
        if (d->th.sensor[n].presence != PRESENCE_NEVER)
            return true;
    return false;
}

static bool is_due(const struct th_device *d, int block)
{
    return d->th.health.looking || block == 0 || block == TH_BLOCKS - 1 ||
           d->turns % EMPTY_EVERY == (unsigned)block % EMPTY_EVERY || holds_sensors(d, block);
}

static void begin_turn(struct th_device *d, int64_t now)
{
    d->wanted = d->open = 0;
    d->cut = false;
    d->went = d->came = 0;
    for (int b = 0; b < TH_BLOCKS; b++)
        if (is_due(d, b))
            d->wanted |= 1u << b;
    d->open = d->wanted;
    d->turn_ms = now;
    d->due += d->config.interval_ms;
    if (d->due <= now)
        d->due = now + d->config.interval_ms;
}

/* What was read before that is old: three effective intervals. */
static int64_t stale_ms(const struct th_device *d)
{
    int64_t is = d->th.health.interval_ms, set = d->config.interval_ms;

    return 3 * (is > set ? is : set);
}

static void look_at_age(struct th_device *d, int number, int64_t now)
{
    struct th_sensor *s = &d->th.sensor[number];
    int64_t last = s->read_ms > 0 ? s->read_ms : d->began;

    if (now - last <= stale_ms(d))
        return;
    validity_expire(s->validity, TH_QUANTITIES);
    if (s->presence == PRESENCE_HERE)
        s->presence = PRESENCE_SILENT;
    if (s->presence == PRESENCE_SILENT && number > 0)
        report_th_alarm_of(&d->report, (struct object){ALARM_OF_SENSOR, number, 0},
                           ALARM_TH_SENSOR_FAULT, true, NULL);
}

static int count_sensors(const struct th_controller *th)
{
    int n = 0;

    for (int i = 1; i <= TH_SENSOR_MAX; i++)
        n += th->sensor[i].presence == PRESENCE_HERE;
    return n;
}

static void say_found(struct th_device *d)
{
    if (!d->said_found)
        report_th_say(&d->report, LOG_LEVEL_NOTICE, "%s: found %d sensors", d->address,
                      count_sensors(&d->th));
    d->said_found = true;
    if (d->went > 0 && d->came > 0)
        report_th_say(
            &d->report, LOG_LEVEL_NOTICE,
            "sensor %d has gone and sensor %d has come: it was given another number, most "
            "likely (btmsctl accept, if that is right)",
            d->went, d->came);
}

static void end_turn(struct th_device *d, int64_t now)
{
    struct health *h = &d->th.health;

    h->looking = false;
    h->poll_ms = (uint32_t)(now - d->turn_ms);
    if (d->turn_before_ms > 0)
        h->interval_ms = (uint32_t)(d->turn_ms - d->turn_before_ms);
    report_th_pace(&d->report, h->interval_ms, (uint32_t)d->config.interval_ms);
    fan_turn(d->link);
    for (int n = 0; n <= TH_SENSOR_MAX; n++)
        look_at_age(d, n, now);
    if (now - d->th.counts_read_ms > stale_ms(d))
        validity_expire(d->th.count_validity, TH_COUNTS);
    say_found(d);
    report_th_turn(&d->report);
    d->owner.turn(d->owner.ctx, &d->th, now, d->turn_ms);
    d->turns++;
    d->turn_before_ms = d->turn_ms;
    d->turn_ms = 0;
}

/* ---- answers ----------------------------------------------------------------------------- */

static void note_one(int *which, int number)
{
    *which = *which == 0 ? number : -1;
}

/* One that nobody has given a number yet is not expected to stay. */
static void take_presence(struct th_device *d, int number)
{
    struct th_sensor *s = &d->th.sensor[number];
    bool there = th_sensor_there(s), was = s->presence == PRESENCE_HERE;

    if (there)
        s->presence = PRESENCE_HERE;
    else if (number == 0)
        s->presence = PRESENCE_NEVER;
    else if (s->presence != PRESENCE_NEVER)
        s->presence = PRESENCE_GONE;
    if (number > 0 && d->turns > 0 && there != was)
        note_one(there ? &d->came : &d->went, number);
}

static void take_words(struct th_device *d, int block, const uint16_t *words, int64_t now)
{
    for (int n = first_of(block); n < after_last_of(block); n++) {
        struct th_sensor *s = &d->th.sensor[n];

        th_decode_sensor(words + (n - first_of(block)) * TH_STRIDE, TH_STRIDE, s);
        s->read_ms = now;
        take_presence(d, n);
        report_th_sensor(&d->report, n);
    }
    if (block < TH_BLOCKS - 1)
        return;
    th_decode_counts(words + TH_COUNTS_FROM - first_of(block) * TH_STRIDE, TH_COUNTS, &d->th);
    d->th.counts_read_ms = now;
}

static void say_refused(struct th_device *d, const struct link_request *r,
                        const struct link_answer *a)
{
    unsigned bit = 1u << r->tag;
    char why[64] = "not answered";

    if (d->refused & bit)
        return;
    d->refused |= bit;
    if (a->result == LINK_EXCEPTION)
        snprintf(why, sizeof(why), "exception %d%s", a->exception,
                 a->exception == 1 ? ": is FunctionCode right?" : "");
    if (a->result == LINK_MISMATCH)
        snprintf(why, sizeof(why), "an answer of another size");
    report_th_say(
        &d->report, LOG_LEVEL_WARNING,
        "registers %d to %d cannot be read (%s): nothing is known of sensors %d to %d; the "
        "others go on (said once)",
        r->address, r->address + r->count - 1, why, first_of((int)r->tag),
        after_last_of((int)r->tag) - 1);
}

/* Until the alarm's delay is over the log alone tells. */
static bool loss_is_told(const struct th_device *d)
{
    return judge_th_stands(&d->report.judge, alarm_row(ALARM_TH_COMM_LOST), CONTROLLER);
}

static void come_back(struct th_device *d, int64_t now)
{
    char why[64];

    d->contact.failures = 0;
    if (d->th.health.reachable)
        return;
    d->th.health.reachable = true;
    snprintf(why, sizeof(why), "back after %" PRId64 " s", (now - d->contact.lost_ms) / 1000);
    if (d->contact.lost && !loss_is_told(d))
        report_th_say(&d->report, LOG_LEVEL_NOTICE, "answers again, %s", why);
    report_th_alarm_of(&d->report, CONTROLLER, ALARM_TH_COMM_LOST, false,
                       d->contact.lost ? why : NULL);
    d->contact.lost = false;
}

static void done(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a)
{
    struct th_device *d = ctx;
    bool silent = a->result == LINK_TIMEOUT && !fan_answered(d->link);

    report_th_clock(&d->report, now);
    if (a->result == LINK_OK || a->result == LINK_EXCEPTION || a->result == LINK_MISMATCH) {
        d->th.health.answered_ms = now;
        come_back(d, now);
    }
    if (a->result == LINK_OK) {
        take_words(d, (int)r->tag, a->words, now);
        d->refused &= ~(1u << r->tag);
    } else if (a->result == LINK_LOST || silent) {
        d->cut = true;
    } else {
        say_refused(d, r, a);
    }
    d->open &= ~(1u << r->tag);
    if (d->open == 0 && d->turn_ms > 0 && !d->cut)
        end_turn(d, now);
    else if (d->open == 0)
        d->turn_ms = 0;
}

/* ---- requests ---------------------------------------------------------------------------- */

static void publish_health(struct th_device *d, int64_t now)
{
    struct health *h = &d->th.health;
    struct link_tcp_counts c = fan_counts(d->link);

    if (now < d->health_due)
        return;
    d->health_due += d->config.interval_ms;
    if (d->health_due <= now)
        d->health_due = now + d->config.interval_ms;
    h->requests = c.requests;
    h->timeouts = c.timeouts;
    h->exceptions = c.exceptions;
    h->mismatches = c.mismatches;
    h->reconnects = c.connects > 0 ? c.connects - 1 : 0;
    report_th_clock(&d->report, now);
    report_th_tick(&d->report);
    d->owner.health(d->owner.ctx, &d->th, now);
}

static bool next(void *ctx, int64_t now, struct link_request *ret)
{
    struct th_device *d = ctx;
    int block, from, end;

    publish_health(d, now);
    if (d->turn_ms == 0 && d->open == 0 && now >= d->due)
        begin_turn(d, now);
    if (d->wanted == 0)
        return false;
    block = __builtin_ctz(d->wanted);
    d->wanted &= d->wanted - 1;
    from = block * TH_BLOCK_WORDS;
    end = from + TH_BLOCK_WORDS < TH_REGISTERS ? from + TH_BLOCK_WORDS : TH_REGISTERS;
    *ret = (struct link_request){.unit = (uint8_t)d->config.unit,
                                 .function = (uint8_t)d->config.function,
                                 .address = (uint16_t)from,
                                 .count = (uint16_t)(end - from),
                                 .tag = (uint32_t)block};
    return true;
}

/* ---- the connection ---------------------------------------------------------------------- */

/* Waits, with health published meanwhile. True when told to stop. */
static bool rest(struct th_device *d, int64_t until)
{
    for (;;) {
        int64_t now = link_now_ms();

        publish_health(d, now);
        if (now >= until)
            return false;
        if (fan_wait(d->link, until < d->health_due ? until : d->health_due))
            return true;
    }
}

static void lose(struct th_device *d, int64_t now)
{
    char why[400];

    d->contact.lost = true;
    d->contact.lost_ms = now;
    d->th.health.reachable = false;
    for (int n = 0; n <= TH_SENSOR_MAX; n++)
        validity_expire(d->th.sensor[n].validity, TH_QUANTITIES);
    validity_expire(d->th.count_validity, TH_COUNTS);
    snprintf(why, sizeof(why), "%s: %s; trying again, at least every %d s", d->address,
             fan_error(d->link), CONTACT_BACKOFF_MAX_MS / 1000);
    report_th_clock(&d->report, now);
    report_th_alarm_of(&d->report, CONTROLLER, ALARM_DATA_STALE, false, NULL); /* it is worse */
    report_th_alarm_of(&d->report, CONTROLLER, ALARM_TH_COMM_LOST, true, why);
    if (!loss_is_told(d))
        report_th_say(&d->report, LOG_LEVEL_NOTICE, "does not answer (%s)", why);
}

/* A connection failed or broke. True when told to stop. */
static bool fail(struct th_device *d, const struct link_user *user)
{
    int64_t now = link_now_ms();

    if (contact_fail(&d->contact)) {
        d->wanted = 0;
        d->cut = true;
        fan_drop(d->link, user);
        d->open = 0;
        d->turn_ms = d->turn_before_ms = 0;
        d->turns = 0;
        d->th.health.looking = true;
        d->due = now;
        if (!d->contact.lost)
            lose(d, now);
    }
    return rest(d, now + contact_wait_ms(&d->contact, now, loss_is_told(d)));
}

static bool connect_now(struct th_device *d)
{
    uint64_t before = fan_counts(d->link).connects;

    if (fan_open(d->link) != 0)
        return false;
    if (fan_counts(d->link).connects != before)
        d->contact.connected_ms = link_now_ms();
    return true;
}

void th_device_run(struct th_device *d)
{
    const struct link_user user = {d, next, done, NULL};
    bool stop = false;

    d->due = d->began = link_now_ms();
    d->health_due = d->due + d->config.interval_ms;
    while (!stop) {
        enum link_run run = connect_now(d) ? fan_run(d->link, &user) : LINK_BROKEN;

        if (run == LINK_STOPPED || fan_woken(d->link))
            break;
        stop = run == LINK_IDLE ? rest(d, d->due) : fail(d, &user);
    }
}

/* ---- life -------------------------------------------------------------------------------- */

struct th_device *th_device_new(const struct th_config *config, const struct th_owner *owner,
                                int wake_fd)
{
    struct th_device *d = calloc(1, sizeof(*d));
    char port[8];

    if (d == NULL)
        return NULL;
    d->config = *config;
    d->owner = *owner;
    snprintf(port, sizeof(port), "%d", config->port);
    snprintf(d->address, sizeof(d->address), "%s port %s", config->address, port);
    snprintf(d->th.name, sizeof(d->th.name), "%s", config->name);
    d->th.expected = config->sensors;
    d->th.health.looking = true;
    report_th_init(&d->report, &d->th, config->limits, config->site_limits, owner->alarm,
                   owner->ctx);
    report_th_names(&d->report, &d->config.identities);
    d->link =
        fan_new(config->address, port, config->timeout_ms, WINDOW, config->connections, wake_fd);
    if (d->link == NULL) {
        report_th_free(&d->report);
        free(d);
        return NULL;
    }
    return d;
}

void th_device_free(struct th_device *d)
{
    if (d == NULL)
        return;
    fan_free(d->link);
    report_th_free(&d->report);
    free(d);
}

void th_device_preset(struct th_device *d, const struct alarm *a)
{
    report_th_clock(&d->report, link_now_ms());
    report_th_preset(&d->report, a);
}

void th_device_repeat(struct th_device *d, report_alarm *to, void *ctx)
{
    report_th_repeat(&d->report, to, ctx);
}

void th_device_expect(struct th_device *d, const struct census *c)
{
    for (int n = 1; n <= TH_SENSOR_MAX; n++)
        if (expect_has_sensor(c, n) && d->th.sensor[n].presence == PRESENCE_NEVER)
            d->th.sensor[n].presence = PRESENCE_SILENT;
}

/* What has come back meanwhile stays: it will be expected. */
void th_device_forget(struct th_device *d, const struct census *c)
{
    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        if (expect_has_sensor(c, n) || d->th.sensor[n].presence == PRESENCE_HERE)
            continue;
        d->th.sensor[n] = (struct th_sensor){0};
        judge_th_forget(&d->report.judge, n);
    }
}
