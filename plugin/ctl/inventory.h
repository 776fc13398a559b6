/*
 * inventory - btmsctl inventory: every device that is declared or found, as the snapshots have it.
 */
#ifndef BTMS_CTL_INVENTORY_H
#define BTMS_CTL_INVENTORY_H

/* `format`: "text", "csv" or "json". Returns the exit status: 3 where nothing is published, 64 for
 * another format. */
int inventory_run(const char *state_dir, const char *format);

#endif
