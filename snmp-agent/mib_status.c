/* See mib_status.h. Alarms are few, so they are counted by looking at all of them. */
#include "mib_status.h"

#include <string.h>

static bool inside(const struct alarm *a, struct mib_scope w)
{
    return (w.gateway == 0 || a->gateway == w.gateway) && (w.ups == 0 || a->ups == w.ups) &&
           (w.string == 0 || a->string == w.string) && (w.cell == 0 || a->cell == w.cell);
}

/* Of the object that `w` names, not of something in it. */
static bool own(const struct alarm *a, struct mib_scope w)
{
    enum alarm_level level = w.cell != 0     ? ALARM_OF_CELL
                             : w.string != 0 ? ALARM_OF_STRING
                             : w.ups != 0    ? ALARM_OF_UPS
                                             : ALARM_OF_GATEWAY;

    return a->level == level;
}

/* Somebody works on the object that `w` names, or on what it is a part of. */
static bool worked_on(const struct alarm *a, struct mib_scope w)
{
    if (a->kind != ALARM_MAINTENANCE)
        return false;
    if (a->level == ALARM_OF_SITE)
        return true;
    if (a->gateway != w.gateway)
        return false;
    return a->level == ALARM_OF_GATEWAY || (a->level == ALARM_OF_UPS && a->ups == w.ups) ||
           (a->level == ALARM_OF_STRING && a->string == w.string) ||
           (a->level == ALARM_OF_CELL && a->string == w.string && a->cell == w.cell);
}

static void add(struct mib_tally *t, const struct alarm *a, struct mib_scope w)
{
    int severity = a->severity <= ALARM_CRITICAL ? a->severity : ALARM_CRITICAL;

    if (w.gateway != 0 && worked_on(a, w))
        t->worst_own = MIB_UNDER_MAINTENANCE;
    if (!inside(a, w))
        return;
    t->count++;
    t->by_severity[severity]++;
    t->shelved += a->shelved_until_ms != 0;
    t->unacked += a->acked_ms == 0;
    t->comm_lost += a->kind == ALARM_CELL_COMM_LOST && a->cell != 0;
    t->worst = severity > t->worst ? severity : t->worst;
    if (own(a, w))
        t->worst_own = severity > t->worst_own ? severity : t->worst_own;
}

struct mib_tally mib_tally(const struct mib *m, struct mib_scope scope)
{
    struct mib_tally t = {.worst = -1, .worst_own = -1};
    struct alarm a;

    for (uint32_t i = 0; m->view->alarms_data != NULL && i < m->view->alarms_snap.section[0].count;
         i++) {
        snapshot_get_alarm(&m->view->alarms_snap, i, &a);
        add(&t, &a, scope);
    }
    if (m->own->active && scope.gateway == 0)
        add(&t, &m->own->alarm, scope);
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

/* It was there once, and there is an alarm, or the collector has given its values up. */
bool mib_cell_lost(const struct view_gateway *g, const struct cell *c, bool alarm)
{
    uint8_t status = c->validity[CELL_STATUS];

    return (c->seen || validity_usable(status)) &&
           (alarm || status == VALIDITY_STALE || !g->device.health.reachable);
}

void mib_cell_alarms(const struct mib *m, struct mib_scope string, bool ret[CELL_MAX + 1])
{
    struct alarm a;

    memset(ret, 0, (CELL_MAX + 1) * sizeof(*ret));
    for (uint32_t i = 0; m->view->alarms_data != NULL && i < m->view->alarms_snap.section[0].count;
         i++) {
        snapshot_get_alarm(&m->view->alarms_snap, i, &a);
        if (a.kind == ALARM_CELL_COMM_LOST && a.cell != 0 && a.cell <= CELL_MAX &&
            inside(&a, string))
            ret[a.cell] = true;
    }
}

uint32_t mib_lower_bound(const struct snapshot *s, int section, uint64_t wanted,
                         uint64_t (*key)(const struct snapshot *s, uint32_t i))
{
    uint32_t low = 0, high = s->section[section].count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (key(s, middle) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
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
