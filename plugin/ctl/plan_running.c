/* See plan.h: the site that runs, as the plugin publishes it in StateDir.
 *
 * Of what the gateways do not tell (relays, displays, supplies) nothing is here: options of the
 * command line add it. */
#include "ctl/plan.h"

#include "core/snapshot.h"
#include "ctl/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* free() it; NULL: `why` says why there is none. */
static void *read_file(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret,
                       char *why)
{
    char text[FILES_WHY];
    void *data = files_open(dir, name, kind, ret, text);

    if (data == NULL)
        plan_wrong(why, "%s", text);
    return data;
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

/* Names of UPS tell which of two gateways are one. */
static void take_ups(const struct snapshot *file, uint32_t i, struct topo_ups *ret)
{
    struct identity id;
    struct ups u;
    int number;

    snapshot_get_ups(file, i, &number, &u);
    ret->number = (uint16_t)number;
    if (snapshot_find_identity(file, ALARM_OF_UPS, number, &id))
        snprintf(ret->name, sizeof(ret->name), "%s", id.name);
}

enum {
    SITE_ENTRIES = 1,
    SITE_AGGREGATORS = 4,
    DEVICE_UPS = 1,
    DEVICE_STRINGS = 2,
    DEVICE_CHANNELS = 7
};

/* What is being read, and what it is read into. */
struct reading {
    int dir;
    struct snapshot site;
    struct bom_site b;
};

static void take_group(const struct reading *r, const struct snapshot *file, struct topo_gateway *g)
{
    struct snapshot_aggregator a;
    struct snapshot_device d;
    uint32_t i;

    snapshot_get_device(file, &d);
    i = snapshot_find(&r->site, SITE_AGGREGATORS, d.aggregator);
    if (d.aggregator == 0 || i == r->site.section[SITE_AGGREGATORS].count)
        return;
    snapshot_get_aggregator(&r->site, i, &a);
    if (a.index == d.aggregator)
        snprintf(g->aggregator, sizeof(g->aggregator), "%s", a.name);
}

/* The registers of relays and inputs are there whatever is behind them: what counts is that somebody
 * has said what they should be, or called them something. */
static void take_channels(const struct snapshot *file, struct topo_string *string, size_t strings)
{
    for (uint32_t i = 0; i < file->section[DEVICE_CHANNELS].count; i++) {
        struct snapshot_channel c;

        snapshot_get_channel(file, i, &c);
        for (size_t n = 0; n < strings; n++)
            if (string[n].number == c.string)
                string[n].io |= c.normal != SNAPSHOT_NO_NORMAL || *c.name != '\0';
    }
}

/* So many of a part. A BM-MC that is there only because its sensors are is declared by nobody. */
static void count_part(const struct part *p, struct topo_master *m, bool *declared)
{
    const char *set = topo_devices[TOPO_BM_C_A1].code;
    bool of_set = strcmp(p->name, set) == 0;

    switch (p->device) {
    case TOPO_BM_MC:
        m->set = of_set;
        *declared |= of_set;
        return;
    case TOPO_BM_TH:
        m->th += p->count;
        return;
    case TOPO_BM_GS:
        m->gs += p->count;
        return;
    case TOPO_BM_LC:
        m->lc += p->count;
        break;
    case TOPO_BM_HMI:
        m->hmi += p->count;
        break;
    case TOPO_COM:
        m->com += p->count;
        break;
    case TOPO_CAD:
        m->cad += of_set ? 0 : p->count;
        break;
    default:
        return;
    }
    *declared = true;
}

/* The master controller as it is declared. What its supplies feed is not published: they are planned
 * anew. */
static void take_parts(const struct snapshot *file, struct topo_gateway *g, struct topo_master *ret)
{
    struct topo_master m = {0};
    bool declared = false;

    for (uint32_t i = 0; i < snapshot_parts(file); i++) {
        struct part p;

        if (snapshot_get_part(file, i, &p))
            count_part(&p, &m, &declared);
    }
    if (!declared)
        return;
    *ret = m;
    g->master = ret;
    g->masters = 1;
}

static void take_gateway(struct reading *r, const struct snapshot *file,
                         const struct snapshot_entry *e)
{
    struct topo_gateway *g = &r->b.gateway[r->b.site.gateways];
    struct topo_master *master = &r->b.master[r->b.site.gateways];
    struct topo_string *string = &r->b.string[r->b.site.gateways * STRING_MAX];
    struct topo_ups *ups = &r->b.ups[r->b.site.gateways++ * UPS_MAX];

    g->place = e->kind == DEVICE_LINE ? TOPO_LINE : TOPO_GATEWAY;
    snprintf(g->name, sizeof(g->name), "%s", e->name);
    take_group(r, file, g);
    g->string = string;
    g->ups = ups;
    g->upses = file->section[DEVICE_UPS].count;
    g->strings = file->section[DEVICE_STRINGS].count;
    for (uint32_t i = 0; i < g->upses; i++)
        take_ups(file, i, &ups[i]);
    for (uint32_t i = 0; i < g->strings; i++)
        string[i] = found_string(file, i);
    take_channels(file, string, g->strings);
    take_parts(file, g, master);
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
static void take_device(struct reading *r, const struct snapshot_entry *e)
{
    char name[32], why[PLAN_WHY_SIZE];
    struct snapshot file;
    void *data;

    snapshot_device_name(e->index, name, sizeof(name));
    data =
        read_file(r->dir, name, e->kind == DEVICE_TH ? SNAPSHOT_TH : SNAPSHOT_DEVICE, &file, why);
    if (data == NULL)
        fprintf(stderr, "btmsctl: plan: \"%s\" is left out: %s\n", e->name, why);
    else if (e->kind == DEVICE_TH)
        take_th(&file, e, &r->b);
    else
        take_gateway(r, &file, e);
    free(data);
}

static bool make_room(struct bom_site *b, size_t devices, size_t aggregators)
{
    b->gateway = calloc(devices + 1, sizeof(*b->gateway));
    b->string = calloc(devices + 1, STRING_MAX * sizeof(*b->string));
    b->master = calloc(devices + 1, sizeof(*b->master));
    b->ups = calloc(devices + 1, UPS_MAX * sizeof(*b->ups));
    b->th = calloc(devices + 1, sizeof(*b->th));
    b->aggregator = calloc(aggregators + 1, sizeof(*b->aggregator));
    b->site.gateway = b->gateway;
    b->site.th = b->th;
    b->site.aggregator = b->aggregator;
    return b->gateway != NULL && b->string != NULL && b->master != NULL && b->ups != NULL &&
           b->th != NULL && b->aggregator != NULL;
}

static bool take_site(struct reading *r, char *why)
{
    uint32_t devices = r->site.section[SITE_ENTRIES].count;
    uint32_t aggregators = r->site.section[SITE_AGGREGATORS].count;

    if (!make_room(&r->b, devices, aggregators))
        return plan_wrong(why, "out of memory");
    for (uint32_t i = 0; i < aggregators; i++) {
        struct snapshot_aggregator a;

        snapshot_get_aggregator(&r->site, i, &a);
        snprintf(r->b.aggregator[i].name, NAME_SIZE, "%s", a.name);
    }
    r->b.site.aggregators = aggregators;
    for (uint32_t i = 0; i < devices; i++) {
        struct snapshot_entry e;

        snapshot_get_entry(&r->site, i, &e);
        take_device(r, &e);
    }
    return r->b.site.gateways + r->b.site.ths > 0 ||
           plan_wrong(why, "no device has told anything yet");
}

bool plan_find(const char *path, struct bom_site *ret, char *why)
{
    struct reading r = {.dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    char problem[PLAN_WHY_SIZE];
    void *data;
    bool well;

    if (r.dir < 0)
        return plan_wrong(why, "%.200s: cannot be read: does collectd run with the btms plugin?",
                          path);
    data = read_file(r.dir, "site.snap", SNAPSHOT_SITE, &r.site, problem);
    well = data != NULL && take_site(&r, problem);
    free(data);
    close(r.dir);
    if (well)
        *ret = r.b;
    else
        bom_site_free(&r.b);
    return well || plan_wrong(why, "%.128s: %.160s", path, problem);
}
