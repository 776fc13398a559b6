/* The parts of a gateway, or of the site itself, in its file. */
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

static int slot_of(const struct snapshot *s)
{
    return s->kind == SNAPSHOT_SITE ? SLOT_SITE_PARTS : SLOT_PARTS;
}

uint32_t snapshot_parts(const struct snapshot *s)
{
    return s->kind == SNAPSHOT_SITE || s->kind == SNAPSHOT_DEVICE ? s->section[slot_of(s)].count
                                                                  : 0;
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
