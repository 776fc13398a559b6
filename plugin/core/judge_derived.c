/* See judge_own.h: what follows from several values of a string and its cells. */
#include "core/judge_own.h"
#include "core/registers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SUM_PERCENT = 3,  /* cells against string */
    MEDIAN_LEAST = 3, /* cells that a median needs */
    LEARN_MS = 3600 * 1000,
};

/* ---- cells ------------------------------------------------------------------------------- */

static bool at_the_end(struct range r, int32_t v)
{
    return v == r.min || v == r.max;
}

/* Its sensor says that it is well, and what it measures cannot be, is nothing, or is exactly the end
 * of its range. */
bool judge_cell_suspect(const struct judge *j, int s, const struct cell *c)
{
    enum cell_type type = j->string[s].basis.cell_type;

    if (c->value[CELL_STATUS] != STATUS_OK || !validity_usable(c->validity[CELL_STATUS]))
        return false;
    if (c->validity[CELL_VOLTAGE] == VALIDITY_IMPOSSIBLE ||
        c->validity[CELL_TEMPERATURE] == VALIDITY_IMPOSSIBLE)
        return true;
    if (validity_usable(c->validity[CELL_VOLTAGE]) &&
        (c->value[CELL_VOLTAGE] == 0 ||
         (type != CELL_TYPE_UNKNOWN &&
          at_the_end(registers_cell_range(type), c->value[CELL_VOLTAGE]))))
        return true;
    return validity_usable(c->validity[CELL_TEMPERATURE]) &&
           at_the_end(registers_cell[CELL_TEMPERATURE].sensor, c->value[CELL_TEMPERATURE]);
}

void judge_cell_derived(struct judge *j, int s, int c, int64_t now)
{
    const struct cell *cell = &j->gateway->string[s].cell[c];
    struct reading r = {cell->value[CELL_VOLTAGE], cell->validity[CELL_VOLTAGE]};

    if (validity_usable(cell->validity[CELL_STATUS]))
        judge_see(j, ALARM_CELL_SENSOR_FAULT, (struct object){ALARM_OF_CELL, s, c},
                  judge_cell_suspect(j, s, cell), &r, now);
}

/* ---- one string -------------------------------------------------------------------------- */

bool judge_current_usable(const struct string *s)
{
    bool alarm = validity_usable(s->validity[STRING_ALARM]);
    int row = alarm_row(ALARM_HALL_DISCONNECTED);

    return validity_usable(s->validity[STRING_CURRENT]) &&
           !(alarm && alarm_holds(&alarm_kinds[row], s->value[STRING_ALARM]));
}

static uint32_t mix(uint32_t hash, const void *data, size_t size)
{
    const uint32_t *word = data;

    for (size_t i = 0; i < size / sizeof(*word); i++)
        hash = (hash ^ word[i]) * 16777619u; /* FNV, by words */
    return hash;
}

static void judge_frozen(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct judge_string *js = &j->string[s];
    uint32_t hash = mix(2166136261u, string->value, STRING_IN_BLOCK * sizeof(string->value[0]));
    bool same = hash == js->string_hash && string->value[STRING_STATUS] == STATUS_OK;

    js->string_hash = hash;
    judge_see(j, ALARM_DATA_FROZEN, (struct object){ALARM_OF_STRING, s, 0}, same, NULL, now);
}

/* Beyond its range the Hall sensor says "at least so much". */
static void judge_hall(struct judge *j, int s, struct object o, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct reading r = {string->value[STRING_CURRENT], string->validity[STRING_CURRENT]};

    if (judge_current_usable(string))
        judge_see(j, ALARM_HALL_RANGE, o, r.validity == VALIDITY_BEYOND, &r, now);
}

/* How long it takes so far; known only from the start of the program, so that less than the limit
 * says nothing of an alarm that stood before. What is told at the end is how long it took. */
static void judge_length(struct judge *j, int s, struct object o, int64_t now)
{
    struct judge_string *js = &j->string[s];
    bool discharging = js->mode.mode == MODE_DISCHARGE;
    struct reading minutes;

    if (discharging)
        js->discharge_ms = now - js->mode.since_ms;
    minutes.validity = js->discharge_ms > 0 ? VALIDITY_GOOD : VALIDITY_ABSENT;
    minutes.value = (int32_t)(js->discharge_ms / 6000); /* tenths */
    if (!discharging)
        judge_limit_over(j, o, LIMIT_DISCHARGE_TOO_LONG, minutes, now);
    else if (judge_past(&js->limit[LIMIT_DISCHARGE_TOO_LONG], minutes.value))
        judge_derived_limit(j, o, LIMIT_DISCHARGE_TOO_LONG, minutes, now);
}

void judge_string_derived(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct object o = {ALARM_OF_STRING, s, 0};
    struct reading volts = {string->value[STRING_VOLTAGE], string->validity[STRING_VOLTAGE]};

    if (validity_usable(string->validity[STRING_STATE])) {
        judge_see(j, ALARM_STRING_DISCHARGING, o, string_is(string, STRING_STATE, STATE_DISCHARGE),
                  &volts, now);
        judge_see(j, ALARM_STRING_IDLE, o, string_is(string, STRING_STATE, STATE_IDLE), &volts,
                  now);
        judge_length(j, s, o, now);
    }
    judge_hall(j, s, o, now);
    if (validity_usable(string->validity[STRING_STATUS]) ||
        validity_usable(string->validity[STRING_VOLTAGE])) /* a string master has no status */
        judge_frozen(j, s, now);
}

/* In ohms per volt of the string: a higher voltage drives more through the same resistance. What is
 * beyond the register counts as so much. */
void judge_added(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    int64_t volts = llabs(string->value[STRING_VOLTAGE]); /* 0.01 V */
    int64_t per_volt;

    if (!validity_usable(string->validity[STRING_INSULATION]) ||
        !validity_usable(string->validity[STRING_VOLTAGE]) || volts == 0)
        return;
    per_volt = (int64_t)string->value[STRING_INSULATION] * 100 / volts;
    judge_derived_limit(
        j, (struct object){ALARM_OF_STRING, s, 0}, LIMIT_INSULATION_LOW,
        (struct reading){per_volt < INT32_MAX ? (int32_t)per_volt : INT32_MAX, VALIDITY_GOOD}, now);
}

/* ---- a whole sweep ----------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

void judge_sort(int32_t *value, size_t n)
{
    qsort(value, n, sizeof(*value), ascending);
}

static bool fresh(const struct cell *c, int q)
{
    return c->outcome == OUTCOME_READ && validity_usable(c->validity[q]);
}

/* Of the cells read in this sweep. False when there are too few. */
static bool median(const struct string *s, int q, int32_t *ret)
{
    int32_t value[CELL_MAX];
    size_t n = 0;

    for (const struct cell *c = s->cell; c < s->cell + s->cells; c++)
        if (fresh(c, q))
            value[n++] = c->value[q];
    if (n < MEDIAN_LEAST)
        return false;
    judge_sort(value, n);
    *ret = value[n / 2];
    return true;
}

bool judge_past(const struct limit *l, int32_t value)
{
    return (l->warning != LIMIT_OFF && value > l->warning) ||
           (l->critical != LIMIT_OFF && value > l->critical);
}

/* A cell's distance from `base`, against a limit. Idle ones cost one comparison. */
static void judge_distance(struct judge *j, struct object o, enum limit_id id, struct reading r,
                           int64_t now)
{
    const struct judge_string *js = &j->string[o.index];

    if (judge_past(&js->limit[id], r.value) || js->busy[o.cell / 64] >> o.cell % 64 & 1)
        judge_derived_limit(j, o, id, r, now);
}

static void judge_voltages(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    int32_t base;

    if (!median(string, CELL_VOLTAGE, &base))
        return;
    for (int i = 0; i < string->cells; i++) {
        const struct cell *c = &string->cell[i];

        if (fresh(c, CELL_VOLTAGE))
            judge_distance(
                j, (struct object){ALARM_OF_CELL, s, i}, LIMIT_CELL_VOLTAGE_DEVIATION,
                (struct reading){abs(c->value[CELL_VOLTAGE] - base), c->validity[CELL_VOLTAGE]},
                now);
    }
}

/* What cells are compared with: the room, where it is measured, else each other. */
static bool surroundings(const struct string *s, int32_t *ret)
{
    if (s->validity[STRING_AMBIENT_TEMPERATURE] != VALIDITY_GOOD)
        return median(s, CELL_TEMPERATURE, ret);
    *ret = s->value[STRING_AMBIENT_TEMPERATURE];
    return true;
}

/* A hot cell and a current that should have gone: what it takes for a runaway. The current is high
 * above what is configured as high in float, and never within the Hall sensor's error. */
static bool current_high(const struct judge_string *js, const struct string *s)
{
    const struct limit *l = &js->limit[LIMIT_FLOAT_CURRENT_HIGH];
    int32_t at = l->warning != LIMIT_OFF ? l->warning : limits_hall_error(&js->basis);

    return s->value[STRING_CURRENT] > at;
}

static void judge_runaway(struct judge *j, int s, int hottest, struct reading over, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    char note[48];

    if (!judge_current_usable(string))
        return;
    if (!current_high(&j->string[s], string))
        over.value = 0; /* warm, but not running away: the cell's own alarm tells it */
    snprintf(note, sizeof(note), "cell %d, %.2f A", hottest + 1,
             string->value[STRING_CURRENT] / 100.0);
    j->note = note;
    judge_derived_limit(j, (struct object){ALARM_OF_STRING, s, 0}, LIMIT_THERMAL_RUNAWAY, over,
                        now);
    j->note = "";
}

static void judge_temperatures(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct reading worst = {INT32_MIN, VALIDITY_ABSENT};
    int hottest = 0;
    int32_t base;

    if (!surroundings(string, &base))
        return;
    for (int i = 0; i < string->cells; i++) {
        const struct cell *c = &string->cell[i];
        struct reading over = {c->value[CELL_TEMPERATURE] - base, c->validity[CELL_TEMPERATURE]};

        if (!fresh(c, CELL_TEMPERATURE))
            continue;
        if (over.value > worst.value) {
            worst = over;
            hottest = i;
        }
        judge_distance(j, (struct object){ALARM_OF_CELL, s, i}, LIMIT_CELL_OVER_AMBIENT, over, now);
    }
    if (validity_usable(worst.validity))
        judge_runaway(j, s, hottest, worst, now);
}

/* Lowest against highest of the cells read in this sweep. */
static void judge_spread(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct reading spread = {0, VALIDITY_GOOD};
    int low = -1, high = -1;
    char note[64];

    for (int i = 0; i < string->cells; i++) {
        if (!fresh(&string->cell[i], CELL_VOLTAGE))
            continue;
        if (low < 0 || string->cell[i].value[CELL_VOLTAGE] < string->cell[low].value[CELL_VOLTAGE])
            low = i;
        if (high < 0 ||
            string->cell[i].value[CELL_VOLTAGE] > string->cell[high].value[CELL_VOLTAGE])
            high = i;
    }
    if (low == high)
        return;
    spread.value = string->cell[high].value[CELL_VOLTAGE] - string->cell[low].value[CELL_VOLTAGE];
    snprintf(note, sizeof(note), "lowest is cell %d, highest cell %d", low + 1, high + 1);
    j->note = note;
    judge_derived_limit(j, (struct object){ALARM_OF_STRING, s, 0}, LIMIT_STRING_IMBALANCE, spread,
                        now);
    j->note = "";
}

/* In float the cells must add up: if they do not, something is read wrong. */
static void judge_sum(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    int64_t sum = 0, volts = string->value[STRING_VOLTAGE];
    struct reading r;

    if (judge_mode(j, s) != MODE_FLOAT || string->cells == 0 ||
        !validity_usable(string->validity[STRING_VOLTAGE]))
        return;
    for (const struct cell *c = string->cell; c < string->cell + string->cells; c++) {
        if (!fresh(c, CELL_VOLTAGE))
            return;
        sum += c->value[CELL_VOLTAGE];
    }
    r = (struct reading){(int32_t)(sum / 10), VALIDITY_GOOD};
    j->note = "look at WordOrder, the number of cells and the places of their registers";
    judge_see(j, ALARM_DECODE_SUSPECT, (struct object){ALARM_OF_STRING, s, 0},
              llabs(sum / 10 - volts) * 100 > volts * SUM_PERCENT, &r, now);
    j->note = "";
}

/* Cells that move are proof that the string is not frozen, whatever its own words do. */
static void thaw(struct judge *j, int s, int64_t now)
{
    const struct string *string = &j->gateway->string[s];
    struct judge_string *js = &j->string[s];
    uint32_t hash = 2166136261u;

    for (const struct cell *c = string->cell; c < string->cell + string->cells; c++)
        hash = mix(hash, c->value, sizeof(c->value));
    if (hash != js->cells_hash)
        judge_see(j, ALARM_DATA_FROZEN, (struct object){ALARM_OF_STRING, s, 0}, 0, NULL, now);
    js->cells_hash = hash;
}

/* The type that nobody declared shows after an hour of float; and so does another one, where the
 * batteries were replaced by such. */
static void learn_type(struct judge *j, int s, int64_t now)
{
    struct judge_string *js = &j->string[s];
    enum cell_type is = CELL_TYPE_UNKNOWN;
    int32_t mv;

    if (js->type_told)
        return;
    if (js->mode.mode == MODE_FLOAT && median(&j->gateway->string[s], CELL_VOLTAGE, &mv))
        is = limits_infer_type(mv);
    if (is != js->seems) {
        js->seems = is;
        js->seems_ms = now;
    }
    if (is != js->basis.cell_type && now - js->seems_ms >= LEARN_MS)
        judge_learn(j, s, is);
}

void judge_sweep(struct judge *j, int s, int64_t now)
{
    const struct judge_string *js = &j->string[s];
    const struct limit *deviation = &js->limit[LIMIT_CELL_VOLTAGE_DEVIATION];

    learn_type(j, s, now);
    thaw(j, s, now);
    judge_temperatures(j, s, now);
    if (deviation->warning != LIMIT_OFF || deviation->critical != LIMIT_OFF || js->busy[0] != 0 ||
        js->busy[1] != 0) /* off now, but an alarm of it may stand */
        judge_voltages(j, s, now);
    judge_spread(j, s, now);
    judge_sum(j, s, now);
}
