/* cmd_fault.c: commands that make a gateway misbehave. */
#include "command.h"
#include "fault.h"
#include "gateway.h"
#include "text.h"

#include <string.h>

static bool run_fault(struct call *c)
{
    return fault_add(c->gw, c->count, c->word, c->why) && server_update(&c->gw->server, c->why);
}

static bool run_clear(struct call *c)
{
    const char *kind = c->count && !strchr(c->word[0], '=') ? c->word[0] : NULL;
    long unit = -1;

    for (int i = kind ? 1 : 0; i < c->count; i++) {
        if (strncmp(c->word[i], "unit=", 5) || !parse_count(c->word[i] + 5, 0, 255, &unit)) {
            text_add(c->why, "bad parameter \"%s\", only unit=0..255", c->word[i]);
            return false;
        }
    }
    return fault_clear(c->gw, kind, unit, c->why) && server_update(&c->gw->server, c->why);
}

static bool run_faults(struct call *c)
{
    fault_print(c->gw, c->out);
    return true;
}

const struct command fault_commands[] = {
    {"fault",  run_fault,  true,  false, 1, WORDS_MAX,
     "fault GW KIND [KEY=VALUE ...] [unit=N] [count=N]"                          },
    {"clear",  run_clear,  true,  false, 0, 2,         "clear GW [KIND] [unit=N]"},
    {"faults", run_faults, true,  false, 0, 0,         "faults GW"               },
    {NULL,     NULL,       false, false, 0, 0,         NULL                      },
};
