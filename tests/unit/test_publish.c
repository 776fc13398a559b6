/* Files into StateDir: who may, what when they cannot be written, and files of devices that went. */
#include "../support/capture.h"
#include "../support/check.h"
#include "core/fsio.h"
#include "core/snapshot.h"
#include "core/store.h"
#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STRANGER = 54321 }; /* a user that no system has */

static char base[64], state_dir[80], why[512];
static struct publisher pub;
static struct publication device_file;
static struct gateway gateway;
static struct snapshot_device device = {.index = 3, .name = "gw-a", .interval_ms = 10000};

static int set_up(void **state)
{
    strcpy(base, "/tmp/btms-publish-XXXXXX");
    if (mkdtemp(base) == NULL || chmod(base, 0755) != 0)
        return -1;
    snprintf(state_dir, sizeof(state_dir), "%s/run", base);
    pub = (struct publisher){.dir = -1, .lock = -1};
    device_file = (struct publication){.name = "dev-3.snap"};
    return capture_start(state);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    return remove(path);
}

static int tear_down(void **state)
{
    publisher_close(&pub);
    free(device_file.buffer.data);
    capture_stop(state);
    return nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void open_it(void)
{
    assert_int_equal(publisher_open(&pub, state_dir, why, sizeof(why)), 0);
}

static void publish_it(void)
{
    publish_device(&pub, &device_file, &device, &gateway);
}

/* The counter of dev-3.snap; 0: it is not there or not good. */
static uint32_t published(void)
{
    struct snapshot s = {0};
    void *data = NULL;
    size_t size = 0;
    uint32_t counter = 0;
    int dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fsio_read(dir, "dev-3.snap", 1 << 20, &data, &size) == 0 &&
        snapshot_open(data, size, SNAPSHOT_DEVICE, &s) == SNAPSHOT_OK)
        counter = s.stamp.counter;
    free(data);
    close(dir);
    return counter;
}

static const char *path_of(const char *name)
{
    static char path[160];

    snprintf(path, sizeof(path), "%s/%s", state_dir, name);
    return path;
}

/* ---- who may ----------------------------------------------------------------------------- */

/* Another process tries: 0 it has the lock, 1 busy, 2 another failure. */
static int try_in_child(void)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        struct publisher other = {.dir = -1, .lock = -1};
        int rc = publisher_open(&other, state_dir, why, sizeof(why));

        _exit(rc == 0 ? 0 : other.busy && other.dir < 0 && strstr(why, "another collectd") ? 1 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int try_data_in_child(const char *path)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0)
        _exit(publisher_lock_data(path) == -EWOULDBLOCK);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static void open__second_poller__refused_until_the_first_is_gone(void **state)
{
    (void)state;
    open_it();
    assert_false(pub.busy);
    assert_int_equal(try_in_child(), 1);
    publisher_close(&pub);
    assert_int_equal(try_in_child(), 0);
    open_it(); /* the child is gone, and its lock */
}

static void lock_data__second_poller__refused(void **state)
{
    int lock = publisher_lock_data(base);

    (void)state;
    assert_true(lock >= 0);
    assert_int_equal(try_data_in_child(base), 1);
    close(lock);
    assert_int_equal(try_data_in_child(base), 0);
}

/* The directory is made for it, and as the store makes it. */
static void lock_data__first_run__second_poller_refused(void **state)
{
    char data_dir[80];
    struct store *s;
    struct stat st;
    int lock;

    (void)state;
    snprintf(data_dir, sizeof(data_dir), "%s/data", base);
    lock = publisher_lock_data(data_dir);
    assert_true(lock >= 0);
    assert_int_equal(try_data_in_child(data_dir), 1);
    assert_int_equal(stat(data_dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 02770);
    assert_int_equal(store_open(data_dir, NULL, &s, why, sizeof(why)), STORE_OK);
    store_close(s);
    assert_int_equal(try_data_in_child(data_dir), 1);
    close(lock);
}

static void lock_data__cannot_be_made__its_errno(void **state)
{
    char path[100];

    (void)state;
    snprintf(path, sizeof(path), "%s/no/data", base);
    assert_int_equal(publisher_lock_data(path), -ENOENT);
}

static void open__cannot_be_made__says_why_and_nothing_is_published(void **state)
{
    (void)state;
    fclose(fopen(state_dir, "w"));
    assert_int_equal(publisher_open(&pub, state_dir, why, sizeof(why)), -1);
    assert_non_null(strstr(why, state_dir));
    assert_false(pub.busy);
    assert_true(pub.dir < 0 && pub.lock < 0);
    publish_it();
    publisher_clean(&pub, NULL, 0);
    assert_int_equal(capture_lines(), 0);
}

/* ---- files ------------------------------------------------------------------------------- */

static void publish__again_and_again__counter_rises(void **state)
{
    (void)state;
    open_it();
    for (uint32_t i = 1; i <= 5; i++) {
        publish_it();
        assert_int_equal(published(), i);
    }
    assert_int_equal(capture_lines(), 0);
}

static void publish__stamp__of_this_boot_and_store(void **state)
{
    static const uint8_t none[16];
    struct publication file = {.name = "site.snap"};
    const struct snapshot_site site = {.version = "1", .sequence = 5};
    struct snapshot s;
    void *data;
    size_t size;

    (void)state;
    open_it();
    atomic_store(&pub.store_id, 0x1122334455667788);
    publish_site(&pub, &file, &site, NULL, 0);
    assert_int_equal(fsio_read(pub.dir, "site.snap", 1 << 20, &data, &size), 0);
    assert_int_equal(snapshot_open(data, size, SNAPSHOT_SITE, &s), SNAPSHOT_OK);
    assert_true(s.stamp.store_id == 0x1122334455667788);
    assert_memory_equal(s.stamp.boot_id, pub.boot_id, 16);
    assert_memory_not_equal(s.stamp.boot_id, none, 16);
    assert_true(s.stamp.boot_ms > 0 && s.stamp.wall_ms > 0);
    free(data);
    free(file.buffer.data);
}

static void clean__files_of_removed_devices__gone_others_kept(void **state)
{
    static const char *const kept[] = {"dev-2.snap",  "dev-17.snap", "site.snap",
                                       "alarms.snap", "lock",        "device.snap"};
    static const char *const gone[] = {"dev-1.snap", "dev-3.snap", "dev-170.snap"};
    const uint32_t index[] = {17, 2};

    (void)state;
    open_it();
    for (size_t i = 0; i < COUNT(kept); i++)
        close(open(path_of(kept[i]), O_CREAT | O_WRONLY, 0600));
    for (size_t i = 0; i < COUNT(gone); i++)
        close(open(path_of(gone[i]), O_CREAT | O_WRONLY, 0600));
    publisher_clean(&pub, index, COUNT(index));
    for (size_t i = 0; i < COUNT(kept); i++)
        assert_int_equal(access(path_of(kept[i]), F_OK), 0);
    for (size_t i = 0; i < COUNT(gone); i++)
        assert_int_not_equal(access(path_of(gone[i]), F_OK), 0);
    publisher_clean(&pub, NULL, 0);
    assert_int_not_equal(access(path_of("dev-2.snap"), F_OK), 0);
}

static _Atomic pid_t cleaner;
static _Atomic bool cleaned;

static void *clean_all(void *unused)
{
    cleaner = (pid_t)syscall(SYS_gettid);
    publisher_clean(&pub, NULL, 0);
    cleaned = true;
    return unused;
}

/* Is the thread blocked? Not before it says who it is. */
static bool cleaner_sleeps(void)
{
    char path[64], state = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)cleaner);
    f = cleaner != 0 ? fopen(path, "r") : NULL;
    if (f == NULL)
        return false;
    if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
        state = 0;
    fclose(f);
    return state == 'S';
}

/* As a link does that finds StateDir gone. */
static void clean__directory_is_being_changed__waits(void **state)
{
    pthread_t thread;

    (void)state;
    open_it();
    publish_it();
    pthread_rwlock_wrlock(&pub.swap);
    assert_int_equal(pthread_create(&thread, NULL, clean_all, NULL), 0);
    while (!cleaned && !cleaner_sleeps())
        sched_yield();
    assert_false(cleaned);
    assert_int_equal(access(path_of("dev-3.snap"), F_OK), 0);
    pthread_rwlock_unlock(&pub.swap);
    pthread_join(thread, NULL);
    assert_int_not_equal(access(path_of("dev-3.snap"), F_OK), 0);
}

/* ---- a directory that fails -------------------------------------------------------------- */

/* Publishes while it cannot, three times: one line, and the old file is still there. */
static void check_fails(uint32_t before)
{
    for (int i = 0; i < 3; i++)
        publish_it();
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "dev-3.snap cannot be written"), 1);
    assert_int_equal(capture_lines(), 1);
    if (before > 0)
        assert_int_equal(published(), before);
}

static void check_well_again(uint32_t counter)
{
    for (int i = 0; i < 3; i++)
        publish_it();
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "dev-3.snap is written again"), 1);
    assert_int_equal(capture_lines(), 2);
    assert_int_equal(published(), counter + 2);
}

static void publish__name_taken_by_a_directory__one_line_each_way(void **state)
{
    (void)state;
    open_it();
    assert_int_equal(mkdir(path_of("dev-3.snap"), 0700), 0);
    check_fails(0);
    rmdir(path_of("dev-3.snap"));
    check_well_again(4);
}

static void publish__directory_read_only__one_line_each_way(void **state)
{
    bool root = geteuid() == 0;

    (void)state;
    open_it();
    publish_it();
    assert_int_equal(chmod(state_dir, 0555), 0);
    if (root) /* who may do everything, otherwise */
        assert_int_equal(seteuid(STRANGER), 0);
    check_fails(1);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(state_dir, 0755), 0);
    check_well_again(5);
}

/* ---- a directory that goes --------------------------------------------------------------- */

static void remove_directory(void)
{
    assert_int_equal(nftw(state_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* All is as after the start, and one line said so. */
static void check_renewed(uint32_t counter)
{
    struct stat st;

    for (int i = 0; i < 3; i++)
        publish_it();
    assert_int_equal(published(), counter + 2);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "everything is published anew"), 1);
    assert_int_equal(stat(state_dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0755);
    assert_int_equal(try_in_child(), 1);
}

static void directory__removed__made_and_locked_again(void **state)
{
    (void)state;
    open_it();
    publish_it();
    remove_directory();
    check_renewed(2);
    assert_int_equal(capture_lines(), 1);
    assert_int_equal(pub.generation, 1);
}

static void directory__removed_and_made_by_another__used(void **state)
{
    (void)state;
    open_it();
    publish_it();
    remove_directory();
    assert_int_equal(mkdir(state_dir, 0755), 0);
    check_renewed(2);
    assert_int_equal(capture_lines(), 1);
}

static void directory__moved_away__left_alone(void **state)
{
    char aside[100];

    (void)state;
    open_it();
    publish_it();
    snprintf(aside, sizeof(aside), "%s.aside", state_dir);
    assert_int_equal(rename(state_dir, aside), 0);
    check_renewed(2);
    assert_int_equal(capture_lines(), 1);
}

static void directory__emptied__locked_again(void **state)
{
    (void)state;
    open_it();
    publish_it();
    unlink(path_of("lock"));
    unlink(path_of("dev-3.snap"));
    check_renewed(2);
    assert_int_equal(capture_lines(), 1);
}

static void directory__gone_and_cannot_be_made__one_line_each_way(void **state)
{
    (void)state;
    open_it();
    publish_it();
    remove_directory();
    fclose(fopen(state_dir, "w"));
    for (int i = 0; i < 3; i++)
        publish_it();
    assert_false(publisher_check(&pub));
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "StateDir"), 1);
    assert_int_equal(capture_lines(), 1);
    unlink(state_dir);
    check_renewed(5);
    assert_int_equal(capture_lines(), 2);
}

static void directory__not_there_at_the_start__made_later(void **state)
{
    (void)state;
    fclose(fopen(state_dir, "w"));
    assert_int_equal(publisher_open(&pub, state_dir, why, sizeof(why)), -1);
    publish_it();
    unlink(state_dir);
    check_renewed(2);
    assert_int_equal(capture_lines(), 1);
}

/* Another poller was faster: the files are its now. */
static void directory__taken_by_another__nothing_written(void **state)
{
    int dir, lock;

    (void)state;
    open_it();
    publish_it();
    remove_directory();
    dir = fsio_open_dir(state_dir, 0755);
    lock = fsio_lock(dir, "lock");
    assert_true(lock >= 0);
    for (int i = 0; i < 3; i++)
        publish_it();
    assert_int_equal(published(), 0);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "another collectd polls with it"), 1);
    assert_int_equal(capture_lines(), 1);
    close(lock);
    close(dir);
    check_renewed(5);
}

static void needs_small_disk(void)
{
    if (getuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mkdir(state_dir, 0755) == 0 &&
        mount("btms-test", state_dir, "tmpfs", 0, "size=64k") == 0)
        return;
    print_message("SKIP: cannot mount a small disk\n");
    skip();
}

static void publish__disk_full__one_line_each_way(void **state)
{
    static const char zeros[4096];
    int fd;

    (void)state;
    needs_small_disk();
    open_it();
    publish_it();
    fd = open(path_of("ballast"), O_CREAT | O_WRONLY, 0600);
    while (write(fd, zeros, sizeof(zeros)) > 0)
        ;
    close(fd);
    check_fails(1);
    unlink(path_of("ballast"));
    check_well_again(5);
    publisher_close(&pub);
    assert_int_equal(umount(state_dir), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open__second_poller__refused_until_the_first_is_gone),
        TEST(lock_data__second_poller__refused),
        TEST(lock_data__first_run__second_poller_refused),
        TEST(lock_data__cannot_be_made__its_errno),
        TEST(open__cannot_be_made__says_why_and_nothing_is_published),
        TEST(publish__again_and_again__counter_rises),
        TEST(publish__stamp__of_this_boot_and_store),
        TEST(clean__files_of_removed_devices__gone_others_kept),
        TEST(clean__directory_is_being_changed__waits),
        TEST(publish__name_taken_by_a_directory__one_line_each_way),
        TEST(publish__directory_read_only__one_line_each_way),
        TEST(publish__disk_full__one_line_each_way),
        TEST(directory__removed__made_and_locked_again),
        TEST(directory__removed_and_made_by_another__used),
        TEST(directory__moved_away__left_alone),
        TEST(directory__emptied__locked_again),
        TEST(directory__gone_and_cannot_be_made__one_line_each_way),
        TEST(directory__not_there_at_the_start__made_later),
        TEST(directory__taken_by_another__nothing_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
