/*
 * agentx_peer - what both sides of the AgentX tests have in common: a small table to serve, and PDUs as a
 * master writes them. The bytes are put together here on their own, not with agentx_pdu.c.
 */
#ifndef TESTS_AGENTX_PEER_H
#define TESTS_AGENTX_PEER_H

#include "agentx_reply.h"

#include <string.h>

/* ---- the table: 1.3.6.1.4.1.8072.9999.<column>.<row> = 1000 * column + row ---------------- */

enum { TABLE_COLUMNS = 3, TABLE_ROWS = 40 };

#define TABLE_BASE 1, 3, 6, 1, 4, 1, 8072, 9999

struct table {
    int begun, ended;     /* transactions */
    uint32_t begun_of[8]; /* their ids, the last eight */
    const void *last_pin;
    char context[16];        /* of the last read */
    bool backwards;          /* a handler that does not lead on */
    bool beyond;             /* one that does not know ends */
    void (*hook)(void *ctx); /* called in each read */
    void *hook_ctx;
    size_t large; /* > 0: every value is an octet string of this size */
};

static inline void *table_begin(void *ctx, uint32_t session, uint32_t transaction)
{
    struct table *t = ctx;

    (void)session;
    t->begun_of[t->begun % 8] = transaction;
    return (void *)(intptr_t)++t->begun;
}

static inline void table_end(void *ctx, void *pin)
{
    struct table *t = ctx;

    (void)pin;
    t->ended++;
}

static inline void table_note(struct table *t, const void *pin, const struct agentx_octets *context)
{
    size_t n = context->size < sizeof(t->context) ? context->size : sizeof(t->context) - 1;

    t->last_pin = pin;
    if (n > 0)
        memcpy(t->context, context->data, n);
    t->context[n] = '\0';
    if (t->hook != NULL)
        t->hook(t->hook_ctx);
}

static inline void table_value(const struct table *t, int at, struct agentx_value *ret)
{
    static const uint8_t zeros[AGENTX_OCTETS_MAX + 1];

    if (t->large > 0) {
        *ret = (struct agentx_value){
            .kind = AGENTX_OCTET_STRING, .octets = {zeros, t->large}
        };
        return;
    }
    ret->kind = AGENTX_INTEGER32;
    ret->integer = 1000 * (at / TABLE_ROWS + 1) + at % TABLE_ROWS + 1;
}

static inline struct oid table_name(int at)
{
    return OID(TABLE_BASE, (uint32_t)(at / TABLE_ROWS + 1), (uint32_t)(at % TABLE_ROWS + 1));
}

static inline void table_get(void *ctx, void *pin, const struct agentx_octets *context,
                             const struct oid *name, struct agentx_value *ret)
{
    table_note(ctx, pin, context);
    for (int at = 0; at < TABLE_COLUMNS * TABLE_ROWS; at++) {
        const struct oid is = table_name(at);

        if (oid_equal(&is, name)) {
            table_value(ctx, at, ret);
            return;
        }
    }
    if (oid_has_prefix(name, &OID(TABLE_BASE, 1)))
        ret->kind = AGENTX_NO_SUCH_INSTANCE;
}

static inline bool table_getnext(void *ctx, void *pin, const struct agentx_octets *context,
                                 const struct oid *start, bool include, const struct oid *end,
                                 struct oid *ret_name, struct agentx_value *ret)
{
    struct table *t = ctx;

    table_note(t, pin, context);
    for (int at = 0; at < TABLE_COLUMNS * TABLE_ROWS; at++) {
        const struct oid is = table_name(at);
        int order = oid_compare(&is, start);

        if (!t->beyond && end->len > 0 && oid_compare(&is, end) >= 0)
            break;
        if (order < 0 || (order == 0 && !include && !t->backwards))
            continue;
        oid_copy(ret_name, &is);
        table_value(t, at, ret);
        return true;
    }
    return false;
}

static inline struct agentx_handler table_handler(struct table *t)
{
    return (struct agentx_handler){.ctx = t,
                                   .begin = table_begin,
                                   .end = table_end,
                                   .get = table_get,
                                   .getnext = table_getnext};
}

/* ---- a master's bytes --------------------------------------------------------------------- */

struct bytes {
    uint8_t data[200000];
    size_t n;
    size_t start; /* of the PDU being written */
};

static inline void put8(struct bytes *b, unsigned v)
{
    b->data[b->n++] = (uint8_t)v;
}

static inline void put16(struct bytes *b, unsigned v)
{
    put8(b, v >> 8);
    put8(b, v);
}

static inline void put32(struct bytes *b, uint32_t v)
{
    put16(b, v >> 16);
    put16(b, v & 0xffff);
}

static inline void put_name(struct bytes *b, struct oid o, bool include)
{
    put8(b, o.len);
    put8(b, 0);
    put8(b, include);
    put8(b, 0);
    for (uint32_t i = 0; i < o.len; i++)
        put32(b, o.sub[i]);
}

static inline void put_text(struct bytes *b, const char *text)
{
    size_t n = strlen(text);

    put32(b, (uint32_t)n);
    memcpy(b->data + b->n, text, n);
    for (b->n += n; n % 4 != 0; n++)
        put8(b, 0);
}

static inline void put_range(struct bytes *b, struct oid start, bool include, struct oid end)
{
    put_name(b, start, include);
    put_name(b, end, false);
}

/* A PDU's header; its length is put right by finish(). */
static inline void start(struct bytes *b, unsigned type, unsigned flags, uint32_t session,
                         uint32_t transaction, uint32_t packet)
{
    b->start = b->n;
    put8(b, 1);
    put8(b, type);
    put8(b, flags | 0x10);
    put8(b, 0);
    put32(b, session);
    put32(b, transaction);
    put32(b, packet);
    put32(b, 0);
}

static inline void finish(struct bytes *b)
{
    size_t end = b->n;

    b->n = b->start + 16;
    put32(b, (uint32_t)(end - b->start - 20));
    b->n = end;
}

static inline void put_bare(struct bytes *b, unsigned type, uint32_t session, uint32_t transaction,
                            uint32_t packet)
{
    start(b, type, 0, session, transaction, packet);
    finish(b);
}

static inline void put_get(struct bytes *b, unsigned type, uint32_t session, uint32_t transaction,
                           uint32_t packet, struct oid from, struct oid to)
{
    start(b, type, 0, session, transaction, packet);
    put_range(b, from, false, to);
    finish(b);
}

static inline void put_response(struct bytes *b, uint32_t session, uint32_t packet, unsigned error)
{
    start(b, 18, 0, session, 0, packet);
    put32(b, 4711);
    put16(b, error);
    put16(b, 0);
    finish(b);
}

#endif
