/*
 * See condition.h. A level of a leg is a debounced bit: `in` says on which side it is, turn_ms since
 * when, `out` what counts. The table is open-addressed with linear probing; removing shifts back
 * what follows, so there are no tombstones.
 */
#include "core/condition.h"

#include <stdlib.h>
#include <string.h>

/* ---- one leg ----------------------------------------------------------------------------- */

static bool due(const struct leg *l, const struct leg_rule *rule, int level, int64_t now)
{
    bool wanted = l->in > level;

    if (wanted)
        return now - l->turn_ms[level] >= rule->raise_ms[level] &&
               l->samples[level] >= rule->samples;
    return now - l->turn_ms[level] >= rule->clear_ms;
}

static void settle(struct leg *l, const struct leg_rule *rule, int64_t now)
{
    for (int level = 0; level < 2; level++) {
        uint8_t bit = (uint8_t)(1 << level);

        if ((l->in > level) != ((l->out & bit) != 0) && due(l, rule, level, now))
            l->out ^= bit;
    }
}

void leg_see(struct leg *l, const struct leg_rule *rule, int level, int64_t now)
{
    for (int i = 0; i < 2; i++) {
        if ((level > i) != (l->in > i)) {
            l->turn_ms[i] = now;
            l->samples[i] = 0;
        }
        l->samples[i] += l->samples[i] < UINT8_MAX;
    }
    l->in = (uint8_t)level;
    settle(l, rule, now);
}

void leg_wait(struct leg *l, const struct leg_rule *rule, int64_t now)
{
    if (l->held)
        settle(l, rule, now);
}

void leg_lose(struct leg *l)
{
    if (l->held)
        return;
    l->in = (uint8_t)leg_level(l);
    l->samples[0] = l->samples[1] = 0;
}

int leg_level(const struct leg *l)
{
    return l->out & 2 ? 2 : l->out & 1;
}

enum leg_state leg_state(const struct leg *l)
{
    if (l->out == 0)
        return l->in > 0 ? LEG_PENDING : LEG_IDLE;
    return l->in > 0 ? LEG_ACTIVE : LEG_CLEARING;
}

/* ---- one condition ----------------------------------------------------------------------- */

static int worst_level(const struct condition *c)
{
    int worst = 0;

    for (int i = 0; i < LEGS; i++)
        if (leg_level(&c->leg[i]) > worst)
            worst = leg_level(&c->leg[i]);
    return worst;
}

static uint8_t sources_of(const struct condition *c, enum alarm_source others)
{
    const enum alarm_source source[LEGS] = {ALARM_SOURCE_DEVICE, ALARM_SOURCE_LIMIT, others};
    uint8_t ret = 0;

    for (int i = 0; i < LEGS; i++)
        if (c->leg[i].out != 0)
            ret |= (uint8_t)source[i];
    return ret;
}

/* Counts a beginning. True when it is one too many. */
static bool flaps_now(struct condition *c, int most, int64_t now)
{
    if (c->raises == 0 || now - c->window_ms > FLAP_WINDOW_MS) {
        c->window_ms = now;
        c->raises = 0;
    }
    c->raises += c->raises < UINT8_MAX;
    if (most == 0 || c->flapping || c->raises < most)
        return false;
    c->flapping = true;
    return true;
}

static enum condition_news raise(struct condition *c, const struct condition_join *how, int level,
                                 int64_t now, bool *flaps)
{
    c->told = true;
    c->gone = false;
    c->returns = 0;
    c->severity = (uint8_t)how->severity[level - 1];
    c->peak_told = c->peak;
    *flaps = flaps_now(c, how->flap_raises, now);
    return CONDITION_RAISED;
}

static enum condition_news end(struct condition *c)
{
    c->told = false;
    if (c->flapping)
        c->raises = 0;
    c->flapping = c->stale_told = false;
    return CONDITION_CLEARED;
}

static enum condition_news compare(struct condition *c, const struct condition_join *how, int level,
                                   uint8_t sources, int64_t now)
{
    uint8_t severity = (uint8_t)how->severity[level - 1];

    if (severity != c->severity && !(c->flapping && severity < c->severity)) {
        c->severity = severity;
        return CONDITION_WORSENED;
    }
    if (how->news_only)
        return CONDITION_SAME;
    if (sources != c->sources || c->stale != c->stale_told)
        return CONDITION_CHANGED;
    return (c->peak != c->peak_told || c->returns > 0) && now - c->told_ms >= PEAK_GAP_MS
               ? CONDITION_CHANGED
               : CONDITION_SAME;
}

/* While it stands: data that are gone say nothing. */
static void count_return(struct condition *c)
{
    bool is = false;

    if (!c->told || c->stale)
        return;
    for (int i = 0; i < LEGS; i++)
        is |= leg_state(&c->leg[i]) == LEG_ACTIVE;
    c->returns += is && c->gone && c->returns < UINT16_MAX;
    c->gone = !is;
}

enum condition_news condition_join(struct condition *c, const struct condition_join *how,
                                   int64_t now, bool *flaps)
{
    int level = worst_level(c);
    uint8_t sources = sources_of(c, how->others);
    enum condition_news news = CONDITION_SAME;

    *flaps = false;
    if (level > 0)
        c->calm_ms = now;
    count_return(c);
    if (level > 0 && !c->told)
        news = raise(c, how, level, now, flaps);
    else if (level > 0)
        news = compare(c, how, level, sources, now);
    else if (c->told && !(c->flapping && now - c->calm_ms < FLAP_CALM_MS))
        news = end(c);
    if (news == CONDITION_SAME)
        return news;
    if (level > 0)
        c->sources = sources;
    c->stale_told = c->told && c->stale;
    c->peak_told = c->peak;
    c->told_ms = now;
    return news;
}

void condition_wait(struct condition *c, const struct leg_rule *rule, bool lost, int64_t now)
{
    c->stale = c->told && lost;
    for (int i = 0; i < LEGS; i++) {
        if (lost)
            leg_lose(&c->leg[i]);
        leg_wait(&c->leg[i], rule, now);
    }
}

bool condition_idle(const struct condition *c, int64_t now)
{
    for (int i = 0; i < LEGS; i++)
        if (c->leg[i].in != 0 || c->leg[i].out != 0)
            return false;
    return !c->told && (c->raises == 0 || now - c->window_ms > FLAP_WINDOW_MS);
}

/* ---- the table --------------------------------------------------------------------------- */

uint32_t condition_key(int row, struct object o)
{
    return (uint32_t)(row + 1) << 16 | (uint32_t)o.index << 8 | (uint32_t)o.cell;
}

int condition_row(const struct condition *c)
{
    return (int)(c->key >> 16) - 1;
}

struct object condition_object(const struct condition *c)
{
    return (struct object){alarm_kinds[condition_row(c)].level, (int)(c->key >> 8 & 0xff),
                           (int)(c->key & 0xff)};
}

void conditions_free(struct conditions *t)
{
    free(t->slot);
    *t = (struct conditions){0};
}

static size_t home(const struct conditions *t, uint32_t key)
{
    return (key * 2654435769u >> 8) & (t->slots - 1); /* Fibonacci hashing */
}

/* Where it is, or where it would be put. */
static struct condition *probe(const struct conditions *t, uint32_t key)
{
    size_t i = home(t, key);

    while (t->slot[i].key != 0 && t->slot[i].key != key)
        i = (i + 1) & (t->slots - 1);
    return &t->slot[i];
}

struct condition *conditions_find(const struct conditions *t, uint32_t key)
{
    struct condition *c = t->slots > 0 ? probe(t, key) : NULL;

    return c != NULL && c->key == key ? c : NULL;
}

static bool grow(struct conditions *t)
{
    struct conditions bigger = {.slots = t->slots > 0 ? 2 * t->slots : 64, .count = t->count};

    bigger.slot = calloc(bigger.slots, sizeof(*bigger.slot));
    if (bigger.slot == NULL)
        return false;
    for (size_t i = 0; i < t->slots; i++)
        if (t->slot[i].key != 0)
            *probe(&bigger, t->slot[i].key) = t->slot[i];
    free(t->slot);
    t->slot = bigger.slot;
    t->slots = bigger.slots;
    return true;
}

struct condition *conditions_add(struct conditions *t, uint32_t key)
{
    struct condition *c = conditions_find(t, key);

    if (c != NULL)
        return c;
    if (t->count >= CONDITIONS_MAX || (4 * (t->count + 1) > 3 * t->slots && !grow(t))) {
        t->full = true;
        return NULL;
    }
    c = probe(t, key);
    *c = (struct condition){.key = key};
    t->count++;
    return c;
}

void conditions_remove(struct conditions *t, struct condition *c)
{
    size_t mask = t->slots - 1, hole = (size_t)(c - t->slot);

    for (size_t i = (hole + 1) & mask; t->slot[i].key != 0; i = (i + 1) & mask)
        if (((i - home(t, t->slot[i].key)) & mask) >= ((i - hole) & mask)) {
            t->slot[hole] = t->slot[i];
            hole = i;
        }
    t->slot[hole].key = 0;
    t->count--;
}
