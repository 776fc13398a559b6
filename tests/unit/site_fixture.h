/*
 * site_fixture - the site thread with a real store and StateDir in a directory of the test's own;
 * what it tells is kept, and can be held up.
 */
#ifndef TESTS_SITE_FIXTURE_H
#define TESTS_SITE_FIXTURE_H

#include "../support/capture.h"
#include "../support/check.h"
#include "core/fsio.h"
#include "core/store.h"
#include "site.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TOLD_MOST = 8192 };

static char base[64], state_dir[80], data_dir[80];
static struct publisher pub;
static struct site *site;
static struct gateway_config config[3];
static struct steward_pace pace; /* as set_up() leaves it nothing happens by itself */
static struct site_pace site_pace;
static int64_t commissioning_ms;
static struct aggregator_config aggregator[2];
static size_t aggregators;                       /* of these */
static const char *grouped_by[2];                /* of each gateway, NULL: none */
static const struct limit_settings *site_limits; /* NULL: defaults */
static int float_mv;                             /* of string 3 of each gateway */

/* What was told, and a gate that holds the teller up. */
static pthread_mutex_t told_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told_changed = PTHREAD_COND_INITIALIZER;
static struct event told[TOLD_MOST];
static char told_gateway[NAME_SIZE]; /* the last one's */
static int tells, entered;
static bool gate_closed;
static void (*told_hook)(const struct event *e); /* in the site's thread */

static inline void on_tell(const struct event *e, const char *gateway)
{
    if (told_hook != NULL)
        told_hook(e);
    pthread_mutex_lock(&told_lock);
    entered++;
    pthread_cond_broadcast(&told_changed);
    while (gate_closed)
        pthread_cond_wait(&told_changed, &told_lock);
    if (tells < TOLD_MOST)
        told[tells++] = *e;
    snprintf(told_gateway, sizeof(told_gateway), "%s", gateway);
    pthread_cond_broadcast(&told_changed);
    pthread_mutex_unlock(&told_lock);
}

static inline void gate(bool closed)
{
    pthread_mutex_lock(&told_lock);
    gate_closed = closed;
    pthread_cond_broadcast(&told_changed);
    pthread_mutex_unlock(&told_lock);
}

/* Waits until `*what`, `tells` or `entered`, is at least `n`. */
static inline void wait_for(const int *what, int n)
{
    struct timespec until;
    bool there;
    int err = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&told_lock);
    while (!(there = *what >= n) && err == 0)
        err = pthread_cond_timedwait(&told_changed, &told_lock, &until);
    pthread_mutex_unlock(&told_lock);
    assert_true(there);
}

/* ---- set-up ------------------------------------------------------------------------------ */

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    return remove(path);
}

static inline int set_up(void **state)
{
    char why[512];

    strcpy(base, "/tmp/btms-site-XXXXXX");
    if (mkdtemp(base) == NULL)
        return -1;
    snprintf(state_dir, sizeof(state_dir), "%s/run", base);
    snprintf(data_dir, sizeof(data_dir), "%s/data", base);
    pub = (struct publisher){.dir = -1, .lock = -1};
    tells = entered = 0;
    told_hook = NULL;
    pace = (struct steward_pace){.burst = UINT32_MAX, .fault_ms = 3600000};
    site_pace = (struct site_pace){.reopen_ms = 300, .tick_ms = 100};
    commissioning_ms = 0;
    site_limits = NULL;
    aggregators = 0;
    grouped_by[0] = grouped_by[1] = NULL;
    float_mv = 0;
    gate(false);
    site = NULL;
    capture_start(state);
    return publisher_open(&pub, state_dir, why, sizeof(why));
}

static inline void stop(void)
{
    site_stop(site);
    site = NULL;
}

static inline int tear_down(void **state)
{
    gate(false);
    stop();
    publisher_close(&pub);
    capture_stop(state);
    return nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* With the gateways of these names, NULL for none; waits until it is ready. */
static inline void begin(const char *a, const char *b)
{
    const char *const name[] = {a, b};
    struct site_settings set = {.data_dir = data_dir,
                                .gateway = config,
                                .aggregator = aggregator,
                                .aggregators = aggregators,
                                .publisher = &pub,
                                .tell = on_tell,
                                .pace = pace,
                                .site_pace = site_pace,
                                .limits = site_limits,
                                .commissioning_ms = commissioning_ms,
                                .retention_ms = 86400000};

    memset(config, 0, sizeof(config));
    for (; set.gateways < 2 && name[set.gateways] != NULL; set.gateways++) {
        snprintf(config[set.gateways].name, NAME_SIZE, "%s", name[set.gateways]);
        config[set.gateways].interval_ms = 10000 + (int)set.gateways;
        if (grouped_by[set.gateways] != NULL)
            snprintf(config[set.gateways].aggregator, NAME_SIZE, "%s", grouped_by[set.gateways]);
        config[set.gateways].string[2].float_mv = float_mv;
    }
    site = site_start(&set);
    assert_non_null(site);
    site_wait(site, PATIENCE_MS);
    assert_true(site_device(site, 0) > 0);
}

/* The alarm upsError of UPS `ups` of gateway number `g` begins or ends. */
static inline void post(size_t g, int ups, bool raised)
{
    struct alarm_event e = {.what = raised ? EVENT_RAISED : EVENT_CLEARED};

    e.alarm.kind = 92;
    e.alarm.severity = ALARM_WARNING;
    e.alarm.level = ALARM_OF_UPS;
    e.alarm.ups = (uint16_t)ups;
    snprintf(e.alarm.object, sizeof(e.alarm.object), "%s / UPS %d", config[g].name, ups);
    snprintf(e.alarm.text, sizeof(e.alarm.text), "gw / UPS %d: %s", ups, raised ? "bad" : "over");
    site_post(site, g, &e);
}

/* What a link finds out about it since. */
static inline void post_worse(size_t g, int ups, int peak)
{
    struct alarm_event e = {.what = EVENT_CHANGED};

    e.alarm.kind = 92;
    e.alarm.severity = ALARM_WARNING;
    e.alarm.level = ALARM_OF_UPS;
    e.alarm.ups = (uint16_t)ups;
    e.alarm.has_value = true;
    e.alarm.value = e.alarm.peak = peak;
    site_post(site, g, &e);
}

/* Posts and waits until it was told: only for what is news, when everything before was told. */
static inline const struct event *post_news(size_t g, int ups, bool raised)
{
    int before;

    pthread_mutex_lock(&told_lock);
    before = tells;
    pthread_mutex_unlock(&told_lock);
    post(g, ups, raised);
    wait_for(&tells, before + 1);
    return &told[before];
}

/* The directory of the store cannot be made, or used, while this is in its place. */
static inline void block(void)
{
    char aside[100];

    snprintf(aside, sizeof(aside), "%s.aside", data_dir);
    rename(data_dir, aside);
    fclose(fopen(data_dir, "w"));
}

static inline void unblock(void)
{
    char aside[100];

    snprintf(aside, sizeof(aside), "%s.aside", data_dir);
    unlink(data_dir);
    rename(aside, data_dir);
}

/* What a link is told at its start. */
static struct alarm preset[8];
static size_t presets;

static inline void keep_preset(void *ctx, const struct alarm *a)
{
    (void)ctx;
    assert_true(presets < COUNT(preset));
    preset[presets++] = *a;
}

static inline void tell_presets(size_t g)
{
    unsigned seen = 0;

    presets = 0;
    site_each_standing(site, g, &seen, keep_preset, NULL);
}

/* ---- what it leaves ---------------------------------------------------------------------- */

struct file {
    struct snapshot snap;
    void *data;
};

static inline struct file read_file(const char *name, enum snapshot_kind kind)
{
    struct file f = {.data = NULL};
    size_t size;

    assert_int_equal(fsio_read(pub.dir, name, 8 << 20, &f.data, &size), 0);
    assert_int_equal(snapshot_open(f.data, size, kind, &f.snap), SNAPSHOT_OK);
    return f;
}

static inline size_t published_active(void)
{
    struct file f = read_file("alarms.snap", SNAPSHOT_ALARMS);
    size_t n = f.snap.section[0].count;

    free(f.data);
    return n;
}

/* The last event of alarms.snap; sequence 0 for none. */
static inline struct event published_last(void)
{
    struct file f = read_file("alarms.snap", SNAPSHOT_ALARMS);
    struct event e = {0};

    if (f.snap.section[1].count > 0)
        snapshot_get_event(&f.snap, f.snap.section[1].count - 1, &e);
    free(f.data);
    return e;
}

static inline struct snapshot_site published_site(void)
{
    struct file f = read_file("site.snap", SNAPSHOT_SITE);
    struct snapshot_site s;

    snapshot_get_site(&f.snap, &s);
    free(f.data);
    return s;
}

static inline struct store *look_into(void)
{
    struct store *s = NULL;
    char why[512];

    if (store_open(data_dir, NULL, &s, why, sizeof(why)) != STORE_OK)
        print_error("%s\n", why);
    assert_non_null(s);
    return s;
}

/* How many events the store has; the last one in `*last`, and how many alarms stand. */
static inline size_t stored(struct event *last, size_t *standing)
{
    struct store *s = look_into();
    struct event *e = NULL;
    struct alarm *a = NULL;
    size_t n = 0;

    assert_int_equal(store_events_after(s, 0, SIZE_MAX, &e, &n), 0);
    assert_int_equal(store_active(s, &a, standing), 0);
    if (n > 0)
        *last = e[n - 1];
    free(e);
    free(a);
    store_close(s);
    return n;
}

static inline void add_to_store(struct event e)
{
    struct store *s = look_into();

    assert_int_equal(store_append(s, &e, 1), 0);
    store_close(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
