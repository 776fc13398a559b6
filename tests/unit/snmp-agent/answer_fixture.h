/*
 * answer_fixture - the plant of view_fixture.h behind the answering half of a session: PDUs as a
 * master writes them go in, the varbinds of the Response come out.
 */
#ifndef TESTS_ANSWER_FIXTURE_H
#define TESTS_ANSWER_FIXTURE_H

#include "answer.h"
#include "agentx_peer.h"
#include "view_fixture.h"

enum { SESSION = 1, ANSWER_ROOM = 1 << 18 };

struct desk {
    struct plant *p;
    struct answer answer;
    struct agentx_replier replier;
    struct bytes request;
    uint8_t response[ANSWER_ROOM];
    struct agentx_pdu read;
    int64_t now;
};

static inline int desk_start(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    struct agentx_handler h;

    if (d == NULL || plant_start_full((void **)&d->p) != 0)
        return -1;
    answer_init(&d->answer, &d->p->mib, NULL);
    h = answer_handler(&d->answer);
    agentx_reply_init(&d->replier, &h);
    *state = d;
    return 0;
}

static inline int desk_stop(void **state)
{
    struct desk *d = *state;

    agentx_reply_expire(&d->replier, INT64_MAX);
    answer_done(&d->answer);
    plant_stop((void **)&d->p);
    free(d);
    return 0;
}

/* Hands over what is in `request`; the Response is in `read`. */
static inline void desk_ask(struct desk *d)
{
    struct agentx_out out = {.data = d->response, .size = sizeof(d->response)};
    struct agentx_header h;
    struct agentx_pdu p;

    assert_int_equal(agentx_read_header(d->request.data, d->request.n, &h), AGENTX_HEAD_SOUND);
    assert_true(agentx_read_pdu(&h, d->request.data + 20, &p));
    assert_true(agentx_reply(&d->replier, d->now, &p, &out));
    d->request.n = 0;
    assert_int_equal(agentx_read_header(d->response, out.pos, &h), AGENTX_HEAD_SOUND);
    assert_true(agentx_read_pdu(&h, d->response + 20, &d->read));
}

static inline void desk_begin(struct desk *d, unsigned type, const char *context,
                              uint32_t transaction)
{
    start(&d->request, type, context != NULL ? AGENTX_NON_DEFAULT_CONTEXT : 0, SESSION, transaction,
          1);
    if (context != NULL)
        put_text(&d->request, context);
}

/* One name in one PDU: its answer. Octets point into the desk's response. */
static inline struct agentx_varbind desk_one(struct desk *d, unsigned type, const char *context,
                                             uint32_t transaction, const struct oid *name)
{
    struct agentx_varbind vb;

    desk_begin(d, type, context, transaction);
    put_range(&d->request, *name, false, no_end);
    finish(&d->request);
    desk_ask(d);
    assert_int_equal(d->read.error, 0);
    assert_int_equal(d->read.items, 1);
    agentx_read_varbind(&d->read.list, &vb);
    return vb;
}

static inline struct oid desk_name(struct desk *d, const char *object, const int *index)
{
    uint32_t at[MIB_INDEXES_MAX] = {0};
    struct oid name;

    for (int i = 0; i < MIB_INDEXES_MAX && index[i] >= 0; i++)
        at[i] = (uint32_t)index[i];
    mib_name(&d->p->mib, object, at, &name);
    return name;
}

/* The column itself: where a walk begins. */
static inline struct oid desk_column(struct desk *d, const char *object)
{
    struct oid name = desk_name(d, object, AT(1));

    for (size_t i = 0; i < mib_table_count; i++)
        for (size_t c = 0; c < mib_tables[i]->columns; c++)
            if (strcmp(mib_tables[i]->column[c].name, object) == 0)
                name.len -= mib_tables[i]->indexes;
    return name;
}

#endif
