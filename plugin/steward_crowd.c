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

/* Strings that are lost: what they share is a gateway, a supply or the network, which have alarms of
 * their own; else each has to be looked for. */
static bool is_loss(uint16_t kind)
{
    return kind == ALARM_STRING_COMM_LOST || kind == ALARM_STRING_CELLS_LOST ||
           kind == ALARM_CELL_COMM_LOST;
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
        return !is_loss(a->kind);
    ret->level = ALARM_OF_STRING;
    ret->gateway = a->gateway;
    ret->ups = a->ups;
    ret->string = a->string;
    steward_name_object(s, g, ret);
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

/* Those that are worked on say nothing where others are. */
static const struct alarm *worse(const struct alarm *a, const struct alarm *b)
{
    if ((a->shelved_until_ms == 0) != (b->shelved_until_ms == 0))
        return a->shelved_until_ms == 0 ? a : b;
    if (a->severity != b->severity)
        return a->severity > b->severity ? a : b;
    return beyond(b) > beyond(a) ? b : a;
}

struct found {
    unsigned n;
    const struct alarm *worst;
    bool one_gateway; /* has them all */
};

/* How many of the crowd there are with `a`, raised within a minute. */
static struct found count_new(const struct steward *s, const struct alarm *crowd,
                              const struct alarm *a, int64_t wall_ms)
{
    struct found ret = {1, a, true};

    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *is = &s->ledger->active[i];

        if (!cause_is_one_of(crowd, is) || !counts(s, is) ||
            llabs(wall_ms - is->raised_ms) > TOGETHER_MS)
            continue;
        ret.n++;
        ret.worst = worse(ret.worst, is);
        ret.one_gateway &= is->gateway == a->gateway;
    }
    return ret;
}

static bool same_object(const struct alarm *a, const struct alarm *b)
{
    return a->gateway == b->gateway && a->ups == b->ups && a->string == b->string &&
           a->cell == b->cell;
}

/* Those that stand; with `now`, NULL for none, as it is about to be. */
static struct found count_standing(const struct steward *s, const struct alarm *crowd,
                                   const struct alarm *now)
{
    struct found ret = {.n = now != NULL, .worst = now, .one_gateway = true};

    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *is = &s->ledger->active[i];

        if (!cause_is_one_of(crowd, is) || (now != NULL && same_object(is, now)))
            continue;
        ret.n++;
        ret.one_gateway &= ret.worst == NULL || is->gateway == ret.worst->gateway;
        ret.worst = ret.worst == NULL ? is : worse(ret.worst, is);
    }
    return ret;
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
        steward_name_subject(s, g, crowd, ret, size);
}

static const char *members(const struct alarm *crowd)
{
    return crowd->level == ALARM_OF_SITE ? "strings" : "cells";
}

static void describe(const struct steward *s, struct alarm *crowd, const struct found *c)
{
    char place[NAME_SIZE + 32], of[NAME_SIZE + 16] = "";
    size_t g = steward_gateway_of(s, c->worst);

    name_place(s, crowd, place, sizeof(place));
    if (crowd->level == ALARM_OF_SITE && c->one_gateway && g != SIZE_MAX)
        snprintf(of, sizeof(of), " of gateway \"%s\"", s->set.entry[g].name);
    take_worst(crowd, c->worst);
    steward_write_text(crowd, "%s: %s, %u %s%s; worst: %s", place,
                       alarm_kinds[alarm_row(crowd->kind)].text, c->n, members(crowd), of,
                       c->worst->text);
}

static void raise_crowd(struct steward *s, struct alarm *crowd, const struct found *c,
                        struct moment t)
{
    describe(s, crowd, c);
    log_say(LOG_LEVEL_WARNING, "%s [%s]", crowd->text, alarm_kinds[alarm_row(crowd->kind)].name);
    steward_look_at_crowd(s, crowd, t);
    steward_raise(s, crowd, t);
}

/* What it says follows its members; with `now`, NULL for none, as it is about to be. Another severity
 * is an event, the rest is only shown. */
static void refresh(struct steward *s, struct alarm *standing, const struct alarm *now,
                    struct moment t)
{
    const struct found c = count_standing(s, standing, now);
    struct alarm a = *standing;

    if (c.worst == NULL)
        return;
    describe(s, &a, &c);
    a.peak = c.worst->has_value ? c.worst->value : a.peak;
    if (a.severity != standing->severity || strcmp(a.text, standing->text) != 0)
        steward_update(s, standing, &a, t);
}

void steward_worsen_crowd(struct steward *s, const struct alarm *a, struct moment t)
{
    struct alarm crowd, now = *a, *standing;

    if (!crowd_of(s, a, &crowd))
        return;
    standing = ledger_find(s->ledger, &crowd);
    if (standing == NULL || a->severity <= standing->severity)
        return;
    steward_hold(s, &now, t.now); /* sets its shelf */
    standing = ledger_find(s->ledger, &crowd);
    if (standing != NULL && now.shelved_until_ms == 0)
        refresh(s, standing, &now, t);
}

void steward_look_at_crowd(struct steward *s, const struct alarm *a, struct moment t)
{
    struct alarm crowd, probe = *a;
    struct found c;

    if (!crowd_of(s, a, &crowd) || ledger_find(s->ledger, &crowd) != NULL)
        return;
    steward_hold(s, &probe, t.now);
    if (!counts(s, &probe))
        return;
    c = count_new(s, &crowd, a, t.wall);
    if (c.n > few(s, &crowd))
        raise_crowd(s, &crowd, &c, t);
}

/* One, as what stands has changed then. */
static bool end_one(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *a = &s->ledger->active[i];
        char place[NAME_SIZE + 32];
        unsigned n;

        if (!cause_is_crowd(a) || (n = count_standing(s, a, NULL).n) > few(s, a))
            continue;
        name_place(s, a, place, sizeof(place));
        steward_clear_own(s, a, t, "%s: over: %s, of many %s (%u left)", place,
                          alarm_kinds[alarm_row(a->kind)].text, members(a), n);
        return true;
    }
    return false;
}

void steward_look_at_crowds(struct steward *s, struct moment t)
{
    while (end_one(s, t))
        ;
    for (size_t i = 0; i < s->ledger->actives; i++)
        if (cause_is_crowd(&s->ledger->active[i]))
            refresh(s, &s->ledger->active[i], NULL, t);
}
