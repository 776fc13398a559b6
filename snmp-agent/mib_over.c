/* See mib_over.h. At most 120 cells, so they are put in order by insertion. */
#include "mib_over.h"

#include "mib_status.h"

static uint64_t cell_key(const struct snapshot *s, uint32_t i)
{
    struct cell cell;
    int string, number;

    snapshot_get_cell(s, i, &string, &number, &cell);
    return (uint64_t)string << 32 | (uint32_t)number;
}

static void insert(struct mib_over *o, int32_t value, int cell)
{
    int i = o->n++;

    for (; i > 0 && o->value[i - 1] > value; i--) {
        o->value[i] = o->value[i - 1];
        o->cell[i] = o->cell[i - 1];
    }
    o->value[i] = value;
    o->cell[i] = (uint8_t)cell;
    o->sum += value;
}

static void fill(struct mib_over *o, const struct snapshot *s, uint32_t string, int quantity)
{
    uint32_t i = mib_lower_bound(s, 3, (uint64_t)string << 32, cell_key);

    o->known = true;
    o->n = 0;
    o->sum = 0;
    for (; i < s->section[3].count && o->n < CELL_MAX; i++) {
        struct cell cell;
        int of, number;

        snapshot_get_cell(s, i, &of, &number, &cell);
        if ((uint32_t)of != string)
            break;
        if (validity_usable(cell.validity[quantity]))
            insert(o, cell.value[quantity], number);
    }
}

/* A buffer may come again at the place of one that was freed. */
static bool same(const struct mib_overs *kept, const struct snapshot *s)
{
    return kept->records == s->section[3].records && kept->counter == s->stamp.counter &&
           kept->boot_ms == s->stamp.boot_ms;
}

const struct mib_over *mib_over(struct mib *m, const struct mib_row *row, int quantity)
{
    const struct snapshot *s = &row->gateway->snap;
    struct mib_overs *kept = &m->overs;
    uint32_t string = row->index[1];

    if (!same(kept, s) || kept->string != string) {
        kept->records = s->section[3].records;
        kept->counter = s->stamp.counter;
        kept->boot_ms = s->stamp.boot_ms;
        kept->string = string;
        for (int q = 0; q < CELL_QUANTITIES; q++)
            kept->of[q].known = false;
    }
    if (!kept->of[quantity].known)
        fill(&kept->of[quantity], s, string, quantity);
    return &kept->of[quantity];
}

static int64_t divided(int64_t sum, int64_t n)
{
    return (sum + (sum < 0 ? -n / 2 : n / 2)) / n;
}

int64_t mib_over_mean(const struct mib_over *o)
{
    return divided(o->sum, o->n);
}

int64_t mib_over_median(const struct mib_over *o)
{
    return divided((int64_t)o->value[(o->n - 1) / 2] + o->value[o->n / 2], 2);
}

int mib_over_min_cell(const struct mib_over *o)
{
    return o->cell[0];
}

int mib_over_max_cell(const struct mib_over *o)
{
    int i = o->n - 1;

    while (i > 0 && o->value[i - 1] == o->value[o->n - 1])
        i--;
    return o->cell[i];
}
