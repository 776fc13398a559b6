/*
 * The register tables against expectations typed from the vendor's page "Modbus TCP/IP slave
 * variables v2" and, for the measuring ranges, its page "Features".
 */
#include "core/registers.h"
#include "../../support/check.h"

#include <string.h>

/* Ranges in the device's resolution; where the vendor gives none: {0, 65535}, the whole register. */
struct expect {
    int quantity;
    const char *name;
    int address, words;
    bool is_signed;
    int decimals;
    const char *unit;
    int32_t min, max;
};

/* clang-format off */
static const struct expect ups[] = {
    {UPS_STATUS,  "ups_status",  0, 1, false, 0, "",  0, 65535},
    {UPS_VOLTAGE, "ups_voltage", 1, 2, false, 2, "V", 2000, 80000},       /* of its strings */
    {UPS_CURRENT, "ups_current", 3, 2, true,  2, "A", -3200000, 3200000}, /* 32 strings' sum */
    {UPS_SOC,     "ups_soc",     5, 1, false, 0, "%", 0, 100},
};

static const struct expect string[] = {
    {STRING_UPS_ID,     "string_ups_id",      0, 1, false, 0, "",  0, 65535},
    {STRING_STATUS,     "string_status",      1, 1, false, 0, "",  0, 65535},
    {STRING_VOLTAGE,    "string_voltage",     2, 2, false, 2, "V", 2000, 80000},
    {STRING_CURRENT,    "string_current",     4, 2, true,  2, "A", -100000, 100000},
    {STRING_SOC,        "string_soc",         6, 1, false, 0, "%", 0, 100},
    {STRING_BALANCE,    "string_balance",     7, 1, false, 2, "%", 0, 10000},
    {STRING_STATE,      "string_state",       8, 1, false, 0, "",  0, 65535},
    {STRING_ALARM,      "string_alarm",       9, 1, false, 0, "",  0, 65535},
    {STRING_CELL_COUNT, "string_cell_count", 10, 1, false, 0, "",  0, 65535},
    {STRING_AMBIENT_TEMPERATURE, "string_ambient_temperature", 11, 1, true, 1, "degC", -400, 800},
    {STRING_AMBIENT_HUMIDITY, "string_ambient_humidity", 12, 1, false, 1, "%RH", 0, 1000},
    {STRING_RELAY,      "string_relay_status",     13, 1, false, 0, "", 0, 65535},
    {STRING_AUX_INPUT,  "string_aux_input_status", 14, 1, false, 0, "", 0, 65535},
    {STRING_INSULATION, "string_insulation", 0, 2, false, 0, "ohm", 0, INT32_MAX - 1}, /* ours */
};

static const struct expect cell[] = {
    {CELL_STATUS,      "cell_status",      0, 1, false, 0, "",     0, 65535},
    {CELL_VOLTAGE,     "cell_voltage",     1, 1, false, 3, "V",    1600, 15600}, /* 2 V to 12 V */
    {CELL_RESISTANCE,  "cell_resistance",  2, 2, false, 6, "ohm",  100, 50000},
    {CELL_TEMPERATURE, "cell_temperature", 4, 1, true,  1, "degC", -200, 850},
    {CELL_SOC,         "cell_soc",         5, 1, false, 0, "%",    0, 100},
    {CELL_SOH,         "cell_soh",         6, 1, false, 0, "%",    0, 100},
    {CELL_ALARM,       "cell_alarm",       7, 1, false, 0, "",     0, 65535},
};

static const struct {
    const struct reg *row;
    const struct expect *expect;
    size_t count;
} table[] = {
    {registers_ups, ups, UPS_QUANTITIES},
    {registers_string, string, STRING_QUANTITIES},
    {registers_cell, cell, CELL_QUANTITIES},
};
/* clang-format on */

_Static_assert(COUNT(ups) == UPS_QUANTITIES, "one expectation per quantity");
_Static_assert(COUNT(string) == STRING_QUANTITIES, "one expectation per quantity");
_Static_assert(COUNT(cell) == CELL_QUANTITIES, "one expectation per quantity");

static void check_row(const struct reg *r, const struct expect *e)
{
    print_message("  %s\n", e->name);
    assert_string_equal(r->name, e->name);
    assert_int_equal(r->address, e->address);
    assert_int_equal(registers_words(r->type), e->words);
    assert_int_equal(r->type == REG_I16 || r->type == REG_I32, e->is_signed);
    assert_int_equal(r->decimals, e->decimals);
    assert_string_equal(r->unit, e->unit);
    assert_int_equal(r->sensor.min, e->min);
    assert_int_equal(r->sensor.max, e->max);
}

static void tables__each_quantity__one_row_as_published(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t i = 0; i < table[t].count; i++) {
            assert_int_equal(table[t].expect[i].quantity, i);
            assert_int_equal(table[t].row[i].quantity, i);
            check_row(&table[t].row[i], &table[t].expect[i]);
        }
}

static void tables__neighbours__sorted_without_overlap(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t i = 1; i < (t == 1 ? STRING_IN_BLOCK : table[t].count); i++) {
            const struct reg *a = &table[t].row[i - 1];

            assert_true(a->address + registers_words(a->type) <= a[1].address);
        }
}

static void tables__names__unique_over_all(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t i = 0; i < table[t].count; i++)
            for (size_t u = 0; u < COUNT(table); u++)
                for (size_t k = 0; k < table[u].count; k++)
                    if (t != u || i != k)
                        assert_string_not_equal(table[t].row[i].name, table[u].row[k].name);
}

static void tables__ranges__sensor_inside_possible(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t i = 0; i < table[t].count; i++) {
            const struct reg *r = &table[t].row[i];

            assert_true(r->sensor.min < r->sensor.max);
            assert_true(r->possible.min <= r->sensor.min);
            assert_true(r->sensor.max <= r->possible.max);
        }
}

static void tables__decimals__at_most_six(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t i = 0; i < table[t].count; i++)
            assert_in_range(table[t].row[i].decimals, 0, 6);
}

static void tables__published__all_but_three_of_the_cell_and_insulation(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        for (size_t i = 0; i < table[t].count; i++) {
            bool hidden = t == 2 && (i == CELL_SOC || i == CELL_SOH || i == CELL_ALARM);

            hidden |= t == 1 && i == STRING_INSULATION;
            assert_int_equal(table[t].row[i].published, !hidden);
        }
}

/* ---- enumerations ------------------------------------------------------------------------ */

static void check_names(const struct reg *row, const char *const *names, int count)
{
    for (int v = 0; v < count; v++) {
        const char *is = registers_value_name(row, v);

        if (names[v] == NULL)
            assert_null(is);
        else
            assert_string_equal(is, names[v]);
    }
    assert_null(registers_value_name(row, count));
    assert_null(registers_value_name(row, -1));
    assert_null(registers_value_name(row, 65535));
}

static void value_name__status__three_values(void **state)
{
    static const char *const names[] = {"disabled", "OK", "error"};

    (void)state;
    check_names(&registers_ups[UPS_STATUS], names, 3);
    check_names(&registers_string[STRING_STATUS], names, 3);
    check_names(&registers_cell[CELL_STATUS], names, 3);
}

static void value_name__state__hole_at_four(void **state)
{
    static const char *const names[] = {"float", "equalize", "discharge", "idle", NULL, "abnormal"};

    (void)state;
    check_names(&registers_string[STRING_STATE], names, 6);
}

static void value_name__relay_and_input__two_values(void **state)
{
    static const char *const relay[] = {"open", "closed"};
    static const char *const input[] = {"off", "on"};

    (void)state;
    check_names(&registers_string[STRING_RELAY], relay, 2);
    check_names(&registers_string[STRING_AUX_INPUT], input, 2);
}

static void value_name__plain_number__none(void **state)
{
    (void)state;
    assert_null(registers_value_name(&registers_string[STRING_ALARM], 0));
    assert_null(registers_value_name(&registers_cell[CELL_VOLTAGE], 1));
}

static void cell_range__each_type__as_published(void **state)
{
    /* clang-format off */
    static const struct { enum cell_type type; int min, max; } want[] = {
        {CELL_TYPE_2V, 1600, 2600}, {CELL_TYPE_12V, 7500, 15600},
        {CELL_TYPE_6V, 1600, 15600}, {CELL_TYPE_UNKNOWN, 1600, 15600},
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(registers_cell_range(want[i].type).min, want[i].min);
        assert_int_equal(registers_cell_range(want[i].type).max, want[i].max);
    }
}

/* ---- the cell map ------------------------------------------------------------------------ */

static const char *map_with(int soc, int soh, int alarm, struct reg_map *ret)
{
    const int16_t offset[CELL_QUANTITIES] = {
        [CELL_SOC] = (int16_t)soc, [CELL_SOH] = (int16_t)soh, [CELL_ALARM] = (int16_t)alarm};

    return registers_cell_map(offset, ret);
}

static void cell_map__defaults__five_rows_six_words(void **state)
{
    struct reg_map map;

    (void)state;
    assert_null(registers_cell_map(registers_cell_offsets, &map));
    assert_int_equal(map.count, 5);
    assert_int_equal(map.words, 6);
    assert_int_equal(map.row[4].quantity, CELL_SOC);
    assert_int_equal(map.row[4].address, 5);
}

static void cell_map__all_off__published_rows(void **state)
{
    struct reg_map map;

    (void)state;
    assert_null(map_with(REG_OFFSET_OFF, REG_OFFSET_OFF, REG_OFFSET_OFF, &map));
    assert_int_equal(map.count, 4);
    assert_int_equal(map.words, 5);
}

static void cell_map__moved__sorted_and_long_enough(void **state)
{
    struct reg_map map;

    (void)state;
    assert_null(map_with(30, 20, 10, &map));
    assert_int_equal(map.count, 7);
    assert_int_equal(map.words, 31);
    for (size_t i = 1; i < map.count; i++)
        assert_true(map.row[i - 1].address < map.row[i].address);
    assert_int_equal(map.row[4].quantity, CELL_ALARM);
    assert_int_equal(map.row[6].quantity, CELL_SOC);
}

static void cell_map__last_place_of_block__fits(void **state)
{
    struct reg_map map;

    (void)state;
    assert_null(map_with(99, REG_OFFSET_OFF, REG_OFFSET_OFF, &map));
    assert_int_equal(map.words, 100);
}

static void cell_map__past_the_block__names_the_row(void **state)
{
    struct reg_map map;

    (void)state;
    assert_string_equal(map_with(100, REG_OFFSET_OFF, REG_OFFSET_OFF, &map), "cell_soc");
    assert_string_equal(map_with(5, REG_OFFSET_OFF, 32767, &map), "cell_alarm");
    assert_string_equal(map_with(5, -2, REG_OFFSET_OFF, &map), "cell_soh");
}

/* Offsets 0..4 are taken: status, voltage, resistance (two), temperature. */
static void cell_map__on_published_row__names_the_row(void **state)
{
    struct reg_map map;

    (void)state;
    for (int at = 0; at <= 4; at++) {
        assert_string_equal(map_with(at, REG_OFFSET_OFF, REG_OFFSET_OFF, &map), "cell_soc");
        assert_string_equal(map_with(5, at, REG_OFFSET_OFF, &map), "cell_soh");
        assert_string_equal(map_with(5, 6, at, &map), "cell_alarm");
    }
}

static void cell_map__two_unpublished_rows_at_one_place__refused(void **state)
{
    struct reg_map map;

    (void)state;
    assert_non_null(map_with(5, 5, REG_OFFSET_OFF, &map));
    assert_non_null(map_with(9, 8, 8, &map));
}

static void cell_map__offsets_of_published_rows__ignored(void **state)
{
    int16_t offset[CELL_QUANTITIES];
    struct reg_map map;

    (void)state;
    memcpy(offset, registers_cell_offsets, sizeof(offset));
    offset[CELL_STATUS] = 50;
    offset[CELL_VOLTAGE] = REG_OFFSET_OFF;
    assert_null(registers_cell_map(offset, &map));
    assert_int_equal(map.count, 5);
    assert_int_equal(map.row[0].address, 0);
    assert_int_equal(map.row[1].address, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables__each_quantity__one_row_as_published),
        cmocka_unit_test(tables__neighbours__sorted_without_overlap),
        cmocka_unit_test(tables__names__unique_over_all),
        cmocka_unit_test(tables__ranges__sensor_inside_possible),
        cmocka_unit_test(tables__decimals__at_most_six),
        cmocka_unit_test(tables__published__all_but_three_of_the_cell_and_insulation),
        cmocka_unit_test(value_name__status__three_values),
        cmocka_unit_test(value_name__state__hole_at_four),
        cmocka_unit_test(value_name__relay_and_input__two_values),
        cmocka_unit_test(value_name__plain_number__none),
        cmocka_unit_test(cell_range__each_type__as_published),
        cmocka_unit_test(cell_map__defaults__five_rows_six_words),
        cmocka_unit_test(cell_map__all_off__published_rows),
        cmocka_unit_test(cell_map__moved__sorted_and_long_enough),
        cmocka_unit_test(cell_map__last_place_of_block__fits),
        cmocka_unit_test(cell_map__past_the_block__names_the_row),
        cmocka_unit_test(cell_map__on_published_row__names_the_row),
        cmocka_unit_test(cell_map__two_unpublished_rows_at_one_place__refused),
        cmocka_unit_test(cell_map__offsets_of_published_rows__ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
