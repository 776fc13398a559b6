/*
 * picture - the alarms that stand, as btmsctl finds them in StateDir and in the store.
 */
#ifndef BTMS_CTL_PICTURE_H
#define BTMS_CTL_PICTURE_H

#include "core/store.h"

struct picture {
    struct alarm *alarm;
    size_t n;
    bool any;        /* something was there to be read */
    int64_t age_ms;  /* of the newest data; -1: none of this boot */
    int64_t most_ms; /* older is dead */
};

/* Never fails: what cannot be read is as if it were not there. free() its alarms. */
struct picture picture_look(const char *state_dir, const char *data_dir);

/* Never makes a store where there is none. NULL: `why` says why. */
struct store *picture_store(const char *data_dir, char *why, size_t size);

#endif
