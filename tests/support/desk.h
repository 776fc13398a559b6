/*
 * desk - what stands between a rig's plan and a device's owner: model, intake, report, and the
 * alarms that came out of them.
 */
#ifndef TESTS_DESK_H
#define TESTS_DESK_H

#include "intake.h"
#include "rig.h"

struct desk {
    struct decode decode;
    struct gateway gateway;
    struct report report;
    struct intake intake;
    struct desk_alarm {
        int number, index, cell; /* index and cell: the device's own, from 1 */
        enum event_what what;
    } alarm[4096];
    int alarms;
};

/* Becomes the intake of `r`. */
void desk_init(struct desk *d, struct rig *r);

/* How many alarms of a kind (0: any) were raised, or cleared. */
int desk_count(const struct desk *d, int number, bool raised);

/* A read of a UPS or string block, as a plan gives it. `index` from 0. */
struct link_request desk_request(enum plan_kind kind, int index, int count);

#endif
