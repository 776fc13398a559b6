/* See picture.h. */
#include "ctl/picture.h"

#include "ctl/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OLD_MS = 60000, INTERVALS = 3 };

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
    struct snapshot site, device;
    struct snapshot_site is;
    void *data = files_read(dir, "site.snap", SNAPSHOT_SITE, &site), *of_device;

    p->most_ms = OLD_MS;
    p->age_ms = -1;
    if (data == NULL)
        return;
    snapshot_get_site(&site, &is);
    if (INTERVALS * (int64_t)is.interval_ms > p->most_ms)
        p->most_ms = INTERVALS * (int64_t)is.interval_ms;
    for (uint32_t i = 0; i < site.section[1].count; i++) {
        struct snapshot_entry e;
        int64_t age;

        snapshot_get_entry(&site, i, &e);
        of_device = files_device(dir, &e, &device);
        age = of_device != NULL ? files_age_ms(&device, device.stamp.boot_ms) : -1;
        if (age >= 0 && (p->age_ms < 0 || age < p->age_ms))
            p->age_ms = age;
        free(of_device);
    }
    free(data);
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
    void *data = files_read(dir, "alarms.snap", SNAPSHOT_ALARMS, &s);

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
