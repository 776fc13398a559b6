/*
 * entPhysicalTable {entPhysicalIndex} and entLastChangeTime of ENTITY-MIB (RFC 6933).
 *
 * What nobody knows is an empty string, as the RFC has it. entPhysicalMfgDate and entPhysicalUris
 * are not instantiated then; entPhysicalUUID is left out as well: each column of this table is
 * walked for each sensor.
 */
#include "mib_entities.h"
#include "mib_entity_parts.h"
#include "mib_identity.h"
#include "mib_tables.h"

#include <stdio.h>

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    return mib_entity_from(m, index[0], false, ret);
}

static const char *device_of(const struct mib_row *row)
{
    return row->gateway != NULL ? row->gateway->name : "site";
}

/* "gw-a BM-LC 2"; a sensor has the number of its string, beyond 32 it is of none. */
static bool part_name(struct mib *m, const struct mib_row *row, struct agentx_value *ret)
{
    const struct entity *e = &row->entity;
    const char *code =
        e->at.string == ENTITY_SUPPLIES ? "supply" : topo_devices[e->part.device].code;

    if (e->what == ENTITY_IS_PART && e->at.string == ENTITY_CONTROLLER && e->at.cell == 0)
        return mib_text(m, ret, "%s %s", device_of(row), code);
    return mib_text(m, ret, "%s %s %u", device_of(row), code,
                    e->what == ENTITY_IS_PART ? e->at.cell % 100 : e->at.cell);
}

/* "IO expansion of gw-a: present" */
static bool part_descr(struct mib *m, const struct mib_row *row, struct agentx_value *ret)
{
    const struct part *p = &row->entity.part;

    return mib_text(m, ret, "%s of %s: %s", topo_devices[p->device].what, device_of(row),
                    part_state_name(p->state));
}

/* Short and unique: what managers put on graphs. Never renumbered, never a unit in it. */
static bool name(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    const struct entity *e = &row->entity;
    char place[24] = "";

    (void)c;
    if (e->what == ENTITY_IS_SITE)
        return mib_text(m, ret, "BTMS site");
    if (e->what == ENTITY_IS_PART || e->what == ENTITY_IS_AGGREGATOR)
        return part_name(m, row, ret);
    if (e->what == ENTITY_IS_UPS)
        snprintf(place, sizeof(place), " U%02u", e->at.string - ENTITY_UPS);
    else if (e->what == ENTITY_IS_STRING)
        snprintf(place, sizeof(place), " S%02u", e->at.string);
    else if (e->what == ENTITY_IS_CELL)
        snprintf(place, sizeof(place), " S%02u C%03u", e->at.string, e->at.cell);
    else if (e->what == ENTITY_IS_TH_SENSOR)
        snprintf(place, sizeof(place), " T%03u", e->at.cell);
    return mib_text(m, ret, "%s%s%s%s", row->gateway->name, place, e->sensor != NULL ? " " : "",
                    e->sensor != NULL ? e->sensor->name : "");
}

/* Never empty, or LibreNMS reads no further. That of a sensor is its name: Observium joins the two
 * where one does not contain the other. */
static bool descr(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    const struct entity *e = &row->entity;

    if (e->sensor != NULL)
        return name(m, row, c, ret);
    switch (e->what) {
    case ENTITY_IS_GATEWAY:
        return mib_text(m, ret, "Battery gateway %s", row->gateway->name);
    case ENTITY_IS_UPS:
        return mib_text(m, ret, "UPS %u of %s", e->at.string - ENTITY_UPS, row->gateway->name);
    case ENTITY_IS_STRING:
        return mib_text(m, ret, "Battery string %u of %s", e->at.string, row->gateway->name);
    case ENTITY_IS_CELL:
        return mib_text(m, ret, "Cell %u of string %u of %s", e->at.cell, e->at.string,
                        row->gateway->name);
    case ENTITY_IS_TH:
        return mib_text(m, ret, "TH controller %s", row->gateway->name);
    case ENTITY_IS_TH_SENSOR:
        return mib_text(m, ret, "TH sensor %u of %s", e->at.cell, row->gateway->name);
    case ENTITY_IS_PART:
    case ENTITY_IS_AGGREGATOR:
        return part_descr(m, row, ret);
    default:
        return mib_text(m, ret, "Batteries monitored by collectd-btms");
    }
}

/* There is no registered type for any of them. */
static bool vendor_type(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                        struct agentx_value *ret)
{
    (void)m, (void)row, (void)c;
    ret->kind = AGENTX_OBJECT_IDENTIFIER;
    oid_copy(&ret->oid, &OID(0, 0));
    return true;
}

static bool contained_in(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                         struct agentx_value *ret)
{
    (void)c;
    return mib_integer(ret, mib_entity_parent(m, row));
}

/* IANAPhysicalClass */
static bool class(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    static const uint8_t of[] = {[ENTITY_IS_SITE] = 3,    /* chassis */
                                 [ENTITY_IS_GATEWAY] = 9, /* module */
                                 [ENTITY_IS_UPS] = 6,     /* powerSupply */
                                 [ENTITY_IS_STRING] = 14, /* battery */
                                 [ENTITY_IS_CELL] = 14,     [ENTITY_IS_TH] = 9,
                                 [ENTITY_IS_TH_SENSOR] = 9, [ENTITY_IS_AGGREGATOR] = 9};

    (void)m, (void)c;
    if (row->entity.what == ENTITY_IS_PART)
        return mib_integer(ret, row->entity.at.string == ENTITY_SUPPLIES ? 6 : 9);
    return mib_integer(ret, row->entity.sensor != NULL ? 8 : of[row->entity.what]);
}

/* Its own number: unique among its kind, whatever it is in. */
static bool position(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    const struct entity_place *at = &row->entity.at;

    (void)m, (void)c;
    if (row->entity.sensor != NULL)
        return mib_integer(ret, at->slot);
    switch (row->entity.what) {
    case ENTITY_IS_GATEWAY:
    case ENTITY_IS_TH:
        return mib_integer(ret, at->gateway);
    case ENTITY_IS_UPS:
        return mib_integer(ret, at->string - ENTITY_UPS);
    case ENTITY_IS_STRING:
        return mib_integer(ret, at->string);
    case ENTITY_IS_CELL:
    case ENTITY_IS_TH_SENSOR:
    case ENTITY_IS_PART:
    case ENTITY_IS_AGGREGATOR:
        return mib_integer(ret, at->cell);
    default:
        return mib_integer(ret, -1);
    }
}

static bool not_known(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    (void)row, (void)c;
    return mib_octets(m, ret, "", 0);
}

/* Of what configuration says of a thing. entPhysicalAlias is what people call it, and of a cell what is
 * written on it; entPhysicalAssetID is what an inventory calls it. The day of installation is no
 * entPhysicalMfgDate, which is the day of manufacture. */
enum told { ALIAS, ASSET, MAKER, MODEL };

static bool find_told(const struct mib_row *row, struct identity *ret)
{
    const struct entity *e = &row->entity;

    if (e->sensor != NULL)
        return false;
    switch (e->what) {
    case ENTITY_IS_GATEWAY:
        return mib_find_identity(row->gateway, ALARM_OF_GATEWAY, 0, ret);
    case ENTITY_IS_UPS:
        return mib_find_identity(row->gateway, ALARM_OF_UPS, e->at.string - ENTITY_UPS, ret);
    case ENTITY_IS_STRING:
        return mib_find_identity(row->gateway, ALARM_OF_STRING, e->at.string, ret);
    default:
        return false;
    }
}

/* The code of the hardware table; "": it has none. */
static const char *code_of(const struct entity *e)
{
    static const char *const of[] = {[ENTITY_IS_GATEWAY] = "BM-GW",
                                     [ENTITY_IS_STRING] = "BM-SS",
                                     [ENTITY_IS_CELL] = "BM-CS",
                                     [ENTITY_IS_TH] = "TH-MC"};
    const char *code = e->what == ENTITY_IS_PART || e->what == ENTITY_IS_AGGREGATOR
                           ? topo_devices[e->part.device].code
                       : e->sensor == NULL && e->what < sizeof(of) / sizeof(of[0]) ? of[e->what]
                                                                                   : NULL;

    return code != NULL ? code : "";
}

static bool told(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                 struct agentx_value *ret)
{
    const struct entity *e = &row->entity;
    char label[IDENTITY_LABEL_SIZE] = "";
    struct identity is = {0};
    const char *const texts[] = {
        [ALIAS] = is.name, [ASSET] = is.label, [MAKER] = is.manufacturer, [MODEL] = is.model};

    if (c->arg == ALIAS && e->what == ENTITY_IS_CELL && e->sensor == NULL) {
        mib_cell_label(row->gateway, e->at.string, e->at.cell, label);
        return mib_text(m, ret, "%s", label);
    }
    if (c->arg == ALIAS && (e->at.string == ENTITY_SUPPLIES || e->what == ENTITY_IS_AGGREGATOR))
        return mib_text(m, ret, "%s", e->part.name);
    if ((!find_told(row, &is) || *texts[c->arg] == '\0') && c->arg == MODEL)
        return mib_text(m, ret, "%s", code_of(e));
    return mib_text(m, ret, "%s", texts[c->arg]);
}

/* A cell has one once a person said that it was replaced. */
static bool serial(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    const struct entity *e = &row->entity;
    struct replacement r;

    (void)c;
    if (e->what != ENTITY_IS_CELL || e->sensor != NULL ||
        !snapshot_find_replacement(&row->gateway->snap, (int)e->at.string, (int)e->at.cell, &r))
        return mib_octets(m, ret, "", 0);
    return mib_text(m, ret, "%s", r.serial);
}

/* What is replaced as one piece. */
static bool replaceable(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                        struct agentx_value *ret)
{
    enum entity_what is = row->entity.what;

    (void)m, (void)c;
    return mib_truth(ret, row->entity.sensor == NULL &&
                              (is == ENTITY_IS_GATEWAY || is == ENTITY_IS_CELL ||
                               is == ENTITY_IS_TH || is == ENTITY_IS_TH_SENSOR ||
                               is == ENTITY_IS_PART || is == ENTITY_IS_AGGREGATOR));
}

static const struct mib_column columns[] = {
    {2,  "entPhysicalDescr",        descr,        0    },
    {3,  "entPhysicalVendorType",   vendor_type,  0    },
    {4,  "entPhysicalContainedIn",  contained_in, 0    },
    {5,  "entPhysicalClass",        class,        0    },
    {6,  "entPhysicalParentRelPos", position,     0    },
    {7,  "entPhysicalName",         name,         0    },
    {8,  "entPhysicalHardwareRev",  not_known,    0    },
    {9,  "entPhysicalFirmwareRev",  not_known,    0    },
    {10, "entPhysicalSoftwareRev",  not_known,    0    },
    {11, "entPhysicalSerialNum",    serial,       0    },
    {12, "entPhysicalMfgName",      told,         MAKER},
    {13, "entPhysicalModelName",    told,         MODEL},
    {14, "entPhysicalAlias",        told,         ALIAS},
    {15, "entPhysicalAssetID",      told,         ASSET},
    {16, "entPhysicalIsFRU",        replaceable,  0    },
};

const struct mib_table mib_entity = {
    "entPhysicalTable",
    {47, 1, 1, 1, 1},
    5,
    1,
    from,
    columns,
    sizeof(columns) / sizeof(columns[0]),
    MIB_2
};

/* ---- entityGeneral ----------------------------------------------------------------------- */

static bool changed(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                    struct agentx_value *ret)
{
    static const enum entity_level from[VIEW_LAYERS] = {ENTITY_SUMMARY, ENTITY_STRING, ENTITY_CELL};
    int64_t last = 0;

    (void)row, (void)c;
    for (int i = 0; i < VIEW_LAYERS; i++)
        if (m->entities >= from[i] && m->view->layer_changed_ms[i] > last)
            last = m->view->layer_changed_ms[i];
    return mib_timestamp(m, ret, last);
}

static bool from_scalar(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    *ret = (struct mib_row){.index = {0}};
    return index[0] == 0 && m->entities != ENTITY_NONE && m->only == NULL;
}

static const struct mib_column scalars[] = {
    {1, "entLastChangeTime", changed, 0},
};

const struct mib_table mib_entity_general = {
    "entityGeneral",
    {47, 1, 4},
    3,
    1,
    from_scalar,
    scalars,
    sizeof(scalars) / sizeof(scalars[0]),
    MIB_2
};
