/*
 * The store when things go wrong: killed writers, other users, damaged files, full and forbidden
 * disks. What needs root or a mount name space says so and skips where it has none.
 */
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>

/* Of nobody on any system: two users, and the group that both are in. */
enum { WRITER = 54320, READER = 54321, GROUP = 54322 };

static int become(uid_t user)
{
    const gid_t group = GROUP;

    return setgroups(1, &group) == 0 && setgid(group) == 0 && setuid(user) == 0 ? 0 : -1;
}

static void needs_root(void)
{
    if (getuid() == 0)
        return;
    print_message("SKIP: needs root\n");
    skip();
}

static struct store *open_in_child(void)
{
    struct store *s;
    enum store_result r = store_open(data_dir, NULL, &s, error, sizeof(error));

    if (r != STORE_OK)
        fprintf(stderr, "child: result %d: %s\n", (int)r, error);
    return s;
}

/* ---- users of one group ------------------------------------------------------------------ */

static void share_directory(mode_t mode)
{
    assert_int_equal(mkdir(data_dir, 0700), 0);
    assert_int_equal(chown(data_dir, WRITER, GROUP), 0);
    assert_int_equal(chmod(data_dir, mode), 0);
}

static int write_and_close(void *ctx)
{
    struct store *s;

    umask(077);
    MUST(become(*(uid_t *)ctx) == 0);
    s = open_in_child();
    MUST(s != NULL && tell(s, 1, 5) == 0);
    store_close(s);
    return 0;
}

/* Tells the parent through a pipe that it has written, and waits to be killed. */
static int write_and_wait(void *ctx)
{
    struct store *s;

    umask(077);
    MUST(become(WRITER) == 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* not to be left over when the parent fails */
    s = open_in_child();
    MUST(s != NULL && tell(s, 1, 5) == 0);
    MUST(write(*(int *)ctx, "x", 1) == 1);
    pause();
    return 1;
}

static int read_and_move_on(void *ctx)
{
    struct store *s;
    uint32_t at;

    MUST(become(*(uid_t *)ctx) == 0);
    s = open_in_child();
    MUST(s != NULL);
    MUST(holds(s, 1, 5));
    MUST(set_cursor(s, "agent", 4) == 0);
    MUST(get_cursor(s, "agent", &at) == 0 && at == 4);
    store_close(s);
    return 0;
}

static pid_t start_writer(void)
{
    int ends[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = spawn(write_and_wait, &ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    return pid;
}

static uid_t writer = WRITER, reader = READER;

static void users__writer_closed__reader_reads_and_writes(void **state)
{
    (void)state;
    needs_root();
    share_directory(02770);
    assert_int_equal(ended(spawn(write_and_close, &writer)), 0);
    assert_false(exists("btms.db-wal"));
    assert_int_equal(ended(spawn(read_and_move_on, &reader)), 0);
    assert_int_equal(ended(spawn(read_and_move_on, &writer)), 0); /* and the other way round */
}

static void users__writer_at_work__reader_reads_and_writes(void **state)
{
    pid_t pid;

    (void)state;
    needs_root();
    share_directory(02770);
    pid = start_writer();
    assert_int_equal(ended(spawn(read_and_move_on, &reader)), 0);
    kill(pid, SIGKILL);
    assert_int_equal(ended(pid), 1000 + SIGKILL);
}

static void users__writer_killed__reader_reads_and_writes(void **state)
{
    pid_t pid;

    (void)state;
    needs_root();
    share_directory(02770);
    pid = start_writer();
    kill(pid, SIGKILL);
    assert_int_equal(ended(pid), 1000 + SIGKILL);
    assert_true(exists("btms.db-wal"));
    assert_int_equal(ended(spawn(read_and_move_on, &reader)), 0);
    assert_int_equal(ended(spawn(read_and_move_on, &writer)), 0);
}

/* collectd is root on most systems, the agent is not. */
static void users__root_made_it__reader_reads_and_writes(void **state)
{
    (void)state;
    needs_root();
    share_directory(02770);
    reopen();
    assert_int_equal(tell(store, 1, 5), 0);
    shut();
    assert_int_equal(ended(spawn(read_and_move_on, &reader)), 0);
    reopen();
    assert_true(holds(store, 1, 5));
    assert_int_equal(tell(store, 6, 7), 0);
}

static int fail_to_open(void *ctx)
{
    struct store *s;

    MUST(become(READER) == 0);
    MUST(store_open(data_dir, NULL, &s, error, sizeof(error)) == STORE_FAILED);
    MUST(s == NULL);
    MUST(strncmp(error, base, strlen(base)) == 0);
    if (strstr(error, ctx) == NULL)
        fprintf(stderr, "child: %s\n", error);
    MUST(strstr(error, ctx) != NULL);
    MUST(strstr(error, "nothing is stored") != NULL);
    return 0;
}

static void forbidden__says_what_and_why(void **state)
{
    static char denied[] = "Permission denied", file[] = "no right to write the file",
                directory[] = "no right to write in the directory";

    (void)state;
    needs_root();
    assert_int_equal(ended(spawn(fail_to_open, denied)), 0); /* may not make the directory */
    share_directory(02550);
    assert_int_equal(ended(spawn(fail_to_open, denied)), 0); /* may not make the file */
    reopen();
    assert_int_equal(tell(store, 1, 5), 0);
    shut();
    assert_int_equal(ended(spawn(fail_to_open, directory)), 0); /* may not make the log */
    assert_int_equal(chmod(data_dir, 02770), 0);
    assert_int_equal(chmod(path_of("btms.db"), 0640), 0);
    assert_int_equal(ended(spawn(fail_to_open, file)), 0);
    assert_int_equal(chmod(path_of("btms.db"), 0600), 0);
    assert_int_equal(ended(spawn(fail_to_open, denied)), 0);
    assert_false(exists("btms.db.corrupt-1"));
    assert_int_equal(chmod(path_of("btms.db"), 0660), 0);
    assert_int_equal(ended(spawn(read_and_move_on, &reader)), 0);
}

static void directory__cannot_be__says_why(void **state)
{
    (void)state;
    snprintf(data_dir, sizeof(data_dir), "%s/none/data", base);
    assert_int_equal(try_open((struct store_floor){0}), STORE_FAILED);
    assert_null(store);
    assert_non_null(strstr(error, "No such file or directory"));
}

/* ---- killed ------------------------------------------------------------------------------ */

enum { BATCH = 3 };

/* Stores batch after batch, and says through the pipe how far it is. */
static int write_for_ever(void *ctx)
{
    struct store *s = open_in_child();
    uint32_t at;

    MUST(s != NULL);
    for (at = store_numbers(s).sequence; tell(s, at + 1, at + BATCH) == 0; at += BATCH) {
        const uint32_t done = at + BATCH;

        MUST(write(*(int *)ctx, &done, sizeof(done)) == sizeof(done));
    }
    fprintf(stderr, "child: %s\n", store_error(s));
    return 1;
}

/* Kills the child after some batches and a moment more. Returns how far it said to be. */
static uint32_t run_and_kill(uint32_t *seed, uint32_t before)
{
    struct timespec moment = {.tv_nsec = check_random(seed) % 4000000};
    uint32_t done = before;
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = spawn(write_for_ever, &ends[1]);
    close(ends[1]);
    for (uint32_t n = check_random(seed) % 4; n > 0; n--)
        assert_int_equal(read(ends[0], &done, sizeof(done)), sizeof(done));
    ppoll(NULL, 0, &moment, NULL); /* the moment is what this test is about */
    kill(pid, SIGKILL);
    assert_int_equal(ended(pid), 1000 + SIGKILL);
    while (read(ends[0], &done, sizeof(done)) == sizeof(done))
        ;
    close(ends[0]);
    return done;
}

static void killed__at_any_moment__no_gap_and_no_half_event(void **state)
{
    uint32_t seed = 77003, last = 0, done;

    (void)state;
    print_message("seed %u\n", (unsigned)seed);
    for (int i = 0; i < 50; i++) {
        done = run_and_kill(&seed, last);
        reopen();
        last = store_numbers(store).sequence;
        assert_true(last >= done && last <= done + BATCH); /* what was said is there */
        assert_int_equal(last % BATCH, 0);                 /* whole transactions */
        assert_true(holds(store, 1, last));
        shut();
    }
    assert_true(last > 50);
}

/* ---- damaged ----------------------------------------------------------------------------- */

static off_t file_size(void)
{
    struct stat st;

    assert_int_equal(stat(path_of("btms.db"), &st), 0);
    return st.st_size;
}

static void spoil(off_t from, size_t n, int byte)
{
    uint8_t bytes[4096];
    int fd = open(path_of("btms.db"), O_WRONLY);

    assert_true(n <= sizeof(bytes));
    memset(bytes, byte, n);
    assert_int_equal(pwrite(fd, bytes, n, from), n);
    close(fd);
}

static void garbage(void)
{
    spoil(0, 4096, 0x5a);
}

static void zeroed_first(void)
{
    spoil(0, 4096, 0);
}

static void zeroed_middle(void)
{
    spoil(file_size() / 4096 / 2 * 4096, 4096, 0);
}

static void zeroed_table(void)
{
    spoil(4096, 4096, 0); /* the root of the first table */
}

static void truncated(void)
{
    assert_int_equal(truncate(path_of("btms.db"), file_size() / 2), 0);
}

static void truncated_page(void)
{
    assert_int_equal(truncate(path_of("btms.db"), 2000), 0);
}

static void expect_renewed(uint64_t old_id, int n)
{
    char aside[32];
    uint32_t device;

    snprintf(aside, sizeof(aside), "btms.db.corrupt-%d", n);
    assert_int_equal(try_open((struct store_floor){1000, 200, 30}), STORE_RENEWED);
    assert_non_null(store);
    assert_non_null(strstr(error, path_of("btms.db")));
    assert_non_null(strstr(error, aside));
    assert_non_null(strstr(error, "going on with a new one"));
    assert_true(exists(aside));
    assert_true(store_id(store) != old_id && store_id(store) != 0);
    assert_int_equal(store_numbers(store).sequence, 1000);
    assert_int_equal(store_numbers(store).alarm_id, 200);
    assert_int_equal(store_device(store, "gw-a", &device), 0);
    assert_int_equal(device, 31);
    assert_int_equal(mode_of("btms.db"), 0660);
}

static void damaged(void (*damage)(void))
{
    uint64_t id;

    for (int n = 1; n <= 2; n++) {
        assert_int_not_equal(try_open((struct store_floor){0}), STORE_FAILED);
        assert_int_equal(tell(store, 1, 2000), 0);
        id = store_id(store);
        shut();
        damage();
        expect_renewed(id, n);
        assert_true(holds(store, 1, 0));
        assert_int_equal(tell(store, 1001, 1003), 0);
        reopen();
        assert_true(holds(store, 1001, 1003));
        shut();
        assert_int_equal(unlink(path_of("btms.db")), 0);
    }
}

static void damaged__garbage__renewed(void **state)
{
    (void)state;
    damaged(garbage);
}

static void damaged__first_page_zero__renewed(void **state)
{
    (void)state;
    damaged(zeroed_first);
}

static void damaged__some_page_zero__renewed(void **state)
{
    (void)state;
    damaged(zeroed_middle);
    for (int n = 1; n <= 2; n++) { /* the names are taken from here on */
        char aside[32];

        snprintf(aside, sizeof(aside), "btms.db.corrupt-%d", n);
        assert_int_equal(unlink(path_of(aside)), 0);
    }
    damaged(zeroed_table);
}

static void damaged__truncated__renewed(void **state)
{
    (void)state;
    damaged(truncated);
}

static void damaged__truncated_in_a_page__renewed(void **state)
{
    (void)state;
    damaged(truncated_page);
}

static int write_and_die(void *ctx)
{
    struct store *s = open_in_child();

    (void)ctx;
    MUST(s != NULL && tell(s, 2001, 2003) == 0);
    return 0; /* without closing: the log stays */
}

/* The log belongs to the damaged file: it goes with it, and does not get into the new one. */
static void damaged__with_log__moved_together(void **state)
{
    uint8_t log[32];
    FILE *f;

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 2000), 0);
    shut();
    assert_int_equal(ended(spawn(write_and_die, NULL)), 0);
    assert_true(exists("btms.db-wal"));
    garbage();
    expect_renewed(0, 1);
    f = fopen(path_of("btms.db.corrupt-1-wal"), "rb");
    assert_non_null(f);
    assert_int_equal(fread(log, 1, sizeof(log), f), sizeof(log));
    fclose(f);
    assert_true(exists("btms.db.corrupt-1-shm"));
    assert_true(holds(store, 1, 0));
}

static int open_whatever(void *ctx)
{
    struct store *s = NULL;
    enum store_result r = STORE_FAILED;

    /* While another one is moving the file, opening fails; the next time it goes well. */
    for (int i = 0; i < 200 && r == STORE_FAILED; i++) {
        r = store_open(data_dir, NULL, &s, error, sizeof(error));
        if (r == STORE_FAILED)
            sched_yield();
    }
    (void)ctx;
    MUST(s != NULL);
    MUST(tell(s, 1, 3) == 0);
    store_close(s);
    return 0;
}

static void damaged__found_by_many__moved_once(void **state)
{
    pid_t pids[6];

    (void)state;
    reopen();
    assert_int_equal(tell(store, 1, 100), 0);
    shut();
    garbage();
    for (size_t i = 0; i < COUNT(pids); i++)
        pids[i] = spawn(open_whatever, NULL);
    for (size_t i = 0; i < COUNT(pids); i++)
        assert_int_equal(ended(pids[i]), 0);
    assert_true(exists("btms.db.corrupt-1"));
    assert_false(exists("btms.db.corrupt-2"));
    reopen();
    assert_true(holds(store, 1, 3));
}

/* ---- full -------------------------------------------------------------------------------- */

static void mount_small_disk(void)
{
    needs_root();
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mkdir(data_dir, 0700) != 0 ||
        mount("btms-test", data_dir, "tmpfs", 0, "size=2m,mode=2770") != 0) {
        print_message("SKIP: cannot mount a small disk: %s\n", strerror(errno));
        skip();
    }
}

static void fill_disk(void)
{
    static const uint8_t zeros[4096];
    int fd = open(path_of("ballast"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    while (write(fd, zeros, sizeof(zeros)) > 0)
        ;
    assert_int_equal(errno, ENOSPC);
    close(fd);
}

static void disk_full__append_fails_clearly__works_when_there_is_room(void **state)
{
    uint32_t at = 0;

    (void)state;
    mount_small_disk();
    reopen();
    fill_disk();
    while (tell(store, at + 1, at + 10) == 0) { /* what the files have room for */
        at += 10;
        assert_true(at < 100000);
    }
    assert_non_null(strstr(store_error(store), "btms.db: cannot store events: "));
    assert_non_null(strstr(store_error(store), "full"));
    assert_true(holds(store, 1, at)); /* nothing by halves, and still to be read */
    assert_int_equal(store_numbers(store).sequence, at);
    assert_int_equal(tell(store, at + 1, at + 10), -1);
    assert_int_equal(unlink(path_of("ballast")), 0);
    assert_int_equal(tell(store, at + 1, at + 10), 0);
    assert_true(holds(store, 1, at + 10));
    reopen();
    assert_true(holds(store, 1, at + 10));
    shut();
    assert_int_equal(umount(data_dir), 0);
}

static void disk_full__open__fails_and_moves_nothing(void **state)
{
    (void)state;
    mount_small_disk();
    reopen();
    assert_int_equal(tell(store, 1, 50), 0);
    shut();
    fill_disk();
    assert_int_equal(try_open((struct store_floor){.sequence = 51}), STORE_FAILED);
    assert_non_null(strstr(error, "btms.db: cannot "));
    assert_false(exists("btms.db.corrupt-1"));
    assert_int_equal(unlink(path_of("ballast")), 0);
    reopen();
    assert_true(holds(store, 1, 50));
    shut();
    assert_int_equal(umount(data_dir), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_start, fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(users__writer_closed__reader_reads_and_writes),
        TEST(users__writer_at_work__reader_reads_and_writes),
        TEST(users__writer_killed__reader_reads_and_writes),
        TEST(users__root_made_it__reader_reads_and_writes),
        TEST(forbidden__says_what_and_why),
        TEST(directory__cannot_be__says_why),
        TEST(killed__at_any_moment__no_gap_and_no_half_event),
        TEST(damaged__garbage__renewed),
        TEST(damaged__first_page_zero__renewed),
        TEST(damaged__some_page_zero__renewed),
        TEST(damaged__truncated__renewed),
        TEST(damaged__truncated_in_a_page__renewed),
        TEST(damaged__with_log__moved_together),
        TEST(damaged__found_by_many__moved_once),
        TEST(disk_full__append_fails_clearly__works_when_there_is_room),
        TEST(disk_full__open__fails_and_moves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
