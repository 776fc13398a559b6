/*
 * lab - a device in its thread against a fake gateway behind a real socket.
 */
#ifndef TESTS_LAB_H
#define TESTS_LAB_H

#include "device.h"
#include "fake.h"
#include "server.h"

#include <pthread.h>

/* Everything under `lock` but the thread and the device. */
struct lab {
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct fake fake;
    struct server *server;
    struct gateway_config config;
    struct device *device;
    pthread_t thread;
    int wake_fd;
    struct gateway seen; /* at the last turn, sweep or health */
    int turns, sweeps[STRING_MAX], healths, healths_unreachable;
    int raised, cleared;
    int froms;          /* asked when all cells may be read */
    int raised_of[128]; /* by the kind's number */
    int64_t lost_ms;
    bool straddled;          /* a turn reached from before the loss to after it */
    int first_turn_interval; /* health's, at the first turn after the loss; -1 = none yet */
    int break_unit, breaks;  /* the server resets at this unit, so many times */
    int fuse_unit;           /* at the next read of this unit ... */
    bool fuse_cells;         /* ... or only of its cells, if so ... */
    int hang_to;             /* ... strings 1 to this hang */
    bool blown;
};

extern struct lab lab;

/* Two strings of four cells and their UPS; short intervals, a long time-out. For cmocka. */
int lab_set_up(void **state);
int lab_tear_down(void **state);

void lab_start(void);

/* Ends the thread, within what is far less than any time-out it may be waiting for. */
void lab_stop(void);

/* Waits until a counter of the lab is `n`, or more; or `n` more than it is now. */
void lab_wait_until(const int *counter, int n);
void lab_wait_for(const int *counter, int n);

void lab_with_fake(void (*change)(struct fake *f));

/* The model at the last turn, sweep or health. */
struct gateway lab_seen(void);

#endif
