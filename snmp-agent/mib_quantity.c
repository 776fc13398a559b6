/* btmsQuantityTable {gateway, number}: registers that the operator has described. */
#include "mib_alarm.h"
#include "mib_status.h"
#include "mib_tables.h"

#include <string.h>

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    if (!mib_record_from(m, MIB_QUANTITIES, index[0], index[1], ret))
        return false;
    snapshot_get_quantity(&ret->gateway->snap, ret->at, &ret->quantity);
    ret->index[1] = ret->quantity.number;
    return true;
}

enum what { NAME, UPS, STRING, CELL, STATUS, VALUE, UNSIGNED, UNITS, TEXT, LOW, HIGH, AGE };

static bool stale(const struct mib *m, const struct mib_row *row)
{
    const struct snapshot_quantity *q = &row->quantity;

    return q->validity == VALIDITY_STALE ||
           mib_stale(m, row->gateway, q->read_ms, mib_interval(row->gateway));
}

static bool usable(const struct mib *m, const struct mib_row *row)
{
    return validity_usable(row->quantity.validity) && !stale(m, row);
}

/* One that cannot be is read, but is no value. */
static bool status(struct mib *m, const struct mib_row *row, struct agentx_value *ret)
{
    const struct snapshot_quantity *q = &row->quantity;
    int raw = q->read_ms == 0 ? -1 : q->validity == VALIDITY_IMPOSSIBLE ? STATUS_ERROR : STATUS_OK;
    bool lost = !row->gateway->device.health.reachable;

    return mib_integer(ret, mib_status(lost, q->read_ms > 0 && stale(m, row), raw,
                                       mib_tally(m, mib_scope(row)).worst_own));
}

/* A text for people, with as many decimals as the register tells. */
static bool text(struct mib *m, const struct snapshot_quantity *q, struct agentx_value *ret)
{
    double value = (double)q->raw * q->factor;

    for (int i = 0; i < q->decimals; i++)
        value /= 10;
    if (strcmp(q->unit, "number") == 0)
        return mib_text(m, ret, "%.*f", q->decimals, value);
    return mib_text(m, ret, "%.*f %s", q->decimals, value, q->unit);
}

static bool value(struct mib *m, const struct mib_row *row, int what, struct agentx_value *ret)
{
    const struct snapshot_quantity *q = &row->quantity;

    if (!usable(m, row))
        return false;
    return what == VALUE      ? mib_integer(ret, q->raw)
           : what == UNSIGNED ? q->raw <= UINT32_MAX && mib_gauge(ret, q->raw)
                              : text(m, q, ret);
}

static bool bound(struct agentx_value *ret, int64_t v)
{
    return v != SNAPSHOT_NO_BOUND && mib_integer(ret, v);
}

static bool get(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    const struct snapshot_quantity *q = &row->quantity;

    switch ((enum what)c->arg) {
    case NAME:
        return mib_text(m, ret, "%s", q->name);
    case UPS:
        return mib_gauge(ret, q->ups);
    case STRING:
        return mib_gauge(ret, q->string);
    case CELL:
        return mib_gauge(ret, q->cell);
    case STATUS:
        return status(m, row, ret);
    case UNITS:
        return mib_text(m, ret, "%s", mib_units_of(q->unit, q->factor, q->decimals));
    case LOW:
        return bound(ret, q->low);
    case HIGH:
        return bound(ret, q->high);
    case AGE:
        return mib_age(m, row->gateway, q->read_ms, ret);
    default:
        return value(m, row, c->arg, ret);
    }
}

static const struct mib_column columns[] = {
    {2,  "btmsQuantityName",          get,       NAME    },
    {3,  "btmsQuantityUps",           get,       UPS     },
    {4,  "btmsQuantityString",        get,       STRING  },
    {5,  "btmsQuantityCell",          get,       CELL    },
    {6,  "btmsQuantityStatus",        get,       STATUS  },
    {7,  "btmsQuantityValue",         get,       VALUE   },
    {8,  "btmsQuantityUnsigned",      get,       UNSIGNED},
    {9,  "btmsQuantityValueUnits",    get,       UNITS   },
    {10, "btmsQuantityText",          get,       TEXT    },
    {11, "btmsQuantityLowLimit",      get,       LOW     },
    {12, "btmsQuantityHighLimit",     get,       HIGH    },
    {13, "btmsQuantityWorstSeverity", mib_worst, 0       },
    {14, "btmsQuantityDataAge",       get,       AGE     },
};

const struct mib_table mib_quantity = {
    "btmsQuantityTable", {13, 1, 1},
     3, 2, from, columns, sizeof(columns) / sizeof(columns[0])
};
