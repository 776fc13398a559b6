/* When a device is lost, and how long until it is tried again. */
#include "contact.h"
#include "../support/check.h"

enum { NOW = 1000000 };

static int64_t after_failure(struct contact *c, bool told)
{
    contact_fail(c);
    return contact_wait_ms(c, NOW, told);
}

static void fail__three_in_a_row__lost(void **state)
{
    struct contact c = {.connected_ms = NOW - 5000};

    (void)state;
    assert_false(contact_fail(&c));
    assert_false(contact_fail(&c));
    assert_true(contact_fail(&c));
    assert_true(contact_fail(&c));
    c.failures = 0; /* it answered */
    assert_false(contact_fail(&c));
}

static void wait__first_failure__at_once_unless_it_was_short_lived(void **state)
{
    struct contact old = {.connected_ms = NOW - 1000}, young = {.connected_ms = NOW - 999};

    (void)state;
    assert_int_equal(after_failure(&old, false), 0);
    assert_int_equal(after_failure(&old, false), 1000);
    assert_int_equal(after_failure(&young, false), 1000);
}

static void wait__while_it_is_told__doubles_up_to_a_minute(void **state)
{
    static const int64_t wanted[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct contact c = {.failures = 2};

    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_int_equal(after_failure(&c, true), wanted[i]);
}

static void wait__while_it_is_not_told__eight_seconds_at_most(void **state)
{
    struct contact c = {.failures = 2};

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_true(after_failure(&c, false) <= 8000);
    assert_int_equal(after_failure(&c, true), CONTACT_BACKOFF_MAX_MS);
}

static void keep_pace__a_hundred_times__a_second(void **state)
{
    struct contact c = {.failures = 2};

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_true(contact_fail(&c));
        contact_keep_pace(&c);
        assert_int_equal(contact_wait_ms(&c, NOW, true), 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail__three_in_a_row__lost),
        cmocka_unit_test(wait__first_failure__at_once_unless_it_was_short_lived),
        cmocka_unit_test(wait__while_it_is_told__doubles_up_to_a_minute),
        cmocka_unit_test(wait__while_it_is_not_told__eight_seconds_at_most),
        cmocka_unit_test(keep_pace__a_hundred_times__a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
