/*
 * Files that are cut, damaged, or made to hurt: refused with the right reason, never read past.
 */
#include "snapshot_fixture.h"

static struct blob (*const makers[])(void) = {blob_small, blob_site, blob_alarms, blob_th};

static void want(const struct blob *b, enum snapshot_error e)
{
    assert_int_equal(walk(b, blob_kind(b)), e);
}

/* Signs, expects, frees. */
static void refused(struct blob b, enum snapshot_error e)
{
    blob_sign(&b);
    want(&b, e);
    free(b.data);
}

/* ---- cut, longer, flipped ---------------------------------------------------------------- */

static void cut__every_length__refused(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(makers); m++) {
        struct blob whole = makers[m]();

        for (size_t n = 0; n < whole.size; n++) {
            struct blob b = blob_of(whole.data, n);

            assert_int_equal(walk(&b, blob_kind(&whole)), SNAPSHOT_CUT);
            blob_sign(&b); /* over the magic too, where there is nothing else */
            assert_int_not_equal(walk(&b, blob_kind(&whole)), SNAPSHOT_OK);
            free(b.data);
        }
        free(whole.data);
    }
}

/* The header tells the true length, so that only the sections can notice. */
static void cut__every_length_and_told_so__refused(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(makers); m++) {
        struct blob whole = makers[m]();

        for (size_t n = 16; n < whole.size; n++) {
            struct blob b = blob_of(whole.data, n);

            blob_put(&b, FIXTURE_SIZE, 4, (uint32_t)n);
            refused(b, SNAPSHOT_CUT);
        }
        free(whole.data);
    }
}

static void longer__refused(void **state)
{
    struct blob whole = blob_small(), b = blob_of(whole.data, whole.size);

    (void)state;
    blob_insert(&b, b.size, 1);
    blob_put(&b, FIXTURE_SIZE, 4, (uint32_t)whole.size);
    refused(b, SNAPSHOT_CUT);
    b = blob_of(whole.data, whole.size);
    blob_insert(&b, b.size, 1); /* told in the header, but of no section */
    refused(b, SNAPSHOT_CUT);
    free(whole.data);
}

static void flipped__any_bit__refused(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(makers); m++) {
        struct blob b = makers[m]();
        enum snapshot_kind kind = blob_kind(&b);

        for (size_t i = 0; i < 8 * b.size; i++) {
            b.data[i / 8] ^= (uint8_t)(1 << i % 8);
            assert_int_not_equal(walk(&b, kind), SNAPSHOT_OK);
            b.data[i / 8] ^= (uint8_t)(1 << i % 8);
        }
        free(b.data);
    }
}

/* What must come of a header that has byte `i` changed and a right checksum. */
static enum snapshot_error verdict(size_t i)
{
    if (i < 5)
        return SNAPSHOT_NOT_OURS; /* magic, kind */
    if (i == 5)
        return SNAPSHOT_MAJOR_OTHER;
    if ((i >= FIXTURE_SIZE && i < FIXTURE_SIZE + 4) || i >= FIXTURE_COUNT)
        return SNAPSHOT_CUT;
    return SNAPSHOT_OK; /* minor, stamp */
}

static void flipped__header_with_right_checksum__by_its_byte(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(makers); m++) {
        struct blob b = makers[m]();
        enum snapshot_kind kind = blob_kind(&b);

        for (size_t i = 0; i < FIXTURE_HEADER; i++) {
            for (int bit = 0; bit < 8; bit++) {
                b.data[i] ^= (uint8_t)(1 << bit);
                blob_sign(&b);
                assert_int_equal(walk(&b, kind), verdict(i));
                b.data[i] ^= (uint8_t)(1 << bit);
            }
        }
        free(b.data);
    }
}

static void damaged__content__told_apart(void **state)
{
    struct blob b = blob_small();

    (void)state;
    b.data[FIXTURE_HEADER + 100] ^= 1;
    want(&b, SNAPSHOT_DAMAGED);
    free(b.data);
}

static void kind__another__refused(void **state)
{
    struct blob b = blob_site();

    (void)state;
    assert_int_equal(walk(&b, SNAPSHOT_DEVICE), SNAPSHOT_NOT_OURS);
    assert_int_equal(walk(&b, SNAPSHOT_ALARMS), SNAPSHOT_NOT_OURS);
    assert_int_equal(walk(&b, SNAPSHOT_TH), SNAPSHOT_NOT_OURS);
    free(b.data);
}

static void failure__result_untouched(void **state)
{
    struct snapshot s, before;
    struct blob b = blob_small();

    (void)state;
    memset(&s, 0x5a, sizeof(s));
    before = s;
    blob_put(&b, blob_record(&b, 2, 0), 1, 0);
    blob_sign(&b);
    assert_int_equal(snapshot_open(b.data, b.size, SNAPSHOT_DEVICE, &s), SNAPSHOT_HOSTILE);
    assert_memory_equal(&s, &before, sizeof(s));
    free(b.data);
}

/* ---- sections ---------------------------------------------------------------------------- */

static void record_size__smaller__refused(void **state)
{
    /* What a record has got since 1.0, by its section's number. */
    static const uint8_t later[32] = {[1] = 15, [3] = 9, [6] = 1};

    (void)state;
    for (size_t m = 0; m < COUNT(makers); m++) {
        struct blob whole = makers[m]();

        for (uint32_t kind = 1; kind <= 17; kind++) {
            size_t at = FIXTURE_HEADER;
            struct blob b = blob_of(whole.data, whole.size);

            for (uint32_t n = blob_get(&b, FIXTURE_COUNT, 2); n > 0; n--) {
                uint32_t size = blob_get(&b, at + 2, 2), count = blob_get(&b, at + 4, 4);

                if (blob_get(&b, at, 2) == kind) {
                    blob_put(&b, at + 2, 2, size - 1 - later[kind]);
                    blob_sign(&b);
                    want(&b, SNAPSHOT_HOSTILE);
                    blob_put(&b, at + 2, 2, 0);
                    blob_sign(&b);
                    want(&b, SNAPSHOT_HOSTILE);
                    break;
                }
                at += 8 + (size_t)size * count;
            }
            free(b.data);
        }
        free(whole.data);
    }
}

static void count__beyond_the_file__refused(void **state)
{
    static const uint32_t counts[] = {6, 0x7fffffff, 0x80000000, 0xffffffff, 113025456, 65536};

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct blob b = blob_small();

        blob_put(&b, blob_section(&b, 4) + 4, 4, counts[i]);
        refused(b, SNAPSHOT_CUT);
    }
}

static void section__twice__refused(void **state)
{
    struct blob b = blob_small();

    (void)state;
    blob_put(&b, blob_section(&b, 3), 2, 2); /* the strings say that they are UPS */
    refused(b, SNAPSHOT_HOSTILE);
}

static void section__missing__empty(void **state)
{
    struct gateway *g = fixture_small();
    struct blob b = blob_device(g);
    struct snapshot s;

    (void)state;
    free(g);
    blob_put(&b, blob_section(&b, 2), 2, 4711); /* now one that nobody knows */
    blob_sign(&b);
    assert_int_equal(snapshot_open(b.data, b.size, SNAPSHOT_DEVICE, &s), SNAPSHOT_OK);
    assert_int_equal(s.section[1].count, 0);
    assert_int_equal(s.section[2].count, 2);
    free(b.data);
}

/* An unknown section without a record size may claim any count; it is no work to skip it. */
static void section__unknown_and_huge__skipped(void **state)
{
    struct blob b = blob_site();

    (void)state;
    blob_insert(&b, b.size - 4, 8);
    blob_put(&b, b.size - 12, 4, 4711U << 16);
    blob_put(&b, b.size - 8, 4, UINT32_MAX);
    blob_put(&b, FIXTURE_COUNT, 2, blob_get(&b, FIXTURE_COUNT, 2) + 1);
    refused(b, SNAPSHOT_OK);
}

/* A section that belongs into another kind of file says nothing here. */
static void section__of_another_kind__skipped(void **state)
{
    struct blob b = blob_small();

    (void)state;
    blob_put(&b, blob_section(&b, 2), 2, 7);
    refused(b, SNAPSHOT_OK);
}

static void main_record__missing_or_twice__refused(void **state)
{
    struct blob b = blob_small();

    (void)state;
    blob_put(&b, blob_section(&b, 1), 2, 4711);
    refused(b, SNAPSHOT_HOSTILE);
    b = blob_site();
    blob_put(&b, blob_section(&b, 5), 2, 4711);
    refused(b, SNAPSHOT_HOSTILE);
    b = blob_site();
    blob_insert(&b, blob_record(&b, 5, 0), 52);
    blob_put(&b, blob_section(&b, 5) + 4, 4, 2);
    refused(b, SNAPSHOT_HOSTILE);
    for (uint32_t section = 1; section <= 10; section += 9) {
        b = blob_th();
        blob_put(&b, blob_section(&b, section), 2, 4711);
        refused(b, SNAPSHOT_HOSTILE);
    }
    b = blob_small();
    blob_put(&b, blob_record(&b, 1, 0), 4, 0); /* index 0 */
    refused(b, SNAPSHOT_HOSTILE);
}

/* ---- numbers ----------------------------------------------------------------------------- */

/* One number of one record, changed to what cannot be. */
static void number(struct blob (*make)(void), uint32_t section, uint32_t i, size_t offset,
                   int bytes, uint32_t v)
{
    struct blob b = make();

    blob_put(&b, blob_record(&b, section, i) + offset, bytes, v);
    refused(b, SNAPSHOT_HOSTILE);
}

static void numbers__out_of_range__refused(void **state)
{
    (void)state;
    number(blob_small, 2, 0, 0, 1, 0);
    number(blob_small, 2, 1, 0, 1, UPS_MAX + 1);
    number(blob_small, 2, 1, 0, 1, 255);
    number(blob_small, 3, 0, 0, 1, 0);
    number(blob_small, 3, 1, 0, 1, STRING_MAX + 1);
    number(blob_small, 3, 1, 3, 1, CELL_MAX + 1); /* count of cells */
    number(blob_small, 3, 1, 3, 1, 255);
    number(blob_small, 4, 0, 1, 1, 0);
    number(blob_small, 4, 2, 1, 1, 4); /* string 1 has three */
    number(blob_small, 4, 2, 1, 1, CELL_MAX + 1);
    number(blob_small, 4, 2, 1, 1, 255);
    number(blob_small, 4, 0, 0, 1, 0);
    number(blob_small, 4, 4, 0, 1, STRING_MAX + 1);
    number(blob_small, 4, 4, 0, 1, 255);
    number(blob_site, 6, 0, 0, 4, 0);
    number(blob_alarms, 7, 0, 0, 4, 0);
    number(blob_alarms, 8, 0, 0, 4, 0);
    number(blob_small, 9, 0, 0, 4, 0);
    number(blob_small, 9, 3, 0, 1, STRING_MAX + 1);
    number(blob_small, 9, 3, 0, 1, 255);
    number(blob_site, 9, 1, 0, 1, 1); /* of a string, but there is no gateway */
    number(blob_site, 16, 0, 0, 4, 0);
    number(blob_site, 16, 1, 0, 4, UINT32_MAX);
    number(blob_th, 11, 0, 0, 1, 0); /* place 0 is not a sensor's */
    number(blob_th, 11, 2, 0, 1, TH_SENSOR_MAX + 1);
    number(blob_th, 11, 2, 0, 1, 255);
    number(blob_th, 9, 3, 0, 1, TH_SENSOR_MAX + 1);
    number(blob_th, 1, 0, 0, 4, 0);
    number(blob_site, 6, 1, 0, 4, UINT32_MAX); /* the highest: none comes after it */
    number(blob_alarms, 7, 1, 0, 4, UINT32_MAX);
    number(blob_alarms, 8, 3, 0, 4, UINT32_MAX);
}

static void numbers__not_rising__refused(void **state)
{
    (void)state;
    number(blob_small, 2, 0, 0, 1, 3); /* equal */
    number(blob_small, 2, 0, 0, 1, 4); /* falling */
    number(blob_small, 3, 0, 0, 1, 4);
    number(blob_small, 3, 0, 0, 1, 5);
    number(blob_small, 4, 1, 1, 1, 1);
    number(blob_small, 4, 0, 1, 1, 3);
    number(blob_small, 4, 2, 0, 1, 4); /* string 4, cell 3 before string 4, cell 1 */
    number(blob_site, 16, 1, 0, 4, 3);
    number(blob_site, 6, 1, 0, 4, 1);
    number(blob_site, 6, 1, 0, 4, UINT32_MAX);
    number(blob_alarms, 7, 1, 0, 4, 3);
    number(blob_alarms, 7, 0, 0, 4, 6);
    number(blob_alarms, 8, 2, 0, 4, 6);
    number(blob_alarms, 8, 0, 0, 4, 10);
    number(blob_small, 9, 1, 3, 1, SNAPSHOT_IN_FLOAT);
    number(blob_small, 9, 1, 1, 2, 19);
    number(blob_small, 9, 3, 0, 1, 0);
    number(blob_small, 12, 2, 0, 3, 0x010002); /* by level, ... */
    number(blob_small, 12, 1, 0, 3, 0x020003);
    number(blob_th, 12, 1, 0, 3, 0); /* ... then number */
    number(blob_small, 17, 1, 0, 2, 0x103);
    number(blob_small, 17, 2, 0, 2, 0x102);
    number(blob_th, 11, 0, 0, 1, 17); /* equal */
    number(blob_th, 11, 1, 0, 1, 1);  /* falling */
}

static void cells__of_a_string_that_is_not_there__refused(void **state)
{
    (void)state;
    number(blob_small, 4, 4, 0, 1, 5);
    number(blob_small, 3, 1, 0, 1, 5); /* the other way round: its string is gone */
}

static void events__more_than_a_file_has__refused(void **state)
{
    enum { MANY = SNAPSHOT_EVENTS_MAX + 1 };
    struct blob b = blob_alarms();
    size_t at = blob_record(&b, 8, 0), size = 842;

    (void)state;
    blob_insert(&b, at + 4 * size, (MANY - 4) * size);
    for (uint32_t i = 0; i < MANY; i++)
        blob_put(&b, at + i * size, 4, i + 1);
    blob_put(&b, at - 4, 4, MANY);
    refused(b, SNAPSHOT_HOSTILE);
}

/* ---- values ------------------------------------------------------------------------------ */

/* Everything behind the first field of a record set to 0xff: it opens, and what is got is in range
 * (walk() sees to that). */
static void values__all_ones__brought_into_range(void **state)
{
    struct blob b = blob_alarms();
    struct snapshot s;
    struct alarm a;
    struct event e;

    (void)state;
    memset(b.data + blob_record(&b, 7, 0) + 4, 0xff, 824);
    memset(b.data + blob_record(&b, 8, 0) + 4, 0xff, 838);
    blob_sign(&b);
    want(&b, SNAPSHOT_OK);
    assert_int_equal(snapshot_open(b.data, b.size, SNAPSHOT_ALARMS, &s), SNAPSHOT_OK);
    snapshot_get_alarm(&s, 0, &a);
    assert_int_equal(a.severity, ALARM_CRITICAL);
    assert_int_equal(a.level, ALARM_OF_QUANTITY);
    assert_int_equal(strlen(a.acked_by), EVENT_BY_SIZE - 1);
    assert_int_equal(strlen(a.shelved_reason), EVENT_NOTE_SIZE - 1);
    assert_int_equal(strlen(a.text), EVENT_TEXT_SIZE - 1);
    assert_int_equal(strlen(a.unit), EVENT_UNIT_SIZE - 1);
    snapshot_get_event(&s, 0, &e);
    assert_int_equal(e.what, EVENT_CHANGED);
    free(b.data);
}

/* walk() reads them, and makes a label of the pattern. */
static void values__identities_all_ones__texts_end(void **state)
{
    struct blob b = blob_small();

    (void)state;
    memset(b.data + blob_record(&b, 12, 2), 0xff, 937);
    memset(b.data + blob_record(&b, 17, 2), 0xff, 70);
    blob_sign(&b);
    want(&b, SNAPSHOT_OK);
    free(b.data);
}

static void values__of_a_gateway__brought_into_range(void **state)
{
    struct blob b = blob_small();
    struct snapshot s;
    struct ups u;
    static struct string string;
    struct cell c;
    int n, m;

    (void)state;
    memset(b.data + blob_record(&b, 1, 0) + 4, 0xff, 395);
    memset(b.data + blob_record(&b, 2, 0) + 1, 0xff, 29);
    blob_put(&b, blob_record(&b, 3, 0) + 1, 2, 0xffff);
    memset(b.data + blob_record(&b, 4, 0) + 2, 0xff, 36);
    blob_sign(&b);
    want(&b, SNAPSHOT_OK);
    assert_int_equal(snapshot_open(b.data, b.size, SNAPSHOT_DEVICE, &s), SNAPSHOT_OK);
    snapshot_get_ups(&s, 0, &n, &u);
    assert_int_equal(u.presence, PRESENCE_SILENT);
    assert_int_equal(u.validity[0], VALIDITY_IMPOSSIBLE);
    assert_int_equal(u.value[0], -1);
    assert_true(u.read_ms == 0); /* was -1 */
    snapshot_get_string(&s, 0, &n, &string);
    assert_int_equal(string.presence, PRESENCE_SILENT);
    assert_int_equal(string.cell_type, CELL_TYPE_UNKNOWN);
    snapshot_get_cell(&s, 0, &n, &m, &c);
    assert_true(c.seen);
    assert_int_equal(c.outcome, OUTCOME_NONE);
    free(b.data);
}

static void values__of_a_th_controller__brought_into_range(void **state)
{
    struct blob b = blob_th();
    struct snapshot s;
    struct snapshot_device d;
    static struct th_controller c;
    struct th_sensor t;
    int n;

    (void)state;
    memset(b.data + blob_record(&b, 10, 0), 0xff, 35);
    memset(b.data + blob_record(&b, 11, 0) + 1, 0xff, 49);
    blob_sign(&b);
    want(&b, SNAPSHOT_OK);
    assert_int_equal(snapshot_open(b.data, b.size, SNAPSHOT_TH, &s), SNAPSHOT_OK);
    snapshot_get_th(&s, &d, &c);
    assert_true(c.counts_read_ms == 0); /* was -1 */
    assert_int_equal(c.expected, 0xffff);
    assert_int_equal(c.count_validity[TH_COUNT_ALARM], VALIDITY_IMPOSSIBLE);
    assert_int_equal(th_new_sensor(&c), TH_NEW_UNKNOWN);
    snapshot_get_sensor(&s, 0, &n, &t);
    assert_int_equal(n, 2);
    assert_int_equal(t.presence, PRESENCE_SILENT);
    assert_int_equal(t.validity[TH_ALARM_HUMIDITY_LOW], VALIDITY_IMPOSSIBLE);
    free(b.data);
}

/* ---- anything ---------------------------------------------------------------------------- */

static void mutate(struct blob *b, uint32_t *seed)
{
    static const uint8_t edges[] = {0, 1, 2, 0x7f, 0x80, 0xff, 32, 33, 120, 121};

    for (uint32_t n = 1 + check_random(seed) % 4; n > 0; n--) {
        size_t at = check_random(seed) % b->size;

        if (check_random(seed) % 4 == 0 && b->size >= FIXTURE_HEADER + 8)
            at = FIXTURE_HEADER + at % 8; /* the first section's header, more often */
        b->data[at] = check_random(seed) % 2 ? edges[check_random(seed) % COUNT(edges)]
                                             : (uint8_t)check_random(seed);
    }
}

static void mutations__many__never_outside(void **state)
{
    uint32_t seed = 20240917;
    int opened = 0;

    (void)state;
    print_message("seed %u\n", (unsigned)seed);
    for (int i = 0; i < 20000; i++) {
        struct blob whole = makers[(size_t)i % COUNT(makers)](), b;
        enum snapshot_kind kind = blob_kind(&whole);

        b = blob_of(whole.data, whole.size - (i % 5 == 0 ? check_random(&seed) % whole.size : 0));
        mutate(&b, &seed);
        if (i % 2 && b.size >= 12)
            blob_put(&b, FIXTURE_SIZE, 4, (uint32_t)b.size);
        blob_sign(&b);
        opened += walk(&b, kind) == SNAPSHOT_OK;
        free(b.data);
        free(whole.data);
    }
    assert_true(opened > 1000); /* else the mutations never get past the door */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut__every_length__refused),
        cmocka_unit_test(cut__every_length_and_told_so__refused),
        cmocka_unit_test(longer__refused),
        cmocka_unit_test(flipped__any_bit__refused),
        cmocka_unit_test(flipped__header_with_right_checksum__by_its_byte),
        cmocka_unit_test(damaged__content__told_apart),
        cmocka_unit_test(kind__another__refused),
        cmocka_unit_test(failure__result_untouched),
        cmocka_unit_test(record_size__smaller__refused),
        cmocka_unit_test(count__beyond_the_file__refused),
        cmocka_unit_test(section__twice__refused),
        cmocka_unit_test(section__missing__empty),
        cmocka_unit_test(section__unknown_and_huge__skipped),
        cmocka_unit_test(section__of_another_kind__skipped),
        cmocka_unit_test(main_record__missing_or_twice__refused),
        cmocka_unit_test(numbers__out_of_range__refused),
        cmocka_unit_test(numbers__not_rising__refused),
        cmocka_unit_test(cells__of_a_string_that_is_not_there__refused),
        cmocka_unit_test(events__more_than_a_file_has__refused),
        cmocka_unit_test(values__all_ones__brought_into_range),
        cmocka_unit_test(values__identities_all_ones__texts_end),
        cmocka_unit_test(values__of_a_gateway__brought_into_range),
        cmocka_unit_test(values__of_a_th_controller__brought_into_range),
        cmocka_unit_test(mutations__many__never_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
