/* See way.h. */
#include "link/way.h"

void way_free(struct way w)
{
    fan_free(w.tcp);
    link_line_free(w.line);
}

int way_open(struct way w)
{
    return w.line != NULL ? link_line_open(w.line) : fan_open(w.tcp);
}

enum link_run way_run(struct way w, const struct link_user *user)
{
    return w.line != NULL ? link_line_run(w.line, user) : fan_run(w.tcp, user);
}

bool way_wait(struct way w, int64_t until_ms)
{
    return w.line != NULL ? link_line_wait(w.line, until_ms) : fan_wait(w.tcp, until_ms);
}

bool way_woken(struct way w)
{
    return w.line != NULL ? link_line_woken(w.line) : fan_woken(w.tcp);
}

void way_drop(struct way w, const struct link_user *user)
{
    if (w.line != NULL)
        link_line_drop(w.line); /* nothing is under way there between two runs */
    else
        fan_drop(w.tcp, user);
}

void way_turn(struct way w)
{
    if (w.tcp != NULL)
        fan_turn(w.tcp);
}

bool way_answered(struct way w)
{
    return w.line != NULL ? link_line_answered(w.line) : fan_answered(w.tcp);
}

int way_window(struct way w)
{
    return w.line != NULL ? 1 : fan_window(w.tcp);
}

int way_ceiling(struct way w)
{
    return w.line != NULL ? 1 : fan_ceiling(w.tcp);
}

int way_connections(struct way w)
{
    return w.line != NULL ? 1 : fan_connections(w.tcp);
}

struct way_counts way_counts(struct way w)
{
    if (w.line != NULL) {
        struct rtu_counts c = link_line_counts(w.line);

        return (struct way_counts){c.requests,   c.timeouts, c.exceptions,
                                   c.mismatches, c.connects, c.foreign};
    }
    struct link_tcp_counts c = fan_counts(w.tcp);

    return (struct way_counts){c.requests, c.timeouts, c.exceptions, c.mismatches, c.connects, 0};
}

const char *way_error(struct way w)
{
    return w.line != NULL ? link_line_error(w.line) : fan_error(w.tcp);
}
