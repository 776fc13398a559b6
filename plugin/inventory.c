/* See inventory.h. */
#include "inventory.h"

#include <stdio.h>
#include <string.h>

struct list {
    struct part *part;
    size_t n;
};

static void add(struct list *l, int device, enum part_state state, int string, unsigned count,
                const char *name)
{
    struct part *p = &l->part[l->n];

    if (count == 0)
        return;
    *p = (struct part){.device = (uint8_t)device,
                       .state = (uint8_t)state,
                       .string = (uint8_t)string,
                       .count = (uint16_t)count};
    snprintf(p->name, sizeof(p->name), "%s", name);
    l->n++;
}

/* ---- a string ---------------------------------------------------------------------------- */

/* Nothing was heard of the gateway since the start: what should be there may be. */
static bool unheard(const struct gateway *is)
{
    return !is->health.reachable || is->health.looking;
}

/* What is declared and not found. */
static enum part_state not_found(const struct gateway *is)
{
    return is->health.answered_ms == 0 || is->health.looking ? PART_DECLARED : PART_MISSING;
}

static bool is_told(const struct string_parts *p)
{
    return p->cells != 0 || p->ups != 0;
}

/* Some sensors of cells may be there, and others not. */
static void add_cells(struct list *l, const struct string *s, int number, int declared, bool here)
{
    int expected = declared > 0                   ? declared
                   : s->cells_expected > s->cells ? s->cells_expected
                                                  : s->cells;
    int there = 0;

    for (int c = 0; c < s->cells && here; c++)
        there += s->cell[c].misses == 0 && s->cell[c].seen;
    add(l, TOPO_BM_CS, PART_PRESENT, number, (unsigned)there, "");
    if (expected > there)
        add(l, TOPO_BM_CS, PART_MISSING, number, (unsigned)(expected - there), "");
}

static void add_hall(struct list *l, const struct string *s, int number)
{
    bool told = validity_usable(s->validity[STRING_ALARM]);
    bool gone = told && (s->value[STRING_ALARM] >> 6 & 1) != 0; /* b6: disconnected */

    add(l, TOPO_BM_HS, gone ? PART_MISSING : told ? PART_PRESENT : PART_UNKNOWN, number, 1, "");
}

static void add_climate(struct list *l, const struct gateway *is, int i, bool declared)
{
    const struct string *s = &is->string[i];
    bool tells = s->ambient_seen && (validity_usable(s->validity[STRING_AMBIENT_TEMPERATURE]) ||
                                     validity_usable(s->validity[STRING_AMBIENT_HUMIDITY]));

    if (tells || s->ambient_seen || declared)
        add(l, TOPO_BM_TH, tells ? PART_PRESENT : not_found(is), i + 1, 1, "");
}

static void add_insulation(struct list *l, const struct gateway *is, int i, bool declared)
{
    bool tells = validity_usable(is->string[i].validity[STRING_INSULATION]);

    if (tells || declared)
        add(l, TOPO_BM_GS, tells ? PART_PRESENT : PART_UNKNOWN, i + 1, 1, "");
}

static void add_string(struct list *l, const struct gateway_config *config,
                       const struct gateway *is, int i)
{
    const struct string_parts *told = &config->string[i].parts;
    const struct string *s = &is->string[i];
    bool here = s->presence == PRESENCE_HERE && !unheard(is);

    if (s->presence != PRESENCE_NEVER) {
        add(l, TOPO_BM_SS, here ? PART_PRESENT : PART_MISSING, i + 1, 1, "");
        add_hall(l, s, i + 1);
        add_cells(l, s, i + 1, told->cells, here);
    } else if (is_told(told)) {
        add(l, TOPO_BM_SS, not_found(is), i + 1, 1, "");
        add(l, TOPO_BM_HS, not_found(is), i + 1, 1, "");
        add(l, TOPO_BM_CS, not_found(is), i + 1, (unsigned)told->cells, "");
    }
    add_climate(l, is, i, told->ambient);
    add_insulation(l, is, i, told->insulation);
}

/* ---- a master controller ----------------------------------------------------------------- */

static unsigned count(const struct list *l, int device)
{
    unsigned n = 0;

    for (size_t i = 0; i < l->n; i++)
        n += l->part[i].device == device ? l->part[i].count : 0;
    return n;
}

static bool any_present(const struct list *l, int device)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->part[i].device == device && l->part[i].state == PART_PRESENT)
            return true;
    return false;
}

/* Sensors that are told as a number only, beyond those that strings have. */
static void add_rest(struct list *l, int device, int told, enum part_state state)
{
    unsigned listed = count(l, device);

    if (told > 0 && (unsigned)told > listed)
        add(l, device, state, 0, (unsigned)told - listed, "");
}

/* Climate comes through it, so it is there where that is told; but who looks at it knows better. */
static enum part_state state_of_master(const struct controller_config *m, bool tells,
                                       enum snapshot_reach reach)
{
    if (m->port != 0 && reach != SNAPSHOT_NOT_LOOKED)
        return reach == SNAPSHOT_REACHED ? PART_PRESENT : PART_MISSING;
    return tells ? PART_PRESENT : m->port != 0 ? PART_DECLARED : PART_UNKNOWN;
}

static void add_master(struct list *l, const struct controller_config *m, const struct gateway *is,
                       enum snapshot_reach reach)
{
    bool tells = any_present(l, TOPO_BM_TH);
    const char *set = m->set ? topo_devices[TOPO_BM_C_A1].code : "";

    if (!m->declared && !tells)
        return;
    add(l, TOPO_BM_MC, state_of_master(m, tells, reach), 0, 1, set);
    add(l, TOPO_CAD, PART_UNKNOWN, 0, m->set, set);
    add(l, TOPO_CAD, PART_UNKNOWN, 0, (unsigned)m->converters, "");
    add(l, TOPO_COM, PART_UNKNOWN, 0, (unsigned)m->com, "");
    add(l, TOPO_BM_LC, PART_UNKNOWN, 0, (unsigned)m->io, "");
    add(l, TOPO_BM_HMI, PART_UNKNOWN, 0, (unsigned)m->hmi, "");
    add_rest(l, TOPO_BM_TH, m->th, not_found(is));
    add_rest(l, TOPO_BM_GS, m->insulation, PART_UNKNOWN);
}

/* ---- all --------------------------------------------------------------------------------- */

static void add_supplies(struct list *l, const struct config *c, const char *gateway)
{
    int room = INVENTORY_SUPPLIES;

    for (const struct supply_config *s = c->supply; s < c->supply + c->supplies && room > 0; s++)
        if (strcmp(s->gateway, gateway) == 0) {
            char name[NAME_SIZE];

            /* One of another make has no code: it is listed as what it stands for. */
            snprintf(name, sizeof(name), "%.46s%s", s->name,
                     s->model == SUPPLY_OTHER ? " (another make)" : "");
            add(l, s->model == SUPPLY_OTHER ? TOPO_PS_60_24 : s->model, PART_UNKNOWN, 0, 1, name);
            room--;
        }
}

static enum part_state state_of(const struct health *h)
{
    return h->reachable ? PART_PRESENT : h->answered_ms == 0 ? PART_DECLARED : PART_MISSING;
}

size_t inventory_of_gateway(const struct config *c, const struct gateway_config *config,
                            const struct gateway *is, enum snapshot_reach controller,
                            struct part ret[INVENTORY_MAX])
{
    struct list l = {ret, 0};

    if (config->line == NULL) /* string masters on a line have none */
        add(&l, TOPO_BM_GW, state_of(&is->health), 0, 1, "");
    for (int s = 0; s < STRING_MAX; s++)
        add_string(&l, config, is, s);
    add_master(&l, &config->controller, is, controller);
    add_supplies(&l, c, config->name);
    return l.n;
}

size_t inventory_of_th(const struct th_config *config, const struct health *is,
                       struct part ret[INVENTORY_TH_MAX])
{
    const char *set = config->set ? topo_devices[TOPO_TM_C_A1].code : "";
    struct list l = {ret, 0};

    add(&l, TOPO_TH_MC, state_of(is), 0, 1, set);
    add(&l, TOPO_CAD, PART_UNKNOWN, 0, config->set, set);
    return l.n;
}

size_t inventory_of_site(const struct config *c, struct part ret[INVENTORY_MAX])
{
    struct list l = {ret, 0};

    add_supplies(&l, c, "");
    return l.n;
}
