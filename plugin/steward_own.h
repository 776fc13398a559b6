/*
 * steward_own - what the files of the steward share: steward.c (alarms that begin, change and end),
 * steward_hold.c (what holds their notification back), steward_crowd.c, steward_network.c and
 * steward_supply.c (many at once), steward_aggregator.c, steward_controller.c, steward_expected.c,
 * steward_topology.c, steward_shelf.c (maintenance), steward_request.c.
 */
#ifndef BTMS_STEWARD_OWN_H
#define BTMS_STEWARD_OWN_H

#include "steward.h"

/* Standing alarms: by number; of the site; of a gateway. NULL for none. */
struct alarm *steward_find_id(const struct steward *s, uint32_t id);
struct alarm *steward_find_own(const struct steward *s, uint16_t kind);
struct alarm *steward_find_of_gateway(const struct steward *s, size_t g, uint16_t kind);

/* An alarm of gateway number `g`, with nothing but what it is of. */
struct alarm steward_of_gateway(const struct steward *s, size_t g);

/* Writes what `a`, of gateway number `g`, is of into its object; and the same in a sentence. */
void steward_name_object(const struct steward *s, size_t g, struct alarm *a);
void steward_name_subject(const struct steward *s, size_t g, const struct alarm *a, char *ret,
                          size_t size);

/* What configuration and the table of kinds say of an alarm that is raised here. */
struct alarm_rule steward_rule(const struct steward *s, int row);

/* An event, without a number yet. */
void steward_note(struct steward *s, enum event_what what, const struct alarm *a, struct moment t);

/* Cut off where there is no room. */
void steward_write_text(struct alarm *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Raises `a`, muted where something holds it back. */
void steward_raise(struct steward *s, struct alarm *a, struct moment t);

/* The standing alarm like `a` ends; `a` has the words of the end. */
void steward_clear(struct steward *s, struct alarm *a, struct moment t);

/* An alarm of the site thread itself begins; `a` has what it is of, and, where `format` is NULL, its
 * text. It ends; `standing` is it, or a copy. Both say so in the log. */
void steward_raise_own(struct steward *s, uint16_t kind, struct alarm *a, struct moment t,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
void steward_clear_own(struct steward *s, const struct alarm *standing, struct moment t,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Began and ended at once: an event, and no state. `a` has everything but the kind's severity. */
void steward_happen(struct steward *s, struct alarm *a, struct moment t);

/* `standing` becomes `a`, but for its history. With update() only another severity is an event of the
 * log; a worse value, another source or another limit is only shown. */
void steward_change(struct steward *s, struct alarm *standing, struct alarm *a, struct moment t);
void steward_update(struct steward *s, struct alarm *standing, struct alarm *a, struct moment t);

/* ---- what holds a notification back */

void steward_init_flood(struct steward *s, int64_t now);

/* Takes a look at what stands, if it has changed. Whoever is a cause has its number afterwards:
 * others name it. */
void steward_look_at_causes(struct steward *s);

/* Sets cause and shelf of `a`. True: nobody is to be notified of it now. */
bool steward_hold(struct steward *s, struct alarm *a, int64_t now);

/* Is `a` a consequence of `cause`? */
bool steward_explains(const struct steward *s, const struct alarm *cause, const struct alarm *a);

/* Decides what becomes of a notification that nothing else holds back. True: it waits. */
bool steward_flooded(struct steward *s, struct alarm *a, struct moment t);
void steward_end_flood(struct steward *s, struct moment t);

/* A cause has ended: its consequences may take longer. */
void steward_remember_end(struct steward *s, const struct alarm *a, int64_t now);
void steward_forget_endings(struct steward *s, int64_t now);

/* The longest that the end of a kind, by its row, is delayed on gateway number `g`. */
int64_t steward_clear_delay(const struct steward *s, size_t g, int row);

/* ---- many at once */

/* Before `a` is raised: is it one too many of its string, or of the site? Before it is raised or gets
 * worse: is it the worst of many? Then these are told to be so first, and it is one of them. And later:
 * what has become of the many? */
void steward_look_at_crowd(struct steward *s, const struct alarm *a, struct moment t);
void steward_worsen_crowd(struct steward *s, const struct alarm *a, struct moment t);
void steward_look_at_crowds(struct steward *s, struct moment t);

/* Gateway number `g` answers, or does not. Before its alarm, or an aggregator's, is raised: are all of
 * them gone? And later: is one back? */
void steward_set_link(struct steward *s, size_t g, bool here, int64_t now);
void steward_look_at_network(struct steward *s, struct moment t);
void steward_look_at_return(struct steward *s, struct moment t);

/* Those that are gone for long enough, or back. */
void steward_look_at_aggregators(struct steward *s, struct moment t);
void steward_look_at_controllers(struct steward *s, struct moment t);

/* As it was told; since when is kept while it stays so. */
void steward_note_reach(struct steward_reach *r, bool here, const char *why, int64_t now);

/* Before the alarm of gateway number `g`: is all that its power supplies feed gone? And later: is
 * something of it back? */
void steward_look_at_supplies(struct steward *s, size_t g, struct moment t);
void steward_end_supplies(struct steward *s, struct moment t);

/* Is `a` a consequence of `supply`, which may be any alarm? */
bool steward_supply_explains(const struct steward *s, const struct alarm *supply,
                             const struct alarm *a);

/* ---- what is expected */

/* What gateway number `g` has now is what is expected of it. */
void steward_learn_first(struct steward *s, size_t g);

/* What it has against what is expected. */
void steward_look_at_expected(struct steward *s, size_t g, struct moment t);

/* ---- what is declared (steward_topology.c) */

/* Something is declared of gateway number `g`. */
bool steward_is_declared(const struct steward *s, size_t g);

/* What differs from the configuration, as text; how many things, 0 for none. */
unsigned steward_compare_declared(const struct steward *s, size_t g, char *ret, size_t size);

/* What is expected of it, declared or found; without what steward_compare_declared() looks at. */
void steward_expect(const struct steward *s, size_t g, struct census *ret);
void steward_leave_to_declared(const struct steward *s, size_t g, struct census *c);

/* ---- maintenance and commissioning */

void steward_set_shelf(struct alarm *a, int64_t until, const char *by, const char *why);

/* The text of maintenance or commissioning whose shelf is set. */
void steward_write_shelf(const struct steward *s, struct alarm *a);

/* Ends those whose time has passed. They last as long as was asked for, whatever is done to the
 * clock meanwhile; over a restart the clock counts. */
void steward_look_at_clock(struct steward *s, struct moment t);
void steward_expire(struct steward *s, struct moment t);

#endif
