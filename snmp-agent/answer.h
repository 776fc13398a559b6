/*
 * answer - the master's requests answered from the view: what each transaction and context sees.
 *
 * A transaction sees the version that was the newest when it began, at the time it was then: ages
 * do not grow, and values do not get stale, between two varbinds of one SNMP response.
 *
 * Each gateway has a context of its name, in which it is the only one. They come and go with the
 * gateways.
 */
#ifndef BTMS_ANSWER_H
#define BTMS_ANSWER_H

#include "agentx.h"
#include "mib.h"

struct answer {
    struct mib *mib;
    struct answer_pin {
        struct view_version *version; /* NULL: free */
        int64_t now_ms;
    } pin[AGENTX_PINS];

    /* the context looked up last, and in which version */
    uint64_t generation;
    char context[NAME_SIZE];
    size_t context_size;
    const struct view_gateway *only; /* NULL: there is none of that name */

    uint64_t rows; /* what the session knows of the contexts */
};

void answer_init(struct answer *a, struct mib *m);

/* For agentx_new(); `a` must outlive the session. */
struct agentx_handler answer_handler(struct answer *a);

/* Tells the session which contexts there are now; cheap where nothing changed. */
void answer_follow(struct answer *a, struct agentx *session);

#endif
