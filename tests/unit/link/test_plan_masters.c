/* The plan of a serial line: which units there are is told; the dead cost little; cells at once. */
#include "../../support/check.h"
#include "link/plan.h"

#include <string.h>

enum { INTERVAL = 10000, TIMEOUT = 500, SERVICE = 20 };

static struct plan plan;
static struct reg_map map;
static int64_t now;
static uint32_t dead;         /* bit per string */
static int asked[STRING_MAX]; /* blocks of strings */
static int sweeps[STRING_MAX], most_cells;

static void start(uint32_t strings)
{
    const struct plan_settings set = {.interval_ms = INTERVAL,
                                      .cell_interval_ms = 6 * INTERVAL,
                                      .cell_interval_discharge_ms = INTERVAL,
                                      .function = 3,
                                      .spans = true,
                                      .strings = strings};

    dead = 0;
    now = 1000000;
    most_cells = 0;
    memset(asked, 0, sizeof(asked));
    memset(sweeps, 0, sizeof(sweeps));
    assert_null(registers_cell_map(registers_cell_offsets, &map));
    plan_init(&plan, &set, &map, now);
}

static void take(const struct link_request *r)
{
    static const uint16_t words[CELL_MAX * REG_CELL_STRIDE];
    struct plan_tag t = plan_tag(r);
    bool silent = dead >> t.index & 1;
    struct link_answer a = {.result = silent ? LINK_TIMEOUT : LINK_OK, .words = words};

    assert_true(t.kind == PLAN_STRING || t.kind == PLAN_CELL);
    assert_true(plan.set.strings >> t.index & 1);
    now += silent ? TIMEOUT : SERVICE;
    asked[t.index] += t.kind == PLAN_STRING;
    if (t.kind == PLAN_CELL && t.cells > most_cells)
        most_cells = t.cells;
    if (t.kind == PLAN_STRING && !silent)
        plan_cells(&plan, now, t.index, 24 * (t.index + 1));
    if (plan_done(&plan, now, r, &a, !silent) & PLAN_SWEEP_ENDED)
        sweeps[t.index]++;
}

static void run(int64_t ms)
{
    int64_t until = now + ms;
    struct link_request r;

    while (now < until)
        if (plan_next(&plan, now, &r))
            take(&r);
        else
            now = plan_due(&plan) > now ? plan_due(&plan) : now + 1;
}

static enum presence presence(int s)
{
    return plan_presence(&plan, (struct plan_tag){.kind = PLAN_STRING, .index = (uint8_t)s});
}

static void line__only_its_masters__are_asked(void **state)
{
    (void)state;
    start(0x15);
    run(2 * INTERVAL);
    assert_true(plan.lap_done);
    for (int s = 0; s < STRING_MAX; s++)
        assert_int_equal(asked[s] > 0, 0x15 >> s & 1);
}

static void line__cells__all_at_once(void **state)
{
    (void)state;
    start(0x1f);
    run(30 * INTERVAL);
    assert_int_equal(most_cells, 120);
    for (int s = 0; s < 5; s++)
        assert_in_range(sweeps[s], 4, 7); /* one a minute, in five */
}

static void line__dead_ones__less_and_less_and_one_a_turn(void **state)
{
    int before[3];

    (void)state;
    start(0x0f);
    dead = 0x0e;
    run(3 * INTERVAL); /* nobody who never answered costs more than one time-out a turn */
    memcpy(before, asked, sizeof(before));
    run(60 * INTERVAL);
    assert_in_range(asked[0] - before[0], 59, 61);
    for (int s = 1; s < 3; s++)
        assert_in_range(asked[s] - before[s], 8, 14); /* once a minute in the end */
}

static void line__dies__fast_lane_of_the_others_is_kept(void **state)
{
    int before;

    (void)state;
    start(0x07);
    run(5 * INTERVAL);
    dead = 0x03;
    run(2 * INTERVAL);
    run(INTERVAL);
    assert_int_equal(presence(0), PRESENCE_SILENT);
    assert_int_equal(presence(1), PRESENCE_SILENT);
    before = asked[2];
    run(20 * INTERVAL);
    assert_in_range(asked[2] - before, 19, 21);
}

static void line__comes_back__within_a_minute(void **state)
{
    (void)state;
    start(0x03);
    run(2 * INTERVAL);
    dead = 0x01;
    run(60 * INTERVAL);
    assert_int_equal(presence(0), PRESENCE_SILENT);
    dead = 0;
    run(7 * INTERVAL);
    assert_int_equal(presence(0), PRESENCE_HERE);
}

static void line__refused_cells__said_at_once(void **state)
{
    struct link_request r;
    unsigned events = 0;

    (void)state;
    start(0x01);
    for (int i = 0; i < 50 && !(events & PLAN_CELLS_REFUSED); i++) {
        struct link_answer no = {.result = LINK_EXCEPTION, .exception = 2};

        if (!plan_next(&plan, now, &r))
            now = plan_due(&plan);
        else if (plan_tag(&r).kind == PLAN_STRING)
            take(&r);
        else
            events |= plan_done(&plan, now, &r, &no, false);
        assert_false(events & PLAN_CELLS_SHORTER);
    }
    assert_true(events & PLAN_CELLS_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__only_its_masters__are_asked),
        cmocka_unit_test(line__cells__all_at_once),
        cmocka_unit_test(line__dead_ones__less_and_less_and_one_a_turn),
        cmocka_unit_test(line__dies__fast_lane_of_the_others_is_kept),
        cmocka_unit_test(line__comes_back__within_a_minute),
        cmocka_unit_test(line__refused_cells__said_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
