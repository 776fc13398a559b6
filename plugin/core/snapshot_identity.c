/*
 * What people call the things of a device, in its file: a record for each that configuration says
 * anything of, with the texts in fields of fixed size (the labels of 120 cells are one pattern); and
 * the cells that were replaced.
 */
#include "core/snapshot.h"
#include "core/snapshot_format.h"
#include "core/snapshot_own.h"
#include "core/wire.h"

#include <string.h>

/* ---- writing ----------------------------------------------------------------------------- */

static void put_identity(struct wire_out *out, const struct identity *i)
{
    wire_put_u8(out, i->level);
    wire_put_u16(out, i->number);
    wire_put_u32(out, i->installed);
    wire_put_u16(out, i->cell_first);
    put_text(out, i->name, sizeof(i->name));
    put_text(out, i->location, sizeof(i->location));
    put_text(out, i->label, sizeof(i->label));
    put_text(out, i->manufacturer, sizeof(i->manufacturer));
    put_text(out, i->model, sizeof(i->model));
    put_text(out, i->cell_label, sizeof(i->cell_label));
    put_text(out, i->note, sizeof(i->note));
    put_text(out, i->runbook, sizeof(i->runbook));
}

size_t snapshot_identities_size(const struct snapshot_device *d)
{
    return d->identities != NULL ? d->identities->n * RECORD_IDENTITY : 0;
}

void snapshot_put_identities(struct wire_out *out, const struct snapshot_device *d)
{
    size_t n = d->identities != NULL ? d->identities->n : 0;

    put_section(out, SECTION_IDENTITIES, RECORD_IDENTITY, n);
    for (size_t i = 0; i < n; i++)
        put_identity(out, &d->identities->of[i]);
}

void snapshot_put_replaced(struct wire_out *out, const struct snapshot_device *d)
{
    put_section(out, SECTION_REPLACED, RECORD_REPLACED, d->replacements);
    for (const struct replacement *r = d->replaced; r < d->replaced + d->replacements; r++) {
        wire_put_u8(out, r->string);
        wire_put_u8(out, r->cell);
        wire_put_u32(out, r->date);
        put_text(out, r->serial, sizeof(r->serial));
    }
}

/* ---- reading ----------------------------------------------------------------------------- */

static int slot_of(const struct snapshot *s)
{
    return s->kind == SNAPSHOT_TH ? SLOT_TH_IDENTITIES : SLOT_IDENTITIES;
}

/* Records that begin with a number of `octets`, which rises. */
static bool rises(const struct snapshot_section *c, int octets)
{
    uint32_t before = 0;

    for (uint32_t i = 0; i < c->count; i++) {
        const uint8_t *p = c->records + (size_t)i * c->size;
        uint32_t key = 0;

        for (int o = 0; o < octets; o++)
            key = key << 8 | p[o];
        if (i > 0 && key <= before)
            return false;
        before = key;
    }
    return true;
}

bool snapshot_identities_fit(const struct snapshot *s)
{
    return rises(&s->section[slot_of(s)], IDENTITY_KEY_OCTETS) &&
           (s->kind == SNAPSHOT_TH || rises(&s->section[SLOT_REPLACED], 2));
}

uint32_t snapshot_identities(const struct snapshot *s)
{
    return s->section[slot_of(s)].count;
}

void snapshot_get_identity(const struct snapshot *s, uint32_t i, struct identity *ret)
{
    struct wire_in in = record(s, slot_of(s), i);

    ret->level = wire_get_u8(&in);
    ret->number = wire_get_u16(&in);
    ret->installed = wire_get_u32(&in);
    ret->cell_first = wire_get_u16(&in);
    get_text(&in, ret->name, sizeof(ret->name));
    get_text(&in, ret->location, sizeof(ret->location));
    get_text(&in, ret->label, sizeof(ret->label));
    get_text(&in, ret->manufacturer, sizeof(ret->manufacturer));
    get_text(&in, ret->model, sizeof(ret->model));
    get_text(&in, ret->cell_label, sizeof(ret->cell_label));
    get_text(&in, ret->note, sizeof(ret->note));
    get_text(&in, ret->runbook, sizeof(ret->runbook));
}

bool snapshot_find_identity(const struct snapshot *s, int level, int number, struct identity *ret)
{
    int slot = slot_of(s);
    uint32_t key = identity_key(level, number), i = snapshot_find(s, slot, key);

    if (i >= s->section[slot].count || snapshot_key(s, slot, i) != key)
        return false;
    snapshot_get_identity(s, i, ret);
    return true;
}

bool snapshot_any_replacement(const struct snapshot *s)
{
    return s->kind == SNAPSHOT_DEVICE && s->section[SLOT_REPLACED].count > 0;
}

bool snapshot_find_replacement(const struct snapshot *s, int string, int cell,
                               struct replacement *ret)
{
    uint32_t key = (uint32_t)string << 8 | (uint32_t)cell;
    uint32_t i = s->kind == SNAPSHOT_DEVICE ? snapshot_find(s, SLOT_REPLACED, key) : 0;
    struct wire_in in;

    if (s->kind != SNAPSHOT_DEVICE || i >= s->section[SLOT_REPLACED].count ||
        snapshot_key(s, SLOT_REPLACED, i) != key)
        return false;
    in = record(s, SLOT_REPLACED, i);
    ret->string = wire_get_u8(&in);
    ret->cell = wire_get_u8(&in);
    ret->date = wire_get_u32(&in);
    get_text(&in, ret->serial, sizeof(ret->serial));
    return true;
}
