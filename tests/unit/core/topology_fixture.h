/*
 * A site in order, to be spoilt: one gateway with four strings, and what was found of it.
 */
#ifndef TESTS_TOPOLOGY_FIXTURE_H
#define TESTS_TOPOLOGY_FIXTURE_H

#include "core/topology.h"
#include "../../support/check.h"

#include <stdio.h>
#include <string.h>

enum { GATEWAYS = 3, STRINGS = 40 };

static struct topo_string string[GATEWAYS][STRINGS], seen[STRINGS];
static struct topo_ups ups[GATEWAYS][4];
static struct topo_master master[3];
static struct topo_gateway gateway[GATEWAYS], seen_gateway;
static struct topo_aggregator aggregator[2];
static struct topo_th th[2], seen_th;
static struct topo_load load[8];
static struct topo_supply supply[3];
static struct topo_site site, found;

static struct topo_finding last;
static size_t broken, unknown, others;
static enum topo_rule wanted;

static void keep(void *ctx, const struct topo_finding *f)
{
    (void)ctx;
    assert_string_equal(f->name, topo_rule_name(f->rule));
    assert_true(strncmp(f->line, "hardware table, ", 16) == 0);
    assert_string_equal(f->line, topo_devices[f->device].line);
    others += f->rule != wanted;
    if (f->rule != wanted)
        return;
    broken += f->verdict == TOPO_BROKEN;
    unknown += f->verdict == TOPO_UNKNOWN;
    last = *f;
}

static void look(enum topo_rule rule)
{
    size_t n;

    wanted = rule;
    broken = unknown = others = 0;
    memset(&last, 0, sizeof(last));
    n = rule < TOPO_FOUND_STRINGS ? topology_check(&site, keep, NULL)
                                  : topology_compare(&site, &found, keep, NULL);
    assert_true(n >= broken && n <= broken + others);
}

static void has_strings(size_t g, unsigned n)
{
    gateway[g].string = string[g];
    gateway[g].strings = n;
}

static void has_gateways(unsigned n)
{
    site.gateways = n;
}

/* One gateway with four strings, a site in order. */
static int set_up(void **state)
{
    (void)state;
    memset(string, 0, sizeof(string));
    memset(seen, 0, sizeof(seen));
    memset(ups, 0, sizeof(ups));
    memset(master, 0, sizeof(master));
    memset(gateway, 0, sizeof(gateway));
    memset(aggregator, 0, sizeof(aggregator));
    memset(th, 0, sizeof(th));
    memset(load, 0, sizeof(load));
    memset(supply, 0, sizeof(supply));
    memset(&seen_gateway, 0, sizeof(seen_gateway));
    memset(&seen_th, 0, sizeof(seen_th));
    memset(&site, 0, sizeof(site));
    memset(&found, 0, sizeof(found));
    for (int g = 0; g < GATEWAYS; g++) {
        snprintf(gateway[g].name, NAME_SIZE, "gw-%c", 'a' + g);
        gateway[g].ups = ups[g];
        gateway[g].master = master;
        for (int s = 0; s < STRINGS; s++)
            string[g][s].number = (uint16_t)(s + 1);
        has_strings((size_t)g, 4);
    }
    for (int s = 0; s < STRINGS; s++)
        seen[s].number = (uint16_t)(s + 1);
    for (int i = 0; i < 3; i++) {
        supply[i].gateway = -1;
        supply[i].load = load;
        snprintf(supply[i].name, NAME_SIZE, "ps%d", i + 1);
    }
    snprintf(aggregator[0].name, NAME_SIZE, "dc1");
    snprintf(th[0].name, NAME_SIZE, "hall-1");
    snprintf(th[1].name, NAME_SIZE, "hall-2");
    seen_gateway = (struct topo_gateway){.name = "gw-a", .string = seen, .strings = 4};
    snprintf(seen_th.name, NAME_SIZE, "hall-1");
    site = (struct topo_site){
        .gateway = gateway, .aggregator = aggregator, .th = th, .supply = supply};
    found = (struct topo_site){.gateway = &seen_gateway, .gateways = 1, .th = &seen_th, .ths = 1};
    has_gateways(1);
    return 0;
}

static void with_master(bool set)
{
    gateway[0].masters = 1;
    master[0].set = set;
}

#endif
