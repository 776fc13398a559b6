/* See inventory.h. Lines come from the files one by one and are printed as they come. */
#include "ctl/inventory.h"

#include "core/snapshot.h"
#include "ctl/exits.h"
#include "ctl/files.h"
#include "ctl/show.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line, with what it belongs to. */
struct line {
    const char *code, *what, *state, *name;
    char of[NAME_SIZE + 32]; /* `gateway "gw-a" string 3`; "site" */
    const char *device;      /* name of the gateway or controller; "": none */
    int string;
    unsigned count;
};

struct printer {
    void (*begin)(void);
    void (*line)(const struct line *l, size_t n);
    void (*end)(void);
};

/* ---- formats ----------------------------------------------------------------------------- */

static void text_begin(void)
{
    printf("%-14s %5s  %-8s  %s\n", "code", "count", "state", "belongs to");
}

static void text_line(const struct line *l, size_t n)
{
    (void)n;
    printf("%-14s %5u  %-8s  %s", l->code, l->count, l->state, l->of);
    printf(*l->name != '\0' ? ": %s\n" : "\n", l->name);
}

static void nothing(void)
{
}

static void csv_begin(void)
{
    fputs("code,what,count,state,device,string,name\r\n", stdout);
}

static void csv_line(const struct line *l, size_t n)
{
    (void)n;
    show_csv_text(l->code, ",");
    show_csv_text(l->what, ",");
    printf("%u,", l->count);
    show_csv_text(l->state, ",");
    show_csv_text(l->device, ",");
    printf("%d,", l->string);
    show_csv_text(l->name, "\r\n");
}

static void json_begin(void)
{
    fputs("{\"inventory\":[", stdout);
}

static void json_line(const struct line *l, size_t n)
{
    fputs(n > 0 ? ",{\"code\":" : "{\"code\":", stdout);
    show_json_text(l->code);
    show_json_field("what", l->what);
    printf(",\"count\":%u", l->count);
    show_json_field("state", l->state);
    show_json_field("device", l->device);
    printf(",\"string\":%d", l->string);
    show_json_field("name", l->name);
    putchar('}');
}

static void json_end(void)
{
    puts("]}");
}

static const struct {
    const char *name;
    struct printer print;
} formats[] = {
    {"text", {text_begin, text_line, nothing} },
    {"csv",  {csv_begin, csv_line, nothing}   },
    {"json", {json_begin, json_line, json_end}},
};

/* ---- the files --------------------------------------------------------------------------- */

struct job {
    int dir;
    const struct printer *print;
    size_t lines;
};

static void put(struct job *j, struct line *l, int device, int state)
{
    l->code = topo_devices[device].code;
    l->what = topo_devices[device].what;
    l->state = part_state_name(state);
    j->print->line(l, j->lines++);
}

/* free() it; NULL: it cannot be read, which is said. */
static void *read_file(const struct job *j, const char *name, enum snapshot_kind kind,
                       struct snapshot *ret)
{
    char why[FILES_WHY];
    void *data = files_open(j->dir, name, kind, ret, why);

    if (data == NULL)
        fprintf(stderr, "btmsctl: inventory: %s\n", why);
    return data;
}

static void put_parts(struct job *j, const struct snapshot *s, const char *kind, const char *device)
{
    for (uint32_t i = 0; i < snapshot_parts(s); i++) {
        struct part p;
        struct line l = {.device = device};

        if (!snapshot_get_part(s, i, &p))
            continue;
        l.name = p.name;
        l.string = p.string;
        l.count = p.count;
        if (*device == '\0')
            snprintf(l.of, sizeof(l.of), "site");
        else if (p.string > 0)
            snprintf(l.of, sizeof(l.of), "%s \"%s\" string %d", kind, device, p.string);
        else
            snprintf(l.of, sizeof(l.of), "%s \"%s\"", kind, device);
        put(j, &l, p.device, p.state);
    }
}

static void put_device(struct job *j, const struct snapshot_entry *e)
{
    static const char *const kinds[] = {"gateway", "line", "TH controller"};
    struct snapshot s;
    char name[32];
    void *data;

    snapshot_device_name(e->index, name, sizeof(name));
    data = read_file(j, name, e->kind == DEVICE_TH ? SNAPSHOT_TH : SNAPSHOT_DEVICE, &s);
    if (data != NULL)
        put_parts(j, &s, kinds[e->kind <= DEVICE_TH ? e->kind : DEVICE_GATEWAY], e->name);
    free(data);
}

static void put_aggregators(struct job *j, const struct snapshot *s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct line l = {.device = "", .of = "site", .count = 1};
        struct snapshot_aggregator a;

        snapshot_get_aggregator(s, i, &a);
        l.name = a.name;
        put(j, &l, TOPO_BM_AG,
            a.reach == SNAPSHOT_REACHED      ? PART_PRESENT
            : a.reach == SNAPSHOT_NOT_LOOKED ? PART_DECLARED
                                             : PART_MISSING);
    }
}

static void put_all(struct job *j, const struct snapshot *s)
{
    j->print->begin();
    put_parts(j, s, "", "");
    put_aggregators(j, s, s->section[4].count);
    for (uint32_t i = 0; i < s->section[1].count; i++) {
        struct snapshot_entry e;

        snapshot_get_entry(s, i, &e);
        put_device(j, &e);
    }
    j->print->end();
}

int inventory_run(const char *state_dir, const char *format)
{
    struct job j = {.dir = -1};
    struct snapshot s;
    void *data = NULL;

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(format, formats[i].name) == 0)
            j.print = &formats[i].print;
    if (j.print == NULL) {
        fprintf(stderr, "btmsctl: inventory: --format \"%s\": there are text, csv and json\n",
                format);
        return EXIT_USE;
    }
    j.dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (j.dir >= 0)
        data = read_file(&j, "site.snap", SNAPSHOT_SITE, &s);
    else
        perror(state_dir);
    if (data != NULL)
        put_all(&j, &s);
    if (j.dir >= 0)
        close(j.dir);
    free(data);
    return data != NULL ? EXIT_WELL : EXIT_UNKNOWN;
}
