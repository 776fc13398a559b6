/*
 * device - one gateway: its link, its plan, its model, in one thread and one straight loop.
 *
 * device_run() connects, reads, decodes, reports and hands what it read to its owner, until told
 * to stop; whatever the gateway does, nobody else waits for it.
 */
#ifndef BTMS_DEVICE_H
#define BTMS_DEVICE_H

#include "config.h"
#include "core/limit_list.h"
#include "core/model.h"
#include "expect.h"
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
    /* The gateway is new or back: from when on may all its cells be read at once? NULL: now. */
    int64_t (*from)(void *ctx, int64_t now);
    uint32_t place; /* as in struct plan_settings */
};

struct device;

/* `config` and `owner` are copied, but for what they point to. While `wake_fd` is readable the
 * device stops. NULL without memory. */
struct device *device_new(const struct gateway_config *config, const struct device_owner *owner,
                          int wake_fd);
void device_free(struct device *d);

/* Before device_run(): an alarm that stood when the program ended last time. */
void device_preset(struct device *d, const struct alarm *a);

/* Before device_preset(), and in a call of the owner: the numbers of the quantities that configuration
 * adds, in its order; 0: not known yet. */
void device_number(struct device *d, const uint16_t number[QUANTITY_MAX]);

/* Before device_run(), or in a call of the owner: what was expected in the last run is a part of the
 * gateway from the start, though it has not been seen yet. */
void device_expect(struct device *d, const struct census *c);

/* How many cells each string should have, for whoever reads the model; 0: not known. */
void device_cells_expected(struct device *d, const uint8_t cells[STRING_MAX]);

/* Hands over all alarms that stand; in a call of the owner. */
void device_repeat(struct device *d, report_alarm *to, void *ctx);

/* The limits of the gateway and of the strings that are there, as they are now; returns how many. In
 * the device's thread. */
enum { DEVICE_LIMITS = (1 + STRING_MAX) * LIMITS };
size_t device_limits(const struct device *d, struct snapshot_limit ret[DEVICE_LIMITS]);

/* The same: what else was there, and does not answer, was taken out for good. */
void device_forget(struct device *d, const struct census *c);

/* Types of cells that are known now, per string; in the device's thread. */
void device_learned(const struct device *d, uint8_t ret[STRING_MAX]);

/* Polls until `wake_fd` becomes readable; comes back within milliseconds of that. */
void device_run(struct device *d);

#endif
