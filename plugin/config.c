/*
 * See config.h. One table per block (config_own.h): a row gives key, kind of value, limits and where
 * it goes. What tables cannot say (overlapping registers, names given twice) is checked after a
 * block was read.
 */
#include "config.h"

#include "config_own.h"
#include "link/spread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct conf_choice cell_metrics[] = {
    {"all",                 CELL_METRICS_ALL},
    {"summary",                     CELL_METRICS_SUMMARY},
    {"none",CELL_METRICS_NONE},
    {0               }
};
const struct conf_choice conf_word_order[] = {
    {"big", false},
    {"little",     true},
    {0}
};
static const struct conf_choice span_cells[] = {
    {"auto", true},
    {"never",      false},
    {0}
};
static const struct conf_choice cell_type[] = {
    {"2",           CELL_TYPE_2V},
    {"6",             CELL_TYPE_6V},
    {"12",CELL_TYPE_12V},
    {0         }
};
static const struct conf_choice hall_sensor[] = {
    {"100", 100},
    {"200",     200},
    {"400",400},
    {"800", 800},
    {"1000",     1000},
    {0 }
};

static const struct conf_choice chemistry[] = {
    {"vrla",            CHEMISTRY_VRLA},
    {"vented",                 CHEMISTRY_VENTED},
    {"nicd",CHEMISTRY_NICD},
    {"none",            CHEMISTRY_NONE},
    {0                }
};
/* The device by its code, or whether there is one. */
static const struct conf_choice ambient_sensor[] = {
    {"BM-TH", true},
    {"on",       true},
    {"true",true},
    {"off",  false},
    {0      }
};
static const struct conf_choice insulation_monitor[] = {
    {"BM-GS", true},
    {"on",       true},
    {"true",true},
    {"off",  false},
    {0      }
};
static const struct conf_choice relay[] = {
    {"closed", true},
    {"any",        false},
    {0}
};

/* clang-format off */
static const struct conf_option plugin_options[] = {
    {"CellMetrics", OPTION_CHOICE, CONF_AT(config, cell_metrics), .choice = cell_metrics},
    {"StateDir", OPTION_TEXT, CONF_AT(config, state_dir), .max = 256},
    {"DataDir", OPTION_TEXT, CONF_AT(config, data_dir), .max = 256},
    {"Commissioning", OPTION_INT, CONF_AT(config, commissioning_h), 0, 8760},
    {"LogRetention", OPTION_INT, CONF_AT(config, log_retention_d), 1, 36500},
    {0},
};

static const struct conf_option aggregator_options[] = {
    {"Address", OPTION_TEXT, CONF_AT(aggregator_config, address), .max = 256, .required = true},
    {"Port", OPTION_INT, CONF_AT(aggregator_config, port), 1, 65535},
    {"Location", OPTION_TEXT, CONF_AT(aggregator_config, location), .max = 128},
    {"Label", OPTION_TEXT, CONF_AT(aggregator_config, label), .max = NAME_SIZE},
    {0},
};

static const struct conf_option gateway_options[] = {
    {"Address", OPTION_TEXT, CONF_AT(gateway_config, address), .max = 256, .required = true},
    {"Port", OPTION_INT, CONF_AT(gateway_config, port), 1, 65535},
    {"Interval", OPTION_SECONDS, CONF_AT(gateway_config, interval_ms), 0.1, 3600},
    {"CellInterval", OPTION_SECONDS, CONF_AT(gateway_config, cell_interval_ms), 0.001, 86400},
    {"CellIntervalDischarge", OPTION_SECONDS, CONF_AT(gateway_config, cell_interval_discharge_ms), 0.001, 3600},
    {"Timeout", OPTION_SECONDS, CONF_AT(gateway_config, timeout_ms), 0.05, 60},
    {"Window", OPTION_INT, CONF_AT(gateway_config, window), 1, 64},
    {"Connections", OPTION_INT, CONF_AT(gateway_config, connections), 1, SPREAD_MAX},
    {"FunctionCode", OPTION_INT, CONF_AT(gateway_config, function), 3, 4},
    {"WordOrder", OPTION_CHOICE, CONF_AT(gateway_config, low_word_first), .choice = conf_word_order},
    {"SpanCells", OPTION_CHOICE, CONF_AT(gateway_config, spans), .choice = span_cells},
    {"Aggregator", OPTION_TEXT, CONF_AT(gateway_config, aggregator), .max = NAME_SIZE},
    {"FormerName", OPTION_TEXT, CONF_AT(gateway_config, former_name), .max = NAME_SIZE},
    {0},
};

static const struct conf_option string_options[] = {
    {"CellType", OPTION_CHOICE, CONF_AT(string_config, cell_type), .choice = cell_type},
    {"HallSensor", OPTION_CHOICE, CONF_AT(string_config, hall_a), .choice = hall_sensor},
    {"UPS", OPTION_INT, CONF_AT(string_config, parts.ups), 1, UPS_MAX},
    {"Cells", OPTION_INT, CONF_AT(string_config, parts.cells), 1, 999}, /* topology says how many may be */
    {"Capacity", OPTION_INT, CONF_AT(string_config, parts.capacity_ah), 1, 65535},
    {"MaxCurrent", OPTION_INT, CONF_AT(string_config, parts.max_a), 1, 65535},
    {"AmbientSensor", OPTION_CHOICE, CONF_AT(string_config, parts.ambient), .choice = ambient_sensor},
    {"InsulationMonitor", OPTION_CHOICE, CONF_AT(string_config, parts.insulation), .choice = insulation_monitor},
    {"Chemistry", OPTION_CHOICE, CONF_AT(string_config, chemistry), .choice = chemistry},
    {"FloatVoltage", OPTION_NUMBER, CONF_AT(string_config, float_mv), 2, 2.5, .scale = 1000},
    {"Relay", OPTION_CHOICE, CONF_AT(string_config, relay_closed), .choice = relay},
    {0},
};

struct cell_register {
    int offset;
};

static const struct conf_choice offset_words[] = {{"off", REG_OFFSET_OFF}, {0}};

static const struct conf_option cell_register_options[] = {
    {"Offset", OPTION_INT, CONF_AT(cell_register, offset), 0, REG_CELL_STRIDE - 1, .choice = offset_words,
     .required = true},
    {0},
};
/* clang-format on */

static const struct gateway_config gateway_defaults = {
    .port = 502,
    .interval_ms = 10000,
    .cell_interval_ms = 60000,
    .cell_interval_discharge_ms = 10000,
    .timeout_ms = 1500,
    .window = 16,
    .connections = 1,
    .function = 3,
    .spans = true,
};

static void free_gateway(struct gateway_config *g)
{
    free(g->line);
    for (int i = 0; i < STRING_MAX; i++)
        free(g->string[i].limits);
    free(g->limits);
    identities_free(&g->identities);
}

/* ---- blocks of a gateway ----------------------------------------------------------------- */

void conf_read_string_lines(struct conf_place *p, const struct conf_node *n,
                            struct gateway_config *g, int number)
{
    struct string_config *s = &g->string[number - 1];
    unsigned seen = 0, told = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        if (strcasecmp(c->key, "Limits") == 0)
            conf_read_own_limits(p, c, &s->limits);
        else if (!conf_read_channel(p, c, s) && !conf_read_option(p, string_options, c, s, &seen) &&
                 !conf_read_identity(p, c, ALARM_OF_STRING, number, &g->identities, &told))
            conf_complain_key(p, string_options, c->key,
                              CONF_STRING_KEYS ", <Relay>, <Input>, <Limits>");
    }
    if (s->relay_closed && s->channel_told[CHANNEL_RELAY] && s->channel[CHANNEL_RELAY].normal == 0)
        conf_complain(p, "Relay says \"closed\", and Normal of <Relay> \"open\"");
}

static void read_string(const struct conf_place *at, const struct conf_node *n,
                        struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);
    int number = conf_read_number(&p, n, "string", STRING_MAX);

    if (number > 0)
        conf_read_string_lines(&p, n, g, number);
}

static void read_gateway_limits(const struct conf_place *at, const struct conf_node *n,
                                struct gateway_config *g)
{
    conf_read_own_limits(at, n, &g->limits);
}

static const struct reg *unpublished(const char *name)
{
    for (const struct reg *r = registers_cell; r < registers_cell + CELL_QUANTITIES; r++)
        if (!r->published && strcasecmp(r->name + strlen("cell_"), name) == 0)
            return r;
    return NULL;
}

static void read_cell_register(const struct conf_place *at, const struct conf_node *n,
                               struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);
    struct cell_register r = {0};
    const struct reg *row = NULL;
    size_t errors = at->config->errors;

    if (n->values == 1 && n->value[0].type == CONF_STRING)
        row = unpublished(n->value[0].string);
    if (row == NULL) {
        conf_complain(&p, "the block's argument must be one of \"soc\", \"soh\", \"alarm\"");
        return;
    }
    conf_read_leaf(&p, cell_register_options, n, &r);
    if (at->config->errors == errors)
        g->cell_offset[row->quantity] = (int16_t)r.offset;
}

static bool is_name(const struct conf_value *v)
{
    return v->type == CONF_STRING && *v->string != '\0' && strlen(v->string) < NAME_SIZE;
}

void conf_read_supply_names(const struct conf_place *at, const struct conf_node *n,
                            char ret[SUPPLIES_MAX][NAME_SIZE])
{
    struct conf_place p = *at;
    bool good = n->values >= 1 && n->values <= SUPPLIES_MAX && n->children == 0;

    for (size_t i = 0; i < n->values && good; i++)
        good = is_name(&n->value[i]);
    if (!good)
        conf_complain(&p, "Supply takes the names of 1 to %d power supplies, each of 1 to %d bytes",
                      SUPPLIES_MAX, NAME_SIZE - 1);
    else if (*ret[0] != '\0')
        conf_complain(&p, "Supply is given twice");
    for (size_t i = 0; i < n->values && good; i++)
        snprintf(ret[i], NAME_SIZE, "%s", n->value[i].string);
}

static void read_supply(const struct conf_place *at, const struct conf_node *n,
                        struct gateway_config *g)
{
    conf_read_supply_names(at, n, g->supply);
}

static const struct {
    const char *key;
    void (*read)(const struct conf_place *, const struct conf_node *, struct gateway_config *);
} gateway_blocks[] = {
    {"String",           read_string         },
    {"CellRegister",     read_cell_register  },
    {"Register",         conf_read_register  },
    {"Supply",           read_supply         },
    {"Limits",           read_gateway_limits },
    {"UPS",              conf_read_ups       },
    {"MasterController", conf_read_controller},
    {"PowerSupply",      conf_read_own_supply},
    {"StringMaster",     conf_read_master    },
};

static bool read_gateway_block(struct conf_place *p, const struct conf_node *n,
                               struct gateway_config *g)
{
    for (size_t i = 0; i < sizeof(gateway_blocks) / sizeof(gateway_blocks[0]); i++)
        if (strcasecmp(n->key, gateway_blocks[i].key) == 0) {
            gateway_blocks[i].read(p, n, g);
            return true;
        }
    return false;
}

static void check_twin(struct conf_place *p, const char *word, const char *has_name,
                       const char *has_address, int has_port, const char *name, const char *address,
                       int port)
{
    if (strcmp(has_name, name) == 0)
        conf_complain(p, "there is a %s of this name already", word);
    else if (port != 0 && strcasecmp(has_address, address) == 0 && has_port == port)
        conf_complain(p, "Address \"%s\" Port %d is %s \"%s\" already", address, port, word,
                      has_name);
}

void conf_check_twins(struct conf_place *p, const char *name, const char *address, int port)
{
    const struct config *c = p->config;

    for (const struct gateway_config *o = c->gateway; o < c->gateway + c->gateways; o++)
        check_twin(p, "gateway", o->name, o->address, o->port, name, address, port);
    for (const struct th_config *o = c->th; o < c->th + c->ths; o++)
        check_twin(p, "TH controller", o->name, o->address, o->port, name, address, port);
}

void conf_read_gateway_lines(struct conf_place *p, const struct conf_node *n,
                             struct gateway_config *g)
{
    unsigned seen = 0, told = 0;
    const char *clash;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        if (!conf_read_option(p, gateway_options, c, g, &seen) &&
            !conf_read_identity(p, c, ALARM_OF_GATEWAY, 0, &g->identities, &told) &&
            !read_gateway_block(p, c, g))
            conf_complain_key(p, gateway_options, c->key,
                              CONF_PLACE_KEYS
                              ", Supply, <UPS>, <String>, <CellRegister>, <Register>, <Limits>, "
                              "<MasterController>, <PowerSupply>");
    if (g->line == NULL)
        conf_complain_missing(p, gateway_options, seen);
    clash = registers_cell_map(g->cell_offset, &g->cell_map);
    if (clash != NULL)
        conf_complain(p, "<CellRegister>: %s overlaps another register of the cell", clash);
    conf_check_registers(p, g);
    conf_check_twins(p, g->name, g->address, g->port);
}

struct gateway_config *conf_new_gateway(const struct conf_place *at)
{
    struct gateway_config *g = malloc(sizeof(*g));

    if (g == NULL)
        return NULL;
    *g = gateway_defaults;
    g->site_limits = &at->config->limits;
    memcpy(g->cell_offset, registers_cell_offsets, sizeof(g->cell_offset));
    return g;
}

void conf_keep_gateway(struct conf_place *p, struct gateway_config *g, size_t costly,
                       size_t supplies)
{
    struct config *c = p->config;
    struct gateway_config *grown = realloc(c->gateway, (c->gateways + 1) * sizeof(*g));

    if (grown == NULL)
        conf_complain(p, "no memory");
    else
        c->gateway = grown;
    if (c->costly == costly) {
        c->gateway[c->gateways++] = *g;
    } else {
        conf_forget_supplies(c, supplies);
        c->left_out++;
        if (g != NULL)
            free_gateway(g);
    }
    free(g);
}

static void read_gateway(const struct conf_place *at, const struct conf_node *n)
{
    struct gateway_config *g = conf_new_gateway(at);
    struct conf_place p = conf_inside(at, n);
    size_t costly = at->config->costly, supplies = at->config->supplies;

    p.costs = "gateway";
    if (g == NULL) {
        conf_complain(&p, "no memory");
    } else {
        conf_read_name(&p, n, g->name);
        conf_read_gateway_lines(&p, n, g);
    }
    conf_keep_gateway(&p, g, costly, supplies);
}

/* ---- aggregators ------------------------------------------------------------------------- */

static const struct aggregator_config *find_aggregator(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->aggregators; i++)
        if (strcmp(c->aggregator[i].name, name) == 0)
            return &c->aggregator[i];
    return NULL;
}

static void read_aggregator(const struct conf_place *at, const struct conf_node *n)
{
    struct config *c = at->config;
    struct conf_place p = conf_inside(at, n);
    struct aggregator_config a = {.port = 443}, *grown;
    size_t errors = c->errors;

    p.costs = "aggregator";
    conf_read_name(&p, n, a.name);
    conf_read_leaf(&p, aggregator_options, n, &a);
    if (find_aggregator(c, a.name) != NULL)
        conf_complain(&p, "there is an aggregator of this name already");
    if (c->errors != errors)
        return;
    grown = realloc(c->aggregator, (c->aggregators + 1) * sizeof(a));
    if (grown == NULL) {
        conf_complain(&p, "no memory");
        return;
    }
    c->aggregator = grown;
    c->aggregator[c->aggregators++] = a;
}

/* Its block may come after those of its gateways. */
static void check_aggregators(struct conf_place *p)
{
    struct config *c = p->config;

    for (struct gateway_config *g = c->gateway; g < c->gateway + c->gateways; g++) {
        if (*g->aggregator == '\0' || find_aggregator(c, g->aggregator) != NULL)
            continue;
        conf_complain(p, "gateway \"%s\": there is no <Aggregator \"%s\">", g->name, g->aggregator);
        *g->aggregator = '\0';
    }
    for (struct th_config *th = c->th; th < c->th + c->ths; th++) {
        if (*th->aggregator == '\0' || find_aggregator(c, th->aggregator) != NULL)
            continue;
        conf_complain(p, "TH controller \"%s\": there is no <Aggregator \"%s\">", th->name,
                      th->aggregator);
        *th->aggregator = '\0';
    }
}

void config_init(struct config *c)
{
    *c = (struct config){.state_dir = "/run/btms",
                         .data_dir = "/var/lib/btms",
                         .commissioning_h = 24,
                         .log_retention_d = 1826};
    limits_none(&c->limits);
}

void config_add(struct config *c, const struct conf_node *block, config_complain *tell, void *ctx)
{
    struct conf_place p = {.config = c, .complain = tell, .ctx = ctx, .block = "<Plugin btms>"};
    unsigned seen = 0;

    for (const struct conf_node *n = block->child; n < block->child + block->children; n++) {
        if (strcasecmp(n->key, "Gateway") == 0)
            read_gateway(&p, n);
        else if (strcasecmp(n->key, "Serial") == 0)
            conf_read_serial(&p, n);
        else if (strcasecmp(n->key, "THController") == 0)
            conf_read_th(&p, n);
        else if (strcasecmp(n->key, "Limits") == 0)
            conf_read_limits(&p, n, &c->limits);
        else if (strcasecmp(n->key, "Aggregator") == 0)
            read_aggregator(&p, n);
        else if (strcasecmp(n->key, "PowerSupply") == 0)
            conf_read_site_supply(&p, n);
        else if (strcasecmp(n->key, "Consumption") == 0)
            conf_read_consumption(&p, n);
        else if (!conf_read_option(&p, plugin_options, n, c, &seen))
            conf_complain_key(&p, plugin_options, n->key,
                              ", Consumption, <Gateway>, <Serial>, <THController>, <Aggregator>, "
                              "<PowerSupply>, <Limits>");
    }
    check_aggregators(&p);
}

void config_finish(struct config *c, config_complain *tell, void *ctx)
{
    struct conf_place p = {.config = c, .complain = tell, .ctx = ctx, .block = "<Plugin btms>"};

    conf_check_supplies(&p);
    conf_check_former_names(&p);
}

void config_address(const struct gateway_config *g, char *ret, size_t size)
{
    if (g->line != NULL)
        snprintf(ret, size, "%s", g->address);
    else
        snprintf(ret, size, "%.240s port %d", g->address, g->port);
}

void config_free(struct config *c)
{
    for (size_t i = 0; i < c->gateways; i++)
        free_gateway(&c->gateway[i]);
    for (size_t i = 0; i < c->ths; i++) {
        free(c->th[i].limits);
        identities_free(&c->th[i].identities);
    }
    free(c->gateway);
    free(c->th);
    free(c->aggregator);
    free(c->supply);
    config_init(c);
}
