/* See pace.h. */
#include "pace.h"

/* The values of a full gateway, which are five times 3,840 at first, keep collectd busy that long. */
enum { GAP_MS = 200 };

void pace_init(struct pace *p, size_t devices, int64_t interval_ms)
{
    int64_t share = devices > 0 ? interval_ms / (int64_t)devices : GAP_MS;

    p->gap_ms = share < GAP_MS ? share : GAP_MS;
    p->round_ms = p->gap_ms * (int64_t)devices;
    atomic_init(&p->next_ms, 0);
}

int64_t pace_take(struct pace *p, int64_t now)
{
    int64_t next = atomic_load(&p->next_ms), last = now + p->round_ms, at;

    do
        at = next < now ? now : next < last ? next : last;
    while (!atomic_compare_exchange_weak(&p->next_ms, &next, at + p->gap_ms));
    return at;
}

/* Multiples of the golden ratio: each falls into one of the largest gaps that those before left. */
uint32_t pace_place(size_t i)
{
    return (uint32_t)i * 2654435769U;
}
