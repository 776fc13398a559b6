/* See mib_over.h. Only medians need an order, so the readings are sorted when one is asked for. */
#include "mib_over.h"

#include "mib_cell.h"

#include <stdlib.h>

static void take(struct mib_over *o, int32_t value, int cell)
{
    if (o->n == 0 || value < o->min) {
        o->min = value;
        o->min_cell = cell;
    }
    if (o->n == 0 || value > o->max) {
        o->max = value;
        o->max_cell = cell;
    }
    o->sum += value;
    o->value[o->n++] = value;
}

static void fill(struct mib_over *o, const struct snapshot *s, uint32_t string, int quantity)
{
    uint32_t i = snapshot_find(s, 3, mib_cell_key(string, 0));
    int32_t value;

    o->known = true;
    o->sorted = false;
    o->n = 0;
    o->sum = 0;
    for (; i < s->section[3].count && o->n < CELL_MAX; i++) {
        uint32_t key = snapshot_key(s, 3, i);

        if (key >> 8 != string)
            break;
        if (validity_usable(snapshot_cell_value(s, i, quantity, &value)))
            take(o, value, (int)(key & 0xff));
    }
}

struct mib_over *mib_over(struct mib *m, const struct mib_row *row, int quantity)
{
    const struct view_gateway *g = row->gateway;
    struct mib_overs *kept = &m->overs;
    uint32_t string = row->index[1];

    if (kept->serial != g->serial || kept->string != string) {
        kept->serial = g->serial;
        kept->string = string;
        for (int q = 0; q < CELL_QUANTITIES; q++)
            kept->of[q].known = false;
    }
    if (!kept->of[quantity].known)
        fill(&kept->of[quantity], &g->snap, string, quantity);
    return &kept->of[quantity];
}

int64_t mib_over_n(int64_t sum, int64_t n)
{
    return (sum + (sum < 0 ? -n / 2 : n / 2)) / n;
}

int64_t mib_over_mean(const struct mib_over *o)
{
    return mib_over_n(o->sum, o->n);
}

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

int64_t mib_over_median(struct mib_over *o)
{
    if (!o->sorted)
        qsort(o->value, (size_t)o->n, sizeof(o->value[0]), by_value);
    o->sorted = true;
    return mib_over_n((int64_t)o->value[(o->n - 1) / 2] + o->value[o->n / 2], 2);
}
