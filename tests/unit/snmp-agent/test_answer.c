/* What a transaction sees while the files change: one poll of each device, from the first PDU of an
 * SNMP request to its last; and how long the buffers of before are kept. */
#include "answer_fixture.h"

/* Poll number `n` of both devices: every cell voltage is 1000 * n + its number. */
static void poll_all(struct desk *d, int n)
{
    static struct gateway g;
    struct snapshot_device b = device_b;
    struct string *s;

    memset(&g, 0, sizeof(g));
    ups_at(&g, 1, PRESENCE_HERE, NOW - 1000);
    GOOD(&g.ups[0], UPS_VOLTAGE, 1000 * n);
    s = string_at(&g, 2, PRESENCE_HERE, NOW - 1000, 5);
    s->cells_read_ms = NOW - 1000;
    for (int i = 0; i < 5; i++)
        GOOD(&s->cell[i], CELL_VOLTAGE, 1000 * n + i + 1);
    put_device_at(d->p, NOW - 100, &device_a, &g);
    b.health.answered_ms = NOW - 1000;
    put_device_at(d->p, NOW - 100, &b, &g);
    assert_true(view_refresh(&d->p->view));
}

/* A walk of the column as GetNext PDUs of one transaction, a poll published after each. */
static int walk_of_transaction(struct desk *d, uint32_t transaction, int poll, int *next_poll)
{
    struct oid column = desk_column(d, "btmsCellVoltage"), at = column;
    int n = 0;

    for (;; n++) {
        struct agentx_varbind vb = desk_one(d, AGENTX_GETNEXT, NULL, transaction, &at);

        if (!oid_has_prefix(&vb.name, &column))
            return n;
        assert_int_equal(vb.value.kind, AGENTX_INTEGER32);
        assert_int_equal(vb.value.integer, 1000 * poll + n % 5 + 1);
        oid_copy(&at, &vb.name);
        poll_all(d, (*next_poll)++);
    }
}

static void getnext__files_replaced_in_between__one_poll_of_each_device(void **state)
{
    struct desk *d = *state;
    int next = 2;

    poll_all(d, 1);
    assert_int_equal(walk_of_transaction(d, 7, 1, &next), 10);
    assert_int_equal(next, 12);
    assert_int_equal(walk_of_transaction(d, 8, 11, &next), 10);
    assert_int_equal(walk_of_transaction(d, 7, 1, &next), 10); /* it is still open */
}

static void getbulk__of_one_pdu__one_poll(void **state)
{
    struct desk *d = *state;
    struct agentx_varbind vb;

    poll_all(d, 3);
    desk_begin(d, AGENTX_GETBULK, NULL, 7);
    put16(&d->request, 0);
    put16(&d->request, 10);
    put_range(&d->request, desk_column(d, "btmsCellVoltage"), false, no_end);
    finish(&d->request);
    desk_ask(d);
    assert_int_equal(d->read.items, 10);
    for (int i = 0; i < 10; i++) {
        agentx_read_varbind(&d->read.list, &vb);
        assert_int_equal(vb.value.integer, 3000 + i % 5 + 1);
    }
}

static void get__gateway_removed_in_between__still_there_for_the_transaction(void **state)
{
    struct desk *d = *state;
    struct oid name = desk_name(d, "btmsUpsVoltage", AT(GW_A, 1));

    poll_all(d, 1);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &name).value.integer, 1000);
    put_site_at(d->p, NOW, 24, 14, entries_ab + 1, 1);
    assert_true(view_refresh(&d->p->view));
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &name).value.integer, 1000);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 8, &name).value.kind, AGENTX_NO_SUCH_INSTANCE);
}

static void get__alarms_change_in_between__those_of_the_beginning(void **state)
{
    struct desk *d = *state;
    struct oid count = desk_name(d, "btmsAlarmActiveCount", AT(0));
    struct oid worst = desk_name(d, "btmsCellWorstSeverity", AT(GW_A, 2, 2));

    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &count).value.number, 4);
    put_alarms(d->p, NULL, 0, NULL, 0);
    assert_true(view_refresh(&d->p->view));
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &count).value.number, 4);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &worst).value.integer, 4);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 8, &count).value.number, 1); /* its own */
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 8, &worst).value.integer, 1);
}

/* The string decoded last is remembered: of the right poll? */
static void get__strings_of_two_polls_in_turn__each_its_own(void **state)
{
    struct desk *d = *state;
    struct oid name = desk_name(d, "btmsStringMaxCellVoltage", AT(GW_A, 2));
    struct oid lost = desk_name(d, "btmsCellVoltage", AT(GW_A, 2, 3));

    for (int i = 1; i <= 3; i++) {
        poll_all(d, i);
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, (uint32_t)i, &name).value.integer,
                         1000 * i + 5);
    }
    for (int i = 0; i < 9; i++) {
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, 1 + i % 3, &name).value.integer,
                         1000 * (1 + i % 3) + 5);
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, 1 + i % 3, &lost).value.integer,
                         1000 * (1 + i % 3) + 3);
    }
}

static void get__clock_goes_on__age_of_the_beginning(void **state)
{
    struct desk *d = *state;
    struct oid name = desk_name(d, "btmsUpsDataAge", AT(GW_A, 1));

    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &name).value.number, 2);
    d->p->mib.now_ms += 5000;
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &name).value.number, 2);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 8, &name).value.number, 7);
    assert_int_equal(number_of(d->p, "btmsUpsDataAge", AT(GW_A, 1)), 7);
}

/* ---- how long ---------------------------------------------------------------------------- */

static int pins_held(const struct desk *d)
{
    int n = 0;

    for (int i = 0; i < AGENTX_PINS; i++)
        n += d->answer.pin[i].version != NULL;
    return n;
}

static void pins__many_transactions__bounded_the_newest_kept(void **state)
{
    struct desk *d = *state;
    struct oid name = desk_name(d, "btmsUpsVoltage", AT(GW_A, 1));
    enum { ALL = 4 * AGENTX_PINS };

    for (int i = 1; i <= ALL; i++) {
        poll_all(d, i);
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, (uint32_t)i, &name).value.integer, 1000 * i);
        assert_int_equal(pins_held(d), i < AGENTX_PINS ? i : AGENTX_PINS);
    }
    for (int i = ALL - AGENTX_PINS + 1; i <= ALL; i++)
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, (uint32_t)i, &name).value.integer, 1000 * i);
}

static void pins__old__released_and_begun_anew(void **state)
{
    struct desk *d = *state;
    struct oid name = desk_name(d, "btmsUpsVoltage", AT(GW_A, 1));
    struct view_version *before;

    poll_all(d, 1);
    before = view_hold(&d->p->view);
    desk_one(d, AGENTX_GET, NULL, 7, &name);
    poll_all(d, 2);
    assert_int_equal(before->users, 2); /* ours, and the transaction's */
    agentx_reply_expire(&d->replier, d->now + AGENTX_PIN_MS);
    assert_int_equal(before->users, 1);
    assert_int_equal(pins_held(d), 0);
    view_release(before);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &name).value.integer, 2000);
}

/* A version costs pointers: what did not change is shared. */
static void versions__one_device_published__the_rest_shared(void **state)
{
    static struct gateway g;
    struct desk *d = *state;
    struct view_version *a = view_hold(&d->p->view), *b;

    fill_a(&g);
    put_device_at(d->p, NOW, &device_a, &g);
    assert_true(view_refresh(&d->p->view));
    b = view_hold(&d->p->view);
    assert_ptr_not_equal(a, b);
    assert_true(b->generation > a->generation);
    assert_ptr_not_equal(a->gateway[0], b->gateway[0]);
    assert_ptr_equal(a->gateway[1], b->gateway[1]);
    assert_ptr_equal(a->site, b->site);
    assert_ptr_equal(a->alarms, b->alarms);
    view_release(a);
    view_release(b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_start, desk_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(getnext__files_replaced_in_between__one_poll_of_each_device),
        TEST(getbulk__of_one_pdu__one_poll),
        TEST(get__gateway_removed_in_between__still_there_for_the_transaction),
        TEST(get__alarms_change_in_between__those_of_the_beginning),
        TEST(get__strings_of_two_polls_in_turn__each_its_own),
        TEST(get__clock_goes_on__age_of_the_beginning),
        TEST(pins__many_transactions__bounded_the_newest_kept),
        TEST(pins__old__released_and_begun_anew),
        TEST(versions__one_device_published__the_rest_shared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
