/* The rules of the hardware table: each at its limit, and what is only half told. */
#include "topology_fixture.h"

/* ---- each number at its limit ------------------------------------------------------------ */

static void strings(unsigned n)
{
    has_strings(0, n);
}

static void masters(unsigned n)
{
    gateway[0].masters = n;
}

static void cells(unsigned n)
{
    string[0][2].cells = (uint16_t)n;
}

static void strings_of_master(unsigned n)
{
    with_master(false);
    has_strings(0, n);
}

static void strings_of_set(unsigned n)
{
    with_master(true);
    has_strings(0, n);
}

static void th_of_master(unsigned n)
{
    with_master(false);
    has_strings(0, STRINGS);
    master[0].th = n;
}

static void lc_of_master(unsigned n)
{
    with_master(false);
    master[0].lc = n;
}

static void hmi_of_master(unsigned n)
{
    with_master(true);
    master[0].hmi = n;
    master[0].cad = 4;
}

static void strings_of_lc(unsigned n)
{
    with_master(false);
    master[0].lc = 1;
    has_strings(0, n);
}

static void strings_of_lc_told(unsigned n)
{
    strings_of_lc(STRINGS);
    for (unsigned i = 0; i < n; i++)
        string[0][2 * i].io = true;
}

static void th_of_strings(unsigned n)
{
    with_master(false);
    master[0].th = n;
}

static void strings_with_th(unsigned n)
{
    th_of_strings(2);
    for (unsigned i = 0; i < n; i++)
        string[0][i].th = true;
}

static void gs_of_strings(unsigned n)
{
    with_master(false);
    master[0].gs = n;
    master[0].com = 2;
}

static void gs_of_com(unsigned n)
{
    gs_of_strings(n);
    master[0].com = 1;
}

static void gs_of_two_com(unsigned n)
{
    gs_of_strings(n);
}

static void gs_without_com(unsigned n)
{
    gs_of_strings(n);
    master[0].com = 0;
}

static void hmi_of_bare(unsigned n)
{
    with_master(false);
    master[0].hmi = n;
}

static void hmi_of_converters(unsigned n)
{
    with_master(true);
    master[0].hmi = n;
}

static void gateways_alone(unsigned n)
{
    has_gateways(n);
}

static void sensors(unsigned n)
{
    site.ths = 2;
    th[1].sensors = n;
}

static void sensors_of_set(unsigned n)
{
    sensors(n);
    th[1].set = true;
}

static void th_without_master(unsigned n)
{
    string[0][1].th = n > 0;
}

static void gs_without_master(unsigned n)
{
    string[0][1].gs = n > 0;
}

static void io_without_master(unsigned n)
{
    string[0][1].io = n > 0;
}

static void feeding(enum topo_device device, unsigned n)
{
    site.supplies = 1;
    supply[0].model = TOPO_PS_60_24;
    supply[0].loads = 1;
    load[0] = (struct topo_load){device, n};
}

static void fed_masters(unsigned n)
{
    feeding(TOPO_BM_SS, n);
    site.consumption[TOPO_BM_SS] = (struct topo_consumption){true, 2500};
}

/* 6 W and 1.5 W make a set of 7.5 W. */
static void fed_sets(unsigned n)
{
    feeding(TOPO_BM_C_A1, n);
    site.consumption[TOPO_BM_MC] = (struct topo_consumption){true, 6000};
    site.consumption[TOPO_CAD] = (struct topo_consumption){true, 1500};
}

static void fed_cells(unsigned n)
{
    feeding(TOPO_BM_CS, 3840); /* take nothing of it */
    supply[0].loads = 2;
    load[1] = (struct topo_load){TOPO_BM_GW, n};
    site.consumption[TOPO_BM_GW] = (struct topo_consumption){true, 60000};
}

static void gateways_of_supply(unsigned n)
{
    feeding(TOPO_BM_GW, n);
    supply[0].model = TOPO_PS_30_12;
}

static const struct {
    enum topo_rule rule;
    void (*make)(unsigned n);
    unsigned most; /* that is well; one more is not */
    enum topo_severity severity;
    enum topo_device device;
    const char *text;
} limits[] = {
    {TOPO_GATEWAY_STRINGS,   strings,            32,  TOPO_ERROR,   TOPO_BM_GW,
     "gateway \"gw-a\": 33 strings, a BM-GW takes at most 32"                            },
    {TOPO_GATEWAY_MASTERS,   masters,            1,   TOPO_ERROR,   TOPO_BM_GW,
     "gateway \"gw-a\": 2 BM-MC, a BM-GW takes at most 1"                                },
    {TOPO_STRING_CELLS,      cells,              120, TOPO_ERROR,   TOPO_BM_SS,
     "gateway \"gw-a\": string 3: 121 cells, a BM-SS takes at most 120 BM-CS"            },
    {TOPO_MASTER_STRINGS,    strings_of_master,  32,  TOPO_ERROR,   TOPO_BM_MC,
     "gateway \"gw-a\": 33 strings on 1 BM-MC, one takes at most 32"                     },
    {TOPO_MASTER_STRINGS,    strings_of_set,     32,  TOPO_ERROR,   TOPO_BM_C_A1,
     "gateway \"gw-a\": 33 strings on 1 BM-C-A1, one takes at most 32"                   },
    {TOPO_MASTER_TH,         th_of_master,       32,  TOPO_ERROR,   TOPO_BM_MC,
     "gateway \"gw-a\": 33 BM-TH on a BM-MC, it takes at most 32"                        },
    {TOPO_MASTER_LC,         lc_of_master,       4,   TOPO_ERROR,   TOPO_BM_MC,
     "gateway \"gw-a\": 5 BM-LC on a BM-MC, it takes at most 4"                          },
    {TOPO_MASTER_HMI,        hmi_of_master,      1,   TOPO_ERROR,   TOPO_BM_MC,
     "gateway \"gw-a\": 2 BM-HMI on a BM-MC, it takes at most 1"                         },
    {TOPO_LC_STRINGS,        strings_of_lc,      8,   TOPO_ERROR,   TOPO_BM_LC,
     "gateway \"gw-a\": 9 strings and 1 BM-LC, each serves up to 8 strings"              },
    {TOPO_LC_STRINGS,        strings_of_lc_told, 8,   TOPO_ERROR,   TOPO_BM_LC,
     "gateway \"gw-a\": 9 strings with a relay or input and 1 BM-LC, each serves up to "
     "8 strings"                                                                         },
    {TOPO_TH_STRINGS,        th_of_strings,      4,   TOPO_ERROR,   TOPO_BM_TH,
     "gateway \"gw-a\": 5 BM-TH for 4 strings, there is 1 per string"                    },
    {TOPO_TH_STRINGS,        strings_with_th,    2,   TOPO_ERROR,   TOPO_BM_TH,
     "gateway \"gw-a\": 3 strings with a BM-TH (1-3), its BM-MC has 2"                   },
    {TOPO_GS_STRINGS,        gs_of_strings,      4,   TOPO_ERROR,   TOPO_BM_GS,
     "gateway \"gw-a\": 5 BM-GS for 4 strings, there is 1 per string"                    },
    {TOPO_COM_UNITS,         gs_of_com,          16,  TOPO_WARNING, TOPO_COM,
     "gateway \"gw-a\": 17 BM-GS and 1 COM-PGM, each serves up to 16 units (the table "
     "says BM-CS, read as BM-GS)"                                                        },
    {TOPO_COM_UNITS,         gs_of_two_com,      32,  TOPO_WARNING, TOPO_COM,
     "gateway \"gw-a\": 33 BM-GS and 2 COM-PGM, each serves up to 16 units (the table "
     "says BM-CS, read as BM-GS)"                                                        },
    {TOPO_GS_NEEDS_COM,      gs_without_com,     0,   TOPO_ERROR,   TOPO_BM_GS,
     "gateway \"gw-a\": 1 BM-GS and no COM-PGM (BM-COM): they need one"                  },
    {TOPO_HMI_NEEDS_SET,     hmi_of_bare,        0,   TOPO_ERROR,   TOPO_BM_HMI,
     "gateway \"gw-a\": a BM-HMI and a bare BM-MC: it needs a BM-C-A1, which is a BM-MC "
     "with a CAD-232-A2-IQ and software"                                                 },
    {TOPO_CAD_HMI,           hmi_of_converters,  1,   TOPO_ERROR,   TOPO_CAD,
     "gateway \"gw-a\": 2 BM-HMI and 1 CAD-232-A2-IQ, there is 1 per BM-HMI"             },
    {TOPO_TH_NEEDS_MASTER,   th_without_master,  0,   TOPO_ERROR,   TOPO_BM_TH,
     "gateway \"gw-a\": string 2: a BM-TH, and no BM-MC or BM-C-A1 is told: it needs one"},
    {TOPO_GS_NEEDS_MASTER,   gs_without_master,  0,   TOPO_ERROR,   TOPO_BM_GS,
     "gateway \"gw-a\": string 2: a BM-GS, and no BM-MC or BM-C-A1 is told: it needs one"},
    {TOPO_LC_NEEDS_MASTER,   io_without_master,  0,   TOPO_ERROR,   TOPO_BM_LC,
     "gateway \"gw-a\": string 2: relay or input of a BM-LC, and no BM-MC or BM-C-A1 is "
     "told: it needs one"                                                                },
    {TOPO_AGGREGATOR,        gateways_alone,     1,   TOPO_WARNING, TOPO_BM_AG,
     "site: 2 BM-GW and no BM-AG, several need one"                                      },
    {TOPO_TH_MC_SENSORS,     sensors,            120, TOPO_ERROR,   TOPO_TH_MC,
     "TH controller \"hall-2\": 121 sensors, a TH-MC takes at most 120"                  },
    {TOPO_TH_MC_SENSORS,     sensors_of_set,     120, TOPO_ERROR,   TOPO_TM_C_A1,
     "TH controller \"hall-2\": 121 sensors, a TM-C-A1 takes at most 120"                },
    {TOPO_SUPPLY_BUDGET,     fed_masters,        24,  TOPO_ERROR,   TOPO_PS_60_24,
     "supply \"ps1\": what it feeds takes 62.5 W, it is rated 60 W"                      },
    {TOPO_SUPPLY_BUDGET,     fed_sets,           8,   TOPO_ERROR,   TOPO_PS_60_24,
     "supply \"ps1\": what it feeds takes 67.5 W, it is rated 60 W"                      },
    {TOPO_SUPPLY_BUDGET,     fed_cells,          1,   TOPO_ERROR,   TOPO_PS_60_24,
     "supply \"ps1\": what it feeds takes 120 W, it is rated 60 W"                       },
    {TOPO_SUPPLY_OF_GATEWAY, gateways_of_supply, 1,   TOPO_WARNING, TOPO_PS_30_12,
     "supply \"ps1\": a PS-30-12 for 2 BM-GW, there is 1 per BM-GW"                      },
};

static void limit__at_it_and_beyond__told_once(void **state)
{
    for (size_t i = 0; i < COUNT(limits); i++) {
        set_up(state);
        limits[i].make(limits[i].most);
        look(limits[i].rule);
        if (broken + unknown != 0)
            fail_msg("limit %zu: %s", i, last.text);
        set_up(state);
        limits[i].make(limits[i].most + 1);
        look(limits[i].rule);
        assert_int_equal(broken, 1);
        assert_string_equal(last.text, limits[i].text);
        assert_int_equal(last.severity, limits[i].severity);
        assert_int_equal(last.device, limits[i].device);
    }
}

static void line__many_strings__has_no_gateway(void **state)
{
    (void)state;
    has_strings(0, STRINGS);
    gateway[0].place = TOPO_LINE;
    look(TOPO_GATEWAY_STRINGS);
    assert_int_equal(broken + others, 0);
}

static void nothing_told__nothing_broken(void **state)
{
    (void)state;
    look(TOPO_RULES);
    assert_int_equal(others, 0);
    site.gateways = 0;
    look(TOPO_RULES);
    assert_int_equal(others, 0);
}

/* Every line of the table has a rule that quotes it, but for what cannot be broken. */
static void table__every_row__has_a_line(void **state)
{
    (void)state;
    for (int i = 0; i < TOPO_DEVICES; i++) {
        char quoted[64];

        snprintf(quoted, sizeof(quoted), "hardware table, %s: \"", topo_devices[i].code);
        assert_true(strncmp(topo_devices[i].line, quoted, strlen(quoted)) == 0);
        assert_int_equal(topo_device_find(topo_devices[i].code), i);
        assert_true(topo_devices[i].what != NULL);
    }
    for (int i = 0; i < TOPO_RULES; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(topo_rule_name((enum topo_rule)i),
                                    topo_rule_name((enum topo_rule)k));
    assert_int_equal(topo_device_find("bm-cad"), TOPO_CAD);
    assert_int_equal(topo_device_find("BM-COM"), TOPO_COM);
    assert_int_equal(topo_device_find("BM-XX"), -1);
    assert_int_equal(topo_device_find(""), -1);
    assert_non_null(strstr(topo_devices[TOPO_COM].line, "BM-GS is applied"));
}

/* ---- Hall sensors, kinds of cells -------------------------------------------------------- */

static void hall__each_rating__its_range(void **state)
{
    (void)state;
    for (const uint16_t *rating = topo_hall_ratings; *rating != 0; rating++) {
        string[0][0].hall_a = *rating;
        string[0][0].max_current_a = *rating;
        look(TOPO_HALL_RANGE);
        assert_int_equal(broken + unknown, 0);
        look(TOPO_HALL_KIND);
        assert_int_equal(broken, 0);
        string[0][0].max_current_a++;
        look(TOPO_HALL_RANGE);
        assert_int_equal(broken, 1);
        assert_int_equal(last.string, 1);
    }
    assert_string_equal(last.text, "gateway \"gw-a\": string 1: up to 1001 A, the largest BM-HS "
                                   "measures up to 1000 A");
    string[0][0].hall_a = 500;
    look(TOPO_HALL_KIND);
    assert_string_equal(last.text, "gateway \"gw-a\": string 1: a Hall sensor of 500 A; there are "
                                   "BM-HS of 100, 200, 400, 800 and 1000 A");
}

static void hall__half_told__unknown(void **state)
{
    (void)state;
    string[0][0].hall_a = string[0][1].hall_a = string[0][3].hall_a = 400;
    look(TOPO_HALL_RANGE);
    assert_true(broken == 0 && unknown == 1);
    assert_string_equal(last.text, "gateway \"gw-a\": string 1-2, 4: the maximum current is not "
                                   "told: whether the BM-HS suffices is unknown");
    assert_int_equal(last.severity, TOPO_WARNING);
    set_up(state);
    string[0][3].max_current_a = 350;
    look(TOPO_HALL_RANGE);
    assert_true(broken == 0 && unknown == 1);
    assert_string_equal(last.text,
                        "gateway \"gw-a\": string 4: the rating of the BM-HS is not told: whether "
                        "it suffices for the maximum current is unknown");
}

static void cells__kind__of_three(void **state)
{
    static const uint16_t well[] = {0, 2, 6, 12}, not [] = {1, 3, 4, 8, 24, 258};

    (void)state;
    for (size_t i = 0; i < COUNT(well); i++) {
        string[0][0].cell_voltage = well[i];
        look(TOPO_CELL_KIND);
        assert_int_equal(broken, 0);
    }
    for (size_t i = 0; i < COUNT(not ); i++) {
        string[0][0].cell_voltage = not [i];
        look(TOPO_CELL_KIND);
        assert_int_equal(broken, 1);
    }
}

/* Many strings that are apart do not fit a message: it says so. */
static void numbers__too_many__cut(void **state)
{
    (void)state;
    has_strings(0, STRINGS);
    for (int i = 0; i < STRINGS; i++) {
        string[0][i].number = (uint16_t)(60000 + 2 * i);
        string[0][i].hall_a = 100;
    }
    look(TOPO_HALL_RANGE);
    assert_int_equal(unknown, 1);
    assert_non_null(strstr(last.text, "string 60000, 60002, "));
    assert_non_null(strstr(last.text, ", ...: the maximum"));
}

/* ---- UPS, strings and gateways ----------------------------------------------------------- */

static void ups__by_name__on_one_gateway(void **state)
{
    (void)state;
    has_gateways(2);
    gateway[0].upses = gateway[1].upses = 2;
    ups[0][0] = (struct topo_ups){1, "UPS-A"};
    ups[0][1] = (struct topo_ups){2, ""};
    ups[1][0] = (struct topo_ups){1, "UPS-B"};
    ups[1][1] = (struct topo_ups){2, ""};
    look(TOPO_UPS_ONE_GATEWAY); /* number 1 of both is not the same, nor are those without a name */
    assert_int_equal(broken, 0);
    ups[1][0] = (struct topo_ups){7, "UPS-A"};
    look(TOPO_UPS_ONE_GATEWAY);
    assert_int_equal(broken, 1);
    assert_true(last.severity == TOPO_WARNING && last.gateway == 1);
    assert_string_equal(last.text,
                        "gateway \"gw-b\": has strings of UPS \"UPS-A\" as gateway \"gw-a\" has; "
                        "all strings of one UPS should sit on the same BM-GW");
}

static void string__twice__told(void **state)
{
    (void)state;
    string[0][3].number = 2;
    look(TOPO_STRING_ONCE);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text,
                        "gateway \"gw-a\": string 2 is told twice, a string has one BM-SS");
    assert_int_equal(last.string, 2);
}

static void string__of_two_gateways__told(void **state)
{
    (void)state;
    has_gateways(2);
    gateway[1].place = TOPO_LINE;
    gateway[0].upses = gateway[1].upses = 1;
    ups[0][0] = (struct topo_ups){1, "UPS-A"};
    ups[1][0] = (struct topo_ups){3, "UPS-A"};
    string[0][0] = (struct topo_string){.number = 1, .ups = 1, .name = "A1"};
    string[1][2] = (struct topo_string){.number = 3, .name = "A1"};
    look(TOPO_STRING_ONCE); /* of no UPS: can be another A1 */
    assert_int_equal(broken, 0);
    string[1][2].ups = 3;
    look(TOPO_STRING_ONCE);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text,
                        "serial line \"gw-b\": string 3 is \"A1\" of UPS \"UPS-A\", as string 1 of "
                        "gateway \"gw-a\" is: a string has one BM-SS, on one of them");
}

static void aggregator__some_gateways__told(void **state)
{
    (void)state;
    has_gateways(3);
    site.aggregators = 1;
    gateway[2].place = TOPO_LINE; /* needs none */
    snprintf(gateway[0].aggregator, NAME_SIZE, "dc1");
    snprintf(gateway[1].aggregator, NAME_SIZE, "dc1");
    look(TOPO_AGGREGATOR);
    assert_int_equal(broken, 0);
    *gateway[1].aggregator = '\0';
    look(TOPO_AGGREGATOR);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text, "gateway \"gw-b\": is under no BM-AG, other gateways are");
    snprintf(gateway[1].aggregator, NAME_SIZE, "dc2");
    look(TOPO_AGGREGATOR);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text,
                        "gateway \"gw-b\": is under aggregator \"dc2\", which is not told");
}

/* ---- supplies ---------------------------------------------------------------------------- */

static void budget__one_unknown__never_well(void **state)
{
    (void)state;
    fed_masters(1);
    supply[0].loads = 4;
    load[1] = (struct topo_load){TOPO_BM_MC, 1};
    load[2] = (struct topo_load){TOPO_BM_CS, 40};
    load[3] = (struct topo_load){TOPO_BM_LC, 1};
    look(TOPO_SUPPLY_BUDGET);
    assert_true(broken == 0 && unknown == 1 && last.supply == 0);
    assert_string_equal(last.text,
                        "supply \"ps1\": the consumption of BM-MC, BM-LC is not known: "
                        "whether its 60 W suffice is unknown (what is known takes 2.5 W)");
    load[0].count = 25; /* what is known is too much already */
    look(TOPO_SUPPLY_BUDGET);
    assert_true(broken == 1 && unknown == 0);
    assert_string_equal(last.text,
                        "supply \"ps1\": what it feeds takes more than 62.5 W, it is rated 60 W");
    supply[0].loads = 0;
    look(TOPO_SUPPLY_BUDGET);
    assert_true(broken == 0 && unknown == 1);
    assert_string_equal(last.text,
                        "supply \"ps1\": what it feeds is not told: its budget is unknown");
}

static void budget__other_model__by_its_rating(void **state)
{
    (void)state;
    fed_masters(4);
    supply[0].model = -1;
    look(TOPO_SUPPLY_BUDGET);
    assert_true(broken == 0 && unknown == 1);
    assert_string_equal(last.text,
                        "supply \"ps1\": its rating is not told: whether it suffices for "
                        "10 W is unknown");
    supply[0].rated_mw = 10000;
    look(TOPO_SUPPLY_BUDGET);
    assert_int_equal(broken + unknown, 0);
    supply[0].rated_mw = 9999;
    look(TOPO_SUPPLY_BUDGET);
    assert_string_equal(last.text, "supply \"ps1\": what it feeds takes 10 W, it is rated 9.999 W");
    feeding(TOPO_BM_C_A1, 1); /* a set of which one part is not known */
    site.consumption[TOPO_BM_MC] = (struct topo_consumption){true, 6000};
    look(TOPO_SUPPLY_BUDGET);
    assert_true(broken == 0 && unknown == 1);
    assert_non_null(strstr(last.text, "the consumption of BM-C-A1 is not known"));
}

/* All devices of the table are named where none is known. */
static void budget__all_unknown__all_named(void **state)
{
    static struct topo_load all[TOPO_DEVICES];

    (void)state;
    feeding(TOPO_BM_SS, 1);
    for (int i = 0; i < TOPO_DEVICES; i++)
        all[i] = (struct topo_load){(enum topo_device)i, UINT32_MAX};
    supply[0].load = all;
    supply[0].loads = TOPO_DEVICES;
    look(TOPO_SUPPLY_BUDGET);
    assert_int_equal(unknown, 1);
    assert_non_null(strstr(last.text, "BM-HMI, BM-AG, TH-MC, TM-C-A1 is not known"));
    site.consumption[TOPO_BM_SS] = (struct topo_consumption){true, UINT32_MAX};
    look(TOPO_SUPPLY_BUDGET);
    assert_int_equal(broken, 1);
}

static void supply__kinds__one_of_each(void **state)
{
    (void)state;
    feeding(TOPO_BM_GW, 1);
    look(TOPO_SUPPLY_OF_SITE);
    assert_int_equal(broken, 0);
    supply[0].model = TOPO_PS_30_12;
    supply[0].gateway = 0;
    look(TOPO_SUPPLY_OF_SITE);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text,
                        "site: no PS-60-24 among its power supplies, there is 1 per BTMS");
    look(TOPO_SUPPLY_OF_GATEWAY);
    assert_int_equal(broken, 0);
    supply[0].model = TOPO_PS_60_24; /* has no 12 V */
    look(TOPO_SUPPLY_OF_GATEWAY);
    assert_int_equal(broken, 1);
    assert_string_equal(last.text,
                        "gateway \"gw-a\": none of its power supplies is a PS-30-12 that "
                        "feeds the BM-GW");
    site.supplies = 2;
    supply[1].model = TOPO_PS_30_12; /* of the site, for this one */
    supply[1].loads = 1;
    look(TOPO_SUPPLY_OF_GATEWAY);
    assert_int_equal(broken, 0);
    gateway[0].place = TOPO_LINE; /* is no BM-GW */
    supply[1].loads = 0;
    look(TOPO_SUPPLY_OF_GATEWAY);
    assert_int_equal(broken, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(limit__at_it_and_beyond__told_once, set_up),
        cmocka_unit_test_setup(line__many_strings__has_no_gateway, set_up),
        cmocka_unit_test_setup(nothing_told__nothing_broken, set_up),
        cmocka_unit_test_setup(table__every_row__has_a_line, set_up),
        cmocka_unit_test_setup(hall__each_rating__its_range, set_up),
        cmocka_unit_test_setup(hall__half_told__unknown, set_up),
        cmocka_unit_test_setup(cells__kind__of_three, set_up),
        cmocka_unit_test_setup(numbers__too_many__cut, set_up),
        cmocka_unit_test_setup(ups__by_name__on_one_gateway, set_up),
        cmocka_unit_test_setup(string__twice__told, set_up),
        cmocka_unit_test_setup(string__of_two_gateways__told, set_up),
        cmocka_unit_test_setup(aggregator__some_gateways__told, set_up),
        cmocka_unit_test_setup(budget__one_unknown__never_well, set_up),
        cmocka_unit_test_setup(budget__other_model__by_its_rating, set_up),
        cmocka_unit_test_setup(budget__all_unknown__all_named, set_up),
        cmocka_unit_test_setup(supply__kinds__one_of_each, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
