/*
 * poll_client - the simplest clients that read the cells of a gateway, for tests/bench/poll.
 *
 *   poll_client sequential HOST PORT STRINGS CELLS SPAN SECONDS
 *   poll_client pipelined  HOST PORT STRINGS CELLS SPAN SECONDS WINDOW
 *
 * Sequential: libmodbus, one request after the other. Pipelined: bare frames, WINDOW requests under
 * way at any time, those that can go together in one send(), matched by transaction id: nothing is
 * checked, learned, decoded or handed on, so it is as fast as a client can be. SPAN cells (1 or 2) per
 * request, over and over for SECONDS. Prints what a sweep over all cells takes at that pace, in ms, and
 * then what it read of each cell, the last time: "STRING CELL R0 R1 R2 R3 R4 R5".
 */
#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    WORDS = 6,
    STRIDE = 100,
    WINDOW_MAX = 64,
    REQUEST_SIZE = 12,
    CELLS_MAX = 32 * 120,
    ANSWER_MAX = 9 + 250
};

struct bench {
    modbus_t *bus;
    int strings, cells, span, window;
    double end; /* no request after that */
    long read;  /* cells */
    bool there[CELLS_MAX];
    uint16_t value[CELLS_MAX][WORDS];
};

struct request {
    int string, cell, cells; /* from 1; how many cells */
};

static void give_up(const char *what)
{
    fprintf(stderr, "poll_client: %s: %s\n", what, modbus_strerror(errno));
    exit(1);
}

static double now_s(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* ---- what is read ------------------------------------------------------------------------ */

static bool go_on(const struct bench *b)
{
    return now_s() < b->end;
}

static int requests_per_string(const struct bench *b)
{
    return (b->cells + b->span - 1) / b->span;
}

static int requests_per_sweep(const struct bench *b)
{
    return b->strings * requests_per_string(b);
}

static struct request request_at(const struct bench *b, int i)
{
    int per = requests_per_string(b), cell = i % per * b->span + 1;

    return (struct request){i / per + 1, cell,
                            cell + b->span - 1 <= b->cells ? b->span : b->cells - cell + 1};
}

static int words_of(const struct request *r)
{
    return (r->cells - 1) * STRIDE + WORDS;
}

static void keep(struct bench *b, const struct request *r, const uint16_t *words)
{
    int first = (r->string - 1) * b->cells + r->cell - 1;

    for (int c = 0; c < r->cells; c++) {
        memcpy(b->value[first + c], words + c * STRIDE, sizeof(b->value[0]));
        b->there[first + c] = true;
    }
    b->read += r->cells;
}

/* ---- one after the other ----------------------------------------------------------------- */

static void run_sequential(struct bench *b)
{
    for (int i = 0; go_on(b); i = (i + 1) % requests_per_sweep(b)) {
        struct request r = request_at(b, i);
        uint16_t words[MODBUS_MAX_READ_REGISTERS];

        modbus_set_slave(b->bus, 100 + r.string);
        if (modbus_read_registers(b->bus, r.cell * STRIDE, words_of(&r), words) != words_of(&r))
            give_up("read");
        keep(b, &r, words);
    }
}

/* ---- many at once ------------------------------------------------------------------------ */

static void put16(uint8_t *to, int v)
{
    to[0] = (uint8_t)(v >> 8);
    to[1] = (uint8_t)v;
}

static void put_request(const struct bench *b, int i, uint8_t *frame)
{
    struct request r = request_at(b, i);

    memset(frame, 0, REQUEST_SIZE);
    put16(frame, i);
    frame[5] = 6; /* octets that follow */
    frame[6] = (uint8_t)(100 + r.string);
    frame[7] = 3; /* read holding registers */
    put16(frame + 8, r.cell * STRIDE);
    put16(frame + 10, words_of(&r));
}

/* Sends `n` requests from *i on, at once. */
static void ask(const struct bench *b, int *i, int n)
{
    uint8_t frames[WINDOW_MAX * REQUEST_SIZE];
    ssize_t size = (ssize_t)n * REQUEST_SIZE;

    for (int at = 0; at < n; at++) {
        put_request(b, *i, frames + at * REQUEST_SIZE);
        *i = (*i + 1) % requests_per_sweep(b);
    }
    if (n > 0 && send(modbus_get_socket(b->bus), frames, (size_t)size, MSG_NOSIGNAL) != size)
        give_up("send");
}

/* Takes all whole answers of `buffer`; returns how many octets they were. */
static size_t take(struct bench *b, const uint8_t *buffer, size_t n, int *answers)
{
    size_t at = 0;

    while (n - at >= 9) {
        const uint8_t *f = buffer + at;
        size_t size = 6 + (size_t)(f[4] << 8 | f[5]);
        struct request r = request_at(b, f[0] << 8 | f[1]);
        uint16_t words[MODBUS_MAX_READ_REGISTERS];

        if (n - at < size)
            break;
        if (f[7] != 3 || f[8] != 2 * words_of(&r)) {
            errno = EPROTO;
            give_up("answer");
        }
        for (int w = 0; w < f[8] / 2; w++)
            words[w] = (uint16_t)(f[9 + 2 * w] << 8 | f[10 + 2 * w]);
        keep(b, &r, words);
        ++*answers;
        at += size;
    }
    return at;
}

static void run_pipelined(struct bench *b)
{
    static uint8_t buffer[WINDOW_MAX * ANSWER_MAX];
    int next = 0, under_way = 0;
    size_t have = 0;

    for (bool more = true; more || under_way > 0; more = go_on(b)) {
        int answers = 0, n = more ? b->window - under_way : 0;
        ssize_t got;
        size_t taken;

        ask(b, &next, n);
        under_way += n;
        got = recv(modbus_get_socket(b->bus), buffer + have, sizeof(buffer) - have, 0);
        if (got <= 0)
            give_up("receive");
        have += (size_t)got;
        taken = take(b, buffer, have, &answers);
        have -= taken;
        memmove(buffer, buffer + taken, have);
        under_way -= answers;
    }
}

/* ---- the whole --------------------------------------------------------------------------- */

static void show(const struct bench *b)
{
    for (int i = 0; i < b->strings * b->cells; i++) {
        if (!b->there[i])
            continue;
        printf("%d %d", i / b->cells + 1, i % b->cells + 1);
        for (int w = 0; w < WORDS; w++)
            printf(" %u", b->value[i][w]);
        putchar('\n');
    }
}

int main(int argc, char **argv)
{
    static struct bench b;
    double seconds, began;
    int one = 1;
    bool pipelined;

    if (argc < 8 || (pipelined = strcmp(argv[1], "pipelined") == 0) != (argc == 9)) {
        fprintf(stderr, "usage: see the head of poll_client.c\n");
        return 2;
    }
    b.bus = modbus_new_tcp(argv[2], atoi(argv[3]));
    b.strings = atoi(argv[4]);
    b.cells = atoi(argv[5]);
    b.span = atoi(argv[6]);
    seconds = atof(argv[7]);
    b.window = pipelined ? atoi(argv[8]) : 1;
    if (b.strings * b.cells > CELLS_MAX || b.window > WINDOW_MAX || b.bus == NULL)
        return 2;
    modbus_set_response_timeout(b.bus, 5, 0);
    if (modbus_connect(b.bus) != 0)
        give_up("connect");
    setsockopt(modbus_get_socket(b.bus), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (pipelined)
        fcntl(modbus_get_socket(b.bus), F_SETFL, 0); /* libmodbus makes it non-blocking */
    began = now_s();
    b.end = began + seconds;
    (pipelined ? run_pipelined : run_sequential)(&b);
    printf("%.4f\n", 1000 * (now_s() - began) * b.strings * b.cells / (double)b.read);
    show(&b);
    modbus_close(b.bus);
    modbus_free(b.bus);
    return 0;
}
