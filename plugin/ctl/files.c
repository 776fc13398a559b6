/* See files.h. */
#include "ctl/files.h"

#include "core/fsio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SNAPSHOT_MOST = 64 << 20 };

void *files_open(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret,
                 char why[FILES_WHY])
{
    enum snapshot_error bad;
    void *data = NULL;
    size_t size;
    int err = fsio_read(dir, name, SNAPSHOT_MOST, &data, &size);

    if (err != 0) {
        snprintf(why, FILES_WHY, "%s: %s", name, strerror(-err));
        return NULL;
    }
    bad = snapshot_open(data, size, kind, ret);
    if (bad == SNAPSHOT_OK)
        return data;
    snprintf(why, FILES_WHY, "%s %s", name, snapshot_error_text(bad));
    free(data);
    return NULL;
}

void *files_read(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret)
{
    char why[FILES_WHY];

    return dir < 0 ? NULL : files_open(dir, name, kind, ret, why);
}

void *files_device(int dir, const struct snapshot_entry *e, struct snapshot *ret)
{
    char name[32];

    snapshot_device_name(e->index, name, sizeof(name));
    return files_read(dir, name, e->kind == DEVICE_TH ? SNAPSHOT_TH : SNAPSHOT_DEVICE, ret);
}

/* Read once. */
static const uint8_t *boot_id(void)
{
    static uint8_t id[16];
    static size_t n;
    char text[64] = "";
    FILE *f = n == 0 ? fopen("/proc/sys/kernel/random/boot_id", "r") : NULL;

    if (f != NULL && fgets(text, sizeof(text), f) == NULL)
        *text = '\0';
    if (f != NULL)
        fclose(f);
    for (const char *c = text; *c != '\0' && n < 32; c++) {
        const char *digits = "0123456789abcdef", *digit = strchr(digits, *c);

        if (digit == NULL)
            continue;
        id[n / 2] = (uint8_t)(id[n / 2] << 4 | (digit - digits));
        n++;
    }
    return id;
}

int64_t files_age_ms(const struct snapshot *s, int64_t then_ms)
{
    struct timespec ts;
    int64_t now;

    if (then_ms <= 0 || memcmp(boot_id(), s->stamp.boot_id, sizeof(s->stamp.boot_id)) != 0)
        return -1;
    clock_gettime(CLOCK_BOOTTIME, &ts);
    now = ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
    return now > then_ms ? now - then_ms : 0;
}
