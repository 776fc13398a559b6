/*
 * decode - register words into the model, through the register maps.
 *
 * Word order, sign and validity live here and nowhere else. `words` are registers in host order
 * starting at address 0 of the block (of a cell: at its offset 0), `n` of them; a row that does
 * not fit into `n` becomes absent, as on an older gateway with a shorter block. Pure.
 */
#ifndef BTMS_DECODE_H
#define BTMS_DECODE_H

#include "core/model.h"
#include "core/registers.h"

/* How one gateway codes its registers. */
struct decode {
    bool low_word_first; /* of 32-bit values; the vendor does not say */
    struct reg_map cell; /* registers_cell_map() */
    uint32_t holes;      /* bit n: word n of the block could not be read, what is there is absent */
};

/* The rows of any map into `value` and `validity`, which are by quantity. */
void decode_rows(const struct decode *d, const struct reg *row, size_t rows, const uint16_t *words,
                 size_t n, int32_t *value, uint8_t *validity);

/* One register, or two of them, as a number. */
int64_t decode_number(enum reg_type type, uint16_t first, uint16_t second, bool low_word_first);

void decode_ups(const struct decode *d, const uint16_t *words, size_t n, struct ups *ret);

/* Leaves everything but value[] and validity[] of the block's quantities and ambient_seen alone; uses
 * hall_a for the range of the current, and ambient_declared. */
void decode_string(const struct decode *d, const uint16_t *words, size_t n, struct string *ret);

/* The words of one added register into its quantity of the string. */
void decode_added(const struct decode *d, const struct reg_added *r, const uint16_t *words,
                  struct string *ret);

/* The same into what the operator has described: `ret->is` says what can be. */
void decode_quantity(const struct decode *d, const struct reg_added *r, const uint16_t *words,
                     struct quantity *ret);

/* `cell_type` of its string decides the voltage range. */
void decode_cell(const struct decode *d, enum cell_type cell_type, const uint16_t *words, size_t n,
                 struct cell *ret);

#endif
