/*
 * The same alarm of many cells of a string is one alarm of the string, which explains them: of the
 * kind of the cells' alarms, with how many there are and which is the worst. Those that came before
 * it was clear that there are many were told.
 */
#include "steward_own.h"

#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER_MS = 60000, FEW = 3 };

/* So many are no crowd: three, or a tenth of the string. */
static unsigned few(const struct steward *s, size_t g, const struct alarm *a)
{
    unsigned cells =
        a->string >= 1 && a->string <= STRING_MAX ? s->gateway[g].is.cells[a->string - 1] : 0;

    return cells / 10 > FEW ? cells / 10 : FEW;
}

static bool is_like(const struct alarm *is, const struct alarm *a)
{
    return is->kind == a->kind && is->level == ALARM_OF_CELL && is->gateway == a->gateway &&
           is->string == a->string;
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

/* How many there are with `a`, raised within a minute. */
static unsigned count_new(const struct steward *s, const struct alarm *a, int64_t wall_ms,
                          const struct alarm **worst)
{
    unsigned n = 1;

    *worst = a;
    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *is = &s->ledger->active[i];

        if (!is_like(is, a) || llabs(wall_ms - is->raised_ms) > TOGETHER_MS)
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
        n += is_like(&s->ledger->active[i], crowd);
    return n;
}

static struct alarm crowd_of(const struct alarm *worst, const char *gateway)
{
    struct alarm a = {.kind = worst->kind,
                      .severity = worst->severity,
                      .level = ALARM_OF_STRING,
                      .gateway = worst->gateway,
                      .ups = worst->ups,
                      .string = worst->string,
                      .has_value = worst->has_value,
                      .value = worst->value,
                      .decimals = worst->decimals,
                      .has_limit = worst->has_limit,
                      .limit = worst->limit,
                      .sources = ALARM_SOURCE_DERIVED};

    memcpy(a.unit, worst->unit, sizeof(a.unit));
    if (a.ups != 0)
        snprintf(a.object, sizeof(a.object), "%s / UPS %d / string %d", gateway, a.ups, a.string);
    else
        snprintf(a.object, sizeof(a.object), "%s / string %d", gateway, a.string);
    return a;
}

void steward_look_at_crowd(struct steward *s, size_t g, const struct alarm *a, struct moment t)
{
    const struct alarm *worst;
    struct alarm crowd;
    unsigned n;
    int row = alarm_row(a->kind);

    if (a->level != ALARM_OF_CELL || row < 0 || alarm_kinds[row].level != ALARM_OF_CELL)
        return;
    n = count_new(s, a, t.wall, &worst);
    crowd = crowd_of(worst, s->set.entry[g].name);
    if (n <= few(s, g, a) || ledger_find(s->ledger, &crowd) != NULL)
        return;
    steward_write_text(&crowd, "gateway \"%s\" string %d: %s, %u cells within a minute; worst: %s",
                       s->set.entry[g].name, a->string, alarm_kinds[row].text, n, worst->text);
    log_say(LOG_LEVEL_WARNING, "%s [%s]", crowd.text, alarm_kinds[row].name);
    steward_raise(s, &crowd, t);
}

static size_t gateway_of(const struct steward *s, const struct alarm *a)
{
    for (size_t g = 0; g < s->set.gateways; g++)
        if (s->set.entry[g].index == a->gateway)
            return g;
    return SIZE_MAX;
}

/* One, as what stands has changed then. */
static bool end_one(struct steward *s, struct moment t)
{
    for (size_t i = 0; i < s->ledger->actives; i++) {
        const struct alarm *a = &s->ledger->active[i];
        size_t g = cause_is_crowd(a) ? gateway_of(s, a) : SIZE_MAX;
        unsigned n;

        if (g == SIZE_MAX || (n = count_standing(s, a)) > few(s, g, a))
            continue;
        steward_clear_own(s, a, t, "gateway \"%s\" string %d: over: %s, of many cells (%u left)",
                          s->set.entry[g].name, a->string, alarm_kinds[alarm_row(a->kind)].text, n);
        return true;
    }
    return false;
}

void steward_end_crowds(struct steward *s, struct moment t)
{
    while (end_one(s, t))
        ;
}
