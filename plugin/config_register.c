/* See config_own.h: <Register>, what the vendor does not publish as the operator describes it. */
#include "config_own.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct conf_choice types[] = {
    {"uint16", REG_U16},
    {"int16",        REG_I16},
    {"uint32",REG_U32},
    {"int32", REG_I32},
    {0       }
};
/* Built-in quantities of a string that have no place in its block. */
static const struct conf_choice builtins[] = {
    {"insulation", STRING_INSULATION},
    {0           }
};

/* What the lines of a block say; a number that is not there is not one. */
struct lines {
    int string, ups, cell, unit, address, type, low_word_first, function, as;
    double scale, min, max;
    char measure[16];
    double low_warning, low_critical, high_warning, high_critical, hysteresis;
    int raise_ms, clear_ms;
};

/* clang-format off */
static const struct conf_option options[] = {
    {"String", OPTION_INT, CONF_AT(lines, string), 1, STRING_MAX},
    {"UPS", OPTION_INT, CONF_AT(lines, ups), 1, UPS_MAX},
    {"Cell", OPTION_INT, CONF_AT(lines, cell), 1, CELL_MAX},
    {"Unit", OPTION_INT, CONF_AT(lines, unit), 0, UINT8_MAX, .required = true},
    {"Address", OPTION_INT, CONF_AT(lines, address), 0, UINT16_MAX, .required = true},
    {"FunctionCode", OPTION_INT, CONF_AT(lines, function), 3, 4},
    {"Type", OPTION_CHOICE, CONF_AT(lines, type), .choice = types},
    {"WordOrder", OPTION_CHOICE, CONF_AT(lines, low_word_first), .choice = conf_word_order},
    {"Scale", OPTION_REAL, CONF_AT(lines, scale), 1e-6, 1e9},
    {"MetricUnit", OPTION_TEXT, CONF_AT(lines, measure), .max = 16},
    {"Min", OPTION_REAL, CONF_AT(lines, min), -1e18, 1e18},
    {"Max", OPTION_REAL, CONF_AT(lines, max), -1e18, 1e18},
    {"As", OPTION_CHOICE, CONF_AT(lines, as), .choice = builtins},
    {"LowWarning", OPTION_REAL, CONF_AT(lines, low_warning), -1e18, 1e18},
    {"LowCritical", OPTION_REAL, CONF_AT(lines, low_critical), -1e18, 1e18},
    {"HighWarning", OPTION_REAL, CONF_AT(lines, high_warning), -1e18, 1e18},
    {"HighCritical", OPTION_REAL, CONF_AT(lines, high_critical), -1e18, 1e18},
    {"Hysteresis", OPTION_REAL, CONF_AT(lines, hysteresis), 0, 1e18},
    {"RaiseDelay", OPTION_SECONDS, CONF_AT(lines, raise_ms), 0, 604800},
    {"ClearDelay", OPTION_SECONDS, CONF_AT(lines, clear_ms), 0, 604800},
    {0},
};
/* clang-format on */

static const struct lines defaults = {
    .type = REG_U16,
    .low_word_first = REG_AS_GATEWAY,
    .scale = 1,
    .min = NAN,
    .max = NAN,
    .low_warning = NAN,
    .low_critical = NAN,
    .high_warning = NAN,
    .high_critical = NAN,
    .raise_ms = 30000,
    .clear_ms = 30000,
};

/* ---- the name ---------------------------------------------------------------------------- */

/* What collectd's values of gateway, UPS, strings and cells are called already, whatever their type. */
static const char *const taken[] = {
    "aggregate",        "alarm",         "ambient",      "aux_input",
    "balance",          "cell_interval", "cell_max",     "cell_mean",
    "cell_min",         "cells",         "cells_absent", "cells_error",
    "cells_ok",         "commissioning", "connections",  "cells_beyond_range",
    "data_age",         "exception",     "interval",     "maintenance",
    "mismatch",         "modbus",        "poll",         "reachable",
    "reconnect",        "relay",         "soc",          "soh",
    "span_cells",       "state",         "status",       "string",
    "string_registers", "strings",       "timeout",      "ups",
    "window",
};

/* "cell017", and what ends in "-cell017": how values of cells are called. */
static bool ends_like_a_cell(const char *name)
{
    size_t n = strlen(name);
    const char *end = name + (n >= 7 ? n - 7 : 0);

    return n >= 7 && strncasecmp(end, "cell", 4) == 0 && isdigit((unsigned char)end[4]) &&
           isdigit((unsigned char)end[5]) && isdigit((unsigned char)end[6]);
}

static bool is_taken(const char *name)
{
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (strcasecmp(taken[i], name) == 0)
            return true;
    return ends_like_a_cell(name);
}

static bool read_name(struct conf_place *p, const struct conf_node *n, char ret[NAME_SIZE])
{
    const char *name = n->values == 1 && n->value[0].type == CONF_STRING ? n->value[0].string : "";
    size_t size = strlen(name);

    if (size < 1 || size >= NAME_SIZE ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != size) {
        conf_complain(p,
                      "the block's argument must be the quantity's name: 1 to %d of letters, "
                      "digits, '_' and '-'",
                      NAME_SIZE - 1);
        return false;
    }
    if (is_taken(name)) {
        conf_complain(p, "the plugin itself has values of this name; choose another one");
        return false;
    }
    snprintf(ret, NAME_SIZE, "%s", strcasecmp(name, "insulation") == 0 ? "insulation" : name);
    return true;
}

/* ---- what it is of ----------------------------------------------------------------------- */

static bool same_object(const struct quantity_def *a, const struct quantity_def *b)
{
    return a->ups == b->ups && a->string == b->string && a->cell == b->cell;
}

static void name_object(const struct quantity_def *d, char *ret, size_t size)
{
    if (d->cell != 0)
        snprintf(ret, size, "string %d cell %d", d->string, d->cell);
    else if (d->string != 0)
        snprintf(ret, size, "string %d", d->string);
    else if (d->ups != 0)
        snprintf(ret, size, "UPS %d", d->ups);
    else
        snprintf(ret, size, "the gateway");
}

static void check_object(struct conf_place *p, const struct gateway_config *g,
                         const struct lines *l, const struct quantity_def *d)
{
    char object[48];

    if (l->string != 0 && l->ups != 0)
        conf_complain(p, "it is either of a String or of a UPS");
    if (l->cell != 0 && l->string == 0)
        conf_complain(p, "Cell needs the String that the cell is of");
    if (l->as != 0 && (l->string == 0 || l->cell != 0))
        conf_complain(p, "\"insulation\" is of a String: exactly that must be told");
    name_object(d, object, sizeof(object));
    for (int i = 0; i < g->addeds; i++)
        if (strcasecmp(g->quantity[i].name, d->name) == 0 && same_object(&g->quantity[i], d))
            conf_complain(p, "there is a <Register \"%s\"> for %s already", d->name, object);
        else if (l->as != 0 && g->added[i].quantity == l->as && g->added[i].index == l->string - 1)
            conf_complain(p, "<Register \"%s\"> is the insulation of %s already",
                          g->quantity[i].name, object);
}

/* ---- how it is read ---------------------------------------------------------------------- */

static void check_register(struct conf_place *p, const struct lines *l)
{
    if (l->unit > 247 && l->unit != UINT8_MAX)
        conf_complain(p, "Unit is %d; it must be 0 to 247, or 255", l->unit);
    if (l->address + registers_words((enum reg_type)l->type) > UINT16_MAX + 1)
        conf_complain(p, "Address %d: its second register would be beyond 65535", l->address);
}

/* ---- what it means ----------------------------------------------------------------------- */

static void list_units(char *ret, size_t size)
{
    size_t used = 0;

    for (int i = 0; i < QUANTITY_UNITS && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s\"%s\"", i > 0 ? ", " : "",
                                 quantity_units[i].name);
}

static void set_unit(struct conf_place *p, const struct lines *l, struct quantity_def *d)
{
    const char *name = *l->measure != '\0' ? l->measure : l->as != 0 ? "ohm" : "number";
    int unit = quantity_unit_named(name);
    char units[200];

    list_units(units, sizeof(units));
    if (unit < 0)
        conf_complain(p, "MetricUnit is \"%s\"; it must be one of %s", name, units);
    else if (l->as != 0 && strcmp(name, "ohm") != 0)
        conf_complain(p, "MetricUnit is \"%s\"; of insulation it must be \"ohm\"", name);
    d->unit = (uint8_t)(unit < 0 ? 0 : unit);
}

/* A number that was told, as values are; complains of one that none can be. */
static int32_t number(struct conf_place *p, const struct quantity_def *d, const char *key,
                      double told, int32_t otherwise)
{
    int32_t is;

    if (isnan(told))
        return otherwise;
    is = quantity_number(d, told);
    if (is == INT32_MAX || is == INT32_MIN)
        conf_complain(p, "%s is %g; with this Scale no value beyond %.10g can be told", key, told,
                      quantity_si(d, INT32_MAX / d->factor));
    return is;
}

/* Of those that are told, from the lowest to the highest. */
static void check_order(struct conf_place *p, const struct lines *l)
{
    const struct {
        const char *key;
        double is;
    } row[] = {
        {"LowCritical",  l->low_critical },
        {"LowWarning",   l->low_warning  },
        {"HighWarning",  l->high_warning },
        {"HighCritical", l->high_critical},
    };
    int before = -1;

    for (int i = 0; i < 4; i++) {
        if (isnan(row[i].is))
            continue;
        if (before >= 0 && row[i].is < row[before].is)
            conf_complain(p, "%s is %g, and %s is %g: it must not be lower", row[i].key, row[i].is,
                          row[before].key, row[before].is);
        before = i;
    }
    if (!isnan(l->min) && !isnan(l->max) && l->max < l->min)
        conf_complain(p, "Max is %g, and Min is %g: it must not be lower", l->max, l->min);
}

static void set_limits(struct conf_place *p, const struct lines *l, struct quantity_def *d)
{
    int32_t hysteresis = number(p, d, "Hysteresis", l->hysteresis, 0);

    d->possible.min = number(p, d, "Min", l->min, INT32_MIN);
    d->possible.max = number(p, d, "Max", l->max, INT32_MAX);
    d->low = (struct limit){
        .warning = number(p, d, "LowWarning", l->low_warning, LIMIT_OFF),
        .critical = number(p, d, "LowCritical", l->low_critical, LIMIT_OFF),
        .hysteresis = hysteresis,
        .raise_ms = l->raise_ms,
        .clear_ms = l->clear_ms,
    };
    d->high = d->low;
    d->high.warning = number(p, d, "HighWarning", l->high_warning, LIMIT_OFF);
    d->high.critical = number(p, d, "HighCritical", l->high_critical, LIMIT_OFF);
    check_order(p, l);
}

/* ---- the block --------------------------------------------------------------------------- */

static struct reg_added reading(const struct lines *l)
{
    return (struct reg_added){
        .of = l->string != 0 ? REG_OF_STRING
              : l->ups != 0  ? REG_OF_UPS
                             : REG_OF_GATEWAY,
        .index = (uint8_t)(l->string != 0 ? l->string - 1
                           : l->ups != 0  ? l->ups - 1
                                          : 0),
        .quantity = (uint8_t)l->as,
        .unit = (uint8_t)l->unit,
        .function = (uint8_t)l->function,
        .address = (uint16_t)l->address,
        .type = (enum reg_type)l->type,
        .low_word_first = l->low_word_first,
        .scale = l->scale,
    };
}

void conf_read_register(const struct conf_place *at, const struct conf_node *n,
                        struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);
    size_t errors = at->config->errors;
    struct quantity_def d = {0};
    struct lines l = defaults;

    if (g->addeds == QUANTITY_MAX) {
        conf_complain(&p, "there are %d already, the most that a gateway can have", QUANTITY_MAX);
        return;
    }
    if (!read_name(&p, n, d.name))
        return;
    d.builtin = strcmp(d.name, "insulation") == 0;
    l.as = d.builtin ? STRING_INSULATION : 0;
    conf_read_leaf(&p, options, n, &l);
    if (at->config->errors != errors)
        return;
    d.string = (uint8_t)l.string;
    d.ups = (uint8_t)l.ups;
    d.cell = (uint8_t)l.cell;
    quantity_set_scale(&d, l.scale);
    check_object(&p, g, &l, &d);
    check_register(&p, &l);
    set_unit(&p, &l, &d);
    set_limits(&p, &l, &d);
    if (at->config->errors != errors)
        return;
    g->quantity[g->addeds] = d;
    g->added[g->addeds++] = reading(&l);
}

/* ---- against each other, and against the vendor ------------------------------------------ */

static int function_of(const struct gateway_config *g, const struct reg_added *r)
{
    return r->function != 0 ? r->function : g->function;
}

static bool overlap(uint32_t a, uint32_t a_words, uint32_t b, uint32_t b_words)
{
    return a < b + b_words && b < a + a_words;
}

static void check_pair(struct conf_place *p, const struct gateway_config *g, int i, int k)
{
    const struct reg_added *a = &g->added[i], *b = &g->added[k];
    char of[48], other[48];

    if (a->unit != b->unit || function_of(g, a) != function_of(g, b) ||
        !overlap(a->address, registers_words(a->type), b->address, registers_words(b->type)))
        return;
    name_object(&g->quantity[i], of, sizeof(of));
    name_object(&g->quantity[k], other, sizeof(other));
    conf_complain(p,
                  "<Register \"%s\"> of %s (Unit %d Address %d) and <Register \"%s\"> of %s "
                  "(Address %d) overlap",
                  g->quantity[i].name, of, a->unit, a->address, g->quantity[k].name, other,
                  b->address);
}

/* The vendor's row that a register touches; NULL: none that he publishes. */
static const struct reg *row_among(const struct reg *row, int rows, const struct reg_added *r,
                                   int address)
{
    for (int i = 0; i < rows; i++)
        if (row[i].published && address >= 0 &&
            overlap((uint32_t)address, registers_words(r->type), row[i].address,
                    registers_words(row[i].type)))
            return &row[i];
    return NULL;
}

/* Cells are in the unit of their string; `*ret_address` is where the row begins there. */
static const struct reg *published_row(const struct reg_added *r, int *ret_address)
{
    int in_cell = r->address % REG_CELL_STRIDE, cell = r->address / REG_CELL_STRIDE;
    const struct reg *row = NULL;
    int base = 0;

    if (r->unit >= 1 && r->unit <= UPS_MAX)
        row = row_among(registers_ups, UPS_QUANTITIES, r, r->address);
    if (r->unit > REG_UNIT_STRING_BASE && r->unit <= REG_UNIT_STRING_BASE + STRING_MAX) {
        base = cell * REG_CELL_STRIDE;
        if (cell == 0)
            row = row_among(registers_string, STRING_IN_BLOCK, r, r->address);
        else if (cell <= CELL_MAX)
            row = row_among(registers_cell, CELL_QUANTITIES, r, in_cell);
    }
    if (row != NULL)
        *ret_address = base + row->address;
    return row;
}

static bool same_scale(const struct reg *row, double scale)
{
    double factor = scale;

    for (int i = 0; i < row->decimals; i++)
        factor *= 10;
    return factor > 0.999999 && factor < 1.000001;
}

static void check_against_vendor(struct conf_place *p, const struct gateway_config *g, int i)
{
    const struct reg_added *r = &g->added[i];
    int address = 0;
    const struct reg *row = function_of(g, r) == g->function ? published_row(r, &address) : NULL;
    char of[48];

    if (row == NULL || (address == r->address && row->type == r->type && same_scale(row, r->scale)))
        return;
    name_object(&g->quantity[i], of, sizeof(of));
    conf_complain(p,
                  "<Register \"%s\"> of %s: in the vendor's map of a BM-GW, Unit %d Address %d is "
                  "%s; as anything else it cannot be read",
                  g->quantity[i].name, of, r->unit, address, row->name);
}

void conf_check_registers(struct conf_place *p, const struct gateway_config *g)
{
    for (int i = 0; i < g->addeds; i++) {
        check_against_vendor(p, g, i);
        for (int k = 0; k < i; k++)
            check_pair(p, g, k, i);
    }
}
