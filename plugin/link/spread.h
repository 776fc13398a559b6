/*
 * spread - how many connections to a device pay? Learned, never assumed. Pure: time goes in.
 *
 * Some devices serve one request at a time on each connection, so that two connections are twice as
 * fast; most do not, and some bear only one. While there is enough to do the time per answer is
 * measured, then twice as many connections are tried. They are kept if at least half of what they
 * promise comes true, at the second attempt at least. Where they do not pay, where the device refuses
 * or ends one, or where something is lost over it, more are not tried again for a day.
 *
 * The measure is the median over blocks of answers: a pause in one, or the burst after it, counts
 * for nothing.
 */
#ifndef BTMS_SPREAD_H
#define BTMS_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

enum { SPREAD_MAX = 8, SPREAD_BLOCKS = 5, SPREAD_TURNS = 5 };

struct spread {
    int allowed;       /* from configuration */
    int is;            /* learned: so many pay */
    int trial;         /* so many are tried; 0 = none */
    int64_t again_ms;  /* more are not tried before */
    int before;        /* were in use before one was lost just now; 0 = none was */
    int since;         /* answers since */
    int64_t outage_ms; /* last time they went with the device itself; 0 = never */
    int64_t is_ns;     /* time per answer with `is` */
    int64_t since_us;  /* this block's start; 0 = none */
    int answers;       /* in this block */
    int64_t block_ns[SPREAD_BLOCKS];
    int blocks;
    int turns;    /* of a trial */
    bool doubted; /* the trial did not pay, by its first blocks */
};

/* `allowed` 1..SPREAD_MAX. */
void spread_init(struct spread *s, int allowed);

/* So many connections are to be open under load. */
int spread_wanted(const struct spread *s);

/* Is there anything to find out now? */
bool spread_open(const struct spread *s, int64_t now);

/* Since the last call `answers` came while there was enough to do; now there is, or not. */
void spread_note(struct spread *s, int64_t now, int64_t now_us, int answers, bool enough);

/* A turn of the user ended with `open` connections: what is not seen to pay in five does not. */
void spread_turn(struct spread *s, int64_t now, int open);

/* One could not be opened, broke, or lost something; `left` are good. */
void spread_lost(struct spread *s, int64_t now, int left);

/* An answer; enough of them after a loss show that the device itself is there. And: all are gone. */
void spread_answered(struct spread *s);
void spread_outage(struct spread *s, int64_t now);

#endif
