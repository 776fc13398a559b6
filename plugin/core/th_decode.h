/*
 * th_decode - register words of a TH controller into its model, through th_registers.h. Pure.
 */
#ifndef BTMS_TH_DECODE_H
#define BTMS_TH_DECODE_H

#include "core/th.h"

#include <stddef.h>

/* The registers of one sensor. Of one that is not there, or does not respond, only its number and
 * status are known: what else stands in its registers was not measured now. */
void th_decode_sensor(const uint16_t *words, size_t n, struct th_sensor *ret);

/* The statistics. */
void th_decode_counts(const uint16_t *words, size_t n, struct th_controller *ret);

/* It says that there is a sensor of this number, in whatever state. */
bool th_sensor_there(const struct th_sensor *s);

#endif
