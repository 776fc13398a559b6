/* mib_cell - what other tables say of single cells, in the same way as btmsCellTable. */
#ifndef BTMS_MIB_CELL_H
#define BTMS_MIB_CELL_H

#include "mib_status.h"

/* BtmsStatus of the cell of `row`, with the alarms of this cell; `stale`: the string's cells are. */
int mib_cell_status(const struct mib_row *row, const struct mib_tally *alarms, bool stale);

#endif
