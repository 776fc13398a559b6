/*
 * rig - a plan, a fake gateway and a fake clock, driven the way a device drives them.
 *
 * Up to `window` requests are in flight and are answered in order, `service_ms` each. Mute ones cost
 * `timeout_ms` once nothing else is in flight. Fails by itself where the plan breaks its word: a
 * tag that is not the request's, nothing to send at the time that plan_due() named, a sweep that
 * ends with a cell left out.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "fake.h"
#include "intake.h"
#include "link/plan.h"

enum { RIG_LOG_MAX = 200000, RIG_WINDOW_MAX = 16 };

struct rig_entry {
    int64_t now; /* when it was asked for */
    struct link_request request;
    struct plan_tag tag;
};

struct rig_sweep {
    int64_t first, last; /* when its first cell was asked for, when it ended */
    int string;          /* from 0 */
};

struct rig {
    struct plan plan;
    struct reg_map map;
    struct fake fake;
    int64_t now, service_ms, timeout_ms;
    int window;
    /* Replaces an answer; NULL = none. A LINK_EXCEPTION put there has the code `mangle_code`. */
    enum link_result (*mangle)(struct rig *r, const struct link_request *q, enum link_result is);
    uint8_t mangle_code;
    /* Takes the answers the way a device has it; NULL: the rig does, without a model. */
    const struct intake *intake;
    void (*swept)(struct rig *r, int s); /* with an intake, at the end of each sweep; NULL = none */
    uint32_t random;

    struct rig_entry *log; /* every request, in order */
    int logged;
    int timeouts, probe_timeouts; /* silences, and those of probes */
    int turns;                    /* ended */
    int laps, learned, refused;   /* events */
    int shorter, cells_refused;
    struct rig_sweep *sweep; /* every sweep that ended */
    int sweeps;
    bool incomplete_is_fine; /* answers get lost: sweeps may end early */

    struct link_request flight[RIG_WINDOW_MAX];
    int flights;
    int idle_without_progress;
    bool reading[STRING_MAX]; /* a sweep under way */
    int64_t reading_since[STRING_MAX];
    uint8_t read[STRING_MAX][CELL_MAX];
};

/* 10 s turns, 60 s cells, 10 s in discharge; function 3; spans wanted or not. */
void rig_init(struct rig *r, bool spans);
void rig_done(struct rig *r);

/* A string of the fake that is there. */
void rig_string(struct rig *r, int number, int ups, int cells);

/* Goes on until the clock shows `until`, at the least. */
void rig_run(struct rig *r, int64_t until);
/* Until the first lap ended. */
void rig_discover(struct rig *r);

/* Loses everything in flight, as a broken connection does, and restarts the plan. */
void rig_break(struct rig *r);

/* How many requests of a kind for `index` (from 0; -1: any) were asked for since log entry `from`. */
int rig_count(const struct rig *r, int from, enum plan_kind kind, int index);

/* How many sweeps of string `number` ended since sweep entry `from`. */
int rig_sweeps(const struct rig *r, int from, int number);

#endif
