/*
 * link_line - a serial line with string masters, which looks like a gateway to those who ask it.
 *
 * A request for the string block or the cells of string n, as a plan makes them for a gateway, is
 * answered from the registers of string master n: one read after the other, none over a gap. Words
 * that could not be read, or that a string master does not have, are holes. A master that is silent
 * costs its own time-outs; one that refuses a register that configuration added is not asked for that
 * one again.
 */
#ifndef BTMS_LINK_LINE_H
#define BTMS_LINK_LINE_H

#include "core/master.h"
#include "link/link_rtu.h"

struct line_settings {
    struct rtu_settings rtu;
    int masters;
    struct master master[STRING_MAX]; /* string n is number n - 1 */
};

struct link_line;

/* `set` must outlive it; `wake_fd` as in link_rtu.h. NULL without memory. */
struct link_line *link_line_new(const struct line_settings *set, int wake_fd);
void link_line_free(struct link_line *l);

/* As link_tcp.h has it. The line is broken when it cannot be used any more, or when so many questions
 * in a row were not answered that every master was asked. */
int link_line_open(struct link_line *l);
enum link_run link_line_run(struct link_line *l, const struct link_user *user);
bool link_line_wait(struct link_line *l, int64_t until_ms);
bool link_line_woken(const struct link_line *l);
void link_line_drop(struct link_line *l);
bool link_line_answered(const struct link_line *l);
struct rtu_counts link_line_counts(const struct link_line *l);
const char *link_line_error(const struct link_line *l);

#endif
