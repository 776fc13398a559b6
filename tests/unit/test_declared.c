/* Configuration as a site of the topology rules, what these say of it, and the inventory. */
#include "../support/conf.h"

#include "declared.h"
#include "inventory.h"

static struct declared *declared;
static char said[16][900];
static enum log_level level[16];
static int says;

static void keep(enum log_level l, const char *text)
{
    assert_true(says < (int)COUNT(said));
    level[says] = l;
    snprintf(said[says++], sizeof(said[0]), "%s", text);
}

/* Everything is read: how many mistakes. */
static size_t check(void)
{
    says = 0;
    assert_int_equal(complaints, 0);
    config_finish(&config, keep_complaint, &complaints);
    declared = declared_new(&config);
    assert_non_null(declared);
    return declared_check(declared, &config, keep);
}

static int tear_down(void **state)
{
    declared_free(declared);
    declared = NULL;
    return conf_teardown(state);
}

static void said_one(enum log_level l, const char *a, const char *b)
{
    for (int i = 0; says != 1 && i < says; i++)
        print_error("said: %s\n", said[i]);
    assert_int_equal(says, 1);
    assert_int_equal(level[0], l);
    if (strstr(said[0], a) == NULL || strstr(said[0], b) == NULL)
        fail_msg("no \"%s\" or \"%s\" in: %s", a, b, said[0]);
}

static void nothing_declared__nothing_said(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(1), LINE("HallSensor", NUMBER(400)))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("x"))));
    assert_int_equal(check(), 0);
    assert_int_equal(says, 0);
    assert_false(declared->complete[0]);
}

static void everything__as_a_site(void **state)
{
    const struct topo_gateway *g;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("UPS", NUMBER(2), LINE("Name", TEXT("UPS-A")), LINE("Strings", NUMBER(1))),
               BLOCK("String", NUMBER(3), LINE("UPS", NUMBER(2)), LINE("Cells", NUMBER(40)),
                     LINE("CellType", NUMBER(12)), LINE("HallSensor", NUMBER(400)),
                     LINE("MaxCurrent", NUMBER(400)), LINE("AmbientSensor", BOOL(true))),
               BARE("MasterController", LINE("Model", TEXT("BM-C-A1")), LINE("HMI", NUMBER(1)))));
    assert_int_equal(check(), 0);
    assert_int_equal(says, 0);
    g = &declared->site.gateway[0];
    assert_true(declared->complete[0] && declared->th_told[0]);
    assert_int_equal(g->strings, 1);
    assert_int_equal(g->string[0].number, 3);
    assert_int_equal(g->string[0].ups, 2);
    assert_int_equal(g->string[0].cells, 40);
    assert_int_equal(g->string[0].cell_voltage, 12);
    assert_true(g->string[0].th);
    assert_int_equal(g->upses, 1);
    assert_string_equal(g->ups[0].name, "UPS-A");
    assert_int_equal(g->masters, 1);
    assert_true(g->master[0].set);
    assert_int_equal(g->master[0].th, 1); /* as strings say */
    assert_int_equal(declared->ups_strings[1], 1);
}

/* One rule per row: what breaks it, and the line of the table that is told. */
static void capacity__exceeded__an_error_with_the_line(void **state)
{
    const struct {
        const char *key;
        int n;
        const char *text;
    } bad[] = {
        {"TH",        33, "33 BM-TH on a BM-MC, it takes at most 32; hardware table, BM-MC"},
        {"IOModules", 5,  "5 BM-LC on a BM-MC, it takes at most 4; hardware table, BM-MC"  },
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        tear_down(state);
        conf_setup(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
                   BARE("MasterController", LINE(bad[i].key, NUMBER(bad[i].n)))));
        assert_int_equal(check(), 1);
        said_one(LOG_LEVEL_ERROR, bad[i].text, "polled all the same");
        assert_int_equal(config.gateways, 1);
    }
}

static void cells__121__an_error(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(1), LINE("Cells", NUMBER(121)))));
    assert_int_equal(check(), 1);
    said_one(LOG_LEVEL_ERROR, "string 1: 121 cells, a BM-SS takes at most 120",
             "hardware table, BM-SS");
}

static void current__beyond_the_hall_sensor__an_error(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(1), LINE("HallSensor", NUMBER(100)),
                     LINE("MaxCurrent", NUMBER(101)))));
    assert_int_equal(check(), 1);
    said_one(LOG_LEVEL_ERROR, "up to 101 A, its BM-HS measures up to 100 A", "BM-HS");
}

static void ups__on_two_gateways__a_warning(void **state)
{
    (void)state;
    READ(BLOCK("Aggregator", TEXT("ag"), LINE("Address", TEXT("y"))),
         BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Aggregator", TEXT("ag")),
               BLOCK("UPS", NUMBER(1), LINE("Name", TEXT("A")))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("x")), LINE("Aggregator", TEXT("ag")),
               BLOCK("UPS", NUMBER(2), LINE("Name", TEXT("A")))));
    assert_int_equal(check(), 0);
    said_one(LOG_LEVEL_WARNING, "UPS \"A\"", "hardware table, BM-GW");
    assert_true(declared->shares[1]);
    assert_false(declared->shares[0]);
}

static void string__on_two_gateways__an_error(void **state)
{
    (void)state;
    READ(BLOCK("Aggregator", TEXT("ag"), LINE("Address", TEXT("y"))),
         BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Aggregator", TEXT("ag")),
               BLOCK("UPS", NUMBER(1), LINE("Name", TEXT("A"))),
               BLOCK("String", NUMBER(1), LINE("UPS", NUMBER(1)), LINE("Name", TEXT("A1")))),
         BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("x")), LINE("Aggregator", TEXT("ag")),
               BLOCK("UPS", NUMBER(1), LINE("Name", TEXT("A"))),
               BLOCK("String", NUMBER(1), LINE("UPS", NUMBER(1)), LINE("Name", TEXT("A1")))));
    assert_int_equal(check(), 1);
    assert_int_equal(says, 2); /* and the UPS */
    assert_non_null(strstr(said[1], "hardware table, BM-SS"));
}

static void ups_strings__contradict_the_strings__an_error(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("UPS", NUMBER(1), LINE("Strings", NUMBER(2))),
               BLOCK("String", NUMBER(1), LINE("UPS", NUMBER(1)))));
    assert_int_equal(check(), 1);
    said_one(LOG_LEVEL_ERROR, "<UPS 1> has 2 strings, but 1 name it", "what the strings say");
}

static void budget__unknown_never_well(void **state)
{
    (void)state;
    READ(BLOCK("PowerSupply", TEXT("p"), LINE("Model", TEXT("PS-60-24")),
               LINE("Feeds", TEXT("a/BM-MC"))),
         BLOCK("Gateway", TEXT("a"), ADDRESS));
    assert_int_equal(check(), 0);
    said_one(LOG_LEVEL_NOTICE, "unknown", "PS-60-24");
}

static void budget__of_all_strings__counted(void **state)
{
    (void)state;
    READ(LINE("Consumption", TEXT("BM-SS"), NUMBER(31)),
         BLOCK("PowerSupply", TEXT("p"), LINE("Model", TEXT("PS-60-24")),
               LINE("Feeds", TEXT("a/BM-SS"))),
         BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("String", NUMBER(1), LINE("UPS", NUMBER(1))),
               BLOCK("String", NUMBER(2), LINE("UPS", NUMBER(1)))));
    assert_int_equal(check(), 1);
    said_one(LOG_LEVEL_ERROR, "takes 62 W, it is rated 60 W", "PS-60-24");
}

/* ---- the inventory ----------------------------------------------------------------------- */

static struct part part[INVENTORY_MAX];
static size_t parts;

static int count(int device, int state, int string)
{
    int n = 0;

    for (size_t i = 0; i < parts; i++)
        if (part[i].device == device && part[i].state == state && part[i].string == string)
            n += part[i].count;
    return n;
}

static void inventory__set_with_supply_not_heard_yet__expanded(void **state)
{
    static struct gateway is;

    (void)state;
    READ(BLOCK(
        "Gateway", TEXT("a"), ADDRESS,
        BLOCK("String", NUMBER(1), LINE("Cells", NUMBER(24)), LINE("AmbientSensor", BOOL(true))),
        BARE("MasterController", LINE("Model", TEXT("BM-C-A1")), LINE("TH", NUMBER(3)),
             LINE("IOModules", NUMBER(2))),
        BLOCK("PowerSupply", TEXT("p"), LINE("Model", TEXT("PS-30-12")),
              LINE("Feeds", TEXT("BM-GW")))));
    memset(&is, 0, sizeof(is));
    is.health.looking = true;
    parts = inventory_of_gateway(&config, &config.gateway[0], &is, SNAPSHOT_NOT_LOOKED, part);
    assert_int_equal(count(TOPO_BM_GW, PART_DECLARED, 0), 1);
    assert_int_equal(count(TOPO_BM_SS, PART_DECLARED, 1), 1);
    assert_int_equal(count(TOPO_BM_CS, PART_DECLARED, 1), 24);
    assert_int_equal(count(TOPO_BM_TH, PART_DECLARED, 1), 1);
    assert_int_equal(count(TOPO_BM_TH, PART_DECLARED, 0), 2); /* of which it is not told where */
    assert_int_equal(count(TOPO_BM_MC, PART_UNKNOWN, 0), 1);
    assert_int_equal(count(TOPO_CAD, PART_UNKNOWN, 0), 1);
    assert_int_equal(count(TOPO_BM_LC, PART_UNKNOWN, 0), 2);
    assert_int_equal(count(TOPO_PS_30_12, PART_UNKNOWN, 0), 1);
    assert_string_equal(part[parts - 1].name, "p");
    assert_int_equal(inventory_of_site(&config, part), 0);
}

static void inventory__found_and_lost__present_and_missing(void **state)
{
    static struct gateway is;

    (void)state;
    READ(
        BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("String", NUMBER(1), LINE("Cells", NUMBER(3)))));
    memset(&is, 0, sizeof(is));
    is.health.reachable = true;
    is.health.answered_ms = 1;
    is.string[0].presence = PRESENCE_HERE;
    is.string[0].cells = 2;
    is.string[0].cell[0].seen = is.string[0].cell[1].seen = true;
    is.string[0].cell[1].misses = 3;
    is.string[0].value[STRING_ALARM] = 1 << 6;
    is.string[0].validity[STRING_ALARM] = VALIDITY_GOOD;
    is.string[1].presence = PRESENCE_SILENT;
    parts = inventory_of_gateway(&config, &config.gateway[0], &is, SNAPSHOT_NOT_LOOKED, part);
    assert_int_equal(count(TOPO_BM_GW, PART_PRESENT, 0), 1);
    assert_int_equal(count(TOPO_BM_SS, PART_PRESENT, 1), 1);
    assert_int_equal(count(TOPO_BM_CS, PART_PRESENT, 1), 1);
    assert_int_equal(count(TOPO_BM_CS, PART_MISSING, 1), 2);
    assert_int_equal(count(TOPO_BM_HS, PART_MISSING, 1), 1); /* it says so */
    assert_int_equal(count(TOPO_BM_SS, PART_MISSING, 2), 1);
    assert_int_equal(count(TOPO_BM_MC, PART_UNKNOWN, 0), 0);
}

static void inventory__everything_there_can_be__fits(void **state)
{
    static struct gateway is;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BARE("MasterController", LINE("Model", TEXT("BM-C-A1")), LINE("TH", NUMBER(999)),
                    LINE("IOModules", NUMBER(9)), LINE("HMI", NUMBER(9)),
                    LINE("ComModules", NUMBER(9)), LINE("Converters", NUMBER(9)),
                    LINE("InsulationMonitors", NUMBER(999)))));
    memset(&is, 0, sizeof(is));
    for (int s = 0; s < STRING_MAX; s++) {
        struct string *t = &is.string[s];

        t->presence = PRESENCE_HERE;
        t->cells = CELL_MAX;
        t->cell[0].seen = t->ambient_seen = true;
        config.gateway[0].string[s].parts.insulation = true;
    }
    parts = inventory_of_gateway(&config, &config.gateway[0], &is, SNAPSHOT_NOT_LOOKED, part);
    assert_true(parts + INVENTORY_SUPPLIES <= INVENTORY_MAX);
}

/* It may be looked for itself, and whoever looks knows better than what hangs on it tells. */
static void inventory__master_with_a_port__as_it_is_reached(void **state)
{
    static const struct {
        enum snapshot_reach reach;
        enum part_state state;
    } is_[] = {
        {SNAPSHOT_NOT_LOOKED, PART_DECLARED},
        {SNAPSHOT_REACHED,    PART_PRESENT },
        {SNAPSHOT_LOST,       PART_MISSING },
    };
    static struct gateway is;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BARE("MasterController", LINE("Address", TEXT("h")), LINE("Port", NUMBER(80)))));
    for (size_t i = 0; i < COUNT(is_); i++) {
        memset(&is, 0, sizeof(is));
        parts = inventory_of_gateway(&config, &config.gateway[0], &is, is_[i].reach, part);
        assert_int_equal(count(TOPO_BM_MC, is_[i].state, 0), 1);
    }
}

/* ---- TH controllers and lines ------------------------------------------------------------ */

static void th__121_sensors__an_error_with_the_line(void **state)
{
    (void)state;
    READ(BLOCK("THController", TEXT("a"), ADDRESS, LINE("Sensors", NUMBER(120))),
         BLOCK("THController", TEXT("b"), LINE("Address", TEXT("x")), LINE("Sensors", NUMBER(121)),
               LINE("Set", TEXT("TM-C-A1"))));
    assert_int_equal(check(), 1);
    said_one(LOG_LEVEL_ERROR, "TH controller \"b\": 121 sensors, a TM-C-A1 takes at most 120",
             "it is polled all the same");
    assert_non_null(strstr(said[0], "hardware table, TM-C-A1: "));
    assert_int_equal(config.ths, 2);
    assert_int_equal(declared->site.ths, 2);
    assert_true(declared->site.th[1].set);
}

static void inventory__th_set__expanded(void **state)
{
    const struct health here = {.reachable = true, .answered_ms = 1}, gone = {.answered_ms = 1};
    const struct health never = {.reachable = false};

    (void)state;
    READ(
        BLOCK("THController", TEXT("a"), ADDRESS),
        BLOCK("THController", TEXT("b"), LINE("Address", TEXT("x")), LINE("Set", TEXT("TM-C-A1"))));
    parts = inventory_of_th(&config.th[0], &never, part);
    assert_int_equal(parts, 1);
    assert_int_equal(count(TOPO_TH_MC, PART_DECLARED, 0), 1);
    parts = inventory_of_th(&config.th[1], &here, part);
    assert_int_equal(parts, 2);
    assert_int_equal(count(TOPO_TH_MC, PART_PRESENT, 0), 1);
    assert_int_equal(count(TOPO_CAD, PART_UNKNOWN, 0), 1);
    assert_string_equal(part[0].name, "TM-C-A1");
    assert_string_equal(part[1].name, "TM-C-A1");
    parts = inventory_of_th(&config.th[1], &gone, part);
    assert_int_equal(count(TOPO_TH_MC, PART_MISSING, 0), 1);
}

/* Each string master has a block, so all are declared, however little is told of them. */
static void line__its_string_masters__are_all_there_is(void **state)
{
    (void)state;
    READ(BLOCK("Serial", TEXT("/dev/ttyUSB0"),
               BLOCK("StringMaster", TEXT("B1"), LINE("Unit", NUMBER(1))),
               BLOCK("StringMaster", TEXT("B2"), LINE("Unit", NUMBER(2)))));
    assert_int_equal(check(), 0);
    assert_true(declared->complete[0]);
    assert_int_equal(declared->site.gateway[0].place, TOPO_LINE);
    assert_int_equal(declared->site.gateway[0].strings, 2);
    assert_int_equal(declared->site.gateway[0].string[1].number, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, conf_setup, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_declared__nothing_said),
        TEST(everything__as_a_site),
        TEST(capacity__exceeded__an_error_with_the_line),
        TEST(cells__121__an_error),
        TEST(current__beyond_the_hall_sensor__an_error),
        TEST(ups__on_two_gateways__a_warning),
        TEST(string__on_two_gateways__an_error),
        TEST(ups_strings__contradict_the_strings__an_error),
        TEST(budget__unknown_never_well),
        TEST(budget__of_all_strings__counted),
        TEST(inventory__set_with_supply_not_heard_yet__expanded),
        TEST(inventory__found_and_lost__present_and_missing),
        TEST(inventory__everything_there_can_be__fits),
        TEST(inventory__master_with_a_port__as_it_is_reached),
        TEST(th__121_sensors__an_error_with_the_line),
        TEST(inventory__th_set__expanded),
        TEST(line__its_string_masters__are_all_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
