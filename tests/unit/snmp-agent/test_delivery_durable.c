/* Receivers of durable informs: one at a time, a count without holes, what is lost and what is over,
 * heartbeats; and that none delays another. The receiver is the test. */
/* takes: 10 */
#include "delivery_fixture.h"

#define MINUTES INT64_C(60000)

/* What a receiver was sent, and how it stands. */
struct sink {
    struct delivery d;
    bool busy; /* it has the last one, and has not answered */
    size_t n;
    struct told {
        uint32_t sequence, number, kind, severity, notification;
        bool replayed;
    } told[600];
};

static struct sink sink[2];
static const char *const names[] = {"inform a", "inform b"};

static uint32_t notify_value(const struct notification *n, uint32_t which)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct oid *o = &n->vb[i].name;

        if (o->len > 3 && o->sub[o->len - 3] == 9 && o->sub[o->len - 2] == which)
            return n->vb[i].value.number;
    }
    return 0;
}

static bool sink_ready(void *ctx)
{
    (void)ctx;
    return true;
}

static int sink_send(void *ctx, const struct notification *n, uint32_t sequence)
{
    struct sink *s = ctx;
    const struct oid *type = &n->vb[1].value.oid;

    if (s->busy)
        return -EAGAIN;
    assert_true(s->n < COUNT(s->told));
    s->told[s->n++] = (struct told){
        .sequence = notify_value(n, 5),
        .number = notify_value(n, 1),
        .notification = type->sub[type->len - 1],
        .kind = n->n > 10 ? (uint32_t)n->vb[5].value.integer : 0,
        .severity = n->n > 10 ? (uint32_t)n->vb[4].value.integer : 0,
        .replayed = notify_value(n, 6) == 1,
    };
    assert_int_equal(s->told[s->n - 1].sequence, sequence);
    s->busy = true;
    return 0;
}

static void sink_refused(void *ctx, uint32_t sequence, int result)
{
    (void)ctx, (void)sequence, (void)result;
}

static const struct outlet to_sink = {
    .window = 1, .durable = true, .ready = sink_ready, .send = sink_send, .refused = sink_refused};

/* ---- the agent's life -------------------------------------------------------------------- */

static void take_all(struct keeper_news *news)
{
    for (int i = 0; i < 2; i++)
        delivery_take(&sink[i].d, news);
}

static void set_place(const char *name, struct store_place place)
{
    struct store *s = look_into(plant);

    assert_int_equal(store_set_place(s, name, &place), 0);
    store_close(s);
}

static struct store_place place_of(const char *name)
{
    struct store *s = look_into(plant);
    struct store_place p;

    assert_int_equal(store_place(s, name, &p), 0);
    store_close(s);
    return p;
}

/* The agent starts; what the receivers were told before is still known to them. */
static void begin(void)
{
    struct keeper_news news;

    keeper = keeper_start(plant->data, names, 2, &no_floor);
    take_open(keeper, &news);
    for (size_t i = 0; i < 2; i++) {
        delivery_init(&sink[i].d, &plant->mib, keeper, i, &to_sink, &sink[i]);
        sink[i].busy = false;
    }
    take_all(&news);
}

/* The first receiver was told nothing yet, and begins. */
static void begin_untold(void)
{
    set_place(names[0], (struct store_place){0, 0, 0, false});
    begin();
}

/* As it ends by a signal, but for places that were not saved yet: those are. */
static void end(void)
{
    keeper_stop(keeper);
    keeper = NULL;
    for (int i = 0; i < 2; i++) {
        delivery_done(&sink[i].d);
        memset(&sink[i].d, 0, sizeof(sink[i].d));
    }
}

/* For what the store will say. */
static bool waits(const struct sink *s)
{
    return s->d.fetching || s->d.acked.sent > s->d.decided;
}

/* Until nothing moves: what the keeper has to say is taken. */
static void pump(void)
{
    struct pollfd f = {.fd = keeper_fd(keeper), .events = POLLIN};
    struct keeper_news news;

    for (int i = 0; i < 2; i++)
        delivery_pump(&sink[i].d, plant->mib.now_ms);
    while (poll(&f, 1, waits(&sink[0]) || waits(&sink[1]) ? PATIENCE_MS : 20) > 0) {
        keeper_take(keeper, &news);
        take_all(&news);
        for (int i = 0; i < 2; i++)
            delivery_pump(&sink[i].d, plant->mib.now_ms);
    }
}

static void answer_sink(struct sink *s, int result)
{
    assert_true(s->busy);
    s->busy = false;
    delivery_notified(&s->d, s->told[s->n - 1].sequence, result);
    pump();
}

static void acknowledge_all(struct sink *s)
{
    while (s->busy)
        answer_sink(s, AGENTX_NO_ERROR);
}

/* The i-th that was sent tells of this event, under this number. */
static void check_told(const struct sink *s, size_t i, uint32_t sequence, uint32_t number)
{
    assert_true(i < s->n);
    assert_int_equal(s->told[i].sequence, sequence);
    assert_int_equal(s->told[i].number, number);
}

static int prepare_sinks(void **state)
{
    memset(sink, 0, sizeof(sink));
    return prepare(state);
}

static int clean_sinks(void **state)
{
    for (int i = 0; i < 2; i++)
        delivery_done(&sink[i].d);
    return clean(state);
}

static struct event aged(uint32_t n, enum event_what what, uint32_t id, int64_t age_ms)
{
    struct event e = event_now(n, what);

    e.alarm.id = id;
    e.wall_ms -= age_ms;
    return e;
}

static void publish(const struct event *e, size_t n, const struct alarm *active, size_t actives)
{
    struct store *s = look_into(plant);
    struct event copy[16];

    memcpy(copy, e, n * sizeof(*e));
    assert_int_equal(store_append(s, copy, n), 0);
    store_close(s);
    put_alarms(plant, active, actives, e, n);
    view_refresh(&plant->view);
}

/* ---- order, numbers ---------------------------------------------------------------------- */

static void pump__events__one_at_a_time_and_place_kept(void **state)
{
    (void)state;
    set_place(names[0], (struct store_place){0, 0, 0, false});
    store_events_to(300); /* more than one answer of the store holds */
    publish_events(290, 300);
    begin();
    pump();
    assert_int_equal(sink[0].n, 1);
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 300);
    for (uint32_t i = 0; i < 300; i++)
        check_told(&sink[0], i, i + 1, i + 1);
    end();
    assert_int_equal(place_of(names[0]).sequence, 300);
    assert_int_equal(place_of(names[0]).number, 300);
}

static void pump__muted__count_without_holes_and_place_moves_on(void **state)
{
    struct event e[] = {event_now(1, EVENT_RAISED), event_now(2, EVENT_RAISED),
                        event_now(3, EVENT_ACKNOWLEDGED), event_now(4, EVENT_CLEARED),
                        event_now(5, EVENT_CHANGED)};

    (void)state;
    e[1].alarm.muted = e[2].alarm.muted = e[4].alarm.muted = true;
    publish(e, COUNT(e), NULL, 0);
    begin_untold();
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 2);
    check_told(&sink[0], 0, 1, 1);
    check_told(&sink[0], 1, 4, 2);
    end();
    assert_int_equal(place_of(names[0]).sequence, 5);
    assert_int_equal(place_of(names[0]).number, 2);
}

static void pump__changed__told_and_counted(void **state)
{
    struct event e[] = {event_now(1, EVENT_RAISED), event_now(2, EVENT_ACKNOWLEDGED),
                        event_now(3, EVENT_CHANGED)};

    (void)state;
    publish(e, COUNT(e), NULL, 0);
    begin_untold();
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 3);
    for (uint32_t i = 0; i < 3; i++) {
        check_told(&sink[0], i, i + 1, i + 1);
        assert_int_equal(sink[0].told[i].notification, i == 0 ? 1 : 3);
    }
}

/* The store failed for a moment: only alarms.snap has what happened then. */
static void pump__published_between_two_that_are_stored__told(void **state)
{
    struct event stored[] = {event_now(1, EVENT_RAISED), event_now(3, EVENT_RAISED)};
    struct event published[] = {event_now(2, EVENT_RAISED), stored[1]};
    struct store *s = look_into(plant);

    (void)state;
    assert_int_equal(store_append(s, stored, 2), 0);
    store_close(s);
    set_place(names[0], (struct store_place){0, 0, 0, false});
    put_alarms(plant, NULL, 0, published, 2);
    view_refresh(&plant->view);
    begin();
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 3);
    for (uint32_t i = 0; i < 3; i++) {
        check_told(&sink[0], i, i + 1, i + 1);
        assert_int_equal(sink[0].told[i].kind, 92);
    }
}

static void refused__again_later_and_later_with_the_old_number(void **state)
{
    int64_t pause = 0;

    (void)state;
    store_events_to(2);
    publish_events(1, 2);
    begin_untold();
    pump();
    for (size_t i = 1; i < 20; i++) {
        int64_t now = plant->mib.now_ms, next;

        answer_sink(&sink[0], AGENTX_PROCESSING_ERROR);
        assert_int_equal(sink[0].n, i); /* not at once */
        next = delivery_deadline(&sink[0].d);
        assert_true(next - now >= pause && next - now <= 60000);
        pause = next - now;
        plant->mib.now_ms = next;
        pump();
        assert_int_equal(sink[0].n, i + 1);
        check_told(&sink[0], i, 1, 1);
    }
    assert_int_equal(delivery_waiting(&sink[0].d), 2);
    acknowledge_all(&sink[0]);
    check_told(&sink[0], 20, 2, 2);
    assert_int_equal(delivery_waiting(&sink[0].d), 0);
}

static void killed__not_acknowledged__again_with_the_old_number(void **state)
{
    (void)state;
    store_events_to(3);
    publish_events(1, 3);
    begin_untold();
    pump();
    answer_sink(&sink[0], AGENTX_NO_ERROR);
    end(); /* 2 is under way */
    begin();
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 4);
    check_told(&sink[0], 1, 2, 2);
    check_told(&sink[0], 2, 2, 2);
    check_told(&sink[0], 3, 3, 3);
}

static void slow__one_that_never_answers__the_other_gets_all(void **state)
{
    (void)state;
    set_place(names[0], (struct store_place){0, 0, 0, false});
    set_place(names[1], (struct store_place){0, 0, 0, false});
    store_events_to(50);
    publish_events(1, 50);
    begin();
    pump();
    acknowledge_all(&sink[1]);
    assert_int_equal(sink[0].n, 1);
    assert_int_equal(sink[1].n, 50);
    end();
    assert_int_equal(place_of(names[0]).sequence, 0);
    assert_int_equal(place_of(names[1]).sequence, 50);
}

static void replayed__older_than_five_minutes__said(void **state)
{
    struct event e[] = {aged(1, EVENT_RAISED, 1, 5 * MINUTES + 1000),
                        aged(2, EVENT_RAISED, 2, 5 * MINUTES - 10000),
                        aged(3, EVENT_RAISED, 3, -60 * MINUTES)}; /* the clock was set back */

    (void)state;
    publish(e, COUNT(e), NULL, 0);
    begin_untold();
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 3);
    assert_true(sink[0].told[0].replayed);
    assert_false(sink[0].told[1].replayed);
    assert_false(sink[0].told[2].replayed);
}

/* Nobody can say what was told before. */
static void without_store__numbers_above_all_given_before(void **state)
{
    (void)state;
    set_place(names[0], (struct store_place){40, 12, 0, false});
    publish_events(41, 45);
    block_store(plant, false);
    keeper = keeper_start("/proc/nonexistent", names, 2, &no_floor);
    for (size_t i = 0; i < 2; i++) {
        delivery_init(&sink[i].d, &plant->mib, keeper, i, &to_sink, &sink[i]);
        wait_in_vain(&sink[i].d, (struct keeper_news){.open = false});
    }
    publish_events(41, 47);
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 2);
    check_told(&sink[0], 0, 46, 46);
    check_told(&sink[0], 1, 47, 47);
}

/* ---- what is lost ------------------------------------------------------------------------ */

static void pruned__told_once_what_is_lost_then_on(void **state)
{
    (void)state;
    set_place(names[0], (struct store_place){10, 7, 0, false});
    publish_events(100, 102); /* the store has nothing, as if it had been cut */
    begin();
    pump();
    assert_int_equal(sink[0].told[0].kind, 13);
    assert_int_equal(sink[0].told[0].severity, 5); /* major */
    assert_int_equal(sink[0].told[0].notification, 1);
    check_told(&sink[0], 0, 99, 8);
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 4);
    check_told(&sink[0], 1, 100, 9);
    check_told(&sink[0], 3, 102, 11);
}

/* More is lost meanwhile: that must not come under the number of the first news. */
static void pruned__killed_before_it_was_acknowledged__the_same_again(void **state)
{
    (void)state;
    set_place(names[0], (struct store_place){10, 7, 0, false});
    publish_events(100, 102);
    begin();
    pump();
    check_told(&sink[0], 0, 99, 8);
    end();
    assert_int_equal(place_of(names[0]).sent, 99);
    assert_true(place_of(names[0]).lost);
    publish_events(200, 201);
    begin();
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 5);
    check_told(&sink[0], 1, 99, 8);
    assert_int_equal(sink[0].told[1].kind, 13);
    check_told(&sink[0], 2, 199, 9);
    assert_int_equal(sink[0].told[2].kind, 13);
    check_told(&sink[0], 3, 200, 10);
}

/* ---- only what still stands -------------------------------------------------------------- */

static void active__old_and_over__neither_beginning_nor_end_told(void **state)
{
    const struct alarm stands = alarm_of(3, 92, GW_A, 1, 0, 0);
    struct event e[] = {
        aged(1, EVENT_RAISED, 1, 60 * MINUTES),  aged(2, EVENT_RAISED, 2, 60 * MINUTES),
        aged(3, EVENT_RAISED, 3, 60 * MINUTES),  aged(4, EVENT_CLEARED, 1, 50 * MINUTES),
        aged(5, EVENT_CLEARED, 2, 50 * MINUTES), aged(6, EVENT_CLEARED, 90, 50 * MINUTES),
        aged(7, EVENT_RAISED, 4, MINUTES),       aged(8, EVENT_CLEARED, 4, MINUTES)};

    (void)state;
    publish(e, COUNT(e), &stands, 1);
    begin_untold();
    sink[0].d.only_active = true;
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 4);
    check_told(&sink[0], 0, 3, 1); /* stands */
    check_told(&sink[0], 1, 6, 2); /* its beginning was told before */
    check_told(&sink[0], 2, 7, 3); /* is news */
    check_told(&sink[0], 3, 8, 4);
    end();
    assert_int_equal(place_of(names[0]).sequence, 8);
}

static void active__old_changes__told_of_what_stands(void **state)
{
    const struct alarm stands = alarm_of(2, 92, GW_A, 1, 0, 0);
    struct event e[] = {
        aged(1, EVENT_RAISED, 1, 60 * MINUTES),       aged(2, EVENT_RAISED, 2, 60 * MINUTES),
        aged(3, EVENT_ACKNOWLEDGED, 1, 55 * MINUTES), aged(4, EVENT_CHANGED, 2, 55 * MINUTES),
        aged(5, EVENT_CLEARED, 1, 50 * MINUTES),      aged(6, EVENT_CHANGED, 90, 50 * MINUTES)};

    (void)state;
    publish(e, COUNT(e), &stands, 1);
    begin_untold();
    sink[0].d.only_active = true;
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 2);
    check_told(&sink[0], 0, 2, 1);
    check_told(&sink[0], 1, 4, 2);
    end();
    assert_int_equal(place_of(names[0]).sequence, 6);
}

/* It has the number already, and nobody knows whether it arrived. */
static void active__over_since_it_was_sent_and_killed__sent_again(void **state)
{
    const struct alarm stands = alarm_of(2, 92, GW_A, 1, 0, 0);
    struct event e[] = {aged(1, EVENT_RAISED, 1, 60 * MINUTES),
                        aged(2, EVENT_RAISED, 2, 60 * MINUTES), aged(3, EVENT_CLEARED, 2, MINUTES),
                        aged(4, EVENT_RAISED, 4, MINUTES)};

    (void)state;
    publish(e, 2, &stands, 1);
    begin_untold();
    sink[0].d.only_active = true;
    pump();
    check_told(&sink[0], 0, 2, 1);
    end();
    publish(e, 4, NULL, 0);
    begin();
    sink[0].d.only_active = true;
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 4);
    check_told(&sink[0], 1, 2, 1);
    check_told(&sink[0], 2, 3, 2);
    check_told(&sink[0], 3, 4, 3);
}

/* After a reboot, before the collector runs: nothing is known of what stands. */
static void active__nothing_published__all_told(void **state)
{
    struct event e = aged(1, EVENT_RAISED, 1, 60 * MINUTES);
    struct store *s = look_into(plant);

    (void)state;
    assert_int_equal(store_append(s, &e, 1), 0);
    store_close(s);
    begin_untold();
    sink[0].d.only_active = true;
    pump();
    assert_int_equal(sink[0].n, 1);
}

/* ---- heartbeats -------------------------------------------------------------------------- */

static bool is_heartbeat(const struct told *t)
{
    return t->notification == 7 && t->sequence == 0 && t->number == 0;
}

static void heartbeat__at_intervals_after_what_there_is_to_tell(void **state)
{
    (void)state;
    store_events_to(2);
    publish_events(1, 2);
    begin_untold();
    sink[0].d.heartbeat_ms = 3600000;
    pump();
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 3);
    assert_true(is_heartbeat(&sink[0].told[2]));
    plant->mib.now_ms += 3599000;
    pump();
    assert_int_equal(sink[0].n, 3);
    plant->mib.now_ms += 1000;
    pump();
    assert_int_equal(sink[0].n, 4);
    assert_true(is_heartbeat(&sink[0].told[3]));
    assert_int_equal(sink[1].n, 0); /* has none */
}

static void heartbeat__refused__not_repeated_and_events_go_on(void **state)
{
    (void)state;
    begin();
    sink[0].d.heartbeat_ms = 3600000;
    pump();
    assert_true(is_heartbeat(&sink[0].told[0]));
    answer_sink(&sink[0], AGENTX_PROCESSING_ERROR);
    plant->mib.now_ms += 100000;
    pump();
    assert_int_equal(sink[0].n, 1);
    store_events_to(1);
    publish_events(1, 1);
    pump();
    assert_int_equal(sink[0].n, 2);
    check_told(&sink[0], 1, 1, 1);
}

static void heartbeat__too_late__the_next_one(void **state)
{
    (void)state;
    store_events_to(1);
    publish_events(1, 1);
    begin_untold();
    sink[0].d.heartbeat_ms = 3600000;
    pump();
    plant->mib.now_ms += 11000; /* that is how long it takes */
    acknowledge_all(&sink[0]);
    assert_int_equal(sink[0].n, 1);
    plant->mib.now_ms += 3600000;
    pump();
    assert_int_equal(sink[0].n, 2);
    assert_true(is_heartbeat(&sink[0].told[1]));
}

#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, prepare_sinks, clean_sinks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pump__events__one_at_a_time_and_place_kept),
        TEST(pump__muted__count_without_holes_and_place_moves_on),
        TEST(pump__changed__told_and_counted),
        TEST(pump__published_between_two_that_are_stored__told),
        TEST(refused__again_later_and_later_with_the_old_number),
        TEST(killed__not_acknowledged__again_with_the_old_number),
        TEST(slow__one_that_never_answers__the_other_gets_all),
        TEST(replayed__older_than_five_minutes__said),
        TEST(without_store__numbers_above_all_given_before),
        TEST(pruned__told_once_what_is_lost_then_on),
        TEST(pruned__killed_before_it_was_acknowledged__the_same_again),
        TEST(active__old_and_over__neither_beginning_nor_end_told),
        TEST(active__old_changes__told_of_what_stands),
        TEST(active__over_since_it_was_sent_and_killed__sent_again),
        TEST(active__nothing_published__all_told),
        TEST(heartbeat__at_intervals_after_what_there_is_to_tell),
        TEST(heartbeat__refused__not_repeated_and_events_go_on),
        TEST(heartbeat__too_late__the_next_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
