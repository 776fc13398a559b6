/* Status maintenance: of what is worked on, and of all that is a part of it. */
#include "mib_status.h"
#include "view_fixture.h"

static void status__under_maintenance__said(void **state)
{
    struct plant *p = *state;
    struct alarm a = alarm_of(30, ALARM_MAINTENANCE, GW_A, 0, 2, 0);

    a.level = ALARM_OF_STRING;
    put_alarms(p, &a, 1, NULL, 0);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsStringStatus", AT(GW_A, 2)), BTMS_MAINTENANCE);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 1)), BTMS_MAINTENANCE);
    assert_int_not_equal(number_of(p, "btmsGatewayStatus", AT(GW_A)), BTMS_MAINTENANCE);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 3)), BTMS_MAINTENANCE);
    a.level = ALARM_OF_SITE;
    a.gateway = a.string = 0;
    put_alarms(p, &a, 1, NULL, 0);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_A)), BTMS_MAINTENANCE);
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_B)), BTMS_MAINTENANCE);
    assert_int_equal(number_of(p, "btmsStringStatus", AT(GW_A, 2)), BTMS_MAINTENANCE);
}

/* String 2 is of UPS 1, string 5 was of UPS 3 when it last said so; the third cell of string 2 never
 * had a sensor. */
static void status__part_of_what_is_worked_on__said(void **state)
{
    static const struct {
        enum alarm_level level;
        int ups, string, cell;
        bool gateway, ups_1, ups_3, string_2, string_5, cell_1, cell_3;
    } work[] = {
        {ALARM_OF_GATEWAY, 0, 0, 0, true,  true,  true,  true,  true,  true,  true },
        {ALARM_OF_UPS,     1, 0, 0, false, true,  false, true,  false, true,  true },
        {ALARM_OF_UPS,     3, 0, 0, false, false, true,  false, true,  false, false},
        {ALARM_OF_STRING,  0, 2, 0, false, false, false, true,  false, true,  true },
        {ALARM_OF_CELL,    0, 2, 1, false, false, false, false, false, true,  false},
    };
    struct plant *p = *state;

    for (size_t i = 0; i < COUNT(work); i++) {
        struct alarm a =
            alarm_of(30, ALARM_MAINTENANCE, GW_A, work[i].ups, work[i].string, work[i].cell);
        struct agentx_value v;
        const uint8_t *cells;

        a.level = (uint8_t)work[i].level;
        put_alarms(p, &a, 1, NULL, 0);
        view_refresh(&p->view);
#define IS(object, index, wanted)                                                                  \
    assert_int_equal(number_of(p, object, index) == BTMS_MAINTENANCE, wanted)
        IS("btmsGatewayStatus", AT(GW_A), work[i].gateway);
        IS("btmsUpsStatus", AT(GW_A, 1), work[i].ups_1);
        IS("btmsUpsStatus", AT(GW_A, 3), work[i].ups_3);
        IS("btmsStringStatus", AT(GW_A, 2), work[i].string_2);
        IS("btmsStringStatus", AT(GW_A, 5), work[i].string_5);
        IS("btmsCellStatus", AT(GW_A, 2, 1), work[i].cell_1);
        IS("btmsCellStatus", AT(GW_A, 2, 3), work[i].cell_3);
        IS("btmsStringStatus", AT(GW_B, 1), false);
#undef IS
        v = value_of(p, "btmsStringVectorStatus", AT(GW_A, 2));
        assert_int_equal(v.kind, AGENTX_OCTET_STRING);
        cells = (const uint8_t *)v.octets.data + 3;
        assert_int_equal(cells[0] == BTMS_MAINTENANCE, work[i].cell_1);
        assert_int_equal(cells[2] == BTMS_MAINTENANCE, work[i].cell_3);
    }
}

#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        FULL(status__under_maintenance__said),
        FULL(status__part_of_what_is_worked_on__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
