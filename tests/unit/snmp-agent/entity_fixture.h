/* entity_fixture - the entities of the plant of view_fixture.h, and what is served of them. */
#ifndef TESTS_ENTITY_FIXTURE_H
#define TESTS_ENTITY_FIXTURE_H

#include "mib_entities.h"
#include "view_fixture.h"

/* All rows of the plant, by hand: gateways 2 and 7, TH controller 4. Of the strings only 2.2 has a climate; its third
 * cell was never seen. */
static const struct {
    uint32_t index, parent;
    enum entity_level level; /* from which on it is there */
    int class;
    const char *name;
} plant_row[] = {
    {1,       0,       ENTITY_SUMMARY, 3,  "BTMS site"                   },
    {770040,  1,       ENTITY_SUMMARY, 9,  "site BM-AG 4"                },
    {770090,  1,       ENTITY_SUMMARY, 9,  "site BM-AG 9"                },
    {2000000, 1,       ENTITY_SUMMARY, 9,  "gw-a"                        },
    {2020000, 2410000, ENTITY_STRING,  14, "gw-a S02"                    },
    {2020001, 2020000, ENTITY_STRING,  8,  "gw-a S02 voltage"            },
    {2020002, 2020000, ENTITY_STRING,  8,  "gw-a S02 current"            },
    {2020003, 2020000, ENTITY_STRING,  8,  "gw-a S02 ambient temperature"},
    {2020004, 2020000, ENTITY_STRING,  8,  "gw-a S02 ambient humidity"   },
    {2020010, 2020000, ENTITY_CELL,    14, "gw-a S02 C001"               },
    {2020011, 2020010, ENTITY_CELL,    8,  "gw-a S02 C001 voltage"       },
    {2020013, 2020010, ENTITY_CELL,    8,  "gw-a S02 C001 temperature"   },
    {2020020, 2020000, ENTITY_CELL,    14, "gw-a S02 C002"               },
    {2020021, 2020020, ENTITY_CELL,    8,  "gw-a S02 C002 voltage"       },
    {2020023, 2020020, ENTITY_CELL,    8,  "gw-a S02 C002 temperature"   },
    {2020030, 2020000, ENTITY_CELL,    14, "gw-a S02 C003"               },
    {2050000, 2430000, ENTITY_STRING,  14, "gw-a S05"                    },
    {2050001, 2050000, ENTITY_STRING,  8,  "gw-a S05 voltage"            },
    {2050002, 2050000, ENTITY_STRING,  8,  "gw-a S05 current"            },
    {2410000, 2000000, ENTITY_SUMMARY, 6,  "gw-a U01"                    },
    {2410001, 2410000, ENTITY_SUMMARY, 8,  "gw-a U01 voltage"            },
    {2410002, 2410000, ENTITY_SUMMARY, 8,  "gw-a U01 current"            },
    {2430000, 2000000, ENTITY_SUMMARY, 6,  "gw-a U03"                    },
    {2430001, 2430000, ENTITY_SUMMARY, 8,  "gw-a U03 voltage"            },
    {2430002, 2430000, ENTITY_SUMMARY, 8,  "gw-a U03 current"            },
    {4000000, 1,       ENTITY_SUMMARY, 9,  "th-a"                        },
    {4800010, 4000000, ENTITY_STRING,  9,  "th-a T001"                   },
    {4800013, 4800010, ENTITY_STRING,  8,  "th-a T001 temperature"       },
    {4800014, 4800010, ENTITY_STRING,  8,  "th-a T001 humidity"          },
    {4800170, 4000000, ENTITY_STRING,  9,  "th-a T017"                   },
    {4800173, 4800170, ENTITY_STRING,  8,  "th-a T017 temperature"       },
    {4800174, 4800170, ENTITY_STRING,  8,  "th-a T017 humidity"          },
    {4801200, 4000000, ENTITY_STRING,  9,  "th-a T120"                   },
    {4801203, 4801200, ENTITY_STRING,  8,  "th-a T120 temperature"       },
    {4801204, 4801200, ENTITY_STRING,  8,  "th-a T120 humidity"          },
    {7000000, 1,       ENTITY_SUMMARY, 9,  "gw-b"                        },
    {7010000, 7420000, ENTITY_STRING,  14, "gw-b S01"                    },
    {7010001, 7010000, ENTITY_STRING,  8,  "gw-b S01 voltage"            },
    {7010002, 7010000, ENTITY_STRING,  8,  "gw-b S01 current"            },
    {7010010, 7010000, ENTITY_CELL,    14, "gw-b S01 C001"               },
    {7010011, 7010010, ENTITY_CELL,    8,  "gw-b S01 C001 voltage"       },
    {7010013, 7010010, ENTITY_CELL,    8,  "gw-b S01 C001 temperature"   },
    {7420000, 7000000, ENTITY_SUMMARY, 6,  "gw-b U02"                    },
    {7420001, 7420000, ENTITY_SUMMARY, 8,  "gw-b U02 voltage"            },
    {7420002, 7420000, ENTITY_SUMMARY, 8,  "gw-b U02 current"            },
};
enum { ROWS = COUNT(plant_row), SENSOR = 8 };

static const enum entity_level levels[] = {ENTITY_NONE, ENTITY_SUMMARY, ENTITY_STRING, ENTITY_CELL};

static inline bool there(size_t row, enum entity_level level, bool sensors)
{
    return plant_row[row].level <= level && level != ENTITY_NONE &&
           (!sensors || plant_row[row].class == SENSOR);
}

/* What GETNEXT finds, in the newest version. */
static inline bool entity_from(struct plant *p, uint32_t index, bool sensors, struct mib_row *ret)
{
    mib_follow(&p->mib);
    return mib_entity_from(&p->mib, index, sensors, ret);
}

static inline struct oid column(const char *name)
{
    static const struct {
        const char *name;
        uint32_t sub[7], n;
    } of[] = {
        {"entPhysicalDescr",       {47, 1, 1, 1, 1, 2},  6},
        {"entPhysicalContainedIn", {47, 1, 1, 1, 1, 4},  6},
        {"entPhysicalClass",       {47, 1, 1, 1, 1, 5},  6},
        {"entPhysicalName",        {47, 1, 1, 1, 1, 7},  6},
        {"entPhysicalIsFRU",       {47, 1, 1, 1, 1, 16}, 6},
        {"entLastChangeTime",      {47, 1, 4, 1},        4},
        {"entPhySensorType",       {99, 1, 1, 1, 1},     5},
        {"entPhySensorValue",      {99, 1, 1, 1, 4},     5},
        {"entPhySensorOperStatus", {99, 1, 1, 1, 5},     5},
    };
    struct oid o = OID(1, 3, 6, 1, 2, 1);

    for (size_t i = 0; i < COUNT(of); i++)
        if (strcmp(of[i].name, name) == 0) {
            oid_append_list(&o, of[i].sub, of[i].n);
            return o;
        }
    fail_msg("%s", name);
    return o;
}

static inline struct oid cell_of(const char *name, uint32_t index)
{
    struct oid o = column(name);

    oid_append(&o, index);
    return o;
}

static inline struct agentx_value get(struct plant *p, const char *name, uint32_t index)
{
    struct oid o = cell_of(name, index);
    struct agentx_value v;

    mib_get(&p->mib, &o, &v);
    return v;
}

static inline int64_t number(struct plant *p, const char *name, uint32_t index)
{
    struct agentx_value v = get(p, name, index);

    if (v.kind != AGENTX_INTEGER32 && v.kind != AGENTX_TIME_TICKS && v.kind != AGENTX_GAUGE32)
        fail_msg("%s.%u is of kind %d", name, index, (int)v.kind);
    return v.kind == AGENTX_INTEGER32 ? (int64_t)v.integer : (int64_t)v.number;
}

static inline void text(struct plant *p, const char *name, uint32_t index, char *ret, size_t size)
{
    struct agentx_value v = get(p, name, index);

    assert_int_equal(v.kind, AGENTX_OCTET_STRING);
    assert_true(v.octets.size < size);
    memcpy(ret, v.octets.data, v.octets.size);
    ret[v.octets.size] = '\0';
}

#endif
