/*
 * mib_over - the readings of one quantity of all cells of a string, in order, and what they come to.
 *
 * Rows of one string are asked for one after the other, and many columns of each: what was read of
 * the string last is kept.
 */
#ifndef BTMS_MIB_OVER_H
#define BTMS_MIB_OVER_H

#include "core/model.h"

struct mib;
struct mib_row;

/* Usable readings, ascending; of equal ones the lower cell first. */
struct mib_over {
    bool known; /* read already */
    int n;
    int32_t value[CELL_MAX];
    uint8_t cell[CELL_MAX];
    int64_t sum;
};

/* Of one string of one publication. */
struct mib_overs {
    const uint8_t *records;
    int64_t boot_ms;
    uint32_t counter, string;
    struct mib_over of[CELL_QUANTITIES];
};

/* Of the string of `row` (a string's or a cell's), valid until the next string. Whether the cells
 * are too old is for the caller to say. */
const struct mib_over *mib_over(struct mib *m, const struct mib_row *row, int quantity);

/* These need at least one reading. To the nearest integer, halves away from 0. */
int64_t mib_over_mean(const struct mib_over *o);
int64_t mib_over_median(const struct mib_over *o);

/* The lowest cell that has the smallest or the greatest. */
int mib_over_min_cell(const struct mib_over *o);
int mib_over_max_cell(const struct mib_over *o);

#endif
