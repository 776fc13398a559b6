/*
 * btmsctl labels: everything that has a number, with what people call it. As lines, as JSON, or as
 * metrics that are 1 and carry the names as labels, for Prometheus to join with what collectd's
 * write_prometheus exports: `instance`, `btms` and (of cells) `type` are the same there.
 */
#include "ctl/exits.h"
#include "ctl/files.h"
#include "ctl/names.h"
#include "ctl/show.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One thing; "" and 0: not told, or does not apply. */
struct thing {
    const char *metric; /* "btms_string_info" */
    const char *device;
    char btms[24], type[24]; /* collectd's plugin_instance and type_instance; "" matches nothing */
    char name[IDENTITY_LABEL_SIZE];
    struct identity_place at;
    struct identity is; /* of a cell: of its string */
    const char *location, *ups_name, *string_name;
    struct replacement replaced;
};

struct list {
    enum labels_form form;
    bool cells;
    unsigned printed;
    struct snapshot *snap;
    struct identities ids;
    const char *device;
    bool th;
};

/* ---- Prometheus -------------------------------------------------------------------------- */

/* The exposition format, which is UTF-8: in a file that says anything else that is a "?". */
static void print_value(const char *value)
{
    bool utf8 = identity_text_fault(value) == NULL;

    putchar('"');
    for (const char *c = value; *c != '\0'; c++)
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else
            putchar(utf8 || (*c >= ' ' && *c < 0x7f) ? *c : '?');
    putchar('"');
}

static void print_label(const char *name, const char *value)
{
    if (*value == '\0')
        return;
    printf(",%s=", name);
    print_value(value);
}

static void print_number(const char *name, int number)
{
    if (number != 0)
        printf(",%s=\"%d\"", name, number);
}

static void print_metric(const struct thing *t)
{
    printf("%s{instance=", t->metric);
    print_value(t->device);
    print_label("btms", t->btms);
    print_label("type", t->type);
    print_number("ups", t->at.ups);
    print_number("string", t->at.string);
    print_number("cell", t->at.cell);
    print_number("sensor", t->at.sensor);
    print_label("name", t->name);
    print_label("ups_name", t->ups_name);
    print_label("string_name", t->string_name);
    print_label("location", t->location);
    print_label("label", t->at.cell == 0 ? t->is.label : "");
    print_label("manufacturer", t->is.manufacturer);
    print_label("model", t->is.model);
    puts("} 1");
}

/* ---- for persons, and JSON --------------------------------------------------------------- */

static void print_json(const struct thing *t)
{
    char object[256], date[16];
    bool cell = t->at.cell != 0;

    identity_write_object(NULL, &t->at, object, sizeof(object));
    fputs("{\"object\":", stdout);
    show_json_text(object);
    show_json_field("device", t->device);
    printf(",\"ups\":%d,\"string\":%d,\"cell\":%d,\"sensor\":%d", t->at.ups, t->at.string,
           t->at.cell, t->at.sensor);
    show_json_field("name", t->name);
    show_json_field("location", t->location);
    show_json_field("label", cell ? "" : t->is.label);
    show_json_field("manufacturer", t->is.manufacturer);
    show_json_field("model", t->is.model);
    identity_write_date(t->is.installed, date);
    show_json_field("installed", date);
    show_json_field("note", t->is.note);
    show_json_field("runbook", t->is.runbook);
    identity_write_date(t->replaced.date, date);
    show_json_field("replaced", date);
    show_json_field("serial", t->replaced.serial);
    putchar('}');
}

static void print_field(const char *what, const char *value)
{
    if (*value != '\0')
        printf("; %s%s", what, value);
}

static void print_line(const struct thing *t, const struct identities *ids)
{
    char object[256], date[16];

    identity_write_object(ids, &t->at, object, sizeof(object));
    fputs(object, stdout);
    if (t->at.ups == 0 && t->at.string == 0 && t->at.sensor == 0 && *t->location != '\0')
        printf(" (%s)", t->location);
    if (t->at.cell == 0) {
        identity_write_date(t->is.installed, date);
        print_field("label ", t->is.label);
        print_field("", t->is.manufacturer);
        print_field("", t->is.model);
        print_field("installed ", date);
        print_field("", t->is.note);
        print_field("", t->is.runbook);
    } else {
        identity_write_date(t->replaced.date, date);
        print_field("replaced ", date);
        print_field("serial ", t->replaced.serial);
    }
    putchar('\n');
}

/* ---- the things of a device -------------------------------------------------------------- */

static void print(struct list *l, struct thing *t)
{
    const struct identity *where;
    const struct identity *ups = identity_find(&l->ids, ALARM_OF_UPS, t->at.ups);
    const struct identity *string = identity_find(&l->ids, ALARM_OF_STRING, t->at.string);

    t->at.device = t->device = l->device;
    where = identity_with_location(&l->ids, &t->at);
    t->location = where != NULL ? where->location : "";
    t->ups_name = t->at.ups != 0 && t->at.string != 0 && ups != NULL ? ups->name : "";
    t->string_name = t->at.cell != 0 && string != NULL ? string->name : "";
    if (l->form == LABELS_PROMETHEUS)
        print_metric(t);
    else if (l->form == LABELS_LINES)
        print_line(t, &l->ids);
    else {
        fputs(l->printed > 0 ? "," : "", stdout);
        print_json(t);
    }
    l->printed++;
}

/* Its name, or `what` with its number. */
static void call(struct list *l, struct thing *t, int level, int number, const char *what)
{
    const struct identity *is = identity_find(&l->ids, level, number);

    if (is != NULL)
        t->is = *is;
    if (number == 0)
        snprintf(t->name, sizeof(t->name), "%s", l->device);
    else if (*t->is.name != '\0')
        snprintf(t->name, sizeof(t->name), "%s", t->is.name);
    else
        snprintf(t->name, sizeof(t->name), "%s %d", what, number);
}

static void print_cells(struct list *l, const struct thing *string, int cells)
{
    for (int c = 1; c <= cells; c++) {
        struct thing t = *string;

        t.metric = "btms_cell_info";
        t.at.cell = c;
        snprintf(t.type, sizeof(t.type), "cell%03d", c);
        identity_cell_label(&string->is, c, t.name);
        if (*t.name == '\0')
            snprintf(t.name, sizeof(t.name), "cell %d", c);
        if (!snapshot_find_replacement(l->snap, string->at.string, c, &t.replaced))
            t.replaced = (struct replacement){0};
        print(l, &t);
    }
}

static void print_string(struct list *l, uint32_t i)
{
    struct thing t = {.metric = "btms_string_info"};
    static struct string string;
    uint8_t known;

    snapshot_get_string(l->snap, i, &t.at.string, &string);
    known = string.validity[STRING_UPS_ID];
    if ((validity_usable(known) || known == VALIDITY_STALE) && string.value[STRING_UPS_ID] >= 1 &&
        string.value[STRING_UPS_ID] <= UPS_MAX)
        t.at.ups = string.value[STRING_UPS_ID];
    snprintf(t.btms, sizeof(t.btms), "string%02d", t.at.string);
    call(l, &t, ALARM_OF_STRING, t.at.string, "string");
    print(l, &t);
    if (l->cells)
        print_cells(l, &t, string.cells);
}

static void print_ups(struct list *l, uint32_t i)
{
    struct thing t = {.metric = "btms_ups_info"};
    struct ups ups;

    snapshot_get_ups(l->snap, i, &t.at.ups, &ups);
    snprintf(t.btms, sizeof(t.btms), "ups%02d", t.at.ups);
    call(l, &t, ALARM_OF_UPS, t.at.ups, "UPS");
    print(l, &t);
}

static void print_sensor(struct list *l, uint32_t i)
{
    struct thing t = {.metric = "btms_sensor_info"};
    struct th_sensor sensor;

    snapshot_get_sensor(l->snap, i, &t.at.sensor, &sensor);
    snprintf(t.btms, sizeof(t.btms), "th%03d", t.at.sensor);
    call(l, &t, ALARM_OF_SENSOR, t.at.sensor, "sensor");
    print(l, &t);
}

static void print_device(struct list *l)
{
    struct thing t = {.metric = "btms_gateway_info", .btms = "gateway"};

    call(l, &t, ALARM_OF_GATEWAY, 0, "");
    print(l, &t);
    for (uint32_t i = 0; l->th && i < l->snap->section[1].count; i++)
        print_sensor(l, i);
    for (uint32_t i = 0; !l->th && i < l->snap->section[1].count; i++)
        print_ups(l, i);
    for (uint32_t i = 0; !l->th && i < l->snap->section[2].count; i++)
        print_string(l, i);
}

static void print_entry(struct list *l, int dir, const struct snapshot_entry *e,
                        const struct identities *ids)
{
    struct snapshot s;
    void *data = files_device(dir, e, &s);

    if (data == NULL)
        return;
    l->snap = &s;
    l->ids = *ids;
    l->device = e->name;
    l->th = e->kind == DEVICE_TH;
    print_device(l);
    free(data);
}

int labels_print(const char *state_dir, enum labels_form form, bool cells)
{
    int dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct names names = names_read(state_dir);
    struct list l = {.form = form, .cells = cells};
    struct snapshot site;
    void *data = files_read(dir, "site.snap", SNAPSHOT_SITE, &site);

    if (data == NULL)
        fprintf(stderr, "btmsctl: nothing to read: no %s/site.snap\n", state_dir);
    if (form == LABELS_JSON)
        putchar('[');
    for (uint32_t i = 0; data != NULL && i < site.section[1].count; i++) {
        static const struct identities none;
        struct snapshot_entry e;

        snapshot_get_entry(&site, i, &e);
        print_entry(&l, dir, &e,
                    i < names.n && names.of[i].index == e.index ? &names.of[i].identities : &none);
    }
    if (form == LABELS_JSON)
        puts("]");
    free(data);
    names_free(&names);
    if (dir >= 0)
        close(dir);
    return data != NULL ? EXIT_WELL : EXIT_UNKNOWN;
}
