/*
 * at_once - configuration without the delays that tests would have to wait for: what is lost, or
 * reports an error, is told when it is found, however often it comes back.
 */
#ifndef TESTS_AT_ONCE_H
#define TESTS_AT_ONCE_H

#include "core/limit.h"

const struct limit_settings *at_once(void);

#endif
