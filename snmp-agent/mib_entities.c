/* See mib_entities.h. The order of the index is that of the search: a device, each of its strings
 * followed by its cells, its UPS, its parts, or its sensors, and the next device. */
#include "mib_entities.h"

#include "mib_cell.h"
#include "mib_entity_parts.h"
#include "mib_status.h"

/* EntitySensorDataType and EntitySensorDataScale of ENTITY-SENSOR-MIB */
enum { VOLTS_DC = 4, AMPERES = 5, CELSIUS = 8, PERCENT_RH = 9 };
enum { MILLI = 8, UNITS = 9 };

/* The same slot is the same kind of measurement everywhere. Of percentRH, RFC 3433 wants no
 * precision but 0, so a tenth of a percent is 100 thousandths. */
static const struct entity_sensor of_ups[] = {
    {1, "voltage", VOLTS_DC, UNITS, 2, 1, "V", UPS_VOLTAGE, false},
    {2, "current", AMPERES,  UNITS, 2, 1, "A", UPS_CURRENT, false},
};
static const struct entity_sensor of_string[] = {
    {1, "voltage",             VOLTS_DC,   UNITS, 2, 1,   "V",         STRING_VOLTAGE,             false},
    {2, "current",             AMPERES,    UNITS, 2, 1,   "A",         STRING_CURRENT,             false},
    {3, "ambient temperature", CELSIUS,    UNITS, 1, 1,   "degC",      STRING_AMBIENT_TEMPERATURE, true },
    {4, "ambient humidity",    PERCENT_RH, MILLI, 0, 100, "0.001 %RH", STRING_AMBIENT_HUMIDITY,    true },
};
static const struct entity_sensor of_cell[] = {
    {1, "voltage",     VOLTS_DC, MILLI, 0, 1, "mV",   CELL_VOLTAGE,     false},
    {3, "temperature", CELSIUS,  UNITS, 1, 1, "degC", CELL_TEMPERATURE, false},
};

/* At a TH controller. */
static const struct entity_sensor of_th_sensor[] = {
    {3, "temperature", CELSIUS,    UNITS, 1, 1,   "degC",      TH_TEMPERATURE, true},
    {4, "humidity",    PERCENT_RH, MILLI, 0, 100, "0.001 %RH", TH_HUMIDITY,    true},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct search {
    struct mib *m;
    const struct view_gateway *g;
    bool sensors; /* no others */
    struct mib_row *row;
};

/* ---- one thing and its sensors ----------------------------------------------------------- */

/* What a thing has measured. */
struct measured {
    const int32_t *value;
    const uint8_t *validity;
    int64_t read_ms, interval_ms;
};

static bool found(const struct search *s, enum entity_what what, struct entity_place at)
{
    at.gateway = s->g->index;
    s->row->index[0] = entity_index(at);
    s->row->gateway = s->g;
    s->row->entity.what = what;
    s->row->entity.at = at;
    s->row->entity.sensor = NULL;
    return true;
}

static bool found_sensor(const struct search *s, enum entity_what what, struct entity_place at,
                         const struct entity_sensor *sensor, const struct measured *is)
{
    struct entity *e = &s->row->entity;

    at.slot = sensor->slot;
    found(s, what, at);
    e->sensor = sensor;
    e->value = is->value[sensor->quantity];
    e->validity = is->validity[sensor->quantity];
    e->read_ms = is->read_ms;
    e->interval_ms = is->interval_ms;
    return true;
}

/* From slot at.slot on. */
static bool in_slots(const struct search *s, enum entity_what what, struct entity_place at,
                     const struct entity_sensor *list, size_t n, const struct measured *is)
{
    if (at.slot == 0 && !s->sensors)
        return found(s, what, at);
    for (const struct entity_sensor *sensor = list; sensor < list + n; sensor++)
        if (sensor->slot >= at.slot &&
            !(sensor->optional && is->validity[sensor->quantity] == VALIDITY_ABSENT))
            return found_sensor(s, what, at, sensor, is);
    return false;
}

/* ---- the things of a gateway --------------------------------------------------------------- */

/* In each: the first place at or after `at`, whose numbers below what is looked at are 0 unless it
 * is the very thing where the search began. */

static bool in_ups(const struct search *s, struct entity_place at)
{
    const struct snapshot *snap = &s->g->snap;
    uint32_t wanted = at.string > ENTITY_UPS ? at.string - ENTITY_UPS : 0;

    for (uint32_t i = snapshot_find(snap, 1, wanted); i < snap->section[1].count; i++) {
        struct measured is;
        struct ups ups;
        int number;

        snapshot_get_ups(snap, i, &number, &ups);
        if ((uint32_t)number != wanted)
            at.cell = at.slot = 0;
        at.string = ENTITY_UPS + (uint32_t)number;
        is = (struct measured){ups.value, ups.validity, ups.read_ms, mib_interval(s->g)};
        if (at.cell == 0 && in_slots(s, ENTITY_IS_UPS, at, of_ups, COUNT(of_ups), &is))
            return true;
    }
    return false;
}

static bool in_cells(const struct search *s, const struct string *string, struct entity_place at)
{
    const struct snapshot *snap = &s->g->snap;
    uint32_t i = snapshot_find(snap, 3, mib_cell_key(at.string, at.cell));
    struct measured is = {.read_ms = string->cells_read_ms,
                          .interval_ms = mib_cell_interval(s->g, string)};

    for (; i < snap->section[3].count; i++) {
        struct cell cell;
        int of, number;

        snapshot_get_cell(snap, i, &of, &number, &cell);
        if ((uint32_t)of != at.string)
            return false;
        if ((uint32_t)number != at.cell)
            at.slot = 0;
        at.cell = (uint32_t)number;
        is.value = cell.value;
        is.validity = cell.validity;
        if (in_slots(s, ENTITY_IS_CELL, at, of_cell, cell.seen ? COUNT(of_cell) : 0, &is))
            return true;
    }
    return false;
}

static bool in_string(const struct search *s, const struct string *string, struct entity_place at)
{
    struct measured is = {string->value, string->validity, string->read_ms, mib_interval(s->g)};

    if (at.cell == 0) {
        if (in_slots(s, ENTITY_IS_STRING, at, of_string, COUNT(of_string), &is))
            return true;
        at.cell = 1;
        at.slot = 0;
    }
    return s->m->entities >= ENTITY_CELL && in_cells(s, string, at);
}

static bool in_strings(const struct search *s, struct entity_place at)
{
    const struct snapshot *snap = &s->g->snap;
    uint32_t i = snapshot_find(snap, 2, at.string);

    for (; i < snap->section[2].count; i++) {
        uint32_t number = snapshot_key(snap, 2, i);

        if (number != at.string)
            at.cell = at.slot = 0;
        at.string = number;
        s->row->at = i;
        if (in_string(s, mib_string_at(s->m, s->g, i), at))
            return true;
    }
    return false;
}

static bool in_parts(const struct search *s, struct entity_place at)
{
    return !s->sensors && mib_part_from(s->m, s->g, at, s->row);
}

static bool in_gateway(const struct search *s, struct entity_place at)
{
    if (!s->sensors && at.string == 0 && at.cell == 0 && at.slot == 0)
        return found(s, ENTITY_IS_GATEWAY, at);
    if (s->m->entities >= ENTITY_STRING && in_strings(s, at))
        return true;
    return in_ups(s, at) || in_parts(s, at);
}

/* ---- the things of a TH controller --------------------------------------------------------- */

static bool in_th_sensors(const struct search *s, struct entity_place at)
{
    const struct th_sensor *sensor = s->g->th->sensor;

    if (at.string < ENTITY_TH_SENSORS)
        at = (struct entity_place){.string = ENTITY_TH_SENSORS};
    if (at.string > ENTITY_TH_SENSORS)
        return false;
    for (; at.cell <= TH_SENSOR_MAX; at.cell++, at.slot = 0) {
        const struct th_sensor *is = &sensor[at.cell];
        struct measured m = {is->value, is->validity, is->read_ms, mib_interval(s->g)};

        if (at.cell != 0 && is->presence != PRESENCE_NEVER &&
            in_slots(s, ENTITY_IS_TH_SENSOR, at, of_th_sensor, COUNT(of_th_sensor), &m))
            return true;
    }
    return false;
}

static bool in_th(const struct search *s, struct entity_place at)
{
    if (!s->sensors && at.string == 0 && at.cell == 0 && at.slot == 0)
        return found(s, ENTITY_IS_TH, at);
    return in_parts(s, at) || (s->m->entities >= ENTITY_STRING && in_th_sensors(s, at));
}

/* ---- the whole --------------------------------------------------------------------------- */

/* In the context of a gateway there are none: a manager that looks for entities does not look there. */
bool mib_entity_from(struct mib *m, uint32_t index, bool sensors, struct mib_row *ret)
{
    struct search s = {.m = m, .sensors = sensors, .row = ret};
    struct entity_place at = entity_place(index);

    if (m->entities == ENTITY_NONE || m->only != NULL)
        return false;
    if (index <= ENTITY_SITE && !sensors) {
        *ret = (struct mib_row){.index = {ENTITY_SITE}};
        return true;
    }
    if (!sensors && at.gateway == 0 && mib_part_from(m, NULL, at, ret))
        return true;
    s.g = mib_device_from(m, at.gateway);
    for (; s.g != NULL && s.g->index <= ENTITY_GATEWAY_MAX;
         s.g = mib_device_from(m, s.g->index + 1)) {
        if (s.g->index != at.gateway)
            at = (struct entity_place){.gateway = s.g->index};
        if (s.g->th != NULL ? in_th(&s, at) : in_gateway(&s, at))
            return true;
    }
    return false;
}

/* The UPS that a string's row is in, where it is known and has a row; else 0. A stale one counts:
 * where a string belongs is not a measurement. */
static uint32_t ups_of_string(struct mib *m, const struct mib_row *row)
{
    const struct string *string = mib_string_at(m, row->gateway, row->at);
    const struct snapshot *s = &row->gateway->snap;
    uint8_t is = string->validity[STRING_UPS_ID];
    uint32_t id = (uint32_t)string->value[STRING_UPS_ID], i;

    if (!validity_usable(is) && is != VALIDITY_STALE)
        return 0;
    i = snapshot_find(s, 1, id);
    return id != 0 && i < s->section[1].count && snapshot_key(s, 1, i) == id ? id : 0;
}

uint32_t mib_entity_parent(struct mib *m, const struct mib_row *row)
{
    const struct entity *e = &row->entity;
    struct entity_place up = e->at;
    uint32_t ups;

    if (e->what == ENTITY_IS_SITE)
        return 0;
    if (e->what == ENTITY_IS_GATEWAY || e->what == ENTITY_IS_TH)
        return ENTITY_SITE;
    if (e->what == ENTITY_IS_PART || e->what == ENTITY_IS_AGGREGATOR)
        return mib_part_parent(row);
    up.slot = 0;
    if (e->sensor != NULL)
        return entity_index(up);
    up.cell = 0;
    if (e->what == ENTITY_IS_CELL)
        return entity_index(up);
    ups = e->what == ENTITY_IS_STRING ? ups_of_string(m, row) : 0;
    up.string = ups != 0 ? ENTITY_UPS + ups : 0;
    return entity_index(up);
}
