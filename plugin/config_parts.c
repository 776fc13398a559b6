/*
 * What a site consists of, as it is declared: UPS, master controllers, power supplies and what those
 * feed. Only what cannot be understood is a mistake here; whether it fits together is for the rules
 * of the hardware table (core/topology.h) to say, when all of it is known.
 */
#include "config_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of parts: how many may be is a rule. And of a device. */
enum { COUNT_MAX = 999, WATT_MAX = 10000 };

static const char declaration_ignored[] = "this declaration is ignored, polling goes on without it";

static const struct conf_choice controller_models[] = {
    {"BM-MC", false},
    {"BM-C-A1",       true},
    {0}
};

static const struct conf_choice supply_models[] = {
    {"PS-60-24",     TOPO_PS_60_24},
    {"PS-30-12",              TOPO_PS_30_12},
    {"other",SUPPLY_OTHER},
    {0       }
};

/* clang-format off */
static const struct conf_option ups_options[] = {
    {"Strings", OPTION_INT, CONF_AT(ups_config, strings), 1, COUNT_MAX},
    {0},
};

static const struct conf_option controller_options[] = {
    {"Model", OPTION_CHOICE, CONF_AT(controller_config, set), .choice = controller_models},
    {"TH", OPTION_INT, CONF_AT(controller_config, th), 0, COUNT_MAX},
    {"IOModules", OPTION_INT, CONF_AT(controller_config, io), 0, COUNT_MAX},
    {"HMI", OPTION_INT, CONF_AT(controller_config, hmi), 0, COUNT_MAX},
    {"ComModules", OPTION_INT, CONF_AT(controller_config, com), 0, COUNT_MAX},
    {"Converters", OPTION_INT, CONF_AT(controller_config, converters), 0, COUNT_MAX},
    {"InsulationMonitors", OPTION_INT, CONF_AT(controller_config, insulation), 0, COUNT_MAX},
    {"Address", OPTION_TEXT, CONF_AT(controller_config, address), .max = 256},
    {"Port", OPTION_INT, CONF_AT(controller_config, port), 1, 65535},
    {0},
};

static const struct conf_option supply_options[] = {
    {"Model", OPTION_CHOICE, CONF_AT(supply_config, model), .choice = supply_models, .required = true},
    {"Rating", OPTION_NUMBER, CONF_AT(supply_config, rating_mw), 0.1, WATT_MAX, .scale = 1000},
    {0},
};
/* clang-format on */

/* ---- of a gateway ------------------------------------------------------------------------ */

void conf_read_ups(const struct conf_place *at, const struct conf_node *n, struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);
    unsigned seen = 0, told = 0;
    int number;

    p.next = declaration_ignored;
    number = conf_read_number(&p, n, "UPS", UPS_MAX);
    if (number == 0)
        return;
    if (g->ups[number - 1].declared)
        conf_complain(&p, "there is a <UPS %d> already", number);
    g->ups[number - 1].declared = true;
    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        if (!conf_read_option(&p, ups_options, c, &g->ups[number - 1], &seen) &&
            !conf_read_identity(&p, c, ALARM_OF_UPS, number, &g->identities, &told))
            conf_complain_key(&p, ups_options, c->key, CONF_IDENTITY_KEYS);
}

void conf_read_controller(const struct conf_place *at, const struct conf_node *n,
                          struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);
    struct controller_config c = {.declared = true};
    size_t errors = at->config->errors;

    p.next = declaration_ignored;
    if (n->values != 0)
        conf_complain(&p, "the block takes no argument: it is the gateway's");
    if (g->controller.declared)
        conf_complain(&p, "there is one already; %s", topo_devices[TOPO_BM_GW].line);
    conf_read_leaf(&p, controller_options, n, &c);
    if ((*c.address == '\0') != (c.port == 0))
        conf_complain(&p, "Address and Port go together: nobody looks at a BM-MC without a port");
    if (at->config->errors == errors)
        g->controller = c;
}

/* ---- power supplies ---------------------------------------------------------------------- */

static void list_codes(char *ret, size_t size)
{
    size_t used = 0;

    *ret = '\0';
    for (int d = 0; d < TOPO_DEVICES && used < size; d++)
        used += (size_t)snprintf(ret + used, size - used, "%s%s", d > 0 ? ", " : "",
                                 topo_devices[d].code);
}

static void complain_code(struct conf_place *p, const char *key, const char *code)
{
    char codes[256];

    list_codes(codes, sizeof(codes));
    conf_complain(p, "%s: \"%s\" is no device of the hardware table; there are %s", key, code,
                  codes);
}

static bool is_text(const struct conf_value *v)
{
    return v->type == CONF_STRING && *v->string != '\0' && strlen(v->string) < 2 * NAME_SIZE;
}

/* "gw-a/BM-SS 3": false when it is nothing of that kind. */
static bool split_feed(const char *text, struct feed_config *ret, char code[2 * NAME_SIZE])
{
    const char *slash = strrchr(text, '/'), *from = slash != NULL ? slash + 1 : text;
    const char *blank = strrchr(from, ' ');
    char *end;
    long number = blank != NULL ? strtol(blank + 1, &end, 10) : 0;

    if (slash != NULL && (slash == text || slash - text >= NAME_SIZE))
        return false;
    if (blank != NULL && (number < 1 || number > COUNT_MAX || *end != '\0'))
        return false;
    snprintf(ret->of, sizeof(ret->of), "%.*s", slash != NULL ? (int)(slash - text) : 0, text);
    snprintf(code, 2 * NAME_SIZE, "%.*s", blank != NULL ? (int)(blank - from) : 2 * NAME_SIZE,
             from);
    ret->number = (int)number;
    return true;
}

static void read_feed(struct conf_place *p, const struct conf_value *v, struct supply_config *s)
{
    struct feed_config f = {0};
    char code[2 * NAME_SIZE];

    if (!is_text(v) || !split_feed(v->string, &f, code)) {
        conf_complain(p, "Feeds takes device codes, each with a number where it is one of several: "
                         "\"BM-MC\", \"BM-SS 3\", \"gw-a/BM-SS 3\"");
        return;
    }
    f.device = topo_device_find(code);
    if (f.device < 0)
        complain_code(p, "Feeds", code);
    else if (topo_devices[f.device].rated_mw > 0)
        conf_complain(p, "Feeds: a %s is a power supply itself", topo_devices[f.device].code);
    else if (s->feeds == FEEDS_MAX)
        conf_complain(p, "Feeds: more than %d devices", FEEDS_MAX);
    else
        s->feed[s->feeds++] = f;
}

static void read_supply_lines(struct conf_place *p, const struct conf_node *n,
                              struct supply_config *s)
{
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        if (strcasecmp(c->key, "Feeds") == 0 && c->values > 0 && c->children == 0)
            for (size_t i = 0; i < c->values; i++)
                read_feed(p, &c->value[i], s);
        else if (strcasecmp(c->key, "Feeds") == 0)
            conf_complain(p, "Feeds takes the codes of one or more devices");
        else if (!conf_read_option(p, supply_options, c, s, &seen))
            conf_complain_key(p, supply_options, c->key, ", Feeds");
    }
    conf_complain_missing(p, supply_options, seen);
    if (s->model == SUPPLY_OTHER && s->rating_mw == 0)
        conf_complain(p, "Rating is missing: the hardware table tells only that of a PS-60-24 and "
                         "a PS-30-12");
}

static const struct supply_config *find_supply(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->supplies; i++)
        if (strcmp(c->supply[i].name, name) == 0)
            return &c->supply[i];
    return NULL;
}

static void add_supply(struct conf_place *p, const struct supply_config *s)
{
    struct config *c = p->config;
    struct supply_config *grown = realloc(c->supply, (c->supplies + 1) * sizeof(*s));

    if (grown == NULL) {
        conf_complain(p, "no memory");
        return;
    }
    c->supply = grown;
    c->supply[c->supplies++] = *s;
}

/* `gateway`: whose block it stands in, and whose devices it feeds where nothing else is said. */
static void read_supply(struct conf_place *p, const struct conf_node *n, const char *gateway)
{
    struct supply_config s = {.model = SUPPLY_OTHER};
    size_t errors = p->config->errors;

    p->costs = "supply";
    snprintf(s.gateway, sizeof(s.gateway), "%s", gateway);
    conf_read_name(p, n, s.name);
    read_supply_lines(p, n, &s);
    for (int i = 0; i < s.feeds; i++)
        if (*s.feed[i].of == '\0')
            snprintf(s.feed[i].of, sizeof(s.feed[i].of), "%s", gateway);
    if (*s.name != '\0' && find_supply(p->config, s.name) != NULL)
        conf_complain(p, "there is a power supply of this name already");
    if (p->config->errors == errors)
        add_supply(p, &s);
}

void conf_read_own_supply(const struct conf_place *at, const struct conf_node *n,
                          struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);

    p.next = declaration_ignored;
    read_supply(&p, n, g->name);
}

void conf_read_site_supply(const struct conf_place *at, const struct conf_node *n)
{
    struct conf_place p = conf_inside(at, n);

    p.next = declaration_ignored;
    read_supply(&p, n, "");
}

void conf_forget_supplies(struct config *c, size_t from)
{
    c->supplies = from;
}

void conf_read_consumption(const struct conf_place *at, const struct conf_node *n)
{
    struct conf_place p = *at;
    bool good = n->values == 2 && n->children == 0 && is_text(&n->value[0]) &&
                n->value[1].type == CONF_NUMBER && n->value[1].number >= 0.001 &&
                n->value[1].number <= WATT_MAX;
    int device = good ? topo_device_find(n->value[0].string) : -1;

    if (!good)
        conf_complain(&p,
                      "Consumption takes a device code and the watts of one, 0.001 to %d: "
                      "\"BM-SS\" 2.5",
                      WATT_MAX);
    else if (device < 0)
        complain_code(&p, "Consumption", n->value[0].string);
    else if (topo_devices[device].rated_mw > 0)
        conf_complain(&p, "Consumption: a %s is a power supply itself", topo_devices[device].code);
    else if (at->config->consumption_mw[device] != 0)
        conf_complain(&p, "Consumption of a %s is given twice", topo_devices[device].code);
    else
        at->config->consumption_mw[device] = (int)(n->value[1].number * 1000 + 0.5);
}

/* ---- when all is read -------------------------------------------------------------------- */

/* A gateway or TH controller that a supply can feed. */
struct fed {
    const char *word, *name;
    char (*supply)[NAME_SIZE]; /* SUPPLIES_MAX of them */
};

static struct fed fed_gateway(struct gateway_config *g)
{
    return (struct fed){"gateway", g->name, g->supply};
}

static struct fed fed_th(struct th_config *th)
{
    return (struct fed){"TH controller", th->name, th->supply};
}

static bool has_supply(const struct fed *f, const char *name)
{
    for (int i = 0; i < SUPPLIES_MAX; i++)
        if (strcmp(f->supply[i], name) == 0)
            return true;
    return false;
}

/* As if it had named it by Supply: what one supply feeds falls silent together. */
static void name_supply(struct conf_place *p, struct fed f, const char *name)
{
    int i = 0;

    if (has_supply(&f, name))
        return;
    while (i < SUPPLIES_MAX && *f.supply[i] != '\0')
        i++;
    if (i == SUPPLIES_MAX)
        conf_complain(p, "<PowerSupply \"%s\">: %s \"%s\" has %d supplies already", name, f.word,
                      f.name, SUPPLIES_MAX);
    else
        snprintf(f.supply[i], NAME_SIZE, "%s", name);
}

static struct gateway_config *find_gateway(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->gateways; i++)
        if (strcmp(c->gateway[i].name, name) == 0)
            return &c->gateway[i];
    return NULL;
}

static struct th_config *find_th(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->ths; i++)
        if (strcmp(c->th[i].name, name) == 0)
            return &c->th[i];
    return NULL;
}

static bool is_th(const struct feed_config *f)
{
    return f->device == TOPO_TH_MC || f->device == TOPO_TM_C_A1;
}

/* One in the block of a gateway, or without a name, counts all the same: nobody needs to know which. */
static bool settle_th(struct conf_place *p, const struct supply_config *s,
                      const struct feed_config *f)
{
    struct th_config *th = find_th(p->config, f->of);

    if (th != NULL)
        name_supply(p, fed_th(th), s->name);
    else if (strcmp(f->of, s->gateway) != 0)
        conf_complain(p, "<PowerSupply \"%s\">: Feeds \"%s/%s\": there is no TH controller \"%s\"",
                      s->name, f->of, topo_devices[f->device].code, f->of);
    return th != NULL || strcmp(f->of, s->gateway) == 0;
}

/* False: nobody knows what it is. */
static bool settle_feed(struct conf_place *p, struct supply_config *s, struct feed_config *f)
{
    struct gateway_config *g = find_gateway(p->config, f->of);
    const char *code = topo_devices[f->device].code;

    if (is_th(f))
        return settle_th(p, s, f);
    if (f->device == TOPO_BM_AG) /* nobody needs to know which */
        return true;
    if (*f->of == '\0')
        conf_complain(p, "<PowerSupply \"%s\">: Feeds \"%s\": of which gateway? \"gw-a/%s\"",
                      s->name, code, code);
    else if (g == NULL)
        conf_complain(p, "<PowerSupply \"%s\">: Feeds \"%s/%s\": there is no gateway \"%s\"",
                      s->name, f->of, code, f->of);
    else if (f->device == TOPO_BM_GW)
        name_supply(p, fed_gateway(g), s->name);
    return g != NULL;
}

static void settle_feeds(struct conf_place *p, struct supply_config *s)
{
    int kept = 0;

    for (int i = 0; i < s->feeds; i++)
        if (settle_feed(p, s, &s->feed[i]))
            s->feed[kept++] = s->feed[i];
    s->feeds = kept;
}

/* Names alone are enough to suspect a supply; where supplies are declared, they should be of those. */
static void check_named(struct conf_place *p, struct fed f)
{
    for (int i = 0; i < SUPPLIES_MAX && *f.supply[i] != '\0'; i++)
        if (find_supply(p->config, f.supply[i]) == NULL)
            conf_complain(p, "%s \"%s\": Supply \"%s\": there is no <PowerSupply \"%s\">", f.word,
                          f.name, f.supply[i], f.supply[i]);
}

void conf_check_supplies(struct conf_place *p)
{
    struct config *c = p->config;

    p->next = "its other devices count, and every gateway is polled";
    for (size_t i = 0; i < c->supplies; i++)
        settle_feeds(p, &c->supply[i]);
    p->next = "what it feeds is judged by its name alone";
    for (size_t i = 0; i < c->gateways && c->supplies > 0; i++)
        check_named(p, fed_gateway(&c->gateway[i]));
    for (size_t i = 0; i < c->ths && c->supplies > 0; i++)
        check_named(p, fed_th(&c->th[i]));
    p->next = NULL;
}
