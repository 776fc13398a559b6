/* See capture.h. */
#include "capture.h"
#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LINES = 4096, LINE_SIZE = 1100 };

static struct {
    enum log_level level;
    char text[LINE_SIZE];
} line[LINES];
static int lines;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;

static void keep(enum log_level level, const char *text)
{
    pthread_mutex_lock(&lock);
    if (lines < LINES) {
        line[lines].level = level;
        snprintf(line[lines].text, LINE_SIZE, "%s", text);
        lines++;
    }
    pthread_cond_broadcast(&news);
    pthread_mutex_unlock(&lock);
}

int capture_start(void **state)
{
    (void)state;
    pthread_mutex_lock(&lock);
    lines = 0;
    pthread_mutex_unlock(&lock);
    log_set_sink(keep);
    return 0;
}

int capture_stop(void **state)
{
    (void)state;
    log_set_sink(NULL);
    return 0;
}

static int count(int level, const char *part)
{
    int n = 0;

    for (int i = 0; i < lines; i++)
        n += (level < 0 || (int)line[i].level == level) && strstr(line[i].text, part) != NULL;
    return n;
}

int capture_lines(void)
{
    return capture_count("");
}

int capture_count(const char *part)
{
    int n;

    pthread_mutex_lock(&lock);
    n = count(-1, part);
    pthread_mutex_unlock(&lock);
    return n;
}

int capture_count_of(enum log_level level, const char *part)
{
    int n;

    pthread_mutex_lock(&lock);
    n = count((int)level, part);
    pthread_mutex_unlock(&lock);
    return n;
}

bool capture_wait(const char *part, int n)
{
    struct timespec until;
    bool enough;
    int err = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&lock);
    while (!(enough = count(-1, part) >= n) && err == 0)
        err = pthread_cond_timedwait(&news, &lock, &until);
    pthread_mutex_unlock(&lock);
    if (!enough)
        capture_show();
    return enough;
}

const char *capture_last(void)
{
    const char *text;

    pthread_mutex_lock(&lock);
    text = lines > 0 ? line[lines - 1].text : "";
    pthread_mutex_unlock(&lock);
    return text;
}

void capture_show(void)
{
    pthread_mutex_lock(&lock);
    for (int i = 0; i < lines; i++)
        fprintf(stderr, "log %d: %s\n", (int)line[i].level, line[i].text);
    pthread_mutex_unlock(&lock);
}
