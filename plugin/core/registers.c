/*
 * The rows of registers.h. Data first; the few functions below only arrange it.
 *
 * Measuring ranges: the vendor's page "Features". The possible ranges are ours: wide enough for any
 * battery that ever stood in a rack, narrow enough that a swapped word order, a wrong offset or an
 * all-ones sentinel falls outside.
 */
#include "core/registers.h"

#define WORD_RANGE                                                                                 \
    {                                                                                              \
        0, UINT16_MAX                                                                              \
    }
#define NAMES(list) .names = (list), .name_count = sizeof(list) / sizeof((list)[0])

static const char *const status_names[] = {"disabled", "OK", "error"};
static const char *const state_names[] = {"float", "equalize", "discharge",
                                          "idle",  NULL,       "abnormal"};
static const char *const relay_names[] = {"open", "closed"};
static const char *const input_names[] = {"off", "on"};

/* clang-format off */
const struct reg registers_ups[UPS_QUANTITIES] = {
    {.name = "ups_status", .address = 0, .quantity = UPS_STATUS, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(status_names), .published = true},
    {.name = "ups_voltage", .address = 1, .quantity = UPS_VOLTAGE, .type = REG_U32, .decimals = 2,
     .unit = "V", .sensor = {2000, 80000}, .possible = {0, 200000}, .published = true},
    {.name = "ups_current", .address = 3, .quantity = UPS_CURRENT, .type = REG_I32, .decimals = 2,
     .unit = "A", .sensor = {-3200000, 3200000}, .possible = {-32000000, 32000000}, .published = true},
    {.name = "ups_soc", .address = 5, .quantity = UPS_SOC, .type = REG_U16,
     .unit = "%", .sensor = {0, 100}, .possible = {0, 100}, .published = true},
};

const struct reg registers_string[STRING_QUANTITIES] = {
    {.name = "string_ups_id", .address = 0, .quantity = STRING_UPS_ID, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, .published = true},
    {.name = "string_status", .address = 1, .quantity = STRING_STATUS, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(status_names), .published = true},
    {.name = "string_voltage", .address = 2, .quantity = STRING_VOLTAGE, .type = REG_U32, .decimals = 2,
     .unit = "V", .sensor = {2000, 80000}, .possible = {0, 200000}, .published = true},
    {.name = "string_current", .address = 4, .quantity = STRING_CURRENT, .type = REG_I32, .decimals = 2,
     .unit = "A", .sensor = {-100000, 100000}, .possible = {-1000000, 1000000}, .published = true},
    {.name = "string_soc", .address = 6, .quantity = STRING_SOC, .type = REG_U16,
     .unit = "%", .sensor = {0, 100}, .possible = {0, 100}, .published = true},
    {.name = "string_balance", .address = 7, .quantity = STRING_BALANCE, .type = REG_U16, .decimals = 2,
     .unit = "%", .sensor = {0, 10000}, .possible = {0, 10000}, .published = true},
    {.name = "string_state", .address = 8, .quantity = STRING_STATE, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(state_names), .published = true},
    {.name = "string_alarm", .address = 9, .quantity = STRING_ALARM, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, .published = true},
    {.name = "string_cell_count", .address = 10, .quantity = STRING_CELL_COUNT, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, .published = true},
    {.name = "string_ambient_temperature", .address = 11, .quantity = STRING_AMBIENT_TEMPERATURE, .type = REG_I16,
     .decimals = 1, .unit = "degC", .sensor = {-400, 800}, .possible = {-600, 1500}, .published = true},
    {.name = "string_ambient_humidity", .address = 12, .quantity = STRING_AMBIENT_HUMIDITY, .type = REG_U16,
     .decimals = 1, .unit = "%RH", .sensor = {0, 1000}, .possible = {0, 1000}, .published = true},
    {.name = "string_relay_status", .address = 13, .quantity = STRING_RELAY, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(relay_names), .published = true},
    {.name = "string_aux_input_status", .address = 14, .quantity = STRING_AUX_INPUT, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(input_names), .published = true},
    /* of no known place, range or type: what does not fit is "at least so much" */
    {.name = "string_insulation", .quantity = STRING_INSULATION, .type = REG_U32, .unit = "ohm",
     .sensor = {0, INT32_MAX - 1}, .possible = {0, INT32_MAX}},
};

const struct reg registers_cell[CELL_QUANTITIES] = {
    {.name = "cell_status", .address = 0, .quantity = CELL_STATUS, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE, NAMES(status_names), .published = true},
    {.name = "cell_voltage", .address = 1, .quantity = CELL_VOLTAGE, .type = REG_U16, .decimals = 3,
     .unit = "V", .sensor = {1600, 15600}, .possible = {0, 20000}, .published = true},
    {.name = "cell_resistance", .address = 2, .quantity = CELL_RESISTANCE, .type = REG_U32, .decimals = 6,
     .unit = "ohm", .sensor = {100, 50000}, .possible = {0, 10000000}, .published = true},
    {.name = "cell_temperature", .address = 4, .quantity = CELL_TEMPERATURE, .type = REG_I16, .decimals = 1,
     .unit = "degC", .sensor = {-200, 850}, .possible = {-600, 1500}, .published = true},
    {.name = "cell_soc", .address = 5, .quantity = CELL_SOC, .type = REG_U16,
     .unit = "%", .sensor = {0, 100}, .possible = {0, 100}},
    {.name = "cell_soh", .address = 6, .quantity = CELL_SOH, .type = REG_U16,
     .unit = "%", .sensor = {0, 100}, .possible = {0, 100}},
    {.name = "cell_alarm", .address = 7, .quantity = CELL_ALARM, .type = REG_U16, .unit = "",
     .sensor = WORD_RANGE, .possible = WORD_RANGE},
};
/* clang-format on */

const int16_t registers_cell_offsets[CELL_QUANTITIES] = {
    [CELL_SOC] = 5,
    [CELL_SOH] = REG_OFFSET_OFF,
    [CELL_ALARM] = REG_OFFSET_OFF,
};

struct range registers_cell_range(enum cell_type type)
{
    switch (type) {
    case CELL_TYPE_2V:
        return (struct range){1600, 2600};
    case CELL_TYPE_12V:
        return (struct range){7500, 15600};
    case CELL_TYPE_6V:
    case CELL_TYPE_UNKNOWN:
        break;
    }
    return registers_cell[CELL_VOLTAGE].sensor;
}

uint16_t registers_words(enum reg_type type)
{
    return type == REG_U32 || type == REG_I32 ? 2 : 1;
}

const char *registers_value_name(const struct reg *row, int32_t value)
{
    return value >= 0 && value < row->name_count ? row->names[value] : NULL;
}

/* Keeps the rows sorted; NULL when the new one overlaps none. */
static const char *map_insert(struct reg_map *map, struct reg row)
{
    uint16_t end = (uint16_t)(row.address + registers_words(row.type));
    size_t at = map->count;

    if (end > REG_CELL_STRIDE)
        return row.name;
    for (; at > 0 && map->row[at - 1].address > row.address; at--)
        map->row[at] = map->row[at - 1];
    map->row[at] = row;
    map->count++;
    if (at > 0 && map->row[at - 1].address + registers_words(map->row[at - 1].type) > row.address)
        return row.name;
    if (at + 1 < map->count && end > map->row[at + 1].address)
        return row.name;
    if (end > map->words)
        map->words = end;
    return NULL;
}

const char *registers_cell_map(const int16_t offset[CELL_QUANTITIES], struct reg_map *ret)
{
    *ret = (struct reg_map){0};
    for (size_t q = 0; q < CELL_QUANTITIES; q++) {
        struct reg row = registers_cell[q];
        const char *clash;

        if (!row.published && offset[q] == REG_OFFSET_OFF)
            continue;
        if (!row.published)
            row.address = (uint16_t)offset[q];
        clash = map_insert(ret, row);
        if (clash != NULL)
            return clash;
    }
    return NULL;
}
