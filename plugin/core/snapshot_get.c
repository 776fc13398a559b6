/*
 * The get functions of snapshot.h. The record is there and long enough, snapshot_open() has seen to
 * that; what is left to do is to bring every value into the range of its type.
 */
#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/snapshot_own.h"
#include "core/wire.h"

#include <string.h>

static enum cell_type get_cell_type(struct wire_in *in)
{
    switch (wire_get_u8(in)) {
    case CELL_TYPE_2V:
        return CELL_TYPE_2V;
    case CELL_TYPE_6V:
        return CELL_TYPE_6V;
    case CELL_TYPE_12V:
        return CELL_TYPE_12V;
    default:
        return CELL_TYPE_UNKNOWN;
    }
}

/* ---- a gateway --------------------------------------------------------------------------- */

static void get_health(struct wire_in *in, struct health *ret)
{
    ret->reachable = get_bool(in);
    ret->answered_ms = get_ms(in);
    ret->poll_ms = wire_get_u32(in);
    ret->interval_ms = wire_get_u32(in);
    ret->cell_interval_ms = wire_get_u32(in);
    ret->requests = wire_get_u64(in);
    ret->timeouts = wire_get_u64(in);
    ret->exceptions = wire_get_u64(in);
    ret->mismatches = wire_get_u64(in);
    ret->reconnects = wire_get_u64(in);
    ret->window = wire_get_u16(in);
    ret->span_cells = wire_get_u16(in);
    ret->string_words = wire_get_u16(in);
}

void snapshot_get_device(const struct snapshot *s, struct snapshot_device *ret)
{
    struct wire_in in = record(s, SLOT_DEVICE, 0);

    memset(ret, 0, sizeof(*ret));
    ret->index = wire_get_u32(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    get_text(&in, ret->address, sizeof(ret->address));
    ret->interval_ms = wire_get_u32(&in);
    ret->cell_interval_ms = wire_get_u32(&in);
    get_health(&in, &ret->health);
    ret->transport = wire_get_u8(&in); /* 0, as what follows, where the record ends before it */
    ret->aggregator = wire_get_u32(&in);
    ret->expected = wire_get_u32(&in);
    ret->mismatches = wire_get_u32(&in);
    ret->health.connections = wire_get_u16(&in);
}

void snapshot_get_ups(const struct snapshot *s, uint32_t i, int *ret_number, struct ups *ret)
{
    struct wire_in in = record(s, SLOT_UPS, i);

    *ret_number = wire_get_u8(&in);
    ret->presence = get_presence(&in);
    ret->read_ms = get_ms(&in);
    get_quantities(&in, ret->value, ret->validity, UPS_QUANTITIES);
}

void snapshot_get_string(const struct snapshot *s, uint32_t i, int *ret_number, struct string *ret)
{
    struct wire_in in = record(s, SLOT_STRINGS, i);

    *ret_number = wire_get_u8(&in);
    ret->presence = get_presence(&in);
    ret->cell_type = get_cell_type(&in);
    ret->cells = get_at_most(&in, CELL_MAX);
    ret->hall_a = wire_get_u16(&in);
    ret->read_ms = get_ms(&in);
    ret->cells_read_ms = get_ms(&in);
    ret->cells_interval_ms = get_ms(&in);
    get_quantities(&in, ret->value, ret->validity, STRING_QUANTITIES);
    ret->ambient_seen = get_bool(&in);
    ret->cells_expected = get_at_most(&in, CELL_MAX);
    ret->capacity_ah = wire_get_u16(&in);
}

void snapshot_get_cell(const struct snapshot *s, uint32_t i, int *ret_string, int *ret_number,
                       struct cell *ret)
{
    struct wire_in in = record(s, SLOT_CELLS, i);

    *ret_string = wire_get_u8(&in);
    *ret_number = wire_get_u8(&in);
    *ret = (struct cell){.seen = get_bool(&in)};
    get_quantities(&in, ret->value, ret->validity, CELL_QUANTITIES);
}

/* ---- the site, the alarms ---------------------------------------------------------------- */

void snapshot_get_site(const struct snapshot *s, struct snapshot_site *ret)
{
    struct wire_in in = record(s, SLOT_SITE, 0);

    memset(ret, 0, sizeof(*ret));
    get_text(&in, ret->version, sizeof(ret->version));
    ret->sequence = wire_get_u32(&in);
    ret->alarm_id = wire_get_u32(&in);
    ret->alarms_changed_ms = get_ms(&in);
    ret->interval_ms = wire_get_u32(&in);
}

void snapshot_get_entry(const struct snapshot *s, uint32_t i, struct snapshot_entry *ret)
{
    struct wire_in in = record(s, SLOT_ENTRIES, i);

    ret->index = wire_get_u32(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    ret->kind = wire_get_u8(&in);
    ret->kind = in.bad ? DEVICE_GATEWAY : ret->kind;
}

void snapshot_get_limit(const struct snapshot *s, uint32_t i, struct snapshot_limit *ret)
{
    static const uint8_t slot[] = {
        [SNAPSHOT_DEVICE] = SLOT_LIMITS,
        [SNAPSHOT_SITE] = SLOT_SITE_LIMITS,
        [SNAPSHOT_TH] = SLOT_TH_LIMITS,
    };
    struct wire_in in = record(s, slot[s->kind], i);

    memset(ret, 0, sizeof(*ret));
    ret->string = wire_get_u8(&in);
    ret->kind = wire_get_u16(&in);
    ret->mode = wire_get_u8(&in);
    ret->per_element = get_bool(&in);
    ret->warning = (int32_t)wire_get_u32(&in);
    ret->critical = (int32_t)wire_get_u32(&in);
    ret->hysteresis = wire_get_u32(&in);
    ret->raise_ms = wire_get_u32(&in);
    ret->clear_ms = wire_get_u32(&in);
}

static void get_alarm(struct wire_in *in, struct alarm *ret)
{
    ret->id = wire_get_u32(in);
    ret->kind = wire_get_u16(in);
    ret->severity = get_at_most(in, ALARM_CRITICAL);
    ret->level = get_at_most(in, ALARM_OF_QUANTITY);
    ret->gateway = wire_get_u32(in);
    ret->ups = wire_get_u16(in);
    ret->string = wire_get_u16(in);
    ret->cell = wire_get_u16(in);
    ret->has_value = get_bool(in);
    ret->value = (int32_t)wire_get_u32(in);
    ret->decimals = get_at_most(in, 9); /* 10^9 is the highest that an i32 holds */
    ret->has_limit = get_bool(in);
    ret->limit = (int32_t)wire_get_u32(in);
    ret->peak = (int32_t)wire_get_u32(in);
    ret->sources = wire_get_u8(in);
    ret->stale = get_bool(in);
    get_text(in, ret->unit, sizeof(ret->unit));
    get_text(in, ret->object, sizeof(ret->object));
    get_text(in, ret->text, sizeof(ret->text));
    ret->raised_ms = get_ms(in);
    ret->muted = get_bool(in);
    ret->occurrences = wire_get_u32(in);
    ret->cause_id = wire_get_u32(in);
    ret->suppressed = wire_get_u32(in);
    ret->changed_ms = get_ms(in);
    ret->acked_ms = get_ms(in);
    get_text(in, ret->acked_by, sizeof(ret->acked_by));
    get_text(in, ret->ack_note, sizeof(ret->ack_note));
    ret->shelved_until_ms = get_ms(in);
    get_text(in, ret->shelved_by, sizeof(ret->shelved_by));
    get_text(in, ret->shelved_reason, sizeof(ret->shelved_reason));
}

void snapshot_get_alarm(const struct snapshot *s, uint32_t i, struct alarm *ret)
{
    struct wire_in in = record(s, SLOT_ACTIVE, i);

    memset(ret, 0, sizeof(*ret));
    get_alarm(&in, ret);
}

void snapshot_get_event(const struct snapshot *s, uint32_t i, struct event *ret)
{
    struct wire_in in = record(s, SLOT_EVENTS, i);

    memset(ret, 0, sizeof(*ret));
    ret->sequence = wire_get_u32(&in);
    ret->what = wire_get_u8(&in);
    if (ret->what < EVENT_RAISED || ret->what > EVENT_UNSHELVED)
        ret->what = EVENT_CHANGED;
    ret->stored = get_bool(&in);
    ret->wall_ms = get_ms(&in);
    get_alarm(&in, &ret->alarm);
}
