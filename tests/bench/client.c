/*
 * client - a manager that is as fast as can be, and checks every value that it gets.
 *
 *   client run PORT MASTER_PID REPEATS SLOTS SLOT_MS <TARGETS
 *       Measures targets (target.h, one a line) against each other: a repeat is SLOTS rounds, a
 *       round gives each target a slot of SLOT_MS, so that what else the machine does hits all of
 *       them alike. Slots start at different places of the table. Prints, per repeat and target:
 *       NAME REPEAT VARBINDS REQUESTS SECONDS MASTER_CPU_SECONDS AGENT_CPU_SECONDS OCTETS
 *   client walk PORT MASTER_PID <TARGET
 *       The whole table once. Prints a line as above per tenth of it; REPEAT is the tenth.
 *   client fresh PORT BASE NEXT FILE COUNT
 *       Renames NEXT.1, NEXT.2 ... to FILE and prints the milliseconds until the voltage in it can
 *       be read, each time.
 *   client back PORT BASE
 *       To be started while there is no master: prints the milliseconds from the first answer of
 *       the master to the first value of the agent.
 *
 * Exits with 3 if a value is wrong, 1 if something does not answer.
 */
#include "target.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TARGETS_MAX = 64, PARALLEL_MAX = 32, PATIENCE_MS = 10000, MESSAGE_MAX = 65536, WRONG = 3 };

struct tally {
    uint64_t varbinds, requests, octets;
    double seconds, master, agent;
};

/* One walk through a table. */
struct walker {
    uint32_t row; /* expected next */
    int32_t id;   /* of the request under way */
};

static int sock;
static int master_pid;
static int32_t last_id;

static void fail(const char *what)
{
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_s(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void nap_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

/* ---- processor time ---------------------------------------------------------------------- */

static double thread_seconds(int pid, const char *thread)
{
    char path[320];
    unsigned long long ns = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid, thread);
    f = fopen(path, "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%llu", &ns) != 1)
        ns = 0;
    fclose(f);
    return (double)ns / 1e9;
}

/* Of all threads; 0 where the kernel does not tell. */
static double cpu_seconds(int pid)
{
    char path[64];
    double sum = 0;
    struct dirent *e;
    DIR *d;

    snprintf(path, sizeof(path), "/proc/%d/task", pid);
    d = pid > 0 ? opendir(path) : NULL;
    while (d != NULL && (e = readdir(d)) != NULL)
        if (e->d_name[0] != '.')
            sum += thread_seconds(pid, e->d_name);
    if (d != NULL)
        closedir(d);
    return sum;
}

/* ---- messages ---------------------------------------------------------------------------- */

static void open_socket(const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int room = 4 << 20;

    sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof(to)) != 0)
        fail("socket");
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

static void set_patience(int ms)
{
    struct timeval tv = {ms / 1000, ms % 1000 * 1000};

    setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
}

static bool transmit(const struct ber_request *r)
{
    uint8_t buffer[2048];
    size_t size;
    const uint8_t *p = ber_put_request(r, buffer, sizeof(buffer), &size);

    if (p == NULL) {
        fprintf(stderr, "client: a request is too long\n");
        exit(1);
    }
    return send(sock, p, size, 0) >= 0;
}

/* False: nothing came within the patience, or nobody is there. */
static bool receive(struct ber_response *ret, size_t *ret_size)
{
    static uint8_t buffer[MESSAGE_MAX];
    ssize_t n = recv(sock, buffer, sizeof(buffer), 0);

    *ret_size = n > 0 ? (size_t)n : 0;
    return n > 0 && ber_get_response(buffer, (size_t)n, ret);
}

/* ---- walking ----------------------------------------------------------------------------- */

static void ask(const struct target *t, struct walker *w)
{
    struct ber_oid name[TARGET_COLUMNS_MAX];
    struct ber_request r = {.type = BER_GETBULK,
                            .repetitions = t->repetitions,
                            .name = name,
                            .names = (size_t)t->columns};

    w->id = r.id = ++last_id;
    for (int i = 0; i < t->columns; i++)
        target_name(t, i, w->row, &name[i]);
    if (!transmit(&r))
        fail("send");
}

static void wrong(const char *why)
{
    fprintf(stderr, "client: WRONG: %s\n", why);
    exit(WRONG);
}

/* Checks an answer, counts it, and moves the walker on. What is behind the last row belongs to the
 * next column, and is neither checked nor counted. */
static void take(const struct target *t, struct walker *w, struct ber_response *r,
                 struct tally *tally)
{
    struct ber_item name, value;
    uint32_t n = 0, good = 0;
    char why[256];

    if (r->error != 0) {
        snprintf(why, sizeof(why), "%s: error %d at row %u", t->name, (int)r->error,
                 (unsigned)w->row);
        wrong(why);
    }
    for (; ber_get_varbind(&r->varbinds, &name, &value); n++) {
        uint32_t row = w->row + n / (uint32_t)t->columns;

        if (row >= t->rows)
            continue;
        if (!target_check(t, (int)(n % (uint32_t)t->columns), row, &name, &value, why, sizeof(why)))
            wrong(why);
        good++;
    }
    if (r->varbinds.bad || n < (uint32_t)t->columns)
        wrong("an answer that cannot be read, or is empty");
    w->row += n / (uint32_t)t->columns;
    tally->varbinds += good;
    tally->requests++;
}

static struct walker *find(struct walker *w, int n, int32_t id)
{
    for (int i = 0; i < n; i++)
        if (w[i].id == id)
            return &w[i];
    return NULL;
}

/* The next answer to one of `n` walkers. */
static struct walker *serve(const struct target *t, struct walker *w, int n, struct tally *tally)
{
    struct ber_response r;
    struct walker *one = NULL;
    size_t size;

    while (one == NULL) {
        if (!receive(&r, &size)) {
            fprintf(stderr, "client: %s: no answer\n", t->name);
            exit(1);
        }
        one = find(w, n, r.id);
    }
    tally->octets += size;
    take(t, one, &r, tally);
    one->id = 0;
    return one;
}

static void begin_clock(const struct target *t, struct tally *tally)
{
    tally->seconds -= now_s();
    tally->master -= cpu_seconds(master_pid);
    tally->agent -= cpu_seconds(t->pid);
}

static void end_clock(const struct target *t, struct tally *tally)
{
    tally->seconds += now_s();
    tally->master += cpu_seconds(master_pid);
    tally->agent += cpu_seconds(t->pid);
}

/* One slot from `start` on, and until all answers are there. */
static void run_slot(const struct target *t, uint32_t start, int ms, struct tally *tally)
{
    struct walker w[PARALLEL_MAX];
    double until;
    int under_way = t->parallel;

    begin_clock(t, tally);
    until = now_s() + ms / 1e3;
    for (int i = 0; i < t->parallel; i++) {
        w[i].row = (start + (uint32_t)i * (t->rows / (uint32_t)t->parallel)) % t->rows;
        ask(t, &w[i]);
    }
    while (under_way > 0) {
        struct walker *one = serve(t, w, t->parallel, tally);

        if (one->row >= t->rows)
            one->row = 0;
        if (now_s() < until)
            ask(t, one);
        else
            under_way--;
    }
    end_clock(t, tally);
}

static void print(const struct target *t, int repeat, const struct tally *y)
{
    printf("%s %d %llu %llu %.6f %.6f %.6f %llu\n", t->name, repeat,
           (unsigned long long)y->varbinds, (unsigned long long)y->requests, y->seconds, y->master,
           y->agent, (unsigned long long)y->octets);
    fflush(stdout);
}

/* ---- run --------------------------------------------------------------------------------- */

static int read_targets(struct target *t)
{
    char line[512];
    int n = 0;

    while (fgets(line, sizeof(line), stdin) != NULL) {
        if (n == TARGETS_MAX || !target_parse(line, &t[n]) || t[n].parallel < 1 ||
            t[n].parallel > PARALLEL_MAX) {
            fprintf(stderr, "client: not a target: %s", line);
            exit(2);
        }
        n++;
    }
    return n;
}

/* Places spread over the table, by the golden ratio: any number of them is spread evenly. */
static uint32_t start_of(const struct target *t, int slot)
{
    double x = 0.6180339887 * slot;

    return (uint32_t)((x - (double)(uint64_t)x) * t->rows);
}

static void run_repeat(const struct target *t, int n, int repeat, int slots, int ms)
{
    struct tally tally[TARGETS_MAX] = {0};

    for (int k = 0; k < slots; k++)
        for (int i = 0; i < n; i++) {
            int which = (i + k) % n; /* not always after the same one */

            run_slot(&t[which], start_of(&t[which], repeat * slots + k), ms, &tally[which]);
        }
    for (int i = 0; i < n; i++)
        print(&t[i], repeat, &tally[i]);
}

static void run(int repeats, int slots, int ms)
{
    static struct target t[TARGETS_MAX];
    struct tally nothing = {0};
    int n = read_targets(t);

    for (int i = 0; i < n; i++) /* caches, first requests */
        run_slot(&t[i], 0, 50, &nothing);
    for (int r = 1; r <= repeats; r++)
        run_repeat(t, n, r, slots, ms);
}

static void walk(void)
{
    static struct target t[TARGETS_MAX];
    struct walker w = {0};

    if (read_targets(t) != 1)
        exit(2);
    for (uint32_t tenth = 1; tenth <= 10; tenth++) {
        uint32_t until = (uint32_t)((uint64_t)t[0].rows * tenth / 10);
        struct tally tally = {0};

        begin_clock(t, &tally);
        while (w.row < until) {
            ask(t, &w);
            serve(t, &w, 1, &tally);
        }
        end_clock(t, &tally);
        print(t, (int)tenth, &tally);
    }
}

/* ---- single values ----------------------------------------------------------------------- */

static struct ber_oid voltage_of(const char *base)
{
    static const uint32_t path[] = {2, 1, 1, 5, 1, 1, COLUMN_VOLTAGE, 1, 1, 1};
    struct ber_oid o;

    if (!ber_oid_parse(base, &o))
        exit(2);
    for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++)
        ber_oid_append(&o, path[i]);
    return o;
}

/* GET of sysUpTime and the voltage of the first cell; true where the master answers. */
static bool get(const struct ber_oid *voltage, struct ber_item *ret)
{
    struct ber_oid name[2];
    struct ber_request r = {.type = BER_GET, .id = ++last_id, .name = name, .names = 2};
    struct ber_response response;
    size_t size;

    ber_oid_parse("1.3.6.1.2.1.1.3.0", &name[0]);
    name[1] = *voltage;
    if (!transmit(&r))
        return false;
    while (receive(&response, &size))
        if (response.id == r.id) {
            struct ber_item ignored;

            return ber_get_varbind(&response.varbinds, &ignored, ret) &&
                   ber_get_varbind(&response.varbinds, &ignored, ret);
        }
    return false;
}

static void fresh(const char *base, const char *next, const char *file, uint32_t count)
{
    struct ber_oid voltage = voltage_of(base);
    const struct place first = {1, 1, 1};

    for (uint32_t g = 1; g <= count; g++) {
        int64_t before = value_number(first, COLUMN_VOLTAGE, g - 1);
        struct ber_item value = {0};
        char name[512];
        double from;

        snprintf(name, sizeof(name), "%s.%u", next, (unsigned)g);
        nap_ms(20 + (int)(g * 37 % 100)); /* not in step with anything */
        from = now_s();
        if (rename(name, file) != 0)
            fail(name);
        do {
            if (now_s() - from > PATIENCE_MS / 1e3)
                wrong("a new file was not seen");
            if (!get(&voltage, &value))
                fail("get");
        } while (ber_integer(&value) == before);
        if (ber_integer(&value) != before + 1)
            wrong("a value that is neither the old nor the new one");
        printf("%.3f\n", (now_s() - from) * 1e3);
    }
}

static void back(const char *base)
{
    struct ber_oid voltage = voltage_of(base);
    double from = 0, started = now_s();
    struct ber_item value = {0};

    set_patience(20);
    for (;;) {
        double now = now_s();
        bool there = get(&voltage, &value);

        if (there && from == 0)
            from = now;
        if (there && value.tag == BER_INTEGER)
            break;
        if (now - started > 60)
            wrong("the agent did not come back within 60 s");
        nap_ms(1);
    }
    printf("%.3f\n", (now_s() - from) * 1e3);
}

/* ------------------------------------------------------------------------------------------ */

static int number(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

int main(int argc, char **argv)
{
    const char *what = argc >= 4 ? argv[1] : "";

    if (*what != '\0') {
        open_socket(argv[2]);
        set_patience(PATIENCE_MS);
    }
    if (strcmp(what, "run") == 0 && argc == 7) {
        master_pid = number(argv[3]);
        run(number(argv[4]), number(argv[5]), number(argv[6]));
    } else if (strcmp(what, "walk") == 0 && argc == 4) {
        master_pid = number(argv[3]);
        walk();
    } else if (strcmp(what, "fresh") == 0 && argc == 7) {
        fresh(argv[3], argv[4], argv[5], (uint32_t)number(argv[6]));
    } else if (strcmp(what, "back") == 0) {
        back(argv[3]);
    } else {
        fprintf(stderr, "client: see the head of its source\n");
        return 2;
    }
    return 0;
}
