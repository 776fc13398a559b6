/*
 * resolve - a host name to addresses, without ever waiting for the resolver.
 *
 * Numeric addresses are answered at once and need no network. For a name a detached thread calls
 * getaddrinfo(), which may hang for minutes; whoever asked waits as long as he likes on a
 * descriptor and may go away, the thread then cleans up behind itself.
 */
#ifndef BTMS_RESOLVE_H
#define BTMS_RESOLVE_H

#include <netdb.h>

struct resolve;

/* Starts one look-up; both strings are copied. NULL without memory, descriptors or threads. */
struct resolve *resolve_start(const char *host, const char *port);

/* Readable once the answer is there. */
int resolve_fd(const struct resolve *r);

/* After resolve_fd() became readable: 0 and the list (freeaddrinfo() is the caller's), or one of
 * getaddrinfo()'s EAI_ codes. To be called once. */
int resolve_result(struct resolve *r, struct addrinfo **ret);

/* Leaves the look-up to itself; NULL is fine. */
void resolve_free(struct resolve *r);

#endif
