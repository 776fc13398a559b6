/* flood.h: what a gateway sends that nobody asked for. */
#ifndef SIM_FLOOD_H
#define SIM_FLOOD_H

#include "fault.h"
#include "output.h"

/* Queues a portion. */
void flood_add(struct output *o, enum what what);

#endif
