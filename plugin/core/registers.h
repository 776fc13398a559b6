/*
 * registers - the vendor's register map, as data.
 *
 * Source: the vendor's page "Modbus TCP/IP slave variables v2" (2025-06-26). Addresses are
 * zero-based PDU addresses inside a unit. UPS 1..32 answer at unit ids 1..32, string 1..32 at
 * 100 + string; a string's cell n has its block at address 100 * n. What the page does not show is
 * marked published = false: its row can be moved or switched off by configuration (<CellRegister>),
 * or is read only where configuration says (<Register>: struct reg_added).
 * To add a register: a quantity in model.h, a row here, a row in metrics.c.
 */
#ifndef BTMS_REGISTERS_H
#define BTMS_REGISTERS_H

#include "core/model.h"

#include <stddef.h>

enum reg_type { REG_U16, REG_I16, REG_U32, REG_I32 };

enum {
    REG_UNIT_STRING_BASE = 100, /* unit id of string n is this + n */
    REG_CELL_STRIDE = 100,      /* cell n starts at address n * this */
    REG_READ_MAX = 125,       /* registers one FC 03/04 request may ask for (Modbus V1.1b3, 6.3) */
    REG_STRING_WORDS_V1 = 13, /* the older page ends before relay and auxiliary input */
};

struct range {
    int32_t min, max; /* both allowed */
};

struct reg {
    const char *name; /* the vendor's, but for unpublished rows */
    uint16_t address; /* in the unit; of a cell row: in the cell's block */
    uint8_t quantity; /* index into value[] of its level in model.h */
    enum reg_type type;
    uint8_t decimals;         /* SI value = value / 10^decimals */
    const char *unit;         /* SI unit; "" for a plain number */
    struct range sensor;      /* the published measuring range; outside is BEYOND */
    struct range possible;    /* outside no battery can be: IMPOSSIBLE */
    const char *const *names; /* enumerations: name of each known value, NULL for a hole */
    uint8_t name_count;
    bool published;
};

/* What must be there for an added register to be asked for. */
enum reg_of { REG_OF_STRING, REG_OF_UPS, REG_OF_GATEWAY };

/* A register that configuration names: how it is read. What it means is in core/quantity.h. */
struct reg_added {
    enum reg_of of;
    uint8_t index;    /* of the string or UPS, from 0 */
    uint8_t quantity; /* of the string, STRING_IN_BLOCK or after, that it is as well; 0: none */
    uint8_t unit;
    uint8_t function; /* 3 or 4; 0: as the gateway's others */
    uint16_t address;
    enum reg_type type;
    int low_word_first; /* boolean, or REG_AS_GATEWAY: as its others */
    double scale;       /* the quantity's unit per count */
};

enum { REG_AS_GATEWAY = -1, REG_ADDED_MAX = QUANTITY_MAX };

struct reg_map {
    struct reg row[STRING_QUANTITIES]; /* the longest of the three maps; sorted by address */
    size_t count;
    uint16_t words; /* registers from address 0 to the end of the last row */
};

/* The size of each table; of a string, the rows of its block come first. */
extern const struct reg registers_ups[UPS_QUANTITIES];
extern const struct reg registers_string[STRING_QUANTITIES];
extern const struct reg registers_cell[CELL_QUANTITIES];

/* Measuring range of a cell sensor kind in millivolt; where the kind is not known, or its range is
 * not published (6 V), the union of the published ones. */
struct range registers_cell_range(enum cell_type type);

/* 1 or 2 registers. */
uint16_t registers_words(enum reg_type type);

/* Name of an enumeration's value, NULL when the row has no names or the value is not known. */
const char *registers_value_name(const struct reg *row, int32_t value);

/* Offset of a cell row that configuration switched off. */
enum { REG_OFFSET_OFF = -1 };

/* Builds the cell map with the unpublished rows where `offset` (one per quantity, 0..99 or
 * REG_OFFSET_OFF; entries of published rows are ignored) puts them. Returns NULL, or the name of
 * a row that overlaps another or does not fit the block of 100; `ret` is then not to be used. */
const char *registers_cell_map(const int16_t offset[CELL_QUANTITIES], struct reg_map *ret);

/* The offsets that hold when nothing is configured. SOC follows the last published row without a
 * gap in the vendor's list, so 5 is its likely place; the others are off until someone knows. */
extern const int16_t registers_cell_offsets[CELL_QUANTITIES];

#endif
