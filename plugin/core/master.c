/* See master.h. */
#include "core/master.h"

#include "core/decode.h"

#include <string.h>

const struct master master_published = {
    .column =
        {
                 [CELL_STATUS] = {true, 1300, 1, REG_U16, 1},
                 [CELL_VOLTAGE] = {true, 1600, 1, REG_U16, 1},
                 },
};

const struct master_read master_string_reads[MASTER_STRING_READS] = {
    {0,  5},
    {6,  2},
    [MASTER_COUNT_READ] = {10, 1},
    {13, 1},
};

const int16_t master_cell_offsets[CELL_QUANTITIES] = {
    [CELL_SOC] = 5,
    [CELL_SOH] = 6,
    [CELL_ALARM] = 7,
};

/* Which of a read's registers is which quantity of the string. */
static const struct {
    uint8_t read, at, quantity;
} places[] = {
    {0,                 0, STRING_VOLTAGE   },
    {0,                 2, STRING_CURRENT   },
    {0,                 4, STRING_SOC       },
    {1,                 0, STRING_BALANCE   },
    {1,                 1, STRING_STATE     },
    {MASTER_COUNT_READ, 0, STRING_CELL_COUNT},
    {3,                 0, STRING_ALARM     },
};
enum { PLACES = sizeof(places) / sizeof(places[0]) };

static uint32_t bits_of(uint16_t address, enum reg_type type)
{
    return (registers_words(type) == 2 ? 3u : 1u) << address;
}

/* ---- the string -------------------------------------------------------------------------- */

uint32_t master_string_block(uint16_t block[MASTER_STRING_WORDS])
{
    uint32_t told = 0;

    memset(block, 0, MASTER_STRING_WORDS * sizeof(*block));
    block[registers_string[STRING_STATUS].address] = STATUS_OK;
    for (int i = 0; i < MASTER_STRING_READS; i++)
        told |= master_string_put(&master_published, i, NULL, block);
    return ~told & ((1u << MASTER_STRING_WORDS) - 1);
}

uint32_t master_string_put(const struct master *m, int read, const uint16_t *words,
                           uint16_t block[MASTER_STRING_WORDS])
{
    uint32_t filled = 0;

    for (int i = 0; i < PLACES; i++) {
        const struct reg *row = &registers_string[places[i].quantity];
        bool wide = registers_words(row->type) == 2;

        if (places[i].read != read)
            continue;
        filled |= bits_of(row->address, row->type);
        if (words == NULL)
            continue;
        block[row->address] = words[places[i].at + (wide && !m->high_word_first)];
        if (wide)
            block[row->address + 1] = words[places[i].at + m->high_word_first];
    }
    return filled;
}

uint16_t master_cells(const struct master *m, const uint16_t *count)
{
    return count != NULL && *count >= 1 && *count <= CELL_MAX ? *count : m->cells;
}

/* ---- columns of cells -------------------------------------------------------------------- */

struct master_read master_column_read(const struct master *m, int q, int first, int cells,
                                      int *ret_cells)
{
    const struct master_column *c = &m->column[q];
    uint16_t width = registers_words(c->type);
    int most = c->stride == width ? REG_READ_MAX / width : 1;

    *ret_cells = cells - first < most ? cells - first : most;
    return (struct master_read){(uint16_t)(c->address + first * c->stride),
                                (uint16_t)(*ret_cells * width)};
}

/* Rounded, and cut to what the type can carry. */
static uint32_t fit(enum reg_type type, double v)
{
    static const struct {
        double least, most;
    } range[] = {
        [REG_U16] = {0,         UINT16_MAX},
        [REG_I16] = {INT16_MIN, INT16_MAX },
        [REG_U32] = {0,         UINT32_MAX},
        [REG_I32] = {INT32_MIN, INT32_MAX },
    };

    v += v < 0 ? -0.5 : 0.5;
    if (v < range[type].least)
        v = range[type].least;
    if (v > range[type].most)
        v = range[type].most;
    return (uint32_t)(int64_t)v;
}

/* What does not fit the gateway's register becomes the most that does, which no battery has. */
void master_column_put(const struct master *m, int q, const uint16_t *words, int cells,
                       uint16_t *block)
{
    const struct master_column *c = &m->column[q];
    const struct reg *row = &registers_cell[q];
    uint16_t at = row->published ? row->address : (uint16_t)master_cell_offsets[q];
    uint16_t width = registers_words(c->type);

    for (int i = 0; i < cells; i++, words += width, block += REG_CELL_STRIDE) {
        int64_t v =
            decode_number(c->type, words[0], width == 2 ? words[1] : 0, !m->high_word_first);
        uint32_t is = fit(row->type, (double)v * c->scale);

        if (registers_words(row->type) == 2) {
            block[at] = (uint16_t)(is >> 16);
            block[at + 1] = (uint16_t)is;
        } else {
            block[at] = (uint16_t)is;
        }
    }
}

uint32_t master_cell_bits(int q)
{
    const struct reg *row = &registers_cell[q];

    return bits_of(row->published ? row->address : (uint16_t)master_cell_offsets[q], row->type);
}

/* ---- is it possible? --------------------------------------------------------------------- */

int master_column_end(const struct master_column *c, int cells)
{
    return c->address + (cells - 1) * c->stride + registers_words(c->type) - 1;
}

static bool column_has(const struct master_column *c, int cells, int address)
{
    int from = address - c->address;

    return from >= 0 && address <= master_column_end(c, cells) &&
           from % c->stride < registers_words(c->type);
}

static bool string_has(int address)
{
    for (int i = 0; i < MASTER_STRING_READS; i++)
        if (address >= master_string_reads[i].address &&
            address < master_string_reads[i].address + master_string_reads[i].count)
            return true;
    return false;
}

int master_clash(const struct master *m, int a, int b, int cells)
{
    const struct master_column *c = &m->column[a];

    for (int n = 0; n < cells; n++)
        for (int w = 0; w < registers_words(c->type); w++) {
            int address = c->address + n * c->stride + w;

            if (b == CELL_QUANTITIES ? string_has(address)
                                     : column_has(&m->column[b], cells, address))
                return address;
        }
    return -1;
}
