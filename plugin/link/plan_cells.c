/* See plan.h and plan_cells.h. */
#include "link/plan_cells.h"

enum {
    SLOWED = 3,          /* while another string discharges, cells are read this much slower */
    CELL_WORDS = 5,      /* published; one of them takes two */
    SILENT_CELLS = 2,    /* in a row: the string does not answer, its sweep is given up */
    SWEEP_GAP_MS = 1000, /* a triggered sweep comes no sooner after the one before */
};
static const int64_t AFTER_DISCHARGE_MS = 10 * 60 * 1000;

/* ---- which string is next ---------------------------------------------------------------- */

static bool followed(const struct plan *p, int64_t now, int s)
{
    const struct plan_sweep *w = &p->sweep[s];

    return p->unit[s].presence == PRESENCE_HERE && (w->discharging || now < w->after_end);
}

int64_t plan_cell_interval(const struct plan *p, int64_t now, int s)
{
    int64_t usual = p->set.cell_interval_ms, close = p->set.cell_interval_discharge_ms;

    if (followed(p, now, s))
        return close < usual ? close : usual;
    for (int i = 0; i < STRING_MAX; i++)
        if (followed(p, now, i))
            return SLOWED * usual;
    return usual;
}

/* As a grid has no history, all are where they should be again after any outage. */
int64_t plan_grid(int64_t now, int64_t interval, uint32_t part)
{
    int64_t phase = interval * part >> 32;

    return now + interval - (now + interval - phase) % interval;
}

/* Phases of strings are 0/32, 16/32, 8/32, 24/32 ... of the interval, so that however many there are,
 * they lie evenly in it. */
static int64_t next_due(const struct plan *p, int string, int64_t now, int64_t interval)
{
    uint32_t reversed = 0;

    for (int bit = 0; bit < 5; bit++)
        reversed |= (uint32_t)(string >> bit & 1) << (31 - bit);
    return plan_grid(now, interval, p->set.place + reversed);
}

/* However much discharges or is triggered: once in three intervals everyone is swept, to the end. */
static bool starved(const struct plan *p, int64_t now, const struct plan_sweep *w)
{
    return now - w->started > SLOWED * p->set.cell_interval_ms;
}

static void start_sweep(struct plan *p, int64_t now, int s)
{
    struct plan_sweep *w = &p->sweep[s];

    if (now >= w->due)
        w->due = next_due(p, s, now, plan_cell_interval(p, now, s));
    w->starved = starved(p, now, w);
    w->started = now;
    w->running = true;
    w->urgent = w->triggered;
    w->triggered = w->single = w->any_read = w->any_refused = false;
    w->next = w->pending = w->silent = 0;
}

static int64_t sweep_due(const struct plan *p, const struct plan_sweep *w)
{
    int64_t early = w->started + SWEEP_GAP_MS;
    int64_t due = w->triggered && early < w->due ? early : w->due;

    return due < p->cells_from && !w->discharging ? p->cells_from : due;
}

static bool may_start(const struct plan *p, int64_t now, int s)
{
    const struct plan_sweep *w = &p->sweep[s];

    return !w->running && w->cells > 0 && p->unit[s].presence == PRESENCE_HERE &&
           now >= sweep_due(p, w);
}

/* How urgent a sweep is: class first, then the oldest. However much discharges or is triggered, a
 * string that waits for three intervals has its turn. */
struct urgency {
    enum { STARVED, TRIGGERED, FOLLOWED, RUNNING, DUE } class;
    int64_t since;
};

static bool waits_too_long(const struct plan *p, int64_t now, const struct plan_sweep *w)
{
    return w->running ? w->starved : starved(p, now, w);
}

static struct urgency urgency(const struct plan *p, int64_t now, int s)
{
    const struct plan_sweep *w = &p->sweep[s];

    if (w->triggered || w->urgent)
        return (struct urgency){TRIGGERED, w->started};
    if (followed(p, now, s))
        return (struct urgency){FOLLOWED, w->due};
    return (struct urgency){w->running ? RUNNING : DUE, w->due};
}

static bool before(struct urgency a, struct urgency b)
{
    return a.class != b.class ? a.class < b.class : a.since < b.since;
}

/* The most urgent of all; or of those triggered or followed, however long others have waited. */
static int next_string(const struct plan *p, int64_t now, bool wanted_only, struct urgency *ret)
{
    int best = -1;

    for (int s = 0; s < STRING_MAX; s++) {
        const struct plan_sweep *w = &p->sweep[s];
        struct urgency u;

        if (!(w->running && w->next < w->cells) && !may_start(p, now, s))
            continue;
        u = urgency(p, now, s);
        if (wanted_only && u.class > FOLLOWED)
            continue;
        if (!wanted_only && waits_too_long(p, now, w))
            u = (struct urgency){STARVED, w->started};
        if (best < 0 || before(u, *ret)) {
            best = s;
            *ret = u;
        }
    }
    return best;
}

/* On a gateway that cannot sweep everyone in three intervals all wait too long, and what is triggered
 * or discharges would be one of many: these two kinds take every other request each. */
static int take_turns(struct plan *p, int64_t now)
{
    struct urgency most = {DUE, 0};
    int s = next_string(p, now, false, &most), wanted = -1;

    if (s >= 0 && most.class == STARVED && p->starved_last)
        wanted = next_string(p, now, true, &most);
    p->starved_last = s >= 0 && most.class == STARVED;
    return wanted >= 0 ? wanted : s;
}

bool plan_cells_next(struct plan *p, int64_t now, struct link_request *ret)
{
    int s = take_turns(p, now);
    struct plan_sweep *w = &p->sweep[s < 0 ? 0 : s];
    int cells = 1;

    if (s < 0)
        return false;
    if (!w->running)
        start_sweep(p, now, s);
    if (p->set.strings != 0)
        cells = w->cells - w->next;
    else if (span_usable(&p->span) && !w->single && !w->no_spans && w->next + 1 < w->cells)
        cells = 2;
    *ret = plan_request(p, p->set.strings == 0 && cells == 2 ? PLAN_SPAN : PLAN_CELL, s, w->next,
                        cells);
    w->next = (uint8_t)(w->next + cells);
    w->pending++;
    return true;
}

int64_t plan_cells_due(const struct plan *p, int64_t due)
{
    for (int s = 0; s < STRING_MAX; s++)
        if (p->sweep[s].cells > 0 && p->unit[s].presence == PRESENCE_HERE &&
            sweep_due(p, &p->sweep[s]) < due)
            due = sweep_due(p, &p->sweep[s]);
    return due;
}

/* ---- answers ----------------------------------------------------------------------------- */

/* Every cell of a sweep was refused, and no cell was ever answered: the unpublished registers may
 * not be there. If it is not that, it is worth a word. */
static unsigned end_sweep(struct plan *p, struct plan_sweep *w)
{
    p->cells_known |= w->any_read;
    w->urgent = false;
    if (p->cells_known || !w->any_refused || p->cells_refused)
        return PLAN_SWEEP_ENDED;
    if (p->cell_words > CELL_WORDS && p->set.strings == 0) {
        p->cell_words = p->span.cell_words = CELL_WORDS;
        w->triggered = true;
        return PLAN_SWEEP_ENDED | PLAN_CELLS_SHORTER;
    }
    p->cells_refused = true;
    return PLAN_SWEEP_ENDED | PLAN_CELLS_REFUSED;
}

/* A span that failed: its cells are read again, singly, in the same sweep. A lost string: the rest
 * of its sweep is given up, the fast lane will tell what became of it. */
unsigned plan_cells_done(struct plan *p, struct plan_tag t, const struct link_answer *a)
{
    struct plan_sweep *w = &p->sweep[t.index];

    w->pending--;
    if (t.kind != PLAN_SPAN) /* a span's silence is that of any of its cells */
        w->silent = link_silent(a) ? w->silent + 1 : 0;
    w->any_read |= a->result == LINK_OK;
    if (t.kind == PLAN_SPAN && a->result != LINK_OK) {
        w->single = true;
        w->no_spans |= link_refused(a);
        w->next = w->next < t.cell ? w->next : t.cell;
    } else {
        w->any_refused |= link_refused(a);
    }
    if (w->silent >= SILENT_CELLS || a->result == LINK_LOST ||
        (t.kind != PLAN_SPAN && !link_silent(a) && link_unreachable(a)))
        w->next = w->cells;
    w->running = w->next < w->cells || w->pending > 0;
    return w->running ? 0 : end_sweep(p, w);
}

/* ---- what is heard of a string ------------------------------------------------------------ */

void plan_forget_cells(struct plan *p, int s, int cells)
{
    struct plan_sweep *w = &p->sweep[s];

    if (cells < w->cells)
        w->cells = (uint8_t)cells;
}

bool plan_cells(struct plan *p, int64_t now, int s, int cells)
{
    struct plan_sweep *w = &p->sweep[s];

    if (cells <= w->cells)
        return false;
    if (w->cells == 0)
        w->due = now;
    w->cells = (uint8_t)cells;
    return true;
}

/* Whose cells were never read is due anyway: at the start all strings are found at once, and those that
 * discharge are not to wait for all others. */
void plan_trigger(struct plan *p, int s)
{
    p->sweep[s].triggered = p->sweep[s].started > 0;
}

void plan_discharging(struct plan *p, int64_t now, int s, bool yes)
{
    struct plan_sweep *w = &p->sweep[s];

    if (w->discharging && !yes)
        w->after_end = now + AFTER_DISCHARGE_MS;
    if (!w->discharging && yes)
        plan_trigger(p, s);
    w->discharging = yes;
    if (followed(p, now, s) && w->due > now + p->set.cell_interval_discharge_ms)
        w->due = next_due(p, s, now, plan_cell_interval(p, now, s));
}

void plan_hold_cells(struct plan *p, int64_t from)
{
    p->cells_from = from;
}

void plan_cells_restart(struct plan *p)
{
    for (struct plan_sweep *w = p->sweep; w < p->sweep + STRING_MAX; w++) {
        w->running = w->urgent = w->no_spans = w->triggered = false;
        w->due = 0; /* rather than triggered, for the same reason */
    }
}
