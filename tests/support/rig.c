/* See rig.h. */
#include "rig.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS_MAX = 20000 };

void rig_init(struct rig *r, bool spans)
{
    const struct plan_settings set = {.interval_ms = 10000,
                                      .cell_interval_ms = 60000,
                                      .cell_interval_discharge_ms = 10000,
                                      .function = 3,
                                      .spans = spans};

    memset(r, 0, sizeof(*r));
    assert_null(registers_cell_map(registers_cell_offsets, &r->map));
    r->log = calloc(RIG_LOG_MAX, sizeof(*r->log));
    r->sweep = calloc(SWEEPS_MAX, sizeof(*r->sweep));
    r->now = 1000000;
    r->service_ms = 5;
    r->timeout_ms = 1500;
    r->window = 4;
    r->random = 4711;
    plan_init(&r->plan, &set, &r->map, r->now);
}

void rig_done(struct rig *r)
{
    free(r->log);
    free(r->sweep);
    if (r->intake != NULL)
        report_free(r->intake->report);
}

void rig_string(struct rig *r, int number, int ups, int cells)
{
    r->fake.string[number] =
        (struct fake_string){.there = true, .ups = (uint16_t)ups, .cells = (uint16_t)cells};
    if (ups >= 1 && ups <= 32)
        r->fake.ups[ups] = true;
}

/* ---- asking ------------------------------------------------------------------------------ */

static void check_request(const struct link_request *q, struct plan_tag t)
{
    assert_int_equal(q->function, 3);
    assert_in_range(q->count, 1, 125);
    assert_in_range(t.index, 0, 31);
    if (t.kind == PLAN_ADDED)
        return;
    assert_int_equal(q->unit, t.kind == PLAN_UPS ? t.index + 1 : 101 + t.index);
    if (t.kind == PLAN_UPS || t.kind == PLAN_STRING)
        assert_int_equal(q->address, 0);
    else
        assert_int_equal(q->address, 100 * (t.cell + 1));
}

static void note_sweep_start(struct rig *r, struct plan_tag t)
{
    if ((t.kind != PLAN_CELL && t.kind != PLAN_SPAN) || r->reading[t.index])
        return;
    r->reading[t.index] = true;
    r->reading_since[t.index] = r->now;
    memset(r->read[t.index], 0, sizeof(r->read[t.index]));
}

static bool ask(struct rig *r)
{
    struct link_request *q = &r->flight[r->flights];
    struct plan_tag t;

    if (!plan_next(&r->plan, r->now, q))
        return false;
    t = plan_tag(q);
    check_request(q, t);
    note_sweep_start(r, t);
    assert_true(r->logged < RIG_LOG_MAX);
    r->log[r->logged++] = (struct rig_entry){r->now, *q, t};
    r->flights++;
    return true;
}

/* ---- answering --------------------------------------------------------------------------- */

static bool take_string(struct rig *r, int s, const uint16_t *words)
{
    if (words[1] == 0)
        return false;
    if (words[0] >= 1 && words[0] <= UPS_MAX)
        plan_expect_ups(&r->plan, words[0] - 1);
    plan_cells(&r->plan, r->now, s, words[10] > CELL_MAX ? CELL_MAX : words[10]);
    plan_discharging(&r->plan, r->now, s, words[8] == STATE_DISCHARGE);
    return true;
}

static void note_sweep_end(struct rig *r, int s)
{
    for (int c = 0; c < r->plan.sweep[s].cells && !r->incomplete_is_fine; c++)
        if (r->read[s][c] == 0)
            fail_msg("sweep of string %d ended without cell %d", s + 1, c + 1);
    r->reading[s] = false;
    assert_true(r->sweeps < SWEEPS_MAX);
    r->sweep[r->sweeps++] = (struct rig_sweep){r->reading_since[s], r->now, s};
}

static bool take(struct rig *r, const struct link_request *q, const struct link_answer *a)
{
    struct plan_tag t = plan_tag(q);

    if (r->intake != NULL &&
        (a->result == LINK_OK || a->result == LINK_EXCEPTION || a->result == LINK_MISMATCH))
        r->intake->gateway->health.answered_ms = r->now;
    if (r->intake != NULL && a->result != LINK_OK)
        intake_miss(r->intake, t, a);
    if (a->result != LINK_OK)
        return false;
    if (r->intake != NULL)
        return intake_words(r->intake, r->now, q, a);
    if (t.kind == PLAN_UPS)
        return a->words[0] != 0;
    return t.kind != PLAN_STRING || take_string(r, t.index, a->words);
}

static void take_sweep(struct rig *r, int s)
{
    struct string *string;

    note_sweep_end(r, s);
    if (r->intake == NULL)
        return;
    string = &r->intake->gateway->string[s];
    intake_sweep(r->intake, s);
    if (r->swept != NULL)
        r->swept(r, s);
    for (int c = 0; c < string->cells; c++)
        string->cell[c].outcome = OUTCOME_NONE;
}

static void hand_back(struct rig *r, const struct link_request *q, const struct link_answer *a)
{
    struct plan_tag t = plan_tag(q);
    bool here = take(r, q, a), known = r->plan.lap_done;
    unsigned events;

    if (a->result == LINK_OK && (t.kind == PLAN_CELL || t.kind == PLAN_SPAN))
        for (int i = 0; i < t.cells; i++)
            r->read[t.index][t.cell + i]++;
    if (a->result == LINK_EXCEPTION && t.kind == PLAN_CELL)
        r->read[t.index][t.cell]++; /* refused: it had its turn */
    r->timeouts += a->result == LINK_TIMEOUT;
    r->probe_timeouts += a->result == LINK_TIMEOUT && q->probe;
    events = plan_done(&r->plan, r->now, q, a, here);
    if (r->intake != NULL && (t.kind == PLAN_UPS || t.kind == PLAN_STRING))
        intake_presence(r->intake, t, a, known);
    r->turns += (events & PLAN_TURN_ENDED) != 0;
    r->laps += (events & PLAN_LAP_ENDED) != 0;
    r->learned += (events & PLAN_SPAN_LEARNED) != 0;
    r->refused += (events & PLAN_SPAN_REFUSED) != 0;
    r->shorter += (events & PLAN_CELLS_SHORTER) != 0;
    r->cells_refused += (events & PLAN_CELLS_REFUSED) != 0;
    if (events & PLAN_SWEEP_ENDED)
        take_sweep(r, t.index);
}

static void take_out(struct rig *r, int i)
{
    memmove(r->flight + i, r->flight + i + 1, sizeof(r->flight[0]) * (size_t)(--r->flights - i));
}

static void mangle(struct rig *r, const struct link_request *q, struct link_answer *a)
{
    enum link_result was = a->result;

    if (r->mangle == NULL)
        return;
    a->result = r->mangle(r, q, was);
    if (a->result == LINK_EXCEPTION && was != LINK_EXCEPTION)
        a->exception = r->mangle_code;
}

/* Answers the first one in flight that is not mute; false when all are. */
static bool answer_one(struct rig *r, bool *silent)
{
    for (int i = 0; i < r->flights; i++) {
        struct link_request q = r->flight[i];
        uint16_t words[LINK_WORDS_MAX];
        struct link_answer a = {.words = words};

        if (silent[i])
            continue;
        for (int w = 0; w < LINK_WORDS_MAX; w++) /* what was not asked for is anything */
            words[w] = (uint16_t)check_random(&r->random);
        a.result = fake_read(&r->fake, q.unit, q.address, q.count, words, &a.exception);
        mangle(r, &q, &a);
        if (a.result == LINK_TIMEOUT) {
            silent[i] = true;
            continue;
        }
        r->now += r->service_ms;
        take_out(r, i);
        memmove(silent + i, silent + i + 1, (size_t)(r->flights - i) * sizeof(*silent));
        silent[r->flights] = false;
        hand_back(r, &q, &a);
        return true;
    }
    return false;
}

static void time_out_all(struct rig *r, bool *silent)
{
    r->now += r->timeout_ms;
    while (r->flights > 0) {
        struct link_request q = r->flight[0];

        take_out(r, 0);
        hand_back(r, &q, &(struct link_answer){.result = LINK_TIMEOUT});
    }
    memset(silent, 0, sizeof(bool) * RIG_WINDOW_MAX);
}

static void go_idle(struct rig *r, int64_t until)
{
    int64_t due = plan_due(&r->plan);

    /* A turn may come to nothing, and the clock is then set on; more than once it is a loop. */
    r->idle_without_progress = due > r->now ? 0 : r->idle_without_progress + 1;
    if (r->idle_without_progress > 2)
        fail_msg("nothing to send at %lld, and due at %lld", (long long)r->now, (long long)due);
    if (due > r->now)
        r->now = due < until ? due : until;
}

void rig_run(struct rig *r, int64_t until)
{
    bool silent[RIG_WINDOW_MAX] = {false};

    while (r->now < until) {
        while (r->flights < r->window && ask(r)) {
        }
        if (r->flights == 0)
            go_idle(r, until);
        else if (!answer_one(r, silent))
            time_out_all(r, silent);
    }
    while (r->flights > 0) /* nothing is left under way */
        if (!answer_one(r, silent))
            time_out_all(r, silent);
}

void rig_discover(struct rig *r)
{
    int64_t until = r->now + 3600 * 1000;

    while (!r->plan.lap_done && r->now < until)
        rig_run(r, r->now + 100);
    assert_true(r->plan.lap_done);
}

void rig_break(struct rig *r)
{
    while (r->flights < r->window && ask(r)) {
    }
    r->incomplete_is_fine = true;
    while (r->flights > 0) {
        struct link_request q = r->flight[--r->flights];

        hand_back(r, &q, &(struct link_answer){.result = LINK_LOST});
    }
    plan_restart(&r->plan, r->now);
    memset(r->reading, 0, sizeof(r->reading));
    r->incomplete_is_fine = false;
}

/* ---- looking back ------------------------------------------------------------------------ */

int rig_count(const struct rig *r, int from, enum plan_kind kind, int index)
{
    int n = 0;

    for (int i = from; i < r->logged; i++)
        n += r->log[i].tag.kind == kind && (index < 0 || r->log[i].tag.index == index);
    return n;
}

int rig_sweeps(const struct rig *r, int from, int number)
{
    int n = 0;

    for (int i = from; i < r->sweeps; i++)
        n += r->sweep[i].string == number - 1;
    return n;
}
