/* See fake.h. */
#include "fake.h"

#include <string.h>

enum { CELL_WORDS = 6, STRING_WORDS = 15, STRING_WORDS_V1 = 13, UPS_WORDS = 6 };

static enum link_result refuse(uint8_t code, uint8_t *ret_exception)
{
    *ret_exception = code;
    return LINK_EXCEPTION;
}

static enum link_result absent(const struct fake *f, uint8_t *ret_exception)
{
    if (f->absent == FAKE_IS_MUTE)
        return LINK_TIMEOUT;
    return refuse(f->absent_code != 0 ? f->absent_code : 11, ret_exception);
}

static enum link_result read_ups(uint16_t address, uint16_t count, uint16_t *words,
                                 uint8_t *ret_exception)
{
    static const uint16_t block[UPS_WORDS] = {1, 0, 54321, 0xffff, 0xff38, 97};

    if (address + count > UPS_WORDS)
        return refuse(2, ret_exception);
    memcpy(words, block + address, count * sizeof(*words));
    return LINK_OK;
}

static enum link_result read_string(const struct fake *f, const struct fake_string *s,
                                    uint16_t address, uint16_t count, uint16_t *words,
                                    uint8_t *ret_exception)
{
    uint16_t block[STRING_WORDS] = {s->ups,
                                    s->disabled ? 0 : 1,
                                    0,
                                    54000,
                                    s->current < 0 ? 0xffff : 0,
                                    (uint16_t)s->current,
                                    98,
                                    9950,
                                    s->state,
                                    s->alarm,
                                    s->cells,
                                    235,
                                    401,
                                    1,
                                    0};

    if (address + count > (f->v1 ? STRING_WORDS_V1 : STRING_WORDS))
        return refuse(2, ret_exception);
    memcpy(words, block + address, count * sizeof(*words));
    return LINK_OK;
}

/* Register `offset` of a cell's block; zero between the blocks. */
static uint16_t cell_word(const struct fake *f, int cell, int offset)
{
    const uint16_t block[CELL_WORDS] = {
        1, (uint16_t)(2200 + cell + f->jitter), 0, (uint16_t)(500 + cell), 251, 99};

    return offset < CELL_WORDS ? block[offset] : 0;
}

static enum link_result read_cells(struct fake *f, const struct fake_string *s, uint16_t address,
                                   uint16_t count, uint16_t *words, uint8_t *ret_exception)
{
    int first = address / 100, last = (address + count - 1) / 100;

    if (last > s->cells || (last > first && f->spans == FAKE_SPANS_REFUSED))
        return refuse(2, ret_exception);
    for (int i = 0; i < count; i++) {
        int at = address + i;

        words[i] = cell_word(f, at / 100, at % 100);
        if (last > first && f->spans == FAKE_SPANS_ZERO)
            words[i] = 0;
        if (last > first && f->spans == FAKE_SPANS_PACKED)
            words[i] =
                i < 2 * CELL_WORDS ? cell_word(f, first + i / CELL_WORDS, i % CELL_WORDS) : 0;
    }
    if (f->jitter > 0)
        f->jitter++;
    return LINK_OK;
}

static enum link_result read_extra(const struct fake_extra *e, uint16_t address, uint16_t count,
                                   uint16_t *words, uint8_t *ret_exception)
{
    if (e->mute)
        return LINK_TIMEOUT;
    if (e->refuses || address + count > 2)
        return refuse(2, ret_exception);
    memcpy(words, e->word + address, count * sizeof(*words));
    return LINK_OK;
}

enum link_result fake_read(struct fake *f, uint8_t unit, uint16_t address, uint16_t count,
                           uint16_t *words, uint8_t *ret_exception)
{
    const struct fake_string *s;

    for (const struct fake_extra *e = f->extra; e < f->extra + 3; e++)
        if (e->unit != 0 && e->unit == unit)
            return read_extra(e, address, count, words, ret_exception);
    if (unit >= 1 && unit <= 32 && f->ups[unit])
        return read_ups(address, count, words, ret_exception);
    if (unit < 101 || unit > 132 || !f->string[unit - 100].there)
        return absent(f, ret_exception);
    s = &f->string[unit - 100];
    if (s->mute)
        return LINK_TIMEOUT;
    return address < 100 ? read_string(f, s, address, count, words, ret_exception)
                         : read_cells(f, s, address, count, words, ret_exception);
}
