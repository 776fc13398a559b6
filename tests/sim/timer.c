/*
 * timer.c: a binary heap of timers.
 *
 * Every request passes through here, even one without latency: it is due at once, so that answering
 * has one path and the order of answers one rule (time, then arrival).
 */
#include "timer.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>

static struct timer **heap;
static unsigned used, size;
static uint64_t turns;

static bool earlier(const struct timer *a, const struct timer *b)
{
    return a->due != b->due ? a->due < b->due : a->turn < b->turn;
}

static void place(struct timer *t, unsigned index)
{
    heap[index] = t;
    t->slot = index + 1;
}

static void sift_up(struct timer *t, unsigned index)
{
    while (index > 0 && earlier(t, heap[(index - 1) / 2])) {
        place(heap[(index - 1) / 2], index);
        index = (index - 1) / 2;
    }
    place(t, index);
}

static void sift_down(struct timer *t, unsigned index)
{
    for (;;) {
        unsigned child = 2 * index + 1;

        if (child >= used)
            break;
        if (child + 1 < used && earlier(heap[child + 1], heap[child]))
            child++;
        if (!earlier(heap[child], t))
            break;
        place(heap[child], index);
        index = child;
    }
    place(t, index);
}

static void heap_grow(void)
{
    if (used < size)
        return;
    size = size ? 2 * size : 256;
    heap = realloc(heap, size * sizeof(heap[0]));
    if (!heap)
        err(2, "%u timers", size);
}

void timer_set(struct timer *t, int64_t due)
{
    timer_cancel(t);
    heap_grow();
    t->due = due;
    t->turn = turns++;
    sift_up(t, used++);
}

void timer_cancel(struct timer *t)
{
    unsigned index = t->slot - 1;
    struct timer *last;

    if (!t->slot)
        return;
    t->slot = 0;
    last = heap[--used];
    if (last == t)
        return;
    sift_down(last, index);
    sift_up(last, last->slot - 1);
}

void timers_run(int64_t now)
{
    while (used && heap[0]->due <= now) {
        struct timer *t = heap[0];

        timer_cancel(t);
        t->fire(t);
    }
}

int64_t timers_next(void)
{
    return used ? heap[0]->due : INT64_MAX;
}
