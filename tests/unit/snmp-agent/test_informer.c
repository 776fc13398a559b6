/* The process behind a manager: started when needed, ended when it fails, dies, or says nothing.
 * Its part is played by this program itself, as the receiver's name says. */
#include "informer.h"

#include "../../support/capture.h"
#include "../../support/check.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the other side ---------------------------------------------------------------------- */

static void play_answer(uint32_t id, bool taken, const char *why)
{
    struct inform_answer a = {.id = id, .taken = taken};
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n;

    snprintf(a.why, sizeof(a.why), "%s", why);
    n = inform_put_answer(buf, sizeof(buf), &a);
    if (send(INFORM_FD, buf, n, 0) != (ssize_t)n)
        _exit(9);
}

/* "ack", "fail", "die", "nonsense", "other", "silent": what becomes of each notification. */
static int play(void)
{
    uint8_t buf[INFORM_MESSAGE_MAX];
    ssize_t n = recv(INFORM_FD, buf, sizeof(buf), 0);
    struct agentx_in list;
    struct receiver r;
    uint32_t id;
    sigset_t mask;

    sigprocmask(SIG_BLOCK, NULL, &mask);
    if (n <= 0 || !inform_get_receiver(buf, (size_t)n, &r) || sigismember(&mask, SIGTERM))
        return 8;
    while ((n = recv(INFORM_FD, buf, sizeof(buf), 0)) > 0) {
        if (!inform_get_notification(buf, (size_t)n, &id, &list))
            return 7;
        if (strcmp(r.name, "ack") == 0)
            play_answer(id, true, "");
        else if (strcmp(r.name, "fail") == 0)
            play_answer(id, false, "no answer");
        else if (strcmp(r.name, "other") == 0)
            play_answer(id + 1, true, "");
        else if (strcmp(r.name, "nonsense") == 0)
            send(INFORM_FD, "?", 1, 0);
        else if (strcmp(r.name, "die") == 0)
            kill(getpid(), SIGKILL);
    }
    return 0;
}

/* ---- this side --------------------------------------------------------------------------- */

static struct receiver receiver;
static struct informer in;
static int64_t now;
static unsigned calls;
static uint32_t last_id;
static bool last_taken;
static char last_why[INFORM_WHY_SIZE];

static void done(void *ctx, uint32_t id, bool taken, const char *why)
{
    assert_ptr_equal(ctx, &in);
    calls++;
    last_id = id;
    last_taken = taken;
    snprintf(last_why, sizeof(last_why), "%s", why);
}

static void be(const char *name)
{
    snprintf(receiver.name, sizeof(receiver.name), "%s", name);
    informer_init(&in, &receiver, "/proc/self/exe", done, &in);
}

static int set_up(void **state)
{
    sigset_t set;

    sigemptyset(&set); /* as the agent has it */
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    calls = 0;
    now = 1000;
    receiver = (struct receiver){.version = 2, .peer = "udp:h:162", .community = "c"};
    return capture_start(state);
}

static int tear_down(void **state)
{
    informer_stop(&in);
    return capture_stop(state);
}

static int give(uint32_t id)
{
    struct agentx_varbind vb = {.name = OID(1, 3, 6), .value = {.kind = AGENTX_GAUGE32}};

    return informer_send(&in, &vb, 1, id, now);
}

/* Waits for what its process says. */
static void step(void)
{
    struct pollfd p = {.fd = in.fd, .events = POLLIN};

    if (in.fd >= 0 && in.trouble[0] == '\0')
        assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
    informer_step(&in, now, p.revents);
}

/* Gives the next one; a process that was ended may take a moment. */
static void give_when_possible(uint32_t id)
{
    int err;

    for (int i = 0; (err = give(id)) == -EAGAIN && i < 3000; i++)
        usleep(10000);
    assert_int_equal(err, 0);
}

static int children(void)
{
    int n = 0;

    while (waitpid(-1, NULL, WNOHANG) > 0)
        n++;
    return waitpid(-1, NULL, WNOHANG) == 0 ? n + 1 : n;
}

static void check_failed(uint32_t id, const char *why)
{
    assert_int_equal(calls, 1);
    assert_int_equal(last_id, id);
    assert_false(last_taken);
    if (strstr(last_why, why) == NULL)
        fail_msg("\"%s\" is not \"%s\"", last_why, why);
    assert_int_equal(in.fd, -1);
    assert_false(in.busy);
}

/* ---- tests ------------------------------------------------------------------------------- */

static void send__several__one_process_one_at_a_time(void **state)
{
    pid_t pid;

    (void)state;
    be("ack");
    assert_int_equal(in.pid, 0); /* none before there is something to send */
    assert_int_equal(give(7), 0);
    pid = in.pid;
    assert_int_equal(give(8), -EAGAIN);
    for (uint32_t i = 7; i < 20; i++) {
        step();
        assert_int_equal(last_id, i);
        assert_true(last_taken);
        assert_int_equal(give(i + 1), 0);
    }
    assert_int_equal(calls, 13);
    assert_int_equal(in.pid, pid);
    assert_int_equal(capture_lines(), 0);
}

static void failed__told_why_and_another_process(void **state)
{
    pid_t pid;

    (void)state;
    be("fail");
    assert_int_equal(give(7), 0);
    pid = in.pid;
    step();
    check_failed(7, "no answer");
    give_when_possible(7);
    assert_true(in.pid > 0 && in.pid != pid);
}

static void killed__under_way__told(void **state)
{
    (void)state;
    be("die");
    assert_int_equal(give(3), 0);
    step();
    check_failed(3, "its process ");
    give_when_possible(3);
}

static void killed__idle__said_and_another_when_needed(void **state)
{
    (void)state;
    be("ack");
    assert_int_equal(give(1), 0);
    step();
    kill(in.pid, SIGKILL);
    step();
    assert_int_equal(calls, 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "receiver \"ack\": its process"), 1);
    give_when_possible(2);
    step();
    assert_int_equal(last_id, 2);
    assert_true(last_taken);
}

static void nonsense__ended(void **state)
{
    static const char *const who[] = {"nonsense", "other"};

    (void)state;
    for (size_t i = 0; i < COUNT(who); i++) {
        calls = 0;
        be(who[i]);
        assert_int_equal(give(3), 0);
        step();
        check_failed(3, "nonsense");
        informer_stop(&in);
    }
}

static void silent__ended_after_a_minute(void **state)
{
    (void)state;
    be("silent");
    assert_int_equal(give(3), 0);
    assert_int_equal(informer_deadline(&in), now + 60000);
    now += 59999;
    informer_step(&in, now, 0);
    assert_int_equal(calls, 0);
    now++;
    informer_step(&in, now, 0);
    check_failed(3, "does not answer");
    assert_true(informer_deadline(&in) == INT64_MAX);
}

static void program__not_there__told(void **state)
{
    (void)state;
    be("ack");
    in.program = "/nonexistent/btms-inform";
    assert_int_equal(give(3), 0);
    step();
    check_failed(3, "/nonexistent/btms-inform cannot be started: No such file");
}

static void stop__whatever_it_does__nothing_left(void **state)
{
    (void)state;
    be("silent");
    informer_stop(&in);
    assert_int_equal(give(3), 0);
    informer_stop(&in);
    assert_int_equal(children(), 0);
    assert_int_equal(in.fd, -1);
    assert_int_equal(calls, 0);
}

static size_t descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    size_t n = 0;

    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

static void fail__often__no_process_and_no_descriptor_left(void **state)
{
    size_t before = descriptors();

    (void)state;
    be("fail");
    for (uint32_t i = 0; i < 30; i++) {
        give_when_possible(i);
        step();
    }
    assert_int_equal(descriptors(), before);
    informer_stop(&in);
    assert_int_equal(children(), 0);
}

/* ---- messages ---------------------------------------------------------------------------- */

static void wire__receiver__as_it_was(void **state)
{
    struct receiver r = {.version = 3,
                         .name = "n",
                         .peer = "udp:h:1",
                         .user = "u",
                         .auth = "SHA-256",
                         .priv = "AES"},
                    got;
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n;

    (void)state;
    be("silent");
    memset(r.auth_pass, 'x', sizeof(r.auth_pass) - 1);
    memset(r.priv_pass, 'y', sizeof(r.priv_pass) - 1);
    n = inform_put_receiver(buf, sizeof(buf), &r);
    assert_true(n > 0);
    assert_true(inform_get_receiver(buf, n, &got));
    assert_memory_equal(&got, &r, sizeof(r));
    for (size_t i = 0; i < n; i++)
        assert_false(inform_get_receiver(buf, i, &got));
    buf[1]++; /* another build */
    assert_false(inform_get_receiver(buf, n, &got));
    assert_int_equal(inform_put_receiver(buf, 20, &r), 0);
}

static void wire__answer_and_notification__cut_or_other__refused(void **state)
{
    struct inform_answer a = {.id = 9, .taken = false, .why = "because"}, got;
    struct agentx_varbind vb = {.name = OID(1, 3, 6), .value = {.kind = AGENTX_GAUGE32}};
    uint8_t buf[INFORM_MESSAGE_MAX];
    size_t n = inform_put_answer(buf, sizeof(buf), &a);
    struct agentx_in list;
    uint32_t id;

    (void)state;
    be("silent");
    assert_true(inform_get_answer(buf, n, &got));
    assert_int_equal(got.id, 9);
    assert_string_equal(got.why, "because");
    for (size_t i = 0; i < n; i++)
        assert_false(inform_get_answer(buf, i, &got));
    assert_false(inform_get_notification(buf, n, &id, &list));
    n = inform_put_notification(buf, sizeof(buf), 5, &vb, 1);
    assert_true(inform_get_notification(buf, n, &id, &list));
    assert_int_equal(id, 5);
    assert_false(inform_get_answer(buf, n, &got));
    assert_int_equal(inform_put_notification(buf, 3, 5, &vb, 1), 0);
    assert_int_equal(inform_put_notification(buf, 8, 5, &vb, 1), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(send__several__one_process_one_at_a_time),
        TEST(failed__told_why_and_another_process),
        TEST(killed__under_way__told),
        TEST(killed__idle__said_and_another_when_needed),
        TEST(nonsense__ended),
        TEST(silent__ended_after_a_minute),
        TEST(program__not_there__told),
        TEST(stop__whatever_it_does__nothing_left),
        TEST(fail__often__no_process_and_no_descriptor_left),
        TEST(wire__receiver__as_it_was),
        TEST(wire__answer_and_notification__cut_or_other__refused),
    };

    (void)argv;
    if (argc > 1)
        return play();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
