/*
 * One loop over the rows of a map does it all; the three public functions add what is particular
 * to their level: what "disabled" hides, and ranges that depend on the sensor fitted.
 */
#include "core/decode.h"

#include "core/quantity.h"

int64_t decode_number(enum reg_type type, uint16_t first, uint16_t second, bool low_word_first)
{
    uint32_t wide =
        low_word_first ? (uint32_t)second << 16 | first : (uint32_t)first << 16 | second;

    switch (type) {
    case REG_U16:
        return first;
    case REG_I16:
        return (int16_t)first;
    case REG_U32:
        return wide;
    case REG_I32:
        return (int32_t)wide;
    }
    return 0;
}

static bool inside(struct range r, int64_t v)
{
    return v >= r.min && v <= r.max;
}

static enum validity judge(struct range sensor, struct range possible, int64_t v)
{
    if (!inside(possible, v))
        return VALIDITY_IMPOSSIBLE;
    return inside(sensor, v) ? VALIDITY_GOOD : VALIDITY_BEYOND;
}

static bool is_hole(const struct decode *d, uint16_t address)
{
    return address < 32 && (d->holes >> address & 1) != 0;
}

void decode_rows(const struct decode *d, const struct reg *row, size_t rows, const uint16_t *words,
                 size_t n, int32_t *value, uint8_t *validity)
{
    for (const struct reg *r = row; r < row + rows; r++) {
        uint16_t width = registers_words(r->type);
        int64_t v;

        if ((size_t)r->address + width > n) {
            validity[r->quantity] = VALIDITY_ABSENT;
            continue;
        }
        v = decode_number(r->type, words[r->address], width == 2 ? words[r->address + 1] : 0,
                          d->low_word_first);
        validity[r->quantity] =
            is_hole(d, r->address) ? VALIDITY_ABSENT : (uint8_t)judge(r->sensor, r->possible, v);
        value[r->quantity] = v > INT32_MAX ? INT32_MAX : (int32_t)v;
    }
}

static void hide(uint8_t *validity, size_t from, size_t to)
{
    for (size_t q = from; q < to; q++)
        validity[q] = VALIDITY_ABSENT;
}

/* Judges again a value whose sensor range the table cannot know. */
static void rejudge(struct range sensor, const struct reg *row, int32_t value, uint8_t *validity)
{
    if (validity_usable(*validity))
        *validity = (uint8_t)judge(sensor, row->possible, value);
}

/* A voltage that cannot be says that the word order is wrong: the current beside it is then a wrong
 * number that could be, and as good as not there. */
static void distrust(uint8_t voltage, uint8_t *current)
{
    if (voltage == VALIDITY_IMPOSSIBLE)
        *current = VALIDITY_ABSENT;
}

void decode_ups(const struct decode *d, const uint16_t *words, size_t n, struct ups *ret)
{
    decode_rows(d, registers_ups, UPS_QUANTITIES, words, n, ret->value, ret->validity);
    distrust(ret->validity[UPS_VOLTAGE], &ret->validity[UPS_CURRENT]);
    if (ret->value[UPS_STATUS] == STATUS_DISABLED)
        hide(ret->validity, UPS_STATUS + 1, UPS_QUANTITIES);
}

/* A disabled string still tells its UPS and how many cells it is set up for; nothing measured. */
static void hide_string(uint8_t *validity)
{
    hide(validity, STRING_VOLTAGE, STRING_CELL_COUNT);
    hide(validity, STRING_AMBIENT_TEMPERATURE, STRING_QUANTITIES);
}

/* 0.0 degC at 0.0 %RH does not occur where people keep batteries: it is what the registers read
 * while no BM-TH fills them. Nor do all ones in both, which is -0.1 degC. */
static bool th_missing(const struct string *s)
{
    int32_t temperature = s->value[STRING_AMBIENT_TEMPERATURE];
    int32_t humidity = s->value[STRING_AMBIENT_HUMIDITY];

    return (temperature == 0 && humidity == 0) || (temperature == -1 && humidity == UINT16_MAX);
}

static bool th_plausible(const struct string *s)
{
    return s->validity[STRING_AMBIENT_TEMPERATURE] == VALIDITY_GOOD &&
           s->validity[STRING_AMBIENT_HUMIDITY] == VALIDITY_GOOD;
}

/* A string has a BM-TH where configuration says so, or once both its values were plausible. */
static void judge_th(struct string *s)
{
    bool missing = th_missing(s);

    s->ambient_seen |= !missing && th_plausible(s);
    if (missing || (!s->ambient_seen && !s->ambient_declared))
        hide(s->validity, STRING_AMBIENT_TEMPERATURE, STRING_AMBIENT_HUMIDITY + 1);
}

void decode_string(const struct decode *d, const uint16_t *words, size_t n, struct string *ret)
{
    decode_rows(d, registers_string, STRING_IN_BLOCK, words, n, ret->value, ret->validity);
    distrust(ret->validity[STRING_VOLTAGE], &ret->validity[STRING_CURRENT]);
    if (ret->hall_a != 0)
        rejudge((struct range){-100 * ret->hall_a, 100 * ret->hall_a},
                &registers_string[STRING_CURRENT], ret->value[STRING_CURRENT],
                &ret->validity[STRING_CURRENT]);
    if (ret->value[STRING_STATUS] == STATUS_DISABLED)
        hide_string(ret->validity);
    else
        judge_th(ret);
}

static int64_t added_raw(const struct decode *d, const struct reg_added *r, const uint16_t *words)
{
    bool low = r->low_word_first == REG_AS_GATEWAY ? d->low_word_first : r->low_word_first != 0;

    return decode_number(r->type, words[0], registers_words(r->type) == 2 ? words[1] : 0, low);
}

void decode_quantity(const struct decode *d, const struct reg_added *r, const uint16_t *words,
                     struct quantity *ret)
{
    const struct range *possible = &ret->is->possible;

    ret->raw = added_raw(d, r, words);
    ret->validity = (uint8_t)judge(*possible, *possible, quantity_value(ret->is, ret->raw));
}

void decode_added(const struct decode *d, const struct reg_added *r, const uint16_t *words,
                  struct string *ret)
{
    const struct reg *row = &registers_string[r->quantity];
    double v = (double)added_raw(d, r, words) * r->scale;
    int32_t is = v >= INT32_MAX   ? INT32_MAX
                 : v <= INT32_MIN ? INT32_MIN
                                  : (int32_t)(v < 0 ? v - 0.5 : v + 0.5);

    ret->value[r->quantity] = is;
    ret->validity[r->quantity] = (uint8_t)judge(row->sensor, row->possible, is);
}

void decode_cell(const struct decode *d, enum cell_type cell_type, const uint16_t *words, size_t n,
                 struct cell *ret)
{
    decode_rows(d, d->cell.row, d->cell.count, words, n, ret->value, ret->validity);
    rejudge(registers_cell_range(cell_type), &registers_cell[CELL_VOLTAGE],
            ret->value[CELL_VOLTAGE], &ret->validity[CELL_VOLTAGE]);
    if (ret->value[CELL_STATUS] == STATUS_DISABLED)
        hide(ret->validity, CELL_STATUS + 1, CELL_QUANTITIES);
}
