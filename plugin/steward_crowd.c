/*
 * Many at once are one: the same alarm of many cells of a string is an alarm of the string, and that
 * of many strings of the site one of the site. It is of the same kind, says how many there are and
 * which is the worst, and explains them. Those that came before it was clear that there are many
 * were told. What something else explains already does not count.
 */
#include "steward_own.h"

#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER_MS = 60000, FEW = 3 };

static unsigned cells_of(const struct steward *s, const struct alarm *a)
{
    size_t g = steward_gateway_of(s, a);

    if (g == SIZE_MAX || a->string < 1 || a->string > STRING_MAX)
        return 0;
    return s->gateway[g].is.cells[a->string - 1];
}

static unsigned strings_of_site(const struct steward *s)
{
    unsigned n = 0;

    for (size_t g = 0; g < s->set.gateways; g++)
        n +=
            (unsigned)__builtin_popcount(s->gateway[g].is.strings | s->gateway[g].expected.strings);
    return n;
}

/* So many are no crowd: three, or a tenth of what there is. */
static unsigned few(const struct steward *s, const struct alarm *crowd)
{
    unsigned all = crowd->level == ALARM_OF_STRING ? cells_of(s, crowd) : strings_of_site(s);

    return all / 10 > FEW ? all / 10 : FEW;
}

/* What it is of: the string of a cell, the site of a string. False: it can be of no crowd. */
static bool crowd_of(const struct steward *s, const struct alarm *a, struct alarm *ret)
{
    int row = alarm_row(a->kind);
    size_t g = steward_gateway_of(s, a);

    *ret = (struct alarm){.kind = a->kind, .level = ALARM_OF_SITE};
    if (row < 0 || g == SIZE_MAX || cause_is_alone(a->kind) ||
        (a->level != ALARM_OF_CELL && a->level != ALARM_OF_STRING))
        return false;
    snprintf(ret->object, sizeof(ret->object), "site");
    if (a->level == ALARM_OF_STRING)
        return true;
    ret->level = ALARM_OF_STRING;
    ret->gateway = a->gateway;
    ret->ups = a->ups;
    ret->string = a->string;
    if (a->ups != 0)
        snprintf(ret->object, sizeof(ret->object), "%s / UPS %d / string %d", s->set.entry[g].name,
                 a->ups, a->string);
    else
        snprintf(ret->object, sizeof(ret->object), "%s / string %d", s->set.entry[g].name,
                 a->string);
    return true;
}

/* Work on some strings is nothing that befalls the site. */
static bool counts(const struct steward *s, const struct alarm *a)
{
    const struct alarm *cause = a->cause_id != 0 ? steward_find_id(s, a->cause_id) : NULL;

    return (cause == NULL || !steward_explains(s, cause, a)) &&
           (a->level == ALARM_OF_CELL || a->shelved_until_ms == 0);
}

static int64_t beyond(const struct alarm *a)
{
    return a->has_value && a->has_limit ? llabs((int64_t)a->value - a->limit) : 0;
}

static const struct alarm *worse(const struct alarm *a, const struct alarm *b)
{
    if (a->severity != b->severity)
        return a->severity > b->severity ? a : b;
    return beyond(b) > beyond(a) ? b : a;
}

/* How many of the crowd there are with `a`, raised within a minute. */
static unsigned count_new(const struct steward *s, const struct alarm *crowd, const struct alarm *a,
                          int64_t wall_ms, const struct alarm **worst)
{
    unsigned n = 1;

    *worst = a;
    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *is = &s->ledger->active[i];

        if (!cause_is_one_of(crowd, is) || !counts(s, is) ||
            llabs(wall_ms - is->raised_ms) > TOGETHER_MS)
            continue;
        n++;
        *worst = worse(*worst, is);
    }
    return n;
}

static unsigned count_standing(const struct steward *s, const struct alarm *crowd)
{
    unsigned n = 0;

    for (size_t i = 0; i < s->ledger->actives; i++)
        n += cause_is_one_of(crowd, &s->ledger->active[i]);
    return n;
}

static void take_worst(struct alarm *crowd, const struct alarm *worst)
{
    crowd->severity = worst->severity;
    crowd->has_value = worst->has_value;
    crowd->value = worst->value;
    crowd->decimals = worst->decimals;
    crowd->has_limit = worst->has_limit;
    crowd->limit = worst->limit;
    crowd->sources = ALARM_SOURCE_DERIVED;
    memcpy(crowd->unit, worst->unit, sizeof(crowd->unit));
}

/* `gateway "gw-a" string 3`, or `site`. */
static void name_place(const struct steward *s, const struct alarm *crowd, char *ret, size_t size)
{
    size_t g = steward_gateway_of(s, crowd);

    if (g == SIZE_MAX)
        snprintf(ret, size, "site");
    else
        snprintf(ret, size, "gateway \"%s\" string %d", s->set.entry[g].name, crowd->string);
}

static const char *members(const struct alarm *crowd)
{
    return crowd->level == ALARM_OF_SITE ? "strings" : "cells";
}

static void raise_crowd(struct steward *s, struct alarm *crowd, unsigned n,
                        const struct alarm *worst, struct moment t)
{
    const struct alarm_kind *k = &alarm_kinds[alarm_row(crowd->kind)];
    char place[NAME_SIZE + 32];

    name_place(s, crowd, place, sizeof(place));
    take_worst(crowd, worst);
    steward_write_text(crowd, "%s: %s, %u %s within a minute; worst: %s", place, k->text, n,
                       members(crowd), worst->text);
    log_say(LOG_LEVEL_WARNING, "%s [%s]", crowd->text, k->name);
    steward_look_at_crowd(s, crowd, t);
    steward_raise(s, crowd, t);
}

void steward_look_at_crowd(struct steward *s, const struct alarm *a, struct moment t)
{
    const struct alarm *worst;
    struct alarm crowd, probe = *a;
    unsigned n;

    if (!crowd_of(s, a, &crowd) || ledger_find(s->ledger, &crowd) != NULL)
        return;
    steward_hold(s, &probe, t.now);
    if (!counts(s, &probe))
        return;
    n = count_new(s, &crowd, a, t.wall, &worst);
    if (n > few(s, &crowd))
        raise_crowd(s, &crowd, n, worst, t);
}

/* One, as what stands has changed then. */
static bool end_one(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *a = &s->ledger->active[i];
        char place[NAME_SIZE + 32];
        unsigned n;

        if (!cause_is_crowd(a) || (n = count_standing(s, a)) > few(s, a))
            continue;
        name_place(s, a, place, sizeof(place));
        steward_clear_own(s, a, t, "%s: over: %s, of many %s (%u left)", place,
                          alarm_kinds[alarm_row(a->kind)].text, members(a), n);
        return true;
    }
    return false;
}

void steward_end_crowds(struct steward *s, struct moment t)
{
    while (end_one(s, t))
        ;
}
