/* cmd_line.c: commands about serial lines. */
#include "command.h"
#include "gateway.h"
#include "line.h"
#include "text.h"

#include <string.h>

static bool run_line(struct call *c)
{
    struct settings settings;
    struct gateway *gw;

    settings_init(&settings);
    settings.word_order = WORDS_LITTLE;
    if (!gateway_check_name(c->word[0], c->why))
        return false;
    for (int i = 2; i < c->count; i++)
        if (!settings_parse(&settings, c->word[i], false, c->why))
            return false;
    gw = gateway_new(c->word[0], &settings, command_get_seed());
    if (line_open(gw, c->word[1], c->why))
        return true;
    gateway_free(gw);
    return false;
}

static bool is_line(struct call *c)
{
    if (!c->gw->line)
        text_add(c->why, "it is no serial line");
    return c->gw->line != NULL;
}

static bool run_unplug(struct call *c)
{
    if (is_line(c))
        line_unplug(c->gw->line);
    return c->gw->line != NULL;
}

static bool run_plug(struct call *c)
{
    return is_line(c) && line_plug(c->gw->line, c->why);
}

static bool run_foreign(struct call *c)
{
    long unit = 1;

    if (!is_line(c))
        return false;
    if (c->count && !parse_count(c->word[0], 1, 247, &unit)) {
        text_add(c->why, "bad unit \"%s\", it must be 1..247", c->word[0]);
        return false;
    }
    line_foreign(c->gw->line, (unsigned)unit);
    return true;
}

static bool run_line_noise(struct call *c)
{
    if (is_line(c))
        line_noise(c->gw->line);
    return c->gw->line != NULL;
}

const struct command line_commands[] = {
    {"line",       run_line,       false, true,  2, WORDS_MAX, "line NAME PATH [KEY=VALUE ...]"},
    {"unplug",     run_unplug,     true,  false, 0, 0,         "unplug GW"                     },
    {"plug",       run_plug,       true,  false, 0, 0,         "plug GW"                       },
    {"foreign",    run_foreign,    true,  false, 0, 1,         "foreign GW [UNIT]"             },
    {"line-noise", run_line_noise, true,  false, 0, 0,         "line-noise GW"                 },
    {NULL,         NULL,           false, false, 0, 0,         NULL                            },
};
