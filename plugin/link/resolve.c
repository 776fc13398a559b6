/*
 * See resolve.h. The job has two owners, the caller and the thread; the last one to let go frees
 * it. AI_ADDRCONFIG is not set: it hides loopback, and every address while a box boots before its
 * network is up.
 */
#include "link/resolve.h"

#include "link/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct resolve {
    atomic_int owners;
    int fd;
    char *host, *port;
    int error;
    struct addrinfo *list;
};

static int look_up(struct resolve *r, int flags)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV};

    r->error = getaddrinfo(r->host, r->port, &hints, &r->list);
    return r->error;
}

static void announce(struct resolve *r)
{
    uint64_t one = 1;

    if (write(r->fd, &one, sizeof(one)) < 0) { /* an eventfd at 0 always takes 1 */
    }
}

static void *thread(void *arg)
{
    struct resolve *r = arg;

    thread_begin("btms resolve");
    look_up(r, 0);
    announce(r);
    resolve_free(r);
    return NULL;
}

static int start_thread(struct resolve *r)
{
    pthread_attr_t attr;
    pthread_t id;
    int err;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    atomic_fetch_add(&r->owners, 1);
    err = pthread_create(&id, &attr, thread, r);
    pthread_attr_destroy(&attr);
    if (err != 0)
        atomic_fetch_sub(&r->owners, 1);
    return err;
}

struct resolve *resolve_start(const char *host, const char *port)
{
    struct resolve *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return NULL;
    atomic_init(&r->owners, 1);
    r->host = strdup(host);
    r->port = strdup(port);
    r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (r->host == NULL || r->port == NULL || r->fd < 0)
        goto fail;
    if (look_up(r, AI_NUMERICHOST) == 0)
        announce(r);
    else if (start_thread(r) != 0)
        goto fail;
    return r;
fail:
    resolve_free(r);
    return NULL;
}

int resolve_fd(const struct resolve *r)
{
    return r->fd;
}

int resolve_result(struct resolve *r, struct addrinfo **ret)
{
    uint64_t count;

    if (read(r->fd, &count, sizeof(count)) < 0) /* also what orders the two threads */
        return EAI_AGAIN;
    *ret = r->list;
    r->list = NULL;
    return r->error;
}

void resolve_free(struct resolve *r)
{
    if (r == NULL || atomic_fetch_sub(&r->owners, 1) > 1)
        return;
    if (r->list != NULL)
        freeaddrinfo(r->list);
    if (r->fd >= 0)
        close(r->fd);
    free(r->host);
    free(r->port);
    free(r);
}
