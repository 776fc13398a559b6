/* What is in a notification: names, order and types as in mibs/BTMS-MIB.txt, and the values. */
#include "delivery_fixture.h"
#include "mib_text.h"

/* ---- varbinds ---------------------------------------------------------------------------- */

/* Names, order and types of vb[] are those of notification `name`; alarm columns have `id`. */
static void check_varbinds(const char *name, uint32_t number, uint32_t id)
{
    static const struct oid trap_oid = {
        11, {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}
    };
    char object[COUNT(vb)][TEXT_NAME];
    size_t n;
    struct oid want;

    text_read();
    n = text_notification(name, object, COUNT(vb));
    assert_int_equal(vbs, n + 1);
    assert_true(oid_equal(&vb[0].name, &trap_oid));
    oid_copy(&want, &VIEW_ROOT);
    oid_append_list(&want, (const uint32_t[]){2, 1, 0, number}, 4);
    assert_true(oid_equal(&vb[0].value.oid, &want));
    for (size_t i = 0; i < n; i++) {
        const struct mib_object *o = text_find(object[i]);
        bool column = strstr(object[i], "btmsAlarm"), log = strstr(object[i], "btmsAlarmLog");

        assert_non_null(o);
        oid_copy(&want, &VIEW_ROOT);
        oid_append_list(&want, (const uint32_t[]){2, 1}, 2);
        oid_append_list(&want, o->path.sub, o->path.len);
        oid_append(&want, log ? notify_object(5)->number : column ? id : 0);
        if (!oid_equal(&vb[i + 1].name, &want) ||
            (int)vb[i + 1].value.kind != (int)text_kind(o->syntax))
            fail_msg("varbind %zu is not %s", i + 1, object[i]);
    }
}

static void check_octets(size_t at, const void *data, size_t size)
{
    assert_int_equal(vb[at].value.octets.size, size);
    assert_memory_equal(vb[at].value.octets.data, data, size);
}

static void varbinds__raised__as_in_the_mib(void **state)
{
    struct rig *r = *state;

    put_ab(plant);
    view_refresh(&plant->view);
    begin_in_session(r, 20);
    expect(r, 21);
    check_varbinds("btmsAlarmRaised", 1, 9);
    check_octets(2, "object of 9", 11);
    assert_int_equal(vb[3].value.integer, 3);  /* warning */
    assert_int_equal(vb[4].value.integer, 40); /* stringVoltageHigh */
    check_octets(5, "text of 9", 9);
    assert_int_equal(vb[6].value.number, GW_A);
    assert_int_equal(vb[7].value.number, 3);
    assert_int_equal(vb[8].value.number, 5);
    assert_int_equal(vb[9].value.number, 0);
    assert_int_equal(vb[10].value.integer, 54024);
    assert_int_equal(vb[11].value.integer, 0);
    check_octets(12, "0.01 volts", 10);
    check_octets(13, "\x07\xe7\x0b\x0e\x16\x0d\x14\x01+\0\0", 11);
    assert_int_equal(vb[16].value.number, 21);
    assert_true(replayed()); /* years old */
    assert_true(still_active());
    check_octets(19, "\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8", 8);
    assert_int_equal(vb[20].value.integer, 1); /* device */
}

static void varbinds__cleared__as_in_the_mib(void **state)
{
    struct rig *r = *state;

    put_ab(plant);
    view_refresh(&plant->view);
    begin_in_session(r, 21);
    expect(r, 22);
    check_varbinds("btmsAlarmCleared", 2, 4);
    assert_int_equal(vb[10].value.integer, 0); /* no value, no unit */
    check_octets(12, "", 0);
    check_octets(16, "\x07\xe7\x0b\x0e\x16\x0e\x15\x01+\0\0", 11);
    assert_int_equal(vb[17].value.number, 61);
    assert_int_equal(vb[18].value.number, 22);
    assert_false(still_active());
}

/* Sends `e`, which is event 1, and checks its varbinds. */
static void send_changed(struct rig *r, const struct event *e)
{
    put_alarms(plant, &e->alarm, 1, e, 1);
    view_refresh(&plant->view);
    begin_in_session(r, 0);
    expect(r, 1);
    check_varbinds("btmsAlarmChanged", 3, 1);
    assert_true(still_active());
}

static void varbinds__of_th__no_gateway_and_no_cell(void **state)
{
    struct event e = event_now(1, EVENT_CHANGED);

    put_ab(plant);
    e.alarm.level = ALARM_OF_GATEWAY;
    e.alarm.gateway = TH_A;
    e.alarm.ups = e.alarm.string = e.alarm.cell = 0;
    send_changed(*state, &e);
    assert_int_equal(vb[6].value.number, 0);
}

static void varbinds__of_a_th_sensor__no_gateway_and_no_cell(void **state)
{
    struct event e = event_now(1, EVENT_CHANGED);

    e.alarm.level = ALARM_OF_SENSOR;
    e.alarm.gateway = TH_A;
    e.alarm.ups = e.alarm.string = 0;
    e.alarm.cell = 17;
    send_changed(*state, &e);
    for (int i = 6; i <= 9; i++)
        assert_int_equal(vb[i].value.number, 0);
}

static void varbinds__changed__as_in_the_mib(void **state)
{
    struct event e = event_now(1, EVENT_CHANGED);

    e.alarm.severity = ALARM_CRITICAL;
    send_changed(*state, &e);
    assert_int_equal(vb[3].value.integer, 6);
    assert_int_equal(vb[16].value.integer, 2); /* nobody has acknowledged it: no name */
    check_octets(17, "", 0);
    assert_int_equal(vb[23].value.integer, EVENT_CHANGED);
    assert_int_equal(vb[24].value.integer, 2);
}

static void varbinds__acknowledged_and_shelved__by_whom(void **state)
{
    struct event e = event_now(1, EVENT_SHELVED);

    e.alarm.acked_ms = e.alarm.shelved_until_ms = e.wall_ms;
    strcpy(e.alarm.acked_by, "jd");
    send_changed(*state, &e);
    assert_int_equal(vb[16].value.integer, 1);
    check_octets(17, "jd", 2);
    assert_int_equal(vb[23].value.integer, EVENT_SHELVED);
    assert_int_equal(vb[24].value.integer, 1);
}

/* It must fit into a process' message, and into one datagram. */
static void varbinds__longest_texts_and_changed__all_there(void **state)
{
    struct event e = event_now(1, EVENT_ACKNOWLEDGED);

    e.alarm.acked_ms = e.wall_ms;
    memset(e.alarm.text, 'x', EVENT_TEXT_SIZE - 1);
    memset(e.alarm.object, 'y', EVENT_OBJECT_SIZE - 1);
    memset(e.alarm.acked_by, 'z', EVENT_BY_SIZE - 1);
    send_changed(*state, &e);
    assert_int_equal(vb[2].value.octets.size, EVENT_OBJECT_SIZE - 1);
    assert_int_equal(vb[5].value.octets.size, EVENT_TEXT_SIZE - 1);
    assert_int_equal(vb[17].value.octets.size, EVENT_BY_SIZE - 1);
}

static void varbinds__longest_texts_and_nothing_published__sent(void **state)
{
    struct rig *r = *state;

    add_own(plant); /* no file at all: no store id */
    memset(plant->own.event[0].alarm.text, 'x', EVENT_TEXT_SIZE - 1);
    memset(plant->own.event[0].alarm.object, 'y', EVENT_OBJECT_SIZE - 1);
    begin_in_session(r, 22);
    expect(r, 23);
    check_varbinds("btmsAlarmRaised", 1, 11);
    assert_int_equal(vb[2].value.octets.size, EVENT_OBJECT_SIZE - 1);
    assert_int_equal(vb[5].value.octets.size, EVENT_TEXT_SIZE - 1);
    check_octets(19, "\0\0\0\0\0\0\0", 8);
    assert_int_equal(vb[20].value.integer, 4); /* internal */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(varbinds__raised__as_in_the_mib),
        TEST(varbinds__cleared__as_in_the_mib),
        TEST(varbinds__of_th__no_gateway_and_no_cell),
        TEST(varbinds__of_a_th_sensor__no_gateway_and_no_cell),
        TEST(varbinds__changed__as_in_the_mib),
        TEST(varbinds__acknowledged_and_shelved__by_whom),
        TEST(varbinds__longest_texts_and_changed__all_there),
        TEST(varbinds__longest_texts_and_nothing_published__sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
