/*
 * judge_th - what is wrong with a TH controller and its sensors, by what was read of them.
 *
 * As judge.h has it of a gateway: conditions and verdicts are the same. An object is the controller
 * (ALARM_OF_GATEWAY) or a sensor (ALARM_OF_SENSOR, `index` its number). Pure: times are
 * CLOCK_BOOTTIME in ms, passed in.
 */
#ifndef BTMS_JUDGE_TH_H
#define BTMS_JUDGE_TH_H

#include "core/judge.h"
#include "core/th.h"

struct judge_th {
    const struct th_controller *th;
    judge_tell *tell;
    void *ctx;
    limit_scope scope;
    struct conditions conditions;
    char note[160];
    int changes; /* how many that are no news may still be told before the next tick */
};

/* `own` and `site` may be NULL, and must outlive the judge. */
void judge_th_init(struct judge_th *j, const struct th_controller *th,
                   const struct limit_settings *own, const struct limit_settings *site,
                   judge_tell *tell, void *ctx);
void judge_th_free(struct judge_th *j);

/* After sensor `number`, 1.., was decoded. */
void judge_th_sensor(struct judge_th *j, int number, int64_t now);

/* After a turn in which the statistics were read: a new sensor, and counts against each other. */
void judge_th_turn(struct judge_th *j, int64_t now);

/* As in judge.h. */
void judge_th_tick(struct judge_th *j, int64_t now);
void judge_th_set(struct judge_th *j, int row, struct object o, bool on, int64_t now);
bool judge_th_holds(const struct judge_th *j, int row, struct object o);
bool judge_th_stands(const struct judge_th *j, int row, struct object o);
bool judge_th_preset(struct judge_th *j, int row, struct object o, enum alarm_severity severity,
                     uint8_t sources, int64_t now);
void judge_th_repeat(struct judge_th *j);

/* Nothing of sensor `number` is pending or stands, and nothing is told. */
void judge_th_forget(struct judge_th *j, int number);

#endif
