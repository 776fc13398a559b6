/* See mib_status.h. */
#include "mib_status.h"

static struct mib_tally none(void)
{
    return (struct mib_tally){.worst = -1, .worst_own = -1};
}

static struct mib_tally tally_of(const struct view_tally *v)
{
    struct mib_tally t = {
        .count = v->count, .comm_lost = v->comm_lost, .worst = -1, .worst_own = v->worst_own};

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
    t->worst = a->severity > t->worst ? a->severity : t->worst;
}

struct mib_tally mib_tally(const struct mib *m, struct mib_scope w)
{
    const struct view_alarms *v = m->view->alarms;
    const struct view_tally *found = NULL;
    struct mib_tally t;

    if (w.gateway == 0 && m->only != NULL)
        w.gateway = m->only->index;
    if (v != NULL)
        found = w.gateway == 0 ? &v->all : view_alarms_of(v, w.gateway, w.ups, w.string, w.cell);
    t = found != NULL ? tally_of(found) : none();
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
