/* What is said of an event: each fact by its name, and none that does not apply. */
#include "../support/check.h"
#include "facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static char said[2048];

static void note(void *ctx, const struct fact *f)
{
    size_t n = strlen(said);
    char value[128];

    (void)ctx;
    switch (f->type) {
    case FACT_TEXT:
        snprintf(value, sizeof(value), "\"%s\"", f->text);
        break;
    case FACT_NUMBER:
        snprintf(value, sizeof(value), "%" PRIu64, f->number);
        break;
    case FACT_VALUE:
        snprintf(value, sizeof(value), "%.6g", f->value);
        break;
    case FACT_FLAG:
        snprintf(value, sizeof(value), "%s", f->flag ? "true" : "false");
        break;
    }
    snprintf(said + n, sizeof(said) - n, "%s=%s ", f->name, value);
}

static void check_facts(const struct event *e, uint64_t store_id, const char *wanted)
{
    *said = '\0';
    facts_of_event(e, store_id, note, NULL);
    assert_string_equal(said, wanted);
}

static void cell__changed__all_of_it(void **state)
{
    const struct event e = {
        .sequence = 7,
        .what = EVENT_CHANGED,
        .stored = true,
        .wall_ms = 1700000100000,
        .alarm = {.id = 5,
                  .kind = ALARM_CELL_VOLTAGE_LOW,
                  .severity = ALARM_CRITICAL,
                  .level = ALARM_OF_CELL,
                  .gateway = 2,
                  .ups = 1,
                  .string = 3,
                  .cell = 17,
                  .has_value = true,
                  .value = -12500,
                  .decimals = 3,
                  .has_limit = true,
                  .limit = 12600,
                  .peak = -12700,
                  .sources = ALARM_SOURCE_DEVICE | ALARM_SOURCE_LIMIT,
                  .stale = true,
                  .unit = "V",
                  .object = "gw-a / string 3 / cell 17",
                  .raised_ms = 1700000000999,
                  .occurrences = 2,
                  .cause_id = 4,
                  .suppressed = 6,
                  .acked_ms = 1700000050000,
                  .acked_by = "ann"},
    };

    (void)state;
    check_facts(&e, UINT64_C(0xabc0000000000001),
                "event=\"changed\" sequence=7 id=5 stored=true store_id=\"abc0000000000001\" "
                "kind=\"cellVoltageLow\" kind_code=21 severity=\"critical\" "
                "object=\"gw-a / string 3 / cell 17\" gateway=2 ups=1 string=3 cell=17 "
                "value=-12.5 limit=12.6 peak=-12.7 unit=\"V\" sources=\"device,limit\" stale=true "
                "raised=1700000000 occurrences=2 cause=4 suppressed=6 acknowledged=\"ann\" ");
}

static void site__ended_before_it_began__no_more_than_applies(void **state)
{
    const struct event e = {
        .sequence = UINT32_MAX,
        .what = EVENT_CLEARED,
        .wall_ms = 1700000000000, /* the clock was stepped */
        .alarm = {.id = UINT32_MAX,
                  .kind = 9999, /* of a newer program */
                  .severity = ALARM_INFO,
                  .object = "site",
                  .unit = "V",
                  .raised_ms = 1700000001000},
    };

    (void)state;
    check_facts(&e, 0,
                "event=\"cleared\" sequence=4294967295 id=4294967295 stored=false kind_code=9999 "
                "severity=\"info\" object=\"site\" stale=false raised=1700000001 lasted=0 ");
}

static void place__names_and_advice__of_the_nearest(void **state)
{
    struct identities ids = {0};
    const struct alarm a = {.level = ALARM_OF_CELL, .ups = 1, .string = 3, .cell = 17};

    (void)state;
    strcpy(identity_add(&ids, ALARM_OF_GATEWAY, 0)->location, "hall 2");
    strcpy(identity_add(&ids, ALARM_OF_GATEWAY, 0)->runbook, "https://w/gw");
    strcpy(identity_add(&ids, ALARM_OF_UPS, 1)->name, "UPS-A");
    strcpy(identity_add(&ids, ALARM_OF_STRING, 3)->cell_label, "S%02d");
    *said = '\0';
    facts_of_place(&a, &ids, note, NULL);
    assert_string_equal(said, "ups_name=\"UPS-A\" cell_label=\"S17\" location=\"hall 2\" "
                              "runbook=\"https://w/gw\" ");
    *said = '\0';
    facts_of_place(&a, NULL, note, NULL);
    assert_string_equal(said, "");
    identities_free(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cell__changed__all_of_it),
        cmocka_unit_test(place__names_and_advice__of_the_nearest),
        cmocka_unit_test(site__ended_before_it_began__no_more_than_applies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
