/*
 * th.h: what a temperature and humidity controller holds, typed from the vendor's page "TH monitoring,
 * Modbus TCP/IP" for this program alone, as map.h.
 */
#ifndef SIM_TH_H
#define SIM_TH_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TH_MAX = 120,  /* sensors 1..120; 0 is one that has no number yet */
    TH_WORDS = 10, /* sensor si has them from 10 * si on; the last two are spare */
    TH_STATISTICS = 1210,
    TH_COUNTS = 4,
    TH_UNIT = 1
};

/* Offsets of a sensor's registers. */
enum {
    TH_INDEX,
    TH_STATUS, /* 0 no sensor, 1 OK, 2 error */
    TH_TEMPERATURE,
    TH_HUMIDITY,
    TH_TEMPERATURE_HIGH,
    TH_TEMPERATURE_LOW,
    TH_HUMIDITY_HIGH,
    TH_HUMIDITY_LOW,
    TH_VALUES
};

struct th {
    int sensors; /* as it was made */
    bool holes;  /* places without a sensor have no registers */
    uint16_t word[1 + TH_MAX][TH_VALUES];
    bool held[TH_COUNTS]; /* count[] was set by hand */
    uint16_t count[TH_COUNTS];
};

/* Sensors 1 to COUNT, each with a climate of its own. */
struct th *th_new(int count, bool holes);

/* A sensor that is there and well, at any number. */
void th_place(struct th *th, int number);
void th_take_away(struct th *th, int number);

/* As a client that writes an index does it. NULL, or the reason why not. */
const char *th_move(struct th *th, int from, int to);

/* The register of an address; false if there is none. */
bool th_register(const struct th *th, unsigned address, uint16_t *ret);

#endif
