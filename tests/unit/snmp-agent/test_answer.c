/* What a transaction sees while the files change: one poll of each device, from the first PDU of an
 * SNMP request to its last; how long the buffers of before are kept; and what contexts show. */
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

static void get__own_alarm_ends_in_between__as_it_was(void **state)
{
    struct desk *d = *state;
    struct oid text = desk_name(d, "btmsAlarmText", AT(11));
    struct oid event = desk_name(d, "btmsAlarmLogEvent", AT(23));

    for (int i = 0; i < 2; i++) {
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &text).value.kind, AGENTX_OCTET_STRING);
        assert_int_equal(desk_one(d, AGENTX_GET, NULL, 7, &event).value.integer, EVENT_RAISED);
        d->p->own.active = false;
        d->p->own.event[0].what = EVENT_CLEARED;
        d->p->own.version++;
    }
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 8, &text).value.kind, AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(desk_one(d, AGENTX_GET, NULL, 8, &event).value.integer, EVENT_CLEARED);
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

/* ---- contexts ---------------------------------------------------------------------------- */

/* The instances of a whole walk of btmsObjects in a context. `each` may be NULL. */
static int walk(struct desk *d, const char *context, void (*each)(const struct oid *relative))
{
    struct oid at = d->p->mib.objects, relative;
    struct agentx_varbind vb;
    int n = 0;

    for (;; n++) {
        vb = desk_one(d, AGENTX_GETNEXT, context, 1, &at);
        if (vb.value.kind == AGENTX_END_OF_MIB_VIEW)
            return n;
        assert_true(oid_compare(&at, &vb.name) < 0);
        assert_true(oid_has_prefix(&vb.name, &d->p->mib.objects));
        relative.len = vb.name.len - d->p->mib.objects.len;
        memcpy(relative.sub, vb.name.sub + d->p->mib.objects.len, relative.len * sizeof(uint32_t));
        if (each != NULL)
            each(&relative);
        oid_copy(&at, &vb.name);
    }
}

/* Tables of gateways and below (2 to 5) have the gateway first. */
static void assert_only_b(const struct oid *o)
{
    if (o->sub[0] >= 2 && o->sub[0] <= 5)
        assert_int_equal(o->sub[4], GW_B);
}

static void assert_only_a(const struct oid *o)
{
    if (o->sub[0] >= 2 && o->sub[0] <= 5)
        assert_int_equal(o->sub[4], GW_A);
}

static int rows_of(struct desk *d, const char *context, const char *object)
{
    struct oid column = desk_column(d, object), at = column;
    int n = 0;

    for (;; n++) {
        struct agentx_varbind vb = desk_one(d, AGENTX_GETNEXT, context, 1, &at);

        if (!oid_has_prefix(&vb.name, &column))
            return n;
        oid_copy(&at, &vb.name);
    }
}

static void context__of_a_gateway__its_rows_alone(void **state)
{
    struct desk *d = *state;

    assert_true(walk(d, "gw-a", assert_only_a) > 100);
    assert_true(walk(d, "gw-b", assert_only_b) > 50);
    assert_int_equal(rows_of(d, NULL, "btmsGatewayName"), 2);
    assert_int_equal(rows_of(d, "gw-a", "btmsGatewayName"), 1);
    assert_int_equal(rows_of(d, "gw-a", "btmsUpsName"), 2);
    assert_int_equal(rows_of(d, "gw-b", "btmsUpsName"), 1);
    assert_int_equal(rows_of(d, "gw-a", "btmsStringName"), 2);
    assert_int_equal(rows_of(d, "gw-a", "btmsCellName"), 3);
    assert_int_equal(rows_of(d, "gw-b", "btmsCellName"), 1);
    assert_int_equal(walk(d, "", NULL), walk(d, NULL, NULL)); /* the empty one is the default */
}

/* The agent's own alarm and event are of no gateway. */
static void context__alarms__those_of_the_gateway(void **state)
{
    struct desk *d = *state;
    struct oid kind = desk_name(d, "btmsAlarmKindCode", AT(14));

    assert_int_equal(rows_of(d, NULL, "btmsAlarmKindCode"), 4);
    assert_int_equal(rows_of(d, "gw-a", "btmsAlarmKindCode"), 2);
    assert_int_equal(rows_of(d, "gw-b", "btmsAlarmKindCode"), 1);
    assert_int_equal(rows_of(d, NULL, "btmsAlarmLogEvent"), 5);
    assert_int_equal(rows_of(d, "gw-a", "btmsAlarmLogEvent"), 3);
    assert_int_equal(rows_of(d, "gw-b", "btmsAlarmLogEvent"), 1);
    assert_int_equal(desk_one(d, AGENTX_GET, "gw-a", 1, &kind).value.kind, AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(desk_one(d, AGENTX_GET, "gw-b", 1, &kind).value.kind, AGENTX_INTEGER32);
}

static void assert_scalar(struct desk *d, const char *context, const char *object, uint32_t is)
{
    struct oid name = desk_name(d, object, AT(0));
    struct agentx_varbind vb = desk_one(d, AGENTX_GET, context, 1, &name);

    if (vb.value.kind != AGENTX_GAUGE32 && vb.value.kind != AGENTX_INTEGER32)
        fail_msg("%s is of kind %d", object, (int)vb.value.kind);
    assert_int_equal(vb.value.number, is);
}

static void context__counts__of_what_is_in_it(void **state)
{
    struct desk *d = *state;

    assert_scalar(d, "gw-a", "btmsGatewayNumber", 1);
    assert_scalar(d, "gw-a", "btmsUpsNumber", 2);
    assert_scalar(d, "gw-a", "btmsStringNumber", 2);
    assert_scalar(d, "gw-a", "btmsCellNumber", 3);
    assert_scalar(d, "gw-b", "btmsCellNumber", 1);
    assert_scalar(d, "gw-a", "btmsAlarmActiveCount", 2);
    assert_scalar(d, "gw-b", "btmsAlarmActiveCount", 1);
    assert_scalar(d, "gw-a", "btmsAlarmWorstSeverity", 4);
    assert_scalar(d, "gw-a", "btmsCellsCommLost", 1);
    assert_scalar(d, "gw-b", "btmsCellsCommLost", 0);
    assert_scalar(d, "gw-b", "btmsAlarmWorstSeverity", 5);
    assert_scalar(d, "gw-a", "btmsOldestDataAge", 30);
    assert_scalar(d, "gw-b", "btmsOldestDataAge", 100);
    assert_scalar(d, "gw-b", "btmsLogSequence", 24); /* of the site, as the rest is */
}

static unsigned error_in(struct desk *d, unsigned type, const char *context, uint32_t transaction)
{
    struct oid name = desk_name(d, "btmsUpsVoltage", AT(GW_A, 1));

    desk_begin(d, type, context, transaction);
    if (type == AGENTX_GETBULK) {
        put16(&d->request, 0);
        put16(&d->request, 10);
    }
    if (type == AGENTX_TESTSET) {
        put16(&d->request, AGENTX_INTEGER32);
        put16(&d->request, 0);
        put_name(&d->request, name, false);
        put32(&d->request, 1);
    } else {
        put_range(&d->request, name, false, no_end);
    }
    finish(&d->request);
    desk_ask(d);
    return d->read.error;
}

static void context__unknown__unsupported_context(void **state)
{
    static const unsigned types[] = {AGENTX_GET, AGENTX_GETNEXT, AGENTX_GETBULK, AGENTX_TESTSET};
    char longer[NAME_SIZE + 2];
    struct desk *d = *state;

    memset(longer, 'x', sizeof(longer));
    longer[NAME_SIZE + 1] = '\0';
    for (size_t i = 0; i < COUNT(types); i++) {
        assert_int_equal(error_in(d, types[i], "gw-c", 1), AGENTX_UNSUPPORTED_CONTEXT);
        assert_int_equal(d->read.index, 0);
        assert_int_equal(d->read.items, 0);
        assert_int_equal(error_in(d, types[i], "gw-", 1), AGENTX_UNSUPPORTED_CONTEXT);
        assert_int_equal(error_in(d, types[i], "gw-ab", 1), AGENTX_UNSUPPORTED_CONTEXT);
        assert_int_equal(error_in(d, types[i], longer, 1), AGENTX_UNSUPPORTED_CONTEXT);
        assert_int_equal(error_in(d, types[i], "gw-a", 1),
                         types[i] == AGENTX_TESTSET ? AGENTX_NOT_WRITABLE : 0);
    }
}

/* As long as a name can be, in UTF-8. */
static void context__longest_name__found(void **state)
{
    struct desk *d = *state;
    struct snapshot_entry entry = {9, ""};
    struct snapshot_device device = device_a;
    static struct gateway g;

    for (int i = 0; i < 31; i++)
        strcat(entry.name, "\xc3\xbc");
    strcat(entry.name, "x");
    assert_int_equal(strlen(entry.name), NAME_SIZE - 1);
    device.index = 9;
    fill_a(&g);
    put_device_at(d->p, NOW, &device, &g);
    put_site_at(d->p, NOW, 24, 14, &entry, 1);
    assert_true(view_refresh(&d->p->view));
    assert_int_equal(rows_of(d, entry.name, "btmsUpsName"), 2);
    assert_int_equal(error_in(d, AGENTX_GET, "gw-a", 2), AGENTX_UNSUPPORTED_CONTEXT);
    entry.name[NAME_SIZE - 2] = 'y';
    assert_int_equal(error_in(d, AGENTX_GET, entry.name, 2), AGENTX_UNSUPPORTED_CONTEXT);
}

/* The one looked up last is remembered: not beyond its version. */
static void context__gateway_goes_and_comes__as_the_transaction_has_it(void **state)
{
    struct desk *d = *state;

    assert_int_equal(error_in(d, AGENTX_GET, "gw-a", 1), 0);
    put_site_at(d->p, NOW, 24, 14, entries_ab + 1, 1);
    assert_true(view_refresh(&d->p->view));
    assert_int_equal(error_in(d, AGENTX_GET, "gw-a", 2), AGENTX_UNSUPPORTED_CONTEXT);
    assert_int_equal(error_in(d, AGENTX_GET, "gw-a", 1), 0);
    put_site_at(d->p, NOW, 24, 14, entries_ab, 2);
    assert_true(view_refresh(&d->p->view));
    assert_int_equal(error_in(d, AGENTX_GET, "gw-a", 2), AGENTX_UNSUPPORTED_CONTEXT);
    assert_int_equal(error_in(d, AGENTX_GET, "gw-a", 3), 0);
}

/* A request in a context leaves nothing behind for what is read outside of it. */
static void context__afterwards__the_whole_again(void **state)
{
    struct desk *d = *state;

    assert_scalar(d, "gw-b", "btmsUpsNumber", 1);
    assert_int_equal(number_of(d->p, "btmsUpsNumber", AT(0)), 3);
    assert_scalar(d, NULL, "btmsUpsNumber", 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_start, desk_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(getnext__files_replaced_in_between__one_poll_of_each_device),
        TEST(getbulk__of_one_pdu__one_poll),
        TEST(get__gateway_removed_in_between__still_there_for_the_transaction),
        TEST(get__alarms_change_in_between__those_of_the_beginning),
        TEST(get__own_alarm_ends_in_between__as_it_was),
        TEST(get__strings_of_two_polls_in_turn__each_its_own),
        TEST(get__clock_goes_on__age_of_the_beginning),
        TEST(pins__many_transactions__bounded_the_newest_kept),
        TEST(pins__old__released_and_begun_anew),
        TEST(versions__one_device_published__the_rest_shared),
        TEST(context__of_a_gateway__its_rows_alone),
        TEST(context__alarms__those_of_the_gateway),
        TEST(context__counts__of_what_is_in_it),
        TEST(context__unknown__unsupported_context),
        TEST(context__longest_name__found),
        TEST(context__gateway_goes_and_comes__as_the_transaction_has_it),
        TEST(context__afterwards__the_whole_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
