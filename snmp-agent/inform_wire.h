/*
 * inform_wire - what btms-agentx and its btms-inform processes say to each other.
 *
 * Over a pair of sequenced-packet sockets: the kernel keeps each message whole, with its length.
 * The agent says who the receiver is, secrets included, then one notification at a time; each gets
 * one answer. Pure: bytes in, values out.
 */
#ifndef BTMS_INFORM_WIRE_H
#define BTMS_INFORM_WIRE_H

#include "agentx_pdu.h"
#include "receivers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    INFORM_FD = 3, /* of the child: its end of the pair */
    INFORM_MESSAGE_MAX = 4096,
    INFORM_WHY_SIZE = 160,
};

struct inform_answer {
    uint32_t id;
    bool taken;                /* the receiver has answered that it has it */
    char why[INFORM_WHY_SIZE]; /* not taken: why, as part of a sentence */
};

/* Each writes one message and returns its length; 0 when it does not fit. */
size_t inform_put_receiver(uint8_t *buf, size_t size, const struct receiver *r);
size_t inform_put_notification(uint8_t *buf, size_t size, uint32_t id,
                               const struct agentx_varbind *vb, size_t n);
size_t inform_put_answer(uint8_t *buf, size_t size, const struct inform_answer *a);

/* Each: false for what is no such message; `ret` is undefined then. */
bool inform_get_receiver(const uint8_t *buf, size_t size, struct receiver *ret);
/* `ret` is read by agentx_read_varbind() until its end, or until it is bad. */
bool inform_get_notification(const uint8_t *buf, size_t size, uint32_t *ret_id,
                             struct agentx_in *ret);
bool inform_get_answer(const uint8_t *buf, size_t size, struct inform_answer *ret);

#endif
