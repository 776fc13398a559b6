/* See model.h: what is asked of the model as a whole. */
#include "core/model.h"

static bool ups_well(const struct ups *u)
{
    return u->presence == PRESENCE_HERE && u->value[UPS_STATUS] == STATUS_OK;
}

static bool cells_well(const struct string *s)
{
    for (const struct cell *c = s->cell; c < s->cell + s->cells; c++)
        if (c->seen && (c->misses > 0 || c->value[CELL_STATUS] != STATUS_OK))
            return false;
    return true;
}

static bool string_well(const struct string *s)
{
    return s->presence == PRESENCE_HERE && s->value[STRING_STATUS] == STATUS_OK && cells_well(s);
}

/* Those the string says it has now; it may have had more. */
static int cells_now(const struct string *s)
{
    int32_t says = s->value[STRING_CELL_COUNT];

    return validity_usable(s->validity[STRING_CELL_COUNT]) && says < s->cells ? says : s->cells;
}

struct model_count model_count(const struct gateway *g)
{
    struct model_count n = {.all_well = true};

    for (const struct ups *u = g->ups; u < g->ups + UPS_MAX; u++) {
        n.ups += u->presence == PRESENCE_HERE;
        n.all_well &= u->presence == PRESENCE_NEVER || ups_well(u);
    }
    for (const struct string *s = g->string; s < g->string + STRING_MAX; s++) {
        n.strings += s->presence == PRESENCE_HERE;
        n.cells += s->presence == PRESENCE_HERE ? cells_now(s) : 0;
        n.all_well &= s->presence == PRESENCE_NEVER || string_well(s);
    }
    return n;
}
