/*
 * See link_rtu.h. libmodbus frames, sends, and takes answers apart; what it does not look at (unit,
 * function, count of bytes) is looked at here.
 *
 * An answer of RTU does not say which registers it holds. One that is late could pass for the answer
 * to the next question of the same size to the same unit, so a unit that was silent is left alone for
 * another time-out.
 */
#include "link/link_rtu.h"

#include "link/link_tcp.h" /* the clock */
#include "link/overheard.h"

#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum {
    TRIES = 2,      /* of what is damaged on the way */
    QUIET_MS = 100, /* within a frame: nothing more comes. USB adapters deliver in lumps */
    TAKE_MS = 20,   /* for libmodbus to take what is there already */
    REQUEST_BYTES = 8,
    ANSWER_HEAD = 3,
    ANSWER_REST = 2,
    EXCEPTION_BYTES = 5,
};

struct link_rtu {
    struct rtu_settings set;
    int wake_fd;
    modbus_t *modbus; /* NULL: closed */
    int fd;
    dev_t device; /* that was opened */
    int64_t quiet_since;
    int64_t patient_until[256]; /* of a unit that was silent */
    struct overheard overheard;
    struct rtu_counts counts;
    char error[160];
};

static int fail(struct link_rtu *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(struct link_rtu *l, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(l->error, sizeof(l->error), format, ap);
    va_end(ap);
    return -1;
}

struct link_rtu *link_rtu_new(const struct rtu_settings *set, int wake_fd)
{
    struct link_rtu *l = calloc(1, sizeof(*l));

    if (l == NULL)
        return NULL;
    l->set = *set;
    l->wake_fd = wake_fd;
    l->fd = -1;
    return l;
}

void link_rtu_free(struct link_rtu *l)
{
    if (l == NULL)
        return;
    link_rtu_close(l);
    free(l);
}

/* ---- the line ---------------------------------------------------------------------------- */

void link_rtu_close(struct link_rtu *l)
{
    if (l->modbus == NULL)
        return;
    if (l->fd >= 0) {
        (void)ioctl(l->fd, TIOCNXCL);
        (void)tcflush(l->fd, TCIOFLUSH); /* what cannot be sent would hold up the close for 30 s */
    }
    modbus_close(l->modbus);
    modbus_free(l->modbus);
    l->modbus = NULL;
    l->fd = -1;
    l->overheard.bytes = 0;
}

bool link_rtu_is_open(const struct link_rtu *l)
{
    return l->modbus != NULL;
}

static enum rtu_end broken(struct link_rtu *l, const char *why)
{
    fail(l, "%s", why);
    link_rtu_close(l);
    return RTU_BROKEN;
}

static int set_direction(struct link_rtu *l)
{
    static const int rts[] = {
        [RTU_RTS_UP] = MODBUS_RTU_RTS_UP,
        [RTU_RTS_DOWN] = MODBUS_RTU_RTS_DOWN,
    };

    if (l->set.rs485 && modbus_rtu_set_serial_mode(l->modbus, MODBUS_RTU_RS485) != 0)
        return fail(l,
                    "its driver has no RS-485 mode (%s); leave Mode out where the adapter "
                    "switches the direction by itself, or try RTS",
                    strerror(errno));
    if (l->set.rts != RTU_RTS_NONE && modbus_rtu_set_rts(l->modbus, rts[l->set.rts]) != 0)
        return fail(l, "RTS cannot be used (%s)", strerror(errno));
    return 0;
}

/* Two programs that read one line each get half of it. */
static int lock_line(struct link_rtu *l)
{
    struct stat st;

    if (flock(l->fd, LOCK_EX | LOCK_NB) != 0)
        return fail(l, "another program has it open");
    if (ioctl(l->fd, TIOCEXCL) != 0 || fstat(l->fd, &st) != 0)
        return fail(l, "it is no serial line (%s)", strerror(errno));
    l->device = st.st_rdev;
    return 0;
}

/* libmodbus would take the settings of a file, and say nothing. */
static int look(struct link_rtu *l)
{
    struct stat st;

    if (stat(l->set.path, &st) != 0)
        return fail(l, "%s", strerror(errno));
    return S_ISCHR(st.st_mode) ? 0 : fail(l, "it is no serial line");
}

static int connect_line(struct link_rtu *l)
{
    l->modbus = modbus_new_rtu(l->set.path, l->set.baud, (char)l->set.parity, l->set.data_bits,
                               l->set.stop_bits);
    if (l->modbus == NULL)
        return fail(l, "%s", modbus_strerror(errno));
    modbus_set_error_recovery(l->modbus, MODBUS_ERROR_RECOVERY_NONE);
    modbus_set_response_timeout(l->modbus, 0, TAKE_MS * 1000);
    modbus_set_byte_timeout(l->modbus, 0, TAKE_MS * 1000);
    if (modbus_connect(l->modbus) != 0)
        return fail(l, "%s", errno == EBUSY ? "another program has it open" : strerror(errno));
    l->fd = modbus_get_socket(l->modbus);
    (void)fcntl(l->fd, F_SETFD, FD_CLOEXEC);
    if (lock_line(l) != 0 || set_direction(l) != 0)
        return -1;
    (void)tcflush(l->fd, TCIOFLUSH);
    return 0;
}

/* A line that was pulled may come back as another device under the same name. */
static bool same_device(const struct link_rtu *l)
{
    struct stat st;

    return stat(l->set.path, &st) == 0 && st.st_rdev == l->device;
}

int link_rtu_open(struct link_rtu *l)
{
    if (l->modbus != NULL && !same_device(l))
        link_rtu_close(l);
    if (l->modbus != NULL)
        return 0;
    if (look(l) != 0 || connect_line(l) != 0) {
        link_rtu_close(l);
        return -1;
    }
    l->counts.connects++;
    l->quiet_since = link_now_ms();
    memset(l->patient_until, 0, sizeof(l->patient_until));
    memset(l->overheard.owes, 0, sizeof(l->overheard.owes));
    return 0;
}

/* ---- waiting ----------------------------------------------------------------------------- */

enum ready { READY_TIME, READY_LINE, READY_WOKEN, READY_LOST };

/* `listen`: also for bytes on the line; its end is always noticed. */
static enum ready wait_ready(const struct link_rtu *l, bool listen, int64_t until_ms)
{
    struct pollfd p[2] = {
        {.fd = l->wake_fd, .events = POLLIN             },
        {.fd = l->fd,      .events = listen ? POLLIN : 0}
    };
    int64_t left;

    do {
        left = until_ms - link_now_ms();
        left = left < 0 ? 0 : left > 60000 ? 60000 : left;
        if (poll(p, 2, (int)left) < 0 && errno != EINTR)
            return READY_LOST;
        if (p[0].revents != 0)
            return READY_WOKEN;
        if (p[1].revents & (POLLHUP | POLLERR | POLLNVAL))
            return READY_LOST;
        if (p[1].revents != 0)
            return READY_LINE;
    } while (link_now_ms() < until_ms);
    return READY_TIME;
}

/* Takes what is there without having been asked for. False: the line is gone. */
static bool overhear(struct link_rtu *l)
{
    uint8_t byte[512];
    ssize_t n;

    while ((n = read(l->fd, byte, sizeof(byte))) > 0) {
        overheard_add(&l->overheard, byte, (size_t)n);
        l->quiet_since = link_now_ms();
    }
    return n == 0 || errno == EAGAIN || errno == EINTR;
}

static void judge_overheard(struct link_rtu *l)
{
    if (l->overheard.bytes > 0)
        l->counts.foreign += (uint64_t)overheard_judge(&l->overheard);
}

/* The one place that listens: until `until_ms` and then until the line was quiet for `quiet_ms`, at
 * the most three time-outs longer. */
static enum rtu_end listen_until(struct link_rtu *l, int64_t until_ms, int quiet_ms)
{
    int64_t end = (until_ms > link_now_ms() ? until_ms : link_now_ms()) + 3 * l->set.timeout_ms;

    for (;;) {
        int64_t now = link_now_ms(), quiet = l->quiet_since + quiet_ms;

        switch (wait_ready(l, true, quiet > until_ms ? quiet : until_ms)) {
        case READY_WOKEN:
            return RTU_STOPPED;
        case READY_LOST:
            return broken(l, "the line hung up");
        case READY_LINE:
            if (!overhear(l))
                return broken(l, "the line cannot be read any more");
            break;
        case READY_TIME:
            judge_overheard(l);
            return RTU_OK;
        }
        if (l->overheard.bytes > OVERHEARD_MAX / 2)
            judge_overheard(l);
        if (now > end)
            return RTU_OK;
    }
}

bool link_rtu_wait(struct link_rtu *l, int64_t until_ms)
{
    enum rtu_end end = l->modbus != NULL ? listen_until(l, until_ms, 0) : RTU_BROKEN;

    return end == RTU_STOPPED ||
           (end == RTU_BROKEN && wait_ready(l, false, until_ms) == READY_WOKEN);
}

bool link_rtu_woken(const struct link_rtu *l)
{
    struct pollfd p = {.fd = l->wake_fd, .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

/* ---- a question and its answer ------------------------------------------------------------ */

/* Start, data and stop bits, and perhaps one of parity. */
static int bytes_ms(const struct link_rtu *l, int bytes)
{
    int bits = 1 + l->set.data_bits + (l->set.parity != 'N') + l->set.stop_bits;

    return bytes * bits * 1000 / l->set.baud + 1;
}

/* On a fast line what is missing is there at once; on a slow one it is looked for now and then. */
static int short_ms(int ms)
{
    return ms < TAKE_MS ? ms : TAKE_MS;
}

static enum rtu_end send_request(struct link_rtu *l, const struct link_request *r)
{
    uint8_t raw[REQUEST_BYTES - 2] = {r->unit,
                                      r->function,
                                      (uint8_t)(r->address >> 8),
                                      (uint8_t)r->address,
                                      (uint8_t)(r->count >> 8),
                                      (uint8_t)r->count};

    if (r->function != MODBUS_FC_READ_HOLDING_REGISTERS &&
        r->function != MODBUS_FC_READ_INPUT_REGISTERS)
        return broken(l, "only reads are sent"); /* no such request exists */
    (void)modbus_set_slave(l->modbus, r->unit);
    l->counts.requests++;
    if (modbus_send_raw_request(l->modbus, raw, sizeof(raw)) < 0)
        return broken(l, strerror(errno));
    return RTU_OK;
}

/* Until `wanted` bytes can be read, or no more come. RTU_SILENT: not one. */
static enum rtu_end await_bytes(struct link_rtu *l, int wanted)
{
    int64_t first = link_now_ms() + bytes_ms(l, REQUEST_BYTES) + l->set.timeout_ms, grew = 0;
    int have = 0;

    for (;;) {
        int64_t now = link_now_ms();
        enum ready ready;
        int before = have;

        if (ioctl(l->fd, FIONREAD, &have) != 0)
            return broken(l, strerror(errno));
        if (have > before)
            grew = now;
        if (have >= wanted || (have > 0 && now >= grew + QUIET_MS))
            return RTU_OK;
        if (have == 0 && now >= first)
            return RTU_SILENT;
        ready = have == 0 ? wait_ready(l, true, first)
                          : wait_ready(l, false, now + short_ms(bytes_ms(l, wanted - have)));
        if (ready == READY_WOKEN)
            return RTU_STOPPED;
        if (ready == READY_LOST)
            return broken(l, "the line hung up");
    }
}

/* What libmodbus took: is it the answer? */
static enum rtu_end judge_answer(const struct link_request *r, const uint8_t *frame, int size,
                                 uint8_t *ret_exception)
{
    if (size == EXCEPTION_BYTES && frame[0] == r->unit && frame[1] == (r->function | 0x80)) {
        *ret_exception = frame[2];
        return RTU_EXCEPTION;
    }
    return size == ANSWER_HEAD + 2 * r->count + ANSWER_REST && frame[0] == r->unit &&
                   frame[1] == r->function && frame[2] == 2 * r->count
               ? RTU_OK
               : RTU_DAMAGED;
}

static size_t heard_size(const uint8_t *frame)
{
    size_t size = (size_t)ANSWER_HEAD + frame[2] + ANSWER_REST;

    if (frame[1] & 0x80)
        return EXCEPTION_BYTES;
    return size < MODBUS_RTU_MAX_ADU_LENGTH ? size : MODBUS_RTU_MAX_ADU_LENGTH;
}

static enum rtu_end take_answer(struct link_rtu *l, const struct link_request *r, uint16_t *words,
                                uint8_t *ret_exception)
{
    uint8_t frame[MODBUS_RTU_MAX_ADU_LENGTH] = {0};
    int size = modbus_receive_confirmation(l->modbus, frame);
    enum rtu_end end;

    l->quiet_since = link_now_ms();
    if (size == 0) /* of another unit: libmodbus leaves it at that */
        overheard_add(&l->overheard, frame, heard_size(frame));
    if (size < 0 && (errno == EIO || errno == ENXIO || errno == EBADF || errno == ENODEV))
        return broken(l, strerror(errno));
    end = size > 0 ? judge_answer(r, frame, size, ret_exception) : RTU_DAMAGED;
    for (int i = 0; i < r->count && end == RTU_OK; i++)
        words[i] = (uint16_t)(frame[ANSWER_HEAD + 2 * i] << 8 | frame[ANSWER_HEAD + 2 * i + 1]);
    return end;
}

static void note_end(struct link_rtu *l, const struct link_request *r, enum rtu_end end)
{
    bool silent = end == RTU_SILENT;

    l->overheard.owes[r->unit] = silent;
    l->patient_until[r->unit] = silent ? link_now_ms() + l->set.timeout_ms : 0;
    l->counts.timeouts += silent;
    l->counts.exceptions += end == RTU_EXCEPTION;
    l->counts.mismatches += end == RTU_DAMAGED;
}

static enum rtu_end ask_once(struct link_rtu *l, const struct link_request *r, uint16_t *words,
                             uint8_t *ret_exception)
{
    enum rtu_end end = listen_until(l, l->patient_until[r->unit], l->set.turnaround_ms);

    if (end == RTU_OK)
        end = send_request(l, r);
    if (end == RTU_OK)
        end = await_bytes(l, ANSWER_HEAD + 2 * r->count + ANSWER_REST);
    if (end == RTU_OK)
        end = take_answer(l, r, words, ret_exception);
    if (l->modbus != NULL)
        note_end(l, r, end);
    return end;
}

enum rtu_end link_rtu_ask(struct link_rtu *l, const struct link_request *r, uint16_t *words,
                          uint8_t *ret_exception)
{
    enum rtu_end end = RTU_BROKEN;

    for (int i = 0; i < TRIES && l->modbus != NULL; i++) {
        end = ask_once(l, r, words, ret_exception);
        if (end != RTU_DAMAGED)
            return end;
        end = listen_until(l, 0, QUIET_MS); /* the rest of it */
        if (end != RTU_OK)
            return end;
        end = RTU_DAMAGED;
    }
    return end;
}

struct rtu_counts link_rtu_counts(const struct link_rtu *l)
{
    return l->counts;
}

const char *link_rtu_error(const struct link_rtu *l)
{
    return l->error;
}
