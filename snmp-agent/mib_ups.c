/* btmsUpsTable {gateway, ups}. */
#include "mib_identity.h"
#include "mib_status.h"
#include "mib_tables.h"

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    int number;

    if (!mib_record_from(m, 1, index[0], index[1], ret))
        return false;
    snapshot_get_ups(&ret->gateway->snap, ret->at, &number, &ret->ups);
    ret->index[1] = (uint32_t)number;
    return true;
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_called(m, row, ALARM_OF_UPS, "UPS", row->index[1], ret);
}

static bool strings(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->gateway->strings_of[row->index[1]]);
}

/* At most 32 strings are looked at. */
static bool discharging(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                        struct agentx_value *ret)
{
    const struct view_gateway *g = row->gateway;
    uint32_t n = 0;

    (void)c;
    for (uint32_t i = 0; i < g->snap.section[2].count; i++) {
        struct string string;
        int number;

        snapshot_get_string(&g->snap, i, &number, &string);
        n += string.value[STRING_UPS_ID] == (int32_t)row->index[1] &&
             string_is(&string, STRING_STATE, STATE_DISCHARGE) &&
             !mib_stale(m, g, string.read_ms, mib_interval(g));
    }
    return mib_gauge(ret, n);
}

static const struct mib_column columns[] = {
    {2,  "btmsUpsName",               name,           0           },
    {3,  "btmsUpsStatus",             mib_status_of,  0           },
    {4,  "btmsUpsStatusRaw",          mib_read_gauge, UPS_STATUS  },
    {5,  "btmsUpsVoltage",            mib_read_int,   UPS_VOLTAGE },
    {6,  "btmsUpsCurrent",            mib_read_int,   UPS_CURRENT },
    {7,  "btmsUpsStateOfCharge",      mib_read_gauge, UPS_SOC     },
    {8,  "btmsUpsAutonomy",           mib_none,       0           },
    {9,  "btmsUpsAutonomyBasis",      mib_none,       0           },
    {10, "btmsUpsStringCount",        strings,        0           },
    {11, "btmsUpsAlarmCount",         mib_alarms,     0           },
    {12, "btmsUpsWorstSeverity",      mib_worst,      0           },
    {13, "btmsUpsDataAge",            mib_unit_age,   0           },
    {14, "btmsUpsLabel",              mib_identity,   MIB_LABEL   },
    {15, "btmsUpsLocation",           mib_identity,   MIB_LOCATION},
    {16, "btmsUpsStringsDischarging", discharging,    0           },
    {17, "btmsUpsCellsCommLost",      mib_lost,       0           },
};

const struct mib_table mib_ups = {
    "btmsUpsTable", {3, 1, 1},
     3, 2, from, columns, sizeof(columns) / sizeof(columns[0])
};
