/* See metrics_th.h. */
#include "metrics_th.h"

#include "core/th_decode.h"
#include "core/th_registers.h"
#include "metrics_own.h"

/* clang-format off */
static const struct row sensor_rows[] = {
    {TH_STATUS, "gauge", "status"},
    {TH_TEMPERATURE, "temperature", "ambient"},
    {TH_HUMIDITY, "humidity", "ambient"},
    {TH_ALARM_TEMPERATURE_HIGH, "bool", "alarm_temperature_high"},
    {TH_ALARM_TEMPERATURE_LOW, "bool", "alarm_temperature_low"},
    {TH_ALARM_HUMIDITY_HIGH, "bool", "alarm_humidity_high"},
    {TH_ALARM_HUMIDITY_LOW, "bool", "alarm_humidity_low"},
};

static const struct row count_rows[] = {
    {TH_COUNT_ALL, "count", "sensors"},
    {TH_COUNT_OK, "count", "sensors_ok"},
    {TH_COUNT_ERROR, "count", "sensors_error"},
    {TH_COUNT_ALARM, "count", "sensors_alarm"},
};
/* clang-format on */

static struct out open_controller(const char *name, int64_t interval_ms, metrics_emit *emit,
                                  void *ctx)
{
    struct out o = open_named(name, interval_ms, emit, ctx);

    snprintf(o.object, sizeof(o.object), "controller");
    return o;
}

/* A place where no sensor ever was has no values. */
void metrics_th_turn(const struct th_controller *th, int64_t since, int64_t interval_ms,
                     metrics_emit *emit, void *ctx)
{
    struct out o = open_controller(th->name, interval_ms, emit, ctx);

    if (th->counts_read_ms >= since && th->counts_read_ms > 0)
        put_rows(&o, count_rows, COUNT(count_rows), th_registers_count, th->count,
                 th->count_validity);
    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        const struct th_sensor *s = &th->sensor[n];

        snprintf(o.object, sizeof(o.object), "th%03d", n);
        if (s->presence != PRESENCE_NEVER && s->read_ms >= since && s->read_ms > 0)
            put_rows(&o, sensor_rows, COUNT(sensor_rows), th_registers_sensor, s->value,
                     s->validity);
    }
}

/* ---- health ------------------------------------------------------------------------------ */

static bool is_well(const struct th_sensor *s)
{
    return s->presence == PRESENCE_NEVER ||
           (s->presence == PRESENCE_HERE && validity_usable(s->validity[TH_STATUS]) &&
            s->value[TH_STATUS] == TH_STATUS_OK);
}

static void put_controller(struct out *o, const struct th_controller *th, int64_t now)
{
    const struct health *h = &th->health;
    bool all_well = true;
    int seen = 0;

    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        all_well &= is_well(&th->sensor[n]);
        seen += th->sensor[n].presence == PRESENCE_HERE;
    }
    put(o, "bool", "reachable", h->reachable);
    put(o, "gauge", "status",
        !h->reachable ? STATUS_DISABLED
        : all_well    ? STATUS_OK
                      : STATUS_ERROR);
    put(o, "count", "sensors_seen", seen);
    if (th_new_sensor(th) != TH_NEW_UNKNOWN)
        put(o, "bool", "sensor_new", th_new_sensor(th) == TH_NEW_WAITS);
    put(o, "duration", "poll", si(h->poll_ms, 3));
    put(o, "duration", "interval", si(h->interval_ms, 3));
    put_age(o, now, h->answered_ms);
    put_requests(o, h);
}

void metrics_th_health(const struct th_controller *th, int64_t now, int64_t interval_ms,
                       metrics_emit *emit, void *ctx)
{
    struct out o = open_controller(th->name, interval_ms, emit, ctx);

    put_controller(&o, th, now);
    for (int n = 1; n <= TH_SENSOR_MAX; n++) {
        snprintf(o.object, sizeof(o.object), "th%03d", n);
        if (th->sensor[n].presence != PRESENCE_NEVER)
            put_age(&o, now, th->sensor[n].read_ms);
    }
}

void metrics_th_work(const char *name, const struct work *w, int64_t interval_ms,
                     metrics_emit *emit, void *ctx)
{
    struct out o = open_controller(name, interval_ms, emit, ctx);

    put(&o, "gauge", "maintenance", w->maintenance);
    put(&o, "gauge", "commissioning", w->commissioning);
}
