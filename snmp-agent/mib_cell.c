/* btmsCellTable {gateway, string, cell}. */
#include "mib_cell.h"
#include "mib_status.h"
#include "mib_tables.h"

#include <string.h>

/* The key of the first record that the index may mean: numbers end at 255. */
static uint32_t key_of(uint32_t string, uint32_t cell)
{
    if (string > UINT8_MAX)
        return UINT32_MAX;
    return cell > UINT8_MAX ? (string + 1) << 8 : string << 8 | cell;
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    int string, number;

    if (!mib_record_from(m, 3, index[0], key_of(index[1], index[2]), ret))
        return false;
    snapshot_get_cell(&ret->gateway->snap, ret->at, &string, &number, &ret->cell);
    ret->index[1] = (uint32_t)string;
    ret->index[2] = (uint32_t)number;
    return true;
}

static struct mib_scope scope(const struct mib_row *row)
{
    return (struct mib_scope){
        .gateway = row->index[0], .string = row->index[1], .cell = row->index[2]};
}

/* The string that the cell is in; a snapshot with cells of no string is refused on opening. */
static const struct string *string_of(struct mib *m, const struct mib_row *row)
{
    return mib_string_at(m, row->gateway, snapshot_find(&row->gateway->snap, 2, row->index[1]));
}

static bool stale(struct mib *m, const struct mib_row *row)
{
    const struct string *s = string_of(m, row);

    return mib_stale(m, row->gateway, s->cells_read_ms, mib_cell_interval(row->gateway, s));
}

static bool usable(struct mib *m, const struct mib_row *row, int q)
{
    return validity_usable(row->cell.validity[q]) && !stale(m, row);
}

int mib_cell_status(const struct mib_row *row, const struct mib_tally *alarms, bool stale_cells)
{
    bool told = validity_usable(row->cell.validity[CELL_STATUS]);

    if (!row->cell.seen && !told)
        return BTMS_UNKNOWN;
    return mib_status(alarms->comm_lost > 0 || !row->gateway->device.health.reachable, stale_cells,
                      told ? row->cell.value[CELL_STATUS] : -1, alarms->worst_own);
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    struct mib_tally t = mib_tally(m, scope(row));

    (void)c;
    return mib_integer(ret, mib_cell_status(row, &t, stale(m, row)));
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

static bool worst(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)c;
    return mib_integer(ret, mib_severity(mib_tally(m, scope(row)).worst));
}

static bool age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    (void)c;
    return mib_age(m, row->gateway, string_of(m, row)->cells_read_ms, ret);
}

static const struct mib_column columns[] = {
    {2,  "btmsCellStatus",        status,  0               },
    {3,  "btmsCellVoltage",       integer, CELL_VOLTAGE    },
    {4,  "btmsCellResistance",    gauge,   CELL_RESISTANCE },
    {5,  "btmsCellTemperature",   integer, CELL_TEMPERATURE},
    {6,  "btmsCellStateOfCharge", gauge,   CELL_SOC        },
    {7,  "btmsCellStateOfHealth", gauge,   CELL_SOH        },
    {8,  "btmsCellName",          name,    0               },
    {9,  "btmsCellStatusRaw",     gauge,   CELL_STATUS     },
    {10, "btmsCellAlarmRaw",      gauge,   CELL_ALARM      },
    {11, "btmsCellBeyondRange",   beyond,  0               },
    {18, "btmsCellWorstSeverity", worst,   0               },
    {19, "btmsCellDataAge",       age,     0               },
};

const struct mib_table mib_cell = {
    "btmsCellTable", {5, 1, 1},
     3, 3, from, columns, sizeof(columns) / sizeof(columns[0])
};
