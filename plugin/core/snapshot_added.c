/*
 * What configuration describes of a device, in its file: quantities with the number that the store
 * gave them (those that have none yet are left out), relays and inputs.
 */
#include "core/quantity.h"
#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/snapshot_own.h"
#include "core/wire.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing: quantities ----------------------------------------------------------------- */

static size_t count_quantities(const struct gateway *g)
{
    size_t n = 0;

    for (int i = 0; i < g->quantities; i++)
        n += g->quantity[i].number != 0;
    return n;
}

/* The first count past a limit is past it by as little as can be: rounded toward what is well. */
static int64_t bound(const struct limit *l, int32_t factor, int worse)
{
    int64_t at = l->warning != LIMIT_OFF ? l->warning : l->critical;
    int64_t counts = at / factor, rest = at % factor;

    if (at == LIMIT_OFF)
        return SNAPSHOT_NO_BOUND;
    if (rest > 0 && worse < 0)
        return counts + 1;
    return rest < 0 && worse > 0 ? counts - 1 : counts;
}

static void put_quantity(struct wire_out *out, const struct quantity *q)
{
    const struct quantity_def *d = q->is;

    wire_put_u16(out, q->number);
    wire_put_u8(out, d->ups);
    wire_put_u8(out, d->string);
    wire_put_u8(out, d->cell);
    wire_put_u8(out, d->decimals);
    wire_put_u32(out, (uint32_t)d->factor);
    put_i64(out, q->raw);
    wire_put_u8(out, q->validity);
    put_i64(out, q->read_ms);
    put_i64(out, bound(&d->low, d->factor, -1));
    put_i64(out, bound(&d->high, d->factor, 1));
    put_text(out, d->name, sizeof(d->name));
    put_text(out, quantity_units[d->unit].name, EVENT_UNIT_SIZE);
}

static int by_number(const void *a, const void *b)
{
    const struct quantity *const *x = a, *const *y = b;

    return (*x)->number - (*y)->number;
}

static void put_quantities_of(struct wire_out *out, const struct gateway *g)
{
    const struct quantity *sorted[QUANTITY_MAX];
    size_t n = 0;

    for (int i = 0; i < g->quantities; i++)
        if (g->quantity[i].number != 0)
            sorted[n++] = &g->quantity[i];
    qsort(sorted, n, sizeof(sorted[0]), by_number);
    put_section(out, SECTION_QUANTITIES, RECORD_QUANTITY, n);
    for (size_t i = 0; i < n; i++)
        put_quantity(out, sorted[i]);
}

/* ---- writing: channels ------------------------------------------------------------------- */

static bool shown(const struct gateway *g, int channel)
{
    return g->channel[channel].seen || g->channel[channel].is != NULL;
}

static void put_channel(struct wire_out *out, const struct gateway *g, int s,
                        enum channel_kind kind)
{
    static const struct channel_def nothing = {.normal = CHANNEL_NOT_TOLD};
    const struct channel_def *d = g->channel[channel_at(s, kind)].is;
    int q = kind == CHANNEL_RELAY ? STRING_RELAY : STRING_AUX_INPUT;

    d = d != NULL ? d : &nothing;
    wire_put_u8(out, (uint8_t)channel_module(s));
    wire_put_u8(out, (uint8_t)channel_number(s, kind));
    wire_put_u8(out, (uint8_t)kind);
    wire_put_u8(out, (uint8_t)(s + 1));
    wire_put_u8(out, d->normal == CHANNEL_NOT_TOLD ? SNAPSHOT_NO_NORMAL : (uint8_t)d->normal);
    put_quantities(out, &g->string[s].value[q], &g->string[s].validity[q], 1);
    put_i64(out, g->channel[channel_at(s, kind)].seen ? g->string[s].read_ms : 0);
    put_text(out, d->name, sizeof(d->name));
    put_text(out, d->label, sizeof(d->label));
}

/* Module by module, its relays before its inputs: as channel_number() has it. */
static void put_channels(struct wire_out *out, const struct gateway *g, size_t n)
{
    put_section(out, SECTION_CHANNELS, RECORD_CHANNEL, n);
    for (int from = 0; from < STRING_MAX; from += CHANNEL_STRINGS)
        for (int k = 0; k < CHANNEL_KINDS; k++)
            for (int s = from; s < from + CHANNEL_STRINGS; s++)
                if (shown(g, channel_at(s, (enum channel_kind)k)))
                    put_channel(out, g, s, (enum channel_kind)k);
}

static size_t count_channels(const struct gateway *g)
{
    size_t n = 0;

    for (int i = 0; i < CHANNEL_MAX; i++)
        n += shown(g, i);
    return n;
}

/* ---- both -------------------------------------------------------------------------------- */

size_t snapshot_added_size(const struct gateway *g)
{
    return count_quantities(g) * RECORD_QUANTITY + count_channels(g) * RECORD_CHANNEL;
}

void snapshot_put_added(struct wire_out *out, const struct gateway *g)
{
    put_quantities_of(out, g);
    put_channels(out, g, count_channels(g));
}

/* ---- reading ----------------------------------------------------------------------------- */

static bool rises(const struct snapshot *s, int slot)
{
    for (uint32_t i = 0; i < s->section[slot].count; i++)
        if (snapshot_key(s, slot, i) <= (i > 0 ? snapshot_key(s, slot, i - 1) : 0))
            return false;
    return true;
}

bool snapshot_added_fit(const struct snapshot *s)
{
    return rises(s, SLOT_QUANTITIES) && rises(s, SLOT_CHANNELS);
}

void snapshot_get_quantity(const struct snapshot *s, uint32_t i, struct snapshot_quantity *ret)
{
    struct wire_in in = record(s, SLOT_QUANTITIES, i);
    int32_t factor;

    ret->number = wire_get_u16(&in);
    ret->ups = get_at_most(&in, UPS_MAX);
    ret->string = get_at_most(&in, STRING_MAX);
    ret->cell = get_at_most(&in, CELL_MAX);
    ret->decimals = get_at_most(&in, 6);
    factor = (int32_t)wire_get_u32(&in);
    ret->factor = factor > 0 ? factor : 1;
    ret->raw = get_i64(&in);
    ret->validity = get_at_most(&in, VALIDITY_IMPOSSIBLE);
    ret->read_ms = get_ms(&in);
    ret->low = get_i64(&in);
    ret->high = get_i64(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    get_text(&in, ret->unit, sizeof(ret->unit));
}

void snapshot_get_channel(const struct snapshot *s, uint32_t i, struct snapshot_channel *ret)
{
    struct wire_in in = record(s, SLOT_CHANNELS, i);

    ret->module = wire_get_u8(&in);
    ret->number = wire_get_u8(&in);
    ret->kind = get_at_most(&in, CHANNEL_INPUT);
    ret->string = get_at_most(&in, STRING_MAX);
    ret->normal = wire_get_u8(&in);
    get_quantities(&in, &ret->value, &ret->validity, 1);
    ret->read_ms = get_ms(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    get_text(&in, ret->label, sizeof(ret->label));
}
