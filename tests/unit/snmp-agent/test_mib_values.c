/* What the columns say: native resolution, ages, what is too old, status, alarms, the texts and
 * times of SMIv2. The plant is that of view_fixture.h. */
#include "mib_status.h"
#include "view_fixture.h"

static void move_on(struct plant *p, int64_t ms)
{
    p->mib.now_ms += ms;
}

/* ---- values ------------------------------------------------------------------------------ */

static void system__plant__counts(void **state)
{
    struct plant *p = *state;
    struct agentx_value v = value_of(p, "btmsMibRoot", AT(0));

    assert_int_equal(v.kind, AGENTX_OBJECT_IDENTIFIER);
    assert_true(oid_equal(&v.oid, &VIEW_ROOT));
    assert_text(p, "btmsSoftwareVersion", AT(0), BTMS_VERSION);
    assert_octets(p, "btmsStoreId", AT(0), "\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8", 8);
    assert_int_equal(number_of(p, "btmsGatewayNumber", AT(0)), 2);
    assert_int_equal(number_of(p, "btmsUpsNumber", AT(0)), 3);
    assert_int_equal(number_of(p, "btmsStringNumber", AT(0)), 3);
    assert_int_equal(number_of(p, "btmsCellNumber", AT(0)), 4);
    assert_int_equal(number_of(p, "btmsLogSequence", AT(0)), 24);
    assert_int_equal(number_of(p, "btmsCollectorAge", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsCounterDiscontinuityTime", AT(0)), 30000);
    assert_text(p, "btmsCollectorVersion", AT(0), "0.1.0");
    assert_int_equal(number_of(p, "btmsCollectorInterval", AT(0)), INTERVAL);
    assert_int_equal(number_of(p, "btmsCellsCommLost", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsThControllerNumber", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsThSensorNumber", AT(0)), 3);
}

static void system__alarms__counted_by_severity_own_included(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsAlarmActiveCount", AT(0)), 4);
    assert_int_equal(number_of(p, "btmsAlarmCriticalCount", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsAlarmMajorCount", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsAlarmMinorCount", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsAlarmWarningCount", AT(0)), 1);
    assert_int_equal(number_of(p, "btmsAlarmInfoCount", AT(0)), 0);
    assert_int_equal(number_of(p, "btmsAlarmWorstSeverity", AT(0)), 6);
    assert_int_equal(number_of(p, "btmsAlarmLastChange", AT(0)), (600000 - 8000) / 10);
    p->own.active = false;
    assert_int_equal(number_of(p, "btmsAlarmWorstSeverity", AT(0)), 5);
    put_alarms(p, NULL, 0, NULL, 0);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsAlarmWorstSeverity", AT(0)), 1);
}

/* MIB: the largest of all data ages, those of objects that do not answer included. */
static void oldest_age__one_ups_silent__is_its_age(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    g.ups[2].presence = PRESENCE_SILENT;
    g.ups[2].read_ms = NOW - 777000;
    put_device_at(p, NOW - 500, &device_a, &g);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsUpsDataAge", AT(GW_A, 3)), 777);
    assert_int_equal(number_of(p, "btmsOldestDataAge", AT(0)), 777);
}

static void gateway__plant__native_values(void **state)
{
    struct plant *p = *state;

    assert_text(p, "btmsGatewayName", AT(GW_A), "gw-a");
    assert_text(p, "btmsGatewayAddress", AT(GW_B), "[2001:db8::7]:502");
    assert_int_equal(number_of(p, "btmsGatewayPollDuration", AT(GW_A)), 345);
    assert_int_equal(number_of(p, "btmsGatewayLastPollAge", AT(GW_A)), 1);
    assert_int_equal(number_of(p, "btmsGatewayLastPollAge", AT(GW_B)), 100);
    assert_int_equal(number_of(p, "btmsGatewayRequests", AT(GW_A)), 17); /* wrapped */
    assert_int_equal(number_of(p, "btmsGatewayTimeouts", AT(GW_A)), 2);
    assert_int_equal(number_of(p, "btmsGatewayReconnects", AT(GW_A)), 5);
    assert_int_equal(number_of(p, "btmsGatewayWindow", AT(GW_A)), 64);
    assert_int_equal(number_of(p, "btmsGatewayConnections", AT(GW_A)), 4);
    assert_int_equal(number_of(p, "btmsGatewaySpanCells", AT(GW_A)), 2);
    assert_int_equal(number_of(p, "btmsGatewayUpsCount", AT(GW_A)), 2);
    assert_int_equal(number_of(p, "btmsGatewayCellCount", AT(GW_B)), 1);
    assert_int_equal(number_of(p, "btmsGatewayAlarmCount", AT(GW_A)), 2);
    assert_int_equal(number_of(p, "btmsGatewayWorstSeverity", AT(GW_A)), 4);
    assert_int_equal(number_of(p, "btmsGatewayInterval", AT(GW_B)), 12000);
    assert_int_equal(number_of(p, "btmsGatewaySetInterval", AT(GW_B)), INTERVAL);
    assert_int_equal(number_of(p, "btmsGatewaySetCellInterval", AT(GW_B)), CELL_INTERVAL);
    assert_int_equal(number_of(p, "btmsGatewayCellsCommLost", AT(GW_A)), 1);
    assert_int_equal(number_of(p, "btmsGatewayCellsCommLost", AT(GW_B)), 0);
    assert_none(p, "btmsGatewayLocation", AT(GW_B));
    assert_int_equal(number_of(p, "btmsGatewaySnapshot", AT(GW_B)), 2);
    assert_int_equal(number_of(p, "btmsGatewayStringRegisters", AT(GW_A)), 15);
}

static void ups__plant__native_values(void **state)
{
    struct plant *p = *state;

    assert_text(p, "btmsUpsName", AT(GW_A, 3), "UPS 3");
    assert_int_equal(number_of(p, "btmsUpsVoltage", AT(GW_A, 1)), 54024);
    assert_int_equal(number_of(p, "btmsUpsCurrent", AT(GW_A, 1)), -1234);
    assert_int_equal(number_of(p, "btmsUpsStateOfCharge", AT(GW_A, 1)), 87);
    assert_int_equal(number_of(p, "btmsUpsStateOfCharge", AT(GW_A, 3)), 101); /* beyond */
    assert_none(p, "btmsUpsVoltage", AT(GW_A, 3));                            /* absent */
    assert_none(p, "btmsUpsCurrent", AT(GW_A, 3));                            /* impossible */
    assert_int_equal(number_of(p, "btmsUpsStringCount", AT(GW_A, 1)), 1);
    assert_int_equal(number_of(p, "btmsUpsDataAge", AT(GW_A, 3)), 2); /* 2,999 ms */
    assert_int_equal(number_of(p, "btmsUpsAlarmCount", AT(GW_B, 2)), 1);
    assert_int_equal(number_of(p, "btmsUpsWorstSeverity", AT(GW_B, 2)), 5);
}

static void identity__plant__where_it_is_configured(void **state)
{
    struct plant *p = *state;

    assert_text(p, "btmsGatewayLocation", AT(GW_A), "hall 2");
    assert_text(p, "btmsGatewayModel", AT(GW_A), "BM-GW");
    assert_text(p, "btmsGatewayLabel", AT(GW_A), "INV-17");
    assert_text(p, "btmsGatewayManufacturer", AT(GW_A), "Maker");
    assert_octets(p, "btmsGatewayInstallDate", AT(GW_A), "\x07\xe8\x02\x1d\0\0\0\0", 8);
    assert_text(p, "btmsGatewayNote", AT(GW_A), "key at the desk");
    assert_text(p, "btmsGatewayRunbook", AT(GW_A), "https://wiki.example/gw");
    assert_text(p, "btmsUpsName", AT(GW_A, 1), "UPS-A");
    assert_text(p, "btmsUpsLabel", AT(GW_A, 1), "INV-1");
    assert_text(p, "btmsUpsLocation", AT(GW_A, 1), "hall 1");
    assert_text(p, "btmsStringName", AT(GW_A, 2), "A1");
    assert_text(p, "btmsStringName", AT(GW_A, 5), "string 5");
    assert_text(p, "btmsStringLabel", AT(GW_A, 2), "INV-2");
    assert_text(p, "btmsStringLocation", AT(GW_A, 2), "row B");
    assert_text(p, "btmsStringManufacturer", AT(GW_A, 2), "Other");
    assert_text(p, "btmsStringModel", AT(GW_A, 2), "12V100");
    assert_octets(p, "btmsStringInstallDate", AT(GW_A, 2), "\x07\xe9\x0c\x1f\0\0\0\0", 8);
    assert_text(p, "btmsStringNote", AT(GW_A, 2), "ask Kim");
    assert_text(p, "btmsStringRunbook", AT(GW_A, 2), "https://wiki.example/string");
    assert_text(p, "btmsCellLabel", AT(GW_A, 2, 3), "R2-S23");
    assert_none(p, "btmsCellLabel", AT(GW_B, 1, 1));
    assert_text(p, "btmsCellName", AT(GW_B, 1, 1), "cell 1");
    assert_octets(p, "btmsCellReplacedAt", AT(GW_A, 2, 2), "\x07\xea\x03\x01\0\0\0\0", 8);
    assert_none(p, "btmsCellReplacedAt", AT(GW_A, 2, 1));
    assert_text(p, "btmsThControllerLocation", AT(TH_A), "hall 3");
    assert_text(p, "btmsThSensorName", AT(TH_A, 17), "Rack 4");
    assert_text(p, "btmsThSensorName", AT(TH_A, 1), "sensor 1");
    assert_text(p, "btmsThSensorLabel", AT(TH_A, 17), "T17");
    assert_none(p, "btmsThSensorLocation", AT(TH_A, 1));
}

static void ups__strings__that_discharge(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsUpsStringsDischarging", AT(GW_A, 1)), 0);
    fill_a(&g);
    GOOD(&g.string[1], STRING_STATE, STATE_DISCHARGE);
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "btmsUpsStringsDischarging", AT(GW_A, 1)), 1);
    assert_int_equal(number_of(p, "btmsUpsStringsDischarging", AT(GW_A, 3)), 0);
    assert_int_equal(number_of(p, "btmsUpsCellsCommLost", AT(GW_A, 1)), 1);
    assert_int_equal(number_of(p, "btmsUpsCellsCommLost", AT(GW_A, 3)), 0);
    move_on(p, 3 * INTERVAL);
    assert_int_equal(number_of(p, "btmsUpsStringsDischarging", AT(GW_A, 1)), 0);
}

static void string__plant__native_values(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsStringUpsIndex", AT(GW_A, 2)), 1);
    assert_int_equal(number_of(p, "btmsStringUpsIndex", AT(GW_A, 5)), 3); /* stale, and kept */
    assert_int_equal(number_of(p, "btmsStringUpsIndex", AT(GW_B, 1)), 2);
    assert_int_equal(number_of(p, "btmsStringVoltage", AT(GW_A, 2)), 54024);
    assert_int_equal(number_of(p, "btmsStringVoltage", AT(GW_A, 5)), 0);
    assert_int_equal(number_of(p, "btmsStringCurrent", AT(GW_A, 2)), -250);
    assert_int_equal(number_of(p, "btmsStringBalance", AT(GW_A, 2)), 9876);
    assert_int_equal(number_of(p, "btmsStringAmbientTemperature", AT(GW_A, 2)), -52);
    assert_int_equal(number_of(p, "btmsStringAmbientHumidity", AT(GW_A, 2)), 455);
    assert_int_equal(number_of(p, "btmsStringInsulationResistance", AT(GW_A, 2)), 2500000);
    assert_int_equal(number_of(p, "btmsStringCellCount", AT(GW_A, 2)), 3);
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_A, 2)), 1);
    assert_int_equal(number_of(p, "btmsStringCellDataAge", AT(GW_A, 2)), 30);
    assert_int_equal(number_of(p, "btmsStringCellInterval", AT(GW_A, 2)), 65000);
    assert_none(p, "btmsStringCellDataAge", AT(GW_A, 5));
    assert_none(p, "btmsStringCellInterval", AT(GW_A, 5));
}

static void string__over_its_cells__extremes_and_means(void **state)
{
    struct plant *p = *state;
    const int *s = AT(GW_A, 2);

    assert_int_equal(number_of(p, "btmsStringMinCellVoltage", s), 1401);
    assert_int_equal(number_of(p, "btmsStringMinCellVoltageCell", s), 2);
    assert_int_equal(number_of(p, "btmsStringMaxCellVoltage", s), 2250);
    assert_int_equal(number_of(p, "btmsStringMaxCellVoltageCell", s), 1);
    assert_int_equal(number_of(p, "btmsStringMeanCellVoltage", s), 1826); /* 1825.5 */
    assert_int_equal(number_of(p, "btmsStringMaxCellTemperature", s), 260);
    assert_int_equal(number_of(p, "btmsStringMaxCellTemperatureCell", s), 2);
    assert_int_equal(number_of(p, "btmsStringMeanCellTemperature", s), 256); /* 255.5 */
    assert_int_equal(number_of(p, "btmsStringMaxCellResistance", s), 900);
    assert_int_equal(number_of(p, "btmsStringMaxCellResistanceCell", s), 2);
    assert_int_equal(number_of(p, "btmsStringMeanCellTemperature", AT(GW_B, 1)), -105);
    assert_none(p, "btmsStringMinCellVoltage", AT(GW_A, 5));
}

static void string__over_its_cells__spreads_and_medians(void **state)
{
    struct plant *p = *state;
    const int *s = AT(GW_A, 2);

    assert_int_equal(number_of(p, "btmsStringVoltageSpread", s), 2250 - 1401);
    assert_int_equal(number_of(p, "btmsStringCellsExpected", s), 3);
    assert_int_equal(number_of(p, "btmsStringCellsMeasured", s), 2);
    assert_int_equal(number_of(p, "btmsStringMinCellTemperature", s), 251);
    assert_int_equal(number_of(p, "btmsStringMinCellTemperatureCell", s), 1);
    assert_int_equal(number_of(p, "btmsStringTemperatureSpread", s), 9);
    assert_int_equal(number_of(p, "btmsStringMinCellResistance", s), 512);
    assert_int_equal(number_of(p, "btmsStringMinCellResistanceCell", s), 1);
    assert_int_equal(number_of(p, "btmsStringMeanCellResistance", s), 706);
    assert_int_equal(number_of(p, "btmsStringMedianCellResistance", s), 706);
    assert_int_equal(number_of(p, "btmsStringResistanceSpread", s), 388);
    assert_int_equal(number_of(p, "btmsStringMinCellSoc", s), 98);
    assert_int_equal(number_of(p, "btmsStringMinCellSocCell", s), 1);
    assert_int_equal(number_of(p, "btmsStringMeanCellSoc", s), 98);
    assert_none(p, "btmsStringMinCellSoh", s);
    assert_int_equal(number_of(p, "btmsStringMinCellTemperature", AT(GW_B, 1)), -105);
    assert_int_equal(number_of(p, "btmsStringVoltageSpread", AT(GW_B, 1)), 0);
    assert_int_equal(number_of(p, "btmsStringMinCellSohCell", AT(GW_B, 1)), 1);
    assert_int_equal(number_of(p, "btmsStringCellsMeasured", AT(GW_A, 5)), 0);
    assert_none(p, "btmsStringCellsExpected", AT(GW_A, 5));
    assert_none(p, "btmsStringMedianCellResistance", AT(GW_A, 5));
    assert_int_equal(number_of(p, "btmsStringCellType", s), 2);
    assert_int_equal(number_of(p, "btmsStringHallRating", s), 400);
    assert_int_equal(number_of(p, "btmsStringCapacity", s), 1500);
    assert_none(p, "btmsStringCellType", AT(GW_A, 5));
    assert_none(p, "btmsStringHallRating", AT(GW_A, 5));
}

/* All 120, in no order, with equals: of these the lowest number is told. */
static void string__full_of_cells__as_if_sorted(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    const int *s = AT(GW_A, 2);

    fill_a(&g);
    g.string[1].cells = CELL_MAX;
    for (int i = 0; i < CELL_MAX; i++) {
        int turned = (i * 77 + 30) % CELL_MAX; /* each once: 77 and 120 have no common factor */

        GOOD(&g.string[1].cell[i], CELL_RESISTANCE, 1000 + turned / 2 * 2);
        GOOD(&g.string[1].cell[i], CELL_TEMPERATURE, turned - 200);
    }
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "btmsStringMinCellResistance", s), 1000);
    assert_int_equal(number_of(p, "btmsStringMedianCellResistance", s), 1059);
    assert_int_equal(number_of(p, "btmsStringMeanCellResistance", s), 1059);
    assert_int_equal(number_of(p, "btmsStringResistanceSpread", s), 118);
    /* turned is 0 for cell 91, 1 for cell 24 */
    assert_int_equal(number_of(p, "btmsStringMinCellResistanceCell", s), 24);
    assert_int_equal(number_of(p, "btmsStringMinCellTemperature", s), -200);
    assert_int_equal(number_of(p, "btmsStringMinCellTemperatureCell", s), 91);
    assert_int_equal(number_of(p, "btmsStringTemperatureSpread", s), 119);
    assert_int_equal(number_of(p, "btmsStringMeanCellTemperature", s), -141); /* -140.5 */
    assert_int_equal(number_of(p, "btmsCellTemperatureDeviation", AT(GW_A, 2, 91)), -59);
    /* (1000 - 1059) / 1059 */
    assert_int_equal(number_of(p, "btmsCellResistanceDeviation", AT(GW_A, 2, 91)), -56);
}

/* MIB: what is kept of a string is of one publication. */
static void string__published_again__new_values(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsStringVoltageSpread", AT(GW_A, 2)), 849);
    assert_int_equal(number_of(p, "btmsStringVoltageSpread", AT(GW_B, 1)), 0);
    for (int i = 0; i < 10; i++) {
        fill_a(&g);
        GOOD(&g.string[1].cell[0], CELL_VOLTAGE, 2260 + i);
        put_device_at(p, NOW - 1000, &device_a, &g);
        assert_true(view_refresh(&p->view));
        assert_int_equal(number_of(p, "btmsStringVoltageSpread", AT(GW_A, 2)), 859 + i);
        assert_int_equal(number_of(p, "btmsCellVoltageDeviation", AT(GW_A, 2, 1)),
                         2260 + i - (2260 + i + 1401 + 1) / 2);
    }
}

static void cell__deviation__from_mean_and_median(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsCellVoltageDeviation", AT(GW_A, 2, 1)), 2250 - 1826);
    assert_int_equal(number_of(p, "btmsCellVoltageDeviation", AT(GW_A, 2, 2)), 1401 - 1826);
    assert_int_equal(number_of(p, "btmsCellTemperatureDeviation", AT(GW_A, 2, 1)), 251 - 256);
    assert_int_equal(number_of(p, "btmsCellResistanceDeviation", AT(GW_A, 2, 2)), 275); /* 274.8 */
    assert_int_equal(number_of(p, "btmsCellResistanceDeviation", AT(GW_A, 2, 1)), -275);
    assert_none(p, "btmsCellVoltageDeviation", AT(GW_A, 2, 3));
    assert_none(p, "btmsCellResistanceDeviation", AT(GW_A, 2, 3));
}

static void cell__all_resistances_0__no_deviation(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    GOOD(&g.string[1].cell[0], CELL_RESISTANCE, 0);
    GOOD(&g.string[1].cell[1], CELL_RESISTANCE, 0);
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsCellResistanceDeviation", AT(GW_A, 2, 1));
    assert_int_equal(number_of(p, "btmsStringMedianCellResistance", AT(GW_A, 2)), 0);
}

/* BITS: bit 0 is the highest of the first octet. */
static void string__alarm_word__bits_from_the_left(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    assert_octets(p, "btmsStringDeviceAlarms", AT(GW_A, 2), "\x82", 1); /* 0 and 6 */
    assert_int_equal(number_of(p, "btmsStringAlarmRaw", AT(GW_A, 2)), 0x41);
    for (int bit = 0; bit < 16; bit++) {
        uint8_t want = bit < 7 ? (uint8_t)(0x80 >> bit) : 0;

        fill_a(&g);
        GOOD(&g.string[1], STRING_ALARM, 1 << bit);
        put_device_at(p, NOW - 1000, &device_a, &g);
        assert_true(view_refresh(&p->view));
        assert_octets(p, "btmsStringDeviceAlarms", AT(GW_A, 2), &want, 1);
    }
}

static void string__enumerations__as_in_the_mib(void **state)
{
    static const int states[] = {2, 3, 4, 5, 1, 6, 1, 1};
    static struct gateway g;
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsStringRelay", AT(GW_A, 2)), 3);    /* closed */
    assert_int_equal(number_of(p, "btmsStringAuxInput", AT(GW_A, 2)), 2); /* off */
    assert_int_equal(number_of(p, "btmsStringRelay", AT(GW_A, 5)), 1);    /* 7 is not known */
    for (size_t i = 0; i < COUNT(states); i++) {
        fill_a(&g);
        GOOD(&g.string[1], STRING_STATE, (int32_t)i);
        put_device_at(p, NOW - 1000, &device_a, &g);
        assert_true(view_refresh(&p->view));
        assert_int_equal(number_of(p, "btmsStringChargeState", AT(GW_A, 2)), states[i]);
        assert_int_equal(number_of(p, "btmsStringStateRaw", AT(GW_A, 2)), i);
    }
}

static void cell__plant__native_values(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsCellVoltage", AT(GW_A, 2, 1)), 2250);
    assert_int_equal(number_of(p, "btmsCellResistance", AT(GW_A, 2, 1)), 512);
    assert_int_equal(number_of(p, "btmsCellTemperature", AT(GW_B, 1, 1)), -105);
    assert_int_equal(number_of(p, "btmsCellBeyondRange", AT(GW_A, 2, 1)), 2);
    assert_int_equal(number_of(p, "btmsCellBeyondRange", AT(GW_A, 2, 2)), 1);
    assert_int_equal(number_of(p, "btmsCellVoltage", AT(GW_A, 2, 2)), 1401);
    assert_none(p, "btmsCellStateOfCharge", AT(GW_A, 2, 2));
    assert_none(p, "btmsCellBeyondRange", AT(GW_A, 2, 3));
    assert_text(p, "btmsCellName", AT(GW_A, 2, 3), "R2-S23");
    assert_int_equal(number_of(p, "btmsCellWorstSeverity", AT(GW_A, 2, 2)), 4);
    assert_int_equal(number_of(p, "btmsCellWorstSeverity", AT(GW_A, 2, 1)), 1);
    assert_int_equal(number_of(p, "btmsCellDataAge", AT(GW_A, 2, 2)), 30);
    assert_none(p, "btmsCellDataAge", AT(GW_A, 2, 3)); /* never read */
}

/* ---- status ------------------------------------------------------------------------------ */

static void status__plant__first_that_applies(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_A)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_B)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_A, 1)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_A, 3)), BTMS_ALARM);
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_B, 2)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsStringStatus", AT(GW_A, 2)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsStringStatus", AT(GW_A, 5)), BTMS_ALARM);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 1)), BTMS_OK);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 2)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 3)), BTMS_UNKNOWN);
}

static void status__order__as_the_mib_gives_it(void **state)
{
    (void)state;
    assert_int_equal(mib_status(true, true, STATUS_DISABLED, ALARM_CRITICAL), BTMS_COMM_LOST);
    assert_int_equal(mib_status(false, true, STATUS_DISABLED, ALARM_CRITICAL), BTMS_STALE);
    assert_int_equal(mib_status(false, false, STATUS_DISABLED, ALARM_CRITICAL), BTMS_DISABLED);
    assert_int_equal(mib_status(false, false, STATUS_ERROR, -1), BTMS_ALARM);
    assert_int_equal(mib_status(false, false, STATUS_OK, ALARM_CRITICAL), BTMS_ALARM);
    assert_int_equal(mib_status(false, false, STATUS_OK, ALARM_MAJOR), BTMS_ALARM);
    assert_int_equal(mib_status(false, false, STATUS_OK, ALARM_MINOR), BTMS_WARNING);
    assert_int_equal(mib_status(false, false, -1, ALARM_WARNING), BTMS_WARNING);
    assert_int_equal(mib_status(false, false, STATUS_OK, ALARM_INFO), BTMS_OK);
    assert_int_equal(mib_status(false, false, 3, -1), BTMS_UNKNOWN);
    assert_int_equal(mib_status(false, false, -1, -1), BTMS_UNKNOWN);
}

/* Three effective intervals exactly are not too old yet; UPS 1 was read 2 s ago. */
static void stale__three_intervals_passed__values_gone_rows_stay(void **state)
{
    struct plant *p = *state;

    move_on(p, 3 * INTERVAL - 2000);
    assert_int_equal(number_of(p, "btmsUpsVoltage", AT(GW_A, 1)), 54024);
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_A, 1)), BTMS_OK);
    move_on(p, 1);
    assert_none(p, "btmsUpsVoltage", AT(GW_A, 1));
    assert_none(p, "btmsUpsStatusRaw", AT(GW_A, 1));
    assert_none(p, "btmsStringVoltage", AT(GW_A, 2));
    assert_none(p, "btmsStringDeviceAlarms", AT(GW_A, 2));
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_A, 1)), BTMS_STALE);
    assert_int_equal(number_of(p, "btmsStringStatus", AT(GW_A, 2)), BTMS_STALE);
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_B, 2)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsStringUpsIndex", AT(GW_A, 2)), 1);
    assert_int_equal(number_of(p, "btmsUpsDataAge", AT(GW_A, 1)), 30);
    assert_int_equal(number_of(p, "btmsCellVoltage", AT(GW_A, 2, 1)), 2250); /* its own interval */
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_A)), BTMS_OK);
    move_on(p, 1000);
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_A)), BTMS_STALE);
    assert_int_equal(number_of(p, "btmsCollectorAge", AT(0)), 30);
}

static void stale__three_cell_intervals_passed__cells_gone(void **state)
{
    struct plant *p = *state;

    move_on(p, 3 * 65000 - 30000);
    assert_int_equal(number_of(p, "btmsCellVoltage", AT(GW_A, 2, 1)), 2250);
    assert_int_equal(number_of(p, "btmsStringMinCellVoltage", AT(GW_A, 2)), 1401);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 1)), BTMS_OK);
    move_on(p, 1);
    assert_none(p, "btmsCellVoltage", AT(GW_A, 2, 1));
    assert_none(p, "btmsCellBeyondRange", AT(GW_A, 2, 1));
    assert_none(p, "btmsStringMinCellVoltage", AT(GW_A, 2));
    assert_none(p, "btmsStringMaxCellResistanceCell", AT(GW_A, 2));
    assert_none(p, "btmsStringVoltageSpread", AT(GW_A, 2));
    assert_none(p, "btmsCellVoltageDeviation", AT(GW_A, 2, 1));
    assert_none(p, "btmsCellResistanceDeviation", AT(GW_A, 2, 1));
    assert_int_equal(number_of(p, "btmsStringCellsMeasured", AT(GW_A, 2)), 0);
    assert_int_equal(number_of(p, "btmsStringCellsExpected", AT(GW_A, 2)), 3);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 1)), BTMS_STALE);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 2)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 3)), BTMS_UNKNOWN);
    assert_int_equal(number_of(p, "btmsCellDataAge", AT(GW_A, 2, 1)), 195);
    assert_text(p, "btmsCellName", AT(GW_A, 2, 1), "R2-S21");
}

static void put_a(struct plant *p, struct gateway *g, bool reachable)
{
    struct snapshot_device d = device_a;

    d.health.reachable = reachable;
    put_device_at(p, NOW - 1000, &d, g);
    assert_true(view_refresh(&p->view));
}

static void expire(struct cell *c)
{
    validity_expire(c->validity, CELL_QUANTITIES);
}

/* Cell 2 has an alarm, cell 3 was never there. */
static void lost__one_cell_missed__has_no_age(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    expire(&g.string[1].cell[1]);
    put_a(p, &g, true);
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_A, 2)), 1);
    assert_int_equal(number_of(p, "btmsCellDataAge", AT(GW_A, 2, 1)), 30);
    assert_none(p, "btmsCellDataAge", AT(GW_A, 2, 2));
}

/* As when what connects the cells of a string is gone: one alarm, of the string. */
static void lost__all_cells_of_a_string__counted_without_alarms_of_theirs(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    expire(&g.string[1].cell[0]);
    expire(&g.string[1].cell[1]);
    put_a(p, &g, true);
    put_alarms(p, NULL, 0, NULL, 0);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 1)), BTMS_COMM_LOST);
    assert_int_equal(number_of(p, "btmsCellStatus", AT(GW_A, 2, 3)), BTMS_UNKNOWN);
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_A, 2)), 2);
    assert_int_equal(number_of(p, "btmsCellDataAge", AT(GW_A, 2, 2)), 30); /* the last good sweep */
}

static void lost__the_gateway__all_that_were_there(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    put_a(p, &g, false);
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_A, 2)), 2);
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_A, 5)), 0);
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_B, 1)), 1);
}

/* Whatever there is, the number is that of the cells which say so. */
static void lost__plant__as_many_as_statuses(void **state)
{
    struct plant *p = *state;
    int n = 0;

    for (int cell = 1; cell <= 3; cell++)
        n += number_of(p, "btmsCellStatus", AT(GW_A, 2, cell)) == BTMS_COMM_LOST;
    assert_int_equal(number_of(p, "btmsStringCellsCommLost", AT(GW_A, 2)), n);
}

static void status__device_says_disabled__not_lost(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    g.ups[0].presence = g.string[1].presence = PRESENCE_GONE;
    GOOD(&g.ups[0], UPS_STATUS, STATUS_DISABLED);
    GOOD(&g.string[1], STRING_STATUS, STATUS_DISABLED);
    put_device_at(p, NOW - 1000, &device_a, &g);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_A, 1)), BTMS_DISABLED);
    assert_int_equal(number_of(p, "btmsStringStatus", AT(GW_A, 2)), BTMS_DISABLED);
}

static void status__gateway_never_answered__unknown(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    struct snapshot_device d = device_b;

    d.health.answered_ms = 0;
    memset(&g, 0, sizeof(g));
    put_device_at(p, NOW - 1000, &d, &g);
    view_refresh(&p->view);
    assert_int_equal(number_of(p, "btmsGatewayStatus", AT(GW_B)), BTMS_UNKNOWN);
    assert_none(p, "btmsGatewayLastPollAge", AT(GW_B));
    assert_none(p, "btmsGatewayPollDuration", AT(GW_B));
}

/* Before everything else, down to the last cell. */
/* ---- alarms ------------------------------------------------------------------------------ */

static void alarms__value__with_its_unit(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsAlarmValue", AT(9)), 54024);
    assert_text(p, "btmsAlarmValueUnits", AT(9), "0.01 volts");
    assert_none(p, "btmsAlarmValue", AT(5));
    assert_text(p, "btmsAlarmValueUnits", AT(5), "");
    assert_int_equal(number_of(p, "btmsAlarmSource", AT(9)), 1);
    assert_int_equal(number_of(p, "btmsAlarmSource", AT(5)), 4);
    assert_int_equal(number_of(p, "btmsAlarmSeverity", AT(9)), 3);
    assert_int_equal(number_of(p, "btmsAlarmKindCode", AT(14)), 93);
    assert_int_equal(number_of(p, "btmsAlarmGateway", AT(14)), GW_B);
    assert_int_equal(number_of(p, "btmsAlarmCell", AT(5)), 2);
    assert_text(p, "btmsAlarmObjectName", AT(9), "object of 9");
    assert_int_equal(number_of(p, "btmsAlarmPeak", AT(9)), 54124);
    assert_int_equal(number_of(p, "btmsAlarmOccurrences", AT(9)), 3);
    assert_int_equal(number_of(p, "btmsAlarmCauseId", AT(9)), 14);
    assert_int_equal(number_of(p, "btmsAlarmSuppressedCount", AT(9)), 2);
    assert_int_equal(number_of(p, "btmsAlarmAcknowledged", AT(9)), 1);
    assert_int_equal(number_of(p, "btmsAlarmAcknowledged", AT(5)), 2);
    assert_int_equal(number_of(p, "btmsAlarmUnackedCount", AT(0)), 3);
    assert_int_equal(number_of(p, "btmsAlarmShelvedCount", AT(0)), 1);
    assert_text(p, "btmsAlarmAckBy", AT(9), "jd");
    assert_int_equal(number_of(p, "btmsAlarmShelved", AT(9)), 1);
    assert_text(p, "btmsAlarmShelvedBy", AT(9), "mm");
    assert_text(p, "btmsAlarmShelvedReason", AT(9), "new block");
    assert_int_equal(number_of(p, "btmsAlarmLogStored", AT(20)), 1);
    assert_int_equal(number_of(p, "btmsAlarmLogStored", AT(21)), 2);
    assert_int_equal(number_of(p, "btmsAlarmLogEvent", AT(22)), 2);
    assert_int_equal(number_of(p, "btmsAlarmLogAlarmId", AT(22)), 4);
}

static void assert_points(struct plant *p, int id, const char *object, const int *index)
{
    uint32_t at[MIB_INDEXES_MAX] = {0};
    struct agentx_value v = value_of(p, "btmsAlarmObject", AT(id));
    struct oid wanted;

    for (int i = 0; i < MIB_INDEXES_MAX && index[i] >= 0; i++)
        at[i] = (uint32_t)index[i];
    mib_name(&p->mib, object, at, &wanted);
    assert_int_equal(v.kind, AGENTX_OBJECT_IDENTIFIER);
    assert_true(oid_equal(&v.oid, &wanted));
    mib_get(&p->mib, &wanted, &v); /* and it is there */
    assert_true(v.kind == AGENTX_INTEGER32 || v.kind == AGENTX_GAUGE32);
}

static void alarms__object__status_of_what_it_is_of(void **state)
{
    struct plant *p = *state;
    struct alarm a = alarm_of(40, ALARM_GATEWAY_COMM_LOST, GW_B, 0, 0, 0);

    assert_points(p, 5, "btmsCellStatus", AT(GW_A, 2, 2));
    assert_points(p, 9, "btmsStringStatus", AT(GW_A, 5));
    assert_points(p, 14, "btmsUpsStatus", AT(GW_B, 2));
    assert_points(p, 11, "btmsCollectorAge", AT(0));
    put_alarms(p, &a, 1, NULL, 0);
    view_refresh(&p->view);
    assert_points(p, 40, "btmsGatewayStatus", AT(GW_B));
    p->own.alarm.kind = 1; /* of the site, but not of the collector */
    assert_none(p, "btmsAlarmObject", AT(11));
}

static void alarms__own__between_the_collectors(void **state)
{
    static const uint32_t ids[] = {5, 9, 11, 14}, sequences[] = {20, 21, 22, 23, 24};
    struct plant *p = *state;
    struct agentx_value v;
    struct oid at, to;

    mib_name(&p->mib, "btmsAlarmGateway", (const uint32_t[]){0}, &at);
    for (size_t i = 0; i < COUNT(ids); i++, oid_copy(&at, &to)) {
        assert_true(mib_getnext(&p->mib, &at, false, &no_end, &to, &v));
        assert_int_equal(to.sub[to.len - 1], ids[i]);
    }
    mib_name(&p->mib, "btmsAlarmLogEvent", (const uint32_t[]){0}, &at);
    for (size_t i = 0; i < COUNT(sequences); i++, oid_copy(&at, &to)) {
        assert_true(mib_getnext(&p->mib, &at, false, &no_end, &to, &v));
        assert_int_equal(to.sub[to.len - 1], sequences[i]);
    }
    assert_int_equal(number_of(p, "btmsAlarmKindCode", AT(11)), 11);
    assert_int_equal(number_of(p, "btmsAlarmGateway", AT(11)), 0);
}

/* MIB: the number of events that the table can hold. */
static void alarms__log_size__what_it_can_hold(void **state)
{
    assert_true(number_of(*state, "btmsAlarmLogSize", AT(0)) >= SNAPSHOT_EVENTS_MAX);
}

static void alarms__date__date_and_time_in_utc(void **state)
{
    struct plant *p = *state;

    /* 2023-11-14 22:13:20.1 and, 61 s later, 22:14:21.1 */
    assert_octets(p, "btmsAlarmRaisedAt", AT(5), "\x07\xe7\x0b\x0e\x16\x0d\x14\x01+\0\0", 11);
    assert_octets(p, "btmsAlarmLogAt", AT(20), "\x07\xe7\x0b\x0e\x16\x0e\x15\x01+\0\0", 11);
}

static void alarms__raised_before_the_master__uptime_0(void **state)
{
    struct plant *p = *state;
    struct alarm a = alarm_of(30, 92, GW_A, 1, 0, 0);
    int64_t before = view_wall_ms(), ticks;

    a.raised_ms = before - 60000;
    put_alarms(p, &a, 1, NULL, 0);
    view_refresh(&p->view);
    ticks = number_of(p, "btmsAlarmRaisedUpTime", AT(30));
    assert_true(ticks <= (600000 - 60000) / 10);
    assert_true(ticks >= (600000 - 60000 - (view_wall_ms() - before)) / 10 - 1);
    p->mib.uptime_zero_ms = NOW - 1000;
    assert_int_equal(number_of(p, "btmsAlarmRaisedUpTime", AT(30)), 0);
    p->mib.uptime_zero_ms = -86400000; /* over TCP, a master that started before this host did */
    p->view.now->tables_changed_ms = 5000;
    assert_int_equal(number_of(p, "btmsTableLastChange", AT(0)), 8640500);
    p->view.now->tables_changed_ms = 0; /* never */
    assert_int_equal(number_of(p, "btmsTableLastChange", AT(0)), 0);
    p->mib.uptime_zero_ms = 0; /* not known */
    assert_int_equal(number_of(p, "btmsAlarmRaisedUpTime", AT(30)), 0);
}

/* RFC 2579: when sysUpTime goes round, the values that are there stay as they are. */
static void timestamps__uptime_goes_round__stay(void **state)
{
    const int64_t day = 86400000, round = INT64_C(42949672960);
    struct plant *p = *state;
    int64_t before;

    p->mib.now_ms = 498 * day;
    p->mib.uptime_zero_ms = 0;
    mib_note_uptime(&p->mib, UINT32_MAX - 100);
    p->view.now->tables_changed_ms = p->mib.now_ms - 5000;
    before = number_of(p, "btmsTableLastChange", AT(0));
    assert_int_equal(before, UINT32_MAX - 100 - 500);
    p->mib.now_ms += 3000;
    mib_note_uptime(&p->mib, 199); /* 300 later */
    assert_int_equal(number_of(p, "btmsTableLastChange", AT(0)), before);
    p->view.now->tables_changed_ms = p->mib.now_ms - 1000;
    assert_int_equal(number_of(p, "btmsTableLastChange", AT(0)), 99);
    p->mib.now_ms += 10000;
    mib_note_uptime(&p->mib, 1199 + 50); /* rounded */
    assert_int_equal(number_of(p, "btmsTableLastChange", AT(0)), 99);
    mib_note_uptime(&p->mib, 300); /* the master was restarted */
    assert_int_equal(number_of(p, "btmsTableLastChange", AT(0)), 0);
    assert_int_equal(p->mib.uptime_zero_ms, p->mib.now_ms - 3000);
    assert_true(p->mib.now_ms > round);
}

/* The sanitizer watches the arithmetic with them. */
static void everything__times_that_cannot_be__walked(void **state)
{
    static const int64_t times[] = {INT64_MIN, -1, INT64_MAX};
    static struct gateway g;
    struct plant *p = *state;

    for (size_t i = 0; i < COUNT(times); i++) {
        struct alarm a = alarm_of(30, 92, GW_A, 1, 0, 0);
        struct event e = happened(30, EVENT_RAISED, a);
        struct snapshot_device d = device_a;
        struct oid at = {.len = 0}, next;
        struct agentx_value v;

        fill_a(&g);
        g.ups[0].read_ms = g.string[1].read_ms = g.string[1].cells_read_ms = times[i];
        g.string[1].cells_interval_ms = g.string[4].cells_interval_ms = times[i];
        g.string[4].cells_read_ms = NOW;
        d.health.answered_ms = times[i];
        a.raised_ms = e.wall_ms = e.alarm.raised_ms = times[i];
        put_device_at(p, times[i], &d, &g);
        put_alarms(p, &a, 1, &e, 1);
        put_site_at(p, NOW, 24, 14, entries_ab, COUNT(entries_ab));
        assert_true(view_refresh(&p->view));
        for (p->mib.entities = ENTITY_CELL; mib_getnext(&p->mib, &at, false, &no_end, &next, &v);
             oid_copy(&at, &next))
            assert_true(oid_compare(&next, &at) > 0);
        assert_true(number_of(p, "btmsAlarmRaisedUpTime", AT(30)) >= 0);
    }
}

#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(system__plant__counts),
        FULL(system__alarms__counted_by_severity_own_included),
        FULL(oldest_age__one_ups_silent__is_its_age),
        FULL(gateway__plant__native_values),
        FULL(ups__plant__native_values),
        FULL(string__plant__native_values),
        FULL(identity__plant__where_it_is_configured),
        FULL(ups__strings__that_discharge),
        FULL(string__over_its_cells__extremes_and_means),
        FULL(string__over_its_cells__spreads_and_medians),
        FULL(string__full_of_cells__as_if_sorted),
        FULL(string__published_again__new_values),
        FULL(cell__deviation__from_mean_and_median),
        FULL(cell__all_resistances_0__no_deviation),
        FULL(string__alarm_word__bits_from_the_left),
        FULL(string__enumerations__as_in_the_mib),
        FULL(cell__plant__native_values),
        FULL(status__plant__first_that_applies),
        cmocka_unit_test(status__order__as_the_mib_gives_it),
        FULL(stale__three_intervals_passed__values_gone_rows_stay),
        FULL(stale__three_cell_intervals_passed__cells_gone),
        FULL(lost__one_cell_missed__has_no_age),
        FULL(lost__all_cells_of_a_string__counted_without_alarms_of_theirs),
        FULL(lost__the_gateway__all_that_were_there),
        FULL(lost__plant__as_many_as_statuses),
        FULL(status__device_says_disabled__not_lost),
        FULL(status__gateway_never_answered__unknown),
        FULL(alarms__value__with_its_unit),
        FULL(alarms__object__status_of_what_it_is_of),
        FULL(alarms__own__between_the_collectors),
        FULL(alarms__log_size__what_it_can_hold),
        FULL(alarms__date__date_and_time_in_utc),
        FULL(alarms__raised_before_the_master__uptime_0),
        FULL(timestamps__uptime_goes_round__stay),
        FULL(everything__times_that_cannot_be__walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
