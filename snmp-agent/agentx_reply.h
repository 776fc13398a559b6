/*
 * agentx_reply - the master's requests answered by a handler (RFC 2741, 7.2). Pure: a PDU goes in,
 * a Response is written, no sockets and no clock.
 *
 * All requests with one transaction id belong to one SNMP request (6.1). The first of them begins a
 * transaction, whose pin the others get: so one SNMP request, of which a GETBULK arrives as many
 * GetNext PDUs, can be answered from one state of the data. AgentX does not say when reads are over
 * (only CleanupSet does so for writes): a transaction ends when it is AGENTX_PIN_MS old, when
 * AGENTX_PINS newer ones are there, or with the connection; one that goes on begins again.
 */
#ifndef BTMS_AGENTX_REPLY_H
#define BTMS_AGENTX_REPLY_H

#include "agentx_pdu.h"

enum { AGENTX_PINS = 32, AGENTX_PIN_MS = 10000 };

/* Where the values come from. None of these may call into the session. `context` is empty for the
 * default context. What `ret` points to must live until the next call of any of them. */
struct agentx_handler {
    void *ctx;

    /* A transaction begins; the result is its `pin`, which end() is called with exactly once. */
    void *(*begin)(void *ctx, uint32_t session, uint32_t transaction);
    void (*end)(void *ctx, void *pin);

    /* Is there such a context, which is not the default one? NULL: any is. */
    bool (*known)(void *ctx, void *pin, const struct agentx_octets *context);

    /* The value of `name`. `ret` comes as AGENTX_NO_SUCH_OBJECT. */
    void (*get)(void *ctx, void *pin, const struct agentx_octets *context, const struct oid *name,
                struct agentx_value *ret);

    /* The first instance after `start` (or at it, with `include`). False where there is none
     * before `end` (length 0: no end); one at or after `end` is taken as none, too. */
    bool (*getnext)(void *ctx, void *pin, const struct agentx_octets *context,
                    const struct oid *start, bool include, const struct oid *end,
                    struct oid *ret_name, struct agentx_value *ret);

    /* Writing (7.2.4); NULL: nothing can be written. `items` varbinds are to be tested: 0, or an error
     * and in `*ret_index` of which of them (from 1). */
    uint16_t (*test)(void *ctx, void *pin, const struct agentx_octets *context,
                     struct agentx_in list, size_t items, uint16_t *ret_index);
    /* What was tested last in this transaction (if anything was) is done: 0, an error, or AGENTX_LATER:
     * agentx_reply_commit() will tell, unless the transaction ends before. */
    int (*commit)(void *ctx, void *pin);
    /* It is undone: 0 or AGENTX_UNDO_FAILED. */
    uint16_t (*undo)(void *ctx, void *pin);
};

enum { AGENTX_LATER = -1 };

struct agentx_pin {
    bool used;
    uint32_t session, transaction;
    int64_t since, last; /* ms; and the turn it was last asked for, to find the oldest */
    void *pin;
};

struct agentx_replier {
    struct agentx_handler handler;
    struct agentx_pin pins[AGENTX_PINS];
    struct agentx_pin *recent;     /* the one used last */
    struct agentx_pin *committing; /* whose CommitSet is to be answered later, NULL: none ... */
    struct agentx_header commit;   /* ... and that */
    int64_t turn;
    bool busy; /* in a call of the handler */
};

void agentx_reply_init(struct agentx_replier *r, const struct agentx_handler *handler);

/* Answers Get, GetNext, GetBulk, TestSet, CommitSet, UndoSet and Ping with one Response, CleanupSet
 * with none (7.2.4.4), and CommitSet with none yet where the handler says AGENTX_LATER; not to be
 * called with anything else. A context that is not known is unsupportedContext (7.2.2). What a value
 * or the size of `out` does not allow becomes genErr. False, with `out` as it was, where not even
 * that fits; 28 bytes of room always do. */
bool agentx_reply(struct agentx_replier *r, int64_t now, const struct agentx_pdu *p,
                  struct agentx_out *out);

/* Answers the CommitSet that waits, if one does. */
void agentx_reply_commit(struct agentx_replier *r, uint16_t error, struct agentx_out *out);

/* Ends the transactions that are old at `now`; INT64_MAX ends all. Returns when to call again:
 * INT64_MAX where none is left. */
int64_t agentx_reply_expire(struct agentx_replier *r, int64_t now);

#endif
