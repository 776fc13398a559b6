/* See answer.h. As many pins as there can be transactions: nothing is allocated, none can fail. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

/* ---- transactions ------------------------------------------------------------------------ */

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

/* ---- contexts ---------------------------------------------------------------------------- */

static bool looked_up(const struct answer *a, const struct view_version *v,
                      const struct agentx_octets *context)
{
    return a->generation == v->generation && a->context_size == context->size &&
           memcmp(a->context, context->data, context->size) == 0;
}

/* The gateway that a context shows; it is remembered for the next varbind. */
static const struct view_gateway *gateway_of(struct answer *a, const struct view_version *v,
                                             const struct agentx_octets *context)
{
    if (context->size == 0 || context->size >= NAME_SIZE)
        return NULL;
    if (!looked_up(a, v, context)) {
        a->only = view_gateway_named(v, context->data, context->size);
        a->generation = v->generation;
        a->context_size = context->size;
        memcpy(a->context, context->data, context->size);
    }
    return a->only;
}

static bool known(void *ctx, void *pin, const struct agentx_octets *context)
{
    const struct answer_pin *p = pin;

    return gateway_of(ctx, p->version, context) != NULL;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* Returns the time it really is. */
static int64_t select_pin(struct answer *a, const struct answer_pin *p,
                          const struct agentx_octets *context)
{
    int64_t now_ms = a->mib->now_ms;

    mib_select(a->mib, p->version, gateway_of(a, p->version, context));
    a->mib->now_ms = p->now_ms;
    return now_ms;
}

/* The mib is also read outside of transactions: back to the newest. */
static void deselect(struct answer *a, int64_t now_ms)
{
    mib_select(a->mib, NULL, NULL);
    a->mib->now_ms = now_ms;
}

static void get(void *ctx, void *pin, const struct agentx_octets *context, const struct oid *name,
                struct agentx_value *ret)
{
    int64_t now_ms = select_pin(ctx, pin, context);
    struct answer *a = ctx;

    mib_get(a->mib, name, ret);
    deselect(a, now_ms);
}

static bool getnext(void *ctx, void *pin, const struct agentx_octets *context,
                    const struct oid *start, bool include, const struct oid *end_of_range,
                    struct oid *ret_name, struct agentx_value *ret)
{
    int64_t now_ms = select_pin(ctx, pin, context);
    struct answer *a = ctx;
    bool found = mib_getnext(a->mib, start, include, end_of_range, ret_name, ret);

    deselect(a, now_ms);
    return found;
}

/* ---- the session ------------------------------------------------------------------------- */

void answer_init(struct answer *a, struct mib *m)
{
    *a = (struct answer){.mib = m};
}

struct agentx_handler answer_handler(struct answer *a)
{
    return (struct agentx_handler){
        .ctx = a, .begin = begin, .end = end, .known = known, .get = get, .getnext = getnext};
}

void answer_follow(struct answer *a, struct agentx *session)
{
    const struct view_version *v = a->mib->source->now;
    const char **name;

    if (a->rows == v->rows)
        return;
    name = malloc((v->gateways + 1) * sizeof(name[0]));
    if (name == NULL)
        return;
    for (size_t i = 0; i < v->gateways; i++)
        name[i] = v->gateway[i]->name;
    if (agentx_set_contexts(session, name, v->gateways) == 0)
        a->rows = v->rows;
    free(name);
}
