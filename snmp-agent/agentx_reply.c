/*
 * See agentx_reply.h. Requests are read from the wire and answers written to it in one pass. GetBulk
 * needs the names of the repetition before: it reads them back from the response it is writing, so
 * there is no table of them and no limit on how many columns are asked for.
 *
 * The handler is not trusted: an answer outside the range asked for, or one that does not lead on,
 * would send a manager round in circles (FRR #16058), and is turned into endOfMibView or genErr.
 */
#include "agentx_reply.h"

/* More is not packed into the answer to a GetBulk: no SNMP message could carry it. */
enum { BULK_MAX = 65536 };

void agentx_reply_init(struct agentx_replier *r, const struct agentx_handler *handler)
{
    *r = (struct agentx_replier){.handler = *handler};
}

/* ---- transactions ----------------------------------------------------------------------- */

static void unpin(struct agentx_replier *r, struct agentx_pin *pin)
{
    pin->used = false;
    if (pin == r->committing)
        r->committing = NULL;
    r->handler.end(r->handler.ctx, pin->pin);
}

int64_t agentx_reply_expire(struct agentx_replier *r, int64_t now)
{
    int64_t next = INT64_MAX;

    for (struct agentx_pin *p = r->pins; p < r->pins + AGENTX_PINS; p++) {
        if (!p->used)
            continue;
        if (now - AGENTX_PIN_MS >= p->since)
            unpin(r, p);
        else if (p->since + AGENTX_PIN_MS < next)
            next = p->since + AGENTX_PIN_MS;
    }
    return next;
}

static bool is_of(const struct agentx_pin *p, const struct agentx_header *h)
{
    return p->used && p->transaction == h->transaction && p->session == h->session;
}

static struct agentx_pin *find_pin(struct agentx_replier *r, const struct agentx_header *h)
{
    if (r->recent != NULL && is_of(r->recent, h))
        return r->recent;
    for (struct agentx_pin *p = r->pins; p < r->pins + AGENTX_PINS; p++)
        if (is_of(p, h))
            return p;
    return NULL;
}

/* A free place, or that of the transaction nothing was heard of for longest. */
static struct agentx_pin *free_pin(struct agentx_replier *r)
{
    struct agentx_pin *oldest = &r->pins[0];

    for (struct agentx_pin *p = r->pins; p < r->pins + AGENTX_PINS; p++) {
        if (!p->used)
            return p;
        if (p->last < oldest->last)
            oldest = p;
    }
    unpin(r, oldest);
    return oldest;
}

static void *pin_of(struct agentx_replier *r, int64_t now, const struct agentx_header *h)
{
    struct agentx_pin *p = find_pin(r, h);

    if (p != NULL && now - AGENTX_PIN_MS >= p->since) {
        unpin(r, p);
        p = NULL;
    }
    if (p == NULL) {
        p = free_pin(r);
        *p = (struct agentx_pin){
            .used = true, .session = h->session, .transaction = h->transaction, .since = now};
        p->pin = r->handler.begin(r->handler.ctx, h->session, h->transaction);
    }
    p->last = ++r->turn;
    r->recent = p;
    return p->pin;
}

/* ---- reads (7.2.3) ---------------------------------------------------------------------- */

/* One PDU being answered. */
struct job {
    struct agentx_replier *r;
    const struct agentx_pdu *p;
    void *pin;
    struct agentx_out *out;
};

static bool get_one(const struct job *j, const struct oid *name)
{
    const struct agentx_handler *h = &j->r->handler;
    struct agentx_value value;

    value.kind = AGENTX_NO_SUCH_OBJECT;
    h->get(h->ctx, j->pin, &j->p->context, name, &value);
    agentx_put_varbind(j->out, name, &value);
    return !j->out->bad;
}

static bool leads_on(const struct agentx_range *range, const struct oid *name)
{
    int order = oid_compare(name, &range->start);

    return order > 0 || (order == 0 && range->include);
}

/* Appends the successor, or endOfMibView under the name asked for. `ret_end` is untouched where
 * there was a successor. */
static bool next_one(const struct job *j, const struct agentx_range *range, bool *ret_end)
{
    const struct agentx_handler *h = &j->r->handler;
    struct agentx_varbind vb;

    vb.name.len = 0;
    vb.value.kind = AGENTX_NULL;
    if (h->getnext(h->ctx, j->pin, &j->p->context, &range->start, range->include, &range->end,
                   &vb.name, &vb.value)) {
        if (!leads_on(range, &vb.name))
            return false;
        if (range->end.len == 0 || oid_compare(&vb.name, &range->end) < 0) {
            agentx_put_varbind(j->out, &vb.name, &vb.value);
            return !j->out->bad;
        }
    }
    *ret_end = true;
    vb.value.kind = AGENTX_END_OF_MIB_VIEW;
    agentx_put_varbind(j->out, &range->start, &vb.value);
    return !j->out->bad;
}

/* The first `n` ranges at `in`, once each. Returns 0, or the index (from 1) of the one that failed.
 */
static size_t read_list(const struct job *j, struct agentx_in *in, size_t n, bool exact)
{
    struct agentx_range range;
    bool end;

    for (size_t i = 1; i <= n; i++) {
        agentx_read_range(in, &range);
        if (!(exact ? get_one(j, &range.start) : next_one(j, &range, &end)))
            return i;
    }
    return 0;
}

/* One more repetition of the `n` ranges at `ranges` (a copy), each from where the repetition at
 * `before` left it. False where the response ends with it: full, or all columns at their end. */
static bool repeat(const struct job *j, struct agentx_in ranges, struct agentx_in before, size_t n)
{
    bool all_ended = true;

    for (size_t i = 0; i < n; i++) {
        size_t mark = j->out->pos;
        struct agentx_range range;
        struct agentx_varbind last;
        bool end = false;

        agentx_read_range(&ranges, &range);
        agentx_read_varbind(&before, &last);
        oid_copy(&range.start, &last.name);
        range.include = false;
        if (last.value.kind == AGENTX_END_OF_MIB_VIEW) {
            agentx_put_varbind(j->out, &last.name, &last.value);
            end = true;
        } else if (!next_one(j, &range, &end)) {
            j->out->bad = true;
        }
        if (j->out->bad) { /* what is there so far is a good answer */
            j->out->pos = mark;
            j->out->bad = false;
            return false;
        }
        all_ended &= end;
    }
    return !all_ended;
}

/* 7.2.3.3: non-repeaters once, the rest max_repetitions times; fewer are allowed. */
static size_t read_bulk(const struct job *j, size_t start)
{
    const struct agentx_pdu *p = j->p;
    struct agentx_in in = p->list;
    size_t once = p->non_repeaters < p->items ? p->non_repeaters : p->items;
    size_t repeaters = p->items - once, failed = read_list(j, &in, once, false);
    size_t before = j->out->pos;
    struct agentx_in ranges = in;

    if (failed != 0 || repeaters == 0 || p->max_repetitions == 0)
        return failed;
    failed = read_list(j, &in, repeaters, false);
    for (uint32_t i = 1; failed == 0 && i < p->max_repetitions; i++) {
        struct agentx_in back = {
            .data = j->out->data, .size = j->out->pos, .pos = before, .network_order = true};

        if (j->out->pos - start > BULK_MAX)
            break;
        before = j->out->pos;
        if (!repeat(j, ranges, back, repeaters))
            break;
    }
    return failed != 0 ? once + failed : 0;
}

static size_t read_all(const struct job *j, size_t start)
{
    struct agentx_in in = j->p->list;

    if (j->p->header.type == AGENTX_GETBULK)
        return read_bulk(j, start);
    return read_list(j, &in, j->p->items, j->p->header.type == AGENTX_GET);
}

/* ---- answers ---------------------------------------------------------------------------- */

static void put_empty(struct agentx_out *out, const struct agentx_header *h, uint16_t error,
                      uint16_t index)
{
    agentx_end_response(out, agentx_begin_response(out, h, error, index));
}

static bool known(struct agentx_replier *r, int64_t now, const struct agentx_pdu *p)
{
    return p->context.size == 0 || r->handler.known == NULL ||
           r->handler.known(r->handler.ctx, pin_of(r, now, &p->header), &p->context);
}

static void reply_read(struct agentx_replier *r, int64_t now, const struct agentx_pdu *p,
                       struct agentx_out *out)
{
    struct job j = {.r = r, .p = p, .pin = pin_of(r, now, &p->header), .out = out};
    size_t start = agentx_begin_response(out, &p->header, AGENTX_NO_ERROR, 0);
    size_t failed = read_all(&j, start);

    if (failed == 0) {
        agentx_end_response(out, start);
        return;
    }
    out->pos = start;
    out->bad = false;
    put_empty(out, &p->header, AGENTX_GEN_ERR, (uint16_t)failed);
}

/* 7.2.4. Without a handler no TestSet was ever granted: nothing can be committed, and undoing nothing
 * succeeds. */
static int write_error(struct agentx_replier *r, int64_t now, const struct agentx_pdu *p,
                       uint16_t *ret_index)
{
    const struct agentx_handler *h = &r->handler;
    void *pin = pin_of(r, now, &p->header);

    if (p->header.type == AGENTX_TESTSET && h->test != NULL)
        return h->test(h->ctx, pin, &p->context, p->list, p->items, ret_index);
    if (p->header.type == AGENTX_TESTSET)
        return p->items > 0 ? AGENTX_NOT_WRITABLE : AGENTX_NO_ERROR;
    if (p->header.type == AGENTX_COMMITSET)
        return h->commit != NULL ? h->commit(h->ctx, pin) : AGENTX_COMMIT_FAILED;
    return h->undo != NULL ? h->undo(h->ctx, pin) : AGENTX_NO_ERROR;
}

static void reply_write(struct agentx_replier *r, int64_t now, const struct agentx_pdu *p,
                        struct agentx_out *out)
{
    uint16_t index = 1;
    int error = write_error(r, now, p, &index);

    if (error == AGENTX_LATER) {
        r->committing = r->recent;
        r->commit = p->header;
        return;
    }
    put_empty(out, &p->header, (uint16_t)error, error != AGENTX_NO_ERROR ? index : 0);
}

void agentx_reply_commit(struct agentx_replier *r, uint16_t error, struct agentx_out *out)
{
    if (r->committing != NULL)
        put_empty(out, &r->commit, error, error != AGENTX_NO_ERROR);
    r->committing = NULL;
}

static void end_write(struct agentx_replier *r, const struct agentx_header *h)
{
    struct agentx_pin *pin = find_pin(r, h);

    if (pin != NULL)
        unpin(r, pin);
}

bool agentx_reply(struct agentx_replier *r, int64_t now, const struct agentx_pdu *p,
                  struct agentx_out *out)
{
    size_t start = out->pos;

    r->busy = true;
    switch (known(r, now, p) ? p->header.type : 0) {
    case 0:
        put_empty(out, &p->header, AGENTX_UNSUPPORTED_CONTEXT, 0);
        break;
    case AGENTX_GET:
    case AGENTX_GETNEXT:
    case AGENTX_GETBULK:
        reply_read(r, now, p, out);
        break;
    case AGENTX_CLEANUPSET:
        end_write(r, &p->header);
        break;
    case AGENTX_PING:
        put_empty(out, &p->header, AGENTX_NO_ERROR, 0);
        break;
    default:
        reply_write(r, now, p, out);
    }
    r->busy = false;
    if (!out->bad)
        return true;
    out->pos = start;
    out->bad = false;
    return false;
}
