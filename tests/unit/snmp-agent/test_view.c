/* What the agent makes of StateDir: files that come, change, go, and are not what they should be. */
#include "../../support/capture.h"
#include "view_fixture.h"

#include <fcntl.h>
#include <poll.h>

static int set_up(void **state)
{
    capture_start(state);
    return plant_start(state);
}

static int set_up_full(void **state)
{
    capture_start(state);
    return plant_start_full(state);
}

static int tear_down(void **state)
{
    capture_stop(state);
    return plant_stop(state);
}

/* Another version of device A, told by the voltage of its UPS 1. */
static void put_a(struct plant *p, int32_t voltage)
{
    static struct gateway g;

    fill_a(&g);
    GOOD(&g.ups[0], UPS_VOLTAGE, voltage);
    put_device_at(p, NOW - 500, &device_a, &g);
}

static void assert_a(struct plant *p, int32_t voltage)
{
    assert_int_equal(number_of(p, "btmsUpsVoltage", AT(GW_A, 1)), voltage);
}

static bool readable(const struct view *v)
{
    struct pollfd f = {.fd = view_fd(v), .events = POLLIN};

    return poll(&f, 1, 0) == 1;
}

/* ---- coming and going -------------------------------------------------------------------- */

static void refresh__files_appear__shown(void **state)
{
    struct plant *p = *state;

    assert_false(view_refresh(&p->view));
    assert_false(readable(&p->view));
    put_ab(p);
    assert_true(readable(&p->view));
    assert_true(view_refresh(&p->view));
    assert_false(readable(&p->view));
    assert_int_equal(p->view.now->gateways, 2);
    assert_int_equal(p->view.now->ups, 3);
    assert_int_equal(p->view.now->strings, 3);
    assert_int_equal(p->view.now->cells, 4);
    assert_string_equal(p->view.now->gateway[1]->name, "gw-b");
    assert_non_null(p->view.now->alarms);
    assert_true(p->view.now->tables_changed_ms > 0);
    assert_int_equal(capture_lines(), 0);
}

static void refresh__nothing_new__nothing_changed(void **state)
{
    struct plant *p = *state;
    uint64_t generation = p->view.now->generation;

    for (int i = 0; i < 3; i++)
        assert_false(view_refresh(&p->view));
    assert_true(p->view.now->generation == generation);
}

static void refresh__file_replaced__new_data_each_time(void **state)
{
    struct plant *p = *state;

    for (int i = 0; i < 50; i++) {
        put_a(p, 50000 + i);
        assert_true(readable(&p->view));
        assert_true(view_refresh(&p->view));
        assert_a(p, 50000 + i);
    }
}

/* The loop sleeps in poll() until this: no clock is part of how soon a new value is served. */
static void wakes__file_renamed__until_it_is_taken(void **state)
{
    struct plant *p = *state;
    int fd = openat(p->fd, "half", O_WRONLY | O_CREAT, 0644);

    assert_int_equal(write(fd, "half", 4), 4); /* as the collector begins: of no interest yet */
    close(fd);
    assert_false(readable(&p->view));
    put_a(p, 50001);
    assert_true(readable(&p->view));
    put_a(p, 50002); /* before anybody looked */
    assert_true(view_refresh(&p->view));
    assert_a(p, 50002);
    assert_false(readable(&p->view));
    put_ab_alarms(p);
    assert_true(readable(&p->view));
    assert_true(view_refresh(&p->view));
    assert_false(readable(&p->view));
}

/* As after an overflow of the queue: nobody says that there is something new. */
static void refresh__no_event_seen__new_data_found(void **state)
{
    struct plant *p = *state;
    char events[4096];

    put_a(p, 51111);
    while (read(view_fd(&p->view), events, sizeof(events)) > 0)
        ;
    assert_false(readable(&p->view));
    assert_true(view_refresh(&p->view));
    assert_a(p, 51111);
}

static void refresh__many_events_unread__one_refresh_takes_all(void **state)
{
    struct plant *p = *state;

    for (int i = 0; i < 1000; i++)
        put_file(p, "other", "x", 1);
    put_a(p, 52222);
    assert_true(view_refresh(&p->view));
    assert_a(p, 52222);
    assert_false(readable(&p->view));
}

static void refresh__device_listed_before_its_file__row_when_it_comes(void **state)
{
    struct plant *p = *state;

    put_site_at(p, NOW, 1, 1, entries_ab, 2);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "btmsGatewayNumber", AT(0)), 0);
    assert_none(p, "btmsGatewayName", AT(GW_A));
    put_a(p, 54000);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "btmsGatewayNumber", AT(0)), 1);
    assert_text(p, "btmsGatewayName", AT(GW_A), "gw-a");
}

static void refresh__device_not_listed__not_shown(void **state)
{
    struct plant *p = *state;

    put_site_at(p, NOW, 1, 1, entries_ab + 1, 1);
    put_a(p, 54000);
    view_refresh(&p->view);
    assert_none(p, "btmsGatewayName", AT(GW_A));
    assert_int_equal(p->view.now->ups, 0);
}

static void refresh__device_removed__rows_gone_others_kept(void **state)
{
    struct plant *p = *state;

    fsio_remove(p->fd, "dev-2.snap");
    put_site_at(p, NOW, 24, 14, entries_ab + 1, 1);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsGatewayName", AT(GW_A));
    assert_none(p, "btmsUpsName", AT(GW_A, 1));
    assert_text(p, "btmsGatewayName", AT(GW_B), "gw-b");
    assert_int_equal(p->view.now->ups, 1);
    assert_int_equal(p->view.now->cells, 1);
}

static void refresh__device_file_deleted_but_listed__kept(void **state)
{
    struct plant *p = *state;

    fsio_remove(p->fd, "dev-2.snap");
    fsio_remove(p->fd, "alarms.snap");
    fsio_remove(p->fd, "site.snap");
    assert_false(view_refresh(&p->view));
    assert_a(p, 54024);
    assert_int_equal(number_of(p, "btmsAlarmActiveCount", AT(0)), 4);
    assert_int_equal(capture_lines(), 0);
}

/* A name gets one index for ever, so a renamed device is another one. */
static void refresh__device_renamed__new_index(void **state)
{
    static const struct snapshot_entry now[] = {
        {GW_B, "gw-b"  },
        {9,    "gw-new"}
    };
    static struct gateway g;
    struct snapshot_device d = device_a;
    struct plant *p = *state;

    d.index = 9;
    fill_a(&g);
    put_device_at(p, NOW, &d, &g);
    put_site_at(p, NOW, 24, 14, now, 2);
    assert_true(view_refresh(&p->view));
    assert_none(p, "btmsGatewayName", AT(GW_A));
    assert_text(p, "btmsGatewayName", AT(9), "gw-new");
    assert_int_equal(number_of(p, "btmsUpsVoltage", AT(9, 1)), 54024);
}

/* ---- when rows came or went -------------------------------------------------------------- */

static void tables_changed__same_rows__untouched(void **state)
{
    struct plant *p = *state;

    p->view.tables_changed_ms = 1;
    put_a(p, 50001);
    put_ab_alarms(p);
    view_refresh(&p->view);
    assert_true(p->view.now->tables_changed_ms == 1);
}

static void tables_changed__row_more__now(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    int64_t before = view_now_ms();

    p->view.tables_changed_ms = 1;
    fill_a(&g);
    ups_at(&g, 30, PRESENCE_HERE, NOW - 1000);
    put_device_at(p, NOW, &device_a, &g);
    view_refresh(&p->view);
    assert_true(p->view.now->tables_changed_ms >= before);
}

static void tables_changed__gateway_without_rows__now(void **state)
{
    static const struct snapshot_entry now[] = {
        {GW_A, "gw-a"},
        {GW_B, "gw-b"},
        {9,    "gw-c"}
    };
    static struct gateway empty;
    struct snapshot_device d = device_b;
    struct plant *p = *state;
    int64_t before = view_now_ms();

    p->view.tables_changed_ms = 1;
    d.index = 9;
    put_device_at(p, NOW, &d, &empty);
    put_site_at(p, NOW, 24, 14, now, 3);
    view_refresh(&p->view);
    assert_text(p, "btmsGatewayName", AT(9), "gw-c");
    assert_true(p->view.now->tables_changed_ms >= before);
}

static void tables_changed__as_many_others__now(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    int64_t before = view_now_ms();

    p->view.tables_changed_ms = 1;
    fill_a(&g);
    g.ups[2].presence = PRESENCE_NEVER;
    ups_at(&g, 4, PRESENCE_HERE, NOW - 1000);
    put_device_at(p, NOW, &device_a, &g);
    view_refresh(&p->view);
    assert_text(p, "btmsUpsName", AT(GW_A, 4), "UPS 4");
    assert_true(p->view.now->tables_changed_ms >= before);
}

/* ---- files that cannot be used ----------------------------------------------------------- */

/* Device A once more, with the byte at `at` changed; -1: the last but ten. */
static void put_tampered(struct plant *p, int at, uint8_t by)
{
    uint8_t *data;
    void *read;
    size_t size;

    put_a(p, 49999);
    assert_int_equal(fsio_read(p->fd, "dev-2.snap", 1 << 20, &read, &size), 0);
    data = read;
    data[at < 0 ? size - 10 : (size_t)at] ^= by;
    put_file(p, "dev-2.snap", data, size);
    free(data);
}

static void check_refused(struct plant *p, const char *why)
{
    assert_false(view_refresh(&p->view));
    assert_a(p, 54024);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, why), 1);
    assert_int_equal(capture_count("dev-2.snap"), 1);
    for (int i = 0; i < 3; i++)
        assert_false(view_refresh(&p->view)); /* the same file */
    assert_int_equal(capture_lines(), 1);
}

static void check_good_again(struct plant *p)
{
    put_a(p, 53333);
    assert_true(view_refresh(&p->view));
    assert_a(p, 53333);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "dev-2.snap can be used again"), 1);
    put_a(p, 53334);
    assert_true(view_refresh(&p->view));
    assert_int_equal(capture_lines(), 2);
}

static void refresh__file_damaged__old_kept_one_line_each_way(void **state)
{
    struct plant *p = *state;

    put_tampered(p, -1, 0x10);
    check_refused(p, "is damaged");
    put_tampered(p, -1, 0x20);
    assert_false(view_refresh(&p->view));
    assert_int_equal(capture_lines(), 1); /* another bad one is no news */
    check_good_again(p);
}

static void refresh__other_major_version__old_kept_one_line_each_way(void **state)
{
    struct plant *p = *state;

    put_tampered(p, 5, SNAPSHOT_MAJOR ^ (SNAPSHOT_MAJOR + 1));
    check_refused(p, "is of another major version");
    check_good_again(p);
}

static void refresh__other_kind_or_empty__old_kept(void **state)
{
    struct plant *p = *state;

    put_file(p, "dev-2.snap", "x", 1);
    assert_false(view_refresh(&p->view));
    put_tampered(p, 4, 1);
    assert_false(view_refresh(&p->view));
    assert_a(p, 54024);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "dev-2.snap"), 1);
}

static void refresh__not_a_file__old_kept_one_line_each_way(void **state)
{
    struct plant *p = *state;

    fsio_remove(p->fd, "dev-2.snap");
    assert_int_equal(mkdirat(p->fd, "dev-2.snap", 0700), 0);
    check_refused(p, "dev-2.snap");
    assert_int_equal(unlinkat(p->fd, "dev-2.snap", AT_REMOVEDIR), 0);
    check_good_again(p);
}

static void refresh__site_and_alarms_damaged__old_kept(void **state)
{
    struct plant *p = *state;

    put_file(p, "site.snap", "BTMS", 4);
    put_file(p, "alarms.snap", "BTMS", 4);
    assert_false(view_refresh(&p->view));
    assert_int_equal(p->view.now->gateways, 2);
    assert_int_equal(number_of(p, "btmsAlarmActiveCount", AT(0)), 4);
    assert_int_equal(capture_count("site.snap"), 1);
    assert_int_equal(capture_count("alarms.snap"), 1);
    put_ab(p);
    assert_true(view_refresh(&p->view));
    assert_int_equal(capture_lines(), 4);
}

/* ---- the directory ----------------------------------------------------------------------- */

static void remove_state(struct plant *p)
{
    close(p->fd);
    assert_int_equal(nftw(p->state, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void refresh__directory_vanishes_and_comes_back__followed(void **state)
{
    struct plant *p = *state;

    remove_state(p);
    assert_true(readable(&p->view));
    for (int i = 0; i < 3; i++)
        assert_false(view_refresh(&p->view));
    assert_a(p, 54024);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "waiting for it"), 1);
    open_state(p);
    put_ab(p);
    put_a(p, 50505);
    assert_true(view_refresh(&p->view));
    assert_a(p, 50505);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "is there"), 1);
    assert_int_equal(capture_lines(), 2);
    put_a(p, 50506);
    assert_true(readable(&p->view)); /* the new one is watched */
    assert_true(view_refresh(&p->view));
    assert_a(p, 50506);
}

/* A restart of the collector's service: gone and back before anybody looked. */
static void refresh__directory_replaced_between_two_looks__followed(void **state)
{
    struct plant *p = *state;

    remove_state(p);
    open_state(p);
    put_ab(p);
    put_a(p, 50505);
    view_refresh(&p->view);
    view_refresh(&p->view);
    assert_a(p, 50505);
}

static void refresh__directory_not_there_at_start__waited_for(void **state)
{
    struct plant *p = *state;

    remove_state(p);
    assert_false(view_refresh(&p->view));
    assert_false(view_refresh(&p->view));
    assert_int_equal(capture_lines(), 1);
    assert_in_range(view_patience_ms(&p->view), 50, 300); /* nothing else wakes the loop then */
    open_state(p);
    put_ab(p);
    assert_true(view_refresh(&p->view));
    assert_a(p, 54024);
    assert_in_range(view_patience_ms(&p->view), 1000, 10000);
}

/* The next publication, as the collector's n-th with so many requests made: is it a restart? */
static bool restart_seen(struct plant *p, uint32_t n, uint64_t requests, int64_t boot_ms)
{
    struct snapshot_device d = device_a;
    static struct gateway g;

    fill_a(&g);
    d.health.requests = requests;
    p->counter = n - 1;
    put_device_at(p, boot_ms, &d, &g);
    p->view.counters_ms = 0;
    assert_true(view_refresh(&p->view));
    return p->view.counters_ms != 0;
}

static void refresh__collector_restarted__counters_begin_anew(void **state)
{
    struct plant *p = *state;

    restart_seen(p, 7, 100, NOW - 900);
    assert_false(restart_seen(p, 8, 200, NOW - 800));
    assert_true(restart_seen(p, 2, 300, NOW - 700));
    assert_true(restart_seen(p, 1, 400, NOW - 600));
    assert_true(restart_seen(p, 1, 500, NOW - 500)); /* after exactly one */
    assert_true(restart_seen(p, 2, 50, NOW - 400));  /* whose first one nobody saw */
    assert_false(restart_seen(p, 2, 50, NOW - 400)); /* the same file once more */
    assert_false(restart_seen(p, 3, 50, NOW - 300));
}

/* ---- time -------------------------------------------------------------------------------- */

static void age__other_boot__not_known_and_values_gone(void **state)
{
    struct plant *p = *state;

    assert_int_equal(number_of(p, "btmsCollectorAge", AT(0)), 1);
    p->view.boot_id[15] ^= 1; /* the host was started anew; the files are still there */
    put_ab_alarms(p);
    view_refresh(&p->view);
    assert_int_equal(view_collector_age_ms(p->view.now, NOW), -1);
    assert_none(p, "btmsCollectorAge", AT(0));
    assert_none(p, "btmsOldestDataAge", AT(0));
    assert_none(p, "btmsUpsVoltage", AT(GW_A, 1));
    assert_none(p, "btmsUpsDataAge", AT(GW_A, 1));
    assert_none(p, "btmsCellVoltage", AT(GW_A, 2, 1));
    assert_text(p, "btmsUpsName", AT(GW_A, 1), "UPS-A");
    assert_int_equal(number_of(p, "btmsUpsStatus", AT(GW_A, 1)), 7);
    assert_int_equal(number_of(p, "btmsAlarmActiveCount", AT(0)), 4);
}

static void age__from_the_future_or_never__0_and_unknown(void **state)
{
    struct plant *p = *state;
    const struct snapshot *s = &p->view.now->site->snap;

    assert_int_equal(view_age_ms(p->view.now, s, NOW + 5, NOW), 0);
    assert_int_equal(view_age_ms(p->view.now, s, NOW - 5, NOW), 5);
    assert_int_equal(view_age_ms(p->view.now, s, 0, NOW), -1);
    assert_int_equal(view_age_ms(p->view.now, s, -5, NOW), -1);
}

static void collector_age__newest_file_counts(void **state)
{
    struct plant *p = *state;

    assert_int_equal(view_collector_age_ms(p->view.now, NOW), 1000); /* site.snap: 5,000 */
    put_site_at(p, NOW - 100, 24, 14, entries_ab, 2);
    view_refresh(&p->view);
    assert_int_equal(view_collector_age_ms(p->view.now, NOW), 100);
}

static void gateway_at__any_index__first_at_or_behind(void **state)
{
    struct plant *p = *state;

    assert_int_equal(view_gateway_at(p->view.now, 0), 0);
    assert_int_equal(view_gateway_at(p->view.now, GW_A), 0);
    assert_int_equal(view_gateway_at(p->view.now, GW_A + 1), 1);
    assert_int_equal(view_gateway_at(p->view.now, GW_B), 1);
    assert_int_equal(view_gateway_at(p->view.now, GW_B + 1), 2);
    assert_int_equal(view_gateway_at(p->view.now, UINT32_MAX), 2);
}

#define EMPTY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define FULL(f)  cmocka_unit_test_setup_teardown(f, set_up_full, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(refresh__files_appear__shown),
        FULL(refresh__nothing_new__nothing_changed),
        FULL(refresh__file_replaced__new_data_each_time),
        FULL(wakes__file_renamed__until_it_is_taken),
        FULL(refresh__no_event_seen__new_data_found),
        FULL(refresh__many_events_unread__one_refresh_takes_all),
        EMPTY(refresh__device_listed_before_its_file__row_when_it_comes),
        EMPTY(refresh__device_not_listed__not_shown),
        FULL(refresh__device_removed__rows_gone_others_kept),
        FULL(refresh__device_file_deleted_but_listed__kept),
        FULL(refresh__device_renamed__new_index),
        FULL(tables_changed__same_rows__untouched),
        FULL(tables_changed__row_more__now),
        FULL(tables_changed__gateway_without_rows__now),
        FULL(tables_changed__as_many_others__now),
        FULL(refresh__file_damaged__old_kept_one_line_each_way),
        FULL(refresh__other_major_version__old_kept_one_line_each_way),
        FULL(refresh__other_kind_or_empty__old_kept),
        FULL(refresh__not_a_file__old_kept_one_line_each_way),
        FULL(refresh__site_and_alarms_damaged__old_kept),
        FULL(refresh__directory_vanishes_and_comes_back__followed),
        FULL(refresh__directory_replaced_between_two_looks__followed),
        FULL(refresh__collector_restarted__counters_begin_anew),
        EMPTY(refresh__directory_not_there_at_start__waited_for),
        FULL(age__other_boot__not_known_and_values_gone),
        FULL(age__from_the_future_or_never__0_and_unknown),
        FULL(collector_age__newest_file_counts),
        FULL(gateway_at__any_index__first_at_or_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
