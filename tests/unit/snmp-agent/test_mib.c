/* The tree: its order, GET and GETNEXT over all of it, and that it is the MIB's. Values are in
 * test_mib_values.c; what is below mib-2, and not served here, in test_entity.c. */
#include "mib_text.h"
#include "mib_tables.h"
#include "view_fixture.h"

/* Instances per column of the plant, counted by hand: a table's rows, and the columns that have
 * fewer. INSTANCES in all. What nobody publishes yet (mib_none) has none. */
static const struct {
    const char *table;
    int rows;
} rows_of[] = {
    {"entPhysicalTable",      0},
    {"entityGeneral",         0},
    {"entPhySensorTable",     0},
    {"btmsSystem",            1},
    {"btmsGatewayTable",      2},
    {"btmsUpsTable",          3},
    {"btmsStringTable",       3},
    {"btmsStringVectorTable", 2},
    {"btmsCellTable",         4},
    {"btmsThControllerTable", 1},
    {"btmsThSensorTable",     3},
    {"btmsIoTable",           0},
    {"btmsAlarmActiveTable",  4},
    {"btmsAlarm",             1},
    {"btmsAlarmLogTable",     5},
    {"btmsDischargeTable",    0},
    {"btmsDischarge",         1},
    {"btmsLimitTable",        6},
    {"btmsAggregatorTable",   2},
    {"btmsQuantityTable",     0},
};
static const struct {
    const char *column;
    int instances;
} fewer[] = {
    {"btmsGatewayEntityIndex",           0}, /* entities are not served here */
    {"btmsAggregatorLocation",           1},
    {"btmsAggregatorLabel",              1},
    {"btmsAggregatorLastAnswerAge",      1},
    {"btmsGatewayCellInterval",          1},
    {"btmsGatewayWindow",                1},
    {"btmsGatewaySpanCells",             1},
    {"btmsGatewayStringRegisters",       1},
    {"btmsUpsStatusRaw",                 2},
    {"btmsUpsVoltage",                   1},
    {"btmsUpsCurrent",                   1},
    {"btmsUpsStateOfCharge",             2},
    {"btmsStringStatusRaw",              2},
    {"btmsStringChargeState",            2},
    {"btmsStringStateRaw",               2},
    {"btmsStringDeviceAlarms",           1},
    {"btmsStringAlarmRaw",               1},
    {"btmsStringVoltage",                2},
    {"btmsStringCurrent",                1},
    {"btmsStringStateOfCharge",          1},
    {"btmsStringBalance",                1},
    {"btmsStringAmbientTemperature",     1},
    {"btmsStringAmbientHumidity",        1},
    {"btmsStringInsulationResistance",   1},
    {"btmsStringRelay",                  2},
    {"btmsStringAuxInput",               1},
    {"btmsStringCellCountRaw",           2},
    {"btmsStringMinCellVoltage",         2},
    {"btmsStringMinCellVoltageCell",     2},
    {"btmsStringMaxCellVoltage",         2},
    {"btmsStringMaxCellVoltageCell",     2},
    {"btmsStringMeanCellVoltage",        2},
    {"btmsStringMaxCellTemperature",     2},
    {"btmsStringMaxCellTemperatureCell", 2},
    {"btmsStringMeanCellTemperature",    2},
    {"btmsStringMaxCellResistance",      2},
    {"btmsStringMaxCellResistanceCell",  2},
    {"btmsStringCellDataAge",            2},
    {"btmsStringCellInterval",           2},
    {"btmsCellVoltage",                  3},
    {"btmsCellResistance",               3},
    {"btmsCellTemperature",              3},
    {"btmsCellStateOfCharge",            2},
    {"btmsCellStateOfHealth",            1},
    {"btmsCellStatusRaw",                3},
    {"btmsCellAlarmRaw",                 2},
    {"btmsCellBeyondRange",              3},
    {"btmsCellDataAge",                  3},
    {"btmsStringVectorStateOfHealth",    1},
    {"btmsAlarmValue",                   1},
    {"btmsAlarmChangedAt",               1},
    {"btmsAlarmPeak",                    1},
    {"btmsAlarmOccurrences",             1},
    {"btmsAlarmAckBy",                   1},
    {"btmsAlarmAckAt",                   1},
    {"btmsAlarmShelvedUntil",            1},
    {"btmsAlarmShelvedBy",               1},
    {"btmsAlarmShelvedReason",           1},
    {"btmsAlarmLogLimit",                0},
    {"btmsAlarmLogBy",                   0},
    {"btmsAlarmLogReason",               0},
    {"btmsStringCellsExpected",          2},
    {"btmsStringCapacity",               1},
    {"btmsGatewayTopologyExpected",      1},
    {"btmsGatewayTopologyMismatches",    1},
    {"btmsStringCellType",               1},
    {"btmsStringHallRating",             1},
    {"btmsStringMedianCellResistance",   2},
    {"btmsStringVoltageSpread",          2},
    {"btmsStringMinCellTemperature",     2},
    {"btmsStringMinCellTemperatureCell", 2},
    {"btmsStringTemperatureSpread",      2},
    {"btmsStringMinCellResistance",      2},
    {"btmsStringMinCellResistanceCell",  2},
    {"btmsStringMeanCellResistance",     2},
    {"btmsStringResistanceSpread",       2},
    {"btmsStringMinCellSoc",             2},
    {"btmsStringMinCellSocCell",         2},
    {"btmsStringMeanCellSoc",            2},
    {"btmsStringMinCellSoh",             1},
    {"btmsStringMinCellSohCell",         1},
    {"btmsStringMeanCellSoh",            1},
    {"btmsCellVoltageDeviation",         3},
    {"btmsCellTemperatureDeviation",     3},
    {"btmsCellResistanceDeviation",      3},
    {"btmsThControllerEntityIndex",      0},
    {"btmsAggregatorEntityIndex",        0},
    {"btmsThSensorTemperature",          2},
    {"btmsThSensorHumidity",             2},
    {"btmsThSensorDeviceAlarms",         2},
    {"btmsLimitWarning",                 5},
    {"btmsLimitCritical",                4},
    {"btmsAlarmLimit",                   0},
    {"btmsAlarmLogValue",                1},
    {"btmsThControllerLocation",         1},
    {"btmsThSensorLocation",             1},
    {"btmsThSensorLabel",                1},
    {"btmsGatewayLocation",              1},
    {"btmsGatewayModel",                 1},
    {"btmsGatewayLabel",                 1},
    {"btmsGatewayManufacturer",          1},
    {"btmsGatewayInstallDate",           1},
    {"btmsGatewayNote",                  1},
    {"btmsGatewayRunbook",               1},
    {"btmsGatewayConnections",           1},
    {"btmsUpsLabel",                     1},
    {"btmsUpsLocation",                  1},
    {"btmsStringLabel",                  1},
    {"btmsStringLocation",               1},
    {"btmsStringManufacturer",           1},
    {"btmsStringModel",                  1},
    {"btmsStringInstallDate",            1},
    {"btmsStringNote",                   1},
    {"btmsStringRunbook",                1},
    {"btmsCellLabel",                    3},
    {"btmsCellReplacedAt",               1},
};
enum { INSTANCES = 346 + 72 + 11 + 37 + 2 + 31 + 21 + 8 + 30 + 20 + 3 + 3, WITHOUT_DATA = 18 };

static int expected(const struct mib_table *t, const struct mib_column *c)
{
    if (c->get == mib_none)
        return 0;
    for (size_t i = 0; i < COUNT(fewer); i++)
        if (strcmp(fewer[i].column, c->name) == 0)
            return fewer[i].instances;
    for (size_t i = 0; i < COUNT(rows_of); i++)
        if (strcmp(rows_of[i].table, t->name) == 0)
            return rows_of[i].rows;
    fail_msg("table %s is not expected", t->name);
    return 0;
}

/* ---- order ------------------------------------------------------------------------------- */

static struct oid column_name(const struct plant *p, const struct mib_table *t, uint32_t sub)
{
    struct oid o;

    oid_copy(&o, t->base == MIB_2 ? &OID(1, 3, 6, 1, 2, 1) : &p->mib.objects);
    oid_append_list(&o, t->path, t->path_len);
    oid_append(&o, sub);
    return o;
}

static void tables__all__paths_and_columns_ascend(void **state)
{
    struct plant *p = *state;
    struct oid before = {.len = 0}, column;

    assert_int_equal(mib_table_count, COUNT(rows_of));
    for (size_t i = 0; i < mib_table_count; i++)
        for (size_t c = 0; c < mib_tables[i]->columns; c++) {
            column = column_name(p, mib_tables[i], mib_tables[i]->column[c].sub);
            assert_true(oid_compare(&before, &column) < 0);
            oid_copy(&before, &column);
        }
}

static bool next(struct plant *p, const struct oid *at, struct oid *ret)
{
    struct agentx_value v;

    return mib_getnext(&p->mib, at, false, &no_end, ret, &v);
}

static void getnext__whole_tree__exactly_what_is_expected(void **state)
{
    struct plant *p = *state;
    struct oid at, to;
    int total = 0;

    oid_copy(&at, &p->mib.objects);
    for (size_t i = 0; i < mib_table_count; i++) {
        const struct mib_table *t = mib_tables[i];

        for (size_t c = 0; c < t->columns; c++) {
            struct oid column = column_name(p, t, t->column[c].sub);

            for (int n = expected(t, &t->column[c]); n > 0; n--, total++) {
                assert_true(next(p, &at, &to));
                if (!oid_has_prefix(&to, &column))
                    fail_msg("%s has too few instances", t->column[c].name);
                assert_int_equal(to.len, column.len + t->indexes);
                assert_true(oid_compare(&at, &to) < 0);
                oid_copy(&at, &to);
            }
            if (next(p, &at, &to) && oid_has_prefix(&to, &column))
                fail_msg("%s has too many instances", t->column[c].name);
        }
    }
    assert_false(next(p, &at, &to));
    assert_int_equal(total, INSTANCES);
}

/* A copy of a value: octets live in the mib's scratch buffer. */
struct copy {
    struct agentx_value v;
    char octets[MIB_SCRATCH];
};

static void copy_of(const struct agentx_value *v, struct copy *ret)
{
    ret->v = *v;
    if (v->kind == AGENTX_OCTET_STRING)
        memcpy(ret->octets, v->octets.data, v->octets.size);
}

static bool same(const struct copy *a, const struct agentx_value *b)
{
    if (a->v.kind != b->kind)
        return false;
    if (b->kind == AGENTX_OCTET_STRING)
        return a->v.octets.size == b->octets.size &&
               memcmp(a->octets, b->octets.data, b->octets.size) == 0;
    if (b->kind == AGENTX_OBJECT_IDENTIFIER)
        return oid_equal(&a->v.oid, &b->oid);
    return a->v.number == b->number;
}

static void get__every_instance_of_the_chain__same_value(void **state)
{
    struct plant *p = *state;
    struct agentx_value v;
    struct oid at, to;
    struct copy chained;

    for (oid_copy(&at, &p->mib.objects); mib_getnext(&p->mib, &at, false, &no_end, &to, &v);
         oid_copy(&at, &to)) {
        copy_of(&v, &chained);
        mib_get(&p->mib, &to, &v);
        assert_true(same(&chained, &v));
    }
}

/* ---- starts of GETNEXT ------------------------------------------------------------------- */

static struct oid chain[INSTANCES + 1];
static size_t links;

static void read_chain(struct plant *p)
{
    struct oid at;

    links = 0;
    for (oid_copy(&at, &p->mib.objects); links < COUNT(chain) && next(p, &at, &chain[links]);)
        oid_copy(&at, &chain[links++]);
    assert_int_equal(links, INSTANCES);
}

/* The answer as the chain has it: the first one after `start`, or at it. */
static void check_from(struct plant *p, const struct oid *start, bool include)
{
    struct agentx_value v;
    struct oid got = {.len = 0};
    char text[OID_TEXT_SIZE];
    size_t i = 0;
    bool found;

    while (i < links && oid_compare(&chain[i], start) < !include)
        i++;
    found = mib_getnext(&p->mib, start, include, &no_end, &got, &v);
    if (found != (i < links) || (found && !oid_equal(&got, &chain[i])))
        fail_msg("after %s (include %d)", oid_print(start, text), include);
}

static void check_around(struct plant *p, struct oid o)
{
    uint32_t *last = &o.sub[o.len - 1], is = *last;

    for (int include = 0; include < 2; include++) {
        check_from(p, &o, include);
        *last = is + 1; /* a gap, or the next one */
        check_from(p, &o, include);
        *last = is > 0 ? is - 1 : UINT32_MAX;
        check_from(p, &o, include);
        *last = is;
    }
}

static void getnext__every_prefix_and_its_neighbours__next_of_chain(void **state)
{
    struct plant *p = *state;

    read_chain(p);
    for (size_t i = 0; i < links; i++)
        for (uint32_t len = 1; len <= chain[i].len; len++) {
            struct oid o;

            oid_copy(&o, &chain[i]);
            o.len = len;
            check_around(p, o);
        }
}

static void getnext__too_long__next_of_chain(void **state)
{
    static const uint32_t more[] = {0, 1, UINT32_MAX};
    struct plant *p = *state;

    read_chain(p);
    for (size_t i = 0; i < links; i++)
        for (size_t k = 0; k < COUNT(more); k++) {
            struct oid o;

            oid_copy(&o, &chain[i]);
            oid_append(&o, more[k]);
            check_from(p, &o, false);
            check_from(p, &o, true);
            oid_append(&o, more[k]);
            check_from(p, &o, true);
        }
}

static void getnext__index_of_largest_numbers__next_of_chain(void **state)
{
    struct plant *p = *state;

    read_chain(p);
    for (size_t i = 0; i < links; i++)
        for (uint32_t from = p->mib.objects.len; from < chain[i].len; from++) {
            struct oid o;

            oid_copy(&o, &chain[i]);
            for (uint32_t k = from; k < o.len; k++)
                o.sub[k] = UINT32_MAX;
            check_around(p, o);
        }
}

static void getnext__null_identifier_and_strangers__first_or_none(void **state)
{
    struct plant *p = *state;
    struct oid o, got;
    struct agentx_value v;

    read_chain(p);
    check_from(p, &no_end, false);
    check_from(p, &OID(0), true);
    check_from(p, &OID(2, 999), false);
    oid_copy(&o, &p->mib.objects);
    o.sub[o.len - 1]++;
    assert_false(mib_getnext(&p->mib, &o, true, &no_end, &got, &v));
}

static void getnext__end__not_answered_at_or_behind_it(void **state)
{
    struct plant *p = *state;
    struct agentx_value v;
    struct oid got;

    read_chain(p);
    for (size_t i = 0; i + 1 < links; i++) {
        struct oid end;

        assert_false(mib_getnext(&p->mib, &chain[i], false, &chain[i + 1], &got, &v));
        assert_false(mib_getnext(&p->mib, &chain[i], true, &chain[i], &got, &v));
        assert_true(mib_getnext(&p->mib, &chain[i], true, &chain[i + 1], &got, &v));
        assert_true(oid_equal(&got, &chain[i]));
        oid_copy(&end, &chain[i + 1]);
        oid_append(&end, 0); /* right behind it */
        assert_true(mib_getnext(&p->mib, &chain[i], false, &end, &got, &v));
        assert_true(oid_equal(&got, &chain[i + 1]));
    }
}

/* ---- exceptions of GET ------------------------------------------------------------------- */

static int kind_below(struct plant *p, const uint32_t *sub, size_t n)
{
    struct agentx_value v;
    struct oid o;

    oid_copy(&o, &p->mib.objects);
    oid_append_list(&o, sub, n);
    mib_get(&p->mib, &o, &v);
    return (int)v.kind;
}

#define KIND(...)                                                                                  \
    kind_below(p, (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / 4)

static void get__no_such_column__no_such_object(void **state)
{
    struct plant *p = *state;

    assert_int_equal(kind_below(p, NULL, 0), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(1), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(1, 0), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(1, 33, 0), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(2, 1, 1), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(2, 1, 1, 1, GW_A), AGENTX_NO_SUCH_OBJECT); /* not accessible */
    assert_int_equal(KIND(2, 1, 2, 2, GW_A), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(6, 3, 1, 2, 1), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(8, 1, 1, 1, 5), AGENTX_NO_SUCH_OBJECT);
    assert_int_equal(KIND(9, 1, 0), AGENTX_NO_SUCH_OBJECT); /* for notifications only */
    assert_int_equal(KIND(UINT32_MAX), AGENTX_NO_SUCH_OBJECT);
}

static void get__column_without_such_row__no_such_instance(void **state)
{
    struct plant *p = *state;

    assert_int_equal(KIND(1, 1), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(1, 1, 1), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(1, 1, 0, 0), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(2, 1, 1, 2), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(1, 31, 0), AGENTX_NO_SUCH_INSTANCE);         /* no data yet */
    assert_int_equal(KIND(2, 1, 1, 6, GW_A), AGENTX_NO_SUCH_INSTANCE); /* no data yet */
    assert_int_equal(KIND(6, 2, 1, 3, TH_A, 2), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(7, 1, 1, 3, 1, 1, 1), AGENTX_NO_SUCH_INSTANCE); /* no rows yet */
    assert_int_equal(KIND(10, 1, 1, 2, GW_A, 2, 1), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(2, 1, 1, 2, 3), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(2, 1, 1, 2, UINT32_MAX), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(3, 1, 1, 2, GW_A), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(3, 1, 1, 2, GW_A, 2), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(3, 1, 1, 2, GW_A, 1, 0), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(5, 1, 1, 2, GW_A, 2, 4), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(5, 1, 1, 2, GW_A, 5, 1), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(8, 1, 1, 2, 10), AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(KIND(8, 1, 1, 11, 5), AGENTX_NO_SUCH_INSTANCE); /* no limit */
}

/* ---- against the MIB --------------------------------------------------------------------- */

static const struct mib_column *served(struct plant *p, const struct mib_object *o)
{
    struct oid name;

    for (size_t i = 0; i < mib_table_count; i++)
        for (size_t c = 0; c < mib_tables[i]->columns; c++) {
            name = column_name(p, mib_tables[i], mib_tables[i]->column[c].sub);
            if (mib_tables[i]->base == MIB_OBJECTS &&
                name.len == p->mib.objects.len - 1 + o->path.len &&
                memcmp(name.sub + p->mib.objects.len - 1, o->path.sub, o->path.len * 4) == 0)
                return &mib_tables[i]->column[c];
        }
    return NULL;
}

static void columns__mib__every_readable_object_has_one(void **state)
{
    struct plant *p = *state;
    size_t readable = 0, columns = 0, none = 0;

    text_read();
    for (size_t i = 0; i < mib_objects; i++) {
        const struct mib_column *c = served(p, &mib_object[i]);
        bool wanted = strncmp(mib_object[i].access, "read-", 5) == 0;

        if (wanted != (c != NULL) || (wanted && strcmp(c->name, mib_object[i].name) != 0))
            fail_msg("%s", mib_object[i].name);
        readable += wanted;
    }
    for (size_t i = 0; i < mib_table_count; i++) {
        columns += mib_tables[i]->base == MIB_OBJECTS ? mib_tables[i]->columns : 0;
        for (size_t c = 0; c < mib_tables[i]->columns; c++)
            none += mib_tables[i]->from != mib_no_rows && mib_tables[i]->column[c].get == mib_none;
    }
    assert_int_equal(readable, columns);
    assert_int_equal(columns, 32 + 40 + 16 + 67 + 6 + 21 + 27 + 1 + 22 + 108);
    assert_int_equal(none, WITHOUT_DATA);
}

/* btmsIoTable and btmsQuantityTable: test_mib_added.c has rows of them. */
static bool of_added(const struct oid *path)
{
    return path->len > 2 && (path->sub[1] == 7 || path->sub[1] == 13);
}

static void columns__values__of_the_mibs_type(void **state)
{
    struct plant *p = *state;
    struct agentx_value v;
    struct oid o, got;

    p->mib.entities = ENTITY_STRING; /* for btmsGatewayEntityIndex */
    text_read();
    for (size_t i = 0; i < mib_objects; i++) {
        if (strncmp(mib_object[i].access, "read-", 5) != 0)
            continue;
        oid_copy(&o, &p->mib.objects);
        o.len--;
        oid_append_list(&o, mib_object[i].path.sub, mib_object[i].path.len);
        if (strcmp(mib_object[i].name, "btmsAlarmLimit") == 0 ||
            strncmp(mib_object[i].name, "btmsAlarmLogLimit", 17) == 0 ||
            strcmp(mib_object[i].name, "btmsAlarmLogBy") == 0 ||
            strcmp(mib_object[i].name, "btmsAlarmLogReason") == 0 ||
            of_added(&mib_object[i].path) || served(p, &mib_object[i])->get == mib_none)
            continue; /* has no instance yet */
        assert_true(mib_getnext(&p->mib, &o, false, &no_end, &got, &v));
        assert_true(oid_has_prefix(&got, &o));
        if ((int)v.kind != (int)text_kind(mib_object[i].syntax))
            fail_msg("%s %s is of kind %d", mib_object[i].name, mib_object[i].syntax, (int)v.kind);
    }
}

static void kinds__every_row_of_the_program__in_the_mib(void **state)
{
    static char text[400000];
    FILE *f = fopen("mibs/BTMS-MIB.txt", "r");
    char wanted[TEXT_NAME + 16];

    (void)state;
    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    for (int i = 0; i < alarm_kind_count; i++) {
        snprintf(wanted, sizeof(wanted), " %s(%d)", alarm_kinds[i].name, alarm_kinds[i].number);
        if (strstr(strstr(text, "BtmsAlarmKind ::="), wanted) == NULL)
            fail_msg("%s", wanted);
    }
}

/* ---- an empty one ------------------------------------------------------------------------ */

static void getnext__nothing_published__scalars_only(void **state)
{
    struct plant *p = *state;
    struct oid at, to;
    int n = 0;

    view_refresh(&p->view);
    for (oid_copy(&at, &p->mib.objects); next(p, &at, &to); n++)
        oid_copy(&at, &to);
    /* no store, no ages, no collector to name; the log's size */
    assert_int_equal(n, 23 - 5 + 3);
    assert_none(p, "btmsStoreId", AT(0));
    assert_none(p, "btmsOldestDataAge", AT(0));
    assert_none(p, "btmsCollectorAge", AT(0));
}

/* What is too old as a whole, or that no cell of a gateway has, is passed over: nothing else is. */
static void getnext__cells_some_too_old__each_value_that_get_has(void **state)
{
    static const struct mib_table *const t = &mib_cell;
    static struct gateway g;
    struct plant *p = *state;
    uint32_t values = 0;

    fill_a(&g);
    g.string[1].cells_read_ms = NOW - 10000000;
    for (int i = 6; i <= 7; i++) {
        struct string *s = string_at(&g, i, PRESENCE_HERE, NOW, 3);

        s->cells_read_ms = i == 6 ? NOW : NOW - 10000000;
        for (int q = 0; q < CELL_QUANTITIES; q++)
            if (q != CELL_SOH)
                GOOD(&s->cell[1], q, 10 * q);
        GOOD(&s->cell[2], CELL_SOC, 7);
    }
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    mib_follow(&p->mib);
    for (const struct mib_column *c = t->column; c < t->column + t->columns; c++) {
        const uint32_t zero[MIB_INDEXES_MAX] = {0};
        struct oid at, next, name;
        struct agentx_value v;
        struct mib_row row;
        uint32_t index[MIB_INDEXES_MAX] = {0};

        mib_name(&p->mib, c->name, zero, &at);
        for (; t->from(&p->mib, index, &row); memcpy(index, row.index, sizeof(index)), index[2]++) {
            mib_name(&p->mib, c->name, row.index, &name);
            mib_get(&p->mib, &name, &v);
            if (v.kind == AGENTX_NO_SUCH_INSTANCE)
                continue;
            assert_true(mib_getnext(&p->mib, &at, false, &no_end, &next, &v));
            assert_true(oid_equal(&next, &name));
            oid_copy(&at, &next);
            values++;
        }
        assert_true(mib_getnext(&p->mib, &at, false, &no_end, &next, &v));
        assert_true(next.sub[p->mib.objects.len] != 5 ||
                    next.sub[p->mib.objects.len + 3] != c->sub);
    }
    assert_true(values > 40);
}

#define FULL(f) cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(tables__all__paths_and_columns_ascend),
        FULL(getnext__whole_tree__exactly_what_is_expected),
        FULL(get__every_instance_of_the_chain__same_value),
        FULL(getnext__every_prefix_and_its_neighbours__next_of_chain),
        FULL(getnext__too_long__next_of_chain),
        FULL(getnext__index_of_largest_numbers__next_of_chain),
        FULL(getnext__null_identifier_and_strangers__first_or_none),
        FULL(getnext__end__not_answered_at_or_behind_it),
        FULL(get__no_such_column__no_such_object),
        FULL(get__column_without_such_row__no_such_instance),
        FULL(columns__mib__every_readable_object_has_one),
        FULL(columns__values__of_the_mibs_type),
        FULL(getnext__cells_some_too_old__each_value_that_get_has),
        cmocka_unit_test(kinds__every_row_of_the_program__in_the_mib),
        cmocka_unit_test_setup_teardown(getnext__nothing_published__scalars_only, plant_start,
                                        plant_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
