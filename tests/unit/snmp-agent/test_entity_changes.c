/* ENTITY-MIB when something changes, in a pinned version and in a context, at its largest and empty. */
#include "entity_fixture.h"

/* ---- changes ------------------------------------------------------------------------------- */

/* Publishes gateway A; the lowest level at which entLastChangeTime moves, ENTITY_NONE for none. The
 * view stamps with the real clock, which stands far from the test's. */
static enum entity_level changes(struct plant *p, const struct gateway *g)
{
    enum entity_level lowest = ENTITY_NONE;

    p->mib.uptime_zero_ms = 1;
    for (int i = 0; i < VIEW_LAYERS; i++)
        p->view.layer_changed_ms[i] = 12341;
    put_device_at(p, NOW - 1000, &device_a, g);
    assert_true(view_refresh(&p->view));
    for (int i = 0; i < VIEW_LAYERS; i++)
        if (p->view.now->layer_changed_ms[i] != 12341)
            p->view.now->layer_changed_ms[i] = 56781;
    for (p->mib.entities = ENTITY_CELL; p->mib.entities != ENTITY_NONE; p->mib.entities--) {
        int64_t is = number(p, "entLastChangeTime", 0);

        assert_true(is == 1234 || is == 5678);
        if (is == 5678)
            lowest = p->mib.entities;
    }
    return lowest;
}

static void last_change__rows_or_places__not_values(void **state)
{
    static struct gateway g;
    struct plant *p = *state;

    fill_a(&g);
    assert_int_equal(changes(p, &g), ENTITY_NONE);
    GOOD(&g.string[1], STRING_VOLTAGE, 50000);
    g.string[1].validity[STRING_CURRENT] = VALIDITY_STALE;
    g.string[1].validity[STRING_AMBIENT_TEMPERATURE] = VALIDITY_STALE;
    GOOD(&g.string[1].cell[0], CELL_VOLTAGE, 2000);
    assert_int_equal(changes(p, &g), ENTITY_NONE);
    g.string[1].cell[2].seen = true;
    assert_int_equal(changes(p, &g), ENTITY_CELL);
    g.string[1].cells = 2;
    assert_int_equal(changes(p, &g), ENTITY_CELL);
    g.string[1].validity[STRING_AMBIENT_TEMPERATURE] = VALIDITY_ABSENT;
    assert_int_equal(changes(p, &g), ENTITY_STRING);
    GOOD(&g.string[1], STRING_UPS_ID, 3);
    assert_int_equal(changes(p, &g), ENTITY_STRING);
    string_at(&g, 6, PRESENCE_HERE, NOW, 0);
    assert_int_equal(changes(p, &g), ENTITY_STRING);
    ups_at(&g, 2, PRESENCE_HERE, NOW);
    assert_int_equal(changes(p, &g), ENTITY_SUMMARY);
    assert_int_equal(changes(p, &g), ENTITY_NONE);
}

/* After the store was lost the same number may be another gateway's. */
static void last_change__gateway_of_another_name__at_each_level(void **state)
{
    static const struct snapshot_entry entries[] = {
        {GW_A, "gw-x"},
        {GW_B, "gw-b"}
    };
    struct plant *p = *state;
    static struct gateway g;

    fill_a(&g);
    put_site_at(p, NOW - 5000, 24, 14, entries, COUNT(entries));
    assert_int_equal(changes(p, &g), ENTITY_SUMMARY);
    assert_int_equal(changes(p, &g), ENTITY_NONE);
}

static void gateway_added_in_front__nothing_else_moves(void **state)
{
    static const struct snapshot_entry entries[] = {
        {1,    "gw-0"},
        {GW_A, "gw-a"},
        {TH_A, "th-a", DEVICE_TH},
        {GW_B,    "gw-b"      }
    };
    static struct gateway g;
    struct plant *p = *state;
    struct snapshot_device d = device_a;
    char is[128];

    p->mib.entities = ENTITY_CELL;
    p->view.layer_changed_ms[VIEW_UPS] = 1;
    d.index = 1;
    strcpy(d.name, "gw-0");
    fill_a(&g);
    put_device_at(p, NOW - 1000, &d, &g);
    put_site_at(p, NOW - 5000, 24, 14, entries, COUNT(entries));
    assert_true(view_refresh(&p->view));
    assert_true(p->view.now->layer_changed_ms[VIEW_UPS] > 1);
    for (size_t i = 0; i < ROWS; i++) {
        text(p, "entPhysicalName", plant_row[i].index, is, sizeof(is));
        assert_string_equal(is, plant_row[i].name);
    }
    text(p, "entPhysicalName", 1020011, is, sizeof(is));
    assert_string_equal(is, "gw-0 S02 C001 voltage");
}

/* What is too old as a whole is passed over as a whole: nothing else is. */
static void getnext__some_of_it_too_old__each_value_that_get_has(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    struct oid at = column("entPhySensorValue"), next;
    struct agentx_value v;
    struct mib_row row;
    uint32_t values = 0;

    fill_a(&g);
    g.ups[0].read_ms = g.string[1].cells_read_ms = NOW - 10000000;
    for (int i = 6; i <= 7; i++) {
        struct string *s = string_at(&g, i, PRESENCE_HERE, i == 6 ? NOW - 10000000 : NOW, 3);

        s->cells_read_ms = NOW;
        for (int c = 0; c < 3; c++) {
            s->cell[c].seen = true;
            GOOD(&s->cell[c], CELL_VOLTAGE, 2000 + c);
            GOOD(&s->cell[c], CELL_TEMPERATURE, 250);
        }
        GOOD(s, STRING_VOLTAGE, 5000);
    }
    put_device_at(p, NOW - 1000, &device_a, &g);
    assert_true(view_refresh(&p->view));
    p->mib.entities = ENTITY_CELL;
    for (uint32_t i = 0; entity_from(p, i, true, &row); i = row.index[0] + 1) {
        if (get(p, "entPhySensorValue", row.index[0]).kind == AGENTX_NO_SUCH_INSTANCE)
            continue;
        assert_true(mib_getnext(&p->mib, &at, false, &no_end, &next, &v));
        assert_int_equal(next.sub[next.len - 1], row.index[0]);
        oid_copy(&at, &next);
        values++;
    }
    assert_int_equal(values, 24);
    assert_true(mib_getnext(&p->mib, &at, false, &no_end, &next, &v));
    assert_int_equal(next.sub[next.len - 2], 5); /* the next column */
}

/* ---- the largest --------------------------------------------------------------------------- */

/* Capacity of a gateway, with the highest number there may be, and one that has none. */
static void getnext__full_gateway_of_the_highest_number__every_cell(void **state)
{
    static const struct snapshot_entry entries[] = {
        {ENTITY_GATEWAY_MAX,     "last"},
        {ENTITY_GATEWAY_MAX + 1, "none"}
    };
    static struct gateway g;
    struct plant *p = *state;
    struct snapshot_device d = device_a;
    uint32_t at = 0, rows = 0, sensors = 0;
    struct mib_row row;

    memset(&g, 0, sizeof(g));
    for (int i = 1; i <= UPS_MAX; i++)
        ups_at(&g, i, PRESENCE_HERE, NOW);
    for (int i = 1; i <= STRING_MAX; i++) {
        struct string *s = string_at(&g, i, PRESENCE_HERE, NOW, CELL_MAX);

        GOOD(s, STRING_AMBIENT_TEMPERATURE, 250);
        GOOD(s, STRING_AMBIENT_HUMIDITY, 450);
        for (int c = 0; c < CELL_MAX; c++)
            s->cell[c].seen = true;
    }
    for (size_t i = 0; i < COUNT(entries); i++) {
        d.index = entries[i].index;
        strcpy(d.name, entries[i].name);
        put_device_at(p, NOW - 1000, &d, &g);
    }
    put_site_at(p, NOW - 5000, 24, 14, entries, COUNT(entries));
    assert_true(view_refresh(&p->view));
    p->mib.entities = ENTITY_CELL;
    for (; entity_from(p, at, false, &row); at = row.index[0] + 1) {
        assert_true(row.index[0] >= at && row.index[0] <= INT32_MAX);
        rows++;
    }
    assert_int_equal(at, 2146720002 + 1);
    assert_int_equal(rows, 1 + 1 + 32 * 3 + 32 * 5 + 32 * 120 * 3 + 2); /* two aggregators */
    for (at = 0; entity_from(p, at, true, &row); at = row.index[0] + 1)
        sensors++;
    assert_int_equal(sensors, 32 * 2 + 32 * 4 + 32 * 120 * 2);
    assert_int_equal(number_of(p, "btmsGatewayEntityIndex", AT(ENTITY_GATEWAY_MAX)), 2146000000);
    assert_none(p, "btmsGatewayEntityIndex", AT(ENTITY_GATEWAY_MAX + 1));
}

static void gateway_index__each_level__that_of_its_row(void **state)
{
    struct plant *p = *state;
    char is[32];

    assert_none(p, "btmsGatewayEntityIndex", AT(GW_A));
    for (p->mib.entities = ENTITY_SUMMARY; p->mib.entities <= ENTITY_CELL; p->mib.entities++) {
        text(p, "entPhysicalName", (uint32_t)number_of(p, "btmsGatewayEntityIndex", AT(GW_A)), is,
             sizeof(is));
        assert_string_equal(is, "gw-a");
        text(p, "entPhysicalName", (uint32_t)number_of(p, "btmsGatewayEntityIndex", AT(GW_B)), is,
             sizeof(is));
        assert_string_equal(is, "gw-b");
    }
}

/* They are registered in the default context alone. */
static void context_of_a_gateway__no_entities(void **state)
{
    struct plant *p = *state;
    struct view_version *v = view_hold(&p->view);
    struct mib_row row;

    p->mib.entities = ENTITY_CELL;
    mib_select(&p->mib, v, v->gateway[0]);
    assert_false(mib_entity_from(&p->mib, 0, false, &row));
    assert_false(mib_entity_from(&p->mib, 2000000, true, &row));
    assert_int_equal(get(p, "entLastChangeTime", 0).kind, AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(get(p, "entPhysicalDescr", 2000000).kind, AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(number_of(p, "btmsGatewayEntityIndex", AT(GW_A)), 2000000);
    mib_select(&p->mib, NULL, NULL);
    assert_int_equal(number(p, "entPhysicalClass", 2000000), 9);
    view_release(v);
}

/* What a transaction holds stays, whatever is published meanwhile. */
static void pinned_version__entities_of_that_poll(void **state)
{
    static struct gateway g;
    struct plant *p = *state;
    struct view_version *v = view_hold(&p->view);

    p->mib.entities = ENTITY_CELL;
    fill_a(&g);
    GOOD(&g.string[1], STRING_VOLTAGE, 1);
    GOOD(&g.string[1], STRING_UPS_ID, 3);
    put_device_at(p, NOW, &device_a, &g);
    put_site_at(p, NOW, 24, 14, entries_ab, 1);
    assert_true(view_refresh(&p->view));
    for (int i = 0; i < 3; i++) {
        mib_select(&p->mib, v, NULL);
        assert_int_equal(number(p, "entPhySensorValue", 2020001), 54024);
        assert_int_equal(number(p, "entPhysicalContainedIn", 2020000), 2410000);
        assert_int_equal(number(p, "entPhysicalClass", 7000000), 9);
        mib_select(&p->mib, NULL, NULL);
        assert_int_equal(number(p, "entPhySensorValue", 2020001), 1);
        assert_int_equal(number(p, "entPhysicalContainedIn", 2020000), 2430000);
        assert_int_equal(get(p, "entPhysicalClass", 7000000).kind, AGENTX_NO_SUCH_INSTANCE);
    }
    view_release(v);
}

static void getnext__nothing_published__the_site_only(void **state)
{
    struct plant *p = *state;
    struct mib_row row;

    p->mib.entities = ENTITY_CELL;
    assert_true(entity_from(p, 0, false, &row));
    assert_int_equal(row.index[0], ENTITY_SITE);
    assert_false(entity_from(p, 2, false, &row));
    assert_false(entity_from(p, 0, true, &row));
    assert_int_equal(number(p, "entLastChangeTime", 0), 0);
    p->mib.entities = ENTITY_NONE;
    assert_int_equal(get(p, "entLastChangeTime", 0).kind, AGENTX_NO_SUCH_INSTANCE);
    assert_int_equal(get(p, "entPhysicalDescr", 1).kind, AGENTX_NO_SUCH_INSTANCE);
}
#define FULL(f)  cmocka_unit_test_setup_teardown(f, plant_start_full, plant_stop)
#define EMPTY(f) cmocka_unit_test_setup_teardown(f, plant_start, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(last_change__rows_or_places__not_values),
        FULL(getnext__some_of_it_too_old__each_value_that_get_has),
        FULL(last_change__gateway_of_another_name__at_each_level),
        FULL(gateway_added_in_front__nothing_else_moves),
        EMPTY(getnext__full_gateway_of_the_highest_number__every_cell),
        EMPTY(getnext__nothing_published__the_site_only),
        FULL(gateway_index__each_level__that_of_its_row),
        FULL(context_of_a_gateway__no_entities),
        FULL(pinned_version__entities_of_that_poll),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
