/*
 * quantity - registers that the operator has described, and what he has said of relays and inputs.
 *
 * The vendor publishes neither the maps of its other devices nor what hangs on a relay: what is known
 * of them comes from configuration, as data. A quantity counts in steps of its own: one count of the
 * register is `factor` times 10^-decimals of its unit. What it is compared with and told as is an
 * int32_t in 10^-decimals of the unit, and what is beyond that is "at least so much". Pure.
 */
#ifndef BTMS_QUANTITY_H
#define BTMS_QUANTITY_H

#include "core/limit.h"
#include "core/registers.h"

/* What may be measured: its name in configuration and alarms, how the MIB calls it, and the type of
 * collectd's types.db (or "resistance"). */
struct quantity_unit {
    const char *name, *plural, *type;
};

extern const struct quantity_unit quantity_units[];
enum { QUANTITY_UNITS = 16 };

/* Row of the unit of this name, -1 if there is none. Case counts: "mA" is not "MA". */
int quantity_unit_named(const char *name);

struct quantity_def {
    char name[NAME_SIZE];
    uint8_t ups, string, cell; /* that it is of, from 1; 0: of none; all 0: of the gateway */
    uint8_t unit;              /* row of quantity_units */
    uint8_t decimals;
    bool builtin; /* published as a built-in quantity of the same name */
    int32_t factor;
    struct range possible; /* outside it is not published */
    struct limit low, high;
};

/* The fewest decimals by which a count of `scale` is a whole number of the last one, and that number.
 */
void quantity_set_scale(struct quantity_def *d, double scale);

/* A number of the unit, as values of `d` are: rounded, and not beyond what fits. */
int32_t quantity_number(const struct quantity_def *d, double number);

int32_t quantity_value(const struct quantity_def *d, int64_t raw);
/* In the unit itself. */
double quantity_si(const struct quantity_def *d, int64_t raw);

/* ---- relays and inputs ------------------------------------------------------------------- */

enum { CHANNEL_NOT_TOLD = -1 };

struct channel_def {
    char name[NAME_SIZE], label[NAME_SIZE]; /* "": not told */
    int normal;                             /* the register's value when all is well, or -1 */
    int severity;                           /* enum alarm_severity */
    int raise_ms, clear_ms;
};

/* The module that the channels of string `s` (from 0) are at, and their number there; both from 1. */
int channel_module(int s);
int channel_number(int s, enum channel_kind kind);

/* Both in one number, which alarms have: module 2, channel 9 is 209. */
enum { CHANNEL_CODE_MODULE = 100 };
int channel_code(int s, enum channel_kind kind);

/* "open" or "closed", "off" or "on"; NULL for a code that is not known. */
const char *channel_state(enum channel_kind kind, int32_t value);

#endif
