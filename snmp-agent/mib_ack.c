/* See mib_ack.h. */
#include "mib_ack.h"

#include <string.h>

enum { TRUE = 1 };

enum column { ACKNOWLEDGED, ACK_BY, COLUMNS };
static const char *const objects[COLUMNS] = {"btmsAlarmAcknowledged", "btmsAlarmAckBy"};

struct set {
    struct mib_ack *ack;
    uint16_t at[COLUMNS]; /* the varbind that has it; 0 = none so far */
};

/* ---- text -------------------------------------------------------------------------------- */

/* Octets behind the first of a character that begins with `c`; -1: none does. */
static int more_octets(uint8_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return 0;
    if (c >= 0xc2 && c < 0xe0)
        return 1;
    if (c >= 0xe0 && c < 0xf0)
        return 2;
    return c >= 0xf0 && c < 0xf5 ? 3 : -1;
}

/* A line of UTF-8, as far as it matters for a log or a table. */
static bool is_line(const struct agentx_octets *o)
{
    const uint8_t *c = o->data, *end = c + o->size;

    while (c < end) {
        int more = more_octets(*c++);

        if (more < 0 || more > end - c)
            return false;
        for (; more > 0; more--)
            if ((*c++ & 0xc0) != 0x80)
                return false;
    }
    return true;
}

/* ---- varbinds ---------------------------------------------------------------------------- */

static void name_of(const struct mib *m, enum column c, uint32_t alarm, struct oid *ret)
{
    mib_name(m, objects[c], &alarm, ret);
}

/* Of which column `name` is an instance, and of which alarm: 0 where its index cannot be one. */
static enum column column_of(const struct mib *m, const struct oid *name, uint32_t *ret_alarm)
{
    struct oid column;
    int c = 0;

    for (; c < COLUMNS; c++) {
        name_of(m, (enum column)c, 0, &column);
        column.len--;
        if (oid_has_prefix(name, &column))
            break;
    }
    *ret_alarm = c < COLUMNS && name->len == column.len + 1 ? name->sub[column.len] : 0;
    return (enum column)c;
}

static uint16_t wrong_value(enum column c, const struct agentx_value *v)
{
    if (v->kind != (c == ACKNOWLEDGED ? AGENTX_INTEGER32 : AGENTX_OCTET_STRING))
        return AGENTX_WRONG_TYPE;
    if (c == ACKNOWLEDGED)
        return v->integer == TRUE ? AGENTX_NO_ERROR : AGENTX_WRONG_VALUE;
    if (v->octets.size == 0 || v->octets.size >= EVENT_BY_SIZE)
        return AGENTX_WRONG_LENGTH;
    return is_line(&v->octets) ? AGENTX_NO_ERROR : AGENTX_WRONG_VALUE;
}

static bool stands(struct mib *m, uint32_t alarm)
{
    struct agentx_value v;
    struct oid name;

    name_of(m, ACKNOWLEDGED, alarm, &name);
    mib_get(m, &name, &v);
    return v.kind == AGENTX_INTEGER32;
}

static uint16_t take(struct mib *m, struct set *s, const struct agentx_varbind *vb, uint16_t index)
{
    uint32_t alarm;
    enum column c = column_of(m, &vb->name, &alarm);
    uint16_t wrong = c < COLUMNS ? wrong_value(c, &vb->value) : AGENTX_NOT_WRITABLE;

    if (wrong != AGENTX_NO_ERROR)
        return wrong;
    if (!stands(m, alarm))
        return AGENTX_NO_CREATION;
    if (s->at[c] != 0 && s->ack->alarm == alarm)
        return AGENTX_INCONSISTENT_VALUE;
    if (s->ack->alarm != 0 && s->ack->alarm != alarm)
        return AGENTX_RESOURCE_UNAVAILABLE;
    s->ack->alarm = alarm;
    s->at[c] = index;
    if (c == ACK_BY)
        memcpy(s->ack->by, vb->value.octets.data, vb->value.octets.size);
    return AGENTX_NO_ERROR;
}

/* An acknowledgement of somebody else is not taken from him. */
static uint16_t compare(struct mib *m, struct mib_ack *ack)
{
    struct agentx_value v;
    struct oid name;

    name_of(m, ACK_BY, ack->alarm, &name);
    mib_get(m, &name, &v);
    if (v.kind != AGENTX_OCTET_STRING)
        return AGENTX_NO_ERROR;
    ack->done =
        v.octets.size == strlen(ack->by) && memcmp(v.octets.data, ack->by, v.octets.size) == 0;
    return ack->done ? AGENTX_NO_ERROR : AGENTX_INCONSISTENT_VALUE;
}

uint16_t mib_ack_test(struct mib *m, struct agentx_in list, size_t items, struct mib_ack *ret,
                      uint16_t *ret_index)
{
    struct set s = {.ack = ret};
    uint16_t wrong = AGENTX_NO_ERROR;

    memset(ret, 0, sizeof(*ret));
    for (*ret_index = 1; *ret_index <= items; (*ret_index)++) {
        struct agentx_varbind vb;

        agentx_read_varbind(&list, &vb);
        wrong = take(m, &s, &vb, *ret_index);
        if (wrong != AGENTX_NO_ERROR)
            return wrong;
    }
    *ret_index = 1;
    if (items == 0)
        return AGENTX_NO_ERROR;
    if (s.at[ACKNOWLEDGED] == 0 || s.at[ACK_BY] == 0)
        return AGENTX_INCONSISTENT_VALUE;
    *ret_index = s.at[ACKNOWLEDGED];
    return compare(m, ret);
}
