/*
 * What people call a thing, where it is, and what they should know of it: options that gateways, UPS,
 * strings and sensors have in common, and FormerName of gateways. Every text is looked at here, once,
 * so that whoever shows it need not.
 */
#include "config_own.h"
#include "core/th.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A line as it is read: the identity, and what becomes a part of it after a look at it. */
struct lines {
    struct identity is;
    char date[16];
    int first;
};

/* clang-format off */
static const struct conf_option options[] = {
    {"Name", OPTION_TEXT, CONF_AT(lines, is.name), .max = IDENTITY_NAME_SIZE},
    {"Location", OPTION_TEXT, CONF_AT(lines, is.location), .max = IDENTITY_LOCATION_SIZE},
    {"Label", OPTION_TEXT, CONF_AT(lines, is.label), .max = IDENTITY_LABEL_SIZE},
    {"Manufacturer", OPTION_TEXT, CONF_AT(lines, is.manufacturer), .max = IDENTITY_MADE_SIZE},
    {"Model", OPTION_TEXT, CONF_AT(lines, is.model), .max = IDENTITY_MADE_SIZE},
    {"InstallDate", OPTION_TEXT, CONF_AT(lines, date), .max = 16},
    {"Note", OPTION_TEXT, CONF_AT(lines, is.note), .max = IDENTITY_NOTE_SIZE},
    {"Runbook", OPTION_TEXT, CONF_AT(lines, is.runbook), .max = IDENTITY_RUNBOOK_SIZE},
    {"CellLabel", OPTION_TEXT, CONF_AT(lines, is.cell_label), .max = IDENTITY_PATTERN_SIZE},
    {"CellFirst", OPTION_INT, CONF_AT(lines, first), 0, IDENTITY_FIRST_MAX},
    {0},
};
/* clang-format on */

/* The first row that only strings have. */
enum { ROW_NAME = 0, ROW_OF_STRINGS = 8 };

static int row_of(const char *key)
{
    for (int i = 0; options[i].key != NULL; i++)
        if (strcasecmp(options[i].key, key) == 0)
            return i;
    return -1;
}

/* Does such a thing have it? The name of a device is the argument of its block. */
static bool applies(int row, int level)
{
    return row >= 0 && (row != ROW_NAME || level != ALARM_OF_GATEWAY) &&
           (row < ROW_OF_STRINGS || level == ALARM_OF_STRING);
}

static const char *fault_of(const char *key, const char *text, struct lines *l)
{
    const char *fault = identity_text_fault(text);

    if (fault == NULL && strcmp(key, "InstallDate") == 0)
        fault = identity_read_date(text, &l->is.installed);
    if (fault == NULL && strcmp(key, "Runbook") == 0)
        fault = identity_url_fault(text);
    if (fault == NULL && strcmp(key, "CellLabel") == 0)
        fault = identity_pattern_fault(text);
    return fault;
}

/* A text that is no UTF-8 would spoil the log as well. */
static void complain(struct conf_place *p, const char *key, const char *text, const char *fault)
{
    if (identity_text_fault(text) != NULL)
        conf_complain(p, "%s %s", key, fault);
    else
        conf_complain(p, "%s is \"%s\", which %s", key, text, fault);
}

static void keep(struct conf_place *p, struct identities *to, const struct lines *l)
{
    struct identity *is = identity_add(to, l->is.level, l->is.number);

    if (is == NULL)
        conf_complain(p, "no memory");
    else
        *is = l->is;
}

bool conf_read_identity(struct conf_place *p, const struct conf_node *n, enum alarm_level level,
                        int number, struct identities *to, unsigned *seen)
{
    const struct identity *was = identity_find(to, level, number);
    size_t errors = p->config->errors;
    int row = row_of(n->key);
    struct lines l = {
        .is = {.level = (uint8_t)level, .number = (uint16_t)number, .cell_first = 1}
    };
    const char *fault = NULL;

    if (!applies(row, level))
        return false;
    if (was != NULL)
        l.is = *was;
    l.first = l.is.cell_first;
    conf_read_option(p, options, n, &l, seen);
    if (p->config->errors != errors)
        return true;
    if (options[row].kind == OPTION_TEXT)
        fault = fault_of(options[row].key, n->value[0].string, &l);
    l.is.cell_first = (uint16_t)l.first;
    if (fault != NULL)
        complain(p, options[row].key, n->value[0].string, fault);
    else
        keep(p, to, &l);
    return true;
}

void conf_read_sensor(const struct conf_place *at, const struct conf_node *n, struct identities *to)
{
    struct conf_place p = conf_inside(at, n);
    int number = conf_read_number(&p, n, "sensor", TH_SENSOR_MAX);
    unsigned seen = 0;

    for (const struct conf_node *c = n->child; number > 0 && c < n->child + n->children; c++)
        if (!conf_read_identity(&p, c, ALARM_OF_SENSOR, number, to, &seen))
            conf_complain(&p, "there is no key %s here; there are %s", c->key,
                          &CONF_IDENTITY_KEYS[strlen(", ")]);
}

/* ---- former names ------------------------------------------------------------------------ */

/* All devices, gateways first: their names are unique, and so are those that they had. */
static const char *name_of(struct config *c, size_t i)
{
    return i < c->gateways ? c->gateway[i].name : c->th[i - c->gateways].name;
}

static char *former_of(struct config *c, size_t i)
{
    return i < c->gateways ? c->gateway[i].former_name : c->th[i - c->gateways].former_name;
}

static void check_former(struct conf_place *p, size_t i, size_t other)
{
    const char *former = former_of(p->config, i);
    bool is = strcmp(name_of(p->config, other), former) == 0;

    if (!is && (other <= i || strcmp(former_of(p->config, other), former) != 0))
        return;
    conf_complain(p,
                  "\"%s\": FormerName \"%s\" is the %s of \"%s\", and its index and history can be "
                  "of one only",
                  name_of(p->config, i), former, is ? "name" : "FormerName",
                  name_of(p->config, other));
    *former_of(p->config, i) = '\0';
}

void conf_check_former_names(struct conf_place *p)
{
    size_t devices = p->config->gateways + p->config->ths;

    for (size_t i = 0; i < devices; i++)
        for (size_t other = 0; other < devices && *former_of(p->config, i) != '\0'; other++)
            check_former(p, i, other);
}
