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
