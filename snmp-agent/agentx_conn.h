/*
 * agentx_conn - the connection to the master: a socket that never blocks, and a buffer each way.
 * Knows where PDUs begin and end, not what they mean.
 *
 * Both buffers are allocated once. At most AGENTX_HOLD bytes may wait to be sent when a PDU is
 * taken off the input, and behind those there is always room for the longest answer and for a
 * request of our own: so nothing is ever dropped for want of space.
 */
#ifndef BTMS_AGENTX_CONN_H
#define BTMS_AGENTX_CONN_H

#include "agentx_pdu.h"

#include <sys/socket.h>

enum {
    AGENTX_PAYLOAD_MAX = 128 * 1024, /* of a PDU that is read */
    AGENTX_SKIP_MAX = 16 << 20,      /* of one that is skipped; a longer one is garbage */
    AGENTX_HOLD = 256 * 1024,
    AGENTX_REPLY_MAX = 1 << 20, /* header included */
    AGENTX_OWN_MAX = 64 * 1024, /* of a request of our own, header included */
};

struct agentx_conn {
    char *address; /* as given */
    struct sockaddr_storage peer;
    socklen_t peer_size;
    int fd; /* -1: none */
    bool connecting;
    uint64_t number; /* of descriptors so far */
    uint8_t *in, *out;
    size_t in_at, in_end, out_at, out_end; /* used: [at, end) */
    size_t skip;                           /* bytes of an oversized PDU still to come */
};

enum agentx_next {
    AGENTX_NEXT_NONE,  /* nothing whole */
    AGENTX_NEXT_PDU,   /* `ret_payload` points into the buffer, until the next receive or close */
    AGENTX_NEXT_LARGE, /* over AGENTX_PAYLOAD_MAX: the header, the rest will be skipped */
    AGENTX_NEXT_GARBAGE,
};

/* "/path", "unix:/path", "tcp:host:port" with a numeric host (an IPv6 one in brackets) or
 * "localhost". 0, or -EINVAL, -ENAMETOOLONG and in `*ret_why` what is wrong, as the end of a
 * sentence. */
int agentx_conn_parse(const char *address, struct sockaddr_storage *ret, socklen_t *ret_size,
                      const char **ret_why);

/* 0, -ENOMEM, or as agentx_conn_parse(); agentx_conn_done() in any case. */
int agentx_conn_init(struct agentx_conn *c, const char *address);
void agentx_conn_done(struct agentx_conn *c);

/* Starts to connect: 0, also while c->connecting, and then agentx_conn_finish() is due once the
 * descriptor has an event; or -errno, and agentx_conn_close() is the caller's. */
int agentx_conn_open(struct agentx_conn *c);
int agentx_conn_finish(struct agentx_conn *c);
/* Forgets all bytes as well. Nothing where there is none. */
void agentx_conn_close(struct agentx_conn *c);

/* One recv(), one send(): 0 (nothing to do included), or -errno; -EPIPE: the master hung up. */
int agentx_conn_receive(struct agentx_conn *c);
int agentx_conn_send(struct agentx_conn *c);

/* Takes the next PDU off the input. Only while agentx_conn_room(). */
enum agentx_next agentx_conn_next(struct agentx_conn *c, struct agentx_header *ret_header,
                                  const uint8_t **ret_payload);

size_t agentx_conn_waiting(const struct agentx_conn *c);
/* At most AGENTX_HOLD bytes wait: requests may be taken. */
bool agentx_conn_room(const struct agentx_conn *c);

/* A cursor of `max` bytes (AGENTX_REPLY_MAX while there is room, AGENTX_OWN_MAX) behind what waits;
 * agentx_conn_post() adds what was written. */
struct agentx_out agentx_conn_writer(struct agentx_conn *c, size_t max);
void agentx_conn_post(struct agentx_conn *c, const struct agentx_out *out);

#endif
