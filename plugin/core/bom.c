/* See bom.h: the list of devices, in the order of the hardware table. */
#include "core/bom.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- what there is ------------------------------------------------------------------------ */

struct sums {
    uint32_t gateways, strings, upses, cells;
    uint32_t controllers, sets, th_controllers, th_sets, sensors, other_supplies;
    uint32_t supplies[2]; /* PS-60-24, PS-30-12 */
    struct topo_master part;
    bool uncounted_cells, unknown_load;
};

/* A UPS that is on several gateways is one, where it has a name. */
static bool counted_before(const struct topo_site *site, size_t gateway, const char *ups)
{
    for (size_t i = 0; *ups != '\0' && i < gateway; i++)
        for (size_t u = 0; u < site->gateway[i].upses; u++)
            if (strcmp(site->gateway[i].ups[u].name, ups) == 0)
                return true;
    return false;
}

static void sum_gateway(const struct topo_site *site, size_t i, struct sums *n)
{
    const struct topo_gateway *g = &site->gateway[i];
    struct topo_master *sum = &n->part;

    n->gateways += g->place == TOPO_GATEWAY;
    n->strings += (uint32_t)g->strings;
    for (size_t u = 0; u < g->upses; u++)
        n->upses += !counted_before(site, i, g->ups[u].name);
    for (const struct topo_string *s = g->string; s < g->string + g->strings; s++) {
        n->cells += s->cells;
        n->uncounted_cells |= s->cells == 0;
    }
    for (const struct topo_master *m = g->master; m < g->master + g->masters; m++) {
        n->controllers += !m->set;
        n->sets += m->set;
        sum->th += m->th;
        sum->lc += m->lc;
        sum->gs += m->gs;
        sum->hmi += m->hmi;
        sum->cad += m->cad;
        sum->com += m->com;
    }
}

static void sum_supply(const struct topo_site *site, const struct topo_supply *s, struct sums *n)
{
    uint32_t mw;

    if (s->model < 0)
        n->other_supplies++;
    else
        n->supplies[s->model == TOPO_PS_30_12]++;
    for (size_t i = 0; s->model == TOPO_PS_60_24 && i < s->loads; i++)
        n->unknown_load |=
            s->load[i].count > 0 && !topo_consumption_of(site, s->load[i].device, &mw);
}

static struct sums sum_up(const struct topo_site *site)
{
    struct sums n = {0};

    for (size_t i = 0; i < site->gateways; i++)
        sum_gateway(site, i, &n);
    for (size_t i = 0; i < site->ths; i++) {
        n.th_controllers += !site->th[i].set;
        n.th_sets += site->th[i].set;
        n.sensors += site->th[i].sensors;
    }
    for (size_t i = 0; i < site->supplies; i++)
        sum_supply(site, &site->supply[i], &n);
    return n;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* NULL: there are none, or no more room. */
static struct bom_line *add(struct bom *b, enum topo_device device, uint32_t quantity,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
static struct bom_line *add(struct bom *b, enum topo_device device, uint32_t quantity,
                            const char *format, ...)
{
    struct bom_line *l = &b->line[b->lines];
    va_list ap;

    if (quantity == 0 || b->lines == BOM_LINES_MAX)
        return NULL;
    b->lines++;
    *l = (struct bom_line){.device = device, .quantity = quantity};
    snprintf(l->code, sizeof(l->code), "%s", topo_devices[device].code);
    va_start(ap, format);
    vsnprintf(l->reason, sizeof(l->reason), format, ap);
    va_end(ap);
    return l;
}

static void name_kind(struct bom_line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void name_kind(struct bom_line *l, const char *format, ...)
{
    va_list ap;

    if (l == NULL)
        return;
    va_start(ap, format);
    vsnprintf(l->code, sizeof(l->code), format, ap);
    va_end(ap);
}

/* How many strings, or cells of strings, are of one kind. */
typedef uint32_t count_string(const struct topo_string *s, uint32_t kind);

static uint32_t count(const struct topo_site *site, count_string *of, uint32_t kind)
{
    uint32_t n = 0;

    for (size_t i = 0; i < site->gateways; i++)
        for (size_t k = 0; k < site->gateway[i].strings; k++)
            n += of(&site->gateway[i].string[k], kind);
    return n;
}

static uint32_t of_rating(const struct topo_string *s, uint32_t kind)
{
    return s->hall_a == kind && (kind != 0 || s->max_current_a == 0);
}

static uint32_t beyond_ratings(const struct topo_string *s, uint32_t kind)
{
    (void)kind;
    return s->hall_a == 0 && s->max_current_a != 0;
}

static void list_hall_sensors(struct bom *b, const struct topo_site *site, const struct sums *all)
{
    uint32_t largest = 0, known = 0, n;

    for (const uint16_t *rating = topo_hall_ratings; *rating != 0; largest = *rating++) {
        n = count(site, of_rating, *rating);
        known += n;
        name_kind(add(b, TOPO_BM_HS, n, "1 per string: %u of up to %u A", n, *rating), "BM-HS-%d",
                  *rating);
    }
    n = count(site, of_rating, 0);
    known += n;
    name_kind(add(b, TOPO_BM_HS, n, "1 per string: %u whose maximum current is not told", n),
              "BM-HS (kind by maximum current)");
    n = count(site, beyond_ratings, 0);
    known += n;
    name_kind(
        add(b, TOPO_BM_HS, n, "1 per string: %u of more than %u A: there is none", n, largest),
        "BM-HS (none so large)");
    name_kind(add(b, TOPO_BM_HS, all->strings - known, "1 per string: %u of another rating",
                  all->strings - known),
              "BM-HS (no such kind)");
}

static uint32_t cells_of_voltage(const struct topo_string *s, uint32_t kind)
{
    return s->cell_voltage == kind ? s->cells : 0;
}

/* Order codes of the 2 and 12 V kinds are public; that of the 6 V kind is not. */
static void list_cell_sensors(struct bom *b, const struct topo_site *site, const struct sums *all)
{
    uint32_t known = 0, n;

    for (const uint8_t *volt = topo_cell_voltages; *volt != 0; volt++) {
        struct bom_line *l;

        n = count(site, cells_of_voltage, *volt);
        known += n;
        l = add(b, TOPO_BM_CS, n, "1 per battery: %u of %u V", n, *volt);
        name_kind(l, *volt == 6 ? "BM-CS (6 V kind)" : "BM-CS-%02d", *volt);
    }
    n = count(site, cells_of_voltage, 0);
    known += n;
    name_kind(add(b, TOPO_BM_CS, n, "1 per battery: %u whose voltage is not told", n),
              "BM-CS (kind by battery voltage)");
    name_kind(add(b, TOPO_BM_CS, all->cells - known, "1 per battery: %u of another voltage",
                  all->cells - known),
              "BM-CS (no such kind)");
    if (all->uncounted_cells && b->lines > 0 && b->line[b->lines - 1].device == TOPO_BM_CS)
        b->line[b->lines - 1].at_least = true;
}

static void list_supplies(struct bom *b, const struct sums *n)
{
    struct bom_line *l =
        add(b, TOPO_PS_60_24, n->supplies[0], "%s",
            n->unknown_load ? "at least 1: consumption of what it feeds is not all known"
                            : "the sum of the consumption of what it feeds, 60 W each");

    if (l != NULL)
        l->at_least = n->unknown_load;
    add(b, TOPO_PS_30_12, n->supplies[1], "1 per BM-GW: %u", n->gateways);
    name_kind(add(b, TOPO_PS_60_24, n->other_supplies, "declared"), "supply of another model");
}

void bom_list(const struct topo_site *site, struct bom *ret)
{
    struct sums n = sum_up(site);
    const struct topo_master *p = &n.part;

    *ret = (struct bom){0};
    add(ret, TOPO_BM_GW, n.gateways, "1 per up to %d strings: strings %u, UPS %u",
        TOPO_STRINGS_PER_GATEWAY, n.strings, n.upses);
    add(ret, TOPO_BM_SS, n.strings, "1 per string: %u", n.strings);
    list_hall_sensors(ret, site, &n);
    list_cell_sensors(ret, site, &n);
    list_supplies(ret, &n);
    add(ret, TOPO_BM_MC, n.controllers, "1 per BM-GW with what needs one");
    add(ret, TOPO_BM_C_A1, n.sets,
        "1 per BM-GW with what needs one: BM-MC, CAD-232-A2-IQ, software");
    add(ret, TOPO_CAD, p->cad, "1 per BM-HMI, beside those in a BM-C-A1");
    add(ret, TOPO_COM, p->com, "1 per up to %d BM-GS of a gateway: %u (the table says BM-CS)",
        TOPO_UNITS_PER_COM, p->gs);
    add(ret, TOPO_BM_LC, p->lc, "1 per up to %d strings of a gateway", TOPO_STRINGS_PER_LC);
    add(ret, TOPO_BM_TH, p->th, "1 per string with temperature and humidity: %u", p->th);
    add(ret, TOPO_BM_GS, p->gs, "1 per string with insulation: %u", p->gs);
    add(ret, TOPO_BM_HMI, p->hmi, "1 per BM-C-A1");
    add(ret, TOPO_BM_AG, (uint32_t)site->aggregators, "1 per data centre, for several BM-GW: %u",
        n.gateways);
    add(ret, TOPO_TH_MC, n.th_controllers, "1 per up to %d sensors: %u", TOPO_SENSORS_PER_TH_MC,
        n.sensors);
    add(ret, TOPO_TM_C_A1, n.th_sets, "1 per up to %d sensors: %u: TH-MC, CAD-232-A2-IQ, software",
        TOPO_SENSORS_PER_TH_MC, n.sensors);
}
