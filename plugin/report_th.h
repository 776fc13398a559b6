/*
 * report_th - as report.h, of a TH controller: log lines and alarms, one per change of state.
 */
#ifndef BTMS_REPORT_TH_H
#define BTMS_REPORT_TH_H

#include "core/judge_th.h"
#include "core/log.h"
#include "report.h"

struct report_th {
    const struct th_controller *th;
    const struct identities *identities; /* NULL: nothing has a name */
    report_alarm *alarm;                 /* the gateway of its events is NULL */
    void *ctx;
    struct judge_th judge;
    int64_t now;
    char why[400];                /* why the controller is lost, or slow */
    uint32_t impossible, strange; /* bit per quantity: said once */
    uint32_t said_index, said_full;
};

/* The limits may be NULL. */
void report_th_init(struct report_th *r, const struct th_controller *th,
                    const struct limit_settings *own, const struct limit_settings *site,
                    report_alarm *alarm, void *ctx);
void report_th_free(struct report_th *r);

/* As report_names(). */
void report_th_names(struct report_th *r, const struct identities *ids);

/* All of these as in report.h. An object is the controller, or a sensor by its own number. */
void report_th_clock(struct report_th *r, int64_t now);
void report_th_preset(struct report_th *r, const struct alarm *a);
void report_th_repeat(struct report_th *r, report_alarm *to, void *ctx);
void report_th_tick(struct report_th *r);
void report_th_pace(struct report_th *r, uint32_t is_ms, uint32_t set_ms);
void report_th_alarm_of(struct report_th *r, struct object o, int kind, bool on, const char *why);

/* One log line: `TH controller "hall-2": ...`. */
void report_th_say(const struct report_th *r, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* After sensor `number` was decoded; 0 is the one that waits for a number. And after all of a turn. */
void report_th_sensor(struct report_th *r, int number);
void report_th_turn(struct report_th *r);

#endif
