/*
 * peer - what the subagents on libnetsnmpagent have in common: rows in memory, and the usual start.
 *
 *   peer_NAME SOCKET BASE GATEWAYS      serves BASE.2.1.1.5.1.1, the columns of values.h
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "values.h"

/* As a program has it that does not compute anything while it is asked. */
struct row {
    oid index[3];
    int32_t number[COLUMN_END];
    char name[16];
    int name_size;
};

extern struct row *peer_rows; /* ascending */
extern size_t peer_row_count;

/* The value of a column that is there: COLUMN_STATUS to COLUMN_BEYOND. */
void peer_set(netsnmp_variable_list *to, const struct row *row, int column);

/* Never returns, but when told to end. `enlist`: called once, registers the entry below `name`. */
int peer_main(int argc, char **argv, const char *what,
              void (*enlist)(const oid *name, size_t size));

#endif
