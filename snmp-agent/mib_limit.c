/* btmsLimitTable {gateway, string, kind, mode}: rows of the site (0, 0), then of each device. Units
 * and direction are those of the kind; of kinds that this agent does not know there are no rows. */
#include "mib_alarm.h"
#include "mib_tables.h"

enum { OF_SITE = 2, OF_GATEWAY = 4, OF_TH = 2 }; /* sections of the snapshots */

/* Of the first record that may be asked for. */
static uint32_t key_from(const uint32_t index[MIB_INDEXES_MAX])
{
    uint32_t string = index[1], kind = index[2], mode = index[3];

    if (string > TH_SENSOR_MAX) /* of a gateway there are fewer */
        return UINT32_MAX;
    if (kind > UINT16_MAX)
        return (string + 1) << 24;
    if (mode > UINT8_MAX)
        return ((string << 16 | kind) + 1) << 8;
    return string << 24 | kind << 8 | mode;
}

static bool known(const struct snapshot_limit *l)
{
    return alarm_row(l->kind) >= 0;
}

static bool of_site(const struct mib *m, uint32_t key, struct mib_row *ret)
{
    const struct view_site *site = m->only == NULL ? m->view->site : NULL;
    uint32_t count = site != NULL ? site->snap.section[OF_SITE].count : 0;

    for (uint32_t i = count > 0 ? snapshot_find(&site->snap, OF_SITE, key) : 0; i < count; i++) {
        snapshot_get_limit(&site->snap, i, &ret->limit);
        if (known(&ret->limit))
            return true;
    }
    return false;
}

/* The first that is known, of this device. */
static bool of_device(const struct view_gateway *g, uint32_t key, struct mib_row *ret)
{
    int section = g->th != NULL ? OF_TH : OF_GATEWAY;
    uint32_t count = g->snap.section[section].count;

    for (uint32_t i = snapshot_find(&g->snap, section, key); i < count; i++) {
        snapshot_get_limit(&g->snap, i, &ret->limit);
        if (known(&ret->limit)) {
            ret->index[0] = g->index;
            ret->gateway = g;
            return true;
        }
    }
    return false;
}

static bool of_devices(const struct mib *m, uint32_t device, uint32_t key, struct mib_row *ret)
{
    const struct view_gateway *g = mib_device_from(m, device);

    for (; g != NULL; g = g->index < UINT32_MAX ? mib_device_from(m, g->index + 1) : NULL)
        if (of_device(g, g->index == device ? key : 0, ret))
            return true;
    return false;
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    ret->gateway = NULL;
    ret->section = 0;
    ret->index[0] = 0;
    if ((index[0] != 0 || !of_site(m, key_from(index), ret)) &&
        !of_devices(m, index[0], key_from(index), ret))
        return false;
    ret->index[1] = ret->limit.string;
    ret->index[2] = ret->limit.kind;
    ret->index[3] = ret->limit.mode;
    return true;
}

/* ---- columns ----------------------------------------------------------------------------- */

enum what { ENABLED, DIRECTION, WARNING, CRITICAL, HYSTERESIS, UNITS, RAISE, CLEAR };

static const struct alarm_kind *kind_of(const struct mib_row *row)
{
    return &alarm_kinds[alarm_row(row->limit.kind)];
}

static bool at(struct agentx_value *ret, int32_t v)
{
    return v != SNAPSHOT_NO_LIMIT && mib_integer(ret, v);
}

static bool units(struct mib *m, const struct mib_row *row, struct agentx_value *ret)
{
    const struct alarm_kind *k = kind_of(row);

    return mib_text(m, ret, "%s",
                    row->limit.per_element ? "millivolts per 2 V element"
                                           : mib_units(k->unit, k->decimals));
}

static bool get(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    const struct snapshot_limit *l = &row->limit;

    switch ((enum what)c->arg) {
    case ENABLED:
        return mib_truth(ret, l->warning != SNAPSHOT_NO_LIMIT || l->critical != SNAPSHOT_NO_LIMIT);
    case DIRECTION:
        return mib_integer(ret, kind_of(row)->worse < 0 ? 2 : 1);
    case WARNING:
        return at(ret, l->warning);
    case CRITICAL:
        return at(ret, l->critical);
    case HYSTERESIS:
        return mib_gauge(ret, l->hysteresis);
    case UNITS:
        return units(m, row, ret);
    case RAISE:
        return mib_gauge(ret, l->raise_ms / 1000);
    case CLEAR:
        return mib_gauge(ret, l->clear_ms / 1000);
    }
    return false;
}

static const struct mib_column columns[] = {
    {4,  "btmsLimitEnabled",    get, ENABLED   },
    {6,  "btmsLimitDirection",  get, DIRECTION },
    {7,  "btmsLimitWarning",    get, WARNING   },
    {8,  "btmsLimitCritical",   get, CRITICAL  },
    {9,  "btmsLimitHysteresis", get, HYSTERESIS},
    {10, "btmsLimitValueUnits", get, UNITS     },
    {11, "btmsLimitRaiseDelay", get, RAISE     },
    {12, "btmsLimitClearDelay", get, CLEAR     },
};

const struct mib_table mib_limit = {
    "btmsLimitTable", {11, 1, 1},
     3, 4, from, columns, sizeof(columns) / sizeof(columns[0])
};
