/* See report_th.h. */
#include "report_th.h"

#include "core/th_decode.h"
#include "core/th_registers.h"
#include "report_words.h"

#include <stdarg.h>
#include <stdio.h>

static judge_tell on_verdict;

void report_th_init(struct report_th *r, const struct th_controller *th,
                    const struct limit_settings *own, const struct limit_settings *site,
                    report_alarm *alarm, void *ctx)
{
    *r = (struct report_th){.th = th, .alarm = alarm, .ctx = ctx};
    judge_th_init(&r->judge, th, own, site, on_verdict, r);
}

void report_th_free(struct report_th *r)
{
    judge_th_free(&r->judge);
}

void report_th_names(struct report_th *r, const struct identities *ids)
{
    r->identities = ids;
}

void report_th_clock(struct report_th *r, int64_t now)
{
    r->now = now;
}

/* ---- words ------------------------------------------------------------------------------- */

static struct identity_place place_of(const struct report_th *r, struct object o)
{
    return (struct identity_place){
        .device = r->th->name, .sensor = o.level == ALARM_OF_SENSOR ? o.index : 0, .th = true};
}

static void name_object(const struct report_th *r, struct object o, char *ret, size_t size)
{
    const struct identity_place p = place_of(r, o);

    identity_write_subject(r->identities, &p, ret, size);
}

static void place(const struct report_th *r, struct object o, struct alarm *ret)
{
    const struct identity_place p = place_of(r, o);

    ret->cell = (uint16_t)p.sensor;
    identity_write_object(r->identities, &p, ret->object, sizeof(ret->object));
}

/* What the judge says, or why it is lost; of a sensor the model tells it. */
static const char *note_of(const struct report_th *r, const struct verdict *v)
{
    if (!(v->sources & ALARM_SOURCE_INTERNAL))
        return v->note;
    return v->object.level == ALARM_OF_SENSOR ? "its registers are not answered" : r->why;
}

static void on_verdict(void *ctx, const struct verdict *v)
{
    struct report_th *r = ctx;
    struct alarm_event e = {.kind = &alarm_kinds[v->row], .what = words_event(v->news)};
    const char *note = note_of(r, v);
    char name[WORDS_NAME_SIZE];

    place(r, v->object, &e.alarm);
    name_object(r, v->object, name, words_room(v, alarm_kinds[v->row].text, note));
    words_fill(v, name, alarm_kinds[v->row].text, note, &e.alarm);
    words_log(v, &e.alarm);
    r->alarm(r->ctx, &e);
}

static void say(const struct report_th *r, enum log_level level, struct object o,
                const char *format, va_list ap)
{
    char name[WORDS_NAME_SIZE], text[512];

    name_object(r, o, name, sizeof(name));
    vsnprintf(text, sizeof(text), format, ap);
    log_say(level, "%s: %s", name, text);
}

void report_th_say(const struct report_th *r, enum log_level level, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say(r, level, (struct object){ALARM_OF_GATEWAY, 0, 0}, format, ap);
    va_end(ap);
}

/* ---- odd values -------------------------------------------------------------------------- */

static void remark(const struct report_th *r, int number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void remark(const struct report_th *r, int number, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say(r, LOG_LEVEL_WARNING, (struct object){ALARM_OF_SENSOR, number, 0}, format, ap);
    va_end(ap);
}

static bool first_time(uint32_t *said, int quantity)
{
    uint32_t bit = (uint32_t)1 << quantity;
    bool first = !(*said & bit);

    *said |= bit;
    return first;
}

static void remark_values(struct report_th *r, int number)
{
    const struct th_sensor *s = &r->th->sensor[number];

    for (const struct reg *row = th_registers_sensor; row < th_registers_sensor + TH_QUANTITIES;
         row++) {
        int q = row->quantity;

        if (s->validity[q] == VALIDITY_IMPOSSIBLE && first_time(&r->impossible, q))
            remark(r, number, "%s reads %d, which no sensor has; not published (said once)",
                   row->name, (int)s->value[q]);
        if (row->names != NULL && validity_usable(s->validity[q]) &&
            registers_value_name(row, s->value[q]) == NULL && first_time(&r->strange, q))
            remark(r, number,
                   "%s is %d, which the vendor's list does not have; published as it is (said "
                   "once)",
                   row->name, (int)s->value[q]);
    }
    if (th_sensor_there(s) && s->value[TH_INDEX] != number && first_time(&r->said_index, 0))
        remark(r, number,
               "si reads %d: is it a TH-MC, with the map of the vendor's page? (said once)",
               (int)s->value[TH_INDEX]);
}

/* ---- objects ----------------------------------------------------------------------------- */

void report_th_sensor(struct report_th *r, int number)
{
    remark_values(r, number);
    if (number == 0)
        return;
    report_th_alarm_of(r, (struct object){ALARM_OF_SENSOR, number, 0}, ALARM_TH_SENSOR_FAULT, false,
                       NULL);
    judge_th_sensor(&r->judge, number, r->now);
}

void report_th_turn(struct report_th *r)
{
    judge_th_turn(&r->judge, r->now);
}

void report_th_tick(struct report_th *r)
{
    judge_th_tick(&r->judge, r->now);
    if (r->judge.conditions.full && first_time(&r->said_full, 0))
        report_th_say(r, LOG_LEVEL_ERROR,
                      "more is wrong at once than there is room for: some of it is not told");
}

void report_th_alarm_of(struct report_th *r, struct object o, int kind, bool on, const char *why)
{
    int row = alarm_row((uint16_t)kind);

    if (judge_th_holds(&r->judge, row, o) == on)
        return;
    if (o.level == ALARM_OF_GATEWAY)
        snprintf(r->why, sizeof(r->why), "%s", why != NULL ? why : "");
    judge_th_set(&r->judge, row, o, on, r->now);
}

void report_th_pace(struct report_th *r, uint32_t is_ms, uint32_t set_ms)
{
    char why[REPORT_PACE_SIZE];

    report_th_alarm_of(r, (struct object){ALARM_OF_GATEWAY, 0, 0}, ALARM_DATA_STALE,
                       report_is_slow(is_ms, set_ms, why), why);
}

/* ---- from before ------------------------------------------------------------------------- */

/* False when no TH controller has such a one. */
static bool object_of(const struct alarm *a, struct object *ret)
{
    *ret =
        (struct object){(enum alarm_level)a->level, a->level == ALARM_OF_SENSOR ? a->cell : 0, 0};
    return a->level == ALARM_OF_GATEWAY ||
           (a->level == ALARM_OF_SENSOR && a->cell >= 1 && a->cell <= TH_SENSOR_MAX);
}

void report_th_preset(struct report_th *r, const struct alarm *a)
{
    int row = alarm_row(a->kind);
    struct object o;

    if (row < 0 || alarm_kinds[row].level != (enum alarm_level)a->level || !object_of(a, &o) ||
        judge_th_stands(&r->judge, row, o))
        return;
    judge_th_preset(&r->judge, row, o, (enum alarm_severity)a->severity, a->sources, r->now);
    if (a->kind == ALARM_TH_COMM_LOST && r->th->health.reachable)
        report_th_alarm_of(r, o, a->kind, false, NULL);
}

void report_th_repeat(struct report_th *r, report_alarm *to, void *ctx)
{
    report_alarm *alarm = r->alarm;
    void *own = r->ctx;

    r->alarm = to;
    r->ctx = ctx;
    judge_th_repeat(&r->judge);
    r->alarm = alarm;
    r->ctx = own;
}
