/* cmd_th.c: commands of temperature and humidity controllers. */
#include "command.h"
#include "gateway.h"
#include "selector.h"
#include "text.h"
#include "th.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct value {
    const char *name;
    int offset;
    int decimals;
    long least, most; /* as the register has it */
} values[] = {
    {"index",            TH_INDEX,            0, 0,      65535},
    {"status",           TH_STATUS,           0, 0,      65535},
    {"temperature",      TH_TEMPERATURE,      1, -32768, 32767},
    {"humidity",         TH_HUMIDITY,         1, -32768, 32767},
    {"temperature-high", TH_TEMPERATURE_HIGH, 0, 0,      65535},
    {"temperature-low",  TH_TEMPERATURE_LOW,  0, 0,      65535},
    {"humidity-high",    TH_HUMIDITY_HIGH,    0, 0,      65535},
    {"humidity-low",     TH_HUMIDITY_LOW,     0, 0,      65535},
};

enum { VALUES = sizeof(values) / sizeof(values[0]) };

static const char *const counts[TH_COUNTS] = {"all", "ok", "error", "alarm"};

/* "sensors=" and "holes=", which no gateway has. */
static bool parse_own(const char *word, long *sensors, bool *holes)
{
    if (!strcmp(word, "holes=on") || !strcmp(word, "holes=off")) {
        *holes = !strcmp(word, "holes=on");
        return true;
    }
    return !strncmp(word, "sensors=", 8) && parse_count(word + 8, 0, TH_MAX, sensors);
}

static bool run_thcontroller(struct call *c)
{
    struct settings settings;
    struct gateway *gw;
    long sensors = 8;
    bool holes = false;

    settings_init(&settings);
    settings.ups = settings.strings = 0;
    if (!gateway_check_name(c->word[0], c->why))
        return false;
    for (int i = 2; i < c->count; i++)
        if (!parse_own(c->word[i], &sensors, &holes) &&
            !settings_parse(&settings, c->word[i], true, c->why)) {
            text_add(c->why, " sensors=0..%d holes=on|off", TH_MAX);
            return false;
        }
    gw = gateway_new(c->word[0], &settings, command_get_seed());
    gw->th = th_new((int)sensors, holes);
    if (server_open(&gw->server, gw, c->word[1], c->why))
        return true;
    gateway_free(gw);
    return false;
}

static bool is_th(struct call *c)
{
    if (!c->gw->th)
        text_add(c->why, "it is no TH controller");
    return c->gw->th != NULL;
}

static bool parse_sensor(struct call *c, int at, long *ret)
{
    if (parse_count(c->word[at], 0, TH_MAX, ret))
        return true;
    text_add(c->why, "bad sensor \"%s\", it must be 0 to %d", c->word[at], TH_MAX);
    return false;
}

static const struct value *find_value(const char *word, size_t length)
{
    for (int i = 0; i < VALUES; i++)
        if (strlen(values[i].name) == length && !strncmp(word, values[i].name, length))
            return &values[i];
    return NULL;
}

static bool set_value(struct call *c, const char *word, long from, long to)
{
    const char *equals = strchr(word, '=');
    const struct value *v = equals ? find_value(word, (size_t)(equals - word)) : NULL;
    double number;
    long raw;

    if (!v || !parse_number(equals + 1, &number)) {
        text_add(c->why, "bad word \"%s\", it must be NAME=NUMBER with one of:", word);
        for (int i = 0; i < VALUES; i++)
            text_add(c->why, " %s", values[i].name);
        return false;
    }
    raw = lround(number * (v->decimals ? 10 : 1));
    if (raw < v->least || raw > v->most) {
        text_add(c->why, "%s is more than its register holds", word);
        return false;
    }
    for (long n = from; n <= to; n++)
        c->gw->th->word[n][v->offset] = (uint16_t)raw;
    return true;
}

/* sensor GW N|N-M|all on|off|NAME=NUMBER ... */
static bool run_sensor(struct call *c)
{
    unsigned from = 0, to = 0;

    if (!is_th(c))
        return false;
    if (strcmp(c->word[0], "0") != 0 && !parse_range(c, 0, "sensor", TH_MAX, &from, &to))
        return false;
    for (int i = 1; i < c->count; i++) {
        bool on = !strcmp(c->word[i], "on"), off = !strcmp(c->word[i], "off");

        for (unsigned n = from; n <= to && (on || off); n++) {
            if (on)
                th_place(c->gw->th, (int)n);
            else
                th_take_away(c->gw->th, (int)n);
        }
        if (!on && !off && !set_value(c, c->word[i], from, to))
            return false;
    }
    return true;
}

static bool run_move(struct call *c)
{
    const char *why;
    long from, to;

    if (!is_th(c) || !parse_sensor(c, 0, &from) || !parse_sensor(c, 1, &to))
        return false;
    why = th_move(c->gw->th, (int)from, (int)to);
    if (why)
        text_add(c->why, "%s", why);
    return !why;
}

static bool run_count(struct call *c)
{
    long value = 0;
    bool hold = strcmp(c->word[1], "auto") != 0;

    if (!is_th(c))
        return false;
    if (hold && !parse_count(c->word[1], 0, 65535, &value)) {
        text_add(c->why, "bad number \"%s\", it must be 0 to 65535, or auto", c->word[1]);
        return false;
    }
    for (int i = 0; i < TH_COUNTS; i++)
        if (!strcmp(c->word[0], counts[i])) {
            c->gw->th->held[i] = hold;
            c->gw->th->count[i] = (uint16_t)value;
            return true;
        }
    text_add(c->why, "bad count \"%s\", one of: all ok error alarm", c->word[0]);
    return false;
}

/* As the registers have it. */
static bool run_sensors(struct call *c)
{
    if (!is_th(c))
        return false;
    for (int n = 0; n <= TH_MAX; n++) {
        const uint16_t *word = c->gw->th->word[n];

        if (!word[TH_STATUS])
            continue;
        text_add(c->out, "sensor %d", n);
        for (int i = TH_STATUS; i < VALUES; i++)
            text_add(c->out, " %d", values[i].least < 0 ? (int16_t)word[i] : word[i]);
        text_add(c->out, "\n");
    }
    return true;
}

const struct command th_commands[] = {
    {"thcontroller", run_thcontroller, false, false, 2, WORDS_MAX,
     "thcontroller NAME ADDRESS:PORT [sensors=N] [holes=on|off] [KEY=VALUE ...]"                            },
    {"sensor",       run_sensor,       true,  false, 2, WORDS_MAX, "sensor TH N on|off|NAME=NUMBER ..."     },
    {"move",         run_move,         true,  false, 2, 2,         "move TH FROM TO"                        },
    {"count",        run_count,        true,  false, 2, 2,         "count TH all|ok|error|alarm NUMBER|auto"},
    {"sensors",      run_sensors,      true,  false, 0, 0,         "sensors TH"                             },
    {NULL,           NULL,             false, false, 0, 0,         NULL                                     },
};
