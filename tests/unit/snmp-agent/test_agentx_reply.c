/* Requests answered: exact, next and bulk reads, writes refused, and what a transaction pins. */
#include "agentx_reply.h"
#include "../../support/check.h"
#include "agentx_peer.h"

#include <stdlib.h>

struct rig {
    struct table table;
    struct agentx_replier replier;
    struct bytes request;
    uint8_t *answer;
    size_t room;
    struct agentx_pdu p;      /* the answer, read back */
    struct agentx_varbind vb; /* its last varbind looked at */
};

static const struct oid none = {.len = 0};

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof(*r));
    struct agentx_handler handler = table_handler(&r->table);

    agentx_reply_init(&r->replier, &handler);
    r->room = 1 << 20;
    r->answer = malloc(r->room);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;

    assert_true(agentx_reply_expire(&r->replier, INT64_MAX) == INT64_MAX);
    assert_int_equal(r->table.begun, r->table.ended);
    free(r->answer);
    free(r);
    return 0;
}

/* Hands the request over and reads the answer back, if there is one. */
static bool ask_at(struct rig *r, int64_t now)
{
    struct agentx_out out = {.data = r->answer, .size = r->room};
    struct agentx_header h;
    struct agentx_pdu p;

    assert_int_equal(agentx_read_header(r->request.data, r->request.n, &h), AGENTX_HEAD_SOUND);
    assert_true(agentx_read_pdu(&h, r->request.data + 20, &p));
    assert_true(agentx_reply(&r->replier, now, &p, &out));
    r->request.n = 0;
    if (out.pos == 0)
        return false;
    assert_int_equal(agentx_read_header(r->answer, out.pos, &h), AGENTX_HEAD_SOUND);
    assert_int_equal(h.payload + 20, out.pos);
    assert_true(agentx_read_pdu(&h, r->answer + 20, &r->p));
    assert_int_equal(h.type, AGENTX_RESPONSE);
    assert_int_equal(h.flags, AGENTX_NETWORK_BYTE_ORDER);
    assert_int_equal(h.session, p.header.session);
    assert_int_equal(h.transaction, p.header.transaction);
    assert_int_equal(h.packet, p.header.packet);
    return true;
}

static void ask(struct rig *r, unsigned error, unsigned index, size_t items)
{
    assert_true(ask_at(r, 0));
    assert_int_equal(r->p.error, error);
    assert_int_equal(r->p.index, index);
    assert_int_equal(r->p.items, items);
}

static void expect(struct rig *r, struct oid name, enum agentx_kind kind, int32_t integer)
{
    char a[OID_TEXT_SIZE], b[OID_TEXT_SIZE];

    agentx_read_varbind(&r->p.list, &r->vb);
    assert_false(r->p.list.bad);
    assert_string_equal(oid_print(&r->vb.name, a), oid_print(&name, b));
    assert_int_equal(r->vb.value.kind, kind);
    if (kind == AGENTX_INTEGER32)
        assert_int_equal(r->vb.value.integer, integer);
}

static void put_bulk(struct bytes *b, unsigned once, unsigned repetitions)
{
    start(b, AGENTX_GETBULK, 0, 1, 2, 3);
    put16(b, once);
    put16(b, repetitions);
}

/* ---- Get ----------------------------------------------------------------------------------- */

static void get__three_names__value_and_both_exceptions(void **state)
{
    struct rig *r = *state;

    start(&r->request, AGENTX_GET, 0, 7, 8, 9);
    put_range(&r->request, OID(TABLE_BASE, 2, 5), false, none);
    put_range(&r->request, OID(TABLE_BASE, 1, 77), false, none);
    put_range(&r->request, OID(TABLE_BASE, 9, 1), false, none);
    finish(&r->request);
    ask(r, 0, 0, 3);
    expect(r, OID(TABLE_BASE, 2, 5), AGENTX_INTEGER32, 2005);
    expect(r, OID(TABLE_BASE, 1, 77), AGENTX_NO_SUCH_INSTANCE, 0);
    expect(r, OID(TABLE_BASE, 9, 1), AGENTX_NO_SUCH_OBJECT, 0);
    assert_string_equal(r->table.context, "");
}

static void get__context__reaches_the_handler(void **state)
{
    struct rig *r = *state;

    start(&r->request, AGENTX_GET, AGENTX_NON_DEFAULT_CONTEXT, 7, 8, 9);
    put_text(&r->request, "gw042");
    put_range(&r->request, OID(TABLE_BASE, 1, 1), false, none);
    finish(&r->request);
    ask(r, 0, 0, 1);
    assert_string_equal(r->table.context, "gw042");
}

static void get__nothing__empty_answer(void **state)
{
    struct rig *r = *state;

    put_bare(&r->request, AGENTX_GET, 7, 8, 9);
    ask(r, 0, 0, 0);
}

static void get__value_too_long__gen_err_with_its_index(void **state)
{
    struct rig *r = *state;

    r->table.large = AGENTX_OCTETS_MAX + 1;
    start(&r->request, AGENTX_GET, 0, 7, 8, 9);
    put_range(&r->request, OID(TABLE_BASE, 9, 1), false, none);
    put_range(&r->request, OID(TABLE_BASE, 1, 1), false, none);
    finish(&r->request);
    ask(r, AGENTX_GEN_ERR, 2, 0);
}

/* Any room: a good answer, genErr, or (below 28 bytes) none, and never a byte too many. */
static void get__little_room__gen_err(void **state)
{
    struct rig *r = *state;
    const struct oid name = OID(TABLE_BASE, 1, 1);
    size_t full = 20 + 8 + 4 + 4 + 4 * (name.len - 5) + 4;

    for (r->room = 28; r->room <= full; r->room++) {
        free(r->answer);
        r->answer = malloc(r->room);
        put_get(&r->request, AGENTX_GET, 7, 8, 9, name, none);
        ask(r, r->room < full ? AGENTX_GEN_ERR : 0, r->room < full, r->room == full);
    }
}

/* ---- GetNext ------------------------------------------------------------------------------- */

static void getnext__whole_table__every_instance_once(void **state)
{
    struct rig *r = *state;
    struct oid at = OID(TABLE_BASE);

    for (int i = 0; i < TABLE_COLUMNS * TABLE_ROWS; i++) {
        put_get(&r->request, AGENTX_GETNEXT, 7, 8, 9, at, none);
        ask(r, 0, 0, 1);
        at = table_name(i);
        expect(r, at, AGENTX_INTEGER32, 1000 * (i / TABLE_ROWS + 1) + i % TABLE_ROWS + 1);
    }
    put_get(&r->request, AGENTX_GETNEXT, 7, 8, 9, at, none);
    ask(r, 0, 0, 1);
    expect(r, at, AGENTX_END_OF_MIB_VIEW, 0);
}

static void getnext__include_and_end__as_asked(void **state)
{
    struct rig *r = *state;

    start(&r->request, AGENTX_GETNEXT, 0, 7, 8, 9);
    put_range(&r->request, OID(TABLE_BASE, 1, 4), true, none);
    put_range(&r->request, OID(TABLE_BASE, 1, 4), false, none);
    put_range(&r->request, OID(TABLE_BASE, 1, 4), false, OID(TABLE_BASE, 1, 5));
    put_range(&r->request, OID(TABLE_BASE, 1, 4), true, OID(TABLE_BASE, 1, 5));
    put_range(&r->request, OID(TABLE_BASE, 1, 40), false, OID(TABLE_BASE, 2));
    finish(&r->request);
    ask(r, 0, 0, 5);
    expect(r, OID(TABLE_BASE, 1, 4), AGENTX_INTEGER32, 1004);
    expect(r, OID(TABLE_BASE, 1, 5), AGENTX_INTEGER32, 1005);
    expect(r, OID(TABLE_BASE, 1, 4), AGENTX_END_OF_MIB_VIEW, 0);
    expect(r, OID(TABLE_BASE, 1, 4), AGENTX_INTEGER32, 1004);
    expect(r, OID(TABLE_BASE, 1, 40), AGENTX_END_OF_MIB_VIEW, 0);
}

static void getnext__handler_that_does_not_lead_on__gen_err(void **state)
{
    struct rig *r = *state;

    r->table.backwards = true;
    put_get(&r->request, AGENTX_GETNEXT, 7, 8, 9, OID(TABLE_BASE, 1, 4), none);
    ask(r, AGENTX_GEN_ERR, 1, 0);
}

static void getnext__handler_beyond_the_end__end_of_view(void **state)
{
    struct rig *r = *state;

    r->table.beyond = true;
    put_get(&r->request, AGENTX_GETNEXT, 7, 8, 9, OID(TABLE_BASE, 1, 40), OID(TABLE_BASE, 2));
    ask(r, 0, 0, 1);
    expect(r, OID(TABLE_BASE, 1, 40), AGENTX_END_OF_MIB_VIEW, 0);
}

/* ---- GetBulk ------------------------------------------------------------------------------- */

static void getbulk__one_once_two_thrice__in_the_order_of_the_rfc(void **state)
{
    struct rig *r = *state;

    put_bulk(&r->request, 1, 3);
    put_range(&r->request, OID(TABLE_BASE, 3, 7), false, none);
    put_range(&r->request, OID(TABLE_BASE, 1, 2), true, none);
    put_range(&r->request, OID(TABLE_BASE, 2, 39), false, OID(TABLE_BASE, 3));
    finish(&r->request);
    ask(r, 0, 0, 7);
    expect(r, OID(TABLE_BASE, 3, 8), AGENTX_INTEGER32, 3008);
    expect(r, OID(TABLE_BASE, 1, 2), AGENTX_INTEGER32, 1002);
    expect(r, OID(TABLE_BASE, 2, 40), AGENTX_INTEGER32, 2040);
    expect(r, OID(TABLE_BASE, 1, 3), AGENTX_INTEGER32, 1003);
    expect(r, OID(TABLE_BASE, 2, 40), AGENTX_END_OF_MIB_VIEW, 0);
    expect(r, OID(TABLE_BASE, 1, 4), AGENTX_INTEGER32, 1004);
    expect(r, OID(TABLE_BASE, 2, 40), AGENTX_END_OF_MIB_VIEW, 0);
}

static void getbulk__all_columns_at_their_end__stops(void **state)
{
    struct rig *r = *state;

    put_bulk(&r->request, 0, 65535);
    put_range(&r->request, OID(TABLE_BASE, 1, 38), false, OID(TABLE_BASE, 2));
    put_range(&r->request, OID(TABLE_BASE, 2, 39), false, OID(TABLE_BASE, 3));
    finish(&r->request);
    ask(r, 0, 0, 6);
    expect(r, OID(TABLE_BASE, 1, 39), AGENTX_INTEGER32, 1039);
    expect(r, OID(TABLE_BASE, 2, 40), AGENTX_INTEGER32, 2040);
    expect(r, OID(TABLE_BASE, 1, 40), AGENTX_INTEGER32, 1040);
    expect(r, OID(TABLE_BASE, 2, 40), AGENTX_END_OF_MIB_VIEW, 0);
    expect(r, OID(TABLE_BASE, 1, 40), AGENTX_END_OF_MIB_VIEW, 0);
    expect(r, OID(TABLE_BASE, 2, 40), AGENTX_END_OF_MIB_VIEW, 0);
}

static void getbulk__numbers_at_their_limits__fine(void **state)
{
    static const struct {
        unsigned once, repetitions;
        size_t items;
    } want[] = {
        {0,     0,     0},
        {0,     1,     2},
        {1,     0,     1},
        {2,     9,     2},
        {65535, 65535, 2},
    };
    struct rig *r = *state;

    for (size_t i = 0; i < COUNT(want); i++) {
        put_bulk(&r->request, want[i].once, want[i].repetitions);
        put_range(&r->request, OID(TABLE_BASE, 1, 1), false, none);
        put_range(&r->request, OID(TABLE_BASE, 2, 1), false, none);
        finish(&r->request);
        ask(r, 0, 0, want[i].items);
    }
}

/* 10,000 octets each: what passes 64 KiB ends the answer, not the request. */
static void getbulk__large_values__fewer_repetitions(void **state)
{
    struct rig *r = *state;

    r->table.large = 10000;
    put_bulk(&r->request, 0, 100);
    put_range(&r->request, OID(TABLE_BASE, 1), false, none);
    put_range(&r->request, OID(TABLE_BASE, 2), false, none);
    finish(&r->request);
    ask(r, 0, 0, 8);
    r->room = 45000;
    put_bulk(&r->request, 0, 100);
    put_range(&r->request, OID(TABLE_BASE, 1), false, none);
    put_range(&r->request, OID(TABLE_BASE, 2), false, none);
    finish(&r->request);
    ask(r, 0, 0, 4);
    r->room = 15000;
    put_bulk(&r->request, 1, 100);
    put_range(&r->request, OID(TABLE_BASE, 1), false, none);
    put_range(&r->request, OID(TABLE_BASE, 2), false, none);
    finish(&r->request);
    ask(r, AGENTX_GEN_ERR, 2, 0);
}

/* ---- writes -------------------------------------------------------------------------------- */

static void testset__varbinds__not_writable(void **state)
{
    struct rig *r = *state;

    start(&r->request, AGENTX_TESTSET, 0, 7, 8, 9);
    for (int i = 0; i < 2; i++) {
        put16(&r->request, AGENTX_NULL);
        put16(&r->request, 0);
        put_name(&r->request, OID(TABLE_BASE, 1, 1), false);
    }
    finish(&r->request);
    ask(r, AGENTX_NOT_WRITABLE, 1, 0);
    put_bare(&r->request, AGENTX_TESTSET, 7, 8, 9);
    ask(r, 0, 0, 0);
}

static void commit_undo_ping__nothing_to_do__said_so(void **state)
{
    struct rig *r = *state;

    put_bare(&r->request, AGENTX_COMMITSET, 7, 8, 9);
    ask(r, AGENTX_COMMIT_FAILED, 1, 0);
    put_bare(&r->request, AGENTX_UNDOSET, 7, 8, 9);
    ask(r, 0, 0, 0);
    put_bare(&r->request, AGENTX_PING, 7, 0, 9);
    ask(r, 0, 0, 0);
}

static void cleanupset__no_answer_and_the_transaction_ends(void **state)
{
    struct rig *r = *state;

    put_get(&r->request, AGENTX_GET, 7, 8, 9, OID(TABLE_BASE, 1, 1), none);
    ask(r, 0, 0, 1);
    put_bare(&r->request, AGENTX_CLEANUPSET, 7, 9, 9);
    assert_false(ask_at(r, 0));
    assert_int_equal(r->table.ended, 0);
    put_bare(&r->request, AGENTX_CLEANUPSET, 7, 8, 9);
    assert_false(ask_at(r, 0));
    assert_int_equal(r->table.ended, 1);
}

/* ---- transactions -------------------------------------------------------------------------- */

static const void *pin_at(struct rig *r, uint32_t session, uint32_t transaction, int64_t now)
{
    put_get(&r->request, AGENTX_GETNEXT, session, transaction, 1, OID(TABLE_BASE), none);
    assert_true(ask_at(r, now));
    return r->table.last_pin;
}

static void pin__same_transaction__same_pin(void **state)
{
    struct rig *r = *state;
    const void *a = pin_at(r, 7, 100, 0), *b = pin_at(r, 7, 101, 0), *c = pin_at(r, 8, 100, 0);

    assert_ptr_not_equal(a, b);
    assert_ptr_not_equal(a, c);
    assert_ptr_equal(pin_at(r, 7, 100, 5), a);
    assert_ptr_equal(pin_at(r, 7, 101, 5), b);
    assert_ptr_equal(pin_at(r, 8, 100, 5), c);
    assert_int_equal(r->table.begun, 3);
    assert_int_equal(r->table.ended, 0);
    assert_int_equal(r->table.begun_of[1], 101);
}

static void pin__too_old__ends_and_begins_again(void **state)
{
    struct rig *r = *state;
    const void *a = pin_at(r, 7, 100, 1000);

    assert_ptr_equal(pin_at(r, 7, 100, 1000 + AGENTX_PIN_MS - 1), a);
    assert_ptr_not_equal(pin_at(r, 7, 100, 1000 + AGENTX_PIN_MS), a);
    assert_int_equal(r->table.ended, 1);
}

static void pin__more_than_places__the_one_longest_unheard_of_ends(void **state)
{
    struct rig *r = *state;
    const void *first = pin_at(r, 7, 1, 0), *second;

    second = pin_at(r, 7, 2, 0);
    for (uint32_t t = 3; t <= AGENTX_PINS; t++)
        pin_at(r, 7, t, 0);
    assert_ptr_equal(pin_at(r, 7, 1, 0), first);
    assert_int_equal(r->table.ended, 0);
    pin_at(r, 7, AGENTX_PINS + 1, 0);
    assert_int_equal(r->table.ended, 1);
    assert_ptr_equal(pin_at(r, 7, 1, 0), first);
    assert_ptr_not_equal(pin_at(r, 7, 2, 0), second);
}

static void expire__times__told_and_kept(void **state)
{
    struct rig *r = *state;

    pin_at(r, 7, 1, 1000);
    pin_at(r, 7, 2, 1500);
    assert_int_equal(agentx_reply_expire(&r->replier, 1000), 1000 + AGENTX_PIN_MS);
    assert_int_equal(agentx_reply_expire(&r->replier, 1000 + AGENTX_PIN_MS), 1500 + AGENTX_PIN_MS);
    assert_int_equal(r->table.ended, 1);
    assert_true(agentx_reply_expire(&r->replier, 1500 + AGENTX_PIN_MS) == INT64_MAX);
    assert_int_equal(r->table.ended, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(get__three_names__value_and_both_exceptions),
        TEST(get__context__reaches_the_handler),
        TEST(get__nothing__empty_answer),
        TEST(get__value_too_long__gen_err_with_its_index),
        TEST(get__little_room__gen_err),
        TEST(getnext__whole_table__every_instance_once),
        TEST(getnext__include_and_end__as_asked),
        TEST(getnext__handler_that_does_not_lead_on__gen_err),
        TEST(getnext__handler_beyond_the_end__end_of_view),
        TEST(getbulk__one_once_two_thrice__in_the_order_of_the_rfc),
        TEST(getbulk__all_columns_at_their_end__stops),
        TEST(getbulk__numbers_at_their_limits__fine),
        TEST(getbulk__large_values__fewer_repetitions),
        TEST(testset__varbinds__not_writable),
        TEST(commit_undo_ping__nothing_to_do__said_so),
        TEST(cleanupset__no_answer_and_the_transaction_ends),
        TEST(pin__same_transaction__same_pin),
        TEST(pin__too_old__ends_and_begins_again),
        TEST(pin__more_than_places__the_one_longest_unheard_of_ends),
        TEST(expire__times__told_and_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
