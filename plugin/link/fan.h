/*
 * fan - one or several connections to one device, as many as were learned to pay (spread.h).
 *
 * The calls of link_tcp.h; with one connection allowed, link_tcp.h itself. With more, requests are
 * given to the connections in turn, one thread waits for all of them, and further ones are opened
 * when all have as much under way as they may. No request is lost over a further connection: what one
 * does not answer, or takes with it, is asked once more on another. Opening one can take the time-out.
 */
#ifndef BTMS_FAN_H
#define BTMS_FAN_H

#include "link/link_tcp.h"

struct fan;

/* As link_tcp_new(); `connections` 1..SPREAD_MAX. */
struct fan *fan_new(const char *host, const char *port, int timeout_ms, int window_max,
                    int connections, int wake_fd);
void fan_free(struct fan *f);

int fan_open(struct fan *f);
enum link_run fan_run(struct fan *f, const struct link_user *user);
bool fan_wait(struct fan *f, int64_t until_ms);
bool fan_woken(const struct fan *f);
void fan_drop(struct fan *f, const struct link_user *user);
void fan_turn(struct fan *f);
bool fan_answered(const struct fan *f);

/* What time per answer is measured by, in us; a test may have a better one than CLOCK_MONOTONIC. */
void fan_set_clock(struct fan *f, int64_t (*now_us)(void));

/* Of all connections together. */
int fan_window(const struct fan *f);
/* Of each. */
int fan_ceiling(const struct fan *f);
/* Those that were learned to pay. */
int fan_connections(const struct fan *f);

/* `connects`: of the first one, which is the only one that has to be there. */
struct link_tcp_counts fan_counts(const struct fan *f);
const char *fan_error(const struct fan *f);

#endif
