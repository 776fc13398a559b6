/* mib_cell - what other tables say of single cells, in the same way as btmsCellTable. */
#ifndef BTMS_MIB_CELL_H
#define BTMS_MIB_CELL_H

#include "mib_status.h"

/* The key of the first record of a cell that these numbers may mean, or come before. */
uint32_t mib_cell_key(uint32_t string, uint32_t cell);

/* As much of cell record `i` as its status needs. */
void mib_cell_get_told(const struct snapshot *s, uint32_t i, struct cell *ret);

/* Is its btmsCellStatus commLost(6)? `alarm`: one says so of it. */
bool mib_cell_lost(const struct view_gateway *g, const struct cell *c, bool alarm);

/* BtmsStatus of the cell of `row`, with the alarms of this cell; `stale`: the string's cells are. */
int mib_cell_status(const struct mib_row *row, const struct mib_tally *alarms, bool stale);

#endif
