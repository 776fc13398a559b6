/*
 * answer - the master's requests answered from the view: what each transaction and context sees.
 *
 * A transaction sees the version that was the newest when it began, at the time it was then: ages
 * do not grow, and values do not get stale, between two varbinds of one SNMP response.
 *
 * Each gateway has a context of its name, in which it is the only one. They come and go with the
 * gateways.
 *
 * A SET that acknowledges an alarm becomes a request to its owner, which a writer stores: one at a
 * time, and its CommitSet is answered when that is done.
 */
#ifndef BTMS_ANSWER_H
#define BTMS_ANSWER_H

#include "agentx.h"
#include "mib.h"
#include "mib_ack.h"

/* Neither blocks. */
struct answer_writer {
    void *ctx;
    /* False: it cannot be taken. NULL: nothing may be written. */
    bool (*ask)(void *ctx, const struct mib_ack *ack);
    /* True: it was not begun yet, and never will be. */
    bool (*withdraw)(void *ctx);
};

struct answer {
    struct mib *mib;
    struct answer_writer writer;
    struct answer_pin {
        struct view_version *version; /* NULL: free */
        struct answer_own *own;       /* the same of the agent's own alarm; NULL: as it is now */
        int64_t now_ms;
        enum { ANSWER_NOTHING, ANSWER_TESTED, ANSWER_COMMITTED } write;
        struct mib_ack ack;
    } pin[AGENTX_PINS];
    struct answer_own *own;        /* the newest copy; NULL: none yet */
    struct answer_pin *committing; /* the writer has it; NULL: nobody waits for it */

    /* the context looked up last, and in which version */
    uint64_t generation;
    char context[NAME_SIZE];
    size_t context_size;
    const struct view_gateway *only; /* NULL: there is none of that name */

    uint64_t rows; /* what the session knows of the contexts */
};

/* `writer` NULL: nothing may be written. answer_done() when the session is gone. */
void answer_init(struct answer *a, struct mib *m, const struct answer_writer *writer);
void answer_done(struct answer *a);

/* What the writer was asked for is done, or not. True: somebody waits for that. */
bool answer_committed(struct answer *a, bool done);

/* For agentx_new(); `a` must outlive the session. */
struct agentx_handler answer_handler(struct answer *a);

/* Tells the session which contexts there are now; cheap where nothing changed. */
void answer_follow(struct answer *a, struct agentx *session);

#endif
