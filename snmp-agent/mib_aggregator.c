/* btmsAggregatorTable {aggregator}: the aggregators, and of each the totals of its gateways. It is of
 * the whole site: who may see one gateway alone has no rows here. */
#include "mib_entity_parts.h"
#include "mib_status.h"
#include "mib_tables.h"

#include <stdio.h>
#include <string.h>

enum { AGGREGATORS = 4 }; /* section of the site's snapshot */

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    const struct view_site *site = m->only == NULL ? m->view->site : NULL;
    uint32_t i;

    if (site == NULL)
        return false;
    i = snapshot_find(&site->snap, AGGREGATORS, index[0]);
    if (i == site->snap.section[AGGREGATORS].count)
        return false;
    *ret = (struct mib_row){.at = i};
    snapshot_get_aggregator(&site->snap, i, &ret->aggregator);
    ret->index[0] = ret->aggregator.index;
    return true;
}

/* ---- totals ------------------------------------------------------------------------------ */

struct totals {
    uint32_t gateways, lost, ups, strings, cells, cells_lost, alarms;
    int worst; /* enum alarm_severity, -1 = none */
};

static void add_alarms(struct totals *t, uint32_t n, int worst)
{
    t->alarms += n;
    t->worst = worst > t->worst ? worst : t->worst;
}

static void add_gateway(const struct mib *m, const struct view_gateway *g, struct totals *t)
{
    struct mib_tally alarms = mib_tally(m, (struct mib_scope){.gateway = g->index});

    t->gateways++;
    t->lost += !g->device.health.reachable;
    t->ups += g->snap.section[1].count;
    t->strings += g->snap.section[2].count;
    t->cells += g->snap.section[3].count;
    t->cells_lost += alarms.comm_lost;
    add_alarms(t, alarms.count, alarms.worst);
}

/* Its own alarm is one of the site, told from that of another one by its object. */
static void add_own(const struct mib *m, const struct snapshot_aggregator *a, struct totals *t)
{
    const struct view_alarms *v = m->view->alarms;
    uint32_t n = v != NULL ? v->snap.section[0].count : 0;
    char object[EVENT_OBJECT_SIZE];
    struct alarm alarm;

    snprintf(object, sizeof(object), "site / aggregator %s", a->name);
    for (uint32_t i = 0; i < n && v->place[0][i].gateway == 0; i++) {
        snapshot_get_alarm(&v->snap, v->place[0][i].at, &alarm);
        if (alarm.kind == ALARM_AGGREGATOR_COMM_LOST && strcmp(alarm.object, object) == 0)
            add_alarms(t, 1, alarm.severity);
    }
}

static struct totals totals_of(const struct mib *m, const struct snapshot_aggregator *a)
{
    struct totals t = {.worst = -1};

    for (size_t i = 0; i < m->view->gateways; i++)
        if (m->view->gateway[i]->device.aggregator == a->index)
            add_gateway(m, m->view->gateway[i], &t);
    add_own(m, a, &t);
    return t;
}

/* ---- columns ----------------------------------------------------------------------------- */

enum what {
    NAME,
    LOCATION,
    ADDRESS,
    LABEL,
    GATEWAYS,
    GATEWAYS_LOST,
    UPS,
    STRINGS,
    CELLS,
    CELLS_LOST,
    ALARMS,
    WORST
};

/* Nobody says anything of the site any more, its collector least of all. */
static bool stale(const struct mib *m)
{
    int64_t age = view_collector_age_ms(m->view, m->now_ms);

    return age < 0 || age > 3 * (int64_t)m->view->site->about.interval_ms;
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    uint8_t is = row->aggregator.reach;

    (void)c;
    return mib_integer(ret, mib_status(is == SNAPSHOT_LOST, stale(m),
                                       is == SNAPSHOT_REACHED ? STATUS_OK : -1, -1));
}

static bool age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    int64_t ms = view_age_ms(m->view, &m->view->site->snap, row->aggregator.answered_ms, m->now_ms);

    (void)c;
    return mib_gauge(ret, ms < 0 ? -1 : ms / 1000);
}

static bool text(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    const struct snapshot_aggregator *a = &row->aggregator;
    const char *const of[] = {
        [NAME] = a->name, [LOCATION] = a->location, [ADDRESS] = a->address, [LABEL] = a->label};

    return *of[c->arg] != '\0' && mib_text(m, ret, "%s", of[c->arg]);
}

static bool total(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    struct totals t = totals_of(m, &row->aggregator);
    const uint32_t of[] = {
        [GATEWAYS] = t.gateways, [GATEWAYS_LOST] = t.lost, [UPS] = t.ups,
        [STRINGS] = t.strings,   [CELLS] = t.cells,        [CELLS_LOST] = t.cells_lost,
        [ALARMS] = t.alarms};

    if (c->arg == WORST)
        return mib_integer(ret, mib_severity(t.worst));
    return mib_gauge(ret, of[c->arg]);
}

static bool entity(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct entity_place at = {.string = ENTITY_AGGREGATORS, .cell = row->aggregator.index};

    (void)c;
    return m->entities != ENTITY_NONE && at.cell <= ENTITY_CELL_MAX &&
           mib_integer(ret, entity_index(at));
}

static const struct mib_column columns[] = {
    {2,  "btmsAggregatorName",             text,   NAME         },
    {3,  "btmsAggregatorLocation",         text,   LOCATION     },
    {4,  "btmsAggregatorAddress",          text,   ADDRESS      },
    {5,  "btmsAggregatorStatus",           status, 0            },
    {6,  "btmsAggregatorLastAnswerAge",    age,    0            },
    {7,  "btmsAggregatorGatewayCount",     total,  GATEWAYS     },
    {8,  "btmsAggregatorGatewaysCommLost", total,  GATEWAYS_LOST},
    {9,  "btmsAggregatorUpsCount",         total,  UPS          },
    {10, "btmsAggregatorStringCount",      total,  STRINGS      },
    {11, "btmsAggregatorCellCount",        total,  CELLS        },
    {12, "btmsAggregatorCellsCommLost",    total,  CELLS_LOST   },
    {13, "btmsAggregatorAlarmCount",       total,  ALARMS       },
    {14, "btmsAggregatorWorstSeverity",    total,  WORST        },
    {15, "btmsAggregatorLabel",            text,   LABEL        },
    {16, "btmsAggregatorEntityIndex",      entity, 0            },
};

const struct mib_table mib_aggregator = {
    "btmsAggregatorTable", {12, 1, 1},
     3, 1, from, columns, sizeof(columns) / sizeof(columns[0])
};
