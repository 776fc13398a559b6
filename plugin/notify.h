/*
 * notify - a bounded queue of notifications and the thread that sends them.
 *
 * collectd calls the receivers of a notification (mail, exec ...) in the sender's thread and waits
 * for them. Links must not wait, so they leave notices here. A full queue drops the newest and
 * counts; the count is said when there is room again.
 */
#ifndef BTMS_NOTIFY_H
#define BTMS_NOTIFY_H

#include "core/event.h"
#include "core/model.h"

struct notice {
    struct event event;
    char host[NAME_SIZE], object[24], instance[48];
};

struct notify;

/* `send` is called in the queue's own thread. NULL without memory or thread. */
struct notify *notify_start(void (*send)(const struct notice *));

/* Never blocks; copies. */
void notify_post(struct notify *n, const struct notice *notice);

/* Sends what is queued, for at most `patience_ms`, and ends the thread. A receiver that hangs
 * longer is left to itself: the process is about to end. NULL is fine. */
void notify_stop(struct notify *n, int patience_ms);

#endif
