/* What is heard on a line without having been asked for. */
#include "../../support/check.h"
#include "link/overheard.h"

#include <string.h>

static struct overheard heard;

static int set_up(void **state)
{
    (void)state;
    memset(&heard, 0, sizeof(heard));
    return 0;
}

/* From a capture: unit 1, holding registers 0 and 1, and its answer. */
static const uint8_t question[] = {0x01, 0x03, 0x00, 0x00, 0x00, 0x02, 0xc4, 0x0b};
static const uint8_t answer[] = {0x01, 0x03, 0x04, 0x00, 0x06, 0x00, 0x05, 0xda, 0x31};

static void add(const uint8_t *byte, size_t n)
{
    overheard_add(&heard, byte, n);
}

static void question__of_another_master__is_foreign(void **state)
{
    (void)state;
    add(question, sizeof(question));
    assert_int_equal(overheard_judge(&heard), 1);
    assert_int_equal(overheard_judge(&heard), 0); /* once */
}

static void answer__to_another_master__is_foreign(void **state)
{
    (void)state;
    add(question, sizeof(question));
    add(answer, sizeof(answer));
    assert_int_equal(overheard_judge(&heard), 2);
}

static void answer__that_we_waited_for__is_only_late(void **state)
{
    (void)state;
    heard.owes[1] = true;
    add(answer, sizeof(answer));
    assert_int_equal(overheard_judge(&heard), 0);
    add(answer, sizeof(answer)); /* a second one is not ours */
    assert_int_equal(overheard_judge(&heard), 1);
}

static void noise__before_and_after__frame_is_found(void **state)
{
    static const uint8_t noise[] = {0xff, 0x00, 0x37, 0x80, 0x01};

    (void)state;
    add(noise, sizeof(noise));
    assert_int_equal(overheard_judge(&heard), 0);
    add(noise, sizeof(noise));
    add(question, sizeof(question));
    add(noise, sizeof(noise));
    assert_int_equal(overheard_judge(&heard), 1);
}

static void frame__damaged_or_cut__is_noise(void **state)
{
    uint8_t bad[sizeof(question)];

    (void)state;
    for (size_t i = 0; i < sizeof(bad); i++) {
        memcpy(bad, question, sizeof(bad));
        bad[i] ^= 0x10;
        add(bad, sizeof(bad));
        assert_int_equal(overheard_judge(&heard), 0);
        add(question, i);
        assert_int_equal(overheard_judge(&heard), 0);
    }
}

static void flood__the_last_bytes_count(void **state)
{
    uint8_t flood[3 * OVERHEARD_MAX];

    (void)state;
    memset(flood, 0x55, sizeof(flood));
    for (int i = 0; i < 5; i++)
        add(flood, 300);
    add(flood, sizeof(flood));
    assert_int_equal(heard.bytes, OVERHEARD_MAX);
    add(question, sizeof(question));
    assert_int_equal(heard.bytes, OVERHEARD_MAX);
    assert_int_equal(overheard_judge(&heard), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(question__of_another_master__is_foreign, set_up),
        cmocka_unit_test_setup(answer__to_another_master__is_foreign, set_up),
        cmocka_unit_test_setup(answer__that_we_waited_for__is_only_late, set_up),
        cmocka_unit_test_setup(noise__before_and_after__frame_is_found, set_up),
        cmocka_unit_test_setup(frame__damaged_or_cut__is_noise, set_up),
        cmocka_unit_test_setup(flood__the_last_bytes_count, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
