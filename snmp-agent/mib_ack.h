/*
 * mib_ack - what of btmsAlarmActiveTable may be written: btmsAlarmAcknowledged and btmsAlarmAckBy, of
 * one alarm and both together.
 *
 * AgentX does not tell who asks, so he says it himself; what he says is his claim.
 */
#ifndef BTMS_MIB_ACK_H
#define BTMS_MIB_ACK_H

#include "mib.h"

struct mib_ack {
    uint32_t alarm;
    char by[EVENT_BY_SIZE];
    bool done; /* he has acknowledged it already: a request that came twice */
};

/* Looks at the `items` varbinds of a TestSet, over what `m` shows now. 0, or an error of RFC 3416, 4.2.5,
 * and in `*ret_index` of which varbind (from 1). */
uint16_t mib_ack_test(struct mib *m, struct agentx_in list, size_t items, struct mib_ack *ret,
                      uint16_t *ret_index);

#endif
