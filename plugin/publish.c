/*
 * See publish.h. Files are not fsynced: StateDir is on tmpfs or holds nothing that the next turn
 * does not make again.
 */
#include "publish.h"

#include "core/fsio.h"
#include "core/limit_list.h"
#include "core/log.h"
#include "core/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The kernel's boot id: 36 characters of hexadecimal and dashes. */
static void read_boot_id(uint8_t ret[16])
{
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    int digits = 0, c;

    memset(ret, 0, 16);
    while (f != NULL && digits < 32 && (c = fgetc(f)) != EOF) {
        int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

        if (v >= 0) {
            ret[digits / 2] = (uint8_t)(ret[digits / 2] << 4 | v);
            digits++;
        }
    }
    if (f != NULL)
        fclose(f);
}

/* ---- the directory ----------------------------------------------------------------------- */

static void close_dir(struct publisher *p)
{
    if (p->lock >= 0)
        close(p->lock);
    if (p->dir >= 0)
        close(p->dir);
    p->dir = p->lock = -1;
}

/* 0 or -errno; -EWOULDBLOCK: another poller has it. */
static int open_dir(struct publisher *p)
{
    struct stat st;
    int err = 0;

    p->dir = fsio_open_dir(p->path, 0755);
    if (p->dir < 0)
        return p->dir;
    p->lock = fsio_lock(p->dir, "lock");
    if (p->lock < 0)
        err = p->lock;
    else if (fstat(p->dir, &st) != 0)
        err = -errno;
    if (err != 0) {
        close_dir(p);
        return err;
    }
    p->device = st.st_dev;
    p->inode = st.st_ino;
    return 0;
}

static const char *describe(int err)
{
    return err == -EWOULDBLOCK ? "another collectd polls with it" : strerror(-err);
}

int publisher_open(struct publisher *p, const char *path, char *why, size_t size)
{
    int err;

    p->path = path;
    p->dir = p->lock = -1;
    pthread_rwlock_init(&p->swap, NULL);
    read_boot_id(p->boot_id);
    err = open_dir(p);
    p->busy = err == -EWOULDBLOCK;
    p->gone = err != 0;
    if (err == 0)
        return 0;
    snprintf(why, size, "StateDir \"%s\": %s", path, describe(err));
    if (p->busy)
        p->path = NULL;
    return -1;
}

/* What was opened is still what others find under the path, and they find our lock in it. While we
 * have it open, its inode cannot be given to another. Not to be allowed to look is no reason to let
 * go of what can still be written. */
static bool in_place(const struct publisher *p)
{
    struct stat dir, lock;

    if (p->dir < 0)
        return false;
    if (stat(p->path, &dir) != 0)
        return errno != ENOENT && errno != ENOTDIR;
    return dir.st_dev == p->device && dir.st_ino == p->inode && fstat(p->lock, &lock) == 0 &&
           lock.st_nlink > 0;
}

static void say_renewed(const struct publisher *p, int err)
{
    if (err == 0)
        log_say(LOG_LEVEL_NOTICE,
                "StateDir \"%s\" had gone; it is made and locked again, everything is published "
                "anew",
                p->path);
    else
        log_say(LOG_LEVEL_ERROR,
                "StateDir \"%s\" has gone, and cannot be had again: %s; SNMP will show old data "
                "and say so, collectd's values go on",
                p->path, describe(err));
}

static bool renew(struct publisher *p)
{
    bool news;
    int err = 0;

    pthread_rwlock_wrlock(&p->swap);
    news = !in_place(p); /* or another thread was faster */
    if (news) {
        close_dir(p);
        err = open_dir(p);
        news = err == 0 || !p->gone;
        p->gone = err != 0;
        p->generation += err == 0;
    }
    pthread_rwlock_unlock(&p->swap);
    if (news)
        say_renewed(p, err);
    return err == 0;
}

bool publisher_check(struct publisher *p)
{
    bool good;

    if (p->path == NULL)
        return false;
    pthread_rwlock_rdlock(&p->swap);
    good = in_place(p);
    pthread_rwlock_unlock(&p->swap);
    return good || renew(p);
}

int publisher_lock_data(const char *path)
{
    return store_lock_dir(path, "poller.lock");
}

void publisher_close(struct publisher *p)
{
    close_dir(p);
    p->path = NULL;
}

/* ---- the files --------------------------------------------------------------------------- */

static bool listed(const char *name, const uint32_t *index, size_t n)
{
    char wanted[32];

    for (size_t i = 0; i < n; i++) {
        snapshot_device_name(index[i], wanted, sizeof(wanted));
        if (strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

static void clean(struct publisher *p, const uint32_t *index, size_t n)
{
    int copy = p->dir >= 0 ? openat(p->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL)
        if (strncmp(e->d_name, "dev-", 4) == 0 && !listed(e->d_name, index, n))
            fsio_remove(p->dir, e->d_name);
    if (d != NULL)
        closedir(d);
    else if (copy >= 0)
        close(copy);
}

/* Whoever finds it gone meanwhile would close it: its number may be another file's then. */
void publisher_clean(struct publisher *p, const uint32_t *index, size_t n)
{
    if (p->path == NULL)
        return;
    pthread_rwlock_rdlock(&p->swap);
    clean(p, index, n);
    pthread_rwlock_unlock(&p->swap);
}

static int64_t clock_ms(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static struct snapshot_stamp stamp(const struct publisher *p, struct publication *f)
{
    struct snapshot_stamp s = {
        .counter = ++f->counter,
        .boot_ms = clock_ms(CLOCK_BOOTTIME),
        .wall_ms = clock_ms(CLOCK_REALTIME),
        .store_id = atomic_load(&p->store_id),
    };

    memcpy(s.boot_id, p->boot_id, sizeof(s.boot_id));
    return s;
}

static int write_file(struct publisher *p, const struct publication *f, size_t size)
{
    int err = -ENOENT;

    if (size == 0)
        return -ENOMEM;
    pthread_rwlock_rdlock(&p->swap);
    if (p->dir >= 0)
        err = fsio_replace(p->dir, f->name, f->buffer.data, size, 0644, false);
    pthread_rwlock_unlock(&p->swap);
    return err;
}

static void put(struct publisher *p, struct publication *f, size_t size)
{
    int err = -ENOENT;

    /* The second time: the directory went between the look and the write. */
    for (int tries = 0; tries < 2 && err == -ENOENT; tries++) {
        if (!publisher_check(p))
            return; /* and that was said */
        err = write_file(p, f, size);
    }
    if (err != 0 && !f->failing)
        log_say(
            LOG_LEVEL_ERROR,
            "%s/%s cannot be written: %s; SNMP will show old data and say so, collectd's values "
            "go on",
            p->path, f->name, strerror(-err));
    if (err == 0 && f->failing)
        log_say(LOG_LEVEL_NOTICE, "%s/%s is written again", p->path, f->name);
    f->failing = err != 0;
}

void publish_device(struct publisher *p, struct publication *f, struct snapshot_device *d,
                    const struct gateway *g)
{
    struct snapshot_stamp s = stamp(p, f);

    if (p->path == NULL)
        return;
    d->health = g->health;
    put(p, f, snapshot_encode_device(&s, d, g, &f->buffer));
}

void publish_th(struct publisher *p, struct publication *f, struct snapshot_device *d,
                const struct th_controller *th)
{
    struct snapshot_stamp s = stamp(p, f);

    if (p->path == NULL)
        return;
    d->health = th->health;
    put(p, f, snapshot_encode_th(&s, d, th, &f->buffer));
}

void publish_site(struct publisher *p, struct publication *f, const struct snapshot_site *site,
                  const struct snapshot_entry *entry, size_t entries)
{
    const limit_scope scope = {p->limits};
    struct snapshot_limit limit[LIMITS];
    struct snapshot_site whole = *site;
    struct snapshot_stamp s = stamp(p, f);

    whole.limit = limit;
    whole.limits = limit_list_general(scope, limit);
    if (p->path != NULL)
        put(p, f, snapshot_encode_site(&s, &whole, entry, entries, &f->buffer));
}

void publish_alarms(struct publisher *p, struct publication *f, const struct alarm *active,
                    size_t actives, const struct event *event, size_t events)
{
    struct snapshot_stamp s = stamp(p, f);

    if (p->path != NULL)
        put(p, f, snapshot_encode_alarms(&s, active, actives, event, events, &f->buffer));
}
