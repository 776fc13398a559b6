/*
 * lookout - do aggregators (BM-AG) and master controllers (BM-MC) accept connections?
 *
 * No protocol of theirs is published, so a TCP connection is opened and closed again, and nothing is
 * sent. One thread does that for all of them, one after the other, aggregators before the next
 * controller: once a minute, sooner while one does not, and at once when it is asked for. A controller
 * is looked at only where configuration has a port for it.
 */
#ifndef BTMS_LOOKOUT_H
#define BTMS_LOOKOUT_H

#include "config.h"

struct lookout;

enum lookout_what { LOOKOUT_AGGREGATOR, LOOKOUT_CONTROLLER };

/* In the thread: aggregator number `i`, or the controller of gateway number `i`, accepts connections,
 * or does not, and `why`. Must not block. */
typedef void lookout_report(void *ctx, enum lookout_what what, size_t i, bool here,
                            const char *why);

/* How often they are looked at; 0: the default. */
struct lookout_pace {
    int every_ms;   /* 60 s */
    int retry_ms;   /* one that does not accept: 10 s */
    int gap_ms;     /* when asked for, at most that often: 5 s */
    int timeout_ms; /* for each of look-up and connecting, and each address: 3 s */
};

struct lookout_settings {
    const struct config *config; /* must outlive the thread */
    int wake_fd;                 /* while it is readable the thread ends */
    lookout_report *report;
    void *ctx;
    struct lookout_pace pace;
};

/* How many there are to look at. */
size_t lookout_targets(const struct config *c);

/* Starts the thread. NULL without memory, descriptors or thread. */
struct lookout *lookout_start(const struct lookout_settings *set);

/* Looks at all of them soon. From any thread; never blocks; NULL is fine, as below. */
void lookout_look(struct lookout *l);

/* Waits for the end of the thread, which comes within milliseconds of `wake_fd`. There are no more
 * reports then; lookout_look() can still be called until lookout_free(). */
void lookout_join(struct lookout *l);
void lookout_free(struct lookout *l);

#endif
