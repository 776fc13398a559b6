/* See plan.h: the command line, and the order of things. */
#include "ctl/plan.h"

#include "ctl/exits.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPT_UPS = 256,
    OPT_CELLS,
    OPT_VOLTAGE,
    OPT_CURRENT,
    OPT_TH,
    OPT_INSULATION,
    OPT_IO,
    OPT_DISPLAY,
    OPT_SETS,
    OPT_SENSORS,
    OPT_CONSUMPTION,
    OPT_FORMAT,
    OPT_JSON,
    OPT_RUNNING,
    OPT_HELP
};

static const struct option options[] = {
    {"ups",              required_argument, NULL, OPT_UPS},
    {"cells",              required_argument, NULL, OPT_CELLS},
    {"cell-voltage",                  required_argument, NULL, OPT_VOLTAGE},
    {"max-current",required_argument, NULL, OPT_CURRENT},
    {"th",         no_argument, NULL, OPT_TH},
    {"insulation",     no_argument, NULL, OPT_INSULATION},
    {"io",              no_argument, NULL, OPT_IO},
    {"display",                  no_argument, NULL, OPT_DISPLAY},
    {"sets",              no_argument, NULL, OPT_SETS},
    {"th-sensors",       required_argument, NULL, OPT_SENSORS},
    {"consumption",               required_argument, NULL, OPT_CONSUMPTION},
    {"format",              required_argument, NULL, OPT_FORMAT},
    {"json",                  no_argument, NULL, OPT_JSON},
    {"running",   no_argument, NULL, OPT_RUNNING},
    {"state-dir",    required_argument, NULL, 's'},
    {"help",               no_argument, NULL, OPT_HELP},
    {0             },
};

static const char usage_text[] =
    "usage: btmsctl plan --ups UPS ... [OPTION ...]\n"
    "       btmsctl plan --running [OPTION ...]\n"
    "  --ups COUNTxSTRINGS[,KEY=N...]  UPS, strings in each; keys: cells, voltage, current\n"
    "  --ups NAME:strings=N[,KEY=N...] one by name; again: more strings of it\n"
    "  --cells N, --cell-voltage V, --max-current A: of strings that do not tell them\n"
    "  --th, --insulation, --io        every string has a sensor, a monitor, relay and input\n"
    "  --display                       a display at every gateway\n"
    "  --sets                          controllers as sets\n"
    "  --th-sensors N                  sensors on TH controllers\n"
    "  --consumption CODE=WATTS[,...]  of one device, for the power supplies\n"
    "  --format text | csv | json\n"
    "See btmsctl(1).\n";

typedef void print_outcome(const struct plan_outcome *o);

static const struct format {
    const char *name;
    print_outcome *print;
} formats[] = {
    {"text", plan_print_text},
    {"csv",  plan_print_csv },
    {"json", plan_print_json},
};

struct request {
    const char *state_dir;
    bool running, help;
    print_outcome *print;
    struct plan_words words;
};

static int misused(const char *what, const char *why)
{
    fprintf(stderr, "btmsctl: plan: %s%s\n%s", what, why, usage_text);
    return EXIT_USE;
}

/* ---- options ----------------------------------------------------------------------------------- */

static bool set_format(const char *name, struct request *r, char *why)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(name, formats[i].name) == 0) {
            r->print = formats[i].print;
            return true;
        }
    snprintf(why, PLAN_WHY_SIZE, "\"%.64s\" is none of text, csv, json", name);
    return false;
}

static bool set_common(int o, const char *arg, struct bom_group *g, char *why)
{
    static const uint32_t most[] = {PLAN_CELLS_MOST, PLAN_VOLTS_MOST, PLAN_AMPERES_MOST};
    uint32_t n;

    if (!plan_read_number(arg, 1, most[o - OPT_CELLS], &n, why))
        return false;
    if (o == OPT_CELLS)
        g->cells = (uint16_t)n;
    else if (o == OPT_VOLTAGE)
        g->cell_voltage = (uint16_t)n;
    else
        g->max_current_a = n;
    return true;
}

static void set_flag(int o, struct request *r)
{
    switch (o) {
    case OPT_TH:
        r->words.th = true;
        break;
    case OPT_INSULATION:
        r->words.gs = true;
        break;
    case OPT_IO:
        r->words.io = true;
        break;
    case OPT_DISPLAY:
        r->words.options.hmi = true;
        break;
    case OPT_SETS:
        r->words.options.sets = true;
        break;
    case OPT_JSON:
        r->print = plan_print_json;
        break;
    case OPT_RUNNING:
        r->running = true;
        break;
    case OPT_HELP:
        r->help = true;
        break;
    }
}

/* False: `why` says what is wrong with `arg`. */
static bool set_option(int o, const char *arg, struct request *r, char *why)
{
    switch (o) {
    case 's':
        r->state_dir = arg;
        return true;
    case OPT_UPS:
        return plan_read_ups(arg, &r->words, why);
    case OPT_CELLS:
    case OPT_VOLTAGE:
    case OPT_CURRENT:
        return set_common(o, arg, &r->words.common, why);
    case OPT_SENSORS:
        return plan_read_number(arg, 1, BOM_SENSORS_MAX, &r->words.sensors, why);
    case OPT_CONSUMPTION:
        return plan_read_consumption(arg, &r->words, why);
    case OPT_FORMAT:
        return set_format(arg, r, why);
    default:
        set_flag(o, r);
        return true;
    }
}

/* 0, or the exit status. */
static int read_options(int argc, char **argv, struct request *r)
{
    char why[PLAN_WHY_SIZE], what[128];
    int o, which = 0;

    optind = 0; /* glibc: from the start, with this argv */
    while ((o = getopt_long(argc, argv, "s:", options, &which)) != -1) {
        if (o == '?')
            return misused("see above", "");
        if (set_option(o, optarg, r, why))
            continue;
        snprintf(what, sizeof(what), "--%s \"%.80s\": ", options[which].name, optarg);
        return misused(what, why);
    }
    if (optind < argc) {
        snprintf(what, sizeof(what), "\"%.80s\" is no option", argv[optind]);
        return misused(what, "");
    }
    return 0;
}

/* ---- the plan ---------------------------------------------------------------------------------- */

static void keep(void *ctx, const struct topo_finding *f)
{
    struct plan_outcome *o = ctx;
    struct topo_finding *grown = realloc(o->finding, (o->findings + 1) * sizeof(*grown));

    if (grown == NULL)
        return;
    o->finding = grown;
    grown[o->findings++] = *f;
}

/* What was found, with what the words add to every string. */
static void add_words(const struct plan_words *w, struct bom_site *b)
{
    for (size_t i = 0; i < b->site.gateways; i++)
        for (size_t n = 0; n < b->gateway[i].strings; n++) {
            struct topo_string *s = &b->string[&b->gateway[i].string[n] - b->string];

            s->th |= w->th;
            s->gs |= w->gs;
            s->io |= w->io;
            if (s->cell_voltage == 0)
                s->cell_voltage = w->common.cell_voltage;
            if (s->max_current_a == 0)
                s->max_current_a = w->common.max_current_a;
        }
}

static int tell(struct bom_site *b, const struct request *r)
{
    struct plan_outcome o = {.site = &b->site};
    size_t broken;

    memcpy(b->site.consumption, r->words.consumption, sizeof(b->site.consumption));
    if (bom_equip(b, &r->words.options) != 0) {
        fputs("btmsctl: plan: out of memory\n", stderr);
        return EXIT_UNKNOWN;
    }
    bom_list(&b->site, &o.bom);
    broken = topology_check(&b->site, keep, &o);
    r->print(&o);
    free(o.finding);
    return broken > 0 ? EXIT_REFUSED : EXIT_WELL;
}

static int plan_words(struct request *r)
{
    struct plan_words *w = &r->words;
    struct bom_wish wish = {.th = w->th, .gs = w->gs, .io = w->io, .sensors = w->sensors};
    char why[PLAN_WHY_SIZE];
    struct bom_site b = {0};
    int code;

    if (w->groups == 0 && w->sensors == 0)
        return misused("which site? --ups, --th-sensors, or --running", "");
    if (!plan_complete(w, why))
        return misused(why, "");
    wish.group = w->group;
    wish.groups = w->groups;
    if (bom_layout(&wish, &b) != 0) {
        fputs("btmsctl: plan: out of memory\n", stderr);
        return EXIT_UNKNOWN;
    }
    code = tell(&b, r);
    bom_site_free(&b);
    return code;
}

static int plan_running(struct request *r)
{
    const struct plan_words *w = &r->words;
    char why[PLAN_WHY_SIZE];
    struct bom_site b = {0};
    int code;

    if (w->groups > 0 || w->sensors > 0 || w->common.cells > 0)
        return misused("--running finds UPS, cells and sensors: it goes without --ups, --cells and "
                       "--th-sensors",
                       "");
    if (!plan_find(r->state_dir, &b, why)) {
        fprintf(stderr, "btmsctl: plan: %s\n", why);
        return EXIT_UNKNOWN;
    }
    add_words(w, &b);
    code = tell(&b, r);
    bom_site_free(&b);
    return code;
}

int plan_run(const char *state_dir, bool json, int argc, char **argv)
{
    struct request r = {.state_dir = state_dir, .print = json ? plan_print_json : plan_print_text};
    int code = read_options(argc, argv, &r);

    if (code == 0 && r.help)
        fputs(usage_text, stdout);
    else if (code == 0)
        code = r.running ? plan_running(&r) : plan_words(&r);
    free(r.words.group);
    return code;
}
