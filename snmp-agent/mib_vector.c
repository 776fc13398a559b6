/* btmsStringVectorTable {gateway, string}: the cells of a string, packed. The format is BtmsCellVector:
 * count (2 octets), a validity bit per cell, then values of one width, of cell 1 first. */
#include "mib_cell.h"
#include "mib_tables.h"

#include <string.h>

enum { COUNT_SIZE = 2, BITS_MAX = (CELL_MAX + 7) / 8, WIDTH_MAX = 4, STATUS = CELL_QUANTITIES };

_Static_assert(COUNT_SIZE + BITS_MAX + CELL_MAX * WIDTH_MAX <= MIB_SCRATCH, "a vector must fit");

static const struct format {
    uint8_t width;
    int64_t least, most;
} formats[] = {
    [STATUS] = {1, 0,         UINT8_MAX },
      [CELL_VOLTAGE] = {2, 0,         UINT16_MAX},
    [CELL_RESISTANCE] = {4, 0,         UINT32_MAX},
      [CELL_TEMPERATURE] = {2, INT16_MIN, INT16_MAX },
    [CELL_SOC] = {1, 0,         UINT8_MAX },
      [CELL_SOH] = {1, 0,         UINT8_MAX },
};

/* One being put together, in the mib's scratch buffer. */
struct vector {
    uint8_t *octets, *value;
    int size;
    const struct format *format;
    bool any; /* has a value */
};

static struct vector begin(struct mib *m, int count, const struct format *f)
{
    struct vector v = {.octets = (uint8_t *)m->scratch, .format = f};
    int bits = (count + 7) / 8;

    v.value = v.octets + COUNT_SIZE + bits;
    v.size = COUNT_SIZE + bits + count * f->width;
    memset(v.octets, 0, (size_t)v.size);
    v.octets[0] = (uint8_t)(count >> 8);
    v.octets[1] = (uint8_t)count;
    return v;
}

/* `cell` counts from 1. What does not fit has no value here. */
static void put(struct vector *v, int cell, int64_t value)
{
    const struct format *f = v->format;
    uint8_t *p = v->value + (cell - 1) * f->width;

    if (value < f->least || value > f->most)
        return;
    v->any = true;
    v->octets[COUNT_SIZE + (cell - 1) / 8] |= (uint8_t)(0x80 >> (cell - 1) % 8);
    for (int i = f->width - 1; i >= 0; i--, value >>= 8)
        p[i] = (uint8_t)value;
}

static bool end(const struct vector *v, struct mib *m, struct agentx_value *ret)
{
    return v->any && mib_octets(m, ret, v->octets, (size_t)v->size);
}

/* The records of a string's cells. Most often they are its cells from 1 on, without a gap. */
struct cells {
    const struct snapshot *snap;
    uint32_t first, behind;
    bool gaps;
};

static struct cells cells_of(const struct mib_row *row)
{
    const struct snapshot *s = &row->gateway->snap;
    struct cells c = {.snap = s, .first = snapshot_find(s, 3, row->index[1] << 8)};

    c.behind = snapshot_find(s, 3, (row->index[1] + 1) << 8);
    c.gaps = c.behind > c.first &&
             (snapshot_key(s, 3, c.behind - 1) & 0xff) != c.behind - c.first; /* they ascend */
    return c;
}

static int number_of(const struct cells *c, uint32_t i)
{
    return (int)(c->gaps ? snapshot_key(c->snap, 3, i) & 0xff : i - c->first + 1);
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    return mib_string.from(m, index, ret); /* it augments that table */
}

/* Most strings have no alarm, and then none of their cells has. */
static bool statuses(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    struct mib_scope scope = mib_scope(row);
    struct mib_tally of_string = mib_tally(m, scope), of_cell = of_string;
    struct vector v = begin(m, row->string->cells, &formats[c->arg]);
    bool stale = mib_cells_stale(m, row->gateway, row->string);
    struct mib_row cell = {.gateway = row->gateway};
    struct cells all = cells_of(row);

    for (uint32_t i = all.first; i < all.behind; i++) {
        scope.cell = (uint32_t)number_of(&all, i);
        if (of_string.count > 0)
            of_cell = mib_tally(m, scope);
        mib_cell_get_told(all.snap, i, &cell.cell);
        put(&v, (int)scope.cell, mib_cell_status(&cell, &of_cell, stale));
    }
    return end(&v, m, ret);
}

static bool values(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    struct cells all = cells_of(row);
    struct vector v;
    int32_t value;

    if (mib_cells_stale(m, row->gateway, row->string))
        return false;
    v = begin(m, row->string->cells, &formats[c->arg]);
    for (uint32_t i = all.first; i < all.behind; i++)
        if (validity_usable(snapshot_cell_value(all.snap, i, c->arg, &value)))
            put(&v, number_of(&all, i), value);
    return end(&v, m, ret);
}

static const struct mib_column columns[] = {
    {1, "btmsStringVectorStatus",        statuses, STATUS          },
    {2, "btmsStringVectorVoltage",       values,   CELL_VOLTAGE    },
    {3, "btmsStringVectorResistance",    values,   CELL_RESISTANCE },
    {4, "btmsStringVectorTemperature",   values,   CELL_TEMPERATURE},
    {5, "btmsStringVectorStateOfCharge", values,   CELL_SOC        },
    {6, "btmsStringVectorStateOfHealth", values,   CELL_SOH        },
};

const struct mib_table mib_vector = {
    "btmsStringVectorTable", {4, 2, 1},
     3, 2, from, columns, sizeof(columns) / sizeof(columns[0])
};
