/*
 * See agentx_conn.h. Buffers of fixed size, larger than ever needed, instead of growing ones: pages
 * never touched cost nothing, and there is no allocation to fail in the middle of an answer.
 *
 * Rejected: searching a stream whose header makes no sense for the next likely one. A new
 * connection costs milliseconds.
 */
#include "agentx_conn.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    IN_SIZE = AGENTX_HEADER_SIZE + AGENTX_PAYLOAD_MAX,
    OUT_SIZE = AGENTX_HOLD + AGENTX_REPLY_MAX + AGENTX_OWN_MAX,
};

/* ---- the address ------------------------------------------------------------------------ */

struct address {
    struct sockaddr_storage *peer;
    socklen_t *size;
    const char **why;
};

static int wrong(const struct address *a, int err, const char *why)
{
    *a->why = why;
    return err;
}

static int unix_address(const struct address *a, const char *path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    if (*path != '/')
        return wrong(a, -EINVAL, "must be a path that begins with /, or tcp:host:port");
    if (strlen(path) >= sizeof(un.sun_path))
        return wrong(a, -ENAMETOOLONG, "a path of a socket has at most 107 bytes");
    memcpy(un.sun_path, path, strlen(path) + 1);
    memcpy(a->peer, &un, sizeof(un));
    *a->size = sizeof(un);
    return 0;
}

/* getaddrinfo() takes any number and cuts it to 16 bits. */
static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    long port = strtol(text, NULL, 10);

    return digits > 0 && text[digits] == '\0' && port >= 1 && port <= 65535;
}

/* AI_NUMERICHOST never asks anybody, so this does not block. */
static int look_up(const struct address *a, const char *host, const char *port)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *list;

    if (getaddrinfo(host, port, &hints, &list) != 0)
        return wrong(a, -EINVAL, "the host must be a numeric address or localhost");
    memcpy(a->peer, list->ai_addr, list->ai_addrlen);
    *a->size = list->ai_addrlen;
    freeaddrinfo(list);
    return 0;
}

static int tcp_address(const struct address *a, const char *text)
{
    const char *colon = strrchr(text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text) : 0;
    char host[64];

    if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
        text++;
        n -= 2;
    }
    if (n == 0)
        return wrong(a, -EINVAL, "must be tcp:host:port");
    if (!is_port(colon + 1))
        return wrong(a, -EINVAL, "the port must be 1 to 65535");
    snprintf(host, sizeof(host), "%.*s", (int)n, text); /* one that is cut is not numeric */
    return look_up(a, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, colon + 1);
}

int agentx_conn_parse(const char *address, struct sockaddr_storage *ret, socklen_t *ret_size,
                      const char **ret_why)
{
    const struct address a = {ret, ret_size, ret_why};

    if (strncmp(address, "tcp:", 4) == 0)
        return tcp_address(&a, address + 4);
    return unix_address(&a, strncmp(address, "unix:", 5) == 0 ? address + 5 : address);
}

int agentx_conn_init(struct agentx_conn *c, const char *address)
{
    const char *why;

    *c = (struct agentx_conn){.fd = -1, .address = strdup(address)};
    c->in = malloc(IN_SIZE);
    c->out = malloc(OUT_SIZE);
    if (c->address == NULL || c->in == NULL || c->out == NULL)
        return -ENOMEM;
    return agentx_conn_parse(address, &c->peer, &c->peer_size, &why);
}

void agentx_conn_done(struct agentx_conn *c)
{
    agentx_conn_close(c);
    free(c->address);
    free(c->in);
    free(c->out);
}

/* ---- the socket ------------------------------------------------------------------------- */

int agentx_conn_open(struct agentx_conn *c)
{
    int one = 1;

    c->fd = socket(c->peer.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return -errno;
    c->number++;
    if (c->peer.ss_family != AF_UNIX) /* answers are small, and somebody waits for each */
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(c->fd, (const struct sockaddr *)&c->peer, c->peer_size) == 0)
        return 0;
    c->connecting = errno == EINPROGRESS;
    return c->connecting ? 0 : -errno; /* EAGAIN: a unix socket where nobody accepts */
}

int agentx_conn_finish(struct agentx_conn *c)
{
    int err = 0;
    socklen_t size = sizeof(err);

    c->connecting = false;
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &size) != 0)
        err = errno;
    return -err;
}

void agentx_conn_close(struct agentx_conn *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->connecting = false;
    c->in_at = c->in_end = c->out_at = c->out_end = c->skip = 0;
}

/* What a call on the socket that failed means to the caller. */
static int socket_error(void)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return 0;
    return errno == ECONNRESET ? -EPIPE : -errno;
}

int agentx_conn_receive(struct agentx_conn *c)
{
    ssize_t n;

    memmove(c->in, c->in + c->in_at, c->in_end - c->in_at);
    c->in_end -= c->in_at;
    c->in_at = 0;
    if (c->in_end == IN_SIZE)
        return 0;
    n = recv(c->fd, c->in + c->in_end, IN_SIZE - c->in_end, MSG_DONTWAIT);
    if (n < 0)
        return socket_error();
    c->in_end += (size_t)n;
    return n > 0 ? 0 : -EPIPE;
}

int agentx_conn_send(struct agentx_conn *c)
{
    ssize_t n;

    if (agentx_conn_waiting(c) == 0)
        return 0;
    n = send(c->fd, c->out + c->out_at, agentx_conn_waiting(c), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0)
        return socket_error();
    c->out_at += (size_t)n;
    if (agentx_conn_waiting(c) == 0)
        c->out_at = c->out_end = 0;
    return 0;
}

/* ---- PDUs ------------------------------------------------------------------------------- */

static void skip(struct agentx_conn *c)
{
    size_t n = c->in_end - c->in_at < c->skip ? c->in_end - c->in_at : c->skip;

    c->in_at += n;
    c->skip -= n;
}

enum agentx_next agentx_conn_next(struct agentx_conn *c, struct agentx_header *ret_header,
                                  const uint8_t **ret_payload)
{
    enum agentx_head head;
    size_t n;

    skip(c);
    n = c->in_end - c->in_at;
    head = agentx_read_header(c->in + c->in_at, n, ret_header);
    if (head == AGENTX_HEAD_MORE)
        return AGENTX_NEXT_NONE;
    if (head == AGENTX_HEAD_UNSOUND || ret_header->payload > AGENTX_SKIP_MAX)
        return AGENTX_NEXT_GARBAGE;
    if (ret_header->payload > AGENTX_PAYLOAD_MAX) {
        c->in_at += AGENTX_HEADER_SIZE;
        c->skip = ret_header->payload;
        return AGENTX_NEXT_LARGE;
    }
    if (n - AGENTX_HEADER_SIZE < ret_header->payload)
        return AGENTX_NEXT_NONE;
    *ret_payload = c->in + c->in_at + AGENTX_HEADER_SIZE;
    c->in_at += AGENTX_HEADER_SIZE + ret_header->payload;
    return AGENTX_NEXT_PDU;
}

size_t agentx_conn_waiting(const struct agentx_conn *c)
{
    return c->out_end - c->out_at;
}

bool agentx_conn_room(const struct agentx_conn *c)
{
    return agentx_conn_waiting(c) <= AGENTX_HOLD;
}

struct agentx_out agentx_conn_writer(struct agentx_conn *c, size_t max)
{
    if (OUT_SIZE - c->out_end < max) {
        memmove(c->out, c->out + c->out_at, agentx_conn_waiting(c));
        c->out_end -= c->out_at;
        c->out_at = 0;
    }
    if (max > OUT_SIZE - c->out_end)
        max = OUT_SIZE - c->out_end;
    return (struct agentx_out){.data = c->out + c->out_end, .size = max};
}

void agentx_conn_post(struct agentx_conn *c, const struct agentx_out *out)
{
    c->out_end += out->pos;
}
