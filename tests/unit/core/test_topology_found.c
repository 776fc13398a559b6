/* What was found by what was declared: strings, UPS, cells, sensors. */
#include "topology_fixture.h"

static void found__as_declared__silent(void **state)
{
    (void)state;
    with_master(false);
    master[0].th = 4;
    site.ths = 1;
    th[0].sensors = seen_th.sensors = 96;
    for (int i = 0; i < 4; i++) {
        string[0][i].cells = seen[i].cells = 40;
        string[0][i].cell_voltage = seen[i].cell_voltage = 12;
        string[0][i].ups = seen[i].ups = 1;
        seen[i].th = true;
    }
    look(TOPO_RULES);
    assert_int_equal(others, 0);
    assert_int_equal(topology_compare(&site, &found, keep, NULL), 0);
    assert_int_equal(others, 0);
}

static void found__strings__missing_and_new(void **state)
{
    (void)state;
    seen_gateway.strings = 2;
    look(TOPO_FOUND_STRINGS);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text, "gateway \"gw-a\": string 3-4: declared, and not found");
    seen_gateway.strings = 6;
    look(TOPO_FOUND_STRINGS);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text, "gateway \"gw-a\": string 5-6: found, and not declared");
    seen[0].number = 7;
    look(TOPO_FOUND_STRINGS);
    assert_int_equal(broken, 2);
    seen_gateway.unheard = true;
    look(TOPO_FOUND_STRINGS);
    assert_int_equal(broken, 0);
    seen_gateway.unheard = false;
    gateway[0].strings = 0; /* none is declared */
    look(TOPO_FOUND_STRINGS);
    assert_int_equal(broken, 0);
    has_strings(0, 4);
    snprintf(seen_gateway.name, NAME_SIZE, "gw-b");
    look(TOPO_FOUND_STRINGS);
    assert_int_equal(broken, 0);
}

static void found__another_string__told(void **state)
{
    static const struct {
        enum topo_rule rule;
        struct topo_string declared, found;
        const char *text;
    } rows[] = {
        {TOPO_FOUND_UPS,
         {.ups = 1},
         {.ups = 2},
         "gateway \"gw-a\": string 2: declared of UPS 1, the gateway says UPS 2"},
        {TOPO_FOUND_CELLS,
         {.cells = 40},
         {.cells = 39},
         "gateway \"gw-a\": string 2: 40 cells declared, 39 found"              },
        {TOPO_FOUND_CELLS,
         {.cells = 39},
         {.cells = 40},
         "gateway \"gw-a\": string 2: 39 cells declared, 40 found"              },
        {TOPO_FOUND_KIND,
         {.cell_voltage = 12},
         {.cell_voltage = 2},
         "gateway \"gw-a\": string 2: batteries of 12 V declared, of 2 V found" },
    };
    static const struct topo_string untold;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        string[0][1] = rows[i].declared;
        seen[1] = rows[i].found;
        string[0][1].number = seen[1].number = 2;
        look(rows[i].rule);
        assert_int_equal(broken, 1);
        assert_int_equal(others, 0);
        assert_string_equal(last.text, rows[i].text);
        assert_true(last.string == 2 && last.gateway == 0);
        for (int k = 0; k < 2; k++) { /* one of both is not told */
            string[0][1] = k == 0 ? untold : rows[i].declared;
            seen[1] = k == 0 ? rows[i].found : untold;
            string[0][1].number = seen[1].number = 2;
            look(rows[i].rule);
            assert_int_equal(broken, 0);
        }
    }
}

static void found__th__by_count_or_string(void **state)
{
    (void)state;
    seen[0].th = seen[1].th = true;
    look(TOPO_FOUND_TH);
    assert_int_equal(broken, 0); /* nothing is declared */
    with_master(false);
    master[0].th = 3;
    look(TOPO_FOUND_TH);
    assert_string_equal(last.text, "gateway \"gw-a\": 3 BM-TH declared, 2 found");
    master[0].th = 2;
    look(TOPO_FOUND_TH);
    assert_int_equal(broken, 0);
    string[0][1].th = string[0][2].th = true;
    look(TOPO_FOUND_TH);
    assert_string_equal(last.text, "gateway \"gw-a\": string 3: has a BM-TH that tells nothing");
    seen[2].th = true;
    look(TOPO_FOUND_TH);
    assert_string_equal(last.text, "gateway \"gw-a\": 2 BM-TH declared, 3 found");
    string[0][0].th = true;
    look(TOPO_FOUND_TH);
    assert_int_equal(broken, 0);
}

static void found__sensors__counted(void **state)
{
    (void)state;
    site.ths = 2;
    th[0].sensors = 96;
    seen_th.sensors = 95;
    look(TOPO_FOUND_SENSORS);
    assert_int_equal(broken, 1);
    assert_int_equal(last.th, 0);
    assert_string_equal(last.text, "TH controller \"hall-1\": 96 sensors declared, 95 found");
    seen_th.unheard = true;
    look(TOPO_FOUND_SENSORS);
    assert_int_equal(broken, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(found__as_declared__silent, set_up),
        cmocka_unit_test_setup(found__strings__missing_and_new, set_up),
        cmocka_unit_test_setup(found__another_string__told, set_up),
        cmocka_unit_test_setup(found__th__by_count_or_string, set_up),
        cmocka_unit_test_setup(found__sensors__counted, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
