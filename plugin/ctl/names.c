/* See names.h. */
#include "ctl/names.h"

#include "ctl/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void take(struct identities *to, const struct snapshot *s)
{
    for (uint32_t i = 0; i < snapshot_identities(s); i++) {
        struct identity is, *added;

        snapshot_get_identity(s, i, &is);
        added = identity_add(to, is.level, is.number);
        if (added != NULL)
            *added = is;
    }
}

static void add(struct names *n, int dir, const struct snapshot_entry *e)
{
    struct names_device *grown = realloc(n->of, (n->n + 1) * sizeof(*grown));
    struct snapshot s;
    void *data;

    if (grown == NULL)
        return;
    n->of = grown;
    grown[n->n] = (struct names_device){.index = e->index};
    data = files_device(dir, e, &s);
    if (data != NULL)
        take(&grown[n->n].identities, &s);
    n->n++;
    free(data);
}

struct names names_read(const char *state_dir)
{
    int dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct names n = {0};
    struct snapshot site;
    void *data = files_read(dir, "site.snap", SNAPSHOT_SITE, &site);

    for (uint32_t i = 0; data != NULL && i < site.section[1].count; i++) {
        struct snapshot_entry e;

        snapshot_get_entry(&site, i, &e);
        add(&n, dir, &e);
    }
    free(data);
    if (dir >= 0)
        close(dir);
    return n;
}

void names_free(struct names *n)
{
    for (size_t i = 0; i < n->n; i++)
        identities_free(&n->of[i].identities);
    free(n->of);
    *n = (struct names){0};
}

const struct identity *names_advice(const struct names *n, const struct alarm *a)
{
    const struct identity_place p = {.device = "",
                                     .ups = a->ups,
                                     .string = a->string,
                                     .cell = a->cell,
                                     .sensor = a->level == ALARM_OF_SENSOR ? a->cell : 0};

    for (size_t i = 0; i < n->n && a->gateway != 0; i++)
        if (n->of[i].index == a->gateway)
            return identity_with_advice(&n->of[i].identities, &p);
    return NULL;
}
