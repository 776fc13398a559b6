/* The totals of a site or an aggregator as values: metrics.h. */
#include "metrics.h"

static void put(const struct metric *like, const char *type, const char *instance, double value,
                metrics_emit *emit, void *ctx)
{
    struct metric m = *like;

    m.type = type;
    m.instance = instance;
    m.value = value;
    emit(ctx, &m);
}

void metrics_totals(const char *host, const char *object, const struct totals *t,
                    int64_t interval_ms, metrics_emit *emit, void *ctx)
{
    const struct metric like = {.host = host, .object = object, .interval_ms = interval_ms};
    const struct {
        const char *instance;
        uint32_t value;
    } row[] = {
        {"gateways",            t->gateways              },
        {"gateways_lost",       t->gateways_lost         },
        {"ups",                 t->ups                   },
        {"strings",             t->strings               },
        {"cells",               t->cells                 },
        {"cells_lost",          t->cells_lost            },
        {"th_controllers",      t->th_controllers        },
        {"th_controllers_lost", t->th_controllers_lost   },
        {"th_sensors",          t->th_sensors            },
        {"alarms_critical",     t->alarms[ALARM_CRITICAL]},
        {"alarms_major",        t->alarms[ALARM_MAJOR]   },
        {"alarms_minor",        t->alarms[ALARM_MINOR]   },
        {"alarms_warning",      t->alarms[ALARM_WARNING] },
        {"alarms_info",         t->alarms[ALARM_INFO]    },
        {"alarms_acknowledged", t->acknowledged          },
        {"alarms_shelved",      t->shelved               },
    };

    if (t->reach != SNAPSHOT_NOT_LOOKED)
        put(&like, "bool", "reachable", t->reach == SNAPSHOT_REACHED, emit, ctx);
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        put(&like, "count", row[i].instance, row[i].value, emit, ctx);
}
