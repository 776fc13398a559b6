/* Bills of materials at each limit of the hardware table, and how UPS are put on gateways. */
#include "core/bom.h"
#include "../../support/check.h"

#include <stdio.h>
#include <string.h>

static struct bom_group group[64];
static struct bom_wish wish;
static struct bom_options options;
static struct bom_site site;
static struct bom bom;

static int set_up(void **state)
{
    (void)state;
    memset(group, 0, sizeof(group));
    wish = (struct bom_wish){.group = group};
    options = (struct bom_options){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bom_site_free(&site);
    return 0;
}

/* One more UPS "U1", "U2" ... of strings that break nothing. */
static struct bom_group *ups(uint32_t strings)
{
    struct bom_group *g = &group[wish.groups++];

    snprintf(g->ups, sizeof(g->ups), "U%zu", wish.groups);
    g->strings = strings;
    g->cells = 40;
    g->cell_voltage = 12;
    g->max_current_a = 350;
    return g;
}

static void plan(void)
{
    bom_site_free(&site);
    assert_int_equal(bom_layout(&wish, &site), 0);
    assert_int_equal(bom_equip(&site, &options), 0);
    bom_list(&site.site, &bom);
}

static uint32_t quantity(const char *code)
{
    uint32_t n = 0;

    for (size_t i = 0; i < bom.lines; i++)
        if (strcmp(bom.line[i].code, code) == 0)
            n += bom.line[i].quantity;
    return n;
}

static size_t counted[TOPO_RULES], all;

static void count(void *ctx, const struct topo_finding *f)
{
    (void)ctx;
    counted[f->rule] += f->verdict == TOPO_BROKEN;
    all += f->verdict == TOPO_BROKEN;
}

static size_t broken(enum topo_rule rule)
{
    memset(counted, 0, sizeof(counted));
    all = 0;
    topology_check(&site.site, count, NULL);
    return rule == TOPO_RULES ? all : counted[rule];
}

/* ---- at each limit ------------------------------------------------------------------------- */

static void strings(uint32_t n)
{
    for (; n > 0; n -= n < 11 ? n : 11)
        ups(n < 11 ? n : 11); /* 32 are 11, 11 and 10 */
}

static void strings_of_one(uint32_t n)
{
    ups(n);
}

static void with_th(uint32_t n)
{
    strings(n);
    wish.th = true;
}

static void with_io(uint32_t n)
{
    strings(n);
    wish.io = true;
}

static void with_gs(uint32_t n)
{
    ups(n);
    wish.gs = true;
}

static void with_hmi(uint32_t n)
{
    strings(n);
    options.hmi = true;
}

static void sensors(uint32_t n)
{
    wish.sensors = n;
}

static void sensors_sets(uint32_t n)
{
    sensors(n);
    options.sets = true;
}

static void volt_2(uint32_t n)
{
    struct bom_group *g = ups(1);
    g->cells = (uint16_t)n;
    g->cell_voltage = 2;
}

static void volt_6(uint32_t n)
{
    struct bom_group *g = ups(1);
    g->cells = (uint16_t)n;
    g->cell_voltage = 6;
}

static void ampere(uint32_t n)
{
    ups(3)->max_current_a = n;
}

static const struct {
    void (*make)(uint32_t n);
    uint32_t n;
    const char *code;
    uint32_t quantity;
    size_t breaks; /* so many rules */
} rows[] = {
    {strings,        1,    "BM-GW",                 1,   0},
    {strings,        32,   "BM-GW",                 1,   0},
    {strings,        33,   "BM-GW",                 2,   0},
    {strings,        32,   "BM-AG",                 0,   0},
    {strings,        33,   "BM-AG",                 1,   0},
    {strings,        33,   "PS-30-12",              2,   0},
    {strings,        33,   "BM-SS",                 33,  0},
    {strings,        33,   "BM-HS-400",             33,  0},
    {strings,        2,    "BM-CS-12",              80,  0},
    {strings,        32,   "BM-MC",                 0,   0},
    {strings_of_one, 32,   "BM-GW",                 1,   0},
    {strings_of_one, 33,   "BM-GW",                 2,   1},
    {strings_of_one, 65,   "BM-GW",                 3,   2},
    {with_th,        32,   "BM-TH",                 32,  0},
    {with_th,        32,   "BM-MC",                 1,   0},
    {with_th,        33,   "BM-MC",                 2,   0},
    {with_th,        33,   "BM-TH",                 33,  0},
    {with_io,        8,    "BM-LC",                 1,   0},
    {with_io,        9,    "BM-LC",                 2,   0},
    {with_io,        32,   "BM-LC",                 4,   0},
    {with_io,        33,   "BM-LC",                 5,   0},
    {with_io,        33,   "BM-MC",                 2,   0},
    {with_gs,        16,   "COM-PGM",               1,   0},
    {with_gs,        17,   "COM-PGM",               2,   0},
    {with_gs,        32,   "COM-PGM",               2,   0},
    {with_gs,        17,   "BM-GS",                 17,  0},
    {with_gs,        17,   "BM-MC",                 1,   0},
    {with_hmi,       32,   "BM-HMI",                1,   0},
    {with_hmi,       33,   "BM-HMI",                2,   0},
    {with_hmi,       33,   "BM-C-A1",               2,   0},
    {with_hmi,       33,   "BM-MC",                 0,   0},
    {with_hmi,       33,   "CAD-232-A2-IQ",         0,   0}, /* in the set */
    {sensors,        120,  "TH-MC",                 1,   0},
    {sensors,        121,  "TH-MC",                 2,   0},
    {sensors_sets,   120,  "TM-C-A1",               1,   0},
    {sensors_sets,   241,  "TM-C-A1",               3,   0},
    {sensors_sets,   241,  "TH-MC",                 0,   0},
    {volt_2,         120,  "BM-CS-02",              120, 0},
    {volt_2,         121,  "BM-CS-02",              121, 1},
    {volt_6,         120,  "BM-CS (6 V kind)",      120, 0},
    {ampere,         100,  "BM-HS-100",             3,   0},
    {ampere,         101,  "BM-HS-200",             3,   0},
    {ampere,         200,  "BM-HS-200",             3,   0},
    {ampere,         201,  "BM-HS-400",             3,   0},
    {ampere,         400,  "BM-HS-400",             3,   0},
    {ampere,         401,  "BM-HS-800",             3,   0},
    {ampere,         800,  "BM-HS-800",             3,   0},
    {ampere,         801,  "BM-HS-1000",            3,   0},
    {ampere,         1000, "BM-HS-1000",            3,   0},
    {ampere,         1001, "BM-HS-1000",            0,   3}, /* each of three strings */
    {ampere,         1001, "BM-HS (none so large)", 3,   3},
};

static void site__at_each_limit__so_many(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t breaks;

        set_up(state);
        rows[i].make(rows[i].n);
        plan();
        breaks = broken(TOPO_RULES);
        if (quantity(rows[i].code) != rows[i].quantity || breaks != rows[i].breaks)
            fail_msg("row %zu: %u %s, not %u; %zu rules broken, not %zu", i, quantity(rows[i].code),
                     rows[i].code, rows[i].quantity, breaks, rows[i].breaks);
    }
}

/* ---- which UPS on which gateway -------------------------------------------------------------- */

static void layout__large_ups__split_and_told(void **state)
{
    (void)state;
    ups(33);
    plan();
    assert_int_equal(site.site.gateways, 2);
    assert_int_equal(site.gateway[0].strings, 32);
    assert_int_equal(site.gateway[1].strings, 1);
    assert_int_equal(broken(TOPO_UPS_ONE_GATEWAY), 1);
    assert_int_equal(broken(TOPO_GATEWAY_STRINGS), 0);
    ups(31); /* joins the one that is left over */
    plan();
    assert_int_equal(site.site.gateways, 2);
    assert_int_equal(site.gateway[1].strings, 32);
    assert_int_equal(broken(TOPO_RULES), 1);
}

/* First fit decreasing needs three. */
static void layout__fills_better__fewer_gateways(void **state)
{
    static const uint32_t sizes[] = {10, 12, 10, 10, 12, 10};

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        ups(sizes[i]);
    plan();
    assert_int_equal(site.site.gateways, 2);
    assert_int_equal(site.gateway[0].strings, 32);
    assert_int_equal(broken(TOPO_RULES), 0);
}

/* What was wanted is there, once, under numbers from 1, and no UPS is on two gateways. */
static void layout__random__all_placed(void **state)
{
    uint32_t seed = 20261122;

    for (int round = 0; round < 200; round++) {
        uint32_t strings_wanted = 0, strings_placed = 0, upses = 0;

        set_up(state);
        for (size_t i = 0; i < 1 + check_random(&seed) % 60; i++)
            strings_wanted += ups(1 + check_random(&seed) % 32)->strings;
        plan();
        for (size_t g = 0; g < site.site.gateways; g++) {
            const struct topo_gateway *is = &site.gateway[g];

            assert_in_range(is->strings, 1, 32);
            upses += (uint32_t)is->upses;
            strings_placed += (uint32_t)is->strings;
            for (size_t s = 0; s < is->strings; s++) {
                assert_int_equal(is->string[s].number, s + 1);
                assert_in_range(is->string[s].ups, 1, is->upses);
            }
        }
        assert_int_equal(strings_placed, strings_wanted);
        assert_int_equal(upses, wish.groups);
        assert_true(site.site.gateways >= (strings_wanted + 31) / 32);
        assert_int_equal(broken(TOPO_RULES), 0);
    }
}

/* Strings of several kinds in one UPS, and UPS of several kinds. */
static void layout__kinds__kept(void **state)
{
    (void)state;
    ups(2);
    *ups(3) = (struct bom_group){"U1", 3, 24, 2, 90};
    *ups(1) = (struct bom_group){"U3", 1, 30, 6, 0};
    plan();
    assert_int_equal(site.gateway[0].upses, 2);
    assert_int_equal(quantity("BM-SS"), 6);
    assert_int_equal(quantity("BM-CS-12"), 80);
    assert_int_equal(quantity("BM-CS-02"), 72);
    assert_int_equal(quantity("BM-CS (6 V kind)"), 30);
    assert_int_equal(quantity("BM-HS-400"), 2);
    assert_int_equal(quantity("BM-HS-100"), 3);
    assert_int_equal(quantity("BM-HS (kind by maximum current)"), 1);
    assert_non_null(strstr(bom.line[0].reason, "strings 6, UPS 2"));
}

static void kinds__unknown__told(void **state)
{
    (void)state;
    ups(1)->cell_voltage = 0;
    ups(1)->cell_voltage = 8;
    plan();
    assert_int_equal(quantity("BM-CS (kind by battery voltage)"), 40);
    assert_int_equal(quantity("BM-CS (no such kind)"), 40);
    assert_int_equal(broken(TOPO_CELL_KIND), 1);
}

static void nothing__wanted__nothing_needed(void **state)
{
    (void)state;
    plan();
    assert_int_equal(site.site.gateways, 0);
    assert_int_equal(quantity("BM-GW"), 0);
    assert_int_equal(broken(TOPO_RULES), 0);
}

/* ---- power supplies -------------------------------------------------------------------------- */

static const struct bom_line *line(const char *code)
{
    for (size_t i = 0; i < bom.lines; i++)
        if (strcmp(bom.line[i].code, code) == 0)
            return &bom.line[i];
    fail_msg("no %s", code);
    return NULL;
}

static void plan_fed(const struct topo_consumption told[TOPO_DEVICES])
{
    bom_site_free(&site);
    assert_int_equal(bom_layout(&wish, &site), 0);
    memcpy(site.site.consumption, told, sizeof(site.site.consumption));
    assert_int_equal(bom_equip(&site, &options), 0);
    bom_list(&site.site, &bom);
}

static void supplies__consumption__so_many(void **state)
{
    static const struct {
        uint32_t strings, mw, supplies;
        size_t breaks;
    } cases[] = {
        {24, 2500,  1,  0}, /* 60 W */
        {25, 2500,  2,  0},
        {32, 20000, 11, 0}, /* three each */
        {32, 31000, 32, 0},
        {3,  60000, 3,  0},
        {3,  60001, 3,  3}, /* none can feed one */
        {32, 0,     1,  0},
    };
    struct topo_consumption told[TOPO_DEVICES] = {0};

    for (size_t i = 0; i < COUNT(cases); i++) {
        set_up(state);
        ups(cases[i].strings);
        told[TOPO_BM_HS] = (struct topo_consumption){true, 0};
        told[TOPO_BM_SS] = (struct topo_consumption){true, cases[i].mw};
        plan_fed(told);
        assert_int_equal(line("PS-60-24")->quantity, cases[i].supplies);
        assert_false(line("PS-60-24")->at_least);
        assert_int_equal(broken(TOPO_SUPPLY_BUDGET), cases[i].breaks);
    }
}

static void supplies__one_unknown__at_least(void **state)
{
    struct topo_consumption told[TOPO_DEVICES] = {0};

    (void)state;
    ups(32);
    wish.io = true;
    plan_fed(told);
    assert_int_equal(line("PS-60-24")->quantity, 1);
    assert_true(line("PS-60-24")->at_least);
    told[TOPO_BM_SS] = (struct topo_consumption){true, 2500};
    plan_fed(told);
    assert_int_equal(line("PS-60-24")->quantity, 2); /* 80 W are known */
    assert_true(line("PS-60-24")->at_least);
    told[TOPO_BM_HS] = told[TOPO_BM_MC] = told[TOPO_BM_LC] = (struct topo_consumption){true, 1000};
    plan_fed(told);
    assert_int_equal(line("PS-60-24")->quantity, 2); /* 117 W */
    assert_false(line("PS-60-24")->at_least);
    assert_int_equal(broken(TOPO_RULES), 0);
    told[TOPO_BM_MC].mw = 7000; /* 123 W */
    plan_fed(told);
    assert_int_equal(line("PS-60-24")->quantity, 3);
}

/* Every kind of device, several sizes: each supply keeps within its rating, each device is fed once. */
static void supplies__random__within_rating(void **state)
{
    uint32_t seed = 4711;

    for (int round = 0; round < 100; round++) {
        struct topo_consumption told[TOPO_DEVICES] = {0};
        uint32_t fed = 0;

        set_up(state);
        wish.th = wish.gs = wish.io = options.hmi = true;
        wish.sensors = check_random(&seed) % 500;
        for (size_t i = 0; i < 1 + check_random(&seed) % 20; i++)
            ups(1 + check_random(&seed) % 32);
        for (int d = 0; d < TOPO_DEVICES; d++)
            told[d] = (struct topo_consumption){true, check_random(&seed) % 30001};
        plan_fed(told);
        assert_int_equal(broken(TOPO_RULES), 0);
        for (size_t i = 0; i < site.site.supplies; i++)
            for (size_t l = 0; l < site.supply[i].loads; l++)
                if (site.supply[i].load[l].device == TOPO_BM_TH)
                    fed += site.supply[i].load[l].count;
        assert_int_equal(fed, quantity("BM-SS"));
    }
}

/* ---- a site that was found ------------------------------------------------------------------- */

static void equip__declared_parts__kept(void **state)
{
    static const struct topo_master declared = {.th = 2, .cad = 1, .hmi = 1};
    static const struct topo_supply own = {.name = "psu", .model = -1, .gateway = -1};

    (void)state;
    ups(2);
    wish.th = true;
    assert_int_equal(bom_layout(&wish, &site), 0);
    site.gateway[0].master = &declared;
    site.gateway[0].masters = 1;
    site.site.supply = &own;
    site.site.supplies = 1;
    assert_int_equal(bom_equip(&site, &options), 0);
    bom_list(&site.site, &bom);
    assert_int_equal(quantity("BM-MC"), 1);
    assert_int_equal(quantity("BM-HMI"), 1);
    assert_int_equal(quantity("CAD-232-A2-IQ"), 1);
    assert_int_equal(quantity("PS-60-24"), 0);
    assert_int_equal(quantity("supply of another model"), 1);
}

/* A serial line has string masters and no gateway, whatever they tell. */
static void equip__serial_line__no_gateway(void **state)
{
    (void)state;
    ups(3);
    wish.th = true;
    assert_int_equal(bom_layout(&wish, &site), 0);
    site.gateway[0].place = TOPO_LINE;
    assert_int_equal(bom_equip(&site, &options), 0);
    bom_list(&site.site, &bom);
    assert_int_equal(quantity("BM-GW") + quantity("PS-30-12") + quantity("BM-MC"), 0);
    assert_int_equal(quantity("BM-SS"), 3);
    assert_int_equal(quantity("PS-60-24"), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(site__at_each_limit__so_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(layout__large_ups__split_and_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(layout__fills_better__fewer_gateways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(layout__random__all_placed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(layout__kinds__kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kinds__unknown__told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing__wanted__nothing_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(supplies__consumption__so_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(supplies__one_unknown__at_least, set_up, tear_down),
        cmocka_unit_test_setup_teardown(supplies__random__within_rating, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equip__declared_parts__kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equip__serial_line__no_gateway, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
