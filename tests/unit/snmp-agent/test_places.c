/* The file with the receivers' places: what was written is read, and nothing else is taken for it. */
#include "places.h"
#include "view_fixture.h"

#include <errno.h>

static const struct places some = {
    .store_id = UINT64_C(0xfedcba9876543210),
    .row = {{"snmpd", {7, 5, 0, false}},
            {"inform the \"noc\" # 1", {UINT32_MAX, UINT32_MAX, 0, false}},
            {"inform b", {8, 3, 9, true}}},
    .n = 3,
};

static const char *path(const struct plant *p)
{
    static char ret[96];

    snprintf(ret, sizeof(ret), "%s/btms-agentx.places", p->data);
    return ret;
}

static void put_text(const struct plant *p, const char *text, size_t size)
{
    FILE *f = fopen(path(p), "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    fclose(f);
}

static size_t get_text(const struct plant *p, char *ret, size_t size)
{
    FILE *f = fopen(path(p), "r");
    size_t n;

    assert_non_null(f);
    n = fread(ret, 1, size, f);
    fclose(f);
    return n;
}

static void check_same(const struct places *a, const struct places *b)
{
    assert_true(a->store_id == b->store_id);
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const struct store_place *p = places_find(b, a->row[i].name), *q = &a->row[i].place;

        assert_non_null(p);
        assert_int_equal(p->sequence, q->sequence);
        assert_int_equal(p->number, q->number);
        assert_int_equal(p->sent, q->sent);
        assert_int_equal(p->lost, q->lost);
    }
}

static void written__read__the_same(void **state)
{
    struct plant *p = *state;
    struct places is;

    for (int durable = 0; durable < 2; durable++) {
        assert_int_equal(places_write(p->data, &some, durable), 0);
        assert_int_equal(places_read(p->data, &is), 0);
        check_same(&some, &is);
        assert_null(places_find(&is, "inform"));
    }
}

static void full__longest_names__fit(void **state)
{
    struct plant *p = *state;
    struct places all = {.n = PLACES_MOST}, is;

    for (size_t i = 0; i < PLACES_MOST; i++) {
        memset(all.row[i].name, 'x', PLACE_NAME_SIZE - 1);
        all.row[i].name[0] = (char)('0' + i);
        all.row[i].place = (struct store_place){UINT32_MAX, UINT32_MAX, UINT32_MAX, true};
    }
    assert_int_equal(places_write(p->data, &all, false), 0);
    assert_int_equal(places_read(p->data, &is), 0);
    check_same(&all, &is);
}

static void none__there__said(void **state)
{
    struct plant *p = *state;
    struct places is;

    assert_int_equal(places_read(p->data, &is), -ENOENT);
    assert_int_equal(is.n, 0);
    assert_true(places_read("/proc/nonexistent", &is) < 0);
    assert_true(places_write("/proc/nonexistent", &some, false) < 0);
}

static void cut_anywhere__refused(void **state)
{
    struct plant *p = *state;
    char text[1024];
    struct places is;
    size_t n;

    assert_int_equal(places_write(p->data, &some, false), 0);
    n = get_text(p, text, sizeof(text));
    for (size_t cut = 0; cut < n; cut++) {
        put_text(p, text, cut);
        assert_int_equal(places_read(p->data, &is), -EBADMSG);
        assert_int_equal(is.n, 0);
    }
    put_text(p, text, n);
    assert_int_equal(places_read(p->data, &is), 0);
}

static void nonsense__refused(void **state)
{
    static const char *const texts[] = {
        "btms-places 2 00\nend\n",
        "btms-places 1 00\n1 2 3 0 a\n1 2 3 0 a\nend\n",
        "btms-places 1 00\n1 2 3 2 a\nend\n",
        "btms-places 1 00\n1 2 3 0 \nend\n",
        "btms-places 1 00\n-1 2 3 0 a\nend\n",
        "btms-places 1 00\n4294967296 2 3 0 a\nend\n",
        "btms-places 1 00\n1 2 3 a\nend\n",
        "btms-places 1 00\nend\nmore\n",
        "btms-places 1 00\n1 2 3 0 0123456789012345678901234567890123456789012345678\nend\n",
    };
    struct plant *p = *state;
    struct places is;

    assert_int_equal(places_write(p->data, &some, false), 0);
    for (size_t i = 0; i < COUNT(texts); i++) {
        put_text(p, texts[i], strlen(texts[i]));
        assert_int_equal(places_read(p->data, &is), -EBADMSG);
    }
    put_text(p, "btms-places 1 00\0end\n", 21);
    assert_int_equal(places_read(p->data, &is), -EBADMSG);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, plant_start, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(written__read__the_same), TEST(full__longest_names__fit), TEST(none__there__said),
        TEST(cut_anywhere__refused),   TEST(nonsense__refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
