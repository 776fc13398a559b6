/* mib_tables - the tables, one per mib_*.c; mib_tables.c puts them in order. */
#ifndef BTMS_MIB_TABLES_H
#define BTMS_MIB_TABLES_H

#include "mib.h"

extern const struct mib_table mib_entity, mib_entity_general, mib_sensor, mib_system, mib_gateway,
    mib_ups, mib_string, mib_vector, mib_cell, mib_th_controller, mib_th_sensor, mib_alarm_active,
    mib_alarm_size, mib_alarm_log, mib_limit, mib_io, mib_aggregator, mib_quantity;
/* All of mib_empty.c. */
extern const struct mib_table mib_discharge, mib_discharge_scalars;

#endif
