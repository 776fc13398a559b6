/* dump - the whole tree as text, as `snmpwalk -On` prints it, by the same getnext that the master
 * uses. */
#ifndef BTMS_DUMP_H
#define BTMS_DUMP_H

#include "mib.h"

#include <stdio.h>

/* 0, or 1 when `to` cannot be written or the tree is out of order. */
int dump(struct mib *m, FILE *to);

#endif
