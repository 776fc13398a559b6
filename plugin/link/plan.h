/*
 * plan - which block to read next. Pure: time and answers go in, requests come out.
 *
 * Two lanes. The fast lane reads every UPS and string that is there once per `interval`: a turn.
 * The cell lane sweeps the cells of each string once per an interval of its own. Between them stand
 * probes of units that nobody has seen yet. What is asked for first: the fast lane, probes, the
 * proof that two cells may be read at once, cells of strings triggered, discharging, due longest.
 * Turns and sweeps begin on grids; those of a device begin by its place, as a fraction of the interval,
 * later than those of one with place 0. So devices that are many are not all read at once.
 * Registers that configuration adds are part of the turn while they are answered and what they are of
 * is there, and among the probes else: their silence is never that of a string or the gateway.
 */
#ifndef BTMS_PLAN_H
#define BTMS_PLAN_H

#include "core/model.h"
#include "core/registers.h"
#include "link/link.h"
#include "link/span.h"

#include <stdint.h>

enum plan_kind { PLAN_UPS, PLAN_STRING, PLAN_CELL, PLAN_SPAN, PLAN_PROOF, PLAN_ADDED };

/* A request's tag, taken apart. Indexes from 0. */
struct plan_tag {
    enum plan_kind kind;
    uint8_t index; /* UPS or string; of PLAN_ADDED: in plan_settings.added */
    uint8_t cell;  /* the first one read */
    uint8_t cells; /* how many the answer holds, 100 registers apart; 0 for what is no cell */
};

struct plan_settings {
    int64_t interval_ms, cell_interval_ms, cell_interval_discharge_ms;
    uint32_t place;                /* of this device among many: a fraction of 2^32 */
    uint8_t function;              /* 3 or 4 */
    bool spans;                    /* two cells per request may be tried */
    const struct reg_added *added; /* must outlive the plan */
    int addeds;
    uint32_t
        strings; /* bit per string: these are there to be asked, no other unit is, and all cells
                         of one are read at once; 0: a gateway, everything is looked for */
};

enum { PLAN_UNITS = STRING_MAX + UPS_MAX };

struct plan_unit {
    enum presence presence;
    uint8_t misses; /* turns in a row without a usable answer */
    bool asked;     /* was answered or timed out at least once */
    bool named;     /* a string says it belongs to this UPS */
    bool queued;    /* waits to be sent in this turn */
    bool refused;   /* its last answer was a clear no to these registers */
    int64_t again;  /* where strings are told: one that is not there is not asked before */
};

/* What configuration adds. */
struct plan_added {
    bool asked;    /* was answered or timed out at least once */
    bool answered; /* the last time: it is part of the turn */
    bool queued;   /* waits to be sent in this turn */
};

struct plan_sweep {
    uint8_t cells;   /* to be read */
    uint8_t next;    /* first not asked for yet */
    uint8_t pending; /* asked for and not answered */
    uint8_t silent;  /* of its requests in a row were not answered */
    bool running, starved, triggered, urgent, discharging;
    bool single;   /* in this sweep one cell per request */
    bool no_spans; /* a span of it was refused: one cell per request until spans are proved anew */
    bool any_read, any_refused;      /* in this sweep */
    int64_t due, started, after_end; /* a discharge is followed closely until after_end */
};

struct plan {
    struct plan_settings set;
    const struct reg_map *cell;
    struct plan_unit unit[PLAN_UNITS]; /* strings, then UPS */
    struct plan_added added[REG_ADDED_MAX];
    struct plan_sweep sweep[STRING_MAX];
    struct span span;
    uint16_t string_words, cell_words; /* registers read of a string and of a cell */
    bool cells_known;                  /* some cell was answered, so cell_words is right */
    bool cells_refused;                /* every cell asked for was refused; said once */
    int64_t turn_due, turn_started, probe_due, lap_ms;
    int64_t cells_from;            /* no sweep before */
    int turn_queued, turn_pending; /* of this turn: to be sent, to be answered */
    bool turn_running;
    bool lap_done;       /* every unit has been asked once */
    bool probing;        /* a probe is under way */
    bool mutes;          /* a probe was not answered once: there are units that say nothing */
    int under_way;       /* requests given and not done */
    uint8_t probe[2];    /* where the rotations stand: units never seen, units gone silent */
    uint8_t probe_added; /* the same of what is added */
    uint8_t answers_left, pairs_left;
    bool silence_left, never_first, added_first;
    bool starved_last; /* the last read of cells was of a string that had waited too long */
};

/* What an answer brought about: a set. */
enum plan_event {
    PLAN_TURN_ENDED = 1,     /* every block of the turn is answered or given up */
    PLAN_SWEEP_ENDED = 2,    /* of the string of this answer */
    PLAN_LAP_ENDED = 4,      /* every unit has been asked once: the gateway is known */
    PLAN_SPAN_LEARNED = 8,   /* from now on two cells a request */
    PLAN_SPAN_REFUSED = 16,  /* one cell a request, for good */
    PLAN_CELLS_SHORTER = 32, /* cells are refused: from now on only their published registers */
    PLAN_CELLS_REFUSED = 64, /* and those are refused, too */
};

/* `cell` must outlive the plan. Probing starts, and the first turn is due, at `now`. */
void plan_init(struct plan *p, const struct plan_settings *set, const struct reg_map *cell,
               int64_t now);

/* The most urgent request that may be sent now; false when there is none. */
bool plan_next(struct plan *p, int64_t now, struct link_request *ret);

/* When plan_next() will have something again, while nothing is under way. */
int64_t plan_due(const struct plan *p);

struct plan_tag plan_tag(const struct link_request *r);

/* Takes note of an answer to what plan_next() gave. `here`, for UPS and string blocks answered
 * with LINK_OK: the words say the thing exists. Returns a set of plan_event. */
unsigned plan_done(struct plan *p, int64_t now, const struct link_request *r,
                   const struct link_answer *a, bool here);

enum presence plan_presence(const struct plan *p, struct plan_tag t);

/* A string says it belongs to UPS `index` (from 0): ask for that one before the others. */
void plan_expect_ups(struct plan *p, int index);

/* String `s` has `cells` (0..CELL_MAX); less than before is ignored. True when there are more. */
bool plan_cells(struct plan *p, int64_t now, int s, int cells);

/* Others want all their cells, too: but for what discharges, no sweep begins before `from`. */
void plan_hold_cells(struct plan *p, int64_t from);

/* A UPS or string was taken out for good: it is as if it had never been seen. */
void plan_forget(struct plan *p, struct plan_tag t);

/* String `s` has only `cells` any more. */
void plan_forget_cells(struct plan *p, int s, int cells);

/* Reads the cells of string `s` next, due or not; those that were never read are due anyway. */
void plan_trigger(struct plan *p, int s);

void plan_discharging(struct plan *p, int64_t now, int s, bool yes);

/* Interval in force for the cells of string `s`, in ms. */
int64_t plan_cell_interval(const struct plan *p, int64_t now, int s);

/* The gateway is away, and nothing is under way: at the next chance everything known is read again
 * at once, and spans are proved again. */
void plan_restart(struct plan *p, int64_t now);

#endif
