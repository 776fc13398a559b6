/*
 * See agentx_regions.h. A handful of entries, a few hundred where each gateway has a context. Every
 * change looks through all of them for what comes next, so that asking costs nothing in between.
 */
#include "agentx_regions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_FIRST_MS = 5000, PAUSE_MS = 10000, PAUSE_OPTIONAL_MS = 60000 };

/* ---- what comes next --------------------------------------------------------------------- */

static int64_t due_of(const struct agentx_progress *p)
{
    if (p->gone)
        return INT64_MIN;
    return p->grant == AGENTX_WANTED   ? INT64_MIN
           : p->grant == AGENTX_DENIED ? p->retry_at
                                       : INT64_MAX;
}

static void look(struct agentx_regions *r)
{
    r->denied = 0;
    r->due = INT64_MAX;
    for (size_t i = 0; i < r->n; i++) {
        const struct agentx_progress *p = &r->progress[i];

        r->denied += p->grant == AGENTX_DENIED && !r->list[i].optional;
        if (due_of(p) < r->due)
            r->due = due_of(p);
    }
}

/* Takes out what is gone and not the master's. */
static void sweep(struct agentx_regions *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++) {
        if (r->progress[i].gone && r->progress[i].grant != AGENTX_GRANTED) {
            free((char *)r->list[i].context);
            continue;
        }
        if (i != n) {
            r->list[n] = r->list[i];
            r->progress[n] = r->progress[i];
        }
        n++;
    }
    r->n = n;
    look(r);
}

/* ---- the list ---------------------------------------------------------------------------- */

static int grow(struct agentx_regions *r, size_t most)
{
    struct agentx_region *list = realloc(r->list, most * sizeof(r->list[0]));
    struct agentx_progress *progress = realloc(r->progress, most * sizeof(r->progress[0]));

    r->list = list != NULL ? list : r->list;
    r->progress = progress != NULL ? progress : r->progress;
    return list != NULL && progress != NULL ? 0 : -ENOMEM;
}

/* There is room for it. */
static int append(struct agentx_regions *r, const struct oid *subtree, const char *context)
{
    char *copy = strdup(context != NULL ? context : "");

    if (copy == NULL)
        return -ENOMEM;
    oid_copy(&r->list[r->n].subtree, subtree);
    r->list[r->n].context = copy;
    r->list[r->n].optional = false;
    r->progress[r->n] = (struct agentx_progress){.grant = AGENTX_WANTED, .pause = PAUSE_FIRST_MS};
    r->n++;
    return 0;
}

int agentx_regions_init(struct agentx_regions *r, const struct agentx_region *list, size_t n)
{
    int err;

    *r = (struct agentx_regions){.n = 0};
    err = n > 0 ? grow(r, n) : -EINVAL;
    for (size_t i = 0; i < n && err == 0; i++) {
        err = append(r, &list[i].subtree, list[i].context);
        if (err == 0)
            r->list[i].optional = list[i].optional;
    }
    r->fixed = r->n;
    look(r);
    return err;
}

void agentx_regions_done(struct agentx_regions *r)
{
    for (size_t i = 0; i < r->n; i++)
        free((char *)r->list[i].context);
    free(r->list);
    free(r->progress);
}

/* Wants region `fixed` in one more context, whether it is there already or not. */
static int want(struct agentx_regions *r, size_t fixed, const char *context)
{
    for (size_t i = r->fixed; i < r->n; i++)
        if (strcmp(r->list[i].context, context) == 0 &&
            oid_equal(&r->list[i].subtree, &r->list[fixed].subtree)) {
            r->progress[i].gone = false;
            return 0;
        }
    return append(r, &r->list[fixed].subtree, context);
}

int agentx_regions_contexts(struct agentx_regions *r, const char *const *name, size_t n)
{
    int err = grow(r, r->n + r->fixed * n + 1), one;

    if (err != 0)
        return err;
    for (size_t i = r->fixed; i < r->n; i++)
        r->progress[i].gone = true;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < r->fixed; k++) {
            if (*name[i] == '\0' || *r->list[k].context != '\0' || r->list[k].optional)
                continue;
            one = want(r, k, name[i]);
            err = one != 0 ? one : err;
        }
    look(r);
    return err;
}

void agentx_regions_reset(struct agentx_regions *r)
{
    for (struct agentx_progress *p = r->progress; p < r->progress + r->n; p++)
        *p = (struct agentx_progress){
            .grant = AGENTX_WANTED, .gone = p->gone, .error = p->error, .pause = PAUSE_FIRST_MS};
    look(r);
}

/* ---- one after the other ----------------------------------------------------------------- */

size_t agentx_regions_next(struct agentx_regions *r, int64_t now)
{
    size_t i = 0;

    if (now < r->due)
        return r->n;
    sweep(r);
    while (i < r->n && now < due_of(&r->progress[i]))
        i++;
    return i;
}

int64_t agentx_regions_due(const struct agentx_regions *r)
{
    return r->due;
}

void agentx_regions_granted(struct agentx_regions *r, size_t i)
{
    r->progress[i].grant = AGENTX_GRANTED;
    r->progress[i].error = 0;
    look(r);
}

int64_t agentx_regions_denied(struct agentx_regions *r, size_t i, uint16_t error, int64_t now)
{
    struct agentx_progress *p = &r->progress[i];
    int64_t pause = p->pause;

    p->grant = AGENTX_DENIED;
    p->error = error;
    p->retry_at = now + pause;
    p->pause = r->list[i].optional ? PAUSE_OPTIONAL_MS : PAUSE_MS;
    look(r);
    return pause;
}

void agentx_regions_returned(struct agentx_regions *r, size_t i)
{
    r->progress[i].grant = AGENTX_WANTED; /* should it have come back meanwhile */
    r->progress[i].pause = PAUSE_FIRST_MS;
    look(r);
}

size_t agentx_regions_count_denied(const struct agentx_regions *r)
{
    return r->denied;
}

bool agentx_regions_of_use(const struct agentx_regions *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->progress[i].grant == AGENTX_GRANTED && !r->list[i].optional)
            return true;
    return false;
}
