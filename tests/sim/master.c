/* master.c: see master.h. */
#include "master.h"

#include "gateway.h"
#include "unit.h"

/* Registers of the string; of the cells the first one's, STRIDE apart. */
static const struct {
    unsigned address, words;
    int row;
} string_registers[] =
    {
        {0,  2, STRING_VOLTAGE   },
        {2,  2, STRING_CURRENT   },
        {4,  1, STRING_SOC       },
        {6,  1, STRING_BALANCE   },
        {7,  1, STRING_STATE     },
        {10, 1, STRING_CELL_COUNT},
        {13, 1, STRING_ALARM     },
},
  cell_registers[] = {
      {1300, 1, CELL_STATUS},      {1600, 1, CELL_VOLTAGE}, {2000, 2, CELL_RESISTANCE},
      {2400, 1, CELL_TEMPERATURE}, {2600, 1, CELL_SOC},     {2800, 1, CELL_SOH},
      {3000, 1, CELL_ALARM},
};

enum {
    STRING_REGISTERS = sizeof(string_registers) / sizeof(string_registers[0]),
    CELL_REGISTERS = sizeof(cell_registers) / sizeof(cell_registers[0])
};

bool master_there(struct gateway *gw, unsigned unit)
{
    struct string *s = gateway_string(gw, unit);

    return s && !s->values.absent;
}

static uint16_t word_of(const struct gateway *gw, const struct object *o, int row, unsigned words,
                        unsigned word)
{
    if (gw->settings.word_order == WORDS_LITTLE)
        word = words - 1 - word;
    return object_word(o, row, word);
}

static bool read_one(struct gateway *gw, struct string *s, unsigned address, uint16_t *ret)
{
    for (int i = 0; i < STRING_REGISTERS; i++) {
        unsigned word = address - string_registers[i].address;

        if (address < string_registers[i].address || word >= string_registers[i].words)
            continue;
        *ret = word_of(gw, &s->values, string_registers[i].row, string_registers[i].words, word);
        return true;
    }
    for (int i = 0; i < CELL_REGISTERS; i++) {
        unsigned words = cell_registers[i].words, from = address - cell_registers[i].address;
        struct cell *c = gateway_cell(gw, s, from / words + 1);

        if (address < cell_registers[i].address || !c)
            continue;
        *ret = word_of(gw, &c->values, cell_registers[i].row, words, from % words);
        return true;
    }
    return false;
}

bool master_read(struct gateway *gw, unsigned unit, unsigned address, unsigned count,
                 uint16_t *words)
{
    struct string *s = gateway_string(gw, unit);

    if (!s)
        return false;
    refresh_string(gw, s);
    for (unsigned i = 0; i < count; i++)
        if (!unit_plain(gw, unit, address + i, &words[i]) &&
            !read_one(gw, s, address + i, &words[i]))
            return false;
    return true;
}
