/*
 * What is written comes back, and files of other versions are read as promised.
 *
 * The golden files are of each format version, made once: `test_snapshot --golden DIRECTORY` writes
 * what the encoder of today makes of the same fixture. A new format version gets new files beside
 * the old ones, which stay readable.
 */
#include "snapshot_fixture.h"

#define GOLDEN "tests/data/"

static const struct {
    const char *name;
    struct blob (*make)(void);
} golden[] = {
    {"device-1.3.snap", blob_small },
    {"site-1.3.snap",   blob_site  },
    {"alarms-1.3.snap", blob_alarms},
    {"th-1.3.snap",     blob_th    },
};

static struct snapshot opened(const struct blob *b)
{
    struct snapshot s;

    assert_int_equal(snapshot_open(b->data, b->size, blob_kind(b), &s), SNAPSHOT_OK);
    return s;
}

/* ---- round trips ------------------------------------------------------------------------- */

static void want_stamp(const struct snapshot *s)
{
    assert_int_equal(s->major, SNAPSHOT_MAJOR);
    assert_int_equal(s->minor, SNAPSHOT_MINOR);
    assert_int_equal(s->stamp.counter, fixture_stamp.counter);
    assert_memory_equal(s->stamp.boot_id, fixture_stamp.boot_id, 16);
    assert_true(s->stamp.boot_ms == fixture_stamp.boot_ms);
    assert_true(s->stamp.wall_ms == fixture_stamp.wall_ms);
    assert_true(s->stamp.store_id == fixture_stamp.store_id);
}

static void want_device(const struct snapshot *s)
{
    const struct snapshot_device *w = &fixture_device;
    struct snapshot_device d;

    snapshot_get_device(s, &d);
    assert_int_equal(d.index, w->index);
    assert_string_equal(d.name, w->name);
    assert_string_equal(d.address, w->address);
    assert_int_equal(d.interval_ms, w->interval_ms);
    assert_int_equal(d.cell_interval_ms, w->cell_interval_ms);
    assert_true(d.health.reachable);
    assert_true(d.health.answered_ms == w->health.answered_ms);
    assert_int_equal(d.health.poll_ms, w->health.poll_ms);
    assert_int_equal(d.health.interval_ms, w->health.interval_ms);
    assert_int_equal(d.health.cell_interval_ms, w->health.cell_interval_ms);
    assert_true(d.health.requests == w->health.requests);
    assert_true(d.health.timeouts == 2 && d.health.exceptions == 3 && d.health.mismatches == 4 &&
                d.health.reconnects == 5);
    assert_true(d.health.window == 16 && d.health.span_cells == 2 && d.health.string_words == 15);
    assert_int_equal(d.health.connections, s->minor < 3 ? 0 : w->health.connections);
    assert_int_equal(d.transport, s->minor < 3 ? SNAPSHOT_TRANSPORT_UNKNOWN : w->transport);
    assert_int_equal(d.aggregator, s->minor < 3 ? 0 : w->aggregator);
    assert_int_equal(d.expected, s->minor < 3 ? 0 : w->expected);
    assert_int_equal(d.mismatches, s->minor < 3 ? 0 : w->mismatches);
}

static void want_ups(const struct ups *is, const struct ups *want)
{
    assert_int_equal(is->presence, want->presence);
    assert_true(is->read_ms == want->read_ms);
    assert_memory_equal(is->value, want->value, sizeof(is->value));
    assert_memory_equal(is->validity, want->validity, sizeof(is->validity));
}

static void want_string(const struct string *is, const struct string *want)
{
    assert_int_equal(is->presence, want->presence);
    assert_int_equal(is->cell_type, want->cell_type);
    assert_int_equal(is->hall_a, want->hall_a);
    if (is->cells_expected != 0) { /* since 1.3 */
        assert_int_equal(is->cells_expected, want->cells_expected);
        assert_int_equal(is->capacity_ah, want->capacity_ah);
    }
    assert_int_equal(is->cells, want->cells);
    assert_true(is->read_ms == want->read_ms);
    assert_true(is->cells_read_ms == want->cells_read_ms);
    assert_true(is->cells_interval_ms == want->cells_interval_ms);
    assert_memory_equal(is->value, want->value, sizeof(is->value));
    assert_memory_equal(is->validity, want->validity, sizeof(is->validity));
}

static void want_cell(const struct cell *is, const struct cell *want)
{
    assert_int_equal(is->seen, want->seen);
    assert_memory_equal(is->value, want->value, sizeof(is->value));
    assert_memory_equal(is->validity, want->validity, sizeof(is->validity));
}

static void want_limits(const struct snapshot *s, int section, uint32_t n)
{
    struct snapshot_limit l;

    assert_int_equal(s->section[section].count, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct snapshot_limit *w = &fixture_limits[i];

        snapshot_get_limit(s, i, &l);
        assert_true(l.string == w->string && l.kind == w->kind && l.mode == w->mode &&
                    l.per_element == w->per_element);
        assert_true(l.warning == w->warning && l.critical == w->critical &&
                    l.hysteresis == w->hysteresis && l.raise_ms == w->raise_ms &&
                    l.clear_ms == w->clear_ms);
    }
}

static void want_identities(const struct snapshot *s)
{
    struct identity i, *w = fixture_identity;
    struct replacement r;

    assert_int_equal(snapshot_identities(s), COUNT(fixture_identity));
    assert_true(snapshot_find_identity(s, ALARM_OF_GATEWAY, 0, &i));
    assert_string_equal(i.location, w[0].location);
    assert_int_equal(i.installed, w[0].installed);
    assert_string_equal(i.note, w[0].note);
    assert_true(snapshot_find_identity(s, ALARM_OF_UPS, 2, &i));
    assert_string_equal(i.name, w[1].name);
    assert_true(snapshot_find_identity(s, ALARM_OF_STRING, 3, &i));
    w += 2;
    assert_true(i.level == ALARM_OF_STRING && i.number == 3 && i.cell_first == w->cell_first);
    assert_string_equal(i.name, w->name);
    assert_string_equal(i.label, w->label);
    assert_string_equal(i.manufacturer, w->manufacturer);
    assert_string_equal(i.model, w->model);
    assert_string_equal(i.cell_label, w->cell_label);
    assert_string_equal(i.runbook, w->runbook);
    assert_false(snapshot_find_identity(s, ALARM_OF_STRING, 2, &i));
    assert_false(snapshot_find_identity(s, ALARM_OF_STRING, 4, &i));
    assert_int_equal(snapshot_find_replacement(s, 4, 1, &r), s->kind == SNAPSHOT_DEVICE);
    if (s->kind == SNAPSHOT_DEVICE) {
        assert_int_equal(r.date, 20251231);
        assert_string_equal(r.serial, "SN \xc3\xbc");
    }
    assert_false(snapshot_find_replacement(s, 1, 4, &r));
}

/* Every record is the one of the gateway that its number says, and there are as many as told. */
static void want_gateway(const struct snapshot *s, const struct gateway *g, uint32_t ups,
                         uint32_t strings, uint32_t cells)
{
    static struct string string;
    struct ups u;
    struct cell c;
    int a, b;

    assert_int_equal(s->section[1].count, ups);
    assert_int_equal(s->section[2].count, strings);
    assert_int_equal(s->section[3].count, cells);
    for (uint32_t i = 0; i < ups; i++) {
        snapshot_get_ups(s, i, &a, &u);
        want_ups(&u, &g->ups[a - 1]);
    }
    for (uint32_t i = 0; i < strings; i++) {
        snapshot_get_string(s, i, &a, &string);
        want_string(&string, &g->string[a - 1]);
    }
    for (uint32_t i = 0; i < cells; i++) {
        snapshot_get_cell(s, i, &a, &b, &c);
        want_cell(&c, &g->string[a - 1].cell[b - 1]);
    }
}

static void round_trip(struct gateway *g, uint32_t ups, uint32_t strings, uint32_t cells)
{
    struct blob b = blob_device(g);
    struct snapshot s = opened(&b);

    want_stamp(&s);
    want_device(&s);
    want_gateway(&s, g, ups, strings, cells);
    want_limits(&s, 4, COUNT(fixture_limits));
    want_identities(&s);
    free(b.data);
    free(g);
}

static void device__full__comes_back(void **state)
{
    (void)state;
    round_trip(fixture_full(), 32, 32, 32 * 120);
}

static void device__empty__comes_back(void **state)
{
    (void)state;
    round_trip(calloc(1, sizeof(struct gateway)), 0, 0, 0);
}

static void device__some__comes_back(void **state)
{
    (void)state;
    round_trip(fixture_small(), 2, 2, 5);
}

static void device__never_there__not_written(void **state)
{
    struct gateway *g = fixture_small();
    struct blob b;
    struct snapshot s;

    (void)state;
    g->string[0].presence = PRESENCE_NEVER;
    g->ups[0].presence = PRESENCE_NEVER;
    b = blob_device(g);
    s = opened(&b);
    want_gateway(&s, g, 1, 1, 2);
    free(b.data);
    free(g);
}

static void want_parts(const struct snapshot *s)
{
    struct part p;

    assert_int_equal(snapshot_parts(s), COUNT(fixture_parts));
    for (uint32_t i = 0; i < COUNT(fixture_parts); i++) {
        assert_true(snapshot_get_part(s, i, &p));
        assert_int_equal(p.device, fixture_parts[i].device);
        assert_int_equal(p.state, fixture_parts[i].state);
        assert_int_equal(p.string, fixture_parts[i].string);
        assert_int_equal(p.count, fixture_parts[i].count);
        assert_string_equal(p.name, fixture_parts[i].name);
    }
}

static void want_aggregators(const struct snapshot *s, uint32_t n)
{
    struct snapshot_aggregator a;

    assert_int_equal(s->section[4].count, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct snapshot_aggregator *w = &fixture_aggregators[i];

        snapshot_get_aggregator(s, i, &a);
        assert_int_equal(a.index, w->index);
        assert_string_equal(a.name, w->name);
        assert_string_equal(a.address, w->address);
        assert_string_equal(a.location, w->location);
        assert_string_equal(a.label, w->label);
        assert_int_equal(a.reach, w->reach);
        assert_true(a.answered_ms == w->answered_ms);
    }
}

/* Every sensor of `c` that ever was there, and no other; of place 0 its status. */
static void want_th(const struct snapshot *s, const struct th_controller *c, uint32_t sensors)
{
    static struct th_controller is;
    struct snapshot_device d;
    int number, before = 0;

    snapshot_get_th(s, &d, &is);
    assert_string_equal(is.name, c->name);
    assert_memory_equal(&is.health, &d.health, sizeof(is.health));
    assert_true(is.counts_read_ms == c->counts_read_ms);
    assert_int_equal(is.expected, c->expected);
    assert_memory_equal(is.count, c->count, sizeof(is.count));
    assert_memory_equal(is.count_validity, c->count_validity, sizeof(is.count_validity));
    assert_int_equal(th_new_sensor(&is), th_new_sensor(c));
    assert_int_equal(is.sensor[0].presence, c->sensor[0].presence);
    assert_int_equal(s->section[1].count, sensors);
    for (uint32_t i = 0; i < sensors; i++) {
        struct th_sensor t;

        memset(&t, 0, sizeof(t));
        snapshot_get_sensor(s, i, &number, &t);
        assert_true(number > before);
        assert_memory_equal(&t, &c->sensor[number], sizeof(t));
        before = number;
    }
}

static void th_round_trip(struct th_controller *c, uint32_t sensors)
{
    struct th_controller *want = malloc(sizeof(*want));
    struct blob b;
    struct snapshot s;

    *want = *c;
    b = blob_th_of(c);
    s = opened(&b);
    want_stamp(&s);
    want_device(&s);
    want_th(&s, want, sensors);
    want_limits(&s, 2, COUNT(fixture_limits));
    want_identities(&s);
    free(b.data);
    free(want);
}

static void th__some__comes_back(void **state)
{
    (void)state;
    th_round_trip(fixture_th(), 3);
}

static void th__full__comes_back(void **state)
{
    struct th_controller *c = fixture_th();
    uint32_t seed = 7;

    (void)state;
    for (int i = 1; i <= TH_SENSOR_MAX; i++) {
        c->sensor[i].presence = (enum presence)(PRESENCE_HERE + i % 3);
        fixture_values(c->sensor[i].value, c->sensor[i].validity, TH_QUANTITIES, &seed);
    }
    th_round_trip(c, TH_SENSOR_MAX);
}

static void th__no_sensor_and_unknown_place_0__comes_back(void **state)
{
    struct th_controller *c = fixture_th();

    (void)state;
    memset(c->sensor, 0, sizeof(c->sensor));
    assert_int_equal(th_new_sensor(c), TH_NEW_UNKNOWN);
    th_round_trip(c, 0);
}

static void th__nothing_new_at_place_0__comes_back(void **state)
{
    struct th_controller *c = fixture_th();

    (void)state;
    c->sensor[0].presence = PRESENCE_NEVER;
    c->sensor[0].value[TH_STATUS] = TH_STATUS_NONE;
    assert_int_equal(th_new_sensor(c), TH_NEW_NONE);
    th_round_trip(c, 3);
}

static void added__by_number__comes_back(void **state)
{
    static const uint16_t numbers[] = {7, 300};
    static const int codes[] = {1 << 8 | 1, 1 << 8 | 9, 2 << 8 | 10};
    struct blob b = blob_small();
    struct snapshot s = opened(&b);
    struct snapshot_quantity q;
    struct snapshot_channel c;
    struct string string = {0};
    int number;

    (void)state;
    assert_int_equal(s.section[6].count, 2); /* one has no number yet */
    for (uint32_t i = 0; i < 2; i++) {
        snapshot_get_quantity(&s, i, &q);
        assert_int_equal(q.number, numbers[i]);
        assert_string_equal(q.name, fixture_quantity.name);
        assert_string_equal(q.unit, "V");
        assert_int_equal(q.string, 3);
        assert_int_equal(q.cell, 17);
        assert_int_equal(q.ups, 0);
        assert_int_equal(q.decimals, 1);
        assert_int_equal(q.factor, 25);
        assert_int_equal(q.validity, VALIDITY_BEYOND);
        assert_true(q.raw == -7000000000 + (i == 0 ? 2 : 0));
        assert_int_equal(q.read_ms, 5000 + (i == 0 ? 2 : 0));
        assert_int_equal(q.low, -2); /* -2 * 25 is not below -51, -3 * 25 is */
        assert_int_equal(q.high, 4); /* 4 * 25 is not above 101, 5 * 25 is */
    }
    assert_int_equal(s.section[7].count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        snapshot_get_channel(&s, i, &c);
        assert_int_equal(snapshot_key(&s, 7, i), codes[i]);
        assert_int_equal(c.kind, i > 0);
        assert_int_equal(c.string, i == 2 ? 10 : 1);
        assert_int_equal(c.normal, i == 2 ? 1 : SNAPSHOT_NO_NORMAL);
        assert_string_equal(c.name, i == 2 ? "leak" : "");
        assert_string_equal(c.label, i == 2 ? "X4.1" : "");
        assert_int_equal(c.read_ms, i == 2 ? 0 : 2003);
    }
    for (uint32_t i = 0; i < 2; i++) {
        snapshot_get_string(&s, i, &number, &string);
        assert_int_equal(string.ambient_seen, number == 4);
    }
    free(b.data);
}

static void site__comes_back(void **state)
{
    struct blob b = blob_site();
    struct snapshot s = opened(&b);
    struct snapshot_site site;

    (void)state;
    want_stamp(&s);
    snapshot_get_site(&s, &site);
    assert_string_equal(site.version, fixture_site.version);
    assert_int_equal(site.sequence, 4711);
    assert_int_equal(site.alarm_id, 815);
    assert_true(site.alarms_changed_ms == 0); /* -5 is no time of a clock */
    assert_int_equal(site.interval_ms, 10000);
    assert_int_equal(s.section[1].count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        struct snapshot_entry e;

        memset(&e, 0, sizeof(e));
        snapshot_get_entry(&s, i, &e);
        assert_memory_equal(&e, &fixture_entries[i], sizeof(e));
    }
    want_aggregators(&s, COUNT(fixture_aggregators));
    want_parts(&s);
    free(b.data);
}

static void alarms__come_back(void **state)
{
    static const uint32_t ids[] = {3, 5}, sequences[] = {5, 6, 7, 9};
    struct blob b = blob_alarms();
    struct snapshot s = opened(&b);

    (void)state;
    want_stamp(&s);
    assert_int_equal(s.section[0].count, 2);
    assert_int_equal(s.section[1].count, 4);
    for (uint32_t i = 0; i < 2; i++) {
        struct alarm is, want = fixture_alarm(ids[i]);

        snapshot_get_alarm(&s, i, &is);
        assert_memory_equal(&is, &want, sizeof(is));
    }
    for (uint32_t i = 0; i < 4; i++) {
        struct event is, want = fixture_event(sequences[i]);

        snapshot_get_event(&s, i, &is);
        assert_memory_equal(&is, &want, sizeof(is));
    }
    free(b.data);
}

static void alarms__none__come_back(void **state)
{
    struct snapshot_buffer buffer = {0};
    size_t size = snapshot_encode_alarms(&fixture_stamp, NULL, 0, NULL, 0, &buffer);
    struct blob b = blob_take(&buffer, size);
    struct snapshot s = opened(&b);

    (void)state;
    assert_int_equal(s.section[0].count, 0);
    assert_int_equal(s.section[1].count, 0);
    free(b.data);
}

static void alarms__too_many_events__the_last_ones(void **state)
{
    enum { MANY = SNAPSHOT_EVENTS_MAX + 10 };
    struct event *events = calloc(MANY, sizeof(*events)), e;
    struct snapshot_buffer buffer = {0};
    struct blob b;
    struct snapshot s;

    (void)state;
    for (uint32_t i = 0; i < MANY; i++)
        events[i] = fixture_event(i + 1);
    b = blob_take(&buffer, snapshot_encode_alarms(&fixture_stamp, NULL, 0, events, MANY, &buffer));
    s = opened(&b);
    assert_int_equal(s.section[1].count, SNAPSHOT_EVENTS_MAX);
    snapshot_get_event(&s, 0, &e);
    assert_int_equal(e.sequence, 11);
    free(b.data);
    free(events);
}

/* Text that fills its array has lost its end before; it must not run on into the next field. */
static void encode__text_without_end__cut(void **state)
{
    struct snapshot_device d = fixture_device, is;
    struct gateway *g = calloc(1, sizeof(*g));
    struct snapshot_buffer buffer = {0};
    struct blob b;
    struct snapshot s;

    (void)state;
    memset(d.name, 'n', sizeof(d.name));
    b = blob_take(&buffer, snapshot_encode_device(&fixture_stamp, &d, g, &buffer));
    s = opened(&b);
    snapshot_get_device(&s, &is);
    assert_int_equal(strlen(is.name), NAME_SIZE - 1);
    assert_string_equal(is.address, d.address);
    free(b.data);
    free(g);
}

static void encode__again__same_buffer(void **state)
{
    struct gateway *full = fixture_full(), *small = fixture_small();
    struct snapshot_buffer b = {0};
    size_t size = snapshot_encode_device(&fixture_stamp, &fixture_device, full, &b);
    uint8_t *data = b.data;

    (void)state;
    assert_int_equal(b.capacity, size);
    assert_true(snapshot_encode_device(&fixture_stamp, &fixture_device, small, &b) < size);
    assert_int_equal(snapshot_encode_device(&fixture_stamp, &fixture_device, full, &b), size);
    assert_ptr_equal(b.data, data);
    assert_int_equal(b.capacity, size);
    free(b.data);
    free(full);
    free(small);
}

/* ---- golden files ------------------------------------------------------------------------ */

static struct blob read_golden(const char *name)
{
    char path[128];
    uint8_t data[1 << 16];
    FILE *f;
    struct blob b;

    snprintf(path, sizeof(path), GOLDEN "%s", name);
    f = fopen(path, "rb");
    if (f == NULL)
        fail_msg("%s: cannot be read; run the test from the top of the source tree", path);
    b = blob_of(data, fread(data, 1, sizeof(data), f));
    fclose(f);
    return b;
}

static void golden__same_bytes_and_readable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(golden); i++) {
        struct blob want = read_golden(golden[i].name), is = golden[i].make();

        assert_int_equal(is.size, want.size);
        assert_memory_equal(is.data, want.data, want.size);
        assert_int_equal(walk(&want, blob_kind(&want)), SNAPSHOT_OK);
        free(want.data);
        free(is.data);
    }
}

/* A file of an older program, whose strings had what is in their block. */
static void want_older(int minor, uint32_t device_limits, uint32_t site_limits)
{
    static const char *const kind[] = {"device", "site", "alarms"};
    struct gateway *g = fixture_small();

    for (struct string *is = g->string; minor < 2 && is < g->string + STRING_MAX; is++) {
        memset(is->value + STRING_IN_BLOCK, 0, STRING_ADDED * sizeof(is->value[0]));
        memset(is->validity + STRING_IN_BLOCK, VALIDITY_ABSENT, STRING_ADDED);
    }
    for (size_t i = 0; i < COUNT(kind); i++) {
        char name[32];
        struct blob b;
        struct snapshot s;

        snprintf(name, sizeof(name), "%s-1.%d.snap", kind[i], minor);
        b = read_golden(name);
        s = opened(&b);
        assert_int_equal(s.minor, minor);
        assert_int_equal(walk(&b, blob_kind(&b)), SNAPSHOT_OK);
        if (blob_kind(&b) == SNAPSHOT_DEVICE) {
            want_device(&s);
            want_gateway(&s, g, 2, 2, 5);
            want_limits(&s, 4, device_limits);
        } else if (blob_kind(&b) == SNAPSHOT_SITE) {
            want_limits(&s, 2, site_limits);
            want_aggregators(&s, 0); /* since 1.3 */
        }
        free(b.data);
    }
    free(g);
}

static void golden__older__readable(void **state)
{
    (void)state;
    want_older(0, 0, 0);
    want_older(1, COUNT(fixture_limits), 2);
    want_older(2, COUNT(fixture_limits), 2);
}

/* Read by hand, without the product: what snapshot.h says of the header, and some fields. */
static void golden__bytes_as_documented(void **state)
{
    struct blob b = read_golden("device-1.3.snap");
    size_t cell, limit;

    (void)state;
    assert_memory_equal(b.data, "BTMS\x01\x01\x00\x03", 8);
    assert_int_equal(blob_get(&b, 8, 4), b.size);
    assert_int_equal(blob_get(&b, 12, 4), 0x01020304);
    assert_int_equal(blob_get(&b, FIXTURE_COUNT, 2), 10);
    assert_int_equal(blob_get(&b, b.size - 4, 4), fixture_crc(b.data, b.size - 4));
    assert_int_equal(blob_get(&b, blob_section(&b, 4) + 2, 2), 38);
    cell = blob_record(&b, 4, 4); /* the last: string 4, cell 2 */
    assert_int_equal(blob_get(&b, cell, 3), 0x040201);
    limit = blob_record(&b, 9, 2);
    assert_int_equal(blob_get(&b, limit, 4), 0x01001503); /* string 1, cellVoltageLow, discharge */
    assert_int_equal(blob_get(&b, limit + 5, 4), (uint32_t)-5);
    assert_int_equal(blob_get(&b, limit + 17, 4), 10000);
    free(b.data);
}

static int write_golden(const char *directory)
{
    for (size_t i = 0; i < COUNT(golden); i++) {
        struct blob b = golden[i].make();
        char path[256];
        FILE *f;

        snprintf(path, sizeof(path), "%s/%s", directory, golden[i].name);
        f = fopen(path, "wb");
        if (f == NULL || fwrite(b.data, 1, b.size, f) != b.size || fclose(f) != 0) {
            perror(path);
            return 1;
        }
        free(b.data);
    }
    return 0;
}

/* ---- other versions ---------------------------------------------------------------------- */

/* A later minor: every record 3 bytes longer, and a section that is not known between the others. */
static struct blob as_later_minor(struct blob b)
{
    size_t at = FIXTURE_HEADER;

    for (uint32_t n = blob_get(&b, FIXTURE_COUNT, 2); n > 0; n--) {
        uint32_t size = blob_get(&b, at + 2, 2), count = blob_get(&b, at + 4, 4);

        blob_put(&b, at + 2, 2, size + 3);
        at += 8;
        for (uint32_t i = 0; i < count; i++, at += size + 3)
            blob_insert(&b, at + size, 3);
    }
    at = FIXTURE_HEADER + 8 +
         blob_get(&b, FIXTURE_HEADER + 2, 2) * (size_t)blob_get(&b, FIXTURE_HEADER + 4, 4);
    blob_insert(&b, at, 8 + 2 * 5);
    blob_put(&b, at, 2, 4711);
    blob_put(&b, at + 2, 2, 5);
    blob_put(&b, at + 4, 4, 2);
    blob_put(&b, FIXTURE_COUNT, 2, blob_get(&b, FIXTURE_COUNT, 2) + 1);
    blob_put(&b, FIXTURE_MINOR, 2, SNAPSHOT_MINOR + 1);
    blob_sign(&b);
    return b;
}

static void version__other_minor__read_as_before(void **state)
{
    struct gateway *g = fixture_small();
    struct blob device = as_later_minor(blob_device(g)), site = as_later_minor(blob_site()),
                alarms = as_later_minor(blob_alarms()), th = as_later_minor(blob_th());
    struct th_controller *c = fixture_th();
    struct snapshot s = opened(&device);
    struct event e;

    (void)state;
    assert_int_equal(s.minor, SNAPSHOT_MINOR + 1);
    want_device(&s);
    want_gateway(&s, g, 2, 2, 5);
    want_limits(&s, 4, COUNT(fixture_limits));
    assert_int_equal(walk(&site, SNAPSHOT_SITE), SNAPSHOT_OK);
    s = opened(&alarms);
    snapshot_get_event(&s, 3, &e);
    assert_int_equal(e.sequence, 9);
    assert_string_equal(e.alarm.unit, "V");
    s = opened(&th);
    want_device(&s);
    want_th(&s, c, 3);
    free(c);
    free(th.data);
    free(device.data);
    free(site.data);
    free(alarms.data);
    free(g);
}

static void version__other_major__refused(void **state)
{
    struct blob b = blob_small();

    (void)state;
    for (uint32_t major = 0; major < 256; major++) {
        blob_put(&b, 5, 1, major);
        blob_sign(&b);
        assert_int_equal(walk(&b, SNAPSHOT_DEVICE),
                         major == 1 ? SNAPSHOT_OK : SNAPSHOT_MAJOR_OTHER);
    }
    free(b.data);
}

static void names_and_texts(void **state)
{
    char name[32], again[32];

    (void)state;
    snapshot_device_name(17, name, sizeof(name));
    assert_string_equal(name, "dev-17.snap");
    snapshot_device_name(UINT32_MAX, again, sizeof(again));
    assert_string_equal(again, "dev-4294967295.snap");
    for (int e = SNAPSHOT_OK; e <= SNAPSHOT_HOSTILE; e++)
        assert_non_null(snapshot_error_text((enum snapshot_error)e));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device__full__comes_back),
        cmocka_unit_test(device__empty__comes_back),
        cmocka_unit_test(device__some__comes_back),
        cmocka_unit_test(device__never_there__not_written),
        cmocka_unit_test(th__some__comes_back),
        cmocka_unit_test(th__full__comes_back),
        cmocka_unit_test(th__no_sensor_and_unknown_place_0__comes_back),
        cmocka_unit_test(th__nothing_new_at_place_0__comes_back),
        cmocka_unit_test(added__by_number__comes_back),
        cmocka_unit_test(site__comes_back),
        cmocka_unit_test(alarms__come_back),
        cmocka_unit_test(alarms__none__come_back),
        cmocka_unit_test(alarms__too_many_events__the_last_ones),
        cmocka_unit_test(encode__text_without_end__cut),
        cmocka_unit_test(encode__again__same_buffer),
        cmocka_unit_test(golden__same_bytes_and_readable),
        cmocka_unit_test(golden__older__readable),
        cmocka_unit_test(golden__bytes_as_documented),
        cmocka_unit_test(version__other_minor__read_as_before),
        cmocka_unit_test(version__other_major__refused),
        cmocka_unit_test(names_and_texts),
    };

    if (argc == 3 && strcmp(argv[1], "--golden") == 0)
        return write_golden(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
