/* See show.h. */
#include "ctl/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *show_kind(const struct alarm *a)
{
    static char number[16];
    int row = alarm_row(a->kind);

    snprintf(number, sizeof(number), "kind-%u", a->kind);
    return row >= 0 ? alarm_kinds[row].name : number;
}

static void local_time(int64_t wall_ms, char ret[32])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL || strftime(ret, 32, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(ret, 32, "?");
}

/* ---- JSON -------------------------------------------------------------------------------- */

/* Bytes of the character that begins at `c`; 0: it is no UTF-8. A text that was cut can end amid one. */
static int utf8_length(const unsigned char *c)
{
    int n = *c < 0x80                 ? 1
            : *c >= 0xc2 && *c < 0xe0 ? 2
            : *c >= 0xe0 && *c < 0xf0 ? 3
            : *c >= 0xf0 && *c < 0xf5 ? 4
                                      : 0;

    for (int i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

void show_csv_text(const char *text, const char *end)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    printf("\"%s", end);
}

void show_json_text(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;

    putchar('"');
    while (*c != '\0') {
        int n = utf8_length(c);

        if (n == 0)
            fputs("\\ufffd", stdout);
        else if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            printf("\\u%04x", *c);
        else
            fwrite(c, 1, (size_t)n, stdout);
        c += n > 0 ? n : 1;
    }
    putchar('"');
}

void show_json_field(const char *name, const char *text)
{
    printf(",\"%s\":", name);
    show_json_text(text);
}

static void show_json_time(const char *name, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;
    char text[32];

    printf(",\"%s\":", name);
    if (wall_ms != 0 && gmtime_r(&seconds, &tm) != NULL &&
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
        show_json_text(text);
    else
        fputs("null", stdout);
}

void show_json_value(const char *name, bool there, int32_t value, int decimals)
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

void show_json_flag(const char *name, bool is)
{
    printf(",\"%s\":%s", name, is ? "true" : "false");
}

static void show_json_person(const char *name, const char *when, int64_t ms, const char *by,
                             const char *why, const char *text)
{
    printf(",\"%s\":", name);
    if (ms == 0) {
        fputs("null", stdout);
        return;
    }
    fputs("{\"by\":", stdout);
    show_json_text(by);
    show_json_time(when, ms);
    show_json_field(why, text);
    putchar('}');
}

static void show_json_sources(uint8_t sources)
{
    const char *comma = "";

    fputs(",\"sources\":[", stdout);
    for (int i = 0; i < ALARM_SOURCES; i++)
        if (sources >> i & 1) {
            printf("%s\"%s\"", comma, alarm_source_name(i));
            comma = ",";
        }
    putchar(']');
}

void show_json_alarm(const struct alarm *a, const struct identity *advice)
{
    bool is_part = a->level == ALARM_OF_SENSOR || a->level == ALARM_OF_CHANNEL ||
                   a->level == ALARM_OF_QUANTITY; /* and `cell` is its number */

    printf("{\"id\":%" PRIu32, a->id);
    show_json_field("kind", show_kind(a));
    printf(",\"kind_code\":%u", a->kind);
    show_json_field("severity", alarm_severity_name((enum alarm_severity)a->severity));
    show_json_field("object", a->object);
    printf(",\"gateway\":%" PRIu32 ",\"ups\":%u,\"string\":%u,\"cell\":%u", a->gateway, a->ups,
           a->string, is_part ? 0 : a->cell);
    if (a->level == ALARM_OF_SENSOR)
        printf(",\"sensor\":%u", a->cell);
    show_json_field("text", a->text);
    show_json_value("value", a->has_value, a->value, a->decimals);
    show_json_value("limit", a->has_limit, a->limit, a->decimals);
    show_json_value("peak", a->has_value, a->peak, a->decimals);
    show_json_field("unit", a->unit);
    show_json_sources(a->sources);
    show_json_flag("stale", a->stale);
    show_json_flag("muted", a->muted);
    show_json_time("raised", a->raised_ms);
    show_json_time("changed", a->changed_ms);
    printf(",\"occurrences\":%" PRIu32 ",\"cause\":%" PRIu32 ",\"suppressed\":%" PRIu32,
           a->occurrences, a->cause_id, a->suppressed);
    show_json_person("acknowledged", "at", a->acked_ms, a->acked_by, "note", a->ack_note);
    show_json_person("shelved", "until", a->shelved_until_ms, a->shelved_by, "reason",
                     a->shelved_reason);
    if (advice != NULL && *advice->note != '\0')
        show_json_field("note", advice->note);
    if (advice != NULL && *advice->runbook != '\0')
        show_json_field("runbook", advice->runbook);
    putchar('}');
}

/* ---- lines ----------------------------------------------------------------------------------- */

void show_print_alarm(const struct alarm *a, const struct identity *advice)
{
    char at[32];

    local_time(a->raised_ms, at);
    printf("%6" PRIu32 "  %-8s  %s  %s [%s]", a->id,
           alarm_severity_name((enum alarm_severity)a->severity), at, a->text, show_kind(a));
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
    if (advice != NULL && *advice->note != '\0')
        printf(" (note: %s)", advice->note);
    if (advice != NULL && *advice->runbook != '\0')
        printf(" (see %s)", advice->runbook);
    putchar('\n');
}

void show_json_event(const struct event *e)
{
    printf("{\"sequence\":%" PRIu32, e->sequence);
    show_json_field("event", event_name(e->what));
    show_json_time("at", e->wall_ms);
    show_json_flag("stored", e->stored);
    fputs(",\"alarm\":", stdout);
    show_json_alarm(&e->alarm, NULL);
    putchar('}');
}

void show_print_event(const struct event *e)
{
    const struct alarm *a = &e->alarm;
    char at[32];

    local_time(e->wall_ms, at);
    printf("%6" PRIu32 "  %s  %-12s %6" PRIu32 "  %-8s  %s", e->sequence, at, event_name(e->what),
           a->id, alarm_severity_name((enum alarm_severity)a->severity), a->text);
    if (e->what == EVENT_ACKNOWLEDGED)
        printf(" (by %s%s%s)", a->acked_by, *a->ack_note ? ": " : "", a->ack_note);
    if (e->what == EVENT_SHELVED)
        printf(" (by %s: %s)", a->shelved_by, a->shelved_reason);
    if (e->what == EVENT_RAISED && !a->muted && e->wall_ms != a->raised_ms) {
        local_time(a->raised_ms, at);
        printf(" (notified only now; since %s)", at);
    }
    puts(a->muted ? " (nobody notified)" : "");
}
