/*
 * mib_over - what one quantity of all cells of a string comes to.
 *
 * Rows of one string are asked for one after the other, and many columns of each: what was read of
 * the string last is kept.
 */
#ifndef BTMS_MIB_OVER_H
#define BTMS_MIB_OVER_H

#include "core/model.h"

struct mib;
struct mib_row;

/* The usable readings. Of equal extremes it is the lower cell. */
struct mib_over {
    bool known;  /* read already */
    bool sorted; /* the values are, too */
    int n, min_cell, max_cell;
    int32_t min, max;
    int64_t sum;
    int32_t value[CELL_MAX];
};

/* Of one string of one poll. */
struct mib_overs {
    uint64_t serial;
    uint32_t string;
    struct mib_over of[CELL_QUANTITIES];
};

/* Of the string of `row` (a string's or a cell's), valid until the next string. Whether the cells
 * are too old is for the caller to say. */
struct mib_over *mib_over(struct mib *m, const struct mib_row *row, int quantity);

/* To the nearest integer, halves away from 0. */
int64_t mib_over_n(int64_t sum, int64_t n);

/* These need at least one reading, and are rounded like that. */
int64_t mib_over_mean(const struct mib_over *o);
int64_t mib_over_median(struct mib_over *o);

#endif
