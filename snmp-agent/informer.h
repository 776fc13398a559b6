/*
 * informer - a btms-inform process and its socket, as the agent's loop sees them.
 *
 * Started when there is something to send; one notification at a time. A process that fails, dies
 * or says nothing for a minute is ended, and the next notification starts another: how long to wait
 * until then is the caller's decision. Nothing here blocks.
 */
#ifndef BTMS_INFORMER_H
#define BTMS_INFORMER_H

#include "inform_wire.h"
#include "receivers.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct informer {
    const struct receiver *receiver;
    const char *program;
    /* What became of notification `id`. May call informer_send(). */
    void (*done)(void *ctx, uint32_t id, bool taken, const char *why);
    void *ctx;
    int fd;    /* -1: no process */
    pid_t pid; /* 0: none; with fd -1: it is about to end */
    bool busy; /* with `id`, no longer than `until` */
    uint32_t id;
    int64_t until;
    char trouble[INFORM_WHY_SIZE]; /* why there was no process to give `id` to */
};

/* Receiver and program (a path) are kept. */
void informer_init(struct informer *in, const struct receiver *receiver, const char *program,
                   void (*done)(void *ctx, uint32_t id, bool taken, const char *why), void *ctx);
/* Ends the process, whatever it is doing. */
void informer_stop(struct informer *in);

/* 0: done() will be called from informer_step(); -EAGAIN: later, it has one; -EMSGSIZE: never. */
int informer_send(struct informer *in, const struct agentx_varbind *vb, size_t n, uint32_t id,
                  int64_t now);

/* To be called in every turn; `revents` are those of in->fd, to be polled for POLLIN. */
void informer_step(struct informer *in, int64_t now, short revents);

/* When informer_step() wants to be called although nothing is readable. */
int64_t informer_deadline(const struct informer *in);

#endif
