/*
 * line.c: the device end of a serial line.
 *
 * The far end of the PTY is kept open here as well: a PTY that nobody has open would hang up, which a
 * serial line does not do. libmodbus takes every question and writes every answer, over a socket pair
 * as in reply.c; between it and the PTY stand the faults.
 */
#include "line.h"

#include "fault.h"
#include "gateway.h"
#include "loop.h"
#include "master.h"
#include "text.h"
#include "timer.h"
#include "unit.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { QUESTION = 8, GARBAGE = 11, OUT_MAX = 1024 };

struct line {
    struct watch watch; /* our end of the PTY */
    int far;            /* the end that clients open */
    struct gateway *gw;
    char path[256], device[64];
    uint8_t input[QUESTION];
    size_t length;
    struct timer due; /* of the answer in `out` */
    size_t out_length;
    uint8_t out[OUT_MAX];
};

static modbus_t *context;
static int far_end;

static void prepare(void)
{
    int pair[2];

    if (context)
        return;
    context = modbus_new_rtu("/dev/null", 19200, 'N', 8, 1);
    if (!context || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        err(2, "libmodbus");
    modbus_set_socket(context, pair[0]);
    far_end = pair[1];
    modbus_set_response_timeout(context, 0, 1);
    modbus_set_byte_timeout(context, 0, 1000);
}

/* What libmodbus has written, behind what is to be sent already. */
static void collect(struct line *l)
{
    ssize_t got = recv(far_end, l->out + l->out_length, OUT_MAX - l->out_length, MSG_DONTWAIT);

    l->out_length += got > 0 ? (size_t)got : 0;
}

/* ---- the PTY ----------------------------------------------------------------------------- */

static void line_ready(struct watch *w, uint32_t events);
static void line_answer(struct timer *t);

static bool open_pty(struct line *l, struct text *why)
{
    struct termios raw;

    if (openpty(&l->watch.fd, &l->far, l->device, NULL, NULL)) {
        text_add(why, "no PTY, %s", strerror(errno));
        return false;
    }
    tcgetattr(l->far, &raw);
    cfmakeraw(&raw);
    tcsetattr(l->far, TCSANOW, &raw);
    fcntl(l->watch.fd, F_SETFL, O_NONBLOCK);
    fcntl(l->watch.fd, F_SETFD, FD_CLOEXEC);
    fcntl(l->far, F_SETFD, FD_CLOEXEC);
    unlink(l->path);
    if (symlink(l->device, l->path)) {
        text_add(why, "cannot make the link %s, %s", l->path, strerror(errno));
        return false;
    }
    return loop_watch(&l->watch, EPOLLIN);
}

void line_unplug(struct line *l)
{
    timer_cancel(&l->due);
    l->length = 0;
    if (l->far < 0)
        return;
    unlink(l->path);
    loop_close(&l->watch);
    close(l->far);
    l->far = -1;
}

/* The lowest number that is free may be the one before: then that PTY is taken meanwhile. */
bool line_plug(struct line *l, struct text *why)
{
    char name[sizeof(l->device)];
    int other[2];
    bool taken, good;

    if (l->far >= 0) {
        text_add(why, "it is plugged in");
        return false;
    }
    taken = openpty(&other[0], &other[1], name, NULL, NULL) == 0;
    if (taken && strcmp(name, l->device) != 0) {
        close(other[0]);
        close(other[1]);
        taken = false;
    }
    good = open_pty(l, why);
    if (taken) {
        close(other[0]);
        close(other[1]);
    }
    return good;
}

bool line_open(struct gateway *gw, const char *path, struct text *why)
{
    struct line *l = calloc(1, sizeof(*l));

    if (!l)
        err(2, "line");
    prepare();
    *l = (struct line){
        .watch = {.fd = -1, .ready = line_ready},
        .far = -1,
        .gw = gw,
        .due = {.fire = line_answer       }
    };
    gw->line = l;
    if (*path != '/' || strlen(path) >= sizeof(l->path)) {
        text_add(why, "the path of the link must begin with '/' and be shorter than 256 bytes");
        return false;
    }
    strcpy(l->path, path);
    return open_pty(l, why);
}

void line_free(struct line *l)
{
    if (!l)
        return;
    line_unplug(l);
    loop_free(l);
}

void line_print(const struct line *l, struct text *t)
{
    text_add(t, "%s %s", l->path, l->far >= 0 ? l->device : "unplugged");
}

/* ---- what is sent ------------------------------------------------------------------------ */

static void send_bytes(struct line *l)
{
    if (l->far >= 0 && l->out_length > 0 &&
        write(l->watch.fd, l->out, l->out_length) == (ssize_t)l->out_length)
        l->gw->stats.bytes_out += l->out_length;
    l->out_length = 0;
}

/* Never twice the same byte, so that it is not taken for padding. */
static void add_garbage(struct line *l, size_t at)
{
    static uint32_t random = 0x2545f491;

    memmove(l->out + at + GARBAGE, l->out + at, l->out_length - at);
    for (size_t i = 0; i < GARBAGE; i++) {
        random = random * 1664525 + 1013904223;
        l->out[at + i] = (uint8_t)(random >> 24);
    }
    l->out_length += GARBAGE;
}

static void add_foreign(struct line *l, unsigned unit)
{
    uint8_t question[] = {(uint8_t)unit, MODBUS_FC_READ_HOLDING_REGISTERS, 0, 0, 0, 5};

    modbus_send_raw_request(context, question, sizeof(question));
    collect(l);
}

void line_foreign(struct line *l, unsigned unit)
{
    add_foreign(l, unit);
    send_bytes(l);
}

void line_noise(struct line *l)
{
    add_garbage(l, 0);
    send_bytes(l);
}

/* From FROM on stands the answer. */
static void damage(struct line *l, const struct plan *plan, size_t from)
{
    size_t length = l->out_length - from;

    if (plan_has(plan, FAULT_DUPLICATE)) {
        memcpy(l->out + l->out_length, l->out + from, length);
        l->out_length += length;
    }
    if (plan_has(plan, FAULT_CRC))
        l->out[l->out_length - 1] ^= 0xff;
    if (plan_has(plan, FAULT_SHORT))
        l->out_length -= 2;
    if (plan_has(plan, FAULT_GARBAGE))
        add_garbage(l, plan->where == WHERE_BEFORE ? from
                       : plan->where == WHERE_IN   ? from + length / 2
                                                   : l->out_length);
}

static void line_answer(struct timer *t)
{
    send_bytes(OWNER(t, struct line, due));
}

/* ---- what is heard ----------------------------------------------------------------------- */

static unsigned get16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* libmodbus finds out by itself that an address is not there, as the mapping is empty then. */
static void answer_read(struct line *l, const uint8_t *question)
{
    uint16_t words[READ_MAX] = {0};
    unsigned address = get16(question + 2), count = get16(question + 4);
    bool there =
        count >= 1 && count <= READ_MAX && master_read(l->gw, question[0], address, count, words);
    modbus_mapping_t mapping = {
        .nb_registers = there ? (int)count : 0,
        .start_registers = (int)address,
        .tab_registers = words,
        .nb_input_registers = there ? (int)count : 0,
        .start_input_registers = (int)address,
        .tab_input_registers = words,
    };

    if (modbus_reply(context, question, QUESTION, &mapping) > 0)
        l->gw->stats.replies++;
    l->gw->stats.exceptions += !there;
}

static bool is_read(unsigned function)
{
    return function == MODBUS_FC_READ_HOLDING_REGISTERS ||
           function == MODBUS_FC_READ_INPUT_REGISTERS;
}

static void answer(struct line *l, uint8_t *question)
{
    struct plan plan;
    size_t from;

    stats_request(&l->gw->stats, question[0], question[1]);
    fault_plan(l->gw, question[0], &plan);
    if (!master_there(l->gw, question[0]) || plan_has(&plan, FAULT_MUTE)) {
        l->gw->stats.dropped++;
        return;
    }
    if (plan_has(&plan, FAULT_FOREIGN))
        add_foreign(l, question[0] % 247u + 1);
    from = l->out_length;
    if (plan_has(&plan, FAULT_WRONG_UNIT))
        modbus_set_slave(context, question[0] % 247 + 1);
    if (plan_has(&plan, FAULT_EXCEPTION))
        modbus_reply_exception(context, question, plan.code);
    else if (is_read(question[1]))
        answer_read(l, question);
    else
        modbus_reply_exception(context, question, MODBUS_EXCEPTION_ILLEGAL_FUNCTION);
    collect(l);
    damage(l, &plan, from);
    timer_set(&l->due, loop_now() + l->gw->settings.latency_ns + plan.delay_ns + plan.late_ns);
}

/* A whole question, or something that libmodbus does not take for one. */
static void hear(struct line *l)
{
    uint8_t question[MODBUS_RTU_MAX_ADU_LENGTH];

    modbus_set_slave(context, l->input[0] <= 247 ? l->input[0] : 247);
    if (write(far_end, l->input, QUESTION) == QUESTION &&
        modbus_receive(context, question) == QUESTION)
        answer(l, question);
    else
        l->gw->stats.bad_requests++;
}

static void line_ready(struct watch *w, uint32_t events)
{
    struct line *l = OWNER(w, struct line, watch);
    ssize_t got;

    (void)events;
    while ((got = read(w->fd, l->input + l->length, QUESTION - l->length)) > 0) {
        l->gw->stats.bytes_in += (uint64_t)got;
        l->length += (size_t)got;
        if (l->length < QUESTION)
            continue;
        l->length = 0;
        hear(l);
    }
}
