/* The agent's own alarm: raised and cleared once, over restarts, and without a store. */
#include "../../support/capture.h"
#include "keeper_fixture.h"

enum { LIMIT = 60000, AGE = 1000 }; /* the plant's newest file is AGE old at NOW */

static struct keeper *keeper;

static int set_up(void **state)
{
    struct plant *p;

    capture_start(state);
    if (plant_start(state) != 0)
        return -1;
    p = *state;
    put_ab(p);
    view_refresh(&p->view);
    return 0;
}

static int tear_down(void **state)
{
    keeper_stop(keeper);
    keeper = NULL;
    capture_stop(state);
    return plant_stop(state);
}

/* An agent begins; the store is open, or known to be absent. */
static void begin(struct plant *p)
{
    struct store_floor floor;
    struct keeper_news news;

    own_init(&p->own, p->mib.now_ms);
    floor = own_floor(&p->own, &p->view);
    keeper = keeper_start(p->data, only_snmpd, 1, &floor);
    assert_non_null(keeper);
    own_look(&p->own, &p->view, keeper, p->mib.now_ms + 1000000);
    assert_false(p->own.pending); /* nothing is known yet */
    do {
        take_news(keeper, &news);
        own_take(&p->own, &p->view, &news, p->mib.now_ms);
    } while (!p->own.ready);
}

static void end(void)
{
    keeper_stop(keeper);
    keeper = NULL;
}

/* What waits for the store is done, well or not. */
static void finish(struct plant *p, int64_t now)
{
    struct keeper_news news;

    own_look(&p->own, &p->view, keeper, now); /* meanwhile: no second one */
    do {
        take_news(keeper, &news);
        own_take(&p->own, &p->view, &news, now);
    } while (p->own.pending);
}

/* Looks at `now`; true when there was an event, which then has its numbers. What was to be stored
 * first was tried. */
static bool look(struct plant *p, int64_t now)
{
    uint32_t before = p->own.events > 0 ? p->own.event[p->own.events - 1].sequence : 0;

    p->mib.now_ms = now;
    for (int i = 0; i < OWN_EVENTS; i++) {
        own_look(&p->own, &p->view, keeper, now);
        if (!p->own.pending)
            break;
        finish(p, now);
    }
    return p->own.events > 0 && p->own.event[p->own.events - 1].sequence != before;
}

static const struct event *last(const struct plant *p)
{
    assert_true(p->own.events > 0);
    return &p->own.event[p->own.events - 1];
}

static void new_data(struct plant *p, int64_t boot_ms)
{
    put_site_at(p, boot_ms, 24, 14, entries_ab, 2);
    assert_true(view_refresh(&p->view));
}

/* ---- raised and cleared ------------------------------------------------------------------ */

static void look__data_fresh__nothing(void **state)
{
    struct plant *p = *state;

    begin(p);
    assert_false(look(p, NOW));
    assert_false(look(p, NOW - AGE + LIMIT)); /* exactly the limit */
    assert_false(p->own.active);
    assert_int_equal(capture_lines(), 0);
}

static void look__too_old__raised_once(void **state)
{
    struct plant *p = *state;
    const struct event *e;
    struct event stored;

    begin(p);
    assert_true(look(p, NOW - AGE + LIMIT + 1));
    e = last(p);
    assert_true(p->own.active);
    assert_int_equal(e->what, EVENT_RAISED);
    assert_int_equal(e->alarm.kind, ALARM_COLLECTOR_DOWN);
    assert_int_equal(e->alarm.severity, ALARM_CRITICAL);
    assert_int_equal(e->alarm.level, ALARM_OF_SITE);
    assert_int_equal(e->alarm.gateway, 0);
    assert_true(e->stored && e->sequence > 0 && e->alarm.id > 0);
    assert_true(p->own.changed_ms == p->mib.now_ms);
    for (int i = 1; i < 5; i++)
        assert_false(look(p, NOW + i * 1000000));
    assert_int_equal(p->own.events, 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "collector down"), 1);
    assert_int_equal(capture_lines(), 1);
    end();
    assert_int_equal(stored_events(p, &stored), 1);
    assert_int_equal(stored.sequence, e->sequence);
}

static void look__long_interval__three_of_them(void **state)
{
    const struct snapshot_site site = {.interval_ms = 100000};
    struct snapshot_stamp s = stamp_of(*state, NOW);
    struct snapshot_buffer b = {0};
    struct plant *p = *state;

    put_buffer(p, "site.snap", &b, snapshot_encode_site(&s, &site, entries_ab, 2, &b));
    view_refresh(&p->view);
    begin(p);
    assert_false(look(p, NOW + 300000));
    assert_true(look(p, NOW + 300001));
}

static void look__data_again__cleared_once(void **state)
{
    struct plant *p = *state;
    uint32_t id, sequence;

    begin(p);
    assert_true(look(p, NOW + 100000));
    id = last(p)->alarm.id;
    sequence = last(p)->sequence;
    new_data(p, NOW + 110000);
    assert_true(look(p, NOW + 111000));
    assert_false(p->own.active);
    assert_int_equal(last(p)->what, EVENT_CLEARED);
    assert_int_equal(last(p)->alarm.id, id);
    assert_int_equal(last(p)->sequence, sequence + 1);
    assert_int_equal(last(p)->alarm.severity, ALARM_CRITICAL);
    assert_false(look(p, NOW + 112000));
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "over: collector down"), 1);
    assert_int_equal(capture_lines(), 2);
}

static void look__again_and_again__the_last_ones_kept(void **state)
{
    struct plant *p = *state;
    int64_t now = NOW;

    begin(p);
    for (int i = 0; i < OWN_EVENTS; i++) {
        now += 100000;
        assert_true(look(p, now));
        new_data(p, now);
        assert_true(look(p, now));
    }
    assert_int_equal(p->own.events, OWN_EVENTS);
    for (size_t i = 1; i < OWN_EVENTS; i++)
        assert_int_equal(p->own.event[i].sequence, p->own.event[i - 1].sequence + 1);
    assert_int_equal(last(p)->sequence, 24 + 2 * OWN_EVENTS);
    assert_int_equal(last(p)->alarm.id, 14 + OWN_EVENTS);
}

static void look__nothing_of_this_boot__counted_from_the_start(void **state)
{
    struct plant *p = *state;

    p->view.boot_id[0] ^= 1;
    put_ab_alarms(p);
    view_refresh(&p->view);
    begin(p); /* at NOW */
    assert_false(look(p, NOW + LIMIT));
    assert_true(look(p, NOW + LIMIT + 1));
}

/* The collector stores, but cannot publish: its numbers are beyond those of the files. */
static void look__store_ahead_of_the_files__numbered_by_the_store(void **state)
{
    struct plant *p = *state;
    struct event stored = {0};

    begin(p);
    store_raised(p, 1, 30);
    assert_true(look(p, NOW + 100000));
    assert_int_equal(last(p)->sequence, 31);
    assert_int_equal(last(p)->alarm.id, 31);
    end();
    assert_int_equal(stored_events(p, &stored), 31);
    assert_int_equal(stored.alarm.kind, ALARM_COLLECTOR_DOWN);
}

/* The store was begun anew, and only then the files of the time before came into sight. */
static void look__store_behind_the_files__above_what_was_seen(void **state)
{
    struct event e = happened(90, EVENT_CLEARED, alarm_of(50, 92, GW_A, 1, 0, 0)), stored = {0};
    struct plant *p = *state;

    begin(p);
    put_site_at(p, NOW, 80, 40, entries_ab, 2);
    put_alarms(p, NULL, 0, &e, 1); /* ahead of site.snap */
    view_refresh(&p->view);
    assert_true(look(p, NOW + 100000));
    assert_true(last(p)->stored);
    assert_int_equal(last(p)->sequence, 91);
    assert_int_equal(last(p)->alarm.id, 51);
    end();
    assert_int_equal(stored_events(p, &stored), 1);
    assert_int_equal(stored.sequence, 91);
}

static void look__new_store_at_start__above_what_was_seen(void **state)
{
    struct plant *p = *state;

    begin(p);
    assert_true(look(p, NOW + 100000));
    assert_int_equal(last(p)->sequence, 25);
    assert_int_equal(last(p)->alarm.id, 15);
}

/* ---- restarts ---------------------------------------------------------------------------- */

static void restart__alarm_stands__not_raised_again_but_cleared(void **state)
{
    struct plant *p = *state;
    uint32_t id;

    begin(p);
    assert_true(look(p, NOW + 100000));
    id = last(p)->alarm.id;
    end();
    begin(p);
    assert_true(p->own.active);
    assert_int_equal(p->own.alarm.id, id);
    assert_false(look(p, NOW + 200000));
    new_data(p, NOW + 210000);
    assert_true(look(p, NOW + 211000));
    assert_int_equal(last(p)->what, EVENT_CLEARED);
    assert_int_equal(last(p)->alarm.id, id);
    end();
    begin(p);
    assert_false(p->own.active);
}

static void restart__data_came_meanwhile__cleared(void **state)
{
    struct plant *p = *state;

    begin(p);
    assert_true(look(p, NOW + 100000));
    end();
    new_data(p, NOW + 110000);
    p->mib.now_ms = NOW + 111000;
    begin(p);
    assert_true(look(p, NOW + 111000));
    assert_int_equal(last(p)->what, EVENT_CLEARED);
}

static void restart__events_of_its_own__in_the_log_again(void **state)
{
    struct plant *p = *state;
    int64_t before;

    store_raised(p, 1, 24);
    begin(p);
    assert_true(look(p, NOW + 100000));
    new_data(p, NOW + 110000);
    assert_true(look(p, NOW + 111000));
    assert_true(look(p, NOW + 300000));
    before = p->own.alarm.id;
    end();
    begin(p);
    assert_int_equal(number_of(p, "btmsAlarmLogKind", AT(25)), ALARM_COLLECTOR_DOWN);
    assert_int_equal(number_of(p, "btmsAlarmLogEvent", AT(26)), EVENT_CLEARED);
    assert_int_equal(number_of(p, "btmsAlarmLogAlarmId", AT(27)), before);
    assert_int_equal(number_of(p, "btmsAlarmLogStored", AT(27)), 1);
    assert_int_equal(number_of(p, "btmsAlarmKindCode", AT((int)before)), ALARM_COLLECTOR_DOWN);
    assert_true(p->own.changed_ms > 0 && p->own.changed_ms <= p->mib.now_ms);
    assert_false(look(p, NOW + 400000)); /* nothing new to tell */
}

/* The store was busy when the agent began: what stood is not raised once more. */
static void restart__store_opens_late__alarm_stands(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;
    char elsewhere[80];
    uint32_t id;

    begin(p);
    assert_true(look(p, NOW + 100000));
    id = last(p)->alarm.id;
    end();
    snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", p->dir);
    assert_int_equal(rename(p->data, elsewhere), 0);
    block_store(p, true);
    p->mib.now_ms = NOW;
    begin(p);
    assert_false(p->own.active);
    block_store(p, false);
    assert_int_equal(rename(elsewhere, p->data), 0);
    keeper_fetch(keeper, 0, UINT32_MAX); /* each order is a try */
    take_open(keeper, &news);
    own_take(&p->own, &p->view, &news, NOW);
    assert_true(p->own.active);
    assert_int_equal(p->own.alarm.id, id);
    assert_false(look(p, NOW + 200000));
    assert_int_equal(p->own.events, 1);
}

/* MIB, btmsLogSequence: it survives restarts of everything. */
static void restart__alarm_stands__log_sequence_does_not_fall(void **state)
{
    struct plant *p = *state;
    int64_t before;

    store_raised(p, 1, 24); /* as the collector has them */
    begin(p);
    assert_true(look(p, NOW + 100000));
    before = number_of(p, "btmsLogSequence", AT(0));
    assert_int_equal(before, 25);
    end();
    begin(p);
    assert_int_equal(number_of(p, "btmsLogSequence", AT(0)), before);
}

/* ---- no store ---------------------------------------------------------------------------- */

/* The collector, which has no store either, goes on with 25 and 15. */
static void no_store__raised_and_cleared__shown_above_what_was_seen(void **state)
{
    struct plant *p = *state;
    uint32_t id;

    block_store(p, true);
    begin(p);
    assert_true(look(p, NOW + 100000));
    id = last(p)->alarm.id;
    assert_int_equal(last(p)->sequence, 25);
    assert_true(id > 15 + 1000);
    assert_false(last(p)->stored);
    assert_int_equal(number_of(p, "btmsLogSequence", AT(0)), 25);
    assert_int_equal(number_of(p, "btmsAlarmKindCode", AT((int)id)), ALARM_COLLECTOR_DOWN);
    new_data(p, NOW + 110000);
    assert_true(look(p, NOW + 111000));
    assert_int_equal(last(p)->sequence, 26);
    assert_int_equal(last(p)->alarm.id, id);
    block_store(p, false);
}

static void no_store__comes_back__stored_in_order(void **state)
{
    struct plant *p = *state;
    struct event stored[3] = {{0}};
    struct store *s;
    struct event *e;
    size_t n;
    uint32_t id, serial;

    block_store(p, true);
    begin(p);
    assert_true(look(p, NOW + 100000));
    id = last(p)->alarm.id;
    new_data(p, NOW + 110000);
    assert_true(look(p, NOW + 111000));
    assert_non_null(own_aside(&p->own, 0, &serial));
    assert_int_equal(serial, 1);
    assert_int_equal(own_aside(&p->own, 1, &serial)->what, EVENT_CLEARED);
    assert_null(own_aside(&p->own, 2, &serial));
    block_store(p, false);
    store_raised(p, 1, 30);              /* the collector was first */
    assert_false(look(p, NOW + 112000)); /* not at once again */
    assert_int_equal(own_serial(&p->own, 31), 0);
    assert_true(look(p, NOW + 117000));
    assert_null(own_aside(&p->own, 0, &serial));
    assert_int_equal(own_serial(&p->own, 31), 1);
    assert_int_equal(own_serial(&p->own, 32), 2);
    assert_false(look(p, NOW + 130000));
    end();
    s = look_into(p);
    assert_int_equal(store_events_after(s, 30, 3, &e, &n), 0);
    assert_int_equal(n, 2);
    memcpy(stored, e, n * sizeof(*e));
    free(e);
    store_close(s);
    assert_int_equal(stored[0].what, EVENT_RAISED);
    assert_int_equal(stored[1].what, EVENT_CLEARED);
    assert_int_equal(stored[0].alarm.id, id);
    assert_int_equal(stored[1].alarm.id, id);
    assert_int_equal(capture_count("collector down"), 2); /* said when it happened, and once */
    begin(p);
    assert_false(p->own.active);
}

/* It stood when the agent ended, and was raised again while nobody could know of it. */
static void no_store__another_stood__cleared(void **state)
{
    struct plant *p = *state;
    struct event stored;
    char elsewhere[80];
    uint32_t old, id;

    begin(p);
    assert_true(look(p, NOW + 100000));
    old = last(p)->alarm.id;
    end();
    snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", p->dir);
    assert_int_equal(rename(p->data, elsewhere), 0);
    block_store(p, true);
    begin(p);
    assert_true(look(p, NOW + 200000));
    id = last(p)->alarm.id;
    assert_true(id != old);
    block_store(p, false);
    assert_int_equal(rename(elsewhere, p->data), 0);
    for (int64_t t = NOW + 206000; t < NOW + 230000; t += 6000)
        look(p, t);
    assert_true(p->own.active);
    assert_int_equal(p->own.alarm.id, id);
    end();
    assert_int_equal(stored_events(p, &stored), 3);
    assert_int_equal(stored.what, EVENT_CLEARED);
    assert_int_equal(stored.alarm.id, old);
    begin(p);
    assert_int_equal(p->own.alarm.id, id);
}

/* MIB: an id is never used again. */
static void no_store__raised_twice__another_id(void **state)
{
    struct plant *p = *state;
    uint32_t first;

    block_store(p, true);
    begin(p);
    assert_true(look(p, NOW + 100000));
    first = last(p)->alarm.id;
    new_data(p, NOW + 110000);
    assert_true(look(p, NOW + 111000));
    assert_true(look(p, NOW + 300000));
    assert_true(last(p)->alarm.id > first);
    block_store(p, false);
}

static void no_store__nothing_ever_published__numbered_from_1(void **state)
{
    struct plant *p = *state;

    view_done(&p->view);
    assert_int_equal(view_init(&p->view, p->data), 0); /* a StateDir that is not there */
    block_store(p, true);
    begin(p);
    assert_true(look(p, NOW + LIMIT + 1));
    assert_int_equal(last(p)->sequence, 1);
    assert_true(last(p)->alarm.id > 0);
    block_store(p, false);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(look__data_fresh__nothing),
        TEST(look__too_old__raised_once),
        TEST(look__long_interval__three_of_them),
        TEST(look__data_again__cleared_once),
        TEST(look__again_and_again__the_last_ones_kept),
        TEST(look__nothing_of_this_boot__counted_from_the_start),
        TEST(look__store_ahead_of_the_files__numbered_by_the_store),
        TEST(look__store_behind_the_files__above_what_was_seen),
        TEST(look__new_store_at_start__above_what_was_seen),
        TEST(restart__alarm_stands__not_raised_again_but_cleared),
        TEST(restart__data_came_meanwhile__cleared),
        TEST(restart__events_of_its_own__in_the_log_again),
        TEST(restart__store_opens_late__alarm_stands),
        TEST(restart__alarm_stands__log_sequence_does_not_fall),
        TEST(no_store__raised_and_cleared__shown_above_what_was_seen),
        TEST(no_store__comes_back__stored_in_order),
        TEST(no_store__another_stood__cleared),
        TEST(no_store__raised_twice__another_id),
        TEST(no_store__nothing_ever_published__numbered_from_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
