/* See at_once.h. */
#include "at_once.h"
#include "check.h"

const struct limit_settings *at_once(void)
{
    static const uint16_t kind[] = {ALARM_GATEWAY_COMM_LOST, ALARM_UPS_COMM_LOST,
                                    ALARM_STRING_COMM_LOST,  ALARM_STRING_CELLS_LOST,
                                    ALARM_CELL_COMM_LOST,    ALARM_STRING_ERROR,
                                    ALARM_CELL_ERROR};
    static struct limit_settings set;

    limits_none(&set);
    set.flap_raises = 0;
    for (size_t i = 0; i < COUNT(kind); i++)
        set.alarm[alarm_row(kind[i])].set = LIMIT_RAISE | LIMIT_CLEAR;
    return &set;
}
