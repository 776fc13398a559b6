/*
 * report - says what changed: log lines and notifications, one per change of state.
 *
 * Belongs to one device and its thread. Words what the judge finds, and keeps which remarks were made
 * (a value the vendor's list does not have, an impossible reading): those are made once.
 */
#ifndef BTMS_REPORT_H
#define BTMS_REPORT_H

#include "core/event.h"
#include "core/identity.h"
#include "core/judge.h"
#include "core/log.h"
#include "core/model.h"
#include "core/registers.h"

/* An alarm that began, changed or ended; valid during the call. The alarm has neither id nor device
 * index yet: those are the site's to give. */
struct alarm_event {
    const struct gateway *gateway; /* NULL: of another device */
    const struct alarm_kind *kind;
    enum event_what what; /* EVENT_RAISED, EVENT_CHANGED or EVENT_CLEARED */
    struct alarm alarm;
};

typedef void report_alarm(void *ctx, const struct alarm_event *e);

struct report {
    const struct gateway *gateway;
    const struct identities *identities; /* NULL: nothing has a name */
    report_alarm *alarm;
    void *ctx;
    struct judge judge;
    int64_t now;
    /* What is to be said of a lost object when the delay is over; of cells the model tells. */
    char why_gateway[400], why_ups[UPS_MAX][64], why_string[STRING_MAX][64];
    uint8_t ups[STRING_MAX];            /* the UPS that a string was of last; 0 = none known */
    uint32_t impossible[3];             /* per level (UPS, string, cell): bit per quantity */
    uint32_t strange_ups, strange_cell; /* bit per quantity: a value not in the vendor's list */
    uint32_t strange[STRING_MAX];       /* the same per string */
    uint64_t impossible_quantity;       /* bit per quantity */
    uint32_t said_full;
};

/* `set` NULL: nothing is configured. */
void report_init(struct report *r, const struct gateway *g, const struct judge_settings *set,
                 report_alarm *alarm, void *ctx);
void report_free(struct report *r);

/* What people call the gateway's things, for all that follows; `ids` must outlive it. */
void report_names(struct report *r, const struct identities *ids);

/* The time (CLOCK_BOOTTIME, ms) of all that follows. */
void report_clock(struct report *r, int64_t now);

/* An alarm that stood when the program ended last time: it is not news, but its end will be; told
 * at once if it is known to be over, since this may come later than the first answers. */
void report_preset(struct report *r, const struct alarm *a);

/* Hands over all that stands, as EVENT_CHANGED. */
void report_repeat(struct report *r, report_alarm *to, void *ctx);

/* One log line about an object: `gateway "gw-a" string 3: ...`. */
void report_say(const struct report *r, enum log_level level, struct object o, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* After a UPS, string or cell was decoded: its alarms and remarks. */
void report_ups(struct report *r, int u);
void report_string(struct report *r, int s);
/* After value `q` of string `s`, which is not in its block. */
void report_added(struct report *r, int s, enum string_quantity q);
void report_cell(struct report *r, int s, int c);
/* After quantity `q` of the gateway, which configuration describes. */
void report_quantity(struct report *r, int q);

/* After a sweep over a string's cells, and after a turn over UPS and strings. */
void report_sweep(struct report *r, int s);
void report_turn(struct report *r);

/* Every interval, also while nothing answers: delays pass. */
void report_tick(struct report *r);

/* What no register tells (ALARM_..._LOST) begins or ends; nothing when it was so already. It is told
 * after its delay. `why`, NULL for none, ends the text. */
void report_alarm_of(struct report *r, struct object o, int kind, bool lost, const char *why);

/* The same for the kind "communication lost" of the object's level; of a cell that falls silent while
 * its string discharges, another one: it may have collapsed. */
void report_comm(struct report *r, struct object o, bool lost, const char *why);

/* Is a device that takes so long between two turns too slow, and how is that said? */
enum { REPORT_PACE_SIZE = 96 };
bool report_is_slow(uint32_t is_ms, uint32_t set_ms, char why[REPORT_PACE_SIZE]);

/* Between the last two turns were `is_ms`, and should be `set_ms`: it answers, but far too slowly. */
void report_pace(struct report *r, uint32_t is_ms, uint32_t set_ms);

#endif
