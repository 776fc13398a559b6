/* The cursor: what fits, what does not, and that it says so once and for all. */
#include "core/wire.h"
#include "../../support/check.h"

#include <stdlib.h>
#include <string.h>

static void reader__exact_bytes__big_endian(void **state)
{
    const uint8_t bytes[] = {0x01, 0x02, 0x03, 0xff, 0xfe};
    struct wire_in in = wire_reader(bytes, sizeof(bytes));

    (void)state;
    assert_int_equal(wire_get_u8(&in), 0x01);
    assert_int_equal(wire_get_u16(&in), 0x0203);
    assert_int_equal(wire_left(&in), 2);
    assert_int_equal(wire_get_u16(&in), 0xfffe);
    assert_int_equal(wire_left(&in), 0);
    assert_false(in.bad);
}

static void reader__one_byte_short__bad_and_zero(void **state)
{
    const uint8_t bytes[] = {0xaa};
    struct wire_in in = wire_reader(bytes, sizeof(bytes));

    (void)state;
    assert_int_equal(wire_get_u16(&in), 0);
    assert_true(in.bad);
}

static void reader__once_bad__nothing_more(void **state)
{
    const uint8_t bytes[] = {0xaa};
    struct wire_in in = wire_reader(bytes, sizeof(bytes));

    (void)state;
    wire_get_u16(&in);
    assert_int_equal(wire_get_u8(&in), 0); /* would have fitted */
    assert_int_equal(wire_left(&in), 0);
    assert_true(in.bad);
}

static void reader__empty__bad_at_first_access(void **state)
{
    struct wire_in in = wire_reader("", 0);

    (void)state;
    assert_false(in.bad);
    assert_int_equal(wire_left(&in), 0);
    wire_get_u8(&in);
    assert_true(in.bad);
}

static void words__fit__all_read(void **state)
{
    const uint8_t bytes[] = {0x12, 0x34, 0xab, 0xcd};
    struct wire_in in = wire_reader(bytes, sizeof(bytes));
    uint16_t words[2];

    (void)state;
    wire_get_words(&in, words, 2);
    assert_int_equal(words[0], 0x1234);
    assert_int_equal(words[1], 0xabcd);
    assert_false(in.bad);
}

static void words__odd_byte_missing__untouched(void **state)
{
    const uint8_t bytes[] = {1, 2, 3};
    struct wire_in in = wire_reader(bytes, sizeof(bytes));
    uint16_t words[2] = {7, 8};

    (void)state;
    wire_get_words(&in, words, 2);
    assert_true(in.bad);
    assert_int_equal(words[0], 7);
    assert_int_equal(words[1], 8);
}

static void words__none__fine(void **state)
{
    struct wire_in in = wire_reader("", 0);

    (void)state;
    wire_get_words(&in, NULL, 0);
    assert_false(in.bad);
}

static void words__count_that_overflows__bad(void **state)
{
    const uint8_t bytes[] = {1, 2, 3, 4};
    const size_t counts[] = {SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX / 2, SIZE_MAX / 2 + 2};

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct wire_in in = wire_reader(bytes, sizeof(bytes));
        uint16_t word = 7;

        wire_get_words(&in, &word, counts[i]);
        assert_true(in.bad);
        assert_int_equal(word, 7);
    }
}

static void writer__exact_room__bytes(void **state)
{
    uint8_t bytes[3];
    struct wire_out out = wire_writer(bytes, sizeof(bytes));

    (void)state;
    wire_put_u8(&out, 0x80);
    wire_put_u16(&out, 0x1234);
    assert_false(out.bad);
    assert_int_equal(out.pos, 3);
    assert_memory_equal(bytes, "\x80\x12\x34", 3);
}

static void writer__no_room__bad_and_nothing_written(void **state)
{
    uint8_t bytes[3] = {9, 9, 9};
    struct wire_out out = wire_writer(bytes, 2);

    (void)state;
    wire_put_u8(&out, 1);
    wire_put_u16(&out, 0xffff);
    assert_true(out.bad);
    assert_memory_equal(bytes, "\x01\x09\x09", 3);
    wire_put_u8(&out, 2); /* would have fitted */
    assert_memory_equal(bytes, "\x01\x09\x09", 3);
}

/* A heap block of the exact size: the sanitizer sees a read or write past it. */
static void reader__every_length__never_outside(void **state)
{
    (void)state;
    for (size_t size = 0; size < 12; size++) {
        uint8_t *bytes = malloc(size > 0 ? size : 1);
        struct wire_in in;
        uint16_t words[4];

        memset(bytes, 0x5a, size);
        in = wire_reader(bytes, size);
        wire_get_u8(&in);
        wire_get_u16(&in);
        wire_get_words(&in, words, 4);
        assert_int_equal(in.bad, size < 11);
        assert_true(in.pos <= size);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__exact_bytes__big_endian),
        cmocka_unit_test(reader__one_byte_short__bad_and_zero),
        cmocka_unit_test(reader__once_bad__nothing_more),
        cmocka_unit_test(reader__empty__bad_at_first_access),
        cmocka_unit_test(words__fit__all_read),
        cmocka_unit_test(words__odd_byte_missing__untouched),
        cmocka_unit_test(words__none__fine),
        cmocka_unit_test(words__count_that_overflows__bad),
        cmocka_unit_test(writer__exact_room__bytes),
        cmocka_unit_test(writer__no_room__bad_and_nothing_written),
        cmocka_unit_test(reader__every_length__never_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
