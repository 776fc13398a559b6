/* See config_own.h: <Limits>, of the site, a gateway or a string. */
#include "config_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct conf_choice conf_severity[] = {
    {"info",         ALARM_INFO},
    {"warning",              ALARM_WARNING},
    {"minor",ALARM_MINOR},
    {"major",        ALARM_MAJOR},
    {"critical",              ALARM_CRITICAL},
    {0}
};
static const struct conf_choice limit_off[] = {
    {"off", LIMIT_OFF},
    {0    }
};

/* clang-format off */
static const struct conf_option limits_options[] = {
    {"Settling", OPTION_SECONDS, CONF_AT(limit_settings, settling_ms), 0, 86400},
    {"FlapRaises", OPTION_INT, CONF_AT(limit_settings, flap_raises), 0, 100},
    {0},
};

/* In the order of enum limit_field. What the first three may be depends on the limit. */
enum { LIMIT_NUMBERS = 3 };
static const struct conf_option limit_options[] = {
    {"Warning", OPTION_NUMBER, CONF_AT(limit_setting, warning), .choice = limit_off},
    {"Critical", OPTION_NUMBER, CONF_AT(limit_setting, critical), .choice = limit_off},
    {"Hysteresis", OPTION_NUMBER, CONF_AT(limit_setting, hysteresis)},
    {"RaiseDelay", OPTION_SECONDS, CONF_AT(limit_setting, raise_ms), 0, 604800},
    {"ClearDelay", OPTION_SECONDS, CONF_AT(limit_setting, clear_ms), 0, 604800},
    {0},
};

/* Bit by bit: LIMIT_RAISE, LIMIT_CLEAR, LIMIT_SEVERITY, LIMIT_SEVERITY2. */
static const struct conf_option alarm_options[] = {
    {"RaiseDelay", OPTION_SECONDS, CONF_AT(alarm_setting, raise_ms), 0, 604800},
    {"ClearDelay", OPTION_SECONDS, CONF_AT(alarm_setting, clear_ms), 0, 604800},
    {"Severity", OPTION_CHOICE, CONF_AT(alarm_setting, severity), .choice = conf_severity},
    {"SeverityCritical", OPTION_CHOICE, CONF_AT(alarm_setting, severity2), .choice = conf_severity},
    {0},
};
/* clang-format on */

static const char *text_argument(const struct conf_node *n)
{
    return n->values == 1 && n->value[0].type == CONF_STRING ? n->value[0].string : "";
}

/* The options of one limit: its own range and unit. */
static void shape_limit(const struct limit_row *row, struct conf_option ret[])
{
    double scale = 1;

    memcpy(ret, limit_options, sizeof(limit_options));
    for (int i = 0; i < row->decimals; i++)
        scale *= 10;
    for (int i = 0; i < LIMIT_NUMBERS; i++) {
        ret[i].scale = scale;
        ret[i].min = row->may.min / scale;
        ret[i].max = row->may.max / scale;
    }
    ret[LIMIT_NUMBERS - 1].min = 0; /* a hysteresis is a distance */
    ret[LIMIT_NUMBERS - 1].max = (row->may.max - (double)row->may.min) / scale;
}

static void list_limits(char *ret, size_t size)
{
    size_t used = 0;

    for (int i = 0; i < LIMITS && used < size; i++)
        used += (size_t)snprintf(ret + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 limit_rows[i].name);
}

/* The worse level lies beyond the other one. */
static void check_order(struct conf_place *p, const struct limit_row *row,
                        const struct limit_setting *l)
{
    int worse = alarm_kinds[alarm_row(row->kind)].worse;
    bool both = l->set & LIMIT_WARNING && l->set & LIMIT_CRITICAL && l->warning != LIMIT_OFF &&
                l->critical != LIMIT_OFF;

    if (both && (int64_t)(l->critical - l->warning) * worse < 0)
        conf_complain(p, "Critical must not be %s than Warning", worse > 0 ? "lower" : "higher");
}

static void read_limit(const struct conf_place *at, const struct conf_node *n,
                       struct limit_settings *to)
{
    struct conf_option table[sizeof(limit_options) / sizeof(limit_options[0])];
    struct conf_place p = conf_inside(at, n);
    int id = limit_named(text_argument(n));
    char names[640];

    if (id < 0) {
        list_limits(names, sizeof(names));
        conf_complain(&p, "the block's argument must be the name of a limit: %s", names);
        return;
    }
    if (to->limit[id].set != 0) {
        conf_complain(&p, "there is a block for this limit already");
        return;
    }
    shape_limit(&limit_rows[id], table);
    to->limit[id].set = (int)conf_read_leaf(&p, table, n, &to->limit[id]);
    check_order(&p, &limit_rows[id], &to->limit[id]);
}

static void read_alarm(const struct conf_place *at, const struct conf_node *n,
                       struct limit_settings *to)
{
    struct conf_place p = conf_inside(at, n);
    int row = alarm_row_named(text_argument(n));

    if (row < 0)
        conf_complain(&p,
                      "the block's argument must be the name of an alarm, as in NOTIFICATIONS of "
                      "collectd-btms(5)");
    else if (to->alarm[row].set != 0)
        conf_complain(&p, "there is a block for this alarm already");
    else
        to->alarm[row].set =
            (int)(conf_read_leaf(&p, alarm_options, n, &to->alarm[row]) * LIMIT_RAISE);
}

void conf_read_limits(const struct conf_place *at, const struct conf_node *n,
                      struct limit_settings *to)
{
    struct conf_place p = conf_inside(at, n);
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; c < n->child + n->children; c++) {
        if (strcasecmp(c->key, "Limit") == 0)
            read_limit(&p, c, to);
        else if (strcasecmp(c->key, "Alarm") == 0)
            read_alarm(&p, c, to);
        else if (!conf_read_option(&p, limits_options, c, to, &seen))
            conf_complain_key(&p, limits_options, c->key, ", <Limit>, <Alarm>");
    }
}

void conf_read_own_limits(const struct conf_place *at, const struct conf_node *n,
                          struct limit_settings **to)
{
    struct conf_place p = *at;

    if (*to == NULL) {
        *to = malloc(sizeof(**to));
        if (*to == NULL) {
            conf_complain(&p, "no memory");
            return;
        }
        limits_none(*to);
    }
    conf_read_limits(at, n, *to);
}
