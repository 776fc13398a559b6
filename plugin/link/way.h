/*
 * way - how a device is reached: a gateway over TCP, or string masters on a serial line.
 *
 * The calls of fan.h, for whichever of the two it is. Exactly one of them is not NULL.
 */
#ifndef BTMS_WAY_H
#define BTMS_WAY_H

#include "link/fan.h"
#include "link/link_line.h"

struct way {
    struct fan *tcp;
    struct link_line *line;
};

struct way_counts {
    uint64_t requests, timeouts, exceptions, mismatches, connects;
    uint64_t foreign; /* on a line: frames that nobody here asked for */
};

void way_free(struct way w);
int way_open(struct way w);
enum link_run way_run(struct way w, const struct link_user *user);
bool way_wait(struct way w, int64_t until_ms);
bool way_woken(struct way w);
void way_drop(struct way w, const struct link_user *user);
void way_turn(struct way w);
bool way_answered(struct way w);

/* Requests at once, and connections; always one on a line. */
int way_window(struct way w);
int way_ceiling(struct way w);
int way_connections(struct way w);

struct way_counts way_counts(struct way w);
const char *way_error(struct way w);

#endif
