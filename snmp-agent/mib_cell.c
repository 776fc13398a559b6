/* btmsCellTable {gateway, string, cell}. */
#include "mib_status.h"
#include "mib_tables.h"

#include <string.h>

static uint64_t key(const struct snapshot *s, uint32_t i)
{
    struct cell cell;
    int string, number;

    snapshot_get_cell(s, i, &string, &number, &cell);
    return (uint64_t)string << 32 | (uint32_t)number;
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    const struct view *v = m->view;
    const struct view_gateway *g = view_gateway_from(v, index[0]);

    for (; g != NULL && g < v->gateway + v->gateways; g++) {
        uint64_t wanted = g->index == index[0] ? (uint64_t)index[1] << 32 | index[2] : 0;
        uint32_t i = g->data != NULL ? mib_lower_bound(&g->snap, 3, wanted, key) : 0;
        int string, number;

        if (g->data == NULL || i == g->snap.section[3].count)
            continue;
        ret->gateway = g;
        snapshot_get_cell(&g->snap, i, &string, &number, &ret->cell);
        ret->index[0] = g->index;
        ret->index[1] = (uint32_t)string;
        ret->index[2] = (uint32_t)number;
        return true;
    }
    return false;
}

static struct mib_scope scope(const struct mib_row *row)
{
    return (struct mib_scope){
        .gateway = row->index[0], .string = row->index[1], .cell = row->index[2]};
}

static uint64_t string_key(const struct snapshot *s, uint32_t i)
{
    struct string string;
    int number;

    snapshot_get_string(s, i, &number, &string);
    return (uint64_t)number;
}

/* The string that the cell is in; a snapshot with cells of no string is refused on opening. */
static void string_of(const struct mib_row *row, struct string *ret)
{
    const struct snapshot *s = &row->gateway->snap;
    int number;

    snapshot_get_string(s, mib_lower_bound(s, 2, row->index[1], string_key), &number, ret);
}

static bool stale(const struct mib *m, const struct mib_row *row)
{
    struct string s;

    string_of(row, &s);
    return mib_stale(m, row->gateway, s.cells_read_ms, mib_cell_interval(row->gateway, &s));
}

static bool usable(const struct mib *m, const struct mib_row *row, int q)
{
    return validity_usable(row->cell.validity[q]) && !stale(m, row);
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    struct mib_tally t = mib_tally(m, scope(row));
    bool told = validity_usable(row->cell.validity[CELL_STATUS]);

    (void)c;
    if (!row->cell.seen && !told)
        return mib_integer(ret, BTMS_UNKNOWN);
    return mib_integer(ret, mib_status(mib_cell_lost(row->gateway, &row->cell, t.comm_lost > 0),
                                       stale(m, row), told ? row->cell.value[CELL_STATUS] : -1,
                                       t.worst_own));
}

static bool integer(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    return usable(m, row, c->arg) && mib_integer(ret, row->cell.value[c->arg]);
}

static bool gauge(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    return usable(m, row, c->arg) && mib_gauge(ret, row->cell.value[c->arg]);
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "cell %u", row->index[2]);
}

static bool beyond(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const uint8_t *v = row->cell.validity;
    bool any = false, outside = false;

    (void)c;
    for (int q = CELL_VOLTAGE; q < CELL_QUANTITIES; q++) {
        any |= validity_usable(v[q]);
        outside |= v[q] == VALIDITY_BEYOND;
    }
    return any && !stale(m, row) && mib_truth(ret, outside);
}

/* From the mean of its string. */
static bool deviation(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    return usable(m, row, c->arg) &&
           mib_integer(ret, row->cell.value[c->arg] - mib_over_mean(mib_over(m, row, c->arg)));
}

/* From the median of its string, in 0.1 percent of that. */
static bool resistance_deviation(struct mib *m, const struct mib_row *row,
                                 const struct mib_column *c, struct agentx_value *ret)
{
    int64_t median, more;

    (void)c;
    if (!usable(m, row, CELL_RESISTANCE))
        return false;
    median = mib_over_median(mib_over(m, row, CELL_RESISTANCE));
    more = (row->cell.value[CELL_RESISTANCE] - median) * 1000;
    return median > 0 && mib_integer(ret, (more + (more < 0 ? -median / 2 : median / 2)) / median);
}

static bool worst(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)c;
    return mib_integer(ret, mib_severity(mib_tally(m, scope(row)).worst));
}

static bool ever_read(const struct cell *c)
{
    for (int q = 0; q < CELL_QUANTITIES; q++)
        if (c->validity[q] != VALIDITY_ABSENT)
            return true;
    return false;
}

/* The snapshot has the time of a sweep, not of each cell: of one that the sweeps miss nobody knows
 * any more when it was read. (Where they find no cell at all, or the gateway is gone, the time of
 * the last good sweep stays, and is right.) */
static bool missed(const struct mib *m, const struct mib_row *row)
{
    return row->cell.validity[CELL_STATUS] == VALIDITY_STALE &&
           mib_tally(m, scope(row)).comm_lost > 0;
}

static bool age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    struct string s;

    (void)c;
    if (!ever_read(&row->cell) || missed(m, row))
        return false;
    string_of(row, &s);
    return mib_age(m, row->gateway, s.cells_read_ms, ret);
}

static const struct mib_column columns[] = {
    {2,  "btmsCellStatus",               status,               0               },
    {3,  "btmsCellVoltage",              integer,              CELL_VOLTAGE    },
    {4,  "btmsCellResistance",           gauge,                CELL_RESISTANCE },
    {5,  "btmsCellTemperature",          integer,              CELL_TEMPERATURE},
    {6,  "btmsCellStateOfCharge",        gauge,                CELL_SOC        },
    {7,  "btmsCellStateOfHealth",        gauge,                CELL_SOH        },
    {8,  "btmsCellName",                 name,                 0               },
    {9,  "btmsCellStatusRaw",            gauge,                CELL_STATUS     },
    {10, "btmsCellAlarmRaw",             gauge,                CELL_ALARM      },
    {11, "btmsCellBeyondRange",          beyond,               0               },
    {12, "btmsCellResistanceBaseline",   mib_none,             0               },
    {13, "btmsCellBaselineDate",         mib_none,             0               },
    {14, "btmsCellResistanceChange",     mib_none,             0               },
    {15, "btmsCellVoltageDeviation",     deviation,            CELL_VOLTAGE    },
    {16, "btmsCellTemperatureDeviation", deviation,            CELL_TEMPERATURE},
    {17, "btmsCellWeaknessRank",         mib_none,             0               },
    {18, "btmsCellWorstSeverity",        worst,                0               },
    {19, "btmsCellDataAge",              age,                  0               },
    {20, "btmsCellLabel",                mib_none,             0               },
    {21, "btmsCellResistanceDeviation",  resistance_deviation, 0               },
    {22, "btmsCellReplacedAt",           mib_none,             0               },
};

const struct mib_table mib_cell = {
    "btmsCellTable", {5, 1, 1},
     3, 3, from, columns, sizeof(columns) / sizeof(columns[0])
};
