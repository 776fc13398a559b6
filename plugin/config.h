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
#include "link/link_line.h"
#include "core/quantity.h"
#include "core/topology.h"

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

/* What is declared of a string, beside its measuring; 0 = not told. */
struct string_parts {
    int ups, cells, capacity_ah, max_a;
    int ambient, insulation; /* booleans: it has a BM-TH, a BM-GS */
};

struct string_config {
    int cell_type; /* enum cell_type */
    int hall_a;    /* 0 = not told */
    struct string_parts parts;
    int chemistry;    /* enum chemistry */
    int float_mv;     /* per 2 V element; 0 = not told */
    int relay_closed; /* boolean: it is declared to be */
    bool channel_told[CHANNEL_KINDS];
    struct channel_def channel[CHANNEL_KINDS]; /* <Relay>, <Input> */
    struct limit_settings *limits;             /* NULL: none of its own */
};

enum { SUPPLIES_MAX = 4 };

struct aggregator_config {
    char name[NAME_SIZE];
    char address[256];
    int port;
    char location[128], label[NAME_SIZE]; /* "": not told */
};

/* <UPS n>. */
struct ups_config {
    bool declared;
    int strings; /* so many are expected; 0 = not told */
};

/* <MasterController>: what hangs on the gateway's BM-MC. */
struct controller_config {
    bool declared;
    int set; /* boolean: bought as BM-C-A1, which is a BM-MC and a CAD-232-A2-IQ */
    int th, io, hmi, com, converters, insulation; /* counts */
    char address[256];                            /* "": nobody looks at it */
    int port;
};

/* What a supply feeds: "BM-SS 3", "BM-SS" for all of them, "gw-a/BM-SS 3". */
struct feed_config {
    int device;         /* enum topo_device */
    int number;         /* of a string or sensor; 0: all there are */
    char of[NAME_SIZE]; /* the gateway or controller it belongs to; "": that of the supply */
};
enum { FEEDS_MAX = 64 };

/* <PowerSupply>, of a gateway or of the site. */
struct supply_config {
    char name[NAME_SIZE];
    char gateway[NAME_SIZE]; /* that its block stands in; "": none */
    int model;               /* enum topo_device, or SUPPLY_OTHER */
    int rating_mw;           /* 0: that of the model */
    struct feed_config feed[FEEDS_MAX];
    int feeds;
};
enum { SUPPLY_OTHER = -1 };

struct gateway_config {
    char name[NAME_SIZE];
    char former_name[NAME_SIZE];  /* whose index and history it goes on with; "": none */
    struct identities identities; /* of it, its UPS and its strings, where any is configured */
    char address[256];            /* of a serial line: the path of its device */
    int port;
    struct line_settings *line; /* a serial line, its strings the string masters; NULL: a BM-GW */
    int interval_ms, cell_interval_ms, cell_interval_discharge_ms, timeout_ms;
    int window, connections;
    int function;
    int low_word_first, spans; /* booleans */
    int16_t cell_offset[CELL_QUANTITIES];
    struct reg_map cell_map;
    struct string_config string[STRING_MAX];
    struct ups_config ups[UPS_MAX];
    struct controller_config controller;
    char aggregator[NAME_SIZE];                 /* that groups it; "": none */
    struct reg_added added[REG_ADDED_MAX];      /* <Register>: how each is read ... */
    struct quantity_def quantity[QUANTITY_MAX]; /* ... and what it means */
    int addeds;
    char supply[SUPPLIES_MAX][NAME_SIZE];     /* that feed it; "" after the last one */
    struct limit_settings *limits;            /* NULL: none of its own */
    const struct limit_settings *site_limits; /* of the struct config it is in; NULL: none */
};

struct th_config {
    char name[NAME_SIZE];
    char former_name[NAME_SIZE];  /* as of a gateway, ... */
    struct identities identities; /* ... and of its sensors */
    char address[256];
    int port, unit;
    int interval_ms, timeout_ms;
    int connections;
    int function;
    int sensors; /* declared; 0 = not told */
    int set;     /* boolean: bought as the set TM-C-A1, with its converter and software */
    char aggregator[NAME_SIZE];               /* that groups it; "": none */
    char supply[SUPPLIES_MAX][NAME_SIZE];     /* that feed it; "" after the last one */
    struct limit_settings *limits;            /* NULL: none of its own */
    const struct limit_settings *site_limits; /* as of a gateway */
};

struct config {
    int cell_metrics; /* enum cell_metrics */
    int commissioning_h;
    int log_retention_d;
    char state_dir[256], data_dir[256];
    struct limit_settings limits;
    struct gateway_config *gateway; /* points to `limits`: a struct config must not be moved */
    size_t gateways, left_out;
    struct th_config *th; /* likewise */
    size_t ths, ths_left_out;
    struct aggregator_config *aggregator;
    size_t aggregators;
    struct supply_config *supply;
    size_t supplies;
    int consumption_mw[TOPO_DEVICES]; /* of one; 0: not told */
    size_t errors, costly;            /* so many of them leave out the block they are in */
};

/* Called once per mistake with one finished line. */
typedef void config_complain(void *ctx, const char *text);

void config_init(struct config *c);

/* Adds one <Plugin btms> block to `c`. Can be called again for a second block. */
void config_add(struct config *c, const struct conf_node *block, config_complain *complain,
                void *ctx);

/* When all blocks are added, once: what only all of them together can tell. */
void config_finish(struct config *c, config_complain *complain, void *ctx);
/* "192.0.2.11 port 502", or the path of a serial line. */
void config_address(const struct gateway_config *g, char *ret, size_t size);

void config_free(struct config *c);

#endif
