/* See plan.h: a site in words.
 *
 *   3x4                                         three UPS of four strings
 *   3x4,cells=40,voltage=12                     and what their strings are
 *   A:strings=4,cells=40,voltage=12,current=350 a UPS by name; told again: more strings of it
 */
#include "ctl/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UPS_MOST = 1000, TEXT_MOST = 256 };

bool plan_wrong(char *why, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(why, PLAN_WHY_SIZE, format, ap);
    va_end(ap);
    return false;
}

/* Digits only; false: something else, or larger than `most`. */
static bool digits(const char *text, size_t length, uint32_t most, uint32_t *ret)
{
    uint64_t n = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = 10 * n + (uint64_t)(text[i] - '0');
        if (n > most)
            return false;
    }
    *ret = (uint32_t)n;
    return length > 0;
}

bool plan_read_number(const char *text, uint32_t least, uint32_t most, uint32_t *ret, char *why)
{
    uint32_t n;

    if (!digits(text, strlen(text), most, &n) || n < least)
        return plan_wrong(why, "\"%.64s\" is no whole number from %u to %u", text, least, most);
    *ret = n;
    return true;
}

/* ---- UPS ------------------------------------------------------------------------------------- */

struct told {
    uint32_t count, strings, cells, volts, amperes;
};

static const struct told_key {
    const char *name;
    size_t offset;
    uint32_t most;
} keys[] = {
    {"strings", offsetof(struct told, strings), BOM_STRINGS_MAX  },
    {"cells",   offsetof(struct told, cells),   PLAN_CELLS_MOST  },
    {"voltage", offsetof(struct told, volts),   PLAN_VOLTS_MOST  },
    {"current", offsetof(struct told, amperes), PLAN_AMPERES_MOST},
};

/* "cells=40" */
static bool read_key(char *text, struct told *ret, char *why)
{
    char *value = strchr(text, '='), problem[PLAN_WHY_SIZE];

    if (value != NULL)
        *value++ = '\0';
    for (size_t i = 0; value != NULL && i < sizeof(keys) / sizeof(keys[0]); i++) {
        uint32_t *to = (uint32_t *)((char *)ret + keys[i].offset);

        if (strcmp(text, keys[i].name) != 0)
            continue;
        if (*to != 0)
            return plan_wrong(why, "%s is told twice", text);
        return plan_read_number(value, 1, keys[i].most, to, problem) ||
               plan_wrong(why, "%s: %.200s", text, problem);
    }
    return plan_wrong(why, "\"%.64s\" is none of strings=N, cells=N, voltage=N, current=N", text);
}

static bool read_keys(char *text, struct told *ret, char *why)
{
    char *rest = text, *word;

    while ((word = strsep(&rest, ",")) != NULL)
        if (!read_key(word, ret, why))
            return false;
    return true;
}

/* "3x4"; the end of it in `ret_end`. */
static bool read_times(char *text, struct told *ret, char **ret_end)
{
    size_t n = strcspn(text, ","), x = strcspn(text, "x");

    if (x >= n || !digits(text, x, UPS_MOST, &ret->count) || ret->count == 0 ||
        !digits(text + x + 1, n - x - 1, BOM_STRINGS_MAX, &ret->strings) || ret->strings == 0)
        return false;
    *ret_end = text + n;
    return true;
}

static bool is_name(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return false;
    return *name != '\0' && strlen(name) < NAME_SIZE;
}

static bool has_name(const struct plan_words *w, const char *name)
{
    for (size_t i = 0; i < w->groups; i++)
        if (strcmp(w->group[i].ups, name) == 0)
            return true;
    return false;
}

static bool add(struct plan_words *w, const char *name, const struct told *t, char *why)
{
    struct bom_group *grown;

    if (t->strings > BOM_STRINGS_MAX - w->strings)
        return plan_wrong(why, "more than %d strings in all", BOM_STRINGS_MAX);
    grown = realloc(w->group, (w->groups + 1) * sizeof(*grown));
    if (grown == NULL)
        return plan_wrong(why, "out of memory");
    w->group = grown;
    w->strings += t->strings;
    grown += w->groups++;
    *grown = (struct bom_group){.strings = t->strings,
                                .cells = (uint16_t)t->cells,
                                .cell_voltage = (uint16_t)t->volts,
                                .max_current_a = t->amperes};
    snprintf(grown->ups, sizeof(grown->ups), "%s", name);
    return true;
}

/* UPS-1, UPS-2 ...: names that nobody has taken. */
static bool add_several(struct plan_words *w, const struct told *t, char *why)
{
    unsigned number = 1;

    for (uint32_t i = 0; i < t->count; i++) {
        char name[NAME_SIZE];

        do
            snprintf(name, sizeof(name), "UPS-%u", number++);
        while (has_name(w, name));
        if (!add(w, name, t, why))
            return false;
    }
    return true;
}

static bool read_named(char *text, struct plan_words *w, char *why)
{
    struct told t = {0};
    char *rest = strchr(text, ':');

    if (rest == NULL)
        return plan_wrong(why,
                          "is neither COUNTxSTRINGS (at most %dx%d) nor NAME:strings=N,cells=N,...",
                          UPS_MOST, BOM_STRINGS_MAX);
    *rest++ = '\0';
    if (!is_name(text))
        return plan_wrong(why, "a name has 1 to %d characters, and no control characters",
                          NAME_SIZE - 1);
    if (!read_keys(rest, &t, why))
        return false;
    return t.strings > 0 ? add(w, text, &t, why) : plan_wrong(why, "how many strings? strings=N");
}

bool plan_read_ups(const char *text, struct plan_words *w, char *why)
{
    struct told t = {0};
    char copy[TEXT_MOST], *rest;

    if (strlen(text) >= sizeof(copy))
        return plan_wrong(why, "is longer than %zu characters", sizeof(copy) - 1);
    strcpy(copy, text);
    if (!read_times(copy, &t, &rest))
        return read_named(copy, w, why);
    return (*rest == '\0' || read_keys(rest + 1, &t, why)) && add_several(w, &t, why);
}

bool plan_complete(struct plan_words *w, char *why)
{
    for (size_t i = 0; i < w->groups; i++) {
        struct bom_group *g = &w->group[i];

        g->cells = g->cells != 0 ? g->cells : w->common.cells;
        g->cell_voltage = g->cell_voltage != 0 ? g->cell_voltage : w->common.cell_voltage;
        g->max_current_a = g->max_current_a != 0 ? g->max_current_a : w->common.max_current_a;
        if (g->cells == 0)
            return plan_wrong(
                why, "UPS \"%s\": how many cells has a string? --cells N, or cells=N in --ups",
                g->ups);
    }
    return true;
}

/* ---- consumption ------------------------------------------------------------------------------- */

/* "2.5" is 2500; false: it is no such number. */
static bool read_milliwatt(const char *text, uint32_t *ret)
{
    static const uint32_t scale[] = {1000, 100, 10, 1};
    const char *point = strchr(text, '.');
    size_t whole = point != NULL ? (size_t)(point - text) : strlen(text);
    size_t decimals = point != NULL ? strlen(point + 1) : 0;
    uint32_t watt, rest = 0;

    if (!digits(text, whole, 10000, &watt) || decimals > 3 ||
        (point != NULL && !digits(point + 1, decimals, 999, &rest)))
        return false;
    *ret = watt * 1000 + rest * scale[decimals];
    return *ret <= 10000000;
}

/* "BM-SS=2.5" */
static bool read_device(char *text, struct plan_words *w, char *why)
{
    char *value = strchr(text, '=');
    uint32_t mw;
    int device;

    if (value == NULL)
        return plan_wrong(why, "\"%.64s\": CODE=WATTS is wanted", text);
    *value++ = '\0';
    device = topo_device_find(text);
    if (device < 0)
        return plan_wrong(why, "\"%.64s\" is no device of the hardware table", text);
    if (topo_devices[device].rated_mw != 0)
        return plan_wrong(why, "%s: is a power supply", topo_devices[device].code);
    if (w->consumption[device].told)
        return plan_wrong(why, "%s is told twice", topo_devices[device].code);
    if (!read_milliwatt(value, &mw))
        return plan_wrong(why,
                          "%s: \"%.64s\" is no number of watts from 0 to 10000, with at most three "
                          "decimals",
                          topo_devices[device].code, value);
    w->consumption[device] = (struct topo_consumption){true, mw};
    return true;
}

bool plan_read_consumption(const char *text, struct plan_words *w, char *why)
{
    char copy[TEXT_MOST], *rest = copy, *word;

    if (strlen(text) >= sizeof(copy))
        return plan_wrong(why, "is longer than %zu characters", sizeof(copy) - 1);
    strcpy(copy, text);
    while ((word = strsep(&rest, ",")) != NULL)
        if (!read_device(word, w, why))
            return false;
    return true;
}
