/*
 * climate - `btmsctl sensors`: the TH controllers, and the sensors of one of them.
 */
#ifndef BTMS_CTL_CLIMATE_H
#define BTMS_CTL_CLIMATE_H

#include <stdbool.h>

/* Of all controllers a line each, of the one called `name` its sensors; as JSON everything of those
 * meant. 0; or 3, and why on standard error, where there is nothing to be read. */
int climate_show(const char *state_dir, const char *name, bool json);

#endif
