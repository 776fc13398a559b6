/*
 * expect - what is there, and what should be there: UPS, strings and cells of one gateway, or sensors
 * of one TH controller.
 *
 * The first discovery that stays unchanged for a while is what is expected from then on. More is
 * taken up; less is told, until it is back or a person accepts it. Beside it the types of cells that
 * were found out, where none is configured. Pure.
 */
#ifndef BTMS_EXPECT_H
#define BTMS_EXPECT_H

#include "core/model.h"
#include "core/th.h"

#include <stddef.h>

enum { EXPECT_TEXT = 512 };

struct census {
    bool reachable;
    uint32_t ups, strings;      /* bit n: number n + 1 is there */
    uint8_t cells[STRING_MAX];  /* of the strings that are there */
    uint8_t type[STRING_MAX];   /* enum cell_type: as found out; not compared */
    uint8_t ups_of[STRING_MAX]; /* what they said last, 0 = nothing; is not expected of them */
    uint32_t ambient;           /* strings whose ambient sensor tells something; likewise */
    bool th;                    /* it is of a TH controller, and has nothing but: */
    uint64_t sensors[2];        /* bit n: number n + 1 is there */
    bool looking;               /* not all units were asked since the start: there may be more */
};

/* What a gateway has now. */
void expect_count(const struct gateway *g, struct census *ret);
void expect_count_th(const struct th_controller *th, struct census *ret);

bool expect_same(const struct census *a, const struct census *b);
bool expect_nothing(const struct census *c);

/* Is it a part of `c`? Numbers from 1, 0 = any: a cell is also of a string, a string also of a UPS. */
bool expect_has(const struct census *c, int ups, int string, int cell);

/* The same for sensor `number` of a TH controller. */
bool expect_has_sensor(const struct census *c, int number);

/* What is expected and was never seen in this run is a silent part of the model. */
void expect_in_model(const struct census *c, struct gateway *g);

/* "UPS 1 2; strings 1:24 2:24/12", or "sensors 1-24 30", and back; false if that is no such text. */
void expect_print(const struct census *c, char ret[EXPECT_TEXT]);
bool expect_parse(const char *text, struct census *ret);

/* What `a` has and `b` has not, in words ("string 3, 2 cells of string 1"); false: nothing. */
bool expect_beyond(const struct census *a, const struct census *b, char *ret, size_t size);

/* UPS, strings and cells, added up: what `a` has; what it has and `b` has not. */
unsigned expect_size(const struct census *a);
unsigned expect_size_beyond(const struct census *a, const struct census *b);

/* `ret` has what either has. */
void expect_add(struct census *ret, const struct census *more);

/* `ret` has the types of cells that `is` has. True: that is news. */
bool expect_take_types(struct census *ret, const struct census *is);

#endif
