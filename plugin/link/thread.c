#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

void thread_begin(const char *name)
{
    char shortened[16];
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    snprintf(shortened, sizeof(shortened), "%s", name);
    pthread_setname_np(pthread_self(), shortened);
}

struct timespec thread_deadline(int ms)
{
    struct timespec ret;

    clock_gettime(CLOCK_MONOTONIC, &ret);
    ret.tv_sec += ms / 1000;
    ret.tv_nsec += ms % 1000 * 1000000L;
    if (ret.tv_nsec >= 1000000000L) {
        ret.tv_sec++;
        ret.tv_nsec -= 1000000000L;
    }
    return ret;
}
