/*
 * work - what of a gateway somebody works on, and what there is of it.
 */
#ifndef BTMS_WORK_H
#define BTMS_WORK_H

#include <stdbool.h>
#include <stdint.h>

struct work {
    bool maintenance, commissioning; /* of the gateway, or the site */
    uint32_t ups, strings;           /* bit n: number n + 1 is under maintenance, in itself or with
                                           what it is part of */
    uint32_t ups_there, strings_there; /* there, or expected */
};

#endif
