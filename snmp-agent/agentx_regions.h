/*
 * agentx_regions - what is to be registered, and how far that is. Pure.
 *
 * Each region is asked for by itself; one the master refuses is asked for again after 5 s, then
 * every 10 s: the other instance that holds it may have gone. One that is optional may well belong
 * to somebody else for good, and snmpd logs each try: every 60 s. Contexts come and go: those that
 * go are unregistered.
 */
#ifndef BTMS_AGENTX_REGIONS_H
#define BTMS_AGENTX_REGIONS_H

#include "oid.h"

struct agentx_region {
    struct oid subtree;
    const char *context; /* NULL or "": the default one */
    bool optional;       /* a session is of use without it, and of none with nothing else */
};

enum agentx_grant { AGENTX_WANTED, AGENTX_GRANTED, AGENTX_DENIED };

struct agentx_regions {
    struct agentx_region *list; /* copies, no context NULL; at first those of the beginning */
    struct agentx_progress {
        enum agentx_grant grant;
        bool gone;               /* not wanted any more */
        uint16_t error;          /* of AGENTX_DENIED: why; kept until it is granted */
        int64_t retry_at, pause; /* of AGENTX_DENIED; ms */
    } * progress;
    size_t n, fixed;
    size_t denied; /* how many are, without optional ones */
    int64_t due;   /* when the next one is to be asked for; INT64_MIN: now */
};

/* Copies the list. 0, -EINVAL where it is empty, -ENOMEM; agentx_regions_done() in any case. */
int agentx_regions_init(struct agentx_regions *r, const struct agentx_region *list, size_t n);
void agentx_regions_done(struct agentx_regions *r);

/* The regions of the beginning that are in the default context, but for optional ones, are wanted in
 * these contexts, too, and in no others. 0, or -ENOMEM: not all of it was noted, say it again. */
int agentx_regions_contexts(struct agentx_regions *r, const char *const *name, size_t n);

/* A new session: everything is wanted. */
void agentx_regions_reset(struct agentx_regions *r);

/* The index of one to be asked for now, or to be given back where it is gone; r->n where there is
 * none. Indexes hold until the next call: not to be called before the answer was noted. */
size_t agentx_regions_next(struct agentx_regions *r, int64_t now);
/* When that may be something else than r->n; INT64_MAX: never. */
int64_t agentx_regions_due(const struct agentx_regions *r);

void agentx_regions_granted(struct agentx_regions *r, size_t i);
/* Returns the pause until it is due again, in ms. */
int64_t agentx_regions_denied(struct agentx_regions *r, size_t i, uint16_t error, int64_t now);
void agentx_regions_returned(struct agentx_regions *r, size_t i);

/* Optional ones are not counted. */
size_t agentx_regions_count_denied(const struct agentx_regions *r);
/* Is one granted that is not optional? */
bool agentx_regions_of_use(const struct agentx_regions *r);

#endif
