/* btmsAlarmActiveTable {id}, btmsAlarmLogTable {sequence}, and the log's size. The collector's
 * alarms and the agent's own are shown as one table: the next row is the nearer of the two. */
#include "mib_alarm.h"
#include "mib_status.h"
#include "mib_tables.h"

#include <string.h>

const char *mib_units(const char *unit, uint8_t decimals)
{
    static const struct {
        const char *unit;
        uint8_t decimals;
        const char *text;
    } of[] = {
        {"V",     2, "0.01 volts"         },
        {"V",     3, "millivolts"         },
        {"A",     2, "0.01 amperes"       },
        {"ohm",   6, "microohms"          },
        {"ohm/V", 0, "ohms per volt"      },
        {"degC",  1, "0.1 degrees Celsius"},
        {"K",     1, "0.1 kelvins"        },
        {"%",     0, "percent"            },
        {"%",     2, "0.01 percent"       },
        {"%RH",   1, "0.1 percent"        },
    };

    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        if (strcmp(of[i].unit, unit) == 0 && of[i].decimals == decimals)
            return of[i].text;
    return "number";
}

const char *mib_alarm_units(const struct alarm *a)
{
    return a->has_value ? mib_units(a->unit, a->decimals) : "";
}

int mib_alarm_source(const struct alarm *a)
{
    int row = alarm_row(a->kind);
    uint8_t sources = a->sources != 0 || row < 0 ? a->sources : alarm_kinds[row].sources;

    return sources != 0 ? __builtin_ctz(sources) + 1 : 4;
}

/* The log also has alarms of those that are no longer configured. */
static bool of_th(const struct mib *m, const struct alarm *a)
{
    const struct view_gateway *th = view_th_from(m->view, a->gateway);

    return a->level == ALARM_OF_SENSOR || a->kind == ALARM_TH_COMM_LOST ||
           a->kind == ALARM_TH_SENSOR_NEW || a->kind == ALARM_TH_COUNT_MISMATCH ||
           (th != NULL && th->index == a->gateway);
}

uint32_t mib_alarm_gateway(struct mib *m, const struct alarm *a)
{
    mib_follow(m);
    return of_th(m, a) ? 0 : a->gateway;
}

uint32_t mib_alarm_cell(const struct alarm *a)
{
    return a->level == ALARM_OF_SENSOR || a->level == ALARM_OF_CHANNEL ||
                   a->level == ALARM_OF_QUANTITY
               ? 0
               : a->cell;
}

/* ---- rows -------------------------------------------------------------------------------- */

/* Of a context: the gateway's alone. The agent's own are of no gateway. */
static uint32_t only(const struct mib *m)
{
    return m->only != NULL ? m->only->index : 0;
}

static bool active_from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    const struct view_alarms *v = m->view->alarms;
    uint32_t i = v != NULL ? view_alarms_find(v, 0, only(m), index[0]) : 0;
    bool theirs = v != NULL && i < v->snap.section[0].count;
    bool ours = m->only == NULL && m->own->active && m->own->alarm.id >= index[0];

    ret->gateway = NULL;
    if (theirs)
        snapshot_get_alarm(&v->snap, i, &ret->alarm);
    if (ours && (!theirs || m->own->alarm.id < ret->alarm.id))
        ret->alarm = m->own->alarm;
    ret->index[0] = ret->alarm.id;
    return theirs || ours;
}

/* Those of the agent that are not stored are shown under a number that may be another one's later. */
static bool event_from(const struct mib *m, uint32_t sequence, bool stored, struct event *ret)
{
    const struct view_alarms *v = m->view->alarms;
    uint32_t i = v != NULL ? view_alarms_find(v, 1, only(m), sequence) : 0;
    bool found = v != NULL && i < v->snap.section[1].count;

    if (found)
        snapshot_get_event(&v->snap, i, ret);
    for (size_t k = 0; k < m->own->events && m->only == NULL; k++) {
        const struct event *e = &m->own->event[k];

        if ((e->stored || !stored) && e->sequence >= sequence &&
            (!found || e->sequence < ret->sequence)) {
            *ret = *e;
            found = true;
        }
    }
    return found;
}

bool mib_event_from(struct mib *m, uint32_t sequence, struct event *ret)
{
    mib_follow(m);
    return sequence != 0 && event_from(m, sequence, true, ret);
}

static bool log_from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    ret->gateway = NULL;
    if (!event_from(m, index[0], false, &ret->event))
        return false;
    ret->index[0] = ret->event.sequence;
    return true;
}

static bool size_from(struct mib *m, const uint32_t index[MIB_INDEXES_MAX], struct mib_row *ret)
{
    (void)m;
    *ret = (struct mib_row){.index = {0}};
    return index[0] == 0;
}

/* ---- columns, the same for both tables --------------------------------------------------- */

enum field {
    GATEWAY,
    UPS,
    STRING,
    CELL,
    OBJECT,
    KIND,
    SEVERITY,
    SOURCE,
    VALUE,
    UNITS,
    TEXT,
    RAISED_AT,
    RAISED_UPTIME,
    POINTER,
    CAUSE,
    SUPPRESSED,
    LIMIT,
    CHANGED_AT,
    PEAK,
    OCCURRENCES,
    ACKED,
    ACK_BY,
    ACK_AT,
    SHELVED,
    SHELVED_UNTIL,
    SHELVED_BY,
    SHELVED_REASON
};

/* Wall time as the sysUpTime it was: good as long as nobody stepped the clock since. */
static bool uptime_of(struct mib *m, struct agentx_value *ret, int64_t wall_ms)
{
    int64_t offset = m->wall_offset_ms != 0 ? m->wall_offset_ms : view_wall_ms() - m->now_ms;

    return mib_timestamp(m, ret, wall_ms - offset);
}

/* What shows the status of what the alarm is of, with its index; NULL: nothing does. */
static const char *status_of(const struct mib *m, const struct alarm *a,
                             uint32_t index[MIB_INDEXES_MAX])
{
    if (a->kind == ALARM_COLLECTOR_DOWN)
        return "btmsCollectorAge";
    index[0] = a->gateway;
    index[2] = a->cell;
    switch ((enum alarm_level)a->level) {
    case ALARM_OF_GATEWAY:
        return of_th(m, a) ? "btmsThControllerStatus" : "btmsGatewayStatus";
    case ALARM_OF_UPS:
        index[1] = a->ups;
        return "btmsUpsStatus";
    case ALARM_OF_STRING:
    case ALARM_OF_CELL:
        index[1] = a->string;
        return a->level == ALARM_OF_STRING ? "btmsStringStatus" : "btmsCellStatus";
    case ALARM_OF_SENSOR:
        index[1] = a->cell;
        return "btmsThSensorStatus";
    default:
        return NULL;
    }
}

static bool pointer(const struct mib *m, const struct alarm *a, struct agentx_value *ret)
{
    uint32_t index[MIB_INDEXES_MAX] = {0};
    const char *object = status_of(m, a, index);

    if (object == NULL || (a->gateway == 0 && a->kind != ALARM_COLLECTOR_DOWN))
        return false;
    ret->kind = AGENTX_OBJECT_IDENTIFIER;
    mib_name(m, object, index, &ret->oid);
    return true;
}

/* What became of the alarm since it was raised. */
static bool later_field(struct mib *m, const struct alarm *a, int what, struct agentx_value *ret)
{
    switch ((enum field)what) {
    case LIMIT:
        return a->has_limit && mib_integer(ret, a->limit);
    case CHANGED_AT:
        return a->changed_ms != 0 && mib_date(m, ret, a->changed_ms);
    case PEAK:
        return a->has_value && a->occurrences > 0 && mib_integer(ret, a->peak);
    case OCCURRENCES:
        return a->occurrences > 0 && mib_counter(ret, a->occurrences);
    case ACKED:
        return mib_truth(ret, a->acked_ms != 0);
    case ACK_BY:
        return a->acked_ms != 0 && mib_text(m, ret, "%s", a->acked_by);
    case ACK_AT:
        return a->acked_ms != 0 && mib_date(m, ret, a->acked_ms);
    case SHELVED:
        return mib_truth(ret, a->shelved_until_ms != 0);
    case SHELVED_UNTIL:
        return a->shelved_until_ms != 0 && mib_date(m, ret, a->shelved_until_ms);
    case SHELVED_BY:
        return a->shelved_until_ms != 0 && mib_text(m, ret, "%s", a->shelved_by);
    case SHELVED_REASON:
        return a->shelved_until_ms != 0 && mib_text(m, ret, "%s", a->shelved_reason);
    default:
        return false;
    }
}

static bool field(struct mib *m, const struct alarm *a, int what, struct agentx_value *ret)
{
    switch ((enum field)what) {
    case GATEWAY:
        return mib_gauge(ret, mib_alarm_gateway(m, a));
    case UPS:
        return mib_gauge(ret, a->ups);
    case STRING:
        return mib_gauge(ret, a->string);
    case CELL:
        return mib_gauge(ret, mib_alarm_cell(a));
    case OBJECT:
        return mib_text(m, ret, "%s", a->object);
    case KIND:
        return mib_integer(ret, a->kind);
    case SEVERITY:
        return mib_integer(ret, mib_severity(a->severity));
    case SOURCE:
        return mib_integer(ret, mib_alarm_source(a));
    case VALUE:
        return a->has_value && mib_integer(ret, a->value);
    case UNITS:
        return mib_text(m, ret, "%s", mib_alarm_units(a));
    case TEXT:
        return mib_text(m, ret, "%s", a->text);
    case RAISED_AT:
        return mib_date(m, ret, a->raised_ms);
    case RAISED_UPTIME:
        return uptime_of(m, ret, a->raised_ms);
    case POINTER:
        return pointer(m, a, ret);
    case CAUSE:
        return mib_gauge(ret, a->cause_id);
    case SUPPRESSED:
        return mib_gauge(ret, a->suppressed);
    default:
        return later_field(m, a, what, ret);
    }
}

static bool active(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    return field(m, &row->alarm, c->arg, ret);
}

static bool logged(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    return field(m, &row->event.alarm, c->arg, ret);
}

static bool log_event(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                      struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_integer(ret, row->event.what);
}

static bool log_at(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    (void)c;
    return mib_date(m, ret, row->event.wall_ms);
}

static bool log_id(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                   struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_gauge(ret, row->event.alarm.id);
}

static bool log_stored(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    (void)m, (void)c;
    return mib_truth(ret, row->event.stored);
}

/* Who did it and why, of an event that a person made; `c->arg`: the reason. */
static bool log_person(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                       struct agentx_value *ret)
{
    const struct alarm *a = &row->event.alarm;
    bool ack = row->event.what == EVENT_ACKNOWLEDGED;
    bool shelf = row->event.what == EVENT_SHELVED || row->event.what == EVENT_UNSHELVED ||
                 a->kind == ALARM_MAINTENANCE;
    const char *text = ack     ? (c->arg ? a->ack_note : a->acked_by)
                       : shelf ? (c->arg ? a->shelved_reason : a->shelved_by)
                               : "";

    return *text != '\0' && mib_text(m, ret, "%s", text);
}

/* How many the table can hold. */
static bool log_size(struct mib *m, const struct mib_row *row, const struct mib_column *c,
                     struct agentx_value *ret)
{
    (void)m, (void)row, (void)c;
    return mib_gauge(ret, SNAPSHOT_EVENTS_MAX);
}

static const struct mib_column active_columns[] = {
    {2,  "btmsAlarmGateway",         active, GATEWAY       },
    {3,  "btmsAlarmUps",             active, UPS           },
    {4,  "btmsAlarmString",          active, STRING        },
    {5,  "btmsAlarmCell",            active, CELL          },
    {6,  "btmsAlarmObjectName",      active, OBJECT        },
    {7,  "btmsAlarmKindCode",        active, KIND          },
    {8,  "btmsAlarmSeverity",        active, SEVERITY      },
    {9,  "btmsAlarmSource",          active, SOURCE        },
    {10, "btmsAlarmValue",           active, VALUE         },
    {11, "btmsAlarmLimit",           active, LIMIT         },
    {12, "btmsAlarmValueUnits",      active, UNITS         },
    {13, "btmsAlarmText",            active, TEXT          },
    {14, "btmsAlarmRaisedAt",        active, RAISED_AT     },
    {15, "btmsAlarmRaisedUpTime",    active, RAISED_UPTIME },
    {16, "btmsAlarmChangedAt",       active, CHANGED_AT    },
    {17, "btmsAlarmPeak",            active, PEAK          },
    {18, "btmsAlarmOccurrences",     active, OCCURRENCES   },
    {19, "btmsAlarmCauseId",         active, CAUSE         },
    {20, "btmsAlarmSuppressedCount", active, SUPPRESSED    },
    {21, "btmsAlarmAcknowledged",    active, ACKED         },
    {22, "btmsAlarmAckBy",           active, ACK_BY        },
    {23, "btmsAlarmAckAt",           active, ACK_AT        },
    {24, "btmsAlarmObject",          active, POINTER       },
    {25, "btmsAlarmShelved",         active, SHELVED       },
    {26, "btmsAlarmShelvedUntil",    active, SHELVED_UNTIL },
    {27, "btmsAlarmShelvedBy",       active, SHELVED_BY    },
    {28, "btmsAlarmShelvedReason",   active, SHELVED_REASON},
};

static const struct mib_column size_columns[] = {
    {2, "btmsAlarmLogSize", log_size, 0}
};

static const struct mib_column log_columns[] = {
    {2,  "btmsAlarmLogEvent",           log_event,  0            },
    {3,  "btmsAlarmLogAt",              log_at,     0            },
    {4,  "btmsAlarmLogAlarmId",         log_id,     0            },
    {5,  "btmsAlarmLogGateway",         logged,     GATEWAY      },
    {6,  "btmsAlarmLogUps",             logged,     UPS          },
    {7,  "btmsAlarmLogString",          logged,     STRING       },
    {8,  "btmsAlarmLogCell",            logged,     CELL         },
    {9,  "btmsAlarmLogObjectName",      logged,     OBJECT       },
    {10, "btmsAlarmLogKind",            logged,     KIND         },
    {11, "btmsAlarmLogSeverity",        logged,     SEVERITY     },
    {12, "btmsAlarmLogSource",          logged,     SOURCE       },
    {13, "btmsAlarmLogValue",           logged,     VALUE        },
    {14, "btmsAlarmLogLimit",           logged,     LIMIT        },
    {15, "btmsAlarmLogValueUnits",      logged,     UNITS        },
    {16, "btmsAlarmLogText",            logged,     TEXT         },
    {17, "btmsAlarmLogRaisedAt",        logged,     RAISED_AT    },
    {18, "btmsAlarmLogRaisedUpTime",    logged,     RAISED_UPTIME},
    {19, "btmsAlarmLogStored",          log_stored, 0            },
    {20, "btmsAlarmLogCauseId",         logged,     CAUSE        },
    {21, "btmsAlarmLogSuppressedCount", logged,     SUPPRESSED   },
    {22, "btmsAlarmLogBy",              log_person, false        },
    {23, "btmsAlarmLogReason",          log_person, true         },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct mib_table mib_alarm_active = {
    "btmsAlarmActiveTable", {8, 1, 1},
     3, 1, active_from, active_columns, COUNT(active_columns)
};
const struct mib_table mib_alarm_size = {"btmsAlarm",        {8}, 1, 1, size_from, size_columns,
                                         COUNT(size_columns)};
const struct mib_table mib_alarm_log = {
    "btmsAlarmLogTable", {8, 3, 1},
     3, 1, log_from, log_columns, COUNT(log_columns)
};
