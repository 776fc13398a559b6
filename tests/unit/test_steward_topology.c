/* What is declared of a gateway, against what is there. */
#include "steward_fixture.h"

enum { MINUTES = 60000, DELAY = 11 * MINUTES };

static struct topo_string strings[4];
static struct topo_master master;
static struct topo_gateway declared[2];

/* Two strings of UPS 1 with 24 cells each on gw-a, told completely. */
static void declare(void)
{
    memset(strings, 0, sizeof(strings));
    for (int i = 0; i < 2; i++)
        strings[i] = (struct topo_string){.number = (uint16_t)(i + 1), .ups = 1, .cells = 24};
    declared[0] = (struct topo_gateway){.name = "gw-a", .string = strings, .strings = 2};
    declared[1] = (struct topo_gateway){.name = "gw-b"};
    places[0] = (struct steward_place){.declared = &declared[0], .complete = true};
    places[1] = (struct steward_place){.declared = &declared[1]};
}

static struct census census_of(const char *text)
{
    struct census c;

    assert_true(expect_parse(text, &c));
    c.reachable = true;
    for (int i = 0; i < STRING_MAX; i++)
        c.ups_of[i] = c.strings >> i & 1;
    return c;
}

static void found(size_t g, const char *text)
{
    struct census c = census_of(text);

    steward_count(&steward, g, &c, t);
    turn();
}

static void has_text(const char *part)
{
    assert_non_null(mismatch());
    if (strstr(mismatch()->text, part) == NULL)
        fail_msg("no \"%s\" in: %s", part, mismatch()->text);
}

/* ---- the alarm --------------------------------------------------------------------------- */

static void as_declared__found__nothing(void **state)
{
    (void)state;
    declare();
    found(0, "UPS 1; strings 1:24 2:24");
    after(DELAY);
    assert_null(mismatch());
    assert_int_equal(steward.gateway[0].shape.expected, 1 + 2 + 48);
    assert_int_equal(steward.gateway[0].shape.mismatches, 0);
    assert_int_equal(steward.gateway[0].shape.cells[1], 24);
}

static void cell_missing__from_the_start__told_after_the_delay(void **state)
{
    (void)state;
    declare();
    found(0, "UPS 1; strings 1:24 2:23");
    assert_null(mismatch());
    after(DELAY);
    has_text("gateway \"gw-a\": not as declared: string 2: 24 cells declared, 23 found");
    assert_null(strstr(mismatch()->text, "missing")); /* once is enough */
    assert_int_equal(steward.gateway[0].shape.mismatches, 1);
    found(0, "UPS 1; strings 1:24 2:24");
    assert_null(mismatch());
}

static void string_missing_and_one_too_many__both_told(void **state)
{
    (void)state;
    declare();
    found(0, "UPS 1; strings 1:24 3:24");
    after(DELAY);
    has_text("string 2: declared, and not found; string 3: found, and not declared");
}

static void text__more_goes_wrong__follows(void **state)
{
    (void)state;
    declare();
    found(0, "UPS 1; strings 1:24 2:23");
    after(DELAY);
    found(0, "UPS 1; strings 1:24 2:22");
    has_text("24 cells declared, 23 found");
    after(DELAY);
    has_text("24 cells declared, 22 found");
    assert_int_equal(told(), 1);
}

static void string_of_another_ups__told(void **state)
{
    struct census c = census_of("UPS 1 2; strings 1:24 2:24");

    (void)state;
    declare();
    c.ups_of[1] = 2;
    steward_count(&steward, 0, &c, t);
    turn();
    after(DELAY);
    has_text("string 2: declared of UPS 1, the gateway says UPS 2");
}

static void ambient_sensor__tells_nothing__told_until_it_does(void **state)
{
    struct census c = census_of("UPS 1; strings 1:24 2:24");

    (void)state;
    declare();
    strings[1].th = true;
    places[0].th_told = true;
    steward_count(&steward, 0, &c, t);
    turn();
    after(DELAY);
    has_text("string 2: has a BM-TH that tells nothing");
    c.ambient = 2;
    steward_count(&steward, 0, &c, t);
    turn();
    assert_null(mismatch());
    c.ambient = 0; /* a short gap is none */
    steward_count(&steward, 0, &c, t);
    turn();
    assert_null(mismatch());
    after(DELAY);
    has_text("BM-TH");
}

static void master_controller__number_of_sensors_not_told__not_compared(void **state)
{
    struct census c = census_of("UPS 1; strings 1:24 2:24");

    (void)state;
    declare();
    declared[0].master = &master;
    declared[0].masters = 1;
    c.ambient = 3;
    steward_count(&steward, 0, &c, t);
    turn();
    after(DELAY);
    assert_null(mismatch());
}

static void ups__another_number_of_strings__told(void **state)
{
    static const int wanted[UPS_MAX] = {3};

    (void)state;
    declare();
    places[0].complete = false;
    declared[0].strings = 0;
    places[0].ups_strings = wanted;
    found(0, "UPS 1; strings 1:24 2:24");
    after(DELAY);
    has_text("UPS 1: 3 strings declared, 2 found");
}

static void ups__on_two_gateways__told_of_the_second(void **state)
{
    static struct topo_ups same[2] = {
        {1, "A"},
        {1, "A"}
    };
    const struct alarm *a;

    (void)state;
    declare();
    for (int i = 0; i < 2; i++) {
        declared[i].ups = &same[i];
        declared[i].upses = 1;
    }
    places[1].shares = true;
    found(0, "UPS 1; strings 1:24 2:24");
    found(1, "UPS 1; strings 1:24");
    after(DELAY);
    assert_null(mismatch());
    a = standing(1, alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0));
    assert_non_null(a);
    assert_non_null(strstr(a->text, "UPS \"A\" has strings on gateway \"gw-a\" too"));
}

/* ---- what was found once ----------------------------------------------------------------- */

static void declared__less_than_found_once__wins(void **state)
{
    struct census once = census_of("UPS 1; strings 1:24 2:24 3:24");

    (void)state;
    declare();
    steward_expected(&steward, 0, &once);
    found(0, "UPS 1; strings 1:24 2:24");
    after(DELAY);
    assert_null(mismatch());
    assert_int_equal(steward.gateway[0].shape.expected, 51);
}

static void cells_not_declared__found_once__still_expected(void **state)
{
    struct census once = census_of("UPS 1; strings 1:24 2:24");

    (void)state;
    declare();
    strings[0].cells = 0;
    steward_expected(&steward, 0, &once);
    found(0, "UPS 1; strings 1:20 2:23");
    after(DELAY);
    has_text("not as declared: string 2: 24 cells declared, 23 found; and missing: 4 cells of "
             "string 1");
    assert_int_equal(steward.gateway[0].shape.mismatches, 5);
}

static void accept__not_as_declared__stays(void **state)
{
    (void)state;
    declare();
    found(0, "UPS 1; strings 1:24 2:23");
    after(DELAY);
    assert_true(ask(of_gateway(STORE_ACCEPT, "gw-a")));
    turn();
    has_text("24 cells declared, 23 found");
}

static void restart__nothing_known_yet__stands(void **state)
{
    struct alarm a = alarm_of(ALARM_TOPOLOGY_MISMATCH, ALARM_OF_GATEWAY, 0, 0, 0);

    (void)state;
    a.gateway = 1;
    a.id = 7;
    memset(places, 0, sizeof(places));
    happen(0, EVENT_RAISED, a);
    found(0, "UPS 1; strings 1:24");
    assert_non_null(mismatch());
}

static void restart__still_wrong__the_same_alarm(void **state)
{
    (void)state;
    declare();
    found(0, "UPS 1; strings 1:24 2:23");
    after(DELAY);
    assert_int_equal(told(), 1);
    steward_free(&steward);
    assert_true(steward_init(&steward, &ledger, &settings, t.now));
    found(0, "UPS 1; strings 1:24 2:23");
    after(1000);
    after(DELAY);
    has_text("24 cells declared, 23 found");
    assert_int_equal(told(), 1);
    found(0, "UPS 1; strings 1:24 2:24");
    assert_null(mismatch());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(as_declared__found__nothing),
        TEST(cell_missing__from_the_start__told_after_the_delay),
        TEST(string_missing_and_one_too_many__both_told),
        TEST(text__more_goes_wrong__follows),
        TEST(string_of_another_ups__told),
        TEST(ambient_sensor__tells_nothing__told_until_it_does),
        TEST(master_controller__number_of_sensors_not_told__not_compared),
        TEST(ups__another_number_of_strings__told),
        TEST(ups__on_two_gateways__told_of_the_second),
        TEST(declared__less_than_found_once__wins),
        TEST(cells_not_declared__found_once__still_expected),
        TEST(accept__not_as_declared__stays),
        TEST(restart__nothing_known_yet__stands),
        TEST(restart__still_wrong__the_same_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
