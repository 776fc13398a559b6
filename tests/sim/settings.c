/*
 * settings.c: one row per key gives its parsing, its limits, its error text and its printing.
 *
 * The defaults are the plainest reading of the vendor's page: gaps are refused, a unit that is not
 * there answers with exception 11, the high word comes first.
 */
#include "settings.h"

#include "map.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_COUNT, KIND_WORD, KIND_REAL, KIND_MS };

static const char *const gaps_words[] = {"refuse", "zero", "pack", "short", NULL};
static const char *const absent_words[] = {"exception", "zero", "silent", NULL};
static const char *const service_words[] = {"overlap", "connection", "serial", NULL};
static const char *const function_words[] = {"3", "4", "both", NULL};
static const char *const order_words[] = {"big", "little", NULL};
static const char *const switch_words[] = {"off", "on", NULL};

#define AT(field) offsetof(struct settings, field)

static const struct key {
    const char *name;
    enum kind kind;
    size_t offset;
    bool fixed; /* only when the gateway is created */
    long least, most;
    const char *const *words; /* the value stored is the index */
} keys[] = {
    {"ups",       KIND_COUNT, AT(ups),        true,  1, MAX_UPS,     NULL          },
    {"strings",   KIND_COUNT, AT(strings),    true,  0, MAX_STRINGS, NULL          },
    {"cells",     KIND_COUNT, AT(cells),      true,  0, MAX_CELLS,   NULL          },
    {"celltype",  KIND_COUNT, AT(celltype),   true,  2, 12,          NULL          },
    {"capacity",  KIND_REAL,  AT(capacity),   true,  1, 100000,      NULL          },
    {"seed",      KIND_COUNT, AT(seed),       true,  0, 1000000000,  NULL          },
    {"gaps",      KIND_WORD,  AT(gaps),       false, 0, 0,           gaps_words    },
    {"absent",    KIND_WORD,  AT(absent),     false, 0, 0,           absent_words  },
    {"service",   KIND_WORD,  AT(service),    false, 0, 0,           service_words },
    {"latency",   KIND_MS,    AT(latency_ns), false, 0, 0,           NULL          },
    {"function",  KIND_WORD,  AT(functions),  false, 0, 0,           function_words},
    {"version",   KIND_COUNT, AT(version),    false, 1, 2,           NULL          },
    {"wordorder", KIND_WORD,  AT(word_order), false, 0, 0,           order_words   },
    {"soh",       KIND_WORD,  AT(soh),        false, 0, 0,           switch_words  },
    {"alarm",     KIND_WORD,  AT(alarm),      false, 0, 0,           switch_words  },
    {"noise",     KIND_WORD,  AT(noise),      false, 0, 0,           switch_words  },
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

void settings_init(struct settings *s)
{
    *s = (struct settings){
        .ups = 1, .strings = 4, .cells = 40, .celltype = 12, .capacity = 100, .version = 2};
    s->functions = FUNCTIONS_BOTH;
}

bool parse_count(const char *text, long least, long most, long *ret)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (end == text || *end || value < least || value > most)
        return false;
    *ret = value;
    return true;
}

bool parse_number(const char *text, double *ret)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || !isfinite(value))
        return false;
    *ret = value;
    return true;
}

int64_t parse_ms(const char *text)
{
    double ms;

    if (!parse_number(text, &ms) || ms < 0 || ms > 1e9)
        return -1;
    return (int64_t)(ms * 1e6);
}

/* What a key accepts, for the error message. */
static void key_allowed(const struct key *key, struct text *t)
{
    switch (key->kind) {
    case KIND_COUNT:
    case KIND_REAL:
        text_add(t, "a number from %ld to %ld", key->least, key->most);
        break;
    case KIND_MS:
        text_add(t, "milliseconds");
        break;
    case KIND_WORD:
        for (int i = 0; key->words[i]; i++)
            text_add(t, "%s%s", i ? "|" : "", key->words[i]);
    }
}

static bool store_word(const struct key *key, const char *value, int *ret)
{
    for (int i = 0; key->words[i]; i++) {
        if (!strcmp(value, key->words[i])) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool store_count(const struct key *key, const char *value, int *ret)
{
    long count;

    if (!parse_count(value, key->least, key->most, &count))
        return false;
    if (key->offset == AT(celltype) && count != 2 && count != 6 && count != 12)
        return false;
    *ret = (int)count;
    return true;
}

static bool key_store(const struct key *key, const char *value, struct settings *s)
{
    void *field = (char *)s + key->offset;
    double number;
    int64_t ms;

    switch (key->kind) {
    case KIND_COUNT:
        return store_count(key, value, field);
    case KIND_WORD:
        return store_word(key, value, field);
    case KIND_REAL:
        if (!parse_number(value, &number) || number < (double)key->least ||
            number > (double)key->most)
            return false;
        *(double *)field = number;
        return true;
    case KIND_MS:
        ms = parse_ms(value);
        if (ms < 0)
            return false;
        *(int64_t *)field = ms;
        return true;
    }
    return false;
}

static const struct key *key_find(const char *word, size_t length)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strlen(keys[i].name) == length && !strncmp(word, keys[i].name, length))
            return &keys[i];
    return NULL;
}

bool settings_parse(struct settings *s, const char *word, bool running, struct text *why)
{
    const char *equals = strchr(word, '=');
    const struct key *key = equals ? key_find(word, (size_t)(equals - word)) : NULL;

    if (!key) {
        text_add(why, "unknown option \"%s\", one of:", word);
        for (size_t i = 0; i < KEYS; i++)
            if (!running || !keys[i].fixed)
                text_add(why, " %s=", keys[i].name);
        return false;
    }
    if (running && key->fixed) {
        text_add(why, "\"%s\" is fixed once the gateway exists", key->name);
        return false;
    }
    if (key_store(key, equals + 1, s))
        return true;
    text_add(why, "bad value in \"%s\", allowed is ", word);
    key_allowed(key, why);
    if (key->offset == AT(celltype))
        text_add(why, ", only 2, 6 and 12 exist");
    return false;
}

void settings_print(const struct settings *s, bool running, struct text *t)
{
    for (size_t i = 0; i < KEYS; i++) {
        const void *field = (const char *)s + keys[i].offset;

        if (running && keys[i].fixed)
            continue;
        text_add(t, " %s=", keys[i].name);
        if (keys[i].kind == KIND_COUNT)
            text_add(t, "%d", *(const int *)field);
        else if (keys[i].kind == KIND_WORD)
            text_add(t, "%s", keys[i].words[*(const int *)field]);
        else if (keys[i].kind == KIND_REAL)
            text_add(t, "%g", *(const double *)field);
        else
            text_add(t, "%g", (double)*(const int64_t *)field / 1e6);
    }
}
