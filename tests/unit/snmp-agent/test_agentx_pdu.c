/*
 * AgentX PDUs as bytes, typed after the figures of RFC 2741, 5 and 6.2. What a master sends is
 * typed once and spelled in both byte orders: H is a 16-bit field, W one of 32 bits, D of 64.
 */
#include "agentx_pdu.h"
#include "../../support/check.h"

#include <stdlib.h>
#include <string.h>

#define BYTE(v, n) (uint8_t)((uint64_t)(v) >> (8 * (n)))

#define H_NETWORK(v) BYTE(v, 1), BYTE(v, 0)
#define W_NETWORK(v) BYTE(v, 3), BYTE(v, 2), BYTE(v, 1), BYTE(v, 0)
#define D_NETWORK(v) W_NETWORK((uint64_t)(v) >> 32), W_NETWORK(v)
#define H_LITTLE(v)  BYTE(v, 0), BYTE(v, 1)
#define W_LITTLE(v)  BYTE(v, 0), BYTE(v, 1), BYTE(v, 2), BYTE(v, 3)
#define D_LITTLE(v)  W_LITTLE(v), W_LITTLE((uint64_t)(v) >> 32)

#define HEADER(type, flags, length, W)                                                             \
    1, type, flags, 0, W(0x01020304), W(0xa0b0c0d0), W(0x11223344), W(length)

/* 1.3.6.1.4.1.8072 with the internet prefix; the null identifier */
#define NET_SNMP(include, W) 2, 4, include, 0, W(1), W(8072)
#define GW042                'g', 'w', '0', '4', '2', 0, 0, 0
#define NULL_OID             0, 0, 0, 0

#define GET(order, H, W, D)                                                                        \
    HEADER(5, order, 28, W), 3, 4, 0, 0, W(1), W(8072), W(0xfffffffe), NULL_OID, NULL_OID, NULL_OID

#define GET_IN_CONTEXT(order, H, W, D)                                                             \
    HEADER(5, 0x08 | order, 28, W), W(5), GW042, NET_SNMP(0, W), NULL_OID

/* 1.2.840 and 2.5 cannot have the prefix; the second range includes its start */
#define GETNEXT(order, H, W, D)                                                                    \
    HEADER(6, order, 52, W), 3, 0, 0, 0, W(1), W(2), W(840), 2, 0, 0, 0, W(2), W(5),               \
        NET_SNMP(1, W), 2, 4, 0, 0, W(1), W(8073)

#define GETBULK(order, H, W, D)                                                                    \
    HEADER(7, order, 36, W), H(1), H(0x0203), NET_SNMP(0, W), NULL_OID, NET_SNMP(1, W), NULL_OID

#define TESTSET(order, H, W, D)                                                                    \
    HEADER(8, order, 36, W), H(2), 0, 0, NET_SNMP(0, W), W(-5), H(4), 0, 0, NULL_OID, W(1), 'x',   \
        0, 0, 0

#define COMMITSET(order, H, W, D)       HEADER(9, order, 0, W)
#define UNDOSET(order, H, W, D)         HEADER(10, order, 0, W)
#define CLEANUPSET(order, H, W, D)      HEADER(11, order, 0, W)
#define PING(order, H, W, D)            HEADER(13, order, 0, W)
#define PING_IN_CONTEXT(order, H, W, D) HEADER(13, 8 | order, 8, W), W(4), 'g', 'w', '0', '1'
#define CLOSE(order, H, W, D)           HEADER(2, order, 4, W), 5, 0, 0, 0
#define RESPONSE(order, H, W, D)        HEADER(18, order, 8, W), W(0x12345678), H(263), H(2)

/* every kind of value (5.4) under 1.3.6.1.4.1.8072 */
#define NAMED(kind, H, W) H(kind), 0, 0, NET_SNMP(0, W)
#define RESPONSE_LIST(order, H, W, D)                                                              \
    HEADER(18, order, 324, W), W(7), H(0), H(0), NAMED(2, H, W), W(-2), NAMED(4, H, W), W(5), 'h', \
        'e', 'l', 'l', 'o', 0, 0, 0, NAMED(4, H, W), W(0), NAMED(5, H, W), NAMED(6, H, W), 3, 0,   \
        0, 0, W(1), W(2), W(840), NAMED(6, H, W), NULL_OID, NAMED(64, H, W), W(4), 192, 0, 2, 1,   \
        NAMED(65, H, W), W(0xfffffff0), NAMED(66, H, W), W(0xfffffff1), NAMED(67, H, W),           \
        W(0xfffffff2), NAMED(68, H, W), W(3), 0x9f, 0x78, 4, 0, NAMED(70, H, W),                   \
        D(0x0102030405060708), NAMED(128, H, W), NAMED(129, H, W), NAMED(130, H, W)

#define NETWORK(pdu)                                                                               \
    (const uint8_t[])                                                                              \
    {                                                                                              \
        pdu(0x10, H_NETWORK, W_NETWORK, D_NETWORK)                                                 \
    }
#define LITTLE(pdu)                                                                                \
    (const uint8_t[])                                                                              \
    {                                                                                              \
        pdu(0x00, H_LITTLE, W_LITTLE, D_LITTLE)                                                    \
    }

static const struct sample {
    const char *name;
    size_t size, items;
    const uint8_t *network, *little;
} samples[] = {
#define SAMPLE(pdu, items)                                                                         \
    {                                                                                              \
#pdu, sizeof(NETWORK(pdu)), items, NETWORK(pdu), LITTLE(pdu)                               \
    }
    SAMPLE(GET, 2),
    SAMPLE(GET_IN_CONTEXT, 1),
    SAMPLE(GETNEXT, 2),
    SAMPLE(GETBULK, 2),
    SAMPLE(TESTSET, 2),
    SAMPLE(COMMITSET, 0),
    SAMPLE(UNDOSET, 0),
    SAMPLE(CLEANUPSET, 0),
    SAMPLE(PING, 0),
    SAMPLE(PING_IN_CONTEXT, 0),
    SAMPLE(CLOSE, 0),
    SAMPLE(RESPONSE, 0),
    SAMPLE(RESPONSE_LIST, 15),
};

static const struct sample *sample(const char *name)
{
    for (size_t i = 0; i < COUNT(samples); i++)
        if (strcmp(samples[i].name, name) == 0)
            return &samples[i];
    fail_msg("no sample %s", name);
    return NULL;
}

/* Header and body of whole PDUs; NULL where it does not parse. The bytes must outlive `p`. */
static bool read_whole(const uint8_t *data, size_t size, struct agentx_pdu *p)
{
    struct agentx_header h;

    return agentx_read_header(data, size, &h) == AGENTX_HEAD_SOUND &&
           h.payload == size - AGENTX_HEADER_SIZE &&
           agentx_read_pdu(&h, data + AGENTX_HEADER_SIZE, p);
}

/* Both spellings of a sample, one after the other. */
#define FOR_BOTH(name, p) for (int order = 0; order < 2 && read_both(name, order, &(p)); order++)

static bool read_both(const char *name, int order, struct agentx_pdu *p)
{
    const struct sample *s = sample(name);

    if (!read_whole(order == 0 ? s->network : s->little, s->size, p))
        fail_msg("%s, byte order %d: does not parse", name, order);
    assert_int_equal(p->header.session, 0x01020304);
    assert_int_equal(p->header.transaction, 0xa0b0c0d0);
    assert_int_equal(p->header.packet, 0x11223344);
    assert_int_equal(p->items, s->items);
    return true;
}

static const struct oid net_snmp = OID(1, 3, 6, 1, 4, 1, 8072);

static void assert_oid(const struct oid *is, const struct oid *want)
{
    char a[OID_TEXT_SIZE], b[OID_TEXT_SIZE];

    assert_string_equal(oid_print(is, a), oid_print(want, b));
}

/* ---- reading ------------------------------------------------------------------------------ */

static void read__raw_bytes_of_a_get__both_orders(void **state)
{
    /* spelled out, so that a slip in the macros above cannot hide */
    static const uint8_t network[] = {0x01, 0x05, 0x10, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00,
                                      0x00, 0x00, 0x2a, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
                                      0x00, 0x10, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,
                                      0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
    static const uint8_t little[] = {0x01, 0x05, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x2a,
                                     0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x10, 0x00,
                                     0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x01, 0x00, 0x00,
                                     0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00};
    const uint8_t *const both[] = {network, little};
    struct agentx_range range;
    struct agentx_pdu p;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_true(read_whole(both[i], sizeof(network), &p));
        assert_int_equal(p.header.session, 7);
        assert_int_equal(p.header.transaction, 42);
        assert_int_equal(p.header.packet, 256);
        assert_int_equal(p.items, 1);
        agentx_read_range(&p.list, &range);
        assert_oid(&range.start, &OID(1, 3, 6, 1, 2, 1, 65536));
        assert_int_equal(range.end.len, 0);
    }
}

static void read__get__names_and_null(void **state)
{
    struct agentx_range range;
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("GET", p)
    {
        assert_int_equal(p.header.type, AGENTX_GET);
        assert_int_equal(p.context.size, 0);
        agentx_read_range(&p.list, &range);
        assert_oid(&range.start, &OID(1, 3, 6, 1, 4, 1, 8072, 0xfffffffe));
        assert_false(range.include);
        assert_int_equal(range.end.len, 0);
        agentx_read_range(&p.list, &range);
        assert_int_equal(range.start.len, 0);
        assert_false(p.list.bad);
        agentx_read_range(&p.list, &range);
        assert_true(p.list.bad);
    }
}

static void read__contexts__their_octets(void **state)
{
    struct agentx_range range;
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("GET_IN_CONTEXT", p)
    {
        assert_int_equal(p.context.size, 5);
        assert_memory_equal(p.context.data, "gw042", 5);
        agentx_read_range(&p.list, &range);
        assert_oid(&range.start, &net_snmp);
    }
    FOR_BOTH("PING_IN_CONTEXT", p)
    {
        assert_int_equal(p.context.size, 4);
        assert_memory_equal(p.context.data, "gw01", 4);
    }
}

static void read__getnext__ranges_and_include(void **state)
{
    struct agentx_range range;
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("GETNEXT", p)
    {
        agentx_read_range(&p.list, &range);
        assert_oid(&range.start, &OID(1, 2, 840));
        assert_oid(&range.end, &OID(2, 5));
        assert_false(range.include);
        agentx_read_range(&p.list, &range);
        assert_oid(&range.start, &net_snmp);
        assert_oid(&range.end, &OID(1, 3, 6, 1, 4, 1, 8073));
        assert_true(range.include);
    }
}

static void read__getbulk__counts(void **state)
{
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("GETBULK", p)
    {
        assert_int_equal(p.non_repeaters, 1);
        assert_int_equal(p.max_repetitions, 0x0203);
    }
}

static void read__testset__varbinds(void **state)
{
    struct agentx_varbind vb;
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("TESTSET", p)
    {
        agentx_read_varbind(&p.list, &vb);
        assert_oid(&vb.name, &net_snmp);
        assert_int_equal(vb.value.kind, AGENTX_INTEGER32);
        assert_int_equal(vb.value.integer, -5);
        agentx_read_varbind(&p.list, &vb);
        assert_int_equal(vb.name.len, 0);
        assert_int_equal(vb.value.octets.size, 1);
        assert_memory_equal(vb.value.octets.data, "x", 1);
    }
}

static void read__close_and_response__their_fields(void **state)
{
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("CLOSE", p)
    assert_int_equal(p.reason, 5);
    FOR_BOTH("RESPONSE", p)
    {
        assert_int_equal(p.uptime, 0x12345678);
        assert_int_equal(p.error, AGENTX_DUPLICATE_REGISTRATION);
        assert_int_equal(p.index, 2);
    }
}

static struct agentx_value next_value(struct agentx_pdu *p, enum agentx_kind kind)
{
    struct agentx_varbind vb;

    agentx_read_varbind(&p->list, &vb);
    assert_false(p->list.bad);
    assert_oid(&vb.name, &net_snmp);
    assert_int_equal(vb.value.kind, kind);
    return vb.value;
}

static void read__every_kind_of_value__its_value(void **state)
{
    struct agentx_value v;
    struct agentx_pdu p;

    (void)state;
    FOR_BOTH("RESPONSE_LIST", p)
    {
        assert_int_equal(next_value(&p, AGENTX_INTEGER32).integer, -2);
        v = next_value(&p, AGENTX_OCTET_STRING);
        assert_int_equal(v.octets.size, 5);
        assert_memory_equal(v.octets.data, "hello", 5);
        assert_int_equal(next_value(&p, AGENTX_OCTET_STRING).octets.size, 0);
        next_value(&p, AGENTX_NULL);
        v = next_value(&p, AGENTX_OBJECT_IDENTIFIER);
        assert_oid(&v.oid, &OID(1, 2, 840));
        assert_int_equal(next_value(&p, AGENTX_OBJECT_IDENTIFIER).oid.len, 0);
        v = next_value(&p, AGENTX_IP_ADDRESS);
        assert_int_equal(v.octets.size, 4);
        assert_memory_equal(v.octets.data, "\xc0\x00\x02\x01", 4);
        assert_int_equal(next_value(&p, AGENTX_COUNTER32).number, 0xfffffff0);
        assert_int_equal(next_value(&p, AGENTX_GAUGE32).number, 0xfffffff1);
        assert_int_equal(next_value(&p, AGENTX_TIME_TICKS).number, 0xfffffff2);
        v = next_value(&p, AGENTX_OPAQUE);
        assert_memory_equal(v.octets.data, "\x9f\x78\x04", 3);
        assert_true(next_value(&p, AGENTX_COUNTER64).counter64 == 0x0102030405060708);
        next_value(&p, AGENTX_NO_SUCH_OBJECT);
        next_value(&p, AGENTX_NO_SUCH_INSTANCE);
        next_value(&p, AGENTX_END_OF_MIB_VIEW);
    }
}

/* ---- what does not parse ------------------------------------------------------------------ */

/* The whole thing with its payload cut to `size`, said so in the header, in an exact heap block. */
static bool read_cut(const uint8_t *data, size_t size, struct agentx_pdu *p)
{
    size_t n = size - AGENTX_HEADER_SIZE;
    uint8_t *exact = malloc(n > 0 ? n : 1);
    struct agentx_header h;
    bool sound;

    assert_int_equal(agentx_read_header(data, AGENTX_HEADER_SIZE, &h), AGENTX_HEAD_SOUND);
    memcpy(exact, data + AGENTX_HEADER_SIZE, n);
    h.payload = (uint32_t)n;
    sound = agentx_read_pdu(&h, exact, p);
    free(exact);
    return sound;
}

/* Where a list could end, the rest is a shorter but whole PDU; anywhere else it is not. */
static void read__cut_at_every_byte__whole_lists_only(void **state)
{
    struct agentx_header h;
    struct agentx_pdu p;

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++)
        for (int order = 0; order < 2; order++) {
            const uint8_t *data = order == 0 ? samples[i].network : samples[i].little;
            size_t whole = 0;

            for (size_t n = 0; n < AGENTX_HEADER_SIZE; n++) {
                uint8_t *exact = malloc(n > 0 ? n : 1);

                memcpy(exact, data, n);
                assert_int_equal(agentx_read_header(exact, n, &h), AGENTX_HEAD_MORE);
                free(exact);
            }
            for (size_t n = AGENTX_HEADER_SIZE; n <= samples[i].size; n++)
                whole += read_cut(data, n, &p);
            assert_int_equal(whole, samples[i].items + 1);
        }
}

static void read__bytes_behind_the_end__malformed(void **state)
{
    uint8_t more[512];
    struct agentx_pdu p;

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        memset(more, 0, sizeof(more));
        memcpy(more, samples[i].network, samples[i].size);
        assert_false(read_cut(more, samples[i].size + 1, &p));
        if (more[1] >= AGENTX_COMMITSET && more[1] <= AGENTX_PING)
            assert_false(read_cut(more, samples[i].size + 4, &p));
    }
}

static void read_header__unsound__said_at_once(void **state)
{
    uint8_t head[AGENTX_HEADER_SIZE];
    struct agentx_header h;

    (void)state;
    memcpy(head, sample("PING")->network, sizeof(head));
    for (int version = 0; version < 256; version++) {
        head[0] = (uint8_t)version;
        assert_int_equal(agentx_read_header(head, 1, &h),
                         version == 1 ? AGENTX_HEAD_MORE : AGENTX_HEAD_UNSOUND);
    }
    head[0] = 1;
    for (int length = 0; length < 256; length++) {
        head[19] = (uint8_t)length;
        assert_int_equal(agentx_read_header(head, sizeof(head), &h),
                         length % 4 == 0 ? AGENTX_HEAD_SOUND : AGENTX_HEAD_UNSOUND);
    }
    memset(head + 16, 0xff, 4);
    head[19] = 0xfc;
    assert_int_equal(agentx_read_header(head, sizeof(head), &h), AGENTX_HEAD_SOUND);
    assert_int_equal(h.payload, 0xfffffffc);
}

static void read__types_a_subagent_is_not_sent__malformed(void **state)
{
    static const bool known[256] = {[2] = true,  [9] = true, [10] = true, [11] = true,
                                    [13] = true, [5] = true, [6] = true,  [8] = true};
    struct agentx_pdu p;

    (void)state;
    for (int type = 0; type < 256; type++) {
        struct agentx_header h = {.type = (uint8_t)type, .flags = AGENTX_NETWORK_BYTE_ORDER};

        if (type == AGENTX_CLOSE) /* the one of these with a body of its own */
            h.payload = 4;
        assert_int_equal(agentx_read_pdu(&h, "\1\0\0\0", &p), known[type]);
    }
}

static bool read_get(const void *body, size_t size, struct agentx_pdu *p)
{
    const struct agentx_header h = {
        .type = AGENTX_GET, .flags = AGENTX_NETWORK_BYTE_ORDER, .payload = (uint32_t)size};

    return agentx_read_pdu(&h, body, p);
}

static void read__long_names__128_at_most(void **state)
{
    uint8_t body[4 + 4 * 255 + 4] = {0};
    struct agentx_range range;
    struct agentx_pdu p;

    (void)state;
    for (int n = 0; n < 256; n++)
        for (int prefix = 0; prefix < 2; prefix++) {
            bool fits = n + 5 * prefix <= OID_MAX;

            body[0] = (uint8_t)n;
            body[1] = prefix ? 255 : 0;
            assert_int_equal(read_get(body, 8 + 4 * (size_t)n, &p), fits);
            if (!fits)
                continue;
            agentx_read_range(&p.list, &range);
            assert_int_equal(range.start.len, n + 5 * prefix);
            if (prefix)
                assert_int_equal(range.start.sub[4], 255);
        }
}

static void read__hostile_lengths__malformed(void **state)
{
    static const uint32_t lengths[] = {5, 6, 8, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
    uint8_t body[] = {0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 'a', 'b', 'c', 'd'};
    const struct agentx_header h = {
        .type = AGENTX_TESTSET, .flags = AGENTX_NETWORK_BYTE_ORDER, .payload = sizeof(body)};
    struct agentx_pdu p;

    (void)state;
    assert_true(agentx_read_pdu(&h, body, &p));
    for (size_t i = 0; i < COUNT(lengths); i++) {
        memcpy(body + 8, (const uint8_t[]){W_NETWORK(lengths[i])}, 4);
        assert_false(agentx_read_pdu(&h, body, &p));
    }
    memcpy(body + 8, (const uint8_t[]){W_NETWORK(3)}, 4);
    assert_true(agentx_read_pdu(&h, body, &p)); /* then 'd' is padding */
    body[1] = AGENTX_IP_ADDRESS;
    assert_false(agentx_read_pdu(&h, body, &p)); /* of three octets */
    for (int kind = 0; kind < 256; kind++) {
        body[0] = 1; /* 256 and more */
        body[1] = (uint8_t)kind;
        assert_false(agentx_read_pdu(&h, body, &p));
    }
}

/* ---- writing ------------------------------------------------------------------------------ */

#define HEAD(type, flags, session, packet, length)                                                 \
    1, type, 0x10 | flags, 0, W_NETWORK(session), W_NETWORK(0), W_NETWORK(packet), W_NETWORK(length)

static void assert_bytes(const struct agentx_out *out, const uint8_t *want, size_t size)
{
    assert_false(out->bad);
    assert_int_equal(out->pos, size);
    assert_memory_equal(out->data, want, size);
}

static void put__open__exact_bytes(void **state)
{
    static const uint8_t want[] = {
        HEAD(1, 0, 0, 1, 28), 5,   0,   0,   0,   2,   4,   0, 0, W_NETWORK(1), W_NETWORK(8072),
        W_NETWORK(6),         'b', 't', 'm', 's', '-', 'a', 0, 0};
    uint8_t bytes[100];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    agentx_put_open(&out, 1, 5, &net_snmp, "btms-a");
    assert_bytes(&out, want, sizeof(want));
}

static void put__open_without_id_and_text__exact_bytes(void **state)
{
    static const uint8_t want[] = {HEAD(1, 0, 0, 1, 12), 0, 0, 0, 0, NULL_OID, W_NETWORK(0)};
    uint8_t bytes[100];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    agentx_put_open(&out, 1, 0, &(struct oid){.len = 0}, "");
    assert_bytes(&out, want, sizeof(want));
}

static void put__close_and_ping__exact_bytes(void **state)
{
    static const uint8_t want[] = {HEAD(2, 0, 77, 9, 4), 5, 0, 0, 0, HEAD(13, 0, 77, 10, 0)};
    uint8_t bytes[100];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    agentx_put_close(&out, 77, 9, AGENTX_REASON_SHUTDOWN);
    agentx_put_ping(&out, 77, 10);
    assert_bytes(&out, want, sizeof(want));
}

#define PRIORITY_127 0, 127, 0, 0

static void put__register__exact_bytes_with_and_without_context(void **state)
{
    static const uint8_t want[] = {
        HEAD(3, 0, 77, 2, 16), PRIORITY_127, NET_SNMP(0, W_NETWORK), HEAD(3, 0x08, 77, 3, 28),
        W_NETWORK(5),          GW042,        PRIORITY_127,           NET_SNMP(0, W_NETWORK)};
    uint8_t bytes[200];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    memset(bytes, 0xee, sizeof(bytes)); /* padding must be written */
    agentx_put_register(&out, 77, 2, 127, "", &net_snmp);
    agentx_put_register(&out, 77, 3, 127, "gw042", &net_snmp);
    assert_bytes(&out, want, sizeof(want));
}

/* 6.2.4: as Register, but for the type and the octet that is the time-out there. */
static void put__unregister__exact_bytes_with_and_without_context(void **state)
{
    static const uint8_t want[] = {
        HEAD(4, 0, 77, 2, 16), PRIORITY_127, NET_SNMP(0, W_NETWORK), HEAD(4, 0x08, 77, 3, 28),
        W_NETWORK(5),          GW042,        PRIORITY_127,           NET_SNMP(0, W_NETWORK)};
    uint8_t bytes[200];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    memset(bytes, 0xee, sizeof(bytes));
    agentx_put_unregister(&out, 77, 2, 127, "", &net_snmp);
    agentx_put_unregister(&out, 77, 3, 127, "gw042", &net_snmp);
    assert_bytes(&out, want, sizeof(want));
}

static void put__notify__exact_bytes(void **state)
{
    static const uint8_t want[] = {
        HEAD(12, 0, 77, 4, 76), H_NETWORK(6), 0, 0, 5, 6, 0, 0, /* snmpTrapOID.0 */
        W_NETWORK(3), W_NETWORK(1), W_NETWORK(1), W_NETWORK(4), W_NETWORK(1),
        /* linkDown is 1.3.6.1.6.3.1.1.5.3 */
        5, 6, 0, 0, W_NETWORK(3), W_NETWORK(1), W_NETWORK(1), W_NETWORK(5), W_NETWORK(3),
        H_NETWORK(4), 0, 0, NET_SNMP(0, W_NETWORK), W_NETWORK(2), 'h', 'i', 0, 0};
    struct agentx_varbind vb[] = {
        {.name = OID(1, 3,                                                                      6, 1,           6,           3, 1,  1, 4, 1),
         .value = {.kind = AGENTX_OBJECT_IDENTIFIER, .oid = OID(1, 3, 6, 1, 6, 3, 1, 1, 5, 3)}},
        {.name = OID(1,           3, 6,  1, 4, 1, 8072),
         .value = {.kind = AGENTX_OCTET_STRING, .octets = {"hi", 2}}},
    };
    uint8_t bytes[200];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    memset(bytes, 0xee, sizeof(bytes));
    agentx_put_notify(&out, 77, 4, vb, 2);
    assert_bytes(&out, want, sizeof(want));
}

/* All kinds at once: what was read is written again. */
static void put__response_with_every_kind__as_it_was_read(void **state)
{
    struct sample const *s = sample("RESPONSE_LIST");
    struct agentx_header request = {.type = AGENTX_GET,
                                    .flags = AGENTX_NON_DEFAULT_CONTEXT,
                                    .session = 0x01020304,
                                    .transaction = 0xa0b0c0d0,
                                    .packet = 0x11223344};
    uint8_t bytes[512], want[512];
    struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};
    struct agentx_varbind vb;
    struct agentx_pdu p;
    size_t start;

    (void)state;
    memset(bytes, 0xee, sizeof(bytes));
    memcpy(want, s->network, s->size);
    memset(want + 20, 0, 4); /* a subagent does not tell sysUpTime */
    assert_true(read_whole(s->little, s->size, &p));
    start = agentx_begin_response(&out, &request, 0, 0);
    for (size_t i = 0; i < p.items; i++) {
        agentx_read_varbind(&p.list, &vb);
        agentx_put_varbind(&out, &vb.name, &vb.value);
    }
    agentx_end_response(&out, start);
    assert_bytes(&out, want, s->size);
}

static void put__names__prefix_only_where_it_fits(void **state)
{
    static const struct {
        struct oid name;
        uint8_t head[2]; /* n_subid, prefix */
    } want[] = {
        {OID(1,   3,  6,   1,     4),   {0, 4}},
        {OID(1,   3,  6,   1,     255,  1),     {1, 255}},
        {OID(1,       3,     6, 1, 256,    1),       {6, 0}},
        {OID(1, 3,   6,  1,      0,       1),     {6, 0}},
        {OID(1,     3, 6,    1),     {4, 0}},
        {OID(1, 3,   6,  2,  4),      {5, 0}},
        {OID(0, 0),   {2, 0} },
        {OID(1,      3,  6,   1,     4294967295U),{5, 0}         },
    };
    const struct agentx_value null = {.kind = AGENTX_NULL};
    struct agentx_varbind back;
    uint8_t bytes[100];

    (void)state;
    for (size_t i = 0; i < COUNT(want); i++) {
        struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};
        struct agentx_in in = {.data = bytes, .size = sizeof(bytes), .network_order = true};

        agentx_put_varbind(&out, &want[i].name, &null);
        assert_memory_equal(bytes + 4, want[i].head, 2);
        agentx_read_varbind(&in, &back);
        assert_oid(&back.name, &want[i].name);
        assert_int_equal(in.pos, out.pos);
    }
}

/* Every size of buffer that is too small: bad, and not a byte behind its end. */
static void put__too_little_room__bad(void **state)
{
    const struct agentx_varbind vb = {
        .name = OID(1, 3, 6, 1, 4, 1, 8072),
        .value = {.kind = AGENTX_OCTET_STRING, .octets = {"hello", 5}}
    };

    (void)state;
    for (size_t n = 0; n <= 48; n++) {
        uint8_t *exact = malloc(n > 0 ? n : 1);
        struct agentx_out out = {.data = exact, .size = n};

        agentx_put_notify(&out, 1, 1, &vb, 1);
        assert_int_equal(out.bad, n < 48);
        free(exact);
    }
}

static void put__values_that_cannot_be__bad(void **state)
{
    static uint8_t bytes[70000], large[65536];
    const struct agentx_value bad[] = {
        {.kind = AGENTX_OCTET_STRING, .octets = {large, 65536}},
        {.kind = AGENTX_IP_ADDRESS,                           .octets = {large, 3}},
        {.kind = AGENTX_IP_ADDRESS,.octets = {large, 16}},
        {.kind = (enum agentx_kind)0  },
        {.kind = (enum agentx_kind)3                          },
    };
    const struct agentx_value largest = {
        .kind = AGENTX_OPAQUE, .octets = {large, 65535}
    };
    struct agentx_out good = {.data = bytes, .size = sizeof(bytes)};

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct agentx_out out = {.data = bytes, .size = sizeof(bytes)};

        agentx_put_varbind(&out, &net_snmp, &bad[i]);
        assert_true(out.bad);
    }
    agentx_put_varbind(&good, &net_snmp, &largest);
    assert_false(good.bad);
    assert_int_equal(good.pos, 4 + 12 + 4 + 65536);
}

/* ---- names -------------------------------------------------------------------------------- */

static void names__codes__as_the_rfcs_call_them(void **state)
{
    (void)state;
    assert_string_equal(agentx_code_name(0), "noError");
    assert_string_equal(agentx_code_name(AGENTX_GEN_ERR), "genErr");
    assert_string_equal(agentx_code_name(AGENTX_COMMIT_FAILED), "commitFailed");
    assert_string_equal(agentx_code_name(AGENTX_NOT_WRITABLE), "notWritable");
    assert_string_equal(agentx_code_name(18), "inconsistentName");
    assert_string_equal(agentx_code_name(19), "unknown error");
    assert_string_equal(agentx_code_name(255), "unknown error");
    assert_string_equal(agentx_code_name(AGENTX_OPEN_FAILED), "openFailed");
    assert_string_equal(agentx_code_name(AGENTX_NOT_OPEN), "notOpen");
    assert_string_equal(agentx_code_name(AGENTX_UNSUPPORTED_CONTEXT), "unsupportedContext");
    assert_string_equal(agentx_code_name(AGENTX_DUPLICATE_REGISTRATION), "duplicateRegistration");
    assert_string_equal(agentx_code_name(AGENTX_UNKNOWN_REGISTRATION), "unknownRegistration");
    assert_string_equal(agentx_code_name(AGENTX_PARSE_ERROR), "parseError");
    assert_string_equal(agentx_code_name(AGENTX_REQUEST_DENIED), "requestDenied");
    assert_string_equal(agentx_code_name(AGENTX_PROCESSING_ERROR), "processingError");
    assert_string_equal(agentx_code_name(269), "unknown error");
    assert_string_equal(agentx_reason_name(0), "unknown reason");
    assert_string_equal(agentx_reason_name(1), "other");
    assert_string_equal(agentx_reason_name(5), "shutdown");
    assert_string_equal(agentx_reason_name(6), "by manager");
    assert_string_equal(agentx_reason_name(7), "unknown reason");
}

/* ---- anything at all ---------------------------------------------------------------------- */

static void walk(const struct agentx_pdu *p)
{
    struct agentx_in in = p->list;
    struct agentx_varbind vb;
    struct agentx_range range;

    for (size_t i = 0; i < p->items; i++) {
        if (p->header.type == AGENTX_TESTSET || p->header.type == AGENTX_RESPONSE)
            agentx_read_varbind(&in, &vb);
        else
            agentx_read_range(&in, &range);
        assert_false(in.bad);
    }
    assert_true(in.pos == in.size || p->items == 0);
}

static void fuzz__samples_hit_by_chance__never_outside(void **state)
{
    uint32_t seed = 27410127;

    (void)state;
    print_message("seed %u\n", seed);
    for (int round = 0; round < 60000; round++) {
        const struct sample *s = &samples[check_random(&seed) % COUNT(samples)];
        uint8_t *data = malloc(s->size);
        struct agentx_header h;
        struct agentx_pdu p;

        memcpy(data, check_random(&seed) % 2 ? s->network : s->little, s->size);
        for (uint32_t hits = 1 + check_random(&seed) % 4; hits > 0; hits--)
            data[check_random(&seed) % s->size] ^= (uint8_t)(1 << check_random(&seed) % 8);
        if (agentx_read_header(data, s->size, &h) == AGENTX_HEAD_SOUND &&
            h.payload <= s->size - AGENTX_HEADER_SIZE &&
            agentx_read_pdu(&h, data + AGENTX_HEADER_SIZE, &p))
            walk(&p);
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read__raw_bytes_of_a_get__both_orders),
        cmocka_unit_test(read__get__names_and_null),
        cmocka_unit_test(read__contexts__their_octets),
        cmocka_unit_test(read__getnext__ranges_and_include),
        cmocka_unit_test(read__getbulk__counts),
        cmocka_unit_test(read__testset__varbinds),
        cmocka_unit_test(read__close_and_response__their_fields),
        cmocka_unit_test(read__every_kind_of_value__its_value),
        cmocka_unit_test(read__cut_at_every_byte__whole_lists_only),
        cmocka_unit_test(read__bytes_behind_the_end__malformed),
        cmocka_unit_test(read_header__unsound__said_at_once),
        cmocka_unit_test(read__types_a_subagent_is_not_sent__malformed),
        cmocka_unit_test(read__long_names__128_at_most),
        cmocka_unit_test(read__hostile_lengths__malformed),
        cmocka_unit_test(put__open__exact_bytes),
        cmocka_unit_test(put__open_without_id_and_text__exact_bytes),
        cmocka_unit_test(put__close_and_ping__exact_bytes),
        cmocka_unit_test(put__register__exact_bytes_with_and_without_context),
        cmocka_unit_test(put__unregister__exact_bytes_with_and_without_context),
        cmocka_unit_test(put__notify__exact_bytes),
        cmocka_unit_test(put__response_with_every_kind__as_it_was_read),
        cmocka_unit_test(put__names__prefix_only_where_it_fits),
        cmocka_unit_test(put__too_little_room__bad),
        cmocka_unit_test(put__values_that_cannot_be__bad),
        cmocka_unit_test(names__codes__as_the_rfcs_call_them),
        cmocka_unit_test(fuzz__samples_hit_by_chance__never_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
