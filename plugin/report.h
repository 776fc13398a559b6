/*
 * report - says what changed: log lines and notifications, one per change of state.
 *
 * Belongs to one device and its thread. Keeps what was said already: alarms that stand, and
 * remarks that are made once (a value the vendor's list does not have, an impossible reading).
 */
#ifndef BTMS_REPORT_H
#define BTMS_REPORT_H

#include "core/event.h"
#include "core/log.h"
#include "core/model.h"
#include "core/registers.h"

/* An alarm raised or cleared; valid during the call. The alarm has neither id nor device index yet:
 * those are the site's to give. */
struct alarm_event {
    const struct gateway *gateway;
    const struct alarm_kind *kind;
    enum event_what what; /* EVENT_RAISED, EVENT_CHANGED, EVENT_CLEARED */
    struct alarm alarm;
};

typedef void report_alarm(void *ctx, const struct alarm_event *e);

struct report {
    const struct gateway *gateway;
    report_alarm *alarm;
    void *ctx;
    alarm_set of_gateway, of_ups[UPS_MAX], of_string[STRING_MAX], of_cell[STRING_MAX][CELL_MAX];
    uint8_t ups[STRING_MAX];            /* the UPS that a string was of last; 0 = none known */
    uint32_t impossible[3];             /* per level (UPS, string, cell): bit per quantity */
    uint32_t strange_ups, strange_cell; /* bit per quantity: a value not in the vendor's list */
    uint32_t strange[STRING_MAX];       /* the same per string */
};

void report_init(struct report *r, const struct gateway *g, report_alarm *alarm, void *ctx);

/* An alarm that stood when the program ended last time: it is not news, but its end will be; told
 * at once if it is known to be over, since this may come later than the first answers. */
void report_preset(struct report *r, const struct alarm *a);

/* Object names: level's own number and, for a cell, its string's; numbers from 0. */
struct object {
    enum alarm_level level;
    int index, cell;
};

/* One log line about an object: `gateway "gw-a" string 3: ...`. */
void report_say(const struct report *r, enum log_level level, struct object o, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* After a UPS, string or cell was decoded: its alarms and remarks. */
void report_ups(struct report *r, int u);
void report_string(struct report *r, int s);
void report_cell(struct report *r, int s, int c);

/* An alarm that no register tells (ALARM_..._LOST) begins or ends; nothing when it stands so
 * already. `why`, NULL for none, ends the text. */
void report_alarm_of(struct report *r, struct object o, int kind, bool lost, const char *why);

/* The same for the kind "communication lost" of the object's level. */
void report_comm(struct report *r, struct object o, bool lost, const char *why);

#endif
