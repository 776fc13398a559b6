/* See link_tcp.h. Here are the socket and its bytes; which requests are under way, and what it means
 * that nothing comes, is in window.h. */
#include "link/link_tcp.h"
#include "link/mbap.h"
#include "link/resolve.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    RX_SIZE = 64 * MBAP_FRAME_MAX,
    TX_SIZE = LINK_WINDOW_MAX * MBAP_REQUEST_SIZE,
    STRAY_MAX = 256, /* replies nobody asked for, in a row, before the peer counts as mad */
};

struct link_tcp {
    char *host, *port;
    int timeout_ms, wake_fd, sock;
    struct resolve *resolve; /* a look-up under way */
    struct window window;
    bool answered; /* on this connection */
    int strays;    /* replies that matched nothing, in a row */
    uint8_t tx[TX_SIZE], rx[RX_SIZE];
    size_t tx_size, rx_size;
    struct link_tcp_counts counts; /* but for the time-outs, which are the window's */
    char error[160];
};

int64_t link_now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_BOOTTIME, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int fail(struct link_tcp *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(struct link_tcp *l, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(l->error, sizeof(l->error), format, ap);
    va_end(ap);
    return -1;
}

struct link_tcp *link_tcp_new(const char *host, const char *port, int timeout_ms, int window_max,
                              int wake_fd)
{
    struct link_tcp *l = calloc(1, sizeof(*l));

    if (l == NULL)
        return NULL;
    l->host = strdup(host);
    l->port = strdup(port);
    l->sock = -1;
    l->timeout_ms = timeout_ms;
    l->wake_fd = wake_fd;
    window_init(&l->window, window_max, timeout_ms);
    if (l->host == NULL || l->port == NULL) {
        link_tcp_free(l);
        return NULL;
    }
    return l;
}

static void close_socket(struct link_tcp *l)
{
    if (l->sock >= 0)
        close(l->sock);
    l->sock = -1;
    l->tx_size = l->rx_size = 0;
}

void link_tcp_free(struct link_tcp *l)
{
    if (l == NULL)
        return;
    close_socket(l);
    resolve_free(l->resolve);
    free(l->host);
    free(l->port);
    free(l);
}

/* Waits for `events` on `fd` (-1: for nothing) and for the wake descriptor. Returns 1 when fd is
 * ready, 0 when the time is over, -1 when woken. */
static int wait_for(const struct link_tcp *l, int fd, short events, int64_t until)
{
    struct pollfd p[2] = {
        {.fd = l->wake_fd, .events = POLLIN},
        {.fd = fd,         .events = events}
    };

    for (;;) {
        int64_t left = until - link_now_ms();
        int n = poll(p, 2, left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left);

        if (n < 0 && errno != EINTR)
            return 0;
        if (n > 0 && p[0].revents != 0)
            return -1;
        if (n > 0)
            return 1;
        if (n == 0 && left <= INT32_MAX)
            return 0;
    }
}

/* ---- opening ---------------------------------------------------------------------------- */

static int resolve_now(struct link_tcp *l, struct addrinfo **ret)
{
    int ready, err;

    if (l->resolve == NULL)
        l->resolve = resolve_start(l->host, l->port);
    if (l->resolve == NULL)
        return fail(l, "no memory or thread to look up \"%s\"", l->host);
    ready = wait_for(l, resolve_fd(l->resolve), POLLIN, link_now_ms() + l->timeout_ms);
    if (ready <= 0) /* left running: a slow answer serves the next attempt */
        return fail(l, "no answer from the name server for \"%s\" yet", l->host);
    err = resolve_result(l->resolve, ret);
    resolve_free(l->resolve);
    l->resolve = NULL;
    if (err != 0)
        return fail(l, "\"%s\" does not resolve: %s", l->host, gai_strerror(err));
    return 0;
}

static int connect_one(struct link_tcp *l, const struct addrinfo *a)
{
    int one = 1, err = 0, ready;
    socklen_t size = sizeof(err);

    l->sock = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (l->sock < 0)
        return fail(l, "no socket: %s", strerror(errno));
    setsockopt(l->sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(l->sock, a->ai_addr, a->ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return fail(l, "connect: %s", strerror(errno));
    ready = wait_for(l, l->sock, POLLOUT, link_now_ms() + l->timeout_ms);
    if (ready < 0)
        return fail(l, "stopped");
    if (ready == 0)
        return fail(l, "no answer to connect within %d ms", l->timeout_ms);
    if (getsockopt(l->sock, SOL_SOCKET, SO_ERROR, &err, &size) != 0 || err != 0)
        return fail(l, "connect: %s", strerror(err != 0 ? err : errno));
    return 0;
}

int link_tcp_open(struct link_tcp *l)
{
    struct addrinfo *list = NULL;
    int result = -1;

    if (l->sock >= 0)
        return 0;
    if (resolve_now(l, &list) != 0)
        return -1;
    for (const struct addrinfo *a = list; a != NULL && result != 0; a = a->ai_next) {
        result = connect_one(l, a);
        if (result != 0)
            close_socket(l);
    }
    freeaddrinfo(list);
    if (result == 0) {
        l->answered = false;
        l->strays = 0;
        window_opened(&l->window);
        l->counts.connects++;
    }
    return result;
}

/* ---- sending ---------------------------------------------------------------------------- */

bool link_tcp_give(struct link_tcp *l, const struct link_user *user)
{
    const struct window_flight *f;

    if (l->tx_size + MBAP_REQUEST_SIZE > TX_SIZE ||
        (f = window_next(&l->window, link_now_ms(), user)) == NULL)
        return false;
    mbap_build(&f->request, f->transaction, l->tx + l->tx_size);
    l->tx_size += MBAP_REQUEST_SIZE;
    l->counts.requests++;
    return true;
}

static int flush(struct link_tcp *l)
{
    ssize_t n = 0;

    if (l->tx_size > 0)
        n = send(l->sock, l->tx, l->tx_size, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n < 0)
        return fail(l, "send: %s", strerror(errno));
    l->tx_size -= (size_t)n;
    memmove(l->tx, l->tx + n, l->tx_size);
    return 0;
}

/* ---- receiving -------------------------------------------------------------------------- */

/* A reply. What matches no request is late or stray: dropped, and counted. */
static int accept_frame(struct link_tcp *l, const struct link_user *user,
                        const struct mbap_frame *frame)
{
    uint16_t words[LINK_WORDS_MAX];
    struct link_answer a = {.words = words};
    struct window_flight f;

    if (!window_answer(&l->window, link_now_ms(), frame->transaction, &f)) {
        l->counts.late++;
        return ++l->strays <= STRAY_MAX ? 0 : fail(l, "%d replies to no request", STRAY_MAX);
    }
    l->answered = true;
    l->strays = 0;
    if (f.check)
        return 0;
    a.result = mbap_match(&f.request, frame, words, &a.exception);
    l->counts.exceptions += a.result == LINK_EXCEPTION;
    l->counts.mismatches += a.result == LINK_MISMATCH;
    user->done(user->ctx, link_now_ms(), &f.request, &a);
    return 0;
}

static int cut_frames(struct link_tcp *l, const struct link_user *user)
{
    size_t at = 0, used = 0;
    struct mbap_frame frame;
    enum mbap_cut cut;

    while ((cut = mbap_cut(l->rx + at, l->rx_size - at, &used, &frame)) == MBAP_FRAME) {
        if (accept_frame(l, user, &frame) != 0)
            return -1;
        at += used;
    }
    if (cut == MBAP_GARBAGE)
        return fail(l, "what it sends is not Modbus TCP");
    l->rx_size -= at;
    memmove(l->rx, l->rx + at, l->rx_size);
    return 0;
}

static int receive(struct link_tcp *l, const struct link_user *user)
{
    ssize_t n = recv(l->sock, l->rx + l->rx_size, RX_SIZE - l->rx_size, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n < 0)
        return fail(l, "%s", strerror(errno));
    if (n == 0)
        return fail(l, "closed by the device");
    l->rx_size += (size_t)n;
    return cut_frames(l, user);
}

/* ---- running ---------------------------------------------------------------------------- */

static int broken(struct link_tcp *l, const struct link_user *user)
{
    close_socket(l);
    window_broken(&l->window, link_now_ms(), user);
    return -1;
}

static int look_for_silence(struct link_tcp *l, const struct link_user *user)
{
    struct window *w = &l->window;

    window_overtaken(w, link_now_ms(), user);
    if (w->flights > 0 && link_now_ms() >= w->heard + l->timeout_ms &&
        window_silence(w, link_now_ms(), user))
        return fail(l, "no reply within %d ms, twice", l->timeout_ms);
    return 0;
}

int link_tcp_send(struct link_tcp *l, const struct link_user *user, struct pollfd *ret,
                  int64_t *ret_until)
{
    if (flush(l) != 0)
        return broken(l, user);
    *ret =
        (struct pollfd){.fd = l->sock, .events = (short)(POLLIN | (l->tx_size > 0 ? POLLOUT : 0))};
    *ret_until = l->window.heard + l->timeout_ms;
    return 0;
}

int link_tcp_receive(struct link_tcp *l, const struct link_user *user, bool ready)
{
    int bad = ready ? receive(l, user) : 0;

    if (bad == 0)
        bad = look_for_silence(l, user);
    return bad != 0 ? broken(l, user) : 0;
}

enum link_run link_tcp_run(struct link_tcp *l, const struct link_user *user)
{
    for (;;) {
        struct pollfd p;
        int64_t until;
        int ready;

        while (link_tcp_give(l, user))
            ;
        if (link_tcp_send(l, user, &p, &until) != 0)
            return LINK_BROKEN;
        link_sent(user);
        if (l->window.flights == 0)
            return LINK_IDLE;
        ready = wait_for(l, p.fd, p.events, until);
        if (ready < 0)
            return LINK_STOPPED;
        if (link_tcp_receive(l, user, ready > 0) != 0)
            return LINK_BROKEN;
    }
}

void link_tcp_hold(struct link_tcp *l)
{
    l->window.heard = link_now_ms();
}

void link_tcp_idle(struct link_tcp *l)
{
    if (receive(l, NULL) != 0)
        close_socket(l);
}

bool link_tcp_wait(struct link_tcp *l, int64_t until_ms)
{
    int ready;

    while ((ready = wait_for(l, l->sock, POLLIN, until_ms)) > 0)
        link_tcp_idle(l);
    return ready < 0;
}

void link_tcp_drop(struct link_tcp *l, const struct link_user *user)
{
    close_socket(l);
    window_drop(&l->window, link_now_ms(), user);
}

bool link_tcp_woken(const struct link_tcp *l)
{
    return wait_for(l, -1, 0, 0) < 0;
}

void link_tcp_turn(struct link_tcp *l)
{
    window_turn(&l->window, link_now_ms());
}

bool link_tcp_answered(const struct link_tcp *l)
{
    return l->answered;
}

int link_tcp_fd(const struct link_tcp *l)
{
    return l->sock;
}

const struct window *link_tcp_state(const struct link_tcp *l)
{
    return &l->window;
}

void link_tcp_copy_window(struct link_tcp *l, const struct link_tcp *from)
{
    window_copy_size(&l->window, &from->window);
}

int link_tcp_window(const struct link_tcp *l)
{
    return l->window.size;
}

int link_tcp_ceiling(const struct link_tcp *l)
{
    return l->window.ceiling;
}

struct link_tcp_counts link_tcp_counts(const struct link_tcp *l)
{
    struct link_tcp_counts c = l->counts;

    c.timeouts = l->window.timeouts;
    return c;
}

const char *link_tcp_error(const struct link_tcp *l)
{
    return l->error;
}
