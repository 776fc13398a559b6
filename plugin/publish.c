/*
 * See publish.h. Files are not fsynced: StateDir is on tmpfs or holds nothing that the next turn
 * does not make again.
 */
#include "publish.h"

#include "core/fsio.h"
#include "core/log.h"
#include "core/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

int publisher_open(struct publisher *p, const char *path, char *why, size_t size)
{
    p->path = path;
    p->lock = -1;
    read_boot_id(p->boot_id);
    p->dir = fsio_open_dir(path, 0755);
    if (p->dir < 0) {
        snprintf(why, size, "StateDir \"%s\": %s", path, strerror(-p->dir));
        return -1;
    }
    p->lock = fsio_lock(p->dir, "lock");
    if (p->lock >= 0)
        return 0;
    snprintf(why, size, "StateDir \"%s\": %s", path,
             p->lock == -EWOULDBLOCK ? "another collectd polls with it" : strerror(-p->lock));
    p->busy = p->lock == -EWOULDBLOCK;
    p->lock = -1;
    close(p->dir);
    p->dir = -1;
    return -1;
}

int publisher_lock_data(const char *path)
{
    int dir = store_open_dir(path);
    int lock = dir >= 0 ? fsio_lock(dir, "poller.lock") : dir;

    if (dir >= 0)
        close(dir);
    return lock;
}

void publisher_close(struct publisher *p)
{
    if (p->lock >= 0)
        close(p->lock);
    if (p->dir >= 0)
        close(p->dir);
    p->dir = p->lock = -1;
}

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

void publisher_clean(struct publisher *p, const uint32_t *index, size_t n)
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

static void put(struct publisher *p, struct publication *f, size_t size)
{
    int err = size > 0 ? fsio_replace(p->dir, f->name, f->buffer.data, size, 0644, false) : -ENOMEM;

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

    if (p->dir < 0)
        return;
    d->health = g->health;
    put(p, f, snapshot_encode_device(&s, d, g, &f->buffer));
}

void publish_site(struct publisher *p, struct publication *f, const struct snapshot_site *site,
                  const struct snapshot_entry *entry, size_t entries)
{
    struct snapshot_stamp s = stamp(p, f);

    if (p->dir >= 0)
        put(p, f, snapshot_encode_site(&s, site, entry, entries, &f->buffer));
}

void publish_alarms(struct publisher *p, struct publication *f, const struct alarm *active,
                    size_t actives, const struct event *event, size_t events)
{
    struct snapshot_stamp s = stamp(p, f);

    if (p->dir >= 0)
        put(p, f, snapshot_encode_alarms(&s, active, actives, event, events, &f->buffer));
}
