/* See picture.h. */
#include "ctl/picture.h"

#include "core/fsio.h"
#include "core/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SNAPSHOT_MOST = 64 << 20, OLD_MS = 60000, INTERVALS = 3 };

/* NULL where it is not there or not good: then it is as if there were none. */
static void *read_file(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret)
{
    void *data = NULL;
    size_t size;

    if (dir < 0 || fsio_read(dir, name, SNAPSHOT_MOST, &data, &size) != 0)
        return NULL;
    if (snapshot_open(data, size, kind, ret) == SNAPSHOT_OK)
        return data;
    free(data);
    return NULL;
}

/* Of this boot? Then when it was written, by CLOCK_BOOTTIME; else -1. */
static int64_t written_ms(const struct snapshot *s)
{
    uint8_t now[16] = {0};
    char text[64] = "";
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");
    size_t n = 0;

    if (f != NULL && fgets(text, sizeof(text), f) == NULL)
        *text = '\0';
    if (f != NULL)
        fclose(f);
    for (const char *c = text; *c != '\0' && n < 2 * sizeof(now); c++) {
        const char *digits = "0123456789abcdef", *digit = strchr(digits, *c);

        if (digit == NULL)
            continue;
        now[n / 2] = (uint8_t)(now[n / 2] << 4 | (digit - digits));
        n++;
    }
    return memcmp(now, s->stamp.boot_id, sizeof(now)) == 0 ? s->stamp.boot_ms : -1;
}

static bool keep(struct picture *p, const struct alarm *a)
{
    struct alarm *grown = realloc(p->alarm, (p->n + 1) * sizeof(*grown));

    if (grown == NULL)
        return false;
    p->alarm = grown;
    p->alarm[p->n++] = *a;
    return true;
}

static void look_at_age(struct picture *p, int dir)
{
    struct timespec ts;
    struct snapshot site, device;
    struct snapshot_site is;
    void *data = read_file(dir, "site.snap", SNAPSHOT_SITE, &site), *of_device;
    int64_t newest = -1;

    p->most_ms = OLD_MS;
    p->age_ms = -1;
    if (data == NULL)
        return;
    snapshot_get_site(&site, &is);
    if (INTERVALS * (int64_t)is.interval_ms > p->most_ms)
        p->most_ms = INTERVALS * (int64_t)is.interval_ms;
    for (uint32_t i = 0; i < site.section[1].count; i++) {
        struct snapshot_entry e;
        char name[32];
        int64_t ms;

        snapshot_get_entry(&site, i, &e);
        snapshot_device_name(e.index, name, sizeof(name));
        of_device = read_file(dir, name, SNAPSHOT_DEVICE, &device);
        ms = of_device != NULL ? written_ms(&device) : -1;
        newest = ms > newest ? ms : newest;
        free(of_device);
    }
    free(data);
    clock_gettime(CLOCK_BOOTTIME, &ts);
    if (newest >= 0)
        p->age_ms = ts.tv_sec * 1000LL + ts.tv_nsec / 1000000 - newest;
}

/* Never makes a store where there is none. NULL: `why` says why. */
struct store *picture_store(const char *data_dir, char *why, size_t size)
{
    char path[4096];
    struct store *s = NULL;

    snprintf(path, sizeof(path), "%s/btms.db", data_dir);
    if (access(path, F_OK) != 0) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return NULL;
    }
    (void)store_open(data_dir, NULL, &s, why, size);
    return s;
}

static bool is_agents(const struct alarm *a)
{
    return a->kind == ALARM_COLLECTOR_DOWN || a->kind == ALARM_EVENTS_DROPPED;
}

/* From the store what is not published: the agent's alarms; without StateDir, all. */
static void add_stored(struct picture *p, const char *data_dir, bool all)
{
    char why[512];
    struct store *s = picture_store(data_dir, why, sizeof(why));
    struct alarm *a = NULL;
    size_t n = 0;

    if (s != NULL && store_active(s, &a, &n) == 0) {
        p->any = true;
        for (size_t i = 0; i < n; i++)
            if (all || is_agents(&a[i]))
                keep(p, &a[i]);
    }
    free(a);
    store_close(s);
}

struct picture picture_look(const char *state_dir, const char *data_dir)
{
    struct picture p = {.age_ms = -1};
    int dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct snapshot s;
    struct alarm a;
    void *data = read_file(dir, "alarms.snap", SNAPSHOT_ALARMS, &s);

    for (uint32_t i = 0; data != NULL && i < s.section[0].count; i++) {
        snapshot_get_alarm(&s, i, &a);
        keep(&p, &a);
    }
    p.any = data != NULL;
    look_at_age(&p, dir);
    add_stored(&p, data_dir, data == NULL);
    free(data);
    if (dir >= 0)
        close(dir);
    return p;
}
