/*
 * limit - what a value may be: the built-in limits, what configuration says, and what follows.
 *
 * A row of limit_rows is one limit: of which quantity, in which modes, which alarm kind it raises,
 * its defaults. Configuration overrides fields of it for the whole site, a gateway or a string;
 * limits_resolve() says what holds for one string. Pure data and arithmetic: plugin and SNMP agent
 * use the same. To add a limit: an id, a row, a line in collectd-btms.5.
 */
#ifndef BTMS_LIMIT_H
#define BTMS_LIMIT_H

#include "core/alarm.h"
#include "core/mode.h"

enum { LIMIT_OFF = INT32_MIN };

enum limit_id {
    LIMIT_CELL_FLOAT_LOW,
    LIMIT_CELL_DISCHARGE_LOW,
    LIMIT_CELL_FLOAT_HIGH,
    LIMIT_CELL_EQUALIZE_HIGH,
    LIMIT_CELL_TEMPERATURE_HIGH,
    LIMIT_CELL_TEMPERATURE_LOW,
    LIMIT_CELL_RESISTANCE_HIGH,
    LIMIT_CELL_SOC_LOW,
    LIMIT_CELL_SOH_LOW,
    LIMIT_CELL_OVER_AMBIENT,
    LIMIT_CELL_VOLTAGE_DEVIATION,
    LIMIT_STRING_FLOAT_LOW,
    LIMIT_STRING_DISCHARGE_LOW,
    LIMIT_STRING_FLOAT_HIGH,
    LIMIT_STRING_EQUALIZE_HIGH,
    LIMIT_CHARGE_CURRENT_HIGH,
    LIMIT_DISCHARGE_CURRENT_HIGH,
    LIMIT_FLOAT_CURRENT_HIGH,
    LIMIT_STRING_SOC_LOW,
    LIMIT_AMBIENT_HIGH,
    LIMIT_AMBIENT_LOW,
    LIMIT_HUMIDITY_HIGH,
    LIMIT_HUMIDITY_LOW,
    LIMIT_STRING_IMBALANCE,
    LIMIT_STRING_CURRENT_IMBALANCE,
    LIMIT_DISCHARGE_TOO_LONG,
    LIMIT_THERMAL_RUNAWAY,
    LIMIT_INSULATION_LOW,
    LIMIT_UPS_SOC_LOW,
    LIMIT_UPS_VOLTAGE_LOW,
    LIMITS
};

enum limit_scale {
    LIMIT_PLAIN,
    LIMIT_PER_ELEMENT, /* told per 2 V element: times elements of the cell, or of the string */
    LIMIT_PER_CELL,    /* the same, but of a string: times elements of one of its cells */
};

enum { LIMIT_DERIVED = -1 }; /* the quantity is none of the model's, but follows from some */

struct limit_row {
    enum limit_id id;
    const char *name; /* in configuration */
    uint16_t kind;    /* alarm_kinds[].number; its level is the limit's */
    int8_t quantity;  /* of its level, or LIMIT_DERIVED */
    uint16_t modes;   /* bits: 1 << enum mode */
    enum limit_scale scale;
    bool with_float;  /* moves with FloatVoltage */
    int8_t follows;   /* a string's limit: the cell's, whose settings it takes over; or -1 */
    uint8_t samples;  /* in a row that must be past it */
    uint8_t decimals; /* of the numbers in this row */
    const char *unit;
    int32_t warning, critical, hysteresis;
    uint32_t raise_s, clear_s;
    struct {
        int32_t min, max;
    } may; /* of a configured warning or critical */
};

extern const struct limit_row limit_rows[LIMITS];

/* Row of this name, whatever its case; -1 if there is none. */
int limit_named(const char *name);

/* What one place of the configuration says. Only fields whose bit is in `set` count. */
enum limit_field {
    LIMIT_WARNING = 1,
    LIMIT_CRITICAL = 2,
    LIMIT_HYSTERESIS = 4,
    LIMIT_RAISE = 8,
    LIMIT_CLEAR = 16,
    LIMIT_SEVERITY = 32,  /* of alarm settings */
    LIMIT_SEVERITY2 = 64, /* of alarm settings */
};

struct limit_setting {
    int set;
    int warning, critical, hysteresis; /* with the row's decimals */
    int raise_ms, clear_ms;
};

struct alarm_setting {
    int set;
    int severity, severity2; /* enum alarm_severity */
    int raise_ms, clear_ms;  /* of what the device tells, and of what is derived */
};

/* A <Limits> block. */
struct limit_settings {
    struct limit_setting limit[LIMITS];
    struct alarm_setting alarm[ALARM_KINDS_MAX]; /* by the kind's row */
    int settling_ms, flap_raises;                /* -1: not told */
};

/* One that tells nothing. */
void limits_none(struct limit_settings *ret);

/* From the narrowest to the widest; any may be NULL. */
enum { LIMIT_SCOPES = 3 };
typedef const struct limit_settings *limit_scope[LIMIT_SCOPES];

enum chemistry { CHEMISTRY_VRLA, CHEMISTRY_VENTED, CHEMISTRY_NICD, CHEMISTRY_NONE };

enum { LIMIT_FLOAT_MV = 2250, LIMIT_HALL_A = 1000 }; /* per 2 V element; where none is told */

/* What limits of a string rest on. */
struct limit_basis {
    enum chemistry chemistry;
    enum cell_type cell_type; /* unknown: no limits that are told per element */
    int cells;
    int float_mv; /* FloatVoltage per 2 V element; 0 = not told */
    int hall_a;   /* 0 = not told */
};

/* In the decimals of the model's quantity (limit_decimals()). */
struct limit {
    int32_t warning, critical; /* or LIMIT_OFF */
    int32_t hysteresis;
    int32_t raise_ms, clear_ms;
};

/* What holds where `scope` and `basis` do. */
struct limit limits_resolve(const limit_scope scope, const struct limit_basis *basis,
                            enum limit_id id);

/* Of the values of a resolved limit: the quantity's own. */
uint8_t limit_decimals(enum limit_id id);

/* Like limits_resolve(), for what is no limit: severities and delays of a kind. */
struct alarm_rule {
    enum alarm_severity severity[2];
    int64_t raise_ms[2], clear_ms;
};
struct alarm_rule alarm_rule(const limit_scope scope, int row);

/* The narrowest that tells it, or the default. */
int limits_settling_ms(const limit_scope scope);
int limits_flap_raises(const limit_scope scope);

/* Below it no current may be judged (0.01 A): 2 % of the Hall sensor's range. */
int32_t limits_hall_error(const struct limit_basis *basis);

/* Which cells hold this voltage (mV) in float; unknown where that is not clear. */
enum cell_type limits_infer_type(int32_t float_mv);

#endif
