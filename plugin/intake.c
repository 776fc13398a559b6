/*
 * See intake.h. Cells that vanish are told at the end of their sweep and only if others of the
 * string are still there: when all go, the string went, and that is one line, not a hundred.
 */
#include "intake.h"

#include "core/registers.h"
#include "link/mbap.h"

#include <stdio.h>
#include <string.h>

enum {
    CURRENT_JUMP = 500, /* 5.00 A between two turns: worth reading the cells */
    CELL_MISSES = 2,    /* sweeps in a row: lost */
};

static struct object object_of(struct plan_tag t)
{
    return (struct object){t.kind == PLAN_UPS ? ALARM_OF_UPS : ALARM_OF_STRING, t.index, 0};
}

const char *intake_describe(const struct link_answer *a, char *buf, size_t size)
{
    switch (a->result) {
    case LINK_OK:
        return "disabled";
    case LINK_EXCEPTION:
        snprintf(buf, size, "exception %d, %s", a->exception, mbap_exception_name(a->exception));
        return buf;
    case LINK_MISMATCH:
        return "the answer is not what was asked for";
    case LINK_TIMEOUT:
        return "no answer";
    case LINK_CUT:
        return "the connection breaks on it";
    case LINK_LOST:
        return "connection lost";
    }
    return "";
}

/* ---- UPS and strings --------------------------------------------------------------------- */

/* May something that was never seen be there? All ones is what empty memory reads. */
static bool believable(int32_t status)
{
    return status != STATUS_DISABLED && status != UINT16_MAX;
}

/* In this run; it may be expected. */
static bool never_seen(const struct intake *in, enum plan_kind kind, int index)
{
    return plan_presence(in->plan, (struct plan_tag){.kind = kind, .index = (uint8_t)index}) ==
           PRESENCE_NEVER;
}

static bool take_ups(const struct intake *in, int64_t now, int index, const struct link_answer *a)
{
    struct ups *u = &in->gateway->ups[index];

    decode_ups(in->decode, a->words, UPS_QUANTITIES + 2, u);
    if (!believable(u->value[UPS_STATUS]) && never_seen(in, PLAN_UPS, index)) {
        memset(u->validity, VALIDITY_ABSENT, sizeof(u->validity));
        return false;
    }
    u->read_ms = now;
    report_ups(in->report, index);
    return u->value[UPS_STATUS] != STATUS_DISABLED;
}

static bool changed(const struct string *before, const struct string *after, int quantity)
{
    return before->value[quantity] != after->value[quantity];
}

/* Something happened in this string: its cells are worth reading before their time. */
static bool stirred(const struct string *before, const struct string *after)
{
    int64_t jump = (int64_t)after->value[STRING_CURRENT] - before->value[STRING_CURRENT];

    if (!validity_usable(after->validity[STRING_CURRENT]))
        jump = 0;
    return changed(before, after, STRING_STATUS) || changed(before, after, STRING_STATE) ||
           changed(before, after, STRING_ALARM) || jump >= CURRENT_JUMP || jump <= -CURRENT_JUMP;
}

static void say_state(const struct intake *in, int index, const struct string *before)
{
    const struct string *s = &in->gateway->string[index];
    const struct reg *row = &registers_string[STRING_STATE];
    const char *from = registers_value_name(row, before->value[STRING_STATE]);
    const char *to = registers_value_name(row, s->value[STRING_STATE]);

    if (changed(before, s, STRING_STATE) && from != NULL && to != NULL)
        report_say(in->report, LOG_LEVEL_NOTICE, (struct object){ALARM_OF_STRING, index, 0},
                   "state %s, was %s", to, from);
}

static void take_cell_count(const struct intake *in, int64_t now, int index)
{
    struct string *s = &in->gateway->string[index];
    int32_t count = s->value[STRING_CELL_COUNT];
    int before = s->cells;
    int cells = count <= CELL_MAX ? count : before > 0 ? before : CELL_MAX;

    if (!validity_usable(s->validity[STRING_CELL_COUNT]) ||
        !plan_cells(in->plan, now, index, cells))
        return;
    s->cells = (uint8_t)cells;
    if (before > 0 && before != cells)
        report_say(in->report, LOG_LEVEL_NOTICE, (struct object){ALARM_OF_STRING, index, 0},
                   "%d cells, were %d", cells, before);
}

static void follow_string(const struct intake *in, int64_t now, int index,
                          const struct string *before)
{
    struct string *s = &in->gateway->string[index];

    if (s->value[STRING_UPS_ID] >= 1 && s->value[STRING_UPS_ID] <= UPS_MAX)
        plan_expect_ups(in->plan, s->value[STRING_UPS_ID] - 1);
    take_cell_count(in, now, index);
    plan_discharging(in->plan, now, index, string_is(s, STRING_STATE, STATE_DISCHARGE));
    if (before->presence != PRESENCE_HERE)
        return;
    if (stirred(before, s))
        plan_trigger(in->plan, index);
    say_state(in, index, before);
}

/* What was shown once is there, also when it falls silent. */
static void note_channels(struct gateway *g, int s)
{
    const struct string *string = &g->string[s];

    g->channel[channel_at(s, CHANNEL_RELAY)].seen |=
        validity_usable(string->validity[STRING_RELAY]);
    g->channel[channel_at(s, CHANNEL_INPUT)].seen |=
        validity_usable(string->validity[STRING_AUX_INPUT]);
}

static bool take_string(const struct intake *in, int64_t now, int index,
                        const struct link_answer *a, uint16_t words)
{
    struct string *s = &in->gateway->string[index];
    struct string before = {.presence = s->presence};
    bool there;

    memcpy(before.value, s->value, sizeof(before.value));
    decode_string(in->decode, a->words, words, s);
    there = s->value[STRING_STATUS] != STATUS_DISABLED;
    if (!believable(s->value[STRING_STATUS]) && never_seen(in, PLAN_STRING, index)) {
        memset(s->validity, VALIDITY_ABSENT, sizeof(s->validity));
        return false;
    }
    s->read_ms = now;
    note_channels(in->gateway, index);
    if (there)
        follow_string(in, now, index, &before);
    report_string(in->report, index);
    return there;
}

static void say_found(const struct intake *in, struct plan_tag t)
{
    const struct string *s = &in->gateway->string[t.index];

    if (t.kind == PLAN_STRING)
        report_say(in->report, LOG_LEVEL_NOTICE, object_of(t), "found, %d cells, UPS %d", s->cells,
                   (int)s->value[STRING_UPS_ID]);
    else
        report_say(in->report, LOG_LEVEL_NOTICE, object_of(t), "found");
}

void intake_presence(const struct intake *in, struct plan_tag t, const struct link_answer *a,
                     bool known)
{
    struct ups *u = &in->gateway->ups[t.index];
    struct string *s = &in->gateway->string[t.index];
    enum presence *is = t.kind == PLAN_UPS ? &u->presence : &s->presence;
    enum presence was = *is;
    char why[96];

    if (a->result == LINK_LOST) /* says nothing about this unit */
        return;
    *is = plan_presence(in->plan, t);
    if (*is == PRESENCE_NEVER && was != PRESENCE_NEVER) { /* not in this run, but it is expected */
        *is = was;
        report_comm(in->report, object_of(t), true, intake_describe(a, why, sizeof(why)));
        return;
    }
    if (*is == was)
        return;
    if (was == PRESENCE_NEVER && known)
        say_found(in, t);
    if (a->result != LINK_OK && t.kind == PLAN_UPS)
        validity_expire(u->validity, UPS_QUANTITIES);
    if (a->result != LINK_OK && t.kind == PLAN_STRING)
        validity_expire(s->validity, STRING_QUANTITIES);
    if (*is == PRESENCE_HERE && t.kind == PLAN_STRING)
        plan_trigger(in->plan, t.index);
    report_comm(in->report, object_of(t), *is != PRESENCE_HERE,
                *is == PRESENCE_HERE ? NULL : intake_describe(a, why, sizeof(why)));
}

/* ---- what configuration adds ------------------------------------------------------------- */

/* Between the question and the answer what it is of may have gone. */
static bool owner_here(const struct gateway *g, const struct reg_added *r)
{
    switch (r->of) {
    case REG_OF_STRING:
        return g->string[r->index].presence == PRESENCE_HERE;
    case REG_OF_UPS:
        return g->ups[r->index].presence == PRESENCE_HERE;
    case REG_OF_GATEWAY:
        break;
    }
    return true;
}

static void take_builtin(const struct intake *in, int64_t now, const struct reg_added *r,
                         const uint16_t *words)
{
    struct string *s = &in->gateway->string[r->index];

    decode_added(in->decode, r, words, s);
    s->added_ms[r->quantity - STRING_IN_BLOCK] = now;
    report_added(in->report, r->index, r->quantity);
}

static void take_added(const struct intake *in, int64_t now, int index, const uint16_t *words)
{
    const struct reg_added *r = &in->added[index];

    if (!owner_here(in->gateway, r))
        return;
    if (r->quantity != 0)
        take_builtin(in, now, r, words);
    if (index >= in->gateway->quantities)
        return;
    decode_quantity(in->decode, r, words, &in->gateway->quantity[index]);
    in->gateway->quantity[index].read_ms = now;
    report_quantity(in->report, index);
}

void intake_turn(const struct intake *in, int64_t now, int64_t age_ms)
{
    for (struct quantity *q = in->gateway->quantity; q < in->gateway->quantity + QUANTITY_MAX; q++)
        if (now - q->read_ms > age_ms)
            validity_expire(&q->validity, 1);
    for (struct string *s = in->gateway->string; s < in->gateway->string + STRING_MAX; s++)
        for (int i = 0; i < STRING_ADDED; i++)
            if (now - s->added_ms[i] > age_ms)
                validity_expire(&s->validity[STRING_IN_BLOCK + i], 1);
}

/* ---- cells ------------------------------------------------------------------------------- */

/* In this run. */
static bool never_read(const struct cell *c)
{
    return c->validity[CELL_STATUS] == VALIDITY_ABSENT;
}

static void take_cell(const struct intake *in, int index, int number, const uint16_t *words,
                      size_t n)
{
    struct string *s = &in->gateway->string[index];
    struct cell *c = &s->cell[number];

    c->seen &= !never_read(c); /* it was only expected */
    decode_cell(in->decode, s->cell_type, words, n, c);
    c->outcome = OUTCOME_READ;
    c->seen |= believable(c->value[CELL_STATUS]);
    report_cell(in->report, index, number);
}

/* Of a span that failed both: they are read again singly, or the sweep is given up. */
void intake_miss(const struct intake *in, struct plan_tag t, const struct link_answer *a)
{
    if (a->result == LINK_LOST || (t.kind != PLAN_CELL && t.kind != PLAN_SPAN))
        return;
    for (int i = 0; i < t.cells; i++)
        in->gateway->string[t.index].cell[t.cell + i].outcome = OUTCOME_MISSED;
}

static bool cell_there(const struct cell *c)
{
    return c->outcome == OUTCOME_READ && c->value[CELL_STATUS] != STATUS_DISABLED;
}

/* A cell that was there and is not, in two sweeps running, is lost. */
static void count_misses(const struct intake *in, int s, int i)
{
    struct cell *c = &in->gateway->string[s].cell[i];
    struct object o = {ALARM_OF_CELL, s, i};

    if (!c->seen || never_read(c) || c->outcome == OUTCOME_NONE)
        return;
    c->misses = cell_there(c) ? 0 : c->misses < UINT8_MAX ? c->misses + 1 : c->misses;
    if (c->misses == 0)
        report_comm(in->report, o, false, NULL);
    if (c->misses < CELL_MISSES)
        return;
    if (c->outcome == OUTCOME_MISSED)
        validity_expire(c->validity, CELL_QUANTITIES);
    report_comm(in->report, o, true, c->outcome == OUTCOME_READ ? "disabled" : "not answered");
}

/* All cells at once: the string went (the fast lane tells), or what connects its cells. */
static void count_all_missing(const struct intake *in, int index)
{
    struct string *s = &in->gateway->string[index];
    struct object o = {ALARM_OF_STRING, index, 0};
    bool any_seen = false, any_asked = false;

    for (int i = 0; i < s->cells; i++) {
        any_seen |= s->cell[i].seen;
        any_asked |= s->cell[i].outcome != OUTCOME_NONE; /* not where the whole gateway is mute */
        s->cell[i].misses += s->cell[i].seen && s->cell[i].misses < UINT8_MAX;
    }
    if (!any_seen || !any_asked || s->presence != PRESENCE_HERE || ++s->empty_sweeps < CELL_MISSES)
        return;
    for (int i = 0; i < s->cells; i++)
        validity_expire(s->cell[i].validity, CELL_QUANTITIES);
    report_alarm_of(in->report, o, ALARM_STRING_CELLS_LOST, true, NULL);
}

bool intake_sweep(const struct intake *in, int s)
{
    struct string *string = &in->gateway->string[s];
    struct object o = {ALARM_OF_STRING, s, 0};
    bool any_read = false, any_there = false;

    for (const struct cell *c = string->cell; c < string->cell + string->cells; c++) {
        any_read |= c->outcome == OUTCOME_READ;
        any_there |= cell_there(c);
    }
    if (!any_there) {
        count_all_missing(in, s);
        return any_read;
    }
    string->empty_sweeps = 0;
    report_alarm_of(in->report, o, ALARM_STRING_CELLS_LOST, false, NULL);
    for (int i = 0; i < string->cells; i++)
        count_misses(in, s, i);
    return true;
}

bool intake_words(const struct intake *in, int64_t now, const struct link_request *r,
                  const struct link_answer *a)
{
    struct plan_tag t = plan_tag(r);

    switch (t.kind) {
    case PLAN_UPS:
        return take_ups(in, now, t.index, a);
    case PLAN_STRING:
        return take_string(in, now, t.index, a, r->count);
    case PLAN_CELL:
    case PLAN_SPAN:
        for (int i = 0; i < t.cells; i++)
            take_cell(in, t.index, t.cell + i, a->words + i * REG_CELL_STRIDE,
                      r->count - (size_t)(t.cells - 1) * REG_CELL_STRIDE);
        return true;
    case PLAN_ADDED:
        take_added(in, now, t.index, a->words);
        return true;
    case PLAN_PROOF: /* the plan's own business */
        break;
    }
    return true;
}
