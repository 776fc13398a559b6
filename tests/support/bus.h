/*
 * bus - a serial line to test against: a PTY, and a thread that hears every question of 8 bytes.
 *
 * What is answered is the test's business: bytes as they are, or what libmodbus makes of a mapping.
 */
#ifndef TESTS_BUS_H
#define TESTS_BUS_H

#include <modbus/modbus.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bus;
typedef void bus_hear(void *ctx, struct bus *b, const uint8_t question[8]);

struct bus {
    int near, far; /* the test's end, and that of the link, kept open so that it does not hang up */
    int stop[2], pair[2];
    char device[64];
    bus_hear *hear;
    void *ctx;
    modbus_t *modbus;
    pthread_t thread;
    atomic_int questions, writes; /* heard; of other functions than 3 and 4 */
};

void bus_start(struct bus *b, bus_hear *hear, void *ctx);

/* Hangs up, where that was not done before. */
void bus_stop(struct bus *b);
void bus_hang_up(struct bus *b);

void bus_send(struct bus *b, const void *bytes, size_t n);

/* libmodbus answers: from the holding registers of `m`, NULL: with an exception. */
void bus_reply(struct bus *b, const uint8_t question[8], modbus_mapping_t *m, unsigned exception);

#endif
