/*
 * alarm - what the devices themselves report as wrong.
 *
 * One row per kind. A kind is a condition of one UPS, string, cell or gateway; a set of kinds is a
 * bit mask over the rows' positions. Pure: the caller keeps the previous set, compares and tells.
 * To add a kind: a row in alarm.c (its number is never used again), a line in collectd-btms.5.
 */
#ifndef BTMS_ALARM_H
#define BTMS_ALARM_H

#include "core/model.h"

#include <stdint.h>

enum alarm_severity {
    ALARM_INFO,
    ALARM_WARNING,
    ALARM_MINOR,
    ALARM_MAJOR,
    ALARM_CRITICAL,
};

enum alarm_level { ALARM_OF_GATEWAY, ALARM_OF_UPS, ALARM_OF_STRING, ALARM_OF_CELL, ALARM_OF_SITE };

/* Where a kind comes from: an equal value, or a bit, of one quantity. */
enum alarm_test { ALARM_BY_OWNER, ALARM_IF_EQUAL, ALARM_IF_BIT };

struct alarm_kind {
    uint16_t number; /* BtmsAlarmKind of the MIB */
    const char *name;
    enum alarm_level level;
    enum alarm_severity severity;
    enum alarm_test test;
    uint8_t quantity; /* of its level */
    uint16_t value;   /* the value, or the bit's number */
    int8_t shows;     /* quantity told with it; -1 = none */
    const char *text; /* "<object>: <text>" is what an operator reads */
};

typedef uint32_t alarm_set; /* bit n: row n of alarm_kinds */

extern const struct alarm_kind alarm_kinds[];
extern const int alarm_kind_count; /* at most 32 */

/* Row of the kind with this MIB number, -1 if there is none. */
int alarm_row(uint16_t number);

/* What is wrong now. Kinds whose quantity has no usable value are taken over from `before`: data
 * that is missing neither raises nor clears. */
alarm_set alarm_of_ups(const struct ups *u, alarm_set before);
alarm_set alarm_of_string(const struct string *s, alarm_set before);
alarm_set alarm_of_cell(const struct cell *c, alarm_set before);

/* "critical", "major", ... */
const char *alarm_severity_name(enum alarm_severity s);

/* Numbers of the kinds that no register tells: whoever polls sets and clears them. */
enum {
    ALARM_GATEWAY_COMM_LOST = 2,
    ALARM_STRING_COMM_LOST = 3,
    ALARM_CELL_COMM_LOST = 4,
    ALARM_TOPOLOGY_MISMATCH = 8,
    ALARM_OVERFLOW = 10,
    ALARM_COLLECTOR_DOWN = 11,
    ALARM_STORE_FAULT = 12,
    ALARM_EVENTS_DROPPED = 13,
    ALARM_SITE_NETWORK_LOST = 14,
    ALARM_TEST = 19,
    ALARM_STRING_CELLS_LOST = 58,
    ALARM_UPS_COMM_LOST = 93,
    ALARM_MAINTENANCE = 120,
    ALARM_COMMISSIONING = 121,
};

#endif
