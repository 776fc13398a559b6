/* See report_words.h. */
#include "report_words.h"

#include "core/identity.h"
#include "core/log.h"

#include <stdio.h>
#include <string.h>

static size_t add_number(char *to, size_t used, size_t size, const char *before, int32_t number,
                         const struct verdict *v)
{
    double divisor = 1;

    for (int i = 0; i < v->decimals; i++)
        divisor *= 10;
    return used + (size_t)snprintf(to + used, size - used, "%s%.*f %s", before, v->decimals,
                                   number / divisor, v->unit);
}

/* "539.75 V, limit 520.80 V; and why": what is in the brackets. */
static void write_details(const struct verdict *v, const char *note, char *ret, size_t size)
{
    size_t used = 0;

    *ret = '\0';
    if (v->has_value)
        used = add_number(ret, used, size, "", v->value, v);
    if (v->has_value && v->has_limit && v->news != CONDITION_CLEARED)
        used = add_number(ret, used, size, ", limit ", v->limit, v);
    if (*note != '\0')
        used += (size_t)snprintf(ret + used, size - used, "%s%s", used > 0 ? "; " : "", note);
    if (v->flaps)
        snprintf(ret + used, size - used, "%scomes and goes", used > 0 ? "; " : "");
}

/* What comes behind the name. */
static void write_finding(const struct verdict *v, const char *what, const char *note, char *ret,
                          size_t size)
{
    char details[480];

    write_details(v, note, details, sizeof(details));
    snprintf(ret, size, ": %s%s%s%s%s", v->news == CONDITION_CLEARED ? "over: " : "", what,
             *details != '\0' ? " (" : "", details, *details != '\0' ? ")" : "");
}

size_t words_room(const struct verdict *v, const char *what, const char *note)
{
    char finding[600];
    size_t taken, all = EVENT_TEXT_SIZE;

    write_finding(v, what, note, finding, sizeof(finding));
    taken = strlen(finding);
    if (taken + WORDS_NAME_LEAST > all)
        return WORDS_NAME_LEAST;
    return all - taken < WORDS_NAME_SIZE ? all - taken : WORDS_NAME_SIZE;
}

/* A long text is cut, and that is all that can happen. */
static void write_text(const struct verdict *v, const char *name, const char *what,
                       const char *note, struct alarm *ret)
{
    char finding[600];
    size_t n = strlen(name), room = sizeof(ret->text) - 1;

    write_finding(v, what, note, finding, sizeof(finding));
    snprintf(ret->text, sizeof(ret->text), "%s%.*s", name, (int)(n < room ? room - n : 0), finding);
    identity_trim(ret->text);
}

void words_fill(const struct verdict *v, const char *name, const char *what, const char *note,
                struct alarm *ret)
{
    const struct alarm_kind *k = &alarm_kinds[v->row];

    ret->kind = k->number;
    ret->severity = (uint8_t)v->severity;
    ret->level = (uint8_t)k->level;
    ret->sources = v->sources;
    ret->stale = v->stale;
    ret->occurrences = v->returns;
    ret->has_value = v->has_value;
    ret->has_limit = v->has_value && v->has_limit;
    if (v->has_value) {
        ret->value = v->value;
        ret->peak = v->peak;
        ret->decimals = v->decimals;
        snprintf(ret->unit, sizeof(ret->unit), "%s", v->unit);
    }
    if (ret->has_limit)
        ret->limit = v->limit;
    write_text(v, name, what, note, ret);
}

void words_log(const struct verdict *v, const struct alarm *a)
{
    const char *name = alarm_kinds[v->row].name;
    bool good = v->news == CONDITION_CLEARED || v->severity == ALARM_INFO;

    if (v->news == CONDITION_CHANGED)
        return;
    log_say(good ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING, "%s [%s]%s%s", a->text, name,
            v->news == CONDITION_WORSENED ? ": now " : "",
            v->news == CONDITION_WORSENED ? alarm_severity_name(v->severity) : "");
    if (v->flaps)
        log_say(LOG_LEVEL_NOTICE,
                "%s [%s]: comes and goes; its end is told when it was calm for %d min", a->object,
                name, FLAP_CALM_MS / 60000);
}

enum event_what words_event(enum condition_news news)
{
    return news == CONDITION_RAISED    ? EVENT_RAISED
           : news == CONDITION_CLEARED ? EVENT_CLEARED
                                       : EVENT_CHANGED;
}
