/*
 * limit_list - limits as others are shown them: rows for the snapshots, in the order of their keys.
 *
 * Rows of strings are what is in force for them, in the resolution of the quantity. Those of a gateway
 * and of the site are what holds where nothing narrower is told: they know no cell type, so what is
 * told per 2 V element stays so, in mV.
 */
#ifndef BTMS_LIMIT_LIST_H
#define BTMS_LIMIT_LIST_H

#include "core/limit.h"
#include "core/snapshot.h"

/* Both return how many: at most LIMITS. */
size_t limit_list_general(const limit_scope scope, struct snapshot_limit ret[LIMITS]);
/* Of string `string` (from 1), for which `is` holds: all but those of UPS. */
size_t limit_list_string(int string, const struct limit is[LIMITS],
                         struct snapshot_limit ret[LIMITS]);

#endif
