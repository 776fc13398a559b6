/* See topology.h: the table of rules, and what all of them report through. */
#include "core/topology.h"
#include "core/topology_own.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct rule_row {
    const char *name;
    enum topo_device device; /* whose line of the hardware table it is */
    enum topo_severity severity;
    void (*judge)(struct topo_run *r);
} rules[TOPO_RULES] = {
    [TOPO_GATEWAY_STRINGS] = {"gatewayStrings",  TOPO_BM_GW,    TOPO_ERROR,   topo_gateway_strings},
    [TOPO_GATEWAY_MASTERS] = {"gatewayMasters",  TOPO_BM_GW,    TOPO_ERROR,   topo_gateway_masters},
    [TOPO_UPS_ONE_GATEWAY] = {"upsOneGateway",   TOPO_BM_GW,    TOPO_WARNING, topo_ups_one_gateway},
    [TOPO_STRING_ONCE] = {"stringOnce",      TOPO_BM_SS,    TOPO_ERROR,   topo_string_once    },
    [TOPO_STRING_CELLS] = {"stringCells",     TOPO_BM_SS,    TOPO_ERROR,   topo_string_cells   },
    [TOPO_CELL_KIND] = {"cellKind",        TOPO_BM_CS,    TOPO_ERROR,   topo_cell_kind      },
    [TOPO_HALL_KIND] = {"hallKind",        TOPO_BM_HS,    TOPO_ERROR,   topo_hall_kind      },
    [TOPO_HALL_RANGE] = {"hallRange",       TOPO_BM_HS,    TOPO_ERROR,   topo_hall_range     },
    [TOPO_MASTER_STRINGS] = {"masterStrings",   TOPO_BM_MC,    TOPO_ERROR,   topo_master_strings },
    [TOPO_MASTER_TH] = {"masterTH",        TOPO_BM_MC,    TOPO_ERROR,   topo_master_th      },
    [TOPO_MASTER_LC] = {"masterLC",        TOPO_BM_MC,    TOPO_ERROR,   topo_master_lc      },
    [TOPO_MASTER_HMI] = {"masterHMI",       TOPO_BM_MC,    TOPO_ERROR,   topo_master_hmi     },
    [TOPO_LC_STRINGS] = {"stringsPerLC",    TOPO_BM_LC,    TOPO_ERROR,   topo_lc_strings     },
    [TOPO_LC_NEEDS_MASTER] = {"needsMasterLC",   TOPO_BM_LC,    TOPO_ERROR,   topo_lc_needs_master},
    [TOPO_TH_STRINGS] = {"stringsTH",       TOPO_BM_TH,    TOPO_ERROR,   topo_th_strings     },
    [TOPO_TH_NEEDS_MASTER] = {"needsMasterTH",   TOPO_BM_TH,    TOPO_ERROR,   topo_th_needs_master},
    [TOPO_GS_STRINGS] = {"stringsGS",       TOPO_BM_GS,    TOPO_ERROR,   topo_gs_strings     },
    [TOPO_GS_NEEDS_MASTER] = {"needsMasterGS",   TOPO_BM_GS,    TOPO_ERROR,   topo_gs_needs_master},
    [TOPO_GS_NEEDS_COM] = {"needsCOM",        TOPO_BM_GS,    TOPO_ERROR,   topo_gs_needs_com   },
    [TOPO_COM_UNITS] = {"unitsPerCOM",     TOPO_COM,      TOPO_WARNING, topo_com_units      },
    [TOPO_HMI_NEEDS_SET] = {"needsSetHMI",     TOPO_BM_HMI,   TOPO_ERROR,   topo_hmi_needs_set  },
    [TOPO_CAD_HMI] = {"converterPerHMI", TOPO_CAD,      TOPO_ERROR,   topo_cad_hmi        },
    [TOPO_AGGREGATOR] = {"aggregator",      TOPO_BM_AG,    TOPO_WARNING, topo_aggregator_rule},
    [TOPO_TH_MC_SENSORS] = {"sensorsTHMC",     TOPO_TH_MC,    TOPO_ERROR,   topo_th_mc_sensors  },
    [TOPO_SUPPLY_OF_SITE] = {"supplyOfSite",    TOPO_PS_60_24, TOPO_WARNING, topo_supply_of_site },
    [TOPO_SUPPLY_OF_GATEWAY] = {"supplyOfGateway", TOPO_PS_30_12, TOPO_WARNING,
                              topo_supply_of_gateway                                              },
    [TOPO_SUPPLY_BUDGET] = {"supplyBudget",    TOPO_PS_60_24, TOPO_ERROR,   topo_supply_budget  },
    [TOPO_FOUND_STRINGS] = {"foundStrings",    TOPO_BM_SS,    TOPO_WARNING, topo_found_strings  },
    [TOPO_FOUND_UPS] = {"foundUPS",        TOPO_BM_GW,    TOPO_WARNING, topo_found_ups      },
    [TOPO_FOUND_CELLS] = {"foundCells",      TOPO_BM_CS,    TOPO_WARNING, topo_found_cells    },
    [TOPO_FOUND_KIND] = {"foundKind",       TOPO_BM_CS,    TOPO_WARNING, topo_found_kind     },
    [TOPO_FOUND_TH] = {"foundTH",         TOPO_BM_TH,    TOPO_WARNING, topo_found_th       },
    [TOPO_FOUND_SENSORS] = {"foundSensors",    TOPO_TH_MC,    TOPO_WARNING, topo_found_sensors  },
};

const char *topo_rule_name(enum topo_rule rule)
{
    return rules[rule].name;
}

/* ---- for the rules ----------------------------------------------------------------------- */

static void tell(struct topo_run *r, struct topo_at at, enum topo_verdict verdict,
                 const char *format, va_list ap)
{
    const struct rule_row *row = &rules[r->rule];
    struct topo_finding f = {
        .rule = r->rule,
        .device = at.device >= 0 ? (enum topo_device)at.device : row->device,
        .verdict = verdict,
        .severity = verdict == TOPO_BROKEN ? row->severity : TOPO_WARNING,
        .name = row->name,
        .gateway = at.gateway,
        .th = at.th,
        .supply = at.supply,
        .string = at.string,
    };

    f.line = topo_devices[f.device].line;
    vsnprintf(f.text, sizeof(f.text), format, ap);
    r->broken += verdict == TOPO_BROKEN;
    if (r->report != NULL)
        r->report(r->ctx, &f);
}

void topo_broken(struct topo_run *r, struct topo_at at, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    tell(r, at, TOPO_BROKEN, format, ap);
    va_end(ap);
}

void topo_unknown(struct topo_run *r, struct topo_at at, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    tell(r, at, TOPO_UNKNOWN, format, ap);
    va_end(ap);
}

struct topo_at topo_at_gateway(size_t g)
{
    struct topo_at at = TOPO_AT_SITE;

    at.gateway = (int)g;
    return at;
}

struct topo_place_text topo_place_name(const struct topo_gateway *g)
{
    struct topo_place_text ret;

    snprintf(ret.text, sizeof(ret.text), "%s \"%s\"",
             g->place == TOPO_LINE ? "serial line" : "gateway", g->name);
    return ret;
}

struct topo_master topo_master_sum(const struct topo_gateway *g)
{
    struct topo_master sum = {0};

    for (const struct topo_master *m = g->master; m < g->master + g->masters; m++) {
        sum.set |= m->set;
        sum.th += m->th;
        sum.lc += m->lc;
        sum.gs += m->gs;
        sum.hmi += m->hmi;
        sum.cad += m->cad;
        sum.com += m->com;
    }
    return sum;
}

/* "1-4, 7" grows by "9"; what has no room is "...". */
static void add_numbers(char ret[TOPO_NUMBERS_SIZE], int first, int last)
{
    size_t at = strlen(ret), room = TOPO_NUMBERS_SIZE - at;

    if (room < sizeof(", 65535-65535, ...")) {
        if (ret[at - 1] != '.')
            snprintf(ret + at, room, ", ...");
        return;
    }
    at += (size_t)snprintf(ret + at, room, "%s%d", at > 0 ? ", " : "", first);
    if (last > first)
        snprintf(ret + at, TOPO_NUMBERS_SIZE - at, "-%d", last);
}

size_t topo_numbers(const struct topo_gateway *g, topo_string_test *is, const void *ctx,
                    char ret[TOPO_NUMBERS_SIZE])
{
    const struct topo_string *end = g->string + g->strings;
    size_t n = 0;

    *ret = '\0';
    for (const struct topo_string *s = g->string, *last; s < end; s = last + 1) {
        last = s;
        if (!is(s, ctx))
            continue;
        while (last + 1 < end && is(last + 1, ctx) && last[1].number == last->number + 1)
            last++;
        add_numbers(ret, s->number, last->number);
        n += (size_t)(last + 1 - s);
    }
    return n;
}

/* ---- all of them ------------------------------------------------------------------------- */

static size_t run(struct topo_run *r, int from, int to)
{
    for (int i = from; i < to; i++) {
        r->rule = (enum topo_rule)i;
        rules[i].judge(r);
    }
    return r->broken;
}

size_t topology_check(const struct topo_site *site, topo_report *report, void *ctx)
{
    struct topo_run r = {.site = site, .report = report, .ctx = ctx};

    return run(&r, 0, TOPO_FOUND_STRINGS);
}

size_t topology_compare(const struct topo_site *declared, const struct topo_site *found,
                        topo_report *report, void *ctx)
{
    struct topo_run r = {.site = declared, .found = found, .report = report, .ctx = ctx};

    return run(&r, TOPO_FOUND_STRINGS, TOPO_RULES);
}
