/* Whole files, in a directory of the test's own. */
#include "core/fsio.h"
#include "../../support/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[64];
static int dir;

static int make_dir(void **state)
{
    (void)state;
    strcpy(path, "/tmp/btms-fsio-XXXXXX");
    if (mkdtemp(path) == NULL)
        return -1;
    dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir < 0 ? -1 : 0;
}

static int remove_dir(void **state)
{
    DIR *d = fdopendir(dir);

    (void)state;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (unlinkat(dir, e->d_name, 0) != 0)
            unlinkat(dir, e->d_name, AT_REMOVEDIR);
    closedir(d);
    return rmdir(path);
}

static int entries(void)
{
    DIR *d = opendir(path);
    int n = 0;

    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 2;
}

static void put(const char *name, const void *data, size_t size)
{
    assert_int_equal(fsio_replace(dir, name, data, size, 0640, false), 0);
}

static void expect(const char *name, const void *data, size_t size)
{
    void *is = NULL;
    size_t n = 0;

    assert_int_equal(fsio_read(dir, name, 1 << 20, &is, &n), 0);
    assert_int_equal(n, size);
    assert_memory_equal(is, data, size);
    free(is);
}

static mode_t mode_of(const char *name)
{
    struct stat st;

    assert_int_equal(fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW), 0);
    return st.st_mode & 07777;
}

/* ---- replacing --------------------------------------------------------------------------- */

static void replace__new_and_again__last_content(void **state)
{
    (void)state;
    put("a", "first", 5);
    expect("a", "first", 5);
    assert_int_equal(fsio_replace(dir, "a", "2nd", 3, 0640, true), 0);
    expect("a", "2nd", 3);
    put("a", "", 0);
    expect("a", "", 0);
    assert_int_equal(entries(), 1);
}

static void replace__any_umask__mode_as_asked(void **state)
{
    mode_t old = umask(077);

    (void)state;
    put("a", "x", 1);
    umask(0);
    put("b", "x", 1);
    umask(old);
    assert_int_equal(mode_of("a"), 0640);
    assert_int_equal(mode_of("b"), 0640);
}

static void replace__temporary_file_left_behind__works(void **state)
{
    int fd = openat(dir, "a.tmp", O_CREAT | O_WRONLY, 0600);

    (void)state;
    close(fd);
    put("a", "x", 1);
    expect("a", "x", 1);
    assert_int_equal(entries(), 1);
}

static void replace__link_in_the_way__not_followed(void **state)
{
    (void)state;
    put("victim", "safe", 4);
    assert_int_equal(symlinkat("victim", dir, "a.tmp"), 0);
    assert_int_equal(symlinkat("victim", dir, "a"), 0);
    put("a", "x", 1);
    expect("victim", "safe", 4);
    expect("a", "x", 1);
}

static void replace__cannot_write__old_one_stays(void **state)
{
    static const uint8_t large[8192];
    struct rlimit old, small;

    (void)state;
    put("a", "old", 3);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){4096, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(fsio_replace(dir, "a", large, sizeof(large), 0640, false), -EFBIG);
    setrlimit(RLIMIT_FSIZE, &old);
    expect("a", "old", 3);
    assert_int_equal(entries(), 1);
    put("a", large, sizeof(large));
    expect("a", large, sizeof(large));
}

static void replace__cannot_rename__nothing_left(void **state)
{
    (void)state;
    assert_int_equal(mkdirat(dir, "a", 0700), 0);
    assert_int_equal(fsio_replace(dir, "a", "x", 1, 0640, false), -EISDIR);
    assert_int_equal(entries(), 1);
}

static void replace__impossible_names__refused(void **state)
{
    char name[256];

    (void)state;
    memset(name, 'n', 255);
    name[255] = '\0';
    assert_int_equal(fsio_replace(dir, name, "x", 1, 0640, false), -ENAMETOOLONG);
    assert_int_equal(fsio_replace(dir, "no/where", "x", 1, 0640, false), -ENOENT);
    assert_int_equal(entries(), 0);
}

/* A reader at any moment sees one of the two, whole. */
static void replace__read_meanwhile__never_torn(void **state)
{
    enum { SIZE = 60000, TURNS = 200 };
    static uint8_t data[SIZE];
    pid_t writer;
    int status;

    (void)state;
    put("a", data, SIZE);
    writer = fork();
    if (writer == 0) {
        for (int i = 0; i < TURNS; i++) {
            memset(data, i, SIZE);
            fsio_replace(dir, "a", data, SIZE, 0640, false);
        }
        _exit(0);
    }
    while (waitpid(writer, &status, WNOHANG) == 0) {
        uint8_t *is;
        size_t n;

        assert_int_equal(fsio_read(dir, "a", SIZE, (void **)&is, &n), 0);
        assert_int_equal(n, SIZE);
        assert_memory_equal(is, is + 1, SIZE - 1);
        free(is);
    }
    assert_int_equal(status, 0);
}

/* ---- reading ----------------------------------------------------------------------------- */

static void expect_refused(const char *name, size_t most, int error)
{
    void *is = &dir;
    size_t n = 77;

    assert_int_equal(fsio_read(dir, name, most, &is, &n), error);
    assert_ptr_equal(is, &dir);
    assert_int_equal(n, 77);
}

static void read__not_a_plain_file__refused(void **state)
{
    (void)state;
    put("a", "x", 1);
    assert_int_equal(symlinkat("a", dir, "link"), 0);
    assert_int_equal(mkdirat(dir, "dir", 0700), 0);
    assert_int_equal(mkfifoat(dir, "pipe", 0600), 0);
    expect_refused("link", 10, -ELOOP);
    expect_refused("dir", 10, -EINVAL);
    expect_refused("pipe", 10, -EINVAL); /* and does not wait for a writer */
    expect_refused("none", 10, -ENOENT);
}

static void read__too_large__refused(void **state)
{
    (void)state;
    put("a", "12345", 5);
    expect_refused("a", 4, -EFBIG);
    expect_refused("a", 0, -EFBIG);
}

/* Files of /proc tell no size. */
static void read__no_size_told__read_to_the_end(void **state)
{
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    void *is;
    size_t n;

    (void)state;
    assert_int_equal(fsio_read(proc, "status", 1 << 20, &is, &n), 0);
    assert_true(n > 100);
    assert_memory_equal(is, "Name:", 5);
    free(is);
    assert_int_equal(fsio_read(proc, "status", 100, &is, &n), -EFBIG);
    close(proc);
}

static void remove__there_or_not__says_so(void **state)
{
    (void)state;
    put("a", "x", 1);
    assert_int_equal(fsio_remove(dir, "a"), 0);
    assert_int_equal(fsio_remove(dir, "a"), -ENOENT);
}

/* ---- directories and locks --------------------------------------------------------------- */

static void open_dir__missing__made_with_its_mode(void **state)
{
    char sub[80];
    mode_t old = umask(077);
    int fd, again;

    (void)state;
    snprintf(sub, sizeof(sub), "%s/sub", path);
    fd = fsio_open_dir(sub, 02770);
    umask(old);
    assert_true(fd >= 0);
    assert_int_equal(mode_of("sub"), 02770);
    again = fsio_open_dir(sub, 0700); /* one that is there is left as it is */
    assert_true(again >= 0);
    assert_int_equal(mode_of("sub"), 02770);
    close(fd);
    close(again);
}

static void open_dir__cannot_be__says_why(void **state)
{
    char sub[80];

    (void)state;
    put("file", "x", 1);
    snprintf(sub, sizeof(sub), "%s/file", path);
    assert_int_equal(fsio_open_dir(sub, 0700), -ENOTDIR);
    snprintf(sub, sizeof(sub), "%s/a/b", path);
    assert_int_equal(fsio_open_dir(sub, 0700), -ENOENT);
}

/* Whether another process gets the lock: 0 or the error it meets. */
static int lock_elsewhere(void)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        int fd = fsio_lock(dir, "lock");

        _exit(fd < 0 ? -fd : 0);
    }
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void lock__held__others_are_refused_until_it_is_closed(void **state)
{
    int fd = fsio_lock(dir, "lock");

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(lock_elsewhere(), EWOULDBLOCK);
    assert_int_equal(fsio_lock(dir, "lock"), -EWOULDBLOCK);
    close(fd);
    assert_int_equal(lock_elsewhere(), 0);
    fd = fsio_lock(dir, "lock"); /* the child's went with it */
    assert_true(fd >= 0);
    close(fd);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(replace__new_and_again__last_content),
        TEST(replace__any_umask__mode_as_asked),
        TEST(replace__temporary_file_left_behind__works),
        TEST(replace__link_in_the_way__not_followed),
        TEST(replace__cannot_write__old_one_stays),
        TEST(replace__cannot_rename__nothing_left),
        TEST(replace__impossible_names__refused),
        TEST(replace__read_meanwhile__never_torn),
        TEST(read__not_a_plain_file__refused),
        TEST(read__too_large__refused),
        TEST(read__no_size_told__read_to_the_end),
        TEST(remove__there_or_not__says_so),
        TEST(open_dir__missing__made_with_its_mode),
        TEST(open_dir__cannot_be__says_why),
        TEST(lock__held__others_are_refused_until_it_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
