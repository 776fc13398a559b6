/*
 * See view.h. Directory and files may come, go and be replaced at any moment; a file is read
 * only when it is another one than before (the collector always replaces, never rewrites).
 */
#include "view.h"

#include "view_version.h"

#include "core/fsio.h"
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MOST = 64 << 20, RESCAN_MS = 5000, ABSENT_MS = 200 };

static int64_t clock_ms(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

int64_t view_now_ms(void)
{
    return clock_ms(CLOCK_BOOTTIME);
}

int64_t view_wall_ms(void)
{
    return clock_ms(CLOCK_REALTIME);
}

/* ---- files ------------------------------------------------------------------------------- */

/* Tells one version of `name` from the next: inodes alone are used again. 0: not there. */
static uint64_t identity_of(const struct view *v, const char *name)
{
    struct stat st;

    if (fstatat(v->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    return ((uint64_t)st.st_ino << 32 ^ (uint64_t)st.st_mtim.tv_sec * 1000000000 ^
            (uint64_t)st.st_mtim.tv_nsec) |
           1;
}

static void say_file(const struct view *v, const char *name, struct view_file *f, const char *why)
{
    if (why != NULL && !f->failing)
        log_say(LOG_LEVEL_ERROR, "%s/%s %s; what was there before is kept", v->path, name, why);
    if (why == NULL && f->failing)
        log_say(LOG_LEVEL_NOTICE, "%s/%s can be used again", v->path, name);
    f->failing = why != NULL;
}

/* Next time, although no event will tell of it. */
static void read_again(struct view_file *f)
{
    f->identity = 0;
    f->look = true;
}

/* Reads and validates `name`: the buffer, which `ret` points into, or NULL, also when it is the
 * version seen last, or not to be looked at. */
static void *load(struct view *v, const char *name, enum snapshot_kind kind, struct view_file *f,
                  struct snapshot *ret)
{
    uint64_t is = f->look ? identity_of(v, name) : 0;
    enum snapshot_error bad;
    void *buffer;
    size_t size;
    int err;

    f->look = false;
    if (is == 0 || is == f->identity)
        return NULL;
    f->identity = is;
    err = fsio_read(v->dir, name, FILE_MOST, &buffer, &size);
    if (err != 0) {
        if (err != -ENOENT)
            say_file(v, name, f, strerror(-err));
        read_again(f);
        return NULL;
    }
    bad = snapshot_open(buffer, size, kind, ret);
    say_file(v, name, f, bad != SNAPSHOT_OK ? snapshot_error_text(bad) : NULL);
    if (bad != SNAPSHOT_OK) {
        free(buffer);
        return NULL;
    }
    return buffer;
}

/* ---- the manifest ------------------------------------------------------------------------ */

static void free_slots(struct view *v)
{
    for (struct view_slot *s = v->slot; s < v->slot + v->slots; s++)
        view_gateway_drop(s->is);
    free(v->slot);
}

/* It says which devices there are; those that stay keep what was loaded. */
static bool follow_manifest(struct view *v, const struct snapshot *site)
{
    uint32_t n = site->section[1].count;
    struct view_slot *list = calloc((size_t)n + 1, sizeof(*list));
    size_t at = 0; /* both ascend */

    if (list == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        struct snapshot_entry e;

        snapshot_get_entry(site, i, &e);
        while (at < v->slots && v->slot[at].index < e.index)
            at++;
        if (at < v->slots && v->slot[at].index == e.index && v->slot[at].kind == e.kind &&
            strcmp(v->slot[at].name, e.name) == 0) {
            list[i] = v->slot[at];
            v->slot[at].is = NULL;
        } else { /* its file may have been there before */
            list[i].file.look = true;
        }
        list[i].index = e.index;
        list[i].kind = e.kind;
        memcpy(list[i].name, e.name, sizeof(e.name));
    }
    free_slots(v);
    v->slot = list;
    v->slots = n;
    return true;
}

/* ---- files, taken over ------------------------------------------------------------------- */

/* Without memory the file is read again next time. */
static bool load_site(struct view *v)
{
    struct snapshot snap;
    void *data = load(v, "site.snap", SNAPSHOT_SITE, &v->site_file, &snap);
    struct view_site *fresh = data != NULL ? view_site_new(data, &snap) : NULL;

    if (data == NULL)
        return false;
    if (fresh == NULL || !follow_manifest(v, &snap)) {
        view_site_drop(fresh);
        read_again(&v->site_file);
        return false;
    }
    view_site_drop(v->site);
    v->site = fresh;
    if (v->tables_changed_ms == 0)
        v->tables_changed_ms = view_now_ms();
    return true;
}

/* Was the collector, between the two? Counts of publications and of requests begin anew; a first one may
 * follow a first one, or be missed. */
static bool restarted(const struct view_gateway *was, const struct view_gateway *is)
{
    const struct snapshot_stamp *a = &was->snap.stamp, *b = &is->snap.stamp;

    return b->counter < a->counter || (b->counter == a->counter && b->boot_ms != a->boot_ms) ||
           is->device.health.requests < was->device.health.requests;
}

static bool load_device(struct view *v, struct view_slot *s)
{
    enum snapshot_kind kind = s->kind == DEVICE_TH ? SNAPSHOT_TH : SNAPSHOT_DEVICE;
    struct view_gateway *fresh;
    struct snapshot snap;
    char name[32];
    void *data;

    if (s->kind > DEVICE_TH) /* of a later collector: there is no table for it here */
        return false;
    snapshot_device_name(s->index, name, sizeof(name));
    data = load(v, name, kind, &s->file, &snap);
    if (data == NULL)
        return false;
    fresh = view_gateway_new(data, &snap, s, ++v->serial);
    if (fresh == NULL) {
        read_again(&s->file);
        return false;
    }
    if (s->is != NULL && restarted(s->is, fresh))
        v->counters_ms = view_now_ms();
    view_gateway_drop(s->is);
    s->is = fresh;
    return true;
}

static bool load_alarms(struct view *v)
{
    struct snapshot snap;
    void *data = load(v, "alarms.snap", SNAPSHOT_ALARMS, &v->alarms_file, &snap);
    struct view_alarms *fresh = data != NULL ? view_alarms_new(data, &snap) : NULL;

    if (data == NULL)
        return false;
    if (fresh == NULL) {
        read_again(&v->alarms_file);
        return false;
    }
    view_alarms_drop(v->alarms);
    v->alarms = fresh;
    return true;
}

static void look_at_layers(struct view *v)
{
    for (int i = 0; i < VIEW_LAYERS; i++) {
        uint64_t is = view_version_layer(v, (enum view_layer)i);

        if (is != v->layer[i])
            v->layer_changed_ms[i] = view_now_ms();
        v->layer[i] = is;
    }
}

/* Makes what is loaded the version that is served from now on. */
static bool publish(struct view *v)
{
    uint64_t rows = view_version_rows(v);
    struct view_version *fresh;

    if (rows != v->rows)
        v->tables_changed_ms = view_now_ms();
    v->rows = rows;
    look_at_layers(v);
    fresh = view_version_new(v, v->now->generation + 1);
    v->stale = fresh == NULL;
    if (fresh == NULL)
        return false;
    view_release(v->now);
    v->now = fresh;
    return true;
}

/* ---- what to look at --------------------------------------------------------------------- */

static void look_at_all(struct view *v)
{
    v->site_file.look = v->alarms_file.look = true;
    for (struct view_slot *s = v->slot; s < v->slot + v->slots; s++)
        s->file.look = true;
    v->looked_ms = view_now_ms();
}

static void look_at_device(struct view *v, unsigned long index)
{
    size_t low = 0, high = v->slots;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (v->slot[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < v->slots && v->slot[low].index == index)
        v->slot[low].file.look = true;
}

/* Once too often does no harm. A device that is not listed is looked at when it is. */
static void look_at(struct view *v, const char *name)
{
    if (strcmp(name, "site.snap") == 0)
        v->site_file.look = true;
    else if (strcmp(name, "alarms.snap") == 0)
        v->alarms_file.look = true;
    else if (strncmp(name, "dev-", 4) == 0)
        look_at_device(v, strtoul(name + 4, NULL, 10));
}

/* Each event that names a file says to look at it: what happened is found by looking. True when that
 * is all. False when nothing was told, or of no file: events were lost, or the directory itself went. */
static bool take_events(struct view *v)
{
    bool told = false, doubt = false;
    char events[4096];
    ssize_t n;

    while ((n = read(v->inotify, events, sizeof(events))) > 0) {
        struct inotify_event e;

        told = true;
        for (const char *at = events; at < events + n; at += sizeof(e) + e.len) {
            memcpy(&e, at, sizeof(e));
            if (e.len == 0)
                doubt = true;
            else
                look_at(v, at + sizeof(e));
        }
    }
    return told && !doubt;
}

/* ---- the whole --------------------------------------------------------------------------- */

static bool same_directory(const struct view *v)
{
    struct stat open_one, named;

    return fstat(v->dir, &open_one) == 0 && stat(v->path, &named) == 0 &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

/* True when it was opened: nothing is known of its files. */
static bool open_directory(struct view *v)
{
    bool opened = false;
    int err;

    if (v->dir >= 0 && !same_directory(v)) { /* taken away, or replaced */
        close(v->dir);
        v->dir = -1;
        v->site_file.identity = v->alarms_file.identity = 0;
        for (struct view_slot *s = v->slot; s < v->slot + v->slots; s++)
            s->file.identity = 0;
    }
    if (v->dir < 0) {
        v->dir = open(v->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        err = v->dir < 0 ? errno : 0;
        if (err != 0 && !v->dir_failing)
            log_say(LOG_LEVEL_WARNING, "StateDir %s: %s; waiting for it", v->path, strerror(err));
        if (err == 0 && v->dir_failing)
            log_say(LOG_LEVEL_NOTICE, "StateDir %s is there", v->path);
        v->dir_failing = err != 0;
        opened = err == 0;
    }
    if (v->dir >= 0) /* adding the same watch again changes nothing */
        inotify_add_watch(v->inotify, v->path,
                          IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    return opened;
}

static void read_boot_id(uint8_t ret[16])
{
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    unsigned byte;

    memset(ret, 0, 16);
    for (int i = 0; f != NULL && i < 16; i++) {
        if (fscanf(f, "%*[-]") == EOF || fscanf(f, "%2x", &byte) != 1)
            break;
        ret[i] = (uint8_t)byte;
    }
    if (f != NULL)
        fclose(f);
}

int view_init(struct view *v, const char *path)
{
    *v = (struct view){.dir = -1, .path = path};
    v->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (v->inotify < 0)
        return -errno;
    read_boot_id(v->boot_id);
    v->rows = view_version_rows(v);
    v->now = view_version_new(v, 0);
    if (v->now == NULL)
        close(v->inotify);
    return v->now != NULL ? 0 : -ENOMEM;
}

void view_done(struct view *v)
{
    view_release(v->now);
    free_slots(v);
    view_site_drop(v->site);
    view_alarms_drop(v->alarms);
    if (v->dir >= 0)
        close(v->dir);
    close(v->inotify);
}

int view_fd(const struct view *v)
{
    return v->inotify;
}

int view_patience_ms(const struct view *v)
{
    return v->dir >= 0 ? RESCAN_MS : ABSENT_MS;
}

bool view_refresh(struct view *v)
{
    bool changed = v->stale;
    bool all = !take_events(v);

    all |= open_directory(v);
    if (all || view_now_ms() - v->looked_ms >= RESCAN_MS)
        look_at_all(v);
    if (v->dir >= 0) {
        changed |= load_site(v);
        for (struct view_slot *s = v->slot; s < v->slot + v->slots; s++)
            changed |= load_device(v, s);
        changed |= load_alarms(v);
    }
    return changed && publish(v);
}
