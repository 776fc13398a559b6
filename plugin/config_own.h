/*
 * config_own - what the files of config share: options as rows of tables, where we are in the block,
 * and complaints.
 */
#ifndef BTMS_CONFIG_OWN_H
#define BTMS_CONFIG_OWN_H

#include "config.h"

enum conf_kind {
    OPTION_TEXT,    /* char[], `max` bytes with the final NUL */
    OPTION_INT,     /* int */
    OPTION_SECONDS, /* int, in milliseconds; limits are in seconds */
    OPTION_NUMBER,  /* int: the number times `scale` */
    OPTION_REAL,    /* double */
    OPTION_CHOICE,  /* int: the number of the choice that was named */
};

struct conf_choice {
    const char *word;
    int value;
};

struct conf_option {
    const char *key;
    enum conf_kind kind;
    size_t offset; /* in the struct that the table is for */
    double min, max;
    const struct conf_choice *choice; /* of OPTION_CHOICE; ends in a NULL word */
    bool required;
    double scale; /* of OPTION_NUMBER */
};

#define CONF_AT(type, field) offsetof(struct type, field)

/* Where we are, for the complaints: one level per open block. */
struct conf_place {
    struct config *config;
    config_complain *complain;
    void *ctx;
    const char *costs; /* what a mistake costs: "gateway"; NULL: only the line */
    const char *next;  /* what happens next, where it costs nothing of that; NULL: it does */
    char block[NAME_SIZE + 192];
};

/* ---- config_option.c --------------------------------------------------------------------- */

void conf_complain(struct conf_place *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `blocks`: what there is here besides the keys of the table. */
void conf_complain_key(struct conf_place *p, const struct conf_option *table, const char *key,
                       const char *blocks);
void conf_complain_missing(struct conf_place *p, const struct conf_option *table, unsigned seen);

/* One line of a block against its table. False when the table does not have the key. */
bool conf_read_option(struct conf_place *p, const struct conf_option *table,
                      const struct conf_node *n, void *base, unsigned *seen);

/* A block that holds options only. Returns a bit per row that was there and good. */
unsigned conf_read_leaf(struct conf_place *p, const struct conf_option *table,
                        const struct conf_node *n, void *base);

/* The name in a block's argument. */
void conf_read_name(struct conf_place *p, const struct conf_node *n, char ret[NAME_SIZE]);

/* A block's number from 1 to `most`, or 0 and a complaint; `what`: "string". */
int conf_read_number(struct conf_place *p, const struct conf_node *n, const char *what, int most);

/* The place inside a block: "<Gateway "a">" becomes "<Gateway "a"> <String 3>". */
struct conf_place conf_inside(const struct conf_place *p, const struct conf_node *n);

extern const struct conf_choice conf_word_order[], conf_severity[];

/* ---- config_register.c ------------------------------------------------------------------- */

/* A <Register> of a gateway; and, when all is read, whether they fit each other and the vendor's map. */
void conf_read_register(const struct conf_place *at, const struct conf_node *n,
                        struct gateway_config *g);
void conf_check_registers(struct conf_place *p, const struct gateway_config *g);

/* ---- config_channel.c -------------------------------------------------------------------- */

/* <Relay> or <Input> of a string. False: it is none of them. */
bool conf_read_channel(const struct conf_place *at, const struct conf_node *n,
                       struct string_config *s);

/* ---- config_identity.c ------------------------------------------------------------------- */

/* For conf_complain_key(): what every thing has; a UPS or sensor; a string. */
#define CONF_PLACE_KEYS    ", Location, Label, Manufacturer, Model, InstallDate, Note, Runbook"
#define CONF_IDENTITY_KEYS ", Name" CONF_PLACE_KEYS
#define CONF_STRING_KEYS   CONF_IDENTITY_KEYS ", CellLabel, CellFirst"

/* A line of the block of one thing: false when it is none of these keys. `seen`: 0 at the first line
 * of a block. */
bool conf_read_identity(struct conf_place *p, const struct conf_node *n, enum alarm_level level,
                        int number, struct identities *to, unsigned *seen);

/* A block that holds nothing else, as <Sensor n>. False: it was empty. */
bool conf_read_identity_block(struct conf_place *p, const struct conf_node *n,
                              enum alarm_level level, int number, struct identities *to);

/* When all gateways are known: no two have had the same name. */
void conf_check_former_names(struct conf_place *p);

/* ---- config_parts.c ---------------------------------------------------------------------- */

/* <UPS>, <MasterController> and <PowerSupply> of a gateway. */
void conf_read_ups(const struct conf_place *at, const struct conf_node *n,
                   struct gateway_config *g);
void conf_read_controller(const struct conf_place *at, const struct conf_node *n,
                          struct gateway_config *g);
void conf_read_own_supply(const struct conf_place *at, const struct conf_node *n,
                          struct gateway_config *g);

/* <PowerSupply> and Consumption of the site. */
void conf_read_site_supply(const struct conf_place *at, const struct conf_node *n);
void conf_read_consumption(const struct conf_place *at, const struct conf_node *n);

/* Supplies from number `from` on are of a gateway that is left out. */
void conf_forget_supplies(struct config *c, size_t from);

/* When all is read: what they feed, and who names them. */
void conf_check_supplies(struct conf_place *p);

/* ---- config.c ---------------------------------------------------------------------------- */

/* The values of Supply. */
void conf_read_supply_names(const struct conf_place *at, const struct conf_node *n,
                            char ret[SUPPLIES_MAX][NAME_SIZE]);

/* Complains where a device that was read before has this name, or this address and port; port 0: that
 * is none. */
void conf_check_twins(struct conf_place *p, const char *name, const char *address, int port);

/* A gateway with the defaults, to be handed to conf_keep_gateway(): NULL without memory. */
struct gateway_config *conf_new_gateway(const struct conf_place *at);

/* The lines of its block; a name it must have before. */
void conf_read_gateway_lines(struct conf_place *p, const struct conf_node *n,
                             struct gateway_config *g);

/* Adds it to the configuration, or leaves it out, as there are more than `costly` complaints that
 * cost it, and then its supplies, from number `supplies` on, too. */
void conf_keep_gateway(struct conf_place *p, struct gateway_config *g, size_t costly,
                       size_t supplies);

/* The lines of the block of string `number` (from 1). */
void conf_read_string_lines(struct conf_place *p, const struct conf_node *n,
                            struct gateway_config *g, int number);

/* ---- config_serial.c --------------------------------------------------------------------- */

/* A <Serial> block, and a <StringMaster> in it. */
void conf_read_serial(const struct conf_place *at, const struct conf_node *n);
void conf_read_master(const struct conf_place *at, const struct conf_node *n,
                      struct gateway_config *g);

/* ---- config_th.c ------------------------------------------------------------------------- */

/* <THController>. */
void conf_read_th(const struct conf_place *at, const struct conf_node *n);

/* ---- config_limits.c --------------------------------------------------------------------- */

/* A <Limits> block. */
void conf_read_limits(const struct conf_place *at, const struct conf_node *n,
                      struct limit_settings *to);

/* Of a gateway or string, which have room for them only where there are some. */
void conf_read_own_limits(const struct conf_place *at, const struct conf_node *n,
                          struct limit_settings **to);

#endif
