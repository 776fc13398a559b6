/* Acknowledging by SET: what is refused and why, when the request goes to the writer, and that the
 * CommitSet is answered when that is done. */
#include "answer_fixture.h"

static struct {
    int asked, withdrawn;
    bool refuse, begun;
    struct mib_ack ack;
} writer;

static bool ask(void *ctx, const struct mib_ack *ack)
{
    (void)ctx;
    writer.asked++;
    writer.ack = *ack;
    return !writer.refuse;
}

static bool withdraw(void *ctx)
{
    (void)ctx;
    writer.withdrawn += !writer.begun;
    return !writer.begun;
}

static int set_up(void **state)
{
    static const struct answer_writer w = {.ask = ask, .withdraw = withdraw};
    struct desk *d;

    if (desk_start(state) != 0)
        return -1;
    d = *state;
    memset(&writer, 0, sizeof(writer));
    answer_init(&d->answer, &d->p->mib, &w);
    return 0;
}

/* ---- PDUs -------------------------------------------------------------------------------- */

enum { TRANSACTION = 5 };

static void put_octets(struct desk *d, struct oid name, const char *text, size_t size)
{
    put16(&d->request, AGENTX_OCTET_STRING);
    put16(&d->request, 0);
    put_name(&d->request, name, false);
    put32(&d->request, (uint32_t)size);
    for (size_t i = 0; i < (size + 3) / 4 * 4; i++)
        put8(&d->request, i < size ? (unsigned char)text[i] : 0);
}

static void put_integer(struct desk *d, struct oid name, int32_t v)
{
    put16(&d->request, AGENTX_INTEGER32);
    put16(&d->request, 0);
    put_name(&d->request, name, false);
    put32(&d->request, (uint32_t)v);
}

static struct oid acknowledged(struct desk *d, int id)
{
    return desk_name(d, "btmsAlarmAcknowledged", AT(id));
}

static struct oid ack_by(struct desk *d, int id)
{
    return desk_name(d, "btmsAlarmAckBy", AT(id));
}

static void want(struct desk *d, unsigned error, unsigned index)
{
    finish(&d->request);
    desk_ask(d);
    assert_int_equal(d->read.error, error);
    assert_int_equal(d->read.index, index);
    assert_int_equal(d->read.items, 0);
}

/* The whole of a good one. */
static void put_good(struct desk *d, uint32_t transaction, int id, const char *by)
{
    desk_begin(d, AGENTX_TESTSET, NULL, transaction);
    put_integer(d, acknowledged(d, id), 1);
    put_octets(d, ack_by(d, id), by, strlen(by));
}

static void put_phase(struct desk *d, unsigned type, uint32_t transaction)
{
    put_bare(&d->request, type, SESSION, transaction, 7);
}

/* Nothing is answered. */
static void silent(struct desk *d)
{
    struct agentx_out out = {.data = d->response, .size = sizeof(d->response)};
    struct agentx_header h;
    struct agentx_pdu p;

    assert_int_equal(agentx_read_header(d->request.data, d->request.n, &h), AGENTX_HEAD_SOUND);
    assert_true(agentx_read_pdu(&h, d->request.data + 20, &p));
    agentx_reply(&d->replier, d->now, &p, &out);
    assert_int_equal(out.pos, 0);
    d->request.n = 0;
}

/* What the session does when the writer is done; the error that is sent, or -1. */
static int written(struct desk *d, bool done)
{
    struct agentx_out out = {.data = d->response, .size = sizeof(d->response)};
    struct agentx_header h;

    if (!answer_committed(&d->answer, done))
        return -1;
    agentx_reply_commit(&d->replier, done ? 0 : AGENTX_COMMIT_FAILED, &out);
    if (out.pos == 0)
        return -1;
    assert_int_equal(agentx_read_header(d->response, out.pos, &h), AGENTX_HEAD_SOUND);
    assert_true(agentx_read_pdu(&h, d->response + 20, &d->read));
    assert_int_equal(h.packet, 7);
    return d->read.error;
}

static void commit_late(struct desk *d, uint32_t transaction)
{
    put_phase(d, AGENTX_COMMITSET, transaction);
    silent(d);
}

/* ---- done -------------------------------------------------------------------------------- */

static void set__good__asked_once_and_answered_when_stored(void **state)
{
    struct desk *d = *state;

    put_good(d, TRANSACTION, 5, "jd \xc3\xbc");
    want(d, 0, 0);
    assert_int_equal(writer.asked, 0);
    commit_late(d, TRANSACTION);
    commit_late(d, TRANSACTION); /* the master has lost its patience, and asks once more */
    assert_int_equal(writer.asked, 1);
    assert_int_equal(writer.ack.alarm, 5);
    assert_string_equal(writer.ack.by, "jd \xc3\xbc");
    assert_int_equal(written(d, true), 0);
    assert_int_equal(written(d, true), -1);
    put_phase(d, AGENTX_CLEANUPSET, TRANSACTION);
    silent(d);
}

static void set__not_stored__commit_failed(void **state)
{
    struct desk *d = *state;

    put_good(d, TRANSACTION, 5, "jd");
    want(d, 0, 0);
    commit_late(d, TRANSACTION);
    assert_int_equal(written(d, false), AGENTX_COMMIT_FAILED);
    put_phase(d, AGENTX_UNDOSET, TRANSACTION);
    desk_ask(d);
    assert_int_equal(d->read.error, 0);
    put_good(d, TRANSACTION + 1, 5, "jd");
    want(d, 0, 0);
    writer.refuse = true;
    put_phase(d, AGENTX_COMMITSET, TRANSACTION + 1);
    desk_ask(d);
    assert_int_equal(d->read.error, AGENTX_COMMIT_FAILED);
}

static void set__in_the_order_of_others__one_at_a_time(void **state)
{
    struct desk *d = *state;

    put_good(d, TRANSACTION, 5, "jd");
    want(d, 0, 0);
    put_good(d, TRANSACTION + 1, 14, "mm");
    want(d, 0, 0);
    commit_late(d, TRANSACTION);
    put_phase(d, AGENTX_COMMITSET, TRANSACTION + 1);
    desk_ask(d);
    assert_int_equal(d->read.error, AGENTX_COMMIT_FAILED);
    assert_int_equal(written(d, true), 0);
    commit_late(d, TRANSACTION + 1);
    assert_int_equal(writer.ack.alarm, 14);
    assert_int_equal(written(d, true), 0);
}

/* The fixture's alarm 9 is acknowledged by jd. */
static void set__acknowledged_already__by_whom_counts(void **state)
{
    struct desk *d = *state;

    put_good(d, TRANSACTION, 9, "jd");
    want(d, 0, 0);
    put_phase(d, AGENTX_COMMITSET, TRANSACTION);
    desk_ask(d);
    assert_int_equal(d->read.error, 0);
    put_good(d, TRANSACTION + 1, 9, "mm");
    want(d, AGENTX_INCONSISTENT_VALUE, 1);
    assert_int_equal(writer.asked, 0);
}

static void set__context__its_alarms_alone(void **state)
{
    struct desk *d = *state;

    for (int id = 5; id <= 14; id += 9) { /* of gw-a, of gw-b */
        desk_begin(d, AGENTX_TESTSET, "gw-a", (uint32_t)id);
        put_octets(d, ack_by(d, id), "jd", 2);
        put_integer(d, acknowledged(d, id), 1);
        want(d, id == 5 ? 0 : AGENTX_NO_CREATION, id == 5 ? 0 : 1);
    }
}

/* ---- undone ------------------------------------------------------------------------------ */

static void undo__not_begun__withdrawn(void **state)
{
    struct desk *d = *state;

    put_good(d, TRANSACTION, 5, "jd");
    want(d, 0, 0);
    commit_late(d, TRANSACTION);
    put_phase(d, AGENTX_UNDOSET, TRANSACTION);
    desk_ask(d);
    assert_int_equal(d->read.error, 0);
    assert_int_equal(writer.withdrawn, 1);
    assert_int_equal(written(d, true), -1);
}

static void undo__begun_or_done__failed(void **state)
{
    struct desk *d = *state;

    writer.begun = true;
    for (uint32_t done = 0; done < 2; done++) {
        put_good(d, TRANSACTION + done, 5, "jd");
        want(d, 0, 0);
        commit_late(d, TRANSACTION + done);
        if (done)
            assert_int_equal(written(d, true), 0);
        put_phase(d, AGENTX_UNDOSET, TRANSACTION + done);
        desk_ask(d);
        assert_int_equal(d->read.error, AGENTX_UNDO_FAILED);
        written(d, true);
    }
}

/* The connection was lost meanwhile, or it took too long. */
static void commit__transaction_ends__nobody_is_answered(void **state)
{
    struct desk *d = *state;

    put_good(d, TRANSACTION, 5, "jd");
    want(d, 0, 0);
    commit_late(d, TRANSACTION);
    agentx_reply_expire(&d->replier, INT64_MAX);
    assert_int_equal(written(d, true), -1);
    put_phase(d, AGENTX_COMMITSET, TRANSACTION); /* nothing was tested in what is a new one now */
    desk_ask(d);
    assert_int_equal(d->read.error, AGENTX_COMMIT_FAILED);
}

/* ---- refused ----------------------------------------------------------------------------- */

static void test__values__refused_with_the_right_error(void **state)
{
    static const struct {
        const char *by;
        size_t size;
        unsigned error;
    } names[] = {
        {"",             0, AGENTX_WRONG_LENGTH},
        {"x",            1, 0                  },
        {"a\nb",         3, AGENTX_WRONG_VALUE },
        {"\x7f",         1, AGENTX_WRONG_VALUE },
        {"a\0b",         3, AGENTX_WRONG_VALUE },
        {"\xff",         1, AGENTX_WRONG_VALUE },
        {"\x80",         1, AGENTX_WRONG_VALUE },
        {"\xc0\x80",     2, AGENTX_WRONG_VALUE },
        {"\xc3",         1, AGENTX_WRONG_VALUE },
        {"\xe2\x82",     2, AGENTX_WRONG_VALUE },
        {"\xe2\x82\xac", 3, 0                  },
        {"\xf0\x9f\x94", 3, AGENTX_WRONG_VALUE },
        {"\xe2(\xac",    3, AGENTX_WRONG_VALUE },
    };
    char longest[EVENT_BY_SIZE];
    struct desk *d = *state;

    memset(longest, 'x', sizeof(longest));
    for (size_t i = 0; i < COUNT(names); i++) {
        desk_begin(d, AGENTX_TESTSET, NULL, 100 + (uint32_t)i);
        put_integer(d, acknowledged(d, 5), 1);
        put_octets(d, ack_by(d, 5), names[i].by, names[i].size);
        want(d, names[i].error, names[i].error != 0 ? 2 : 0);
    }
    for (size_t n = 0; n < 2; n++) {
        desk_begin(d, AGENTX_TESTSET, NULL, 200 + (uint32_t)n);
        put_integer(d, acknowledged(d, 5), 1);
        put_octets(d, ack_by(d, 5), longest, sizeof(longest) - 1 + n);
        want(d, n == 0 ? 0 : AGENTX_WRONG_LENGTH, n == 0 ? 0 : 2);
    }
    for (int v = -1; v <= 3; v++) {
        desk_begin(d, AGENTX_TESTSET, NULL, 300);
        put_octets(d, ack_by(d, 5), "jd", 2);
        put_integer(d, acknowledged(d, 5), v);
        want(d, v == 1 ? 0 : AGENTX_WRONG_VALUE, v == 1 ? 0 : 2);
    }
}

static void test__names__refused_with_the_right_error(void **state)
{
    struct desk *d = *state;
    struct oid longer = acknowledged(d, 5), shorter = acknowledged(d, 5);
    const struct {
        struct oid name;
        bool integer;
        unsigned error;
    } one[] = {
        {acknowledged(d,       5),    true,                 AGENTX_INCONSISTENT_VALUE},
        {ack_by(d,             5),    false,                AGENTX_INCONSISTENT_VALUE},
        {acknowledged(d,       6),    true,                 AGENTX_NO_CREATION       },
        {acknowledged(d,       0),    true,                 AGENTX_NO_CREATION       },
        {acknowledged(d,       5),    false,                AGENTX_WRONG_TYPE        },
        {ack_by(d,             5),    true,                 AGENTX_WRONG_TYPE        },
        {(oid_append(&longer,  1),    longer),              true,                      AGENTX_NO_CREATION},
        {(shorter.len--,                    shorter),            true,     AGENTX_NO_CREATION              },
        {desk_name(d,                    "btmsAlarmText",               AT(5)), false,AGENTX_NOT_WRITABLE},
        {desk_name(d, "btmsAlarmAckAt",      AT(5)),                false,                                  AGENTX_NOT_WRITABLE},
        {desk_name(d,               "btmsCellVoltage", AT(2,      2,1)), true, AGENTX_NOT_WRITABLE},
        {OID(1,                3),                    true,                                AGENTX_NOT_WRITABLE                                                                 },
    };

    for (size_t i = 0; i < COUNT(one); i++) {
        desk_begin(d, AGENTX_TESTSET, NULL, 100 + (uint32_t)i);
        if (one[i].integer)
            put_integer(d, one[i].name, 1);
        else
            put_octets(d, one[i].name, "jd", 2);
        want(d, one[i].error, 1);
        put_phase(d, AGENTX_COMMITSET, 100 + (uint32_t)i);
        desk_ask(d);
        assert_int_equal(d->read.error, AGENTX_COMMIT_FAILED);
    }
    assert_int_equal(writer.asked, 0);
}

static void test__more_than_one__refused(void **state)
{
    struct desk *d = *state;

    put_good(d, 1, 5, "jd");
    put_integer(d, acknowledged(d, 14), 1);
    want(d, AGENTX_RESOURCE_UNAVAILABLE, 3);
    put_good(d, 2, 5, "jd");
    put_octets(d, ack_by(d, 5), "mm", 2);
    want(d, AGENTX_INCONSISTENT_VALUE, 3);
    put_phase(d, AGENTX_TESTSET, 3);
    desk_ask(d);
    assert_int_equal(d->read.error, 0);
}

static void test__not_allowed__not_writable(void **state)
{
    struct desk *d = *state;

    answer_init(&d->answer, &d->p->mib, NULL);
    put_good(d, 1, 5, "jd");
    want(d, AGENTX_NOT_WRITABLE, 1);
    put_phase(d, AGENTX_COMMITSET, 1);
    desk_ask(d);
    assert_int_equal(d->read.error, AGENTX_COMMIT_FAILED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, desk_stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(set__good__asked_once_and_answered_when_stored),
        TEST(set__not_stored__commit_failed),
        TEST(set__in_the_order_of_others__one_at_a_time),
        TEST(set__acknowledged_already__by_whom_counts),
        TEST(set__context__its_alarms_alone),
        TEST(undo__not_begun__withdrawn),
        TEST(undo__begun_or_done__failed),
        TEST(commit__transaction_ends__nobody_is_answered),
        TEST(test__values__refused_with_the_right_error),
        TEST(test__names__refused_with_the_right_error),
        TEST(test__more_than_one__refused),
        TEST(test__not_allowed__not_writable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
