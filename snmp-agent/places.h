/*
 * places - how far each receiver is, once more beside the store: DataDir/btms-agentx.places.
 *
 * A store that is locked, damaged or full cannot be asked when the agent starts, and what happened
 * while it was away must be told all the same, under the numbers that come next. So each place that
 * goes into the store is written here first. A file that is older than the store costs repeats with
 * their old numbers, since the count follows from the log; one that is not there, what it says. Text,
 * replaced as a whole; may block on the disk.
 */
#ifndef BTMS_PLACES_H
#define BTMS_PLACES_H

#include "core/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACES_MOST = 33, PLACE_NAME_SIZE = 48 };

struct places {
    uint64_t store_id; /* 0: of a store that was never open */
    struct places_row {
        char name[PLACE_NAME_SIZE];
        struct store_place place;
    } row[PLACES_MOST];
    size_t n;
};

/* Of directory `dir`. 0, -ENOENT, -EBADMSG for what is no such file, or what went wrong; then `ret`
 * is empty. */
int places_read(const char *dir, struct places *ret);
/* `durable`: the store does not have them, so they must survive a loss of power. 0 or -errno. */
int places_write(const char *dir, const struct places *p, bool durable);

/* NULL: it has no such receiver. */
const struct store_place *places_find(const struct places *p, const char *name);

#endif
