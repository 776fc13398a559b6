/*
 * view_version - the parts that versions of a view share, and making a version of them. Each part
 * is freed with its last user. For view.c only.
 */
#ifndef BTMS_VIEW_VERSION_H
#define BTMS_VIEW_VERSION_H

#include "view.h"

/* Each takes `data` over, also on failure: NULL without memory. One user. */
struct view_gateway *view_gateway_new(void *data, const struct snapshot *snap,
                                      const struct view_slot *of, uint64_t serial);
struct view_site *view_site_new(void *data, const struct snapshot *snap);

/* One user less; NULL is fine. */
void view_gateway_drop(struct view_gateway *g);
void view_site_drop(struct view_site *s);
void view_alarms_drop(struct view_alarms *a);

/* Of what is loaded now; NULL without memory. */
struct view_version *view_version_new(const struct view *v, uint64_t generation);

/* Which rows there are, in one number. */
uint64_t view_version_rows(const struct view *v);
/* The same of one layer alone, and in what they are. */
uint64_t view_version_layer(const struct view *v, enum view_layer layer);

#endif
