/* What -t says of files, the store's directory and the master, and whether that is fine. */
#include "check.h"
#include "view_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static char said[1024];

/* What `check` says, into said[]; the stream is memory. */
static bool says(bool good, FILE *f, const char *part)
{
    fclose(f);
    if (strstr(said, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, said);
    return good;
}

static FILE *paper(void)
{
    memset(said, 0, sizeof(said));
    return fmemopen(said, sizeof(said) - 1, "w");
}

static bool master(const char *address, const char *part)
{
    FILE *f = paper();

    return says(check_master(address, f), f, part);
}

static int listen_at(const char *path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(un.sun_path, path);
    assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static void files__good__counted(void **state)
{
    struct plant *p = *state;
    FILE *f = paper();

    put_ab(p);
    view_refresh(&p->view);
    assert_true(says(check_files(&p->view, f), f, "site.snap: good"));
    assert_non_null(strstr(said, ": readable\n"));
    assert_non_null(strstr(said, "2 gateways, 3 UPS, 3 strings, 4 cells\n"));
}

static void files__none__not_fine(void **state)
{
    struct plant *p = *state;
    FILE *f = paper();

    view_refresh(&p->view);
    assert_false(says(check_files(&p->view, f), f, "site.snap: not there"));
}

static void data_dir__there_or_not__said(void **state)
{
    struct plant *p = *state;
    FILE *f = paper();

    assert_false(says(check_data_dir(p->data, f), f, "/data: No such file or directory"));
    f = paper();
    assert_true(says(check_data_dir(p->dir, f), f, ": writable"));
}

static void master__of_each_kind__said(void **state)
{
    struct plant *p = *state;
    char path[80];
    int fd;

    snprintf(path, sizeof(path), "%s/master", p->dir);
    assert_false(master(path, "/master: no such file"));
    fd = listen_at(path);
    assert_true(master(path, "/master: the master listens"));
    close(fd); /* as after a crash: the file stays */
    assert_false(master(path, "/master: nobody listens"));
    unlink(path);
}

static void master__tcp__said(void **state)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(in);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char address[64];

    (void)state;
    assert_int_equal(bind(fd, (struct sockaddr *)&in, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &size), 0);
    snprintf(address, sizeof(address), "tcp:127.0.0.1:%u", ntohs(in.sin_port));
    assert_false(master(address, "nobody listens"));
    assert_int_equal(listen(fd, 1), 0);
    assert_true(master(address, "the master listens"));
    close(fd);
}

/* The file is written, and looked at with `program` to send informs. */
static bool receivers(struct plant *p, const char *text, const char *program, const char *part)
{
    char path[96];
    FILE *f;

    snprintf(path, sizeof(path), "%s/receivers", p->dir);
    f = fopen(path, "w");
    fputs(text, f);
    fchmod(fileno(f), 0600);
    fclose(f);
    f = paper();
    return says(check_receivers(path, program, f), f, part);
}

static void receivers__good__told_without_secrets(void **state)
{
    static const char text[] = "inform a h v2c community hidden\n"
                               "inform b [::1]:99 v3 user u auth SHA hidden12 replay active\n";

    assert_true(receivers(*state, text, "/bin/true",
                          "receiver \"a\": informs of SNMPv2c to udp:h:162, replays all\n"
                          "receiver \"b\": informs of SNMPv3 to udp6:[::1]:99, replays active\n"));
    assert_null(strstr(said, "hidden"));
}

static void receivers__mistake_or_no_program__not_fine(void **state)
{
    static const char good[] = "inform a h v2c community x\n";

    assert_false(receivers(*state, "inform a h:0 v2c community x\n", "/bin/true",
                           "line 1: address \"h:0\": must be"));
    assert_false(receivers(*state, good, "/nonexistent/x",
                           "/nonexistent/x: No such file or directory: no inform can be sent"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, plant_start, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files__good__counted),
        TEST(files__none__not_fine),
        TEST(data_dir__there_or_not__said),
        TEST(master__of_each_kind__said),
        TEST(master__tcp__said),
        TEST(receivers__good__told_without_secrets),
        TEST(receivers__mistake_or_no_program__not_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
