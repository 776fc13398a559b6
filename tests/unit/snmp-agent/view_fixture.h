/*
 * view_fixture - a StateDir of the test's own with files made by the product's encoder, and a view
 * of it. Two gateways and a TH controller, of which everything is typed here by hand: numbers with
 * gaps, values that are absent, impossible, beyond the range or too old, alarms, events. The clock is
 * NOW, and the test's.
 */
#ifndef TESTS_VIEW_FIXTURE_H
#define TESTS_VIEW_FIXTURE_H

#include "core/fsio.h"
#include "core/snapshot.h"
#include "mib.h"
#include "../../support/check.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GW_A = 2, TH_A = 4, GW_B = 7, AG_1 = 4, AG_2 = 9 };
enum { INTERVAL = 10000, CELL_INTERVAL = 60000 };
#define NOW         INT64_C(100000000)
#define WALL        INT64_C(1700000000123) /* 2023-11-14 22:13:20.123 UTC */
#define VIEW_ROOT   OID(1, 3, 6, 1, 4, 1, 8072, 9999, 9999)
#define STORE_NAMED UINT64_C(0xf1f2f3f4f5f6f7f8)

static const struct oid no_end = {.len = 0};

struct plant {
    char dir[48], state[64], data[64]; /* data is not made */
    int fd;                            /* of state */
    uint32_t counter;
    long files; /* written so far */
    struct view view;
    struct own own;
    struct mib mib;
};

/* Of the site; of gw-a, its string 2, and of a kind that is not known; of th-a. */
static const struct snapshot_limit limits_th[] = {
    {0, ALARM_AMBIENT_TEMPERATURE_LOW, SNAPSHOT_IN_ANY, false, 100, 50, 10, 60000, 60000},
};
static const struct snapshot_limit limits_site[] = {
    {0, ALARM_CELL_VOLTAGE_HIGH, SNAPSHOT_IN_FLOAT, true, 2330, 2400, 20, 120000, 60000},
};
static const struct snapshot_limit limits_a[] = {
    {0, ALARM_UPS_SOC_LOW,             SNAPSHOT_IN_DISCHARGE, false, 50,                20,                5,  30000,  30999},
    {2, ALARM_CELL_VOLTAGE_LOW,        SNAPSHOT_IN_FLOAT,     false, 2170,              SNAPSHOT_NO_LIMIT, 20, 0,      0    },
    {2, ALARM_CELL_VOLTAGE_LOW,        SNAPSHOT_IN_DISCHARGE, false, 1800,              1670,              30, 10000,  0    },
    {2, 4711,                          SNAPSHOT_IN_ANY,       false, 1,                 2,                 3,  4,      5    },
    {5, ALARM_AMBIENT_TEMPERATURE_LOW, SNAPSHOT_IN_ANY,       false, SNAPSHOT_NO_LIMIT, SNAPSHOT_NO_LIMIT,
     10,                                                                                                       600000, 60000},
};

/* The first groups gw-a; the second, which nothing but its name is told of, none. */
static const struct snapshot_aggregator aggregators_12[] = {
    {AG_1, "dc1", "192.0.2.10 port 443", "basement", "AG-17", SNAPSHOT_REACHED,    NOW - 40000},
    {AG_2, "dc2", "192.0.2.11 port 443", "",         "",      SNAPSHOT_NOT_LOOKED, 0          },
};

/* ---- files ------------------------------------------------------------------------------- */

static inline struct snapshot_stamp stamp_of(struct plant *p, int64_t boot_ms)
{
    struct snapshot_stamp s = {
        .counter = ++p->counter, .boot_ms = boot_ms, .wall_ms = WALL, .store_id = STORE_NAMED};

    memcpy(s.boot_id, p->view.boot_id, sizeof(s.boot_id));
    return s;
}

/* Each version a millisecond after the one before: within one tick of the kernel a test can be so
 * fast that the same inode comes back with the same time. */
static inline void put_file(struct plant *p, const char *name, const void *data, size_t size)
{
    const struct timespec kept = {.tv_nsec = UTIME_OMIT},
                          at = {1700000000 + p->files / 1000, p->files % 1000 * 1000000};

    assert_true(size > 0);
    assert_int_equal(fsio_replace(p->fd, name, data, size, 0644, false), 0);
    p->files++;
    assert_int_equal(utimensat(p->fd, name, (const struct timespec[]){kept, at}, 0), 0);
}

static inline void put_buffer(struct plant *p, const char *name, struct snapshot_buffer *b,
                              size_t size)
{
    put_file(p, name, b->data, size);
    free(b->data);
}

static inline void put_device_at(struct plant *p, int64_t boot_ms, const struct snapshot_device *d,
                                 const struct gateway *g)
{
    struct snapshot_stamp s = stamp_of(p, boot_ms);
    struct snapshot_buffer b = {0};
    char name[32];

    snapshot_device_name(d->index, name, sizeof(name));
    put_buffer(p, name, &b, snapshot_encode_device(&s, d, g, &b));
}

static inline void put_th_at(struct plant *p, int64_t boot_ms, const struct snapshot_device *d,
                             const struct th_controller *c)
{
    struct snapshot_stamp s = stamp_of(p, boot_ms);
    struct snapshot_buffer b = {0};
    char name[32];

    snapshot_device_name(d->index, name, sizeof(name));
    put_buffer(p, name, &b, snapshot_encode_th(&s, d, c, &b));
}

static inline void put_site_at(struct plant *p, int64_t boot_ms, uint32_t sequence,
                               uint32_t alarm_id, const struct snapshot_entry *entry, size_t n)
{
    const struct snapshot_site site = {
        "0.1.0",     sequence,           alarm_id,       boot_ms - 3000,       INTERVAL,
        limits_site, COUNT(limits_site), aggregators_12, COUNT(aggregators_12)};
    struct snapshot_stamp s = stamp_of(p, boot_ms);
    struct snapshot_buffer b = {0};

    put_buffer(p, "site.snap", &b, snapshot_encode_site(&s, &site, entry, n, &b));
}

static inline void put_alarms(struct plant *p, const struct alarm *a, size_t actives,
                              const struct event *e, size_t events)
{
    struct snapshot_stamp s = stamp_of(p, NOW);
    struct snapshot_buffer b = {0};

    put_buffer(p, "alarms.snap", &b, snapshot_encode_alarms(&s, a, actives, e, events, &b));
}

/* ---- what is in them --------------------------------------------------------------------- */

#define SET(object, quantity, what, is)                                                            \
    ((object)->value[quantity] = (what), (object)->validity[quantity] = (is))
#define GOOD(object, quantity, what) SET(object, quantity, what, VALIDITY_GOOD)

static inline struct ups *ups_at(struct gateway *g, int number, enum presence p, int64_t read_ms)
{
    g->ups[number - 1].presence = p;
    g->ups[number - 1].read_ms = read_ms;
    return &g->ups[number - 1];
}

static inline struct string *string_at(struct gateway *g, int number, enum presence p,
                                       int64_t read_ms, int cells)
{
    g->string[number - 1].presence = p;
    g->string[number - 1].read_ms = read_ms;
    g->string[number - 1].cells = (uint8_t)cells;
    return &g->string[number - 1];
}

static inline void all_of_string_2(struct string *s)
{
    static const int32_t v[STRING_QUANTITIES] = {
        [STRING_UPS_ID] = 1,      [STRING_STATUS] = STATUS_OK,
        [STRING_VOLTAGE] = 54024, [STRING_CURRENT] = -250,
        [STRING_SOC] = 99,        [STRING_BALANCE] = 9876,
        [STRING_STATE] = 0,       [STRING_ALARM] = 0x41,
        [STRING_CELL_COUNT] = 3,  [STRING_AMBIENT_TEMPERATURE] = -52,
        [STRING_RELAY] = 1,       [STRING_AMBIENT_HUMIDITY] = 455,
        [STRING_AUX_INPUT] = 0,   [STRING_INSULATION] = 2500000};

    for (int q = 0; q < STRING_QUANTITIES; q++)
        GOOD(s, q, v[q]);
    s->cells_read_ms = NOW - 30000;
    s->cells_interval_ms = 65000;
    s->cell_type = CELL_TYPE_2V;
    s->hall_a = 400;
    s->capacity_ah = 150;
}

static inline void cells_of_string_2(struct string *s)
{
    struct cell *c = s->cell;

    c[0].seen = c[1].seen = true;
    GOOD(&c[0], CELL_STATUS, STATUS_OK);
    GOOD(&c[0], CELL_VOLTAGE, 2250);
    GOOD(&c[0], CELL_RESISTANCE, 512);
    GOOD(&c[0], CELL_TEMPERATURE, 251);
    GOOD(&c[0], CELL_SOC, 98);
    GOOD(&c[0], CELL_ALARM, 0);
    GOOD(&c[1], CELL_STATUS, STATUS_OK);
    SET(&c[1], CELL_VOLTAGE, 1401, VALIDITY_BEYOND);
    GOOD(&c[1], CELL_RESISTANCE, 900);
    GOOD(&c[1], CELL_TEMPERATURE, 260);
    SET(&c[1], CELL_SOC, 250, VALIDITY_IMPOSSIBLE);
}

/* Reachable. UPS 1, 3; string 2 of three cells (the third never seen), 5 of none. */
static inline void fill_a(struct gateway *g)
{
    struct string *s;
    struct ups *u;

    memset(g, 0, sizeof(*g));
    u = ups_at(g, 1, PRESENCE_HERE, NOW - 2000);
    GOOD(u, UPS_STATUS, STATUS_OK);
    GOOD(u, UPS_VOLTAGE, 54024);
    GOOD(u, UPS_CURRENT, -1234);
    GOOD(u, UPS_SOC, 87);
    u = ups_at(g, 3, PRESENCE_HERE, NOW - 2999);
    GOOD(u, UPS_STATUS, STATUS_ERROR);
    SET(u, UPS_CURRENT, 999, VALIDITY_IMPOSSIBLE);
    SET(u, UPS_SOC, 101, VALIDITY_BEYOND);
    s = string_at(g, 2, PRESENCE_HERE, NOW - 2000, 3);
    all_of_string_2(s);
    cells_of_string_2(s);
    s = string_at(g, 5, PRESENCE_HERE, NOW - 2000, 0);
    SET(s, STRING_UPS_ID, 3, VALIDITY_STALE);
    GOOD(s, STRING_STATUS, STATUS_ERROR);
    GOOD(s, STRING_VOLTAGE, 0);
    GOOD(s, STRING_STATE, 4);
    GOOD(s, STRING_RELAY, 7);
    GOOD(s, STRING_CELL_COUNT, 0);
}

/* Does not answer for 100 s: its UPS 2 and string 1 are too old, the string's cell is not. */
static inline void fill_b(struct gateway *g)
{
    struct string *s;
    struct ups *u;

    memset(g, 0, sizeof(*g));
    u = ups_at(g, 2, PRESENCE_SILENT, NOW - 100000);
    GOOD(u, UPS_STATUS, STATUS_OK);
    GOOD(u, UPS_VOLTAGE, 48000);
    s = string_at(g, 1, PRESENCE_SILENT, NOW - 100000, 1);
    GOOD(s, STRING_UPS_ID, 2);
    GOOD(s, STRING_STATUS, STATUS_OK);
    s->cells_read_ms = NOW - 100000;
    s->cells_interval_ms = CELL_INTERVAL;
    s->cell[0].seen = true;
    for (int q = 0; q < CELL_QUANTITIES; q++)
        GOOD(&s->cell[0], q, 1);
    GOOD(&s->cell[0], CELL_VOLTAGE, 12345);
    GOOD(&s->cell[0], CELL_TEMPERATURE, -105);
}

static inline struct th_sensor *sensor_at(struct th_controller *c, int number, int64_t read_ms)
{
    struct th_sensor *s = &c->sensor[number];

    s->presence = PRESENCE_HERE;
    s->read_ms = read_ms;
    GOOD(s, TH_INDEX, number);
    GOOD(s, TH_STATUS, TH_STATUS_OK);
    return s;
}

/* Sensor 1 is well, 17 does not respond, of 120 everything is at its end; a new one waits. */
static inline void fill_th(struct th_controller *c)
{
    static const int counts[TH_COUNTS] = {3, 2, 1, 4};
    struct th_sensor *s;

    memset(c, 0, sizeof(*c));
    c->counts_read_ms = NOW - 1500;
    for (int i = 0; i < TH_COUNTS; i++) {
        c->count[i] = counts[i];
        c->count_validity[i] = VALIDITY_GOOD;
    }
    GOOD(&c->sensor[0], TH_STATUS, TH_STATUS_OK);
    s = sensor_at(c, 1, NOW - 2000);
    GOOD(s, TH_TEMPERATURE, 234);
    GOOD(s, TH_HUMIDITY, 455);
    for (int q = TH_ALARM_TEMPERATURE_HIGH; q <= TH_ALARM_HUMIDITY_LOW; q++)
        GOOD(s, q, 0);
    s = sensor_at(c, 17, NOW - 2000);
    GOOD(s, TH_STATUS, TH_STATUS_ERROR);
    SET(s, TH_TEMPERATURE, 999, VALIDITY_STALE);
    SET(s, TH_HUMIDITY, 1, VALIDITY_STALE);
    s = sensor_at(c, 120, NOW - 2000);
    SET(s, TH_TEMPERATURE, -451, VALIDITY_BEYOND);
    GOOD(s, TH_HUMIDITY, 1000);
    for (int q = TH_ALARM_TEMPERATURE_HIGH; q <= TH_ALARM_HUMIDITY_LOW; q++)
        GOOD(s, q, q == TH_ALARM_TEMPERATURE_LOW || q == TH_ALARM_HUMIDITY_HIGH);
}

static struct identity identity_th[] = {
    {.level = ALARM_OF_GATEWAY, .location = "hall 3"},
    { .level = ALARM_OF_SENSOR, .number = 17, .name = "Rack 4", .location = "row C", .label = "T17"},
};
static const struct identities identities_th = {identity_th, COUNT(identity_th)};

static const struct snapshot_device device_th = {
    .identities = &identities_th,
    .index = TH_A,
    .name = "th-a",
    .address = "192.0.2.44:502",
    .interval_ms = INTERVAL,
    .health = {true, NOW - 1500, 78, INTERVAL, 0, 110, 21, 22, 23, 24},
    .limit = limits_th,
    .limits = COUNT(limits_th),
};

/* clang-format off */
static struct identity identity_a[] = {
    {.level = ALARM_OF_GATEWAY, .location = "hall 2", .label = "INV-17", .manufacturer = "Maker",
     .model = "BM-GW", .installed = 20240229, .note = "key at the desk",
     .runbook = "https://wiki.example/gw"},
    {.level = ALARM_OF_UPS, .number = 1, .name = "UPS-A", .label = "INV-1", .location = "hall 1"},
    {.level = ALARM_OF_STRING, .number = 2, .name = "A1", .location = "row B", .label = "INV-2",
     .manufacturer = "Other", .model = "12V100", .installed = 20251231, .cell_label = "R2-S%02d",
     .cell_first = 21, .note = "ask Kim", .runbook = "https://wiki.example/string"},
};
/* clang-format on */
static const struct identities identities_a = {identity_a, COUNT(identity_a)};
static const struct replacement replaced_a = {2, 2, 20260301, "SN 1"};

static const struct snapshot_device device_a = {
    .index = GW_A,
    .name = "gw-a",
    .address = "192.0.2.17:502",
    .interval_ms = INTERVAL,
    .cell_interval_ms = CELL_INTERVAL,
    .health = {true, NOW - 1500, 345, INTERVAL, 65000, (1ULL << 32) + 17, 2, 3, 4, 5, 64, 4, 2, 15},
    .transport = SNAPSHOT_MODBUS_TCP,
    .aggregator = AG_1,
    .expected = 9,
    .mismatches = 2,
    .limit = limits_a,
    .limits = COUNT(limits_a),
    .identities = &identities_a,
    .replaced = &replaced_a,
    .replacements = 1,
};

static const struct snapshot_device device_b = {
    .index = GW_B,
    .name = "gw-b",
    .address = "[2001:db8::7]:502",
    .interval_ms = INTERVAL,
    .cell_interval_ms = CELL_INTERVAL,
    .health = {.answered_ms = NOW - 100000, .interval_ms = 12000},
    .transport = SNAPSHOT_MODBUS_RTU,
};

static const struct snapshot_entry entries_ab[] = {
    {GW_A, "gw-a"},
    {GW_B, "gw-b"}
};

static const struct snapshot_entry entries_all[] = {
    {GW_A, "gw-a", DEVICE_GATEWAY},
    {TH_A, "th-a", DEVICE_TH     },
    {GW_B, "gw-b", DEVICE_LINE   }
};

static inline struct alarm alarm_of(uint32_t id, int kind, uint32_t gateway, int ups, int string,
                                    int cell)
{
    const struct alarm_kind *k = &alarm_kinds[alarm_row((uint16_t)kind)];
    struct alarm a = {.id = id,
                      .kind = (uint16_t)kind,
                      .severity = (uint8_t)k->severity,
                      .level = (uint8_t)k->level,
                      .gateway = gateway,
                      .ups = (uint16_t)ups,
                      .string = (uint16_t)string,
                      .cell = (uint16_t)cell,
                      .raised_ms = WALL};

    snprintf(a.object, sizeof(a.object), "object of %u", id);
    snprintf(a.text, sizeof(a.text), "text of %u", id);
    return a;
}

static inline void give_value(struct alarm *a, int32_t value, int decimals, const char *unit)
{
    a->has_value = true;
    a->value = value;
    a->decimals = (uint8_t)decimals;
    snprintf(a->unit, sizeof(a->unit), "%s", unit);
}

/* It went and came back, somebody has acknowledged it, and its string is under maintenance. */
static inline void give_history(struct alarm *a)
{
    a->peak = a->value + 100;
    a->occurrences = 3;
    a->cause_id = 14;
    a->suppressed = 2;
    a->changed_ms = a->acked_ms = WALL + 61000;
    a->shelved_until_ms = WALL;
    strcpy(a->acked_by, "jd");
    strcpy(a->ack_note, "on my way");
    strcpy(a->shelved_by, "mm");
    strcpy(a->shelved_reason, "new block");
}

static inline struct event happened(uint32_t sequence, enum event_what what, struct alarm a)
{
    return (struct event){.sequence = sequence,
                          .what = (uint8_t)what,
                          .stored = sequence != 21,
                          .wall_ms = WALL + 61000,
                          .alarm = a};
}

/* Alarms 5 (a cell), 9 (a string, with a value), 14 (a UPS); 11 is left to the agent's own. */
static inline void put_ab_alarms(struct plant *p)
{
    struct alarm a[3] = {alarm_of(5, ALARM_CELL_COMM_LOST, GW_A, 1, 2, 2),
                         alarm_of(9, 40, GW_A, 3, 5, 0),
                         alarm_of(14, ALARM_UPS_COMM_LOST, GW_B, 2, 0, 0)};
    struct event e[4];

    give_value(&a[1], 54024, 2, "V");
    give_history(&a[1]);
    e[0] = happened(20, EVENT_RAISED, a[0]);
    e[1] = happened(21, EVENT_RAISED, a[1]);
    e[2] = happened(22, EVENT_CLEARED, alarm_of(4, 57, GW_A, 0, 2, 0));
    e[3] = happened(24, EVENT_RAISED, a[2]);
    put_alarms(p, a, COUNT(a), e, COUNT(e));
}

/* The agent's own alarm, as if own.c had raised it: between the collector's. */
static inline void add_own(struct plant *p)
{
    p->own.active = true;
    p->own.alarm = alarm_of(11, ALARM_COLLECTOR_DOWN, 0, 0, 0, 0);
    p->own.event[0] = happened(23, EVENT_RAISED, p->own.alarm);
    p->own.events = 1;
    p->own.changed_ms = NOW - 50000;
}

static inline void put_th(struct plant *p)
{
    static struct th_controller c;

    fill_th(&c);
    put_th_at(p, NOW - 1000, &device_th, &c);
}

static inline void put_ab(struct plant *p)
{
    static struct gateway g;

    fill_a(&g);
    put_device_at(p, NOW - 1000, &device_a, &g);
    fill_b(&g);
    put_device_at(p, NOW - 1000, &device_b, &g);
    put_th(p);
    put_ab_alarms(p);
    put_site_at(p, NOW - 5000, 24, 14, entries_all, COUNT(entries_all));
}

/* ---- set-up ------------------------------------------------------------------------------ */

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    return remove(path);
}

static inline void open_state(struct plant *p)
{
    p->fd = fsio_open_dir(p->state, 0755);
    assert_true(p->fd >= 0);
}

/* An empty StateDir. */
static inline int plant_start(void **state)
{
    struct plant *p = calloc(1, sizeof(*p));

    if (p == NULL)
        return -1;
    strcpy(p->dir, "/tmp/btms-view-XXXXXX");
    if (mkdtemp(p->dir) == NULL)
        return -1;
    snprintf(p->state, sizeof(p->state), "%s/run", p->dir);
    snprintf(p->data, sizeof(p->data), "%s/data", p->dir);
    open_state(p);
    if (view_init(&p->view, p->state) != 0)
        return -1;
    mib_init(&p->mib, &p->view, &p->own, &VIEW_ROOT);
    p->mib.now_ms = NOW;
    p->mib.uptime_zero_ms = NOW - 600000;
    p->mib.counters_ms = NOW - 300000;
    *state = p;
    return 0;
}

static inline int plant_stop(void **state)
{
    struct plant *p = *state;

    view_done(&p->view);
    close(p->fd);
    nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}

/* All devices, the alarms, the agent's own. */
static inline int plant_start_full(void **state)
{
    struct plant *p;

    if (plant_start(state) != 0)
        return -1;
    p = *state;
    put_ab(p);
    add_own(p);
    return view_refresh(&p->view) ? 0 : -1;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* The value of `object` with the index numbers that follow, ended by -1. */
static inline struct agentx_value value_of(struct plant *p, const char *object, const int *index)
{
    uint32_t at[MIB_INDEXES_MAX] = {0};
    struct agentx_value v;
    struct oid name;

    for (int i = 0; i < MIB_INDEXES_MAX && index[i] >= 0; i++)
        at[i] = (uint32_t)index[i];
    mib_name(&p->mib, object, at, &name);
    assert_false(oid_equal(&name, &p->mib.objects));
    mib_get(&p->mib, &name, &v);
    return v;
}

#define AT(...) ((const int[]){__VA_ARGS__, -1, -1, -1})

static inline int64_t number_of(struct plant *p, const char *object, const int *index)
{
    struct agentx_value v = value_of(p, object, index);

    if (v.kind == AGENTX_INTEGER32)
        return v.integer;
    if (v.kind != AGENTX_GAUGE32 && v.kind != AGENTX_COUNTER32 && v.kind != AGENTX_TIME_TICKS)
        fail_msg("%s is of kind %d", object, (int)v.kind);
    return v.number;
}

static inline void assert_none(struct plant *p, const char *object, const int *index)
{
    struct agentx_value v = value_of(p, object, index);

    if (v.kind != AGENTX_NO_SUCH_INSTANCE)
        fail_msg("%s has a value of kind %d", object, (int)v.kind);
}

static inline void assert_octets(struct plant *p, const char *object, const int *index,
                                 const void *data, size_t size)
{
    struct agentx_value v = value_of(p, object, index);

    assert_int_equal(v.kind, AGENTX_OCTET_STRING);
    assert_int_equal(v.octets.size, size);
    assert_memory_equal(v.octets.data, data, size);
}

static inline void assert_text(struct plant *p, const char *object, const int *index,
                               const char *text)
{
    assert_octets(p, object, index, text, strlen(text));
}

#endif
