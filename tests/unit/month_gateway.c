/* See month_gateway.h. */
#include "month_gateway.h"

#include "../sim/fault.h"
#include "../sim/gateway.h"
#include "../sim/line.h"
#include "../sim/model_clock.h"
#include "../sim/unit.h"

#include <stdlib.h>

static struct gateway *gw;
static int64_t clock_ms;

/* What the simulator's files need of those that are left out: nothing listens here. */
double model_now(void)
{
    return (double)clock_ms / 1000;
}

uint64_t model_stamp(void)
{
    return (uint64_t)clock_ms / 500 + 1;
}

void fault_clear_all(struct gateway *of)
{
    (void)of;
}

void line_free(struct line *of)
{
    (void)of;
}

void server_close(struct server *s)
{
    (void)s;
}

void loop_free(void *memory)
{
    free(memory);
}

void month_begin(void)
{
    const struct settings set = {.ups = 1,
                                 .strings = MONTH_STRINGS,
                                 .cells = MONTH_CELLS,
                                 .celltype = 12,
                                 .capacity = 100,
                                 .seed = 20261122,
                                 .version = 2,
                                 .noise = true};

    clock_ms = 0;
    gw = gateway_new("month", &set, 0);
}

void month_end(void)
{
    gateway_free(gw);
}

void month_clock(int64_t ms)
{
    clock_ms = ms;
}

uint8_t month_read(unsigned unit, unsigned address, unsigned count, uint16_t words[MONTH_WORDS_MAX])
{
    switch (unit_read(gw, unit, address, count, words)) {
    case VERDICT_WORDS:
        return 0;
    case VERDICT_NO_ADDRESS:
        return 2;
    default:
        return 11;
    }
}

void month_mode(unsigned string, enum month_mode mode)
{
    static const enum mode is[] = {MODE_FLOAT, MODE_DISCHARGE, MODE_RECHARGE, MODE_IDLE,
                                   MODE_EQUALIZE};

    for (unsigned i = 1; i <= MONTH_STRINGS; i++) {
        if (string != 0 && string != i)
            continue;
        battery_advance(&gateway_string(gw, i)->battery, model_now());
        battery_mode(&gateway_string(gw, i)->battery, is[mode], 0);
    }
}

void month_strings(bool there)
{
    for (unsigned i = 1; i <= MONTH_STRINGS; i++)
        gateway_string(gw, i)->values.absent = !there;
}

void month_remove(unsigned string, unsigned cell)
{
    gateway_cell(gw, gateway_string(gw, string), cell)->values.absent = true;
}

void month_renew(unsigned string, unsigned cell)
{
    struct cell *c = gateway_cell(gw, gateway_string(gw, string), cell);

    c->values.absent = false;
    c->traits =
        (struct traits){.capacity = 1.03f, .resistance = 0.85f, .voltage = 0.03f, .temperature = 0};
}
