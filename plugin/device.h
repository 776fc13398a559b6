/*
 * device - one gateway: its link, its plan, its model, in one thread and one straight loop.
 *
 * device_run() connects, reads, decodes, reports and hands what it read to its owner, until told
 * to stop; whatever the gateway does, nobody else waits for it.
 */
#ifndef BTMS_DEVICE_H
#define BTMS_DEVICE_H

#include "config.h"
#include "core/model.h"
#include "report.h"

#include <stdint.h>

/* Called in the device's thread; must not block. `now` is CLOCK_BOOTTIME in ms. */
struct device_owner {
    void *ctx;
    /* A fast turn ended: UPS and strings with read_ms >= `since` were read in it. */
    void (*turn)(void *ctx, const struct gateway *g, int64_t now, int64_t since);
    /* A sweep over the cells of string `s` (from 0) ended; the cells read in it are `fresh`. */
    void (*cells)(void *ctx, const struct gateway *g, int s, int64_t now, int64_t interval_ms);
    /* Every interval, whether the gateway answers or not: health and data ages. */
    void (*health)(void *ctx, const struct gateway *g, int64_t now);
    report_alarm *alarm;
};

struct device;

/* `config` and `owner` are copied, but for what they point to. While `wake_fd` is readable the
 * device stops. NULL without memory. */
struct device *device_new(const struct gateway_config *config, const struct device_owner *owner,
                          int wake_fd);
void device_free(struct device *d);

/* Before device_run(): an alarm that stood when the program ended last time. */
void device_preset(struct device *d, const struct alarm *a);

/* Before device_run(), or in its thread: types of cells that were found out in an earlier run, per
 * string; and those that are known now. */
void device_learn(struct device *d, const uint8_t type[STRING_MAX]);
void device_learned(const struct device *d, uint8_t ret[STRING_MAX]);

/* Polls until `wake_fd` becomes readable; comes back within milliseconds of that. */
void device_run(struct device *d);

#endif
