/*
 * snapshot_fixture - gateways, sites and alarms to encode, and files to tamper with. The checksum
 * here is one of its own, bit by bit: a mistake in the product's must not pass.
 */
#ifndef TESTS_SNAPSHOT_FIXTURE_H
#define TESTS_SNAPSHOT_FIXTURE_H

#include "core/quantity.h"
#include "core/snapshot.h"
#include "../../support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXTURE_HEADER = 58, FIXTURE_MINOR = 6, FIXTURE_SIZE = 8, FIXTURE_COUNT = 56 };

static const struct snapshot_stamp fixture_stamp = {
    .counter = 0x01020304,
    .boot_id = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
                0x1e, 0x1f},
    .boot_ms = 0x0102030405060708,
    .wall_ms = 1700000000123,
    .store_id = 0xf1f2f3f4f5f6f7f8,
};

static const struct snapshot_limit fixture_limits[] = {
    {.kind = 20,                 .mode = SNAPSHOT_IN_FLOAT, true,              2330,              2400,       20,    120000, 60000},
    { .kind = 20, .mode = SNAPSHOT_IN_BOOST,                      true,              2450, SNAPSHOT_NO_LIMIT,         20, 60000,  60001     },
    { 1,     21,                         SNAPSHOT_IN_DISCHARGE,                false,         -5, INT32_MAX, UINT32_MAX,      10000,      0},
    { 4,           20,                               SNAPSHOT_IN_ANY, false, SNAPSHOT_NO_LIMIT,          SNAPSHOT_NO_LIMIT,     0,      0,      0},
};

/* clang-format off */
static struct identity fixture_identity[] = {
    {.level = ALARM_OF_GATEWAY,
     .location = "hall 2",
     .installed = 20240229,
     .note = "key at the desk"},
    {.level = ALARM_OF_UPS, .number = 2, .name = "UPS-A"},
    {.level = ALARM_OF_STRING,
     .number = 3,
     .name = "Ost \xc3\xbc",
     .location = "row B",
     .label = "INV-7",
     .manufacturer = "Maker",
     .model = "12V100",
     .installed = 20251231,
     .cell_label = "R2-S%02d",
     .cell_first = 21,
     .note = "ask Kim",
     .runbook = "https://wiki.example/btms"},
};
/* clang-format on */
static const struct identities fixture_identities = {fixture_identity, 3};
static const struct replacement fixture_replaced[] = {
    {1, 3, 20260301, "SN 1"       },
    {4, 1, 20251231, "SN \xc3\xbc"},
    {4, 2, 20260302, ""           },
};

static const struct part fixture_parts[] = {
    {TOPO_BM_GW,    PART_PRESENT, 0,  1,     ""          },
    {TOPO_BM_CS,    PART_MISSING, 32, 65535, ""          },
    {TOPO_PS_60_24, PART_UNKNOWN, 0,  1,     "ps\xc3\xa4"},
};

static const struct snapshot_device fixture_device = {
    .index = 17,
    .name = "gw-a",
    .address = "192.0.2.17:502",
    .interval_ms = 10000,
    .cell_interval_ms = 60000,
    .health = {true, 123456789012, 345, 10001, 60002, 1ULL << 40, 2, 3, 4, 5, 16, 3, 2, 15},
    .transport = SNAPSHOT_MODBUS_TCP,
    .aggregator = 0x1a2b3c4d,
    .expected = 70000,
    .mismatches = 3,
    .limit = fixture_limits,
    .limits = 4,
    .identities = &fixture_identities,
    .replaced = fixture_replaced,
    .replacements = 3,
    .part = fixture_parts,
    .parts = 3,
};

static const struct snapshot_aggregator fixture_aggregators[] = {
    {3,          "dc1",        "192.0.2.10 port 443", "basement", "AG-0017", SNAPSHOT_REACHED,    123456789000},
    {0x1a2b3c4d, "dc\xc3\xa4", "ag.example port 1",   "",         "",        SNAPSHOT_NOT_LOOKED, 0           },
};

static const struct snapshot_site fixture_site = {
    "0.1.0", 4711, 815, -5, 10000, fixture_limits, 2, fixture_aggregators, 2, fixture_parts, 3};
static const struct snapshot_entry fixture_entries[] = {
    {1, "gw-a"   },
    {2, "gw-b",    DEVICE_TH},
    {4000000000, "Halle \xc3\xbc"}
};

static inline void fixture_values(int32_t *value, uint8_t *validity, int n, uint32_t *seed)
{
    for (int q = 0; q < n; q++) {
        value[q] = (int32_t)check_random(seed);
        validity[q] = (uint8_t)(check_random(seed) % (VALIDITY_IMPOSSIBLE + 1));
    }
}

static inline void fixture_ups(struct ups *u, enum presence p, uint32_t seed)
{
    u->presence = p;
    u->read_ms = 1000 + seed;
    fixture_values(u->value, u->validity, UPS_QUANTITIES, &seed);
}

static inline void fixture_string(struct string *s, enum presence p, int cells, uint32_t seed)
{
    static const enum cell_type types[] = {CELL_TYPE_UNKNOWN, CELL_TYPE_2V, CELL_TYPE_6V,
                                           CELL_TYPE_12V};

    s->presence = p;
    s->cell_type = types[seed % 4];
    s->hall_a = (uint16_t)(100 * seed);
    s->cells = (uint8_t)cells;
    s->cells_expected = (uint8_t)(cells + 1 < CELL_MAX ? cells + 1 : CELL_MAX);
    s->capacity_ah = (uint16_t)(1000 + seed);
    s->read_ms = 2000 + seed;
    s->cells_read_ms = 3000 + seed;
    s->cells_interval_ms = 60000 + seed;
    for (int i = 0; i < cells; i++) {
        fixture_values(s->cell[i].value, s->cell[i].validity, CELL_QUANTITIES, &seed);
        s->cell[i].seen = i % 7 != 3;
    }
    fixture_values(s->value, s->validity, STRING_QUANTITIES, &seed);
}

/* Out of the order of their numbers, and one that has none; two channels of which one is told. */
static const struct quantity_def fixture_quantity = {
    .name = "kl\xc3\xa4ranlage",
    .string = 3,
    .cell = 17,
    .unit = 1,
    .decimals = 1,
    .factor = 25,
    .low.warning = LIMIT_OFF,
    .low.critical = -51,
    .high.warning = 101,
    .high.critical = 200,
};
static const struct channel_def fixture_leak = {"leak", "X4.1", 1, ALARM_MAJOR, 0, 0};

static inline void fixture_added(struct gateway *g)
{
    static const uint16_t numbers[] = {300, 0, 7};

    for (int i = 0; i < 3; i++)
        g->quantity[i] = (struct quantity){&fixture_quantity, numbers[i], VALIDITY_BEYOND,
                                           -7000000000 + i, 5000 + i};
    g->quantities = 3;
    g->channel[channel_at(0, CHANNEL_RELAY)].seen = true;
    g->channel[channel_at(0, CHANNEL_INPUT)].seen = true;
    g->channel[channel_at(9, CHANNEL_INPUT)].is = &fixture_leak;
}

/* Two UPS and two strings, one of each with a gap before it. free() it. */
static inline struct gateway *fixture_small(void)
{
    struct gateway *g = calloc(1, sizeof(*g));

    fixture_ups(&g->ups[0], PRESENCE_HERE, 1);
    fixture_ups(&g->ups[2], PRESENCE_SILENT, 2);
    fixture_string(&g->string[0], PRESENCE_HERE, 3, 3);
    fixture_string(&g->string[3], PRESENCE_GONE, 2, 4);
    g->string[3].ambient_seen = true;
    fixture_added(g);
    return g;
}

static inline struct gateway *fixture_full(void)
{
    struct gateway *g = calloc(1, sizeof(*g));

    for (int i = 0; i < UPS_MAX; i++)
        fixture_ups(&g->ups[i], PRESENCE_HERE + i % 3, 100 + (uint32_t)i);
    for (int i = 0; i < STRING_MAX; i++)
        fixture_string(&g->string[i], PRESENCE_HERE + i % 3, CELL_MAX, 200 + (uint32_t)i);
    return g;
}

/* Sensors 2, 17 and 120, and a new one. free() it. */
static inline struct th_controller *fixture_th(void)
{
    struct th_controller *c = calloc(1, sizeof(*c));
    static const uint8_t numbers[] = {2, 17, 120};
    uint32_t seed = 5;

    strcpy(c->name, fixture_device.name);
    c->health = fixture_device.health;
    c->counts_read_ms = 4005;
    c->expected = 119;
    fixture_values(c->count, c->count_validity, TH_COUNTS, &seed);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct th_sensor *s = &c->sensor[numbers[i]];

        s->presence = PRESENCE_HERE + (enum presence)(i % 3);
        s->read_ms = 5000 + numbers[i];
        fixture_values(s->value, s->validity, TH_QUANTITIES, &seed);
    }
    c->sensor[0].presence = PRESENCE_HERE;
    c->sensor[0].value[TH_STATUS] = TH_STATUS_OK;
    c->sensor[0].validity[TH_STATUS] = VALIDITY_GOOD;
    return c;
}

static inline struct alarm fixture_alarm(uint32_t id)
{
    struct alarm a;

    memset(&a, 0, sizeof(a));
    a.id = id;
    a.kind = (uint16_t)(40 + id % 7);
    a.severity = (uint8_t)(id % 5);
    a.level = ALARM_OF_CELL;
    a.gateway = 17;
    a.ups = 2;
    a.string = 3;
    a.cell = (uint16_t)(1 + id % 120);
    a.has_value = true;
    a.value = -(int32_t)id;
    a.decimals = 3;
    a.raised_ms = 1700000000000 + id;
    a.has_limit = id % 2 != 0;
    a.limit = -5;
    a.peak = -(int32_t)id - 7;
    a.sources = ALARM_SOURCE_DEVICE | ALARM_SOURCE_LIMIT;
    a.stale = id % 3 == 0;
    a.muted = id % 5 == 0;
    a.occurrences = 0xa0000000 + id;
    a.cause_id = 0xb0000000 + id;
    a.suppressed = 0xc0000000 + id;
    a.changed_ms = 1700000000100 + id;
    a.acked_ms = 1700000000200 + id;
    a.shelved_until_ms = 1700000000300 + id;
    strcpy(a.acked_by, "jd");
    strcpy(a.ack_note, "on my way");
    strcpy(a.shelved_by, "mm");
    strcpy(a.shelved_reason, "block 17 is replaced");
    strcpy(a.unit, "V");
    snprintf(a.object, sizeof(a.object), "gw-a / UPS 2 / string 3 / cell %d", a.cell);
    snprintf(a.text, sizeof(a.text), "%s: voltage low (%d mV)", a.object, (int)a.value);
    return a;
}

static inline struct event fixture_event(uint32_t sequence)
{
    struct event e;

    memset(&e, 0, sizeof(e));
    e.sequence = sequence;
    e.what = (uint8_t)(1 + sequence % 6);
    e.stored = sequence % 3 != 0;
    e.wall_ms = 1700000001000 + sequence;
    e.alarm = fixture_alarm(sequence / 2 + 1);
    return e;
}

/* ---- files ------------------------------------------------------------------------------- */

/* An encoded file in memory of exactly its size, for the sanitizer to see a read past the end. */
struct blob {
    uint8_t *data;
    size_t size;
};

static inline struct blob blob_of(const void *data, size_t size)
{
    struct blob b = {malloc(size > 0 ? size : 1), size};

    assert_true(b.data != NULL);
    memcpy(b.data, data, size);
    return b;
}

static inline struct blob blob_take(struct snapshot_buffer *from, size_t size)
{
    struct blob b;

    assert_true(size > 0 && size <= from->capacity);
    b = blob_of(from->data, size);
    free(from->data);
    return b;
}

static inline struct blob blob_device(const struct gateway *g)
{
    struct snapshot_buffer b = {0};
    size_t size = snapshot_encode_device(&fixture_stamp, &fixture_device, g, &b);

    return blob_take(&b, size);
}

static inline struct blob blob_small(void)
{
    struct gateway *g = fixture_small();
    struct blob b = blob_device(g);

    free(g);
    return b;
}

/* Frees the controller. */
static inline struct blob blob_th_of(struct th_controller *c)
{
    struct snapshot_buffer b = {0};
    size_t size = snapshot_encode_th(&fixture_stamp, &fixture_device, c, &b);

    free(c);
    return blob_take(&b, size);
}

static inline struct blob blob_th(void)
{
    return blob_th_of(fixture_th());
}

static inline struct blob blob_site(void)
{
    struct snapshot_buffer b = {0};
    size_t size = snapshot_encode_site(&fixture_stamp, &fixture_site, fixture_entries,
                                       COUNT(fixture_entries), &b);

    return blob_take(&b, size);
}

static inline struct blob blob_alarms(void)
{
    const struct alarm active[] = {fixture_alarm(3), fixture_alarm(5)};
    const struct event events[] = {fixture_event(5), fixture_event(6), fixture_event(7),
                                   fixture_event(9)};
    struct snapshot_buffer b = {0};
    size_t size =
        snapshot_encode_alarms(&fixture_stamp, active, COUNT(active), events, COUNT(events), &b);

    return blob_take(&b, size);
}

static inline enum snapshot_kind blob_kind(const struct blob *b)
{
    return (enum snapshot_kind)b->data[4];
}

static inline uint32_t blob_get(const struct blob *b, size_t at, int bytes)
{
    uint32_t v = 0;

    for (int i = 0; i < bytes; i++)
        v = v << 8 | b->data[at + (size_t)i];
    return v;
}

static inline void blob_put(struct blob *b, size_t at, int bytes, uint32_t v)
{
    for (int i = bytes; i-- > 0; v >>= 8)
        b->data[at + (size_t)i] = (uint8_t)v;
}

static inline uint32_t fixture_crc(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

/* Makes the checksum right again after tampering. */
static inline void blob_sign(struct blob *b)
{
    if (b->size >= 4)
        blob_put(b, b->size - 4, 4, fixture_crc(b->data, b->size - 4));
}

/* Where the header of section `kind` is. */
static inline size_t blob_section(const struct blob *b, uint32_t kind)
{
    size_t at = FIXTURE_HEADER;

    while (blob_get(b, at, 2) != kind) {
        at += 8 + (size_t)blob_get(b, at + 2, 2) * blob_get(b, at + 4, 4);
        assert_true(at < b->size);
    }
    return at;
}

/* Where record `i` of section `kind` is. */
static inline size_t blob_record(const struct blob *b, uint32_t kind, uint32_t i)
{
    size_t at = blob_section(b, kind);

    return at + 8 + (size_t)i * blob_get(b, at + 2, 2);
}

/* Puts `n` bytes of 0xee at `at`, and the new size into the header. */
static inline void blob_insert(struct blob *b, size_t at, size_t n)
{
    b->data = realloc(b->data, b->size + n);
    assert_true(b->data != NULL);
    memmove(b->data + at + n, b->data + at, b->size - at);
    memset(b->data + at, 0xee, n);
    b->size += n;
    blob_put(b, FIXTURE_SIZE, 4, (uint32_t)b->size);
}

/* ---- reading everything ------------------------------------------------------------------ */

static inline bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static inline void walk_alarm(const struct alarm *a)
{
    assert_true(ends(a->unit, sizeof(a->unit)) && ends(a->object, sizeof(a->object)) &&
                ends(a->text, sizeof(a->text)));
    assert_true(ends(a->acked_by, sizeof(a->acked_by)) && ends(a->ack_note, sizeof(a->ack_note)) &&
                ends(a->shelved_by, sizeof(a->shelved_by)) &&
                ends(a->shelved_reason, sizeof(a->shelved_reason)));
    assert_true(a->severity <= ALARM_CRITICAL && a->level <= ALARM_OF_QUANTITY && a->decimals <= 9);
}

static inline void walk_limits(const struct snapshot *s, int section, uint8_t strings)
{
    struct snapshot_limit l;

    for (uint32_t i = 0; i < s->section[section].count; i++) {
        snapshot_get_limit(s, i, &l);
        assert_true(l.string <= strings);
        assert_int_equal(snapshot_key(s, section, i),
                         (uint32_t)l.string << 24 | (uint32_t)l.kind << 8 | l.mode);
    }
}

static inline void walk_identities(const struct snapshot *s)
{
    struct identity is, found;
    struct replacement r;
    char label[IDENTITY_LABEL_SIZE];

    for (uint32_t i = 0; i < snapshot_identities(s); i++) {
        snapshot_get_identity(s, i, &is);
        assert_true(snapshot_find_identity(s, is.level, is.number, &found));
        assert_int_equal(found.installed, is.installed);
        assert_true(
            ends(is.name, sizeof(is.name)) && ends(is.location, sizeof(is.location)) &&
            ends(is.label, sizeof(is.label)) && ends(is.manufacturer, sizeof(is.manufacturer)) &&
            ends(is.model, sizeof(is.model)) && ends(is.cell_label, sizeof(is.cell_label)) &&
            ends(is.note, sizeof(is.note)) && ends(is.runbook, sizeof(is.runbook)));
        identity_cell_label(&is, CELL_MAX, label);
        assert_true(ends(label, sizeof(label)));
    }
    for (int cell = 0; cell < 256; cell++)
        if (snapshot_find_replacement(s, 4, cell, &r))
            assert_true(r.string == 4 && r.cell == cell && ends(r.serial, sizeof(r.serial)));
}

static inline void walk_parts(const struct snapshot *s)
{
    struct part p;

    for (uint32_t i = 0; i < snapshot_parts(s); i++) {
        bool known = snapshot_get_part(s, i, &p);

        assert_true(known == (p.device < TOPO_DEVICES));
        assert_true(p.state < PART_STATES && p.string <= STRING_MAX &&
                    ends(p.name, sizeof(p.name)));
    }
}

static inline void walk_added(const struct snapshot *s)
{
    struct snapshot_quantity q;
    struct snapshot_channel c;

    for (uint32_t i = 0; i < s->section[6].count; i++) {
        snapshot_get_quantity(s, i, &q);
        assert_int_equal(snapshot_key(s, 6, i), q.number);
        assert_true(q.decimals <= 6 && q.factor > 0 && q.validity <= VALIDITY_IMPOSSIBLE);
        assert_true(q.ups <= UPS_MAX && q.string <= STRING_MAX && q.cell <= CELL_MAX);
        assert_true(ends(q.name, sizeof(q.name)) && ends(q.unit, sizeof(q.unit)));
    }
    for (uint32_t i = 0; i < s->section[7].count; i++) {
        snapshot_get_channel(s, i, &c);
        assert_int_equal(snapshot_key(s, 7, i), c.module << 8 | c.number);
        assert_true(c.kind <= CHANNEL_INPUT && c.string <= STRING_MAX);
        assert_true(ends(c.name, sizeof(c.name)) && ends(c.label, sizeof(c.label)));
    }
}

static inline void walk_device(const struct snapshot *s)
{
    static struct string string;
    struct snapshot_device d;
    struct ups ups;
    struct cell cell;
    int a, b;

    snapshot_get_device(s, &d);
    assert_true(ends(d.name, sizeof(d.name)) && ends(d.address, sizeof(d.address)));
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_ups(s, i, &a, &ups);
        assert_true(a >= 1 && a <= UPS_MAX && ups.presence <= PRESENCE_SILENT);
    }
    for (uint32_t i = 0; i < s->section[2].count; i++) {
        snapshot_get_string(s, i, &a, &string);
        assert_true(a >= 1 && a <= STRING_MAX && string.cells <= CELL_MAX);
    }
    for (uint32_t i = 0; i < s->section[3].count; i++) {
        snapshot_get_cell(s, i, &a, &b, &cell);
        assert_true(a >= 1 && a <= STRING_MAX && b >= 1 && b <= CELL_MAX);
        for (int q = 0; q < CELL_QUANTITIES; q++)
            assert_true(cell.validity[q] <= VALIDITY_IMPOSSIBLE);
    }
    walk_limits(s, 4, STRING_MAX);
    walk_identities(s);
    walk_parts(s);
    walk_added(s);
}

static inline void walk_th(const struct snapshot *s)
{
    static struct th_controller c;
    struct snapshot_device d;
    int number;

    snapshot_get_th(s, &d, &c);
    assert_true(ends(d.name, sizeof(d.name)) && ends(c.name, sizeof(c.name)));
    for (int q = 0; q < TH_COUNTS; q++)
        assert_true(c.count_validity[q] <= VALIDITY_IMPOSSIBLE);
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_sensor(s, i, &number, &c.sensor[0]);
        assert_true(number >= 1 && number <= TH_SENSOR_MAX);
        assert_int_equal(snapshot_find(s, 1, (uint32_t)number), i);
        assert_true(c.sensor[0].presence <= PRESENCE_SILENT && c.sensor[0].read_ms >= 0);
        for (int q = 0; q < TH_QUANTITIES; q++)
            assert_true(c.sensor[0].validity[q] <= VALIDITY_IMPOSSIBLE);
    }
    walk_limits(s, 2, TH_SENSOR_MAX);
    walk_identities(s);
}

static inline void walk_site(const struct snapshot *s)
{
    struct snapshot_site site;
    struct snapshot_entry entry;
    struct snapshot_aggregator a;

    snapshot_get_site(s, &site);
    assert_true(ends(site.version, sizeof(site.version)));
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_entry(s, i, &entry);
        assert_true(entry.index >= 1 && ends(entry.name, sizeof(entry.name)));
    }
    walk_limits(s, 2, 0);
    walk_parts(s);
    for (uint32_t i = 0; i < s->section[4].count; i++) {
        snapshot_get_aggregator(s, i, &a);
        assert_true(a.index >= 1 && a.reach <= SNAPSHOT_REACHED && a.answered_ms >= 0);
        assert_true(ends(a.name, sizeof(a.name)) && ends(a.address, sizeof(a.address)) &&
                    ends(a.location, sizeof(a.location)) && ends(a.label, sizeof(a.label)));
        assert_int_equal(snapshot_key(s, 4, i), a.index);
    }
}

static inline void walk_alarms(const struct snapshot *s)
{
    struct alarm alarm;
    struct event event;

    for (uint32_t i = 0; i < s->section[0].count; i++) {
        snapshot_get_alarm(s, i, &alarm);
        walk_alarm(&alarm);
    }
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_event(s, i, &event);
        walk_alarm(&event.alarm);
        assert_true(event.what >= EVENT_RAISED && event.what <= EVENT_UNSHELVED);
    }
}

/* Opens and, if that works, reads every record. */
static inline enum snapshot_error walk(const struct blob *b, enum snapshot_kind kind)
{
    static void (*const walks[])(const struct snapshot *s) = {
        [SNAPSHOT_DEVICE] = walk_device,
        [SNAPSHOT_SITE] = walk_site,
        [SNAPSHOT_ALARMS] = walk_alarms,
        [SNAPSHOT_TH] = walk_th,
    };
    struct snapshot s;
    enum snapshot_error e = snapshot_open(b->data, b->size, kind, &s);

    if (e == SNAPSHOT_OK)
        walks[kind](&s);
    return e;
}

#endif
