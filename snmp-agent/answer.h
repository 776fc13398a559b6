/*
 * answer - the master's requests answered from the view: what each transaction sees.
 *
 * A transaction sees the version that was the newest when it began, at the time it was then: ages
 * do not grow, and values do not get stale, between two varbinds of one SNMP response.
 */
#ifndef BTMS_ANSWER_H
#define BTMS_ANSWER_H

#include "agentx_reply.h"
#include "mib.h"

struct answer {
    struct mib *mib;
    struct answer_pin {
        struct view_version *version; /* NULL: free */
        int64_t now_ms;
    } pin[AGENTX_PINS];
};

void answer_init(struct answer *a, struct mib *m);

/* For agentx_new(); `a` must outlive the session. */
struct agentx_handler answer_handler(struct answer *a);

#endif
