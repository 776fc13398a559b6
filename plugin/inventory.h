/*
 * inventory - every device that is declared or found, as lines of an inventory. Pure: writes into the
 * caller's memory.
 *
 * Declared is what configuration says; found is what the model of the gateway has. What hangs on a
 * BM-MC is known to be there by what it tells through the gateway (climate, relays, inputs,
 * insulation), and cannot be missed otherwise: a display, a converter and a supply tell nothing. The
 * BM-MC itself is looked for where configuration has a port of it.
 */
#ifndef BTMS_INVENTORY_H
#define BTMS_INVENTORY_H

#include "config.h"
#include "core/part.h"
#include "core/snapshot.h"

enum {
    INVENTORY_SUPPLIES = 32, /* of one gateway, or of the site: more are left out */
    INVENTORY_TH_MAX = 2,
    INVENTORY_MAX = 9 + 8 * STRING_MAX + INVENTORY_SUPPLIES
};

/* Of a gateway of configuration `c`, whose BM-MC accepts connections or not. Returns how many lines. */
size_t inventory_of_gateway(const struct config *c, const struct gateway_config *config,
                            const struct gateway *is, enum snapshot_reach controller,
                            struct part ret[INVENTORY_MAX]);

/* Of a TH controller: itself, and what it was bought with. */
size_t inventory_of_th(const struct th_config *config, const struct health *is,
                       struct part ret[INVENTORY_TH_MAX]);

/* What belongs to no gateway: power supplies of the site. */
size_t inventory_of_site(const struct config *c, struct part ret[INVENTORY_MAX]);

#endif
