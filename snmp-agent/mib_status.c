/* See mib_status.h. */
#include "mib_status.h"

/* struct mib_row, section */
enum { UPS = 1, STRINGS = 2, CELLS = 3 };

static struct mib_tally none(void)
{
    return (struct mib_tally){.worst = -1, .worst_own = -1};
}

static struct mib_tally tally_of(const struct view_tally *v)
{
    struct mib_tally t = {.count = v->count,
                          .shelved = v->shelved,
                          .unacked = v->unacked,
                          .comm_lost = v->comm_lost,
                          .worst = -1,
                          .worst_own = v->worst_own};

    for (int s = 0; s <= ALARM_CRITICAL; s++) {
        t.by_severity[s] = v->by_severity[s];
        if (v->by_severity[s] > 0)
            t.worst = s;
    }
    return t;
}

static void add_own(struct mib_tally *t, const struct alarm *a)
{
    t->count++;
    t->by_severity[a->severity]++;
    t->shelved += a->shelved_until_ms != 0;
    t->unacked += a->acked_ms == 0;
    t->worst = a->severity > t->worst ? a->severity : t->worst;
}

static const struct view_tally *found_in(const struct view_alarms *v, struct mib_scope w)
{
    if (w.gateway == 0)
        return &v->all;
    return w.part != 0 ? view_alarms_of_part(v, w.gateway, w.part_level, w.part)
                       : view_alarms_of(v, w.gateway, w.ups, w.string, w.cell);
}

static bool worked_on(const struct view_alarms *v, struct mib_scope w)
{
    return w.part != 0 ? view_alarms_part_worked_on(v, w.gateway, w.part_level, w.part)
                       : view_alarms_worked_on(v, w.gateway, w.ups, w.string, w.cell);
}

struct mib_tally mib_tally(const struct mib *m, struct mib_scope w)
{
    const struct view_alarms *v = m->view->alarms;
    const struct view_tally *found = NULL;
    struct mib_tally t;

    if (w.gateway == 0 && m->only != NULL)
        w.gateway = m->only->index;
    if (v != NULL)
        found = found_in(v, w);
    t = found != NULL ? tally_of(found) : none();
    if (w.gateway != 0 && v != NULL && worked_on(v, w))
        t.worst_own = MIB_UNDER_MAINTENANCE;
    if (w.gateway == 0 && m->own->active)
        add_own(&t, &m->own->alarm);
    return t;
}

int mib_severity(int severity)
{
    return severity + 2;
}

int mib_status(bool comm_lost, bool stale, int32_t raw, int worst_own)
{
    if (worst_own == MIB_UNDER_MAINTENANCE)
        return BTMS_MAINTENANCE;
    if (comm_lost)
        return BTMS_COMM_LOST;
    if (stale)
        return BTMS_STALE;
    if (raw == STATUS_DISABLED)
        return BTMS_DISABLED;
    if (raw == STATUS_ERROR || worst_own >= ALARM_MAJOR)
        return BTMS_ALARM;
    if (worst_own >= ALARM_WARNING)
        return BTMS_WARNING;
    return raw == STATUS_OK ? BTMS_OK : BTMS_UNKNOWN;
}

int64_t mib_interval(const struct view_gateway *g)
{
    int64_t kept = g->device.health.interval_ms, set = g->device.interval_ms;

    return kept > set ? kept : set;
}

int64_t mib_cell_interval(const struct view_gateway *g, const struct string *s)
{
    int64_t set = g->device.cell_interval_ms;

    return s->cells_interval_ms > set ? s->cells_interval_ms : set;
}

bool mib_cells_stale(const struct mib *m, const struct view_gateway *g, const struct string *s)
{
    return mib_stale(m, g, s->cells_read_ms, mib_cell_interval(g, s));
}

struct mib_scope mib_scope(const struct mib_row *row)
{
    struct mib_scope s = {.gateway = row->index[0]};

    if (row->section == UPS)
        s.ups = row->index[1];
    if (row->section == STRINGS || row->section == CELLS) {
        s.string = row->index[1];
        s.ups = row->gateway->ups_of[s.string];
    }
    if (row->section == CELLS)
        s.cell = row->index[2];
    if (row->section == MIB_SENSORS) {
        s.part = row->index[1];
        s.part_level = ALARM_OF_SENSOR;
    }
    return s;
}

/* ---- of a row of UPS, strings, cells or sensors -------------------------------------------- */

/* Of cells the snapshot has the time of a sweep: see mib_row_stale(). */
static int64_t read_ms(const struct mib_row *row)
{
    return row->section == UPS           ? row->ups.read_ms
           : row->section == MIB_SENSORS ? row->sensor->read_ms
                                         : row->string->read_ms;
}

static const uint8_t *validity(const struct mib_row *row)
{
    return row->section == UPS           ? row->ups.validity
           : row->section == STRINGS     ? row->string->validity
           : row->section == MIB_SENSORS ? row->sensor->validity
                                         : row->cell.validity;
}

static const int32_t *value(const struct mib_row *row)
{
    return row->section == UPS           ? row->ups.value
           : row->section == STRINGS     ? row->string->value
           : row->section == MIB_SENSORS ? row->sensor->value
                                         : row->cell.value;
}

bool mib_row_stale(struct mib *m, const struct mib_row *row)
{
    const struct view_gateway *g = row->gateway;

    if (row->section != CELLS)
        return mib_stale(m, g, read_ms(row), mib_interval(g));
    /* there is one: a snapshot with cells of no string is refused on opening */
    return mib_cells_stale(m, g, mib_string_of(m, g, row->index[1]));
}

bool mib_usable(struct mib *m, const struct mib_row *row, int q)
{
    return validity_usable(validity(row)[q]) && !mib_row_stale(m, row);
}

/* ---- getters ----------------------------------------------------------------------------- */

bool mib_alarms(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    (void)c;
    return mib_gauge(ret, mib_tally(m, mib_scope(row)).count);
}

bool mib_worst(struct mib *m, const struct mib_row *row, const struct mib_column *c,
               struct agentx_value *ret)
{
    (void)c;
    return mib_integer(ret, mib_severity(mib_tally(m, mib_scope(row)).worst));
}

bool mib_lost(struct mib *m, const struct mib_row *row, const struct mib_column *c,
              struct agentx_value *ret)
{
    (void)c;
    return mib_gauge(ret, mib_tally(m, mib_scope(row)).comm_lost);
}

bool mib_read_int(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    return mib_usable(m, row, c->arg) && mib_integer(ret, value(row)[c->arg]);
}

bool mib_read_gauge(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    return mib_usable(m, row, c->arg) && mib_gauge(ret, value(row)[c->arg]);
}

bool mib_status_of(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    enum presence is = row->section == UPS           ? row->ups.presence
                       : row->section == MIB_SENSORS ? row->sensor->presence
                                                     : row->string->presence;
    int q = row->section == UPS           ? (int)UPS_STATUS
            : row->section == MIB_SENSORS ? (int)TH_STATUS
                                          : (int)STRING_STATUS;
    bool lost = is == PRESENCE_GONE || is == PRESENCE_SILENT;
    int32_t raw = validity_usable(validity(row)[q]) ? value(row)[q] : -1;

    (void)c;
    if (row->section == STRINGS && is == PRESENCE_HERE && validity(row)[q] == VALIDITY_ABSENT)
        raw = STATUS_OK; /* a string master has no status: it answers, that is all */
    lost &= raw != STATUS_DISABLED;
    return mib_integer(ret, mib_status(lost || !row->gateway->device.health.reachable,
                                       mib_row_stale(m, row), raw,
                                       mib_tally(m, mib_scope(row)).worst_own));
}

bool mib_unit_age(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    (void)c;
    return mib_age(m, row->gateway, read_ms(row), ret);
}
