/* A serial line: libmodbus at the other end, and bytes that no good server would send. */
#include "../../support/bus.h"
#include "../../support/check.h"
#include "link/link_rtu.h"
#include "link/link_tcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { SHORT_MS = 150, LONG_MS = 20000 }; /* the latter is not meant to happen */

static struct bus bus;
static struct link_rtu *rtu;
static int wake_fd;

/* Unit 1, holding registers 0 and 1: 6 and 5. As captured. */
static const struct link_request request = {.unit = 1, .function = 3, .address = 0, .count = 2};
static const uint8_t answer[] = {0x01, 0x03, 0x04, 0x00, 0x06, 0x00, 0x05, 0xda, 0x31};

/* What is sent for the first, second ... question; the last one for all that follow. */
static struct {
    uint8_t byte[300];
    size_t bytes;
} script[8];
static int scripts;

static void play(void *ctx, struct bus *b, const uint8_t question[8])
{
    int n = atomic_load(&b->questions) - 1;

    (void)ctx;
    (void)question;
    n = n < scripts ? n : scripts - 1;
    if (n >= 0 && script[n].bytes > 0)
        bus_send(b, script[n].byte, script[n].bytes);
}

static void put(const void *bytes, size_t n)
{
    memcpy(script[scripts].byte, bytes, n);
    script[scripts++].bytes = n;
}

static void serve(void *ctx, struct bus *b, const uint8_t question[8])
{
    bus_reply(b, question, ctx, 0);
}

static struct rtu_settings settings(const char *path, int timeout_ms)
{
    struct rtu_settings set = {.baud = 115200,
                               .parity = 'N',
                               .data_bits = 8,
                               .stop_bits = 1,
                               .turnaround_ms = 1,
                               .timeout_ms = timeout_ms};

    snprintf(set.path, sizeof(set.path), "%s", path);
    return set;
}

static void begin(bus_hear *hear, void *ctx, int timeout_ms)
{
    struct rtu_settings set;

    bus_start(&bus, hear, ctx);
    set = settings(bus.device, timeout_ms);
    rtu = link_rtu_new(&set, wake_fd);
    assert_non_null(rtu);
    assert_int_equal(link_rtu_open(rtu), 0);
}

static int set_up(void **state)
{
    (void)state;
    scripts = 0;
    wake_fd = eventfd(0, EFD_NONBLOCK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    link_rtu_free(rtu);
    rtu = NULL;
    bus_stop(&bus);
    assert_int_equal(atomic_load(&bus.writes), 0);
    close(wake_fd);
    return 0;
}

static enum rtu_end ask(uint16_t words[2])
{
    uint8_t exception = 0;

    return link_rtu_ask(rtu, &request, words, &exception);
}

static void check_words(void)
{
    uint16_t words[2] = {0};

    assert_int_equal(ask(words), RTU_OK);
    assert_int_equal(words[0], 6);
    assert_int_equal(words[1], 5);
}

/* ---- a good server ----------------------------------------------------------------------- */

static void ask__libmodbus_answers__words(void **state)
{
    uint16_t registers[200], words[125];
    modbus_mapping_t m = {.nb_registers = 200, .tab_registers = registers};
    uint8_t exception;

    (void)state;
    for (int i = 0; i < 200; i++)
        registers[i] = (uint16_t)(i * 331);
    begin(serve, &m, LONG_MS);
    for (int n = 1; n <= 125; n += 31) {
        const struct link_request r = {
            .unit = 17, .function = 3, .address = 70, .count = (uint16_t)n};

        assert_int_equal(link_rtu_ask(rtu, &r, words, &exception), RTU_OK);
        assert_memory_equal(words, registers + 70, (size_t)n * 2);
    }
    assert_int_equal(link_rtu_counts(rtu).requests, 5);
    assert_int_equal(link_rtu_counts(rtu).foreign, 0);
}

static void ask__address_is_not_there__exception(void **state)
{
    uint16_t registers[2] = {0}, words[2];
    modbus_mapping_t m = {.nb_registers = 1, .tab_registers = registers};
    uint8_t exception = 0;

    (void)state;
    begin(serve, &m, LONG_MS);
    assert_int_equal(link_rtu_ask(rtu, &request, words, &exception), RTU_EXCEPTION);
    assert_int_equal(exception, 2);
    assert_int_equal(link_rtu_counts(rtu).exceptions, 1);
    assert_int_equal(link_rtu_counts(rtu).mismatches, 0);
}

static void ask__a_write__never_leaves(void **state)
{
    const struct link_request write = {.unit = 1, .function = 6, .address = 0, .count = 2};
    uint16_t words[2];
    uint8_t exception;

    (void)state;
    begin(play, NULL, SHORT_MS);
    assert_int_equal(link_rtu_ask(rtu, &write, words, &exception), RTU_BROKEN);
    assert_int_equal(atomic_load(&bus.questions), 0);
}

/* ---- a bad line -------------------------------------------------------------------------- */

/* What comes first for the question; the second time it is answered well. */
static void check_cured(const void *bytes, size_t n)
{
    put(bytes, n);
    put(answer, sizeof(answer));
    begin(play, NULL, LONG_MS);
    check_words();
    assert_int_equal(atomic_load(&bus.questions), 2);
    assert_int_equal(link_rtu_counts(rtu).mismatches, 1);
}

static void damage__checksum__asked_again(void **state)
{
    uint8_t bad[sizeof(answer)];

    (void)state;
    memcpy(bad, answer, sizeof(bad));
    bad[4] ^= 1;
    check_cured(bad, sizeof(bad));
}

static void damage__cut_frame__asked_again(void **state)
{
    (void)state;
    check_cured(answer, sizeof(answer) - 3);
}

static void damage__noise_before__asked_again(void **state)
{
    uint8_t bad[5 + sizeof(answer)] = {0x00, 0x9c, 0x13, 0xff, 0x42};

    (void)state;
    memcpy(bad + 5, answer, sizeof(answer));
    check_cured(bad, sizeof(bad));
}

static void damage__another_size__asked_again(void **state)
{
    static const uint8_t one_word[] = {0x01, 0x03, 0x02, 0x00, 0x06, 0x38, 0x46};

    (void)state;
    check_cured(one_word, sizeof(one_word));
}

/* Well-formed, and of unit 2. */
static void damage__another_unit__asked_again_and_foreign(void **state)
{
    static const uint8_t other[] = {0x02, 0x03, 0x04, 0x00, 0x06, 0x00, 0x05, 0xe9, 0x31};

    (void)state;
    check_cured(other, sizeof(other));
    assert_int_equal(link_rtu_counts(rtu).foreign, 1);
}

static void damage__always__given_up(void **state)
{
    uint8_t noise[200];
    uint16_t words[2];

    (void)state;
    memset(noise, 0xa5, sizeof(noise));
    put(noise, sizeof(noise));
    begin(play, NULL, LONG_MS);
    assert_int_equal(ask(words), RTU_DAMAGED);
    assert_int_equal(atomic_load(&bus.questions), 2);
    assert_true(link_rtu_is_open(rtu));
}

static void noise__before_the_question__thrown_away(void **state)
{
    (void)state;
    put(answer, sizeof(answer));
    begin(play, NULL, LONG_MS);
    bus_send(&bus, "\x01\x03\x04\x00", 4);
    assert_false(link_rtu_wait(rtu, link_now_ms() + 20));
    check_words();
}

/* ---- silence ------------------------------------------------------------------------------ */

static void silence__after_the_time_out__and_once(void **state)
{
    uint16_t words[2];

    (void)state;
    put("", 0);
    begin(play, NULL, SHORT_MS);
    assert_int_equal(ask(words), RTU_SILENT);
    assert_int_equal(atomic_load(&bus.questions), 1);
    assert_int_equal(link_rtu_counts(rtu).timeouts, 1);
}

/* Its words would pass for those of the next question. */
static void late__answer__is_not_that_of_the_next_question(void **state)
{
    static const uint8_t old[] = {0x01, 0x03, 0x04, 0x00, 0x0a, 0x00, 0x0b, 0x9b, 0xf6};
    uint16_t words[2];

    (void)state;
    put("", 0);
    put(answer, sizeof(answer));
    begin(play, NULL, 1000); /* the second question is to be answered in that time */
    assert_int_equal(ask(words), RTU_SILENT);
    bus_send(&bus, old, sizeof(old));
    check_words();
    assert_int_equal(link_rtu_counts(rtu).foreign, 0);
}

static void stopped__while_waiting__at_once(void **state)
{
    uint16_t words[2];

    (void)state;
    put("", 0);
    begin(play, NULL, LONG_MS);
    assert_int_equal(eventfd_write(wake_fd, 1), 0);
    assert_int_equal(ask(words), RTU_STOPPED);
    assert_true(link_rtu_wait(rtu, link_now_ms() + LONG_MS));
    assert_true(link_rtu_woken(rtu));
}

static void foreign__while_idle__counted(void **state)
{
    static const uint8_t question[] = {0x01, 0x03, 0x00, 0x00, 0x00, 0x02, 0xc4, 0x0b};

    (void)state;
    begin(play, NULL, SHORT_MS);
    for (int i = 0; i < 3; i++)
        bus_send(&bus, question, sizeof(question));
    for (int64_t end = link_now_ms() + PATIENCE_MS;
         link_rtu_counts(rtu).foreign < 3 && link_now_ms() < end;)
        assert_false(link_rtu_wait(rtu, link_now_ms() + 20));
    assert_int_equal(link_rtu_counts(rtu).foreign, 3);
}

/* ---- the device --------------------------------------------------------------------------- */

static void open__another_program__is_refused(void **state)
{
    struct rtu_settings set;
    struct link_rtu *second;

    (void)state;
    begin(play, NULL, SHORT_MS);
    set = settings(bus.device, SHORT_MS);
    second = link_rtu_new(&set, wake_fd);
    assert_int_equal(link_rtu_open(second), -1);
    assert_non_null(strstr(link_rtu_error(second), "another program"));
    link_rtu_close(rtu);
    assert_int_equal(link_rtu_open(second), 0);
    link_rtu_free(second);
}

static void open__no_such_device__or_no_line__says_so(void **state)
{
    struct rtu_settings set = settings("/dev/does-not-exist", SHORT_MS);
    struct link_rtu *other = link_rtu_new(&set, wake_fd);

    (void)state;
    begin(play, NULL, SHORT_MS);
    assert_int_equal(link_rtu_open(other), -1);
    assert_non_null(strstr(link_rtu_error(other), "No such file"));
    link_rtu_free(other);
    set = settings("/etc/passwd", SHORT_MS);
    other = link_rtu_new(&set, wake_fd);
    assert_int_equal(link_rtu_open(other), -1);
    assert_non_null(strstr(link_rtu_error(other), "no serial line"));
    link_rtu_free(other);
    set = settings(bus.device, SHORT_MS);
    set.rs485 = true;
    link_rtu_close(rtu);
    other = link_rtu_new(&set, wake_fd);
    assert_int_equal(link_rtu_open(other), -1);
    assert_non_null(strstr(link_rtu_error(other), "RS-485 mode"));
    assert_false(link_rtu_is_open(other));
    link_rtu_free(other);
}

static void line__hangs_up__is_noticed_and_closed(void **state)
{
    uint16_t words[2];

    (void)state;
    put(answer, sizeof(answer));
    begin(play, NULL, LONG_MS);
    check_words();
    bus_hang_up(&bus);
    assert_false(link_rtu_wait(rtu, link_now_ms() + 20));
    assert_false(link_rtu_is_open(rtu));
    assert_int_equal(ask(words), RTU_BROKEN);
    assert_int_equal(link_rtu_open(rtu), -1);
}

/* The path is a link, as udev makes them; the first device stays, and is not asked any more. */
static void line__comes_back_under_another_number__is_found(void **state)
{
    char path[] = "/tmp/test-rtu.XXXXXX", name[64];
    struct rtu_settings set;
    struct link_rtu *line;
    struct bus other;
    uint16_t words[2];
    uint8_t exception;

    (void)state;
    assert_non_null(mkdtemp(path));
    snprintf(name, sizeof(name), "%s/tty", path);
    put(answer, sizeof(answer));
    begin(play, NULL, SHORT_MS);
    link_rtu_close(rtu);
    bus_start(&other, play, NULL);
    assert_int_equal(symlink(bus.device, name), 0);
    set = settings(name, LONG_MS);
    line = link_rtu_new(&set, wake_fd);
    assert_int_equal(link_rtu_open(line), 0);
    assert_int_equal(link_rtu_ask(line, &request, words, &exception), RTU_OK);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink(other.device, name), 0);
    assert_int_equal(link_rtu_open(line), 0);
    assert_int_equal(link_rtu_ask(line, &request, words, &exception), RTU_OK);
    assert_int_equal(atomic_load(&bus.questions), 1);
    assert_int_equal(atomic_load(&other.questions), 1);
    assert_int_equal(link_rtu_counts(line).connects, 2);
    link_rtu_free(line);
    bus_stop(&other);
    unlink(name);
    rmdir(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ask__libmodbus_answers__words),
        TEST(ask__address_is_not_there__exception),
        TEST(ask__a_write__never_leaves),
        TEST(damage__checksum__asked_again),
        TEST(damage__cut_frame__asked_again),
        TEST(damage__noise_before__asked_again),
        TEST(damage__another_size__asked_again),
        TEST(damage__another_unit__asked_again_and_foreign),
        TEST(damage__always__given_up),
        TEST(noise__before_the_question__thrown_away),
        TEST(silence__after_the_time_out__and_once),
        TEST(late__answer__is_not_that_of_the_next_question),
        TEST(stopped__while_waiting__at_once),
        TEST(foreign__while_idle__counted),
        TEST(open__another_program__is_refused),
        TEST(open__no_such_device__or_no_line__says_so),
        TEST(line__hangs_up__is_noticed_and_closed),
        TEST(line__comes_back_under_another_number__is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
