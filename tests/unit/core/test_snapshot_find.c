/* Records found by key, and single values, against decoding all of them. */
#include "snapshot_fixture.h"

static struct snapshot open_device(struct snapshot_buffer *b)
{
    struct gateway *g = calloc(1, sizeof(*g));
    struct snapshot s;
    size_t size;

    assert_non_null(g);
    for (int i = 2; i < UPS_MAX; i += 3)
        fixture_ups(&g->ups[i], PRESENCE_HERE, (uint32_t)i);
    for (int i = 1; i < STRING_MAX; i += 2)
        fixture_string(&g->string[i], PRESENCE_HERE,
                       i == 5   ? 0
                       : i == 7 ? CELL_MAX
                                : 3 * i,
                       (uint32_t)i);
    size = snapshot_encode_device(&fixture_stamp, &fixture_device, g, b);
    free(g);
    assert_int_equal(snapshot_open(b->data, size, SNAPSHOT_DEVICE, &s), SNAPSHOT_OK);
    return s;
}

static uint32_t decoded_key(const struct snapshot *s, int section, uint32_t i)
{
    static struct string string;
    struct ups ups;
    struct cell cell;
    int number = 0, of = 0;

    if (section == 1)
        snapshot_get_ups(s, i, &number, &ups);
    else if (section == 2)
        snapshot_get_string(s, i, &number, &string);
    else
        snapshot_get_cell(s, i, &of, &number, &cell);
    return (uint32_t)of << 8 | (uint32_t)number;
}

static void find__device_any_key__first_at_or_behind(void **state)
{
    struct snapshot_buffer b = {0};
    struct snapshot s = open_device(&b);

    (void)state;
    for (int section = 1; section <= 3; section++) {
        uint32_t n = s.section[section].count, i = 0;

        assert_true(n > 5);
        for (uint32_t key = 0; key < 34 << 8; key++) {
            while (i < n && decoded_key(&s, section, i) < key)
                i++;
            assert_int_equal(snapshot_find(&s, section, key), i);
        }
        assert_int_equal(snapshot_find(&s, section, UINT32_MAX), n);
        for (i = 0; i < n; i++)
            assert_int_equal(snapshot_key(&s, section, i), decoded_key(&s, section, i));
    }
    free(b.data);
}

static void find__entries_of_a_site__by_index(void **state)
{
    struct snapshot_buffer b = {0};
    size_t size = snapshot_encode_site(&fixture_stamp, &fixture_site, fixture_entries, 3, &b);
    struct snapshot s;

    (void)state;
    assert_int_equal(snapshot_open(b.data, size, SNAPSHOT_SITE, &s), SNAPSHOT_OK);
    assert_int_equal(snapshot_find(&s, 1, 0), 0);
    assert_int_equal(snapshot_find(&s, 1, 2), 1);
    assert_int_equal(snapshot_find(&s, 1, 3), 2);
    assert_int_equal(snapshot_find(&s, 1, 4000000001), 3);
    assert_true(snapshot_key(&s, 1, 2) == 4000000000);
    free(b.data);
}

static void cell_value__every_one__as_the_whole_cell_says(void **state)
{
    struct snapshot_buffer b = {0};
    struct snapshot s = open_device(&b);
    int string, number;
    struct cell c;
    int32_t v;

    (void)state;
    for (uint32_t i = 0; i < s.section[3].count; i++) {
        snapshot_get_cell(&s, i, &string, &number, &c);
        assert_int_equal(snapshot_cell_seen(&s, i), c.seen);
        for (int q = 0; q < CELL_QUANTITIES; q++) {
            assert_int_equal(snapshot_cell_value(&s, i, q, &v), c.validity[q]);
            assert_int_equal(v, c.value[q]);
        }
    }
    free(b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find__device_any_key__first_at_or_behind),
        cmocka_unit_test(find__entries_of_a_site__by_index),
        cmocka_unit_test(cell_value__every_one__as_the_whole_cell_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
