/*
 * See view_alarms.h. Each alarm counts for its gateway, its UPS, its string and its cell (or what
 * else it is of): four entries at most, which are sorted by object and then added up in place.
 */
#include "view_alarms.h"

#include <stdlib.h>

enum { OBJECT_MAX = 0x3fff, OBJECTS = 4 }; /* higher numbers than there can be rows of */

/* One number per object: the gateway, what it is, and its numbers there. */
static uint64_t key_of(uint32_t gateway, enum alarm_level level, uint32_t first, uint32_t second)
{
    return (uint64_t)gateway << 32 | (uint64_t)level << 28 | (uint64_t)first << 14 | second;
}

/* Below a string, or beside all of them: `cell` is its number, and says nothing without its level. */
static bool is_part(const struct alarm *a)
{
    return a->level == ALARM_OF_SENSOR || a->level == ALARM_OF_CHANNEL ||
           a->level == ALARM_OF_QUANTITY;
}

/* ---- adding up --------------------------------------------------------------------------- */

static void count(struct view_tally *t, const struct alarm *a, bool own)
{
    t->count++;
    t->by_severity[a->severity]++;
    t->comm_lost += a->kind == ALARM_CELL_COMM_LOST && a->cell != 0 && !is_part(a);
    t->shelved += a->shelved_until_ms != 0;
    t->unacked += a->acked_ms == 0;
    if (own && a->severity > t->worst_own)
        t->worst_own = a->severity;
}

static void put(struct view_alarms *v, const struct alarm *a, uint64_t key, bool own)
{
    struct view_tally *t = &v->tally[v->tallies++];

    *t = (struct view_tally){.key = key, .worst_own = -1};
    count(t, a, own);
}

static void put_alarm(struct view_alarms *v, const struct alarm *a)
{
    uint32_t g = a->gateway;

    count(&v->all, a, a->level == ALARM_OF_GATEWAY);
    if (g == 0)
        return;
    put(v, a, key_of(g, ALARM_OF_GATEWAY, 0, 0), a->level == ALARM_OF_GATEWAY);
    if (a->ups > 0 && a->ups <= OBJECT_MAX)
        put(v, a, key_of(g, ALARM_OF_UPS, a->ups, 0), a->level == ALARM_OF_UPS);
    if (is_part(a) && a->cell > 0 && a->cell <= OBJECT_MAX)
        put(v, a, key_of(g, (enum alarm_level)a->level, a->cell, 0), true);
    if (a->string == 0 || a->string > OBJECT_MAX)
        return;
    put(v, a, key_of(g, ALARM_OF_STRING, a->string, 0), a->level == ALARM_OF_STRING);
    if (!is_part(a) && a->cell > 0 && a->cell <= OBJECT_MAX)
        put(v, a, key_of(g, ALARM_OF_CELL, a->string, a->cell), a->level == ALARM_OF_CELL);
}

static void add(struct view_tally *to, const struct view_tally *t)
{
    to->count += t->count;
    for (int i = 0; i <= ALARM_CRITICAL; i++)
        to->by_severity[i] += t->by_severity[i];
    to->comm_lost += t->comm_lost;
    to->shelved += t->shelved;
    to->unacked += t->unacked;
    to->worst_own = t->worst_own > to->worst_own ? t->worst_own : to->worst_own;
}

static int by_key(const void *a, const void *b)
{
    const struct view_tally *x = a, *y = b;

    return (x->key > y->key) - (x->key < y->key);
}

/* One entry per object is left. */
static void add_up(struct view_alarms *v)
{
    size_t n = 0;

    qsort(v->tally, v->tallies, sizeof(v->tally[0]), by_key);
    for (size_t i = 0; i < v->tallies; i++) {
        if (n > 0 && v->tally[n - 1].key == v->tally[i].key)
            add(&v->tally[n - 1], &v->tally[i]);
        else
            v->tally[n++] = v->tally[i];
    }
    v->tallies = n;
}

/* ---- places ------------------------------------------------------------------------------ */

static int by_gateway(const void *a, const void *b)
{
    const struct view_alarm_place *x = a, *y = b;

    if (x->gateway != y->gateway)
        return x->gateway < y->gateway ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void sort_places(struct view_alarms *v, int section)
{
    qsort(v->place[section], v->snap.section[section].count, sizeof(v->place[0][0]), by_gateway);
}

static void put_work(struct view_alarms *v, const struct alarm *a)
{
    if (a->kind == ALARM_MAINTENANCE)
        v->work[v->works++] = (struct view_work){a->level, a->gateway, a->ups, a->string, a->cell};
}

static void take_active(struct view_alarms *v)
{
    struct alarm a;

    for (uint32_t i = 0; i < v->snap.section[0].count; i++) {
        snapshot_get_alarm(&v->snap, i, &a);
        put_alarm(v, &a);
        put_work(v, &a);
        v->place[0][i] = (struct view_alarm_place){a.gateway, i};
    }
    add_up(v);
    sort_places(v, 0);
}

static void take_events(struct view_alarms *v)
{
    struct event e;

    for (uint32_t i = 0; i < v->snap.section[1].count; i++) {
        snapshot_get_event(&v->snap, i, &e);
        v->place[1][i] = (struct view_alarm_place){e.alarm.gateway, i};
    }
    sort_places(v, 1);
}

/* ---- the whole --------------------------------------------------------------------------- */

/* What adding up left over is given back: a site that is well has few. */
static void shrink(struct view_alarms *v)
{
    struct view_tally *less = realloc(v->tally, (v->tallies + 1) * sizeof(*less));
    struct view_work *fewer = realloc(v->work, (v->works + 1) * sizeof(*fewer));

    v->tally = less != NULL ? less : v->tally;
    v->work = fewer != NULL ? fewer : v->work;
}

struct view_alarms *view_alarms_new(void *data, const struct snapshot *snap)
{
    struct view_alarms *v = calloc(1, sizeof(*v));
    size_t actives = snap->section[0].count, events = snap->section[1].count;

    if (v == NULL) {
        free(data);
        return NULL;
    }
    v->users = 1;
    v->data = data;
    v->snap = *snap;
    v->all.worst_own = -1;
    v->tally = malloc((OBJECTS * actives + 1) * sizeof(v->tally[0]));
    v->work = malloc((actives + 1) * sizeof(v->work[0]));
    v->place[0] = malloc((actives + 1) * sizeof(v->place[0][0]));
    v->place[1] = malloc((events + 1) * sizeof(v->place[1][0]));
    if (v->tally == NULL || v->work == NULL || v->place[0] == NULL || v->place[1] == NULL) {
        view_alarms_free(v);
        return NULL;
    }
    take_active(v);
    take_events(v);
    shrink(v);
    return v;
}

void view_alarms_free(struct view_alarms *v)
{
    free(v->data);
    free(v->tally);
    free(v->work);
    free(v->place[0]);
    free(v->place[1]);
    free(v);
}

const struct view_tally *view_alarms_of(const struct view_alarms *v, uint32_t gateway, uint32_t ups,
                                        uint32_t string, uint32_t cell)
{
    struct view_tally wanted;

    if (ups > OBJECT_MAX || string > OBJECT_MAX || cell > OBJECT_MAX)
        return NULL;
    wanted.key = cell != 0     ? key_of(gateway, ALARM_OF_CELL, string, cell)
                 : string != 0 ? key_of(gateway, ALARM_OF_STRING, string, 0)
                 : ups != 0    ? key_of(gateway, ALARM_OF_UPS, ups, 0)
                               : key_of(gateway, ALARM_OF_GATEWAY, 0, 0);
    return bsearch(&wanted, v->tally, v->tallies, sizeof(wanted), by_key);
}

const struct view_tally *view_alarms_of_part(const struct view_alarms *v, uint32_t gateway,
                                             enum alarm_level level, uint32_t number)
{
    struct view_tally wanted = {.key = key_of(gateway, level, number, 0)};

    if (number > OBJECT_MAX)
        return NULL;
    return bsearch(&wanted, v->tally, v->tallies, sizeof(wanted), by_key);
}

bool view_alarms_worked_on(const struct view_alarms *v, uint32_t gateway, uint32_t ups,
                           uint32_t string, uint32_t cell)
{
    for (size_t i = 0; i < v->works; i++) {
        const struct view_work *w = &v->work[i];
        bool inside = w->level == ALARM_OF_GATEWAY || (w->level == ALARM_OF_UPS && w->ups == ups) ||
                      (w->level == ALARM_OF_STRING && w->string == string) ||
                      (w->level == ALARM_OF_CELL && w->string == string && w->cell == cell);

        if (w->level == ALARM_OF_SITE || (w->gateway == gateway && inside))
            return true;
    }
    return false;
}

bool view_alarms_part_worked_on(const struct view_alarms *v, uint32_t gateway,
                                enum alarm_level level, uint32_t number)
{
    for (size_t i = 0; i < v->works; i++) {
        const struct view_work *w = &v->work[i];
        bool inside = w->level == ALARM_OF_GATEWAY || (w->level == level && w->cell == number);

        if (w->level == ALARM_OF_SITE || (w->gateway == gateway && inside))
            return true;
    }
    return false;
}

uint32_t view_alarms_find(const struct view_alarms *v, int section, uint32_t gateway, uint32_t key)
{
    const struct view_alarm_place *place = v->place[section];
    uint32_t count = v->snap.section[section].count, low = 0, high = count;

    if (gateway == 0)
        return snapshot_find(&v->snap, section, key);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct view_alarm_place *p = &place[middle];

        if (p->gateway < gateway ||
            (p->gateway == gateway && snapshot_key(&v->snap, section, p->at) < key))
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && place[low].gateway == gateway ? place[low].at : count;
}
