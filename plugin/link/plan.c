/*
 * See plan.h. Everything is found by scanning 64 units or 32 strings: no queue to keep consistent
 * with what the device says in the meantime, and nothing to allocate. A unit that once was there
 * is asked for every turn; after two turns without an answer it moves to the probes, of which at
 * most one per turn may end in silence. So a rack of absent mute units costs one time-out a turn.
 */
#include "link/plan.h"
#include "link/plan_cells.h"

enum {
    MISSES_MAX = 2,    /* one lost answer is not yet news */
    PROBE_ANSWERS = 8, /* absent units that answer, asked again per turn */
    PROBE_PAIRS = 4,   /* pairs of cells tried per turn for the proof of spans */
    UPS_WORDS = 6,
    STRING_WORDS = STRING_IN_BLOCK + 2, /* two of them take two registers */
    LAP_AGAIN_MS = 60000,               /* while nothing was found */
    PROBE_GAP_MS = 500, /* after a mute unit in the first lap: lets known strings have the line */
    PUT_OFF_MAX = 4,    /* doublings of the pause of a dead master, and one more */
    AGAIN_MAX_MS = 60000,
};

/* ---- requests and tags ------------------------------------------------------------------- */

struct link_request plan_request(const struct plan *p, enum plan_kind kind, int index, int cell,
                                 int cells)
{
    struct link_request r = {
        .unit = (uint8_t)(kind == PLAN_UPS ? index + 1 : REG_UNIT_STRING_BASE + index + 1),
        .function = p->set.function,
        .tag = (uint32_t)kind << 24 | (uint32_t)index << 16 | (uint32_t)cell << 8 | (uint32_t)cells,
    };

    if (cells > 0) {
        r.address = (uint16_t)(REG_CELL_STRIDE * (cell + 1));
        r.count = (uint16_t)(REG_CELL_STRIDE * (cells - 1) + p->cell_words);
    } else {
        r.count = kind == PLAN_UPS ? UPS_WORDS : p->string_words;
    }
    return r;
}

static struct link_request added_request(const struct plan *p, int i)
{
    const struct reg_added *a = &p->set.added[i];

    return (struct link_request){
        .unit = a->unit,
        .function = a->function != 0 ? a->function : p->set.function,
        .address = a->address,
        .count = registers_words(a->type),
        .tag = (uint32_t)PLAN_ADDED << 24 | (uint32_t)i << 16,
    };
}

struct plan_tag plan_tag(const struct link_request *r)
{
    return (struct plan_tag){(enum plan_kind)(r->tag >> 24), (uint8_t)(r->tag >> 16),
                             (uint8_t)(r->tag >> 8), (uint8_t)r->tag};
}

static int unit_of(struct plan_tag t)
{
    return t.kind == PLAN_UPS ? STRING_MAX + t.index : t.index;
}

static struct link_request unit_request(const struct plan *p, int unit)
{
    return unit < STRING_MAX ? plan_request(p, PLAN_STRING, unit, 0, 0)
                             : plan_request(p, PLAN_UPS, unit - STRING_MAX, 0, 0);
}

/* Configuration says that there is no such unit. */
static bool ruled_out(const struct plan *p, int unit)
{
    return p->set.strings != 0 && (unit >= STRING_MAX || !(p->set.strings >> unit & 1));
}

static void forget_lap(struct plan *p)
{
    for (struct plan_unit *u = p->unit; u < p->unit + PLAN_UNITS; u++)
        u->asked = u->refused = false;
    p->string_words = STRING_WORDS;
    p->lap_done = false;
}

/* ---- the fast lane ----------------------------------------------------------------------- */

static bool in_fast_lane(const struct plan_unit *u)
{
    return u->presence == PRESENCE_HERE || u->presence == PRESENCE_GONE;
}

static bool any_string(const struct plan *p, enum presence presence, bool refused)
{
    for (int i = 0; i < STRING_MAX; i++)
        if (p->unit[i].presence == presence && (!refused || p->unit[i].refused))
            return true;
    return false;
}

/* The older register list has a shorter string block. A gateway may be replaced by one of another
 * age at any time: while every string that was there is refused, ask for the other length. */
static void reconsider_length(struct plan *p)
{
    if (p->set.strings != 0 || any_string(p, PRESENCE_HERE, false) ||
        !any_string(p, PRESENCE_GONE, true))
        return;
    p->string_words = p->string_words == STRING_WORDS ? REG_STRING_WORDS_V1 : STRING_WORDS;
}

/* A gateway that shows nothing may have been asked while it was booting: ask all again. */
static void reconsider_lap(struct plan *p, int64_t now)
{
    if (!p->lap_done || now - p->lap_ms < LAP_AGAIN_MS)
        return;
    for (const struct plan_unit *u = p->unit; u < p->unit + PLAN_UNITS; u++)
        if (u->presence != PRESENCE_NEVER)
            return;
    forget_lap(p);
}

/* What an added register is of. */
static bool owner_here(const struct plan *p, int added)
{
    const struct reg_added *a = &p->set.added[added];

    if (a->of == REG_OF_GATEWAY)
        return true;
    return p->unit[a->of == REG_OF_UPS ? STRING_MAX + a->index : a->index].presence ==
           PRESENCE_HERE;
}

static void queue_added(struct plan *p)
{
    for (int i = 0; i < p->set.addeds; i++) {
        p->added[i].queued = p->added[i].answered && owner_here(p, i);
        p->turn_queued += p->added[i].queued;
    }
}

/* On the plan's grid, but never more than an interval after this one, nor less than three eighths of
 * one. That is less than half: who is half off the grid, and late by a little, is on it next time. */
static int64_t next_turn(const struct plan *p, int64_t now)
{
    int64_t interval = p->set.interval_ms;
    int64_t due = plan_grid(now + interval * 3 / 8, interval, p->set.place);

    return due <= now + interval ? due : due - interval / 2;
}

static void start_turn(struct plan *p, int64_t now)
{
    reconsider_length(p);
    reconsider_lap(p, now);
    p->turn_started = now;
    p->turn_queued = p->turn_pending = 0;
    for (struct plan_unit *u = p->unit; u < p->unit + PLAN_UNITS; u++) {
        u->queued = in_fast_lane(u);
        p->turn_queued += u->queued;
    }
    queue_added(p);
    p->turn_running = p->turn_queued > 0;
    p->turn_due = next_turn(p, now);
    p->silence_left = true;
    p->answers_left = PROBE_ANSWERS;
    p->pairs_left = PROBE_PAIRS;
    p->added_first ^= p->never_first; /* every other two turns: each comes first now and then */
    p->never_first = !p->never_first;
}

/* Units that missed the last turn come last: their silence must not hold up the others. */
static int next_in_turn(const struct plan *p)
{
    int late = -1;

    for (int i = 0; i < PLAN_UNITS; i++) {
        if (p->unit[i].queued && p->unit[i].misses == 0)
            return i;
        if (p->unit[i].queued && late < 0)
            late = i;
    }
    return late;
}

static struct link_request take_from_turn(struct plan *p)
{
    int unit = next_in_turn(p), i = 0;

    if (unit >= 0) {
        p->unit[unit].queued = false;
        return unit_request(p, unit);
    }
    while (!p->added[i].queued)
        i++;
    p->added[i].queued = false;
    return added_request(p, i);
}

static bool next_fast(struct plan *p, int64_t now, struct link_request *ret)
{
    if (!p->turn_running && now >= p->turn_due)
        start_turn(p, now);
    if (p->turn_queued == 0)
        return false;
    *ret = take_from_turn(p);
    p->turn_queued--;
    p->turn_pending++;
    return true;
}

/* Is there a request, and if not, may something less urgent take its place? */
enum give { GIVE_NONE, GIVE_NOW, GIVE_LATER };

/* ---- probes ------------------------------------------------------------------------------ */

static bool wants_probe(const struct plan *p, int64_t now, int unit, bool never)
{
    const struct plan_unit *u = &p->unit[unit];

    if (ruled_out(p, unit))
        return false;
    if (!p->lap_done)
        return !u->asked && never == (u->presence == PRESENCE_NEVER);
    return now >= u->again && u->presence == (never ? PRESENCE_NEVER : PRESENCE_SILENT);
}

static int find_probe(const struct plan *p, int64_t now, bool never)
{
    for (int n = 0; n < PLAN_UNITS; n++) {
        int i = (p->probe[never] + n) % PLAN_UNITS;

        if (wants_probe(p, now, i, never))
            return i;
    }
    return -1;
}

/* The next that does not answer, or that was never asked. */
static int find_added(const struct plan *p, bool fresh)
{
    for (int n = 0; n < p->set.addeds && p->lap_done; n++) {
        int i = (p->probe_added + n) % p->set.addeds;
        const struct plan_added *a = &p->added[i];

        if (owner_here(p, i) && (fresh ? !a->asked : !a->answered))
            return PLAN_UNITS + i;
    }
    return -1;
}

/* A unit, or after the units what is added. */
static int choose_probe(const struct plan *p, int64_t now)
{
    int unit;

    if (p->probing || now < p->probe_due)
        return -1;
    if (p->lap_done && (!p->silence_left || p->answers_left == 0))
        return -1;
    for (int i = 0; i < PLAN_UNITS; i++)
        if (p->unit[i].named && !p->unit[i].asked)
            return i;
    unit = find_added(p, !p->added_first);
    if (unit >= 0)
        return unit;
    unit = find_probe(p, now, p->never_first);
    if (unit < 0)
        unit = find_probe(p, now, !p->never_first);
    return unit >= 0 ? unit : find_added(p, false);
}

static struct link_request take_probe(struct plan *p, int unit)
{
    if (unit >= PLAN_UNITS) {
        p->probe_added = (uint8_t)((unit - PLAN_UNITS + 1) % p->set.addeds);
        return added_request(p, unit - PLAN_UNITS);
    }
    if (!p->unit[unit].named || p->unit[unit].asked) {
        bool never = p->unit[unit].presence == PRESENCE_NEVER;

        p->probe[never] = (uint8_t)((unit + 1) % PLAN_UNITS);
    }
    return unit_request(p, unit);
}

/* In the first lap one after the other, later as many as the turn has left; those lost and those
 * never seen take turns at going first. One at a time, and on a gateway with mute units with nothing
 * else under way: which unit is mute must not be in doubt, and some gateways drop or delay what
 * stands behind it. */
static enum give next_probe(struct plan *p, int64_t now, struct link_request *ret)
{
    int unit = choose_probe(p, now);

    if (unit < 0)
        return GIVE_NONE;
    if (p->mutes && p->under_way > 0)
        return GIVE_LATER;
    p->probing = true;
    p->answers_left -= p->answers_left > 0;
    *ret = take_probe(p, unit);
    ret->probe = true;
    return GIVE_NOW;
}

/* ---- spans ------------------------------------------------------------------------------- */

static bool has_pair(const struct plan *p, int string, int cell)
{
    const struct plan_sweep *w = &p->sweep[string];

    /* what discharges moves between the reads, and would look like disagreement */
    return p->unit[string].presence == PRESENCE_HERE && !w->discharging && cell + 1 < w->cells;
}

/* Moves on to the next pair of cells that may serve as a proof, over all strings. */
static void next_pair(struct plan *p)
{
    struct span *s = &p->span;

    p->pairs_left -= p->pairs_left > 0;
    s->cell = (uint8_t)(s->cell + 2);
    for (int n = 0; n < STRING_MAX && !has_pair(p, s->string, s->cell); n++) {
        s->string = (uint8_t)((s->string + 1) % STRING_MAX);
        s->cell = 0;
    }
}

static bool next_proof(struct plan *p, int64_t now, struct link_request *ret)
{
    struct span *s = &p->span;

    if (!p->lap_done || p->pairs_left == 0 || !span_open(s, now))
        return false;
    if (!has_pair(p, s->string, s->cell)) {
        s->step = SPAN_FIRST;
        next_pair(p);
        if (!has_pair(p, s->string, s->cell))
            return false;
    }
    p->pairs_left -= s->step == SPAN_BOTH && p->pairs_left > 0;
    s->asked = true;
    *ret = plan_request(p, PLAN_PROOF, s->string, s->cell + (s->step == SPAN_SECOND),
                        s->step == SPAN_BOTH ? 2 : 1);
    return true;
}

/* ---- the whole --------------------------------------------------------------------------- */

void plan_init(struct plan *p, const struct plan_settings *set, const struct reg_map *cell,
               int64_t now)
{
    *p = (struct plan){.set = *set, .cell = cell, .turn_due = now};
    p->string_words = STRING_WORDS;
    p->cell_words = cell->words;
    span_init(&p->span, cell, set->spans && set->strings == 0);
}

static bool choose(struct plan *p, int64_t now, struct link_request *ret)
{
    enum give probe;

    if (p->probing && p->mutes) /* alone */
        return false;
    if (next_fast(p, now, ret))
        return true;
    probe = next_probe(p, now, ret);
    if (probe != GIVE_NONE)
        return probe == GIVE_NOW;
    return next_proof(p, now, ret) || plan_cells_next(p, now, ret);
}

bool plan_next(struct plan *p, int64_t now, struct link_request *ret)
{
    bool given = choose(p, now, ret);

    p->under_way += given;
    return given;
}

int64_t plan_due(const struct plan *p)
{
    int64_t due = p->turn_due;

    if (!p->lap_done && p->probe_due < due)
        due = p->probe_due;
    return plan_cells_due(p, due);
}

/* Where no string answered and some refused, ask all of them once more for the shorter block. */
static bool try_shorter(struct plan *p)
{
    if (p->set.strings != 0 || p->string_words == REG_STRING_WORDS_V1 ||
        !any_string(p, PRESENCE_NEVER, true) || any_string(p, PRESENCE_HERE, false) ||
        any_string(p, PRESENCE_GONE, false) || any_string(p, PRESENCE_SILENT, false))
        return false;
    p->string_words = REG_STRING_WORDS_V1;
    for (int i = 0; i < STRING_MAX; i++)
        p->unit[i].asked = false;
    return true;
}

static unsigned end_lap(struct plan *p, int64_t now)
{
    if (p->lap_done)
        return 0;
    for (int i = 0; i < PLAN_UNITS; i++)
        if (!p->unit[i].asked && !ruled_out(p, i))
            return 0;
    if (try_shorter(p))
        return 0;
    if (!any_string(p, PRESENCE_HERE, false) && !any_string(p, PRESENCE_GONE, false))
        p->string_words = STRING_WORDS;
    p->lap_done = true;
    p->lap_ms = now;
    if (!p->turn_running)
        p->turn_due = now; /* what was found is read and shown at once */
    return PLAN_LAP_ENDED;
}

static void note_unit(struct plan_unit *u, const struct link_answer *a, bool here)
{
    bool known = u->presence != PRESENCE_NEVER;

    u->asked = true; /* also when the connection went over it: others are to have their turn */
    if (a->result == LINK_LOST)
        return;
    u->refused = link_refused(a);
    if (a->result == LINK_OK) {
        u->misses = 0;
        u->presence = here ? PRESENCE_HERE : known ? PRESENCE_GONE : PRESENCE_NEVER;
        return;
    }
    u->misses = (uint8_t)(u->misses < UINT8_MAX ? u->misses + 1 : u->misses);
    if (known && u->misses >= MISSES_MAX)
        u->presence = link_silent(a) ? PRESENCE_SILENT : PRESENCE_GONE;
}

static void probe_done(struct plan *p, int64_t now, const struct link_answer *a)
{
    p->probing = false;
    if (!link_silent(a))
        return;
    p->mutes = true;
    p->silence_left = false;
    p->probe_due = now + PROBE_GAP_MS;
}

/* A line with dead masters: each is asked in every turn, every other, every fourth ... */
static void put_off(const struct plan *p, int64_t now, struct plan_unit *u,
                    const struct link_answer *a)
{
    int doublings = u->misses < PUT_OFF_MAX ? u->misses - 1 : PUT_OFF_MAX - 1;
    int64_t pause = p->set.interval_ms << (doublings > 0 ? doublings : 0);

    if (p->set.strings != 0 && link_silent(a))
        u->again = now + (pause < AGAIN_MAX_MS ? pause : AGAIN_MAX_MS);
}

/* One of the turn's requests. */
static unsigned turn_done(struct plan *p, int64_t now)
{
    p->turn_running = --p->turn_pending + p->turn_queued > 0;
    if (p->turn_running)
        return 0;
    if (p->turn_due <= now) /* too slow for its interval: cells get their share all the same */
        p->turn_due = now + (now - p->turn_started) / 2;
    return PLAN_TURN_ENDED;
}

static unsigned added_done(struct plan *p, int64_t now, const struct link_request *r,
                           const struct link_answer *a)
{
    struct plan_added *is = &p->added[plan_tag(r).index];

    is->asked = true;
    if (a->result != LINK_LOST)
        is->answered = !link_silent(a);
    if (!r->probe)
        return turn_done(p, now);
    probe_done(p, now, a);
    return 0;
}

static unsigned unit_done(struct plan *p, int64_t now, const struct link_request *r,
                          const struct link_answer *a, bool here)
{
    struct plan_unit *u = &p->unit[unit_of(plan_tag(r))];

    note_unit(u, a, here);
    put_off(p, now, u, a);
    if (r->probe) {
        probe_done(p, now, a);
        return end_lap(p, now);
    }
    return turn_done(p, now);
}

static unsigned proof_done(struct plan *p, int64_t now, const struct link_answer *a)
{
    enum span_state before = p->span.state;

    if (a->result == LINK_LOST) {
        span_doubt(&p->span);
        return 0;
    }
    if (span_answer(&p->span, p->cell, now, a->result == LINK_OK ? a->words : NULL,
                    link_refused(a)))
        next_pair(p);
    if (span_usable(&p->span) && p->span.proved_ms == now)
        for (struct plan_sweep *w = p->sweep; w < p->sweep + STRING_MAX; w++)
            w->no_spans = false;
    if (p->span.state == before)
        return 0;
    return p->span.state == SPAN_YES ? PLAN_SPAN_LEARNED : PLAN_SPAN_REFUSED;
}

unsigned plan_done(struct plan *p, int64_t now, const struct link_request *r,
                   const struct link_answer *a, bool here)
{
    struct plan_tag t = plan_tag(r);

    p->under_way--;
    switch (t.kind) {
    case PLAN_UPS:
    case PLAN_STRING:
        return unit_done(p, now, r, a, here);
    case PLAN_CELL:
    case PLAN_SPAN:
        return plan_cells_done(p, t, a);
    case PLAN_PROOF:
        return proof_done(p, now, a);
    case PLAN_ADDED:
        return added_done(p, now, r, a);
    }
    return 0;
}

enum presence plan_presence(const struct plan *p, struct plan_tag t)
{
    return p->unit[unit_of(t)].presence;
}

void plan_forget(struct plan *p, struct plan_tag t)
{
    struct plan_unit *u = &p->unit[unit_of(t)];

    u->presence = PRESENCE_NEVER;
    u->misses = 0;
    if (t.kind == PLAN_STRING)
        plan_forget_cells(p, t.index, 0);
}

void plan_expect_ups(struct plan *p, int index)
{
    p->unit[STRING_MAX + index].named = true;
}

void plan_restart(struct plan *p, int64_t now)
{
    bool known = false;

    for (struct plan_unit *u = p->unit; u < p->unit + PLAN_UNITS; u++) {
        u->queued = false;
        if (u->presence == PRESENCE_HERE)
            u->misses = 0; /* whoever comes back from an outage gets its two turns again */
        known |= u->presence != PRESENCE_NEVER;
    }
    if (!known)
        forget_lap(p);
    for (struct plan_added *a = p->added; a < p->added + REG_ADDED_MAX; a++)
        a->queued = false;
    plan_cells_restart(p);
    p->turn_queued = 0;
    p->turn_running = false;
    p->turn_due = now;
    span_doubt(&p->span);
}
