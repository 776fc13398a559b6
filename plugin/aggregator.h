/*
 * aggregator - do the aggregators (BM-AG) accept connections?
 *
 * No protocol of theirs is published, so a TCP connection is opened and closed again, and nothing is
 * sent. One thread does that for all of them, one after the other: once a minute, sooner while one
 * does not, and at once when it is asked for.
 */
#ifndef BTMS_AGGREGATOR_H
#define BTMS_AGGREGATOR_H

#include "config.h"

struct aggregators;

/* In the thread: number `i` accepts connections, or does not, and `why`. Must not block. */
typedef void aggregator_report(void *ctx, size_t i, bool here, const char *why);

/* How often they are looked at; 0: the default. */
struct aggregator_pace {
    int every_ms;   /* 60 s */
    int retry_ms;   /* one that does not accept: 10 s */
    int gap_ms;     /* when asked for, at most that often: 5 s */
    int timeout_ms; /* for each of look-up and connecting, and each address: 3 s */
};

struct aggregator_settings {
    const struct aggregator_config *aggregator; /* must outlive the thread */
    size_t aggregators;
    int wake_fd; /* while it is readable the thread ends */
    aggregator_report *report;
    void *ctx;
    struct aggregator_pace pace;
};

/* Starts the thread. NULL without memory, descriptors or thread. */
struct aggregators *aggregators_start(const struct aggregator_settings *set);

/* Looks at all of them soon. From any thread; never blocks; NULL is fine, as below. */
void aggregators_look(struct aggregators *a);

/* Waits for the end of the thread, which comes within milliseconds of `wake_fd`. There are no more
 * reports then; aggregators_look() can still be called until aggregators_free(). */
void aggregators_join(struct aggregators *a);
void aggregators_free(struct aggregators *a);

#endif
