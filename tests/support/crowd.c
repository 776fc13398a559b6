/* See crowd.h. Everything but what is atomic belongs to the thread. */
#include "crowd.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 16, QUEUE = 256, REQUEST = 12 };

struct connection {
    int fd;
    bool mute;
    uint8_t in[QUEUE * REQUEST];
    size_t size;
};

static struct {
    enum crowd_service service;
    enum crowd_limit limit;
    int load, listener, wake, port;
    pthread_t thread;
    int most;
    unsigned round;
    int received, sent;
    bool in_step;
    atomic_int taken, outage, asked, answered;
    atomic_bool stop;
    struct connection connection[CONNECTIONS]; /* the oldest first */
    int connections;
} crowd;

static void close_one(int i, bool reset)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (reset)
        setsockopt(crowd.connection[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(crowd.connection[i].fd);
    memmove(crowd.connection + i, crowd.connection + i + 1,
            (size_t)(--crowd.connections - i) * sizeof(crowd.connection[0]));
}

static void welcome(void)
{
    int fd = accept(crowd.listener, NULL, NULL);
    bool beyond = crowd.connections >= crowd.most;

    if (fd < 0)
        return;
    if (beyond)
        crowd.in_step = false; /* what is asked there will be asked again */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if ((beyond && crowd.limit == CROWD_CLOSE) || crowd.connections == CONNECTIONS) {
        close(fd);
        return;
    }
    if (beyond && crowd.limit == CROWD_OLDEST)
        close_one(0, false);
    crowd.connection[crowd.connections].fd = fd;
    crowd.connection[crowd.connections].size = 0;
    crowd.connection[crowd.connections++].mute = beyond && crowd.limit == CROWD_MUTE;
    atomic_fetch_add(&crowd.taken, 1);
}

static int outstanding(void)
{
    size_t n = 0;

    for (int i = 0; i < crowd.connections; i++)
        n += crowd.connection[i].size / REQUEST;
    return (int)n;
}

static void hear(int i)
{
    struct connection *c = &crowd.connection[i];
    ssize_t n = recv(c->fd, c->in + c->size, sizeof(c->in) - c->size, MSG_DONTWAIT);

    if (n > 0)
        crowd.received += (int)((c->size % REQUEST + (size_t)n) / REQUEST);
    if (n > 0)
        c->size += (size_t)n;
    if (n > 0 && c->mute)
        c->size = 0;
    if (n == 0)
        crowd.in_step = false; /* what its user took out will be asked again */
    if (n == 0 || (crowd.limit == CROWD_RESET && outstanding() > crowd.load))
        close_one(i, n != 0);
}

static void answer(struct connection *c)
{
    const uint8_t *r = c->in;
    uint8_t f[13] = {r[0],
                     r[1],
                     0,
                     0,
                     0,
                     7,
                     r[6],
                     r[7],
                     4,
                     r[8],
                     r[9],
                     (uint8_t)(crowd.round >> 8),
                     (uint8_t)crowd.round};

    if (r[6] == CROWD_MUTE_UNIT) {
        crowd.in_step = false; /* it will be asked again */
    } else {
        (void)!send(c->fd, f, sizeof(f), MSG_NOSIGNAL);
        crowd.sent++;
    }
    c->size -= REQUEST;
    memmove(c->in, c->in + REQUEST, c->size);
}

static void work(void)
{
    bool any = false;

    crowd.round += outstanding() > 0;
    for (int i = 0; i < crowd.connections; i++) {
        if (crowd.connection[i].size < REQUEST || (any && crowd.service == CROWD_SERIAL))
            continue;
        answer(&crowd.connection[i]);
        any = true;
    }
}

static bool may_work(void)
{
    if (outstanding() == 0)
        return false;
    return !crowd.in_step || (crowd.received == atomic_load(&crowd.asked) &&
                              crowd.sent == atomic_load(&crowd.answered));
}

/* Takes what comes; waits for it where there is nothing to do. */
static void look(void)
{
    struct pollfd p[2 + CONNECTIONS];
    int n = crowd.connections;

    p[0] = (struct pollfd){.fd = crowd.wake, .events = POLLIN};
    p[1] = (struct pollfd){.fd = crowd.listener, .events = POLLIN};
    for (int i = 0; i < n; i++)
        p[2 + i] = (struct pollfd){.fd = crowd.connection[i].fd, .events = POLLIN};
    poll(p, (nfds_t)(2 + n), may_work() ? 0 : -1);
    for (int i = n - 1; i >= 0; i--)
        if (p[2 + i].revents != 0)
            hear(i);
    if (p[1].revents != 0)
        welcome();
}

static void *run(void *arg)
{
    eventfd_t news;

    while (!atomic_load(&crowd.stop)) {
        look();
        eventfd_read(crowd.wake, &news);
        if (atomic_exchange(&crowd.outage, 0) != 0) {
            crowd.in_step = false;
            while (crowd.connections > 0)
                close_one(0, true);
        }
        if (may_work())
            work();
    }
    return arg;
}

void crowd_start(enum crowd_service service, int most, enum crowd_limit limit, int load)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(a);

    memset(&crowd, 0, sizeof(crowd));
    crowd.service = service;
    crowd.limit = limit;
    crowd.load = load;
    crowd.most = most;
    crowd.in_step = most > 1 && load == 0;
    crowd.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    crowd.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (bind(crowd.listener, (struct sockaddr *)&a, size) != 0 || listen(crowd.listener, 16) != 0 ||
        getsockname(crowd.listener, (struct sockaddr *)&a, &size) != 0 ||
        pthread_create(&crowd.thread, NULL, run, NULL) != 0)
        abort();
    crowd.port = ntohs(a.sin_port);
}

void crowd_stop(void)
{
    atomic_store(&crowd.stop, true);
    eventfd_write(crowd.wake, 1);
    pthread_join(crowd.thread, NULL);
    while (crowd.connections > 0)
        close_one(0, false);
    close(crowd.listener);
    close(crowd.wake);
}

int crowd_port(void)
{
    return crowd.port;
}

int crowd_taken(void)
{
    return atomic_load(&crowd.taken);
}

void crowd_told(int asked, int answered)
{
    atomic_store(&crowd.asked, asked);
    atomic_store(&crowd.answered, answered);
    eventfd_write(crowd.wake, 1);
}

void crowd_outage(void)
{
    atomic_store(&crowd.outage, 1);
    eventfd_write(crowd.wake, 1);
}
