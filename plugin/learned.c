/* See learned.h. */
#include "learned.h"

#include <stdbool.h>
#include <stdio.h>

static bool same(const struct learned_state *a, const struct learned_state *b)
{
    return a->window == b->window && a->ceiling == b->ceiling && a->connections == b->connections &&
           a->cells == b->cells;
}

/* What was told still holds, but for a window that may grow again. */
static bool only_narrower(const struct learned_state *is, const struct learned_state *told)
{
    struct learned_state as_told = *is;

    as_told.window = told->window;
    return is->window <= told->window && same(&as_told, told);
}

static enum learned_news tell(struct learned *l, enum learned_news news)
{
    l->told = l->last;
    return news;
}

enum learned_news learned_turn(struct learned *l, struct learned_state is)
{
    struct learned_state was = l->last;

    l->turns = same(&is, &was) ? l->turns + 1 : 0;
    l->last = is;
    if (was.connections > 0 && (is.ceiling < was.ceiling || is.connections < was.connections))
        return tell(l, LEARNED_WORSE);
    if (l->turns < LEARNED_TURNS - 1 || only_narrower(&is, &l->told))
        return LEARNED_NOTHING;
    return tell(l, LEARNED_SETTLED);
}

void learned_write(const struct learned_state *s, char ret[LEARNED_SIZE])
{
    snprintf(ret, LEARNED_SIZE,
             "%d request%s under way at once, over %d connection%s, %s per request", s->window,
             s->window == 1 ? "" : "s", s->connections, s->connections == 1 ? "" : "s",
             s->cells == 2 ? "two cells" : "one cell");
}
