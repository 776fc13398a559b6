/* Cells that are refused, that stop answering, and that come back: plan and intake together. */
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/desk.h"
#include "../support/metrics_sink.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000, CELLS = 10 };

static struct rig rig;
static struct desk desk;
static struct metrics_memory memory;

/* Which cells of string 1 do what instead of answering. */
static struct {
    enum link_result result;
    bool all;
    int but; /* one that answers all the same, or */
    int one; /* the only one that does not; numbers from 1, 0 = none */
    int longer_than;
} fault;

static enum link_result misbehave(struct rig *r, const struct link_request *q, enum link_result is)
{
    int first = q->address / 100, last = (q->address + q->count - 1) / 100;
    bool hit;

    (void)r;
    if (first == 0)
        return is;
    if (fault.longer_than > 0) /* of each cell's block */
        return q->count - 100 * (last - first) > fault.longer_than ? LINK_EXCEPTION : is;
    if (q->unit != 101)
        return is;
    hit = fault.all && !(fault.but == first && fault.but == last);
    hit |= fault.one > 0 && (fault.one == first || fault.one == last);
    return hit ? fault.result : is;
}

static void begin(bool spans, int window)
{
    rig_init(&rig, spans);
    desk_init(&desk, &rig);
    rig.window = window;
    rig.mangle = misbehave;
    rig.incomplete_is_fine = true;
    memset(&fault, 0, sizeof(fault));
    memset(&memory, 0, sizeof(memory));
}

static void settle(void)
{
    rig_string(&rig, 1, 1, CELLS);
    rig_string(&rig, 2, 1, CELLS);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
    assert_int_equal(desk.alarms, 0);
}

/* `n` more sweeps of string 1 have ended. */
static void sweeps(int n)
{
    int from = rig.sweeps;
    int64_t until = rig.now + 60 * MINUTE_MS;

    while (rig_sweeps(&rig, from, 1) < n && rig.now < until)
        rig_run(&rig, rig.now + 50);
    assert_int_equal(rig_sweeps(&rig, from, 1), n);
}

/* Each way of not answering, few and many at once. */
static void each_way(bool spans, void (*check)(void))
{
    static const struct {
        enum link_result result;
        uint8_t code;
    } way[] = {
        {LINK_TIMEOUT,   0 },
        {LINK_CUT,       0 },
        {LINK_EXCEPTION, 4 },
        {LINK_EXCEPTION, 2 },
        {LINK_EXCEPTION, 11},
        {LINK_MISMATCH,  0 },
    };

    for (size_t i = 0; i < COUNT(way); i++)
        for (int window = 1; window <= 4; window *= 4) {
            print_message("result %d code %d window %d\n", way[i].result, way[i].code, window);
            begin(spans, window);
            settle();
            fault.result = way[i].result;
            rig.mangle_code = way[i].code;
            check();
            rig_done(&rig);
        }
}

/* ---- all of a string --------------------------------------------------------------------- */

static void check_all_gone(void)
{
    while (rig.plan.sweep[0].running)
        rig_run(&rig, rig.now + 1);
    fault.all = true;
    sweeps(1);
    assert_int_equal(desk.alarms, 0);
    sweeps(1);
    assert_int_equal(desk.alarms, 1);
    assert_int_equal(desk.alarm[0].number, ALARM_STRING_CELLS_LOST);
    assert_int_equal(desk.alarm[0].index, 1);
    assert_int_equal(desk.alarm[0].what, EVENT_RAISED);
    assert_int_equal(desk.gateway.string[0].cell[3].validity[CELL_VOLTAGE], VALIDITY_STALE);
    sweeps(3);
    assert_int_equal(desk.alarms, 1);
    assert_int_equal(desk.gateway.string[0].presence, PRESENCE_HERE);
    assert_int_equal(desk.gateway.string[1].cell[3].validity[CELL_VOLTAGE], VALIDITY_GOOD);
}

static void cells__all_gone_while_the_string_answers__one_alarm(void **state)
{
    (void)state;
    each_way(false, check_all_gone);
    each_way(true, check_all_gone);
}

static void check_one_back(void)
{
    fault.all = true;
    sweeps(4);
    assert_int_equal(desk_count(&desk, ALARM_STRING_CELLS_LOST, true), 1);
    fault.but = 1;
    fault.all = rig.mangle_code != 11; /* which means the whole unit, whichever cell it is about */
    sweeps(2);
    assert_int_equal(desk_count(&desk, ALARM_STRING_CELLS_LOST, false), 1);
    assert_int_equal(desk_count(&desk, ALARM_STRING_CELLS_LOST, true), 1);
    assert_int_equal(desk.gateway.string[0].cell[0].validity[CELL_VOLTAGE], VALIDITY_GOOD);
}

static void cells__one_back__cleared(void **state)
{
    (void)state;
    each_way(false, check_one_back);
}

static void cells__one_back_with_spans__cleared(void **state)
{
    (void)state;
    each_way(true, check_one_back);
}

static void check_all_back(void)
{
    fault.all = true;
    sweeps(4);
    fault.all = false;
    sweeps(2);
    assert_int_equal(desk_count(&desk, 0, true), 1);
    assert_int_equal(desk_count(&desk, 0, false), 1);
    for (int c = 0; c < CELLS; c++)
        assert_int_equal(desk.gateway.string[0].cell[c].validity[CELL_VOLTAGE], VALIDITY_GOOD);
}

static void cells__all_gone_and_all_back__one_alarm_each(void **state)
{
    (void)state;
    each_way(false, check_all_back);
    each_way(true, check_all_back);
}

/* What was under way went with the connection: that says nothing about the cells. */
static void cells__lost_with_the_connection_twice__no_alarm(void **state)
{
    (void)state;
    begin(false, 4);
    settle();
    for (int i = 0; i < 3; i++) {
        while (rig.plan.turn_due - rig.now < 3000)
            rig_run(&rig, rig.now + 100);
        rig.now += 2000;
        plan_trigger(&rig.plan, 0);
        rig_break(&rig);
        rig.incomplete_is_fine = true;
    }
    assert_int_equal(desk.alarms, 0);
    rig_done(&rig);
}

/* The same where other units answered meanwhile. */
static void cells__lost_while_others_answer__no_alarm(void **state)
{
    (void)state;
    begin(false, 4);
    settle();
    for (int i = 0; i < 3; i++) {
        while (rig.plan.turn_due - rig.now < 3000)
            rig_run(&rig, rig.now + 100);
        rig.now += 2000;
        plan_trigger(&rig.plan, 0);
        desk.gateway.health.answered_ms = rig.now;
        rig_break(&rig);
        rig.incomplete_is_fine = true;
    }
    assert_int_equal(desk.alarms, 0);
    rig_done(&rig);
}

/* ---- one of a string --------------------------------------------------------------------- */

static void publish(struct rig *r, int s)
{
    sink_clear();
    metrics_cells(&desk.gateway, s, CELL_METRICS_ALL, r->now, MINUTE_MS, &memory, sink_emit, NULL);
}

static void check_one_gone(int cell)
{
    while (rig.plan.sweep[0].running)
        rig_run(&rig, rig.now + 1);
    fault.one = cell;
    sweeps(1);
    assert_int_equal(desk.alarms, 0);
    sweeps(1);
    assert_int_equal(desk.alarms, 1);
    assert_int_equal(desk.alarm[0].number, ALARM_CELL_COMM_LOST);
    assert_int_equal(desk.alarm[0].index, 1);
    assert_int_equal(desk.alarm[0].cell, cell);
    rig.swept = publish;
    sweeps(1);
    assert_true(sink_get("string01/count-cells_absent")->value == 1);
    assert_true(sink_get("string01/count-cells_ok")->value == CELLS - 1);
    assert_int_equal(sink_like("string01/voltage-cell0"), CELLS - 1);
    assert_int_equal(desk.alarms, 1);
    assert_false(model_count(&desk.gateway).all_well);
    fault.one = 0;
    sweeps(1);
    assert_int_equal(desk.alarms, 2);
    assert_int_equal(desk.alarm[1].what, EVENT_CLEARED);
    assert_true(model_count(&desk.gateway).all_well);
}

static void one_gone(enum link_result result, uint8_t code, bool spans)
{
    for (int cell = 1; cell <= CELLS; cell++)
        for (int window = 1; window <= 4; window *= 4) {
            print_message("cell %d window %d spans %d\n", cell, window, spans);
            begin(spans, window);
            settle();
            fault.result = result;
            rig.mangle_code = code;
            check_one_gone(cell);
            rig_done(&rig);
        }
}

static void cell__only_times_out__one_alarm_and_the_others_read(void **state)
{
    (void)state;
    one_gone(LINK_TIMEOUT, 0, false);
}

static void cell__only_times_out_with_spans__one_alarm_and_the_others_read(void **state)
{
    (void)state;
    one_gone(LINK_TIMEOUT, 0, true);
}

static void cell__answers_exception_4__one_alarm_and_the_others_read(void **state)
{
    (void)state;
    one_gone(LINK_EXCEPTION, 4, false);
    one_gone(LINK_EXCEPTION, 4, true);
}

static void cell__refused_after_it_was_there__one_alarm_and_the_others_read(void **state)
{
    (void)state;
    one_gone(LINK_EXCEPTION, 2, false);
    one_gone(LINK_EXCEPTION, 2, true);
}

/* ---- refused from the first contact ------------------------------------------------------ */

static void start_refused(bool spans, int longest)
{
    begin(spans, 1);
    fault.longer_than = longest;
    rig.mangle_code = 2;
    rig_string(&rig, 1, 1, CELLS);
    rig_string(&rig, 2, 1, CELLS);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
}

static void check_short_values(void)
{
    int from = rig.logged;

    assert_int_equal(rig.shorter, 1);
    assert_int_equal(rig.cells_refused, 0);
    for (int s = 0; s < 2; s++)
        for (int c = 0; c < CELLS; c++) {
            const struct cell *cell = &desk.gateway.string[s].cell[c];

            assert_int_equal(cell->value[CELL_VOLTAGE], 2201 + c);
            assert_int_equal(cell->value[CELL_TEMPERATURE], 251);
            assert_int_equal(cell->validity[CELL_TEMPERATURE], VALIDITY_GOOD);
            assert_int_equal(cell->validity[CELL_SOC], VALIDITY_ABSENT);
        }
    rig_run(&rig, rig.now + 5 * MINUTE_MS);
    for (int i = from; i < rig.logged; i++)
        if (rig.log[i].tag.kind == PLAN_CELL)
            assert_int_equal(rig.log[i].request.count, 5);
    assert_int_equal(desk.alarms, 0);
    rig_done(&rig);
}

static void cells__refused_from_the_first__five_registers_without_soc(void **state)
{
    (void)state;
    start_refused(false, 5);
    check_short_values();
}

static void cells__refused_from_the_first_with_spans__five_registers_without_soc(void **state)
{
    (void)state;
    start_refused(true, 5);
    check_short_values();
}

/* What is proved is what is read: five registers of each cell. */
static void cells__shorter__spans_learned_all_the_same(void **state)
{
    (void)state;
    start_refused(true, 5);
    assert_int_equal(rig.learned, 1);
    assert_int_equal(rig.refused, 0);
    rig_done(&rig);
}

static void cells__five_refused_too__said_once(void **state)
{
    (void)state;
    start_refused(false, 4);
    rig_run(&rig, rig.now + 60 * MINUTE_MS);
    assert_int_equal(rig.shorter, 1);
    assert_int_equal(rig.cells_refused, 1);
    assert_int_equal(desk.alarms, 0); /* nobody ever saw these cells */
    assert_int_equal(desk.gateway.string[0].presence, PRESENCE_HERE);
    fault.longer_than = 100; /* and if they come after all, they are read */
    rig_run(&rig, rig.now + 3 * MINUTE_MS);
    assert_int_equal(desk.gateway.string[1].cell[0].validity[CELL_VOLTAGE], VALIDITY_GOOD);
    assert_int_equal(rig.cells_refused, 1);
    rig_done(&rig);
}

/* Two sweeps with all their requests under way when the first one is found to be too long: the
 * other's refusals are no news. */
static void cells__refused_in_two_strings_at_once__not_said_to_be_refused(void **state)
{
    (void)state;
    begin(false, 8);
    fault.longer_than = 5;
    rig.mangle_code = 2;
    rig_string(&rig, 1, 1, 2);
    rig_string(&rig, 2, 1, 2);
    rig_discover(&rig);
    rig_run(&rig, rig.now + 10 * MINUTE_MS);
    assert_int_equal(rig.shorter, 1);
    assert_int_equal(rig.cells_refused, 0);
    assert_int_equal(desk.gateway.string[1].cell[1].validity[CELL_VOLTAGE], VALIDITY_GOOD);
    rig_done(&rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, capture_start, capture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cells__all_gone_while_the_string_answers__one_alarm),
        TEST(cells__lost_with_the_connection_twice__no_alarm),
        TEST(cells__lost_while_others_answer__no_alarm),
        TEST(cells__one_back__cleared),
        TEST(cells__one_back_with_spans__cleared),
        TEST(cells__all_gone_and_all_back__one_alarm_each),
        TEST(cell__only_times_out__one_alarm_and_the_others_read),
        TEST(cell__only_times_out_with_spans__one_alarm_and_the_others_read),
        TEST(cell__answers_exception_4__one_alarm_and_the_others_read),
        TEST(cell__refused_after_it_was_there__one_alarm_and_the_others_read),
        TEST(cells__refused_from_the_first__five_registers_without_soc),
        TEST(cells__refused_from_the_first_with_spans__five_registers_without_soc),
        TEST(cells__shorter__spans_learned_all_the_same),
        TEST(cells__five_refused_too__said_once),
        TEST(cells__refused_in_two_strings_at_once__not_said_to_be_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
