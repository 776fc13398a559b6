/* btmsStringTable {gateway, string}, with what its cells come to. */
#include "mib_cell.h"
#include "mib_identity.h"
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

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_called(m, row, ALARM_OF_STRING, "string", row->index[1], ret);
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

/* BtmsChargeState: unknown(1), float(2), equalize(3), discharge(4), idle(5), abnormal(6). */
static bool charge_state(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                         struct agentx_value *ret)
{
    static const uint8_t of[] = {
        [STATE_FLOAT] = 2, [STATE_EQUALIZE] = 3, [STATE_DISCHARGE] = 4, [STATE_IDLE] = 5,
        [4] = 1,           [STATE_ABNORMAL] = 6};
    int32_t v = row->string->value[STRING_STATE];

    (void)c;
    return mib_usable(m, row, STRING_STATE) &&
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
    return mib_usable(m, row, STRING_ALARM) && mib_octets(m, ret, &octet, 1);
}

/* BtmsSwitch and BtmsOnOff: unknown(1), then what the register says plus 2. */
static bool two_state(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    int32_t v = row->string->value[c->arg];

    return mib_usable(m, row, c->arg) && mib_integer(ret, v == 0 || v == 1 ? v + 2 : 1);
}

static bool cells(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->string->cells);
}

/* ---- over the cells ---------------------------------------------------------------------- */

/* What they come to, added to the quantity. */
enum stat {
    COUNT = 1 << 4,
    MIN = 2 << 4,
    MIN_CELL = 3 << 4,
    MAX = 4 << 4,
    MAX_CELL = 5 << 4,
    MEAN = 6 << 4,
    MEDIAN = 7 << 4,
    SPREAD = 8 << 4
};

static bool over_cells(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    int q = c->arg & 15;
    enum stat what = (enum stat)(c->arg & ~15);
    bool is_signed = q == CELL_VOLTAGE || q == CELL_TEMPERATURE;
    bool old = mib_cells_stale(m, row->gateway, row->string);
    struct mib_over *o = old ? NULL : mib_over(m, row, q);
    int64_t v = 0;

    if (what == COUNT)
        return mib_gauge(ret, old ? 0 : o->n);
    if (old || o->n == 0)
        return false;
    switch (what) {
    case MIN:
        v = o->min;
        break;
    case MIN_CELL:
        return mib_gauge(ret, o->min_cell);
    case MAX:
        v = o->max;
        break;
    case MAX_CELL:
        return mib_gauge(ret, o->max_cell);
    case MEAN:
        v = mib_over_mean(o);
        break;
    case MEDIAN:
        v = mib_over_median(o);
        break;
    case SPREAD:
        v = (int64_t)o->max - o->min;
        break;
    case COUNT:
        return false;
    }
    return is_signed ? mib_integer(ret, v) : mib_gauge(ret, v);
}

/* Most strings have no alarm, and then none of their cells has. */
static bool cells_lost(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    const struct snapshot *s = &row->gateway->snap;
    struct mib_scope at = mib_scope(row);
    bool alarms = mib_tally(m, at).comm_lost > 0;
    uint32_t i = snapshot_find(s, 3, mib_cell_key(row->index[1], 0)), n = 0;
    struct cell cell;

    (void)c;
    for (; i < s->section[3].count && snapshot_key(s, 3, i) >> 8 == row->index[1]; i++) {
        at.cell = snapshot_key(s, 3, i) & 0xff;
        mib_cell_get_told(s, i, &cell);
        n += mib_cell_lost(row->gateway, &cell, alarms && mib_tally(m, at).comm_lost > 0);
    }
    return mib_gauge(ret, n);
}

/* What was there is expected to be there. */
static bool cells_expected(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                           struct agentx_value *ret)
{
    const struct string *s = row->string;
    uint32_t cells = s->cells_expected != 0 ? s->cells_expected : s->cells;

    (void)m, (void)c;
    return cells != 0 && mib_gauge(ret, cells);
}

static bool capacity(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    (void)m, (void)c;
    return row->string->capacity_ah != 0 && mib_gauge(ret, 10u * row->string->capacity_ah);
}

static bool cell_type(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    (void)m, (void)c;
    return row->string->cell_type != CELL_TYPE_UNKNOWN && mib_gauge(ret, row->string->cell_type);
}

static bool hall(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)m, (void)c;
    return row->string->hall_a != 0 && mib_gauge(ret, row->string->hall_a);
}

/* ---- ages -------------------------------------------------------------------------------- */

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
    {2,  "btmsStringName",                   name,           0                          },
    {3,  "btmsStringUpsIndex",               ups_index,      0                          },
    {4,  "btmsStringStatus",                 mib_status_of,  0                          },
    {5,  "btmsStringStatusRaw",              mib_read_gauge, STRING_STATUS              },
    {6,  "btmsStringChargeState",            charge_state,   0                          },
    {7,  "btmsStringStateRaw",               mib_read_gauge, STRING_STATE               },
    {8,  "btmsStringDeviceAlarms",           device_alarms,  0                          },
    {9,  "btmsStringAlarmRaw",               mib_read_gauge, STRING_ALARM               },
    {10, "btmsStringVoltage",                mib_read_int,   STRING_VOLTAGE             },
    {11, "btmsStringCurrent",                mib_read_int,   STRING_CURRENT             },
    {12, "btmsStringStateOfCharge",          mib_read_gauge, STRING_SOC                 },
    {13, "btmsStringStateOfHealth",          mib_none,       0                          },
    {14, "btmsStringBalance",                mib_read_gauge, STRING_BALANCE             },
    {15, "btmsStringAmbientTemperature",     mib_read_int,   STRING_AMBIENT_TEMPERATURE },
    {16, "btmsStringAmbientHumidity",        mib_read_gauge, STRING_AMBIENT_HUMIDITY    },
    {17, "btmsStringInsulationResistance",   mib_read_gauge, STRING_INSULATION          },
    {18, "btmsStringRelay",                  two_state,      STRING_RELAY               },
    {19, "btmsStringAuxInput",               two_state,      STRING_AUX_INPUT           },
    {20, "btmsStringCellCount",              cells,          0                          },
    {21, "btmsStringCellCountRaw",           mib_read_gauge, STRING_CELL_COUNT          },
    {22, "btmsStringCellsExpected",          cells_expected, 0                          },
    {23, "btmsStringCellsCommLost",          cells_lost,     0                          },
    {24, "btmsStringMinCellVoltage",         over_cells,     CELL_VOLTAGE + MIN         },
    {25, "btmsStringMinCellVoltageCell",     over_cells,     CELL_VOLTAGE + MIN_CELL    },
    {26, "btmsStringMaxCellVoltage",         over_cells,     CELL_VOLTAGE + MAX         },
    {27, "btmsStringMaxCellVoltageCell",     over_cells,     CELL_VOLTAGE + MAX_CELL    },
    {28, "btmsStringMeanCellVoltage",        over_cells,     CELL_VOLTAGE + MEAN        },
    {29, "btmsStringMaxCellTemperature",     over_cells,     CELL_TEMPERATURE + MAX     },
    {30, "btmsStringMaxCellTemperatureCell", over_cells,     CELL_TEMPERATURE + MAX_CELL},
    {31, "btmsStringMeanCellTemperature",    over_cells,     CELL_TEMPERATURE + MEAN    },
    {32, "btmsStringMaxCellResistance",      over_cells,     CELL_RESISTANCE + MAX      },
    {33, "btmsStringMaxCellResistanceCell",  over_cells,     CELL_RESISTANCE + MAX_CELL },
    {34, "btmsStringMedianCellResistance",   over_cells,     CELL_RESISTANCE + MEDIAN   },
    {35, "btmsStringMaxResistanceRise",      mib_none,       0                          },
    {36, "btmsStringMaxResistanceRiseCell",  mib_none,       0                          },
    {37, "btmsStringWeakestCell",            mib_none,       0                          },
    {38, "btmsStringVoltageSpread",          over_cells,     CELL_VOLTAGE + SPREAD      },
    {39, "btmsStringAlarmCount",             mib_alarms,     0                          },
    {40, "btmsStringWorstSeverity",          mib_worst,      0                          },
    {41, "btmsStringDataAge",                mib_unit_age,   0                          },
    {42, "btmsStringCellDataAge",            cell_age,       0                          },
    {43, "btmsStringCellInterval",           cell_interval,  0                          },
    {44, "btmsStringCellsMeasured",          over_cells,     CELL_VOLTAGE + COUNT       },
    {45, "btmsStringMinCellTemperature",     over_cells,     CELL_TEMPERATURE + MIN     },
    {46, "btmsStringMinCellTemperatureCell", over_cells,     CELL_TEMPERATURE + MIN_CELL},
    {47, "btmsStringTemperatureSpread",      over_cells,     CELL_TEMPERATURE + SPREAD  },
    {48, "btmsStringMinCellResistance",      over_cells,     CELL_RESISTANCE + MIN      },
    {49, "btmsStringMinCellResistanceCell",  over_cells,     CELL_RESISTANCE + MIN_CELL },
    {50, "btmsStringMeanCellResistance",     over_cells,     CELL_RESISTANCE + MEAN     },
    {51, "btmsStringResistanceSpread",       over_cells,     CELL_RESISTANCE + SPREAD   },
    {52, "btmsStringMinCellSoc",             over_cells,     CELL_SOC + MIN             },
    {53, "btmsStringMinCellSocCell",         over_cells,     CELL_SOC + MIN_CELL        },
    {54, "btmsStringMeanCellSoc",            over_cells,     CELL_SOC + MEAN            },
    {55, "btmsStringMinCellSoh",             over_cells,     CELL_SOH + MIN             },
    {56, "btmsStringMinCellSohCell",         over_cells,     CELL_SOH + MIN_CELL        },
    {57, "btmsStringMeanCellSoh",            over_cells,     CELL_SOH + MEAN            },
    {58, "btmsStringLabel",                  mib_identity,   MIB_LABEL                  },
    {59, "btmsStringLocation",               mib_identity,   MIB_LOCATION               },
    {60, "btmsStringCellType",               cell_type,      0                          },
    {61, "btmsStringHallRating",             hall,           0                          },
    {62, "btmsStringCapacity",               capacity,       0                          },
    {63, "btmsStringDischargeCount",         mib_none,       0                          },
    {64, "btmsStringManufacturer",           mib_identity,   MIB_MANUFACTURER           },
    {65, "btmsStringModel",                  mib_identity,   MIB_MODEL                  },
    {66, "btmsStringInstallDate",            mib_identity,   MIB_INSTALLED              },
    {67, "btmsStringNote",                   mib_identity,   MIB_NOTE                   },
    {68, "btmsStringRunbook",                mib_identity,   MIB_RUNBOOK                },
};

const struct mib_table mib_string = {
    "btmsStringTable", {4, 1, 1},
     3, 2, from, columns, sizeof(columns) / sizeof(columns[0])
};
