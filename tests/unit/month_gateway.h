/*
 * month_gateway - the simulator's gateway as words of registers, without its server: 1 UPS, 3 strings
 * of 5 cells of 12 V, with noise. Knows nothing of the product.
 */
#ifndef TESTS_MONTH_GATEWAY_H
#define TESTS_MONTH_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

enum { MONTH_STRINGS = 3, MONTH_CELLS = 5, MONTH_WORDS_MAX = 125 };
enum month_mode { MONTH_FLOAT, MONTH_DISCHARGE, MONTH_RECHARGE, MONTH_IDLE, MONTH_EQUALIZE };

void month_begin(void);
void month_end(void);

/* Battery time, in ms from the start. */
void month_clock(int64_t ms);

/* 0: `words` are there; else the exception's code. */
uint8_t month_read(unsigned unit, unsigned address, unsigned count,
                   uint16_t words[MONTH_WORDS_MAX]);

/* Of one string (1..), or 0 for all. */
void month_mode(unsigned string, enum month_mode mode);

/* All strings: the gateway has found them, or looks for them after its start. */
void month_strings(bool there);

/* A cell's sensor goes; and a new block, which floats higher and has less resistance, comes. */
void month_remove(unsigned string, unsigned cell);
void month_renew(unsigned string, unsigned cell);

#endif
