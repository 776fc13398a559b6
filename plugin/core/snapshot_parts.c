/* The parts of a gateway, of a TH controller, or of the site itself, in its file. */
#include "core/snapshot_own.h"

void snapshot_put_parts(struct wire_out *out, const struct part *p, size_t n)
{
    put_section(out, SECTION_PARTS, RECORD_PART, n);
    for (const struct part *end = p + n; p < end; p++) {
        wire_put_u8(out, p->device);
        wire_put_u8(out, p->state);
        wire_put_u8(out, p->string);
        wire_put_u16(out, p->count);
        put_text(out, p->name, sizeof(p->name));
    }
}

/* -1: such a file has none. */
static int slot_of(const struct snapshot *s)
{
    switch (s->kind) {
    case SNAPSHOT_DEVICE:
        return SLOT_PARTS;
    case SNAPSHOT_SITE:
        return SLOT_SITE_PARTS;
    case SNAPSHOT_TH:
        return SLOT_TH_PARTS;
    default:
        return -1;
    }
}

uint32_t snapshot_parts(const struct snapshot *s)
{
    int slot = slot_of(s);

    return slot >= 0 ? s->section[slot].count : 0;
}

/* False: of a kind that a later version has, and this one cannot name. */
bool snapshot_get_part(const struct snapshot *s, uint32_t i, struct part *ret)
{
    struct wire_in in = record(s, slot_of(s), i);

    memset(ret, 0, sizeof(*ret));
    ret->device = wire_get_u8(&in);
    ret->state = get_at_most(&in, PART_UNKNOWN);
    ret->string = get_at_most(&in, STRING_MAX);
    ret->count = wire_get_u16(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    return ret->device < TOPO_DEVICES;
}
