/*
 * One loop over the rows of a map does it all; the three public functions add what is particular
 * to their level: what "disabled" hides, and ranges that depend on the sensor fitted.
 */
#include "core/decode.h"

static int64_t combine(enum reg_type type, uint16_t first, uint16_t second, bool low_word_first)
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
        v = combine(r->type, words[r->address], width == 2 ? words[r->address + 1] : 0,
                    d->low_word_first);
        validity[r->quantity] = (uint8_t)judge(r->sensor, r->possible, v);
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
 * while no BM-TH fills them. */
static void hide_missing_th(struct string *s)
{
    if (s->value[STRING_AMBIENT_TEMPERATURE] == 0 && s->value[STRING_AMBIENT_HUMIDITY] == 0)
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
    hide_missing_th(ret);
    if (ret->value[STRING_STATUS] == STATUS_DISABLED)
        hide_string(ret->validity);
}

void decode_added(const struct decode *d, const struct reg_added *r, const uint16_t *words,
                  struct string *ret)
{
    bool low = r->low_word_first == REG_AS_GATEWAY ? d->low_word_first : r->low_word_first != 0;
    const struct reg *row = &registers_string[r->quantity];
    uint16_t second = registers_words(r->type) == 2 ? words[1] : 0;
    double v = (double)combine(r->type, words[0], second, low) * r->scale;
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
