/* See mib_entity_parts.h. */
#include "mib_entity_parts.h"

#include <string.h>

enum { SITE_AGGREGATORS = 4, PLACES_MAX = 99 };

/* Where devices of a code are; those that have rows of their own are not among them. */
static const struct part_place {
    uint8_t device, string;
    uint16_t cell;  /* the first is behind it */
    bool by_string; /* ... by so many as its string says */
    uint8_t level;  /* enum entity_level */
} places[] = {
    {TOPO_BM_MC,    ENTITY_CONTROLLER, 0,   false, ENTITY_SUMMARY},
    {TOPO_BM_TH,    ENTITY_CONTROLLER, 100, true,  ENTITY_STRING },
    {TOPO_BM_GS,    ENTITY_CONTROLLER, 200, true,  ENTITY_STRING },
    {TOPO_BM_LC,    ENTITY_CONTROLLER, 300, false, ENTITY_STRING },
    {TOPO_COM,      ENTITY_CONTROLLER, 400, false, ENTITY_STRING },
    {TOPO_BM_HMI,   ENTITY_CONTROLLER, 500, false, ENTITY_STRING },
    {TOPO_CAD,      ENTITY_CONTROLLER, 600, false, ENTITY_STRING },
    {TOPO_PS_60_24, ENTITY_SUPPLIES,   0,   false, ENTITY_SUMMARY},
    {TOPO_PS_30_12, ENTITY_SUPPLIES,   0,   false, ENTITY_SUMMARY},
    {TOPO_BM_HS,    ENTITY_HALL,       0,   true,  ENTITY_STRING },
};
enum { PLACES = sizeof(places) / sizeof(places[0]) };

static size_t place_of(int device)
{
    size_t i = 0;

    while (i < PLACES && places[i].device != device)
        i++;
    return i;
}

/* How many were there of each so far; supplies of both kinds are counted together. */
struct counts {
    uint32_t of[PLACES];
};

static uint32_t *count_of(struct counts *c, size_t i)
{
    return &c->of[places[i].device == TOPO_PS_30_12 ? place_of(TOPO_PS_60_24) : i];
}

/* The cells of a line: `*ret_first` and how many; 0: it has none here. */
static uint32_t cells_of(const struct part *p, size_t i, struct counts *c, uint32_t *ret_first)
{
    const struct part_place *of = &places[i];
    uint32_t *n = count_of(c, i), count = p->count;

    if (of->device == TOPO_BM_MC) {
        *ret_first = 0;
        return 1;
    }
    if (of->by_string && p->string > 0) {
        *ret_first = (uint32_t)of->cell + p->string;
        return 1;
    }
    if (of->by_string && *n == 0)
        *n = STRING_MAX;
    *ret_first = of->cell + *n + 1;
    count = *n + count > PLACES_MAX ? PLACES_MAX - *n : count;
    *n += count;
    return count;
}

static uint32_t key(uint32_t string, uint32_t cell)
{
    return string << 16 | cell;
}

struct search {
    struct mib *m;
    uint32_t wanted, best; /* key() */
    struct mib_row *row;
};

/* The lowest of a line that is not before what is wanted. */
static void look_at(struct search *s, const struct part *p, struct counts *counts)
{
    size_t i = place_of(p->device);
    uint32_t first, n, at;

    if (i == PLACES)
        return;
    n = cells_of(p, i, counts, &first);
    at = key(places[i].string, first);
    if (n == 0 || places[i].level > s->m->entities || at + n - 1 < s->wanted)
        return;
    at = at < s->wanted ? s->wanted : at;
    if (at >= s->best)
        return;
    s->best = at;
    s->row->entity.what = ENTITY_IS_PART;
    s->row->entity.part = *p;
}

static void look_at_aggregators(struct search *s)
{
    const struct snapshot *snap = &s->m->view->site->snap;
    uint32_t first = s->wanted > key(ENTITY_AGGREGATORS, 0) ? s->wanted - key(ENTITY_AGGREGATORS, 0)
                                                            : 0,
             i = snapshot_find(snap, SITE_AGGREGATORS, first);
    struct snapshot_aggregator a;

    if (s->wanted > key(ENTITY_AGGREGATORS, ENTITY_CELL_MAX) ||
        i >= snap->section[SITE_AGGREGATORS].count)
        return;
    snapshot_get_aggregator(snap, i, &a);
    if (a.index > ENTITY_CELL_MAX || key(ENTITY_AGGREGATORS, a.index) >= s->best)
        return;
    s->best = key(ENTITY_AGGREGATORS, a.index);
    s->row->entity.what = ENTITY_IS_AGGREGATOR;
    s->row->entity.part = (struct part){.device = TOPO_BM_AG,
                                        .state = a.reach == SNAPSHOT_REACHED      ? PART_PRESENT
                                                 : a.reach == SNAPSHOT_NOT_LOOKED ? PART_DECLARED
                                                                                  : PART_MISSING,
                                        .count = 1};
    memcpy(s->row->entity.part.name, a.name, sizeof(a.name));
}

bool mib_part_from(struct mib *m, const struct view_gateway *g, struct entity_place at,
                   struct mib_row *ret)
{
    struct search s = {.m = m, .best = UINT32_MAX, .row = ret};
    const struct snapshot *snap = g != NULL               ? &g->snap
                                  : m->view->site != NULL ? &m->view->site->snap
                                                          : NULL;
    struct counts counts = {{0}};
    struct part p;

    if (snap == NULL || at.string > ENTITY_AGGREGATORS)
        return false;
    s.wanted = key(at.string, at.cell + (at.slot > 0)); /* they have no sensors */
    for (uint32_t i = 0; i < snapshot_parts(snap); i++)
        if (snapshot_get_part(snap, i, &p))
            look_at(&s, &p, &counts);
    if (g == NULL)
        look_at_aggregators(&s);
    if (s.best == UINT32_MAX)
        return false;
    ret->gateway = g;
    ret->entity.sensor = NULL;
    ret->entity.at = (struct entity_place){
        .gateway = g != NULL ? g->index : 0, .string = s.best >> 16, .cell = s.best & 0xffff};
    ret->index[0] = entity_index(ret->entity.at);
    return true;
}

/* ---- what it is in ----------------------------------------------------------------------- */

static bool has_master(const struct snapshot *snap)
{
    struct part p;

    for (uint32_t i = 0; i < snapshot_parts(snap); i++)
        if (snapshot_get_part(snap, i, &p) && p.device == TOPO_BM_MC)
            return true;
    return false;
}

uint32_t mib_part_parent(const struct mib_row *row)
{
    const struct view_gateway *g = row->gateway;
    struct entity_place up = {.gateway = row->entity.at.gateway};
    uint32_t string = row->entity.at.string, cell = row->entity.at.cell, i;

    if (g == NULL)
        return ENTITY_SITE;
    if (string == ENTITY_CONTROLLER && cell > 0 && has_master(&g->snap))
        up.string = ENTITY_CONTROLLER;
    if (string == ENTITY_HALL) {
        i = snapshot_find(&g->snap, 2, cell);
        if (i < g->snap.section[2].count && snapshot_key(&g->snap, 2, i) == cell)
            up.string = cell;
    }
    return entity_index(up);
}
