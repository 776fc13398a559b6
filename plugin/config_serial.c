/*
 * config_serial - <Serial>: a line with string masters on it.
 *
 * It becomes a gateway whose strings are its string masters, in the order of their blocks: what a
 * gateway or a string can be told otherwise (limits, supplies, kinds of sensors) is read by those who
 * read it there. Only what is particular to a line is read here.
 */
#include "config_own.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
static const struct conf_choice bauds[] = {
    {"1200", 1200}, {"2400", 2400}, {"4800", 4800}, {"9600", 9600}, {"19200", 19200}, {"38400", 38400},
    {"57600", 57600}, {"115200", 115200}, {0}};
static const struct conf_choice parities[] = {{"none", 'N'}, {"even", 'E'}, {"odd", 'O'}, {0}};
static const struct conf_choice modes[] = {{"rs232", false}, {"rs485", true}, {0}};
static const struct conf_choice rts[] = {{"none", RTU_RTS_NONE}, {"up", RTU_RTS_UP}, {"down", RTU_RTS_DOWN}, {0}};
static const struct conf_choice word_order[] = {{"big", true}, {"little", false}, {0}};
static const struct conf_choice reg_types[] = {
    {"uint16", REG_U16}, {"int16", REG_I16}, {"uint32", REG_U32}, {"int32", REG_I32}, {0}};

struct line_options {
    char name[NAME_SIZE];
    int baud, parity, data_bits, stop_bits, rs485, rts, turnaround_ms;
};

static const struct conf_option line_options[] = {
    {"Name", OPTION_TEXT, CONF_AT(line_options, name), .max = NAME_SIZE},
    {"Baud", OPTION_CHOICE, CONF_AT(line_options, baud), .choice = bauds},
    {"Parity", OPTION_CHOICE, CONF_AT(line_options, parity), .choice = parities},
    {"DataBits", OPTION_INT, CONF_AT(line_options, data_bits), 7, 8},
    {"StopBits", OPTION_INT, CONF_AT(line_options, stop_bits), 1, 2},
    {"Mode", OPTION_CHOICE, CONF_AT(line_options, rs485), .choice = modes},
    {"RTS", OPTION_CHOICE, CONF_AT(line_options, rts), .choice = rts},
    {"Turnaround", OPTION_SECONDS, CONF_AT(line_options, turnaround_ms), 0, 5},
    {0},
};

struct master_options {
    int unit, high_word_first;
};

static const struct conf_option master_options[] = {
    {"Unit", OPTION_INT, CONF_AT(master_options, unit), 1, 247, .required = true},
    {"WordOrder", OPTION_CHOICE, CONF_AT(master_options, high_word_first), .choice = word_order},
    {0},
};

struct column_options {
    int address, type, stride;
    double scale;
};

static const struct conf_option column_options[] = {
    {"Address", OPTION_INT, CONF_AT(column_options, address), 0, UINT16_MAX, .required = true},
    {"Type", OPTION_CHOICE, CONF_AT(column_options, type), .choice = reg_types},
    {"Stride", OPTION_INT, CONF_AT(column_options, stride), 1, 512},
    {"Scale", OPTION_REAL, CONF_AT(column_options, scale), 1e-6, 1e6},
    {0},
};

/* Columns that may be added, with what one count is where nothing is told: mOhm, degC, %, %, bits. */
static const struct {
    const char *name;
    int quantity;
    double resolution; /* of the gateway's register, in that unit */
} columns[] = {
    {"resistance", CELL_RESISTANCE, 0.001},
    {"temperature", CELL_TEMPERATURE, 0.1},
    {"soc", CELL_SOC, 1},
    {"soh", CELL_SOH, 1},
    {"alarm", CELL_ALARM, 1},
};
/* clang-format on */

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static const char *const keys_of_gateways[] = {
    "Address", "Port",         "Window",   "Connections",      "WordOrder", "SpanCells",
    "String",  "CellRegister", "Register", "MasterController", "UPS"};

/* ---- what the tables know, and what others read -------------------------------------------- */

static bool in_table(const struct conf_option *table, const char *key)
{
    for (const struct conf_option *o = table; o->key != NULL; o++)
        if (strcasecmp(o->key, key) == 0)
            return true;
    return false;
}

/* The lines of a block that are not of `table`, nor `also`; to be freed. NULL without memory. */
static struct conf_node *other_lines(const struct conf_node *n, const struct conf_option *table,
                                     const char *also, struct conf_node *ret)
{
    struct conf_node *rest = calloc(n->children + 1, sizeof(*rest));

    *ret = *n;
    ret->child = rest;
    ret->children = 0;
    for (size_t i = 0; i < n->children && rest != NULL; i++)
        if (!in_table(table, n->child[i].key) &&
            (also == NULL || strcasecmp(also, n->child[i].key) != 0))
            rest[ret->children++] = n->child[i];
    return rest;
}

static void read_own(struct conf_place *p, const struct conf_node *n,
                     const struct conf_option *table, void *to)
{
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        (void)conf_read_option(p, table, c, to, &seen);
    conf_complain_missing(p, table, seen);
}

/* ---- a column of cells ------------------------------------------------------------------- */

static int find_column(const struct conf_node *n)
{
    for (int i = 0; i < COLUMNS && n->values == 1 && n->value[0].type == CONF_STRING; i++)
        if (strcasecmp(columns[i].name, n->value[0].string) == 0)
            return i;
    return -1;
}

static void read_column(const struct conf_place *at, const struct conf_node *n, struct master *m)
{
    struct conf_place p = conf_inside(at, n);
    int i = find_column(n);
    struct column_options o = {.type = REG_U16};
    size_t errors = at->config->errors;
    struct master_column *c;

    if (i < 0) {
        conf_complain(&p, "the block's argument must be one of \"resistance\", \"temperature\", "
                          "\"soc\", \"soh\", \"alarm\"");
        return;
    }
    o.scale = columns[i].resolution;
    if (columns[i].quantity == CELL_TEMPERATURE)
        o.type = REG_I16;
    (void)conf_read_leaf(&p, column_options, n, &o);
    if (at->config->errors != errors)
        return;
    c = &m->column[columns[i].quantity];
    if (c->on)
        conf_complain(&p, "it is given twice");
    *c = (struct master_column){
        .on = true,
        .address = (uint16_t)o.address,
        .stride = (uint16_t)(o.stride > 0 ? o.stride : registers_words((enum reg_type)o.type)),
        .type = (enum reg_type)o.type,
        .scale = o.scale / columns[i].resolution,
    };
    if (c->stride < registers_words(c->type))
        conf_complain(&p, "Stride %d is less than the two registers of its Type", c->stride);
}

static const char *column_name(int quantity)
{
    for (int i = 0; i < COLUMNS; i++)
        if (columns[i].quantity == quantity)
            return columns[i].name;
    return quantity == CELL_STATUS    ? "status (from 1300 on)"
           : quantity == CELL_VOLTAGE ? "voltage (from 1600 on)"
                                      : "the string (0 to 4, 6, 7, 10, 13)";
}

static void check_column(struct conf_place *p, const struct master *m, int q, int cells)
{
    int end = master_column_end(&m->column[q], cells), clash;

    if (end > UINT16_MAX) {
        conf_complain(p,
                      "<CellRegister \"%s\">: with %d cells its last register would be %d, beyond "
                      "65535",
                      column_name(q), cells, end);
        return;
    }
    for (int other = 0; other <= CELL_QUANTITIES; other++) {
        if (other < CELL_QUANTITIES && (other >= q || !m->column[other].on))
            continue; /* a pair is looked at once */
        clash = master_clash(m, q, other, cells);
        if (clash >= 0)
            conf_complain(p,
                          "<CellRegister \"%s\">: with %d cells it has register %d in common with "
                          "%s",
                          column_name(q), cells, clash, column_name(other));
    }
}

/* ---- a string master --------------------------------------------------------------------- */

static void check_master(struct conf_place *p, const struct line_settings *l,
                         const struct master *m)
{
    int cells = m->cells > 0 ? m->cells : CELL_MAX;

    for (const struct master *o = l->master; o < m; o++)
        if (o->unit == m->unit && m->unit != 0)
            conf_complain(p, "Unit %d is string master %d of this line already", m->unit,
                          (int)(o - l->master) + 1);
    for (int i = 0; i < COLUMNS; i++)
        if (m->column[columns[i].quantity].on)
            check_column(p, m, columns[i].quantity, cells);
}

/* Its name is that of the block, where no Name tells another one. `lines` has room for one more. */
static void add_name(const struct conf_node *n, struct conf_node *lines, struct conf_node *ret)
{
    for (size_t i = 0; i < ret->children; i++)
        if (strcasecmp(lines[i].key, "Name") == 0)
            return;
    lines[ret->children++] = (struct conf_node){.key = "Name", .value = n->value, .values = 1};
}

static void check_channels(struct conf_place *p, const struct string_config *s)
{
    for (int i = 0; i < CHANNEL_KINDS; i++)
        if (s->channel_told[i])
            conf_complain(p, "a string master tells of no relay and no input: those are a BM-LC's, "
                             "which needs a BM-MC, which a gateway reads");
}

static void read_master_lines(struct conf_place *p, const struct conf_node *n,
                              struct gateway_config *g, int number)
{
    struct master *m = &g->line->master[number - 1];
    const struct string_config *s = &g->string[number - 1];
    struct master_options o = {.unit = 0};
    struct conf_node rest;
    struct conf_node *lines = other_lines(n, master_options, "CellRegister", &rest);

    if (lines == NULL) {
        conf_complain(p, "no memory");
        return;
    }
    *m = master_published;
    read_own(p, n, master_options, &o);
    m->unit = (uint8_t)o.unit;
    m->high_word_first = o.high_word_first != 0;
    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        if (strcasecmp(c->key, "CellRegister") == 0)
            read_column(p, c, m);
    add_name(n, lines, &rest);
    conf_read_string_lines(p, &rest, g, number);
    free(lines);
    m->cells = (uint8_t)(s->parts.cells < CELL_MAX ? s->parts.cells : CELL_MAX);
    check_channels(p, s);
    check_master(p, g->line, m);
}

void conf_read_master(const struct conf_place *at, const struct conf_node *n,
                      struct gateway_config *g)
{
    struct conf_place p = conf_inside(at, n);

    if (g->line == NULL)
        conf_complain(&p,
                      "string masters are part of a <Serial> line; those of a gateway are found "
                      "by themselves");
    else if (n->values != 1 || n->value[0].type != CONF_STRING || *n->value[0].string == '\0' ||
             strlen(n->value[0].string) >= NAME_SIZE)
        conf_complain(&p, "the block's argument must be the string master's name: 1 to %d bytes",
                      NAME_SIZE - 1);
    else if (g->line->masters == STRING_MAX)
        conf_complain(&p,
                      "a line has at most %d string masters: an RS-485 bus carries no more (rule: "
                      "32 BM-SS)",
                      STRING_MAX);
    else
        read_master_lines(&p, n, g, ++g->line->masters);
}

/* ---- the line ---------------------------------------------------------------------------- */

/* Two paths may lead to one device. One that is not there yet is only told by its path. */
static bool same_device(const char *a, const char *b)
{
    char x[PATH_MAX], y[PATH_MAX];

    if (strcmp(a, b) == 0)
        return true;
    return realpath(a, x) != NULL && realpath(b, y) != NULL && strcmp(x, y) == 0;
}

static void check_line(struct conf_place *p, const struct gateway_config *g)
{
    const struct config *c = p->config;

    if (g->line->masters == 0)
        conf_complain(p, "there is no <StringMaster> in it");
    for (const struct gateway_config *o = c->gateway; o < c->gateway + c->gateways; o++)
        if (o->line != NULL && same_device(o->address, g->address))
            conf_complain(p,
                          "\"%s\" is the same device as \"%s\", serial line \"%s\": one line is "
                          "one <Serial> block, with all string masters on it",
                          g->address, o->address, o->name);
}

static void check_keys(struct conf_place *p, const struct conf_node *n)
{
    for (const struct conf_node *c = n->child; c < n->child + n->children; c++)
        for (size_t i = 0; i < sizeof(keys_of_gateways) / sizeof(keys_of_gateways[0]); i++)
            if (strcasecmp(c->key, keys_of_gateways[i]) == 0)
                conf_complain(
                    p, "%s is of a <Gateway>, a serial line has none (see <StringMaster>)", c->key);
}

/* Its own options; the others, with the path as its address, are left in `*ret`. */
static void read_line_options(struct conf_place *p, const struct conf_node *n, const char *path,
                              struct gateway_config *g)
{
    struct line_options o = {
        .baud = 19200, .parity = 'N', .data_bits = 8, .stop_bits = 1, .turnaround_ms = 10};
    const char *base = strrchr(path, '/');
    bool good;

    read_own(p, n, line_options, &o);
    g->line->rtu = (struct rtu_settings){
        .baud = o.baud,
        .parity = o.parity,
        .data_bits = o.data_bits,
        .stop_bits = o.stop_bits,
        .rs485 = o.rs485,
        .rts = o.rts,
        .turnaround_ms = o.turnaround_ms,
    };
    snprintf(g->line->rtu.path, sizeof(g->line->rtu.path), "%s", path);
    snprintf(g->address, sizeof(g->address), "%s", path);
    base = *o.name != '\0' ? o.name : base != NULL ? base + 1 : path;
    good = *base != '\0' && strlen(base) < NAME_SIZE;
    for (const char *c = base; *c != '\0'; c++)
        good &= *c != '/' && (unsigned char)*c >= ' ';
    if (!good)
        conf_complain(p,
                      "the line needs a Name of 1 to %d bytes, no '/'; the end of its path is none",
                      NAME_SIZE - 1);
    snprintf(g->name, sizeof(g->name), "%.*s", NAME_SIZE - 1, base);
}

static void read_line(struct conf_place *p, const struct conf_node *n, struct gateway_config *g)
{
    const char *path = n->values == 1 && n->value[0].type == CONF_STRING ? n->value[0].string : "";
    struct conf_node rest;
    struct conf_node *lines = other_lines(n, line_options, NULL, &rest);

    if (lines == NULL) {
        conf_complain(p, "no memory");
        return;
    }
    if (*path != '/' || strlen(path) >= LINK_PATH_SIZE)
        conf_complain(p, "the block's argument must be the path of a serial device, as "
                         "\"/dev/serial/by-id/...\" or \"/dev/ttyUSB0\"");
    check_keys(p, n);
    read_line_options(p, n, path, g);
    conf_read_gateway_lines(p, &rest, g);
    free(lines);
    g->line->rtu.timeout_ms = g->timeout_ms;
    check_line(p, g);
}

void conf_read_serial(const struct conf_place *at, const struct conf_node *n)
{
    struct gateway_config *g = conf_new_gateway(at);
    struct conf_place p = conf_inside(at, n);
    size_t costly = at->config->costly, supplies = at->config->supplies;

    p.costs = "serial line";
    if (g != NULL)
        g->line = calloc(1, sizeof(*g->line));
    if (g == NULL || g->line == NULL) {
        conf_complain(&p, "no memory");
    } else {
        g->port = 0;
        g->timeout_ms = 500;
        memcpy(g->cell_offset, master_cell_offsets, sizeof(g->cell_offset));
        read_line(&p, n, g);
    }
    conf_keep_gateway(&p, g, costly, supplies);
}
