/*
 * mib_entities - which physical entities there are, for ENTITY-MIB and ENTITY-SENSOR-MIB.
 *
 * Rows are found by the arithmetic of entity.h in the device snapshots, so there is no table of
 * them. A thing has a row when it has one in BTMS-MIB and its level is served; so have voltage and
 * current of UPS and strings, voltage and temperature of a cell that was ever seen, and the climate
 * of a string or TH sensor once it is told. Who asks for sensors that are not there makes phantoms.
 */
#ifndef BTMS_MIB_ENTITIES_H
#define BTMS_MIB_ENTITIES_H

#include "mib.h"

/* What a sensor is in ENTITY-SENSOR-MIB. */
struct entity_sensor {
    uint32_t slot;
    const char *name;
    int type, scale, precision; /* EntitySensorDataType, EntitySensorDataScale, ...Precision */
    int factor;                 /* entPhySensorValue = native value * factor */
    const char *units;          /* of entPhySensorValue by scale, once precision is applied */
    uint8_t quantity;
    bool optional; /* only where the device tells it */
};

/* The first entity at or after `index`, of the level that `m` serves; `sensors`: no others. Looks
 * at few more than the one it finds: at most at the cells of one string that were never seen. */
bool mib_entity_from(struct mib *m, uint32_t index, bool sensors, struct mib_row *ret);

/* The entity that this one is in; 0 for the site. */
uint32_t mib_entity_parent(struct mib *m, const struct mib_row *row);

#endif
