/*
 * See agentx_pdu.h. A list is walked once by agentx_read_pdu(), which keeps nothing of it but the
 * place and the count: who answers walks it again, straight from the wire into the response. So a
 * PDU of any number of varbinds needs no memory, and no handler runs before the whole PDU is known
 * to be sound.
 */
#include "agentx_pdu.h"

#include <endian.h>
#include <string.h>

enum {
    VERSION = 1,
    PREFIX_LEN = 5, /* 1.3.6.1.x, which the wire may carry as `x` in the prefix byte (5.1) */
};

static const uint32_t INTERNET[PREFIX_LEN - 1] = {1, 3, 6, 1};

/* ---- reading ---------------------------------------------------------------------------- */

static const uint8_t *take(struct agentx_in *in, size_t n)
{
    if (in->bad || n > in->size - in->pos) {
        in->bad = true;
        return NULL;
    }
    in->pos += n;
    return in->data + in->pos - n;
}

static uint64_t number(struct agentx_in *in, int n)
{
    const uint8_t *p = take(in, (size_t)n);
    uint64_t v = 0;

    for (int i = 0; p != NULL && i < n; i++)
        v = v << 8 | p[in->network_order ? i : n - 1 - i];
    return v;
}

static uint8_t get_u8(struct agentx_in *in)
{
    return (uint8_t)number(in, 1);
}

static uint16_t get_u16(struct agentx_in *in)
{
    return (uint16_t)number(in, 2);
}

/* What nearly everything is made of. */
static uint32_t u32_at(const struct agentx_in *in, const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof(v));
    return in->network_order ? be32toh(v) : le32toh(v);
}

static uint32_t get_u32(struct agentx_in *in)
{
    const uint8_t *p = take(in, 4);

    return p != NULL ? u32_at(in, p) : 0;
}

/* 5.1: n_subid, prefix, include, reserved, then n_subid numbers. */
static bool get_oid(struct agentx_in *in, struct oid *ret)
{
    const uint8_t *head = take(in, 4), *p;
    uint32_t n;

    ret->len = 0;
    if (head == NULL)
        return false;
    n = head[0];
    p = take(in, 4 * n);
    if (p == NULL || n + (head[1] != 0 ? PREFIX_LEN : 0) > OID_MAX) {
        in->bad = true;
        return false;
    }
    if (head[1] != 0) {
        oid_append_list(ret, INTERNET, PREFIX_LEN - 1);
        oid_append(ret, head[1]);
    }
    for (uint32_t i = 0; i < n; i++, p += 4)
        ret->sub[ret->len++] = u32_at(in, p);
    return head[2] != 0;
}

/* 5.3: the length, the octets, zeros up to the next multiple of 4 (whose value is not checked). */
static struct agentx_octets get_octets(struct agentx_in *in)
{
    size_t size = get_u32(in);
    const uint8_t *p = take(in, size);

    take(in, -size & 3);
    return in->bad ? (struct agentx_octets){NULL, 0} : (struct agentx_octets){p, size};
}

void agentx_read_range(struct agentx_in *in, struct agentx_range *ret)
{
    ret->include = get_oid(in, &ret->start);
    get_oid(in, &ret->end);
}

static void get_value(struct agentx_in *in, struct agentx_value *ret)
{
    switch (ret->kind) {
    case AGENTX_INTEGER32:
        ret->integer = (int32_t)get_u32(in);
        break;
    case AGENTX_COUNTER32:
    case AGENTX_GAUGE32:
    case AGENTX_TIME_TICKS:
        ret->number = get_u32(in);
        break;
    case AGENTX_COUNTER64:
        ret->counter64 = number(in, 8);
        break;
    case AGENTX_OCTET_STRING:
    case AGENTX_IP_ADDRESS:
    case AGENTX_OPAQUE:
        ret->octets = get_octets(in);
        in->bad |= ret->kind == AGENTX_IP_ADDRESS && ret->octets.size != 4;
        break;
    case AGENTX_OBJECT_IDENTIFIER:
        get_oid(in, &ret->oid);
        break;
    case AGENTX_NULL:
    case AGENTX_NO_SUCH_OBJECT:
    case AGENTX_NO_SUCH_INSTANCE:
    case AGENTX_END_OF_MIB_VIEW:
        break;
    default:
        in->bad = true;
    }
}

/* 5.4: type, reserved, name, data. */
void agentx_read_varbind(struct agentx_in *in, struct agentx_varbind *ret)
{
    ret->value.kind = (enum agentx_kind)get_u16(in);
    get_u16(in);
    get_oid(in, &ret->name);
    get_value(in, &ret->value);
}

enum agentx_head agentx_read_header(const void *data, size_t n, struct agentx_header *ret)
{
    const uint8_t *p = data;
    struct agentx_in in = {.data = data, .size = n, .pos = 4};

    if (n >= 1 && p[0] != VERSION) /* say so at once, the rest may never come */
        return AGENTX_HEAD_UNSOUND;
    if (n < AGENTX_HEADER_SIZE)
        return AGENTX_HEAD_MORE;
    in.network_order = (p[2] & AGENTX_NETWORK_BYTE_ORDER) != 0;
    *ret = (struct agentx_header){.type = p[1], .flags = p[2]};
    ret->session = get_u32(&in);
    ret->transaction = get_u32(&in);
    ret->packet = get_u32(&in);
    ret->payload = get_u32(&in);
    return ret->payload % 4 == 0 ? AGENTX_HEAD_SOUND : AGENTX_HEAD_UNSOUND;
}

static void check_ranges(struct agentx_in *in, struct agentx_pdu *p)
{
    struct agentx_in check = *in;
    struct agentx_range range;

    p->list = *in;
    for (; !check.bad && check.pos < check.size; p->items++)
        agentx_read_range(&check, &range);
    *in = check;
}

static void check_varbinds(struct agentx_in *in, struct agentx_pdu *p)
{
    struct agentx_in check = *in;
    struct agentx_varbind vb;

    p->list = *in;
    for (; !check.bad && check.pos < check.size; p->items++)
        agentx_read_varbind(&check, &vb);
    *in = check;
}

/* 6.1.1 */
static void read_context(struct agentx_in *in, struct agentx_pdu *p)
{
    if (p->header.flags & AGENTX_NON_DEFAULT_CONTEXT)
        p->context = get_octets(in);
}

static void read_response(struct agentx_in *in, struct agentx_pdu *p)
{
    p->uptime = get_u32(in);
    p->error = get_u16(in);
    p->index = get_u16(in);
    check_varbinds(in, p);
}

static bool read_body(struct agentx_in *in, struct agentx_pdu *p)
{
    switch (p->header.type) {
    case AGENTX_GET:
    case AGENTX_GETNEXT:
        read_context(in, p);
        check_ranges(in, p);
        return true;
    case AGENTX_GETBULK:
        read_context(in, p);
        p->non_repeaters = get_u16(in);
        p->max_repetitions = get_u16(in);
        check_ranges(in, p);
        return true;
    case AGENTX_TESTSET:
        read_context(in, p);
        check_varbinds(in, p);
        return true;
    case AGENTX_PING:
        read_context(in, p);
        return true;
    case AGENTX_COMMITSET:
    case AGENTX_UNDOSET:
    case AGENTX_CLEANUPSET:
        return true;
    case AGENTX_CLOSE:
        p->reason = get_u8(in);
        take(in, 3);
        return true;
    case AGENTX_RESPONSE:
        read_response(in, p);
        return true;
    default:
        return false;
    }
}

bool agentx_read_pdu(const struct agentx_header *h, const void *payload, struct agentx_pdu *ret)
{
    struct agentx_in in = {.data = payload,
                           .size = h->payload,
                           .network_order = (h->flags & AGENTX_NETWORK_BYTE_ORDER) != 0};

    *ret = (struct agentx_pdu){.header = *h};
    return read_body(&in, ret) && !in.bad && in.pos == in.size;
}

/* ---- writing ---------------------------------------------------------------------------- */

static uint8_t *claim(struct agentx_out *out, size_t n)
{
    if (out->bad || n > out->size - out->pos) {
        out->bad = true;
        return NULL;
    }
    out->pos += n;
    return out->data + out->pos - n;
}

static void put_number(struct agentx_out *out, int n, uint64_t v)
{
    uint8_t *p = claim(out, (size_t)n);

    for (int i = n - 1; p != NULL && i >= 0; i--, v >>= 8)
        p[i] = (uint8_t)v;
}

static void put_u8(struct agentx_out *out, uint8_t v)
{
    put_number(out, 1, v);
}

static void put_u16(struct agentx_out *out, uint16_t v)
{
    put_number(out, 2, v);
}

static void put_u32(struct agentx_out *out, uint32_t v)
{
    uint8_t *p = claim(out, 4);

    v = htobe32(v);
    if (p != NULL)
        memcpy(p, &v, sizeof(v));
}

/* 5.1; the prefix byte holds 1..255 only. */
static void put_oid(struct agentx_out *out, const struct oid *o)
{
    bool prefixed = o->len >= PREFIX_LEN && memcmp(o->sub, INTERNET, sizeof(INTERNET)) == 0 &&
                    o->sub[PREFIX_LEN - 1] >= 1 && o->sub[PREFIX_LEN - 1] <= UINT8_MAX;
    uint32_t skip = prefixed ? PREFIX_LEN : 0, n = o->len - skip, v;
    uint8_t *p = claim(out, 4 + 4 * (size_t)n);

    if (p == NULL)
        return;
    p[0] = (uint8_t)n;
    p[1] = prefixed ? (uint8_t)o->sub[PREFIX_LEN - 1] : 0;
    p[2] = p[3] = 0; /* include and reserved: only search ranges include */
    for (uint32_t i = 0; i < n; i++) {
        v = htobe32(o->sub[skip + i]);
        memcpy(p + 4 + 4 * i, &v, sizeof(v));
    }
}

static void put_octets(struct agentx_out *out, const void *data, size_t size)
{
    size_t padding = -size & 3;
    uint8_t *p;

    if (size > AGENTX_OCTETS_MAX)
        out->bad = true;
    put_u32(out, (uint32_t)size);
    p = claim(out, size + padding);
    if (p != NULL && size > 0)
        memcpy(p, data, size);
    if (p != NULL)
        memset(p + size, 0, padding);
}

static void put_value(struct agentx_out *out, const struct agentx_value *v)
{
    switch (v->kind) {
    case AGENTX_INTEGER32:
        put_u32(out, (uint32_t)v->integer);
        break;
    case AGENTX_COUNTER32:
    case AGENTX_GAUGE32:
    case AGENTX_TIME_TICKS:
        put_u32(out, v->number);
        break;
    case AGENTX_COUNTER64:
        put_number(out, 8, v->counter64);
        break;
    case AGENTX_OCTET_STRING:
    case AGENTX_IP_ADDRESS:
    case AGENTX_OPAQUE:
        out->bad |= v->kind == AGENTX_IP_ADDRESS && v->octets.size != 4;
        put_octets(out, v->octets.data, v->octets.size);
        break;
    case AGENTX_OBJECT_IDENTIFIER:
        put_oid(out, &v->oid);
        break;
    case AGENTX_NULL:
    case AGENTX_NO_SUCH_OBJECT:
    case AGENTX_NO_SUCH_INSTANCE:
    case AGENTX_END_OF_MIB_VIEW:
        break;
    default:
        out->bad = true;
    }
}

void agentx_put_varbind(struct agentx_out *out, const struct oid *name,
                        const struct agentx_value *value)
{
    put_u16(out, (uint16_t)value->kind);
    put_u16(out, 0);
    put_oid(out, name);
    put_value(out, value);
}

/* The length is not known yet; end() fills it in. Returns where the PDU starts. */
static size_t begin(struct agentx_out *out, const struct agentx_header *h)
{
    size_t start = out->pos;

    put_u8(out, VERSION);
    put_u8(out, h->type);
    put_u8(out, h->flags | AGENTX_NETWORK_BYTE_ORDER);
    put_u8(out, 0);
    put_u32(out, h->session);
    put_u32(out, h->transaction);
    put_u32(out, h->packet);
    put_u32(out, 0);
    return start;
}

static void end(struct agentx_out *out, size_t start)
{
    struct agentx_out length = {.data = out->data, .size = out->size, .pos = start + 16};

    if (!out->bad)
        put_u32(&length, (uint32_t)(out->pos - start - AGENTX_HEADER_SIZE));
}

static size_t begin_own(struct agentx_out *out, enum agentx_type type, uint8_t flags,
                        uint32_t session, uint32_t packet)
{
    return begin(out, &(struct agentx_header){
                          .type = type, .flags = flags, .session = session, .packet = packet});
}

void agentx_put_open(struct agentx_out *out, uint32_t packet, uint8_t timeout_s,
                     const struct oid *id, const char *description)
{
    size_t start = begin_own(out, AGENTX_OPEN, 0, 0, packet);

    put_u8(out, timeout_s);
    put_number(out, 3, 0);
    put_oid(out, id);
    put_octets(out, description, strnlen(description, 255)); /* o.descr is a DisplayString */
    end(out, start);
}

void agentx_put_close(struct agentx_out *out, uint32_t session, uint32_t packet,
                      enum agentx_reason reason)
{
    size_t start = begin_own(out, AGENTX_CLOSE, 0, session, packet);

    put_u8(out, (uint8_t)reason);
    put_number(out, 3, 0);
    end(out, start);
}

/* The two are alike: 6.2.3 has a time-out (0: the session's) where 6.2.4 has nothing. */
static void put_registration(struct agentx_out *out, enum agentx_type type, uint32_t session,
                             uint32_t packet, uint8_t priority, const char *context,
                             const struct oid *subtree)
{
    uint8_t flags = *context != '\0' ? AGENTX_NON_DEFAULT_CONTEXT : 0;
    size_t start = begin_own(out, type, flags, session, packet);

    if (flags != 0)
        put_octets(out, context, strlen(context));
    put_u8(out, 0);
    put_u8(out, priority);
    put_u16(out, 0); /* no range; reserved */
    put_oid(out, subtree);
    end(out, start);
}

void agentx_put_register(struct agentx_out *out, uint32_t session, uint32_t packet,
                         uint8_t priority, const char *context, const struct oid *subtree)
{
    put_registration(out, AGENTX_REGISTER, session, packet, priority, context, subtree);
}

void agentx_put_unregister(struct agentx_out *out, uint32_t session, uint32_t packet,
                           uint8_t priority, const char *context, const struct oid *subtree)
{
    put_registration(out, AGENTX_UNREGISTER, session, packet, priority, context, subtree);
}

void agentx_put_notify(struct agentx_out *out, uint32_t session, uint32_t packet,
                       const struct agentx_varbind *vb, size_t n)
{
    size_t start = begin_own(out, AGENTX_NOTIFY, 0, session, packet);

    for (size_t i = 0; i < n; i++)
        agentx_put_varbind(out, &vb[i].name, &vb[i].value);
    end(out, start);
}

void agentx_put_ping(struct agentx_out *out, uint32_t session, uint32_t packet)
{
    end(out, begin_own(out, AGENTX_PING, 0, session, packet));
}

size_t agentx_begin_response(struct agentx_out *out, const struct agentx_header *request,
                             uint16_t error, uint16_t index)
{
    struct agentx_header h = *request;
    size_t start;

    h.type = AGENTX_RESPONSE;
    h.flags = 0; /* a Response has no context field (6.1.1) */
    start = begin(out, &h);
    put_u32(out, 0); /* res.sysUpTime is the master's to tell */
    put_u16(out, error);
    put_u16(out, index);
    return start;
}

void agentx_end_response(struct agentx_out *out, size_t start)
{
    end(out, start);
}

/* ---- names ------------------------------------------------------------------------------ */

#define NAME(table, i) ((i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : NULL)

const char *agentx_code_name(unsigned code)
{
    static const char *const snmp[] = {
        "noError",
        "tooBig",
        "noSuchName",
        "badValue",
        "readOnly",
        "genErr",
        "noAccess",
        "wrongType",
        "wrongLength",
        "wrongEncoding",
        "wrongValue",
        "noCreation",
        "inconsistentValue",
        "resourceUnavailable",
        "commitFailed",
        "undoFailed",
        "authorizationError",
        "notWritable",
        "inconsistentName",
    };
    static const char *const agentx[] = {
        "openFailed",          "notOpen",           "indexWrongType",     "indexAlreadyAllocated",
        "indexNoneAvailable",  "indexNotAllocated", "unsupportedContext", "duplicateRegistration",
        "unknownRegistration", "unknownAgentCaps",  "parseError",         "requestDenied",
        "processingError",
    };
    const char *name =
        code < AGENTX_OPEN_FAILED ? NAME(snmp, code) : NAME(agentx, code - AGENTX_OPEN_FAILED);

    return name != NULL ? name : "unknown error";
}

const char *agentx_reason_name(unsigned reason)
{
    static const char *const names[] = {
        NULL, "other", "parse error", "protocol error", "timeouts", "shutdown", "by manager",
    };
    const char *name = NAME(names, reason);

    return name != NULL ? name : "unknown reason";
}
