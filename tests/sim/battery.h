/*
 * battery.h: a small lead-acid model, one per string. Pure arithmetic: it knows no registers, no
 * gateway and no clock; time is passed in.
 */
#ifndef SIM_BATTERY_H
#define SIM_BATTERY_H

#include <stdint.h>

enum mode { MODE_FLOAT, MODE_EQUALIZE, MODE_DISCHARGE, MODE_RECHARGE, MODE_IDLE };

/* What makes one cell differ from its neighbours. Constant but for the command `weak`. */
struct traits {
    float capacity;    /* factor on the string's capacity */
    float resistance;  /* factor on the nominal resistance */
    float voltage;     /* V per 2 V element, added */
    float temperature; /* C, added */
};

/* One string: the charge taken out of it and its temperature are the whole state. */
struct battery {
    double capacity_ah;
    int elements; /* 2 V elements in one cell: 1, 3 or 6 */
    enum mode mode;
    double demand_a;   /* asked for by `mode`, magnitude; 0 = chosen by the model */
    double used_ah;    /* charge taken out */
    double mode_age_s; /* since the mode was set */
    double time_s;     /* model time up to which this has been advanced */
    double core_c;     /* temperature inside the string */
    double ambient_set_c;
    double ambient_c;  /* ambient_set_c plus a slow drift */
    double drift_zero; /* of the drift, where ambient_set_c was set */
    double humidity;   /* %RH */
    double phase;      /* of the drift, so that strings do not move in step */
    double current_a;  /* + is charge */
};

struct cell_reading {
    double voltage_v;
    double resistance_mohm;
    double temperature_c;
    double soc; /* % */
    double soh; /* % */
};

/* A full, floating string; SEED decides its drift and ambient temperature. */
void battery_init(struct battery *b, int cell_volts, double capacity_ah, uint64_t seed);

/* The spread of one cell, always the same for the same SEED. */
void battery_traits(struct traits *t, uint64_t seed);

/* Changes what the string does; CURRENT_A is a magnitude, 0 leaves the choice to the model. */
void battery_mode(struct battery *b, enum mode mode, double current_a);

/* Changes the room; HUMIDITY below 0 leaves it as it is. */
void battery_ambient(struct battery *b, double temperature_c, double humidity);

/* Moves the string to model time NOW_S. Time that runs backwards is ignored. */
void battery_advance(struct battery *b, double now_s);

/* State of charge of the string, 0..100 %. */
double battery_soc(const struct battery *b);

/* What a sensor on one cell would measure now. */
void battery_cell(const struct battery *b, const struct traits *t, struct cell_reading *ret);

/* A number in -1..1 that depends on nothing but SEED. */
double battery_spread(uint64_t seed);

#endif
