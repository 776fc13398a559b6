/*
 * control.c: the server end of the control socket.
 *
 * One command a line; the answer is its output and a last line "OK" or "ERROR what, where, why".
 * Answers are queued, so that a client that does not read its dump does not hold up the gateways.
 */
#include "control.h"

#include "command.h"
#include "loop.h"
#include "text.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 65536 };

struct session {
    struct watch watch;
    struct session *next;
    struct text input, output;
};

static struct watch listener = {.fd = -1};
static struct session *sessions;
static struct sockaddr_un own;

static void session_close(struct session *s)
{
    struct session **at = &sessions;

    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    loop_close(&s->watch);
    text_done(&s->input);
    text_done(&s->output);
    loop_free(s);
}

static void session_command(struct session *s, const char *line)
{
    struct text why = {0};

    if (command_run(line, &s->output, &why)) {
        text_add(&s->output, "OK\n");
    } else {
        text_add(&s->output, "ERROR %s\n", text_string(&why));
    }
    text_done(&why);
}

/* Runs all whole lines of the input. */
static void session_commands(struct session *s)
{
    char *end;

    while (s->input.length && (end = memchr(s->input.data, '\n', s->input.length))) {
        *end = '\0';
        session_command(s, s->input.data);
        text_consume(&s->input, (size_t)(end - s->input.data) + 1);
    }
}

/* False if the client is gone. */
static bool session_send(struct session *s)
{
    while (s->output.length) {
        ssize_t sent =
            send(s->watch.fd, s->output.data, s->output.length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno != EAGAIN)
            return false;
        if (sent < 0)
            break;
        text_consume(&s->output, (size_t)sent);
    }
    loop_change(&s->watch, s->output.length ? EPOLLIN | EPOLLOUT : EPOLLIN);
    return true;
}

/* False if the client is gone or sends no line ends. */
static bool session_read(struct session *s)
{
    char bytes[4096];
    ssize_t got = recv(s->watch.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (got < 0)
        return errno == EAGAIN;
    if (got == 0 || s->input.length > LINE_MAX_BYTES)
        return false;
    text_append(&s->input, bytes, (size_t)got);
    session_commands(s);
    return true;
}

static void session_ready(struct watch *w, uint32_t events)
{
    struct session *s = OWNER(w, struct session, watch);
    bool good = true;

    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        good = session_read(s);
    if (!good || !session_send(s))
        session_close(s);
}

static void control_accept(struct watch *w, uint32_t events)
{
    int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC);
    struct session *s;

    (void)events;
    if (fd < 0)
        return;
    s = calloc(1, sizeof(*s));
    if (!s)
        err(2, "control socket");
    s->watch = (struct watch){.fd = fd, .ready = session_ready};
    s->next = sessions;
    sessions = s;
    if (!loop_watch(&s->watch, EPOLLIN))
        session_close(s);
}

/* Whether a simulator answers at our path. */
static bool in_use(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool used = connect(fd, (struct sockaddr *)&own, sizeof(own)) == 0;

    close(fd);
    return used;
}

static bool control_listen(void)
{
    if (bind(listener.fd, (struct sockaddr *)&own, sizeof(own))) {
        if (errno != EADDRINUSE || in_use()) {
            errno = EADDRINUSE;
            return false;
        }
        unlink(own.sun_path);
        if (bind(listener.fd, (struct sockaddr *)&own, sizeof(own)))
            return false;
    }
    return !listen(listener.fd, 16) && loop_watch(&listener, EPOLLIN);
}

bool control_open(const char *path, struct text *why)
{
    own.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(own.sun_path)) {
        text_add(why, "control socket %s: the path is too long", path);
        return false;
    }
    strcpy(own.sun_path, path);
    listener.ready = control_accept;
    listener.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener.fd >= 0 && control_listen())
        return true;
    text_add(why, "control socket %s: cannot listen, %s", path, strerror(errno));
    loop_close(&listener);
    return false;
}

void control_close(void)
{
    while (sessions)
        session_close(sessions);
    if (listener.fd >= 0)
        unlink(own.sun_path);
    loop_close(&listener);
}
