/* btmsStringTable {gateway, string}, with what its cells come to. */
#include "mib_status.h"
#include "mib_tables.h"

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    if (!mib_record_from(m, 2, index[0], index[1], ret))
        return false;
    ret->index[1] = snapshot_key(&ret->gateway->snap, 2, ret->at);
    ret->string = mib_string_at(m, ret->gateway, ret->at);
    return true;
}

static struct mib_scope scope(const struct mib_row *row)
{
    return (struct mib_scope){.gateway = row->index[0], .string = row->index[1]};
}

static bool stale(const struct mib *m, const struct mib_row *row)
{
    return mib_stale(m, row->gateway, row->string->read_ms, mib_interval(row->gateway));
}

static bool usable(const struct mib *m, const struct mib_row *row, int q)
{
    return validity_usable(row->string->validity[q]) && !stale(m, row);
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "string %u", row->index[1]);
}

/* Kept when it gets old: where a string belongs is not a measurement. */
static bool ups_index(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    uint8_t is = row->string->validity[STRING_UPS_ID];

    (void)m, (void)c;
    return (validity_usable(is) || is == VALIDITY_STALE) &&
           mib_gauge(ret, row->string->value[STRING_UPS_ID]);
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct string *s = row->string;
    bool lost = s->presence == PRESENCE_GONE || s->presence == PRESENCE_SILENT;
    bool told = validity_usable(s->validity[STRING_STATUS]);

    (void)c;
    lost &= !(told && s->value[STRING_STATUS] == STATUS_DISABLED);
    return mib_integer(ret, mib_status(lost || !row->gateway->device.health.reachable,
                                       stale(m, row), told ? s->value[STRING_STATUS] : -1,
                                       mib_tally(m, scope(row)).worst_own));
}

/* BtmsChargeState: unknown(1), float(2), equalize(3), discharge(4), idle(5), abnormal(6). */
static bool charge_state(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                         struct agentx_value *ret)
{
    static const uint8_t of[] = {
        [STATE_FLOAT] = 2, [STATE_EQUALIZE] = 3, [STATE_DISCHARGE] = 4, [STATE_IDLE] = 5,
        [4] = 1,           [STATE_ABNORMAL] = 6};
    int32_t v = row->string->value[STRING_STATE];

    (void)c;
    return usable(m, row, STRING_STATE) &&
           mib_integer(ret, v >= 0 && v < (int32_t)sizeof(of) ? of[v] : 1);
}

/* BITS count from the left: bit 0 is the highest of the first octet. */
static bool device_alarms(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                          struct agentx_value *ret)
{
    uint8_t octet = 0;

    (void)c;
    for (int bit = 0; bit < 7; bit++)
        if (row->string->value[STRING_ALARM] >> bit & 1)
            octet |= (uint8_t)(0x80 >> bit);
    return usable(m, row, STRING_ALARM) && mib_octets(m, ret, &octet, 1);
}

/* BtmsSwitch and BtmsOnOff: unknown(1), then what the register says plus 2. */
static bool two_state(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    int32_t v = row->string->value[c->arg];

    return usable(m, row, c->arg) && mib_integer(ret, v == 0 || v == 1 ? v + 2 : 1);
}

static bool integer(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    return usable(m, row, c->arg) && mib_integer(ret, row->string->value[c->arg]);
}

static bool gauge(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    return usable(m, row, c->arg) && mib_gauge(ret, row->string->value[c->arg]);
}

static bool cells(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->string->cells);
}

static bool cells_lost(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    (void)c;
    return mib_gauge(ret, mib_tally(m, scope(row)).comm_lost);
}

/* ---- over the cells ---------------------------------------------------------------------- */

enum extreme {
    MIN_VOLTAGE,
    MAX_VOLTAGE,
    MEAN_VOLTAGE,
    MAX_TEMPERATURE,
    MEAN_TEMPERATURE,
    MAX_RESISTANCE
};
enum { THE_CELL = 16 }; /* arg + this: the cell it belongs to */

static const uint8_t quantity_of[] = {CELL_VOLTAGE,     CELL_VOLTAGE,     CELL_VOLTAGE,
                                      CELL_TEMPERATURE, CELL_TEMPERATURE, CELL_RESISTANCE};

static int64_t rounded_mean(const struct mib_extent *e)
{
    int64_t half = e->sum < 0 ? -e->n / 2 : e->n / 2;

    return (e->sum + half) / e->n;
}

static bool over_cells(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    int what = c->arg & ~THE_CELL;
    bool min = what == MIN_VOLTAGE, mean = what == MEAN_VOLTAGE || what == MEAN_TEMPERATURE;
    const struct mib_extent *e;

    if (mib_stale(m, row->gateway, row->string->cells_read_ms,
                  mib_cell_interval(row->gateway, row->string)))
        return false;
    e = mib_extent(m, row, quantity_of[what]);
    if (e->n == 0)
        return false;
    if (c->arg & THE_CELL)
        return mib_gauge(ret, min ? e->min_cell : e->max_cell);
    if (what == MAX_RESISTANCE)
        return mib_gauge(ret, e->max);
    return mib_integer(ret, mean ? rounded_mean(e) : min ? e->min : e->max);
}

/* ---- alarms and ages --------------------------------------------------------------------- */

static bool alarms(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    (void)c;
    return mib_gauge(ret, mib_tally(m, scope(row)).count);
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
    return mib_age(m, row->gateway, row->string->read_ms, ret);
}

static bool cell_age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    (void)c;
    return mib_age(m, row->gateway, row->string->cells_read_ms, ret);
}

static bool cell_interval(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                          struct agentx_value *ret)
{
    int64_t ms = row->string->cells_interval_ms;

    (void)m, (void)c;
    return mib_gauge(ret, ms > 0 ? ms : -1);
}

static const struct mib_column columns[] = {
    {2,  "btmsStringName",                   name,          0                         },
    {3,  "btmsStringUpsIndex",               ups_index,     0                         },
    {4,  "btmsStringStatus",                 status,        0                         },
    {5,  "btmsStringStatusRaw",              gauge,         STRING_STATUS             },
    {6,  "btmsStringChargeState",            charge_state,  0                         },
    {7,  "btmsStringStateRaw",               gauge,         STRING_STATE              },
    {8,  "btmsStringDeviceAlarms",           device_alarms, 0                         },
    {9,  "btmsStringAlarmRaw",               gauge,         STRING_ALARM              },
    {10, "btmsStringVoltage",                integer,       STRING_VOLTAGE            },
    {11, "btmsStringCurrent",                integer,       STRING_CURRENT            },
    {12, "btmsStringStateOfCharge",          gauge,         STRING_SOC                },
    {14, "btmsStringBalance",                gauge,         STRING_BALANCE            },
    {15, "btmsStringAmbientTemperature",     integer,       STRING_AMBIENT_TEMPERATURE},
    {16, "btmsStringAmbientHumidity",        gauge,         STRING_AMBIENT_HUMIDITY   },
    {18, "btmsStringRelay",                  two_state,     STRING_RELAY              },
    {19, "btmsStringAuxInput",               two_state,     STRING_AUX_INPUT          },
    {20, "btmsStringCellCount",              cells,         0                         },
    {21, "btmsStringCellCountRaw",           gauge,         STRING_CELL_COUNT         },
    {23, "btmsStringCellsCommLost",          cells_lost,    0                         },
    {24, "btmsStringMinCellVoltage",         over_cells,    MIN_VOLTAGE               },
    {25, "btmsStringMinCellVoltageCell",     over_cells,    MIN_VOLTAGE + THE_CELL    },
    {26, "btmsStringMaxCellVoltage",         over_cells,    MAX_VOLTAGE               },
    {27, "btmsStringMaxCellVoltageCell",     over_cells,    MAX_VOLTAGE + THE_CELL    },
    {28, "btmsStringMeanCellVoltage",        over_cells,    MEAN_VOLTAGE              },
    {29, "btmsStringMaxCellTemperature",     over_cells,    MAX_TEMPERATURE           },
    {30, "btmsStringMaxCellTemperatureCell", over_cells,    MAX_TEMPERATURE + THE_CELL},
    {31, "btmsStringMeanCellTemperature",    over_cells,    MEAN_TEMPERATURE          },
    {32, "btmsStringMaxCellResistance",      over_cells,    MAX_RESISTANCE            },
    {33, "btmsStringMaxCellResistanceCell",  over_cells,    MAX_RESISTANCE + THE_CELL },
    {39, "btmsStringAlarmCount",             alarms,        0                         },
    {40, "btmsStringWorstSeverity",          worst,         0                         },
    {41, "btmsStringDataAge",                age,           0                         },
    {42, "btmsStringCellDataAge",            cell_age,      0                         },
    {43, "btmsStringCellInterval",           cell_interval, 0                         },
};

const struct mib_table mib_string = {
    "btmsStringTable", {4, 1, 1},
     3, 2, from, columns, sizeof(columns) / sizeof(columns[0])
};
