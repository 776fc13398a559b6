/* The table of alarm kinds, against itself, the registers, the MIB and the manual. */
#include "core/alarm.h"
#include "../../support/check.h"
#include "core/registers.h"
#include "core/th_registers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table --------------------------------------------------------------------------- */

static void table__kinds__fit_the_arrays(void **state)
{
    (void)state;
    assert_in_range(alarm_kind_count, 1, ALARM_KINDS_MAX);
}

static void table__numbers_and_names__unique(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++)
        for (int k = 0; k < i; k++) {
            assert_int_not_equal(alarm_kinds[i].number, alarm_kinds[k].number);
            assert_string_not_equal(alarm_kinds[i].name, alarm_kinds[k].name);
        }
}

static void table__each_row__complete(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++) {
        const struct alarm_kind *k = &alarm_kinds[i];

        assert_true(strlen(k->name) > 0 && strlen(k->name) < 32);
        assert_true(strlen(k->text) > 0);
        assert_in_range(k->severity, ALARM_INFO, ALARM_CRITICAL);
        assert_in_range(k->severity2, k->severity, ALARM_CRITICAL);
        assert_in_range(k->number, 1, 65535);
        assert_true(k->worse == 1 || k->worse == -1);
        assert_true(k->raise2_s >= k->raise_s);
        if (k->level != ALARM_OF_CHANNEL) /* of which configuration says what is wrong */
            assert_int_equal((k->sources & ALARM_SOURCE_DEVICE) != 0, k->test != ALARM_BY_OWNER);
    }
}

static const struct reg *register_of(const struct alarm_kind *k, int quantity)
{
    switch (k->level) {
    case ALARM_OF_UPS:
        return &registers_ups[quantity];
    case ALARM_OF_STRING:
        return &registers_string[quantity];
    case ALARM_OF_CELL:
        return &registers_cell[quantity];
    case ALARM_OF_SENSOR:
        return &th_registers_sensor[quantity];
    default:
        return NULL;
    }
}

static void table__quantities__of_their_level(void **state)
{
    static const int most[] = {[ALARM_OF_GATEWAY] = 0,
                               [ALARM_OF_UPS] = UPS_QUANTITIES,
                               [ALARM_OF_STRING] = STRING_QUANTITIES,
                               [ALARM_OF_CELL] = CELL_QUANTITIES,
                               [ALARM_OF_SITE] = 0,
                               [ALARM_OF_SENSOR] = TH_QUANTITIES,
                               [ALARM_OF_QUANTITY] = 0};

    (void)state;
    for (int i = 0; i < alarm_kind_count; i++) {
        const struct alarm_kind *k = &alarm_kinds[i];

        if (k->test != ALARM_BY_OWNER)
            assert_true(k->quantity < most[k->level]);
        if (k->test == ALARM_IF_BIT)
            assert_true(k->value < 16);
        assert_true(k->shows < most[k->level] || k->shows == -1);
    }
}

static void table__units__those_of_the_registers(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++) {
        const struct alarm_kind *k = &alarm_kinds[i];

        if (k->shows < 0)
            continue;
        assert_int_equal(k->decimals, register_of(k, k->shows)->decimals);
        assert_string_equal(k->unit, register_of(k, k->shows)->unit);
    }
}

/* ---- the others -------------------------------------------------------------------------- */

static char *read_text(const char *path)
{
    static char text[500000];
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    return text;
}

static void mib__enumeration__the_same_kinds(void **state)
{
    char *at = strstr(read_text("mibs/BTMS-MIB.txt"), "BtmsAlarmKind ::="), *end;
    int n = 0;

    (void)state;
    assert_non_null(at);
    at = strstr(at, "INTEGER {");
    end = strchr(at, '}');
    *end = '\0';
    for (at = strchr(at, '{') + 1; (at = strchr(at, '(')) != NULL; at++, n++) {
        char *name = at;
        int number = atoi(at + 1), row = alarm_row((uint16_t)number);

        while (name[-1] != ' ')
            name--;
        *at = '\0';
        if (row < 0 || strcmp(alarm_kinds[row].name, name) != 0)
            fail_msg("%s(%d) of BTMS-MIB is no row of alarm.c", name, number);
    }
    assert_int_equal(n, alarm_kind_count);
}

/* Lines of the manual's list of kinds: ".It gatewayCommLost Ta gateway Ta major Ta ...". */
static void manual__list__the_same_kinds(void **state)
{
    static const char *const level[] = {"gateway", "UPS",    "string",  "cell",
                                        "site",    "sensor", "channel", "quantity"};
    char *at = strstr(read_text("plugin/collectd-btms.5"), ".Sh NOTIFICATIONS"), *end;
    int n = 0;

    (void)state;
    assert_non_null(at);
    end = strstr(at + 1, "\n.Sh ");
    assert_non_null(end);
    *end = '\0';
    while ((at = strstr(at, "\n.It ")) != NULL) {
        char name[40], of[16], severity[16], more[16] = "";
        const struct alarm_kind *k;
        int row;

        at++;
        if (sscanf(at, ".It %39s Ta %15s Ta %15s %15s", name, of, severity, more) != 4)
            continue;
        row = alarm_row_named(name);
        if (row < 0)
            fail_msg("%s of the manual is no row of alarm.c", name);
        k = &alarm_kinds[row];
        assert_string_equal(k->name, name);
        if (strcmp(of, level[k->level]) != 0 ||
            strcmp(severity, alarm_severity_name(k->severity)) != 0)
            fail_msg("%s: the manual says %s, %s", name, of, severity);
        n++;
    }
    assert_int_equal(n, alarm_kind_count);
}

/* ---- looking up, judging ----------------------------------------------------------------- */

static void row__each_number_and_name__its_row(void **state)
{
    (void)state;
    for (int i = 0; i < alarm_kind_count; i++) {
        assert_int_equal(alarm_row(alarm_kinds[i].number), i);
        assert_int_equal(alarm_row_named(alarm_kinds[i].name), i);
    }
    assert_int_equal(alarm_row(0), -1);
    assert_int_equal(alarm_row(65535), -1);
    assert_int_equal(alarm_row_named("CELLVOLTAGELOW"), alarm_row(ALARM_CELL_VOLTAGE_LOW));
    assert_int_equal(alarm_row_named(""), -1);
}

static void row__numbers_the_program_needs__of_their_level(void **state)
{
    static const struct {
        int number;
        enum alarm_level level;
    } is[] = {
        {ALARM_GATEWAY_COMM_LOST,      ALARM_OF_GATEWAY},
        {ALARM_UPS_COMM_LOST,          ALARM_OF_UPS    },
        {ALARM_STRING_COMM_LOST,       ALARM_OF_STRING },
        {ALARM_STRING_CELLS_LOST,      ALARM_OF_STRING },
        {ALARM_CELL_COMM_LOST,         ALARM_OF_CELL   },
        {ALARM_CELL_LOST_IN_DISCHARGE, ALARM_OF_CELL   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(is); i++) {
        int row = alarm_row((uint16_t)is[i].number);

        assert_int_equal(alarm_kinds[row].level, is[i].level);
        assert_int_equal(alarm_kinds[row].sources, ALARM_SOURCE_INTERNAL);
    }
}

static void severity_name__each__named(void **state)
{
    (void)state;
    assert_string_equal(alarm_severity_name(ALARM_INFO), "info");
    assert_string_equal(alarm_severity_name(ALARM_WARNING), "warning");
    assert_string_equal(alarm_severity_name(ALARM_MINOR), "minor");
    assert_string_equal(alarm_severity_name(ALARM_MAJOR), "major");
    assert_string_equal(alarm_severity_name(ALARM_CRITICAL), "critical");
}

/* string_alarm: bits of the vendor's page. */
static void holds__each_bit__one_kind(void **state)
{
    static const char *const name[] = {
        "chargeCurrentHigh", "dischargeCurrentHigh", "stringVoltageHigh", "stringVoltageLow",
        "stringSocLow",      "stringSohLow",         "hallDisconnected"};

    (void)state;
    for (int bit = 0; bit < 16; bit++) {
        int n = 0;

        for (int i = 0; i < alarm_kind_count; i++)
            if (alarm_kinds[i].test == ALARM_IF_BIT && alarm_holds(&alarm_kinds[i], 1 << bit)) {
                assert_true(bit < (int)COUNT(name));
                assert_string_equal(alarm_kinds[i].name, name[bit]);
                n++;
            }
        assert_int_equal(n, bit < (int)COUNT(name));
    }
}

static void holds__equal__that_value_only(void **state)
{
    const struct alarm_kind *k = &alarm_kinds[alarm_row(ALARM_CELL_ERROR)];

    (void)state;
    assert_true(alarm_holds(k, STATUS_ERROR));
    assert_false(alarm_holds(k, STATUS_OK));
    assert_false(alarm_holds(k, 3));
    assert_false(alarm_holds(k, 65535));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__kinds__fit_the_arrays),
        cmocka_unit_test(table__numbers_and_names__unique),
        cmocka_unit_test(table__each_row__complete),
        cmocka_unit_test(table__quantities__of_their_level),
        cmocka_unit_test(table__units__those_of_the_registers),
        cmocka_unit_test(mib__enumeration__the_same_kinds),
        cmocka_unit_test(manual__list__the_same_kinds),
        cmocka_unit_test(row__each_number_and_name__its_row),
        cmocka_unit_test(row__numbers_the_program_needs__of_their_level),
        cmocka_unit_test(severity_name__each__named),
        cmocka_unit_test(holds__each_bit__one_kind),
        cmocka_unit_test(holds__equal__that_value_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
