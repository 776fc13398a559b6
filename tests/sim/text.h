/* text.h: a growing string, for command answers of unknown length. */
#ifndef SIM_TEXT_H
#define SIM_TEXT_H

#include <stddef.h>

struct text {
    char *data; /* always ends in NUL once something was added */
    size_t length;
    size_t size;
};

/* Appends printf-style. Ends the process when memory runs out: a simulator has nothing to save. */
void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends bytes as they are. */
void text_append(struct text *t, const char *data, size_t length);

/* The content, "" when nothing was added; valid until the next text_ call. */
const char *text_string(const struct text *t);

/* Forgets the first LENGTH bytes. */
void text_consume(struct text *t, size_t length);

/* Empties the text but keeps its memory. */
void text_clear(struct text *t);

/* Frees the content; the text may be used again. */
void text_done(struct text *t);

#endif
