/* See mib_identity.h. Records are decoded when asked for: there is one for each thing with a name, not
 * for each cell. */
#include "mib_identity.h"

bool mib_find_identity(const struct view_gateway *g, enum alarm_level level, uint32_t number,
                       struct identity *ret)
{
    return number <= UINT16_MAX && snapshot_find_identity(&g->snap, (int)level, (int)number, ret);
}

bool mib_day(struct mib *m, struct agentx_value *ret, uint32_t date)
{
    const uint32_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    const uint8_t o[8] = {(uint8_t)(year >> 8), (uint8_t)year, (uint8_t)month, (uint8_t)day};
    char text[16];
    uint32_t same;

    identity_write_date(date, text); /* of a file that may say anything */
    return identity_read_date(text, &same) == NULL && mib_octets(m, ret, o, sizeof(o));
}

bool mib_identity_field(struct mib *m, const struct identity *is, enum mib_identity_field field,
                        struct agentx_value *ret)
{
    const char *const texts[] = {[MIB_LOCATION] = is->location,
                                 [MIB_LABEL] = is->label,
                                 [MIB_MANUFACTURER] = is->manufacturer,
                                 [MIB_MODEL] = is->model,
                                 [MIB_INSTALLED] = "",
                                 [MIB_NOTE] = is->note,
                                 [MIB_RUNBOOK] = is->runbook};

    if (field == MIB_INSTALLED)
        return mib_day(m, ret, is->installed);
    return *texts[field] != '\0' && mib_text(m, ret, "%s", texts[field]);
}

bool mib_identity(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                  struct agentx_value *ret)
{
    static const uint8_t levels[] = {[0] = ALARM_OF_GATEWAY,
                                     [1] = ALARM_OF_UPS,
                                     [2] = ALARM_OF_STRING,
                                     [MIB_SENSORS] = ALARM_OF_SENSOR};
    struct identity is;

    return mib_find_identity(row->gateway, (enum alarm_level)levels[row->section],
                             row->section == 0 ? 0 : row->index[1], &is) &&
           mib_identity_field(m, &is, (enum mib_identity_field)c->arg, ret);
}

bool mib_called(struct mib *m, const struct mib_row *row, enum alarm_level level, const char *what,
                uint32_t number, struct agentx_value *ret)
{
    struct identity is;

    if (mib_find_identity(row->gateway, level, number, &is) && *is.name != '\0')
        return mib_text(m, ret, "%s", is.name);
    return mib_text(m, ret, "%s %u", what, number);
}

void mib_cell_label(const struct view_gateway *g, uint32_t string, uint32_t cell,
                    char ret[IDENTITY_LABEL_SIZE])
{
    struct identity is;

    identity_cell_label(mib_find_identity(g, ALARM_OF_STRING, string, &is) ? &is : NULL, (int)cell,
                        ret);
}
