/*
 * target - one thing that is measured: a table below some base OID, who serves it, how it is asked
 * for, and what every value in it must be.
 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include "ber.h"
#include "values.h"

#include <stdbool.h>
#include <stdint.h>

enum { TARGET_COLUMNS_MAX = COLUMNS };

struct target {
    char name[64];
    bool vectors;  /* btmsStringVectorTable, else btmsCellTable */
    bool numbered; /* rows have one index, 1.. */
    bool constant; /* served by the bare responder */
    bool any;      /* only names are checked */
    uint32_t rows;
    int first_column, columns; /* per request */
    uint32_t repetitions;
    int parallel; /* requests under way at once */
    int pid;      /* who serves it; 0: not known */
    struct ber_oid column[TARGET_COLUMNS_MAX];
};

/* A line "NAME KIND BASE ROWS FIRST_COLUMN COLUMNS REPETITIONS PARALLEL PID", where KIND is
 * cells, vectors, constant-cells, constant-vectors, any-cells, or rows for numbered cells. */
bool target_parse(const char *line, struct target *ret);

/* Column `i` of the request that is answered with row `row` first. */
void target_name(const struct target *t, int i, uint32_t row, struct ber_oid *ret);

/* Is that the varbind of row `row` and column `i` of the request? If not, says why in `why`. */
bool target_check(const struct target *t, int i, uint32_t row, const struct ber_item *name,
                  const struct ber_item *value, char *why, size_t size);

#endif
