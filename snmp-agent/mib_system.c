/* btmsSystem: the scalars. */
#include "mib_status.h"
#include "mib_tables.h"

static bool version(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    (void)row, (void)c;
    return mib_text(m, ret, "%s", BTMS_VERSION);
}

static bool root(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)row, (void)c;
    ret->kind = AGENTX_OBJECT_IDENTIFIER;
    oid_copy(&ret->oid, &m->root);
    return true;
}

static bool store_name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    uint64_t id = m->view->site_data != NULL ? m->view->site_snap.stamp.store_id : 0;
    uint8_t octets[8];

    (void)row, (void)c;
    for (int i = 0; i < 8; i++)
        octets[i] = (uint8_t)(id >> (56 - 8 * i));
    return id != 0 && mib_octets(m, ret, octets, sizeof(octets));
}

enum number { GATEWAYS, UPS, STRINGS, CELLS };

static bool number(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct view *v = m->view;
    uint32_t loaded = 0;

    (void)row;
    for (size_t i = 0; i < v->gateways; i++)
        loaded += v->gateway[i].data != NULL;
    return mib_gauge(ret, c->arg == GATEWAYS  ? loaded
                          : c->arg == UPS     ? v->ups
                          : c->arg == STRINGS ? v->strings
                                              : v->cells);
}

static bool tables_changed(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                           struct agentx_value *ret)
{
    (void)row, (void)c;
    return mib_timestamp(m, ret, m->view->tables_changed_ms);
}

/* `arg`: an enum alarm_severity, or one of these. */
enum { ALL = -1, IN_SHELF = -2, UNACKED = -3 };

static bool alarm_count(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                        struct agentx_value *ret)
{
    struct mib_tally t = mib_tally(m, (struct mib_scope){0});

    (void)row;
    return mib_gauge(ret, c->arg == ALL        ? t.count
                          : c->arg == IN_SHELF ? t.shelved
                          : c->arg == UNACKED  ? t.unacked
                                               : t.by_severity[c->arg]);
}

static bool worst(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)row, (void)c;
    return mib_integer(ret, mib_severity(mib_tally(m, (struct mib_scope){0}).worst));
}

static bool alarms_changed(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                           struct agentx_value *ret)
{
    int64_t collector = m->view->site_data != NULL ? m->view->site.alarms_changed_ms : 0;

    (void)row, (void)c;
    if (view_age_ms(m->view, &m->view->site_snap, collector, m->now_ms) < 0)
        collector = 0;
    return mib_timestamp(m, ret, m->own->changed_ms > collector ? m->own->changed_ms : collector);
}

static bool sequence(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    uint32_t newest = m->view->site_data != NULL ? m->view->site.sequence : 0;

    (void)row, (void)c;
    if (m->own->events > 0 && m->own->event[m->own->events - 1].sequence > newest)
        newest = m->own->event[m->own->events - 1].sequence;
    if (m->own->numbers.sequence > newest)
        newest = m->own->numbers.sequence;
    return mib_gauge(ret, newest);
}

static int64_t older(const struct mib *m, const struct view_gateway *g, int64_t read_ms,
                     int64_t worst)
{
    int64_t age = view_age_ms(m->view, &g->snap, read_ms, m->now_ms);

    return age > worst ? age : worst;
}

static bool oldest(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    int64_t worst_age = -1;
    int number;

    (void)row, (void)c;
    for (size_t i = 0; i < m->view->gateways; i++) {
        const struct view_gateway *g = &m->view->gateway[i];
        struct ups u;

        for (uint32_t k = 0; g->data != NULL && k < g->snap.section[1].count; k++) {
            snapshot_get_ups(&g->snap, k, &number, &u);
            worst_age = older(m, g, u.read_ms, worst_age);
        }
        for (uint32_t k = 0; g->data != NULL && k < g->snap.section[2].count; k++) {
            snapshot_get_string(&g->snap, k, &number, &m->string);
            worst_age = older(m, g, m->string.read_ms, worst_age);
            worst_age = older(m, g, m->string.cells_read_ms, worst_age);
        }
    }
    return mib_gauge(ret, worst_age < 0 ? -1 : worst_age / 1000);
}

static bool collector_age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                          struct agentx_value *ret)
{
    int64_t age = view_collector_age_ms(m->view, m->now_ms);

    (void)row, (void)c;
    return mib_gauge(ret, age < 0 ? -1 : age / 1000);
}

static bool counters(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    (void)row, (void)c;
    return mib_timestamp(
        m, ret, m->view->counters_ms > m->counters_ms ? m->view->counters_ms : m->counters_ms);
}

static bool collector_version(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                              struct agentx_value *ret)
{
    (void)row, (void)c;
    return m->view->site_data != NULL && mib_text(m, ret, "%s", m->view->site.version);
}

static bool collector_interval(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                               struct agentx_value *ret)
{
    (void)row, (void)c;
    return m->view->site_data != NULL && m->view->site.interval_ms != 0 &&
           mib_gauge(ret, m->view->site.interval_ms);
}

static bool cells_lost(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    (void)row, (void)c;
    return mib_gauge(ret, mib_tally(m, (struct mib_scope){0}).comm_lost);
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    (void)m;
    *ret = (struct mib_row){.index = {0}};
    return index[0] == 0;
}

static const struct mib_column columns[] = {
    {1,  "btmsSoftwareVersion",          version,            0             },
    {2,  "btmsMibRoot",                  root,               0             },
    {3,  "btmsStoreId",                  store_name,         0             },
    {4,  "btmsGatewayNumber",            number,             GATEWAYS      },
    {5,  "btmsUpsNumber",                number,             UPS           },
    {6,  "btmsStringNumber",             number,             STRINGS       },
    {7,  "btmsCellNumber",               number,             CELLS         },
    {8,  "btmsTableLastChange",          tables_changed,     0             },
    {9,  "btmsAlarmActiveCount",         alarm_count,        ALL           },
    {10, "btmsAlarmCriticalCount",       alarm_count,        ALARM_CRITICAL},
    {11, "btmsAlarmMajorCount",          alarm_count,        ALARM_MAJOR   },
    {12, "btmsAlarmMinorCount",          alarm_count,        ALARM_MINOR   },
    {13, "btmsAlarmWarningCount",        alarm_count,        ALARM_WARNING },
    {14, "btmsAlarmInfoCount",           alarm_count,        ALARM_INFO    },
    {15, "btmsAlarmWorstSeverity",       worst,              0             },
    {16, "btmsAlarmLastChange",          alarms_changed,     0             },
    {17, "btmsLogSequence",              sequence,           0             },
    {18, "btmsOldestDataAge",            oldest,             0             },
    {19, "btmsCollectorAge",             collector_age,      0             },
    {20, "btmsCounterDiscontinuityTime", counters,           0             },
    {21, "btmsCollectorVersion",         collector_version,  0             },
    {22, "btmsCollectorInterval",        collector_interval, 0             },
    {23, "btmsCellsCommLost",            cells_lost,         0             },
    {24, "btmsAlarmShelvedCount",        alarm_count,        IN_SHELF      },
    {25, "btmsAlarmUnackedCount",        alarm_count,        UNACKED       },
    {26, "btmsAggregatorNumber",         mib_none,           0             },
    {27, "btmsThControllerNumber",       mib_none,           0             },
    {28, "btmsThSensorNumber",           mib_none,           0             },
    {29, "btmsIoNumber",                 mib_none,           0             },
    {30, "btmsQuantityNumber",           mib_none,           0             },
    {31, "btmsMaintenanceNumber",        mib_none,           0             },
    {32, "btmsUpsOnBattery",             mib_none,           0             },
};

const struct mib_table mib_system = {
    "btmsSystem", {1}, 1, 1, from, columns, sizeof(columns) / sizeof(columns[0])};
