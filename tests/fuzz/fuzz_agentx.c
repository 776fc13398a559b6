/*
 * A whole AgentX session that a master sends arbitrary bytes to. An input that starts with 1 (the
 * version) is the stream as it is, from the answer to Open on. Any other one is read as records
 * (type, flags, payload words, payload), which get a sound header, and go to a running session: so
 * that bytes of chance reach what lies behind the header. What the session sends is checked.
 */
#include "agentx.h"
#include "mib_ack.h"
#include "../unit/snmp-agent/agentx_peer.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SESSION = 1, INPUT_MAX = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/fuzz-agentx-XXXXXX", path[64];
static int listener = -1;

struct fuzz {
    struct agentx *a;
    struct table table;
    int64_t now;
    int peer;
    uint8_t *got;
    size_t got_n, got_size;
    int tags; /* not reported yet */
};

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "fuzz_agentx: %s\n", what);
        abort();
    }
}

static void clean_up(void)
{
    unlink(path);
    rmdir(dir);
}

static void listen_once(void)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    if (listener >= 0)
        return;
    must(mkdtemp(dir) != NULL, "mkdtemp");
    snprintf(path, sizeof(path), "%s/master", dir);
    atexit(clean_up);
    strcpy(un.sun_path, path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    must(bind(listener, (struct sockaddr *)&un, sizeof(un)) == 0 && listen(listener, 5) == 0,
         "listen");
}

static void on_notified(void *ctx, uint32_t tag, int result)
{
    struct fuzz *f = ctx;

    (void)tag;
    (void)result;
    f->tags--;
}

/* All that the session says must be AgentX, and its Responses must parse. */
static void check_output(struct fuzz *f)
{
    struct agentx_header h;
    struct agentx_pdu p;
    size_t at = 0;

    while (agentx_read_header(f->got + at, f->got_n - at, &h) == AGENTX_HEAD_SOUND &&
           f->got_n - at - AGENTX_HEADER_SIZE >= h.payload) {
        if (h.type == AGENTX_RESPONSE)
            must(agentx_read_pdu(&h, f->got + at + AGENTX_HEADER_SIZE, &p), "a bad Response");
        at += AGENTX_HEADER_SIZE + h.payload;
    }
    must(agentx_read_header(f->got + at, f->got_n - at, &h) != AGENTX_HEAD_UNSOUND, "no AgentX");
    memmove(f->got, f->got + at, f->got_n - at);
    f->got_n -= at;
}

static void turn(struct fuzz *f)
{
    struct pollfd p = {.fd = agentx_fd(f->a), .events = agentx_events(f->a)};
    ssize_t n;

    poll(&p, 1, 0);
    agentx_step(f->a, f->now, p.fd >= 0 ? p.revents : 0);
    if (f->got_size - f->got_n < 300000)
        f->got = realloc(f->got, f->got_size = f->got_n + 600000);
    n = recv(f->peer, f->got + f->got_n, f->got_size - f->got_n, MSG_DONTWAIT);
    f->got_n += n > 0 ? (size_t)n : 0;
    check_output(f);
}

static void send_bytes(struct fuzz *f, const uint8_t *data, size_t size)
{
    while (size > 0 && agentx_fd(f->a) >= 0) {
        ssize_t n = send(f->peer, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n > 0) {
            data += n;
            size -= (size_t)n;
        }
        turn(f);
    }
}

/* Alarm 1 stands; what is found good of it is committed later, or never. */
static struct mib *mib(void)
{
    static struct view view;
    static struct own own = {
        .active = true, .alarm = {.id = 1, .kind = ALARM_COLLECTOR_DOWN}
    };
    static struct mib m;

    if (m.source == NULL) {
        must(view_init(&view, dir) == 0, "view_init");
        mib_init(&m, &view, &own, &OID(1, 3, 6, 1, 4, 1, 8072, 9999, 9999));
    }
    return &m;
}

static uint16_t on_test(void *ctx, void *pin, const struct agentx_octets *context,
                        struct agentx_in list, size_t items, uint16_t *ret_index)
{
    struct mib_ack ack;
    uint16_t wrong = mib_ack_test(mib(), list, items, &ack, ret_index);

    (void)ctx, (void)pin, (void)context;
    must(wrong != AGENTX_NO_ERROR || items == 0 ||
             (ack.alarm == 1 && ack.by[0] != '\0' && memchr(ack.by, '\0', sizeof(ack.by)) != NULL),
         "a bad acknowledgement");
    must(*ret_index >= 1 && *ret_index <= (items > 0 ? items : 1), "an error of no varbind");
    return wrong;
}

static int on_commit(void *ctx, void *pin)
{
    (void)ctx, (void)pin;
    return AGENTX_LATER;
}

static struct agentx_handler handler_of(struct fuzz *f)
{
    struct agentx_handler h = table_handler(&f->table);

    h.test = on_test;
    h.commit = on_commit;
    return h;
}

static void start_session(struct fuzz *f)
{
    const struct agentx_region region = {.subtree = OID(TABLE_BASE)};
    const struct agentx_settings settings = {.address = path,
                                             .regions = &region,
                                             .regions_n = 1,
                                             .handler = handler_of(f),
                                             .ctx = f,
                                             .notified = on_notified};

    must(agentx_new(&settings, &f->a) == 0, "agentx_new");
    agentx_step(f->a, f->now, 0);
    f->peer = accept(listener, NULL, NULL);
    must(f->peer >= 0, "accept");
}

static void notify_some(struct fuzz *f)
{
    const struct agentx_varbind vb = {.name = OID(TABLE_BASE, 1, 1),
                                      .value = {.kind = AGENTX_NULL}};

    for (uint32_t tag = 0; tag < 3; tag++)
        f->tags += agentx_notify(f->a, &vb, 1, tag) == 0;
}

/* Gateways come and go. */
static void change_contexts(struct fuzz *f, unsigned by)
{
    static const char *const name[] = {"a", "gw-b", "Halle \xc3\xbc"};

    if (by >> 4 <= 3)
        must(agentx_set_contexts(f->a, name, by >> 4) == 0, "agentx_set_contexts");
}

static void play_records(struct fuzz *f, const uint8_t *data, size_t size)
{
    static struct bytes b;

    b.n = 0;
    put_response(&b, SESSION, 1, 0);
    put_response(&b, SESSION, 2, 0);
    send_bytes(f, b.data, b.n);
    notify_some(f);
    for (size_t at = 0; at + 3 <= size && agentx_fd(f->a) >= 0;) {
        size_t left = size - at - 3, n = 4 * (size_t)data[at + 2];

        n = n < left ? n : left;
        b.n = 0;
        start(&b, data[at] % 20, data[at + 1] & 0x08, SESSION, data[at], data[at] % 8);
        memcpy(b.data + b.n, data + at + 3, n);
        memset(b.data + b.n + n, 0, 3);
        b.n += (n + 3) & ~(size_t)3;
        finish(&b);
        change_contexts(f, data[at + 1]);
        agentx_committed(f->a, data[at + 1] & 1);
        send_bytes(f, b.data, b.n);
        at += 3 + n;
    }
}

static void end_session(struct fuzz *f)
{
    int stray;

    for (int i = 0; i < 4 && agentx_deadline(f->a) < INT64_MAX; i++) { /* what the clock does */
        f->now = agentx_deadline(f->a) > f->now ? agentx_deadline(f->a) : f->now;
        turn(f);
    }
    agentx_free(f->a);
    must(f->table.begun == f->table.ended, "a transaction that never ended");
    must(f->tags == 0, "a notification that was never reported, or twice");
    close(f->peer);
    free(f->got);
    while ((stray = accept(listener, NULL, NULL)) >= 0) /* reconnects */
        close(stray);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = {.now = 1000};

    listen_once();
    if (size > INPUT_MAX)
        return 0;
    start_session(&f);
    if (size > 0 && data[0] == 1) {
        send_bytes(&f, data, size);
        notify_some(&f);
        turn(&f);
    } else {
        play_records(&f, data, size);
    }
    end_session(&f);
    return 0;
}
