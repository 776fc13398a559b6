/*
 * See limit.h. The numbers are working values for VRLA at 25 degC, per 2 V element; what they rest
 * on is told in collectd-btms(5). String limits are those of the cells, times the cells.
 */
#include "core/limit.h"

#include <stddef.h>
#include <strings.h>

#define IN(mode)   (1 << MODE_##mode)
#define ANY        ((1 << MODES) - 1)
#define BOOST      (IN(EQUALIZE) | IN(RECHARGE) | IN(SETTLING))
#define CHARGED    (IN(FLOAT) | IN(EQUALIZE))
#define OFF        LIMIT_OFF
#define DISTANCE   .scale = LIMIT_PER_ELEMENT, .decimals = 3, .unit = "V", .may = {1, 1000}
#define SPREAD     .scale = LIMIT_PER_CELL, .decimals = 3, .unit = "V", .may = {1, 1000}
#define ELEMENT    .scale = LIMIT_PER_ELEMENT, .decimals = 3, .unit = "V", .may = {1000, 3000}
#define CELSIUS    .decimals = 1, .unit = "degC", .may = {-600, 1500}
#define KELVIN     .decimals = 1, .unit = "K", .may = {1, 1000}
#define PERCENT    .unit = "%", .may = {0, 100}
#define HUMIDITY   .decimals = 1, .unit = "%RH", .may = {0, 1000}
#define AMPERE     .decimals = 2, .unit = "A", .may = {-1000000, 1000000}
#define CELL_TWICE .follows = -1, .samples = 2
#define ONCE       .follows = -1, .samples = 1
#define AS(id)     .follows = LIMIT_##id, .samples = 1

/* clang-format off */
const struct limit_row limit_rows[LIMITS] = {
    {LIMIT_CELL_FLOAT_LOW, "cellFloatLow", ALARM_CELL_VOLTAGE_LOW, CELL_VOLTAGE, IN(FLOAT),
     ELEMENT, .with_float = true, CELL_TWICE,
     .warning = 2170, .critical = 2100, .hysteresis = 20, .raise_s = 120, .clear_s = 60},
    {LIMIT_CELL_DISCHARGE_LOW, "cellDischargeLow", ALARM_CELL_VOLTAGE_LOW, CELL_VOLTAGE, IN(DISCHARGE),
     ELEMENT, ONCE,
     .warning = 1800, .critical = 1670, .hysteresis = 30, .raise_s = 10, .clear_s = 10},
    {LIMIT_CELL_FLOAT_HIGH, "cellFloatHigh", ALARM_CELL_VOLTAGE_HIGH, CELL_VOLTAGE, IN(FLOAT),
     ELEMENT, .with_float = true, CELL_TWICE,
     .warning = 2330, .critical = 2400, .hysteresis = 20, .raise_s = 120, .clear_s = 60},
    {LIMIT_CELL_EQUALIZE_HIGH, "cellEqualizeHigh", ALARM_CELL_VOLTAGE_HIGH, CELL_VOLTAGE, BOOST,
     ELEMENT, CELL_TWICE,
     .warning = 2450, .critical = 2500, .hysteresis = 20, .raise_s = 60, .clear_s = 60},
    {LIMIT_CELL_TEMPERATURE_HIGH, "cellTemperatureHigh", ALARM_CELL_TEMPERATURE_HIGH, CELL_TEMPERATURE, ANY,
     CELSIUS, CELL_TWICE,
     .warning = 350, .critical = 450, .hysteresis = 20, .raise_s = 300, .clear_s = 60},
    {LIMIT_CELL_TEMPERATURE_LOW, "cellTemperatureLow", ALARM_CELL_TEMPERATURE_LOW, CELL_TEMPERATURE, ANY,
     CELSIUS, CELL_TWICE,
     .warning = OFF, .critical = OFF, .hysteresis = 20, .raise_s = 300, .clear_s = 60},
    {LIMIT_CELL_RESISTANCE_HIGH, "cellResistanceHigh", ALARM_CELL_RESISTANCE_HIGH, CELL_RESISTANCE, ANY,
     .decimals = 6, .unit = "ohm", .may = {1, 10000000}, CELL_TWICE,
     .warning = OFF, .critical = OFF, .hysteresis = 0, .raise_s = 3600, .clear_s = 3600},
    {LIMIT_CELL_SOC_LOW, "cellSocLow", ALARM_CELL_SOC_LOW, CELL_SOC, IN(DISCHARGE), PERCENT, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 5, .raise_s = 30, .clear_s = 30},
    {LIMIT_CELL_SOH_LOW, "cellSohLow", ALARM_CELL_SOH_LOW, CELL_SOH, ANY, PERCENT, CELL_TWICE,
     .warning = 80, .critical = 60, .hysteresis = 3, .raise_s = 3600, .clear_s = 3600},
    {LIMIT_CELL_OVER_AMBIENT, "cellOverAmbient", ALARM_CELL_TEMPERATURE_DEVIATION, LIMIT_DERIVED, ANY,
     KELVIN, CELL_TWICE,
     .warning = 50, .critical = 100, .hysteresis = 10, .raise_s = 600, .clear_s = 60},
    {LIMIT_CELL_VOLTAGE_DEVIATION, "cellVoltageDeviation", ALARM_CELL_VOLTAGE_DEVIATION, LIMIT_DERIVED,
     IN(FLOAT), DISTANCE, CELL_TWICE,
     .warning = OFF, .critical = OFF, .hysteresis = 10, .raise_s = 600, .clear_s = 60},
    {LIMIT_STRING_FLOAT_LOW, "stringFloatLow", ALARM_STRING_VOLTAGE_LOW, STRING_VOLTAGE, IN(FLOAT),
     ELEMENT, .with_float = true, AS(CELL_FLOAT_LOW),
     .warning = 2170, .critical = 2100, .hysteresis = 20, .raise_s = 120, .clear_s = 60},
    {LIMIT_STRING_DISCHARGE_LOW, "stringDischargeLow", ALARM_STRING_VOLTAGE_LOW, STRING_VOLTAGE,
     IN(DISCHARGE), ELEMENT, AS(CELL_DISCHARGE_LOW),
     .warning = 1800, .critical = 1670, .hysteresis = 30, .raise_s = 10, .clear_s = 10},
    {LIMIT_STRING_FLOAT_HIGH, "stringFloatHigh", ALARM_STRING_VOLTAGE_HIGH, STRING_VOLTAGE, IN(FLOAT),
     ELEMENT, .with_float = true, AS(CELL_FLOAT_HIGH),
     .warning = 2330, .critical = 2400, .hysteresis = 20, .raise_s = 120, .clear_s = 60},
    {LIMIT_STRING_EQUALIZE_HIGH, "stringEqualizeHigh", ALARM_STRING_VOLTAGE_HIGH, STRING_VOLTAGE, BOOST,
     ELEMENT, AS(CELL_EQUALIZE_HIGH),
     .warning = 2450, .critical = 2500, .hysteresis = 20, .raise_s = 60, .clear_s = 60},
    {LIMIT_CHARGE_CURRENT_HIGH, "chargeCurrentHigh", ALARM_CHARGE_CURRENT_HIGH, STRING_CURRENT, ANY,
     AMPERE, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 200, .raise_s = 30, .clear_s = 30},
    {LIMIT_DISCHARGE_CURRENT_HIGH, "dischargeCurrentHigh", ALARM_DISCHARGE_CURRENT_HIGH, STRING_CURRENT, ANY,
     AMPERE, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 200, .raise_s = 10, .clear_s = 30},
    {LIMIT_FLOAT_CURRENT_HIGH, "floatCurrentHigh", ALARM_FLOAT_CURRENT_HIGH, STRING_CURRENT, IN(FLOAT),
     AMPERE, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 50, .raise_s = 600, .clear_s = 60},
    {LIMIT_STRING_SOC_LOW, "stringSocLow", ALARM_STRING_SOC_LOW, STRING_SOC, IN(DISCHARGE), PERCENT, ONCE,
     .warning = 50, .critical = 20, .hysteresis = 5, .raise_s = 30, .clear_s = 30},
    {LIMIT_AMBIENT_HIGH, "ambientHigh", ALARM_AMBIENT_TEMPERATURE_HIGH, STRING_AMBIENT_TEMPERATURE, ANY,
     CELSIUS, ONCE,
     .warning = 280, .critical = 350, .hysteresis = 10, .raise_s = 600, .clear_s = 60},
    {LIMIT_AMBIENT_LOW, "ambientLow", ALARM_AMBIENT_TEMPERATURE_LOW, STRING_AMBIENT_TEMPERATURE, ANY,
     CELSIUS, ONCE,
     .warning = 150, .critical = 50, .hysteresis = 10, .raise_s = 600, .clear_s = 60},
    {LIMIT_HUMIDITY_HIGH, "humidityHigh", ALARM_HUMIDITY_HIGH, STRING_AMBIENT_HUMIDITY, ANY, HUMIDITY, ONCE,
     .warning = 800, .critical = 900, .hysteresis = 50, .raise_s = 600, .clear_s = 60},
    {LIMIT_HUMIDITY_LOW, "humidityLow", ALARM_HUMIDITY_LOW, STRING_AMBIENT_HUMIDITY, ANY, HUMIDITY, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 50, .raise_s = 600, .clear_s = 60},
    {LIMIT_STRING_IMBALANCE, "stringImbalance", ALARM_STRING_IMBALANCE, LIMIT_DERIVED, IN(FLOAT),
     SPREAD, CELL_TWICE,
     .warning = OFF, .critical = OFF, .hysteresis = 10, .raise_s = 600, .clear_s = 60},
    {LIMIT_STRING_CURRENT_IMBALANCE, "stringCurrentImbalance", ALARM_STRING_CURRENT_IMBALANCE,
     LIMIT_DERIVED, IN(DISCHARGE) | IN(RECHARGE), .unit = "%", .may = {1, 1000}, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 5, .raise_s = 60, .clear_s = 60},
    {LIMIT_DISCHARGE_TOO_LONG, "dischargeTooLong", ALARM_DISCHARGE_TOO_LONG, LIMIT_DERIVED,
     IN(DISCHARGE), .decimals = 1, .unit = "min", .may = {1, 1000000}, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 0, .raise_s = 0, .clear_s = 0},
    {LIMIT_THERMAL_RUNAWAY, "thermalRunaway", ALARM_THERMAL_RUNAWAY, LIMIT_DERIVED, CHARGED, KELVIN,
     CELL_TWICE,
     .warning = OFF, .critical = 100, .hysteresis = 20, .raise_s = 300, .clear_s = 60},
    {LIMIT_INSULATION_LOW, "insulationLow", ALARM_INSULATION_LOW, LIMIT_DERIVED, ANY,
     .unit = "ohm/V", .may = {1, 1000000}, ONCE,
     .warning = 200, .critical = 100, .hysteresis = 20, .raise_s = 60, .clear_s = 60},
    {LIMIT_UPS_SOC_LOW, "upsSocLow", ALARM_UPS_SOC_LOW, UPS_SOC, IN(DISCHARGE), PERCENT, ONCE,
     .warning = 50, .critical = 20, .hysteresis = 5, .raise_s = 30, .clear_s = 30},
    {LIMIT_UPS_VOLTAGE_LOW, "upsVoltageLow", ALARM_UPS_VOLTAGE_LOW, UPS_VOLTAGE, ANY,
     .decimals = 2, .unit = "V", .may = {1, 200000}, ONCE,
     .warning = OFF, .critical = OFF, .hysteresis = 200, .raise_s = 10, .clear_s = 10},
};
/* clang-format on */

/* Resistance is measured to 1.5 % and 25 microohm: less is no difference. */
enum { RESISTANCE_PERMILLE = 15, RESISTANCE_MICROOHM = 25, HALL_PERCENT = 2, FLAP_RAISES = 5 };

/* What floats, mV per 2 V element. */
enum { FLOATS_LOW = 2100, FLOATS_HIGH = 2400 };

int limit_named(const char *name)
{
    for (int i = 0; i < LIMITS; i++)
        if (strcasecmp(limit_rows[i].name, name) == 0)
            return i;
    return -1;
}

static const struct alarm_kind *kind_of(const struct limit_row *row)
{
    return &alarm_kinds[alarm_row(row->kind)];
}

uint8_t limit_decimals(enum limit_id id)
{
    return kind_of(&limit_rows[id])->decimals;
}

/* ---- what is told ------------------------------------------------------------------------ */

/* The narrowest setting that has the field: of the row itself, else of the one that it follows. */
static const struct limit_setting *find(const limit_scope scope, enum limit_id id,
                                        enum limit_field field)
{
    for (int i = 0; i < LIMIT_SCOPES; i++)
        if (scope[i] != NULL && scope[i]->limit[id].set & field)
            return &scope[i]->limit[id];
    if (limit_rows[id].follows >= 0)
        return find(scope, (enum limit_id)limit_rows[id].follows, field);
    return NULL;
}

int32_t limits_hall_error(const struct limit_basis *basis)
{
    int hall = basis->hall_a > 0 ? basis->hall_a : LIMIT_HALL_A;

    return hall * 100 * HALL_PERCENT / 100;
}

/* A default: told for VRLA that floats at 2.25 V. */
static int32_t builtin(const struct limit_row *row, const struct limit_basis *basis, int32_t value)
{
    if (value == LIMIT_OFF || (row->scale != LIMIT_PLAIN && basis->chemistry != CHEMISTRY_VRLA))
        return LIMIT_OFF;
    return row->with_float && basis->float_mv > 0 ? value + basis->float_mv - LIMIT_FLOAT_MV
                                                  : value;
}

/* ---- what follows ------------------------------------------------------------------------ */

/* From the row's numbers to those of the quantity. */
static int32_t scaled(const struct limit_row *row, const struct limit_basis *basis, int32_t value)
{
    int32_t elements = basis->cell_type / 2;

    if (value == LIMIT_OFF || row->scale == LIMIT_PLAIN)
        return value;
    if (elements == 0)
        return LIMIT_OFF;
    if (row->scale == LIMIT_PER_CELL || kind_of(row)->level == ALARM_OF_CELL)
        return value * elements;
    return basis->cells > 0 ? value * elements * basis->cells / 10 : LIMIT_OFF;
}

/* No current is judged within the Hall sensor's error, wherever its limit was put. */
static int32_t outside_error(const struct limit_row *row, const struct limit_basis *basis,
                             int32_t value)
{
    int32_t error = limits_hall_error(basis);

    if (row->unit[0] != 'A' || value == LIMIT_OFF)
        return value;
    if (kind_of(row)->worse < 0)
        return value > -error ? -error : value;
    return value < error ? error : value;
}

static int32_t resistance_hysteresis(const struct limit *l)
{
    int32_t at = l->warning != LIMIT_OFF ? l->warning : l->critical;
    int32_t least = at / 1000 * RESISTANCE_PERMILLE + RESISTANCE_MICROOHM;

    return at == LIMIT_OFF || l->hysteresis > least ? l->hysteresis : least;
}

struct limit limits_resolve(const limit_scope scope, const struct limit_basis *basis,
                            enum limit_id id)
{
    const struct limit_row *row = &limit_rows[id];
    const struct limit_setting *w = find(scope, id, LIMIT_WARNING);
    const struct limit_setting *c = find(scope, id, LIMIT_CRITICAL);
    const struct limit_setting *h = find(scope, id, LIMIT_HYSTERESIS);
    const struct limit_setting *up = find(scope, id, LIMIT_RAISE);
    const struct limit_setting *down = find(scope, id, LIMIT_CLEAR);
    struct limit ret;

    ret.warning = w != NULL ? w->warning : builtin(row, basis, row->warning);
    ret.critical = c != NULL ? c->critical : builtin(row, basis, row->critical);
    ret.hysteresis = scaled(row, basis, h != NULL ? h->hysteresis : row->hysteresis);
    ret.warning = outside_error(row, basis, scaled(row, basis, ret.warning));
    ret.critical = outside_error(row, basis, scaled(row, basis, ret.critical));
    ret.raise_ms = up != NULL ? up->raise_ms : (int32_t)row->raise_s * 1000;
    ret.clear_ms = down != NULL ? down->clear_ms : (int32_t)row->clear_s * 1000;
    if (ret.hysteresis == LIMIT_OFF)
        ret.hysteresis = 0;
    if (id == LIMIT_CELL_RESISTANCE_HIGH)
        ret.hysteresis = resistance_hysteresis(&ret);
    return ret;
}

struct alarm_rule alarm_rule(const limit_scope scope, int row)
{
    const struct alarm_kind *k = &alarm_kinds[row];
    struct alarm_rule ret = {
        .severity = {k->severity,         k->severity2        },
        .raise_ms = {k->raise_s * 1000LL, k->raise2_s * 1000LL},
        .clear_ms = k->clear_s * 1000LL,
    };

    for (int i = LIMIT_SCOPES - 1; i >= 0; i--) {
        const struct alarm_setting *a = scope[i] != NULL ? &scope[i]->alarm[row] : NULL;

        if (a == NULL)
            continue;
        if (a->set & LIMIT_SEVERITY) /* a second level is never below the first */
            ret.severity[0] = (enum alarm_severity)a->severity;
        if (a->set & LIMIT_SEVERITY2)
            ret.severity[1] = (enum alarm_severity)a->severity2;
        if (a->set & LIMIT_RAISE && k->raise_s == k->raise2_s)
            ret.raise_ms[1] = a->raise_ms;
        if (a->set & LIMIT_RAISE)
            ret.raise_ms[0] = a->raise_ms;
        if (a->set & LIMIT_CLEAR)
            ret.clear_ms = a->clear_ms;
    }
    if (ret.severity[1] < ret.severity[0])
        ret.severity[1] = ret.severity[0];
    return ret;
}

int limits_settling_ms(const limit_scope scope)
{
    for (int i = 0; i < LIMIT_SCOPES; i++)
        if (scope[i] != NULL && scope[i]->settling_ms >= 0)
            return scope[i]->settling_ms;
    return MODE_SETTLING_MS;
}

int limits_flap_raises(const limit_scope scope)
{
    for (int i = 0; i < LIMIT_SCOPES; i++)
        if (scope[i] != NULL && scope[i]->flap_raises >= 0)
            return scope[i]->flap_raises;
    return FLAP_RAISES;
}

void limits_none(struct limit_settings *ret)
{
    *ret = (struct limit_settings){.settling_ms = -1, .flap_raises = -1};
}

enum cell_type limits_infer_type(int32_t float_mv)
{
    static const enum cell_type types[] = {CELL_TYPE_2V, CELL_TYPE_6V, CELL_TYPE_12V};

    for (int i = 0; i < 3; i++) {
        int32_t elements = (int32_t)types[i] / 2;

        if (float_mv >= FLOATS_LOW * elements && float_mv <= FLOATS_HIGH * elements)
            return types[i];
    }
    return CELL_TYPE_UNKNOWN;
}
