/*
 * alarm - the kinds of alarm there are, as data.
 *
 * One row per kind, and one kind per number of BtmsAlarmKind in the MIB. A kind is a condition of
 * one object, whose level is one of enum alarm_level. What raises it is told by its sources: a register
 * of the device (test, quantity, value), a limit (limit.c), something derived from several values
 * (judge_derived.c), or the program that polls or sends (internal).
 * To add a kind: a row in alarm.c (its number is never used again), its enumeration in the MIB, a
 * line in collectd-btms.5. tests/unit/core/test_alarm.c fails until the three agree.
 */
#ifndef BTMS_ALARM_H
#define BTMS_ALARM_H

#include "core/model.h"

#include <stdint.h>

enum alarm_severity {
    ALARM_INFO,
    ALARM_WARNING,
    ALARM_MINOR,
    ALARM_MAJOR,
    ALARM_CRITICAL,
};

/* The numbers are part of the store and of alarms.snap. A TH controller is a device like a gateway:
 * what is of it as a whole is ALARM_OF_GATEWAY. */
enum alarm_level {
    ALARM_OF_GATEWAY,
    ALARM_OF_UPS,
    ALARM_OF_STRING,
    ALARM_OF_CELL,
    ALARM_OF_SITE,
    ALARM_OF_SENSOR,   /* of a TH controller */
    ALARM_OF_CHANNEL,  /* a relay or auxiliary input */
    ALARM_OF_QUANTITY, /* a register that the operator has described */
};

/* What a device tells by itself: an equal value, or a bit, of one quantity. */
enum alarm_test { ALARM_BY_OWNER, ALARM_IF_EQUAL, ALARM_IF_BIT };

/* Who says so; an alarm may have several, and ends when the last of them is gone. */
enum alarm_source {
    ALARM_SOURCE_DEVICE = 1,
    ALARM_SOURCE_LIMIT = 2,
    ALARM_SOURCE_DERIVED = 4,
    ALARM_SOURCE_INTERNAL = 8,
};

/* One object of a device; numbers from 0. `index` of a cell is its string, and `cell` is its own
 * number; of a sensor, channel or quantity `index` is its place in the model. */
struct object {
    enum alarm_level level;
    int index, cell;
};

struct alarm_kind {
    uint16_t number; /* BtmsAlarmKind of the MIB */
    const char *name;
    enum alarm_level level;
    uint8_t sources; /* enum alarm_source: those that there can be; 0: nothing tells it yet */
    /* Of the first level: device, derived, internal and the limit "Warning". Of the second one: the
     * limit "Critical", and what gets worse by lasting. Equal where there is one level only. */
    enum alarm_severity severity, severity2;
    enum alarm_test test;
    uint8_t quantity; /* of its level */
    uint16_t value;   /* the value, or the bit's number */
    int8_t shows;     /* quantity told with it; -1 = none, or a derived one */
    uint8_t decimals; /* of the value told with it */
    const char *unit; /* "": a plain number, or no value at all */
    int8_t worse;     /* 1: the higher value is the worse one; -1: the lower one */
    /* Defaults, in seconds, but for limits, which have their own: until it is told, until its second
     * level is, and until its end is. */
    uint32_t raise_s, raise2_s, clear_s;
    const char *text; /* "<object>: <text> (<value>, limit <limit>)" is what an operator reads */
};

/* By rising number. */
extern const struct alarm_kind alarm_kinds[];
extern const int alarm_kind_count;

enum { ALARM_KINDS_MAX = 96 }; /* at least alarm_kind_count: for arrays */

/* Row of the kind with this MIB number, -1 if there is none. */
int alarm_row(uint16_t number);

/* Row of the kind with this name, whatever its case; -1 if there is none. */
int alarm_row_named(const char *name);

/* Does `value`, of the kind's quantity, say that it is so? Of a kind that a device tells. */
bool alarm_holds(const struct alarm_kind *k, int32_t value);

/* Is it of life and safety: runaway, insulation, inputs (leak, gas, door ...)? Maintenance keeps such
 * an alarm back only where the person said so. */
bool alarm_is_safety(uint16_t number);

/* "critical", "major", ...; "device", "limit", ... of bit 0 to ALARM_SOURCES - 1 of enum alarm_source. */
enum { ALARM_SOURCES = 4 };
const char *alarm_severity_name(enum alarm_severity s);
const char *alarm_source_name(int bit);

/* Numbers that the program itself needs. */
enum {
    ALARM_GATEWAY_COMM_LOST = 2,
    ALARM_STRING_COMM_LOST = 3,
    ALARM_CELL_COMM_LOST = 4,
    ALARM_TH_COMM_LOST = 5,
    ALARM_IO_COMM_LOST = 6,
    ALARM_DATA_STALE = 7,
    ALARM_TOPOLOGY_MISMATCH = 8,
    ALARM_OVERFLOW = 10,
    ALARM_COLLECTOR_DOWN = 11,
    ALARM_STORE_FAULT = 12,
    ALARM_EVENTS_DROPPED = 13,
    ALARM_SITE_NETWORK_LOST = 14,
    ALARM_SUPPLY_SUSPECTED = 15,
    ALARM_AGGREGATOR_COMM_LOST = 16,
    ALARM_TEST = 19,
    ALARM_DATA_FROZEN = 17,
    ALARM_DECODE_SUSPECT = 18,
    ALARM_CELL_VOLTAGE_HIGH = 20,
    ALARM_CELL_VOLTAGE_LOW = 21,
    ALARM_CELL_TEMPERATURE_HIGH = 22,
    ALARM_CELL_TEMPERATURE_LOW = 23,
    ALARM_CELL_RESISTANCE_HIGH = 24,
    ALARM_CELL_SOC_LOW = 26,
    ALARM_CELL_SOH_LOW = 27,
    ALARM_CELL_VOLTAGE_DEVIATION = 28,
    ALARM_CELL_TEMPERATURE_DEVIATION = 29,
    ALARM_CELL_SENSOR_FAULT = 31,
    ALARM_CELL_ERROR = 32,
    ALARM_CELL_LOST_IN_DISCHARGE = 33,
    ALARM_STRING_VOLTAGE_HIGH = 40,
    ALARM_STRING_VOLTAGE_LOW = 41,
    ALARM_CHARGE_CURRENT_HIGH = 42,
    ALARM_DISCHARGE_CURRENT_HIGH = 43,
    ALARM_STRING_SOC_LOW = 44,
    ALARM_HALL_DISCONNECTED = 46,
    ALARM_STRING_IMBALANCE = 47,
    ALARM_STRING_CURRENT_IMBALANCE = 48,
    ALARM_THERMAL_RUNAWAY = 50,
    ALARM_FLOAT_CURRENT_HIGH = 51,
    ALARM_INSULATION_LOW = 52,
    ALARM_STRING_DISCHARGING = 53,
    ALARM_DISCHARGE_TOO_LONG = 54,
    ALARM_STRING_DISCONNECTED = 56,
    ALARM_STRING_ERROR = 57,
    ALARM_STRING_CELLS_LOST = 58,
    ALARM_HALL_RANGE = 59,
    ALARM_STRING_IDLE = 60,
    ALARM_RELAY_NOT_NORMAL = 61,
    ALARM_AMBIENT_TEMPERATURE_HIGH = 70,
    ALARM_AMBIENT_TEMPERATURE_LOW = 71,
    ALARM_HUMIDITY_HIGH = 72,
    ALARM_HUMIDITY_LOW = 73,
    ALARM_AUX_INPUT_ACTIVE = 74,
    ALARM_TH_SENSOR_NEW = 75,
    ALARM_TH_SENSOR_FAULT = 80,
    ALARM_TH_COUNT_MISMATCH = 81,
    ALARM_UPS_SOC_LOW = 90,
    ALARM_UPS_VOLTAGE_LOW = 91,
    ALARM_UPS_COMM_LOST = 93,
    ALARM_UPS_ON_BATTERY = 94,
    ALARM_USER_LIMIT = 110,
    ALARM_MAINTENANCE = 120,
    ALARM_COMMISSIONING = 121,
    ALARM_CONFIG_CHANGED = 122,
    ALARM_CELL_REPLACED = 123,
};

#endif
