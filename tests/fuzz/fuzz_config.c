/*
 * Any tree that collectd's parser could hand over. A node is: a key (a known one, or letters from
 * the input), up to three values, up to seven children, three deep.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NODES_MAX = 400, TEXTS_SIZE = 1 << 16, DEPTH_MAX = 3 };

static struct {
    const uint8_t *data;
    size_t size, at;
    struct conf_node node[NODES_MAX];
    struct conf_value value[3 * NODES_MAX];
    char texts[TEXTS_SIZE];
    size_t nodes, values, text_at;
} in;

static uint8_t byte(void)
{
    return in.at < in.size ? in.data[in.at++] : 0;
}

static const char *any_text(void)
{
    size_t n = byte();
    char *text = in.texts + in.text_at;

    if (n + 1 > sizeof(in.texts) - in.text_at)
        return "";
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)byte();
        if (text[i] == '\0')
            break;
    }
    text[n] = '\0';
    in.text_at += n + 1;
    return text;
}

static const char *any_key(void)
{
    static const char *const keys[] = {
        "Gateway",      "Address",      "Port",         "Interval",
        "CellInterval", "Timeout",      "Window",       "WordOrder",
        "String",       "CellRegister", "FunctionCode", "CellMetrics",
        "SpanCells",    "Connections",  "CellType",     "CellIntervalDischarge",
        "HallSensor",   "Offset",       "Limits",       "Limit",
        "Alarm",        "Warning",      "RaiseDelay",   "Severity",
        "Register",     "Unit",         "Type",         "MetricUnit",
        "Scale",        "UPS",          "Cell",         "HighWarning",
        "LowCritical",  "Min",          "As",           "Relay",
        "Input",        "Normal"};
    size_t i = byte() % (sizeof(keys) / sizeof(keys[0]) + 1);

    return i < sizeof(keys) / sizeof(keys[0]) ? keys[i] : any_text();
}

static double any_number(void)
{
    static const double odd[] = {
        0,   -1,  1,     2,     3,   4,   12,    32,     33,           99,
        100, 502, 65535, 65536, 0.1, 2.5, 1e300, -1e300, 4294967296.0, 2147483648.0};
    size_t i = byte() % (sizeof(odd) / sizeof(odd[0]) + 2);

    return i < sizeof(odd) / sizeof(odd[0]) ? odd[i] : i % 2 ? INFINITY : byte() - 100.0;
}

static const char *any_word(void)
{
    static const char *const words[] = {"off",    "soc",  "soh",          "alarm",     "a",
                                        "b",      "auto", "little",       "summary",   "12",
                                        "never",  "",     "cellFloatLow", "cellError", "insulation",
                                        "uint32", "bar",  "closed",       "on"};
    size_t i = byte() % (sizeof(words) / sizeof(words[0]) + 1);

    return i < sizeof(words) / sizeof(words[0]) ? words[i] : any_text();
}

static struct conf_value any_value(void)
{
    switch (byte() % 3) {
    case 0:
        return (struct conf_value){.type = CONF_STRING, .string = any_word()};
    case 1:
        return (struct conf_value){.type = CONF_NUMBER, .number = any_number()};
    default:
        return (struct conf_value){.type = CONF_BOOLEAN, .boolean = byte() & 1};
    }
}

static void fill(struct conf_node *n, int depth)
{
    size_t values = byte() % 4, children = depth < DEPTH_MAX ? byte() % 8 : 0;
    struct conf_value *value = in.value + in.values;
    struct conf_node *child = in.node + in.nodes;

    if (children > NODES_MAX - in.nodes || in.at >= in.size)
        children = 0;
    in.values += values;
    in.nodes += children;
    *n = (struct conf_node){any_key(), value, values, child, children};
    for (size_t i = 0; i < values; i++)
        value[i] = any_value();
    for (size_t i = 0; i < children; i++)
        fill(&child[i], depth + 1);
}

static void complain(void *ctx, const char *text)
{
    size_t *complaints = ctx;

    if (strlen(text) == 0 || strlen(text) > 2000)
        abort();
    ++*complaints;
}

/* Whatever was kept must be fit for use. */
static void check(const struct gateway_config *g)
{
    if (*g->name == '\0' || *g->address == '\0' || g->port < 1 || g->port > 65535 ||
        g->interval_ms < 100 || g->cell_interval_ms < 100 || g->cell_interval_discharge_ms < 100 ||
        g->timeout_ms < 50 || g->timeout_ms > 60000 || g->window < 1 || g->window > 64 ||
        g->connections < 1 || g->connections > 8 || g->addeds < 0 || g->addeds > QUANTITY_MAX ||
        (g->function != 3 && g->function != 4) || g->cell_map.count < 4 || g->cell_map.words > 100)
        abort();
    for (int i = 0; i < g->addeds; i++) {
        const struct quantity_def *d = &g->quantity[i];

        if (*d->name == '\0' || d->unit >= QUANTITY_UNITS || d->decimals > 6 || d->factor < 1 ||
            d->possible.max < d->possible.min || d->string > STRING_MAX || d->cell > CELL_MAX ||
            d->ups > UPS_MAX || g->added[i].index >= STRING_MAX)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config;
    size_t complaints = 0;

    in.data = data;
    in.size = size;
    in.at = in.values = in.text_at = 0;
    in.nodes = 1;
    fill(&in.node[0], 0);
    config_init(&config);
    config_add(&config, &in.node[0], complain, &complaints);
    config_add(&config, &in.node[0], complain, &complaints); /* a second block of the same */
    if (complaints != config.errors)
        abort();
    for (size_t i = 0; i < config.gateways; i++)
        check(&config.gateway[i]);
    config_free(&config);
    return 0;
}
