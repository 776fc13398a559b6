/* The files of the site thread: what it publishes, and what the last run published. */
#include "site_own.h"

#include "core/fsio.h"
#include "core/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPSHOT_MOST = 64 << 20 }; /* as those who read it have it */

/* ---- the last run ------------------------------------------------------------------------ */

static void say_ignored(const struct site *s, const char *name, const char *why)
{
    log_say(LOG_LEVEL_WARNING,
            "%s/%s of the last run is ignored: %s; alarms that the store does not have begin anew",
            s->set.publisher->path, name, why);
}

void *site_read_snapshot(struct site *s, const char *name, enum snapshot_kind kind,
                         struct snapshot *ret)
{
    enum snapshot_error bad;
    void *data = NULL;
    size_t size;
    int err = -ENOENT;

    if (s->set.publisher->dir >= 0)
        err = fsio_read(s->set.publisher->dir, name, SNAPSHOT_MOST, &data, &size);
    if (err != 0 && err != -ENOENT)
        say_ignored(s, name, err == -EFBIG ? "over 64 MB" : strerror(-err));
    if (err != 0)
        return NULL;
    bad = snapshot_open(data, size, kind, ret);
    if (bad == SNAPSHOT_OK)
        return data;
    say_ignored(s, name, snapshot_error_text(bad));
    free(data);
    return NULL;
}

static struct snapshot_entry *get_entries(struct site *s, const struct snapshot *site,
                                          size_t *ret_n)
{
    struct snapshot_entry *ret = calloc(site->section[1].count + 1, sizeof(*ret));

    for (uint32_t i = 0; ret != NULL && i < site->section[1].count; i++) {
        snapshot_get_entry(site, i, &ret[i]);
        s->device = ret[i].index > s->device ? ret[i].index : s->device;
        *ret_n = i + 1;
    }
    return ret;
}

/* What the last run published: alarms stand until the store says more, and numbers are never used
 * again, even with a new store. The manifest says to which gateways the indexes belong, so without
 * it the alarms are worth nothing. */
static struct snapshot_entry *restore(struct site *s, size_t *ret_n)
{
    struct snapshot snap;
    struct snapshot_site was;
    struct snapshot_entry *ret;
    void *data = site_read_snapshot(s, "site.snap", SNAPSHOT_SITE, &snap);

    *ret_n = 0;
    if (data == NULL)
        return NULL;
    snapshot_get_site(&snap, &was);
    s->ledger.sequence = was.sequence;
    s->ledger.alarm_id = was.alarm_id;
    ret = get_entries(s, &snap, ret_n);
    site_restore_aggregators(s, &snap);
    free(data);
    data = site_read_snapshot(s, "alarms.snap", SNAPSHOT_ALARMS, &snap);
    if (data != NULL) {
        ledger_restore(&s->ledger, &snap);
        atomic_store(&s->set.publisher->store_id, snap.stamp.store_id);
    }
    free(data);
    return ret;
}

/* 0: none was. */
static uint32_t published_index(const char *name, const struct snapshot_entry *old, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(old[i].name, name) == 0)
            return old[i].index;
    return 0;
}

static const char *former_name_of(const struct site *s, size_t i)
{
    const struct gateway_config *g = site_gateway(s, i);

    return g != NULL ? g->former_name : site_th(s, i)->former_name;
}

/* The index that was published for this name, or for the one before it; or the one after `highest`, as
 * the store will do. */
static uint32_t guess_index(uint32_t *highest, const char *name, const char *former,
                            const struct snapshot_entry *old, size_t n)
{
    uint32_t index = published_index(name, old, n);

    if (index == 0 && *former != '\0')
        index = published_index(former, old, n);
    return index != 0 ? index : ++*highest;
}

static void guess_devices(struct site *s, const struct snapshot_entry *old, size_t n)
{
    uint32_t highest = s->device;

    for (size_t i = 0; i < s->devices; i++) {
        struct snapshot_entry *e = &s->entry[i];

        e->index = guess_index(&highest, e->name, former_name_of(s, i), old, n);
        s->listed[i] = e->index <= s->device;
    }
}

void site_restore(struct site *s)
{
    size_t n;
    struct snapshot_entry *old = restore(s, &n);

    guess_devices(s, old, n);
    for (size_t i = 0; i < s->set.gateways; i++)
        site_restore_quantities(s, i);
    site_guess_aggregators(s);
    free(old);
}

/* ---- this run ---------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b)
{
    const struct snapshot_entry *x = a, *y = b;

    return x->index < y->index ? -1 : x->index > y->index;
}

void site_publish_manifest(struct site *s)
{
    struct snapshot_site site = {
        .sequence = s->ledger.sequence,
        .alarm_id = s->ledger.alarm_id,
        .alarms_changed_ms = s->alarms_changed_ms,
        .interval_ms = 3600 * 1000,
        .part = s->set.part,
        .parts = s->set.parts,
        .aggregator = site_sorted_aggregators(s),
        .aggregators = s->set.aggregators,
    };

    snprintf(site.version, sizeof(site.version), "%s", BTMS_VERSION);
    for (size_t i = 0; i < s->devices; i++)
        if ((uint32_t)s->place[i].interval_ms < site.interval_ms)
            site.interval_ms = (uint32_t)s->place[i].interval_ms;
    memcpy(s->sorted, s->entry, s->devices * sizeof(*s->entry));
    qsort(s->sorted, s->devices, sizeof(*s->sorted), by_index);
    publish_site(s->set.publisher, &s->site_file, &site, s->sorted, s->devices);
    s->aggregators.news = false;
}

void site_publish(struct site *s)
{
    s->generation = s->set.publisher->generation;
    ledger_sort(&s->ledger);
    publish_alarms(s->set.publisher, &s->alarms_file, s->ledger.active, s->ledger.actives,
                   s->ledger.ring, s->ledger.events);
    site_publish_manifest(s);
}

bool site_files_old(struct site *s)
{
    return publisher_check(s->set.publisher) && (s->alarms_file.failing || s->site_file.failing ||
                                                 s->generation != s->set.publisher->generation);
}
