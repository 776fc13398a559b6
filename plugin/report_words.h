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

/* A change of state is a line of the log. `a` has its text and its object. */
void words_log(const struct verdict *v, const struct alarm *a);

enum event_what words_event(enum condition_news news);

#endif
