/* See bom.h: from UPS to gateways.
 *
 * Packing UPS into gateways of 32 strings is bin packing: first fit decreasing is rarely more than one
 * gateway off the best. Filling each gateway with the largest UPS left and then with those that fill
 * it best finds what first fit misses (12 12 10 10 10 10: two gateways, not three). */
#include "core/bom.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = TOPO_STRINGS_PER_GATEWAY };

/* What goes on one gateway as a whole: a UPS, or 32 strings of a larger one. */
struct item {
    const char *ups;
    uint32_t skip, strings; /* of that UPS, from the skip-th on */
    uint32_t gateway;
};

struct packing {
    struct item *item; /* the largest first */
    size_t items;
    uint32_t gateways;
};

static uint32_t strings_of(const struct bom_wish *w, const char *ups)
{
    uint32_t n = 0;

    for (size_t i = 0; i < w->groups; i++)
        n += strcmp(w->group[i].ups, ups) == 0 ? w->group[i].strings : 0;
    return n;
}

static bool told_before(const struct bom_wish *w, size_t i)
{
    for (size_t b = 0; b < i; b++)
        if (strcmp(w->group[b].ups, w->group[i].ups) == 0)
            return true;
    return false;
}

static int by_size(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->strings != y->strings)
        return x->strings > y->strings ? -1 : 1;
    return strcmp(x->ups, y->ups);
}

/* -ENOMEM */
static int make_items(const struct bom_wish *w, struct packing *p)
{
    size_t most = w->groups;

    for (size_t i = 0; i < w->groups; i++)
        most += w->group[i].strings / ROOM;
    p->item = calloc(most + 1, sizeof(*p->item));
    if (p->item == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < w->groups; i++) {
        uint32_t n = told_before(w, i) ? 0 : strings_of(w, w->group[i].ups);

        for (uint32_t at = 0; at < n; at += ROOM)
            p->item[p->items++] =
                (struct item){w->group[i].ups, at, n - at < ROOM ? n - at : ROOM, 0};
    }
    if (p->items > 0)
        qsort(p->item, p->items, sizeof(*p->item), by_size);
    return 0;
}

/* ---- two ways to pack; each returns how many gateways it takes, 0 without memory ------------- */

static uint32_t first_fit(struct item *item, size_t items)
{
    uint8_t *room = malloc(items + 1);
    uint32_t n = 0;

    for (size_t i = 0; room != NULL && i < items; i++) {
        uint32_t g = 0;

        while (g < n && room[g] < item[i].strings)
            g++;
        if (g == n)
            room[n++] = ROOM;
        room[g] = (uint8_t)(room[g] - item[i].strings);
        item[i].gateway = g;
    }
    free(room);
    return n;
}

/* Of the items left, those that fill `room` best join `gateway`: from[s] is the item that made the
 * sum s, the first time that sum was reached; the sums before it were made without that item. */
static void fill(struct item *item, size_t items, uint32_t room, uint32_t gateway)
{
    size_t from[ROOM + 1];
    uint32_t before[ROOM + 1], best = room;
    bool reached[ROOM + 1] = {true};

    for (size_t i = 0; i < items && !reached[room]; i++)
        for (uint32_t s = room; item[i].gateway == UINT32_MAX && s >= item[i].strings; s--)
            if (!reached[s] && reached[s - item[i].strings]) {
                reached[s] = true;
                from[s] = i;
                before[s] = s - item[i].strings;
            }
    while (!reached[best])
        best--;
    for (; best > 0; best = before[best])
        item[from[best]].gateway = gateway;
}

static uint32_t fill_each(struct item *item, size_t items)
{
    uint32_t n = 0;

    for (size_t i = 0; i < items; i++)
        item[i].gateway = UINT32_MAX;
    for (size_t i = 0; i < items; i++)
        if (item[i].gateway == UINT32_MAX) {
            item[i].gateway = n;
            fill(item, items, ROOM - item[i].strings, n);
            n++;
        }
    return n;
}

static int pack(const struct bom_wish *w, struct packing *p)
{
    int rc = make_items(w, p);
    uint32_t fits;

    if (rc != 0 || p->items == 0)
        return rc;
    p->gateways = fill_each(p->item, p->items);
    fits = first_fit(p->item, p->items);
    if (fits == 0)
        return -ENOMEM;
    if (fits > p->gateways)
        p->gateways = fill_each(p->item, p->items);
    else
        p->gateways = fits;
    return 0;
}

/* ---- gateways from it ---------------------------------------------------------------------- */

/* The n-th string of a UPS. */
static struct topo_string nth(const struct bom_wish *w, const char *ups, uint32_t n)
{
    size_t i = 0;

    for (;; i++)
        if (strcmp(w->group[i].ups, ups) == 0) {
            if (n < w->group[i].strings)
                break;
            n -= w->group[i].strings;
        }
    return (struct topo_string){
        .cells = w->group[i].cells,
        .cell_voltage = w->group[i].cell_voltage,
        .max_current_a = w->group[i].max_current_a,
        .th = w->th,
        .gs = w->gs,
        .io = w->io,
    };
}

static bool has_ups(const struct topo_gateway *g, const struct topo_ups *ups, const char *name)
{
    for (size_t i = 0; i < g->upses; i++)
        if (strcmp(ups[i].name, name) == 0)
            return true;
    return false;
}

static void put(const struct bom_wish *w, const struct item *item, struct topo_gateway *g,
                struct topo_string *string, struct topo_ups *ups)
{
    if (!has_ups(g, ups, item->ups)) {
        ups[g->upses].number = (uint16_t)(g->upses + 1);
        snprintf(ups[g->upses++].name, NAME_SIZE, "%s", item->ups);
    }
    for (uint32_t n = 0; n < item->strings; n++) {
        struct topo_string *s = &string[g->strings++];

        *s = nth(w, item->ups, item->skip + n);
        s->number = (uint16_t)g->strings;
        s->ups = (uint16_t)g->upses;
    }
}

static void fill_gateways(const struct bom_wish *w, const struct packing *p, struct bom_site *b)
{
    struct topo_string *string = b->string;
    struct topo_ups *ups = b->ups;

    for (uint32_t i = 0; i < p->gateways; i++) {
        struct topo_gateway *g = &b->gateway[i];

        snprintf(g->name, sizeof(g->name), "gw-%u", i + 1);
        g->string = string;
        g->ups = ups;
        for (size_t n = 0; n < p->items; n++)
            if (p->item[n].gateway == i)
                put(w, &p->item[n], g, string, ups);
        string += g->strings;
        ups += g->upses;
    }
}

static int make_th(const struct bom_wish *w, struct bom_site *b)
{
    size_t n = (w->sensors + TOPO_SENSORS_PER_TH_MC - 1) / TOPO_SENSORS_PER_TH_MC;

    b->th = calloc(n + 1, sizeof(*b->th));
    if (b->th == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        uint32_t left = w->sensors - (uint32_t)i * TOPO_SENSORS_PER_TH_MC;

        snprintf(b->th[i].name, sizeof(b->th[i].name), "th-%zu", i + 1);
        b->th[i].sensors = left < TOPO_SENSORS_PER_TH_MC ? left : TOPO_SENSORS_PER_TH_MC;
    }
    b->site.th = b->th;
    b->site.ths = n;
    return 0;
}

static int make_gateways(const struct bom_wish *w, const struct packing *p, struct bom_site *b)
{
    size_t strings = 0;

    for (size_t i = 0; i < w->groups; i++)
        strings += w->group[i].strings;
    b->gateway = calloc(p->gateways + 1, sizeof(*b->gateway));
    b->string = calloc(strings + 1, sizeof(*b->string));
    b->ups = calloc(p->items + 1, sizeof(*b->ups));
    if (b->gateway == NULL || b->string == NULL || b->ups == NULL)
        return -ENOMEM;
    fill_gateways(w, p, b);
    b->site.gateway = b->gateway;
    b->site.gateways = p->gateways;
    return 0;
}

int bom_layout(const struct bom_wish *w, struct bom_site *ret)
{
    struct packing p = {0};
    struct bom_site b = {0};
    int rc = pack(w, &p);

    rc = rc == 0 ? make_gateways(w, &p, &b) : rc;
    rc = rc == 0 ? make_th(w, &b) : rc;
    free(p.item);
    if (rc == 0)
        *ret = b;
    else
        bom_site_free(&b);
    return rc;
}

void bom_site_free(struct bom_site *b)
{
    free(b->gateway);
    free(b->string);
    free(b->ups);
    free(b->master);
    free(b->aggregator);
    free(b->th);
    free(b->supply);
    free(b->load);
    *b = (struct bom_site){0};
}
