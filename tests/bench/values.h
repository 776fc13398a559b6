/*
 * values - what a benchmark's site reads: every value is a formula of its place, so that who writes
 * it and who checks it need nothing in common but this file. Ten columns of btmsCellTable, 2..11,
 * all of which always have a value here.
 */
#ifndef BENCH_VALUES_H
#define BENCH_VALUES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { STRINGS = 32, CELLS = 120, CELLS_PER_GATEWAY = STRINGS * CELLS };

/* Columns of btmsCellTable. */
enum {
    COLUMN_STATUS = 2,
    COLUMN_VOLTAGE,
    COLUMN_RESISTANCE,
    COLUMN_TEMPERATURE,
    COLUMN_SOC,
    COLUMN_SOH,
    COLUMN_NAME,
    COLUMN_STATUS_RAW,
    COLUMN_ALARM_RAW,
    COLUMN_BEYOND,
    COLUMN_END,
    COLUMNS = COLUMN_END - COLUMN_STATUS
};

/* Columns of btmsStringVectorTable: the first six above, in their order. */
enum { VECTORS = 6, VECTOR_MAX = 2 + CELLS / 8 + 4 * CELLS };

/* What the bare responder says, whatever it is asked for. */
enum { CONSTANT = 4711, CONSTANT_OCTET = 0x55 };

/* One cell; numbers from 1. */
struct place {
    uint32_t gateway, string, cell;
};

static inline struct place place_of(uint32_t row)
{
    return (struct place){row / CELLS_PER_GATEWAY + 1, row % CELLS_PER_GATEWAY / CELLS + 1,
                          row % CELLS + 1};
}

static inline uint32_t row_of(struct place p)
{
    return ((p.gateway - 1) * STRINGS + p.string - 1) * CELLS + p.cell - 1;
}

/* One active alarm per gateway: whoever looks for alarms has some to look at. */
static inline bool value_alarmed(struct place p)
{
    return p.string == 3 && p.cell == 7;
}

/* A different number for every row and column, as far as the range lets it. */
static inline uint32_t value_mix(struct place p, int column, uint32_t range)
{
    uint32_t x = (row_of(p) + 1) * 2654435761u + (uint32_t)column * 40503u;

    x ^= x >> 15;
    x *= 2246822519u;
    return (x ^ x >> 13) % range;
}

/* Every column but the name. A higher generation moves the voltage. */
static inline int32_t value_number(struct place p, int column, uint32_t generation)
{
    switch (column) {
    case COLUMN_STATUS:
        return value_alarmed(p) ? 5 : 3; /* alarm, ok */
    case COLUMN_VOLTAGE:
        return (int32_t)(8000 + value_mix(p, column, 7000) + generation);
    case COLUMN_RESISTANCE:
        return (int32_t)(100 + value_mix(p, column, 49000));
    case COLUMN_TEMPERATURE:
        return (int32_t)value_mix(p, column, 1000) - 190;
    case COLUMN_SOC:
    case COLUMN_SOH:
        return (int32_t)value_mix(p, column, 101);
    case COLUMN_STATUS_RAW:
        return 1;
    case COLUMN_ALARM_RAW:
        return (int32_t)value_mix(p, column, 65536);
    default:
        return 2; /* not beyond its range */
    }
}

/* Integer32 or TruthValue; the other numbers are unsigned. */
static inline bool value_signed(int column)
{
    return column == COLUMN_STATUS || column == COLUMN_VOLTAGE || column == COLUMN_TEMPERATURE ||
           column == COLUMN_BEYOND;
}

static inline int value_name(struct place p, char *ret, size_t size)
{
    return snprintf(ret, size, "cell %u", (unsigned)p.cell);
}

/* Octets per cell in vector `column`, 1..VECTORS. */
static inline int vector_width(int column)
{
    static const uint8_t width[] = {1, 2, 4, 2, 1, 1};

    return width[column - 1];
}

static inline int vector_size(int column)
{
    return 2 + CELLS / 8 + CELLS * vector_width(column);
}

#endif
