/* A device stops at once, whatever it is doing. */
#include "../support/capture.h"
#include "../support/check.h"
#include "../support/lab.h"

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- stopping ---------------------------------------------------------------------------- */

static void stop__idle_for_an_hour__at_once(void **state)
{
    (void)state;
    lab.config.interval_ms = lab.config.cell_interval_ms = 3600 * 1000;
    lab_start();
    assert_true(capture_wait("found 1 UPS", 1));
    lab_stop();
}

static void stop__waiting_for_an_answer__at_once(void **state)
{
    (void)state;
    lab.config.timeout_ms = 60000;
    lab.fake.string[1].mute = true; /* the very first unit asked */
    lab_start();
    for (int i = 0; server_requests(lab.server) == 0 && i < PATIENCE_MS; i++)
        usleep(1000);
    lab_stop();
    assert_int_equal(lab.raised, 0);
}

static void stop__in_back_off__at_once(void **state)
{
    (void)state;
    lab.config.port = server_dead_port();
    lab_start();
    assert_true(capture_wait("communication lost", 1));
    lab_stop();
}

/* The wake descriptor is readable from the start, so connecting is cut short for certain: that is
 * no loss of the gateway, and nobody must be told there was one. */
static void stop__while_connecting__at_once_without_an_alarm(void **state)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), filler[8];
    socklen_t size = sizeof(a);

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&a, size), 0);
    listen(listener, 0);
    getsockname(listener, (struct sockaddr *)&a, &size);
    for (size_t i = 0; i < COUNT(filler); i++) { /* its queue is full: no answer to connect */
        filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(filler[i], (struct sockaddr *)&a, size);
    }
    lab.config.port = ntohs(a.sin_port);
    lab.config.timeout_ms = 60000;
    eventfd_write(lab.wake_fd, 1);
    lab_start();
    lab_stop();
    for (size_t i = 0; i < COUNT(filler); i++)
        close(filler[i]);
    close(listener);
    assert_int_equal(lab.raised, 0);
    assert_int_equal(capture_count("communication lost"), 0);
}

static void free__null__fine(void **state)
{
    (void)state;
    device_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_set_up, lab_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stop__idle_for_an_hour__at_once),
        TEST(stop__waiting_for_an_answer__at_once),
        TEST(stop__in_back_off__at_once),
        TEST(stop__while_connecting__at_once_without_an_alarm),
        TEST(free__null__fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
