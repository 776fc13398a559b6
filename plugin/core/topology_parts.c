/* See topology.h: rules of master controllers and what hangs on them, of aggregators and of TH
 * controllers. A part that is counted in a master controller has the BM-MC it needs; the rules that
 * ask for one are about strings that are said to have a part. */
#include "core/topology_own.h"

#include <string.h>

/* ---- strings that have a part ------------------------------------------------------------ */

static bool has_th(const struct topo_string *s, const void *ctx)
{
    (void)ctx;
    return s->th;
}

static bool has_gs(const struct topo_string *s, const void *ctx)
{
    (void)ctx;
    return s->gs;
}

static bool has_io(const struct topo_string *s, const void *ctx)
{
    (void)ctx;
    return s->io;
}

static void needs_master(struct topo_run *r, topo_string_test *has, const char *what)
{
    char numbers[TOPO_NUMBERS_SIZE];

    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];

        if (g->masters == 0 && topo_numbers(g, has, NULL, numbers) > 0)
            topo_broken(r, topo_at_gateway(i),
                        "%s: string %s: %s, and no BM-MC or BM-C-A1 is told: it needs one",
                        topo_place_name(g).text, numbers, what);
    }
}

void topo_lc_needs_master(struct topo_run *r)
{
    needs_master(r, has_io, "relay or input of a BM-LC");
}

void topo_th_needs_master(struct topo_run *r)
{
    needs_master(r, has_th, "a BM-TH");
}

void topo_gs_needs_master(struct topo_run *r)
{
    needs_master(r, has_gs, "a BM-GS");
}

/* At most one per string, and no more strings with one than there are. */
static void one_per_string(struct topo_run *r, size_t i, uint32_t parts, topo_string_test *has,
                           const char *code)
{
    const struct topo_gateway *g = &r->site->gateway[i];
    char numbers[TOPO_NUMBERS_SIZE];
    size_t with = topo_numbers(g, has, NULL, numbers);

    if (g->strings > 0 && parts > g->strings)
        topo_broken(r, topo_at_gateway(i), "%s: %u %s for %zu strings, there is 1 per string",
                    topo_place_name(g).text, parts, code, g->strings);
    if (g->masters > 0 && with > parts)
        topo_broken(r, topo_at_gateway(i), "%s: %zu strings with a %s (%s), its BM-MC has %u",
                    topo_place_name(g).text, with, code, numbers, parts);
}

void topo_th_strings(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->gateways; i++)
        one_per_string(r, i, topo_master_sum(&r->site->gateway[i]).th, has_th, "BM-TH");
}

void topo_gs_strings(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->gateways; i++)
        one_per_string(r, i, topo_master_sum(&r->site->gateway[i]).gs, has_gs, "BM-GS");
}

/* ---- master controllers ------------------------------------------------------------------ */

typedef void judge_master(struct topo_run *r, struct topo_at at, const char *place,
                          const struct topo_master *m);

static void each_master(struct topo_run *r, judge_master *judge)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];
        struct topo_place_text place = topo_place_name(g);

        for (const struct topo_master *m = g->master; m < g->master + g->masters; m++)
            judge(r, topo_at_gateway(i), place.text, m);
    }
}

static const char *master_code(const struct topo_master *m)
{
    return topo_devices[m->set ? TOPO_BM_C_A1 : TOPO_BM_MC].code;
}

void topo_master_strings(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];
        struct topo_at at = topo_at_gateway(i);

        if (g->masters == 0 || g->strings <= g->masters * TOPO_STRINGS_PER_MASTER)
            continue;
        at.device = g->master->set ? TOPO_BM_C_A1 : TOPO_BM_MC;
        topo_broken(r, at, "%s: %zu strings on %zu %s, one takes at most %d",
                    topo_place_name(g).text, g->strings, g->masters, master_code(g->master),
                    TOPO_STRINGS_PER_MASTER);
    }
}

static void at_most(struct topo_run *r, struct topo_at at, const char *place, uint32_t n,
                    uint32_t most, const char *code)
{
    if (n > most)
        topo_broken(r, at, "%s: %u %s on a BM-MC, it takes at most %u", place, n, code, most);
}

static void judge_th(struct topo_run *r, struct topo_at at, const char *place,
                     const struct topo_master *m)
{
    at_most(r, at, place, m->th, TOPO_TH_PER_MASTER, "BM-TH");
}

static void judge_lc(struct topo_run *r, struct topo_at at, const char *place,
                     const struct topo_master *m)
{
    at_most(r, at, place, m->lc, TOPO_LC_PER_MASTER, "BM-LC");
}

static void judge_hmi(struct topo_run *r, struct topo_at at, const char *place,
                      const struct topo_master *m)
{
    at_most(r, at, place, m->hmi, TOPO_HMI_PER_MASTER, "BM-HMI");
}

void topo_master_th(struct topo_run *r)
{
    each_master(r, judge_th);
}

void topo_master_lc(struct topo_run *r)
{
    each_master(r, judge_lc);
}

void topo_master_hmi(struct topo_run *r)
{
    each_master(r, judge_hmi);
}

/* Where no string says that it has relays or inputs, all may have. */
void topo_lc_strings(struct topo_run *r)
{
    char numbers[TOPO_NUMBERS_SIZE];

    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];
        uint32_t modules = topo_master_sum(g).lc;
        size_t served = topo_numbers(g, has_io, NULL, numbers);
        bool told = served > 0;

        served = told ? served : g->strings;
        if ((modules > 0 || (told && g->masters > 0)) && served > modules * TOPO_STRINGS_PER_LC)
            topo_broken(r, topo_at_gateway(i),
                        "%s: %zu strings%s and %u BM-LC, each serves up to %d strings",
                        topo_place_name(g).text, served, told ? " with a relay or input" : "",
                        modules, TOPO_STRINGS_PER_LC);
    }
}

static void judge_set_of_hmi(struct topo_run *r, struct topo_at at, const char *place,
                             const struct topo_master *m)
{
    if (m->hmi > 0 && !m->set && m->cad == 0)
        topo_broken(r, at,
                    "%s: a BM-HMI and a bare BM-MC: it needs a BM-C-A1, which is a BM-MC with a "
                    "CAD-232-A2-IQ and software",
                    place);
}

void topo_hmi_needs_set(struct topo_run *r)
{
    each_master(r, judge_set_of_hmi);
}

/* Without any, the BM-C-A1 that is missing has been told. */
static void judge_converters(struct topo_run *r, struct topo_at at, const char *place,
                             const struct topo_master *m)
{
    uint32_t converters = m->cad + m->set;

    if (converters > 0 && m->hmi > converters)
        topo_broken(r, at, "%s: %u BM-HMI and %u CAD-232-A2-IQ, there is 1 per BM-HMI", place,
                    m->hmi, converters);
}

void topo_cad_hmi(struct topo_run *r)
{
    each_master(r, judge_converters);
}

/* ---- insulation -------------------------------------------------------------------------- */

static void judge_com_of_gs(struct topo_run *r, struct topo_at at, const char *place,
                            const struct topo_master *m)
{
    if (m->gs > 0 && m->com == 0)
        topo_broken(r, at, "%s: %u BM-GS and no COM-PGM (BM-COM): they need one", place, m->gs);
}

void topo_gs_needs_com(struct topo_run *r)
{
    each_master(r, judge_com_of_gs);
}

static void judge_com_units(struct topo_run *r, struct topo_at at, const char *place,
                            const struct topo_master *m)
{
    if (m->com > 0 && m->gs > m->com * TOPO_UNITS_PER_COM)
        topo_broken(r, at,
                    "%s: %u BM-GS and %u COM-PGM, each serves up to %d units (the table says "
                    "BM-CS, read as BM-GS)",
                    place, m->gs, m->com, TOPO_UNITS_PER_COM);
}

void topo_com_units(struct topo_run *r)
{
    each_master(r, judge_com_units);
}

/* ---- aggregators ------------------------------------------------------------------------- */

static bool is_aggregator(const struct topo_site *site, const char *name)
{
    for (size_t i = 0; i < site->aggregators; i++)
        if (strcmp(site->aggregator[i].name, name) == 0)
            return true;
    return false;
}

static void judge_group(struct topo_run *r, size_t i)
{
    const struct topo_gateway *g = &r->site->gateway[i];

    if (*g->aggregator == '\0')
        topo_broken(r, topo_at_gateway(i), "%s: is under no BM-AG, other gateways are",
                    topo_place_name(g).text);
    else if (!is_aggregator(r->site, g->aggregator))
        topo_broken(r, topo_at_gateway(i), "%s: is under aggregator \"%s\", which is not told",
                    topo_place_name(g).text, g->aggregator);
}

void topo_aggregator_rule(struct topo_run *r)
{
    size_t gateways = 0, grouped = 0;

    for (size_t i = 0; i < r->site->gateways; i++) {
        gateways += r->site->gateway[i].place == TOPO_GATEWAY;
        grouped += *r->site->gateway[i].aggregator != '\0';
    }
    if (gateways > 1 && r->site->aggregators == 0 && grouped == 0)
        topo_broken(r, TOPO_AT_SITE, "site: %zu BM-GW and no BM-AG, several need one", gateways);
    else if (gateways > 1 || grouped > 0)
        for (size_t i = 0; i < r->site->gateways; i++)
            if (r->site->gateway[i].place == TOPO_GATEWAY)
                judge_group(r, i);
}

/* ---- TH controllers ---------------------------------------------------------------------- */

void topo_th_mc_sensors(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->ths; i++) {
        const struct topo_th *t = &r->site->th[i];
        struct topo_at at = TOPO_AT_SITE;

        at.th = (int)i;
        at.device = t->set ? TOPO_TM_C_A1 : TOPO_TH_MC;
        if (t->sensors > TOPO_SENSORS_PER_TH_MC)
            topo_broken(r, at, "TH controller \"%s\": %u sensors, a %s takes at most %d", t->name,
                        t->sensors, topo_devices[at.device].code, TOPO_SENSORS_PER_TH_MC);
    }
}
