/* See plan.h: the site that runs, as the plugin publishes it in StateDir.
 *
 * Of what the gateways do not tell (relays, displays, supplies) nothing is here: options of the
 * command line add it. */
#include "ctl/plan.h"

#include "core/fsio.h"
#include "core/snapshot.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SNAPSHOT_MOST = 64 << 20 };

/* free() it; NULL: `why` says why there is none. */
static void *read_file(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret,
                       char *why)
{
    enum snapshot_error e;
    void *data = NULL;
    size_t size;
    int rc = fsio_read(dir, name, SNAPSHOT_MOST, &data, &size);

    if (rc != 0) {
        plan_wrong(why, "%s: %s", name, strerror(-rc));
        return NULL;
    }
    e = snapshot_open(data, size, kind, ret);
    if (e == SNAPSHOT_OK)
        return data;
    plan_wrong(why, "%s: %s", name, snapshot_error_text(e));
    free(data);
    return NULL;
}

/* A gateway without a sensor serves zeros. */
static bool has_ambient(const struct string *s)
{
    return (validity_usable(s->validity[STRING_AMBIENT_TEMPERATURE]) ||
            validity_usable(s->validity[STRING_AMBIENT_HUMIDITY])) &&
           (s->value[STRING_AMBIENT_TEMPERATURE] != 0 || s->value[STRING_AMBIENT_HUMIDITY] != 0);
}

static struct topo_string found_string(const struct snapshot *file, uint32_t i)
{
    struct string *s = calloc(1, sizeof(*s));
    struct topo_string ret = {0};
    int number = 0;

    if (s == NULL)
        return ret;
    snapshot_get_string(file, i, &number, s);
    ret = (struct topo_string){
        .number = (uint16_t)number,
        .cells = s->cells,
        .cell_voltage = (uint16_t)s->cell_type,
        .hall_a = s->hall_a,
        .th = has_ambient(s),
        .gs = validity_usable(s->validity[STRING_INSULATION]),
    };
    if (validity_usable(s->validity[STRING_UPS_ID]))
        ret.ups = (uint16_t)s->value[STRING_UPS_ID];
    free(s);
    return ret;
}

static void take_gateway(const struct snapshot *file, const struct snapshot_entry *e,
                         struct bom_site *b)
{
    struct topo_gateway *g = &b->gateway[b->site.gateways];
    struct topo_string *string = &b->string[b->site.gateways * STRING_MAX];
    struct topo_ups *ups = &b->ups[b->site.gateways++ * UPS_MAX];

    g->place = e->kind == DEVICE_LINE ? TOPO_LINE : TOPO_GATEWAY;
    snprintf(g->name, sizeof(g->name), "%s", e->name);
    g->string = string;
    g->ups = ups;
    g->upses = file->section[1].count;
    g->strings = file->section[2].count;
    for (uint32_t i = 0; i < g->upses; i++) {
        struct ups u;
        int number;

        snapshot_get_ups(file, i, &number, &u);
        ups[i].number = (uint16_t)number;
    }
    for (uint32_t i = 0; i < g->strings; i++)
        string[i] = found_string(file, i);
}

static void take_th(const struct snapshot *file, const struct snapshot_entry *e, struct bom_site *b)
{
    struct topo_th *t = &b->th[b->site.ths++];

    snprintf(t->name, sizeof(t->name), "%s", e->name);
    for (uint32_t i = 0; i < file->section[1].count; i++) {
        struct th_sensor sensor;
        int number;

        snapshot_get_sensor(file, i, &number, &sensor);
        t->sensors += number > 0 && sensor.presence != PRESENCE_NEVER;
    }
}

/* A device of which nothing is published yet is left out, and that is said. */
static void take_device(int dir, const struct snapshot_entry *e, struct bom_site *b)
{
    char name[32], why[PLAN_WHY_SIZE];
    struct snapshot file;
    void *data;

    snapshot_device_name(e->index, name, sizeof(name));
    data = read_file(dir, name, e->kind == DEVICE_TH ? SNAPSHOT_TH : SNAPSHOT_DEVICE, &file, why);
    if (data == NULL)
        fprintf(stderr, "btmsctl: plan: \"%s\" is left out: %s\n", e->name, why);
    else if (e->kind == DEVICE_TH)
        take_th(&file, e, b);
    else
        take_gateway(&file, e, b);
    free(data);
}

static bool take_site(int dir, const struct snapshot *site, struct bom_site *b, char *why)
{
    size_t n = site->section[1].count;

    b->gateway = calloc(n + 1, sizeof(*b->gateway));
    b->string = calloc(n + 1, STRING_MAX * sizeof(*b->string));
    b->ups = calloc(n + 1, UPS_MAX * sizeof(*b->ups));
    b->th = calloc(n + 1, sizeof(*b->th));
    if (b->gateway == NULL || b->string == NULL || b->ups == NULL || b->th == NULL)
        return plan_wrong(why, "out of memory");
    for (uint32_t i = 0; i < n; i++) {
        struct snapshot_entry e;

        snapshot_get_entry(site, i, &e);
        take_device(dir, &e, b);
    }
    b->site.gateway = b->gateway;
    b->site.th = b->th;
    return b->site.gateways + b->site.ths > 0 || plan_wrong(why, "no device has told anything yet");
}

bool plan_find(const char *path, struct bom_site *ret, char *why)
{
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct bom_site b = {0};
    struct snapshot site;
    char problem[PLAN_WHY_SIZE];
    void *data = dir >= 0 ? read_file(dir, "site.snap", SNAPSHOT_SITE, &site, problem) : NULL;
    bool well = data != NULL && take_site(dir, &site, &b, problem);

    if (dir < 0)
        plan_wrong(why, "%.200s: cannot be read: does collectd run with the btms plugin?", path);
    else if (!well)
        plan_wrong(why, "%.128s: %.160s", path, problem);
    free(data);
    if (dir >= 0)
        close(dir);
    if (well)
        *ret = b;
    else
        bom_site_free(&b);
    return well;
}
