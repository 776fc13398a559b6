/*
 * command.c: takes a line apart, finds the command and the gateways it is for, and runs it.
 *
 * A gateway may be given as a shell pattern: the command then runs for each match, in the order in
 * which the gateways were made, and stops at the first failure.
 */
#include "command.h"

#include "gateway.h"
#include "loop.h"
#include "model_clock.h"
#include "text.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static bool run_help(struct call *c);
static bool run_quit(struct call *c);

static const struct command general_commands[] = {
    {"help", run_help, false, false, 0, 0, "help"},
    {"quit", run_quit, false, false, 0, 0, "quit"},
    {NULL,   NULL,     false, false, 0, 0, NULL  },
};

static const struct command *const tables[] = {
    installation_commands, th_commands,   value_commands,   battery_commands,
    fault_commands,        line_commands, general_commands,
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static bool run_help(struct call *c)
{
    for (int i = 0; i < TABLES; i++)
        for (const struct command *cmd = tables[i]; cmd->name; cmd++)
            text_add(c->out, "%s\n", cmd->usage);
    return true;
}

static bool run_quit(struct call *c)
{
    (void)c;
    loop_stop();
    return true;
}

void command_seed(uint64_t value)
{
    seed = value;
}

uint64_t command_get_seed(void)
{
    return seed;
}

static const struct command *find_command(const char *name, struct text *why)
{
    for (int i = 0; i < TABLES; i++)
        for (const struct command *cmd = tables[i]; cmd->name; cmd++)
            if (!strcmp(name, cmd->name))
                return cmd;
    text_add(why, "%s: unknown command, one of:", name);
    for (int i = 0; i < TABLES; i++)
        for (const struct command *cmd = tables[i]; cmd->name; cmd++)
            text_add(why, " %s", cmd->name);
    return NULL;
}

/* Splits at blanks, in place. Returns the number of words, WORDS_MAX if there are too many. */
static int split(char *line, char **words)
{
    char *rest = NULL;
    int count = 0;

    for (char *w = strtok_r(line, " \t\r\n", &rest); w; w = strtok_r(NULL, " \t\r\n", &rest)) {
        if (count == WORDS_MAX - 1)
            return WORDS_MAX;
        words[count++] = w;
    }
    words[count] = NULL;
    return count;
}

/* Runs for every gateway that matches; handlers do not change the words. */
static bool run_for_gateways(const struct command *cmd, struct call *c, const char *pattern,
                             struct text *what)
{
    bool matched = false;
    struct gateway *next;

    for (struct gateway *gw = gateways; gw; gw = next) {
        next = gw->next;
        if (fnmatch(pattern, gw->name, 0))
            continue;
        matched = true;
        c->gw = gw;
        text_clear(what);
        text_add(what, "%s %s", cmd->name, gw->name);
        if (!cmd->run(c))
            return false;
    }
    if (matched)
        return true;
    text_add(c->why, "no such gateway, there are:");
    for (const struct gateway *gw = gateways; gw; gw = gw->next)
        text_add(c->why, " %s", gw->name);
    return false;
}

/* Brings the batteries up to now before a command that changes them, and the values after it. */
static bool run_command(const struct command *cmd, struct call *c, const char *pattern,
                        struct text *what)
{
    bool good;

    if (cmd->changes)
        model_touch();
    good = cmd->for_gateway ? run_for_gateways(cmd, c, pattern, what) : cmd->run(c);
    if (cmd->changes)
        model_touch();
    return good;
}

static bool run_words(char **words, int count, struct call *c, struct text *what)
{
    const struct command *cmd = find_command(words[0], c->why);
    int skip = 1;

    if (!cmd)
        return false;
    text_add(what, "%s", cmd->name);
    if (cmd->for_gateway && count > 1) {
        text_add(what, " %s", words[1]);
        skip = 2;
    }
    c->count = count - skip;
    memcpy(c->word, words + skip, ((size_t)c->count + 1) * sizeof(words[0]));
    if ((cmd->for_gateway && count < 2) || c->count < cmd->least || c->count > cmd->most) {
        text_add(c->why, "wrong number of words, usage: %s", cmd->usage);
        return false;
    }
    return run_command(cmd, c, words[1], what);
}

bool command_run(const char *line, struct text *out, struct text *why)
{
    char *copy = strdup(line), *words[WORDS_MAX];
    struct text what = {0}, reason = {0};
    struct call call = {.out = out, .why = &reason};
    int count = copy ? split(copy, words) : WORDS_MAX;
    bool good = true;

    if (count == WORDS_MAX) {
        text_add(why, "\"%.40s...\": too many words", line);
        good = false;
    } else if (count && words[0][0] != '#') {
        good = run_words(words, count, &call, &what);
        if (!good)
            text_add(why, "%s%s%s", text_string(&what), what.length ? ": " : "",
                     text_string(&reason));
    }
    text_done(&what);
    text_done(&reason);
    free(copy);
    return good;
}
