/* See answer.h. As many pins as there can be transactions: nothing is allocated, none can fail. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

/* ---- the agent's own alarm --------------------------------------------------------------- */

/* It changes rarely: a copy is shared by all transactions until it does. */
struct answer_own {
    unsigned users;
    struct own is;
};

static void drop_own(struct answer_own *o)
{
    if (o != NULL && --o->users == 0)
        free(o);
}

static struct answer_own *hold_own(struct answer *a)
{
    if (a->own == NULL || a->own->is.version != a->mib->own->version) {
        drop_own(a->own);
        a->own = malloc(sizeof(*a->own));
        if (a->own == NULL)
            return NULL;
        *a->own = (struct answer_own){.users = 1, .is = *a->mib->own};
    }
    a->own->users++;
    return a->own;
}

/* ---- transactions ------------------------------------------------------------------------ */

static void *begin(void *ctx, uint32_t session, uint32_t transaction)
{
    struct answer *a = ctx;
    struct answer_pin *p = a->pin;

    (void)session, (void)transaction;
    while (p->version != NULL) /* agentx_reply.h: at most AGENTX_PINS at a time */
        p++;
    p->version = view_hold(a->mib->source);
    p->own = hold_own(a);
    p->now_ms = a->mib->now_ms;
    p->write = ANSWER_NOTHING;
    return p;
}

static void end(void *ctx, void *pin)
{
    struct answer_pin *p = pin;
    struct answer *a = ctx;

    if (p == a->committing)
        a->committing = NULL;
    drop_own(p->own);
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

/* The mib is also read outside of transactions: what it was there. */
struct outside {
    int64_t now_ms;
    const struct own *own;
};

static struct outside select_pin(struct answer *a, const struct answer_pin *p,
                                 const struct agentx_octets *context)
{
    struct outside was = {a->mib->now_ms, a->mib->own};

    mib_select(a->mib, p->version, gateway_of(a, p->version, context));
    a->mib->now_ms = p->now_ms;
    if (p->own != NULL)
        a->mib->own = &p->own->is;
    return was;
}

static void deselect(struct answer *a, struct outside was)
{
    mib_select(a->mib, NULL, NULL);
    a->mib->now_ms = was.now_ms;
    a->mib->own = was.own;
}

static void get(void *ctx, void *pin, const struct agentx_octets *context, const struct oid *name,
                struct agentx_value *ret)
{
    struct outside was = select_pin(ctx, pin, context);
    struct answer *a = ctx;

    mib_get(a->mib, name, ret);
    deselect(a, was);
}

static bool getnext(void *ctx, void *pin, const struct agentx_octets *context,
                    const struct oid *start, bool include, const struct oid *end_of_range,
                    struct oid *ret_name, struct agentx_value *ret)
{
    struct outside was = select_pin(ctx, pin, context);
    struct answer *a = ctx;
    bool found = mib_getnext(a->mib, start, include, end_of_range, ret_name, ret);

    deselect(a, was);
    return found;
}

/* ---- writing ----------------------------------------------------------------------------- */

static uint16_t test(void *ctx, void *pin, const struct agentx_octets *context,
                     struct agentx_in list, size_t items, uint16_t *ret_index)
{
    struct answer_pin *p = pin;
    struct answer *a = ctx;
    uint16_t wrong = AGENTX_NOT_WRITABLE;
    struct outside was;

    p->write = ANSWER_NOTHING;
    if (a->writer.ask == NULL)
        return items > 0 ? AGENTX_NOT_WRITABLE : AGENTX_NO_ERROR;
    was = select_pin(a, p, context);
    wrong = mib_ack_test(a->mib, list, items, &p->ack, ret_index);
    deselect(a, was);
    if (wrong == AGENTX_NO_ERROR && items > 0)
        p->write = ANSWER_TESTED;
    return wrong;
}

static int commit(void *ctx, void *pin)
{
    struct answer_pin *p = pin;
    struct answer *a = ctx;

    if (p == a->committing) /* the master sends it once more */
        return AGENTX_LATER;
    if (p->write != ANSWER_TESTED)
        return AGENTX_COMMIT_FAILED;
    if (p->ack.done)
        return AGENTX_NO_ERROR;
    if (a->committing != NULL || !a->writer.ask(a->writer.ctx, &p->ack))
        return AGENTX_COMMIT_FAILED;
    p->write = ANSWER_COMMITTED;
    a->committing = p;
    return AGENTX_LATER;
}

static uint16_t undo(void *ctx, void *pin)
{
    struct answer_pin *p = pin;
    struct answer *a = ctx;

    if (p->write != ANSWER_COMMITTED)
        return AGENTX_NO_ERROR;
    if (p != a->committing || !a->writer.withdraw(a->writer.ctx))
        return AGENTX_UNDO_FAILED;
    a->committing = NULL;
    p->write = ANSWER_NOTHING;
    return AGENTX_NO_ERROR;
}

bool answer_committed(struct answer *a, bool done)
{
    bool waits = a->committing != NULL;

    if (waits && !done)
        a->committing->write = ANSWER_NOTHING;
    a->committing = NULL;
    return waits;
}

/* ---- the session ------------------------------------------------------------------------- */

void answer_init(struct answer *a, struct mib *m, const struct answer_writer *writer)
{
    *a = (struct answer){.mib = m};
    if (writer != NULL)
        a->writer = *writer;
}

void answer_done(struct answer *a)
{
    drop_own(a->own);
    a->own = NULL;
}

struct agentx_handler answer_handler(struct answer *a)
{
    return (struct agentx_handler){.ctx = a,
                                   .begin = begin,
                                   .end = end,
                                   .known = known,
                                   .get = get,
                                   .getnext = getnext,
                                   .test = test,
                                   .commit = commit,
                                   .undo = undo};
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
