/* See informer.h. */
#include "informer.h"

#include "core/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Far more than it needs for a manager that is not there; a name server may be slow. */
enum { PATIENCE_MS = 60000 };

void informer_init(struct informer *in, const struct receiver *receiver, const char *program,
                   void (*done)(void *ctx, uint32_t id, bool taken, const char *why), void *ctx)
{
    *in = (struct informer){
        .receiver = receiver, .program = program, .done = done, .ctx = ctx, .fd = -1};
}

/* ---- the process ------------------------------------------------------------------------- */

/* With no signal blocked, as the agent has them, and one descriptor more than it leaves open. The
 * agent's pages are not copied for that, however many they are. */
static int spawn(const struct informer *in, int fd, pid_t *ret)
{
    char *argv[] = {(char *)(uintptr_t)in->program, (char *)(uintptr_t)in->receiver->name, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    int err;

    sigemptyset(&none);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fd, INFORM_FD);
    err = posix_spawn(ret, in->program, &files, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    return err;
}

static bool introduce(const struct informer *in)
{
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n = inform_put_receiver(buf, sizeof(buf), in->receiver);
    bool good = n > 0 && send(in->fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n;

    explicit_bzero(buf, sizeof(buf));
    return good;
}

/* Takes note of its end, if it has ended. */
static void reap(struct informer *in)
{
    if (in->pid > 0 && waitpid(in->pid, NULL, WNOHANG) != 0)
        in->pid = 0;
}

/* It keeps nothing that could be lost. */
static void end(struct informer *in)
{
    if (in->fd >= 0)
        close(in->fd);
    in->fd = -1;
    if (in->pid > 0)
        kill(in->pid, SIGKILL);
    reap(in);
}

/* False: errno says why. */
static bool start(struct informer *in)
{
    int pair[2], err;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    err = spawn(in, pair[1], &in->pid);
    close(pair[1]);
    in->fd = pair[0];
    if (err == 0 && introduce(in))
        return true;
    if (err != 0)
        in->pid = 0;
    end(in);
    errno = err != 0 ? err : EPIPE;
    return false;
}

void informer_stop(struct informer *in)
{
    end(in);
    if (in->pid > 0)
        waitpid(in->pid, NULL, 0); /* it was killed */
    in->pid = 0;
    in->busy = false;
}

/* ---- what it is given -------------------------------------------------------------------- */

static bool pass_on(struct informer *in, const uint8_t *buf, size_t n)
{
    return (in->fd >= 0 || start(in)) &&
           send(in->fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n;
}

int informer_send(struct informer *in, const struct agentx_varbind *vb, size_t n, uint32_t id,
                  int64_t now)
{
    static uint8_t buf[INFORM_MESSAGE_MAX];
    size_t size;

    reap(in);
    if (in->busy || (in->fd < 0 && in->pid > 0))
        return -EAGAIN;
    size = inform_put_notification(buf, sizeof(buf), id, vb, n);
    if (size == 0)
        return -EMSGSIZE;
    in->busy = true;
    in->id = id;
    in->until = now + PATIENCE_MS;
    in->trouble[0] = '\0';
    if (!pass_on(in, buf, size)) {
        snprintf(in->trouble, sizeof(in->trouble), "%s cannot be started: %s", in->program,
                 strerror(errno));
        in->until = now;
    }
    return 0;
}

/* ---- what it answers --------------------------------------------------------------------- */

static void conclude(struct informer *in, bool taken, const char *why)
{
    bool busy = in->busy;

    in->busy = false;
    if (!taken)
        end(in);
    if (busy)
        in->done(in->ctx, in->id, taken, why);
}

static void how_it_ended(struct informer *in, char *ret, size_t size)
{
    int status = 0;
    pid_t pid = waitpid(in->pid, &status, WNOHANG);

    if (pid == in->pid)
        in->pid = 0;
    if (pid > 0 && WIFSIGNALED(status))
        snprintf(ret, size, "its process was ended by signal %d", WTERMSIG(status));
    else if (pid > 0)
        snprintf(ret, size, "its process ended with status %d", WEXITSTATUS(status));
    else
        snprintf(ret, size, "its process ended");
}

static void receive(struct informer *in)
{
    uint8_t buf[INFORM_MESSAGE_MAX];
    struct inform_answer a;
    char why[INFORM_WHY_SIZE];
    ssize_t n = recv(in->fd, buf, sizeof(buf), MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        how_it_ended(in, why, sizeof(why));
        if (!in->busy)
            log_say(LOG_LEVEL_WARNING, "receiver \"%s\": %s; another one is started when needed",
                    in->receiver->name, why);
        conclude(in, false, why);
    } else if (!inform_get_answer(buf, (size_t)n, &a) || !in->busy || a.id != in->id) {
        conclude(in, false, "its process talks nonsense");
    } else {
        conclude(in, a.taken, a.why);
    }
}

void informer_step(struct informer *in, int64_t now, short revents)
{
    if (in->fd < 0)
        reap(in);
    if (in->busy && in->trouble[0] != '\0') {
        conclude(in, false, in->trouble);
        return;
    }
    if (in->fd >= 0 && revents != 0)
        receive(in);
    else if (in->busy && now >= in->until)
        conclude(in, false, "its process does not answer, and was ended");
}

int64_t informer_deadline(const struct informer *in)
{
    return in->busy ? in->until : INT64_MAX;
}
