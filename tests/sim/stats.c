/* stats.c: counters of one gateway. Plain fields to count with, one table to print them by. */
#include "stats.h"

#include "map.h"
#include "text.h"

#include <inttypes.h>
#include <stddef.h>

static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    {"connections_accepted", offsetof(struct stats, connections_accepted)},
    {"connections_rejected", offsetof(struct stats, connections_rejected)},
    {"connections_open",     offsetof(struct stats, connections_open)    },
    {"connections_max",      offsetof(struct stats, connections_max)     },
    {"requests",             offsetof(struct stats, requests)            },
    {"fc03",                 offsetof(struct stats, fc03)                },
    {"fc04",                 offsetof(struct stats, fc04)                },
    {"fc_other",             offsetof(struct stats, fc_other)            },
    {"writes",               offsetof(struct stats, writes)              },
    {"replies",              offsetof(struct stats, replies)             },
    {"cell_replies",         offsetof(struct stats, cell_replies)        },
    {"cells",                offsetof(struct stats, cells)               },
    {"exceptions",           offsetof(struct stats, exceptions)          },
    {"dropped",              offsetof(struct stats, dropped)             },
    {"bad_requests",         offsetof(struct stats, bad_requests)        },
    {"outstanding",          offsetof(struct stats, outstanding)         },
    {"outstanding_max",      offsetof(struct stats, outstanding_max)     },
    {"pipeline_max",         offsetof(struct stats, pipeline_max)        },
    {"bytes_in",             offsetof(struct stats, bytes_in)            },
    {"bytes_out",            offsetof(struct stats, bytes_out)           },
};

/* Write single and multiple coils and registers, mask write, read/write multiple registers. */
static int is_write(unsigned function)
{
    return function == 5 || function == 6 || function == 15 || function == 16 || function == 22 ||
           function == 23;
}

void stats_request(struct stats *s, unsigned unit, unsigned function)
{
    s->requests++;
    s->unit_requests[unit]++;
    if (function == 3)
        s->fc03++;
    else if (function == 4)
        s->fc04++;
    else
        s->fc_other++;
    if (is_write(function))
        s->writes++;
}

/* Cells begin at the multiples of the stride. */
void stats_cells(struct stats *s, unsigned unit, unsigned address, unsigned count)
{
    unsigned cells;

    if (unit <= UNIT_STRING || unit > UNIT_STRING + MAX_STRINGS || address < CELL_STRIDE)
        return;
    cells = (address + count - 1) / CELL_STRIDE - (address - 1) / CELL_STRIDE;
    s->cells += cells;
    s->cell_replies += cells > 0;
}

void stats_connected(struct stats *s)
{
    s->connections_accepted++;
    s->connections_open++;
    if (s->connections_open > s->connections_max)
        s->connections_max = s->connections_open;
}

void stats_started(struct stats *s, unsigned depth)
{
    s->outstanding++;
    if (s->outstanding > s->outstanding_max)
        s->outstanding_max = s->outstanding;
    if (depth > s->pipeline_max)
        s->pipeline_max = depth;
}

void stats_reset(struct stats *s)
{
    uint64_t open = s->connections_open, outstanding = s->outstanding;

    *s = (struct stats){
        .connections_open = open,
        .connections_max = open,
        .outstanding = outstanding,
        .outstanding_max = outstanding,
    };
}

void stats_print(const struct stats *s, struct text *t)
{
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        const uint64_t *value = (const void *)((const char *)s + counters[i].offset);

        text_add(t, "%s %" PRIu64 "\n", counters[i].name, *value);
    }
}
