/*
 * link - the way to a Modbus device: reads of register ranges and their answers.
 *
 * A link pulls: whenever it can take one more request it asks its user for the next one, so that
 * what is most urgent at that moment is sent first, and hands back each answer as it comes. It
 * belongs to one thread and knows no registers, files, logs or collectd.
 */
#ifndef BTMS_LINK_H
#define BTMS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_WORDS_MAX = 125, LINK_WINDOW_MAX = 64 };

struct link_request {
    uint8_t unit;
    uint8_t function; /* 3 or 4 */
    uint16_t address; /* zero-based */
    uint16_t count;   /* 1..LINK_WORDS_MAX */
    uint32_t tag;     /* the user's own; comes back with the answer */
    bool probe;       /* nobody knows whether this unit is there: its silence proves nothing */
    bool moved;       /* the link's own: it was under way on another connection before */
};

enum link_result {
    LINK_OK,        /* words are there */
    LINK_EXCEPTION, /* the device refused, with a code */
    LINK_MISMATCH,  /* an answer of another unit, function or size */
    LINK_TIMEOUT,   /* no answer in time */
    LINK_CUT,       /* the connection broke while this was under way, alone, for the second time */
    LINK_LOST,      /* the connection went, or the request was given up with its unit or device */
};

struct link_answer {
    enum link_result result;
    uint8_t exception;     /* of LINK_EXCEPTION */
    const uint16_t *words; /* of LINK_OK: request.count of them, valid during the call */
    uint32_t
        holes; /* of LINK_OK: bit n: word n (of each cell) could not be read; 0 but on a line */
};

/* A clear no to these registers (MODBUS V1.1b3, 7: 2 illegal data address, 3 illegal data value, or
 * an answer that is not what was asked for), not a unit that cannot be reached just now. */
static inline bool link_refused(const struct link_answer *a)
{
    return a->result == LINK_MISMATCH ||
           (a->result == LINK_EXCEPTION && (a->exception == 2 || a->exception == 3));
}

/* No answer, to this request alone. */
static inline bool link_silent(const struct link_answer *a)
{
    return a->result == LINK_TIMEOUT || a->result == LINK_CUT;
}

/* The unit behind the gateway cannot be reached (same place: 10 and 11), or does not answer. */
static inline bool link_unreachable(const struct link_answer *a)
{
    return a->result == LINK_TIMEOUT || a->result == LINK_CUT || a->result == LINK_LOST ||
           (a->result == LINK_EXCEPTION && (a->exception == 10 || a->exception == 11));
}

/* `now` is CLOCK_BOOTTIME in ms. `done` is called exactly once for every request that `next`
 * gave out (returning true); requests and answers may overtake each other. */
struct link_user {
    void *ctx;
    bool (*next)(void *ctx, int64_t now, struct link_request *ret);
    void (*done)(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a);
    /* All that may be under way is: the device is at work, and what takes the user long is best done
     * now. May be NULL. Comes after every answer, but for the last ones before LINK_STOPPED and
     * LINK_BROKEN. */
    void (*sent)(void *ctx);
};

/* For links. */
static inline void link_sent(const struct link_user *user)
{
    if (user->sent != NULL)
        user->sent(user->ctx);
}

/* What link_run() came back with. */
enum link_run {
    LINK_IDLE,    /* nothing in flight, and the user has nothing to send now */
    LINK_STOPPED, /* the wake descriptor became readable */
    LINK_BROKEN,  /* the connection is closed; link_*_error() says why */
};

#endif
