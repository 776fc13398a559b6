/* See quantity.h. */
#include "core/quantity.h"

#include <string.h>

enum { DECIMALS_MAX = 6 };

/* clang-format off */
const struct quantity_unit quantity_units[QUANTITY_UNITS] = {
    {"number", "number", "gauge"},
    {"V", "volts", "voltage"},
    {"A", "amperes", "current"},
    {"ohm", "ohms", "resistance"},
    {"degC", "degrees Celsius", "temperature"},
    {"K", "kelvins", "temperature"},
    {"%RH", "percent", "humidity"},
    {"%", "percent", "percent"},
    {"Hz", "hertz", "frequency"},
    {"bar", "bars", "pressure"},
    {"Pa", "pascals", "pressure"},
    {"W", "watts", "power"},
    {"Ah", "ampere hours", "gauge"},
    {"ppm", "parts per million", "gauge"},
    {"s", "seconds", "duration"},
    {"rpm", "rpm", "gauge"},
};
/* clang-format on */

int quantity_unit_named(const char *name)
{
    for (int i = 0; i < QUANTITY_UNITS; i++)
        if (strcmp(quantity_units[i].name, name) == 0)
            return i;
    return -1;
}

static double power_of_ten(uint8_t decimals)
{
    static const double powers[DECIMALS_MAX + 1] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

    return powers[decimals];
}

static int32_t fitting(double v)
{
    if (v >= INT32_MAX || v <= INT32_MIN)
        return v > 0 ? INT32_MAX : INT32_MIN;
    return (int32_t)(v < 0 ? v - 0.5 : v + 0.5);
}

static bool is_whole(double v)
{
    double off = v - fitting(v);

    return (off < 0 ? -off : off) < 1e-6 * v;
}

void quantity_set_scale(struct quantity_def *d, double scale)
{
    d->decimals = 0;
    while (d->decimals < DECIMALS_MAX && !is_whole(scale * power_of_ten(d->decimals)) &&
           scale * power_of_ten(d->decimals) * 10 < INT32_MAX)
        d->decimals++;
    d->factor = fitting(scale * power_of_ten(d->decimals));
    if (d->factor < 1)
        d->factor = 1;
}

int32_t quantity_number(const struct quantity_def *d, double number)
{
    return fitting(number * power_of_ten(d->decimals));
}

int32_t quantity_value(const struct quantity_def *d, int64_t raw)
{
    return fitting((double)raw * d->factor);
}

double quantity_si(const struct quantity_def *d, int64_t raw)
{
    return (double)raw * d->factor / power_of_ten(d->decimals);
}

int channel_module(int s)
{
    return s / CHANNEL_STRINGS + 1;
}

int channel_number(int s, enum channel_kind kind)
{
    return s % CHANNEL_STRINGS + 1 + (int)kind * CHANNEL_STRINGS;
}

int channel_code(int s, enum channel_kind kind)
{
    return channel_module(s) * CHANNEL_CODE_MODULE + channel_number(s, kind);
}

const char *channel_state(enum channel_kind kind, int32_t value)
{
    return registers_value_name(
        &registers_string[kind == CHANNEL_RELAY ? STRING_RELAY : STRING_AUX_INPUT], value);
}
