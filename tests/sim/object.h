/*
 * object.h: the values of one UPS, string or cell, as the gateway would hold them.
 *
 * A value is kept as its raw register bits and may be held by hand: the battery model writes
 * through object_put(), which leaves held values alone.
 */
#ifndef SIM_OBJECT_H
#define SIM_OBJECT_H

#include "map.h"

struct object {
    enum level level;
    bool absent;   /* switched off with the command `absent` */
    uint32_t held; /* bit N: value N was set by hand */
    uint32_t bits[MAP_MAX];
};

/* Enough for a sign, ten digits, a point and NUL. */
enum { VALUE_TEXT_MAX = 24 };

/* Stores what the battery model says, in raw units, cut to what the register can carry. */
void object_put(struct object *o, int row, double raw);

/* The raw value with its sign. */
int64_t object_value(const struct object *o, int row);

/* One of the register's words, 0 = high word. */
uint16_t object_word(const struct object *o, int row, unsigned word);

/* Stores a value by hand and holds it. TEXT is in the unit of the register (volts, ...), or the raw
 * integer if RAW. Returns NULL, or the reason why TEXT is refused. */
const char *object_set(struct object *o, int row, const char *text, bool raw);

/* The value in its unit, with as many decimals as the register has. */
void object_print(const struct object *o, int row, char ret_text[VALUE_TEXT_MAX]);

#endif
