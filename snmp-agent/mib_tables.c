/* See mib_tables.h. */
#include "mib_tables.h"

const struct mib_table *const mib_tables[] = {
    &mib_system, &mib_gateway,      &mib_ups,        &mib_string,    &mib_vector,
    &mib_cell,   &mib_alarm_active, &mib_alarm_size, &mib_alarm_log,
};
const size_t mib_table_count = sizeof(mib_tables) / sizeof(mib_tables[0]);
