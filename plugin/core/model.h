/*
 * model - what a gateway measures: gateway > UPS, string > cell.
 *
 * Plain data, owned by the one thread that polls the gateway. Every quantity is an integer in the
 * device's own resolution (registers.h says which), beside its validity. Indexes in the arrays are
 * the device's minus one; names, metrics and logs always show the device's own number (1..).
 * Times are milliseconds of CLOCK_BOOTTIME, passed in by the caller.
 */
#ifndef BTMS_MODEL_H
#define BTMS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

/* Capacity of a BM-GW (vendor, "Features"): 32 strings in up to 32 UPS, 120 cells a string. */
enum { UPS_MAX = 32, STRING_MAX = 32, CELL_MAX = 120 };
enum { NAME_SIZE = 64 };

enum ups_quantity { UPS_STATUS, UPS_VOLTAGE, UPS_CURRENT, UPS_SOC, UPS_QUANTITIES };

enum string_quantity {
    STRING_UPS_ID,
    STRING_STATUS,
    STRING_VOLTAGE,
    STRING_CURRENT,
    STRING_SOC,
    STRING_BALANCE,
    STRING_STATE,
    STRING_ALARM,
    STRING_CELL_COUNT,
    STRING_AMBIENT_TEMPERATURE,
    STRING_AMBIENT_HUMIDITY,
    STRING_RELAY,
    STRING_AUX_INPUT,
    STRING_IN_BLOCK,                     /* so many come with the string's own block */
    STRING_INSULATION = STRING_IN_BLOCK, /* of a register that configuration names */
    STRING_QUANTITIES
};
enum { STRING_ADDED = STRING_QUANTITIES - STRING_IN_BLOCK };

enum cell_quantity {
    CELL_STATUS,
    CELL_VOLTAGE,
    CELL_RESISTANCE,
    CELL_TEMPERATURE,
    CELL_SOC,
    CELL_SOH,
    CELL_ALARM,
    CELL_QUANTITIES
};

/* Status of UPS, string and cell, and string_state (vendor's Modbus page v2). */
enum { STATUS_DISABLED = 0, STATUS_OK = 1, STATUS_ERROR = 2 };
enum {
    STATE_FLOAT = 0,
    STATE_EQUALIZE = 1,
    STATE_DISCHARGE = 2,
    STATE_IDLE = 3,
    STATE_ABNORMAL = 5
};

/* Only GOOD and BEYOND values may leave the program: a missing value is never a number. */
enum validity {
    VALIDITY_ABSENT,    /* not read yet, or the device says the thing is not there */
    VALIDITY_GOOD,      /* measured, inside the sensor's range */
    VALIDITY_BEYOND,    /* measured outside the sensor's published range: kept, and flagged */
    VALIDITY_STALE,     /* the last good value is too old */
    VALIDITY_IMPOSSIBLE /* no battery can have it: wrong word order, wrong offset, a sentinel */
};

enum presence {
    PRESENCE_NEVER,  /* never answered as being there */
    PRESENCE_HERE,   /* in the last turn */
    PRESENCE_GONE,   /* was here; now disabled or refused */
    PRESENCE_SILENT, /* was here; now its unit does not answer */
};

/* What a sweep made of a cell. */
enum cell_outcome { OUTCOME_NONE, OUTCOME_READ, OUTCOME_MISSED };

enum cell_type { CELL_TYPE_UNKNOWN = 0, CELL_TYPE_2V = 2, CELL_TYPE_6V = 6, CELL_TYPE_12V = 12 };

struct cell {
    int32_t value[CELL_QUANTITIES];
    uint8_t validity[CELL_QUANTITIES];
    uint8_t outcome; /* enum cell_outcome: of the sweep that runs or just ended */
    uint8_t misses;  /* sweeps in a row without it */
    bool seen;       /* was there at least once */
};

struct ups {
    enum presence presence;
    int64_t read_ms; /* last good read; 0 = never */
    int32_t value[UPS_QUANTITIES];
    uint8_t validity[UPS_QUANTITIES];
};

struct string {
    enum presence presence;
    enum cell_type cell_type;  /* from configuration */
    uint16_t hall_a;           /* Hall sensor's rating in ampere, from configuration; 0 = unknown */
    uint16_t capacity_ah;      /* nominal, from configuration; 0 = not told */
    uint8_t cells_expected;    /* declared, or found once; 0 = not known */
    uint8_t cells;             /* the most cells ever counted, at most CELL_MAX */
    uint8_t empty_sweeps;      /* in a row in which no cell was there */
    int64_t read_ms;           /* last good read of the string block; 0 = never */
    int64_t cells_read_ms;     /* end of the last sweep over its cells; 0 = never */
    int64_t cells_interval_ms; /* effective: from the sweep before to the last one; 0 = unknown */
    int32_t value[STRING_QUANTITIES];
    uint8_t validity[STRING_QUANTITIES];
    int64_t added_ms[STRING_ADDED]; /* last good read of each that is not in the block; 0 = never */
    bool ambient_declared;          /* configuration says that it has a BM-TH */
    bool ambient_seen;              /* its ambient values were plausible at least once */
    struct cell cell[CELL_MAX];
};

/* How the gateway itself does; counters only rise, from the start of the program. */
struct health {
    bool reachable;
    int64_t answered_ms;       /* last answer of any kind; 0 = never */
    uint32_t poll_ms;          /* first request to last answer of the last fast turn */
    uint32_t interval_ms;      /* effective interval of the fast lane */
    uint32_t cell_interval_ms; /* effective interval of the slowest string's cells */
    uint64_t requests, timeouts, exceptions, mismatches, reconnects;
    uint16_t window;       /* learned: requests in flight at once, over all connections */
    uint16_t connections;  /* learned: that pay */
    uint16_t span_cells;   /* learned: cells per request, 1 or 2 */
    uint16_t string_words; /* learned: length of the string block */
    bool looking; /* not every unit was asked since the start: what is not there may come */
};

/* A register that the operator has described (quantity.h). */
enum { QUANTITY_MAX = 64 };
struct quantity {
    const struct quantity_def *is;
    uint16_t number; /* of its gateway, the same for ever; 0: not known yet */
    uint8_t validity;
    int64_t raw;     /* as the register has it */
    int64_t read_ms; /* last good read; 0 = never */
};

/* A relay or auxiliary input. Each string has one of both, at an IO expansion (BM-LC) that serves
 * eight strings: the relays of its strings are its channels 1 to 8, their inputs 9 to 16. */
enum channel_kind { CHANNEL_RELAY, CHANNEL_INPUT, CHANNEL_KINDS };
enum { CHANNEL_MAX = CHANNEL_KINDS * STRING_MAX, CHANNEL_STRINGS = 8 };
struct channel {
    const struct channel_def *is; /* NULL: configuration does not speak of it */
    bool seen;                    /* the gateway has shown it at least once */
};

struct gateway {
    char name[NAME_SIZE];
    bool is_line; /* it is a serial line, and its strings are string masters on it */
    struct health health;
    struct ups ups[UPS_MAX];
    struct string string[STRING_MAX];
    struct quantity quantity[QUANTITY_MAX];
    int quantities;
    struct channel channel[CHANNEL_MAX]; /* channel_at() */
};

/* Of string `s` (from 0). */
static inline int channel_at(int s, enum channel_kind kind)
{
    return CHANNEL_KINDS * s + (int)kind;
}

static inline enum channel_kind channel_kind_of(int channel)
{
    return (enum channel_kind)(channel % CHANNEL_KINDS);
}

/* What was usable is too old from now on. */
static inline void validity_expire(uint8_t *validity, int quantities)
{
    for (int q = 0; q < quantities; q++)
        if (validity[q] == VALIDITY_GOOD || validity[q] == VALIDITY_BEYOND)
            validity[q] = VALIDITY_STALE;
}

/* True for the two validities that may be published. */
static inline bool validity_usable(uint8_t v)
{
    return v == VALIDITY_GOOD || v == VALIDITY_BEYOND;
}

/* What is there now. `all_well`: everything that ever was there is, and says OK. */
struct model_count {
    int ups, strings, cells;
    bool all_well;
};
struct model_count model_count(const struct gateway *g);

/* True when string quantity `q` holds a usable value equal to `v`. */
static inline bool string_is(const struct string *s, enum string_quantity q, int32_t v)
{
    return validity_usable(s->validity[q]) && s->value[q] == v;
}

#endif
