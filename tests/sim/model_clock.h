/* model_clock.h: battery time, which may run faster than real time, stand still or jump ahead. */
#ifndef SIM_MODEL_CLOCK_H
#define SIM_MODEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Battery time in seconds since the start. */
double model_now(void);

/* Changes with every refresh of the values: twice a second and after every command. */
uint64_t model_stamp(void);

/* Makes the next read see the consequences of a command. */
void model_touch(void);

void model_set_speed(double times);
void model_freeze(bool on);
void model_jump(double seconds);

#endif
