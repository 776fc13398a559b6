/* Object identifiers: order, prefixes, the limit of 128, text both ways. */
#include "oid.h"
#include "../../support/check.h"

#include <errno.h>
#include <string.h>

static struct oid full(void)
{
    struct oid o = {.len = 0};

    for (uint32_t i = 0; i < OID_MAX; i++)
        assert_true(oid_append(&o, i));
    return o;
}

/* ---- order ------------------------------------------------------------------------------- */

static void compare__sorted_list__every_pair_in_order(void **state)
{
    const struct oid sorted[] = {
        {.len = 0},
        OID(0),
        OID(0, 0),
        OID(1),
        OID(1, 3),
        OID(1, 3, 0),
        OID(1, 3, 6),
        OID(1, 3, 6, 1),
        OID(1, 3, 255),
        OID(1, 3, 256),
        OID(1, 3, 4294967295),
        OID(1, 4),
        OID(2),
        OID(2147483648),
        OID(4294967295),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(sorted); i++)
        for (size_t j = 0; j < COUNT(sorted); j++) {
            int order = oid_compare(&sorted[i], &sorted[j]);

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(oid_equal(&sorted[i], &sorted[j]), i == j);
        }
}

static void compare__what_lies_behind_the_length__is_not_looked_at(void **state)
{
    struct oid a = OID(1, 3, 6), b = OID(1, 3, 7);

    (void)state;
    a.len = b.len = 2;
    assert_int_equal(oid_compare(&a, &b), 0);
    assert_true(oid_equal(&a, &b));
}

static void has_prefix__subtree__itself_and_below(void **state)
{
    const struct oid tree = OID(1, 3, 6, 1), none = {.len = 0};

    (void)state;
    assert_true(oid_has_prefix(&OID(1, 3, 6, 1), &tree));
    assert_true(oid_has_prefix(&OID(1, 3, 6, 1, 4, 1), &tree));
    assert_false(oid_has_prefix(&OID(1, 3, 6), &tree));
    assert_false(oid_has_prefix(&OID(1, 3, 6, 2, 1), &tree));
    assert_true(oid_has_prefix(&tree, &none));
    assert_true(oid_has_prefix(&none, &none));
    assert_false(oid_has_prefix(&none, &tree));
}

/* ---- the limit ---------------------------------------------------------------------------- */

static void append__at_the_limit__refused_and_unchanged(void **state)
{
    struct oid o = full(), before = o;

    (void)state;
    assert_int_equal(o.len, 128);
    assert_false(oid_append(&o, 1));
    assert_true(oid_equal(&o, &before));
    o.len = 126;
    assert_false(oid_append_list(&o, (const uint32_t[]){1, 2, 3}, 3));
    assert_int_equal(o.len, 126);
    assert_true(oid_append_list(&o, (const uint32_t[]){1, 2}, 2));
    assert_int_equal(o.len, 128);
    assert_int_equal(o.sub[127], 2);
    assert_true(oid_append_list(&o, NULL, 0));
    assert_false(oid_append_list(&o, NULL, SIZE_MAX));
}

static void copy__onto_itself__fine(void **state)
{
    struct oid o = OID(1, 3, 6), to = OID(9, 9, 9, 9, 9);

    (void)state;
    oid_copy(&o, &o);
    assert_true(oid_equal(&o, &OID(1, 3, 6)));
    oid_copy(&to, &o);
    assert_true(oid_equal(&to, &o));
}

/* ---- text --------------------------------------------------------------------------------- */

static void parse__good_text__numbers(void **state)
{
    struct oid o;

    (void)state;
    assert_int_equal(oid_parse("1.3.6.1", &o), 0);
    assert_true(oid_equal(&o, &OID(1, 3, 6, 1)));
    assert_int_equal(oid_parse(".1.3.6.1.4.1.4294967295", &o), 0);
    assert_true(oid_equal(&o, &OID(1, 3, 6, 1, 4, 1, 4294967295)));
    assert_int_equal(oid_parse("0", &o), 0);
    assert_true(oid_equal(&o, &OID(0)));
    assert_int_equal(oid_parse("007.00", &o), 0);
    assert_true(oid_equal(&o, &OID(7, 0)));
}

static void parse__bad_text__refused_and_untouched(void **state)
{
    static const struct {
        const char *text;
        int err;
    } bad[] = {
        {"",                                   -EINVAL},
        {".",                                  -EINVAL},
        {"..1",                                -EINVAL},
        {"1.",                                 -EINVAL},
        {"1..2",                               -EINVAL},
        {"1.3.x",                              -EINVAL},
        {"1.-3",                               -EINVAL},
        {"1.+3",                               -EINVAL},
        {" 1.3",                               -EINVAL},
        {"1.3 ",                               -EINVAL},
        {"1,3",                                -EINVAL},
        {"iso.3",                              -EINVAL},
        {"1.4294967296",                       -ERANGE},
        {"1.99999999999999999999999999999999", -ERANGE},
    };
    struct oid o = OID(4, 2);

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(oid_parse(bad[i].text, &o), bad[i].err);
        assert_true(oid_equal(&o, &OID(4, 2)));
    }
}

static void text__there_and_back__the_same(void **state)
{
    char text[OID_TEXT_SIZE + 8];
    struct oid o = full(), back;

    (void)state;
    for (uint32_t i = 0; i < OID_MAX; i++)
        o.sub[i] = 4294967295 - i;
    for (o.len = 1; o.len <= OID_MAX; o.len++) {
        assert_int_equal(oid_parse(oid_print(&o, text), &back), 0);
        assert_true(oid_equal(&o, &back));
    }
    assert_true(strlen(text) < OID_TEXT_SIZE);
    strcat(text, ".1");
    assert_int_equal(oid_parse(text, &back), -ERANGE);
    assert_string_equal(oid_print(&OID(1, 3, 6, 1), text), "1.3.6.1");
    assert_string_equal(oid_print(&(struct oid){.len = 0}, text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare__sorted_list__every_pair_in_order),
        cmocka_unit_test(compare__what_lies_behind_the_length__is_not_looked_at),
        cmocka_unit_test(has_prefix__subtree__itself_and_below),
        cmocka_unit_test(append__at_the_limit__refused_and_unchanged),
        cmocka_unit_test(copy__onto_itself__fine),
        cmocka_unit_test(parse__good_text__numbers),
        cmocka_unit_test(parse__bad_text__refused_and_untouched),
        cmocka_unit_test(text__there_and_back__the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
