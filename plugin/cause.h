/*
 * cause - which alarm is the consequence of which, and what holds a notification back.
 *
 * A const table of rules says which kinds are consequences of which other kind on what they are
 * part of: a gateway that is lost explains everything of it, a UPS on battery that its strings
 * discharge. Maintenance and commissioning are alarms as well, which a person raises, so that they
 * are logged, shown and kept over restarts like all others. Pure.
 */
#ifndef BTMS_CAUSE_H
#define BTMS_CAUSE_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>

/* May a standing alarm be a cause, or shelve others? */
bool cause_matters(const struct alarm *a);

/* Does `a` stand for the same alarm of many cells of its string, or of many strings of the site? */
bool cause_is_crowd(const struct alarm *a);

/* Is `a` one of what `crowd` stands, or would stand, for? */
bool cause_is_one_of(const struct alarm *crowd, const struct alarm *a);

/* Each of this kind is told for itself, however many there are: of life and safety. */
bool cause_is_alone(uint16_t kind);

/* Raised and cleared by the site thread itself, and by no link. */
bool cause_is_ours(uint16_t kind);

/* So are these, but they are of the installation and not of this system itself: they have causes, and
 * maintenance holds them back. */
bool cause_is_observed(uint16_t kind);

/* A whole device, a gateway or TH controller, does not answer. */
bool cause_is_of_link(uint16_t kind);

/* Raised, stored and shown by the SNMP agent. */
bool cause_is_agents(uint16_t kind);

/* Is `a` a consequence of `cause`? Not asked of a power supply: what that feeds is configuration. */
bool cause_explains(const struct alarm *cause, const struct alarm *a);

/* The nearest of `n` alarms that `a` is a consequence of; NULL for none. */
const struct alarm *cause_of(const struct alarm *among, size_t n, const struct alarm *a);

/* Maintenance or commissioning, among `n` alarms, of what `a` is of; that which ends last. NULL for
 * none. */
const struct alarm *cause_shelf(const struct alarm *among, size_t n, const struct alarm *a);

/* Does shelving keep back the notification of `a`? Not of safety, unless the person said so. */
bool cause_shelf_mutes(const struct alarm *shelf, const struct alarm *a);

/* Of the plugin, begins and ends at once: that it stands means that the program ended in between. */
bool cause_is_momentary(uint16_t kind);

/* Must be told at once, however many alarms there are. */
bool cause_is_urgent(const struct alarm *a);

/* ---- floods ------------------------------------------------------------------------------ */

/* Lets a burst through, and then a steady trickle. */
struct cause_bucket {
    unsigned burst, per_s; /* burst 0: no bound */
    int64_t level;         /* thousandths of a notification */
    int64_t filled_ms;
};

void cause_bucket_init(struct cause_bucket *b, unsigned burst, unsigned per_s, int64_t now);
/* One notification; false: there have been too many. */
bool cause_bucket_take(struct cause_bucket *b, int64_t now);
/* Has it become quiet? */
bool cause_bucket_calm(struct cause_bucket *b, int64_t now);

#endif
