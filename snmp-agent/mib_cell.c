/* btmsCellTable {gateway, string, cell}. */
#include "mib_cell.h"
#include "mib_identity.h"
#include "mib_status.h"
#include "mib_tables.h"

#include <string.h>

/* Numbers end at 255. */
uint32_t mib_cell_key(uint32_t string, uint32_t cell)
{
    if (string > UINT8_MAX)
        return UINT32_MAX;
    return cell > UINT8_MAX ? (string + 1) << 8 : string << 8 | cell;
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    int string, number;

    if (!mib_record_from(m, 3, index[0], mib_cell_key(index[1], index[2]), ret))
        return false;
    snapshot_get_cell(&ret->gateway->snap, ret->at, &string, &number, &ret->cell);
    ret->index[1] = (uint32_t)string;
    ret->index[2] = (uint32_t)number;
    return true;
}

void mib_cell_get_told(const struct snapshot *s, uint32_t i, struct cell *ret)
{
    int string, number;

    ret->validity[CELL_STATUS] = snapshot_cell_value(s, i, CELL_STATUS, &ret->value[CELL_STATUS]);
    ret->seen = true;
    if (!validity_usable(ret->validity[CELL_STATUS]))
        snapshot_get_cell(s, i, &string, &number, ret);
}

/* It was there once, and there is an alarm, or the collector has given its values up. */
bool mib_cell_lost(const struct view_gateway *g, const struct cell *c, bool alarm)
{
    uint8_t status = c->validity[CELL_STATUS];

    return (c->seen || validity_usable(status)) &&
           (alarm || status == VALIDITY_STALE || !g->device.health.reachable);
}

int mib_cell_status(const struct mib_row *row, const struct mib_tally *alarms, bool stale_cells)
{
    bool told = validity_usable(row->cell.validity[CELL_STATUS]);

    if (!row->cell.seen && !told && alarms->worst_own != MIB_UNDER_MAINTENANCE)
        return BTMS_UNKNOWN;
    return mib_status(mib_cell_lost(row->gateway, &row->cell, alarms->comm_lost > 0), stale_cells,
                      told ? row->cell.value[CELL_STATUS] : -1, alarms->worst_own);
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    struct mib_tally t = mib_tally(m, mib_scope(row));

    (void)c;
    return mib_integer(ret, mib_cell_status(row, &t, mib_row_stale(m, row)));
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    char text[IDENTITY_LABEL_SIZE];

    (void)c;
    mib_cell_label(row->gateway, row->index[1], row->index[2], text);
    return *text != '\0' ? mib_text(m, ret, "%s", text)
                         : mib_text(m, ret, "cell %u", row->index[2]);
}

static bool label(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    char text[IDENTITY_LABEL_SIZE];

    (void)c;
    mib_cell_label(row->gateway, row->index[1], row->index[2], text);
    return *text != '\0' && mib_text(m, ret, "%s", text);
}

static bool replaced(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    struct replacement r;

    (void)c;
    return snapshot_find_replacement(&row->gateway->snap, (int)row->index[1], (int)row->index[2],
                                     &r) &&
           mib_day(m, ret, r.date);
}

static bool beyond(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const uint8_t *v = row->cell.validity;
    bool any = false, outside = false;

    (void)c;
    for (int q = CELL_VOLTAGE; q < CELL_ALARM; q++) { /* what is measured */
        any |= validity_usable(v[q]);
        outside |= v[q] == VALIDITY_BEYOND;
    }
    return any && !mib_row_stale(m, row) && mib_truth(ret, outside);
}

/* From the mean of its string. */
static bool deviation(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    return mib_usable(m, row, c->arg) &&
           mib_integer(ret, row->cell.value[c->arg] - mib_over_mean(mib_over(m, row, c->arg)));
}

/* From the median of its string, in 0.1 percent of that. */
static bool resistance_deviation(struct mib *m, const struct mib_row *row,
                                 const struct mib_column *c, struct agentx_value *ret)
{
    int64_t median, more;

    (void)c;
    if (!mib_usable(m, row, CELL_RESISTANCE))
        return false;
    median = mib_over_median(mib_over(m, row, CELL_RESISTANCE));
    more = (row->cell.value[CELL_RESISTANCE] - median) * 1000;
    return median > 0 && mib_integer(ret, (more + (more < 0 ? -median / 2 : median / 2)) / median);
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
           mib_tally(m, mib_scope(row)).comm_lost > 0;
}

static bool age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    (void)c;
    return ever_read(&row->cell) && !missed(m, row) &&
           mib_age(m, row->gateway, mib_string_of(m, row->gateway, row->index[1])->cells_read_ms,
                   ret);
}

/* What is told of a cell and not measured. */
static bool of_configuration(const struct mib_column *c)
{
    return c->get == name || c->get == label || c->get == replaced;
}

/* May any cell of the gateway have it? */
static bool may_have(const struct view_gateway *g, const struct mib_column *c)
{
    if (c->get == label)
        return snapshot_identities(&g->snap) > 0;
    return c->get != replaced || snapshot_any_replacement(&g->snap);
}

/* All cells of a string have a label, or none has. Values of one string get too old together, and a quantity that no cell of the gateway has is most
 * often one that is not configured. */
static bool behind(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   uint32_t ret[MIB_INDEXES_MAX])
{
    bool value = c->get == mib_read_int || c->get == mib_read_gauge;

    ret[0] = row->index[0];
    ret[1] = row->index[1];
    ret[2] = row->index[2] + 1;
    if (!may_have(row->gateway, c) || (value && !(row->gateway->cells_usable >> c->arg & 1))) {
        ret[0]++;
        ret[1] = ret[2] = 0;
    } else if (c->get == label ||
               (!of_configuration(c) && c->get != age && mib_row_stale(m, row))) {
        ret[1]++;
        ret[2] = 0;
    }
    return ret[0] != 0;
}

static const struct mib_column columns[] = {
    {2,  "btmsCellStatus",               status,               0               },
    {3,  "btmsCellVoltage",              mib_read_int,         CELL_VOLTAGE    },
    {4,  "btmsCellResistance",           mib_read_gauge,       CELL_RESISTANCE },
    {5,  "btmsCellTemperature",          mib_read_int,         CELL_TEMPERATURE},
    {6,  "btmsCellStateOfCharge",        mib_read_gauge,       CELL_SOC        },
    {7,  "btmsCellStateOfHealth",        mib_read_gauge,       CELL_SOH        },
    {8,  "btmsCellName",                 name,                 0               },
    {9,  "btmsCellStatusRaw",            mib_read_gauge,       CELL_STATUS     },
    {10, "btmsCellAlarmRaw",             mib_read_gauge,       CELL_ALARM      },
    {11, "btmsCellBeyondRange",          beyond,               0               },
    {12, "btmsCellResistanceBaseline",   mib_none,             0               },
    {13, "btmsCellBaselineDate",         mib_none,             0               },
    {14, "btmsCellResistanceChange",     mib_none,             0               },
    {15, "btmsCellVoltageDeviation",     deviation,            CELL_VOLTAGE    },
    {16, "btmsCellTemperatureDeviation", deviation,            CELL_TEMPERATURE},
    {17, "btmsCellWeaknessRank",         mib_none,             0               },
    {18, "btmsCellWorstSeverity",        mib_worst,            0               },
    {19, "btmsCellDataAge",              age,                  0               },
    {20, "btmsCellLabel",                label,                0               },
    {21, "btmsCellResistanceDeviation",  resistance_deviation, 0               },
    {22, "btmsCellReplacedAt",           replaced,             0               },
};

const struct mib_table mib_cell = {
    "btmsCellTable", {5, 1, 1},
     3, 3, from, columns, sizeof(columns) / sizeof(columns[0]),
    .after = behind
};
