/*
 * judge_own - what the files of judge share: judge.c keeps conditions and tells them, the others
 * find out what is wrong. judge_limit.c: one value and its limits; judge_derived.c: a string and its
 * cells; judge_group.c: the strings of a UPS; judge_added.c: quantities, relays and inputs, of which
 * configuration says everything. judge_th.c has TH controllers, and conditions of its own.
 */
#ifndef BTMS_JUDGE_OWN_H
#define BTMS_JUDGE_OWN_H

#include "core/judge.h"

#include <stddef.h>

struct reading {
    int32_t value;
    uint8_t validity;
};

enum { BY_UNKNOWN = LIMITS }; /* stood before the start: it may be of any limit of its kind */

/* ---- judge.c ----------------------------------------------------------------------------- */

struct condition *judge_find(const struct judge *j, int row, struct object o);

/* NULL: no room. A storm over all cells leaves room for strings, the gateway, and cells that are
 * lost. */
struct condition *judge_add(struct judge *j, int row, struct object o);

/* The value and the peak told with a condition. `r` NULL: none. */
void judge_take_value(struct condition *c, int worse, const struct reading *r);

/* A sample of what it stands for: the data are fresh. (That they grow stale is tick()'s to say.) */
void judge_refresh(struct condition *c, int leg);

/* Joins the legs, tells, and removes what is idle: `c` is not to be used after. */
void judge_settle(struct judge *j, struct condition *c, int64_t now);

/* A sample of a kind by something that is no limit. `value` NULL: none is told with it. */
void judge_see(struct judge *j, uint16_t kind, struct object o, int level,
               const struct reading *value, int64_t now);

/* Of any condition, whoever has it: as a verdict; how its legs are joined, and delayed; one that stood
 * when the program ended. */
struct verdict judge_verdict(const struct condition *c, enum condition_news news, bool flaps,
                             const char *note);
struct condition_join judge_join(struct alarm_rule rule, const limit_scope scope, int row,
                                 bool news_only);
struct leg_rule judge_leg_rule(struct alarm_rule r);
void judge_preset_condition(struct condition *c, struct alarm_rule rule,
                            enum alarm_severity severity, uint8_t sources, int64_t now);

/* A sample of a kind that the device tells, of what has no register of its own in the table of kinds. */
void judge_tells(struct judge *j, uint16_t kind, struct object o, bool is, int64_t now);

/* ---- judge_added.c ----------------------------------------------------------------------- */

/* The channels of string `s`. */
void judge_channels(struct judge *j, int s, int64_t now);

/* Delays and severities of a kind on an object, where they are not those of `rule`: of what
 * configuration describes. */
void judge_added_rule(const struct judge *j, struct object o, struct alarm_rule *rule);

/* Unit and decimals of a quantity. */
void judge_added_words(const struct judge *j, int quantity, struct verdict *v);

/* Is there a value to judge it by? */
bool judge_added_known(const struct judge *j, struct object o);

/* ---- judge_limit.c ----------------------------------------------------------------------- */

/* The limits of a string, after something that they rest on has changed; and which comparisons a
 * cell's sample needs in the mode that it is in now. */
void judge_resolve(struct judge *j, struct judge_string *js);
void judge_watch_cells(struct judge *j, struct judge_string *js);

/* Which level a value reaches; one that counts already is left only past the hysteresis. */
int judge_reached(const struct limit *l, int worse, int32_t value, int standing);

/* A sample of all quantities of an object, against its limits. */
void judge_limits(struct judge *j, struct object o, const int32_t *value, const uint8_t *validity,
                  int64_t now);

/* A sample of a limit on a derived quantity. */
void judge_derived_limit(struct judge *j, struct object o, enum limit_id id, struct reading r,
                         int64_t now);

/* It is over, whatever the value told with it is. */
void judge_limit_over(struct judge *j, struct object o, enum limit_id id, struct reading r,
                      int64_t now);

/* ---- judge_derived.c --------------------------------------------------------------------- */

/* A value that may be told or used. While the Hall sensor is disconnected, no current is. */
bool judge_current_usable(const struct string *s);

void judge_string_derived(struct judge *j, int s, int64_t now);

void judge_cell_derived(struct judge *j, int s, int c, int64_t now);
/* Does judge_cell_derived() have something to say? */
bool judge_cell_suspect(const struct judge *j, int s, const struct cell *c);

bool judge_past(const struct limit *l, int32_t value); /* of one whose higher values are worse */
void judge_sort(int32_t *value, size_t n);

/* ---- judge_group.c ----------------------------------------------------------------------- */

/* Is UPS `u` on battery? It explains what its strings have to say, so it is told before. */
void judge_on_battery(struct judge *j, int u, int64_t now);

#endif
