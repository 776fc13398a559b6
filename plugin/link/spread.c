/* See spread.h. */
#include "link/spread.h"

enum {
    LEAST_NS = 1000 * 1000, /* per answer: a device that is faster has nothing to gain */
    BLOCK_LEAST = 4,
    ENOUGH = 64, /* answers: so many may have been on their way when the device went */
};
static const int64_t AGAIN_MS = 24 * 3600 * 1000LL;
static const int64_t OUTAGE_MS = 10 * 60 * 1000; /* a second one within this is no accident */

void spread_init(struct spread *s, int allowed)
{
    *s = (struct spread){.allowed = allowed, .is = 1};
}

int spread_wanted(const struct spread *s)
{
    return s->trial > 0 ? s->trial : s->is;
}

bool spread_open(const struct spread *s, int64_t now)
{
    return s->trial > 0 || (s->is < s->allowed && now >= s->again_ms);
}

static int64_t median(const int64_t block_ns[SPREAD_BLOCKS])
{
    for (int i = 0;; i++) {
        int shorter = 0, same = 0;

        for (int k = 0; k < SPREAD_BLOCKS; k++) {
            shorter += block_ns[k] < block_ns[i];
            same += block_ns[k] == block_ns[i];
        }
        if (shorter <= SPREAD_BLOCKS / 2 && shorter + same > SPREAD_BLOCKS / 2)
            return block_ns[i];
    }
}

static void end_trial(struct spread *s, int64_t now)
{
    s->trial = 0;
    s->doubted = false;
    s->turns = 0;
    s->again_ms = now + AGAIN_MS;
    s->blocks = 0;
    s->since_us = 0;
}

/* Twice as many are to be at least one and a half times as fast. */
static void judge(struct spread *s, int64_t now, int64_t ns)
{
    if (s->trial > 0 && ns * (s->is + s->trial) > s->is_ns * 2 * s->is) {
        if (s->doubted)
            end_trial(s, now);
        s->doubted = true;
        return;
    }
    if (s->trial > 0)
        s->is = s->trial;
    s->doubted = false;
    s->turns = 0;
    s->is_ns = ns;
    if (s->is == s->allowed || ns < LEAST_NS)
        end_trial(s, now);
    else
        s->trial = 2 * s->is < s->allowed ? 2 * s->is : s->allowed;
}

/* All connections may answer in one moment, so a block has two answers of each at least. */
static int block_size(const struct spread *s)
{
    int n = 2 * spread_wanted(s);

    return n > BLOCK_LEAST ? n : BLOCK_LEAST;
}

void spread_note(struct spread *s, int64_t now, int64_t now_us, int answers, bool enough)
{
    if (!spread_open(s, now))
        return;
    if (s->since_us > 0)
        s->answers += answers;
    if (s->since_us > 0 && s->answers >= block_size(s)) {
        s->block_ns[s->blocks++] = (now_us - s->since_us) * 1000 / s->answers;
        s->since_us = 0;
    }
    if (s->blocks == SPREAD_BLOCKS) {
        s->blocks = 0;
        judge(s, now, median(s->block_ns));
    }
    if (!enough)
        s->since_us = 0;
    else if (s->since_us == 0) {
        s->since_us = now_us;
        s->answers = 0;
    }
}

void spread_turn(struct spread *s, int64_t now, int open)
{
    if (s->trial > 0 && open > s->is && ++s->turns > SPREAD_TURNS)
        end_trial(s, now);
}

void spread_lost(struct spread *s, int64_t now, int left)
{
    if (s->trial == 0 && left < s->is) {
        s->before = s->is;
        s->since = 0;
        s->is = 1;
    }
    end_trial(s, now);
}

void spread_answered(struct spread *s)
{
    if (s->before > 0 && ++s->since > ENOUGH)
        s->before = 0;
}

void spread_outage(struct spread *s, int64_t now)
{
    if (s->before > 0 && (s->outage_ms == 0 || now - s->outage_ms >= OUTAGE_MS)) {
        s->is = s->before;
        s->outage_ms = now;
        s->again_ms = 0;
    }
    s->before = 0;
}
