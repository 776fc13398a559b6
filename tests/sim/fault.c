/*
 * fault.c: the table of faults, parsing them, and choosing those that hit a request.
 *
 * A request meets its faults when it arrives, not when it is answered: "the next three requests"
 * then means the same whatever the latency. The plan made here travels with the request; job.c
 * follows the part about time, mangle.c the part about bytes.
 */
#include "fault.h"

#include "gateway.h"
#include "text.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* Parameters a kind takes beside unit= and count=. */
enum { P_MS = 1, P_CODE = 2, P_WHERE = 4, P_N = 8, P_HOW = 16 };

static const struct kind {
    const char *name;
    bool whole; /* of the whole gateway: unit= and count= make no sense */
    unsigned takes;
    const char *bare; /* the key meant by a value without one */
    long value;       /* default of that key */
} kinds[] = {
    [FAULT_REFUSE] = {"refuse",          true,  0,           NULL,    0   },
    [FAULT_CLOSE_IDLE] = {"close-idle",      true,  P_MS,        "ms",    1000},
    [FAULT_MAX_CONNECTIONS] = {"max-connections", true,  P_N | P_HOW, "n",     1   },
    [FAULT_MUTE] = {"mute",            false, 0,           NULL,    0   },
    [FAULT_DROP_PIPELINED] = {"drop-pipelined",  false, P_N,         "n",     1   },
    [FAULT_OVERLOAD] = {"overload",        false, P_N,         "n",     1   },
    [FAULT_DELAY] = {"delay",           false, P_MS,        "ms",    100 },
    [FAULT_LATE] = {"late",            false, P_MS,        "ms",    1000},
    [FAULT_EXCEPTION] = {"exception",       false, P_CODE,      "code",  4   },
    [FAULT_WRONG_TID] = {"wrong-tid",       false, 0,           NULL,    0   },
    [FAULT_WRONG_UNIT] = {"wrong-unit",      false, 0,           NULL,    0   },
    [FAULT_ZERO_REGISTERS] = {"zero-registers",  false, 0,           NULL,    0   },
    [FAULT_OVERLONG] = {"overlong",        false, 0,           NULL,    0   },
    [FAULT_SHORT] = {"short",           false, 0,           NULL,    0   },
    [FAULT_RESET] = {"reset",           false, 0,           NULL,    0   },
    [FAULT_GARBAGE] = {"garbage",         false, P_WHERE,     "where", 0   },
    [FAULT_DUPLICATE] = {"duplicate",       false, 0,           NULL,    0   },
    [FAULT_DRIP] = {"drip",            false, P_MS,        "ms",    5   },
    [FAULT_CRC] = {"crc",             false, 0,           NULL,    0   },
    [FAULT_FOREIGN] = {"foreign",         false, 0,           NULL,    0   },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const char *const where_words[] = {"before", "in", "after"};
static const char *const how_words[] = {"close", "refuse", "oldest"};

static int find_kind(const char *name, struct text *why)
{
    for (int i = 0; i < KINDS; i++)
        if (!strcmp(name, kinds[i].name))
            return i;
    text_add(why, "unknown fault \"%s\", one of:", name);
    for (int i = 0; i < KINDS; i++)
        text_add(why, " %s", kinds[i].name);
    return -1;
}

static bool parse_word(const char *value, const char *const *words, int count, int *ret)
{
    for (int i = 0; i < count; i++) {
        if (!strcmp(value, words[i])) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool key_is(const char *name, const char *key, size_t length)
{
    return strlen(name) == length && !strncmp(name, key, length);
}

/* One "key=value" into F. False if the kind does not take the key or the value is bad. */
static bool fault_store(struct fault *f, const char *key, size_t length, const char *value)
{
    const struct kind *kind = &kinds[f->kind];

    if (!kind->whole && key_is("unit", key, length))
        return parse_count(value, 0, 255, &f->unit);
    if (!kind->whole && key_is("count", key, length))
        return parse_count(value, 1, 1000000000, &f->count);
    if (kind->takes & P_MS && key_is("ms", key, length))
        return (f->ns = parse_ms(value)) >= 0;
    if (kind->takes & P_CODE && key_is("code", key, length))
        return parse_count(value, 1, 255, &f->code);
    if (kind->takes & P_N && key_is("n", key, length))
        return parse_count(value, 0, 1000000, &f->n);
    if (kind->takes & P_WHERE && key_is("where", key, length))
        return parse_word(value, where_words, 3, &f->where);
    if (kind->takes & P_HOW && key_is("how", key, length))
        return parse_word(value, how_words, 3, &f->how);
    return false;
}

static void allowed_keys(const struct kind *kind, struct text *why)
{
    text_add(why, ", %s takes%s%s%s%s%s%s", kind->name, kind->takes & P_MS ? " ms=NUMBER" : "",
             kind->takes & P_CODE ? " code=1..255" : "", kind->takes & P_N ? " n=COUNT" : "",
             kind->takes & P_HOW ? " how=close|refuse|oldest" : "",
             kind->takes & P_WHERE ? " where=before|in|after" : "",
             kind->whole ? "" : " unit=0..255 count=COUNT");
    if (kind->whole && !kind->takes)
        text_add(why, " nothing");
}

static bool fault_parse(struct fault *f, const char *word, struct text *why)
{
    const struct kind *kind = &kinds[f->kind];
    const char *equals = strchr(word, '=');
    bool good;

    if (equals)
        good = fault_store(f, word, (size_t)(equals - word), equals + 1);
    else
        good = kind->bare && fault_store(f, kind->bare, strlen(kind->bare), word);
    if (good)
        return true;
    text_add(why, "bad parameter \"%s\"", word);
    allowed_keys(kind, why);
    return false;
}

/* Takes out the faults of a kind; UNIT -1 takes those of any unit. */
static void unlink_faults(struct gateway *gw, int kind, long unit)
{
    struct fault **at = &gw->faults;

    while (*at) {
        struct fault *f = *at;

        if ((kind >= 0 && f->kind != (enum fault_kind)kind) || (unit >= 0 && f->unit != unit)) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        free(f);
    }
}

/* The one that F replaces: same kind and the very same unit filter. */
static void replace_fault(struct gateway *gw, const struct fault *f)
{
    struct fault **at = &gw->faults;

    while (*at && ((*at)->kind != f->kind || (*at)->unit != f->unit))
        at = &(*at)->next;
    if (*at) {
        struct fault *old = *at;

        *at = old->next;
        free(old);
    }
}

bool fault_add(struct gateway *gw, int count, char *const *words, struct text *why)
{
    int kind = find_kind(words[0], why);
    struct fault f = {.unit = -1, .count = -1}, *made;

    if (kind < 0)
        return false;
    f.kind = (enum fault_kind)kind;
    f.ns = kinds[kind].value * 1000000;
    f.code = f.n = kinds[kind].value;
    for (int i = 1; i < count; i++)
        if (!fault_parse(&f, words[i], why))
            return false;
    made = malloc(sizeof(*made));
    if (!made)
        err(2, "fault");
    replace_fault(gw, &f);
    f.next = gw->faults;
    *made = f;
    gw->faults = made;
    return true;
}

bool fault_clear(struct gateway *gw, const char *kind, long unit, struct text *why)
{
    int number = kind ? find_kind(kind, why) : -1;

    if (kind && number < 0)
        return false;
    unlink_faults(gw, number, unit);
    return true;
}

void fault_clear_all(struct gateway *gw)
{
    unlink_faults(gw, -1, -1);
}

const struct fault *fault_find(const struct gateway *gw, enum fault_kind kind)
{
    const struct fault *f = gw->faults;

    while (f && f->kind != kind)
        f = f->next;
    return f;
}

/* Delays add up; of the other numbers the fault set last is the one that counts. */
static void plan_add(struct plan *plan, const struct fault *f)
{
    bool first = !plan_has(plan, f->kind);

    plan->kinds |= 1u << f->kind;
    if (f->kind == FAULT_DELAY)
        plan->delay_ns += f->ns;
    else if (f->kind == FAULT_LATE && first)
        plan->late_ns = f->ns;
    else if (f->kind == FAULT_DRIP && first)
        plan->drip_ns = f->ns;
    else if (f->kind == FAULT_EXCEPTION && first)
        plan->code = (unsigned)f->code;
    else if (f->kind == FAULT_DROP_PIPELINED && first)
        plan->pipeline = (unsigned)f->n;
    else if (f->kind == FAULT_OVERLOAD && first)
        plan->load = (unsigned)f->n;
    else if (f->kind == FAULT_GARBAGE && first)
        plan->where = f->where;
}

void fault_plan(struct gateway *gw, unsigned unit, struct plan *ret)
{
    struct fault **at = &gw->faults;

    *ret = (struct plan){0};
    while (*at) {
        struct fault *f = *at;

        if (kinds[f->kind].whole || (f->unit >= 0 && f->unit != (long)unit)) {
            at = &f->next;
            continue;
        }
        plan_add(ret, f);
        if (f->count > 0 && --f->count == 0) {
            *at = f->next;
            free(f);
        } else {
            at = &f->next;
        }
    }
}

void fault_print(const struct gateway *gw, struct text *t)
{
    for (const struct fault *f = gw->faults; f; f = f->next) {
        const struct kind *kind = &kinds[f->kind];

        text_add(t, "fault %s %s", gw->name, kind->name);
        if (kind->takes & P_MS)
            text_add(t, " ms=%g", (double)f->ns / 1e6);
        if (kind->takes & P_CODE)
            text_add(t, " code=%ld", f->code);
        if (kind->takes & P_N)
            text_add(t, " n=%ld", f->n);
        if (kind->takes & P_HOW)
            text_add(t, " how=%s", how_words[f->how]);
        if (kind->takes & P_WHERE)
            text_add(t, " where=%s", where_words[f->where]);
        if (f->unit >= 0)
            text_add(t, " unit=%ld", f->unit);
        if (f->count >= 0)
            text_add(t, " count=%ld", f->count);
        text_add(t, "\n");
    }
}
