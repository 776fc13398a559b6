/*
 * bom - bill of materials: which devices a site consists of, by code and quantity, and why.
 *
 * From what is wanted (UPS, their strings, options) bom_layout() makes gateways; bom_equip() adds what
 * the hardware table asks for beside them: controllers, aggregator, power supplies. The same holds for
 * a running site whose gateways were found. The result is a struct topo_site, so topology_check()
 * says what it breaks. Pure; allocates.
 */
#ifndef BTMS_BOM_H
#define BTMS_BOM_H

#include "core/topology.h"

/* ---- from words to a site ---------------------------------------------------------------- */

/* Strings of one kind in one UPS; several groups can be of one UPS. */
struct bom_group {
    char ups[NAME_SIZE];
    uint32_t strings;
    uint16_t cells, cell_voltage; /* 0: not told */
    uint32_t max_current_a;       /* 0: not told */
};

/* So many strings in one wish: what works with a site is quadratic here and there. */
enum { BOM_STRINGS_MAX = 10000, BOM_SENSORS_MAX = 100000 };

struct bom_wish {
    const struct bom_group *group;
    size_t groups;
    bool th, gs, io;  /* on every string */
    uint32_t sensors; /* of TH controllers */
};

/* A site and what it is made of, all of it on the heap. Zero is an empty one. */
struct bom_site {
    struct topo_site site;
    struct topo_gateway *gateway;
    struct topo_string *string; /* of all gateways, in their order */
    struct topo_ups *ups;       /* likewise */
    struct topo_master *master; /* one per gateway */
    struct topo_aggregator *aggregator;
    struct topo_th *th;
    struct topo_supply *supply;
    struct topo_load *load;
};

/* Gateways gw-1, gw-2 ... with the strings of `w`, so that no UPS is on two of them. It tries first fit
 * decreasing, and filling each gateway as full as can be, and takes what needs fewer gateways. A UPS
 * of more than 32 strings cannot but be split: that is a rule broken. TH controllers are there, too.
 * -ENOMEM. */
int bom_layout(const struct bom_wish *w, struct bom_site *ret);

struct bom_options {
    bool hmi;  /* a display at every gateway: then controllers are sets */
    bool sets; /* BM-C-A1 and TM-C-A1 anyway */
};

/* Adds what strings ask for by th, gs and io: a master controller and its parts, to gateways that
 * have none; an aggregator, where there are several gateways and none; Hall sensors by the maximum
 * current; power supplies, where there are none, as many as the consumption of what they feed asks
 * for. -ENOMEM. */
int bom_equip(struct bom_site *b, const struct bom_options *o);

void bom_site_free(struct bom_site *b);

/* The smallest rating that takes it; 0: there is none. */
uint32_t bom_hall_rating(uint32_t max_current_a);

/* ---- the list ---------------------------------------------------------------------------- */

enum { BOM_CODE_SIZE = 40, BOM_REASON_SIZE = 200, BOM_LINES_MAX = 40 };

struct bom_line {
    enum topo_device device;
    char code[BOM_CODE_SIZE]; /* "BM-HS-400", "BM-CS (6 V kind)" */
    uint32_t quantity;
    bool at_least;                /* it can be more: what it depends on is not known */
    char reason[BOM_REASON_SIZE]; /* "12 strings" */
};

struct bom {
    struct bom_line line[BOM_LINES_MAX];
    size_t lines;
};

void bom_list(const struct topo_site *site, struct bom *ret);

#endif
