/* conn.h: one Modbus TCP connection. */
#ifndef SIM_CONN_H
#define SIM_CONN_H

#include "loop.h"
#include "output.h"
#include "timer.h"

enum { INPUT_MAX = 8192 };

struct gateway;
struct job;

struct conn {
    struct watch watch;
    struct gateway *gw;
    struct conn *next, **link; /* in the gateway's list */
    struct conn *flush_next;   /* in the list of those with something to send */
    bool flushing;
    bool dead;           /* a cut frame was sent: nothing else will be */
    bool overloaded;     /* it asked for more than the gateway bears */
    uint32_t events;     /* what the loop watches for */
    struct job *jobs;    /* requests not answered yet */
    unsigned in_service; /* of them, without those that are late by their own clock */
    int64_t busy_until;  /* service=connection */
    int64_t last_due;    /* replies leave in the order of the requests */
    struct timer idle;
    struct timer drip;
    struct output output;
    size_t input_length;
    uint8_t input[INPUT_MAX];
};

/* Takes over an accepted socket. */
void conn_new(struct gateway *gw, int fd);

/* Closes at once; what was queued or is being worked on is lost. */
void conn_close(struct conn *c);

/* Queues one reply for sending at the end of the round. */
void conn_send(struct conn *c, const uint8_t *bytes, size_t length, const struct manner *manner);

/* Starts the clock of the fault close-idle again, if the gateway has it. */
void conn_rearm(struct conn *c);

/* Sends what the round has collected on all connections. */
void conn_flush_all(void);

#endif
