/*
 * show - alarms and events on standard output, for persons and as JSON.
 */
#ifndef BTMS_CTL_SHOW_H
#define BTMS_CTL_SHOW_H

#include "core/event.h"
#include "core/identity.h"

/* "cellCommLost"; "kind-99" of a kind that is newer than this program. */
const char *show_kind(const struct alarm *a);

/* One line. `advice`: what people should know of what an alarm is of, or NULL. */
void show_print_alarm(const struct alarm *a, const struct identity *advice);
void show_print_event(const struct event *e);

/* A field of CSV, quoted always, and what comes behind it. */
void show_csv_text(const char *text, const char *end);

/* A quoted text; ,"name":"text"; ,"name":1.5 or null where it is not there; ,"name":true; an object. */
void show_json_text(const char *text);
void show_json_field(const char *name, const char *text);
void show_json_value(const char *name, bool there, int32_t value, int decimals);
void show_json_flag(const char *name, bool is);
void show_json_alarm(const struct alarm *a, const struct identity *advice);
void show_json_event(const struct event *e);

#endif
