/*
 * check - cmocka with the headers it wants, and what most tests need beside it.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A bound for whatever another thread has to do: reached only where something hangs. */
enum { PATIENCE_MS = 20000 };

/* xorshift; the seed is printed by whoever starts a random test. */
static inline uint32_t check_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
