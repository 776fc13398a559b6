/* See contact.h. */
#include "contact.h"

enum {
    FAILURES_MAX = 3, /* in a row: lost */
    BACKOFF_MIN_MS = 1000,
    SHORT_LIFE_MS = 1000, /* a connection that breaks sooner is not replaced at once */
};

static int most(const struct contact *c)
{
    return c->most > 0 ? c->most : FAILURES_MAX;
}

bool contact_fail(struct contact *c)
{
    return ++c->failures >= most(c);
}

int64_t contact_wait_ms(const struct contact *c, int64_t now, bool told)
{
    int doublings = c->failures - most(c);

    if (doublings < 0)
        return c->failures == 1 && now - c->connected_ms >= SHORT_LIFE_MS ? 0 : BACKOFF_MIN_MS;
    if (doublings > 3 && !told)
        doublings = 3;
    return doublings > 5 ? CONTACT_BACKOFF_MAX_MS : BACKOFF_MIN_MS << doublings;
}

void contact_keep_pace(struct contact *c)
{
    c->failures = most(c);
}
