/* Packed vectors of a string's cells: the format octet by octet, and that they say what the cell
 * table says. */
#include "view_fixture.h"

/* ---- octets ------------------------------------------------------------------------------ */

/* String 2 of gateway A: three cells, the third never seen. */
static void vector__plant__exact_octets(void **state)
{
    struct plant *p = *state;
    const int *s = AT(GW_A, 2);

    /* 2,250 and 1,401 mV */
    assert_octets(p, "btmsStringVectorVoltage", s, "\0\3\xc0\x08\xca\x05\x79\0\0", 9);
    assert_octets(p, "btmsStringVectorResistance", s, "\0\3\xc0\0\0\2\0\0\0\3\x84\0\0\0\0", 15);
    assert_octets(p, "btmsStringVectorTemperature", s, "\0\3\xc0\0\xfb\1\4\0\0", 9);
    /* cell 2 says 250 %, which cannot be */
    assert_octets(p, "btmsStringVectorStateOfCharge", s, "\0\3\x80\x62\0\0", 6);
    assert_none(p, "btmsStringVectorStateOfHealth", s);
    /* ok, comm lost (an alarm), unknown */
    assert_octets(p, "btmsStringVectorStatus", s, "\0\3\xe0\3\6\1", 6);
}

static void vector__no_cells_or_too_old__none(void **state)
{
    struct plant *p = *state;

    assert_none(p, "btmsStringVectorVoltage", AT(GW_A, 5));
    assert_none(p, "btmsStringVectorStatus", AT(GW_A, 5));
    p->mib.now_ms += 10 * CELL_INTERVAL;
    assert_none(p, "btmsStringVectorVoltage", AT(GW_A, 2));
    assert_octets(p, "btmsStringVectorStatus", AT(GW_A, 2), "\0\3\xe0\7\6\1", 6); /* stale */
}

/* The example of the MIB, and both ends of each width. */
static void vector__extremes__fit_or_have_no_value(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    struct string *s;

    fill_a(&g);
    s = string_at(&g, 2, PRESENCE_HERE, NOW - 2000, 4);
    memset(s->cell, 0, sizeof(s->cell));
    GOOD(&s->cell[0], CELL_TEMPERATURE, -55);
    GOOD(&s->cell[1], CELL_TEMPERATURE, INT16_MIN);
    GOOD(&s->cell[2], CELL_TEMPERATURE, INT16_MIN - 1);
    SET(&s->cell[3], CELL_TEMPERATURE, INT16_MAX, VALIDITY_BEYOND);
    GOOD(&s->cell[0], CELL_VOLTAGE, -1);
    GOOD(&s->cell[1], CELL_VOLTAGE, UINT16_MAX);
    GOOD(&s->cell[2], CELL_VOLTAGE, UINT16_MAX + 1);
    SET(&s->cell[3], CELL_VOLTAGE, 0, VALIDITY_STALE);
    GOOD(&s->cell[0], CELL_RESISTANCE, INT32_MAX);
    GOOD(&s->cell[3], CELL_SOH, UINT8_MAX);
    GOOD(&s->cell[0], CELL_SOC, UINT8_MAX + 1);
    put_device_at(p, NOW, &device_a, &g);
    assert_true(view_refresh(&p->view));
    assert_octets(p, "btmsStringVectorTemperature", AT(GW_A, 2),
                  "\0\4\xd0\xff\xc9\x80\0\0\0\x7f\xff", 11);
    assert_octets(p, "btmsStringVectorVoltage", AT(GW_A, 2), "\0\4\x40\0\0\xff\xff\0\0\0\0", 11);
    assert_octets(p, "btmsStringVectorResistance", AT(GW_A, 2),
                  "\0\4\x80\x7f\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0", 19);
    assert_octets(p, "btmsStringVectorStateOfHealth", AT(GW_A, 2), "\0\4\x10\0\0\0\xff", 7);
    assert_none(p, "btmsStringVectorStateOfCharge", AT(GW_A, 2));
}

/* ---- against the cell table -------------------------------------------------------------- */

static void fill_at_random(struct gateway *g, int string, int cells, uint32_t *seed)
{
    struct string *s = string_at(g, string, PRESENCE_HERE, NOW - 2000, cells);

    s->cells_read_ms = NOW - 2000;
    for (int i = 0; i < cells; i++)
        for (int q = 0; q < CELL_QUANTITIES; q++) {
            s->cell[i].seen = check_random(seed) % 4 > 0;
            SET(&s->cell[i], q, (int32_t)(check_random(seed) % (1u << check_random(seed) % 32)),
                (uint8_t)(check_random(seed) % (VALIDITY_IMPOSSIBLE + 1)));
            if (check_random(seed) % 4 == 0)
                s->cell[i].value[q] = -s->cell[i].value[q];
        }
}

static int64_t value_at(const uint8_t *o, int width, bool is_signed)
{
    int64_t v = is_signed && o[0] >= 0x80 ? -1 : 0;

    while (width-- > 0)
        v = (int64_t)((uint64_t)v << 8 | *o++);
    return v;
}

static void check_vector(struct plant *p, const char *vector, const char *column, int string,
                         int cells, int width, bool is_signed)
{
    struct agentx_value v = value_of(p, vector, AT(GW_A, string)), cell;
    int bits = (cells + 7) / 8, expected = 0;
    uint8_t o[MIB_SCRATCH] = {0};

    if (v.kind == AGENTX_OCTET_STRING) {
        assert_int_equal(v.octets.size, 2 + bits + cells * width);
        memcpy(o, v.octets.data, v.octets.size);
        assert_int_equal(o[0] << 8 | o[1], cells);
    }
    for (int i = 1; i <= cells; i++) {
        bool has = o[2 + (i - 1) / 8] >> (7 - (i - 1) % 8) & 1;
        int64_t is = value_at(o + 2 + bits + (i - 1) * width, width, is_signed), want;
        int64_t least = is_signed ? -(INT64_C(1) << (8 * width - 1)) : 0;
        int64_t most = (INT64_C(1) << (8 * width - (is_signed ? 1 : 0))) - 1;

        cell = value_of(p, column, AT(GW_A, string, i));
        want = cell.kind == AGENTX_INTEGER32 ? cell.integer : (int64_t)cell.number;
        if (cell.kind == AGENTX_NO_SUCH_INSTANCE || want < least || want > most) {
            assert_false(has);
            assert_int_equal(is, 0);
            continue;
        }
        expected++;
        assert_true(has);
        assert_int_equal(is, want);
    }
    for (int i = cells; i < 8 * bits; i++)
        assert_false(o[2 + i / 8] >> (7 - i % 8) & 1);
    assert_int_equal(v.kind == AGENTX_OCTET_STRING, expected > 0);
}

static void vector__random_cells__as_the_cell_table(void **state)
{
    static const int cells[] = {1, 7, 8, 9, 16, 40, 119, CELL_MAX};
    static struct gateway g;
    struct plant *p = *state;
    struct alarm a[COUNT(cells)];
    uint32_t seed = 3;

    memset(&g, 0, sizeof(g));
    for (size_t i = 0; i < COUNT(cells); i++) {
        fill_at_random(&g, (int)i + 1, cells[i], &seed);
        a[i] = alarm_of((uint32_t)i + 1, ALARM_CELL_COMM_LOST, GW_A, 0, (int)i + 1, 1 + (int)i % 2);
    }
    put_device_at(p, NOW, &device_a, &g);
    put_alarms(p, a, COUNT(a), NULL, 0);
    assert_true(view_refresh(&p->view));
    for (size_t i = 0; i < COUNT(cells); i++) {
        int s = (int)i + 1, n = cells[i];

        check_vector(p, "btmsStringVectorStatus", "btmsCellStatus", s, n, 1, false);
        check_vector(p, "btmsStringVectorVoltage", "btmsCellVoltage", s, n, 2, false);
        check_vector(p, "btmsStringVectorResistance", "btmsCellResistance", s, n, 4, false);
        check_vector(p, "btmsStringVectorTemperature", "btmsCellTemperature", s, n, 2, true);
        check_vector(p, "btmsStringVectorStateOfCharge", "btmsCellStateOfCharge", s, n, 1, false);
        check_vector(p, "btmsStringVectorStateOfHealth", "btmsCellStateOfHealth", s, n, 1, false);
    }
}

#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(vector__plant__exact_octets),
        FULL(vector__no_cells_or_too_old__none),
        FULL(vector__extremes__fit_or_have_no_value),
        FULL(vector__random_cells__as_the_cell_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
