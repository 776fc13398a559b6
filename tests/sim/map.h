/*
 * map.h: the vendor's register map, typed from the vendor's page "Modbus TCP/IP slave variables v2"
 * for this program alone. The plugin has its own tables: a register misread by one of the two shows
 * up as a failing test instead of passing twice.
 */
#ifndef SIM_MAP_H
#define SIM_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

enum {
    MAP_MAX = 15, /* the most values one object has (a string) */
    UNIT_STRING = 100,
    MAX_UPS = 32,
    MAX_STRINGS = 32,
    MAX_CELLS = 120,
    CELL_STRIDE = 100, /* cell ci starts at register 100 * ci */
};

enum level { LEVEL_UPS, LEVEL_STRING, LEVEL_CELL };

/* Rows of the three tables, in the vendor's order. */
enum { UPS_STATUS, UPS_VOLTAGE, UPS_CURRENT, UPS_SOC };
enum {
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
    STRING_RELAY_STATUS,
    STRING_AUX_INPUT_STATUS
};
enum {
    CELL_STATUS,
    CELL_VOLTAGE,
    CELL_RESISTANCE,
    CELL_TEMPERATURE,
    CELL_SOC,
    CELL_SOH,
    CELL_ALARM
};

/* Values of the status and state registers. */
enum { STATUS_DISABLED, STATUS_OK, STATUS_ERROR };
enum { STATE_FLOAT, STATE_EQUALIZE, STATE_DISCHARGE, STATE_IDLE, STATE_ABNORMAL = 5 };

/* Bits of string_alarm that the battery model raises by itself. */
enum { ALARM_VOLTAGE_HIGH = 1 << 2, ALARM_VOLTAGE_LOW = 1 << 3, ALARM_SOC_LOW = 1 << 4 };

/* What a gateway must have for a row to be mapped at all. */
enum need { NEED_NOTHING, NEED_VERSION_2, NEED_SOH, NEED_ALARM };

struct reg {
    const char *name; /* the vendor's */
    unsigned address; /* zero-based; for a cell the offset behind 100 * ci */
    unsigned words;   /* 1 = the vendor's int, 2 = the vendor's long */
    bool is_signed;
    unsigned decimals; /* scale 10^-decimals */
    enum need need;
};

struct map {
    const char *object; /* "ups", "string", "cell": also the prefix of every name */
    const struct reg *reg;
    size_t count;
};

/* The table of a level; never NULL. */
const struct map *map_of(enum level level);

/* Row index by full vendor name or by the name without its prefix, -1 if there is none. */
int map_find(enum level level, const char *name);

/* Row index of the register at an address and which word of it (0 first), -1 if there is none. */
int map_at(enum level level, unsigned address, unsigned *ret_word);

/* Appends the short names of a level, separated by blanks, for error messages. */
void map_names(enum level level, struct text *t);

#endif
