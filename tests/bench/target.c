/* See target.h. All index numbers are below 128: one octet each in a name. */
#include "target.h"

#include <stdio.h>
#include <string.h>

static bool set_columns(struct target *t, const char *base)
{
    static const uint32_t cells[] = {2, 1, 1, 5, 1, 1}, vectors[] = {2, 1, 1, 4, 2, 1};
    const uint32_t *path = t->vectors ? vectors : cells;
    struct ber_oid o;

    if (!ber_oid_parse(base, &o))
        return false;
    for (int i = 0; i < 6; i++)
        if (!ber_oid_append(&o, path[i]))
            return false;
    for (int i = 0; i < t->columns; i++) {
        t->column[i] = o;
        if (!ber_oid_append(&t->column[i], (uint32_t)(t->first_column + i)))
            return false;
    }
    return true;
}

bool target_parse(const char *line, struct target *ret)
{
    char kind[32], base[128];
    const char *what = kind;

    *ret = (struct target){0};
    if (sscanf(line, "%63s %31s %127s %u %d %d %u %d %d", ret->name, kind, base, &ret->rows,
               &ret->first_column, &ret->columns, &ret->repetitions, &ret->parallel,
               &ret->pid) != 9)
        return false;
    ret->constant = strncmp(kind, "constant-", 9) == 0;
    ret->any = strcmp(kind, "any-cells") == 0;
    what += ret->constant ? 9 : ret->any ? 4 : 0;
    ret->vectors = strcmp(what, "vectors") == 0;
    ret->numbered = strcmp(what, "rows") == 0;
    if (!ret->vectors && !ret->numbered && strcmp(what, "cells") != 0)
        return false;
    return ret->rows >= 1 && ret->columns >= 1 && ret->columns <= TARGET_COLUMNS_MAX &&
           set_columns(ret, base);
}

/* The index as it stands in a name. Returns its size. */
static size_t index_of(const struct target *t, uint32_t row, uint8_t ret[3])
{
    struct place p = place_of(t->vectors ? row * CELLS : row);

    if (t->numbered) {
        ret[0] = (uint8_t)(row + 1);
        return 1;
    }
    ret[0] = (uint8_t)p.gateway;
    ret[1] = (uint8_t)p.string;
    ret[2] = (uint8_t)p.cell;
    return t->vectors ? 2 : 3;
}

void target_name(const struct target *t, int i, uint32_t row, struct ber_oid *ret)
{
    uint8_t index[3];

    *ret = t->column[i];
    if (row == 0)
        return;
    for (size_t k = 0, n = index_of(t, row - 1, index); k < n; k++)
        ber_oid_append(ret, index[k]);
}

/* ---- what must be there ------------------------------------------------------------------ */

static size_t expected_vector(const struct target *t, int column, uint32_t row,
                              uint8_t ret[VECTOR_MAX])
{
    size_t size = (size_t)vector_size(column);
    int width = vector_width(column);
    uint8_t *p = ret;

    if (t->constant) {
        memset(ret, CONSTANT_OCTET, size);
        return size;
    }
    *p++ = 0;
    *p++ = CELLS;
    memset(p, 0xff, CELLS / 8);
    p += CELLS / 8;
    for (uint32_t c = 0; c < CELLS; c++) {
        /* the vectors are the first columns of the other table, in their order */
        uint32_t v = (uint32_t)value_number(place_of(row * CELLS + c), column + 1, 0);

        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
            *p++ = (uint8_t)(v >> shift);
    }
    return size;
}

static bool same_octets(const struct ber_item *value, const void *expected, size_t size)
{
    return value->tag == BER_OCTETS && value->size == size &&
           memcmp(value->data, expected, size) == 0;
}

static bool same_number(const struct ber_item *value, bool is_signed, int64_t expected)
{
    return value->tag == (is_signed ? BER_INTEGER : BER_GAUGE) && value->size >= 1 &&
           ber_integer(value) == expected;
}

static bool same_value(const struct target *t, int column, uint32_t row,
                       const struct ber_item *value)
{
    uint8_t octets[VECTOR_MAX];
    char name[32];

    if (t->vectors)
        return same_octets(value, octets, expected_vector(t, column, row, octets));
    if (t->constant)
        return same_number(value, true, CONSTANT);
    if (column == COLUMN_NAME)
        return same_octets(value, name, (size_t)value_name(place_of(row), name, sizeof(name)));
    return same_number(value, value_signed(column), value_number(place_of(row), column, 0));
}

bool target_check(const struct target *t, int i, uint32_t row, const struct ber_item *name,
                  const struct ber_item *value, char *why, size_t size)
{
    const struct ber_oid *column = &t->column[i];
    uint8_t index[3] = {0};
    size_t n = index_of(t, row, index);
    bool named = name->tag == BER_OID && name->size == column->size + n &&
                 memcmp(name->data, column->data, column->size) == 0 &&
                 memcmp(name->data + column->size, index, n) == 0;

    if (named && (t->any || same_value(t, t->first_column + i, row, value)))
        return true;
    snprintf(why, size, "%s: column %d of row %u (%u.%u.%u): %s", t->name, t->first_column + i,
             (unsigned)row, index[0], index[1], index[2], named ? "wrong value" : "another name");
    return false;
}
