/*
 * Any bytes as a snapshot: opened as each kind, and if that works every record read. Once as they
 * are and once with length and checksum made right, without which nothing gets past the header.
 */
#include "core/snapshot.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static void walk_limits(const struct snapshot *s, int section, uint8_t strings)
{
    struct snapshot_limit l;

    for (uint32_t i = 0; i < s->section[section].count; i++) {
        snapshot_get_limit(s, i, &l);
        check(l.string <= strings && snapshot_find(s, section, snapshot_key(s, section, i)) == i);
    }
}

static void walk_added(const struct snapshot *s)
{
    struct snapshot_quantity q;
    struct snapshot_channel c;

    for (uint32_t i = 0; i < s->section[6].count; i++) {
        snapshot_get_quantity(s, i, &q);
        check(ends(q.name, sizeof(q.name)) && ends(q.unit, sizeof(q.unit)));
        check(q.factor > 0 && q.decimals <= 6 && snapshot_find(s, 6, q.number) == i);
    }
    for (uint32_t i = 0; i < s->section[7].count; i++) {
        snapshot_get_channel(s, i, &c);
        check(ends(c.name, sizeof(c.name)) && ends(c.label, sizeof(c.label)));
        check(c.string <= STRING_MAX && snapshot_find(s, 7, snapshot_key(s, 7, i)) == i);
    }
}

/* Of a device and of a TH controller. The label of a cell is made of whatever the file says. */
static void walk_identities(const struct snapshot *s)
{
    struct identity is, found;
    char label[IDENTITY_LABEL_SIZE];

    for (uint32_t i = 0; i < snapshot_identities(s); i++) {
        snapshot_get_identity(s, i, &is);
        check(ends(is.name, sizeof(is.name)) && ends(is.location, sizeof(is.location)) &&
              ends(is.label, sizeof(is.label)) && ends(is.manufacturer, sizeof(is.manufacturer)) &&
              ends(is.model, sizeof(is.model)) && ends(is.cell_label, sizeof(is.cell_label)) &&
              ends(is.note, sizeof(is.note)) && ends(is.runbook, sizeof(is.runbook)));
        check(snapshot_find_identity(s, is.level, is.number, &found));
        check(found.installed == is.installed && strcmp(found.name, is.name) == 0);
        identity_cell_label(&is, CELL_MAX, label);
        check(ends(label, sizeof(label)));
    }
}

static void walk_replaced(const struct snapshot *s)
{
    const uint32_t n = s->section[9].count;
    struct replacement r;

    check(snapshot_any_replacement(s) == (n > 0));
    for (uint32_t i = 0; i < n; i++) {
        uint32_t key = snapshot_key(s, 9, i);

        check(snapshot_find_replacement(s, (int)(key >> 8), (int)(key & 0xff), &r));
        check(r.cell == (key & 0xff) && ends(r.serial, sizeof(r.serial)));
    }
}

/* Of a device and of the site. */
static void walk_parts(const struct snapshot *s)
{
    struct part p;

    for (uint32_t i = 0; i < snapshot_parts(s); i++) {
        check(snapshot_get_part(s, i, &p) == (p.device < TOPO_DEVICES));
        check(p.state <= PART_UNKNOWN && p.string <= STRING_MAX && ends(p.name, sizeof(p.name)));
    }
}

static void walk_device(const struct snapshot *s)
{
    static struct gateway g;
    struct snapshot_device d;
    struct ups u;
    struct cell c;
    int n, m;

    snapshot_get_device(s, &d);
    check(ends(d.name, sizeof(d.name)) && ends(d.address, sizeof(d.address)));
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_ups(s, i, &n, &u);
        g.ups[n - 1] = u;
    }
    for (uint32_t i = 0; i < s->section[2].count; i++)
        snapshot_get_string(s, i, &n, &g.string[i]);
    for (uint32_t i = 0; i < s->section[3].count; i++) {
        snapshot_get_cell(s, i, &n, &m, &c);
        g.string[n - 1].cell[m - 1] = c;
    }
    walk_added(s);
    walk_identities(s);
    walk_replaced(s);
    walk_parts(s);
    walk_limits(s, 4, STRING_MAX);
}

static void walk_th(const struct snapshot *s)
{
    static struct th_controller c;
    struct snapshot_device d;
    struct th_sensor t;
    int n;

    snapshot_get_th(s, &d, &c);
    check(ends(c.name, sizeof(c.name)) && ends(d.address, sizeof(d.address)));
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_sensor(s, i, &n, &t);
        c.sensor[n] = t;
        check(snapshot_find(s, 1, (uint32_t)n) == i);
    }
    walk_identities(s);
    walk_limits(s, 2, TH_SENSOR_MAX);
}

static void walk_site(const struct snapshot *s)
{
    struct snapshot_site site;
    struct snapshot_entry e;
    struct snapshot_aggregator a;

    snapshot_get_site(s, &site);
    check(ends(site.version, sizeof(site.version)));
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_entry(s, i, &e);
        check(e.index > 0 && ends(e.name, sizeof(e.name)));
    }
    for (uint32_t i = 0; i < s->section[4].count; i++) {
        snapshot_get_aggregator(s, i, &a);
        check(a.index > 0 && a.reach <= SNAPSHOT_REACHED && ends(a.name, sizeof(a.name)) &&
              ends(a.address, sizeof(a.address)) && ends(a.location, sizeof(a.location)) &&
              ends(a.label, sizeof(a.label)));
    }
    walk_parts(s);
    walk_limits(s, 2, 0);
}

static void check_alarm(const struct alarm *a)
{
    check(a->severity <= ALARM_CRITICAL && a->level <= ALARM_OF_QUANTITY);
    check(alarm_severity_name((enum alarm_severity)a->severity) != NULL);
    check(ends(a->unit, sizeof(a->unit)) && ends(a->object, sizeof(a->object)) &&
          ends(a->text, sizeof(a->text)));
    check(ends(a->acked_by, sizeof(a->acked_by)) && ends(a->ack_note, sizeof(a->ack_note)) &&
          ends(a->shelved_by, sizeof(a->shelved_by)) &&
          ends(a->shelved_reason, sizeof(a->shelved_reason)));
}

static void walk_alarms(const struct snapshot *s)
{
    struct alarm a;
    struct event e;

    for (uint32_t i = 0; i < s->section[0].count; i++) {
        snapshot_get_alarm(s, i, &a);
        check_alarm(&a);
    }
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_event(s, i, &e);
        check(e.what >= EVENT_RAISED && e.what <= EVENT_UNSHELVED);
        check_alarm(&e.alarm);
    }
}

static void open_as(enum snapshot_kind kind, const uint8_t *data, size_t size,
                    void (*walk)(const struct snapshot *s))
{
    struct snapshot s;
    enum snapshot_error e = snapshot_open(data, size, kind, &s);

    check(snapshot_error_text(e) != NULL);
    if (e == SNAPSHOT_OK)
        walk(&s);
}

static void open_all(const uint8_t *data, size_t size)
{
    open_as(SNAPSHOT_DEVICE, data, size, walk_device);
    open_as(SNAPSHOT_SITE, data, size, walk_site);
    open_as(SNAPSHOT_ALARMS, data, size, walk_alarms);
    open_as(SNAPSHOT_TH, data, size, walk_th);
}

static void put_u32(uint8_t *p, uint32_t v)
{
    for (int i = 4; i-- > 0; v >>= 8)
        p[i] = (uint8_t)v;
}

static uint32_t crc(const uint8_t *data, size_t size)
{
    uint32_t v = UINT32_MAX;

    for (size_t i = 0; i < size; i++) {
        v ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            v = v & 1 ? v >> 1 ^ 0xedb88320u : v >> 1;
    }
    return ~v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy;

    open_all(data, size);
    if (size < 16)
        return 0;
    copy = malloc(size);
    if (copy == NULL)
        return 0;
    memcpy(copy, data, size);
    put_u32(copy + 8, (uint32_t)size);
    put_u32(copy + size - 4, crc(copy, size - 4));
    open_all(copy, size);
    free(copy);
    return 0;
}
