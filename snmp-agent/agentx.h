/*
 * agentx - one session of a subagent with its master (RFC 2741), from connecting to closing.
 *
 * The user owns the loop: before each poll he asks for the descriptor, the events and the deadline,
 * after it he calls agentx_step(). No call here ever blocks, none logs, all belong to one thread.
 * Times are milliseconds of one monotonic clock, the user's; it may stand still between calls.
 * Polling must be level-triggered. agentx_connection() tells one descriptor from the next: numbers
 * come back after a reconnect.
 *
 *   disconnected -> opening -> registering -> running <-> refused      closing -> closed
 *        ^------------- whatever goes wrong: agentx_error() ----'
 */
#ifndef BTMS_AGENTX_H
#define BTMS_AGENTX_H

#include "agentx_pdu.h"
#include "agentx_regions.h"
#include "agentx_reply.h"

/* Notifications that may be under way. More, unread, can lock both sides up for ever. */
enum { AGENTX_WINDOW = 32 };

enum agentx_state {
    AGENTX_DISCONNECTED, /* tries again after 50 ms, doubling to 250 ms */
    AGENTX_OPENING,      /* connecting, or waiting for the answer to Open */
    AGENTX_REGISTERING,  /* not all registrations have been answered yet */
    /* Of the regions that are not optional: */
    AGENTX_RUNNING, /* at least one was granted; agentx_refused() of them were not */
    AGENTX_REFUSED, /* none was: most likely another instance serves these subtrees */
    AGENTX_CLOSING, /* agentx_close() was called */
    AGENTX_CLOSED,  /* and is done */
};

/* What notified() says besides the master's res.error (AGENTX_NO_ERROR: acknowledged). */
enum { AGENTX_LOST = -1 };

struct agentx_settings {
    const char *address;     /* "/path", "unix:/path", "tcp:host:port", "tcp:[::1]:705" */
    struct oid id;           /* o.id: names this subagent; length 0: nothing */
    const char *description; /* o.descr */
    uint8_t timeout_s;       /* how long the master waits for an answer; 0: its default */
    const struct agentx_region *regions; /* at least one; one registration each */
    size_t regions_n;
    struct agentx_handler handler;
    void *ctx; /* of notified() */

    /* What became of a notification: called once for each tag agentx_notify() took, in that order,
     * from agentx_step() (AGENTX_LOST also from agentx_close() and agentx_free()). May call
     * agentx_notify(). NULL is fine. */
    void (*notified)(void *ctx, uint32_t tag, int result);
};

struct agentx_counts {
    uint64_t connects;     /* connections made */
    uint64_t failures;     /* connections lost or not made; the last one's reason: agentx_error() */
    uint64_t requests;     /* of the master, CleanupSet and Close included */
    uint64_t malformed;    /* PDUs answered with parseError, or that ended the connection */
    uint64_t strays;       /* Responses to nothing that was asked */
    uint64_t notified;     /* notifications sent */
    uint64_t acknowledged; /* of them with noError */
};

struct agentx;

/* Copies everything. 0; -EINVAL for an address that is none (hosts are numeric or "localhost":
 * nothing here waits for a resolver) or no region, -ENAMETOOLONG for a path, -ENOMEM. The first
 * agentx_step() connects. */
int agentx_new(const struct agentx_settings *settings, struct agentx **ret);

/* Closes without a word to the master. NULL is fine; from inside a callback it is not. */
void agentx_free(struct agentx *a);

/* What to poll for. -1 and 0 while there is no connection. */
int agentx_fd(const struct agentx *a);
short agentx_events(const struct agentx *a);
/* Grows by one with each new descriptor; for users of epoll. */
uint64_t agentx_connection(const struct agentx *a);

/* When agentx_step() must be called at the latest; INT64_MAX: no need. It may be in the past. */
int64_t agentx_deadline(const struct agentx *a);

/* Does what can be done now. `revents` as poll gave them, 0 after a deadline. */
void agentx_step(struct agentx *a, int64_t now, short revents);

/* The socket may be there now: the next agentx_step() tries, and pauses start at 50 ms again.
 * Nothing while connected. */
void agentx_retry_now(struct agentx *a);

/* Says good-bye (Close, reason shutdown, 6.2.2) and waits at most a second for the answer, in
 * AGENTX_CLOSING; what then is not acknowledged is reported AGENTX_LOST. */
void agentx_close(struct agentx *a, int64_t now);

/* The default context's regions that are not optional are registered in these contexts as well, and
 * no longer in others; at any time. 0, or -ENOMEM: not all of it was noted, say it again. */
int agentx_set_contexts(struct agentx *a, const char *const *name, size_t n);

/* Queues one Notify with these varbinds (6.2.10); they are copied. 0, or -EAGAIN: later (not
 * AGENTX_RUNNING, AGENTX_WINDOW not acknowledged, or the master does not read); -EMSGSIZE: never
 * (over 64 KiB, or a value that cannot be written). Not from inside the handler. */
int agentx_notify(struct agentx *a, const struct agentx_varbind *vb, size_t n, uint32_t tag);

/* The CommitSet that the handler wanted to answer later is done, or has failed. Nothing where none waits
 * any more. */
void agentx_committed(struct agentx *a, bool done);

enum agentx_state agentx_state(const struct agentx *a);
const char *agentx_state_name(enum agentx_state state);

/* Why the connection was lost or not made, or what registration was refused, as part of a sentence;
 * "" once everything is registered. Never NULL; valid until the next call that changes it. */
const char *agentx_error(const struct agentx *a);

/* Registrations the master refuses, but for optional ones. They are asked for again after 5 s, then
 * every 10 s. */
size_t agentx_refused(const struct agentx *a);

/* Why region `i`, optional or not, of the settings is not served: what a master said last, also one before this
 * connection; 0 where it was granted, or never refused. */
uint16_t agentx_refusal(const struct agentx *a, size_t i);

/* The master's sysUpTime at `now`, in 0.01 s, from its last Response. False before the first one of
 * this connection. */
bool agentx_master_uptime(const struct agentx *a, int64_t now, uint32_t *ret);

struct agentx_counts agentx_counts(const struct agentx *a);

#endif
