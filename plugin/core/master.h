/*
 * master - a string master (BM-SS) that is asked directly: its own registers, and how they become the
 * blocks that a gateway makes of them.
 *
 * Source: the column "origin" of the vendor's older page, where the gateway's registers are told as
 * "HR(n)" of the string master. Registers between those are not described and are never asked for.
 * What the page does not show of a cell is read only where configuration says (struct
 * master_column). Pure.
 */
#ifndef BTMS_MASTER_H
#define BTMS_MASTER_H

#include "core/model.h"
#include "core/registers.h"

enum { MASTER_STRING_READS = 4, MASTER_STRING_WORDS = STRING_IN_BLOCK + 2, MASTER_COUNT_READ = 2 };

/* One quantity of all cells: that of cell n at address + (n - 1) * stride. */
struct master_column {
    bool on;
    uint16_t address, stride;
    enum reg_type type;
    double scale; /* one count in the gateway's resolution */
};

/* As configuration has it. */
struct master {
    uint8_t unit;
    bool high_word_first; /* of 32-bit values; the vendor's notation says low */
    uint8_t cells;        /* where register 10 does not tell; 0 = not known */
    struct master_column column[CELL_QUANTITIES];
};

struct master_read {
    uint16_t address, count;
};

/* What is published: the status and the voltage of cells, low word first. */
extern const struct master master_published;

/* The registers of the string's block, each run of them one read; number MASTER_COUNT_READ is the
 * count of cells. */
extern const struct master_read master_string_reads[MASTER_STRING_READS];

/* A gateway's string block (high word first) before anything was read: which of its words, bit n for
 * word n, a string master never tells. Its status is taken for OK, as it answers, but not told. */
uint32_t master_string_block(uint16_t block[MASTER_STRING_WORDS]);

/* Puts the words of read number `read` there; returns the bits of the words that are filled by it,
 * and, where `words` is NULL, puts nothing. */
uint32_t master_string_put(const struct master *m, int read, const uint16_t *words,
                           uint16_t block[MASTER_STRING_WORDS]);

/* The count of cells as read, or what configuration says where it tells none. */
uint16_t master_cells(const struct master *m, const uint16_t *count);

/* The next read of column `q`, from cell `first` (from 0) of `cells`: `*ret_cells` of them are in it.
 * Several only where nothing lies between them. */
struct master_read master_column_read(const struct master *m, int q, int first, int cells,
                                      int *ret_cells);

/* Puts the words of such a read into `cells` blocks of a gateway's cells, REG_CELL_STRIDE words
 * apart; those have the unpublished rows at master_cell_offsets. */
void master_column_put(const struct master *m, int q, const uint16_t *words, int cells,
                       uint16_t *block);

extern const int16_t master_cell_offsets[CELL_QUANTITIES];

/* The bits of the words of quantity `q` in a cell's block. */
uint32_t master_cell_bits(int q);

/* Two columns, or a column and the string's registers (`b` = CELL_QUANTITIES), have a register in
 * common, with so many cells: its address, or -1. */
int master_clash(const struct master *m, int a, int b, int cells);

/* The last register of a column with so many cells. */
int master_column_end(const struct master_column *c, int cells);

#endif
