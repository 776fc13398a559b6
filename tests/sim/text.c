/*
 * text.c: a growing string.
 *
 * The answer to `dump` of a full gateway is about a megabyte, the answer to `speed` is empty; both
 * go through here. Memory is doubled when it runs out, and running out for good ends the process:
 * unlike the plugin, the simulator is a program of its own that a test can simply start again.
 */
#include "text.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One byte more than asked, so that the NUL always fits. */
static void text_reserve(struct text *t, size_t more)
{
    size_t size = t->size ? t->size : 256;

    while (size < t->length + more + 1)
        size *= 2;
    if (size == t->size)
        return;
    t->data = realloc(t->data, size);
    if (!t->data)
        err(2, "text of %zu bytes", size);
    t->size = size;
}

void text_add(struct text *t, const char *format, ...)
{
    va_list args;
    int length;

    text_reserve(t, 160);
    va_start(args, format);
    length = vsnprintf(t->data + t->length, t->size - t->length, format, args);
    va_end(args);
    if (length < 0)
        return;
    if ((size_t)length >= t->size - t->length) {
        text_reserve(t, (size_t)length);
        va_start(args, format);
        vsnprintf(t->data + t->length, t->size - t->length, format, args);
        va_end(args);
    }
    t->length += (size_t)length;
}

void text_append(struct text *t, const char *data, size_t length)
{
    text_reserve(t, length);
    memcpy(t->data + t->length, data, length);
    t->length += length;
    t->data[t->length] = '\0';
}

const char *text_string(const struct text *t)
{
    return t->data ? t->data : "";
}

void text_consume(struct text *t, size_t length)
{
    if (!length)
        return;
    t->length -= length;
    memmove(t->data, t->data + length, t->length + 1);
}

void text_clear(struct text *t)
{
    t->length = 0;
    if (t->data)
        t->data[0] = '\0';
}

void text_done(struct text *t)
{
    free(t->data);
    *t = (struct text){0};
}
