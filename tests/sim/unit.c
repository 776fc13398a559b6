/*
 * unit.c: unit ids and register addresses to values.
 *
 * The vendor documents no behaviour for units that are not there and for addresses without a
 * register, so both are settings of the gateway, each with the answers that real servers are known
 * to give. A cell beyond the configured count is an address without a register.
 */
#include "unit.h"

#include "gateway.h"
#include "th.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* The object a unit id stands for, refreshed; NULL if there is none. */
static struct object *unit_object(struct gateway *gw, unsigned unit)
{
    struct string *string = unit > UNIT_STRING ? gateway_string(gw, unit - UNIT_STRING) : NULL;
    struct ups *ups = gateway_ups(gw, unit);

    if (string && !string->values.absent) {
        refresh_string(gw, string);
        return &string->values;
    }
    if (ups && !ups->values.absent) {
        refresh_ups(gw, ups);
        return &ups->values;
    }
    return NULL;
}

static enum verdict absent_verdict(const struct gateway *gw)
{
    switch (gw->settings.absent) {
    case ABSENT_ZERO:
        return VERDICT_WORDS;
    case ABSENT_SILENT:
        return VERDICT_SILENT;
    default:
        return VERDICT_NO_UNIT;
    }
}

static bool is_th(const struct gateway *gw, unsigned unit)
{
    return gw->th && unit == TH_UNIT;
}

/* A register that was set by hand; of any address, to see whether the unit has some. */
static struct plain *find_plain(const struct gateway *gw, unsigned unit, long address)
{
    for (struct plain *p = gw->plain; p < gw->plain + gw->plains; p++)
        if (p->unit == unit && (address < 0 || p->address == address))
            return p;
    return NULL;
}

void unit_set_plain(struct gateway *gw, unsigned unit, unsigned address, uint16_t value)
{
    struct plain *p = find_plain(gw, unit, (long)address);

    if (!p) {
        gw->plain = realloc(gw->plain, (gw->plains + 1) * sizeof(*gw->plain));
        if (!gw->plain)
            err(2, "plain registers");
        p = &gw->plain[gw->plains++];
        *p = (struct plain){.unit = (uint8_t)unit, .address = (uint16_t)address};
    }
    p->value = value;
}

bool unit_plain(const struct gateway *gw, unsigned unit, unsigned address, uint16_t *ret)
{
    const struct plain *p = find_plain(gw, unit, (long)address);

    if (p)
        *ret = p->value;
    return p != NULL;
}

void unit_clear_plain(struct gateway *gw, unsigned unit)
{
    size_t kept = 0;

    for (size_t i = 0; i < gw->plains; i++)
        if (gw->plain[i].unit != unit)
            gw->plain[kept++] = gw->plain[i];
    gw->plains = kept;
}

enum verdict unit_presence(struct gateway *gw, unsigned unit)
{
    if (find_plain(gw, unit, -1) || is_th(gw, unit))
        return VERDICT_WORDS;
    return unit_object(gw, unit) ? VERDICT_WORDS : absent_verdict(gw);
}

/* One word of an object, in the gateway's word order. False if the address is not mapped. */
static bool object_register(const struct gateway *gw, const struct object *o, unsigned address,
                            uint16_t *ret)
{
    unsigned word;
    int row = map_at(o->level, address, &word);
    const struct reg *reg = row < 0 ? NULL : &map_of(o->level)->reg[row];

    if (!reg || !gateway_maps(gw, reg))
        return false;
    if (gw->settings.word_order == WORDS_LITTLE)
        word = reg->words - 1 - word;
    *ret = object_word(o, row, word);
    return true;
}

/* Plain registers go before the map's, and O may be NULL. Cells live in the unit of their string, 100 registers each. */
static bool unit_register(struct gateway *gw, const struct object *o, unsigned unit,
                          unsigned address, uint16_t *ret)
{
    struct cell *cell;

    if (unit_plain(gw, unit, address, ret))
        return true;
    if (is_th(gw, unit))
        return th_register(gw->th, address, ret);
    if (!o)
        return false;
    if (o->level != LEVEL_STRING || address < CELL_STRIDE)
        return object_register(gw, o, address, ret);
    cell = gateway_cell(gw, gateway_string(gw, unit - UNIT_STRING), address / CELL_STRIDE);
    return cell && object_register(gw, &cell->values, address % CELL_STRIDE, ret);
}

/* What the gateway makes of a read that touched an address without a register. */
static enum verdict gap_verdict(const struct gateway *gw)
{
    switch (gw->settings.gaps) {
    case GAPS_ZERO:
    case GAPS_PACK:
        return VERDICT_WORDS;
    case GAPS_SHORT:
        return VERDICT_EMPTY;
    default:
        return VERDICT_NO_ADDRESS;
    }
}

enum verdict unit_read(struct gateway *gw, unsigned unit, unsigned address, unsigned count,
                       uint16_t words[READ_MAX])
{
    const struct object *o = unit_object(gw, unit);
    unsigned filled = 0, mapped = 0;

    memset(words, 0, READ_MAX * sizeof(words[0]));
    if (!o && !is_th(gw, unit) && !find_plain(gw, unit, -1))
        return absent_verdict(gw);
    if (address + count > 65536)
        return VERDICT_NO_ADDRESS;
    for (unsigned i = 0; i < count; i++) {
        uint16_t word;

        if (unit_register(gw, o, unit, address + i, &word)) {
            words[filled++] = word;
            mapped++;
        } else if (gw->settings.gaps != GAPS_PACK) {
            filled++;
        }
    }
    return mapped == count ? VERDICT_WORDS : gap_verdict(gw);
}
