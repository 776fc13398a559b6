/*
 * master.h: the registers of a string master (BM-SS), typed from the column "origin" of the vendor's
 * older page for this program alone, as map.h is.
 *
 * What that page does not show of the cells is put where nobody else puts it, so that a test can
 * configure it: resistance from 2000 on (two registers a cell), temperature 2400, SOC 2600, SOH 2800,
 * alarm 3000.
 */
#ifndef SIM_MASTER_H
#define SIM_MASTER_H

#include <stdbool.h>
#include <stdint.h>

struct gateway;

/* String number UNIT is there as a string master. */
bool master_there(struct gateway *gw, unsigned unit);

/* Reads COUNT registers from ADDRESS. False where one of them does not exist. */
bool master_read(struct gateway *gw, unsigned unit, unsigned address, unsigned count,
                 uint16_t *words);

#endif
