/*
 * btmsctl - alarms at a terminal and in scripts: what stands, what happened, and what a person wants
 * of the plugin.
 *
 * Reads what the plugin publishes (StateDir) and the store (DataDir); writes nothing but requests,
 * which the plugin carries out: so there is one place where alarms change, and a request that is
 * left while collectd is down is served when it is back.
 */
#include "core/fsio.h"
#include "core/snapshot.h"
#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum {
    EXIT_WELL = 0,
    EXIT_REFUSED = 1, /* or, with --check: warning */
    EXIT_CRITICAL = 2,
    EXIT_UNKNOWN = 3,
    EXIT_USE = 64,
    EXIT_QUEUED = 75,
};
enum { SNAPSHOT_MOST = 64 << 20, OLD_MS = 60000, INTERVALS = 3, WAIT_S = 5, LAST = 20 };

static struct {
    const char *state_dir, *data_dir, *note, *reason;
    bool json, check, safety, all;
    int64_t for_ms;
    unsigned wait_s, last;
    uint32_t since;
} set = {"/run/btms", "/var/lib/btms", "", "", .wait_s = WAIT_S, .last = LAST};

static const char usage_text[] =
    "usage: btmsctl [--state-dir DIR] [--data-dir DIR] [--json] COMMAND\n"
    "  alarms [--check]                what stands; --check: one line and a Nagios exit code\n"
    "  log [--last N | --since SEQ]    what happened\n"
    "  ack ID... [--note TEXT]         somebody takes care of it\n"
    "  accept GATEWAY | --all          what is there now is what is expected\n"
    "  maintenance [list]              who works on what\n"
    "  maintenance start WHAT --for 4h --reason TEXT [--also-safety]\n"
    "  maintenance stop WHAT           WHAT: site | gateway NAME | ups NAME N | string NAME N |\n"
    "                                  cell NAME STRING N\n"
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

/* ---- words ------------------------------------------------------------------------------- */

static const char *kind_name(const struct alarm *a)
{
    static char number[16];
    int row = alarm_row(a->kind);

    snprintf(number, sizeof(number), "kind-%u", a->kind);
    return row >= 0 ? alarm_kinds[row].name : number;
}

static const char *what_name(int what)
{
    static const char *const names[] = {"?",       "raised",   "cleared", "changed", "acknowledged",
                                        "shelved", "unshelved"};

    return what >= EVENT_RAISED && what <= EVENT_UNSHELVED ? names[what] : names[0];
}

static void local_time(int64_t wall_ms, char ret[32])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL || strftime(ret, 32, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(ret, 32, "?");
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void json_text(const char *text)
{
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    putchar('"');
}

static void json_field(const char *name, const char *text)
{
    printf(",\"%s\":", name);
    json_text(text);
}

static void json_time(const char *name, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;
    char text[32];

    printf(",\"%s\":", name);
    if (wall_ms != 0 && gmtime_r(&seconds, &tm) != NULL &&
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
        json_text(text);
    else
        fputs("null", stdout);
}

static void json_value(const char *name, bool there, int32_t value, int decimals)
{
    double divisor = 1;

    for (int i = 0; i < decimals; i++)
        divisor *= 10;
    printf(",\"%s\":", name);
    if (there)
        printf("%.*f", decimals, value / divisor);
    else
        fputs("null", stdout);
}

static void json_flag(const char *name, bool is)
{
    printf(",\"%s\":%s", name, is ? "true" : "false");
}

static void json_person(const char *name, const char *when, int64_t ms, const char *by,
                        const char *why, const char *text)
{
    printf(",\"%s\":", name);
    if (ms == 0) {
        fputs("null", stdout);
        return;
    }
    fputs("{\"by\":", stdout);
    json_text(by);
    json_time(when, ms);
    json_field(why, text);
    putchar('}');
}

static void json_sources(uint8_t sources)
{
    static const char *const names[] = {"device", "limit", "derived", "internal"};
    const char *comma = "";

    fputs(",\"sources\":[", stdout);
    for (int i = 0; i < 4; i++)
        if (sources >> i & 1) {
            printf("%s\"%s\"", comma, names[i]);
            comma = ",";
        }
    putchar(']');
}

static void json_alarm(const struct alarm *a)
{
    printf("{\"id\":%" PRIu32, a->id);
    json_field("kind", kind_name(a));
    printf(",\"kind_code\":%u", a->kind);
    json_field("severity", alarm_severity_name((enum alarm_severity)a->severity));
    json_field("object", a->object);
    printf(",\"gateway\":%" PRIu32 ",\"ups\":%u,\"string\":%u,\"cell\":%u", a->gateway, a->ups,
           a->string, a->cell);
    json_field("text", a->text);
    json_value("value", a->has_value, a->value, a->decimals);
    json_value("limit", a->has_limit, a->limit, a->decimals);
    json_value("peak", a->has_value, a->peak, a->decimals);
    json_field("unit", a->unit);
    json_sources(a->sources);
    json_flag("stale", a->stale);
    json_flag("muted", a->muted);
    json_time("raised", a->raised_ms);
    json_time("changed", a->changed_ms);
    printf(",\"occurrences\":%" PRIu32 ",\"cause\":%" PRIu32 ",\"suppressed\":%" PRIu32,
           a->occurrences, a->cause_id, a->suppressed);
    json_person("acknowledged", "at", a->acked_ms, a->acked_by, "note", a->ack_note);
    json_person("shelved", "until", a->shelved_until_ms, a->shelved_by, "reason",
                a->shelved_reason);
    putchar('}');
}

/* ---- what the programs leave --------------------------------------------------------------- */

/* NULL where it is not there or not good: then it is as if there were none. */
static void *read_file(int dir, const char *name, enum snapshot_kind kind, struct snapshot *ret)
{
    void *data = NULL;
    size_t size;

    if (dir < 0 || fsio_read(dir, name, SNAPSHOT_MOST, &data, &size) != 0)
        return NULL;
    if (snapshot_open(data, size, kind, ret) == SNAPSHOT_OK)
        return data;
    free(data);
    return NULL;
}

/* Of this boot? Then when it was written, by CLOCK_BOOTTIME; else -1. */
static int64_t written_ms(const struct snapshot *s)
{
    uint8_t now[16] = {0};
    char text[64] = "";
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");
    size_t n = 0;

    if (f != NULL && fgets(text, sizeof(text), f) == NULL)
        *text = '\0';
    if (f != NULL)
        fclose(f);
    for (const char *c = text; *c != '\0' && n < 2 * sizeof(now); c++) {
        const char *digits = "0123456789abcdef", *digit = strchr(digits, *c);

        if (digit == NULL)
            continue;
        now[n / 2] = (uint8_t)(now[n / 2] << 4 | (digit - digits));
        n++;
    }
    return memcmp(now, s->stamp.boot_id, sizeof(now)) == 0 ? s->stamp.boot_ms : -1;
}

struct picture {
    struct alarm *alarm;
    size_t n;
    bool any;        /* something was there to be read */
    int64_t age_ms;  /* of the newest data; -1: none of this boot */
    int64_t most_ms; /* older is dead */
};

static bool keep(struct picture *p, const struct alarm *a)
{
    struct alarm *grown = realloc(p->alarm, (p->n + 1) * sizeof(*grown));

    if (grown == NULL)
        return false;
    p->alarm = grown;
    p->alarm[p->n++] = *a;
    return true;
}

static void look_at_age(struct picture *p, int dir)
{
    struct timespec ts;
    struct snapshot site, device;
    struct snapshot_site is;
    void *data = read_file(dir, "site.snap", SNAPSHOT_SITE, &site), *of_device;
    int64_t newest = -1;

    p->most_ms = OLD_MS;
    p->age_ms = -1;
    if (data == NULL)
        return;
    snapshot_get_site(&site, &is);
    if (INTERVALS * (int64_t)is.interval_ms > p->most_ms)
        p->most_ms = INTERVALS * (int64_t)is.interval_ms;
    for (uint32_t i = 0; i < site.section[1].count; i++) {
        struct snapshot_entry e;
        char name[32];
        int64_t ms;

        snapshot_get_entry(&site, i, &e);
        snapshot_device_name(e.index, name, sizeof(name));
        of_device = read_file(dir, name, SNAPSHOT_DEVICE, &device);
        ms = of_device != NULL ? written_ms(&device) : -1;
        newest = ms > newest ? ms : newest;
        free(of_device);
    }
    free(data);
    clock_gettime(CLOCK_BOOTTIME, &ts);
    if (newest >= 0)
        p->age_ms = ts.tv_sec * 1000LL + ts.tv_nsec / 1000000 - newest;
}

/* Never makes a store where there is none. NULL: `why` says why. */
static struct store *open_store(char *why, size_t size)
{
    char path[4096];
    struct store *s = NULL;

    snprintf(path, sizeof(path), "%s/btms.db", set.data_dir);
    if (access(path, F_OK) != 0) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return NULL;
    }
    (void)store_open(set.data_dir, NULL, &s, why, size);
    return s;
}

static bool is_agents(const struct alarm *a)
{
    return a->kind == ALARM_COLLECTOR_DOWN || a->kind == ALARM_EVENTS_DROPPED;
}

/* From the store what is not published: the agent's alarms; without StateDir, all. */
static void add_stored(struct picture *p, bool all)
{
    char why[512];
    struct store *s = open_store(why, sizeof(why));
    struct alarm *a = NULL;
    size_t n = 0;

    if (s != NULL && store_active(s, &a, &n) == 0) {
        p->any = true;
        for (size_t i = 0; i < n; i++)
            if (all || is_agents(&a[i]))
                keep(p, &a[i]);
    }
    free(a);
    store_close(s);
}

static struct picture look(void)
{
    struct picture p = {.age_ms = -1};
    int dir = open(set.state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct snapshot s;
    struct alarm a;
    void *data = read_file(dir, "alarms.snap", SNAPSHOT_ALARMS, &s);

    for (uint32_t i = 0; data != NULL && i < s.section[0].count; i++) {
        snapshot_get_alarm(&s, i, &a);
        keep(&p, &a);
    }
    p.any = data != NULL;
    look_at_age(&p, dir);
    add_stored(&p, data == NULL);
    free(data);
    if (dir >= 0)
        close(dir);
    return p;
}

/* ---- alarms ------------------------------------------------------------------------------ */

static int by_weight(const void *a, const void *b)
{
    const struct alarm *x = a, *y = b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void print_alarm(const struct alarm *a)
{
    char at[32];

    local_time(a->raised_ms, at);
    printf("%6" PRIu32 "  %-8s  %s  %s [%s]", a->id,
           alarm_severity_name((enum alarm_severity)a->severity), at, a->text, kind_name(a));
    if (a->suppressed > 0)
        printf(" (explains %" PRIu32 " more)", a->suppressed);
    if (a->cause_id != 0)
        printf(" (because of %" PRIu32 ")", a->cause_id);
    if (a->stale)
        fputs(" (no new data)", stdout);
    if (a->acked_ms != 0)
        printf(" (acknowledged by %s%s%s)", a->acked_by, *a->ack_note ? ": " : "", a->ack_note);
    if (a->shelved_until_ms != 0 && a->kind != ALARM_MAINTENANCE && a->kind != ALARM_COMMISSIONING)
        printf(" (shelved by %s: %s)", a->shelved_by, a->shelved_reason);
    if (a->muted)
        fputs(" (nobody notified)", stdout);
    putchar('\n');
}

static void print_json(const struct picture *p)
{
    printf("{\"data_age_s\":");
    if (p->age_ms >= 0)
        printf("%.1f", (double)p->age_ms / 1000);
    else
        fputs("null", stdout);
    json_flag("fresh", p->age_ms >= 0 && p->age_ms <= p->most_ms);
    fputs(",\"alarms\":[", stdout);
    for (size_t i = 0; i < p->n; i++) {
        if (i > 0)
            putchar(',');
        json_alarm(&p->alarm[i]);
    }
    puts("]}");
}

/* What nobody is to be woken for does not count: muted, shelved. */
static bool counts(const struct alarm *a)
{
    return !a->muted && a->shelved_until_ms == 0;
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
    struct picture p = look();
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
        print_json(&p);
    else
        for (size_t i = 0; i < p.n; i++)
            print_alarm(&p.alarm[i]);
    if (p.any && !set.check && !set.json && (p.age_ms < 0 || p.age_ms > p.most_ms))
        fprintf(stderr, "btmsctl: no current data from collectd: this is what was known last\n");
    free(p.alarm);
    return code;
}

static int cmd_alarms(int argc, char **argv)
{
    (void)argv;
    return argc > 0 ? misused("alarms takes no argument") : show(false);
}

/* ---- log --------------------------------------------------------------------------------- */

static void json_event(const struct event *e)
{
    printf("{\"sequence\":%" PRIu32, e->sequence);
    json_field("event", what_name(e->what));
    json_time("at", e->wall_ms);
    json_flag("stored", e->stored);
    fputs(",\"alarm\":", stdout);
    json_alarm(&e->alarm);
    putchar('}');
}

static void print_event(const struct event *e)
{
    const struct alarm *a = &e->alarm;
    char at[32];

    local_time(e->wall_ms, at);
    printf("%6" PRIu32 "  %s  %-12s %6" PRIu32 "  %-8s  %s", e->sequence, at, what_name(e->what),
           a->id, alarm_severity_name((enum alarm_severity)a->severity), a->text);
    if (e->what == EVENT_ACKNOWLEDGED)
        printf(" (by %s%s%s)", a->acked_by, *a->ack_note ? ": " : "", a->ack_note);
    if (e->what == EVENT_SHELVED)
        printf(" (by %s: %s)", a->shelved_by, a->shelved_reason);
    puts(a->muted ? " (nobody notified)" : "");
}

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
    s = open_store(why, sizeof(why));
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
        (set.json ? json_event : print_event)(&e[i]);
    }
    if (set.json)
        puts("]");
    free(e);
    store_close(s);
    return rc == 0 ? EXIT_WELL : EXIT_UNKNOWN;
}

/* ---- requests ---------------------------------------------------------------------------- */

/* Who is at the keyboard, also behind sudo. */
static void name_person(char *ret, size_t size)
{
    const char *name = getenv("SUDO_USER");
    const struct passwd *p = getpwuid(getuid());

    if (name == NULL || *name == '\0')
        name = getenv("USER");
    if (name == NULL || *name == '\0')
        name = p != NULL ? p->pw_name : "?";
    snprintf(ret, size, "%s", name);
}

static int64_t monotonic_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* 0, or -1 when the store cannot be read. */
static int await(struct store *s, struct store_request *r)
{
    const struct timespec moment = {.tv_nsec = 100000000};
    int64_t until = monotonic_ms() + 1000LL * set.wait_s;

    for (;;) {
        if (store_request(s, r->id, r) != 0)
            return -1;
        if (r->state != STORE_QUEUED || monotonic_ms() >= until)
            return 0;
        nanosleep(&moment, NULL);
    }
}

static int tell_answer(const struct store_request *r)
{
    static const char *const states[] = {"queued", "done", "refused"};
    static const int codes[] = {EXIT_QUEUED, EXIT_WELL, EXIT_REFUSED};
    char text[320];

    if (r->state == STORE_QUEUED)
        snprintf(text, sizeof(text),
                 "request %" PRIu32 " is queued: collectd with the btms plugin does not run, or is "
                 "busy; it is served as soon as it can be",
                 r->id);
    else
        snprintf(text, sizeof(text), "%s", r->answer);
    if (set.json) {
        printf("{\"request\":%" PRIu32, r->id);
        json_field("state", states[r->state]);
        json_field("answer", text);
        puts("}");
    } else {
        fprintf(r->state == STORE_DONE ? stdout : stderr, "%s%s\n",
                r->state == STORE_REFUSED ? "refused: " : "", text);
    }
    return codes[r->state];
}

static int submit(struct store_request *r)
{
    char why[512];
    struct timespec ts;
    struct store *s = open_store(why, sizeof(why));
    int code = EXIT_UNKNOWN;

    if (s == NULL) {
        fprintf(stderr, "btmsctl: %s\n", why);
        return EXIT_UNKNOWN;
    }
    clock_gettime(CLOCK_REALTIME, &ts);
    r->asked_ms = ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
    name_person(r->by, sizeof(r->by));
    if (store_ask(s, r) == 0 && await(s, r) == 0)
        code = tell_answer(r);
    else
        fprintf(stderr, "btmsctl: %s\n", store_error(s));
    store_close(s);
    return code;
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

/* ---- the command line -------------------------------------------------------------------- */

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"alarms",      cmd_alarms     },
    {"log",         cmd_log        },
    {"ack",         cmd_ack        },
    {"accept",      cmd_accept     },
    {"maintenance", cmd_maintenance},
    {"test-alarm",  cmd_test       },
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
    {"help",                  no_argument, NULL, OPT_HELP},
    {"version",no_argument, NULL, OPT_VERSION},
    {0        },
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
    case OPT_ALL:
        return set.all = true;
    case OPT_WAIT:
        set.wait_s = 0;
        return strcmp(arg, "0") == 0 || set_number(arg, 3600, &set.wait_s);
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
    int o, longest = 0;

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
