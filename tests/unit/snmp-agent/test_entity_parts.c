/* Lines of the inventory as physical entities. */
#include "entity_fixture.h"

/* What gw-a has beside its strings. */
static const struct part parts[] = {
    {TOPO_BM_GW,    PART_PRESENT,  0, 1, ""       },
    {TOPO_BM_SS,    PART_PRESENT,  2, 1, ""       },
    {TOPO_BM_HS,    PART_PRESENT,  2, 1, ""       },
    {TOPO_BM_CS,    PART_PRESENT,  2, 3, ""       },
    {TOPO_BM_HS,    PART_DECLARED, 9, 1, ""       },
    {TOPO_BM_TH,    PART_MISSING,  2, 1, ""       },
    {TOPO_BM_MC,    PART_PRESENT,  0, 1, "BM-C-A1"},
    {TOPO_CAD,      PART_UNKNOWN,  0, 1, "BM-C-A1"},
    {TOPO_CAD,      PART_UNKNOWN,  0, 1, ""       },
    {TOPO_BM_LC,    PART_UNKNOWN,  0, 2, ""       },
    {TOPO_BM_TH,    PART_MISSING,  0, 2, ""       },
    {TOPO_PS_30_12, PART_UNKNOWN,  0, 1, "ps-b"   },
    {TOPO_PS_60_24, PART_UNKNOWN,  0, 1, "ps-a"   },
};

static const struct {
    uint32_t index, parent;
    enum entity_level level;
    int class;
    const char *name, *descr, *model, *alias;
} row_of[] = {
    {2730000, 2000000, ENTITY_SUMMARY, 9, "gw-a BM-MC",           "master controller of gw-a: present",
     "BM-MC",                                                                                                       ""    },
    {2731020, 2730000, ENTITY_STRING,  9, "gw-a BM-TH 2",
     "temperature and humidity sensor of gw-a: missing",                                                "BM-TH",    ""    },
    {2731330, 2730000, ENTITY_STRING,  9, "gw-a BM-TH 33",
     "temperature and humidity sensor of gw-a: missing",                                                "BM-TH",    ""    },
    {2731340, 2730000, ENTITY_STRING,  9, "gw-a BM-TH 34",
     "temperature and humidity sensor of gw-a: missing",                                                "BM-TH",    ""    },
    {2733010, 2730000, ENTITY_STRING,  9, "gw-a BM-LC 1",         "IO expansion of gw-a: unknown",      "BM-LC",
     ""                                                                                                                   },
    {2733020, 2730000, ENTITY_STRING,  9, "gw-a BM-LC 2",         "IO expansion of gw-a: unknown",      "BM-LC",
     ""                                                                                                                   },
    {2736010, 2730000, ENTITY_STRING,  9, "gw-a CAD-232-A2-IQ 1", "COM converter of gw-a: unknown",
     "CAD-232-A2-IQ",                                                                                               ""    },
    {2736020, 2730000, ENTITY_STRING,  9, "gw-a CAD-232-A2-IQ 2", "COM converter of gw-a: unknown",
     "CAD-232-A2-IQ",                                                                                               ""    },
    {2740010, 2000000, ENTITY_SUMMARY, 6, "gw-a supply 1",
     "30 W 12 V supply of a BM-GW of gw-a: unknown",                                                    "PS-30-12", "ps-b"},
    {2740020, 2000000, ENTITY_SUMMARY, 6, "gw-a supply 2",        "60 W 24 V supply of gw-a: unknown",
     "PS-60-24",                                                                                                    "ps-a"},
    {2750020, 2020000, ENTITY_STRING,  9, "gw-a BM-HS 2",         "Hall sensor of gw-a: present",       "BM-HS",
     ""                                                                                                                   },
    {2750090, 2000000, ENTITY_STRING,  9, "gw-a BM-HS 9",         "Hall sensor of gw-a: declared",      "BM-HS",
     ""                                                                                                                   },
};

static void put_parts(struct plant *p, const struct part *list, size_t n)
{
    static struct gateway g;
    struct snapshot_device d = device_a;

    d.part = list;
    d.parts = n;
    fill_a(&g);
    put_device_at(p, NOW - 1000, &d, &g);
    assert_true(view_refresh(&p->view));
}

/* From each index, the next one, at each level; sensors are none of them. */
static void parts__each_level__the_next_of_the_list(void **state)
{
    struct plant *p = *state;
    struct mib_row row;

    put_parts(p, parts, COUNT(parts));
    for (size_t l = 1; l < COUNT(levels); l++) {
        size_t next = 0;

        p->mib.entities = levels[l];
        for (uint32_t i = 2730000; i < 2760000; i++) {
            while (next < COUNT(row_of) &&
                   (row_of[next].index < i || row_of[next].level > levels[l]))
                next++;
            assert_true(entity_from(p, i, false, &row)); /* or the next device */
            if (row.index[0] != (next < COUNT(row_of) ? row_of[next].index : 4000000))
                fail_msg("level %d, from %u: %u", (int)levels[l], i, row.index[0]);
        }
        assert_false(entity_from(p, 2730000, true, &row) && row.index[0] < 4000000);
    }
}

static void parts__each__what_it_is_and_where(void **state)
{
    struct plant *p = *state;
    char is[128];

    put_parts(p, parts, COUNT(parts));
    p->mib.entities = ENTITY_STRING;
    for (size_t i = 0; i < COUNT(row_of); i++) {
        text(p, "entPhysicalName", row_of[i].index, is, sizeof(is));
        assert_string_equal(is, row_of[i].name);
        text(p, "entPhysicalDescr", row_of[i].index, is, sizeof(is));
        assert_string_equal(is, row_of[i].descr);
        assert_text(p, "entPhysicalModelName", AT((int)row_of[i].index), row_of[i].model);
        assert_text(p, "entPhysicalAlias", AT((int)row_of[i].index), row_of[i].alias);
        assert_int_equal(number(p, "entPhysicalContainedIn", row_of[i].index), row_of[i].parent);
        assert_int_equal(number(p, "entPhysicalClass", row_of[i].index), row_of[i].class);
        assert_int_equal(number(p, "entPhysicalIsFRU", row_of[i].index), 1);
    }
}

/* More of a kind than there are numbers: the last ones have none, and nothing runs into the next. */
static void parts__too_many__end_before_the_next_kind(void **state)
{
    static const struct part many[] = {
        {TOPO_BM_LC, PART_UNKNOWN, 0, 65535, ""},
        {TOPO_BM_LC, PART_UNKNOWN, 0, 1,     ""},
        {TOPO_BM_TH, PART_UNKNOWN, 0, 999,   ""},
    };
    struct plant *p = *state;
    struct mib_row row;
    uint32_t n = 0;

    put_parts(p, many, COUNT(many));
    p->mib.entities = ENTITY_STRING;
    for (uint32_t i = 2730000; entity_from(p, i, false, &row) && row.index[0] < 4000000; n++)
        i = row.index[0] + 1;
    assert_int_equal(n, 99 + 99 - 32);
    assert_int_equal(number(p, "entPhysicalContainedIn", 2733990), 2000000); /* there is no BM-MC */
}

static void aggregator__its_entity__and_the_change_of_it(void **state)
{
    struct plant *p = *state;

    p->mib.entities = ENTITY_SUMMARY;
    assert_int_equal(number_of(p, "btmsAggregatorEntityIndex", AT(AG_1)), 770040);
    assert_text(p, "entPhysicalModelName", AT(770040), "BM-AG");
    assert_text(p, "entPhysicalAlias", AT(770040), "dc1");
    assert_text(p, "entPhysicalDescr", AT(770040), "aggregator of site: present");
    assert_text(p, "entPhysicalDescr", AT(770090), "aggregator of site: declared");
    p->mib.entities = ENTITY_NONE;
    assert_none(p, "btmsAggregatorEntityIndex", AT(AG_1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plant_start_full, plant_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parts__each_level__the_next_of_the_list),
        TEST(parts__each__what_it_is_and_where),
        TEST(parts__too_many__end_before_the_next_kind),
        TEST(aggregator__its_entity__and_the_change_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
