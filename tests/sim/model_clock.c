/*
 * model_clock.c: battery time.
 *
 * Values are refreshed in steps of half a second, as a gateway collects from its string masters in
 * rounds of its own: a client that reads a string block by block within one step sees one state.
 */
#include "model_clock.h"

#include "loop.h"

static const int64_t STEP_NS = 500000000;

static double base_s;   /* battery time at base_ns */
static int64_t base_ns; /* 0 = the clock was never read */
static double speed = 1;
static bool frozen;
static uint64_t touches;

double model_now(void)
{
    if (!base_ns)
        base_ns = loop_now();
    if (frozen)
        return base_s;
    return base_s + speed * (double)(loop_now() - base_ns) / 1e9;
}

/* Keeps what has passed so far before the rate changes. */
static void rebase(void)
{
    base_s = model_now();
    base_ns = loop_now();
    touches++;
}

/* Frozen, nothing moves by itself: not the noise either. */
uint64_t model_stamp(void)
{
    return (uint64_t)((frozen ? base_ns : loop_now()) / STEP_NS) + touches;
}

void model_touch(void)
{
    touches++;
}

void model_set_speed(double times)
{
    rebase();
    speed = times;
}

void model_freeze(bool on)
{
    rebase();
    frozen = on;
}

void model_jump(double seconds)
{
    rebase();
    base_s += seconds;
}
