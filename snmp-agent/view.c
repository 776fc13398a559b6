/*
 * See view.h. Directory and files may come, go and be replaced at any moment; a file is read
 * only when it is another one than before (the collector always replaces, never rewrites).
 */
#include "view.h"

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

static void say_file(const struct view *v, const char *name, bool *failing, const char *why)
{
    if (why != NULL && !*failing)
        log_say(LOG_LEVEL_ERROR, "%s/%s %s; what was there before is kept", v->path, name, why);
    if (why == NULL && *failing)
        log_say(LOG_LEVEL_NOTICE, "%s/%s can be used again", v->path, name);
    *failing = why != NULL;
}

/* Reads and validates `name` into `*data` and `snap`, which stay as they are on failure. Nothing
 * happens when it is the version seen last. */
static bool load(struct view *v, const char *name, enum snapshot_kind kind, uint64_t *identity,
                 bool *failing, void **data, struct snapshot *snap)
{
    uint64_t is = identity_of(v, name);
    struct snapshot fresh;
    enum snapshot_error bad;
    void *buffer;
    size_t size;
    int err;

    if (is == 0 || is == *identity)
        return false;
    *identity = is;
    err = fsio_read(v->dir, name, FILE_MOST, &buffer, &size);
    if (err != 0) {
        if (err != -ENOENT)
            say_file(v, name, failing, strerror(-err));
        *identity = 0;
        return false;
    }
    bad = snapshot_open(buffer, size, kind, &fresh);
    say_file(v, name, failing, bad != SNAPSHOT_OK ? snapshot_error_text(bad) : NULL);
    if (bad != SNAPSHOT_OK) {
        free(buffer);
        return false;
    }
    free(*data);
    *data = buffer;
    *snap = fresh;
    return true;
}

/* ---- devices ----------------------------------------------------------------------------- */

static void free_gateway(struct view_gateway *g)
{
    free(g->data);
}

static struct view_gateway *find(struct view_gateway *list, size_t n, uint32_t index)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].index == index)
            return &list[i];
    return NULL;
}

/* The manifest says which devices there are; those that stay keep what was loaded. */
static bool follow_manifest(struct view *v)
{
    uint32_t n = v->site_snap.section[1].count;
    struct view_gateway *list = calloc((size_t)n + 1, sizeof(*list));

    if (list == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        struct snapshot_entry e;
        struct view_gateway *old;

        snapshot_get_entry(&v->site_snap, i, &e);
        old = find(v->gateway, v->gateways, e.index);
        if (old != NULL) {
            list[i] = *old;
            old->data = NULL;
        }
        list[i].index = e.index;
        memcpy(list[i].name, e.name, sizeof(e.name));
    }
    for (size_t i = 0; i < v->gateways; i++)
        free_gateway(&v->gateway[i]);
    free(v->gateway);
    v->gateway = list;
    v->gateways = n;
    return true;
}

static bool load_site(struct view *v)
{
    if (!load(v, "site.snap", SNAPSHOT_SITE, &v->site_identity, &v->site_failing, &v->site_data,
              &v->site_snap))
        return false;
    snapshot_get_site(&v->site_snap, &v->site);
    return follow_manifest(v);
}

/* FNV-1a: good enough to notice that other rows are there. */
static void mix(uint64_t *hash, uint32_t number)
{
    *hash = (*hash ^ number) * 1099511628211u;
}

enum { HASH_START = 2166136261u };

static uint64_t ups_of(const struct snapshot *s)
{
    uint64_t hash = HASH_START;
    struct ups ups;
    int number;

    for (uint32_t i = 0; i < s->section[1].count; i++) {
        snapshot_get_ups(s, i, &number, &ups);
        mix(&hash, (uint32_t)number);
    }
    return hash;
}

static uint32_t absent(const struct string *s, int q)
{
    return s->validity[q] == VALIDITY_ABSENT;
}

/* Where they are, too, and which have a climate. */
static uint64_t strings_of(const struct snapshot *s)
{
    static struct string string; /* 5 kB; this program has one thread that comes here */
    uint64_t hash = HASH_START;
    int number;

    for (uint32_t i = 0; i < s->section[2].count; i++) {
        snapshot_get_string(s, i, &number, &string);
        mix(&hash, (uint32_t)number << 3 | absent(&string, STRING_UPS_ID) << 2 |
                       absent(&string, STRING_AMBIENT_TEMPERATURE) << 1 |
                       absent(&string, STRING_AMBIENT_HUMIDITY));
        mix(&hash, (uint32_t)string.value[STRING_UPS_ID]);
    }
    return hash;
}

/* And which were ever seen. */
static uint64_t cells_of(const struct snapshot *s)
{
    uint64_t hash = HASH_START;
    struct cell cell;
    int number, of;

    for (uint32_t i = 0; i < s->section[3].count; i++) {
        snapshot_get_cell(s, i, &of, &number, &cell);
        mix(&hash, (uint32_t)of << 9 | (uint32_t)number << 1 | cell.seen);
    }
    return hash;
}

static bool load_device(struct view *v, struct view_gateway *g)
{
    uint32_t before = g->data != NULL ? g->snap.stamp.counter : 0;
    char name[32];

    snapshot_device_name(g->index, name, sizeof(name));
    if (!load(v, name, SNAPSHOT_DEVICE, &g->identity, &g->failing, &g->data, &g->snap))
        return false;
    snapshot_get_device(&g->snap, &g->device);
    g->layer[VIEW_UPS] = ups_of(&g->snap);
    g->layer[VIEW_STRINGS] = strings_of(&g->snap);
    g->layer[VIEW_CELLS] = cells_of(&g->snap);
    if (g->snap.stamp.counter < before) /* the collector was restarted */
        v->counters_ms = view_now_ms();
    return true;
}

static uint64_t rows_of(const struct view *v)
{
    uint64_t hash = 14695981039346656037u;

    for (const struct view_gateway *g = v->gateway; g < v->gateway + v->gateways; g++) {
        if (g->data == NULL)
            continue;
        mix(&hash, g->index);
        for (uint32_t i = 0; i < g->snap.section[1].count; i++) {
            struct ups u;
            int number;

            snapshot_get_ups(&g->snap, i, &number, &u);
            mix(&hash, (uint32_t)number);
        }
        for (uint32_t i = 0; i < g->snap.section[2].count; i++) {
            static struct string s; /* 5 kB; this program has one thread that comes here */
            int number;

            snapshot_get_string(&g->snap, i, &number, &s);
            mix(&hash, (uint32_t)number << 8 | s.cells);
        }
    }
    return hash;
}

static void look_at_layer(struct view *v, enum view_layer layer)
{
    uint64_t is = HASH_START;

    for (const struct view_gateway *g = v->gateway; g < v->gateway + v->gateways; g++) {
        mix(&is, g->data != NULL ? g->index : 0);
        is ^= g->layer[layer];
    }
    if (is != v->layer[layer])
        v->layer_changed_ms[layer] = view_now_ms();
    v->layer[layer] = is;
}

static void count_rows(struct view *v)
{
    uint64_t rows = rows_of(v);

    v->ups = v->strings = v->cells = 0;
    for (const struct view_gateway *g = v->gateway; g < v->gateway + v->gateways; g++) {
        if (g->data == NULL)
            continue;
        v->ups += g->snap.section[1].count;
        v->strings += g->snap.section[2].count;
        v->cells += g->snap.section[3].count;
    }
    if (rows != v->rows)
        v->tables_changed_ms = view_now_ms();
    v->rows = rows;
    for (int layer = 0; layer < VIEW_LAYERS; layer++)
        look_at_layer(v, (enum view_layer)layer);
}

/* ---- the whole --------------------------------------------------------------------------- */

static bool same_directory(const struct view *v)
{
    struct stat open_one, named;

    return fstat(v->dir, &open_one) == 0 && stat(v->path, &named) == 0 &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

static void open_directory(struct view *v)
{
    int err;

    if (v->dir >= 0 && !same_directory(v)) { /* taken away, or replaced */
        close(v->dir);
        v->dir = -1;
        v->site_identity = v->alarms_identity = 0;
        for (struct view_gateway *g = v->gateway; g < v->gateway + v->gateways; g++)
            g->identity = 0;
    }
    if (v->dir < 0) {
        v->dir = open(v->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        err = v->dir < 0 ? errno : 0;
        if (err != 0 && !v->dir_failing)
            log_say(LOG_LEVEL_WARNING, "StateDir %s: %s; waiting for it", v->path, strerror(err));
        if (err == 0 && v->dir_failing)
            log_say(LOG_LEVEL_NOTICE, "StateDir %s is there", v->path);
        v->dir_failing = err != 0;
    }
    if (v->dir >= 0) /* adding the same watch again changes nothing */
        inotify_add_watch(v->inotify, v->path,
                          IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
}

static void drain(struct view *v)
{
    char events[4096];

    while (read(v->inotify, events, sizeof(events)) > 0) {
        /* what happened is found by looking; the events only say when to look */
    }
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
    return 0;
}

void view_done(struct view *v)
{
    for (size_t i = 0; i < v->gateways; i++)
        free_gateway(&v->gateway[i]);
    free(v->gateway);
    free(v->site_data);
    free(v->alarms_data);
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
    bool changed = false;

    drain(v);
    open_directory(v);
    if (v->dir < 0)
        return false;
    if (load_site(v)) {
        v->tables_changed_ms = v->tables_changed_ms == 0 ? view_now_ms() : v->tables_changed_ms;
        changed = true;
    }
    for (struct view_gateway *g = v->gateway; g < v->gateway + v->gateways; g++)
        changed |= load_device(v, g);
    changed |= load(v, "alarms.snap", SNAPSHOT_ALARMS, &v->alarms_identity, &v->alarms_failing,
                    &v->alarms_data, &v->alarms_snap);
    if (changed) {
        v->generation++;
        count_rows(v);
    }
    return changed;
}

int64_t view_age_ms(const struct view *v, const struct snapshot *s, int64_t then_ms, int64_t now)
{
    if (then_ms <= 0 || memcmp(v->boot_id, s->stamp.boot_id, sizeof(v->boot_id)) != 0)
        return -1;
    return now > then_ms ? now - then_ms : 0;
}

int64_t view_collector_age_ms(const struct view *v, int64_t now)
{
    int64_t best =
        v->site_data != NULL ? view_age_ms(v, &v->site_snap, v->site_snap.stamp.boot_ms, now) : -1;

    for (const struct view_gateway *g = v->gateway; g < v->gateway + v->gateways; g++) {
        int64_t age = g->data != NULL ? view_age_ms(v, &g->snap, g->snap.stamp.boot_ms, now) : -1;

        if (age >= 0 && (best < 0 || age < best))
            best = age;
    }
    return best;
}

const struct view_gateway *view_gateway_from(const struct view *v, uint32_t index)
{
    size_t low = 0, high = v->gateways;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (v->gateway[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->gateways ? &v->gateway[low] : NULL;
}
