/* See steady_rig.h. */
#include "steady_rig.h"

#include "core/log.h"
#include "poller.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LATENCY_MS = 2, TICK_MS = 1000, PORT = 502, TH_PORT = 503, FDS = 1024 };

static const int64_t BOOT_MS = 1000000, WALL_MS = 1795000000000; /* when it begins */

/* ---- the clock ----------------------------------------------------------------------------- */

enum { MAIN, SITE, POLLERS, SLEEPERS = POLLERS + RIG_DEVICES };

static struct {
    pthread_mutex_t lock;
    int64_t now; /* since the beginning */
    int busy;    /* threads that do not sleep; 1, once all have begun */
    bool over;
    struct sleeper {
        pthread_cond_t go;
        bool sleeps;
        int64_t until;
    } sleeper[SLEEPERS];
} world = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local int self = SITE; /* the one thread that is not told */

/* With the lock. */
static void let_next_run(void)
{
    struct sleeper *first = NULL;

    for (struct sleeper *s = world.sleeper; s < world.sleeper + SLEEPERS; s++)
        if (s->sleeps && (first == NULL || s->until < first->until))
            first = s;
    if (first == NULL)
        return;
    if (first->until > world.now)
        world.now = first->until;
    first->sleeps = false;
    world.busy++;
    pthread_cond_signal(&first->go);
}

static void sleep_until(int64_t until)
{
    struct sleeper *s = &world.sleeper[self];

    pthread_mutex_lock(&world.lock);
    s->until = until;
    s->sleeps = true;
    if (--world.busy == 0)
        let_next_run();
    while (s->sleeps && !world.over)
        pthread_cond_wait(&s->go, &world.lock);
    pthread_mutex_unlock(&world.lock);
}

static bool over(void)
{
    bool ret;

    pthread_mutex_lock(&world.lock);
    ret = world.over;
    pthread_mutex_unlock(&world.lock);
    return ret;
}

static void end_world(void)
{
    pthread_mutex_lock(&world.lock);
    world.over = true;
    for (int i = 0; i < SLEEPERS; i++)
        pthread_cond_signal(&world.sleeper[i].go);
    pthread_mutex_unlock(&world.lock);
}

int __real_clock_gettime(clockid_t id, struct timespec *ret);
int __wrap_clock_gettime(clockid_t id, struct timespec *ret);
int __wrap_clock_gettime(clockid_t id, struct timespec *ret)
{
    int64_t ms = world.now + (id == CLOCK_REALTIME ? WALL_MS : BOOT_MS);

    if (id != CLOCK_REALTIME && id != CLOCK_BOOTTIME)
        return __real_clock_gettime(id, ret);
    *ret = (struct timespec){ms / 1000, ms % 1000 * 1000000};
    return 0;
}

/* Of the site's thread, which waits for posts or its tick; pollers wait so for the site to begin. */
int __real_pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *t);
int __wrap_pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *t);
int __wrap_pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *t)
{
    if (self != SITE || over())
        return __real_pthread_cond_timedwait(c, m, t);
    pthread_mutex_unlock(m);
    sleep_until(world.now + TICK_MS);
    pthread_mutex_lock(m);
    return 0;
}

/* ---- the devices --------------------------------------------------------------------------- */

static struct {
    struct rig_settings set;
    struct rig_counts counts;
} rig;

static int drift(int of, int range)
{
    int64_t minute = world.now / 60000;

    return rig.set.drift ? (int)((of * 7 + minute * 3) % (2 * range + 1)) - range : 0;
}

static int cell_mv(int string, int cell)
{
    return 2250 + drift(string * 13 + cell, 4);
}

static uint16_t word_of_string(int string, int at)
{
    int total = 0;
    uint16_t word[15] = {[1] = 1, [5] = 20, [6] = 100, [7] = 9900, [10] = RIG_CELLS, [13] = 1};

    for (int c = 1; at == 3 && c <= RIG_CELLS; c++)
        total += cell_mv(string, c);
    word[0] = (uint16_t)(1 + (string - 1) / 8);
    word[3] = (uint16_t)(total / 10);
    word[11] = (uint16_t)(220 + drift(string, 3));
    word[12] = (uint16_t)(450 + drift(string, 5));
    return at < 15 ? word[at] : 0;
}

static uint16_t word_of_cell(int string, int cell, int at)
{
    switch (cell <= RIG_CELLS ? at : -1) {
    case 0:
        return rig.set.fault && cell == 1 ? 2 : 1;
    case 1:
        return (uint16_t)cell_mv(string, cell);
    case 3:
        return (uint16_t)(500 + drift(cell, 2));
    case 4:
        return (uint16_t)(230 + drift(cell, 3));
    case 5:
        return 100;
    default:
        return 0;
    }
}

static uint16_t word_of_ups(int at)
{
    static const uint16_t word[] = {1, 0, 27000, 0, 160, 100};

    return at < 6 ? word[at] : 0;
}

static uint16_t word_of_sensor(int at)
{
    const uint16_t word[10] = {(uint16_t)(at / 10), 1, (uint16_t)(220 + drift(at / 10, 3)),
                               (uint16_t)(450 + drift(at / 10, 5))};

    if (at >= 1210)
        return at <= 1211 ? RIG_SENSORS : 0;
    return at >= 10 ? word[at % 10] : 0;
}

static bool is_there(bool th, int unit)
{
    return th ? unit == 1 : (unit >= 1 && unit <= 4) || (unit > 100 && unit <= 100 + RIG_STRINGS);
}

static uint16_t word_at(bool th, int unit, int at)
{
    if (th)
        return word_of_sensor(at);
    if (unit <= 100)
        return word_of_ups(at);
    return at < 100 ? word_of_string(unit - 100, at) : word_of_cell(unit - 100, at / 100, at % 100);
}

/* ---- the wire ------------------------------------------------------------------------------ */

enum { WIRES = 64, REQUEST = 12, HEADER = 9, ROOM = 64 * (HEADER + 250) };

static struct wire {
    bool used, th;
    size_t size;
    uint8_t data[ROOM]; /* that the device has said and nobody has read */
} wires[WIRES];
static uint8_t wire_of[FDS]; /* by descriptor; 0: none of ours */

static struct wire *find(int fd)
{
    return fd >= 0 && fd < FDS && wire_of[fd] != 0 ? &wires[wire_of[fd] - 1] : NULL;
}

static void put16(struct wire *w, unsigned v)
{
    w->data[w->size++] = (uint8_t)(v >> 8);
    w->data[w->size++] = (uint8_t)v;
}

static void answer(struct wire *w, const uint8_t *r)
{
    int unit = r[6], at = r[8] << 8 | r[9], n = r[10] << 8 | r[11];
    bool there = is_there(w->th, unit);

    rig.counts.requests++;
    put16(w, (unsigned)(r[0] << 8 | r[1]));
    put16(w, 0);
    put16(w, there ? 3 + 2 * (unsigned)n : 3);
    put16(w, (unsigned)(unit << 8 | r[7] | (there ? 0 : 0x80)));
    w->data[w->size++] =
        there ? (uint8_t)(2 * n) : 11; /* gateway target device failed to respond */
    for (int i = 0; there && i < n; i++)
        put16(w, word_at(w->th, unit, at + i));
    rig.counts.registers += there ? (unsigned)n : 0;
}

/* A descriptor that never is readable. */
int __wrap_socket(int family, int type, int protocol);
int __wrap_socket(int family, int type, int protocol)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    (void)family, (void)type, (void)protocol;
    pthread_mutex_lock(&world.lock);
    for (uint8_t i = 0; fd >= 0 && fd < FDS && wire_of[fd] == 0 && i < WIRES; i++)
        if (!wires[i].used) {
            wires[i].used = true;
            wire_of[fd] = i + 1;
        }
    pthread_mutex_unlock(&world.lock);
    return fd;
}

int __wrap_connect(int fd, const struct sockaddr *a, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *a, socklen_t size)
{
    struct sockaddr_in in;

    memcpy(&in, a, size < sizeof(in) ? size : sizeof(in));
    find(fd)->th = ntohs(in.sin_port) == TH_PORT;
    find(fd)->size = 0;
    return 0;
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
    struct wire *w = find(fd);

    (void)flags;
    for (size_t at = 0; at + REQUEST <= size; at += REQUEST)
        answer(w, (const uint8_t *)data + at);
    return (ssize_t)size;
}

ssize_t __wrap_recv(int fd, void *ret, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *ret, size_t size, int flags)
{
    struct wire *w = find(fd);
    size_t n = w->size < size ? w->size : size;

    (void)flags;
    if (n == 0) {
        errno = EAGAIN;
        return -1;
    }
    memcpy(ret, w->data, n);
    memmove(w->data, w->data + n, w->size - n);
    w->size -= n;
    return (ssize_t)n;
}

static int readable(struct pollfd *p, nfds_t n)
{
    int ready = 0;

    for (nfds_t i = 0; i < n; i++) {
        const struct wire *w = find(p[i].fd);

        p[i].revents = w != NULL && w->size > 0 ? POLLIN : 0;
        ready += p[i].revents != 0;
    }
    return ready;
}

int __real_poll(struct pollfd *p, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *p, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *p, nfds_t n, int timeout)
{
    int64_t until = world.now + (timeout >= 0 ? timeout : INT32_MAX);
    int ready = __real_poll(p, n, 0);

    if (ready != 0 || over())
        return ready;
    ready = readable(p, n);
    if (timeout != 0)
        sleep_until(ready > 0 ? world.now + LATENCY_MS : until);
    return over() ? __real_poll(p, n, 0) : ready;
}

/* ---- collectd and the site ----------------------------------------------------------------- */

static struct config config;
static struct publisher publisher;
static struct poller_world poller_world;
static struct pace pace;
static struct site *site;
static struct pollers *pollers;
static char state_dir[256], data_dir[256];

static char *volatile spent; /* or the compiler would leave it out */

static void emit(void *ctx, const struct metric *m)
{
    (void)ctx;
    if (rig.set.spend) {
        spent = strdup(m->type);
        free(spent);
    }
    __atomic_fetch_add(&rig.counts.values, 1, __ATOMIC_RELAXED);
}

static void tell(const struct event *e, const char *gateway)
{
    (void)e, (void)gateway;
    __atomic_fetch_add(&rig.counts.told, 1, __ATOMIC_RELAXED);
}

static void sink(enum log_level level, const char *text)
{
    if (level > LOG_LEVEL_WARNING)
        return;
    __atomic_fetch_add(&rig.counts.warnings, 1, __ATOMIC_RELAXED);
    if (!rig.set.fault)
        fprintf(stderr, "log: %s\n", text);
}

static uint64_t time_now(void)
{
    return (uint64_t)(WALL_MS + world.now);
}

static int64_t time_in_ms(uint64_t time)
{
    return (int64_t)time;
}

static struct begun {
    void *(*run)(void *);
    void *arg;
    int number;
} begun[RIG_DEVICES];
static int begins;

static void *begin(void *arg)
{
    const struct begun *b = arg;

    self = POLLERS + b->number;
    return b->run(b->arg);
}

static bool start(pthread_t *ret, void *(*run)(void *), void *arg)
{
    begun[begins] = (struct begun){run, arg, begins};
    return pthread_create(ret, NULL, begin, &begun[begins++]) == 0;
}

static void complain(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "configuration: %s\n", text);
}

/* A device of this kind and number: three lines, and defaults. */
static void add(const char *kind, int number, int port)
{
    char name[NAME_SIZE], at[32];
    const struct conf_value text[] = {
        {.type = CONF_STRING, .string = name},
        {.type = CONF_STRING, .string = at  },
        {.type = CONF_NUMBER, .number = port}
    };
    const struct conf_node line[] = {
        {.key = "Address", .value = &text[1], .values = 1},
        {.key = "Port",    .value = &text[2], .values = 1}
    };
    const struct conf_node device = {
        .key = kind, .value = text, .values = 1, .child = line, .children = 2};
    const struct conf_node plugin = {.key = "Plugin", .child = &device, .children = 1};

    snprintf(name, sizeof(name), "%s-%d", port == PORT ? "gw" : "hall", number);
    snprintf(at, sizeof(at), "127.0.0.%d", 1 + number);
    config_add(&config, &plugin, complain, NULL);
}

static bool configure(int gateways, int ths)
{
    config_init(&config);
    for (int i = 0; i < gateways; i++)
        add("Gateway", i, PORT);
    for (int i = 0; i < ths; i++)
        add("THController", i, TH_PORT);
    for (size_t i = 0; i < config.gateways; i++)
        for (int s = 0; s < STRING_MAX; s++)
            config.gateway[i].string[s].cell_type = CELL_TYPE_2V;
    config_finish(&config, complain, NULL);
    return config.errors == 0;
}

static bool start_threads(void)
{
    const struct site_settings set = {.data_dir = data_dir,
                                      .gateway = config.gateway,
                                      .gateways = config.gateways,
                                      .th = config.th,
                                      .ths = config.ths,
                                      .publisher = &publisher,
                                      .tell = tell,
                                      .limits = &config.limits};
    size_t started = 0;

    site = site_start(&set);
    pace_init(&pace, config.gateways, 60000);
    poller_world = (struct poller_world){.config = &config,
                                         .site = site,
                                         .pace = &pace,
                                         .publisher = &publisher,
                                         .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                         .emit = emit,
                                         .time = time_now,
                                         .time_ms = time_in_ms,
                                         .start = start};
    if (site != NULL)
        pollers = pollers_start(&poller_world, &started);
    return started == config.gateways + config.ths;
}

bool rig_start(const struct rig_settings *set)
{
    char why[512];

    memset(&rig, 0, sizeof(rig));
    memset(wires, 0, sizeof(wires));
    memset(wire_of, 0, sizeof(wire_of));
    begins = 0;
    rig.set = *set;
    self = MAIN;
    world.now = 0;
    world.over = false;
    world.busy = POLLERS + set->gateways + set->ths;
    for (int i = 0; i < SLEEPERS; i++) {
        world.sleeper[i].sleeps = false;
        pthread_cond_init(&world.sleeper[i].go, NULL);
    }
    log_set_sink(sink);
    snprintf(state_dir, sizeof(state_dir), "%s/run", set->path);
    snprintf(data_dir, sizeof(data_dir), "%s/data", set->path);
    publisher = (struct publisher){.dir = -1, .lock = -1};
    return configure(set->gateways, set->ths) &&
           publisher_open(&publisher, state_dir, why, sizeof(why)) == 0 && start_threads();
}

void rig_run(int64_t ms)
{
    sleep_until(world.now + ms);
}

struct rig_counts rig_counts(void)
{
    return rig.counts;
}

void rig_stop(void)
{
    if (eventfd_write(poller_world.wake_fd, 1) != 0)
        perror("eventfd");
    end_world();
    pollers_join(pollers);
    site_stop(site);
    publisher_close(&publisher);
    close(poller_world.wake_fd);
    config_free(&config);
    log_set_sink(NULL);
}
