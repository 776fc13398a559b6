/* btmsGatewayTable {gateway}: how the gateways are reached, and what was learned of them. */
#include "mib_identity.h"
#include "mib_status.h"
#include "mib_tables.h"

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    const struct view_gateway *g = mib_gateway_from(m, index[0]);

    if (g == NULL)
        return false;
    *ret = (struct mib_row){.index = {g->index}, .gateway = g};
    return true;
}

static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "%s", row->gateway->name);
}

static bool address(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "%s", row->gateway->device.address);
}

static bool snapshot_stale(const struct mib *m, const struct view_gateway *g)
{
    return mib_stale(m, g, g->snap.stamp.boot_ms, mib_interval(g));
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct view_gateway *g = row->gateway;
    const struct health *h = &g->device.health;
    struct mib_tally t = mib_tally(m, mib_scope(row));
    bool stale = snapshot_stale(m, g);

    (void)c;
    if (h->answered_ms == 0 && t.worst_own < ALARM_MAJOR)
        return mib_integer(ret, stale ? BTMS_STALE : BTMS_UNKNOWN);
    return mib_integer(ret, mib_status(!h->reachable, stale, STATUS_OK, t.worst_own));
}

static bool poll_age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    (void)c;
    return mib_age(m, row->gateway, row->gateway->device.health.answered_ms, ret);
}

/* arg 0: how many UPS, strings and cells are expected; 1: how many are not as expected. */
static bool topology(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    const struct snapshot_device *d = &row->gateway->device;

    (void)m;
    return d->expected != 0 && mib_gauge(ret, c->arg == 0 ? d->expected : d->mismatches);
}

enum what {
    POLL,
    REQUESTS,
    TIMEOUTS,
    EXCEPTIONS,
    MISMATCHES,
    RECONNECTS,
    UPS,
    STRINGS,
    CELLS,
    INTERVAL,
    CELL_INTERVAL,
    SNAPSHOT,
    WINDOW,
    SPAN,
    WORDS,
    CONNECTIONS
};

static bool count(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    const struct health *h = &row->gateway->device.health;
    const uint64_t of[] = {[REQUESTS] = h->requests,
                           [TIMEOUTS] = h->timeouts,
                           [EXCEPTIONS] = h->exceptions,
                           [MISMATCHES] = h->mismatches,
                           [RECONNECTS] = h->reconnects};

    (void)m;
    return mib_counter(ret, of[c->arg]);
}

/* A 0 of these is "not known yet". */
static bool measure(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    const struct health *h = &row->gateway->device.health;
    const uint32_t of[] = {[INTERVAL] = h->interval_ms, [CELL_INTERVAL] = h->cell_interval_ms,
                           [WINDOW] = h->window,        [SPAN] = h->span_cells,
                           [WORDS] = h->string_words,   [CONNECTIONS] = h->connections};

    (void)m;
    return mib_gauge(ret, of[c->arg] == 0 ? -1 : (int64_t)of[c->arg]);
}

static bool poll(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    const struct health *h = &row->gateway->device.health;

    (void)m, (void)c;
    return mib_gauge(ret, h->answered_ms == 0 ? -1 : (int64_t)h->poll_ms);
}

static bool rows(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    int section = c->arg == UPS ? 1 : c->arg == STRINGS ? 2 : 3;

    (void)m;
    return mib_gauge(ret, row->gateway->snap.section[section].count);
}

/* A 0 of these is "not known". */
static bool configured(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    const struct snapshot_device *d = &row->gateway->device;
    uint32_t ms = c->arg == INTERVAL ? d->interval_ms : d->cell_interval_ms;

    (void)m;
    return ms != 0 && mib_gauge(ret, ms);
}

static bool counter(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->gateway->snap.stamp.counter);
}

/* Of its row in entPhysicalTable, where that is served and has room for it. */
static bool entity(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    uint32_t gateway = row->gateway->index;

    (void)c;
    return m->entities != ENTITY_NONE && gateway <= ENTITY_GATEWAY_MAX &&
           mib_integer(ret, entity_index((struct entity_place){.gateway = gateway}));
}

/* 0 is an answer, of files that know aggregators. */
static bool aggregator(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    (void)m, (void)c;
    return row->gateway->snap.minor >= 3 && mib_gauge(ret, row->gateway->device.aggregator);
}

static bool transport(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    uint8_t is = row->gateway->device.transport;

    (void)m, (void)c;
    return is != SNAPSHOT_TRANSPORT_UNKNOWN && mib_integer(ret, is == SNAPSHOT_MODBUS_TCP   ? 2
                                                                : is == SNAPSHOT_MODBUS_RTU ? 3
                                                                                            : 1);
}

static const struct mib_column columns[] = {
    {2,  "btmsGatewayName",               name,         0               },
    {3,  "btmsGatewayLocation",           mib_identity, MIB_LOCATION    },
    {4,  "btmsGatewayAddress",            address,      0               },
    {5,  "btmsGatewayModel",              mib_identity, MIB_MODEL       },
    {6,  "btmsGatewayFirmwareVersion",    mib_none,     0               },
    {7,  "btmsGatewayStatus",             status,       0               },
    {8,  "btmsGatewayAggregatorIndex",    aggregator,   0               },
    {9,  "btmsGatewayLastPollAge",        poll_age,     0               },
    {10, "btmsGatewayPollDuration",       poll,         0               },
    {11, "btmsGatewayPolls",              mib_none,     0               },
    {12, "btmsGatewayPollFailures",       mib_none,     0               },
    {13, "btmsGatewayRequests",           count,        REQUESTS        },
    {14, "btmsGatewayTimeouts",           count,        TIMEOUTS        },
    {15, "btmsGatewayExceptions",         count,        EXCEPTIONS      },
    {16, "btmsGatewayMismatches",         count,        MISMATCHES      },
    {17, "btmsGatewayReconnects",         count,        RECONNECTS      },
    {18, "btmsGatewayUpsCount",           rows,         UPS             },
    {19, "btmsGatewayStringCount",        rows,         STRINGS         },
    {20, "btmsGatewayCellCount",          rows,         CELLS           },
    {21, "btmsGatewayCellsCommLost",      mib_lost,     0               },
    {22, "btmsGatewayAlarmCount",         mib_alarms,   0               },
    {23, "btmsGatewayWorstSeverity",      mib_worst,    0               },
    {24, "btmsGatewayTopologyExpected",   topology,     0               },
    {25, "btmsGatewayTopologyMismatches", topology,     1               },
    {26, "btmsGatewayEntityIndex",        entity,       0               },
    {27, "btmsGatewayInterval",           measure,      INTERVAL        },
    {28, "btmsGatewayCellInterval",       measure,      CELL_INTERVAL   },
    {29, "btmsGatewaySnapshot",           counter,      0               },
    {30, "btmsGatewayWindow",             measure,      WINDOW          },
    {31, "btmsGatewaySpanCells",          measure,      SPAN            },
    {32, "btmsGatewayStringRegisters",    measure,      WORDS           },
    {33, "btmsGatewayLabel",              mib_identity, MIB_LABEL       },
    {34, "btmsGatewaySetInterval",        configured,   INTERVAL        },
    {35, "btmsGatewaySetCellInterval",    configured,   CELL_INTERVAL   },
    {36, "btmsGatewayTransport",          transport,    0               },
    {37, "btmsGatewayManufacturer",       mib_identity, MIB_MANUFACTURER},
    {38, "btmsGatewayInstallDate",        mib_identity, MIB_INSTALLED   },
    {39, "btmsGatewayNote",               mib_identity, MIB_NOTE        },
    {40, "btmsGatewayRunbook",            mib_identity, MIB_RUNBOOK     },
    {41, "btmsGatewayConnections",        measure,      CONNECTIONS     },
};

const struct mib_table mib_gateway = {
    "btmsGatewayTable", {2, 1, 1},
     3, 1, from, columns, sizeof(columns) / sizeof(columns[0])
};
