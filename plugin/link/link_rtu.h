/*
 * link_rtu - one serial line: Modbus RTU through libmodbus, one question at a time.
 *
 * Nothing waits inside libmodbus: the answer is waited for here, on the line and the wake
 * descriptor, and libmodbus takes it when it is there as a whole or nothing more comes. What is heard
 * unasked is thrown away before each question, and looked at: whole frames that nobody here asked for
 * are those of another master on the bus. The line is opened for this program alone.
 */
#ifndef BTMS_LINK_RTU_H
#define BTMS_LINK_RTU_H

#include "link/link.h"

#include <stddef.h>
#include <stdint.h>

enum { LINK_PATH_SIZE = 256 };
enum rtu_rts { RTU_RTS_NONE, RTU_RTS_UP, RTU_RTS_DOWN };

struct rtu_settings {
    char path[LINK_PATH_SIZE];
    int baud;
    int parity; /* 'N', 'E', 'O' */
    int data_bits, stop_bits;
    int rs485; /* boolean: the driver is told to switch the direction of an RS-485 line */
    int rts;   /* enum rtu_rts: RTS switches it */
    int turnaround_ms, timeout_ms;
};

struct rtu_counts {
    uint64_t requests, timeouts, exceptions, mismatches, connects;
    uint64_t foreign; /* frames of another master, or answers to it */
};

enum rtu_end {
    RTU_OK,        /* words are there */
    RTU_EXCEPTION, /* refused, with a code */
    RTU_SILENT,    /* no answer in time */
    RTU_DAMAGED,   /* something came, twice, and it was no answer to this */
    RTU_BROKEN,    /* the line is closed; link_rtu_error() says why */
    RTU_STOPPED,   /* the wake descriptor became readable */
};

struct link_rtu;

/* `set` is copied. While `wake_fd` is readable nothing here waits. NULL without memory. */
struct link_rtu *link_rtu_new(const struct rtu_settings *set, int wake_fd);

/* Closes. NULL is fine. */
void link_rtu_free(struct link_rtu *l);

/* Opens and locks the line, by its path. Where it is open, looks whether the path still leads to the
 * same device, and opens it anew if not. 0, or -1: link_rtu_error() says why. */
int link_rtu_open(struct link_rtu *l);
void link_rtu_close(struct link_rtu *l);
bool link_rtu_is_open(const struct link_rtu *l);

/* Asks, and waits for the answer: `count` words. What is damaged on the way is asked for once more. */
enum rtu_end link_rtu_ask(struct link_rtu *l, const struct link_request *r, uint16_t *words,
                          uint8_t *ret_exception);

/* Listens until `until_ms`, or the end of the line. True when woken. Without a line it just waits. */
bool link_rtu_wait(struct link_rtu *l, int64_t until_ms);

bool link_rtu_woken(const struct link_rtu *l);
struct rtu_counts link_rtu_counts(const struct link_rtu *l);

/* As part of a sentence; never NULL. */
const char *link_rtu_error(const struct link_rtu *l);

#endif
