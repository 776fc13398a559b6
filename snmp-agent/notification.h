/*
 * notification - an event as the varbinds of a notification.
 *
 * Names, order and types are those of mibs/BTMS-MIB.txt. A column has the alarm's id as its
 * instance, everything else 0.
 */
#ifndef BTMS_NOTIFICATION_H
#define BTMS_NOTIFICATION_H

#include "agentx_pdu.h"
#include "mib.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Their numbers below btmsNotifications. */
enum notification_type {
    NOTIFICATION_RAISED = 1,
    NOTIFICATION_CLEARED = 2,
    NOTIFICATION_CHANGED = 3,
    NOTIFICATION_HEARTBEAT = 7,
};

enum { NOTIFICATION_VARBINDS = 28, NOTIFICATION_TEXTS = 1024 };

/* sysUpTime and snmpTrapOID come first. The octets of values live in `text`. */
struct notification {
    struct mib *mib;
    struct agentx_varbind vb[NOTIFICATION_VARBINDS];
    size_t n;
    char text[NOTIFICATION_TEXTS];
    size_t used;
};

/* Of an alarm raised or cleared, or, of all other events, changed; the receiver's `number`-th. */
void notification_of_event(struct notification *p, struct mib *m, const struct event *e,
                           uint32_t number);
/* Its number is of no store: it says so. */
void notification_of_no_store(struct notification *p);
/* btmsHeartbeat: of no event, and has no number. */
void notification_heartbeat(struct notification *p, struct mib *m);

/* What tells a receiver that it will never be told what happened from `from` to `to`. */
struct event notification_lost(uint32_t from, uint32_t to);

/* Did it happen so long ago that it is no news? */
bool notification_is_old(const struct event *e);
/* Is the alarm of this id in btmsAlarmActiveTable? */
bool notification_still_active(struct mib *m, uint32_t id);

#endif
