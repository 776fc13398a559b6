/*
 * refresh.c: from the battery model to registers, the way the vendor describes the gateway's own
 * computing: the UPS voltage and state of charge are the average over its strings, the UPS current
 * is their sum, and a status is "error" as soon as one part below it is in error.
 *
 * Values are only brought up to date when somebody reads them. What was set by hand stays, and
 * counts in everything computed from it; object_put() sees to that.
 */
#include "gateway.h"

#include "model_clock.h"

#include <math.h>

/* Sums over the cells of one string. */
struct tally {
    double voltage_v;
    double least_v, most_v;
    int cells, present;
    bool error;
};

/* Measurement noise of the last digits, when the gateway is told to have it. */
static double noise(const struct gateway *gw)
{
    static uint64_t draw;

    return gw->settings.noise ? battery_spread(draw++) : 0;
}

static void put_cell(const struct gateway *gw, struct object *o, const struct cell_reading *r)
{
    object_put(o, CELL_STATUS, STATUS_OK);
    object_put(o, CELL_VOLTAGE, r->voltage_v * 1000 + 3 * noise(gw));
    object_put(o, CELL_RESISTANCE, r->resistance_mohm * 1000 * (1 + 0.004 * noise(gw)));
    object_put(o, CELL_TEMPERATURE, r->temperature_c * 10 + noise(gw));
    object_put(o, CELL_SOC, r->soc);
    object_put(o, CELL_SOH, r->soh);
    object_put(o, CELL_ALARM, 0);
}

/* A cell whose sensor is gone: all zero, status "disabled". */
static void put_absent(struct object *o)
{
    for (int row = 0; row < (int)map_of(o->level)->count; row++)
        object_put(o, row, 0);
}

static void refresh_cell(const struct gateway *gw, const struct battery *b, struct cell *cell,
                         struct tally *tally)
{
    struct cell_reading reading;

    battery_cell(b, &cell->traits, &reading);
    tally->voltage_v += reading.voltage_v;
    tally->cells++;
    if (cell->values.absent) {
        put_absent(&cell->values);
        return;
    }
    put_cell(gw, &cell->values, &reading);
    tally->least_v = tally->present ? fmin(tally->least_v, reading.voltage_v) : reading.voltage_v;
    tally->most_v = fmax(tally->most_v, reading.voltage_v);
    tally->present++;
    if (object_value(&cell->values, CELL_STATUS) == STATUS_ERROR)
        tally->error = true;
}

/* 100 % when all cells have the same voltage. */
static double balance(const struct tally *tally)
{
    return tally->present ? 100 * (1 - (tally->most_v - tally->least_v) / tally->most_v) : 0;
}

static int string_state(const struct battery *b)
{
    switch (b->mode) {
    case MODE_EQUALIZE:
        return STATE_EQUALIZE;
    case MODE_DISCHARGE:
        return STATE_DISCHARGE;
    case MODE_IDLE:
        return STATE_IDLE;
    case MODE_FLOAT:
    case MODE_RECHARGE: /* the vendor has no state for it */
        break;
    }
    return STATE_FLOAT;
}

/* The vendor's limits are not public; these are common ones for lead-acid. */
static int string_alarm(const struct battery *b, const struct tally *tally)
{
    double element_v = tally->cells ? tally->voltage_v / tally->cells / b->elements : 2;

    return (element_v > 2.45 ? ALARM_VOLTAGE_HIGH : 0) |
           (element_v < 1.80 ? ALARM_VOLTAGE_LOW : 0) | (battery_soc(b) < 20 ? ALARM_SOC_LOW : 0);
}

/* Strings in even blocks: with 2 UPS and 4 strings, 1 and 2 belong to UPS 1, 3 and 4 to UPS 2. */
static int default_ups(const struct gateway *gw, const struct string *string)
{
    return (int)(string - gw->string) * gw->settings.ups / gw->settings.strings + 1;
}

static void put_string(const struct gateway *gw, struct string *s, const struct tally *tally)
{
    const struct battery *b = &s->battery;
    struct object *o = &s->values;

    object_put(o, STRING_UPS_ID, default_ups(gw, s));
    object_put(o, STRING_STATUS, tally->error ? STATUS_ERROR : STATUS_OK);
    object_put(o, STRING_VOLTAGE, tally->voltage_v * 100 + 3 * noise(gw));
    object_put(o, STRING_CURRENT, b->current_a * 100 + 2 * noise(gw));
    object_put(o, STRING_SOC, battery_soc(b));
    object_put(o, STRING_BALANCE, balance(tally) * 100);
    object_put(o, STRING_STATE, string_state(b));
    object_put(o, STRING_ALARM, string_alarm(b, tally));
    object_put(o, STRING_CELL_COUNT, gw->settings.cells);
    object_put(o, STRING_AMBIENT_TEMPERATURE, b->ambient_c * 10 + noise(gw));
    object_put(o, STRING_AMBIENT_HUMIDITY, b->humidity * 10 + 2 * noise(gw));
    object_put(o, STRING_RELAY_STATUS, 1);
    object_put(o, STRING_AUX_INPUT_STATUS, 0);
}

void refresh_string(struct gateway *gw, struct string *string)
{
    struct tally tally = {0};

    if (string->stamp == model_stamp())
        return;
    string->stamp = model_stamp();
    battery_advance(&string->battery, model_now());
    for (int i = 0; i < gw->settings.cells; i++)
        refresh_cell(gw, &string->battery, &string->cell[i], &tally);
    put_string(gw, string, &tally);
}

/* A disabled string or one that is not there has no part in its UPS. */
static bool counts_for(const struct string *s, unsigned number)
{
    return !s->values.absent && object_value(&s->values, STRING_UPS_ID) == number &&
           object_value(&s->values, STRING_STATUS) != STATUS_DISABLED;
}

void refresh_ups(struct gateway *gw, struct ups *ups)
{
    unsigned number = (unsigned)(ups - gw->ups) + 1;
    double voltage = 0, current = 0, soc = 0;
    int count = 0, status = STATUS_DISABLED;

    if (ups->stamp == model_stamp())
        return;
    ups->stamp = model_stamp();
    for (int i = 0; i < gw->settings.strings; i++) {
        const struct object *o = &gw->string[i].values;

        refresh_string(gw, &gw->string[i]);
        if (!counts_for(&gw->string[i], number))
            continue;
        count++;
        voltage += (double)object_value(o, STRING_VOLTAGE);
        current += (double)object_value(o, STRING_CURRENT);
        soc += (double)object_value(o, STRING_SOC);
        if (status != STATUS_ERROR)
            status = (int)object_value(o, STRING_STATUS);
    }
    object_put(&ups->values, UPS_STATUS, status);
    object_put(&ups->values, UPS_VOLTAGE, count ? voltage / count : 0);
    object_put(&ups->values, UPS_CURRENT, current);
    object_put(&ups->values, UPS_SOC, count ? soc / count : 0);
}
