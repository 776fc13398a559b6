/* Which files the agent looks at when it is woken: those that changed, or all when that is in doubt.
 * The linker replaces fstatat(), with which it looks (see the Makefile). */
#include "../../support/capture.h"
#include "view_fixture.h"

enum { DEVICES = 100, SOME = 42, OTHER = 77, ALL = DEVICES + 2 }; /* with site.snap, alarms.snap */

static int looks;
static char looked_at[64]; /* last */

int __real_fstatat(int dir, const char *name, struct stat *ret, int flags);
int __wrap_fstatat(int dir, const char *name, struct stat *ret, int flags);

int __wrap_fstatat(int dir, const char *name, struct stat *ret, int flags)
{
    looks++;
    snprintf(looked_at, sizeof(looked_at), "%s", name);
    return __real_fstatat(dir, name, ret, flags);
}

/* Told by the requests made. */
static void put_one(struct plant *p, uint32_t index, uint64_t requests)
{
    static struct gateway g;
    struct snapshot_device d = device_b;

    fill_b(&g);
    d.index = index;
    d.health.requests = requests;
    snprintf(d.name, sizeof(d.name), "gw-%u", (unsigned)index);
    put_device_at(p, NOW, &d, &g);
}

/* Devices 1, 2, ... */
static void list(struct plant *p, uint32_t devices)
{
    static struct snapshot_entry e[DEVICES + 1];

    for (uint32_t i = 0; i < devices; i++) {
        e[i].index = i + 1;
        snprintf(e[i].name, sizeof(e[i].name), "gw-%u", (unsigned)i + 1);
    }
    put_site_at(p, NOW, 24, 14, e, devices);
}

static uint64_t requests_of(const struct plant *p, uint32_t index)
{
    return p->view.now->gateway[view_gateway_at(p->view.now, index)]->device.health.requests;
}

static int looks_since(struct plant *p, int64_t looked_ms)
{
    looks = 0;
    p->view.looked_ms = looked_ms;
    view_refresh(&p->view);
    return looks;
}

/* As if it had just looked at all, however slow this machine is. */
static int looks_of_refresh(struct plant *p)
{
    return looks_since(p, view_now_ms() + 3600000);
}

static int set_up(void **state)
{
    struct plant *p;

    capture_start(state);
    if (plant_start(state) != 0)
        return -1;
    p = *state;
    for (uint32_t i = 1; i <= DEVICES; i++)
        put_one(p, i, 1);
    list(p, DEVICES);
    put_ab_alarms(p);
    return view_refresh(&p->view) && p->view.now->gateways == DEVICES ? 0 : -1;
}

static int tear_down(void **state)
{
    capture_stop(state);
    return plant_stop(state);
}

static void forget_events(struct plant *p)
{
    char events[4096];

    while (read(view_fd(&p->view), events, sizeof(events)) > 0)
        ;
}

/* ---- what is told ------------------------------------------------------------------------ */

static void looks__one_device_of_many__at_its_file_alone(void **state)
{
    struct plant *p = *state;

    put_one(p, SOME, 2);
    assert_int_equal(looks_of_refresh(p), 1);
    assert_string_equal(looked_at, "dev-42.snap");
    assert_int_equal(requests_of(p, SOME), 2);
}

static void looks__all_in_turn__at_each_once(void **state)
{
    struct plant *p = *state;
    int sum = 0;

    for (uint32_t i = 1; i <= DEVICES; i++) {
        put_one(p, i, 2);
        sum += looks_of_refresh(p);
        assert_int_equal(requests_of(p, i), 2);
    }
    assert_int_equal(sum, DEVICES);
}

static void looks__site_or_alarms__at_it_alone(void **state)
{
    struct plant *p = *state;

    list(p, DEVICES);
    assert_int_equal(looks_of_refresh(p), 1);
    assert_string_equal(looked_at, "site.snap");
    put_ab_alarms(p);
    assert_int_equal(looks_of_refresh(p), 1);
    assert_string_equal(looked_at, "alarms.snap");
}

static void looks__same_file_often_before_anybody_looked__once(void **state)
{
    struct plant *p = *state;

    for (uint64_t i = 2; i <= 50; i++) {
        put_one(p, SOME, i);
        put_one(p, OTHER, i);
    }
    assert_int_equal(looks_of_refresh(p), 2);
    assert_int_equal(requests_of(p, SOME), 50);
    assert_int_equal(requests_of(p, OTHER), 50);
}

static void looks__names_of_no_device__at_nothing(void **state)
{
    static const char *const names[] = {"other",
                                        "dev-",
                                        "dev-0.snap",
                                        "dev-101.snap",
                                        "dev-4294967338.snap",
                                        "dev-99999999999999999999999.snap",
                                        "dev--1.snap",
                                        "site.snap.old",
                                        "alarms"};
    struct plant *p = *state;

    for (size_t i = 0; i < COUNT(names); i++)
        put_file(p, names[i], "x", 1);
    assert_int_equal(looks_of_refresh(p), 0);
    assert_int_equal(capture_lines(), 0);
}

/* Nobody tells again of what was there before it was listed. */
static void looks__device_more_in_the_list__at_its_file(void **state)
{
    struct plant *p = *state;

    put_one(p, DEVICES + 1, 5);
    assert_int_equal(looks_of_refresh(p), 0);
    list(p, DEVICES + 1);
    assert_int_equal(looks_of_refresh(p), 2);
    assert_int_equal(p->view.now->gateways, DEVICES + 1);
    assert_int_equal(requests_of(p, DEVICES + 1), 5);
}

/* It may become readable without an event. */
static void looks__file_cannot_be_read__again_with_the_next(void **state)
{
    struct plant *p = *state;

    fsio_remove(p->fd, "dev-42.snap");
    assert_int_equal(mkdirat(p->fd, "dev-42.snap", 0700), 0);
    assert_int_equal(looks_of_refresh(p), 1);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "dev-42.snap"), 1);
    put_one(p, OTHER, 2);
    assert_int_equal(looks_of_refresh(p), 2);
    assert_int_equal(capture_lines(), 1);
}

/* ---- what is not ------------------------------------------------------------------------- */

static void looks__nothing_told__at_all(void **state)
{
    struct plant *p = *state;

    assert_int_equal(looks_of_refresh(p), ALL);
}

/* The events that say so are lost, too. */
static void looks__events_lost__at_all(void **state)
{
    struct plant *p = *state;
    FILE *f = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
    int most = 0;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &most), 1);
    fclose(f);
    put_file(p, "x", "x", 1);
    for (int i = 0; i <= most; i++)
        assert_int_equal(renameat(p->fd, i % 2 ? "y" : "x", p->fd, i % 2 ? "x" : "y"), 0);
    put_one(p, SOME, 2);
    assert_int_equal(looks_of_refresh(p), ALL);
    assert_int_equal(requests_of(p, SOME), 2);
    put_one(p, SOME, 3);
    assert_int_equal(looks_of_refresh(p), 1);
}

/* Events that keep coming put off nothing. */
static void looks__long_ago_at_all__again_though_one_is_told(void **state)
{
    struct plant *p = *state;
    int64_t now = view_now_ms();

    put_one(p, OTHER, 2);
    forget_events(p);
    put_one(p, SOME, 2);
    assert_int_equal(looks_of_refresh(p), 1);
    assert_int_equal(requests_of(p, OTHER), 1);
    put_one(p, SOME, 3);
    assert_int_equal(looks_since(p, now - 60000), ALL);
    assert_int_equal(requests_of(p, OTHER), 2);
    assert_true(p->view.looked_ms >= now);
}

/* Only what the old one's events would name is known of it. */
static void looks__directory_replaced__at_all(void **state)
{
    struct plant *p = *state;
    char away[80];

    snprintf(away, sizeof(away), "%s.old", p->state);
    assert_int_equal(rename(p->state, away), 0);
    put_one(p, SOME, 2); /* into the old one */
    close(p->fd);
    open_state(p);
    for (uint32_t i = 1; i <= DEVICES; i++)
        put_one(p, i, 3);
    assert_int_equal(looks_of_refresh(p), ALL);
    assert_int_equal(requests_of(p, SOME), 3);
    assert_int_equal(requests_of(p, OTHER), 3);
    assert_int_equal(nftw(away, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(looks__one_device_of_many__at_its_file_alone),
        TEST(looks__all_in_turn__at_each_once),
        TEST(looks__site_or_alarms__at_it_alone),
        TEST(looks__same_file_often_before_anybody_looked__once),
        TEST(looks__names_of_no_device__at_nothing),
        TEST(looks__device_more_in_the_list__at_its_file),
        TEST(looks__file_cannot_be_read__again_with_the_next),
        TEST(looks__nothing_told__at_all),
        TEST(looks__events_lost__at_all),
        TEST(looks__long_ago_at_all__again_though_one_is_told),
        TEST(looks__directory_replaced__at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
