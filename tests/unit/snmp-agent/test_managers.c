/* Managers side by side, with real processes: what one does is no other's business, and each change
 * of its state is one line. The processes are this program: one takes what it is sent as long as the
 * file that its community names is there. */
#include "managers.h"

#include "delivery_fixture.h"

#include <signal.h>
#include <sys/socket.h>

static int play(void)
{
    uint8_t buf[INFORM_MESSAGE_MAX];
    struct inform_answer a = {.taken = true};
    ssize_t n = recv(INFORM_FD, buf, sizeof(buf), 0);
    struct agentx_in list;
    struct receiver r;

    if (n <= 0 || !inform_get_receiver(buf, (size_t)n, &r))
        return 8;
    while (a.taken && (n = recv(INFORM_FD, buf, sizeof(buf), 0)) > 0) {
        size_t size;

        if (!inform_get_notification(buf, (size_t)n, &a.id, &list))
            return 7;
        a.taken = access(r.community, F_OK) == 0;
        snprintf(a.why, sizeof(a.why), "%s", a.taken ? "" : "no answer");
        size = inform_put_answer(buf, sizeof(buf), &a);
        if (send(INFORM_FD, buf, size, MSG_NOSIGNAL) < 0)
            return 6;
    }
    return 0;
}

/* ---- the agent --------------------------------------------------------------------------- */

static struct receivers config;
static struct managers all;
static uint32_t happened_so_far;

static void add_manager(const char *name)
{
    struct receiver *r = &config.r[config.n++];

    r->version = 2;
    snprintf(r->name, sizeof(r->name), "%s", name);
    snprintf(r->community, sizeof(r->community), "%s/%s", plant->dir, name);
}

/* Is the manager there? */
static void there(const char *name, bool is)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/%s", plant->dir, name);
    if (is)
        fclose(fopen(path, "w"));
    else
        unlink(path);
}

static void begin(int heartbeat_s)
{
    const char *cursor[RECEIVERS_MAX + 1] = {"snmpd"};
    struct keeper_news news;
    struct store *s = look_into(plant);

    managers_init(&all, &config, "/proc/self/exe");
    managers_cursors(&all, cursor + 1);
    for (size_t i = 0; i < config.n; i++)
        store_set_place(s, cursor[1 + i], &(struct store_place){.sequence = 0});
    store_close(s);
    keeper = keeper_start(plant->data, cursor, 1 + config.n, &no_floor);
    managers_start(&all, &plant->mib, keeper, heartbeat_s);
    take_open(keeper, &news);
    managers_take(&all, &news);
}

/* A turn of the loop. The clock is quick: pauses end soon. */
static void turn_once(void)
{
    struct pollfd p[RECEIVERS_MAX + 1] = {
        {.fd = keeper_fd(keeper), .events = POLLIN}
    };
    struct keeper_news news;

    managers_poll(&all, p + 1);
    poll(p, 1 + all.n, 5);
    plant->mib.now_ms += 50;
    if (p[0].revents != 0) {
        keeper_take(keeper, &news);
        managers_take(&all, &news);
    }
    managers_turn(&all, p + 1, false, plant->mib.now_ms);
}

/* Until manager `i` has all up to `sequence`. */
static void run_until(size_t i, uint32_t sequence)
{
    for (int turns = 0; all.m[i].delivery.acked.sequence < sequence; turns++) {
        assert_true(turns < 20000);
        turn_once();
    }
}

static void run_until_said(const char *part)
{
    for (int turns = 0; capture_count(part) == 0; turns++) {
        assert_true(turns < 20000);
        turn_once();
    }
}

/* Events up to `to` happen. */
static void more_events(uint32_t to)
{
    struct store *s = look_into(plant);

    while (happened_so_far < to) {
        struct event e = event_now(++happened_so_far, EVENT_RAISED);

        assert_int_equal(store_append(s, &e, 1), 0);
    }
    store_close(s);
    publish_events(1, to);
}

static int prepare_managers(void **state)
{
    config = (struct receivers){.n = 0};
    all.n = 0;
    happened_so_far = 0;
    return prepare(state);
}

static int clean_managers(void **state)
{
    managers_stop(&all);
    return clean(state);
}

/* ---- tests ------------------------------------------------------------------------------- */

static void several__one_away__others_have_all(void **state)
{
    (void)state;
    add_manager("a");
    add_manager("away");
    add_manager("b");
    there("a", true);
    there("b", true);
    more_events(40);
    begin(0);
    run_until(0, 40);
    run_until(2, 40);
    assert_int_equal(all.m[1].delivery.acked.sequence, 0);
    there("away", true);
    run_until(1, 40);
}

static void state__changes__one_line_each(void **state)
{
    (void)state;
    add_manager("a");
    add_manager("b");
    there("b", true);
    more_events(3);
    begin(0);
    run_until(1, 3);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "receiver \"b\": takes notifications"), 1);
    run_until_said("receiver \"a\"");
    more_events(9);
    run_until(1, 9); /* meanwhile the other one is tried again */
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "receiver \"a\": unreachable since 2"), 1);
    assert_int_equal(capture_count(": no answer; "), 1);
    there("a", true);
    run_until(0, 9);
    assert_int_equal(
        capture_count_of(LOG_LEVEL_NOTICE, "receiver \"a\": takes notifications again, 8 events"),
        1);
    assert_int_equal(capture_lines(), 3);
    there("a", false);
    more_events(10);
    run_until(1, 10);
    there("a", true);
    run_until(0, 10);
    assert_int_equal(capture_count("receiver \"b\""), 1);
}

static void process__killed__goes_on(void **state)
{
    (void)state;
    add_manager("a");
    there("a", true);
    more_events(5);
    begin(0);
    run_until(0, 5);
    for (uint32_t n = 6; n < 12; n++) {
        kill(all.m[0].informer.pid, SIGKILL);
        more_events(n);
        run_until(0, n);
    }
}

static void heartbeat__interval__of_all(void **state)
{
    (void)state;
    add_manager("a");
    add_manager("b");
    begin(3600);
    assert_int_equal(all.m[0].delivery.heartbeat_ms, 3600000);
    assert_int_equal(all.m[1].delivery.heartbeat_ms, 3600000);
    assert_true(managers_deadline(&all) >= plant->mib.now_ms);
}

/* ---- others while it runs ------------------------------------------------------------------ */

static void set__one_new_one_gone__the_third_goes_on(void **state)
{
    pid_t pid;

    (void)state;
    add_manager("a");
    add_manager("b");
    there("a", true);
    there("b", true);
    there("c", true);
    more_events(5);
    begin(0);
    run_until(0, 5);
    run_until(1, 5);
    pid = all.m[1].informer.pid;
    strcpy(config.r[0].name, "c"); /* in place of the first */
    snprintf(config.r[0].community, sizeof(config.r[0].community), "%s/c", plant->dir);
    managers_set(&all, &config);
    assert_int_equal(capture_count("receivers: 1 new, 0 changed, 1 gone, 2 in all"), 1);
    assert_int_equal(all.m[1].informer.pid, pid);
    assert_string_equal(all.m[0].receiver.name, "c");
    run_until(0, 5); /* it is new: begins at what there is */
    more_events(8);
    run_until(0, 8);
    run_until(1, 8);
    assert_int_equal(all.m[0].delivery.acked.number, 8);
    run_until_said("receiver \"a\" is in the file of receivers no more");
}

static void set__another_secret__its_place_stays(void **state)
{
    (void)state;
    add_manager("a");
    more_events(3);
    begin(0);
    run_until_said("receiver \"a\": unreachable");
    there("elsewhere", true);
    snprintf(config.r[0].community, sizeof(config.r[0].community), "%s/elsewhere", plant->dir);
    managers_set(&all, &config);
    assert_int_equal(capture_count("receivers: 0 new, 1 changed, 0 gone, 1 in all"), 1);
    run_until(0, 3);
    assert_int_equal(all.m[0].delivery.acked.number, 3);
}

/* What it has under way is asked of the new process. */
static void set__busy__sent_again(void **state)
{
    (void)state;
    add_manager("a");
    there("a", true);
    more_events(1);
    begin(0);
    while (!all.m[0].informer.busy)
        turn_once();
    config.r[0].only_active = true;
    managers_set(&all, &config);
    assert_false(all.m[0].informer.busy);
    run_until(0, 1);
    assert_true(all.m[0].delivery.only_active);
}

static void set__none_and_all_again__places_begin_anew(void **state)
{
    struct receivers nobody = {.n = 0};

    (void)state;
    add_manager("a");
    there("a", true);
    more_events(2);
    begin(0);
    run_until(0, 2);
    managers_set(&all, &nobody);
    run_until_said("its place in the log is forgotten");
    more_events(4);
    managers_set(&all, &config);
    run_until(0, 4);
    more_events(5);
    run_until(0, 5);
    assert_int_equal(all.m[0].delivery.acked.number, 5);
    assert_int_equal(all.n, 1);
}

static void set__same_again__nothing_changes(void **state)
{
    pid_t pid;

    (void)state;
    add_manager("a");
    there("a", true);
    more_events(2);
    begin(60);
    run_until(0, 2);
    pid = all.m[0].informer.pid;
    config.heartbeat_s = 30;
    managers_set(&all, &config);
    assert_int_equal(all.m[0].informer.pid, pid);
    assert_int_equal(all.m[0].delivery.heartbeat_ms, 30000);
    assert_int_equal(capture_count("receivers: 0 new, 0 changed, 0 gone, 1 in all"), 1);
}

#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, prepare_managers, clean_managers)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(several__one_away__others_have_all),
        TEST(state__changes__one_line_each),
        TEST(process__killed__goes_on),
        TEST(heartbeat__interval__of_all),
        TEST(set__one_new_one_gone__the_third_goes_on),
        TEST(set__another_secret__its_place_stays),
        TEST(set__busy__sent_again),
        TEST(set__none_and_all_again__places_begin_anew),
        TEST(set__same_again__nothing_changes),
    };

    (void)argv;
    if (argc > 1)
        return play();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
