/* Modbus TCP frames, typed as bytes: what is built, cut and matched. */
#include "link/mbap.h"
#include "../../support/check.h"

#include <stdlib.h>
#include <string.h>

static const struct link_request two_words = {
    .unit = 101, .function = 3, .address = 100, .count = 2};

/* Transaction 0x1234, unit 101, function 3, words 0x0102 0x0304. */
static const uint8_t good[] = {0x12, 0x34, 0, 0, 0, 7, 101, 3, 4, 1, 2, 3, 4};

static enum mbap_cut cut_of(const void *data, size_t n, size_t *ret_used, struct mbap_frame *f)
{
    uint8_t *exact = malloc(n + 1); /* one byte in front: the sanitizer sees a read past the end */
    enum mbap_cut cut;

    memcpy(exact + 1, data, n);
    cut = mbap_cut(exact + 1, n, ret_used, f);
    if (cut == MBAP_FRAME)
        f->pdu = (const uint8_t *)data + (f->pdu - (exact + 1));
    free(exact);
    return cut;
}

static enum link_result match(const struct link_request *r, uint8_t unit, const void *pdu,
                              size_t size, uint16_t *words, uint8_t *exception)
{
    const struct mbap_frame f = {.unit = unit, .pdu = pdu, .size = size};

    return mbap_match(r, &f, words, exception);
}

static enum link_result result_of(uint8_t unit, const void *pdu, size_t size)
{
    uint16_t words[LINK_WORDS_MAX];
    uint8_t exception;

    return match(&two_words, unit, pdu, size, words, &exception);
}

/* ---- requests ---------------------------------------------------------------------------- */

static void build__read_of_one_string__exact_bytes(void **state)
{
    const struct link_request r = {.unit = 101, .function = 3, .address = 0, .count = 15};
    const uint8_t want[] = {0, 1, 0, 0, 0, 6, 101, 3, 0, 0, 0, 15};
    uint8_t is[MBAP_REQUEST_SIZE];

    (void)state;
    mbap_build(&r, 1, is);
    assert_memory_equal(is, want, sizeof(want));
}

static void build__largest_numbers__exact_bytes(void **state)
{
    const struct link_request r = {.unit = 132, .function = 4, .address = 12000, .count = 125};
    const uint8_t want[] = {0xff, 0xff, 0, 0, 0, 6, 132, 4, 0x2e, 0xe0, 0, 125};
    uint8_t is[MBAP_REQUEST_SIZE];

    (void)state;
    mbap_build(&r, 65535, is);
    assert_memory_equal(is, want, sizeof(want));
}

/* ---- cutting ----------------------------------------------------------------------------- */

static void cut__whole_frame__its_parts(void **state)
{
    struct mbap_frame f;
    size_t used;

    (void)state;
    assert_int_equal(cut_of(good, sizeof(good), &used, &f), MBAP_FRAME);
    assert_int_equal(used, 13);
    assert_int_equal(f.transaction, 0x1234);
    assert_int_equal(f.unit, 101);
    assert_int_equal(f.size, 6);
    assert_ptr_equal(f.pdu, good + 7);
}

static void cut__every_shorter_length__more(void **state)
{
    struct mbap_frame f;
    size_t used;

    (void)state;
    for (size_t n = 0; n < sizeof(good); n++)
        assert_int_equal(cut_of(good, n, &used, &f), MBAP_MORE);
}

static void cut__byte_by_byte__one_frame_at_the_last(void **state)
{
    uint8_t buffer[sizeof(good)];
    struct mbap_frame f;
    size_t used;
    int frames = 0;

    (void)state;
    for (size_t n = 0; n < sizeof(good); n++) {
        buffer[n] = good[n];
        frames += mbap_cut(buffer, n + 1, &used, &f) == MBAP_FRAME;
    }
    assert_int_equal(frames, 1);
    assert_int_equal(used, sizeof(good));
}

static void cut__two_frames__one_after_the_other(void **state)
{
    uint8_t both[2 * sizeof(good)];
    struct mbap_frame f;
    size_t used;

    (void)state;
    memcpy(both, good, sizeof(good));
    memcpy(both + sizeof(good), good, sizeof(good));
    both[sizeof(good) + 1] = 0x35;
    assert_int_equal(cut_of(both, sizeof(both), &used, &f), MBAP_FRAME);
    assert_int_equal(used, sizeof(good));
    assert_int_equal(f.transaction, 0x1234);
    assert_int_equal(cut_of(both + used, sizeof(both) - used, &used, &f), MBAP_FRAME);
    assert_int_equal(f.transaction, 0x1235);
}

static void cut__wrong_protocol__garbage_at_once(void **state)
{
    uint8_t bad[sizeof(good)];
    struct mbap_frame f;
    size_t used;

    (void)state;
    for (int at = 2; at <= 3; at++) {
        memcpy(bad, good, sizeof(bad));
        bad[at] = 1;
        assert_int_equal(cut_of(bad, 3, &used, &f), MBAP_MORE);
        for (size_t n = 4; n <= sizeof(bad); n++)
            assert_int_equal(cut_of(bad, n, &used, &f), MBAP_GARBAGE);
    }
}

static void cut__length__limits(void **state)
{
    static const struct {
        uint16_t length;
        enum mbap_cut cut;
    } want[] = {
        {0,     MBAP_GARBAGE},
        {1,     MBAP_GARBAGE},
        {2,     MBAP_MORE   },
        {254,   MBAP_MORE   },
        {255,   MBAP_GARBAGE},
        {256,   MBAP_GARBAGE},
        {65535, MBAP_GARBAGE}
    };
    struct mbap_frame f;
    size_t used;

    (void)state;
    for (size_t i = 0; i < COUNT(want); i++) {
        const uint8_t head[] = {
            0, 1, 0, 0, (uint8_t)(want[i].length >> 8), (uint8_t)want[i].length, 101};

        assert_int_equal(cut_of(head, 6, &used, &f), want[i].cut);
        assert_int_equal(cut_of(head, 7, &used, &f), want[i].cut);
    }
}

static void cut__shortest_and_longest__frames(void **state)
{
    uint8_t frame[MBAP_FRAME_MAX] = {0, 1, 0, 0, 0, 2, 101, 3};
    struct mbap_frame f;
    size_t used;

    (void)state;
    assert_int_equal(cut_of(frame, 8, &used, &f), MBAP_FRAME);
    assert_int_equal(f.size, 1);
    frame[5] = 254;
    assert_int_equal(cut_of(frame, 259, &used, &f), MBAP_MORE);
    assert_int_equal(cut_of(frame, 260, &used, &f), MBAP_FRAME);
    assert_int_equal(f.size, 253);
    assert_int_equal(used, 260);
}

/* ---- matching ---------------------------------------------------------------------------- */

static void match__good_reply__words(void **state)
{
    uint16_t words[LINK_WORDS_MAX];
    uint8_t exception;

    (void)state;
    assert_int_equal(match(&two_words, 101, "\x03\x04\x01\x02\xff\xfe", 6, words, &exception),
                     LINK_OK);
    assert_int_equal(words[0], 0x0102);
    assert_int_equal(words[1], 0xfffe);
}

static void match__125_words__all(void **state)
{
    const struct link_request r = {.unit = 101, .function = 4, .count = 125};
    uint16_t words[LINK_WORDS_MAX];
    uint8_t pdu[252] = {4, 250}, exception;

    (void)state;
    for (int i = 0; i < 125; i++) {
        pdu[2 + 2 * i] = (uint8_t)(i + 1);
        pdu[3 + 2 * i] = (uint8_t)(200 - i);
    }
    assert_int_equal(match(&r, 101, pdu, sizeof(pdu), words, &exception), LINK_OK);
    for (int i = 0; i < 125; i++)
        assert_int_equal(words[i], (i + 1) << 8 | (200 - i));
}

static void match__other_unit__mismatch(void **state)
{
    (void)state;
    assert_int_equal(result_of(102, "\x03\x04\x01\x02\xff\xfe", 6), LINK_MISMATCH);
    assert_int_equal(result_of(102, "\x83\x02", 2), LINK_MISMATCH);
}

static void match__other_function__mismatch(void **state)
{
    (void)state;
    assert_int_equal(result_of(101, "\x04\x04\x01\x02\xff\xfe", 6), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x84\x02", 2), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x00\x04\x01\x02\xff\xfe", 6), LINK_MISMATCH);
}

static void match__wrong_byte_count__mismatch(void **state)
{
    (void)state;
    assert_int_equal(result_of(101, "\x03\x02\x01\x02", 4), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x03\x06\x01\x02\x03\x04\x05\x06", 8), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x03\x05\x01\x02\x03\x04\x05", 7), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x03\x04\x01\x02\x03", 5), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x03\x04\x01\x02\x03\x04\x05", 7), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x03\x02\x01\x02\x03\x04", 6), LINK_MISMATCH);
}

static void match__no_registers__mismatch(void **state)
{
    (void)state;
    assert_int_equal(result_of(101, "\x03\x00", 2), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x03", 1), LINK_MISMATCH);
}

static void match__exception__its_code(void **state)
{
    (void)state;
    for (int code = 0; code <= 255; code++) {
        const uint8_t pdu[] = {0x83, (uint8_t)code};
        uint16_t words[LINK_WORDS_MAX];
        uint8_t exception = 77;

        assert_int_equal(match(&two_words, 101, pdu, 2, words, &exception), LINK_EXCEPTION);
        assert_int_equal(exception, code);
        assert_non_null(mbap_exception_name((uint8_t)code));
    }
}

static void match__exception_of_wrong_length__mismatch(void **state)
{
    (void)state;
    assert_int_equal(result_of(101, "\x83", 1), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x83\x02\x00", 3), LINK_MISMATCH);
    assert_int_equal(result_of(101, "\x83\x04\x01\x02\x03\x04", 6), LINK_MISMATCH);
}

static void exception_name__codes_of_the_standard__named(void **state)
{
    static const int unknown[] = {0, 7, 9, 12, 128, 255};

    (void)state;
    assert_string_equal(mbap_exception_name(1), "illegal function");
    assert_string_equal(mbap_exception_name(2), "illegal data address");
    assert_string_equal(mbap_exception_name(3), "illegal data value");
    assert_string_equal(mbap_exception_name(6), "server device busy");
    assert_string_equal(mbap_exception_name(11), "gateway target device failed to respond");
    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_string_equal(mbap_exception_name((uint8_t)unknown[i]), "unknown exception");
}

/* ---- anything at all --------------------------------------------------------------------- */

/* Good frames with some bytes hit, and pure noise: cut and matched from exact heap blocks. */
static void fuzz__random_bytes__never_outside(void **state)
{
    uint32_t seed = 20250626;

    (void)state;
    print_message("seed %u\n", seed);
    for (int round = 0; round < 20000; round++) {
        size_t n = check_random(&seed) % (MBAP_FRAME_MAX + 8), used = 0;
        uint8_t *data = malloc(n > 0 ? n : 1);
        uint16_t words[LINK_WORDS_MAX];
        struct mbap_frame f;
        uint8_t exception;

        for (size_t i = 0; i < n; i++)
            data[i] = round % 2 && i < sizeof(good) ? good[i] : (uint8_t)check_random(&seed);
        if (round % 2 && n > 0)
            data[check_random(&seed) % n] ^= (uint8_t)check_random(&seed);
        if (mbap_cut(data, n, &used, &f) == MBAP_FRAME) {
            assert_in_range(used, 8, n);
            assert_true(f.pdu + f.size == data + used);
            mbap_match(&two_words, &f, words, &exception);
        }
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build__read_of_one_string__exact_bytes),
        cmocka_unit_test(build__largest_numbers__exact_bytes),
        cmocka_unit_test(cut__whole_frame__its_parts),
        cmocka_unit_test(cut__every_shorter_length__more),
        cmocka_unit_test(cut__byte_by_byte__one_frame_at_the_last),
        cmocka_unit_test(cut__two_frames__one_after_the_other),
        cmocka_unit_test(cut__wrong_protocol__garbage_at_once),
        cmocka_unit_test(cut__length__limits),
        cmocka_unit_test(cut__shortest_and_longest__frames),
        cmocka_unit_test(match__good_reply__words),
        cmocka_unit_test(match__125_words__all),
        cmocka_unit_test(match__other_unit__mismatch),
        cmocka_unit_test(match__other_function__mismatch),
        cmocka_unit_test(match__wrong_byte_count__mismatch),
        cmocka_unit_test(match__no_registers__mismatch),
        cmocka_unit_test(match__exception__its_code),
        cmocka_unit_test(match__exception_of_wrong_length__mismatch),
        cmocka_unit_test(exception_name__codes_of_the_standard__named),
        cmocka_unit_test(fuzz__random_bytes__never_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
