/* See log.h. Formatting happens here, so that a sink only ever sees one finished line. */
#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>

static void to_stderr(enum log_level level, const char *text)
{
    static const char *const names[] = {"error", "warning", "notice", "info"};

    fprintf(stderr, "%s: %s\n", names[level], text);
}

static log_sink *current = to_stderr;

void log_set_sink(log_sink *sink)
{
    current = sink != NULL ? sink : to_stderr;
}

void log_say(enum log_level level, const char *format, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    current(level, text);
}
