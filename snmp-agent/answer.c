/* See answer.h. As many pins as there can be transactions: nothing is allocated, none can fail. */
#include "answer.h"

static void *begin(void *ctx, uint32_t session, uint32_t transaction)
{
    struct answer *a = ctx;
    struct answer_pin *p = a->pin;

    (void)session, (void)transaction;
    while (p->version != NULL) /* agentx_reply.h: at most AGENTX_PINS at a time */
        p++;
    p->version = view_hold(a->mib->source);
    p->now_ms = a->mib->now_ms;
    return p;
}

static void end(void *ctx, void *pin)
{
    struct answer_pin *p = pin;

    (void)ctx;
    view_release(p->version);
    p->version = NULL;
}

/* The mib is also read outside of transactions: back to the newest, and the time it is. */
static void deselect(struct mib *m, int64_t now_ms)
{
    mib_select(m, NULL, NULL);
    m->now_ms = now_ms;
}

static void get(void *ctx, void *pin, const struct agentx_octets *context, const struct oid *name,
                struct agentx_value *ret)
{
    const struct answer_pin *p = pin;
    struct answer *a = ctx;
    int64_t now_ms = a->mib->now_ms;

    (void)context;
    mib_select(a->mib, p->version, NULL);
    a->mib->now_ms = p->now_ms;
    mib_get(a->mib, name, ret);
    deselect(a->mib, now_ms);
}

static bool getnext(void *ctx, void *pin, const struct agentx_octets *context,
                    const struct oid *start, bool include, const struct oid *end_of_range,
                    struct oid *ret_name, struct agentx_value *ret)
{
    const struct answer_pin *p = pin;
    struct answer *a = ctx;
    int64_t now_ms = a->mib->now_ms;
    bool found;

    (void)context;
    mib_select(a->mib, p->version, NULL);
    a->mib->now_ms = p->now_ms;
    found = mib_getnext(a->mib, start, include, end_of_range, ret_name, ret);
    deselect(a->mib, now_ms);
    return found;
}

void answer_init(struct answer *a, struct mib *m)
{
    *a = (struct answer){.mib = m};
}

struct agentx_handler answer_handler(struct answer *a)
{
    return (struct agentx_handler){
        .ctx = a, .begin = begin, .end = end, .get = get, .getnext = getnext};
}
