/*
 * link_tcp - pipelined Modbus TCP over one connection; of several to one device, fan.h takes care.
 *
 * Up to `window` requests are in flight. The window starts at 1, doubles with each clean turn
 * (link_tcp_turn()) that could have used more, and is halved where the device resets the
 * connection under load or is shown to drop pipelined requests; where that happens twice in ten
 * minutes, it stays there for a day. The time-out restarts at every reply. A request that may have
 * been dropped, or cut by a reset, is sent once more, alone; only then is it given up. A device is
 * mute only when it no longer answers what it answered last.
 */
#ifndef BTMS_LINK_TCP_H
#define BTMS_LINK_TCP_H

#include "link/link.h"
#include "link/window.h"

#include <poll.h>
#include <stdint.h>

struct link_tcp;

struct link_tcp_counts {
    uint64_t requests, timeouts, exceptions, mismatches, late, connects;
};

/* Strings are copied. `wake_fd`: while readable nothing here blocks. `timeout_ms` 50..60000,
 * `window_max` 1..LINK_WINDOW_MAX. NULL without memory. */
struct link_tcp *link_tcp_new(const char *host, const char *port, int timeout_ms, int window_max,
                              int wake_fd);

/* Closes; requests in flight are forgotten without an answer. NULL is fine. */
void link_tcp_free(struct link_tcp *l);

/* Resolves and connects, at most `timeout_ms` for each of the two and each address. 0 when
 * connected (or already so), -1 when not: link_tcp_error() says why. */
int link_tcp_open(struct link_tcp *l);

/* Sends and receives until idle, stopped or broken. Broken: requests not answered are kept and
 * sent first on the next connection, or handed back by link_tcp_drop(). */
enum link_run link_tcp_run(struct link_tcp *l, const struct link_user *user);

/* The steps of link_tcp_run(), for whoever runs several. Asks for one request more: false when none
 * may be sent now, or there is none. */
bool link_tcp_give(struct link_tcp *l, const struct link_user *user);
/* Sends. Fills what to wait for, and until when. 0, or -1 when broken. */
int link_tcp_send(struct link_tcp *l, const struct link_user *user, struct pollfd *ret,
                  int64_t *ret_until);
/* Receives, where `ready`, and looks for what does not come. 0, or -1 when broken. */
int link_tcp_receive(struct link_tcp *l, const struct link_user *user, bool ready);
/* The time-out starts anew: what is to be sent waits for something else. */
void link_tcp_hold(struct link_tcp *l);
/* Nothing is under way, but something comes: a reply that is late, or the end. */
void link_tcp_idle(struct link_tcp *l);
/* Its socket; -1 when closed. */
int link_tcp_fd(const struct link_tcp *l);
const struct window *link_tcp_state(const struct link_tcp *l);

/* Begins with the window that was learned on another connection to the same device. */
void link_tcp_copy_window(struct link_tcp *l, const struct link_tcp *from);

/* Waits on an idle connection until `until_ms`, the wake descriptor or the peer's close. True when
 * woken. Without a connection it just waits. */
bool link_tcp_wait(struct link_tcp *l, int64_t until_ms);

/* The wake descriptor is readable. */
bool link_tcp_woken(const struct link_tcp *l);

/* Hands every request not answered back as LINK_LOST, and closes. */
void link_tcp_drop(struct link_tcp *l, const struct link_user *user);

/* The user's turn ended: the moment to widen the window. */
void link_tcp_turn(struct link_tcp *l);

/* Anything answered since this connection was opened. */
bool link_tcp_answered(const struct link_tcp *l);

/* Requests that may be under way now, and the most that were learned to be wise. */
int link_tcp_window(const struct link_tcp *l);
int link_tcp_ceiling(const struct link_tcp *l);
struct link_tcp_counts link_tcp_counts(const struct link_tcp *l);

/* Why the last open or run failed, as part of a sentence; never NULL. */
const char *link_tcp_error(const struct link_tcp *l);

/* CLOCK_BOOTTIME in ms: the clock that `now` of link.h is. */
int64_t link_now_ms(void);

#endif
