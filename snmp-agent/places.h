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

/* Forgets those that are none of `keep`. Were there any? */
bool places_forget(struct places *p, const char *const *keep, size_t n);

/* Where a receiver begins, which the store knows from then on. The store may be behind the file, or
 * be a new one that has never heard of it. 0, or -1 and store_error(). */
int places_begin(const struct places *p, struct store *s, const char *name,
                 struct store_place *ret);

/* Neither part of a place, what was acknowledged and what was decided, goes back: each is taken from
 * where it is further. */
void place_advance(struct store_place *p, const struct store_place *to);
/* Is any part of it further? */
bool place_ahead(const struct store_place *p, const struct store_place *of);

#endif
