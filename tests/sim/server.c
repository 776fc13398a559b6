/*
 * server.c: the listener of a gateway.
 *
 * A gateway that refuses has no listener at all, so that the kernel answers with RST as it does for
 * a host that is up but does not serve. The port is kept in mind and bound again afterwards.
 */
#include "server.h"

#include "conn.h"
#include "fault.h"
#include "gateway.h"
#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BACKLOG = 512 };

/* "127.0.0.1:15020" or "[::1]:0" to host and port in TEXT. */
static bool split_address(char *text, char **ret_host, char **ret_port)
{
    char *colon = strrchr(text, ':');

    if (!colon)
        return false;
    *colon = '\0';
    *ret_port = colon + 1;
    *ret_host = text;
    if (*text != '[')
        return strchr(text, ':') == NULL;
    if (colon == text || colon[-1] != ']')
        return false;
    colon[-1] = '\0';
    *ret_host = text + 1;
    return true;
}

static bool parse_address(struct server *s, const char *address, struct text *why)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    char copy[96], *host, *port;

    snprintf(copy, sizeof(copy), "%s", address);
    if (!split_address(copy, &host, &port) || getaddrinfo(host, port, &hints, &found)) {
        text_add(why, "bad address \"%s\", it must be like 127.0.0.1:1502 or [::1]:1502", address);
        return false;
    }
    memcpy(&s->address, found->ai_addr, found->ai_addrlen);
    s->address_length = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static unsigned open_connections(const struct server *s)
{
    return (unsigned)s->gateway->stats.connections_open;
}

/* True when the fault max-connections is there, says HOW and is reached. */
static bool too_many(const struct server *s, int how)
{
    const struct fault *f = fault_find(s->gateway, FAULT_MAX_CONNECTIONS);

    return f && f->how == how && open_connections(s) >= (unsigned long)f->n;
}

static void close_oldest(struct server *s)
{
    struct conn *c = s->conns;

    while (c && c->next)
        c = c->next;
    if (c)
        conn_close(c);
}

static void server_accept(struct watch *w, uint32_t events)
{
    struct server *s = OWNER(w, struct server, watch);

    (void)events;
    while (s->watch.fd >= 0) {
        int fd = accept4(s->watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        if (too_many(s, HOW_CLOSE)) {
            s->gateway->stats.connections_rejected++;
            close(fd);
            continue;
        }
        if (too_many(s, HOW_OLDEST))
            close_oldest(s);
        conn_new(s->gateway, fd);
    }
}

static bool server_listen(struct server *s, struct text *why)
{
    struct sockaddr *address = (struct sockaddr *)&s->address;
    socklen_t length = sizeof(s->address);
    int on = 1;

    s->watch.fd = socket(s->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    s->watch.ready = server_accept;
    if (s->watch.fd < 0)
        goto failed;
    setsockopt(s->watch.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(s->watch.fd, address, s->address_length) || listen(s->watch.fd, BACKLOG) ||
        getsockname(s->watch.fd, address, &length) || !loop_watch(&s->watch, EPOLLIN))
        goto failed;
    return true;
failed:
    if (why) {
        text_add(why, "cannot listen on ");
        server_print(s, why);
        text_add(why, ", %s", strerror(errno));
    }
    loop_close(&s->watch);
    return false;
}

bool server_open(struct server *s, struct gateway *gw, const char *address, struct text *why)
{
    s->gateway = gw;
    s->watch.fd = -1;
    return parse_address(s, address, why) && server_listen(s, why);
}

static bool wants_listener(const struct server *s)
{
    return !fault_find(s->gateway, FAULT_REFUSE) && !too_many(s, HOW_REFUSE);
}

bool server_update(struct server *s, struct text *why)
{
    if (!s->gateway) /* a serial line */
        return true;
    for (struct conn *c = s->conns; c; c = c->next)
        conn_rearm(c);
    if (fault_find(s->gateway, FAULT_REFUSE)) {
        server_close(s);
        return true;
    }
    server_counted(s);
    return s->watch.fd >= 0 || !wants_listener(s) || server_listen(s, why);
}

void server_counted(struct server *s)
{
    if (!wants_listener(s))
        loop_close(&s->watch);
    else if (s->watch.fd < 0)
        server_listen(s, NULL);
}

void server_close(struct server *s)
{
    loop_close(&s->watch);
    while (s->conns)
        conn_close(s->conns);
}

void server_print(const struct server *s, struct text *t)
{
    char host[64] = "", port[16] = "";

    getnameinfo((const struct sockaddr *)&s->address, s->address_length, host, sizeof(host), port,
                sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    text_add(t, s->address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}
