/*
 * plan_cells - the plan's cell lane: whose cells are read next, and how sweeps end; and the grid of
 * times that both lanes have. Pure; its calls for users of a plan are in plan.h, these are those between
 * plan.c and plan_cells.c.
 */
#ifndef BTMS_PLAN_CELLS_H
#define BTMS_PLAN_CELLS_H

#include "link/plan.h"

/* In plan.c. A request for what a tag tells: `cells` of a string from `cell` on, or, where that is 0,
 * a UPS or a string. */
struct link_request plan_request(const struct plan *p, enum plan_kind kind, int index, int cell,
                                 int cells);

/* The next moment after `now` on the grid of an interval that begins `part` (of 2^32) of it later. */
int64_t plan_grid(int64_t now, int64_t interval, uint32_t part);

/* The most urgent read of cells; begins a sweep where it takes one. False when there is none. */
bool plan_cells_next(struct plan *p, int64_t now, struct link_request *ret);

/* When the next sweep is due, at most `due`. */
int64_t plan_cells_due(const struct plan *p, int64_t due);

/* An answer to PLAN_CELL or PLAN_SPAN. Returns a set of plan_event. */
unsigned plan_cells_done(struct plan *p, struct plan_tag t, const struct link_answer *a);

/* The part of the cells in plan_restart(). */
void plan_cells_restart(struct plan *p);

#endif
