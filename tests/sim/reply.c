/*
 * reply.c: libmodbus writes every reply, so that the encoding a client is tested against is not
 * written by the authors of the client.
 *
 * modbus_reply() wants a socket: it gets one end of a socket pair and the bytes are read back from
 * the other end. The registers asked for are laid out in a mapping made for just this request. When
 * the read has to be refused the mapping is empty, and libmodbus finds the reason by itself.
 */
#include "reply.h"

#include "gateway.h"
#include "unit.h"

#include <err.h>
#include <modbus/modbus.h>
#include <string.h>
#include <sys/socket.h>

enum {
    HEADER = 7,       /* MBAP with unit id; the function code follows */
    READ_REQUEST = 12 /* a whole read request */
};

static modbus_t *context;
static int far_end;

void reply_init(void)
{
    int pair[2];

    context = modbus_new_tcp("127.0.0.1", 502);
    if (!context || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        err(2, "libmodbus");
    modbus_set_socket(context, pair[0]);
    far_end = pair[1];
    /* libmodbus sleeps that long before it refuses a quantity. */
    modbus_set_response_timeout(context, 0, 1);
}

/* What libmodbus has written. */
static size_t collect(int written, uint8_t ret[FRAME_MAX])
{
    ssize_t got = written > 0 ? recv(far_end, ret, FRAME_MAX, MSG_DONTWAIT) : -1;

    return got > 0 ? (size_t)got : 0;
}

size_t reply_exception(const uint8_t *request, unsigned code, uint8_t ret[FRAME_MAX])
{
    /* libmodbus only knows codes up to 11; any other is put in afterwards. */
    unsigned known = code < MODBUS_EXCEPTION_MAX ? code : MODBUS_EXCEPTION_ILLEGAL_FUNCTION;
    size_t length = collect(modbus_reply_exception(context, request, known), ret);

    if (length > HEADER + 1)
        ret[HEADER + 1] = (uint8_t)code;
    return length;
}

static unsigned get16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* COUNT registers from ADDRESS, none to have libmodbus refuse the address. */
static size_t reply_words(const uint8_t *request, size_t length, uint16_t *words, unsigned count,
                          uint8_t ret[FRAME_MAX])
{
    int address = (int)get16(request + HEADER + 1);
    modbus_mapping_t mapping = {
        .nb_registers = (int)count,
        .start_registers = address,
        .tab_registers = words,
        .nb_input_registers = (int)count,
        .start_input_registers = address,
        .tab_input_registers = words,
    };

    return collect(modbus_reply(context, request, (int)length, &mapping), ret);
}

/* A correct header and function code, and then no data: libmodbus would not write that. */
static size_t empty_reply(uint8_t *reply, size_t length)
{
    if (length < HEADER + 2)
        return length;
    reply[4] = 0;
    reply[5] = 3;
    reply[HEADER + 1] = 0;
    return HEADER + 2;
}

static size_t reply_read(struct gateway *gw, const uint8_t *request, size_t length,
                         uint8_t ret[FRAME_MAX])
{
    uint16_t words[READ_MAX] = {0};
    unsigned address = get16(request + HEADER + 1), count = get16(request + HEADER + 3);

    if (count < 1 || count > READ_MAX)
        return reply_words(request, length, words, 0, ret);
    switch (unit_read(gw, request[HEADER - 1], address, count, words)) {
    case VERDICT_SILENT:
        return 0;
    case VERDICT_NO_UNIT:
        return reply_exception(request, MODBUS_EXCEPTION_GATEWAY_TARGET, ret);
    case VERDICT_NO_ADDRESS:
        return reply_words(request, length, words, 0, ret);
    case VERDICT_EMPTY:
        return empty_reply(ret, reply_words(request, length, words, count, ret));
    case VERDICT_WORDS:
        break;
    }
    return reply_words(request, length, words, count, ret);
}

static bool function_served(const struct gateway *gw, unsigned function)
{
    switch (gw->settings.functions) {
    case FUNCTIONS_3:
        return function == MODBUS_FC_READ_HOLDING_REGISTERS;
    case FUNCTIONS_4:
        return function == MODBUS_FC_READ_INPUT_REGISTERS;
    default:
        return function == MODBUS_FC_READ_HOLDING_REGISTERS ||
               function == MODBUS_FC_READ_INPUT_REGISTERS;
    }
}

size_t reply_make(struct gateway *gw, const uint8_t *request, size_t length, uint8_t ret[FRAME_MAX])
{
    switch (unit_presence(gw, request[HEADER - 1])) {
    case VERDICT_SILENT:
        return 0;
    case VERDICT_NO_UNIT:
        return reply_exception(request, MODBUS_EXCEPTION_GATEWAY_TARGET, ret);
    default:
        break;
    }
    if (!function_served(gw, request[HEADER]))
        return reply_exception(request, MODBUS_EXCEPTION_ILLEGAL_FUNCTION, ret);
    if (length != READ_REQUEST)
        return reply_exception(request, MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE, ret);
    return reply_read(gw, request, length, ret);
}
