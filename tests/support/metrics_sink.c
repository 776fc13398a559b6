/* See metrics_sink.h. */
#include "metrics_sink.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

static struct {
    char name[128];
    struct metric m; /* its strings are gone */
} kept[4096];
static int count;

void sink_clear(void)
{
    count = 0;
}

void sink_emit(void *ctx, const struct metric *m)
{
    (void)ctx;
    assert_true(m->host != NULL && *m->host != '\0');
    assert_true(m->object != NULL && *m->object != '\0');
    assert_true(m->type != NULL && *m->type != '\0');
    assert_true(m->instance != NULL && *m->instance != '\0');
    assert_true(m->interval_ms > 0);
    assert_true(count < (int)COUNT(kept));
    snprintf(kept[count].name, sizeof(kept[0].name), "%s/%s-%s", m->object, m->type, m->instance);
    kept[count++].m = *m;
}

int sink_count(void)
{
    return count;
}

int sink_like(const char *part)
{
    int n = 0;

    for (int i = 0; i < count; i++)
        n += strstr(kept[i].name, part) != NULL;
    return n;
}

const struct metric *sink_get(const char *name)
{
    const struct metric *found = NULL;

    for (int i = 0; i < count; i++)
        if (strcmp(kept[i].name, name) == 0) {
            if (found != NULL)
                fail_msg("%s was emitted twice", name);
            found = &kept[i].m;
        }
    if (found == NULL)
        fail_msg("%s was not emitted", name);
    return found;
}
