/*
 * config - the <Plugin btms> block, checked and turned into structs.
 *
 * The block arrives as a neutral tree (struct conf_node), so that collectd's own types stay in
 * btms_collectd.c and tests can build any block. Every mistake is reported, none stops the rest:
 * a gateway with a mistake inside is left out, the others go on. Options are rows of tables in
 * config.c and config_limits.c; each row has its line in collectd-btms.5.
 */
#ifndef BTMS_CONFIG_H
#define BTMS_CONFIG_H

#include "core/decode.h"
#include "core/identity.h"
#include "core/limit.h"
#include "core/model.h"
#include "core/quantity.h"

#include <stddef.h>

enum conf_type { CONF_STRING, CONF_NUMBER, CONF_BOOLEAN };

struct conf_value {
    enum conf_type type;
    const char *string;
    double number;
    bool boolean;
};

/* One line or block: `key values... { children }`. Everything is the caller's. */
struct conf_node {
    const char *key;
    const struct conf_value *value;
    size_t values;
    const struct conf_node *child;
    size_t children;
};

enum cell_metrics { CELL_METRICS_ALL, CELL_METRICS_SUMMARY, CELL_METRICS_NONE };

struct string_config {
    int cell_type;        /* enum cell_type */
    int hall_a;           /* 0 = not told */
    int chemistry;        /* enum chemistry */
    int float_mv;         /* per 2 V element; 0 = not told */
    int relay_closed;     /* boolean: it is declared to be */
    int ambient_declared; /* boolean: it has a BM-TH */
    bool channel_told[CHANNEL_KINDS];
    struct channel_def channel[CHANNEL_KINDS]; /* <Relay>, <Input> */
    struct limit_settings *limits;             /* NULL: none of its own */
};

enum { SUPPLIES_MAX = 4 };

struct aggregator_config {
    char name[NAME_SIZE];
    char address[256];
    int port;
};

struct gateway_config {
    char name[NAME_SIZE];
    char former_name[NAME_SIZE];  /* whose index and history it goes on with; "": none */
    struct identities identities; /* of it, its UPS and its strings, where any is configured */
    char address[256];
    int port;
    int interval_ms, cell_interval_ms, cell_interval_discharge_ms, timeout_ms;
    int window;
    int function;
    int low_word_first, spans; /* booleans */
    int16_t cell_offset[CELL_QUANTITIES];
    struct reg_map cell_map;
    struct string_config string[STRING_MAX];
    char aggregator[NAME_SIZE];                 /* that groups it; "": none */
    struct reg_added added[REG_ADDED_MAX];      /* <Register>: how each is read ... */
    struct quantity_def quantity[QUANTITY_MAX]; /* ... and what it means */
    int addeds;
    char supply[SUPPLIES_MAX][NAME_SIZE];     /* that feed it; "" after the last one */
    struct limit_settings *limits;            /* NULL: none of its own */
    const struct limit_settings *site_limits; /* of the struct config it is in; NULL: none */
};

struct config {
    int cell_metrics; /* enum cell_metrics */
    int commissioning_h;
    int log_retention_d;
    char state_dir[256], data_dir[256];
    struct limit_settings limits;
    struct gateway_config *gateway; /* points to `limits`: a struct config must not be moved */
    size_t gateways, left_out;
    struct aggregator_config *aggregator;
    size_t aggregators;
    size_t errors;
};

/* Called once per mistake with one finished line. */
typedef void config_complain(void *ctx, const char *text);

void config_init(struct config *c);

/* Adds one <Plugin btms> block to `c`. Can be called again for a second block. */
void config_add(struct config *c, const struct conf_node *block, config_complain *complain,
                void *ctx);

void config_free(struct config *c);

#endif
