/* <Serial> and <StringMaster>: what they say, and every way to say it wrong. */
#include "../support/conf.h"

#include <stdlib.h>
#include <unistd.h>

/* clang-format off */
#define SERIAL(path, ...) BLOCK("Serial", TEXT(path), __VA_ARGS__)
#define MASTER(name, ...) BLOCK("StringMaster", TEXT(name), __VA_ARGS__)
#define UNIT(n) LINE("Unit", NUMBER(n))
#define COLUMN(name, ...) BLOCK("CellRegister", TEXT(name), __VA_ARGS__)
/* clang-format on */

static void serial__least__has_defaults(void **state)
{
    const struct gateway_config *g;

    (void)state;
    READ(SERIAL("/dev/ttyUSB0", MASTER("B1", UNIT(1))));
    assert_int_equal(complaints, 0);
    assert_int_equal(config.gateways, 1);
    g = &config.gateway[0];
    assert_string_equal(g->name, "ttyUSB0");
    assert_string_equal(g->address, "/dev/ttyUSB0");
    assert_string_equal(g->line->rtu.path, "/dev/ttyUSB0");
    assert_int_equal(g->line->rtu.baud, 19200);
    assert_int_equal(g->line->rtu.parity, 'N');
    assert_int_equal(g->line->rtu.data_bits, 8);
    assert_int_equal(g->line->rtu.stop_bits, 1);
    assert_int_equal(g->line->rtu.turnaround_ms, 10);
    assert_int_equal(g->line->rtu.timeout_ms, 500);
    assert_int_equal(g->line->rtu.rs485, false);
    assert_int_equal(g->interval_ms, 10000);
    assert_int_equal(g->line->masters, 1);
    assert_int_equal(g->line->master[0].unit, 1);
    assert_false(g->line->master[0].high_word_first);
    for (int q = 0; q < CELL_QUANTITIES; q++) /* nothing invented */
        assert_int_equal(g->line->master[0].column[q].on, q == CELL_STATUS || q == CELL_VOLTAGE);
}

static void serial__all_options__are_taken(void **state)
{
    const struct gateway_config *g;
    const struct master *m;

    (void)state;
    READ(SERIAL(
        "/dev/ttyS4", LINE("Name", TEXT("room-1")), LINE("Baud", NUMBER(9600)),
        LINE("Parity", TEXT("even")), LINE("StopBits", NUMBER(2)), LINE("Mode", TEXT("rs485")),
        LINE("RTS", TEXT("up")), LINE("Turnaround", NUMBER(0.05)), LINE("Interval", NUMBER(5)),
        LINE("Timeout", NUMBER(0.7)), LINE("Supply", TEXT("ps1")), MASTER("B1", UNIT(7)),
        MASTER("B2", UNIT(8), LINE("Name", TEXT("rack 2")), LINE("Cells", NUMBER(24)),
               LINE("CellType", NUMBER(2)), LINE("HallSensor", NUMBER(400)),
               LINE("WordOrder", TEXT("big")),
               COLUMN("resistance", LINE("Address", NUMBER(2000)), LINE("Type", TEXT("uint32")),
                      LINE("Scale", NUMBER(0.01))),
               COLUMN("temperature", LINE("Address", NUMBER(2400)), LINE("Stride", NUMBER(2))))));
    assert_int_equal(complaints, 0);
    g = &config.gateway[0];
    assert_string_equal(g->name, "room-1");
    assert_string_equal(g->supply[0], "ps1");
    assert_int_equal(g->interval_ms, 5000);
    assert_int_equal(g->line->rtu.timeout_ms, 700);
    assert_int_equal(g->line->rtu.turnaround_ms, 50);
    assert_int_equal(g->line->rtu.parity, 'E');
    assert_int_equal(g->line->rtu.stop_bits, 2);
    assert_int_equal(g->line->rtu.rs485, true);
    assert_int_equal(g->line->rtu.rts, RTU_RTS_UP);
    assert_int_equal(g->line->masters, 2);
    assert_int_equal(g->string[0].cell_type, CELL_TYPE_UNKNOWN);
    assert_int_equal(g->string[1].cell_type, CELL_TYPE_2V);
    assert_int_equal(g->string[1].hall_a, 400);
    m = &g->line->master[1];
    assert_int_equal(m->cells, 24);
    assert_string_equal(identity_find(&g->identities, ALARM_OF_STRING, 1)->name, "B1");
    assert_string_equal(identity_find(&g->identities, ALARM_OF_STRING, 2)->name, "rack 2");
    assert_true(m->high_word_first);
    assert_int_equal(m->column[CELL_RESISTANCE].type, REG_U32);
    assert_int_equal(m->column[CELL_RESISTANCE].stride, 2);
    assert_float_equal(m->column[CELL_RESISTANCE].scale, 10, 1e-9); /* 0.01 mOhm is 10 uOhm */
    assert_int_equal(m->column[CELL_TEMPERATURE].type, REG_I16);
    assert_int_equal(m->column[CELL_TEMPERATURE].stride, 2);
    assert_float_equal(m->column[CELL_TEMPERATURE].scale, 1, 1e-9);
}

static void serial__address__as_a_sentence_has_it(void **state)
{
    char address[280];

    (void)state;
    READ(SERIAL("/dev/ttyS4", MASTER("B1", UNIT(1))), BLOCK("Gateway", TEXT("gw"), ADDRESS));
    config_address(&config.gateway[0], address, sizeof(address));
    assert_string_equal(address, "/dev/ttyS4");
    config_address(&config.gateway[1], address, sizeof(address));
    assert_string_equal(address, "10.0.0.5 port 502");
}

/* ---- mistakes ------------------------------------------------------------------------------ */

static void left_out(void)
{
    assert_int_equal(config.gateways, 0);
    assert_int_equal(config.left_out, 1);
}

static void mistake__no_path__left_out(void **state)
{
    (void)state;
    READ(SERIAL("ttyUSB0", MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("<Serial \"ttyUSB0\">", "path of a serial device", "serial line is left out");
    left_out();
}

static void mistake__no_name_in_the_path__asks_for_one(void **state)
{
    (void)state;
    READ(SERIAL("/dev/serial/", MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("needs a Name of 1 to 63 bytes");
    conf_teardown(NULL);
    conf_setup(NULL);
    READ(SERIAL("/dev/ttyS0", LINE("Name", TEXT("a/b")), MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("needs a Name of 1 to 63 bytes");
}

static void mistake__no_master__left_out(void **state)
{
    (void)state;
    READ(SERIAL("/dev/ttyS0", LINE("Baud", NUMBER(9600))));
    CHECK_COMPLAINT("<Serial \"/dev/ttyS0\">", "no <StringMaster>");
    left_out();
}

static void mistake__baud__says_which_there_are(void **state)
{
    (void)state;
    READ(SERIAL("/dev/ttyS0", LINE("Baud", NUMBER(9601)), MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("Baud is 9601", "\"9600\"", "\"115200\"");
}

static void mistake__unit__bounds_missing_and_twice(void **state)
{
    (void)state;
    READ(SERIAL("/dev/ttyS0", MASTER("B1", UNIT(248))));
    CHECK_COMPLAINT("<StringMaster \"B1\">", "Unit is 248", "from 1 to 247");
    conf_teardown(NULL);
    conf_setup(NULL);
    READ(SERIAL("/dev/ttyS0", MASTER("B1", LINE("Cells", NUMBER(4)))));
    CHECK_COMPLAINT("<StringMaster \"B1\">", "Unit is missing");
    conf_teardown(NULL);
    conf_setup(NULL);
    READ(SERIAL("/dev/ttyS0", MASTER("B1", UNIT(5)), MASTER("B2", UNIT(5))));
    CHECK_COMPLAINT("<StringMaster \"B2\">", "Unit 5 is string master 1 of this line already");
}

static void mistake__same_device__by_any_path(void **state)
{
    char name[64];

    (void)state;
    snprintf(name, sizeof(name), "/tmp/test-serial.%d", (int)getpid());
    unlink(name);
    assert_int_equal(symlink("/dev/null", name), 0);
    READ(SERIAL("/dev/null", MASTER("B1", UNIT(1))), SERIAL(name, MASTER("B1", UNIT(1))));
    unlink(name);
    CHECK_COMPLAINT("is the same device as \"/dev/null\"", "serial line \"null\"",
                    "one line is one");
    assert_int_equal(config.gateways, 1);
}

static void mistake__same_path__once(void **state)
{
    (void)state;
    READ(SERIAL("/dev/none", MASTER("B1", UNIT(1))),
         SERIAL("/dev/none", LINE("Name", TEXT("b")), MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("is the same device as");
}

static void mistake__name__of_a_gateway(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("ttyS0"), ADDRESS), SERIAL("/dev/ttyS0", MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("there is a gateway of this name already");
}

static void mistake__key_of_a_gateway__says_so(void **state)
{
    (void)state;
    READ(SERIAL("/dev/ttyS0", LINE("Port", NUMBER(502)), MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("Port is of a <Gateway>");
}

static void mistake__master_in_a_gateway__says_so(void **state)
{
    (void)state;
    READ(BLOCK("Gateway", TEXT("gw"), ADDRESS, MASTER("B1", UNIT(1))));
    CHECK_COMPLAINT("<Gateway \"gw\"> <StringMaster \"B1\">", "part of a <Serial> line");
}

static void mistake__more_than_32__says_the_rule(void **state)
{
    static struct conf_node master[33];
    static struct conf_node unit[33];
    static struct conf_value number[33], name[33];
    const struct conf_value path = TEXT("/dev/ttyS0");
    const struct conf_node serial = {
        .key = "Serial", .value = &path, .values = 1, .child = master, .children = 33};

    (void)state;
    for (int i = 0; i < 33; i++) {
        number[i] = (struct conf_value)NUMBER(i + 1);
        name[i] = (struct conf_value)TEXT("B");
        unit[i] = (struct conf_node){.key = "Unit", .value = &number[i], .values = 1};
        master[i] = (struct conf_node){.key = "StringMaster",
                                       .value = &name[i],
                                       .values = 1,
                                       .child = &unit[i],
                                       .children = 1};
    }
    conf_read(&serial, 1);
    CHECK_COMPLAINT("at most 32 string masters", "32 BM-SS");
}

static void mistake__columns__overlap_or_beyond(void **state)
{
    static const struct {
        int address, cells;
        const char *says;
    } bad[] = {
        {1310,  24,  "register 1310 in common with status"     },
        {1590,  24,  "register 1600 in common with voltage"    },
        {0,     24,  "register 0 in common with the string"    },
        {65530, 24,  "its last register would be 65553, beyond"},
        {1500,  120, "register 1600 in common with voltage"    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        conf_teardown(NULL);
        conf_setup(NULL);
        READ(SERIAL("/dev/ttyS0", MASTER("B1", UNIT(1), LINE("Cells", NUMBER(bad[i].cells)),
                                         COLUMN("soh", LINE("Address", NUMBER(bad[i].address))))));
        CHECK_COMPLAINT("<CellRegister \"soh\">", bad[i].says, "serial line is left out");
    }
}

static void mistake__relay_of_a_string_master__says_the_rule(void **state)
{
    (void)state;
    READ(
        SERIAL("/dev/ttyS0", MASTER("B1", UNIT(1), BARE("Relay", LINE("Normal", TEXT("closed"))))));
    CHECK_COMPLAINT("tells of no relay", "BM-LC", "BM-MC");
}

static void mistake__two_columns__meet_said_once(void **state)
{
    (void)state;
    READ(SERIAL("/dev/ttyS0", MASTER("B1", UNIT(1), LINE("Cells", NUMBER(24)),
                                     COLUMN("soc", LINE("Address", NUMBER(2000))),
                                     COLUMN("soh", LINE("Address", NUMBER(2010))))));
    CHECK_COMPLAINT("<CellRegister \"soh\">", "register 2010 in common with soc");
}

static void mistake__column_unknown_or_twice_or_narrow(void **state)
{
    (void)state;
    READ(SERIAL("/dev/ttyS0",
                MASTER("B1", UNIT(1), COLUMN("voltage", LINE("Address", NUMBER(2000))))));
    CHECK_COMPLAINT("\"resistance\", \"temperature\", \"soc\", \"soh\", \"alarm\"");
    conf_teardown(NULL);
    conf_setup(NULL);
    READ(SERIAL("/dev/ttyS0",
                MASTER("B1", UNIT(1),
                       COLUMN("resistance", LINE("Address", NUMBER(2000)),
                              LINE("Type", TEXT("uint32")), LINE("Stride", NUMBER(1))))));
    CHECK_COMPLAINT("Stride 1 is less than the two registers");
    conf_teardown(NULL);
    conf_setup(NULL);
    READ(SERIAL("/dev/ttyS0", MASTER("B1", UNIT(1), COLUMN("soc", LINE("Stride", NUMBER(1))))));
    CHECK_COMPLAINT("<CellRegister \"soc\">", "Address is missing");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, conf_setup, conf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(serial__least__has_defaults),
        TEST(serial__all_options__are_taken),
        TEST(serial__address__as_a_sentence_has_it),
        TEST(mistake__no_path__left_out),
        TEST(mistake__no_name_in_the_path__asks_for_one),
        TEST(mistake__no_master__left_out),
        TEST(mistake__baud__says_which_there_are),
        TEST(mistake__unit__bounds_missing_and_twice),
        TEST(mistake__same_device__by_any_path),
        TEST(mistake__same_path__once),
        TEST(mistake__name__of_a_gateway),
        TEST(mistake__key_of_a_gateway__says_so),
        TEST(mistake__master_in_a_gateway__says_so),
        TEST(mistake__more_than_32__says_the_rule),
        TEST(mistake__columns__overlap_or_beyond),
        TEST(mistake__relay_of_a_string_master__says_the_rule),
        TEST(mistake__two_columns__meet_said_once),
        TEST(mistake__column_unknown_or_twice_or_narrow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
