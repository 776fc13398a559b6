/* See changes.h. */
#include "changes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ----------------------------------------------------------------------------- */

/* Of what the lines are that are written now. */
struct out {
    FILE *to;
    const char *gateway;
    int string;
};

static void put(const struct out *o, const char *of, const char *setting, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void put(const struct out *o, const char *of, const char *setting, const char *format, ...)
{
    va_list ap;

    fprintf(o->to, "%s\t%d\t%s%s%s\t", o->gateway, o->string, of, *of != '\0' ? " " : "", setting);
    va_start(ap, format);
    vfprintf(o->to, format, ap);
    va_end(ap);
    fputc('\n', o->to);
}

static void put_number(const struct out *o, const struct limit_row *row, const char *setting,
                       int value)
{
    double divisor = 1;

    for (int i = 0; i < row->decimals; i++)
        divisor *= 10;
    if (value == LIMIT_OFF)
        put(o, row->name, setting, "off");
    else
        put(o, row->name, setting, "%.*f %s", row->decimals, value / divisor, row->unit);
}

static void put_seconds(const struct out *o, const char *of, const char *setting, int ms)
{
    put(o, of, setting, "%g s", ms / 1000.0);
}

static void put_limit(const struct out *o, const struct limit_row *row,
                      const struct limit_setting *is)
{
    if (is->set & LIMIT_WARNING)
        put_number(o, row, "warning", is->warning);
    if (is->set & LIMIT_CRITICAL)
        put_number(o, row, "critical", is->critical);
    if (is->set & LIMIT_HYSTERESIS)
        put_number(o, row, "hysteresis", is->hysteresis);
    if (is->set & LIMIT_RAISE)
        put_seconds(o, row->name, "raise delay", is->raise_ms);
    if (is->set & LIMIT_CLEAR)
        put_seconds(o, row->name, "clear delay", is->clear_ms);
}

static void put_alarm(const struct out *o, const char *name, const struct alarm_setting *is)
{
    if (is->set & LIMIT_SEVERITY)
        put(o, name, "severity", "%s", alarm_severity_name((enum alarm_severity)is->severity));
    if (is->set & LIMIT_SEVERITY2)
        put(o, name, "severity of critical", "%s",
            alarm_severity_name((enum alarm_severity)is->severity2));
    if (is->set & LIMIT_RAISE)
        put_seconds(o, name, "raise delay", is->raise_ms);
    if (is->set & LIMIT_CLEAR)
        put_seconds(o, name, "clear delay", is->clear_ms);
}

static void put_settings(const struct out *o, const struct limit_settings *is)
{
    if (is == NULL)
        return;
    for (int i = 0; i < LIMITS; i++)
        put_limit(o, &limit_rows[i], &is->limit[i]);
    for (int i = 0; i < alarm_kind_count; i++)
        put_alarm(o, alarm_kinds[i].name, &is->alarm[i]);
    if (is->settling_ms >= 0)
        put_seconds(o, "", "Settling", is->settling_ms);
    if (is->flap_raises >= 0)
        put(o, "", "FlapRaises", "%d", is->flap_raises);
}

/* What holds for the site where nothing is configured; a string's limit follows the cell's. */
static struct limit_setting with_defaults(const struct limit_setting *configured,
                                          const struct limit_row *row)
{
    struct limit_setting ret = *configured;

    if (row->follows >= 0)
        return ret;
    ret.warning = ret.set & LIMIT_WARNING ? ret.warning : row->warning;
    ret.critical = ret.set & LIMIT_CRITICAL ? ret.critical : row->critical;
    ret.hysteresis = ret.set & LIMIT_HYSTERESIS ? ret.hysteresis : row->hysteresis;
    ret.raise_ms = ret.set & LIMIT_RAISE ? ret.raise_ms : (int)row->raise_s * 1000;
    ret.clear_ms = ret.set & LIMIT_CLEAR ? ret.clear_ms : (int)row->clear_s * 1000;
    ret.set = LIMIT_WARNING | LIMIT_CRITICAL | LIMIT_HYSTERESIS | LIMIT_RAISE | LIMIT_CLEAR;
    return ret;
}

static void put_site(const struct out *o, const struct limit_settings *site)
{
    const limit_scope scope = {site};
    struct limit_settings all;

    limits_none(&all);
    if (site != NULL)
        all = *site;
    for (int i = 0; i < LIMITS; i++)
        all.limit[i] = with_defaults(&all.limit[i], &limit_rows[i]);
    all.settling_ms = limits_settling_ms(scope);
    all.flap_raises = limits_flap_raises(scope);
    put_settings(o, &all);
}

/* What limits rest on. */
static void put_string(const struct out *o, const struct string_config *s)
{
    static const char *const chemistry[] = {"vrla", "vented", "nicd", "none"};

    put_settings(o, s->limits);
    if (s->chemistry != CHEMISTRY_VRLA)
        put(o, "", "Chemistry", "%s", chemistry[s->chemistry]);
    if (s->cell_type != CELL_TYPE_UNKNOWN)
        put(o, "", "CellType", "%d V", s->cell_type);
    if (s->float_mv > 0)
        put(o, "", "FloatVoltage", "%.3f V", s->float_mv / 1000.0);
    if (s->hall_a > 0)
        put(o, "", "HallSensor", "%d A", s->hall_a);
}

static void put_gateway(FILE *to, const struct gateway_config *g)
{
    struct out o = {to, g->name, 0};

    put_settings(&o, g->limits);
    for (o.string = 1; o.string <= STRING_MAX; o.string++)
        put_string(&o, &g->string[o.string - 1]);
}

char *changes_write(const struct limit_settings *site, const struct gateway_config *gateway,
                    size_t gateways)
{
    char *ret = NULL;
    size_t size;
    struct out o = {open_memstream(&ret, &size), "", 0};
    bool good;

    if (o.to == NULL)
        return NULL;
    put_site(&o, site);
    for (size_t i = 0; i < gateways; i++)
        put_gateway(o.to, &gateway[i]);
    good = ferror(o.to) == 0;
    if (fclose(o.to) == 0 && good)
        return ret;
    free(ret);
    return NULL;
}

/* ---- comparing --------------------------------------------------------------------------- */

/* A line, cut in two at its last tab: what it is of, and the value. */
struct line {
    char *key, *value;
};

struct lines {
    char *text; /* holds them */
    struct line *line;
    size_t n;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->key, ((const struct line *)b)->key);
}

static size_t count_lines(const char *text)
{
    size_t n = 1;

    while ((text = strchr(text, '\n')) != NULL) {
        text++;
        n++;
    }
    return n;
}

static bool split(const char *text, struct lines *ret)
{
    char *at, *rest;

    *ret = (struct lines){strdup(text), calloc(count_lines(text) + 1, sizeof(struct line)), 0};
    if (ret->text == NULL || ret->line == NULL)
        return false;
    for (at = strtok_r(ret->text, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
        char *tab = strrchr(at, '\t');

        if (tab == NULL) /* none of ours */
            continue;
        *tab = '\0';
        ret->line[ret->n++] = (struct line){at, tab + 1};
    }
    qsort(ret->line, ret->n, sizeof(*ret->line), by_key);
    return true;
}

static void release(struct lines *l)
{
    free(l->text);
    free(l->line);
}

static void fill(struct change *ret, const struct line *was, const struct line *is)
{
    const char *key = was != NULL ? was->key : is->key;
    size_t name = strcspn(key, "\t");
    const char *what = strrchr(key, '\t');

    *ret = (struct change){.string = atoi(key + name)};
    snprintf(ret->gateway, sizeof(ret->gateway), "%.*s", (int)name, key);
    snprintf(ret->what, sizeof(ret->what), "%s", what != NULL ? what + 1 : key);
    snprintf(ret->was, sizeof(ret->was), "%s", was != NULL ? was->value : "");
    snprintf(ret->is, sizeof(ret->is), "%s", is != NULL ? is->value : "");
}

static void compare(const struct lines *was, const struct lines *is,
                    void (*each)(void *ctx, const struct change *c), void *ctx)
{
    size_t a = 0, b = 0;

    while (a < was->n || b < is->n) {
        int order = a == was->n ? 1 : b == is->n ? -1 : by_key(&was->line[a], &is->line[b]);
        const struct line *old = order <= 0 ? &was->line[a++] : NULL;
        const struct line *new = order >= 0 ? &is->line[b++] : NULL;
        struct change c;

        if (old != NULL && new != NULL && strcmp(old->value, new->value) == 0)
            continue;
        fill(&c, old, new);
        each(ctx, &c);
    }
}

bool changes_each(const char *was, const char *is, void (*each)(void *ctx, const struct change *c),
                  void *ctx)
{
    struct lines old = {0}, new = {0};
    bool good = split(was, &old) && split(is, &new);

    if (good)
        compare(&old, &new, each, ctx);
    release(&old);
    release(&new);
    return good;
}
