/* A string master's registers, and the gateway's blocks that are made of them. */
#include "../../support/check.h"
#include "core/decode.h"
#include "core/master.h"

#include <string.h>

static void decode_block(struct string *ret, uint16_t *block, uint32_t holes)
{
    const struct decode d = {.holes = holes};

    *ret = (struct string){.presence = PRESENCE_HERE};
    decode_string(&d, block, MASTER_STRING_WORDS, ret);
}

/* As if every read had been answered. */
static uint32_t fill(const struct master *m, uint16_t *block)
{
    static const uint16_t words[MASTER_STRING_READS][5] = {
        {0xd2c4,  0x0000, 0xff9c, 0xffff, 87}, /* 539.56 V, -1.00 A, 87 % */
        {9950, 2},
        {24    },
        {0x0041   },
    };
    uint32_t holes = master_string_block(block);

    for (int i = 0; i < MASTER_STRING_READS; i++)
        assert_int_equal(master_string_put(m, i, words[i], block) & holes, 0);
    return holes;
}

static void string__all_reads__as_a_gateway_tells_it(void **state)
{
    uint16_t block[MASTER_STRING_WORDS];
    struct string s;

    (void)state;
    decode_block(&s, block, fill(&master_published, block));
    assert_int_equal(s.value[STRING_VOLTAGE], 53956);
    assert_int_equal(s.value[STRING_CURRENT], -100);
    assert_int_equal(s.value[STRING_SOC], 87);
    assert_int_equal(s.value[STRING_BALANCE], 9950);
    assert_int_equal(s.value[STRING_STATE], STATE_DISCHARGE);
    assert_int_equal(s.value[STRING_CELL_COUNT], 24);
    assert_int_equal(s.value[STRING_ALARM], 0x41);
    for (int q = STRING_VOLTAGE; q <= STRING_CELL_COUNT; q++)
        assert_int_equal(s.validity[q], VALIDITY_GOOD);
}

static void string__what_it_does_not_tell__is_absent(void **state)
{
    static const int untold[] = {STRING_UPS_ID,           STRING_STATUS, STRING_AMBIENT_TEMPERATURE,
                                 STRING_AMBIENT_HUMIDITY, STRING_RELAY,  STRING_AUX_INPUT};
    uint16_t block[MASTER_STRING_WORDS];
    struct string s;

    (void)state;
    decode_block(&s, block, fill(&master_published, block));
    for (size_t i = 0; i < COUNT(untold); i++)
        assert_int_equal(s.validity[untold[i]], VALIDITY_ABSENT);
    assert_int_equal(s.value[STRING_STATUS], STATUS_OK); /* it answers */
}

static void string__high_word_first__the_other_way_round(void **state)
{
    const uint16_t words[5] = {0x0000, 0xd2c4, 0xffff, 0xff9c, 87};
    struct master m = master_published;
    uint16_t block[MASTER_STRING_WORDS];
    struct string s;

    (void)state;
    m.high_word_first = true;
    fill(&m, block);
    master_string_put(&m, 0, words, block);
    decode_block(&s, block, 0);
    assert_int_equal(s.value[STRING_VOLTAGE], 53956);
    assert_int_equal(s.value[STRING_CURRENT], -100);
}

static void string__reads__touch_no_undescribed_register(void **state)
{
    (void)state;
    for (int i = 0; i < MASTER_STRING_READS; i++)
        for (int a = master_string_reads[i].address;
             a < master_string_reads[i].address + master_string_reads[i].count; a++)
            assert_true(a <= 4 || a == 6 || a == 7 || a == 10 || a == 13);
}

static void cells__count__of_the_register_or_else_of_configuration(void **state)
{
    const struct master told = {.cells = 20}, untold = {.cells = 0};
    const uint16_t good = 24, none = 0, nonsense = 65535;

    (void)state;
    assert_int_equal(master_cells(&told, &good), 24);
    assert_int_equal(master_cells(&told, &none), 20);
    assert_int_equal(master_cells(&told, &nonsense), 20);
    assert_int_equal(master_cells(&told, NULL), 20);
    assert_int_equal(master_cells(&untold, &nonsense), 0);
}

/* ---- columns ----------------------------------------------------------------------------- */

static void column__published__one_read_of_120(void **state)
{
    int n;
    struct master_read r = master_column_read(&master_published, CELL_VOLTAGE, 0, 120, &n);

    (void)state;
    assert_int_equal(r.address, 1600);
    assert_int_equal(r.count, 120);
    assert_int_equal(n, 120);
}

static void column__two_registers_a_cell__as_many_as_a_read_takes(void **state)
{
    struct master m = master_published;
    int n, first = 0, reads = 0;

    (void)state;
    m.column[CELL_RESISTANCE] = (struct master_column){true, 2000, 2, REG_U32, 1};
    for (; first < 120; first += n, reads++) {
        struct master_read r = master_column_read(&m, CELL_RESISTANCE, first, 120, &n);

        assert_int_equal(r.address, 2000 + 2 * first);
        assert_int_equal(r.count, 2 * n);
        assert_true(r.count <= 125);
    }
    assert_int_equal(first, 120);
    assert_int_equal(reads, 2);
}

static void column__gaps_between_cells__one_cell_a_read(void **state)
{
    struct master m = master_published;
    int n;

    (void)state;
    m.column[CELL_SOC] = (struct master_column){true, 2000, 4, REG_U16, 1};
    assert_int_equal(master_column_read(&m, CELL_SOC, 3, 24, &n).address, 2012);
    assert_int_equal(n, 1);
}

static void column__scale_and_sign__in_the_gateways_resolution(void **state)
{
    const uint16_t temperature[] = {0xfffb, 23}, resistance[] = {0x0001, 0x0000, 0x0000, 0x0001};
    struct reg_map map;
    struct master m = master_published;
    uint16_t block[2 * REG_CELL_STRIDE] = {STATUS_OK};
    struct decode d = {.holes = 0};
    struct cell c;

    (void)state;
    block[REG_CELL_STRIDE] = STATUS_OK;
    assert_null(registers_cell_map(master_cell_offsets, &map));
    d.cell = map;
    m.column[CELL_TEMPERATURE] =
        (struct master_column){true, 0, 1, REG_I16, 10}; /* whole degrees */
    m.column[CELL_RESISTANCE] = (struct master_column){true, 0, 2, REG_U32, 1};
    master_column_put(&m, CELL_TEMPERATURE, temperature, 2, block);
    master_column_put(&m, CELL_RESISTANCE, resistance, 2, block);
    decode_cell(&d, CELL_TYPE_UNKNOWN, block, map.words, &c);
    assert_int_equal(c.value[CELL_TEMPERATURE], -50);
    assert_int_equal(c.value[CELL_RESISTANCE], 1);
    decode_cell(&d, CELL_TYPE_UNKNOWN, block + REG_CELL_STRIDE, map.words, &c);
    assert_int_equal(c.value[CELL_TEMPERATURE], 230);
    assert_int_equal(c.value[CELL_RESISTANCE], 65536);
}

static void column__more_than_fits__is_impossible_not_wrapped(void **state)
{
    const uint16_t words[] = {0x7fff};
    struct reg_map map;
    struct master m = master_published;
    uint16_t block[REG_CELL_STRIDE] = {STATUS_OK};
    struct decode d = {.holes = 0};
    struct cell c;

    (void)state;
    assert_null(registers_cell_map(master_cell_offsets, &map));
    d.cell = map;
    m.column[CELL_TEMPERATURE] = (struct master_column){true, 0, 1, REG_I16, 10};
    master_column_put(&m, CELL_TEMPERATURE, words, 1, block);
    decode_cell(&d, CELL_TYPE_UNKNOWN, block, map.words, &c);
    assert_int_equal(c.validity[CELL_TEMPERATURE], VALIDITY_IMPOSSIBLE);
}

static void cell__hole__absent(void **state)
{
    struct reg_map map;
    uint16_t block[REG_CELL_STRIDE] = {STATUS_OK, 2250};
    struct decode d = {.holes = 0};
    struct cell c;

    (void)state;
    assert_null(registers_cell_map(master_cell_offsets, &map));
    d.cell = map;
    for (int q = CELL_RESISTANCE; q < CELL_QUANTITIES; q++)
        d.holes |= master_cell_bits(q);
    decode_cell(&d, CELL_TYPE_2V, block, map.words, &c);
    assert_int_equal(c.validity[CELL_VOLTAGE], VALIDITY_GOOD);
    for (int q = CELL_RESISTANCE; q < CELL_QUANTITIES; q++)
        assert_int_equal(c.validity[q], VALIDITY_ABSENT);
}

/* ---- what cannot be ---------------------------------------------------------------------- */

static void clash__columns_and_string__first_common_register(void **state)
{
    struct master m = master_published;

    (void)state;
    m.column[CELL_SOC] = (struct master_column){true, 1310, 1, REG_U16, 1};
    assert_int_equal(master_clash(&m, CELL_SOC, CELL_STATUS, 24), 1310);
    assert_int_equal(master_clash(&m, CELL_SOC, CELL_STATUS, 10), -1);
    assert_int_equal(master_clash(&m, CELL_SOC, CELL_VOLTAGE, 120), -1);
    m.column[CELL_SOC].address = 8;
    assert_int_equal(master_clash(&m, CELL_SOC, CELL_QUANTITIES, 24), 10);
    assert_int_equal(master_clash(&m, CELL_SOC, CELL_QUANTITIES, 2), -1);
}

static void clash__interleaved__none(void **state)
{
    struct master m = master_published;

    (void)state;
    m.column[CELL_SOC] = (struct master_column){true, 2000, 2, REG_U16, 1};
    m.column[CELL_SOH] = (struct master_column){true, 2001, 2, REG_U16, 1};
    assert_int_equal(master_clash(&m, CELL_SOH, CELL_SOC, 120), -1);
    assert_int_equal(master_column_end(&m.column[CELL_SOH], 120), 2239);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(string__all_reads__as_a_gateway_tells_it),
        cmocka_unit_test(string__what_it_does_not_tell__is_absent),
        cmocka_unit_test(string__high_word_first__the_other_way_round),
        cmocka_unit_test(string__reads__touch_no_undescribed_register),
        cmocka_unit_test(cells__count__of_the_register_or_else_of_configuration),
        cmocka_unit_test(column__published__one_read_of_120),
        cmocka_unit_test(column__two_registers_a_cell__as_many_as_a_read_takes),
        cmocka_unit_test(column__gaps_between_cells__one_cell_a_read),
        cmocka_unit_test(column__scale_and_sign__in_the_gateways_resolution),
        cmocka_unit_test(column__more_than_fits__is_impossible_not_wrapped),
        cmocka_unit_test(cell__hole__absent),
        cmocka_unit_test(clash__columns_and_string__first_common_register),
        cmocka_unit_test(clash__interleaved__none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
