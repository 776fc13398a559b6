/* See bom.h: what the hardware table asks for beside gateways and strings. */
#include "core/bom.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

uint32_t bom_hall_rating(uint32_t max_current_a)
{
    const uint16_t *rating = topo_hall_ratings;

    while (*rating != 0 && *rating < max_current_a)
        rating++;
    return *rating;
}

static void choose_hall_sensors(struct bom_site *b)
{
    for (size_t i = 0; i < b->site.gateways; i++)
        for (size_t n = 0; n < b->gateway[i].strings; n++) {
            struct topo_string *s = &b->string[&b->gateway[i].string[n] - b->string];

            if (s->hall_a == 0 && s->max_current_a != 0)
                s->hall_a = bom_hall_rating(s->max_current_a);
        }
}

/* ---- controllers and aggregator -------------------------------------------------------------- */

static uint32_t per(uint32_t n, uint32_t each)
{
    return (n + each - 1) / each;
}

static struct topo_master master_of(const struct topo_gateway *g, const struct bom_options *o)
{
    struct topo_master m = {.set = o->hmi || o->sets, .hmi = o->hmi};
    uint32_t io = 0;

    for (const struct topo_string *s = g->string; s < g->string + g->strings; s++) {
        m.th += s->th;
        m.gs += s->gs;
        io += s->io;
    }
    m.lc = per(io, TOPO_STRINGS_PER_LC);
    m.com = per(m.gs, TOPO_UNITS_PER_COM);
    return m;
}

/* A serial line has no gateway that could read one. */
static int add_masters(struct bom_site *b, const struct bom_options *o)
{
    if (b->master == NULL)
        b->master = calloc(b->site.gateways + 1, sizeof(*b->master));
    if (b->master == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < b->site.gateways; i++) {
        struct topo_gateway *g = &b->gateway[i];
        struct topo_master m = master_of(g, o);

        if (g->place != TOPO_GATEWAY || g->masters > 0 || m.th + m.gs + m.lc + m.hmi == 0)
            continue;
        b->master[i] = m;
        g->master = &b->master[i];
        g->masters = 1;
    }
    return 0;
}

static int add_aggregator(struct bom_site *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->site.gateways; i++)
        n += b->gateway[i].place == TOPO_GATEWAY;
    if (n < 2 || b->site.aggregators > 0)
        return 0;
    free(b->aggregator);
    b->aggregator = calloc(1, sizeof(*b->aggregator));
    if (b->aggregator == NULL)
        return -ENOMEM;
    snprintf(b->aggregator->name, sizeof(b->aggregator->name), "ag-1");
    for (size_t i = 0; i < b->site.gateways; i++)
        if (b->gateway[i].place == TOPO_GATEWAY)
            snprintf(b->gateway[i].aggregator, NAME_SIZE, "%s", b->aggregator->name);
    b->site.aggregator = b->aggregator;
    b->site.aggregators = 1;
    return 0;
}

/* ---- power supplies -------------------------------------------------------------------------- */

/* What is on 24 V: all but the gateways, which have a PS-30-12 each, and the cell sensors, which are
 * fed by their batteries. */
static void count_loads(const struct topo_site *site, uint32_t n[TOPO_DEVICES])
{
    for (size_t i = 0; i < site->gateways; i++) {
        const struct topo_gateway *g = &site->gateway[i];

        n[TOPO_BM_SS] += (uint32_t)g->strings;
        n[TOPO_BM_HS] += (uint32_t)g->strings;
        for (const struct topo_master *m = g->master; m < g->master + g->masters; m++) {
            n[m->set ? TOPO_BM_C_A1 : TOPO_BM_MC]++;
            n[TOPO_BM_TH] += m->th;
            n[TOPO_BM_LC] += m->lc;
            n[TOPO_BM_GS] += m->gs;
            n[TOPO_BM_HMI] += m->hmi;
            n[TOPO_CAD] += m->cad;
            n[TOPO_COM] += m->com;
        }
    }
    for (size_t i = 0; i < site->ths; i++)
        n[site->th[i].set ? TOPO_TM_C_A1 : TOPO_TH_MC]++;
    n[TOPO_BM_AG] += (uint32_t)site->aggregators;
}

/* Supplies of one kind while they are filled. */
struct shelf {
    struct topo_supply *supply;
    struct topo_load *load; /* TOPO_DEVICES for each */
    uint32_t *room_mw;
    size_t n;
};

static size_t open_supply(struct shelf *s)
{
    struct topo_supply *p = &s->supply[s->n];

    p->model = TOPO_PS_60_24;
    p->gateway = -1;
    p->load = &s->load[s->n * TOPO_DEVICES];
    snprintf(p->name, sizeof(p->name), "ps-%zu", s->n + 1);
    s->room_mw[s->n] = topo_devices[TOPO_PS_60_24].rated_mw;
    return s->n++;
}

static void feed(struct shelf *s, size_t i, enum topo_device device, uint32_t count)
{
    struct topo_supply *p = &s->supply[i];

    s->load[i * TOPO_DEVICES + p->loads++] = (struct topo_load){device, count};
}

/* First fit: `count` devices that take `mw` each. One that no supply can feed has one for itself. */
static void feed_all(struct shelf *s, enum topo_device device, uint32_t count, uint32_t mw)
{
    for (size_t i = 0; count > 0; i++) {
        size_t at = i < s->n ? i : open_supply(s);
        uint32_t fits = mw == 0 ? count : s->room_mw[at] / mw;

        if (fits == 0 && i == at && s->supply[at].loads == 0)
            fits = 1;
        fits = fits < count ? fits : count;
        if (fits == 0)
            continue;
        feed(s, at, device, fits);
        s->room_mw[at] -= mw <= s->room_mw[at] ? fits * mw : s->room_mw[at];
        count -= fits;
    }
}

/* The device that takes most, of those not fed yet; -1: all are. */
static int largest(const uint32_t n[TOPO_DEVICES], const uint32_t mw[TOPO_DEVICES])
{
    int ret = -1;

    for (int d = 0; d < TOPO_DEVICES; d++)
        if (n[d] > 0 && (ret < 0 || mw[d] > mw[ret]))
            ret = d;
    return ret;
}

/* What is not known is on the first one, where the check finds it. */
static void fill_shelf(const struct topo_site *site, uint32_t n[TOPO_DEVICES], struct shelf *s)
{
    uint32_t mw[TOPO_DEVICES] = {0};

    open_supply(s);
    for (int d = 0; d < TOPO_DEVICES; d++)
        if (n[d] > 0 && !topo_consumption_of(site, (enum topo_device)d, &mw[d])) {
            feed(s, 0, (enum topo_device)d, n[d]);
            n[d] = 0;
        }
    for (int d = largest(n, mw); d >= 0; d = largest(n, mw)) {
        feed_all(s, (enum topo_device)d, n[d], mw[d]);
        n[d] = 0;
    }
}

/* At most one supply of first fit is less than half full; what takes more than one gives is alone. */
static size_t most_supplies(const struct topo_site *site, const uint32_t n[TOPO_DEVICES])
{
    uint64_t rated = topo_devices[TOPO_PS_60_24].rated_mw, sum = 0;
    size_t alone = 0;

    for (int d = 0; d < TOPO_DEVICES; d++) {
        uint32_t mw;

        if (n[d] == 0 || !topo_consumption_of(site, (enum topo_device)d, &mw))
            continue;
        if (mw > rated)
            alone += n[d];
        else
            sum += (uint64_t)mw * n[d];
    }
    return alone + 2 * (size_t)(sum / rated) + 3;
}

static void add_gateway_supplies(struct bom_site *b, size_t n)
{
    static const struct topo_load gateway = {TOPO_BM_GW, 1};

    for (size_t i = 0; i < b->site.gateways; i++) {
        struct topo_supply *p = &b->supply[n];

        if (b->gateway[i].place != TOPO_GATEWAY)
            continue;
        *p = (struct topo_supply){
            .model = TOPO_PS_30_12, .gateway = (int)i, .load = &gateway, .loads = 1};
        snprintf(p->name, sizeof(p->name), "ps-%zu", ++n);
    }
    b->site.supply = b->supply;
    b->site.supplies = n;
}

static int add_supplies(struct bom_site *b)
{
    uint32_t n[TOPO_DEVICES] = {0};
    struct shelf s = {0};
    size_t most, all;

    if (b->site.supplies > 0)
        return 0;
    count_loads(&b->site, n);
    most = most_supplies(&b->site, n);
    all = most + b->site.gateways;
    b->supply = s.supply = calloc(all, sizeof(*s.supply));
    b->load = s.load = calloc(most * TOPO_DEVICES, sizeof(*s.load));
    s.room_mw = calloc(most, sizeof(*s.room_mw));
    if (s.supply == NULL || s.load == NULL || s.room_mw == NULL) {
        free(s.room_mw);
        return -ENOMEM;
    }
    fill_shelf(&b->site, n, &s);
    free(s.room_mw);
    add_gateway_supplies(b, s.n);
    return 0;
}

int bom_equip(struct bom_site *b, const struct bom_options *o)
{
    int rc = add_masters(b, o);

    choose_hall_sensors(b);
    for (size_t i = 0; i < b->site.ths; i++)
        b->th[i].set |= o->sets;
    rc = rc == 0 ? add_aggregator(b) : rc;
    return rc == 0 ? add_supplies(b) : rc;
}
