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
    const struct receiver *receiver;
    char cursor[RECEIVER_NAME_SIZE + 8]; /* the name of its place in the store */
    struct informer informer;
    struct delivery delivery;
    enum manager_state state;
};

struct managers {
    struct manager m[RECEIVERS_MAX];
    size_t n;
};

/* `receivers` and `program` (the path of btms-inform) are kept. */
void managers_init(struct managers *ms, const struct receivers *receivers, const char *program);
/* Their places follow the keeper's first one, in this order. */
void managers_cursors(const struct managers *ms, const char **ret);
void managers_start(struct managers *ms, struct mib *m, struct keeper *k, int heartbeat_s);
void managers_stop(struct managers *ms);

/* One pollfd for each. */
void managers_poll(const struct managers *ms, struct pollfd *ret);

/* As those of a delivery, for all of them. */
void managers_take(struct managers *ms, const struct keeper_news *news);
void managers_without_store(struct managers *ms);
void managers_turn(struct managers *ms, const struct pollfd *p, bool hold, int64_t now);
int64_t managers_deadline(const struct managers *ms);

#endif
