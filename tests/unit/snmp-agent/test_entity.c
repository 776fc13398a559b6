/* ENTITY-MIB and ENTITY-SENSOR-MIB: the index as arithmetic, which rows there are at each level,
 * what is in what, and that sensors say what BTMS-MIB says. The plant is that of view_fixture.h. */
#include "entity_fixture.h"

/* ---- arithmetic -------------------------------------------------------------------------- */

static void index__every_place_of_a_gateway__there_and_back_in_order(void **state)
{
    static const uint32_t gateways[] = {1, 2, 999, ENTITY_GATEWAY_MAX - 1, ENTITY_GATEWAY_MAX};
    uint32_t before = 0;

    (void)state;
    for (size_t g = 0; g < COUNT(gateways); g++)
        for (uint32_t i = 0; i < 1000000; i++) {
            struct entity_place p = {gateways[g], i / 10000, i / 10 % 1000, i % 10};
            struct entity_place back = entity_place(entity_index(p));

            if (entity_index(p) <= before || memcmp(&p, &back, sizeof(p)) != 0)
                fail_msg("gateway %u string %u cell %u slot %u", p.gateway, p.string, p.cell,
                         p.slot);
            before = entity_index(p);
        }
    assert_true(before <= INT32_MAX);
    assert_int_equal(before, 2146999999);
}

static void index__formula__as_published(void **state)
{
    (void)state;
    assert_int_equal(entity_index((struct entity_place){1, 3, 17, 1}), 1030171);
    assert_int_equal(entity_index((struct entity_place){1, 0, 0, 0}), 1000000);
    assert_int_equal(entity_index((struct entity_place){12, 32, 120, 9}), 12321209);
    assert_int_equal(entity_index((struct entity_place){1, ENTITY_UPS + 1, 0, 2}), 1410002);
    assert_int_equal(entity_index((struct entity_place){1, ENTITY_UPS + UPS_MAX, 0, 0}), 1720000);
    assert_true((int)STRING_MAX < (int)ENTITY_UPS && CELL_MAX < 1000);
    assert_int_equal(entity_place(ENTITY_SITE).gateway, 0);
}

static void level__names__known_or_not(void **state)
{
    (void)state;
    assert_int_equal(entity_level_of("none"), ENTITY_NONE);
    assert_int_equal(entity_level_of("summary"), ENTITY_SUMMARY);
    assert_int_equal(entity_level_of("string"), ENTITY_STRING);
    assert_int_equal(entity_level_of("cell"), ENTITY_CELL);
    assert_int_equal(entity_level_of(""), -1);
    assert_int_equal(entity_level_of("strings"), -1);
    assert_int_equal(entity_level_of("String"), -1);
    assert_int_equal(entity_level_of("battery"), -1);
}

/* ---- which rows there are ------------------------------------------------------------------ */

static void from__any_index__the_next_of_the_list(void **state)
{
    static const uint32_t gap[][2] = {
  /* nothing in between */
        {100,     769900 },
        {770200,  1999900},
        {2051000, 2409000},
        {2440000, 3999900},
        {4000100, 4799900}
    };
    struct plant *p = *state;
    struct mib_row row;

    for (size_t l = 0; l < COUNT(levels); l++)
        for (int sensors = 0; sensors < 2; sensors++) {
            size_t next = 0;

            p->mib.entities = levels[l];
            for (uint32_t i = 0; i < 4820000; i++) {
                bool found;

                for (size_t k = 0; k < COUNT(gap); k++)
                    i = i == gap[k][0] ? gap[k][1] : i;
                while (next < ROWS &&
                       (plant_row[next].index < i || !there(next, levels[l], sensors)))
                    next++;
                found = entity_from(p, i, sensors, &row);
                if (found != (next < ROWS) || (found && row.index[0] != plant_row[next].index))
                    fail_msg("level %d, from %u: %u", (int)levels[l], i, found ? row.index[0] : 0);
            }
        }
}

static void from__the_largest__none(void **state)
{
    static const uint32_t behind[] = {7420003,    7420010,   7430000,   8000000,
                                      2146999999, INT32_MAX, UINT32_MAX};
    struct plant *p = *state;
    struct mib_row row;

    p->mib.entities = ENTITY_CELL;
    for (size_t i = 0; i < COUNT(behind); i++)
        assert_false(entity_from(p, behind[i], false, &row));
    assert_true(entity_from(p, 7420002, false, &row));
}

/* Everything below mib-2 in one chain: ascending, GET agrees, and as many as there are rows. */
static void getnext__each_level__ascends_and_is_complete(void **state)
{
    struct plant *p = *state;

    for (size_t l = 0; l < COUNT(levels); l++) {
        struct oid at = {.len = 0}, to = {.len = 0};
        int rows = 0, sensors = 0, silent = 0, expected, n = 0;
        struct agentx_value v, again;

        p->mib.entities = levels[l];
        for (size_t i = 0; i < ROWS; i++) {
            rows += there(i, levels[l], false);
            sensors += there(i, levels[l], true);
            silent +=
                there(i, levels[l], true) &&
                get(p, "entPhySensorValue", plant_row[i].index).kind == AGENTX_NO_SUCH_INSTANCE;
        }
        expected = 15 * rows + (levels[l] != ENTITY_NONE) + 8 * sensors - silent;
        while (mib_getnext(&p->mib, &at, false, &p->mib.objects, &to, &v)) {
            assert_true(oid_compare(&at, &to) < 0);
            assert_true(oid_has_prefix(&to, &OID(1, 3, 6, 1, 2, 1)));
            mib_get(&p->mib, &to, &again);
            assert_int_equal(again.kind, v.kind);
            if (v.kind != AGENTX_OCTET_STRING && v.kind != AGENTX_OBJECT_IDENTIFIER)
                assert_int_equal(again.number, v.number);
            oid_copy(&at, &to);
            n++;
        }
        assert_int_equal(n, expected);
    }
}

/* The other tree comes next, and the same holds where btmsRoot comes before mib-2. */
static void getnext__root_before_mib_2__all_in_order(void **state)
{
    struct plant *p = *state;
    size_t n[2] = {0};

    for (int first = 0; first < 2; first++) {
        struct oid at = {.len = 0}, to = {.len = 0};
        struct agentx_value v;

        mib_init(&p->mib, &p->view, &p->own, first ? &OID(1, 3, 5) : &VIEW_ROOT);
        p->mib.now_ms = NOW;
        p->mib.entities = ENTITY_CELL;
        for (; mib_getnext(&p->mib, &at, false, &no_end, &to, &v); n[first]++) {
            assert_true(oid_compare(&at, &to) < 0);
            mib_get(&p->mib, &to, &v);
            assert_int_not_equal(v.kind, AGENTX_NO_SUCH_INSTANCE);
            assert_int_not_equal(v.kind, AGENTX_NO_SUCH_OBJECT);
            oid_copy(&at, &to);
        }
        /* a search inside one tree does not answer from the other */
        assert_false(mib_getnext(&p->mib, &OID(1, 3, 6, 1, 2, 1, 99, 1, 2), true,
                                 &OID(1, 3, 6, 1, 2, 1, 100), &to, &v));
        at = column("entPhysicalDescr");
        assert_true(mib_getnext(&p->mib, &at, false, &no_end, &to, &v));
        at = cell_of("entPhysicalDescr", ENTITY_SITE);
        assert_true(oid_equal(&to, &at));
    }
    assert_int_equal(n[0], n[1]);
}

/* ---- names, classes, containment ----------------------------------------------------------- */

static void physical__plant__names_and_classes(void **state)
{
    struct plant *p = *state;
    char is[128], descr[128];

    p->mib.entities = ENTITY_CELL;
    for (size_t i = 0; i < ROWS; i++) {
        text(p, "entPhysicalName", plant_row[i].index, is, sizeof(is));
        assert_string_equal(is, plant_row[i].name);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(is, plant_row[k].name);
        text(p, "entPhysicalDescr", plant_row[i].index, descr, sizeof(descr));
        assert_true(descr[0] != '\0');
        if (plant_row[i].class == SENSOR)
            assert_string_equal(descr, is);
        assert_int_equal(number(p, "entPhysicalClass", plant_row[i].index), plant_row[i].class);
    }
}

/* From each row up to the site, over rows that are there at that level, never through a sensor. */
static void contained_in__each_level__a_tree_with_one_root(void **state)
{
    struct plant *p = *state;

    for (size_t l = 1; l < COUNT(levels); l++) {
        p->mib.entities = levels[l];
        for (size_t i = 0; i < ROWS; i++) {
            uint32_t at = plant_row[i].index;
            int steps = 0;

            if (!there(i, levels[l], false))
                continue;
            assert_int_equal(number(p, "entPhysicalContainedIn", at), plant_row[i].parent);
            for (; at != ENTITY_SITE; steps++) {
                at = (uint32_t)number(p, "entPhysicalContainedIn", at);
                assert_int_not_equal(number(p, "entPhysicalClass", at), SENSOR);
                assert_true(steps < 6);
            }
            assert_int_equal(number(p, "entPhysicalContainedIn", at), 0);
        }
    }
}

static void contained_in__ups_not_known_or_not_there__the_gateway(void **state)
{
    static const struct {
        int32_t ups;
        enum validity validity;
        uint32_t parent;
    } of[] = {
        {1,   VALIDITY_GOOD,       2410000},
        {3,   VALIDITY_STALE,      2430000},
        {3,   VALIDITY_ABSENT,     2000000},
        {3,   VALIDITY_IMPOSSIBLE, 2000000},
        {2,   VALIDITY_GOOD,       2000000}, /* has no row */
        {0,   VALIDITY_GOOD,       2000000},
        {-1,  VALIDITY_GOOD,       2000000},
        {500, VALIDITY_GOOD,       2000000},
    };
    static struct gateway g;
    struct plant *p = *state;

    p->mib.entities = ENTITY_STRING;
    for (size_t i = 0; i < COUNT(of); i++) {
        fill_a(&g);
        SET(&g.string[1], STRING_UPS_ID, of[i].ups, (uint8_t)of[i].validity);
        put_device_at(p, NOW - 1000, &device_a, &g);
        assert_true(view_refresh(&p->view));
        assert_int_equal(number(p, "entPhysicalContainedIn", 2020000), of[i].parent);
    }
}

static void physical__what_nobody_knows__empty(void **state)
{
    static const char *const empty[] = {"entPhysicalHardwareRev", "entPhysicalFirmwareRev",
                                        "entPhysicalSoftwareRev", "entPhysicalSerialNum",
                                        "entPhysicalMfgName",     "entPhysicalAlias",
                                        "entPhysicalAssetID"};
    struct plant *p = *state;
    struct agentx_value v;

    p->mib.entities = ENTITY_CELL;
    for (size_t i = 0; i < COUNT(empty); i++)
        assert_text(p, empty[i], AT(7010010), ""); /* of gw-b nothing is configured */
    assert_text(p, "entPhysicalModelName", AT(7000000), "BM-GW");
    assert_text(p, "entPhysicalModelName", AT(7010000), "BM-SS");
    assert_text(p, "entPhysicalModelName", AT(7010010), "BM-CS");
    assert_text(p, "entPhysicalModelName", AT(7010011), "");
    v = value_of(p, "entPhysicalVendorType", AT(2000000));
    assert_int_equal(v.kind, AGENTX_OBJECT_IDENTIFIER);
    assert_true(oid_equal(&v.oid, &OID(0, 0)));
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(1)), -1);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(7000000)), 7);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(4000000)), 4);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(4800170)), 17);
    assert_int_equal(number_of(p, "entPhysicalIsFRU", AT(4000000)), 1);
    assert_int_equal(number_of(p, "entPhysicalIsFRU", AT(4800170)), 1);
    assert_int_equal(number_of(p, "entPhysicalIsFRU", AT(4800173)), 2);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(2430000)), 3);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(2050000)), 5);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(2020030)), 3);
    assert_int_equal(number_of(p, "entPhysicalParentRelPos", AT(2020023)), 3);
    assert_int_equal(number_of(p, "entPhysicalIsFRU", AT(2020010)), 1);
    assert_int_equal(number_of(p, "entPhysicalIsFRU", AT(2020011)), 2);
    assert_int_equal(number_of(p, "entPhysicalIsFRU", AT(1)), 2);
}

static void physical__what_configuration_says__there(void **state)
{
    struct plant *p = *state;

    p->mib.entities = ENTITY_CELL;
    assert_text(p, "entPhysicalName", AT(2020000), "gw-a S02"); /* no name ever changes it */
    assert_text(p, "entPhysicalAlias", AT(2020000), "A1");
    assert_text(p, "entPhysicalAssetID", AT(2020000), "INV-2");
    assert_text(p, "entPhysicalMfgName", AT(2020000), "Other");
    assert_text(p, "entPhysicalModelName", AT(2020000), "12V100");
    assert_text(p, "entPhysicalModelName", AT(2000000), "BM-GW");
    assert_text(p, "entPhysicalAlias", AT(2410000), "UPS-A");
    assert_text(p, "entPhysicalAlias", AT(2020010), "R2-S21");
    assert_text(p, "entPhysicalSerialNum", AT(2020010), "");
    assert_text(p, "entPhysicalSerialNum", AT(2020020), "SN 1");
    assert_text(p, "entPhysicalAlias", AT(2020001), ""); /* a sensor */
    assert_text(p, "entPhysicalAlias", AT(1), "");
}

/* ---- sensors ------------------------------------------------------------------------------- */

/* The object of BTMS-MIB that a sensor shows, its unit, and in how many parts of it. */
static const struct {
    const char *words; /* of the sensor's name, behind the gateway's */
    int type;
    const char *object;
    int parts;
} shown[] = {
    {" U voltage",             4, "btmsUpsVoltage",               100 },
    {" U current",             5, "btmsUpsCurrent",               100 },
    {" S voltage",             4, "btmsStringVoltage",            100 },
    {" S current",             5, "btmsStringCurrent",            100 },
    {" S ambient temperature", 8, "btmsStringAmbientTemperature", 10  },
    {" S ambient humidity",    9, "btmsStringAmbientHumidity",    10  },
    {" S C voltage",           4, "btmsCellVoltage",              1000},
    {" S C temperature",       8, "btmsCellTemperature",          10  },
    {" T temperature",         8, "btmsThSensorTemperature",      10  },
    {" T humidity",            9, "btmsThSensorHumidity",         10  },
};

/* The row of `shown` for a name: its digits are left out, as is the gateway. */
static size_t shown_by(const char *name)
{
    char words[64];
    size_t n = 0;

    for (const char *c = strchr(name, ' '); c != NULL && *c != '\0'; c++)
        if (*c < '0' || *c > '9')
            words[n++] = *c;
    words[n] = '\0';
    for (size_t i = 0; i < COUNT(shown); i++)
        if (strcmp(shown[i].words, words) == 0)
            return i;
    fail_msg("%s", name);
    return 0;
}

/* Micro-units, so that no precision is lost: value * 10^(scale - precision) of the unit. */
static int64_t micro(struct plant *p, uint32_t index)
{
    int64_t v = number(p, "entPhySensorValue", index);
    int64_t exponent = 6, scale = number_of(p, "entPhySensorScale", AT((int)index));

    exponent += scale == 9 ? 0 : scale == 8 ? -3 : 100;
    exponent -= number_of(p, "entPhySensorPrecision", AT((int)index));
    assert_true(exponent >= 0 && exponent <= 6);
    while (exponent-- > 0)
        v *= 10;
    return v;
}

/* Every sensor against its object; returns how many have a value. */
static int compare_all(struct plant *p)
{
    int values = 0;

    for (size_t i = 0; i < ROWS; i++) {
        uint32_t index = plant_row[i].index;
        const struct entity_place at = entity_place(index);
        int n[] = {(int)at.gateway, (int)at.string, (int)at.cell, -1};
        struct agentx_value native;
        size_t what;

        if (plant_row[i].class != SENSOR)
            continue;
        what = shown_by(plant_row[i].name);
        if (at.string == ENTITY_TH_SENSORS)
            n[1] = n[2], n[2] = -1;
        else if (at.string > ENTITY_UPS)
            n[1] -= ENTITY_UPS;
        if (at.cell == 0)
            n[2] = -1;
        assert_int_equal(number(p, "entPhySensorType", index), shown[what].type);
        native = value_of(p, shown[what].object, n);
        if (native.kind == AGENTX_NO_SUCH_INSTANCE) {
            assert_int_equal(get(p, "entPhySensorValue", index).kind, AGENTX_NO_SUCH_INSTANCE);
            assert_true(number(p, "entPhySensorOperStatus", index) > 1);
            continue;
        }
        assert_int_equal(number(p, "entPhySensorOperStatus", index), 1);
        assert_int_equal(micro(p, index),
                         number_of(p, shown[what].object, n) * (1000000 / shown[what].parts));
        values++;
    }
    return values;
}

static void sensors__plant__say_what_btms_mib_says(void **state)
{
    struct plant *p = *state;

    p->mib.entities = ENTITY_CELL;
    assert_int_equal(compare_all(p), 17);
    p->mib.now_ms += 3 * INTERVAL - 2000; /* as old as may be */
    assert_int_equal(compare_all(p), 17);
    p->mib.now_ms += 1; /* too old: UPS 1, the strings and the TH sensors, not the cells */
    assert_int_equal(compare_all(p), 6);
    p->mib.now_ms += 1000 * CELL_INTERVAL;
    assert_int_equal(compare_all(p), 0);
}

static void sensors__plant__in_physical_units(void **state)
{
    struct plant *p = *state;

    p->mib.entities = ENTITY_CELL;
    assert_int_equal(micro(p, 2020001), 540240000); /* 540.24 V */
    assert_int_equal(micro(p, 2020002), -2500000);  /* -2.50 A */
    assert_int_equal(micro(p, 2020003), -5200000);  /* -5.2 degC */
    assert_int_equal(micro(p, 2020004), 45500000);  /* 45.5 %RH */
    assert_int_equal(micro(p, 2020011), 2250000);   /* 2.250 V */
    assert_int_equal(micro(p, 2020013), 25100000);  /* 25.1 degC */
    assert_int_equal(micro(p, 2410002), -12340000); /* -12.34 A */
    assert_int_equal(micro(p, 4800013), 23400000);  /* 23.4 degC */
    assert_int_equal(micro(p, 4801203), -45100000);
    assert_int_equal(micro(p, 4801204), 100000000); /* 100.0 %RH */
    assert_text(p, "entPhySensorUnitsDisplay", AT(2020001), "V");
    assert_text(p, "entPhySensorUnitsDisplay", AT(2020011), "mV");
    assert_text(p, "entPhySensorUnitsDisplay", AT(2020013), "degC");
    /* RFC 3433: no precision where there is no fixed point */
    assert_int_equal(number_of(p, "entPhySensorPrecision", AT(2020004)), 0);
}

static void status__validity_and_age__ok_unavailable_or_nonoperational(void **state)
{
    static const struct {
        enum validity validity;
        int status;
    } of[] = {
        {VALIDITY_GOOD,       1},
        {VALIDITY_BEYOND,     1},
        {VALIDITY_ABSENT,     2},
        {VALIDITY_STALE,      2},
        {VALIDITY_IMPOSSIBLE, 3},
    };
    static struct gateway g;
    struct plant *p = *state;

    p->mib.entities = ENTITY_CELL;
    for (size_t i = 0; i < COUNT(of); i++) {
        bool ok = of[i].status == 1;

        fill_a(&g);
        SET(&g.ups[0], UPS_VOLTAGE, 5000, (uint8_t)of[i].validity);
        SET(&g.string[1], STRING_CURRENT, 5000, (uint8_t)of[i].validity);
        SET(&g.string[1].cell[0], CELL_TEMPERATURE, 500, (uint8_t)of[i].validity);
        put_device_at(p, NOW - 1000, &device_a, &g);
        assert_true(view_refresh(&p->view));
        assert_int_equal(number(p, "entPhySensorOperStatus", 2410001), of[i].status);
        assert_int_equal(number(p, "entPhySensorOperStatus", 2020002), of[i].status);
        assert_int_equal(number(p, "entPhySensorOperStatus", 2020013), of[i].status);
        assert_int_equal(get(p, "entPhySensorValue", 2410001).kind == AGENTX_INTEGER32, ok);
        assert_int_equal(get(p, "entPhySensorValue", 2020013).kind == AGENTX_INTEGER32, ok);
        p->mib.now_ms = NOW + 3 * CELL_INTERVAL * 10; /* too old, whatever it was */
        assert_int_equal(number(p, "entPhySensorOperStatus", 2410001), 2);
        assert_int_equal(number(p, "entPhySensorOperStatus", 2020013), 2);
        p->mib.now_ms = NOW;
    }
}

/* A climate that the device does not tell has no rows; one that is too old keeps them. */
static void rows__climate__only_where_the_device_tells_it(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    p->mib.entities = ENTITY_STRING;
    fill_a(&g);
    g.string[1].validity[STRING_AMBIENT_TEMPERATURE] = VALIDITY_STALE;
    g.string[1].validity[STRING_AMBIENT_HUMIDITY] = VALIDITY_ABSENT;
    g.string[1].validity[STRING_VOLTAGE] = VALIDITY_ABSENT;
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number(p, "entPhySensorOperStatus", 2020001), 2);
    assert_int_equal(number(p, "entPhySensorOperStatus", 2020003), 2);
    assert_int_equal(get(p, "entPhySensorOperStatus", 2020004).kind, AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(get(p, "entPhysicalName", 2020004).kind, AGENTX_NO_SUCH_INSTANCE);
}

static void sensors__times__of_the_reading(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    p->mib.entities = ENTITY_CELL;
    assert_int_equal(number_of(p, "entPhySensorValueTimeStamp", AT(2410001)), (600000 - 2000) / 10);
    assert_int_equal(number_of(p, "entPhySensorValueTimeStamp", AT(2020011)),
                     (600000 - 30000) / 10);
    assert_int_equal(number_of(p, "entPhySensorValueUpdateRate", AT(2410001)), INTERVAL);
    assert_int_equal(number_of(p, "entPhySensorValueUpdateRate", AT(2020001)), INTERVAL);
    assert_int_equal(number_of(p, "entPhySensorValueUpdateRate", AT(2020011)), 65000);
    assert_int_equal(number_of(p, "entPhySensorValueUpdateRate", AT(7420001)), 12000);
    memset(p->view.boot_id, 0xee, sizeof(p->view.boot_id)); /* the files are another boot's */
    put_ab_alarms(p);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "entPhySensorValueTimeStamp", AT(2410001)), 0);
    assert_int_equal(number(p, "entPhySensorOperStatus", 2410001), 2);
    fill_a(&g);
    g.ups[0].read_ms = 0; /* never */
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    assert_int_equal(number_of(p, "entPhySensorValueTimeStamp", AT(2410001)), 0);
}
#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(index__every_place_of_a_gateway__there_and_back_in_order),
        cmocka_unit_test(index__formula__as_published),
        cmocka_unit_test(level__names__known_or_not),
        FULL(from__any_index__the_next_of_the_list),
        FULL(from__the_largest__none),
        FULL(getnext__each_level__ascends_and_is_complete),
        FULL(getnext__root_before_mib_2__all_in_order),
        FULL(physical__plant__names_and_classes),
        FULL(contained_in__each_level__a_tree_with_one_root),
        FULL(contained_in__ups_not_known_or_not_there__the_gateway),
        FULL(physical__what_nobody_knows__empty),
        FULL(physical__what_configuration_says__there),
        FULL(sensors__plant__say_what_btms_mib_says),
        FULL(sensors__plant__in_physical_units),
        FULL(status__validity_and_age__ok_unavailable_or_nonoperational),
        FULL(rows__climate__only_where_the_device_tells_it),
        FULL(sensors__times__of_the_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
