/* See server.h. Everything but the counters and the two flags belongs to the thread. */
#include "server.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_SIZE = 12, BATCH_MAX = 256, OUT_SIZE = 1 << 17 };
enum ending { STAY, RESET, CLOSE };

struct server {
    server_handler *handler;
    void *ctx;
    pthread_t thread;
    int listener, conn, wake, port;
    atomic_bool stop, offline;
    atomic_int connections, requests;
    enum ending ending;
    uint8_t in[BATCH_MAX * REQUEST_SIZE], out[OUT_SIZE];
    size_t in_size, out_size;
};

static uint16_t word(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void end_connection(struct server *s, bool reset)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (s->conn < 0)
        return;
    if (reset)
        setsockopt(s->conn, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(s->conn);
    s->conn = -1;
    s->in_size = 0;
}

void server_flush(struct server *s)
{
    size_t at = 0;

    while (s->conn >= 0 && at < s->out_size) {
        ssize_t n = send(s->conn, s->out + at, s->out_size - at, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        at += (size_t)n;
    }
    s->out_size = 0;
}

static void settle(struct server *s)
{
    server_flush(s);
    if (s->ending != STAY)
        end_connection(s, s->ending == RESET);
    s->ending = STAY;
}

static void hand_over(struct server *s)
{
    struct server_request r[BATCH_MAX];
    size_t n = s->in_size / REQUEST_SIZE;

    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = s->in + i * REQUEST_SIZE;

        r[i] = (struct server_request){word(p), p[6], p[7], word(p + 8), word(p + 10)};
    }
    s->in_size -= n * REQUEST_SIZE;
    memmove(s->in, s->in + n * REQUEST_SIZE, s->in_size);
    atomic_fetch_add(&s->requests, (int)n);
    if (n > 0)
        s->handler(s->ctx, s, atomic_load(&s->connections), r, (int)n);
    settle(s);
}

static void receive(struct server *s)
{
    ssize_t n = recv(s->conn, s->in + s->in_size, sizeof(s->in) - s->in_size, 0);

    if (n <= 0) {
        end_connection(s, false);
        return;
    }
    s->in_size += (size_t)n;
    hand_over(s);
}

static void welcome(struct server *s)
{
    s->conn = accept(s->listener, NULL, NULL);
    if (s->conn >= 0)
        atomic_fetch_add(&s->connections, 1);
}

static void *serve(void *arg)
{
    struct server *s = arg;
    eventfd_t news;

    while (!atomic_load(&s->stop)) {
        bool off = atomic_load(&s->offline);
        struct pollfd p[3] = {
            {.fd = s->wake,                                .events = POLLIN},
            {.fd = s->conn < 0 && !off ? s->listener : -1, .events = POLLIN},
            {.fd = off ? -1 : s->conn,                     .events = POLLIN}
        };

        if (off)
            end_connection(s, true);
        poll(p, 3, -1);
        if (p[0].revents)
            eventfd_read(s->wake, &news);
        else if (p[1].revents)
            welcome(s);
        else if (p[2].revents && s->conn >= 0)
            receive(s);
    }
    end_connection(s, false);
    return NULL;
}

/* Listens on loopback; 0 or -1. */
static int open_listener(int family, int *ret_port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *addr = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t size = family == AF_INET ? sizeof(v4) : sizeof(v6);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (bind(fd, addr, size) != 0 || listen(fd, 16) != 0 || getsockname(fd, addr, &size) != 0) {
        close(fd);
        return -1;
    }
    *ret_port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    return fd;
}

struct server *server_start(int family, server_handler *handler, void *ctx)
{
    struct server *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    s->handler = handler;
    s->ctx = ctx;
    s->conn = -1;
    s->listener = open_listener(family, &s->port);
    if (s->listener < 0) {
        free(s);
        return NULL;
    }
    s->wake = eventfd(0, EFD_CLOEXEC);
    if (pthread_create(&s->thread, NULL, serve, s) != 0)
        abort();
    return s;
}

void server_stop(struct server *s)
{
    atomic_store(&s->stop, true);
    eventfd_write(s->wake, 1);
    pthread_join(s->thread, NULL);
    close(s->listener);
    close(s->wake);
    free(s);
}

int server_port(const struct server *s)
{
    return s->port;
}

int server_connections(const struct server *s)
{
    return atomic_load(&s->connections);
}

int server_requests(const struct server *s)
{
    return atomic_load(&s->requests);
}

void server_online(struct server *s, bool on)
{
    atomic_store(&s->offline, !on);
    eventfd_write(s->wake, 1);
}

void server_put(struct server *s, const void *data, size_t size)
{
    if (size > OUT_SIZE - s->out_size)
        abort();
    memcpy(s->out + s->out_size, data, size);
    s->out_size += size;
}

void server_put_words(struct server *s, const struct server_request *r, const uint16_t *words)
{
    uint8_t f[9 + 2 * 125] = {(uint8_t)(r->transaction >> 8),
                              (uint8_t)r->transaction,
                              0,
                              0,
                              0,
                              (uint8_t)(3 + 2 * r->count),
                              r->unit,
                              r->function,
                              (uint8_t)(2 * r->count)};

    for (int i = 0; i < r->count; i++) {
        f[9 + 2 * i] = (uint8_t)(words[i] >> 8);
        f[10 + 2 * i] = (uint8_t)words[i];
    }
    server_put(s, f, 9 + 2u * r->count);
}

void server_put_exception(struct server *s, const struct server_request *r, uint8_t code)
{
    uint8_t f[9] = {(uint8_t)(r->transaction >> 8),
                    (uint8_t)r->transaction,
                    0,
                    0,
                    0,
                    3,
                    r->unit,
                    (uint8_t)(r->function | 0x80),
                    code};

    server_put(s, f, sizeof(f));
}

void server_reset(struct server *s)
{
    s->ending = RESET;
}

void server_close(struct server *s)
{
    s->ending = CLOSE;
}

int server_dead_port(void)
{
    int port = 0, fd = open_listener(AF_INET, &port);

    close(fd);
    return port;
}
