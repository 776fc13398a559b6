/*
 * battery.c: a small lead-acid model.
 *
 * The aim is values that behave, not electrochemistry: a discharge starts with a dip, follows a
 * slope and ends in a knee; a recharge runs at its limit and then tapers; a cell with less capacity
 * reaches the knee first; current warms the string. One string has three moving numbers (charge
 * taken out, core temperature, age of the mode). Every cell is a pure function of those and of its
 * own constant traits, so 120 cells cost nothing until somebody reads them. Rejected: state per
 * cell, which would have to be integrated for 384 000 cells whether they are read or not.
 */
#include "battery.h"

#include <math.h>
#include <stdbool.h>

/* Per 2 V element, volts. */
static const double FLOAT_V = 2.25, EQUALIZE_V = 2.40, CHARGE_LIMIT_V = 2.38;
static const double EMPTY_V = 1.98, FULL_V = 2.14; /* open circuit at 0 and 100 % */

/* Fractions of the capacity, amperes per Ah. */
static const double DISCHARGE_RATE = 0.25, RECHARGE_RATE = 0.10;
static const double FLOAT_RATE = 0.0005, EQUALIZE_RATE = 0.002;

static const double OHM_MILLI_AH = 80;    /* mOhm * Ah of one new element */
static const double LEAST_MOHM = 0.15;    /* the sensor's range starts at 0.1 */
static const double THERMAL_TAU_S = 3600; /* how fast a string follows the room */
static const double DAY_S = 86400;

double battery_spread(uint64_t seed)
{
    /* splitmix64: neighbouring seeds give unrelated numbers. */
    seed += 0x9e3779b97f4a7c15u;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9u;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebu;
    seed ^= seed >> 31;
    return (double)(seed >> 11) / (double)(1ull << 52) - 1;
}

/* The room over a day, K. */
static double drift(const struct battery *b)
{
    return 0.8 * sin(2 * M_PI * b->time_s / DAY_S + b->phase);
}

void battery_ambient(struct battery *b, double temperature_c, double humidity)
{
    b->ambient_set_c = b->ambient_c = temperature_c;
    b->drift_zero = drift(b);
    if (humidity >= 0)
        b->humidity = humidity;
}

void battery_init(struct battery *b, int cell_volts, double capacity_ah, uint64_t seed)
{
    *b = (struct battery){
        .capacity_ah = capacity_ah,
        .elements = cell_volts / 2,
        .ambient_set_c = 22 + battery_spread(seed),
        .humidity = 45 + 5 * battery_spread(seed + 1),
        .phase = M_PI * battery_spread(seed + 2),
    };
    battery_ambient(b, b->ambient_set_c, -1);
    b->core_c = b->ambient_set_c + 1.0;
    b->current_a = FLOAT_RATE * capacity_ah;
}

void battery_traits(struct traits *t, uint64_t seed)
{
    *t = (struct traits){
        .capacity = (float)(1 + 0.03 * battery_spread(seed)),
        .resistance = (float)(1 + 0.06 * battery_spread(seed + 1)),
        .voltage = (float)(0.006 * battery_spread(seed + 2)),
        .temperature = (float)(0.6 * battery_spread(seed + 3)),
    };
}

void battery_mode(struct battery *b, enum mode mode, double current_a)
{
    b->mode = mode;
    b->demand_a = fabs(current_a);
    b->mode_age_s = 0;
}

double battery_soc(const struct battery *b)
{
    return 100 * fmin(fmax(1 - b->used_ah / b->capacity_ah, 0), 1);
}

/* Charging current: the limit, then tapering with what is left to refill, never below TRICKLE. */
static double charge_current(const struct battery *b, double limit_rate, double trickle_rate)
{
    double limit = b->demand_a > 0 ? b->demand_a : limit_rate * b->capacity_ah;

    return fmax(fmin(limit, b->used_ah), 0) + trickle_rate * b->capacity_ah;
}

static double battery_current(const struct battery *b)
{
    switch (b->mode) {
    case MODE_FLOAT:
        return charge_current(b, RECHARGE_RATE / 2, FLOAT_RATE);
    case MODE_EQUALIZE:
        return charge_current(b, RECHARGE_RATE, EQUALIZE_RATE);
    case MODE_RECHARGE:
        return charge_current(b, RECHARGE_RATE, FLOAT_RATE);
    case MODE_DISCHARGE:
        return -(b->demand_a > 0 ? b->demand_a : DISCHARGE_RATE * b->capacity_ah);
    case MODE_IDLE:
        break;
    }
    return 0;
}

/* A load drops an empty string; a charger goes to float when the string is full. */
static void battery_end_of_mode(struct battery *b)
{
    if (b->mode == MODE_DISCHARGE && b->used_ah >= b->capacity_ah)
        battery_mode(b, MODE_IDLE, 0);
    if (b->mode == MODE_RECHARGE && b->used_ah < 0.002 * b->capacity_ah)
        battery_mode(b, MODE_FLOAT, 0);
}

/* One step, short enough for plain Euler. */
static void battery_step(struct battery *b, double dt)
{
    double rate = battery_current(b) / b->capacity_ah;
    double heating = 1.0 + 40 * rate * rate; /* K above the room in the long run */
    double follow = 1 - exp(-dt / THERMAL_TAU_S);

    b->used_ah -= battery_current(b) * dt / 3600;
    b->used_ah = fmin(fmax(b->used_ah, 0), b->capacity_ah);
    b->time_s += dt;
    b->mode_age_s += dt;
    b->ambient_c = b->ambient_set_c + drift(b) - b->drift_zero;
    b->core_c += (b->ambient_c + heating - b->core_c) * follow;
    battery_end_of_mode(b);
}

void battery_advance(struct battery *b, double now_s)
{
    double step = fmin(fmax((now_s - b->time_s) / 500, 1), 60);

    while (b->time_s < now_s)
        battery_step(b, fmin(step, now_s - b->time_s));
    b->current_a = battery_current(b);
}

/* Nominal resistance, higher when discharged and when cold. */
static double cell_resistance(const struct battery *b, const struct traits *t, double soc)
{
    double nominal = OHM_MILLI_AH * b->elements / b->capacity_ah;
    double charge = 1 + 0.5 * (1 - fmin(fmax(soc, 0), 1));
    double cold = 1 - 0.005 * (b->core_c - 22);

    return fmax(nominal, LEAST_MOHM) * t->resistance * charge * fmin(fmax(cold, 0.6), 1.6);
}

/* Under load: slope, voltage drop, the dip of the first minutes and the knee at the end. */
static double discharging_v(const struct battery *b, double soc, double drop_v)
{
    double dip = 0.04 * exp(-b->mode_age_s / 60);
    double knee = 0.25 * exp(-fmax(soc, 0) / 0.05) + (soc < 0 ? -2 * soc : 0);

    return EMPTY_V + (FULL_V - EMPTY_V) * soc + drop_v - dip - knee;
}

/* Voltage of one 2 V element of the cell; DROP_V is current times resistance, with its sign. */
static double element_v(const struct battery *b, double soc, double drop_v)
{
    double open = EMPTY_V + (FULL_V - EMPTY_V) * soc;

    switch (b->mode) {
    case MODE_FLOAT:
        return fmin(FLOAT_V, open + 0.11 + drop_v);
    case MODE_EQUALIZE:
        return fmin(EQUALIZE_V, open + 0.26 + drop_v);
    case MODE_RECHARGE:
        return fmin(CHARGE_LIMIT_V, open + 0.20 + drop_v);
    case MODE_DISCHARGE:
        return discharging_v(b, soc, drop_v);
    case MODE_IDLE:
        break;
    }
    return open;
}

void battery_cell(const struct battery *b, const struct traits *t, struct cell_reading *ret)
{
    double soc = 1 - b->used_ah / (b->capacity_ah * t->capacity);
    double mohm = cell_resistance(b, t, soc);
    double drop_v = b->current_a * mohm / 1000 / b->elements;
    double loss_w = b->current_a * b->current_a * mohm / 1000;
    double volts = element_v(b, soc, drop_v) + t->voltage;

    ret->voltage_v = b->elements * fmax(volts, 0.5);
    ret->resistance_mohm = mohm;
    ret->temperature_c = b->core_c + t->temperature + fmin(0.2 * loss_w / b->elements, 15);
    ret->soc = 100 * fmin(fmax(soc, 0), 1);
    ret->soh = 100 * fmin(t->capacity, 1);
}
