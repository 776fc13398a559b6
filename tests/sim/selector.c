/* selector.c: which objects of a gateway a command means. */
#include "selector.h"

#include "command.h"
#include "gateway.h"
#include "loop.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

bool parse_range(struct call *c, int at, const char *what, unsigned most, unsigned *ret_from,
                 unsigned *ret_to)
{
    const char *word = at < c->count ? c->word[at] : NULL;
    char tail;
    int got;

    if (!word) {
        text_add(c->why, "number missing behind \"%s\", 1..%u or a range or all", what, most);
        return false;
    }
    if (!strcmp(word, "all")) {
        *ret_from = 1;
        *ret_to = most;
        return true;
    }
    got = word[0] >= '0' && word[0] <= '9' ? sscanf(word, "%5u-%5u%c", ret_from, ret_to, &tail) : 0;
    if (got == 1 && !strchr(word, '-') && strspn(word, "0123456789") == strlen(word))
        *ret_to = *ret_from;
    else if (got != 2)
        got = 0;
    if (got && *ret_from >= 1 && *ret_to >= *ret_from && *ret_to <= most)
        return true;
    text_add(c->why, "no %s \"%s\" here, there are 1..%u (or a range like 1-3, or all)", what, word,
             most);
    return false;
}

bool selector_parse(struct call *c, int *at, bool deep, struct selector *ret)
{
    const char *word = *at < c->count ? c->word[*at] : "";
    const struct settings *set = &c->gw->settings;

    *ret = (struct selector){0};
    if (!strcmp(word, "ups")) {
        ret->level = LEVEL_UPS;
        *at += 2;
        return parse_range(c, *at - 1, word, (unsigned)set->ups, &ret->from, &ret->to);
    }
    if (strcmp(word, "string")) {
        text_add(c->why, "unknown object \"%s\", one of: ups N, string N%s", word,
                 deep ? ", string N cell M" : "");
        return false;
    }
    ret->level = LEVEL_STRING;
    *at += 2;
    if (!parse_range(c, *at - 1, word, (unsigned)set->strings, &ret->from, &ret->to))
        return false;
    if (!deep || *at >= c->count || strcmp(c->word[*at], "cell"))
        return true;
    ret->level = LEVEL_CELL;
    *at += 2;
    return parse_range(c, *at - 1, "cell", (unsigned)set->cells, &ret->cell_from, &ret->cell_to);
}

static bool each_cell(struct gateway *gw, unsigned string, const struct selector *s,
                      bool (*each)(struct object *o, void *context), void *context)
{
    for (unsigned i = s->cell_from; i <= s->cell_to; i++)
        if (!each(&gateway_cell(gw, gateway_string(gw, string), i)->values, context))
            return false;
    return true;
}

bool selector_each(struct gateway *gw, const struct selector *s,
                   bool (*each)(struct object *o, void *context), void *context)
{
    bool good = true;

    for (unsigned i = s->from; i <= s->to && good; i++) {
        if (s->level == LEVEL_UPS)
            good = each(&gateway_ups(gw, i)->values, context);
        else if (s->level == LEVEL_STRING)
            good = each(&gateway_string(gw, i)->values, context);
        else
            good = each_cell(gw, i, s, each, context);
    }
    return good;
}

/* The cell's string is the one whose array it lies in. */
static int string_of_cell(const struct gateway *gw, const struct cell *cell)
{
    int i = 0;

    while (cell < gw->string[i].cell || cell >= gw->string[i].cell + gw->settings.cells)
        i++;
    return i;
}

void object_name(const struct gateway *gw, const struct object *o, struct text *t)
{
    const struct cell *cell;
    int string;

    switch (o->level) {
    case LEVEL_UPS:
        text_add(t, "ups %d", (int)(OWNER(o, const struct ups, values) - gw->ups) + 1);
        break;
    case LEVEL_STRING:
        text_add(t, "string %d", (int)(OWNER(o, const struct string, values) - gw->string) + 1);
        break;
    case LEVEL_CELL:
        cell = OWNER(o, const struct cell, values);
        string = string_of_cell(gw, cell);
        text_add(t, "string %d cell %d", string + 1, (int)(cell - gw->string[string].cell) + 1);
    }
}
