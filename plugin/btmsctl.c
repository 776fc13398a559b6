/*
 * btmsctl - alarms at a terminal and in scripts: what stands, what happened, and what a person wants
 * of the plugin.
 *
 * Reads what the plugin publishes (StateDir) and the store (DataDir); writes nothing but requests,
 * which the plugin carries out: so there is one place where alarms change, and a request that is
 * left while collectd is down is served when it is back.
 */
#include "core/store.h"
#include "ctl/climate.h"
#include "ctl/exits.h"
#include "ctl/inventory.h"
#include "ctl/names.h"
#include "ctl/picture.h"
#include "ctl/plan.h"
#include "ctl/replacements.h"
#include "ctl/request.h"
#include "ctl/show.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { WAIT_S = 5, LAST = 20 };

static struct {
    const char *state_dir, *data_dir, *note, *reason, *serial, *by, *format;
    bool json, check, safety, all, prometheus, cells;
    uint32_t date;
    int64_t for_ms;
    unsigned wait_s, last;
    uint32_t since;
} set = {"/run/btms", "/var/lib/btms", "", "", "", "", "text", .wait_s = WAIT_S, .last = LAST};

static const char usage_text[] =
    "usage: btmsctl [--state-dir DIR] [--data-dir DIR] [--json] COMMAND\n"
    "  alarms [--check]                what stands; --check: one line and a Nagios exit code\n"
    "  log [--last N | --since SEQ]    what happened\n"
    "  sensors [CONTROLLER]            temperature and humidity of TH controllers\n"
    "  labels [--prometheus] [--cells] what people call things, and where these are\n"
    "  replaced GATEWAY/STRING/CELL --date YYYY-MM-DD [--serial TEXT] [--by NAME] [--note TEXT]\n"
    "                                  a cell was replaced\n"
    "  replacements                    which cells were, and when\n"
    "  ack ID... [--note TEXT]         somebody takes care of it\n"
    "  accept GATEWAY | --all          what is there now is what is expected\n"
    "  maintenance [list]              who works on what\n"
    "  maintenance start WHAT --for 4h --reason TEXT [--also-safety]\n"
    "  maintenance stop WHAT           WHAT: site | gateway NAME | ups NAME N | string NAME N |\n"
    "                                  cell NAME STRING N\n"
    "  inventory [--format text|csv|json]   every device that is declared or found\n"
    "  plan ...                        what a site needs: see btmsctl plan --help\n"
    "  test-alarm [--note TEXT]        an alarm through every path, to see it arrive\n"
    "See btmsctl(1).\n";

static int misused(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int misused(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    fputs("btmsctl: ", stderr);
    vfprintf(stderr, format, ap);
    fprintf(stderr, "\n%s", usage_text);
    va_end(ap);
    return EXIT_USE;
}

/* ---- alarms ------------------------------------------------------------------------------ */

static int by_weight(const void *a, const void *b)
{
    const struct alarm *x = a, *y = b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void print_json(const struct picture *p, const struct names *names)
{
    printf("{\"data_age_s\":");
    if (p->age_ms >= 0)
        printf("%.1f", (double)p->age_ms / 1000);
    else
        fputs("null", stdout);
    show_json_flag("fresh", p->age_ms >= 0 && p->age_ms <= p->most_ms);
    fputs(",\"alarms\":[", stdout);
    for (size_t i = 0; i < p->n; i++) {
        if (i > 0)
            putchar(',');
        show_json_alarm(&p->alarm[i], names_advice(names, &p->alarm[i]));
    }
    puts("]}");
}

/* What nobody is to be woken for does not count: muted; or under maintenance, but for safety. */
static bool counts(const struct alarm *a)
{
    return !a->muted && (a->shelved_until_ms == 0 || alarm_is_safety(a->kind));
}

static int check(const struct picture *p)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    unsigned n[ALARM_CRITICAL + 1] = {0};
    const struct alarm *first = NULL;
    int code;

    for (size_t i = 0; i < p->n; i++)
        if (counts(&p->alarm[i])) {
            n[p->alarm[i].severity]++;
            first = first == NULL ? &p->alarm[i] : first;
        }
    code = n[ALARM_CRITICAL] > 0                                    ? EXIT_CRITICAL
           : n[ALARM_MAJOR] + n[ALARM_MINOR] + n[ALARM_WARNING] > 0 ? 1
                                                                    : EXIT_WELL;
    if (p->age_ms < 0 || p->age_ms > p->most_ms)
        code = code == EXIT_CRITICAL ? code : EXIT_UNKNOWN;
    printf("BTMS %s: %u critical, %u major, %u minor, %u warning%s", words[code], n[4], n[3], n[2],
           n[1], code == EXIT_UNKNOWN ? "; no current data from collectd" : "");
    if (first != NULL && first->severity > ALARM_INFO)
        printf("; %s", first->text);
    printf(" | critical=%u major=%u minor=%u warning=%u info=%u\n", n[4], n[3], n[2], n[1], n[0]);
    return code;
}

static int no_data(void)
{
    fprintf(stderr, "btmsctl: nothing to read: neither %s/alarms.snap nor %s/btms.db\n",
            set.state_dir, set.data_dir);
    if (set.check)
        puts("BTMS UNKNOWN: no data");
    return EXIT_UNKNOWN;
}

static int show(bool only_maintenance)
{
    struct picture p = picture_look(set.state_dir, set.data_dir);
    struct names names = names_read(set.state_dir);
    size_t kept = 0;
    int code = EXIT_WELL;

    for (size_t i = 0; i < p.n; i++)
        if (!only_maintenance || p.alarm[i].kind == ALARM_MAINTENANCE ||
            p.alarm[i].kind == ALARM_COMMISSIONING)
            p.alarm[kept++] = p.alarm[i];
    p.n = kept;
    if (p.n > 0)
        qsort(p.alarm, p.n, sizeof(*p.alarm), by_weight);
    if (!p.any)
        code = no_data();
    else if (set.check)
        code = check(&p);
    else if (set.json)
        print_json(&p, &names);
    else
        for (size_t i = 0; i < p.n; i++)
            show_print_alarm(&p.alarm[i], names_advice(&names, &p.alarm[i]));
    if (p.any && !set.check && !set.json && (p.age_ms < 0 || p.age_ms > p.most_ms))
        fprintf(stderr, "btmsctl: no current data from collectd: this is what was known last\n");
    free(p.alarm);
    names_free(&names);
    return code;
}

static int cmd_alarms(int argc, char **argv)
{
    (void)argv;
    return argc > 0 ? misused("alarms takes no argument") : show(false);
}

/* ---- log --------------------------------------------------------------------------------- */

static int cmd_log(int argc, char **argv)
{
    char why[512];
    struct store *s;
    struct event *e = NULL;
    size_t n = 0;
    int rc;

    (void)argv;
    if (argc > 0)
        return misused("log takes no argument");
    s = picture_store(set.data_dir, why, sizeof(why));
    if (s == NULL) {
        fprintf(stderr, "btmsctl: %s\n", why);
        return EXIT_UNKNOWN;
    }
    rc = set.since > 0 ? store_events_after(s, set.since - 1, SIZE_MAX, &e, &n)
                       : store_last_events(s, set.last, &e, &n);
    if (rc != 0)
        fprintf(stderr, "btmsctl: %s\n", store_error(s));
    if (set.json)
        putchar('[');
    for (size_t i = 0; i < n; i++) {
        if (set.json && i > 0)
            putchar(',');
        (set.json ? show_json_event : show_print_event)(&e[i]);
    }
    if (set.json)
        puts("]");
    free(e);
    store_close(s);
    return rc == 0 ? EXIT_WELL : EXIT_UNKNOWN;
}

/* ---- sensors ----------------------------------------------------------------------------- */

static int cmd_sensors(int argc, char **argv)
{
    return argc > 1 ? misused("sensors: of one TH controller, or of all")
                    : climate_show(set.state_dir, argc == 1 ? argv[0] : NULL, set.json);
}

/* ---- requests ---------------------------------------------------------------------------- */

static int submit(struct store_request *r)
{
    const struct request_way way = {set.data_dir, set.by, set.wait_s, set.json};

    return request_submit(&way, r);
}

/* A whole number from 1 to `most`; 0 if it is none. */
static uint32_t number(const char *text, uint32_t most)
{
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(text, &end, 10);
    return *text < '0' || *text > '9' || *end != '\0' || errno != 0 || n > most ? 0 : (uint32_t)n;
}

static int cmd_ack(int argc, char **argv)
{
    int worst = EXIT_WELL;

    if (argc == 0)
        return misused("ack: which alarm? (see btmsctl alarms)");
    for (int i = 0; i < argc; i++)
        if (number(argv[i], UINT32_MAX) == 0)
            return misused("ack: \"%s\" is no number of an alarm", argv[i]);
    for (int i = 0; i < argc; i++) {
        struct store_request r = {.verb = STORE_ACK, .alarm_id = number(argv[i], UINT32_MAX)};
        int code;

        snprintf(r.note, sizeof(r.note), "%s", set.note);
        code = submit(&r);
        worst = code > worst ? code : worst;
    }
    return worst;
}

static int cmd_accept(int argc, char **argv)
{
    struct store_request r = {.verb = STORE_ACCEPT,
                              .level = set.all ? ALARM_OF_SITE : ALARM_OF_GATEWAY};

    if (argc != (set.all ? 0 : 1))
        return misused("accept: one gateway, or --all");
    if (!set.all && strlen(argv[0]) >= sizeof(r.gateway))
        return misused("accept: no gateway has so long a name");
    if (!set.all)
        snprintf(r.gateway, sizeof(r.gateway), "%s", argv[0]);
    return submit(&r);
}

static int cmd_test(int argc, char **argv)
{
    struct store_request r = {.verb = STORE_TEST};

    (void)argv;
    if (argc > 0)
        return misused("test-alarm takes no argument");
    snprintf(r.note, sizeof(r.note), "%s", set.note);
    return submit(&r);
}

/* ---- names, and what was replaced -------------------------------------------------------- */

static int cmd_labels(int argc, char **argv)
{
    (void)argv;
    if (argc > 0)
        return misused("labels takes no argument");
    return labels_print(set.state_dir,
                        set.prometheus ? LABELS_PROMETHEUS
                        : set.json     ? LABELS_JSON
                                       : LABELS_LINES,
                        set.cells);
}

/* "gw-a/3/17": no name of a gateway has a '/'. */
static bool read_cell(const char *text, struct store_request *r)
{
    const char *string = strchr(text, '/'), *cell = string != NULL ? strchr(string + 1, '/') : NULL;
    char of_string[8];

    if (cell == NULL || string == text || (size_t)(string - text) >= sizeof(r->gateway) ||
        (size_t)(cell - string) > sizeof(of_string))
        return false;
    snprintf(r->gateway, sizeof(r->gateway), "%.*s", (int)(string - text), text);
    snprintf(of_string, sizeof(of_string), "%.*s", (int)(cell - string - 1), string + 1);
    r->string = (uint16_t)number(of_string, STRING_MAX);
    r->cell = (uint16_t)number(cell + 1, CELL_MAX);
    return r->string > 0 && r->cell > 0;
}

static int cmd_replaced(int argc, char **argv)
{
    struct store_request r = {.verb = STORE_REPLACED, .level = ALARM_OF_CELL, .date = set.date};

    if (argc != 1 || !read_cell(argv[0], &r))
        return misused("replaced: which cell? GATEWAY/STRING/CELL, as gw-a/3/17: strings 1 to %d, "
                       "cells 1 to %d",
                       STRING_MAX, CELL_MAX);
    if (set.date == 0)
        return misused("replaced: --date when?");
    snprintf(r.serial, sizeof(r.serial), "%s", set.serial);
    snprintf(r.note, sizeof(r.note), "%s", set.note);
    return submit(&r);
}

static int cmd_replacements(int argc, char **argv)
{
    (void)argv;
    return argc > 0 ? misused("replacements takes no argument")
                    : replacements_show(set.data_dir, set.json);
}

/* ---- maintenance ------------------------------------------------------------------------- */

static const struct scope {
    const char *word;
    enum alarm_level level;
    int arguments;
} scopes[] = {
    {"site",    ALARM_OF_SITE,    0},
    {"gateway", ALARM_OF_GATEWAY, 1},
    {"ups",     ALARM_OF_UPS,     2},
    {"string",  ALARM_OF_STRING,  2},
    {"cell",    ALARM_OF_CELL,    3},
};

static bool read_numbers(struct store_request *r, char **argv)
{
    if (r->level == ALARM_OF_UPS)
        return (r->ups = (uint16_t)number(argv[1], UPS_MAX)) > 0;
    if (r->level == ALARM_OF_STRING || r->level == ALARM_OF_CELL)
        r->string = (uint16_t)number(argv[1], STRING_MAX);
    if (r->level == ALARM_OF_CELL)
        r->cell = (uint16_t)number(argv[2], CELL_MAX);
    return (r->level != ALARM_OF_STRING && r->level != ALARM_OF_CELL) ||
           (r->string > 0 && (r->level != ALARM_OF_CELL || r->cell > 0));
}

/* "string gw-a 3" */
static bool read_scope(struct store_request *r, int argc, char **argv)
{
    for (size_t i = 0; argc > 0 && i < sizeof(scopes) / sizeof(scopes[0]); i++) {
        if (strcasecmp(argv[0], scopes[i].word) != 0)
            continue;
        r->level = (uint8_t)scopes[i].level;
        if (argc - 1 != scopes[i].arguments)
            return false;
        if (argc > 1 && strlen(argv[1]) >= sizeof(r->gateway))
            return false;
        if (argc > 1)
            snprintf(r->gateway, sizeof(r->gateway), "%s", argv[1]);
        return read_numbers(r, argv + 1);
    }
    return false;
}

static int cmd_maintenance(int argc, char **argv)
{
    struct store_request r = {.for_ms = set.for_ms, .safety = set.safety};
    const char *verb = argc > 0 ? argv[0] : "list";
    bool start = strcmp(verb, "start") == 0;

    if (strcmp(verb, "list") == 0 && argc <= 1)
        return show(true);
    if (!start && strcmp(verb, "stop") != 0)
        return misused("maintenance: start, stop or list");
    r.verb = start ? STORE_MAINTAIN : STORE_END;
    if (!read_scope(&r, argc - 1, argv + 1))
        return misused("maintenance %s: of what? site, gateway NAME, ups NAME N, string NAME N or "
                       "cell NAME STRING N",
                       verb);
    if (start && set.for_ms == 0)
        return misused("maintenance start: --for how long? It must end by itself");
    if (start && *set.reason == '\0')
        return misused("maintenance start: --reason why?");
    snprintf(r.note, sizeof(r.note), "%s", set.reason);
    return submit(&r);
}

static int cmd_inventory(int argc, char **argv)
{
    (void)argv;
    return argc != 0 ? misused("inventory takes no arguments but --format")
                     : inventory_run(set.state_dir, set.json ? "json" : set.format);
}

/* ---- the command line -------------------------------------------------------------------- */

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"alarms",       cmd_alarms      },
    {"log",          cmd_log         },
    {"sensors",      cmd_sensors     },
    {"labels",       cmd_labels      },
    {"replaced",     cmd_replaced    },
    {"replacements", cmd_replacements},
    {"ack",          cmd_ack         },
    {"accept",       cmd_accept      },
    {"maintenance",  cmd_maintenance },
    {"test-alarm",   cmd_test        },
    {"inventory",    cmd_inventory   },
};

/* "4h", "1h30m", "90s", "2d"; 0 if it is none. */
static int64_t duration(const char *text)
{
    static const char units[] = "smhd";
    static const int64_t ms[] = {1000, 60000, 3600000, 86400000};
    int64_t sum = 0;

    while (*text != '\0') {
        char *end;
        unsigned long n = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
        const char *unit = n > 0 && n <= 100000 && *end != '\0' ? strchr(units, *end) : NULL;

        if (unit == NULL)
            return 0;
        sum += (int64_t)n * ms[unit - units];
        text = end + 1;
    }
    return sum;
}

enum {
    OPT_JSON = 256,
    OPT_CHECK,
    OPT_LAST,
    OPT_SINCE,
    OPT_NOTE,
    OPT_FOR,
    OPT_REASON,
    OPT_SAFETY,
    OPT_ALL,
    OPT_WAIT,
    OPT_FORMAT,
    OPT_PROMETHEUS,
    OPT_CELLS,
    OPT_DATE,
    OPT_SERIAL,
    OPT_BY,
    OPT_HELP,
    OPT_VERSION
};

static const struct option options[] = {
    {"state-dir",        required_argument, NULL, 's'},
    {"data-dir",              required_argument, NULL, 'd'},
    {"json",                  no_argument, NULL, OPT_JSON},
    {"check",no_argument, NULL, OPT_CHECK},
    {"last",               required_argument, NULL, OPT_LAST},
    {"since",             required_argument, NULL, OPT_SINCE},
    {"note",              required_argument, NULL, OPT_NOTE},
    {"for",                  required_argument, NULL, OPT_FOR},
    {"reason",                    required_argument, NULL, OPT_REASON},
    {"also-safety",         no_argument, NULL, OPT_SAFETY},
    {"all",             no_argument, NULL, OPT_ALL},
    {"wait",              required_argument, NULL, OPT_WAIT},
    {"format",                  required_argument, NULL, OPT_FORMAT},
    {"prometheus",no_argument, NULL, OPT_PROMETHEUS},
    {"cells",         no_argument, NULL, OPT_CELLS},
    {"date",             required_argument, NULL, OPT_DATE},
    {"serial",              required_argument, NULL, OPT_SERIAL},
    {"by",                  required_argument, NULL, OPT_BY},
    {"help",no_argument, NULL, OPT_HELP},
    {"version",           no_argument, NULL, OPT_VERSION},
    {0          },
};

static bool set_number(const char *text, uint32_t most, uint32_t *ret)
{
    *ret = number(text, most);
    return *ret > 0;
}

/* False: `arg` is none for it. */
static bool set_option(int o, const char *arg)
{
    switch (o) {
    case 's':
        set.state_dir = arg;
        return true;
    case 'd':
        set.data_dir = arg;
        return true;
    case OPT_JSON:
        return set.json = true;
    case OPT_FORMAT:
        set.format = arg;
        return true;
    case OPT_CHECK:
        return set.check = true;
    case OPT_LAST:
        return set_number(arg, UINT32_MAX, &set.last);
    case OPT_SINCE:
        return set_number(arg, UINT32_MAX, &set.since);
    case OPT_NOTE:
        set.note = arg;
        return strlen(arg) < EVENT_NOTE_SIZE;
    case OPT_FOR:
        return (set.for_ms = duration(arg)) > 0;
    case OPT_REASON:
        set.reason = arg;
        return strlen(arg) < EVENT_NOTE_SIZE;
    case OPT_SAFETY:
        return set.safety = true;
    case OPT_PROMETHEUS:
        return set.prometheus = true;
    case OPT_CELLS:
        return set.cells = true;
    case OPT_DATE:
        return identity_read_date(arg, &set.date) == NULL;
    case OPT_SERIAL:
        set.serial = arg;
        return strlen(arg) < IDENTITY_LABEL_SIZE && identity_text_fault(arg) == NULL;
    case OPT_BY:
        set.by = arg;
        return *arg != '\0' && strlen(arg) < EVENT_BY_SIZE && identity_text_fault(arg) == NULL;
    case OPT_ALL:
        return set.all = true;
    case OPT_WAIT:
        set.wait_s = 0;
        return strcmp(arg, "0") == 0 || set_number(arg, 3600, &set.wait_s);
    default:
        return false;
    }
}

/* The word that the options of this program lead to: `plan` has options of its own after it. */
static bool leads_to_plan(int argc, char **argv)
{
    int o;
    bool json = set.json;

    opterr = 0;
    while ((o = getopt_long(argc, argv, "+s:d:", options, NULL)) != -1)
        if (o == 's')
            set.state_dir = optarg;
        else if (o == OPT_JSON)
            json = true;
        else if (o == '?' || o == OPT_HELP || o == OPT_VERSION)
            break;
    opterr = 1;
    if (o == -1 && optind < argc && strcmp(argv[optind], "plan") == 0)
        return set.json = json, true;
    optind = 0;
    return false;
}

int main(int argc, char **argv)
{
    int o, longest = 0;

    if (leads_to_plan(argc, argv))
        return plan_run(set.state_dir, set.json, argc - optind, argv + optind);
    while ((o = getopt_long(argc, argv, "s:d:", options, &longest)) != -1) {
        if (o == OPT_HELP || o == OPT_VERSION) {
            fputs(o == OPT_HELP ? usage_text : "btmsctl " BTMS_VERSION "\n", stdout);
            return EXIT_WELL;
        }
        if (o == '?')
            return misused("see above");
        if (!set_option(o, optarg))
            return misused("--%s: \"%s\" cannot be", options[longest].name,
                           optarg != NULL ? optarg : "");
    }
    for (size_t i = 0; optind < argc && i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(argv[optind], commands[i].name) == 0)
            return commands[i].run(argc - optind - 1, argv + optind + 1);
    return optind < argc ? misused("there is no command \"%s\"", argv[optind])
                         : misused("which command?");
}
