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

enum {
    EVENT_TEXT_SIZE = 256,
    EVENT_OBJECT_SIZE = 96,
    EVENT_UNIT_SIZE = 12,
    EVENT_BY_SIZE = 64,
    EVENT_NOTE_SIZE = 128,
};

struct alarm {
    uint32_t id;      /* 1.., rises for the life of the store, never used again */
    uint16_t kind;    /* alarm_kinds[].number */
    uint8_t severity; /* enum alarm_severity */
    uint8_t level;    /* enum alarm_level */
    uint32_t gateway; /* device index, 1..; 0 = the alarm is of no gateway */
    /* 1..; 0 = does not apply. By a level below the string `cell` is the number of what the alarm is
     * of: a cell, a sensor of a TH controller, a channel, a quantity. */
    uint16_t ups, string, cell;
    bool has_value;
    int32_t value; /* in 10^-decimals of `unit` */
    uint8_t decimals;
    bool has_limit;
    int32_t limit;   /* same decimals and unit as value */
    int32_t peak;    /* the worst value so far, with has_value */
    uint8_t sources; /* enum alarm_source */
    bool stale;
    char unit[EVENT_UNIT_SIZE];     /* "V", "degC"; "" for a plain number */
    char object[EVENT_OBJECT_SIZE]; /* "gw-a / UPS 2 / string 3 / cell 17" */
    char text[EVENT_TEXT_SIZE];     /* a whole sentence, object included */
    int64_t raised_ms;              /* wall time, ms since 1970 */

    /* What the site thread adds; a link leaves it 0, but for the returns since it last told it. */
    bool muted;           /* logged and shown, but nobody was notified */
    uint32_t occurrences; /* 1, and one more for each return before it ended; 0: not counted */
    uint32_t cause_id;    /* the alarm that this one is a consequence of; 0: none is known */
    uint32_t suppressed;  /* how many alarms stand as consequences of this one */
    int64_t changed_ms;   /* wall time; 0: not since it was raised */
    int64_t acked_ms;     /* wall time; 0: nobody has acknowledged it */
    char acked_by[EVENT_BY_SIZE], ack_note[EVENT_NOTE_SIZE];
    int64_t shelved_until_ms; /* wall time; 0: what it is of is not under maintenance */
    char shelved_by[EVENT_BY_SIZE], shelved_reason[EVENT_NOTE_SIZE];
};

/* Numbers are part of the store, of alarms.snap and of the MIB: never change them. An alarm that
 * was raised muted is raised once more, with the same id, when it is due to be told. */
enum event_what {
    EVENT_RAISED = 1,
    EVENT_CLEARED = 2,
    EVENT_CHANGED = 3,
    EVENT_ACKNOWLEDGED = 4,
    EVENT_SHELVED = 5,
    EVENT_UNSHELVED = 6,
};

struct event {
    uint32_t sequence;  /* 1.., rises by one, never used again */
    uint8_t what;       /* enum event_what */
    bool stored;        /* false: the store failed, only alarms.snap has it */
    int64_t wall_ms;    /* when it happened */
    struct alarm alarm; /* as it was after it */
};

/* "raised", "cleared", ...; "?" for what is none. */
const char *event_name(int what);

/* What was found out about an alarm now: its severity, value, limit, sources, UPS, name and text. Its
 * history (number, times, peak, causes, who did what) is not. */
void alarm_take_finding(struct alarm *to, const struct alarm *from);

/* Is somebody to be told? Not of what was held back; nor of a change during maintenance: what stands
 * at its end is told then. */
bool event_is_told(const struct event *e);

#endif
