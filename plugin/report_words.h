/*
 * report_words - the words of a verdict, which those of gateways and of TH controllers share.
 */
#ifndef BTMS_REPORT_WORDS_H
#define BTMS_REPORT_WORDS_H

#include "core/event.h"
#include "core/judge.h"

/* All that a verdict tells of an alarm, but its place. `name` begins the text, `what` says what is so
 * (mostly the kind's own text), and `note`, "" for none, is in the brackets at its end. */
void words_fill(const struct verdict *v, const char *name, const char *what, const char *note,
                struct alarm *ret);

/* How large a buffer for `name` may be: a name that is cut there leaves room for all the rest, but has
 * what a bare number needs. */
enum { WORDS_NAME_SIZE = 200, WORDS_NAME_LEAST = NAME_SIZE + 48 };
size_t words_room(const struct verdict *v, const char *what, const char *note);

/* A change of state is a line of the log. `a` has its text and its object. */
void words_log(const struct verdict *v, const struct alarm *a);

enum event_what words_event(enum condition_news news);

#endif
