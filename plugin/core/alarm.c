/* See alarm.h. Bits of string_alarm: vendor's Modbus page v2, row string_alarm; 7..15 are not
 * described there, so they are no kinds: the raw word is published. */
#include "core/alarm.h"
#include "core/th.h"

#include <stddef.h>
#include <strings.h>

enum {
    DEVICE = ALARM_SOURCE_DEVICE,
    LIMIT = ALARM_SOURCE_LIMIT,
    DERIVED = ALARM_SOURCE_DERIVED,
    INTERNAL = ALARM_SOURCE_INTERNAL,
};

/* clang-format off */
#define OWNER                ALARM_BY_OWNER, 0, 0
#define EQUAL(quantity, is)  ALARM_IF_EQUAL, quantity, is
#define BIT(number)          ALARM_IF_BIT, STRING_ALARM, number
#define AT_ONCE              0, 0, 0
#define AFTER(raise, clear)  raise, raise, clear
#define WORSE_AFTER(seconds) 0, seconds, 0

const struct alarm_kind alarm_kinds[] = {
    {1, "other", ALARM_OF_SITE, 0, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AT_ONCE, "something that has no kind of its own"},
    {2, "gatewayCommLost", ALARM_OF_GATEWAY, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "communication lost"},
    {3, "stringCommLost", ALARM_OF_STRING, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "communication lost"},
    {4, "cellCommLost", ALARM_OF_CELL, INTERNAL, ALARM_MINOR, ALARM_MINOR,
     OWNER, -1, 0, "", 1, AFTER(300, 0), "communication lost"},
    {5, "thCommLost", ALARM_OF_GATEWAY, INTERNAL, ALARM_MINOR, ALARM_MINOR,
     OWNER, -1, 0, "", 1, AFTER(300, 0), "communication lost"},
    {6, "ioCommLost", ALARM_OF_GATEWAY, INTERNAL, ALARM_MINOR, ALARM_MINOR,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "master controller (BM-MC): communication lost"},
    {7, "dataStale", ALARM_OF_GATEWAY, INTERNAL, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "its data are old"},
    {8, "topologyMismatch", ALARM_OF_GATEWAY, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "less is there than expected"},
    {9, "configInvalid", ALARM_OF_SITE, 0, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AT_ONCE, "mistakes in the configuration"},
    {10, "alarmOverflow", ALARM_OF_SITE, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AT_ONCE, "more alarms than are told one by one"},
    {11, "collectorDown", ALARM_OF_SITE, INTERNAL, ALARM_CRITICAL, ALARM_CRITICAL,
     OWNER, -1, 0, "", 1, AT_ONCE, "no new data from collectd"},
    {12, "storeFault", ALARM_OF_SITE, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AFTER(10, 0), "alarms cannot be stored"},
    {13, "eventsDropped", ALARM_OF_SITE, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AT_ONCE, "events were lost before they could be told"},
    {14, "siteNetworkLost", ALARM_OF_SITE, DERIVED, ALARM_CRITICAL, ALARM_CRITICAL,
     OWNER, -1, 0, "", 1, AT_ONCE, "all gateways were lost together"},
    {15, "supplySuspected", ALARM_OF_SITE, DERIVED, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AT_ONCE, "all that one power supply feeds vanished at once"},
    {16, "aggregatorCommLost", ALARM_OF_SITE, INTERNAL, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "aggregator: communication lost"},
    {17, "dataFrozen", ALARM_OF_STRING, DERIVED, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AFTER(1800, 0), "its values have not changed for too long"},
    {18, "decodeSuspect", ALARM_OF_STRING, DERIVED, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 2, "V", 1, AFTER(600, 60), "its voltage is not the sum of its cells"},
    {19, "test", ALARM_OF_SITE, INTERNAL, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AT_ONCE, "test alarm"},
    {20, "cellVoltageHigh", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_VOLTAGE, 3, "V", 1, AT_ONCE, "cell voltage high"},
    {21, "cellVoltageLow", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_VOLTAGE, 3, "V", -1, AT_ONCE, "cell voltage low"},
    {22, "cellTemperatureHigh", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_TEMPERATURE, 1, "degC", 1, AT_ONCE, "cell temperature high"},
    {23, "cellTemperatureLow", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_TEMPERATURE, 1, "degC", -1, AT_ONCE, "cell temperature low"},
    {24, "cellResistanceHigh", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_RESISTANCE, 6, "ohm", 1, AT_ONCE, "cell resistance high"},
    {25, "cellResistanceChange", ALARM_OF_CELL, 0, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 0, "", 1, AT_ONCE, "cell resistance has changed"},
    {26, "cellSocLow", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_SOC, 0, "%", -1, AT_ONCE, "state of charge low"},
    {27, "cellSohLow", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, CELL_SOH, 0, "%", -1, AT_ONCE, "state of health low"},
    {28, "cellVoltageDeviation", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 3, "V", 1, AT_ONCE, "cell voltage is far from the median of its string"},
    {29, "cellTemperatureDeviation", ALARM_OF_CELL, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 1, "K", 1, AT_ONCE, "cell is warmer than its surroundings"},
    {30, "cellWeak", ALARM_OF_CELL, 0, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AT_ONCE, "weak cell"},
    {31, "cellSensorFault", ALARM_OF_CELL, DERIVED, ALARM_MINOR, ALARM_MINOR,
     OWNER, CELL_VOLTAGE, 3, "V", -1, AFTER(60, 0), "its sensor says OK, but measures nothing"},
    {32, "cellError", ALARM_OF_CELL, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(CELL_STATUS, STATUS_ERROR), CELL_VOLTAGE, 3, "V", 1, AFTER(60, 0), "reports an error"},
    {33, "cellLostInDischarge", ALARM_OF_CELL, INTERNAL, ALARM_CRITICAL, ALARM_CRITICAL,
     OWNER, -1, 0, "", 1, AT_ONCE, "fell silent while its string discharged"},
    {40, "stringVoltageHigh", ALARM_OF_STRING, DEVICE | LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     BIT(2), STRING_VOLTAGE, 2, "V", 1, AT_ONCE, "voltage high"},
    {41, "stringVoltageLow", ALARM_OF_STRING, DEVICE | LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     BIT(3), STRING_VOLTAGE, 2, "V", -1, AT_ONCE, "voltage low"},
    {42, "chargeCurrentHigh", ALARM_OF_STRING, DEVICE | LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     BIT(0), STRING_CURRENT, 2, "A", 1, AT_ONCE, "charge current high"},
    {43, "dischargeCurrentHigh", ALARM_OF_STRING, DEVICE | LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     BIT(1), STRING_CURRENT, 2, "A", -1, AT_ONCE, "discharge current high"},
    {44, "stringSocLow", ALARM_OF_STRING, DEVICE | LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     BIT(4), STRING_SOC, 0, "%", -1, AT_ONCE, "state of charge low"},
    {45, "stringSohLow", ALARM_OF_STRING, DEVICE, ALARM_WARNING, ALARM_WARNING,
     BIT(5), -1, 0, "", 1, AT_ONCE, "state of health low"},
    {46, "hallDisconnected", ALARM_OF_STRING, DEVICE, ALARM_MAJOR, ALARM_MAJOR,
     BIT(6), STRING_CURRENT, 2, "A", 1, AT_ONCE, "Hall sensor disconnected"},
    {47, "stringImbalance", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 3, "V", 1, AT_ONCE, "voltages of its cells are far apart"},
    {48, "stringCurrentImbalance", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 0, "%", 1, AT_ONCE, "its current is far from that of the strings beside it"},
    {49, "stringAbnormal", ALARM_OF_STRING, DEVICE, ALARM_MAJOR, ALARM_MAJOR,
     EQUAL(STRING_STATE, STATE_ABNORMAL), STRING_VOLTAGE, 2, "V", 1, AT_ONCE,
     "is in an abnormal state"},
    {50, "thermalRunaway", ALARM_OF_STRING, LIMIT, ALARM_CRITICAL, ALARM_CRITICAL,
     OWNER, -1, 1, "K", 1, AT_ONCE, "thermal runaway: a cell is hot and the float current is high"},
    {51, "floatCurrentHigh", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, STRING_CURRENT, 2, "A", 1, AT_ONCE, "float current high"},
    {52, "insulationLow", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 0, "ohm/V", -1, AT_ONCE, "insulation resistance low"},
    {53, "stringDischarging", ALARM_OF_STRING, DERIVED, ALARM_INFO, ALARM_INFO,
     OWNER, STRING_VOLTAGE, 2, "V", -1, AT_ONCE, "discharging"},
    {54, "dischargeTooLong", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 1, "min", 1, AT_ONCE, "discharging for too long"},
    {55, "autonomyLow", ALARM_OF_STRING, 0, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 0, "", 1, AT_ONCE, "little time is left"},
    {56, "stringDisconnected", ALARM_OF_STRING, DERIVED, ALARM_CRITICAL, ALARM_CRITICAL,
     OWNER, STRING_CURRENT, 2, "A", 1, AFTER(10, 10), "disconnected: it does not carry its part"},
    {57, "stringError", ALARM_OF_STRING, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(STRING_STATUS, STATUS_ERROR), STRING_VOLTAGE, 2, "V", 1, AFTER(60, 0),
     "reports an error"},
    {58, "stringCellsLost", ALARM_OF_STRING, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "none of its cells answers"},
    {59, "hallRange", ALARM_OF_STRING, DERIVED, ALARM_WARNING, ALARM_WARNING,
     OWNER, STRING_CURRENT, 2, "A", 1, AFTER(10, 60),
     "current beyond what its Hall sensor can measure"},
    {60, "stringIdle", ALARM_OF_STRING, DERIVED, ALARM_WARNING, ALARM_WARNING,
     OWNER, STRING_VOLTAGE, 2, "V", -1, AFTER(3600, 0),
     "neither charged nor discharged for too long"},
    {61, "relayNotNormal", ALARM_OF_CHANNEL, DEVICE, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AT_ONCE, "relay is not in its normal state"},
    {70, "ambientTemperatureHigh", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, STRING_AMBIENT_TEMPERATURE, 1, "degC", 1, AT_ONCE, "ambient temperature high"},
    {71, "ambientTemperatureLow", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, STRING_AMBIENT_TEMPERATURE, 1, "degC", -1, AT_ONCE, "ambient temperature low"},
    {72, "humidityHigh", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, STRING_AMBIENT_HUMIDITY, 1, "%RH", 1, AT_ONCE, "humidity high"},
    {73, "humidityLow", ALARM_OF_STRING, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, STRING_AMBIENT_HUMIDITY, 1, "%RH", -1, AT_ONCE, "humidity low"},
    {74, "auxInputActive", ALARM_OF_CHANNEL, DEVICE, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AT_ONCE, "auxiliary input active"},
    {75, "thSensorNew", ALARM_OF_GATEWAY, DERIVED, ALARM_INFO, ALARM_INFO,
     OWNER, -1, 0, "", 1, AFTER(30, 0), "a new sensor waits for a number"},
    {76, "thTemperatureHigh", ALARM_OF_SENSOR, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(TH_ALARM_TEMPERATURE_HIGH, 1), TH_TEMPERATURE, 1, "degC", 1, AT_ONCE, "temperature high"},
    {77, "thTemperatureLow", ALARM_OF_SENSOR, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(TH_ALARM_TEMPERATURE_LOW, 1), TH_TEMPERATURE, 1, "degC", -1, AT_ONCE, "temperature low"},
    {78, "thHumidityHigh", ALARM_OF_SENSOR, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(TH_ALARM_HUMIDITY_HIGH, 1), TH_HUMIDITY, 1, "%RH", 1, AT_ONCE, "humidity high"},
    {79, "thHumidityLow", ALARM_OF_SENSOR, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(TH_ALARM_HUMIDITY_LOW, 1), TH_HUMIDITY, 1, "%RH", -1, AT_ONCE, "humidity low"},
    {80, "thSensorFault", ALARM_OF_SENSOR, DEVICE | INTERNAL, ALARM_MINOR, ALARM_MINOR,
     EQUAL(TH_STATUS, TH_STATUS_ERROR), -1, 0, "", 1, AFTER(60, 0), "does not respond"},
    {81, "thCountMismatch", ALARM_OF_GATEWAY, DERIVED, ALARM_WARNING, ALARM_WARNING,
     OWNER, -1, 0, "", 1, AFTER(300, 0), "its sensors are not as many as they should be"},
    {90, "upsSocLow", ALARM_OF_UPS, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, UPS_SOC, 0, "%", -1, AT_ONCE, "state of charge low"},
    {91, "upsVoltageLow", ALARM_OF_UPS, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, UPS_VOLTAGE, 2, "V", -1, AT_ONCE, "voltage low"},
    {92, "upsError", ALARM_OF_UPS, DEVICE, ALARM_WARNING, ALARM_WARNING,
     EQUAL(UPS_STATUS, STATUS_ERROR), UPS_VOLTAGE, 2, "V", 1, AT_ONCE, "reports an error"},
    {93, "upsCommLost", ALARM_OF_UPS, INTERNAL, ALARM_MAJOR, ALARM_MAJOR,
     OWNER, -1, 0, "", 1, AFTER(60, 0), "communication lost"},
    {94, "upsOnBattery", ALARM_OF_UPS, DERIVED, ALARM_INFO, ALARM_WARNING,
     OWNER, UPS_SOC, 0, "%", -1, WORSE_AFTER(30), "on battery"},
    {110, "userLimit", ALARM_OF_QUANTITY, LIMIT, ALARM_WARNING, ALARM_CRITICAL,
     OWNER, -1, 0, "", 1, AT_ONCE, "past its limit"},
    {120, "maintenance", ALARM_OF_SITE, INTERNAL, ALARM_INFO, ALARM_INFO,
     OWNER, -1, 0, "", 1, AT_ONCE, "under maintenance"},
    {121, "commissioning", ALARM_OF_GATEWAY, INTERNAL, ALARM_INFO, ALARM_INFO,
     OWNER, -1, 0, "", 1, AT_ONCE, "in commissioning"},
    {122, "configChanged", ALARM_OF_SITE, INTERNAL, ALARM_INFO, ALARM_INFO,
     OWNER, -1, 0, "", 1, AT_ONCE, "a limit was changed in the configuration"},
    {123, "cellReplaced", ALARM_OF_CELL, INTERNAL, ALARM_INFO, ALARM_INFO,
     OWNER, -1, 0, "", 1, AT_ONCE, "replaced"},
};
/* clang-format on */

const int alarm_kind_count = sizeof(alarm_kinds) / sizeof(alarm_kinds[0]);

_Static_assert(sizeof(alarm_kinds) / sizeof(alarm_kinds[0]) <= ALARM_KINDS_MAX, "too many kinds");

int alarm_row(uint16_t number)
{
    int from = 0, to = alarm_kind_count;

    while (from < to) {
        int middle = (from + to) / 2;

        if (alarm_kinds[middle].number == number)
            return middle;
        if (alarm_kinds[middle].number < number)
            from = middle + 1;
        else
            to = middle;
    }
    return -1;
}

int alarm_row_named(const char *name)
{
    for (int i = 0; i < alarm_kind_count; i++)
        if (strcasecmp(alarm_kinds[i].name, name) == 0)
            return i;
    return -1;
}

bool alarm_holds(const struct alarm_kind *k, int32_t value)
{
    return k->test == ALARM_IF_BIT ? (value >> k->value & 1) != 0 : value == k->value;
}

bool alarm_is_safety(uint16_t number)
{
    return number == ALARM_THERMAL_RUNAWAY || number == ALARM_INSULATION_LOW ||
           number == ALARM_AUX_INPUT_ACTIVE;
}

const char *alarm_severity_name(enum alarm_severity s)
{
    static const char *const names[] = {"info", "warning", "minor", "major", "critical"};

    return names[s];
}

const char *alarm_source_name(int bit)
{
    static const char *const names[ALARM_SOURCES] = {"device", "limit", "derived", "internal"};

    return names[bit];
}
