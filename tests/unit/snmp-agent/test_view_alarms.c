/* Alarms counted by object and found by gateway, against looking at all of them. */
#include "view_alarms.h"
#include "../../support/check.h"

#include <stdlib.h>
#include <string.h>

enum { ACTIVES = 700, EVENTS = 900, GATEWAYS = 5 };

static struct alarm active[ACTIVES];
static struct event event[EVENTS];

static const struct snapshot_stamp stamp = {.counter = 1};

/* Crowded: few objects, so that many have several alarms, on every level. */
static struct alarm random_alarm(uint32_t *seed, uint32_t id)
{
    static const uint16_t kinds[] = {ALARM_CELL_COMM_LOST, ALARM_GATEWAY_COMM_LOST, 40, 57};
    struct alarm a = {.id = id,
                      .kind = kinds[check_random(seed) % 4],
                      .severity = (uint8_t)(check_random(seed) % (ALARM_CRITICAL + 1)),
                      .level = (uint8_t)(check_random(seed) % (ALARM_OF_QUANTITY + 1)),
                      .gateway = check_random(seed) % (GATEWAYS + 1)};

    a.ups = (uint16_t)(check_random(seed) % 4);
    a.string = (uint16_t)(check_random(seed) % 5);
    a.cell = a.string > 0 ? (uint16_t)(check_random(seed) % 6) : 0;
    a.shelved_until_ms = check_random(seed) % 2;
    a.acked_ms = check_random(seed) % 2;
    if (check_random(seed) % 50 == 0)
        a.string = 0xffff; /* what no row can be */
    return a;
}

static struct view_alarms *make(uint32_t seed, size_t actives, size_t events)
{
    struct snapshot_buffer b = {0};
    struct snapshot snap;
    uint32_t id = 0;
    size_t size;

    for (size_t i = 0; i < actives; i++)
        active[i] = random_alarm(&seed, id += 1 + check_random(&seed) % 3);
    for (size_t i = 0; i < events; i++)
        event[i] = (struct event){.sequence = id += 1 + check_random(&seed) % 3,
                                  .what = EVENT_RAISED,
                                  .alarm = random_alarm(&seed, 1)};
    size = snapshot_encode_alarms(&stamp, active, actives, event, events, &b);
    assert_int_equal(snapshot_open(b.data, size, SNAPSHOT_ALARMS, &snap), SNAPSHOT_OK);
    return view_alarms_new(b.data, &snap);
}

/* Its `cell` is the number of something else. */
static bool is_part(const struct alarm *a)
{
    return a->level > ALARM_OF_SITE;
}

static bool inside(const struct alarm *a, uint32_t g, uint32_t ups, uint32_t string, uint32_t cell)
{
    return a->gateway == g && (ups == 0 || a->ups == ups) && (string == 0 || a->string == string) &&
           (cell == 0 || (a->cell == cell && !is_part(a)));
}

/* What the index says of one object is what counting all alarms says. */
static void check_object(const struct view_alarms *v, size_t actives, uint32_t g, uint32_t ups,
                         uint32_t string, uint32_t cell)
{
    int level = cell != 0     ? ALARM_OF_CELL
                : string != 0 ? ALARM_OF_STRING
                : ups != 0    ? ALARM_OF_UPS
                              : ALARM_OF_GATEWAY;
    const struct view_tally *t = view_alarms_of(v, g, ups, string, cell);
    uint32_t n = 0, lost = 0, shelved = 0, unacked = 0, of[ALARM_CRITICAL + 1] = {0};
    int own = -1;

    for (size_t i = 0; i < actives; i++) {
        const struct alarm *a = &active[i];

        if (!inside(a, g, ups, string, cell))
            continue;
        n++;
        of[a->severity]++;
        lost += a->kind == ALARM_CELL_COMM_LOST && a->cell != 0 && !is_part(a);
        shelved += a->shelved_until_ms != 0;
        unacked += a->acked_ms == 0;
        if (a->level == level && a->severity > own)
            own = a->severity;
    }
    assert_int_equal(t != NULL, n > 0);
    if (t == NULL)
        return;
    assert_int_equal(t->count, n);
    assert_int_equal(t->comm_lost, lost);
    assert_int_equal(t->shelved, shelved);
    assert_int_equal(t->unacked, unacked);
    assert_int_equal(t->worst_own, own);
    assert_memory_equal(t->by_severity, of, sizeof(of));
}

static void of__every_object__as_counting_all_of_them(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 5; seed++) {
        size_t n = seed == 5 ? 3 : ACTIVES;
        struct view_alarms *v = make(seed, n, 0);

        assert_int_equal(v->all.count, n);
        for (uint32_t g = 1; g <= GATEWAYS + 1; g++) {
            check_object(v, n, g, 0, 0, 0);
            for (uint32_t u = 1; u < 5; u++)
                check_object(v, n, g, u, 0, 0);
            for (uint32_t s = 1; s < 6; s++)
                for (uint32_t c = 0; c < 7; c++)
                    check_object(v, n, g, 0, s, c);
        }
        assert_null(view_alarms_of(v, 1, 0, 0xffff, 0));
        assert_null(view_alarms_of(v, 1, UINT32_MAX, 0, 0));
        view_alarms_free(v);
    }
}

static void of_part__every_one__as_counting_all_of_them(void **state)
{
    struct view_alarms *v = make(3, ACTIVES, 0);
    uint32_t all = 0;

    (void)state;
    for (uint32_t g = 1; g <= GATEWAYS; g++)
        for (int level = ALARM_OF_SENSOR; level <= ALARM_OF_QUANTITY; level++)
            for (uint32_t number = 1; number < 7; number++) {
                const struct view_tally *t =
                    view_alarms_of_part(v, g, (enum alarm_level)level, number);
                int worst = -1;
                uint32_t n = 0;

                for (size_t i = 0; i < ACTIVES; i++) {
                    const struct alarm *a = &active[i];

                    if (a->gateway != g || a->level != level || a->cell != number)
                        continue;
                    worst = a->severity > worst ? a->severity : worst;
                    n++;
                }
                assert_int_equal(t != NULL ? t->count : 0, n);
                assert_int_equal(t != NULL ? t->worst_own : -1, worst);
                all += n;
            }
    assert_true(all > 100);
    assert_null(view_alarms_of_part(v, 1, ALARM_OF_SENSOR, 0x10000));
    view_alarms_free(v);
}

static uint32_t expected_place(const struct view_alarms *v, int section, uint32_t g, uint32_t key)
{
    uint32_t i = 0;

    for (; i < v->snap.section[section].count; i++) {
        uint32_t of = section == 0 ? active[i].gateway : event[i].alarm.gateway;
        uint32_t is = section == 0 ? active[i].id : event[i].sequence;

        if (is >= key && (g == 0 || of == g))
            break;
    }
    return i;
}

static void find__any_gateway_and_key__first_at_or_behind(void **state)
{
    struct view_alarms *v = make(9, ACTIVES, EVENTS);
    uint32_t most = event[EVENTS - 1].sequence + 2;

    (void)state;
    for (int section = 0; section < 2; section++)
        for (uint32_t g = 0; g <= GATEWAYS + 1; g++)
            for (uint32_t key = 0; key < most; key += 1 + key % 3)
                assert_int_equal(view_alarms_find(v, section, g, key),
                                 expected_place(v, section, g, key));
    view_alarms_free(v);
}

static void new__no_alarms__nothing(void **state)
{
    struct view_alarms *v = make(1, 0, 0);

    (void)state;
    assert_int_equal(v->all.count, 0);
    assert_null(view_alarms_of(v, 1, 0, 0, 0));
    assert_int_equal(view_alarms_find(v, 0, 1, 0), 0);
    assert_int_equal(view_alarms_find(v, 1, 0, 0), 0);
    view_alarms_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of__every_object__as_counting_all_of_them),
        cmocka_unit_test(of_part__every_one__as_counting_all_of_them),
        cmocka_unit_test(find__any_gateway_and_key__first_at_or_behind),
        cmocka_unit_test(new__no_alarms__nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
