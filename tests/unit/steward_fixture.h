/*
 * steward_fixture - a steward of three gateways with a store that always works, and a clock of the
 * test's own.
 */
#ifndef TESTS_STEWARD_FIXTURE_H
#define TESTS_STEWARD_FIXTURE_H

#include "../support/capture.h"
#include "../support/check.h"
#include "steward.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum {
    DISCHARGING = 53,
    ON_BATTERY = 94,
    HALL = 46,
    RUNAWAY = 50,
    SOC_LOW = 26,
    LOST_AT_WORK = 33
};

static struct ledger ledger;
static struct steward steward;
static struct moment t;
static char kept[EXPECT_TEXT];
static bool keeps;
static const struct snapshot_entry entries[] = {
    {1, "gw-a"},
    {2, "gw-b"},
    {3, "gw-c"}
};

/* As the store does it, well. */
static inline void save(void *ctx)
{
    (void)ctx;
    ledger_number(&ledger, ledger_unstored(&ledger));
    for (size_t i = 0; i < ledger.events; i++)
        ledger.ring[i].stored = true;
    steward_look_again(&steward);
}

static inline bool expect(void *ctx, uint32_t device, const struct census *c)
{
    (void)ctx, (void)device;
    expect_print(c, kept);
    return keeps;
}

static int accepted[3];

static inline void on_accepted(void *ctx, size_t g, const struct census *c)
{
    (void)ctx, (void)c;
    accepted[g]++;
}

static struct steward_settings settings = {
    .gateways = 3, .entry = entries, .save = save, .expect = expect, .accepted = on_accepted};
static struct steward_place places[3];

static inline int set_up(void **state)
{
    t = (struct moment){1000000, 1700000000000};
    kept[0] = '\0';
    memset(accepted, 0, sizeof(accepted));
    keeps = true;
    settings.pace = (struct steward_pace){.burst = 20};
    settings.commissioning_ms = 3600000;
    settings.place = places;
    memset(places, 0, sizeof(places));
    capture_start(state);
    return ledger_init(&ledger) && steward_init(&steward, &ledger, &settings, t.now) ? 0 : -1;
}

static inline int tear_down(void **state)
{
    steward_free(&steward);
    ledger_free(&ledger);
    capture_stop(state);
    return 0;
}

/* A turn of the site thread; how many events it noted. */
static inline unsigned turn(void)
{
    unsigned n;

    steward_tick(&steward, t);
    save(NULL);
    while (!steward_settle(&steward, 4, t))
        save(NULL);
    save(NULL);
    n = steward.events;
    steward.events = 0;
    return n;
}

static inline unsigned after(int64_t ms)
{
    t.now += ms;
    t.wall += ms;
    return turn();
}

static inline struct alarm alarm_of(int kind, enum alarm_level level, int ups, int string, int cell)
{
    struct alarm a = {.kind = (uint16_t)kind, .severity = ALARM_WARNING, .level = (uint8_t)level};

    a.ups = (uint16_t)ups;
    a.string = (uint16_t)string;
    a.cell = (uint16_t)cell;
    snprintf(a.text, sizeof(a.text), "kind %d", kind);
    return a;
}

static inline struct alarm lost(void)
{
    return alarm_of(ALARM_GATEWAY_COMM_LOST, ALARM_OF_GATEWAY, 0, 0, 0);
}

static inline struct alarm of_string(int kind, int string)
{
    return alarm_of(kind, ALARM_OF_STRING, 1, string, 0);
}

static inline void post(size_t g, enum event_what what, struct alarm a)
{
    steward_post(&steward, g, what, &a, t);
}

/* Posts and takes a turn. */
static inline unsigned happen(size_t g, enum event_what what, struct alarm a)
{
    post(g, what, a);
    return turn();
}

static inline const struct alarm *standing(size_t g, struct alarm a)
{
    a.gateway = entries[g].index;
    return ledger_find(&ledger, &a);
}

static inline const struct alarm *own(int kind)
{
    const struct alarm a = {.kind = (uint16_t)kind, .level = ALARM_OF_SITE};

    return ledger_find(&ledger, &a);
}

static inline const struct event *last(void)
{
    return &ledger.ring[ledger.events - 1];
}

/* How many notifications: what is not muted begins or ends. */
static inline int told(void)
{
    int n = 0;

    for (size_t i = 0; i < ledger.events; i++)
        n += !ledger.ring[i].alarm.muted &&
             (ledger.ring[i].what == EVENT_RAISED || ledger.ring[i].what == EVENT_CLEARED);
    return n;
}

static inline bool ask(struct store_request r)
{
    char answer[EVENT_TEXT_SIZE];

    if (*r.by == '\0')
        strcpy(r.by, "jd");
    return steward_request(&steward, &r, t, answer);
}

static inline struct store_request of_gateway(enum store_verb verb, const char *name)
{
    struct store_request r = {.verb = (uint8_t)verb, .level = ALARM_OF_GATEWAY, .for_ms = 60000};

    snprintf(r.gateway, sizeof(r.gateway), "%s", name);
    strcpy(r.note, "work");
    return r;
}

static inline void count(size_t g, bool reachable)
{
    struct census c = {.reachable = reachable, .ups = 1};

    steward_count(&steward, g, &c, t);
}

static inline void counted(size_t g, const char *text)
{
    struct census c;

    assert_true(expect_parse(text, &c));
    c.reachable = true;
    steward_count(&steward, g, &c, t);
}

static inline const struct alarm *mismatch(void)
{
    return standing(0, alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
