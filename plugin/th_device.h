/*
 * th_device - one TH controller: its link and its model, in one thread and one straight loop; as
 * device.h has it of a gateway.
 */
#ifndef BTMS_TH_DEVICE_H
#define BTMS_TH_DEVICE_H

#include "config.h"
#include "core/th.h"
#include "expect.h"
#include "report.h"

/* Called in the device's thread; must not block. `now` is CLOCK_BOOTTIME in ms. */
struct th_owner {
    void *ctx;
    /* A turn ended: what has read_ms >= `since` was read in it. */
    void (*turn)(void *ctx, const struct th_controller *th, int64_t now, int64_t since);
    /* Every interval, whether the controller answers or not. */
    void (*health)(void *ctx, const struct th_controller *th, int64_t now);
    report_alarm *alarm;
};

struct th_device;

/* `config` and `owner` are copied, but for what they point to. While `wake_fd` is readable the
 * device stops. NULL without memory. */
struct th_device *th_device_new(const struct th_config *config, const struct th_owner *owner,
                                int wake_fd);
void th_device_free(struct th_device *d);

/* As in device.h: before the run, or in a call of the owner. */
void th_device_preset(struct th_device *d, const struct alarm *a);
void th_device_expect(struct th_device *d, const struct census *c);
void th_device_forget(struct th_device *d, const struct census *c);
void th_device_repeat(struct th_device *d, report_alarm *to, void *ctx);

/* Polls until `wake_fd` becomes readable; comes back within milliseconds of that. */
void th_device_run(struct th_device *d);

#endif
