/* See config_own.h: <THController>. */
#include "config_own.h"

#include "core/th_registers.h"
#include "link/spread.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bought alone, or as the set with its converter and software: polling is the same. */
static const struct conf_choice sets[] = {
    {"TM-C-A1", true},
    {0        }
};

enum { SENSORS_MOST = 999 }; /* how many may be is a rule of the hardware table */

/* clang-format off */
static const struct conf_option th_options[] = {
    {"Address", OPTION_TEXT, CONF_AT(th_config, address), .max = 256, .required = true},
    {"Port", OPTION_INT, CONF_AT(th_config, port), 1, 65535},
    {"Unit", OPTION_INT, CONF_AT(th_config, unit), 0, 255},
    {"FormerName", OPTION_TEXT, CONF_AT(th_config, former_name), .max = NAME_SIZE},
    {"Sensors", OPTION_INT, CONF_AT(th_config, sensors), 1, SENSORS_MOST},
    {"Interval", OPTION_SECONDS, CONF_AT(th_config, interval_ms), 0.1, 3600},
    {"Timeout", OPTION_SECONDS, CONF_AT(th_config, timeout_ms), 0.05, 60},
    {"Connections", OPTION_INT, CONF_AT(th_config, connections), 1, SPREAD_MAX},
    {"FunctionCode", OPTION_INT, CONF_AT(th_config, function), 3, 4},
    {"Aggregator", OPTION_TEXT, CONF_AT(th_config, aggregator), .max = NAME_SIZE},
    {"Set", OPTION_CHOICE, CONF_AT(th_config, set), .choice = sets},
    {0},
};
/* clang-format on */

static const struct th_config th_defaults = {
    .port = 502,
    .unit = TH_UNIT,
    .interval_ms = 10000,
    .timeout_ms = 1500,
    .connections = 1,
    .function = 3,
};

static void read_lines(struct conf_place *p, const struct conf_node *n, struct th_config *th)
{
    unsigned seen = 0, told = 0;

    conf_read_name(p, n, th->name);
    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        if (strcasecmp(c->key, "Limits") == 0)
            conf_read_own_limits(p, c, &th->limits);
        else if (strcasecmp(c->key, "Supply") == 0)
            conf_read_supply_names(p, c, th->supply);
        else if (strcasecmp(c->key, "Sensor") == 0)
            conf_read_sensor(p, c, &th->identities);
        else if (!conf_read_option(p, th_options, c, th, &seen) &&
                 !conf_read_identity(p, c, ALARM_OF_GATEWAY, 0, &th->identities, &told))
            conf_complain_key(p, th_options, c->key,
                              CONF_PLACE_KEYS ", Supply, <Sensor>, <Limits>");
    }
    conf_complain_missing(p, th_options, seen);
    conf_check_twins(p, th->name, th->address, th->port);
}

void conf_read_th(const struct conf_place *at, const struct conf_node *n)
{
    struct config *c = at->config;
    struct conf_place p = conf_inside(at, n);
    struct th_config th = th_defaults, *grown;
    size_t costly = c->costly;

    p.costs = "TH controller";
    th.site_limits = &c->limits;
    read_lines(&p, n, &th);
    grown = realloc(c->th, (c->ths + 1) * sizeof(th));
    if (grown == NULL)
        conf_complain(&p, "no memory");
    else
        c->th = grown;
    if (c->costly != costly) {
        free(th.limits);
        identities_free(&th.identities);
        c->ths_left_out++;
        return;
    }
    c->th[c->ths++] = th;
}
