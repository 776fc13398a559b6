/* What the memory, the last run's files and the store know of alarms, put together. */
#include "../support/check.h"
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

static struct ledger ledger;

static int set_up(void **state)
{
    (void)state;
    return ledger_init(&ledger) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ledger_free(&ledger);
    return 0;
}

static struct alarm alarm_of(uint32_t id, int string)
{
    struct alarm a = {.id = id, .kind = 57, .level = ALARM_OF_STRING, .gateway = 1};

    a.string = (uint16_t)string;
    a.raised_ms = 1000 + id;
    return a;
}

/* `string` is what the alarm is of: there is one kind here. */
static struct event event_of(uint32_t sequence, enum event_what what, uint32_t id, int string)
{
    struct event e = {.sequence = sequence, .what = (uint8_t)what, .wall_ms = 5000 + sequence};

    e.alarm = alarm_of(id, string);
    return e;
}

/* It happened in this run, under numbers of our own. */
static void happen(uint32_t sequence, enum event_what what, uint32_t id, int string)
{
    struct event e = event_of(sequence, what, id, string);

    if (what == EVENT_RAISED)
        assert_true(ledger_add(&ledger, &e.alarm));
    else
        ledger_remove(&ledger, ledger_find(&ledger, &e.alarm));
    ledger_note(&ledger, &e);
    ledger.sequence = sequence > ledger.sequence ? sequence : ledger.sequence;
    ledger.alarm_id = id > ledger.alarm_id ? id : ledger.alarm_id;
}

/* A store with `n` alarms, of strings 1.. with ids 1.., raised in as many events. */
static void merge_store(size_t n, bool same)
{
    struct alarm *active = calloc(n + 1, sizeof(*active));
    struct event *last = calloc(n + 1, sizeof(*last));

    for (size_t i = 0; i < n; i++) {
        last[i] = event_of((uint32_t)i + 1, EVENT_RAISED, (uint32_t)i + 1, (int)i + 1);
        last[i].stored = true;
        active[i] = last[i].alarm;
    }
    assert_true(ledger_merge(&ledger, active, n, last, n, same));
    free(last);
}

static void check_active(size_t i, uint32_t id, int string)
{
    assert_true(i < ledger.actives);
    assert_int_equal(ledger.active[i].id, id);
    assert_int_equal(ledger.active[i].string, string);
}

static void check_event(size_t i, uint32_t sequence, enum event_what what, uint32_t id, bool stored)
{
    assert_true(i < ledger.events);
    assert_int_equal(ledger.ring[i].sequence, sequence);
    assert_int_equal(ledger.ring[i].what, what);
    assert_int_equal(ledger.ring[i].alarm.id, id);
    assert_int_equal(ledger.ring[i].stored, stored);
}

/* ---- the same store ---------------------------------------------------------------------- */

static void merge__nothing_known__as_the_store_says(void **state)
{
    (void)state;
    merge_store(2, true);
    assert_int_equal(ledger.actives, 2);
    check_active(1, 2, 2);
    assert_int_equal(ledger.events, 2);
    check_event(1, 2, EVENT_RAISED, 2, true);
    assert_int_equal(ledger.sequence, 2);
    assert_int_equal(ledger.alarm_id, 2);
    assert_int_equal(ledger_unstored(&ledger), 2);
}

static void merge__events_not_stored_yet__keep_their_numbers(void **state)
{
    (void)state;
    happen(1, EVENT_RAISED, 1, 1);
    ledger.ring[0].stored = true;
    happen(2, EVENT_RAISED, 2, 9);
    happen(3, EVENT_CLEARED, 1, 1);
    merge_store(1, true);
    assert_int_equal(ledger.actives, 1);
    check_active(0, 2, 9);
    assert_int_equal(ledger.events, 3);
    assert_int_equal(ledger_unstored(&ledger), 1);
    check_event(1, 2, EVENT_RAISED, 2, false);
    check_event(2, 3, EVENT_CLEARED, 1, false);
}

static void merge__numbers_used_by_another__new_ones(void **state)
{
    (void)state;
    happen(2, EVENT_RAISED, 2, 9);
    happen(3, EVENT_CLEARED, 2, 9);
    happen(4, EVENT_RAISED, 3, 8);
    merge_store(2, true);
    assert_int_equal(ledger.events, 5);
    check_event(2, 5, EVENT_RAISED, 4, false);
    check_event(3, 6, EVENT_CLEARED, 4, false);
    check_event(4, 7, EVENT_RAISED, 5, false); /* 4 would be out of order now */
    assert_int_equal(ledger.actives, 3);
    check_active(2, 5, 8);
    assert_int_equal(ledger.sequence, 7);
    assert_int_equal(ledger.alarm_id, 5);
}

static void merge__raised_a_second_time__keeps_its_first_id(void **state)
{
    (void)state;
    happen(1, EVENT_RAISED, 1, 2); /* nobody knew that it stood as number 2 */
    happen(2, EVENT_RAISED, 2, 1);
    happen(3, EVENT_CLEARED, 2, 1);
    merge_store(2, true);
    assert_int_equal(ledger.actives, 1);
    check_active(0, 2, 2);
    assert_int_equal(ledger.events, 3);
    check_event(2, 3, EVENT_CLEARED, 1, false);
    assert_true(ledger.ring[2].alarm.raised_ms == 1001);
}

static void merge__stored_but_not_published_so__once(void **state)
{
    (void)state;
    happen(1, EVENT_RAISED, 1, 1);
    happen(2, EVENT_RAISED, 2, 2);
    merge_store(2, true);
    assert_int_equal(ledger.events, 2);
    assert_int_equal(ledger_unstored(&ledger), 2);
    assert_int_equal(ledger.actives, 2);
    check_active(1, 2, 2);
}

static void merge__no_number_yet__none_given(void **state)
{
    (void)state;
    happen(3, EVENT_RAISED, 3, 3);
    happen(0, EVENT_RAISED, 0, 4);
    merge_store(2, true);
    check_event(2, 3, EVENT_RAISED, 3, false);
    check_event(3, 0, EVENT_RAISED, 0, false);
    check_active(3, 0, 4); /* last, though 0 */
    ledger_number(&ledger, 2);
    check_event(3, 4, EVENT_RAISED, 4, false);
    check_active(3, 4, 4);
}

static void merge__twice__as_once(void **state)
{
    (void)state;
    happen(2, EVENT_RAISED, 2, 9);
    for (int i = 0; i < 3; i++)
        merge_store(2, true);
    assert_int_equal(ledger.events, 3);
    check_event(2, 3, EVENT_RAISED, 3, false);
    assert_int_equal(ledger.actives, 3);
}

static void merge__more_than_the_ring_holds__the_newest(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SNAPSHOT_EVENTS_MAX; i++)
        happen(11 + i, EVENT_RAISED, 11 + i, 11 + (int)i);
    merge_store(10, true);
    assert_int_equal(ledger.events, SNAPSHOT_EVENTS_MAX);
    assert_int_equal(ledger_unstored(&ledger), 0);
    check_event(0, 11, EVENT_RAISED, 11, false);
    assert_int_equal(ledger.actives, SNAPSHOT_EVENTS_MAX + 10);
}

/* What became of an alarm while the store was away. */
static void merge__changes_not_stored_yet__taken_over(void **state)
{
    struct event e = event_of(3, EVENT_ACKNOWLEDGED, 1, 1);

    (void)state;
    happen(1, EVENT_RAISED, 1, 1);
    happen(2, EVENT_RAISED, 2, 2);
    ledger.ring[0].stored = ledger.ring[1].stored = true;
    strcpy(e.alarm.acked_by, "jd");
    ledger_note(&ledger, &e);
    e = event_of(4, EVENT_CHANGED, 9, 9); /* of one that nobody knows */
    ledger_note(&ledger, &e);
    merge_store(2, true);
    assert_int_equal(ledger.events, 3);
    check_event(2, 3, EVENT_ACKNOWLEDGED, 1, false);
    assert_int_equal(ledger.actives, 2);
    assert_string_equal(ledger.active[0].acked_by, "jd");
}

/* It was raised muted, and is told now, under its number. */
static void merge__told_later__once_and_not_twice(void **state)
{
    struct event e = event_of(1, EVENT_RAISED, 1, 1);

    (void)state;
    e.alarm.muted = true;
    ledger_note(&ledger, &e);
    ledger_add(&ledger, &e.alarm);
    e = event_of(2, EVENT_RAISED, 1, 1);
    ledger_note(&ledger, &e);
    ledger.active[0].muted = false;
    ledger.sequence = 2;
    ledger.alarm_id = 1;
    for (int i = 0; i < 2; i++) {
        merge_store(0, true);
        assert_int_equal(ledger.events, 2);
        check_event(1, 2, EVENT_RAISED, 1, false);
        assert_int_equal(ledger.actives, 1);
        check_active(0, 1, 1);
        assert_false(ledger.active[0].muted);
    }
}

static void merge__new_store__acknowledgement_goes_on_in_it(void **state)
{
    (void)state;
    happen(1, EVENT_RAISED, 1, 1);
    ledger.ring[0].stored = true;
    strcpy(ledger.active[0].acked_by, "jd");
    ledger.active[0].occurrences = 4;
    merge_store(0, false);
    assert_int_equal(ledger.actives, 1);
    assert_string_equal(ledger.active[0].acked_by, "jd");
    assert_int_equal(ledger.active[0].occurrences, 4);
    assert_int_equal(ledger.events, 1);
}

static void merge__worse_since_without_an_event__stays_so(void **state)
{
    (void)state;
    happen(1, EVENT_RAISED, 1, 1);
    ledger.ring[0].stored = true;
    ledger.active[0].has_value = true;
    ledger.active[0].peak = 700;
    ledger.active[0].occurrences = 4;
    merge_store(1, true);
    assert_int_equal(ledger.actives, 1);
    assert_int_equal(ledger.active[0].peak, 700);
    assert_int_equal(ledger.active[0].occurrences, 4);
}

/* ---- events that are lost ---------------------------------------------------------------- */

static const struct event *find_event(uint32_t id, enum event_what what)
{
    for (size_t i = 0; i < ledger.events; i++)
        if (ledger.ring[i].alarm.id == id && ledger.ring[i].what == what)
            return &ledger.ring[i];
    return NULL;
}

/* Number 1 ends and 3 begins unseen by the store; so does 4, whose end it will hear of. */
static void lose_some(void)
{
    uint32_t sequence = 3;

    merge_store(2, true);
    happen(sequence++, EVENT_CLEARED, 1, 1);
    happen(sequence++, EVENT_RAISED, 3, 3);
    happen(sequence++, EVENT_RAISED, 4, 4);
    while (ledger.lost.n < 4) {
        happen(sequence, EVENT_RAISED, sequence + 2, 9);
        happen(sequence + 1, EVENT_CLEARED, sequence + 2, 9);
        sequence += 2;
    }
    happen(sequence, EVENT_CLEARED, 4, 4);
}

static void lost__more_than_the_ring_holds__counted(void **state)
{
    (void)state;
    lose_some();
    assert_int_equal(ledger.events, SNAPSHOT_EVENTS_MAX);
    assert_int_equal(ledger.lost.n, 6);
    assert_int_equal(ledger.lost.from, 3);
    assert_int_equal(ledger.lost.to, 8);
}

static void lost__what_stands__set_right_in_the_store(void **state)
{
    struct alarm in_store[2] = {alarm_of(1, 1), alarm_of(2, 2)};

    (void)state;
    lose_some();
    merge_store(2, true);
    assert_int_equal(ledger.actives, 2); /* as the memory has it, not the store */
    check_active(0, 2, 2);
    check_active(1, 3, 3);
    assert_non_null(find_event(4, EVENT_CLEARED)); /* that it began is lost */
    assert_null(find_event(3, EVENT_RAISED));
    assert_int_equal(ledger_reconcile(&ledger, in_store, 2, 1, 99), 1);
    assert_int_equal(ledger.ring[ledger.events - 1].what, EVENT_RAISED);
    assert_int_equal(ledger.ring[ledger.events - 1].alarm.id, 3);
    assert_int_equal(ledger.ring[ledger.events - 1].sequence, 0); /* the store's to give */
    assert_int_equal(ledger_reconcile(&ledger, in_store, 2, 9, 99), 2);
    assert_int_equal(ledger.ring[ledger.events - 1].what, EVENT_CLEARED);
    assert_int_equal(ledger.ring[ledger.events - 1].alarm.id, 1);
    assert_int_equal(ledger.ring[ledger.events - 1].wall_ms, 99);
    assert_int_equal(ledger_reconcile(&ledger, ledger.active, 2, 9, 99), 0);
}

/* ---- told under two numbers -------------------------------------------------------------- */

/* The store was opened late, and has what this run has told as number 7, critical. */
static void tell_again(void)
{
    struct event e = event_of(9, EVENT_RAISED, 7, 1);

    e.alarm.severity = ALARM_CRITICAL;
    strcpy(e.alarm.text, "worse");
    assert_true(ledger_add(&ledger, &e.alarm));
    ledger_note(&ledger, &e);
    ledger.sequence = 9;
    ledger.alarm_id = 7;
}

static void check_unstored(size_t i, enum event_what what, uint32_t id)
{
    assert_true(i < ledger.events);
    assert_int_equal(ledger.ring[i].what, what);
    assert_int_equal(ledger.ring[i].alarm.id, id);
    assert_false(ledger.ring[i].stored);
}

static void merge__told_as_new__its_number_ends_and_what_is_new_stays(void **state)
{
    (void)state;
    tell_again();
    merge_store(1, true);
    assert_int_equal(ledger.actives, 1);
    check_active(0, 1, 1);
    assert_int_equal(ledger.active[0].severity, ALARM_CRITICAL);
    assert_string_equal(ledger.active[0].text, "worse");
    assert_int_equal(ledger.active[0].raised_ms, 1001);
    assert_int_equal(ledger.events, 4);
    check_unstored(1, EVENT_RAISED, 7);
    assert_int_equal(ledger.ring[1].sequence, 9);
    check_unstored(2, EVENT_CLEARED, 7);
    assert_int_equal(ledger.ring[2].sequence, 0);
    assert_non_null(strstr(ledger.ring[2].alarm.text, "alarm number 1"));
    check_unstored(3, EVENT_CHANGED, 1);
    assert_int_equal(ledger.ring[3].alarm.severity, ALARM_CRITICAL);
    assert_int_equal(ledger.amends, 2);
}

/* It could not be stored then: what was made good is not made good twice. */
static void merge__once_more_before_it_was_stored__the_same(void **state)
{
    (void)state;
    tell_again();
    merge_store(1, true);
    merge_store(1, true);
    ledger_number(&ledger, 2);
    merge_store(1, true);
    check_active(0, 1, 1);
    assert_int_equal(ledger.actives, 1);
    assert_int_equal(ledger.active[0].severity, ALARM_CRITICAL);
    assert_int_equal(ledger.events, 4);
    check_unstored(1, EVENT_RAISED, 7);
    check_unstored(2, EVENT_CLEARED, 7);
    check_unstored(3, EVENT_CHANGED, 1);
    assert_int_equal(ledger.amends, 0);
}

/* It was over before the store was opened. */
static void merge__told_as_new_and_over__both_numbers_end(void **state)
{
    (void)state;
    tell_again();
    happen(10, EVENT_CLEARED, 7, 1);
    merge_store(1, true);
    assert_int_equal(ledger.actives, 0);
    assert_int_equal(ledger.events, 4);
    check_unstored(1, EVENT_RAISED, 7);
    check_unstored(2, EVENT_CLEARED, 1);
    check_unstored(3, EVENT_CLEARED, 7);
    assert_int_equal(ledger.amends, 1);
}

/* Nobody was told of it: nothing to be made good. */
static void merge__held_back_as_new__dropped(void **state)
{
    (void)state;
    tell_again();
    ledger.ring[0].alarm.muted = true;
    merge_store(1, true);
    assert_int_equal(ledger.events, 1);
    check_active(0, 1, 1);
    assert_int_equal(ledger.amends, 0);
}

/* Ten thousands stand and end in any order; each is found, and by its number too. */
static void find__thousands_begin_and_end__each_one_found(void **state)
{
    enum { MANY = 30000 };
    static bool there[MANY];
    size_t left = MANY;
    uint32_t x = 1;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        struct alarm a = alarm_of(0, 1 + i);

        assert_true(ledger_add(&ledger, &a));
        ledger_find(&ledger, &a)->id = (uint32_t)i + 1;
        there[i] = true;
    }
    for (int i = 0; i < 2 * MANY; i++) {
        struct alarm a = alarm_of(0, 1 + (int)((x = x * 1664525 + 1013904223) >> 8) % MANY);
        struct alarm *is = ledger_find(&ledger, &a);

        assert_int_equal(is != NULL, there[a.string - 1]);
        if (is == NULL)
            continue;
        assert_int_equal(is->id, a.string);
        there[a.string - 1] = false;
        ledger_remove(&ledger, is);
        left--;
    }
    assert_int_equal(ledger.actives, left);
    ledger_sort(&ledger);
    for (int i = 0; i < MANY; i++) {
        struct alarm a = alarm_of(0, 1 + i), *is = ledger_find(&ledger, &a);

        assert_int_equal(is != NULL, there[i]);
        assert_ptr_equal(is, ledger_find_id(&ledger, (uint32_t)i + 1));
    }
    for (size_t i = 1; i < left; i++)
        assert_true(ledger.active[i - 1].id < ledger.active[i].id);
}

/* As a damaged file may have it: either may be found, and none is lost when one ends. */
static void find__two_alike__ended_one_by_one(void **state)
{
    struct alarm a = alarm_of(1, 1), b = alarm_of(2, 1), c = alarm_of(3, 2);

    (void)state;
    assert_true(ledger_add(&ledger, &a) && ledger_add(&ledger, &b) && ledger_add(&ledger, &c));
    ledger_remove(&ledger, ledger_find_id(&ledger, 2));
    assert_int_equal(ledger_find(&ledger, &b)->id, 1);
    assert_int_equal(ledger_find(&ledger, &c)->id, 3);
    ledger_remove(&ledger, ledger_find(&ledger, &b));
    assert_null(ledger_find(&ledger, &b));
    assert_int_equal(ledger_find(&ledger, &c)->id, 3);
}

static void find__other_level__another_alarm(void **state)
{
    struct alarm a = {.id = 1, .kind = 120, .level = ALARM_OF_GATEWAY, .gateway = 1}, b = a;

    (void)state;
    ledger_add(&ledger, &a);
    assert_non_null(ledger_find(&ledger, &b));
    b.level = ALARM_OF_UPS;
    b.ups = 2;
    assert_null(ledger_find(&ledger, &b));
}

/* ---- another store ----------------------------------------------------------------------- */

static void merge__new_store__what_stands_goes_on_in_it(void **state)
{
    (void)state;
    happen(1, EVENT_RAISED, 1, 1);
    happen(2, EVENT_RAISED, 2, 2);
    happen(3, EVENT_CLEARED, 1, 1);
    for (int i = 0; i < 3; i++)
        ledger.ring[i].stored = true;
    merge_store(0, false);
    assert_int_equal(ledger.events, 1);
    check_event(0, 2, EVENT_RAISED, 2, false);
    assert_int_equal(ledger.actives, 1);
    check_active(0, 2, 2);
    assert_int_equal(ledger.sequence, 3);
}

/* Its event is older than the ring. */
static void merge__new_store_and_event_forgotten__raised_anew(void **state)
{
    const struct alarm old = alarm_of(1, 1);

    (void)state;
    assert_true(ledger_add(&ledger, &old));
    ledger.sequence = 2000;
    happen(2000, EVENT_RAISED, 1500, 2);
    ledger.ring[0].stored = true;
    merge_store(0, false);
    assert_int_equal(ledger.actives, 2);
    check_active(0, 1, 1);
    check_active(1, 1500, 2);
    check_event(0, 2000, EVENT_RAISED, 1500, false);
    check_event(1, 0, EVENT_RAISED, 1, false);
    ledger_number(&ledger, 0);
    check_event(1, 2001, EVENT_RAISED, 1, false);
}

/* ---- the last run ------------------------------------------------------------------------ */

static void restore__from_a_file__as_it_was(void **state)
{
    const struct snapshot_stamp stamp = {.counter = 1};
    struct snapshot_buffer b = {0};
    struct snapshot snap;
    size_t size;

    (void)state;
    happen(5, EVENT_RAISED, 3, 1);
    happen(6, EVENT_RAISED, 4, 2);
    ledger.ring[0].stored = true;
    size = snapshot_encode_alarms(&stamp, ledger.active, ledger.actives, ledger.ring, ledger.events,
                                  &b);
    ledger_free(&ledger);
    assert_true(ledger_init(&ledger));
    assert_int_equal(snapshot_open(b.data, size, SNAPSHOT_ALARMS, &snap), SNAPSHOT_OK);
    ledger_restore(&ledger, &snap);
    free(b.data);
    assert_int_equal(ledger.actives, 2);
    check_active(1, 4, 2);
    check_event(0, 5, EVENT_RAISED, 3, true);
    check_event(1, 6, EVENT_RAISED, 4, false);
    assert_int_equal(ledger.sequence, 6);
    assert_int_equal(ledger.alarm_id, 4);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(merge__nothing_known__as_the_store_says),
        TEST(merge__events_not_stored_yet__keep_their_numbers),
        TEST(merge__numbers_used_by_another__new_ones),
        TEST(merge__raised_a_second_time__keeps_its_first_id),
        TEST(merge__stored_but_not_published_so__once),
        TEST(merge__no_number_yet__none_given),
        TEST(merge__twice__as_once),
        TEST(merge__more_than_the_ring_holds__the_newest),
        TEST(merge__new_store__what_stands_goes_on_in_it),
        TEST(merge__changes_not_stored_yet__taken_over),
        TEST(merge__told_later__once_and_not_twice),
        TEST(merge__new_store__acknowledgement_goes_on_in_it),
        TEST(merge__worse_since_without_an_event__stays_so),
        TEST(lost__more_than_the_ring_holds__counted),
        TEST(lost__what_stands__set_right_in_the_store),
        TEST(merge__told_as_new__its_number_ends_and_what_is_new_stays),
        TEST(merge__once_more_before_it_was_stored__the_same),
        TEST(merge__told_as_new_and_over__both_numbers_end),
        TEST(merge__held_back_as_new__dropped),
        TEST(find__thousands_begin_and_end__each_one_found),
        TEST(find__two_alike__ended_one_by_one),
        TEST(find__other_level__another_alarm),
        TEST(merge__new_store_and_event_forgotten__raised_anew),
        TEST(restore__from_a_file__as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
