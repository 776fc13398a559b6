/* Events become notifications: order, window, cursor, what the store has, lost connections. */
#include "delivery_fixture.h"

/* ---- order and window -------------------------------------------------------------------- */

static void pump__events__in_order_and_cursor_stored(void **state)
{
    struct rig *r = *state;

    begin_with_events(r, 5);
    assert_int_equal(d.sent, 5);
    assert_int_equal(d.acked.sequence, 0);
    expect_and_acknowledge(r, 1, 4);
    expect(r, 5);
    assert_int_equal(next_notification(r), 0);
    end_session(r);
    assert_int_equal(stored_cursor(plant, "snmpd"), 4); /* the fifth was sent, no more */
}

static void pump__more_than_the_window__as_they_are_acknowledged(void **state)
{
    struct rig *r = *state;
    uint32_t packet[AGENTX_WINDOW];

    begin_with_events(r, 100);
    for (uint32_t i = 0; i < AGENTX_WINDOW; i++) {
        expect(r, i + 1);
        packet[i] = r->h.packet;
    }
    assert_int_equal(next_notification(r), 0);
    for (uint32_t i = 0; i < AGENTX_WINDOW; i++) {
        put_response(&r->to, SESSION, packet[i], 0);
        master_sends(r);
        turn(r);
        assert_int_equal(d.acked.sequence, i + 1);
    }
    expect_and_acknowledge(r, AGENTX_WINDOW + 1, 100);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 100);
}

static void pump__not_ready_held_or_no_session__nothing(void **state)
{
    struct rig *r = *state;

    store_events_to(3);
    publish_events(1, 3);
    begin_at(r, 0);
    delivery_pump(&d, r->now); /* no session */
    d.hold = true;
    run(r);
    turn(r);
    assert_int_equal(next_notification(r), 0);
    d.hold = false;
    d.ready = false;
    turn(r);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.sent, 0);
    d.ready = true;
    turn(r);
    expect(r, 1);
}

/* Notification type of vb[]: the last number of snmpTrapOID. */
static uint32_t type(void)
{
    return vb[0].value.oid.sub[vb[0].value.oid.len - 1];
}

static void pump__each_kind_of_event__as_its_notification(void **state)
{
    static const uint32_t wanted[] = {1, 3, 3, 3, 3, 2};
    static const enum event_what what[] = {EVENT_RAISED,  EVENT_CHANGED,   EVENT_ACKNOWLEDGED,
                                           EVENT_SHELVED, EVENT_UNSHELVED, EVENT_CLEARED};
    struct rig *r = *state;
    struct event e[COUNT(what)];

    for (uint32_t i = 0; i < COUNT(what); i++)
        e[i] = event_now(i + 1, what[i]);
    put_alarms(plant, NULL, 0, e, COUNT(e));
    view_refresh(&plant->view);
    begin_in_session(r, 0);
    for (uint32_t i = 0; i < COUNT(what); i++) {
        expect(r, i + 1);
        assert_int_equal(number(), i + 1);
        assert_int_equal(type(), wanted[i]);
    }
    assert_int_equal(next_notification(r), 0);
}

/* Under maintenance, or explained by another: nobody is told, and nothing is counted. */
static void pump__muted__passed_over(void **state)
{
    struct rig *r = *state;
    struct event e[7];

    for (uint32_t i = 0; i < COUNT(e); i++) {
        e[i] = event_now(i + 1, i < 6 ? (enum event_what)(i + 1) : EVENT_RAISED);
        e[i].alarm.muted = i < 6;
    }
    put_alarms(plant, NULL, 0, e, COUNT(e));
    view_refresh(&plant->view);
    begin_in_session(r, 0);
    expect(r, 7);
    assert_int_equal(number(), 1);
    assert_int_equal(next_notification(r), 0);
    acknowledge(r, 0);
    assert_int_equal(d.acked.sequence, 7);
}

static void pump__own_event__between_the_collectors(void **state)
{
    struct rig *r = *state;
    struct event e[] = {event_now(1, EVENT_RAISED), event_now(3, EVENT_RAISED)};

    put_alarms(plant, NULL, 0, e, COUNT(e));
    view_refresh(&plant->view);
    add_own(plant);
    plant->own.event[0].sequence = 2;
    begin_in_session(r, 0);
    expect(r, 1);
    expect(r, 2);
    assert_true(still_active());
    expect(r, 3);
    assert_false(still_active());
}

/* ---- what the agent could not store ------------------------------------------------------- */

/* An event of the agent, shown as `sequence`, that the store does not have. */
static void add_unstored(uint32_t sequence)
{
    struct own *o = &plant->own;

    add_own(plant);
    o->event[0].sequence = sequence;
    o->event[0].stored = false;
    o->serial[0] = o->serials = 1;
}

/* Waits until the keeper has kept what was decided. */
static void take_kept(struct rig *r)
{
    struct keeper_news news;

    do {
        take_news(keeper, &news);
        delivery_take(&d, &news);
    } while (d.counted < d.number);
    turn(r);
}

/* The collector comes back and gives the same sequence to an event of its own. */
static void aside__unstored__told_between_and_takes_no_place(void **state)
{
    struct rig *r = *state;

    begin_with_events(r, 2);
    expect_and_acknowledge(r, 1, 2);
    add_unstored(3);
    turn(r);
    assert_int_equal(next_notification(r), 0); /* its number is not kept yet */
    take_kept(r);
    expect(r, 3);
    assert_int_equal(number(), 3);
    publish_events(1, 3);
    turn(r);
    assert_int_equal(next_notification(r), 0); /* one after the other */
    acknowledge(r, 0);
    expect(r, 3);
    assert_int_equal(number(), 4);
    assert_int_equal(vb[4].value.integer, 92);
    acknowledge(r, 0);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 3);
    end_session(r);
    assert_int_equal(stored_cursor(plant, "snmpd"), 3);
}

static void aside__stored_later__passed_over(void **state)
{
    struct rig *r = *state;

    begin_at(r, 0);
    add_unstored(1);
    run(r);
    turn(r);
    take_kept(r);
    expect(r, 1);
    acknowledge(r, 0);
    plant->own.event[0].sequence = 2;
    plant->own.event[0].stored = true;
    store_events_to(1);
    publish_events(1, 1);
    turn(r);
    expect(r, 1);
    assert_int_equal(number(), 2);
    acknowledge(r, 0);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 2);
    assert_int_equal(d.acked.number, 2);
}

/* Nobody knows whether it arrived: in its place in the log it is told with the number it has. */
static void aside__stored_before_it_was_acknowledged__its_old_number(void **state)
{
    struct rig *r = *state;

    begin_at(r, 0);
    add_unstored(1);
    run(r);
    turn(r);
    take_kept(r);
    expect(r, 1);
    assert_int_equal(number(), 1);
    master_hangs_up(r);
    plant->own.event[0].sequence = 2;
    plant->own.event[0].stored = true;
    store_events_to(1);
    publish_events(1, 1);
    reconnect(r);
    if (d.fetching)
        take_answer(r);
    expect(r, 1);
    assert_int_equal(number(), 2);
    expect(r, 2);
    assert_int_equal(number(), 1);
    assert_int_equal(next_notification(r), 0);
}

/* What was sent before has its number, and may have arrived. */
static void aside__others_not_acknowledged__behind_them(void **state)
{
    struct rig *r = *state;

    begin_with_events(r, 3);
    expect(r, 1);
    add_unstored(4);
    publish_events(1, 4);
    master_hangs_up(r);
    reconnect(r);
    if (d.fetching)
        take_answer(r);
    expect_and_acknowledge(r, 1, 3);
    take_kept(r);
    expect(r, 4);
    assert_int_equal(number(), 4);
    assert_int_equal(vb[4].value.integer, ALARM_COLLECTOR_DOWN);
    acknowledge(r, 0);
    expect(r, 4);
    assert_int_equal(number(), 5);
}

/* ---- the store --------------------------------------------------------------------------- */

static void fetch__events_before_the_snapshot__come_from_the_store(void **state)
{
    struct rig *r = *state;

    store_events_to(400); /* more than one answer holds */
    publish_events(390, 400);
    begin_in_session(r, 0);
    assert_int_equal(next_notification(r), 0);
    take_answer(r);
    expect_and_acknowledge(r, 1, KEEPER_FETCH);
    assert_int_equal(next_notification(r), 0);
    take_answer(r);
    expect_and_acknowledge(r, KEEPER_FETCH + 1, 400);
    assert_int_equal(next_notification(r), 0);
    assert_false(d.fetching);
}

static void fetch__gap_in_the_store_too__asked_once_then_on(void **state)
{
    struct rig *r = *state;

    publish_events(5, 6); /* the store has nothing */
    begin_in_session(r, 0);
    take_answer(r);
    expect(r, 5);
    assert_int_equal(number(), 5); /* the count has the gap as well */
    expect(r, 6);
    assert_int_equal(number(), 6);
    assert_int_equal(next_notification(r), 0);
    assert_false(d.fetching);
}

/* As after a reboot with collectd down: StateDir is empty. */
static void fetch__event_only_in_the_store__sent(void **state)
{
    struct rig *r = *state;

    store_events_to(3);
    begin_in_session(r, 1);
    assert_int_equal(next_notification(r), 0);
    take_answer(r);
    expect_and_acknowledge(r, 2, 3);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 3);
    assert_false(d.fetching); /* asked once */
}

static void fetch__many_only_in_the_store__all_sent(void **state)
{
    struct rig *r = *state;

    store_events_to(KEEPER_FETCH + 10);
    begin_in_session(r, 0);
    take_answer(r);
    expect_and_acknowledge(r, 1, KEEPER_FETCH);
    take_answer(r);
    expect_and_acknowledge(r, KEEPER_FETCH + 1, KEEPER_FETCH + 10);
    assert_int_equal(next_notification(r), 0);
}

static void fetch__connection_lost_on_the_way__sent_again(void **state)
{
    struct rig *r = *state;

    store_events_to(3);
    begin_in_session(r, 0);
    take_answer(r);
    expect(r, 1);
    master_hangs_up(r);
    reconnect(r);
    take_answer(r);
    expect_and_acknowledge(r, 1, 3);
    assert_int_equal(next_notification(r), 0);
}

/* The first answer says nothing of what came into the store after it. */
static void fetch__gap_that_came_later__asked_again(void **state)
{
    struct rig *r = *state;

    begin_in_session(r, 0);
    take_answer(r);
    store_events_to(7);
    publish_events(6, 7);
    turn(r);
    assert_int_equal(next_notification(r), 0);
    take_answer(r);
    expect_and_acknowledge(r, 1, 7);
    assert_int_equal(next_notification(r), 0);
}

static void fetch__stored_not_yet_published__told_when_it_can_be_read(void **state)
{
    struct rig *r = *state;
    struct event e[3];

    publish_events(1, 2);
    store_events_to(3);
    begin_at(r, 2);
    run(r);
    turn(r);
    take_answer(r);
    turn(r);
    assert_int_equal(next_notification(r), 0);
    assert_true(delivery_deadline(&d) <= r->now + 5000);
    for (uint32_t i = 0; i < 3; i++)
        e[i] = event_now(i + 1, EVENT_RAISED);
    put_alarms(plant, &e[2].alarm, 1, e, 3);
    view_refresh(&plant->view);
    turn(r);
    expect_and_acknowledge(r, 3, 3);
    assert_true(still_active());
    assert_int_equal(next_notification(r), 0);
}

/* A collector that is dead or cannot write is waited for once. */
static void fetch__never_published__waited_for_once(void **state)
{
    struct rig *r = *state;

    publish_events(1, 2);
    store_events_to(4);
    begin_at(r, 2);
    run(r);
    turn(r);
    take_answer(r);
    r->now += 4900;
    turn(r);
    assert_int_equal(next_notification(r), 0);
    r->now = delivery_deadline(&d);
    turn(r);
    expect_and_acknowledge(r, 3, 4);
    store_raised(plant, 5, 6);
    r->now += 10000;
    turn(r);
    take_answer(r);
    expect_and_acknowledge(r, 5, 6); /* at once */
    publish_events(1, 6);
    store_raised(plant, 7, 7);
    r->now += 10000;
    turn(r);
    take_answer(r);
    assert_int_equal(next_notification(r), 0); /* it publishes again */
    publish_events(1, 7);
    turn(r);
    expect_and_acknowledge(r, 7, 7);
}

/* alarms.snap cannot be written: what the store has is told all the same. */
static void fetch__stored_but_never_published__found(void **state)
{
    struct rig *r = *state;

    store_events_to(2);
    publish_events(1, 2);
    begin_at(r, 0);
    run(r);
    turn(r);
    expect_and_acknowledge(r, 1, 2);
    take_answer(r); /* the one after the start: nothing more */
    assert_false(d.ask);
    store_raised(plant, 3, 4);
    turn(r);
    assert_false(d.fetching); /* not in every turn */
    r->now += 10000;
    turn(r);
    take_answer(r);
    assert_int_equal(next_notification(r), 0);
    r->now += 5000;
    turn(r);
    expect_and_acknowledge(r, 3, 4);
    assert_int_equal(next_notification(r), 0);
}

/* The store's answer is that it could not be read. */
static void take_failure(struct rig *r)
{
    const struct keeper_news news = {.open = true,
                                     .answer = {{.fetched = true, .fetch_failed = true}}};

    assert_true(d.fetching);
    delivery_take(&d, &news);
    turn(r);
    assert_false(d.fetching); /* not again at once */
}

static void fetch__failed__asked_again_later_and_later(void **state)
{
    struct rig *r = *state;
    int64_t pause = 0;

    store_events_to(2);
    begin_in_session(r, 0);
    for (int i = 0; i < 10; i++) {
        struct keeper_news news;

        do /* what the store really says is thrown away */
            take_news(keeper, &news);
        while (!news.answer[0].fetched);
        free(news.answer[0].events);
        take_failure(r);
        assert_int_equal(next_notification(r), 0);
        assert_true(delivery_deadline(&d) > r->now && delivery_deadline(&d) <= r->now + 60000);
        assert_true(delivery_deadline(&d) - r->now >= pause);
        pause = delivery_deadline(&d) - r->now;
        r->now += pause;
        turn(r);
    }
    take_answer(r);
    expect_and_acknowledge(r, 1, 2);
    assert_true(delivery_deadline(&d) == INT64_MAX);
}

/* The collector publishes what it cannot store: that must not wait for ever. */
static void fetch__fails_and_fails__what_is_published_is_sent(void **state)
{
    struct rig *r = *state;
    int tries = 0;

    publish_events(5, 6);
    begin_in_session(r, 0);
    for (take_failure(r); d.sent == 0; take_failure(r)) {
        assert_true(tries++ < 10);
        assert_int_equal(next_notification(r), 0);
        r->now = delivery_deadline(&d);
        turn(r);
    }
    assert_true(tries > 3);
    expect_and_acknowledge(r, 5, 6);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "events 1 to 4 "), 1);
    assert_int_equal(capture_lines(), 1);
}

/* btmsStoreId of vb[] is that of no store. */
static bool of_no_store(void)
{
    const struct agentx_value *v = &notify_object(7)[0];

    for (size_t i = 0; i < vbs; i++)
        if (&vb[i].value == v)
            return memcmp(vb[i + 1].value.octets.data, "\0\0\0\0\0\0\0", 8) == 0;
    return false;
}

/* A delivery in a session, that knows nothing yet; the keeper's news are made up. */
static void begin_unknown(struct rig *r)
{
    put_site_at(plant, NOW, 0, 0, entries_ab, 0); /* it has the id of the store */
    view_refresh(&plant->view);
    keeper = keeper_start(plant->data, only_snmpd, 1, &no_floor);
    delivery_init(&d, &plant->mib, keeper, 0, &delivery_to_master, NULL);
    set_session(r);
    r->now = plant->mib.now_ms;
    run(r);
}

static void without_store__only_news_and_of_no_store(void **state)
{
    struct rig *r = *state;

    publish_events(1, 5);
    begin_unknown(r);
    wait_in_vain(&d, (struct keeper_news){.open = false});
    r->now = plant->mib.now_ms;
    turn(r);
    assert_int_equal(next_notification(r), 0);
    publish_events(1, 6);
    turn(r);
    expect(r, 6);
    assert_true(of_no_store());
    acknowledge(r, 0);
    end_session(r);
    assert_int_equal(stored_cursor(plant, "snmpd"), 0); /* that was no place to keep */
}

/* All since it was told the last time: what happened before the agent started as well. */
static void without_store__opens_late__all_of_it_under_the_right_numbers(void **state)
{
    const struct keeper_news opened = {.open = true,
                                       .answer = {{.settled = true, .place = {3, 2, 0, false}}}};
    struct rig *r = *state;

    store_events_to(6);
    publish_events(1, 5);
    begin_unknown(r);
    wait_in_vain(&d, (struct keeper_news){.open = false});
    publish_events(1, 6);
    r->now = plant->mib.now_ms;
    turn(r);
    expect(r, 6);
    delivery_take(&d, &opened);
    acknowledge(r, 0); /* of an unknown number: does not count */
    for (uint32_t i = 4; i <= 6; i++) {
        expect(r, i);
        assert_int_equal(number(), i - 1);
        assert_int_equal(of_no_store(), false);
        acknowledge(r, 0);
    }
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 6);
    assert_int_equal(d.acked.number, 5);
}

static void without_store__kept_beside_it__goes_on_there(void **state)
{
    struct rig *r = *state;

    publish_events(1, 5);
    begin_unknown(r);
    wait_in_vain(&d, (struct keeper_news){.answer = {{.kept = true, .place = {3, 2, 0, false}}}});
    r->now = plant->mib.now_ms;
    turn(r);
    expect(r, 4);
    assert_int_equal(number(), 3);
    expect(r, 5);
    assert_int_equal(number(), 4);
    assert_false(of_no_store());
}

/* ---- lost and refused -------------------------------------------------------------------- */

static void lost__not_acknowledged__again_with_the_old_number(void **state)
{
    struct rig *r = *state;

    begin_with_events(r, 5);
    for (uint32_t i = 1; i <= 2; i++) {
        expect(r, i);
        assert_false(replayed());
        answer(r, 0);
    }
    expect(r, 3);
    assert_int_equal(d.acked.sequence, 2);
    master_hangs_up(r);
    publish_events(1, 6);
    reconnect(r);
    for (uint32_t i = 3; i <= 5; i++) {
        expect(r, i);
        assert_int_equal(number(), i);
        assert_false(replayed()); /* a moment ago is not long ago */
    }
    expect(r, 6);
    assert_int_equal(next_notification(r), 0);
}

static void lost__in_the_middle_of_the_backlog__all_again_in_order(void **state)
{
    struct rig *r = *state;

    store_events_to(60);
    publish_events(59, 60);
    begin_in_session(r, 0);
    take_answer(r);
    expect(r, 1);
    answer(r, 0);
    expect(r, 2);
    master_hangs_up(r);
    reconnect(r);
    if (d.fetching)
        take_answer(r);
    expect_and_acknowledge(r, 2, 60);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 60);
}

static void old_event__sent_for_the_first_time__replayed(void **state)
{
    struct rig *r = *state;
    struct event e[] = {event_now(1, EVENT_RAISED), event_now(2, EVENT_RAISED)};

    e[0].wall_ms -= 301000;
    e[1].wall_ms -= 290000;
    put_alarms(plant, NULL, 0, e, COUNT(e));
    view_refresh(&plant->view);
    begin_in_session(r, 0);
    expect(r, 1);
    assert_true(replayed());
    expect(r, 2);
    assert_false(replayed());
}

static void refused__again_after_a_pause(void **state)
{
    struct rig *r = *state;

    publish_events(1, 1);
    begin_in_session(r, 0);
    expect(r, 1);
    acknowledge(r, AGENTX_PROCESSING_ERROR);
    assert_int_equal(d.acked.sequence, 0);
    assert_int_equal(next_notification(r), 0); /* not at once */
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "processingError"), 1);
    assert_true(delivery_deadline(&d) > r->now && delivery_deadline(&d) <= r->now + 60000);
    r->now = delivery_deadline(&d);
    turn(r);
    assert_true(delivery_deadline(&d) == INT64_MAX);
    expect(r, 1);
    assert_int_equal(number(), 1);
    acknowledge(r, 0);
    assert_int_equal(d.acked.sequence, 1);
}

/* What the master took behind it is not what it refused: the cursor stays before that one. */
static void refused__later_ones_acknowledged__again_from_there(void **state)
{
    struct rig *r = *state;
    uint32_t packet[5];

    begin_with_events(r, 5);
    expect_packets(r, 1, 5, packet);
    answer_packet(r, packet[0], 0);
    answer_packet(r, packet[1], AGENTX_PROCESSING_ERROR);
    for (int i = 2; i < 5; i++)
        answer_packet(r, packet[i], 0);
    assert_int_equal(d.acked.sequence, 1);
    r->now = delivery_deadline(&d);
    turn(r);
    expect(r, 2);
    assert_int_equal(next_notification(r), 0); /* that one first */
    acknowledge(r, 0);
    expect_and_acknowledge(r, 3, 5);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 5);
    end_session(r);
    assert_int_equal(stored_cursor(plant, "snmpd"), 5);
}

static void refused__later_ones_answered_late__do_not_count(void **state)
{
    struct rig *r = *state;
    uint32_t packet[3];

    begin_with_events(r, 3);
    expect_packets(r, 1, 3, packet);
    answer_packet(r, packet[0], AGENTX_PROCESSING_ERROR);
    r->now = delivery_deadline(&d);
    turn(r);
    assert_int_equal(next_notification(r), 0); /* two are not heard of yet */
    answer_packet(r, packet[2], 0);
    answer_packet(r, packet[1], AGENTX_PROCESSING_ERROR);
    assert_int_equal(d.acked.sequence, 0);
    expect_and_acknowledge(r, 1, 3);
    assert_int_equal(next_notification(r), 0);
    assert_int_equal(d.acked.sequence, 3);
    end_session(r);
    assert_int_equal(stored_cursor(plant, "snmpd"), 3);
}

static void refused__for_ever__asked_more_and_more_rarely_never_skipped(void **state)
{
    struct rig *r = *state;
    int64_t begun, pause = 0;

    publish_events(1, 3);
    begin_in_session(r, 0);
    expect(r, 1);
    acknowledge(r, AGENTX_PROCESSING_ERROR);
    expect(r, 2);
    acknowledge(r, 0);
    expect(r, 3);
    acknowledge(r, 0);
    begun = r->now;
    for (int i = 0; i < 20; i++) {
        assert_true(delivery_deadline(&d) - r->now >= pause);
        pause = delivery_deadline(&d) - r->now;
        assert_true(pause <= 60000);
        r->now += pause;
        turn(r);
        expect(r, 1);
        assert_int_equal(next_notification(r), 0);
        acknowledge(r, AGENTX_PROCESSING_ERROR);
    }
    assert_true(r->now - begun > 600000);
    assert_int_equal(d.acked.sequence, 0);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "refused notification"), 1);
}

/* Whoever looks for the next one by adding 1 must not begin anew. */
static void highest_number__told_once_and_no_more(void **state)
{
    struct rig *r = *state;

    add_own(plant);
    plant->own.event[0] = event_now(UINT32_MAX, EVENT_RAISED);
    plant->own.event[0].stored = true;
    publish_events(1, 2);
    begin_at(r, 2);
    d.storeless = true; /* nothing is to be asked */
    run(r);
    assert_int_equal(delivery_waiting(&d), UINT32_MAX - 2);
    turn(r);
    expect(r, UINT32_MAX);
    acknowledge(r, 0);
    assert_int_equal(delivery_waiting(&d), 0);
    turn(r);
    expect(r, 0);
    end_session(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pump__events__in_order_and_cursor_stored),
        TEST(pump__more_than_the_window__as_they_are_acknowledged),
        TEST(pump__not_ready_held_or_no_session__nothing),
        TEST(pump__each_kind_of_event__as_its_notification),
        TEST(pump__muted__passed_over),
        TEST(pump__own_event__between_the_collectors),
        TEST(aside__unstored__told_between_and_takes_no_place),
        TEST(aside__stored_later__passed_over),
        TEST(aside__stored_before_it_was_acknowledged__its_old_number),
        TEST(aside__others_not_acknowledged__behind_them),
        TEST(fetch__events_before_the_snapshot__come_from_the_store),
        TEST(fetch__gap_in_the_store_too__asked_once_then_on),
        TEST(fetch__event_only_in_the_store__sent),
        TEST(fetch__many_only_in_the_store__all_sent),
        TEST(fetch__connection_lost_on_the_way__sent_again),
        TEST(fetch__gap_that_came_later__asked_again),
        TEST(fetch__stored_not_yet_published__told_when_it_can_be_read),
        TEST(fetch__never_published__waited_for_once),
        TEST(fetch__stored_but_never_published__found),
        TEST(fetch__failed__asked_again_later_and_later),
        TEST(fetch__fails_and_fails__what_is_published_is_sent),
        TEST(without_store__only_news_and_of_no_store),
        TEST(without_store__opens_late__all_of_it_under_the_right_numbers),
        TEST(without_store__kept_beside_it__goes_on_there),
        TEST(lost__not_acknowledged__again_with_the_old_number),
        TEST(lost__in_the_middle_of_the_backlog__all_again_in_order),
        TEST(old_event__sent_for_the_first_time__replayed),
        TEST(refused__again_after_a_pause),
        TEST(refused__later_ones_acknowledged__again_from_there),
        TEST(refused__later_ones_answered_late__do_not_count),
        TEST(refused__for_ever__asked_more_and_more_rarely_never_skipped),
        TEST(highest_number__told_once_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
