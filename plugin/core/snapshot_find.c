/*
 * Finding records by what they begin with, without decoding them. That they are in order was seen
 * to when the file was opened.
 */
#include "core/snapshot.h"
#include "core/snapshot_format.h"

/* Octets of the key at the start of a record: what snapshot_open() compares. */
static int key_octets(const struct snapshot *s, int section)
{
    if (s->kind == SNAPSHOT_TH && section == SLOT_SENSORS)
        return 1;
    if (s->kind == SNAPSHOT_TH && section == SLOT_TH_IDENTITIES)
        return IDENTITY_KEY_OCTETS;
    if (s->kind == SNAPSHOT_DEVICE && section == SLOT_IDENTITIES)
        return IDENTITY_KEY_OCTETS;
    if (s->kind != SNAPSHOT_DEVICE || section == SLOT_DEVICE || section == SLOT_LIMITS)
        return 4;
    if (section == SLOT_QUANTITIES || section == SLOT_CHANNELS)
        return 2;
    return section == SLOT_CELLS || section == SLOT_REPLACED ? 2 : 1;
}

static uint32_t key_at(const struct snapshot_section *c, uint32_t i, int octets)
{
    const uint8_t *p = c->records + (size_t)i * c->size;
    uint32_t key = 0;

    while (octets-- > 0)
        key = key << 8 | *p++;
    return key;
}

uint32_t snapshot_key(const struct snapshot *s, int section, uint32_t i)
{
    return key_at(&s->section[section], i, key_octets(s, section));
}

uint32_t snapshot_find(const struct snapshot *s, int section, uint32_t key)
{
    const struct snapshot_section *c = &s->section[section];
    uint32_t low = 0, high = c->count;
    int octets = key_octets(s, section);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (key_at(c, middle, octets) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint8_t snapshot_cell_value(const struct snapshot *s, uint32_t i, int quantity, int32_t *ret)
{
    const struct snapshot_section *c = &s->section[SLOT_CELLS];
    const uint8_t *p = c->records + (size_t)i * c->size + 3 + quantity * QUANTITY_SIZE;

    *ret = (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
    return p[4] < VALIDITY_IMPOSSIBLE ? p[4] : VALIDITY_IMPOSSIBLE;
}

bool snapshot_cell_seen(const struct snapshot *s, uint32_t i)
{
    const struct snapshot_section *c = &s->section[SLOT_CELLS];

    return c->records[(size_t)i * c->size + 2] != 0;
}
