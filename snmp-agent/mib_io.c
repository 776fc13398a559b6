/* btmsIoTable {gateway, module, channel}: relays and auxiliary inputs. */
#include "core/quantity.h"
#include "mib_status.h"
#include "mib_tables.h"

static uint32_t key_from(const uint32_t index[MIB_INDEXES_MAX])
{
    if (index[1] > UINT8_MAX)
        return UINT32_MAX;
    return index[2] > UINT8_MAX ? (index[1] + 1) << 8 : index[1] << 8 | index[2];
}

static bool from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    if (!mib_record_from(m, MIB_CHANNELS, index[0], key_from(index), ret))
        return false;
    snapshot_get_channel(&ret->gateway->snap, ret->at, &ret->channel);
    ret->index[1] = ret->channel.module;
    ret->index[2] = ret->channel.number;
    return true;
}

enum what { KIND, NAME, STRING, STATE, NORMAL, IN_ALARM, LABEL, AGE };

/* BtmsChannelState of a value of the register. */
static int state_of(const struct snapshot_channel *ch, int32_t value)
{
    enum { UNKNOWN = 1, OPEN = 2, OFF = 4 };

    if (channel_state((enum channel_kind)ch->kind, value) == NULL)
        return UNKNOWN;
    return (ch->kind == CHANNEL_RELAY ? OPEN : OFF) + value;
}

static bool usable(const struct mib *m, const struct mib_row *row)
{
    return validity_usable(row->channel.validity) &&
           !mib_stale(m, row->gateway, row->channel.read_ms, mib_interval(row->gateway));
}

/* Made from the number of its string where nobody gave it a name. */
static bool name(struct mib *m, const struct snapshot_channel *ch, struct agentx_value *ret)
{
    if (*ch->name != '\0')
        return mib_text(m, ret, "%s", ch->name);
    return mib_text(m, ret, "string %d %s", ch->string,
                    ch->kind == CHANNEL_RELAY ? "relay" : "input");
}

static bool in_alarm(struct agentx_value *ret, const struct snapshot_channel *ch)
{
    return ch->normal != SNAPSHOT_NO_NORMAL &&
           channel_state((enum channel_kind)ch->kind, ch->value) != NULL &&
           mib_truth(ret, ch->value != ch->normal);
}

static bool get(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                struct agentx_value *ret)
{
    const struct snapshot_channel *ch = &row->channel;

    switch ((enum what)c->arg) {
    case KIND:
        return mib_integer(ret, ch->kind == CHANNEL_RELAY ? 2 : 3);
    case NAME:
        return name(m, ch, ret);
    case STRING:
        return mib_gauge(ret, ch->string);
    case STATE:
        return usable(m, row) && mib_integer(ret, state_of(ch, ch->value));
    case NORMAL:
        return ch->normal != SNAPSHOT_NO_NORMAL && mib_integer(ret, state_of(ch, ch->normal));
    case IN_ALARM:
        return usable(m, row) && in_alarm(ret, ch);
    case LABEL:
        return *ch->label != '\0' && mib_text(m, ret, "%s", ch->label);
    case AGE:
        return mib_age(m, row->gateway, ch->read_ms, ret);
    }
    return false;
}

static const struct mib_column columns[] = {
    {3,  "btmsIoKind",          get,       KIND    },
    {4,  "btmsIoName",          get,       NAME    },
    {5,  "btmsIoString",        get,       STRING  },
    {6,  "btmsIoState",         get,       STATE   },
    {7,  "btmsIoNormalState",   get,       NORMAL  },
    {8,  "btmsIoInAlarm",       get,       IN_ALARM},
    {9,  "btmsIoLabel",         get,       LABEL   },
    {10, "btmsIoWorstSeverity", mib_worst, 0       },
    {11, "btmsIoDataAge",       get,       AGE     },
};

const struct mib_table mib_io = {
    "btmsIoTable", {7, 1, 1},
     3, 3, from, columns, sizeof(columns) / sizeof(columns[0])
};
