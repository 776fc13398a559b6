/*
 * numbers - small arithmetic that tests of registers share.
 */
#ifndef TESTS_NUMBERS_H
#define TESTS_NUMBERS_H

#include <stdint.h>

/* Puts a 32-bit value into two registers, high word first (or not). */
static inline void put_long(uint16_t *words, int address, int64_t value, int low_word_first)
{
    uint16_t high = (uint16_t)((uint32_t)value >> 16), low = (uint16_t)value;

    words[address] = low_word_first ? low : high;
    words[address + 1] = low_word_first ? high : low;
}

#endif
