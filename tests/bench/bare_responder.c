/*
 * bare_responder SOCKET BASE GATEWAYS: the ceiling. Speaks as much AgentX as GETNEXT needs, below
 * BASE.2.1.1, and answers a constant: for cells a number, for vectors octets of the right length.
 * Three calls per request and hardly anything between them; no subagent can be faster, but by not
 * being asked. It polls although it has only one socket to wait for: a recv() that blocks is woken
 * twice per request, once when the master has read the answer before and there is room to send
 * again, and is slower for it.
 *
 * The master's byte order is taken to be the network's, as we open the session with it.
 */
#include "values.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    HEADER = 20,
    OPEN = 1,
    REGISTER = 3,
    GETNEXT = 6,
    RESPONSE = 18,
    NETWORK_ORDER = 0x10,
    INTEGER32 = 2,
    OCTET_STRING = 4,
    END_OF_MIB_VIEW = 130,
    PREFIX = 5, /* 1.3.6.1.4 is one octet, 4, in a name */
    SUBS_MAX = 64,
    BUFFER = 1 << 18
};

static int sock;
static uint32_t session, gateways;
static uint32_t base[SUBS_MAX]; /* BASE.2.1.1 without its prefix */
static uint32_t base_len;
static uint8_t in[BUFFER], out[BUFFER];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- numbers ----------------------------------------------------------------------------- */

static uint32_t get32(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
    return ntohl(v);
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
    v = htonl(v);
    memcpy(p, &v, 4);
    return p + 4;
}

static uint8_t *put_base(uint8_t *p)
{
    *p++ = (uint8_t)base_len;
    *p++ = 4;
    *p++ = 0;
    *p++ = 0;
    for (uint32_t i = 0; i < base_len; i++)
        p = put32(p, base[i]);
    return p;
}

static void set_base(const char *text)
{
    static const uint32_t objects[] = {2, 1, 1};
    char *end = (char *)text + (*text == '.') - 1;
    uint32_t n = 0;

    do {
        uint32_t sub = (uint32_t)strtoul(end + 1, &end, 10);

        if (n++ >= PREFIX)
            base[base_len++] = sub;
    } while (*end == '.' && n < SUBS_MAX);
    memcpy(base + base_len, objects, sizeof(objects));
    base_len += 3;
}

/* ---- PDUs -------------------------------------------------------------------------------- */

static void transmit(uint8_t *end)
{
    put32(out + 16, (uint32_t)(end - out) - HEADER);
    if (send(sock, out, (size_t)(end - out), 0) != end - out)
        die("send");
}

static uint8_t *begin(uint8_t type, uint32_t transaction, uint32_t packet)
{
    uint8_t *p = out;

    *p++ = 1;
    *p++ = type;
    *p++ = NETWORK_ORDER;
    *p++ = 0;
    p = put32(p, session);
    p = put32(p, transaction);
    return put32(p, packet) + 4;
}

/* Forgets the PDU before and waits until the next one is whole at the start of `in`. The master may
 * send several before it reads an answer. */
static void receive(void)
{
    static size_t have, used;

    memmove(in, in + used, have - used);
    have -= used;
    for (;;) {
        ssize_t n;

        used = have >= HEADER ? HEADER + get32(in + 16) : sizeof(in);
        if (used <= have)
            return;
        poll(&(struct pollfd){.fd = sock, .events = POLLIN}, 1, -1);
        n = recv(sock, in + have, sizeof(in) - have, 0);
        if (n <= 0)
            exit(0); /* the master is gone */
        have += (size_t)n;
    }
}

static void expect_good(const char *what)
{
    receive();
    if (in[1] != RESPONSE || in[HEADER + 4] != 0 || in[HEADER + 5] != 0) {
        fprintf(stderr, "bare_responder: the master refuses to %s\n", what);
        exit(1);
    }
}

static void open_session(void)
{
    uint8_t *p = begin(OPEN, 0, 1);

    p = put32(p, 5u << 24); /* time-out */
    p = put32(p, 0);        /* no id */
    p = put32(p, 4);
    memcpy(p, "bare", 4);
    transmit(p + 4);
    expect_good("open");
    session = get32(in + 4);
    p = begin(REGISTER, 0, 2);
    p = put32(p, 127u << 16); /* priority */
    transmit(put_base(p));
    expect_good("register");
}

/* ---- GETNEXT ----------------------------------------------------------------------------- */

/* One name, as it came: where its numbers are, and how many. */
struct name {
    const uint8_t *sub;
    uint32_t n;
    bool include;
};

static const uint8_t *get_name(const uint8_t *p, struct name *ret)
{
    ret->n = p[0];
    ret->include = p[2] != 0;
    ret->sub = p + 4;
    return ret->sub + 4 * (size_t)ret->n;
}

/* The index after the one that starts at `from`; false behind the last. */
static bool next_index(const struct name *name, uint32_t from, uint32_t n, uint32_t index[3])
{
    const uint32_t last[3] = {gateways, STRINGS, CELLS};
    bool zero = false;

    for (uint32_t i = 0; i < n; i++) { /* what is missing is before the first */
        index[i] = from + i < name->n ? get32(name->sub + 4 * (size_t)(from + i)) : 0;
        zero |= index[i] == 0;
        index[i] = zero ? 1 : index[i];
    }
    if (zero || name->include)
        return true;
    for (uint32_t i = n; i > 0; i--) {
        if (index[i - 1]++ < last[i - 1])
            return true;
        index[i - 1] = 1;
    }
    return false;
}

static uint8_t *put_value(uint8_t *p, bool vectors, int column)
{
    size_t size;

    if (!vectors)
        return put32(p, CONSTANT);
    size = (size_t)vector_size(column);
    p = put32(p, (uint32_t)size);
    memset(p, CONSTANT_OCTET, size);
    return p + (size + 3) / 4 * 4;
}

/* Below BASE.2.1.1 come 5.1.1.COLUMN or 4.2.1.COLUMN, and the index. */
static uint8_t *answer(uint8_t *p, const struct name *name)
{
    uint32_t path = base_len + 4, index[3], n;
    bool vectors = get32(name->sub + 4 * (size_t)base_len) == 4;

    n = vectors ? 2 : 3;
    if (name->n < path || !next_index(name, path, n, index)) {
        p = put32(p, (uint32_t)END_OF_MIB_VIEW << 16);
        memcpy(p, name->sub - 4, 4 + 4 * (size_t)name->n);
        return p + 4 + 4 * (size_t)name->n;
    }
    p = put32(p, (uint32_t)(vectors ? OCTET_STRING : INTEGER32) << 16);
    p = put32(p, (path + n) << 24 | 4 << 16);
    memcpy(p, name->sub, 4 * (size_t)path);
    p += 4 * (size_t)path;
    for (uint32_t i = 0; i < n; i++)
        p = put32(p, index[i]);
    return put_value(p, vectors, (int)get32(name->sub + 4 * (size_t)(path - 1)));
}

static void serve(void)
{
    const uint8_t *q = in + HEADER, *end;
    struct name start, until;
    uint8_t *p;

    receive();
    end = q + get32(in + 16);
    p = begin(RESPONSE, get32(in + 8), get32(in + 12));
    p = put32(p, 0); /* sysUpTime; no error */
    p = put32(p, 0);
    while (in[1] == GETNEXT && q < end) {
        q = get_name(q, &start);
        q = get_name(q, &until);
        p = answer(p, &start);
    }
    transmit(p);
}

int main(int argc, char **argv)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    if (argc != 4) {
        fprintf(stderr, "usage: bare_responder SOCKET BASE GATEWAYS\n");
        return 2;
    }
    snprintf(to.sun_path, sizeof(to.sun_path), "%s", argv[1]);
    set_base(argv[2]);
    gateways = (uint32_t)strtoul(argv[3], NULL, 10);
    sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof(to)) != 0)
        die(argv[1]);
    open_session();
    puts("serving");
    fflush(stdout);
    for (;;)
        serve();
}
