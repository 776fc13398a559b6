/*
 * totals - what there is of a site, or of the gateways of one aggregator, in a few numbers. Pure.
 */
#ifndef BTMS_TOTALS_H
#define BTMS_TOTALS_H

#include "core/snapshot.h"
#include "expect.h"

struct totals {
    uint8_t reach; /* enum snapshot_reach, of an aggregator */
    uint32_t gateways, gateways_lost;
    uint32_t ups, strings, cells; /* there now, or last, where the gateway is lost */
    uint32_t cells_lost;
    uint32_t th_controllers, th_controllers_lost, th_sensors;
    uint32_t alarms[ALARM_CRITICAL + 1]; /* active ones by severity: what is not over */
    uint32_t acknowledged, shelved;      /* of these */
};

void totals_add_gateway(struct totals *t, const struct census *c, bool lost);
void totals_add_th(struct totals *t, const struct census *c, bool lost);
void totals_add_alarm(struct totals *t, const struct alarm *a);

#endif
