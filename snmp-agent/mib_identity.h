/*
 * mib_identity - getters for what people call a thing, where it is, and what they should know of it.
 * No instance where configuration does not say.
 */
#ifndef BTMS_MIB_IDENTITY_H
#define BTMS_MIB_IDENTITY_H

#include "mib.h"

/* A column's `arg`. */
enum mib_identity_field {
    MIB_LOCATION,
    MIB_LABEL,
    MIB_MANUFACTURER,
    MIB_MODEL,
    MIB_INSTALLED,
    MIB_NOTE,
    MIB_RUNBOOK
};

/* Of rows of a gateway, UPS, string or sensor, by their section. */
mib_get_fn mib_identity;

/* Something of a device. False: nothing is configured. */
bool mib_find_identity(const struct view_gateway *g, enum alarm_level level, uint32_t number,
                       struct identity *ret);

/* A field of it. */
bool mib_identity_field(struct mib *m, const struct identity *is, enum mib_identity_field field,
                        struct agentx_value *ret);

/* The name if it has one, else "UPS 2". */
bool mib_called(struct mib *m, const struct mib_row *row, enum alarm_level level, const char *what,
                uint32_t number, struct agentx_value *ret);

/* "" where its string has no pattern. */
void mib_cell_label(const struct view_gateway *g, uint32_t string, uint32_t cell,
                    char ret[IDENTITY_LABEL_SIZE]);

/* DateAndTime without a zone: midnight of a day, 20260131; none for 0. */
bool mib_day(struct mib *m, struct agentx_value *ret, uint32_t date);

#endif
