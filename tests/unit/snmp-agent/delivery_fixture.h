/*
 * delivery_fixture - a delivery with a real keeper and a real session, whose master is the test.
 */
#ifndef TESTS_DELIVERY_FIXTURE_H
#define TESTS_DELIVERY_FIXTURE_H

#include "delivery.h"
#include "../../support/capture.h"
#include "agentx_rig.h"
#include "keeper_fixture.h"

static struct plant *plant;
static struct keeper *keeper;
static struct delivery d;
static struct agentx_varbind vb[32]; /* of the notification read last */
static size_t vbs;

static inline void set_session(struct rig *r)
{
    struct agentx_region region = {.subtree = plant->mib.objects};
    const struct agentx_settings set = {.address = r->path,
                                        .description = "test",
                                        .regions = &region,
                                        .regions_n = 1,
                                        .handler = table_handler(&r->table),
                                        .ctx = &d,
                                        .notified = delivery_notified};

    agentx_free(r->a);
    assert_int_equal(agentx_new(&set, &r->a), 0);
    r->now = NOW;
    d.ctx = r->a;
}

static inline int prepare(void **state)
{
    void *p;

    keeper = NULL;
    capture_start(state);
    if (plant_start(&p) != 0 || set_up(state) != 0)
        return -1;
    plant = p;
    return 0;
}

static inline int clean(void **state)
{
    void *p = plant;

    tear_down(state);
    keeper_stop(keeper);
    delivery_done(&d);
    capture_stop(state);
    return plant_stop(&p);
}

/* ---- events ------------------------------------------------------------------------------ */

/* Event n raises alarm n, a moment ago. */
static inline struct event event_now(uint32_t n, enum event_what what)
{
    struct event e = happened(n, what, alarm_of(n, 92, GW_A, 1, 0, 0));

    e.wall_ms = view_wall_ms();
    return e;
}

/* alarms.snap with the events `from`..`to`; what is raised in them is not active. */
static inline void publish_events(uint32_t from, uint32_t to)
{
    struct event *e = calloc(to - from + 1, sizeof(*e));

    for (uint32_t i = from; i <= to; i++)
        e[i - from] = event_now(i, EVENT_RAISED);
    put_alarms(plant, NULL, 0, e, to - from + 1);
    view_refresh(&plant->view);
    free(e);
}

static inline void store_events_to(uint32_t to)
{
    struct event *e = calloc(to, sizeof(*e));
    struct store *s = look_into(plant);

    for (uint32_t i = 1; i <= to; i++)
        e[i - 1] = event_now(i, EVENT_RAISED);
    assert_int_equal(store_append(s, e, to), 0);
    store_close(s);
    free(e);
}

/* The store is open, and the receiver has everything up to `cursor`. */
static inline void begin_at(struct rig *r, uint32_t cursor)
{
    struct store *s = look_into(plant);
    struct keeper_news news;

    assert_int_equal(store_set_place(s, "snmpd", &(struct store_place){cursor, cursor, 0, false}),
                     0);
    store_close(s);
    keeper = keeper_start(plant->data, only_snmpd, 1, &no_floor);
    delivery_init(&d, &plant->mib, keeper, 0, &delivery_to_master, NULL);
    set_session(r);
    take_open(keeper, &news);
    delivery_take(&d, &news);
    assert_true(d.ready);
}

/* The store cannot be opened for longer than a delivery waits for it. `news` is what is known all
 * the same. */
static inline void wait_in_vain(struct delivery *of, struct keeper_news news)
{
    news.failing = true;
    delivery_take(of, &news);
    plant->mib.now_ms += DELIVERY_PATIENCE_MS;
    delivery_pump(of, plant->mib.now_ms);
    assert_false(of->ready);
    plant->mib.now_ms++;
    delivery_pump(of, plant->mib.now_ms);
    assert_true(of->ready);
}

/* As the agent ends: the session first, which calls back, then the keeper. */
static inline void end_session(struct rig *r)
{
    agentx_free(r->a);
    d.ctx = r->a = NULL;
    keeper_stop(keeper);
    keeper = NULL;
}

static inline void turn(struct rig *r)
{
    step(r);
    plant->mib.now_ms = r->now;
    delivery_pump(&d, r->now);
    step(r);
}

/* The same in a session, and what there is to tell waits to be read. */
static inline void begin_in_session(struct rig *r, uint32_t cursor)
{
    begin_at(r, cursor);
    run(r);
    turn(r);
}

/* Events 1 to `to` are stored and published, and none of them was told. */
static inline void begin_with_events(struct rig *r, uint32_t to)
{
    store_events_to(to);
    publish_events(1, to);
    begin_in_session(r, 0);
}

/* ---- the master -------------------------------------------------------------------------- */

/* The value of btmsNotifyObjects `which` in vb[]; NULL: it is not there. */
static inline const struct agentx_value *notify_object(uint32_t which)
{
    struct oid name;

    oid_copy(&name, &plant->mib.objects);
    oid_append_list(&name, (const uint32_t[]){9, which, 0}, 3);
    for (size_t i = 0; i < vbs; i++)
        if (oid_equal(&vb[i].name, &name))
            return &vb[i].value;
    return NULL;
}

/* btmsNotifyLogSequence of the next notification, 0 where there is none; its varbinds are in vb[]. Pings are
 * answered. */
static inline uint32_t next_notification(struct rig *r)
{
    struct agentx_in in;
    int type;

    while ((type = next_pdu(r)) == AGENTX_PING)
        answer(r, 0);
    if (type == 0)
        return 0;
    assert_int_equal(type, AGENTX_NOTIFY);
    in = (struct agentx_in){
        .data = r->pdu + 20, .size = r->h.payload, .network_order = r->h.flags & 0x10};
    for (vbs = 0; in.pos < in.size && vbs < COUNT(vb); vbs++)
        agentx_read_varbind(&in, &vb[vbs]);
    assert_false(in.bad);
    assert_true(vbs >= 20 && notify_object(5) != NULL);
    return notify_object(5)->number;
}

/* btmsNotifySequence of vb[]. */
static inline uint32_t number(void)
{
    return vb[1].value.number;
}

static inline void expect(struct rig *r, uint32_t sequence)
{
    assert_int_equal(next_notification(r), sequence);
}

/* Answers any notification, not only the one read last. */
static inline void answer_packet(struct rig *r, uint32_t packet, unsigned error)
{
    put_response(&r->to, SESSION, packet, error);
    master_sends(r);
    turn(r);
}

/* The next notifications are `from`..`to`; packet[0] is that of `from`. */
static inline void expect_packets(struct rig *r, uint32_t from, uint32_t to, uint32_t *packet)
{
    for (uint32_t i = from; i <= to; i++) {
        expect(r, i);
        packet[i - from] = r->h.packet;
    }
}

static inline void acknowledge(struct rig *r, unsigned error)
{
    answer(r, error);
    turn(r);
}

static inline void expect_and_acknowledge(struct rig *r, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i <= to; i++) {
        expect(r, i);
        acknowledge(r, 0);
    }
}

/* Another session; what is pumped into it waits to be read. */
static inline void reconnect(struct rig *r)
{
    r->now += 10000;
    run(r);
    turn(r);
}

/* The store's answer to a question that delivery asked. */
static inline void take_answer(struct rig *r)
{
    struct keeper_news news;

    assert_true(d.fetching);
    do
        take_news(keeper, &news);
    while (!news.answer[0].fetched);
    delivery_take(&d, &news);
    turn(r);
}

/* btmsNotifyReplayed of vb[]. */
static inline bool replayed(void)
{
    return notify_object(6)->integer == 1;
}

static inline bool still_active(void)
{
    return notify_object(7)->integer == 1;
}

#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, prepare, clean)

#endif
