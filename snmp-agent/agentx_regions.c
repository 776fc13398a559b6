/*
 * See agentx_regions.h. A handful of entries, a hundred where each gateway has a context: looked
 * through from the front each time.
 */
#include "agentx_regions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_FIRST_MS = 5000, PAUSE_MS = 10000, PAUSE_OPTIONAL_MS = 60000 };

int agentx_regions_init(struct agentx_regions *r, const struct agentx_region *list, size_t n)
{
    *r = (struct agentx_regions){.n = 0};
    if (n == 0)
        return -EINVAL;
    r->list = calloc(n, sizeof(r->list[0]));
    r->progress = calloc(n, sizeof(r->progress[0]));
    if (r->list == NULL || r->progress == NULL)
        return -ENOMEM;
    for (; r->n < n; r->n++) {
        const char *context = list[r->n].context;

        context = strdup(context != NULL ? context : "");
        if (context == NULL)
            return -ENOMEM;
        oid_copy(&r->list[r->n].subtree, &list[r->n].subtree);
        r->list[r->n].context = context;
        r->list[r->n].optional = list[r->n].optional;
    }
    agentx_regions_reset(r);
    return 0;
}

void agentx_regions_done(struct agentx_regions *r)
{
    for (size_t i = 0; i < r->n; i++)
        free((char *)r->list[i].context);
    free(r->list);
    free(r->progress);
}

void agentx_regions_reset(struct agentx_regions *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->progress[i] = (struct agentx_progress){
            .grant = AGENTX_WANTED, .error = r->progress[i].error, .pause = PAUSE_FIRST_MS};
}

size_t agentx_regions_next(const struct agentx_regions *r, int64_t now)
{
    size_t i = 0;

    for (; i < r->n; i++) {
        const struct agentx_progress *p = &r->progress[i];

        if (p->grant == AGENTX_WANTED || (p->grant == AGENTX_DENIED && now >= p->retry_at))
            break;
    }
    return i;
}

int64_t agentx_regions_due(const struct agentx_regions *r)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < r->n; i++)
        if (r->progress[i].grant == AGENTX_DENIED && r->progress[i].retry_at < due)
            due = r->progress[i].retry_at;
    return due;
}

void agentx_regions_granted(struct agentx_regions *r, size_t i)
{
    r->progress[i].grant = AGENTX_GRANTED;
    r->progress[i].error = 0;
}

int64_t agentx_regions_denied(struct agentx_regions *r, size_t i, uint16_t error, int64_t now)
{
    struct agentx_progress *p = &r->progress[i];
    int64_t pause = p->pause;

    p->grant = AGENTX_DENIED;
    p->error = error;
    p->retry_at = now + pause;
    p->pause = r->list[i].optional ? PAUSE_OPTIONAL_MS : PAUSE_MS;
    return pause;
}

size_t agentx_regions_count_denied(const struct agentx_regions *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += r->progress[i].grant == AGENTX_DENIED && !r->list[i].optional;
    return n;
}

bool agentx_regions_of_use(const struct agentx_regions *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->progress[i].grant == AGENTX_GRANTED && !r->list[i].optional)
            return true;
    return false;
}
