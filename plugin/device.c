/*
 * See device.h. The plan says what to read, the link reads it, intake takes the answers; the device
 * is the `struct link_user` that holds them together, and keeps the connection.
 *
 * Failure is counted per gateway, as contact.h has it; that it is lost is said once, and once more
 * that the first answer has come back.
 */
#include "device.h"

#include "contact.h"
#include "intake.h"
#include "learned.h"
#include "link/way.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct object GATEWAY = {ALARM_OF_GATEWAY, 0, 0};

struct device {
    struct gateway_config config;
    struct device_owner owner;
    struct decode decode;
    struct way link;
    struct plan plan;
    struct gateway gateway;
    struct report report;
    struct intake intake;
    char address[280];
    struct contact contact;
    struct learned learned;
    bool said_empty, said_foreign;
    int64_t health_due;
    int64_t turn_ms, turn_before_ms; /* start of this turn and of the one before; 0 = none */
    uint32_t swept;                  /* bit per string: a sweep over its cells ended, to be told */
};

/* ---- what follows ------------------------------------------------------------------------ */

static void say_discovery(struct device *d, const struct link_answer *a)
{
    struct model_count n = model_count(&d->gateway);
    char why[96];

    if (d->config.line != NULL)
        report_say(&d->report, LOG_LEVEL_NOTICE, GATEWAY,
                   "%s: %d of %d string masters answer, with %d cells", d->address, n.strings,
                   d->config.line->masters, n.cells);
    else if (n.strings > 0)
        report_say(&d->report, LOG_LEVEL_NOTICE, GATEWAY, "%s: found %d UPS, %d strings, %d cells",
                   d->address, n.ups, n.strings, n.cells);
    else if (!d->said_empty)
        report_say(&d->report, LOG_LEVEL_WARNING, GATEWAY,
                   "%s answers, but shows no string (last: %s). Is it a BM-GW, and FunctionCode "
                   "right? Asking on",
                   d->address, intake_describe(a, why, sizeof(why)));
    d->said_empty = n.strings == 0;
}

static void say_learned(struct device *d)
{
    struct learned_state is = {.window = way_window(d->link),
                               .ceiling = way_ceiling(d->link),
                               .connections = way_connections(d->link),
                               .cells = d->plan.span.state == SPAN_YES ? 2 : 1};
    enum learned_news news = learned_turn(&d->learned, is);
    char what[LEARNED_SIZE];

    if (news == LEARNED_NOTHING || d->config.line != NULL)
        return;
    learned_write(&d->learned.told, what);
    report_say(&d->report, LOG_LEVEL_INFO, GATEWAY, "learned: %s%s", what,
               news == LEARNED_WORSE
                   ? "; more were lost, reset or refused, and are tried again after a day"
                   : "");
}

/* Frames that nobody here asked for: once may be chance. */
static void say_foreign(struct device *d, uint64_t frames)
{
    enum { CERTAIN = 3 };

    if (d->said_foreign || frames < CERTAIN)
        return;
    d->said_foreign = true;
    report_say(
        &d->report, LOG_LEVEL_WARNING, GATEWAY,
        "%s: somebody else asks on this line. Two masters on one RS-485 bus collide: where a "
        "BM-GW reads these string masters, configure the <Gateway>, not the <Serial> line "
        "(said once)",
        d->address);
}

/* What was read before that is old: three effective intervals. */
static int64_t stale_ms(const struct device *d)
{
    int64_t is = d->gateway.health.interval_ms, set = d->config.interval_ms;

    return 3 * (is > set ? is : set);
}

static void end_turn(struct device *d, int64_t now)
{
    struct health *h = &d->gateway.health;

    h->poll_ms = (uint32_t)(now - d->turn_ms);
    if (d->turn_before_ms > 0)
        h->interval_ms = (uint32_t)(d->turn_ms - d->turn_before_ms);
    report_pace(&d->report, h->interval_ms, (uint32_t)d->config.interval_ms);
    way_turn(d->link);
    if (h->reachable) /* or the silence of a lost one would be news */
        say_learned(d);
    intake_turn(&d->intake, now, stale_ms(d));
    report_turn(&d->report);
    d->owner.turn(d->owner.ctx, &d->gateway, now, d->turn_ms);
    d->turn_before_ms = d->turn_ms;
    d->turn_ms = 0;
}

static void end_sweep(struct device *d, int64_t now, int index)
{
    struct string *s = &d->gateway.string[index];
    int64_t interval = plan_cell_interval(&d->plan, now, index);

    if (intake_sweep(&d->intake, index)) {
        if (s->cells_read_ms > 0)
            s->cells_interval_ms = now - s->cells_read_ms;
        s->cells_read_ms = now;
        way_turn(d->link);
        report_sweep(&d->report, index);
        d->owner.cells(d->owner.ctx, &d->gateway, index, now,
                       s->cells_interval_ms > interval ? s->cells_interval_ms : interval);
    }
    for (int c = 0; c < s->cells; c++)
        s->cell[c].outcome = OUTCOME_NONE;
}

/* Some hundred values to hand over take as long as some requests: the gateway is to work on the next
 * ones meanwhile, so this waits until they are sent. No cell of these strings is answered before. */
static void end_sweeps(void *ctx)
{
    struct device *d = ctx;
    int64_t now = d->swept != 0 ? link_now_ms() : 0;

    for (int s = 0; d->swept != 0; s++) {
        if (d->swept & 1u)
            end_sweep(d, now, s);
        d->swept >>= 1;
    }
}

static void after(struct device *d, int64_t now, struct plan_tag t, const struct link_answer *a,
                  unsigned events)
{
    char why[96];

    if (events & PLAN_LAP_ENDED) {
        d->gateway.health.looking = false; /* also when it begins anew */
        say_discovery(d, a);
    }
    if (events & PLAN_SPAN_LEARNED)
        report_say(&d->report, LOG_LEVEL_INFO, GATEWAY, "learned: reads two cells per request");
    if (events & PLAN_SPAN_REFUSED)
        report_say(&d->report, LOG_LEVEL_INFO, GATEWAY,
                   "learned: reads one cell per request, the gateway refuses or muddles two");
    if (events & PLAN_CELLS_SHORTER)
        report_say(&d->report, LOG_LEVEL_WARNING, GATEWAY,
                   "refuses its cells; learned: reads their published registers only, without SOC "
                   "(see <CellRegister> in collectd-btms(5))");
    if (events & PLAN_CELLS_REFUSED)
        report_say(&d->report, LOG_LEVEL_WARNING, GATEWAY,
                   "refuses every cell asked for (%s); strings go on",
                   intake_describe(a, why, sizeof(why)));
    if (events & PLAN_SWEEP_ENDED)
        d->swept |= (uint32_t)1 << t.index;
    if (events & PLAN_TURN_ENDED)
        end_turn(d, now);
}

/* ---- health ------------------------------------------------------------------------------ */

static uint32_t slowest_sweep(const struct gateway *g)
{
    int64_t worst = 0;

    for (const struct string *s = g->string; s < g->string + STRING_MAX; s++)
        if (s->presence == PRESENCE_HERE && s->cells_interval_ms > worst)
            worst = s->cells_interval_ms;
    return (uint32_t)worst;
}

static void publish_health(struct device *d, int64_t now)
{
    struct health *h = &d->gateway.health;
    struct way_counts c = way_counts(d->link);

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
    say_foreign(d, c.foreign);
    h->window = (uint16_t)way_window(d->link);
    h->connections = (uint16_t)way_connections(d->link);
    h->span_cells = span_usable(&d->plan.span) ? 2 : 1;
    h->string_words = d->plan.string_words;
    h->cell_interval_ms = slowest_sweep(&d->gateway);
    intake_turn(&d->intake, now, stale_ms(d)); /* there may be no turn */
    report_clock(&d->report, now);
    report_tick(&d->report);
    d->owner.health(d->owner.ctx, &d->gateway, now);
}

/* ---- between plan and link --------------------------------------------------------------- */

/* Until the alarm's delay is over the log alone tells. */
static bool loss_is_told(const struct device *d)
{
    return judge_stands(&d->report.judge, alarm_row(ALARM_GATEWAY_COMM_LOST), GATEWAY);
}

static void come_back(struct device *d, int64_t now)
{
    char why[64];

    d->contact.failures = 0;
    if (d->gateway.health.reachable)
        return;
    d->gateway.health.reachable = true;
    if (d->owner.from != NULL)
        plan_hold_cells(&d->plan, d->owner.from(d->owner.ctx, now));
    snprintf(why, sizeof(why), "back after %" PRId64 " s", (now - d->contact.lost_ms) / 1000);
    if (d->contact.lost && !loss_is_told(d))
        report_say(&d->report, LOG_LEVEL_NOTICE, GATEWAY, "answers again, %s", why);
    report_comm(&d->report, GATEWAY, false, d->contact.lost ? why : NULL);
    d->contact.lost = false;
}

static bool next(void *ctx, int64_t now, struct link_request *ret)
{
    struct device *d = ctx;
    enum plan_kind kind;

    publish_health(d, now);
    if (!plan_next(&d->plan, now, ret))
        return false;
    kind = plan_tag(ret).kind;
    if (d->turn_ms == 0 && !ret->probe &&
        (kind == PLAN_UPS || kind == PLAN_STRING || kind == PLAN_ADDED))
        d->turn_ms = now;
    return true;
}

static void done(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a)
{
    static const struct link_answer lost = {.result = LINK_LOST};
    struct device *d = ctx;
    struct plan_tag t = plan_tag(r);
    bool here = false, known = d->plan.lap_done;
    unsigned events;

    report_clock(&d->report, now);
    if (a->result == LINK_TIMEOUT && !way_answered(d->link))
        a = &lost; /* a gateway that says nothing at all says nothing about its units */

    if (a->result == LINK_OK || a->result == LINK_EXCEPTION || a->result == LINK_MISMATCH) {
        d->gateway.health.answered_ms = now;
        come_back(d, now);
    }
    d->decode.holes = a->holes;
    if (a->result == LINK_OK)
        here = intake_words(&d->intake, now, r, a);
    else
        intake_miss(&d->intake, t, a);
    events = plan_done(&d->plan, now, r, a, here);
    if (t.kind == PLAN_UPS || t.kind == PLAN_STRING)
        intake_presence(&d->intake, t, a, known);
    after(d, now, t, a, events);
}

/* ---- the connection ---------------------------------------------------------------------- */

static void init_report(struct device *d)
{
    struct judge_settings set = {.site = d->config.site_limits, .gateway = d->config.limits};

    for (int i = 0; i < STRING_MAX; i++) {
        const struct string_config *is = &d->config.string[i];

        set.string[i] = (struct judge_string_settings){
            .limits = is->limits,
            .chemistry = (enum chemistry)is->chemistry,
            .cell_type = (enum cell_type)is->cell_type,
            .float_mv = is->float_mv,
            .hall_a = is->hall_a,
            .relay_closed = is->relay_closed,
        };
    }
    report_init(&d->report, &d->gateway, &set, d->owner.alarm, d->owner.ctx);
    report_names(&d->report, &d->config.identities);
}

/* What configuration says of the parts of the model; it lives as long as that. */
static void describe(struct device *d)
{
    struct gateway *g = &d->gateway;

    for (int i = 0; i < STRING_MAX; i++) {
        const struct string_config *is = &d->config.string[i];

        g->string[i].cell_type = (enum cell_type)is->cell_type;
        g->string[i].hall_a = (uint16_t)is->hall_a;
        g->string[i].capacity_ah = (uint16_t)is->parts.capacity_ah;
        g->string[i].ambient_declared = is->parts.ambient;
        for (int k = 0; k < CHANNEL_KINDS; k++)
            if (is->channel_told[k])
                g->channel[channel_at(i, (enum channel_kind)k)].is = &is->channel[k];
    }
    g->quantities = d->config.addeds;
    for (int i = 0; i < g->quantities; i++)
        g->quantity[i].is = &d->config.quantity[i];
}

static struct way new_link(const struct gateway_config *config, int wake_fd)
{
    char port[8];

    if (config->line != NULL)
        return (struct way){.line = link_line_new(config->line, wake_fd)};
    snprintf(port, sizeof(port), "%d", config->port);
    return (struct way){.tcp = fan_new(config->address, port, config->timeout_ms, config->window,
                                       config->connections, wake_fd)};
}

struct device *device_new(const struct gateway_config *config, const struct device_owner *owner,
                          int wake_fd)
{
    struct device *d = calloc(1, sizeof(*d));

    if (d == NULL)
        return NULL;
    d->config = *config;
    d->owner = *owner;
    d->decode = (struct decode){.low_word_first = config->low_word_first, .cell = config->cell_map};
    config_address(config, d->address, sizeof(d->address));
    d->gateway.is_line = config->line != NULL;
    d->contact.most =
        config->line != NULL ? 1 : 0; /* closed, or silent, it was tried often enough */
    snprintf(d->gateway.name, sizeof(d->gateway.name), "%s", config->name);
    d->gateway.health.looking = true;
    describe(d);
    init_report(d);
    d->intake = (struct intake){&d->decode, d->config.added, &d->gateway, &d->plan, &d->report};
    d->link = new_link(config, wake_fd);
    if (d->link.tcp == NULL && d->link.line == NULL) {
        report_free(&d->report);
        free(d);
        return NULL;
    }
    return d;
}

void device_free(struct device *d)
{
    if (d == NULL)
        return;
    way_free(d->link);
    report_free(&d->report);
    free(d);
}

void device_preset(struct device *d, const struct alarm *a)
{
    report_clock(&d->report, link_now_ms());
    report_preset(&d->report, a);
}

void device_cells_expected(struct device *d, const uint8_t cells[STRING_MAX])
{
    for (int s = 0; s < STRING_MAX; s++)
        d->gateway.string[s].cells_expected = cells[s];
}

void device_number(struct device *d, const uint16_t number[QUANTITY_MAX])
{
    for (int i = 0; i < d->gateway.quantities; i++)
        d->gateway.quantity[i].number = number[i];
}

void device_expect(struct device *d, const struct census *c)
{
    expect_in_model(c, &d->gateway);
    for (int s = 0; s < STRING_MAX; s++)
        judge_learn(&d->report.judge, s, (enum cell_type)c->type[s]);
}

static void forget_ups(struct device *d, int u)
{
    plan_forget(&d->plan, (struct plan_tag){.kind = PLAN_UPS, .index = (uint8_t)u});
    judge_forget(&d->report.judge, (struct object){ALARM_OF_UPS, u, 0});
    d->gateway.ups[u] = (struct ups){0};
}

static void forget_cells(struct device *d, int s, int cells)
{
    struct string *is = &d->gateway.string[s];

    plan_forget_cells(&d->plan, s, cells);
    judge_forget(&d->report.judge, (struct object){ALARM_OF_CELL, s, cells});
    for (; is->cells > cells; is->cells--)
        is->cell[is->cells - 1] = (struct cell){0};
}

static void forget_string(struct device *d, int s)
{
    struct string *is = &d->gateway.string[s];

    forget_cells(d, s, 0);
    plan_forget(&d->plan, (struct plan_tag){.kind = PLAN_STRING, .index = (uint8_t)s});
    judge_forget(&d->report.judge, (struct object){ALARM_OF_STRING, s, 0});
    is->presence = PRESENCE_NEVER;
    is->ambient_seen = false;
    for (int k = 0; k < CHANNEL_KINDS; k++)
        d->gateway.channel[channel_at(s, (enum channel_kind)k)].seen = false;
    memset(is->validity, VALIDITY_ABSENT, sizeof(is->validity));
}

/* What has come back meanwhile stays: it will be expected. */
void device_forget(struct device *d, const struct census *c)
{
    for (int u = 0; u < UPS_MAX; u++)
        if (!(c->ups >> u & 1) && d->gateway.ups[u].presence != PRESENCE_HERE)
            forget_ups(d, u);
    for (int s = 0; s < STRING_MAX; s++)
        if (c->strings >> s & 1)
            forget_cells(d, s, c->cells[s]);
        else if (d->gateway.string[s].presence != PRESENCE_HERE)
            forget_string(d, s);
}

void device_repeat(struct device *d, report_alarm *to, void *ctx)
{
    report_repeat(&d->report, to, ctx);
}

size_t device_limits(const struct device *d, struct snapshot_limit ret[DEVICE_LIMITS])
{
    const struct judge *j = &d->report.judge;
    size_t n = limit_list_general(j->scope, ret);

    for (int s = 0; s < STRING_MAX; s++)
        if (d->gateway.string[s].presence != PRESENCE_NEVER)
            n += limit_list_string(s + 1, j->string[s].limit, ret + n);
    return n;
}

void device_learned(const struct device *d, uint8_t ret[STRING_MAX])
{
    for (int s = 0; s < STRING_MAX; s++)
        ret[s] = (uint8_t)judge_learned(&d->report.judge, s);
}

static void expire_all(struct gateway *g)
{
    for (struct quantity *q = g->quantity; q < g->quantity + QUANTITY_MAX; q++)
        validity_expire(&q->validity, 1);
    for (int i = 0; i < UPS_MAX; i++)
        validity_expire(g->ups[i].validity, UPS_QUANTITIES);
    for (struct string *s = g->string; s < g->string + STRING_MAX; s++) {
        validity_expire(s->validity, STRING_QUANTITIES);
        for (struct cell *c = s->cell; c < s->cell + s->cells; c++)
            validity_expire(c->validity, CELL_QUANTITIES);
    }
}

/* Waits, with health published meanwhile. True when told to stop. */
static bool rest(struct device *d, int64_t until)
{
    for (;;) {
        int64_t now = link_now_ms();

        publish_health(d, now);
        if (now >= until)
            return false;
        if (way_wait(d->link, until < d->health_due ? until : d->health_due))
            return true;
    }
}

/* Lost: what is not there must not look as if it were. */
static void forget_turns(struct device *d)
{
    d->turn_ms = d->turn_before_ms = 0;
    for (struct string *s = d->gateway.string; s < d->gateway.string + STRING_MAX; s++)
        s->cells_read_ms = s->cells_interval_ms = s->empty_sweeps = 0;
}

static void lose(struct device *d, int64_t now)
{
    char why[400];

    d->contact.lost = true;
    d->contact.lost_ms = now;
    d->gateway.health.reachable = false;
    expire_all(&d->gateway);
    snprintf(why, sizeof(why), "%s: %s; trying again, at least every %d s", d->address,
             way_error(d->link), CONTACT_BACKOFF_MAX_MS / 1000);
    report_clock(&d->report, now);
    report_alarm_of(&d->report, GATEWAY, ALARM_DATA_STALE, false, NULL); /* it is worse than that */
    report_comm(&d->report, GATEWAY, true, why);
    if (!loss_is_told(d))
        report_say(&d->report, LOG_LEVEL_NOTICE, GATEWAY, "does not answer (%s)", why);
}

/* A connection failed or broke. While the gateway was never seen, and takes connections, the pace
 * stays: the units that are there may be far up. True when told to stop. */
static bool fail(struct device *d, const struct link_user *user, bool connected)
{
    int64_t now = link_now_ms();

    if (contact_fail(&d->contact)) {
        way_drop(d->link, user);
        end_sweeps(d);
        plan_restart(&d->plan, now);
        forget_turns(d);
        if (!d->contact.lost)
            lose(d, now);
        if (connected && !d->plan.lap_done)
            contact_keep_pace(&d->contact);
    }
    return rest(d, now + contact_wait_ms(&d->contact, now, loss_is_told(d)));
}

/* Connects, where that is needed; a device on a new connection may be another one. */
static bool connect_now(struct device *d)
{
    uint64_t before = way_counts(d->link).connects;

    if (way_open(d->link) != 0)
        return false;
    if (way_counts(d->link).connects != before) {
        d->contact.connected_ms = link_now_ms();
        span_doubt(&d->plan.span);
    }
    return true;
}

/* String masters that are configured are expected from the start; returns which. */
static uint32_t expect_masters(struct device *d)
{
    struct census c = {.reachable = false};

    if (d->config.line == NULL)
        return 0;
    for (int s = 0; s < d->config.line->masters; s++) {
        c.strings |= (uint32_t)1 << s;
        c.cells[s] = d->config.line->master[s].cells;
    }
    expect_in_model(&c, &d->gateway);
    return c.strings;
}

void device_run(struct device *d)
{
    const struct link_user user = {d, next, done, end_sweeps};
    int64_t now = link_now_ms();
    const struct plan_settings set = {
        .interval_ms = d->config.interval_ms,
        .cell_interval_ms = d->config.cell_interval_ms,
        .cell_interval_discharge_ms = d->config.cell_interval_discharge_ms,
        .place = d->owner.place,
        .function = (uint8_t)d->config.function,
        .spans = d->config.spans,
        .added = d->config.added,
        .addeds = d->config.addeds,
        .strings = expect_masters(d),
    };
    bool stop = false;

    plan_init(&d->plan, &set, &d->decode.cell, now);
    d->health_due =
        now + d->config.interval_ms - ((int64_t)d->config.interval_ms * d->owner.place >> 33);
    while (!stop) {
        bool connected = connect_now(d);
        enum link_run run = connected ? way_run(d->link, &user) : LINK_BROKEN;

        end_sweeps(d);
        if (run == LINK_STOPPED || way_woken(d->link))
            break;
        stop = run == LINK_IDLE ? rest(d, plan_due(&d->plan)) : fail(d, &user, connected);
    }
}
