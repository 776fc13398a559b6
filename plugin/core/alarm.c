/* See alarm.h. Bits of string_alarm: vendor's Modbus page v2, row string_alarm; 7..15 are not
 * described there, so they are no kinds: the raw word is published. */
#include "core/alarm.h"

#include <stddef.h>

/* clang-format off */
const struct alarm_kind alarm_kinds[] = {
    {2, "gatewayCommLost", ALARM_OF_GATEWAY, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "communication lost"},
    {3, "stringCommLost", ALARM_OF_STRING, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "communication lost"},
    {11, "collectorDown", ALARM_OF_SITE, ALARM_CRITICAL, ALARM_BY_OWNER, 0, 0,
     -1, "no new data from collectd"},
    {58, "stringCellsLost", ALARM_OF_STRING, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "none of its cells answers"},
    {4, "cellCommLost", ALARM_OF_CELL, ALARM_MINOR, ALARM_BY_OWNER, 0, 0,
     -1, "communication lost"},
    {93, "upsCommLost", ALARM_OF_UPS, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "communication lost"},
    {92, "upsError", ALARM_OF_UPS, ALARM_WARNING, ALARM_IF_EQUAL, UPS_STATUS, STATUS_ERROR,
     UPS_VOLTAGE, "reports an error"},
    {57, "stringError", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_EQUAL, STRING_STATUS, STATUS_ERROR,
     STRING_VOLTAGE, "reports an error"},
    {49, "stringAbnormal", ALARM_OF_STRING, ALARM_MAJOR, ALARM_IF_EQUAL, STRING_STATE, STATE_ABNORMAL,
     STRING_VOLTAGE, "is in an abnormal state"},
    {42, "chargeCurrentHigh", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_BIT, STRING_ALARM, 0,
     STRING_CURRENT, "charge current high"},
    {43, "dischargeCurrentHigh", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_BIT, STRING_ALARM, 1,
     STRING_CURRENT, "discharge current high"},
    {40, "stringVoltageHigh", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_BIT, STRING_ALARM, 2,
     STRING_VOLTAGE, "voltage high"},
    {41, "stringVoltageLow", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_BIT, STRING_ALARM, 3,
     STRING_VOLTAGE, "voltage low"},
    {44, "stringSocLow", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_BIT, STRING_ALARM, 4,
     STRING_SOC, "state of charge low"},
    {45, "stringSohLow", ALARM_OF_STRING, ALARM_WARNING, ALARM_IF_BIT, STRING_ALARM, 5,
     -1, "state of health low"},
    {46, "hallDisconnected", ALARM_OF_STRING, ALARM_MAJOR, ALARM_IF_BIT, STRING_ALARM, 6,
     STRING_CURRENT, "Hall sensor disconnected"},
    {32, "cellError", ALARM_OF_CELL, ALARM_WARNING, ALARM_IF_EQUAL, CELL_STATUS, STATUS_ERROR,
     CELL_VOLTAGE, "reports an error"},
    {8, "topologyMismatch", ALARM_OF_GATEWAY, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "less is there than expected"},
    {10, "alarmOverflow", ALARM_OF_SITE, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "more alarms than are told one by one"},
    {12, "storeFault", ALARM_OF_SITE, ALARM_MAJOR, ALARM_BY_OWNER, 0, 0,
     -1, "alarms cannot be stored"},
    {14, "siteNetworkLost", ALARM_OF_SITE, ALARM_CRITICAL, ALARM_BY_OWNER, 0, 0,
     -1, "all gateways were lost together"},
    {19, "test", ALARM_OF_SITE, ALARM_WARNING, ALARM_BY_OWNER, 0, 0,
     -1, "test alarm"},
    {120, "maintenance", ALARM_OF_SITE, ALARM_INFO, ALARM_BY_OWNER, 0, 0,
     -1, "under maintenance"},
    {121, "commissioning", ALARM_OF_GATEWAY, ALARM_INFO, ALARM_BY_OWNER, 0, 0,
     -1, "in commissioning"},
};
/* clang-format on */

const int alarm_kind_count = sizeof(alarm_kinds) / sizeof(alarm_kinds[0]);

int alarm_row(uint16_t number)
{
    for (int i = 0; i < alarm_kind_count; i++)
        if (alarm_kinds[i].number == number)
            return i;
    return -1;
}

static bool holds(const struct alarm_kind *k, int32_t value)
{
    return k->test == ALARM_IF_BIT ? (value >> k->value & 1) != 0 : value == k->value;
}

static alarm_set judge(enum alarm_level level, const int32_t *value, const uint8_t *validity,
                       alarm_set before)
{
    alarm_set now = before;

    for (int i = 0; i < alarm_kind_count; i++) {
        const struct alarm_kind *k = &alarm_kinds[i];
        alarm_set bit = (alarm_set)1 << i;

        if (k->level != level || k->test == ALARM_BY_OWNER ||
            !validity_usable(validity[k->quantity]))
            continue;
        now = holds(k, value[k->quantity]) ? now | bit : now & ~bit;
    }
    return now;
}

alarm_set alarm_of_ups(const struct ups *u, alarm_set before)
{
    return judge(ALARM_OF_UPS, u->value, u->validity, before);
}

alarm_set alarm_of_string(const struct string *s, alarm_set before)
{
    return judge(ALARM_OF_STRING, s->value, s->validity, before);
}

alarm_set alarm_of_cell(const struct cell *c, alarm_set before)
{
    return judge(ALARM_OF_CELL, c->value, c->validity, before);
}

const char *alarm_severity_name(enum alarm_severity s)
{
    static const char *const names[] = {"info", "warning", "minor", "major", "critical"};

    return names[s];
}
