/*
 * managers - the receivers of durable informs: each with its place in the log and its process.
 *
 * None waits for another: each has one notification under way at most, and pauses by itself.
 */
#ifndef BTMS_MANAGERS_H
#define BTMS_MANAGERS_H

#include "delivery.h"
#include "informer.h"
#include "receivers.h"

#include <poll.h>

enum manager_state { MANAGER_NEW, MANAGER_THERE, MANAGER_AWAY };

struct manager {
    struct receiver receiver;
    char cursor[PLACE_NAME_SIZE]; /* the name of its place in the store; "": there is no manager */
    struct informer informer;
    struct delivery delivery;
    enum manager_state state;
};

/* A manager keeps its position for as long as it is one: others come and go around it. */
struct managers {
    struct manager m[RECEIVERS_MAX];
    size_t n; /* positions in use, with holes */
    const char *program;
    struct mib *mib;
    struct keeper *keeper;
};

/* `program` (the path of btms-inform) is kept. */
void managers_init(struct managers *ms, const struct receivers *receivers, const char *program);
/* Their places follow the keeper's first one, in this order. */
void managers_cursors(const struct managers *ms, const char **ret);
void managers_start(struct managers *ms, struct mib *m, struct keeper *k, int heartbeat_s);
void managers_stop(struct managers *ms);

/* Other receivers from now on, and says how many are new, changed and gone. One that keeps its name
 * keeps its place, and what it has under way is sent again if anything else of it is another. */
void managers_set(struct managers *ms, const struct receivers *receivers);

/* One pollfd for each position. */
void managers_poll(const struct managers *ms, struct pollfd *ret);

/* As those of a delivery, for all of them. */
void managers_take(struct managers *ms, const struct keeper_news *news);
void managers_turn(struct managers *ms, const struct pollfd *p, bool hold, int64_t now);
int64_t managers_deadline(const struct managers *ms);

#endif
