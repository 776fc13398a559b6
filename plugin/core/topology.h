/*
 * topology - what a site consists of, and the rules of the hardware table for it.
 *
 * A site is described as it is declared (configuration, or words at a terminal) or as it was found;
 * topology_check() judges one description by itself, topology_compare() what was found by what was
 * declared. Each rule is a row of topo_rules[] with a function; each device a row of topo_devices[]
 * with the line of the table that a message quotes. Pure: plain data, no clocks, no allocation. All
 * arrays are the caller's.
 *
 * Zero means "not told" for every number but counts of parts, where it means none: what is not told
 * breaks no rule. Where a rule is about something that is only half told, the verdict is unknown.
 *
 * Two lines of the table need a reading:
 *   COM-PGM   the table says one per 16 BM-CS; one per 16 BM-GS is what is applied (BM-GS need a
 *             BM-COM, and there are at most 32 of them). A breach is a warning.
 *   one UPS   numbers of UPS are each gateway's own: across gateways a UPS is known by its name
 *             alone, and UPS without one are never the same. "Should": a breach is a warning.
 */
#ifndef BTMS_TOPOLOGY_H
#define BTMS_TOPOLOGY_H

#include "core/model.h"

#include <stddef.h>
#include <stdint.h>

/* ---- devices ----------------------------------------------------------------------------- */

/* Every device of the hardware table, in its order. */
enum topo_device {
    TOPO_BM_GW,
    TOPO_BM_SS,
    TOPO_BM_HS,
    TOPO_BM_CS,
    TOPO_PS_60_24,
    TOPO_PS_30_12,
    TOPO_BM_MC,
    TOPO_BM_C_A1,
    TOPO_CAD,
    TOPO_COM,
    TOPO_BM_LC,
    TOPO_BM_TH,
    TOPO_BM_GS,
    TOPO_BM_HMI,
    TOPO_BM_AG,
    TOPO_TH_MC,
    TOPO_TM_C_A1,
    TOPO_DEVICES
};

struct topo_device_row {
    const char *code;  /* "BM-LC" */
    const char *alias; /* another code for it, "BM-CAD"; NULL: none */
    const char *what;  /* "IO expansion" */
    const char *line;  /* hardware table, BM-LC: "1 per up to 8 strings; ..." */
    uint32_t rated_mw; /* of a power supply; 0: is none */
};
extern const struct topo_device_row topo_devices[TOPO_DEVICES];

/* By code or alias, in any case; -1: there is no such device. */
int topo_device_find(const char *code);

/* Capacities of the hardware table. */
enum {
    TOPO_STRINGS_PER_GATEWAY = 32,
    TOPO_MASTERS_PER_GATEWAY = 1,
    TOPO_CELLS_PER_STRING = 120,
    TOPO_STRINGS_PER_MASTER = 32,
    TOPO_TH_PER_MASTER = 32,
    TOPO_LC_PER_MASTER = 4,
    TOPO_HMI_PER_MASTER = 1,
    TOPO_STRINGS_PER_LC = 8,
    TOPO_UNITS_PER_COM = 16,
    TOPO_SENSORS_PER_TH_MC = 120,
};

/* Ratings of BM-HS in ampere, rising, and kinds of BM-CS in volt; 0 ends each. */
extern const uint16_t topo_hall_ratings[];
extern const uint8_t topo_cell_voltages[];

/* What is public about consumption; devices without a row: not known unless told. */
struct topo_figure {
    enum topo_device device;
    uint32_t mw;
    const char *source;
};
extern const struct topo_figure topo_figures[];
extern const size_t topo_figure_count;

/* ---- a site ------------------------------------------------------------------------------ */

struct topo_string {
    uint16_t number;        /* 1.., at its gateway or line */
    uint16_t ups;           /* the number of its UPS there */
    char name[NAME_SIZE];   /* "": none */
    uint16_t cells;         /* found: 0 = not counted yet */
    uint16_t cell_voltage;  /* 2, 6, 12 */
    uint32_t hall_a;        /* rating of its BM-HS */
    uint32_t max_current_a; /* what its current can be at most */
    bool th, gs;            /* has a BM-TH, a BM-GS; found: it tells something */
    bool io;                /* has a relay or an input of a BM-LC */
};

struct topo_ups {
    uint16_t number; /* 1.., at its gateway */
    char name[NAME_SIZE];
};

/* A BM-MC, or a BM-C-A1: then its CAD-232-A2-IQ is a part of it and not counted in `cad`. */
struct topo_master {
    bool set;
    uint32_t th, lc, gs, hmi, cad, com; /* how many of each */
};

enum topo_place { TOPO_GATEWAY, TOPO_LINE };

struct topo_gateway {
    enum topo_place place;
    char name[NAME_SIZE];
    char aggregator[NAME_SIZE]; /* "": none */
    bool unheard;               /* found: has not told all it has: nothing is missing yet */
    const struct topo_string *string;
    size_t strings;
    const struct topo_ups *ups; /* those with a name */
    size_t upses;
    const struct topo_master *master;
    size_t masters;
};

struct topo_aggregator {
    char name[NAME_SIZE];
};

/* A TH-MC, or a TM-C-A1. */
struct topo_th {
    char name[NAME_SIZE];
    bool set;
    bool unheard; /* as above */
    uint32_t sensors;
};

/* So many devices of one code. */
struct topo_load {
    enum topo_device device;
    uint32_t count;
};

struct topo_supply {
    char name[NAME_SIZE];
    int model;         /* TOPO_PS_60_24, TOPO_PS_30_12, or -1: another one */
    uint32_t rated_mw; /* of another one */
    int gateway;       /* index of whose it is; -1: of the site */
    const struct topo_load *load;
    size_t loads;
};

struct topo_consumption {
    bool told;
    uint32_t mw; /* of one device */
};

struct topo_site {
    const struct topo_gateway *gateway; /* and lines */
    size_t gateways;
    const struct topo_aggregator *aggregator;
    size_t aggregators;
    const struct topo_th *th;
    size_t ths;
    const struct topo_supply *supply;
    size_t supplies;
    struct topo_consumption consumption[TOPO_DEVICES];
};

/* What one takes: told, or public, or (of a set) that of its parts. False: that is not known. */
bool topo_consumption_of(const struct topo_site *site, enum topo_device device, uint32_t *ret_mw);

/* ---- the rules --------------------------------------------------------------------------- */

/* Of one description. */
enum topo_rule {
    TOPO_GATEWAY_STRINGS, /* at most 32 on a BM-GW */
    TOPO_GATEWAY_MASTERS, /* at most 1 BM-MC */
    TOPO_UPS_ONE_GATEWAY, /* warning */
    TOPO_STRING_ONCE,     /* one BM-SS per string: no number twice, no string on two gateways */
    TOPO_STRING_CELLS,    /* at most 120 */
    TOPO_CELL_KIND,       /* 2, 6, 12 V */
    TOPO_HALL_KIND,       /* there is a BM-HS of this rating */
    TOPO_HALL_RANGE,      /* the maximum current is within it */
    TOPO_MASTER_STRINGS,  /* at most 32 per BM-MC or BM-C-A1 */
    TOPO_MASTER_TH,       /* at most 32 BM-TH */
    TOPO_MASTER_LC,       /* at most 4 BM-LC */
    TOPO_MASTER_HMI,      /* at most 1 BM-HMI */
    TOPO_LC_STRINGS,      /* 8 strings per BM-LC */
    TOPO_LC_NEEDS_MASTER,
    TOPO_TH_STRINGS, /* 1 BM-TH per string */
    TOPO_TH_NEEDS_MASTER,
    TOPO_GS_STRINGS, /* 1 BM-GS per string */
    TOPO_GS_NEEDS_MASTER,
    TOPO_GS_NEEDS_COM,
    TOPO_COM_UNITS, /* 16 BM-GS per COM-PGM; warning */
    TOPO_HMI_NEEDS_SET,
    TOPO_CAD_HMI,           /* 1 CAD-232-A2-IQ per BM-HMI */
    TOPO_AGGREGATOR,        /* several BM-GW need a BM-AG; warning */
    TOPO_TH_MC_SENSORS,     /* at most 120 */
    TOPO_SUPPLY_OF_SITE,    /* a PS-60-24, where supplies are told; warning */
    TOPO_SUPPLY_OF_GATEWAY, /* a PS-30-12 for each BM-GW, where supplies are told; warning */
    TOPO_SUPPLY_BUDGET,     /* the sum of consumption within the rating */
    /* Of what was found by what was declared. */
    TOPO_FOUND_STRINGS, /* declared and not found, or found and not declared */
    TOPO_FOUND_UPS,     /* a string is of another UPS */
    TOPO_FOUND_CELLS,   /* another number of cells */
    TOPO_FOUND_KIND,    /* cells of another voltage */
    TOPO_FOUND_TH,      /* fewer or more BM-TH */
    TOPO_FOUND_SENSORS, /* fewer or more sensors of a TH-MC */
    TOPO_RULES
};

enum topo_verdict { TOPO_BROKEN, TOPO_UNKNOWN }; /* what is well is not reported */
enum topo_severity { TOPO_WARNING, TOPO_ERROR };

enum { TOPO_TEXT_SIZE = 384 };

struct topo_finding {
    enum topo_rule rule;
    enum topo_device device;
    enum topo_verdict verdict;
    enum topo_severity severity; /* of an unknown one: always a warning */
    const char *name;            /* of the rule: "gatewayStrings" */
    const char *line;            /* hardware table, BM-GW: "1 per up to 32 strings; ..." */
    int gateway;                 /* index of what it is of; -1: of none */
    int th;                      /* index of the TH controller; -1 */
    int supply;                  /* index of the supply; -1 */
    int string;                  /* number; 0: of none alone */
    char text[TOPO_TEXT_SIZE];   /* gateway "gw-a": 33 strings, a BM-GW takes at most 32 */
};

typedef void topo_report(void *ctx, const struct topo_finding *f);

/* "gatewayStrings". */
const char *topo_rule_name(enum topo_rule rule);

/* Each calls `report` for everything that is broken or unknown, in the order of the rules, and
 * returns how many are broken. */
size_t topology_check(const struct topo_site *site, topo_report *report, void *ctx);

/* Gateways and TH controllers are matched by name; `gateway` and `th` of a finding are indexes into
 * `declared`. What was not declared is not compared: strings where no string of the gateway is
 * declared, cells where they have no number, BM-TH where no master controller and no string has one. */
size_t topology_compare(const struct topo_site *declared, const struct topo_site *found,
                        topo_report *report, void *ctx);

#endif
