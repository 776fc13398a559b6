/*
 * publish - snapshot files into StateDir, for the SNMP agent and other readers.
 *
 * One struct publisher per program, made before any thread starts; one struct publication per file
 * and thread. A StateDir that cannot be written is said once, and once when it is well again;
 * collectd's values are not affected. One that is removed, replaced or emptied is made and locked
 * again by whoever notices first.
 */
#ifndef BTMS_PUBLISH_H
#define BTMS_PUBLISH_H

#include "core/limit.h"
#include "core/snapshot.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

struct publisher {
    int dir, lock; /* of StateDir; -1 = it is not there */
    bool busy;     /* publisher_open() failed as another poller holds the lock */
    uint8_t boot_id[16];
    _Atomic uint64_t store_id;           /* set once the store is open */
    const char *path;                    /* NULL: nothing is published */
    const struct limit_settings *limits; /* of the whole site; NULL: defaults */
    pthread_rwlock_t swap;               /* held for writing while dir and lock are changed */
    dev_t device;                        /* device and inode of dir */
    ino_t inode;
    bool gone;                   /* that it is not there was said */
    _Atomic unsigned generation; /* rises when files that were published are not there any more */
};

/* One file that is published again and again. */
struct publication {
    char name[32];
    uint32_t counter;
    bool failing;
    struct snapshot_buffer buffer;
};

/* Opens and locks StateDir `path` (kept, not copied). 0, or -1: another poller has it (`busy`), or
 * it cannot be made, which is tried again later; `why` gets a line for the log. */
int publisher_open(struct publisher *p, const char *path, char *why, size_t size);

/* Makes and locks StateDir again if it is not the one that was opened any more. False when it is
 * not there, or another poller was faster. Any thread; every publication begins with it. */
bool publisher_check(struct publisher *p);

/* Locks DataDir `path` against other pollers, made if it is not there. A descriptor to keep open;
 * or -EWOULDBLOCK: another poller has it; or any other -errno, which the store will tell better. */
int publisher_lock_data(const char *path);

void publisher_close(struct publisher *p);

/* Removes files of devices that are not among the `n` indexes. */
void publisher_clean(struct publisher *p, const uint32_t *index, size_t n);

void publish_device(struct publisher *p, struct publication *f, struct snapshot_device *d,
                    const struct gateway *g);
void publish_th(struct publisher *p, struct publication *f, struct snapshot_device *d,
                const struct th_controller *th);
/* With the limits of the site, whatever `site` says of them. */
void publish_site(struct publisher *p, struct publication *f, const struct snapshot_site *site,
                  const struct snapshot_entry *entry, size_t entries);
void publish_alarms(struct publisher *p, struct publication *f, const struct alarm *active,
                    size_t actives, const struct event *event, size_t events);

#endif
