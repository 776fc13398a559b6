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
    uint64_t id = m->view->site != NULL ? m->view->site->snap.stamp.store_id : 0;
    uint8_t octets[8];

    (void)row, (void)c;
    for (int i = 0; i < 8; i++)
        octets[i] = (uint8_t)(id >> (56 - 8 * i));
    return id != 0 && mib_octets(m, ret, octets, sizeof(octets));
}

enum number { GATEWAYS, UPS, STRINGS, CELLS, TH_CONTROLLERS, TH_SENSORS, CHANNELS, QUANTITIES };

/* Formats before 1.3 are of collectors that know no TH controllers, and nothing that is added. */
static bool knows_more(const struct mib *m)
{
    return m->view->site != NULL && m->view->site->snap.minor >= 3;
}

/* Of all gateways that may be seen. */
static int64_t records(const struct mib *m, int section)
{
    int64_t n = 0;

    for (size_t i = 0; i < m->view->gateways; i++)
        if (m->only == NULL || m->only->index == m->view->gateway[i]->index)
            n += m->view->gateway[i]->snap.section[section].count;
    return n;
}

static bool number(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct view_version *v = m->view;
    const struct view_gateway *g = m->only;

    (void)row;
    switch ((enum number)c->arg) {
    case GATEWAYS:
        return mib_gauge(ret, g != NULL ? 1 : (int64_t)v->gateways);
    case UPS:
        return mib_gauge(ret, g != NULL ? g->snap.section[1].count : v->ups);
    case STRINGS:
        return mib_gauge(ret, g != NULL ? g->snap.section[2].count : v->strings);
    case CELLS:
        return mib_gauge(ret, g != NULL ? g->snap.section[3].count : v->cells);
    case TH_CONTROLLERS:
        return knows_more(m) && mib_gauge(ret, g != NULL ? 0 : (int64_t)v->ths);
    case TH_SENSORS:
        return knows_more(m) && mib_gauge(ret, g != NULL ? 0 : v->sensors);
    case CHANNELS:
        return knows_more(m) && mib_gauge(ret, records(m, MIB_CHANNELS));
    case QUANTITIES:
        return knows_more(m) && mib_gauge(ret, records(m, MIB_QUANTITIES));
    }
    return false;
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

static bool alarms_changed(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                           struct agentx_value *ret)
{
    const struct view_site *s = m->view->site;
    int64_t collector = s != NULL ? s->about.alarms_changed_ms : 0;

    (void)row, (void)c;
    if (s == NULL || view_age_ms(m->view, &s->snap, collector, m->now_ms) < 0)
        collector = 0;
    return mib_timestamp(m, ret, m->own->changed_ms > collector ? m->own->changed_ms : collector);
}

static bool sequence(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    uint32_t newest = m->view->site != NULL ? m->view->site->about.sequence : 0;

    (void)row, (void)c;
    if (m->own->events > 0 && m->own->event[m->own->events - 1].sequence > newest)
        newest = m->own->event[m->own->events - 1].sequence;
    if (m->own->numbers.sequence > newest)
        newest = m->own->numbers.sequence;
    return mib_gauge(ret, newest);
}

/* Of one gateway: its oldest reading. */
static int64_t oldest_of(const struct mib *m, const struct view_gateway *g)
{
    return view_age_ms(m->view, &g->snap, g->oldest_ms, m->now_ms) < 0 ? 0 : g->oldest_ms;
}

static bool oldest(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    int64_t read_ms = m->only != NULL ? oldest_of(m, m->only) : m->view->oldest_ms;
    int64_t age = m->now_ms > read_ms ? m->now_ms - read_ms : 0;

    (void)row, (void)c;
    return read_ms > 0 && mib_gauge(ret, age / 1000);
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
    return m->view->site != NULL && mib_text(m, ret, "%s", m->view->site->about.version);
}

static bool collector_interval(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                               struct agentx_value *ret)
{
    const struct view_site *s = m->view->site;

    (void)row, (void)c;
    return s != NULL && s->about.interval_ms != 0 && mib_gauge(ret, s->about.interval_ms);
}

/* Of a whole site alone; files before 1.3 do not know them. */
static bool aggregators(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                        struct agentx_value *ret)
{
    const struct view_site *s = m->view->site;

    (void)row, (void)c;
    return s != NULL && s->snap.minor >= 3 &&
           mib_gauge(ret, m->only != NULL ? 0 : s->snap.section[4].count);
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
    {15, "btmsAlarmWorstSeverity",       mib_worst,          0             },
    {16, "btmsAlarmLastChange",          alarms_changed,     0             },
    {17, "btmsLogSequence",              sequence,           0             },
    {18, "btmsOldestDataAge",            oldest,             0             },
    {19, "btmsCollectorAge",             collector_age,      0             },
    {20, "btmsCounterDiscontinuityTime", counters,           0             },
    {21, "btmsCollectorVersion",         collector_version,  0             },
    {22, "btmsCollectorInterval",        collector_interval, 0             },
    {23, "btmsCellsCommLost",            mib_lost,           0             },
    {24, "btmsAlarmShelvedCount",        alarm_count,        IN_SHELF      },
    {25, "btmsAlarmUnackedCount",        alarm_count,        UNACKED       },
    {26, "btmsAggregatorNumber",         aggregators,        0             },
    {27, "btmsThControllerNumber",       number,             TH_CONTROLLERS},
    {28, "btmsThSensorNumber",           number,             TH_SENSORS    },
    {29, "btmsIoNumber",                 number,             CHANNELS      },
    {30, "btmsQuantityNumber",           number,             QUANTITIES    },
    {31, "btmsMaintenanceNumber",        mib_none,           0             },
    {32, "btmsUpsOnBattery",             mib_none,           0             },
};

const struct mib_table mib_system = {
    "btmsSystem", {1}, 1, 1, from, columns, sizeof(columns) / sizeof(columns[0])};
