/* selector.h: "ups N", "string N", "string N cell M", "all": which objects a command means. */
#ifndef SIM_SELECTOR_H
#define SIM_SELECTOR_H

#include "map.h"

struct call;
struct gateway;
struct object;

/* Numbers from..to; the cell part only counts for LEVEL_CELL. */
struct selector {
    enum level level;
    unsigned from, to;
    unsigned cell_from, cell_to;
};

/* Takes the selector at word *AT of a command and moves *AT behind it. Every number may be a range
 * (3-7) or `all`. DEEP allows cells. False with the reason in the call. */
bool selector_parse(struct call *c, int *at, bool deep, struct selector *ret);

/* Calls EACH for every object selected, until it returns false. */
bool selector_each(struct gateway *gw, const struct selector *s,
                   bool (*each)(struct object *o, void *context), void *context);

/* Appends "string 3 cell 17" for an object of the gateway. */
void object_name(const struct gateway *gw, const struct object *o, struct text *t);

/* The range at word AT of a command, within 1..MOST: "7", "3-7" or "all". */
bool parse_range(struct call *c, int at, const char *what, unsigned most, unsigned *ret_from,
                 unsigned *ret_to);

#endif
