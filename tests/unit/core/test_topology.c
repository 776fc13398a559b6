/* The rules of the hardware table: each at its limit, what is only half told, and what was found by
 * what was declared. */
#include "core/topology.h"
#include "../../support/check.h"

#include <stdio.h>
#include <string.h>

/* ---- a site to be spoilt ----------------------------------------------------------------- */

enum { GATEWAYS = 3, STRINGS = 40 };

static struct topo_string string[GATEWAYS][STRINGS], seen[STRINGS];
static struct topo_ups ups[GATEWAYS][4];
static struct topo_master master[3];
static struct topo_gateway gateway[GATEWAYS], seen_gateway;
static struct topo_aggregator aggregator[2];
static struct topo_th th[2], seen_th;
static struct topo_load load[8];
static struct topo_supply supply[3];
static struct topo_site site, found;

static struct topo_finding last;
static size_t broken, unknown, others;
static enum topo_rule wanted;

static void keep(void *ctx, const struct topo_finding *f)
{
    (void)ctx;
    assert_string_equal(f->name, topo_rule_name(f->rule));
    assert_true(strncmp(f->line, "hardware table, ", 16) == 0);
    assert_string_equal(f->line, topo_devices[f->device].line);
    others += f->rule != wanted;
    if (f->rule != wanted)
        return;
    broken += f->verdict == TOPO_BROKEN;
    unknown += f->verdict == TOPO_UNKNOWN;
    last = *f;
}

static void look(enum topo_rule rule)
{
    size_t n;

    wanted = rule;
    broken = unknown = others = 0;
    memset(&last, 0, sizeof(last));
    n = rule < TOPO_FOUND_STRINGS ? topology_check(&site, keep, NULL)
                                  : topology_compare(&site, &found, keep, NULL);
    assert_true(n >= broken && n <= broken + others);
}

static void has_strings(size_t g, unsigned n)
{
    gateway[g].string = string[g];
    gateway[g].strings = n;
}

static void has_gateways(unsigned n)
{
    site.gateways = n;
}

/* One gateway with four strings, a site in order. */
static int set_up(void **state)
{
    (void)state;
    memset(string, 0, sizeof(string));
    memset(seen, 0, sizeof(seen));
    memset(ups, 0, sizeof(ups));
    memset(master, 0, sizeof(master));
    memset(gateway, 0, sizeof(gateway));
    memset(aggregator, 0, sizeof(aggregator));
    memset(th, 0, sizeof(th));
    memset(load, 0, sizeof(load));
    memset(supply, 0, sizeof(supply));
    memset(&seen_gateway, 0, sizeof(seen_gateway));
    memset(&seen_th, 0, sizeof(seen_th));
    memset(&site, 0, sizeof(site));
    memset(&found, 0, sizeof(found));
    for (int g = 0; g < GATEWAYS; g++) {
        snprintf(gateway[g].name, NAME_SIZE, "gw-%c", 'a' + g);
        gateway[g].ups = ups[g];
        gateway[g].master = master;
        for (int s = 0; s < STRINGS; s++)
            string[g][s].number = (uint16_t)(s + 1);
        has_strings((size_t)g, 4);
    }
    for (int s = 0; s < STRINGS; s++)
        seen[s].number = (uint16_t)(s + 1);
    for (int i = 0; i < 3; i++) {
        supply[i].gateway = -1;
        supply[i].load = load;
        snprintf(supply[i].name, NAME_SIZE, "ps%d", i + 1);
    }
    snprintf(aggregator[0].name, NAME_SIZE, "dc1");
    snprintf(th[0].name, NAME_SIZE, "hall-1");
    snprintf(th[1].name, NAME_SIZE, "hall-2");
    seen_gateway = (struct topo_gateway){.name = "gw-a", .string = seen, .strings = 4};
    snprintf(seen_th.name, NAME_SIZE, "hall-1");
    site = (struct topo_site){
        .gateway = gateway, .aggregator = aggregator, .th = th, .supply = supply};
    found = (struct topo_site){.gateway = &seen_gateway, .gateways = 1, .th = &seen_th, .ths = 1};
    has_gateways(1);
    return 0;
}

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

static void with_master(bool set)
{
    gateway[0].masters = 1;
    master[0].set = set;
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

/* ---- found by declared ------------------------------------------------------------------- */

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
        cmocka_unit_test_setup(found__as_declared__silent, set_up),
        cmocka_unit_test_setup(found__strings__missing_and_new, set_up),
        cmocka_unit_test_setup(found__another_string__told, set_up),
        cmocka_unit_test_setup(found__th__by_count_or_string, set_up),
        cmocka_unit_test_setup(found__sensors__counted, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
