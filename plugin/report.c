/*
 * See report.h. Alarms are kept as sets, so "one line per change" is the difference of two sets.
 * Remarks about odd values are kept per quantity and string, not per value: a register that counts
 * up through nonsense is one fault, not sixty thousand.
 */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void report_init(struct report *r, const struct gateway *g, report_alarm *alarm, void *ctx)
{
    *r = (struct report){.gateway = g, .alarm = alarm, .ctx = ctx};
}

static void name_object(const struct report *r, struct object o, char *ret, size_t size)
{
    const char *name = r->gateway->name;

    switch (o.level) {
    case ALARM_OF_SITE:
    case ALARM_OF_GATEWAY:
        snprintf(ret, size, "gateway \"%s\"", name);
        break;
    case ALARM_OF_UPS:
        snprintf(ret, size, "gateway \"%s\" UPS %d", name, o.index + 1);
        break;
    case ALARM_OF_STRING:
        snprintf(ret, size, "gateway \"%s\" string %d", name, o.index + 1);
        break;
    case ALARM_OF_CELL:
        snprintf(ret, size, "gateway \"%s\" string %d cell %d", name, o.index + 1, o.cell + 1);
        break;
    }
}

void report_say(const struct report *r, enum log_level level, struct object o, const char *format,
                ...)
{
    char name[NAME_SIZE + 48], text[512];
    va_list ap;

    name_object(r, o, name, sizeof(name));
    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    log_say(level, "%s: %s", name, text);
}

/* "gw-a / UPS 2 / string 3 / cell 17": where it stands, for people who know the hall. */
static void name_place(const struct report *r, struct alarm *a)
{
    size_t used = (size_t)snprintf(a->object, sizeof(a->object), "%s", r->gateway->name);

    if (a->ups != 0)
        used += (size_t)snprintf(a->object + used, sizeof(a->object) - used, " / UPS %d", a->ups);
    if (a->string != 0)
        used +=
            (size_t)snprintf(a->object + used, sizeof(a->object) - used, " / string %d", a->string);
    if (a->cell != 0)
        snprintf(a->object + used, sizeof(a->object) - used, " / cell %d", a->cell);
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

static void place(const struct report *r, struct object o, struct alarm *a)
{
    if (o.level == ALARM_OF_UPS)
        a->ups = (uint16_t)(o.index + 1);
    if (o.level == ALARM_OF_STRING || o.level == ALARM_OF_CELL) {
        a->string = (uint16_t)(o.index + 1);
        a->ups = r->ups[o.index];
    }
    if (o.level == ALARM_OF_CELL)
        a->cell = (uint16_t)(o.cell + 1);
    name_place(r, a);
}

struct reading {
    const struct reg *row;
    int32_t value;
    uint8_t validity;
};

static struct reading reading_of(const struct report *r, struct object o, int q)
{
    const struct ups *u = &r->gateway->ups[o.index];
    const struct string *s = &r->gateway->string[o.index];
    const struct cell *c = &s->cell[o.cell];

    switch (o.level) {
    case ALARM_OF_UPS:
        return (struct reading){&registers_ups[q], u->value[q], u->validity[q]};
    case ALARM_OF_STRING:
        return (struct reading){&registers_string[q], s->value[q], s->validity[q]};
    case ALARM_OF_CELL:
        return (struct reading){&registers_cell[q], c->value[q], c->validity[q]};
    case ALARM_OF_GATEWAY:
    case ALARM_OF_SITE:
        break;
    }
    return (struct reading){.validity = VALIDITY_ABSENT};
}

/* The value that goes with the alarm, where there is one. */
static void measure(const struct report *r, struct object o, int quantity, struct alarm *a)
{
    struct reading is = {.validity = VALIDITY_ABSENT};

    if (quantity >= 0)
        is = reading_of(r, o, quantity);
    if (!validity_usable(is.validity))
        return;
    a->has_value = true;
    a->value = is.value;
    a->decimals = is.row->decimals;
    snprintf(a->unit, sizeof(a->unit), "%s", is.row->unit);
}

static void write_text(const struct report *r, struct object o, const struct alarm_kind *k,
                       bool raised, const char *why, struct alarm *a)
{
    char name[NAME_SIZE + 48], value[48] = "";
    double divisor = 1;

    for (int i = 0; i < a->decimals; i++)
        divisor *= 10;
    if (a->has_value)
        snprintf(value, sizeof(value), "%.*f %s", a->decimals, a->value / divisor, a->unit);
    name_object(r, o, name, sizeof(name));
    why = why != NULL ? why : value;
    snprintf(a->text, sizeof(a->text), "%s: %s%s%s%s%s", name, raised ? "" : "over: ", k->text,
             *why != '\0' ? " (" : "", why, *why != '\0' ? ")" : "");
}

static void tell(struct report *r, const struct alarm_kind *k, struct object o, bool raised,
                 const char *why)
{
    struct alarm_event e = {
        .gateway = r->gateway, .kind = k, .what = raised ? EVENT_RAISED : EVENT_CLEARED};

    e.alarm.kind = k->number;
    e.alarm.severity = (uint8_t)k->severity;
    e.alarm.level = (uint8_t)k->level;
    if (e.alarm.level == ALARM_OF_STRING || e.alarm.level == ALARM_OF_CELL)
        remember_ups(r, o.index);
    place(r, o, &e.alarm);
    measure(r, o, k->shows, &e.alarm);
    write_text(r, o, k, raised, why, &e.alarm);
    log_say(raised ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE, "%s [%s]", e.alarm.text, k->name);
    r->alarm(r->ctx, &e);
}

static void tell_changes(struct report *r, struct object o, alarm_set *stands, alarm_set now)
{
    for (int i = 0; *stands != now && i < alarm_kind_count; i++) {
        alarm_set bit = (alarm_set)1 << i;

        if ((*stands ^ now) & bit)
            tell(r, &alarm_kinds[i], o, (now & bit) != 0, NULL);
    }
    *stands = now;
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
    tell_changes(r, o, &r->of_ups[u], alarm_of_ups(ups, r->of_ups[u]));
}

void report_string(struct report *r, int s)
{
    const struct string *string = &r->gateway->string[s];
    struct object o = {ALARM_OF_STRING, s, 0};

    remember_ups(r, s);
    remark_values(r, o, registers_string, STRING_QUANTITIES, string->value, string->validity,
                  &r->strange[s]);
    remark_limit(r, o, string, STRING_UPS_ID, UPS_MAX,
                 "published as it is, and counted to no UPS (said once)");
    remark_limit(r, o, string, STRING_CELL_COUNT, CELL_MAX,
                 "published as it is; the 120 cells that a string can have are read (said once)");
    remark_bits(r, o, string);
    tell_changes(r, o, &r->of_string[s], alarm_of_string(string, r->of_string[s]));
}

void report_cell(struct report *r, int s, int c)
{
    const struct cell *cell = &r->gateway->string[s].cell[c];
    struct object o = {ALARM_OF_CELL, s, c};

    remark_values(r, o, registers_cell, CELL_QUANTITIES, cell->value, cell->validity,
                  &r->strange_cell);
    tell_changes(r, o, &r->of_cell[s][c], alarm_of_cell(cell, r->of_cell[s][c]));
}

static alarm_set *set_of(struct report *r, struct object o)
{
    switch (o.level) {
    case ALARM_OF_SITE:
    case ALARM_OF_GATEWAY:
        return &r->of_gateway;
    case ALARM_OF_UPS:
        return &r->of_ups[o.index];
    case ALARM_OF_STRING:
        return &r->of_string[o.index];
    case ALARM_OF_CELL:
        break;
    }
    return &r->of_cell[o.index][o.cell];
}

void report_alarm_of(struct report *r, struct object o, int kind, bool lost, const char *why)
{
    alarm_set *set = set_of(r, o);
    int row = alarm_row((uint16_t)kind);
    alarm_set bit = (alarm_set)1 << row;

    if (((*set & bit) != 0) == lost)
        return;
    *set ^= bit;
    tell(r, &alarm_kinds[row], o, lost, why);
}

void report_comm(struct report *r, struct object o, bool lost, const char *why)
{
    static const int kind[] = {ALARM_GATEWAY_COMM_LOST, ALARM_UPS_COMM_LOST, ALARM_STRING_COMM_LOST,
                               ALARM_CELL_COMM_LOST};

    report_alarm_of(r, o, kind[o.level], lost, why);
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

static bool stands(struct report *r, struct object o, int row)
{
    return (*set_of(r, o) >> row & 1) != 0;
}

void report_preset(struct report *r, const struct alarm *a)
{
    int row = alarm_row(a->kind);
    int index = a->level == ALARM_OF_UPS ? a->ups : a->string;
    struct object o = {(enum alarm_level)a->level, index - 1, a->cell - 1};

    if (row < 0 || alarm_kinds[row].level != o.level)
        return;
    if (o.level == ALARM_OF_GATEWAY)
        o.index = 0;
    if (o.level != ALARM_OF_CELL)
        o.cell = 0;
    if (o.index < 0 || o.index >= STRING_MAX || o.cell < 0 || o.cell >= CELL_MAX)
        return;
    if (stands(r, o, row))
        return;
    *set_of(r, o) |= (alarm_set)1 << row;
    if ((o.level == ALARM_OF_STRING || o.level == ALARM_OF_CELL) && a->ups >= 1 &&
        a->ups <= UPS_MAX)
        r->ups[o.index] = (uint8_t)a->ups;
    if (back_already(r, o, a->kind))
        report_alarm_of(r, o, a->kind, false, NULL);
}
