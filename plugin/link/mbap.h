/*
 * mbap - Modbus TCP frames: build a read request, cut replies out of a byte stream. Pure.
 *
 * Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header), and MODBUS
 * Application Protocol V1.1b3, 6.3/6.4 (read holding / input registers), 7 (exceptions).
 * Only the two read functions can be built: nothing here, and so nothing anywhere, can write.
 */
#ifndef BTMS_MBAP_H
#define BTMS_MBAP_H

#include "link/link.h"

#include <stddef.h>
#include <stdint.h>

enum { MBAP_REQUEST_SIZE = 12, MBAP_FRAME_MAX = 260 };

enum mbap_cut {
    MBAP_MORE,    /* no whole frame yet */
    MBAP_FRAME,   /* one frame cut */
    MBAP_GARBAGE, /* not Modbus TCP: the stream cannot be followed any further */
};

/* One frame; `pdu` points into the buffer it was cut from. */
struct mbap_frame {
    uint16_t transaction;
    uint8_t unit;
    const uint8_t *pdu; /* function code and data, `size` >= 1 bytes */
    size_t size;
};

/* Writes a request for `r->count` (1..125) registers. */
void mbap_build(const struct link_request *r, uint16_t transaction, uint8_t ret[MBAP_REQUEST_SIZE]);

/* Looks at the `n` bytes received and not used yet. On MBAP_FRAME `ret_used` bytes are done with. */
enum mbap_cut mbap_cut(const uint8_t *data, size_t n, size_t *ret_used, struct mbap_frame *ret);

/* Holds a frame with the right transaction id against its request: unit, function, byte count.
 * LINK_OK fills `words` (r->count of them), LINK_EXCEPTION fills `ret_exception`, everything else
 * is LINK_MISMATCH. */
enum link_result mbap_match(const struct link_request *r, const struct mbap_frame *f,
                            uint16_t words[LINK_WORDS_MAX], uint8_t *ret_exception);

/* The standard's name of an exception code; "unknown exception" for the rest. */
const char *mbap_exception_name(uint8_t code);

#endif
