/* See config_own.h: <Relay> and <Input> of a string. */
#include "config_own.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* In the order of the register's values. */
static const struct conf_choice relay_states[] = {
    {"open", 0},
    {"closed",      1},
    {0}
};
static const struct conf_choice input_states[] = {
    {"off", 0},
    {"on",     1},
    {0}
};

/* What a channel warns of: how bad that is, and how soon it is told, where nothing else is said. */
enum { TYPE_OTHER, TYPE_FIRE, TYPE_GAS, TYPE_LEAKAGE, TYPE_VENTILATION, TYPE_DOOR };
static const struct conf_choice channel_types[] = {
    {"fire",            TYPE_FIRE},
    {"gas",                 TYPE_GAS},
    {"leakage",TYPE_LEAKAGE},
    {"ventilation",         TYPE_VENTILATION},
    {"door",                 TYPE_DOOR},
    {"other",TYPE_OTHER},
    {0           }
};
static const struct {
    enum alarm_severity severity;
    int raise_ms;
} by_type[] = {
    [TYPE_OTHER] = {ALARM_WARNING,  10000},
      [TYPE_FIRE] = {ALARM_CRITICAL, 0    },
    [TYPE_GAS] = {ALARM_CRITICAL, 0    },
      [TYPE_LEAKAGE] = {ALARM_CRITICAL, 0    },
    [TYPE_VENTILATION] = {ALARM_MAJOR,    10000},
      [TYPE_DOOR] = {ALARM_WARNING,  60000},
};

enum { NOT_TOLD = -1 };

struct lines {
    struct channel_def is;
    int type;
};

/* clang-format off */
#define LINES(states)                                                                               \
    {"Name", OPTION_TEXT, CONF_AT(lines, is.name), .max = NAME_SIZE},                               \
    {"Normal", OPTION_CHOICE, CONF_AT(lines, is.normal), .choice = (states)},                       \
    {"Type", OPTION_CHOICE, CONF_AT(lines, type), .choice = channel_types},                         \
    {"Severity", OPTION_CHOICE, CONF_AT(lines, is.severity), .choice = conf_severity},              \
    {"RaiseDelay", OPTION_SECONDS, CONF_AT(lines, is.raise_ms), 0, 604800},                         \
    {"ClearDelay", OPTION_SECONDS, CONF_AT(lines, is.clear_ms), 0, 604800},                         \
    {"Label", OPTION_TEXT, CONF_AT(lines, is.label), .max = NAME_SIZE},                             \
    {0}
static const struct conf_option relay_options[] = {LINES(relay_states)};
static const struct conf_option input_options[] = {LINES(input_states)};
/* clang-format on */

static void read_channel(const struct conf_place *at, const struct conf_node *n,
                         struct string_config *s, enum channel_kind kind)
{
    struct conf_place p = conf_inside(at, n);
    struct lines l = {
        {.normal = CHANNEL_NOT_TOLD, .severity = NOT_TOLD, .raise_ms = NOT_TOLD},
        TYPE_OTHER
    };

    if (n->values != 0)
        conf_complain(&p, "the block takes no argument: a string has one relay and one input");
    if (s->channel_told[kind])
        conf_complain(&p, "there is such a block already: a string has one relay and one input");
    conf_read_leaf(&p, kind == CHANNEL_RELAY ? relay_options : input_options, n, &l);
    if (l.is.severity == NOT_TOLD)
        l.is.severity = (int)by_type[l.type].severity;
    if (l.is.raise_ms == NOT_TOLD)
        l.is.raise_ms = by_type[l.type].raise_ms;
    s->channel[kind] = l.is;
    s->channel_told[kind] = true;
}

/* `Relay "closed"` is an option: it has a value, and no lines. */
bool conf_read_channel(const struct conf_place *at, const struct conf_node *n,
                       struct string_config *s)
{
    bool relay = strcasecmp(n->key, "Relay") == 0 && (n->children > 0 || n->values == 0);

    if (!relay && strcasecmp(n->key, "Input") != 0)
        return false;
    read_channel(at, n, s, relay ? CHANNEL_RELAY : CHANNEL_INPUT);
    return true;
}
