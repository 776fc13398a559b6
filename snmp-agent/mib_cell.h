/* mib_cell - what other tables say of single cells, in the same way as btmsCellTable. */
#ifndef BTMS_MIB_CELL_H
#define BTMS_MIB_CELL_H

#include "mib.h"

/* BtmsStatus of a cell; gateway, index and cell of `row` are set. */
int mib_cell_status(struct mib *m, const struct mib_row *row);

#endif
