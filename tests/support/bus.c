/* See bus.h. */
#include "bus.h"

#include "check.h"

#include <poll.h>
#include <pty.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

static void *listen_in(void *arg)
{
    struct bus *b = arg;
    uint8_t question[8];
    size_t have = 0;

    for (;;) {
        struct pollfd p[2] = {
            {.fd = b->stop[0], .events = POLLIN},
            {.fd = b->near,    .events = POLLIN}
        };
        ssize_t n;

        if (poll(p, 2, -1) < 0 || p[0].revents != 0)
            return NULL;
        n = read(b->near, question + have, sizeof(question) - have);
        if (n <= 0)
            return NULL;
        have += (size_t)n;
        if (have < sizeof(question))
            continue;
        have = 0;
        atomic_fetch_add(&b->questions, 1);
        if (question[1] != 3 && question[1] != 4)
            atomic_fetch_add(&b->writes, 1);
        b->hear(b->ctx, b, question);
    }
}

void bus_start(struct bus *b, bus_hear *hear, void *ctx)
{
    struct termios raw;

    *b = (struct bus){.hear = hear, .ctx = ctx};
    assert_int_equal(openpty(&b->near, &b->far, b->device, NULL, NULL), 0);
    assert_int_equal(tcgetattr(b->far, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(b->far, TCSANOW, &raw), 0);
    assert_int_equal(pipe(b->stop), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, b->pair), 0);
    b->modbus = modbus_new_rtu("/dev/null", 19200, 'N', 8, 1);
    assert_non_null(b->modbus);
    modbus_set_socket(b->modbus, b->pair[0]);
    modbus_set_response_timeout(b->modbus, 0, 1);
    assert_int_equal(pthread_create(&b->thread, NULL, listen_in, b), 0);
}

void bus_hang_up(struct bus *b)
{
    if (b->near < 0)
        return;
    assert_int_equal(write(b->stop[1], "", 1), 1);
    pthread_join(b->thread, NULL);
    close(b->near);
    close(b->far);
    b->near = -1;
}

void bus_stop(struct bus *b)
{
    bus_hang_up(b);
    modbus_free(b->modbus);
    for (int i = 0; i < 2; i++) {
        close(b->stop[i]);
        close(b->pair[i]);
    }
}

void bus_send(struct bus *b, const void *bytes, size_t n)
{
    assert_int_equal(write(b->near, bytes, n), n);
}

void bus_reply(struct bus *b, const uint8_t question[8], modbus_mapping_t *m, unsigned exception)
{
    uint8_t taken[MODBUS_RTU_MAX_ADU_LENGTH], answer[MODBUS_RTU_MAX_ADU_LENGTH];
    ssize_t n;

    modbus_set_slave(b->modbus, question[0]);
    assert_int_equal(write(b->pair[1], question, 8), 8);
    assert_int_equal(modbus_receive(b->modbus, taken), 8); /* a good checksum */
    if (m != NULL)
        modbus_reply(b->modbus, taken, 8, m);
    else
        modbus_reply_exception(b->modbus, taken, exception);
    n = recv(b->pair[1], answer, sizeof(answer), MSG_DONTWAIT);
    assert_true(n > 0);
    bus_send(b, answer, (size_t)n);
}
