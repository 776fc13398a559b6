/* A limit that the configuration has changed since the last run is an event of the log. */
#include "site_own.h"

#include "changes.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 50 }; /* are told one by one */

static const char name[] = "limits"; /* in the store */

struct told {
    struct site *site;
    struct moment t;
    unsigned n;
};

static size_t gateway_named(const struct site *s, const char *gateway)
{
    size_t g = 0;

    while (g < s->set.gateways && strcmp(s->set.gateway[g].name, gateway) != 0)
        g++;
    return g;
}

static void note(void *ctx, const struct change *c)
{
    static const char none[] = "not configured";
    struct told *told = ctx;
    struct site *s = told->site;
    size_t g = *c->gateway != '\0' ? gateway_named(s, c->gateway) : STEWARD_SITE;

    if (g == s->set.gateways) /* it is not configured any more, and its limits went with it */
        return;
    if (g != STEWARD_SITE && s->fresh[g]) /* it is new, and they came with it */
        return;
    if (told->n++ < MOST)
        steward_configured(&s->steward, g, c->string, told->t, "%s: %s -> %s", c->what,
                           *c->was != '\0' ? c->was : none, *c->is != '\0' ? c->is : none);
}

static void note_changes(struct site *s, const char *was, const char *is, struct moment t)
{
    struct told told = {s, t, 0};

    changes_each(was, is, note, &told);
    if (told.n > MOST)
        steward_configured(&s->steward, STEWARD_SITE, 0, t, "%u more", told.n - MOST);
}

/* After a failure it is tried again when the store is opened the next time; nothing is noted twice. */
void site_note_limits(struct site *s, struct moment t)
{
    char *is = changes_write(s->set.limits, s->set.gateway, s->set.gateways), *was = NULL;

    if (is != NULL && s->store != NULL && store_kept_text(s->store, name, &was) == 0) {
        if (was != NULL && !s->limits_noted)
            note_changes(s, was, is, t);
        s->limits_noted = true;
        if (was == NULL || strcmp(was, is) != 0) {
            site_save(s);
            if (!s->store_failing)
                store_keep_text(s->store, name, is);
        }
    }
    free(is);
    free(was);
}
