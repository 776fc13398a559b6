/* The aggregators in the file of the site. */
#include "core/snapshot_own.h"

void snapshot_put_aggregators(struct wire_out *out, const struct snapshot_aggregator *a, size_t n)
{
    put_section(out, SECTION_AGGREGATORS, RECORD_AGGREGATOR, n);
    for (const struct snapshot_aggregator *end = a + n; a < end; a++) {
        wire_put_u32(out, a->index);
        put_text(out, a->name, sizeof(a->name));
        put_text(out, a->address, sizeof(a->address));
        put_text(out, a->location, sizeof(a->location));
        put_text(out, a->label, sizeof(a->label));
        wire_put_u8(out, a->reach);
        put_i64(out, a->answered_ms);
    }
}

void snapshot_get_aggregator(const struct snapshot *s, uint32_t i, struct snapshot_aggregator *ret)
{
    struct wire_in in = record(s, SLOT_AGGREGATORS, i);

    memset(ret, 0, sizeof(*ret));
    ret->index = wire_get_u32(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    get_text(&in, ret->address, sizeof(ret->address));
    get_text(&in, ret->location, sizeof(ret->location));
    get_text(&in, ret->label, sizeof(ret->label));
    ret->reach = get_at_most(&in, SNAPSHOT_REACHED);
    ret->answered_ms = get_ms(&in);
}
