/*
 * event - one alarm, and one thing that happened to it, as data.
 *
 * What the site thread makes, the store keeps, alarms.snap shows and the SNMP agent sends. Plain
 * structs; strings are NUL-terminated UTF-8.
 */
#ifndef BTMS_EVENT_H
#define BTMS_EVENT_H

#include "core/alarm.h"

#include <stdbool.h>
#include <stdint.h>

enum { EVENT_TEXT_SIZE = 256, EVENT_OBJECT_SIZE = 96, EVENT_UNIT_SIZE = 12 };

struct alarm {
    uint32_t id;                /* 1.., rises for the life of the store, never used again */
    uint16_t kind;              /* alarm_kinds[].number */
    uint8_t severity;           /* enum alarm_severity */
    uint8_t level;              /* enum alarm_level */
    uint32_t gateway;           /* device index, 1..; 0 = the alarm is of no gateway */
    uint16_t ups, string, cell; /* 1..; 0 = does not apply */
    bool has_value;
    int32_t value; /* in 10^-decimals of `unit` */
    uint8_t decimals;
    bool has_limit;
    int32_t limit;   /* same decimals and unit as value */
    int32_t peak;    /* the worst value so far, with has_value */
    uint8_t sources; /* bits: ALARM_SOURCE_DEVICE 1, _LIMIT 2, _DERIVED 4, _INTERNAL 8 */
    bool stale;
    char unit[EVENT_UNIT_SIZE];     /* "V", "degC"; "" for a plain number */
    char object[EVENT_OBJECT_SIZE]; /* "gw-a / UPS 2 / string 3 / cell 17" */
    char text[EVENT_TEXT_SIZE];     /* a whole sentence, object included */
    int64_t raised_ms;              /* wall time, ms since 1970 */
};

/* Numbers are part of the store and of alarms.snap: never change them. */
enum event_what { EVENT_RAISED = 1, EVENT_CLEARED = 2, EVENT_CHANGED = 3, EVENT_ACKNOWLEDGED = 4 };

struct event {
    uint32_t sequence;  /* 1.., rises by one, never used again */
    uint8_t what;       /* enum event_what */
    bool stored;        /* false: the store failed, only alarms.snap has it */
    int64_t wall_ms;    /* when it happened */
    struct alarm alarm; /* as it was after it */
};

#endif
