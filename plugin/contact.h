/*
 * contact - whether a device counts as lost, and when it is tried again. Pure.
 *
 * One broken connection is replaced at once and is no news. Failures in a row are a lost device, tried
 * again after 1, 2, 4, 8 s, up to every 60 s once its alarm is told.
 */
#ifndef BTMS_CONTACT_H
#define BTMS_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

enum { CONTACT_BACKOFF_MAX_MS = 60000 };

struct contact {
    int most;     /* failures in a row are a lost device; 0: three */
    int failures; /* in a row */
    bool lost;    /* and that was said */
    int64_t lost_ms, connected_ms;
};

/* A connection failed or broke. True: the device is lost, by this or before. */
bool contact_fail(struct contact *c);

/* How long to wait after a failure. `told`: the alarm of its loss stands; until then it is looked for
 * more often, as whoever is back before must be found before. */
int64_t contact_wait_ms(const struct contact *c, int64_t now, bool told);

/* A device that was never seen, and takes connections, is not to be tried less and less. */
void contact_keep_pace(struct contact *c);

#endif
