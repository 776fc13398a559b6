/* cmd_battery.c: commands to the battery model and its clock. */
#include "command.h"
#include "gateway.h"
#include "model_clock.h"
#include "selector.h"
#include "text.h"

#include <string.h>

static const char *const mode_words[] = {
    [MODE_FLOAT] = "float",       [MODE_EQUALIZE] = "equalize", [MODE_DISCHARGE] = "discharge",
    [MODE_RECHARGE] = "recharge", [MODE_IDLE] = "idle",
};

enum { MODES = sizeof(mode_words) / sizeof(mode_words[0]) };

/* "key=number" at word AT; leaves *RET alone if there are no more words. */
static bool parse_keyed(struct call *c, int at, const char *key, double least, double *ret)
{
    size_t length = strlen(key);
    double value;

    if (at >= c->count)
        return true;
    if (!strncmp(c->word[at], key, length) && c->word[at][length] == '=' &&
        parse_number(c->word[at] + length + 1, &value) && value >= least && value <= 1e6) {
        *ret = value;
        return true;
    }
    text_add(c->why, "bad parameter \"%s\", only %s=NUMBER, at least %g", c->word[at], key, least);
    return false;
}

static bool parse_mode(struct call *c, int at, enum mode *ret)
{
    const char *word = at < c->count ? c->word[at] : "";

    for (int i = 0; i < MODES; i++) {
        if (!strcmp(word, mode_words[i])) {
            *ret = (enum mode)i;
            return true;
        }
    }
    text_add(c->why, "unknown mode \"%s\", one of:", word);
    for (int i = 0; i < MODES; i++)
        text_add(c->why, " %s", mode_words[i]);
    return false;
}

/* "all", "ups N" or "string N" at the start of the words. */
static bool parse_strings(struct call *c, int *at, struct selector *ret)
{
    if (strcmp(c->word[0], "all"))
        return selector_parse(c, at, false, ret);
    *ret = (struct selector){
        .level = LEVEL_STRING, .from = 1, .to = (unsigned)c->gw->settings.strings};
    *at = 1;
    return true;
}

static bool is_meant(const struct selector *s, const struct string *string, unsigned number)
{
    if (s->level == LEVEL_UPS)
        number = (unsigned)object_value(&string->values, STRING_UPS_ID);
    return number >= s->from && number <= s->to;
}

static bool run_mode(struct call *c)
{
    struct selector selector;
    double current = 0;
    enum mode mode;
    int at = 0;

    if (!parse_strings(c, &at, &selector) || !parse_mode(c, at, &mode) ||
        !parse_keyed(c, at + 1, "current", -1e6, &current))
        return false;
    for (unsigned i = 1; gateway_string(c->gw, i); i++) {
        struct string *string = gateway_string(c->gw, i);

        refresh_string(c->gw, string);
        if (is_meant(&selector, string, i))
            battery_mode(&string->battery, mode, current);
    }
    return true;
}

struct weakness {
    double factor, resistance;
};

static bool weaken(struct object *o, void *context)
{
    struct traits *traits = &OWNER(o, struct cell, values)->traits;
    const struct weakness *weakness = context;

    traits->capacity = (float)weakness->factor;
    traits->resistance = (float)weakness->resistance;
    return true;
}

static bool run_weak(struct call *c)
{
    struct weakness weakness = {.factor = 0.6, .resistance = 2.0};
    struct selector selector;
    int at = 0;

    if (!selector_parse(c, &at, true, &selector))
        return false;
    if (selector.level != LEVEL_CELL) {
        text_add(c->why, "only a cell can be weak: string N cell M");
        return false;
    }
    for (; at < c->count; at++) {
        bool factor = !strncmp(c->word[at], "factor=", 7);

        if (!parse_keyed(c, at, factor ? "factor" : "resistance", 0.01,
                         factor ? &weakness.factor : &weakness.resistance))
            return false;
    }
    return selector_each(c->gw, &selector, weaken, &weakness);
}

static bool run_ambient(struct call *c)
{
    double temperature, humidity = -1;
    struct selector selector;
    int at = 0;

    if (!parse_strings(c, &at, &selector))
        return false;
    if (at >= c->count || at + 2 < c->count || !parse_number(c->word[at], &temperature) ||
        (at + 1 < c->count && !parse_number(c->word[at + 1], &humidity))) {
        text_add(c->why, "a temperature in C and perhaps a humidity in %% expected");
        return false;
    }
    for (unsigned i = 1; gateway_string(c->gw, i); i++) {
        struct string *string = gateway_string(c->gw, i);

        refresh_string(c->gw, string);
        if (is_meant(&selector, string, i))
            battery_ambient(&string->battery, temperature, humidity);
    }
    return true;
}

static bool run_speed(struct call *c)
{
    double times;

    if (!parse_number(c->word[0], &times) || times < 0 || times > 1e6) {
        text_add(c->why, "bad number \"%s\", 0 to 1000000", c->word[0]);
        return false;
    }
    model_set_speed(times);
    return true;
}

static bool run_freeze(struct call *c)
{
    bool on = !strcmp(c->word[0], "on");

    if (!on && strcmp(c->word[0], "off")) {
        text_add(c->why, "on or off expected at \"%s\"", c->word[0]);
        return false;
    }
    model_freeze(on);
    return true;
}

static bool run_advance(struct call *c)
{
    double seconds;

    if (!parse_number(c->word[0], &seconds) || seconds < 0 || seconds > 1e8) {
        text_add(c->why, "bad number of seconds \"%s\", 0 to 100000000", c->word[0]);
        return false;
    }
    model_jump(seconds);
    return true;
}

const struct command battery_commands[] = {
    {"mode",    run_mode,    true,  true,  2, 4,
     "mode GW {ups N|string N|all} {float|equalize|discharge|recharge|idle} [current=A]"            },
    {"weak",    run_weak,    true,  true,  4, 6, "weak GW string N cell M [factor=F] [resistance=F]"},
    {"ambient", run_ambient, true,  true,  2, 4, "ambient GW {string N|all} T [RH]"                 },
    {"speed",   run_speed,   false, true,  1, 1, "speed TIMES"                                      },
    {"freeze",  run_freeze,  false, true,  1, 1, "freeze on|off"                                    },
    {"advance", run_advance, false, true,  1, 1, "advance SECONDS"                                  },
    {NULL,      NULL,        false, false, 0, 0, NULL                                               },
};
