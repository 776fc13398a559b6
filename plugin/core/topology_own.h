/*
 * topology_own - what the files of the rules share. For topology*.c only.
 */
#ifndef BTMS_TOPOLOGY_OWN_H
#define BTMS_TOPOLOGY_OWN_H

#include "core/topology.h"

/* One pass over the rules. */
struct topo_run {
    const struct topo_site *site, *found; /* found: to compare with, or NULL */
    enum topo_rule rule;                  /* that is looked at */
    topo_report *report;
    void *ctx;
    size_t broken;
};

/* What a finding is of. */
struct topo_at {
    int gateway, th, supply, string;
    int device; /* that breaks the rule, where it is not that of the rule; else -1 */
};
#define TOPO_AT_SITE ((struct topo_at){-1, -1, -1, 0, -1})

struct topo_at topo_at_gateway(size_t g);

void topo_broken(struct topo_run *r, struct topo_at at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void topo_unknown(struct topo_run *r, struct topo_at at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* gateway "gw-a"; serial line "/dev/ttyUSB0" */
enum { TOPO_PLACE_SIZE = NAME_SIZE + 20 };
struct topo_place_text {
    char text[TOPO_PLACE_SIZE];
};
struct topo_place_text topo_place_name(const struct topo_gateway *g);

/* "1-4, 7": of the strings for which `is` says so; ends in "..." where it is too long. How many. */
enum { TOPO_NUMBERS_SIZE = 96 };
typedef bool topo_string_test(const struct topo_string *s, const void *ctx);
size_t topo_numbers(const struct topo_gateway *g, topo_string_test *is, const void *ctx,
                    char ret[TOPO_NUMBERS_SIZE]);

/* Sums of what a gateway's master controllers have. */
struct topo_master topo_master_sum(const struct topo_gateway *g);

/* Rules. */
void topo_gateway_strings(struct topo_run *r);
void topo_gateway_masters(struct topo_run *r);
void topo_ups_one_gateway(struct topo_run *r);
void topo_string_once(struct topo_run *r);
void topo_string_cells(struct topo_run *r);
void topo_cell_kind(struct topo_run *r);
void topo_hall_kind(struct topo_run *r);
void topo_hall_range(struct topo_run *r);
void topo_master_strings(struct topo_run *r);
void topo_master_th(struct topo_run *r);
void topo_master_lc(struct topo_run *r);
void topo_master_hmi(struct topo_run *r);
void topo_lc_strings(struct topo_run *r);
void topo_lc_needs_master(struct topo_run *r);
void topo_th_strings(struct topo_run *r);
void topo_th_needs_master(struct topo_run *r);
void topo_gs_strings(struct topo_run *r);
void topo_gs_needs_master(struct topo_run *r);
void topo_gs_needs_com(struct topo_run *r);
void topo_com_units(struct topo_run *r);
void topo_hmi_needs_set(struct topo_run *r);
void topo_cad_hmi(struct topo_run *r);
void topo_aggregator_rule(struct topo_run *r);
void topo_th_mc_sensors(struct topo_run *r);
void topo_supply_of_site(struct topo_run *r);
void topo_supply_of_gateway(struct topo_run *r);
void topo_supply_budget(struct topo_run *r);
void topo_found_strings(struct topo_run *r);
void topo_found_ups(struct topo_run *r);
void topo_found_cells(struct topo_run *r);
void topo_found_kind(struct topo_run *r);
void topo_found_th(struct topo_run *r);
void topo_found_sensors(struct topo_run *r);

#endif
