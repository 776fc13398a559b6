/* output.h: the bytes waiting to be sent on one connection. */
#ifndef SIM_OUTPUT_H
#define SIM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunk;

struct output {
    struct chunk *head, *tail;
    size_t queued; /* bytes */
};

/* How one reply is to leave. */
struct manner {
    bool drip;
    int64_t drip_ns; /* between two bytes */
    bool reset;      /* tear the connection down after the last byte */
};

enum sending {
    SENDING_DONE,  /* nothing left */
    SENDING_FULL,  /* the socket takes no more for now */
    SENDING_DRIP,  /* one byte went, the next one is due in *ret_ns */
    SENDING_RESET, /* the connection is to be reset now */
    SENDING_LOST   /* the peer is gone */
};

/* Queues a reply. */
void output_add(struct output *o, const uint8_t *bytes, size_t length, const struct manner *manner);

/* Sends what can be sent now; *SENT grows by the number of bytes. */
enum sending output_send(struct output *o, int fd, uint64_t *sent, int64_t *ret_ns);

/* Forgets everything. */
void output_done(struct output *o);

#endif
