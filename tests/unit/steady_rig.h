/*
 * steady_rig - the plugin's own threads as they are in collectd, by a fake clock and without a
 * network: pollers with their links, the publisher, the site thread with its store, and a collectd
 * that takes every value.
 *
 * The linker's --wrap (RIGGED in the Makefile) puts the clock and the sockets of the links in here.
 * One thread runs at a time: whoever waits lets the one run whose time comes first, so that each run
 * does the same as the one before, to the instruction. Devices answer after 2 ms, healthy batteries on
 * float whose values drift a little.
 */
#ifndef TESTS_STEADY_RIG_H
#define TESTS_STEADY_RIG_H

#include <stdbool.h>
#include <stdint.h>

enum { RIG_STRINGS = 32, RIG_CELLS = 120, RIG_SENSORS = 120, RIG_DEVICES = 8 };

/* As many BM-GW of RIG_STRINGS strings in four UPS, and TH-MC. Of the site: `path`, a new directory. */
struct rig_settings {
    const char *path;
    int gateways, ths;
    bool drift; /* or every value stays as it is */
    bool spend; /* collectd's side allocates once for each value */
    bool fault; /* the first cell of each string says that it has one */
};

struct rig_counts {
    uint64_t values;   /* that collectd was given */
    uint64_t requests; /* that devices were sent */
    uint64_t registers;
    uint64_t told;     /* alarms and other events */
    uint64_t warnings; /* lines of the log that are at least that */
};

/* False where something cannot be started. */
bool rig_start(const struct rig_settings *set);

/* Lets so much time pass; in between nothing runs. */
void rig_run(int64_t ms);

struct rig_counts rig_counts(void);

void rig_stop(void);

#endif
