/*
 * agentx_pdu - AgentX on the wire (RFC 2741): read what a master sends, write what a subagent
 * sends. Pure: bytes in, values out, no state, no allocation.
 *
 * Both byte orders are read, as the flag of each PDU says (6.1); network byte order is written.
 * Reading and writing go through cursors with one rule: the first access that would leave the
 * buffer, and the first thing that is malformed, sets `bad`; later ones do nothing.
 */
#ifndef BTMS_AGENTX_PDU_H
#define BTMS_AGENTX_PDU_H

#include "oid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octet strings end at 65,535 (RFC 2578, 7.1.2); net-snmp drops a session over longer ones. */
enum { AGENTX_HEADER_SIZE = 20, AGENTX_OCTETS_MAX = 65535 };

/* h.type (6.1): those that are read or written here. */
enum agentx_type {
    AGENTX_OPEN = 1,
    AGENTX_CLOSE = 2,
    AGENTX_REGISTER = 3,
    AGENTX_UNREGISTER = 4,
    AGENTX_GET = 5,
    AGENTX_GETNEXT = 6,
    AGENTX_GETBULK = 7,
    AGENTX_TESTSET = 8,
    AGENTX_COMMITSET = 9,
    AGENTX_UNDOSET = 10,
    AGENTX_CLEANUPSET = 11,
    AGENTX_NOTIFY = 12,
    AGENTX_PING = 13,
    AGENTX_RESPONSE = 18,
};

/* h.flags (6.1) */
enum { AGENTX_NON_DEFAULT_CONTEXT = 0x08, AGENTX_NETWORK_BYTE_ORDER = 0x10 };

/* res.error (6.2.16): SNMP's (RFC 3416, 3) that are used here, and AgentX's own. */
enum agentx_code {
    AGENTX_NO_ERROR = 0,
    AGENTX_GEN_ERR = 5,
    AGENTX_WRONG_TYPE = 7,
    AGENTX_WRONG_LENGTH = 8,
    AGENTX_WRONG_VALUE = 10,
    AGENTX_NO_CREATION = 11,
    AGENTX_INCONSISTENT_VALUE = 12,
    AGENTX_RESOURCE_UNAVAILABLE = 13,
    AGENTX_COMMIT_FAILED = 14,
    AGENTX_UNDO_FAILED = 15,
    AGENTX_NOT_WRITABLE = 17,
    AGENTX_OPEN_FAILED = 256,
    AGENTX_NOT_OPEN = 257,
    AGENTX_UNSUPPORTED_CONTEXT = 262,
    AGENTX_DUPLICATE_REGISTRATION = 263,
    AGENTX_UNKNOWN_REGISTRATION = 264,
    AGENTX_PARSE_ERROR = 266,
    AGENTX_REQUEST_DENIED = 267,
    AGENTX_PROCESSING_ERROR = 268,
};

/* c.reason (6.2.2): those sent from here. */
enum agentx_reason { AGENTX_REASON_SHUTDOWN = 5 };

/* v.type (5.4) */
enum agentx_kind {
    AGENTX_INTEGER32 = 2,
    AGENTX_OCTET_STRING = 4,
    AGENTX_NULL = 5,
    AGENTX_OBJECT_IDENTIFIER = 6,
    AGENTX_IP_ADDRESS = 64,
    AGENTX_COUNTER32 = 65,
    AGENTX_GAUGE32 = 66, /* Unsigned32 as well */
    AGENTX_TIME_TICKS = 67,
    AGENTX_OPAQUE = 68,
    AGENTX_COUNTER64 = 70,
    AGENTX_NO_SUCH_OBJECT = 128,
    AGENTX_NO_SUCH_INSTANCE = 129,
    AGENTX_END_OF_MIB_VIEW = 130,
};

/* Bytes of somebody else. Read from a PDU they point into it; given to be written they must live
 * until the writing call returns. */
struct agentx_octets {
    const void *data;
    size_t size;
};

struct agentx_value {
    enum agentx_kind kind;
    union {
        int32_t integer;             /* AGENTX_INTEGER32 */
        uint32_t number;             /* AGENTX_COUNTER32, _GAUGE32, _TIME_TICKS */
        uint64_t counter64;          /* AGENTX_COUNTER64 */
        struct agentx_octets octets; /* AGENTX_OCTET_STRING, _OPAQUE, _IP_ADDRESS (4 octets) */
        struct oid oid;              /* AGENTX_OBJECT_IDENTIFIER */
    };                               /* nothing for the rest */
};

struct agentx_varbind {
    struct oid name;
    struct agentx_value value;
};

/* A SearchRange (5.2): from `start`, itself only if `include`, to before `end`; an `end` of length
 * 0 is no end. */
struct agentx_range {
    struct oid start, end;
    bool include;
};

struct agentx_header {
    uint8_t type, flags;
    uint32_t session, transaction, packet;
    uint32_t payload; /* bytes behind the header */
};

struct agentx_in {
    const uint8_t *data;
    size_t size, pos;
    bool network_order, bad;
};

struct agentx_out {
    uint8_t *data;
    size_t size, pos;
    bool bad;
};

/* A PDU read. What does not belong to its type is 0. */
struct agentx_pdu {
    struct agentx_header header;
    struct agentx_octets context;            /* empty: the default context */
    uint16_t non_repeaters, max_repetitions; /* GetBulk */
    uint8_t reason;                          /* Close */
    uint32_t uptime;                         /* Response: the master's sysUpTime, 0.01 s */
    uint16_t error, index;                   /* Response */
    struct agentx_in list; /* Get*: ranges, TestSet and Response: varbinds; known to be sound */
    size_t items;          /* how many of them */
};

/* ---- reading ---------------------------------------------------------------------------- */

enum agentx_head {
    AGENTX_HEAD_MORE,    /* fewer than AGENTX_HEADER_SIZE bytes */
    AGENTX_HEAD_SOUND,   /* `ret` is filled; the payload need not be there yet */
    AGENTX_HEAD_UNSOUND, /* not version 1, or a length that cannot be: this stream is lost */
};

/* Looks at the first `n` bytes of a PDU (6.1). Any type and any length divisible by 4 is sound. */
enum agentx_head agentx_read_header(const void *data, size_t n, struct agentx_header *ret);

/* Takes the h->payload bytes behind the header apart (6.2). False, and `ret` undefined, for what a
 * subagent is not sent, and what does not parse to its last byte. `ret` points into `payload`. */
bool agentx_read_pdu(const struct agentx_header *h, const void *payload, struct agentx_pdu *ret);

/* The next one of pdu.list; copy the cursor to start over. Not to be called more than `items`
 * times; the cursor's `bad` says whether it was. */
void agentx_read_range(struct agentx_in *in, struct agentx_range *ret);
void agentx_read_varbind(struct agentx_in *in, struct agentx_varbind *ret);

/* ---- writing ---------------------------------------------------------------------------- */

/* Every one appends a whole PDU; one that does not fit (or has a value that cannot be written) sets
 * `bad`, and where `pos` then stands means nothing. Transaction ids of own requests are 0. */

/* 6.2.1; `timeout_s` 0: the master's default. `description` is UTF-8, at most 255 bytes. */
void agentx_put_open(struct agentx_out *out, uint32_t packet, uint8_t timeout_s,
                     const struct oid *id, const char *description);
/* 6.2.2 */
void agentx_put_close(struct agentx_out *out, uint32_t session, uint32_t packet,
                      enum agentx_reason reason);
/* 6.2.3, of a whole subtree; priority 127 is the default. `context` "" is the default one. */
void agentx_put_register(struct agentx_out *out, uint32_t session, uint32_t packet,
                         uint8_t priority, const char *context, const struct oid *subtree);
/* 6.2.4: what was registered with the same arguments. */
void agentx_put_unregister(struct agentx_out *out, uint32_t session, uint32_t packet,
                           uint8_t priority, const char *context, const struct oid *subtree);
/* 6.2.10, default context. sysUpTime.0 may be left out, snmpTrapOID.0 may not. */
void agentx_put_notify(struct agentx_out *out, uint32_t session, uint32_t packet,
                       const struct agentx_varbind *vb, size_t n);
/* 6.2.11, default context */
void agentx_put_ping(struct agentx_out *out, uint32_t session, uint32_t packet);

/* 6.2.16: starts the answer to `request` and returns where. Varbinds may follow, then
 * agentx_end_response(). */
size_t agentx_begin_response(struct agentx_out *out, const struct agentx_header *request,
                             uint16_t error, uint16_t index);
void agentx_put_varbind(struct agentx_out *out, const struct oid *name,
                        const struct agentx_value *value);
void agentx_end_response(struct agentx_out *out, size_t start);

/* ---- names ------------------------------------------------------------------------------ */

/* As the RFCs call them; "unknown error", "unknown reason" for the rest. */
const char *agentx_code_name(unsigned code);
const char *agentx_reason_name(unsigned reason);

#endif
