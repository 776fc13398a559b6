/*
 * inventory - every device that is declared or found, as lines of an inventory. Pure: writes into the
 * caller's memory.
 *
 * Declared is what configuration says; found is what the model of the gateway has. What hangs on a
 * BM-MC is known to be there by what it tells through the gateway (climate, relays, inputs,
 * insulation), and cannot be missed otherwise: a display, a converter and a supply tell nothing.
 */
#ifndef BTMS_INVENTORY_H
#define BTMS_INVENTORY_H

#include "config.h"
#include "core/part.h"

enum {
    INVENTORY_SUPPLIES = 32, /* of one gateway, or of the site: more are left out */
    INVENTORY_MAX = 9 + 8 * STRING_MAX + INVENTORY_SUPPLIES
};

/* Of gateway `g` of configuration `c`. Returns how many lines. */
size_t inventory_of_gateway(const struct config *c, const struct gateway_config *config,
                            const struct gateway *is, struct part ret[INVENTORY_MAX]);

/* What belongs to no gateway: power supplies of the site. */
size_t inventory_of_site(const struct config *c, struct part ret[INVENTORY_MAX]);

#endif
