/*
 * mib_entity_parts - the physical entities that are lines of the inventory and no rows of BTMS-MIB:
 * master controllers and what hangs on them, Hall sensors, power supplies, aggregators.
 *
 * A line of several devices is an entity for each, at places that follow from what they are:
 *
 *   string 73   the BM-MC; its BM-TH and BM-GS are cells 100 and 200 + string (beyond 32: of no
 *               string), BM-LC, COM-PGM, BM-HMI and CAD-232-A2-IQ cells 300, 400, 500 and 600 + 1, 2, ...
 *   string 74   power supplies, cells 1, 2, ... as they are configured
 *   string 75   BM-HS, cell: its string
 *   string 77   of the site: aggregators, cell: its btmsAggregatorIndex
 *
 * Lines are few: each search looks at all of a device once.
 */
#ifndef BTMS_MIB_ENTITY_PARTS_H
#define BTMS_MIB_ENTITY_PARTS_H

#include "mib.h"

enum {
    ENTITY_CONTROLLER = 73,
    ENTITY_SUPPLIES = 74,
    ENTITY_HALL = 75,
    ENTITY_AGGREGATORS = 77,
};

/* The first part of device `g`, or with NULL of the site, at or after `at`, of the levels that `m`
 * serves. Sets all but index[] of `ret`. */
bool mib_part_from(struct mib *m, const struct view_gateway *g, struct entity_place at,
                   struct mib_row *ret);

/* What a part is in: the BM-MC, its string, its device or the site. */
uint32_t mib_part_parent(const struct mib_row *row);

#endif
