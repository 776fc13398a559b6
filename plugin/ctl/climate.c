/* See climate.h. A value that the agent would not show either, since it is too old, is none here. */
#include "ctl/climate.h"

#include "ctl/files.h"
#include "ctl/show.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOTHING = 3, INTERVALS = 3 };

struct controller {
    struct snapshot snap;
    struct snapshot_device device;
    struct th_controller th;
    int64_t most_ms; /* older is too old */
};

/* ---- reading ----------------------------------------------------------------------------- */

static void decode(struct controller *c)
{
    struct th_sensor s;
    int number;

    snapshot_get_th(&c->snap, &c->device, &c->th);
    for (uint32_t i = 0; i < c->snap.section[1].count; i++) {
        snapshot_get_sensor(&c->snap, i, &number, &s);
        c->th.sensor[number] = s;
    }
    c->most_ms = c->device.interval_ms;
    if (c->device.health.interval_ms > c->most_ms)
        c->most_ms = c->device.health.interval_ms;
    c->most_ms *= INTERVALS;
}

static bool fresh(const struct controller *c, int64_t read_ms)
{
    int64_t age = files_age_ms(&c->snap, read_ms);

    return age >= 0 && age <= c->most_ms;
}

static bool usable(const struct controller *c, const struct th_sensor *s, int quantity)
{
    return validity_usable(s->validity[quantity]) && fresh(c, s->read_ms);
}

static const char *status_of(const struct controller *c, const struct th_sensor *s)
{
    static const char *const words[] = {"gone", "ok", "error"};
    int32_t is = s->value[TH_STATUS];

    if (!c->th.health.reachable)
        return "lost";
    if (!usable(c, s, TH_STATUS))
        return "old";
    return is >= TH_STATUS_NONE && is <= TH_STATUS_ERROR ? words[is] : "unknown";
}

static const char *state_of(const struct controller *c)
{
    if (c->th.health.answered_ms == 0)
        return "never answered";
    if (!c->th.health.reachable)
        return "no answer";
    return fresh(c, c->th.counts_read_ms) ? "ok" : "old";
}

static bool counted(const struct controller *c, enum th_count i)
{
    return validity_usable(c->th.count_validity[i]) && fresh(c, c->th.counts_read_ms);
}

static enum th_new new_sensor(const struct controller *c)
{
    return fresh(c, c->th.counts_read_ms) ? th_new_sensor(&c->th) : TH_NEW_UNKNOWN;
}

static const struct {
    enum th_quantity quantity;
    const char *name;
} flags[] = {
    {TH_ALARM_TEMPERATURE_HIGH, "temperatureHigh"},
    {TH_ALARM_TEMPERATURE_LOW,  "temperatureLow" },
    {TH_ALARM_HUMIDITY_HIGH,    "humidityHigh"   },
    {TH_ALARM_HUMIDITY_LOW,     "humidityLow"    },
};

static bool flagged(const struct controller *c, const struct th_sensor *s, size_t flag)
{
    return usable(c, s, flags[flag].quantity) && s->value[flags[flag].quantity] != 0;
}

#define FLAGS (sizeof(flags) / sizeof(flags[0]))

/* ---- lines ----------------------------------------------------------------------------------- */

static void print_count(const struct controller *c, enum th_count i)
{
    if (counted(c, i))
        printf(" %6d", (int)c->th.count[i]);
    else
        printf(" %6s", "-");
}

/* "18.3 (7) to 24.0 (112)": the extremes and whose they are. */
static void print_range(const struct controller *c, int quantity, const char *unit)
{
    const struct th_sensor *s = c->th.sensor;
    int least = 0, most = 0;
    char text[64] = "-";

    for (int i = 1; i <= TH_SENSOR_MAX; i++) {
        if (s[i].presence == PRESENCE_NEVER || !usable(c, &s[i], quantity))
            continue;
        if (least == 0 || s[i].value[quantity] < s[least].value[quantity])
            least = i;
        if (most == 0 || s[i].value[quantity] > s[most].value[quantity])
            most = i;
    }
    if (least != 0)
        snprintf(text, sizeof(text), "%.1f (%d) to %.1f (%d) %s", s[least].value[quantity] / 10.0,
                 least, s[most].value[quantity] / 10.0, most, unit);
    printf("  %-30s", text);
}

static void print_controller(const struct controller *c)
{
    printf("%-20s %-14s", c->device.name, state_of(c));
    for (int i = 0; i < TH_COUNTS; i++)
        print_count(c, (enum th_count)i);
    print_range(c, TH_TEMPERATURE, "degC");
    print_range(c, TH_HUMIDITY, "%RH");
    puts(new_sensor(c) == TH_NEW_WAITS ? "new sensor" : "");
}

static void print_value(const struct controller *c, const struct th_sensor *s, int quantity)
{
    if (usable(c, s, quantity))
        printf(" %8.1f", s->value[quantity] / 10.0);
    else
        printf(" %8s", "-");
}

static void print_sensor(const struct controller *c, int number)
{
    const struct th_sensor *s = &c->th.sensor[number];

    printf("%4d  %-8s", number, status_of(c, s));
    print_value(c, s, TH_TEMPERATURE);
    print_value(c, s, TH_HUMIDITY);
    for (size_t i = 0; i < FLAGS; i++)
        if (flagged(c, s, i))
            printf("  %s", flags[i].name);
    putchar('\n');
}

static void print_sensors(const struct controller *c)
{
    printf("%4s  %-8s %8s %8s\n", "", "status", "degC", "%RH");
    for (int i = 1; i <= TH_SENSOR_MAX; i++)
        if (c->th.sensor[i].presence != PRESENCE_NEVER)
            print_sensor(c, i);
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void json_sensor(const struct controller *c, int number)
{
    const struct th_sensor *s = &c->th.sensor[number];
    const char *comma = "";

    printf("{\"sensor\":%d", number);
    show_json_field("status", status_of(c, s));
    show_json_value("temperature", usable(c, s, TH_TEMPERATURE), s->value[TH_TEMPERATURE], 1);
    show_json_value("humidity", usable(c, s, TH_HUMIDITY), s->value[TH_HUMIDITY], 1);
    fputs(",\"alarms\":[", stdout);
    for (size_t i = 0; i < FLAGS; i++)
        if (flagged(c, s, i)) {
            printf("%s\"%s\"", comma, flags[i].name);
            comma = ",";
        }
    fputs("]}", stdout);
}

static void json_controller(const struct controller *c)
{
    static const char *const names[TH_COUNTS] = {"all", "ok", "error", "alarm"};
    static const char *const waits[] = {"null", "false", "true"};
    const char *comma = "";

    fputs("{\"name\":", stdout);
    show_json_text(c->device.name);
    printf(",\"index\":%u", (unsigned)c->device.index);
    show_json_field("address", c->device.address);
    show_json_field("state", state_of(c));
    fputs(",\"counts\":{\"sensors\":", stdout);
    printf("%u", (unsigned)c->snap.section[1].count);
    for (int i = 0; i < TH_COUNTS; i++)
        show_json_value(names[i], counted(c, (enum th_count)i), c->th.count[i], 0);
    show_json_value("expected", c->th.expected > 0, c->th.expected, 0);
    printf("},\"new_sensor\":%s,\"sensors\":[", waits[new_sensor(c)]);
    for (int i = 1; i <= TH_SENSOR_MAX; i++)
        if (c->th.sensor[i].presence != PRESENCE_NEVER) {
            fputs(comma, stdout);
            json_sensor(c, i);
            comma = ",";
        }
    fputs("]}", stdout);
}

/* ---- the whole --------------------------------------------------------------------------- */

static void show_one(const struct controller *c, bool alone, bool json, bool first)
{
    if (json) {
        fputs(first ? "" : ",", stdout);
        json_controller(c);
        return;
    }
    if (first)
        printf("%-20s %-14s %6s %6s %6s %6s  %-30s  %s\n", "controller", "state", "all", "ok",
               "error", "alarm", "temperature (sensor)", "humidity (sensor)");
    print_controller(c);
    if (alone)
        print_sensors(c);
}

/* How many were shown. */
static int show_all(int dir, const struct snapshot *site, const char *name, bool json)
{
    struct controller *c = calloc(1, sizeof(*c));
    struct snapshot_entry e;
    int shown = 0;

    for (uint32_t i = 0; c != NULL && i < site->section[1].count; i++) {
        void *data;

        snapshot_get_entry(site, i, &e);
        if (e.kind != DEVICE_TH || (name != NULL && strcmp(e.name, name) != 0))
            continue;
        data = files_device(dir, &e, &c->snap);
        if (data == NULL)
            continue; /* not polled yet */
        decode(c);
        show_one(c, name != NULL, json, shown++ == 0);
        free(data);
    }
    free(c);
    return shown;
}

int climate_show(const char *state_dir, const char *name, bool json)
{
    int dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), shown = 0;
    struct snapshot site;
    void *data = files_read(dir, "site.snap", SNAPSHOT_SITE, &site);

    if (data == NULL)
        fprintf(stderr, "btmsctl: nothing to read: no usable %s/site.snap\n", state_dir);
    if (data != NULL && json)
        fputs("{\"controllers\":[", stdout);
    if (data != NULL)
        shown = show_all(dir, &site, name, json);
    if (data != NULL && json)
        puts("]}");
    if (data != NULL && shown == 0)
        fprintf(stderr, "btmsctl: there is no TH controller%s%s%s that was polled\n",
                name != NULL ? " \"" : "", name != NULL ? name : "", name != NULL ? "\"" : "");
    free(data);
    if (dir >= 0)
        close(dir);
    return data == NULL || (shown == 0 && name != NULL) ? NOTHING : 0;
}
