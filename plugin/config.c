/*
 * See config.h. One table per block: a row gives key, kind of value, limits and where it goes; the
 * same row checks the value and words the complaint. What tables cannot say (overlapping registers,
 * names given twice) is checked after a block was read.
 */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum option_kind {
    OPTION_TEXT,    /* char[], `max` bytes with the final NUL */
    OPTION_INT,     /* int */
    OPTION_SECONDS, /* int, in milliseconds; limits are in seconds */
    OPTION_CHOICE,  /* int: the number of the choice that was named */
};

struct choice {
    const char *word;
    int value;
};

struct option {
    const char *key;
    enum option_kind kind;
    size_t offset; /* in the struct that the table is for */
    double min, max;
    const struct choice *choice; /* of OPTION_CHOICE; ends in a NULL word */
    bool required;
};

#define AT(type, field) offsetof(struct type, field)

static const struct choice cell_metrics[] = {
    {"all",                 CELL_METRICS_ALL},
    {"summary",                     CELL_METRICS_SUMMARY},
    {"none",CELL_METRICS_NONE},
    {0               }
};
static const struct choice word_order[] = {
    {"big", false},
    {"little",     true},
    {0}
};
static const struct choice span_cells[] = {
    {"auto", true},
    {"never",      false},
    {0}
};
static const struct choice cell_type[] = {
    {"2",           CELL_TYPE_2V},
    {"6",             CELL_TYPE_6V},
    {"12",CELL_TYPE_12V},
    {0         }
};
static const struct choice hall_sensor[] = {
    {"100", 100},
    {"200",     200},
    {"400",400},
    {"800", 800},
    {"1000",     1000},
    {0 }
};

/* clang-format off */
static const struct option plugin_options[] = {
    {"CellMetrics", OPTION_CHOICE, AT(config, cell_metrics), .choice = cell_metrics},
    {"StateDir", OPTION_TEXT, AT(config, state_dir), .max = 256},
    {"DataDir", OPTION_TEXT, AT(config, data_dir), .max = 256},
    {"Commissioning", OPTION_INT, AT(config, commissioning_h), 0, 8760},
    {0},
};

static const struct option gateway_options[] = {
    {"Address", OPTION_TEXT, AT(gateway_config, address), .max = 256, .required = true},
    {"Port", OPTION_INT, AT(gateway_config, port), 1, 65535},
    {"Interval", OPTION_SECONDS, AT(gateway_config, interval_ms), 0.1, 3600},
    {"CellInterval", OPTION_SECONDS, AT(gateway_config, cell_interval_ms), 0.1, 86400},
    {"CellIntervalDischarge", OPTION_SECONDS, AT(gateway_config, cell_interval_discharge_ms), 0.1, 3600},
    {"Timeout", OPTION_SECONDS, AT(gateway_config, timeout_ms), 0.05, 60},
    {"Window", OPTION_INT, AT(gateway_config, window), 1, 64},
    {"FunctionCode", OPTION_INT, AT(gateway_config, function), 3, 4},
    {"WordOrder", OPTION_CHOICE, AT(gateway_config, low_word_first), .choice = word_order},
    {"SpanCells", OPTION_CHOICE, AT(gateway_config, spans), .choice = span_cells},
    {0},
};

static const struct option string_options[] = {
    {"CellType", OPTION_CHOICE, AT(string_config, cell_type), .choice = cell_type},
    {"HallSensor", OPTION_CHOICE, AT(string_config, hall_a), .choice = hall_sensor},
    {0},
};

struct cell_register {
    int offset;
};

static const struct choice offset_words[] = {{"off", REG_OFFSET_OFF}, {0}};

static const struct option cell_register_options[] = {
    {"Offset", OPTION_INT, AT(cell_register, offset), 0, REG_CELL_STRIDE - 1, .choice = offset_words,
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
    .function = 3,
    .spans = true,
};

/* Where we are, for the complaints: one level per open block. */
struct place {
    struct config *config;
    config_complain *complain;
    void *ctx;
    bool in_gateway; /* a mistake costs the gateway, not only the line */
    char block[NAME_SIZE + 64];
};

/* ---- complaints -------------------------------------------------------------------------- */

static void complain(struct place *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void complain(struct place *p, const char *format, ...)
{
    char what[512], text[768];
    va_list ap;

    va_start(ap, format);
    vsnprintf(what, sizeof(what), format, ap);
    va_end(ap);
    snprintf(text, sizeof(text), "%s: %s%s", p->block, what,
             p->in_gateway ? "; this gateway is left out" : "; the line is ignored");
    p->complain(p->ctx, text);
    p->config->errors++;
}

static const char *value_text(const struct conf_value *v, char *buf, size_t size)
{
    switch (v->type) {
    case CONF_STRING:
        snprintf(buf, size, "\"%s\"", v->string);
        break;
    case CONF_NUMBER:
        snprintf(buf, size, "%.15g", v->number);
        break;
    case CONF_BOOLEAN:
        snprintf(buf, size, "%s", v->boolean ? "true" : "false");
        break;
    }
    return buf;
}

static void list_choices(const struct choice *c, char *ret, size_t size)
{
    size_t used = 0;

    *ret = '\0';
    for (; c->word != NULL && used < size; c++)
        used +=
            (size_t)snprintf(ret + used, size - used, "%s\"%s\"", used > 0 ? ", " : "", c->word);
}

static void allowed(const struct option *o, char *ret, size_t size)
{
    char words[96] = "";

    if (o->choice != NULL)
        list_choices(o->choice, words, sizeof(words));
    switch (o->kind) {
    case OPTION_TEXT:
        snprintf(ret, size, "a text of 1 to %d bytes", (int)o->max - 1);
        break;
    case OPTION_INT:
        snprintf(ret, size, "a whole number from %g to %g%s%s", o->min, o->max,
                 *words ? ", or " : "", words);
        break;
    case OPTION_SECONDS:
        snprintf(ret, size, "a number of seconds from %g to %g", o->min, o->max);
        break;
    case OPTION_CHOICE:
        snprintf(ret, size, "one of %s", words);
        break;
    }
}

static void complain_value(struct place *p, const struct option *o, const struct conf_node *n)
{
    char is[300] = "nothing", may[160];

    if (n->values > 0)
        value_text(&n->value[0], is, sizeof(is));
    allowed(o, may, sizeof(may));
    complain(p, "%s is %s%s; it must be %s", o->key, is, n->values > 1 ? " and more values" : "",
             may);
}

/* ---- options ----------------------------------------------------------------------------- */

/* A number is also taken where a choice is spelled like one: CellType 12 or "12". And collectd's
 * parser makes a boolean of a bare `off`. */
static bool find_choice(const struct choice *c, const struct conf_value *v, int *ret)
{
    char word[32] = "";

    if (c == NULL)
        return false;
    if (v->type == CONF_BOOLEAN)
        snprintf(word, sizeof(word), "%s", v->boolean ? "on" : "off");
    if (v->type == CONF_NUMBER)
        snprintf(word, sizeof(word), "%.15g", v->number);
    for (; c->word != NULL; c++)
        if (strcasecmp(c->word, v->type == CONF_STRING ? v->string : word) == 0) {
            *ret = c->value;
            return true;
        }
    return false;
}

static bool number_inside(const struct option *o, const struct conf_value *v)
{
    return v->type == CONF_NUMBER && isfinite(v->number) && v->number >= o->min &&
           v->number <= o->max && (o->kind == OPTION_SECONDS || v->number == (int)v->number);
}

static bool store(const struct option *o, const struct conf_value *v, void *base)
{
    void *to = (char *)base + o->offset;
    int number = 0;

    if (o->kind == OPTION_TEXT) {
        if (v->type != CONF_STRING || *v->string == '\0' || strlen(v->string) >= (size_t)o->max)
            return false;
        memcpy(to, v->string, strlen(v->string) + 1);
        return true;
    }
    if (o->kind != OPTION_CHOICE && number_inside(o, v))
        number = (int)(o->kind == OPTION_SECONDS ? v->number * 1000 + 0.5 : v->number);
    else if (!find_choice(o->choice, v, &number))
        return false;
    *(int *)to = number;
    return true;
}

static const struct option *find_option(const struct option *table, const char *key)
{
    for (const struct option *o = table; o->key != NULL; o++)
        if (strcasecmp(o->key, key) == 0)
            return o;
    return NULL;
}

/* One line of a block against its table. False when the table does not have the key. */
static bool read_option(struct place *p, const struct option *table, const struct conf_node *n,
                        void *base, unsigned *seen)
{
    const struct option *o = find_option(table, n->key);
    unsigned bit;

    if (o == NULL)
        return false;
    bit = 1u << (o - table);
    if (*seen & bit)
        complain(p, "%s is given twice", o->key);
    else if (n->values != 1 || n->children != 0 || !store(o, &n->value[0], base))
        complain_value(p, o, n);
    *seen |= bit;
    return true;
}

static void complain_key(struct place *p, const struct option *table, const char *key,
                         const char *blocks)
{
    char keys[400] = "";
    size_t used = 0;

    for (const struct option *o = table; o->key != NULL; o++)
        used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s%s", used > 0 ? ", " : "",
                                 o->key);
    complain(p, "there is no key %s here; there are %s%s", key, keys, blocks);
}

static void complain_missing(struct place *p, const struct option *table, unsigned seen)
{
    for (const struct option *o = table; o->key != NULL; o++)
        if (o->required && !(seen & 1u << (o - table)))
            complain(p, "%s is missing", o->key);
}

/* A block that holds options only. */
static void read_leaf(struct place *p, const struct option *table, const struct conf_node *n,
                      void *base)
{
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        if (!read_option(p, table, c, base, &seen))
            complain_key(p, table, c->key, "");
    complain_missing(p, table, seen);
}

/* ---- blocks ------------------------------------------------------------------------------ */

/* The place inside a block: "<Gateway "a">" becomes "<Gateway "a"> <String 3>". */
static struct place inside(const struct place *p, const struct conf_node *n)
{
    struct place in = *p;
    char is[NAME_SIZE + 16] = "";
    size_t used = strlen(in.block);

    if (n->values > 0)
        value_text(&n->value[0], is, sizeof(is));
    snprintf(in.block + used, sizeof(in.block) - used, " <%s%s%s>", n->key, *is ? " " : "", is);
    return in;
}

static void read_string(const struct place *at, const struct conf_node *n, struct gateway_config *g)
{
    struct place p = inside(at, n);
    double number = n->values == 1 && n->value[0].type == CONF_NUMBER ? n->value[0].number : 0;

    if (number < 1 || number > STRING_MAX || number != (int)number)
        complain(&p, "the block's argument must be a string's number, 1 to %d", STRING_MAX);
    else
        read_leaf(&p, string_options, n, &g->string[(int)number - 1]);
}

static const struct reg *unpublished(const char *name)
{
    for (const struct reg *r = registers_cell; r < registers_cell + CELL_QUANTITIES; r++)
        if (!r->published && strcasecmp(r->name + strlen("cell_"), name) == 0)
            return r;
    return NULL;
}

static void read_cell_register(const struct place *at, const struct conf_node *n,
                               struct gateway_config *g)
{
    struct place p = inside(at, n);
    struct cell_register r = {0};
    const struct reg *row = NULL;
    size_t errors = at->config->errors;

    if (n->values == 1 && n->value[0].type == CONF_STRING)
        row = unpublished(n->value[0].string);
    if (row == NULL) {
        complain(&p, "the block's argument must be one of \"soc\", \"soh\", \"alarm\"");
        return;
    }
    read_leaf(&p, cell_register_options, n, &r);
    if (at->config->errors == errors)
        g->cell_offset[row->quantity] = (int16_t)r.offset;
}

static const struct {
    const char *key;
    void (*read)(const struct place *, const struct conf_node *, struct gateway_config *);
} gateway_blocks[] = {
    {"String",       read_string       },
    {"CellRegister", read_cell_register},
};

static bool read_gateway_block(struct place *p, const struct conf_node *n, struct gateway_config *g)
{
    for (size_t i = 0; i < sizeof(gateway_blocks) / sizeof(gateway_blocks[0]); i++)
        if (strcasecmp(n->key, gateway_blocks[i].key) == 0) {
            gateway_blocks[i].read(p, n, g);
            return true;
        }
    return false;
}

static void read_name(struct place *p, const struct conf_node *n, struct gateway_config *g)
{
    const char *name = n->values == 1 && n->value[0].type == CONF_STRING ? n->value[0].string : "";
    bool fits = *name != '\0' && strlen(name) < NAME_SIZE;

    for (const char *c = name; *c != '\0'; c++)
        fits &= *c != '/' && (unsigned char)*c >= ' ';
    if (!fits)
        complain(p, "the block's argument must be the gateway's name: 1 to %d bytes, no '/'",
                 NAME_SIZE - 1);
    else
        snprintf(g->name, sizeof(g->name), "%s", name);
}

static void check_twins(struct place *p, const struct gateway_config *g)
{
    const struct config *c = p->config;

    for (const struct gateway_config *o = c->gateway; o < c->gateway + c->gateways; o++) {
        if (strcmp(o->name, g->name) == 0)
            complain(p, "there is a gateway of this name already");
        else if (strcasecmp(o->address, g->address) == 0 && o->port == g->port)
            complain(p, "Address \"%s\" Port %d is gateway \"%s\" already", g->address, g->port,
                     o->name);
    }
}

static void read_gateway_lines(struct place *p, const struct conf_node *n, struct gateway_config *g)
{
    unsigned seen = 0;
    const char *clash;

    read_name(p, n, g);
    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        if (!read_option(p, gateway_options, c, g, &seen) && !read_gateway_block(p, c, g))
            complain_key(p, gateway_options, c->key, ", <String>, <CellRegister>");
    complain_missing(p, gateway_options, seen);
    clash = registers_cell_map(g->cell_offset, &g->cell_map);
    if (clash != NULL)
        complain(p, "<CellRegister>: %s overlaps another register of the cell", clash);
    check_twins(p, g);
}

static void read_gateway(const struct place *at, const struct conf_node *n)
{
    struct config *c = at->config;
    struct place p = inside(at, n);
    struct gateway_config g = gateway_defaults, *grown;
    size_t errors = c->errors;

    p.in_gateway = true;
    memcpy(g.cell_offset, registers_cell_offsets, sizeof(g.cell_offset));
    read_gateway_lines(&p, n, &g);
    if (c->errors != errors) {
        c->left_out++;
        return;
    }
    grown = realloc(c->gateway, (c->gateways + 1) * sizeof(g));
    if (grown == NULL) {
        complain(&p, "no memory");
        c->left_out++;
        return;
    }
    c->gateway = grown;
    c->gateway[c->gateways++] = g;
}

void config_init(struct config *c)
{
    *c = (struct config){
        .state_dir = "/run/btms", .data_dir = "/var/lib/btms", .commissioning_h = 24};
}

void config_add(struct config *c, const struct conf_node *block, config_complain *tell, void *ctx)
{
    struct place p = {.config = c, .complain = tell, .ctx = ctx, .block = "<Plugin btms>"};
    unsigned seen = 0;

    for (const struct conf_node *n = block->child; n < block->child + block->children; n++) {
        if (strcasecmp(n->key, "Gateway") == 0)
            read_gateway(&p, n);
        else if (!read_option(&p, plugin_options, n, c, &seen))
            complain_key(&p, plugin_options, n->key, ", <Gateway>");
    }
}

void config_free(struct config *c)
{
    free(c->gateway);
    config_init(c);
}
