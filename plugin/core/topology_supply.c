/* See topology.h: rules of power supplies. A sum in which one device is not known is never within the
 * rating: it is unknown, or already beyond it. */
#include "core/topology_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint32_t rating_mw(const struct topo_supply *s)
{
    return s->model >= 0 ? topo_devices[s->model].rated_mw : s->rated_mw;
}

static uint32_t feeds(const struct topo_supply *s, enum topo_device device)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s->loads; i++)
        n += s->load[i].device == device ? s->load[i].count : 0;
    return n;
}

static struct topo_at at_supply(const struct topo_run *r, size_t i)
{
    struct topo_at at = TOPO_AT_SITE;

    at.gateway = r->site->supply[i].gateway;
    at.supply = (int)i;
    at.device = r->site->supply[i].model;
    return at;
}

/* ---- are there those that must be -------------------------------------------------------- */

/* What another model stands for is not known: it may be the one that is asked for. */
void topo_supply_of_site(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->supplies; i++)
        if (r->site->supply[i].model != TOPO_PS_30_12)
            return;
    if (r->site->supplies > 0)
        topo_broken(r, TOPO_AT_SITE,
                    "site: no PS-60-24 among its power supplies, there is 1 per "
                    "BTMS");
}

/* Can feed a BM-GW: it is no 24 V supply. */
static uint32_t gateways_fed(const struct topo_supply *s)
{
    return s->model != TOPO_PS_60_24 ? feeds(s, TOPO_BM_GW) : 0;
}

static void judge_several(struct topo_run *r, size_t i)
{
    const struct topo_supply *s = &r->site->supply[i];

    if (s->model == TOPO_PS_30_12 && feeds(s, TOPO_BM_GW) > 1)
        topo_broken(r, at_supply(r, i),
                    "supply \"%s\": a PS-30-12 for %u BM-GW, there is 1 per "
                    "BM-GW",
                    s->name, feeds(s, TOPO_BM_GW));
}

/* Of gateway `i`, or with -1 of the site: how many BM-GW its supplies feed; and whether it has any. */
static uint32_t fed_by(const struct topo_site *site, int i, bool *any)
{
    uint32_t n = 0;

    for (size_t s = 0; s < site->supplies; s++)
        if (site->supply[s].gateway == i) {
            *any = true;
            n += gateways_fed(&site->supply[s]);
        }
    return n;
}

/* Told of each gateway that has supplies of its own, but none for itself, as far as those of the site
 * do not make up for it. */
void topo_supply_of_gateway(struct topo_run *r)
{
    bool any = false;
    uint32_t of_site = fed_by(r->site, -1, &any);

    for (size_t i = 0; i < r->site->supplies; i++)
        judge_several(r, i);
    for (size_t i = 0; i < r->site->gateways; i++) {
        const struct topo_gateway *g = &r->site->gateway[i];
        bool own = false;
        uint32_t n = fed_by(r->site, (int)i, &own);

        if (g->place != TOPO_GATEWAY || !own || n > 0)
            continue;
        if (of_site > 0)
            of_site--;
        else
            topo_broken(r, topo_at_gateway(i),
                        "%s: none of its power supplies is a PS-30-12 that feeds the BM-GW",
                        topo_place_name(g).text);
    }
}

/* ---- the budget -------------------------------------------------------------------------- */

struct budget {
    uint64_t mw;
    char unknown[192]; /* "BM-SS, BM-MC": their consumption is not known */
};

static void not_known(struct budget *b, enum topo_device device)
{
    const char *code = topo_devices[device].code;
    size_t at = strlen(b->unknown);

    if (at > 0)
        at += (size_t)snprintf(b->unknown + at, sizeof(b->unknown) - at, ", ");
    if (at < sizeof(b->unknown))
        snprintf(b->unknown + at, sizeof(b->unknown) - at, "%s", code);
}

static bool of_one(const struct topo_site *site, enum topo_device device, uint32_t *ret_mw)
{
    if (site->consumption[device].told) {
        *ret_mw = site->consumption[device].mw;
        return true;
    }
    for (size_t i = 0; i < topo_figure_count; i++)
        if (topo_figures[i].device == device) {
            *ret_mw = topo_figures[i].mw;
            return true;
        }
    return false;
}

/* A set that is not told itself is its parts. The software takes nothing. */
bool topo_consumption_of(const struct topo_site *site, enum topo_device device, uint32_t *ret_mw)
{
    enum topo_device controller = device == TOPO_BM_C_A1 ? TOPO_BM_MC : TOPO_TH_MC;
    uint32_t mw, converter_mw;

    if (of_one(site, device, ret_mw))
        return true;
    if ((device != TOPO_BM_C_A1 && device != TOPO_TM_C_A1) || !of_one(site, controller, &mw) ||
        !of_one(site, TOPO_CAD, &converter_mw))
        return false;
    *ret_mw = mw + converter_mw;
    return true;
}

static void add(const struct topo_site *site, struct topo_load load, struct budget *b)
{
    uint32_t mw;

    if (load.count > 0 && topo_consumption_of(site, load.device, &mw))
        b->mw += (uint64_t)mw * load.count;
    else if (load.count > 0)
        not_known(b, load.device);
}

/* "61.5" of 61500 */
struct watts {
    char text[24];
};

static struct watts in_watts(uint64_t mw)
{
    struct watts ret;
    size_t n = (size_t)snprintf(ret.text, sizeof(ret.text), "%" PRIu64 ".%03d", mw / 1000,
                                (int)(mw % 1000));

    while (ret.text[n - 1] == '0')
        ret.text[--n] = '\0';
    if (ret.text[n - 1] == '.')
        ret.text[--n] = '\0';
    return ret;
}

static void judge_budget(struct topo_run *r, size_t i)
{
    const struct topo_supply *s = &r->site->supply[i];
    struct topo_at at = at_supply(r, i);
    struct budget b = {0};
    uint32_t rated = rating_mw(s);

    for (size_t l = 0; l < s->loads; l++)
        add(r->site, s->load[l], &b);
    if (rated != 0 && b.mw > rated)
        topo_broken(r, at, "supply \"%s\": what it feeds takes %s%s W, it is rated %s W", s->name,
                    *b.unknown != '\0' ? "more than " : "", in_watts(b.mw).text,
                    in_watts(rated).text);
    else if (s->loads == 0)
        topo_unknown(r, at, "supply \"%s\": what it feeds is not told: its budget is unknown",
                     s->name);
    else if (*b.unknown != '\0')
        topo_unknown(r, at,
                     "supply \"%s\": the consumption of %s is not known: whether its %s W suffice "
                     "is unknown (what is known takes %s W)",
                     s->name, b.unknown, rated != 0 ? in_watts(rated).text : "(untold)",
                     in_watts(b.mw).text);
    else if (rated == 0)
        topo_unknown(r, at,
                     "supply \"%s\": its rating is not told: whether it suffices for %s W is "
                     "unknown",
                     s->name, in_watts(b.mw).text);
}

void topo_supply_budget(struct topo_run *r)
{
    for (size_t i = 0; i < r->site->supplies; i++)
        judge_budget(r, i);
}
