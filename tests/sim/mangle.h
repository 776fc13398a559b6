/* mangle.h: damages finished reply frames. */
#ifndef SIM_MANGLE_H
#define SIM_MANGLE_H

#include <stddef.h>
#include <stdint.h>

struct plan;

enum { MANGLED_MAX = 1024 }; /* a frame twice, longer, with garbage */

/* Applies the faults of PLAN to a frame of LENGTH bytes in place; returns the new length. */
size_t mangle(const struct plan *plan, uint8_t frame[MANGLED_MAX], size_t length);

#endif
