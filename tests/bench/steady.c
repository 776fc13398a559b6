/*
 * steady - the plugin's threads by a fake clock (tests/unit/steady_rig.h), for tests/bench/dispatch:
 *
 *   steady DIR memory GATEWAYS   # octets allocated by our code, and resident, in the steady state
 *   steady DIR work MINUTES      # a full gateway; callgrind counts these minutes, and nothing before
 *
 * DIR is new, for StateDir and DataDir. Prints lines of NAME NUMBER.
 */
#include "../unit/counted.h"
#include "../unit/steady_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else /* it still builds: callgrind is not there to count either */
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#define CALLGRIND_DUMP_STATS
#endif

enum { MINUTE_MS = 60000, SETTLED = 12 };

static long resident(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f != NULL && fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    if (f != NULL)
        fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static void memory(void)
{
    rig_run(SETTLED * MINUTE_MS);
    printf("allocated %zu\nresident %ld\n", counted_live(), resident());
}

static void work(int minutes)
{
    struct rig_counts from, to;

    rig_run(SETTLED * MINUTE_MS);
    from = rig_counts();
    CALLGRIND_START_INSTRUMENTATION;
    rig_run(minutes * MINUTE_MS);
    CALLGRIND_STOP_INSTRUMENTATION;
    CALLGRIND_DUMP_STATS;
    to = rig_counts();
    printf("values %" PRIu64 "\nrequests %" PRIu64 "\nregisters %" PRIu64 "\n",
           to.values - from.values, to.requests - from.requests, to.registers - from.registers);
}

int main(int argc, char **argv)
{
    struct rig_settings set = {.gateways = 1, .drift = true};
    int n = argc == 4 ? atoi(argv[3]) : 0;

    if (n < 1)
        return 2;
    set.path = argv[1];
    if (strcmp(argv[2], "memory") == 0)
        set.gateways = n;
    if (!rig_start(&set))
        return 1;
    if (strcmp(argv[2], "memory") == 0)
        memory();
    else
        work(n);
    rig_stop();
    return rig_counts().told == 0 && rig_counts().warnings == 0 ? 0 : 1;
}
