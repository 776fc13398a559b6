/* TH controllers and their sensors: values, what is too old, status, and what alarms of them are shown
 * as. The plant is that of view_fixture.h; that rows are walked in order is seen to in test_mib.c. */
#include "mib_alarm.h"
#include "mib_status.h"
#include "view_fixture.h"

static void publish(struct plant *p, const struct snapshot_device *d, const struct th_controller *c)
{
    put_th_at(p, NOW - 1000, d, c);
    assert_true(view_refresh(&p->view));
}

/* ---- values ------------------------------------------------------------------------------ */

static void controller__plant__native_values(void **state)
{
    struct plant *p = *state;
    const int *c = AT(TH_A);

    assert_text(p, "btmsThControllerName", c, "th-a");
    assert_text(p, "btmsThControllerAddress", c, "192.0.2.44:502");
    assert_int_equal(number_of(p, "btmsThControllerStatus", c), BTMS_OK);
    assert_int_equal(number_of(p, "btmsThControllerLastPollAge", c), 1);
    assert_int_equal(number_of(p, "btmsThControllerPollDuration", c), 78);
    assert_int_equal(number_of(p, "btmsThControllerRequests", c), 110);
    assert_int_equal(number_of(p, "btmsThControllerTimeouts", c), 21);
    assert_int_equal(number_of(p, "btmsThControllerExceptions", c), 22);
    assert_int_equal(number_of(p, "btmsThControllerMismatches", c), 23);
    assert_int_equal(number_of(p, "btmsThControllerReconnects", c), 24);
    assert_int_equal(number_of(p, "btmsThControllerSensorCount", c), 3);
    assert_int_equal(number_of(p, "btmsThControllerCountAll", c), 3);
    assert_int_equal(number_of(p, "btmsThControllerCountOk", c), 2);
    assert_int_equal(number_of(p, "btmsThControllerCountError", c), 1);
    assert_int_equal(number_of(p, "btmsThControllerCountAlarm", c), 4);
    assert_int_equal(number_of(p, "btmsThControllerNewSensor", c), 1);
    assert_int_equal(number_of(p, "btmsThControllerInterval", c), INTERVAL);
    assert_int_equal(number_of(p, "btmsThControllerSnapshot", c), 3);
    assert_int_equal(number_of(p, "btmsThControllerDataAge", c), 1);
    assert_text(p, "btmsThControllerLocation", c, "hall 3");
    assert_none(p, "btmsThControllerEntityIndex", c);
    p->mib.entities = ENTITY_SUMMARY;
    assert_int_equal(number_of(p, "btmsThControllerEntityIndex", c), TH_A * 1000000);
    assert_none(p, "btmsGatewayName", c);
    assert_none(p, "btmsThControllerName", AT(GW_A));
}

static void controller__over_its_sensors__extremes_and_means(void **state)
{
    struct plant *p = *state;
    const int *c = AT(TH_A);

    assert_int_equal(number_of(p, "btmsThControllerMinTemperature", c), -451);
    assert_int_equal(number_of(p, "btmsThControllerColdestSensor", c), 120);
    assert_int_equal(number_of(p, "btmsThControllerMaxTemperature", c), 234);
    assert_int_equal(number_of(p, "btmsThControllerHottestSensor", c), 1);
    assert_int_equal(number_of(p, "btmsThControllerMeanTemperature", c), -109); /* -108.5 */
    assert_int_equal(number_of(p, "btmsThControllerMinHumidity", c), 455);
    assert_int_equal(number_of(p, "btmsThControllerDriestSensor", c), 1);
    assert_int_equal(number_of(p, "btmsThControllerMaxHumidity", c), 1000);
    assert_int_equal(number_of(p, "btmsThControllerMostHumidSensor", c), 120);
    assert_int_equal(number_of(p, "btmsThControllerMeanHumidity", c), 728); /* 727.5 */
}

static void controller__equal_sensors__the_lowest_number(void **state)
{
    static struct th_controller c;
    struct plant *p = *state;

    fill_th(&c);
    GOOD(&c.sensor[17], TH_TEMPERATURE, 234);
    GOOD(&c.sensor[120], TH_TEMPERATURE, 234);
    publish(p, &device_th, &c);
    assert_int_equal(number_of(p, "btmsThControllerColdestSensor", AT(TH_A)), 1);
    assert_int_equal(number_of(p, "btmsThControllerHottestSensor", AT(TH_A)), 1);
    assert_int_equal(number_of(p, "btmsThControllerMeanTemperature", AT(TH_A)), 234);
}

static void sensor__plant__native_values(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsThSensorTemperature", AT(TH_A, 1)), 234);
    assert_int_equal(number_of(p, "btmsThSensorHumidity", AT(TH_A, 1)), 455);
    assert_octets(p, "btmsThSensorDeviceAlarms", AT(TH_A, 1), "\0", 1);
    assert_text(p, "btmsThSensorName", AT(TH_A, 17), "Rack 4");
    assert_text(p, "btmsThSensorLocation", AT(TH_A, 17), "row C");
    assert_text(p, "btmsThSensorLabel", AT(TH_A, 17), "T17");
    assert_int_equal(number_of(p, "btmsThSensorStatusRaw", AT(TH_A, 17)), TH_STATUS_ERROR);
    assert_none(p, "btmsThSensorTemperature", AT(TH_A, 17)); /* of before */
    assert_none(p, "btmsThSensorHumidity", AT(TH_A, 17));
    assert_none(p, "btmsThSensorDeviceAlarms", AT(TH_A, 17));
    assert_int_equal(number_of(p, "btmsThSensorTemperature", AT(TH_A, 120)), -451); /* beyond */
    assert_int_equal(number_of(p, "btmsThSensorHumidity", AT(TH_A, 120)), 1000);
    assert_octets(p, "btmsThSensorDeviceAlarms", AT(TH_A, 120), "\x60", 1); /* bits 1 and 2 */
    assert_int_equal(number_of(p, "btmsThSensorDataAge", AT(TH_A, 120)), 2);
    assert_none(p, "btmsThSensorLocation", AT(TH_A, 1));
    assert_none(p, "btmsThSensorLabel", AT(TH_A, 1));
    assert_none(p, "btmsThSensorName", AT(TH_A, 0)); /* a new one is no row */
    assert_none(p, "btmsThSensorName", AT(TH_A, 2));
    assert_none(p, "btmsThSensorName", AT(TH_A, 121));
    assert_none(p, "btmsThSensorName", AT(GW_A, 1));
}

static void numbers__older_collector__none(void **state)
{
    struct snapshot_buffer b = {0};
    struct snapshot_stamp stamp;
    struct plant *p = *state;
    const struct snapshot_site site = {.version = "0.0.9"};
    uint8_t *data;
    size_t size;
    uint32_t crc;

    stamp = stamp_of(p, NOW);
    size = snapshot_encode_site(&stamp, &site, entries_ab, 2, &b);
    data = b.data;
    data[7] = 2; /* the minor */
    crc = snapshot_crc(data, size - 4);
    for (int i = 0; i < 4; i++)
        data[size - 4 + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
    put_buffer(p, "site.snap", &b, size);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsThControllerNumber", AT(0));
    assert_none(p, "btmsThSensorNumber", AT(0));
    assert_none(p, "btmsThControllerName", AT(TH_A)); /* no longer listed */
    assert_int_equal(number_of(p, "btmsGatewayNumber", AT(0)), 2);
}

/* ---- too old, gone, not known -------------------------------------------------------------- */

/* All that is measured; the rows and what is no measurement stay. */
static void assert_no_values(struct plant *p)
{
    static const char *const of_controller[] = {
        "btmsThControllerCountAll",       "btmsThControllerCountOk",
        "btmsThControllerCountError",     "btmsThControllerCountAlarm",
        "btmsThControllerNewSensor",      "btmsThControllerMinTemperature",
        "btmsThControllerColdestSensor",  "btmsThControllerMeanTemperature",
        "btmsThControllerMaxHumidity",    "btmsThControllerMostHumidSensor",
        "btmsThControllerHottestSensor",  "btmsThControllerDriestSensor",
        "btmsThControllerMaxTemperature", "btmsThControllerMinHumidity",
        "btmsThControllerMeanHumidity"};
    static const char *const of_sensor[] = {"btmsThSensorTemperature", "btmsThSensorHumidity",
                                            "btmsThSensorDeviceAlarms", "btmsThSensorStatusRaw"};

    for (size_t i = 0; i < COUNT(of_controller); i++)
        assert_none(p, of_controller[i], AT(TH_A));
    for (size_t i = 0; i < COUNT(of_sensor); i++)
        assert_none(p, of_sensor[i], AT(TH_A, 1));
    assert_int_equal(number_of(p, "btmsThControllerSensorCount", AT(TH_A)), 3);
    assert_text(p, "btmsThSensorName", AT(TH_A, 1), "sensor 1");
    assert_true(number_of(p, "btmsThSensorDataAge", AT(TH_A, 1)) > 0);
}

static void values__three_intervals_without_news__no_instance(void **state)
{
    struct plant *p = *state;

    p->mib.now_ms += 3 * INTERVAL - 2000; /* as old as may be */
    assert_int_equal(number_of(p, "btmsThSensorTemperature", AT(TH_A, 1)), 234);
    assert_int_equal(number_of(p, "btmsThControllerMaxTemperature", AT(TH_A)), 234);
    p->mib.now_ms += 501; /* the counts are half a second younger */
    assert_no_values(p);
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsThSensorStatus", AT(TH_A, 1)), BTMS_STALE);
    p->mib.now_ms += INTERVAL;
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_STALE);
    assert_int_equal(number_of(p, "btmsOldestDataAge", AT(0)), 138); /* gw-b */
}

static void values__controller_gone__comm_lost_and_no_instance(void **state)
{
    static struct th_controller c;
    struct snapshot_device d = device_th;
    struct plant *p = *state;

    fill_th(&c);
    d.health.reachable = false;
    for (int i = 0; i <= TH_SENSOR_MAX; i++) {
        validity_expire(c.sensor[i].validity, TH_QUANTITIES);
        c.sensor[i].presence = c.sensor[i].presence != PRESENCE_NEVER ? PRESENCE_SILENT : 0;
    }
    validity_expire(c.count_validity, TH_COUNTS);
    publish(p, &d, &c);
    assert_no_values(p);
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsThSensorStatus", AT(TH_A, 1)), BTMS_COMM_LOST);
}

static void controller__never_answered__unknown_and_no_sensors(void **state)
{
    static const struct th_controller nothing;
    struct snapshot_device d = device_th;
    struct plant *p = *state;

    memset(&d.health, 0, sizeof(d.health));
    publish(p, &d, &nothing);
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_UNKNOWN);
    assert_int_equal(number_of(p, "btmsThControllerSensorCount", AT(TH_A)), 0);
    assert_none(p, "btmsThControllerLastPollAge", AT(TH_A));
    assert_none(p, "btmsThControllerPollDuration", AT(TH_A));
    assert_none(p, "btmsThControllerInterval", AT(TH_A));
    assert_none(p, "btmsThControllerDataAge", AT(TH_A));
    assert_none(p, "btmsThControllerNewSensor", AT(TH_A));
    assert_none(p, "btmsThSensorName", AT(TH_A, 1));
    assert_int_equal(number_of(p, "btmsThSensorNumber", AT(0)), 0);
}

static void new_sensor__none_waits__false(void **state)
{
    static struct th_controller c;
    struct plant *p = *state;

    fill_th(&c);
    GOOD(&c.sensor[0], TH_STATUS, TH_STATUS_NONE);
    publish(p, &device_th, &c);
    assert_int_equal(number_of(p, "btmsThControllerNewSensor", AT(TH_A)), 2);
}

static void oldest_age__one_sensor_behind__is_its_age(void **state)
{
    static struct th_controller c;
    struct plant *p = *state;

    fill_th(&c);
    c.sensor[17].read_ms = NOW - 777000;
    publish(p, &device_th, &c);
    assert_int_equal(number_of(p, "btmsThSensorDataAge", AT(TH_A, 17)), 777);
    assert_int_equal(number_of(p, "btmsOldestDataAge", AT(0)), 777);
}

static void sensor__status__by_the_first_that_applies(void **state)
{
    static const struct {
        int32_t raw;
        enum validity validity;
        enum presence presence;
        int status;
    } of[] = {
        {TH_STATUS_OK,    VALIDITY_GOOD,   PRESENCE_HERE,   BTMS_OK       },
        {TH_STATUS_ERROR, VALIDITY_GOOD,   PRESENCE_HERE,   BTMS_ALARM    },
        {TH_STATUS_NONE,  VALIDITY_GOOD,   PRESENCE_GONE,   BTMS_DISABLED },
        {TH_STATUS_OK,    VALIDITY_STALE,  PRESENCE_SILENT, BTMS_COMM_LOST},
        {3,               VALIDITY_GOOD,   PRESENCE_HERE,   BTMS_UNKNOWN  },
        {0,               VALIDITY_ABSENT, PRESENCE_HERE,   BTMS_UNKNOWN  },
    };
    static struct th_controller c;
    struct plant *p = *state;

    put_alarms(p, NULL, 0, NULL, 0);
    for (size_t i = 0; i < COUNT(of); i++) {
        fill_th(&c);
        SET(&c.sensor[17], TH_STATUS, of[i].raw, (uint8_t)of[i].validity);
        c.sensor[17].presence = of[i].presence;
        publish(p, &device_th, &c);
        assert_int_equal(number_of(p, "btmsThSensorStatus", AT(TH_A, 17)), of[i].status);
    }
}

/* Its number is a gateway's from now on: it is read as such, and the other way round. */
static void kind__changes_under_a_number__the_other_file_is_read(void **state)
{
    static const struct snapshot_entry entries[] = {
        {TH_A, "th-a", DEVICE_GATEWAY}
    };
    static struct gateway g;
    struct snapshot_device d = device_a;
    struct plant *p = *state;

    d.index = TH_A;
    fill_a(&g);
    put_device_at(p, NOW - 1000, &d, &g);
    put_site_at(p, NOW, 25, 14, entries, 1);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsThControllerName", AT(TH_A));
    assert_int_equal(number_of(p, "btmsUpsVoltage", AT(TH_A, 1)), 54024);
    put_th(p);
    put_ab(p);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsGatewayName", AT(TH_A));
    assert_int_equal(number_of(p, "btmsThSensorTemperature", AT(TH_A, 1)), 234);
}

static void kind__of_a_later_collector__passed_over(void **state)
{
    static const struct snapshot_entry entries[] = {
        {GW_A, "gw-a", DEVICE_GATEWAY},
        {TH_A, "th-a", 77            }
    };
    struct plant *p = *state;

    put_site_at(p, NOW, 25, 14, entries, 2);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsThControllerName", AT(TH_A));
    assert_text(p, "btmsGatewayName", AT(GW_A), "gw-a");
}

/* ---- contexts, versions -------------------------------------------------------------------- */

static void context__of_a_gateway__no_th_controller(void **state)
{
    struct plant *p = *state;
    struct mib_row row;
    const uint32_t zero[MIB_INDEXES_MAX] = {0};

    mib_select(&p->mib, p->view.now, p->view.now->gateway[0]);
    assert_false(mib_tables[9]->from(&p->mib, zero, &row));
    assert_int_equal(number_of(p, "btmsThControllerNumber", AT(0)), 0);
    assert_none(p, "btmsThSensorName", AT(TH_A, 1));
    assert_null(view_gateway_named(p->view.now, "th-a", 4));
}

static void version__held__keeps_its_values(void **state)
{
    static struct th_controller c;
    struct plant *p = *state;
    struct view_version *held = view_hold(&p->view);

    fill_th(&c);
    GOOD(&c.sensor[1], TH_TEMPERATURE, 300);
    publish(p, &device_th, &c);
    assert_int_equal(number_of(p, "btmsThSensorTemperature", AT(TH_A, 1)), 300);
    mib_select(&p->mib, held, NULL);
    assert_int_equal(number_of(p, "btmsThSensorTemperature", AT(TH_A, 1)), 234);
    mib_select(&p->mib, NULL, NULL);
    view_release(held);
}

static void counters__controller_began_anew__discontinuity(void **state)
{
    static struct th_controller c;
    struct snapshot_device d = device_th;
    struct plant *p = *state;

    fill_th(&c);
    d.health.requests = 3;
    publish(p, &d, &c);
    assert_true(p->view.now->counters_ms > 0);
}

/* What entLastChangeTime is of. */
static void layers__sensors_and_controllers__their_own(void **state)
{
    static struct th_controller c;
    struct plant *p = *state;

    fill_th(&c);
    GOOD(&c.sensor[1], TH_TEMPERATURE, 300);
    memset(p->view.layer_changed_ms, 0, sizeof(p->view.layer_changed_ms));
    p->view.tables_changed_ms = 1;
    publish(p, &device_th, &c);
    assert_true(p->view.layer_changed_ms[VIEW_UPS] == 0);
    assert_true(p->view.layer_changed_ms[VIEW_STRINGS] == 0);
    assert_true(p->view.tables_changed_ms == 1);
    sensor_at(&c, 2, NOW - 2000);
    publish(p, &device_th, &c);
    assert_true(p->view.layer_changed_ms[VIEW_UPS] == 0);
    assert_true(p->view.layer_changed_ms[VIEW_STRINGS] > 0);
    assert_true(p->view.tables_changed_ms > 1);
    put_site_at(p, NOW, 24, 14, entries_ab, COUNT(entries_ab));
    assert_true(view_refresh(&p->view));
    assert_true(p->view.layer_changed_ms[VIEW_UPS] > 0);
}

/* ---- alarms -------------------------------------------------------------------------------- */

enum { OF_CONTROLLER = 31, OF_SENSOR = 32, OF_CELL = 33, OF_REMOVED = 34 };

/* One of the controller, one of its sensor 17, one of a cell with that number. */
static void put_th_alarms(struct plant *p, uint16_t sensor_kind)
{
    struct alarm a[4] = {alarm_of(OF_CONTROLLER, ALARM_GATEWAY_COMM_LOST, TH_A, 0, 0, 0),
                         alarm_of(OF_SENSOR, ALARM_CELL_COMM_LOST, TH_A, 0, 0, 17),
                         alarm_of(OF_CELL, ALARM_CELL_COMM_LOST, GW_A, 1, 2, 1),
                         alarm_of(OF_REMOVED, ALARM_CELL_COMM_LOST, 99, 0, 0, 3)};
    struct event e = happened(40, EVENT_RAISED, a[1]);

    a[1].level = e.alarm.level = a[3].level = ALARM_OF_SENSOR;
    a[1].kind = e.alarm.kind = sensor_kind;
    a[1].severity = ALARM_MINOR;
    put_alarms(p, a, COUNT(a), &e, 1);
    assert_true(view_refresh(&p->view));
}

static void assert_points(struct plant *p, int id, const char *object, const int *index)
{
    struct agentx_value v = value_of(p, "btmsAlarmObject", AT(id));
    uint32_t at[MIB_INDEXES_MAX] = {0};
    struct oid want;

    for (int i = 0; index[i] >= 0; i++)
        at[i] = (uint32_t)index[i];
    mib_name(&p->mib, object, at, &want);
    assert_int_equal(v.kind, AGENTX_OBJECT_IDENTIFIER);
    assert_true(oid_equal(&v.oid, &want));
}

static void alarms__of_th__of_no_gateway_and_no_cell_but_pointed_to(void **state)
{
    struct plant *p = *state;

    put_th_alarms(p, 80);
    for (int id = OF_CONTROLLER; id <= OF_SENSOR; id++) {
        assert_int_equal(number_of(p, "btmsAlarmGateway", AT(id)), 0);
        assert_int_equal(number_of(p, "btmsAlarmUps", AT(id)), 0);
        assert_int_equal(number_of(p, "btmsAlarmString", AT(id)), 0);
        assert_int_equal(number_of(p, "btmsAlarmCell", AT(id)), 0);
    }
    assert_points(p, OF_CONTROLLER, "btmsThControllerStatus", AT(TH_A));
    assert_points(p, OF_SENSOR, "btmsThSensorStatus", AT(TH_A, 17));
    assert_points(p, OF_CELL, "btmsCellStatus", AT(GW_A, 2, 1));
    assert_int_equal(number_of(p, "btmsAlarmGateway", AT(OF_CELL)), GW_A);
    assert_int_equal(number_of(p, "btmsAlarmCell", AT(OF_CELL)), 1);
    assert_int_equal(number_of(p, "btmsAlarmGateway", AT(OF_REMOVED)), 0);
    assert_int_equal(number_of(p, "btmsAlarmLogGateway", AT(40)), 0);
    assert_int_equal(number_of(p, "btmsAlarmLogCell", AT(40)), 0);
}

static void alarms__of_th__counted_where_they_belong(void **state)
{
    struct plant *p = *state;

    put_th_alarms(p, 80);
    p->own.active = false;
    assert_int_equal(number_of(p, "btmsThControllerAlarmCount", AT(TH_A)), 2);
    assert_int_equal(number_of(p, "btmsThControllerWorstSeverity", AT(TH_A)),
                     mib_severity(alarm_kinds[alarm_row(ALARM_GATEWAY_COMM_LOST)].severity));
    assert_int_equal(number_of(p, "btmsThSensorWorstSeverity", AT(TH_A, 17)),
                     mib_severity(ALARM_MINOR));
    assert_int_equal(number_of(p, "btmsThSensorWorstSeverity", AT(TH_A, 1)), 1);
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_ALARM);
    assert_int_equal(number_of(p, "btmsCellWorstSeverity", AT(GW_A, 2, 2)), 1);
    assert_int_equal(number_of(p, "btmsGatewayAlarmCount", AT(GW_A)), 1);
    assert_int_equal(number_of(p, "btmsAlarmActiveCount", AT(0)), 4);
}

/* Sensor 17 is no cell 17: neither its alarm nor its number makes one lost. */
static void alarms__of_a_sensor__no_cell_lost(void **state)
{
    struct plant *p = *state;

    put_th_alarms(p, ALARM_CELL_COMM_LOST);
    assert_int_equal(number_of(p, "btmsCellsCommLost", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsGatewayCellsCommLost", AT(GW_A)), 1);
}

static void maintenance__of_the_controller__its_sensors_too(void **state)
{
    struct plant *p = *state;
    struct alarm a[] = {alarm_of(50, ALARM_MAINTENANCE, TH_A, 0, 0, 0),
                        alarm_of(51, ALARM_MAINTENANCE, TH_A, 0, 0, 17)};

    a[0].level = ALARM_OF_GATEWAY;
    a[1].level = ALARM_OF_SENSOR;
    put_alarms(p, a, 1, NULL, 0);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_MAINTENANCE);
    assert_int_equal(number_of(p, "btmsThSensorStatus", AT(TH_A, 1)), BTMS_MAINTENANCE);
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_A)), BTMS_OK);
    put_alarms(p, a + 1, 1, NULL, 0);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "btmsThControllerStatus", AT(TH_A)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsThSensorStatus", AT(TH_A, 1)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsThSensorStatus", AT(TH_A, 17)), BTMS_MAINTENANCE);
}

#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(controller__plant__native_values),
        FULL(controller__over_its_sensors__extremes_and_means),
        FULL(controller__equal_sensors__the_lowest_number),
        FULL(sensor__plant__native_values),
        FULL(numbers__older_collector__none),
        FULL(values__three_intervals_without_news__no_instance),
        FULL(values__controller_gone__comm_lost_and_no_instance),
        FULL(controller__never_answered__unknown_and_no_sensors),
        FULL(new_sensor__none_waits__false),
        FULL(oldest_age__one_sensor_behind__is_its_age),
        FULL(sensor__status__by_the_first_that_applies),
        FULL(kind__changes_under_a_number__the_other_file_is_read),
        FULL(kind__of_a_later_collector__passed_over),
        FULL(context__of_a_gateway__no_th_controller),
        FULL(version__held__keeps_its_values),
        FULL(counters__controller_began_anew__discontinuity),
        FULL(layers__sensors_and_controllers__their_own),
        FULL(alarms__of_th__of_no_gateway_and_no_cell_but_pointed_to),
        FULL(alarms__of_th__counted_where_they_belong),
        FULL(alarms__of_a_sensor__no_cell_lost),
        FULL(maintenance__of_the_controller__its_sensors_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
