/*
 * counted - allocations of our own code, counted by the linker's --wrap: every call that one of our
 * object files makes goes through here, none that SQLite, libc or another library makes for itself.
 * Functions of libc that allocate on our behalf count as well (COUNTED in the Makefile has them all).
 */
#ifndef TESTS_COUNTED_H
#define TESTS_COUNTED_H

#include <stddef.h>
#include <stdint.h>

/* Since the start, of all threads. free() is no allocation. */
uint64_t counted_calls(void);

/* What is allocated and not freed, in octets, as large as the allocator made them. */
size_t counted_live(void);

/* The first calls from then on are told on stderr, with their callers' addresses. */
void counted_tell(unsigned calls);

#endif
