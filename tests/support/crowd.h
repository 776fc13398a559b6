/*
 * crowd - a Modbus TCP device that bears so many connections, on a port of loopback: one thread.
 *
 * It works in rounds. Every answer has two registers: the address that was asked for, and the number of
 * the round, which is the clock of its users. Where nothing goes wrong it works in step with them: the
 * next round comes when all that was asked has arrived and all answers were taken, so nothing depends
 * on how fast the machine is. One unit never answers.
 */
#ifndef TESTS_CROWD_H
#define TESTS_CROWD_H

#include <stdbool.h>
#include <stdint.h>

enum { CROWD_MUTE_UNIT = 102 };
enum crowd_service { CROWD_EACH, CROWD_SERIAL }; /* in a round: one request of each, or one */
enum crowd_limit {
    CROWD_CLOSE,  /* takes one too many and closes it */
    CROWD_OLDEST, /* closes the oldest one for it */
    CROWD_MUTE,   /* takes it and never answers on it */
    CROWD_RESET,  /* resets whoever asks for more than `load` at once, all together */
};

/* One at a time. `most` connections; of what comes beyond, `limit` tells. */
void crowd_start(enum crowd_service service, int most, enum crowd_limit limit, int load);
void crowd_stop(void);
int crowd_port(void);

/* Connections taken since the start. */
int crowd_taken(void);

/* So much has the user asked for, and got, until now. */
void crowd_told(int asked, int answered);

/* Ends all connections. */
void crowd_outage(void);

#endif
