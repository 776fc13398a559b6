/*
 * window - the requests under way on a connection: how many there may be, which are sent again, and
 * what silence means. Pure: time goes in, and what is to be sent comes out.
 *
 * Requests live in two small arrays: `flight` (sent, not answered) and `again` (to be sent once
 * more). `again` is sent one at a time, because that tells a unit that is mute from a device that
 * loses pipelined requests: only if the lone repeat is answered is the window to blame.
 *
 * Rejected: a time-out per request. A serial gateway answers the sixteenth request sixteen service
 * times after it was sent; only silence on the whole connection means something.
 */
#ifndef BTMS_WINDOW_H
#define BTMS_WINDOW_H

#include "link/link.h"

#include <stdint.h>

enum { WINDOW_GOODS = 4 };

struct window_flight {
    struct link_request request;
    uint16_t transaction;
    uint16_t overtaken; /* replies to later requests since */
    int64_t sent_ms;
    int window;   /* so many might be under way when it was sent */
    bool company; /* others were in flight with it: they may be why it was lost */
    bool repeat;  /* sent for the second time, alone */
    bool check;   /* ours: is the device there at all? */
};

struct window {
    int timeout_ms;
    uint16_t transaction;
    int size, max;
    int ceiling; /* learned: never more than this until ceiling_until */
    int64_t ceiling_until;
    int64_t loss_ms; /* last time pipelined requests were lost, or cut by a break */
    int suspect;     /* the window with which some were lost; 0 = no loss being looked into */
    int most;        /* under way at once since the last turn, or loss */
    int losses;      /* how often fewer seemed better */
    bool limited;    /* it was full with more to send, since the last turn */
    int silences;    /* lone requests not answered, without a reply between */
    uint8_t mute;    /* unit of the last one, until it answers; 0 = none */
    struct link_request good[WINDOW_GOODS]; /* answered last, each of another unit, newest first */
    int goods;
    int64_t heard; /* last matching reply, or first request after idleness */
    struct window_flight flight[LINK_WINDOW_MAX], again[LINK_WINDOW_MAX];
    int flights, agains;
    int unsent; /* of the flights, the last ones: checks that window_next() has yet to give */
    uint64_t timeouts;
};

/* Starts at one request. `max` 1..LINK_WINDOW_MAX. */
void window_init(struct window *w, int max, int timeout_ms);

/* There is a new connection. */
void window_opened(struct window *w);

/* What is to be sent now, valid until the next call; NULL for nothing. Asks `user` for more once all
 * checks and repeats are out. */
const struct window_flight *window_next(struct window *w, int64_t now,
                                        const struct link_user *user);

/* A reply: fills `ret` with what it answers, which is for the caller to hand back unless it is a
 * check. False when it answers nothing under way. */
bool window_answer(struct window *w, int64_t now, uint16_t transaction, struct window_flight *ret);

/* Looks into what a busy connection overtook. */
void window_overtaken(struct window *w, int64_t now, const struct link_user *user);

/* Something is under way, and nothing came for `timeout_ms`. True when the device is mute. */
bool window_silence(struct window *w, int64_t now, const struct link_user *user);

/* The connection was cut. What was in flight is sent again on the next one, but only once. */
void window_broken(struct window *w, int64_t now, const struct link_user *user);

/* Hands back everything as LINK_LOST. */
void window_drop(struct window *w, int64_t now, const struct link_user *user);

/* The user's turn ended: the moment to widen the window. */
void window_turn(struct window *w, int64_t now);

/* Something is looked into: repeats or checks are to be sent, or under way alone. */
bool window_busy_with_loss(const struct window *w);

/* Begins with what was learned on another connection to the same device. */
void window_copy_size(struct window *w, const struct window *from);

#endif
