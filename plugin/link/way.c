/* See way.h. */
#include "link/way.h"

void way_free(struct way w)
{
    link_tcp_free(w.tcp);
    link_line_free(w.line);
}

int way_open(struct way w)
{
    return w.line != NULL ? link_line_open(w.line) : link_tcp_open(w.tcp);
}

enum link_run way_run(struct way w, const struct link_user *user)
{
    return w.line != NULL ? link_line_run(w.line, user) : link_tcp_run(w.tcp, user);
}

bool way_wait(struct way w, int64_t until_ms)
{
    return w.line != NULL ? link_line_wait(w.line, until_ms) : link_tcp_wait(w.tcp, until_ms);
}

bool way_woken(struct way w)
{
    return w.line != NULL ? link_line_woken(w.line) : link_tcp_woken(w.tcp);
}

void way_drop(struct way w, const struct link_user *user)
{
    if (w.line != NULL)
        link_line_drop(w.line); /* nothing is under way there between two runs */
    else
        link_tcp_drop(w.tcp, user);
}

void way_turn(struct way w)
{
    if (w.tcp != NULL)
        link_tcp_turn(w.tcp);
}

bool way_answered(struct way w)
{
    return w.line != NULL ? link_line_answered(w.line) : link_tcp_answered(w.tcp);
}

int way_window(struct way w)
{
    return w.line != NULL ? 1 : link_tcp_window(w.tcp);
}

int way_ceiling(struct way w)
{
    return w.line != NULL ? 1 : link_tcp_ceiling(w.tcp);
}

struct way_counts way_counts(struct way w)
{
    if (w.line != NULL) {
        struct rtu_counts c = link_line_counts(w.line);

        return (struct way_counts){c.requests,   c.timeouts, c.exceptions,
                                   c.mismatches, c.connects, c.foreign};
    }
    struct link_tcp_counts c = link_tcp_counts(w.tcp);

    return (struct way_counts){c.requests, c.timeouts, c.exceptions, c.mismatches, c.connects, 0};
}

const char *way_error(struct way w)
{
    return w.line != NULL ? link_line_error(w.line) : link_tcp_error(w.tcp);
}
