/*
 * btmsThControllerTable {controller} and btmsThSensorTable {controller, sensor}.
 *
 * How a controller is reached is told in the words of btmsGatewayTable: such a column is answered by
 * the getter that the gateways' has.
 */
#include "mib_status.h"
#include "mib_tables.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- controllers --------------------------------------------------------------------------- */

static bool controller_from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX],
                            struct mib_row *ret)
{
    const struct view_gateway *g = mib_th_from(m, index[0]);

    if (g == NULL)
        return false;
    *ret = (struct mib_row){.index = {g->index}, .gateway = g};
    return true;
}

/* `arg`: the sub-identifier of the column of btmsGatewayTable. */
static bool as_gateway(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    const struct mib_column *of = mib_gateway.column;

    while (of->sub != (uint32_t)c->arg)
        of++;
    return of->get(m, row, of, ret);
}

static bool counts_stale(const struct mib *m, const struct view_gateway *g)
{
    return mib_stale(m, g, g->th->counts_read_ms, mib_interval(g));
}

static bool sensors(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->gateway->snap.section[1].count);
}

static bool count(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    const struct th_controller *th = row->gateway->th;

    return validity_usable(th->count_validity[c->arg]) && !counts_stale(m, row->gateway) &&
           mib_gauge(ret, th->count[c->arg]);
}

/* Place 0 is read together with the counts. */
static bool new_sensor(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    enum th_new is = th_new_sensor(row->gateway->th);

    (void)c;
    return is != TH_NEW_UNKNOWN && !counts_stale(m, row->gateway) &&
           mib_truth(ret, is == TH_NEW_WAITS);
}

static bool counts_age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    (void)c;
    return mib_age(m, row->gateway, row->gateway->th->counts_read_ms, ret);
}

/* ---- over the sensors ---------------------------------------------------------------------- */

/* Of one quantity: the values that btmsThSensorTable shows. Of equal extremes it is the lower
 * number. */
struct over {
    int n, min, max; /* how many, and which */
    int64_t sum;
};

static bool has(const struct mib *m, const struct view_gateway *g, int number, int quantity)
{
    const struct th_sensor *s = &g->th->sensor[number];

    return s->presence != PRESENCE_NEVER && validity_usable(s->validity[quantity]) &&
           !mib_stale(m, g, s->read_ms, mib_interval(g));
}

static struct over over(const struct mib *m, const struct view_gateway *g, int quantity)
{
    const struct th_sensor *s = g->th->sensor;
    struct over o = {0};

    for (int i = 1; i <= TH_SENSOR_MAX; i++) {
        if (!has(m, g, i, quantity))
            continue;
        if (o.n == 0 || s[i].value[quantity] < s[o.min].value[quantity])
            o.min = i;
        if (o.n == 0 || s[i].value[quantity] > s[o.max].value[quantity])
            o.max = i;
        o.sum += s[i].value[quantity];
        o.n++;
    }
    return o;
}

/* What they come to, added to the quantity. */
enum stat { MIN = 1 << 4, MIN_SENSOR = 2 << 4, MAX = 3 << 4, MAX_SENSOR = 4 << 4, MEAN = 5 << 4 };

static bool over_sensors(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                         struct agentx_value *ret)
{
    int q = c->arg & 15, what = c->arg & ~15;
    const struct view_gateway *g = row->gateway;
    struct over o = over(m, g, q);
    int64_t v;

    if (o.n == 0)
        return false;
    if (what == MIN_SENSOR || what == MAX_SENSOR)
        return mib_gauge(ret, what == MIN_SENSOR ? o.min : o.max);
    v = what == MEAN ? mib_over_n(o.sum, o.n) : g->th->sensor[what == MIN ? o.min : o.max].value[q];
    return q == TH_TEMPERATURE ? mib_integer(ret, v) : mib_gauge(ret, v);
}

static const struct mib_column controller_columns[] = {
    {2,  "btmsThControllerName",            as_gateway,   2                          },
    {3,  "btmsThControllerLocation",        mib_none,     0                          },
    {4,  "btmsThControllerAddress",         as_gateway,   4                          },
    {5,  "btmsThControllerStatus",          as_gateway,   7                          },
    {6,  "btmsThControllerLastPollAge",     as_gateway,   9                          },
    {7,  "btmsThControllerPollDuration",    as_gateway,   10                         },
    {8,  "btmsThControllerRequests",        as_gateway,   13                         },
    {9,  "btmsThControllerTimeouts",        as_gateway,   14                         },
    {10, "btmsThControllerExceptions",      as_gateway,   15                         },
    {11, "btmsThControllerMismatches",      as_gateway,   16                         },
    {12, "btmsThControllerReconnects",      as_gateway,   17                         },
    {13, "btmsThControllerSensorCount",     sensors,      0                          },
    {14, "btmsThControllerCountAll",        count,        TH_COUNT_ALL               },
    {15, "btmsThControllerCountOk",         count,        TH_COUNT_OK                },
    {16, "btmsThControllerCountError",      count,        TH_COUNT_ERROR             },
    {17, "btmsThControllerCountAlarm",      count,        TH_COUNT_ALARM             },
    {18, "btmsThControllerNewSensor",       new_sensor,   0                          },
    {19, "btmsThControllerMinTemperature",  over_sensors, TH_TEMPERATURE + MIN       },
    {20, "btmsThControllerColdestSensor",   over_sensors, TH_TEMPERATURE + MIN_SENSOR},
    {21, "btmsThControllerMaxTemperature",  over_sensors, TH_TEMPERATURE + MAX       },
    {22, "btmsThControllerHottestSensor",   over_sensors, TH_TEMPERATURE + MAX_SENSOR},
    {23, "btmsThControllerMeanTemperature", over_sensors, TH_TEMPERATURE + MEAN      },
    {24, "btmsThControllerMinHumidity",     over_sensors, TH_HUMIDITY + MIN          },
    {25, "btmsThControllerDriestSensor",    over_sensors, TH_HUMIDITY + MIN_SENSOR   },
    {26, "btmsThControllerMaxHumidity",     over_sensors, TH_HUMIDITY + MAX          },
    {27, "btmsThControllerMostHumidSensor", over_sensors, TH_HUMIDITY + MAX_SENSOR   },
    {28, "btmsThControllerMeanHumidity",    over_sensors, TH_HUMIDITY + MEAN         },
    {29, "btmsThControllerAlarmCount",      mib_alarms,   0                          },
    {30, "btmsThControllerWorstSeverity",   mib_worst,    0                          },
    {31, "btmsThControllerInterval",        as_gateway,   27                         },
    {32, "btmsThControllerSnapshot",        as_gateway,   29                         },
    {33, "btmsThControllerEntityIndex",     as_gateway,   26                         },
    {34, "btmsThControllerDataAge",         counts_age,   0                          },
};

const struct mib_table mib_th_controller = {
    "btmsThControllerTable",  {6, 1, 1},
      3, 1, controller_from, controller_columns,
    COUNT(controller_columns)
};

/* ---- sensors ------------------------------------------------------------------------------- */

static bool sensor_from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    const struct view_gateway *g = mib_th_from(m, index[0]);
    uint32_t first = g != NULL && g->index == index[0] && index[1] > 0 ? index[1] : 1;

    for (; g != NULL; g = g->index < UINT32_MAX ? mib_th_from(m, g->index + 1) : NULL, first = 1)
        for (uint32_t i = first; i <= TH_SENSOR_MAX; i++)
            if (g->th->sensor[i].presence != PRESENCE_NEVER) {
                *ret = (struct mib_row){
                    .index = {g->index, i},
                      .gateway = g
                };
                ret->section = MIB_SENSORS;
                ret->sensor = &g->th->sensor[i];
                return true;
            }
    return false;
}

/* BITS count from the left: bit 0 is the highest of the first octet. */
static bool device_alarms(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                          struct agentx_value *ret)
{
    uint8_t octet = 0;
    bool any = false;

    (void)c;
    for (int bit = 0; bit < 4; bit++) {
        if (!mib_usable(m, row, TH_ALARM_TEMPERATURE_HIGH + bit))
            continue;
        any = true;
        if (row->sensor->value[TH_ALARM_TEMPERATURE_HIGH + bit] != 0)
            octet |= (uint8_t)(0x80 >> bit);
    }
    return any && mib_octets(m, ret, &octet, 1);
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "sensor %u", row->index[1]);
}

static const struct mib_column sensor_columns[] = {
    {2,  "btmsThSensorStatus",        mib_status_of,  0             },
    {3,  "btmsThSensorTemperature",   mib_read_int,   TH_TEMPERATURE},
    {4,  "btmsThSensorHumidity",      mib_read_gauge, TH_HUMIDITY   },
    {5,  "btmsThSensorDeviceAlarms",  device_alarms,  0             },
    {6,  "btmsThSensorStatusRaw",     mib_read_gauge, TH_STATUS     },
    {7,  "btmsThSensorName",          name,           0             },
    {8,  "btmsThSensorLocation",      mib_none,       0             },
    {9,  "btmsThSensorLabel",         mib_none,       0             },
    {10, "btmsThSensorWorstSeverity", mib_worst,      0             },
    {11, "btmsThSensorDataAge",       mib_unit_age,   0             },
};

const struct mib_table mib_th_sensor = {
    "btmsThSensorTable", {6, 2, 1},
     3, 2, sensor_from, sensor_columns, COUNT(sensor_columns)
};
