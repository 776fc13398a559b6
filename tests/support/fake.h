/*
 * fake - a gateway as a table: what it would answer to a read. No sockets, no time.
 *
 * Its registers are typed here from the vendor's page, apart from the product's tables.
 */
#ifndef TESTS_FAKE_H
#define TESTS_FAKE_H

#include "link/link.h"

#include <stdbool.h>
#include <stdint.h>

enum fake_absent { FAKE_REFUSES, FAKE_IS_MUTE };
enum fake_spans { FAKE_SPANS_GOOD, FAKE_SPANS_REFUSED, FAKE_SPANS_ZERO, FAKE_SPANS_PACKED };

struct fake_string {
    bool there, mute, disabled;
    uint16_t ups, cells, state, alarm;
    int16_t current; /* of string_current, low word */
};

/* A unit of two registers, 0 and 1, that is neither UPS nor string. */
struct fake_extra {
    uint8_t unit; /* 0: there is none */
    bool mute, refuses;
    uint16_t word[2];
};

struct fake {
    enum fake_absent absent; /* what an absent unit does */
    uint8_t absent_code;     /* its exception; 0 = 11 */
    enum fake_spans spans;
    bool v1; /* strings have 13 registers only */
    bool ups[33];
    struct fake_string string[33]; /* index: the device's number */
    struct fake_extra extra[3];
    uint16_t jitter; /* added to each cell voltage, and grows with each read */
};

/* LINK_OK fills words[0..count-1], LINK_EXCEPTION the code; LINK_TIMEOUT is silence. */
enum link_result fake_read(struct fake *f, uint8_t unit, uint16_t address, uint16_t count,
                           uint16_t *words, uint8_t *ret_exception);

#endif
