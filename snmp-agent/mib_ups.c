/* btmsUpsTable {gateway, ups}. */
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

static struct mib_scope scope(const struct mib_row *row)
{
    return (struct mib_scope){.gateway = row->index[0], .ups = row->index[1]};
}

static bool stale(const struct mib *m, const struct mib_row *row)
{
    return mib_stale(m, row->gateway, row->ups.read_ms, mib_interval(row->gateway));
}

static bool usable(const struct mib *m, const struct mib_row *row, int q)
{
    return validity_usable(row->ups.validity[q]) && !stale(m, row);
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "UPS %u", row->index[1]);
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct ups *u = &row->ups;
    bool lost = u->presence == PRESENCE_GONE || u->presence == PRESENCE_SILENT;
    bool told = validity_usable(u->validity[UPS_STATUS]);

    (void)c;
    lost &= !(told && u->value[UPS_STATUS] == STATUS_DISABLED);
    return mib_integer(ret, mib_status(lost || !row->gateway->device.health.reachable,
                                       stale(m, row), told ? u->value[UPS_STATUS] : -1,
                                       mib_tally(m, scope(row)).worst_own));
}

static bool integer(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    return usable(m, row, c->arg) && mib_integer(ret, row->ups.value[c->arg]);
}

static bool gauge(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    return usable(m, row, c->arg) && mib_gauge(ret, row->ups.value[c->arg]);
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

static bool cells_lost(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    (void)c;
    return mib_gauge(ret, mib_tally(m, scope(row)).comm_lost);
}

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
    return mib_age(m, row->gateway, row->ups.read_ms, ret);
}

static const struct mib_column columns[] = {
    {2,  "btmsUpsName",               name,        0          },
    {3,  "btmsUpsStatus",             status,      0          },
    {4,  "btmsUpsStatusRaw",          gauge,       UPS_STATUS },
    {5,  "btmsUpsVoltage",            integer,     UPS_VOLTAGE},
    {6,  "btmsUpsCurrent",            integer,     UPS_CURRENT},
    {7,  "btmsUpsStateOfCharge",      gauge,       UPS_SOC    },
    {8,  "btmsUpsAutonomy",           mib_none,    0          },
    {9,  "btmsUpsAutonomyBasis",      mib_none,    0          },
    {10, "btmsUpsStringCount",        strings,     0          },
    {11, "btmsUpsAlarmCount",         alarms,      0          },
    {12, "btmsUpsWorstSeverity",      worst,       0          },
    {13, "btmsUpsDataAge",            age,         0          },
    {14, "btmsUpsLabel",              mib_none,    0          },
    {15, "btmsUpsLocation",           mib_none,    0          },
    {16, "btmsUpsStringsDischarging", discharging, 0          },
    {17, "btmsUpsCellsCommLost",      cells_lost,  0          },
};

const struct mib_table mib_ups = {
    "btmsUpsTable", {3, 1, 1},
     3, 2, from, columns, sizeof(columns) / sizeof(columns[0])
};
