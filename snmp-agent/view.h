/*
 * view - what the collector published, as the agent serves it.
 *
 * Holds the newest valid snapshot of the site, of each device it lists, and of the alarms. A file
 * is read whole into a buffer, validated once, and then replaces the one before; a file that cannot
 * be used is said once and the one before stays.
 *
 * What is served is a version: pointers to these buffers, never changed once it is there. Something
 * new makes a new version beside it, with the buffers that did not change shared between the two;
 * whoever still reads the old one holds it, and sees one poll of each device. Single-threaded.
 */
#ifndef BTMS_VIEW_H
#define BTMS_VIEW_H

#include "view_alarms.h"

#include "core/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

/* What is looked at for changes one by one, for those who are only shown some of it. TH controllers
 * count as UPS do, their sensors as strings do. */
enum view_layer { VIEW_UPS, VIEW_STRINGS, VIEW_CELLS, VIEW_LAYERS };

/* One device, of one poll: a gateway, a serial line of string masters, or a TH controller. Rows are
 * decoded from its snapshot when asked for; a TH controller is small, and is decoded as a whole. */
struct view_gateway {
    uint32_t users;
    uint64_t serial; /* of no other one that ever was */
    uint32_t index;
    char name[NAME_SIZE];
    void *data;
    struct snapshot snap;
    struct snapshot_device device;
    struct th_controller *th; /* NULL for all others */
    int64_t oldest_ms; /* the oldest reading of a UPS, a string, its cells or a sensor; 0 = none */
    uint8_t strings_of[UPS_MAX + 1]; /* how many strings name this UPS as theirs */
    uint8_t ups_of[STRING_MAX + 1];  /* which UPS a string names; 0 = none */
    uint32_t cells_usable;       /* a bit for each quantity that any cell has a usable value of */
    uint64_t rows;               /* which rows there are, in one number */
    uint64_t layer[VIEW_LAYERS]; /* which rows each has, and in what, in one number */
};

struct view_site {
    uint32_t users;
    void *data;
    struct snapshot snap;
    struct snapshot_site about;
    uint64_t layer[VIEW_LAYERS]; /* as of a device */
};

struct view_version {
    uint32_t users;
    uint64_t generation; /* rises with every version */
    uint64_t rows;       /* which rows there are, in one number */
    uint8_t boot_id[16];
    struct view_site *site;     /* NULL until a usable one was seen */
    struct view_alarms *alarms; /* the same */
    size_t gateways;            /* with a usable snapshot */
    size_t ths;                 /* the same of TH controllers */
    uint32_t ups, strings, cells, sensors;
    int64_t oldest_ms, newest_ms; /* readings of all devices; publications; 0 = none of this boot */
    int64_t tables_changed_ms;    /* CLOCK_BOOTTIME: rows came or went, as far as this agent saw */
    int64_t layer_changed_ms[VIEW_LAYERS]; /* the same of each layer */
    int64_t counters_ms;      /* CLOCK_BOOTTIME: counters of a gateway last began anew; 0 = never */
    struct view_gateway **th; /* ascending index; behind the gateways */
    struct view_gateway *gateway[]; /* ascending index */
};

/* One that is looked for. */
struct view_file {
    uint64_t identity; /* of the version seen last; 0 = none */
    bool failing;
    bool look; /* it may be another version by now */
};

struct view {
    struct view_version *now; /* the newest; never NULL */
    int dir;                  /* StateDir; -1 while it is not there */
    const char *path;
    int inotify;
    uint8_t boot_id[16];
    struct view_slot { /* what the manifest lists, ascending index */
        uint32_t index;
        char name[NAME_SIZE];
        uint8_t kind; /* enum device_kind */
        struct view_file file;
        struct view_gateway *is; /* NULL: no usable snapshot yet */
    } * slot;
    size_t slots;
    struct view_site *site;
    struct view_alarms *alarms;
    struct view_file site_file, alarms_file;
    bool dir_failing;
    int64_t looked_ms; /* CLOCK_BOOTTIME: at all files, whatever events told */
    uint64_t serial, rows, layer[VIEW_LAYERS];
    bool stale; /* no memory for a version of what is there; tried again */
    int64_t tables_changed_ms, counters_ms, layer_changed_ms[VIEW_LAYERS];
};

/* `path` is kept, not copied. 0, or -errno when no inotify descriptor or memory is to be had. A
 * directory that is not there yet is waited for. view_done() after every version was released. */
int view_init(struct view *v, const char *path);
void view_done(struct view *v);

/* Readable when something changed; then view_refresh(), which looks at the files that the events name,
 * and at all of them when there are no events, when some were lost, when the directory is another one,
 * and every few seconds. True when anything changed: `now` is another version. */
int view_fd(const struct view *v);
bool view_refresh(struct view *v);

/* When to refresh, in ms from the last time, although nothing was readable: the kernel may have
 * dropped an event, and nobody tells that a directory appears. */
int view_patience_ms(const struct view *v);

/* The newest version stays as it is until it is released. */
struct view_version *view_hold(const struct view *v);
void view_release(struct view_version *n);

/* CLOCK_BOOTTIME, and wall time since 1970, in ms. */
int64_t view_now_ms(void);
int64_t view_wall_ms(void);

/* Age in ms of a moment of the collector, as of `now`; -1 when it was another boot's or never. */
int64_t view_age_ms(const struct view_version *n, const struct snapshot *s, int64_t then_ms,
                    int64_t now);

/* Age of the newest device snapshot (or of site.snap); -1: none of this boot was ever seen. */
int64_t view_collector_age_ms(const struct view_version *n, int64_t now);

/* Position of the first gateway with an index >= `index`; the count when there is none. */
size_t view_gateway_at(const struct view_version *n, uint32_t index);

/* The first TH controller with an index >= `index`; NULL when there is none. */
const struct view_gateway *view_th_from(const struct view_version *n, uint32_t index);

/* The gateway called so, or NULL. */
const struct view_gateway *view_gateway_named(const struct view_version *n, const char *name,
                                              size_t size);

#endif
