/*
 * See mbap.h. A stream that once shows a wrong protocol id or length is given up (MBAP_GARBAGE)
 * and not searched for the next likely header: a frame boundary guessed wrong would file one
 * cell's voltage under another, and a new connection costs milliseconds.
 */
#include "link/mbap.h"
#include "core/wire.h"

enum {
    HEADER_SIZE = 7,
    LENGTH_MIN = 2, /* unit and function */
    LENGTH_MAX = MBAP_FRAME_MAX - HEADER_SIZE + 1,
    EXCEPTION_BIT = 0x80,
};

void mbap_build(const struct link_request *r, uint16_t transaction, uint8_t ret[MBAP_REQUEST_SIZE])
{
    struct wire_out out = wire_writer(ret, MBAP_REQUEST_SIZE);

    wire_put_u16(&out, transaction);
    wire_put_u16(&out, 0); /* protocol: Modbus */
    wire_put_u16(&out, MBAP_REQUEST_SIZE - HEADER_SIZE + 1);
    wire_put_u8(&out, r->unit);
    wire_put_u8(&out, r->function);
    wire_put_u16(&out, r->address);
    wire_put_u16(&out, r->count);
}

enum mbap_cut mbap_cut(const uint8_t *data, size_t n, size_t *ret_used, struct mbap_frame *ret)
{
    struct wire_in in = wire_reader(data, n);
    uint16_t transaction = wire_get_u16(&in), protocol = wire_get_u16(&in);
    uint16_t length = wire_get_u16(&in);
    uint8_t unit = wire_get_u8(&in);

    /* Say garbage as soon as it shows, without waiting for a length that may be nonsense. */
    if (n >= 4 && protocol != 0)
        return MBAP_GARBAGE;
    if (n >= 6 && (length < LENGTH_MIN || length > LENGTH_MAX))
        return MBAP_GARBAGE;
    if (in.bad || wire_left(&in) < (size_t)length - 1)
        return MBAP_MORE;
    *ret = (struct mbap_frame){transaction, unit, data + HEADER_SIZE, (size_t)length - 1};
    *ret_used = HEADER_SIZE + ret->size;
    return MBAP_FRAME;
}

enum link_result mbap_match(const struct link_request *r, const struct mbap_frame *f,
                            uint16_t words[LINK_WORDS_MAX], uint8_t *ret_exception)
{
    struct wire_in in = wire_reader(f->pdu, f->size);
    uint8_t function = wire_get_u8(&in), second = wire_get_u8(&in);

    if (in.bad || f->unit != r->unit)
        return LINK_MISMATCH;
    if (function == (r->function | EXCEPTION_BIT) && wire_left(&in) == 0) {
        *ret_exception = second;
        return LINK_EXCEPTION;
    }
    if (function != r->function || second != 2 * r->count || wire_left(&in) != second)
        return LINK_MISMATCH;
    wire_get_words(&in, words, r->count);
    return LINK_OK;
}

const char *mbap_exception_name(uint8_t code)
{
    static const char *const names[] = {
        [1] = "illegal function",
        [2] = "illegal data address",
        [3] = "illegal data value",
        [4] = "server device failure",
        [5] = "acknowledge",
        [6] = "server device busy",
        [8] = "memory parity error",
        [10] = "gateway path unavailable",
        [11] = "gateway target device failed to respond",
    };

    return code < sizeof(names) / sizeof(names[0]) && names[code] ? names[code]
                                                                  : "unknown exception";
}
