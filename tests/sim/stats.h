/* stats.h: what a gateway has seen and done, for tests to compare against what they asked for. */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include <stdint.h>

struct text;

/* One field per line of `stats`; stats.c holds their names and which of them are gauges. */
struct stats {
    uint64_t connections_accepted;
    uint64_t connections_rejected;
    uint64_t connections_open;
    uint64_t connections_max;
    uint64_t requests;
    uint64_t fc03;
    uint64_t fc04;
    uint64_t fc_other;
    uint64_t writes;
    uint64_t replies;
    uint64_t cell_replies;
    uint64_t cells;
    uint64_t exceptions;
    uint64_t dropped;
    uint64_t bad_requests;
    uint64_t outstanding;
    uint64_t outstanding_max;
    uint64_t pipeline_max;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t unit_requests[256];
};

/* Counts one well-formed request. */
void stats_request(struct stats *s, unsigned unit, unsigned function);

/* Counts the cells whose first register an answer holds, and the answer if there are any. */
void stats_cells(struct stats *s, unsigned unit, unsigned address, unsigned count);

/* Counts a connection that was taken. */
void stats_connected(struct stats *s);

/* Counts a request being worked on; DEPTH is how many there are on its connection. */
void stats_started(struct stats *s, unsigned depth);

/* Zeroes the counters; the gauges (open, outstanding) stay and the maxima start again at them. */
void stats_reset(struct stats *s);

/* Appends "name value" lines. */
void stats_print(const struct stats *s, struct text *t);

#endif
