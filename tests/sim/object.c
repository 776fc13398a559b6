/*
 * object.c: values as register bits, and their two notations (raw integer and decimal).
 *
 * Decimal text is turned into the raw integer digit by digit rather than through a double, so that
 * `set ... voltage 540.25` is 54025 on every machine and a digit too many is an error instead of a
 * silent rounding.
 */
#include "object.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct reg *object_reg(const struct object *o, int row)
{
    return &map_of(o->level)->reg[row];
}

static int64_t reg_least(const struct reg *reg)
{
    if (!reg->is_signed)
        return 0;
    return reg->words == 1 ? INT16_MIN : INT32_MIN;
}

static int64_t reg_most(const struct reg *reg)
{
    if (reg->words == 1)
        return reg->is_signed ? INT16_MAX : UINT16_MAX;
    return reg->is_signed ? INT32_MAX : UINT32_MAX;
}

void object_put(struct object *o, int row, double raw)
{
    const struct reg *reg = object_reg(o, row);

    if (o->held & (1u << row))
        return;
    raw = fmin(fmax(round(raw), (double)reg_least(reg)), (double)reg_most(reg));
    o->bits[row] = (uint32_t)(int64_t)raw;
}

int64_t object_value(const struct object *o, int row)
{
    const struct reg *reg = object_reg(o, row);
    uint32_t bits = o->bits[row];

    if (reg->words == 1)
        return reg->is_signed ? (int64_t)(int16_t)bits : (int64_t)(uint16_t)bits;
    return reg->is_signed ? (int64_t)(int32_t)bits : (int64_t)bits;
}

uint16_t object_word(const struct object *o, int row, unsigned word)
{
    const struct reg *reg = object_reg(o, row);

    return (uint16_t)(o->bits[row] >> (16 * (reg->words - 1 - word)));
}

/* "-20.5" with one decimal -> -205. */
static const char *parse_decimal(const char *text, unsigned decimals, int64_t *ret_raw)
{
    bool negative = *text == '-';
    const char *p = text + (negative || *text == '+');
    unsigned digits = 0, after = 0;
    bool point = false;
    int64_t raw = 0;

    for (; *p; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (*p < '0' || *p > '9')
            return "not a number";
        if (++digits > 15)
            return "too many digits";
        if (point && ++after > decimals) {
            if (*p != '0')
                return "more decimals than the register has";
            continue;
        }
        raw = raw * 10 + (*p - '0');
    }
    if (!digits)
        return "not a number";
    for (; after < decimals; after++)
        raw *= 10;
    *ret_raw = negative ? -raw : raw;
    return NULL;
}

/* Raw registers may also be written in hexadecimal. */
static const char *parse_raw(const char *text, int64_t *ret_raw)
{
    const char *digits = text + (*text == '-');
    char *end;

    if (strncasecmp(digits, "0x", 2))
        return parse_decimal(text, 0, ret_raw);
    *ret_raw = strtoll(text, &end, 16);
    return *end || end == digits + 1 ? "not a number" : NULL;
}

const char *object_set(struct object *o, int row, const char *text, bool raw)
{
    const struct reg *reg = object_reg(o, row);
    int64_t most = raw ? (reg->words == 1 ? UINT16_MAX : UINT32_MAX) : reg_most(reg);
    const char *why;
    int64_t value;

    if (raw || reg->decimals == 0)
        why = parse_raw(text, &value);
    else
        why = parse_decimal(text, reg->decimals, &value);
    if (why)
        return why;
    if (value < (raw ? (reg->words == 1 ? INT16_MIN : INT32_MIN) : reg_least(reg)) || value > most)
        return "does not fit into the register";
    o->bits[row] = (uint32_t)value;
    o->held |= 1u << row;
    return NULL;
}

void object_print(const struct object *o, int row, char ret_text[VALUE_TEXT_MAX])
{
    static const int64_t powers[] = {1, 10, 100, 1000};
    unsigned decimals = object_reg(o, row)->decimals;
    int64_t value = object_value(o, row), part = powers[decimals];
    int64_t size = value < 0 ? -value : value;

    if (decimals == 0)
        snprintf(ret_text, VALUE_TEXT_MAX, "%" PRId64, value);
    else
        snprintf(ret_text, VALUE_TEXT_MAX, "%s%" PRId64 ".%0*" PRId64, value < 0 ? "-" : "",
                 size / part, (int)decimals, size % part);
}
