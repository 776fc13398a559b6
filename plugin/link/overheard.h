/*
 * overheard - what comes over a serial line without having been asked for: noise, an answer that is
 * late, or the frames of another master. Pure.
 */
#ifndef BTMS_OVERHEARD_H
#define BTMS_OVERHEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OVERHEARD_MAX = 1024 };

struct overheard {
    uint8_t byte[OVERHEARD_MAX];
    size_t bytes;
    bool owes[256]; /* this unit was asked and has not answered: its answer would be late */
};

/* More bytes; of too many the first are forgotten. */
void overheard_add(struct overheard *o, const uint8_t *byte, size_t n);

/* The line is quiet: how many frames of others were in it. Forgets the bytes. */
int overheard_judge(struct overheard *o);

/* CRC of Modbus RTU (serial line guide V1.02, 6.2.2). */
uint16_t overheard_crc(const uint8_t *byte, size_t n);

#endif
