/* String masters on a line, asked as if they were strings of a gateway. libmodbus answers. */
#include "../../support/bus.h"
#include "../../support/check.h"
#include "core/decode.h"
#include "link/link_line.h"
#include "link/link_tcp.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { REGISTERS = 2100, CELLS = 4, LONG_MS = 20000, SHORT_MS = 150 };

static struct bus bus;
static struct line_settings set;
static struct link_line *line;
static int wake_fd;

static uint16_t registers[REGISTERS];
static _Atomic uint32_t mute; /* bit per unit */
static int refused_from;      /* registers from here on do not exist */
static atomic_int reads_of[REGISTERS];

static void serve(void *ctx, struct bus *b, const uint8_t question[8])
{
    int address = question[2] << 8 | question[3];
    modbus_mapping_t m = {.nb_registers = refused_from, .tab_registers = registers};

    (void)ctx;
    if (address < REGISTERS)
        reads_of[address]++;
    if (!(mute >> question[0] & 1))
        bus_reply(b, question, &m, 0);
}

/* ---- the user: a list of requests ---------------------------------------------------------- */

static struct link_request to_ask[40];
static struct link_answer answered[40];
static uint16_t first_words[40][2 * REG_CELL_STRIDE];
static int asks, given, dones;

static bool next(void *ctx, int64_t now, struct link_request *ret)
{
    (void)ctx;
    (void)now;
    if (given == asks)
        return false;
    *ret = to_ask[given++];
    return true;
}

static void done(void *ctx, int64_t now, const struct link_request *r, const struct link_answer *a)
{
    (void)ctx;
    (void)now;
    assert_int_equal(r->unit, to_ask[dones].unit);
    if (a->result == LINK_OK)
        memcpy(first_words[dones], a->words, sizeof(first_words[0]));
    answered[dones++] = *a;
}

static const struct link_user user = {NULL, next, done, NULL};

static void want_string(int number)
{
    to_ask[asks++] = (struct link_request){
        .unit = (uint8_t)(100 + number), .function = 3, .count = MASTER_STRING_WORDS};
}

static void want_cells(int number)
{
    to_ask[asks++] = (struct link_request){.unit = (uint8_t)(100 + number),
                                           .function = 3,
                                           .address = REG_CELL_STRIDE,
                                           .count = REG_CELL_STRIDE * (CELLS - 1) + 8};
}

/* ---- set up ------------------------------------------------------------------------------- */

static void begin(int masters, int timeout_ms)
{
    bus_start(&bus, serve, NULL);
    set = (struct line_settings){
        .rtu = {.baud = 115200,
                .parity = 'N',
                .data_bits = 8,
                .stop_bits = 1,
                .timeout_ms = timeout_ms},
        .masters = masters
    };
    snprintf(set.rtu.path, sizeof(set.rtu.path), "%s", bus.device);
    for (int i = 0; i < masters; i++) {
        set.master[i] = master_published;
        set.master[i].unit = (uint8_t)(i + 1);
    }
    line = link_line_new(&set, wake_fd);
    assert_non_null(line);
    assert_int_equal(link_line_open(line), 0);
}

static int set_up(void **state)
{
    (void)state;
    asks = given = dones = 0;
    mute = 0;
    refused_from = REGISTERS;
    memset(registers, 0, sizeof(registers));
    for (int i = 0; i < REGISTERS; i++)
        reads_of[i] = 0;
    registers[0] = 5400; /* low word first */
    registers[10] = CELLS;
    for (int c = 0; c < CELLS; c++) {
        registers[1300 + c] = STATUS_OK;
        registers[1600 + c] = (uint16_t)(2250 + c);
    }
    wake_fd = eventfd(0, EFD_NONBLOCK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    link_line_free(line);
    bus_stop(&bus);
    assert_int_equal(atomic_load(&bus.writes), 0);
    close(wake_fd);
    return 0;
}

/* ---- a good line -------------------------------------------------------------------------- */

static void string__four_reads__one_block(void **state)
{
    (void)state;
    begin(1, LONG_MS);
    want_string(1);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    assert_int_equal(answered[0].result, LINK_OK);
    assert_int_equal(first_words[0][3], 5400);
    assert_int_equal(first_words[0][10], CELLS);
    assert_int_equal(atomic_load(&bus.questions), 4);
    assert_int_equal(reads_of[0] + reads_of[6] + reads_of[10] + reads_of[13], 4);
    assert_true(link_line_answered(line));
}

static void cells__two_columns__blocks_of_a_gateway(void **state)
{
    (void)state;
    begin(1, LONG_MS);
    want_cells(1);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    assert_int_equal(answered[0].result, LINK_OK);
    assert_int_equal(first_words[0][1], 2250);
    assert_int_equal(first_words[0][REG_CELL_STRIDE], STATUS_OK);
    assert_int_equal(first_words[0][REG_CELL_STRIDE + 1], 2251);
    assert_int_equal(answered[0].holes, 0xfc);
    assert_int_equal(atomic_load(&bus.questions), 2);
}

static void cells__column_refused__hole_and_not_asked_again(void **state)
{
    (void)state;
    refused_from = 2000;
    begin(1, LONG_MS);
    set.master[0].column[CELL_SOC] = (struct master_column){true, 2000, 1, REG_U16, 1};
    for (int i = 0; i < 3; i++)
        want_cells(1);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(answered[i].result, LINK_OK);
        assert_true(answered[i].holes & master_cell_bits(CELL_SOC));
    }
    assert_int_equal(reads_of[2000], 1);
}

static void string__count_refused__configuration_tells(void **state)
{
    (void)state;
    refused_from = 10;
    begin(2, LONG_MS);
    set.master[0].cells = 7;
    want_string(1);
    want_string(2);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    assert_int_equal(answered[0].result, LINK_OK);
    assert_int_equal(first_words[0][10], 7);
    assert_false(answered[0].holes >> 10 & 1);
    assert_true(answered[1].holes >> 10 & 1);
    assert_true(answered[1].holes >> 9 & 1); /* register 13 */
}

static void cells__status_refused__no_sweep(void **state)
{
    (void)state;
    refused_from = 1300;
    begin(1, LONG_MS);
    want_cells(1);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    assert_int_equal(answered[0].result, LINK_EXCEPTION);
    assert_int_equal(answered[0].exception, 2);
}

/* ---- silence ------------------------------------------------------------------------------- */

static void dead_one__costs_its_time_out__others_answer(void **state)
{
    (void)state;
    mute = 1u << 1;
    begin(3, SHORT_MS);
    for (int n = 1; n <= 3; n++)
        want_string(n);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    assert_int_equal(answered[0].result, LINK_TIMEOUT);
    assert_int_equal(reads_of[6], 2); /* of the dead one the first read alone was asked for */
    assert_int_equal(link_line_counts(line).timeouts, 1);
    for (int i = 1; i < 3; i++)
        assert_int_equal(answered[i].result, LINK_OK);
}

static void all_dead__line_is_broken__and_says_why(void **state)
{
    (void)state;
    mute = UINT32_MAX;
    begin(2, SHORT_MS);
    for (int n = 0; n < 6; n++)
        want_string(1 + n % 2);
    assert_int_equal(link_line_run(line, &user), LINK_BROKEN);
    assert_int_equal(dones, 3); /* every request given out was answered */
    assert_int_equal(given, 3);
    assert_non_null(strstr(link_line_error(line), "no string master answers"));
    assert_false(link_line_answered(line));
    mute = 0;
    assert_int_equal(link_line_open(line), 0);
    assert_int_equal(link_line_run(line, &user), LINK_IDLE);
    assert_int_equal(answered[3].result, LINK_OK);
}

static void hang_up__request_is_lost__line_broken(void **state)
{
    (void)state;
    begin(1, LONG_MS);
    bus_hang_up(&bus);
    want_string(1);
    assert_int_equal(link_line_run(line, &user), LINK_BROKEN);
    assert_int_equal(answered[0].result, LINK_LOST);
    assert_int_equal(dones, 1);
}

static void stopped__in_a_question__comes_back(void **state)
{
    (void)state;
    mute = UINT32_MAX;
    begin(1, LONG_MS);
    assert_int_equal(eventfd_write(wake_fd, 1), 0);
    want_string(1);
    assert_int_equal(link_line_run(line, &user), LINK_STOPPED);
    assert_true(link_line_woken(line));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(string__four_reads__one_block),
        TEST(cells__two_columns__blocks_of_a_gateway),
        TEST(cells__column_refused__hole_and_not_asked_again),
        TEST(string__count_refused__configuration_tells),
        TEST(cells__status_refused__no_sweep),
        TEST(dead_one__costs_its_time_out__others_answer),
        TEST(all_dead__line_is_broken__and_says_why),
        TEST(hang_up__request_is_lost__line_broken),
        TEST(stopped__in_a_question__comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
