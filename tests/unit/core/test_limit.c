/* What limits hold where: defaults, what configuration overrides, what follows from the string. */
#include "core/limit.h"
#include "../../support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct limit_basis vrla12 = {CHEMISTRY_VRLA, CELL_TYPE_12V, 40, 0, 400};
static struct limit_settings site, gateway, string;
static const limit_scope scope = {&string, &gateway, &site};

static int set_up(void **state)
{
    (void)state;
    limits_none(&site);
    limits_none(&gateway);
    limits_none(&string);
    return 0;
}

static struct limit resolve(enum limit_id id)
{
    return limits_resolve(scope, &vrla12, id);
}

/* ---- the table --------------------------------------------------------------------------- */

static void rows__each__in_its_place(void **state)
{
    (void)state;
    for (int i = 0; i < LIMITS; i++) {
        const struct limit_row *r = &limit_rows[i];
        int kind = alarm_row(r->kind);

        assert_int_equal(r->id, i);
        assert_int_equal(limit_named(r->name), i);
        assert_true(kind >= 0 && alarm_kinds[kind].sources & ALARM_SOURCE_LIMIT);
        assert_true(r->samples >= 1 && r->modes != 0);
        if (r->quantity >= 0)
            assert_int_equal(r->quantity, alarm_kinds[kind].shows);
        if (r->scale == LIMIT_PLAIN) {
            assert_int_equal(r->decimals, alarm_kinds[kind].decimals);
            assert_string_equal(r->unit, alarm_kinds[kind].unit);
        }
        if (r->warning != LIMIT_OFF && r->critical != LIMIT_OFF)
            assert_true((r->critical - r->warning) * alarm_kinds[kind].worse > 0);
        if (r->warning != LIMIT_OFF)
            assert_in_range(r->warning - r->may.min, 0, r->may.max - r->may.min);
    }
    assert_int_equal(limit_named("nothing"), -1);
}

/* judge.c takes limits of one kind together. */
static void rows__of_one_kind__beside_each_other(void **state)
{
    (void)state;
    for (int i = 0; i < LIMITS; i++)
        for (int k = i + 2; k < LIMITS; k++)
            if (limit_rows[i].kind == limit_rows[k].kind)
                assert_int_equal(limit_rows[i].kind, limit_rows[k - 1].kind);
}

static void rows__each_kind_with_a_limit__has_a_row(void **state)
{
    (void)state;
    for (int k = 0; k < alarm_kind_count; k++) {
        /* Those of userLimit stand with each <Register>. */
        bool found = !(alarm_kinds[k].sources & ALARM_SOURCE_LIMIT) ||
                     alarm_kinds[k].number == ALARM_USER_LIMIT;

        for (int i = 0; i < LIMITS; i++)
            found |= limit_rows[i].kind == alarm_kinds[k].number;
        if (!found)
            fail_msg("%s", alarm_kinds[k].name);
    }
}

static bool same_number(const char *text, int32_t value, int decimals)
{
    double divisor = 1;

    for (int i = 0; i < decimals; i++)
        divisor *= 10;
    if (value == LIMIT_OFF)
        return strcmp(text, "off") == 0;
    return (int32_t)(atof(text) * divisor + (value < 0 ? -0.5 : 0.5)) == value;
}

/* ".It cellFloatLow Ta 2.17 Ta 2.1 Ta 0.02 Ta V Ta 120 Ta 60", of every limit, none else. */
static void manual__list__the_same_limits(void **state)
{
    static char text[200000];
    FILE *f = fopen("plugin/collectd-btms.5", "r");
    char *at, *end;
    int n = 0;

    (void)state;
    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    at = strstr(text, ".It Em limit Ta");
    assert_non_null(at);
    end = strstr(at, "\n.El");
    *end = '\0';
    for (; (at = strstr(at, "\n.It ")) != NULL; n++) {
        char name[40], warning[16], critical[16], hysteresis[16], unit[8];
        unsigned raise, clear;
        const struct limit_row *r;

        at++;
        assert_int_equal(sscanf(at, ".It %39s Ta %15s Ta %15s Ta %15s Ta %7s Ta %u Ta %u", name,
                                warning, critical, hysteresis, unit, &raise, &clear),
                         7);
        assert_true(limit_named(name) >= 0);
        r = &limit_rows[limit_named(name)];
        if (!same_number(warning, r->warning, r->decimals) ||
            !same_number(critical, r->critical, r->decimals) ||
            !same_number(hysteresis, r->hysteresis, r->decimals) || strcmp(unit, r->unit) != 0 ||
            raise != r->raise_s || clear != r->clear_s)
            fail_msg("%s", at);
    }
    assert_int_equal(n, LIMITS);
}

/* ---- resolving --------------------------------------------------------------------------- */

static void resolve__defaults__per_element_and_cell(void **state)
{
    static const struct {
        enum cell_type type;
        int32_t low, high;
    } cell[] = {
        {CELL_TYPE_2V,  2170,  2330 },
        {CELL_TYPE_6V,  6510,  6990 },
        {CELL_TYPE_12V, 13020, 13980},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cell); i++) {
        struct limit_basis b = {CHEMISTRY_VRLA, cell[i].type, 40, 0, 0};

        assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, cell[i].low);
        assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_HIGH).warning, cell[i].high);
        /* of the string: 0.01 V */
        assert_int_equal(limits_resolve(scope, &b, LIMIT_STRING_FLOAT_LOW).warning,
                         cell[i].low * 40 / 10);
    }
    assert_int_equal(resolve(LIMIT_CELL_FLOAT_LOW).critical, 12600);
    assert_int_equal(resolve(LIMIT_CELL_FLOAT_LOW).hysteresis, 120);
    assert_int_equal(resolve(LIMIT_CELL_FLOAT_LOW).raise_ms, 120000);
    assert_int_equal(resolve(LIMIT_CELL_TEMPERATURE_HIGH).warning, 350);
    assert_int_equal(resolve(LIMIT_STRING_SOC_LOW).critical, 20);
    assert_int_equal(resolve(LIMIT_CELL_RESISTANCE_HIGH).warning, LIMIT_OFF);
}

static void resolve__cells_or_their_type_not_known__no_voltages(void **state)
{
    struct limit_basis b = vrla12;

    (void)state;
    b.cell_type = CELL_TYPE_UNKNOWN;
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, LIMIT_OFF);
    assert_int_equal(limits_resolve(scope, &b, LIMIT_STRING_FLOAT_LOW).critical, LIMIT_OFF);
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_TEMPERATURE_HIGH).warning, 350);
    b = vrla12;
    b.cells = 0;
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, 13020);
    assert_int_equal(limits_resolve(scope, &b, LIMIT_STRING_FLOAT_LOW).warning, LIMIT_OFF);
}

static void resolve__another_chemistry__no_voltages_but_those_told(void **state)
{
    struct limit_basis b = vrla12;

    (void)state;
    for (b.chemistry = CHEMISTRY_VENTED; b.chemistry <= CHEMISTRY_NONE; b.chemistry++) {
        set_up(state);
        assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, LIMIT_OFF);
        assert_int_equal(limits_resolve(scope, &b, LIMIT_STRING_DISCHARGE_LOW).critical, LIMIT_OFF);
        assert_int_equal(limits_resolve(scope, &b, LIMIT_AMBIENT_HIGH).warning, 280);
        gateway.limit[LIMIT_CELL_FLOAT_LOW] = (struct limit_setting){LIMIT_WARNING, 2150};
        assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, 12900);
        assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).critical, LIMIT_OFF);
    }
}

static void resolve__float_voltage__moves_float_limits_only(void **state)
{
    struct limit_basis b = vrla12;

    (void)state;
    b.float_mv = 2270;
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, 13020 + 120);
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_HIGH).critical, 14400 + 120);
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_DISCHARGE_LOW).warning, 10800);
    gateway.limit[LIMIT_CELL_FLOAT_LOW] = (struct limit_setting){LIMIT_WARNING, 2150};
    assert_int_equal(limits_resolve(scope, &b, LIMIT_CELL_FLOAT_LOW).warning, 12900);
}

static void resolve__narrowest_scope__field_by_field(void **state)
{
    (void)state;
    site.limit[LIMIT_AMBIENT_HIGH] =
        (struct limit_setting){LIMIT_WARNING | LIMIT_CRITICAL | LIMIT_RAISE, 300, 400, 0, 1000, 0};
    gateway.limit[LIMIT_AMBIENT_HIGH] = (struct limit_setting){LIMIT_WARNING, 310};
    string.limit[LIMIT_AMBIENT_HIGH] = (struct limit_setting){LIMIT_CRITICAL, 0, LIMIT_OFF};
    assert_int_equal(resolve(LIMIT_AMBIENT_HIGH).warning, 310);
    assert_int_equal(resolve(LIMIT_AMBIENT_HIGH).critical, LIMIT_OFF);
    assert_int_equal(resolve(LIMIT_AMBIENT_HIGH).raise_ms, 1000);
    assert_int_equal(resolve(LIMIT_AMBIENT_HIGH).clear_ms, 60000);
}

static void resolve__limits_of_a_string__follow_the_cell(void **state)
{
    (void)state;
    gateway.limit[LIMIT_CELL_FLOAT_LOW] =
        (struct limit_setting){LIMIT_WARNING | LIMIT_RAISE, 2200, 0, 0, 7000, 0};
    assert_int_equal(resolve(LIMIT_STRING_FLOAT_LOW).warning, 2200 * 6 * 40 / 10);
    assert_int_equal(resolve(LIMIT_STRING_FLOAT_LOW).raise_ms, 7000);
    site.limit[LIMIT_STRING_FLOAT_LOW] = (struct limit_setting){LIMIT_WARNING, 2190};
    assert_int_equal(resolve(LIMIT_STRING_FLOAT_LOW).warning, 2190 * 6 * 40 / 10);
}

static void resolve__currents__never_within_the_hall_sensors_error(void **state)
{
    struct limit_basis b = vrla12;

    (void)state;
    assert_int_equal(limits_hall_error(&b), 800); /* 2 % of 400 A */
    gateway.limit[LIMIT_FLOAT_CURRENT_HIGH] = (struct limit_setting){LIMIT_WARNING, 100};
    assert_int_equal(resolve(LIMIT_FLOAT_CURRENT_HIGH).warning, 800);
    gateway.limit[LIMIT_FLOAT_CURRENT_HIGH].warning = 900;
    assert_int_equal(resolve(LIMIT_FLOAT_CURRENT_HIGH).warning, 900);
    gateway.limit[LIMIT_DISCHARGE_CURRENT_HIGH] = (struct limit_setting){LIMIT_WARNING, -100};
    assert_int_equal(resolve(LIMIT_DISCHARGE_CURRENT_HIGH).warning, -800);
    b.hall_a = 0;
    assert_int_equal(limits_hall_error(&b), 2000);
}

static void resolve__resistance__hysteresis_not_below_the_error(void **state)
{
    (void)state;
    gateway.limit[LIMIT_CELL_RESISTANCE_HIGH] = (struct limit_setting){LIMIT_WARNING, 10000};
    assert_int_equal(resolve(LIMIT_CELL_RESISTANCE_HIGH).hysteresis, 150 + 25);
    gateway.limit[LIMIT_CELL_RESISTANCE_HIGH] =
        (struct limit_setting){LIMIT_WARNING | LIMIT_HYSTERESIS, 10000, 0, 500};
    assert_int_equal(resolve(LIMIT_CELL_RESISTANCE_HIGH).hysteresis, 500);
}

/* ---- kinds ------------------------------------------------------------------------------- */

static void rule__overrides__narrowest_first(void **state)
{
    int row = alarm_row(ALARM_STRING_COMM_LOST);

    (void)state;
    assert_int_equal(alarm_rule(scope, row).raise_ms[0], 60000);
    assert_int_equal(alarm_rule(scope, row).severity[0], ALARM_MAJOR);
    site.alarm[row] = (struct alarm_setting){LIMIT_RAISE | LIMIT_SEVERITY, ALARM_MINOR, 0, 5, 0};
    string.alarm[row] = (struct alarm_setting){LIMIT_RAISE, 0, 0, 7, 0};
    assert_int_equal(alarm_rule(scope, row).raise_ms[0], 7);
    assert_int_equal(alarm_rule(scope, row).raise_ms[1], 7);
    assert_int_equal(alarm_rule(scope, row).severity[0], ALARM_MINOR);
}

static void rule__second_level__never_milder_than_the_first(void **state)
{
    int row = alarm_row(ALARM_UPS_ON_BATTERY);

    (void)state;
    assert_int_equal(alarm_rule(scope, row).severity[1], ALARM_WARNING);
    assert_int_equal(alarm_rule(scope, row).raise_ms[0], 0);
    assert_int_equal(alarm_rule(scope, row).raise_ms[1], 30000);
    site.alarm[row] = (struct alarm_setting){LIMIT_SEVERITY, ALARM_MAJOR, 0, 0, 0};
    assert_int_equal(alarm_rule(scope, row).severity[1], ALARM_MAJOR);
}

static void others__narrowest_that_tells(void **state)
{
    (void)state;
    assert_int_equal(limits_settling_ms(scope), 900000);
    assert_int_equal(limits_flap_raises(scope), 5);
    site.settling_ms = 5;
    gateway.flap_raises = 0;
    assert_int_equal(limits_settling_ms(scope), 5);
    assert_int_equal(limits_flap_raises(scope), 0);
}

static void infer__only_what_is_clear(void **state)
{
    (void)state;
    assert_int_equal(limits_infer_type(2250), CELL_TYPE_2V);
    assert_int_equal(limits_infer_type(6750), CELL_TYPE_6V);
    assert_int_equal(limits_infer_type(13500), CELL_TYPE_12V);
    assert_int_equal(limits_infer_type(4500), CELL_TYPE_UNKNOWN);
    assert_int_equal(limits_infer_type(2000), CELL_TYPE_UNKNOWN);
    assert_int_equal(limits_infer_type(12000), CELL_TYPE_UNKNOWN);
    assert_int_equal(limits_infer_type(0), CELL_TYPE_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows__each__in_its_place),
        TEST(rows__of_one_kind__beside_each_other),
        TEST(rows__each_kind_with_a_limit__has_a_row),
        TEST(manual__list__the_same_limits),
        TEST(resolve__defaults__per_element_and_cell),
        TEST(resolve__cells_or_their_type_not_known__no_voltages),
        TEST(resolve__another_chemistry__no_voltages_but_those_told),
        TEST(resolve__float_voltage__moves_float_limits_only),
        TEST(resolve__narrowest_scope__field_by_field),
        TEST(resolve__limits_of_a_string__follow_the_cell),
        TEST(resolve__currents__never_within_the_hall_sensors_error),
        TEST(resolve__resistance__hysteresis_not_below_the_error),
        TEST(rule__overrides__narrowest_first),
        TEST(rule__second_level__never_milder_than_the_first),
        TEST(others__narrowest_that_tells),
        TEST(infer__only_what_is_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
