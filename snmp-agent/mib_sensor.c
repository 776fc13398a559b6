/*
 * entPhySensorTable {entPhysicalIndex} of ENTITY-SENSOR-MIB (RFC 3433).
 *
 * A reading that BTMS-MIB would not show has no entPhySensorValue here either, and its status is not
 * ok: a number of any kind would be drawn by whoever reads the value alone. The sensor's row stays.
 */
#include "mib_entities.h"
#include "mib_tables.h"

/* EntitySensorStatus */
enum { OK = 1, UNAVAILABLE = 2, NONOPERATIONAL = 3 };

/* RFC 3433, EntitySensorValue */
enum { VALUE_MOST = 1000000000 };

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    return mib_entity_from(m, index[0], true, ret);
}

/* Too old, lost, or not told: it cannot be had now. What no battery can have: the sensor is wrong,
 * or how it is read. */
static int status_of(const struct mib *m, const struct mib_row *row)
{
    const struct entity *e = &row->entity;

    if (mib_stale(m, row->gateway, e->read_ms, e->interval_ms))
        return UNAVAILABLE;
    if (validity_usable(e->validity))
        return OK;
    return e->validity == VALIDITY_IMPOSSIBLE ? NONOPERATIONAL : UNAVAILABLE;
}

enum what { TYPE, SCALE, PRECISION };

static bool what_it_is(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    const struct entity_sensor *s = row->entity.sensor;

    (void)m;
    return mib_integer(ret, c->arg == TYPE ? s->type : c->arg == SCALE ? s->scale : s->precision);
}

static bool value(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    int64_t v = (int64_t)row->entity.value * row->entity.sensor->factor;

    (void)c;
    v = v > VALUE_MOST ? VALUE_MOST : v < -VALUE_MOST ? -VALUE_MOST : v;
    return status_of(m, row) == OK && mib_integer(ret, v);
}

static bool status(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    (void)c;
    return mib_integer(ret, status_of(m, row));
}

static bool units(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)c;
    return mib_text(m, ret, "%s", row->entity.sensor->units);
}

static bool read_at(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    int64_t then = row->entity.read_ms;

    (void)c;
    if (view_age_ms(m->view, &row->gateway->snap, then, m->now_ms) < 0)
        then = 0;
    return mib_timestamp(m, ret, then);
}

/* Readings of one thing are of one time, those of the cells of a string too: where they are too old,
 * so are the others. */
static bool behind(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   uint32_t ret[MIB_INDEXES_MAX])
{
    const struct entity *e = &row->entity;
    struct entity_place at = e->at;

    (void)c;
    if (!mib_stale(m, row->gateway, e->read_ms, e->interval_ms)) {
        ret[0] = row->index[0] + 1;
    } else if (e->what == ENTITY_IS_CELL) {
        at.string++;
        at.cell = at.slot = 0;
        ret[0] = entity_index(at);
    } else {
        at.slot = 0;
        ret[0] = entity_index(at) + 10;
    }
    return true;
}

/* In ms; 0 is "not known". */
static bool rate(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->entity.interval_ms);
}

static const struct mib_column columns[] = {
    {1, "entPhySensorType",            what_it_is, TYPE     },
    {2, "entPhySensorScale",           what_it_is, SCALE    },
    {3, "entPhySensorPrecision",       what_it_is, PRECISION},
    {4, "entPhySensorValue",           value,      0        },
    {5, "entPhySensorOperStatus",      status,     0        },
    {6, "entPhySensorUnitsDisplay",    units,      0        },
    {7, "entPhySensorValueTimeStamp",  read_at,    0        },
    {8, "entPhySensorValueUpdateRate", rate,       0        },
};

const struct mib_table mib_sensor = {
    "entPhySensorTable",
    {99, 1, 1, 1},
    4,
    1,
    from,
    columns,
    sizeof(columns) / sizeof(columns[0]),
    MIB_2,
    behind
};
