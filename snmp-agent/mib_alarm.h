/* mib_alarm - the values of an alarm, in the same words in the tables and in notifications. */
#ifndef BTMS_MIB_ALARM_H
#define BTMS_MIB_ALARM_H

#include "mib.h"

/* "0.01 volts", "millivolts", "number": what an integer of this unit counts. */
const char *mib_units(const char *unit, uint8_t decimals);

/* The same of an alarm's value; "" when it has none. */
const char *mib_alarm_units(const struct alarm *a);

/* btmsAlarmGateway: 0 where the device that the alarm is of, or whose part, is no gateway but a TH
 * controller. */
uint32_t mib_alarm_gateway(struct mib *m, const struct alarm *a);

/* btmsAlarmCell: 0 where the number is that of a sensor, channel or quantity. */
uint32_t mib_alarm_cell(const struct alarm *a);

/* BtmsSource: device(1) or internal(4). */
int mib_alarm_source(const struct alarm *a);

/* Events of alarms.snap and those of the agent that are stored, as one list by sequence. The first
 * with a sequence >= `sequence`; false when there is none. 0 is what comes after the highest number:
 * nothing. */
bool mib_event_from(struct mib *m, uint32_t sequence, struct event *ret);

#endif
