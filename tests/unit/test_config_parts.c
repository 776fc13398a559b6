/* Declarations of what a site consists of: UPS, strings, master controllers, power supplies. */
#include "../support/conf.h"

#define PS(...) BLOCK("PowerSupply", TEXT("ps1"), LINE("Model", TEXT("PS-60-24")), __VA_ARGS__)

static void finish(void)
{
    config_finish(&config, keep_complaint, &complaints);
}

static void string__declared__taken(void **state)
{
    const struct string_parts *p;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("UPS", NUMBER(2), LINE("Strings", NUMBER(4))),
               BLOCK("String", NUMBER(3), LINE("UPS", NUMBER(2)), LINE("Cells", NUMBER(120)),
                     LINE("Capacity", NUMBER(100)), LINE("MaxCurrent", NUMBER(350)),
                     LINE("AmbientSensor", TEXT("BM-TH")), LINE("InsulationMonitor", BOOL(true)))));
    finish();
    assert_int_equal(complaints, 0);
    assert_true(config.gateway[0].ups[1].declared);
    assert_int_equal(config.gateway[0].ups[1].strings, 4);
    assert_false(config.gateway[0].ups[0].declared);
    p = &config.gateway[0].string[2].parts;
    assert_int_equal(p->ups, 2);
    assert_int_equal(p->cells, 120);
    assert_int_equal(p->capacity_ah, 100);
    assert_int_equal(p->max_a, 350);
    assert_true(p->ambient);
    assert_true(p->insulation);
    assert_int_equal(config.gateway[0].string[1].parts.cells, 0);
}

static void ambient_sensor__off__none(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BLOCK("String", NUMBER(1), LINE("AmbientSensor", BOOL(true))),
               BLOCK("String", NUMBER(2), LINE("AmbientSensor", BOOL(false)))));
    assert_int_equal(complaints, 0);
    assert_true(config.gateway[0].string[0].parts.ambient);
    assert_false(config.gateway[0].string[1].parts.ambient);
}

static void controller__all_keys__taken(void **state)
{
    const struct controller_config *m;

    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BARE("MasterController", LINE("Model", TEXT("BM-C-A1")), LINE("TH", NUMBER(32)),
                    LINE("IOModules", NUMBER(4)), LINE("HMI", NUMBER(1)),
                    LINE("ComModules", NUMBER(2)), LINE("Converters", NUMBER(1)),
                    LINE("InsulationMonitors", NUMBER(31)), LINE("Address", TEXT("10.0.0.9")),
                    LINE("Port", NUMBER(8442)))));
    assert_int_equal(complaints, 0);
    m = &config.gateway[0].controller;
    assert_true(m->declared);
    assert_true(m->set);
    assert_int_equal(m->th, 32);
    assert_int_equal(m->io, 4);
    assert_int_equal(m->hmi, 1);
    assert_int_equal(m->com, 2);
    assert_int_equal(m->converters, 1);
    assert_int_equal(m->insulation, 31);
    assert_string_equal(m->address, "10.0.0.9");
    assert_int_equal(m->port, 8442);
}

static void controller__nothing_said__a_master_that_nobody_looks_at(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BARE("MasterController", LINE("TH", NUMBER(1)))));
    assert_int_equal(complaints, 0);
    assert_true(config.gateway[0].controller.declared);
    assert_false(config.gateway[0].controller.set);
    assert_string_equal(config.gateway[0].controller.address, "");
}

static void check_feed(int i, int device, int number, const char *of)
{
    const struct feed_config *f = &config.supply[0].feed[i];

    assert_int_equal(f->device, device);
    assert_int_equal(f->number, number);
    assert_string_equal(f->of, of);
}

static void supply__of_a_gateway__feeds_its_devices_and_is_its_supply(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               PS(LINE("Feeds", TEXT("BM-MC"), TEXT("bm-ss 3"), TEXT("BM-GW")),
                  LINE("Feeds", TEXT("BM-CAD")))));
    finish();
    assert_int_equal(complaints, 0);
    assert_int_equal(config.supplies, 1);
    assert_string_equal(config.supply[0].gateway, "a");
    assert_int_equal(config.supply[0].model, TOPO_PS_60_24);
    assert_int_equal(config.supply[0].feeds, 4);
    check_feed(0, TOPO_BM_MC, 0, "a");
    check_feed(1, TOPO_BM_SS, 3, "a");
    check_feed(2, TOPO_BM_GW, 0, "a");
    check_feed(3, TOPO_CAD, 0, "a");
    assert_string_equal(config.gateway[0].supply[0], "ps1");
    assert_string_equal(config.gateway[0].supply[1], "");
}

static void supply__of_the_site__names_gateways_that_come_later(void **state)
{
    (void)state;
    READ(
        BLOCK("PowerSupply", TEXT("ps1"), LINE("Model", TEXT("other")), LINE("Rating", NUMBER(40)),
              LINE("Feeds", TEXT("a/BM-GW"), TEXT("b/BM-SS 1"), TEXT("BM-AG"), TEXT("hall/TH-MC"))),
        BLOCK("Gateway", TEXT("a"), ADDRESS),
        BLOCK("Gateway", TEXT("b"), LINE("Address", TEXT("x")), LINE("Supply", TEXT("ps1"))),
        BLOCK("THController", TEXT("hall"), LINE("Address", TEXT("y"))));
    finish();
    assert_int_equal(complaints, 0);
    assert_int_equal(config.supply[0].rating_mw, 40000);
    assert_int_equal(config.supply[0].model, SUPPLY_OTHER);
    assert_int_equal(config.supply[0].feeds, 4);
    check_feed(1, TOPO_BM_SS, 1, "b");
    assert_string_equal(config.gateway[0].supply[0], "ps1");
    assert_string_equal(config.gateway[1].supply[0], "ps1");
    assert_string_equal(config.gateway[1].supply[1], "");
}

static void supply__no_declaration_at_all__names_are_enough(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Supply", TEXT("ps9"))));
    finish();
    assert_int_equal(complaints, 0);
}

static void consumption__of_a_device__in_milliwatts(void **state)
{
    (void)state;
    READ(LINE("Consumption", TEXT("BM-SS"), NUMBER(2.5)),
         LINE("Consumption", TEXT("bm-com"), NUMBER(0.001)));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.consumption_mw[TOPO_BM_SS], 2500);
    assert_int_equal(config.consumption_mw[TOPO_COM], 1);
    assert_int_equal(config.consumption_mw[TOPO_BM_GW], 0);
}

/* ---- bad --------------------------------------------------------------------------------- */

/* One mistake in a declaration: said, and the gateway is polled all the same. */
#define CHECK_POLLED(...)                                                                          \
    do {                                                                                           \
        CHECK_COMPLAINT(__VA_ARGS__);                                                              \
        assert_int_equal(config.gateways, 1);                                                      \
        assert_int_equal(config.left_out, 0);                                                      \
    } while (0)

static void controller__bad_line__ignored_as_a_whole(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS,
               BARE("MasterController", LINE("Model", TEXT("BM-XY")), LINE("TH", NUMBER(4)))));
    CHECK_POLLED("<Gateway \"a\"> <MasterController>", "\"BM-XY\"", "\"BM-MC\", \"BM-C-A1\"",
                 "polling goes on without it");
    assert_false(config.gateway[0].controller.declared);
}

static void controller__two__the_first_counts(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BARE("MasterController", LINE("TH", NUMBER(4))),
               BARE("MasterController", LINE("TH", NUMBER(5)))));
    CHECK_POLLED("there is one already", "BM-GW");
    assert_int_equal(config.gateway[0].controller.th, 4);
}

static void controller__port_without_address__said(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BARE("MasterController", LINE("Port", NUMBER(80)))));
    CHECK_POLLED("Address and Port go together");
}

static void ups__bad__said(void **state)
{
    (void)state;
    READ(
        BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("UPS", NUMBER(33), LINE("Strings", NUMBER(1)))));
    CHECK_POLLED("<UPS 33>", "a UPS's number, 1 to 32");
}

static void ups__twice__said(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, BLOCK("UPS", NUMBER(1), LINE("Strings", NUMBER(1))),
               BLOCK("UPS", NUMBER(1), LINE("Strings", NUMBER(2)))));
    CHECK_POLLED("there is a <UPS 1> already");
}

static void supply__bad_feed__said(void **state)
{
    static const struct {
        const char *feed, *said;
    } bad[] = {
        {"BM-XY",      "\"BM-XY\" is no device of the hardware table; there are BM-GW, BM-SS"},
        {"BM-SS 0",    "device codes"                                                        },
        {"BM-SS x",    "device codes"                                                        },
        {"BM-SS 1000", "device codes"                                                        },
        {"/BM-SS",     "device codes"                                                        },
        {"",           "device codes"                                                        },
        {"PS-30-12",   "a PS-30-12 is a power supply itself"                                 },
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        conf_teardown(state);
        conf_setup(state);
        READ(BLOCK("Gateway", TEXT("a"), ADDRESS, PS(LINE("Feeds", TEXT(bad[i].feed)))));
        finish();
        CHECK_POLLED("<Gateway \"a\"> <PowerSupply \"ps1\">", bad[i].said, "polling goes on");
        assert_int_equal(config.supplies, 0);
    }
}

static void supply__feeds_of_nobody__left_out_of_its_feeds(void **state)
{
    (void)state;
    READ(PS(LINE("Feeds", TEXT("a/BM-GW"), TEXT("b/BM-SS 1"))),
         BLOCK("Gateway", TEXT("a"), ADDRESS));
    finish();
    CHECK_POLLED("<PowerSupply \"ps1\">", "there is no gateway \"b\"", "every gateway is polled");
    assert_int_equal(config.supply[0].feeds, 1);
}

static void supply__feeds_of_the_site__which_gateway(void **state)
{
    (void)state;
    READ(PS(LINE("Feeds", TEXT("BM-SS 1"))), BLOCK("Gateway", TEXT("a"), ADDRESS));
    finish();
    CHECK_POLLED("Feeds \"BM-SS\": of which gateway? \"gw-a/BM-SS\"");
}

static void supply__name_not_declared__said_and_used(void **state)
{
    (void)state;
    READ(PS(LINE("Feeds", TEXT("a/BM-MC"))),
         BLOCK("Gateway", TEXT("a"), ADDRESS, LINE("Supply", TEXT("ps2"))));
    finish();
    CHECK_POLLED("gateway \"a\": Supply \"ps2\": there is no <PowerSupply \"ps2\">",
                 "judged by its name");
    assert_string_equal(config.gateway[0].supply[0], "ps2");
}

static void supply__feeds_a_th_controller__is_its_supply(void **state)
{
    (void)state;
    READ(PS(LINE("Feeds", TEXT("t/TH-MC"), TEXT("TH-MC"))),
         BLOCK("THController", TEXT("t"), ADDRESS));
    finish();
    assert_int_equal(complaints, 0);
    assert_string_equal(config.th[0].supply[0], "ps1");
    assert_int_equal(config.supply[0].feeds, 2); /* the other one is one of those there are */
}

static void supply__feeds_a_th_controller_that_is_not_there__said(void **state)
{
    (void)state;
    READ(PS(LINE("Feeds", TEXT("u/TM-C-A1"))), BLOCK("THController", TEXT("t"), ADDRESS));
    finish();
    CHECK_COMPLAINT("<PowerSupply \"ps1\">", "\"u/TM-C-A1\": there is no TH controller \"u\"");
    assert_int_equal(config.supply[0].feeds, 0);
}

static void supply__name_of_a_th_controller_not_declared__said(void **state)
{
    (void)state;
    READ(PS(LINE("Rating", NUMBER(60))),
         BLOCK("THController", TEXT("t"), ADDRESS, LINE("Supply", TEXT("ps2"))));
    finish();
    CHECK_COMPLAINT("TH controller \"t\": Supply \"ps2\": there is no <PowerSupply \"ps2\">");
}

static void supply__unknown_model_without_rating__said(void **state)
{
    (void)state;
    READ(BLOCK("PowerSupply", TEXT("x"), LINE("Model", TEXT("other"))));
    CHECK_COMPLAINT("<PowerSupply \"x\">", "Rating is missing");
    assert_int_equal(config.supplies, 0);
}

static void supply__twice__said(void **state)
{
    (void)state;
    READ(PS(LINE("Rating", NUMBER(50))), PS(LINE("Rating", NUMBER(60))));
    CHECK_COMPLAINT("there is a power supply of this name already");
    assert_int_equal(config.supplies, 1);
    assert_int_equal(config.supply[0].rating_mw, 50000);
}

static void supply__of_a_gateway_left_out__goes_with_it(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("a"), ADDRESS, PS(LINE("Feeds", TEXT("BM-GW"))),
               LINE("Port", NUMBER(0))));
    finish();
    assert_int_equal(config.gateways, 0);
    assert_int_equal(config.left_out, 1);
    assert_int_equal(config.supplies, 0);
}

static void consumption__bad__said(void **state)
{
    const struct conf_node bad[] = {
        LINE("Consumption", TEXT("BM-XY"), NUMBER(1)),    LINE("Consumption", TEXT("BM-SS")),
        LINE("Consumption", TEXT("BM-SS"), NUMBER(0)),    LINE("Consumption", NUMBER(1), NUMBER(1)),
        LINE("Consumption", TEXT("PS-60-24"), NUMBER(1)),
    };
    static const char *const said[] = {"\"BM-XY\" is no device of the hardware table",
                                       "the watts of one", "the watts of one", "the watts of one",
                                       "a power supply itself"};

    for (size_t i = 0; i < COUNT(bad); i++) {
        conf_teardown(state);
        conf_setup(state);
        conf_read(&bad[i], 1);
        CHECK_COMPLAINT("Consumption", said[i]);
    }
}

static void consumption__twice__said(void **state)
{
    (void)state;
    READ(LINE("Consumption", TEXT("BM-COM"), NUMBER(1)),
         LINE("Consumption", TEXT("COM-PGM"), NUMBER(2)));
    CHECK_COMPLAINT("Consumption of a COM-PGM is given twice");
    assert_int_equal(config.consumption_mw[TOPO_COM], 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, conf_setup, conf_teardown)

int main(void)
{

    const struct CMUnitTest tests[] = {
        TEST(string__declared__taken),
        TEST(ambient_sensor__off__none),
        TEST(controller__all_keys__taken),
        TEST(controller__nothing_said__a_master_that_nobody_looks_at),
        TEST(supply__of_a_gateway__feeds_its_devices_and_is_its_supply),
        TEST(supply__of_the_site__names_gateways_that_come_later),
        TEST(supply__no_declaration_at_all__names_are_enough),
        TEST(consumption__of_a_device__in_milliwatts),
        TEST(controller__bad_line__ignored_as_a_whole),
        TEST(controller__two__the_first_counts),
        TEST(controller__port_without_address__said),
        TEST(ups__bad__said),
        TEST(ups__twice__said),
        TEST(supply__bad_feed__said),
        TEST(supply__feeds_of_nobody__left_out_of_its_feeds),
        TEST(supply__feeds_of_the_site__which_gateway),
        TEST(supply__name_not_declared__said_and_used),
        TEST(supply__feeds_a_th_controller__is_its_supply),
        TEST(supply__feeds_a_th_controller_that_is_not_there__said),
        TEST(supply__name_of_a_th_controller_not_declared__said),
        TEST(supply__unknown_model_without_rating__said),
        TEST(supply__twice__said),
        TEST(supply__of_a_gateway_left_out__goes_with_it),
        TEST(consumption__bad__said),
        TEST(consumption__twice__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
