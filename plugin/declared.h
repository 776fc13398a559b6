/*
 * declared - what configuration declares, as a site of core/topology, and what the rules of the
 * hardware table say of it. Pure: the site is in memory of its own, names are copied.
 *
 * A gateway is *complete* once a string of it is declared with its UPS or its number of cells: then
 * all of its strings are to be declared, and what is found otherwise is a mismatch. A serial line always
 * is: each of its string masters has a block. Of others single
 * strings may be told for other reasons, and nothing is concluded from how many these are.
 */
#ifndef BTMS_DECLARED_H
#define BTMS_DECLARED_H

#include "config.h"
#include "core/log.h"

struct declared {
    struct topo_site site; /* gateways as in the configuration */
    bool *complete;        /* per gateway */
    bool *shares;          /* per gateway: a UPS of it has the name of one on another gateway */
    bool *th_told;         /* per gateway: how many BM-TH there are, or which strings have one */
    int *ups_strings;      /* UPS_MAX per gateway: of <UPS n> Strings; 0: not told */
    bool any;              /* something is declared at all */

    /* what the site points to */
    struct topo_gateway *gateway;
    struct topo_string *string; /* STRING_MAX per gateway */
    struct topo_ups *ups;       /* UPS_MAX + 1 per gateway */
    struct topo_master *master;
    struct topo_aggregator *aggregator;
    struct topo_th *th;
    struct topo_supply *supply;
    struct topo_load *load; /* FEEDS_MAX per supply */
};

/* NULL without memory. */
struct declared *declared_new(const struct config *c);
void declared_free(struct declared *d);

/* Calls `say` with a line per rule that is broken or cannot be judged; returns how many capacities
 * are exceeded or needs not met. Nothing is left out for that. */
size_t declared_check(const struct declared *d, const struct config *c,
                      void (*say)(enum log_level level, const char *text));

#endif
