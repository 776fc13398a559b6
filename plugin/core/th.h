/*
 * th - what a temperature and humidity controller (TH-MC) measures.
 *
 * Plain data, owned by the one thread that polls the controller; in the manner of model.h. Sensors
 * are numbered 1..120 by the controller; number 0 is a new one that nobody has given a number yet.
 * Integers in the device's own resolution: 0.1 degC, 0.1 %RH.
 */
#ifndef BTMS_TH_H
#define BTMS_TH_H

#include "core/model.h"

enum { TH_SENSOR_MAX = 120 };

enum th_quantity {
    TH_INDEX,
    TH_STATUS,
    TH_TEMPERATURE,
    TH_HUMIDITY,
    TH_ALARM_TEMPERATURE_HIGH,
    TH_ALARM_TEMPERATURE_LOW,
    TH_ALARM_HUMIDITY_HIGH,
    TH_ALARM_HUMIDITY_LOW,
    TH_QUANTITIES
};

/* Its own statistics. */
enum th_count { TH_COUNT_ALL, TH_COUNT_OK, TH_COUNT_ERROR, TH_COUNT_ALARM, TH_COUNTS };

/* th_status (vendor's page of TH monitoring). */
enum { TH_STATUS_NONE = 0, TH_STATUS_OK = 1, TH_STATUS_ERROR = 2 };

struct th_sensor {
    enum presence presence; /* of its number at the controller */
    int64_t read_ms;        /* last good read; 0 = never */
    int32_t value[TH_QUANTITIES];
    uint8_t validity[TH_QUANTITIES];
};

struct th_controller {
    char name[NAME_SIZE];
    struct health health; /* of window, span_cells and string_words it has no use */
    int64_t counts_read_ms;
    int32_t count[TH_COUNTS];
    uint8_t count_validity[TH_COUNTS];
    int expected;                               /* sensors, from configuration; 0 = not told */
    struct th_sensor sensor[1 + TH_SENSOR_MAX]; /* by number */
};

/* Whether a new sensor waits at place 0 for a number. */
enum th_new { TH_NEW_UNKNOWN, TH_NEW_NONE, TH_NEW_WAITS };

static inline enum th_new th_new_sensor(const struct th_controller *c)
{
    const struct th_sensor *s = &c->sensor[0];

    if (!validity_usable(s->validity[TH_STATUS]))
        return TH_NEW_UNKNOWN;
    return s->value[TH_STATUS] == TH_STATUS_NONE ? TH_NEW_NONE : TH_NEW_WAITS;
}

#endif
