/*
 * The writing half of snapshot.h. The size of a file is known before its first byte: the buffer is
 * grown once, if at all, and filled in one pass. That the pass ended where the size said is checked
 * in snapshot_finish(), so a record that does not have the size of its section cannot leave this file.
 */
#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/snapshot_own.h"
#include "core/wire.h"

#include <stdlib.h>
#include <string.h>

/* ---- the file ---------------------------------------------------------------------------- */

static bool grow(struct snapshot_buffer *b, size_t size)
{
    uint8_t *data;

    if (size <= b->capacity)
        return true;
    data = realloc(b->data, size);
    if (data == NULL)
        return false;
    b->data = data;
    b->capacity = size;
    return true;
}

bool snapshot_begin(struct wire_out *out, struct snapshot_buffer *b, enum snapshot_kind kind,
                    const struct snapshot_stamp *stamp, size_t sections, size_t records)
{
    size_t size = HEADER_SIZE + sections * SECTION_HEADER_SIZE + records + TRAILER_SIZE;

    if (size > UINT32_MAX || !grow(b, size))
        return false;
    *out = wire_writer(b->data, size);
    wire_put_u32(out, SNAPSHOT_MAGIC);
    wire_put_u8(out, (uint8_t)kind);
    wire_put_u8(out, SNAPSHOT_MAJOR);
    wire_put_u16(out, SNAPSHOT_MINOR);
    wire_put_u32(out, (uint32_t)size);
    wire_put_u32(out, stamp->counter);
    wire_put_bytes(out, stamp->boot_id, sizeof(stamp->boot_id));
    put_i64(out, stamp->boot_ms);
    put_i64(out, stamp->wall_ms);
    wire_put_u64(out, stamp->store_id);
    wire_put_u16(out, (uint16_t)sections);
    return true;
}

void snapshot_put_limits(struct wire_out *out, const struct snapshot_limit *l, size_t n)
{
    put_section(out, SECTION_LIMITS, RECORD_LIMIT, n);
    for (const struct snapshot_limit *end = l + n; l < end; l++) {
        wire_put_u8(out, l->string);
        wire_put_u16(out, l->kind);
        wire_put_u8(out, l->mode);
        wire_put_u8(out, l->per_element);
        wire_put_u32(out, (uint32_t)l->warning);
        wire_put_u32(out, (uint32_t)l->critical);
        wire_put_u32(out, l->hysteresis);
        wire_put_u32(out, l->raise_ms);
        wire_put_u32(out, l->clear_ms);
    }
}

size_t snapshot_finish(struct wire_out *out)
{
    wire_put_u32(out, snapshot_crc(out->data, out->pos));
    return !out->bad && out->pos == out->size ? out->size : 0;
}

/* ---- a gateway --------------------------------------------------------------------------- */

static void put_health(struct wire_out *out, const struct health *h)
{
    wire_put_u8(out, h->reachable);
    put_i64(out, h->answered_ms);
    wire_put_u32(out, h->poll_ms);
    wire_put_u32(out, h->interval_ms);
    wire_put_u32(out, h->cell_interval_ms);
    wire_put_u64(out, h->requests);
    wire_put_u64(out, h->timeouts);
    wire_put_u64(out, h->exceptions);
    wire_put_u64(out, h->mismatches);
    wire_put_u64(out, h->reconnects);
    wire_put_u16(out, h->window);
    wire_put_u16(out, h->span_cells);
    wire_put_u16(out, h->string_words);
}

void snapshot_put_device(struct wire_out *out, const struct snapshot_device *d)
{
    put_section(out, SECTION_DEVICE, RECORD_DEVICE, 1);
    wire_put_u32(out, d->index);
    put_text(out, d->name, sizeof(d->name));
    put_text(out, d->address, sizeof(d->address));
    wire_put_u32(out, d->interval_ms);
    wire_put_u32(out, d->cell_interval_ms);
    put_health(out, &d->health);
    wire_put_u8(out, d->transport);
    wire_put_u32(out, d->aggregator);
    wire_put_u32(out, d->expected);
    wire_put_u32(out, d->mismatches);
    wire_put_u16(out, d->health.connections);
}

static void put_ups(struct wire_out *out, int number, const struct ups *u)
{
    wire_put_u8(out, (uint8_t)number);
    wire_put_u8(out, (uint8_t)u->presence);
    put_i64(out, u->read_ms);
    put_quantities(out, u->value, u->validity, UPS_QUANTITIES);
}

static size_t cells_of(const struct string *s)
{
    if (s->presence == PRESENCE_NEVER)
        return 0;
    return s->cells < CELL_MAX ? s->cells : CELL_MAX;
}

static void put_string(struct wire_out *out, int number, const struct string *s)
{
    wire_put_u8(out, (uint8_t)number);
    wire_put_u8(out, (uint8_t)s->presence);
    wire_put_u8(out, (uint8_t)s->cell_type);
    wire_put_u8(out, (uint8_t)cells_of(s));
    wire_put_u16(out, s->hall_a);
    put_i64(out, s->read_ms);
    put_i64(out, s->cells_read_ms);
    put_i64(out, s->cells_interval_ms);
    put_quantities(out, s->value, s->validity, STRING_QUANTITIES);
    wire_put_u8(out, s->ambient_seen);
    wire_put_u8(out, s->cells_expected);
    wire_put_u16(out, s->capacity_ah);
}

static void put_cells(struct wire_out *out, int string, const struct string *s)
{
    size_t cells = cells_of(s);

    for (size_t i = 0; i < cells; i++) {
        wire_put_u8(out, (uint8_t)string);
        wire_put_u8(out, (uint8_t)(i + 1));
        wire_put_u8(out, s->cell[i].seen);
        put_quantities(out, s->cell[i].value, s->cell[i].validity, CELL_QUANTITIES);
    }
}

struct census {
    size_t ups, strings, cells;
};

static struct census count(const struct gateway *g)
{
    struct census n = {0};

    for (int i = 0; i < UPS_MAX; i++)
        n.ups += g->ups[i].presence != PRESENCE_NEVER;
    for (int i = 0; i < STRING_MAX; i++) {
        n.strings += g->string[i].presence != PRESENCE_NEVER;
        n.cells += cells_of(&g->string[i]);
    }
    return n;
}

static void put_gateway(struct wire_out *out, const struct gateway *g, const struct census *n)
{
    put_section(out, SECTION_UPS, RECORD_UPS, n->ups);
    for (int i = 0; i < UPS_MAX; i++)
        if (g->ups[i].presence != PRESENCE_NEVER)
            put_ups(out, i + 1, &g->ups[i]);
    put_section(out, SECTION_STRINGS, RECORD_STRING, n->strings);
    for (int i = 0; i < STRING_MAX; i++)
        if (g->string[i].presence != PRESENCE_NEVER)
            put_string(out, i + 1, &g->string[i]);
    put_section(out, SECTION_CELLS, RECORD_CELL, n->cells);
    for (int i = 0; i < STRING_MAX; i++)
        put_cells(out, i + 1, &g->string[i]);
}

size_t snapshot_encode_device(const struct snapshot_stamp *stamp, const struct snapshot_device *d,
                              const struct gateway *g, struct snapshot_buffer *ret)
{
    const struct census n = count(g);
    struct wire_out out;

    if (!snapshot_begin(&out, ret, SNAPSHOT_DEVICE, stamp, 10,
                        RECORD_DEVICE + n.ups * RECORD_UPS + n.strings * RECORD_STRING +
                            n.cells * RECORD_CELL + d->limits * RECORD_LIMIT +
                            snapshot_identities_size(d) + d->replacements * RECORD_REPLACED +
                            snapshot_added_size(g) + d->parts * RECORD_PART))
        return 0;
    snapshot_put_device(&out, d);
    put_gateway(&out, g, &n);
    snapshot_put_limits(&out, d->limit, d->limits);
    snapshot_put_identities(&out, d);
    snapshot_put_replaced(&out, d);
    snapshot_put_added(&out, g);
    snapshot_put_parts(&out, d->part, d->parts);
    return snapshot_finish(&out);
}

/* ---- the site, the alarms ---------------------------------------------------------------- */

size_t snapshot_encode_site(const struct snapshot_stamp *stamp, const struct snapshot_site *site,
                            const struct snapshot_entry *entry, size_t entries,
                            struct snapshot_buffer *ret)
{
    struct wire_out out;

    if (!snapshot_begin(&out, ret, SNAPSHOT_SITE, stamp, 5,
                        RECORD_SITE + entries * RECORD_ENTRY + site->limits * RECORD_LIMIT +
                            site->aggregators * RECORD_AGGREGATOR + site->parts * RECORD_PART))
        return 0;
    put_section(&out, SECTION_SITE, RECORD_SITE, 1);
    put_text(&out, site->version, sizeof(site->version));
    wire_put_u32(&out, site->sequence);
    wire_put_u32(&out, site->alarm_id);
    put_i64(&out, site->alarms_changed_ms);
    wire_put_u32(&out, site->interval_ms);
    put_section(&out, SECTION_ENTRIES, RECORD_ENTRY, entries);
    for (size_t i = 0; i < entries; i++) {
        wire_put_u32(&out, entry[i].index);
        put_text(&out, entry[i].name, sizeof(entry[i].name));
        wire_put_u8(&out, entry[i].kind);
    }
    snapshot_put_limits(&out, site->limit, site->limits);
    snapshot_put_aggregators(&out, site->aggregator, site->aggregators);
    snapshot_put_parts(&out, site->part, site->parts);
    return snapshot_finish(&out);
}

static void put_alarm(struct wire_out *out, const struct alarm *a)
{
    wire_put_u32(out, a->id);
    wire_put_u16(out, a->kind);
    wire_put_u8(out, a->severity);
    wire_put_u8(out, a->level);
    wire_put_u32(out, a->gateway);
    wire_put_u16(out, a->ups);
    wire_put_u16(out, a->string);
    wire_put_u16(out, a->cell);
    wire_put_u8(out, a->has_value);
    wire_put_u32(out, (uint32_t)a->value);
    wire_put_u8(out, a->decimals);
    wire_put_u8(out, a->has_limit);
    wire_put_u32(out, (uint32_t)a->limit);
    wire_put_u32(out, (uint32_t)a->peak);
    wire_put_u8(out, a->sources);
    wire_put_u8(out, a->stale);
    put_text(out, a->unit, sizeof(a->unit));
    put_text(out, a->object, sizeof(a->object));
    put_text(out, a->text, sizeof(a->text));
    put_i64(out, a->raised_ms);
    wire_put_u8(out, a->muted);
    wire_put_u32(out, a->occurrences);
    wire_put_u32(out, a->cause_id);
    wire_put_u32(out, a->suppressed);
    put_i64(out, a->changed_ms);
    put_i64(out, a->acked_ms);
    put_text(out, a->acked_by, sizeof(a->acked_by));
    put_text(out, a->ack_note, sizeof(a->ack_note));
    put_i64(out, a->shelved_until_ms);
    put_text(out, a->shelved_by, sizeof(a->shelved_by));
    put_text(out, a->shelved_reason, sizeof(a->shelved_reason));
}

static void put_event(struct wire_out *out, const struct event *e)
{
    wire_put_u32(out, e->sequence);
    wire_put_u8(out, e->what);
    wire_put_u8(out, e->stored);
    put_i64(out, e->wall_ms);
    put_alarm(out, &e->alarm);
}

size_t snapshot_encode_alarms(const struct snapshot_stamp *stamp, const struct alarm *active,
                              size_t actives, const struct event *event, size_t events,
                              struct snapshot_buffer *ret)
{
    size_t skipped = events > SNAPSHOT_EVENTS_MAX ? events - SNAPSHOT_EVENTS_MAX : 0;
    struct wire_out out;

    if (!snapshot_begin(&out, ret, SNAPSHOT_ALARMS, stamp, 2,
                        actives * RECORD_ALARM + (events - skipped) * RECORD_EVENT))
        return 0;
    put_section(&out, SECTION_ACTIVE, RECORD_ALARM, actives);
    for (size_t i = 0; i < actives; i++)
        put_alarm(&out, &active[i]);
    put_section(&out, SECTION_EVENTS, RECORD_EVENT, events - skipped);
    for (size_t i = skipped; i < events; i++)
        put_event(&out, &event[i]);
    return snapshot_finish(&out);
}
