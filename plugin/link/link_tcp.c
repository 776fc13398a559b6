/*
 * See link_tcp.h. Requests live in two small arrays: `flight` (sent, not answered) and `again` (to
 * be sent once more). `again` is sent one at a time, because that tells a unit that is mute from a
 * device that loses pipelined requests: only if the lone repeat is answered is the window to blame.
 *
 * Rejected: a time-out per request. A serial gateway answers the sixteenth request sixteen service
 * times after it was sent; only silence on the whole connection means something.
 */
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
    GOODS = 4,
    RX_SIZE = 64 * MBAP_FRAME_MAX,
    TX_SIZE = LINK_WINDOW_MAX * MBAP_REQUEST_SIZE,
    SILENCES_MAX = 2, /* in a row from a device that never answered anything: it is mute */
    STRAY_MAX = 256,  /* replies nobody asked for, in a row, before the peer counts as mad */
};
static const int64_t CEILING_MS = 24 * 3600 * 1000LL;
static const int64_t AGAIN_MS = 10 * 60 * 1000; /* a second loss within this is no accident */

struct flight {
    struct link_request request;
    uint16_t transaction;
    uint16_t overtaken; /* replies to later requests since */
    int64_t sent_ms;
    bool company; /* others were in flight with it: they may be why it was lost */
    bool repeat;  /* sent for the second time, alone */
    bool check;   /* ours: is the device there at all? */
};

struct link_tcp {
    char *host, *port;
    int timeout_ms, wake_fd, sock;
    struct resolve *resolve; /* a look-up under way */
    uint16_t transaction;
    int window, window_max;
    int ceiling; /* learned: never more than this until ceiling_until */
    int64_t ceiling_until;
    int64_t loss_ms; /* last time pipelined requests were lost, or cut by a break */
    int suspect;     /* in flight when some were lost; 0 = no loss being looked into */
    bool limited;    /* the window was full with more to send, since the last turn */
    bool answered;   /* on this connection */
    int silences;    /* lone requests not answered, without a reply between */
    uint8_t mute;    /* unit of the last one, until it answers; 0 = none */
    struct link_request good[GOODS]; /* answered last, each of another unit, newest first */
    int goods;
    int strays;    /* replies that matched nothing, in a row */
    int64_t heard; /* last matching reply, or first request after idleness */
    struct flight flight[LINK_WINDOW_MAX], again[LINK_WINDOW_MAX];
    int flights, agains;
    uint8_t tx[TX_SIZE], rx[RX_SIZE];
    size_t tx_size, rx_size;
    struct link_tcp_counts counts;
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
    l->window = 1;
    l->window_max = l->ceiling = window_max;
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
        l->silences = l->strays = 0;
        l->counts.connects++;
    }
    return result;
}

/* ---- sending ---------------------------------------------------------------------------- */

static void send_request(struct link_tcp *l, const struct link_request *r, bool repeat)
{
    if (l->flights == 0)
        l->heard = link_now_ms();
    mbap_build(r, ++l->transaction, l->tx + l->tx_size);
    l->tx_size += MBAP_REQUEST_SIZE;
    if (l->flights == 1)
        l->flight[0].company = true;
    l->flight[l->flights] = (struct flight){
        .request = *r, .transaction = l->transaction, .company = l->flights > 0, .repeat = repeat};
    l->flights++;
    l->counts.requests++;
}

/* Asks again what was answered last, of several units since each may be among those that hang.
 * False where there is nothing to ask. */
static bool send_checks(struct link_tcp *l)
{
    for (int i = 0; i < l->goods; i++) {
        if (l->good[i].unit == l->mute && l->goods > 1)
            continue;
        send_request(l, &l->good[i], false);
        l->flight[l->flights - 1].check = true;
    }
    return l->flights > 0;
}

static void remember_good(struct link_tcp *l, const struct link_request *r)
{
    int at = 0;

    while (at < l->goods && l->good[at].unit != r->unit)
        at++;
    if (at == l->goods && l->goods < GOODS)
        l->goods++;
    if (at == GOODS)
        at--;
    memmove(l->good + 1, l->good, (size_t)at * sizeof(*l->good));
    l->good[0] = *r;
}

/* Repeats go alone, and before anything new. */
static bool fill_again(struct link_tcp *l)
{
    if (l->agains == 0)
        return false;
    if (l->flights == 0) {
        struct link_request r = l->again[0].request;

        memmove(l->again, l->again + 1, sizeof(l->again[0]) * (size_t)--l->agains);
        send_request(l, &r, true);
    }
    return true;
}

static void fill(struct link_tcp *l, const struct link_user *user)
{
    struct link_request r;

    if (l->flights > 0 && (l->flight[0].repeat || l->flight[0].check))
        return;
    if (fill_again(l))
        return;
    l->suspect = 0; /* every repeat is settled */
    while (l->flights < l->window && l->tx_size + MBAP_REQUEST_SIZE <= TX_SIZE) {
        if (!user->next(user->ctx, link_now_ms(), &r))
            return;
        send_request(l, &r, false);
    }
    l->limited = true;
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

/* Requests were lost with `in_flight` under way. Once may be an accident: fewer from now on, and
 * slowly more again. Twice in ten minutes is what the device is like: remembered for a day. */
static void narrow_window(struct link_tcp *l, int in_flight)
{
    int64_t now = link_now_ms();
    int half = in_flight > 2 ? in_flight / 2 : 1;

    if (l->loss_ms > 0 && now - l->loss_ms < AGAIN_MS && half < l->ceiling) {
        l->ceiling = half;
        l->ceiling_until = now + CEILING_MS;
    }
    l->loss_ms = now;
    if (l->window > half)
        l->window = half;
}

static struct flight take_flight(struct link_tcp *l, int i)
{
    struct flight f = l->flight[i];

    memmove(l->flight + i, l->flight + i + 1, sizeof(f) * (size_t)(--l->flights - i));
    return f;
}

static int find_flight(const struct link_tcp *l, uint16_t transaction)
{
    for (int i = 0; i < l->flights; i++)
        if (l->flight[i].transaction == transaction)
            return i;
    return -1;
}

static void count(struct link_tcp *l, enum link_result result)
{
    l->counts.exceptions += result == LINK_EXCEPTION;
    l->counts.mismatches += result == LINK_MISMATCH;
    l->counts.timeouts += result == LINK_TIMEOUT || result == LINK_CUT;
}

static void finish(struct link_tcp *l, const struct link_user *user, const struct link_request *r,
                   const struct link_answer *a)
{
    count(l, a->result);
    user->done(user->ctx, link_now_ms(), r, a);
}

/* A reply. What matches no request is late or stray: dropped, and counted. */
static int accept_frame(struct link_tcp *l, const struct link_user *user,
                        const struct mbap_frame *frame)
{
    uint16_t words[LINK_WORDS_MAX];
    struct link_answer a = {.words = words};
    int i = find_flight(l, frame->transaction);
    struct flight f;

    if (i < 0) {
        l->counts.late++;
        return ++l->strays <= STRAY_MAX ? 0 : fail(l, "%d replies to no request", STRAY_MAX);
    }
    f = take_flight(l, i);
    for (int older = 0; older < i; older++)
        l->flight[older].overtaken++;
    l->heard = link_now_ms();
    l->answered = true;
    l->silences = l->strays = 0;
    if (l->mute == f.request.unit)
        l->mute = 0;
    if (f.repeat && l->suspect > 1) {
        narrow_window(l, l->suspect);
        l->suspect = 0;
    }
    a.result = mbap_match(&f.request, frame, words, &a.exception);
    if (f.check) {
        l->flights = 0; /* the other checks; their replies will be strays */
        return 0;
    }
    remember_good(l, &f.request);
    finish(l, user, &f.request, &a);
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

/* ---- silence ---------------------------------------------------------------------------- */

static void give_up_repeats(struct link_tcp *l, const struct link_user *user, int unit)
{
    int kept = 0;

    for (int i = 0; i < l->agains; i++) {
        if (unit < 0 || l->again[i].request.unit == unit)
            finish(l, user, &l->again[i].request, &(struct link_answer){.result = LINK_LOST});
        else
            l->again[kept++] = l->again[i];
    }
    l->agains = kept;
}

/* A lone request had its time. The second in a row of one unit: its repeats are moot. */
static void time_out(struct link_tcp *l, const struct link_user *user)
{
    struct flight f = take_flight(l, 0);
    bool same = l->mute == f.request.unit;

    l->silences++;
    l->mute = f.request.unit;
    finish(l, user, &f.request, &(struct link_answer){.result = LINK_TIMEOUT});
    if (same)
        give_up_repeats(l, user, f.request.unit);
}

static void move_to_again(struct link_tcp *l)
{
    for (int i = 0; i < l->flights; i++)
        if (!l->flight[i].check)
            l->again[l->agains++] = l->flight[i];
    l->flights = 0;
}

/* On a busy connection there is never silence, and what got lost would wait for ever. So a request
 * that had its time, and was overtaken by two windows of others, is looked into as well. (Only by
 * as many, since some devices answer the newest first.) A unit known to be mute is not asked twice. */
static void drop_overtaken(struct link_tcp *l, const struct link_user *user)
{
    int64_t now = link_now_ms();

    for (int i = 0; i < l->flights; i++) {
        struct flight f = l->flight[i];

        if (f.overtaken < 2 * l->window || now - f.sent_ms < l->timeout_ms)
            continue;
        take_flight(l, i--);
        if (l->mute == f.request.unit) {
            finish(l, user, &f.request, &(struct link_answer){.result = LINK_TIMEOUT});
        } else {
            l->suspect = l->flights > 0 ? l->flights + 1 : 2;
            l->again[l->agains++] = f;
        }
    }
}

static int fail_mute(struct link_tcp *l, const struct link_user *user)
{
    l->flights = 0; /* the checks, if there are any, are nobody's */
    give_up_repeats(l, user, -1);
    return fail(l, "no reply within %d ms, twice", l->timeout_ms);
}

/* Nothing came for `timeout_ms`. Several in flight, or one that had company: look into it one by one.
 * One that was alone: it is lost, and the device is asked what it answered last; only if it does not answer that either, or never
 * answered anything, is it mute itself. However many units hang, a device that answers for another
 * one is alive. */
static int on_silence(struct link_tcp *l, const struct link_user *user)
{
    l->heard = link_now_ms();
    if (l->flight[0].check)
        return fail_mute(l, user);
    if (l->flights > 1 || l->flight[0].company) {
        l->suspect = l->flights > 1 ? l->flights : l->window > 2 ? l->window : 2;
        move_to_again(l);
        return 0;
    }
    time_out(l, user);
    if (!send_checks(l) && l->silences >= SILENCES_MAX)
        return fail_mute(l, user);
    return 0;
}

/* ---- running ---------------------------------------------------------------------------- */

/* A cut connection: what was in flight is sent again on the next one, but only once. A request that
 * is alone when it breaks again is what breaks it. */
static enum link_run broken(struct link_tcp *l, const struct link_user *user)
{
    int kept = 0;

    close_socket(l);
    if (l->flights > 1)
        narrow_window(l, l->flights);
    for (int i = 0; i < l->flights; i++) {
        if (l->flight[i].check)
            continue;
        if (l->flight[i].repeat) { /* the others for its unit would only do the same */
            struct link_request cut = l->flight[i].request;

            finish(l, user, &cut, &(struct link_answer){.result = LINK_CUT});
            give_up_repeats(l, user, cut.unit);
        } else {
            l->flight[kept++] = l->flight[i];
        }
    }
    l->flights = kept;
    move_to_again(l);
    l->suspect = 0;
    return LINK_BROKEN;
}

enum link_run link_tcp_run(struct link_tcp *l, const struct link_user *user)
{
    for (;;) {
        int ready, bad = 0;

        fill(l, user);
        if (flush(l) != 0)
            return broken(l, user);
        if (l->flights == 0)
            return LINK_IDLE;
        ready = wait_for(l, l->sock, (short)(POLLIN | (l->tx_size > 0 ? POLLOUT : 0)),
                         l->heard + l->timeout_ms);
        if (ready < 0)
            return LINK_STOPPED;
        if (ready > 0)
            bad = receive(l, user);
        if (bad == 0)
            drop_overtaken(l, user);
        if (bad == 0 && l->flights > 0 && link_now_ms() >= l->heard + l->timeout_ms)
            bad = on_silence(l, user);
        if (bad != 0)
            return broken(l, user);
    }
}

bool link_tcp_wait(struct link_tcp *l, int64_t until_ms)
{
    int ready;

    /* What comes now was not asked for: a reply that is late, or the end of the connection. */
    while ((ready = wait_for(l, l->sock, POLLIN, until_ms)) > 0)
        if (receive(l, NULL) != 0)
            close_socket(l);
    return ready < 0;
}

void link_tcp_drop(struct link_tcp *l, const struct link_user *user)
{
    close_socket(l);
    move_to_again(l);
    give_up_repeats(l, user, -1);
}

bool link_tcp_woken(const struct link_tcp *l)
{
    return wait_for(l, -1, 0, 0) < 0;
}

void link_tcp_turn(struct link_tcp *l)
{
    if (l->ceiling < l->window_max && link_now_ms() >= l->ceiling_until)
        l->ceiling = l->window_max;
    if (l->limited && l->agains == 0 && l->suspect == 0 && l->window < l->ceiling)
        l->window = 2 * l->window < l->ceiling ? 2 * l->window : l->ceiling;
    l->limited = false;
}

bool link_tcp_answered(const struct link_tcp *l)
{
    return l->answered;
}

int link_tcp_window(const struct link_tcp *l)
{
    return l->window;
}

int link_tcp_ceiling(const struct link_tcp *l)
{
    return l->ceiling;
}

struct link_tcp_counts link_tcp_counts(const struct link_tcp *l)
{
    return l->counts;
}

const char *link_tcp_error(const struct link_tcp *l)
{
    return l->error;
}
