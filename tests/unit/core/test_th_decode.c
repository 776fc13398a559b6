/* The map of a TH controller against itself and the vendor's page; words into the model. */
#include "core/th_decode.h"
#include "../../support/check.h"
#include "core/th_registers.h"

#include <string.h>

/* ---- the map ----------------------------------------------------------------------------- */

static void map__rows__in_order_and_not_beyond_what_is_published(void **state)
{
    (void)state;
    for (int q = 0; q < TH_QUANTITIES; q++) {
        assert_int_equal(th_registers_sensor[q].quantity, q);
        assert_int_equal(th_registers_sensor[q].address, q); /* the vendor's table has no gap */
        assert_true(th_registers_sensor[q].address < TH_STRIDE - 2); /* two are spare */
        assert_true(th_registers_sensor[q].published);
    }
    for (int c = 0; c < TH_COUNTS; c++) {
        assert_int_equal(th_registers_count[c].quantity, c);
        assert_int_equal(TH_COUNTS_FROM + th_registers_count[c].address, 1210 + c);
    }
    assert_int_equal(TH_REGISTERS, 1214);
}

static void map__names__the_vendors(void **state)
{
    static const char *const sensor[] = {"si",
                                         "th_status",
                                         "th_temperature",
                                         "th_humidity",
                                         "th_temperature_alarm_hi",
                                         "th_temperature_alarm_lo",
                                         "th_humidity_alarm_hi",
                                         "th_humidity_alarm_lo"};
    static const char *const count[] = {"th_count_all", "th_count_ok", "th_count_err",
                                        "th_count_alarm"};

    (void)state;
    for (size_t i = 0; i < COUNT(sensor); i++)
        assert_string_equal(th_registers_sensor[i].name, sensor[i]);
    for (size_t i = 0; i < COUNT(count); i++)
        assert_string_equal(th_registers_count[i].name, count[i]);
}

/* Whole sensors, each in one read, and everything in eleven of them. */
static void map__blocks__cover_all_in_eleven(void **state)
{
    (void)state;
    assert_int_equal(TH_BLOCKS, 11);
    assert_in_range(TH_BLOCK_WORDS, 1, REG_READ_MAX);
    assert_int_equal(TH_BLOCK_WORDS % TH_STRIDE, 0);
    assert_true(TH_BLOCKS * TH_BLOCK_WORDS >= TH_REGISTERS);
    assert_int_equal((TH_BLOCKS - 1) * TH_SENSORS_IN_BLOCK, TH_SENSOR_MAX); /* one in the last */
}

/* ---- sensors ----------------------------------------------------------------------------- */

static struct th_sensor decoded(const uint16_t *words)
{
    struct th_sensor s = {.presence = PRESENCE_HERE, .read_ms = 7};

    th_decode_sensor(words, TH_STRIDE, &s);
    assert_int_equal(s.presence, PRESENCE_HERE);
    assert_int_equal(s.read_ms, 7);
    return s;
}

static void sensor__the_vendors_example__good(void **state)
{
    const uint16_t words[TH_STRIDE] = {17, 1, 234, 654, 0, 1, 1, 0, 0xffff, 0xffff};
    const struct th_sensor s = decoded(words);
    const int32_t is[] = {17, 1, 234, 654, 0, 1, 1, 0};

    (void)state;
    for (int q = 0; q < TH_QUANTITIES; q++) {
        assert_int_equal(s.validity[q], VALIDITY_GOOD);
        assert_int_equal(s.value[q], is[q]);
    }
    assert_true(th_sensor_there(&s));
}

static void sensor__ranges__beyond_is_kept_and_impossible_is_not(void **state)
{
    static const struct {
        int16_t temperature, humidity;
        enum validity is_t, is_h;
    } row[] = {
        {-400,   0,    VALIDITY_GOOD,       VALIDITY_GOOD      },
        {800,    1000, VALIDITY_GOOD,       VALIDITY_GOOD      },
        {-401,   1001, VALIDITY_BEYOND,     VALIDITY_IMPOSSIBLE},
        {801,    -1,   VALIDITY_BEYOND,     VALIDITY_IMPOSSIBLE},
        {-600,   500,  VALIDITY_BEYOND,     VALIDITY_GOOD      },
        {1500,   500,  VALIDITY_BEYOND,     VALIDITY_GOOD      },
        {-601,   500,  VALIDITY_IMPOSSIBLE, VALIDITY_GOOD      },
        {1501,   500,  VALIDITY_IMPOSSIBLE, VALIDITY_GOOD      },
        {-32768, -1,   VALIDITY_IMPOSSIBLE, VALIDITY_IMPOSSIBLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        const uint16_t words[TH_STRIDE] = {1, 1, (uint16_t)row[i].temperature,
                                           (uint16_t)row[i].humidity};
        const struct th_sensor s = decoded(words);

        assert_int_equal(s.validity[TH_TEMPERATURE], row[i].is_t);
        assert_int_equal(s.validity[TH_HUMIDITY], row[i].is_h);
        assert_int_equal(s.value[TH_TEMPERATURE], row[i].temperature);
    }
}

static void sensor__none_or_in_error__only_that(void **state)
{
    (void)state;
    for (uint16_t status = 0; status <= 2; status += 2) {
        const uint16_t words[TH_STRIDE] = {5, status, 234, 654, 1, 1, 1, 1};
        const struct th_sensor s = decoded(words);

        assert_int_equal(s.validity[TH_STATUS], VALIDITY_GOOD);
        assert_int_equal(th_sensor_there(&s), status == 2);
        for (int q = TH_STATUS + 1; q < TH_QUANTITIES; q++)
            assert_int_equal(s.validity[q], VALIDITY_ABSENT);
    }
}

static void sensor__a_status_that_nobody_knows__as_it_is(void **state)
{
    const uint16_t words[TH_STRIDE] = {5, 77, 234, 654};
    const struct th_sensor s = decoded(words);

    (void)state;
    assert_true(th_sensor_there(&s));
    assert_int_equal(s.value[TH_STATUS], 77);
    assert_int_equal(s.validity[TH_TEMPERATURE], VALIDITY_GOOD);
}

static void sensor__a_block_that_is_short__absent(void **state)
{
    const uint16_t words[] = {5, 1, 234};
    struct th_sensor s = {0};

    (void)state;
    th_decode_sensor(words, COUNT(words), &s);
    assert_int_equal(s.validity[TH_TEMPERATURE], VALIDITY_GOOD);
    for (int q = TH_HUMIDITY; q < TH_QUANTITIES; q++)
        assert_int_equal(s.validity[q], VALIDITY_ABSENT);
}

static void sensor__never_read__not_there(void **state)
{
    const struct th_sensor s = {.value = {[TH_STATUS] = 1}};

    (void)state;
    assert_false(th_sensor_there(&s));
}

static void counts__sane_and_not__told_apart(void **state)
{
    static struct th_controller th;
    const uint16_t words[TH_COUNTS] = {96, 95, 1, 65535};

    (void)state;
    th_decode_counts(words, TH_COUNTS, &th);
    assert_int_equal(th.count[TH_COUNT_ALL], 96);
    assert_int_equal(th.count[TH_COUNT_OK], 95);
    assert_int_equal(th.count[TH_COUNT_ERROR], 1);
    for (int c = 0; c < TH_COUNT_ALARM; c++)
        assert_int_equal(th.count_validity[c], VALIDITY_GOOD);
    assert_int_equal(th.count_validity[TH_COUNT_ALARM], VALIDITY_IMPOSSIBLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map__rows__in_order_and_not_beyond_what_is_published),
        cmocka_unit_test(map__names__the_vendors),
        cmocka_unit_test(map__blocks__cover_all_in_eleven),
        cmocka_unit_test(sensor__the_vendors_example__good),
        cmocka_unit_test(sensor__ranges__beyond_is_kept_and_impossible_is_not),
        cmocka_unit_test(sensor__none_or_in_error__only_that),
        cmocka_unit_test(sensor__a_status_that_nobody_knows__as_it_is),
        cmocka_unit_test(sensor__a_block_that_is_short__absent),
        cmocka_unit_test(sensor__never_read__not_there),
        cmocka_unit_test(counts__sane_and_not__told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
