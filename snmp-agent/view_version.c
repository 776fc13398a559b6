/* See view_version.h. What is asked for again and again is worked out here, once per poll. */
#include "view_version.h"

#include <stdlib.h>
#include <string.h>

/* ---- a device ---------------------------------------------------------------------------- */

static void older(int64_t *oldest, int64_t ms)
{
    if (ms > 0 && (*oldest == 0 || ms < *oldest))
        *oldest = ms;
}

#define HASH_START 14695981039346656037u

/* FNV-1a: good enough to notice that other rows are there. */
static void mix(uint64_t *hash, uint32_t number)
{
    *hash = (*hash ^ number) * 1099511628211u;
}

static void look_at_ups(struct view_gateway *g)
{
    struct ups u;
    int number;

    for (uint32_t i = 0; i < g->snap.section[1].count; i++) {
        snapshot_get_ups(&g->snap, i, &number, &u);
        older(&g->oldest_ms, u.read_ms);
        mix(&g->rows, (uint32_t)number);
        mix(&g->layer[VIEW_UPS], (uint32_t)number);
    }
}

static uint32_t absent(const struct string *s, int q)
{
    return s->validity[q] == VALIDITY_ABSENT;
}

/* For the layer: where they are, too, and which have a climate. */
static void look_at_strings(struct view_gateway *g)
{
    static struct string s; /* 5 kB; this program has one thread that comes here */
    int number;

    for (uint32_t i = 0; i < g->snap.section[2].count; i++) {
        snapshot_get_string(&g->snap, i, &number, &s);
        older(&g->oldest_ms, s.read_ms);
        older(&g->oldest_ms, s.cells_read_ms);
        mix(&g->rows, (uint32_t)number << 8 | s.cells);
        mix(&g->layer[VIEW_STRINGS], (uint32_t)number << 3 | absent(&s, STRING_UPS_ID) << 2 |
                                         absent(&s, STRING_AMBIENT_TEMPERATURE) << 1 |
                                         absent(&s, STRING_AMBIENT_HUMIDITY));
        mix(&g->layer[VIEW_STRINGS], (uint32_t)s.value[STRING_UPS_ID]);
        if (s.value[STRING_UPS_ID] > 0 && s.value[STRING_UPS_ID] <= UPS_MAX)
            g->strings_of[g->ups_of[number] = (uint8_t)s.value[STRING_UPS_ID]]++;
    }
}

/* For the layer: also which were ever seen. */
static void look_at_cells(struct view_gateway *g)
{
    int32_t value;

    for (uint32_t i = 0; i < g->snap.section[3].count; i++) {
        mix(&g->layer[VIEW_CELLS],
            snapshot_key(&g->snap, 3, i) << 1 | snapshot_cell_seen(&g->snap, i));
        for (int q = 0; q < CELL_QUANTITIES; q++)
            if (validity_usable(snapshot_cell_value(&g->snap, i, q, &value)))
                g->cells_usable |= 1U << q;
    }
}

/* For the layers: the controller is a thing beside the gateways, its sensors are below it, each with
 * what it has told. False without memory. */
static bool look_at_th(struct view_gateway *g)
{
    struct snapshot_device d;
    struct th_sensor s;
    int number;

    g->th = malloc(sizeof(*g->th));
    if (g->th == NULL)
        return false;
    snapshot_get_th(&g->snap, &d, g->th);
    older(&g->oldest_ms, g->th->counts_read_ms);
    mix(&g->rows, DEVICE_TH);
    mix(&g->layer[VIEW_UPS], DEVICE_TH);
    for (uint32_t i = 0; i < g->snap.section[1].count; i++) {
        snapshot_get_sensor(&g->snap, i, &number, &s);
        g->th->sensor[number] = s;
        older(&g->oldest_ms, s.read_ms);
        mix(&g->rows, (uint32_t)number);
        mix(&g->layer[VIEW_STRINGS], (uint32_t)number << 2 |
                                         (s.validity[TH_TEMPERATURE] == VALIDITY_ABSENT) << 1 |
                                         (s.validity[TH_HUMIDITY] == VALIDITY_ABSENT));
    }
    return true;
}

/* Quantities and channels. */
static void look_at_added(struct view_gateway *g)
{
    for (int section = 6; section <= 7; section++)
        for (uint32_t i = 0; i < g->snap.section[section].count; i++)
            mix(&g->rows, (uint32_t)section << 16 | snapshot_key(&g->snap, section, i));
}

/* For the layers: which parts there are, and in what state. */
static void look_at_parts(const struct snapshot *s, uint64_t layer[VIEW_LAYERS])
{
    struct part p;

    for (uint32_t i = 0; i < snapshot_parts(s); i++)
        if (snapshot_get_part(s, i, &p) && p.device != TOPO_BM_CS) { /* cells have a layer */
            const bool top = p.device == TOPO_BM_MC || topo_devices[p.device].rated_mw > 0;
            uint64_t *to = &layer[top ? VIEW_UPS : VIEW_STRINGS];

            mix(to, (uint32_t)p.device << 16 | (uint32_t)p.string << 8 | p.state);
            mix(to, p.count);
        }
}

struct view_gateway *view_gateway_new(void *data, const struct snapshot *snap,
                                      const struct view_slot *of, uint64_t serial)
{
    struct view_gateway *g = calloc(1, sizeof(*g));

    if (g == NULL) {
        free(data);
        return NULL;
    }
    g->users = 1;
    g->serial = serial;
    g->data = data;
    g->snap = *snap;
    snapshot_get_device(snap, &g->device);
    g->index = of->index;
    memcpy(g->name, of->name, sizeof(g->name));
    g->rows = HASH_START;
    for (int i = 0; i < VIEW_LAYERS; i++)
        g->layer[i] = HASH_START;
    mix(&g->rows, g->index);
    for (const char *c = g->name; *c != '\0'; c++) {
        mix(&g->rows, (unsigned char)*c);
        mix(&g->layer[VIEW_UPS], (unsigned char)*c); /* all names begin with it */
    }
    look_at_parts(snap, g->layer);
    if (snap->kind == SNAPSHOT_TH && !look_at_th(g)) {
        view_gateway_drop(g);
        return NULL;
    }
    if (snap->kind == SNAPSHOT_TH)
        return g;
    look_at_ups(g);
    look_at_strings(g);
    look_at_cells(g);
    look_at_added(g);
    return g;
}

void view_gateway_drop(struct view_gateway *g)
{
    if (g == NULL || --g->users > 0)
        return;
    free(g->data);
    free(g->th);
    free(g);
}

/* ---- the site, the alarms ---------------------------------------------------------------- */

struct view_site *view_site_new(void *data, const struct snapshot *snap)
{
    struct view_site *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        free(data);
        return NULL;
    }
    s->users = 1;
    s->data = data;
    s->snap = *snap;
    snapshot_get_site(snap, &s->about);
    look_at_parts(snap, s->layer);
    for (uint32_t i = 0; i < snap->section[4].count; i++) {
        struct snapshot_aggregator a;

        snapshot_get_aggregator(snap, i, &a);
        mix(&s->layer[VIEW_UPS], a.index << 2 | a.reach);
    }
    return s;
}

void view_site_drop(struct view_site *s)
{
    if (s == NULL || --s->users > 0)
        return;
    free(s->data);
    free(s);
}

void view_alarms_drop(struct view_alarms *a)
{
    if (a != NULL && --a->users == 0)
        view_alarms_free(a);
}

/* ---- versions ---------------------------------------------------------------------------- */

static void add_gateway(struct view_version *n, struct view_gateway *g)
{
    n->gateway[n->gateways++] = g;
    n->ups += g->snap.section[1].count;
    n->strings += g->snap.section[2].count;
    n->cells += g->snap.section[3].count;
}

static void add_th(struct view_version *n, struct view_gateway *g)
{
    n->th[n->ths++] = g;
    n->sensors += g->snap.section[1].count;
}

static void add_times(struct view_version *n, const struct view_gateway *g)
{
    if (memcmp(n->boot_id, g->snap.stamp.boot_id, sizeof(n->boot_id)) != 0)
        return;
    older(&n->oldest_ms, g->oldest_ms);
    if (g->snap.stamp.boot_ms > n->newest_ms)
        n->newest_ms = g->snap.stamp.boot_ms;
}

static void add_site(struct view_version *n, struct view_site *s)
{
    s->users++;
    n->site = s;
    if (memcmp(n->boot_id, s->snap.stamp.boot_id, sizeof(n->boot_id)) == 0 &&
        s->snap.stamp.boot_ms > n->newest_ms)
        n->newest_ms = s->snap.stamp.boot_ms;
}

static void add_devices(struct view_version *n, const struct view *v)
{
    const struct view_slot *end = v->slot + v->slots;

    for (const struct view_slot *s = v->slot; s < end; s++)
        if (s->is != NULL && s->is->th == NULL)
            add_gateway(n, s->is);
    n->th = n->gateway + n->gateways;
    for (const struct view_slot *s = v->slot; s < end; s++) {
        if (s->is == NULL)
            continue;
        if (s->is->th != NULL)
            add_th(n, s->is);
        s->is->users++;
        add_times(n, s->is);
    }
}

struct view_version *view_version_new(const struct view *v, uint64_t generation)
{
    struct view_version *n = calloc(1, sizeof(*n) + v->slots * sizeof(n->gateway[0]));

    if (n == NULL)
        return NULL;
    n->users = 1;
    n->generation = generation;
    n->rows = v->rows;
    memcpy(n->boot_id, v->boot_id, sizeof(n->boot_id));
    add_devices(n, v);
    if (v->site != NULL)
        add_site(n, v->site);
    if (v->alarms != NULL) {
        v->alarms->users++;
        n->alarms = v->alarms;
    }
    n->tables_changed_ms = v->tables_changed_ms;
    memcpy(n->layer_changed_ms, v->layer_changed_ms, sizeof(n->layer_changed_ms));
    n->counters_ms = v->counters_ms;
    return n;
}

struct view_version *view_hold(const struct view *v)
{
    v->now->users++;
    return v->now;
}

void view_release(struct view_version *n)
{
    if (--n->users > 0)
        return;
    for (size_t i = 0; i < n->gateways + n->ths; i++)
        view_gateway_drop(n->gateway[i]);
    view_site_drop(n->site);
    view_alarms_drop(n->alarms);
    free(n);
}

uint64_t view_version_rows(const struct view *v)
{
    uint64_t hash = HASH_START;

    for (const struct view_slot *s = v->slot; s < v->slot + v->slots; s++)
        if (s->is != NULL) {
            mix(&hash, (uint32_t)s->is->rows);
            mix(&hash, (uint32_t)(s->is->rows >> 32));
        }
    for (uint32_t i = 0; v->site != NULL && i < v->site->snap.section[4].count; i++)
        mix(&hash, snapshot_key(&v->site->snap, 4, i));
    return hash;
}

uint64_t view_version_layer(const struct view *v, enum view_layer layer)
{
    uint64_t hash = HASH_START;

    if (v->site != NULL) {
        mix(&hash, (uint32_t)v->site->layer[layer]);
        mix(&hash, (uint32_t)(v->site->layer[layer] >> 32));
    }
    for (const struct view_slot *s = v->slot; s < v->slot + v->slots; s++) {
        mix(&hash, s->is != NULL ? s->index : 0);
        if (s->is != NULL) {
            mix(&hash, (uint32_t)s->is->layer[layer]);
            mix(&hash, (uint32_t)(s->is->layer[layer] >> 32));
        }
    }
    return hash;
}

/* ---- reading one ------------------------------------------------------------------------- */

int64_t view_age_ms(const struct view_version *n, const struct snapshot *s, int64_t then_ms,
                    int64_t now)
{
    if (then_ms <= 0 || memcmp(n->boot_id, s->stamp.boot_id, sizeof(n->boot_id)) != 0)
        return -1;
    return now > then_ms ? now - then_ms : 0;
}

int64_t view_collector_age_ms(const struct view_version *n, int64_t now)
{
    if (n->newest_ms <= 0)
        return -1;
    return now > n->newest_ms ? now - n->newest_ms : 0;
}

static size_t first_from(struct view_gateway *const *list, size_t n, uint32_t index)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (list[middle]->index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t view_gateway_at(const struct view_version *n, uint32_t index)
{
    return first_from(n->gateway, n->gateways, index);
}

const struct view_gateway *view_th_from(const struct view_version *n, uint32_t index)
{
    size_t at = first_from(n->th, n->ths, index);

    return at < n->ths ? n->th[at] : NULL;
}

const struct view_gateway *view_gateway_named(const struct view_version *n, const char *name,
                                              size_t size)
{
    for (size_t i = 0; i < n->gateways; i++) {
        const struct view_gateway *g = n->gateway[i];

        if (strnlen(g->name, sizeof(g->name)) == size && memcmp(g->name, name, size) == 0)
            return g;
    }
    return NULL;
}
