/* loop.h: the event loop: file descriptors, timers, end. Knows no Modbus. */
#ifndef SIM_LOOP_H
#define SIM_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The structure that a watch or timer at POINTER is the member of. */
#define OWNER(pointer, type, member)                                                               \
    ((type *)(uintptr_t)((const char *)(pointer)-offsetof(type, member)))

/* Lives inside its owner. FD is -1 when nothing is watched; the loop never closes it. */
struct watch {
    int fd;
    void (*ready)(struct watch *w, uint32_t events); /* EPOLLIN, EPOLLOUT, ... */
};

/* Creates the loop; ends the process if the system refuses. */
void loop_init(void);

/* Watches W->fd. False with errno when the system refuses. */
bool loop_watch(struct watch *w, uint32_t events);

/* Changes what is watched for. */
void loop_change(struct watch *w, uint32_t events);

/* Stops watching and closes the descriptor. Events already fetched for it are dropped. */
void loop_close(struct watch *w);

/* Frees memory once no fetched event can point into it any more. */
void loop_free(void *memory);

/* Runs until loop_stop(); AFTER is called when all events and timers of a round are done. */
void loop_run(void (*after)(void));

void loop_stop(void);

/* Monotonic time in ns, fetched once per round. */
int64_t loop_now(void);

#endif
