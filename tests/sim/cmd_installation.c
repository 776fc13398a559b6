/* cmd_installation.c: commands that make gateways, change how they serve, and count. */
#include "command.h"
#include "gateway.h"
#include "line.h"
#include "record.h"
#include "text.h"
#include "th.h"

#include <inttypes.h>
#include <string.h>

static bool run_gateway(struct call *c)
{
    struct settings settings;
    struct gateway *gw;

    settings_init(&settings);
    if (!gateway_check_name(c->word[0], c->why))
        return false;
    for (int i = 2; i < c->count; i++)
        if (!settings_parse(&settings, c->word[i], false, c->why))
            return false;
    gw = gateway_new(c->word[0], &settings, command_get_seed());
    if (server_open(&gw->server, gw, c->word[1], c->why))
        return true;
    gateway_free(gw);
    return false;
}

static bool run_remove(struct call *c)
{
    gateway_free(c->gw);
    c->gw = NULL;
    return true;
}

static bool run_options(struct call *c)
{
    struct settings settings = c->gw->settings;

    for (int i = 0; i < c->count; i++)
        if (!settings_parse(&settings, c->word[i], true, c->why))
            return false;
    c->gw->settings = settings;
    return true;
}

static void print_address(const struct gateway *gw, struct text *t)
{
    if (gw->line)
        line_print(gw->line, t);
    else
        server_print(&gw->server, t);
}

static bool run_list(struct call *c)
{
    for (const struct gateway *gw = gateways; gw; gw = gw->next) {
        text_add(c->out, "%s %s ",
                 gw->th     ? "thcontroller"
                 : gw->line ? "line"
                            : "gateway",
                 gw->name);
        print_address(gw, c->out);
        if (gw->th)
            text_add(c->out, " sensors=%d holes=%s", gw->th->sensors, gw->th->holes ? "on" : "off");
        settings_print(&gw->settings, gw->th != NULL, c->out);
        text_add(c->out, "\n");
    }
    return true;
}

static bool run_address(struct call *c)
{
    print_address(c->gw, c->out);
    text_add(c->out, "\n");
    return true;
}

static bool run_stats(struct call *c)
{
    long unit;

    if (!c->count) {
        stats_print(&c->gw->stats, c->out);
        return true;
    }
    if (strncmp(c->word[0], "unit=", 5) || !parse_count(c->word[0] + 5, 0, 255, &unit)) {
        text_add(c->why, "bad parameter \"%s\", only unit=0..255", c->word[0]);
        return false;
    }
    text_add(c->out, "requests %" PRIu64 "\n", c->gw->stats.unit_requests[unit]);
    return true;
}

static bool run_reset_stats(struct call *c)
{
    stats_reset(&c->gw->stats);
    return true;
}

static bool run_record(struct call *c)
{
    if (strcmp(c->word[0], "off"))
        return record_start(c->word[0], c->why);
    record_stop();
    return true;
}

const struct command installation_commands[] = {
    {"gateway",     run_gateway,     false, true,  2, WORDS_MAX,
     "gateway NAME ADDRESS:PORT [KEY=VALUE ...]"                                           },
    {"remove",      run_remove,      true,  true,  0, 0,         "remove GW"               },
    {"options",     run_options,     true,  true,  1, WORDS_MAX, "options GW KEY=VALUE ..."},
    {"list",        run_list,        false, false, 0, 0,         "list"                    },
    {"address",     run_address,     true,  false, 0, 0,         "address GW"              },
    {"stats",       run_stats,       true,  false, 0, 1,         "stats GW [unit=N]"       },
    {"reset-stats", run_reset_stats, true,  false, 0, 0,         "reset-stats GW"          },
    {"record",      run_record,      false, false, 1, 1,         "record FILE|off"         },
    {NULL,          NULL,            false, false, 0, 0,         NULL                      },
};
