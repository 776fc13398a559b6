/*
 * view - what the collector published, as the agent serves it.
 *
 * Holds the newest valid snapshot of the site, of each device it lists, and of the alarms. A file
 * is read whole into a buffer, validated once, and then replaces the one before; a file that cannot
 * be used is said once and the one before stays. Single-threaded.
 */
#ifndef BTMS_VIEW_H
#define BTMS_VIEW_H

#include "core/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

/* What is looked at for changes one by one, for those who are only shown some of it. */
enum view_layer { VIEW_UPS, VIEW_STRINGS, VIEW_CELLS, VIEW_LAYERS };

/* One device. Rows are decoded from its snapshot when asked for. */
struct view_gateway {
    uint32_t index;
    char name[NAME_SIZE];
    void *data; /* NULL: listed, but no usable snapshot yet */
    struct snapshot snap;
    struct snapshot_device device;
    uint64_t identity;
    uint64_t layer[VIEW_LAYERS]; /* which rows each has, and in what, in one number */
    bool failing;
};

struct view {
    int dir; /* StateDir; -1 while it is not there */
    const char *path;
    int inotify;
    uint8_t boot_id[16];
    struct view_gateway *gateway; /* ascending index */
    size_t gateways;
    void *site_data, *alarms_data; /* NULL until a usable one was seen */
    struct snapshot site_snap, alarms_snap;
    struct snapshot_site site;
    bool site_failing, alarms_failing, dir_failing;
    uint64_t site_identity, alarms_identity;
    int64_t tables_changed_ms; /* CLOCK_BOOTTIME: rows came or went, as far as this agent saw */
    uint64_t generation;       /* rises with every change */
    uint64_t rows;             /* which rows there are, in one number */
    uint64_t layer[VIEW_LAYERS];
    int64_t layer_changed_ms[VIEW_LAYERS]; /* CLOCK_BOOTTIME, as tables_changed_ms */
    int64_t counters_ms; /* CLOCK_BOOTTIME: counters of a gateway last began anew; 0 = never */
    /* counts over all devices */
    uint32_t ups, strings, cells;
};

/* `path` is kept, not copied. 0, or -errno when no inotify descriptor is to be had. A directory
 * that is not there yet is waited for. */
int view_init(struct view *v, const char *path);
void view_done(struct view *v);

/* Readable as soon as something changed; then view_refresh(). True when anything changed. */
int view_fd(const struct view *v);
bool view_refresh(struct view *v);

/* When to refresh, in ms from the last time, although nothing was readable: the kernel may have
 * dropped an event, and nobody tells that a directory appears. */
int view_patience_ms(const struct view *v);

/* CLOCK_BOOTTIME, and wall time since 1970, in ms. */
int64_t view_now_ms(void);
int64_t view_wall_ms(void);

/* Age in ms of a moment of the collector, as of `now`; -1 when it was another boot's or never. */
int64_t view_age_ms(const struct view *v, const struct snapshot *s, int64_t then_ms, int64_t now);

/* Age of the newest device snapshot (site.snap where there is no device); -1: none was ever seen. */
int64_t view_collector_age_ms(const struct view *v, int64_t now);

/* First gateway with an index >= `index`; NULL when there is none. */
const struct view_gateway *view_gateway_from(const struct view *v, uint32_t index);

#endif
