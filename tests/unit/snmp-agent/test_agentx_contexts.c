/* The session registers in contexts and gives them back as they come and go. The master is
 * agentx_rig.h's. */
#include "agentx_rig.h"

static void set_contexts(struct rig *r, const char *a, const char *b)
{
    const char *name[] = {a, b};

    assert_int_equal(agentx_set_contexts(r->a, name, (size_t)(a != NULL) + (b != NULL)), 0);
    step(r);
}

/* The next PDU registers, or gives back, this context. */
static void expect_region(struct rig *r, int type, const char *context)
{
    size_t n = strlen(context);

    assert_int_equal(next_pdu(r), type);
    assert_int_equal(r->h.flags & AGENTX_NON_DEFAULT_CONTEXT,
                     n > 0 ? AGENTX_NON_DEFAULT_CONTEXT : 0);
    if (n > 0) {
        assert_int_equal(r->pdu[23], n);
        assert_memory_equal(r->pdu + 24, context, n);
    }
}

static void contexts__set_before_connecting__registered_after_the_default(void **state)
{
    struct rig *r = *state;

    set_contexts(r, "gw-a", "gw-b");
    master_accepts(r);
    assert_int_equal(next_pdu(r), AGENTX_OPEN);
    answer(r, 0);
    expect_region(r, AGENTX_REGISTER, "");
    answer(r, 0);
    assert_state(r, AGENTX_REGISTERING);
    expect_region(r, AGENTX_REGISTER, "gw-a");
    answer(r, 0);
    expect_region(r, AGENTX_REGISTER, "gw-b");
    answer(r, 0);
    assert_state(r, AGENTX_RUNNING);
    assert_asleep(r);
}

static void contexts__while_running__come_and_go(void **state)
{
    struct rig *r = *state;

    run(r);
    set_contexts(r, "gw-a", "Halle \xc3\xbc");
    expect_region(r, AGENTX_REGISTER, "gw-a");
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(notify(r, 1), 0);
    answer(r, 0);
    assert_int_equal(next_pdu(r), AGENTX_NOTIFY);
    expect_region(r, AGENTX_REGISTER, "Halle \xc3\xbc");
    answer(r, 0);
    assert_int_equal(next_pdu(r), 0);
    set_contexts(r, "gw-a", "Halle \xc3\xbc"); /* nothing new */
    assert_int_equal(next_pdu(r), 0);
    set_contexts(r, "Halle \xc3\xbc", NULL);
    expect_region(r, AGENTX_UNREGISTER, "gw-a");
    answer(r, 0);
    assert_int_equal(next_pdu(r), 0);
    set_contexts(r, NULL, NULL);
    expect_region(r, AGENTX_UNREGISTER, "Halle \xc3\xbc");
    answer(r, AGENTX_UNKNOWN_REGISTRATION);
    assert_int_equal(next_pdu(r), 0);
    assert_state(r, AGENTX_RUNNING);
    assert_asleep(r);
}

static void contexts__gone_and_back_while_asked__registered_in_the_end(void **state)
{
    struct rig *r = *state;

    run(r);
    set_contexts(r, "gw-a", NULL);
    expect_region(r, AGENTX_REGISTER, "gw-a");
    set_contexts(r, NULL, NULL);
    assert_int_equal(next_pdu(r), 0); /* one thing after the other */
    answer(r, 0);
    expect_region(r, AGENTX_UNREGISTER, "gw-a");
    set_contexts(r, "gw-a", NULL);
    answer(r, 0);
    expect_region(r, AGENTX_REGISTER, "gw-a");
    answer(r, 0);
    assert_int_equal(next_pdu(r), 0);
    assert_asleep(r);
}

static void contexts__refused__asked_again_unless_gone(void **state)
{
    struct rig *r = *state;

    run(r);
    set_contexts(r, "gw-a", NULL);
    expect_region(r, AGENTX_REGISTER, "gw-a");
    answer(r, AGENTX_DUPLICATE_REGISTRATION);
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(agentx_refused(r->a), 1);
    assert_error(r, "in context \"gw-a\": duplicateRegistration");
    step_after(r, 5000);
    expect_region(r, AGENTX_REGISTER, "gw-a");
    answer(r, AGENTX_DUPLICATE_REGISTRATION);
    set_contexts(r, NULL, NULL);
    assert_int_equal(agentx_refused(r->a), 0);
    assert_string_equal(agentx_error(r->a), "");
    assert_int_equal(next_pdu(r), 0); /* there is nothing to give back */
    assert_asleep(r);
}

static void contexts__connection_lost__only_those_there_are_again(void **state)
{
    struct rig *r = *state;

    run(r);
    set_contexts(r, "gw-a", "gw-b");
    expect_region(r, AGENTX_REGISTER, "gw-a");
    answer(r, 0);
    expect_region(r, AGENTX_REGISTER, "gw-b");
    answer(r, 0);
    set_contexts(r, "gw-b", NULL);
    master_hangs_up(r);
    r->now += 50;
    open_session(r);
    expect_region(r, AGENTX_REGISTER, "");
    answer(r, 0);
    expect_region(r, AGENTX_REGISTER, "gw-b");
    answer(r, 0);
    assert_state(r, AGENTX_RUNNING);
    assert_int_equal(next_pdu(r), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(contexts__set_before_connecting__registered_after_the_default),
        TEST(contexts__while_running__come_and_go),
        TEST(contexts__gone_and_back_while_asked__registered_in_the_end),
        TEST(contexts__refused__asked_again_unless_gone),
        TEST(contexts__connection_lost__only_those_there_are_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
