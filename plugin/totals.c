/* See totals.h. */
#include "totals.h"

static uint32_t bits(uint32_t v)
{
    return (uint32_t)__builtin_popcount(v);
}

void totals_add_gateway(struct totals *t, const struct census *c, bool lost)
{
    t->gateways++;
    t->gateways_lost += lost;
    t->ups += bits(c->ups);
    t->strings += bits(c->strings);
    for (int s = 0; s < STRING_MAX; s++)
        t->cells += c->strings >> s & 1 ? c->cells[s] : 0;
}

void totals_add_th(struct totals *t, const struct census *c, bool lost)
{
    t->th_controllers++;
    t->th_controllers_lost += lost;
    for (size_t i = 0; i < sizeof(c->sensors) / sizeof(c->sensors[0]); i++)
        t->th_sensors += (uint32_t)__builtin_popcountll(c->sensors[i]);
}

void totals_add_alarm(struct totals *t, const struct alarm *a)
{
    t->alarms[a->severity <= ALARM_CRITICAL ? a->severity : ALARM_CRITICAL]++;
    t->acknowledged += a->acked_ms != 0;
    t->shelved += a->shelved_until_ms != 0;
    t->cells_lost += a->kind == ALARM_CELL_COMM_LOST && a->cell != 0;
}
