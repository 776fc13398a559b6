/* See desk.h. */
#include "desk.h"
#include "at_once.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

static void keep(void *ctx, const struct alarm_event *e)
{
    struct desk *d = ctx;

    assert_true(d->alarms < (int)COUNT(d->alarm));
    d->alarm[d->alarms++] = (struct desk_alarm){
        (int)e->kind->number, e->kind->level == ALARM_OF_UPS ? e->alarm.ups : e->alarm.string,
        e->alarm.cell, e->what};
}

void desk_init(struct desk *d, struct rig *r)
{
    const struct judge_settings set = {.site = at_once()};

    memset(d, 0, sizeof(*d));
    snprintf(d->gateway.name, sizeof(d->gateway.name), "gw-a");
    d->gateway.health.answered_ms = INT64_MAX; /* something always answers */
    d->decode.cell = r->map;
    report_init(&d->report, &d->gateway, &set, keep, d);
    d->intake = (struct intake){&d->decode, r->plan.set.added, &d->gateway, &r->plan, &d->report};
    r->intake = &d->intake;
}

int desk_count(const struct desk *d, int number, bool raised)
{
    int n = 0;

    for (int i = 0; i < d->alarms; i++)
        n += (number == 0 || d->alarm[i].number == number) &&
             d->alarm[i].what == (raised ? EVENT_RAISED : EVENT_CLEARED);
    return n;
}

struct link_request desk_request(enum plan_kind kind, int index, int count)
{
    return (struct link_request){
        .unit = (uint8_t)(kind == PLAN_UPS ? index + 1 : REG_UNIT_STRING_BASE + index + 1),
        .function = 3,
        .count = (uint16_t)count,
        .tag = (uint32_t)kind << 24 | (uint32_t)index << 16};
}
