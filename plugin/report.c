/*
 * See report.h. What stands is the judge's to know; here it gets its words.
 * Remarks about odd values are kept per quantity and string, not per value: a register that counts
 * up through nonsense is one fault, not sixty thousand.
 */
#include "report.h"

#include "core/quantity.h"
#include "report_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static judge_tell on_verdict;

void report_init(struct report *r, const struct gateway *g, const struct judge_settings *set,
                 report_alarm *alarm, void *ctx)
{
    *r = (struct report){.gateway = g, .alarm = alarm, .ctx = ctx};
    judge_init(&r->judge, g, set, on_verdict, r);
}

void report_free(struct report *r)
{
    judge_free(&r->judge);
}

void report_names(struct report *r, const struct identities *ids)
{
    r->identities = ids;
}

void report_clock(struct report *r, int64_t now)
{
    r->now = now;
}

/* What the words of an object need to know. */
static struct identity_place place_of(const struct report *r, struct object o)
{
    struct identity_place p = {.device = r->gateway->name,
                               .what = r->gateway->is_line ? "serial line" : NULL};
    const struct quantity_def *d;

    switch (o.level) {
    case ALARM_OF_SITE:
    case ALARM_OF_GATEWAY:
    case ALARM_OF_SENSOR:
        break;
    case ALARM_OF_UPS:
        p.ups = o.index + 1;
        break;
    case ALARM_OF_CELL:
        p.cell = o.cell + 1;
        p.string = o.index + 1;
        break;
    case ALARM_OF_STRING:
        p.string = o.index + 1;
        break;
    case ALARM_OF_CHANNEL:
        p.string = o.index / CHANNEL_KINDS + 1;
        break;
    case ALARM_OF_QUANTITY:
        d = r->gateway->quantity[o.index].is;
        p.ups = d->ups;
        p.string = d->string;
        p.cell = d->cell;
        break;
    }
    if (p.string != 0)
        p.ups = r->ups[p.string - 1];
    return p;
}

static void name_object(const struct report *r, struct object o, char *ret, size_t size)
{
    struct identity_place p = place_of(r, o);
    size_t used;

    identity_write_subject(r->identities, &p, ret, size);
    if (o.level != ALARM_OF_QUANTITY)
        return;
    used = strlen(ret);
    snprintf(ret + used, size - used, " quantity \"%s\"", r->gateway->quantity[o.index].is->name);
    identity_trim(ret);
}

void report_say(const struct report *r, enum log_level level, struct object o, const char *format,
                ...)
{
    char name[WORDS_NAME_SIZE], text[512];
    va_list ap;

    name_object(r, o, name, sizeof(name));
    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    log_say(level, "%s: %s", name, text);
}

/* What configuration calls a relay or input; "": nothing. */
static const char *channel_name(const struct report *r, int channel)
{
    const struct channel_def *d = r->gateway->channel[channel].is;

    return d != NULL ? d->name : "";
}

/* The relay or input of its string, with its name. */
static void name_channel(const struct report *r, int channel, char *ret, size_t size)
{
    const char *what = channel_kind_of(channel) == CHANNEL_RELAY ? "relay" : "input";
    const char *name = channel_name(r, channel);

    snprintf(ret, size, *name != '\0' ? "%s \"%s\"" : "%s%s", what, name);
}

/* What is left for names beside `more`; the bare numbers of a string have room in any case. */
static size_t room_beside(const char *more, size_t size)
{
    size_t n = strlen(more), least = size / 2;

    return n < size - least ? size - n : least;
}

/* "gw-a / UPS 2 / string 3 / cell 17": where it stands, for people who know the hall. */
static void name_place(const struct report *r, struct object o, struct alarm *a)
{
    const struct identity_place p = place_of(r, o);
    char more[NAME_SIZE + 24] = "", channel[NAME_SIZE + 16];

    if (o.level == ALARM_OF_CHANNEL) {
        name_channel(r, o.index, channel, sizeof(channel));
        snprintf(more, sizeof(more), " / %s", channel);
    }
    if (o.level == ALARM_OF_QUANTITY)
        snprintf(more, sizeof(more), " / %s", r->gateway->quantity[o.index].is->name);
    identity_write_object(r->identities, &p, a->object, room_beside(more, sizeof(a->object)));
    snprintf(a->object + strlen(a->object), sizeof(a->object) - strlen(a->object), "%s", more);
    identity_trim(a->object);
}

/* A string that is lost shows zeros, but its alarm must still say where to go: what counts is what
 * it said while it was there. */
static void remember_ups(struct report *r, int s)
{
    const struct string *string = &r->gateway->string[s];
    int32_t ups = string->value[STRING_UPS_ID];

    if (validity_usable(string->validity[STRING_UPS_ID]) &&
        !string_is(string, STRING_STATUS, STATUS_DISABLED))
        r->ups[s] = ups >= 1 && ups <= UPS_MAX ? (uint8_t)ups : 0;
}

static void place_string(const struct report *r, int s, struct alarm *a)
{
    a->string = (uint16_t)(s + 1);
    a->ups = r->ups[s];
}

static void place_quantity(const struct report *r, const struct quantity *q, struct alarm *a)
{
    a->cell = q->number;
    if (q->is->string != 0)
        place_string(r, q->is->string - 1, a);
    else
        a->ups = q->is->ups;
}

static void place(const struct report *r, struct object o, struct alarm *a)
{
    if (o.level == ALARM_OF_UPS)
        a->ups = (uint16_t)(o.index + 1);
    if (o.level == ALARM_OF_STRING || o.level == ALARM_OF_CELL)
        place_string(r, o.index, a);
    if (o.level == ALARM_OF_CELL)
        a->cell = (uint16_t)(o.cell + 1);
    if (o.level == ALARM_OF_CHANNEL) {
        place_string(r, o.index / CHANNEL_KINDS, a);
        a->cell = (uint16_t)channel_code(o.index / CHANNEL_KINDS, channel_kind_of(o.index));
    }
    if (o.level == ALARM_OF_QUANTITY)
        place_quantity(r, &r->gateway->quantity[o.index], a);
    name_place(r, o, a);
}

/* ---- verdicts ---------------------------------------------------------------------------- */

/* Why an object is lost: what was said of it, or what the model says of a cell. */
static char *why_of(struct report *r, struct object o, size_t *ret_size)
{
    switch (o.level) {
    case ALARM_OF_UPS:
        *ret_size = sizeof(r->why_ups[0]);
        return r->why_ups[o.index];
    case ALARM_OF_STRING:
        *ret_size = sizeof(r->why_string[0]);
        return r->why_string[o.index];
    case ALARM_OF_GATEWAY:
    case ALARM_OF_SITE:
    case ALARM_OF_SENSOR:
    case ALARM_OF_CHANNEL:
    case ALARM_OF_QUANTITY:
        break;
    case ALARM_OF_CELL:
        return NULL;
    }
    *ret_size = sizeof(r->why_gateway);
    return r->why_gateway;
}

static const char *cell_why(const struct report *r, struct object o)
{
    const struct cell *c = &r->gateway->string[o.index].cell[o.cell];

    if (c->misses == 0)
        return "";
    return validity_usable(c->validity[CELL_STATUS]) && c->value[CELL_STATUS] == STATUS_DISABLED
               ? "disabled"
               : "not answered";
}

static const char *note_of(struct report *r, const struct verdict *v)
{
    size_t size;

    if (!(v->sources & ALARM_SOURCE_INTERNAL))
        return v->note;
    return v->object.level == ALARM_OF_CELL ? cell_why(r, v->object) : why_of(r, v->object, &size);
}

/* What is so: of a relay or input, which one it is, and in which state it should not be. Without a
 * normal state (any more) there is none. */
static void write_what(const struct report *r, const struct verdict *v, char *ret, size_t size)
{
    const struct channel_def *d =
        v->object.level == ALARM_OF_CHANNEL ? r->gateway->channel[v->object.index].is : NULL;
    enum channel_kind kind = channel_kind_of(v->object.index);
    char name[NAME_SIZE + 16];

    if (d == NULL || d->normal == CHANNEL_NOT_TOLD) {
        snprintf(ret, size, "%s", alarm_kinds[v->row].text);
        return;
    }
    name_channel(r, v->object.index, name, sizeof(name));
    snprintf(ret, size, "%s %s %s, normally %s", name, v->news == CONDITION_CLEARED ? "was" : "is",
             channel_state(kind, !d->normal), channel_state(kind, d->normal));
}

static void fill_alarm(struct report *r, const struct verdict *v, struct alarm *ret)
{
    char name[WORDS_NAME_SIZE], what[NAME_SIZE + 64];
    const char *note;

    if (v->object.level == ALARM_OF_STRING || v->object.level == ALARM_OF_CELL)
        remember_ups(r, v->object.index);
    if (v->object.level == ALARM_OF_CHANNEL)
        remember_ups(r, v->object.index / CHANNEL_KINDS);
    place(r, v->object, ret);
    note = note_of(r, v);
    write_what(r, v, what, sizeof(what));
    name_object(r, v->object, name, words_room(v, what, note));
    words_fill(v, name, what, note, ret);
}

static void on_verdict(void *ctx, const struct verdict *v)
{
    struct report *r = ctx;
    struct alarm_event e = {
        .gateway = r->gateway, .kind = &alarm_kinds[v->row], .what = words_event(v->news)};

    fill_alarm(r, v, &e.alarm);
    words_log(v, &e.alarm);
    r->alarm(r->ctx, &e);
}

/* ---- odd values -------------------------------------------------------------------------- */

static bool first_time(uint32_t *said, int quantity)
{
    uint32_t bit = (uint32_t)1 << quantity;
    bool first = !(*said & bit);

    *said |= bit;
    return first;
}

static void remark_impossible(struct report *r, struct object o, const struct reg *row,
                              int32_t value)
{
    report_say(r, LOG_LEVEL_WARNING, o,
               "%s reads %d, which no battery has; not published (said once). Check WordOrder, "
               "the register's offset and the wiring",
               row->name, (int)value);
}

static void remark_strange(struct report *r, struct object o, const struct reg *row, int32_t value,
                           const char *then)
{
    report_say(r, LOG_LEVEL_WARNING, o, "%s is %d, which the vendor's list does not have; %s",
               row->name, (int)value, then);
}

static void remark_values(struct report *r, struct object o, const struct reg *rows, int count,
                          const int32_t *value, const uint8_t *validity, uint32_t *strange)
{
    for (const struct reg *row = rows; row < rows + count; row++) {
        int q = row->quantity;

        if (validity[q] == VALIDITY_IMPOSSIBLE && first_time(&r->impossible[o.level - 1], q))
            remark_impossible(r, o, row, value[q]);
        if (row->names != NULL && validity_usable(validity[q]) &&
            registers_value_name(row, value[q]) == NULL && first_time(strange, q))
            remark_strange(r, o, row, value[q], "published as it is (said once)");
    }
}

static void remark_limit(struct report *r, struct object o, const struct string *s,
                         enum string_quantity q, int most, const char *then)
{
    if (validity_usable(s->validity[q]) && s->value[q] > most &&
        first_time(&r->strange[o.index], q))
        remark_strange(r, o, &registers_string[q], s->value[q], then);
}

/* Bits 7 to 15 of string_alarm are not described by the vendor. */
static void remark_bits(struct report *r, struct object o, const struct string *s)
{
    int32_t word = s->value[STRING_ALARM];

    if (validity_usable(s->validity[STRING_ALARM]) && word >> 7 != 0 &&
        first_time(&r->strange[o.index], STRING_ALARM))
        report_say(r, LOG_LEVEL_WARNING, o,
                   "string_alarm is 0x%04x, with bits that the vendor's list does not have; "
                   "published as it is (said once)",
                   (unsigned)word);
}

/* ---- objects ----------------------------------------------------------------------------- */

void report_ups(struct report *r, int u)
{
    const struct ups *ups = &r->gateway->ups[u];
    struct object o = {ALARM_OF_UPS, u, 0};

    remark_values(r, o, registers_ups, UPS_QUANTITIES, ups->value, ups->validity, &r->strange_ups);
    judge_ups(&r->judge, u, r->now);
}

void report_string(struct report *r, int s)
{
    const struct string *string = &r->gateway->string[s];
    struct object o = {ALARM_OF_STRING, s, 0};

    remember_ups(r, s);
    remark_values(r, o, registers_string, STRING_IN_BLOCK, string->value, string->validity,
                  &r->strange[s]);
    remark_limit(r, o, string, STRING_UPS_ID, UPS_MAX,
                 "published as it is, and counted to no UPS (said once)");
    remark_limit(r, o, string, STRING_CELL_COUNT, CELL_MAX,
                 "published as it is; the 120 cells that a string can have are read (said once)");
    remark_bits(r, o, string);
    judge_string(&r->judge, s, r->now);
}

void report_added(struct report *r, int s, enum string_quantity q)
{
    const struct string *string = &r->gateway->string[s];

    remark_values(r, (struct object){ALARM_OF_STRING, s, 0}, &registers_string[q], 1, string->value,
                  string->validity, &r->strange[s]);
    judge_added(&r->judge, s, r->now);
}

void report_quantity(struct report *r, int q)
{
    const struct quantity *is = &r->gateway->quantity[q];
    uint64_t bit = (uint64_t)1 << q;

    if (is->validity == VALIDITY_IMPOSSIBLE && !(r->impossible_quantity & bit)) {
        r->impossible_quantity |= bit;
        report_say(r, LOG_LEVEL_WARNING, (struct object){ALARM_OF_QUANTITY, q, 0},
                   "reads %" PRId64 ", which is not between its Min and Max; not published (said "
                   "once). Check Type, WordOrder, Scale and Address",
                   is->raw);
    }
    judge_quantity(&r->judge, q, r->now);
}

void report_cell(struct report *r, int s, int c)
{
    const struct cell *cell = &r->gateway->string[s].cell[c];
    struct object o = {ALARM_OF_CELL, s, c};

    remark_values(r, o, registers_cell, CELL_QUANTITIES, cell->value, cell->validity,
                  &r->strange_cell);
    judge_cell(&r->judge, s, c, r->now);
}

void report_sweep(struct report *r, int s)
{
    enum cell_type was = judge_learned(&r->judge, s), is;

    judge_sweep(&r->judge, s, r->now);
    is = judge_learned(&r->judge, s);
    if (is != was)
        report_say(r, LOG_LEVEL_NOTICE, (struct object){ALARM_OF_STRING, s, 0},
                   "its cells float like those of %d V, so their voltages have the limits of these "
                   "from now on (CellType tells another one)",
                   (int)is);
}

void report_turn(struct report *r)
{
    judge_turn(&r->judge, r->now);
}

void report_tick(struct report *r)
{
    judge_tick(&r->judge, r->now);
    if (r->judge.conditions.full && first_time(&r->said_full, 0))
        report_say(r, LOG_LEVEL_ERROR, (struct object){ALARM_OF_GATEWAY, 0, 0},
                   "more is wrong at once than there is room for (%d): some of it is not told",
                   CONDITIONS_MAX);
}

void report_alarm_of(struct report *r, struct object o, int kind, bool lost, const char *why)
{
    int row = alarm_row((uint16_t)kind);
    size_t size;
    char *keep = why_of(r, o, &size);

    if (judge_holds(&r->judge, row, o) == lost)
        return;
    if (keep != NULL)
        snprintf(keep, size, "%s", why != NULL ? why : "");
    judge_set(&r->judge, row, o, lost, r->now);
}

bool report_is_slow(uint32_t is_ms, uint32_t set_ms, char why[REPORT_PACE_SIZE])
{
    enum { INTERVALS = 3, LEAST_MS = 60000 }; /* as collectorDown has it */

    snprintf(why, REPORT_PACE_SIZE, "%u s between two turns, Interval is %g s", is_ms / 1000,
             set_ms / 1000.0);
    return is_ms > (INTERVALS * set_ms > LEAST_MS ? INTERVALS * set_ms : LEAST_MS);
}

void report_pace(struct report *r, uint32_t is_ms, uint32_t set_ms)
{
    char why[REPORT_PACE_SIZE];

    report_alarm_of(r, (struct object){ALARM_OF_GATEWAY, 0, 0}, ALARM_DATA_STALE,
                    report_is_slow(is_ms, set_ms, why), why);
}

/* A cell's sensor lives on its cell. Once it counts as lost in one way it does not change over. */
static int cell_kind(const struct report *r, struct object o)
{
    int silent = alarm_row(ALARM_CELL_COMM_LOST), died = alarm_row(ALARM_CELL_LOST_IN_DISCHARGE);

    if (judge_holds(&r->judge, died, o))
        return ALARM_CELL_LOST_IN_DISCHARGE;
    if (judge_holds(&r->judge, silent, o) || judge_mode(&r->judge, o.index) != MODE_DISCHARGE)
        return ALARM_CELL_COMM_LOST;
    return ALARM_CELL_LOST_IN_DISCHARGE;
}

void report_comm(struct report *r, struct object o, bool lost, const char *why)
{
    static const int kind[] = {ALARM_GATEWAY_COMM_LOST, ALARM_UPS_COMM_LOST, ALARM_STRING_COMM_LOST,
                               ALARM_CELL_COMM_LOST};

    report_alarm_of(r, o, o.level == ALARM_OF_CELL ? cell_kind(r, o) : kind[o.level], lost, why);
}

/* Those that are told by a change of presence: what is there already will not appear again. All
 * others are looked at with every answer or sweep. */
static bool back_already(const struct report *r, struct object o, int kind)
{
    switch (kind) {
    case ALARM_GATEWAY_COMM_LOST:
        return r->gateway->health.reachable;
    case ALARM_UPS_COMM_LOST:
        return r->gateway->ups[o.index].presence == PRESENCE_HERE;
    case ALARM_STRING_COMM_LOST:
        return r->gateway->string[o.index].presence == PRESENCE_HERE;
    default:
        return false;
    }
}

static int quantity_numbered(const struct report *r, int number)
{
    for (int i = 0; i < r->gateway->quantities; i++)
        if (r->gateway->quantity[i].number == number)
            return i;
    return -1;
}

/* What configuration describes. */
static bool described_object(const struct report *r, const struct alarm *a, struct object *ret)
{
    int string = a->string - 1;

    *ret = (struct object){(enum alarm_level)a->level, quantity_numbered(r, a->cell), 0};
    if (a->level == ALARM_OF_QUANTITY)
        return ret->index >= 0;
    if (string < 0 || string >= STRING_MAX)
        return false;
    for (int k = 0; k < CHANNEL_KINDS; k++)
        if (channel_code(string, (enum channel_kind)k) == a->cell)
            ret->index = channel_at(string, (enum channel_kind)k);
    return ret->index >= 0;
}

/* What is not described any more: nothing will ever say that it is over. */
static void end_for_good(struct report *r, const struct alarm *a)
{
    struct alarm_event e = {.gateway = r->gateway,
                            .kind = &alarm_kinds[alarm_row(a->kind)],
                            .what = EVENT_CLEARED,
                            .alarm = *a};

    snprintf(e.alarm.text, sizeof(e.alarm.text), "%.120s: over: not configured any more",
             a->object);
    r->alarm(r->ctx, &e);
}

/* The object that an alarm is of. False when no gateway has such a one. */
static bool object_of(const struct report *r, const struct alarm *a, struct object *ret)
{
    int index = a->level == ALARM_OF_UPS ? a->ups : a->string;

    if (a->level == ALARM_OF_CHANNEL || a->level == ALARM_OF_QUANTITY)
        return described_object(r, a, ret);
    *ret = (struct object){(enum alarm_level)a->level, index - 1, a->cell - 1};
    if (a->level == ALARM_OF_GATEWAY)
        ret->index = 0;
    if (a->level != ALARM_OF_CELL)
        ret->cell = 0;
    return a->level != ALARM_OF_SITE && ret->index >= 0 && ret->index < STRING_MAX &&
           ret->cell >= 0 && ret->cell < CELL_MAX;
}

void report_preset(struct report *r, const struct alarm *a)
{
    int row = alarm_row(a->kind);
    struct object o;

    if (row < 0 || alarm_kinds[row].level != (enum alarm_level)a->level)
        return;
    if (!object_of(r, a, &o)) {
        if (a->level == ALARM_OF_QUANTITY && quantity_numbered(r, 0) < 0)
            end_for_good(r, a); /* all numbers are known, and none is its */
        return;
    }
    if (judge_stands(&r->judge, row, o))
        return;
    judge_preset(&r->judge, row, o, (enum alarm_severity)a->severity, a->sources, r->now);
    if (a->has_limit)
        judge_preset_limit(&r->judge, row, o, a->limit);
    if (o.level != ALARM_OF_UPS && a->string >= 1 && a->string <= STRING_MAX && a->ups >= 1 &&
        a->ups <= UPS_MAX)
        r->ups[a->string - 1] = (uint8_t)a->ups;
    if (back_already(r, o, a->kind))
        report_alarm_of(r, o, a->kind, false, NULL);
}

void report_repeat(struct report *r, report_alarm *to, void *ctx)
{
    report_alarm *alarm = r->alarm;
    void *own = r->ctx;

    r->alarm = to;
    r->ctx = ctx;
    judge_repeat(&r->judge);
    r->alarm = alarm;
    r->ctx = own;
}
