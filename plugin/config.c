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
    OPTION_NUMBER,  /* int: the number times `scale` */
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
    double scale; /* of OPTION_NUMBER */
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

static const struct choice chemistry[] = {
    {"vrla",            CHEMISTRY_VRLA},
    {"vented",                 CHEMISTRY_VENTED},
    {"nicd",CHEMISTRY_NICD},
    {"none",            CHEMISTRY_NONE},
    {0                }
};
static const struct choice relay[] = {
    {"closed", true},
    {"any",        false},
    {0}
};
static const struct choice severity[] = {
    {"info",         ALARM_INFO},
    {"warning",              ALARM_WARNING},
    {"minor",ALARM_MINOR},
    {"major",        ALARM_MAJOR},
    {"critical",              ALARM_CRITICAL},
    {0}
};
static const struct choice limit_off[] = {
    {"off", LIMIT_OFF},
    {0    }
};

/* clang-format off */
static const struct option plugin_options[] = {
    {"CellMetrics", OPTION_CHOICE, AT(config, cell_metrics), .choice = cell_metrics},
    {"StateDir", OPTION_TEXT, AT(config, state_dir), .max = 256},
    {"DataDir", OPTION_TEXT, AT(config, data_dir), .max = 256},
    {"Commissioning", OPTION_INT, AT(config, commissioning_h), 0, 8760},
    {"LogRetention", OPTION_INT, AT(config, log_retention_d), 1, 36500},
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
    {"Chemistry", OPTION_CHOICE, AT(string_config, chemistry), .choice = chemistry},
    {"FloatVoltage", OPTION_NUMBER, AT(string_config, float_mv), 2, 2.5, .scale = 1000},
    {"Relay", OPTION_CHOICE, AT(string_config, relay_closed), .choice = relay},
    {0},
};

static const struct option limits_options[] = {
    {"Settling", OPTION_SECONDS, AT(limit_settings, settling_ms), 0, 86400},
    {"FlapRaises", OPTION_INT, AT(limit_settings, flap_raises), 0, 100},
    {0},
};

/* In the order of enum limit_field. What the first three may be depends on the limit. */
enum { LIMIT_NUMBERS = 3 };
static const struct option limit_options[] = {
    {"Warning", OPTION_NUMBER, AT(limit_setting, warning), .choice = limit_off},
    {"Critical", OPTION_NUMBER, AT(limit_setting, critical), .choice = limit_off},
    {"Hysteresis", OPTION_NUMBER, AT(limit_setting, hysteresis)},
    {"RaiseDelay", OPTION_SECONDS, AT(limit_setting, raise_ms), 0, 604800},
    {"ClearDelay", OPTION_SECONDS, AT(limit_setting, clear_ms), 0, 604800},
    {0},
};

/* Bit by bit: LIMIT_RAISE, LIMIT_CLEAR, LIMIT_SEVERITY, LIMIT_SEVERITY2. */
static const struct option alarm_options[] = {
    {"RaiseDelay", OPTION_SECONDS, AT(alarm_setting, raise_ms), 0, 604800},
    {"ClearDelay", OPTION_SECONDS, AT(alarm_setting, clear_ms), 0, 604800},
    {"Severity", OPTION_CHOICE, AT(alarm_setting, severity), .choice = severity},
    {"SeverityCritical", OPTION_CHOICE, AT(alarm_setting, severity2), .choice = severity},
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
    case OPTION_NUMBER:
        snprintf(ret, size, "a number from %g to %g%s%s", o->min, o->max, *words ? ", or " : "",
                 words);
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
           v->number <= o->max && (o->kind != OPTION_INT || v->number == (int)v->number);
}

static int rounded(double number)
{
    return (int)(number < 0 ? number - 0.5 : number + 0.5);
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
        number = rounded(v->number * (o->kind == OPTION_SECONDS  ? 1000
                                      : o->kind == OPTION_NUMBER ? o->scale
                                                                 : 1));
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

/* A block that holds options only. Returns a bit per row that was there and good. */
static unsigned read_leaf(struct place *p, const struct option *table, const struct conf_node *n,
                          void *base)
{
    unsigned seen = 0, good = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        size_t errors = p->config->errors;
        unsigned before = seen;

        if (!read_option(p, table, c, base, &seen))
            complain_key(p, table, c->key, "");
        if (p->config->errors == errors)
            good |= seen & ~before;
    }
    complain_missing(p, table, seen);
    return good;
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

/* ---- <Limits> ---------------------------------------------------------------------------- */

static const char *text_argument(const struct conf_node *n)
{
    return n->values == 1 && n->value[0].type == CONF_STRING ? n->value[0].string : "";
}

/* The options of one limit: its own range and unit. */
static void shape_limit(const struct limit_row *row, struct option ret[])
{
    double scale = 1;

    memcpy(ret, limit_options, sizeof(limit_options));
    for (int i = 0; i < row->decimals; i++)
        scale *= 10;
    for (int i = 0; i < LIMIT_NUMBERS; i++) {
        ret[i].scale = scale;
        ret[i].min = row->may.min / scale;
        ret[i].max = row->may.max / scale;
    }
    ret[LIMIT_NUMBERS - 1].min = 0; /* a hysteresis is a distance */
    ret[LIMIT_NUMBERS - 1].max = (row->may.max - (double)row->may.min) / scale;
}

static void list_limits(char *ret, size_t size)
{
    size_t used = 0;

    for (int i = 0; i < LIMITS && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 limit_rows[i].name);
}

/* The worse level lies beyond the other one. */
static void check_order(struct place *p, const struct limit_row *row, const struct limit_setting *l)
{
    int worse = alarm_kinds[alarm_row(row->kind)].worse;
    bool both = l->set & LIMIT_WARNING && l->set & LIMIT_CRITICAL && l->warning != LIMIT_OFF &&
                l->critical != LIMIT_OFF;

    if (both && (int64_t)(l->critical - l->warning) * worse < 0)
        complain(p, "Critical must not be %s than Warning", worse > 0 ? "lower" : "higher");
}

static void read_limit(const struct place *at, const struct conf_node *n, struct limit_settings *to)
{
    struct option table[sizeof(limit_options) / sizeof(limit_options[0])];
    struct place p = inside(at, n);
    int id = limit_named(text_argument(n));
    char names[480];

    if (id < 0) {
        list_limits(names, sizeof(names));
        complain(&p, "the block's argument must be the name of a limit: %s", names);
        return;
    }
    if (to->limit[id].set != 0) {
        complain(&p, "there is a block for this limit already");
        return;
    }
    shape_limit(&limit_rows[id], table);
    to->limit[id].set = (int)read_leaf(&p, table, n, &to->limit[id]);
    check_order(&p, &limit_rows[id], &to->limit[id]);
}

static void read_alarm(const struct place *at, const struct conf_node *n, struct limit_settings *to)
{
    struct place p = inside(at, n);
    int row = alarm_row_named(text_argument(n));

    if (row < 0)
        complain(&p, "the block's argument must be the name of an alarm, as in NOTIFICATIONS of "
                     "collectd-btms(5)");
    else if (to->alarm[row].set != 0)
        complain(&p, "there is a block for this alarm already");
    else
        to->alarm[row].set = (int)(read_leaf(&p, alarm_options, n, &to->alarm[row]) * LIMIT_RAISE);
}

static void read_limits(const struct place *at, const struct conf_node *n,
                        struct limit_settings *to)
{
    struct place p = inside(at, n);
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        if (strcasecmp(c->key, "Limit") == 0)
            read_limit(&p, c, to);
        else if (strcasecmp(c->key, "Alarm") == 0)
            read_alarm(&p, c, to);
        else if (!read_option(&p, limits_options, c, to, &seen))
            complain_key(&p, limits_options, c->key, ", <Limit>, <Alarm>");
    }
}

/* Of a gateway or string, which have room for them only where there are some. */
static void read_own_limits(const struct place *at, const struct conf_node *n,
                            struct limit_settings **to)
{
    struct place p = *at;

    if (*to == NULL) {
        *to = malloc(sizeof(**to));
        if (*to == NULL) {
            complain(&p, "no memory");
            return;
        }
        limits_none(*to);
    }
    read_limits(at, n, *to);
}

static void free_gateway(struct gateway_config *g)
{
    for (int i = 0; i < STRING_MAX; i++)
        free(g->string[i].limits);
    free(g->limits);
}

/* ---- blocks of a gateway ----------------------------------------------------------------- */

static void read_string_lines(struct place *p, const struct conf_node *n, struct string_config *s)
{
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        if (strcasecmp(c->key, "Limits") == 0)
            read_own_limits(p, c, &s->limits);
        else if (!read_option(p, string_options, c, s, &seen))
            complain_key(p, string_options, c->key, ", <Limits>");
    }
}

static void read_string(const struct place *at, const struct conf_node *n, struct gateway_config *g)
{
    struct place p = inside(at, n);
    double number = n->values == 1 && n->value[0].type == CONF_NUMBER ? n->value[0].number : 0;

    if (number < 1 || number > STRING_MAX || number != (int)number)
        complain(&p, "the block's argument must be a string's number, 1 to %d", STRING_MAX);
    else
        read_string_lines(&p, n, &g->string[(int)number - 1]);
}

static void read_gateway_limits(const struct place *at, const struct conf_node *n,
                                struct gateway_config *g)
{
    read_own_limits(at, n, &g->limits);
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
    {"String",       read_string        },
    {"CellRegister", read_cell_register },
    {"Limits",       read_gateway_limits},
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
            complain_key(p, gateway_options, c->key, ", <String>, <CellRegister>, <Limits>");
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
    g.site_limits = &c->limits;
    memcpy(g.cell_offset, registers_cell_offsets, sizeof(g.cell_offset));
    read_gateway_lines(&p, n, &g);
    if (c->errors != errors) {
        free_gateway(&g);
        c->left_out++;
        return;
    }
    grown = realloc(c->gateway, (c->gateways + 1) * sizeof(g));
    if (grown == NULL) {
        complain(&p, "no memory");
        free_gateway(&g);
        c->left_out++;
        return;
    }
    c->gateway = grown;
    c->gateway[c->gateways++] = g;
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
    struct place p = {.config = c, .complain = tell, .ctx = ctx, .block = "<Plugin btms>"};
    unsigned seen = 0;

    for (const struct conf_node *n = block->child; n < block->child + block->children; n++) {
        if (strcasecmp(n->key, "Gateway") == 0)
            read_gateway(&p, n);
        else if (strcasecmp(n->key, "Limits") == 0)
            read_limits(&p, n, &c->limits);
        else if (!read_option(&p, plugin_options, n, c, &seen))
            complain_key(&p, plugin_options, n->key, ", <Gateway>, <Limits>");
    }
}

void config_free(struct config *c)
{
    for (size_t i = 0; i < c->gateways; i++)
        free_gateway(&c->gateway[i]);
    free(c->gateway);
    config_init(c);
}
