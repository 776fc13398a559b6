/* Words into values: every quantity around every limit, and what hides what. */
#include "core/decode.h"
#include "core/quantity.h"
#include "../../support/check.h"
#include "../../support/numbers.h"

#include <stdlib.h>
#include <string.h>

static struct decode setting;

static int set_up(void **state)
{
    (void)state;
    setting.low_word_first = false;
    return registers_cell_map(registers_cell_offsets, &setting.cell) == NULL ? 0 : -1;
}

/* Blocks of something healthy; tests change single words. */
static const uint16_t good_ups[6] = {1, 0, 54000, 0, 500, 97};
static const uint16_t good_string[15] = {1, 1,    0, 54000, 0,   500, 98, 9950,
                                         0, 0x21, 4, 235,   401, 1,   1};
static const uint16_t good_cell[6] = {1, 2230, 0, 512, 251, 99};

static struct ups ups_of(const uint16_t *words)
{
    struct ups u = {0};

    decode_ups(&setting, words, 6, &u);
    return u;
}

static struct string string_of(const uint16_t *words, size_t n, int hall_a)
{
    struct string s = {.hall_a = (uint16_t)hall_a, .ambient_declared = true};

    decode_string(&setting, words, n, &s);
    return s;
}

static struct cell cell_of(const uint16_t *words, enum cell_type type)
{
    struct cell c = {0};

    decode_cell(&setting, type, words, 6, &c);
    return c;
}

/* ---- every quantity at its edges --------------------------------------------------------- */

enum level { UPS, STRING, CELL };

/* Address and width: vendor's page. `good`: published range. `possible`: what no battery leaves. */
struct edge {
    enum level level;
    int quantity, address, words;
    int64_t lowest, highest; /* the register itself can hold */
    int32_t good_min, good_max, possible_min, possible_max;
};

#define U16 1, 0, 65535
#define I16 1, -32768, 32767
#define U32 2, 0, 4294967295LL
#define I32 2, -2147483648LL, 2147483647

/* clang-format off */
static const struct edge edges[] = {
    {UPS, UPS_STATUS, 0, U16, 0, 65535, 0, 65535},
    {UPS, UPS_VOLTAGE, 1, U32, 2000, 80000, 0, 200000},
    {UPS, UPS_CURRENT, 3, I32, -3200000, 3200000, -32000000, 32000000},
    {UPS, UPS_SOC, 5, U16, 0, 100, 0, 100},
    {STRING, STRING_UPS_ID, 0, U16, 0, 65535, 0, 65535},
    {STRING, STRING_STATUS, 1, U16, 0, 65535, 0, 65535},
    {STRING, STRING_VOLTAGE, 2, U32, 2000, 80000, 0, 200000},
    {STRING, STRING_CURRENT, 4, I32, -100000, 100000, -1000000, 1000000},
    {STRING, STRING_SOC, 6, U16, 0, 100, 0, 100},
    {STRING, STRING_BALANCE, 7, U16, 0, 10000, 0, 10000},
    {STRING, STRING_STATE, 8, U16, 0, 65535, 0, 65535},
    {STRING, STRING_ALARM, 9, U16, 0, 65535, 0, 65535},
    {STRING, STRING_CELL_COUNT, 10, U16, 0, 65535, 0, 65535},
    {STRING, STRING_AMBIENT_TEMPERATURE, 11, I16, -400, 800, -600, 1500},
    {STRING, STRING_AMBIENT_HUMIDITY, 12, U16, 0, 1000, 0, 1000},
    {STRING, STRING_RELAY, 13, U16, 0, 65535, 0, 65535},
    {STRING, STRING_AUX_INPUT, 14, U16, 0, 65535, 0, 65535},
    {CELL, CELL_STATUS, 0, U16, 0, 65535, 0, 65535},
    {CELL, CELL_VOLTAGE, 1, U16, 1600, 15600, 0, 20000},
    {CELL, CELL_RESISTANCE, 2, U32, 100, 50000, 0, 10000000},
    {CELL, CELL_TEMPERATURE, 4, I16, -200, 850, -600, 1500},
    {CELL, CELL_SOC, 5, U16, 0, 100, 0, 100},
};
/* clang-format on */

/* A healthy block in the word order that is set. */
static void good_block(enum level level, uint16_t *words)
{
    if (level == CELL) {
        memcpy(words, good_cell, sizeof(good_cell));
        put_long(words, 2, 512, setting.low_word_first);
    } else if (level == UPS) {
        memcpy(words, good_ups, sizeof(good_ups));
        put_long(words, 1, 54000, setting.low_word_first);
        put_long(words, 3, 500, setting.low_word_first);
    } else {
        memcpy(words, good_string, sizeof(good_string));
        put_long(words, 2, 54000, setting.low_word_first);
        put_long(words, 4, 500, setting.low_word_first);
    }
}

static void decode_at(const struct edge *e, int64_t v, int32_t *ret_value, uint8_t *ret_validity)
{
    uint16_t words[15] = {0};
    struct ups u;
    struct string s;
    struct cell c;

    good_block(e->level, words);
    if (e->words == 1)
        words[e->address] = (uint16_t)v;
    else
        put_long(words, e->address, v, setting.low_word_first);
    u = ups_of(words);
    s = string_of(words, 15, 0);
    c = cell_of(words, CELL_TYPE_UNKNOWN);
    *ret_value = e->level == UPS      ? u.value[e->quantity]
                 : e->level == STRING ? s.value[e->quantity]
                                      : c.value[e->quantity];
    *ret_validity = e->level == UPS      ? u.validity[e->quantity]
                    : e->level == STRING ? s.validity[e->quantity]
                                         : c.validity[e->quantity];
}

static enum validity expected(const struct edge *e, int64_t v)
{
    if (v < e->possible_min || v > e->possible_max)
        return VALIDITY_IMPOSSIBLE;
    return v < e->good_min || v > e->good_max ? VALIDITY_BEYOND : VALIDITY_GOOD;
}

static void check_edges(const struct edge *e)
{
    const int64_t limit[] = {e->good_min,     e->good_max, e->possible_min,
                             e->possible_max, e->lowest,   e->highest};

    for (size_t i = 0; i < COUNT(limit); i++)
        for (int64_t v = limit[i] - 1; v <= limit[i] + 1; v++) {
            int32_t value;
            uint8_t validity;

            if (v < e->lowest || v > e->highest)
                continue;
            decode_at(e, v, &value, &validity);
            if (validity != expected(e, v))
                fail_msg("level %d quantity %d value %lld: validity %d", (int)e->level, e->quantity,
                         (long long)v, validity);
            if (v <= INT32_MAX)
                assert_int_equal(value, v);
        }
}

static void decode__each_edge_high_word_first__validity_and_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(edges); i++)
        check_edges(&edges[i]);
}

static void decode__each_edge_low_word_first__validity_and_value(void **state)
{
    (void)state;
    setting.low_word_first = true;
    for (size_t i = 0; i < COUNT(edges); i++)
        check_edges(&edges[i]);
}

/* Whatever the current reads: beside a voltage that cannot be, it is not to be believed. */
static void current__beside_an_impossible_voltage__absent(void **state)
{
    static const int64_t currents[] = {0, 500, -500, 100000, 1000000, -1000001};
    static const int64_t voltages[] = {200001, 4294967295LL};
    uint16_t words[15];

    (void)state;
    for (int order = 0; order < 2; order++)
        for (size_t v = 0; v < COUNT(voltages); v++)
            for (size_t i = 0; i < COUNT(currents); i++) {
                setting.low_word_first = order;
                good_block(STRING, words);
                put_long(words, 2, voltages[v], order);
                put_long(words, 4, currents[i], order);
                for (int hall = 0; hall <= 1000; hall += 1000)
                    assert_int_equal(string_of(words, 15, hall).validity[STRING_CURRENT],
                                     VALIDITY_ABSENT);
                assert_int_equal(string_of(words, 15, 0).validity[STRING_SOC], VALIDITY_GOOD);
                good_block(UPS, words);
                put_long(words, 1, voltages[v], order);
                put_long(words, 3, currents[i], order);
                assert_int_equal(ups_of(words).validity[UPS_CURRENT], VALIDITY_ABSENT);
                assert_int_equal(ups_of(words).validity[UPS_SOC], VALIDITY_GOOD);
            }
}

/* A voltage that is only beyond the sensor's range says nothing against the current. */
static void current__beside_a_voltage_beyond_range__good(void **state)
{
    uint16_t words[15];

    (void)state;
    good_block(STRING, words);
    put_long(words, 2, 200000, false);
    assert_int_equal(string_of(words, 15, 0).validity[STRING_VOLTAGE], VALIDITY_BEYOND);
    assert_int_equal(string_of(words, 15, 0).validity[STRING_CURRENT], VALIDITY_GOOD);
    good_block(UPS, words);
    put_long(words, 1, 0, false);
    assert_int_equal(ups_of(words).validity[UPS_VOLTAGE], VALIDITY_BEYOND);
    assert_int_equal(ups_of(words).validity[UPS_CURRENT], VALIDITY_GOOD);
}

/* ---- words, signs, order ----------------------------------------------------------------- */

static void decode__typed_string_block__values(void **state)
{
    const uint16_t words[15] = {2, 1,      0x0000, 0xd2f0, 0xffff, 0xfb2e, 87, 9876,
                                2, 0x0042, 24,     0xffce, 655,    1,      0};
    const int32_t want[STRING_QUANTITIES] = {2,  1,  54000, -1234, 87, 9876, 2,
                                             66, 24, -50,   655,   1,  0};
    struct string s = string_of(words, 15, 0);

    (void)state;
    for (int q = 0; q < STRING_IN_BLOCK; q++) {
        assert_int_equal(s.value[q], want[q]);
        assert_int_equal(s.validity[q], VALIDITY_GOOD);
    }
}

static void decode__typed_cell_block__values(void **state)
{
    const uint16_t words[6] = {1, 13512, 0x0000, 0x11d7, 0xff9c, 100};
    const int32_t want[] = {1, 13512, 4567, -100, 100};
    struct cell c = cell_of(words, CELL_TYPE_12V);

    (void)state;
    for (int q = 0; q <= CELL_SOC; q++) {
        assert_int_equal(c.value[q], want[q]);
        assert_int_equal(c.validity[q], VALIDITY_GOOD);
    }
    assert_int_equal(c.validity[CELL_SOH], VALIDITY_ABSENT);
    assert_int_equal(c.validity[CELL_ALARM], VALIDITY_ABSENT);
}

static void decode__wrong_word_order__impossible_not_a_number(void **state)
{
    struct string s;

    (void)state;
    setting.low_word_first = true;
    s = string_of(good_string, 15, 0);
    assert_int_equal(s.validity[STRING_VOLTAGE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(s.validity[STRING_CURRENT], VALIDITY_ABSENT);
    assert_int_equal(s.validity[STRING_SOC], VALIDITY_GOOD);
}

static void decode__all_ones__no_measurement_usable(void **state)
{
    uint16_t words[15];
    struct string s;
    struct cell c;
    struct ups u;

    (void)state;
    memset(words, 0xff, sizeof(words));
    u = ups_of(words);
    s = string_of(words, 15, 0);
    c = cell_of(words, CELL_TYPE_2V);
    assert_int_equal(u.validity[UPS_VOLTAGE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(u.validity[UPS_SOC], VALIDITY_IMPOSSIBLE);
    assert_int_equal(s.validity[STRING_VOLTAGE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(s.validity[STRING_BALANCE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(s.validity[STRING_AMBIENT_HUMIDITY], VALIDITY_IMPOSSIBLE);
    assert_int_equal(c.validity[CELL_VOLTAGE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(c.validity[CELL_RESISTANCE], VALIDITY_IMPOSSIBLE);
    assert_int_equal(c.validity[CELL_SOC], VALIDITY_IMPOSSIBLE);
}

static void decode__unknown_enumeration_value__kept(void **state)
{
    uint16_t words[15];
    struct string s;

    (void)state;
    memcpy(words, good_string, sizeof(words));
    words[1] = 7;
    words[8] = 4;
    words[13] = 65535;
    s = string_of(words, 15, 0);
    assert_true(string_is(&s, STRING_STATUS, 7));
    assert_true(string_is(&s, STRING_STATE, 4));
    assert_true(string_is(&s, STRING_RELAY, 65535));
}

static void decode__65535_cells_and_ups_40__kept(void **state)
{
    uint16_t words[15];
    struct string s;

    (void)state;
    memcpy(words, good_string, sizeof(words));
    words[0] = 40;
    words[10] = 65535;
    s = string_of(words, 15, 0);
    assert_true(string_is(&s, STRING_UPS_ID, 40));
    assert_true(string_is(&s, STRING_CELL_COUNT, 65535));
}

/* ---- short blocks, disabled things ------------------------------------------------------- */

static void string__13_words__no_relay_no_input(void **state)
{
    struct string s = string_of(good_string, 13, 0);

    (void)state;
    for (int q = 0; q < STRING_RELAY; q++)
        assert_int_equal(s.validity[q], VALIDITY_GOOD);
    assert_int_equal(s.validity[STRING_RELAY], VALIDITY_ABSENT);
    assert_int_equal(s.validity[STRING_AUX_INPUT], VALIDITY_ABSENT);
}

/* A heap block of the exact size: the sanitizer sees a read past it. */
static void string__every_length__rows_that_fit(void **state)
{
    static const int end[STRING_IN_BLOCK] = {1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    (void)state;
    for (size_t n = 0; n <= 15; n++) {
        uint16_t *words = malloc(n > 0 ? n * sizeof(*words) : 1);
        struct string s = {.value = {[STRING_STATUS] = STATUS_OK}, .ambient_declared = true};

        memcpy(words, good_string, n * sizeof(*words));
        s.value[STRING_AMBIENT_HUMIDITY] = 1;
        decode_string(&setting, words, n, &s);
        for (int q = 0; q < STRING_IN_BLOCK; q++)
            assert_int_equal(s.validity[q] == VALIDITY_ABSENT, (size_t)end[q] > n);
        free(words);
    }
}

static void ups__disabled__only_status(void **state)
{
    uint16_t words[6];
    struct ups u;

    (void)state;
    memcpy(words, good_ups, sizeof(words));
    words[0] = 0;
    u = ups_of(words);
    assert_int_equal(u.validity[UPS_STATUS], VALIDITY_GOOD);
    for (int q = UPS_VOLTAGE; q < UPS_QUANTITIES; q++)
        assert_int_equal(u.validity[q], VALIDITY_ABSENT);
}

static void string__disabled__nothing_measured(void **state)
{
    uint16_t words[15];
    struct string s;

    (void)state;
    memcpy(words, good_string, sizeof(words));
    words[1] = 0;
    s = string_of(words, 15, 0);
    for (int q = 0; q < STRING_QUANTITIES; q++) {
        bool told = q == STRING_UPS_ID || q == STRING_STATUS || q == STRING_CELL_COUNT;

        assert_int_equal(s.validity[q], told ? VALIDITY_GOOD : VALIDITY_ABSENT);
    }
}

static void cell__disabled__only_status(void **state)
{
    uint16_t words[6];
    struct cell c;

    (void)state;
    memcpy(words, good_cell, sizeof(words));
    words[0] = 0;
    c = cell_of(words, CELL_TYPE_UNKNOWN);
    assert_int_equal(c.validity[CELL_STATUS], VALIDITY_GOOD);
    for (int q = CELL_VOLTAGE; q < CELL_QUANTITIES; q++)
        assert_int_equal(c.validity[q], VALIDITY_ABSENT);
}

static void cell__other_fields__left_alone(void **state)
{
    struct cell c = {.outcome = OUTCOME_READ, .seen = true};

    (void)state;
    decode_cell(&setting, CELL_TYPE_2V, good_cell, 6, &c);
    assert_true(c.outcome == OUTCOME_READ && c.seen);
}

/* ---- ambient, Hall sensor, cell types ---------------------------------------------------- */

static struct string ambient(int temperature, int humidity)
{
    uint16_t words[15];

    memcpy(words, good_string, sizeof(words));
    words[11] = (uint16_t)temperature;
    words[12] = (uint16_t)humidity;
    return string_of(words, 15, 0);
}

static void ambient__zero_and_zero__no_sensor(void **state)
{
    struct string s = ambient(0, 0);

    (void)state;
    assert_int_equal(s.validity[STRING_AMBIENT_TEMPERATURE], VALIDITY_ABSENT);
    assert_int_equal(s.validity[STRING_AMBIENT_HUMIDITY], VALIDITY_ABSENT);
    assert_int_equal(s.validity[STRING_CELL_COUNT], VALIDITY_GOOD);
    assert_int_equal(s.validity[STRING_RELAY], VALIDITY_GOOD);
}

/* Into a string that nobody has said anything of. */
static bool ambient_shown(struct string *s, int temperature, int humidity)
{
    uint16_t words[15];

    memcpy(words, good_string, sizeof(words));
    words[11] = (uint16_t)temperature;
    words[12] = (uint16_t)humidity;
    decode_string(&setting, words, 15, s);
    return validity_usable(s->validity[STRING_AMBIENT_TEMPERATURE]) ||
           validity_usable(s->validity[STRING_AMBIENT_HUMIDITY]);
}

static void ambient__not_declared__from_the_first_plausible_pair_on(void **state)
{
    struct string s = {0};

    (void)state;
    assert_false(ambient_shown(&s, -1, 65535));  /* all ones */
    assert_false(ambient_shown(&s, 235, 65535)); /* humidity cannot be */
    assert_false(ambient_shown(&s, 801, 500));   /* beyond the sensor's range */
    assert_false(ambient_shown(&s, 32767, 500));
    assert_false(s.ambient_seen);
    assert_true(ambient_shown(&s, 235, 455));
    assert_true(s.ambient_seen);
    assert_true(ambient_shown(&s, 801, 500)); /* hot is news now */
    assert_int_equal(s.validity[STRING_AMBIENT_TEMPERATURE], VALIDITY_BEYOND);
    assert_true(ambient_shown(&s, 235, 1001)); /* one of them alone */
    assert_int_equal(s.validity[STRING_AMBIENT_HUMIDITY], VALIDITY_IMPOSSIBLE);
    assert_false(ambient_shown(&s, 0, 0));
    assert_false(ambient_shown(&s, -1, 65535));
    assert_true(s.ambient_seen);
}

static void ambient__declared__shown_though_never_plausible(void **state)
{
    struct string s = {.ambient_declared = true};

    (void)state;
    assert_true(ambient_shown(&s, 801, 500));
    assert_false(ambient_shown(&s, 0, 0));
    assert_false(s.ambient_seen);
}

/* ---- what the operator has described ----------------------------------------------------- */

static void quantity__each_type_and_scale__value(void **state)
{
    static const struct {
        enum reg_type type;
        double scale;
        uint16_t words[2];
        int decimals;
        int32_t value;
        double si;
    } row[] = {
        {REG_U16, 1,      {65535},          0, 65535,     65535     },
        {REG_I16, 0.1,    {0xff83},         1, -125,      -12.5     },
        {REG_U32, 100,    {0x86a0, 1},      0, 10000000,  10000000  },
        {REG_I32, 0.001,  {0xfc18, 0xffff}, 3, -1000,     -1        },
        {REG_U32, 1,      {0xffff, 0xffff}, 0, INT32_MAX, 4294967295},
        {REG_U16, 0.25,   {3},              2, 75,        0.75      },
        {REG_U16, 1e9,    {3},              0, INT32_MAX, 3e9       },
        {REG_U16, 0.3333, {3},              4, 9999,      0.9999    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        const struct reg_added r = {.type = row[i].type, .low_word_first = true};
        struct quantity_def d = {
            .possible = {INT32_MIN, INT32_MAX}
        };
        struct quantity q = {.is = &d};

        quantity_set_scale(&d, row[i].scale);
        decode_quantity(&setting, &r, row[i].words, &q);
        assert_int_equal(d.decimals, row[i].decimals);
        assert_int_equal(quantity_value(&d, q.raw), row[i].value);
        assert_true(quantity_si(&d, q.raw) == row[i].si);
        assert_int_equal(q.validity, VALIDITY_GOOD);
    }
}

static void quantity__outside_of_what_is_possible__no_value(void **state)
{
    const struct reg_added r = {.type = REG_I16};
    struct quantity_def d = {
        .possible = {-10, 20},
          .factor = 1
    };
    struct quantity q = {.is = &d};

    (void)state;
    for (int v = -12; v <= 22; v++) {
        uint16_t word = (uint16_t)v;

        decode_quantity(&setting, &r, &word, &q);
        assert_int_equal(q.validity, v < -10 || v > 20 ? VALIDITY_IMPOSSIBLE : VALIDITY_GOOD);
    }
}

static void channel__numbers__of_modules_of_eight_strings(void **state)
{
    (void)state;
    assert_int_equal(channel_code(0, CHANNEL_RELAY), 101);
    assert_int_equal(channel_code(7, CHANNEL_RELAY), 108);
    assert_int_equal(channel_code(0, CHANNEL_INPUT), 109);
    assert_int_equal(channel_code(9, CHANNEL_INPUT), 210);
    assert_int_equal(channel_code(31, CHANNEL_INPUT), 416);
}

static void ambient__one_of_them_zero__kept(void **state)
{
    struct string frost = ambient(0, 400), dry = ambient(235, 0);

    (void)state;
    assert_true(string_is(&frost, STRING_AMBIENT_TEMPERATURE, 0));
    assert_true(string_is(&frost, STRING_AMBIENT_HUMIDITY, 400));
    assert_true(string_is(&dry, STRING_AMBIENT_TEMPERATURE, 235));
    assert_true(string_is(&dry, STRING_AMBIENT_HUMIDITY, 0));
}

static enum validity current_with(int hall_a, int32_t current)
{
    uint16_t words[15];

    memcpy(words, good_string, sizeof(words));
    put_long(words, 4, current, false);
    return (enum validity)string_of(words, 15, hall_a).validity[STRING_CURRENT];
}

static void hall_sensor__each_rating__its_range(void **state)
{
    static const int rating[] = {100, 200, 400, 800, 1000};

    (void)state;
    for (size_t i = 0; i < COUNT(rating); i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            int32_t edge = sign * rating[i] * 100;

            assert_int_equal(current_with(rating[i], edge), VALIDITY_GOOD);
            assert_int_equal(current_with(rating[i], edge + sign), VALIDITY_BEYOND);
            assert_int_equal(current_with(rating[i], sign * 1000001), VALIDITY_IMPOSSIBLE);
        }
}

static void hall_sensor__not_told__widest_range(void **state)
{
    (void)state;
    assert_int_equal(current_with(0, 100000), VALIDITY_GOOD);
    assert_int_equal(current_with(0, -100001), VALIDITY_BEYOND);
}

static enum validity voltage_with(enum cell_type type, int mv)
{
    uint16_t words[6];

    memcpy(words, good_cell, sizeof(words));
    words[1] = (uint16_t)mv;
    return (enum validity)cell_of(words, type).validity[CELL_VOLTAGE];
}

static void cell_type__each__its_range(void **state)
{
    /* clang-format off */
    static const struct { enum cell_type type; int min, max; } range[] = {
        {CELL_TYPE_2V, 1600, 2600}, {CELL_TYPE_12V, 7500, 15600},
        {CELL_TYPE_6V, 1600, 15600}, {CELL_TYPE_UNKNOWN, 1600, 15600},
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < COUNT(range); i++) {
        assert_int_equal(voltage_with(range[i].type, range[i].min), VALIDITY_GOOD);
        assert_int_equal(voltage_with(range[i].type, range[i].max), VALIDITY_GOOD);
        assert_int_equal(voltage_with(range[i].type, range[i].min - 1), VALIDITY_BEYOND);
        assert_int_equal(voltage_with(range[i].type, range[i].max + 1), VALIDITY_BEYOND);
        assert_int_equal(voltage_with(range[i].type, 20001), VALIDITY_IMPOSSIBLE);
    }
}

/* ---- what configuration adds ------------------------------------------------------------- */

static const uint16_t edge[2] = {0x8001, 0x0002};

static void added__each_type_and_order__ohms(void **state)
{
    /* clang-format off */
    static const struct {
        enum reg_type type; int low_word_first; double scale; int32_t value; enum validity validity;
    } row[] = {
        {REG_U16, false,          1,     32769,     VALIDITY_GOOD},
        {REG_U16, true,           100,   3276900,   VALIDITY_GOOD},
        {REG_U16, REG_AS_GATEWAY, 0.001, 33,        VALIDITY_GOOD},
        {REG_I16, false,          1,     -32767,    VALIDITY_IMPOSSIBLE},
        {REG_U32, true,           1,     163841,    VALIDITY_GOOD},      /* 0x00028001 */
        {REG_U32, REG_AS_GATEWAY, 10,    1638410,   VALIDITY_GOOD},      /* which is low first */
        {REG_U32, false,          1,     INT32_MAX, VALIDITY_BEYOND},    /* 0x80010002 */
        {REG_U32, true,           1e9,   INT32_MAX, VALIDITY_BEYOND},
        {REG_I32, false,          1e9,   INT32_MIN, VALIDITY_IMPOSSIBLE},
        {REG_I32, true,           1,     163841,    VALIDITY_GOOD},
    };
    /* clang-format on */
    const struct decode gateway = {.low_word_first = true};

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct reg_added r = {.quantity = STRING_INSULATION,
                              .type = row[i].type,
                              .low_word_first = row[i].low_word_first,
                              .scale = row[i].scale};
        struct string s = {0};

        decode_added(&gateway, &r, edge, &s);
        assert_int_equal(s.value[STRING_INSULATION], row[i].value);
        assert_int_equal(s.validity[STRING_INSULATION], row[i].validity);
    }
}

static void added__one_word__no_more_is_read(void **state)
{
    const struct reg_added r = {.quantity = STRING_INSULATION, .type = REG_U16, .scale = 1};
    uint16_t *word = malloc(sizeof(*word)); /* the sanitizer sees a read past it */
    struct string s = {0};

    (void)state;
    *word = 7;
    decode_added(&setting, &r, word, &s);
    assert_int_equal(s.value[STRING_INSULATION], 7);
    free(word);
}

static void added__the_block_is_read__stays(void **state)
{
    struct string s = {.value = {[STRING_INSULATION] = 5}};

    (void)state;
    s.validity[STRING_INSULATION] = VALIDITY_GOOD;
    decode_string(&setting, good_string, 15, &s);
    assert_int_equal(s.validity[STRING_INSULATION], VALIDITY_GOOD);
    assert_int_equal(s.value[STRING_INSULATION], 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(decode__each_edge_high_word_first__validity_and_value, set_up),
        cmocka_unit_test_setup(decode__each_edge_low_word_first__validity_and_value, set_up),
        cmocka_unit_test_setup(current__beside_an_impossible_voltage__absent, set_up),
        cmocka_unit_test_setup(current__beside_a_voltage_beyond_range__good, set_up),
        cmocka_unit_test_setup(decode__typed_string_block__values, set_up),
        cmocka_unit_test_setup(decode__typed_cell_block__values, set_up),
        cmocka_unit_test_setup(decode__wrong_word_order__impossible_not_a_number, set_up),
        cmocka_unit_test_setup(decode__all_ones__no_measurement_usable, set_up),
        cmocka_unit_test_setup(decode__unknown_enumeration_value__kept, set_up),
        cmocka_unit_test_setup(decode__65535_cells_and_ups_40__kept, set_up),
        cmocka_unit_test_setup(string__13_words__no_relay_no_input, set_up),
        cmocka_unit_test_setup(string__every_length__rows_that_fit, set_up),
        cmocka_unit_test_setup(ups__disabled__only_status, set_up),
        cmocka_unit_test_setup(string__disabled__nothing_measured, set_up),
        cmocka_unit_test_setup(cell__disabled__only_status, set_up),
        cmocka_unit_test_setup(cell__other_fields__left_alone, set_up),
        cmocka_unit_test_setup(ambient__zero_and_zero__no_sensor, set_up),
        cmocka_unit_test_setup(ambient__one_of_them_zero__kept, set_up),
        cmocka_unit_test_setup(ambient__not_declared__from_the_first_plausible_pair_on, set_up),
        cmocka_unit_test_setup(ambient__declared__shown_though_never_plausible, set_up),
        cmocka_unit_test_setup(quantity__each_type_and_scale__value, set_up),
        cmocka_unit_test_setup(quantity__outside_of_what_is_possible__no_value, set_up),
        cmocka_unit_test_setup(channel__numbers__of_modules_of_eight_strings, set_up),
        cmocka_unit_test_setup(hall_sensor__each_rating__its_range, set_up),
        cmocka_unit_test_setup(hall_sensor__not_told__widest_range, set_up),
        cmocka_unit_test_setup(cell_type__each__its_range, set_up),
        cmocka_unit_test_setup(added__each_type_and_order__ohms, set_up),
        cmocka_unit_test_setup(added__one_word__no_more_is_read, set_up),
        cmocka_unit_test_setup(added__the_block_is_read__stays, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
