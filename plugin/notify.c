/* See notify.h. One mutex, one condition, a ring. The thread sends outside of the lock. */
#include "notify.h"

#include "core/log.h"
#include "link/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { CAPACITY = 1024 };

struct notify {
    pthread_mutex_t lock;
    pthread_cond_t news, ended;
    pthread_t thread;
    void (*send)(const struct notice *);
    bool stop, over;
    unsigned dropped;
    size_t first, count;
    struct notice ring[CAPACITY];
};

/* Waits for a notice. False when there is none left and the queue is to end. */
static bool take(struct notify *n, struct notice *ret, unsigned *ret_dropped)
{
    bool any;

    pthread_mutex_lock(&n->lock);
    while (n->count == 0 && !n->stop)
        pthread_cond_wait(&n->news, &n->lock);
    any = n->count > 0;
    if (any) {
        *ret = n->ring[n->first];
        n->first = (n->first + 1) % CAPACITY;
        n->count--;
    }
    *ret_dropped = n->dropped;
    n->dropped = 0;
    pthread_mutex_unlock(&n->lock);
    return any;
}

static void *run(void *arg)
{
    struct notify *n = arg;
    struct notice notice;
    unsigned dropped;

    thread_begin("btms notify");
    while (take(n, &notice, &dropped)) {
        n->send(&notice);
        if (dropped > 0)
            log_say(LOG_LEVEL_ERROR,
                    "notifications: %u lost, a receiver was too slow (all are in this log)",
                    dropped);
    }
    pthread_mutex_lock(&n->lock);
    n->over = true;
    pthread_cond_signal(&n->ended);
    pthread_mutex_unlock(&n->lock);
    return NULL;
}

struct notify *notify_start(void (*send)(const struct notice *))
{
    struct notify *n = calloc(1, sizeof(*n));
    pthread_condattr_t attr;

    if (n == NULL)
        return NULL;
    n->send = send;
    pthread_mutex_init(&n->lock, NULL);
    pthread_cond_init(&n->news, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&n->ended, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&n->thread, NULL, run, n) != 0) {
        free(n);
        return NULL;
    }
    return n;
}

void notify_post(struct notify *n, const struct notice *notice)
{
    pthread_mutex_lock(&n->lock);
    if (n->count < CAPACITY)
        n->ring[(n->first + n->count++) % CAPACITY] = *notice;
    else
        n->dropped++;
    pthread_cond_signal(&n->news);
    pthread_mutex_unlock(&n->lock);
}

static bool wait_over(struct notify *n, int patience_ms)
{
    const struct timespec until = thread_deadline(patience_ms);
    bool over;
    int err = 0;

    pthread_mutex_lock(&n->lock);
    n->stop = true;
    pthread_cond_signal(&n->news);
    while (!n->over && err == 0)
        err = pthread_cond_timedwait(&n->ended, &n->lock, &until);
    over = n->over;
    if (!over)
        n->count = 0; /* nobody is to be called any more */
    pthread_mutex_unlock(&n->lock);
    return over;
}

void notify_stop(struct notify *n, int patience_ms)
{
    if (n == NULL)
        return;
    if (!wait_over(n, patience_ms)) {
        pthread_detach(n->thread); /* it still uses n: never freed */
        return;
    }
    pthread_join(n->thread, NULL);
    pthread_cond_destroy(&n->news);
    pthread_cond_destroy(&n->ended);
    pthread_mutex_destroy(&n->lock);
    free(n);
}
