/*
 * script.c: commands from a file.
 *
 * A line is "[@SECONDS|+SECONDS] command". "@" counts from the start, "+" from the time of the line
 * before. Once a line has a time, a line without one runs at the same time as the line before it.
 */
#include "script.h"

#include "command.h"
#include "loop.h"
#include "settings.h"
#include "text.h"
#include "timer.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line that waits for its time. */
struct line {
    struct timer timer;
    struct line *next;
    int number;
    char command[];
};

static struct line *waiting;
static bool tell; /* what later lines output */

static void line_due(struct timer *t)
{
    struct line *line = OWNER(t, struct line, timer);
    struct text out = {0}, why = {0};

    if (!command_run(line->command, &out, &why))
        warnx("script line %d: %s", line->number, text_string(&why));
    if (tell)
        fputs(text_string(&out), stderr);
    text_done(&out);
    text_done(&why);
}

static void line_wait(const char *command, int number, int64_t due)
{
    struct line *line = calloc(1, sizeof(*line) + strlen(command) + 1);

    if (!line)
        err(2, "script");
    line->timer.fire = line_due;
    line->number = number;
    strcpy(line->command, command);
    line->next = waiting;
    waiting = line;
    timer_set(&line->timer, due);
}

/* Takes "@SECONDS" or "+SECONDS" off the front. False if the number is bad. */
static bool take_time(char **line, double *seconds)
{
    char sign = **line, *end;
    double number;

    if (sign != '@' && sign != '+')
        return true;
    number = strtod(*line + 1, &end);
    if (end == *line + 1 || !(number >= 0 && number < 1e8) || !strchr(" \t", *end))
        return false;
    *seconds = sign == '@' ? number : (*seconds < 0 ? 0 : *seconds) + number;
    *line = end;
    return true;
}

static bool script_line(char *line, int number, double *seconds, struct text *out, struct text *why)
{
    line += strspn(line, " \t");
    line[strcspn(line, "\r\n")] = '\0';
    if (!take_time(&line, seconds)) {
        text_add(why, "bad time in \"%s\", it must be @SECONDS or +SECONDS", line);
        return false;
    }
    if (*seconds < 0)
        return command_run(line, out, why);
    line_wait(line, number, loop_now() + (int64_t)(*seconds * 1e9));
    return true;
}

bool script_run(const char *path, bool verbose, struct text *out, struct text *why)
{
    FILE *file = fopen(path, "re");
    struct text reason = {0};
    double seconds = -1; /* no line had a time yet */
    bool good = true;
    char *line = NULL;
    size_t size = 0;
    int number = 0;

    if (!file) {
        text_add(why, "script %s: cannot be read, %s", path, strerror(errno));
        return false;
    }
    tell = verbose;
    while (good && getline(&line, &size, file) >= 0)
        good = script_line(line, ++number, &seconds, out, &reason);
    if (!good)
        text_add(why, "script %s line %d: %s", path, number, text_string(&reason));
    free(line);
    fclose(file);
    text_done(&reason);
    return good;
}

void script_done(void)
{
    while (waiting) {
        struct line *line = waiting;

        waiting = line->next;
        timer_cancel(&line->timer);
        free(line);
    }
}
