/* The store's thread: orders and answers, a store that is not there, the cursor; takes: 14. */
#include "../../support/capture.h"
#include "keeper_fixture.h"

#include <sqlite3.h>

static struct keeper *keeper;

static int set_up(void **state)
{
    keeper = NULL;
    capture_start(state);
    return plant_start(state);
}

static int tear_down(void **state)
{
    keeper_stop(keeper);
    capture_stop(state);
    return plant_stop(state);
}

static void start(struct plant *p)
{
    keeper = keeper_start(p->data, only_snmpd, 1, &no_floor);
    assert_non_null(keeper);
}

static void stop(void)
{
    keeper_stop(keeper);
    keeper = NULL;
}

static struct keeper_news started(struct plant *p)
{
    struct keeper_news news;

    start(p);
    take_open(keeper, &news);
    return news;
}

static void set_place(uint32_t sequence)
{
    keeper_set_place(keeper, 0, &(struct store_place){.sequence = sequence, .number = sequence});
}

static struct event raised_now(void)
{
    return happened(0, EVENT_RAISED, alarm_of(0, ALARM_COLLECTOR_DOWN, 0, 0, 0, 0));
}

/* News into `news`, until there is this. */
#define TAKE_UNTIL(what)                                                                           \
    do                                                                                             \
        take_news(keeper, &news);                                                                  \
    while (!news.what)

static struct keeper_news appended_above(const struct event *e, const struct store_floor *floor)
{
    struct keeper_news news;

    keeper_append(keeper, e, floor);
    TAKE_UNTIL(appended);
    return news;
}

static struct keeper_news appended(const struct event *e)
{
    return appended_above(e, &no_floor);
}

static struct keeper_news fetched(uint32_t after)
{
    struct keeper_news news;

    keeper_fetch(keeper, 0, after);
    do
        take_news(keeper, &news);
    while (!news.answer[0].fetched);
    return news;
}

/* ---- starting ---------------------------------------------------------------------------- */

static void start__new_receiver__begins_at_the_newest(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 5);
    news = started(p);
    assert_true(news.open);
    assert_false(news.failing || news.own_standing || news.appended || news.answer[0].fetched);
    assert_int_equal(news.answer[0].place.sequence, 5);
    assert_int_equal(capture_lines(), 0);
}

static void start__known_receiver__where_it_was(void **state)
{
    struct plant *p = *state;
    struct store *s;

    store_raised(p, 1, 5);
    s = look_into(p);
    assert_int_equal(store_set_place(s, "snmpd", &(struct store_place){2, 2, 0, false}), 0);
    assert_int_equal(store_set_place(s, "other", &(struct store_place){4, 4, 0, false}), 0);
    store_close(s);
    assert_int_equal(started(p).answer[0].place.sequence, 2);
}

static void start__own_alarm_stands__told_once(void **state)
{
    struct plant *p = *state;
    struct event e = raised_now();
    struct keeper_news news;
    uint32_t id;

    started(p);
    id = appended(&e).event.alarm.id;
    stop();
    news = started(p);
    assert_true(news.own_standing);
    assert_int_equal(news.own.id, id);
    assert_int_equal(news.own.kind, ALARM_COLLECTOR_DOWN);
    keeper_take(keeper, &news);
    assert_true(news.open);
    assert_false(news.own_standing);
}

/* Only the newest of its own, however many others there are. */
static void start__events_of_its_own__the_last_ones_told_once(void **state)
{
    struct plant *p = *state;
    struct event e = raised_now();
    struct keeper_news news;

    started(p);
    for (int i = 0; i < KEEPER_OWN + 3; i++)
        appended(&e);
    stop();
    store_raised(p, KEEPER_OWN + 4, KEEPER_OWN + 30);
    news = started(p);
    assert_int_equal(news.own_events, KEEPER_OWN);
    for (uint32_t i = 0; i < KEEPER_OWN; i++) {
        assert_int_equal(news.own_event[i].sequence, 4 + i);
        assert_int_equal(news.own_event[i].alarm.kind, ALARM_COLLECTOR_DOWN);
        assert_true(news.own_event[i].stored);
    }
    keeper_take(keeper, &news);
    assert_int_equal(news.own_events, 0);
}

static void start__new_store__above_the_floor(void **state)
{
    const struct store_floor floor = {24, 14, 7};
    struct plant *p = *state;
    struct event e = raised_now();
    struct keeper_news news;

    keeper = keeper_start(p->data, only_snmpd, 1, &floor);
    take_open(keeper, &news);
    assert_int_equal(news.answer[0].place.sequence, 24); /* what came before is not news */
    assert_int_equal(news.numbers.device, 7);
    news = appended(&e);
    assert_int_equal(news.event.sequence, 25);
    assert_int_equal(news.event.alarm.id, 15);
}

static void stop__at_once_or_null__fine(void **state)
{
    keeper_stop(NULL);
    for (int i = 0; i < 20; i++) {
        start(*state);
        stop();
    }
}

/* ---- orders ------------------------------------------------------------------------------ */

static void ask__request__stored_for_the_plugin(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .alarm_id = 14, .by = "jd", .asked_ms = 1}, is[10];
    struct plant *p = *state;
    struct keeper_news news;
    struct store *s;
    size_t n;

    started(p);
    assert_true(keeper_ask(keeper, &r));
    TAKE_UNTIL(asked);
    assert_true(news.asked_well);
    keeper_take(keeper, &news);
    assert_false(news.asked);
    assert_false(keeper_withdraw(keeper));
    s = look_into(p);
    assert_int_equal(store_requests(s, 10, is, &n), 0);
    assert_int_equal(n, 1);
    assert_true(is[0].verb == STORE_ACK && is[0].alarm_id == 14 && is[0].state == STORE_QUEUED);
    assert_string_equal(is[0].by, "jd");
    store_close(s);
}

/* The plugin knows nothing of the agent's own alarm; requests of other alarms are the plugin's. */
static void watch__own_alarm__acknowledged_once(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .by = "jd", .note = "x", .asked_ms = 7}, is;
    struct plant *p = *state;
    struct event e = raised_now();
    struct keeper_news news;
    struct store *s;
    uint32_t id[3];

    started(p);
    e = appended(&e).event;
    s = look_into(p);
    for (int i = 0; i < 3; i++) {
        r.alarm_id = e.alarm.id + (i == 1);
        assert_int_equal(store_ask(s, &r), 0);
        id[i] = r.id;
    }
    keeper_watch(keeper, &e.alarm);
    TAKE_UNTIL(acknowledged);
    assert_int_equal(news.ack.what, EVENT_ACKNOWLEDGED);
    assert_int_equal(news.ack.alarm.id, e.alarm.id);
    assert_true(news.ack.stored && news.ack.sequence == e.sequence + 1);
    assert_string_equal(news.ack.alarm.acked_by, "jd");
    assert_string_equal(news.ack.alarm.ack_note, "x");
    stop(); /* after what it was doing */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_request(s, id[i], &is), 0);
        assert_int_equal(is.state, i == 1 ? STORE_QUEUED : STORE_DONE);
    }
    store_close(s);
    assert_int_equal(stored_events(p, &e), 2);
    assert_true(started(p).own.acked_ms == 7);
}

/* It would stand again in the store, for ever. */
static void watch__own_alarm_that_ends__not_acknowledged(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .by = "jd"};
    struct plant *p = *state;
    struct event e = raised_now();
    struct store *s;

    started(p);
    e = appended(&e).event;
    r.alarm_id = e.alarm.id;
    s = look_into(p);
    assert_int_equal(store_ask(s, &r), 0);
    store_close(s);
    keeper_watch(keeper, &e.alarm);
    e = (struct event){.what = EVENT_CLEARED, .wall_ms = e.wall_ms + 1, .alarm = e.alarm};
    appended(&e);
    stop();
    assert_int_equal(stored_events(p, &e), 2);
    assert_false(started(p).own_standing);
}

/* Until its result is taken there is one at a time; one without a store fails. */
static void ask__while_one_is_under_way__refused(void **state)
{
    struct store_request r = {.verb = STORE_ACK, .alarm_id = 14, .by = "jd"};
    struct keeper_news news;

    (void)state;
    keeper = keeper_start("/nowhere/at/all", only_snmpd, 1, &no_floor);
    assert_true(keeper_ask(keeper, &r));
    assert_false(keeper_ask(keeper, &r));
    TAKE_UNTIL(asked);
    assert_false(news.asked_well);
    assert_true(keeper_ask(keeper, &r));
}

static void append__event__numbered_and_stored(void **state)
{
    struct plant *p = *state;
    struct event e = raised_now(), last;
    struct keeper_news news;

    store_raised(p, 1, 7);
    started(p);
    news = appended(&e);
    assert_true(news.event.stored);
    assert_int_equal(news.event.sequence, 8);
    assert_int_equal(news.event.alarm.id, 8);
    assert_string_equal(news.event.alarm.text, e.alarm.text);
    keeper_take(keeper, &news);
    assert_false(news.appended); /* told once */
    stop();
    assert_int_equal(stored_events(p, &last), 8);
    assert_int_equal(last.sequence, 8);
    assert_int_equal(last.what, EVENT_RAISED);
}

static void append__store_below_the_floor__above_it(void **state)
{
    const struct store_floor floor = {90, 30, 0}, lower = {80, 40, 0};
    struct plant *p = *state;
    struct event e = raised_now(), last;
    struct keeper_news news;

    store_raised(p, 1, 7);
    started(p);
    news = appended_above(&e, &floor);
    assert_true(news.event.stored);
    assert_int_equal(news.event.sequence, 91);
    assert_int_equal(news.event.alarm.id, 31);
    news = appended_above(&e, &lower); /* each number for itself */
    assert_int_equal(news.event.sequence, 92);
    assert_int_equal(news.event.alarm.id, 41);
    stop();
    assert_int_equal(stored_events(p, &last), 9);
    assert_int_equal(last.sequence, 92);
    assert_int_equal(stored_cursor(p, "snmpd"), 7);
}

static void append__then_stop_at_once__stored(void **state)
{
    struct plant *p = *state;
    struct event e = raised_now(), last;

    started(p);
    keeper_append(keeper, &e, &no_floor);
    stop();
    assert_int_equal(stored_events(p, &last), 1);
}

static void fetch__some__in_order_after_the_given(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 9);
    started(p);
    news = fetched(4);
    assert_int_equal(news.answer[0].n, 5);
    for (size_t i = 0; i < news.answer[0].n; i++)
        assert_int_equal(news.answer[0].events[i].sequence, 5 + i);
    free(news.answer[0].events);
    keeper_take(keeper, &news);
    assert_false(news.answer[0].fetched);
    assert_null(news.answer[0].events);
}

static void fetch__none__answered_all_the_same(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 3);
    started(p);
    news = fetched(3);
    assert_int_equal(news.answer[0].n, 0);
    assert_false(news.answer[0].fetch_failed);
    free(news.answer[0].events);
}

/* A read that fails is not "nothing there"; a store that was moved aside is opened anew. */
static void fetch__store_moved_aside__failed_then_the_new_one(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 3);
    started(p);
    for (int i = 0; i < 2; i++) { /* the second comes after all that the first round does */
        news = fetched(1);
        free(news.answer[0].events);
    }
    move_store(p);
    news = fetched(1);
    assert_true(news.answer[0].fetch_failed);
    assert_int_equal(news.answer[0].n, 0);
    assert_null(news.answer[0].events);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, "old events cannot be read"), 1);
    store_raised(p, 1, 6);
    news = fetched(1);
    assert_false(news.answer[0].fetch_failed);
    assert_int_equal(news.answer[0].n, 5);
    free(news.answer[0].events);
}

/* What was acknowledged is known here: a new store must not begin at its newest event. */
static void cursor__store_moved_aside__kept_in_the_new_one(void **state)
{
    struct plant *p = *state;

    store_raised(p, 1, 3);
    started(p);
    move_store(p);
    free(fetched(1).answer[0].events);
    store_raised(p, 1, 6);
    free(fetched(1).answer[0].events);
    stop();
    assert_int_equal(stored_cursor(p, "snmpd"), 3);
}

static void fetch__many__as_many_as_promised(void **state)
{
    struct plant *p = *state;
    struct store *s = look_into(p);
    struct event *e = calloc(KEEPER_FETCH + 50, sizeof(*e));
    struct keeper_news news;

    for (uint32_t i = 0; i < KEEPER_FETCH + 50; i++)
        e[i] = happened(i + 1, EVENT_RAISED, alarm_of(i + 1, 92, GW_A, 1, 0, 0));
    assert_int_equal(store_append(s, e, KEEPER_FETCH + 50), 0);
    store_close(s);
    free(e);
    started(p);
    news = fetched(0);
    assert_int_equal(news.answer[0].n, KEEPER_FETCH);
    assert_int_equal(news.answer[0].events[0].sequence, 1);
    free(news.answer[0].events);
}

static void fetch__answer_not_taken__freed_at_stop(void **state)
{
    struct plant *p = *state;
    struct pollfd f;

    store_raised(p, 1, 3);
    started(p);
    for (int i = 0; i < 2; i++) { /* the second answer replaces the first */
        keeper_fetch(keeper, 0, 0);
        f = (struct pollfd){.fd = keeper_fd(keeper), .events = POLLIN};
        assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
    }
}

/* ---- the cursor -------------------------------------------------------------------------- */

static void cursor__set__saved_at_stop(void **state)
{
    struct plant *p = *state;

    store_raised(p, 1, 9);
    started(p);
    set_place(12);
    stop();
    assert_int_equal(stored_cursor(p, "snmpd"), 12);
}

static void cursor__many_and_lower_ones__highest_saved(void **state)
{
    struct plant *p = *state;

    started(p);
    for (uint32_t i = 1; i <= 500; i++)
        set_place(i);
    set_place(3);
    stop();
    assert_int_equal(stored_cursor(p, "snmpd"), 500);
}

static void cursor__running__saved_before_the_next_answer(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    started(p);
    set_place(41);
    free(fetched(0).answer[0].events); /* taken in the same turn as the cursor, or in a later one */
    news = fetched(0);
    free(news.answer[0].events);
    assert_int_equal(stored_cursor(p, "snmpd"), 41);
}

/* ---- beside the store -------------------------------------------------------------------- */

/* Until it says what is known of the receiver's place without the store. */
static struct keeper_answer kept(struct plant *p)
{
    struct keeper_news news;

    start(p);
    TAKE_UNTIL(failing);
    return news.answer[0];
}

/* Another program holds the store for longer than anybody waits for it. */
static void lock_store(struct plant *p, sqlite3 **ret)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/btms.db", p->data);
    assert_int_equal(sqlite3_open(path, ret), SQLITE_OK);
    assert_int_equal(sqlite3_exec(*ret, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
}

/* An agent has run, and this is how far it came. */
static void ran_until(struct plant *p, struct store_place place)
{
    struct store *s = look_into(p);

    assert_int_equal(store_set_place(s, "snmpd", &(struct store_place){0}), 0);
    store_close(s);
    started(p);
    keeper_set_place(keeper, 0, &place);
    stop();
}

static void beside__store_locked_at_start__known_and_kept(void **state)
{
    struct plant *p = *state;
    struct keeper_answer a;
    struct keeper_news news;
    sqlite3 *other;

    store_raised(p, 1, 9);
    ran_until(p, (struct store_place){6, 4, 7, true});
    lock_store(p, &other);
    a = kept(p);
    assert_true(a.kept && !a.settled);
    assert_int_equal(a.place.sequence, 6);
    assert_int_equal(a.place.number, 4);
    assert_int_equal(a.place.sent, 7);
    assert_true(a.place.lost);
    keeper_set_place(keeper, 0, &(struct store_place){8, 5, 0, false});
    do
        take_news(keeper, &news);
    while (news.answer[0].counted < 5); /* written without the store */
    stop();
    a = kept(p);
    assert_int_equal(a.place.sequence, 8);
    assert_int_equal(a.place.number, 5);
    sqlite3_close(other);
    do {
        keeper_fetch(keeper, 0, UINT32_MAX); /* each order is a try */
        take_news(keeper, &news);
    } while (!news.answer[0].settled);
    assert_int_equal(news.answer[0].place.sequence, 8);
    stop();
    assert_int_equal(stored_cursor(p, "snmpd"), 8);
}

/* What was not told yet is in alarms.snap, if nowhere else: it must not begin at the newest. */
static void beside__store_renewed__goes_on_where_it_was(void **state)
{
    const struct store_floor floor = {.sequence = 9};
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 9);
    ran_until(p, (struct store_place){6, 4, 0, false});
    move_store(p);
    keeper = keeper_start(p->data, only_snmpd, 1, &floor);
    do
        take_news(keeper, &news);
    while (!news.answer[0].settled);
    assert_int_equal(news.answer[0].place.sequence, 6);
    assert_int_equal(news.answer[0].place.number, 4);
    stop();
    assert_int_equal(stored_cursor(p, "snmpd"), 6);
}

/* Of another log all is news. */
static void beside__another_and_shorter_store__all_of_it(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 9);
    ran_until(p, (struct store_place){9, 9, 0, false});
    move_store(p);
    store_raised(p, 3, 4);
    start(p);
    do
        take_news(keeper, &news);
    while (!news.answer[0].settled);
    assert_int_equal(news.answer[0].place.sequence, 2);
}

static void beside__number_without_a_sequence__kept(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    started(p);
    keeper_set_place(keeper, 0, &(struct store_place){3, 3, 0, false});
    keeper_set_place(keeper, 0, &(struct store_place){3, 4, 0, false});
    keeper_set_place(keeper, 0, &(struct store_place){3, 2, 0, false});
    do
        take_news(keeper, &news);
    while (news.answer[0].counted < 4);
    stop();
    news = started(p);
    assert_int_equal(news.answer[0].place.sequence, 3);
    assert_int_equal(news.answer[0].place.number, 4);
}

static void beside__damaged__said_and_not_used(void **state)
{
    struct plant *p = *state;
    char path[96];
    FILE *f;

    store_raised(p, 1, 5);
    snprintf(path, sizeof(path), "%s/btms-agentx.places", p->data);
    f = fopen(path, "w");
    fputs("nonsense", f);
    fclose(f);
    assert_int_equal(started(p).answer[0].place.sequence, 5);
    assert_int_equal(capture_count_of(LOG_LEVEL_WARNING, "btms-agentx.places is damaged"), 1);
}

/* ---- other receivers while it runs --------------------------------------------------------- */

static void receiver__added_and_another_one_there__each_its_place(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;
    struct store *s = look_into(p);

    assert_int_equal(store_set_place(s, "inform b", &(struct store_place){2, 1, 0, false}), 0);
    store_close(s);
    store_raised(p, 1, 5);
    started(p);
    keeper_set_receiver(keeper, 4, "inform a");
    do
        take_news(keeper, &news);
    while (!news.answer[4].settled);
    assert_int_equal(news.answer[4].place.sequence, 5); /* new */
    keeper_set_place(keeper, 4, &(struct store_place){7, 7, 0, false});
    keeper_set_receiver(keeper, 4, "inform b");
    keeper_take(keeper, &news);
    do
        take_news(keeper, &news);
    while (!news.answer[4].settled);
    assert_int_equal(news.answer[4].place.sequence, 2);
    stop();
    assert_int_equal(stored_cursor(p, "inform b"), 2);
}

static void receiver__gone__its_place_forgotten_and_said(void **state)
{
    static const char *const three[] = {"snmpd", "inform a", "inform b"};
    struct plant *p = *state;
    struct store_place place;
    struct keeper_news news;
    struct store *s;

    store_raised(p, 1, 5);
    keeper = keeper_start(p->data, three, 3, &no_floor);
    take_open(keeper, &news);
    keeper_set_receiver(keeper, 2, NULL);
    keeper_forget_others(keeper);
    while (capture_count("is in the file of receivers no more") == 0)
        free(fetched(5).answer[0].events);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "receiver \"b\" is in"), 1);
    stop();
    s = look_into(p);
    assert_int_equal(store_find_place(s, "snmpd", &place), 1);
    assert_int_equal(store_find_place(s, "inform a", &place), 1);
    assert_int_equal(store_find_place(s, "inform b", &place), 0);
    store_close(s);
}

/* Neither the store nor the file may bring it back where it was. */
static void receiver__gone_and_there_again__is_a_new_one(void **state)
{
    static const char *const two[] = {"snmpd", "inform a"};
    struct plant *p = *state;
    struct keeper_news news;

    store_raised(p, 1, 5);
    keeper = keeper_start(p->data, two, 2, &no_floor);
    take_open(keeper, &news);
    keeper_set_place(keeper, 1, &(struct store_place){6, 6, 0, false});
    stop();
    keeper = keeper_start(p->data, two, 2, &no_floor);
    take_open(keeper, &news);
    keeper_set_receiver(keeper, 1, NULL);
    keeper_forget_others(keeper);
    while (capture_count("is in the file of receivers no more") == 0)
        free(fetched(5).answer[0].events);
    store_raised(p, 7, 9);
    keeper_set_receiver(keeper, 1, "inform a");
    do
        take_news(keeper, &news);
    while (!news.answer[1].settled);
    assert_int_equal(news.answer[1].place.sequence, 9);
    keeper_set_receiver(keeper, 1, NULL);
    keeper_forget_others(keeper);
    while (capture_count("is in the file of receivers no more") == 1)
        free(fetched(5).answer[0].events);
    stop();
    store_raised(p, 10, 12);
    keeper = keeper_start(p->data, two, 2, &no_floor);
    do
        take_news(keeper, &news);
    while (!news.answer[1].settled);
    assert_int_equal(news.answer[1].place.sequence, 12);
}

/* ---- no store ---------------------------------------------------------------------------- */

static void no_store__orders__answered_without_it(void **state)
{
    struct plant *p = *state;
    struct event e = raised_now();
    struct keeper_news news;

    block_store(p, true);
    start(p);
    take_news(keeper, &news);
    assert_true(news.failing);
    assert_false(news.open);
    news = appended(&e);
    assert_false(news.event.stored);
    assert_int_equal(news.event.sequence, 0);
    assert_int_equal(news.event.alarm.id, 0);
    news = fetched(0);
    assert_int_equal(news.answer[0].n, 0);
    assert_true(news.answer[0].fetch_failed);
    assert_int_equal(capture_count_of(LOG_LEVEL_ERROR, ""), 1); /* tried three times, said once */
    assert_int_equal(capture_count("notifications go on"), 1);
    block_store(p, false);
}

static void no_store__appears__opened_and_cursor_saved(void **state)
{
    struct plant *p = *state;
    struct event e = raised_now();
    struct keeper_news news;

    block_store(p, true);
    start(p);
    take_news(keeper, &news);
    set_place(33);
    block_store(p, false);
    news = appended(&e); /* each order is a try */
    assert_true(news.open);
    assert_false(news.failing);
    assert_true(news.event.stored);
    assert_int_equal(capture_count_of(LOG_LEVEL_NOTICE, "the store can be used"), 1);
    stop();
    assert_int_equal(stored_cursor(p, "snmpd"), 33);
}

static void no_store__appears_without_an_order__opened(void **state)
{
    struct plant *p = *state;
    struct keeper_news news;

    block_store(p, true);
    start(p);
    take_news(keeper, &news);
    assert_false(news.open);
    block_store(p, false);
    take_open(keeper, &news);
    assert_false(news.failing);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(start__new_receiver__begins_at_the_newest),
        TEST(start__known_receiver__where_it_was),
        TEST(start__own_alarm_stands__told_once),
        TEST(start__events_of_its_own__the_last_ones_told_once),
        TEST(start__new_store__above_the_floor),
        TEST(stop__at_once_or_null__fine),
        TEST(ask__request__stored_for_the_plugin),
        TEST(watch__own_alarm__acknowledged_once),
        TEST(watch__own_alarm_that_ends__not_acknowledged),
        TEST(ask__while_one_is_under_way__refused),
        TEST(append__event__numbered_and_stored),
        TEST(append__store_below_the_floor__above_it),
        TEST(append__then_stop_at_once__stored),
        TEST(fetch__some__in_order_after_the_given),
        TEST(fetch__none__answered_all_the_same),
        TEST(fetch__store_moved_aside__failed_then_the_new_one),
        TEST(fetch__many__as_many_as_promised),
        TEST(fetch__answer_not_taken__freed_at_stop),
        TEST(cursor__set__saved_at_stop),
        TEST(cursor__many_and_lower_ones__highest_saved),
        TEST(cursor__running__saved_before_the_next_answer),
        TEST(cursor__store_moved_aside__kept_in_the_new_one),
        TEST(beside__store_locked_at_start__known_and_kept),
        TEST(beside__store_renewed__goes_on_where_it_was),
        TEST(beside__another_and_shorter_store__all_of_it),
        TEST(beside__number_without_a_sequence__kept),
        TEST(beside__damaged__said_and_not_used),
        TEST(receiver__added_and_another_one_there__each_its_place),
        TEST(receiver__gone__its_place_forgotten_and_said),
        TEST(receiver__gone_and_there_again__is_a_new_one),
        TEST(no_store__orders__answered_without_it),
        TEST(no_store__appears__opened_and_cursor_saved),
        TEST(no_store__appears_without_an_order__opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
