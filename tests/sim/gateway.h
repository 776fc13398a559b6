/* gateway.h: one simulated gateway and everything behind it. */
#ifndef SIM_GATEWAY_H
#define SIM_GATEWAY_H

#include "battery.h"
#include "object.h"
#include "server.h"
#include "settings.h"
#include "stats.h"

struct text;
struct fault;
struct line;

struct cell {
    struct object values;
    struct traits traits;
};

struct string {
    struct object values;
    struct battery battery;
    struct cell *cell; /* settings.cells of them */
    uint64_t stamp;    /* model_stamp() of the last refresh */
};

struct ups {
    struct object values;
    uint64_t stamp;
};

/* A register that belongs to nothing of the map. */
struct plain {
    uint8_t unit;
    uint16_t address, value;
};

struct gateway {
    struct gateway *next;
    char name[64];
    struct settings settings;
    struct ups ups[MAX_UPS];
    struct string string[MAX_STRINGS];
    struct th *th;       /* it is a TH controller and has nothing but this; or NULL */
    struct plain *plain; /* as they were set */
    size_t plains;
    struct stats stats;
    struct fault *faults;
    struct server server;
    struct line *line; /* its strings are string masters on it, and there is no server; or NULL */
};

/* All gateways, in the order they were made. */
extern struct gateway *gateways;

/* A gateway without a listener, at the end of the list. SEED is mixed with its name, so that two
 * gateways differ but one is the same in every run. The name must be free. */
struct gateway *gateway_new(const char *name, const struct settings *settings, uint64_t seed);

/* Whether a new one may have this name; false with the reason in WHY. */
bool gateway_check_name(const char *name, struct text *why);

/* Closes its connections and forgets it. */
void gateway_free(struct gateway *gw);

struct gateway *gateway_find(const char *name);

/* Whether a row of the register map exists on this gateway. */
bool gateway_maps(const struct gateway *gw, const struct reg *reg);

/* Numbers count from 1, as the vendor's do; NULL when there is no such object. */
struct ups *gateway_ups(struct gateway *gw, unsigned number);
struct string *gateway_string(struct gateway *gw, unsigned number);
struct cell *gateway_cell(struct gateway *gw, struct string *string, unsigned number);

/* Brings the values of one object (and of what they are computed from) up to now. */
void refresh_string(struct gateway *gw, struct string *string);
void refresh_ups(struct gateway *gw, struct ups *ups);

#endif
