/*
 * cmd_values.c: reading and setting registers by name.
 *
 * A value set by hand stays until it is released; the battery model goes on underneath.
 */
#include "command.h"
#include "gateway.h"
#include "selector.h"
#include "text.h"
#include "unit.h"

#include <inttypes.h>
#include <string.h>

/* What the functions called for each object need to know. */
struct order {
    struct call *call;
    int row;          /* -1 = all */
    const char *text; /* value to set */
    bool raw;
};

/* Row of a value name, or false with the names there are. */
static bool find_row(struct call *c, enum level level, const char *name, int *ret)
{
    *ret = map_find(level, name);
    if (*ret >= 0)
        return true;
    text_add(c->why, "unknown value \"%s\" of a %s, one of: ", name, map_of(level)->object);
    map_names(level, c->why);
    return false;
}

/* SELECTOR with an optional NAME behind it, which is all there may be. */
static bool parse_order(struct call *c, struct selector *ret, struct order *order)
{
    int at = 0;

    *order = (struct order){.call = c, .row = -1};
    if (!selector_parse(c, &at, true, ret))
        return false;
    if (at < c->count && !find_row(c, ret->level, c->word[at++], &order->row))
        return false;
    if (at < c->count) {
        text_add(c->why, "nothing expected at \"%s\"", c->word[at]);
        return false;
    }
    return true;
}

static void print_value(struct call *c, const struct object *o, int row)
{
    char text[VALUE_TEXT_MAX];

    object_print(o, row, text);
    object_name(c->gw, o, c->out);
    text_add(c->out, " %s %" PRId64 " %s\n", map_of(o->level)->reg[row].name, object_value(o, row),
             text);
}

static bool print_object(struct object *o, void *context)
{
    struct order *order = context;
    const struct map *map = map_of(o->level);

    for (int row = 0; row < (int)map->count; row++)
        if ((order->row < 0 || order->row == row) && gateway_maps(order->call->gw, &map->reg[row]))
            print_value(order->call, o, row);
    return true;
}

static void refresh_all(struct gateway *gw)
{
    for (unsigned i = 1; gateway_string(gw, i); i++)
        refresh_string(gw, gateway_string(gw, i));
    for (unsigned i = 1; gateway_ups(gw, i); i++)
        refresh_ups(gw, gateway_ups(gw, i));
}

static bool run_get(struct call *c)
{
    struct selector selector;
    struct order order;

    if (!parse_order(c, &selector, &order))
        return false;
    refresh_all(c->gw);
    return selector_each(c->gw, &selector, print_object, &order);
}

/* What a client could read: units that are absent have no values. */
static bool run_dump(struct call *c)
{
    struct gateway *gw = c->gw;
    struct order order = {.call = c, .row = -1};

    refresh_all(gw);
    for (int i = 0; i < gw->settings.ups; i++)
        if (!gw->ups[i].values.absent)
            print_object(&gw->ups[i].values, &order);
    for (int i = 0; i < gw->settings.strings; i++) {
        if (gw->string[i].values.absent)
            continue;
        print_object(&gw->string[i].values, &order);
        for (int k = 0; k < gw->settings.cells; k++)
            print_object(&gw->string[i].cell[k].values, &order);
    }
    return true;
}

static bool set_object(struct object *o, void *context)
{
    struct order *order = context;
    const char *why = object_set(o, order->row, order->text, order->raw);

    if (!why)
        return true;
    text_add(order->call->why, "bad value \"%s\" for %s, %s", order->text,
             map_of(o->level)->reg[order->row].name, why);
    return false;
}

static bool run_any_set(struct call *c, bool raw)
{
    struct order order = {.call = c, .text = c->word[c->count - 1], .raw = raw};
    struct selector selector;
    int at = 0;

    if (!selector_parse(c, &at, true, &selector))
        return false;
    if (c->count - at != 2) {
        text_add(c->why, "a NAME and a VALUE must stand behind the object");
        return false;
    }
    return find_row(c, selector.level, c->word[at], &order.row) &&
           selector_each(c->gw, &selector, set_object, &order);
}

static bool run_set(struct call *c)
{
    return run_any_set(c, false);
}

static bool run_set_raw(struct call *c)
{
    return run_any_set(c, true);
}

static bool release_object(struct object *o, void *context)
{
    struct order *order = context;

    o->held &= order->row < 0 ? 0 : ~(1u << order->row);
    return true;
}

static bool release_everything(struct gateway *gw)
{
    struct order order = {.row = -1};

    for (int i = 0; i < gw->settings.ups; i++)
        release_object(&gw->ups[i].values, &order);
    for (int i = 0; i < gw->settings.strings; i++) {
        release_object(&gw->string[i].values, &order);
        for (int k = 0; k < gw->settings.cells; k++)
            release_object(&gw->string[i].cell[k].values, &order);
    }
    return true;
}

static bool run_release(struct call *c)
{
    struct selector selector;
    struct order order;

    if (!c->count)
        return release_everything(c->gw);
    if (!parse_order(c, &selector, &order))
        return false;
    return selector_each(c->gw, &selector, release_object, &order);
}

static bool make_absent(struct object *o, void *context)
{
    const bool *absent = context;

    o->absent = *absent;
    return true;
}

static bool run_presence(struct call *c, bool absent)
{
    const char *last = c->word[c->count - 1];
    struct selector selector;
    int at = 0;

    if (!selector_parse(c, &at, true, &selector))
        return false;
    if (at == c->count - 1 && !strcmp(last, "off"))
        absent = !absent;
    else if (at != c->count && (at != c->count - 1 || strcmp(last, "on"))) {
        text_add(c->why, "on or off expected at \"%s\"", c->word[at]);
        return false;
    }
    return selector_each(c->gw, &selector, make_absent, &absent);
}

static bool run_absent(struct call *c)
{
    return run_presence(c, true);
}

static bool run_present(struct call *c)
{
    return run_presence(c, false);
}

static bool run_register(struct call *c)
{
    long unit, address, value[WORDS_MAX];

    if (!parse_count(c->word[0], 0, 255, &unit)) {
        text_add(c->why, "bad unit \"%s\", it must be 0 to 255", c->word[0]);
        return false;
    }
    if (c->count == 1) {
        unit_clear_plain(c->gw, (unsigned)unit);
        return true;
    }
    if (c->count == 2 || !parse_count(c->word[1], 0, 65535 - (c->count - 3), &address)) {
        text_add(c->why,
                 "an ADDRESS and values that end at 65535 at most must stand behind the unit");
        return false;
    }
    for (int i = 2; i < c->count; i++)
        if (!parse_count(c->word[i], 0, 65535, &value[i])) {
            text_add(c->why, "bad value \"%s\", it must be 0 to 65535", c->word[i]);
            return false;
        }
    for (int i = 2; i < c->count; i++)
        unit_set_plain(c->gw, (unsigned)unit, (unsigned)(address + i - 2), (uint16_t)value[i]);
    return true;
}

#define OBJECT "{ups N|string N [cell M]}"

const struct command value_commands[] = {
    {"set",      run_set,      true,  true,  4, 6,         "set GW " OBJECT " NAME VALUE"        },
    {"set-raw",  run_set_raw,  true,  true,  4, 6,         "set-raw GW " OBJECT " NAME INTEGER"  },
    {"release",  run_release,  true,  true,  0, 5,         "release GW [" OBJECT " [NAME]]"      },
    {"get",      run_get,      true,  false, 2, 5,         "get GW " OBJECT " [NAME]"            },
    {"dump",     run_dump,     true,  false, 0, 0,         "dump GW"                             },
    {"absent",   run_absent,   true,  true,  2, 5,         "absent GW " OBJECT " [on|off]"       },
    {"present",  run_present,  true,  true,  2, 5,         "present GW " OBJECT " [on|off]"      },
    {"register", run_register, true,  true,  1, WORDS_MAX, "register GW UNIT [ADDRESS VALUE ...]"},
    {NULL,       NULL,         false, false, 0, 0,         NULL                                  },
};
