/*
 * map.c: the register tables and how to find a row in them.
 *
 * All addresses are zero-based PDU addresses. An `int` of the vendor is one 16-bit register, a
 * `long` two. The vendor states no signedness; temperatures reach -20 degrees and currents are
 * negative while discharging, so those are signed here and everything else is not. The offsets of
 * cell SOC (5), SOH (6) and the cell alarm word (7) are assumptions: the published page is cut
 * there. SOH and alarm are therefore unmapped unless a gateway is told to have them.
 *
 * The rows stand in the order of the enums in map.h, which index them.
 */
#include "map.h"

#include "text.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* unit id = ups index, 1..32 */
static const struct reg ups_table[] = {
    {"ups_status",  0, 1, false, 0, NEED_NOTHING},
    {"ups_voltage", 1, 2, false, 2, NEED_NOTHING}, /* 0.01 V */
    {"ups_current", 3, 2, true,  2, NEED_NOTHING}, /* 0.01 A, + is charge */
    {"ups_soc",     5, 1, false, 0, NEED_NOTHING}, /* % */
};

/* unit id = 100 + string index */
static const struct reg string_table[] = {
    {"string_ups_id",              0,  1, false, 0, NEED_NOTHING  }, /* 0 = not connected */
    {"string_status",              1,  1, false, 0, NEED_NOTHING  },
    {"string_voltage",             2,  2, false, 2, NEED_NOTHING  }, /* 0.01 V */
    {"string_current",             4,  2, true,  2, NEED_NOTHING  }, /* 0.01 A, + is charge */
    {"string_soc",                 6,  1, false, 0, NEED_NOTHING  }, /* % */
    {"string_balance",             7,  1, false, 2, NEED_NOTHING  }, /* 0.01 % */
    {"string_state",               8,  1, false, 0, NEED_NOTHING  }, /* 4 is not defined */
    {"string_alarm",               9,  1, false, 0, NEED_NOTHING  }, /* bits 0..6 */
    {"string_cell_count",          10, 1, false, 0, NEED_NOTHING  },
    {"string_ambient_temperature", 11, 1, true,  1, NEED_NOTHING  },
    {"string_ambient_humidity",    12, 1, false, 1, NEED_NOTHING  },
    {"string_relay_status",        13, 1, false, 0, NEED_VERSION_2},
    {"string_aux_input_status",    14, 1, false, 0, NEED_VERSION_2},
};

/* unit id = 100 + string index, register 100 * cell index + offset */
static const struct reg cell_table[] = {
    {"cell_status",      0, 1, false, 0, NEED_NOTHING},
    {"cell_voltage",     1, 1, false, 3, NEED_NOTHING}, /* 0.001 V */
    {"cell_resistance",  2, 2, false, 3, NEED_NOTHING}, /* 0.001 mOhm */
    {"cell_temperature", 4, 1, true,  1, NEED_NOTHING}, /* 0.1 C */
    {"cell_soc",         5, 1, false, 0, NEED_NOTHING}, /* % */
    {"cell_soh",         6, 1, false, 0, NEED_SOH    }, /* % */
    {"cell_alarm",       7, 1, false, 0, NEED_ALARM  },
};

static const struct map maps[] = {
    {"ups",    ups_table,    COUNT(ups_table)   },
    {"string", string_table, COUNT(string_table)},
    {"cell",   cell_table,   COUNT(cell_table)  },
};

const struct map *map_of(enum level level)
{
    return &maps[level];
}

/* "string_voltage" without "string_". */
static const char *short_name(const struct map *map, const struct reg *reg)
{
    return reg->name + strlen(map->object) + 1;
}

int map_find(enum level level, const char *name)
{
    const struct map *map = map_of(level);

    for (size_t i = 0; i < map->count; i++)
        if (!strcmp(name, map->reg[i].name) || !strcmp(name, short_name(map, &map->reg[i])))
            return (int)i;
    return -1;
}

int map_at(enum level level, unsigned address, unsigned *ret_word)
{
    const struct map *map = map_of(level);

    for (size_t i = 0; i < map->count; i++) {
        const struct reg *reg = &map->reg[i];

        if (address >= reg->address && address < reg->address + reg->words) {
            *ret_word = address - reg->address;
            return (int)i;
        }
    }
    return -1;
}

void map_names(enum level level, struct text *t)
{
    const struct map *map = map_of(level);

    for (size_t i = 0; i < map->count; i++)
        text_add(t, "%s%s", i ? " " : "", short_name(map, &map->reg[i]));
}
